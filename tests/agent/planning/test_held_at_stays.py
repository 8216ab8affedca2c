"""What stays held, units, cultures that grew, statuses among choices, drugs pushed, mixtures and codes."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import Answered, answered_over

_CODES, _MICRO = "http://example.org/codes", "http://example.org/micro-"


def _coded(code: str, system: str = _CODES) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": code}], "text": code}


def _row(kind: str, identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": identity, "subject": {"reference": "Patient/p"}, **more}


def _stay(identity: str, start: str, end: str, code: str, units: tuple[str, ...], **more: Any) -> dict[str, Any]:
    places = [{"location": {"reference": f"Location/{unit}"}, "period": {"start": start}} for unit in units]
    return _row(
        "Encounter", identity, status="finished", period={"start": start, "end": end}, location=places,
        **{"class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code}}, **more,
    )  # fmt: skip


def _at(stay: str) -> dict[str, str]:
    return {"reference": f"Encounter/{stay}"}


def _diagnosis(identity: str, name: str, stay: str) -> dict[str, Any]:
    return _row("Condition", identity, code=_coded(name, "http://hl7.org/fhir/sid/icd-9-cm"), encounter=_at(stay))


def _ordered(identity: str, name: str, when: str, stay: str, status: str, **more: Any) -> dict[str, Any]:
    named = more or {"medicationCodeableConcept": _coded(name)}
    return _row(
        "MedicationRequest", identity, intent="order", status=status, authoredOn=when, encounter=_at(stay), **named
    )


def _given(identity: str, when: str, end: str, category: str, method: str, dose: float) -> dict[str, Any]:
    return _row(
        "MedicationAdministration", identity, status="completed", effectivePeriod={"start": when, "end": end},
        medicationCodeableConcept=_coded("Fentanyl"), category=_coded(category), context=_at("second"),
        dosage={"dose": {"value": dose, "unit": "mcg"}, "method": _coded(method)},
    )  # fmt: skip


def _culture(identity: str, when: str, grew: str = "") -> list[dict[str, Any]]:
    test = _row(
        "Observation", identity, status="final", code=_coded("WOUND CULTURE", f"{_MICRO}test"), effectiveDateTime=when
    )
    if not grew:
        return [{**test, "valueString": "NO GROWTH."}]
    found = _row(
        "Observation", f"{identity}o", status="final", code=_coded(grew, f"{_MICRO}organism"), effectiveDateTime=when
    )
    return [{**test, "hasMember": [{"reference": f"Observation/{identity}o"}]}, found]


def _done(identity: str, when: str, status: str) -> dict[str, Any]:
    return _row(
        "Procedure", identity, status=status, code=_coded("Bedside Echo"), performedDateTime=when, encounter=_at("icu"),
        category=_coded("Imaging"),
    )  # fmt: skip


_MIXED = {"identifier": [{"value": "Labetalol--LB1_Dextrose 5%--D5"}], "ingredient": [
    {"itemReference": {"reference": "Medication/m1"}}, {"itemReference": {"reference": "Medication/m2"}},
]}  # fmt: skip
UNITS = ("Neurology", "PACU", "Burns ICU")
RECORD = [
    {"resourceType": "Patient", "id": "p", "birthDate": "1950-03-09", "gender": "male"},
    *({"resourceType": "Location", "id": f"u{n}", "name": name} for n, name in enumerate(UNITS)),
    _stay("first", "2018-02-01T08:00:00Z", "2018-02-06T15:00:00Z", "IMP", ("u0",)),
    _stay("second", "2018-02-20T09:30:00Z", "2018-02-24T12:00:00Z", "IMP", ("u0", "u1"), priority=_coded("urgent")),
    _stay("icu", "2018-02-20T11:00:00Z", "2018-02-22T12:00:00Z", "ACUTE", ("u2",), partOf=_at("second"),
          type=[_coded("305351004", "http://snomed.info/sct")]),
    {"resourceType": "Medication", "id": "m1", "code": {"text": "Labetalol"}, "identifier": [
        {"system": "http://example.org/formulary-cd", "value": "LABE5"}]},
    {"resourceType": "Medication", "id": "m2", "code": {"text": "Dextrose 5%"}},
    {"resourceType": "Medication", "id": "mix", **_MIXED},
    _diagnosis("d1", "Gout", "first"), _diagnosis("d2", "Secondary gout of hand", "second"),
    _diagnosis("d3", "Secondary gout of foot", "second"),
    _ordered("o1", "Colchicine", "2018-02-01T10:00:00Z", "first", "stopped"),
    _ordered("o2", "Colchicine", "2018-02-21T10:00:00Z", "second", "completed"),
    _ordered("o3", "Labetalol", "2018-02-21T11:00:00Z", "second", "stopped",
             medicationReference={"reference": "Medication/mix"}),
    _given("g1", "2018-02-21T10:00:00Z", "2018-02-21T10:01:00Z", "05-Med Bolus", "Drug Push", 50),
    _given("g2", "2018-02-21T11:00:00Z", "2018-02-21T11:01:00Z", "05-Med Bolus", "Drug Push", 25),
    _given("g3", "2018-02-21T12:00:00Z", "2018-02-21T18:00:00Z", "01-Drips", "Continuous Med", 400),
    *_culture("c1", "2018-02-01T09:00:00Z"), *_culture("c2", "2018-02-02T09:00:00Z", "PROTEUS MIRABILIS"),
    _done("e1", "2018-02-20T13:00:00Z", "completed"), _done("e2", "2018-02-21T13:00:00Z", "stopped"),
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
