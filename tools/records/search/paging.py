"""Page tokens: where a page ended, by the values it was sorted by, so that the next page starts right after.

A place among the values and not a number of rows to skip: what is loaded or deleted between two pages shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

from chartwarden.tools.errors import SearchError

PARAMETER = "_page"
_FREE = ("_count", PARAMETER, "_format", "_pretty", "_total")
"""May differ from page to page."""

Place = tuple[tuple[Any, ...], int]
"""Sort values and row number of a match."""


Origin = tuple[str, Sequence[tuple[str, str]], str]
"""Type, parameters and compartment of a search: its tokens are used with no other."""


def search_name(origin: Origin) -> str:
    """Identifies a search in its tokens."""
    resource_type, params, compartment = origin
    kept = [(name, value) for name, value in params if name not in _FREE]
    return blake2b(repr((resource_type, compartment, kept)).encode(), digest_size=6).hexdigest()


def token(place: Place, origin: Origin) -> str:
    """The token of the page after a match."""
    packed = json.dumps([search_name(origin), _plain(place[0]), place[1]], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def place(text: str, origin: Origin, width: int) -> Place:
    """What a token says; `SearchError` where it is none, or one of another search. `width`: number of sort values."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        known, keys, rid = json.loads(raw)
        found = _tuples(keys)
    except (binascii.Error, ValueError, TypeError, InvalidOperation):
        raise SearchError(f"{PARAMETER}={text}: this is no page token; take the one of the link 'next'") from None
    if known != search_name(origin) or not isinstance(rid, int) or not isinstance(found, tuple) or len(found) != width:
        raise SearchError(f"{PARAMETER}={text}: this token is of another search; take the one of its link 'next'")
    return found, rid


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(one) for one in value)
    return Decimal(value["decimal"]) if isinstance(value, dict) else value
