"""What is told beside a question that is not understood with it: a scene before it, a topic, a remark, brackets.

Each way to read less is tried in turn, the longest first; whether one is taken is the planner's to decide (`rules.py`):
it must be understood, name what it is about itself, and lose nothing that bounds. A time or a place in what is left out
is put into the question where that asks of the stay that is told ("dad had surgery in May 2015 - when did he go home?")
or where it only heads the line ("MICU, July 2157: ..."). A scene with any other time is not left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.asides.asides import POINTS_BACK
from chartwarden.agent.planning.asides.provenance import without_row_words
from chartwarden.agent.planning.asides.voices import happens, says_state
from chartwarden.agent.planning.wording.question_words import AUX, WH

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20|21|22)\d\d"
_TIME = Pattern(
    rf"(?:(?:in|on|of|from|during) )?(?:(?:the )?(?:early|late|spring|summer|autumn|fall|winter)(?: of)? )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? {_YEAR}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}"
    rf"|{_MONTH} {_YEAR}"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR}-\d\d(?:-\d\d)?|(?<![\w/.-]){_YEAR}(?![\w/.-]))",
    re.IGNORECASE,
)
"""A time that is told in full."""
_UNIT = r"(?:[a-z]{0,4}icu|ccu|(?:[a-z]+ )?intensive care(?: unit)?|(?:[a-z]+ )?icu)"
_PLACE = Pattern(rf"(?<![\w-])(?:(?:in|on|at) )?(?:the )?{_UNIT}(?![\w-])", re.IGNORECASE)
_BOUNDS = Pattern(
    r"\b(?:before|after|since|until|till|prior|following|during|while|only|except|excluding|without|never|not|no|first"
    r"|last|latest|earliest|next|previous|second|third|highest|lowest|both|twice|once|week|weeks|month|months|yesterday"
    r"|today|tonight|ago|age|aged|year|years|days?|morning|evening|night|again|new|old)\b|\d|n't\b",
    re.IGNORECASE,
)
"""Words with which what is told may bound what is asked."""
_ASKS = Pattern(
    rf"^(?:(?:so|and|but|please|kindly|now)[, ]+)*(?:(?:as of|since|until|till|up (?:to|through|until)|through|over"
    rf"|within|from)"
    rf" [^,.;:?]{{3,45}}, (?=(?:{WH}|{AUX})\b))?(?:(?:(?:in|on|at|by|for|to|from|with) )?{WH}|{AUX}|any|give"
    rf"|list|show|name|tell"
    r"|state|find|count|report|calculate|add|sum|number|total|date|times?|hours|minutes|days|peak|highest"
    r"|lowest|max|min"
    r"|latest|last|first|mean|average|how|is|was)\b",
    re.IGNORECASE,
)
_ASKS_OF_US = Pattern(r"^(?:do|should|will|can|could|would) (?:we|you|i)\b", re.IGNORECASE)
"""What somebody wonders about before they ask: "do we need an interpreter - what language does she speak?"."""
_PARTS = Pattern(r"(?<=[.?!;…])\s+|(?<=[\w)]):\s+|\s+[-–—]\s+")
_STAY_ASKED = Pattern(
    r"\b(?:leav(?:e|es|ing)|left|discharg\w+|went home|go(?:es|ing)? home|got home|get (?:home|out)"
    r"|come (?:home|out)|came (?:home|out)"
    r"|stay(?:ed)?|nights|days|hours|admi\w+|ward|unit|icu|hospital|released|sent home|let go)\b",
    re.IGNORECASE,
)
_RANK = Pattern(
    r"\b(?:first|last|latest|earliest|ever|newest|most recent|next|previous|now|currently|still)\b", re.IGNORECASE
)
_IN_CARE = Pattern(
    r"\b(?:surger\w+|operat\w+|op|admi\w+|hospital\w*|stay(?:ed)?|icu|intensive care|repair|replacement|bypass|with you"
    r"|on your ward|under you)\b",
    re.IGNORECASE,
)
_SENTENCE = Pattern(
    rf"^(?:he|she|they|we|i|it|there|the|my|our|his|her|their|dad|mum|mom|gran\w*|somebody|someone)\b"
    rf"|\b(?:{AUX}|had|got|went|came"
    r"|took|told|gave|kept|said|put|needed|wants?|thinks?|fell|started|\w+ed (?:him|her|me|them|in|on|at|to"
    r"|with|from|by)|i'm|he's|she's)\b",
    re.IGNORECASE,
)
_BRACKETS = Pattern(r"\s*\((?P<inside>[^()]{2,80})\)")
_NAME_IN_CHART = r"[^(),?.;:]{3,60}?(?: ?\([^()]{2,40}\))?"
_CHARTED = Pattern(
    r"\s*[(,]\s*(?:(?:it is |it's |is |was )?(?:charted|listed|recorded|entered|written|coded|down|documented"
    r"|called|named|known) "
    r"(?:there |in the chart )?as|chart(?:ed)? name|in the chart(?: as)?|on the chart(?: as)?|i\.?e\.?,?|aka|that is,?"
    rf"|named|called) (?P<name>{_NAME_IN_CHART})\)?(?=[ ?.,;:]*$|\s+[-–—]|[,;:)]|\?)",
    re.IGNORECASE,
)
"""The name that the record has, told behind another one."""
_COMMON = Pattern(
    rf"^(?:{WH}|{AUX}|the|an?|his|her|my|their|our|of|in|on|at|for|to|from|with|and|or|any|all|total|sum|number"
    rf"|count|peak"
    r"|highest|lowest|max|min|mean|average|first|last|latest|earliest|many|much|often|long|times?|date|day|days|hours"
    r"|minutes|give|list|show|name|tell|find|did|get|got|he|she|i|they|we|you|patient|ml|mg|how|on|was|were"
    r"|given|ordered)$",
    re.IGNORECASE,
)
_LONGEST_LAY = 4
"""Words that a thing may be called by before its name in brackets."""


@dataclass(frozen=True)
class Less:
    """A question with less around it."""

    text: str
    keeps_names: bool = False
    """Whether all that was named must be named in it still."""
    is_untitled: bool = False
    """Whether what was left out may have been what is asked about, so that it must name a thing itself."""


def _times(text: str) -> list[str]:
    return [found.group().strip() for found in _TIME.finditer(text)]


def _with_time(ask: str, time: str) -> str:
    """A question with a time put behind it."""
    bare, end = ask.rstrip(" ?.!"), "?" if ask.rstrip().endswith("?") else ""
    lead = (
        ""
        if re.match(r"(?:in|on|from|of|during) ", time, re.IGNORECASE)
        else "on "
        if re.match(r"\d{1,2}\D", time)
        else "in "
    )
    time = re.sub(r"^of ", "in ", time, flags=re.IGNORECASE)
    return f"{bare} {lead}{time}{end}"


def _in_place(ask: str, place: str) -> str:
    """A question with a unit of care put behind it."""
    bare = re.sub(r"^(?:(?:in|on|at) )?(?:the )?", "", place.strip(), flags=re.IGNORECASE)
    return _with_time(ask, f"in the {bare}")


def _joined(story: str, ask: str) -> str | None:
    """What is asked without a story before it, with the time and place of the story where they bound it; None where
    something else of the story may."""
    times = _times(story)
    places = [found.group().strip() for found in _PLACE.finditer(story)]
    is_heading = not _SENTENCE.search(story)
    if times and _times(ask) and all(one.split()[-1] in ask for one in times):
        times = []  # it is said again
    rest = _PLACE.sub(" ", _TIME.sub(" ", story)).replace(" at home ", " ")
    if _BOUNDS.search(rest) or says_state(rest) or POINTS_BACK.search(ask) or len(times) > 1 or len(places) > 1:
        return None
    if not is_heading and (times or places):
        of_stay = _IN_CARE.search(story) and _STAY_ASKED.search(ask) and not _RANK.search(ask) and not _times(ask)
        if not of_stay or (places and not _PLACE.search(ask)):
            return None
        places = []
    if times and _times(ask):
        return None
    for place in places:
        ask = _in_place(ask, place)
    return _with_time(ask, times[0]) if times else ask


def less_told(question: str) -> Iterator[Less]:
    """The question with less around it, in the ways that may be tried, each once."""
    seen = {question}
    for one in _ways(question):
        bare = re.sub(r"\s+", " ", one.text).strip(" ,;:-–—")
        if bare not in seen and re.search(r"\w+ \w+", bare):
            seen.add(bare)
            yield replace(one, text=bare)


_MEANT_FOR = Pattern(
    r" (?:for (?:his|her|my|their|the patient's) (?:bones?|heart|nerves|stomach|tummy|chest|lungs|skin|joints"
    r"|kidneys|waterworks|prostate"
    r"|thyroid|eyes|brain|head|muscles|back|mood|sleep|bladder|circulation|blood)|against (?:the |his |her "
    r"|my )?[a-z]+)"
    r"(?=[ ,.?]|$)(?! (?:attack|failure|pressure|disease|pain|infection|problem|cancer|surgery|condition))",
    re.IGNORECASE,
)
"""What a drug that is named is meant for in general, in lay words."""
_TAKES = Pattern(r"\b(?:on|tak\w+|took|prescri\w+|given|get|got|had)\b", re.IGNORECASE)


def _ways(question: str) -> Iterator[Less]:
    yield from (Less(one, keeps_names=True) for one in without_row_words(question))
    yield from _in_brackets(question)
    meant = _MEANT_FOR.search(question)
    if meant and _TAKES.search(question[: meant.start()]) and not _STAY_ASKED.search(question):
        yield Less(f"{question[: meant.start()]}{question[meant.end() :]}", is_untitled=True)
    parts = [part.strip() for part in _PARTS.split(question) if part.strip(" .?!;:-")]
    if len(parts) < 2:
        return
    asking = [n for n, part in enumerate(parts) if _ASKS.match(part)]
    for n in asking[-1:]:
        if any(not _ASKS_OF_US.match(parts[one]) for one in asking[:-1]):
            continue  # it asks several things
        behind = " ".join(parts[n + 1 :])
        when = _TIME.fullmatch(behind.strip(" .?!"))
        if when and n == 0 and not _times(parts[0]):
            yield Less(_with_time(parts[0], when.group()))
        if _BOUNDS.search(behind) or says_state(behind) or _PLACE.search(behind) or _times(behind):
            continue
        ask = parts[n] if parts[n].endswith("?") or not question.rstrip().endswith("?") else f"{parts[n]}?"
        joined = _joined(". ".join(parts[:n]), ask) if n else ask
        if joined is not None:
            yield Less(joined, is_untitled=n > 0 and not _SENTENCE.search(parts[0]))
            yield from _in_brackets(joined)


def _in_brackets(question: str) -> Iterator[Less]:
    """The question by the record's name for what it calls otherwise, or without what is said in brackets."""
    charted = _CHARTED.search(question)
    if charted:
        yield from _renamed(question[: charted.start()], charted["name"].strip(), question[charted.end() :])
        return
    for found in reversed(list(_BRACKETS.finditer(question))):
        before, inside, behind = question[: found.start()], found["inside"], question[found.end() :]
        rest = _TIME.sub(" ", inside)
        if _times(inside):
            if not _times(before + behind) and not _BOUNDS.search(rest):
                yield Less(_with_time(f"{before}{behind}", _times(inside)[0]), keeps_names=True)
            continue
        yield from _renamed(before, inside, behind)
        place = _PLACE.search(inside)
        if place and not _BOUNDS.search(_PLACE.sub(" ", rest)):
            yield Less(_in_place(f"{before}{behind}", place.group()))
        elif not _BOUNDS.search(rest):
            yield Less(f"{before}{behind}", keeps_names=True)


def _renamed(before: str, name: str, behind: str) -> Iterator[Less]:
    """A text with a name put for the words before it, from the most words on."""
    first = re.match(r"[A-Za-z]{4,}", name)
    again = re.search(rf"\b{first.group()}\b", before, re.IGNORECASE) if first else None
    if again:
        yield Less(f"{before[: again.start()]}{name}{before[again.end() :]}{behind}", keeps_names=True)
    words = before.split()
    most = 0
    while most < min(_LONGEST_LAY, len(words)) and _is_lay(words[-1 - most]):
        most += 1
    for length in range(most, 0, -1):
        yield Less(f"{' '.join([*words[: len(words) - length], name])}{behind}", keeps_names=True)


def _is_lay(word: str) -> bool:
    """Whether a word may be part of what a thing is called."""
    return not (
        _COMMON.match(word.strip(",;:?.!")) or re.search(r"\d", word) or word.endswith((",", ";", ":", "?", "."))
    )


_HAPPENED = Pattern(
    r"^(?:he|she|they|i|(?:my|our) [a-z]+|dad|mum|mom|gran|the patient) (?:(?:had|has|have|just|also"
    r"|recently) )*(?P<what>[a-z]+)"
    r"\b[^.?!]*[.!] +(?=\S)",
    re.IGNORECASE,
)
_LEANS = Pattern(
    r"\b(?:then|that|there|it|this|since|before|after|until|during|when (?:he|she|they|i)|at the time|these"
    r"|those|them)\b",
    re.IGNORECASE,
)


_SEEN_BY = Pattern(
    r"^(?:my|our|his|her|their) [a-z]+ (?:visited|came to see|came to visit|saw|called|phoned|rang|sat with|was with"
    r"|met)"
    r" (?:me|him|her|us|them) (?P<when>[^?.;]*?\d[^?.;]*?)(?:[.;,] | ?[-–—] )(?=\S)",
    re.IGNORECASE,
)
_THEN = Pattern(r",? \b(?:then|at (?:the|that) (?:time|moment|point))(?=[ ?.]*$)", re.IGNORECASE)


def _then_told(question: str) -> str:
    """The question with the time at which somebody saw the patient, where it asks what was then."""
    told = _SEEN_BY.match(question)
    asked = question[told.end() :] if told is not None else ""
    if told is None or not (_THEN.search(asked) and _ASKS.match(asked)):
        return question
    return f"{_THEN.sub('', asked).rstrip(' ?.')} {told['when']}?"


def without_happening(question: str) -> str:
    """The question without what happened to somebody outside of care, told before it: its time is none of the question,
    which asks for the first or last of something, or whether there ever was any."""
    question = _then_told(question)
    told = _HAPPENED.match(question)
    if told is None or not happens(told["what"]):
        return question
    asked = question[told.end() :]
    is_ranked = _RANK.search(asked) and not _times(asked) and not _LEANS.search(asked)
    return asked if is_ranked and _ASKS.match(asked) and not _IN_CARE.search(told.group()) else question
