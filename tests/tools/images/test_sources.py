"""Bytes come from where they may, and only there."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartwarden.tools.errors import AccessDenied, ImageError
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.finding import PixelSource, look
from chartwarden.tools.images.sources import DicomFolders, PictureLoader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock

LoaderOf = Callable[..., PictureLoader]
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


def _media(url: str | None = None, data: str | None = None) -> dict[str, Any]:
    content = {"contentType": "image/png"} | ({"url": url} if url else {}) | ({"data": data} if data else {})
    return {
        "resourceType": "Media", "id": "m1", "status": "completed", "subject": {"reference": "Patient/haddad"},
        "content": content,
    }  # fmt: skip


def _with(records: Any, *more: dict[str, Any]) -> Any:
    return type(records)([*records.resources.values(), *more])


def test_every_picture_of_the_made_up_patients_has_its_outcome(
    loader_of: LoaderOf, clock: Clock, patient_ids: dict[str, str]
) -> None:
    loaded, refused = 0, []
    for patient in patient_ids.values():
        loader = loader_of(patient)
        for image in look("", loader.lock, clock).images:
            for source in image.sources:
                try:
                    loader.picture(source)
                    loaded += 1
                except (ImageError, AccessDenied) as fault:
                    refused.append(f"{source.holder.partition('/')[0]}: {fault}")
    assert loaded == 16
    assert sorted(reason.split(";")[0] for reason in refused) == [
        "DocumentReference: the DICOM file names another patient in its header",
        *[reason.split(";")[0] for reason in sorted(refused) if "in none of the image folders" in reason],
        "Media: the picture is at an address outside this record, the configured server and the image folders",
    ]


def test_a_foreign_dicom_file_is_not_shown(loader_of: LoaderOf, clock: Clock) -> None:
    loader = loader_of("hoffmann")
    (misfiled,) = [one for one in look("", loader.lock, clock).images if "misfiled" in one.reference]
    with pytest.raises(AccessDenied, match="names another patient in its header; it is not shown"):
        loader.load(misfiled.sources[0])
    assert list(loader.available(misfiled)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/x.png",
        "http://localhost/x.png",
        "file://host/etc/passwd",
        "ftp://a/b",
        "//host/share/x.png",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd%00.png",
    ],
)
def test_addresses_outside_are_never_followed(loader_of: LoaderOf, records: Any, url: str) -> None:
    loader = loader_of("haddad", _with(records, _media(url=url)))
    with pytest.raises(ImageError, match="it is not fetched"):
        loader.load(PixelSource("Media/m1", f"url:{url}"))


@pytest.mark.parametrize(
    "url", ["../../secret.png", "file:///etc/hostname", "sub/../../secret.png", "%2e%2e/secret.png", "link.png", "none"]
)
def test_path_tricks_end_outside_the_folders(lock_of: Callable[..., PatientLock], tmp_path: Path, url: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = tmp_path / "images" / "a"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    os.link(tmp_path / "secret.png", folder / "inside.png")
    loader = PictureLoader(lock_of("haddad"), folders=(folder,))
    with pytest.raises(ImageError, match="in none of the image folders"):
        loader.load(PixelSource("Media/m1", f"url:{url}"))
    data, facts = loader.load(PixelSource("Media/m1", "url:inside.png"))
    assert (data, facts.kind) == (PNG, "png")
    assert loader.load(PixelSource("Media/m1", f"url:file://{folder}/inside.png"))[0] == PNG


def test_the_configured_server_is_read_through_the_lock(records: Any, lock_of: Callable[..., PatientLock]) -> None:
    held = {"resourceType": "Binary", "id": "b1", "contentType": "image/png", "data": base64.b64encode(PNG).decode()}
    lock = lock_of("haddad", _with(records, held, _media(url="Binary/b1")))
    assert lock.read("Media/m1")
    loader = PictureLoader(lock, server="https://ehr.example/fhir")
    assert loader.load(PixelSource("Media/m1", "url:https://ehr.example/fhir/Binary/b1"))[0] == PNG
    with pytest.raises(ImageError, match="it is not fetched"):
        loader.load(PixelSource("Media/m1", "url:https://ehr.example.evil/fhir/Binary/b1"))


def test_a_binary_of_another_patient_is_not_read(loader_of: LoaderOf) -> None:
    with pytest.raises(ImageError, match="does not hold its content"):
        loader_of("haddad").load(PixelSource("Media/m1", "url:Binary/moreau-skin-png"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "carries no picture data"),
        ("!!!!", "empty"),
        ("AAA", "not valid base64"),
        ("R0lGODlhAQ==", "whatever its name"),
    ],
)
def test_broken_attachment_data_is_refused(loader_of: LoaderOf, records: Any, data: str, said: str) -> None:
    loader = loader_of("haddad", _with(records, _media(data=data)))
    with pytest.raises(ImageError, match=said):
        loader.load(PixelSource("Media/m1", "data:0"))


def test_attachment_data_over_the_limit_is_refused_before_it_is_decoded(loader_of: LoaderOf, records: Any) -> None:
    loader = loader_of("haddad", _with(records, _media(data="A" * 4000)), limits=Limits(max_bytes=2000))
    with pytest.raises(ImageError, match="the file has 3000 bytes, the limit is 2000"):
        loader.load(PixelSource("Media/m1", "data:0"))


def test_dicom_instances_are_found_by_uid_and_links_out_are_not_followed(tmp_path: Path) -> None:
    from chartwarden import fhir_fixtures

    source = fhir_fixtures.dicom_folder() / "lindqvist-ct-1.dcm"
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "x.dcm").write_bytes(source.read_bytes())
    (inside / "link.dcm").symlink_to(outside / "x.dcm")
    (inside / "notes.txt").write_text("no picture")
    (inside / "damaged.dcm").write_bytes(source.read_bytes()[:300])
    uid = "2.25.4919021.3.1.1"
    assert DicomFolders((inside,)).path_of(uid) is None
    (inside / "without-suffix").write_bytes(source.read_bytes())
    assert DicomFolders((inside,)).path_of(uid) == inside / "without-suffix"


def test_an_instance_that_is_nowhere_says_where_to_name_folders(lock_of: Callable[..., PatientLock]) -> None:
    source = PixelSource("ImagingStudy/lindqvist-ct", "uid:2.25.4919021.3/2.25.4919021.3.1/2.25.4919021.3.1.1")
    with pytest.raises(ImageError, match=r"name its folder in the setting images\.folders, or a server"):
        PictureLoader(lock_of("lindqvist")).load(source)
