"""What became of an order, a visit or a test ("cancelled", "taken off it", "reissued"): another event than its own."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern

_BECAME = (
    r"cancel\w*|called off|revok\w+|rescind\w+|withdrawn|withdrew|annulled|voided|postponed|rescheduled"
    r"|suspend\w*|paus(?:e|ed|ing)|interrupt(?:ed|ion)|withheld|held (?:back|off)|on hold|put off|amend(?:ed|ment)"
    r"|altered|overrid\w+|overruled|reissued|renewed|re-?started|resumed|reinstated|swapped|switched|replaced"
    r"|tapered|titrated|expired?|expir(?:y|es)|laps(?:e|ed)|struck (?:out|through|off)|crossed (?:out|off)|deleted"
    r"|(?:ran|runs?|running) out|reviewed"
)
FATE = Pattern(rf"\b(?:{_BECAME})\b")
"""Words for what became of something, where they are not read as its end."""
ENDED = Pattern(
    r"\b(?:(?:discontinu|halt|ceas|stopp)\w*|stops?|(?:tak\w+|took|came|come|coming|wean\w*) (?:\w+ ){0,2}?off"
    r"|came to an end|no longer tak\w+)\b"
)
"""Words for the end of a drug, of which a record may have the time."""
OVER = Pattern(r"\b(?:end(?:s|ed|ing)?|over|resolv\w+|clear(?:s|ed)|finish\w*|gone|went away)\b")
"""Words for the end of anything."""
_ICU = r"(?:icu|micu|sicu|ccu|cvicu|intensive care|critical care)"
_GOT = (
    r"(?:g[eo]t(?:s|ting|ten)?|c[ao]me|coming|moved?|go|goes|went|going|transfer(?:red|s)?|step(?:ped)?|let"
    r"|take|taken|took|walked|wheeled)(?: (?:me|him|her|them))?(?: (?:down|back|up))?"
)
OUT_OF_CARE = (
    rf"\b{_GOT} (?:(?:out (?:of|from)|off) (?:the |an? |my |his |her |their )?(?:{_ICU}|hospital)"
    rf"|from (?:the |an? |my |his |her |their )?{_ICU})\b(?!.*\b(?:in)?to (?:the |an? )?{_ICU}\b)"
)
"""Words for the end of a time in a place of care: "got out of the ICU", "transferred from intensive care"."""
_WORDS = Pattern(rf"(?:(?:was|were|been|is|are|be|got) )*(?:{_BECAME})")
_OF_THE_RECORD = Pattern(
    r"\b(?:charts?|records?|files?|notes|list|history) (?:\w+ ){0,2}reviewed\b|\breviewed (?:the|my|his|her)\b"
)


def fate_in(text: str) -> str:
    """The words of a lower-case text for what became of something; empty where it has none."""
    found = FATE.search(_OF_THE_RECORD.sub(" ", text))
    return found.group() if found else ""


def is_fate(words: str) -> bool:
    """Whether words that nothing knows say what became of something, and name nothing."""
    return bool(_WORDS.fullmatch(words.lower().strip()))


def tells_an_end(text: str) -> bool:
    """Whether a lower-case text speaks of the end of a drug."""
    return bool(ENDED.search(text))
