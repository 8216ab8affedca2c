"""Index the pictures of one record: what is new is encoded, what is gone is forgotten, what is known is left alone.

Stopping half-way loses one batch: the next run goes on where this one ended. Pictures that cannot be loaded are
counted with their reason and leave no vector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chartwarden.tools.errors import AccessDenied, ImageError, SourceFault
from chartwarden.tools.images.encoder import Encoder
from chartwarden.tools.images.finding import ImageFinding
from chartwarden.tools.images.index import Entry, Key, VectorIndex
from chartwarden.tools.images.pixels import Facts, open_picture
from chartwarden.tools.images.sources import PictureLoader

_BATCH = 32
MAX_FRAMES = 16
"""Frames indexed of one file, spread evenly over a longer clip."""


@dataclass
class Indexed:
    """What a run did."""

    new: int = 0
    reused: int = 0
    """Vectors taken over from the same file met before."""
    known: int = 0
    removed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Reason to how many pictures."""


@dataclass(frozen=True)
class _Waiting:
    key: Key
    digest: str
    picture: Any


def index_images(
    images: tuple[ImageFinding, ...],
    loader: PictureLoader,
    encoder: Encoder,
    index: VectorIndex,
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> Indexed:
    """Index every picture of these images.

    Args:
        images: all images of one record, as `look` finds them.
        loader: loads their pictures, under the same lock.
        progress: called with the number of images done.
    """
    patient = loader.lock.patient_id
    known = index.known(encoder.name, patient)
    done = Indexed()
    seen: set[Key] = set()
    waiting: list[_Waiting] = []
    for number, image in enumerate(images, start=1):
        for key, digest, data in _pictures(image, loader, done):
            seen.add(key)
            if known.get(key) == digest:
                done.known += 1
            elif (vector := index.cached(encoder.name, digest, key.frame)) is not None:
                index.add(encoder.name, patient, [Entry(key, digest, vector)])
                done.reused += 1
            else:
                picture = _decoded(data, key.frame, loader, done)
                waiting += [_Waiting(key, digest, picture)] if picture is not None else []
            if len(waiting) >= _BATCH:
                _encode(waiting, encoder, index, patient, done)
        progress(number)
    _encode(waiting, encoder, index, patient, done)
    done.removed = index.remove(encoder.name, patient, set(known) - seen)
    return done


def _pictures(image: ImageFinding, loader: PictureLoader, done: Indexed) -> Iterator[tuple[Key, str, bytes]]:
    """Every frame to index of an image: key, digest of the file, bytes."""
    for source in image.sources:
        try:
            data, facts = loader.load(source)
        except AccessDenied:
            done.skipped["names another patient"] += 1
            continue
        except SourceFault:
            done.skipped["the DICOMweb server failed"] += 1
            continue
        except ImageError:
            done.skipped["no picture there, or not readable"] += 1
            continue
        if not facts.is_picture:
            done.skipped["a document, not a picture"] += 1
            continue
        for frame in _frames(facts):
            yield Key(image.reference, f"{source.holder} {source.place}", frame), facts.digest, data


def _frames(facts: Facts) -> list[int]:
    if facts.frames <= MAX_FRAMES:
        return list(range(facts.frames))
    return [place * (facts.frames - 1) // (MAX_FRAMES - 1) for place in range(MAX_FRAMES)]


def _decoded(data: bytes, frame: int, loader: PictureLoader, done: Indexed) -> Any:
    try:
        return open_picture(data, loader.limits, frame=frame).image
    except ImageError:
        done.skipped["damaged or not supported"] += 1
        return None


def _encode(waiting: list[_Waiting], encoder: Encoder, index: VectorIndex, patient: str, done: Indexed) -> None:
    if not waiting:
        return
    made = encoder.images([one.picture for one in waiting])
    entries = [Entry(one.key, one.digest, vector) for one, vector in zip(waiting, made, strict=True)]
    index.add(encoder.name, patient, entries)
    done.new += len(entries)
    waiting.clear()
