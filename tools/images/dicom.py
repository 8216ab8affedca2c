"""DICOM files: what the header says, and frames as 8-bit pictures, with pydicom and its decoders.

Hostile files are expected. Declared dimensions are checked before anything is decoded, dimensions inside a compressed
frame against the declared ones, and a deflated file is inflated under the size limit first.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chartwarden.tools.errors import ConfigurationError, ImageError
from chartwarden.tools.images.content import Limits, check_pixels, library

if TYPE_CHECKING:
    from PIL.Image import Image

_PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_META_END = 144
"""Offset of the first byte after the group length element of a file with preamble (PS3.10, 7.1)."""


@dataclass(frozen=True)
class Window:
    """A grey window: values (after rescale; for CT in HU) that become black and white."""

    low: float
    high: float


@dataclass(frozen=True)
class Header:
    """What a DICOM file says of itself. Text is the file's own, to be shown, never to be obeyed."""

    patient_id: str = ""
    patient_name: str = ""
    """As the file writes it: `FAMILY^GIVEN^...`."""
    birth_date: str = ""
    """`YYYYMMDD`."""
    description: str = ""
    instance_uid: str = ""
    instance_number: int = 0
    date: str = ""
    """Date of the study, `YYYYMMDD`."""
    width: int = 0
    height: int = 0
    frames: int = 1
    is_pdf: bool = False
    """An encapsulated PDF: a document, not a picture."""


def read_header(data: bytes, limits: Limits) -> Header:
    """The header, without touching the pixels. Raises `ImageError` when the file cannot be read."""
    with _fail_closed():
        return _header(_dataset(data, limits, pixels=False))


def decode(data: bytes, limits: Limits, frame: int = 0, window: Window | None = None) -> Image:
    """One frame as `L` or `RGB`: rescaled, windowed, MONOCHROME1 turned to bright is bright, palette applied.

    Without `window` the file's own window (or VOI LUT) is used, without that the range of the frame. Raises
    `ImageError`.
    """
    with _fail_closed():
        dataset = _dataset(data, limits, pixels=True)
        header = _header(dataset)
        if header.is_pdf:
            raise ImageError(
                "this is an encapsulated PDF document, not a picture; save it and open it with a PDF reader"
            )
        if not any(name in dataset for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
            raise ImageError("this DICOM file holds no picture; it may be a report or a measurement")
        check_pixels(header.width, header.height, limits)
        if not 0 <= frame < header.frames:
            raise ImageError(f"the file has {header.frames} frames; there is no frame {frame + 1}")
        _check_frame(dataset, header, frame)
        values = library("pydicom.pixels").pixel_array(dataset, index=frame)
        return _picture(dataset, values, window)


def values_of(data: bytes, limits: Limits, frame: int = 0) -> Any:
    """One grey frame as a float array after rescale (HU for CT), for windows of one's own. Raises `ImageError`."""
    with _fail_closed():
        dataset = _dataset(data, limits, pixels=True)
        header = _header(dataset)
        check_pixels(header.width, header.height, limits)
        _check_frame(dataset, header, frame)
        pixels = library("pydicom.pixels")
        return pixels.apply_modality_lut(pixels.pixel_array(dataset, index=frame), dataset).astype("float32")


@contextmanager
def _fail_closed() -> Iterator[None]:
    """pydicom and its decoders fail in every way there is on hostile bytes: all of them are an `ImageError`."""
    library("pydicom")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ImageError, ConfigurationError):
        raise
    except Exception as fault:  # noqa: BLE001 - see above
        raise ImageError(f"the DICOM file is damaged or not supported ({type(fault).__name__})") from None


def _dataset(data: bytes, limits: Limits, *, pixels: bool) -> Any:
    _check_deflated(data, limits)
    bare = data[128:132] != b"DICM"
    return library("pydicom").dcmread(io.BytesIO(data), force=bare, stop_before_pixels=not pixels)


def _check_deflated(data: bytes, limits: Limits) -> None:
    if _DEFLATED not in data[:2048]:
        return
    (length,) = struct.unpack_from("<I", data, _META_END - 4)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflater.decompress(data[_META_END + length :], limits.max_bytes)
    if inflater.unconsumed_tail:
        raise ImageError(f"the DICOM file inflates to more than {limits.max_bytes} bytes; it is not opened")


def _header(dataset: Any) -> Header:
    def text(name: str) -> str:
        value = dataset.get(name)
        return "" if value is None else str(value).strip()

    frames = text("NumberOfFrames")
    number = text("InstanceNumber")
    return Header(
        patient_id=text("PatientID"),
        patient_name=text("PatientName"),
        birth_date=text("PatientBirthDate"),
        description=text("StudyDescription") or text("SeriesDescription"),
        instance_uid=text("SOPInstanceUID"),
        instance_number=int(number) if number.isdigit() else 0,
        date=text("StudyDate") or text("ContentDate"),
        width=int(dataset.get("Columns") or 0),
        height=int(dataset.get("Rows") or 0),
        frames=max(1, int(frames)) if frames.isdigit() else 1,
        is_pdf=text("SOPClassUID") == _PDF_CLASS,
    )


def _check_frame(dataset: Any, header: Header, frame: int) -> None:
    """A compressed frame must not be larger inside than the header says outside: a decoder would obey the inside."""
    syntax = dataset.file_meta.get("TransferSyntaxUID") if hasattr(dataset, "file_meta") else None
    if syntax is None or not syntax.is_encapsulated:
        return
    encoded = library("pydicom.encaps").get_frame(dataset.PixelData, frame, number_of_frames=header.frames)
    inside = codestream_size(encoded)
    if inside is not None and (inside[0] > header.width or inside[1] > header.height):
        raise ImageError(
            f"the compressed frame is {inside[0]} x {inside[1]} pixels inside, but the header says "
            f"{header.width} x {header.height}; it is not opened"
        )


def codestream_size(data: bytes) -> tuple[int, int] | None:
    """Width and height inside a JPEG, JPEG-LS or JPEG 2000 stream; None when it is neither (RLE, for instance)."""
    start = data.find(b"\xff\x4f\xff\x51", 0, 256)
    if start >= 0:  # JPEG 2000 (T.800, A.5.1): Xsiz, Ysiz, XOsiz, YOsiz follow marker, length and capabilities
        right, bottom, left, top = struct.unpack_from(">IIII", data, start + 8)
        return right - left, bottom - top
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 if marker == 0xFF or 0xD0 <= marker <= 0xD9 else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _picture(dataset: Any, values: Any, window: Window | None) -> Image:
    pixels = library("pydicom.pixels")
    photometric = str(dataset.get("PhotometricInterpretation", "MONOCHROME2"))
    if photometric == "PALETTE COLOR":
        values = pixels.apply_color_lut(values, dataset)
    if values.ndim == 3:
        return _colour(values)
    grey = _grey(dataset, values, window)
    if photometric == "MONOCHROME1":
        grey = 255 - grey
    image: Image = library("PIL.Image").fromarray(grey)
    return image


def _colour(values: Any) -> Image:
    numpy = library("numpy")
    top = 255.0 if values.dtype.itemsize == 1 else float(numpy.iinfo(values.dtype).max)
    eight = values if values.dtype == numpy.uint8 else (values.astype("float64") / top * 255 + 0.5).astype("uint8")
    image: Image = library("PIL.Image").fromarray(numpy.ascontiguousarray(eight[..., :3]), "RGB")
    return image


def _grey(dataset: Any, values: Any, window: Window | None) -> Any:
    numpy, pixels = library("numpy"), library("pydicom.pixels")
    rescaled = pixels.apply_modality_lut(values, dataset)
    if window is None and dataset.get("VOILUTSequence"):
        rescaled = pixels.apply_voi_lut(rescaled, dataset)
    window = window or _own_window(dataset) or Window(float(rescaled.min()), float(rescaled.max()))
    scaled = (rescaled.astype("float64") - window.low) / ((window.high - window.low) or 1.0) * 255
    return numpy.clip(numpy.nan_to_num(scaled) + 0.5, 0, 255).astype("uint8")


def _own_window(dataset: Any) -> Window | None:
    """The file's first window, as black and white points of the linear function (PS3.3 C.11.2.1.2.1)."""
    if dataset.get("VOILUTSequence"):
        return None
    center, width = (dataset.get(name) for name in ("WindowCenter", "WindowWidth"))
    if center is None or width is None:
        return None
    middle, span = (float(value if isinstance(value, (int, float)) else value[0]) for value in (center, width))
    return Window(middle - 0.5 - (span - 1) / 2, middle - 0.5 + (span - 1) / 2) if span > 1 else None
