"""Relations, comparisons and notes become queries; what cannot be read is said, and nothing else is answered."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.planning.planner import Clarify, GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import Comparison, NoteSearch
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def queries(ask: Ask, question: str) -> list[Any]:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    return [call.question for call in step.calls]


@pytest.mark.parametrize(
    ("question", "relation", "which"),
    [
        ("What was the last potassium before simvastatin was started?", "before", "last"),
        ("Before simvastatin was first prescribed, what was the last potassium?", "before", "last"),
        ("What was the first potassium after the diagnosis of stroke?", "after", "first"),
        ("After stroke was diagnosed what was the first potassium?", "after", "first"),
        ("Once warfarin was started, what was the next potassium?", "after", "first"),
        ("What was the potassium on the day of the last flu shot?", "same_day", "first"),
        ("When the weight was lowest, what was the potassium that day?", "same_day", "first"),
        ("What was the potassium at the first visit after stroke was diagnosed?", "first_encounter_after", "first"),
        ("What was the potassium during the last hospital stay?", "during", "first"),
    ],
)
def test_an_event_is_an_anchor(ask: Ask, question: str, relation: str, which: str) -> None:
    (query,) = queries(ask, question)
    assert query.anchor is not None
    assert (query.anchor.relation, query.which) == (relation, which)
    assert query.concept.codings[0].code == "6298-4"


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("Was ibuprofen prescribed before warfarin?", "before"),
        ("Was simvastatin started earlier than warfarin?", "before"),
        ("Did the first prescription for ibuprofen come after the first for warfarin?", "after"),
        ("Is the latest potassium lower than the previous one?", "lt"),
        ("Comparing the last two potassium values, is the newer one higher?", "gt"),
        ("Was the first potassium after starting warfarin lower than the last one before?", "lt"),
        ("Has her weight gone up?", "gt"),
        ("Has the potassium dropped since 2015?", "lt"),
    ],
)
def test_two_things_are_compared(ask: Ask, question: str, relation: str) -> None:
    (comparison,) = queries(ask, question)
    assert isinstance(comparison, Comparison)
    assert comparison.relation == relation


def test_several_questions_are_several_queries(ask: Ask) -> None:
    first, second = queries(ask, "When was hypertension diagnosed and what was the last A1c?")
    assert (first.types, first.target) == (("Condition",), "time")
    assert (second.types, second.which) == (("Observation",), "last")


def test_it_stands_for_what_was_named_before(ask: Ask) -> None:
    lowest, when = queries(ask, "What was the lowest potassium and when was it?")
    assert (lowest.measure, when.by, when.which, when.target) == ("min", "value", "first", "time") or (
        lowest.measure,
        when.by,
        when.which,
        when.target,
    ) == ("min", "value", "last", "time")
    assert when.concept == lowest.concept


def test_drugs_joined_by_or_are_one_query(ask: Ask) -> None:
    (query,) = queries(ask, "Were warfarin, ibuprofen, or simvastatin prescribed?")
    assert {coding.code for coding in query.concept.codings} == {"855332", "310965", "312961"}


def test_never_asks_for_the_opposite(ask: Ask) -> None:
    (query,) = queries(ask, "Has the patient never had a stroke?")
    assert query.negated


def test_a_threshold_keeps_its_unit(ask: Ask) -> None:
    (query,) = queries(ask, "Was the potassium ever above 5.5 mmol/L?")
    assert (query.threshold.relation, query.threshold.value, query.threshold.unit) == ("gt", 5.5, "mmol/l")


def test_what_notes_say_is_searched_in_notes(ask: Ask) -> None:
    (search,) = queries(ask, "Do the notes mention smoking?")
    assert isinstance(search, NoteSearch)


def test_what_is_known_and_not_recorded_is_searched_and_not_guessed(ask: Ask) -> None:
    (query,) = queries(ask, "What is the latest troponin?")
    assert query.types == ("Observation",)
    assert not query.concept.is_linked


def test_a_name_that_only_contains_the_word_is_not_the_thing(ask: Ask) -> None:
    (query,) = queries(ask, "Does the patient have diabetes?")
    assert query.types == ("Condition",)
    assert not query.concept.is_linked


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Is the blood pressure controlled?",
        "What was the potassium of the zorblax?",
        "",
        "???",
    ],
)
def test_what_is_not_understood_is_said_and_nothing_else_answered(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, GiveUp)
    assert step.reason.startswith("The question was not understood")


def test_an_ambiguous_measurement_is_asked_back(ask: Ask) -> None:
    step = PLANNER.decide(ask("What was the last pressure?"))
    assert isinstance(step, Clarify)
    assert set(step.choices) == {"Blood Pressure", "Systolic Blood Pressure", "Diastolic Blood Pressure"}


def test_a_time_told_by_age_looks_up_the_date_of_birth_first(ask: Ask) -> None:
    (query,) = queries(ask, "Did the patient have a stroke before age 50?")
    assert (query.types, query.field) == (("Patient",), "birthDate")


def test_the_same_question_gives_the_same_plan(ask: Ask) -> None:
    context = ask("How many flu shots since March 2015?")
    assert PLANNER.decide(context) == PLANNER.decide(context)


def test_the_plan_explains_how_words_and_times_were_read(ask: Ask) -> None:
    step = PLANNER.decide(ask("What was the highest K in 2018?"))
    assert isinstance(step, UseTools)
    told = "\n".join(step.reading)
    assert "synonym: potassium" in told
    assert "2018-01-01 to 2018-12-31" in told
    assert '"measure":"max"' in told


@pytest.mark.parametrize(
    "noise", ["q" * 3000, "when " * 400, "() [] {} \\ \x00", "¿Cuándo?", "🙂🙂", "last last last first first"]
)
def test_nothing_a_person_types_raises(ask: Ask, noise: str) -> None:
    assert PLANNER.decide(ask(noise)) is not None
