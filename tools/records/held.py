"""Rows held against what is claimed of them: a limit, a time, a value, what a test said, what a culture grew."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.filters import fold, presence, says, yields
from chartwarden.tools.records.findings import finding_of
from chartwarden.tools.records.query import Computed, RecordQuery, Window
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.selection import Selection, ended_in, in_window, passes


def held(query: RecordQuery, selection: Selection, chart: Chart) -> tuple[list[Row], Computed]:
    """Whether one of the chosen rows meets what they are held against, and those that do, else all of them.

    Tests of an organism that do not agree decide nothing: all of them are told.
    """
    passing = selection.chosen
    if query.held:
        passing = [row for row in passing if _meets(row, query, selection)]
    if query.then is not None:
        passing = [row for row in passing if _was_then(row, query, query.then, chart, selection)]
        chart.note(query.then.reading)
    is_split = query.held and query.said is not None and 0 < len(passing) < len(selection.chosen)
    rows = selection.chosen if is_split else passing or selection.chosen
    is_silent = query.target == "attribute" and not any(finding_of(row, query).values for row in rows)
    if query.said in ("present", "absent") and not passing:
        is_silent = is_silent or not all(map(presence, rows))
    is_told = not (is_split or is_silent) and (passing or not (selection.uncertain or selection.without_range))
    if is_split:
        chart.note("The tests do not agree.")
    value = bool(passing) != query.negated if is_told else None
    over = tuple(row.reference for row in rows)
    return rows, Computed(measure="exists", value=value, over=over, how="held against a limit")


def _was_then(row: Row, query: RecordQuery, then: Window, chart: Chart, selection: Selection) -> bool:
    """Whether a row was in a time, ended in it or lasted into it, as it is asked."""
    if query.ended:
        return ended_in(row, then, chart)
    return in_window(row, then, chart, selection, lasting=query.lasting)


def _meets(row: Row, query: RecordQuery, selection: Selection) -> bool:
    if query.threshold is not None and not passes(row, query, selection):
        return False
    if query.said is not None and not says(query.said)(row):
        return False
    if query.yielded is not None and not yields(query.yielded)(row):
        return False
    return not query.one_of or _is_one_of(row, query)


def _is_one_of(row: Row, query: RecordQuery) -> bool:
    wanted = {fold(one) for one in query.one_of}
    return any(fold(str(value)) in wanted for value in finding_of(row, query).values)


def told_of_patient(query: RecordQuery, rows: Sequence[Row]) -> tuple[list[Row], Computed | None]:
    """Whether a demographic field is recorded as one of some values, or at all; None where nothing is recorded of it.

    That somebody died is told where it is recorded, and else that it is not.
    """
    row = rows[0]
    told = finding_of(row, query).values
    if not told:
        return [row], None
    is_so = _is_one_of(row, query) if query.one_of else told[0] is not False
    over = (row.reference,)
    return [row], Computed(measure="exists", value=is_so != query.negated, over=over, how="as recorded")
