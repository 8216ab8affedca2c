"""The classifier of the gate: a small network over readable features, trained on `corpus/`.

Each feature has a short row of numbers; the rows of a request's features are added up, and each member of the network
makes probabilities of the sum by one layer of rectified units. The members' probabilities are averaged. The weights are
one file in the package, written by `python -m chartwarden.agent.gate.training`, rows as whole numbers of eight bits. At
run time there is nothing but sums: no model library, the same result on every machine, and each decision can be told
from the features that carried it (`why`).
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import mul
from typing import Any

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.taxonomy import ClassId

WEIGHTS = "weights.bin.gz"
_TINY = 1e-12

Scores = dict[ClassId, float]
"""A probability per class."""


@dataclass(frozen=True)
class Member:
    """One network of those that are averaged; each matrix is a sequence of the rows that make one output."""

    bias: tuple[float, ...]
    hidden: tuple[tuple[float, ...], ...]
    hidden_bias: tuple[float, ...]
    out: tuple[tuple[float, ...], ...]
    """One row per class, and the last for the alarm."""
    out_bias: tuple[float, ...]

    def outputs(self, summed: Sequence[float]) -> list[float]:
        """Logits of the classes and, last, of the alarm, from the summed rows of the features."""
        inner = [sum(map(mul, row, summed), bias) for row, bias in zip(self.hidden, self.hidden_bias, strict=True)]
        lit = [value if value > 0 else 0.0 for value in inner]
        return [sum(map(mul, row, lit), bias) for row, bias in zip(self.out, self.out_bias, strict=True)]


@dataclass(frozen=True)
class Weights:
    """What training left."""

    classes: tuple[ClassId, ...]
    members: tuple[Member, ...]
    step: float
    """What one unit of a number of a row is worth."""
    scale: float
    """Length every set of features is brought to."""
    places: dict[str, int]
    """Where the row of a feature begins: the numbers for each member, one after the other."""
    numbers: memoryview
    corpus: str
    """SHA-256 of the corpus it was trained on."""

    @property
    def width(self) -> int:
        """Numbers in the row of a feature."""
        return sum(len(member.bias) for member in self.members)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of the package, read once."""
    return read_weights(resources.files(__package__).joinpath(WEIGHTS).read_bytes())


def read_weights(packed: bytes) -> Weights:
    """Unpack weights. `GateError` when they belong to other features."""
    raw = gzip.decompress(packed)
    head, _, rest = raw.partition(b"\n\n")
    told: dict[str, Any] = json.loads(head)
    if told["features_version"] != VERSION:
        raise GateError(f"the weights are for features {told['features_version']}, not {VERSION}: train again")
    names, _, numbers = rest.partition(b"\n\n")
    members = tuple(
        Member(
            bias=tuple(one["bias"]),
            hidden=tuple(map(tuple, one["hidden"])),
            hidden_bias=tuple(one["hidden_bias"]),
            out=tuple(map(tuple, one["out"])),
            out_bias=tuple(one["out_bias"]),
        )
        for one in told["members"]
    )
    width = sum(len(member.bias) for member in members)
    return Weights(
        classes=tuple(told["classes"]),
        members=members,
        step=told["step"],
        scale=told["scale"],
        places=dict(zip(names.decode("utf-8").split("\n"), range(0, len(numbers), width), strict=True)),
        numbers=memoryview(numbers).cast("b"),
        corpus=told["corpus"],
    )


def _rows(text: str, trained: Weights) -> dict[str, memoryview]:
    """The rows of the features of a text that training knew."""
    width = trained.width
    return {
        name: trained.numbers[at : at + width]
        for name in features_of(text)
        if (at := trained.places.get(name)) is not None
    }


@dataclass(frozen=True)
class Judged:
    """What the classifier makes of a text."""

    scores: Scores
    emergency: float
    """Probability that the text tells of an emergency in progress."""

    def total(self, classes: Iterable[ClassId]) -> float:
        """The probability of any of these classes."""
        return sum(self.scores.get(class_id, 0.0) for class_id in classes)

    def likeliest(self, classes: Iterable[ClassId]) -> ClassId:
        """The likeliest of these classes; of several alike the first in the order of training."""
        among = frozenset(classes)
        return max((one for one in self.scores if one in among), key=lambda one: self.scores[one])


def judge(text: str, trained: Weights) -> Judged:
    """Judge a cleaned text."""
    rows = _rows(text, trained)
    sums = [sum(column) for column in zip(*rows.values(), strict=True)] if rows else [0] * trained.width
    return _judged(sums, len(rows), trained)


def _judged(sums: Sequence[int], count: int, trained: Weights) -> Judged:
    """What the summed rows of so many features come to."""
    unit = trained.step * trained.scale / math.sqrt(max(count, 1))
    scores, alarm, at = [0.0] * len(trained.classes), 0.0, 0
    for member in trained.members:
        summed = [
            unit * total + bias for total, bias in zip(sums[at : at + len(member.bias)], member.bias, strict=True)
        ]
        at += len(member.bias)
        *logits, urgent = member.outputs(summed)
        highest = max(logits)
        parts = [math.exp(logit - highest) for logit in logits]
        share = 1 / (sum(parts) * len(trained.members))
        scores = [score + part * share for score, part in zip(scores, parts, strict=True)]
        alarm += 1 / (1 + math.exp(-max(-60.0, min(60.0, urgent)))) / len(trained.members)
    return Judged(dict(zip(trained.classes, scores, strict=True)), alarm)


def why(text: str, class_id: ClassId, count: int = 12) -> list[tuple[str, float]]:
    """The features that spoke most for (or, negative, against) a class: what its log odds lose without each."""
    trained = weights()
    rows = _rows(text, trained)
    sums = [sum(column) for column in zip(*rows.values(), strict=True)]

    def log_odds(summed: Sequence[int]) -> float:
        score = _judged(summed, len(rows), trained).scores[class_id]
        return math.log(max(score, _TINY)) - math.log(max(1 - score, _TINY))

    whole = log_odds(sums)
    lost = {
        name: whole - log_odds([total - own for total, own in zip(sums, row, strict=True)])
        for name, row in rows.items()
    }
    return sorted(lost.items(), key=lambda one: (-abs(one[1]), one[0]))[:count]
