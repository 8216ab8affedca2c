"""Specimens, dilutions, cultures without growth, procedures by category, and what is left out of cultures."""

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
TEST, ORGANISM, ANTIBIOTIC = (f"http://example.org/micro-{name}" for name in ("test", "organism", "antibiotic"))


def entry(resource_type: str, display: str, code: str, system: str = "http://example.org/s", **more: Any) -> Entry:
    coding = Coding(system=system, code=code, display=display)
    return Entry(resource_type=resource_type, element=more.get("element", "code"), codings=(coding,), count=2)


RECORD = (
    entry("Observation", "URINE CULTURE", "1", TEST),
    entry("Observation", "FLUID CULTURE", "2", TEST),
    entry("Observation", "HELICOBACTER PYLORI ANTIBODY TEST", "11", TEST),
    entry("Observation", "STAPHYLOCOCCUS, COAGULASE NEGATIVE", "3", ORGANISM),
    entry("Observation", "STAPHYLOCOCCUS AUREUS COAG +", "4", ORGANISM),
    entry("Observation", "OXACILLIN", "5", ANTIBIOTIC),
    entry("Specimen", "URINE", "6"),
    entry("Specimen", "PLEURAL FLUID", "7"),
    entry("Procedure", "Chest X-Ray", "8"),
    entry("Procedure", "Cardioversion", "9"),
    entry("Procedure", "PICC Line", "10"),
    Entry(resource_type="Procedure", element="category", codings=(), text="Imaging", count=2),
    entry("Condition", "Gout", "M109", "http://example.org/icd10"),
)
MANIFEST = Manifest(counts={one.resource_type: 2 for one in RECORD} | {"Patient": 1}, entries=RECORD)


def asked(ask: Ask, question: str) -> list[dict[str, Any]]:
    return asked_over(MANIFEST, ask, question)


@pytest.mark.parametrize(
    "question",
    [
        "MIC of oxacillin against the staph aureus?",
        "staph aureus in the urine of May 2019: minimum inhibitory concentration for oxacillin, just the number",
        "what is the oxacillin dilution value for the staph aureus from the urine culture",
    ],
)
def test_a_dilution_is_asked_of_a_test_of_an_organism(ask: Ask, question: str) -> None:
    (found,) = asked(ask, question)
    assert (found["target"], found["field"], found["concept"]["words"].lower()) == (
        "attribute",
        "dilution",
        "oxacillin",
    )
    assert [one["code"] for one in found["derived_from"]["codings"]] == ["4"]


@pytest.mark.parametrize("ending", ["S, I or R?", "(S/R/I)?", "R or S?"])
def test_coagulase_tells_staphylococci_apart(ask: Ask, ending: str) -> None:
    (found,) = asked(ask, f"Coag-neg staph from the May 2019 urine culture - oxacillin result {ending}")
    assert [one["code"] for one in found["derived_from"]["codings"]] == ["3"]


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Was pleural fluid ever sent to the micro lab?", {"measure": "exists"}),
        ("Did they ever send my CSF to microbiology?", {"measure": "exists"}),
        (
            "How many different specimen types went to microbiology?",
            {"measure": "count_distinct", "target": "specimen"},
        ),
        ("list the types of sample sent to microbiology", {"measure": "distinct", "target": "specimen"}),
        ("Which tests were run on the pleural fluid of 4 May 2019?", {"measure": "distinct", "target": "name"}),
        ("over the whole record, how many different organisms were isolated?", {"target": "organism"}),
        ("How many urine cultures came back with no growth?", {"measure": "count", "coded": "no growth"}),
        ("Has a pleural fluid specimen ever gone to the micro lab for her?", {"measure": "exists"}),
        ("Quick one: was pleural fluid ever sent to microbiology?", {"measure": "exists"}),
        ("specimen types sent to micro, each once", {"measure": "distinct", "target": "specimen"}),
        ("How many urine cultures came back with an organism?", {"measure": "count", "yielded": {"words": ""}}),
        (
            "Did anything grow from the left lung pleural fluid specimen?",
            {"measure": "exists", "yielded": {"words": ""}},
        ),
        ("Did any of the urine cultures grow an organism?", {"measure": "exists", "yielded": {"words": ""}}),
        ("Of all the urine cultures, how many grew an organism?", {"measure": "count", "yielded": {"words": ""}}),
    ],
)
def test_what_is_asked_of_specimens_and_growth(ask: Ask, question: str, shape: dict[str, Any]) -> None:
    (found,) = asked(ask, question)
    assert {name: found.get(name) for name in shape} == shape


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which antibiotics was the staph aureus coag + reported resistant (R) to?", "resistant"),
        ("List the drugs the staph aureus in the urine was sensitive (S) to", "susceptible"),
        ("Which antibiotic came back indeterminate for the staph aureus?", "indeterminate"),
        ("Which one antibiotic was reported neither as sensitive nor as resistant for the staph aureus?", "undecided"),
    ],
)
def test_what_a_test_said_of_an_organism(ask: Ask, question: str, said: str) -> None:
    (found,) = asked(ask, question)
    assert (found["said"], found["measure"]) == (said, "distinct")


def test_an_organism_is_called_one_and_a_urinary_one_is_of_urine(ask: Ask) -> None:
    (found,) = asked(ask, "Date/time of the first test that yielded the organism 'staph aureus coag +'?")
    assert (found["target"], found["which"], found["yielded"]["codings"][0]["code"]) == ("time", "first", "4")
    (found,) = asked(ask, "Against how many different antibiotics was her urinary staph aureus tested?")
    assert found["measure"] == "count_distinct"
    assert [one["code"] for one in found["part_of"]["specimen"]["codings"]] == ["6"]


def test_whether_a_test_was_positive_is_told_with_its_result(ask: Ask) -> None:
    first, second = asked(ask, "Was the H. pylori antibody test positive?")
    assert (first["measure"], first["said"]) == ("exists", "present")
    assert second == {name: told for name, told in first.items() if name not in ("measure", "said", "held")}
    (found,) = asked(ask, "Helicobacter pylori antibody: positive or negative?")
    assert found == second


def test_a_specimen_that_is_left_out_is_left_out(ask: Ask) -> None:
    (found,) = asked(ask, "How many cultures excluding urine grew an organism?")
    assert [one["code"] for one in found["specimen"]["codings"]] == ["7"]
    assert found["yielded"] == {"words": ""}


@pytest.mark.parametrize(
    "question", ["Did anything except staph aureus grow in the urine?", "What was the marital status of the nurse?"]
)
def test_what_would_be_read_past_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(replace(ask(question), manifest=MANIFEST)), GiveUp)


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("How many entries are in the category Imaging?", {"measure": "count", "category": ["Imaging"]}),
        ("last thing in the Imaging category in the ICU?", {"which": "last", "target": "name"}),
        ("list what is filed under the Imaging category", {"measure": "distinct", "category": ["Imaging"]}),
        (
            "Which ICD-coded procedures are dated 4 May 2019?",
            {"measure": "distinct", "field": "ICD", "code_prefix": "*"},
        ),
        ("How often did they shock the heart (Cardioversion)?", {"measure": "count"}),
        ("the PICC line of 4 May 2019: completed or stopped?", {"target": "status"}),
    ],
)
def test_procedures_by_what_they_are_filed_under(ask: Ask, question: str, shape: dict[str, Any]) -> None:
    (found,) = asked(ask, question)
    assert {name: found.get(name) for name in shape} == shape


def test_diagnoses_over_all_stays(ask: Ask) -> None:
    (found,) = asked(ask, "count the distinct diagnosis codes over all hospital stays")
    assert (found["measure"], found["target"]) == ("count_distinct", "code")
    (found,) = asked(ask, "Counting each admission's list separately, how many diagnosis entries were coded in 2019?")
    assert found["measure"] == "count"


def test_who_asks_before_a_yes_or_no_leaves_the_specimen_in_it(ask: Ask) -> None:
    (found,) = asked(ask, "quick one from the ward: has a stool specimen ever gone to the micro lab for her?")
    assert (found["measure"], found["specimen"]["words"]) == ("exists", "stool")
