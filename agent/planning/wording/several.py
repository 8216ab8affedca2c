"""Several questions in one line, each standing on its own: "When was the last flu shot, and how tall is she?"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX, WH

_ASKS_OF = rf"{WH}\b(?=.*\b{AUX}\b)"
_WHOM = r"(?:he|she|they|i|we|you|it|there|any|the|this|my|his|her|their|patient)"
_ASKING = rf"(?:{_ASKS_OF}|{AUX} {_WHOM}\b|(?:list|show|give|tell|name|count)\b)"
_BETWEEN = Pattern(
    rf"\?+\s+(?:and |also |plus |then )*|(?:\s*[,;.]\s*|\s+)(?:and|also|plus|as well as) (?={_ASKING})"
    rf"|[;.]\s+(?={_ASKING})",
    re.IGNORECASE,
)
_ASKS = Pattern(
    rf"^(?:and |also |please |so |ok,? )*(?:{_ASKING}|{AUX}\b)"
    r"|\b(?:needs?|wants?|asks?|asking|looking for|would like)\b",
    re.IGNORECASE,
)
_LEANS = Pattern(
    r"\b(?:it|its|that|this|those|these|them|they|then|there|one|ones|same|other|both|each|also|else|before|after"
    r"|afterwards|since)\b(?! (?:\d|the\b|january|february|march|april|may|june|july|august|september|october"
    r"|november|december))|\bthe (?:list|dates?|days?|times?|numbers?|count|total|values?|results?|names?|answers?"
    r"|details|record|chart|file|status)$|^which (?:ones? )?(?:are|is|were|was) (?:\w+ ){0,2}\w+$",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Words of a question that stands on its own."""


def asked_one_by_one(question: str) -> tuple[str, ...]:
    """The questions of a line where it has several and each stands on its own; else none."""
    parts = [part.strip(" ,.;?") for part in _BETWEEN.split(question)]
    parts = [part for part in parts if part]
    stands = [_ASKS.match(part) and len(part.split()) >= _SHORTEST and not _LEANS.search(part) for part in parts]
    return tuple(parts) if len(parts) > 1 and all(stands) else ()
