"""What is asked of stays, of intensive care on a day, of outputs side by side and of orders by their doses."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import (
    Answered,
    answered_over,
    coded,
    done,
    dosage,
    encounter,
    given,
    had,
    ordered,
    output,
    patient,
)

ICU = {"type": [coded("Intensive care")], "partOf": {"reference": "Encounter/second"}}


def ended(source: str, disposition: str = "") -> dict[str, Any]:
    """From where somebody was admitted, and to where they were discharged, where that is recorded."""
    to = {"dischargeDisposition": coded(disposition)} if disposition else {}
    return {"hospitalization": {"admitSource": coded(source), **to}}


RECORD = [
    patient("1949-03-11", "female"),
    encounter("first", "IMP", "2017-04-01T08:00:00Z", "2017-04-03T12:00:00Z", **ended("CLINIC REFERRAL")),
    encounter("second", "IMP", "2018-06-10T09:00:00Z", "2018-06-20T15:00:00Z", **ended("TRANSFER", "HOME")),
    encounter("third", "IMP", "2018-07-01T10:00:00Z", "2018-07-02T10:00:00Z", **ended("CLINIC REFERRAL", "HOSPICE")),
    encounter("icu", "ACUTE", "2018-06-12T10:00:00Z", "2018-06-14T16:00:00Z", **ICU),
    output("d1", "Pigtail Drain #1", "2018-06-12T12:00:00Z", 40, at="icu"),
    output("d2", "Pigtail Drain #1", "2018-06-13T12:00:00Z", 90, at="icu"),
    output("e1", "Pigtail Drain #2", "2018-06-12T13:00:00Z", 25, at="icu"),
    output("e2", "Pigtail Drain #2", "2018-06-13T13:00:00Z", 30, at="icu"),
    done("p1", "Bronchoscopy", "2018-06-12T15:00:00Z", at="icu"),
    done("p2", "Thoracentesis", "2018-06-13T15:00:00Z", at="icu"),
    given("g1", "Meropenem", "2018-06-12T20:00:00Z", 1000, "mg", at="icu"),
    given("g2", "Esmolol", "2018-06-13T08:00:00Z", 20, "mg", at="icu"),
    ordered("t1", "Torsemide", "2018-06-11T09:00:00Z", at="second", dosageInstruction=dosage(40, "PO", "DAILY")),
    ordered("t2", "Torsemide", "2018-06-15T09:00:00Z", at="second", dosageInstruction=dosage(10, "IV", "BID")),
    ordered("t3", "Torsemide", "2018-07-01T12:00:00Z", at="third", dosageInstruction=dosage(20, "PO", "DAILY")),
    ordered("t4", "Torsemide Extended-Release", "2018-06-11T10:00:00Z", at="second",
            dosageInstruction=dosage(5, "PO", "DAILY")),
    had("c1", coded("Empyema", "5109", "http://example.org/icd9"), "2018-06-10T09:00:00Z"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2019-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("By how many mg does the dose on the last torsemide order exceed that on the first?", [-20]),
        ("By how many mg is the dose on the last torsemide order lower than that on the first?", [20]),
        # stays
        ("How many ICU stays have I had in 2018?", [1]),
        ("How many times had I been in intensive care (ICU) up to December 2018?", [1]),
        ("days from the d/c of her 1st stay to the start of the 2nd stay, by the calendar", [433]),
        ("btw the ICU discharge on 14 June 2018 and the hospital discharge of the same stay: how many hours?", [143]),
        ("She was discharged from the ICU on 14 June 2018. How many hours until the discharge from hospital?", [143]),
        ("ICU out 14 June 2018 -> hospital discharge, hours", [143]),
        ("When did they let me out of the ICU, the very first ICU stay?", ["2018-06-14T16:00:00Z"]),
        ("Start of the longest stay on record (duration = admission to discharge)?", ["2018-06-10T09:00:00Z"]),
        ("How many hospital encounters lasted over 48 hours from admission to discharge?", [2]),
        ("Which admissions have no discharge disposition recorded?", ["2017-04-01T08:00:00Z"]),
        ("How many hospital encounters lack a discharge disposition?", [1]),
        ("adm of 1 July 2018: dc disposition", ["HOSPICE"]),
        ("source and disposition of the last admission", ["CLINIC REFERRAL", "HOSPICE"]),
        ("Where did I come from for my last admission? I mean the source of admission.", ["CLINIC REFERRAL"]),
        ("Torsemide was ordered in how many hospital encounters?", [2]),
        ("Was she readmitted within 14d of d/c on 20 June 2018?", [True]),
        # intensive care on a day
        ("Which procedures were done in the ICU on 13 June 2018?", ["Thoracentesis"]),
        ("On 12 June 2018, which procedures were done in the ICU?", ["Bronchoscopy"]),
        ("ICU procedures on the day of ICU admission: how many?", [1]),
        ("What drugs were given in the ICU on 13 June 2018?", ["Esmolol"]),
        ("How many drugs were given in the ICU on 12 June 2018?", [1]),
        ("Which antibiotics were given in the ICU on 12 June 2018?", ["Meropenem"]),
        # outputs side by side
        ("Pigtail Drain #1 and Pigtail Drain #2 together on 13 June 2018, total ml", [120]),
        ("Pigtail Drain #1 plus Pigtail Drain #2 output on 12 June 2018, combined total", [65]),
        ("On 12 June 2018, which one gave more in total, Pigtail Drain #1 or Pigtail Drain #2?",
         ["Pigtail Drain #1"]),
        ("Pigtail Drain #1 output: which day had more, 12 June 2018 or 13 June 2018?", ["2018-06-13"]),
        ("Did Pigtail Drain #1 drain more on 12 June 2018 than on 13 June 2018?", [False]),
        ("Pigtail Drain #1 on the first ICU day in total, ml", [40]),
        # orders
        ("How many mg lower was the second Torsemide order than the first?", [30]),
        ("By how much was Torsemide reduced between the first and the last order?", [20]),
        ("Difference between the highest and the lowest Torsemide dose ordered, mg", [30]),
        ("Torsemide last order: dose, route and frequency", [20, "PO", "DAILY"]),
        ("Torsemide: by which routes was it ordered? Each route used, please.", ["PO", "IV"]),
        ("Torsemide - freq on the first order", ["DAILY"]),
        ("orders of plain Torsemide in June 2018 (not the extended release): how many", [2]),
        ("Was Torsemide first ordered only after she left the ICU in June 2018?", [False]),
        # diagnoses
        ("Empyema (5109) ever coded?", [True]),
        ("Is code 5109 among her diagnoses?", [True]),
    ],
)  # fmt: skip
def test_what_is_asked_at_a_hospital(answered: Answered, question: str, value: list[Any]) -> None:
    answer = answered(question)
    assert answer.outcome == "answered", answer
    assert list(answer.value) == value


@pytest.mark.parametrize(
    "question",
    [
        'Was "Anemia, unspecified" ever among her diagnoses?',
        "Empyema (4820) ever coded",
        "Is 4820 coded anywhere?",
    ],
)
def test_what_was_never_coded_is_not_recorded(answered: Answered, question: str) -> None:
    answer = answered(question)
    assert answer.outcome == "not_recorded", answer
    assert answer.value == (False,)
