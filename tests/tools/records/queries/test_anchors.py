"""Rows placed by an event: by any of several stays, by the end of one, by its month or year, and how far from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Anchor, RecordQuery, Window
from chartwarden.tools.records.readings import Readings

NOW = Clock(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "UTC")
STAY = RecordQuery(types=("Encounter",), encounter_kind=("inpatient",), target="time")


def stay(identity: str, start: str, end: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "finished",
        "class": {"code": "IMP"},
        "period": {"start": start} | ({"end": end} if end else {}),
    }


def order(identity: str, when: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": identity,
        "status": "completed",
        "intent": "order",
        "authoredOn": when,
        "medicationCodeableConcept": {"text": "Aspirin"},
    }


STAYS = (
    stay("one", "2020-03-01T08:00:00Z", "2020-03-05T12:00:00Z"),
    stay("two", "2021-06-10T08:00:00Z", "2021-06-12T12:00:00Z"),
)
ORDERS = (
    order("year-before", "2019-03-02"),
    order("in-one", "2020-03-02T08:00:00Z"),
    order("last-day", "2020-03-05T18:00:00Z"),
    order("next-day", "2020-03-06T10:00:00Z"),
    order("month", "2020-03-30T10:00:00Z"),
    order("year", "2020-11-30T10:00:00Z"),
    order("in-two", "2021-06-11T08:00:00Z"),
    order("coarse", "2020"),
)


@pytest.mark.parametrize(
    ("event", "relation", "within", "expected"),
    [
        ({"which": "all"}, "during", None, {"in-one", "in-two"}),
        ({"which": "first"}, "during", None, {"in-one"}),
        ({"which": "first", "target": "end"}, "same_day", None, {"last-day"}),
        ({"which": "first"}, "same_day", None, set()),
        ({"which": "first"}, "same_month", None, {"in-one", "last-day", "next-day", "month"}),
        ({"which": "first"}, "same_year", None, {"in-one", "last-day", "next-day", "month", "year", "coarse"}),
        ({"which": "first", "target": "end"}, "after", 24, {"last-day", "next-day"}),
        ({"which": "first"}, "after", 48, {"in-one"}),
        ({"which": "last", "target": "end"}, "before", 48, {"in-two"}),
        ({"which": "last", "target": "end"}, "after", None, set()),
        ({"which": "first", "target": "end"}, "near", 24, {"last-day", "next-day"}),
        ({"which": "first", "target": "end"}, "near", 96, {"in-one", "last-day", "next-day"}),
    ],
)
def test_rows_are_placed_by_stays(
    record: Any, event: dict[str, Any], relation: Any, within: int | None, expected: set[str]
) -> None:
    anchor = Anchor(
        event=STAY.model_copy(update=event),
        relation=relation,
        within=dt.timedelta(hours=within) if within is not None else None,
    )
    query = RecordQuery(types=("MedicationRequest",), anchor=anchor, target="time")
    found = run(query, record(*STAYS, *ORDERS), NOW, Readings())
    assert {finding.reference.removeprefix("MedicationRequest/") for finding in found.findings} == expected
    events = {name for finding in found.findings for name in finding.also if name.startswith("Encounter/")}
    assert not expected or events == {
        f"Encounter/{s['id']}" for s in STAYS if event["which"] == "all" or s is STAYS[-(event["which"] == "last")]
    }


@pytest.mark.parametrize(
    ("day", "lasting", "expected"),
    [(3, True, {"one"}), (3, False, set()), (1, False, {"one"}), (5, True, {"one"}), (6, True, set())],
)
def test_a_stay_lasts_into_a_day(record: Any, day: int, lasting: bool, expected: set[str]) -> None:
    start = dt.datetime(2020, 3, day, tzinfo=dt.UTC)
    window = Window(start=start, end=start + dt.timedelta(days=1), reading="")
    found = run(STAY.model_copy(update={"window": window, "lasting": lasting}), record(*STAYS), NOW, Readings())
    assert {finding.reference.removeprefix("Encounter/") for finding in found.findings} == expected


@pytest.mark.parametrize(("day", "expected"), [(1, set()), (3, set()), (5, {"one"})])
def test_a_stay_may_be_told_by_the_day_it_ended(record: Any, day: int, expected: set[str]) -> None:
    start = dt.datetime(2020, 3, day, tzinfo=dt.UTC)
    window = Window(start=start, end=start + dt.timedelta(days=1), reading="")
    found = run(STAY.model_copy(update={"window": window, "ended": True}), record(*STAYS), NOW, Readings())
    assert {finding.reference.removeprefix("Encounter/") for finding in found.findings} == expected


@pytest.mark.parametrize(
    ("measure", "days"), [("mean", (4 + 4 / 24 + 2 + 4 / 24) / 2), ("max", 4 + 4 / 24), ("sum", 6 + 8 / 24)]
)
def test_lengths_of_stays_are_compared_and_added_up_in_days(record: Any, measure: Any, days: float) -> None:
    query = STAY.model_copy(update={"measure": measure, "target": "duration"})
    computed = run(query, record(*STAYS, stay("open", "2022-01-01T08:00:00Z")), NOW, Readings()).computed
    assert computed is not None
    assert computed.unit == "d"
    assert computed.value == pytest.approx(days)


def test_the_longest_stay_is_the_last_by_value(record: Any) -> None:
    query = STAY.model_copy(update={"which": "last", "by": "value"})
    assert run(query, record(*STAYS), NOW, Readings()).findings[0].reference == "Encounter/one"


def test_a_stay_without_an_end_has_none_to_relate_to(record: Any) -> None:
    anchor = Anchor(event=STAY.model_copy(update={"which": "first", "target": "end"}), relation="after")
    query = RecordQuery(types=("MedicationRequest",), anchor=anchor, target="time")
    found = run(query, record(stay("open", "2020-03-01T08:00:00Z"), *ORDERS), NOW, Readings())
    assert found.findings == ()
    assert "The event the question refers to has no recorded date." in found.notes


def test_an_event_is_not_near_itself(record: Any) -> None:
    anchor = Anchor(event=STAY.model_copy(update={"which": "first"}), relation="near", within=dt.timedelta(days=1))
    visit = {**stay("visit", "2020-03-01T20:00:00Z"), "class": {"code": "AMB"}}
    found = run(RecordQuery(types=("Encounter",), anchor=anchor), record(*STAYS, visit), NOW, Readings())
    assert [finding.reference for finding in found.findings] == ["Encounter/visit"]


@pytest.mark.parametrize(
    ("until", "expected"), [("2020-03-05T12:00:00Z", ["at-once", "later"]), ("2020-03-01T08:15:00Z", ["later"])]
)
def test_what_is_recorded_as_a_stay_begins_is_in_its_first_hours(record: Any, until: str, expected: list[str]) -> None:
    anchor = Anchor(event=STAY.model_copy(update={"which": "first"}), relation="after", within=dt.timedelta(hours=24))
    orders = (order("at-once", "2020-03-01T08:00:00Z"), order("later", "2020-03-01T12:00:00Z"))
    query = RecordQuery(types=("MedicationRequest",), anchor=anchor, target="time")
    found = run(query, record(stay("one", "2020-03-01T08:00:00Z", until), *orders), NOW, Readings())
    assert [finding.reference.removeprefix("MedicationRequest/") for finding in found.findings] == expected


@pytest.mark.parametrize(("which", "expected"), [("first", "Encounter/one"), ("last", "Encounter/two")])
def test_a_discharge_comes_after_what_happened_in_its_stay(record: Any, which: Any, expected: str) -> None:
    event = RecordQuery(types=("MedicationRequest",), which="first", index=2, target="time")
    ends = STAY.model_copy(update={"target": "end", "which": which, "anchor": Anchor(event=event, relation="after")})
    assert run(ends, record(*STAYS, *ORDERS[:3]), NOW, Readings()).findings[0].reference == expected
