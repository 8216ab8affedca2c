"""What the networks learn with: numpy and scipy, for developers only.

Rows of features that are summed, and linear layers. Features and units are left out at random while they learn, so that
no decision rests on one of them. Steps are Adam's (Kingma and Ba, 2015); of the rows only those move that a batch has
met. Each part learns from the slope of the loss in what it gave, and hands on the slope in what it was given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from chartwarden.agent.networks.network import Layer, Table

Numbers = NDArray[numpy.float32]
_DECAYS = (0.9, 0.999)
_TINY = 1e-8


@dataclass(frozen=True)
class Pace:
    """How far a network goes in one step."""

    taken: int
    """Steps so far, this one counted."""
    rate: float


def batches(
    count: int, size: int, rounds: int, rate: float, drawn: RandomState
) -> Iterator[tuple[NDArray[numpy.intp], Pace]]:
    """So many examples in batches, again and again in an order of their own; the rate falls to a twentieth."""
    steps = rounds * -(-count // size)
    taken = 0
    for _ in range(rounds):
        order = drawn.permutation(count)
        for start in range(0, count, size):
            taken += 1
            yield order[start : start + size], Pace(taken, rate * (1 - 0.95 * taken / steps))


def kept(shape: Any, left_out: float, drawn: RandomState) -> Numbers:
    """What is left in (as more than one, so that sums keep their size) and what is left out (nought)."""
    found: Numbers = (drawn.random_sample(shape) >= left_out).astype(numpy.float32) / (1 - left_out)
    return found


def _normal(shape: tuple[int, ...], spread: float, drawn: RandomState) -> Numbers:
    made: Numbers = (drawn.randn(*shape) * spread).astype(numpy.float32)
    return made


class Parameter:
    """An array that is learnt, with Adam's running means of its slopes."""

    def __init__(self, value: Numbers) -> None:
        """Begin with a value."""
        self.value = value
        self._first, self._second = numpy.zeros_like(value), numpy.zeros_like(value)

    def descend(self, slope: Numbers, pace: Pace, at: Any = ...) -> None:
        """Take a step down the slope of the part `at`."""
        keep, keep_square = _DECAYS
        first = keep * self._first[at] + (1 - keep) * slope
        second = keep_square * self._second[at] + (1 - keep_square) * slope * slope
        self._first[at], self._second[at] = first, second
        mean, spread = first / (1 - keep**pace.taken), second / (1 - keep_square**pace.taken)
        self.value[at] -= pace.rate * (mean / (numpy.sqrt(spread) + _TINY))


class Linear:
    """A linear layer: a column of weights and a bias for each output."""

    def __init__(self, inputs: int, outputs: int, spread: float, drawn: RandomState) -> None:
        """Begin with weights drawn around nought, as far apart as `spread` says."""
        self.weights = Parameter(_normal((inputs, outputs), spread, drawn))
        self.bias = Parameter(_normal((outputs,), 0, drawn))

    def __call__(self, inputs: Numbers) -> Numbers:
        """The outputs for each row of inputs."""
        return inputs @ self.weights.value + self.bias.value

    def layer(self, outputs: slice = slice(None)) -> Layer:
        """The layer that is kept of it, or of some of its outputs."""
        return Layer(tuple(map(_rounded, self.weights.value.T[outputs])), _rounded(self.bias.value[outputs]))

    def descend(self, inputs: Numbers, slope: Numbers, pace: Pace) -> Numbers:
        """Learn from the slope in the outputs; return the slope in the inputs."""
        handed_on = slope @ self.weights.value.T
        self.weights.descend(inputs.T @ slope, pace)
        self.bias.descend(slope.sum(0), pace)
        return handed_on


@dataclass(frozen=True)
class Met:
    """A batch, as the rows of its features have been summed."""

    sums: Numbers
    columns: NDArray[numpy.intp]
    shares: csr_matrix
    """What of each row of `columns` is in each sum."""


class Rows:
    """A row for each feature, and what every sum of them begins with."""

    def __init__(self, features: csr_matrix, width: int, drawn: RandomState) -> None:
        """Begin with rows near nought for the features of these examples (`matrix`)."""
        self.features = features
        self.rows = Parameter(_normal((features.shape[1], width), 0.02, drawn))
        self.bias = Parameter(_normal((width,), 0, drawn))

    def meet(self, batch: Any, left_out: float, drawn: RandomState) -> Met:
        """Sum the rows of the features of some examples, of which a part is left out."""
        met = self.features[batch]
        columns, places = numpy.unique(met.indices, return_inverse=True)
        values = met.data * kept(len(met.data), left_out, drawn)
        shares = csr_matrix((values, places, met.indptr), shape=(met.shape[0], len(columns)))
        return Met(shares @ self.rows.value[columns] + self.bias.value, columns, shares)

    def descend(self, met: Met, slope: Numbers, pace: Pace) -> None:
        """Learn from the slope in the sums."""
        self.bias.descend(slope.sum(0), pace)
        self.rows.descend(met.shares.T @ slope, pace, met.columns)


def table(
    names: Sequence[str], members: Sequence[Rows], *, levels: int, clipped: float = 0, length: float = 1
) -> Table:
    """The rows that are kept of the members, side by side.

    Args:
        levels: numbers are told from so many below nought to so many above.
        clipped: share of the numbers that lie beyond the outermost levels.
        length: of the features of an example, as `matrix` brought them to.
    """
    rows = numpy.hstack([member.rows.value for member in members])
    step = float(numpy.quantile(numpy.abs(rows), 1 - clipped)) / levels
    numbers = numpy.clip((rows / step).round(), -levels, levels).astype("int8")
    return Table(
        places=dict(zip(names, range(0, numbers.size, rows.shape[1]), strict=True)),
        numbers=memoryview(numbers.tobytes()).cast("b"),
        step=round(step, 8) * length,
        bias=_rounded(numpy.concatenate([member.bias.value for member in members])),
        widths=tuple(len(member.bias.value) for member in members),
    )


def _rounded(values: Numbers) -> tuple[float, ...]:
    return tuple(round(float(one), 5) for one in values)


def numbered(found: Iterable[frozenset[str]], least: int) -> dict[str, int]:
    """The features that stand in at least so many examples, in order."""
    seen = Counter(name for features in found for name in features)
    return {name: at for at, name in enumerate(sorted(name for name, count in seen.items() if count >= least))}


def matrix(found: Sequence[frozenset[str]], names: Mapping[str, int], length: float = 1.0) -> csr_matrix:
    """A row for each example: its features, brought to one length."""
    starts, columns, values = [0], [], []
    for features in found:
        known = sorted(names[name] for name in features if name in names)
        columns += known
        values += [length / max(len(known), 1) ** 0.5] * len(known)
        starts.append(len(columns))
    return csr_matrix((numpy.array(values, dtype="float32"), columns, starts), shape=(len(found), len(names)))


def probabilities(logits: Numbers) -> Numbers:
    """Of each row."""
    powers = numpy.exp(logits - logits.max(1, keepdims=True))
    found: Numbers = powers / powers.sum(1, keepdims=True)
    return found
