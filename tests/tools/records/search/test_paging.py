"""Pages by token, subsets of resources, and the systems that bare codes imply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.requests import parse_request, run_request
from chartwarden.tools.records.store import LocalStore

Json = dict[str, Any]
STATUSES = "http://hl7.org/fhir/observation-status"


def observation(number: int, **more: Any) -> Json:
    return {
        "resourceType": "Observation", "id": f"o{number:02d}", "status": ["final", "amended"][number % 2],
        "subject": {"reference": "Patient/a"}, "code": {"coding": [{"system": "urn:c", "code": str(number % 3)}]},
        "effectiveDateTime": f"2020-01-{number % 5 + 1:02d}", "valueQuantity": {"value": number / 4}, **more,
    }  # fmt: skip


RECORDS: list[Json] = [
    {"resourceType": "Patient", "id": "a", "gender": "female", "_gender": {"extension": [{"url": "urn:e"}]},
     "meta": {"tag": [{"code": "mine"}]}, "birthDate": "1950", "text": {"status": "empty", "div": "<div>x</div>"},
     "contact": [{"gender": "male"}]},
    *[observation(n) for n in range(17)],
    {"resourceType": "Observation", "id": "o99", "status": "final", "subject": {"reference": "Patient/a"},
     "code": {"text": "none"}, "note": [{"text": "n"}], "component": [
        {"code": {"text": "c"}, "valueString": "v", "referenceRange": [{"text": "r"}]}]},
]  # fmt: skip
ORDERS = ["", "date", "-date", "status,-date", "-code,date", "value-quantity", "-value-quantity", "_id", "-_id,status"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    with LocalStore.open(f"sqlite:///{tmp_path}/records.db") as opened:
        load(opened, [tmp_path / "all.ndjson"])
        yield opened


def ids(store: LocalStore, *params: tuple[str, str], kind: str = "Observation") -> list[str]:
    return [resource["id"] for page in store.search(kind, params) for resource in page.matches]


def walked(store: LocalStore, *params: tuple[str, str]) -> list[str]:
    """Ids, one page at a time, each by the token of the one before."""
    found: list[str] = []
    more: list[tuple[str, str]] = []
    while True:
        page = next(store.search("Observation", [*params, ("_count", "4"), *more]))
        found += [resource["id"] for resource in page.matches]
        if not page.next:
            return found
        more = [("_page", page.next)]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_by_token_are_the_pages_of_the_whole(store: LocalStore, order: str) -> None:
    params = [("patient", "a"), *([("_sort", order)] if order else [])]
    assert walked(store, *params) == ids(store, *params)


def test_what_changes_between_two_pages_shifts_no_match(store: LocalStore, tmp_path: Path) -> None:
    params = [("patient", "a"), ("_sort", "-date"), ("_count", "4")]
    whole = ids(store, *params)
    first = next(store.search("Observation", params))
    deleted = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"request": {"method": "DELETE", "url": f"Observation/{whole[0]}"}},
        {"request": {"method": "DELETE", "url": f"Observation/{whole[3]}"}},
        {"resource": observation(40, effectiveDateTime="2030"), "request": {"method": "PUT", "url": "Observation/o40"}},
    ]}  # fmt: skip
    (tmp_path / "later.json").write_text(json.dumps(deleted))
    load(store, [tmp_path / "later.json"])
    assert ids(store, *params, ("_page", first.next)) == whole[4:]


def test_a_token_belongs_to_its_search(store: LocalStore) -> None:
    token = next(store.search("Observation", [("patient", "a"), ("_count", "4")])).next
    with pytest.raises(SearchError, match="of another search"):
        store.search("Observation", [("patient", "b"), ("_count", "4"), ("_page", token)])
    for broken in ("nonsense", "", token[:-3]):
        with pytest.raises(SearchError, match="_page"):
            store.search("Observation", [("patient", "a"), ("_page", broken)])


def test_a_request_links_to_its_next_page(store: LocalStore) -> None:
    url, found = "Patient/a/Observation?status=final&_count=5", []
    while url:
        request = parse_request(url)
        answers, left_out = run_request(store, request)
        answer = next(answers)
        found += [stored.reference.partition("/")[2] for stored in answer.matches]
        url = request.following(answer.next, left_out) if answer.next else ""
    assert found == ids(store, ("patient", "a"), ("status", "final"))
    assert parse_request("Observation?code=1").asks_for_a_page is False


def test_a_summary_has_the_elements_that_the_definitions_mark(store: LocalStore) -> None:
    (page,) = store.search("Observation", [("_id", "o99"), ("_summary", "true")])
    (found,) = page.matches
    assert set(found) == {"resourceType", "id", "meta", "status", "subject", "code", "component"}
    assert found["component"] == [{"code": {"text": "c"}, "valueString": "v"}]
    (page,) = store.search("Patient", [("_id", "a"), ("_summary", "true")])
    assert set(page.matches[0]) == {"resourceType", "id", "meta", "gender", "_gender", "birthDate"}
    assert [tag["code"] for tag in page.matches[0]["meta"]["tag"]] == ["mine", "SUBSETTED"]


def test_the_other_summaries_keep_what_must_be_there(store: LocalStore) -> None:
    (page,) = store.search("Observation", [("_id", "o99"), ("_summary", "text")])
    assert set(page.matches[0]) == {"resourceType", "id", "meta", "status", "code"}
    (page,) = store.search("Patient", [("_id", "a"), ("_summary", "data")])
    assert set(page.matches[0]) == {*RECORDS[0]} - {"text"}
    (page,) = store.search("Patient", [("_id", "a"), ("_summary", "false")])
    assert page.matches[0] == RECORDS[0]


def test_elements_know_choices_and_mandatory_ones(store: LocalStore) -> None:
    (page,) = store.search("Observation", [("_id", "o01"), ("_elements", "value,Observation.effective")])
    wanted = {"resourceType", "id", "meta", "status", "code", "valueQuantity", "effectiveDateTime"}
    assert set(page.matches[0]) == wanted
    with pytest.raises(SearchError, match="did you mean 'value'"):
        store.search("Observation", [("_elements", "valu")])
    with pytest.raises(SearchError, match="do not go together"):
        store.search("Observation", [("_elements", "value"), ("_summary", "data")])


@pytest.mark.parametrize("written", ["final", f"{STATUSES}|final", "|final"])
def test_a_bare_code_is_of_the_system_that_its_binding_names(store: LocalStore, written: str) -> None:
    expected = [r["id"] for r in RECORDS if r.get("status") == "final"]
    assert sorted(ids(store, ("status", written))) == expected
    assert sorted(ids(store, ("patient", "a"), ("status", written))) == expected


def test_another_system_does_not_hold_a_bare_code(store: LocalStore) -> None:
    assert ids(store, ("status", "http://snomed.info/sct|final")) == []
    assert len(ids(store, ("status", f"{STATUSES}|"))) == 18
    assert ids(store, ("gender", "http://hl7.org/fhir/administrative-gender|female"), kind="Patient") == ["a"]
