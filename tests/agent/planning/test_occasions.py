"""A visit told as an occasion, or as one "there", is named; what asks for something else of it is left as it is."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.occasions import visits_named


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("The last time he was seen in the ED, why was that?", "what was the reason for the last ED visit?"),
        (
            "the first time grandma ended up in the emergency room, what does the file give as the cause?",
            "what was the reason for the first emergency room visit?",
        ),
        (
            "The previous time she was admitted to the ICU, which condition was she treated for?",
            "what was the reason for the previous ICU stay?",
        ),
        (
            "The last time he came to the ED, what was prescribed?",
            "The last time he came to the ED, what was prescribed?",
        ),
        (
            "The last time she was in hospital, what was the reason for the warfarin?",
            "The last time she was in hospital, what was the reason for the warfarin?",
        ),
        (
            "She keeps going to the ER. How many visits there in 2014?",
            "She keeps going to the ER. How many er visits in 2014?",
        ),
        (
            "He was in the ER and then in the ICU. When was the first stay there?",
            "He was in the ER and then in the ICU. When was the first stay there?",
        ),
        (
            "Last time he was in hospital, why was it, what did he have?",
            "what was the reason for the last hospital stay?",
        ),
        (
            "The last time Mum was admitted to hospital as an inpatient, what was it for?",
            "what was the reason for the last inpatient stay?",
        ),
        (
            "The most recent time he went in as an inpatient, why was that?",
            "what was the reason for the most recent inpatient stay?",
        ),
        (
            "What was wrong with him when he came in to the ER in 2014?",
            "what was the reason for the ER visit in 2014?",
        ),
        ("How many visits there were in 2014?", "How many visits there were in 2014?"),
        ("What was she in for on 3 May 2014?", "what was the reason for the visit on 3 May 2014?"),
        ("what was he seen for in 2014", "what was the reason for the visit in 2014?"),
        ("What was the patient in the ER for last May?", "what was the reason for the ER visit last May?"),
        ("what was she in hospital for in 2014?", "what was the reason for the hospital stay in 2014?"),
        ("What was she in for?", "What was she in for?"),
        ("What was she given for in 2014?", "What was she given for in 2014?"),
        ("Why did we take her to the doctor in May 2014?", "what was the reason for the visit in May 2014?"),
        ("Why did she take aspirin to the clinic?", "Why did she take aspirin to the clinic?"),
        ("Was she rushed to the ER in 2014?", "Was she taken to the ER in 2014?"),
        ("when was he rushed to hospital", "when was he taken to the emergency department"),
        ("He was rushed in the morning.", "He was rushed in the morning."),
    ],
)
def test_the_visit_of_an_occasion_is_named(said: str, named: str) -> None:
    assert visits_named(said) == named
