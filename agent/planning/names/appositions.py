"""What is asked about, told in several names or in lay words and a name, before the question or behind it.

"The scope of the bowel, the colonoscopy, when was it done?" asks of one thing, which its name tells. Names that go on
("viral, strep, the lot") are examples of the widest of them. Where two things could be meant, the text stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.glosses import is_member, meant_by
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.who import WHO

_THE = r"(?:the|that|this|those|these|my|his|her|their|our)"
_ASKS = Pattern(
    rf"(?:(?:and|so|but) )?(?:(?:on|in|at|by|from|since|for|to) )?(?:{WH}|{AUX})\b"
    r"|(?:please )?(?:give|tell|show|list|name|count|say|look|find)\b"
)
"""What the question itself begins with."""
_ONE_THING = (
    r"(?:or )?(?:whatever|whichever|what|however) (?:\w+ ){0,3}?(?:call|calls|called|name|names|goes|use|uses|says?"
    r"|prefers?|likes?)\b(?: (?:it|them|that|by|to|say))*|(?:as )?(?:they|we|you|he|she|some people|the doctors?) "
    r"(?:call|say|put|name)s?(?: (?:it|them))?|i mean|if that's the word"
    r"|(?:i think )?(?:it|they)(?:'s|'re| is| are| was| were)?(?: (?:called|says?|was called))?"
)
_AND_SUCH = (
    r"(?:and |or )?(?:such(?:like)?|that (?:kind|sort) of thing|things like (?:that|those)|(?:all )?the lot|so on"
    r"|so forth|all (?:of )?(?:that|them|those)|you name it|what have you|whatnot|the like|the rest(?: of (?:it|them))?"
    r"|(?:any|every|whatever|whichever)(?: old)? (?:kind|sort|type)s?(?: of (?:it|them))?(?: (?:it|they) (?:is|was|were"
    r"|are))?|all (?:kinds|sorts|types)|anything like (?:that|it))"
)
_ASKS_SOMEWHERE = Pattern(rf"\b(?:{WH}|{AUX}|give|tell|show|list|name|count|say|any)\b")
_TELLS_NOTHING = Pattern(rf"(?:{_ONE_THING}|{_AND_SUCH})")
_FILLED = Pattern(rf" (?P<f>{_ONE_THING}|{_AND_SUCH})$")
_WHATEVER = Pattern(rf"^(?:{_ONE_THING})$")
_GOES_ON = Pattern(rf"^(?:{_AND_SUCH})$")
SORTS = frozenset({"viral", "bacterial", "acute", "chronic", "recurrent", "seasonal", "allergic", "fungal"})
"""Words of a list that name no other thing than the sorts of the first."""
_OF_MINE = Pattern(
    rf" (?:(?:that|which) )?{WHO}(?:'m|'s|'re|'ve| am| is| are| have| has| had| was"
    r"| were)?(?: (?:on|taking|using|given|put on|got|have|had|take|takes|use|uses|prescribed))+$"
)
_ON_PAPER = Pattern(r" (?:on|in) (?:the|my|his|her|their) (?:chart|record|file|list|qc\d+)$")
_NO_NAME = Pattern(
    rf"\b(?:{WH}|{AUX}|be|been|being|and|nor|not|no|never|only|except|without|before|after|since|until|during"
    r"|between|than|versus|both|either|neither|ones?|two|three|four|five|six|seven|eight|nine|ten|first|second|third|last|latest|earliest|highest|lowest|newest|oldest|previous"
    r"|current|average|mean|dates?|value|reading|results?|levels?|left|right|bilateral|(?:non-?)?fasting|random|post-?prandial|supine|prone|standing|sitting|lying|resting|planned"
    r"|elective|fingerstick|capillary|arterial|venous)\b|\bq[tnkpda]\d|\b\d"
)
"""Words that make a sentence or narrow, with which a part is no mere name."""
_TELLS_A_KIND = Pattern(
    r"\b(?:prescri\w+|scripts?|rx|orders?|refills?|dispens\w+|doses?|dosages?|visits?|admi\w+|stays?|encounters?"
    r"|diagnos[ei]s|allerg(?:y|ies)|active|recent|ongoing|start\w*|end\w*|stop\w*)\b"
)
"""Words that say which entries, or what of them, is asked for."""
_MANY = Pattern(r"\b(?:both|either|neither|each|all|any|respectively|two|three)\b")
_POINTS = Pattern(r"\b(?:it|that|this|those|these|them|they|one|any)\b(?! (?:qc\d|kind|sort|type))")
_DESCRIBES = Pattern(r"\b(?:of|in|on|to|for|from|after|with|up|down|under|at)\b")
_PARTS = Pattern(r"(?P<end> ?(?:,|:| [-–]|[.;](?= )) ?)")
_BEHIND = Pattern(
    rf"^(?P<q>.+?),? (?:{_THE}|an?|called(?: {_THE})?|namely(?: {_THE})?) (?P<x>qc\d+)(?: (?:one|thing|test))?[ ?.!]*$"
)
_DESCRIBED = Pattern(rf"\b(?:{_THE}|an?|any) (?:(?!{WH}\b|{AUX}\b)[\w'-]+ ){{0,5}}?(?:(?!qc)[\w'-]+ )?(?P<u>qc\d+)\b")
_POINTED_AT = Pattern(
    rf"\b(?:it|{_THE} (?:\w+ )?(?:thing|test|procedure|jab|shot|injection|operation|op|drug|pill|tablet|medicine"
    r"|illness|condition|scan|check|camera|scope|cut|stuff|treatment))\b(?! (?:of|for)\b)"
)


@dataclass(frozen=True)
class _Told:
    """One of the names before a question."""

    text: str
    names: tuple[str, ...]
    """The placeholders in it that something is known of."""
    is_plain: bool
    """Whether it is a name and nothing more."""
    words: int
    """How many it has, without whose it is."""

    @property
    def points_out(self) -> bool:
        """Whether it is a thing that is described, and no item of a list."""
        return bool(re.match(rf"(?:{_THE}|an?) ", self.text) or self.words > 1)


def apposed(text: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    """A skeleton's text with its thing named once. `informative`: the placeholders of names that are known."""
    known = frozenset(name for name in informative if not _is_place(mentions[int(name[2:])]))
    return _behind(_before(text, mentions, known), known)


def _is_place(mention: Mention) -> bool:
    """Whether a word is known for a way that drugs are given by, and for nothing else: "nose"."""
    return not mention.linked.links and all(row.kind == "route" for row in mention.linked.known)


def _before(text: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    pieces = _PARTS.split(text)
    parts, ends = pieces[::2], pieces[1::2]
    place = _place_of_ask([_spoken(part, mentions, informative) for part in parts])
    told, fillers = _names_told(parts[:place], mentions, informative)
    ask = "".join(piece for pair in zip(parts[place:], [*ends[place:], ""], strict=False) for piece in pair).strip()
    if not told or len(told) + len(fillers) < 2 or not _ASKS_SOMEWHERE.search(ask):
        return text
    if any(_TELLS_A_KIND.search(one.text) for one in told):
        return text
    goes_on = any(map(_GOES_ON.match, fillers))
    named = [name for name in dict.fromkeys(re.findall(r"\bqc\d+\b", ask)) if name in informative]
    if named:
        return ask if _is_about(named, told, ask, mentions, goes_on=goes_on) else text
    kept = _kept(told, mentions, is_one=any(map(_WHATEVER.match, fillers)), goes_on=goes_on, ask=ask)
    return text if kept is None else f"{kept}, {ask}"


def _place_of_ask(parts: list[str]) -> int:
    """The first part that is neither a name nor says of names that they are of one thing, or of many."""
    return next((at for at, part in enumerate(parts) if not _is_name(part.strip())), len(parts))


def _spoken(part: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    """A part with the words that nothing is known of: they may narrow."""
    return re.sub(
        r"\bqc\d+\b",
        lambda match: match[0] if match[0] in informative else mentions[int(match[0][2:])].words.lower(),
        part.strip(),
    )


def _is_name(said: str) -> bool:
    if _TELLS_NOTHING.fullmatch(said):
        return True
    bare, _ = _without_filler(said)
    return bool(bare) and not (_ASKS.match(bare) or _NO_NAME.search(_of_a_thing(bare)))


def _names_told(
    parts: list[str], mentions: list[Mention], informative: frozenset[str]
) -> tuple[list[_Told], list[str]]:
    """The names that stand before a question, and what is said of them."""
    before = [part.strip() for part in parts]
    fillers = [said for said in before if _TELLS_NOTHING.fullmatch(said)]
    split = [_without_filler(said) for said in before if said not in fillers]
    return [_told(bare, mentions, informative) for bare, _ in split], [
        *fillers,
        *(filler for _, filler in split if filler),
    ]


def _without_filler(said: str) -> tuple[str, str]:
    match = _FILLED.search(said)
    return (said[: match.start()].strip(), match["f"]) if match else (said, "")


def _of_a_thing(said: str) -> str:
    """A name without what only says whose it is, and where it is written."""
    return re.sub(r" one$", "", _ON_PAPER.sub("", _OF_MINE.sub("", said)))


def _bare(said: str) -> str:
    return re.sub(rf"^(?:(?:{_THE}|an?|any|some|for) )+", "", _of_a_thing(said))


def _told(said: str, mentions: list[Mention], informative: frozenset[str]) -> _Told:
    of_a_thing = _of_a_thing(said)
    names = tuple(name for name in dict.fromkeys(re.findall(r"\bqc\d+\b", of_a_thing)) if name in informative)
    words = len(_spoken(_bare(said), mentions, informative).split())
    return _Told(said, names, re.fullmatch(r"qc\d+(?: qc\d+)?", _bare(said)) is not None, words)


def _is_about(named: list[str], told: list[_Told], ask: str, mentions: list[Mention], *, goes_on: bool) -> bool:
    """Whether a whole question names what was told, or what that gave examples of."""
    before = [mentions[int(name[2:])] for one in told for name in one.names]
    asked = [mentions[int(name[2:])] for name in named]
    if all(any(_are_akin(one, other) for other in asked) for one in before):
        return True
    return goes_on and len(named) == 1 and not _POINTS.search(ask) and len(before) > 1


def _kept(told: list[_Told], mentions: list[Mention], *, is_one: bool, goes_on: bool, ask: str) -> str | None:
    """The name that a question is asked of; None where it is not told for sure."""
    named = [one for one in told if one.names]
    if not named or (_MANY.search(ask) and not goes_on) or any("qr" in one.text for one in told if one not in named):
        return None
    if goes_on:
        return _widest(told, named, mentions)
    told_apart = is_one or any(one.points_out for one in told)
    if len(named) == 1:
        lone = any(one.words == 1 for one in told if one not in named)
        sure = is_one or re.match(rf"(?:{_THE}|an?) ", named[0].text) or (told_apart and not lone)
        return named[0].text if sure else None
    if not told_apart or len(named) > 2:
        return None
    first, second = named
    if len(second.names) > 1 or not second.names:
        return None
    is_described = all(re.search(rf"{_DESCRIBES.pattern} (?:[\w'-]+ )*?{name}\b", first.text) for name in first.names)
    if is_described or len(first.names) > 1:  # "high blood pressure in pregnancy, preeclampsia"
        return second.text if second.is_plain and _DESCRIBES.search(first.text) else None
    one, other = (mentions[int(part.names[0][2:])] for part in named)
    if meant_by(one) == meant_by(other):
        return first.text if first.is_plain else second.text if second.is_plain else None
    if _is_narrower(other, one):
        return second.text
    return first.text if _is_narrower(one, other) else None


def _widest(told: list[_Told], named: list[_Told], mentions: list[Mention]) -> str | None:
    """The first name, of any kind, where all others are kinds of it or only sorts; a thing alone with its sorts."""
    head, *others = told
    if head is not named[0] or len(head.names) != 1:
        return None
    widest = mentions[int(head.names[0][2:])]
    for one in others:
        words = mentions[int(one.text[2:])].words.lower() if re.fullmatch(r"qc\d+", one.text) else one.text
        if words not in SORTS and not (one.names and _is_narrower(mentions[int(one.names[0][2:])], widest)):
            return None
    return f"{head.text} of any kind"


def _is_narrower(one: Mention, other: Mention) -> bool:
    """Whether one name is of a kind that the other names, by the record or by the tables."""
    return meant_by(one) < meant_by(other) or is_member(one, other)


def _are_akin(one: Mention, other: Mention) -> bool:
    return meant_by(one) <= meant_by(other) or meant_by(other) < meant_by(one) or is_member(one, other)


def _behind(text: str, informative: frozenset[str]) -> str:
    """A question whose thing is described or pointed at, and named behind it."""
    match = _BEHIND.match(text)
    if match is None or match["x"] not in informative or "," not in text[: match.start("x")][len(match["q"]) :]:
        return text
    if set(re.findall(r"\bqc\d+\b", match["q"])) & informative or not _asks_itself(match["q"]):
        return text
    unknown = list(_DESCRIBED.finditer(match["q"]))
    place = unknown[-1] if unknown else None
    if place is None and "qc" not in match["q"]:
        pointed = list(_POINTED_AT.finditer(match["q"]))
        place = pointed[-1] if len(pointed) == 1 else None
    if place is None or len(re.findall(r"\bqc\d+\b", match["q"])) > (1 if unknown else 0):
        return text
    return f"{match['q'][: place.start()]}the {match['x']}{match['q'][place.end() :]}?"


def _asks_itself(text: str) -> bool:
    return re.search(rf"\b(?:{WH}|{AUX}|whether|if|tell|give|show|list)\b", text) is not None
