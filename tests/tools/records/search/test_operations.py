"""`$lastn` and `$everything`: their parameters, how codes group, and how a body is read without parsing it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.operations import (
    everything_params,
    last_of_each,
    lastn_params,
    reference_of,
    references_in,
    since_filter,
)

Json = dict[str, Any]


def observation(name: str, day: str, *codes: str, text: str = "", **more: Any) -> Json:
    code: Json = {"coding": [{"system": "urn:s", "code": one} for one in codes]} if codes else {}
    return {"resourceType": "Observation", "id": name, "code": code | ({"text": text} if text else {}),
            "status": "final", "effectiveDateTime": day, **more}  # fmt: skip


def last(most: int, *observations: Json) -> list[str]:
    """Ids of what is returned, in order."""
    return [resource["id"] for resource in last_of_each(observations, most, dt.UTC)]


def test_the_latest_of_each_code_is_returned_and_whatever_is_as_late() -> None:
    rows = (
        observation("a1", "2020-01-01", "a"),
        observation("a2", "2021-01-01", "a"),
        observation("a3", "2021-01-01", "a"),
        observation("b1", "2019-01-01", "b"),
        observation("wrong", "2022-01-01", "b", status="entered-in-error"),
        observation("nameless", "2022-01-01"),
    )
    assert last(1, *rows) == ["a2", "a3", "b1"]
    assert last(2, *rows) == ["a2", "a3", "b1"]
    assert last(3, *rows) == ["a2", "a3", "a1", "b1"]


def test_codes_that_share_a_coding_are_one_also_through_others() -> None:
    rows = (
        observation("x", "2020-01-01", "a"),
        observation("y", "2021-01-01", "c"),
        observation("z", "2019-01-01", "a", "b"),
        observation("w", "2018-01-01", "b", "c"),
    )
    assert last(1, *rows) == ["y"]
    assert last(1, *rows[:3]) == ["x", "y"]


def test_what_has_only_text_groups_by_it_and_what_has_no_date_comes_last() -> None:
    undated = observation("u", "", text="Mood")
    del undated["effectiveDateTime"]
    rows = (undated, observation("m", "2020-01-01", text="Mood"), observation("s", "2020-01-01", text="Sleep"))
    assert last(1, *rows) == ["m", "s"]
    assert last(2, *rows) == ["m", "u", "s"]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([("code", "a")], "needs patient or subject"),
        ([("patient", "p")], "needs category or code"),
        ([("patient", "p"), ("code", "a"), ("max", "0")], "max=0: write a number from 1"),
        ([("patient", "p"), ("code", "a"), ("max", "many")], "max=many"),
    ],
)
def test_lastn_says_what_it_needs(params: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(SearchError, match=said):
        lastn_params(params)


def test_lastn_is_a_search_and_a_number() -> None:
    given = [("subject:Patient", "p"), ("max", "3"), ("category", "laboratory")]
    assert lastn_params(given) == ([given[0], given[2]], 3)
    assert lastn_params([given[0], given[2]]) == ([given[0], given[2]], 1)


def test_everything_takes_types_and_a_time() -> None:
    assert everything_params([]) == (None, "")
    assert everything_params([("_type", "Condition,Observation"), ("_since", "2020")]) == (
        ["Condition", "Observation"],
        "2020",
    )
    with pytest.raises(SearchError, match="does not know _count=5"):
        everything_params([("_count", "5")])
    with pytest.raises(SearchError):
        everything_params([("_type", "Unicorn")])


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'{"resourceType":"Patient","id":"a"}', "a"),
        (b'{ "resourceType" : "Patient", "id" : "b", "x": 1}', "b"),
        (b'{"id":"c","resourceType":"Patient"}', "c"),
        (b'{"resourceType":"Patient","id":"\\u0064"}', "d"),
        (b'{"resourceType":"Patient","meta":{"id":"x"},"id":"e"}', "e"),
    ],
)
def test_a_body_is_named_by_its_own_id_however_it_is_written(raw: bytes, name: str) -> None:
    assert reference_of(raw, "Patient") == f"Patient/{name}"


def test_references_are_found_by_their_type_without_their_version() -> None:
    raws = [
        b'{"a":{"reference":"Practitioner/1/_history/2"},"b":{"reference" : "Organization/o.1"}}',
        b'{"reference":"Patient/p","display":"Practitioner/9"}',
    ]
    assert references_in(raws, ("Practitioner", "Organization")) == {"Practitioner/1", "Organization/o.1"}
    assert references_in(raws, ()) == set()


def test_since_keeps_what_was_updated_later_and_what_does_not_say() -> None:
    assert since_filter("", dt.UTC) is None
    with pytest.raises(SearchError, match="_since=lately is no date-time"):
        since_filter("lately", dt.UTC)
    recent = since_filter("2020-06-01", dt.UTC)
    assert recent is not None

    def kept(meta: Any) -> bool:
        return recent(json.dumps({"meta": meta}).encode())

    assert [kept({"lastUpdated": at}) for at in ("2020-05-31T23:59:59Z", "2020-06-02T00:00:00Z")] == [False, True]
    assert kept({}) is kept("odd") is kept(None) is True
