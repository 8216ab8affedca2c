"""When and where rows lie: windows, zones, anchors, encounters, stays and care units."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import (
    Anchor,
    RecordQuery,
    Window,
)
from chartwarden.tools.records.readings import Readings

from .resources import (
    ASTHMA,
    CONDITION,
    ENCOUNTER,
    LDL,
    OBSERVATION,
    THREE,
    Ask,
    asthma,
    coded,
    encounter,
    ldl,
)


def window(start: str = "", end: str = "") -> Window:
    def at(text: str) -> dt.datetime | None:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None

    return Window(start=at(start), end=at(end), reading="as asked")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("2021-01-01", "2022-01-01", ["b"]), ("2021-01-01", "", ["b", "c"]), ("", "2021-01-01", ["a"])],
)
def test_a_window_is_half_open_and_its_reading_is_told(ask: Ask, start: str, end: str, expected: list[str]) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, window=window(start, end)), *THREE)
    assert [f.reference.split("/")[1] for f in found.findings] == expected
    assert "as asked" in found.notes


def test_a_year_alone_is_neither_inside_nor_outside_one_of_its_months(ask: Ask) -> None:
    vague = asthma("v", "2013")
    within = RecordQuery(types=CONDITION, concept=ASTHMA, window=window("2013-01-01", "2013-02-01"), measure="exists")
    found = ask(within, vague)
    assert found.computed is not None
    assert found.computed.value is None
    whole = within.model_copy(update={"window": window("2013-01-01", "2014-01-01")})
    computed = ask(whole, vague).computed
    assert computed is not None
    assert computed.value is True


def test_days_are_of_the_zone_or_of_the_record_as_read(record: Any) -> None:
    late = ldl("a", "2020-03-01T23:30:00-05:00", 1.0)
    march_second = Window(
        start=dt.datetime(2020, 3, 2, tzinfo=dt.UTC), end=dt.datetime(2020, 3, 3, tzinfo=dt.UTC), reading=""
    )
    query = RecordQuery(types=OBSERVATION, concept=LDL, window=march_second)
    clock = Clock(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "UTC")
    assert len(run(query, record(late), clock, Readings(day_zone="session")).findings) == 1
    assert len(run(query, record(late), clock, Readings(day_zone="record")).findings) == 0


def test_the_time_of_a_prescription_is_a_reading(ask: Ask) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "authoredOn": "2020-01-01",
        "dispenseRequest": {"validityPeriod": {"start": "2020-02-01"}},
        "medicationCodeableConcept": {"text": "Aspirin"},
    }
    query = RecordQuery(types=("MedicationRequest",), target="time")
    assert ask(query, order).findings[0].values == ("2020-01-01",)
    assert ask(query, order, prescription_time="validity").findings[0].values == ("2020-02-01",)


@pytest.mark.parametrize(
    ("relation", "which", "expected"), [("before", "last", "a"), ("after", "first", "c"), ("same_day", "last", "b")]
)
def test_rows_are_found_relative_to_an_event(ask: Ask, relation: Any, which: Any, expected: str) -> None:
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first")
    query = RecordQuery(types=OBSERVATION, concept=LDL, which=which, anchor=Anchor(event=event, relation=relation))
    found = ask(query, *THREE, asthma("x", "2021-01-01T08:00:00Z"))
    assert [f.reference for f in found.findings] == [f"Observation/{expected}"]
    assert "Condition/x" in found.findings[0].also


def test_an_event_that_is_not_on_record_leaves_nothing_and_says_so(ask: Ask) -> None:
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first")
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, anchor=Anchor(event=event, relation="after")), *THREE)
    assert found.findings == ()
    assert "The event the question refers to is not on record." in found.notes


def test_rows_of_the_first_encounter_after_an_event_are_found_by_that_encounter(ask: Ask) -> None:
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first")
    query = RecordQuery(
        types=OBSERVATION, concept=LDL, which="first", anchor=Anchor(event=event, relation="first_encounter_after")
    )
    later = ldl("l", "2021-06-01T09:00:00Z", 7.0, encounter={"reference": "Encounter/two"})
    found = ask(
        query,
        *THREE,
        later,
        asthma("x", "2021-01-01T08:00:00Z", encounter={"reference": "Encounter/one"}),
        encounter("one", "2021-01-01T08:00:00Z"),
        encounter("two", "2021-06-01T08:00:00Z"),
    )
    assert [f.reference for f in found.findings] == ["Observation/l"]


def test_rows_during_the_second_stay_are_those_within_its_period(ask: Ask) -> None:
    stays = [
        encounter("s1", "2020-01-01T00:00:00Z", "2020-01-05T00:00:00Z", "IMP"),
        encounter("s2", "2021-12-30T00:00:00Z", "2022-01-05T00:00:00Z", "IMP"),
    ]
    event = RecordQuery(types=ENCOUNTER, encounter_kind=("inpatient",), which="first", index=2)
    found = ask(
        RecordQuery(types=OBSERVATION, concept=LDL, anchor=Anchor(event=event, relation="during")), *THREE, *stays
    )
    assert [f.reference for f in found.findings] == ["Observation/c"]


def test_an_encounter_still_running_at_the_clock_has_no_end_yet(ask: Ask) -> None:
    stay = encounter("s", "2020-01-01T00:00:00Z", "2020-01-09T00:00:00Z", "IMP")
    query = RecordQuery(types=ENCOUNTER, target="end")
    assert ask(query, stay).findings[0].values == ("2020-01-09T00:00:00Z",)
    assert ask(query, stay, as_of="2020-01-03T00:00:00+00:00").findings[0].values == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("hospital", ["adm", "emergent"]),
        ("icu", ["icu"]),
        ("emergency", ["er", "emergent"]),
        ("inpatient", ["adm", "emergent"]),
        ("ambulatory", ["v"]),
    ],
)
def test_kinds_of_encounters_are_told_apart(ask: Ask, kind: str, expected: list[str]) -> None:
    resources = [
        encounter("adm", "2020-01-01T00:00:00Z", "2020-01-09T00:00:00Z", "IMP"),
        encounter(
            "icu",
            "2020-01-02T00:00:00Z",
            "2020-01-04T00:00:00Z",
            "ACUTE",
            partOf={"reference": "Encounter/adm"},
            location=[{"location": {"display": "Medical Intensive Care Unit (MICU)"}}],
        ),
        encounter("er", "2021-01-01T00:00:00Z", kind="EMER"),
        encounter("v", "2022-01-01T00:00:00Z"),
        encounter("emergent", "2023-01-01T00:00:00Z", kind="EMER", hospitalization={"admitSource": {"text": "ER"}}),
    ]
    found = ask(RecordQuery(types=ENCOUNTER, encounter_kind=(kind,)), *resources)
    assert [f.reference.split("/")[1] for f in found.findings] == expected


def test_rows_are_chosen_by_the_kind_of_their_encounter(ask: Ask) -> None:
    here = ldl("here", "2020-01-02", 1.0, encounter={"reference": "Encounter/er"})
    found = ask(
        RecordQuery(types=OBSERVATION, encounter_kind=("emergency",)),
        *THREE,
        here,
        encounter("er", "2020-01-02T00:00:00Z", kind="EMER"),
    )
    assert [f.reference for f in found.findings] == ["Observation/here"]


def test_care_units_are_stretches_of_a_stay_or_of_encounters_as_read(ask: Ask) -> None:
    def place(name: str, start: str) -> dict[str, Any]:
        return {"location": {"display": name}, "period": {"start": start}}

    stays = [
        encounter(
            "adm",
            "2020-01-01T10:00:00Z",
            "2020-01-09T00:00:00Z",
            "IMP",
            location=[place("Emergency", "2020-01-01T08:00:00Z"), place("Ward 5", "2020-01-05T00:00:00Z")],
        ),
        encounter("icu", "2020-01-02T00:00:00Z", kind="ACUTE", location=[place("MICU", "2020-01-02T00:00:00Z")]),
    ]
    query = RecordQuery(types=ENCOUNTER, which="last", target="location")
    assert ask(query, *stays).findings[0].value == "Ward 5"
    assert ask(query, *stays, care_unit="encounter").findings[0].value == "MICU"


def test_rows_between_two_events_are_those_after_the_one_and_before_the_other(ask: Ask) -> None:
    rows = [asthma("a", "2020-02-01"), asthma("b", "2021-02-01"), ldl("l1", "2020-01-10", 90)]
    rows += [ldl("l2", "2020-06-01", 100), ldl("l3", "2021-06-01", 110)]
    first = RecordQuery(types=CONDITION, concept=ASTHMA, which="first", target="time")
    last = first.model_copy(update={"which": "last"})
    asked = RecordQuery(
        types=OBSERVATION, concept=LDL, anchor=Anchor(event=first, relation="after"), until=last, measure="count"
    )
    result = ask(asked, *rows)
    assert result.computed is not None
    assert (result.computed.value, result.computed.over) == (1, ("Observation/l2",))


def given(identity: str, start: str, end: str = "") -> dict[str, Any]:
    time = {"effectivePeriod": {"start": start, "end": end}} if end else {"effectiveDateTime": start}
    return {
        "resourceType": "MedicationAdministration",
        "id": identity,
        "status": "completed",
        "medicationCodeableConcept": coded("1", "Fentanyl"),
        **time,
    }


GIVEN = (
    given("before", "2020-01-01T20:00:00Z", "2020-01-01T23:00:00Z"),
    given("into", "2020-01-01T20:00:00Z", "2020-01-02T04:00:00Z"),
    given("bolus", "2020-01-02T05:00:00Z"),
)


def test_what_ran_at_a_time_began_before_it_and_was_no_bolus(ask: Ask) -> None:
    day = Window(start=dt.datetime(2020, 1, 2, tzinfo=dt.UTC), end=dt.datetime(2020, 1, 3, tzinfo=dt.UTC))
    query = RecordQuery(types=("MedicationAdministration",), window=day, lasting=True, target="name")
    assert [f.reference for f in ask(query, *GIVEN).findings] == ["MedicationAdministration/into"]


def test_an_end_and_a_length_are_those_of_what_went_on(ask: Ask) -> None:
    last = RecordQuery(types=("MedicationAdministration",), which="last", target="end")
    assert [f.values for f in ask(last, *GIVEN).findings] == [("2020-01-02T04:00:00Z",)]
    four = (
        *GIVEN,
        given("c", "2020-01-03T00:00:00Z", "2020-01-03T01:00:00Z"),
        given("d", "2020-01-04T00:00:00Z", "2020-01-04T02:00:00Z"),
    )
    computed = ask(
        last.model_copy(update={"which": "all", "measure": "duration", "target": "duration"}), *four
    ).computed
    assert computed is not None
    assert (computed.value, computed.unit) == (14.0, "h")
    assert computed.how == "2020-01-01T20:00:00Z to 2020-01-04T02:00:00Z, the total of 4 entries"
