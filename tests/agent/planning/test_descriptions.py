"""Whoever is described is the session's patient; whoever else is told of is not."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.descriptions import as_described


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("last potassium of this dialysis pt?", "last potassium of the patient?"),
        ("this dialysis pt's last potassium?", "the patient's last potassium?"),
        ("was it given to the old gentleman with the broken hip, if ever?", "was it given to the patient, if ever?"),
        ("did the 81 yo lady with the stroke get her flu shot?", "did the patient get her flu shot?"),
        ("how old is this man?", "how old is the patient?"),
        ("COPD pt: last FEV1?", "last FEV1?"),
        ("Asthmatic boy, last weight?", "last weight?"),
        ("first visit of this sepsis case?", "first visit of the patient?"),
        ("first visit of the policy holder", "first visit of the patient"),
        ("Lupus patient with bad kidneys, 2 admissions. Last creatinine?", "Last creatinine?"),
        ("Variceal bleeder in the ICU, May 2014: how much was given?", "in the ICU, May 2014: how much was given?"),
        ("minutes on the ventilator, rib fracture pt 40000032", "minutes on the ventilator"),
    ],
)
def test_a_description_is_put_as_the_patient(told: str, plain: str) -> None:
    assert as_described(told) == plain


@pytest.mark.parametrize(
    "told",
    [
        "Was the last patient given aspirin?",
        "the other lady in bed 3's potassium",
        "What is the patient in bed 4 allergic to?",
        "my patient in the next bed",
        "Which ward did the lady from bed 9 get moved to?",
        "the man in bay 4 with the chest drain, last dose of morphine?",
        "the man in front of me in the queue",
        "List the prescriptions of the patient with start dates",
        "When did she get a patient controlled pump?",
        "What did the doctor tell this patient?",
        "new patient visit in 2015, which doctor?",
        "Name the drug patient 40000032 was given first.",
        "Mon patient, dernière CRP ?",
        "the lady next door's medication",
    ],
)
def test_somebody_else_and_anything_else_stays(told: str) -> None:
    assert as_described(told) == told
