"""Questions relative to a stay: which stay, which of its ends, how far from it; and what a stay leaves unsaid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.wordings import put_plainly
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Comparison, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def query_of(ask: Ask, question: str) -> RecordQuery:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    assert len(step.calls) == 1
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    return query


@pytest.mark.parametrize(
    ("question", "relation", "which", "index", "target"),
    [
        ("Which drugs were ordered in the ICU?", "during", "all", 1, "time"),
        ("What was I prescribed while in intensive care?", "during", "all", 1, "time"),
        ("Which procedures were done during hospitalization?", "during", "all", 1, "time"),
        ("Which procedures were done during the second ICU stay?", "during", "first", 2, "time"),
        ("What was I prescribed upon discharge?", "same_day", "all", 1, "end"),
        ("Which drugs were ordered at the time of my last admission?", "same_day", "last", 1, "time"),
        ("Which drugs were ordered before the discharge from the first stay?", "before", "first", 1, "end"),
        ("Which drugs were ordered after my last hospital stay?", "after", "last", 1, "end"),
        ("Which drugs were ordered after my last admission?", "after", "last", 1, "time"),
        ("How many procedures were done in the same month as the first admission?", "same_month", "first", 1, "time"),
        ("Which drugs were prescribed in the year of my last ICU stay?", "same_year", "last", 1, "time"),
        ("procedures of the most recent ICU stay", "during", "last", 1, "time"),
        ("How many drug orders were there in the last stay?", "during", "last", 1, "time"),
        ("What was I given in the ICU?", "during", "all", 1, "time"),
        ("What was prescribed at the last ICU stay?", "during", "last", 1, "time"),
        ("Which drugs were ordered from my first admission until now?", "after", "first", 1, "time"),
        ("Was anything new prescribed before the last admission?", "before", "last", 1, "time"),
        ("Has something been given in the ICU?", "during", "all", 1, "time"),
        ("After I was discharged from my first stay, how many drug orders were there?", "after", "first", 1, "end"),
    ],
)
def test_which_stay_and_which_of_its_ends(
    ask: Ask, question: str, relation: str, which: str, index: int, target: str
) -> None:
    query = query_of(ask, question)
    assert query.types in (("MedicationRequest",), ("MedicationRequest", "Immunization"), ("Procedure",))
    assert query.anchor is not None
    event = query.anchor.event
    assert (query.anchor.relation, event.which, event.index, event.target) == (relation, which, index, target)
    assert event.types == ("Encounter",)
    assert query.anchor.within is None
    assert query.window is None


@pytest.mark.parametrize(
    ("question", "hours", "relation"),
    [
        ("Which drugs were ordered within 24 hours after the first admission?", 24, "after"),
        ("In the two days before the last colonoscopy, which drugs were ordered?", 48, "before"),
        ("Within 1 week following the last flu shot, which drugs were prescribed?", 168, "after"),
    ],
)
def test_a_distance_from_an_event_is_no_time_before_now(ask: Ask, question: str, hours: int, relation: str) -> None:
    query = query_of(ask, question)
    assert query.window is None
    assert query.anchor is not None
    assert query.anchor.within is not None
    assert (query.anchor.within.total_seconds() / 3600, query.anchor.relation) == (hours, relation)


def test_a_distance_from_now_stays_a_window(ask: Ask) -> None:
    query = query_of(ask, "Which drugs were ordered within the last 24 hours?")
    assert query.anchor is None
    assert query.window is not None


@pytest.mark.parametrize(
    "question",
    [
        "What medications was I discharged on?",  # a list the record does not keep apart
        "discharge medications?",
        "admission meds",
        "Which procedures were done in the same week as the first admission?",
        "What was prescribed the day after the last admission?",
        "Which procedures were done three days before the last admission?",
        "Which drugs were ordered during the first admission but not the second?",
        "How many drugs were ordered during each admission?",
        "Were any drugs ordered outside of the ICU?",
        "On how many days was the creatinine measured?",
        "Which religion?",
        "What was the longest course of warfarin?",
        "What was my total intake in 2019?",  # of which drug
        "Did I go home after the last stay?",
        "How long was I out of hospital before my last stay?",
        "From which ward was I brought to the ICU?",
        "How many overnight stays did I have?",
        "Which drugs were ordered up to 2 days after the last admission?",
        "Two weeks before the first admission, was something ordered?",
        "What went on in the ICU in 2019?",
        "Was any med ordered on the night she fell down the stairs?",
        "When he was in for the second time, how many days was it?",
        "Which unit was I moved to from the emergency department?",
        "How many of my admissions began in the emergency department?",
        "How many drugs were ordered in the ER?",
        "Which drugs were given in the admission she was discharged from in March 2021?",
        # one stay, and others of which it is so
        "Was the latest hospital stay in the ICU?",
        "Is my newest admission an emergency?",
    ],
)
def test_a_stay_that_nothing_places_is_not_ignored(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "measure", "target"),
    [
        ("Which care units was I in during my last hospital stay?", "distinct", "location"),
        ("How many units was I in during my last hospital stay?", "count_distinct", "location"),
        ("List the care units of the most recent hospital stay.", "distinct", "location"),
        ("How long was I in the ICU?", "duration", "duration"),
        ("What was the length of the last ICU stay?", "duration", "duration"),
        ("When did the second to last ICU stay end?", "none", "end"),
        ("What was the discharge time of the last stay?", "none", "end"),
        ("When did my first hospital stay begin?", "none", "time"),
        ("How many times was I in the ICU?", "count", "name"),
        ("At what time was I discharged after my last stay in hospital?", "none", "end"),
        ("My first hospital stay: when was I allowed to go home?", "none", "end"),
        ("When did I go home after my last admission?", "none", "end"),
        ("At what time did they let me out of the ICU?", "none", "end"),
        ("When was I taken off intensive care the first time?", "none", "end"),
        ("When was I moved from the ward to the ICU?", "none", "time"),
        ("List all the times this year at which I was admitted.", "none", "time"),
        ("When was I admitted? List all the dates since 2019.", "none", "time"),
    ],
)
def test_questions_about_stays_themselves(ask: Ask, question: str, measure: str, target: str) -> None:
    query = query_of(ask, question)
    assert query.types == ("Encounter",)
    assert (query.measure, query.target) == (measure, target)
    assert (query.window is not None) == ("year" in question or "2019" in question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much was the dose of the simvastatin that I got last?", {"measure": "none", "target": "dose"}),
        ("How many different organisms grew?", {"measure": "count_distinct", "target": "organism"}),
        ("How many cultures were done?", {"measure": "count", "target": "name"}),
    ],
)
def test_words_that_only_look_like_another_operator(ask: Ask, question: str, expected: dict[str, Any]) -> None:
    query = query_of(ask, question)
    assert {"measure": query.measure, "target": query.target} == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the longest hospital stay?", ("last", "value", "duration", "duration")),
        ("How long was the shortest ICU stay?", ("first", "value", "duration", "duration")),
        ("When was the longest ICU stay?", ("last", "value", "none", "time")),
        ("What was the average length of my hospital stays?", ("all", "time", "mean", "duration")),
        ("How many days was she in hospital in total?", ("all", "time", "sum", "duration")),
        ("How long was the last stay?", ("last", "time", "duration", "duration")),
        ("Where was I discharged to?", ("last", "time", "none", "disposition")),
        ("What was the discharge disposition of the first stay?", ("first", "time", "none", "disposition")),
        ("From where was I admitted the last time?", ("last", "time", "none", "source")),
        ("Where was I first admitted?", ("first", "time", "none", "location")),
    ],
)
def test_length_origin_and_end_of_stays(ask: Ask, question: str, expected: tuple[str, ...]) -> None:
    query = query_of(ask, question)
    assert query.types == ("Encounter",)
    assert (query.which, query.by, query.measure, query.target) == expected


@pytest.mark.parametrize(
    ("question", "ended"),
    [
        ("When was I discharged in March 2019?", True),
        ("First discharge from the hospital since 2019?", True),
        ("How many discharges in 2019?", True),
        ("When did the March 2019 admission end?", False),
        ("What was the discharge date of the March 2019 stay?", False),
        ("When was I admitted in March 2019?", False),
    ],
)
def test_the_time_of_a_discharge_is_that_of_the_end_of_a_stay(ask: Ask, question: str, ended: bool) -> None:
    assert query_of(ask, question).ended is ended


@pytest.mark.parametrize(
    ("question", "lasting"),
    [
        ("Was I in the ICU on 3 March 2019?", True),
        ("Where was I on 3 March 2019?", True),
        ("Which ward was the patient on in March 2019?", True),
        ("How many times was I in the ICU in 2019?", False),
        ("Was I admitted to hospital in March 2019?", False),
        ("When was I first in the ICU in 2019?", False),
    ],
)
def test_somebody_is_somewhere_for_as_long_as_a_stay_lasts(ask: Ask, question: str, lasting: bool) -> None:
    query = query_of(ask, question)
    assert query.types == ("Encounter",)
    assert query.window is not None
    assert query.lasting is lasting


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("What medication was prescribed right before the last admission?", "last"),
        ("What was the next procedure after the first colonoscopy?", "first"),
        ("Which medications were prescribed before the last admission?", "all"),
    ],
)
def test_the_one_next_to_an_event(ask: Ask, question: str, which: str) -> None:
    query = query_of(ask, question)
    assert (query.which, query.target) == (which, "name")


def test_the_last_but_one_is_not_the_last(ask: Ask) -> None:
    query = query_of(ask, "What was the last procedure but one?")
    assert (query.which, query.index) == ("last", 2)


def test_what_lay_between_two_stays_begins_with_the_end_of_the_first(ask: Ask) -> None:
    query = query_of(ask, "Which procedures were done between the first and the second hospital stay?")
    assert query.anchor is not None
    assert query.until is not None
    assert (query.anchor.relation, query.anchor.event.which, query.anchor.event.target) == ("after", "first", "end")
    assert (query.until.which, query.until.index, query.until.target) == ("first", 2, "time")


def test_the_days_between_two_admissions(ask: Ask) -> None:
    step = PLANNER.decide(ask("How many days lie between my first and second admission?"))
    assert isinstance(step, UseTools)
    asked = step.calls[0].question
    assert isinstance(asked, Comparison)
    assert (asked.relation, asked.unit, asked.left.index, asked.right.index) == ("interval", "d", 1, 2)


@pytest.mark.parametrize(("noun", "measure"), [("drug orders", "count"), ("different drugs", "count_distinct")])
def test_orders_are_counted_one_by_one_and_drugs_by_what_they_are(ask: Ask, noun: str, measure: str) -> None:
    assert query_of(ask, f"How many {noun} were there in 2019?").measure == measure


def test_looking_at_the_chart_is_no_part_of_what_is_asked(ask: Ask) -> None:
    for start in ("Looking at the record of the patient, was", "Going by everything charted, was", "Was"):
        assert query_of(ask, f"{start} warfarin ever prescribed?") == query_of(ask, "Was warfarin ever prescribed?")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the highest dose of simvastatin?", ("max", "dose")),
        ("What was the last dose of simvastatin?", ("none", "dose")),
        ("When was simvastatin stopped?", ("none", "end")),
        ("When was simvastatin started?", ("none", "time")),
    ],
)
def test_doses_are_compared_and_ends_are_no_beginnings(ask: Ask, question: str, expected: tuple[str, str]) -> None:
    query = query_of(ask, question)
    assert query.types == ("MedicationRequest",)
    assert (query.measure, query.target) == expected


def test_a_route_written_as_the_record_writes_it_needs_no_preposition(ask: Ask) -> None:
    assert query_of(ask, "Which drug was ordered PO/NG first?").route == "PO/NG"
    assert query_of(ask, "Which drug was ordered first?").route == ""


def test_dispensings_are_asked_of_dispensings(ask: Ask) -> None:
    for question in ("How many dispensings of simvastatin are there?", "How many times was simvastatin dispensed?"):
        query = query_of(ask, question)
        assert (query.types, query.measure) == (("MedicationDispense",), "count")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("how many jabs were given at his latest qc0", "how many jabs were given at his latest qc0 visit"),
        ("what was her qc1 at her last qc0", "what was her qc1 at her last qc0 visit"),
        ("when was she at her last qc0", "when was she at her last qc0"),
        ("which qc1 were during the first qc2", "which qc1 were during the first qc2"),
    ],
)
def test_what_a_visit_holds_is_asked_of_the_visit(said: str, plain: str) -> None:
    nothing: frozenset[str] = frozenset()
    assert put_plainly(said, today=nothing, measured=nothing, visits=frozenset({"qc0"}), keep_file=False) == plain


def test_the_end_of_the_first_is_no_beginning(ask: Ask) -> None:
    step = PLANNER.decide(ask("When was her first stroke over?"))
    assert isinstance(step, UseTools)
    assert [getattr(call.question, "target", "") for call in step.calls] == ["end"]


@pytest.mark.parametrize("question", ["When did I leave the ED?", "How long was I in the emergency room?"])
def test_an_emergency_department_within_a_stay_has_no_end_of_its_own(ask: Ask, question: str) -> None:
    place = Entry(resource_type="Encounter", element="location", text="Emergency Department", count=2)
    context = ask(question)
    within = Manifest(counts=context.manifest.counts, entries=(*context.manifest.entries, place))
    assert isinstance(PLANNER.decide(context), UseTools)
    assert isinstance(PLANNER.decide(replace(context, manifest=within)), GiveUp)


def test_the_last_but_one_stay_is_not_said_again_as_the_last(ask: Ask) -> None:
    step = PLANNER.decide(ask("Her next to last hospital stay, when did that begin?"))
    assert isinstance(step, UseTools)
    assert [(call.question.which, call.question.index) for call in step.calls if call.question] == [("last", 2)]


def test_what_somebody_is_at_beside_the_question_is_no_question(ask: Ask) -> None:
    step = PLANNER.decide(ask("I'm tabulating his drug use since 2019; how many drugs were prescribed in all?"))
    assert isinstance(step, UseTools)
    assert len(step.calls) == 1


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("When was the last colonoscopy, and what was it before that?", [("last", 1), ("last", 2)]),
        ("When was the first colonoscopy? And when was it after that?", [("first", 1), ("first", 2)]),
    ],
)
def test_the_one_before_that_is_counted_from_it(ask: Ask, question: str, rows: list[tuple[str, int]]) -> None:
    step = PLANNER.decide(ask(question))
    if isinstance(step, UseTools):
        assert [(call.question.which, call.question.index) for call in step.calls if call.question] == rows
    else:
        assert isinstance(step, GiveUp)


def test_how_long_a_stay_did_last_names_no_rank(ask: Ask) -> None:
    assert query_of(ask, "How long did the first hospital stay last?").which == "first"


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("ED visits, with reasons", "none"),
        ("List the emergency visits and the reason for each", "none"),
        ("What were the reasons for the emergency visits?", "distinct"),
    ],
)
def test_visits_with_their_reasons_are_each_told(ask: Ask, question: str, measure: str) -> None:
    query = query_of(ask, question)
    assert (query.target, query.measure) == ("reason", measure)
