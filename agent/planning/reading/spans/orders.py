"""Which of two events came first or last, and whether the end of one came before another, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.spans.words import Side, courtesy, side_of, words

_ASKS = Pattern(r"\b(?:which|what|whichever)\b|\bor\b")
_ASKS_WHICH = Pattern(r"\b(?:which|whichever)\b")
_FIRST = r"first|earlier|earliest|sooner|soonest|before|ahead"
_LAST = r"last|later|latest|afterwards|after|second|more recently|most recently"
_FIRST_OR_LAST = Pattern(rf"\b(?:(?P<first>{_FIRST})|(?P<last>{_LAST}))\b(?! (?:the )?(?:hospital|icu|emergency)\b)")
_RANKED = Pattern(r"\b(?P<rank>first|last|latest|final|earliest) (?=(?:(?:order|prescription|dose|of|for) )*qc\d)")
_NAME = r"(?:qc\d+|(?:hospital|icu|emergency) (?:admission|stay|visit|discharge))"
_TWO = Pattern(
    rf"(?P<a>(?:\b(?:the|his|her|my|start|end|onset|of|first|last|order|prescription) )*{_NAME}[^,;:.?/]*?),? ?"
    rf"(?:\bor\b|\band\b|\bversus\b|\bvs\b|/|&|\bagainst\b|,) ?(?P<b>[^,;:.?/]*?{_NAME}[^,;:.?]*)"
)
_SCAFFOLD = frozenset({"which", "what", "whichever", "happen", "happened", "occurred", "occur", "came", "come", "who"})
_YES_OR_NO = Pattern(
    r"^(?:and |so )?(?:is it (?:right|true|correct|so) that|was|were|did|had|has|is) (?P<a>.+?) (?P<only>only )?"
    r"(?P<side>before|after|earlier than|later than) (?P<b>.+?)"
    r"(?P<aux> (?:was|were|did|had))?[ ?.]*$"
)


@dataclass(frozen=True)
class Order:
    """Two events, and what is asked of their order."""

    left: Side
    right: Side
    relation: Literal["before", "after", "same_day"]
    which: bool
    """Whether it is asked which of the two it is, and not whether it is so."""


_OF_THEM = Pattern(
    r"\b(?P<w>which|what) (?:of the )?(?P<c>qc\d+)(?= (?:was|were|came|started|did|is|began|had|got)\b|[,: ])"
)


def without_class(text: str, is_class: Callable[[str], bool]) -> str:
    """The text without the class of two things that are named: "which pressor came first, ...?"."""
    found = _OF_THEM.search(text)
    if found is None or not is_class(found["c"]) or len(set(re.findall(r"\bqc\d+", text))) < 3:
        return text
    return f"{text[: found.start()]}{found['w']}{text[found.end() :]}"


_EITHER_WAY = Pattern(
    r"^(?:and |so )?(?:was|were|did|had|has|is) (?P<a>.+?) (?:before|after|earlier than|later than) (?P<b>.+?)"
    r",? or (?:was it |is it )?(?:the )?(?:other way (?:round|around|about)|opposite|reverse|vice versa)(?P<rest>\b.*)$"
)
_NAME_IT = Pattern(
    r"^[ ?.!,;:-]*(?:(?:just|only|please|simply|name|tell me|give me|say|state|which|the|that|one|was|is|came|were|it"
    r"|recorded|diagnosed|started|done|noted|of the two|of them)(?: |(?=[?.!]|$)))*"
    r"(?P<side>first|earlier|earliest|last|later|latest)?(?: (?:one|on|please))*[ ?.!]*$"
)


def order_of(text: str) -> Order | None:
    """The order that a question asks for; None where a word of it is not accounted for."""
    if (either := _EITHER_WAY.match(text)) is not None:
        told = _NAME_IT.match(either["rest"])
        side = "last" if told and told["side"] in ("last", "later", "latest") else "first"
        return _which(f"which came {side}: {either['a']} or {either['b']}") if told else None
    return _on_one_day(text) or _which(text) or _whether(text)


def _which(text: str) -> Order | None:
    found = _TWO.search(text)
    if found is None or not (_ASKS if " or " in text else _ASKS_WHICH).search(text):
        return None
    sides, rest = [], f"{text[: found.start()]} | {text[found.end() :]}"
    for part in (found["a"], found["b"]):
        told = _RANKED.search(part)
        bare = _RANKED.sub("", part) if told else part
        rest += f" | {' '.join(word for word in bare.split() if word in _cues())}"
        side = side_of(_FIRST_OR_LAST.sub(" ", re.sub(r"\b(?:come|came|happen\w*)\b", " ", bare)))
        if side is None or not side.is_named:
            return None
        sides.append(replace(side, rank=told["rank"] if told else "", points=False))
    rest = f"{rest} | {found['b'] if not _RANKED.search(found['b']) else ''}"
    cues = {match.lastgroup for match in _FIRST_OR_LAST.finditer(rest)}
    tokens = set(re.findall(r"[a-z][a-z']*", f"{text[: found.start()]} {text[found.end() :]}"))
    if len(cues) != 1 or not tokens <= _known() or re.search(r"q[a-z]\d", rest.split("|")[0] + rest.split("|")[1]):
        return None
    around = side_of(re.sub(r"\b(?:before|after|which|what|or)\b", " ", _only_cues(rest)))
    if around is None:
        return None
    left, right = (
        replace(side, at=side.at or around.at, kinds=side.kinds or around.kinds, times=side.times) for side in sides
    )
    if (left.name, left.stay, left.at, left.rank) == (right.name, right.stay, right.at, right.rank):
        return None
    return Order(left, right, "before" if cues == {"first"} else "after", which=True)


_SAME_DAY = Pattern(
    r"^(?:and )?(?:(?:was|were|did|had|has|is|are) )?(?:both )?(?P<a>[^:;?]+?),? (?:and|&) (?P<b>[^:;?]+?),?[ :;–-]*"
    r"(?:(?:were|was|did|all|both|done|performed|carried out|recorded|happen(?:ed)?|fall|take place|took place|they|of"
    r" them|begun|beg[ai]n|start(?:ed)?|ordered|prescribed|given|diagnosed|found) )*(?:on |at )?(?:one and"
    r" )?(?:the |a )?(?:very )?(?:same|one) (?:calendar )?(?:day|date)"
    r"(?:,? or (?:not|on different (?:days|dates)))?[ ?.!]*$"
)
"""Whether two events were on one day."""


def _on_one_day(text: str) -> Order | None:
    match = _SAME_DAY.match(text)
    if match is None:
        return None
    left, right = side_of(match["a"]), side_of(match["b"])
    if left is None or right is None or not (left.name and right.name) or left.several or right.several:
        return None
    return Order(left, right, "same_day", which=False) if left.name != right.name else None


def _cues() -> frozenset[str]:
    return words("starts") | words("ends") | words("kinds") | {"before", "after"}


def _only_cues(text: str) -> str:
    """The words of a text that say which end, or what kind of entry, is meant."""
    kept = words("starts") | words("ends") | words("kinds")
    return " ".join(word for word in re.findall(r"[a-z]+", text) if word in kept)


def _known() -> frozenset[str]:
    said = words("fillers") | words("courtesies") | words("points") | words("several") | words("ranks") | _cues()
    ordering = {word for words_ in (_FIRST, _LAST) for word in re.findall(r"[a-z]+", words_)}
    return said | _SCAFFOLD | ordering | {"or"}


def _whether(text: str) -> Order | None:
    """Whether one event came before another, where the end of one of them is meant."""
    plain = " ".join(piece for piece in re.split(r" ?[?.!;:]+(?= |$)", text) if piece.strip() and not courtesy(piece))
    match = _YES_OR_NO.match(plain.strip())
    if match is None:
        return None
    left, right = side_of(match["a"]), side_of(match["b"])
    if left is None or right is None or not (left.is_named and right.is_named) or left.several or right.several:
        return None
    if match["only"] and not left.rank:
        left = replace(left, rank="first" if match["side"] in ("after", "later than") else "last")
    if match["aux"] and not right.at:
        right = replace(right, at=left.at)
    if "end" not in (left.at, right.at) or (left.name, left.stay, left.at) == (right.name, right.stay, right.at):
        return None
    if left.at == "end" and not right.at and right.name:
        return None  # the end of the second, or its beginning
    return Order(left, right, "before" if match["side"] in ("before", "earlier than") else "after", which=False)
