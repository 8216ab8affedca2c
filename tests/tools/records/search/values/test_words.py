"""Strings, URIs, references and the escapes of their text."""

from __future__ import annotations

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search import references, strings, tokens, uris
from chartwarden.tools.records.search.clause import MAX_INDEXED
from chartwarden.tools.records.search.escapes import alternatives, escape, show
from chartwarden.tools.records.search.references import ReferenceValue


@pytest.mark.parametrize("text", ["", "ß", "MÜLLER", "Éloïse", "İ", "ABC", "ſ"])
def test_folding_again_changes_nothing(text):
    assert strings.fold(strings.fold(text)) == strings.fold(text)
    assert strings.fold("MÜLLER") == "muller"
    assert strings.fold("Straße") == strings.fold("STRASSE")


@pytest.mark.parametrize(
    ("datatype", "value", "parts"),
    [
        ("string", "a", ["a"]),
        ("HumanName", {"family": "a", "given": ["b", 7, "c"], "use": "d", "text": "e"}, ["a", "b", "c", "e"]),
        ("Address", {"line": ["a"], "city": "b", "use": "c"}, ["a", "b"]),
        ("Quantity", {"unit": "a"}, []),
        ("string", 7, []),
    ],
)
def test_the_strings_of_a_value(datatype, value, parts):
    assert [*strings.parts(datatype, value)] == parts


LONG = "a" * MAX_INDEXED


@pytest.mark.parametrize("modifier", ["", "exact", "contains"])
@pytest.mark.parametrize(
    "query", ["Ann", "ann", "nna", "An", "Müller", "mull", "b", LONG, LONG[1:], LONG + "b", LONG + "c"]
)
def test_the_index_of_strings_says_what_the_matcher_says(query, modifier, holds):
    value = strings.parse(query, modifier)
    clause = strings.clause(value)
    for found in ("Ann", "Anna", "ANNA", "Joann", "Hanna", "Müller", "Muller", "B", LONG, LONG + "b", "b" + LONG, "Ao"):
        folded, wanted = strings.fold(found), strings.fold(query)
        rule = {"": folded.startswith(wanted), "exact": found == query, "contains": wanted in folded}[modifier]
        hit = strings.matches(value, "string", found)
        assert hit is rule
        through = holds(clause, {"value": folded[:MAX_INDEXED]})
        assert (through is hit) if clause.exact else (through >= hit), found
    assert clause.exact is (modifier == "" and len(query) < MAX_INDEXED)
    with pytest.raises(SearchError, match="finds everything"):
        strings.parse("", modifier)


@pytest.mark.parametrize("modifier", ["", "below", "above"])
@pytest.mark.parametrize(
    "query", ["http://p/a", "http://p/a/", "http://p/a/b", "http://p/a|1", "http://p", "http://p/ab"]
)
def test_the_index_of_uris_says_what_the_matcher_says(query, modifier, holds):
    value = uris.parse(query, modifier)
    clause = uris.clause(value)
    for found in ("http://p/a", "http://p/a/", "http://p/a/b", "http://p/ab", "http://p/a|1", "HTTP://p/a", "http://p"):
        names = {found, found.partition("|")[0]}
        rule = {
            "": query in names,
            "below": any(one == query or one.startswith(query.rstrip("/") + "/") for one in names),
            "above": any(query == one or query.startswith(one.rstrip("/") + "/") for one in names),
        }[modifier]
        hit = uris.matches(value, found)
        assert hit is rule, found
        through = holds(clause, *({"value": one} for one in sorted(names)))
        assert (through is hit) if clause.exact else (through >= hit), found
    assert not uris.matches(value, {"url": query})
    assert clause.exact is (modifier != "above")
    with pytest.raises(SearchError, match="empty URI"):
        uris.parse("", modifier)


def test_a_uri_longer_than_the_index_is_left_to_the_matcher():
    assert not uris.clause(uris.parse("u" * MAX_INDEXED, "")).exact
    assert uris.clause(uris.parse("u" * (MAX_INDEXED - 1), "")).exact
    assert not tokens.clause(tokens.parse("c" * MAX_INDEXED, ""), 0).exact
    assert tokens.clause(tokens.parse("c" * (MAX_INDEXED - 1), ""), 0).exact


# References


@pytest.mark.parametrize(
    ("text", "targets", "only", "candidates", "version"),
    [
        ("Patient/1", (), "", ("Patient/1",), ""),
        ("Patient/1/_history/2", (), "", ("Patient/1",), "Patient/1/_history/2"),
        ("1", ("Patient", "Group"), "", ("Patient/1", "Group/1"), ""),
        ("1", ("Patient", "Group"), "Group", ("Group/1",), ""),
        ("Patient/1", ("Group",), "Patient", ("Patient/1",), ""),
        ("http://h/Patient/1", ("Patient",), "", ("http://h/Patient/1",), ""),
        ("http://h/Patient/1", ("Patient",), "Group", ("http://h/Patient/1",), ""),
        ("http://h/q|1", (), "", ("http://h/q|1", "http://h/q"), ""),
        ("urn:uuid:1", (), "", ("urn:uuid:1",), ""),
    ],
)
def test_a_reference_is_read(text, targets, only, candidates, version):
    assert references.parse(text, targets, only) == ReferenceValue(candidates, version)


@pytest.mark.parametrize(
    ("text", "targets", "only", "said"),
    [("Patient/1", (), "Group", "where Group is asked for"), ("1", (), "", "needs a type"),
     ("a b", ("Patient",), "", "is not a reference"), ("patient/1", ("Patient",), "", "is not a reference")],
)  # fmt: skip
def test_what_is_no_reference_is_told(text, targets, only, said):
    with pytest.raises(SearchError, match=said):
        references.parse(text, targets, only)


@pytest.mark.parametrize(
    ("query", "found", "hit"),
    [
        ("Patient/1", {"reference": "Patient/1"}, True),
        ("Patient/1", {"reference": "Patient/1/_history/2"}, True),
        ("Patient/1", {"reference": "Patient/11"}, False),
        ("Patient/1", {"reference": "http://h/Patient/1"}, False),
        ("Patient/1/_history/2", {"reference": "Patient/1/_history/2"}, True),
        ("Patient/1/_history/2", {"reference": "Patient/1/_history/3"}, False),
        ("Patient/1/_history/2", {"reference": "Patient/1"}, False),
        ("http://h/q", "http://h/q|1", True),
        ("http://h/q|1", "http://h/q", True),
        ("http://h/q|1", "http://h/q|2", True),
        ("Patient/1", {"reference": ""}, False),
        ("Patient/1", {"display": "Patient/1"}, False),
        ("Patient/1", 7, False),
    ],
)
def test_a_reference_matches_whatever_its_version_unless_one_is_asked_for(query, found, hit, holds):
    value = references.parse(query, (), "")
    assert references.matches(value, found) is hit
    clause = references.clause(value)
    text = references.text_of(found)
    if text is not None:
        bare = references.unversioned(text)
        rows = [{"target": references.key(one)} for one in sorted({bare, bare.partition("|")[0]})]
        through = holds(clause, *rows)
        assert (through is hit) if clause.exact else (through >= hit)
    assert clause.exact is ("_history" not in query)


@pytest.mark.parametrize(
    ("reference", "type_"),
    [("Patient/1", "Patient"), ("http://h/fhir/Patient/1/_history/2", "Patient"), ("urn:uuid:1", ""), ("1", ""),
     ("patient/1", ""), ("#Patient", ""), ("", "")],
)  # fmt: skip
def test_a_reference_names_its_type_or_none(reference, type_):
    assert references.type_of(reference) == type_


# Escapes


@pytest.mark.parametrize("literal", ["a", "a,b", "a$b", "a|b", "a\\b", "\\,", "\\\\", ",|$\\", ""])
def test_a_literal_is_read_back_as_one_value(literal):
    assert [show(one) for one in alternatives(escape(literal))] == [literal]


@pytest.mark.parametrize(
    ("text", "values"),
    [("a,b", ["a", "b"]), (r"a\,b,c", ["a,b", "c"]), (r"a\\,b", ["a\\", "b"]), ("", [""]), ("a,", ["a", ""]),
     (r"a\xb", [r"a\xb"])],
)  # fmt: skip
def test_a_comma_parts_values_unless_it_is_escaped(text, values):
    assert [show(one) for one in alternatives(text)] == values
