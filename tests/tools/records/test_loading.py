"""Loading: every form of file, links between resources, and what happens to what cannot be read."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chartwarden.tools.errors import ConfigurationError, LoadError, UsageError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.reports import Report
from chartwarden.tools.records.sqlite import Working
from chartwarden.tools.records.store import LocalStore

Json = dict[str, Any]
PATIENT: Json = {"resourceType": "Patient", "id": "a", "name": [{"family": "Muster"}]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with LocalStore.open(f"sqlite:///{tmp_path}/store/records.db") as opened:
        yield opened


def observation(name: str, subject: str = "Patient/a", **more: Any) -> Json:
    return {"resourceType": "Observation", "id": name, "status": "final", "subject": {"reference": subject}, **more}


def bundle(*resources: Json, kind: str = "collection", **urls: str) -> Json:
    entries = [{"resource": r, **({"fullUrl": urls[r["id"]]} if r.get("id") in urls else {})} for r in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def ids(store: LocalStore, resource_type: str, *params: tuple[str, str]) -> list[str]:
    return [resource["id"] for page in store.search(resource_type, params) for resource in page.matches]


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(
    "content",
    [
        json.dumps(bundle(PATIENT, observation("o"))),
        json.dumps(bundle(PATIENT, observation("o"), kind="searchset"), indent=2),
        json.dumps(PATIENT) + "\n" + json.dumps(observation("o")),
        "\ufeff" + json.dumps(PATIENT) + "\r\n\r\n" + json.dumps(bundle(observation("o"))) + "\n",
    ],
    ids=["bundle", "indented bundle", "ndjson", "ndjson with bundle and BOM"],
)
def test_every_form_of_file_is_read_by_what_is_in_it(
    store: LocalStore, tmp_path: Path, content: str, ending: str
) -> None:
    report = load(store, [put(tmp_path, "records.json" + ending, content)])
    assert dict(report.types) == {"Patient": 1, "Observation": 1}
    assert report.unreadable == 0
    assert ids(store, "Observation", ("patient", "a")) == ["o"]


def test_a_single_indented_resource_is_read(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "one.json", json.dumps(PATIENT, indent=4))])
    assert store.read("Patient/a") == PATIENT


def test_the_source_bytes_are_kept(store: LocalStore, tmp_path: Path) -> None:
    raw = (
        b'{"resourceType": "Observation","id":"x", "valueQuantity":{"value":7.10},"issued":"2020-01-01T00:00:00+00:00"}'
    )
    wrapped = b'{"resourceType":"Bundle",\n "entry" : [ {"resource" : ' + raw + b" } ]}"
    load(store, [put(tmp_path, "b.json", wrapped)])
    assert store.source_bytes("Observation/x") == raw


def test_loading_again_changes_nothing(store: LocalStore, tmp_path: Path) -> None:
    path = put(tmp_path, "b.json", json.dumps(bundle(PATIENT, observation("o"))))
    load(store, [path])
    stamp, file = store.stamp("a"), (tmp_path / "store/records.db").stat()
    report = load(store, [path])
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert store.stamp("a") == stamp
    assert (tmp_path / "store/records.db").stat().st_ino == file.st_ino


def test_an_update_replaces_the_index_and_keeps_the_old_version(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "1.json", json.dumps(observation("o", code={"coding": [{"code": "old"}]})))])
    stamp = store.stamp("a")
    report = load(store, [put(tmp_path, "2.json", json.dumps(observation("o", code={"coding": [{"code": "new"}]})))])
    assert report.updated == 1
    assert ids(store, "Observation", ("code", "old")) == []
    assert ids(store, "Observation", ("patient", "a"), ("code", "new")) == ["o"]
    assert [r["code"]["coding"][0]["code"] for r in store.history("Observation/o")] == ["new", "old"]
    assert store.stamp("a") != stamp


def test_a_resource_that_moves_to_another_patient_leaves_the_first(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "1.json", json.dumps(observation("o")))])
    load(store, [put(tmp_path, "2.json", json.dumps(observation("o", "Patient/b")))])
    assert ids(store, "Observation", ("patient", "a")) == []
    assert ids(store, "Observation", ("patient", "b")) == ["o"]
    assert list(store.compartment("a")) == []


def test_a_deleted_resource_is_gone_and_remembered(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "1.json", json.dumps(observation("o")))])
    entry = {"request": {"method": "DELETE", "url": "Observation/o"}}
    deletion = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    report = load(store, [put(tmp_path, "2.json", json.dumps(deletion))])
    assert report.deleted == 1
    assert store.read("Observation/o") is None
    assert ids(store, "Observation") == []
    assert [resource["id"] for resource in store.history("Observation/o")] == ["o"]
    load(store, [put(tmp_path, "3.json", json.dumps(observation("o", code={"text": "again"})))])
    assert ids(store, "Observation", ("patient", "a")) == ["o"]


def test_urn_references_of_a_bundle_become_ids(store: LocalStore, tmp_path: Path) -> None:
    patient_url, urn = "urn:uuid:11111111-1111-1111-1111-111111111111", "urn:uuid:22222222-2222-2222-2222-222222222222"
    made = bundle(observation("o", patient_url), PATIENT, kind="transaction", a=patient_url, o=urn)
    report = load(store, [put(tmp_path, "b.json", json.dumps(made))])
    assert report.unresolved == 0
    found = store.read("Observation/o")
    assert found is not None
    assert found["subject"]["reference"] == "Patient/a"
    assert ids(store, "Observation", ("patient", "a")) == ["o"]


def test_a_conditional_reference_is_resolved_when_its_target_arrives_later(store: LocalStore, tmp_path: Path) -> None:
    waiting = observation("o", performer=[{"reference": "Practitioner?identifier=urn:npi|7"}])
    report = load(store, [put(tmp_path, "1.ndjson", json.dumps(waiting))])
    assert report.unresolved == 1
    doctor = {"resourceType": "Practitioner", "id": "d", "identifier": [{"system": "urn:npi", "value": "7"}]}
    report = load(store, [put(tmp_path, "2.ndjson", json.dumps(doctor))])
    assert report.unresolved == 0
    assert ids(store, "Observation", ("performer", "Practitioner/d")) == ["o"]
    assert len(list(store.history("Observation/o"))) == 1


def test_an_ambiguous_conditional_reference_stays_as_it_is(store: LocalStore, tmp_path: Path) -> None:
    doctors = [{"resourceType": "Practitioner", "id": i, "identifier": [{"value": "7"}]} for i in "de"]
    waiting = observation("o", performer=[{"reference": "Practitioner?identifier=7"}])
    report = load(store, [put(tmp_path, "1.ndjson", "\n".join(map(json.dumps, [*doctors, waiting])))])
    assert report.unresolved == 1


def test_a_patient_resolved_late_gets_the_resource_into_the_chart(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "1.json", json.dumps(observation("o", "Patient?identifier=urn:mrn|1")))])
    load(store, [put(tmp_path, "2.json", json.dumps({**PATIENT, "identifier": [{"system": "urn:mrn", "value": "1"}]}))])
    assert ids(store, "Observation", ("patient", "a")) == ["o"]
    assert [resource["id"] for resource in store.compartment("a", ["Observation"])] == ["o"]


def test_contained_resources_are_found_through_chains_but_not_by_themselves(store: LocalStore, tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"coding": [{"system": "urn:rx", "code": "5"}]}}
    order = {"resourceType": "MedicationRequest", "id": "r", "status": "active", "intent": "order", "contained": [drug],
             "subject": {"reference": "Patient/a"}, "medicationReference": {"reference": "#m"}}  # fmt: skip
    load(store, [put(tmp_path, "1.json", json.dumps(order))])
    assert ids(store, "MedicationRequest", ("patient", "a"), ("medication.code", "urn:rx|5")) == ["r"]
    assert ids(store, "Medication", ("code", "5")) == []


def test_a_resource_of_two_patients_is_in_both_charts(store: LocalStore, tmp_path: Path) -> None:
    participants = [{"actor": {"reference": f"Patient/{name}"}, "status": "accepted"} for name in "ab"]
    visit = {"resourceType": "Appointment", "id": "v", "status": "booked", "participant": participants}
    load(store, [put(tmp_path, "1.json", json.dumps(visit))])
    assert [r["id"] for r in store.compartment("b")] == ["v"]
    assert ids(store, "Appointment", ("patient", "b"), ("status", "booked")) == ["v"]


def test_a_missing_id_is_assigned_the_same_way_each_time(store: LocalStore, tmp_path: Path) -> None:
    path = put(tmp_path, "1.json", json.dumps({"resourceType": "Patient", "gender": "male"}))
    report = load(store, [path])
    assert [problem.code for problem in report.problems] == ["no-id"]
    first = ids(store, "Patient")
    assert load(store, [path]).unchanged == 1
    assert ids(store, "Patient") == first


@pytest.mark.parametrize(
    ("name", "content", "code", "position"),
    [
        ("empty.json", b"", "empty", 0),
        ("cut.json", json.dumps(bundle(PATIENT))[:-20].encode(), "malformed", 1),
        ("hollow.json", json.dumps({"resourceType": "Bundle", "type": "collection"}).encode(), "no-entries", 1),
        ("list.json", b"[1, 2]", "not-an-object", 1),
        ("strange.json", b'{"resourceType": "Spaceship", "id": "1"}', "not-fhir", 1),
        ("bare.json", b'{"id": "1"}', "not-fhir", 1),
        ("binary.json", b"\x00\xff\xfe", "malformed", 1),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_place(
    store: LocalStore, tmp_path: Path, name: str, content: bytes, code: str, position: int
) -> None:
    report = load(store, [put(tmp_path, name, content)])
    assert [(p.code, p.position, Path(p.source).name) for p in report.problems] == [(code, position, name)]
    assert report.unreadable == 1


def test_a_bad_line_does_not_stop_the_others(store: LocalStore, tmp_path: Path) -> None:
    lines = [json.dumps(PATIENT), "{oops", json.dumps(observation("o"))]
    report = load(store, [put(tmp_path, "x.ndjson", "\n".join(lines))])
    assert [(problem.position, problem.code) for problem in report.problems] == [(2, "malformed")]
    assert report.resources == 2


def test_a_truncated_gzip_keeps_what_came_before(store: LocalStore, tmp_path: Path) -> None:
    whole = gzip.compress(
        "\n".join(json.dumps(observation(f"o{n}", note=[{"text": "x" * n}])) for n in range(3000)).encode()
    )
    path = tmp_path / "cut.ndjson.gz"
    path.write_bytes(whole[: len(whole) // 2])
    report = load(store, [path])
    assert report.problems[-1].code in ("unreadable", "malformed")
    assert 0 < report.added < 3000


def test_values_of_the_wrong_kind_are_reported_and_never_stop_a_load(store: LocalStore, tmp_path: Path) -> None:
    odd = observation(
        "o", effectiveDateTime="last Tuesday", code="text", category={"coding": "x"}, component=[[], 5, None]
    )
    report = load(store, [put(tmp_path, "1.json", json.dumps(odd))])
    assert report.added == 1
    assert {problem.path for problem in report.problems} >= {"Observation.effectiveDateTime"}


def test_validation_reports_paths_and_refuses_nothing(store: LocalStore, tmp_path: Path) -> None:
    wrong = observation("o", effectiveDateTime=7, code={"text": "x"}, valueQuantity={"value": "many"})
    report = load(store, [put(tmp_path, "1.json", json.dumps(wrong))], validate="full")
    assert report.added == 1
    assert any(p.code == "invalid" and p.path.startswith("Observation.valueQuantity") for p in report.problems)


def test_a_path_that_does_not_exist_is_a_usage_error(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere does not exist"):
        load(store, [tmp_path / "nowhere"])


def test_a_failed_load_leaves_the_store_as_it_was(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, [put(tmp_path, "1.json", json.dumps(PATIENT))])

    def full(self: Working) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Working, "publish", full)
    with pytest.raises(LoadError, match="as it was before"):
        load(store, [put(tmp_path, "2.json", json.dumps(observation("o")))])
    assert ids(store, "Observation") == []
    assert sorted(p.name for p in (tmp_path / "store").iterdir()) == ["records.db", "records.db.lock"]


def test_a_reader_sees_the_old_state_until_the_load_is_done(store: LocalStore, tmp_path: Path) -> None:
    path = put(tmp_path, "1.ndjson", json.dumps(PATIENT) + "\n" + json.dumps(observation("o")))
    seen: list[list[str]] = []

    def look(_: Path, report: Report) -> None:
        seen.append(ids(store, "Patient"))

    load(store, [path], progress=look)
    assert seen
    assert all(found == [] for found in seen)
    assert ids(store, "Patient") == ["a"]


def test_several_processes_index_like_one(tmp_path: Path) -> None:
    path = put(
        tmp_path, "x.ndjson", "\n".join(json.dumps(observation(f"o{n}", code={"text": str(n)})) for n in range(50))
    )
    found = []
    for jobs in (1, 2):
        with LocalStore.open("sqlite://") as store:
            load(store, [path], jobs=jobs)
            found.append(ids(store, "Observation", ("patient", "a"), ("_sort", "-_id")))
    assert found[0] == found[1]
    assert len(found[0]) == 50


def test_a_worker_that_ends_is_an_error_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "x.ndjson", json.dumps(observation("o1")))
    with LocalStore.open(f"sqlite:///{tmp_path}/records.db") as store:
        monkeypatch.setattr(sys, "executable", shutil.which("false"))
        with pytest.raises(LoadError, match="exit code 1"):
            load(store, [path], jobs=2)
        assert ids(store, "Observation") == []


ODD_LINES = (
    "", "  ", "not json", "[1]", '{"resourceType":"Nothing","id":"x"}',
    '{"resourceType":"Observation","status":"final"}',
    json.dumps(observation("o7", note=[{"text": "once more"}])),
    json.dumps(observation("o8", note=[{"text": "once more"}])) + "\r",
    json.dumps(observation("late", performer=[{"reference": "Practitioner?identifier=urn:n|1"}])),
    json.dumps(observation("odd", effectiveDateTime="yesterday")),
    json.dumps(bundle(observation("inner", code={"text": "in a bundle"}))),
    '{"resourceType":"Observation","id":"twice","id":"last"}',
)  # fmt: skip


def kept(store: LocalStore, path: Path) -> dict[str, Any]:
    """All that a store holds but for its row numbers, which depend on what was read at once."""
    rows = store.database.reader()[0].rows
    owner = "JOIN resource r ON r.rid = x.rid"
    return {
        "resources": sorted(rows("SELECT key, rtype, version, digest FROM resource")),
        "versions": sorted(rows("SELECT key, version FROM version")),
        "tokens": sorted(rows(f"SELECT x.sp, code, uri, key FROM x_token x {owner} JOIN system s ON s.sys = x.sys")),
        "dates": sorted(rows(f"SELECT x.sp, lo, hi, key FROM x_date x {owner}")),
        "references": sorted(rows(f"SELECT x.sp, target, key FROM x_ref x {owner}")),
        "issues": sorted(rows("SELECT position, path, code FROM load_issue WHERE source = ?", (str(path),))),
        "pending": sorted(rows("SELECT url, key FROM pending")),
    }


@pytest.mark.parametrize("size", [600, 9_000])
def test_a_file_read_in_pieces_is_kept_as_if_read_at_once(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chartwarden.tools.records.reading.CHUNK_BYTES", size)
    lines = [json.dumps(observation(f"o{n}", effectiveDateTime=f"2020-01-{n % 28 + 1:02d}")) for n in range(120)]
    for place, line in enumerate(ODD_LINES):
        lines.insert(20 + 8 * place, line)
    lines += [json.dumps(observation("o9", status_reason="again")), json.dumps(PATIENT)]
    path = put(tmp_path, "Observation.ndjson", "\n".join(lines) + "\n" * (size % 3))
    found = []
    for jobs in (1, 2):
        with LocalStore.open("sqlite://") as store:
            report = load(store, [path], jobs=jobs)
            counts = (report.types, report.added, report.updated, report.unreadable, report.problem_count)
            found.append((counts, kept(store, path)))
    assert found[0] == found[1]
    assert len(found[0][1]["issues"]) == 5


def test_a_folder_that_cannot_be_written_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="choose another folder"):
        LocalStore.open(f"sqlite:///{tmp_path}/file/records.db")
