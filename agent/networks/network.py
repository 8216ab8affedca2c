"""A network over readable features: rows are summed, one layer of rectified units is put over the sum, and heads on it.

Each feature has a row of small whole numbers, with a stretch of it for each member; members are networks of the same
shape that were trained apart, and what their heads say is averaged. Here stands what training leaves; `running.py` runs
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chartwarden.agent.networks.running import Running


@dataclass(frozen=True)
class Layer:
    """One linear layer: a row of weights and a bias for each output."""

    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]


@dataclass(frozen=True)
class Member:
    """One of the networks that are averaged: what is put over the sums of its stretch of the rows."""

    hidden: Layer
    heads: dict[str, Layer]


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
    """How much of a row each member has: of all the same."""

    def rows(self, features: Iterable[str]) -> dict[str, memoryview]:
        """The rows of the features that training knew."""
        width = len(self.bias)
        return {name: self.numbers[at : at + width] for name in features if (at := self.places.get(name)) is not None}


@dataclass(frozen=True)
class Network:
    """What training left of one network: the rows, the members over them, and what the outputs of each head mean."""

    table: Table
    members: tuple[Member, ...]
    labels: dict[str, tuple[str, ...]]

    @cached_property
    def running(self) -> Running:
        """The same, ready to run."""
        from chartwarden.agent.networks.running import Running  # numpy is imported where it is needed, not at start

        return Running(self.table, self.members)
