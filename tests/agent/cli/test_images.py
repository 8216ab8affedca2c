"""The images commands, as a person uses them, over the made-up patients."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from chartwarden import fhir_fixtures
from chartwarden.agent.cli.main import build
from chartwarden.tools.errors import AccessDenied, ConfigurationError, ImageError, SourceFault, UsageError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the made-up patients loaded."""
    folder = tmp_path_factory.mktemp("images") / "data"
    folder.mkdir(mode=0o700)
    with LocalStore.open(f"sqlite:///{folder / 'records.db'}", search_timezone="UTC") as store:
        load(store, [fhir_fixtures.folder()])
    return folder


@pytest.fixture
def run(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `chartwarden images ...`; errors are raised, as the command's own main would turn them into messages."""

    monkeypatch.setenv("CHARTWARDEN_IMAGES__FOLDERS", json.dumps([str(fhir_fixtures.dicom_folder())]))

    def command(*arguments: str, acknowledged: bool = True) -> Result:
        words = ["--data-dir", str(data_dir), "images", *arguments]
        words += ["--acknowledge", "Dr. Reader", "--as-of", fhir_fixtures.AS_OF] if acknowledged else []
        return CliRunner().invoke(build(), words, catch_exceptions=False)

    return command


def test_find_lists_images_with_their_reports(run: Run) -> None:
    said = run("find", "chest films from 2019", "-p", "adeyemi-1957").output
    assert "1 image of adeyemi-1957" in said
    assert "[ImagingStudy/adeyemi-1957-chest-2019] image: XR Chest 2 Views (CR, Thoracic structure)" in said
    assert '"Heart size normal. Lungs clear. No pleural effusion."' in said


def test_find_takes_filters_and_gives_json(run: Run) -> None:
    found = json.loads(run("find", "-p", "lindqvist", "--modality", "CT", "--since", "2024-02", "--json").output)
    assert [row["reference"] for row in found["findings"]] == [
        "ImagingStudy/lindqvist-ct",
        "DiagnosticReport/lindqvist-ct-report",
    ]
    assert json.loads(run("find", "-p", "lindqvist", "--until", "2023", "--json").output)["found"] == 0


def test_a_bundle_with_urn_references_shows_its_pictures(run: Run) -> None:
    said = run(
        "find", "fundus", "-p", "https://stillwater.example/fhir/sid/mrn|SW-142956", "--preview", "blocks"
    ).output
    assert "Fundus photograph, right eye" in said
    assert "▀" in said


def test_show_lists_every_picture_and_saves_what_is_drawn(run: Run, tmp_path: Path) -> None:
    drawn, itself = tmp_path / "x.png", tmp_path / "x.dcm"
    study = ("show", "ImagingStudy/lindqvist-ct", "-p", "lindqvist", "--picture", "2")
    said = run(*study, "--window", "lung", "--save", str(drawn)).output
    assert said.count("dicom 96 x 96") == 3
    assert re.search(r" file:///\S+/lindqvist-ct-2\.dcm", said)
    with Image.open(drawn) as picture:
        assert picture.size == (96, 96)
    run(*study, "--save", str(itself))
    assert itself.read_bytes() == (fhir_fixtures.dicom_folder() / "lindqvist-ct-2.dcm").read_bytes()
    with pytest.raises(UsageError, match="exists already; name another file"):
        run(*study, "--save", str(itself))


def test_a_picture_of_somebody_else_is_never_drawn(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.png"
    reference = "DocumentReference/hoffmann-misfiled"
    with pytest.raises(ImageError, match="has no picture that can be shown"):
        run("show", reference, "-p", "hoffmann", "--save", str(target))
    with pytest.raises(AccessDenied, match="names another patient"):
        run("show", reference, "-p", "hoffmann", "--picture", "1", "--save", str(target))
    with pytest.raises(UsageError, match="this record has no image"):
        run("show", "ImagingStudy/lindqvist-ct", "-p", "hoffmann")
    assert not target.exists()


def test_nothing_is_found_before_the_disclaimer_is_acknowledged(run: Run) -> None:
    with pytest.raises(UsageError, match=r"disclaimer.*pass --acknowledge NAME"):
        run("find", "-p", "hoffmann", acknowledged=False)


def test_a_reading_must_be_permitted_and_needs_a_model(run: Run) -> None:
    with pytest.raises(UsageError, match="pass --image-reading"):
        run("read", "ImagingStudy/hoffmann-chest", "-p", "hoffmann")


def test_an_image_of_no_such_name_is_said_before_a_model_is_asked(run: Run) -> None:
    for reference in ("ImagingStudy/nope", "ImagingStudy/hoffmann-chest, ImagingStudy/nope"):
        with pytest.raises(UsageError, match=r"has no image 'ImagingStudy/nope'; `images find` lists them"):
            run("read", reference, "-p", "hoffmann", "--image-reading")


def test_a_picture_that_cannot_be_had_is_said_to_whoever_wants_it_read(run: Run) -> None:
    with pytest.raises(SourceFault, match=r"DocumentReference/hoffmann-misfiled has no picture that can be loaded"):
        run("read", "DocumentReference/hoffmann-misfiled", "-p", "hoffmann", "--image-reading")


def test_a_reading_without_its_libraries_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(SourceFault, match=r"cannot be made here: this needs the library 'PIL'; install it with: pip"):
        run("read", "ImagingStudy/hoffmann-chest", "-p", "hoffmann", "--image-reading")


def test_ranking_by_a_picture_needs_weights_and_says_so(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "mine.png"
    Image.new("L", (8, 8)).save(picture)
    with pytest.raises(ConfigurationError, match="hf download google/medsiglip-448"):
        run("find", "-p", "hoffmann", "--like", str(picture))
    with pytest.raises(UsageError, match="there is no file"):
        run("find", "-p", "hoffmann", "--like", str(tmp_path / "none.png"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--window", "bones"), "choose lung, soft, bone, brain or write LOW,HIGH"),
        (("--preview", "ascii"), "choose auto, kitty, iterm, sixel, blocks, none"),
    ],
)
def test_unknown_choices_say_what_there_is(run: Run, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run("show", "ImagingStudy/lindqvist-ct", "-p", "lindqvist", *arguments)


def test_every_look_stands_in_the_audit_log(run: Run, data_dir: Path) -> None:
    from chartwarden.agent.audit.log import open_log
    from chartwarden.agent.audit.reading import Filter, read
    from chartwarden.agent.settings import Settings

    run("show", "Media/moreau-skin", "-p", "moreau", "--preview", "none")
    with open_log(Settings(data_dir=data_dir)) as log:
        facts = [entry.facts for entry in read(log.storage, Filter()) if entry.kind == "tool_call"]
    assert any("Media/moreau-skin" in one["references"] for one in facts)


class PixelEncoder:
    """Vectors out of a picture's own pixels: the same picture, the same vector."""

    name = "pixels@1"

    def images(self, pictures: Sequence[Image.Image]) -> Any:
        small = [picture.convert("L").resize((8, 8)).tobytes() for picture in pictures]
        rows = numpy.stack([numpy.frombuffer(one, dtype=numpy.uint8) for one in small]).astype(numpy.float32)
        rows -= rows.mean(axis=1, keepdims=True)
        return rows / (numpy.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def test_indexed_pictures_are_found_by_their_look_and_encoded_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chartwarden.agent.image_services.MedSigLIP.load", lambda name: PixelEncoder())
    film = tmp_path / "film.png"
    run("show", "ImagingStudy/lindqvist-ct", "-p", "lindqvist", "--save", str(film), "--preview", "none")
    named = ("--acknowledge", "Dr. Reader")
    with pytest.raises(UsageError, match="name patients with --patient ID, or pass --all"):
        run("index", *named, acknowledged=False)
    first = run("index", "-p", "lindqvist", *named, acknowledged=False).output
    assert "1 patients, pixels@1" in first
    new = int(re.search(r"(\d+)  new", first)[1])
    assert new >= 3
    again = run("index", "--all", *named, acknowledged=False).output
    assert int(re.search(r"(\d+)  known", again)[1]) == new
    liked = json.loads(run("find", "-p", "lindqvist", "--like", str(film), "--json").output)
    assert liked["findings"][0]["reference"] == "ImagingStudy/lindqvist-ct"
    assert any("Ordered by likeness of the pictures" in note for note in liked["notes"])


def test_what_a_model_says_of_an_image_is_told_apart_from_the_signed_report(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Saying:
        def __init__(self, **_: Any) -> None:
            pass

        def invoke(self, messages: Any, /) -> str:
            return "The heart outline is wide. A tube lies in the upper middle."

    monkeypatch.setattr("chartwarden.agent.llm.chat.ChatMedGemma", Saying)
    asked = ("read", "ImagingStudy/lindqvist-ct", "What can be seen?", "-p", "lindqvist", "--image-reading")
    said = run(*asked).output
    observed, _, reported = said.partition("DiagnosticReport/lindqvist-ct-report")
    assert "The heart outline is wide." in observed
    assert "google/medgemma" in observed
    assert reported
    with pytest.raises(UsageError, match=r"disclaimer.*pass --acknowledge NAME"):
        run(*asked, acknowledged=False)


def test_a_frame_that_is_not_there_and_a_window_of_ones_own(run: Run, tmp_path: Path) -> None:
    study = ("show", "ImagingStudy/lindqvist-ct", "-p", "lindqvist", "--preview", "none")
    pictures = []
    for window in ("-1000,400", "30,80"):
        saved = tmp_path / f"{window}.png"
        run(*study, "--window", window, "--save", str(saved))
        pictures.append(saved.read_bytes())
    assert pictures[0] != pictures[1]
    with pytest.raises(ImageError, match="frame"):
        run(*study, "--frame", "99")
