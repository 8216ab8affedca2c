"""What is worked out further of a change, what is worked out beside a list, and which codes are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.planning.names.code_words import put_codes, system_asked
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.reading.arithmetic import further, rate_unit, works_beside
from chartwarden.agent.planning.rules import RulesPlanner

from .conftest import Ask

PLANNER = RulesPlanner()


def asked(ask: Ask, question: str) -> list[dict[str, Any]]:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    return [call.question.model_dump() for call in step.calls if call.question is not None]


@pytest.mark.parametrize(
    ("question", "measure", "unit"),
    [
        ("By what percentage has her weight fallen?", "percent", "d"),
        ("% rise in potassium since 2015", "percent", "d"),
        ("Creatinine decline in per cent", "percent", "d"),
        ("How much does the creatinine climb per month?", "rate", "mo"),
        ("weight gain each week since 2019", "rate", "wk"),
        ("LDL slope", "rate", "a"),
        ("annual change of the potassium", "rate", "a"),
        ("delta LDL first to last", "change", "d"),
        ("potassium delta between first and last", "change", "d"),
        ("What is the spread of the potassium?", "range", "d"),
        ("difference between her first and latest weight", "change", "d"),
    ],
)
def test_a_change_is_worked_out_as_it_is_asked(ask: Ask, question: str, measure: str, unit: str) -> None:
    (query,) = asked(ask, question)
    assert (query["measure"], query["unit"]) == (measure, unit)


@pytest.mark.parametrize(
    "clause", ["what was qc0 a week before qc1", "oxygen qc0 in percent", "the difference between each of the qc0"]
)
def test_what_is_no_percentage_and_no_rate(clause: str) -> None:
    assert further(clause) is None


@pytest.mark.parametrize(
    ("question", "later", "earlier"),
    [
        ("Potassium delta peak to latest", ("last", "time"), ("last", "value")),
        ("By how much did the weight climb from the lowest value to the last?", ("last", "time"), ("first", "value")),
        ("How much has the LDL fallen from its peak?", ("last", "time"), ("last", "value")),
        ("change in weight from the first to the highest", ("last", "value"), ("first", "time")),
    ],
)
def test_an_end_of_a_change_may_be_the_highest_or_the_lowest(
    ask: Ask, question: str, later: tuple[str, str], earlier: tuple[str, str]
) -> None:
    (compared,) = asked(ask, question)
    assert compared["relation"] == "difference"
    assert (compared["left"]["which"], compared["left"]["by"]) == later
    assert (compared["right"]["which"], compared["right"]["by"]) == earlier


def test_a_percentage_of_what_is_in_percent_is_not_understood() -> None:
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json") as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="R", as_of=fhir_fixtures.AS_OF)
        answer = assistant.answer("By what percentage did the HbA1c change?", session)
    assert answer.outcome == "failed"
    assert "percentage points" in answer.text


def test_a_rate_is_per_year_where_nothing_is_said() -> None:
    assert rate_unit("slope of qc0") == "a"


def test_what_is_worked_out_beside_a_list_is_asked_beside_it(ask: Ask) -> None:
    assert works_beside("last four qc0 plus their mean") == ("last four qc0", "mean of last four qc0")
    assert works_beside("highest qc0 and the mean") is None
    listed, mean = asked(ask, "last four potassium values, plus the mean")
    assert (listed["limit"], mean["limit"]) == (4, 4)
    assert (listed["measure"], mean["measure"]) == ("none", "mean")


def test_the_mean_of_what_was_counted(ask: Ask) -> None:
    count, mean = asked(ask, "How many LDL results since 2015, and what is their average?")
    assert (count["measure"], mean["measure"]) == ("count", "mean")
    assert count["window"] == mean["window"]


@pytest.mark.parametrize(
    "question",
    [
        "Last two weights and the difference",
        "weight by year with the yearly difference",
        "potassium values with the delta between each",
        "How many lab results in 2015, and what is their mean?",
        "Mean of the last three LDL values, and the spread between highest and lowest",
        "weight values per month, with the change from the first",
        "LDL nadir, and percent rise from nadir to now",
        "the change in weight around the highest",
        "percentage change of the LDL and the potassium per zorble",
        "How did the warfarin change in percent?",
        "highest warfarin",
        "warfarin above 5",
    ],
)
def test_what_is_worked_out_of_nothing_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("said", "put", "system"),
    [
        ("Which ICD-10-CM code", "Which icd10code", "ICD-10"),
        ("the SNOMED CT codes", "the snomedcodes", "SNOMED"),
        ("what LOINC code", "what loinccode", "LOINC"),
        ("the billing codes", "the anycodes", ""),
        ("what code did they enter", "what anycode did they enter", ""),
        ("which code status is set", "which code status is set", ""),
        ("was a code blue called", "was a code blue called", ""),
    ],
)
def test_codes_of_a_system_are_one_word(said: str, put: str, system: str) -> None:
    assert put_codes(said) == put
    assert system_asked(put) == system


def test_codes_are_those_of_the_rows_that_are_linked(ask: Ask) -> None:
    (query,) = asked(ask, "What SNOMED code did they give the stroke?")
    assert (query["target"], query["field"], query["types"]) == ("code", "SNOMED", ("Condition",))
    (query,) = asked(ask, "Which ICD-10 codes were attached to the last hospital stay?")
    assert (query["target"], query["field"], query["types"]) == ("code", "ICD-10", ("Condition",))
    assert query["anchor"]["relation"] == "same_encounter"
    assert query["anchor"]["event"]["which"] == "last"
    assert isinstance(PLANNER.decide(ask("How many ICD-10 codes were attached to the last visit?")), GiveUp)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            "Does she have a repeat prescription for simvastatin?",
            "Does she have an active prescription for simvastatin?",
        ),
        ("What is her home address?", "What is her address?"),
        ("last 3 potassium w dates", "last 3 potassium with dates"),
    ],
)
def test_words_of_the_surgery_are_read(ask: Ask, said: str, plain: str) -> None:
    assert asked(ask, said) == asked(ask, plain)
