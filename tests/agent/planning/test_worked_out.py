"""What is worked out of values, the problem list as a whole, events on one day, and what an order says in words."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import Answered, answered_over


def _coded(code: str, name: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://example.org/codes", "code": code, "display": name}], "text": name}


def _row(kind: str, identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": identity, "subject": {"reference": "Patient/p"}, **more}


def _measured(identity: str, name: str, when: str, value: float, unit: str) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit}
    code = _coded(name.lower().replace(" ", "-"), name)
    return _row("Observation", identity, status="final", code=code, effectiveDateTime=when, valueQuantity=quantity)


def _had(identity: str, name: str, onset: str, abated: str = "", **more: Any) -> dict[str, Any]:
    status = {"coding": [{"code": "resolved" if abated else "active"}]}
    over = {"abatementDateTime": abated} if abated else {}
    return _row(
        "Condition", identity, code=_coded(name.lower(), name), onsetDateTime=onset, clinicalStatus=status, **over,
        **more,
    )  # fmt: skip


def _done(identity: str, name: str, when: str) -> dict[str, Any]:
    return _row(
        "Procedure", identity, status="completed", code=_coded(name.lower(), name), performedPeriod={"start": when}
    )


def _ordered(identity: str, name: str, when: str, status: str = "stopped", **more: Any) -> dict[str, Any]:
    return _row(
        "MedicationRequest", identity, status=status, intent="order", authoredOn=when,
        medicationCodeableConcept=_coded(name.lower(), name), **more,
    )  # fmt: skip


FIRST, LAST = "2012-03-01T09:00:00Z", "2016-03-01T09:00:00Z"
VISIT = {"reference": "Encounter/v1"}
RECORD = [
    {"resourceType": "Patient", "id": "p", "birthDate": "1950-03-02", "gender": "female"},
    _row("Encounter", "v1", status="finished", type=[_coded("v", "Encounter for symptom")],
         period={"start": "2014-05-02T10:00:00Z", "end": "2014-05-02T11:00:00Z"},
         **{"class": {"code": "AMB"}}, reasonCode=[_coded("otitis media", "Otitis media")]),
    _row("Encounter", "s1", status="finished", type=[_coded("s", "Encounter Inpatient")], **{"class": {"code": "IMP"}},
         period={"start": "2015-02-02T10:00:00Z", "end": "2015-02-05T11:00:00Z"}),
    _measured("c1", "Total Cholesterol", FIRST, 200, "mg/dL"),
    _measured("c2", "Total Cholesterol", LAST, 180, "mg/dL"),
    _measured("h1", "High Density Lipoprotein Cholesterol", FIRST, 40, "mg/dL"),
    _measured("h2", "High Density Lipoprotein Cholesterol", LAST, 60, "mg/dL"),
    _measured("l1", "Low Density Lipoprotein Cholesterol", LAST, 90, "mg/dL"),
    _measured("n1", "Sodium", FIRST, 136, "mmol/L"),
    _measured("n2", "Sodium", "2014-03-01T09:00:00Z", 144, "mmol/L"),
    _measured("n3", "Sodium", LAST, 140, "mmol/L"),
    _measured("x1", "Chloride", LAST, 104, "mmol/L"),
    _measured("b1", "Carbon Dioxide", LAST, 24, "mmol/L"),
    _measured("u1", "Urea Nitrogen", FIRST, 15, "mg/dL"),
    _measured("r1", "Creatinine", LAST, 1, "mg/dL"),
    _measured("w1", "Body Weight", FIRST, 80, "kg"),
    _measured("w2", "Body Weight", LAST, 72, "kg"),
    _measured("t1", "Body Height", FIRST, 160, "cm"),
    _measured("t2", "Body Height", LAST, 160, "cm"),
    _measured("p1", "Pain severity score", FIRST, 9.5, "{score}"),
    _measured("p2", "Pain severity score", LAST, 4, "{score}"),
    _had("d1", "Hypertension", "1990-01-01"),
    _had("d2", "Otitis media", "2014-05-02T10:00:00Z", "2014-05-20", encounter=VISIT),
    _had("d3", "Viral sinusitis", "2011-01-01", "2011-01-15"),
    _had("d4", "Viral sinusitis", "2015-02-01", "2015-02-21"),
    _had("d5", "Prediabetes", "2016-01-01"),
    _done("g1", "Colonoscopy", "2012-06-01T09:00:00Z"),
    _done("g2", "Colonoscopy", "2015-06-01T09:00:00Z"),
    _done("g3", "Rectal polypectomy", "2015-06-01T09:00:00Z"),
    _done("g4", "Bone density scan", "2013-06-01T09:00:00Z"),
    _ordered("a1", "Amoxicillin 500 MG Oral Tablet", "2014-05-02T10:30:00Z", encounter=VISIT,
             dosageInstruction=[{"additionalInstruction": [{"text": "Finish the whole course."}]}]),
    _ordered("a2", "Insulin Lispro 100 UNT/ML Injectable Solution", "2016-01-02", "active"),
    _ordered("a3", "Hydrochlorothiazide 6.25 MG", "2010-01-02"),
    _ordered("a4", "Hydrochlorothiazide 25 MG", "2013-01-02", "active"),
]  # fmt: skip


answered = answered_over(RECORD, as_of="2017-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # of two of one panel
        ("Cholesterol to HDL ratio on the newest lipid panel?", 3),
        ("Total cholesterol divided by HDL, first panel", 5),
        ("LDL minus HDL at the latest panel, please", 30),
        ("Her non-HDL cholesterol, last labs?", 120),
        ("Anion gap off the latest chemistry (Na - Cl - CO2)?", 12),
        ("Could you work out the anion gap from the last panel?", 12),
        # of all of one
        ("Median of all her sodium values?", 140),
        ("the median of the three sodium readings", 140),
        ("By how much do the last two sodium results differ?", -4),
        ("Sodium: change from the first to the second test?", 8),
        ("What percentage of her weight has she lost, first reading vs last reading?", -10),
        ("By how many percent is her last weight below the first?", -10),
        ("spread of her sodiums, highest minus lowest", 8),
        ("Height: any change at all across the readings?", False),
        ("Has her weight changed at all?", True),
        ("One day the pain score was over nine. Which day?", FIRST),
        # the problem list
        ("Give me a count of the problems that are active on her list.", 2),
        ("Newest entry on the problem list (by onset date) - what is it?", "Prediabetes"),
        ("Which of her active problems goes back the furthest?", "Hypertension"),
        ("Diagnoses that were closed out in May 2014?", "Otitis media"),
        ("When did the latest bout of viral sinusitis clear up?", "2015-02-21"),
        ("Exact wording of the otitis media entry?", "Otitis media"),
        # two events on one day
        ("Were the polypectomy and the colonoscopy on one and the same day?", True),
        ("Colonoscopy and bone density scan: both on the same date?", False),
        ("Did the polypectomy happen on the same day as a colonoscopy?", True),
        ("Days elapsed between colonoscopy no. 1 and no. 2?", 1095),
        # orders in words
        ("The amoxicillin order from the ear infection carries an instruction. What does it say?",
         "Finish the whole course."),
        ("Full product name of the insulin she uses?", "Insulin Lispro 100 UNT/ML Injectable Solution"),
        ("What strength (in mg) of hydrochlorothiazide did we start her on originally?", 6.25),
        ("Completed years since her hydrochlorothiazide was first ordered, counted to today?", 6),
        # visits
        ("Why was she seen on 2 May 2014?", "Otitis media"),
        ("Nights spent as an inpatient during 2015, all stays added up?", 3),
    ],
)  # fmt: skip
def test_is_worked_out_of_what_is_recorded(answered: Answered, question: str, value: object) -> None:
    answer = answered(question)
    assert next(iter(answer.value), None) == value, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "The median of the four sodium readings?",  # there are three
        "BUN/creatinine ratio?",  # the last two are not of one day
        "Anion gap without the chloride, last panel?",
    ],
)
def test_is_not_worked_out_of_what_does_not_belong_together(answered: Answered, question: str) -> None:
    assert not answered(question).value


def test_a_birthday_in_words_bounds_a_time(answered: Answered) -> None:
    answer = answered("How many conditions were diagnosed before her tenth birthday?")
    assert list(answer.value) == [0], answer.text
    assert "before turning 10" in answer.text
