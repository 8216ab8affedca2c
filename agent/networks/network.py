"""A network over readable features: rows are summed, one layer of rectified units is put over the sum, and heads on it.

Each feature has a row of small whole numbers, with a stretch of it for each member; members are networks of the same
shape that were trained apart, and what their heads say is averaged.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add, mul

_FARTHEST = 60.0
"""A logit alone counts for no more, so that its power stays a number."""


@dataclass(frozen=True)
class Layer:
    """One linear layer: a row of weights and a bias for each output."""

    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    def __call__(self, inputs: Sequence[float]) -> list[float]:
        """The outputs, before any function is put over them."""
        return [sum(map(mul, row, inputs), bias) for row, bias in zip(self.weights, self.bias, strict=True)]


@dataclass(frozen=True)
class Member:
    """One of the networks that are averaged: what is put over the sums of its stretch of the rows."""

    hidden: Layer
    heads: dict[str, Layer]

    def logits(self, inputs: Sequence[float]) -> dict[str, list[float]]:
        """What each head makes of the inputs, before it is brought to probabilities."""
        lit = [value if value > 0 else 0.0 for value in self.hidden(inputs)]
        return {name: head(lit) for name, head in self.heads.items()}


@dataclass(frozen=True)
class Table:
    """The rows of the features."""

    places: dict[str, int]
    """Where the row of a feature begins."""
    numbers: memoryview
    """Rows one after the other, eight bits a number."""
    step: float
    """What one unit of a number is worth where one feature is found alone; of more, their sum keeps that length."""
    bias: tuple[float, ...]
    """What every sum begins with."""
    widths: tuple[int, ...]
    """How much of a row each member has."""

    def rows(self, features: Iterable[str]) -> dict[str, memoryview]:
        """The rows of the features that training knew."""
        width = len(self.bias)
        return {name: self.numbers[at : at + width] for name in features if (at := self.places.get(name)) is not None}

    def totals(self, rows: Collection[memoryview]) -> list[int]:
        """The rows added up."""
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * len(self.bias)

    def scaled(self, totals: Sequence[int], count: int) -> list[list[float]]:
        """The totals of so many rows, brought to one length and told apart by member."""
        unit = self.step / math.sqrt(max(count, 1))
        sums = [unit * total + bias for total, bias in zip(totals, self.bias, strict=True)]
        return [sums[end - width : end] for end, width in zip(accumulate(self.widths), self.widths, strict=True)]

    def sums(self, features: Iterable[str]) -> list[list[float]]:
        """For each member, the sum of the rows of the features that training knew."""
        rows = self.rows(features).values()
        return self.scaled(self.totals(rows), len(rows))


@dataclass(frozen=True)
class Network:
    """What training left of one network: the rows, the members over them, and what the outputs of each head mean."""

    table: Table
    members: tuple[Member, ...]
    labels: dict[str, tuple[str, ...]]

    def probabilities(self, inputs: Sequence[Sequence[float]]) -> dict[str, list[float]]:
        """What each head says, averaged over the members, from the inputs of each.

        A head of several outputs tells them apart: its probabilities come to one. A head of one output tells how
        likely that one is.
        """
        found: dict[str, list[float]] = {}
        for member, own in zip(self.members, inputs, strict=True):
            for name, logits in member.logits(own).items():
                shares = _shares(logits, len(self.members))
                found[name] = list(map(add, found[name], shares)) if name in found else shares
        return found


def _shares(logits: Sequence[float], among: int) -> list[float]:
    """The probabilities of one head of one member, as its share of the average among so many."""
    if len(logits) == 1:
        return [1 / (1 + math.exp(-max(-_FARTHEST, min(_FARTHEST, logits[0])))) / among]
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    share = 1 / (sum(powers) * among)
    return [power * share for power in powers]
