"""Two rows told in a sentence of their own, and what is asked of them in the next, as one question.

"Systolic, first reading against the last. By how much did it rise?" asks by how much it rose from the first to the
last; "aspirin was started at some point. LDL: first one after that against the last one before. Did it go up?" compares
those two. The rules are about a question as it is typed.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.told_patterns import (
    A_DAY,
    AMOUNT,
    BREAK,
    END,
    EVENT,
    FIRST,
    FROM_THEN,
    LAST,
    NAME,
    ON_RECORD,
    OWN,
    ROW,
    THE,
    TIME,
    WHETHER,
    amount_of,
    event_of,
    share_of,
    way_of,
    whether_of,
)
from chartwarden.agent.planning.wording.who import WHO

_TAKE = (
    r"(?:(?:please |let's |i want to |(?:can|could) you )?(?:take|compare|look(?:ing)?(?: back)? at|consider|put|set"
    r"|hold|line up|pick|find|comparing|start(?:ing)? (?:with|at|from)|begin(?:ning)? (?:with|at)|go(?:ing)? from|from"
    r"|between|regarding|about) )?"
)
_FIRST_ROW = rf"{THE}{FIRST}(?: {ROW})?(?: {ON_RECORD})*"
_LAST_ROW = rf"{THE}{LAST}(?: {ROW})?(?: {ON_RECORD})*"
_AND = (
    r"(?:(?:,|;)? (?:and |then )*(?:against|versus|vs\.?|and|to|with|compared (?:with|to)|next to|beside|alongside|then"
    r"|(?:up |through )to|(?:end|finish|stop)(?:ing)? (?:with|at|on)) (?:it to |that with )?|, )"
)
_ASK = rf"(?:{AMOUNT}|{WHETHER})"
_ENDS = Rewrites(
    (
        (
            rf"^{_TAKE}(?:all )?{OWN}(?P<x>{NAME})(?: {ROW}s)?(?P<t> {TIME})?(?: ?[,:;.]| [-–])? {_TAKE}(?:"
            rf"{_FIRST_ROW}(?P<f> {FROM_THEN})?{_AND}{_LAST_ROW}|{_LAST_ROW}{_AND}{_FIRST_ROW}"
            rf"|{THE}{FIRST}(?:,| and| &|/) ?{THE}{LAST}(?: {ROW}s?)?)(?:,? (?P<u>{TIME}))?{BREAK}{_ASK}{END}",
            lambda m: _from_first_to_last(m),
        ),
        (
            rf"^{_TAKE}{THE}(?:{FIRST} (?P<x>{NAME})(?: {ROW})?(?: {ON_RECORD})*(?P<f> {FROM_THEN})?{_AND}{THE}{LAST}"
            rf"|{LAST} (?P<y>{NAME})(?: {ROW})?(?: {ON_RECORD})*{_AND}{THE}{FIRST}"
            rf"|{FIRST}(?: and | & |/){THE}{LAST} (?P<z>{NAME}))"
            rf"(?: (?:(?P=x)|(?P=y)|(?P=z)))?(?: {ROW}s?)?(?: {ON_RECORD})*(?:,? (?P<u>{TIME}))?{BREAK}{_ASK}{END}",
            lambda m: _from_first_to_last(m),
        ),
    ),
    re.IGNORECASE,
)


def _from_first_to_last(match: re.Match[str]) -> str:
    """By how much, or whether, something changed between its two ends. What bounds one end alone has no end itself."""
    said = match.groupdict()
    times = [one.strip() for one in (said.get("t"), said["f"], said["u"]) if one]
    if len(times) > 1:
        return match.group()
    name = next(said[key] for key in ("x", "y", "z") if said.get(key))
    when = f" {times[0]}" if times else ""
    if way := amount_of(match):
        return f"by {share_of(match)} did the {name} {way} from the first to the last reading{when}?"
    return f"did the {name} {whether_of(match)} from the first to the last reading{when}?"


_ONE = rf"(?:(?: {ROW})?)"
_NEXT_TO = r"(?:(?:right |just |immediately |directly )?{})"
_AFTER, _BEFORE = _NEXT_TO.format("(?:after|following)"), _NEXT_TO.format("(?:before|prior|preceding|prior to)")
_THEN = r"(?:(?: (?:that|it|this|then))?)"
_SIDES = (
    rf"(?:{THE}{FIRST}{_ONE} {_AFTER}{_THEN}{_AND}{THE}{LAST}{_ONE} {_BEFORE}{_THEN}"
    rf"|{THE}{LAST}{_ONE} {_BEFORE}{_THEN}{_AND}{THE}{FIRST}{_ONE} {_AFTER}{_THEN}"
    rf"|{THE}(?:(?:{LAST}|one|{ROW}) )?{_BEFORE}{_THEN}{_AND}{THE}(?:(?:{FIRST}|one|{ROW}) )?{_AFTER}{_THEN}"
    rf"|{_BEFORE} and {_AFTER}{_THEN})"
)
_ABOUT_EVENT = Rewrites(
    (
        (
            rf"^{EVENT}{BREAK}{_TAKE}{OWN}(?P<x>{NAME})(?: {ROW}s?)?(?: ?[,:;]| [-–])? {_SIDES}{BREAK}{_ASK}{END}",
            lambda m: _about_event(m, event_of(m)),
        ),
        (
            rf"^{EVENT}{BREAK}{_TAKE}{THE}(?:{FIRST} (?P<x>{NAME}) {_AFTER}{_THEN}{_AND}{THE}{LAST}(?: (?P=x))?{_ONE}"
            rf" {_BEFORE}|{LAST} (?P<y>{NAME}) {_BEFORE}{_THEN}{_AND}{THE}{FIRST}(?: (?P=y))?{_ONE} {_AFTER}){_THEN}"
            rf"{BREAK}{_ASK}{END}",
            lambda m: _about_event(m, event_of(m)),
        ),
        (
            rf"^{_TAKE}{THE}{FIRST} (?P<x>{NAME}) {_AFTER} {EVENT}{_AND}{THE}{LAST}(?: (?P=x))?{_ONE}"
            rf" {_BEFORE}{_THEN}{BREAK}{_ASK}{END}",
            lambda m: _about_event(m, event_of(m)),
        ),
    ),
    re.IGNORECASE,
)


def _about_event(match: re.Match[str], event: str) -> str:
    """How something changed from the last row before an event to the first one after it."""
    name = match["x"] or match.groupdict().get("y")
    if amount_of(match):
        return f"by {share_of(match)} did the {name} change after {event}?"
    side = "higher" if whether_of(match) == "rise" else "lower"
    return f"was the first {name} after {event} {side} than the last one before?"


_MOVED = (
    r"(?P<way>rise|risen|increase|increased|climb|go up|gone up|drop|dropped|fall|fallen|decrease|decreased|decline"
    r"|go down|gone down|come down|higher|lower|up|down)"
)
_THAN = (
    r"(?:(?:when )?(?:compared|relative|in comparison|measured) (?:with|to|against)|against|versus|vs\.?|from|than|on"
    r"|over)"
)
_ONE_BEFORE = rf"{THE}(?:(?:previous|prior|preceding)(?: {ROW})?|{ROW} (?:right |just )?before(?: (?:it|that))?)"
_AGAINST_PREVIOUS = Rewrites(
    (
        (
            rf"^{_TAKE}{OWN}(?P<x>{NAME})(?: {ROW}s)?(?: ?[,:;.]| [-–])+ (?:did|has|is|was) {THE}{LAST}(?: {ROW})?"
            rf" {_MOVED},? {_THAN} {_ONE_BEFORE}{END}",
            lambda m: _than_previous(m),
        ),
        (
            rf"^(?:did|has|is|was) {THE}{LAST} (?P<x>{NAME})(?: {ROW})? {_MOVED},? {_THAN} {_ONE_BEFORE}{END}",
            lambda m: _than_previous(m),
        ),
        (
            rf"^{_THAN} {THE}(?:previous|prior|preceding) (?P<x>{NAME})(?: {ROW})?, (?:did|has|is|was) {THE}{LAST}"
            rf"(?: {ROW})? {_MOVED}{END}",
            lambda m: _than_previous(m),
        ),
        (
            rf"^{_TAKE}(?:{OWN}(?P<x>{NAME})(?: {ROW}s)?(?: ?[,:;.]| [-–])+ {THE}{LAST}(?: {ROW})?{_AND}{_ONE_BEFORE}"
            rf"|{THE}{LAST} (?P<y>{NAME})(?: {ROW})?{_AND}{_ONE_BEFORE}){BREAK}{WHETHER}{END}",
            lambda m: _than_previous(m),
        ),
    ),
    re.IGNORECASE,
)


def _than_previous(match: re.Match[str]) -> str:
    """Whether the last row is higher or lower than the one before it."""
    said = match.groupdict()
    way = way_of(match, "way", "w1", "w2")
    name = said["x"] or said["y"]
    return f"was the last {name} {'higher' if way == 'rise' else 'lower'} than the previous {name}?"


_KIND = r"(?P<k>scripts?|prescriptions?|orders?|rx|diagnos[ie]s)"
_EARLIER = (
    r"(?:the )?(?P<w>earlier|first|older|sooner|later|last|newer)(?: (?:one|of the two|of them|of those|of these))*"
)
_LATER = ("later", "last", "newer")
_OF_THE_TWO = (
    rf"(?:(?:was|is) (?:it )?(?:the )?(?P<q>{NAME})(?: the)? {_EARLIER}"
    rf"|did (?:the )?(?P<r>{NAME}) come {_EARLIER.replace('<w>', '<v>')}"
    rf"|which(?: one| of (?:them|the two))? (?:is|was|came|comes) {_EARLIER.replace('<w>', '<z>')})"
)
_FIRST_OF_TWO = Rewrites(
    (
        (
            rf"^{_TAKE}{THE}(?:very )?{FIRST} {_KIND} (?:for|of) {OWN}(?P<a>{NAME}){_AND}{THE}{FIRST}"
            rf"(?: (?P=k))?(?: one)? (?:for|of) {OWN}(?P<b>{NAME}){BREAK}{_OF_THE_TWO}{END}",
            lambda m: _before_other(m),
        ),
        (
            rf"^{_TAKE}{THE}(?:very )?{FIRST} (?P<a>{NAME}) {_KIND}{_AND}{THE}{FIRST} (?P<b>{NAME})(?: (?P=k))?"
            rf"{BREAK}{_OF_THE_TWO}{END}",
            lambda m: _before_other(m),
        ),
    ),
    re.IGNORECASE,
)


def _before_other(match: re.Match[str]) -> str:
    """Whether one of two drugs or diagnoses was there first, or which of two drugs."""
    done = "diagnosed" if match["k"].lower().startswith("diagnos") else "prescribed"
    if match["z"]:
        if match["z"].lower() in _LATER or done == "diagnosed":
            return match.group()
        return f"which came first, the first {match['a']} prescription or the first {match['b']} prescription?"
    asked = match["q"] or match["r"]
    both = [match["a"], match["b"]]
    at = next((at for at, name in enumerate(both) if name.lower() == asked.lower()), None)
    if at is None:
        return match.group()
    side = "after" if (match["w"] or match["v"]).lower() in _LATER else "before"
    return f"was {both[at]} first {done} {side} {both[1 - at]} was first {done}?"


_DATED = rf"(?:{A_DAY}|[a-z]{{3,9}} \d{{4}}|(?:19|2\d)\d\d)"
_FROM = r"(?:from|of|on|in|at|for|taken (?:on|in))"
_COMPARED = Rewrites(
    (
        (
            rf"^(?:please |can you |could you )?compar(?:e|ing) {OWN}(?P<x>{NAME})(?: {ROW}s?)? (?:{_FROM}|between) "
            rf"(?P<a>{_DATED}),? (?:and|with|to|against|versus|vs\.?) (?:(?:the|that|those|what it was|it|one|ones"
            rf"|{ROW}s?) )*(?:{_FROM} )?(?P<b>{_DATED}){END}",
            lambda m: f"what was the {m['x']} {_on(m['a'])} and {_on(m['b'])}?",
        ),
        (
            rf"^(?:please |can you |could you )?compar(?:e|ing) {THE}(?P<r>(?:{LAST}|{FIRST}) )?(?P<a>{NAME})(?:"
            rf" {ROW}s?)? "
            rf"(?:and|with|to|against|versus|vs\.?) {THE}(?P<s>(?:{LAST}|{FIRST}) )?(?P<b>{NAME})(?: {ROW}s?)?"
            rf"(?P<t> (?:on|in|at) {_DATED})?{END}",
            lambda m: _side_by_side(m),
        ),
    ),
    re.IGNORECASE,
)
"""Values that somebody is to compare: each of the two is told."""


_OF_A_DAY = Pattern(r"\d+ [a-z]|[a-z]+\.? \d{1,2},? \d{4}|\d+[-/.]\d", re.IGNORECASE)


def _on(date: str) -> str:
    return f"{'on' if _OF_A_DAY.match(date) else 'in'} {date}"


def _side_by_side(match: re.Match[str]) -> str:
    """Two things, each by the row of it that is told, else by its last."""
    ranks = [match["r"] or match["s"] or "last ", match["s"] or match["r"] or "last "]
    if match["t"]:
        ranks = ["", ""]
    both = (f"what was the {rank}{match[side]}{match['t'] or ''}?" for rank, side in zip(ranks, "ab", strict=True))
    return " ".join(both)


_ANOTHER_DRUG = Rewrites(
    (
        (
            rf"^(?P<s>before|after) (?P<y>{NAME}),? {WHO} (?:took|(?:was|were) (?:on|taking"
            r"|given|put on"
            r"|prescribed)|had|used|got) (?:an?other|a different|some other|an? )(?: (?P<k>pill|tablet|drug"
            r"|medicine|medication"
            rf"|contraceptive|antibiotic|inhaler|painkiller|statin))?{BREAK}(?:and )?(?:what|which)(?: one)? (?:was"
            rf"|is|were) (?:it|that)(?: called)?{END}",
            lambda m: f"which {m['k'] or 'drug'} was prescribed just {m['s'].lower()} {m['y']}?",
        ),
    ),
    re.IGNORECASE,
)
"""A drug that was had beside another, told before its name is asked for."""
_MOVED_BETWEEN = Rewrites(
    (
        (
            rf"^{OWN}(?P<x>{NAME}) (?:went (?:up|down)|rose|fell|dropped|increased|decreased|climbed|changed)"
            r" between (?:the |my "
            rf"|his |her )?(?P<a>{_DATED}) and (?:the |my |his |her )?(?P<b>{_DATED})(?: (?:{ROW}s?|visits?"
            rf"|check-?ups?))?{BREAK}by how (?:much|many [^?.;]+?){END}",
            lambda m: f"by how much did the {m['x']} change between {m['a']} and {m['b']}?",
        ),
        (
            rf"^(?:in|on|at) how many of (?:the|his|her|my|their) [a-z -]+? (?:was|were) {OWN}(?P<x>{NAME}) (?P<r>"
            rf"(?:under|below|above|over|at least|at most|less than|more than|higher than|lower than) [^?.;]+?){END}",
            r"how many \g<x> values were \g<r>?",
        ),
        (
            rf"^(?:what (?:was|is) )?{OWN}(?P<x>{NAME}),? (?:from|at|on|of|in) the (?:[a-z]+ )?[a-z]+ (?:right |just"
            rf" |immediately )?before (?:the |my |his |her )?{LAST}(?: one)?{END}",
            r"what was the second to last \g<x>?",
        ),
    ),
    re.IGNORECASE,
)
"""How far a measurement went between two dates, and the row of it that another one or the place in a series tells."""


def series_asked(question: str) -> str:
    """The question with the rows that are told before it in it; unchanged where no two rows are told."""
    for rules in (_COMPARED, _ANOTHER_DRUG, _MOVED_BETWEEN, _ABOUT_EVENT, _ENDS, _AGAINST_PREVIOUS, _FIRST_OF_TWO):
        question = rules.put_into(question)
    return question
