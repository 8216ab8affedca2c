"""Checkpoints: the size and root of the log at a moment, signed, in the form of C2SP tlog-checkpoint.

    chartwarden.audit/5b8e...       origin: the log's name
    1500                            how many entries
    qZ0e...=                        root of the Merkle tree over them, base64
    time 2026-03-01T09:00:00+00:00  extension line: when it was made

    — chartwarden.audit/5b8e... 1a2b...=

Signed-note tools of other makers read and check them (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chartwarden.agent.audit.keys import Keys, Verifier
from chartwarden.agent.audit.merkle import HASH_BYTES

NOTE = re.compile(r"(?:[^\n]+\n){3,}\n(?:\u2014 [^\n]+\n)+")
"""A signed note of three lines or more."""
_SIGNATURE = re.compile(r"\u2014 (\S+) (\S+)")
_LINE = re.compile(r"chartwarden-audit-checkpoint: ([A-Za-z0-9+/=]+)")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}")


class InvalidCheckpoint(ValueError):
    """A note that is not a checkpoint, or that no trusted key signed. The message says which."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose signature has been checked."""

    origin: str
    size: int
    root: bytes
    time: str
    key: Verifier


def sign(keys: Keys, size: int, root: bytes, time: str) -> str:
    """The signed note of a log of `size` entries with this root."""
    text = f"{keys.origin}\n{size}\n{base64.b64encode(root).decode()}\ntime {time}\n"
    signature = keys.verifier.key_id + keys.signer.sign(text.encode())
    return f"{text}\n\u2014 {keys.origin} {base64.b64encode(signature).decode()}\n"


def opened(note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint in `note`. Raises InvalidCheckpoint unless one of `verifiers` signed exactly this text."""
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    key = _signed_by(text, signatures, tuple(verifiers)) if blank else None
    if key is None:
        raise InvalidCheckpoint("no trusted key signed it")
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or not _DECIMAL.fullmatch(lines[1]):
        raise InvalidCheckpoint("it is not a checkpoint (origin, size, root)")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except ValueError:
        root = b""
    if len(root) != HASH_BYTES or lines[0] != key.name:
        raise InvalidCheckpoint("its origin or root is malformed")
    times = [line.removeprefix("time ") for line in lines[3:] if line.startswith("time ")]
    return Checkpoint(lines[0], int(lines[1]), root, times[0] if times else "", key)


def one_line(note: str) -> str:
    """A note as one line, for system logs."""
    return f"chartwarden-audit-checkpoint: {base64.b64encode(note.encode()).decode()}"


def notes(text: str) -> Iterator[str]:
    """Every note in a text: written out, or in the one-line form among other lines of a system log."""
    found = [(match.start(), match[0]) for match in NOTE.finditer(text)]
    for match in _LINE.finditer(text):
        try:
            found.append((match.start(), base64.b64decode(match[1], validate=True).decode("utf-8")))
        except ValueError:
            found.append((match.start(), match[0]))
    return (note for _, note in sorted(found))


def _signed_by(text: str, signatures: str, verifiers: tuple[Verifier, ...]) -> Verifier | None:
    """The trusted key with a good signature. One bad signature in a trusted key's name spoils the note."""
    good: Verifier | None = None
    for line in signatures.splitlines():
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            return None
        try:
            raw = base64.b64decode(match[2], validate=True)
        except ValueError:
            return None
        for verifier in verifiers:
            if verifier.name == match[1] and verifier.key_id == raw[:4]:
                if not verifier.accepts(text.encode(), raw[4:]):
                    return None
                good = good or verifier
    return good
