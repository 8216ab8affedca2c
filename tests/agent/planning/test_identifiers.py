"""Patient identifiers that stand in a question."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.identifiers import identifier_spans


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How many visits did patient 10000032 have?", ("10000032",)),
        ("the patient with ID 10010471", ("10010471",)),
        ("10003400, has there been any prescription?", ("10003400",)),
        ("labs of MRN: A-12345 please", ("A-12345",)),
        ("read Patient/ada-quill", ("ada-quill",)),
        ("and 7f9c2ba4-e88f-827d-6160-4ed5fbc83b15?", ("7f9c2ba4-e88f-827d-6160-4ed5fbc83b15",)),
        ("compare patient 10000032 with patient 10001217", ("10000032", "10001217")),
    ],
)
def test_an_identifier_of_a_patient_is_found(question: str, found: tuple[str, ...]) -> None:
    assert tuple(dict.fromkeys(one for _, _, one in identifier_spans(question))) == found


@pytest.mark.parametrize(
    "question",
    [
        "Was 00904198861 prescribed?",
        "any weight above 100 kg since 2015?",
        "LOINC 4548-4 in 2018",
        "on 2141-05-27 16:36:38",
        "the patient was 50 years old",
    ],
)
def test_other_numbers_are_not_patients(question: str) -> None:
    assert identifier_spans(question) == []
