"""Times of day to the second, and those told in a sentence behind their day."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.clocks import clocks_plainly
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("at 15:28:05, exact to the second, was it", "at 15:28:05, was it"),
        ("at 15:28:05, down to the second, was it", "at 15:28:05, was it"),
        ("at 15:28 sharp?", "at 15:28?"),
        ("at 15:28:05 on the dot?", "at 15:28:05?"),
        ("at precisely 15:28 on 3 May", "at 15:28 on 3 May"),
        ("I was out on 2014-05-03. At 15:28:05 precisely, was I given it?",
         "I was out. on 2014-05-03 15:28:05, was I given it?"),
        ("First on 2014-05-03. Was there one at 08:00 on 2014-05-04?",
         "First on 2014-05-03. Was there one at 08:00 on 2014-05-04?"),
        ("on 3 May, 00:00 to 24:00, in ml", "on 3 May, in ml"),
        ("on 3 May (midnight to midnight)", "on 3 May (midnight to midnight)"),
        ("from the first to the second reading", "from the first to the second reading"),
    ],
)  # fmt: skip
def test_how_exact_a_time_is_says_nothing_more(said: str, plain: str) -> None:
    assert clocks_plainly(said) == plain


def test_a_moment_is_that_of_the_day_told_before(ask: Ask) -> None:
    moment = queries(ask, "Was any procedure done on 2014-05-03 15:28:05?")
    assert queries(ask, "I was out of it on 2014-05-03. At 15:28:05 precisely, was there any procedure done?") == moment
    assert queries(ask, "On 2014-05-03 at 15:28:05, exact to the second, was any procedure done?") == moment


def test_a_second_of_no_day_is_not_read_past(ask: Ask) -> None:
    assert isinstance(RulesPlanner(Readings()).decide(ask("Was any procedure done at 19:11:36?")), GiveUp)
