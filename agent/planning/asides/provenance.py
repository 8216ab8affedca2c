"""That the record is to tell it, which it does anyway: "as listed", "going by the entries", "on file", "(recorded)".

What is said of the record's rows in passing, with words that say no more than that there is a row, narrows nothing:
"the listed potassium reading" is the potassium. Where a question is understood with such words, they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.tools.records.number_words import CARDINALS, ORDINALS

_OF = r"(?:(?:the|his|her|my|its|their|this|our|patient's) )*"
_PUT_DOWN = r"(?:recorded|listed|charted|documented|noted|entered|registered|logged|written|stored|filed|stated|shown)"
"""Of a row; what was given, or held back, says more of a drug than that."""
_CHART = (
    rf"{_OF}(?:charts?|records?|files?|emr|ehr|chart entries"
    rf"|(?:recorded )?(?:entries|rows|listings?|data)|{_PUT_DOWN} (?:times?|dates?))"
)
"""By the dates alone is an order."""
_BY = r"(?:(?:as )?per|according to|going by|judging by|as seen (?:in|on)|as shown (?:in|on)|as told by)"
_LENGTH = (
    rf"{_OF}(?:{_PUT_DOWN} )?(?:start(?:ing)?|beginning|begin|onset)s?(?: times?| dates?)? (?:and|to) "
    rf"(?:the )?(?:{_PUT_DOWN} )?(?:end(?:ing)?|finish|stop)s?(?: times?| dates?)?"
)
_CLOSE = r"\)?(?=[ ?.!]*$|[?.!;] )"
_ROW = r"(?:entry|entries|item|record|reading|row|line|figure|value|listing|datum|data)"
_TOLD_ANYWAY = Rewrites(
    (
        (rf"^{_BY} {_CHART}(?:,|:| [-–—]) +(?=\S+ \S+ \S)", ""),
        (rf"(?<=[\w)]),? \(?{_BY} {_CHART}{_CLOSE}", ""),
        (rf"(?<=[\w)])(?:, | \()(?:from|by|based on|in|on) {_CHART}{_CLOSE}", ""),
        (
            rf"(?<=[\w)]),? \(?(?:to (?:your|our|anyone's) knowledge|(?:as|so) far as (?:you|we|anyone)"
            rf" knows?){_CLOSE}",
            "",
        ),
        (rf"(?<=[\w)]),? \(?{_BY} {_LENGTH}{_CLOSE}", ""),
        (rf"(?<=[\w)]),? \(?as (?:it is |they are )?{_PUT_DOWN}(?: (?:in|on) {_CHART})?{_CLOSE}", ""),
        (
            rf"(?<=[\w)]),?(?: as)?(?: {_PUT_DOWN})? (?:on|in|from) the (?:[a-z]+ )?resource(?=[ ?.!]*$)",
            "",
        ),
        (
            r"(?<=[\w)]),? \(?(?:whoever|no matter who) (?:entered|recorded|wrote|charted|documented) (?:it|them"
            r"|that)\)?",
            "",
        ),
        (
            r"\b(?P<kind>admission|visit|stay|encounter|prescription|order) (?:record|entry|item|row|line|listing)"
            r"(?! (?:say|said|form|number|shows?)\b)(?=[ ?.,;:!)]|$)",
            r"\g<kind>",
        ),
        (
            r"\b(?P<kind>admission|visit|stay|encounter|prescription|order) (?:records|entries|items|rows|lines)"
            r"(?=[ ?.,;:!)]|$)",
            r"\g<kind>s",
        ),
        (rf"(?P<x>\([a-z][^()]*[a-z]) (?:{_ROW}|documentation)(?=\))", r"\g<x>"),
        (
            rf" \((?:the |an? |this |that )?(?:(?:as )?(?:{_PUT_DOWN}|named|called)|(?:{_PUT_DOWN} )?{_ROW}|this one"
            r"|that one|if any|if so)\)",
            "",
        ),
    ),
    re.IGNORECASE,
)
_BESIDE_NAMES = Pattern(
    r"\b(?:listed|noted|registered|documented|charted|logged|recorded|relevant|particular|respective|actual|individual"
    r"|aforementioned|diagnostic|clinical) (?=[a-z(])(?!as\b|in\b|on\b|by\b|at\b|for\b|with\b|and\b|or\b|to\b|before\b"
    r"|after\b|during\b|since\b|until\b|from\b)",
    re.IGNORECASE,
)
_BEHIND_NAMES = Pattern(
    r"(?<=[a-z)]) (?:entry|entries|items?|records?|readings?|rows?|lines?|figures?|listings?|events?|data)"
    r"(?=[ ?.,;:!)]|$)(?! (?:ago|before|earlier|later|back|previous|prior|after|apart)\b)",
    re.IGNORECASE,
)
"""Words that say of a thing no more than that it stands in a row of the record."""
_NO_NAME = Pattern(
    rf"(?:^|[^\w'-])(?:the|an?|this|that|these|those|his|her|my|their|our|its|any|all|every|each|no|which|what|how many"
    rf"|of|in|on|few|several|{'|'.join((*CARDINALS, *ORDINALS))}|last|latest|first|next|previous|other|same)$",
    re.IGNORECASE,
)
"""Words before which nothing is named."""
_TAKES_PART = Pattern(
    rf" (?:{_PUT_DOWN}|named) as (?:an? |the )?(?:participants?|attending|performers?|providers?"
    r"|practitioners?)(?= (?:in|of|at|for|on|to)\b)",
    re.IGNORECASE,
)


def without_provenance(text: str) -> str:
    """The text without that the record is to tell it."""
    return _TOLD_ANYWAY.put_into(_TAKES_PART.sub("", text))


def without_row_words(text: str) -> Iterator[str]:
    """The text without words beside its names that only say that there is a row, in the ways that may be tried."""
    behind = _BEHIND_NAMES.sub(lambda m: m.group() if _NO_NAME.search(text[: m.start()]) else "", text)
    yield from dict.fromkeys((_BESIDE_NAMES.sub("", behind), _BESIDE_NAMES.sub("", text), behind))
