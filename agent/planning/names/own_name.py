"""The patient's own name in a question, read as "the patient". Another person's name is left for others to judge."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.vocabulary import GRAMMAR
from chartwarden.tools.records.vocabulary import known_forms

_NAME = r"[A-ZÀ-Þ][\w'’-]*?\d*"
_RUN = Pattern(
    rf"\b(?:[Oo]ur |[Mm]y (?:dear |little |poor )?)?(?P<title>(?:Dr|Doctor|Prof|Nurse|Mr|Mrs|Ms"
    rf"|Miss)\.? )?(?P<names>{_NAME}(?: {_NAME})*)"
    rf"(?P<own>['’]s)?(?![\w'’-])"
)
_SMALL = Pattern(
    r"(?<![\w'’/.-])(?P<our>our |my (?:dear |little |poor )?)?(?P<title>(?:[Mm]rs?|[Mm]s|[Mm]iss)\.? )?"
    r"(?P<name>[a-zà-þ][a-zà-þ'’-]{2,}?)(?P<own>['’]s)?(?![\w'’/-])"
)
"""A word that may be somebody's name, typed without a capital."""
_ALSO_WORDS = frozenset({
    "art", "bill", "dale", "dawn", "faith", "grace", "grant", "guy", "hope", "hill", "iris", "joy", "king", "long",
    "love", "mark", "may", "miles", "pat", "rich", "rob", "rose", "sky", "sue", "summer", "ward", "will", "young",
})  # fmt: skip
"""Names that are words of the language too."""
_ARTICLE = Pattern(r"\b(?:an?|the|any|no) $", re.IGNORECASE)
_TWICE = Pattern(r"\bthe patient the patient\b")
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

    return _typed_small(_RUN.sub(put, question), words) if words else question


def _typed_small(question: str, words: set[str]) -> str:
    """The question with a name of the patient's own that is typed without a capital put as "the patient", where it is
    no word of the language and no name of a thing; behind a title it is a name whatever else it is."""

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        is_word = name in _ALSO_WORDS or name in GRAMMAR or name in EVERYDAY or bool(known_forms((name,)))
        is_word = is_word or _ARTICLE.search(question[: match.start()]) is not None
        if name not in words or (is_word and not match["title"]) or _EPONYM.match(question[match.end() :]):
            return match.group()
        return f"the patient{match['own'] or ''}"

    return _TWICE.sub("the patient", _SMALL.sub(put, question))


def _folded(name: str) -> str:
    """A word of a name without case, and without the number that the names of synthetic patients end in."""
    return _NUMBER_AT_END.sub("", name).casefold()
