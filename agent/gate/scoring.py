"""The classifier of the gate: a multinomial logistic regression over readable features, trained on `corpus/`.

The weights are one file in the package, written by `python -m chartwarden.agent.gate.training`, whole numbers of eight
bits. At run time there is nothing but sums over the features of the request: no model library, the same result on
every machine, and each decision can be told from the features that carried it (`why`).
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.taxonomy import ClassId

WEIGHTS = "weights.bin.gz"

Scores = dict[ClassId, float]
"""A probability per class."""


@dataclass(frozen=True)
class Weights:
    """What training left: one row of weights per feature, one column per class."""

    classes: tuple[ClassId, ...]
    bias: tuple[float, ...]
    step: float
    """What one unit of a weight is worth."""
    scale: float
    """Length every row of features is brought to."""
    places: dict[str, int]
    """Where the row of a feature begins."""
    numbers: memoryview
    emergency: tuple[int, float, float]
    """Column, bias and slope of the score that knows emergencies from everything else."""
    corpus: str
    """SHA-256 of the corpus it was trained on."""


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
    width = len(told["classes"]) + 1
    features = names.decode("utf-8").split("\n")
    return Weights(
        classes=tuple(told["classes"]),
        bias=tuple(told["bias"]),
        step=told["step"],
        scale=told["scale"],
        places=dict(zip(features, range(0, len(numbers), width), strict=True)),
        numbers=memoryview(numbers).cast("b"),
        emergency=(width - 1, told["emergency"]["bias"], told["emergency"]["ratio"]),
        corpus=told["corpus"],
    )


def _rows(text: str, trained: Weights) -> dict[str, memoryview]:
    """The weights of the features of a text that training knew."""
    width = len(trained.classes) + 1
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
    sums = [sum(column) for column in zip(*rows.values(), strict=True)] if rows else [0] * (len(trained.classes) + 1)
    unit = trained.step * trained.scale / math.sqrt(max(len(rows), 1))
    logits = [bias + unit * total for bias, total in zip(trained.bias, sums, strict=False)]
    highest = max(logits)
    parts = [math.exp(logit - highest) for logit in logits]
    whole = sum(parts)
    column, bias, ratio = trained.emergency
    alarm = 1 / (1 + math.exp(-max(-60.0, min(60.0, bias + ratio * unit * sums[column]))))
    return Judged({one: part / whole for one, part in zip(trained.classes, parts, strict=True)}, alarm)


def why(text: str, class_id: ClassId, count: int = 12) -> list[tuple[str, float]]:
    """The features that spoke most for (or, negative, against) a class, with what each added to its logit."""
    trained = weights()
    rows = _rows(text, trained)
    unit = trained.step * trained.scale / math.sqrt(max(len(rows), 1))
    column = trained.classes.index(class_id)
    added = {name: row[column] * unit for name, row in rows.items()}
    return sorted(added.items(), key=lambda one: (-abs(one[1]), one[0]))[:count]
