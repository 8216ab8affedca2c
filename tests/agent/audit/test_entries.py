"""Canonical bytes, commitments, and what never reaches the chain."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.agent.audit.entries import EXACT, Context, Text, body, canonical, note, parse, ranges
from chartwarden.agent.errors import AuditError

CONTEXT = Context("s", "u", "r", "TREAT", "f00d" * 8, {"planner": "rules"}, "1.0")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_the_bytes_are_those_of_the_reference_serialiser(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(json_values)
@settings(max_examples=50, deadline=None)
def test_a_whole_body_is_canonical_json(value: Any) -> None:
    raw = body(note(CONTEXT, "gate", {"value": value}, {"question": "yes"}), seq=4, prev="00", log_id="x")
    assert rfc8785.dumps(json.loads(raw)) == raw


def test_numbers_that_json_would_blur_are_kept_as_strings() -> None:
    facts = canonical({"big": 2**53, "decimal": 5.40, "nanoseconds": 1_700_000_000_000_000_000})
    assert orjson.loads(facts) == {"big": "9007199254740992", "decimal": "5.4", "nanoseconds": "1700000000000000000"}


def test_keys_beyond_ascii_are_sorted_by_utf16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "a": 3}
    assert canonical(value) == rfc8785.dumps(value)


def test_undecodable_characters_do_not_stop_the_log() -> None:
    assert orjson.loads(canonical({"path": "a\udcff"})) == {"path": "a\\udcff"}
    assert Text("question", b"", note(CONTEXT, "question", {}, {"question": "a\udcff"}).texts[0].content)


@pytest.mark.parametrize("facts", [{"when": object()}, {1: "a"}, {"raw": b"bytes"}])
def test_facts_that_are_not_json_are_refused_without_quoting_them(facts: dict[Any, Any]) -> None:
    with pytest.raises(AuditError, match="facts of a gate entry are not JSON"):
        note(CONTEXT, "gate", facts, {})


def test_texts_are_committed_to_with_a_salt_of_their_own() -> None:
    first = note(CONTEXT, "answer", {}, {"answer": "yes", "value": "yes"})
    again = note(CONTEXT, "answer", {}, {"answer": "yes"})
    commitments = {text.commitment for text in (*first.texts, *again.texts)}
    assert len(commitments) == 3, "the same short text must not be recognisable by its commitment"
    raw = body(first, seq=0, prev="00", log_id="x")
    assert b'"yes"' not in raw
    assert all(len(text.salt) == 32 for text in first.texts)


def test_a_patient_id_in_the_facts_is_replaced_by_the_pseudonym() -> None:
    facts = {
        "references": ["Patient/p1", "Observation/p1", "Patient/p10"],
        "searched": ["Condition?patient=p1&code=p1", "Observation?subject:Patient=p1"],
        "content": {"Patient/p1": "ab"},
    }
    kept = orjson.loads(
        canonical(orjson.loads(orjson.dumps(note(CONTEXT, "tool_call", facts, {}, patient="p1").facts)))
    )
    name = CONTEXT.patient
    assert kept["references"] == [f"Patient/{name}", "Observation/p1", "Patient/p10"]
    assert kept["searched"] == [f"Condition?patient={name}&code=p1", f"Observation?subject:Patient={name}"]
    assert kept["content"] == {f"Patient/{name}": "ab"}


def test_facts_are_fixed_when_they_are_handed_over() -> None:
    facts = {"found": 1}
    handed = note(CONTEXT, "tool_call", facts, {})
    facts["found"] = 99
    assert orjson.loads(body(handed, seq=0, prev="00", log_id="x"))["facts"] == {"found": 1}


@given(st.sets(st.integers(0, 40)))
def test_ranges_name_exactly_the_numbers(numbers: set[int]) -> None:
    named = [number for first, last in ranges(sorted(numbers)) for number in range(first, last + 1)]
    assert named == sorted(numbers)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (EXACT, EXACT),
        (-EXACT, -EXACT),
        (EXACT + 1, str(EXACT + 1)),
        (-EXACT - 1, str(-EXACT - 1)),
        (0, 0),
        (True, True),
        (None, None),
        (0.1, "0.1"),
        ("a", "a"),
        ("\ud800", "\\ud800"),
        ("\u00e9", "\u00e9"),
        ((1, "a"), [1, "a"]),
        ([1, [2.0]], [1, ["2.0"]]),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"a": {"b": 1.5}}, {"a": {"b": "1.5"}}),
        ({"\u00e9": 1, "a": {"\u00e8": 2}}, {"\u00e9": 1, "a": {"\u00e8": 2}}),
    ],
)
def test_each_value_is_kept_as_json_that_loses_nothing(value: Any, kept: Any) -> None:
    assert orjson.loads(canonical(value)) == kept


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {None: 1}}, b"a", object(), [object()], {"a": {1, "b"}}])
def test_what_is_no_json_is_refused_with_its_kind_alone(value: Any) -> None:
    with pytest.raises(AuditError, match="the facts of a gate entry are not JSON"):
        note(CONTEXT, "gate", {"value": value}, {})


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Patient/p1", "Patient/NAME"),
        ("Patient/p1/_history/2", "Patient/NAME/_history/2"),
        ("see Patient/p1, Patient/p1", "see Patient/NAME, Patient/NAME"),
        ("Condition?patient=p1", "Condition?patient=NAME"),
        ("Condition?subject=p1&code=x", "Condition?subject=NAME&code=x"),
        ("Condition?patient:Patient=p1", "Condition?patient:Patient=NAME"),
        ("Condition?subject:Patient=p1", "Condition?subject:Patient=NAME"),
        ("Condition?subject=Patient/p1", "Condition?subject=Patient/NAME"),
        ("Patient/p1-a", "Patient/p1-a"),
        ("Patient/p1.a", "Patient/p1.a"),
        ("Patient/p12", "Patient/p12"),
        ("Condition?inpatient=p1", "Condition?inpatient=p1"),
        ("Condition?code=p1", "Condition?code=p1"),
        ("p1", "p1"),
        ("Patient/other", "Patient/other"),
    ],
)
def test_the_pseudonym_stands_where_the_patient_is_named_and_nowhere_else(words: str, kept: str) -> None:
    for patient in ("p1", "Patient/p1"):
        facts = orjson.loads(orjson.dumps(note(CONTEXT, "gate", {words: [words]}, {}, patient=patient).facts))
        expected = kept.replace("NAME", CONTEXT.patient)
        assert facts == {expected: [expected]}
    untouched = orjson.loads(orjson.dumps(note(CONTEXT, "gate", {"a": words}, {}).facts))
    assert untouched == {"a": words}


def test_an_entry_is_read_back_from_its_bytes_and_from_nothing_else() -> None:
    raw = body(note(CONTEXT, "gate", {"n": 1}, {"question": "yes"}), seq=4, prev="00", log_id="x")
    entry = parse(4, b"\x01", raw)
    assert (entry.seq, entry.leaf, entry.prev, entry.log_id) == (4, "01", "00", "x")
    assert (entry.kind, entry.session, entry.user, entry.role, entry.purpose) == ("gate", "s", "u", "r", "TREAT")
    assert (entry.patient, entry.planner, entry.code) == (CONTEXT.patient, {"planner": "rules"}, "1.0")
    assert (entry.facts, [*entry.text], entry.texts) == ({"n": 1}, ["question"], {})
    data = orjson.loads(raw)
    for changed, said in (
        ({**data, "v": 2}, "not an entry of this version"),
        ({**data, "seq": 5}, "says it is number 5"),
        ({name: value for name, value in data.items() if name != "facts"}, "has no 'facts'"),
        ([data], "not an entry of this version"),
    ):
        with pytest.raises(ValueError, match=said):
            parse(4, b"", orjson.dumps(changed))


@pytest.mark.parametrize(
    ("seqs", "named"),
    [([], []), ([4], [[4, 4]]), ([4, 5], [[4, 5]]), ([4, 6], [[4, 4], [6, 6]]),
     ([1, 2, 3, 4], [[1, 4]]), ([1, 2, 4, 5, 9], [[1, 2], [4, 5], [9, 9]])],
)  # fmt: skip
def test_ranges_are_as_few_as_can_be(seqs: list[int], named: list[list[int]]) -> None:
    assert ranges(seqs) == named


def test_texts_of_a_terminal_that_are_no_unicode_are_kept() -> None:
    (text,) = note(CONTEXT, "question", {}, {"question": "a\ud800"}).texts
    assert text.content == b"a\xed\xa0\x80"
