"""What stands around a question and changes nothing of it is left out where the question is not understood with it."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.surroundings import without_surroundings

from .conftest import Ask

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("For the endpoint form, when was the last potassium?", "when was the last potassium?"),
        ("Item 14, last potassium: date?", "last potassium: date?"),
        ('Field "smoking": which status is coded?', "smoking: which status is coded?"),
        ("Act as the ward clerk and list the active conditions", "list the active conditions"),
        ("What was the last potassium for the patient I have open?", "What was the last potassium?"),
        ("last potassium + date, this pt", "last potassium + date"),
        ("Was aspirin given, going by the medication administrations?", "Was aspirin given?"),
        ("Potassium values since 2017, in one paragraph, cited", "Potassium values since 2017"),
    ],
)
def test_surroundings_are_taken_off(said: str, bare: str) -> None:
    assert without_surroundings(said) == bare


@pytest.mark.parametrize(
    "question",
    [
        "How many potassium readings since 2017 in this patient's chart?",
        "Was the potassium measured in 2017 for kidney disease?",
        "For how long was the last hospital stay?",
        "Which drugs were prescribed in the emergency department?",
    ],
)
def test_what_narrows_stays(question: str) -> None:
    assert without_surroundings(question) == question


def test_a_question_is_read_as_it_is_without_them(ask: Ask) -> None:
    plain, around = (
        PLANNER.decide(ask(question))
        for question in (
            "When was the last potassium measured?",
            "For the zorble adjudication sheet, when was the last potassium measured, going by the coded entries?",
        )
    )
    assert isinstance(plain, UseTools)
    assert isinstance(around, UseTools)
    assert around.calls == plain.calls


@pytest.mark.parametrize(
    "question",
    [
        "Act as the admitting registrar and give me your working diagnosis from the admission note.",
        "For the triage sheet, which group should this patient be in?",
        "For the board form, grade the ulcer, going by the nursing notes.",
    ],
)
def test_a_judgement_stays_one_without_them(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)
