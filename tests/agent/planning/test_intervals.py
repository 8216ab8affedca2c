"""The time between two events of a record, worked out by code and told with both rows."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.reading.intervals import interval_of, stretch_of
from chartwarden.tools.records.moments import completed_months


@pytest.mark.parametrize(
    ("said", "start", "end", "relation", "unit"),
    [
        ("how long between the first and the second qc0", "the first qc0", "the second qc0", "interval", ""),
        ("how many days passed between qc0 and qc1", "qc0", "qc1", "interval", "d"),
        ("what is the time from qc0 to qc1", "qc0", "qc1", "interval", ""),
        ("how far apart were the last two qc0", "second to last qc0", "last qc0", "interval", ""),
        ("how many weeks apart were qc0 and qc1", "qc0", "qc1", "interval", "wk"),
        ("how long after qc0 was qc1 started", "qc0", "was qc1 started", "time_after", ""),
        ("how many months after qc0 did she get qc1", "qc0", "did she get qc1", "time_after", "mo"),
        ("how long before qc0 was qc1 prescribed", "was qc1 prescribed", "qc0", "time_after", ""),
        ("qc1 was started how long after qc0", "qc0", "qc1 was started", "time_after", ""),
        ("days between qc0 and the next qc1", "qc0", "qc1", "time_after", "d"),
        ("how many days between the qc0 and the following qc1", "the qc0", "qc1", "time_after", "d"),
        ("how long did it take after qc0 until qc1", "qc0", "qc1", "time_after", ""),
    ],
)
def test_the_two_ends_of_an_interval(said: str, start: str, end: str, relation: str, unit: str) -> None:
    asked = interval_of(said)
    assert asked is not None
    assert (asked.start, asked.end, asked.relation, asked.unit) == (start, end, relation, unit)


@pytest.mark.parametrize(
    "said",
    [
        "how long was the last stay",
        "when was qc0 first given",
        "how many qc0 in qt0",
        "was the qc0 lower the first time after the start of qc1 than the last time before it",
        "what was prescribed in the period from qt0 to qt1",
        "number of visits between qt0 and qt1",
    ],
)
def test_what_is_no_interval(said: str) -> None:
    assert interval_of(said) is None


def test_a_stretch_between_two_events() -> None:
    assert stretch_of("how many visits were there between the first and the second qc0") == (
        "how many visits were there",
        "the first qc0",
        "the second qc0",
    )


def test_months_are_completed() -> None:
    assert completed_months(dt.date(2020, 1, 31), dt.date(2020, 2, 29)) == 0
    assert completed_months(dt.date(2020, 1, 15), dt.date(2021, 1, 15)) == 12
