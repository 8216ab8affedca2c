"""Units of intensive care by their names: "in the MICU", "on the trauma ICU", "coronary care".

A unit that is named is more than intensive care: only what was there is meant. It is read as intensive care, and the
queries are then put to the stretches that were spent in the unit (`reading/in_units.py`), as the record names it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern
from chartwarden.tools.records.manifest import Manifest

_INTENSIVE = r"(?:icu|intensive care(?: unit)?|critical care(?: unit)?|intensive therapy(?: unit)?|itu)"
_KINDS = (
    r"(?:medical|surgical|medical[ /]surgical|trauma|cardiac|cardiac[ /-]vascular|cardiovascular|heart|coronary|neuro"
    r"|neuro[ -]?surgical|neurological)"
)
_NAMED = Pattern(
    rf"(?<![\w/(-])(?P<said>micu/sicu|(?:trauma |neuro )?sicu|(?:m|ts|cv|cs|ns|n|c)icu|ccu|csru|{_KINDS} {_INTENSIVE}"
    rf"|coronary care(?: unit)?)(?: ?\([a-z/ ]*icu\)| ?\(ccu\))?(?![\w/-])(?! (?:nurse|doctor|team|consultant"
    rf"|registrar)\b)",
    re.IGNORECASE,
)
_ANY = Pattern(_INTENSIVE, re.IGNORECASE)
IN_BRACKETS = Pattern(r"\((?P<short>[^)]*)\)")
_WHERE = Pattern(r"\b(?:which|what) (?:[a-z]+ )?(?:care ?)?(?:unit|ward|icu)s?\b|\bwhere\b", re.IGNORECASE)
"""Where a unit is asked for, one that is named is no place of what is asked."""


@dataclass(frozen=True)
class Unit:
    """A unit of intensive care that a question names."""

    said: str
    name: str
    """As the record has it; what was said, where the record has no such unit."""

    @property
    def told(self) -> str:
        """How it was read, for `--explain`."""
        return f'"{self.said}": {self.name}'


def unit_told(question: str, manifest: Manifest) -> tuple[str, Unit | None]:
    """The question with a unit that it names as the place put as intensive care, and the unit."""
    found = list(_NAMED.finditer(question))
    if len({match["said"].lower() for match in found}) != 1 or _WHERE.search(question):
        return question, None
    names = [entry.label for entry in manifest.words("location", "Encounter")]
    said = found[0]["said"]
    return units_plainly(question), Unit(said, _name_of(said, names) or said)


def units_plainly(question: str) -> str:
    """The question with every unit that it names called intensive care."""
    return _NAMED.sub("ICU", question)


def _name_of(said: str, names: list[str]) -> str:
    """The record's name for a unit: by its short name, or by all the words, the fewest others beside them."""
    for name in names:
        short = IN_BRACKETS.search(name)
        if said.lower() in (
            name.lower(),
            short["short"].lower() if short else "",
            IN_BRACKETS.sub("", name).strip().lower(),
        ):
            return name
    words = _words(_units().get(_plain(said), _plain(said)))
    near = sorted((len(_words(name)), name) for name in names if words <= _words(name))
    return near[0][1] if near and (len(near) == 1 or near[0][0] < near[1][0]) else ""


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", _ANY.sub("icu", said.lower().replace("-", " "))).strip()


def _words(name: str) -> frozenset[str]:
    plain = re.sub(r"[^a-z]+", " ", _plain(IN_BRACKETS.sub("", name)))
    parts = (_units().get(word, word) if word.endswith("icu") else word for word in plain.split())
    return frozenset(" ".join(parts).split())


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    text = resources.files(__package__).joinpath("care_units.csv").read_text(encoding="utf-8")
    return {row["said"]: row["words"] for row in csv.DictReader(text.splitlines())}
