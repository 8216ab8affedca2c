"""What a search says is read whole, and what is not understood is an error that says so."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search import paging, sql
from chartwarden.tools.records.search.clause import Clause
from chartwarden.tools.records.search.query import MAX_DEPTH, Chain, Filter, Has, Ids, Parser, Query, Words
from chartwarden.tools.records.search.references import ReferenceValue
from chartwarden.tools.records.search.sorting import comes_after, keys_of, ordered
from chartwarden.tools.records.search.sql import MAX_MARKS, Scope, listed
from chartwarden.tools.records.search.subsets import SUBSETTED, subset


class NoValueSets:
    def members(self, url: str) -> frozenset[tuple[str, str]]:
        return frozenset({(url, "a")})


PARSER = Parser(dt.UTC, NoValueSets())


def query(*params: tuple[str, str], of: str = "Observation") -> Query:
    return PARSER.query(of, params)


def condition(name: str, text: str, of: str = "Observation") -> Any:
    (found,) = query((name, text), of=of).conditions
    return found


@pytest.mark.parametrize(
    ("name", "text", "of", "said"),
    [
        ("code", "", "Observation", "code has no value"),
        ("nonsense", "x", "Observation", "has no search parameter"),
        ("code", "x", "Widget", "is not an R4 resource type"),
        ("code:missing", "yes", "Observation", "write true or false"),
        ("code:exact", "x", "Observation", "a token parameter has no modifier ':exact'; it has ':not', ':text'"),
        ("code:above", "x", "Observation", "needs a terminology server"),
        ("code:below", "x", "Observation", "needs a terminology server"),
        ("date:above", "2013", "Observation", "a date parameter has no modifier ':above'; it has ':missing'"),
        ("subject:Widget", "x", "Observation", "has no modifier"),
        ("subject:Group", "Patient/1", "Observation", "where Group is asked for"),
        ("patient", "Group/1", "Observation", "where Patient is asked for"),
        ("_id:exact", "x", "Observation", "has no modifier"),
        ("_text:exact", "x", "Observation", "_text"),
        ("code.name", "x", "Observation", "is no reference, so code.name leads nowhere"),
        ("subject.nonsense", "x", "Observation", "subject.nonsense: "),
        ("subject:Device.birthdate", "2013", "Observation", "has no search parameter"),
        ("_has:Observation:code", "x", "Patient", "write _has:Type:reference:parameter"),
        ("_has:Observation:code:status", "x", "Patient", "does not point to Patient"),
        ("_has:Observation:encounter:status", "x", "Patient", "does not point to Patient"),
        ("_has:Observation:patient:nonsense", "x", "Patient", "has no search parameter"),
        ("code-value-quantity", "a", "Observation", "wants 2 values joined by"),
        ("code-value-quantity", "a$1$2", "Observation", "wants 2 values joined by"),
        ("_sort", "nonsense", "Observation", "has no search parameter"),
        ("_sort:asc", "date", "Observation", "_sort takes no modifier"),
        ("_include:all", "Observation:subject", "Observation", "the only modifier here is ':iterate'"),
        ("_include", "Observation", "Observation", "write Type:parameter"),
        ("_include", "Observation:code", "Observation", "Observation.code is no reference"),
        ("_include", "Observation:subject:Widget", "Observation", "'Widget' is not an R4 type"),
        ("_include", "Widget:*", "Observation", "is not an R4 resource type"),
        ("_count:exact", "5", "Observation", "_count takes no modifier"),
        ("_count", "-1", "Observation", "write a number from 0"),
        ("_count", "x", "Observation", "write a number from 0"),
        ("_summary", "some", "Observation", "write true, false, count, text or data"),
        ("_total", "some", "Observation", "write none, estimate or accurate"),
        ("_elements", "nonsense", "Observation", "has no element 'nonsense'"),
        ("_page", "nonsense", "Observation", "this is no page token"),
    ],
)
def test_what_is_not_understood_is_told(name, text, of, said):
    with pytest.raises(SearchError, match=said):
        query((name, text), of=of)


def test_summary_and_elements_do_not_go_together():
    for summary in ("true", "text", "data", "count"):
        with pytest.raises(SearchError, match="do not go together"):
            query(("_summary", summary), ("_elements", "code"))
    assert query(("_summary", "false"), ("_elements", "code, Observation.value")).elements == ("code", "value")


@pytest.mark.parametrize(
    ("links", "is_read"), [(1, True), (MAX_DEPTH, True), (MAX_DEPTH + 1, False)], ids=["one", "most", "more"]
)
def test_a_chain_has_only_so_many_links(links, is_read):
    name = "partof:Location." * links + "name"
    reverse = "_has:Location:partof:" * links + "name"
    if not is_read:
        for refused in (name, reverse):
            with pytest.raises(SearchError, match=f"more than {MAX_DEPTH} links"):
                condition(refused, "x", "Location")
        return
    assert isinstance(condition(reverse, "x", "Location"), Has)
    found = condition(name, "x", "Location")
    for _ in range(links):
        assert isinstance(found, Chain)
        ((target, found),) = found.branches
        assert target == "Location"
    assert isinstance(found, Filter)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("_id", "a,b", Ids(("a", "b"))),
        ("_id:not", r"a\,b", Ids(("a,b",), negated=True)),
        ("_text", "a,b", Words("narrative", "a,b")),
        ("_content", "a", Words("content", "a")),
    ],
)
def test_the_parameters_of_every_type_are_read(name, text, expected):
    assert condition(name, text) == expected


def test_a_filter_knows_how_it_is_to_be_decided():
    assert (condition("code:not", "a").negated, condition("code", "a").negated) == (True, False)
    assert condition("code:not-in", "http://v").negated
    assert not condition("code:in", "http://v").negated
    assert condition("code:in", "http://v").values[0].members == frozenset({("http://v", "a")})
    assert [condition("code:missing", text).missing for text in ("true", "false")] == [True, False]
    assert condition("code", "a").missing is None
    by_identifier = condition("subject:identifier", "s|1")
    assert (by_identifier.by_identifier, by_identifier.values[0].system) == (True, "s")
    assert not condition("subject", "Patient/1").by_identifier
    assert condition("subject:Patient", "1").values == (ReferenceValue(("Patient/1",)),)
    assert condition("patient", "1").values == (ReferenceValue(("Patient/1",)),)
    assert set(condition("subject", "1").values[0].candidates) == {
        "Patient/1", "Group/1", "Device/1", "Location/1",
    }  # fmt: skip


def test_a_chain_follows_the_types_that_know_the_parameter():
    def targets(name: str) -> list[str]:
        return [target for target, _ in condition(name, "x").branches]

    assert targets("subject.family") == ["Patient"]
    assert set(targets("subject.identifier")) == {"Patient", "Group", "Device", "Location"}
    assert targets("patient.identifier") == ["Patient"]
    assert targets("subject:Device.identifier") == ["Device"]


def test_the_result_parameters_are_read():
    plain = query(("code", "a"))
    assert (plain.sort, plain.count, plain.includes, plain.total, plain.summary, plain.after) == (
        (), None, (), False, "", None,
    )  # fmt: skip
    found = query(("_sort", "-date, _id,status"), ("_count", "0"), ("_total", "accurate"), ("_summary", "text"))
    assert [(parameter and parameter.name, down) for parameter, down in found.sort] == [
        ("date", True), (None, False), ("status", False),
    ]  # fmt: skip
    assert (found.count, found.total, found.summary) == (0, True, "text")
    assert query(("_total", "estimate")).total
    assert not query(("_total", "none")).total
    assert query(("_summary", "false")).summary == ""
    both = query(("_include", "Observation:subject:Patient"), ("_revinclude:iterate", "Provenance:target"))
    ((include,), (revinclude,)) = both.includes, both.revincludes
    assert (include.source, include.target, include.iterate) == ("Observation", "Patient", False)
    assert (revinclude.source, revinclude.target, revinclude.iterate) == ("Provenance", "", True)
    assert query(("_include:recurse", "Observation:*")).includes[0].iterate
    assert query(("_include", "Observation:*")).includes[0].parameter is None


# Page tokens


def test_a_page_token_is_read_back_with_its_search_alone():
    first, other = ("Observation", (("code", "a"),), ""), ("Observation", (("code", "b"),), "")
    name = paging.search_name(first)
    for keys in ((), ("a",), (None, 7), (Decimal("1.50"),), (("code", "system"), None)):
        token = paging.token((keys, 42), first)
        assert paging.place(token, first, len(keys)) == (keys, 42)
        for search, width in ((other, len(keys)), (first, len(keys) + 1)):
            with pytest.raises(SearchError, match="of another search"):
                paging.place(token, search, width)
    for odd in (f'["{name}",["a"],"42"]', f'["{name}","a",42]'):
        with pytest.raises(SearchError, match="of another search"):
            paging.place(base64.urlsafe_b64encode(odd.encode()).decode(), first, 1)
    for text in ("!", "", "e30", base64.urlsafe_b64encode(b'["s1",[{"decimal":"x"}],1]').decode()):
        with pytest.raises(SearchError, match="no page token"):
            paging.place(text, first, 1)


def test_what_may_differ_from_page_to_page_does_not_make_another_search():
    def origin(*params: tuple[str, str], of: str = "Observation", compartment: str = "") -> str:
        return paging.search_name((of, params, compartment))

    same = origin(("code", "a"))
    for name in ("_count", "_page", "_format", "_pretty", "_total"):
        assert origin(("code", "a"), (name, "x")) == same
    others = {
        origin(("code", "b")), origin(("code", "a"), ("_sort", "date")), origin(("code", "a"), of="Condition"),
        origin(("code", "a"), compartment="p1"), origin(("code", "a"), ("_include", "x")),
    }  # fmt: skip
    assert len(others | {same}) == 6


# Order


@pytest.mark.parametrize(
    ("row", "place", "up", "down"),
    [
        (((1,), 1), ((2,), 1), False, True),
        (((2,), 1), ((1,), 1), True, False),
        (((1,), 1), ((1,), 2), False, False),
        (((1,), 2), ((1,), 1), True, True),
        (((1,), 1), ((1,), 1), False, False),
        (((None,), 1), ((9,), 2), True, True),
        (((9,), 2), ((None,), 1), False, False),
        (((None,), 2), ((None,), 1), True, True),
    ],
)
def test_a_row_stands_behind_another_by_its_key_then_by_its_number_and_last_without_a_key(row, place, up, down):
    assert comes_after(row, place, (False,)) is up
    assert comes_after(row, place, (True,)) is down


def test_the_first_key_that_differs_decides():
    rows = [((1, "b"), 3), ((1, "a"), 4), ((2, "a"), 1), ((None, "a"), 0), ((1, "a"), 2)]
    assert [rid for _, rid in ordered(rows, (False, False))] == [2, 4, 3, 1, 0]
    assert [rid for _, rid in ordered(rows, (True, False))] == [1, 2, 4, 3, 0]
    assert [rid for _, rid in ordered(rows, (False, True))] == [3, 2, 4, 1, 0]


@pytest.mark.parametrize(
    ("of", "name", "resource", "lowest", "highest"),
    [
        ("Patient", "family", {"name": [{"family": "Ödön"}, {"family": "Beck"}]}, "beck", "odon"),
        ("Patient", "identifier", {"identifier": [{"value": "2"}, {"system": "s", "value": "1"}, {"system": "s"}]},
         ("1", "s"), ("2", "")),
        ("Observation", "subject", {"subject": {"reference": "Patient/1"}}, "Patient/1", "Patient/1"),
        ("Observation", "date", {"effectivePeriod": {"end": "1970-01-02"}}, -(1 << 47), -(1 << 47)),
        ("Observation", "date", {"effectiveDateTime": "1970-01-02"}, 86_400_000, 86_400_000),
        ("Observation", "value-quantity", {"valueQuantity": {"value": 5}}, (5, 5), (5, 5)),
        ("Observation", "value-quantity", {"valueQuantity": {"unit": "mg"}}, None, None),
        ("Observation", "date", {}, None, None),
        ("Observation", "code-value-quantity", {"code": {"text": "x"}}, None, None),
    ],
)  # fmt: skip
def test_a_resource_is_sorted_by_its_lowest_or_highest_value(of, name, resource, lowest, highest):
    parameter = definitions().parameter(of, name)
    resource = {"resourceType": of, "id": "x", **resource}
    assert keys_of(resource, ((parameter, False), (None, False)), dt.UTC) == (lowest, "x")
    assert keys_of(resource, ((parameter, True),), dt.UTC) == (highest,)


# Subsets


def test_a_subset_keeps_what_must_be_there_and_says_that_it_is_one():
    whole = {
        "resourceType": "Observation", "id": "x", "meta": {"versionId": "1", "tag": [{"code": "t"}]}, "status": "final",
        "text": {"div": "d"}, "code": {"text": "c"}, "note": [{"text": "n"}], "valueString": "v",
        "_valueString": {"extension": []}, "referenceRange": [{"text": "r"}],
    }  # fmt: skip

    def kept(summary: str = "", *elements: str) -> set[str]:
        found = subset(whole, summary, elements)
        assert found["meta"]["tag"] == [{"code": "t"}, SUBSETTED]
        assert found["meta"]["versionId"] == "1"
        return set(found) - {"resourceType", "id", "meta"}

    must = {"status", "code"}
    assert subset(whole, "", ()) is whole
    assert kept("data") == {*whole} - {"resourceType", "id", "meta", "text"}
    assert kept("text") == {*must, "text"}
    assert kept("true") == {*must, "valueString", "_valueString"}
    assert kept("", "note") == {*must, "note"}
    assert kept("", "value") == {*must, "valueString", "_valueString"}
    for meta in ({}, {"meta": "x"}, {"meta": {"tag": "x"}}):
        bare = {"resourceType": "Observation", "id": "x", **meta}
        assert subset(bare, "text", ())["meta"]["tag"] == [SUBSETTED]


# Pieces of SQL


@pytest.mark.parametrize("many", [0, 1, 2, 3, 4, 5, 8, 9, 127, 128, 129])
def test_a_list_finds_its_numbers_and_few_statements_serve_all_lists(many):
    values = [*range(10, 10 + many)]
    found = listed("n", values)
    with sql_table("n", range(5, 150)) as connection:
        rows = connection.execute(f"SELECT n FROM t WHERE {found.text} ORDER BY n", found.values).fetchall()
    assert [n for (n,) in rows] == values
    size = found.text.count("?")
    assert size == (1 if many == 0 or many > MAX_MARKS else 1 << (many - 1).bit_length())


def sql_table(column: str, values: Iterable[int]) -> contextlib.closing[sqlite3.Connection]:
    """A table `t` of one column."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({column})")
    connection.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    return contextlib.closing(connection)


def test_a_chart_is_a_range_of_row_numbers():
    first = 3 << sql.PATIENT_BITS
    last = (4 << sql.PATIENT_BITS) - 1
    limit = Scope(3, has_members=False).limit()
    with sql_table("rid", [first - 1, first, last, last + 1]) as connection:
        rows = connection.execute(f"SELECT rid FROM t WHERE {limit.text}", limit.values).fetchall()
    assert [rid for (rid,) in rows] == [first, last]
    with_members = Scope(3, has_members=True).limit("r.rid")
    assert with_members.values == (first, last, 3)
    assert "member" in with_members.text


def test_codes_alone_are_one_list():
    codes = [Clause("x_token", "code = ?", ("a",)), Clause("x_token", "code = ?", ("b",))]
    assert sql.index_rows((1,), codes[:1]) == sql.Sql("sp = ? AND code = ?", (1, "a"))
    assert sql.index_rows((1, 2), codes) == sql.Sql("sp IN (?, ?) AND code IN (?, ?)", (1, 2, "a", "b"))
    mixed = sql.index_rows((1,), [codes[0], Clause("x_token", "")])
    assert mixed == sql.Sql("sp = ? AND (code = ? OR 1 = 1)", (1, "a"))
