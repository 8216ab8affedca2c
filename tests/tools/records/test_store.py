"""The store as others use it: paging, including, operations, stamps, caching, and errors that help."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chartwarden.tools.errors import ConfigurationError, SearchError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.sqlite import SqliteConnection
from chartwarden.tools.records.store import LocalStore

Json = dict[str, Any]


def observation(number: int, code: str, when: str, **more: Any) -> Json:
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "effectiveDateTime": when,
        "subject": {"reference": "Patient/a"}, "code": {"coding": [{"system": "urn:c", "code": code}]}, **more,
    }  # fmt: skip


RECORDS: list[Json] = [
    {"resourceType": "Patient", "id": "a", "name": [{"family": "Muster"}],
     "text": {"div": "<div>likes <b>chess</b></div>"},
     "managingOrganization": {"reference": "Organization/h"}, "generalPractitioner": [{"reference": "Practitioner/d"}]},
    {"resourceType": "Patient", "id": "b", "name": [{"family": "Other"}]},
    {"resourceType": "Organization", "id": "h", "name": "Hospital", "partOf": {"reference": "Organization/g"}},
    {"resourceType": "Organization", "id": "g", "name": "Group"},
    {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Doctor"}]},
    *[observation(n, "x", f"2020-01-{n + 1:02d}") for n in range(9)],
    observation(9, "y", "2020-01-05"),
    observation(10, "y", "2020-01-05"),
    observation(11, "y", "2020-01-06", status="entered-in-error"),
    {"resourceType": "ValueSet", "id": "v", "url": "urn:vs", "status": "active",
     "compose": {"include": [{"system": "urn:c", "concept": [{"code": "y"}, {"code": "z"}]}]}},
    {"resourceType": "DocumentReference", "id": "n", "status": "current", "subject": {"reference": "Patient/a"},
     "content": [{"attachment": {"contentType": "text/plain", "data": "UGFpbiBpbiB0aGUga25lZQ=="}}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    folder = tmp_path_factory.mktemp("store")
    (folder / "all.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    with LocalStore.open(f"sqlite:///{folder}/records.db") as opened:
        load(opened, [folder / "all.ndjson"])
        yield opened


def ids(store: LocalStore, resource_type: str, *params: tuple[str, str]) -> list[str]:
    return [resource["id"] for page in store.search(resource_type, params) for resource in page.matches]


def test_pages_hold_as_many_as_asked_and_all_matches_once(store: LocalStore) -> None:
    pages = list(store.search("Observation", [("patient", "a"), ("_count", "5"), ("_total", "accurate")]))
    assert [len(page.matches) for page in pages] == [5, 5, 2]
    assert {page.total for page in pages} == {12}
    assert len({r["id"] for page in pages for r in page.matches}) == 12


def test_no_match_is_no_page(store: LocalStore) -> None:
    assert list(store.search("Observation", [("code", "nothing")])) == []


@pytest.mark.parametrize(
    ("parameter", "asked", "found", "plan"),
    [
        ("code", "urn:c|x,urn:c|y,|z", 12, "x_token USING PRIMARY KEY (sp=? AND code=? AND rid>? AND rid<?)"),
        ("performer", "d,h", 0, "x_ref USING PRIMARY KEY (sp=? AND target=? AND rid>? AND"),
    ],
)
def test_several_values_are_looked_up_in_the_part_of_the_index_that_one_chart_has(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, parameter: str, asked: str, found: int, plan: str
) -> None:
    plans: list[str] = []
    run = SqliteConnection.rows

    def planned(self: SqliteConnection, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        plans.extend(step for *_, step in run(self, f"EXPLAIN QUERY PLAN {sql}", values))
        return run(self, sql, values)

    monkeypatch.setattr(SqliteConnection, "rows", planned)
    assert len(ids(store, "Observation", ("patient", "a"), (parameter, asked))) == found
    assert any(plan in step for step in plans), plans


def test_sorting_by_date_goes_both_ways_and_breaks_ties_by_arrival(store: LocalStore) -> None:
    assert ids(store, "Observation", ("code", "x"), ("_sort", "-date"))[:2] == ["o8", "o7"]
    assert ids(store, "Observation", ("code", "y"), ("_sort", "date")) == ["o9", "o10", "o11"]
    assert ids(store, "Observation", ("_sort", "-status,code,-date"))[:2] == ["o8", "o7"]


def test_includes_come_beside_the_matches_and_iterate_when_asked(store: LocalStore) -> None:
    def included(*params: tuple[str, str]) -> list[str]:
        return sorted(r["id"] for page in store.search("Patient", [("_id", "a"), *params]) for r in page.included)

    assert included(("_include", "Patient:organization")) == ["h"]
    assert included(("_include", "Patient:organization"), ("_include:iterate", "Organization:partof")) == ["g", "h"]
    assert included(("_include", "Patient:*")) == ["d", "h"]
    assert included(("_revinclude", "DocumentReference:patient")) == ["n"]


def test_count_zero_and_summary_count_give_the_total_only(store: LocalStore) -> None:
    for control in (("_count", "0"), ("_summary", "count")):
        (page,) = store.search("Observation", [("code", "x"), control])
        assert (page.matches, page.total) == ((), 9)


def test_elements_and_summaries_are_tagged_as_subsets(store: LocalStore) -> None:
    (page,) = store.search("Patient", [("_id", "a"), ("_elements", "name")])
    assert set(page.matches[0]) == {"resourceType", "id", "meta", "name"}
    assert page.matches[0]["meta"]["tag"][0]["code"] == "SUBSETTED"
    (page,) = store.search("Patient", [("_id", "a"), ("_summary", "text")])
    assert set(page.matches[0]) == {"resourceType", "id", "meta", "text"}


def test_words_are_found_in_narratives_and_attached_notes(store: LocalStore) -> None:
    assert ids(store, "Patient", ("_text", "Chess")) == ["a"]
    assert ids(store, "DocumentReference", ("patient", "a"), ("_content", "knee pain")) == ["n"]
    assert ids(store, "DocumentReference", ("_text", "knee")) == []


def test_a_local_value_set_is_expanded(store: LocalStore) -> None:
    assert ids(store, "Observation", ("code:in", "urn:vs")) == ["o9", "o10", "o11"]
    assert len(ids(store, "Observation", ("code:not-in", "urn:vs"))) == 9


def test_lastn_returns_ties_and_leaves_out_what_was_entered_in_error(store: LocalStore) -> None:
    (page,) = store.lastn([("patient", "a"), ("code", "urn:c|y,urn:c|x"), ("max", "1")])
    assert sorted(r["id"] for r in page.matches) == ["o10", "o8", "o9"]
    assert "entered-in-error" in page.note
    with pytest.raises(SearchError, match="category or code"):
        list(store.lastn([("patient", "a")]))


def test_everything_is_the_compartment_and_what_it_refers_to(store: LocalStore) -> None:
    stored = list(store.everything("a"))
    found = {one.reference for one in stored}
    assert len(stored) == len(found)
    assert all(one.raw == store.source_bytes(one.reference) for one in stored)
    assert found == {"Patient/a", "Organization/h", "Practitioner/d", "DocumentReference/n",
                     *(f"Observation/o{n}" for n in range(12))}  # fmt: skip
    assert [one.reference for one in store.everything("a", [("_type", "Patient")])] == ["Patient/a"]
    assert [one.reference for one in store.everything("a", [("_type", "Organization")])] == ["Organization/h"]
    with pytest.raises(SearchError, match="_count"):
        store.everything("a", [("_count", "2")])


def test_a_compartment_search_stays_inside_it(store: LocalStore) -> None:
    assert len([r for page in store.search_compartment("a", "Observation", []) for r in page.matches]) == 12
    assert list(store.search_compartment("b", "Observation", [])) == []
    assert list(store.search_compartment("unknown", "Observation", [("code", "x")])) == []


@pytest.mark.parametrize(
    ("resource_type", "name", "value", "told"),
    [
        ("Observation", "codee", "1", "did you mean 'code'?"),
        ("Observations", "code", "1", "did you mean 'Observation'?"),
        ("Observation", "code:exact", "1", "a token parameter has no modifier ':exact'"),
        ("Observation", "code:below", "1", "terminology server"),
        ("Observation", "date", "yesterday", "is not a date"),
        ("Observation", "value-quantity", "5|mg", "is not a quantity"),
        ("Observation", "code", "", "has no value"),
        ("Observation", "subject.nonsense", "1", "has no search parameter 'nonsense'"),
        ("Observation", "code.name", "1", "is no reference"),
        ("Patient", "_has:Observation:encounter:code", "1", "does not point to Patient"),
        ("Patient", "_sort", "nme", "did you mean 'name'?"),
        ("Patient", "_count", "many", "write a number"),
        ("Patient", "_include", "Patient:gender", "is no reference"),
        ("Patient", "gender:missing", "maybe", "write true or false"),
        ("Observation", "code:in", "urn:elsewhere", "not in this store"),
        ("Observation", "code-value-quantity", "8480-6", "joined by '$'"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_an_error_that_helps(
    store: LocalStore, resource_type: str, name: str, value: str, told: str
) -> None:
    with pytest.raises(SearchError) as caught:
        store.search(resource_type, [(name, value)])
    assert told in str(caught.value)


def test_what_was_built_is_kept_until_the_record_changes(store: LocalStore, tmp_path: Path) -> None:
    built: list[int] = []

    def build() -> bytes:
        built.append(1)
        return b"made"

    with LocalStore.open(f"sqlite:///{tmp_path}/r.db") as own:
        for _ in range(2):
            assert own.cached("a", "manifest-1", build) == b"made"
        assert len(built) == 1
        (tmp_path / "p.json").write_text(json.dumps(RECORDS[0]))
        load(own, [tmp_path / "p.json"])
        own.cached("a", "manifest-1", build)
        assert len(built) == 2


def test_the_stamp_of_one_patient_does_not_change_with_another(tmp_path: Path) -> None:
    with LocalStore.open(f"sqlite:///{tmp_path}/r.db") as own:
        (tmp_path / "a.json").write_text(json.dumps(RECORDS[0]))
        load(own, [tmp_path / "a.json"])
        stamp = own.stamp("a")
        (tmp_path / "b.json").write_text(json.dumps(RECORDS[1]))
        load(own, [tmp_path / "b.json"])
        assert own.stamp("a") == stamp
        (tmp_path / "d.json").write_text(json.dumps(RECORDS[4]))
        load(own, [tmp_path / "d.json"])
        assert own.stamp("a") != stamp


def test_threads_search_at_the_same_time(store: LocalStore) -> None:
    found: list[int] = []

    def work() -> None:
        found.extend(len(ids(store, "Observation", ("patient", "a"))) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [12] * 80


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    LocalStore.open(url).close()
    with sqlite3.connect(tmp_path / "r.db") as raw:
        raw.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    raw.close()
    with pytest.raises(ConfigurationError, match="newer version"):
        LocalStore.open(url)


def test_a_store_keeps_its_time_zone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    with LocalStore.open(url, search_timezone="Europe/Berlin") as own:
        (tmp_path / "a.json").write_text(json.dumps(RECORDS[0]))
        load(own, [tmp_path / "a.json"])
    with pytest.raises(ConfigurationError, match="CHARTWARDEN_SEARCH_TIMEZONE=Europe/Berlin"):
        LocalStore.open(url)


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="chartwarden load"):
        LocalStore.open(f"sqlite:///{tmp_path}/r.db", create=False)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.db").write_bytes(b"this is no database at all" * 50)
    with pytest.raises(ConfigurationError, match="is not a record store"):
        LocalStore.open(f"sqlite:///{tmp_path}/r.db")


def test_an_unknown_time_zone_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="is not a time zone"):
        LocalStore.open("sqlite://", search_timezone="Mars/Olympus")
