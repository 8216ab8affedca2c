"""Things named beside each other, with what stands around them: one of several, examples that go on."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import NoteSearch, RecordQuery

from .conftest import Ask

PLANNER = RulesPlanner()


def asked(ask: Ask, question: str) -> list[dict[str, object]]:
    """The queries of a question without the words of what is named."""
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    queries = [call.question for call in step.calls]
    assert all(isinstance(query, RecordQuery) for query in queries)
    told = [query.model_dump(exclude_defaults=True, mode="json") for query in queries if query is not None]
    for query in told:
        for named in ("concept", "reason"):
            query.get(named, {}).pop("words", None)
    return told


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("Was ibuprofen or warfarin ever prescribed?", "At least one of these ever prescribed: ibuprofen, warfarin?"),
        (
            "Was ibuprofen or warfarin ever prescribed?",
            "Was one or more of the following ever prescribed: ibuprofen, warfarin?",
        ),
        ("Was ibuprofen or warfarin ever prescribed?", "Was ibuprofen, warfarin, or ibuprofen ever prescribed?"),
        ("Has she had any warfarin?", "Has she had any exposure to warfarin?"),
        (
            "Was any medication prescribed for stroke?",
            "Was the stroke at any time treated with something on prescription?",
        ),
        (
            "Was any medication prescribed for stroke?",
            "Was stroke ever treated with any medicine, as far as this chart goes?",
        ),
        ("When was a stroke last diagnosed?", "Surgeon asks when a stroke was last diagnosed."),
        ("Is she on warfarin?", "Is she on warfarin? I only mean the meds that are active."),
        (
            "Does she have any active lipid disorder?",
            "Blood fats and so on, any lipid disorder whatever: does she have one at present?",
        ),
        ("When did the sprain of ankle resolve?", "She did a sprain of ankle, you see. By what date did it resolve?"),
        ("List the prescriptions of warfarin", "List her prescriptions of warfarin"),
        (
            "How many colonoscopies are there? When were they?",
            "How many colonoscopies are there, and on which dates?",
        ),
        ("How many flu shots are there? When was the last one?", "How many flu shots are there and when was the last?"),
        ("When did she have a fracture of any kind?", "When did she have a broken bone of any kind?"),
        ("When was her last flu shot?", "Last flu jab?"),
        ("When was childbirth?", "When did she give birth?"),
        ("When was childbirth?", "When did she have the baby?"),
        ("How many different vaccines has she had?", "How many kinds of vaccine has she had?"),
        ("When was the last colonoscopy?", "When did the colonoscopies end?"),
        ("List the active conditions", "Walk me through her problem list, just the ones still active."),
    ],
)
def test_other_words_come_to_the_same_query(ask: Ask, plain: str, other: str) -> None:
    assert asked(ask, other) == asked(ask, plain)


@pytest.mark.parametrize(
    "question",
    [
        "What was she given the last time she had a stroke?",
        "Last time she had a stroke, did she get anything for it?",
        "Has she had any exposure to asbestos?",
        "Has she been off warfarin since 2018?",
        "What did she have taken out?",
        "What did they take out in 2015?",
        "Is there any bone trouble since 2015?",
        "Warfarin, ibuprofen and so on: how many times was she diagnosed with one?",
    ],
)
def test_what_is_asked_of_an_occasion_or_of_examples_is_no_other_question(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_when_it_was_resolved_is_its_end(ask: Ask) -> None:
    first, second = asked(ask, "Was the sprain of ankle resolved, and when?")
    assert (first["measure"], first["target"]) == ("exists", "name")
    assert second["target"] == "end"


def test_neither_of_two_times_that_are_asked_for_is_lost(ask: Ask) -> None:
    found, over = asked(ask, "When was the sprain of ankle found and when did it resolve?")
    assert (found["target"], over["target"]) == ("time", "end")


def test_of_something_that_nothing_knows_no_kind_is_made_up(ask: Ask) -> None:
    step = PLANNER.decide(ask("Is there anything on the chart about wobbly knees?"))
    assert not isinstance(step, UseTools) or all(isinstance(call.question, NoteSearch) for call in step.calls)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("What was the last systolic blood pressure?", "The most recent blood pressure reading - the top number?"),
        ("What was the last systolic blood pressure?", "His last blood pressure: what was the top number?"),
        (
            "What was the last diastolic blood pressure?",
            "What was the bottom number of the patient's last blood pressure?",
        ),
        ("What was the last blood pressure?", "What was the last blood pressure, systolic and diastolic?"),
    ],
)
def test_one_component_beside_its_panel_is_what_is_asked(ask: Ask, plain: str, other: str) -> None:
    found, meant = ([query["concept"] for query in asked(ask, question)] for question in (other, plain))
    assert [concept["codings"] for concept in found] == [concept["codings"] for concept in meant]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is she taking now? How many of those are there?", "How many drugs is she taking now?"),
        ("Which conditions are active? How many of those are there?", "How many active conditions are there?"),
        (
            "What is still prescribed because of hyperlipidemia? Name all of those.",
            "What is still prescribed because of hyperlipidemia?",
        ),
    ],
)
def test_what_is_asked_of_those_keeps_their_state(ask: Ask, question: str, first: str) -> None:
    assert asked(ask, question)[-1]["status"] == asked(ask, first)[0]["status"]
