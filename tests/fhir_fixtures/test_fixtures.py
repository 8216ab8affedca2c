"""The made-up patients: made anew they are the same bytes, valid FHIR, and they hold the traps they promise."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.fhir_fixtures import make

Json = dict[str, Any]
ROOT = fhir_fixtures.folder().parent
MAX_TOTAL_BYTES = 2_000_000


@pytest.fixture(scope="module")
def charts() -> dict[str, list[Json]]:
    """The resources of every Bundle, by file name."""
    return {
        path.stem: [entry["resource"] for entry in json.loads(path.read_bytes())["entry"]]
        for path in sorted(fhir_fixtures.folder().glob("*.json"))
    }


def _everything(charts: dict[str, list[Json]]) -> Iterator[Json]:
    for resources in charts.values():
        yield from resources


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("reference"), str):
            yield reference
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_the_script_makes_exactly_the_files_of_the_repository() -> None:
    made = make.files()
    kept = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in (fhir_fixtures.folder(), fhir_fixtures.dicom_folder())
        for path in folder.iterdir()
    }
    assert sorted(made) == sorted(kept)
    assert [name for name, data in made.items() if kept[name] != data] == []
    assert sum(map(len, kept.values())) < MAX_TOTAL_BYTES


def test_every_bundle_is_valid_r4() -> None:
    from fhir.resources.R4B.bundle import Bundle

    for path in fhir_fixtures.folder().glob("*.json"):
        Bundle.model_validate_json(path.read_bytes())


def test_there_are_at_least_eight_patients_and_every_promised_resource_type(charts: dict[str, list[Json]]) -> None:
    kinds = {one["resourceType"] for one in _everything(charts)}
    assert len(charts) >= 8
    assert kinds >= {
        "Patient", "Condition", "AllergyIntolerance", "Immunization", "Observation", "Procedure", "Encounter",
        "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense", "Medication",
        "CarePlan", "CareTeam", "Goal", "DiagnosticReport", "DocumentReference", "FamilyMemberHistory", "ImagingStudy",
        "Media", "Binary", "Practitioner", "PractitionerRole", "Organization", "Location", "Coverage", "Device",
        "Specimen", "ServiceRequest", "RelatedPerson",
    }  # fmt: skip


def test_every_bundle_stands_alone(charts: dict[str, list[Json]]) -> None:
    for name in charts:
        bundle = json.loads((fhir_fixtures.folder() / f"{name}.json").read_bytes())
        known = {entry["fullUrl"] for entry in bundle["entry"]}
        known |= {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]}
        dangling = {reference for reference in _references(bundle) if not reference.startswith("#")} - known
        assert dangling == set(), name


def test_a_bundle_speaks_only_of_its_own_patient(charts: dict[str, list[Json]]) -> None:
    for name, resources in charts.items():
        assert sum(one["resourceType"] == "Patient" for one in resources) == 1, name


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("Observation", "status", "entered-in-error"),
        ("Observation", "status", "preliminary"),
        ("Observation", "status", "amended"),
        ("Immunization", "status", "not-done"),
        ("MedicationAdministration", "status", "not-done"),
        ("MedicationRequest", "status", "stopped"),
        ("MedicationRequest", "status", "on-hold"),
        ("DocumentReference", "status", "superseded"),
        ("DiagnosticReport", "status", "preliminary"),
        ("CarePlan", "status", "revoked"),
        ("Encounter", "status", "planned"),
        ("Encounter", "status", "in-progress"),
    ],
)
def test_the_traps_of_status_are_there(charts: dict[str, list[Json]], kind: str, field: str, value: str) -> None:
    assert any(one["resourceType"] == kind and one.get(field) == value for one in _everything(charts))


@pytest.mark.parametrize("status", ["refuted", "entered-in-error", "provisional", "unconfirmed", "confirmed"])
def test_the_traps_of_verification_are_there(charts: dict[str, list[Json]], status: str) -> None:
    found = [
        one["id"]
        for one in _everything(charts)
        if one["resourceType"] == "Condition" and one["verificationStatus"]["coding"][0]["code"] == status
    ]
    assert found


def test_the_traps_of_values_and_dates_are_there(charts: dict[str, list[Json]]) -> None:
    observations = [one for one in _everything(charts) if one["resourceType"] == "Observation"]
    quantities = [one["valueQuantity"] for one in observations if "valueQuantity" in one]
    instants = [
        (one["subject"]["reference"], one["code"]["coding"][0]["code"], one["effectiveDateTime"])
        for one in observations
        if one["status"] == "final"
    ]
    onsets = {one["onsetDateTime"] for one in _everything(charts) if one["resourceType"] == "Condition"}
    assert any(one.get("comparator") == "<" for one in quantities)
    assert any("unit" not in one for one in quantities)
    assert any("dataAbsentReason" in one for one in observations)
    assert len(instants) > len(set(instants))
    assert {len(onset) for onset in onsets} >= {4, 7, 10}
    as_of = dt.datetime.fromisoformat(fhir_fixtures.AS_OF).date().isoformat()
    assert any(one.get("authoredOn", "") > as_of for one in _everything(charts))


def test_two_patients_look_alike(charts: dict[str, list[Json]]) -> None:
    people = [one for one in _everything(charts) if one["resourceType"] == "Patient"]
    first, second = (one for one in people if one["name"][0]["family"] == "Adeyemi")
    assert first["name"][0]["given"][0] == second["name"][0]["given"][0]
    assert sorted(first["identifier"][0]["value"]) == sorted(second["identifier"][0]["value"])
    assert first["identifier"][0]["value"] != second["identifier"][0]["value"]


def test_medicines_are_named_by_code_by_reference_and_contained(charts: dict[str, list[Json]]) -> None:
    medicines = [one for one in _everything(charts) if one["resourceType"].startswith("Medication")]
    references = [one["medicationReference"]["reference"] for one in medicines if "medicationReference" in one]
    assert any("medicationCodeableConcept" in one for one in medicines)
    assert any(reference.startswith("#") for reference in references)
    assert any(reference.startswith("Medication/") for reference in references)


def test_dicom_files_are_named_by_the_studies_and_readable(charts: dict[str, list[Json]]) -> None:
    import pydicom

    named = {
        instance["uid"]
        for one in _everything(charts)
        if one["resourceType"] == "ImagingStudy"
        for series in one["series"]
        for instance in series["instance"]
    }
    for path in fhir_fixtures.dicom_folder().glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        assert dataset.SOPInstanceUID in named
        assert dataset.pixel_array.size > 0


def test_pictures_are_readable(charts: dict[str, list[Json]]) -> None:
    import base64
    import io

    import PIL.Image as image

    carried = [one for one in _everything(charts) if one.get("contentType") == "image/png"]
    assert carried
    for one in carried:
        with image.open(io.BytesIO(base64.b64decode(one["data"]))) as picture:
            picture.load()
            assert picture.format == "PNG"


def test_every_question_names_its_patient_and_its_evidence(charts: dict[str, list[Json]]) -> None:
    rows = [json.loads(line) for line in fhir_fixtures.questions().read_text(encoding="utf-8").splitlines()]
    held = {
        next(one["id"] for one in resources if one["resourceType"] == "Patient"): {
            f"{one['resourceType']}/{one['id']}" for one in resources
        }
        for resources in charts.values()
    }
    assert len(rows) >= 40
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["as_of"] for row in rows} == {fhir_fixtures.AS_OF}
    assert {row["category"] for row in rows} >= {"refused", "not_recorded", "image_report", "reported_opinion"}
    for row in rows:
        assert {*row["evidence"], *row.get("evidence_ok", [])} <= held[row["patient"]], row["id"]
