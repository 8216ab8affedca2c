"""Values added up by the calendar day: on which day there was most or least in all, and how much that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.measures import Measured, in_unit, measured, shown
from chartwarden.tools.records.query import DAILY, Computed, RecordQuery
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.words import entries as entries_of


@dataclass(frozen=True)
class Day:
    """What was recorded on one calendar day."""

    date: str
    entries: tuple[Measured, ...]

    @property
    def total(self) -> float:
        """All of the day together."""
        return sum(entry.number for entry in self.entries)


def is_told_by_day(query: RecordQuery) -> bool:
    """Whether the day is wanted, and not how much it was."""
    return query.measure in DAILY and query.target == "time"


def day_of(row: Row, chart: Chart) -> str:
    """The calendar day of a row; empty where its time does not tell."""
    moment = row.moment
    if moment is None or moment.precision not in ("day", "instant"):
        return ""
    return chart.calendar.day(moment.start).isoformat()


def by_day(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> tuple[list[Row], Computed | None]:
    """The last row of the day with the highest or the lowest sum, and of days that are level with it; and the sum."""
    days = _days(query, rows, chart)
    if not days:
        return list(rows[-1:]), None
    best = (max if query.measure == "most_a_day" else min)(day.total for day in days)
    told = [day for day in days if day.total == best]
    if query.measure == "least_a_day":
        chart.note("A day without any entry is not among those compared.")
    if len(told) > 1:
        chart.note(f"{len(told)} days are level.")
    entries = [entry for day in told for entry in day.entries]
    unit = entries[0].unit
    amount = f"{shown(best)} {unit}".strip()
    how = f"{told[0].date}: {amount} in {entries_of(len(told[0].entries))}; {len(days)} days compared"
    over = tuple(entry.row.reference for entry in entries)
    last = [day.entries[-1].row for day in told]
    if is_told_by_day(query):
        return last, Computed(measure=query.measure, value=told[0].date, over=over, how=how)
    value = best if isinstance(best, int) else float(f"{best:.10g}")
    computed = Computed(measure=query.measure, value=value, unit=unit, over=over, how=how)
    return last, in_unit(computed, query, chart) if query.in_unit else computed


def _days(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> list[Day]:
    found: dict[str, list[Measured]] = {}
    for entry in measured(rows, query, chart):
        found.setdefault(day_of(entry.row, chart), []).append(entry)
    if undated := found.pop("", []):
        chart.note(f"{len(undated)} without a known day are not counted.")
    return [Day(date, tuple(entries)) for date, entries in sorted(found.items())]
