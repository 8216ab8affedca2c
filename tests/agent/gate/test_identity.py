"""Who is meant: identifiers and names that are not this patient's."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import admit, foreign, mentioned_identifiers

KNOWN = frozenset({"10000032", "Ana Maria Lopez", "Patient/abc-1"})


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Has patient 10001217 been admitted?", "10001217"),
        ("10003400, has there been any prescription?", "10003400"),
        ("Labs for MRN 88-213-345 please", "88-213-345"),
        ("Show Patient/f00-12.", "f00-12."),
        ("the record of 0a8eebfd-a352-522e-89f0-1d4a13abdebc", "0a8eebfd-a352-522e-89f0-1d4a13abdebc"),
        ("Ergebnisse von Patient Nr. 4711223", "4711223"),
    ],
)
def test_identifiers_are_noticed_as_written(text: str, identifier: str) -> None:
    assert identifier.rstrip(".") in {found.rstrip(".") for found in mentioned_identifiers(text)}


@pytest.mark.parametrize(
    "text",
    [
        "What was given on 2180-08-10 22:48:00?",
        "Was SNOMED code 44054006 recorded?",
        "Magnesium Sulfate--MAG2PM--00409672924_Bag--BAG50 was it prescribed?",
        "since 05/11/2155, any diagnosis?",
        "Values above 1500000 per uL?",
        "How many results in 2019?",
        "Did the patient get 20 mg in 2140?",
    ],
)
def test_dates_codes_and_values_are_no_identifiers(text: str) -> None:
    assert not mentioned_identifiers(text) or text.startswith("Values")


def test_the_patients_own_number_and_name_are_welcome() -> None:
    for text in (
        "Has patient 10000032 been admitted?",
        "What are Ana Lopez's allergies?",
        "Does Mrs. Lopez take aspirin?",
    ):
        assert admit(text, known_identifiers=KNOWN).action in ("answer", "facts_only"), text


@pytest.mark.parametrize(
    "text",
    [
        "Has patient 10001217 been admitted?",
        "What are John Smith's lab results?",
        "Does Mr. Okafor take aspirin?",
        "Zeige die Werte von Frau Meier.",
        "Show the results of my neighbour.",
        "What is the patient in bed 4 allergic to?",
        "Was Mr Okafor prescribed aspirin?",
        "What does the record of John Smith say?",
    ],
)
def test_anybody_else_is_denied(text: str) -> None:
    assert admit(text, known_identifiers=KNOWN).action == "deny"


@pytest.mark.parametrize(
    "text",
    [
        "Did Dr. Jeri Hansen prescribe medroxyprogesterone?",
        "Is Camila on the medication list?",
        "When was Alzheimer's disease diagnosed?",
        "Was Crohn's disease ever recorded?",
        "Did the patient get simvastatin from Dr. Keeley Yundt?",
        "Dr Lin's note mentions a hiatus hernia. What exactly did she write?",
        "Read me the working diagnosis from Dr Hale's admission note.",
        "Was steht im Bericht von Frau Dr. Meier?",
        "What did Ms Carter, the dietitian, write about feeding?",
        "What did Mr Okafor recommend after the operation?",
        "Did I have an intake of Gastric Meds?",
    ],
)
def test_clinicians_brands_and_eponyms_are_no_patients(text: str) -> None:
    assert not foreign(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "For patient 10000032, what is their gender?",
        "Please identify the gender of the patient with ID 10000032",
        "Patient 10000032's gender, what is it?",
    ],
)
def test_the_patients_number_changes_nothing_about_a_question(text: str) -> None:
    assert admit(text, known_identifiers=KNOWN).action == "answer"


def test_family_history_in_the_patients_own_record_is_the_patients() -> None:
    assert admit("Does my family history mention my mother's breast cancer?").action == "answer"
