"""A thing named, and behind it the one of its kind that is meant: "sinusitis, the viral one"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.appositions import SORTS
from chartwarden.agent.planning.names.glosses import is_member, meant_by
from chartwarden.agent.planning.names.mentions import Mention, numbered
from chartwarden.agent.planning.names.vocabulary import GRAMMAR, MODIFIERS, NOT_NAMES
from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.record_vocabulary import Vocabulary
from chartwarden.tools.records.vocabulary import known_forms
from chartwarden.tools.records.words import FILLERS, plain

_THE_ONE = Pattern(
    r"(?P<gap> ?(?:,|\(| [-–]) ?)(?:(?:and |but )?(?:i mean|specifically|namely|that is),? )?(?:the|that) "
    r"(?P<other>[a-z][\w'-]*(?: [a-z][\w'-]*){0,2}) (?:ones?|kind|sort|type|variety|form|version)\b ?\)?"
    r"(?= ?(?:[,.:;?)–-]|$))",
    re.IGNORECASE,
)
_ANOTHER = Pattern(r",? ?(?:and|or|nor|,) ?(?:the |that )?(?:\w+ ){1,3}(?:ones?|kind|sort|type)\b", re.IGNORECASE)
"""Behind one of several that are told."""
_TOPIC = Pattern(r"(?:.*[.?!;:] )?(?:(?:the|my|his|her|their|that|this|for|about|on|any|and|so) )*", re.IGNORECASE)
"""Before a name that stands ahead of its question, from which a comma parts it."""
_WORD = Pattern(r"[\w'/-]+")
_SAYS_WHICH = (GRAMMAR | MODIFIERS | FILLERS) - SORTS
"""Words that tell entries of one name apart, and no names: "the last one"."""
_LONGEST = 5
"""Words of the longest name that is looked at."""


def in_one_name(question: str, vocabulary: Vocabulary) -> str:
    """A question with what is numbered, or told apart from others of its kind, by one name."""
    return _told_apart(numbered(question, vocabulary), vocabulary)


def _told_apart(question: str, vocabulary: Vocabulary) -> str:
    """A question with "sinusitis, the viral one" written as the name that both make, or as the narrower of both."""
    for match in reversed(list(_THE_ONE.finditer(question))):
        said = set(plain(match["other"]))
        if said <= _SAYS_WHICH or _ANOTHER.match(question, match.end()):
            continue
        before = question[: match.start()]
        for at, name in _names_at_end(before):
            meant = _meant(name, match["other"], vocabulary)
            if meant:
                rest = question[match.end() :]
                if not _TOPIC.fullmatch(before, 0, at):
                    rest = rest.removeprefix(",")
                question = f"{before[:at]}{meant}{rest}"
                break
    return question


def _names_at_end(before: str) -> list[tuple[int, str]]:
    """What may be a name at the end of a clause, longest first, and where each begins."""
    clause = max(before.rfind(sign) for sign in ",.:;?(") + 1
    starts = [match.start() for match in _WORD.finditer(before, clause)][-_LONGEST:]
    return [(at, before[at:]) for at in starts if plain(before[at:])[:1] and plain(before[at:])[0] not in FILLERS]


def _meant(name: str, other: str, vocabulary: Vocabulary) -> str:
    """The name of what is meant; empty where what stands before is no name, or the two have nothing in common."""
    both = name if set(plain(other)) <= set(plain(name)) else f"{other} {name}"
    alone = _named(name, vocabulary)
    if set(plain(name)) <= NOT_NAMES:
        return both if known_forms(plain(both)) else ""
    if alone is None:
        return ""
    if known_forms(plain(both)) or vocabulary.exact(plain(both)):
        return both
    second = _named(other, vocabulary)
    if second is not None and second.linked.known:
        if meant_by(alone) <= meant_by(second) or is_member(alone, second):
            return name
        if meant_by(second) < meant_by(alone) or is_member(second, alone):
            return other
    return both if link(both, vocabulary.manifest).links else ""


def _named(words: str, vocabulary: Vocabulary) -> Mention | None:
    """What the record or the tables call by exactly these words, if anything."""
    linked = link(words, vocabulary.manifest)
    is_name = linked.known or any(one.how != "narrower" for one in linked.links)
    return Mention(0, len(words), words, linked) if is_name else None
