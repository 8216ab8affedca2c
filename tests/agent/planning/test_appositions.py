"""A thing told in several names, in lay words and a name, or with examples that go on, is asked about once."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.hasty import without_stutter
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "Has he ever had a colonoscopy?",
            [
                "The camera up the back passage, the colonoscopy, has he ever had that?",
                "Has he ever had the scope of the whole bowel, the colonoscopy?",
                "Has he ever had that test, the colonoscopy?",
            ],
        ),
        ("When was the last colonoscopy?", ["Colonoscopy, that camera thing up the behind: when was the last one?"]),
        (
            "What was the highest creatinine?",
            [
                "Kidney number, creatinine, what's the worst it has been?",
                "The kidney thing, creatinine I think it's called, what was the highest?",
            ],
        ),
        (
            "When was ibuprofen prescribed?",
            [
                "That painkiller, the ibuprofen, when was it prescribed?",
                "The ibuprofen, my painkiller, when was it prescribed?",
            ],
        ),
        (
            "How many diagnoses of any kind of sinusitis were there?",
            [
                "Sinusitis, viral, chronic, the lot: how many diagnoses were there?",
                "Sinusitis, lump together viral, chronic, the lot. How many diagnoses were there?",
            ],
        ),
        (
            "Is there any kind of lipid disorder at present?",
            [
                "Cholesterol, triglycerides, that sort of thing: is there any kind of lipid disorder at present?",
                "Anything wrong with his blood fats at present, any kind of lipid disorder?",
            ],
        ),
        (
            "Does he have any kind of blood sugar disorder?",
            ["Does he have anything wrong with his blood sugar, any type of disorder of it?"],
        ),
        (
            "On what day did the latest sinus infection of any kind begin?",
            ["Of all the sinus infections, any sort, look at the latest one and tell me what day it began."],
        ),
        ("Since when has she been on warfarin?", ["The blood thinner, warfarin, since what date has she been on it?"]),
        (
            "I can't remember the last time they gave me a script for warfarin, which day would that have been?",
            ["I can't remember the last time they gave me a script for warfarin, which day would that've been?"],
        ),
        ("Which doctors ordered medications in 2015?", ["Which docs ordered medications in 2015?"]),
        ("Hypertension: is it active?", ["High blood pressure, hypertension, whatever you call it: is it active?"]),
    ],
)
def test_a_thing_named_twice_is_asked_about_once(ask: Ask, plain: str, others: list[str]) -> None:
    for other in others:
        assert queries(ask, other) == queries(ask, plain), other


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "When was the highest LDL in 2015?",
            [
                "In 2015 there must be one LDL that topped the rest. I need its date.",
                "In 2015 there was one LDL way above all the others. When was it?",
            ],
        ),
        ("What was the lowest potassium?", ["Potassium: there's one that was lower than all the rest. What was it?"]),
        (
            "What was the lowest diastolic blood pressure since 2015?",
            [
                "What's the furthest down the bottom BP number has gone since 2015?",
                "The bottom number of the blood pressure, where did it bottom out since 2015?",
            ],
        ),
        (
            "What was the highest potassium?",
            ["The potassium, what's the most it has been?", "The potassium, how far up did it ever get?"],
        ),
        (
            "What was the highest potassium and when was it?",
            [
                "The potassium, which reading beat the lot and when was it?",
                "Potassium, the most it's been, and the date?",
            ],
        ),
        ("What was the highest weight?", ["What's the heaviest he's ever been?"]),
        ("When was the lowest weight?", ["When was his weight at its lightest?"]),
    ],
)
def test_what_beat_all_others_is_the_highest_or_lowest(ask: Ask, plain: str, others: list[str]) -> None:
    for other in others:
        assert queries(ask, other) == queries(ask, plain), other


@pytest.mark.parametrize(
    ("question", "not_alone"),
    [
        ("Colonoscopy, ibuprofen, when was it last ordered?", "When was ibuprofen last ordered?"),
        ("LDL, potassium, what was the last one?", "What was the last potassium?"),
        ("The LDL, the potassium, what was the highest?", "What was the highest potassium?"),
        ("Fasting, the potassium, what was the last one?", "What was the last potassium?"),
        ("Flu shot, dose two, when was it given?", "When was the flu shot given?"),
        ("Warfarin, the most recent script, when was it?", "When was warfarin prescribed?"),
        ("Flu shot, tetanus shot, whatever: when was the last one?", "When was the last tetanus shot?"),
        ("Did they do it after the stroke, the colonoscopy?", "Did they do the colonoscopy?"),
        ("Of the LDL and potassium, one was higher than the other, which?", "What was the highest LDL?"),
        ("Sinus stuff, any sort, how many episodes were there in 2015?", "How many diagnoses were there in 2015?"),
        ("What does she take for it?", "What does she take?"),
        ("The stroke she had, what date does it say?", "When did the stroke resolve?"),
    ],
)
def test_what_is_another_thing_or_narrows_is_not_left_out(ask: Ask, question: str, not_alone: str) -> None:
    if isinstance(PLANNER.decide(ask(question)), GiveUp):
        return
    assert queries(ask, question) != queries(ask, not_alone)


def test_a_letter_held_down_is_written_twice() -> None:
    assert without_stutter("since when is it runnning, pleaseee") == "since when is it running, pleasee"
    assert without_stutter("stage III, www.example.org, hmmm") == "stage III, www.example.org, hmmm"
