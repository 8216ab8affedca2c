"""What a test found, what a visit was for and where, how far two check-ups are apart, and the course of a care plan."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import Answered, answered_over

_LOINC, _SNOMED = "http://loinc.org", "http://snomed.info/sct"


def _coded(system: str, code: str, name: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": name}], "text": name}


def _row(kind: str, identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": identity, "subject": {"reference": "Patient/p"}, **more}


def _visit(identity: str, day: str, kind: str, name: str, place: str, reason: str = "") -> dict[str, Any]:
    more = {"reasonCode": [_coded(_SNOMED, "55680006", reason)]} if reason else {}
    return _row(
        "Encounter", identity, status="finished", period={"start": f"{day}T09:00:00Z", "end": f"{day}T10:00:00Z"},
        type=[_coded(_SNOMED, name.lower(), name)], serviceProvider={"display": place}, **more,
        **{"class": {"code": kind}},
    )  # fmt: skip


def _found(identity: str, code: str, name: str, day: str, result: str) -> dict[str, Any]:
    return _row(
        "Observation", identity, status="final", code=_coded(_LOINC, code, name),
        encounter={"reference": "Encounter/v2"}, effectiveDateTime=f"{day}T09:00:00Z",
        valueCodeableConcept=_coded(_SNOMED, identity, result),
    )  # fmt: skip


def _measured(identity: str, code: str, name: str, day: str, value: float, unit: str, at: str) -> dict[str, Any]:
    return _row(
        "Observation", identity, status="final", code=_coded(_LOINC, code, name), effectiveDateTime=f"{day}T09:00:00Z",
        encounter={"reference": f"Encounter/{at}"}, valueQuantity={"value": value, "unit": unit},
    )  # fmt: skip


_NITRITE, _KETONES = "Nitrite [Presence] in Urine by Test strip", "Ketones [Presence] in Urine by Test strip"
_SUGAR = "Glucose [Presence] in Urine by Test strip"
RECORD = [
    {"resourceType": "Patient", "id": "p", "birthDate": "2004-03-02", "gender": "female",
     "maritalStatus": _coded("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "S", "Never Married")},
    _visit("v1", "2012-01-10", "AMB", "Well child visit", "Elm Street Clinic"),
    _visit("v2", "2013-01-15", "AMB", "Well child visit", "Elm Street Clinic"),
    _visit("e1", "2014-05-02", "EMER", "Emergency room admission", "ST. BRIDE HOSPITAL", "Drug overdose"),
    _visit("e2", "2016-08-09", "EMER", "Emergency room admission", "ST. BRIDE HOSPITAL", "Drug overdose"),
    _visit("p1", "2020-02-01", "AMB", "Prenatal initial visit", "Elm Street Clinic"),
    _visit("p2", "2020-03-01", "AMB", "Prenatal visit", "Elm Street Clinic"),
    _visit("p3", "2020-04-01", "AMB", "Prenatal visit", "Elm Street Clinic"),
    _found("n1", "5802-4", _NITRITE, "2013-01-15", "Urine nitrite negative (finding)"),
    _found("k1", "2514-8", _KETONES, "2013-01-15", "Urine ketone test = trace (finding)"),
    _found("g1", "25428-4", _SUGAR, "2013-01-15", "Urine glucose test = ++ (finding)"),
    _found("b1", "57751-3", "Hemoglobin [Presence] in Urine by Test strip", "2013-01-15", "Blood in urine (finding)"),
    _row("DiagnosticReport", "r1", status="final", effectiveDateTime="2013-01-15T09:00:00Z",
         code=_coded(_LOINC, "24357-6", "Urinalysis macro (dipstick) panel - Urine"),
         result=[{"reference": f"Observation/{one}"} for one in ("n1", "k1", "g1", "b1")]),
    _measured("h1", "8302-2", "Body Height", "2012-01-10", 118.5, "cm", "v1"),
    _measured("h2", "8302-2", "Body Height", "2013-01-15", 125.0, "cm", "v2"),
    _measured("w1", "29463-7", "Body Weight", "2012-01-10", 22.0, "kg", "v1"),
    _measured("w2", "29463-7", "Body Weight", "2013-01-15", 27.5, "kg", "v2"),
    _measured("w3", "29463-7", "Body Weight", "2016-08-09", 26.0, "kg", "e2"),
    _row("Observation", "s1", status="final", code=_coded(_LOINC, "72166-2", "Tobacco smoking status NHIS"),
         effectiveDateTime="2016-08-09T09:00:00Z",
         valueCodeableConcept=_coded(_SNOMED, "a", "Current every day smoker")),
    _row("Observation", "s2", status="final", code=_coded(_LOINC, "72166-2", "Tobacco smoking status NHIS"),
         effectiveDateTime="2020-02-01T09:00:00Z", valueCodeableConcept=_coded(_SNOMED, "b", "Former smoker")),
    _row("Condition", "c1", code=_coded(_SNOMED, "87433001", "Pulmonary emphysema"), onsetDateTime="2015-01-01",
         clinicalStatus=_coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active")),
    _row("Condition", "c2", code=_coded(_SNOMED, "55680006", "Drug overdose"), onsetDateTime="2014-05-02",
         encounter={"reference": "Encounter/e1"}),
    _row("CarePlan", "cp1", status="active", intent="order", period={"start": "2015-01-01"},
         addresses=[{"reference": "Condition/c1"}],
         category=[_coded(_SNOMED, "412776001", "Chronic obstructive pulmonary disease clinical management plan")]),
    _row("CarePlan", "cp2", status="completed", intent="order", period={"start": "2014-05-02", "end": "2014-06-01"},
         category=[_coded(_SNOMED, "53950000", "Respiratory therapy")]),
    _row("Procedure", "i1", status="completed", performedDateTime="2018-04-15T09:00:00Z",
         code=_coded(_SNOMED, "301807007", "Removal of subcutaneous contraceptive")),
]  # fmt: skip


answered = answered_over(RECORD, as_of="2021-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # what a test found
        ("Was the nitrite test positive on 15 January 2013?", False),
        ("nitrites negative in January 2013?", True),
        ("Did her urine test positive for nitrites in 2013?", False),
        ("Was urine glucose positive?", True),
        ("Was blood found on the January 2013 dipstick?", True),
        # two check-ups, and the ends of a series
        ("By how many cm did she grow from the January 2012 check-up to the January 2013 one?", 6.5),
        ("Height gained between the January 2012 visit and the January 2013 visit?", 6.5),
        ("how much taller was she in January 2013 than in January 2012", 6.5),
        ("What is the gap, in kg, between the heaviest and the lightest she has ever been?", 5.5),
        ("Was she lighter in 2012 than in 2013?", True),
        ("What height was measured on the January 2013 visit?", 125.0),
        ("How much heavier was I at my heaviest than at my lightest?", 5.5),
        ("what's the most she has ever weighed?", 27.5),
        ("at how many visits was her weight over 25 kg", 2),
        # smoking
        ("On what date was this young woman charted as a current smoker?", "2016-08-09T09:00:00Z"),
        ("Is she a daily smoker?", False),
        # emergency visits
        ("How often did she end up in the emergency room with a drug overdose?", 2),
        ("Number of emergency room trips because of a drug overdose", 2),
        ("Which hospital did we take her to on 2 May 2014?", "ST. BRIDE HOSPITAL"),
        ("name of the hospital she attended in May 2014", "ST. BRIDE HOSPITAL"),
        ("What was the matter with her when they saw her in May 2014?", "Drug overdose"),
        # visits of one kind
        ("How many prenatal visits, not counting the initial one?", 2),
        # the course of care plans
        ("Is the COPD management plan still running?", True),
        ("End date of the respiratory therapy care plan opened in May 2014", "2014-06-01"),
        ("Has the respiratory therapy plan ended?", True),
        (
            "Which care plans are running at the moment?",
            "Chronic obstructive pulmonary disease clinical management plan",
        ),
        ("Did the respiratory therapy care plan finish before July 2014?", True),
        ("When was the COPD care plan set up?", "2015-01-01"),
        # what was taken out, and who she is
        ("When was my contraceptive implant removed?", "2018-04-15T09:00:00Z"),
        ("When did they take out my arm implant?", "2018-04-15T09:00:00Z"),
        ("Marital status as coded in the demographics", "Never Married"),
    ],
)
def test_what_is_asked_is_answered(answered: Answered, question: str, value: object) -> None:
    answer = answered(question)
    assert answer.value[:1] == (pytest.approx(value) if isinstance(value, float) else value,), answer.text


def test_a_trace_decides_nothing(answered: Answered) -> None:
    answer = answered("Were ketones present in the last urine test?")
    assert answer.value == ()
    assert "trace" in answer.text
