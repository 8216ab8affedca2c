"""A value that is claimed of a measurement, put as the question it is: "I have her LDL as 55, right?", "was it 55?".

What is claimed is held against the reading it is claimed of, and the answer says yes or no with what is recorded.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import ASKED_UNITS

_UNIT = rf"(?: ?(?:{ASKED_UNITS}|mg/dl|g/dl|k/ul|m[lg]|mcg|g|/min|degrees|points?)(?![\w/]))?"
_NUMBER = rf"(?P<n>(?:(?<= )[-−])?\d+(?:\.\d+)?)(?![\d.]*[/:-]?\d)(?P<u>{_UNIT})(?![\w%])"
_WHEN = (
    r"(?P<t>(?:,? (?:(?:on|in|at|during|back|last|this|before|after|when|from|upon|as of|by) [^,;?]+|yesterday|today)"
    r"|,? \d{4}-\d\d-\d\d)?)"
)
_CAME = (
    r"(?: ?[=:]|,? (?:was|is|were|reads?|measured|stood at|stands at|sat at|comes? (?:back|out|in|to)|came (?:back"
    r"|out|in"
    r"|to)|showed|shows|equals|equalled|ran|of)(?: (?:recorded|measured|charted|documented|noted|reported|listed|only"
    r"|still|just|at|as|to|a|equal to))*)"
)
_SUBJECT = (
    r"(?P<x>(?!(?:he|she|it|i|they|we|you|there|that|this|age|what|how|when|who|why|which|where)\b)[^,;:?=]{1,80}?)"
)
_HAVE = (
    r"(?:i|we|they|you|(?:the |my |our |his |her )?(?:chart|record|sheet|letter|note|form|list|report|referral"
    r"|summary|nurse"
    r"|resident|pharmacist|colleague|doctor|gp|patient|lab)s?)(?:'ve| have)? (?:only |just |also )?(?:have|has|had"
    r"|got|noted|recorded|wrote"
    r"|put|list|listed|see|shows?|gives?|says?|said|states?|reads?)(?: down| got)?"
)
_AS = (
    r"(?: (?:down|listed|recorded|noted|documented|entered|charted))?(?: (?:here|in my notes))? (?:as|at|of)(?: being)?"
)
_CLAIMED: tuple[Pattern, ...] = tuple(
    Pattern(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_HAVE} (?:an? )?{_SUBJECT}(?:{_AS}|:)? {_NUMBER}{_WHEN}$",
        rf"^{_SUBJECT}(?:{_CAME})? {_NUMBER}{_WHEN}$",
    )
)
_ASKED = Pattern(
    rf"^(?:was|is|were|wasn't|isn't) {_SUBJECT}(?: (?:really|actually|indeed|still|recorded (?:as|at)|at|only|just))*"
    rf" {_NUMBER}{_WHEN}$",
    re.IGNORECASE,
)
_NO_VALUE_BEHIND = Pattern(
    r"\b(?:type|stage|grade|number|room|covid|no\.|on|in|the|to|than|after|before|since|for|below|above|over|under"
    r"|and|or"
    r"|least|most|within|between|last|first|next|by|from|until|every|day|age|aged|turn(?:s|ed|ing)?|reached"
    r"|(?:before|after|since|until|when|while) (?:he|she|i|they)(?: (?:was|were))?|exceeding|beyond|not|about|around"
    r"|pt|patient|mrn|id|subject|chart|roughly|approximately|approx|circa|nearly|almost|some|more|less"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*)$",
    re.IGNORECASE,
)
"""Words behind which a number is a day, a limit or a name."""
_CHECK = Pattern(
    r"^(?:(?:can|could|would) you )?(?:please )?(?:confirm|verify|double[- ]check|check)(?: for me)?(?: (?:that"
    r"|whether|if))? ",
    re.IGNORECASE,
)
_PAIR = Pattern(
    r"^(?P<a>.*?\b)(?:blood pressure|bp)\b(?P<b>.*?)(?<![\d.])(?P<s>\d{2,3}) ?(?:/"
    r"|over) ?(?P<d>\d{2,3})(?![\d./])(?P<c>.*)$",
    re.IGNORECASE,
)
"""Both numbers of a blood pressure."""
_OF_MORE = Pattern(
    r"\b(?:ever|any|always|once)\b|\b(?:in|during|since|before|after|from|between|over)\b(?! (?:the|his|her"
    r"|my) (?:record|chart"
    r"|file|system))",
    re.IGNORECASE,
)
"""Of several readings, where each number may be another's."""
_EVER = Pattern(
    r"^(?:(?:the|his|her|my|their|patient's) )?(?P<x>.*?) (?:ever|at any (?:time|point))(?: been)?$", re.IGNORECASE
)
_IS_GIVEN = Pattern(
    r"\b(?:ha[sd]|have|had|took|takes?|taken|taking|given|gets?|got|received?|prescribed|ordered|administered|put)\b",
    re.IGNORECASE,
)
"""What is said of a drug or a fluid, whose number is a strength: "she has taken in dextrose 5%"."""
_ASKS_MORE = Pattern(r"\b(?:when|why|how|who|what|where|which)$", re.IGNORECASE)
"""What is asked of it behind the claim: "BP 120/80, when was that?"."""
_COUNTS = Pattern(
    r"^ ?(?:(?:years?|months?|weeks?|days?|hours?|minutes?|times?|readings?|visits?|doses?|jan|feb|mar|apr|may|jun"
    r"|jul|aug|sep|oct|nov|dec)\w*\b|o'clock|[ap]\.?m\b)",
    re.IGNORECASE,
)
_YEAR = Pattern(r"(?:1[89]|2\d)\d\d")


def value_claimed(claim: str, *, asks: bool) -> str:
    """The question whether a value is what is claimed; nothing where none is.

    `asks`: whether what was said around the claim asks if it is so.
    """
    if _ASKS_MORE.search(claim):
        return ""
    claim, checks = _CHECK.subn("", claim)
    asks = asks or bool(checks)
    pair = _PAIR.match(claim)
    if pair is not None:
        sides = (("systolic", "s"), ("diastolic", "d"))
        each = [f"{pair['a']}{side} blood pressure{pair['b']}{pair[number]}{pair['c']}" for side, number in sides]
        both = [value_claimed(one, asks=asks) for one in each]
        return " ".join(both) if all(both) and not _OF_MORE.search(claim) else ""
    for pattern in (*(_CLAIMED if asks else ()), _ASKED):
        found = pattern.match(claim)
        if found is None or _COUNTS.match(claim[found.end("n") :]) or _NO_VALUE_BEHIND.search(found["x"]):
            continue
        if _IS_GIVEN.search(found["x"]):
            continue
        if not (_YEAR.fullmatch(found["n"]) and not found["u"]):
            ever = _EVER.match(found["x"])
            if ever is not None:
                return f"was there ever any {ever['x']} equal to {found['n']}{found['u']}{found['t'] or ''}?"
            return f"was {found['x']} equal to {found['n']}{found['u']}{found['t'] or ''}?"
    return ""
