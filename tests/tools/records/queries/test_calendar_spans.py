"""The year or the month of most or fewest entries: counted over all of them, and level ones all told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.tools.records.query import QueryResult, RecordQuery, Window

from .resources import encounter

Ask = Callable[..., QueryResult]
TIMES = ("2018-03-01", "2018-07-02", "2019-07-03", "2019-07-04", "2019-12-05", "2021-01-06", "2021-01-07")
VISITS = [encounter(f"e{n}", when) for n, when in enumerate(TIMES)]


def asked(ask: Ask, measure: Any, unit: Any, *more: dict[str, Any], window: Window | None = None) -> QueryResult:
    query = RecordQuery(types=("Encounter",), measure=measure, target="time", unit=unit, window=window)
    return ask(query, *VISITS, *more, as_of="2022-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("measure", "unit", "told"),
    [
        ("commonest", "a", ["2019"]),
        ("rarest", "a", ["2018", "2021"]),
        ("commonest", "mo", ["2019-07", "2021-01"]),
        ("rarest", "mo", ["2018-03", "2018-07", "2019-12"]),
    ],
)
def test_the_span_of_most_or_fewest_is_told_with_all_that_are_level(
    ask: Ask, measure: str, unit: str, told: list[str]
) -> None:
    found = asked(ask, measure, unit)
    assert sorted(str(row.value) for row in found.findings) == told
    assert {row.values for row in found.findings} == {(one,) for one in told}


def test_it_is_the_largest_of_the_numbers_of_the_single_years(ask: Ask) -> None:
    numbers = {}
    for year in range(2018, 2022):
        window = Window(start=dt.datetime(year, 1, 1, tzinfo=dt.UTC), end=dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC))
        one = ask(RecordQuery(types=("Encounter",), measure="count", window=window), *VISITS)
        assert one.computed is not None
        numbers[str(year)] = one.computed.value
    found = asked(ask, "commonest", "a")
    assert found.computed is not None
    assert found.computed.value == max(numbers.values()) == numbers["2019"]
    assert found.findings[0].text == "3 of 7 entries"
    assert set(found.computed.over) == {"Encounter/e2", "Encounter/e3", "Encounter/e4"}


def test_a_time_that_does_not_tell_the_month_is_counted_nowhere_and_told(ask: Ask) -> None:
    found = asked(ask, "commonest", "mo", encounter("y", "2018"), encounter("z", "2018"))
    assert [str(row.value) for row in found.findings] == ["2019-07", "2021-01"]
    assert "2 without a known month are not counted." in found.notes


def test_what_has_none_is_not_compared_and_that_is_told(ask: Ask) -> None:
    assert "A year without any entry is not among those compared." in asked(ask, "rarest", "a").notes


def test_a_time_limits_what_is_counted(ask: Ask) -> None:
    since = Window(start=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert [row.value for row in asked(ask, "commonest", "a", window=since).findings] == ["2021"]


def test_of_nothing_there_is_no_most(ask: Ask) -> None:
    found = ask(RecordQuery(types=("Encounter",), measure="commonest", target="time", unit="a"))
    assert not found.findings
    assert found.computed is None


def test_a_year_that_is_asked_of_a_row_is_a_number(ask: Ask) -> None:
    query = RecordQuery(types=("Encounter",), which="first", target="time", unit="a")
    (found,) = ask(query, *VISITS, as_of="2022-01-01T00:00:00Z").findings
    assert found.values == (2018,)
