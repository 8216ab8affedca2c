"""Numbers of what was measured, ordered or given, asked in all kinds of words: from the question to the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.readings import Readings

from .made_up import (
    Answered,
    answered_over,
    coded,
    dosage,
    encounter,
    given,
    measured,
    ordered,
    output,
    patient,
    period,
    smoker,
)

DAILY, TWICE_DAILY = ({"frequency": number, "period": 1, "periodUnit": "d"} for number in (1, 2))
EVERY_SIX_HOURS = {"frequency": 1, "period": 6, "periodUnit": "h"}


def _rate(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "mcg/kg/min"}


RECORD = [
    patient("1950-03-02", "female"),
    encounter("home", "AMB", "2015-05-01T09:00:00Z", "2015-05-01T10:00:00Z",
              serviceProvider={"display": "Elm Street Clinic"}),
    encounter("icu", "ACUTE", "2016-01-02T00:00:00Z", "2016-01-09T00:00:00Z", type=[coded("Intensive care")],
              location=[{"location": {"display": "Medical Intensive Care Unit (MICU)"},
                         "period": period("2016-01-02T00:00:00Z", "2016-01-09T00:00:00Z")}]),
    measured("k1", "Potassium", "2011-04-05T09:00:00Z", 4.1, "mmol/L", at="home"),
    measured("k2", "Potassium", "2013-04-05T09:00:00Z", 5.6, "mmol/L", at="home"),
    measured("k3", "Potassium", "2015-05-01T09:00:00Z", 5.1, "mmol/L", at="home"),
    measured("w1", "Body Weight", "2011-04-05T09:00:00Z", 70, "kg", at="home"),
    measured("w2", "Body Weight", "2015-05-01T09:00:00Z", 64.5, "kg", at="home"),
    output("f1", "Foley", "2016-01-03T06:00:00Z", 100, at="home"),
    output("f2", "Foley", "2016-01-03T12:00:00Z", 250, at="home"),
    output("f3", "Foley", "2016-01-04T06:00:00Z", 40, at="home"),
    output("d1", "Emesis", "2016-01-04T06:00:00Z", 500, at="home"),
    given("n1", "Norepinephrine", "2016-01-03T01:00:00Z", 2, "mg", at="icu", rateQuantity=_rate(0.05)),
    given("n2", "Norepinephrine", "2016-01-03T05:00:00Z", 4, "mg", at="icu", rateQuantity=_rate(0.2)),
    given("n3", "Norepinephrine", "2016-01-04T05:00:00Z", 1.5, "mg", at="icu", rateQuantity=_rate(0.1)),
    ordered("m1", "Metoprolol", "2012-01-01T09:00:00Z", at="home",
            dosageInstruction=dosage(25, "PO", repeat=TWICE_DAILY)),
    ordered("m2", "Metoprolol", "2014-01-01T09:00:00Z", at="home",
            dosageInstruction=dosage(50, "IV", repeat=EVERY_SIX_HOURS)),
    ordered("t1", "Torsemide", "2012-01-01T09:00:00Z", at="home", dosageInstruction=dosage(20, "PO", repeat=DAILY)),
    ordered("t2", "Torsemide", "2013-01-01T09:00:00Z", at="home", dosageInstruction=dosage(20, "PO", repeat=DAILY)),
    ordered("h1", "Hydrochlorothiazide 12.5 MG Oral Tablet", "2012-01-01T09:00:00Z", at="home"),
    ordered("h2", "Hydrochlorothiazide 25 MG Oral Tablet", "2015-05-01T09:00:00Z", at="home"),
    ordered("y1", "Yaz 28 Day Pack", "2012-01-01T09:00:00Z", at="home"),
    ordered("y2", "Levora 0.15/30 28 Day Pack", "2013-01-01T09:00:00Z", at="home"),
    ordered("y3", "Yaz 28 Day Pack", "2014-01-01T09:00:00Z", at="home"),
    measured("sbp", "Systolic Blood Pressure", "2015-05-01T09:00:00Z", 131, "mm[Hg]", at="home"),
    measured("dbp", "Diastolic Blood Pressure", "2015-05-01T09:00:00Z", 84, "mm[Hg]", at="home"),
    encounter("ward", "IMP", "2014-01-02T00:00:00Z", "2014-01-09T00:00:00Z"),
    measured("g1", "eGFR", "2014-01-03T06:00:00Z", 48, "mL/min", at="ward"),
    measured("g2", "eGFR", "2016-06-03T06:00:00Z", 61, "mL/min", at="home"),
    smoker("s1", "2011-04-05T09:00:00Z", "Current every day smoker"),
    smoker("s2", "2015-05-01T09:00:00Z", "Former smoker"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2017-01-01")


@pytest.mark.parametrize(
    ("question", "value", "cited"),
    [
        # given: rates, amounts, doses
        ("peak norepinephrine rate charted, mcg/kg/min", 0.2, {"n2"}),
        ("What is the lowest rate of norepinephrine on the flowsheet?", 0.05, {"n1"}),
        ("At what rate did the norepinephrine run last?", 0.1, {"n3"}),
        ("norepinephrine, largest single dose given (mg)", 4, {"n2"}),
        ("How many mg of norepinephrine did she get altogether?", 7.5, {"n1", "n2", "n3"}),
        ("total norepinephrine given on 3 January 2016 in mg", 6, {"n1", "n2"}),
        ("how many grams of norepinephrine did she get in all", 0.0075, {"n1", "n2", "n3"}),
        ("The last norepinephrine dose given was how much (mg)?", 1.5, {"n3"}),
        ("When was my wife's last norepinephrine dose in the ICU?", "2016-01-04T05:00:00Z", {"n3"}),
        ("From the ICU chart: when was norepinephrine first given?", "2016-01-03T01:00:00Z", {"n1"}),
        ("Norepinephrine entries on the ICU medication chart for 3 January 2016, how many?", 2, {"n1", "n2"}),
        # outputs
        ("Foley total for 3 January 2016, ml", 350, {"f1", "f2"}),
        ("Tally up the Foley for me, please, in ml.", 390, {"f1", "f2", "f3"}),
        ("on average, how many ml per Foley entry?", 130, {"f1", "f2", "f3"}),
        ("biggest single Foley volume recorded in ml?", 250, {"f2"}),
        ("Between the Foley and the Emesis, which had the larger total?", "Emesis", {"f1", "f2", "f3", "d1"}),
        # ordered: doses, strengths, routes, times
        ("highest Metoprolol dose ever ordered in mg", 50, {"m2"}),
        ("What is the lowest dose of Metoprolol that was prescribed (mg)?", 25, {"m1"}),
        ("When was the lowest Metoprolol dose ordered?", "2012-01-01T09:00:00Z", {"m1"}),
        ("When was the highest dose of Metoprolol prescribed?", "2014-01-01T09:00:00Z", {"m2"}),
        ("Was the dose of Torsemide the same in each order?", True, {"t1", "t2"}),
        ("Was the dose of Metoprolol the same in each order?", False, {"m1", "m2"}),
        ("By which routes was Metoprolol ordered?", "PO", {"m1", "m2"}),
        ("Which facility was the Torsemide order from?", "Elm Street Clinic", {"t2"}),
        ("What dose of hydrochlorothiazide, in mg, is she on at the moment?", 25, {"h2"}),
        ("When was hydrochlorothiazide increased from 12.5 to 25 mg?", "2015-05-01T09:00:00Z", {"h2"}),
        ("How many times a day was the last Torsemide order?", 1, {"t2"}),
        ("How many hours between doses of the last Metoprolol order?", 6, {"m2"}),
        ("how many different drug products were ever ordered, not counting repeats", 6, None),
        ("How many different brands of the pill has she been given over the years?", 2, {"y1", "y2", "y3"}),
        ("Date of the second Torsemide prescription?", "2013-01-01T09:00:00Z", {"t2"}),
        ("hydrochlorothiazide: by how many mg does the current strength exceed the first one?", 12.5, {"h1", "h2"}),
        # measured
        ("Which year was potassium at its highest?", 2013, {"k2"}),
        ("in which year did her potassium come out highest", 2013, {"k2"}),
        ("the second-highest potassium on record?", 5.1, {"k3"}),
        ("Potassium: difference between 5 April 2011 and 5 April 2013", 1.5, {"k1", "k2"}),
        ("How many kg has she lost from the first weight to the last?", -5.5, {"w1", "w2"}),
        ("how many weights heavier than 65 kg?", 1, {"w1"}),
        ("When did her potassium first go above 5 mmol/L?", "2013-04-05T09:00:00Z", {"k2"}),
        ("Potassium exceeded 5.5 mmol/L just once. Which date?", "2013-04-05T09:00:00Z", {"k2"}),
        ("Potassium Apr 2011 vs Apr 2013 - was the 2013 one the higher?", True, {"k1", "k2"}),
        ("Potassium April 2011 versus April 2013: was the 2011 one the higher?", False, {"k1", "k2"}),
        ("Pulse pressure (systolic minus diastolic) on the latest BP?", 47, {"sbp", "dbp"}),
        ("From what date is she down as an ex-smoker?", "2015-05-01T09:00:00Z", {"s2"}),
        ("eGFR on the first hospital admission?", 48, {"g1"}),
        ("Potassium increment from 5 April 2011 to 5 April 2013, mmol/L", 1.5, {"k1", "k2"}),
        ("On what date was she recorded as a former smoker?", "2015-05-01T09:00:00Z", {"s2"}),
    ],
)  # fmt: skip
def test_a_number_is_read_from_all_that_the_words_say(
    answered: Answered, question: str, value: Any, cited: set[str] | None
) -> None:
    answer = answered(question)
    assert answer.outcome == "answered", answer
    assert answer.value[0] == pytest.approx(value) if isinstance(value, float) else answer.value[0] == value
    if cited is not None:
        named = {one.partition("/")[2] for sentence in answer.sentences for one in sentence.citations}
        assert cited <= named


@pytest.mark.parametrize(
    "question",
    [
        "How many litres of Emesis per kg were there in total?",
        "total Foley without the first entry, ml",
        "peak norepinephrine rate before the fever, mcg/kg/min",
        "highest Metoprolol dose that she tolerated",
        "Potassium difference between 2011 and 2013 and 2015",
        "highest Metoprolol level, in mg",
        "difference between potassium and sodium in 2013",
    ],
)
def test_a_word_that_says_more_is_not_passed_over(answered: Answered, question: str) -> None:
    assert answered(question).outcome in ("failed", "not_recorded", "refused")


def test_an_amount_is_not_told_in_a_unit_that_it_cannot_be_told_in(answered: Answered) -> None:
    answer = answered("How many ml of norepinephrine did she get altogether?")
    assert answer.value == ()
    assert any("mg" in sentence.text for sentence in answer.sentences)


def test_what_was_never_given_is_counted_as_none(answered: Answered) -> None:
    answer = answered("ICU charting only: how many doses of Torsemide was she given?")
    assert answer.value == (0,)


def test_what_is_asked_is_explained(answered: Answered) -> None:
    answer = answered("peak norepinephrine rate charted, mcg/kg/min")
    assert any('"infusion_rate"' in line and '"max"' in line for line in answer.explanation)


@pytest.mark.parametrize(
    ("said", "is_plain"),
    [
        ("max norepi rate?", True),
        ("highest dobutamine infusion rate", True),
        ("how many mg of haloperidol altogether?", True),
        ("max dose of metoprolol?", False),
        ("what is the maximum dose of paracetamol a day?", False),
        ("stop the propofol infusion on the chart", False),
        ("chart prn paracetamol for her", False),
        ("how many mg of haloperidol should he get altogether?", False),
    ],
)
def test_a_number_that_only_a_record_has_is_plainly_asked(said: str, is_plain: bool) -> None:
    clock = Clock(dt.datetime(2025, 6, 1, tzinfo=dt.UTC), "UTC")
    assert asks_plainly(said, clock, Readings()) is is_plain
