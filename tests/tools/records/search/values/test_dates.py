"""Dates: what time they stand for, and how one stands to another, in matcher and index."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search import dates
from chartwarden.tools.records.search.dates import EARLIEST, LATEST, PREFIXES, DateValue

BERLIN = ZoneInfo("Europe/Berlin")


def ms(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2013", "2013-01-01T00:00+01:00", "2014-01-01T00:00+01:00"),
        ("2013-01", "2013-01-01T00:00+01:00", "2013-02-01T00:00+01:00"),
        ("2013-12", "2013-12-01T00:00+01:00", "2014-01-01T00:00+01:00"),
        ("2013-07", "2013-07-01T00:00+02:00", "2013-08-01T00:00+02:00"),
        ("2013-01-14", "2013-01-14T00:00+01:00", "2013-01-15T00:00+01:00"),
        ("2013-03-31", "2013-03-31T00:00+01:00", "2013-04-01T00:00+02:00"),
        ("2012-02-29", "2012-02-29T00:00+01:00", "2012-03-01T00:00+01:00"),
        ("2013-01-14T12:30", "2013-01-14T12:30+01:00", "2013-01-14T12:31+01:00"),
        ("2013-01-14T12:30Z", "2013-01-14T12:30+00:00", "2013-01-14T12:31+00:00"),
        ("2013-01-14T12:30:10", "2013-01-14T12:30:10+01:00", "2013-01-14T12:30:11+01:00"),
        ("2013-01-14T12:30:10-05:30", "2013-01-14T12:30:10-05:30", "2013-01-14T12:30:11-05:30"),
        ("2013-01-14T12:30:10.5Z", "2013-01-14T12:30:10.500+00:00", "2013-01-14T12:30:10.600+00:00"),
        ("2013-01-14T12:30:10.05Z", "2013-01-14T12:30:10.050+00:00", "2013-01-14T12:30:10.060+00:00"),
        ("2013-01-14T12:30:10.123Z", "2013-01-14T12:30:10.123+00:00", "2013-01-14T12:30:10.124+00:00"),
        ("2013-01-14T12:30:10.1239Z", "2013-01-14T12:30:10.123+00:00", "2013-01-14T12:30:10.124+00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00", "2017-01-01T00:00:01+00:00"),
    ],
)
def test_a_date_is_the_time_from_its_first_to_its_last_moment(text, start, end):
    assert dates.interval(text, BERLIN) == (ms(start), ms(end))


@pytest.mark.parametrize(
    "text",
    ["", "2013-13", "2013-00", "2013-02-30", "13", "2013-1", "2013-01-14T12", "2013-01-14T25:00", "2013-01-14T12:60",
     "2013-01-14T12:00:61", "2013-01-14T12:00:00+25:00", "2013-01-14 12:00", "0000", "2013Z", "2013-01-14T", "x2013",
     "2013-01-14T12:00:00Zx", "٢٠١٣"],
)  # fmt: skip
def test_what_is_no_date_has_no_time(text):
    assert dates.interval(text, BERLIN) is None


def test_the_last_year_is_open():
    assert dates.interval("9999", dt.UTC) == (ms("9999-01-01T00:00+00:00"), LATEST)
    assert dates.interval("9999-12", dt.UTC) == (ms("9999-12-01T00:00+00:00"), LATEST)


A, B = dates.interval("2013", dt.UTC), dates.interval("2015", dt.UTC)
assert A
assert B


@pytest.mark.parametrize(
    ("datatype", "value", "span"),
    [
        ("dateTime", "2013", A),
        ("Period", "2013", A),
        ("Period", {"start": "2013", "end": "2015"}, (A[0], B[1])),
        ("Period", {"start": "2013"}, (A[0], LATEST)),
        ("Period", {"end": "2015"}, (EARLIEST, B[1])),
        ("Period", {}, None),
        ("Period", {"start": "x", "end": "2015"}, None),
        ("Period", {"start": "2013", "end": "x"}, None),
        ("Period", {"start": 2013}, None),
        ("Period", {"start": "2013", "end": 2015}, None),
        ("Timing", {"event": ["2015", "2013"]}, (A[0], B[1])),
        ("Timing", {"event": "2013"}, A),
        ("Timing", {"event": ["x", 7, "2013"]}, A),
        ("Timing", {"event": []}, None),
        ("Timing", {"repeat": {"boundsPeriod": {"start": "2013", "end": "2015"}}}, (A[0], B[1])),
        ("Timing", {"event": ["2015"], "repeat": {"boundsPeriod": {"start": "2013"}}}, (A[0], LATEST)),
        ("Timing", {"repeat": {"boundsPeriod": "2013"}}, None),
        ("Timing", {"repeat": {"boundsPeriod": {}}}, None),
        ("Timing", {"repeat": "daily"}, None),
        ("Age", {"value": 7}, None),
        ("dateTime", 2013, None),
    ],
)
def test_a_value_spans_its_outer_limits(datatype, value, span):
    assert dates.span(datatype, value, dt.UTC) == span


@pytest.mark.parametrize(
    ("text", "prefix", "start", "end"),
    [
        ("2013", "eq", "2013-01-01T00:00+00:00", "2014-01-01T00:00+00:00"),
        *[(f"{prefix}2013", prefix, "2013-01-01T00:00+00:00", "2014-01-01T00:00+00:00")
          for prefix in PREFIXES if prefix != "ap"],
        ("ge2013-01-14T12:00:00 01:00", "ge", "2013-01-14T12:00+01:00", "2013-01-14T12:00:01+01:00"),
        ("ge 2013-01-14", "ge", "2013-01-14T00:00+00:00", "2013-01-15T00:00+00:00"),
        ("ap2013-01-14", "ap", "2013-01-13T00:00+00:00", "2013-01-16T00:00+00:00"),
        ("ap2012-10-16", "ap", "2012-10-06T00:00+00:00", "2012-10-27T00:00+00:00"),
        ("ap2013-05-04", "ap", "2013-04-24T00:00+00:00", "2013-05-15T00:00+00:00"),
    ],
)  # fmt: skip
def test_a_date_is_read_with_its_prefix(text, prefix, start, end):
    now = dt.datetime(2013, 1, 24, tzinfo=dt.UTC)
    assert dates.parse(text, dt.UTC, now) == DateValue(prefix, ms(start), ms(end))


@pytest.mark.parametrize("text", ["", "ge", "xx2013", "2013-13", "gege2013"])
def test_what_is_no_date_is_told(text):
    with pytest.raises(SearchError, match="is not a date"):
        dates.parse(text, dt.UTC)


@pytest.mark.parametrize(
    ("prefix", "hits"),
    [
        ("eq", {"same", "inside", "first", "last"}),
        ("ne", {"before", "until", "over start", "around", "over end", "from end", "after", "to end"}),
        ("gt", {"around", "over end", "from end", "after"}),
        ("lt", {"before", "until", "over start", "around", "to end"}),
        ("ge", {"same", "inside", "first", "last", "around", "over end", "from end", "after"}),
        ("le", {"same", "inside", "first", "last", "around", "over start", "before", "until", "to end"}),
        ("sa", {"from end", "after"}),
        ("eb", {"before", "until"}),
        ("ap", {"same", "inside", "first", "last", "over start", "around", "over end", "to end"}),
    ],
)
def test_an_interval_stands_to_another_as_the_prefix_says(prefix, hits, holds):
    found = {
        "before": (10, 50), "until": (10, 100), "over start": (50, 150), "to end": (50, 200), "same": (100, 200),
        "inside": (120, 180), "first": (100, 150), "last": (150, 200), "around": (50, 250), "over end": (150, 250),
        "from end": (200, 250), "after": (210, 250),
    }  # fmt: skip
    value = DateValue(prefix, 100, 200)
    assert {name for name, interval in found.items() if dates.matches(value, interval)} == hits
    for low, high in itertools.combinations((10, 99, 100, 101, 150, 199, 200, 201, 250), 2):
        assert holds(dates.clause(value), {"lo": low, "hi": high}) is dates.matches(value, (low, high)), (low, high)
    assert dates.clause(value).exact
