"""Names as terminologies write them: of drugs with their salt, of rows that share words, of cultures that are done."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.gate.identity import mentioned_people

from .made_up import SNOMED, Answered, answered_over, coded, done, had, measured, ordered, patient, period

VISIT = "2019-05-02T09:00:00Z"
RECORD = [
    patient("1949-03-11", "female"),
    ordered("n1", "Naproxen sodium 220 MG Oral Tablet", "2017-06-11T09:00:00Z"),
    ordered("n2", "Naproxen sodium 220 MG Oral Tablet", "2018-06-11T09:00:00Z"),
    ordered("n3", "Naproxen 500 MG Oral Tablet", "2019-06-11T09:00:00Z"),
    ordered("v1", "24 HR Verapamil Hydrochloride 240 MG Extended Release Oral Tablet", "2019-06-12T09:00:00Z"),
    ordered("k1", "24hr nicotine transdermal patch", "2019-06-13T09:00:00Z"),
    ordered("o1", "Ortho Tri-Cyclen 28 Day Pack", "2012-06-13T09:00:00Z"),
    measured("s1", "Sodium", VISIT, 141, "mmol/L"),
    measured("b1", "Body Mass Index", VISIT, 31.5, "kg/m2"),
    measured("p1", "Platelets [#/volume] in Blood", "2018-05-02T09:00:00Z", 210, "10*3/uL"),
    measured("p2", "Platelets [#/volume] in Blood", VISIT, 220, "10*3/uL"),
    measured("m1", "Platelet mean volume [Entitic volume] in Blood", "2018-05-02T09:00:00Z", 10, "fL"),
    measured("m2", "Platelet mean volume [Entitic volume] in Blood", VISIT, 12, "fL"),
    measured("t1", "Triglycerides", VISIT, 151, "mg/dL"),
    had("c1", "Body mass index 30+ - obesity (finding)", VISIT),
    had("g1", coded("Cholelithiasis", "235919008", SNOMED), "2016-01-05T09:00:00Z"),
    had("g2", coded("Acute Cholecystitis", "65275009", SNOMED), "2016-02-05T09:00:00Z"),
    had("k2", coded("Chronic kidney disease stage 1 (disorder)", "431855005", SNOMED), "2014-02-05T09:00:00Z"),
    had("k3", coded("Chronic kidney disease stage 2 (disorder)", "431856006", SNOMED), "2018-02-05T09:00:00Z"),
    had("l1", coded("Suspected lung cancer (situation)", "162573006", SNOMED), "2015-02-05T09:00:00Z"),
    had("l2", coded("Non-small cell lung cancer (disorder)", "254637007", SNOMED), "2015-03-05T09:00:00Z"),
    had("w1", coded("Concussion with no loss of consciousness", "62106007", SNOMED), "2013-03-05T09:00:00Z"),
    done("q1", "Throat culture (procedure)", period("2018-03-01T09:00:00Z", "2018-03-01T09:10:00Z")),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2020-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many orders for naproxen sodium?", 2),
        ("How many orders for naproxen?", 3),
        ("How many orders for Naproxen sodium 220 MG Oral Tablet?", 2),
        ("Number of nicotine transdermal patch prescriptions?", 1),
        ("What was the sodium just before verapamil hydrochloride was started?", 141),
        ("What was the body mass index just before the patient started verapamil?", 31.5),
        ("Count the platelets measurements so far.", 2),
        ("What is the mean platelet mean volume on record?", 11),
        ("Give the first value recorded for triglycerides.", 151),
        ("How many times was throat culture done?", 1),
        ("Count the episodes of cholelithiasis.", 1),
    ],
)
def test_a_name_is_taken_as_a_whole(answered: Answered, question: str, value: float) -> None:
    answer = answered(question)
    assert (answer.outcome, answer.value) == ("answered", (value,)), answer.text


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("When was CKD stage 2 first diagnosed?", "2018-02-05"),
        ("When was stage 2 CKD first diagnosed?", "2018-02-05"),
        ("When was chronic kidney disease first diagnosed?", "2014-02-05"),
        ("When was lung cancer first diagnosed?", "2015-03-05"),
        ("When was suspected lung cancer first recorded?", "2015-02-05"),
        ("When was Ortho Tri-Cyclen first prescribed?", "2012-06-13"),
        ("When was the concussion without loss of consciousness?", "2013-03-05"),
    ],
)
def test_what_a_name_tells_apart_is_kept(answered: Answered, question: str, day: str) -> None:
    answer = answered(question)
    assert [str(one)[:10] for one in answer.value] == [day], answer.text


@pytest.mark.parametrize("question", ["When was CKD stage 4 first diagnosed?", "Was there ever grade 3 lung cancer?"])
def test_another_stage_is_not_passed_over(answered: Answered, question: str) -> None:
    answer = answered(question)
    assert answer.outcome in ("failed", "not_recorded"), answer.text


def test_a_reason_is_asked_of_the_record_and_of_nobody(answered: Answered) -> None:
    answer: Any = answered("Is there any prescription with lung cancer as the reason?")
    assert answer.outcome == "not_recorded", answer.text


def test_a_brand_of_two_capitalised_words_is_nobody() -> None:
    assert not mentioned_people("What is the date of the most recent prescription for Ortho Tri-Cyclen?")


def test_a_preparation_of_two_capitalised_words_is_nobody() -> None:
    assert not mentioned_people("How much was prescribed in the latest order for Glucose Gel?")
    assert mentioned_people("How much was prescribed in the latest order for Jane Doe?") == {"Jane Doe"}
