"""Two values of one measurement, one value of a panel, kinds of smokers, units, and a drug next to another one."""

from __future__ import annotations

import pytest

from .made_up import Answered, answered_over, measured, ordered, patient, reported, smoker

RECORD = [
    patient("1950-03-02", "female"),
    measured("k1", "Potassium", "2011-04-05T09:00:00Z", 4.1, "mmol/L"),
    measured("k2", "Potassium", "2013-04-05T09:00:00Z", 5.6, "mmol/L"),
    measured("k3", "Potassium", "2015-05-01T09:00:00Z", 5.1, "mmol/L"),
    measured("w1", "Body Weight", "2011-04-05T09:00:00Z", 70, "kg"),
    measured("w2", "Body Weight", "2015-05-01T09:00:00Z", 64.5, "kg"),
    measured("l1", "Low Density Lipoprotein Cholesterol", "2013-04-05T09:00:00Z", 101, "mg/dL"),
    measured("h1", "High Density Lipoprotein Cholesterol", "2013-04-05T09:00:00Z", 55, "mg/dL"),
    reported("r1", "Lipid Panel", "2013-04-05T09:00:00Z", "l1", "h1"),
    measured("e1", "Peanut IgE Ab in Serum", "2013-04-05T09:00:00Z", 2.5, "kU/L"),
    measured("e2", "Wheat IgE Ab in Serum", "2013-04-05T09:00:00Z", 11.5, "kU/L"),
    smoker("s1", "2011-04-05T09:00:00Z", "Current every day smoker"),
    smoker("s2", "2013-04-05T09:00:00Z", "Former smoker"),
    smoker("s3", "2015-05-01T09:00:00Z", "Former smoker"),
    ordered("y1", "Yaz 28 Day Pack", "2012-01-01T09:00:00Z"),
    ordered("t1", "Torsemide 20 MG Oral Tablet", "2013-01-01T09:00:00Z", "active",
            dosageInstruction=[{"asNeededBoolean": False}]),
    ordered("i1", "Ibuprofen 200 MG Oral Tablet", "2014-01-01T09:00:00Z", "active",
            dosageInstruction=[{"asNeededBoolean": True}]),
    ordered("i2", "Ibuprofen 400 MG Oral Tablet", "2014-06-01T09:00:00Z"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2017-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # two times
        ("Potassium in April 2011 and in April 2013: on which of those days was it lower?", "2011-04-05T09:00:00Z"),
        ("Potassium was done in 2011 and again in 2013; what was the higher of the two results?", 5.6),
        ("Two weights on file. What is the lower value?", 64.5),
        ("Two weights on file - date of the higher one?", "2011-04-05T09:00:00Z"),
        ("Did her potassium fall between the 2013 and the 2015 blood tests?", True),
        ("Did her potassium rise between the 2013 and the 2015 blood tests?", False),
        ("Take the potassium on 5 Apr 2011 and the one on 5 Apr 2013: what's the difference in mmol/L?", 1.5),
        # one of a panel, and its name
        ("Lipid panel of 5 April 2013, just the LDL please", 101),
        ("lipid panel from 5 Apr 2013, LDL only, no HDL needed", 101),
        ("Which allergen had the highest IgE?", "Wheat IgE Ab in Serum"),
        ("In which unit are the potassium results reported?", "mmol/L"),
        ("Weight: what unit?", "kg"),
        # kinds of smokers
        ("Is she a current smoker?", False),
        ("Former smoker, going by the latest entry?", True),
        ("Was she at any visit documented as a current smoker?", True),
        ("Has she ever been a never smoker?", False),
        ("When was the patient first put down as an ex-smoker?", "2013-04-05T09:00:00Z"),
        ("In 2011, current smoker?", True),
        # drugs
        ("Which drug was ordered next after Yaz?", "Torsemide 20 MG Oral Tablet"),
        ("Right before torsemide, which medicine was ordered?", "Yaz 28 Day Pack"),
        ("Ibuprofen vs torsemide - which one was she put on first?", "Torsemide 20 MG Oral Tablet"),
        ("Of the active orders, which has she been on longest?", "Torsemide 20 MG Oral Tablet"),
        ("Was the first ibuprofen order written as PRN?", True),
        ("Was torsemide ordered as needed?", False),
        ("Number of distinct drug products ordered over the whole chart (repeat orders count once)", 4),
    ],
)
def test_is_read_by_what_all_of_its_words_say(answered: Answered, question: str, value: object) -> None:
    answer = answered(question)
    assert next(iter(answer.value), None) == value, answer.text


def test_strengths_asked_for_in_the_plural_are_all_told(answered: Answered) -> None:
    answer = answered("Which strengths of ibuprofen were ordered?")
    assert list(answer.value) == [200, 400]


@pytest.mark.parametrize(
    "question",
    [
        "Potassium in 2011 and since 2012: which day was it lower?",  # more than one value in one of the times
        "Two potassiums on file. Date of the higher one?",  # there are three
        "Was the last ibuprofen order PRN?",  # its order does not say
    ],
)
def test_is_not_answered_where_it_is_not_told_which_is_meant(answered: Answered, question: str) -> None:
    answer = answered(question)
    assert len(answer.value) != 1
