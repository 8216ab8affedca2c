"""Times of day to the second: words that only say how exact one is, and one told in a sentence behind its day.

"At 15:28:05, exact to the second" names no second row, and "It was on 21 August. At 19:11:36, was anything done?" asks
of that moment and not of the whole day.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import DATE

_CLOCK = r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
_ANY_DATE = re.sub(r"\?P<[a-z]+>", "?:", DATE)
_EXACT = Pattern(
    rf"(?P<clock>{_CLOCK}),? ?\(?(?:(?:exactly|precisely|sharp|on the (?:dot|nose))"
    r"|(?:(?:exact|exactly|precise|precisely|accurate|correct|right|down|that is|that's) )*to the (?:very |exact )?"
    r"(?:second|minute))\)?(?=[ ,.;?!]|$)",
    re.IGNORECASE,
)
_WHOLE_DAY = Pattern(
    r",? ?\b(?:from )?(?:0?0:?00|midnight) ?(?:to|until|till|through|-|–) ?(?:24:?00|23:?59(?::59)?|midnight)"
    r"(?: (?:hours|hrs|h))?\b"
)
"""That all of a day is meant which is told."""
_EXACTLY_BEFORE = Pattern(rf"\b(?P<at>at|on) (?:exactly|precisely|just) (?=(?:{_CLOCK}|{_ANY_DATE}))", re.IGNORECASE)
_DAY_BEFORE = Pattern(
    rf"(?P<lead>,? ?\b(?:on |it was )?)(?P<day>{_ANY_DATE})(?P<end> ?[.;!]) (?P<between>(?:(?!\d)[^.;!?])*?)"
    rf"\b(?:at )?(?:exactly |precisely )?(?P<clock>{_CLOCK})",
    re.IGNORECASE,
)
_HAS_CLOCK = Pattern(r"\d:\d\d")
_ITS_OWN_DAY = Pattern(rf"^,? (?:on|of) (?:{_ANY_DATE})", re.IGNORECASE)


def _on_its_day(match: re.Match[str]) -> str:
    """A day that is told in a sentence of its own, put before the time of day of the next one."""
    if _ITS_OWN_DAY.match(match.string[match.end() :]):
        return match.group()
    return f"{match['end'].strip()} {match['between']}on {match['day']} {match['clock']}"


def clocks_plainly(question: str) -> str:
    """A question with its times of day as the reader of times knows them."""
    if not _HAS_CLOCK.search(question):
        return question
    question = _WHOLE_DAY.sub("", question)
    question = _EXACTLY_BEFORE.sub(r"\g<at> ", _EXACT.sub(r"\g<clock>", question))
    return _DAY_BEFORE.sub(_on_its_day, question)
