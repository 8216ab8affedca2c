"""Nothing of a question is passed over: what limits, counts or qualifies it is read, or it is not understood."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

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
