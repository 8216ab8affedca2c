"""Whether, when and in how many cultures anything grew at all, whatever it was."""

from __future__ import annotations

from collections.abc import Mapping

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Concept, RecordQuery

ANY_ORGANISM = Concept(words="")
_NO_GROWTH = Pattern(r"no growth|nothing(?: grew)?|sterile|no organisms?(?: grew)?|negative")
CULTURE = Pattern(r"\bcultur")
_FOR_ONE = Pattern(r"\b(?:fung\w*|acid|afb|anaerob\w*|mrsa|vre|legionella|viral|virus|screen\w*)\b")
"""Tests for something, which say that there is none of it, and not that there was no growth."""
_SAYS_NONE = "no growth"
"""As results tell it. One that tells of a mixed flora names no organism and is none of these."""


def first_growth(words: Words, culture: RecordQuery, row: Mapping[str, object], text: str) -> tuple[RecordQuery, ...]:
    """When cultures grew anything at all, whatever it was."""
    grew = [words.take(name) for name in ("grew", "positive")]
    for name in ("anything", "any_organism", "any", "cultures", "shown", "sent", "organisms"):
        words.take(name)
    told = culture.model_copy(update={"yielded": ANY_ORGANISM, "target": "time", **row})
    return (told,) if any(grew) and CULTURE.search(text) else ()


def told_by(culture: RecordQuery) -> str:
    """By which words cultures are told."""
    return " ".join(one.words.lower() for one in (culture.concept, culture.specimen) if one is not None)


def whether_any_grew(words: Words, culture: RecordQuery, which: Which) -> tuple[RecordQuery, ...]:
    """Whether anything grew in a culture: "did anything grow from the pleural fluid?"."""
    text = words.whole
    any_organism = words.has("any_organism")
    positive = words.has("positive") and not which.is_said and not words.has("negative")
    is_asked = (is_yes_no(text) or text.startswith("any ")) and (words.has("anything") or any_organism or positive)
    grew = words.has("grew") or (any_organism and words.has("shown")) or positive
    if not (is_asked and grew and (culture.specimen or CULTURE.search(f"{text} {told_by(culture)}"))):
        return ()
    for name in ("grew", "shown", "anything", "any_organism", "cultures", "positive", "any"):
        words.take(name)
    row: dict[str, object] = {"which": which.which, "index": which.index}
    asked = {"measure": "exists", "yielded": ANY_ORGANISM, "target": "name", **row}
    return (culture.model_copy(update=asked | ({"held": True} if which.is_said else {})),)


def of_any_growth(
    words: Words, culture: RecordQuery, which: Which, *, counted: bool, any_organism: bool, negative: list[str]
) -> tuple[RecordQuery, ...]:
    """Whether anything grew in a culture that is told, and in how many."""
    is_told = culture.window is not None or which.is_said
    grew, text = bool(words.take("grew")) or (any_organism and words.has("shown")), words.whole
    for name in ("anything", "cultures"):
        words.take(name)
    row = {"which": which.which, "index": which.index}
    if counted:
        told = told_by(culture)
        is_culture = bool(CULTURE.search(f"{text} {told}")) and not _FOR_ONE.search(told)
        none_grew = is_culture and negative and all(_NO_GROWTH.fullmatch(one) for one in negative)
        for name in ("shown", "any_organism"):
            words.take(name)
        base = culture.model_copy(update={"measure": "count", "target": "name"})
        if none_grew:
            return (base.model_copy(update={"coded": _SAYS_NONE}),) if not which.is_said else ()
        yielded = base.model_copy(update={"yielded": ANY_ORGANISM})
        return (yielded,) if grew and not negative and not which.is_said else ()
    if negative and is_told:
        held = {"measure": "exists", "held": True, "negated": True, "yielded": ANY_ORGANISM, "target": "organism"}
        return (culture.model_copy(update={**held, **row}),)
    return ()
