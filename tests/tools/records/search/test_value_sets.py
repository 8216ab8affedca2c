"""Value sets are expanded from what the store holds, and what needs a terminology server is said."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.value_sets import MAX_DEPTH, members

Json = dict[str, Any]
DRUGS: Json = {
    "content": "complete",
    "concept": [{"code": "C", "concept": [{"code": "C09", "concept": [{"code": "C09A"}]}, "odd"]}, {"display": "none"}],
}


def expanded(found: Json, **others: Json) -> set[tuple[str, str]]:
    """Codings of a value set `urn:main` in a store that holds `others` and the code system `urn:drugs`."""
    held = {("ValueSet", "urn:main"): found, ("CodeSystem", "urn:drugs"): DRUGS}
    held |= {("ValueSet", f"urn:{name}"): other for name, other in others.items()}
    return set(members("urn:main", lambda kind, url: held.get((kind, url))))


def composed(*include: Json, exclude: tuple[Json, ...] = ()) -> Json:
    return {"compose": {"include": list(include), "exclude": list(exclude)}}


def listed(*codes: str, system: str = "urn:s") -> Json:
    return {"system": system, "concept": [{"code": code} for code in codes]}


def test_an_expansion_is_taken_as_it_stands_with_what_it_contains() -> None:
    contains = [
        {"system": "urn:s", "code": "1", "contains": [{"system": "urn:s", "code": "2"}]},
        {"system": "urn:s", "code": "group", "abstract": True, "contains": [{"code": "3"}]},
        {"display": "no code"},
        "odd",
    ]
    both = {**composed(listed("9")), "expansion": {"contains": contains}}
    assert expanded(both) == {("urn:s", "1"), ("urn:s", "2"), ("", "3")}


def test_parts_are_joined_and_what_is_excluded_is_taken_out() -> None:
    found = composed(listed("1", "2"), listed("3", system="urn:t"), exclude=(listed("2"),))
    assert expanded(found) == {("urn:s", "1"), ("urn:t", "3")}
    assert expanded({"compose": "odd"}) == expanded({}) == expanded(composed({})) == set()


def test_a_whole_code_system_is_every_code_of_it_at_any_depth() -> None:
    assert expanded(composed({"system": "urn:drugs"})) == {("urn:drugs", code) for code in ("C", "C09", "C09A")}


def test_value_sets_and_codes_of_one_part_are_what_they_have_in_common() -> None:
    part = {**listed("1", "2"), "valueSet": ["urn:a", "urn:b", 7]}
    assert expanded(composed(part), a=composed(listed("1", "2", "3")), b=composed(listed("2", "4"))) == {("urn:s", "2")}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (composed({"system": "urn:s", "filter": [{"op": "is-a"}]}), "a filter, which needs a terminology server"),
        (composed({"system": "urn:unknown"}), "needs all codes of 'urn:unknown', which are not in this store"),
        (composed({"valueSet": ["urn:gone"]}), "'urn:gone' is not in this store; load it"),
        (composed({"valueSet": ["urn:main"]}), "'urn:main' is nested too deeply"),
    ],
)
def test_what_cannot_be_expanded_here_is_an_error(found: Json, said: str) -> None:
    with pytest.raises(SearchError, match=said):
        expanded(found)


def test_a_code_system_that_is_not_complete_is_not_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRUGS, "content", "fragment")
    with pytest.raises(SearchError, match="all codes"):
        expanded(composed({"system": "urn:drugs"}))


def test_value_sets_nest_as_deep_as_is_allowed_and_no_deeper() -> None:
    def chain(depth: int) -> dict[str, Json]:
        inner = {f"n{at}": composed({"valueSet": [f"urn:n{at + 1}"]}) for at in range(1, depth)}
        return {**inner, f"n{depth}": composed(listed("1"))}

    start = composed({"valueSet": ["urn:n1"]})
    assert expanded(start, **chain(MAX_DEPTH)) == {("urn:s", "1")}
    with pytest.raises(SearchError, match="too deeply"):
        expanded(start, **chain(MAX_DEPTH + 1))
