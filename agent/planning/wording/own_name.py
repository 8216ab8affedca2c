"""The patient's own name in a question, read as "the patient". Another person's name is left for others to judge."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_NAME = r"[A-ZÀ-Þ][\w'’-]*?\d*"
_RUN = Pattern(
    rf"\b(?P<title>(?:Dr|Doctor|Prof|Nurse|Mr|Mrs|Ms|Miss)\.? )?(?P<names>{_NAME}(?: {_NAME})*)"
    rf"(?P<own>['’]s)?(?![\w'’-])"
)
_TITLE = Pattern(r"Dr|Doctor|Prof|Nurse|Mr|Mrs|Ms|Miss")
_IDENTIFIER = Pattern(r"^\d|\|")
_NUMBER_AT_END = Pattern(r"\d+$")
_EPONYM = Pattern(r"^ (?:disease|syndrome|sign|test|score|scale|index)\b")


def without_own_name(question: str, own: frozenset[str]) -> str:
    """The question with names made only of the patient's own put as "the patient"."""
    words = {_folded(word) for name in own if not _IDENTIFIER.search(name) for word in name.split()}

    def put(match: re.Match[str]) -> str:
        said, opening = match["names"].split(), ""
        if match.start() == 0 and len(said) > 1 and _folded(said[0]) not in words:
            opening = f"{said.pop(0)} "
        title = match["title"] or (said.pop(0) if len(said) > 1 and _TITLE.fullmatch(said[0]) else "")
        clinician = title[:2] in ("Dr", "Do", "Pr", "Nu")
        if clinician or not all(_folded(name) in words for name in said) or _EPONYM.match(question[match.end() :]):
            return match.group()
        return f"{opening}the patient{match['own'] or ''}"

    return _RUN.sub(put, question) if words else question


def _folded(name: str) -> str:
    """A word of a name without case, and without the number that the names of synthetic patients end in."""
    return _NUMBER_AT_END.sub("", name).casefold()
