"""Several questions in one line: each is asked by itself, and none is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.several import asked_one_by_one

Ask = Callable[..., PlanningContext]
PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "How low did the worst potassium go? What was the first diagnosis ever?",
            ("How low did the worst potassium go", "What was the first diagnosis ever"),
        ),
        ("When was the last flu shot and how tall is she?", ("When was the last flu shot", "how tall is she")),
        ("When was the last flu shot, and who gave it?", ()),
        ("When was the last flu shot? And before that?", ()),
        ("She had asthma. When was it diagnosed?", ()),
        ("When was asthma diagnosed?", ()),
        ("Which problems are active? Show me the list.", ()),
    ],
)
def test_a_line_is_told_apart_where_each_question_stands_on_its_own(line: str, parts: tuple[str, ...]) -> None:
    assert asked_one_by_one(line) == parts


def test_questions_that_are_said_in_their_own_way_are_asked_one_by_one(ask: Ask) -> None:
    step = PLANNER.decide(
        ask("What does the tally of flu shots come to? Is a colonoscopy done at some point, yes or no?")
    )
    assert isinstance(step, UseTools)
    assert {call.question.types for call in step.calls} == {("Immunization",), ("Procedure",)}


def test_a_line_with_a_question_that_is_not_understood_is_not_answered_in_part(ask: Ask) -> None:
    step = PLANNER.decide(ask("When was ibuprofen last prescribed? Was the zorbled frumple ever snarked?"))
    assert isinstance(step, GiveUp), step


def test_a_vaccine_of_type_a_is_not_another_of_the_same_name(ask: Ask) -> None:
    """ "Hepatitis A shot" is not read as "hepatitis" and a stray letter: that would be any vaccine of the name."""
    step = PLANNER.decide(ask("When was the hepatitis A shot given?"))
    assert isinstance(step, UseTools)
    concept = step.calls[0].question.concept
    assert concept.words == "hepatitis A"
    assert not concept.codings
