"""A network as arrays, ready to run: all members at once.

Nothing here is a matrix product of a library: products are summed input after input, in the same order on every
machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy
from numpy.typing import ArrayLike, NDArray

from chartwarden.agent.networks.network import Layer, Member, Table

Numbers = NDArray[numpy.float64]
_FARTHEST = 60.0
"""A logit alone counts for no more, so that its power stays a number."""


class Running:
    """The rows, layers and heads of one network."""

    def __init__(self, table: Table, members: Sequence[Member]) -> None:
        """Put the members side by side. `ValueError` where one has another shape than the rest."""
        self._table = table
        self._bias = numpy.array(table.bias)
        self._rows = numpy.frombuffer(table.numbers, numpy.int8).reshape(-1, len(table.bias))
        self._hidden = _Layers([member.hidden for member in members])
        self._heads = {name: _Layers([member.heads[name] for member in members]) for name in members[0].heads}

    def sums(self, features: Iterable[str]) -> Numbers:
        """For each member, the sum of the rows of the features that training knew."""
        places, width = self._table.places, len(self._bias)
        known = [at // width for name in features if (at := places.get(name)) is not None]
        return self.scaled(self._rows[known].sum(0, dtype=numpy.int64), len(known))

    def scaled(self, totals: ArrayLike, count: int) -> Numbers:
        """The totals of so many rows, brought to one length and told apart by member."""
        unit = self._table.step / math.sqrt(max(count, 1))
        summed: Numbers = numpy.asarray(totals) * unit + self._bias
        return summed.reshape(len(self._table.widths), -1)

    def probabilities(self, *inputs: Numbers) -> dict[str, list[float]]:
        """What each head says, averaged over the members, from the inputs of each: sums, or several side by side.

        A head of several outputs tells them apart: its probabilities come to one. A head of one output tells how
        likely that one is.
        """
        lit = numpy.maximum(self._hidden(inputs[0] if len(inputs) == 1 else numpy.concatenate(inputs, 1)), 0)
        return {name: (_shares(head(lit)).sum(0) / len(lit)).tolist() for name, head in self._heads.items()}


class _Layers:
    """The same layer of every member."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._weights = numpy.array([layer.weights for layer in layers]).swapaxes(1, 2).copy()
        self._bias = numpy.array([layer.bias for layer in layers])

    def __call__(self, inputs: Numbers) -> Numbers:
        """The outputs, a row for each member, before any function is put over them."""
        made: Numbers = (self._weights * inputs[:, :, None]).sum(1) + self._bias
        return made


def _shares(logits: Numbers) -> Numbers:
    """The probabilities of one head, a row for each member."""
    if logits.shape[1] == 1:
        found: Numbers = 1 / (1 + numpy.exp(-logits.clip(-_FARTHEST, _FARTHEST)))
        return found
    powers = numpy.exp(logits - logits.max(1, keepdims=True))
    shares: Numbers = powers / powers.sum(1, keepdims=True)
    return shares
