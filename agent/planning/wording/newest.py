"""The newest value beside the one before it, in a skeleton: whether it went up, or what the two are.

"ALT: the latest one up on the one right before it?" asks whether the last is higher than the previous one, and "how
does the last one compare with the one before?" what the two are. Each word of such a text has its part in that; where
one is left over, more is asked, and the text stays as it is. "The last two: is the newer lower?" asks the same.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.agent.planning.wording.rank_words import LAST

_ROW = (
    r"(?:ones?|entry|readings?|values?|results?|measurements?|figures?|numbers?|checks?|tests?|scores?|levels?|draws?)"
)
_THE = r"(?:(?:the|that|this|its|his|her|my|their|patient's) )?"
_PREVIOUS = Pattern(
    rf"\b{_THE}(?:{_ROW}|time) (?:(?:that|which) )?(?:(?:came|comes|was|is|taken|recorded|done|immediately|directly"
    r"|right|just) )*(?:before|preceding|prior to|ahead of)(?: (?:it|that(?: one)?|this(?: one)?|then))?"
    rf"(?! (?:qc|the)\b)|\b{_THE}(?:previous|prior|preceding|penultimate|second to last)(?: (?:{_ROW}|time|qc\d+))*\b"
    rf"|\b{_THE}(?:{_ROW} )?before last\b"
    r"|(?:(?<=and )|(?<=versus ))(?:just |right |the )?before(?: (?:it|that))?(?=[ ?.]*$)"
)
_NEWEST = Pattern(rf"\b(?:(?:at|from|on|in) )?{_THE}(?:very )?{LAST}(?: (?:{_ROW}|qc\d+))*(?=\W|$)")
_NOW = Pattern(r"\b(?:(?:right )?now|currently|current)\b")
UP = Pattern(
    r"\b(?:climb(?:ed|ing)?|r[io]se|risen|rising|higher|greater|larger|bigger|increased?|up|above|over|exceed(?:s"
    r"|ed)?)\b"
)
DOWN = Pattern(
    r"\b(?:drop(?:ped)?|fall(?:en)?|fell|lower|smaller|less|decreased?|declined?|down|below|under|beneath)\b"
)
_COMPARES = Pattern(r"\b(?:compar(?:e|es|ed|ing|ison)|versus|than|against|relative to|next to|beside|alongside|and)\b")
_DIFFERS = Pattern(r"\b(?:minus|difference|delta|gap|less(?= +(?:$|[?.])))\b(?: between)?")
_FILLERS = Pattern(
    rf"\b(?:{AUX}|how|what|about|it|the|that|this|a|an|any|his|her|my|their|its|been|being|be|come|came|comes|in|go"
    r"|goes|gone"
    r"|went|get|got|moved?|with|to|from|on|of|for|please|give|me|tell|show|report|list|there|does|both|together"
    rf"|or not|yes|no|or|so|{_ROW})\b|[^\w<>]"
)
"""What says nothing by itself beside those."""
_ASKS_OTHER = Pattern(r"\b(?:by|how (?:much|many|far|long)|when|who|why|where|first|average|mean)\b|\bq(?!c)[a-z]\d")


def newest_and_previous(text: str, measured: frozenset[str]) -> str:
    """The text as one plain comparison of the newest value with the one before it; as it is, where it is none.

    `measured`: the placeholders of names of measurements.
    """
    names = set(re.findall(r"\bqc\d+\b", text))
    if len(names) != 1 or not names <= measured or _ASKS_OTHER.search(text):
        return text
    rest, before = _PREVIOUS.subn(" ", text, count=1)
    rest, newest = _NEWEST.subn(" ", rest, count=1)
    if before and not newest:
        rest, newest = _NOW.subn(" ", rest, count=1)
    if not (before and newest):
        return text
    apart, differs = _DIFFERS.subn(" ", rest)
    if differs and not _FILLERS.sub("", re.sub(r"\bqc\d+\b", " ", apart)):
        return f"by how much did the {names.pop()} change from the previous to the last reading"
    up, down = bool(UP.search(rest)), bool(DOWN.search(rest))
    rest, compared = _COMPARES.subn(" ", DOWN.sub(" ", UP.sub(" ", rest)))
    if _FILLERS.sub("", re.sub(r"\bqc\d+\b", " ", rest)) or (up and down) or not (up or down or compared):
        return text
    name = names.pop()
    if up or down:
        return f"is the last {name} {'higher' if up else 'lower'} than the previous one"
    return f"what are the last 2 {name} values"


_BEFORE_AND_NOW = Pattern(
    rf"^(?:(?:what|how high) (?:is|was|were|are) )?{_THE}(?P<x>qc\d+)(?: {_ROW})? (?:(?:just|right|last) )?before "
    rf"(?P<e>{_THE}(?:first )?qc\d+(?: (?:was )?(?:started|begun))?),? (?:and|versus|then|&) (?:what (?:is it|it is) )?"
    rf"(?:{_THE}{LAST}(?: (?:{_ROW}|now))?|(?:right )?now|currently|today|at present)(?: (?:it|value))?[ ?.]*$"
)


def before_and_now(text: str, measured: frozenset[str]) -> tuple[str, ...]:
    """The value before something and the newest one as two questions, neither of which is of the other's time."""
    match = _BEFORE_AND_NOW.match(text)
    if match is None or match["x"] not in measured:
        return ()
    return f"what was the last {match['x']} before {match['e']}", f"what is the last {match['x']}"


_TWO_LATEST = Pattern(
    r"^(?:please )?(?:(?:look at|take|of|comparing|compare|between|from|for|in) )?(?:just |only )?(?:the |her |his "
    r"|my |their )?(?:(?:last|latest) two (?P<x>qc\d+)(?: (?:values?|readings?|results?|measurements?))?"
    r"|(?P<y>qc\d+) (?:in|of|from|at) the (?:last|latest) two (?:readings?|values?|results?|measurements?))"
    r"(?: only| alone| side by side)?[,:;.?]? (?P<q>(?:has|is|did|was|does|do|had)\b[^.;:]*?)[ ?.]*$"
)
_OTHER_THAN_SO = Pattern(
    r"\b(?:not|never|ever|stopp\w*|fail\w*|refus\w*|by|since|still|above|below|over|under)\b|n't\b|\bq[nkpdrat]\d"
    r"|\bthan (?!(?:(?:the|its) )?(?:one|other|older|earlier|previous|prior|former|first of (?:the two|them))\b)"
)
"""What makes it more, or other, than whether the newer of the two is so: a limit, an amount, a third row, a denial."""
_NEWER = Pattern(
    r"^(?:has|is|did|was|does|do|had) (?:the (?:newer|later|latest|latter|last|newest|most recent)(?: one| value|"
    r" reading| result)?|it|there an?|they)\b|\bfrom the (?:former|earlier|older) to the (?:latter|later|newer)\b"
)


def two_latest(text: str) -> str:
    """ "The last two hemoglobins: has the newer dropped?" as one comparison; the text, if it is none."""
    match = _TWO_LATEST.match(text)
    asked = match["q"] if match else ""
    up, down = bool(UP.search(asked)), bool(DOWN.search(asked))
    if match is None or not _NEWER.search(asked) or up == down or _OTHER_THAN_SO.search(asked):
        return text
    return f"is the last {match['x'] or match['y']} {'higher' if up else 'lower'} than the previous one"
