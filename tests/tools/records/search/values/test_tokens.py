"""Tokens: codings with and without system, bound codes, and the modifiers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search import tokens
from chartwarden.tools.records.search.clause import Unindexed
from chartwarden.tools.records.search.escapes import hide

BOUND = "code|http://hl7.org/fhir/observation-status"
STATUS = "http://hl7.org/fhir/observation-status"


@pytest.mark.parametrize(
    ("datatype", "value", "codings"),
    [
        ("CodeableConcept", {"coding": [{"system": "s", "code": "a"}, {"code": "b"}, {"system": "s"}, {}, "x"]},
         [("s", "a"), ("", "b"), ("s", "")]),
        ("CodeableConcept", {"coding": {"code": "a"}}, []),
        ("CodeableConcept", {"coding": [{"system": 7, "code": "a"}, {"system": "s", "code": 7}]},
         [("", "a"), ("s", "")]),
        ("CodeableConcept", {"text": "a"}, []),
        ("Coding", {"system": "s", "code": "a", "value": "v"}, [("s", "a")]),
        ("Identifier", {"system": "s", "code": "a", "value": "v"}, [("s", "v")]),
        ("ContactPoint", {"system": "phone", "code": "a", "value": "v"}, [("", "v")]),
        ("code", "a", [("", "a")]),
        ("boolean", True, [("", "true")]),
        ("boolean", False, [("", "false")]),
        ("integer", 7, []),
    ],
)  # fmt: skip
def test_the_codings_of_a_value(datatype, value, codings):
    assert tokens.codings(datatype, value) == codings


@pytest.mark.parametrize(
    ("datatype", "value", "texts"),
    [
        ("CodeableConcept", {"text": "a", "coding": [{"display": "b"}, {"display": 7}, "x", {}]}, ["a", "b"]),
        ("Coding", {"display": "a", "code": "b"}, ["a"]),
        ("Identifier", {"type": {"text": "a"}, "value": "b"}, ["a"]),
        ("Coding", {"type": {"text": "a"}}, []),
        ("Identifier", {"type": "a"}, []),
        ("CodeableConcept", {"coding": {"display": "b"}}, []),
        ("code", "a", []),
    ],
)
def test_the_words_of_a_value(datatype, value, texts):
    assert [*tokens.texts(datatype, value)] == texts


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [("a", None, "a"), ("s|a", "s", "a"), ("|a", "", "a"), ("s|", "s", ""), (r"a\|b", None, "a|b"),
     (r"s\|t|a\,b", "s|t", "a,b")],
)  # fmt: skip
def test_a_token_is_read(text, system, code):
    value = tokens.parse(hide(text), "")
    assert (value.mode, value.system, value.code) == ("", system, code)


@pytest.mark.parametrize(
    ("text", "modifier"), [("", ""), ("|", ""), ("a|b", "of-type"), ("a||c", "of-type"), ("a|b|c|d", "of-type")]
)
def test_what_is_no_token_is_told(text, modifier):
    with pytest.raises(SearchError, match=r"is not a token|':of-type' wants"):
        tokens.parse(text, modifier)


def token_rows(datatype: str, value: Any) -> list[dict[str, Any]]:
    systems = {"": 0, "s": 1, "t": 2, STATUS: 3}
    return [{"sys": systems[system], "code": code} for system, code in tokens.codings(datatype, value)]


@pytest.mark.parametrize("query", ["a", "b", "s|a", "t|a", "|a", "s|", "t|", f"{STATUS}|a", f"{STATUS}|", "|b"])
def test_the_index_of_tokens_says_what_the_matcher_says(query, holds):
    value = tokens.parse(query, "")
    number = {"s": 1, "t": 2, STATUS: 3}.get(value.system or "", 0)
    found = [
        *[("CodeableConcept", {"coding": [{"system": s, "code": c}]})
          for s, c in itertools.product(("s", "t", "", STATUS), ("a", "b"))],
        ("CodeableConcept", {"coding": [{"system": "s"}]}), ("CodeableConcept", {"coding": [{"code": ""}]}),
        ("code", "a"), (BOUND, "a"), (BOUND, "b"),
    ]  # fmt: skip
    expected = {
        (system, code)
        for system, code in itertools.product(("s", "t", "", STATUS), ("a", "b"))
        if (value.system is None or system == value.system) and (not value.code or code == value.code)
    }
    for datatype, one in found:
        hit = tokens.matches(value, datatype, one)
        if datatype == "CodeableConcept" and one["coding"][0].get("code"):
            assert hit is ((one["coding"][0].get("system"), one["coding"][0]["code"]) in expected)
        try:
            clause = tokens.clause(value, number, frozenset({datatype}))
        except Unindexed:
            assert (value.system, value.code) == (STATUS, "")
            continue
        through = holds(clause, *token_rows(datatype, one))
        assert (through is hit) if clause.exact else (through >= hit), (datatype, one)


@pytest.mark.parametrize(
    ("query", "datatype", "hit"),
    [
        ("a", BOUND, True), (f"{STATUS}|a", BOUND, True), ("s|a", BOUND, False), ("|a", BOUND, True),
        (f"{STATUS}|a", "code", False), (f"{STATUS}|", BOUND, True), ("s|", BOUND, False), ("b", BOUND, False),
    ],
)  # fmt: skip
def test_a_bare_code_is_also_of_the_system_of_its_binding(query, datatype, hit):
    assert tokens.matches(tokens.parse(query, ""), datatype, "a") is hit


def test_a_bound_code_is_exact_only_where_all_paths_are_bound():
    value = tokens.parse(f"{STATUS}|a", "")
    assert tokens.clause(value, 3, frozenset({BOUND})).exact
    assert not tokens.clause(value, 3, frozenset({BOUND, "code"})).exact
    assert tokens.clause(value, 3, frozenset({"code"})).where == "code = ? AND sys = ?"


IDENTIFIER = {"value": "1", "system": "s", "type": {"coding": [{"system": "k", "code": "MR"}], "text": "Müller"}}


@pytest.mark.parametrize(
    ("text", "modifier", "datatype", "value", "hit"),
    [
        ("k|MR|1", "of-type", "Identifier", IDENTIFIER, True),
        ("k|MR|2", "of-type", "Identifier", IDENTIFIER, False),
        ("k|SS|1", "of-type", "Identifier", IDENTIFIER, False),
        ("x|MR|1", "of-type", "Identifier", IDENTIFIER, False),
        ("k|MR|1", "of-type", "Coding", IDENTIFIER, False),
        ("k|MR|1", "of-type", "Identifier", "1", False),
        ("mul", "text", "Identifier", IDENTIFIER, True),
        ("ller", "text", "Identifier", IDENTIFIER, False),
        ("1", "text", "Identifier", IDENTIFIER, False),
        ("x", "in", "Identifier", IDENTIFIER, True),
        ("x", "in", "Identifier", {"value": "1", "system": "t"}, False),
        ("x", "not-in", "Identifier", IDENTIFIER, True),
    ],
)
def test_a_token_with_a_modifier(text, modifier, datatype, value, hit, holds):
    wanted = tokens.parse(text, modifier, frozenset({("s", "1")}))
    assert tokens.matches(wanted, datatype, value) is hit
    if modifier == "of-type":
        assert holds(tokens.clause(wanted, 0), {"sys": 1, "code": "1"}) is (wanted.code == "1")
    else:
        with pytest.raises(Unindexed):
            tokens.clause(wanted, 0)
