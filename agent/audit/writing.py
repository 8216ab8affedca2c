"""The one writer of a log object: transactions, the chain, checkpoints and anchors. One thread at a time is in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chartwarden.agent.audit import entries
from chartwarden.agent.audit.anchors import Anchor
from chartwarden.agent.audit.chain import EMPTY, BrokenLink, Chain, Tail, follow
from chartwarden.agent.audit.checkpoints import Checkpoint, sign
from chartwarden.agent.audit.entries import Context, Note
from chartwarden.agent.audit.keys import Keys
from chartwarden.agent.audit.storage import Appending, Storage
from chartwarden.agent.errors import AuditError

VERIFY = "run: chartwarden audit verify"


@dataclass
class _Draft:
    """What one transaction will append. It changes nothing of the writer until it is on disk."""

    chain: Chain
    signed: list[str] = field(default_factory=list)
    """Checkpoints among the entries."""
    covered: int = 0
    """How many entries the last of these covers, itself included."""


class Writer:
    """Appends batches of notes behind the tail it last saw, and signs the log when that is due."""

    def __init__(
        self,
        storage: Storage,
        keys: Keys,
        anchors: Sequence[Anchor],
        system: Context,
        *,
        entries_between: int,
        seconds_between: float,
    ) -> None:
        self.storage = storage
        self.keys = keys
        self.system = system
        """Context of entries about the log itself."""
        self.seconds_between = seconds_between
        self._anchors = anchors
        self._entries_between = entries_between
        self._tail = EMPTY
        self._alone = True
        """Whether nobody else had appended when the log was last looked at."""
        self._own_key = self._key_in_use = str(keys.verifier)
        """The key the log itself says it is signed with."""
        self._checkpointed = 0
        """How many entries the last checkpoint of ours covers, itself included."""
        self._checkpoint_time = time.monotonic()

    @property
    def uncovered(self) -> int:
        """Entries that no checkpoint covers yet."""
        return self._tail.size - self._checkpointed

    def start(self, anchored: Checkpoint | None) -> None:
        """Check the end of the log against the newest anchored checkpoint, or begin an empty log."""
        with self.storage.appending() as appending:
            is_new = self._is_new(appending)
            if anchored is not None:
                self._tail = self._vouched(appending, anchored)
                self._checkpointed = anchored.size + 1  # and the entry that holds it
                self._key_in_use = str(anchored.key)
            if not is_new:
                self._tail = self._caught_up(appending)
            else:
                facts = {"verifier": self._own_key, "pseudonym_key": self.keys.pseudonym_key_id}
                self._add(appending, {"event": "log created", **facts})
        if self._key_in_use != self._own_key:
            # The key folder holds a rotated key: from here on the log says so.
            with self.storage.appending() as appending:
                self._tail = self._caught_up(appending)
                self._add(appending, {"event": "signing key rotated", "verifier": self._own_key})
            self._key_in_use = self._own_key

    def write(self, batch: Sequence[Note]) -> None:
        """One durable transaction of these entries, then the anchors. Raises AuditError; then nothing counts."""
        draft = self._written_behind(batch) or self._written_locked(batch)
        chain = draft.chain
        self._tail = chain.tail
        if draft.signed:
            self._checkpointed = draft.covered
            self._checkpoint_time = time.monotonic()
        for checkpoint in draft.signed:
            for anchor in self._anchors:
                anchor.publish(checkpoint)
        for note, row in zip(batch, chain.rows, strict=False):  # a checkpoint may follow the batch
            note.leaf, note.seq = row.leaf.hex(), row.seq

    def _written_behind(self, batch: Sequence[Note]) -> _Draft | None:
        """The batch appended in one round trip, where the log still ends with our own entry; None if not.

        Not tried while others append too: it would be in vain and cost a round trip.
        """
        if not self._alone or self._tail == EMPTY or any(note.erases for note in batch):
            return None
        draft = self._drafted(self._tail, batch)
        written = self.storage.append_behind(self._tail, draft.chain.rows, draft.chain.bodies)
        return draft if written else None

    def _written_locked(self, batch: Sequence[Note]) -> _Draft:
        """The batch appended behind whatever the log ends with, after a look at it under the lock."""
        with self.storage.appending() as appending:
            tail = self._caught_up(appending)
            if self._key_in_use != self._own_key:
                raise AuditError("the log's signing key was rotated; open the log again to go on with the new one")
            self._alone = tail == self._tail
            draft = self._drafted(tail, batch)
            for note in batch:
                appending.erase(note.erases)
            appending.commit(draft.chain.rows, draft.chain.bodies)
        return draft

    def _drafted(self, tail: Tail, batch: Sequence[Note]) -> _Draft:
        """The rows of a batch behind a tail, and a checkpoint where one is wanted or due."""
        draft = _Draft(Chain(self.keys.log_id, tail))
        for note in batch:
            if note.kind == "checkpoint":
                self._sign(draft, note)
            else:
                draft.chain.add(note)
        if not draft.signed and self._is_due(draft.chain.tail.size, batch):
            self._sign(draft, entries.note(self.system, "checkpoint", {}, {}))
        return draft

    def _add(self, appending: Appending, facts: dict[str, str]) -> None:
        chain = Chain(self.keys.log_id, self._tail)
        chain.add(entries.note(self.system, "configuration", facts, {}))
        appending.commit(chain.rows, chain.bodies)
        self._tail = chain.tail

    def _sign(self, draft: _Draft, note: Note) -> None:
        size = draft.chain.tail.size
        signed = sign(self.keys, size, draft.chain.tail.frontier.root(), note.time)
        draft.chain.add(replace(note, facts=entries.fragment(entries.canonical({"note": signed, "size": size}))))
        draft.signed.append(signed)
        draft.covered = draft.chain.tail.size

    def _is_due(self, size: int, batch: Sequence[Note]) -> bool:
        if size - self._checkpointed >= self._entries_between:
            return True
        ended = any(note.kind == "session_end" for note in batch)
        return ended or time.monotonic() - self._checkpoint_time >= self.seconds_between

    def _vouched(self, appending: Appending, anchored: Checkpoint) -> Tail:
        """The tail as it was at an anchored checkpoint, which it must fit."""
        tail = appending.at(anchored.size - 1) if anchored.size else EMPTY
        if tail is None:
            raise AuditError(
                f"the audit log {self.storage.name} is shorter than its checkpoint of {anchored.size} entries "
                f"({anchored.time}): it was cut, rolled back, or is another file. Restore it and {VERIFY}. To give it "
                f"up and begin a new log, move {self.keys.folder} away as well"
            )
        if tail.frontier.root() != anchored.root:
            raise AuditError(f"the audit log differs from its checkpoint of {anchored.size} entries; {VERIFY}")
        return tail

    def _caught_up(self, appending: Appending) -> Tail:
        """The stored tail, after checking that nobody touched ours and that what others appended is whole."""
        stored, ours = appending.tail, self._tail
        if stored.size < ours.size:
            raise AuditError(
                f"the audit log was cut: it held {ours.size} entries and now holds {stored.size}; {VERIFY}"
            )
        here = stored if stored.size == ours.size else appending.at(ours.size - 1)
        if ours.size and here != ours:
            raise AuditError(f"audit entry {ours.size - 1} is not the one that was written; {VERIFY}")
        if stored.size == ours.size:
            return stored
        try:
            end, announced = follow(ours, appending.rows(ours.size, stored.size), self.keys.log_id)
        except BrokenLink as broken:
            raise AuditError(f"audit entry {broken.seq} {broken.what}; {VERIFY}") from None
        if end != stored:
            raise AuditError(f"the audit log has a gap before entry {stored.size - 1}; {VERIFY}")
        self._key_in_use = announced or self._key_in_use
        return end

    def _is_new(self, appending: Appending) -> bool:
        """Whether the log is empty. Raises AuditError where it is the log of other keys."""
        if appending.tail == EMPTY:
            return True
        try:
            (row,) = appending.rows(0, 1)
            first = entries.parse(row.seq, row.leaf, row.body)
        except ValueError:
            raise AuditError(f"the first audit entry is missing or damaged; {VERIFY}") from None
        if first.log_id != self.keys.log_id:
            raise AuditError(
                f"the keys in {self.keys.folder} belong to another log than {self.storage.name}; name the right key "
                "folder, or an empty one together with a new database"
            )
        return False
