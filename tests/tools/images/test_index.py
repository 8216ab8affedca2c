"""Vectors are kept by patient, searched exactly, and made only once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from chartwarden import fhir_fixtures
from chartwarden.tools.images.finding import look
from chartwarden.tools.images.index import Entry, Key, VectorIndex
from chartwarden.tools.images.indexing import MAX_FRAMES, index_images
from chartwarden.tools.images.sources import PictureLoader
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.store import LocalStore


class HashingEncoder:
    """Vectors out of a picture's own pixels: the same picture, the same vector."""

    def __init__(self, name: str = "hashing@1", fail_after: int | None = None) -> None:
        self.name = name
        self.encoded = 0
        self.fail_after = fail_after

    def images(self, pictures: Sequence[Any]) -> Any:
        if self.fail_after is not None and self.encoded >= self.fail_after:
            raise RuntimeError("pulled the plug")
        self.encoded += len(pictures)
        return numpy.stack([self._vector(picture.convert("L").resize((8, 8)).tobytes()) for picture in pictures])

    def texts(self, words: Sequence[str]) -> Any:
        return numpy.stack([self._vector(word.encode()[:64].ljust(64)) for word in words])

    @staticmethod
    def _vector(data: bytes) -> Any:
        values = numpy.frombuffer(data, dtype=numpy.uint8).astype(numpy.float32) + 1
        return values / numpy.linalg.norm(values)


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    """An empty index in a file."""
    made = VectorIndex(create_engine(f"sqlite:///{tmp_path / 'records.db'}", poolclass=NullPool))
    made.prepare()
    return made


def _entries(matrix: Any) -> list[Entry]:
    return [Entry(Key(f"Media/{n}", "m data:0"), f"digest-{n}", row) for n, row in enumerate(matrix)]


def _unit(rows: int, width: int = 24, seed: int = 1) -> Any:
    matrix = numpy.random.default_rng(seed).normal(size=(rows, width)).astype(numpy.float32)
    return matrix / numpy.linalg.norm(matrix, axis=1, keepdims=True)


def test_search_is_exact(index: VectorIndex) -> None:
    matrix, query = _unit(500), _unit(1, seed=2)[0]
    index.add("m", "p", _entries(matrix))
    hits = index.block("m", "p").nearest(query, 20)
    expected = numpy.argsort(-(matrix @ query), kind="stable")[:20]
    assert [hit.key.reference for hit in hits] == [f"Media/{place}" for place in expected]
    assert [hit.score for hit in hits] == pytest.approx((matrix @ query)[expected].tolist(), abs=1e-6)


def test_more_asked_for_than_there_is_and_nothing_at_all(index: VectorIndex) -> None:
    assert index.block("m", "p").nearest(_unit(1)[0], 5) == []
    index.add("m", "p", _entries(_unit(3)))
    assert len(index.block("m", "p").nearest(_unit(1)[0], 50)) == 3


def test_patients_and_models_are_kept_apart(index: VectorIndex) -> None:
    index.add("m", "p", _entries(_unit(4)))
    index.add("m", "q", _entries(_unit(2)))
    index.add("n", "p", _entries(_unit(1)))
    assert [len(index.block(*which).keys) for which in (("m", "p"), ("m", "q"), ("n", "p"), ("n", "q"))] == [4, 2, 1, 0]
    assert (index.has_any("p"), index.has_any("r")) == (True, False)


def test_a_replaced_vector_is_seen_by_the_next_search(index: VectorIndex) -> None:
    first, second = _unit(2)
    key = Key("Media/1", "m data:0")
    index.add("m", "p", [Entry(key, "a", first)])
    assert index.block("m", "p").nearest(first, 1)[0].score == pytest.approx(1)
    index.add("m", "p", [Entry(key, "b", second)])
    assert index.block("m", "p").nearest(second, 1)[0].score == pytest.approx(1)
    assert index.remove("m", "p", [key]) == 1
    assert index.block("m", "p").nearest(second, 1) == []


def test_a_database_without_the_table_has_no_vectors() -> None:
    engine = create_engine("sqlite://")
    assert VectorIndex(engine).has_any("p") is False
    engine.dispose()


def test_asking_leaves_no_empty_database_behind_and_a_new_one_is_private(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    index = VectorIndex(create_engine(f"sqlite:///{path}", poolclass=NullPool))
    assert index.has_any("p") is False
    assert not path.exists()
    index.prepare()
    assert path.stat().st_mode & 0o777 == 0o600
    assert index.has_any("p") is False


def test_pictures_are_indexed_while_records_are_loaded(tmp_path: Path) -> None:
    """A load copies the store and puts the copy in its place: nothing else may write there meanwhile."""
    url = f"sqlite:///{tmp_path / 'records.db'}"
    with LocalStore.open(url) as store:
        load(store, [fhir_fixtures.folder() / "tan.json"])
    before = (tmp_path / "records.db").read_bytes()
    index = VectorIndex.beside(url)
    index.prepare()
    index.add("m", "p", _entries(_unit(3)))
    assert (tmp_path / "records.db").read_bytes() == before
    with LocalStore.open(url) as store:
        load(store, [fhir_fixtures.folder() / "hoffmann.json"])
    assert len(VectorIndex.beside(url).block("m", "p").keys) == 3
    assert VectorIndex.beside("sqlite://").engine.url.database is None
    assert VectorIndex.beside("postgresql+psycopg://host/records").engine.url.database == "records"


def test_only_what_is_new_is_encoded_and_what_is_gone_is_forgotten(
    index: VectorIndex, loader_of: Callable[..., PictureLoader], clock: Clock
) -> None:
    loader, encoder = loader_of("whitehorse"), HashingEncoder()
    images = look("", loader.lock, clock).images
    steps: list[int] = []
    assert index_images(images[:1], loader, encoder, index, progress=steps.append).new == 1
    second = index_images(images, loader, encoder, index)
    assert (second.new, second.known, encoder.encoded, steps) == (1, 1, 2, [1])
    assert index_images(images[1:], loader, encoder, index).removed == 1


def test_a_run_that_was_cut_off_goes_on_where_it_ended(
    index: VectorIndex, loader_of: Callable[..., PictureLoader], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chartwarden.tools.images.indexing._BATCH", 1)
    loader, cut = loader_of("lindqvist"), HashingEncoder(fail_after=2)
    images = look("", loader.lock, clock).images
    with pytest.raises(RuntimeError, match="pulled the plug"):
        index_images(images, loader, cut, index)
    whole = HashingEncoder()
    done = index_images(images, loader, whole, index)
    assert (done.known, done.new, whole.encoded) == (2, 2, 2)


def test_the_same_file_met_again_is_not_encoded_again(
    index: VectorIndex, loader_of: Callable[..., PictureLoader], clock: Clock
) -> None:
    loader, encoder = loader_of("whitehorse"), HashingEncoder()
    images = look("", loader.lock, clock).images
    index_images(images, loader, encoder, index)
    index.remove("hashing@1", "whitehorse", list(index.known("hashing@1", "whitehorse"))[:1])
    kept = index_images(images, loader, encoder, index)
    assert (kept.new, encoder.encoded) == (1, 3)
    moved = loader.lock.read("Media/whitehorse-film-after")
    assert moved is not None
    index.add("hashing@1", "elsewhere", [Entry(Key("Media/x", "y"), "d", _unit(1)[0])])
    assert index.cached("hashing@1", "d", 0) is not None
    assert index.cached("hashing@1", "d", 1) is None


def test_frames_of_a_clip_are_indexed_and_refusals_are_counted(
    index: VectorIndex, loader_of: Callable[..., PictureLoader], clock: Clock
) -> None:
    tan, hoffmann = loader_of("tan"), loader_of("hoffmann")
    clip = index_images(look("", tan.lock, clock).images, tan, HashingEncoder(), index)
    assert (clip.new, dict(clip.skipped)) == (4, {"no picture there, or not readable": 1})
    assert MAX_FRAMES > 4
    hostile = index_images(look("", hoffmann.lock, clock).images, hoffmann, HashingEncoder(), index)
    assert (hostile.new, hostile.skipped["names another patient"]) == (1, 1)
