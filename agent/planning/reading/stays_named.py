"""A stay that is one of several, in words: "the first admission", "his most recent one", "the stay qt0"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.comparing import meet
from chartwarden.agent.planning.reading.frames import Frame, Thing
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton

STAY = r"(?:hospital |inpatient |in-patient )?(?:admission|stay|hospitali[sz]ation|visit|encounter|discharge)"
WHOSE = r"(?:the|his|her|my|their|this patient's|the patient's|patient's|this|our)"
_RANKS = {
    "first": Which("first"), "1st": Which("first"), "initial": Which("first"), "earliest": Which("first"),
    "index": Which("first"), "second": Which("first", 2), "2nd": Which("first", 2), "third": Which("first", 3),
    "3rd": Which("first", 3), "last": Which("last"), "latest": Which("last"), "most recent": Which("last"),
    "final": Which("last"), "newest": Which("last"), "current": Which("last"), "previous": Which("last", 2),
    "one before": Which("last", 2), "penultimate": Which("last", 2),
}  # fmt: skip
_NUMBERS = {"one": 1, "two": 2, "three": 3, "1": 1, "2": 2, "3": 3}
_RANK = "|".join(sorted(_RANKS, key=len, reverse=True))
ONE_STAY = Pattern(
    rf"(?:{WHOSE} )?(?:very )?(?:{STAY} (?:number |no\.? ?|#)?(?P<n>one|two|three|1|2|3)"
    rf"|(?P<rank>{_RANK})(?: {STAY}| one| time)?(?: of (?:all )?(?:{WHOSE} )?(?:two |three )?{STAY}s)?"
    rf"|{STAY} (?P<time>qt\d+)|(?P<t>qt\d+) {STAY}"
    rf"|{STAY} (?:of|in|from|on) (?P<u>qt\d+)|(?P<v>qt\d+))(?![\w'-])"
)
"""One stay of several, by its rank or its time."""


def kinds_of_stays(said: str) -> tuple[str, ...]:
    """Of what kind stays are that are called so: a visit or an encounter may be of any."""
    is_any = re.search(r"\b(?:visit|encounter)", said) and not re.search(r"\b(?:hospital|in-?patient) ", said)
    return () if is_any else ("hospital",)


def stay_named(match: re.Match[str], skeleton: Skeleton) -> Frame | None:
    """The stay that a match of `ONE_STAY` means, as an event."""
    rank, time = match["rank"], match["time"] or match["t"] or match["u"] or match["v"]
    window = meet([one for one in [skeleton.window(time)] if one is not None]) if time else None
    if time and window is None:
        return None
    which = _RANKS[rank] if rank else Which("first", _NUMBERS[match["n"]]) if match["n"] else Which()
    stay = Frame("when", Thing("encounter"), which, window, clause="stay")
    stay.kinds, stay.is_ranked = kinds_of_stays(match.group()), which.is_said
    return stay
