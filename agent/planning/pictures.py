"""Whether a question asks to be shown pictures, and not what is written of them."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_SHOW = Pattern(
    r"^(?:(?:please|can you|could you|would you|i want to|i'd like to|let me|i need to|are there any) ?)*"
    r"(?:show|see|find|display|pull up|open|bring up|view|look at|get|fetch|retrieve)\b",
    re.IGNORECASE,
)
_PICTURES = Pattern(
    r"\b(?:films?|x-?rays?|images?|pictures?|radiographs?|photos?|photographs?|scans?|cts?|mris?|mammograms?)\b",
    re.IGNORECASE,
)
_WRITTEN = Pattern(r"\b(?:reports?|results?|say|said|says|showed|shows|read)\b", re.IGNORECASE)


def asks_for_pictures(question: str) -> bool:
    """Whether pictures are what is wanted: "show me the chest films from 2019"."""
    text = question.strip()
    return bool(_SHOW.match(text) and _PICTURES.search(text)) and not _WRITTEN.search(text)
