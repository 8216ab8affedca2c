"""One thing said twice is one, a lead-in is left out, a unit recorded is no hindrance; and what only looks so."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())
WARFARIN = "Is the patient on warfarin now?"


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        (WARFARIN, "Night shift hand-off: is the patient on warfarin now?"),
        (WARFARIN, "Frobnication check: is the patient on warfarin now?"),
        (WARFARIN, "Ward clerk here. Is the patient on warfarin now?"),
        (
            "Is warfarin being taken now?",
            "She's booked for a colonoscopy, so tell me whether warfarin is being taken now.",
        ),
        ("Was warfarin ever prescribed?", "I can't recall if warfarin was ever prescribed; was it?"),
        ("Who prescribed the ibuprofen?", "Who prescribed the tummy pain pill ibuprofen?"),
        ("When was warfarin first prescribed?", "When was the blood thinner with warfarin first prescribed?"),
        ("Was any NSAID prescribed?", "Was any NSAID prescribed, e.g. ibuprofen or naproxen?"),
        ("Who prescribed warfarin?", "Who prescribed warfarin in any form (tablet or injection)?"),
        ("When was iron sulfate prescribed?", "Iron pills, ferrous sulfate: when were they prescribed?"),
        ("What are the current medications?", "Which medicines are in use now?"),
        ("List the current medications.", "List the medications I'm supposed to be taking now."),
        ("List the active conditions.", "I'm tidying up the problem list - list everything still active on it."),
        ("What was the last potassium before the stroke?", "What was the closest earlier potassium before the stroke?"),
        ("What was the next potassium after the stroke?", "What potassium did the next check show after the stroke?"),
        ("What was the last potassium?", "The last K+?"),
        ("What was the last potassium?", "U&Es: what was the last potassium?"),
        ("Is the creatinine up since 2015?", "kidney numbers: is the creatinine up since 2015?"),
        ("What was the LDL in 2018?", "lipids - what was the LDL in 2018?"),
        ("When was warfarin first prescribed?", "When was my stroke tablet, warfarin, first prescribed?"),
        ("When was warfarin first prescribed?", "When was a bottle of warfarin first prescribed?"),
        (
            "How many times was warfarin ordered?",
            "Warfarin of any kind, tablets or drops: how many times was it ordered?",
        ),
        ("How many visits were there in 2013?", "How many visits, stroke ones included, were there in 2013?"),
        (
            "When was bacterial sinusitis first diagnosed?",
            "When was bacterial sinusitis, not the viral kind, first diagnosed?",
        ),
        ("What was the last potassium?", "Before the colonoscopy I must note the last potassium."),
        ("How many ankle sprains are there?", "Ankle sprains seem to be a habit: how many are on file?"),
        ("Which conditions did he develop since 2015?", "What has he come down with since 2015?"),
        ("Why was warfarin prescribed?", "What was warfarin ordered to treat?"),
        ("Was the first warfarin before the first ibuprofen?", "Did the first warfarin predate the first ibuprofen?"),
        (
            "What was the potassium at the first visit after the stroke was diagnosed?",
            "A stroke was diagnosed; at the very next visit after that, what was the potassium?",
        ),
    ],
)
def test_the_same_question(ask: Ask, plain: str, other: str) -> None:
    assert shapes(ask, other) == shapes(ask, plain)


@pytest.mark.parametrize(
    "question",
    [
        "When was ibuprofen warfarin prescribed?",
        "Is the patient on any antibiotic such as warfarin?",
        "When was ibuprofen with warfarin prescribed?",
        "Who prescribed the zorbaxol warfarin?",
        "What was the potassium closest to the stroke?",
        "Which visits are tomorrow?",
        "was given for?",
        "Iron pills, aspirin: when were they last prescribed together with each other on one day?",
    ],
)
def test_what_only_looks_so_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("When was my warfarin tablet, ibuprofen, prescribed?", "When was my ibuprofen prescribed?"),
        ("Before the stroke, what was the last potassium?", "What was the last potassium?"),
        ("When was pneumonia diagnosed, not the viral kind?", "When was pneumonia diagnosed?"),
        ("Is it viral or bacterial?", "Is it of any kind?"),
        ("When was the stroke of warfarin first prescribed?", "When was warfarin first prescribed?"),
    ],
)
def test_what_narrows_is_kept(ask: Ask, question: str, other: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, GiveUp) or shapes(ask, question) != shapes(ask, other)


def test_a_topic_before_a_colon_stays(ask: Ask) -> None:
    (shape,) = shapes(ask, "Warfarin check: when was it first prescribed?")
    assert shape["concept"]["codings"][0]["code"] == "855332"
    (shape,) = shapes(ask, "Zorbaxol: how many prescriptions are there?")
    assert "concept" in shape, "the unknown topic was not dropped, and nothing else counted"
