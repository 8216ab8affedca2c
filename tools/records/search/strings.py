"""Strings: case- and accent-insensitive starts-with on any part; `:exact` and `:contains` (R4 search, 3.1.1.4.8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search.clause import MAX_INDEXED, Clause

PARTS = {
    "HumanName": ("family", "given", "prefix", "suffix", "text"),
    "Address": ("text", "line", "city", "district", "state", "postalCode", "country"),
}
MODIFIERS = ("", "exact", "contains")
LAST = "\U0010ffff"


def fold(text: str) -> str:
    """Without case and accents: NFKD, combining marks dropped, case-folded.

    >>> fold("Éloïse")
    'eloise'
    """
    if text.isascii():
        return text.lower()
    stripped = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFKD", stripped.casefold())


def may_hold(raw: bytes, words: Sequence[str]) -> bool:
    """Whether any string in some JSON, folded, can hold one of these folded words; True where only parsing tells.

    >>> may_hold(b'{"display":"Body Height"}', ["body h"]), may_hold(b'{"display":"Body Height"}', ["weight"])
    (True, False)
    """
    if not raw.isascii() or b"\\" in raw:
        return True
    folded = raw.lower()
    return any(not word.isascii() or word.encode() in folded for word in words)


def parts(datatype: str, value: Any) -> Iterator[str]:
    """The strings to be searched in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name in PARTS.get(datatype, ()):
            part = value.get(name)
            if isinstance(part, str):
                yield part
            elif isinstance(part, list):
                yield from (item for item in part if isinstance(item, str))


@dataclass(frozen=True, slots=True)
class StringValue:
    """One string of a query."""

    mode: str
    """``, `exact` or `contains`."""
    text: str
    folded: str


def parse(text: str, modifier: str) -> StringValue:
    """Read a string value; empty ones are refused, since they would match everything."""
    if not text:
        raise SearchError("an empty string finds everything; leave the parameter out")
    return StringValue(modifier, text, fold(text))


def matches(value: StringValue, datatype: str, found: Any) -> bool:
    """Whether any part matches."""
    if value.mode == "exact":
        return any(part == value.text for part in parts(datatype, found))
    if value.mode == "contains":
        return any(value.folded in fold(part) for part in parts(datatype, found))
    return any(fold(part).startswith(value.folded) for part in parts(datatype, found))


def clause(value: StringValue) -> Clause:
    """The same over `x_string`, whose `value` is folded and compared by code point."""
    kept = value.folded[:MAX_INDEXED]
    if value.mode == "exact":
        return Clause("x_string", "value = ?", (kept,), exact=False)
    if value.mode == "contains":
        cut = f"(INSTR(value, ?) > 0 OR LENGTH(value) = {MAX_INDEXED})"
        return Clause("x_string", cut, (kept,), exact=False)
    return Clause("x_string", "value >= ? AND value < ?", (kept, kept + LAST), exact=len(kept) < MAX_INDEXED)
