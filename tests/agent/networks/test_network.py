"""Small networks over rows and layers small enough to do their sums by hand."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy
import pytest

from chartwarden.agent.networks.letters import letters_of
from chartwarden.agent.networks.network import Layer, Member, Network, Table
from chartwarden.agent.networks.running import Running, _Layers

ROWS = {"stop": (3, -2, 1, 0), "it": (-1, 2, 2, 1), "elsewhere": (3, 3, 3, 3)}
TABLE = Table(
    {name: 4 * at for at, name in enumerate(ROWS)},
    memoryview(bytes(number % 256 for row in ROWS.values() for number in row)).cast("b"),
    step=2.0,
    bias=(0.5, 0.0, -1.0, 0.25),
    widths=(2, 2),
)
FIRST = Member(
    Layer(((1.0, 0.0), (0.0, -1.0)), (0.0, 0.25)),
    {"which": Layer(((1.0, 0.0), (0.0, 1.0)), (0.0, 0.1)), "whether": Layer(((2.0, 0.0),), (-1.0,))},
)
SECOND = Member(
    Layer(((2.0, 0.0), (0.0, 0.0)), (0.0, 0.0)),
    {"which": Layer(((0.5, 1.0), (0.0, 1.0)), (0.0, 0.0)), "whether": Layer(((-1.0, 1.0),), (0.0,))},
)
NETWORK = Network(TABLE, (FIRST, SECOND), {"which": ("one", "other"), "whether": ("so",)})


def shares(first: float, second: float) -> tuple[float, float]:
    """Probabilities of two logits."""
    powers = math.exp(first), math.exp(second)
    return powers[0] / sum(powers), powers[1] / sum(powers)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def head_of(member: Member, *inputs: float) -> list[float]:
    """The logits of one head, as far as probabilities tell them: the rest less the first."""
    found = Running(TABLE, (member,)).probabilities(numpy.array([inputs]))["head"]
    return [math.log(one / found[0]) for one in found]


def test_a_layer_adds_up_its_rows_and_biases() -> None:
    hidden = Layer(((2.0, 1.0), (-1.0, 0.5)), (1.0, 0.5))
    member = Member(hidden, {"head": Layer(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)), (0.0, 0.0, 0.25))})
    assert head_of(member, 1.5, 2.0) == pytest.approx([0.0, 6.0, 0.25])
    assert head_of(member, -1.0, 2.0) == pytest.approx([0.0, 1.0, 2.75])


def test_a_member_adds_up_what_is_above_zero() -> None:
    heads = {"head": Layer(((0.0, 0.0), (1.0, 4.0), (-3.0, 0.0)), (0.0, 0.25, 0.0))}
    member = Member(Layer(((2.0,), (-1.0,)), (1.0, 0.5)), heads)
    assert head_of(member, 1.5) == pytest.approx([0.0, 4.25, -12.0])
    assert head_of(member, -0.75) == pytest.approx([0.0, 4 * 1.25 + 0.25, 0.0])
    assert head_of(member, 0.5) == pytest.approx([0.0, 2.25, -6.0])


def test_sums_of_several_tables_are_put_side_by_side() -> None:
    found = Running(TABLE, (FIRST,)).probabilities(numpy.array([[1.0]]), numpy.array([[2.0]]))
    assert found == Running(TABLE, (FIRST,)).probabilities(numpy.array([[1.0, 2.0]]))


def test_rows_are_summed_to_one_length_and_told_apart_by_member() -> None:
    unit = 2.0 / math.sqrt(2)
    first, second = NETWORK.running.sums(["stop", "it", "never met"])
    assert first == pytest.approx([2 * unit + 0.5, 0.0])
    assert second == pytest.approx([3 * unit - 1.0, unit + 0.25])
    assert NETWORK.running.sums(["stop"]).tolist() == [[3 * 2.0 + 0.5, -2 * 2.0], [2.0 - 1.0, 0.25]]


def test_features_that_training_never_met_leave_the_biases() -> None:
    for features in (["never met"], []):
        assert NETWORK.running.sums(features).tolist() == [[0.5, 0.0], [-1.0, 0.25]]
    assert TABLE.rows(["never met"]) == {}


def test_what_the_heads_say_is_averaged_over_the_members() -> None:
    found = NETWORK.running.probabilities(numpy.array([[1.0, 2.0], [0.5, 3.0]]))
    first, second = shares(1.0, 0.1), shares(0.5, 0.0)
    assert found["which"] == pytest.approx([(first[0] + second[0]) / 2, (first[1] + second[1]) / 2])
    assert found["whether"] == pytest.approx([(sigmoid(2.0 - 1) + sigmoid(-1.0)) / 2])


def test_one_member_alone_speaks_for_itself() -> None:
    found = dataclasses.replace(NETWORK, members=(FIRST,)).running.probabilities(numpy.array([[1.0, 2.0]]))
    assert found["which"] == pytest.approx(shares(1.0, 0.1))
    assert found["whether"] == pytest.approx([sigmoid(1.0)])


def test_members_have_one_shape() -> None:
    other = Member(Layer(((2.0,),), (0.0,)), {"which": Layer(((0.5,), (0.0,)), (0.0, 0.0))})
    with pytest.raises(ValueError, match="inhomogeneous"):
        Running(TABLE, (FIRST, other))


def test_the_numbers_do_not_depend_on_how_a_library_multiplies() -> None:
    drawn = numpy.random.RandomState(3)
    weights, bias, inputs = drawn.randn(30, 200), drawn.randn(30), drawn.randn(200)
    hidden = Layer(tuple(map(tuple, weights.tolist())), tuple(bias.tolist()))
    summed = [0.0] * 30
    for at, one in enumerate(inputs.tolist()):  # one input after the other
        summed = [whole + row[at] * one for whole, row in zip(summed, hidden.weights, strict=True)]
    wanted = [whole + one for whole, one in zip(summed, hidden.bias, strict=True)]
    assert _Layers([hidden])(inputs[None]).tolist() == [wanted]


def alone(*logits: float) -> list[float]:
    """What one head makes of these logits."""
    member = Member(Layer(((1.0,),), (0.0,)), {"head": Layer(((0.0,),) * len(logits), logits)})
    return Running(TABLE, (member,)).probabilities(numpy.array([[1.0]]))["head"]


@pytest.mark.parametrize(("logit", "wanted"), [(4000.0, 1.0), (-4000.0, 0.0)])
def test_far_out_logits_neither_overflow_nor_leave_the_unit_interval(logit: float, wanted: float) -> None:
    assert alone(logit, 0.0) == pytest.approx([wanted, 1 - wanted])
    assert alone(logit) == pytest.approx([wanted])


@pytest.mark.parametrize(("beyond", "at"), [(65.0, 60.0), (-65.0, -60.0)])
def test_a_logit_alone_is_held_at_sixty(beyond: float, at: float) -> None:
    assert alone(beyond) == alone(at)
    assert alone(-59.5) == pytest.approx([math.exp(-59.5)], rel=1e-9)


@pytest.mark.parametrize("made", [NETWORK, TABLE, FIRST, FIRST.hidden])
def test_what_was_trained_cannot_be_changed(made: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(made)[0].name, None)


def test_letters_are_runs_of_three_to_five_with_the_edges_of_the_word() -> None:
    assert letters_of("ab") == ("c: _ab", "c: ab_", "c: _ab_")
    assert letters_of("<drug>") == letters_of("12") == ()
