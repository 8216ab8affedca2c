"""The best and the worst value of a measurement by the side that clinicians call the worse.

Of all others the best and the worst are left as said.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_LESS_IS_WORSE = (
    r"(?:fev ?1(?:/fvc)?|fvc|forced vital|peak (?:expiratory )?flow|oxygen sat|o2 sat|spo2|sao2|e?gfr\b"
    r"|glomerular filtration|hdl|ejection fraction|lvef|apgar|glasgow|gcs|mmse|mini[- ]mental|ankle brachial)"
)
_MORE_IS_WORSE = r"(?:ldl|total cholesterol|triglycerides?|a1c|hba1c|creatinine(?! clear)|pain|psa)"
_BESIDE = r"(?: (?:recorded|measured|ever))?"
_NOUN = r"(?: (?:value|reading|result|score|level|measurement|number|figure|one)s?)?"
_IS = r"(?:,| (?:is|was|were|are|has been|had been))?"
_RATED = r"(?: (?:scored|rated|graded|reported|recorded|measured))?"
_WHAT_IS = r",? (?:what(?:'s| is| was)|when was|how (?:high|low) was) (?:the|its|their|his|her|my)"
_ASKED = r"(?:[:,]? (?:when|on (?:which|what) (?:day|date)|(?:which|what) (?:day|date)) (?:was|is) (?:it|that|this))?"
_WITHIN = (
    r"(?:(?:,| in| between| from| since| over| during) [^?.;:]{3,40}?(?: ?[-–:,]|,? what was)"
    r"(?= (?:the )?(?:worst|best)(?: (?:value|score|reading|result|one|number))?[ ?.]*$))?"
)
"""A time between the measurement and which side of it is asked."""
_AT = r"(?: at)?(?: (?:its|their|his|her|my|the|your)(?: very)?)?"


def _sides(kind: str) -> tuple[Pattern, Pattern]:
    """The word before such a measurement, and behind it."""
    said = r"(?P<w>worst|best)"
    return (
        Pattern(rf"\b{said}(?={_BESIDE} {kind})", re.IGNORECASE),
        Pattern(
            rf"(?<![\w/]){kind}[\w/]*{_NOUN}{_IS}{_RATED}{_ASKED}(?:{_WITHIN}{_AT}|{_WHAT_IS}) {said}\b", re.IGNORECASE
        ),
    )


_WORSE = {"lowest": _sides(_LESS_IS_WORSE), "highest": _sides(_MORE_IS_WORSE)}


def sided(question: str) -> str:
    """The question with "worst eGFR" and "the LDL was at its worst" said as the lowest and the highest."""
    for worst, (before, behind) in _WORSE.items():
        sides = {"worst": worst, "best": "lowest" if worst == "highest" else "highest"}
        for match in reversed(list(before.finditer(question))):
            question = f"{question[: match.start()]}{sides[match['w'].lower()]}{question[match.end() :]}"
        for match in reversed(list(behind.finditer(question))):
            question = f"{question[: match.start('w')]}{sides[match['w'].lower()]}{question[match.end() :]}"
    return question
