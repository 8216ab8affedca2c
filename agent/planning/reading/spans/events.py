"""The two events, or the one that went on, of a question for a length of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.spans.lengths import Length, in_unit, length_asked, unit_told
from chartwarden.agent.planning.reading.spans.words import Side, courtesy, side_of, words
from chartwarden.agent.planning.wording.who import WHO

_ENDS_A_PIECE = Pattern(r" ?[.?!;:]+(?= |$)| [-–—]+ |, (?=(?:that|this|both) (?:is|was)\b)")
_PASSED = (
    r"(?:(?:passed|elapsed|went by|go by|gone by|lay|lie|lies|lapsed|was|were|is|are|did|does|do|had|has|have|there|it"
    r"|in time|in between|pass|passing|later|that|been) )*"
)
_LAST_PASSED = Pattern(
    r"(?:,? (?:passed|elapsed|went by|go by|gone by|lie|lay|pass|in between|apart|later|was it|were there|is it|by"
    r"|(?:was|is|were|did|does) that(?: take| come to| make)?))+$"
)
_BETWEEN = Pattern(rf"^{_PASSED}(?:between|separat(?:es?|ed|ing)|apart),? {_PASSED}(?P<both>.+)$")
_FROM = Pattern(
    rf"^{_PASSED}(?:counting |counted |measured |starting |since |the )*(?:from|since) (?P<a>.+?),? "
    r"(?:and |up )?(?:to|until|till|through|before) (?P<b>.+)$"
)
_AFTER = (
    Pattern(
        rf"^{_PASSED}(?:after|following|post|from) (?P<a>.+?),? (?:(?:was|were|did|does|is|until|till|before|to)|(?=the"
        r" next\b)|(?:then|and) ) ?(?P<b>.+)$"
    ),
    Pattern(rf"^{_PASSED}(?P<b>.+?) (?:after|following|since|from) (?P<a>.+)$"),
    Pattern(rf"^{_PASSED}before (?P<b>.+?),? (?:was|were|did|is) (?P<a>.+)$"),
    Pattern(rf"^{_PASSED}(?P<a>.+?),? (?:before|by|until|till|to|when) (?P<b>.+)$"),
)
_ONLY_UNTIL = Pattern(rf"^{_PASSED}(?:to|until|till|before|when) (?P<b>.+)$")
_STILL = Pattern(rf"^(?:has|have) {WHO} (?:now |already )?(?=been\b|had\b)(?P<a>.+)$")
"""What goes on until now."""
_ONE_AFTER = Pattern(r"\b(?P<stay>admission|stay|visit|one) (?:right |just )?after(?: (?:that|it)(?: one)?)?$")
_ONLY_AFTER = Pattern(rf"^{_PASSED}(?:after|from|following) (?P<a>.+)$")
_SINCE = Pattern(rf"^{_PASSED}since (?P<a>.+)$")
_JOINS = Pattern(r",? (?:and|to|&|versus|vs) ")
_THEN = Pattern(r"(?: versus| vs|,? and then|,? then|,? followed by|, and| and|,| &|/) ")
_LASTED = Pattern(r" (?:last|lasted|lasting|endure|take|took|go on|run|ran)(?= qt\d+$|$)")


@dataclass(frozen=True)
class Span:
    """A length of time: of one event that went on, between two, or from one until now."""

    start: Side
    end: Side | None = None
    """None for the length of one event."""
    unit: str = ""
    until_now: bool = False
    is_directed: bool = False
    """Whether the words say that the one came after the other."""
    both: bool = False
    """Whether these are the two there are of one thing."""


def span_of(text: str) -> Span | None:
    """The span that a question asks the length of; None where a word of it is not accounted for."""
    ends = _ENDS_TOLD.search(text)
    if ends is not None:
        span = span_of(f"{text[: ends.start()]} {text[ends.end() :]}".strip())
        return _between_ends(span, ends["from"] != ends["to"]) if span is not None else None
    pieces = [piece.strip(" ,") for piece in _ENDS_A_PIECE.split(text) if piece.strip(" ,")]
    asked, unit, topics = None, "", list[str]()
    for piece in pieces:
        told = unit_told(piece)
        length = None if told else length_asked(piece)
        if told:
            unit = unit or told
        elif length is not None and (asked is None or (length.unit and _is_heading(asked))):
            asked = length
        elif not courtesy(piece):
            topics.append(piece)
    if asked is None and topics:  # "start to end of the stay, in minutes"
        asked, topics = in_unit(topics[-1], unit), topics[:-1]
    if asked is None or (asked.unit and unit and asked.unit != unit):
        return None
    alone = asked.after.strip() in ("", "between") and courtesy(asked.before)
    if (
        alone and len(topics) == 1 and (_FROM.search(topics[0]) or _topics(topics[0]) is None)
    ):  # "onset to end of it: how many days?"
        asked, topics = replace(asked, before="", after=topics[0]), []
    about = [_topics(piece) for piece in topics]
    if any(one is None for one in about):
        return None
    return _read(replace(asked, unit=asked.unit or unit), [side for one in about for side in one or []])


_IN_A_UNIT = Pattern(r"^(?:in |on )?(?:the )?icu,?(?: qt\d+)?$")
_ENDS_TOLD = Pattern(
    r" ?\( ?(?:from )?(?P<from>discharge|admission)(?: (?:date|day|time))?"
    r" to (?:the )?(?:next |re-?)?(?P<to>admission)(?: (?:date|day|time))?s? ?\)"
)
"""Which ends of two stays are meant, in brackets."""


def _between_ends(span: Span, from_end: bool) -> Span | None:
    """The time between two stays, from the end of the one or from its beginning."""
    if span.end is None or not (span.start.stay and span.end.stay) or span.until_now:
        return None
    return replace(span, start=replace(span.start, at="end" if from_end else ""), end=replace(span.end, at=""))


def _is_heading(asked: Length) -> bool:
    """Whether words for a length only head what is asked: "readmission interval: days from ..."."""
    bare = " ".join(word for word in f"{asked.before} {asked.after}".split() if not courtesy(word))
    side = side_of(bare)
    return not asked.unit and (not bare or (side is not None and not (side.name or side.times or side.rank)))


def _accounts_for(span: Span, topics: Sequence[Side]) -> bool:
    """Whether all that was told beside the question is in the span."""
    sides = [span.start, *([span.end] if span.end is not None else [])]
    told = {(topic.name, topic.stay) for topic in topics} | {time for topic in topics for time in topic.times}
    return told <= {(side.name, side.stay) for side in sides} | {time for side in sides for time in side.times}


def _topics(piece: str) -> list[Side] | None:
    """What a piece beside the question is about: one thing, or two told one after the other."""
    whole = side_of(piece)
    if whole is not None:
        return [whole] if whole.is_named else None
    parts = [side_of(part) for part in _THEN.split(piece) if part]
    first, last = parts[0], parts[-1]
    if first and last and first.rank and last.rank and not first.is_named:  # "the first and the last visit"
        parts[0] = replace(last, rank=first.rank)
    if len(parts) != 2 or any(part is None or not part.is_named for part in parts):
        return None
    return [part for part in parts if part is not None]


def _read(asked: Length, topics: list[Side]) -> Span | None:
    before, after = asked.before, _LAST_PASSED.sub("", f" {asked.after}").strip()
    after = "" if courtesy(after) else after
    if _IN_A_UNIT.match(after) and not courtesy(before):  # "its time in place, ICU, May 2012"
        before, after = f"{before} {after}", ""
    lead = re.match(r"^(?P<x>.*?)[, ]*\b(?:after|for|in|within)?$", before)
    if lead and not courtesy(before):
        said = re.sub(r"^(?:counting from|counted from|from|after|following|since) ", "", lead["x"])
        said = _without_courtesies(said)
        if said and not after:
            after, said = said, ""
        about = _topics(said) if said else []
        pointing = side_of(said) if said else None
        if about is None and not (pointing and pointing.points):
            return None
        topics = [*topics, *(about or [])]
        if re.search(r"\bafter$", before) and len(topics) == 1:
            after = f"from {_PLACE} to {re.sub(rf'^{_PASSED}', '', after)}"
    found = (span for span in _readings(after.strip(" ,"), topics) if span is not None)
    span = next((span for span in found if _accounts_for(span, topics)), None)
    return replace(span, unit=asked.unit) if span is not None else None


def _without_courtesies(said: str) -> str:
    """What is left of the words before a question when those that only lead to it are taken off."""
    left = said.split()
    while left and left[0].strip(",") in words("courtesies") - {"one", "the"}:
        left.pop(0)
    return " ".join(left)


_PLACE = "that"
"""What the words before point to."""


def _readings(text: str, topics: Sequence[Side]) -> Iterator[Span | None]:
    """The ways a text can be read as a span, the surest first; None for a way that does not read it."""
    if text in ("", "between"):
        two = len(topics) == 2 or (len(topics) == 1 and topics[0].several)
        yield _pair("both of them", topics) if text or two else _one("it", topics)
        return
    if match := _STILL.match(text):
        yield _until_now(f"start of {match['a']}", topics)
        return
    about, comma, rest = text.partition(", ")
    if comma and not topics and (told := _topics(about)):
        yield from _readings(rest, told)
    if match := _BETWEEN.match(text):
        for cut in _JOINS.finditer(match["both"]):
            yield _two(match["both"][: cut.start()], match["both"][cut.end() :], topics, directed=False)
        yield _pair(match["both"], topics)
        return
    if match := _FROM.match(text):
        yield _two(match["a"], match["b"], topics, directed=True)
    if match := _SINCE.match(text):
        yield _until_now(match["a"], topics)
        return
    if match := _AFTER[0].match(text):
        yield _two(match["a"], match["b"], topics, directed=True)
    if match := _ONLY_UNTIL.match(text):
        yield _two("it", match["b"], topics, directed=True)
    if len(topics) == 1 and (match := _ONLY_AFTER.match(text)):
        yield _two(match["a"], "it", topics, directed=True)
    for pattern in _AFTER[1:]:
        if match := pattern.match(text):
            yield _two(match["a"], match["b"], topics, directed=True)
    yield _pair(text, topics) if re.search(r"\b(?:two|both|them)\b", text) else None
    yield _one(text, topics)


def _resolved(side: Side, other: Side | None, topics: Sequence[Side], at: int) -> Side | None:
    """A side that names what it is: by itself, as the other does, or as what was told before."""
    if side.is_named:
        told = next(
            (one for one in topics if (one.name, one.stay.removesuffix(" ended")) == (side.name, side.stay)), None
        )
        if told is None or side.times or side.rank:
            return side
        return replace(side, stay=told.stay, times=told.times, rank=told.rank)
    if len(topics) == 1 or (len(topics) == 2 and side.points):
        source = topics[min(at, len(topics) - 1)]
        dated = source.times
    elif other is not None and other.is_named and (side.rank or side.at or side.points):
        source, dated = other, ()
    else:
        return None
    kinds = side.kinds or source.kinds
    rank = side.rank or (source.rank if side.points and source is not other else "")
    return replace(
        side, name=source.name, stay=source.stay, kinds=kinds, times=side.times or dated, rank=rank,
        length=side.length or source.length, at=side.at or (source.at if source is not other else ""),
    )  # fmt: skip


def _two(first: str, second: str, topics: Sequence[Side], *, directed: bool) -> Span | None:
    """The time between two events; of one that goes from its own beginning to its end, its length."""
    left, right = side_of(first), side_of(_ONE_AFTER.sub(r"next \g<stay>", second))
    if left is None or right is None:
        return None
    start, end = _resolved(left, right, topics, 0), _resolved(right, left, topics, 1)
    if start is None or end is None or start.several or end.several:
        return None
    is_one = (start.name, start.stay) == (end.name, end.stay) or _is_the_discharge(start, end)
    shared = end.rank == start.rank or not end.rank or (not start.rank and re.search(r"\bof\b", second))
    if is_one and start.at != "end" and end.at == "end" and shared:
        if set(end.times) - set(start.times) and start.times:
            return None
        return Span(replace(start, at="", times=start.times or end.times, rank=start.rank or end.rank))
    if is_one and (start.rank, start.at, start.times) == (end.rank, end.at, end.times):
        return None
    return Span(start, end, is_directed=directed)


def _is_the_discharge(start: Side, end: Side) -> bool:
    """Whether the end is that of the stay that is told, with no more said of it."""
    stays = {"hospital stay", "he was discharged"}
    return start.stay in stays and end.stay in stays and not (end.rank or end.times)


def _pair(text: str, topics: Sequence[Side]) -> Span | None:
    """The time between two rows that are told together."""
    side = side_of(text)
    if side is None or not (side.several or side.points):
        return None
    if not side.is_named and len(topics) == 2:
        first, second = topics
        return Span(replace(first, at=side.at or first.at), replace(second, at=side.at or second.at))
    whole = _resolved(side, None, topics, 0)
    if whole is None or whole.stay or not (side.several or any(topic.several for topic in topics)):
        return None
    if whole.rank in ("last", "latest", "final"):
        return Span(replace(whole, rank="second to last"), replace(whole, rank="last"))
    other = "second" if whole.rank in ("first", "earliest") else "last"
    return Span(replace(whole, rank="first"), replace(whole, rank=other), both=not whole.rank)


def _until_now(text: str, topics: Sequence[Side]) -> Span | None:
    side = side_of(text)
    whole = _resolved(side, None, topics, 0) if side is not None else None
    return Span(whole, until_now=True) if whole is not None else None


def _one(text: str, topics: Sequence[Side]) -> Span | None:
    """The length of one event."""
    side = side_of(_LASTED.sub("", text))
    whole = _resolved(side, None, topics, 0) if side is not None else None
    if whole is None or whole.several or side is None:
        return None
    return Span(replace(whole, at=""))
