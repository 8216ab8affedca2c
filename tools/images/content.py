"""What a file is, told by its content; what it claims to be is never believed.

Also the limits that hold for every picture before anything of it is decoded.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from chartwarden.tools.errors import ConfigurationError, ImageError

Kind = Literal["png", "jpeg", "tiff", "dicom", "pdf"]

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"%PDF-", "pdf"),
)
_DICOM_MARK = slice(128, 132)


@dataclass(frozen=True)
class Limits:
    """What a picture may cost."""

    max_bytes: int = 256 * 2**20
    """Size of the file."""
    max_pixels: int = 120_000_000
    """Width times height of one frame, as the file declares them."""


def kind_of(data: bytes) -> Kind | None:
    """What the bytes are, or None when they are no picture this package knows."""
    if data[_DICOM_MARK] == b"DICM" or _is_bare_dicom(data):
        return "dicom"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)


def _is_bare_dicom(data: bytes) -> bool:
    """A dataset without preamble: it begins with an element of group 0002 or 0008 (old archives, some senders)."""
    if len(data) < 16 or data[0] not in (0x02, 0x08) or data[1] != 0 or data[3] != 0:
        return False
    explicit = data[4:6].isalpha() and data[4:6].isupper()
    implicit = int.from_bytes(data[4:8], "little") < 1024
    return explicit or implicit


def checked_kind(data: bytes, limits: Limits) -> Kind:
    """The kind of a file within the size limit. Raises `ImageError` for anything else."""
    check_size(len(data), limits)
    kind = kind_of(data)
    if kind is None:
        raise ImageError("the file is neither PNG, JPEG, TIFF, DICOM nor PDF, whatever its name says")
    return kind


def check_size(size: int, limits: Limits) -> None:
    """Raise `ImageError` for a file over the size limit or without content."""
    if size > limits.max_bytes:
        raise ImageError(
            f"the file has {size} bytes, the limit is {limits.max_bytes}; raise images.max_bytes to open it"
        )
    if size == 0:
        raise ImageError("the file is empty")


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raise `ImageError` for a frame with no pixels or more than the limit."""
    if width < 1 or height < 1:
        raise ImageError(f"the picture declares {width} x {height} pixels")
    if width * height > limits.max_pixels:
        raise ImageError(
            f"the picture declares {width} x {height} pixels, the limit is {limits.max_pixels} in all; "
            "raise images.max_pixels to open it"
        )


def library(name: str, *, extra: str = "images") -> ModuleType:
    """Import an optional library, or raise `ConfigurationError` that says what to install."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as fault:
        if fault.name is None or fault.name.partition(".")[0] != name.partition(".")[0]:
            raise
        raise ConfigurationError(
            f"this needs the library {name.partition('.')[0]!r}; install it with: pip install 'chartwarden[{extra}]'"
        ) from None
