"""Every format decodes, and every hostile file has its outcome."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy
import pydicom
import pytest
from PIL import Image

from chartwarden import fhir_fixtures
from chartwarden.fhir_fixtures import dicom_file, pictures
from chartwarden.tools.errors import ImageError
from chartwarden.tools.images import dicom
from chartwarden.tools.images.content import Limits, kind_of
from chartwarden.tools.images.pixels import inspect, open_picture

LIMITS = Limits()
SAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"


def _encoded(image: Image.Image, format_: str, **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_, **more)
    return stream.getvalue()


def _dicom(pixels: bytes, **more: object) -> bytes:
    elements = dicom_file.film(pixels, columns=4, rows=2, **more)  # type: ignore[arg-type]
    return dicom_file.write(elements, modality="CR", instance="2.25.1.1")


@pytest.mark.parametrize(
    ("format_", "mode"),
    [("PNG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "LA"), ("JPEG", "L"),
     ("JPEG", "RGB"), ("JPEG", "CMYK"), ("TIFF", "L"), ("TIFF", "RGB"), ("TIFF", "F")],
)  # fmt: skip
def test_raster_pictures_decode_to_eight_bits(format_: str, mode: str) -> None:
    picture = open_picture(_encoded(Image.new(mode, (7, 5), 1), format_), LIMITS)
    assert picture.image.mode in ("L", "RGB")
    assert picture.image.size == (7, 5)


def test_sixteen_bit_grey_is_scaled_by_its_type() -> None:
    deep = Image.fromarray(numpy.array([[0, 32768, 65535]], dtype=numpy.uint16))
    assert list(open_picture(_encoded(deep, "PNG"), LIMITS).image.tobytes()) == [0, 128, 255]


def test_a_turned_photograph_is_put_upright() -> None:
    image = Image.new("RGB", (8, 4))
    exif = image.getexif()
    exif[0x0112] = 6
    assert open_picture(_encoded(image, "JPEG", exif=exif), LIMITS).image.size == (4, 8)


def test_pages_of_a_tiff_are_frames() -> None:
    pages = [Image.new("L", (3, 3), shade) for shade in (10, 20, 30)]
    data = _encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert inspect(data, LIMITS).frames == 3
    assert open_picture(data, LIMITS, frame=2).image.getpixel((0, 0)) == 30
    with pytest.raises(ImageError, match="there is no frame 4"):
        open_picture(data, LIMITS, frame=3)


DECODABLE = [
    "693_J2KI.dcm", "CT_small.dcm", "ExplVR_BigEnd.dcm", "JPEG2000.dcm", "JPEGLSNearLossless_16.dcm", "MR_small.dcm",
    "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm", "MR_small_jpeg_ls_lossless.dcm",
    "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_rle_16bit_2frame.dcm", "SC_ybr_full_422_uncompressed.dcm",
    "examples_palette.dcm", "examples_ybr_color.dcm", "image_dfl.dcm", "rtdose.dcm", "SC_rgb_small_odd.dcm",
]  # fmt: skip


@pytest.mark.parametrize("name", DECODABLE)
def test_public_dicom_samples_decode(name: str) -> None:
    picture = open_picture((SAMPLES / name).read_bytes(), LIMITS)
    assert picture.image.mode in ("L", "RGB")
    assert picture.image.size == (picture.facts.width, picture.facts.height)
    low, high = picture.image.convert("L").getextrema()
    assert high > low


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MR_truncated.dcm", "damaged"),
        ("rtplan.dcm", "holds no picture"),
        ("test-SR.dcm", "holds no picture"),
        ("JPEG2000-embedded-sequence-delimiter.dcm", "pixels inside"),
        ("no_meta.dcm", "whatever its name says"),
    ],
)
def test_dicom_files_without_a_usable_picture_say_so(name: str, said: str) -> None:
    with pytest.raises(ImageError, match=said):
        open_picture((SAMPLES / name).read_bytes(), LIMITS)


def test_every_sample_of_pydicom_decodes_or_is_refused_in_words() -> None:
    outcomes = {"decoded": 0, "refused": 0}
    for path in sorted(SAMPLES.glob("*.dcm")):
        try:
            open_picture(path.read_bytes(), LIMITS)
            outcomes["decoded"] += 1
        except ImageError:
            outcomes["refused"] += 1
    assert outcomes["decoded"] >= 50


def test_frames_of_a_clip_differ() -> None:
    data = (fhir_fixtures.dicom_folder() / "tan-ultrasound.dcm").read_bytes()
    first, last = (open_picture(data, LIMITS, frame=frame) for frame in (0, 3))
    assert first.facts.frames == 4
    assert first.image.tobytes() != last.image.tobytes()
    with pytest.raises(ImageError, match="there is no frame 5"):
        open_picture(data, LIMITS, frame=4)


def test_monochrome1_is_turned_so_that_bright_is_bright() -> None:
    pixels = bytes([0, 10, 20, 30, 40, 50, 60, 255])
    plain = open_picture(_dicom(pixels), LIMITS).image.tobytes()
    inverted = open_picture(_dicom(bytes(255 - value for value in pixels), inverted=True), LIMITS).image.tobytes()
    assert plain == inverted


def test_rescale_and_window_give_hounsfield_greys() -> None:
    stored = pictures.words16([-100, 0, 40, 90, 140, 190, 240, 290])
    rescale = {(0x0028, 0x1052): ("DS", "-50"), (0x0028, 0x1053): ("DS", "2")}
    data = _dicom(stored, bits=16, signed=True, more=rescale)
    assert dicom.values_of(data, LIMITS).flatten().tolist() == [-250, -50, 30, 130, 230, 330, 430, 530]
    shown = open_picture(data, LIMITS, window=dicom.Window(-50, 230)).image.tobytes()
    assert (shown[0], shown[1], shown[4], shown[7]) == (0, 0, 255, 255)
    assert 0 < shown[2] < shown[3] < 255


def test_the_own_window_of_a_file_is_used() -> None:
    stored = pictures.words16([0, 100, 110, 120, 130, 140, 150, 4000])
    window = {(0x0028, 0x1050): ("DS", "125.5"), (0x0028, 0x1051): ("DS", "51")}
    shown = open_picture(_dicom(stored, bits=16, more=window), LIMITS).image.tobytes()
    assert (shown[0], shown[1], shown[6], shown[7]) == (0, 0, 255, 255)


def test_a_decompression_bomb_is_refused_before_decoding() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(ImageError, match="pixels"):
        open_picture(bomb, LIMITS)


def test_declared_dimensions_over_the_limit_are_refused() -> None:
    with pytest.raises(ImageError, match="declares 7 x 5 pixels, the limit is 20"):
        open_picture(_encoded(Image.new("L", (7, 5)), "PNG"), Limits(max_pixels=20))
    with pytest.raises(ImageError, match="declares 4 x 2 pixels, the limit is 7"):
        open_picture(_dicom(bytes(8)), Limits(max_pixels=7))


def test_a_file_over_the_size_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ImageError, match=r"the limit is 10; raise images\.max_bytes"):
        open_picture(_dicom(bytes(8)), Limits(max_bytes=10))


def test_a_deflated_dicom_bomb_is_refused() -> None:
    raw = _dicom(bytes(8))
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflater.compress(bytes(3_000_000)) + deflater.flush()
    head = bytearray(raw[:132])
    meta = bytearray()
    for element, vr, value in (
        (0x0002, "UI", b"1.2.840.10008.5.1.4.1.1.7\0"),
        (0x0010, "UI", b"1.2.840.10008.1.2.1.99"),
    ):
        meta += struct.pack("<HH", 2, element) + vr.encode() + struct.pack("<H", len(value)) + value
    head += struct.pack("<HH", 2, 0) + b"UL" + struct.pack("<HI", 4, len(meta)) + meta
    with pytest.raises(ImageError, match="inflates to more than 1000000 bytes"):
        inspect(bytes(head) + body, Limits(max_bytes=1_000_000))


def test_a_compressed_frame_larger_inside_than_outside_is_refused() -> None:
    data = (SAMPLES / "SC_rgb_jpeg_dcmtk.dcm").read_bytes()
    at = data.index(b"\xff\xc0") + 5
    swollen = data[:at] + struct.pack(">HH", 30_000, 30_000) + data[at + 4 :]
    with pytest.raises(ImageError, match="30000 x 30000 pixels inside, but the header says 100 x 100"):
        open_picture(swollen, LIMITS)


def test_the_size_inside_a_codestream_is_read_for_each_family() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (21, 9)).save(stream, "JPEG")
    assert dicom.codestream_size(stream.getvalue()) == (21, 9)
    assert dicom.codestream_size(b"\x01\x00RLE") is None
    siz = b"\xff\x4f\xff\x51" + struct.pack(">HHIIII", 47, 0, 50, 40, 10, 5)
    assert dicom.codestream_size(siz) == (40, 35)


@pytest.mark.parametrize("cut", [20, 200, 900])
@pytest.mark.parametrize("format_", ["PNG", "JPEG", "TIFF"])
def test_truncated_files_are_refused(format_: str, cut: int) -> None:
    image = Image.frombytes("L", (64, 64), bytes(range(256)) * 16)
    data = _encoded(image, format_)
    with pytest.raises(ImageError):
        open_picture(data[: min(cut, len(data) - 100)], LIMITS)


@pytest.mark.parametrize("data", [b"", b"GIF89a\x01\x00", b"#!/bin/sh\n", b"<svg onload='x()'/>", b"\0" * 300])
def test_other_files_are_refused_whatever_they_are_called(data: bytes) -> None:
    with pytest.raises(ImageError, match=r"empty|whatever its name says"):
        inspect(data, LIMITS)


def test_a_file_is_what_its_content_says() -> None:
    assert kind_of(_encoded(Image.new("L", (2, 2)), "PNG")) == "png"
    assert kind_of(_dicom(bytes(8))) == "dicom"
    assert kind_of(b"%PDF-1.7\n") == "pdf"


def test_pdf_documents_are_named_as_such() -> None:
    facts = inspect(b"%PDF-1.7\n", LIMITS)
    assert (facts.kind, facts.is_picture) == ("pdf", False)
    with pytest.raises(ImageError, match="a PDF document, not a picture"):
        open_picture(b"%PDF-1.7\n", LIMITS)


def test_a_pdf_inside_dicom_is_named_as_such() -> None:
    dataset = pydicom.dcmread(io.BytesIO(_dicom(bytes(8))))
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    stream = io.BytesIO()
    dataset.save_as(stream)
    facts = inspect(stream.getvalue(), LIMITS)
    assert (facts.kind, facts.is_picture) == ("pdf", False)


def test_damage_anywhere_never_escapes_as_another_error() -> None:
    good = (fhir_fixtures.dicom_folder() / "lindqvist-ct-1.dcm").read_bytes()
    for place in range(132, 700, 7):
        broken = bytearray(good)
        broken[place] ^= 0xFF
        with contextlib.suppress(ImageError):
            open_picture(bytes(broken), LIMITS)
