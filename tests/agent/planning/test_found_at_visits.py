"""What a test found, what a visit was for and where, how far two check-ups are apart, and the course of a care plan."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import (
    HL7,
    LOINC,
    SNOMED,
    Answered,
    Row,
    answered_over,
    coded,
    done,
    encounter,
    found,
    had,
    measured,
    patient,
    planned,
    reported,
    row,
    smoker,
)


def _visit(identity: str, day: str, code: str, name: str, place: str, **more: Any) -> Row:
    start, end = f"{day}T09:00:00Z", f"{day}T10:00:00Z"
    return encounter(identity, code, start, end, type=[coded(name)], serviceProvider={"display": place}, **more)


_URINE = "2013-01-15T09:00:00Z"
_NITRITE = coded("Nitrite [Presence] in Urine by Test strip", "5802-4", LOINC)
_KETONES = coded("Ketones [Presence] in Urine by Test strip", "2514-8", LOINC)
_SUGAR = coded("Glucose [Presence] in Urine by Test strip", "25428-4", LOINC)
_BLOOD = coded("Hemoglobin [Presence] in Urine by Test strip", "57751-3", LOINC)
_DIPSTICK = coded("Urinalysis macro (dipstick) panel - Urine", "24357-6", LOINC)
_HEIGHT, _WEIGHT = coded("Body Height", "8302-2", LOINC), coded("Body Weight", "29463-7", LOINC)
_OVERDOSE = coded("Drug overdose", "55680006", SNOMED)
RECORD = [
    patient("2004-03-02", "female", maritalStatus=coded("Never Married", "S", f"{HL7}/v3-MaritalStatus")),
    _visit("v1", "2012-01-10", "AMB", "Well child visit", "Elm Street Clinic"),
    _visit("v2", "2013-01-15", "AMB", "Well child visit", "Elm Street Clinic"),
    _visit("e1", "2014-05-02", "EMER", "Emergency room admission", "ST. BRIDE HOSPITAL", reasonCode=[_OVERDOSE]),
    _visit("e2", "2016-08-09", "EMER", "Emergency room admission", "ST. BRIDE HOSPITAL", reasonCode=[_OVERDOSE]),
    _visit("p1", "2020-02-01", "AMB", "Prenatal initial visit", "Elm Street Clinic"),
    _visit("p2", "2020-03-01", "AMB", "Prenatal visit", "Elm Street Clinic"),
    _visit("p3", "2020-04-01", "AMB", "Prenatal visit", "Elm Street Clinic"),
    found("n1", _NITRITE, _URINE, "Urine nitrite negative (finding)", at="v2"),
    found("k1", _KETONES, _URINE, "Urine ketone test = trace (finding)", at="v2"),
    found("g1", _SUGAR, _URINE, "Urine glucose test = ++ (finding)", at="v2"),
    found("b1", _BLOOD, _URINE, "Blood in urine (finding)", at="v2"),
    reported("r1", _DIPSTICK, _URINE, "n1", "k1", "g1", "b1"),
    measured("h1", _HEIGHT, "2012-01-10T09:00:00Z", 118.5, "cm", at="v1"),
    measured("h2", _HEIGHT, "2013-01-15T09:00:00Z", 125.0, "cm", at="v2"),
    measured("w1", _WEIGHT, "2012-01-10T09:00:00Z", 22.0, "kg", at="v1"),
    measured("w2", _WEIGHT, "2013-01-15T09:00:00Z", 27.5, "kg", at="v2"),
    measured("w3", _WEIGHT, "2016-08-09T09:00:00Z", 26.0, "kg", at="e2"),
    smoker("s1", "2016-08-09T09:00:00Z", "Current every day smoker"),
    smoker("s2", "2020-02-01T09:00:00Z", "Former smoker"),
    had("c1", coded("Pulmonary emphysema", "87433001", SNOMED), "2015-01-01"),
    row("Condition", "c2", at="e1", code=_OVERDOSE, onsetDateTime="2014-05-02"),
    planned("cp1", coded("Chronic obstructive pulmonary disease clinical management plan", "412776001", SNOMED),
            "2015-01-01", addresses=[{"reference": "Condition/c1"}]),
    planned("cp2", coded("Respiratory therapy", "53950000", SNOMED), "2014-05-02", "2014-06-01"),
    done("i1", coded("Removal of subcutaneous contraceptive", "301807007", SNOMED), "2018-04-15T09:00:00Z"),
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
