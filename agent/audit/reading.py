"""Reading the log: filtering entries, telling the whole story of one answer, and what a review has to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartwarden.agent.audit.entries import Entry, parse
from chartwarden.agent.audit.storage import CHUNK, Storage
from chartwarden.agent.errors import AuditError

REVIEWED_KINDS = frozenset({"denied", "refusal", "break_glass_start", "break_glass_end", "erase", "configuration"})
NOT_SAID = frozenset({"verifier", "note"})
FAR = 50_000
"""How many entries around one are looked through for the rest of its question."""


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; an empty field lets everything pass."""

    patient: str = ""
    """Pseudonym."""
    user: str = ""
    outcome: str = ""
    kinds: frozenset[str] = frozenset()
    session: str = ""
    since: str = ""
    """ISO date or UTC date-time, inclusive."""
    until: str = ""
    """ISO date or UTC date-time, exclusive."""

    def passes(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        wanted = (
            (self.patient, entry.patient),
            (self.user, entry.user),
            (self.session, entry.session),
            (self.outcome, entry.facts.get("outcome")),
        )
        if any(value and value != found for value, found in wanted):
            return False
        if self.kinds and entry.kind not in self.kinds:
            return False
        return (not self.since or entry.time >= self.since) and (not self.until or entry.time < self.until)


def read(storage: Storage, wanted: Filter, *, texts: bool = False, start: int = 0) -> Iterator[Entry]:
    """Entries that pass, in order; with their texts where asked for. Raises AuditError at an unreadable entry."""
    for entry in _parsed(storage, start, None):
        if wanted.passes(entry):
            yield with_texts(storage, entry) if texts else entry


def one(storage: Storage, seq: int) -> Entry:
    """Entry `seq` with its texts. Raises AuditError when there is none."""
    for entry in _parsed(storage, seq, seq + 1):
        return with_texts(storage, entry)
    raise AuditError(f"there is no audit entry {seq}; the log holds {storage.tail().size}, counted from 0")


def with_texts(storage: Storage, entry: Entry) -> Entry:
    """The entry with the texts that have not been erased."""
    if not entry.text:
        return entry
    bodies = storage.bodies(entry.seq, entry.seq + 1)
    return replace(entry, texts={body.name: body.text.decode("utf-8", "replace") for body in bodies})


def story(storage: Storage, seq: int) -> tuple[Entry, ...]:
    """Everything that belongs to the question that entry `seq` is part of: from its question to its answer.

    An entry outside any question (a session's start, a checkpoint) stands alone.
    """
    middle = one(storage, seq)
    before = list(_until(_backwards(storage, seq), middle, first="question"))
    if middle.kind != "question" and (not before or before[-1].kind != "question"):
        return (middle,)
    after = (
        [] if middle.kind == "answer" else list(_until(_parsed(storage, seq + 1, seq + FAR), middle, first="answer"))
    )
    return tuple(with_texts(storage, entry) for entry in (*reversed(before), middle, *after))


def review(storage: Storage, wanted: Filter) -> Iterator[tuple[Entry, str]]:
    """What a privacy officer looks at first, each with the reason in words."""
    for entry in read(storage, wanted):
        for reason in _reasons(with_texts(storage, entry) if entry.kind == "break_glass_start" else entry):
            yield entry, reason


def said(facts: Mapping[str, Any]) -> str:
    """The facts of an entry in one line; keys and signed notes are left out, and all settings are only counted."""
    told = ((name, value) for name, value in facts.items() if name not in NOT_SAID and value not in ("", [], {}, None))
    return ", ".join(f"{name}: {_said(name, value)}" for name, value in told)


def _said(name: str, value: Any) -> str:
    if name == "settings" and isinstance(value, dict):
        return f"{len(value)} have a value"
    if name == "changed" and isinstance(value, dict):
        return "; ".join(f"{one} from {before} to {after}" for one, (before, after) in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def patients(storage: Storage) -> dict[str, str]:
    """Pseudonym to patient reference, as far as the references have not been erased."""
    found: dict[str, str] = {}
    for entry in read(storage, Filter()):
        if "patient" in entry.text and entry.patient not in found:
            reference = with_texts(storage, entry).texts.get("patient")
            if reference:
                found[entry.patient] = reference
    return found


def _reasons(entry: Entry) -> Iterator[str]:
    facts: dict[str, Any] = dict(entry.facts)
    if entry.kind in REVIEWED_KINDS:
        given = {"reason": entry.texts.get("reason", "[erased]")} if "reason" in entry.text else {}
        yield said({**given, **facts}) or entry.kind
    if entry.kind in ("tool_call", "image_read"):
        if facts.get("withheld"):
            yield f"{facts['withheld']} resources withheld by the lock or the scopes"
        if facts.get("error"):
            yield f"the call failed: {facts['error']}"
    if entry.kind == "answer":
        if facts.get("outcome") in ("refused", "redirected", "emergency", "denied", "failed"):
            yield f"outcome: {facts['outcome']}"
        failed = [sentence for sentence in facts.get("sentences", ()) if sentence.get("failed")]
        if failed or facts.get("dropped"):
            yield f"{len(failed) or facts['dropped']} sentences failed their checks"


def _until(found: Iterable[Entry], middle: Entry, *, first: str) -> Iterator[Entry]:
    """Entries of the same session, up to the first of that kind, which is the last to come out."""
    if middle.kind == "question" and first == "question":
        return
    for entry in found:
        if entry.session != middle.session:
            continue
        if first == "question" and entry.kind == "answer":
            return
        if first == "answer" and entry.kind == "question":
            return
        yield entry
        if entry.kind == first:
            return


def _backwards(storage: Storage, seq: int) -> Iterator[Entry]:
    for stop in range(seq, max(seq - FAR, 0), -CHUNK):
        yield from reversed(list(_parsed(storage, max(stop - CHUNK, 0), stop)))


def _parsed(storage: Storage, start: int, stop: int | None) -> Iterator[Entry]:
    for row in storage.rows(start, stop):
        try:
            yield parse(row.seq, row.leaf, row.body)
        except ValueError:
            raise AuditError(f"audit entry {row.seq} is damaged; run: chartwarden audit verify") from None
