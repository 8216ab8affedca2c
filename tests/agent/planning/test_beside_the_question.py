"""What stands beside a question: why one asks, what one will do, the only time that is meant, how much is wanted."""

from __future__ import annotations

import pytest

from .made_up import Answered, answered_over, encounter, had, measured, ordered, patient

VISIT = "2019-05-02T09:00:00Z"
RECORD = [
    patient("1949-03-11", "female"),
    ordered("n1", "Naproxen sodium 220 MG Oral Tablet", "2017-06-11T09:00:00Z"),
    ordered("n2", "Naproxen sodium 220 MG Oral Tablet", "2018-06-11T09:00:00Z"),
    ordered("v1", "Verapamil Hydrochloride 40 MG", "2019-06-12T09:00:00Z"),
    measured("s1", "Sodium", VISIT, 141, "mmol/L"),
    measured("p1", "Platelets [#/volume] in Blood", "2018-05-02T09:00:00Z", 210, "10*3/uL"),
    measured("p2", "Platelets [#/volume] in Blood", VISIT, 220, "10*3/uL"),
    measured("b1", "Hemoglobin", "2018-05-03T09:00:00Z", 9, "g/dL"),
    measured("b2", "Hemoglobin", "2018-05-04T09:00:00Z", 11, "g/dL"),
    measured("t1", "Triglycerides", VISIT, 151, "mg/dL", at="e1"),
    measured("w2", "Leukocytes [#/volume] in Blood", VISIT, 7.5, "10*3/uL"),
    measured("r2", "Erythrocytes [#/volume] in Blood", VISIT, 4.5, "10*6/uL"),
    encounter("e1", "AMB", VISIT, "2019-05-02T09:30:00Z"),
    had("g1", "Cholelithiasis", "2016-01-05T09:00:00Z"),
]
answered = answered_over(RECORD, as_of="2020-01-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("WBC count, latest?", 7.5),
        ("RBC count: newest result?", 4.5),
        ("Audit of scripts today, so please count up every verapamil prescription.", 1),
        ("Dentist here, I'm about to prescribe something. Did she ever have verapamil?", True),
        ("In 2017, what was prescribed? Names of the drugs will do.", "Naproxen sodium 220 MG Oral Tablet"),
        ("Platelet review today, so list the latest sodium.", 141),
        ("It's the value of the latest sodium I'm after.", 141),
        ("Please stay between 2015 and 2018 for this one. How many naproxen prescriptions were there?", 2),
        ("Platelet check, year 2018 only. What were the platelets?", 210),
        ("Naproxen versus verapamil, the first time each was prescribed: was verapamil the earlier one?", False),
        ("Sodium recorded on 2 May 2019.", 141),
        ("How much did the hemoglobin go up between the 3rd and the 4th of May 2018?", 2),
        ("Give me the sodium recorded alongside the highest platelets.", 141),
        ("Cholelithiasis got diagnosed, and then came the very next visit. Triglycerides measured at that visit?", 151),
    ],
)
def test_what_stands_beside_the_question_is_no_part_of_it(answered: Answered, question: str, value: object) -> None:
    answer = answered(question)
    assert (answer.outcome, answer.value) == ("answered", (value,)), answer.text
