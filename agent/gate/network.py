"""The network of the gate while it learns: numpy and scipy, for developers only (`training.py`).

The rows of a request's features are added up; a layer of rectified units and a linear one make logits of the classes,
and one for the alarm. Features and units are left out at random while it learns, so that no decision rests on one of
them. Steps are Adam's (Kingma and Ba, 2015); of the rows only those move that a batch has met.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from scipy.sparse import csr_matrix

    Numbers = numpy.ndarray[Any, numpy.dtype[numpy.float32]]

UNITS = 64
"""Of the hidden layer."""
BATCH = 128
RATE = 3e-3
"""Of the first steps; it falls to a twentieth by the last."""
FEATURES_LEFT_OUT = 0.3
UNITS_LEFT_OUT = 0.2
_DECAYS = (0.9, 0.999)
_TINY = 1e-8


@dataclass(frozen=True)
class Examples:
    """What is learnt from: one row per request."""

    features: csr_matrix
    classes: Numbers
    """The probability each class should get."""
    urgent: Numbers
    """Whether it tells of an emergency."""
    importance: Numbers
    """What each counts for when the classes are learnt."""
    alarm_importance: Numbers
    """The same for the alarm."""


@dataclass
class Network:
    """The numbers that are learnt."""

    rows: Numbers
    """One per feature."""
    bias: Numbers
    hidden: Numbers
    hidden_bias: Numbers
    out: Numbers
    out_bias: Numbers


@dataclass
class _Moments:
    """Adam's running means of the slopes of one array."""

    first: Numbers
    second: Numbers

    def step(self, slope: Numbers, at: Any, taken: int) -> Numbers:
        """The step for a slope of the part `at` of the array, after so many steps taken in all."""
        import numpy

        keep, keep_square = _DECAYS
        first = keep * self.first[at] + (1 - keep) * slope
        second = keep_square * self.second[at] + (1 - keep_square) * slope * slope
        self.first[at], self.second[at] = first, second
        found: Numbers = (first / (1 - keep**taken)) / (numpy.sqrt(second / (1 - keep_square**taken)) + _TINY)
        return found


@dataclass
class Learner:
    """Learns one network; the seed decides where it begins and what is left out."""

    examples: Examples
    width: int
    seed: int
    network: Network = field(init=False)
    _moments: dict[str, _Moments] = field(init=False)

    def __post_init__(self) -> None:
        import numpy

        drawn = numpy.random.RandomState(self.seed)
        outputs = self.examples.classes.shape[1] + 1

        def normal(height: int, width: int, spread: float) -> Numbers:
            made: Numbers = (drawn.randn(height, width) * spread).astype(numpy.float32)
            return made

        self.network = Network(
            rows=normal(self.examples.features.shape[1], self.width, 0.02),
            bias=normal(1, self.width, 0)[0],
            hidden=normal(self.width, UNITS, (2 / self.width) ** 0.5),
            hidden_bias=normal(1, UNITS, 0)[0],
            out=normal(UNITS, outputs, (1 / UNITS) ** 0.5),
            out_bias=normal(1, outputs, 0)[0],
        )
        self._moments = {
            name: _Moments(numpy.zeros_like(value), numpy.zeros_like(value))
            for name, value in vars(self.network).items()
        }
        self._drawn = numpy.random.RandomState(self.seed + 1)

    def learn(self, rounds: int) -> Network:
        """Go through the examples so many times."""
        count = self.examples.features.shape[0]
        steps = rounds * -(-count // BATCH)
        taken = 0
        for _ in range(rounds):
            order = self._drawn.permutation(count)
            for start in range(0, count, BATCH):
                taken += 1
                self._learn_from(order[start : start + BATCH], taken, RATE * (1 - 0.95 * taken / steps))
        return self.network

    def _kept(self, shape: Any, left_out: float) -> Numbers:
        import numpy

        kept: Numbers = (self._drawn.random_sample(shape) >= left_out).astype(numpy.float32) / (1 - left_out)
        return kept

    def _learn_from(self, batch: Any, taken: int, rate: float) -> None:
        import numpy
        from scipy.sparse import csr_matrix

        network = self.network
        met = self.examples.features[batch]
        columns, places = numpy.unique(met.indices, return_inverse=True)
        values = met.data * self._kept(len(met.data), FEATURES_LEFT_OUT)
        local = csr_matrix((values, places, met.indptr), shape=(len(batch), len(columns)))
        summed = local @ network.rows[columns] + network.bias
        kept_sums = self._kept(summed.shape, UNITS_LEFT_OUT)
        inner = (summed * kept_sums) @ network.hidden + network.hidden_bias
        kept_units = self._kept(inner.shape, UNITS_LEFT_OUT) * (inner > 0)
        lit = inner * kept_units
        off = self._off(lit @ network.out + network.out_bias, batch)
        inner_off = (off @ network.out.T) * kept_units
        summed_off = (inner_off @ network.hidden.T) * kept_sums
        for name, slope, at in (
            ("out", lit.T @ off, ...),
            ("out_bias", off.sum(0), ...),
            ("hidden", (summed * kept_sums).T @ inner_off, ...),
            ("hidden_bias", inner_off.sum(0), ...),
            ("bias", summed_off.sum(0), ...),
            ("rows", local.T @ summed_off, columns),
        ):
            getattr(network, name)[at] -= rate * self._moments[name].step(slope, at, taken)

    def _off(self, outputs: Numbers, batch: Any) -> Numbers:
        """How far the outputs are from what they should be: the slope of the loss in them."""
        import numpy

        examples = self.examples
        found = probabilities(outputs[:, :-1]) - examples.classes[batch]
        alarm = 1 / (1 + numpy.exp(-numpy.clip(outputs[:, -1], -30, 30))) - examples.urgent[batch]
        found *= examples.importance[batch][:, None]
        alarm *= examples.alarm_importance[batch]
        off: Numbers = (numpy.column_stack([found, alarm]) / len(batch)).astype(numpy.float32)
        return off


def probabilities(logits: Numbers) -> Numbers:
    """Of each row."""
    import numpy

    powers = numpy.exp(logits - logits.max(1, keepdims=True))
    found: Numbers = powers / powers.sum(1, keepdims=True)
    return found
