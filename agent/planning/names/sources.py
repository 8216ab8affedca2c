"""Sources of admission in words: "through the ER", "on a physician's referral", as the record writes them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from chartwarden.agent.patterns import Pattern

_DOCTOR = r"(?:physician|doctor|gp|general practitioner)"
_SOURCE = r"source(?: of (?:the )?admission)?(?: is| was| being|:|=)?"
_OWN = r"(?:(?:an?|the|my|his|her|their|our|some) )?"
_IN_WORDS: tuple[tuple[Pattern, tuple[str, ...]], ...] = (
    (
        Pattern(
            r"(?<!discharged )(?<!released )(?<!home )(?<!transferred )"
            rf"\b(?:via|through|from|by way of|{_SOURCE}) {_OWN}"
            r"(?P<s>(?:er|ed|a&e|emergency(?: room| department| dept\.?)?))\b(?! (?:visits?|stays?|records?|notes?))",
            re.IGNORECASE,
        ),
        ("emergency",),
    ),
    (
        Pattern(
            rf"\b(?:on|by|via|through|with|after|following|upon|{_SOURCE}) {_OWN}(?P<s>{_DOCTOR}(?:'s|s'|s)? referral"
            rf"|referral (?:by|from|of) {_OWN}{_DOCTOR})\b",
            re.IGNORECASE,
        ),
        ("physician", "referral"),
    ),
    (
        Pattern(r"\bfrom (?P<s>(?:another|an outside|a different|some other) hospital)\b", re.IGNORECASE),
        ("transfer", "hospital"),
    ),
    (
        Pattern(
            rf"\b(?:via|through|from|by way of|{_SOURCE}) {_OWN}"
            r"(?P<s>psych(?:iatry|iatric (?:unit|ward|hospital|facility))?)(?= ?(?:[,.;:?]|$))",
            re.IGNORECASE,
        ),
        ("psych",),
    ),
    (
        Pattern(
            rf"\b(?:via|through|from|by way of|{_SOURCE}) {_OWN}(?P<s>(?:skilled )?nursing (?:facility|home)|snf)\b",
            re.IGNORECASE,
        ),
        ("nursing",),
    ),
    (
        Pattern(
            r"\b(?:(?:as|by|via|through|on|with) (?:an? )?)(?P<s>walk[- ]?in(?: ?(?:/|or) ?self[- ]referral)?"
            r"|self[- ]referr(?:al|ed))\b",
            re.IGNORECASE,
        ),
        ("walk", "self"),
    ),
    (
        Pattern(rf"\b(?:on|by|via|through|with|after|from) {_OWN}(?P<s>clinic(?:'s)? referral)\b", re.IGNORECASE),
        ("clinic", "referral"),
    ),
    (
        Pattern(
            rf"\b(?:via|through|from|by way of|{_SOURCE}) {_OWN}(?P<s>pacu|recovery room|post-?an[a]?esthe(?:sia"
            rf"|tic) care unit)\b",
            re.IGNORECASE,
        ),
        ("pacu",),
    ),
    (
        Pattern(
            rf"\b(?:via|through|from|by way of|{_SOURCE}) {_OWN}(?P<s>procedure (?:site|room|suite))\b", re.IGNORECASE
        ),
        ("procedure",),
    ),
)
SOURCE_TOLD = Pattern(rf"\b{_SOURCE} {_OWN}$", re.IGNORECASE)
"""Before the name of a source: "whose source was", "admission source"."""
BY_EMERGENCY = "emergency"
"""The source where the record tells none."""
_ADMITTED = Pattern(
    r"\b(?:admi(?:t|ss)\w*|transfer\w*|c[ao]me|arriv\w+|came in|brought in|(?:in)?to (?:the )?hospital)\b",
    re.IGNORECASE,
)


def sources_in_words(question: str, names: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Where a source of admission is said in words, and the record's name for it, or the words where it has none."""
    if not _ADMITTED.search(question):
        return
    for pattern, parts in _IN_WORDS:
        recorded = sorted(name for name in names if all(part in name.lower() for part in parts))
        for match in pattern.finditer(question):
            yield *match.span("s"), recorded[0] if recorded else match["s"]


_ADMISSION = Pattern(r"\b(?:admi(?:t|ss)\w*|hospitali[sz]\w*|in-?patient|hospital stays?)\b", re.IGNORECASE)


def sources_untold(question: str) -> Iterator[tuple[int, int, str]]:
    """The same in a record that tells no source: `BY_EMERGENCY`, or nothing for any other."""
    if _ADMISSION.search(question):
        for start, end, said in sources_in_words(question, ()):
            yield start, end, BY_EMERGENCY if _IN_WORDS[0][0].search(f"via {said}") else ""
