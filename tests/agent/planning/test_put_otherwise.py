"""Plain questions put as people talk ask what the plain ones ask; what only looks like one of them does not."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        # a row told by what it is not
        ("What was the second to last potassium?", "Not the newest potassium but the one right before it - how much?"),
        ("What was the second to last potassium?", "The last potassium isn't what I'm after. What was the one before?"),
        ("What was the first potassium?", "Not the latest potassium but the very first one - how much was it?"),
        ("When was the second flu shot?", "Flu shot - not the first dose, the second. Which date?"),
        ("When was the first flu shot?", "Flu shot - not the second dose, the first. Which date?"),
        # the day, and not what came out
        ("When was the last potassium?", "Latest potassium, please - only the day it was taken, not the number."),
        ("When was the potassium last measured?", "Potassium - not what it was, just when it was last measured."),
        ("When was the potassium last measured?", "Potassium: last measured when, please? No value needed."),
        ("What was the first potassium?", "The very first time potassium was tested, what came out?"),
        ("What was the last potassium?", "Potassium, the last one - how high?"),
        ("When was aspirin first prescribed?", "The day aspirin was first prescribed, please. Nothing else."),
        # beside an event
        ("What was the last potassium before the stroke?", "Just before the stroke - potassium?"),
        ("What was the first potassium after the stroke?", "Straight after the stroke: potassium?"),
        ("What was the last potassium before the stroke?", "The potassium just before the stroke - how high?"),
        # who says so, and how it ended
        ("When was the stroke resolved?", "I had a stroke. When do my notes say it resolved?"),
        ("When was the stroke resolved?", "She had a stroke. As of what date was she over it?"),
        ("When was the stroke resolved?", "The day the stroke was resolved - can you find it?"),
        ("Is the stroke still active?", "Stroke: gone, or does the patient still have it?"),
        ("Does she still have a stroke?", "Stroke - is that something she still has?"),
        ("Was a stroke newly diagnosed in 2012?", "Did a stroke show up for the first time in 2012?"),
        ("The active problem list, please.", "Before I prescribe anything I want the active problem list, please."),
        ("Did he have ibuprofen before aspirin?", "Aspirin or ibuprofen - did he have ibuprofen before aspirin?"),
        # counts, and what is sought among what
        ("How many aspirin prescriptions are there?", "Add up the aspirin prescriptions for me."),
        ("How many aspirin prescriptions are there?", "How often does aspirin appear among the prescriptions?"),
        ("How often was I weighed since 2012?", "Since 2012, how often was I put on the scales?"),
        # what a sentence breaks off with
        ("What condition was aspirin prescribed for?", "Aspirin: the condition it was prescribed for is?"),
        ("What was the highest potassium since 2012?", "Since 2012, what did the potassium get up to?"),
        ("What was the lowest potassium since 2012?", "Since 2012, what did the potassium come down to?"),
        ("Which drugs were ordered in 2012?", "What was ordered in 2012? Drugs, I mean."),
        # times and places
        ("Any aspirin prescription since September 2014?", "Any script for aspirin, Septmber 2014 up till now?"),
        ("Did he go to the emergency department in 2014?", "Emergency department, 2014: did he turn up there at all?"),
        (
            "Which was my first procedure until 6 May 2012?",
            "Only taking what happened until 6 May 2012, which procedure was my first?",
        ),
        (
            "What was the potassium on the day of the last flu shot?",
            "He had his flu shot, the latest one I mean, and that very day bloods were done: what was the potassium?",
        ),
        # a shot by what it is against
        ("When did I last have a tetanus vaccine?", "When did I last have anything with tetanus in it?"),
        ("Was she vaccinated against tetanus before 2015?", "Tetanus: did they vaccinate her against it before 2015?"),
    ],
)
def test_what_is_put_otherwise_asks_the_same(ask: Ask, plain: str, other: str) -> None:
    assert queries(ask, other) == queries(ask, plain)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("What was the second to last potassium?", "Not the newest potassium but the one after the first - how much?"),
        ("When was the potassium last measured?", "Latest potassium - the day and the number, please."),
        ("What was the last potassium?", "He went for a flu shot and a week later bloods were done: potassium?"),
        ("When was the stroke resolved?", "I had a stroke. When do my notes say it started?"),
        ("Which drugs were ordered in the second admission?", "Drugs ordered in the second admission, not the first?"),
        ("What was the first potassium?", "Aspirin started: first potassium afterwards?"),
        ("How many aspirin prescriptions are there?", "How often does aspirin appear among the allergies?"),
    ],
)
def test_what_only_looks_alike_asks_another(ask: Ask, plain: str, other: str) -> None:
    step = PLANNER.decide(ask(other))
    assert isinstance(step, GiveUp) or (isinstance(step, UseTools) and queries(ask, other) != queries(ask, plain))
