"""Of what there are most or fewest is counted by what the entries are, and told with all that are level."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner

from .conftest import Ask, queries, shapes

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("question", "types", "measure", "target"),
    [
        ("Most common procedure", "Procedure", "commonest", "name"),
        ("What procedure has been done most often?", "Procedure", "commonest", "name"),
        ("Which drug was prescribed most often?", "MedicationRequest", "commonest", "name"),
        ("most prescribed drug", "MedicationRequest", "commonest", "name"),
        ("what drug was she prescribed the most", "MedicationRequest", "commonest", "name"),
        ("least common vaccine", "Immunization", "rarest", "name"),
        ("Which doctor did she see most often?", "Encounter", "commonest", "person"),
        ("his most frequent doctor", "Encounter", "commonest", "person"),
        ("procedures by how often they were done", "Procedure", "commonest", "name"),
        ("the most common reason for her visits", "Encounter", "commonest", "reason"),
        ("Which lab test was done the most?", "Observation", "commonest", "name"),
        ("Which clinic did she visit most often?", "Encounter", "commonest", "location"),
        ("which drug shows up most in the chart", "MedicationRequest", "commonest", "name"),
        ("what drug was prescribed the most times and how many times", "MedicationRequest", "commonest", "name"),
    ],
)
def test_what_there_is_most_of_is_asked_for(ask: Ask, question: str, types: str, measure: str, target: str) -> None:
    (asked,) = queries(ask, question)
    assert (asked["types"], asked["measure"], asked.get("target")) == ([types], measure, target)


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("top 3 drugs", 3),
        ("the two most prescribed drugs", 2),
        ("What are the most common procedures?", 5),
        ("the most common procedure", None),
    ],
)
def test_several_are_told_where_several_are_asked_for(ask: Ask, question: str, limit: int | None) -> None:
    (asked,) = queries(ask, question)
    assert asked.get("limit") == limit


def test_it_is_counted_within_a_time(ask: Ask) -> None:
    (asked,) = shapes(ask, "Which procedure was done most often in 2018?")
    assert asked["window"] == ["2018-01-01", "2019-01-01"]


@pytest.mark.parametrize(
    "question",
    [
        "When was simvastatin prescribed most often?",
        "How often was the most common procedure done?",
        "which prescriber has he seen most",
        "most recent and most common diagnosis",
        "Which procedure has she only had once?",
    ],
)
def test_what_is_counted_otherwise_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_the_least_recent_is_the_first(ask: Ask) -> None:
    (asked,) = queries(ask, "least recent procedure")
    assert (asked["types"], asked["which"]) == (["Procedure"], "first")
