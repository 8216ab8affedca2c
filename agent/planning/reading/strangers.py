"""What the questions that were read name: whether anything, and whether something that nothing knows."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Comparison, NoteSearch, Question


def asks_of_no_name(questions: Sequence[Question], skeleton: Skeleton) -> bool:
    """Whether one of the questions asks for a word that nothing knows, or for the words of notes."""
    unknown = {mention.words for mention in skeleton.mentions if not mention.is_known}
    for question in questions:
        if isinstance(question, NoteSearch):
            return True
        queries = (question.left, question.right) if isinstance(question, Comparison) else (question,)
        if any(query.concept is not None and query.concept.words in unknown for query in queries):
            return True
    return False


def names_something(question: Question) -> bool:
    """Whether a question names what it asks for, or asks for what needs no name: the patient, visits, allergies."""
    if isinstance(question, NoteSearch):
        return False
    query = question.left if isinstance(question, Comparison) else question
    return bool(query.concept or query.reason or query.specimen) or query.types[0] in _NAMELESS


_NAMELESS = frozenset({"Patient", "Encounter", "AllergyIntolerance"})
