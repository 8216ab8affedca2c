"""The network of the gate while it learns (`training.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy
from numpy.random import RandomState
from scipy.sparse import csr_matrix

from chartwarden.agent.networks.learning import Linear, Numbers, Pace, Rows, batches, kept, probabilities

UNITS = 64
"""Of the hidden layer."""
BATCH = 128
RATE = 3e-3
"""Of the first steps."""
FEATURES_LEFT_OUT = 0.3
UNITS_LEFT_OUT = 0.2
REFUSAL_COUNTS = 2.0
"""What the loss of being turned away or not counts for beside that of the class: the one that decides."""
_SURE = 1e-6
"""No probability is taken to be nearer to 0 or 1."""


@dataclass(frozen=True)
class Examples:
    """What is learnt from: one row per request."""

    features: csr_matrix
    classes: Numbers
    """The probability each class should get."""
    turned_away: Numbers
    """Of each class, 1 where its requests get no answer to all they ask, else 0."""
    urgent: Numbers
    """Whether it tells of an emergency."""
    importance: Numbers
    """What each counts for when the classes are learnt."""
    alarm_importance: Numbers
    """The same for the alarm."""


@dataclass
class Learner:
    """One network that learns; the seed decides where it begins and what is left out."""

    examples: Examples
    width: int
    seed: int
    rows: Rows = field(init=False)
    hidden: Linear = field(init=False)
    out: Linear = field(init=False)
    """Logits of the classes, and last of the alarm."""

    def __post_init__(self) -> None:
        drawn = RandomState(self.seed)
        self.rows = Rows(self.examples.features, self.width, drawn)
        self.hidden = Linear(self.width, UNITS, (2 / self.width) ** 0.5, drawn)
        self.out = Linear(UNITS, self.examples.classes.shape[1] + 1, (1 / UNITS) ** 0.5, drawn)
        self._drawn = RandomState(self.seed + 1)

    def learn(self, rounds: int) -> Learner:
        """Go through the examples so many times."""
        for batch, pace in batches(self.examples.features.shape[0], BATCH, rounds, RATE, self._drawn):
            self._learn_from(batch, pace)
        return self

    def _learn_from(self, batch: Any, pace: Pace) -> None:
        met = self.rows.meet(batch, FEATURES_LEFT_OUT, self._drawn)
        kept_sums = kept(met.sums.shape, UNITS_LEFT_OUT, self._drawn)
        summed = met.sums * kept_sums
        inner = self.hidden(summed)
        kept_units = kept(inner.shape, UNITS_LEFT_OUT, self._drawn) * (inner > 0)
        lit = inner * kept_units
        inner_off = self.out.descend(lit, self._off(self.out(lit), batch), pace) * kept_units
        self.rows.descend(met, self.hidden.descend(summed, inner_off, pace) * kept_sums, pace)

    def _off(self, outputs: Numbers, batch: Any) -> Numbers:
        """How far the outputs are from what they should be: the slope of the loss in them."""
        examples = self.examples
        found = probabilities(outputs[:, :-1])
        found += REFUSAL_COUNTS * self._off_refusal(found, batch) - examples.classes[batch]
        alarm = 1 / (1 + numpy.exp(-numpy.clip(outputs[:, -1], -30, 30))) - examples.urgent[batch]
        found *= examples.importance[batch][:, None]
        alarm *= examples.alarm_importance[batch]
        off: Numbers = (numpy.column_stack([found, alarm]) / len(batch)).astype(numpy.float32)
        return off

    def _off_refusal(self, found: Numbers, batch: Any) -> Numbers:
        """The slope, in the logits of the classes, of the loss of being turned away or not: a logistic one."""
        barred = self.examples.turned_away
        refused = numpy.clip(found @ barred, _SURE, 1 - _SURE)
        log_odds = numpy.where(barred > 0, found / refused[:, None], -found / (1 - refused)[:, None])
        off: Numbers = (refused - self.examples.classes[batch] @ barred)[:, None] * log_odds
        return off
