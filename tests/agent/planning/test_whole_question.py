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
    for question in ("How many final lipid panel reports are filed?", "potassium, as recorded by the lab tech?"):
        assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "targets"),
    [
        ("When did the first episode of viral sinusitis start and end?", ["time", "end"]),
        ("Hypertension: onset, and drug for it", ["time", "name"]),
        ("Hypertension - when diagnosed, which drugs for it?", ["time", "name"]),
    ],
)
def test_of_two_things_asked_both_are_answered(ask: Ask, question: str, targets: list[str]) -> None:
    assert [one["target"] for one in queries(ask, question)] == targets


@pytest.mark.parametrize(
    "question",
    [
        "Which condition came earlier: stroke or hyperlipidemia? Name the condition only.",
        "Ibuprofen or warfarin, which has the later first order?",
        "Which hospital did I first go to when I had the stroke in September 2011?",
        "Stroke, body site documented as?",
        "When did the weight go over 80 kg for the second time in a row?",
        "Date of the last colonoscopy of the head?",
        "How many encounters in 2018 led to a prescription for her?",
        "Count all chewable orders for ibuprofen.",
        "Count all orders for ibuprofen written at an emergency visit.",
    ],
)
def test_another_thing_than_asked_is_not_told(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_diagnoses_without_an_end_are_those_that_are_active(ask: Ask) -> None:
    assert queries(ask, "diagnoses with no end date") == queries(ask, "active diagnoses")


def test_drugs_that_are_enumerated_are_listed(ask: Ask) -> None:
    (one,) = queries(ask, "Enumerate the drugs ordered on the day of the stroke.")
    assert one["measure"] == "distinct"
