"""Names that a record tells otherwise than they are said, and what is asked of a death, a habit or a diagnosis."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.toolbox import Clock

from .conftest import Ask

PLANNER = RulesPlanner()
_ROWS = (
    ("Condition", "3051", "Tobacco use disorder"),
    ("Condition", "30300", "Alcohol dependence"),
    ("Condition", "428251000124104", "Tubal pregnancy"),
    ("Condition", "72892002", "Normal pregnancy"),
    ("Condition", "428251", "History of appendectomy"),
    ("Observation", "600", "MRSA SCREEN"),
    ("CarePlan", "160670007", "Diabetic diet"),
    ("Immunization", "133", "Pneumococcal conjugate PCV 13"),
    ("Observation", "2339-0", "Glucose"),
    ("MedicationRequest", "77", "Influenza Vaccine Quadrivalent"),
)


def queries(question: str, clock: Clock) -> list[RecordQuery]:
    entries = tuple(
        Entry(
            resource_type=kind,
            element="medication" if kind == "MedicationRequest" else "code",
            codings=(Coding(system="http://example.org/s", code=code, display=display),),
            count=1,
        )
        for kind, code, display in _ROWS
    )
    manifest = Manifest(counts={entry.resource_type: 1 for entry in entries}, entries=entries)
    step = PLANNER.decide(PlanningContext(question, clock, manifest))
    return [call.question for call in step.calls] if isinstance(step, UseTools) else []  # type: ignore[misc]


def names(question: str, clock: Clock) -> set[str]:
    (query,) = queries(question, clock)
    assert query.concept is not None
    return {one.display for one in query.concept.codings}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Does he smoke?", {"Tobacco use disorder"}),
        ("has she ever been a smoker", {"Tobacco use disorder"}),
        ("Is he an alcoholic?", {"Alcohol dependence"}),
        ("Has she ever been pregnant?", {"Tubal pregnancy", "Normal pregnancy"}),
        ("any previous pregnancies?", {"Tubal pregnancy", "Normal pregnancy"}),
        ("Is she pregnant?", {"Normal pregnancy"}),
        ("Was his appendix taken out?", {"History of appendectomy"}),
        ("Was a flu jab given?", {"Influenza Vaccine Quadrivalent"}),
        ("Has he been immunized against pneumonia?", {"Pneumococcal conjugate PCV 13"}),
    ],
)
def test_a_name_is_looked_for_as_the_record_tells_it(clock: Clock, question: str, found: set[str]) -> None:
    assert names(question, clock) == found


def test_a_plan_for_something_is_not_that_thing(clock: Clock) -> None:
    (query,) = queries("Is he diabetic?", clock)
    assert query.types == ("Condition",)
    (planned,) = queries("Is there a care plan for a diabetic diet?", clock)
    assert planned.types == ("CarePlan",)


def test_a_value_is_not_taken_for_a_fasting_one(clock: Clock) -> None:
    for question in ("What was the last fasting blood sugar?", "random glucose?"):
        assert all(query.concept and not query.concept.is_linked for query in queries(question, clock))


def test_a_heading_asks_for_all_of_its_kind(ask: Ask) -> None:
    assert asked(ask, "past medical history?").types == ("Condition",)
    vitals = asked(ask, "The vital signs of her latest appointment")
    assert vitals.types == ("Observation",)
    assert vitals.anchor is not None


def test_a_history_of_an_operation_does_not_date_it(clock: Clock) -> None:
    (query,) = queries("When was the appendectomy?", clock)
    assert query.types == ("Procedure",)


def test_a_screen_for_something_is_not_that_thing(clock: Clock) -> None:
    assert queries("Has she ever had MRSA?", clock) == []
    assert queries("Was an MRSA screen done?", clock) != []


def test_one_pregnancy_may_be_several_entries(clock: Clock) -> None:
    assert queries("How many times was she pregnant?", clock) == []
    assert queries("How many normal pregnancies are recorded?", clock) != []


def asked(ask: Ask, question: str) -> Any:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    return step.calls[0].question


@pytest.mark.parametrize(
    ("question", "field", "measure", "negated"),
    [
        ("Has she died?", "deceased", "exists", False),
        ("Is my patient still living?", "deceased", "exists", True),
        ("On which date did he pass away? I mean, when did he die?", "deceasedDateTime", "none", False),
        ("How old was she at her death?", "deceased", "age", False),
        ("How old is she?", "birthDate", "age", False),
    ],
)
def test_a_death_is_asked_for_by_what_is_said_of_it(
    ask: Ask, question: str, field: str, measure: str, negated: bool
) -> None:
    query = asked(ask, question)
    assert (query.field, query.measure, query.negated) == (field, measure, negated)


@pytest.mark.parametrize(
    "question",
    [
        "Why did she die?",
        "Does she live with anybody?",
        "How many cigarettes a day does he smoke?",
        "how much does she smoke",
        "Which category is the body weight in?",
        "Was a stroke suspected?",
        "Which visits were for her back?",
        "Was he moved here from the outside clinic he was sent to, as an admission?",
        "How many hospital stays came from an outside facility?",
        "On which ward did she spend the most time?",
        "Was he stroke negative?",
        "how many cultures were positive",
        "Has the hypertension been confirmed?",
        "Is there a colonoscopy going on now?",
        "What did the night nurse write on 3 May 2019?",
        "Where did she die?",
        "Did he die from the stroke?",
        "did he die while in hospital",
        "Is there any illicit drug use?",
        "Does she have kids?",
        "has he been completely immunized against influenza",
        "Was he discharged to a zorbium?",
    ],
)
def test_what_the_record_does_not_tell_is_not_answered_with_something_beside_it(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_what_somebody_has_is_no_procedure(ask: Ask) -> None:
    assert asked(ask, "Does she still have the zorbles?").types == ("Condition",)
    assert asked(ask, "Has she had a zorblectomy?").types == ("Procedure",)


def test_what_is_over_is_told_in_many_ways(ask: Ask) -> None:
    for question in (
        "Which conditions have cleared up?",
        "Which of his illnesses have subsided?",
        "What did she recover from?",
    ):
        assert asked(ask, question).status[0] == "resolved"


def test_what_somebody_said_then_is_treated_then(ask: Ask) -> None:
    query = asked(ask, "The clinic told me in 2015 that I had hypertension, and what was I prescribed for that?")
    assert query.types == ("MedicationRequest",)
    assert query.reason is not None
    assert query.window is not None
