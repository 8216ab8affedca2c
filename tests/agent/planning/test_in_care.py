"""Stays and visits as people speak of them: in hospital now, kept in, what was done for somebody there."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "Overview of the ER visit in 2018",
            ["What did they do in the ER in 2018?", "What was done for her in A&E in 2018?"],
        ),
        (
            "What was done at the last visit?",
            ["What did they do at her last visit?", "What did the doctors do for me at the last visit?"],
        ),
        (
            "Which drugs were ordered during the ER visit in 2018?",
            ["What did they give her in the emergency room in 2018?", "What did the doctor prescribe in A&E in 2018?"],
        ),
        ("Which drugs were ordered at the last visit?", ["What did they give him at the last visit?"]),
        ("Which visits were for hypertension?", ["hypertension visits", "list the hypertension-related visits"]),
        ("How many visits were for hypertension?", ["How many hypertension visits were there?"]),
        ("When was she last admitted?", ["When was she admitted this time?", "When was she admitted for this stay?"]),
        ("Which hospital was it?", ["name of the hospital", "What is the name of her hospital?"]),
        ("Why was he admitted in 2019?", ["What was he admitted for in 2019?"]),
        ("Was she ever admitted to hospital?", ["Was she ever kept in?"]),
        (
            "What was the last drug ordered before he left the hospital?",
            ["last drug ordered before he went home?", "What's the last drug ordered before he was sent back home?"],
        ),
        ("Where was she discharged to?", ["How was she discharged?"]),
    ],
)  # fmt: skip
def test_stays_and_visits_in_the_words_of_people(ask: Ask, plain: str, others: list[str]) -> None:
    wanted = shapes(ask, plain)
    assert {other: shapes(ask, other) for other in others} == dict.fromkeys(others, wanted)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Is he in hospital right now?", "hospital"),
        ("is she still in the hospital?", "hospital"),
        ("Is the patient currently an inpatient?", "hospital"),
        ("Am I in the ICU at the moment?", "icu"),
        ("Is she in the ER today?", "emergency"),
    ],
)
def test_whether_somebody_is_in_care_is_asked_of_now(ask: Ask, question: str, kind: str) -> None:
    context = ask(question)
    step = PLANNER.decide(context)
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert (query.encounter_kind, query.measure, query.lasting) == ((kind,), "exists", True)
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.end is not None
    assert query.window.start < context.clock.as_of < query.window.end
    assert query.window.end - query.window.start < dt.timedelta(minutes=1)


def test_doctors_who_saw_somebody_are_counted(ask: Ask) -> None:
    step = PLANNER.decide(ask("How many different doctors has she seen?"))
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert (query.types, query.measure, query.target) == (("Encounter",), "count_distinct", "person")


@pytest.mark.parametrize(
    "question",
    [
        "How many times has she been in hospital overnight?",
        "Was she ever kept in overnight?",
        "How many injections has she had?",
        "Any visits for being sick in 2018?",
        "What was done at the prenatal visit?",
        "What did they do in the ER?",
    ],
)
def test_what_nothing_tells_of_a_stay_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question",
    ["Did Dr. Quill ever see her?", "Has she ever been seen by Dr. Quill?", "Did she see Dr. Quill in 2019?"],
)
def test_who_saw_somebody_is_asked_of_visits(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert (query.types, query.person, query.measure) == (("Encounter",), "Quill", "exists")


@pytest.mark.parametrize(
    ("question", "states"),
    [
        ("completed orders", ("completed",)),
        ("How many prescriptions are completed?", ("completed",)),
        ("finished prescriptions", ("stopped", "cancelled", "ended", "completed")),
    ],
)
def test_orders_that_are_done_with_are_not_all_orders(ask: Ask, question: str, states: tuple[str, ...]) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert (query.types, query.status) == (("MedicationRequest",), states)


@pytest.mark.parametrize(
    "question", ["What was ordered since the admission?", "Which drugs were ordered since she was admitted?"]
)
def test_since_an_admission_is_from_its_beginning_on(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert query.anchor is not None
    assert query.anchor.onwards


@pytest.mark.parametrize(
    "question",
    [
        "What is the phone number of his doctor?",
        "The doctor's phone number?",
        "Address of the hospital?",
        "Has he been discharged yet?",
        "Was he discharged?",
        "How many visits in 2020 and with whom?",
        "Was her 2018 visit the only one that year?",
        "How many stitches did she get?",
        "Did she go to the ER for her ribs?",
        "What share of visits were emergencies?",
        "Which order has no reason?",
    ],
)
def test_what_no_entry_would_answer_is_not_answered_with_another(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_a_gp_is_not_the_patient(ask: Ask) -> None:
    assert shapes(ask, "name of his GP") == shapes(ask, "Who is his GP?")
