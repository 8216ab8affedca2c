"""What lies within a length of an event, what changed about one, and orders beside what was given."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry
from chartwarden.tools.records.query import Anchor, Comparison, RecordQuery

from .conftest import Ask, lookups

PLANNER = RulesPlanner()


def anchor(ask: Ask, question: str) -> Anchor:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert one.anchor is not None
    return one.anchor


@pytest.mark.parametrize(
    ("question", "relation", "within"),
    [
        ("Any drugs prescribed within 48 hours of the stroke?", "near", dt.timedelta(hours=48)),
        ("Which procedures were done within 24 h before or after the stroke?", "near", dt.timedelta(hours=24)),
        ("Procedures within a day either side of the stroke", "near", dt.timedelta(days=1)),
        ("Within 2 days of the stroke, what was prescribed?", "near", dt.timedelta(days=2)),
        ("Which visits were within three days of the last ER visit?", "near", dt.timedelta(days=3)),
        ("Which drugs were ordered within 3 days of admission?", "near", dt.timedelta(days=3)),
        ("Labs the week after the last ED visit?", "after", dt.timedelta(days=7)),
        ("What was ordered the 24 hours after the last ED visit?", "after", dt.timedelta(hours=24)),
        ("Was anything ordered the week before the stroke?", "before", dt.timedelta(days=7)),
    ],
)
def test_a_length_beside_an_event(ask: Ask, question: str, relation: str, within: dt.timedelta) -> None:
    found = anchor(ask, question)
    assert (found.relation, found.within) == (relation, within)


def test_months_beside_an_event_are_calendar_months(ask: Ask) -> None:
    found = anchor(ask, "Any new diagnosis within three months of the stroke?")
    assert (found.relation, found.within_months) == ("near", 3)


def test_all_values_of_such_a_time_are_told(ask: Ask) -> None:
    (one,) = lookups(ask, "What was the creatinine within 6 months of the colonoscopy?")
    assert isinstance(one, RecordQuery)
    assert one.which == "all"
    (labs,) = lookups(ask, "What labs were drawn in the three months after the colonoscopy?")
    assert isinstance(labs, RecordQuery)
    assert labs.measure == "distinct"


@pytest.mark.parametrize(
    "question",
    [
        "Potassium the day after the colonoscopy",
        "Any vaccine within 5 years of age?",
        "What was the potassium 3 months after the colonoscopy?",
        "What was prescribed on the last day in hospital?",
        "Was the last visit an overnight stay?",
    ],
)
def test_what_is_no_length_beside_an_event_is_not_read(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "relation", "tells"),
    [
        ("Did the LDL go up or down after simvastatin was started?", "gt", "direction"),
        ("After the colonoscopy, did the creatinine go up or down?", "gt", "direction"),
        ("Which way did the creatinine go after the colonoscopy?", "gt", "direction"),
        ("Did her LDL go down after the colonoscopy?", "lt", ""),
        ("Once simvastatin was started, did the LDL drop?", "lt", ""),
        ("Was there any change in her weight after the stroke?", "difference", ""),
        ("Was there a drop in LDL after the colonoscopy?", "lt", ""),
        ("How did the creatinine change after the colonoscopy?", "difference", ""),
        ("By how much did LDL fall after the colonoscopy?", "difference", ""),
        ("Did her weight change after the stroke?", "difference", ""),
        ("Did his creatinine increase or decrease after the colonoscopy?", "gt", "direction"),
        ("What was the difference in weight before and after the stroke?", "difference", ""),
    ],
)
def test_a_change_after_an_event_is_from_the_last_value_before_it(
    ask: Ask, question: str, relation: str, tells: str
) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, Comparison)
    assert (one.relation, one.tells) == (relation, tells)
    assert one.left.anchor is not None
    assert one.right.anchor is not None
    assert (one.left.which, one.left.anchor.relation) == ("first", "after")
    assert (one.right.which, one.right.anchor.relation) == ("last", "before")


def test_both_components_are_compared(ask: Ask) -> None:
    assert len(lookups(ask, "Did the blood pressure go up or down after the stroke?")) == 2


@pytest.mark.parametrize(
    ("question", "measure"),
    [("How has her weight changed since the stroke?", "change"), ("Has her weight changed since 2015?", "change")],
)
def test_a_change_since_is_among_the_values_since(ask: Ask, question: str, measure: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert one.measure == measure


@pytest.mark.parametrize(
    "question", ["Did her LDL ever go up after the colonoscopy?", "Did her dose of simvastatin change?"]
)
def test_changes_that_are_no_one_change_are_not_read(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_a_trend_in_a_time_is_all_its_values(ask: Ask) -> None:
    for question in ("Potassium trend during the last admission", "LDL trend after the colonoscopy"):
        (one,) = lookups(ask, question)
        assert isinstance(one, RecordQuery)
        assert (one.which, one.measure, one.target) == ("all", "none", "value")


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("What was prescribed during the shortest hospital stay?", "first"),
        ("Which drugs were ordered during the longest stay?", "last"),
    ],
)
def test_a_stay_may_be_told_by_its_length(ask: Ask, question: str, which: str) -> None:
    event = anchor(ask, question).event
    assert (event.which, event.by, event.target) == (which, "value", "time")


@pytest.mark.parametrize(
    "question",
    [
        "How many times was simvastatin ordered, and how many times was it given?",
        "How many of the simvastatin orders were given?",
        "Was simvastatin ordered but never given?",
        "simvastatin orders vs administrations",
        "simvastatin: ordered vs given",
        "Was simvastatin both prescribed and administered in 2019?",
    ],
)
def test_orders_and_administrations_are_counted_apart(ask: Ask, question: str) -> None:
    context = ask(question)
    assert isinstance(PLANNER.decide(context), GiveUp), "the record has orders only"
    ordered = next(entry for entry in context.manifest.entries if "Simvastatin" in entry.label)
    given = ordered.model_copy(update={"resource_type": "MedicationAdministration"})
    both = context.manifest.model_copy(
        update={
            "entries": (*context.manifest.entries, given),
            "counts": {**context.manifest.counts, "MedicationAdministration": 2},
        }
    )
    step = PLANNER.decide(replace(context, manifest=both))
    assert isinstance(step, UseTools), step
    assert [
        (one.question.types, one.question.measure) for one in step.calls if isinstance(one.question, RecordQuery)
    ] == [
        (("MedicationRequest",), "count"),
        (("MedicationAdministration",), "count"),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Which meds were ordered but never given?",
        "How many drugs were ordered and how many given?",
        "Was every ordered dose of simvastatin given?",
    ],
)
def test_orders_of_several_drugs_are_not_held_against_administrations(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question", ["Number of ER visits per year", "How many visits for each year?", "How many ED visits by year?"]
)
def test_numbers_of_each_year_are_not_one_number(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize("question", ["What was the range of her LDL in 2019?", "LDL range in 2019?"])
def test_a_range_is_the_lowest_and_the_highest_value(ask: Ask, question: str) -> None:
    assert [one.measure for one in lookups(ask, question) if isinstance(one, RecordQuery)] == ["min", "max"]


def test_what_was_given_in_hospital_is_of_any_stay(ask: Ask) -> None:
    found = anchor(ask, "What was prescribed in the hospital?")
    assert (found.relation, found.event.which, found.event.encounter_kind) == ("during", "all", ("hospital",))


def test_how_long_after_an_event_a_shot_was_is_asked_of_the_next_one(ask: Ask) -> None:
    for question, which in (
        ("How many days after the stroke was the flu shot?", "first"),
        ("How many days after the stroke was the last flu shot?", "last"),
    ):
        (one,) = lookups(ask, question)
        assert isinstance(one, Comparison)
        assert (one.relation, one.right.which) == ("time_after", which)


@pytest.mark.parametrize(
    "question",
    [
        "What percent of LDL readings were above 100?",
        "Were there any readings over 150/95?",
        "What was given in the ER on 21 October 2018?",
        "What happened in the week of the last admission?",
        "Anything prescribed in the two weeks around the stroke?",
    ],
)
def test_what_would_be_answered_with_something_else_is_not_read(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_a_kind_of_stay_is_no_name_of_a_visit(ask: Ask) -> None:
    context = ask("How many emergency room admissions did she have?")
    named = Entry(resource_type="Encounter", element="code", text="Emergency room admission", count=1)
    both = context.manifest.model_copy(update={"entries": (*context.manifest.entries, named)})
    step = PLANNER.decide(replace(context, manifest=both))
    assert isinstance(step, UseTools), step
    (one,) = [call.question for call in step.calls]
    assert isinstance(one, RecordQuery)
    assert (one.concept, one.encounter_kind) == (None, ("emergency",))
