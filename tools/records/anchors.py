"""Where an event puts rows in time: before it, after it, on its day, within it, or in its encounter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.elements import first_text
from chartwarden.tools.records.moments import Moment, add_months
from chartwarden.tools.records.query import Anchor, RecordQuery, Window
from chartwarden.tools.records.rows import Row


@dataclass(frozen=True)
class Place:
    """What an anchor asks of a row, and bounds outside of which no row passes, for narrowing the search."""

    test: Callable[[Row], bool]
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    encounter: str = ""

    def narrow(self, query: RecordQuery) -> RecordQuery:
        """The query with its window cut to the bounds: for searching only, the test decides."""
        window = query.window or Window()
        starts = [start for start in (window.start, self.start) if start is not None]
        ends = [end for end in (window.end, self.end) if end is not None]
        if not starts and not ends:
            return query
        bounds = Window(start=max(starts, default=None), end=min(ends, default=None))
        return query.model_copy(update={"window": bounds})


def place_of(anchor: Anchor, events: Sequence[Row], chart: Chart, *, of_ends: bool = False) -> Place | None:
    """The place of rows in a relation to any of these events; None when none has a date to relate to.

    `of_ends`: whether it is the end of a row that came after, as a discharge does after what was done in the stay.
    """
    if anchor.relation in ("same_encounter", "first_encounter_after"):
        wanted = {event.encounter_reference for event in events} - {""}
        alone = events[0].encounter_reference if len(events) == 1 else ""
        return Place(lambda row: row.encounter_reference in wanted, encounter=alone)
    if anchor.relation in ("holds", "holds_none"):
        wanted_any = anchor.relation == "holds"
        return Place(lambda row: any(holds(row, event) for event in events) is wanted_any)
    relation = _ends_after if of_ends and anchor.relation == "after" else _RELATIONS[anchor.relation]
    places = []
    for event in events:
        at = event.end if anchor.event.target == "end" else _time_of(event, chart)
        if at is not None:
            places.append(relation(event, at, chart, anchor))
    if not places:
        chart.note("The event the question refers to has no recorded date.")
        return None
    return places[0] if len(places) == 1 else Place(lambda row: any(place.test(row) for place in places))


def _time_of(event: Row, chart: Chart) -> Moment | None:
    """When an event was; of the patient it is the death, which is no event before it has come."""
    if event.type != "Patient":
        return event.moment
    death = chart.moment(first_text(event.resource, ("deceasedDateTime",)))
    return death if chart.exists_yet(death) else None


def holds(stay: Row, event: Row) -> bool:
    """Whether an event is a part of a visit or stay, belongs to it or began within it."""
    if stay.type != "Encounter" or stay.reference == event.reference:
        return False
    if (
        event.encounter_reference == stay.reference
        or first_text(event.resource, ("partOf.reference",)) == stay.reference
    ):
        return True
    if stay.moment is None or stay.end is None or event.moment is None or event.moment.precision != "instant":
        return False
    return stay.moment.start <= event.moment.start < stay.end.start


def _reach(moment: dt.datetime, anchor: Anchor, sign: int) -> dt.datetime | None:
    """How far before or after a moment the anchor reaches; None: however far."""
    if anchor.within_months is not None:
        return add_months(moment, sign * anchor.within_months)
    return moment + sign * anchor.within if anchor.within is not None else None


def _before(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
    start = _reach(at.start, anchor, -1)

    def test(row: Row) -> bool:
        moment = row.moment
        return moment is not None and precedes(moment, at) and (start is None or moment.start >= start)

    return Place(test, start=start, end=at.end)


def _after(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
    end = _reach(at.end, anchor, 1)
    # What is recorded at the moment a stay begins is in its first hours.
    from_start = (end is not None or anchor.onwards) and anchor.event.target != "end" and _is_stay(event, at)

    def test(row: Row) -> bool:
        moment = row.moment
        of_one = row.place is not None and event.place is not None  # stretches of stays follow each other
        if moment is None or (row.reference == event.reference and not of_one):
            return False
        led_on = of_one or (end is not None and event.type == row.type == "Encounter")  # one visit into the next
        begun = precedes(at, moment) or ((from_start or led_on) and moment.start == at.start)
        return begun and (end is None or moment.end <= end)

    return Place(test, start=at.start, end=end)


def _ends_after(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
    reach = _reach(at.end, anchor, 1)

    def test(row: Row) -> bool:
        end = row.end
        if end is None or row.reference == event.reference:
            return False
        return precedes(at, end) and (reach is None or end.end <= reach)

    return Place(test, end=reach)


_LEAST_OF_A_STAY = dt.timedelta(hours=6)


def _is_stay(event: Row, at: Moment) -> bool:
    """Whether an event is a visit that went on for hours, or still does."""
    return event.type == "Encounter" and (event.end is None or event.end.end - at.start >= _LEAST_OF_A_STAY)


def _near(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
    start, end = _reach(at.start, anchor, -1), _reach(at.end, anchor, 1)

    def test(row: Row) -> bool:
        moment = row.moment
        if moment is None or row.reference == event.reference:
            return False
        return (start is None or moment.start >= start) and (end is None or moment.end <= end)

    return Place(test, start=start, end=end)


def _same(length: int, reach: dt.timedelta) -> _Relation:
    """In the event's own year, month or day: as many characters of the calendar date as `length`."""

    def relation(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
        unit = chart.calendar.day(at.start).isoformat()[:length]

        def test(row: Row) -> bool:
            moment = row.moment
            if moment is None or moment.precision not in _FINE[length]:
                return False
            return chart.calendar.day(moment.start).isoformat()[:length] == unit

        return Place(test, start=at.start - reach, end=at.start + reach)

    return relation


def _during(event: Row, at: Moment, chart: Chart, anchor: Anchor) -> Place:
    end = event.end.end if event.end is not None else chart.clock.as_of if event.type == "Encounter" else at.end

    def test(row: Row) -> bool:
        if event.type == "Encounter" and row.encounter_reference == event.reference:
            return True
        return row.moment is not None and at.start <= row.moment.start < end

    return Place(test)


_Relation = Callable[[Row, Moment, Chart, Anchor], Place]
_DAY, _MONTH, _YEAR = len("2020-01-01"), len("2020-01"), len("2020")
_FINE = {
    _DAY: ("day", "instant"),
    _MONTH: ("month", "day", "instant"),
    _YEAR: ("year", "month", "day", "instant"),
}
"""How finely a row must be dated to say that it is of the same day, month or year."""
_RELATIONS: dict[str, _Relation] = {
    "before": _before,
    "after": _after,
    # Wall clocks differ from UTC by less than a day either way.
    "same_day": _same(_DAY, dt.timedelta(days=2)),
    "same_month": _same(_MONTH, dt.timedelta(days=33)),
    "same_year": _same(_YEAR, dt.timedelta(days=368)),
    "during": _during,
    "near": _near,
}


def precedes(earlier: Moment, later: Moment) -> bool:
    """Whether one moment is surely before the other: instants by the clock, coarser ones by their whole extent."""
    if earlier.precision == later.precision == "instant":
        return earlier.start < later.start
    return earlier.end <= later.start
