"""Time between two events ("how long after the stroke was aspirin started?"), and what lay between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, Narrowed
from chartwarden.agent.planning.wording.both_of_it import asks_of_both
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Comparison, Question

_UNIT = r"(?:hours|days|weeks|months|years)"
_CODES = {"hours": "h", "days": "d", "weeks": "wk", "months": "mo", "years": "a", "": ""}
_LONG = rf"\bhow (?:long|soon|quickly|fast|much time|many {_UNIT}|great (?:a|an|the) (?:gap|interval))"
_HOW = (
    rf"(?:{_LONG}|^(?:(?:please|compute|calculate|work out|determine|count|give) )*(?:what (?:is|was|were) )?"
    r"(?:the )?(?:exact |total )?(?:time|interval|gap|delay|lag|"
    r"length of time|time span|time ?lapse|time elapsed|elapsed time|amount of time|space of time|period|spacing|"
    rf"number of {_UNIT}|{_UNIT}))"
)
_PASSED = (
    r"(?:(?: was there| is there| were there| was it| is it| did it take| it took| passed| elapsed| went by| lay| lie"
    r"| lies| lapsed| had passed| have passed| were| was| are| is| that passed| that elapsed| there (?:was|were)"
    r"| in (?:hours|days|weeks|months|years)| of time)*)"
)
_BETWEEN = Pattern(
    rf"{_HOW}{_PASSED},? (?:between|separat(?:es|ed|ing)|from) (?P<a>.+?)(?: (?:and|to|until|till) (?P<b>.+))?$"
)
_APART = Pattern(
    rf"\bhow (?:far|long|many {_UNIT}) apart (?:were|are|was|did|in time were)? ?(?P<a>.+?)(?: and (?P<b>.+))?$"
    rf"|\b(?P<a2>.+?) and (?P<b2>.+?) (?:were |are )?how (?:far|many {_UNIT}) apart$"
)
_AFTER = Pattern(
    rf"{_LONG}{_PASSED} (?P<side>after|following|before|prior to) (?P<a>.+?),? "
    r"(?P<b>(?:did|was|were|until|had|has|does|do|is|before|till)\b.+)$"
    rf"|^(?P<b2>.+?) how (?:long|many {_UNIT}|soon) (?P<side2>after|following|before|prior to) (?P<a2>.+)$"
)
_SINCE = Pattern(
    rf"^(?:and )?how many (?P<u>{_UNIT}) (?:(?:has|have|had) (?:it been|passed|elapsed|gone by)|(?:is|was) it"
    rf"|(?:did|do) (?:pass|lie))?(?: now)? ?since (?P<a>.+)$"
    rf"|^(?:and )?how many (?P<u2>{_UNIT}) ago (?P<b>.+)$|^(?:how long ago|when),? in (?P<u3>{_UNIT}),? (?P<c>.+)$"
    rf"|^(?:the )?(?:(?:number of|total) )?(?P<u4>{_UNIT}) (?:elapsed |passed )?since (?P<d>.+)$"
    rf"|^(?:when (?:was|were|is)|how long (?:has it been|is it) since|(?:the )?(?:length of )?time since)"
    rf" (?P<e>.+?),? (?:in|counted in) (?P<u5>{_UNIT})$"
    rf"|^how long ago (?:was|were|did) (?P<g>.+?),? (?:counted |expressed )?in (?P<u6>{_UNIT})$"
    r"|^(?:and )?how (?:long|much time)(?: (?:has|have|had) (?:it been|passed|elapsed|gone by)| is it)?(?: now)? since"
    r" (?P<f>(?:(?:the|his|her|my|their|our|very) )*(?:(?:last|latest|most recent|first|previous)\b.*|qc\d+\b.*))$"
)
"""The time from an event until now, with the unit it is wanted in."""
_TOOK = Pattern(
    rf"\bhow (?:long|many {_UNIT}) (?:did it take|was it|passed|elapsed|went by) (?P<side>after) (?P<a>.+?) "
    r"(?:until|till|before|for|to) (?P<b>.+)$"
)
_STAY = (
    r"(?:icu |hospital |inpatient |intensive care |emergency )?(?:stay|visit|admission|encounter|hospitali[sz]ation)\b"
)
_TWO = Pattern(r"^(?:the |my |his |her |their )?(?P<which>first|last|latest|most recent) (?:two|2) (?P<what>.+)$")
_RANK = Pattern(
    r"^(?:the |my |his |her |their )?(?:very )?(?:first|second|third|fourth|fifth|sixth|last|latest|most recent|next"
    r"|previous|initial|earliest|final|second to last|one before(?: that)?)(?: one| dose| time)?$"
)
_RANKED = Pattern(r"\b(?P<rank>first|second|third|fourth|fifth|next|last|latest)(?: one)?\b(?! \w*(?:visit|stay|adm))")
_FOLLOWING = Pattern(r"^(?:the |his |her |my |their )?(?:very )?(?:next|following|subsequent) (?P<rest>.+)$")
"""The next of its kind after the other event."""
_BARE = Pattern(r"^(?:the |its |that )?(?:onset|diagnosis|start|beginning)$")
_ENDS = Pattern(r"\b(?:resol\w+|end(?:ed|ing|s)?|stop\w*|discharg\w+|abat\w+|cleared|gone|recover\w*|died|death)\b")
_STRETCH = Pattern(
    r"^(?P<main>.+?),? (?:(?:in |during )?(?:the )?(?:time |period |interval |stretch )?between) "
    r"(?P<a>.+?) and (?P<b>.+)$"
)

_STRETCH_FIRST = Pattern(
    r"^(?:(?:(?:in |during )?(?:the )?(?:time |period |interval |stretch )?between) (?P<a>[^,?]+?) and"
    r"|from (?P<from>[^,?]*qc[^,?]*?) (?:until|till|to|through)) (?P<b>[^,?]+?), "
    r"(?P<main>.+)$"
)


@dataclass(frozen=True)
class Interval:
    """Two events in words, and whether the time from the one to the other is asked, or what lies between them."""

    start: str
    end: str
    relation: Literal["interval", "time_after"] = "interval"
    unit: str = ""


def interval_of(text: str) -> Interval | None:
    """The two events of a question for the time between them."""
    unit = re.search(rf"\b(?:many|of|in|^) ?(?P<u>{_UNIT})\b|^(?P<u2>{_UNIT})\b", text)
    said = (unit["u"] or unit["u2"]) if unit else ""
    code = _CODES[said]
    match = _TOOK.search(text) or _AFTER.search(text)
    if match and "qc" in (match["a"] or match.groupdict().get("a2") or ""):
        groups = match.groupdict()
        start, end = groups["a"] or groups.get("a2") or "", groups["b"] or groups.get("b2") or ""
        names = re.findall(r"qc\d+", start)
        if _RANKED.search(end) and "qc" not in end and names:
            end = _RANKED.sub(rf"\g<rank> {names[-1]}", end)
        if (groups["side"] or groups.get("side2")) in ("before", "prior to"):
            start, end = end, start
        return Interval(start, end, "time_after", code)
    match = _APART.search(text) or _BETWEEN.search(text)
    if match is None:
        return None
    groups = match.groupdict()
    pair = _both(groups["a"] or groups.get("a2") or "", groups["b"] or groups.get("b2") or "")
    following = _FOLLOWING.match(pair[1]) if pair is not None and re.search(rf"qc\d|{_STAY}", pair[0]) else None
    if pair is not None and following and re.search(rf"qc\d|{_STAY}", following["rest"]):
        return Interval(pair[0], following["rest"], "time_after", code)
    named = pair is not None and re.search(r"qc\d|visit|stay|admission|encounter", " ".join(pair))
    return Interval(*pair, "interval", code) if pair is not None and named else None


def since_of(text: str) -> tuple[str, str] | None:
    """The event and the unit of a question for the time that has passed since: "how many days since her last dose"."""
    match = _SINCE.match(text)
    if match is None:
        return None
    said = next(match[name] for name in ("a", "b", "c", "d", "e", "f", "g") if match[name])
    unit = next((match[name] for name in ("u", "u2", "u3", "u4", "u5", "u6") if match[name]), "")
    return said, _CODES[unit]


def stretch_of(text: str) -> tuple[str, str, str] | None:
    """A question and the two events it lies between: "visits between the first and the second flu shot"."""
    match = _STRETCH_FIRST.match(text) or _STRETCH.match(text)
    if match is None or not re.search(rf"qc\d|{_STAY}", match["b"]):
        return None
    start = match["a"] or match.groupdict().get("from") or ""
    pair = None if _ENDS.search(f"{start} {match['b']}") else _both(start, match["b"])
    return (match["main"], *pair) if pair else None


def _both(first: str, second: str) -> tuple[str, str] | None:
    """Two events, each with its name: "the first" and "second qc0" share theirs."""
    first, second = first.strip(" ,"), second.strip(" ,")
    two = _TWO.match(first) if not second else _TWO.match(second) if not first else None
    if two:
        other = "second" if two["which"] == "first" else "second to last"
        pair = (f"first {two['what']}", f"{other} {two['what']}")
        return pair if two["which"] == "first" else (pair[1], f"last {two['what']}")
    names = re.findall(rf"qc\d+|{_STAY}", second)
    if _RANK.match(first) and names:
        return f"{first} {' '.join(names)}", second
    before = re.findall(r"qc\d+", first)
    if _RANK.match(second) and before:
        return first, f"{second} {' '.join(before)}"
    return (first, second) if first and second else None


_WITHIN_A_STAY = Pattern(r"(?<=\w )(?:during|in|of|within) the (?:admission|stay|visit|hospitali[sz]ation)\b")
"""In which stay both sides are, and no part of one of them."""


def names_no_event(said: str) -> bool:
    """Whether a side is none whose own time is recorded as that of an entry: an end, or something unnamed."""
    return bool(_ENDS.search(said) or _BARE.match(said) or _WITHIN_A_STAY.search(said))


def require_no_third(said: str, frames: Sequence[Frame], questions: Sequence[Question], manifest: Manifest) -> None:
    """Raise `Narrowed` where the time between the two of a thing is asked for, and the record has more, or fewer."""
    if not (asks_of_both(said) or any(frame.both for frame in frames)):
        return
    for one in questions:
        concept = one.left.concept if isinstance(one, Comparison) else None
        if not isinstance(one, Comparison) or concept is None:
            continue
        meant = [
            entry
            for entry in manifest.named(*one.left.types)
            if set(entry.codings) & set(concept.codings) or {entry.text, *entry.identifiers} & set(concept.texts)
        ]
        if sum(entry.count for entry in meant) != 2:
            raise Narrowed("which two of them are meant; ask for the first and the second, or for the last two")
