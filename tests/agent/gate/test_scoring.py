"""The classifier over weights small enough to do its sums by hand."""

from __future__ import annotations

import dataclasses
import math

import pytest

from chartwarden.agent.gate import scoring
from chartwarden.agent.gate.scoring import REQUEST, Judged, judge, weights, why
from chartwarden.agent.networks.network import Layer, Member, Network, Table
from chartwarden.agent.networks.packing import Weights

FIRST = Member(
    Layer(((1.0, 0.0), (0.0, -1.0)), (0.0, 0.25)),
    {"class": Layer(((1.0, 0.0), (0.0, 1.0)), (0.0, 0.1)), "alarm": Layer(((2.0, 0.0),), (-1.0,))},
)
SECOND = Member(
    Layer(((2.0, 0.0), (0.0, 0.0)), (0.0, 0.0)),
    {"class": Layer(((0.5, 0.0), (0.0, 0.0)), (0.0, 0.0)), "alarm": Layer(((-1.0, 0.0),), (0.0,))},
)
ROWS = {"w: stop": (3, -2, 1, 0), "w: it": (-1, 2, 2, 0), "w: elsewhere": (3, 3, 3, 3)}
STEP, BIAS = 1.0, (0.5, 0.0, 0.0, 0.0)


def table(rows: dict[str, tuple[int, ...]]) -> Table:
    numbers = bytes(number % 256 for row in rows.values() for number in row)
    return Table({name: 4 * at for at, name in enumerate(rows)}, memoryview(numbers).cast("b"), STEP, BIAS, (2, 2))


def made_of(rows: dict[str, tuple[int, ...]], *members: Member) -> Weights:
    network = Network(table(rows), members, {"class": ("R1", "X2"), "alarm": ("X5",)})
    return Weights({REQUEST: network}, 1, "abc")


def biased(member: Member, first: float, second: float, alarm: float) -> Member:
    """The same with other biases of what comes out."""
    classes, urgent = member.heads["class"], member.heads["alarm"]
    heads = {"class": Layer(classes.weights, (first, second)), "alarm": Layer(urgent.weights, (alarm,))}
    return dataclasses.replace(member, heads=heads)


@pytest.fixture
def trained() -> Weights:
    return made_of(ROWS, FIRST, SECOND)


def shares(first: float, second: float) -> tuple[float, float]:
    """Probabilities of two logits."""
    powers = math.exp(first), math.exp(second)
    return powers[0] / sum(powers), powers[1] / sum(powers)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_the_weights_of_the_package_are_read_once() -> None:
    assert weights() is weights()


def test_classes_and_alarm_are_the_means_of_the_members(trained: Weights) -> None:
    unit = STEP / math.sqrt(2)  # two of the features of the request have rows
    sums = [2 * unit + 0.5, 0 * unit, 3 * unit]
    lit = [sums[0], 0.25]
    first, second = shares(lit[0], lit[1] + 0.1), shares(0.5 * 2 * sums[2], 0)
    judged = judge("stop it", trained)
    assert judged.scores == pytest.approx({"R1": (first[0] + second[0]) / 2, "X2": (first[1] + second[1]) / 2})
    assert judged.emergency == pytest.approx((sigmoid(2 * lit[0] - 1) + sigmoid(-2 * sums[2])) / 2)


def test_one_feature_is_brought_to_the_full_length(trained: Weights) -> None:
    judged = judge("now stop", trained)
    first, second = shares(3 * STEP + 0.5, 0.1 + 2.25), shares(1.0, 0)
    assert judged.scores == pytest.approx({"R1": (first[0] + second[0]) / 2, "X2": (first[1] + second[1]) / 2})
    assert judged.emergency == pytest.approx((sigmoid(2 * 3.5 - 1) + sigmoid(-2.0)) / 2)


def test_words_that_training_never_met_leave_the_biases(trained: Weights) -> None:
    first = shares(0.5, 0.35)
    judged = judge("xyzzy", trained)
    assert judged.scores == pytest.approx({"R1": (first[0] + 0.5) / 2, "X2": (first[1] + 0.5) / 2})
    assert judged.emergency == pytest.approx((0.5 + 0.5) / 2)


@pytest.mark.parametrize(("logit", "alarm"), [(4000.0, 1.0), (-4000.0, 0.0)])
def test_far_out_logits_neither_overflow_nor_leave_the_unit_interval(logit: float, alarm: float) -> None:
    far = [biased(member, logit, 0.0, logit) for member in (FIRST, SECOND)]
    judged = judge("xyzzy", made_of(ROWS, *far))
    assert judged.scores["R1"] == pytest.approx(alarm)
    assert judged.emergency == pytest.approx(alarm)
    assert sum(judged.scores.values()) == pytest.approx(1)


def test_total_adds_the_classes_asked_for_and_nothing_for_those_unknown() -> None:
    judged = Judged({"R1": 0.5, "R2": 0.25, "X2": 0.125}, 0.0)
    assert judged.total({"R1", "X2", "X9"}) == 0.625
    assert judged.total(()) == 0


def test_the_likeliest_is_of_those_asked_for_and_of_ties_the_first_in_training() -> None:
    judged = Judged({"R2": 0.2, "R1": 0.2, "X2": 0.5, "X1": 0.1}, 0.0)
    assert judged.likeliest({"R1", "R2"}) == "R2"
    assert judged.likeliest({"R1", "X1"}) == "R1"
    assert judged.likeliest({"X1", "X2", "X9"}) == "X2"


def odds(text_rows: tuple[tuple[int, ...], ...], trained: Weights, count: int) -> float:
    network = trained.networks[REQUEST]
    sums = network.running.scaled([sum(column) for column in zip(*text_rows, strict=True)], count)
    score = scoring._judged(sums, network).scores["X2"]
    return math.log(score / (1 - score))


def test_what_carried_a_decision_comes_by_how_much_it_carried(
    trained: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "weights", lambda: trained)
    stop, it = ROWS["w: stop"], ROWS["w: it"]
    lost = {
        "w: stop": odds((stop, it), trained, 2) - odds((it,), trained, 2),
        "w: it": odds((stop, it), trained, 2) - odds((stop,), trained, 2),
    }
    told = why("stop it", "X2")
    assert dict(told) == pytest.approx(lost)
    assert [name for name, _ in told] == sorted(lost, key=lambda name: -abs(lost[name]))
    assert why("stop it", "X2", 1) == told[:1]


def test_features_that_carried_alike_come_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"c: {letters}" for letters in ("_st", "sto", "top", "op_", "_sto", "stop", "top_", "_stop", "stop_")]
    names += ["w: ^", "w: $", "w: stop", "w: ^ stop", "w: stop $"]
    alike = made_of(dict.fromkeys(names, (1, 1, 1, 0)), FIRST, SECOND)
    monkeypatch.setattr(scoring, "weights", lambda: alike)
    told = [name for name, _ in why("stop", "X2")]
    assert told == sorted(names)[:12]
    assert len(why("stop", "X2", 40)) == 14


def test_a_certain_class_is_told_with_finite_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = made_of(ROWS, biased(FIRST, 0.0, 900.0, 0.0), biased(SECOND, 0.0, 900.0, 0.0))
    monkeypatch.setattr(scoring, "weights", lambda: sure)
    assert dict(why("stop it", "X2")) == pytest.approx({"w: stop": 0.0, "w: it": 0.0}, abs=1e-9)
    assert dict(why("stop it", "R1")) == pytest.approx({"w: stop": 0.0, "w: it": 0.0}, abs=1e-9)


def test_what_was_judged_cannot_be_changed() -> None:
    judged = Judged({}, 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        judged.emergency = 1.0  # type: ignore[misc]
