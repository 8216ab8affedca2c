"""`AuditLog`: an append-only log that is durable before anything is released and shows when it was touched.

    with AuditLog.open("sqlite:///audit.db", key_dir=Path("keys")) as log:
        trail = log.trail(session_id="...", user="...", role="...", purpose="TREAT", patient="Patient/7", planner={...})
        trail.note("gate", {"class": "lookup", "action": "answer"})
        trail.commit("tool_call", {...})    # returns when this and everything before it is on disk

Threads of one process share durable transactions: whoever commits first writes for all that wait (group commit), in
the order in which entries were handed over. Any number of processes may append to one log; the database's lock puts
them in a row, and each checks what the others appended before it builds on it. After any failure the log object
refuses every later append until it is opened again, so that no entry can be missing in the middle.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from chartwarden.agent.answer import AuditPosition
from chartwarden.agent.audit import configured, entries
from chartwarden.agent.audit.anchors import anchors_of, published
from chartwarden.agent.audit.entries import Context, Kind, Note
from chartwarden.agent.audit.keys import Keys, open_keys
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.audit.writing import Writer
from chartwarden.agent.errors import AuditError
from chartwarden.agent.settings import Settings
from chartwarden.tools.closing import Closing

BATCH = 1_000
"""Most entries of one transaction."""


@dataclass(frozen=True)
class Trail:
    """The entries of one session, in order. Safe to use from several threads."""

    log: AuditLog
    context: Context
    patient: str
    """The patient's reference; it goes beside the chain, once for each trail."""

    def note(self, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str] | None = None) -> None:
        """Hand over an entry; it is on disk when a later `commit` has returned. Raises AuditError."""
        self.log.append(self, kind, facts, text)

    def commit(self, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str] | None = None) -> AuditPosition:
        """Hand over an entry and wait until it, and all before it, are on disk. Raises AuditError."""
        return self.log.append_durably(self, kind, facts, text)


class AuditLog(Closing):
    """One log, open for appending. Made by `open`; use it as a context manager."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._system = Trail(self, writer.system, "")
        """Entries about the log itself."""
        self._durable = threading.Condition()
        """Guards the fields below; woken after each transaction."""
        self._queue: list[Note] = []
        self._named: set[tuple[str, str]] = set()
        """Session and patient, where the patient's reference has been handed over."""
        self._writing = False
        self._broken = ""
        self._closed = False
        self._process = os.getpid()
        self._timer: threading.Timer | None = None
        """Signs what was appended when nothing more is appended for a while."""

    @classmethod
    def open(
        cls,
        url: str,
        *,
        key_dir: Path,
        anchors: Iterable[str | Path] = (),
        checkpoint_entries: int = 500,
        checkpoint_minutes: float = 15.0,
    ) -> AuditLog:
        """Open the log at a SQLAlchemy URL (SQLite or PostgreSQL), making it and its keys at the first call.

        `anchors`: file paths on other volumes, or `syslog`; the key folder keeps every checkpoint besides.
        Raises AuditError when the log, its keys or an anchor cannot be used, or its end does not fit its anchors.
        """
        keys = open_keys(Path(key_dir))
        made = anchors_of(keys, anchors)
        # Anchors are read before the log: what another process appends meanwhile only makes the log longer.
        known = published(made, keys.verifiers, keys.origin)
        writer = Writer(
            Storage.open(url),
            keys,
            made,
            Context(uuid.uuid4().hex, operator(), "system", "", "", {}, _version()),
            entries_between=checkpoint_entries,
            seconds_between=checkpoint_minutes * 60,
        )
        try:
            writer.start(max(known, key=lambda checkpoint: checkpoint.size, default=None))
        except BaseException:
            writer.storage.close()
            raise
        return cls(writer)

    @property
    def keys(self) -> Keys:
        """The log's keys."""
        return self._writer.keys

    @property
    def storage(self) -> Storage:
        """Where the log is stored, for reading."""
        return self._writer.storage

    def trail(
        self, *, session_id: str, user: str, role: str, purpose: str, patient: str, planner: Mapping[str, str]
    ) -> Trail:
        """The trail of one session. `patient` is a reference or id; the chain holds its keyed pseudonym alone."""
        pseudonym = self._writer.keys.pseudonym(patient) if patient else ""
        context = Context(session_id, user, role, purpose, pseudonym, dict(planner), self._system.context.code)
        return Trail(self, context, patient)

    def append(self, trail: Trail, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str] | None) -> Note:
        """Queue an entry of a trail."""
        with self._durable:
            named = trail.context.session, trail.patient
            if trail.patient and named not in self._named:
                text = {"patient": trail.patient, **(text or {})}
            note = self._queued(trail, kind, facts, text)
            self._named.add(named)
            return note

    def append_durably(
        self, trail: Trail, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str] | None
    ) -> AuditPosition:
        """Queue an entry of a trail and wait for the disk."""
        return self._settle(self.append(trail, kind, facts, text))

    def record(self, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str] | None = None) -> AuditPosition:
        """An entry of the system's own trail, on disk when this returns: loads, exports, configuration."""
        return self._settle(self._queued(self._system, kind, facts, text))

    def erase(self, seqs: Iterable[int], *, reason: str, by: str) -> AuditPosition:
        """Delete the texts of these entries, and say so, in one transaction. The chain still verifies afterwards."""
        chosen = tuple(sorted(set(seqs)))
        facts = {"entries": entries.ranges(chosen), "by": by, "reason": reason}
        note = self._queued(self._system, "erase", facts, None, chosen)
        position = self._settle(note)
        self._writer.storage.vacuum()
        return position

    def checkpoint(self) -> AuditPosition:
        """Sign the log as it is now and hand the checkpoint to every anchor."""
        return self.record("checkpoint", {})

    def close(self) -> None:
        """Write what is queued and a last checkpoint, then let go. Safe to call twice."""
        if self._closed:
            return
        try:
            if not self._broken and self._process == os.getpid():
                self._flush()
        finally:
            with self._durable:
                self._closed = True
                if self._timer is not None:
                    self._timer.cancel()
            self._writer.storage.close()

    def _flush(self) -> None:
        with self._durable:
            last = self._queue[-1] if self._queue else None
        if last is not None:
            self._settle(last)
        if self._writer.uncovered:
            self.checkpoint()

    def _queued(
        self,
        trail: Trail,
        kind: Kind,
        facts: Mapping[str, Any],
        text: Mapping[str, str] | None,
        erases: tuple[int, ...] = (),
    ) -> Note:
        with self._durable:
            self._refuse_if_unusable()
            try:
                note = entries.note(trail.context, kind, facts, text or {}, patient=trail.patient)
            except AuditError as error:
                self._break(str(error))
            note.erases = erases
            self._queue.append(note)
            return note

    def _settle(self, note: Note) -> AuditPosition:
        """Return when `note` is on disk: another thread's transaction takes it along, or this thread writes."""
        while True:
            with self._durable:
                while self._writing and note.seq < 0 and not self._broken:
                    self._durable.wait()
                if note.seq >= 0:
                    return AuditPosition(seq=note.seq, leaf=note.leaf)
                self._refuse_if_unusable()
                batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
                self._writing = True
            failure = "the writer was interrupted"
            try:
                self._writer.write(batch)
                failure = ""
            except AuditError as error:
                failure = str(error)
                raise
            finally:
                with self._durable:
                    self._writing = False
                    self._broken = self._broken or failure
                    self._durable.notify_all()
            self._watch()

    def _watch(self) -> None:
        """Have a checkpoint made in time even if nothing more is appended."""
        with self._durable:
            if self._timer is None and self._writer.uncovered:
                self._timer = threading.Timer(self._writer.seconds_between, self._sign_in_time)
                self._timer.daemon = True
                self._timer.start()

    def _sign_in_time(self) -> None:
        with self._durable:
            self._timer = None
            wanted = self._writer.uncovered and not self._closed and not self._broken
        if wanted:
            with contextlib.suppress(AuditError):  # the log is broken now, and says so to whoever appends next
                self.checkpoint()

    def _refuse_if_unusable(self) -> None:
        if self._closed:
            raise AuditError("the audit log is closed; open it again")
        if self._broken:
            raise AuditError(
                f"the audit log failed earlier and takes no more entries until it is reopened: {self._broken}"
            )
        if self._process != os.getpid():
            raise AuditError("an audit log cannot be used across a fork; open it in the process that uses it")

    def _break(self, reason: str) -> NoReturn:
        self._broken = reason
        self._durable.notify_all()
        raise AuditError(reason)


def open_log(settings: Settings) -> AuditLog:
    """The audit log the settings name, with an entry about them where they are not those of the last time."""
    audit = settings.audit
    log = AuditLog.open(
        settings.audit_url,
        key_dir=settings.data_dir / "keys",
        anchors=audit.anchor,
        checkpoint_entries=audit.checkpoint_entries,
        checkpoint_minutes=audit.checkpoint_minutes,
    )
    try:
        if facts := configured.changed(log.keys, settings):
            log.record("configuration", facts)
            configured.seen(log.keys, settings)
    except BaseException:
        log.close()
        raise
    return log


def operator() -> str:
    """Who runs this process, as the operating system names them."""
    import getpass

    with contextlib.suppress(OSError, KeyError):
        return getpass.getuser()
    return str(os.getuid())


def _version() -> str:
    try:
        return importlib.metadata.version("chartwarden")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
