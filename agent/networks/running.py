"""A network as arrays, ready to run: all members at once.

Nothing here is a matrix product of a library: products are summed input after input, in the same order on every
machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate

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
        self._heads = _Layers([_side_by_side(member.heads.values()) for member in members])
        ends = list(accumulate(len(head.bias) for head in members[0].heads.values()))
        self._outputs = dict(zip(members[0].heads, map(slice, [0, *ends], ends), strict=True))
        """Of all heads, those of each."""

    def sums(self, features: Iterable[str]) -> Numbers:
        """For each member, the sum of the rows of the features that training knew."""
        known = [at for at in map(self._table.places.get, features) if at is not None]
        rows = self._rows.take(numpy.array(known, numpy.intp) // len(self._bias), 0)
        return self.scaled(rows.sum(0, dtype=numpy.int32), len(known))  # in 64 bits it takes five times as long

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
        logits = self._heads(lit)
        return {name: (_shares(logits[:, at]).sum(0) / len(lit)).tolist() for name, at in self._outputs.items()}


def _side_by_side(layers: Iterable[Layer]) -> Layer:
    """One layer with the outputs of several."""
    several = list(layers)
    return Layer(sum((one.weights for one in several), ()), sum((one.bias for one in several), ()))


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
