"""Ways of leaving a time out, put as "not counting": "this year left aside", "nothing from today".

What lies up to now and is left out by its length ("leaving out the past two months") is a bound: what came before it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.dates import COUNT, UNIT
from chartwarden.agent.planning.times.timebounds import POINT

_LEAVE = r"(?:leav(?:e|ing)|set(?:ting)?|put(?:ting)?|keep(?:ing)?)"
_IGNORE = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|exclud(?:e|ing)|leav(?:e|ing) (?:out|aside)|skip(?:ping)?"
    r"|forget(?:ting)?(?: about)?"
    r"|(?:not|without|don't) (?:count|includ|consider)(?:e|ing)?|never mind"
    r"|(?<!there )(?<!there's )(?<!is )(?<!was )(?<!has )(?<!have )(?<!had )(?<!why )(?<!with )nothing from|without)"
)
_NOT_THERE = "".join(
    rf"(?<!\b{word})" for word in ("there", "there's", "is", "was", "are", "were", "has", "had", "why")
)
"""Behind such a word it is said that there is nothing, and nothing is left out."""
_LAST = (
    rf"{_IGNORE} (?:anything |everything |whatever (?:is |was )?)?(?:from |in |of )?"
    rf"(?:the |these )?(?:last|past|previous|most recent) (?P<n>{COUNT}) (?P<u>{UNIT})"
)
_ALONE = "".join(
    f"(?<!{word} )"
    for word in ("after", "before", "than", "to", "past", "beyond", "since", "until", "from", "preceding", "following")
)
"""Behind a word that bounds it, a time is not left out by itself: "everything after 2012 aside"."""
_ASKED = r"(?:(?:and|so|but|now) )?(?:(?:when|what|which|who|how (?:many|often)) )?"
_REWRITES = Rewrites(
    (
        (
            r"\bnot (?:in |for )?this (?P<u>year|month|week),? (?:but )?(?:in |for )?the (?:one|year|month|week) before"
            r"(?: (?:it|that|this(?: one)?))?\b",
            r"last calendar \g<u>",
        ),
        (
            r"\b(?:never mind|forget|ignor(?:e|ing)) (?:the |any )?(?:earlier|other|previous) (?P<u>year|month|week)s"
            r"[:,;.]? (?:but )?(?:only |just )*(?:in|within|during|for|over) the (?:current|present) (?:one|(?P=u))\b",
            r"in this \g<u>",
        ),
        (
            rf"{POINT} (?:only|alone),? (?:and )?not (?:this|the current|the present) (?:one|year|month"
            rf"|week)\b",
            r"\g<p>",
        ),
        (rf"\b{_LAST}[.;,:] (?P<q>{_ASKED})before (?:that|then|those)\b,?", r"before \g<n> \g<u> ago, \g<q>"),
        (rf"\b{_LAST}\b", r"before \g<n> \g<u> ago"),
        (
            rf"(?:, |\(| )?\b(?:and |but |with )?{_ALONE}{POINT}(?: (?:is|being|was))?"
            r" (?:left (?:aside|out)|set aside|put aside|excluded|not (?:counted|included|considered)"
            r"|(?:does not|doesn't) count|(?:aside|apart)(?! from\b))(?: of (?:it|this|that))?\b\)?",
            r" not counting \g<p>",
        ),
        (rf"\b{_LEAVE} {POINT} (?:out|aside)(?: of (?:it|this|that|account))?\b", r"not counting \g<p>"),
        (
            rf"{_NOT_THERE},? "
            r"\b(?:and |but |with )?(?:nothing|none|no (?:entries|records|ones)|not (?:any|those|the ones))"
            rf" (?:from|of|dated) {POINT}",
            r" not counting \g<p>",
        ),
        (
            rf"\b(?:not counting|leaving out|excluding|without|ignoring) {POINT}'s\b(?: ones?| entries| results?)?",
            r"not counting \g<p>",
        ),
    ),
    re.IGNORECASE,
)
_SAID = Pattern(
    r"\b(?:not|leav\w+|left|set\w*|put\w*|keep\w*|ignor\w+|disregard\w*|exclud\w+|skip\w*|forget\w*|without|don't"
    r"|doesn't|never|nothing|none|no|aside|apart)\b",
    re.IGNORECASE,
)
"""What every such way has, looked for first: to look for a point of time takes long."""


def plain_omissions(question: str) -> str:
    """A question with the times that it leaves out said in one way."""
    if not _SAID.search(question):
        return question
    return _REWRITES.put_into(question)
