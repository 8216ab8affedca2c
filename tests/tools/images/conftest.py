"""The made-up patients behind a lock, without a database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.sources import DicomFolders, PictureLoader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams


class Records:
    """A record source over a list of resources: filters by patient, nothing else."""

    def __init__(self, resources: list[Resource]) -> None:
        self.resources = {f"{one['resourceType']}/{one['id']}": one for one in resources}

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        patient = dict(params).get("patient", "").removeprefix("Patient/")
        yield Page(
            tuple(
                one
                for reference, one in self.resources.items()
                if reference.startswith(f"{resource_type}/") and f'"Patient/{patient}"' in json.dumps(one)
            )
        )

    def read(self, reference: str, holder: Resource | None = None) -> Resource | None:
        return self.resources.get(reference)

    def capabilities(self) -> Capabilities:
        return Capabilities("records of a test")


def _resources() -> list[Resource]:
    found: list[Resource] = []
    for path in sorted(fhir_fixtures.folder().glob("*.json")):
        text = path.read_text(encoding="utf-8")
        for entry in json.loads(text)["entry"]:
            if entry["fullUrl"].startswith("urn:uuid:"):
                name = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
                text = text.replace(f'"{entry["fullUrl"]}"', f'"{name}"')
        found += [entry["resource"] for entry in json.loads(text)["entry"]]
    return found


@pytest.fixture(scope="session")
def records() -> Records:
    """All made-up patients in one source."""
    return Records(_resources())


@pytest.fixture(scope="session")
def patient_ids(records: Records) -> dict[str, str]:
    """Patient ids by family name, given name and birth date."""
    people = [one for one in records.resources.values() if one["resourceType"] == "Patient"]
    return {f"{one['name'][0]['family']} {one['name'][0]['given'][0]} {one['birthDate']}": one["id"] for one in people}


@pytest.fixture
def lock_of(records: Records) -> Callable[..., PatientLock]:
    """Makes a lock for a patient id, over the made-up patients or another source."""

    def lock(patient: str, source: Any = None, scopes: str = "patient/*.rs") -> PatientLock:
        return PatientLock(source or records, patient, parse_scopes(scopes))

    return lock


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The moment the made-up patients are asked about."""
    return Clock(dt.datetime.fromisoformat(fhir_fixtures.AS_OF), "UTC")


@pytest.fixture
def loader_of(lock_of: Callable[..., PatientLock]) -> Callable[..., PictureLoader]:
    """Makes a picture loader for a patient id, with the made-up DICOM folder."""
    folders = (fhir_fixtures.dicom_folder(),)

    def loader(patient: str, source: Any = None, limits: Limits | None = None) -> PictureLoader:
        limits = limits or Limits()
        return PictureLoader(lock_of(patient, source), limits, folders, "", DicomFolders(folders, limits))

    return loader
