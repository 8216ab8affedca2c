"""The network that learns the gate's decisions, on a problem small enough to know the answer of."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
import scipy.sparse as sparse

from chartwarden.agent.gate.learning import REFUSAL_COUNTS, Examples, Learner
from chartwarden.agent.networks.learning import probabilities

SAID = [[1, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]] * 20
"""The first three features each mean a class; the last one says nothing."""
CLASSES = [0, 0, 1, 1, 2, 2] * 20


def examples(importance: float = 1.0) -> Examples:
    urgent = numpy.array([one == 2 for one in CLASSES], dtype=numpy.float32)
    count = numpy.full(len(CLASSES), importance, dtype=numpy.float32)
    return Examples(
        sparse.csr_matrix(numpy.array(SAID, dtype=numpy.float32)),
        numpy.eye(3, dtype=numpy.float32)[CLASSES],
        numpy.array([0, 1, 1], dtype=numpy.float32),
        urgent,
        count,
        count,
    )


def outputs(learner: Learner) -> numpy.ndarray:
    """What the network says of each of three features alone: logits of the classes, then of the alarm."""
    summed = learner.rows.rows.value[:3] + learner.rows.bias.value
    return learner.out(numpy.maximum(learner.hidden(summed), 0))


def test_it_learns_which_feature_means_which_class_and_what_is_urgent() -> None:
    said = outputs(Learner(examples(), width=8, seed=1).learn(80))
    assert (probabilities(said[:, :-1]).diagonal() > 0.6).all()
    assert (said[:2, -1] < 0).all()
    assert said[2, -1] > 0


def test_the_slope_is_that_of_the_loss_of_the_classes_and_of_being_turned_away_or_not() -> None:
    learner, batch = Learner(examples(), width=8, seed=1), numpy.array([0, 2, 4])
    logits = numpy.array([[0.3, -0.2, 0.1], [1.0, 0.5, -2.0], [0.0, 0.4, 0.9]])
    wanted = learner.examples.classes[batch]

    def loss(at: numpy.ndarray) -> float:
        found = probabilities(at)
        refused, should = found[:, 1:].sum(1), wanted[:, 1:].sum(1)
        of_refusal = should * numpy.log(refused) + (1 - should) * numpy.log(1 - refused)
        return float(-((wanted * numpy.log(found)).sum(1) + REFUSAL_COUNTS * of_refusal).sum()) / len(batch)

    slope = learner._off(numpy.column_stack([logits, numpy.zeros(3)]), batch)[:, :-1]
    for at in numpy.ndindex(*logits.shape):
        nudged = logits.copy()
        nudged[at] += 1e-5
        assert slope[at] == pytest.approx((loss(nudged) - loss(logits)) / 1e-5, abs=1e-3)


def test_what_counts_for_nothing_teaches_nothing() -> None:
    learner = Learner(examples(0.0), width=8, seed=1)
    before = outputs(learner)
    assert numpy.array_equal(outputs(learner.learn(2)), before)


def test_the_seed_decides_it_all() -> None:
    first, again, other = (outputs(Learner(examples(), width=8, seed=seed).learn(2)) for seed in (1, 1, 2))
    assert numpy.array_equal(first, again)
    assert not numpy.array_equal(first, other)


def test_a_row_that_no_request_has_stays_where_it_was() -> None:
    wide = examples()
    padded = sparse.hstack([wide.features, sparse.csr_matrix((len(CLASSES), 1), dtype=numpy.float32)]).tocsr()
    learner = Learner(replace(wide, features=padded), 8, seed=1)
    before = learner.rows.rows.value.copy()
    after = learner.learn(2).rows.rows.value
    assert numpy.array_equal(after[4], before[4])
    assert not numpy.allclose(after[:4], before[:4])
