"""One row told in a sentence of its own, and what is asked of it in the next, as one question.

"The LDL peaked at some point in 1979. Which date?" asks when the highest LDL was; "not the latest weight, the one right
before it" for the previous weight; "stroke, first diagnosis. Patient was how old then?" for an age; "alendronate start:
the RDW immediately preceding it" for the last RDW before it. The rules are about a question as it is typed.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.told_patterns import (
    BREAK,
    DATE_ASKED,
    END,
    EVENT,
    FIRST,
    LAST,
    NAME,
    ON_RECORD,
    OWN,
    ROW,
    SOMETIME,
    THE,
    TIME,
    VALUE_ASKED,
    event_of,
)
from chartwarden.agent.planning.wording.who import WHO

_ITS = r"(?:its|his|her|their|an?|the)(?: (?:all-time|absolute|very))?"
_POINT = r"(?: (?:point|value|level|reading|mark))?(?: ever)?"
_TOPS = (
    rf"(?P<hi>peaked|topped out|maxed out|(?:reached|hit|had|touched) {_ITS} (?:peak|maximum|max|highest{_POINT})"
    rf"|(?:reached|hit|touched) an? high|(?:was|were|stood) at {_ITS} (?:highest{_POINT}|peak|maximum)|was highest)"
)
_BOTTOMS = (
    rf"(?P<lo>bottomed out|troughed|(?:reached|hit|had|touched) {_ITS} (?:trough|minimum|min|nadir|bottom"
    rf"|lowest{_POINT})|(?:reached|hit|touched) an? low|(?:was|were|stood) at {_ITS} (?:lowest{_POINT}|minimum|bottom"
    r"|nadir)|was lowest)"
)
_EXTREME = rf"(?:{_TOPS}|{_BOTTOMS})"
_ASKED_OF_ONE = (
    rf"(?:(?P<when>{DATE_ASKED})|(?P<value>{VALUE_ASKED}|how (?:high|low) (?:was|did) (?:it|that)(?: (?:get|go))?))"
)


def _extreme(match: re.Match[str]) -> str:
    """When or what the highest or the lowest row of a time was."""
    said = match.groupdict()
    times = [one.strip(" ,") for one in (said.get("t"), said.get("u")) if one]
    if len(times) > 1:
        return match.group()
    side = "highest" if said.get("hi") or said.get("side", "") in ("highest", "peak", "maximum") else "lowest"
    when = f" {times[0][0].lower()}{times[0][1:]}" if times else ""
    return f"{'when' if said['when'] else 'what'} was the {side} {said['x']}{when}?"


_EXTREMES = Rewrites(
    (
        (
            rf"^(?:{SOMETIME} )?(?:(?P<t>{TIME}),? )?{OWN}(?P<x>{NAME}) {_EXTREME}(?:,? {SOMETIME})*"
            rf"(?:,? (?P<u>{TIME}))??(?:,? {SOMETIME})*{BREAK}{_ASKED_OF_ONE}{END}",
            lambda m: _extreme(m),
        ),
        (
            rf"^(?:(?P<t>{TIME}),? )?there (?:is|was|must be|has to be|must have been) (?:an?|one|the) "
            rf"(?P<side>highest|peak|maximum|lowest|minimum) (?P<x>{NAME})(?: {ROW})?(?: {ON_RECORD})*(?: {SOMETIME})*"
            rf"(?:,? (?P<u>{TIME}))??(?: {SOMETIME})*{BREAK}{_ASKED_OF_ONE}{END}",
            lambda m: _extreme(m),
        ),
    ),
    re.IGNORECASE,
)

_NOT_THAT = (
    r"(?:not|skip(?:ping)?|ignor(?:e|ing)|leav(?:e|ing) (?:out|aside)|forget(?: about)?|never mind|disregard(?:ing)?"
    r"|set(?:ting)? aside|(?:i|we) (?:do not|don't|didn't) (?:want|need|mean)|other than|instead of|rather than)"
)
_WANTED = (
    r"(?:(?:(?:but|and|rather|instead|just|so)|(?:i|we)(?:'d| would)? (?:want|need|like|mean|am after)|i'm after"
    r"|give me|show me|tell me|(?:what|when) (?:is|was|were|did)|make it) )*"
)
_BEFORE_IT = (
    rf"(?:{THE}{ROW} (?:that (?:came|was) )?(?:right |just |immediately |directly )?(?:before|preceding|prior to)"
    rf"(?: (?:it|that(?: one)?|this|the {LAST}(?: one)?))?"
    r"|(?:the )?(?:previous|preceding|prior) one)"
)
_THEN_ASKED = (
    rf"(?:,? please)?(?:(?:{BREAK}|,? )(?:(?P<when>{DATE_ASKED}|when was (?:it|that))|(?P<value>{VALUE_ASKED})))?"
)


def _previous(match: re.Match[str], which: str = "previous") -> str:
    """When or what the row next to the end was that is left out."""
    said = match.groupdict()
    is_dated = said["when"] or re.search(r"\bwhen (?:is|was|were)\b", said["ask"] or "", re.IGNORECASE)
    return f"{'when' if is_dated else 'what'} was the {which} {said['x']}?"


_LEFT_OUT = Rewrites(
    (
        (
            rf"^(?:please )?{_NOT_THAT}(?: just)? {THE}{LAST} (?P<x>{NAME})(?: {ROW})?(?: (?:but|and) |{BREAK})"
            rf"(?P<ask>{_WANTED}){_BEFORE_IT}{_THEN_ASKED}{END}",
            _previous,
        ),
        (
            rf"^(?P<ask>{_WANTED}){OWN}(?P<x>{NAME})(?: {ROW})?(?: ?[,:]| [-–])+ (?:but )?{_NOT_THAT} {THE}{LAST}"
            rf"(?: {ROW})?(?: (?:but|and) |{BREAK})(?:but |rather )?{_BEFORE_IT}{_THEN_ASKED}{END}",
            _previous,
        ),
        (
            rf"^(?:please )?{_NOT_THAT}(?: just)? {THE}{FIRST} (?P<x>{NAME})(?: {ROW})?(?: (?:but|and) |{BREAK})"
            rf"(?P<ask>{_WANTED})(?:{THE}{ROW} (?:that (?:came|was) )?(?:right |just |immediately |directly )?(?:after"
            rf"|following)(?: (?:it|that(?: one)?|this))?|(?:the )?(?:second|next)(?: {ROW})?){_THEN_ASKED}{END}",
            lambda m: _previous(m, "second"),
        ),
    ),
    re.IGNORECASE,
)

_AGE = (
    rf"(?:{WHO} (?:was|is|were) how (?:old|many years old)"
    rf"|how (?:old|many years old) (?:was|is|were) {WHO}"
    rf"|(?:at )?what age (?:was|is|were) (?:that|it|{WHO})"
    r"|(?:(?:give|tell)(?: me)? |what (?:was|is) |(?:i )?need )?"
    r"(?:(?:the |his |her |my |their )?(?:(?:patient|pt)(?:'s)? )?)age)"
    r"(?: (?:of (?:the )?(?:patient|pt)|in years))?"
    r"(?: (?:then|back then|there|at (?:that|the) (?:time|point|moment)|on that (?:day|date)|at it))?"
)
_CLOSEST = r"(?:(?:(?P<near>closest|nearest|next)|(?P<end>last|latest|most recent)|(?P<begin>first)) )?"
_LOOK = (
    r"(?:(?:i'm|i am|we're|we are) (?:after|looking for)|(?:i|we)(?:'d| would)? (?:want|need|like)|give me|show me"
    r"|find(?: me)?|what (?:was|is)|(?P<when2>when (?:was|is))|tell me|get me)"
)
_SIDE = (
    r"(?:(?:that (?:came|was) )?(?:right |just |immediately |directly |closest |next |nearest )?"
    r"(?:(?P<b>before(?:hand)?|preceding|prior(?: to)?|ahead of)|(?P<a>after(?:wards)?|following))"
    r"(?: (?:it|that|this|then|that (?:date|day|point)))?)"
)
_BESIDE_EVENT = Rewrites(
    (
        (
            rf"^(?:at )?{EVENT}(?:{BREAK}|, ){_AGE}{END}",
            lambda m: f"how old was the patient when {event_of(m)}?",
        ),
        (
            r"^(?:(?:looking|look|go|going|count|counting) (?P<way>back|forward|ahead) from |(?:start(?:ing)? )?from )?"
            rf"(?:the )?{EVENT}(?:,? (?:and )?(?:then )?(?:look|go|count)(?:ing)? (?P<way2>back|forward|ahead)"
            rf"(?:wards?)?)?{BREAK}"
            rf"(?:{_LOOK} )?{THE}{_CLOSEST}(?:(?:(?P<b2>earlier|preceding|previous|prior)|(?P<a2>later|subsequent"
            rf"|following)) )?(?P<x>{NAME})(?: {ROW})?(?: {ON_RECORD})*(?: {_SIDE})?"
            rf"(?:(?:{BREAK}|,? )(?:{VALUE_ASKED}|(?P<when>{DATE_ASKED})))?{END}",
            lambda m: _beside(m),
        ),
    ),
    re.IGNORECASE,
)


def _beside(match: re.Match[str]) -> str:
    """The value that lies next to an event on the side of it that is told."""
    said = match.groupdict()
    before, after = said["b"] or said["b2"], said["a"] or said["a2"]
    way = (said["way"] or said["way2"] or "").lower()
    if way and not (before or after) and said["near"] and said["near"].lower() != "next":
        before, after = (way, "") if way == "back" else ("", way)
    if bool(before) == bool(after) or (way and (way == "back") != bool(before)):
        return match.group()
    is_one = said["near"] or said["begin"] or said["end"]
    if not is_one and re.search(r"[a-rt-z]s$", said["x"], re.IGNORECASE):
        return match.group()  # all of them
    asks = "when" if said["when"] or said["when2"] else "what"
    side = "before" if before else "after"
    rank = "first" if said["begin"] or not (said["end"] or before) else "last"
    return f"{asks} was the {rank} {said['x']} {side} {event_of(match)}?"


_SEVERAL = (
    r"(?:if|in case|should|where) (?:(?:there(?:'s| is| are| was| were| be)"
    r"|(?:he|she|they|i|we|you|it) (?:has|have|had|see|sees|find|got)) )"
    r"(?:more than one|several|multiple|two or more|more|a few|many)"
    r"(?: (?:of (?:it|them|these|those)|entr(?:y|ies)|episodes?|diagnos[ie]s|rows?|records?|readings?|values?|results?"
    r"|prescriptions?|orders?|ones?|on (?:file|record)))*"
)
_CHOSEN = (
    rf"(?:{_SEVERAL}),? (?:then |please |just )*(?:(?:take|use|pick|choose|go (?:with|by|for)|give(?: me)?|tell me"
    rf"|(?:i|we)(?:'d| would)? (?:like|want|need|mean)|i'm after|it's|report|consider) )?"
    rf"(?:only )?(?:the )?(?P<r>{FIRST}|{LAST})(?: (?:one|entry|of (?:them|those|these)))?(?: only| please)*"
)
_OF_ROW_ASKED = (
    r"(?:(?:what (?:is|was) |give me |tell me |need )?(?:the |its )?(?P<what>onset|start|end|diagnosis|resolution"
    r"|prescription|order)? ?(?:date|day)|(?P<wh>when)(?: (?:was|did) (?:it|that)(?: (?:start|begin|diagnosed|recorded"
    rf"|given|prescribed|ordered|happen|done))?)?|(?P<by>who (?:prescribed|ordered)) (?:it|that)"
    rf"|(?P<value>{VALUE_ASKED}))"
)
_OF_SEVERAL = Rewrites(
    (
        (
            rf"^{OWN}(?P<x>{NAME})(?P<k>(?:,? of|,)? (?:any|whatever|whichever) (?:kind|type|sort|form))?"
            rf"(?: ?[,:.;]| [-–])+ {_CHOSEN}{BREAK}{_OF_ROW_ASKED}{END}",
            lambda m: _of_chosen(m),
        ),
        (
            rf"^(?P<q>when (?:was|were|is|did)|(?:what|which) (?:is|was) the (?:[a-z]+ )?(?:date|day) of|(?:the )?"
            rf"(?:[a-z]+ )?date of|what (?:was|is)) {OWN}(?P<x>(?!{LAST}|{FIRST})[^.?;:,]+?)"
            rf"(?:{BREAK}|, ){_CHOSEN}{END}",
            lambda m: f"{m['q']} the {_end(m)} {m['x']}?",
        ),
        (
            rf"^who (?P<v>prescribed|ordered) {OWN}(?P<x>{NAME})(?:{BREAK}|, ){_CHOSEN}{END}",
            lambda m: f"who {_end(m)} {m['v']} {m['x']}?",
        ),
    ),
    re.IGNORECASE,
)


def _end(match: re.Match[str]) -> str:
    return "last" if re.fullmatch(LAST, match["r"], re.IGNORECASE) else "first"


def _of_chosen(match: re.Match[str]) -> str:
    """The date, the prescriber or the value of the first or the last of several."""
    end, kind = _end(match), " of any kind" if match["k"] else ""
    if match["by"]:
        return f"{match['by'].split()[0]} {end} {match['by'].split()[1]} {match['x']}{kind}?"
    what = f"the {match['what'].lower()} of " if match["what"] else ""
    return f"{'what' if match['value'] else 'when'} was {what}the {end} {match['x']}{kind}?"


_PLACE = (
    r"(?:the )?(?:(?:number|no\.?|#) ?(?P<n>[a-z]+|\d+)|(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth)(?: one)?)"
)
_COUNTED_FROM = Rewrites(
    (
        (
            rf"^count(?:ing|ed)? (?:(?:the|his|her|my|their|all) )*(?P<x>{NAME})(?: (?:up|on))? from {THE}{FIRST}"
            rf"(?: (?:one|on|onwards?))*(?:{BREAK}|, )"
            r"(?P<q>(?:on )?(?:what|which) (?:date|day) (?:was|is) |when (?:was|is) |(?:the )?date of |what (?:was|is) "
            rf"|(?:the )?value of )?{_PLACE}(?: (?:was )?(?:given|done|recorded|taken|measured|had))?"
            rf"(?P<d>(?:,| was| is)? (?:on )?(?:(?:what|which|the) )?(?:date|day|when))?{END}",
            lambda m: _nth(m),
        ),
    ),
    re.IGNORECASE,
)
_PLACES = {
    "two": "second", "three": "third", "four": "fourth", "five": "fifth", "six": "sixth", "seven": "seventh",
    "eight": "eighth", "nine": "ninth", "ten": "tenth", "2": "second", "3": "third", "4": "fourth", "5": "fifth",
    "6": "sixth", "7": "seventh", "8": "eighth", "9": "ninth", "10": "tenth",
}  # fmt: skip


def _nth(match: re.Match[str]) -> str:
    """When or what the row was that stands at a place, counted from the first."""
    place = (match["nth"] or _PLACES.get(match["n"].lower(), "")).lower()
    if not place or not (match["q"] or match["d"]):
        return match.group()
    name = re.sub(rf"(?: {ROW})?s?$", "", match["x"], flags=re.IGNORECASE)
    is_dated = re.search(r"\b(?:date|day|when)\b", f"{match['q']} {match['d']}", re.IGNORECASE)
    return f"{'when' if is_dated else 'what'} was the {place} {name}?"


def row_asked(question: str) -> str:
    """The question with the row that is told before it in it; unchanged where no one row is told."""
    for rules in (_OF_SEVERAL, _COUNTED_FROM, _EXTREMES, _LEFT_OUT, _BESIDE_EVENT):
        question = rules.put_into(question)
    return question
