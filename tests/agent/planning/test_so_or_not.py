"""A choice between so and not so is one question of yes or no."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.so_or_not import so_or_not
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("is qc0 still going on, or has it gone away by now", "is qc0 still going on"),
        ("has the qc0 gone away or is it still a problem", "is the qc0 still active"),
        ("qc0, has it resolved or is it still going on the list as active", "is qc0 still active"),
        ("qc0 : is it over or is it still there?", "is qc0 still active"),
        ("is her qc0 an ongoing condition or no longer?", "is her qc0 still active"),
        ("did she get qc0 or didn't she?", "did she get qc0?"),
        ("qt0, qc0 reading on file or not?", "is there any qc0 reading on file qt0"),
        ("qc0, present in the procedure history?", "is there any qc0"),
        ("qc0, present on his mother's problem list?", "is qc0 among his mother's problem list"),
        ("the qc0 abnormal or not?", "is the qc0 abnormal"),
        ("yes or no: qk0 qc0 qt0.", "was there qk0 qc0 qt0."),
        ("the order qt0: was it qc0 or qc1 that got prescribed", "was any of qc0 or qc1 ever prescribed qt0"),
        ("was it qc0 or is it qc1", "was it qc0 or is it qc1"),
        ("is qc0 active or has qc1 gone", "is qc0 active or has qc1 gone"),
    ],
)
def test_a_choice_is_one_question(said: str, plain: str) -> None:
    assert so_or_not(said) == plain


def test_a_choice_between_two_things_is_none(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Was warfarin for the stroke or is it for the sprain?")), GiveUp)
