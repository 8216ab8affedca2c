"""The operators: arithmetic over rows, unit-aware, each with its working in words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from chartwarden.tools.records import units
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.doses import amount_of
from chartwarden.tools.records.elements import first_text, reference_of
from chartwarden.tools.records.moments import Moment, completed_months, completed_years
from chartwarden.tools.records.query import Comparison, Computed, RecordQuery
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.values import Value

ARITHMETIC = frozenset({"min", "max", "mean", "median", "sum", "change", "trend", "range", "percent", "rate"})


@dataclass(frozen=True)
class Measured:
    """A row with its number, in the unit shared by all rows of one measurement."""

    row: Row
    number: float
    unit: str

    @property
    def told(self) -> str:
        """`5.4 % (2020-01-02)`."""
        when = f" ({self.row.moment.recorded})" if self.row.moment else ""
        return f"{shown(self.number)} {self.unit}".strip() + when


def shown(number: float) -> str:
    """A number without the noise of binary floating point."""
    return f"{number:.6g}" if isinstance(number, float) else str(number)


def measured(rows: Sequence[Row], query: RecordQuery, chart: Chart) -> list[Measured]:
    """The rows that have a number, all in one unit: the commonest in the record."""
    found = [(row, value) for row in rows if (value := value_of(row, query)) is not None]
    if not found:
        return []
    commonest = Counter(units.canonical(value.unit) for _, value in found).most_common(1)[0][0]
    unit = next(value.unit for _, value in reversed(found) if units.canonical(value.unit) == commonest)
    kept: list[Measured] = []
    for row, value in found:
        number = value.number if units.same(value.unit, unit) else None
        if number is None and value.number is not None and value.unit:
            number = units.convert(value.number, value.unit, unit)
            if number is not None:
                chart.note(f"Values recorded in {value.unit} were converted to {unit}.")
        if number is None:
            chart.note(f"Values recorded in {value.unit or 'no unit'} are not comparable with {unit or 'no unit'}.")
        else:
            kept.append(Measured(row, number, unit))
    return kept


_AMOUNTS = ("dose", "strength", "infusion_rate", "duration")
"""Targets that are told in a number themselves; whatever else is asked of a ranked order, its dose ranks it."""


def value_of(row: Row, query: RecordQuery) -> Value | None:
    """The exact number of a row; a bound (`<5`) is none."""
    of_stay = query.target == "duration" or row.type in ("Encounter", "Condition")
    if row.type == "Observation":
        value = row.value(query.component or query.concept)
    else:
        of_dose = query.by == "value" and query.measure == "none" and query.target not in _AMOUNTS
        value = amount_of(row, "dose" if of_dose else query.target) or (lasted(row) if of_stay else None)
    if value is None or value.number is None:
        return None
    if value.comparator:
        row.chart.note(f"A value recorded only as {value.comparator}{value.number} is not part of the arithmetic.")
        return None
    return value


def lasted(row: Row) -> Value | None:
    """How long a row lasted, in days; None where its beginning or its end is not known."""
    if row.moment is None or row.end is None:
        return None
    days = (row.end.start - row.moment.start).total_seconds() / 86400
    return Value(number=days, unit="d")


def compute(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> tuple[list[Row], Computed | None]:
    """Arithmetic over rows in ascending order of time: the rows to show, and the result (None without numbers)."""
    numbers = measured(rows, query, chart)
    if not numbers:
        return list(rows), None
    told, computed = _worked_out(query, numbers, chart)
    return told, in_unit(computed, query, chart) if computed is not None and query.in_unit else computed


def _worked_out(query: RecordQuery, numbers: list[Measured], chart: Chart) -> tuple[list[Row], Computed | None]:
    if query.measure in ("min", "max"):
        return _extreme(query, numbers, chart)
    if query.measure in ("change", "trend"):
        return _difference(query, numbers)
    if query.measure == "range":
        return _range(query, numbers)
    if query.measure in ("percent", "rate"):
        return _relative(query, numbers, chart)
    total = sum(entry.number for entry in numbers)
    result = total if query.measure == "sum" else total / len(numbers)
    if query.measure == "median":
        result = median(entry.number for entry in numbers)
    how = f"{query.measure} of {len(numbers)} values from {numbers[0].told} to {numbers[-1].told}"
    return [entry.row for entry in numbers], _computed(query, result, numbers, how)


def _extreme(query: RecordQuery, numbers: list[Measured], chart: Chart) -> tuple[list[Row], Computed]:
    best = (min if query.measure == "min" else max)(entry.number for entry in numbers)
    equal = [entry for entry in numbers if entry.number == best]
    if len(equal) > 1:
        chart.note(f"{len(equal)} entries share this value; the latest is shown first.")
    how = f"{query.measure} of {len(numbers)} values: {equal[-1].told}"
    rows = [entry.row for entry in reversed(equal)]
    return rows, _computed(query, best, equal[::-1], how)


def _range(query: RecordQuery, numbers: list[Measured]) -> tuple[list[Row], Computed | None]:
    """The highest minus the lowest, the latest of each; None where there is only one value."""
    if len(numbers) < 2:
        return [numbers[0].row], None
    lowest, highest = (choose(reversed(numbers), key=lambda entry: entry.number) for choose in (min, max))
    how = f"highest {highest.told} - lowest {lowest.told}"
    rows = [entry.row for entry in dict.fromkeys((highest, lowest))]
    return rows, _computed(query, highest.number - lowest.number, list(dict.fromkeys((highest, lowest))), how)


def _difference(query: RecordQuery, numbers: list[Measured]) -> tuple[list[Row], Computed | None]:
    if len(numbers) < 2:
        return [numbers[0].row], None
    first, last = (numbers[0] if query.measure == "change" else numbers[-2]), numbers[-1]
    change = last.number - first.number
    how = f"last {last.told} - earlier {first.told}"
    if query.measure == "change":
        return [first.row, last.row], _computed(query, change, [first, last], how)
    word = "rose" if change > 0 else "fell" if change < 0 else "unchanged"
    over = (first.row.reference, last.row.reference)
    return [first.row, last.row], Computed(measure="trend", value=word, over=over, how=how)


_DAYS = {"d": 1.0, "wk": 7.0, "mo": 365.25 / 12, "a": 365.25}
"""Of the units a rate is per."""


def _relative(query: RecordQuery, numbers: list[Measured], chart: Chart) -> tuple[list[Row], Computed | None]:
    """The change from the first to the last value, in percent of the first or per unit of time; None where that has
    no meaning."""
    first, last = numbers[0], numbers[-1]
    rows = [entry.row for entry in dict.fromkeys((first, last))]
    change, how = last.number - first.number, f"last {last.told} - earlier {first.told}"
    if len(numbers) < 2:
        return rows, None
    if query.measure == "percent":
        if first.number <= 0:
            chart.note("The first value is not above zero, so that no percentage of it can be given.")
            return rows, None
        percent = float(f"{100 * change / first.number:.10g}")
        over = (first.row.reference, last.row.reference)
        return rows, Computed(measure="percent", value=percent, unit="%", over=over, how=how)
    start, end = first.row.moment, last.row.moment
    if start is None or end is None or not {start.precision, end.precision} <= {"day", "instant"}:
        chart.note("The dates are not exact enough for the time between them.")
        return rows, None
    days = (end.start - start.start).total_seconds() / 86400
    if days < 1 or query.unit not in _DAYS:
        chart.note("The values lie too close together for a change over time.")
        return rows, None
    told = _computed(query, change / (days / _DAYS[query.unit]), [first, last], how)
    return rows, told.model_copy(update={"unit": f"{last.unit}/{query.unit}"})


def _computed(query: RecordQuery, number: float, over: Sequence[Measured], how: str) -> Computed:
    # Ten significant digits: more than any instrument has, fewer than where binary noise begins.
    value = number if isinstance(number, int) else float(f"{number:.10g}")
    references = tuple(entry.row.reference for entry in over)
    return Computed(measure=query.measure, value=value, unit=over[0].unit, over=references, how=how)


def in_unit(computed: Computed, query: RecordQuery, chart: Chart) -> Computed | None:
    """A result in the unit it is asked in; None, and noted, where it cannot be told in that."""
    is_same = units.same(computed.unit, query.in_unit) or computed.unit.casefold() == query.in_unit.casefold()
    if is_same or not isinstance(computed.value, int | float):
        return computed
    value = units.convert(computed.value, computed.unit, query.in_unit)
    if value is None:
        chart.note(f"It is recorded in {computed.unit or 'no unit'}, which cannot be told in {query.in_unit}.")
        return None
    chart.note(f"Values recorded in {computed.unit} were converted to {query.in_unit}.")
    return computed.model_copy(update={"value": float(f"{value:.10g}"), "unit": query.in_unit})


def age(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> Computed | None:
    """Completed years at the time of the first row, or at its end where that is the target; of the Patient at the end
    of the window, or at the clock."""
    patient = chart.records.patient()
    birth = chart.moment(str(patient.get("birthDate", "")))
    row = rows[0]
    if row.type == "Patient" and query.field == "deceased":
        at = chart.moment(first_text(patient, ("deceasedDateTime",)))
        at = at if chart.exists_yet(at) else None
    else:
        at = _asked_moment(query, chart) if row.type == "Patient" else meant_moment(row, query, chart)
    if birth is None or at is None:
        return None
    years = completed_years(birth, at)
    if years is None:
        chart.note("The dates are not exact enough for one age in years.")
        return None
    over = tuple(dict.fromkeys((row.reference, reference_of(patient))))
    how = f"born {birth.recorded}, at {at.recorded[:10]}"
    return Computed(measure="age", value=years, unit="a", over=over, how=how)


def _asked_moment(query: RecordQuery, chart: Chart) -> Moment:
    """The span of the window as one moment, so that an age that changes within it is not made exact."""
    window = query.window
    if window is None or window.end is None or window.end > chart.clock.as_of:
        return chart.now
    start = window.start or window.end
    last = window.end - dt.timedelta(seconds=1)
    whole_day = window.end - start <= dt.timedelta(days=1)
    told = start.date().isoformat() if whole_day else f"{start.date()} to {last.date()}"
    return Moment(told, start, window.end, "day" if whole_day else "year")


def duration(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> Computed | None:
    """How long the row's interval lasted, or all of them together; in nights where these are asked for."""
    spans = [(row, row.moment, row.end) for row in rows if row.moment and row.end]
    if len(spans) < len(rows):
        chart.note("Some entries have no recorded end and are not part of the duration.")
    if not spans:
        return None
    told = _lasted(query.unit, [(start, end) for _, start, end in spans], chart)
    if told is None:
        return None
    value, unit = told
    parts = [f"{start.recorded} to {end.recorded}" for _, start, end in spans]
    if len(parts) > 3:
        parts = [
            f"{parts[0].partition(' to ')[0]} to {parts[-1].rpartition(' to ')[2]}, the total of {len(parts)} entries"
        ]
    over = tuple(row.reference for row, _, _ in spans)
    return Computed(measure="duration", value=value, unit=unit, over=over, how="; ".join(parts))


def _lasted(unit: str, spans: Sequence[tuple[Moment, Moment]], chart: Chart) -> tuple[float, str] | None:
    """The length of all these together in a unit, or as befits them; None where they are not exact enough for it."""
    if unit in ("night", "date"):
        day = chart.calendar.day
        dates = sum((day(end.start) - day(start.start)).days for start, end in spans)
        return dates, "night" if unit == "night" else "d"
    hours = sum((end.start - start.start).total_seconds() for start, end in spans) / 3600
    if unit == "d":
        return (round(hours, 2), "h") if hours < 48 else (round(hours / 24, 2), "d")
    if unit in _HOURS and all(moment.precision == "instant" for span in spans for moment in span):
        return round(hours / _HOURS[unit], 4), "d" if unit == "24h" else unit
    if len(spans) > 1:
        chart.note("Of several entries together no length is told in this unit.")
        return None
    told = _between(*spans[0], unit, chart)
    return (told[0], "d" if unit == "24h" else unit) if told is not None else None


_HOURS = {"min": 1 / 60, "h": 1.0, "24h": 24.0}
"""Of the units that are told by the clock."""


def interval(question: Comparison, left: Row, right: Row, chart: Chart) -> Computed | None:
    """The time between two rows, in the unit asked for; None where their dates leave more than one answer."""
    first, second = meant_moment(left, question.left, chart), meant_moment(right, question.right, chart)
    if first is None or second is None:
        chart.note("One of the two has no recorded date.")
        return None
    told = _between(first, second, question.unit, chart)
    if told is None:
        return None
    days = (chart.calendar.day(second.start) - chart.calendar.day(first.start)).days
    if question.relation == "time_after" and (days < 0 or (days == 0 and second.start < first.start)):
        chart.note("The one asked about came before the other, not after it.")
        return None
    value, how = told
    over = (left.reference, right.reference)
    unit = "d" if question.unit == "24h" else question.unit
    return Computed(measure=question.relation, value=value, unit=unit, over=over, how=how)


def elapsed(query: RecordQuery, rows: Sequence[Row], chart: Chart) -> Computed | None:
    """The time from the first row to the moment of asking, in the unit asked for."""
    moment = rows[0].moment
    if moment is None:
        chart.note("It has no recorded date.")
        return None
    told = _between(moment, chart.now, query.unit, chart)
    if told is None:
        return None
    return Computed(measure="elapsed", value=told[0], unit=query.unit, over=(rows[0].reference,), how=told[1])


def meant_moment(row: Row, query: RecordQuery, chart: Chart) -> Moment | None:
    """The time of a row that a query means: when it ended, where its end is the target; else its own.

    Of the patient it is the death, which is no event before it has come.
    """
    if row.type == "Patient" and query.field in ("deceased", "deceasedDateTime"):
        death = chart.moment(first_text(row.resource, ("deceasedDateTime",)))
        return death if chart.exists_yet(death) else None
    return row.end if query.target == "end" else row.moment


def _between(first: Moment, second: Moment, unit: str, chart: Chart) -> tuple[float, str] | None:
    """The length of time between two moments and its working; None where they are not exact enough for one answer."""
    coarse = not {first.precision, second.precision} <= {"day", "instant"}
    if coarse or (unit in ("min", "h") and "day" in (first.precision, second.precision)):
        chart.note("The dates are not exact enough for the time between them.")
        return None
    earlier, later = sorted((first, second), key=lambda moment: moment.start)
    days = (chart.calendar.day(later.start) - chart.calendar.day(earlier.start)).days
    value: float = days
    if unit in _HOURS and "day" not in (first.precision, second.precision):
        value = round((later.start - earlier.start).total_seconds() / 3600 / _HOURS[unit], 4)
    elif unit == "wk":
        value = round(days / 7, 1)
    elif unit in ("mo", "a"):
        months = completed_months(chart.calendar.day(earlier.start), chart.calendar.day(later.start))
        value = months if unit == "mo" else months // 12
    return value, f"{earlier.recorded} to {later.recorded}: {days} days"
