"""What is worked out of values, the problem list as a whole, events on one day, and what an order says in words."""

from __future__ import annotations

import pytest

from .made_up import Answered, answered_over, coded, done, encounter, had, measured, ordered, patient, period

FIRST, LAST = "2012-03-01T09:00:00Z", "2016-03-01T09:00:00Z"
RECORD = [
    patient("1950-03-02", "female"),
    encounter("v1", "AMB", "2014-05-02T10:00:00Z", "2014-05-02T11:00:00Z", type=[coded("Encounter for symptom")],
              reasonCode=[coded("Otitis media")]),
    encounter("s1", "IMP", "2015-02-02T10:00:00Z", "2015-02-05T11:00:00Z", type=[coded("Encounter Inpatient")]),
    measured("c1", "Total Cholesterol", FIRST, 200, "mg/dL"),
    measured("c2", "Total Cholesterol", LAST, 180, "mg/dL"),
    measured("h1", "High Density Lipoprotein Cholesterol", FIRST, 40, "mg/dL"),
    measured("h2", "High Density Lipoprotein Cholesterol", LAST, 60, "mg/dL"),
    measured("l1", "Low Density Lipoprotein Cholesterol", LAST, 90, "mg/dL"),
    measured("n1", "Sodium", FIRST, 136, "mmol/L"),
    measured("n2", "Sodium", "2014-03-01T09:00:00Z", 144, "mmol/L"),
    measured("n3", "Sodium", LAST, 140, "mmol/L"),
    measured("x1", "Chloride", LAST, 104, "mmol/L"),
    measured("b1", "Carbon Dioxide", LAST, 24, "mmol/L"),
    measured("u1", "Urea Nitrogen", FIRST, 15, "mg/dL"),
    measured("r1", "Creatinine", LAST, 1, "mg/dL"),
    measured("w1", "Body Weight", FIRST, 80, "kg"),
    measured("w2", "Body Weight", LAST, 72, "kg"),
    measured("t1", "Body Height", FIRST, 160, "cm"),
    measured("t2", "Body Height", LAST, 160, "cm"),
    measured("p1", "Pain severity score", FIRST, 9.5, "{score}"),
    measured("p2", "Pain severity score", LAST, 4, "{score}"),
    had("d1", "Hypertension", "1990-01-01"),
    had("d2", "Otitis media", "2014-05-02T10:00:00Z", "2014-05-20", at="v1"),
    had("d3", "Viral sinusitis", "2011-01-01", "2011-01-15"),
    had("d4", "Viral sinusitis", "2015-02-01", "2015-02-21"),
    had("d5", "Prediabetes", "2016-01-01"),
    done("g1", "Colonoscopy", period("2012-06-01T09:00:00Z")),
    done("g2", "Colonoscopy", period("2015-06-01T09:00:00Z")),
    done("g3", "Rectal polypectomy", period("2015-06-01T09:00:00Z")),
    done("g4", "Bone density scan", period("2013-06-01T09:00:00Z")),
    ordered("a1", "Amoxicillin 500 MG Oral Tablet", "2014-05-02T10:30:00Z", at="v1",
            dosageInstruction=[{"additionalInstruction": [{"text": "Finish the whole course."}]}]),
    ordered("a2", "Insulin Lispro 100 UNT/ML Injectable Solution", "2016-01-02", "active"),
    ordered("a3", "Hydrochlorothiazide 6.25 MG", "2010-01-02"),
    ordered("a4", "Hydrochlorothiazide 25 MG", "2013-01-02", "active"),
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
