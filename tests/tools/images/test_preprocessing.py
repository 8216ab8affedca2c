"""Our pixel values equal those of the official processor, on every kind of picture."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from PIL import Image

from chartwarden.fhir_fixtures import dicom_file, pictures
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.pixels import open_picture
from chartwarden.tools.images.preprocessing import Preprocessing, to_square

TOLERANCE = 1e-5
LIMITS = Limits()


def _official(picture: Any, ours: Preprocessing) -> Any:
    # Imported here: each process of the suite collects these tests, but one runs them.
    import transformers.models.siglip.image_processing_pil_siglip as siglip

    processor = siglip.SiglipImageProcessorPil(
        size={"height": ours.side, "width": ours.side},
        resample=ours.resample,
        image_mean=[ours.mean] * 3,
        image_std=[ours.std] * 3,
    )
    return processor(images=to_square(picture.convert("RGB")), return_tensors="np")["pixel_values"][0]


def _random_picture(random: Any, mode: str) -> Any:
    width, height = (int(size) for size in random.integers(1, 700, size=2))
    channels = {"L": (), "RGB": (3,), "RGBA": (4,), "I;16": ()}[mode]
    if mode == "I;16":
        return Image.fromarray(random.integers(0, 65536, size=(height, width), dtype=numpy.uint16))
    return Image.fromarray(random.integers(0, 256, size=(height, width, *channels), dtype=numpy.uint8))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("seed", range(4))
def test_random_pictures_equal_the_official_processor(mode: str, seed: int) -> None:
    import io

    random = numpy.random.default_rng(seed)
    stream = io.BytesIO()
    _random_picture(random, mode).save(stream, "PNG")
    decoded = open_picture(stream.getvalue(), LIMITS).image
    ours = Preprocessing(resample=2 + seed % 2)
    made = ours([decoded])[0]
    assert made.shape == (3, 448, 448)
    assert numpy.abs(made - _official(decoded, ours)).max() <= TOLERANCE


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("slope", ["1", "2.5"])
def test_dicom_pictures_equal_the_official_processor(inverted: bool, slope: str) -> None:
    levels = pictures.chest("x").levels(4095)
    rescale = {(0x0028, 0x1052): ("DS", "-1024"), (0x0028, 0x1053): ("DS", slope)}
    elements = dicom_file.film(
        pictures.words16(levels), columns=128, rows=128, bits=16, inverted=inverted, more=rescale
    )
    decoded = open_picture(dicom_file.write(elements, modality="CR", instance="2.25.1"), LIMITS).image
    ours = Preprocessing()
    assert numpy.abs(ours([decoded])[0] - _official(decoded, ours)).max() <= TOLERANCE


@pytest.mark.parametrize(("size", "corner"), [((5, 2), (0, 1)), ((2, 5), (1, 0)), ((4, 3), (0, 0)), ((3, 3), (0, 0))])
def test_padding_is_black_in_the_middle_with_the_odd_pixel_below_or_right(
    size: tuple[int, int], corner: tuple[int, int]
) -> None:
    square = to_square(Image.new("L", size, 255))
    side = max(size)
    expected = Image.new("L", (side, side))
    expected.paste(255, (*corner, corner[0] + size[0], corner[1] + size[1]))
    assert square.tobytes() == expected.tobytes()


def test_values_run_from_minus_one_to_one() -> None:
    black, white = Preprocessing(side=8)([Image.new("L", (3, 3), 0), Image.new("L", (3, 3), 255)])
    assert (black.min(), black.max(), white.min(), white.max()) == (-1.0, -1.0, 1.0, 1.0)
