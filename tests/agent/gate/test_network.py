"""The network that learns the gate's decisions, on a problem small enough to know the answer of."""

from __future__ import annotations

import numpy
import pytest
import scipy.sparse as sparse

from chartwarden.agent.gate.network import Examples, Learner, Network, _Moments, probabilities

SAID = [[1, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]] * 20
"""The first three features each mean a class; the last one says nothing."""
CLASSES = [0, 0, 1, 1, 2, 2] * 20


def examples(importance: float = 1.0) -> Examples:
    urgent = numpy.array([one == 2 for one in CLASSES], dtype=numpy.float32)
    count = numpy.full(len(CLASSES), importance, dtype=numpy.float32)
    return Examples(
        sparse.csr_matrix(numpy.array(SAID, dtype=numpy.float32)),
        numpy.eye(3, dtype=numpy.float32)[CLASSES],
        urgent,
        count,
        count,
    )


def outputs(network: Network) -> numpy.ndarray:
    """What the network says of each of three features alone: logits of the classes, then of the alarm."""
    summed = network.rows[:3] + network.bias
    return numpy.maximum(summed @ network.hidden + network.hidden_bias, 0) @ network.out + network.out_bias


def test_it_learns_which_feature_means_which_class_and_what_is_urgent() -> None:
    said = outputs(Learner(examples(), width=8, seed=1).learn(80))
    assert (probabilities(said[:, :-1]).diagonal() > 0.6).all()
    assert (said[:2, -1] < 0).all()
    assert said[2, -1] > 0


def test_what_counts_for_nothing_teaches_nothing() -> None:
    learner = Learner(examples(0.0), width=8, seed=1)
    before = outputs(learner.network)
    assert numpy.array_equal(outputs(learner.learn(2)), before)


def test_the_seed_decides_it_all() -> None:
    first, again, other = (outputs(Learner(examples(), width=8, seed=seed).learn(2)) for seed in (1, 1, 2))
    assert numpy.array_equal(first, again)
    assert not numpy.array_equal(first, other)


def test_a_row_that_no_request_has_stays_where_it_was() -> None:
    wide = examples()
    padded = sparse.hstack([wide.features, sparse.csr_matrix((len(CLASSES), 1), dtype=numpy.float32)]).tocsr()
    learner = Learner(Examples(padded, wide.classes, wide.urgent, wide.importance, wide.alarm_importance), 8, seed=1)
    before = learner.network.rows.copy()
    after = learner.learn(2).rows
    assert numpy.array_equal(after[4], before[4])
    assert not numpy.allclose(after[:4], before[:4])


def test_the_first_step_is_as_long_whatever_the_slope_and_the_next_ones_remember() -> None:
    moments = _Moments(numpy.zeros(2), numpy.zeros(2))
    assert moments.step(numpy.array([0.5, -4.0]), ..., 1) == pytest.approx([1.0, -1.0], rel=1e-5)
    assert moments.step(numpy.array([0.5, 0.0]), ..., 2) == pytest.approx([1.0, -0.6701], rel=1e-3)


def test_probabilities_are_those_of_each_row_also_for_large_logits() -> None:
    found = probabilities(numpy.array([[0.0, 0.0], [1000.0, 0.0], [0.0, numpy.log(3.0)]]))
    assert found == pytest.approx(numpy.array([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75]]))
