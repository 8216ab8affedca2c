"""Entries of a time are not told for what held in it, what was new in it, or for the visits that they are of."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, lookups

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    "question",
    [
        # orders of a day are not what was taken on it
        "What was she taking on 1 January 2016?",
        "which meds was she on on 3 May 2016",
        "Was she on warfarin on 5 May 2016?",
        "Was he taking warfarin when the stroke was diagnosed?",
        # a repeat is no new drug
        "new drugs since 2015",
        "Has he been put on any new meds since 2018?",
        "How many new tablets in 2017?",
        # what was done about a condition is not which condition it is
        "What did we do about the stroke?",
        "For the hypertension, what did they do?",
        "stroke - what was done",
        # who ordered what is in no note
        "Did Dr. Hale prescribe xanadol and Smith zorbax?",
        # one of several things of a visit
        "ER visit 2014: reason, procedures",
    ],
)
def test_no_neighbour_of_what_is_asked_is_answered(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question",
    [
        "How many hospital admissions via the ER did he have?",
        "Which inpatient stays came through the emergency department?",
        "Was he hospitalised via the ER?",
    ],
)
def test_a_stay_that_came_of_an_emergency_visit_is_not_that_visit(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    asked = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert all(isinstance(one, RecordQuery) and one.admit_source and not one.window for one in asked)


def _query(ask: Ask, question: str) -> RecordQuery:
    (query,) = lookups(ask, question)
    assert isinstance(query, RecordQuery)
    return query


@pytest.mark.parametrize(
    ("question", "kind", "types"),
    [
        ("ER visit 2014: procedures", "emergency", "Procedure"),
        ("hospital stay in May 2014 - drugs", "hospital", "MedicationRequest"),
        ("ER visit 2014: what was prescribed", "emergency", "MedicationRequest"),
        ("last hospital stay: procedures", "hospital", "Procedure"),
    ],
)
def test_a_line_asks_for_what_its_visit_held(ask: Ask, question: str, kind: str, types: str) -> None:
    query = _query(ask, question)
    assert query.types == (types,)
    assert query.window is None
    assert query.anchor is not None
    assert query.anchor.relation == "during"
    assert query.anchor.event.encounter_kind == (kind,)


@pytest.mark.parametrize(
    ("question", "kinds", "measure", "which"),
    [
        ("How many of his hospital stays were for hypertension?", ("hospital",), "count", "all"),
        ("how many hospital stays for hypertension", ("hospital",), "count", "all"),
        ("How often was she in hospital because of hypertension?", ("hospital",), "count", "all"),
        ("When was he last in hospital for hypertension?", ("hospital",), "none", "last"),
        ("last time he was in hospital for hypertension", ("hospital",), "none", "last"),
        ("When was he last admitted for hypertension?", ("hospital",), "none", "last"),
        ("dates of the ER visits for hypertension", ("emergency",), "none", "all"),
        ("When were the visits for hypertension?", (), "none", "all"),
        ("How often was he seen for hypertension?", (), "count", "all"),
    ],
)
def test_visits_for_a_condition_are_no_diagnoses_of_it(
    ask: Ask, question: str, kinds: tuple[str, ...], measure: str, which: str
) -> None:
    query = _query(ask, question)
    assert (query.types, query.encounter_kind) == (("Encounter",), kinds)
    assert query.reason is not None
    assert query.reason.words == "hypertension"
    assert (query.measure, query.which) == (measure, which)


@pytest.mark.parametrize(
    "question",
    ["What was the last day she was in hospital?", "what was his last day in the hospital?"],
)
def test_the_last_day_in_hospital_is_the_end_of_the_last_stay(ask: Ask, question: str) -> None:
    query = _query(ask, question)
    assert (query.encounter_kind, query.which, query.target) == (("hospital",), "last", "end")


def test_days_in_hospital_of_a_year_are_those_of_all_its_stays(ask: Ask) -> None:
    query = _query(ask, "How many days was he in hospital in 2014?")
    assert (query.measure, query.target) == ("sum", "duration")


@pytest.mark.parametrize("question", ["how old her latest weight is", "How old is the latest weight?"])
def test_how_old_a_value_is_asks_for_its_time(ask: Ask, question: str) -> None:
    assert _query(ask, question).target == "time"


def test_stays_alone_are_not_narrowed(ask: Ask) -> None:
    assert _query(ask, "which hospital stays did he have in 2014").target == "name"
    assert _query(ask, "which hospital was he in last").target == "location"


_PUT_IN_AND_TAKEN_OUT = tuple(
    Entry(
        resource_type="Procedure",
        element="code",
        codings=(Coding(system="http://snomed.info/sct", code=code, display=display),),
        count=2,
    )
    for code, display in (
        ("65200003", "Insertion of intrauterine contraceptive device"),
        ("68254000", "Removal of intrauterine device"),
    )
)


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("When was her last IUD put in?", {"65200003"}),
        ("On what date was the most recent IUD placed?", {"65200003"}),
        ("How many times was an IUD inserted?", {"65200003"}),
        ("When was the IUD taken out?", {"68254000"}),
    ],
)
def test_what_was_put_in_and_taken_out_is_asked_of_the_one(
    clock: Clock, manifest: Manifest, question: str, codes: set[str]
) -> None:
    held = manifest.model_copy(update={"entries": (*manifest.entries, *_PUT_IN_AND_TAKEN_OUT)})
    step = PLANNER.decide(PlanningContext(question, clock, held))
    assert isinstance(step, UseTools)
    asked = [call.question for call in step.calls]
    assert [isinstance(one, RecordQuery) and one.concept is not None for one in asked] == [True]
    assert {
        code.code for one in asked if isinstance(one, RecordQuery) and one.concept for code in one.concept.codings
    } == codes


def test_what_is_only_taken_out_has_no_date_of_its_putting_in(clock: Clock, manifest: Manifest) -> None:
    held = manifest.model_copy(update={"entries": (*manifest.entries, _PUT_IN_AND_TAKEN_OUT[1])})
    assert isinstance(PLANNER.decide(PlanningContext("When was the IUD put in?", clock, held)), GiveUp)


@pytest.mark.parametrize("where", ["on record", "on file", "on the chart", "on the problem list"])
@pytest.mark.parametrize(("when", "target"), [("date", "time"), ("end date", "end")])
def test_what_is_on_record_for_a_condition_is_no_drug_for_it(ask: Ask, where: str, when: str, target: str) -> None:
    query = _query(ask, f"What is the {when} {where} for the hypertension?")
    assert (query.types, query.target) == (("Condition",), target)
