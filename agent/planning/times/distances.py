"""How far from an event something is at most: "within 24 hours after", "the week after", "within 48 hours of"."""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import COUNT, NUMBERS

_LENGTH = r"(?P<unit>(?:minute|hour|day|week|fortnight|month|year)s?) "
_FROM_EVENT = r"(?=(?:after|following|before|prior to|preceding)\b(?! (?:now|today|this point)))"
_DISTANCES = (
    Pattern(
        rf"\b(?:within|in|during|over|up to|no more than|not more than|less than|at most) (?:the )?"
        rf"(?:first |last |next )?"
        rf"(?P<n>{COUNT}|(?<=the )(?=(?:hour|week|fortnight|month|year)\b)"
        rf"|(?<=the first |.the next |.the last )(?=(?:minute|hour|day|week|fortnight|month|year)\b)) ?{_LENGTH}"
        rf"(?:that |which |immediately |right |directly |just )*{_FROM_EVENT}"
    ),
    Pattern(
        r"(?<!on )(?<!since )(?<!until )(?<!till )(?<!from )(?<!by )(?<!before )(?<!after )\bthe "
        r"(?:first |last |next )?"
        rf"(?P<n>{COUNT}|(?<=the )(?=(?:hour|week|fortnight|month|year) )"
        rf"|(?<=the first |.the next |.the last )(?=(?:hour|day|week|fortnight|month|year) )) ?{_LENGTH}"
        rf"(?:that |which |immediately |right |directly |just )*{_FROM_EVENT}(?!\w+ (?:that|it|last)\b)"
    ),
    Pattern(
        rf"\bwithin (?P<n>{COUNT}) ?{_LENGTH}"
        r"(?=(?:of|around|from|(?:on )?either side(?: of)?|in either direction from) "
        r"(?!(?:age|life|now|today|this|treatment|therapy|each|one|being seen)\b))"
    ),
)
"""After or before it, with a preposition and without one; last on either side of it."""
_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "fortnight": 336}
Distance = dt.timedelta | int
"""How far from an event: a length, or a number of calendar months."""


def distances_in(text: str) -> list[tuple[int, int, Distance]]:
    """Where a lower-case text says how far from an event at most, and how far: "within 24 hours after ..."."""

    def distance(number: int, unit: str) -> Distance:
        months = {"month": 1, "year": 12}.get(unit)
        return number * months if months else dt.timedelta(hours=number * _HOURS[unit])

    return [
        (m.start(), m.end("unit"), distance(_number(m["n"]), m["unit"].removesuffix("s"))) for m in _found_once(text)
    ]


def _found_once(text: str) -> list[re.Match[str]]:
    """What any of the patterns of a distance finds, the first of them where two find the same."""
    found: dict[int, re.Match[str]] = {}
    for pattern in _DISTANCES:
        for match in pattern.finditer(text):
            found.setdefault(match.end("unit"), match)
    return [found[end] for end in sorted(found)]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word, 1)
