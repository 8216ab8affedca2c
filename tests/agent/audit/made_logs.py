"""Logs built by hand, entry by entry, as verification reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from chartwarden.agent.audit import entries, merkle
from chartwarden.agent.audit.chain import EMPTY, BodyRow, Chain, Row
from chartwarden.agent.audit.checkpoints import sign
from chartwarden.agent.audit.entries import Context
from chartwarden.agent.audit.keys import Keys
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.audit.verify import AnchorNotes, verify

CONTEXT = Context("s1", "dr.who", "physician", "TREAT", "", {}, "1")
START = "2026-03-01T09:00:00+00:00"
SECOND = "2026-03-01T09:00:{:02}+00:00"
"""The moment of an entry."""


@dataclass
class Made:
    """A log as verification reads one."""

    keys: Keys
    stored: list[Row] = field(default_factory=list)
    texts: list[BodyRow] = field(default_factory=list)
    triggers: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        yield from self.stored

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        return [
            text for text in self.texts
            if (start is None or text.entry_seq >= start) and (stop is None or text.entry_seq < stop)
        ]  # fmt: skip

    def missing_triggers(self) -> tuple[str, ...]:
        return self.triggers

    def root(self, size: int) -> bytes:
        frontier = Frontier()
        for row in self.stored[:size]:
            frontier = frontier.append(row.leaf)
        return frontier.root()

    def note(self, size: int, time: str = START) -> str:
        """The checkpoint of the first `size` entries."""
        return sign(self.keys, size, self.root(size), time)

    def problems(self, anchors: Sequence[AnchorNotes] | None = None, **named: Any) -> list[tuple[str, int | None]]:
        return [(problem.kind, problem.seq) for problem in verify(self, self.keys.verifiers, anchors, **named).problems]


Step = tuple[str, dict[str, Any], dict[str, str]]


def gate(**facts: Any) -> Step:
    return "gate", facts, {}


def built(keys: Keys, *steps: Step | Callable[[Chain], Step], contexts: Sequence[Context] = ()) -> Made:
    """A log of these entries, a second apart, behind the one that names the signing key."""
    chain = Chain(keys.log_id, EMPTY)
    first: Step = ("configuration", {"event": "log created", "verifier": str(keys.verifier)}, {})
    for number, step in enumerate((first, *steps)):
        kind, facts, texts = step(chain) if callable(step) else step
        context = contexts[number] if number < len(contexts) else CONTEXT
        note = entries.note(context, kind, facts, texts)  # type: ignore[arg-type]
        note.time = SECOND.format(number)
        chain.add(note)
    return Made(keys, chain.rows, chain.bodies)


def checkpoint(signer: Keys, *, size: int | None = None, root: bytes | None = None) -> Callable[[Chain], Step]:
    """A checkpoint entry over what stands before it, or over something else."""

    def made(chain: Chain) -> Step:
        covered = chain.tail.size if size is None else size
        note = sign(signer, covered, root or chain.tail.frontier.root(), SECOND.format(chain.tail.size))
        return "checkpoint", {"note": note, "size": covered}, {}

    return made


def whole(keys: Keys) -> Made:
    """0 configuration, 1 question with a text, 2 answer with two, 3 checkpoint, 4 erase of 1, 5 gate, 6 gate."""
    made = built(
        keys,
        ("question", {}, {"question": "Any asthma?"}),
        ("answer", {"outcome": "answered"}, {"answer": "Asthma.", "plan": "Condition"}),
        checkpoint(keys),
        ("erase", {"entries": [[1, 1]]}, {}),
        gate(n=5),
        gate(n=6),
    )
    made.texts = [text for text in made.texts if text.entry_seq != 1]
    return made


def changed(row: Row, *, leaf: bool = True, **fields: Any) -> Row:
    """The row with fields of its body changed, and, unless told otherwise, its leaf made anew."""
    body = entries.canonical({**orjson.loads(row.body), **fields})
    return replace(row, body=body, leaf=merkle.leaf_hash(body) if leaf else row.leaf)


def anchor(*noted: str, name: str = "anchor") -> AnchorNotes:
    return AnchorNotes(name, noted)


def without(*seqs: int) -> Callable[[Made], None]:
    def damage(made: Made) -> None:
        made.stored = [row for row in made.stored if row.seq not in seqs]

    return damage


def with_row(seq: int, change: Callable[[Row], Row]) -> Callable[[Made], None]:
    def damage(made: Made) -> None:
        made.stored[seq] = change(made.stored[seq])

    return damage


def twice(seq: int) -> Callable[[Made], None]:
    return lambda made: made.stored.insert(seq + 1, made.stored[seq])


def rubbish(raw: bytes) -> Callable[[Row], Row]:
    return lambda row: replace(row, body=raw, leaf=merkle.leaf_hash(raw))
