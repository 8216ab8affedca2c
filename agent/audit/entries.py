"""One entry of the log: what its canonical bytes hold, and how texts are kept beside them.

The body of an entry is canonical JSON (RFC 8785) and is what the leaf hash is taken over. Texts of people (questions,
answers, model output) are never in it; it holds SHA-256(salt || text) with a fresh 32-byte salt for each, so a text can
be erased, and a short one cannot be guessed.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
import rfc8785

from chartwarden.agent.errors import AuditError

VERSION = 1
SALT_BYTES = 32
GENESIS = "0" * 64
"""`prev` of the first entry."""
EXACT = 2**53 - 1
"""Integers beyond it are not exact in JSON numbers (RFC 8785, appendix D) and are kept as strings."""

Kind = Literal[
    "session_start", "session_end", "question", "gate", "tool_call", "denied", "image_read", "answer", "export",
    "configuration", "checkpoint", "erase", "refusal", "break_glass_start", "break_glass_end", "load",
]  # fmt: skip
"""What happened. The keys of each kind's facts are in docs/audit.md."""


@dataclass(frozen=True)
class Context:
    """What all entries of one trail share."""

    session: str
    user: str
    role: str
    purpose: str
    patient: str
    """Pseudonym; empty where no patient is concerned."""
    planner: Mapping[str, str]
    """Planner and model identity: checkpoint, revision, weights hash, dtype, quantisation, decoding, prompt hashes."""
    code: str
    """Version of this package."""

    @functools.cached_property
    def planner_fragment(self) -> orjson.Fragment:
        """The planner's identity in canonical form, made once for all entries."""
        return orjson.Fragment(canonical(self.planner))


@dataclass(frozen=True)
class Text:
    """A text beside the chain."""

    name: str
    salt: bytes
    content: bytes

    @property
    def commitment(self) -> str:
        """SHA-256(salt || text), hex: what the chain holds."""
        return commitment(self.salt, self.content)


@dataclass(slots=True)
class Note:
    """An entry that waits for its place in the chain. Everything but the place is fixed already."""

    context: Context
    kind: Kind
    facts: orjson.Fragment
    texts: tuple[Text, ...]
    time: str
    erases: tuple[int, ...] = ()
    """Entries whose texts are deleted in the same transaction."""
    seq: int = -1
    """-1 until it is durable."""
    leaf: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry as stored, read back."""

    seq: int
    leaf: str
    prev: str
    log_id: str
    time: str
    kind: str
    session: str
    user: str
    role: str
    purpose: str
    patient: str
    planner: Mapping[str, str]
    code: str
    facts: Mapping[str, Any]
    text: Mapping[str, str]
    """Name to commitment (hex)."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Name to content, where it was asked for and is still there."""


def commitment(salt: bytes, content: bytes) -> str:
    """SHA-256(salt || content), hex."""
    return hashlib.sha256(salt + content).hexdigest()


def now() -> str:
    """The wall clock in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def note(context: Context, kind: Kind, facts: Mapping[str, Any], text: Mapping[str, str], *, patient: str = "") -> Note:
    """Fix an entry's content now; later changes of the caller's mapping do not reach it.

    Wherever the facts refer to `patient`, the pseudonym takes the place of the id.
    """
    try:
        canonical_facts = canonical(facts, _hiding(patient, context.patient) if patient else _clean)
    except (TypeError, ValueError, RecursionError) as error:
        raise AuditError(f"the facts of a {kind} entry are not JSON ({type(error).__name__})") from None
    texts = tuple(
        Text(name, secrets.token_bytes(SALT_BYTES), content.encode("utf-8", "surrogatepass"))
        for name, content in text.items()
    )
    return Note(context, kind, orjson.Fragment(canonical_facts), texts, now())


def body(entry: Note, *, seq: int, prev: str, log_id: str) -> bytes:
    """The canonical bytes of an entry at its place in the chain."""
    context = entry.context
    return orjson.dumps(
        {
            "code": context.code,
            "facts": entry.facts,
            "kind": entry.kind,
            "log_id": log_id,
            "patient": context.patient,
            "planner": context.planner_fragment,
            "prev": prev,
            "purpose": _clean(context.purpose),
            "role": _clean(context.role),
            "seq": seq,
            "session": _clean(context.session),
            "text": {text.name: text.commitment for text in entry.texts},
            "time": entry.time,
            "user": _clean(context.user),
            "v": VERSION,
        },
        option=orjson.OPT_SORT_KEYS,
    )


def canonical(value: Any, spell: Callable[[str], str] | None = None) -> bytes:
    """RFC 8785 bytes of a JSON value. Floats and integers beyond 2^53-1 become strings, which lose no digit.

    `spell` is applied to every string and key.
    """
    normal = _normal(value, spell or _clean)
    # Without floats, and with keys whose UTF-16 and UTF-8 order agree, this is RFC 8785 byte for byte and several times
    # faster than the reference serialiser (a property test holds the two together).
    raw = orjson.dumps(normal, option=orjson.OPT_SORT_KEYS)
    return raw if raw.isascii() or _only_ascii_keys(normal) else rfc8785.dumps(normal)


def ranges(seqs: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as `[first, last]` ranges.

    >>> ranges([1, 2, 3, 7])
    [[1, 3], [7, 7]]
    """
    found: list[list[int]] = []
    for seq in seqs:
        if found and found[-1][1] == seq - 1:
            found[-1][1] = seq
        else:
            found.append([seq, seq])
    return found


def fragment(raw: bytes) -> orjson.Fragment:
    """Canonical bytes to be set into a body as they are."""
    return orjson.Fragment(raw)


def parse(seq: int, leaf: bytes, raw: bytes) -> Entry:
    """An entry from its stored bytes. Raises ValueError when they are not an entry."""
    data = orjson.loads(raw)
    if not isinstance(data, dict) or data.get("v") != VERSION:
        raise ValueError("not an entry of this version")
    try:
        fields = {name: data[name] for name in _FIELDS}
        entry = Entry(seq=int(data["seq"]), leaf=leaf.hex(), **fields)
    except KeyError as error:
        raise ValueError(f"the entry has no {error}") from None
    if entry.seq != seq:
        raise ValueError(f"the entry says it is number {entry.seq}")
    return entry


_FIELDS = (
    "prev", "log_id", "time", "kind", "session", "user", "role", "purpose", "patient", "planner", "code", "facts",
    "text",
)  # fmt: skip


def _normal(value: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return spell(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -EXACT <= value <= EXACT else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict | Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key is not a string")
        return {spell(key): spell(i) if type(i) is str else _normal(i, spell) for key, i in value.items()}
    if isinstance(value, list | tuple):  # an entry may name thousands of resources
        return [spell(item) if type(item) is str else _normal(item, spell) for item in value]
    if isinstance(value, set | frozenset):
        return [_normal(item, spell) for item in sorted(value)]
    raise TypeError(f"{type(value).__name__} is not a JSON value")


@functools.lru_cache(maxsize=4096)
def _hiding(patient: str, pseudonym: str) -> Callable[[str], str]:
    """A spelling that puts the pseudonym where a reference or a search names the patient."""
    patient = patient.removeprefix("Patient/")
    named = re.compile(rf"(Patient/|\b(?:patient|subject)(?::Patient)?=){re.escape(patient)}(?![A-Za-z0-9.-])")

    def spell(text: str) -> str:
        if patient not in text:
            return text if text.isascii() else _clean(text)
        return _clean(named.sub(rf"\g<1>{pseudonym}", text))

    return spell


def _clean(text: str) -> str:
    """Lone surrogates (bytes a terminal could not decode) are spelled out; all else is kept."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _only_ascii_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(str.isascii, value)) and _only_ascii_keys(list(value.values()))
    return not isinstance(value, list) or all(_only_ascii_keys(item) for item in value if type(item) is not str)
