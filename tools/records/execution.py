"""Running a question against one patient's record: what it means is decided here, in code, and nowhere else.

Nothing dated after the clock exists. What was entered in error, refuted, not done or only planned is no fact: it is
set aside and told. When a source could not be searched to the end, nothing is said of all, none, first or last.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartwarden.tools.records import measures, units
from chartwarden.tools.records.anchors import precedes
from chartwarden.tools.records.calendar_spans import in_spans, is_of_spans, span_of
from chartwarden.tools.records.chart import Chart, PatientRecords
from chartwarden.tools.records.findings import finding_of
from chartwarden.tools.records.held import held, told_of_patient
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.notes import search_notes
from chartwarden.tools.records.query import (
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
from chartwarden.tools.records.values import Value

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
        result = _compared(question, chart)
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
    if is_of_spans(query):
        spans = {row.reference: span_of(row, query, chart) for row in rows}
        findings = (_of_span(finding, spans[finding.reference]) for finding in findings)
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


def _of_span(finding: Finding, span: str) -> Finding:
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
    if query.measure in _BY_NUMBER:
        return _by_number(query, in_spans(rows, query, chart) if is_of_spans(query) else rows, chart)
    if not rows or query.measure == "none":
        return rows, None, {}
    if query.measure in measures.ARITHMETIC:
        in_time = rows if query.which != "last" or query.by == "value" else rows[::-1]
        return *measures.compute(query, in_time, chart), {}
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
    if query.target in ("name", "value", "time", "status") and row.type != "Patient":
        return [
            row.medication_reference or tuple(sorted((c.system, c.code) for c in row.codings if c.code)) or row.label
        ]
    told = finding_of(row, query)
    # A culture may have grown several organisms; of everything else the first value says what the row is.
    return list(told.values if query.target == "organism" else told.values[:1])


def _as_far_as_complete(query: RecordQuery, computed: Computed | None, chart: Chart) -> Computed | None:
    """What may be said of a search that was cut short: that something exists, nothing else."""
    chart.note("The record could not be searched to the end: nothing is said of all, none, first or last.")
    if computed is None or (query.measure == "exists" and bool(computed.value) != query.negated):
        return computed
    return computed.model_copy(update={"value": None})


def _compared(question: Comparison, chart: Chart) -> QueryResult:
    left, right = select(question.left, chart), select(question.right, chart)
    if question.left.measure == question.right.measure == "mean":
        return _means_compared(question, left, right, chart)
    of_all = question.relation in ("lt", "gt") and "all" in (question.left.which, question.right.which)
    is_decided = not of_all or _is_so_of_all(question, left, right, chart)
    findings: list[Finding] = []
    for query, selection in ((question.left, left), (question.right, right)):
        findings += [finding_of(row, query) for row in selection.chosen[:1]]
    computed = None
    if left.chosen and right.chosen and is_decided:
        computed = _relation(question, left.chosen[0], right.chosen[0], chart)
    elif is_decided:
        chart.note("Nothing on record for " + ("the first" if not left.chosen else "the second") + " of the two.")
    return QueryResult(
        question=question,
        findings=tuple(findings),
        computed=computed if chart.complete else None,
        found=len(left.matched) + len(right.matched),
        set_aside=tuple(finding_of(row, question.left) for row in left.set_aside),
    )


def _means_compared(question: Comparison, left: Selection, right: Selection, chart: Chart) -> QueryResult:
    """The mean of the values of either side, and how the two relate."""
    queries = (question.left, question.right)
    means = [measures.compute(query, side.chosen, chart)[1] for query, side in zip(queries, (left, right), strict=True)]
    numbers = [Value(number=float(one.value or 0), unit=one.unit) for one in means if one is not None]
    computed = None
    if len(numbers) == len(means):
        over = tuple(dict.fromkeys(name for one in means if one is not None for name in one.over))
        how = " and ".join(
            f"mean of {len(one.over)} values, {measures.shown(float(one.value or 0))} {one.unit}"
            for one in means
            if one
        )
        other = _in_unit_of(numbers[0], numbers[1], chart)
        value = None if other is None else _held_against(question, numbers[0].number or 0, other)
        computed = Computed(measure=question.relation, value=_side_named(value, queries), over=over, how=how)
    else:
        chart.note("Nothing on record for " + ("the first" if means[0] is None else "the second") + " of the two.")
    sides = zip(queries, (left, right), strict=True)
    return QueryResult(
        question=question,
        findings=tuple(finding_of(row, query) for query, side in sides for row in side.chosen),
        computed=computed if chart.complete else None,
        found=len(left.matched) + len(right.matched),
    )


def _side_named(value: Scalar | None, queries: tuple[RecordQuery, RecordQuery]) -> Scalar | None:
    """The day that a time begins on, where it is the one of two."""
    if value not in ("first", "second"):
        return value
    window = queries[value == "second"].window
    return window.start.date().isoformat() if window is not None and window.start is not None else None


def _is_so_of_all(question: Comparison, left: Selection, right: Selection, chart: Chart) -> bool:
    """Whether all values of two times compare alike; those nearest to each other are then chosen, which decide it.

    Where they do not, the last of each time is chosen.
    """
    pairs = ((left, question.left), (right, question.right))
    sides = [measures.measured(one.chosen, query, chart) for one, query in pairs]
    if not all(sides) or all(len(side) == 1 for side in sides):
        return True
    now, then = (sorted(side, key=lambda one: one.number) for side in sides)
    below = now[-1].number < then[0].number or (question.relation == "gt" and now[-1].number == then[0].number)
    above = now[0].number > then[-1].number or (question.relation == "lt" and now[0].number == then[-1].number)
    is_so = (below or above) and now[0].unit == then[0].unit
    chosen = (now[-1], then[0]) if below else (now[0], then[-1])
    ends = chosen if is_so else (sides[0][-1], sides[1][-1])
    left.chosen, right.chosen = [ends[0].row], [ends[1].row]
    if not is_so:
        chart.note("Not all values of the two compare alike; the last value of each is shown.")
    return is_so


def _are_two_things(question: Comparison) -> bool:
    """Whether the values of two measurements are compared, and not two of one."""
    left, right = question.left, question.right
    return (left.concept, left.component) != (right.concept, right.component)


def _is_one_entry_twice(question: Comparison) -> bool:
    """Whether one entry on both sides decides nothing: it is not before itself, and one value is no change.

    The last value may well be the highest, and then is not higher than that.
    """
    by_time = question.left.by == question.right.by == "time"
    is_of_one = by_time and not _are_two_things(question)  # two parts of one entry are two values
    return question.relation in ("before", "after") or (question.relation in ("lt", "gt") and is_of_one)


def _relation(question: Comparison, left: Row, right: Row, chart: Chart) -> Computed | None:
    over = (left.reference, right.reference)
    value: Scalar | None = None
    unit = how = ""
    if _is_one_entry_twice(question) and left.reference == right.reference:
        chart.note("Both sides are one and the same entry.")
    elif question.relation in ("before", "after", "same_day"):
        if left.moment is not None and right.moment is not None:
            how = f"{left.moment.recorded} and {right.moment.recorded}"
            if question.relation == "same_day":
                days = {chart.calendar.day(moment.start) for moment in (left.moment, right.moment)}
                value = len(days) == 1
            elif question.relation == "before":
                value = precedes(left.moment, right.moment)
            else:
                value = precedes(right.moment, left.moment)
    elif question.relation in ("interval", "time_after"):
        return measures.interval(question, left, right, chart)
    else:
        value, unit, how = _numbers_compared(question, left, right, chart)
    return Computed(measure=question.relation, value=value, unit=unit, over=over, how=how)


def _numbers_compared(question: Comparison, left: Row, right: Row, chart: Chart) -> tuple[Scalar | None, str, str]:
    first, second = measures.value_of(left, question.left), measures.value_of(right, question.right)
    if first is None or second is None or first.number is None or second.number is None:
        return None, "", ""
    how = f"{first.number:g} {first.unit} and {second.number:g} {second.unit}"
    other = _in_unit_of(first, second, chart)
    if other is None:
        return None, "", how
    if question.relation == "difference":
        return float(f"{first.number - other:.10g}"), first.unit, how
    value = _held_against(question, first.number, other)
    side = {"first": left, "second": right}.get(str(value))
    if side is not None and _are_two_things(question):
        return finding_of(side, question.left if side is left else question.right).label, "", how
    return (side.moment.recorded if side is not None and side.moment is not None else value), "", how


def _in_unit_of(first: Value, second: Value, chart: Chart) -> float | None:
    """The second number in the unit of the first; None, and noted, where they cannot be held against each other."""
    other = None if second.number is None else units.convert(second.number, second.unit, first.unit)
    if other is None:
        chart.note(f"Values in {first.unit} and {second.unit} are not comparable.")
    return other


def _held_against(question: Comparison, first: float, second: float) -> bool | str:
    """Whether it is so of two numbers; or of which of them it is, or in which direction they differ."""
    if question.tells and first == second:
        return "the same"
    if question.tells == "direction":
        return "higher" if first > second else "lower"
    truth = {"lt": first < second, "gt": first > second, "eq": first == second}[question.relation]
    return ("first" if truth else "second") if question.tells == "side" else truth
