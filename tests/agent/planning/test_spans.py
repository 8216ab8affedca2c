"""How long something went on, how long apart two events are, which came first: read word by word, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import Comparison, RecordQuery
from chartwarden.tools.records.readings import Readings

Ask = Callable[..., PlanningContext]
PLANNER = RulesPlanner(Readings())


def read(ask: Ask, question: str) -> RecordQuery | Comparison:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    (call,) = step.calls
    assert isinstance(call.question, (RecordQuery, Comparison))
    return call.question


def row_of(query: RecordQuery) -> tuple[str, str, int, str]:
    concept = query.concept.codings[0].display.split()[0] if query.concept else query.encounter_kind[0]
    return concept, query.which, query.index, query.target


@pytest.mark.parametrize(
    ("question", "left", "right", "unit"),
    [
        (
            "Hypertension onset to stroke, in completed years",
            ("Hypertension", "first", 1, "time"),
            ("Stroke", "first", 1, "time"),
            "a",
        ),
        (
            "Sprained ankle, then a stroke: days from the one to the other?",
            ("Sprain", "first", 1, "time"),
            ("Stroke", "first", 1, "time"),
            "d",
        ),
        (
            "Completed months between the end of the ankle sprain and the first warfarin order",
            ("Sprain", "first", 1, "end"),
            ("Warfarin", "first", 1, "time"),
            "mo",
        ),
        (
            "years on simvastatin by the time warfarin was started",
            ("Simvastatin", "first", 1, "time"),
            ("Warfarin", "first", 1, "time"),
            "a",
        ),
        (
            "weeks from her second to her third colonoscopy pls",
            ("Colonoscopy", "first", 2, "time"),
            ("Colonoscopy", "first", 3, "time"),
            "wk",
        ),
        (
            "Colonoscopy was done twice. What is the gap between the two, in days?",
            ("Colonoscopy", "first", 1, "time"),
            ("Colonoscopy", "last", 1, "time"),
            "d",
        ),
        (
            "He left hospital on 3 May 2019. How many days until the next hospital admission?",
            ("hospital", "first", 1, "end"),
            ("hospital", "first", 1, "time"),
            "d",
        ),
        (
            "hospital admission on 3 May 2019 until start of the ICU stay: how many minutes",
            ("hospital", "first", 1, "time"),
            ("icu", "first", 1, "time"),
            "min",
        ),
    ],
)
def test_the_time_between_any_two_events(
    ask: Ask, question: str, left: tuple[Any, ...], right: tuple[Any, ...], unit: str
) -> None:
    asked = read(ask, question)
    assert isinstance(asked, Comparison)
    assert asked.relation in ("interval", "time_after")
    assert (row_of(asked.left), row_of(asked.right), asked.unit) == (left, right, unit)


@pytest.mark.parametrize(
    ("question", "row", "unit"),
    [
        ("ankle sprain '19: how many days till it was gone?", ("Sprain", "last"), "date"),
        ("Ankle sprain, onset to resolution, in weeks", ("Sprain", "last"), "wk"),
        ("How many days did the first sprained ankle take to heal?", ("Sprain", "first"), "date"),
        ("Colonoscopy start-to-end time, in minutes", ("Colonoscopy", "last"), "min"),
        ("My ankle, the sprain: days from when it was diagnosed until it was signed off", ("Sprain", "last"), "date"),
        ("colonoscopy, start to end, in minutes", ("Colonoscopy", "last"), "min"),
        ("How many hours did the second hospital stay last?", ("hospital", "first"), "h"),
        ("Length of the longest ICU stay in days?", ("icu", "last"), "24h"),
        ("calendar days from admission to discharge of the last hospital stay", ("hospital", "last"), "date"),
    ],
)
def test_the_length_of_one_event_in_the_unit_asked(ask: Ask, question: str, row: tuple[str, str], unit: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, RecordQuery)
    assert (asked.measure, row_of(asked)[:2], asked.unit) == ("duration", row, unit)


@pytest.mark.parametrize(
    "question",
    [
        "Simvastatin: whole years since it was begun?",
        "For how many years has she been on simvastatin?",
        "How many years have I been on simvastatin now?",
    ],
)
def test_what_still_goes_on_is_counted_until_now(ask: Ask, question: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, RecordQuery)
    assert (asked.measure, row_of(asked)[:2], asked.unit) == ("elapsed", ("Simvastatin", "first"), "a")


@pytest.mark.parametrize(
    ("question", "relation", "target"),
    [
        ("Which drug was started earlier: warfarin or simvastatin?", "before", "time"),
        ("which was ordered later, simvastatin or warfarin", "after", "time"),
        ("sprained ankle or stroke - which one came first", "before", "time"),
        ("Which of the two resolved first, the stroke or the ankle sprain?", "before", "end"),
    ],
)
def test_which_of_two_came_first(ask: Ask, question: str, relation: str, target: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, Comparison)
    assert (asked.relation, asked.tells) == (relation, "side")
    assert (asked.left.target, asked.right.target) == (target, target)


def test_whether_the_end_of_one_came_before_another(ask: Ask) -> None:
    asked = read(ask, "Had the ankle sprain resolved before the stroke was diagnosed?")
    assert isinstance(asked, Comparison)
    assert (asked.relation, asked.tells) == ("before", "")
    assert (row_of(asked.left), row_of(asked.right)) == (
        ("Sprain", "first", 1, "end"),
        ("Stroke", "first", 1, "time"),
    )


@pytest.mark.parametrize(
    "question",
    [
        "Sent home on 3 May 2019. Any new hospital stay within 30 days of that?",
        "Was she readmitted within 30 days of the discharge on 3 May 2019?",
        "Did she come back into hospital within 30 days of going home on 3 May 2019?",
    ],
)
def test_another_stay_within_some_days_of_a_discharge(ask: Ask, question: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, RecordQuery)
    assert asked.measure == "exists"
    assert asked.anchor is not None
    assert asked.anchor.within is not None
    assert (asked.anchor.relation, asked.anchor.within.days) == ("after", 30)
    assert (asked.anchor.event.target, asked.anchor.event.ended) == ("end", True)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Longest ICU stay: when did it start?", ("icu", "last", 1, "time")),
        ("Which of her hospital stays was the shortest? Tell me the discharge time.", ("hospital", "first", 1, "end")),
    ],
)
def test_the_longest_stay_as_a_row(ask: Ask, question: str, row: tuple[str, str, int, str]) -> None:
    asked = read(ask, question)
    assert isinstance(asked, RecordQuery)
    assert (row_of(asked), asked.by) == (row, "value")


def test_a_visit_is_told_by_what_was_diagnosed_at_it(ask: Ask) -> None:
    asked = read(ask, "the emergency visit for the stroke, length in hours")
    assert isinstance(asked, RecordQuery)
    assert asked.anchor is not None
    assert (asked.anchor.relation, row_of(asked.anchor.event)[0]) == ("same_encounter", "Stroke")


@pytest.mark.parametrize(
    "question", ["How old was she when the ankle sprain resolved?", "age at the end of the stroke"]
)
def test_the_age_at_an_end(ask: Ask, question: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, RecordQuery)
    assert (asked.measure, asked.target) == ("age", "end")


@pytest.mark.parametrize(
    "question",
    [
        "How many days between flu shot one and flu shot two?",
        "Average number of days between the colonoscopies?",
        "How many days out of hospital before my last stay?",
        "Days between the stroke and the funeral?",
        "Which came first, the stroke, the ankle sprain or the hypertension?",
        "Did warfarin end before ibuprofen began?",
        "How many days did he feel unwell after the stroke?",
    ],
)
def test_what_is_not_accounted_for_is_not_read(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    asked = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert isinstance(step, GiveUp) or not any(
        isinstance(one, Comparison) or (isinstance(one, RecordQuery) and one.measure == "duration") for one in asked
    )


@pytest.mark.parametrize(
    "question",
    [
        "How many years between the diagnosis of the ankle sprain and her death?",
        "Time from the ankle sprain to death, in years?",
    ],
)
def test_a_death_ends_a_span(ask: Ask, question: str) -> None:
    asked = read(ask, question)
    assert isinstance(asked, Comparison)
    assert (asked.right.types, asked.right.field, asked.unit) == (("Patient",), "deceased", "a")


def test_a_length_that_is_not_read_is_no_yes_or_no(ask: Ask) -> None:
    step = PLANNER.decide(ask("ankle sprain, days from the first plaster to the last"))
    assert isinstance(step, GiveUp)
