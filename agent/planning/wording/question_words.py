"""The words an English question begins with, and the units it asks in, as patterns.

What is meant wider or narrower says so by its own name.
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.rank_words import RANK

WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
"""Question words."""
PLAIN_AUX = r"(?:was|were|is|are|(?<!\d )am|did|does|do|has|have|had)"
"""Auxiliaries that ask for what is or was so. Behind a number, `am` is a time of day."""
AUX = rf"(?:{PLAIN_AUX}|can|could|will|would)"
"""All auxiliaries that open a question; the modal ones may also ask politely, or for what ought to be."""
ASKED_UNITS = (
    r"(?:mm ?hg|[munpµ]?g/[md]?l|m?mol/l|umol/l|m?eq/l|m?i?u/m?l|kg/m2|kgs?|kilos?|kilograms?|lbs?|pounds?|[cm]m"
    r"(?!ol)|inches|bpm|%|percent|(?:degrees? )?(?:celsius|fahrenheit|c(?=\)|[ ?.]*$))|10\*[369]/u?l"
    r"|mg/m?mol|mg/g|ml/min(?:/1\.73 ?m2)?|fl)"
)
"""Units that somebody asks a value in."""
_YES_NO = Pattern(
    rf"^(?:if |whether |that )?(?:qt\d+,? )?(?:{PLAIN_AUX}|any|anything|would|wouldn't)\b(?! i )"
    rf"|^{PLAIN_AUX} i\b|^compar\w+\b.*, (?:is|was|are|were|has|have|did|does)\b"
)

_AGAIN = Pattern(rf"^{WH}\b.*[.?] (?:and )?{WH} (?:did|was|were)\b")
_CLAUSES = Pattern(r"[,:;.] ?| - ")


def is_yes_no(clause: str) -> bool:
    """Whether a clause asks for yes or no."""
    return bool(_YES_NO.match(clause))


def asks_again(text: str) -> bool:
    """Whether a second question stands behind the first, in a sentence of its own."""
    return _AGAIN.search(text) is not None


def ends_in_yes_no(text: str) -> bool:
    """Whether a text, or the last clause of it, asks for yes or no."""
    return is_yes_no(text) or is_yes_no(_CLAUSES.split(text.strip(" ?."))[-1])


AS_FOR = (
    r"(?:in terms of|as (?:for|to|regards)|regarding|concerning|(?:in|with) (?:regards?|respect) to|when it comes to"
    r"|on the subject of|speaking of|talking of)"
)
"""What sets a thing before the question about it."""
NO_QUESTION = rf"(?!(?:(?:the|his|her|my) )?(?:{WH}|{AUX}|give|show|list|tell|name|count|any|{RANK}|previous)\b)"
"""What stands behind begins no question."""
