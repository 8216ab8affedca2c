"""Tokens: `code`, `system|code`, `|code`, `system|` over every coding (R4 search, 3.1.1.4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search.clause import MAX_INDEXED, Clause, Unindexed
from chartwarden.tools.records.search.escapes import show
from chartwarden.tools.records.search.strings import fold

MODIFIERS = ("", "not", "text", "in", "not-in", "of-type")
ANY_SYSTEM = None

Coding = tuple[str, str]
"""System (empty: none) and code."""


def codings(datatype: str, value: Any) -> list[Coding]:
    """System and code of everything a token can match in a value."""
    if value.__class__ is dict:
        if datatype == "CodeableConcept":
            listed = value.get("coding")
            found = [_coding(each) for each in listed if each.__class__ is dict] if listed.__class__ is list else []
        elif datatype == "ContactPoint":
            found = [_pair(None, value.get("value"))]
        else:
            found = [_pair(value.get("system"), value.get("value")) if datatype == "Identifier" else _coding(value)]
        return [pair for pair in found if pair is not None]
    if value.__class__ is str:
        return [("", value)]
    if value.__class__ is bool:
        return [("", "true" if value else "false")]
    return []


def _coding(value: dict[str, Any]) -> Coding | None:
    return _pair(value.get("system"), value.get("code"))


def _pair(system: Any, code: Any) -> Coding | None:
    if system.__class__ is not str:
        system = ""
    if code.__class__ is str:
        return system, code
    return (system, "") if system else None


def texts(datatype: str, value: Any) -> Iterator[str]:
    """Human-readable words of a value, for `:text`."""
    if not isinstance(value, dict):
        return
    found: list[Any] = [value.get("text"), value.get("display")]
    if datatype == "Identifier" and isinstance(value.get("type"), dict):
        found.append(value["type"].get("text"))
    listed = value.get("coding")
    for coding in listed if isinstance(listed, list) else ():
        if isinstance(coding, dict):
            found.append(coding.get("display"))
    yield from (text for text in found if isinstance(text, str))


@dataclass(frozen=True, slots=True)
class TokenValue:
    """One token of a query."""

    mode: str
    """``, `text`, `in` or `of-type`; negation belongs to the filter, not to the value."""
    system: str | None = ANY_SYSTEM
    """None: any system; empty: no system."""
    code: str = ""
    """Empty: any code of the system."""
    text: str = ""
    kind: Coding = ("", "")
    """System and code of Identifier.type, for `:of-type`."""
    members: frozenset[Coding] = frozenset()
    """Codings of a value set, for `:in`."""


def parse(text: str, modifier: str, members: frozenset[Coding] = frozenset()) -> TokenValue:
    """Read one token of a query.

    >>> parse("http://loinc.org|8480-6", "").system
    'http://loinc.org'
    """
    if modifier == "text":
        return TokenValue("text", text=fold(show(text)))
    if modifier in ("in", "not-in"):
        return TokenValue("in", members=members)
    if modifier == "of-type":
        pieces = [show(piece) for piece in text.split("|")]
        if len(pieces) != 3 or not all(pieces):
            raise SearchError(f"{text!r}: ':of-type' wants type-system|type-code|value")
        return TokenValue("of-type", code=pieces[2], kind=(pieces[0], pieces[1]))
    system, bar, code = text.partition("|")
    if not bar:
        system, code = "", text
    if not code and not (bar and system):
        raise SearchError(f"{text!r} is not a token (write code, system|code, |code or system|)")
    return TokenValue("", show(system) if bar else ANY_SYSTEM, show(code))


def matches(value: TokenValue, datatype: str, found: Any) -> bool:
    """Whether a value of a resource matches."""
    if value.mode == "text":
        return any(fold(text).startswith(value.text) for text in texts(datatype, found))
    if value.mode == "in":
        return any(coding in value.members for coding in codings(datatype, found))
    if value.mode == "of-type":
        return (
            datatype == "Identifier"
            and isinstance(found, dict)
            and found.get("value") == value.code
            and value.kind in codings("CodeableConcept", found.get("type"))
        )
    implied = implied_system(datatype)
    return any(
        (value.system in (ANY_SYSTEM, system) or (bool(implied) and value.system == implied))
        and (not value.code or value.code == code)
        for system, code in codings(datatype, found)
        if code or (value.system and not value.code)
    )


def implied_system(datatype: str) -> str:
    """The code system that a bare code is of by the binding of its element; empty: none is known."""
    return datatype.partition("|")[2]


def clause(value: TokenValue, system_id: int, datatypes: frozenset[str] = frozenset()) -> Clause:
    """The same over `x_token`. `system_id` is the interned number of `value.system`; `datatypes` are those that the
    parameter's paths end at.
    """
    if value.mode in ("text", "in"):
        raise Unindexed
    implied = bool(value.system) and any(implied_system(datatype) == value.system for datatype in datatypes)
    if not value.code:
        if implied:
            raise Unindexed
        return Clause("x_token", "sys = ?", (system_id,), exact=False)
    code = value.code[:MAX_INDEXED]
    exact = len(code) < MAX_INDEXED
    if value.mode == "of-type":
        return Clause("x_token", "code = ?", (code,), exact=False)
    if value.system is ANY_SYSTEM:
        return Clause("x_token", "code = ?", (code,), exact)
    if implied:
        return Clause("x_token", "code = ? AND sys IN (?, 0)", (code, system_id), exact and len(datatypes) == 1)
    return Clause("x_token", "code = ? AND sys = ?", (code, system_id), exact)
