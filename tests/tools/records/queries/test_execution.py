"""What a query means when it runs: the clock, what is no fact, order, windows, anchors and comparisons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import (
    Anchor,
    Coding,
    Comparison,
    Concept,
    QueryResult,
    RecordQuery,
    Threshold,
    Window,
)
from chartwarden.tools.records.readings import Readings

Ask = Callable[..., QueryResult]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
OBSERVATION, CONDITION, ENCOUNTER = ("Observation",), ("Condition",), ("Encounter",)


def concept(*codes: str, system: str = LOINC) -> Concept:
    return Concept(words="it", codings=tuple(Coding(system=system, code=code) for code in codes))


LDL = concept("13457-7")
ASTHMA = concept("195967001", system=SNOMED)


def coded(code: str, display: str = "", system: str = LOINC) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def ldl(identity: str, when: str, value: float, unit: str = "mg/dL", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": coded("13457-7", "LDL"),
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit},
        **more,
    }


def asthma(identity: str, onset: str, status: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": coded(status),
        "verificationStatus": coded("confirmed"),
        "code": coded("195967001", "Asthma", SNOMED),
        **({"onsetDateTime": onset} if onset else {}),
        **more,
    }


def encounter(identity: str, start: str, end: str = "", kind: str = "AMB", **more: Any) -> dict[str, Any]:
    period = {"start": start, "end": end} if end else {"start": start}
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "finished",
        "class": {"code": kind},
        "period": period,
        **more,
    }


THREE = (ldl("a", "2020-01-01", 100.0), ldl("c", "2022-01-01", 120.0), ldl("b", "2021-01-01", 110.0))


@pytest.mark.parametrize(
    ("which", "index", "expected"), [("first", 1, "a"), ("last", 1, "c"), ("last", 2, "b"), ("first", 3, "c")]
)
def test_first_last_and_nth_are_by_time(ask: Ask, which: Any, index: int, expected: str) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which=which, index=index), *THREE)
    assert [f.reference for f in found.findings] == [f"Observation/{expected}"]
    assert found.found == 3


def test_an_index_beyond_the_rows_finds_nothing(ask: Ask) -> None:
    assert ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last", index=4), *THREE).findings == ()


def test_highest_is_last_by_value(ask: Ask) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last", by="value", target="time"), *THREE)
    assert found.findings[0].values == ("2022-01-01",)


def test_nothing_after_the_clock_exists(ask: Ask) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, measure="count"), *THREE, as_of="2020-06-01T00:00:00+00:00")
    assert found.computed is not None
    assert (found.computed.value, found.computed.over) == (1, ("Observation/a",))


def test_entered_in_error_is_never_a_fact_but_is_told(ask: Ask) -> None:
    wrong = ldl("x", "2023-01-01", 900.0, status="entered-in-error")
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last"), *THREE, wrong)
    assert found.findings[0].reference == "Observation/c"
    assert [(f.reference, f.status) for f in found.set_aside] == [("Observation/x", "entered in error")]
    assert any("entered in error" in note for note in found.notes)


def test_a_refuted_diagnosis_is_told_apart_from_an_absent_one(ask: Ask) -> None:
    refuted = asthma("r", "2020-01-01", verificationStatus=coded("refuted"))
    found = ask(RecordQuery(types=CONDITION, concept=ASTHMA, measure="exists"), refuted)
    assert found.computed is not None
    assert found.computed.value is False
    assert [f.status for f in found.set_aside] == ["refuted"]


def test_an_unconfirmed_diagnosis_counts_and_says_so(ask: Ask) -> None:
    found = ask(
        RecordQuery(types=CONDITION, concept=ASTHMA),
        asthma("u", "2020-01-01", verificationStatus=coded("unconfirmed")),
    )
    assert "unconfirmed" in found.findings[0].status


@pytest.mark.parametrize(
    ("resource_type", "status", "element"),
    [
        ("Procedure", "not-done", "code"),
        ("Procedure", "preparation", "code"),
        ("Immunization", "not-done", "vaccineCode"),
    ],
)
def test_what_was_not_done_or_only_planned_did_not_happen(
    ask: Ask, resource_type: str, status: str, element: str
) -> None:
    resource = {"resourceType": resource_type, "id": "n", "status": status, element: coded("1", "Thing")}
    found = ask(RecordQuery(types=(resource_type,), concept=concept("1"), measure="exists"), resource)
    assert found.computed is not None
    assert found.computed.value is False
    assert [f.status for f in found.set_aside] == [status]


def test_no_known_allergy_is_recorded_as_absent(ask: Ask) -> None:
    nothing = {
        "resourceType": "AllergyIntolerance",
        "id": "nka",
        "clinicalStatus": coded("active"),
        "code": coded("716186003", "No known allergy", SNOMED),
    }
    found = ask(RecordQuery(types=("AllergyIntolerance",), measure="distinct", target="name"), nothing)
    assert found.findings == ()
    assert [f.status for f in found.set_aside] == ["recorded as absent"]


def test_a_preliminary_result_yields_to_the_final_one_of_the_same_instant(ask: Ask) -> None:
    early = ldl("z", "2022-01-01", 119.0, status="preliminary")
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last"), *THREE, early)
    assert found.findings[0].reference == "Observation/c"
    assert [f.reference for f in found.tied] == ["Observation/z"]
    assert found.tied[0].status == "preliminary"


def test_ties_are_settled_the_same_way_whatever_the_order_of_loading(ask: Ask) -> None:
    twins = [ldl("t1", "2023-01-01", 1.0), ldl("t2", "2023-01-01", 2.0)]
    query = RecordQuery(types=OBSERVATION, concept=LDL, which="last")
    assert ask(query, *twins).findings == ask(query, *reversed(twins)).findings
    assert any("tied" in note for note in ask(query, *twins).notes)


def test_diagnoses_of_one_encounter_are_first_together(ask: Ask) -> None:
    visit = encounter("e", "2020-01-01T10:00:00Z")
    both = [asthma(i, "", encounter={"reference": "Encounter/e"}) for i in ("a", "b")]
    found = ask(RecordQuery(types=CONDITION, which="last", target="name"), visit, *both)
    assert [f.reference for f in found.findings] == ["Condition/b", "Condition/a"]
    assert found.findings[0].time == "2020-01-01T10:00:00Z"
    assert found.findings[0].also == ("Encounter/e",)


@pytest.mark.parametrize(("reading", "expected"), [("onset", "2020-05-05"), ("encounter", "2020-01-01T10:00:00Z")])
def test_the_time_of_a_diagnosis_without_onset_is_a_reading(ask: Ask, reading: str, expected: str) -> None:
    visit = encounter("e", "2020-01-01T10:00:00Z")
    late = asthma("a", "", recordedDate="2020-05-05", encounter={"reference": "Encounter/e"})
    found = ask(RecordQuery(types=CONDITION, target="time"), visit, late, episode_time=reading)
    assert found.findings[0].values == (expected,)


def test_what_resolved_later_was_active_then(ask: Ask) -> None:
    over = asthma("a", "2010-01-01", "resolved", abatementDateTime="2015-01-01")
    query = RecordQuery(types=CONDITION, concept=ASTHMA, status=("active",), measure="exists")
    for as_of, expected in (("2012-01-01T00:00:00+00:00", True), ("2016-01-01T00:00:00+00:00", False)):
        computed = ask(query, over, as_of=as_of).computed
        assert computed is not None
        assert computed.value is expected


def test_a_relapse_is_active(ask: Ask) -> None:
    found = ask(RecordQuery(types=CONDITION, status=("active",)), asthma("a", "2020-01-01", "relapse"))
    assert len(found.findings) == 1


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
        ("hospital", ["adm"]),
        ("icu", ["icu"]),
        ("emergency", ["er"]),
        ("inpatient", ["adm", "icu"]),
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


def test_an_unlinked_concept_finds_nothing_and_says_what_was_looked_for(ask: Ask) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=Concept(words="ferritin"), which="last"), *THREE)
    assert found.findings == ()
    assert "ferritin" in found.searched[0].query


def test_never_had_is_the_opposite_of_existence(ask: Ask) -> None:
    query = RecordQuery(types=OBSERVATION, concept=LDL, measure="exists", negated=True)
    present, absent = ask(query, *THREE).computed, ask(query).computed
    assert present is not None
    assert absent is not None
    assert (present.value, absent.value) == (False, True)


def test_an_incomplete_search_says_nothing_of_all_or_none(record: Any, clock: Clock) -> None:
    cut = record(*THREE, complete=False)
    counted = run(RecordQuery(types=OBSERVATION, concept=LDL, measure="count"), cut, clock, Readings())
    assert counted.complete is False
    assert counted.computed is not None
    assert counted.computed.value is None
    there = run(RecordQuery(types=OBSERVATION, concept=LDL, measure="exists"), cut, clock, Readings()).computed
    assert there is not None
    assert there.value is True
    gone = RecordQuery(types=OBSERVATION, concept=concept("1-1"), measure="exists")
    not_there = run(gone, cut, clock, Readings()).computed
    assert not_there is not None
    assert not_there.value is None


def test_two_events_are_compared_by_their_first_rows(ask: Ask) -> None:
    left = RecordQuery(types=CONDITION, concept=ASTHMA, which="first")
    right = RecordQuery(types=OBSERVATION, concept=LDL, which="first")
    found = ask(Comparison(left=left, right=right, relation="before"), *THREE, asthma("x", "2019"))
    assert found.computed is not None
    assert found.computed.value is True
    assert found.computed.over == ("Condition/x", "Observation/a")


def test_values_are_compared_across_units(ask: Ask) -> None:
    resources = [ldl("a", "2020-01-01", 90.0), ldl("b", "2021-01-01", 1.0, unit="g/L")]
    last = RecordQuery(types=OBSERVATION, concept=LDL, which="last")
    before = last.model_copy(update={"index": 2})
    found = ask(Comparison(left=last, right=before, relation="gt"), *resources)
    assert found.computed is not None
    assert found.computed.value is True


def test_a_comparison_with_a_side_missing_has_no_value(ask: Ask) -> None:
    left = RecordQuery(types=CONDITION, concept=ASTHMA, which="first")
    right = RecordQuery(types=OBSERVATION, concept=LDL, which="first")
    found = ask(Comparison(left=left, right=right, relation="before"), *THREE)
    assert found.computed is None
    assert any("Nothing on record for the first" in note for note in found.notes)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (Threshold(relation="gt", value=105.0), ["b", "c"]),
        (Threshold(relation="lt", value=1.05, unit="g/L"), ["a"]),
        (Threshold(relation="ge", value=120.0, unit="mg/dL"), ["c"]),
    ],
)
def test_thresholds_are_unit_aware(ask: Ask, threshold: Threshold, expected: list[str]) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, threshold=threshold), *THREE)
    assert [f.reference.split("/")[1] for f in found.findings] == expected


def test_rows_without_what_is_wanted_are_passed_over_and_told(ask: Ask) -> None:
    empty = ldl("e", "2023-01-01", 0.0)
    del empty["valueQuantity"]
    empty["dataAbsentReason"] = coded("not-performed", "Not Performed")
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last"), *THREE, empty)
    assert found.findings[0].reference == "Observation/c"
    assert any("no value" in note for note in found.notes)


def test_a_long_history_is_read_from_its_end_and_gives_the_same_row(record: Any, clock: Clock) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(200)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    kept = record(*rows)
    result = run(RecordQuery(types=OBSERVATION, concept=LDL, which="last", index=2), kept, clock, Readings())
    assert [f.value for f in result.findings] == [198.0]
    assert result.read_all is False
    assert result.found < 200
    first = run(RecordQuery(types=OBSERVATION, concept=LDL, which="first"), kept, clock, Readings())
    assert [f.value for f in first.findings] == [0.0]


@pytest.mark.parametrize("which", ["first", "last"])
def test_filters_that_leave_few_of_a_long_history_widen_the_search(record: Any, clock: Clock, which: Any) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(400)]
    rows = [ldl(f"r{n}", day.isoformat(), 999.0 if n == 200 else 1.0) for n, day in enumerate(days)]
    query = RecordQuery(
        types=OBSERVATION, concept=LDL, which=which, target="time", threshold=Threshold(relation="gt", value=500.0)
    )
    result = run(query, record(*rows), clock, Readings())
    assert [f.reference for f in result.findings] == ["Observation/r200"]


def test_a_stale_manifest_costs_time_and_never_the_answer(record: Any, clock: Clock) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(200)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    kept = record(*rows)
    stale = kept.manifest()
    grown = record(*rows, ldl("new", "2023-01-01", 7.0))
    grown.manifest = lambda: stale
    shrunk = record(*rows[:20])
    shrunk.manifest = lambda: stale
    last = RecordQuery(types=OBSERVATION, concept=LDL, which="last")
    assert [f.value for f in run(last, grown, clock, Readings()).findings] == [7.0]
    assert [f.value for f in run(last, shrunk, clock, Readings()).findings] == [19.0]


def test_long_histories_mid_way_know_nothing_of_what_follows(record: Any) -> None:
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(600)]
    rows = [ldl(f"r{n}", day.isoformat(), float(n)) for n, day in enumerate(days)]
    then = Clock(dt.datetime(2015, 7, 20, 12, tzinfo=dt.UTC), "UTC")
    result = run(RecordQuery(types=OBSERVATION, concept=LDL, which="last"), record(*rows), then, Readings())
    assert [f.value for f in result.findings] == [200.0]
    assert result.read_all is False


def test_what_the_session_may_not_see_behind_a_reference_is_left_out_and_told(record: Any, clock: Clock) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Aspirin"},
        "requester": {"reference": "Practitioner/secret"},
    }
    query = RecordQuery(types=("MedicationRequest",), target="person")
    result = run(query, record(order, denied="Practitioner"), clock, Readings())
    assert result.findings[0].values == ()
    assert any("Practitioner" in note for note in result.notes)


def test_the_time_between_two_rows_is_counted_in_days_of_the_calendar(ask: Ask) -> None:
    rows = [asthma("a", "2020-01-30"), ldl("l1", "2020-01-10T08:00:00Z", 90), ldl("l2", "2020-03-01T23:00:00Z", 100)]
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first", target="time")
    first = RecordQuery(types=OBSERVATION, concept=LDL, which="first", target="time")
    last = first.model_copy(update={"which": "last"})

    def between(left: RecordQuery, right: RecordQuery, relation: str, unit: str = "d") -> object:
        asked = {"left": left, "right": right, "relation": relation, "unit": unit}
        computed = ask(Comparison.model_validate(asked), *rows).computed
        return computed and computed.value

    assert between(event, last, "time_after") == 31
    assert between(event, last, "time_after", "mo") == 1
    assert between(first, event, "interval", "wk") == 2.9
    assert between(event, first, "interval") == 20
    assert between(event, first, "time_after") is None
    assert between(first, event, "interval", "h") is None


def test_a_month_leaves_no_one_number_of_days(ask: Ask) -> None:
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first", target="time")
    value = RecordQuery(types=OBSERVATION, concept=LDL, which="first", target="time")
    asked = Comparison(left=event, right=value, relation="interval")
    result = ask(asked, asthma("a", "2020-01"), ldl("l", "2020-03-01T23:00:00Z", 100))
    assert result.computed is None
    assert "The dates are not exact enough for the time between them." in result.notes


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
