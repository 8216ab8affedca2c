"""Whether instructions for a drug tell how often it is to be taken, and not only the form of the product."""

from __future__ import annotations

import re

_SAYS = re.compile(
    r"\b(?:daily|every|each|once|twice|times|hourly|hours?|days?|weekly|weeks?|monthly|nightly|nights?|mornings?"
    r"|evenings?|bedtime|needed|prn|q\d\w*|qd|qod|bid|tid|qid|qhs|meals?|continuous\w*)\b",
    re.IGNORECASE,
)


def says_how_often(text: str) -> bool:
    """True of "take one twice daily", and not of "20mg Capsule"."""
    return bool(_SAYS.search(text))
