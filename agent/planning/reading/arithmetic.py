"""How much something changed, worked out further: in percent of the first value, or per year, month, week or day."""

from __future__ import annotations

from typing import Literal

from chartwarden.agent.patterns import Pattern

_CHANGES = (
    r"(?:chang\w*|increas\w*|decreas\w*|ris(?:e[ns]?|ing)|rose|drop\w*|f[ae]ll\w*|gain\w*|los(?:e|es|s|ing|t)|declin\w*"
    r"|differ\w*|reduc\w*|gr[eo]w\w*|climb\w*|sink\w*|sank|gone|went|c[ao]me (?:up|down)|put on)"
)
_AS_PERCENT = r"(?:percent(?:age)?)"
_PERCENT = Pattern(
    rf"\b{_AS_PERCENT}\b(?! (?:of (?:the )?)?(?:results?|readings?|values?|visits?|tests?|points?)\b).*\b{_CHANGES}\b"
    rf"|\b{_CHANGES}\b.*\b{_AS_PERCENT}\b(?! points?)"
)
_UNITS = {"year": "a", "month": "mo", "week": "wk", "day": "d"}
_OF_TIME = r"(?:per|each|every|(?<!on )(?<!in )(?<!of )(?<!for )(?<!within )an?(?= \w+$))"
_RATE = Pattern(
    rf"\b(?:{_CHANGES}|slope)\b.*?\b{_OF_TIME} (?P<unit>year|month|week|day)\b(?! (?:ago|before|after|later|earlier"
    r"|prior|since|following)\b)|\bslope\b"
)
_WORKED_OUT = Pattern(r"\b(?:differences?|slopes?|spread|delta|(?:percentage|proportion|share|fraction) of)\b")
"""Words for what has to be worked out: where a reading works out nothing, they are not read."""
WORKS_OUT = frozenset({"change", "percent", "rate", "range", "trend", "interval", "order", "sum", "mean"})


_OF_EACH = Pattern(
    rf"\b(?:{_CHANGES}|gaps?|deltas?|intervals?) (?:between|from) (?:each|every|one|consecutive|successive)\b"
)
"""From one to the next, all along: no one number."""
_HIGHEST, _LOWEST = r"(?:peak|highest|maximum|max)", r"(?:nadir|lowest|minimum|min)"
_START, _END = r"(?:first|earliest|initial|baseline)", r"(?:last|latest|most recent|now|current|today)"
_TO_END = Pattern(
    rf"\b(?:(?P<high>{_HIGHEST})|(?P<low>{_LOWEST}))\b(?: (?:value|reading|result))? (?:to|and|until|till) (?:the )?"
    rf"{_END}\b|\b{_CHANGES}(?: (?:in|of) (?:the )?qc\d+)? (?:from|since)"
    rf" (?:(?:its|the|his|her|my|their) )?(?:(?P<up>{_HIGHEST})|{_LOWEST})"
    r"(?: (?:value|reading|result|one|qc\d+))?$"
)
_FROM_START = Pattern(
    rf"\b{_START}\b(?: (?:value|reading|result))? (?:to|and|until|till) (?:the |its )?"
    rf"(?:(?P<high>{_HIGHEST})|(?P<low>{_LOWEST}))\b"
)


def ends_of(clause: str) -> tuple[str, str] | None:
    """The two ends of a change of which one is the highest or the lowest value: "peak to latest"."""
    match = _TO_END.search(clause)
    if match is not None:
        return ("max" if match["high"] or match["up"] else "min"), "last"
    match = _FROM_START.search(clause)
    return ("first", "max" if match["high"] else "min") if match is not None else None


def is_of_each(clause: str) -> bool:
    """Whether a change is asked from one value to the next, all along."""
    return bool(_OF_EACH.search(clause))


def further(clause: str) -> Literal["percent", "rate"] | None:
    """What a clause asks of a change beyond its size."""
    if _PERCENT.search(clause):
        return "percent"
    return "rate" if _RATE.search(clause) else None


def rate_unit(clause: str) -> str:
    """The UCUM unit of time that a rate is asked in; years where none is said."""
    match = _RATE.search(clause)
    return _UNITS[(match["unit"] if match else None) or "year"]


def is_worked_out(clause: str) -> str:
    """The word of a clause for what is to be worked out, or nothing."""
    match = _WORKED_OUT.search(clause)
    return match.group() if match else ""


_BESIDE = Pattern(
    r"^(?P<x>.*\bqc\d+\b.*?),? (?:plus|and|with) (?:(?:the|their|its) )?"
    r"(?P<op>slope(?: per (?:year|month|week|day))?|mean|average)"
    r"(?: of (?:them|these))?$"
)


def works_beside(clause: str) -> tuple[str, str] | None:
    """A clause for values and what is worked out of them ("the last five, plus their mean"), as two; else None."""
    match = _BESIDE.match(clause)
    if match is None or further(match["x"]) or _WORKS.search(match["x"]):
        return None
    return match["x"], f"{match['op']} of {match['x']}"


_WORKS = Pattern(
    r"\b(?:mean|average|sum|total|difference|highest|lowest|max(?:imum)?|min(?:imum)?|peak|nadir|count|many|number)\b"
)
