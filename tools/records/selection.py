"""Which rows a query means: fetched, checked, told apart from what is no fact, put in order, and chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from chartwarden.tools.records.anchors import Place, place_of
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.compile import compile_query
from chartwarden.tools.records.doses import amount_of
from chartwarden.tools.records.elements import parts
from chartwarden.tools.records.filters import Test, lacks_status, place_of_row, tells, tests_of
from chartwarden.tools.records.leading import can_lead, read_leading
from chartwarden.tools.records.measures import measured
from chartwarden.tools.records.query import Anchor, RecordQuery, Searched, Window
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.shared_things import asks_of_others, of_shared_things
from chartwarden.tools.records.values import Value, satisfies, values_of
from chartwarden.tools.records.wholes import part_of
from chartwarden.tools.records.words import entries


@dataclass
class Selection:
    """The rows of a query."""

    chosen: list[Row] = field(default_factory=list)
    """In the order asked for."""
    matched: list[Row] = field(default_factory=list)
    """All that met the criteria, ascending by time, the undated last."""
    set_aside: list[Row] = field(default_factory=list)
    without_status: list[Row] = field(default_factory=list)
    """Diagnoses that nobody recorded a status of, where one is asked."""
    tied: list[Row] = field(default_factory=list)
    """Rows as good as the last one chosen, by what the choice was made by."""
    uncertain: int = 0
    """Rows too coarsely dated or measured to say whether they are meant."""
    without_range: int = 0
    """Rows with neither a flag nor a reference range that decides, where one is asked about."""
    read_all: bool = True
    """False when reading stopped because the rows asked for were certain: `matched` is then only their neighbours."""
    events: list[Row] = field(default_factory=list)
    """The rows the anchor was at, and the one that ends the stretch."""


@dataclass
class _Reach:
    """What is searched for a query, and what each row that is found must pass."""

    query: RecordQuery
    tests: list[Test]
    encounter: str = ""


def select(query: RecordQuery, chart: Chart) -> Selection:
    """Run the searches of a query and choose its rows."""
    selection = Selection()
    reach = _reach(query, chart, selection)
    if reach is None:
        return selection

    def judge(row: Row) -> bool:
        for test in reach.tests:
            if not test(row):
                return False
        return _judged(row, query, chart, selection)

    of_others = asks_of_others(query)
    if not (reach.encounter or query.place or of_others) and can_lead(reach.query, chart):
        selection.read_all = not read_leading(reach.query, chart, judge)
    else:
        for row in fetch(reach.query, chart, reach.encounter):
            judge(row)
    if of_others:
        selection.matched, others = of_shared_things(query, selection.matched, chart, _found)
        selection.events += others
    selection.matched.sort(key=_by_time)
    _choose(query, chart, selection)
    _remark(query, chart, selection)
    return selection


def _reach(query: RecordQuery, chart: Chart, selection: Selection) -> _Reach | None:
    """How far the events of a query let it reach; None where one is not on record, and then nothing is meant."""
    reach = _Reach(query, tests_of(query, chart))
    if query.anchor is not None:
        ends = query.target == "end" and query.types == ("Encounter",)
        place = _placed(query.anchor, chart, selection, of_ends=ends)
        if place is None:
            return None
        reach = _Reach(place.narrow(query), [*reach.tests, place.test], place.encounter)
    if query.until is not None:
        place = _placed(Anchor(event=query.until, relation="before"), chart, stop := Selection())
        if place is None:
            return None
        selection.events += stop.events
        reach = _Reach(place.narrow(reach.query), [*reach.tests, place.test], reach.encounter)
    if query.part_of is not None:
        wholes = select(query.part_of, chart).chosen
        if not wholes:
            chart.note("The result that is spoken of is not on record.")
            return None
        reach.tests.append(part_of(wholes, chart))
    return reach


def _judged(row: Row, query: RecordQuery, chart: Chart, selection: Selection) -> bool:
    """Put a row where it belongs; True when it is one that could be chosen."""
    by_then = query.then is not None
    if query.ended and query.window is not None and not by_then:
        if not ended_in(row, query.window, chart):
            return False
    elif not in_window(row, query.window, chart, selection, lasting=query.lasting and not by_then):
        return False
    if query.threshold is not None and not query.held and not passes(row, query, selection):
        return False
    if row.no_fact and row.no_fact not in query.status:
        selection.set_aside.append(row)
        return False
    if lacks_status(row, query.status):
        selection.without_status.append(row)
        return False
    selection.matched.append(row)
    return tells(row, query)


def _found(query: RecordQuery, chart: Chart) -> list[Row]:
    return select(query, chart).chosen


def _placed(anchor: Anchor, chart: Chart, selection: Selection, *, of_ends: bool = False) -> Place | None:
    """Where the event of an anchor puts the rows; None when that is nowhere, and then nothing is meant."""
    found = select(anchor.event, chart)
    if not found.chosen and anchor.relation == "holds_none":
        return Place(lambda row: True)
    if not found.chosen:
        chart.note("The event the question refers to is not on record.")
        return None
    if anchor.relation == "first_encounter_after":
        following = _next_encounter(found.chosen[0], chart)
        selection.events = [following] if following is not None else []
    else:
        selection.events = found.chosen if anchor.event.which == "all" else found.chosen[:1]
    return place_of(anchor, selection.events, chart, of_ends=of_ends) if selection.events else None


_NEAR = 20
"""More encounters than anybody has on one day."""


def _next_encounter(event: Row, chart: Chart) -> Row | None:
    """The first encounter on a later day than the event."""
    if event.moment is not None:
        day = chart.calendar.day(event.moment.start)
        later = RecordQuery(
            types=("Encounter",), window=Window(start=event.moment.start), which="first", limit=_NEAR, target="time"
        )
        for encounter in select(later, chart).chosen:
            if encounter.moment is not None and chart.calendar.day(encounter.moment.start) > day:
                return encounter
    chart.note("No encounter after the event is on record.")
    return None


def fetch(query: RecordQuery, chart: Chart, encounter: str = "") -> list[Row]:
    """Every row the compiled searches find, once."""
    if query.types == ("Patient",):
        return [Row(chart.records.patient(), chart)]
    searches = compile_query(query, chart, encounter)
    if not searches:
        wanted = query.component or query.concept
        words = wanted.words if wanted is not None else ""
        for name in query.types:
            chart.searched.append(Searched(query=f'{name}: no entry of the record is called "{words}"', found=0))
    seen: dict[str, Row] = {}
    for resource_type, params in searches:
        for resource in chart.search(resource_type, params):
            row = Row(resource, chart)
            seen.setdefault(row.reference, row)
    rows = list(seen.values())
    in_places = query.target == "location" and _asks_of_stretches(query, chart)
    if query.types == ("Encounter",) and (query.place or in_places):
        rows = [part for row in rows for part in _places(row)]
        rows = _once_each(rows) if query.place else rows
    return rows


def _asks_of_stretches(query: RecordQuery, chart: Chart) -> bool:
    """All units there were are told place by place; the first or last one as the settings read it."""
    return chart.readings.care_unit == "stretch" or query.which == "all"


def _places(row: Row) -> list[Row]:
    """An encounter as the stretches spent in each of its locations, where it has any with a period."""
    stretches = [place for place in parts(row.resource, "location") if place.get("period")]
    return [Row(row.resource, row.chart, place) for place in stretches] or [row]


def _once_each(rows: list[Row]) -> list[Row]:
    """Each stretch once, which a stay and the part of it spent there both tell: as the part tells it."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: "partOf" not in row.resource):
        found.setdefault(f"{row.moment.recorded if row.moment else ''} {place_of_row(row)}", row)
    return list(found.values())


def in_window(row: Row, window: Window | None, chart: Chart, selection: Selection, *, lasting: bool = False) -> bool:
    """Whether a row was in a time; what is dated too coarsely to tell is counted."""
    if window is None or (window.start is None and window.end is None) or row.type == "Patient":
        return True
    if row.moment is None:
        return False
    if lasting and row.end is None and row.type == "MedicationAdministration":
        return False  # what was given at a moment did not go on
    if lasting:
        until = row.end.end if row.end is not None else chart.clock.as_of
        return chart.calendar.meets(row.moment.start, until, window.start, window.end)
    inside = chart.calendar.within(row.moment, window.start, window.end)
    if inside is None:
        selection.uncertain += 1
    return bool(inside)


def ended_in(row: Row, window: Window, chart: Chart) -> bool:
    """Whether a row ended in a time."""
    return row.end is not None and bool(chart.calendar.within(row.end, window.start, window.end))


def passes(row: Row, query: RecordQuery, selection: Selection) -> bool:
    """Whether the value of a row meets the threshold of a query; what cannot be told is counted."""
    threshold = query.threshold
    assert threshold is not None, "only of a query with one"
    holder = row.holder(query.component or query.concept) if row.type == "Observation" else None
    value = next(values_of(holder), None) if holder is not None else None
    if threshold.of != "value":
        holder, value = row.resource, length_of(row) if threshold.of == "duration" else amount_of(row, threshold.of)
    of_range = threshold.relation.endswith("_range")
    if value is None or holder is None or (value.number is None and not of_range):
        return False
    passed = satisfies(value, threshold, holder)
    if passed is None and not row.no_fact:
        selection.without_range += of_range
        selection.uncertain += not of_range
    return bool(passed)


def length_of(row: Row) -> Value | None:
    """How long a row went on, by the clock; None where the record does not tell both its ends."""
    if row.moment is None or row.end is None:
        return None
    return Value(number=(row.end.start - row.moment.start).total_seconds() / 3600, unit="h", kind="quantity")


_PRELIMINARY = frozenset({"preliminary", "registered", "partial"})


def _by_time(row: Row) -> tuple[bool, float, bool, str]:
    moment = row.moment
    preliminary = not _PRELIMINARY.isdisjoint(row.statuses)
    # At one instant a preliminary result yields to the final one, which is therefore put later.
    return moment is None, moment.start.timestamp() if moment else 0.0, not preliminary, row.reference


def in_order(rows: list[Row], query: RecordQuery, chart: Chart) -> list[Row]:
    """Rows in the order they are to be told in; those it does not apply to come last."""
    if query.order in ("name", "name_reversed"):
        return sorted(rows, key=lambda row: row.label.casefold(), reverse=query.order == "name_reversed")
    if query.order in ("highest", "lowest"):
        numbers = measured(rows, query, chart)
        numbers.sort(key=lambda entry: entry.number, reverse=query.order == "highest")
        placed = [entry.row for entry in numbers]
        return placed + [row for row in rows if row not in placed]
    if query.order in ("newest", "oldest"):
        dated = sorted((row for row in rows if row.moment is not None), key=_by_time, reverse=query.order == "newest")
        return dated + [row for row in rows if row.moment is None]
    return rows


def _choose(query: RecordQuery, chart: Chart, selection: Selection) -> None:
    rows = selection.matched if query.which == "all" else _telling(query, selection.matched, chart)
    if query.which == "all":
        every = query.limit is None or query.measure in ("commonest", "rarest")  # of which things are limited, not rows
        selection.chosen = rows if every else rows[query.index - 1 : query.index - 1 + (query.limit or 1)]
        return
    if query.by == "value":
        numbers = measured(rows, query, chart)
        numbers.sort(key=lambda entry: entry.number)
        rows, keys = [entry.row for entry in numbers], [entry.number for entry in numbers]
    else:
        dated = [row for row in rows if row.moment is not None]
        if dated and len(dated) < len(rows):
            chart.note(f"{entries(len(rows) - len(dated))} without a date could not be put in order.")
        rows = dated or rows
        keys = [row.moment.start.timestamp() if row.moment else 0.0 for row in rows]
    if query.by == "end":
        ended = [(row.end.start.timestamp(), row) for row in rows if row.end is not None]
        ended.sort(key=lambda entry: entry[0])
        rows, keys = [row for _, row in ended], [key for key, _ in ended]
    if query.which == "last":
        rows, keys = rows[::-1], keys[::-1]
    start = query.index - 1
    if is_set(query) and start:  # each moment is one of them
        moments = list(dict.fromkeys(keys))[start : start + 1]
        start = keys.index(moments[0]) if moments else len(keys)
    stop = start + (query.limit or 1)
    if query.limit is None and start < len(rows) and _shares_instant(query):
        while stop < len(rows) and keys[stop] == keys[start]:
            stop += 1
    selection.chosen = rows[start:stop]
    if selection.chosen:
        key = keys[min(stop, len(keys)) - 1]
        chosen = {row.reference for row in selection.chosen}
        selection.tied = [r for r, k in zip(rows, keys, strict=True) if k == key and r.reference not in chosen]


def _telling(query: RecordQuery, rows: list[Row], chart: Chart) -> list[Row]:
    """The rows that have what is wanted at all: the last culture with an organism, the last result with a value.

    Without any such row all are kept, so that the answer can say what there is instead.
    """
    telling = [row for row in rows if tells(row, query)]
    if telling and len(telling) < len(rows):
        chart.note(f"{entries(len(rows) - len(telling))} with no {query.target} passed over.")
    return telling or rows


def is_set(query: RecordQuery) -> bool:
    """Whether measurements of any name are asked for by their values: those of one moment were taken together."""
    is_any = query.types == ("Observation",) and query.concept is None and query.target == "value"
    return is_any and query.by == "time" and query.limit is None and query.measure == "none"


def _shares_instant(query: RecordQuery) -> bool:
    """Diagnoses of one encounter are made together, and so are measurements: the first or last is all of them."""
    diagnosed = query.types == ("Condition",) and query.by == "time" and query.index == 1 and query.measure == "none"
    return diagnosed or is_set(query)


def _remark(query: RecordQuery, chart: Chart, selection: Selection) -> None:
    if query.window is not None and query.window.reading:
        chart.note(query.window.reading)
    if selection.uncertain:
        chart.note(f"{entries(selection.uncertain)} too coarsely recorded to tell whether meant.")
    if selection.without_range:
        chart.note(f"{entries(selection.without_range)} with no flag and no reference range to tell by.")
    if selection.without_status:
        chart.note("Some diagnoses carry no clinical status; they are not counted as active or resolved.")
    wrong = sum(row.no_fact == "entered in error" for row in selection.set_aside)
    if wrong:
        chart.note(f"{entries(wrong)} marked as entered in error set aside.")
    if selection.tied:
        chart.note(f"{len(selection.tied)} further entries are tied with the one shown.")
