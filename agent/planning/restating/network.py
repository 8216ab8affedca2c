"""The network that tells the sense of a masked question: sums of rows and two small layers, in plain Python.

Each feature has a row of whole numbers of eight bits. The rows of a question's features are summed, one layer of
rectified units is put over the sum, and each field of the sense is a softmax over its words; for each placeholder the
rows of its own features are summed beside it, and its part is a softmax over the parts. Nothing but sums: no model
library, and the same on every machine. The weights are one file, written by `training.py`.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import getitem, mul
from typing import Any

from chartwarden.agent.planning.restating.features import VERSION, Masked, place_features, sentence_features
from chartwarden.agent.planning.restating.senses import FIELDS, Sense

WEIGHTS = "weights.bin.gz"
ROLES = ("thing", "second", "event", "reason", "used", "other")
"""Parts a placeholder can play: `used` of times, people, routes, sources and limits, `other` where it plays none."""
NOTHING = "nothing"
"""The kind of a question that no sense tells."""

_at: Callable[[Sequence[float], int], float] = getitem
Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Layer:
    """One linear layer: a row of weights and a bias for each output."""

    weights: Matrix
    bias: tuple[float, ...]

    def __call__(self, inputs: Sequence[float]) -> list[float]:
        """The outputs, before any function is put over them."""
        return [sum(map(mul, row, inputs), bias) for row, bias in zip(self.weights, self.bias, strict=True)]


@dataclass(frozen=True)
class Rows:
    """The rows of one kind of features."""

    width: int
    step: float
    """What one unit of a number of a row is worth."""
    places: dict[str, int]
    numbers: memoryview

    def summed(self, features: Iterable[str]) -> list[float]:
        """The sum of the rows of the features that training knew, brought to one length."""
        found = [self.places[name] for name in features if name in self.places]
        if not found:
            return [0.0] * self.width
        unit = self.step / math.sqrt(len(found))
        rows = [self.numbers[at : at + self.width] for at in found]
        return [unit * sum(column) for column in zip(*rows, strict=True)]


@dataclass(frozen=True)
class Weights:
    """What training left."""

    sentence: Rows
    place: Rows
    hidden: Layer
    fields: dict[str, Layer]
    words: dict[str, tuple[str, ...]]
    """The words of each field, in the order of its layer's outputs."""
    place_hidden: Layer
    roles: Layer
    senses: dict[Sense, tuple[int, ...]]
    """Every sense that training has seen, with the places of its words in their fields: only these are told."""
    corpus: str
    """SHA-256 of the corpus it was trained on."""


@dataclass(frozen=True)
class Told:
    """What the network makes of a question."""

    sense: Sense
    parts: dict[str, str]
    """The part each placeholder plays."""
    certainty: float
    """The least certain of the choices it rests on, as a probability."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of the package, read once."""
    return read_weights(resources.files(__package__).joinpath(WEIGHTS).read_bytes())


def read_weights(packed: bytes) -> Weights:
    """Unpack weights. `ValueError` when they belong to other features."""
    head, _, numbers = gzip.decompress(packed).partition(b"\n\n")
    told: dict[str, Any] = json.loads(head)
    if told["features_version"] != VERSION:
        raise ValueError(f"the weights are for features {told['features_version']}, not {VERSION}: train again")
    whole = memoryview(numbers).cast("b")
    first = len(told["sentence"]["names"]) * told["sentence"]["width"]
    words = {name: tuple(told["words"][name]) for name in FIELDS}
    senses = (Sense(*one) for one in told["senses"])
    return Weights(
        sentence=_rows(told["sentence"], whole[:first]),
        place=_rows(told["place"], whole[first:]),
        hidden=_layer(told["hidden"]),
        fields={name: _layer(told["fields"][name]) for name in FIELDS},
        words=words,
        place_hidden=_layer(told["place_hidden"]),
        roles=_layer(told["roles"]),
        senses={one: tuple(words[name].index(getattr(one, name)) for name in FIELDS) for one in senses},
        corpus=told["corpus"],
    )


def _rows(told: dict[str, Any], numbers: memoryview) -> Rows:
    width = told["width"]
    places = dict(zip(told["names"], range(0, len(numbers), width), strict=True))
    return Rows(width, told["step"], places, numbers)


def _layer(told: dict[str, Any]) -> Layer:
    return Layer(tuple(map(tuple, told["weights"])), tuple(told["bias"]))


def tell(question: Masked, trained: Weights) -> Told:
    """The likeliest sense of a masked question, and the likeliest part of each of its placeholders."""
    summed = trained.sentence.summed(sentence_features(question))
    lit = _rectified(trained.hidden(summed))
    logs = [_log_softmax(trained.fields[name](lit)) for name in FIELDS]
    sense, places = max(trained.senses.items(), key=lambda one: sum(map(_at, logs, one[1])))
    certain = list(map(_at, logs, places))
    parts: dict[str, str] = {}
    for placeholder in question.places:
        beside = trained.place.summed(place_features(question, placeholder))
        scores = _log_softmax(trained.roles(_rectified(trained.place_hidden([*beside, *summed]))))
        best = max(range(len(ROLES)), key=scores.__getitem__)
        parts[placeholder] = ROLES[best]
        certain.append(scores[best])
    return Told(sense, parts, math.exp(min(certain)))


def _rectified(values: Sequence[float]) -> list[float]:
    return [value if value > 0 else 0.0 for value in values]


def _log_softmax(logits: Sequence[float]) -> list[float]:
    highest = max(logits)
    total = math.log(sum(math.exp(logit - highest) for logit in logits)) + highest
    return [logit - total for logit in logits]
