"""The words that ask for a length of time, and the unit it is wanted in, told apart from the rest of a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern

_UNITS = {
    "min": ("minutes", "mins"), "h": ("hours", "hrs"), "d": ("days",), "night": ("nights",), "wk": ("weeks", "wks"),
    "mo": ("months",), "a": ("years", "yrs"),
}  # fmt: skip
_CODES = {word: code for code, said in _UNITS.items() for word in said}
_MODIFIER = r"(?:(?:full|whole|complete|completed|elapsed|total|calendar|exact|clear|more)(?: and)? )*"
UNIT = rf"{_MODIFIER}(?:{'|'.join(_CODES)})"
_BY_CALENDAR = Pattern(
    r"\bcalendar (?=days\b)"
    r"|,? ?\(?\b(?:counted |counting |going |reckoned )?(?:by|on) (?:the )?(?:calendar|dates?)\b\)?"
)
_IN_UNIT = Pattern(
    rf",? ?\(?\b(?:counted |expressed |measured |told |given )?(?:in|as) {UNIT}\b\)?"
    rf"|(?:[,(]|^) ?(?:number of )?{UNIT}(?: please)?\)?(?=[ ?.,]*$)"
)
_LENGTH = (
    r"(?:(?:amount|length|lapse|span|space) of time|time in place|dwell|time (?:span|lag|lapse|gap|interval)|turnaround"
    r"|(?:(?:(?<=^)|(?<=^the )|(?<=is the )|(?<=was the )|(?<=, )|(?<=exact )|(?<=total ))time"
    r"(?= (?:between|from|to|until|elapsed|passed|in)\b))"
    r"|interval|gap|distance|duration|length|delay|lag|spacing|span)"
)
_HEAD = Pattern(
    rf"\bhow many (?P<u1>{UNIT})\b"
    r"|\bhow (?:long|soon|quickly|fast|much time|much later|far)\b"
    rf"|\b(?:what (?:is|was|were) )?(?:the )?(?:total )?(?:(?:number|count|amount) of|count)(?: the)? (?P<u2>{UNIT})\b"
    rf"|\b(?:what (?:is|was|were) )?(?:the )?{_LENGTH}(?: elapsed| passed)?\b(?! of day)"
    rf"|(?:^|(?<=, )|(?<=: ))(?:and )?(?:the )?(?P<u3>{UNIT})\b(?=.)"
    rf"|\b(?P<u4>{UNIT}) (?:apart|passed|elapsed|between|from|until|till)\b"
)


@dataclass(frozen=True)
class Length:
    """A length of time that is asked for, and what stands around the words that ask for it."""

    before: str
    after: str
    unit: str = ""


_TIME_IN = Pattern(rf"^(?:the )?(?:[a-z]+ )?time,? \(?(?:in )?(?P<u>{UNIT})\)?$")
"""A time that is headed with its unit: "tube time, hrs"."""
_ONLY_UNIT = Pattern(
    r"[ (]*(?:(?:answer|result|told|given|expressed|tell me|i want it|please) )?(?:in |as )?(?:the )?"
    rf"(?P<u>{UNIT})(?: please)?[ ).?,]*"
)


def unit_told(text: str) -> str | None:
    """The unit a piece of a question is nothing but; None for anything else."""
    match = _ONLY_UNIT.fullmatch(_BY_CALENDAR.sub(lambda m: "calendar " if m.group() == "calendar " else "", text))
    return _code(match["u"], text) if match else None


def in_unit(text: str, unit: str) -> Length | None:
    """The length of what a piece tells, where a unit is told in it or beside it, and no word asks for a length."""
    units = [_code(match.group(), text) for match in _IN_UNIT.finditer(text)]
    if len(units) > 1 or not (units or unit):
        return None
    return Length("", _IN_UNIT.sub(" ", text).strip(" ,?.()"), units[0] if units else unit)


def length_asked(text: str) -> Length | None:
    """The length that a piece of a question asks for; None where it asks for none, or in two units."""
    text = _TIME_IN.compiled.sub(r"how many \g<u>", text)
    bare = _BY_CALENDAR.sub(lambda m: "calendar " if m.group() == "calendar " else "", text)
    head = _HEAD.search(bare)
    units = [_code(head[name], text) for name in ("u1", "u2", "u3", "u4") if head[name]] if head else []
    if head is None:
        return None
    cut = head.end(name) if (name := next((n for n in ("u4",) if head[n]), "")) else head.end()
    before, after = bare[: head.start()], bare[cut:]
    for side in (before, after):
        units += [_code(match.group(), text) for match in _IN_UNIT.finditer(side)]
    if len(set(units)) > 1:
        return None
    before, after = (_IN_UNIT.sub(" ", side).strip(" ,?.()") for side in (before, after))
    return Length(before, after, units[0] if units else "")


def _code(said: str, text: str) -> str:
    """The unit of words that end in it; days by the calendar are dates."""
    word = re.findall(rf"\b(?:{'|'.join(_CODES)})\b", said)[-1]
    return "date" if _CODES[word] == "d" and _BY_CALENDAR.search(text) else _CODES[word]
