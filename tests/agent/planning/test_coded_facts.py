"""Diagnoses as they are coded, procedures in intensive care, ages at stays, screens; and what is asked by its name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, asked_over

PLANNER = RulesPlanner(Readings())
TEST, ORGANISM = (f"http://example.org/micro-{name}" for name in ("test", "organism"))


def entry(resource_type: str, display: str, code: str, system: str = "http://example.org/s") -> Entry:
    coding = Coding(system=system, code=code, display=display)
    return Entry(resource_type=resource_type, element="code", codings=(coding,), count=2)


RECORD = (
    entry("Observation", "MRSA SCREEN", "1", TEST),
    entry("Observation", "POSITIVE FOR METHICILLIN RESISTANT STAPH AUREUS", "2", ORGANISM),
    entry("Condition", "Gout", "M109", "http://example.org/icd10"),
    entry("Procedure", "Colonoscopy", "4523"),
    entry("Procedure", "EKG", "77"),
    entry("Procedure", "Chest Tube Removed", "78"),
    entry("MedicationRequest", "Morphine", "5"),
    entry("Encounter", "Hospital stay", "6"),
)
MANIFEST = Manifest(counts={one.resource_type: 2 for one in RECORD} | {"Patient": 1}, entries=RECORD)


def asked(ask: Ask, question: str) -> list[dict[str, Any]]:
    return asked_over(MANIFEST, ask, question)


@pytest.mark.parametrize(
    "question",
    [
        "how many of the diagnosis entries use ICD-10 (rather than ICD-9)?",
        "Count of diagnoses coded under ICD-10",
    ],
)
def test_diagnoses_are_counted_by_the_system_of_their_codes(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["measure"], found["field"], found["code_prefix"]) == ("count", "ICD-10", "*")


@pytest.mark.parametrize("question", ["With which admission was gout first coded?", "M109 first coded: which stay?"])
def test_the_stay_of_a_diagnosis_is_asked_for(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["target"], found["anchor"]["relation"]) == (["Encounter"], "time", "same_encounter")
    assert found["anchor"]["event"]["which"] == "first"


def test_diagnoses_of_a_stay_that_is_told_by_its_end(ask: Ask) -> None:
    (found,) = asked(ask, "The patient was discharged on 4 May 2019. List all diagnoses that were recorded.")
    assert found["anchor"]["event"]["ended"]
    assert found["measure"] == "distinct"


def test_the_code_of_a_procedure_is_asked_for(ask: Ask) -> None:
    (found,) = asked(ask, "procedure code for the colonoscopy on 4 May 2019?")
    assert (found["types"], found["target"]) == (["Procedure"], "code")


@pytest.mark.parametrize(
    "question", ["EKG count in the ICU on 4 May 2019", "How many EKGs did they take on me in intensive care in 2019?"]
)
def test_procedures_in_intensive_care_are_counted(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["encounter_kind"], found["measure"]) == (["Procedure"], ["icu"], "count")


@pytest.mark.parametrize(
    "question",
    ["Age in completed years on the day of admission (May 2019)?", "how old was she when admitted in 05/2019"],
)
def test_an_age_at_a_stay(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["measure"]) == (["Encounter"], "age")


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Did the MRSA screen in May 2019 isolate any MRSA?", {"measure": "exists"}),
        ("When did MRSA first turn up?", {"target": "time", "which": "first"}),
        ("first time MRSA was found", {"target": "time", "which": "first"}),
    ],
)
def test_an_organism_is_asked_of_the_cultures_that_yielded_it(ask: Ask, question: str, shape: dict[str, str]) -> None:
    (found,) = asked(ask, question)
    assert found["yielded"]["words"] == "MRSA"
    assert {name: found.get(name) for name in shape} == shape


def test_a_taking_out_of_its_own_is_told_by_its_time(ask: Ask) -> None:
    (found,) = asked(ask, "When was the chest tube taken out?")
    assert found["concept"]["words"] == "Chest Tube Removed"
    assert found["target"] == "time"


def test_codes_that_are_on_both_stays_of_a_time(ask: Ask) -> None:
    (found,) = asked(ask, "Both May 2019 admissions: number of ICD codes that appear on both.")
    assert (found["measure"], found["also_in"]["anchor"]["event"]["window"]["start"][:7]) == (
        "count_distinct",
        "2019-05",
    )


def test_a_stay_by_its_number_is_no_day(ask: Ask) -> None:
    (found,) = asked(ask, "Number of diagnosis codes on the 2nd admission that weren't on the 1st?")
    assert found["not_in"]["anchor"]["event"].get("index", 1) == 1


def test_what_is_asked_by_its_name_is_not_answered_with_another_thing(ask: Ask) -> None:
    question = "How many dose strengths and frequencies of morphine are there at all?"
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, GiveUp)


@pytest.mark.parametrize(
    ("question", "system", "asked_for"),
    [
        ("How many ICD-9-coded procedures on 4 May 2019 in this case?", "ICD-9", "name"),
        ("Which ICD-coded procedures were done on 4 May 2019? Full names please", "ICD", "name"),
        ("Which ICD-9 procedure codes does the operation of 4 May 2019 have? Codes only", "ICD-9", "code"),
        ("ICD-9 procedure codes of 4 May 2019", "ICD-9", "code"),
    ],
)
def test_what_procedures_are_coded_in_is_no_device(ask: Ask, question: str, system: str, asked_for: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["field"], found["code_prefix"]) == (["Procedure"], system, "*")
    assert found["target"] == asked_for


def test_codes_of_one_stay_by_how_they_begin(ask: Ask) -> None:
    (found,) = asked(ask, "How many diagnosis codes start with I at the last stay?")
    assert (found["code_prefix"], found["measure"], found["anchor"]["relation"]) == ("I", "count", "same_encounter")
    (found,) = asked(ask, "codes starting with M10 - which ones does she have?")
    assert (found["code_prefix"], found["target"]) == ("M10", "code")


def test_a_code_behind_its_own_name_says_nothing_more(ask: Ask) -> None:
    plain = asked(ask, "In how many admissions was Gout coded?")
    assert asked(ask, "In how many admissions was 'Gout' (ICD-10 M10.9) coded?") == plain
    assert (plain[0]["types"], plain[0]["measure"]) == (["Encounter"], "count")


def test_what_is_itself_a_taking_out_is_told_by_its_beginning(ask: Ask) -> None:
    (found,) = asked(ask, "What time did they take the chest tube out (Chest Tube Removed)?")
    assert found["target"] == "time"
