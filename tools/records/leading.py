"""First and last rows of long histories without reading all of them.

The manifest knows when the rows of a concept are; so the search is narrowed to dates from which on (or up to which)
there should be more rows than asked for. Whether there are is seen from what comes back, and when filters or a
stale manifest leave too few, the dates are widened, in the end to everything. So the manifest only saves work: it
never decides.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.compile import compile_query, entries_of
from chartwarden.tools.records.elements import reference_of, shape_of
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.rows import Row

SHORT = 150
"""Histories up to this many resources are read whole: then every count is exact, at no cost worth saving."""

_REACH = 32
"""Rows beyond those asked for that a first search reaches for."""

_WIDER = 8


def can_lead(query: RecordQuery, chart: Chart) -> bool:
    """Whether the rows asked for can be had from one end of the history."""
    if query.planned or query.which == "all" or query.by != "time" or query.measure != "none" or len(query.types) != 1:
        return False
    resource_type = query.types[0]
    if resource_type == "Observation" and query.concept is None and query.index > 1:
        return False  # which may be counted by moments and not by rows
    shape = shape_of(resource_type)
    if not chart.supports(resource_type, shape.date_param) or chart.manifest.uncovered.get(resource_type):
        return False
    if resource_type == "MedicationRequest" and chart.readings.prescription_time == "validity":
        return False
    return query.target != "location" and chart.manifest.complete and len(_times(query, chart)) > SHORT


def _times(query: RecordQuery, chart: Chart) -> list[int]:
    """When the rows of the query are, by the manifest: minutes since 1970, ascending, up to the clock."""
    resource_type = query.types[0]
    concept = query.component or query.concept if resource_type == "Observation" else query.concept
    if concept is None:
        times = list(chart.manifest.minutes.get(resource_type, ()))
    else:
        entries = entries_of(concept, resource_type, chart) if concept.is_linked else []
        times = sorted(minute for entry in entries for minute in entry.minutes)
    window = query.window
    end = min(window.end, chart.clock.as_of) if window is not None and window.end else chart.clock.as_of
    start = _minute(window.start) if window is not None and window.start else None
    return times[0 if start is None else bisect_left(times, start) : bisect_right(times, _minute(end))]


def _minute(instant: dt.datetime) -> int:
    return int(instant.timestamp()) // 60


def read_leading(query: RecordQuery, chart: Chart, judge: Callable[[Row], bool]) -> bool:
    """Judge rows from the asked-for end until enough are certain; whether anything was left unread."""
    newest = query.which == "last"
    times = _times(query, chart)
    wanted = query.index - 1 + (query.limit or 1)
    reach = wanted + _REACH
    seen: set[str] = set()
    found: list[float] = []
    while reach < len(times):
        edge = _day_of(times[-reach] if newest else times[reach - 1] + _DAY)
        bound = (shape_of(query.types[0]).date_param, f"{'ge' if newest else 'lt'}{edge.date().isoformat()}")
        found += _judged(query, chart, judge, seen, (bound,))
        limit = edge.timestamp()
        if sum(start >= limit if newest else start < limit for start in found) >= wanted:
            return True
        reach *= _WIDER
    _judged(query, chart, judge, seen, ())
    return False


_DAY = 24 * 60


def _day_of(minute: int) -> dt.datetime:
    """The beginning of the UTC day of a minute."""
    day = dt.datetime.fromtimestamp(minute * 60, dt.UTC).date()
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _judged(
    query: RecordQuery,
    chart: Chart,
    judge: Callable[[Row], bool],
    seen: set[str],
    bound: tuple[tuple[str, str], ...],
) -> list[float]:
    """Judge what the searches find and was not seen; when the rows are that could be chosen, as timestamps."""
    found = []
    for resource_type, params in compile_query(query, chart):
        for resource in chart.search(resource_type, (*params, *bound)):
            reference = reference_of(resource)
            if reference in seen:
                continue
            seen.add(reference)
            row = Row(resource, chart)
            if judge(row) and row.moment is not None:
                found.append(row.moment.start.timestamp())
    return found
