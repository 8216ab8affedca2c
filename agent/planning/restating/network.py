"""The networks that tell the sense of a masked question, and the part that each of its placeholders plays.

Over the features of the whole question each field of the sense has a head of its own; over those of a placeholder, with
the sums of the whole question beside them, one head tells its part. The weights are one file, written by `training.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import getitem
from typing import TYPE_CHECKING, NamedTuple

from chartwarden.agent.networks.network import Network
from chartwarden.agent.networks.packing import unpack
from chartwarden.agent.planning.restating.features import VERSION, Masked, place_features, sentence_features
from chartwarden.agent.planning.restating.senses import FIELDS, Sense

if TYPE_CHECKING:
    from chartwarden.agent.networks.running import Numbers

WEIGHTS = "weights.bin.gz"
SENTENCE, PLACE = "sentence", "place"
"""The two networks of the weights."""
ROLE = "role"
"""The head of the second."""
ROLES = ("thing", "second", "event", "reason", "used", "other")
"""Parts a placeholder can play: `used` of times, people, routes, sources and limits, `other` where it plays none."""
NOTHING = "nothing"
"""The kind of a question that no sense tells."""

_at: Callable[[Sequence[float], int], float] = getitem


@dataclass(frozen=True)
class Weights:
    """What training left."""

    sentence: Network
    place: Network
    senses: dict[Sense, tuple[int, ...]]
    """Every sense that training has seen, with the places of its words in their fields: only these are told."""
    corpus: str
    """SHA-256 of the corpus they were trained on."""


@dataclass(frozen=True)
class Told:
    """What the networks make of a question."""

    sense: Sense
    parts: dict[str, str]
    """The part each placeholder plays."""
    certainty: float
    """The least certain of the choices it rests on, as a probability."""


class Heard(NamedTuple):
    """What the first network makes of a question."""

    sense: Sense
    certain: Sequence[float]
    """How likely each word of the sense is."""
    whole: Numbers
    """The sums of the whole question, which the second network goes on from."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of the package, read once."""
    return read_weights(resources.files(__package__).joinpath(WEIGHTS).read_bytes())


def read_weights(packed: bytes) -> Weights:
    """Unpack weights. `ValueError` when they belong to other features."""
    trained = unpack(packed, VERSION)
    sentence = trained.networks[SENTENCE]
    senses = (Sense(*one) for one in trained.notes["senses"])
    return Weights(
        sentence=sentence,
        place=trained.networks[PLACE],
        senses={one: tuple(sentence.labels[name].index(getattr(one, name)) for name in FIELDS) for one in senses},
        corpus=trained.corpus,
    )


def _likeliest(senses: Mapping[Sense, Sequence[int]], fields: Sequence[Sequence[float]]) -> tuple[Sense, list[float]]:
    """The sense whose words are the likeliest together, and how likely each is; of several alike the first.

    No further word makes a sense likelier: most are left once their first two words are known.
    """
    best, (kinds, asks) = -1.0, fields[:2]
    for sense, (kind, ask, *_) in senses.items():
        if kinds[kind] * asks[ask] > best:
            likely = math.prod(map(_at, fields, senses[sense]))
            if likely > best:
                best, found = likely, sense
    return found, list(map(_at, fields, senses[found]))


def hear(question: Masked, trained: Weights) -> Heard:
    """The likeliest sense of a masked question."""
    whole = trained.sentence.running.sums(sentence_features(question))
    found = trained.sentence.running.probabilities(whole)
    return Heard(*_likeliest(trained.senses, [found[name] for name in FIELDS]), whole)


def tell(question: Masked, trained: Weights, heard: Heard | None = None) -> Told:
    """The likeliest sense of a masked question (as it was `heard`, if it was), and the likeliest part of each of its
    placeholders."""
    sense, certain, whole = heard or hear(question, trained)
    certain, parts = list(certain), dict[str, str]()
    for placeholder in question.places:
        own = trained.place.running.sums(place_features(question, placeholder))
        scores = trained.place.running.probabilities(own, whole)[ROLE]
        best = max(range(len(ROLES)), key=scores.__getitem__)
        parts[placeholder] = ROLES[best]
        certain.append(scores[best])
    return Told(sense, parts, min(certain))
