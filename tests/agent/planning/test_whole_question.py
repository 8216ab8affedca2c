"""Nothing of a question is passed over: what limits, counts or qualifies it is read, or it is not understood."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    "question",
    [
        "What was the weight two readings ago?",
        "Was the first LDL after warfarin was started worth the last one preceding it?",
        "Is she up to date with flu shots?",
        "Was she ever tested for hypertension?",
        "How long after the diagnosis was it started?",
    ],
)
def test_what_would_be_read_as_another_question_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_a_limit_on_one_reading_is_not_asked_of_all(ask: Ask) -> None:
    (shape,) = shapes(ask, "Was the LDL above 130 at the last measurement?")
    assert (shape["which"], shape["held"]) == ("last", True)


def test_more_than_once_asks_for_a_second(ask: Ask) -> None:
    (shape,) = shapes(ask, "Has the LDL been measured more than once?")
    assert (shape["measure"], shape["which"], shape["index"]) == ("exists", "first", 2)
    (shape,) = shapes(ask, "Was the LDL measured at least 3 times?")
    assert (shape["measure"], shape["index"]) == ("exists", 3)


@pytest.mark.parametrize("question", ["What was prescribed alongside warfarin?", "Was the flu shot given every year?"])
def test_what_qualifies_a_question_is_not_ignored(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question",
    [
        "How many consecutive visits did he have in 2018?",
        "List his confirmed diagnoses.",
        "Which preliminary diagnoses does she have?",
        "On how many consecutive occasions was her weight over 70 kg?",
        "How many abnormal procedures were there in 2019?",
        "Left stroke, when was it diagnosed?",
        "How many visits did she have in 2018 with a female doctor?",
        "How many prescriptions were written by a nurse?",
    ],
)
def test_a_word_that_says_which_of_them_is_not_passed_over(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("How many recorded visits did he have in 2018?", "How many visits did he have in 2018?"),
        ("List all documented diagnoses.", "List all diagnoses."),
        ("What was her most recent measured weight?", "What was her most recent weight?"),
    ],
)
def test_a_word_that_says_no_more_than_its_noun_is_none(ask: Ask, question: str, plain: str) -> None:
    assert queries(ask, question) == queries(ask, plain)


def test_notes_are_not_quoted_for_a_number_of_entries(ask: Ask) -> None:
    """Nor where the question names what the record has entries of, and no document."""
    for question in ("How many potassium write-offs are filed?", "potassium, as recorded by whoever drew it?"):
        assert isinstance(PLANNER.decide(ask(question)), GiveUp)
