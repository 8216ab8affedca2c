"""Two things held against each other, and what somebody was treated for: said in other ways than the grammar has them.

"X vs Y: which was ordered first?", "between X and Y, was it X that came first?", "which came later, X or Y?".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern

_OWN = r"(?:(?:the|his|her|my|their|patient's) )*"
_DONE = r"(?:prescribed|ordered|given|started|done|performed|diagnosed|recorded|administered|written|begun)"
_CAME = rf"(?:came|happened|occurred|was(?: {_DONE})?|got {_DONE})"
_SOONER = r"(?:first|earlier|sooner|before the other(?: one)?)"
_LAST = r"(?:last|most recently)"
_LATER = r"(?:later|second|after the other(?: one)?)"
_TEAM = r"(?:they|the (?:doctors?|team|clinicians?|prescribers?|gp)|he|she|i|the patient|being)(?: being)?"
_GOT = (
    rf"(?:{_TEAM}|(?:my|his|her) (?:doctor|gp)|we|somebody|someone)(?:'m|'s|'ve| am| is| was| were| have| has)?"
    r"(?: (?:also|just|been|got))* (?:gave|given|put|prescribed|started|ordered|got|on|tak(?:es?|ing)|receive[sd]?)"
    r"(?: (?:me|him|her|them|us|the patient))?(?: (?:on|with))?"
)
_SOMETHING = (
    r"(?:something|some (?:kind of )?(?:medicine|medication|drug|pills?|tablets?|stuff)"
    r"|an? (?:drug|medicine|medication|pill|tablet)|medicine|tablets|pills)"
)
"""What somebody was given, without its name."""
_NAME = r"[^,;:?]{3,80}?"
_VERSUS = r"(?:vs\.?|versus|v\.|against|compared (?:to|with))"


def _rank(said: str) -> str:
    if re.fullmatch(_SOONER, said, re.IGNORECASE):
        return "first"
    return "last" if re.fullmatch(_LAST, said, re.IGNORECASE) else "later"


def _which_of_two(match: re.Match[str]) -> str:
    return f"which {match['v']} {_rank(match['r'])}, {match['a']} or {match['b']}?"


def _is_it_that(match: re.Match[str]) -> str:
    """Whether the one that is named again is the one that came first, or last."""
    sides = [match["a"], match["b"]]
    bare = [_bare(side) for side in sides]
    again = _bare(match["x"])
    if (again in bare[0]) == (again in bare[1]):
        return match.string
    one, other = sides if again in bare[0] else reversed(sides)
    done = match["v"] or ""
    relation = "before" if _rank(match["r"]) == "first" else "after"
    return f"was {one} first {done or 'recorded'} {relation} {other}?"


def _bare(said: str) -> str:
    return re.sub(rf"^{_OWN}", "", said.strip().lower())


_SAID: tuple[tuple[Pattern, str | Callable[[re.Match[str]], str]], ...] = tuple(
    (Pattern(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (
            rf"^which (?:one )?(?P<v>{_CAME}) (?P<r>{_LATER}|{_LAST}|earlier|sooner)[,:]? "
            rf"(?:was it )?(?P<a>{_NAME}),? or (?P<b>[^,;:?]+)[ ?.]*$",
            _which_of_two,
        ),
        (
            rf"^(?:(?:between|of) )?(?P<a>{_NAME}) (?:{_VERSUS}|and|or) (?P<b>{_NAME}) ?[,:;–-] ?"
            rf"(?:which|what) (?:one )?(?P<v>{_CAME}) (?P<r>{_SOONER}|{_LATER}|{_LAST})[ ?.]*$",
            _which_of_two,
        ),
        (
            rf"^(?:(?:between|of) )?(?P<a>{_NAME}) (?:{_VERSUS}|and|or) (?P<b>{_NAME}) ?[,:;–-] ?"
            rf"(?:was|is) it (?P<x>[^,;:?]+?) (?:that|which) (?:was (?P<v>{_DONE})|came|happened) "
            rf"(?P<r>{_SOONER}|{_LATER})[ ?.]*$",
            _is_it_that,
        ),
        (
            rf"^(?P<a>{_NAME}) {_VERSUS} (?P<b>{_NAME}) ?[,:;–-] ?(?:did|was|is) (?:the )?first "
            rf"(?:prescription|order|script|dose|entry)(?: (?:of|for))? (?P<x>[^,;:?]+?) (?:(?:come|happen|written"
            rf"|placed|made|given) )?(?P<v>)(?P<r>{_SOONER}|{_LATER})[ ?.]*$",
            _is_it_that,
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


def two_things(question: str) -> str:
    """The question in the words of the grammar; unchanged where it is none of these."""
    for pattern, put in _SAID:
        found = pattern.search(question)
        if found is not None:
            said = found.expand(put) if isinstance(put, str) else put(found)
            return f"{question[: found.start()]}{said}{question[found.end() :]}"
    return question
