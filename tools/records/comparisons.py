"""Two queries against each other: how their rows relate, or the numbers that are worked out of them."""

from __future__ import annotations

from chartwarden.tools.records import measures, units
from chartwarden.tools.records.anchors import precedes
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.findings import finding_of
from chartwarden.tools.records.query import Comparison, Computed, Finding, QueryResult, RecordQuery, Scalar
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.selection import Selection, select
from chartwarden.tools.records.values import Value


def compared(question: Comparison, chart: Chart) -> QueryResult:
    """How the first rows of two queries relate, or the means or sums of all of them."""
    left, right = select(question.left, chart), select(question.right, chart)
    if question.left.measure == question.right.measure and question.left.measure in RESULTS:
        return _results_compared(question, left, right, chart)
    of_all = question.relation in ("lt", "gt") and "all" in (question.left.which, question.right.which)
    is_decided = not of_all or _is_so_of_all(question, left, right, chart)
    findings: list[Finding] = []
    for query, selection in ((question.left, left), (question.right, right)):
        findings += [finding_of(row, query) for row in selection.chosen[:1]]
    computed = None
    if left.chosen and right.chosen and is_decided:
        computed = _relation(question, left.chosen[0], right.chosen[0], chart)
        if computed is not None and question.less is not None:
            computed, taken_off = _less(question.less, computed, left.chosen[0], chart)
            findings += taken_off
    elif is_decided:
        chart.note("Nothing on record for " + ("the first" if not left.chosen else "the second") + " of the two.")
    return QueryResult(
        question=question,
        findings=tuple(findings),
        computed=computed if chart.complete else None,
        found=len(left.matched) + len(right.matched),
        set_aside=tuple(finding_of(row, question.left) for row in left.set_aside),
    )


RESULTS = frozenset({"mean", "sum"})
"""Of which the results of two queries are compared, and not rows of theirs."""


def _results_compared(question: Comparison, left: Selection, right: Selection, chart: Chart) -> QueryResult:
    """The mean or the sum of the values of either side, and how the two relate."""
    queries = (question.left, question.right)
    means = [measures.compute(query, side.chosen, chart)[1] for query, side in zip(queries, (left, right), strict=True)]
    numbers = [Value(number=float(one.value or 0), unit=one.unit) for one in means if one is not None]
    computed = None
    if len(numbers) == len(means):
        over = tuple(dict.fromkeys(name for one in means if one is not None for name in one.over))
        how = " and ".join(
            f"{one.measure} of {len(one.over)} values, {measures.shown(float(one.value or 0))} {one.unit}"
            for one in means
            if one
        )
        other = _in_unit_of(numbers[0], numbers[1], chart)
        value = None if other is None else _held_against(question, numbers[0].number or 0, other)
        computed = Computed(
            measure=question.relation, value=_side_named(value, question, left, right), over=over, how=how
        )
    else:
        chart.note("Nothing on record for " + ("the first" if means[0] is None else "the second") + " of the two.")
    sides = zip(queries, (left, right), strict=True)
    return QueryResult(
        question=question,
        findings=tuple(finding_of(row, query) for query, side in sides for row in side.chosen),
        computed=computed if chart.complete else None,
        found=len(left.matched) + len(right.matched),
    )


def _side_named(value: Scalar | None, question: Comparison, left: Selection, right: Selection) -> Scalar | None:
    """What tells the one of two that it is: its name, else the day that its time begins on."""
    if value not in ("first", "second"):
        return value
    query, side = (question.right, right) if value == "second" else (question.left, left)
    if _are_two_things(question):
        return next((row.label for row in side.chosen), None)
    window = query.window
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
    if question.relation in ("interval", "time_after"):  # from its beginning to its end it has a length
        return (question.left.target == "end") == (question.right.target == "end")
    return question.relation in ("before", "after") or (question.relation in ("lt", "gt") and is_of_one)


def _relation(question: Comparison, left: Row, right: Row, chart: Chart) -> Computed | None:
    over = (left.reference, right.reference)
    value: Scalar | None = None
    unit = how = ""
    if _is_one_entry_twice(question) and left.reference == right.reference:
        chart.note("Both sides are one and the same entry.")
    elif question.relation in ("before", "after", "same_day"):
        value, how = _in_time(question, left, right, chart)
    elif question.relation in ("interval", "time_after"):
        return measures.interval(question, left, right, chart)
    else:
        value, unit, how = _numbers_compared(question, left, right, chart)
    return Computed(measure=question.relation, value=value, unit=unit, over=over, how=how)


def _in_time(question: Comparison, left: Row, right: Row, chart: Chart) -> tuple[Scalar | None, str]:
    """Whether two rows, or their ends, relate in time as asked, or which of the two it is that does."""
    sides_asked = ((left, question.left), (right, question.right))
    first, second = (measures.meant_moment(row, query, chart) for row, query in sides_asked)
    if first is None or second is None:
        return None, ""
    how = f"{first.recorded} and {second.recorded}"
    if question.relation == "same_day":
        return chart.calendar.day(first.start) == chart.calendar.day(second.start), how
    sides = (first, second) if question.relation == "before" else (second, first)
    is_so, is_other = precedes(*sides), precedes(*sides[::-1])
    if question.tells != "side":
        return is_so, how
    if not (is_so or is_other):
        return ("the same" if first.start == second.start else None), how
    row, query = (left, question.left) if is_so else (right, question.right)
    return finding_of(row, query).label, how


def _numbers_compared(question: Comparison, left: Row, right: Row, chart: Chart) -> tuple[Scalar | None, str, str]:
    first, second = measures.value_of(left, question.left), measures.value_of(right, question.right)
    if first is None or second is None or first.number is None or second.number is None:
        return None, "", ""
    how = f"{first.number:g} {first.unit} and {second.number:g} {second.unit}"
    other = _in_unit_of(first, second, chart)
    if other is None:
        return None, "", how
    if question.relation in ("difference", "ratio"):
        if _are_two_things(question) and not _on_one_day(left, right, chart):
            return None, "", how
        if question.relation == "difference":
            return float(f"{first.number - other:.10g}"), first.unit, how
        return (float(f"{first.number / other:.10g}") if other else None), "", how
    value = _held_against(question, first.number, other)
    side = {"first": left, "second": right}.get(str(value))
    if question.tells == "value":
        told = second if side is right else first
        return told.number, told.unit, how
    if side is not None and _are_two_things(question):
        return finding_of(side, question.left if side is left else question.right).label, "", how
    return (side.moment.recorded if side is not None and side.moment is not None else value), "", how


def _on_one_day(left: Row, right: Row, chart: Chart) -> bool:
    """Whether two values are of one day, so that something can be worked out of both; else that is noted."""
    times = [row.moment for row in (left, right)]
    days = {chart.calendar.day(time.start) for time in times if time is not None}
    if len(days) != 1:
        chart.note("The values are not of one day, so that nothing is worked out of them.")
    return len(days) == 1


def _less(query: RecordQuery, computed: Computed, left: Row, chart: Chart) -> tuple[Computed, list[Finding]]:
    """A difference without a third number too, and the row of that; without a value where there is none."""
    chosen = select(query, chart).chosen[:1]
    value = measures.value_of(chosen[0], query) if chosen and _on_one_day(left, chosen[0], chart) else None
    if value is None or value.number is None or not isinstance(computed.value, int | float):
        return computed.model_copy(update={"value": None}), []
    number = units.convert(value.number, value.unit, computed.unit)
    how = f"{computed.how}, less {value.number:g} {value.unit}"
    left_over = None if number is None else float(f"{computed.value - number:.10g}")
    told = computed.model_copy(update={"value": left_over, "over": (*computed.over, chosen[0].reference), "how": how})
    return told, [finding_of(chosen[0], query)]


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
    return ("first" if truth else "second") if question.tells in ("side", "value") else truth
