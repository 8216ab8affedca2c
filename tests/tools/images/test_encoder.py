"""The encoder over tiny random SigLIP models: shapes, units, the model's own maths. No claim about retrieval."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
import transformers
from PIL import Image
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from chartwarden.tools.errors import ConfigurationError
from chartwarden.tools.images.encoder import MAX_TOKENS, MedSigLIP
from chartwarden.tools.images.finding import look
from chartwarden.tools.images.index import VectorIndex
from chartwarden.tools.images.indexing import index_images
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.sources import PictureLoader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock

SIDE = 32


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random SigLIP as a checkpoint folder."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    folder = tmp_path_factory.mktemp("siglip")
    shared = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    torch.manual_seed(7)
    config = transformers.SiglipConfig(
        text_config={**shared, "vocab_size": 32, "max_position_embeddings": MAX_TOKENS},
        vision_config={**shared, "image_size": SIDE, "patch_size": 8},
    )
    transformers.SiglipModel(config).save_pretrained(folder)
    words = {word: place for place, word in enumerate(["<pad>", "<unk>", "chest", "film", "arm", "with", "device"])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(
        json.dumps({
            "image_processor_type": "SiglipImageProcessor", "size": {"height": SIDE, "width": SIDE}, "resample": 2,
            "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
        })
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def encoder(checkpoint: Path) -> MedSigLIP:
    """The tiny model, loaded as a person's own folder would be."""
    return MedSigLIP.load(str(checkpoint), device="cpu", batch=2)


def _pictures(count: int) -> list[Any]:
    random = numpy.random.default_rng(3)
    return [Image.fromarray(random.integers(0, 256, (20 + n, 30, 3), dtype=numpy.uint8)) for n in range(count)]


def test_a_checkpoint_folder_brings_its_own_preprocessing(encoder: MedSigLIP) -> None:
    assert (encoder.preprocessing.side, encoder.preprocessing.resample) == (SIDE, 2)
    assert encoder.name.endswith("@local")


def test_vectors_are_of_unit_length_and_do_not_depend_on_the_batch(encoder: MedSigLIP) -> None:
    pictures = _pictures(5)
    vectors = encoder.images(pictures)
    assert vectors.shape == (5, 16)
    assert numpy.allclose(numpy.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    alone = numpy.concatenate([encoder.images([one]) for one in pictures])
    assert numpy.allclose(vectors, alone, atol=1e-5)
    assert encoder.images([]).shape == (0, 16)


def test_image_vectors_equal_the_full_model(encoder: MedSigLIP) -> None:
    pictures = _pictures(3)
    pixels = torch.from_numpy(encoder.preprocessing(pictures))
    tokens = encoder.tokenizer(["chest film"], padding="max_length", max_length=MAX_TOKENS, return_tensors="pt")
    with torch.inference_mode():
        whole = encoder.model(input_ids=tokens["input_ids"], pixel_values=pixels)
    assert numpy.allclose(encoder.images(pictures), whole.image_embeds.numpy(), atol=1e-5)
    assert numpy.allclose(encoder.texts(["chest film"]), whole.text_embeds.numpy(), atol=1e-5)


def test_texts_are_padded_to_the_trained_length(encoder: MedSigLIP, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []
    tower = encoder.model.text_model.forward

    def spy(input_ids: Any, **more: Any) -> Any:
        seen.append(tuple(input_ids.shape))
        return tower(input_ids=input_ids, **more)

    monkeypatch.setattr(encoder.model.text_model, "forward", spy)
    encoder.texts(["chest film", "arm", "chest " * 200])
    assert seen == [(2, MAX_TOKENS), (1, MAX_TOKENS)]


def test_the_whole_way_from_record_to_rank(
    encoder: MedSigLIP, loader_of: Callable[..., PictureLoader], lock_of: Callable[..., PatientLock], clock: Clock,
    tmp_path: Path,
) -> None:  # fmt: skip
    index = VectorIndex(create_engine(f"sqlite:///{tmp_path / 'vectors.db'}", poolclass=NullPool))
    images = RecordImages(folders=loader_of("adeyemi-1957").folders, index=index, encoder=lambda: encoder)
    loader = loader_of("adeyemi-1957")
    found = look("", loader.lock, clock).images
    done = index_images(found, loader, encoder, images.vectors())
    assert (done.new, done.known, dict(done.skipped)) == (4, 0, {})
    again = index_images(found, loader, encoder, index)
    assert (again.new, again.known, again.removed) == (0, 4, 0)
    result = images.find("chest film with device", lock_of("adeyemi-1957"), clock)
    assert all("picture similarity" in row.label for row in result.findings if row.label.startswith("image"))
    assert "likeness of the pictures" in result.notes[-1]
    other = images.find("chest film with device", lock_of("hoffmann"), clock)
    assert "Nobody looked at the pictures" in other.notes[-1]
    assert not any("similarity" in row.label for row in other.findings)
    data, _ = loader.load(found[1].sources[0])
    first = images.find(images.example(data), lock_of("adeyemi-1957"), clock).findings[0]
    assert first.reference == found[1].reference


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"nothing is fetched unasked; accept the terms .* or set images\.encoder"
    ):
        MedSigLIP.load(str(tmp_path / "nowhere"))
