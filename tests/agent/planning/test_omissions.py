"""Times that a question leaves out, through the wording and the reading of it."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

from .conftest import Ask

READER = TimeReader(Clock(dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC), "UTC"), Readings())


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("any visit by 2019, this year put aside?", "any visit by 2019 not counting this year?"),
        ("keeping today out of it, the last shot?", "not counting today, the last shot?"),
        ("up to last month, and nothing from this month", "until last month not counting this month"),
        ("the newest swab, excluding today's result", "the newest swab, not counting today"),
        ("Skip the last 3 weeks. Before that, any order?", "before 3 weeks ago,  any order?"),
        ("ignoring the past 40 days, any order?", "before 40 days ago, any order?"),
        ("K, last month only, not this one", "K, last month"),
        ("not this week, the one before: any order?", "last calendar week: any order?"),
        ("everything after 2012 aside", "until 2012"),
        ("why is there nothing from the past 3 months", "why is there nothing from the past 3 months"),
    ],
)
def test_what_is_left_out_is_said_in_one_way(question: str, said: str) -> None:
    assert READER.put_plainly(question) == said


def _window(ask: Ask, question: str) -> tuple[str, str]:
    step = RulesPlanner(Readings()).decide(ask(question))
    assert isinstance(step, UseTools), step
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert query.window is not None
    start, end = (f"{t:%Y-%m-%d}" if t else "" for t in (query.window.start, query.window.end))
    return start, end


def test_a_time_that_ends_where_the_one_left_out_begins_is_whole(ask: Ask) -> None:
    until = _window(ask, "How many visits were there until last year?")
    assert _window(ask, "How many visits were there until last year, this year left aside?") == until
    assert until[0] == ""
    assert until[1]


def test_a_time_left_out_of_the_middle_is_not_understood(ask: Ask) -> None:
    step = RulesPlanner(Readings()).decide(ask("How many visits were there since 2010, 2014 left aside?"))
    assert isinstance(step, GiveUp)
