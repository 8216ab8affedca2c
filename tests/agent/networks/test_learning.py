"""What the networks learn with: steps, slopes and what is kept of them, against sums done by hand."""

from __future__ import annotations

import numpy
import pytest
from numpy.random import RandomState

from chartwarden.agent.networks.learning import (
    Linear,
    Pace,
    Parameter,
    Rows,
    batches,
    kept,
    matrix,
    numbered,
    probabilities,
    table,
)
from chartwarden.agent.networks.network import Layer

FOUND = [frozenset("ab"), frozenset("abc"), frozenset("acz"), frozenset()]


def test_the_first_step_is_as_long_whatever_the_slope_and_the_next_ones_remember() -> None:
    learnt = Parameter(numpy.zeros(2))
    learnt.descend(numpy.array([0.5, -4.0]), Pace(1, 1.0))
    assert learnt.value == pytest.approx([-1.0, 1.0], rel=1e-5)
    before = learnt.value.copy()
    learnt.descend(numpy.array([0.5, 0.0]), Pace(2, 1.0))
    assert before - learnt.value == pytest.approx([1.0, -0.6701], rel=1e-3)


def test_a_step_goes_as_far_as_its_rate_and_moves_only_the_part_it_is_for() -> None:
    learnt = Parameter(numpy.zeros(3))
    learnt.descend(numpy.array([2.0]), Pace(1, 0.25), numpy.array([1]))
    assert learnt.value == pytest.approx([0.0, -0.25, 0.0], rel=1e-5)


def test_every_example_is_met_in_every_round_and_the_rate_falls_to_a_twentieth() -> None:
    met = list(batches(5, 2, 3, 0.1, RandomState(1)))
    assert [pace.taken for _, pace in met] == list(range(1, 10))
    for number in range(3):
        assert sorted(one for batch, _ in met[3 * number : 3 * number + 3] for one in batch) == [0, 1, 2, 3, 4]
    assert met[-1][1].rate == pytest.approx(0.1 / 20)


def test_a_layer_hands_on_the_slope_it_had_before_it_learnt() -> None:
    layer = Linear(2, 3, 1.0, RandomState(1))
    inputs, slope = numpy.array([[1.0, 2.0], [0.5, -1.0]]), numpy.array([[0.1, -0.2, 0.3], [0.0, 0.5, 0.0]])
    weights, outputs = layer.weights.value.copy(), layer(inputs)
    assert outputs == pytest.approx(inputs @ weights)
    assert layer.descend(inputs, slope, Pace(1, 0.01)) == pytest.approx(slope @ weights.T)
    assert (numpy.sign(weights - layer.weights.value) == numpy.sign(inputs.T @ slope)).all()
    assert layer.bias.value == pytest.approx([-0.01, -0.01, -0.01], rel=1e-4)


def test_rows_are_summed_to_one_length_and_learn_from_the_slope_in_their_sum() -> None:
    names = numbered(FOUND, 2)
    rows = Rows(matrix(FOUND, names, 2.0), 2, RandomState(1))
    rows.rows.value = numpy.array([[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]], dtype=numpy.float32)
    met = rows.meet([0, 3], 0.0, RandomState(1))
    assert met.sums == pytest.approx(numpy.array([[2 / 2**0.5, 2 / 2**0.5], [0.0, 0.0]]))
    rows.descend(met, numpy.array([[1.0, 0.0], [0.0, -1.0]]), Pace(1, 0.1))
    assert rows.bias.value == pytest.approx([-0.1, 0.1], rel=1e-4)
    assert rows.rows.value == pytest.approx(numpy.array([[0.9, 0.0], [-0.1, 1.0], [5.0, 5.0]]), abs=1e-5)


def test_features_are_numbered_in_order_where_enough_examples_have_them() -> None:
    assert numbered(FOUND, 2) == {"a": 0, "b": 1, "c": 2}
    assert numbered(FOUND, 3) == {"a": 0}


def test_what_is_kept_makes_up_for_what_is_left_out() -> None:
    found = kept((1000,), 0.2, RandomState(1))
    assert set(found) == {0.0, numpy.float32(1.25)}
    assert found.mean() == pytest.approx(1, abs=0.05)


def test_probabilities_are_those_of_each_row_also_for_large_logits() -> None:
    found = probabilities(numpy.array([[0.0, 0.0], [1000.0, 0.0], [0.0, numpy.log(3.0)]]))
    assert found == pytest.approx(numpy.array([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75]]))


def test_of_a_layer_a_row_for_each_output_is_kept_with_five_decimals() -> None:
    learnt = Linear(2, 3, 1.0, RandomState(1))
    learnt.weights.value = numpy.array([[1.0, 2.0, 3.0], [0.123456789, 5.0, 6.0]])
    learnt.bias.value = numpy.array([0.5, 0.0, 0.000004])
    assert learnt.layer() == Layer(((1.0, 0.12346), (2.0, 5.0), (3.0, 6.0)), (0.5, 0.0, 0.0))
    assert learnt.layer(slice(-1, None)) == Layer(((3.0, 6.0),), (0.0,))


def test_the_rows_of_several_members_are_kept_side_by_side_in_levels() -> None:
    members = [Rows(matrix(FOUND, numbered(FOUND, 2)), 2, RandomState(seed)) for seed in range(2)]
    members[0].rows.value = numpy.array([[3.0, -3.0], [2.0, 3.0], [1.0, 0.4]])
    members[1].rows.value = numpy.array([[2.0, 0.0], [0.0, -3.0], [-1.6, 0.0]])
    members[1].bias.value = numpy.array([0.5, -1.0])
    found = table(["a", "b", "c"], members, levels=3, length=5.0)
    rows = {name: list(row) for name, row in found.rows("abcd").items()}
    assert rows == {"a": [3, -3, 2, 0], "b": [2, 3, 0, -3], "c": [1, 0, -2, 0]}
    assert (found.step, found.bias, found.widths) == (5.0, (0.0, 0.0, 0.5, -1.0), (2, 2))
    clipped = table(["a", "b", "c"], members, levels=3, clipped=0.5)
    assert max(abs(one) for one in clipped.numbers) == 3
    assert clipped.step < 1
