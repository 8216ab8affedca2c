"""What an allergy does, and how severely, is asked of its recorded reactions in many words."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner

from .conftest import Ask, asked, queries

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    "question",
    [
        "What happens when she has shellfish?",
        "reaction to shellfish?",
        "Which reaction did shellfish cause?",
        "what kind of reaction does she get from shellfish",
        "How does she react to shellfish?",
        "What does shellfish do to her?",
        "shellfish reaction",
    ],
)
def test_a_reaction_is_asked_of_the_allergy(ask: Ask, question: str) -> None:
    (found,) = queries(ask, question)
    assert (found["types"], found["target"]) == (["AllergyIntolerance"], "result")
    assert "concept" in found


@pytest.mark.parametrize(
    "question",
    [
        "how severe is the reaction to shellfish",
        "How bad is her shellfish allergy?",
        "severity of the shellfish allergy",
        "shellfish allergy severity",
    ],
)
def test_how_severe_it_is_is_asked_too(ask: Ask, question: str) -> None:
    (found,) = queries(ask, question)
    assert (found["types"], found["target"]) == (["AllergyIntolerance"], "severity")


@pytest.mark.parametrize(
    "question",
    [
        "Allergic reactions?",
        "allergies and reactions",
        "Which allergies, and what reactions?",
        "Has she ever had an allergic reaction?",
        "anaphylaxis ever?",
    ],
)
def test_reactions_without_a_name_are_those_of_all_allergies(ask: Ask, question: str) -> None:
    (found,) = queries(ask, question)
    assert found == {"types": ["AllergyIntolerance"], "target": "result"}


def test_whether_there_was_a_reaction_is_whether_the_allergy_is_recorded(ask: Ask) -> None:
    (found,) = queries(ask, "Does she have a reaction to shellfish?")
    assert (found["types"], found["measure"]) == (["AllergyIntolerance"], "exists")


def test_whether_it_was_anaphylaxis_is_for_the_recorded_reaction_to_say(ask: Ask) -> None:
    (found,) = queries(ask, "Has she had anaphylaxis to shellfish?")
    assert (found["types"], found["target"]) == (["AllergyIntolerance"], "result")


@pytest.mark.parametrize(
    "question", ["When did the reaction to shellfish happen?", "Which of her allergies is the most severe?"]
)
def test_what_no_allergy_tells_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize("question", ["What happened when she had the stroke?", "What happens if he takes warfarin?"])
def test_what_happened_around_something_else_is_no_reaction(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, GiveUp) or all(
        "AllergyIntolerance" not in getattr(one, "types", ()) for one in asked(ask, question)
    )
