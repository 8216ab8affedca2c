"""Values of what a stay is coded with, in words: "with priority 'elective'", "of class observation"."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern

_CALLED = {
    "class": r"(?:(?:encounter|visit|admission) )?class(?:es|ed|ified)?(?: code)?",
    "priority": r"(?:(?:admission|encounter|visit) )?priority(?: code| level)?",
    "serviceType": r"(?:(?:hospital|clinical|medical) )?(?:service(?: ?type)?|speciality|specialty|team)(?: code)?",
}
_IS = r"(?: (?:of|is|was|were|being|as|to|with|set|recorded|coded|listed|given|marked|=|:)| ?[:=])*"
_STAYS = r"(?:(?:hospital|inpatient) )?(?:admissions?|stays?|hospitali[sz]ations?|encounters?|visits?|ones?)\b"


class Coded(NamedTuple):
    """A way of saying that an attribute of a stay has a value."""

    said: Pattern
    attribute: str
    recorded: tuple[str, ...]


@lru_cache(maxsize=1)
def coded_ways() -> tuple[Coded, ...]:
    """All ways: the attribute by its name beside the value, or the value alone where it can be nothing else."""
    text = resources.files(__package__).joinpath("stay_values.csv").read_text(encoding="utf-8")
    return tuple(
        Coded(Pattern(_way(row["attribute"], row["said"], alone=bool(row["alone"]))), row["attribute"], recorded)
        for row in csv.DictReader(text.splitlines())
        for recorded in [tuple(row["recorded"].split("|"))]
    )


def coded_said(text: str) -> str:
    """The words of a text that say such a value."""
    return " ".join(match.group() for way in coded_ways() if (match := way.said.search(text)) is not None)


def _way(attribute: str, said: str, *, alone: bool) -> str:
    called, value = _CALLED[attribute], rf"(?:{said})"
    quoted = rf"['\"( ]*(?:an? |the )?{value}\b(?![-/])(?: ?\([a-z /]+\))?['\")]*"
    ways = [rf"\b{called}{_IS} {quoted}", rf"['\"]?\b{value}['\"]?(?: ?\([a-z /]+\))?[ -]{called}\b"]
    if alone:
        ways.append(rf"\b{value}(?:ly)?(?= {_STAYS})")
        ways.append(
            rf"\b(?:were|was|are|is|as|being)(?: all)? (?:an? )?{value}(?:ly)?(?: (?:ones?|cases?"
            rf"|basis))?(?=[ ?.,;:]|$)"
        )
    if attribute == "serviceType":
        ways.append(
            rf"\b(?:under|on|by) (?:the )?{value}(?![\w'-])(?: {called}\b)?(?! (?:patient|ward|unit|floor|icu"
            rf"|intensive)\b)"
        )
    return "|".join(ways)
