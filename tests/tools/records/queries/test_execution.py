"""What a query means when it runs: the clock, what is no fact, order, thresholds and comparisons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import (
    Comparison,
    Concept,
    RecordQuery,
    Threshold,
    Window,
)
from chartwarden.tools.records.readings import Readings

from .resources import (
    ASTHMA,
    CONDITION,
    LDL,
    OBSERVATION,
    SNOMED,
    THREE,
    Ask,
    asthma,
    coded,
    concept,
    encounter,
    ldl,
)


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


@pytest.mark.parametrize(("year", "told"), [(2022, True), (2021, False), (1999, False)])
def test_the_chosen_row_is_held_to_a_time_and_not_chosen_by_it(ask: Ask, year: int, told: bool) -> None:
    then = Window(start=dt.datetime(year, 1, 1, tzinfo=dt.UTC), end=dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC))
    found = ask(RecordQuery(types=OBSERVATION, concept=LDL, which="last", measure="exists", then=then), *THREE)
    assert found.computed is not None
    assert found.computed.value is told
    assert [row.reference for row in found.findings] == ["Observation/c"]


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


def test_what_is_booked_at_the_clock_is_found_and_what_has_been_is_not(ask: Ask) -> None:
    def booked(name: str, start: str, **more: object) -> dict[str, object]:
        who = [{"actor": {"reference": "Patient/pat-a"}}, {"actor": {"display": "Eye clinic"}}]
        return {
            "resourceType": "Appointment",
            "id": name,
            "status": "booked",
            "start": start,
            "participant": who,
            **more,
        }

    visit = {"resourceType": "Encounter", "id": "v", "status": "planned", "period": {"start": "2099-02-01"}}
    query = RecordQuery(
        types=("Appointment", "Encounter"), status=("booked", "planned"), planned=True, target="time", which="first"
    )
    kept = [
        booked("past", "2001-01-01T09:00:00Z"),
        booked("next", "2098-01-01T09:00:00Z"),
        booked("off", "2097-01-01T09:00:00Z", status="cancelled"),
        booked("later-made", "2097-01-01T09:00:00Z", created="2096-01-01"),
    ]
    found = ask(query, visit, *kept)
    assert [row.reference for row in found.findings] == ["Appointment/next"]
    every = ask(query.model_copy(update={"which": "all", "target": "person"}), visit, *kept)
    assert [row.reference for row in every.findings] == ["Appointment/next", "Encounter/v"]
    assert every.findings[0].values == ("Eye clinic",)


def test_requests_that_are_open_are_found(ask: Ask) -> None:
    def request(name: str, **more: object) -> dict[str, object]:
        return {"resourceType": "ServiceRequest", "id": name, "status": "active", "intent": "order", **more}

    query = RecordQuery(types=("ServiceRequest",), status=("active",), planned=True, target="name")
    found = ask(
        query,
        request("open", authoredOn="2020-01-01", occurrenceDateTime="2099-01-01", code=coded("1", "Scan")),
        request("undated", authoredOn="2020-01-01", code=coded("2", "Test")),
        request("due", authoredOn="2020-01-01", occurrenceDateTime="2020-02-01", code=coded("3", "Film")),
        request("wish", authoredOn="2020-01-01", intent="directive", code=coded("4", "Not for resuscitation")),
        request("done", authoredOn="2020-01-01", status="completed", code=coded("5", "Swab")),
    )
    assert sorted(row.reference for row in found.findings) == ["ServiceRequest/open", "ServiceRequest/undated"]


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


@pytest.mark.parametrize("status", [("active",), ("resolved", "inactive")])
def test_of_a_diagnosis_without_a_status_it_is_not_told_whether_it_was_over(ask: Ask, status: tuple[str, ...]) -> None:
    silent = {name: value for name, value in asthma("a", "2010-01-01").items() if name != "clinicalStatus"}
    query = RecordQuery(types=CONDITION, concept=ASTHMA, status=status, measure="exists")
    found = ask(query, silent)
    assert (found.findings, found.computed and found.computed.value) == ((), None)
    assert [row.reference for row in found.set_aside] == ["Condition/a"]
    assert any("no clinical status" in note for note in found.notes)
    beside = ask(query, silent, asthma("b", "2011-01-01", status[0]))
    assert beside.computed is not None
    assert beside.computed.value is True


def test_a_relapse_is_active(ask: Ask) -> None:
    found = ask(RecordQuery(types=CONDITION, status=("active",)), asthma("a", "2020-01-01", "relapse"))
    assert len(found.findings) == 1


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


def test_one_value_is_no_change(ask: Ask) -> None:
    """The last value of a time is its first one too: it neither rose nor fell."""
    first, last = (RecordQuery(types=OBSERVATION, concept=LDL, which=which) for which in ("first", "last"))
    found = ask(Comparison(left=last, right=first, relation="lt"), THREE[0])
    assert found.computed is None or found.computed.value is None
    highest = RecordQuery(types=OBSERVATION, concept=LDL, which="last", by="value")
    told = ask(Comparison(left=last, right=highest, relation="lt"), THREE[0]).computed
    assert told is not None
    assert told.value is False


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
    assert between(first, event, "interval", "24h") == 20  # one is told by its day alone
    assert between(first, last, "interval", "24h") == 51.625


def test_a_month_leaves_no_one_number_of_days(ask: Ask) -> None:
    event = RecordQuery(types=CONDITION, concept=ASTHMA, which="first", target="time")
    value = RecordQuery(types=OBSERVATION, concept=LDL, which="first", target="time")
    asked = Comparison(left=event, right=value, relation="interval")
    result = ask(asked, asthma("a", "2020-01"), ldl("l", "2020-03-01T23:00:00Z", 100))
    assert result.computed is None
    assert "The dates are not exact enough for the time between them." in result.notes
