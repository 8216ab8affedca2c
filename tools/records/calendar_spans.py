"""Calendar years, months or days that rows fall into: of which `commonest` and `rarest` may ask what there is most of.

A row belongs to one where its recorded time is exact enough to say so; the others are told, and counted nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.query import RecordQuery, Scalar
from chartwarden.tools.records.rows import Row

_LETTERS = {"a": 4, "mo": 7, "date": 10}
"""How much of an ISO date names a year, a month, and a day."""
_COARSER: dict[str, tuple[str, ...]] = {"a": (), "mo": ("year",), "date": ("year", "month")}
_NAMES = {"a": "year", "mo": "month", "date": "day"}


def is_of_spans(query: RecordQuery) -> bool:
    """Whether a query asks in which year or month there are most or fewest of its rows."""
    return query.measure in ("commonest", "rarest") and query.target == "time" and query.unit in _LETTERS


def is_told_by_span(query: RecordQuery) -> bool:
    """Whether a query asks into which year or month the highest or lowest value fell, or what it finds."""
    return query.measure == "none" and query.target == "time" and query.unit in ("a", "mo")


def told_span(span: str, query: RecordQuery) -> Scalar:
    """A year or a month as it is told: a year that is asked of one row is a number."""
    return int(span) if is_told_by_span(query) and query.unit == "a" and span.isdigit() else span


def span_of(row: Row, query: RecordQuery, chart: Chart) -> str:
    """The year (`2014`), the month (`2014-03`) or the day of a row; empty where its time does not tell."""
    moment = row.moment
    if moment is None or moment.precision in _COARSER[query.unit]:
        return ""
    on_calendar = chart.calendar.wall(moment.start).isoformat()
    return on_calendar[: _LETTERS[query.unit]]


def in_spans(rows: Sequence[Row], query: RecordQuery, chart: Chart) -> list[Row]:
    """The rows that belong to a year or a month; what is not counted is noted."""
    told = [row for row in rows if span_of(row, query, chart)]
    name = _NAMES[query.unit]
    if len(told) < len(rows):
        chart.note(f"{len(rows) - len(told)} without a known {name} are not counted.")
    if query.measure == "rarest" and told:
        chart.note(f"A {name} without any entry is not among those compared.")
    return told
