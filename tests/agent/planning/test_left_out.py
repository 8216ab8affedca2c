"""What is left out of all that is asked for is left out, and a question from which it cannot be is not answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.planning.phrasing import searched
from chartwarden.agent.planning.planner import GiveUp, Turn
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import RecordQuery, Searched
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import ToolCall

from .conftest import Ask, lookups

PLANNER = RulesPlanner(Readings())
VACCINES = {"140", "113"}
CONDITIONS = {"38341003", "40055000", "444814009", "55822004", "44465007", "230690007"}


@pytest.mark.parametrize(
    ("question", "types", "measure", "left"),
    [
        ("Besides flu, which shots has she had?", "Immunization", "distinct", VACCINES - {"140"}),
        ("Which vaccines other than the flu shot did he get?", "Immunization", "distinct", VACCINES - {"140"}),
        ("How many vaccinations besides flu and tetanus?", "Immunization", "count", set()),
        ("What was the last vaccine other than influenza?", "Immunization", "none", VACCINES - {"140"}),
        ("Which conditions apart from hypertension does he have?", "Condition", "distinct", CONDITIONS - {"38341003"}),
        ("Show all conditions excluding stroke and hypertension", "Condition", "distinct",
         CONDITIONS - {"38341003", "230690007"}),
        ("Any allergies besides penicillin?", "AllergyIntolerance", "exists", {"300913006"}),
        ("any other allergies besides shellfish?", "AllergyIntolerance", "exists", set()),
        ("any sinusitis (apart from the viral sinusitis)?", "Condition", "exists", {"40055000"}),
        ("Which drugs has he had, not counting warfarin?", "MedicationRequest", "distinct",
         {"312961", "310965", "63739002401"}),
        ("Which drugs other than warfarin were prescribed?", "MedicationRequest", "distinct",
         {"312961", "310965", "63739002401"}),
        ("Other than warfarin, what has he been prescribed?", "MedicationRequest", "distinct",
         {"312961", "310965", "63739002401"}),
    ],
)  # fmt: skip
def test_all_but_what_is_left_out_is_asked_for(
    ask: Ask, question: str, types: str, measure: str, left: set[str]
) -> None:
    (query,) = lookups(ask, question)
    assert isinstance(query, RecordQuery)
    assert query.types == (types,)
    assert query.measure == measure
    assert query.concept is not None
    assert {coding.code for coding in query.concept.codings} == left
    assert query.concept.is_linked == bool(left)
    assert "other than" in query.concept.words


@pytest.mark.parametrize(
    "question",
    [
        "Which vaccines other than blorpax did he get?",  # nobody knows what that is
        "What is the average potassium apart from creatinine?",  # one measurement has no rest
        "How did his LDL change, not counting the hemoglobin?",
        "besides flu, has the LDL gone up since the last one?",
    ],
)
def test_what_has_no_rest_is_not_answered(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question", ["and besides flu?", "what about other than the flu shot?", "and apart from that?"]
)
def test_what_was_asked_before_is_not_asked_again_for_what_is_left_of_it(ask: Ask, question: str) -> None:
    asked = tuple(ToolCall.asking(one) for one in lookups(ask, "Which vaccines has she had?"))
    before = Turn(question="Which vaccines has she had?", calls=asked)
    step = PLANNER.decide(ask(question, turns=(before,)))
    assert isinstance(step, GiveUp) or all(call not in asked for call in step.calls)


def test_nothing_is_left_out_of_a_vocabulary_that_is_cut_short(ask: Ask) -> None:
    context = ask("Besides flu, which shots has she had?")
    cut = replace(context, manifest=context.manifest.model_copy(update={"complete": False}))
    assert isinstance(PLANNER.decide(cut), GiveUp)


def test_of_a_long_search_only_the_first_codes_are_told() -> None:
    codes = ",".join(f"http://loinc.org|{n}" for n in range(30))
    told = searched([Searched(query=f"Observation?combo-code={codes}&date=ge2020-01-01", found=0)])
    assert told == (
        "Searched: Observation?combo-code=http://loinc.org|0,http://loinc.org|1,http://loinc.org|2,... (30 values)"
        "&date=ge2020-01-01."
    )
    few = "Observation?combo-code=http://loinc.org|1,http://loinc.org|2"
    assert searched([Searched(query=few, found=0)]) == f"Searched: {few}."
