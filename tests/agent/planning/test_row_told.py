"""One row told in a sentence of its own, and what the next asks of it, are one question."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.row_told import row_asked

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        (
            "The LDL peaked at some point between 1979 and 1980. Which date?",
            "when was the highest LDL between 1979 and 1980?",
        ),
        (
            "Since March 2015 the HDL hit a low at some point, tell me the date of that lowest one",
            "when was the lowest HDL since March 2015?",
        ),
        (
            "Between 1979 and 1980 the LDL was at its highest once. On what date?",
            "when was the highest LDL between 1979 and 1980?",
        ),
        ("HDL bottomed out since March 2015 - date?", "when was the lowest HDL since March 2015?"),
        ("There is a highest LDL somewhere in 1979. What day was it?", "when was the highest LDL in 1979?"),
        ("Her HDL was at its lowest once. What did it read?", "what was the lowest HDL?"),
        ("LDL peaked once. How high was it?", "what was the highest LDL?"),
        ("Not the latest weight, the one right before it please.", "what was the previous weight?"),
        ("Skip the newest weight; what was the one before it?", "what was the previous weight?"),
        ("I don't want the latest weight, I want the one just before that. Value?", "what was the previous weight?"),
        ("Weight, not the latest but the one before it.", "what was the previous Weight?"),
        ("Leave out the last weight. When was the one before that?", "when was the previous weight?"),
        ("Not the last flu shot, the one before it. Date?", "when was the previous flu shot?"),
        ("Not the first weight but the second one please. Date?", "when was the second weight?"),
        (
            "Dementia: if there's more than one entry, take the newest. Onset date?",
            "when was the onset of the last Dementia?",
        ),
        (
            "Dementia, any kind. If there are several, use the first. When did it start?",
            "when was the first Dementia of any kind?",
        ),
        (
            "When was the onset of gout? If there are several entries, take the latest one.",
            "When was the last onset of gout?",
        ),
        ("Who prescribed aspirin? If there are several, the latest.", "who last prescribed aspirin?"),
        ("Weight: if there is more than one, the newest. Value?", "what was the last Weight?"),
        (
            "Stroke, first diagnosis. Patient was how old then?",
            "how old was the patient when Stroke was first diagnosed?",
        ),
        ("First stroke diagnosis: patient's age?", "how old was the patient when stroke was first diagnosed?"),
        (
            "At first diagnosis of gout, what was the patient's age?",
            "how old was the patient when gout was first diagnosed?",
        ),
        (
            "Look back from the first time gout was diagnosed. The closest earlier LDL on record, what did it read?",
            "what was the last LDL before gout was first diagnosed?",
        ),
        (
            "Alendronate start: I'm after the RDW immediately preceding it.",
            "what was the last RDW before Alendronate was first started?",
        ),
        (
            "First alendronate prescription; the closest RDW before it, value please",
            "what was the last RDW before alendronate was first prescribed?",
        ),
        (
            "Gout, first diagnosis: when was the last LDL before it?",
            "when was the last LDL before Gout was first diagnosed?",
        ),
        (
            "She was started on alendronate at some point. I need the RDW right after that.",
            "what was the first RDW after alendronate was first started?",
        ),
        (
            "Start from the first gout diagnosis and go back: the nearest LDL?",
            "what was the last LDL before gout was first diagnosed?",
        ),
        ("Alendronate start: the first RDW before it?", "what was the first RDW before Alendronate was first started?"),
        ("Counting flu shots from the first one, number four was given on what date?", "when was the fourth flu shot?"),
        ("Counting LDL results from the first one, what was the third?", "what was the third LDL?"),
    ],
)
def test_what_is_asked_of_a_row_that_is_told(told: str, plain: str) -> None:
    assert row_asked(told) == plain


@pytest.mark.parametrize(
    "question",
    [
        "The HDL had a low level at some point. Date?",
        "Since 2015 the LDL peaked in 2016. When?",
        "Not the latest weight, the one right before it please. And the BMI?",
        "First diagnosis of stroke: date?",
        "Gout was diagnosed. Any antibiotics after that?",
        "Alendronate start: drugs before it?",
        "Start from the first gout diagnosis and go back: the next LDL?",
        "Look back from the start of aspirin. The next LDL, what was it?",
        "Counting flu shots from the first one, number four was how many?",
        "Counting flu shots from the first one, number twelve was given on what date?",
    ],
)
def test_anything_else_stays_as_it_is(question: str) -> None:
    assert row_asked(question) == question


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("The LDL peaked at some point in 2019. Which date?", "When was the highest LDL in 2019?"),
        ("Not the latest weight, the one right before it.", "What was the previous weight?"),
        (
            "Stroke, first diagnosis. Patient was how old then?",
            "How old was the patient when stroke was first diagnosed?",
        ),
        (
            "Simvastatin start: I'm after the LDL immediately preceding it.",
            "What was the last LDL before simvastatin was first started?",
        ),
        ("Counting flu shots from the first, when was number three?", "When was the third flu shot?"),
        ("Any Simvastatin prescribed from July 2019 on?", "any simvastatin prescribed from July 2019 on?"),
    ],
)
def test_it_is_planned_as_the_plain_question(ask: Ask, told: str, plain: str) -> None:
    assert shapes(ask, told) == shapes(ask, plain)
