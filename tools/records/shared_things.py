"""Which rows are of a thing that other rows are of too: at another stay, at none of it, or at each of several.

A thing is what its codes say it is; where a query has a concept, all that it means is one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from chartwarden.tools.records.anchors import place_of
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.query import Anchor, RecordQuery
from chartwarden.tools.records.rows import Row

Find = Callable[[RecordQuery, Chart], list[Row]]
"""The rows that a query means."""


def asks_of_others(query: RecordQuery) -> bool:
    """Whether which rows count depends on what other rows are of."""
    return query.also_in is not None or query.not_in is not None or query.at_each is not None


def of_shared_things(query: RecordQuery, rows: Sequence[Row], chart: Chart, find: Find) -> tuple[list[Row], list[Row]]:
    """The rows that count, and the other rows that make them count."""
    kept, others = list(rows), []
    if query.also_in is not None:
        beside = find(query.also_in, chart)
        shared = {thing_of(row, query) for row in kept} & {thing_of(row, query) for row in beside}
        kept = [row for row in kept if thing_of(row, query) in shared]
        chart.note("What counts is recorded at both.")
        others += [row for row in beside if thing_of(row, query) in shared]
    if query.not_in is not None:
        known = {thing_of(row, query) for row in find(query.not_in, chart)}
        kept = [row for row in kept if thing_of(row, query) not in known]
        chart.note("What is recorded at the other one too does not count.")
    if query.at_each is not None:
        chart.note("What counts is recorded at each of them.")
        kept = _at_each(query, kept, find(query.at_each, chart), chart)
    return kept, others


def _at_each(query: RecordQuery, rows: list[Row], stays: list[Row], chart: Chart) -> list[Row]:
    assert query.at_each is not None, "called where it is asked for"
    anchor = Anchor(event=query.at_each, relation="during")
    places = [place_of(anchor, [stay], chart) for stay in stays]
    held = [{thing_of(row, query) for row in rows if place is not None and place.test(row)} for place in places]
    everywhere = set.intersection(*held) if held else set()
    return [row for row in rows if thing_of(row, query) in everywhere]


def thing_of(row: Row, query: RecordQuery) -> Hashable:
    """What makes two rows rows of the same thing."""
    if query.concept is not None:
        return query.concept.words
    codes = tuple(sorted((coding.system, coding.code) for coding in row.codings if coding.code))
    return row.medication_reference or codes or row.label
