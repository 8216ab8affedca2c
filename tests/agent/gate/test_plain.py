"""Bare questions to the record, which are most of what is asked: none of them is turned away."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import admit

ITEMS = (
    "allergies", "medications", "drugs", "diagnoses", "procedures", "immunizations", "lab results", "vital signs",
    "conditions", "prescriptions", "encounters", "visits", "imaging reports", "admissions", "devices", "goals",
)  # fmt: skip
VALUES = ("potassium", "creatinine", "weight", "blood pressure", "INR", "heart rate", "HbA1c", "temperature")


@pytest.mark.parametrize(
    "question",
    [
        "Which {} are recorded?", "List {}.", "{}?", "Any {}?", "Which {} does the chart list?", "Show me the {}",
        "How many {} are there?", "Who recorded the {}?", "{} in 2019?", "all {} please", "Which {} do I have?",
    ],
)  # fmt: skip
def test_items(question: str) -> None:
    assert not [asked for item in ITEMS if _is_turned_away(asked := question.format(item))]


@pytest.mark.parametrize(
    "question",
    [
        "What is the last {}?", "{}?", "Show the {} trend", "When was {} last measured?", "Any {} above 5?",
        "What was the highest {} in 2020?", "How did the {} change?", "Is there a {} on record?", "{} over time",
    ],
)  # fmt: skip
def test_values(question: str) -> None:
    assert not [asked for value in VALUES if _is_turned_away(asked := question.format(value))]


def _is_turned_away(text: str) -> bool:
    return admit(text[0].upper() + text[1:]).action not in ("answer", "facts_only")
