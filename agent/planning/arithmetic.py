"""How much something changed, worked out further: in percent of the first value, or per year, month, week or day."""

from __future__ import annotations

import re
from typing import Literal

_CHANGES = (
    r"(?:chang\w*|increas\w*|decreas\w*|ris(?:e[ns]?|ing)|rose|drop\w*|f[ae]ll\w*|gain\w*|los(?:e|es|s|ing|t)|declin\w*"
    r"|differ\w*|reduc\w*|gr[eo]w\w*|climb\w*|sink\w*|sank|gone|went|put on)"
)
_AS_PERCENT = r"(?:percent(?:age)?)"
_PERCENT = re.compile(
    rf"\b{_AS_PERCENT}\b(?! (?:of (?:the )?)?(?:results?|readings?|values?|visits?|tests?|points?)\b).*\b{_CHANGES}\b"
    rf"|\b{_CHANGES}\b.*\b{_AS_PERCENT}\b(?! points?)"
)
_UNITS = {"year": "a", "yearly": "a", "annual": "a", "annually": "a", "month": "mo", "monthly": "mo", "week": "wk",
          "weekly": "wk", "day": "d", "daily": "d"}  # fmt: skip
_RATE = re.compile(
    rf"\b{_CHANGES}\b.*?\b(?:per|an?|each|every) (?P<unit>year|month|week|day)\b(?! (?:ago|before|after|later|earlier"
    r"|prior|since|following)\b)"
    rf"|\b(?P<every>yearly|annual|monthly|weekly|daily) (?:rate of )?(?:slope|(?!differ){_CHANGES})\b"
    rf"|\b(?!differ){_CHANGES}\b.*\b(?P<ly>yearly|annually|monthly|weekly)$"
    r"|\bslope(?: per (?P<of>year|month|week|day))?\b"
)
_WORKED_OUT = re.compile(r"\b(?:differences?|slopes?|spread|delta|percentage of)\b")
"""Words for what has to be worked out: where a reading works out nothing, they are not read."""
WORKS_OUT = frozenset({"change", "percent", "rate", "range", "trend", "interval", "order", "sum", "mean"})


def further(clause: str) -> Literal["percent", "rate"] | None:
    """What a clause asks of a change beyond its size."""
    if _PERCENT.search(clause):
        return "percent"
    return "rate" if _RATE.search(clause) else None


def rate_unit(clause: str) -> str:
    """The UCUM unit of time that a rate is asked in; years where none is said."""
    match = _RATE.search(clause)
    said = next((word for word in match.groupdict().values() if word), "year") if match else "year"
    return _UNITS[said]


def is_worked_out(clause: str) -> str:
    """The word of a clause for what is to be worked out, or nothing."""
    match = _WORKED_OUT.search(clause)
    return match.group() if match else ""


_BESIDE = re.compile(
    r"^(?P<x>.*\bqc\d+\b.*?),? (?:plus|and|with) (?:(?:the|their|its) )?"
    r"(?P<op>(?:(?:yearly|annual|monthly|weekly) )?slope(?: per (?:year|month|week|day))?|mean|average)"
    r"(?: of (?:them|these))?$"
)


def works_beside(clause: str) -> tuple[str, str] | None:
    """A clause for values and what is worked out of them ("the last five, plus their mean"), as two; else None."""
    match = _BESIDE.match(clause)
    if match is None or further(match["x"]) or _WORKS.search(match["x"]):
        return None
    return match["x"], f"{match['op']} of {match['x']}"


_WORKS = re.compile(r"\b(?:mean|average|sum|total|difference|highest|lowest|count|many|number)\b")
