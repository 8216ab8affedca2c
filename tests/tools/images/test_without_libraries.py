"""Without image or model libraries: finding works, everything else says what to install."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from chartwarden.tools.errors import ConfigurationError
from chartwarden.tools.images.content import Limits, library
from chartwarden.tools.images.encoder import MedSigLIP
from chartwarden.tools.images.finding import PixelSource
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.pixels import inspect, open_picture
from chartwarden.tools.images.sources import PictureLoader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock

MISSING = ("pydicom", "PIL", "PIL.Image", "PIL.PngImagePlugin", "numpy", "torch", "transformers")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python in which none of the optional libraries can be imported."""
    for name in MISSING:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("bare")
def test_images_and_their_reports_are_found(lock_of: Callable[..., PatientLock], clock: Clock) -> None:
    result = RecordImages().find("chest CT", lock_of("lindqvist"), clock)
    assert [finding.reference for finding in result.findings] == [
        "ImagingStudy/lindqvist-ct",
        "DiagnosticReport/lindqvist-ct-report",
    ]


@pytest.mark.usefixtures("bare")
def test_opening_a_picture_says_what_to_install(loader_of: Callable[..., PictureLoader]) -> None:
    with pytest.raises(ConfigurationError, match=r"'PIL'; install it with: pip install 'chartwarden\[images\]'"):
        loader_of("lindqvist").load(PixelSource("Media/lindqvist-film", "data:0"))
    with pytest.raises(ConfigurationError, match="'pydicom'; install it with"):
        open_picture(b"\0" * 128 + b"DICM" + b"\0" * 20, Limits())
    assert inspect(b"%PDF-1.7", Limits()).kind == "pdf"


@pytest.mark.usefixtures("bare")
def test_the_encoder_says_what_to_install() -> None:
    with pytest.raises(
        ConfigurationError, match=r"'torch'; install it with: pip install 'chartwarden\[medgemma,images\]'"
    ):
        MedSigLIP.load()


def test_a_library_that_is_broken_inside_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ModuleNotFoundError("no module named 'something_inside'", name="something_inside")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="something_inside"):
        library("pydicom")


def test_importing_the_image_tools_imports_no_library() -> None:
    code = (
        "import sys, chartwarden.tools.images.looking, chartwarden.tools.images.indexing\n"
        "import chartwarden.agent.cli.images\n"
        f"print([name for name in {MISSING!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
