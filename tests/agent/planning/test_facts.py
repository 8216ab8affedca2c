"""Questions for one fact: of cultures, attributes of entries, the patient as a person, and codes of the record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())
TEST, ORGANISM, ANTIBIOTIC = (f"http://example.org/micro-{name}" for name in ("test", "organism", "antibiotic"))


def entry(resource_type: str, display: str, system: str = "http://example.org/s", *, element: str = "code") -> Entry:
    coding = Coding(system=system, code=display[:9].replace(" ", ""), display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=2)


RECORD = (
    entry("Observation", "WOUND CULTURE", TEST),
    entry("Observation", "URINE CULTURE", TEST),
    entry("Specimen", "URINE"),
    entry("Observation", "KLEBSIELLA OXYTOCA", ORGANISM),
    entry("Observation", "ENTEROCOCCUS SP.", ORGANISM),
    entry("Observation", "CEFEPIME", ANTIBIOTIC),
    entry("Observation", "VANCOMYCIN", ANTIBIOTIC),
    entry("Observation", "Cause of Death [US Standard Certificate of Death]"),
    entry("Procedure", "Arterial Line"),
    entry("Procedure", "Left Radial", element="bodySite"),
    entry("ImagingStudy", "Digital Radiography"),
    entry("AllergyIntolerance", "Shellfish allergy"),
    entry("CarePlan", "Asthma self management"),
    entry("Condition", "Asthma"),
    entry("Condition", "Pregnancy"),
    entry("CarePlan", "Peanut-free diet"),
    entry("Observation", "Hemoglobin A1c/Hemoglobin.total in Blood"),
    Entry(resource_type="Goal", element="code", text="Hemoglobin A1c total in Blood < 7.0", count=1),
    entry("Immunization", "Tdap"),
    Entry(
        resource_type="Condition",
        element="code",
        codings=(Coding(system="http://example.org/icd10", code="J4520", display="Mild asthma"),),
        count=1,
    ),
)
MANIFEST = Manifest(counts={one.resource_type: 2 for one in RECORD} | {"Patient": 1}, entries=RECORD)


def asked(ask: Ask, question: str) -> list[dict[str, Any]]:
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, UseTools), step
    found = [call.question for call in step.calls if call.question is not None]
    return [one.model_dump(exclude_defaults=True, mode="json") for one in found]


def is_understood(ask: Ask, question: str) -> bool:
    return not isinstance(PLANNER.decide(replace(ask(question), manifest=MANIFEST)), GiveUp)


@pytest.mark.parametrize(
    "question",
    [
        "wound culture of 3 March 2019, klebsiella: cefepime resistant?",
        "Was the Klebsiella from the wound culture on 3 March 2019 resistant to cefepime?",
        "Klebsiella, wound cx from 3 March 2019 - cefepime R?",
        "The wound culture taken on 3 March 2019 grew klebsiella. Was that isolate cefepime resistant, yes or no?",
    ],
)
def test_a_test_of_an_organism_of_a_culture_is_held_against_what_is_asked(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["measure"], found["held"], found["said"]) == ("exists", True, "resistant")
    assert found["concept"]["words"].lower() == "cefepime"
    assert found["derived_from"]["words"].lower() == "klebsiella"
    assert found["part_of"]["window"]["start"].startswith("2019-03-03")


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("In how many urine cultures was enterococcus found?", {"measure": "count"}),
        ("When was the first culture taken that grew enterococcus?", {"which": "first", "target": "time"}),
        ("From which specimen was the enterococcus isolated?", {"measure": "distinct", "target": "specimen"}),
        ("has any urine culture ever come back positive for enterococcus", {"measure": "exists"}),
    ],
)
def test_what_grew_an_organism_is_asked_of_cultures(ask: Ask, question: str, shape: dict[str, str]) -> None:
    (found,) = asked(ask, question)
    assert found["yielded"]["words"].lower() == "enterococcus"
    assert {name: found.get(name) for name in shape} == shape


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Name the antibiotics the enterococcus in the urine culture was resistant to", ("distinct", "resistant")),
        ("how many drugs was the enterococcus in the urine culture sensitive to?", ("count", "susceptible")),
    ],
)
def test_drugs_are_listed_by_what_their_tests_said(ask: Ask, question: str, shape: tuple[str, str]) -> None:
    (found,) = asked(ask, question)
    assert (found["measure"], found["said"]) == shape
    assert found["part_of"]["concept"]["words"].lower() == "urine culture"


def test_organisms_of_one_culture_are_counted_apart(ask: Ask) -> None:
    (found,) = asked(ask, "urine from 03/03/2019: number of organisms reported")
    assert (found["measure"], found["target"]) == ("count_distinct", "organism")
    assert found["window"]["end"].startswith("2019-03-04")


@pytest.mark.parametrize(
    "question",
    [
        "Which antibiotic should the enterococcus in the urine culture be treated with?",
        "Was the enterococcus from the urine culture never sensitive to vancomycin?",
        "Was the enterococcus before the wound culture resistant to vancomycin?",
    ],
)
def test_a_word_that_is_left_over_is_not_read_past(ask: Ask, question: str) -> None:
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, GiveUp) or all(
        getattr(call.question, "said", None) is None for call in getattr(step, "calls", ())
    )


@pytest.mark.parametrize(
    ("question", "resource_type", "field"),
    [
        ("What modality was used for the imaging study of 2 May 2017?", "ImagingStudy", "modality"),
        ("which part of his body was x-rayed in May 2017", "ImagingStudy", "bodySite"),
        ("Where was the arterial line sited?", "Procedure", "bodySite"),
        ("serial number of her pacemaker", "Device", "serial"),
        ("shellfish allergy, criticality as recorded?", "AllergyIntolerance", "criticality"),
        ("lot number of the last Tdap shot", "Immunization", "lot"),
    ],
)
def test_an_attribute_is_asked_of_the_entry_that_has_it(
    ask: Ask, question: str, resource_type: str, field: str
) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["target"], found["field"]) == ([resource_type], "attribute", field)


def test_activities_are_those_of_the_plan_for_a_condition(ask: Ask) -> None:
    (found,) = asked(ask, "What activities are in my asthma care plan?")
    assert (found["types"], found["target"], found["either"]) == (["CarePlan"], "result", True)


def test_when_a_line_was_out_is_its_end(ask: Ask) -> None:
    (found,) = asked(ask, "art line out when?")
    assert (found["types"], found["target"], found["which"]) == (["Procedure"], "end", "last")


def test_an_attribute_of_what_is_not_read_is_said_to_be_that(ask: Ask) -> None:
    assert not is_understood(ask, "modality of the zorbled thing in the garden?")


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Am I down as married?", {"field": "maritalStatus", "measure": "exists", "one_of": ["M", "Married"]}),
        ("widowed?", {"field": "maritalStatus", "measure": "exists", "one_of": ["W", "Widowed"]}),
        ("married or divorced?", {"field": "maritalStatus"}),
        ("marital status? the code is enough", {"field": "maritalStatus"}),
        ("Do we need an interpreter - what language is listed?", {"field": "language"}),
        ("zip code please", {"field": "postalCode"}),
        ("date of death of the patient", {"field": "deceasedDateTime"}),
        ("still alive?", {"field": "deceased", "measure": "exists", "negated": True}),
    ],
)
def test_what_is_asked_of_a_person_is_a_field_of_the_patient(ask: Ask, question: str, shape: dict[str, Any]) -> None:
    (found,) = asked(ask, question)
    assert found == {"types": ["Patient"], "target": "demographic", **shape}


def test_a_cause_of_death_is_what_the_certificate_gives(ask: Ask) -> None:
    (found,) = asked(ask, "Cause of death on the certificate?")
    assert (found["types"], found["concept"]["words"]) == (["Observation"], "cause of death")


def test_a_pregnancy_is_asked_for_whatever_it_is_to_be_known_for(ask: Ask) -> None:
    (found,) = asked(ask, "need to know before the scan: is she pregnant right now?")
    assert (found["types"], found["status"], found["measure"]) == (["Condition"], ["active"], "exists")


@pytest.mark.parametrize(
    "question", ["J4520 on the problem list - spell out what that stands for", "What does the code J45.20 mean?"]
)
def test_a_code_is_told_by_the_name_it_has_in_the_record(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert [coding["display"] for coding in found["concept"]["codings"]] == ["Mild asthma"]
    assert found["target"] == "name"


def test_a_code_that_is_not_there_is_an_absence(ask: Ask) -> None:
    (found,) = asked(ask, "What does the code K99.9 stand for?")
    assert "codings" not in found["concept"]


def test_an_allergy_noted_down_twice_is_one(ask: Ask) -> None:
    (found,) = asked(ask, "pen allergic? (penicillin allergy on the allergy list)")
    assert (found["types"], found["measure"]) == (["AllergyIntolerance"], "exists")


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Klebsiella in the urine culture of 3 May 2019 - cefepime susceptible, yes or no?", True),
        ("I10 on the problem list: what does that code stand for", True),
        ("How critical is the shellfish allergy rated?", True),
        ("Klebsiella in the urine culture - which antibiotic should we start?", False),
        ("Is the enterococcus dangerous?", False),
    ],
)
def test_a_fact_that_is_read_in_full_is_a_plain_question(clock: Clock, question: str, plain: bool) -> None:
    assert asks_plainly(question, clock, Readings()) is plain


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("What is his HbA1c goal?", "name"),
        ("According to her goals, HbA1c should be kept below what figure?", "attribute"),
        ("HbA1c target, the number?", "attribute"),
    ],
)
def test_a_goal_is_told_and_not_the_value(ask: Ask, question: str, target: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["target"]) == (["Goal"], target)
    assert found["concept"]["texts"] == ["Hemoglobin A1c total in Blood < 7.0"]


@pytest.mark.parametrize(
    "question",
    ["After my asthma, does the care plan tell me to stay off peanut?", "is peanut-free diet part of the asthma plan?"],
)
def test_a_point_of_a_plan_is_asked_of_the_plan_for_a_condition(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["measure"]) == (["CarePlan"], "exists")
    assert found["concept"]["codings"][0]["display"] == "Peanut-free diet"


def test_what_a_plan_tells_somebody_is_not_whether_there_is_one(ask: Ask) -> None:
    assert not is_understood(ask, "Does the asthma self management plan tell her to sing?")


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("How many of her allergies are flagged as high criticality?", "count"),
        ("which allergies are of high criticality", "distinct"),
        ("Any high-criticality allergies?", "exists"),
    ],
)
def test_allergies_are_chosen_by_their_criticality(ask: Ask, question: str, measure: str) -> None:
    (found,) = asked(ask, question)
    assert (found["one_of"], found["field"], found["measure"]) == (["high"], "criticality", measure)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("maiden name?", "maidenName"),
        ("her mother's maiden name", "mothersMaidenName"),
        ("In which city was he born?", "birthPlace"),
        ("Town of birth?", "birthPlace"),
    ],
)
def test_a_name_before_marriage_and_a_place_of_birth(ask: Ask, question: str, field: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["field"]) == (["Patient"], field)


@pytest.mark.parametrize(
    ("question", "field", "measure"),
    [
        ("How many goals are set in the asthma self management plan?", "goals", "count_distinct"),
        ("What are the goals of the asthma plan?", "goals", "distinct"),
        ("How many activities does the asthma care plan have?", "", "count_distinct"),
        ("What are all the things we were told to do in the asthma care plan?", "", "distinct"),
    ],
)
def test_goals_and_activities_of_a_plan(ask: Ask, question: str, field: str, measure: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["target"], found.get("field", "")) == (["CarePlan"], "result", field)
    assert found["measure"] == measure


@pytest.mark.parametrize(
    "question", ["imaging so far - which modalities (each once)?", "She was imaged several times; list the modalities."]
)
def test_modalities_of_all_imaging(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["types"], found["field"], found["measure"]) == (["ImagingStudy"], "modality", "distinct")
