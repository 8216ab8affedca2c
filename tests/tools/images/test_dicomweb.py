"""DICOMweb: the configured server and no other, within limits, and the identity check as for any file."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from chartwarden import fhir_fixtures
from chartwarden.tools.errors import AccessDenied, ConfigurationError, ImageError, SourceFault
from chartwarden.tools.images.dicomweb import DicomWeb
from chartwarden.tools.images.finding import PixelSource, look
from chartwarden.tools.images.sources import PictureLoader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock

BASE = "https://pacs.example/dicom-web"
SLICE = (fhir_fixtures.dicom_folder() / "lindqvist-ct-1.dcm").read_bytes()
FILM = (fhir_fixtures.dicom_folder() / "adeyemi-1957-chest-2019.dcm").read_bytes()


def _reply(status: int, body: bytes = b"", **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def _multipart(data: bytes) -> httpx.Response:
    body = b"--x\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n--x--\r\n"
    return _reply(200, body, **{"Content-Type": 'multipart/related; boundary=x; type="application/dicom"'})


def _web(answer: Callable[[httpx.Request], httpx.Response], **more: object) -> DicomWeb:
    return DicomWeb(BASE, transport=httpx.MockTransport(answer), **more)  # type: ignore[arg-type]


def test_an_instance_is_asked_for_by_its_uids(lock_of: Callable[..., PatientLock], clock: Clock) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return _multipart(SLICE)

    loader = PictureLoader(lock_of("lindqvist"), web=_web(answer, token="secret"))
    (ct,) = look("CT", loader.lock, clock).images
    data, facts = loader.load(ct.sources[0])
    assert (data, facts.kind) == (SLICE, "dicom")
    assert str(asked[0].url) == f"{BASE}/studies/2.25.4919021.3/series/2.25.4919021.3.1/instances/2.25.4919021.3.1.1"
    assert asked[0].headers["authorization"] == "Bearer secret"


def test_a_file_of_another_patient_is_not_shown(lock_of: Callable[..., PatientLock], clock: Clock) -> None:
    loader = PictureLoader(lock_of("lindqvist"), web=_web(lambda request: _multipart(FILM)))
    (ct,) = look("CT", loader.lock, clock).images
    with pytest.raises(AccessDenied, match="names another patient"):
        loader.load(ct.sources[0])


def test_addresses_under_the_server_are_followed_and_no_others(lock_of: Callable[..., PatientLock]) -> None:
    loader = PictureLoader(lock_of("lindqvist"), web=_web(lambda request: _reply(200, SLICE)))
    assert loader.load(PixelSource("Media/1", f"url:{BASE}/wado?requestType=WADO&objectUID=1.2"))[0] == SLICE
    for elsewhere in ("https://pacs.example/other", "https://pacs.example.evil/dicom-web/x", f"{BASE}/../x"):
        with pytest.raises(ImageError, match="it is not fetched"):
            loader.load(PixelSource("Media/1", f"url:{elsewhere}"))


@pytest.mark.parametrize("uid", ["../../../secret", "1.2/rendered", "1.2?x=1", "", "1" * 65])
def test_what_is_no_uid_is_never_sent(uid: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    with pytest.raises(ImageError, match="no UID"):
        _web(answer).instance("1.2", "1.3", uid)


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (_reply(404), ImageError, "does not hold this picture"),
        (_reply(500), SourceFault, "status 500"),
        (_reply(302, Location="https://elsewhere.example/"), SourceFault, "status 302"),
        (_reply(200, b"x" * 2000), SourceFault, "larger than 1000 bytes"),
        (
            _reply(200, b"garbage", **{"Content-Type": "multipart/related; boundary=x"}),
            SourceFault,
            "multipart answer cannot be read",
        ),
        (
            _reply(200, b"garbage", **{"Content-Type": "multipart/related"}),
            SourceFault,
            "multipart answer cannot be read",
        ),
    ],
)
def test_every_other_answer_is_refused_in_words(reply: httpx.Response, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        _web(lambda request: reply, max_bytes=1000).instance("1.2", "1.3", "1.4")


def test_plain_http_to_elsewhere_is_no_server() -> None:
    with pytest.raises(ConfigurationError, match="http:// is for this machine alone"):
        DicomWeb("http://pacs.example/dicom-web")


def test_a_failing_server_is_passed_over_in_a_list(lock_of: Callable[..., PatientLock], clock: Clock) -> None:
    loader = PictureLoader(lock_of("lindqvist"), web=_web(lambda request: _reply(503)))
    (ct,) = look("CT", loader.lock, clock).images
    assert list(loader.available(ct)) == []
