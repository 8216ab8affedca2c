"""Two things held against each other, and what somebody was treated for: said in other ways than the grammar has them.

"X vs Y: which was ordered first?", "between X and Y, was it X that came first?", "which came later, X or Y?".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.wording.who import WHO, WHOSE

_DONE = r"(?:prescribed|ordered|given|started|done|performed|diagnosed|recorded|administered|written|begun)"
_CAME = rf"(?:came|happened|occurred|was(?: {_DONE})?|got {_DONE})"
_SOONER = r"(?:(?:the )?(?:very )?(?:first|earlier|earliest|older|oldest|sooner)|before the other(?: one)?)"
_LAST = r"(?:(?:the )?(?:last|latest|more recent|most recent)|most recently|more recently)"
_LATER = r"(?:(?:the )?(?:later|second|newer|younger)|after the other(?: one)?)"
_TEAM = r"(?:they|the (?:doctors?|team|clinicians?|prescribers?|gp)|he|she|i|the patient|being)(?: being)?"
_GOT = (
    rf"(?:{_TEAM}|(?:my|his|her) (?:doctor|gp)|we|somebody|someone)(?:'m|'s|'ve| am| is| was| were| have| has)?"
    r"(?: (?:also|just|been|got))* (?:gave|given|put|prescribed|started|ordered|got|on|tak(?:es?|ing)|receive[sd]?)"
    r"(?: (?:me|him|her|them|us|the patient))?(?: (?:on|with))?"
)
_HAD = rf"{WHO}(?:'s|'ve| has| have)?(?: had| got| taken| been (?:on|given)| was (?:on|given)| took)"
_SOMETHING = (
    r"(?:something|some (?:kind of )?(?:medicine|medication|drug|pills?|tablets?|stuff)"
    r"|an? (?:drug|medicine|medication|pill|tablet)|medicine|tablets|pills)"
)
"""What somebody was given, without its name."""
_NAME = r"[^,;:?]{2,80}?"
_VERSUS = r"(?:vs\.?|versus|v\.|against|compared (?:to|with))"


_HIGHER = r"(?:higher|lower|greater|larger|bigger|smaller|heavier|lighter)"
_ITSELF = "§"
"""Stands for the one of two that a question names again."""
_OF_ORDER = (
    rf"(?:the|one|to|be|been|being|have|had|has|that|which|was|were|is|it|got|get|came|come|happen(?:ed)?|occur(?:red)?"
    rf"|start(?:ed)?|begin|began|{_DONE}|prescription|order|script|entry|of|for|true|right|correct|actually|really|did"
    rf"|drug|medication|medicine|vaccine|condition|diagnosis|{WHO}|have|get|take|took|receive|{_ITSELF})"
)
"""What is said of which of two came first, beside the two themselves."""
_ORDER_ALONE = Pattern(rf"(?:{_OF_ORDER} )*(?P<r>{_SOONER}|{_LATER}|{_LAST})(?: {_OF_ORDER})*", re.IGNORECASE)
_FIRST_OF_IT = Pattern(
    rf"(?:the )?first (?P<v>prescription|order|script|dose|entry)(?: (?:of|for))? (?={_ITSELF})", re.IGNORECASE
)
_ITS_FIRST = Pattern(
    rf"^{WHOSE}(?:(?:very )?first )?(?P<x>.+?)(?: (?:dose|shot|jab|order|prescription|script))?$", re.IGNORECASE
)
_PRESCRIBED = Pattern(r"\b(?:prescription|script)\b", re.IGNORECASE)
_IS_DONE = Pattern(rf"\b{_DONE}\b", re.IGNORECASE)
_ASKS_WHICH = Pattern(r"(?:which|what)(?: one)?(?: of (?:them|these|those|the two|both))? ", re.IGNORECASE)
_ASKS_WHETHER = Pattern(r"(?:is|was|were|did|has|had)(?:n't)? ", re.IGNORECASE)
_A_TIME = Pattern(
    r"\b(?:1[89]|2[01])\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\b|\b(?:today|now|yesterday"
    r"|birth\w*|ages?|years?|months?|weeks?|days?|admissions?|discharge|visits?|stays?)\b",
    re.IGNORECASE,
)
"""What two times lie between, and no two things."""


def _rank(said: str) -> str:
    if re.fullmatch(_SOONER, said, re.IGNORECASE):
        return "first"
    return "last" if re.fullmatch(_LAST, said, re.IGNORECASE) else "later"


def _which_of_two(match: re.Match[str]) -> str:
    rank, sides = _rank(match["r"]), [match["a"], match["b"]]
    if rank == "first":  # of both the first row is compared
        sides = [_ITS_FIRST.sub(r"\g<x>", side.strip()) for side in sides]
    return f"which {match.groupdict().get('v') or 'came'} {rank}, {sides[0]} or {sides[1]}?"


def _order_of_two(match: re.Match[str], claim: str = "") -> str:
    """Which of two that are told before the question came first, or whether it was the one that is named again."""
    sides, ask = (match["a"], match["b"]), claim or f"{match['which'] or ''}{match['ask']}"
    if any(map(_A_TIME.search, sides)):
        return match.group()
    again = [rf"(?<!\w)(?:{WHOSE})?{re.escape(_bare(one))}(?!\w)" for one in sides]
    named = [n for n in (0, 1) if re.search(again[n], ask, re.IGNORECASE)]
    rest = re.sub(again[named[0]], _ITSELF, ask, count=1, flags=re.IGNORECASE) if len(named) == 1 else ask
    asks = (_ASKS_WHETHER if named else _ASKS_WHICH).match(rest)
    found = _ORDER_ALONE.fullmatch(_FIRST_OF_IT.sub("", rest[asks.end() :])) if asks and len(named) < 2 else None
    if found is None:
        return match.group()
    done = _IS_DONE.search(rest)
    said = done.group() if done else "prescribed" if _PRESCRIBED.search(rest) else ""
    rank = _rank(found["r"])
    if not named:
        return f"which {f'was {said}' if said else 'came'} {rank}, {sides[0]} or {sides[1]}?"
    row, relation = ("last", "after") if rank == "last" else ("first", "before" if rank == "first" else "after")
    return f"was {sides[named[0]]} {row} {said or 'recorded'} {relation} {sides[1 - named[0]]}?"


_GOING_BY = r"(?:,? (?:going|judging) by (?:the |their )?(?:(?:start(?:ing)?|order|prescription|onset|first) )?dates?)?"
_AGREED = (
    r"(?:,? (?:is|isn't) (?:that|it) (?:right|correct|true|so|the case)|,? (?:am i|that's|that is) (?:right"
    r"|correct|true)|,? (?:right|correct|true|yes|no|yes or no|or not|isn't it|wasn't it|didn't it))"
)
_CLAIMED = (
    r"(?:(?:i|we) (?:think|believe|thought|believed|gather|take it|suppose|have it|assume|reckon|seem to recall|recall)"
    r"(?: that)? |(?:i'm|we're) (?:pretty |fairly )?sure(?: that)? |(?:it|surely|surely it) (?:is|was) )?"
)


def _claimed_order(match: re.Match[str]) -> str:
    """A claim of which of two came first, asked as whether it did."""
    return _order_of_two(match, f"was it {match['claim']}")


_POINT = r"(?:in )?(?P<{}>(?:(?:[A-Z][a-z]+|\d{{1,2}} [A-Z][a-z]+) )?(?:1[89]|2[01])\d\d)"
_THING = r"(?P<{}>[A-Za-z][\w' -]*?)"
_OF_TIME = tuple(
    Pattern(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{WHOSE}{_POINT.format('t')}(?:'s)?(?: {_THING.format('x')})?$",
        rf"^{WHOSE}{_THING.format('x')} (?:of|from|in|on) {_POINT.format('t')}$",
    )
)
"""A value told by its time: "the 2014 LDL", "the LDL from May 2014"."""


def _higher_of_two(match: re.Match[str]) -> str:
    """At which of two times one measurement was the higher; as it stands where two of them are named."""
    sides = [one for side in (match["a"], match["b"]) for told in _OF_TIME if (one := told.match(side.strip()))]
    things = {_bare(side["x"]) for side in sides if side["x"]} - {"that", "one", "the one", "value", "reading"}
    if len(sides) != 2 or len(things) != 1:
        return match.group()
    return f"was the {things.pop()} {match['r']} in {sides[0]['t']} or in {sides[1]['t']}?"


def _bare(said: str) -> str:
    return re.sub(rf"^{WHOSE}", "", said.strip().lower())


_SAID: tuple[tuple[Pattern, str | Callable[[re.Match[str]], str]], ...] = tuple(
    (Pattern(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (
            rf"^which (?:one )?(?P<v>{_CAME}) (?P<r>{_LATER}|{_LAST}|{_SOONER})[,:]? "
            rf"(?:was it )?(?P<a>{_NAME}),? or (?P<b>[^,;:?]+)[ ?.]*$",
            _which_of_two,
        ),
        (
            rf"^(?:which|what)(?: one)?(?:'s| is| was| are| were) (?P<r>{_LATER}|{_LAST}|{_SOONER})(?: one)?[,:]? "
            rf"(?:(?:is|was) it )?(?P<a>{_NAME}),? or (?P<b>[^,;:?]+)[ ?.]*$",
            _which_of_two,
        ),
        (
            rf"^(?P<which>)(?:(?:(?:as )?between|(?:out )?of|comparing|{_HAD}) )?(?P<a>{_NAME})"
            rf"(?: (?:{_VERSUS}|and|or)|,? (?:and )?then) (?P<b>{_NAME}) ?[.,:;–-]+ ?"
            r"(?P<ask>(?:which|what|is|was|were|did|has|had)\b[^,;:?]+?)[ ?.]*$",
            _order_of_two,
        ),
        (
            rf"^(?:(?:as )?between|(?:out )?of|comparing) (?P<a>{_NAME}) (?:{_VERSUS}|and|or"
            rf"|with) (?P<b>{_NAME}) ?[,:;–-]+ ?"
            rf"{_CLAIMED}(?P<claim>[^,;:?.]+?){_GOING_BY}{_AGREED}{_GOING_BY}[ ?.]*$",
            _claimed_order,
        ),
        (
            rf"^(?P<which>which (?:one )?)of (?P<a>{_NAME}) (?:and|or) (?P<b>{_NAME}) (?P<ask>(?:is|was|were|came|got"
            r"|happened|started|began)\b[^,;:?]+?)[ ?.]*$",
            _order_of_two,
        ),
        (
            rf"^(?:which|what)(?: one)? (?:is|was) (?:the )?(?P<r>{_HIGHER})(?: (?:one|value|reading|result))?[,:]? "
            rf"(?:was it )?(?P<a>{_NAME}),? or (?P<b>[^,;:?]+?)[ ?.]*$",
            _higher_of_two,
        ),
        (
            rf"^(?:(?:as )?between|(?:out )?of|comparing)? ?(?P<a>{_NAME}) (?:{_VERSUS}|and|or) (?P<b>{_NAME})"
            rf" ?[,:;–-]+ ?(?:which|what)(?: (?:one|value|reading|result))?(?: of (?:them|the two|these))?"
            rf" (?:is|was) (?:the )?(?P<r>{_HIGHER})(?: (?:one|value|reading|result))?[ ?.]*$",
            _higher_of_two,
        ),
        (
            rf"^(?:(?:and|so|but),? )*(?:would|could|might|may|can) (?P<c>{_NAME}) (?:be|have been) "
            r"(?=(?:what|why|(?:the|an?) (?:reason|indication|condition|illness|problem|diagnosis))\b)",
            r"was \g<c> ",
        ),
        (
            rf"^(?:is|was) (?P<c>{_NAME}) (?:what|the (?:thing|reason|problem|condition|illness)(?: that)?) {_GOT} "
            rf"(?P<d>{_NAME}) for[ ?.]*$",
            r"was \g<d> prescribed for \g<c>?",
        ),
        (
            r"^(?:what|which) (?:problem|condition|diagnosis|illness|reason|indication) (?:goes|went|is|was|belongs)"
            r"(?: (?:linked|tied|attached|associated|connected|listed|down|recorded))? (?:with|to|for|on|against"
            rf"|behind) {WHOSE}(?P<x>[^,;:?]{{3,60}}?) (?:order|prescription|script|rx)[ ?.]*$",
            r"why was \g<x> prescribed?",
        ),
        (
            rf"^(?:and |so )?what (?:was|were|is|are) {_TEAM} (?:trying to treat|treating|treated(?: for)?"
            rf"|dealing with|managing|going after|targeting) (?:when|at the time) "
            rf"(?:(?:they|he|she|i|the (?:doctors?|team|patient)) )?"
            rf"(?:(?:was|were|got) )?(?P<f>first |last )?(?P<v>{_DONE}|put (?:him|her|them|me) on) (?:with )?"
            rf"(?P<x>(?!by\b)[^,;:?]+)[ ?.]*$",
            r"why was \g<x> \g<f>prescribed?",
        ),
        (
            rf"^(?:and |so )?what (?:was|were|is|are) {_TEAM} (?:treating|treated(?: for)?|dealing with|managing) "
            rf"(?:when|at the time) (?P<x>[^,;:?]+?) (?:was|were|got) (?P<f>first |last )?{_DONE}[ ?.]*$",
            r"why was \g<x> \g<f>prescribed?",
        ),
        (
            rf"^{_GOT} {_SOMETHING} (?:for|against) (?P<x>[^,.;:?]+?) ?[,.;:–-]+ (?:and |but |so )?"
            r"(?:what|which(?: one| drug)?) (?:is|was|were|are) (?:it|that|they|those)(?: called| named)?[ ?.]*$",
            r"which medications were prescribed for \g<x>?",
        ),
        (
            rf"^(?:was |were |is )?(?:any|some)thing (?:{_DONE} )?for (?P<x>[^,.;:?]+?)(?: {_DONE})? ?[,.;:?–-]+ "
            r"(?:(?:and|but|so|if so),? )*what(?: (?:is|was|were) (?:it|that|they))?[ ?.]*$",
            r"which medications were prescribed for \g<x>?",
        ),
        (
            r"\b(?:up to|until|till) (?P<t>[^,;?]{3,30}?),? (?:but )?(?:not including|excluding|exclusive of|without) "
            r"(?:it|that|that (?:year|month|day|date)|the (?:year|month|day|date) itself)\b",
            r"before \g<t>",
        ),
    )
)  # fmt: skip
_SOUGHT = Several(pattern for pattern, _ in _SAID)


def two_things(question: str) -> str:
    """The question in the words of the grammar; unchanged where it is none of these."""
    for place, found in _SOUGHT.matches_in(question):
        put = _SAID[place][1]
        said = found.expand(put) if isinstance(put, str) else put(found)
        if said != found.group():
            return f"{question[: found.start()]}{said}{question[found.end() :]}"
    return question
