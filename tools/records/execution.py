"""Running a question against one patient's record: what it means is decided here, in code, and nowhere else.

Nothing dated after the clock exists. What was entered in error, refuted, not done or only planned is no fact: it is
set aside and told. When a source could not be searched to the end, nothing is said of all, none, first or last.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartwarden.tools.records import measures, units
from chartwarden.tools.records.calendar_spans import in_spans, is_of_spans, is_told_by_span, span_of, told_span
from chartwarden.tools.records.chart import Chart, PatientRecords
from chartwarden.tools.records.comparisons import compared
from chartwarden.tools.records.daily import by_day, day_of
from chartwarden.tools.records.elements import MEDICATION_TYPES, reference_of
from chartwarden.tools.records.findings import finding_of
from chartwarden.tools.records.held import held, told_of_patient
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.notes import search_notes
from chartwarden.tools.records.query import (
    DAILY,
    Comparison,
    Computed,
    Finding,
    NoteSearch,
    QueryResult,
    Question,
    RecordQuery,
    Scalar,
)
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.selection import Selection, in_order, select
from chartwarden.tools.records.words import entries, fold

MAX_FINDINGS = 500
"""Rows shown of one result; the cut is told."""

_BY_NUMBER = frozenset({"commonest", "rarest"})
MAX_EXAMPLES = 60
"""Rows shown beside a count or a yes: all of them are in `Computed.over`."""


def run(question: Question, records: PatientRecords, clock: Clock, readings: Readings) -> QueryResult:
    """Answer one question from one patient's record.

    Raises what the source raises: `SourceFault` when the record could not be searched, `AccessDenied` where the
    session may not look. An empty result means: searched, and nothing there.
    """
    withheld = records.withheld
    chart = Chart(records, clock, readings)
    if isinstance(question, NoteSearch):
        result = search_notes(question, chart)
    elif isinstance(question, Comparison):
        result = compared(question, chart)
    else:
        result = _answered(question, chart)
    return result.model_copy(
        update={
            "searched": tuple(chart.searched),
            "complete": chart.complete,
            "withheld": records.withheld - withheld,
            "notes": tuple(chart.notes),
        }
    )


def _answered(query: RecordQuery, chart: Chart) -> QueryResult:
    selection = select(query, chart)
    rows, computed, groups = _measured(query, selection, chart)
    if not chart.complete:
        computed = _as_far_as_complete(query, computed, chart)
    rows = in_order(rows, query, chart)
    also = tuple(row.reference for row in selection.events)
    if query.measure in ("exists", "count"):
        rows = rows[-MAX_EXAMPLES:] if query.which == "all" else rows[:MAX_EXAMPLES]
    if len(rows) > MAX_FINDINGS:
        chart.note(f"{MAX_FINDINGS} of {len(rows)} entries are shown.")
        rows = rows[:MAX_FINDINGS]
    findings = (finding_of(row, query, also=(*also, *groups.get(row.reference, ()))) for row in rows)
    if is_of_spans(query) or is_told_by_span(query):
        spans = {row.reference: span_of(row, query, chart) for row in rows}
        findings = (_of_span(finding, told_span(spans[finding.reference], query)) for finding in findings)
    if query.types == ("Encounter",) and query.target == "name":
        times = {row.reference: row.moment.recorded for row in selection.chosen if row.moment is not None}
        findings = (_of_all_times(finding, groups.get(finding.reference, ()), times) for finding in findings)
    if query.measure in _BY_NUMBER:
        of_all = len(selection.chosen)
        findings = (_of_number(finding, 1 + len(groups.get(finding.reference, ())), of_all) for finding in findings)
    return QueryResult(
        question=query,
        findings=tuple(findings),
        computed=computed,
        found=len(selection.matched),
        read_all=selection.read_all,
        set_aside=tuple(
            finding_of(row, query) for row in (*selection.set_aside, *selection.without_status)[:MAX_FINDINGS]
        ),
        tied=tuple(finding_of(row, query) for row in selection.tied[:MAX_FINDINGS]),
    )


def _of_all_times(finding: Finding, others: tuple[str, ...], times: dict[str, str]) -> Finding:
    """A visit with the times of all those of its name that it stands for."""
    told = tuple(times[one] for one in (*others, finding.reference) if one in times)
    return finding.model_copy(update={"times": told}) if len(told) > 1 else finding


def _of_span(finding: Finding, span: Scalar) -> Finding:
    """A row that stands for all of its year or month."""
    return finding.model_copy(update={"value": span, "values": (span,)})


def _of_number(finding: Finding, number: int, of_all: int) -> Finding:
    """A row with how many there are of what it stands for."""
    return finding.model_copy(update={"text": f"{number} of {of_all} entries"})


Groups = dict[str, tuple[str, ...]]
"""Reference of a shown row to those of the rows it stands for."""


def _measured(query: RecordQuery, selection: Selection, chart: Chart) -> tuple[list[Row], Computed | None, Groups]:
    """The rows to show, what was computed over the chosen ones, and which rows each shown one stands for."""
    rows = selection.chosen
    if query.measure == "exists" and query.target == "demographic":
        return *told_of_patient(query, rows), {}
    if query.measure == "exists" and (query.held or query.then is not None) and rows:
        return *held(query, selection, chart), {}
    if query.measure == "exists":
        # Where there are fewer than asked about ("more than once"), those there are tell so.
        return rows or (selection.matched if query.index > 1 else rows), _existence(query, selection), {}
    if query.measure == "count":
        return rows, _counted(query, len(rows), rows), {}
    if query.measure in ("distinct", "count_distinct"):
        # Rows that say nothing of what is wanted are shown as such: they are no absence.
        groups = _grouped(query, rows, chart) or ([[row] for row in rows[-1:]] if query.measure == "distinct" else [])
        shown = [members[-1] for members in groups]
        stands = {m[-1].reference: tuple(row.reference for row in m[:-1]) for m in groups}
        return shown, _counted(query, len(groups), [row for members in groups for row in members]), stands
    if query.measure == "same":
        return _alike(query, rows, chart)
    if query.measure in _BY_NUMBER:
        return _by_number(query, in_spans(rows, query, chart) if is_of_spans(query) else rows, chart)
    if not rows or query.measure == "none":
        return rows, None, {}
    if query.measure in measures.ARITHMETIC:
        in_time = rows if query.which != "last" or query.by == "value" else rows[::-1]
        return *measures.compute(query, in_time, chart), {}
    if query.measure in DAILY:
        return *by_day(query, rows, chart), {}
    if query.measure == "duration":
        return rows, measures.duration(query, rows, chart), {}
    if query.measure == "elapsed":
        return rows[:1], measures.elapsed(query, rows, chart), {}
    return rows[:1], measures.age(query, rows, chart), {}


def _existence(query: RecordQuery, selection: Selection) -> Computed:
    rows = selection.chosen
    value: Scalar | None = bool(rows) != query.negated
    if not rows and (selection.uncertain or selection.without_range or selection.without_status):
        value = None
    if not rows and query.held and (query.said or query.yielded):
        value = None  # of a test that is not there nothing is told, not even that it did not say so
    how = f"{len(selection.matched)} entries on record" if rows else "no entry on record"
    return Computed(measure="exists", value=value, over=tuple(row.reference for row in rows), how=how)


def _counted(query: RecordQuery, count: int, rows: Iterable[Row]) -> Computed:
    over = tuple(dict.fromkeys(row.reference for row in rows))
    how = f"{count} different among {len(over)} entries" if query.measure != "count" else f"{count} entries counted"
    return Computed(measure=query.measure, value=count, over=over, how=how)


def _grouped(query: RecordQuery, rows: list[Row], chart: Chart) -> list[list[Row]]:
    """Rows of one thing together, in order of first appearance, the latest of each last."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        for key in _keys(query, row, chart):
            groups.setdefault(key, []).append(row)
    return list(groups.values())


def _by_number(query: RecordQuery, rows: list[Row], chart: Chart) -> tuple[list[Row], Computed | None, Groups]:
    """The latest row of each thing that there are most or fewest of, and of all that are level with it."""
    groups = sorted(_grouped(query, rows, chart), key=len, reverse=query.measure == "commonest")
    if not groups:
        return rows[-1:], None, {}
    last = len(groups[min(query.limit or 1, len(groups)) - 1])
    told = [group for group in groups if (len(group) >= last if query.measure == "commonest" else len(group) <= last)]
    over = tuple(dict.fromkeys(row.reference for group in told for row in group))
    how = f"{len(told[0])} of {len(rows)} entries"
    computed = Computed(measure=query.measure, value=len(told[0]), over=over, how=how)
    return (
        [group[-1] for group in told],
        computed,
        {group[-1].reference: tuple(row.reference for row in group[:-1]) for group in told},
    )


def _keys(query: RecordQuery, row: Row, chart: Chart) -> list[object]:
    """What makes a row one of a kind: the concept it is about, what is wanted of it, or the year it falls into."""
    if is_of_spans(query):
        return [span_of(row, query, chart)]
    if query.target == "time" and query.unit == "stay":
        return [reference_of(row.encounter)] if row.encounter is not None else []
    if query.target == "time" and query.unit == "date":
        return [day] if (day := day_of(row, chart)) else []
    if query.measure in _BY_NUMBER and query.target == "name" and row.type in MEDICATION_TYPES:
        return [fold(row.label)]  # one drug may be several products
    if query.target in ("name", "value", "time", "status") and row.type != "Patient":
        return [
            row.medication_reference or tuple(sorted((c.system, c.code) for c in row.codings if c.code)) or row.label
        ]
    told = finding_of(row, query)
    # A culture may have grown several organisms, and a plan has several parts that are counted; of everything else the
    # first value says what the row is.
    parts = query.target == "result" and row.type == "CarePlan" and query.measure == "count_distinct"
    return list(told.values if query.target == "organism" or parts else told.values[:1])


def _alike(query: RecordQuery, rows: list[Row], chart: Chart) -> tuple[list[Row], Computed | None, Groups]:
    """Whether the rows that tell what is wanted all tell the same; the latest row of each that is told."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        told = finding_of(row, query)
        if told.value is not None:
            groups.setdefault((str(told.value), units.canonical(told.unit)), []).append(row)
    if not groups:
        return rows[-1:], None, {}
    silent = len(rows) - sum(map(len, groups.values()))
    if silent:
        chart.note(f"{entries(silent)} with no {query.target} passed over.")
    over = tuple(row.reference for members in groups.values() for row in members)
    how = f"{len(groups)} different among {len(over)} entries"
    computed = Computed(measure="same", value=(len(groups) == 1) is not query.negated, over=over, how=how)
    return [members[-1] for members in groups.values()], computed, {}


def _as_far_as_complete(query: RecordQuery, computed: Computed | None, chart: Chart) -> Computed | None:
    """What may be said of a search that was cut short: that something exists, nothing else."""
    chart.note("The record could not be searched to the end: nothing is said of all, none, first or last.")
    if computed is None or (query.measure == "exists" and bool(computed.value) != query.negated):
        return computed
    return computed.model_copy(update={"value": None})
