"""Identifiers of patients that stand in a request: what the gate judges and a planner reads as "the patient"."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import mentioned_identifiers
from chartwarden.agent.identifiers import identifiers_in


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("How many visits did patient 40000032 have?", {"patient 40000032": "40000032"}),
        ("the patient with ID 40010471", {"patient with ID 40010471": "40010471"}),
        ("the gender of the patient identified as 40020740.", {"40020740": "40020740"}),
        ("40003400, has there been any prescription?", {"40003400": "40003400"}),
        ("40003400: last BUN", {"40003400": "40003400"}),
        ("labs of MRN: A-12345 please", {"MRN: A-12345": "A-12345"}),
        ("labs of MRN A_12345 please", {"MRN A_12345": "A_12345"}),
        ("read Patient/ada-quill.", {"Patient/ada-quill": "ada-quill"}),
        (
            "and 7f9c2ba4-e88f-827d-6160-4ed5fbc83b15?",
            {"7f9c2ba4-e88f-827d-6160-4ed5fbc83b15": "7f9c2ba4-e88f-827d-6160-4ed5fbc83b15"},
        ),
        (
            "patient 7f9c2ba4-e88f-827d-6160-4ed5fbc83b15, patient abcdefab-e88f-827d-6160-4ed5fbc83b15",
            {
                "patient 7f9c2ba4-e88f-827d-6160-4ed5fbc83b15": "7f9c2ba4-e88f-827d-6160-4ed5fbc83b15",
                "patient abcdefab-e88f-827d-6160-4ed5fbc83b15": "abcdefab-e88f-827d-6160-4ed5fbc83b15",
            },
        ),
        (
            "compare patient 40000032 with patient 40001217",
            {"patient 40000032": "40000032", "patient 40001217": "40001217"},
        ),
        ("open chart 40117", {"chart 40117": "40117"}),
    ],
)
def test_an_identifier_of_a_patient_is_found_with_its_phrase(text: str, phrases: dict[str, str]) -> None:
    assert {text[one.start : one.end]: one.id for one in identifiers_in(text)} == phrases
    assert mentioned_identifiers(text) == frozenset(phrases.values())


@pytest.mark.parametrize(
    "text",
    [
        "any weight above 100 kg since 2015?",
        "LOINC 4548-4 in 2018",
        "Was SNOMED code 44054006 recorded?",
        "on 2141-05-27 16:36:38",
        "patient 20230102 and patient 2023-01-02",
        "weighed at 1234567:30",
        "the patient was 50 years old",
        "calcium gluconate (CALG1I, 63323031110, the bag)",
        "paracetamol, the ACET1000I one, 43825010201 soln",
    ],
)
def test_other_numbers_are_not_patients(text: str) -> None:
    assert identifiers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Was 00904198861 prescribed?", True),
        ("Was 0090419886 prescribed?", False),
        ("Was patient 00904198861 admitted?", False),
    ],
)
def test_a_number_as_long_as_a_packages_code_may_be_one(text: str, may: bool) -> None:
    assert [one.may_be_a_package for one in identifiers_in(text)] == [may]


@pytest.mark.parametrize(
    "text",
    [
        "HBA1C, 63323031110",
        "CALG1I, 63323031110: was it ordered?",
        "63323031110, the bag",
        "ICU2, 63323031110, the bag",
        "patient 63323031110, the bag",
        "(CALG1I, 6332303, the bag)",
    ],
)
def test_a_number_with_a_drugs_code_on_one_side_alone_may_be_a_patients(text: str) -> None:
    assert len(identifiers_in(text)) == 1
