"""What the questions that were read name: whether anything, and whether something that nothing knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
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


_NO_PROBLEMS = frozenset({"Observation", "Procedure", "Encounter"})


_PROBLEM = Pattern(
    r"\b(?:diagnos\w+|conditions?|problems?|disorders?|diseases?|illness\w*|history|coded)\b", re.IGNORECASE
)


def recorded_elsewhere(questions: Sequence[Question], skeleton: Skeleton) -> str:
    """What is asked for as a problem and is none of this record, which has something else by that very name, or of
    which entries are counted that nobody called a problem."""
    is_said = bool(_PROBLEM.search(skeleton.question))
    queries = (query for question in questions if not isinstance(question, NoteSearch) for query in _queries(question))
    for query in queries:
        concept = query.concept
        if query.types != ("Condition",) or concept is None or concept.is_linked:
            continue
        counted = query.measure == "count" and not is_said
        links = (link for one in skeleton.mentions if one.words == concept.words for link in one.linked.links)
        if any(link.resource_type in _NO_PROBLEMS and (counted or link.how != "narrower") for link in links):
            return concept.words
    return ""


def names_something(question: Question) -> bool:
    """Whether a question names what it asks for, or asks for what needs no name."""
    return not isinstance(question, NoteSearch) and all(
        query.concept or query.reason or query.specimen or query.types[0] in _NEED_NO_NAME
        for query in _queries(question)
    )


def _queries(question: RecordQuery | Comparison) -> tuple[RecordQuery, ...]:
    return (question.left, question.right) if isinstance(question, Comparison) else (question,)
