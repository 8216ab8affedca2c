"""What stays held, units, cultures that grew, statuses among choices, drugs pushed, mixtures and codes."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import (
    SNOMED,
    Answered,
    Row,
    answered_over,
    coded,
    done,
    encounter,
    given,
    observed,
    ordered,
    patient,
    period,
    row,
)

_MICRO = "http://example.org/micro-"


def _stay(identity: str, code: str, start: str, end: str, *units: str, **more: Any) -> Row:
    places = [{"location": {"reference": f"Location/{unit}"}, "period": period(start)} for unit in units]
    return encounter(identity, code, start, end, location=places, **more)


def _diagnosis(identity: str, name: str, stay: str) -> Row:
    return row("Condition", identity, at=stay, code=coded(name, system="http://hl7.org/fhir/sid/icd-9-cm"))


def _culture(identity: str, when: str, grew: str = "") -> list[Row]:
    test = coded("WOUND CULTURE", system=f"{_MICRO}test")
    if not grew:
        return [observed(identity, test, when, valueString="NO GROWTH.")]
    organism = observed(f"{identity}o", coded(grew, system=f"{_MICRO}organism"), when)
    return [observed(identity, test, when, hasMember=[{"reference": f"Observation/{identity}o"}]), organism]


_MIXED = {"identifier": [{"value": "Labetalol--LB1_Dextrose 5%--D5"}], "ingredient": [
    {"itemReference": {"reference": "Medication/m1"}}, {"itemReference": {"reference": "Medication/m2"}},
]}  # fmt: skip
UNITS = ("Neurology", "PACU", "Burns ICU")
RECORD = [
    patient("1950-03-09", "male"),
    *({"resourceType": "Location", "id": f"u{n}", "name": name} for n, name in enumerate(UNITS)),
    _stay("first", "IMP", "2018-02-01T08:00:00Z", "2018-02-06T15:00:00Z", "u0"),
    _stay("second", "IMP", "2018-02-20T09:30:00Z", "2018-02-24T12:00:00Z", "u0", "u1", priority=coded("urgent")),
    _stay("icu", "ACUTE", "2018-02-20T11:00:00Z", "2018-02-22T12:00:00Z", "u2",
          partOf={"reference": "Encounter/second"}, type=[coded("305351004", system=SNOMED)]),
    {"resourceType": "Medication", "id": "m1", "code": {"text": "Labetalol"}, "identifier": [
        {"system": "http://example.org/formulary-cd", "value": "LABE5"}]},
    {"resourceType": "Medication", "id": "m2", "code": {"text": "Dextrose 5%"}},
    {"resourceType": "Medication", "id": "mix", **_MIXED},
    _diagnosis("d1", "Gout", "first"), _diagnosis("d2", "Secondary gout of hand", "second"),
    _diagnosis("d3", "Secondary gout of foot", "second"),
    ordered("o1", "Colchicine", "2018-02-01T10:00:00Z", at="first"),
    ordered("o2", "Colchicine", "2018-02-21T10:00:00Z", "completed", at="second"),
    row("MedicationRequest", "o3", at="second", status="stopped", intent="order", authoredOn="2018-02-21T11:00:00Z",
        medicationReference={"reference": "Medication/mix"}),
    given("g1", "Fentanyl", period("2018-02-21T10:00:00Z", "2018-02-21T10:01:00Z"), 50, "mcg", at="second",
          category="05-Med Bolus", method=coded("Drug Push")),
    given("g2", "Fentanyl", period("2018-02-21T11:00:00Z", "2018-02-21T11:01:00Z"), 25, "mcg", at="second",
          category="05-Med Bolus", method=coded("Drug Push")),
    given("g3", "Fentanyl", period("2018-02-21T12:00:00Z", "2018-02-21T18:00:00Z"), 400, "mcg", at="second",
          category="01-Drips", method=coded("Continuous Med")),
    *_culture("c1", "2018-02-01T09:00:00Z"), *_culture("c2", "2018-02-02T09:00:00Z", "PROTEUS MIRABILIS"),
    done("e1", "Bedside Echo", "2018-02-20T13:00:00Z", at="icu", category=coded("Imaging")),
    done("e2", "Bedside Echo", "2018-02-21T13:00:00Z", "stopped", at="icu", category=coded("Imaging")),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2020-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # stays
        ("How many midnights were spent in house on the last hospital stay?", [4]),
        ("In which year was he taken into hospital most often?", ["2018"]),
        ("shortest hospital stay - when did they let him go?", ["2018-02-24T12:00:00Z"]),
        ("Was the February 20, 2018 admission put down as elective, urgent or routine?", ["urgent"]),
        ("How many different units did he go through on the admission of 20 February 2018?", [3]),
        ("Which care units was he looked after in during the ICU stay?", ["Burns ICU"]),
        ("Did the admission of 1 February 2018 include any ICU stay?", [False]),
        ("How many stays began within 30 days of the discharge before them?", [1]),
        ("Colchicine was ordered at how many different admissions?", [2]),
        ("number of stays with a colchicine order", [2]),
        ("When did the admission with the most diagnoses begin?", ["2018-02-20T09:30:00Z"]),
        ("My aunt visited me at noon on 3 February 2018 - on which unit was I lying then?", ["Neurology"]),
        # orders and what was given
        ("Was the first colchicine order completed or stopped?", ["stopped"]),
        ("labetalol order: which ingredients?", ["Labetalol", "Dextrose 5%"]),
        ("How many days after the first time was colchicine prescribed again?", [20]),
        ("Fentanyl given as drug pushes on 21 February 2018: total mcg, leave the drip out", [75]),
        # cultures, diagnoses, procedures
        ("When was the earliest culture that grew anything taken?", ["2018-02-02T09:00:00Z"]),
        ("How many wound cultures grew a named organism?", [1]),
        (
            "Diagnoses of the second admission that begin with 'Secondary gout'",
            ["Secondary gout of hand", "Secondary gout of foot"],
        ),
        ("How many ICU procedures have the status 'stopped'?", [1]),
        ("ICU procedures in the category Imaging: how many?", [2]),
    ],
)
def test_what_stays_held_is_told(answered: Answered, question: str, value: list[Any]) -> None:
    answer = answered(question)
    assert sorted(map(str, answer.value)) == sorted(map(str, value)), answer.text


def test_hours_are_never_answered_by_yes_or_no(answered: Answered) -> None:
    assert list(answered("Bedside Echo hours?").value) != [True]
