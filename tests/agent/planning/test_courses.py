"""The course of conditions: which ended last, whether one was over or open then, which lasted longer."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def asked(ask: Ask, question: str) -> dict[str, Any]:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    (call,) = step.calls
    assert call.question is not None
    return call.question.model_dump(exclude_defaults=True, mode="json")


@pytest.mark.parametrize(
    ("question", "which", "target"),
    [
        ("Of all the problems that are closed, which was the last one to be resolved?", "last", "name"),
        ("last condition to clear up?", "last", "name"),
        ("Which of my illnesses was the first to go away", "first", "name"),
        ("When was the last of his problems resolved?", "last", "end"),
    ],
)
def test_which_condition_ended_last(ask: Ask, question: str, which: str, target: str) -> None:
    found = asked(ask, question)
    assert (found["types"], found["which"], found["by"], found["target"]) == (["Condition"], which, "end", target)


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("Had the ankle sprain cleared by 31 May 2017?", "ended"),
        ("was her sprained ankle healed before June 2017", "ended"),
        ("Ankle sprain: was it still open on 3 May 2017?", "lasting"),
        ("Was the sprained ankle still active on 3 May 2017?", "lasting"),
    ],
)
def test_whether_a_condition_was_over_or_open_by_a_day(ask: Ask, question: str, how: str) -> None:
    found = asked(ask, question)
    assert (found["measure"], found["which"], found[how]) == ("exists", "last", True)
    assert found["then"]["end"].startswith("2017")
    assert found["window"]["end"] == found["then"]["end"]
    assert "start" not in found["window"]


def test_which_conditions_were_open_on_a_day(ask: Ask) -> None:
    found = asked(ask, "Which problems were open on 3 May 2017?")
    assert (found["types"], found["measure"], found["lasting"]) == (["Condition"], "distinct", True)


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("Which lasted longer, the viral sinusitis or the ankle sprain?", "gt"),
        ("viral sinusitis vs sprained ankle: which was over quicker?", "lt"),
        ("What went on for longer: the sprained ankle or the viral sinusitis?", "gt"),
    ],
)
def test_which_of_two_conditions_lasted_longer(ask: Ask, question: str, relation: str) -> None:
    found = asked(ask, question)
    assert (found["relation"], found["tells"]) == (relation, "side")
    assert {found[side]["target"] for side in ("left", "right")} == {"duration"}


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("Of the three 'viral sinusitis' entries, one lasted longest. What date did that one begin?", "time"),
        ("the longest of her viral sinusitis episodes: when did it end?", "end"),
        ("How many days did the longest viral sinusitis last?", "duration"),
    ],
)
def test_the_longest_episode_of_a_condition(ask: Ask, question: str, target: str) -> None:
    found = asked(ask, question)
    assert (found["which"], found["by"], found.get("target", "")) == ("last", "value", target)


def test_what_an_age_tells_is_no_code(ask: Ask) -> None:
    found = asked(ask, "Which new diagnosis did she get in 2015?")
    assert "concept" not in found


@pytest.mark.parametrize(
    "question",
    [
        "Did hypertension come before the stroke, or the other way round? Just name the earlier one.",
        "Sort this out for me: chronic sinusitis or hypertension - which one was diagnosed earlier?",
        "stroke or viral sinusitis - which one was recorded first?",
    ],
)
def test_which_of_two_was_first_either_way(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    assert (found["relation"], found["tells"]) == ("before", "side")


def test_nights_are_those_of_a_stay_that_its_reason_tells(ask: Ask) -> None:
    found = asked(ask, "Nights in hospital for the stroke?")
    assert (found["types"], found["unit"], found["which"]) == (["Encounter"], "night", "first")
    assert found["recorded_there"]


def test_two_of_a_thing_told_before_how_far_apart_they_are(ask: Ask) -> None:
    found = asked(ask, "There were two colonoscopies. How many days apart?")
    assert (found["relation"], found["left"]["which"], found["right"]["which"]) == ("interval", "first", "last")


@pytest.mark.parametrize(
    "question", ["For what reasons has he been an inpatient? Each reason once.", "Why was she hospitalised? List each."]
)
def test_the_reasons_of_all_stays(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    assert (found["types"], found["target"], found["measure"]) == (["Encounter"], "reason", "distinct")


@pytest.mark.parametrize(
    "question",
    ["What did he come in with at his last visit?", "the latest visit - what was the complaint?",
     "chief complaint at the last visit?"],
)  # fmt: skip
def test_what_somebody_came_in_with_is_the_reason_of_a_visit(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    assert (found["types"], found["target"], found["which"]) == (["Encounter"], "reason", "last")
