"""Verification: walk the whole log once, and say exactly what is wrong and since when.

Two levels. Structure is always checked: each entry's stored bytes against its leaf, links, numbering, frontiers, the
signed checkpoints inside, the guarding triggers, and every checkpoint of the anchors. Content is checked where texts
are still there, and a text that is gone must have been erased by an entry that says so. Stored bytes are hashed as they
are; nothing is serialised again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import orjson

from chartwarden.agent.audit import entries, merkle
from chartwarden.agent.audit.anchors import read_anchor
from chartwarden.agent.audit.chain import EMPTY, BodyRow, Row
from chartwarden.agent.audit.checkpoints import Checkpoint, InvalidCheckpoint, notes, opened
from chartwarden.agent.audit.keys import Verifier
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.audit.storage import CHUNK

ProblemKind = Literal[
    "missing", "altered", "misplaced", "replaced", "frontier", "checkpoint", "trigger", "text", "erasure", "cut",
    "rewritten", "split view", "other log", "anchor", "empty",
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    kind: ProblemKind
    seq: int | None
    """The entry it concerns, or the first of several; None where it concerns the log."""
    what: str
    since: str
    """Since when: the last moment the log is known to have been whole before it."""

    def __str__(self) -> str:
        place = "log" if self.seq is None else f"entry {self.seq}"
        return f"{place}: {self.what} ({self.since})"


@dataclass(frozen=True)
class Report:
    """What a verification found."""

    log_id: str
    entries: int
    root: str
    """Root over the stored leaves, hex."""
    first_time: str
    last_time: str
    checkpoints: int
    """Signed checkpoints inside the log that hold."""
    anchored: int
    """Size up to which an anchor vouches for the log; 0 without anchors."""
    texts: int
    """Texts whose commitment was checked."""
    erased: int
    """Texts that were erased by a logged erasure."""
    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


SKEW_MINUTES = 5.0
"""How far the clocks of machines that share a log may differ."""


class Stored(Protocol):
    """What verification reads; `Storage` is one."""

    def rows(self) -> Iterator[Row]:
        """Entries in order."""
        ...

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        """Texts of the entries `start <= seq < stop`; None: without that bound."""
        ...

    def missing_triggers(self) -> tuple[str, ...]:
        """Names of guarding triggers that are not there."""
        ...


def verify(
    storage: Stored,
    verifiers: Sequence[Verifier],
    anchored: Sequence[AnchorNotes] | None = None,
    *,
    is_export: bool = False,
    has_texts: bool = True,
) -> Report:
    """Verify the whole log.

    Args:
        storage: the log.
        verifiers: public keys to trust.
        anchored: the notes of each anchor, or None to do without anchors.
        is_export: the log is a copy of a moment, after which the original went on.
        has_texts: False for a copy without texts, whose commitments cannot be checked.
    """
    walk = _Walk(tuple(verifiers), is_export=is_export, has_texts=has_texts)
    for anchor in anchored or ():
        walk.expect(anchor)
    for name in storage.missing_triggers():
        walk.problem("trigger", None, f"the trigger {name} is gone: entries could be changed in place")
    block: list[Row] = []
    for row in storage.rows():
        block.append(row)
        if len(block) == CHUNK:
            walk.block(block, storage)
            block = []
    walk.block(block, storage, last=True)
    return walk.report(with_anchors=anchored is not None)


@dataclass(frozen=True)
class AnchorNotes:
    """The notes an anchor holds, in its order, and the anchor's name."""

    name: str
    notes: tuple[str, ...]


def anchor_notes(path: Path) -> AnchorNotes:
    """The notes of an anchor file, or of a copy of a system log. Raises AuditError when it cannot be read."""
    return AnchorNotes(str(path), tuple(notes(read_anchor(path))))


@dataclass
class _Walk:
    verifiers: tuple[Verifier, ...]
    is_export: bool = False
    has_texts: bool = True
    tree: Frontier = EMPTY.frontier
    """Over the leaves as they are: what checkpoints are held against."""
    before: Frontier = EMPTY.frontier
    """`tree` without the row at hand."""
    stored: Frontier = EMPTY.frontier
    """Taken up again from the stored row after a mismatch, so that each problem is told once."""
    leaf: str = entries.GENESIS
    log_id: str = ""
    expected: int = 0
    first_time: str = ""
    last_time: str = ""
    holding: str = "no checkpoint before it"
    checkpoints: int = 0
    anchored: int = 0
    texts: int = 0
    erased: int = 0
    expectations: dict[int, list[tuple[Checkpoint, str]]] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    """Origins of other logs that anchors hold, to the anchor's name."""
    gone: dict[int, int] = field(default_factory=dict)
    """Entries whose text is gone, to how many of their texts."""
    erasures: list[tuple[int, int, int]] = field(default_factory=list)
    """First and last entry of each range that an erase entry names, and that entry."""
    session_times: dict[str, str] = field(default_factory=dict)
    keys: list[Verifier] = field(default_factory=list)
    """Signing keys in the order in which the log made them known; the last one is in use."""
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def problem(self, kind: ProblemKind, seq: int | None, what: str, since: str = "") -> None:
        before = f"after {self.last_time}, {self.holding}" if self.last_time else self.holding
        self.problems.append(Problem(kind, seq, what, since or before))

    def expect(self, anchor: AnchorNotes) -> None:
        """Take in what an anchor says, and whether it agrees with itself."""
        seen: set[str] = set()
        newest = 0, ""
        for number, note in enumerate(anchor.notes, 1):
            try:
                checkpoint = opened(note, self.verifiers)
            except InvalidCheckpoint as error:
                self._uncounted(anchor, number, note, error)
                continue
            # Processes that append together may reach an anchor a moment out of order; the same note twice, or a
            # smaller log signed well after a larger one, is somebody presenting the past as the present.
            size, latest = newest
            if note in seen or (checkpoint.size < size and _minutes(latest, checkpoint.time) > SKEW_MINUTES):
                self.problem(
                    "anchor", None,
                    f"checkpoint {number} of {anchor.name} was replayed: {checkpoint.size} entries, {size} before it",
                    since=f"made {checkpoint.time}",
                )  # fmt: skip
            seen.add(note)
            newest = max(newest, (checkpoint.size, checkpoint.time))
            self.expectations.setdefault(checkpoint.size, []).append((checkpoint, anchor.name))
        for size, found in self.expectations.items():
            if len({checkpoint.root for checkpoint, _ in found}) > 1:
                names = ", ".join(sorted({name for _, name in found}))
                self.problem(
                    "split view", size - 1, f"two different logs of {size} entries were signed ({names})",
                    since=f"made {min(checkpoint.time for checkpoint, _ in found)}",
                )  # fmt: skip

    def _uncounted(self, anchor: AnchorNotes, number: int, note: str, error: InvalidCheckpoint) -> None:
        """A note that no trusted key signed: a forgery in our name, or the checkpoint of another log."""
        origin = note.split("\n", 1)[0]
        if origin in {verifier.name for verifier in self.verifiers} or "\n" not in note:
            self.problem("anchor", None, f"checkpoint {number} of {anchor.name} does not count: {error}")
        else:
            self.foreign[origin] = anchor.name

    def block(self, rows: list[Row], storage: Stored, *, last: bool = False) -> None:
        """Check some consecutive rows and the texts beside them; with the last rows, whatever texts are left."""
        start = self.expected or None
        wanted: dict[tuple[int, str], str] = {}
        for row in rows:
            for name, commitment in self._row(row).items():
                wanted[row.seq, name] = commitment
        for body in storage.bodies(start, None if last else self.expected):
            commitment = wanted.pop((body.entry_seq, body.name), "")
            self.texts += 1
            if not commitment:
                self.problem("text", body.entry_seq, f"a text ({body.name}) lies beside it that it does not know")
            elif commitment != entries.commitment(body.salt, body.text):
                self.problem("text", body.entry_seq, f"its text ({body.name}) was altered")
        for seq, _ in wanted if self.has_texts else ():
            self.gone[seq] = self.gone.get(seq, 0) + 1

    def report(self, *, with_anchors: bool) -> Report:
        """Close the walk."""
        self._length()
        if self.tree.size == 0:
            self.problem("empty", None, "the log holds no entry")
        own = {verifier.name for verifier in self.verifiers}
        if with_anchors and not self.expectations:
            if self.foreign:
                self.problem("other log", None, f"the anchors know other logs than this ({', '.join(self.foreign)})")
            else:
                self.notices.append("the anchors hold no checkpoint of this log yet")
        if self.log_id and f"chartwarden.audit/{self.log_id}" not in own:
            self.problem("other log", 0, "the verifier keys belong to another log")
        for seq, count in sorted(self.gone.items()):
            if any(first <= seq <= last and seq < by for first, last, by in self.erasures):
                self.erased += count
                continue
            self.problem("erasure", seq, f"{count} of its texts are gone and no erase entry says so", since="unknown")
        if not self.has_texts:
            self.notices.append("the texts are not in the export, so they were not checked")
        if not with_anchors:
            self.notices.append("without anchors a cut tail, a rollback or a full rewrite cannot be seen")
        return Report(
            self.log_id, self.tree.size, self.tree.root().hex(), self.first_time, self.last_time, self.checkpoints,
            self.anchored, self.texts, self.erased, tuple(self.problems), tuple(self.notices),
        )  # fmt: skip

    def _length(self) -> None:
        """Whether the log is as long as the anchors say. A copy may be shorter where an anchor knows its very end."""
        beyond = min((size for size in self.expectations if size > self.tree.size), default=0)
        if not beyond:
            return
        checkpoint, name = self.expectations[beyond][0]
        if self.is_export and self.anchored == self.tree.size:
            self.notices.append(f"the log went on after the export: {name} has a checkpoint of {beyond} entries")
            return
        self.problem(
            "cut", self.tree.size,
            f"the log holds {self.tree.size} entries, and {name} has a signed checkpoint of {beyond}",
            since=f"since after {checkpoint.time}",
        )  # fmt: skip

    def _row(self, row: Row) -> dict[str, str]:
        """Check one row; its text commitments."""
        if row.seq > self.expected:
            last = row.seq - 1
            many = f"entries {self.expected} to {last} are" if last > self.expected else f"entry {last} is"
            self.problem("missing", self.expected, f"{many} missing")
        elif row.seq < self.expected:
            self.problem("misplaced", row.seq, "it has a number that no entry can have")
        intact = merkle.leaf_hash(row.body) == row.leaf
        if not intact:
            self.problem("altered", row.seq, "its bytes do not hash to its leaf: body or leaf was altered")
        data = self._parsed(row)
        if data is not None:
            self._placed(row, data, check_prev=row.seq == self.expected)
        self._frontiers(row)
        self._anchors_at(row)
        self.expected = row.seq + 1
        self.leaf = row.leaf.hex()
        if data is None or not intact:
            return {}
        self._understood(row, data)
        text = data.get("text")
        return text if isinstance(text, dict) else {}

    def _parsed(self, row: Row) -> dict[str, Any] | None:
        try:
            data = orjson.loads(row.body)
        except orjson.JSONDecodeError:
            data = None
        if isinstance(data, dict) and data.get("v") == entries.VERSION:
            return data
        self.problem("altered", row.seq, "it is not an audit entry of a known version")
        return None

    def _placed(self, row: Row, data: dict[str, Any], *, check_prev: bool) -> None:
        if data.get("seq") != row.seq:
            self.problem("misplaced", row.seq, f"it was written as entry {data.get('seq')}")
        self.log_id = self.log_id or str(data.get("log_id"))
        if data.get("log_id") != self.log_id:
            self.problem("misplaced", row.seq, "it was written for another log")
        if check_prev and data.get("prev") != self.leaf:
            what = f"entry {row.seq} was written after another entry {row.seq - 1} than the one stored"
            self.problem("replaced", max(row.seq - 1, 0), what)

    def _frontiers(self, row: Row) -> None:
        """Hold the stored frontier against the leaves, and against the stored frontier before it.

        After a replaced leaf all later frontiers still fit one another; that is one problem, not one for each entry.
        """
        self.before, self.tree = self.tree, self.tree.append(row.leaf)
        continued = self.stored.append(row.leaf) if self.stored.size == row.seq else None
        fitting = [frontier for frontier in (continued, self.tree) if frontier and frontier.size == row.seq + 1]
        if not any(frontier.to_bytes() == row.frontier for frontier in fitting) and fitting:
            self.problem("frontier", row.seq, "its frontier does not fit the entries before it")
        with contextlib.suppress(ValueError):
            self.stored = Frontier.from_bytes(row.seq + 1, row.frontier)

    def _anchors_at(self, row: Row) -> None:
        for checkpoint, name in self.expectations.get(row.seq + 1, ()):
            if self.tree.size == row.seq + 1 and self.tree.root() == checkpoint.root:
                self.anchored = checkpoint.size
                self.holding = f"whole up to entry {row.seq} by {name}"
            else:
                self.problem(
                    "rewritten", None, f"the first {checkpoint.size} entries are not those that {name} vouches for",
                    since=f"changed since {checkpoint.time}; {self.holding}",
                )  # fmt: skip

    def _understood(self, row: Row, data: dict[str, Any]) -> None:
        """What an entry says, where its bytes are sound."""
        kind, facts, moment = data.get("kind"), data.get("facts"), str(data.get("time"))
        session = str(data.get("session"))
        before = self.session_times.get(session, "")
        if moment < before:
            self.notices.append(f"the clock went back at entry {row.seq}: {before} to {moment} in one session")
        self.session_times[session] = moment
        if kind == "session_end":
            self.session_times.pop(session)
        self.first_time = self.first_time or moment
        self.last_time = moment
        if not isinstance(facts, dict):
            return
        if kind == "configuration" and "verifier" in facts:
            self._new_key(row.seq, str(facts["verifier"]))
        elif kind == "checkpoint":
            self._checkpoint(row, facts)
        elif kind == "erase":
            self.erasures.extend((first, last, row.seq) for first, last in facts.get("entries", ()))

    def _new_key(self, seq: int, line: str) -> None:
        trusted = {str(verifier): verifier for verifier in self.verifiers}
        if line in trusted:
            self.keys.append(trusted[line])
        else:
            self.problem("checkpoint", seq, "it puts a signing key in use that is not among the trusted ones")

    def _checkpoint(self, row: Row, facts: dict[str, Any]) -> None:
        try:
            checkpoint = opened(str(facts.get("note")), self.verifiers)
        except InvalidCheckpoint as error:
            self.problem("checkpoint", row.seq, f"its checkpoint does not count: {error}")
            return
        if checkpoint.size != row.seq:
            self.problem("checkpoint", row.seq, f"its checkpoint was replayed: it is of {checkpoint.size} entries")
        elif checkpoint.root != self.before.root():
            self.problem("checkpoint", row.seq, "its checkpoint was signed over other entries than those before it")
        elif self.keys and checkpoint.key != self.keys[-1]:
            self.problem("checkpoint", row.seq, "its checkpoint was signed with a key that was no longer in use")
        else:
            self.checkpoints += 1
            self.holding = f"whole up to entry {row.seq - 1} by the checkpoint at entry {row.seq}"


def _minutes(earlier: str, later: str) -> float:
    """Minutes from one checkpoint's time to another's; 0 where either has none."""
    try:
        return (dt.datetime.fromisoformat(later) - dt.datetime.fromisoformat(earlier)).total_seconds() / 60
    except (ValueError, TypeError):
        return 0.0
