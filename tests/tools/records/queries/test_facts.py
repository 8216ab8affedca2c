"""Parts of a result, what a culture grew, attributes of entries, and what is claimed of rows and of the patient."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.tools.records.demographics import demographic
from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Concept, RecordQuery
from chartwarden.tools.records.readings import Readings

from .resources import OBSERVATION, SNOMED, Ask, coded, concept

LAB = "http://example.org/lab"
CULTURE, COCCUS, DRUG = (concept(code, system=LAB) for code in ("culture", "coccus", "drug"))


def result(identity: str, code: str, when: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": coded(code, code, LAB),
        "effectiveDateTime": when,
        **more,
    }


def to(*identities: str) -> list[dict[str, str]]:
    return [{"reference": f"Observation/{one}"} for one in identities]


def said(code: str) -> dict[str, Any]:
    return {"valueCodeableConcept": coded(code, {"R": "Resistant", "S": "Susceptible"}[code], "http://example.org/i")}


TWO_CULTURES = (
    result("first", "culture", "2020-01-01", hasMember=to("first-coccus")),
    result("first-coccus", "coccus", "2020-01-03", derivedFrom=to("first"), hasMember=to("first-drug")),
    result("first-drug", "drug", "2020-01-03", derivedFrom=to("first-coccus"), **said("R")),
    result("second", "culture", "2021-01-01"),
    result("second-coccus", "coccus", "2021-01-03", derivedFrom=to("second")),
    result("second-drug", "drug", "2021-01-03", derivedFrom=to("second-coccus"), **said("S")),
    result("third", "culture", "2022-01-01", valueString="no growth"),
)
FIRST = RecordQuery(types=OBSERVATION, concept=CULTURE, which="first", target="time")
LAST_BUT_ONE = RecordQuery(types=OBSERVATION, concept=CULTURE, which="last", index=2, target="time")


@pytest.mark.parametrize(("whole", "expected"), [(FIRST, "first-drug"), (LAST_BUT_ONE, "second-drug")])
def test_parts_are_found_from_either_end(ask: Ask, whole: RecordQuery, expected: str) -> None:
    (found,) = ask(RecordQuery(types=OBSERVATION, concept=DRUG, part_of=whole), *TWO_CULTURES).findings
    assert found.reference == f"Observation/{expected}"
    culture = expected.partition("-")[0]
    assert set(found.also) == {f"Observation/{culture}-coccus", f"Observation/{culture}"}


def test_an_organism_that_the_record_does_not_have_grew_in_no_culture(ask: Ask) -> None:
    query = RecordQuery(types=OBSERVATION, concept=CULTURE, yielded=Concept(words="zorbella"), measure="count")
    found = ask(query, *TWO_CULTURES)
    assert found.computed is not None
    assert found.computed.value == 0


def test_nothing_is_part_of_a_result_that_is_not_there(ask: Ask) -> None:
    none = RecordQuery(types=OBSERVATION, concept=concept("smear", system=LAB))
    found = ask(RecordQuery(types=OBSERVATION, concept=DRUG, part_of=none), *TWO_CULTURES)
    assert (found.findings, found.notes) == ((), ("The result that is spoken of is not on record.",))


@pytest.mark.parametrize("wanted", [COCCUS, Concept(words="")])
def test_cultures_are_chosen_by_what_they_yielded(ask: Ask, wanted: Concept) -> None:
    found = ask(RecordQuery(types=OBSERVATION, concept=CULTURE, yielded=wanted, measure="count"), *TWO_CULTURES)
    assert found.computed is not None
    assert (found.computed.value, found.computed.over) == (1, ("Observation/first",))
    assert found.findings[0].also == ("Observation/first-coccus",)


@pytest.mark.parametrize(
    ("whole", "claimed", "value"),
    [
        (FIRST, "resistant", True),
        (FIRST, "susceptible", False),
        (LAST_BUT_ONE, "resistant", False),
        (None, "resistant", None),
    ],
)
def test_tests_are_held_against_what_they_said(ask: Ask, whole: RecordQuery | None, claimed: Any, value: Any) -> None:
    query = RecordQuery(
        types=OBSERVATION,
        concept=DRUG,
        part_of=whole,
        said=claimed,
        held=True,
        measure="exists",
        target="interpretation",
    )
    found = ask(query, *TWO_CULTURES)
    assert found.computed is not None
    assert found.computed.value is value
    assert ("The tests do not agree." in found.notes) is (value is None)


def test_of_a_test_that_is_not_there_nothing_is_told(ask: Ask) -> None:
    query = RecordQuery(types=OBSERVATION, concept=DRUG, said="resistant", held=True, measure="exists")
    found = ask(query, TWO_CULTURES[-1])
    assert found.computed is not None
    assert found.computed.value is None


STUDY = {
    "resourceType": "ImagingStudy",
    "id": "scan",
    "status": "available",
    "started": "2020-05-01",
    "series": [
        {
            "modality": {"system": "http://example.org/dcm", "code": "DX", "display": "Digital Radiography"},
            "bodySite": {"system": SNOMED, "code": "1", "display": "Thoracic structure"},
        }
    ],
}


@pytest.mark.parametrize(
    ("field", "told"), [("modality", "Digital Radiography"), ("bodySite", "Thoracic structure"), ("serial", None)]
)
def test_an_attribute_is_told_where_the_type_has_it(ask: Ask, field: str, told: str | None) -> None:
    query = RecordQuery(types=("ImagingStudy",), target="attribute", field=field, body_site="chest|thora")
    (found,) = ask(query, STUDY).findings
    assert found.value == told


def test_an_entry_of_another_site_is_not_meant(ask: Ask) -> None:
    assert ask(RecordQuery(types=("ImagingStudy",), body_site="knee|patella"), STUDY).findings == ()


PERSON: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "birthDate": "1960-05-04",
    "deceasedDateTime": "2023-02-01",
    "maritalStatus": coded("W", "Widowed", "http://example.org/m"),
    "address": [{"city": "Elmbridge", "postalCode": "12345"}],
    "identifier": [{"type": coded("PPN", system="http://example.org/t"), "value": "X1"}, {"value": "2"}],
    "telecom": [{"system": "phone", "value": "555"}, {"system": "email", "value": "a@example.org"}],
}


@pytest.mark.parametrize(
    ("field", "more", "as_of", "value"),
    [
        ("maritalStatus", {"one_of": ("W", "Widowed")}, "", True),
        ("maritalStatus", {"one_of": ("m", "married")}, "", False),
        ("language", {"one_of": ("en",)}, "", None),
        ("deceased", {}, "", True),
        ("deceased", {}, "2022-01-01T00:00:00+00:00", False),
        ("deceased", {"negated": True}, "2022-01-01T00:00:00+00:00", True),
    ],
)
def test_what_is_claimed_of_a_patient_is_held_against_the_record(
    record: Any, clock: Clock, field: str, more: dict[str, Any], as_of: str, value: bool | None
) -> None:
    source = record(PERSON)
    at = Clock(clock.as_of.fromisoformat(as_of), "UTC") if as_of else clock
    query = RecordQuery(types=("Patient",), target="demographic", field=field, measure="exists", **more)
    found = run(query, source, at, Readings())
    assert (found.computed.value if found.computed else None) is value


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("city", ("Elmbridge",)),
        ("postalCode", ("12345",)),
        ("passport", ("X1",)),
        ("email", ("a@example.org",)),
        ("mrn", ()),
    ],
)
def test_parts_of_an_address_and_numbers_are_told_by_their_kind(chart: Any, field: str, told: tuple[str, ...]) -> None:
    assert demographic(PERSON, field, chart()) == told


def allergy(identity: str, criticality: str) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": identity,
        "criticality": criticality,
        "code": coded(identity, identity, LAB),
    }


@pytest.mark.parametrize(("level", "number"), [("high", 1), ("low", 2), ("unable-to-assess", 0)])
def test_entries_are_counted_by_what_an_attribute_of_theirs_says(ask: Ask, level: str, number: int) -> None:
    rows = (allergy("nuts", "high"), allergy("mites", "low"), allergy("dust", "low"))
    query = RecordQuery(types=("AllergyIntolerance",), field="criticality", one_of=(level,), measure="count")
    computed = ask(query, *rows).computed
    assert computed is not None
    assert computed.value == number


@pytest.mark.parametrize(
    ("words", "told"), [("Glucose < 110", (110.0,)), ("Weight at least 50 kg", (50.0,)), ("Walk every day", ())]
)
def test_a_goal_in_words_sets_the_number_it_names(ask: Ask, words: str, told: tuple[float, ...]) -> None:
    goal = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "accepted", "description": {"text": words}}
    found = ask(RecordQuery(types=("Goal",), target="attribute", field="limit"), goal).findings
    assert tuple(value for row in found for value in row.values if isinstance(value, float)) == told
