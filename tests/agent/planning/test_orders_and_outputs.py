"""What is asked of orders beside their amounts, how drips ran, and what came out by the day: question to answer."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import Answered, answered_over, dosage, encounter, given, ordered, output, patient, period

RECORD = [
    patient("1951-07-09", "male"),
    encounter("first", "IMP", "2018-02-01T08:00:00Z", "2018-02-06T15:00:00Z"),
    encounter("second", "IMP", "2019-05-02T09:30:00Z", "2019-05-09T12:00:00Z"),
    ordered("b1", "Bumetanide", "2018-02-01T10:00:00Z", at="first", dosageInstruction=dosage(1, "PO", "DAILY")),
    ordered("b2", "Bumetanide", "2018-02-03T10:00:00Z", at="first", dosageInstruction=dosage(2, "IV", "BID")),
    ordered("b3", "Bumetanide", "2019-05-03T10:00:00Z", "completed", at="second",
            dosageInstruction=dosage(2, "IV", "BID"),
            dispenseRequest={"validityPeriod": period("2019-05-03T11:00:00Z", "2019-05-05T11:00:00Z")}),
    ordered("a1", "Amlodipine 5 MG Oral Tablet", "2018-02-02T10:00:00Z", at="first",
            dosageInstruction=dosage(1, "PO", "DAILY")),
    ordered("a2", "Amlodipine 10 MG Oral Tablet", "2019-05-08T10:00:00Z", at="second",
            dosageInstruction=dosage(1, "PO", "DAILY")),
    given("k1", "Ketamine", "2019-05-03T01:00:00Z", 20, "mg", at="second", category="05-Med Bolus"),
    given("k2", "Ketamine", period("2019-05-03T02:00:00Z", "2019-05-03T05:00:00Z"), 30, "mg", at="second",
          category="01-Drips"),
    given("k3", "Ketamine", period("2019-05-03T06:00:00Z", "2019-05-03T07:30:00Z"), 15, "mg", at="second",
          category="01-Drips"),
    given("m1", "Milrinone", period("2019-05-03T01:30:00Z", "2019-05-03T03:00:00Z"), 5, "mg", at="second",
          category="01-Drips"),
    given("r1", "Packed Red Blood Cells", period("2019-05-04T01:30:00Z", "2019-05-04T03:00:00Z"), 1, "mg", at="second",
          category="07-Blood Products"),
    output("e1", "Emesis", "2019-05-03T08:00:00Z", 150, at="second"),
    output("e2", "Emesis", "2019-05-03T20:00:00Z", 200, at="second"),
    output("e3", "Emesis", "2019-05-04T08:00:00Z", 300, at="second"),
    output("v1", "Cerebral Ventricular #1", "2019-05-03T08:00:00Z", 9, "Drains", at="second"),
    output("v2", "Cerebral Ventricular #1", "2019-05-04T08:00:00Z", 6, "Drains", at="second"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2020-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # orders
        ("How many different doses of bumetanide were ordered?", [2]),
        ("How many different routes was bumetanide ordered by?", [2]),
        ("Bumetanide: which frequencies are on the orders?", ["DAILY", "BID"]),
        ("What was the frequency on the first bumetanide order?", ["DAILY"]),
        ("status of the last bumetanide order?", ["completed"]),
        ("Until when was the most recent bumetanide order valid?", ["2019-05-05T11:00:00Z"]),
        ("date of the second bumetanide script", ["2018-02-03T10:00:00Z"]),
        ("In which year was bumetanide first prescribed?", [2018]),
        ("Which hospital admission does the latest bumetanide order belong to? Its start, please.",
         ["2019-05-02T09:30:00Z"]),
        ("number of order entries (not distinct drugs) in February 2018", [3]),
        ("By how many mg does the current amlodipine strength exceed the first?", [5]),
        ("highest single dose of bumetanide ordered during the stay (mg)", [2]),
        ("How many prescriptions has he had since he was born?", [3]),
        # given
        ("How long did the ketamine drip run in total, in hours?", [4.5]),
        ("When did the first ketamine infusion end?", ["2019-05-03T05:00:00Z"]),
        ("how many boluses of ketamine were charted?", [1]),
        ("Was ketamine or milrinone given first?", ["Ketamine"]),
        ("Which drip was started first, milrinone or ketamine?", ["Milrinone"]),
        ("packed red cell transfusions charted: how many?", [1]),
        # came out
        ("How many ml did he vomit on 3 May 2019?", [350]),
        ("On which day was there the most emesis (entries added up per day)?", ["2019-05-03"]),
        ("day with the lowest emesis output", ["2019-05-04"]),
        ("What is the most he vomited in a single day, in ml?", [350]),
        ("largest single emesis, ml", [300]),
        ("EVD drainage: total for Cerebral Ventricular #1, ml", [15]),
        ("How much came out of the ventricular drain on 4 May 2019, ml?", [6]),
    ],
)  # fmt: skip
def test_orders_drips_and_outputs(answered: Answered, question: str, value: list[Any]) -> None:
    answer = answered(question)
    assert answer.outcome == "answered", answer
    assert list(answer.value) == value


def test_the_day_of_most_cites_all_of_its_entries(answered: Answered) -> None:
    answer = answered("On which day was there the most emesis (entries added up per day)?")
    assert {"Observation/e1", "Observation/e2"} == {one for told in answer.sentences for one in told.citations}
    assert any("350 ml in 2 entries; 2 days compared" in told.text for told in answer.sentences)


@pytest.mark.parametrize(
    ("question", "value"),
    [("How many different doses of tramadol were ordered?", (0,)), ("status of the last tramadol order?", ())],
)
def test_of_a_drug_that_is_not_there_nothing_is_told(answered: Answered, question: str, value: tuple[Any, ...]) -> None:
    answer = answered(question)
    assert answer.outcome == "not_recorded"
    assert answer.value == value


@pytest.mark.parametrize(
    "question",
    [
        "On which day was there the most emesis after the ketamine?",
        "How long did the ketamine drip run before the fever?",
        "How many different doses of bumetanide were tolerated?",
    ],
)
def test_a_word_that_narrows_is_not_passed_over(answered: Answered, question: str) -> None:
    assert answered(question).outcome in ("failed", "not_recorded", "refused")
