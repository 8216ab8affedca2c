"""HL7's own R4 examples: all of them are kept byte for byte, and found like the oracle finds them.

They are the npm package hl7.fhir.r4.examples (CC0): `npm install hl7.fhir.r4.examples` in the project's folder, or
set CHARTWARDEN_HL7_EXAMPLES to the folder that holds the JSON files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chartwarden.tools.records.loading import load
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.reports import Report
from chartwarden.tools.records.store import LocalStore

INSTALLED = Path(__file__).resolve().parents[4] / "node_modules" / "hl7.fhir.r4.examples"
FOLDER = Path(os.environ.get("CHARTWARDEN_HL7_EXAMPLES") or INSTALLED)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason=f"HL7's R4 examples are not at {FOLDER}: npm install hl7.fhir.r4.examples",
    ),
]


def single(resource: Any) -> bool:
    """Whether a file is one record, and not a container of others or something R4 cannot search."""
    return (
        isinstance(resource, dict)
        and resource.get("resourceType") in definitions().type_ids
        and resource["resourceType"] != "Bundle"
        and "id" in resource
    )


@pytest.fixture(scope="module")
def examples() -> dict[str, bytes]:
    """Reference to source bytes; of two with the same reference the later file counts."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        raw = path.read_bytes()
        resource = json.loads(raw)
        if path.name not in ("package.json", ".index.json") and single(resource):
            found[f"{resource['resourceType']}/{resource['id']}"] = raw
    return found


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, examples: dict[str, bytes], oracle_of: SimpleNamespace
) -> Iterator[tuple[LocalStore, Report]]:
    folder = tmp_path_factory.mktemp("examples")
    for number, raw in enumerate(examples.values()):
        (folder / f"{number:05}.json").write_bytes(raw)
    with LocalStore.open(f"sqlite:///{folder}/records.db", search_timezone=oracle_of.zone) as store:
        yield store, load(store, [folder])


def test_every_example_is_kept_as_it_came(loaded: tuple[LocalStore, Report], examples: dict[str, bytes]) -> None:
    store, report = loaded
    assert len(examples) > 3000
    assert report.unreadable == 0
    assert report.resources == report.added == len(examples)
    for reference, raw in examples.items():
        assert store.source_bytes(reference) == raw.removeprefix(b"\xef\xbb\xbf").strip(), reference


def test_nothing_of_the_index_is_lost_in_silence(loaded: tuple[LocalStore, Report]) -> None:
    _, report = loaded
    assert {problem.code for problem in report.problems} <= {"value"}
    assert report.problem_count < 40


SEARCHES: list[tuple[str, list[tuple[str, str]]]] = [
    ("Observation", [("code", "http://loinc.org|15074-8")]),
    ("Observation", [("code", "http://loinc.org|")]),
    ("Observation", [("status", "final"), ("date", "ge2013")]),
    ("Observation", [("date", "2013-04")]),
    ("Observation", [("date", "lt2012-06-01")]),
    ("Observation", [("date:missing", "true")]),
    ("Observation", [("category", "vital-signs"), ("value-quantity", "gt50")]),
    ("Observation", [("value-quantity", "ge6.2||mmol/L")]),
    ("Observation", [("component-value-quantity", "lt80")]),
    ("Observation", [("code-value-quantity", "15074-8$gt6")]),
    ("Observation", [("combo-code-value-quantity", "8480-6$gt100")]),
    ("Observation", [("code:text", "blood")]),
    ("Observation", [("code:missing", "false"), ("value-concept:missing", "false")]),
    ("Observation", [("subject", "Patient/example")]),
    ("Observation", [("patient", "Patient/f001"), ("status:not", "amended")]),
    ("Patient", [("gender", "female")]),
    ("Patient", [("family:exact", "Chalmers")]),
    ("Patient", [("given:contains", "ete")]),
    ("Patient", [("birthdate", "lt1950")]),
    ("Patient", [("birthdate", "sa1980-01")]),
    ("Patient", [("identifier", "urn:oid:1.2.36.146.595.217.0.1|12345")]),
    ("Patient", [("_has:Observation:subject:code", "8310-5")]),
    ("RiskAssessment", [("probability", "gt0.02")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "params"), SEARCHES, ids=[f"{k}?{p}" for k, p in SEARCHES])
def test_a_search_of_the_examples_finds_what_the_oracle_finds(
    loaded: tuple[LocalStore, Report],
    examples: dict[str, bytes],
    oracle_of: SimpleNamespace,
    kind: str,
    params: list[tuple[str, str]],
) -> None:
    store, _ = loaded
    resources = [json.loads(raw) for reference, raw in examples.items() if reference.startswith(f"{kind}/")]
    others = {name.split(":")[1] for name, _ in params if name.startswith("_has:")}
    resources += [json.loads(raw) for reference, raw in examples.items() if reference.partition("/")[0] in others]
    found = [resource["id"] for page in store.search(kind, params) for resource in page.matches]
    assert len(found) == len(set(found))
    assert set(found) == oracle_of.answer(resources, kind, params)
