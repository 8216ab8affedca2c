"""What the words of a question for a number say: cues in the order they stand in, with nothing left over.

The words are in `words.toml`. A question with a word that is in none of its lists is not read here, so that nothing
that narrows or turns it is passed over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from chartwarden.agent.patterns import Pattern

UNIT, NUMBER, NTH = "unit", "number", "nth"
_PASSED_OVER = ""
_PLACEHOLDER = Pattern(r"q[a-z]\d+$")
_HOURLY = r"(?:q ?|every )(?P<hours>\d{1,2}) ?(?:h|hr|hrs|hours?)\b(?P<prn> ?:? ?prn\b)?"
_EVERY_HOURS, _WITH_PRN = Pattern(_HOURLY), Pattern(r"(?P<code>[a-z]+)(?P<prn>:prn)")
"""How often something is to be taken, as orders write it: "Q6H:PRN", "q 12 h", "BID:PRN"."""
_TOKEN = Pattern(
    rf"{_HOURLY}|[a-z]+:prn\b"
    r"|q[a-z]\d+\b|\d+(?:\.\d+)?(?:st|nd|rd|th)?(?![\w])|%|[a-z][a-z'/]*(?:/[a-z0-9]+)*|\S"
)
_PUNCTUATION = Pattern(r"[^\w%<>]+")
_PER = Pattern(r"(?P<unit>[a-z]+) (?:per|an?|each|every) (?P<time>hour|hr|h|min|minute|day|kg)\b")
_SLASH = Pattern(r" ?/ ?")
_STUCK = Pattern(r"(?<=\d)(?=(?:mgs?|mcg|ug|g|gm|kg|mls?|cc|meq|mmol|units?|iu)\b)")
"""Between a number and its unit, where they are typed as one: "30mg"."""
_LENGTH_APART = Pattern(
    r"\b(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?:day|week|month|year)s? apart\b"
)
"""Told of two values, whose times are told too."""
_NUMERAL, _DAY = Pattern(r"\d+(?:\.\d+)?"), Pattern(r"\d+(?:st|nd|rd|th)")
_ORDINALS = {
    "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6,
    "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10, "eleventh": 11,
    "11th": 11, "twelfth": 12, "12th": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Cue:
    """One word of the question, by what it says; of a placeholder, a number or a unit also what stands there."""

    says: str
    text: str = ""


@dataclass(frozen=True)
class Said:
    """All that a question says."""

    cues: tuple[Cue, ...]

    def has(self, *names: str) -> bool:
        """Whether one of these is said."""
        return any(cue.says in names for cue in self.cues)

    def texts(self, name: str) -> tuple[str, ...]:
        """What stands at the cues of a name, in order."""
        return tuple(cue.text for cue in self.cues if cue.says == name)

    def without(self, name: str) -> Said:
        """The same without one of the things said."""
        return Said(tuple(cue for cue in self.cues if cue.says != name))

    def only(self, *names: str) -> bool:
        """Whether nothing but these is said, beside names, times, units and limits."""
        allowed = {*names, UNIT, "qc", "qt"}
        return all(cue.says in allowed for cue in self.cues)


@lru_cache(maxsize=1)
def _written() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The tables as they are written."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _tables() -> tuple[Mapping[tuple[str, ...], str], frozenset[str], int]:
    """What each phrase says, the words of units, and the length of the longest phrase."""
    tables = _written()
    says: dict[tuple[str, ...], str] = {}
    for kind in ("words", "phrases"):
        says |= {tuple(phrase.split()): _PASSED_OVER for phrase in tables["passed_over"][kind]}
    for name, phrases in tables["says"].items():
        says |= {tuple(phrase.split()): name for phrase in phrases}
    units = frozenset(tables["units"]["words"])
    longest = max(map(len, (*says, *(unit.split() for unit in units))))
    return says, units, longest


FREQUENCIES = ("taken", "prn", "once", "in_a_day")
"""The cues that may tell how often something is to be taken."""


def frequencies(words: str) -> tuple[str, ...]:
    """What a record may write for a frequency that is said."""
    hourly = _EVERY_HOURS.fullmatch(words)
    if hourly is not None:
        return tuple(f"q{gap}{hourly['hours']}h{':prn' if hourly['prn'] else ''}" for gap in ("", " "))
    return tuple(_written()["frequencies"].get(words, (words,)))


def is_unit(words: str) -> bool:
    """Whether words are those of a unit."""
    return words in _tables()[1]


def says_of_amounts(words: str) -> bool:
    """Whether words say that something was given or came out, so that beside a name they are no name themselves."""
    return _tables()[0].get(tuple(words.split())) in ("given", "drained", "bolus")


def said_in(text: str) -> Said | None:
    """The cues of a masked question; None where a word of it says nothing that is known here."""
    says, units, longest = _tables()
    text = _STUCK.sub(" ", _LENGTH_APART.sub(" ", text))
    text = _PER.sub(lambda m: f"{m['unit']}/{m['time']}" if m["unit"] in units else m.group(), text)
    text = _SLASH.sub("/", text.replace("-", " "))
    found = (match.group() for match in _TOKEN.finditer(text))
    tokens = [token for token in found if not _PUNCTUATION.fullmatch(token)]
    cues: list[Cue] = []
    place = 0
    while place < len(tokens):
        length, cue = _cue_at(tokens, place, says, units, longest)
        if cue is None:
            return None
        if cue.says != _PASSED_OVER:
            cues.append(cue)
        place += length
    return Said(tuple(cues))


def _cue_at(tokens: list[str], place: int, says: Mapping[Any, str], units: frozenset[str], longest: int) -> Any:
    """How many tokens from here say one thing, and what; None for it where that is not known."""
    token = tokens[place]
    if _EVERY_HOURS.fullmatch(token) or _WITH_PRN.fullmatch(token):
        return 1, Cue("taken", token)
    if _PLACEHOLDER.match(token):
        return 1, Cue(token[:2], token)
    for length in range(min(longest, len(tokens) - place), 0, -1):
        phrase = tuple(tokens[place : place + length])
        if " ".join(phrase) in units or (length == 1 and _is_rate_unit(token, units)):
            return length, Cue(UNIT, " ".join(phrase))
        if phrase in says:
            return length, Cue(says[phrase], " ".join(phrase))
    if token in _ORDINALS:
        return 1, Cue(NTH, str(_ORDINALS[token]))
    if _NUMERAL.fullmatch(token):
        return 1, Cue(NUMBER, token)
    if _DAY.fullmatch(token):
        return 1, Cue("day", token[:-2])
    return 1, None


_PLAINLY = {
    "mgs": "mg", "milligram": "mg", "milligrams": "mg", "milligrammes": "mg", "micrograms": "mcg", "microgram": "mcg",
    "gms": "g", "grammes": "g", "mls": "ml", "millilitres": "ml", "milliliters": "ml", "ccs": "ml", "cc": "ml",
    "cms": "cm", "centimetres": "cm", "centimeters": "cm", "kgs": "kg", "kilograms": "kg", "kilos": "kg",
    "litres": "l", "liters": "l", "milliequivalents": "meq", "hr": "hour", "h": "hour", "minute": "min",
}  # fmt: skip


def plain_unit(said: str) -> str:
    """A unit as records write it."""
    return "/".join(_PLAINLY.get(part, part) for part in said.split("/"))


_OVER_TIME = Pattern(r"/(?:h|hr|hour|min|minute|day)\b")


def is_over_time(unit: str) -> bool:
    """Whether it is the unit of a rate."""
    return bool(_OVER_TIME.search(unit))


def _is_rate_unit(token: str, units: frozenset[str]) -> bool:
    """Whether it is a unit over others: `mcg/kg/min`."""
    first, *rest = token.split("/")
    return bool(rest) and first in units
