"""Many ways of asking one thing come to one query."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask
from .test_rules import queries


def shape(query: RecordQuery) -> dict[str, Any]:
    """What matters of a query, without words and readings."""
    told = query.model_dump(exclude_defaults=True)
    for name in ("concept", "reason", "specimen"):
        if name in told:
            told[name] = sorted({c["code"] for c in told[name].get("codings", ())} | set(told[name].get("texts", ())))
    if "window" in told:
        told["window"] = (told["window"].get("start"), told["window"].get("end"))
    return told


ONE_MEANING: dict[str, tuple[dict[str, Any], list[str]]] = {
    "existence": (
        {"types": ("Condition",), "concept": ["38341003"], "measure": "exists", "target": "name"},
        [
            "Has the patient ever been diagnosed with hypertension?",
            "any history of high blood pressure?",
            "h/o HTN?",
            "Have I ever had high blood pressure?",
            "Was hypertension ever recorded?",
            "Is there any record of hypertension?",
            "Can you check whether patient 40000032 has had hypertension?",
            "Please verify if hypertension was diagnosed",
            "does the record show a diagnosis of hypertension",
            "hypertension - ever?",
            "Did she ever suffer from high blood pressure?",
        ],
    ),
    "active": (
        {"types": ("Condition",), "concept": ["38341003"], "measure": "exists", "target": "name",
         "status": ("active", "recurrence", "relapse")},
        [
            "Is hypertension still active?",
            "Does the patient currently have hypertension?",
            "Do I have high blood pressure right now?",
            "Is there an active diagnosis of HTN?",
            "is high blood pressure an ongoing problem?",
        ],
    ),
    "group": (
        {"types": ("Condition",), "concept": ["40055000", "444814009"], "measure": "exists", "target": "name"},
        [
            "Has the patient ever had any kind of sinusitis?",
            "any form of sinusitis ever?",
            "Have I had some type of sinus infection?",
            "Was any sort of sinusitis diagnosed?",
        ],
    ),
    "latest value": (
        {"types": ("Observation",), "concept": ["4548-4"], "which": "last"},
        [
            "What is the latest A1c?",
            "most recent hemoglobin A1c",
            "what's my current HbA1c?",
            "last a1c please",
            "Show me the newest glycated hemoglobin result",
            "Can you tell me what my last A1c was?",
            "What was the A1c the last time it was measured?",
            "A1c?",
        ],
    ),
    "value before the last": (
        {"types": ("Observation",), "concept": ["29463-7"], "which": "last", "index": 2},
        [
            "What was the previous weight?",
            "second to last weight",
            "What was the weight before the most recent one?",
            "penultimate body weight",
            "What was the second most recent weight?",
            "next-to-last weight value",
        ],
    ),
    "highest": (
        {"types": ("Observation",), "concept": ["6298-4"], "measure": "max"},
        [
            "highest potassium?",
            "What was the maximum K on record?",
            "peak potassium so far",
            "How high did the potassium get?",
        ],
    ),
    "when highest": (
        {"types": ("Observation",), "concept": ["6298-4"], "which": "last", "by": "value", "target": "time"},
        [
            "When was the potassium highest?",
            "On what date was the highest K recorded?",
            "date of the maximum potassium",
        ],
    ),
    "mean": (
        {"types": ("Observation",), "concept": ["8480-6"], "measure": "mean"},
        ["average systolic pressure", "What is the mean SBP?", "On average, what was the systolic blood pressure?"],
    ),
    "change": (
        {"types": ("Observation",), "concept": ["29463-7"], "measure": "change"},
        [
            "How much did the weight change between the first and the last measurement?",
            "By how much has the weight increased from the first to the last reading?",
            "What was the decrease in weight from the first to the last value?",
            "Compare the first and the last weight",
        ],
    ),
    "count": (
        {"types": ("MedicationRequest",), "concept": ["855332"], "measure": "count", "target": "name"},
        [
            "How many times was warfarin prescribed?",
            "number of warfarin prescriptions",
            "Count the orders for coumadin",
            "How often has warfarin been ordered?",
            "Could you find out how many warfarin prescriptions I got?",
            "total number of warfarin orders",
        ],
    ),
    "current medications": (
        {"types": ("MedicationRequest",), "status": ("active",), "measure": "distinct", "target": "name"},
        [
            "current meds?",
            "What medications is the patient currently taking?",
            "Which drugs is she on now?",
            "list of active medications",
            "What am I taking right now?",
        ],
    ),
    "class": (
        {"types": ("MedicationRequest",), "concept": ["855332"], "measure": "exists", "target": "name"},
        ["Was an anticoagulant ever prescribed?", "any anticoagulant ever?"],
    ),
    "class as people call it": (
        {"types": ("MedicationRequest",), "concept": ["63739002401", "855332"], "measure": "exists", "target": "name"},
        ["Was a blood thinner ever prescribed?", "any blood thinners ever?", "Have I ever been given a blood thinner?"],
    ),
    "prescriber": (
        {"types": ("MedicationRequest",), "concept": ["312961"], "which": "last", "target": "person"},
        [
            "Who last prescribed simvastatin?",
            "Which doctor wrote the latest simvastatin prescription?",
            "name of the most recent prescriber of Zocor",
            "Who gave me my most recent simvastatin prescription?",
        ],
    ),
    "reason": (
        {"types": ("MedicationRequest",), "concept": ["312961"], "measure": "distinct", "target": "reason"},
        [
            "Why was simvastatin prescribed?",
            "What is simvastatin for?",
            "indication for zocor",
            "reason for simvastatin",
        ],
    ),
    "drugs for a condition": (
        {"types": ("MedicationRequest",), "reason": ["55822004"], "measure": "distinct", "target": "name"},
        [
            "Which medications were prescribed for hyperlipidemia?",
            "meds for high cholesterol",
            "What medicine did I get for my high cholesterol?",
            "Which drugs have hyperlipidemia as their reason?",
        ],
    ),
    "last immunization": (
        {"types": ("Immunization",), "concept": ["140"], "which": "last", "target": "time"},
        ["When was the last flu shot?", "date of the most recent influenza vaccine", "When did I last get a flu jab?"],
    ),
    "since a month": (
        {"types": ("Immunization",), "concept": ["140"], "measure": "count", "target": "name",
         "window": ("2015-03-01", None)},
        [
            "How many flu shots since March 2015?",
            "since 03/2015, count my flu shots",
            "number of influenza vaccines since march 2015",
        ],
    ),
    "allergy": (
        {"types": ("AllergyIntolerance",), "concept": ["300913006"], "measure": "exists", "target": "name"},
        [
            "Is the patient allergic to shellfish?",
            "any shellfish allergy?",
            "allergic to shrimp?",
            "Am I allergic to shellfish?",
        ],
    ),
    "formulary code": (
        {"types": ("MedicationRequest",), "concept": ["ASPI81INDP"], "measure": "exists", "target": "name"},
        [
            "Has my doctor decided I should take ASPI81INDP?",
            "was ASPI81INDP prescribed?",
            "Did I get a prescription for ASPI81INDP?",
            "For patient 40000032, was ASPI81INDP ordered?",
        ],
    ),
    "route": (
        {"types": ("MedicationRequest",), "route": "PO/NG", "which": "first", "target": "time"},
        [
            "When was the first time I was prescribed medicine using the PO/NG route?",
            "What was the first time a medication was prescribed via PO/NG?",
            "Route PO/NG: when was the first medication prescribed?",
            "When was the first by mouth (PO/NG) drug prescribed?",
            "First PO/NG-route (oral) medication, ordered when?",
        ],
    ),
    "admission source": (
        {"types": ("Encounter",), "encounter_kind": ("hospital",),
        "admit_source": "PHYSICIAN REFERRAL", "which": "last",
         "target": "time"},
        [
            "When was I last admitted to the hospital via PHYSICIAN REFERRAL?",
            "What was the time of the last hospital admission through PHYSICIAN REFERRAL?",
        ],
    ),
    "discharge": (
        {"types": ("Encounter",), "encounter_kind": ("hospital",), "which": "first", "target": "end"},
        ["When was I first discharged from the hospital?", "Can you tell me the first time I left the hospital?"],
    ),
    "length of stay": (
        {"types": ("Encounter",), "encounter_kind": ("inpatient",), "which": "last", "measure": "duration",
         "target": "duration"},
        ["How long was the last inpatient stay?", "duration of the most recent inpatient admission"],
    ),
    "age at diagnosis": (
        {"types": ("Condition",), "concept": ["230690007"], "which": "first", "measure": "age", "target": "time"},
        [
            "How old was the patient when stroke was first diagnosed?",
            "At what age was the first stroke?",
            "age at first stroke",
        ],
    ),
    "birth date": (
        {"types": ("Patient",), "target": "demographic", "field": "birthDate"},
        [
            "When was the patient born?",
            "Do you know my birthday?",
            "date of birth?",
            "Patient 40000032 was born on what date?",
        ],
    ),
    "misspelt": (
        {"types": ("MedicationRequest",), "concept": ["855332"], "measure": "exists", "target": "name"},
        ["Was warfarrin ever prescribed?", "any prescription for warfrin?"],
    ),
}  # fmt: skip

PARAPHRASES = [
    pytest.param(expected, question, id=question)
    for expected, questions in ONE_MEANING.values()
    for question in questions
]


@pytest.mark.parametrize(("expected", "question"), PARAPHRASES)
def test_paraphrases_come_to_one_query(ask: Ask, expected: dict[str, Any], question: str) -> None:
    (query,) = queries(ask, question)
    found = shape(query)
    if "window" in found:
        found["window"] = tuple(t.date().isoformat() if t else None for t in found["window"])
    assert found == expected
