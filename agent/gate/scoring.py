"""The classifier of the gate: small networks over readable features, averaged, trained on `corpus/`.

Each has two heads: one tells the classes apart, the other how likely it is that an emergency is told of. The weights
are one file in the package, written by `python -m chartwarden.agent.gate.training`. What they decide can be told from
the features that carried it (`why`); what an encoder adds where they are in doubt (`second_opinion.py`) cannot.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, cast

from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.taxonomy import ClassId
from chartwarden.agent.networks.network import Network
from chartwarden.agent.networks.packing import Weights, unpack

if TYPE_CHECKING:
    from chartwarden.agent.networks.running import Numbers

WEIGHTS = "weights.bin.gz"
REQUEST = "request"
"""The one network of the weights."""
CLASSES = "class"
"""Its head of the classes."""
ALARM = "alarm"
"""Its head of the emergency."""
_TINY = 1e-12

Scores = dict[ClassId, float]
"""A probability per class."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of the package, read once."""
    return unpack(resources.files(__package__).joinpath(WEIGHTS).read_bytes(), VERSION)


@dataclass(frozen=True)
class Judged:
    """What the classifier makes of a text."""

    scores: Scores
    emergency: float
    """Probability that the text tells of an emergency in progress."""
    seconded: float | None = None
    """The same by the encoder; None where it was not asked."""

    def total(self, classes: Iterable[ClassId]) -> float:
        """The probability of any of these classes."""
        return sum(self.scores.get(class_id, 0.0) for class_id in classes)

    def likeliest(self, classes: Iterable[ClassId]) -> ClassId:
        """The likeliest of these classes; of several alike the first in the order of training."""
        among = frozenset(classes)
        return max((one for one in self.scores if one in among), key=lambda one: self.scores[one])


def judge(text: str, trained: Weights) -> Judged:
    """Judge a cleaned text."""
    network = trained.networks[REQUEST]
    return _judged(network.running.sums(features_of(text)), network)


def _judged(sums: Numbers, network: Network) -> Judged:
    """What the summed rows come to."""
    found = network.running.probabilities(sums)
    classes = cast(tuple[ClassId, ...], network.labels[CLASSES])
    return Judged(dict(zip(classes, found[CLASSES], strict=True)), found[ALARM][0])


def why(text: str, class_id: ClassId, count: int = 12) -> list[tuple[str, float]]:
    """The features that spoke most for (or, negative, against) a class: what its log odds lose without each."""
    network = weights().networks[REQUEST]
    rows = network.table.rows(features_of(text))
    if not rows:
        return []
    totals = [sum(column) for column in zip(*rows.values(), strict=True)]

    def log_odds(summed: Sequence[int]) -> float:
        score = _judged(network.running.scaled(summed, len(rows)), network).scores[class_id]
        return math.log(max(score, _TINY)) - math.log(max(1 - score, _TINY))

    whole = log_odds(totals)
    lost = {
        name: whole - log_odds([total - own for total, own in zip(totals, row, strict=True)])
        for name, row in rows.items()
    }
    return sorted(lost.items(), key=lambda one: (-abs(one[1]), one[0]))[:count]
