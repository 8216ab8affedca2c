"""What is asked over stays: shared things, what they hold, how they ended, where in them somebody was, codes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Anchor, Coding, Concept, QueryResult, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import OneRecord

NOW = Clock(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "UTC")
ICD = "http://hl7.org/fhir/sid/icd-9-cm"


def _stay(identity: str, day: int, disposition: str = "", **more: Any) -> dict[str, Any]:
    left = {"hospitalization": {"dischargeDisposition": {"text": disposition}}} if disposition else {}
    return {
        "resourceType": "Encounter", "id": identity, "status": "finished", "class": {"code": "IMP"},
        "period": {"start": f"2020-03-{day:02}T08:00:00Z", "end": f"2020-03-{day + 3:02}T12:00:00Z"}, **left, **more,
    }  # fmt: skip


def _diagnosis(identity: str, stay: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": identity, "encounter": {"reference": f"Encounter/{stay}"},
        "code": {"coding": [{"system": ICD, "code": code, "display": f"Illness {code}"}]},
    }  # fmt: skip


def _place(name: str, start: int, end: int) -> dict[str, Any]:
    period = {"start": f"2020-03-{start:02}T09:00:00Z", "end": f"2020-03-{end:02}T09:00:00Z"}
    return {"location": {"display": name}, "period": period}


RECORD = (
    _stay("one", 1, "HOME", location=[_place("Neurology", 1, 2), _place("Surgical Intensive Care Unit (SICU)", 2, 3)]),
    _stay("two", 10, "AGAINST ADVICE", serviceType={"text": "NSURG"}),
    _stay("three", 20),
    _stay("part", 2, partOf={"reference": "Encounter/one"}, type=[{"text": "Intensive care"}]),
    _diagnosis("a1", "one", "4019"),
    _diagnosis("b1", "one", "V100"),
    _diagnosis("a2", "two", "4019"),
    _diagnosis("c2", "two", "E885"),
    _diagnosis("a3", "three", "4019"),
    _diagnosis("b3", "three", "V100"),
)
STAYS = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), target="time")
FIRST, SECOND = (STAYS.model_copy(update={"which": "first", "index": index}) for index in (1, 2))
ILLNESSES = RecordQuery(types=("Condition",), target="name")


def _of(stay: RecordQuery) -> RecordQuery:
    return ILLNESSES.model_copy(update={"anchor": Anchor(event=stay, relation="during")})


def _run(query: RecordQuery) -> QueryResult:
    return run(query, OneRecord(*RECORD), NOW, Readings())


def _found(query: RecordQuery) -> set[str]:
    return {finding.reference.partition("/")[2] for finding in _run(query).findings}


def test_what_two_stays_share_and_what_is_new() -> None:
    assert _found(_of(SECOND).model_copy(update={"also_in": _of(FIRST)})) == {"a2"}
    assert _found(_of(SECOND).model_copy(update={"not_in": _of(FIRST)})) == {"c2"}


def test_what_is_shared_cites_where_it_was_before() -> None:
    result = _run(_of(SECOND).model_copy(update={"also_in": _of(FIRST)}))
    assert "Condition/a1" in result.findings[0].also


def test_what_is_at_each_stay() -> None:
    assert _found(ILLNESSES.model_copy(update={"at_each": STAYS})) == {"a1", "a2", "a3"}


def test_one_thing_by_several_codes_is_at_each_stay() -> None:
    codes = tuple(Coding(system=ICD, code=code) for code in ("V100", "E885"))
    one = ILLNESSES.model_copy(update={"concept": Concept(words="it", codings=codes), "measure": "exists"})
    computed = _run(one.model_copy(update={"at_each": STAYS})).computed
    assert computed is not None
    assert computed.value is True


@pytest.mark.parametrize(("relation", "expected"), [("holds", {"one"}), ("holds_none", {"two", "three"})])
def test_stays_by_what_they_hold(relation: Any, expected: set[str]) -> None:
    icu = RecordQuery(types=("Encounter",), encounter_kind=("icu",), target="time")
    assert _found(STAYS.model_copy(update={"anchor": Anchor(event=icu, relation=relation)})) == expected


def test_no_stay_holds_what_never_was() -> None:
    never = RecordQuery(types=("Procedure",), target="time")
    assert _found(STAYS.model_copy(update={"anchor": Anchor(event=never, relation="holds_none")})) == {
        "one", "two", "three",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("disposition", "expected"), [("against advice", {"two"}), ("=home", {"one"}), ("=advice", set()), ("rehab", set())]
)
def test_stays_by_how_they_ended(disposition: str, expected: set[str]) -> None:
    query = STAYS.model_copy(update={"disposition": disposition})
    assert _found(query) == expected
    assert any("no recorded disposition" in note for note in _run(query).notes)


def test_the_service_of_a_stay() -> None:
    result = _run(SECOND.model_copy(update={"target": "service"}))
    assert [finding.value for finding in result.findings] == ["NSURG"]


@pytest.mark.parametrize("place", ["surgical icu", "surgical intensive care unit", "sicu"])
def test_a_stretch_in_a_unit_ends_where_it_was_left(place: str) -> None:
    query = RecordQuery(types=("Encounter",), place=place, which="last", target="end")
    assert [finding.value for finding in _run(query).findings] == ["2020-03-03T09:00:00Z"]


def test_codes_by_how_they_begin() -> None:
    assert _found(ILLNESSES.model_copy(update={"code_prefix": "v", "field": "icd9"})) == {"b1", "b3"}
    assert _found(ILLNESSES.model_copy(update={"code_prefix": "v", "field": "icd10"})) == set()


def test_a_visit_for_something_may_be_where_it_was_diagnosed() -> None:
    reason = Concept(words="it", codings=(Coding(system=ICD, code="E885"),))
    assert _found(STAYS.model_copy(update={"reason": reason})) == set()
    assert _found(STAYS.model_copy(update={"reason": reason, "recorded_there": True})) == {"two"}


def test_a_death_is_an_event_of_its_day() -> None:
    patient = {"resourceType": "Patient", "id": "p", "deceasedDateTime": "2020-03-10T20:00:00Z"}
    died = RecordQuery(types=("Patient",), target="demographic", field="deceased")
    query = STAYS.model_copy(update={"anchor": Anchor(event=died, relation="same_day")})
    result = run(query, OneRecord(patient, *RECORD), NOW, Readings())
    assert [finding.reference for finding in result.findings] == ["Encounter/two"]
