"""What an order tells, orders and administrations of which nothing is named, and which outputs there were."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import Answered, Row, answered_over, coded, dosage, encounter, given, ordered, output, patient, period


def _ordered(identity: str, name: str, when: str, dosed: list[Row], until: str = "") -> Row:
    return ordered(
        identity, name, when, "completed", at="first" if when < "2019" else "second",
        identifier=[{"system": "http://example.org/orders", "value": f"7700{identity[1:]}"}],
        dispenseRequest={"validityPeriod": period(when, until or when)}, dosageInstruction=dosed,
    )  # fmt: skip


def _given(identity: str, name: str, when: str, dose: float, category: str, method: str = "Drug Push") -> Row:
    return given(identity, name, when, dose, "ml", at="second", category=category, method=coded(method))


AN_HOUR = {"value": 1, "unit": "h"}
RECORD = [
    patient("1948-02-11", "female"),
    encounter("first", "IMP", "2018-02-01T08:00:00Z", "2018-02-06T15:00:00Z"),
    encounter("second", "IMP", "2019-05-02T09:30:00Z", "2019-05-09T12:00:00Z"),
    _ordered("o1", "Torsemide", "2018-02-01T10:00:00Z", dosage(10, "PO", "BID", text="10 mg Tab")),
    _ordered("o2", "Torsemide", "2019-05-03T10:00:00Z", dosage(20, "IV", "ONCE", text="20 mg"), "2020-06-01T09:00:00Z"),
    _ordered("o3", "Nystatin", "2018-02-02T10:00:00Z",
             dosage(5, "PO/NG", "QID", "ml", repeat={"duration": 7, "durationUnit": "d"})),
    _ordered("o4", "Ketorolac", "2019-05-03T11:00:00Z", dosage(None, "IV", "Q6H:PRN")),
    _ordered("o5", "Latanoprost", "2019-05-03T12:00:00Z", dosage(1, "BOTH EYES", "DAILY")),
    _ordered("o6", "Hydromorphone", "2019-05-04T12:00:00Z",
             dosage(20, "IVPCA", "ASDIR", maxDosePerPeriod={"numerator": {"value": 1.5}, "denominator": AN_HOUR})),
    _ordered("o7", "Hydromorphone", "2019-05-05T12:00:00Z", dosage(2, "IV DRIP", "ONCE")),
    _ordered("o8", "Torsemide", "2019-05-04T08:00:00Z", dosage(30, "IV", "ONCE")),
    _given("g1", "Ringer Solution", "2019-05-03T01:00:00Z", 500, "03-IV Fluid Bolus"),
    _given("g2", "Ringer Solution", "2019-05-03T09:00:00Z", 250, "03-IV Fluid Bolus"),
    _given("g3", "Ringer Solution", "2019-05-04T09:00:00Z", 900, "02-Fluids (Crystalloids)"),
    _given("g4", "Ketorolac", "2019-05-04T09:00:00Z", 1, "05-Med Bolus", "Not Given"),
    _given("g5", "Peptide Formula", "2019-05-04T10:00:00Z", 40, "13-Enteral Nutrition"),
    _given("g6", "Ceftazidime", "2019-05-04T11:00:00Z", 1, "08-Antibiotics (IV)"),
    output("u1", "Foley", "2019-05-03T08:00:00Z", 300, at="second"),
    output("u2", "Foley", "2019-05-03T20:00:00Z", 250, at="second"),
    output("u3", "Foley", "2019-05-04T08:00:00Z", 400, at="second"),
    output("u4", "Chest Tube #1", "2019-05-04T08:00:00Z", 90, at="second"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2020-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # what one order tells
        ("torsemide: route on the latest order?", ["IV"]),
        ("Which frequency was put on the torsemide order of 1 February 2018?", ["BID"]),
        ("I need the order number of the nystatin order", ["77003"]),
        ("What does the first torsemide order give as product strength and form?", ["10 mg Tab"]),
        ("In which unit is the nystatin dose written?", ["ml"]),
        ("When does the validity period of the last torsemide order of 3 May 2019 run out?", ["2020-06-01T09:00:00Z"]),
        ("For how many days was nystatin ordered?", [7]),
        ("max dose per hour on the latest hydromorphone order that states one", [1.5]),
        ("Does the nystatin order tell a dose at all?", [True]),
        ("Was the last torsemide dose ordered higher than the first one?", [True]),
        ("Torsemide, orders of 3 and 4 May 2019: by how many mg is the second dose higher than the first?", [10]),
        # an order that is told by its dose, or by its stay
        ("How many torsemide orders were for 20 mg?", [1]),
        ("20mg torsemide orders, how many?", [1]),
        ("Which frequency code is on the 10 mg torsemide order?", ["BID"]),
        ("torsemide 30 mg: when was that ordered?", ["2019-05-04T08:00:00Z"]),
        ("Did any torsemide order say 30 mg?", [True]),
        ("Sum of the doses (mg) over all torsemide orders?", [60]),
        ("add all torsemide order doses together, please", [60]),
        ("February 2018 admission: torsemide dose?", [10]),
        ("How many mg per dose was torsemide ordered in, in February 2018?", [10]),
        ("She takes torsemide for her gout. What dose in mg was on the very first order?", [10]),
        # the day of most
        ("Which calendar day has the largest number of medication orders in this patient's record?", ["2019-05-03"]),
        ("In which month were the most medications ordered?", ["2019-05"]),
        # orders of which nothing is named
        ("How many orders had the route plain IV (not IV DRIP)?", [3]),
        ("How many orders carry the frequency ONCE?", [3]),
        ("Q6H:PRN orders: how many?", [1]),
        ("How many torsemide orders have the frequency ONCE?", [2]),
        ("How many prescriptions were written on 3 May 2019?", [3]),
        ("Number of orders tied to the admission of 1 February 2018", [2]),
        ("Which eye drops were ordered, the ones for BOTH EYES?", ["Latanoprost"]),
        ("What drug name shows up on the most orders?", ["Torsemide"]),
        ("Ketorolac, nystatin or latanoprost: which of the three was ordered first?", ["Nystatin"]),
        # what was given
        ("largest single Ringer Solution bolus charted, ml", [500]),
        ("On how many different calendar days was Ringer Solution given?", [2]),
        ('How many administrations were charted with the method "Not Given"?', [1]),
        ("What was she given under the category 08-Antibiotics (IV)?", ["Ceftazidime"]),
        ("Which tube feed products was he given?", ["Peptide Formula"]),
        ("Ringer Solution entries on the MAR for 3 May 2019, how many?", [2]),
        ("On what date and time was Ringer Solution first administered?", ["2019-05-03T01:00:00Z"]),
        # what came out
        ("Foley tally: total recorded in ml", [950]),
        ("could someone total up her Foley output for 3 May 2019 (ml, 00:00 to 24:00)", [550]),
        ("how much came out under 'Foley' in all, in ml?", [950]),
        ("Foley, all entries summed (ml)?", [950]),
        ("Foley total for 3 May 2019, whole calendar day, ml?", [550]),
        ("All the Foley entries added together, in ml", [950]),
        ("On which date was the summed Foley output highest?", ["2019-05-03"]),
        ("Which outputs were recorded on 4 May 2019? names only", ["Foley", "Chest Tube #1"]),
    ],
)  # fmt: skip
def test_orders_and_what_was_given(answered: Answered, question: str, value: list[Any]) -> None:
    answer = answered(question)
    assert answer.outcome == "answered", answer
    assert set(value) <= set(answer.value), answer.value
    assert answer.value[0] in value


def test_an_order_without_a_dose_has_none(answered: Answered) -> None:
    answer = answered("Does the ketorolac order have a dose on it at all?")
    assert answer.value == (False,)


@pytest.mark.parametrize(
    "question",
    [
        "How many eye drops were ordered?",  # no route tells which
        "Was the last torsemide order better than the first one?",
        "Is 20 mg too much torsemide to order?",
    ],
)
def test_what_is_not_told_is_not_counted(answered: Answered, question: str) -> None:
    assert answered(question).outcome != "answered"


def test_no_order_of_another_dose_is_counted(answered: Answered) -> None:
    answer = answered("How many torsemide orders were for 15 mg?")
    assert (answer.outcome, answer.value) == ("not_recorded", (0,))


def test_what_is_on_record_and_cannot_be_put_in_order_is_not_called_unrecorded(answered: Answered) -> None:
    answer = answered("When was the lowest ketorolac dose ordered?")
    assert (answer.outcome, answer.value) == ("not_recorded", ())
    assert answer.sentences[0].text == "No number is recorded in the 1 entry of this kind."
    assert answered("When was the lowest torsemide dose ordered?").value == ("2018-02-01T10:00:00Z",)
