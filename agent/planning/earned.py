"""Absences that a question does not earn: of words that name no thing, and of what was not asked.

"Not recorded" is told of a thing that somebody can have and this record has not. An everyday word that nothing knows is
none: a visit "for participant" is not missing, the question was not understood.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.tools.records.query import Comparison, NoteSearch, Question, RecordQuery
from chartwarden.tools.records.words import singular

_DONE = Pattern(r"(?!.*(?:eed|speed|bed|shed)$)[a-z]{2,}ed")
"""What was done to something is no thing, whatever the verb."""
_LOWER = Pattern(r"[a-z]+(?:['-][a-z]+)?")
_UNITS_OF_STAY = Pattern(
    r"\b(?:two|three|four|several|both|\d) (?:care |icu |different )?(?:units|wards)\b"
    r"|\b(?:2nd|3rd|second|third|other|next) (?:care |icu )?(?:unit|ward)\b"
)
_STAY_OF_RANK = Pattern(
    r"\b(?:2nd|3rd|\dth|second|third|fourth|fifth|next) (?:[a-z-]+ ){0,3}?"
    r"(?:admission|visit|encounter|stay|attendance|hospitali[sz]ation|trip)\b"
)


def unearned(questions: Sequence[Question], said: str) -> str:
    """What of a question, in lower case, would be told as not recorded and was never named; empty: nothing."""
    queries = tuple(_queries(questions))
    for query in queries:
        for concept in filter(None, (query.concept, query.reason)):
            first = concept.words.split(", ")[0]  # what stands behind it may belong to a title
            if not concept.is_linked and _names_nothing(first):
                return f'what "{first}" is; it could not be matched with anything'
    of_problems = any(one.types == ("Condition",) and one.index > 1 for one in queries)
    if of_problems and _STAY_OF_RANK.search(said):
        return "which of several stays is meant; a problem that was seen at several is recorded once"
    ranked = any(one.encounter_kind == ("icu",) and one.index > 1 for one in queries)
    if ranked and _UNITS_OF_STAY.search(said):
        return "which of the units of one stay is meant; ask where each of them was"
    return ""


@cache
def _of_no_entry() -> frozenset[str]:
    """Everyday words, words of rows and of who takes part in them, and units: of none of these is there an entry."""
    told = tomllib.loads(resources.files(__package__).joinpath("earned.toml").read_text(encoding="utf-8"))
    return EVERYDAY.union(*told.values())


def _names_nothing(words: str) -> bool:
    """Whether all words of a name are in lower case and say nothing by themselves."""
    parts = re.findall(r"\S+", words)
    known = _of_no_entry()
    return bool(parts) and all(
        _LOWER.fullmatch(one) and (one in known or singular(one) in known or _DONE.fullmatch(one)) for one in parts
    )


def _queries(questions: Sequence[Question]) -> Iterator[RecordQuery]:
    for one in questions:
        if isinstance(one, RecordQuery):
            yield one
            yield from (
                (one.anchor.event,) if one.anchor is not None and isinstance(one.anchor.event, RecordQuery) else ()
            )
        elif isinstance(one, Comparison):
            yield from _queries((one.left, one.right))
        else:
            assert isinstance(one, NoteSearch), "there is no other kind of question"
