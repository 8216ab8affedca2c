"""From a span or an order in words to the frame that asks the record for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, NotUnderstood, Thing
from chartwarden.agent.planning.reading.naming import require_a_thing
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.spans.events import Span, span_of
from chartwarden.agent.planning.reading.spans.lengths import in_unit
from chartwarden.agent.planning.reading.spans.orders import Order, order_of, without_class
from chartwarden.agent.planning.reading.spans.rows import Readmission, age_at_end, end_of, longest_stay, readmission_of
from chartwarden.agent.planning.reading.spans.words import DEATH, Side, plainly, words

EventReader = Callable[[str], Frame]
"""Reads the words of an event."""

_STAYS = ("encounter", "icu")
_GOES_ON = (*_STAYS, "condition", "procedure")
"""Kinds whose entries have a beginning and an end of their own."""


_ON_IT_AFTER = Pattern(
    r"\b(?:was|were|is|been|spen[dt]|stay(?:ed)?|kept|put) (?:[a-z]+ ){0,3}on (?:the |an? )?qc\d+\b[^,?]*"
    r"\b(?:after|following)\b"
)
"""How long something went on that another event is told with: no time between the two."""


def spans_in(skeleton: Skeleton, event: EventReader) -> list[Frame]:
    """The frame of a question for a length of time, an order of two events, another stay after one, or the longest of
    them; none where it asks for something else, or is not read here."""
    return [replace(frame, whole=True) for frame in _read(skeleton, event)]


def _read(skeleton: Skeleton, event: EventReader) -> list[Frame]:
    text = _without_now(plainly(skeleton), skeleton)
    for token in re.findall(r"\bqc\d+", text):
        require_a_thing(skeleton.mention(token))
    text = without_class(text, lambda name: "drug class" in {row.kind for row in skeleton.mention(name).linked.known})
    if (order := order_of(text)) is not None:
        return _order(order, text, event)
    if (again := readmission_of(text)) is not None:
        return _readmission(again, skeleton, text, event)
    if (longest := longest_stay(text)) is not None:
        return _row(longest, event)
    if (ended := end_of(text)) is not None:
        return [frame for frame in _row(ended, event) if frame.thing.domain == "procedure" and _is_itself(frame)]
    if (aged := age_at_end(text)) is not None and (frame := _event(aged, event)) is not None:
        return [replace(frame, operator="age", clause=f"age at the end of {aged.text}")]
    if _ON_IT_AFTER.search(text):
        raise NotUnderstood("how long that went on, told by what came before or after it; ask for it by its date")
    span = span_of(text)
    if span is not None and not span.unit and (told := in_unit(skeleton.question.lower(), "")):
        span = replace(span, unit=told.unit)
    frame = _frame(span, text, event) if span is not None else None
    return [frame] if frame is not None else []


_TO_NOW = Pattern(
    r",? (?:counted|counting|reckoned|as|up|going)(?: up)? (?:to|until|till|at|of) (?P<t>qt\d+)(?=[ ?.!]*$)"
)
_NOW = Pattern(r"\b(?:today|now|present|moment|date|so far)\b")


def _without_now(text: str, skeleton: Skeleton) -> str:
    """The text without the moment of asking, up to which a length is counted anyway."""
    found = _TO_NOW.search(text)
    phrase = skeleton.times[int(found["t"][2:])] if found else None
    if found is None or phrase is None or not _NOW.search(skeleton.question[phrase.start : phrase.end].lower()):
        return text
    return text[: found.start()] + text[found.end() :]


def _order(order: Order, text: str, event: EventReader) -> list[Frame]:
    left, right = _event(order.left, event), _event(order.right, event)
    if left is None or right is None:
        return []
    if order.relation == "same_day":
        return _same_day(left, right, text)
    if not order.which and "medication" in (left.thing.domain, right.thing.domain) and not order.left.rank:
        return []
    told = Frame("order", left.thing, clause=text, event=left, until=right, relation=order.relation)
    return [replace(told, tells="side" if order.which else "")]


def _same_day(left: Frame, right: Frame, text: str) -> list[Frame]:
    """Whether any entry of one thing is on a day of the other; of a drug it is its first order, also of two drugs."""
    if left.thing.domain == right.thing.domain == "medication":
        return [Frame("order", left.thing, clause=text, event=left, until=right, relation="same_day")]
    asked, other = (right, left) if left.thing.domain == "medication" else (left, right)
    if asked.event is not None or other.event is not None or asked.thing.domain == "medication":
        return []
    which = asked.which if asked.is_ranked else Which()
    return [replace(asked, operator="exists", which=which, event=other, relation="same_day", clause=text)]


def _readmission(again: Readmission, skeleton: Skeleton, text: str, event: EventReader) -> list[Frame]:
    """Whether there was a stay within some time of the end of another: of any, where none is told."""
    stay, left = event(again.stay.text), _event(again.left, event)
    if left is None:
        return []
    if not (left.is_ranked or left.window):
        left.which = Which("all")
    within = skeleton.distances[int(again.within[2:])]
    told = replace(stay, operator="exists", which=Which(), event=left, relation="after", within=within, clause=text)
    return [told]


def _row(side: Side, event: EventReader) -> list[Frame]:
    """When one event began, or ended."""
    frame = _event(side, event)
    if frame is None:
        return []
    frame.clause = side.text
    if not frame.is_ranked:
        frame.which = Which("last")
    return [frame]


def _frame(span: Span, text: str, event: EventReader) -> Frame | None:
    start = _event(span.start, event)
    if start is None:
        return None
    if span.until_now:
        return _until_now(start, span)
    if span.end is None:
        return _length(start, span, text)
    end = _event(span.end, event)
    if end is None or _is_any_stay(span.start, start, end):
        return None
    relation = "time_after" if span.is_directed or _is_next(start, end) else "interval"
    told = Frame("interval", end.thing, clause=text, event=start, until=end, relation=relation)
    told.unit = "d" if span.unit == "date" else span.unit
    told.both = span.both
    if span.unit == "night":
        raise NotUnderstood("of which stay nights are counted; ask for the days between the two")
    return told


def _event(side: Side, event: EventReader) -> Frame | None:
    """The frame of one event: which row, and which of its ends."""
    if side.stay == DEATH:
        return Frame("when", Thing("patient"), clause=DEATH) if not (side.name or side.rank or side.times) else None
    frame = event(side.text)
    if side.while_there:
        there = _while_there(side, event)
        if there is None:
            return None
        frame = there
    elif side.name and side.stay and not _was_for(frame, event(side.name), is_ranked=bool(side.rank)):
        return None
    if frame.thing.domain not in _STAYS and not frame.thing.links:
        return None
    if side.length and frame.thing.domain not in _STAYS:
        return None
    if side.length:
        frame.extremum = "max" if side.length == "longest" else "min"
        frame.which, frame.is_ranked = Which("last" if side.length == "longest" else "first"), True
    if side.at == "end" and frame.thing.domain not in _GOES_ON and frame.thing.domain != "medication":
        return None
    if side.at == "end":
        frame.operator = "end"
        if frame.thing.domain == "medication" and not frame.is_ranked:
            frame.which = Which("last")  # the end of the last order is that of the drug
    elif frame.thing.domain == "medication" and not frame.is_ranked:
        frame.which = Which("first")
    return frame


def _was_for(frame: Frame, reason: Frame, *, is_ranked: bool) -> bool:
    """Put a visit as the one that a diagnosis was made at, or something was done; False for anything else.

    Where one of several is told by its rank, it is one of all that were for the diagnosis.
    """
    if frame.thing.domain not in _STAYS or reason.thing.domain not in ("condition", "procedure"):
        return False
    stays = frame.thing.domain == "icu" or {"hospital", "inpatient"} & set(frame.kinds)
    if (is_ranked or stays) and reason.thing.domain == "condition" and reason.thing.links:
        if not is_ranked:
            frame.which, frame.is_ranked = Which("first"), True
        frame.thing = replace(frame.thing, reason=reason.thing.links[0])
        frame.event, frame.relation, frame.recorded_there = None, "", True
        return True
    frame.event, frame.relation = replace(reason, which=Which("first")), "same_encounter"
    return True


def _while_there(side: Side, event: EventReader) -> Frame | None:
    """What was done in intensive care, where that is all that is said of a stay; None for anything else."""
    frame = event(replace(side, stay="").text)
    if side.stay != "icu stay" or side.length or frame.thing.domain != "procedure" or frame.event is not None:
        return None
    frame.event, frame.relation = replace(event("icu stay"), which=Which("all")), "during"
    return frame


def _is_any_stay(side: Side, start: Frame, end: Frame) -> bool:
    """Whether it is not said which of the stays the time begins with."""
    is_certain = start.is_ranked or start.window is not None or start.event is not None
    return start.thing.domain == end.thing.domain and start.thing.domain in _STAYS and not is_certain


def _is_next(start: Frame, end: Frame) -> bool:
    """Whether the second stay is the one after a certain first."""
    is_certain = start.is_ranked or start.window is not None
    return is_certain and end.thing.domain in _STAYS and not end.is_ranked and end.window is None


def _length(frame: Frame, span: Span, text: str) -> Frame | None:
    """The length of one event, where the unit is told or both of its ends."""
    side = span.start
    is_single = side.name or side.rank or side.length or set(re.findall(r"[a-z]+", text)) & words("one_stay")
    if frame.thing.domain not in _GOES_ON or not span.unit or (span.unit == "night" and not _is_stay(frame)):
        return None
    if frame.thing.domain == "procedure" and not _is_itself(frame):
        return None
    if frame.thing.domain in _STAYS and not is_single:
        return None  # all the time spent there may be meant
    by_the_clock = span.unit == "d" and frame.thing.domain != "condition"
    unit = "24h" if by_the_clock else "date" if span.unit == "d" else span.unit
    frame.operator, frame.unit, frame.clause = "duration", unit, side.text
    if not frame.is_ranked:
        frame.which = Which()
    return frame


def _is_stay(frame: Frame) -> bool:
    return frame.thing.domain in _STAYS


def _is_itself(frame: Frame) -> bool:
    """Whether a record has entries by the very name, and not only of what was done with what is named."""
    return all(link is not None and link.how != "narrower" for _, link in frame.thing.links)


def _until_now(frame: Frame, span: Span) -> Frame | None:
    """The time since an event: since its first row for what begins once, else since its last."""
    begins = frame.thing.domain in ("condition", "allergy", "medication") and span.start.at != "end"
    if not frame.is_ranked:
        begins &= bool(span.start.at) or frame.thing.domain != "medication"
        frame.which = Which("first" if begins else "last")
    if span.unit in ("date", "night") or frame.operator == "end":
        return None
    return replace(frame, operator="elapsed", unit=span.unit)
