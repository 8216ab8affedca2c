"""Which entries are wanted, which are to be reviewed and why: one fact apart."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.reading import REVIEWED_KINDS, Filter, _reasons, _until


def entry(kind: str = "gate", facts: dict[str, Any] | None = None, **named: Any) -> Entry:
    fields: dict[str, Any] = {
        "seq": 7, "leaf": "", "prev": "", "log_id": "log1", "time": "2026-03-01T09:00:00+00:00", "session": "s1",
        "user": "dr.who", "role": "physician", "purpose": "TREAT", "patient": "pseudo", "planner": {}, "code": "1.0",
        "text": {},
    }  # fmt: skip
    return Entry(**{**fields, "kind": kind, "facts": facts or {}, **named})


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        ({}, True),
        ({"patient": "pseudo"}, True),
        ({"patient": "other"}, False),
        ({"user": "dr.who"}, True),
        ({"user": "nurse"}, False),
        ({"session": "s1"}, True),
        ({"session": "s2"}, False),
        ({"outcome": "answered"}, True),
        ({"outcome": "refused"}, False),
        ({"kinds": frozenset({"answer", "gate"})}, True),
        ({"kinds": frozenset({"gate"})}, False),
        ({"since": "2026-03-01T09:00:00+00:00"}, True),
        ({"since": "2026-03-01"}, True),
        ({"since": "2026-03-02"}, False),
        ({"until": "2026-03-01T09:00:00+00:00"}, False),
        ({"until": "2026-03-02"}, True),
        ({"since": "2026-03-01", "until": "2026-03-02"}, True),
        ({"since": "2026-03-02", "until": "2026-03-03"}, False),
        ({"patient": "pseudo", "user": "nurse"}, False),
        ({"patient": "other", "user": "dr.who"}, False),
    ],
)
def test_an_entry_passes_where_it_meets_all_that_is_asked(wanted, passes):
    assert Filter(**wanted).passes(entry("answer", {"outcome": "answered"})) is passes


def test_an_entry_without_an_outcome_has_none():
    assert not Filter(outcome="answered").passes(entry("gate"))


@pytest.mark.parametrize(
    ("kind", "facts", "reasons"),
    [
        ("gate", {"error": "x", "withheld": 3, "outcome": "refused"}, []),
        ("tool_call", {}, []),
        ("tool_call", {"withheld": 0, "error": ""}, []),
        ("tool_call", {"withheld": 3}, ["3 resources withheld by the lock or the scopes"]),
        ("tool_call", {"error": "timeout"}, ["the call failed: timeout"]),
        ("tool_call", {"withheld": 1, "error": "x"},
         ["1 resources withheld by the lock or the scopes", "the call failed: x"]),
        ("image_read", {"withheld": 1}, ["1 resources withheld by the lock or the scopes"]),
        ("answer", {}, []),
        ("answer", {"outcome": "answered"}, []),
        ("answer", {"outcome": "not_found"}, []),
        *[("answer", {"outcome": outcome}, [f"outcome: {outcome}"])
          for outcome in ("refused", "redirected", "emergency", "denied", "failed")],
        ("answer", {"sentences": [{"failed": []}, {}]}, []),
        ("answer", {"sentences": [{"failed": ["number"]}, {"failed": []}, {"failed": ["date"]}]},
         ["2 sentences failed their checks"]),
        ("answer", {"dropped": 3}, ["3 sentences failed their checks"]),
        ("answer", {"dropped": 3, "sentences": [{"failed": ["x"]}]}, ["1 sentences failed their checks"]),
        ("answer", {"outcome": "refused", "dropped": 1}, ["outcome: refused", "1 sentences failed their checks"]),
        ("configuration", {"event": "signing key rotated", "verifier": "v"}, ["event: signing key rotated"]),
        ("configuration", {"verifier": "v"}, ["configuration"]),
        ("configuration", {"event": "settings", "settings": {"a": 1, "b": 2}},
         ["event: settings, settings: 2 have a value"]),
        ("configuration", {"event": "x", "changed": {"scopes": ["p", "u"], "n": [1, None]}},
         ["event: x, changed: scopes from p to u; n from 1 to None"]),
        *[(kind, {}, [kind]) for kind in sorted(REVIEWED_KINDS)],
        ("erase", {"by": "officer", "reason": "request"}, ["by: officer, reason: request"]),
        ("load", {"reason": "x"}, []),
        ("export", {"what": "x"}, []),
    ],
)  # fmt: skip
def test_what_is_to_be_reviewed_and_why(kind, facts, reasons):
    assert [*_reasons(entry(kind, facts))] == reasons


def seqs(middle: str, first: str, *found: tuple[str, str]) -> list[int]:
    """Numbers of the entries `found`, by kind and session, that belong to the question of an entry of that kind."""
    others = [entry(kind, session=session, seq=seq) for seq, (kind, session) in enumerate(found)]
    return [one.seq for one in _until(others, entry(middle), first=first)]


@pytest.mark.parametrize(
    ("middle", "first", "found", "belong"),
    [
        ("gate", "question", [("gate", "s1"), ("question", "s1"), ("gate", "s1")], [0, 1]),
        ("gate", "question", [("gate", "s2"), ("question", "s2"), ("question", "s1")], [2]),
        ("gate", "question", [("gate", "s1"), ("answer", "s1"), ("question", "s1")], [0]),
        ("gate", "question", [("answer", "s2"), ("question", "s1")], [1]),
        ("gate", "question", [], []),
        ("question", "question", [("question", "s1")], []),
        ("gate", "answer", [("gate", "s1"), ("answer", "s1"), ("gate", "s1")], [0, 1]),
        ("gate", "answer", [("answer", "s2"), ("answer", "s1")], [1]),
        ("gate", "answer", [("gate", "s1"), ("question", "s1"), ("answer", "s1")], [0]),
        ("question", "answer", [("gate", "s1"), ("answer", "s1")], [0, 1]),
    ],
)
def test_what_belongs_to_a_question_is_of_its_session_and_between_its_ends(middle, first, found, belong):
    assert seqs(middle, first, *found) == belong
