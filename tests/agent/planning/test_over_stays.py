"""What is asked over several stays: shared, new, held, ended with, left, and codes by how they begin."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.dispositions import disposition_said
from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def _query(ask: Ask, question: str) -> RecordQuery:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    return query


def _stay(query: RecordQuery | None) -> tuple[str, int]:
    """Which stay a query for diagnoses is of."""
    assert query is not None
    assert query.anchor is not None
    return query.anchor.event.which, query.anchor.event.index


@pytest.mark.parametrize(
    ("question", "here", "there"),
    [
        ("Which diagnoses of the first admission are coded again at the last one?", ("last", 1), ("first", 1)),
        ("What diagnosis codes carried over from the first stay to the second?", ("first", 2), ("first", 1)),
        ("Compare admission one with admission two: which diagnoses recur?", ("first", 2), ("first", 1)),
        ("List the diagnoses the first and the most recent admission have in common", ("last", 1), ("first", 1)),
    ],
)
def test_what_two_stays_share(ask: Ask, question: str, here: tuple[str, int], there: tuple[str, int]) -> None:
    query = _query(ask, question)
    assert (_stay(query), _stay(query.also_in), query.not_in) == (here, there, None)


@pytest.mark.parametrize(
    ("question", "here", "there"),
    [
        ("How many codes on the second admission were not yet on the first one?", ("first", 2), ("first", 1)),
        ("Diagnoses at my last admission that I did not have at my first?", ("last", 1), ("first", 1)),
        ("diagnosis codes on the 2nd admission that the 1st did not have: how many?", ("first", 2), ("first", 1)),
        ("Which diagnoses were new at the last stay compared to the first?", ("last", 1), ("first", 1)),
        (
            "diagnoses on the second admission whose code was not on the first. Names please.",
            ("first", 2),
            ("first", 1),
        ),
        ("Which diagnoses were not on the first admission but are on the third?", ("first", 3), ("first", 1)),
    ],
)
def test_what_is_new_at_one_of_two(ask: Ask, question: str, here: tuple[str, int], there: tuple[str, int]) -> None:
    query = _query(ask, question)
    assert (_stay(query), _stay(query.not_in), query.also_in) == (here, there, None)


def test_what_is_new_at_one_stay_was_at_none_before(ask: Ask) -> None:
    query = _query(ask, "Which diagnoses are new in the last admission?")
    assert query.not_in is not None
    assert query.not_in.anchor is not None
    before = query.not_in.anchor.event.anchor
    assert before is not None
    assert before.relation == "before"


def test_new_diagnoses_of_a_day_are_those_of_the_day(ask: Ask) -> None:
    assert _query(ask, "Which new problems did they put down on 3 May 2019?").not_in is None


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Was hypertension coded at each of his stays?", "exists"),
        ("Which diagnoses turn up at every hospital stay?", "distinct"),
        ("Which diagnosis names were coded at every single hospital admission?", "distinct"),
        ("Which diagnoses were coded at each of her admissions?", "distinct"),
        ("Which diagnoses are recorded at all admissions?", "distinct"),
        ("How many diagnoses appear at both admissions?", "count_distinct"),
    ],
)
def test_what_is_at_each_of_them(ask: Ask, question: str, measure: str) -> None:
    query = _query(ask, question)
    assert query.measure == measure
    assert query.at_each is not None
    assert query.at_each.encounter_kind == ("hospital",)


@pytest.mark.parametrize(
    ("question", "measure", "relation"),
    [
        ("How many of my hospital admissions included any time in an ICU?", "count", "holds"),
        ("In how many of her stays was she in intensive care?", "count", "holds"),
        ("Did any of his admissions involve a stay in intensive care?", "exists", "holds"),
        ("Number of her hospital stays without any ICU time", "count", "holds_none"),
        ("How many of his admissions included a colonoscopy?", "count", "holds"),
    ],
)
def test_stays_by_what_they_held(ask: Ask, question: str, measure: str, relation: str) -> None:
    query = _query(ask, question)
    assert (query.types, query.measure) == (("Encounter",), measure)
    assert query.anchor is not None
    assert query.anchor.relation == relation


@pytest.mark.parametrize(
    ("question", "part", "measure"),
    [
        ("How many of his stays ended with him leaving against medical advice?", "against advice", "count"),
        ("How often was she discharged to a nursing home?", "skilled nursing", "count"),
        ("Has she ever been sent to rehab after a stay?", "rehab", "exists"),
        ("Did any of her admissions end with her going home with home health care?", "home health", "exists"),
        ("Number of stays that this lady left for a hospice?", "hospice", "count"),
    ],
)
def test_stays_by_how_they_ended(ask: Ask, question: str, part: str, measure: str) -> None:
    query = _query(ask, question)
    assert part in query.disposition.split("|")
    assert (query.measure, query.encounter_kind) == (measure, ("hospital",))


def test_who_goes_home_need_not_leave_a_stay(ask: Ask) -> None:
    step = PLANNER.decide(ask("When did he go home?"))
    queries = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert not any(isinstance(one, RecordQuery) and one.disposition for one in queries)


def test_the_words_of_a_disposition_are_a_table() -> None:
    assert disposition_said("a skilled nursing facility") == disposition_said("nursing home") != ""
    assert disposition_said("the zoo") == ""


@pytest.mark.parametrize(
    ("question", "place", "which"),
    [
        ("When did she last leave intensive care?", "", "last"),
        ("When did he get out of the surgical ICU for the first time?", "surgical icu", "first"),
        ("My mother was in the CCU twice. When did she leave it for the last time?", "ccu", "last"),
    ],
)
def test_when_a_unit_was_left(ask: Ask, question: str, place: str, which: str) -> None:
    context = ask(question)
    step = PLANNER.decide(context)
    if isinstance(step, UseTools) and step.calls[0].question.types == ("Patient",):  # type: ignore[union-attr]
        return  # whom a relative is, is looked up first
    query = _query(ask, question)
    assert (query.target, query.place.lower(), query.which) == ("end", place, which)


def test_codes_by_how_they_begin(ask: Ask) -> None:
    query = _query(ask, "How many of her ICD-9 codes begin with the letter V?")
    assert (query.types, query.code_prefix, query.field, query.measure) == (
        ("Condition",), "V", "icd9", "count_distinct",
    )  # fmt: skip
    for question in ("how many E codes does he have", "diagnoses with an E code, how many?"):
        assert _query(ask, question).code_prefix == "E"
    assert _query(ask, "How many external cause codes (those starting with E) are there?").code_prefix == "E"


def test_at_which_stay_a_diagnosis_turns_up(ask: Ask) -> None:
    query = _query(ask, "Hypertension: with which admission does it first turn up?")
    assert (query.types, query.target) == (("Encounter",), "time")
    assert query.anchor is not None
    assert query.anchor.relation == "same_encounter"
