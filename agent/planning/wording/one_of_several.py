"""One of several rows, told by which it is: "MMSE at the second sitting", "had it more than once; when was the third?".

The rules are about a question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST, in_words
from chartwarden.agent.planning.wording.told_patterns import END, OWN, SOMEBODY

_RANK = rf"(?:very )?{FIRST_OR_LAST}"

_NTH = r"(?:(?:very )?first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))"
_TAKEN = (
    r"(?:measurement|administration|administering|test(?:ing)?|reading|draw|assessment|screen(?:ing)?|recording"
    r"|sitting|panel|result|check)"
)
_AS_RANKED = (
    r"(?: ?[,;] ?| ?\((?:the )?)(?:(?:counted |counting |ordered |sorted )?(?:in )?(?:chronological(?:ly)?(?: order)?"
    r"|(?:date|time) order)|by date|(?:oldest|earliest) (?:one )?first|(?:(?:counting|counted|starting) )?from "
    r"(?:the )?(?:oldest|earliest|first|beginning)(?: one)?|(?:oldest|earliest)(?: one)? ?(?:=|is|being|counts as|as) "
    r"?(?:the )?(?:1st|first|no\.? ?1|number (?:1|one)|1))\)?(?=[ ?.!:;,]*(?:$|[:;,] ))"
)
_SAID = Rewrites(
    (
        # a row told by the occasion that it was measured on
        (
            r"^(?P<x>[^?.;:]*?)(?: (?:value|level|score|result|reading))?,? (?:at|on|from|of|in) (?:the|its|his|her"
            rf"|my) (?P<n>{_NTH})(?: (?:time|one)| (?P<g>[a-z]+ )?{_TAKEN})(?P<c>{_AS_RANKED})?{END}",
            lambda m: _of_occasion(m),
        ),
        (
            rf"^(?P<x>[^?.;:]*?),? (?:at |on )?the (?P<n>{_NTH}) time (?:that |when )?(?:(?:the|his|her|my|it|they"
            r"|a) )?(?:[a-z]+ )?(?:was|were|got)(?: being)? (?:checked|measured|taken|drawn|done|tested|recorded|run)"
            rf"(?P<c>)(?P<g>){END}",
            lambda m: _of_occasion(m),
        ),
        (rf"(?P<a>\b{_NTH}\b[^?.;:(]*?){_AS_RANKED}", r"\g<a>"),
        (
            rf"^(?P<a>{_NTH} [a-z][a-z -]*?) (?:on (?:file|record)|recorded|in the (?:chart|record))(?: ?[,:] |"
            r"(?=[ ?.]*$))",
            r"\g<a>, ",
        ),
        (
            r"(?P<x>examination|exam|test|scale|mmse|assessment|inventory|questionnaire|phq-?9|gad-?7) total scores?\b",
            r"\g<x> score",
        ),
        (r"\babsolute (?=(?:difference|change|rise|fall|drop|gap|increase|decrease)\b)", ""),
        # the second of several
        (
            rf"^{SOMEBODY}(?: has| have| had|'ve|'s|'d)(?: had| been| got)? (?:given |prescribed |ordered )?"
            r"(?P<x>[a-z][\w' /-]*?) "
            r"(?:(?P<v>prescribed|ordered|given|done|measured) )?(?:more than once|several times|twice|repeatedly"
            r"|many times|a few times|a number of times|again and again)[;.,:] (?:and |so |but )?"
            r"(?P<q>(?:on )?(?:what|which) (?:date|day)|when|what|who) (?P<b>was|were|did) the (?P<n>[a-z]+|\d+(?:nd"
            rf"|rd|th|st))(?: (?:one|time|of (?:them|these)))?(?: (?P<w>[a-z]+))?{END}",
            lambda m: _of_several(m),
        ),
        # the day of a row, behind a comma
        (
            rf"^(?P<q>{OWN}(?:{_RANK}|{_NTH}) [^?.;:,]+), (?:the )?(?:date|day)(?: only| please)?{END}",
            r"\g<q>: date?",
        ),
        # when one of several bouts began and ended
        (
            rf"^{OWN}(?P<x>[a-z][\w' -]*?) ?[,:;–-] ?(?:the )?(?P<n>{_NTH}|{_RANK}) (?:episode|bout|time|attack|round)"
            r" ?[,:;–-]? ?(?:start(?:ed)?|onset|began|begin|beginning)(?: (?:when|date))?(?:,| ?/| and| &| ?\+)+ ?"
            rf"(?:end(?:ed)?|resolution|resolved|over|cleared)(?: (?:when|date))?(?: dates?)?{END}",
            r"when did the \g<n> \g<x> start and when did it end?",
        ),
        # an extreme with its date
        (
            rf"^{OWN}(?P<r>highest|lowest|peak|maximum|minimum|max|min) (?P<x>[a-z][\w/ -]*?),? (?:with|and|plus|\+|&) "
            rf"(?:its |the )?(?:date|day|when(?: (?:it was|was it))?){END}",
            r"\g<x>: \g<r> and when?",
        ),
        # what a test showed, the first or last time
        (
            rf"^(?:(?:on |at |from )?the )?(?P<r>{_RANK}|second|third) time (?:that "
            rf"|when )?(?P<x>[a-z][^.?;:]*?) (?:was|were"
            r"|got) (?:tested|measured|checked|done|taken|run|drawn|tried|looked at)(?P<t>(?: (?:in|on|since|before"
            r"|after)"
            rf" [^.?;:,]*?)?),? (?:so )?what (?:came (?:out|back|up)|was found|did (?:it|they) (?:show|find|say))"
            rf"(?: of it)?{END}",
            r"what was the \g<r> \g<x>\g<t>?",
        ),
    ),
    re.IGNORECASE,
)


_NO_MEASUREMENT = Pattern(
    rf"\b(?:{WH}|{AUX}|and|or|change|difference|between|from|to|than|until|since|before|after|days?|dates?|times?|when"
    r"|age|number|first|last|second|third|admissions?|visits?|stays?|encounters?)\b",
    re.IGNORECASE,
)
"""Words with which it is no single row of a measurement that is told."""


def _of_occasion(match: re.Match[str]) -> str:
    """The row of a measurement that one of the occasions on which it was measured tells, by its rank."""
    rank = in_words(match["n"].lower())
    asked = re.match(
        rf"(?P<lead>(?:what (?:was|is|were)|when (?:was|were)) )?{OWN}(?P<x>.+)", match["x"], re.IGNORECASE
    )
    if asked is None or _NO_MEASUREMENT.search(asked["x"]):
        return match.group()
    return f"{asked['lead'] or 'what was '}the {rank} {asked['x']}?"


def _of_several(match: re.Match[str]) -> str:
    """What is asked of one of the rows that there are several of."""
    done = match["w"] or match["v"] or ""
    return f"{match['q']} {match['b']} the {match['n']} {match['x']} {done}".strip() + "?"


def row_of_several(question: str) -> str:
    """The question with such a row said by its rank."""
    return _SAID.put_into(question)
