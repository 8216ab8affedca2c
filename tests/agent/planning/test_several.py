"""Several questions in one line: each is asked by itself, and none is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.several import asked_one_by_one

from .conftest import queries

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


@pytest.mark.parametrize(
    ("line", "one_by_one"),
    [
        (
            "When was her stroke, and what was the LDL before that?",
            ("When was her stroke?", "What was the LDL before the stroke?"),
        ),
        (
            "When was hypertension diagnosed? What was the weight then, and what is it now?",
            (
                "When was hypertension diagnosed?",
                "What was the weight on the day hypertension was diagnosed?",
                "What is the weight now?",
            ),
        ),
        (
            "What was the highest LDL, and what was the potassium that day?",
            ("What was the highest LDL?", "What was the potassium on the day of the highest LDL?"),
        ),
        (
            "Did she have a stroke? How many flu shots since then?",
            ("Did she have a stroke?", "How many flu shots after the stroke?"),
        ),
        (
            "When was the last colonoscopy? Any flu shots that year?",
            ("When was the last colonoscopy?", "Any flu shots in the year of the last colonoscopy?"),
        ),
        ("What was the LDL in 2013? And the potassium then?", ("LDL in 2013?", "potassium in 2013?")),
        (
            "Does she have hyperlipidemia, and if not, when was LDL last measured?",
            ("Does she have hyperlipidemia?", "When was LDL last measured?"),
        ),
        ("First potassium? And the highest one?", ("What was the first potassium?", "What was the highest potassium?")),
        (
            "Find the lowest LDL, then say what the potassium was on that very day.",
            ("What was the potassium on the day of the lowest LDL?",),
        ),
        ("What I'm trying to settle is whether she had a stroke.", ("Did she have a stroke?",)),
        ("The visit after the stroke", ("What was the next visit after the stroke?",)),
    ],
)
def test_a_question_that_points_to_the_one_before_is_asked_of_that(
    ask: Ask, line: str, one_by_one: tuple[str, ...]
) -> None:
    assert queries(ask, line) == [one for question in one_by_one for one in queries(ask, question)]


@pytest.mark.parametrize(
    "line",
    [
        "How many flu shots has she had, and what was her weight then?",
        "Which drugs were started in 2015, and what was the LDL after that?",
        "What was the LDL before that?",
        "What was her weight then?",
        "What drugs was she given then?",
        "When was the last flu shot, and the one before that?",
        "What were the last 3 LDLs and the first 2?",
        "Last visit, the one before, and what for?",
        "What was her weight in 2014? And the one before?",
    ],
)
def test_what_points_to_no_one_event_is_not_read_past(ask: Ask, line: str) -> None:
    step = PLANNER.decide(ask(line))
    assert isinstance(step, GiveUp), step


def test_the_beginning_is_asked_beside_the_end_of_a_condition(ask: Ask) -> None:
    ended, began = queries(ask, "Is the viral sinusitis gone? When did it start?")
    assert ended["status"][0] == "resolved"
    assert (began["target"], began["which"]) == ("time", "first")
