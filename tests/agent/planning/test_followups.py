"""Questions that lean on the turn before."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import Turn, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask

PLANNER = RulesPlanner()


def follow(ask: Ask, first: str, second: str) -> RecordQuery:
    """The query of a second question, asked after a first one."""
    step = PLANNER.decide(ask(first))
    assert isinstance(step, UseTools)
    again = PLANNER.decide(ask(second, turns=(Turn(question=first, calls=step.calls),)))
    assert isinstance(again, UseTools), again
    question = again.calls[0].question
    assert isinstance(question, RecordQuery)
    return question


@pytest.mark.parametrize(
    "second",
    [
        "and before that?",
        "the one before?",
        "And the previous one?",
        "ok, and the one before that, what was it?",
        "thanks. And the time just before that, please?",
    ],
)
def test_before_that_steps_back(ask: Ask, second: str) -> None:
    query = follow(ask, "What is the latest potassium?", second)
    assert (query.which, query.index) == ("last", 2)


@pytest.mark.parametrize(
    "second",
    [
        "same for LDL",
        "What about LDL?",
        "and LDL?",
        "how about the LDL",
        "same question for the LDL please",
        "Thanks. And for LDL?",
        "ok and the LDL level?",
    ],
)
def test_the_same_is_asked_of_something_else(ask: Ask, second: str) -> None:
    query = follow(ask, "What was the highest potassium in 2018?", second)
    assert query.measure == "max"
    assert query.concept is not None
    assert [coding.code for coding in query.concept.codings] == ["18262-6"]
    assert query.window is not None


def test_the_same_is_asked_of_another_time(ask: Ask) -> None:
    query = follow(ask, "How many flu shots in 2018?", "and in 2015?")
    assert query.measure == "count"
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.year == 2015


@pytest.mark.parametrize("second", ["any in 2015?", "were there any in 2015?", "and back in 2015?"])
def test_whether_there_are_any_in_another_time_is_the_same_question(ask: Ask, second: str) -> None:
    query = follow(ask, "When was the last flu shot?", second)
    assert query.types == ("Immunization",)
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.year == 2015


def test_all_years_are_no_window(ask: Ask) -> None:
    assert follow(ask, "How many flu shots in 2018?", "and over all years?").window is None


def test_what_was_asked_about_is_asked_of_now(ask: Ask) -> None:
    query = follow(ask, "When was ibuprofen last prescribed?", "is she still on it?")
    assert (query.measure, query.status, query.types) == ("exists", ("active",), ("MedicationRequest",))
    assert query.concept is not None
    assert query.concept.words == "ibuprofen"


@pytest.mark.parametrize("second", ["how many has she had in all?", "How many were given?"])
def test_they_are_counted(ask: Ask, second: str) -> None:
    query = follow(ask, "When was the last flu shot?", second)
    assert (query.measure, query.types) == ("count", ("Immunization",))


def test_the_day_of_an_extreme_is_asked(ask: Ask) -> None:
    query = follow(ask, "What was the highest potassium in 2018?", "on which day was that?")
    assert (query.by, query.which, query.target) == ("value", "last", "time")


def test_what_is_not_in_the_record_is_still_what_is_asked(ask: Ask) -> None:
    query = follow(ask, "What is the latest potassium?", "and troponin?")
    assert query.concept is not None
    assert (query.concept.words, query.concept.is_linked) == ("troponin", False)


@pytest.mark.parametrize(
    ("second", "target"), [("when was that?", "time"), ("Who prescribed it?", "person"), ("why?", "reason")]
)
def test_more_is_asked_of_the_same_row(ask: Ask, second: str, target: str) -> None:
    query = follow(ask, "What was the last dose of simvastatin?", second)
    assert (query.which, query.target) == ("last", target)
    assert query.concept is not None


def test_a_question_of_its_own_does_not_lean(ask: Ask) -> None:
    query = follow(ask, "What is the latest potassium?", "When was hypertension diagnosed?")
    assert query.types == ("Condition",)


@pytest.mark.parametrize(
    ("first", "second", "which", "index"),
    [
        ("What was the first potassium?", "and after that?", "first", 2),
        ("What was the second to last potassium?", "and the next one?", "last", 1),
        ("Show all potassium values", "the one before?", "last", 2),
        ("What was the highest potassium?", "and the first?", "first", 1),
    ],
)
def test_steps_and_ends_count_from_where_the_question_before_stood(
    ask: Ask, first: str, second: str, which: str, index: int
) -> None:
    query = follow(ask, first, second)
    assert (query.which, query.index, query.measure) == (which, index, "none")


def test_an_extreme_is_asked_of_all_that_the_question_before_meant(ask: Ask) -> None:
    query = follow(ask, "What was the latest potassium in 2018?", "and the average?")
    assert (query.measure, query.which, query.target) == ("mean", "all", "value")
    assert query.window is not None


@pytest.mark.parametrize(("second", "by"), [("when was that?", ("value", "last")), ("how many of those?", None)])
def test_of_a_highest_value_its_own_entry_is_asked_and_a_number_of_all(
    ask: Ask, second: str, by: tuple[str, str] | None
) -> None:
    query = follow(ask, "What was the highest potassium?", second)
    if by is None:
        assert (query.measure, query.which) == ("count", "all")
    else:
        assert (query.measure, query.by, query.which, query.target) == ("none", *by, "time")


def test_the_same_of_a_thing_of_another_kind_is_looked_for_among_its_kind(ask: Ask) -> None:
    query = follow(ask, "When was the last potassium?", "and colonoscopy?")
    assert query.types == ("Procedure",)
