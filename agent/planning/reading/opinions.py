"""What somebody thought, advised or wrote: asked of a person, answered by quoting what that person put in the notes."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.tools.records.query import NoteSearch, Window

_OPINION = Pattern(
    r"\b(?:think|thinks|thought|believed?s?|suspect(?:ed|s)?|feels?|felt|opined?|opinion|view|impression|assessment|"
    r"conclu\w+|recommend\w*|advis\w+|advice|suggest\w*|attribut\w+|blam\w+|consider(?:ed|s)?|wrote|writes?|written|"
    r"sa(?:y|ys|id)|mention(?:ed|s)?|according to|explain\w*|attribut\w+|propos\w+)\b"
)
_ORDERED = Pattern(r"\b(?:prescri\w+|order\w*|rx|scripts?)\b")
"""What somebody ordered is recorded as such, and is no opinion."""


def opinion_of(clause: str, people: list[str], mentions: list[Mention], window: Window | None) -> NoteSearch | None:
    """The search in the notes of the one person named, or None where no opinion of a person is asked for."""
    tokens = re.findall(r"qp(\d+)", clause)
    if len(tokens) != 1 or not mentions or not _OPINION.search(clause) or _ORDERED.search(clause):
        return None
    return NoteSearch(
        words=" ".join(mention.words for mention in mentions), author=people[int(tokens[0])], window=window, limit=3
    )
