"""Which row is meant, said in other words; what stands beside it and is no such row is not read so."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.newest import two_latest
from chartwarden.agent.planning.wording.rows_meant import rows_plainly, the_one_before
from chartwarden.agent.planning.wording.topics import of_row
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("What was the second to last potassium?", "What potassium did she have just ahead of the final one?"),
        (
            "What was the second to last potassium?",
            "I've got the newest potassium in front of me; the unit asks for the value right before it.",
        ),
        (
            "What was the second to last potassium?",
            "We know the last potassium. What did the reading before that show?",
        ),
        ("Is the last potassium higher than the previous one?", "Potassium latest > prior?"),
        (
            "Is the last potassium lower than the previous one?",
            "Last two potassium values: has the later fallen below the earlier?",
        ),
        (
            "What was the last potassium before the stroke?",
            "What was the nearest potassium before the stroke?",
        ),
        (
            "What was the last potassium before the stroke was first diagnosed?",
            "Go to the day the stroke was first diagnosed, then count back to the nearest potassium. What was it?",
        ),
        ("When was the first ibuprofen prescription?", "How far back does the ibuprofen prescription go?"),
        ("On what day was the lowest potassium in 2016?", "On what day did the potassium bottom out in 2016?"),
        ("When was the second flu shot given?", "Flu shot, dose two. On what date was it given?"),
        ("When was the fourth flu shot given?", "Flu shot no. 4, counting from the first: when was it given?"),
        ("When was the fourth flu shot given?", "The flu shots, in order: when was number four given?"),
        ("When was the second flu shot?", "When was dose 2 of the flu shot?"),
        ("What was the first procedure?", "What procedure came ahead of all the rest?"),
        (
            "What was the last body weight until 9 May 2014?",
            "Body weight up to 9 May 2014, the value nearest to that day?",
        ),
        ("What is the last body weight?", "What was the body weight at the most recent reading?"),
        (
            "What was the weight on 9 December 2013?",
            "The order was based on the weight from 9 December 2013; what was that weight?",
        ),
    ],
)
def test_a_row_said_in_other_words_is_the_same_row(ask: Ask, plain: str, other: str) -> None:
    assert queries(ask, other) == queries(ask, plain)


@pytest.mark.parametrize(
    "question",
    [
        "I have the latest potassium; when was the one before it?",
        "I have the latest potassium. Was the one before it higher?",
        "Did the potassium drop on the latest test compared with the one just before it?",
        "The last two potassium values: is the older higher than the newer?",
        "Look at the last two potassiums: has it climbed by more than 1?",
        "The latest two potassium readings: is the newer lower than the lowest in 2012?",
    ],
)
def test_what_asks_more_than_the_row_is_not_said_as_that_row(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    asked = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert isinstance(step, GiveUp) or not any(getattr(one, "target", "") == "value" for one in asked)


def test_the_first_is_compared_where_it_is_named(ask: Ask) -> None:
    first = queries(ask, "Is her latest potassium higher than her very first one?")
    assert [one["right"]["which"] for one in first] == ["first"]
    assert queries(ask, "Is her latest potassium higher than the previous one?") != first


def test_rules_take_the_row_and_nothing_else() -> None:
    named = frozenset({"qc0"})
    assert the_one_before("we have the latest qc0; what was the one before it", named, {}) == (
        "what was the second to last qc0"
    )
    assert "second" not in the_one_before("we have the latest qc0; what was it before qc1 was diagnosed", named, {})
    assert "second" not in the_one_before("the last qc0 was taken after qt0. what was the one before", named, {})
    assert two_latest("last two qc0: is the newer up") == "is the last qc0 higher than the previous one"
    assert two_latest("last two qc0: is the newer above 90") == "last two qc0: is the newer above 90"
    assert two_latest("last two qc0: is the older higher") == "last two qc0: is the older higher"
    known, ask_when = frozenset({"qc3", "qc4"}), "when was it"
    assert of_row("the second qc3 dose", ask_when, known) == "when was the second qc3"
    assert of_row("qt0 the highest qc3", "what was its value", known) == "what was the value of the highest qc3 qt0"
    assert of_row("qc3 and qc4, the latest", ask_when, known) is None
    assert rows_plainly("what was qc0 the time before last") == "what was qc0 the time before last"


def test_an_all_time_low_is_the_lowest(ask: Ask) -> None:
    wanted = queries(ask, "On the day of his lowest LDL, what was the potassium?")
    assert queries(ask, "On the day his LDL hit its all-time low, what was the potassium?") == wanted
