"""Two rows told in a sentence of their own, and what the next asks of them, are one question."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.series_told import series_asked

from .conftest import Ask, shapes

ENDS = "by how much did the {} from the first to the last reading{}?"


@pytest.mark.parametrize(
    ("told", "moved", "when"),
    [
        ("LDL, first reading in the chart against the last. By how many mg/dL did it rise?", "LDL rise", ""),
        ("Take LDL, the first ever reading and the last one. By how much did it rise?", "LDL rise", ""),
        ("Take the first LDL since 2003 and the last one. How many points up is that?", "LDL rise", " since 2003"),
        ("LDL: start with the first score charted, end with the last. How many points did it drop?", "LDL drop", ""),
        ("LDL since 2003: first against last. What's the change?", "LDL change", " since 2003"),
        ("First LDL on record, then the most recent one. How much higher is the later one?", "LDL rise", ""),
        ("Start with the earliest LDL and end with the latest. How much of a fall is that?", "LDL drop", ""),
        ("LDL: earliest vs latest, difference please", "LDL change", ""),
        ("LDL. First reading ever, and the most recent. How big is the difference?", "LDL change", ""),
        ("Take all LDL readings, look at the first and the last. By how much did it rise?", "LDL rise", ""),
        ("The first and last LDL readings: how much did it change?", "LDL change", ""),
        ("Last LDL against the first. How much lower is it?", "LDL drop", ""),
        ("Take her first weight and the latest one. How many kilos did she lose?", "weight drop", ""),
    ],
)
def test_how_much_changed_between_two_ends_that_are_told(told: str, moved: str, when: str) -> None:
    assert series_asked(told) == ENDS.format(moved, when)


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("LDL - oldest value versus newest. Has it gone up?", "did the LDL rise from the first to the last reading?"),
        ("First LDL against the last. Is the last one lower?", "did the LDL drop from the first to the last reading?"),
        (
            "First LDL against the last: by how many percent did it fall?",
            "by what percentage did the LDL drop from the first to the last reading?",
        ),
        (
            "Aspirin was started at some point. Compare LDL: first one after that against the last one before. "
            "Did it go up?",
            "was the first LDL after Aspirin was first started higher than the last one before?",
        ),
        (
            "She was put on aspirin once. Compare the last LDL before that with the first after. Has it fallen?",
            "was the first LDL after aspirin was first started lower than the last one before?",
        ),
        (
            "Aspirin start. LDL before and after: by how much did it change?",
            "by how much did the LDL change after Aspirin was first started?",
        ),
        (
            "First LDL after aspirin was started against the last one before. Did it go up?",
            "was the first LDL after aspirin was first started higher than the last one before?",
        ),
        (
            "Looking at LDL, did the newest result drop compared with the previous one?",
            "was the last LDL lower than the previous LDL?",
        ),
        ("Did the latest LDL rise against the one before?", "was the last LDL higher than the previous LDL?"),
        (
            "Compared with the previous LDL, did the latest one go up?",
            "was the last LDL higher than the previous LDL?",
        ),
        ("Take the latest LDL and the one before it. Did it fall?", "was the last LDL lower than the previous LDL?"),
        (
            "Look at the first script for aspirin and the first for warfarin. Was aspirin the earlier of the two?",
            "was aspirin first prescribed before warfarin was first prescribed?",
        ),
        (
            "First aspirin script, first warfarin script. Which is earlier?",
            "which came first, the first aspirin prescription or the first warfarin prescription?",
        ),
        (
            "First diagnosis of gout, first diagnosis of asthma. Was asthma the later one?",
            "was asthma first diagnosed after gout was first diagnosed?",
        ),
        (
            "Take the first aspirin order and the first warfarin order. Did warfarin come first?",
            "was warfarin first prescribed before aspirin was first prescribed?",
        ),
    ],
)
def test_what_is_asked_of_two_rows_that_are_told(told: str, plain: str) -> None:
    assert series_asked(told) == plain


@pytest.mark.parametrize(
    "question",
    [
        "What was the first LDL and the last one?",
        "LDL, first and last. What were they?",
        "Take the first LDL in 2003 and the last one in 2010. How much is the difference?",
        "First LDL against the last: how many times did it drop?",
        "First LDL against the last. How many days is the difference?",
        "First LDL in 2003 and the last one. Did it rise?",  # of which of the two the year is told, nobody knows
        "Is the latest LDL higher than in 2009?",
        "Look at the first script for aspirin and the first for warfarin. Was ibuprofen the earlier of the two?",
        "First LDL against the last. How much lower was the first?",
    ],
)
def test_anything_else_stays_as_it_is(question: str) -> None:
    assert series_asked(question) == question


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("LDL, first against last. Difference?", "By how much did the LDL change from the first to the last?"),
        ("LDL, latest against the previous one. Did it drop?", "Was the last LDL lower than the previous LDL?"),
        (
            "Simvastatin was started at some point. LDL: last one before, first one after. Did it go up?",
            "Was the first LDL after simvastatin was first started higher than the last one before?",
        ),
        ("By how many percent did the LDL rise?", "By what percentage did the LDL rise?"),
    ],
)
def test_it_is_planned_as_the_plain_question(ask: Ask, told: str, plain: str) -> None:
    assert shapes(ask, told) == shapes(ask, plain)
