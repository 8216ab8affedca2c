"""What is wanted, told by its own word, is what is answered, or nothing is; a length is told in the unit asked."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.kind_asked import of_the_kind_asked
from chartwarden.agent.planning.understood import Reading
from chartwarden.tools.records.query import Comparison, RecordQuery

STAY = RecordQuery(types=("Encounter",), which="last")


def one(**given: object) -> Reading:
    return Reading((STAY.model_copy(update=given),))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("How long was the last stay, in hours?", "h"),
        ("How many minutes did it take?", "min"),
        ("How many nights was she in?", "night"),
        ("total icu hours?", "h"),
    ],
)
def test_a_length_is_told_in_the_unit_that_is_named(text: str, unit: str) -> None:
    (query,) = of_the_kind_asked(one(target="duration"), text).questions
    assert isinstance(query, RecordQuery)
    assert query.unit == unit
    (apart,) = of_the_kind_asked(Reading((Comparison(left=STAY, right=STAY, relation="interval"),)), text).questions
    assert isinstance(apart, Comparison)
    assert apart.unit == unit


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("How many hours was she in the ICU?", {"target": "duration"}, {"measure": "count"}),
        ("Which town was he born in?", {"target": "demographic", "field": "city"}, {"target": "demographic"}),
        ("How many calendar days lie between the two stays?", {"target": "duration"}, {"measure": "count"}),
        ("What colour was it?", {"target": "value"}, {"target": "name"}),
        ("How tall was she in 2015?", {"target": "value"}, {"target": "time"}),
    ],
)
def test_another_kind_is_not_understood(text: str, right: dict[str, str], wrong: dict[str, str]) -> None:
    assert not of_the_kind_asked(one(**right), text).problem
    assert of_the_kind_asked(one(**wrong), text).problem


def test_which_of_two_is_no_yes_or_no() -> None:
    asked = "Aspirin or ibuprofen, which came first?"
    told = Comparison(left=STAY, right=STAY, relation="before", tells="side")
    assert not of_the_kind_asked(Reading((told,)), asked).problem
    assert of_the_kind_asked(Reading((told.model_copy(update={"tells": ""}),)), asked).problem


@pytest.mark.parametrize("text", ["Any fever in the last 48 hours?", "What was given within 24 hours of the fall?"])
def test_a_stretch_of_time_is_no_unit_asked(text: str) -> None:
    reading = one(target="value")
    assert of_the_kind_asked(reading, text) is reading


def test_days_to_decimals_go_by_the_clock() -> None:
    apart = Reading((Comparison(left=STAY, right=STAY, relation="interval"),))
    for text, unit in (("days between the two, to two decimals", "24h"), ("days between the two", "d")):
        (found,) = of_the_kind_asked(apart, text).questions
        assert isinstance(found, Comparison)
        assert found.unit == unit


def test_a_sum_of_lengths_is_told_in_the_unit_that_is_named() -> None:
    (query,) = of_the_kind_asked(one(target="duration", measure="sum"), "how many hours in all?").questions
    assert isinstance(query, RecordQuery)
    assert (query.measure, query.unit) == ("duration", "h")


def test_which_was_the_soonest_is_not_known() -> None:
    assert of_the_kind_asked(one(), "which of the admissions came the soonest after another?").problem
