"""A year that is asked of what happened, and no date: "which year was her hysterectomy?", "concussion: what year?"."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.tools.records.query import Question, RecordQuery

_ASKED = Pattern(
    r"(?:^|[,:;.?!–-] ?)(?:and |so |please |(?:tell|give|remind) me )*(?:in |from )?(?:which|what) (?:calendar )?year "
    r"(?:was|were|did|is|has|had)\b"
    r"|[,:;–-] ?(?:in )?(?:which|what) (?:calendar )?year[ ?.!]*$"
    r"|\b(?:just|only) the year\b|\byear only\b|\b(?:the|calendar) year (?:of|that|when|in which|i|he|she|they"
    r"|(?:my|his|her) [\w ]+ was)\b|^year (?:of|that)\b"
    r"|\(year\)|, year[ ?.!]*$"
)
_NOT_ASKED = Pattern(
    r"\bmonth,? (?:and )?year\b"
    r"|\b(?:each|every|per|years|(?:first|last|past|previous|same|next|within|during|over|in) (?:the )?year)\b"
)


def in_year(asked: Question, question: str) -> Question:
    """A query for the time of something as one for the year of it, where that is asked."""
    said = question.lower()
    if not isinstance(asked, RecordQuery) or asked.target != "time" or asked.measure != "none":
        return asked
    if asked.by == "value" or not _ASKED.search(said) or _NOT_ASKED.search(said):
        return asked
    return asked.model_copy(update={"unit": "a"})
