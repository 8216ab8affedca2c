"""The networks that restate while they learn (`training.py`): both at once, because one is given the other's sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from chartwarden.agent.networks.learning import Linear, Met, Numbers, Pace, Rows, batches, kept, probabilities

WIDTH = 40
"""Numbers in the row of a feature."""
UNITS = 96
"""Of the layer over a whole question."""
PLACE_UNITS = 64
BATCH = 64
RATE = 3e-3
"""Of the first steps."""
FEATURES_LEFT_OUT = 0.25
UNITS_LEFT_OUT = 0.2
ROLES_COUNT = 2.0
"""What a wrong part counts for, against a wrong field."""


@dataclass(frozen=True)
class Examples:
    """What is learnt from."""

    sentences: csr_matrix
    """A row per question."""
    places: csr_matrix
    """A row per placeholder, question after question."""
    starts: NDArray[numpy.intp]
    """Where the placeholders of each question begin, and where the last ones end."""
    fields: Mapping[str, Numbers]
    """For each question and each word of a field, one where it is the word."""
    parts: Numbers
    """The same for the placeholders and their parts."""

    def places_of(self, batch: Sequence[int]) -> tuple[NDArray[numpy.intp], NDArray[numpy.intp]]:
        """The placeholders of a batch of questions, and for each where in the batch its question stands."""
        counts = (self.starts[1:] - self.starts[:-1])[batch]
        owners = numpy.repeat(numpy.arange(len(counts)), counts)
        before = numpy.repeat(numpy.cumsum(counts) - counts, counts)
        return numpy.repeat(self.starts[:-1][batch], counts) + numpy.arange(len(owners)) - before, owners


@dataclass
class Learner:
    """A pair of networks that learn; the seed decides where they begin and what is left out."""

    examples: Examples
    seed: int
    sentence: Rows = field(init=False)
    hidden: Linear = field(init=False)
    fields: dict[str, Linear] = field(init=False)
    place: Rows = field(init=False)
    place_hidden: Linear = field(init=False)
    roles: Linear = field(init=False)

    def __post_init__(self) -> None:
        drawn, spread = RandomState(self.seed), (1 / UNITS) ** 0.5
        examples = self.examples
        self.sentence = Rows(examples.sentences, WIDTH, drawn)
        self.hidden = Linear(WIDTH, UNITS, (2 / WIDTH) ** 0.5, drawn)
        self.fields = {name: Linear(UNITS, one.shape[1], spread, drawn) for name, one in examples.fields.items()}
        self.place = Rows(examples.places, WIDTH, drawn)
        self.place_hidden = Linear(2 * WIDTH, PLACE_UNITS, (1 / WIDTH) ** 0.5, drawn)
        self.roles = Linear(PLACE_UNITS, examples.parts.shape[1], (1 / PLACE_UNITS) ** 0.5, drawn)
        self._drawn = RandomState(self.seed + 1)

    def learn(self, rounds: int) -> Learner:
        """Go through the examples so many times."""
        for batch, pace in batches(len(self.examples.starts) - 1, BATCH, rounds, RATE, self._drawn):
            self._learn_from(batch, pace)
        return self

    def _learn_from(self, batch: Any, pace: Pace) -> None:
        met = self.sentence.meet(batch, FEATURES_LEFT_OUT, self._drawn)
        inner = self.hidden(met.sums)
        kept_units = kept(inner.shape, UNITS_LEFT_OUT, self._drawn) * (inner > 0)
        lit = inner * kept_units
        lit_off = numpy.zeros_like(lit)
        for name, head in self.fields.items():
            off = (probabilities(head(lit)) - self.examples.fields[name][batch]) / len(batch)
            lit_off += head.descend(lit, off, pace)
        sums_off = self._learn_parts(batch, met, pace) + self.hidden.descend(met.sums, lit_off * kept_units, pace)
        self.sentence.descend(met, sums_off, pace)

    def _learn_parts(self, batch: Any, whole: Met, pace: Pace) -> Numbers:
        """Learn the parts of the placeholders; return the slope in the sums of the whole questions."""
        handed_on = numpy.zeros_like(whole.sums)
        places, owners = self.examples.places_of(batch)
        if not len(places):
            return handed_on
        met = self.place.meet(places, FEATURES_LEFT_OUT, self._drawn)
        beside = numpy.hstack([met.sums, whole.sums[owners]])
        inner = self.place_hidden(beside)
        kept_units = kept(inner.shape, UNITS_LEFT_OUT, self._drawn) * (inner > 0)
        lit = inner * kept_units
        off = (probabilities(self.roles(lit)) - self.examples.parts[places]) * (ROLES_COUNT / len(places))
        beside_off = self.place_hidden.descend(beside, self.roles.descend(lit, off, pace) * kept_units, pace)
        self.place.descend(met, beside_off[:, :WIDTH], pace)
        numpy.add.at(handed_on, owners, beside_off[:, WIDTH:])
        return handed_on
