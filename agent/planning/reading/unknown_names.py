"""What the questions that were read name: whether anything, and whether something that nothing knows."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Comparison, NoteSearch, Question, RecordQuery

_NEED_NO_NAME = frozenset({"Patient", "Encounter", "AllergyIntolerance"})
"""What people ask for without naming any: the patient's own data, visits, the list of allergies."""


def asks_for_unknown(questions: Sequence[Question], skeleton: Skeleton) -> bool:
    """Whether one of the questions asks for a word that neither this record nor the tables know, or for the words of
    notes."""
    unknown = {mention.words for mention in skeleton.mentions if not mention.is_known}
    return any(
        isinstance(question, NoteSearch)
        or any(query.concept is not None and query.concept.words in unknown for query in _queries(question))
        for question in questions
    )


def names_something(question: Question) -> bool:
    """Whether a question names what it asks for, or asks for what needs no name."""
    return not isinstance(question, NoteSearch) and all(
        query.concept or query.reason or query.specimen or query.types[0] in _NEED_NO_NAME
        for query in _queries(question)
    )


def _queries(question: RecordQuery | Comparison) -> tuple[RecordQuery, ...]:
    return (question.left, question.right) if isinstance(question, Comparison) else (question,)
