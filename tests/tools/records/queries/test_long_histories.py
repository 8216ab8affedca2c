"""A long history is read from one end only, and gives what reading all of it would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import (
    RecordQuery,
    Threshold,
)
from chartwarden.tools.records.readings import Readings

from .resources import (
    LDL,
    OBSERVATION,
    ldl,
)


def test_a_long_history_is_read_from_its_end_and_gives_the_same_row(record: Any, clock: Clock) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(200)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    kept = record(*rows)
    result = run(RecordQuery(types=OBSERVATION, concept=LDL, which="last", index=2), kept, clock, Readings())
    assert [f.value for f in result.findings] == [198.0]
    assert result.read_all is False
    assert result.found < 200
    first = run(RecordQuery(types=OBSERVATION, concept=LDL, which="first"), kept, clock, Readings())
    assert [f.value for f in first.findings] == [0.0]


@pytest.mark.parametrize("which", ["first", "last"])
def test_filters_that_leave_few_of_a_long_history_widen_the_search(record: Any, clock: Clock, which: Any) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(400)]
    rows = [ldl(f"r{n}", day.isoformat(), 999.0 if n == 200 else 1.0) for n, day in enumerate(days)]
    query = RecordQuery(
        types=OBSERVATION, concept=LDL, which=which, target="time", threshold=Threshold(relation="gt", value=500.0)
    )
    result = run(query, record(*rows), clock, Readings())
    assert [f.reference for f in result.findings] == ["Observation/r200"]


def test_a_stale_manifest_costs_time_and_never_the_answer(record: Any, clock: Clock) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(200)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    kept = record(*rows)
    stale = kept.manifest()
    grown = record(*rows, ldl("new", "2023-01-01", 7.0))
    grown.manifest = lambda: stale
    shrunk = record(*rows[:20])
    shrunk.manifest = lambda: stale
    last = RecordQuery(types=OBSERVATION, concept=LDL, which="last")
    assert [f.value for f in run(last, grown, clock, Readings()).findings] == [7.0]
    assert [f.value for f in run(last, shrunk, clock, Readings()).findings] == [19.0]


def test_long_histories_mid_way_know_nothing_of_what_follows(record: Any) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(600)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    then = Clock(dt.datetime(2015, 7, 20, 12, tzinfo=dt.UTC), "UTC")
    result = run(RecordQuery(types=OBSERVATION, concept=LDL, which="last"), record(*rows), then, Readings())
    assert [f.value for f in result.findings] == [200.0]
    assert result.read_all is False
