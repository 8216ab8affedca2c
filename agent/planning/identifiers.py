"""Identifiers of patients that stand in a question: this patient's is accepted, another's is denied by the gate."""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"\b(?:patient|subject|mrn|pt)\b\s*(?:with\s+)?(?:the\s+)?(?:id(?:entifier)?|mrn|number|no\.?|#)?\s*[:#=]?\s*"
    r"(?P<id>[A-Za-z]{0,4}[-_]?\d[\w.-]{3,})\b(?!/)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\bPatient/(?P<id>[A-Za-z0-9.-]{1,64})\b")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.|/-])\d{7,10}(?![\w.|/%-])")


def identifier_spans(question: str) -> list[tuple[int, int, str]]:
    """Where patient identifiers stand in a question: start, end (of the whole phrase), identifier."""
    found: list[tuple[int, int, str]] = []
    for pattern in (_NUMBERED, _REFERENCE, _UUID, _BARE):
        for match in pattern.finditer(question):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            named = match.groupdict().get("id")
            found.append((match.start(), match.end(), (named or match.group()).rstrip(".,?")))
    return sorted(found)
