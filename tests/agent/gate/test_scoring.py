"""The classifier over weights small enough to do its sums by hand."""

from __future__ import annotations

import dataclasses
import gzip
import json
import math
from typing import Any

import pytest

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate import scoring
from chartwarden.agent.gate.features import VERSION
from chartwarden.agent.gate.scoring import Judged, Member, Weights, judge, read_weights, weights, why

FIRST: dict[str, Any] = {
    "bias": [0.5, 0.0],
    "hidden": [[1.0, 0.0], [0.0, -1.0]],
    "hidden_bias": [0.0, 0.25],
    "out": [[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]],
    "out_bias": [0.0, 0.1, -1.0],
}
SECOND: dict[str, Any] = {
    "bias": [0.0],
    "hidden": [[2.0]],
    "hidden_bias": [0.0],
    "out": [[0.5], [0.0], [-1.0]],
    "out_bias": [0.0, 0.0, 0.0],
}
ROWS = {"w: stop": (3, -2, 1), "w: it": (-1, 2, 2), "w: elsewhere": (3, 3, 3)}
STEP, SCALE = 0.5, 2.0


def packed(version: int = VERSION, **changed: Any) -> bytes:
    """A weights file as training writes it."""
    head = {
        **{"features_version": version, "corpus": "abc", "classes": ["R1", "X2"], "step": STEP, "scale": SCALE},
        **{"members": [FIRST, SECOND], **changed},
    }
    numbers = bytes(number % 256 for row in ROWS.values() for number in row)
    return gzip.compress(b"\n\n".join((json.dumps(head).encode(), "\n".join(ROWS).encode(), numbers)))


@pytest.fixture
def trained() -> Weights:
    return read_weights(packed())


def shares(first: float, second: float) -> tuple[float, float]:
    """Probabilities of two logits."""
    powers = math.exp(first), math.exp(second)
    return powers[0] / sum(powers), powers[1] / sum(powers)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_what_was_packed_is_read_again(trained: Weights) -> None:
    assert (trained.classes, trained.step, trained.scale, trained.corpus) == (("R1", "X2"), STEP, SCALE, "abc")
    assert trained.width == 3
    assert {name: tuple(trained.numbers[at : at + 3]) for name, at in trained.places.items()} == ROWS
    assert trained.members[0] == Member(
        (0.5, 0.0), ((1.0, 0.0), (0.0, -1.0)), (0.0, 0.25), ((1.0, 0.0), (0.0, 1.0), (2.0, 0.0)), (0.0, 0.1, -1.0)
    )


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
def test_weights_for_other_features_are_refused_by_their_number(version: int) -> None:
    with pytest.raises(GateError, match=f"features {version}, not {VERSION}"):
        read_weights(packed(version))


def test_rows_that_are_too_few_or_too_many_are_no_weights() -> None:
    with pytest.raises(ValueError, match="zip"):
        read_weights(packed(members=[FIRST]))


def test_the_weights_of_the_package_are_read_once() -> None:
    assert weights() is weights()


def test_a_member_adds_up_what_is_above_zero() -> None:
    member = Member((0.0,), ((2.0,), (-1.0,)), (1.0, 0.5), ((1.0, 4.0), (-3.0, 0.0)), (0.25, 0.0))
    assert member.outputs([1.5]) == [4.25, -12.0]
    assert member.outputs([-0.75]) == [4 * 1.25 + 0.25, 0.0]
    assert member.outputs([0.5]) == [2.25, -6.0]


def test_classes_and_alarm_are_the_means_of_the_members(trained: Weights) -> None:
    unit = STEP * SCALE / math.sqrt(2)  # two of the features of the request have rows
    sums = [2 * unit + 0.5, 0 * unit, 3 * unit]
    lit = [sums[0], 0.25]
    first, second = shares(lit[0], lit[1] + 0.1), shares(0.5 * 2 * sums[2], 0)
    judged = judge("stop it", trained)
    assert judged.scores == pytest.approx({"R1": (first[0] + second[0]) / 2, "X2": (first[1] + second[1]) / 2})
    assert judged.emergency == pytest.approx((sigmoid(2 * lit[0] - 1) + sigmoid(-2 * sums[2])) / 2)


def test_one_feature_is_brought_to_the_full_length(trained: Weights) -> None:
    judged = judge("now stop", trained)
    first, second = shares(3 * STEP * SCALE + 0.5, 0.1 + 2.25), shares(1.0, 0)
    assert judged.scores == pytest.approx({"R1": (first[0] + second[0]) / 2, "X2": (first[1] + second[1]) / 2})
    assert judged.emergency == pytest.approx((sigmoid(2 * 3.5 - 1) + sigmoid(-2.0)) / 2)


def test_words_that_training_never_met_leave_the_biases(trained: Weights) -> None:
    first = shares(0.5, 0.35)
    judged = judge("xyzzy", trained)
    assert judged.scores == pytest.approx({"R1": (first[0] + 0.5) / 2, "X2": (first[1] + 0.5) / 2})
    assert judged.emergency == pytest.approx((0.5 + 0.5) / 2)


@pytest.mark.parametrize(("logit", "alarm"), [(4000.0, 1.0), (-4000.0, 0.0)])
def test_far_out_logits_neither_overflow_nor_leave_the_unit_interval(logit: float, alarm: float) -> None:
    member = {**SECOND, "out_bias": [logit, 0.0, logit]}
    judged = judge("xyzzy", read_weights(packed(members=[{**FIRST, "out_bias": [logit, 0.0, logit]}, member])))
    assert judged.scores["R1"] == pytest.approx(alarm)
    assert judged.emergency == pytest.approx(alarm)
    assert sum(judged.scores.values()) == pytest.approx(1)


@pytest.mark.parametrize(("beyond", "at"), [(65.0, 60.0), (-65.0, -60.0)])
def test_the_alarm_is_held_at_sixty(beyond: float, at: float) -> None:
    def alarm(logit: float) -> float:
        members = [{**SECOND, "out_bias": [0.0, 0.0, logit]}]
        return judge("xyzzy", dataclasses.replace(read_weights(packed()), members=_members(members))).emergency

    assert alarm(beyond) == alarm(at)
    assert alarm(-59.5) == pytest.approx(math.exp(-59.5), rel=1e-9)


def _members(told: list[dict[str, Any]]) -> tuple[Member, ...]:
    return tuple(
        Member(**{name: tuple(tuple(x) if isinstance(x, list) else x for x in value) for name, value in one.items()})
        for one in told
    )


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
    sums = [sum(column) for column in zip(*text_rows, strict=True)] if text_rows else [0, 0, 0]
    score = scoring._judged(sums, count, trained).scores["X2"]
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


def test_features_that_carried_alike_come_by_name(trained: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"c: {letters}" for letters in ("_st", "sto", "top", "op_", "_sto", "stop", "top_", "_stop", "stop_")]
    names += ["w: ^", "w: $", "w: stop", "w: ^ stop", "w: stop $"]
    alike = dataclasses.replace(
        trained, places={name: 3 * at for at, name in enumerate(names)}, numbers=memoryview(bytes([1] * 42)).cast("b")
    )
    monkeypatch.setattr(scoring, "weights", lambda: alike)
    told = [name for name, _ in why("stop", "X2")]
    assert told == sorted(names)[:12]
    assert len(why("stop", "X2", 40)) == 14


def test_a_certain_class_is_told_with_finite_odds(trained: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = [{**one, "out_bias": [0.0, 900.0, 0.0]} for one in (FIRST, SECOND)]
    monkeypatch.setattr(scoring, "weights", lambda: dataclasses.replace(trained, members=_members(sure)))
    assert dict(why("stop it", "X2")) == pytest.approx({"w: stop": 0.0, "w: it": 0.0}, abs=1e-9)
    assert dict(why("stop it", "R1")) == pytest.approx({"w: stop": 0.0, "w: it": 0.0}, abs=1e-9)


@pytest.mark.parametrize("made", [Judged({}, 0.0), read_weights(packed()), read_weights(packed()).members[0]])
def test_what_was_trained_or_judged_cannot_be_changed(made: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.scores = {}
