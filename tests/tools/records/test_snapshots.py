"""A search sees one state of the store from its first page to its last, whatever is loaded meanwhile."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

POSTGRES = os.environ.get("CHARTWARDEN_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    if request.param == "sqlite":
        with LocalStore.open(f"sqlite:///{tmp_path}/records.db") as opened:
            yield opened
        return
    if not POSTGRES:
        pytest.skip("CHARTWARDEN_TEST_POSTGRES names no PostgreSQL server")
    import psycopg

    name = f"cw_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}".encode())
        with LocalStore.open(f"{POSTGRES}?options=-csearch_path%3D{name}") as opened:
            yield opened
        admin.execute(f"DROP SCHEMA {name} CASCADE".encode())


def put(folder: Path, status: str, numbers: range) -> Path:
    path = folder / f"{status}.ndjson"
    lines = [{"resourceType": "Patient", "id": "a", "name": [{"family": status}]}]
    lines += [
        {"resourceType": "Observation", "id": f"o{n:02d}", "status": status, "subject": {"reference": "Patient/a"}}
        for n in numbers
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_a_load_between_two_pages_changes_neither(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "final", range(10))])
    running = store.search("Observation", [("patient", "a"), ("_count", "4")])
    everything = store.everything("a")
    first, whole = next(running), next(everything)
    load(store, [put(tmp_path, "amended", range(8, 12))])
    # another search of the same thread sees the new state and does not disturb the ones under way
    assert len([r for page in store.search("Observation", [("status", "amended")]) for r in page.matches]) == 4
    found = [resource for page in (first, *running) for resource in page.matches]
    assert {resource["status"] for resource in found} == {"final"}
    assert len(found) == 10
    chart = [stored.raw for stored in (whole, *everything)]
    assert len(chart) == 11
    assert b"amended" not in b"".join(chart)


def test_a_chart_holds_what_it_refers_to_when_that_arrives_later(store: LocalStore, tmp_path: Path) -> None:
    path = tmp_path / "more.ndjson"
    referring = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/a"},
                 "serviceProvider": {"reference": "Organization/h"}}  # fmt: skip
    path.write_text(json.dumps(referring))
    load(store, [put(tmp_path, "final", range(1)), path])
    assert "Organization/h" not in [stored.reference for stored in store.everything("a")]
    path.write_text(json.dumps({"resourceType": "Organization", "id": "h"}))
    load(store, [path])
    assert "Organization/h" in [stored.reference for stored in store.everything("a")]


def test_searches_that_nobody_reads_to_the_end_leave_nothing_open(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "final", range(10))])
    for _ in range(200):
        next(store.search("Observation", [("patient", "a"), ("_count", "1")]))
    assert len(store.database._open) <= 3


def test_threads_that_are_over_leave_their_connection_to_the_next(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "final", range(10))])
    read: list[int] = []

    def look() -> None:
        read.append(sum(len(page.matches) for page in store.search("Observation", [("patient", "a")])))
        assert store.read("Patient/a")

    for _ in range(50):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert read == [10] * 50
    assert len(store.database._open) <= 4
    load(store, [put(tmp_path, "amended", range(12))])
    look()
    assert read[-1] == 12
    assert len(store.database._open) <= 4


def test_a_connection_is_used_by_one_thread_at_a_time(store: LocalStore, tmp_path: Path) -> None:
    load(store, [put(tmp_path, "final", range(10))])
    together = threading.Barrier(8)
    kept: list[int] = []

    def look() -> None:
        connection, _ = store.database.reader()
        together.wait()
        kept.append(id(connection))

    for _ in range(3):
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(kept)) == len(kept)
        kept.clear()
    assert len(store.database._open) <= 10


def test_what_is_missing_is_found_by_the_index_and_decided_where_it_is_odd(store: LocalStore, tmp_path: Path) -> None:
    coded = {"coding": [{"system": "urn:c", "code": "1"}]}
    codes = [coded, {"text": "words"}, {"coding": [{"system": "urn:c"}]}, None, {"coding": [{"display": "d"}]}]
    lines = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final", **({"code": code} if code else {})}
        for n, code in enumerate(codes)
    ]
    (tmp_path / "codes.ndjson").write_text("\n".join(map(json.dumps, lines)))
    load(store, [tmp_path / "codes.ndjson"])

    def ids(name: str, value: str) -> list[str]:
        return sorted(r["id"] for page in store.search("Observation", [(name, value)]) for r in page.matches)

    assert ids("code:missing", "true") == ["o3"]
    assert ids("code:missing", "false") == ["o0", "o1", "o2", "o4"]
    assert ids("date:missing", "true") == [f"o{n}" for n in range(5)]
    assert ids("value-quantity:missing", "false") == []
    assert ids("code", "urn:c|") == ["o0", "o2"]
