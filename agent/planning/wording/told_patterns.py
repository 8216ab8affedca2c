"""Pieces of patterns for what is told before a question: a thing's name, a time, an event, one end of a series.

They are about a question as it is typed, before names are looked for in it: a name is a few words none of which belongs
to the sentence around it.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.who import WHO

_NO_NAME = (
    rf"(?:{WH}|{AUX}|be|been|got|get|first|last|latest|earliest|newest|oldest|most|recent|previous|next|prior|initial"
    r"|final|highest|lowest|second|third|before|after|since|until|till|during|between|and|or|but|not|no|if|than|then"
    r"|any|all|every|each|it|that|this|those|these|them|he|she|they|we|i|you|him|her|his|my|their|its|the|an?|one|ones"
    r"|so|in|on|at|by|from|to|of|for|with|against|versus|vs|compared?|take|look|looking|give|show|tell|need|want"
    r"|please|only|just|right|immediately|closest|nearest|there|some|same|date|day|time|age|patient|pt|number|how)"
)
_WORD = rf"(?!{_NO_NAME}\b)[a-z0-9][\w%/'+-]*"
NAME = rf"(?:{_WORD}(?: {_WORD}){{0,4}}?)"
"""What something is called: a few words, none of which belongs to the sentence around it."""
OWN = r"(?:(?:the|his|her|my|their|this patient's|the patient's) )?"
THE = r"(?:(?:the|his|her|my|their) )?"
_TIME_WORD = r"(?:since|after|before|until|up to|between|in|from|during|over|within)"
TIME = rf"(?:{_TIME_WORD} (?!(?:the|a|an|his|her|my) (?:chart|record|file)s?\b)[^.,;:?]{{3,40}}?)"
A_DAY = r"(?:\d{1,2} [a-z]{3,9}\.?,? \d{4}|[a-z]{3,9}\.? \d{1,2},? \d{4}|\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{4})"
"""A whole date, as it is typed."""
A_DAY_SAID = (
    r"(?:\d{1,2}(?:st|nd|rd|th)? [a-z]+,? (?:19|20)\d\d|[a-z]+ \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/(?:19|20)\d\d)"
)
"""The same, also with the ordinal of the day."""
FROM_THEN = r"(?:(?:since|after) [^.,;:?]{3,40}?|from [^.,;:?]{3,40}? (?:on|onwards?|forwards?))"
"""A time that has no end, so that what it bounds from below it bounds for all that follow."""
FIRST = r"(?:(?:very )?(?:first|earliest|oldest|initial|opening)(?: ever)?)"
LAST = r"(?:(?:very )?(?:last|latest|newest|most recent|final)(?: ever)?)"
ROW = r"(?:one|reading|value|result|score|measurement|figure|number|entry|level|test|check)"
ON_RECORD = (
    r"(?:ever|on (?:record|file)|in the (?:chart|record|records|file)|there is|we have|to date|so far"
    r"|(?:that was |that were )?(?:ever )?(?:charted|recorded|measured|taken|documented|logged|noted))"
)
SOMETIME = r"(?:(?:at|to) (?:some|one) (?:point|stage|time)|once|some ?time|somewhere|eventually)"
SOMEBODY = (
    r"(?:he|she|they|i|(?:the |this )?(?:patient|pt|man|woman|lady|gentleman|child|girl|boy)"
    r"|(?:my |our )?(?:mum|mom|mother|dad|father|wife|husband|son|daughter|gran\w*))"
)
"""Whoever the patient is called."""
END = r"(?:,? (?:please|for me|thanks|thank you))*[ ?.!]*$"
BREAK = r"(?: ?[.,:;?]| [-–])+ (?:(?:and|so|then|now),? )*"
"""Between what is told and what is asked of it."""
VALUE_ASKED = (
    r"(?:(?:what|how (?:high|low|much)) (?:was|is|did) (?:it|that|that one|the (?:value|result|reading|figure|number))"
    r"(?: (?:read|say|show|give|come out at|be|get|go))?|(?:the |its )?(?:value|result|reading|figure|number))"
)
DATE_ASKED = (
    r"(?:(?:(?:please )?(?:tell|give|show)(?: me)? |(?:i |we )?(?:need|want) |(?:what|which) (?:was|is) |on |at )?"
    r"(?:(?:what|which|the|its) )?(?:exact )?(?:date|day|when)"
    r"(?: (?:of|for|on which) (?:it|that|this|(?:that|the|this) (?:[a-z]+ )?(?:one|value|reading|result|peak|low|high"
    r"|lowest|highest|point|maximum|minimum|nadir)))?(?: (?:was|is) (?:that|it|this)| did (?:that|it) happen"
    r"| (?:that|it|this) (?:was|happened))?)"
)

_DONE = {
    "start": "started", "initiation": "started", "beginning": "started", "begun": "started", "initiated": "started",
    "commenced": "started", "introduced": "started", "put": "started", "diagnosis": "diagnosed",
    "prescription": "prescribed", "script": "prescribed", "rx": "prescribed", "order": "prescribed",
    "ordered": "prescribed",
}  # fmt: skip
_DID = r"(?:started|begun|initiated|commenced|introduced|prescribed|ordered|diagnosed|given)"
_NOUN = r"(?:start|initiation|diagnosis|prescription|script|rx|order)"
_RANKED = rf"(?:{FIRST}|{LAST})"
EVENT = (
    rf"(?:(?:when |the (?P<r1>first|last) (?:time|day|date) (?:that |when )?)?{OWN}(?P<e1>{NAME})"
    rf" (?:was|were|got|has been|had been)(?: (?P<r2>first|last|newly|initially))? (?P<d1>{_DID})(?:,? {SOMETIME})*"
    rf"|{OWN}(?P<e2>{NAME})(?:,|:| -)? (?:(?P<r3>{_RANKED}) )?(?P<d2>{_NOUN}|(?<=first )diagnosed)"
    rf"|(?:the )?(?P<r6>{_RANKED}) {OWN}(?P<e5>{NAME}) (?P<d5>{_NOUN})"
    rf"|(?:the )?(?:(?P<r4>{_RANKED}) )?(?P<d3>{_NOUN}|beginning) (?:of|for) {OWN}(?P<e3>{NAME})"
    rf"|(?:when )?{WHO} (?:was|were|got)(?: (?P<r5>first|last|newly))? (?P<d4>started|put|diagnosed) (?:on|with) {OWN}"
    rf"(?P<e4>{NAME})(?:,? {SOMETIME})*)"
)
"""A start, an order or a diagnosis that is told: "alendronate start", "the first time gout was diagnosed"."""


def event_of(match: re.Match[str]) -> str:
    """The event of a match, as a clause: "gout was first diagnosed"."""
    said = match.groupdict()
    name = next(said[key] for key in ("e1", "e2", "e3", "e4", "e5") if said[key])
    done = next(said[key] for key in ("d1", "d2", "d3", "d4", "d5") if said[key]).lower()
    rank = next((said[key].lower() for key in ("r1", "r2", "r3", "r4", "r5", "r6") if said[key]), "")
    which = "last " if re.fullmatch(LAST, rank) else "first "
    return f"{name} was {which}{_DONE.get(done, done)}"


_WAYS = {
    "rise": ("rise", "risen", "rose", "increase", "increased", "climb", "climbed", "go up", "gone up", "went up",
             "gain", "gained", "put on", "up", "higher", "more", "come up", "heavier", "jump"),
    "drop": ("drop", "dropped", "fall", "fallen", "fell", "decrease", "decreased", "decline", "declined", "go down",
             "gone down", "went down", "lose", "lost", "loss", "down", "lower", "less", "come down",
             "lighter"),
    "change": ("change", "changed", "differ", "difference", "gap", "delta", "move", "moved", "shift"),
}  # fmt: skip
_WAY_OF = {word: way for way, words in _WAYS.items() for word in words}
_UP_OR_DOWN = "|".join(sorted((*_WAYS["rise"], *_WAYS["drop"]), key=len, reverse=True))
_ANY_WAY = "|".join(sorted(_WAY_OF, key=len, reverse=True))
_IT = rf"(?:it|that|this|they|{WHO}|(?:the|his|her|my|their) (?:value|reading|number|level|score|figure|result)s?)"
_LATER = rf"(?:the (?:{LAST}|later|newer|second)(?: {ROW})?)"
_BETWEEN = (
    r"(?: (?:by|now|overall|altogether|in (?:all|total|between|the end)"
    r"|over (?:that|this|the whole) (?:time|period|span)"
    rf"|between (?:them|the two|those two)|from one to the other|than the (?:first|earlier|older)(?: {ROW})?))*"
)
_NO_UNIT = (
    r"(?:times|seconds|minutes|hours|days|weeks|months|years|nights|readings|values|results|measurements|scores|visits"
    r"|doses|shots)"
)
AMOUNT = (
    rf"(?:(?:by )?(?:how much|how many (?!{_NO_UNIT}\b)[\w/%]+|what percentage)"
    rf"(?: of an? (?P<m1>{_ANY_WAY}) (?:is|was) (?:that|it|this|there)| (?:did|has|have) {_IT} (?P<m2>{_ANY_WAY})"
    rf"| (?P<m3>{_UP_OR_DOWN}) (?:is|was) (?:{_IT}|{_LATER})| (?:is|was) (?:{_IT}|{_LATER}) (?P<m4>{_UP_OR_DOWN}))"
    rf"|how (?:big|large|great) (?:is|was) (?:the|that|this) (?P<m6>{_ANY_WAY})"
    r"|(?:what (?:is|was) |what's |(?:tell|give)(?: me)? |(?:i |we )?(?:need|want) )?(?:the )?(?:percent(?:age)? )?"
    rf"(?P<m5>difference|change|gap|delta|rise|drop|fall|increase|decrease|gain|loss)){_BETWEEN}"
)
"""By how much something changed, asked of two rows told before."""
WHETHER = (
    rf"(?:(?:did|has|have) (?:{_IT}|{_LATER}) (?:ever |actually |really )?(?P<w1>{_UP_OR_DOWN})"
    rf"|(?:is|was) (?:{_IT}|{_LATER}) (?:any )?(?P<w2>{_UP_OR_DOWN})){_BETWEEN}"
)
"""Whether it went up or down."""


def way_of(match: re.Match[str], *groups: str) -> str:
    """The way a match says something went: "rise", "drop" or "change"; empty where none of the groups holds one."""
    said = match.groupdict()
    return next((_WAY_OF[said[one].lower()] for one in groups if said.get(one)), "")


def amount_of(match: re.Match[str]) -> str:
    """How a match says something changed whose amount it asks for; empty where it asks for none."""
    return way_of(match, "m1", "m2", "m3", "m4", "m5", "m6")


def share_of(match: re.Match[str]) -> str:
    """What the amount is asked in: a share of the earlier value, or its own unit."""
    return "what percentage" if re.search(r"\bpercent|%", match.group(), re.IGNORECASE) else "how much"


def whether_of(match: re.Match[str]) -> str:
    """Which way a match asks whether something went; empty where it asks for no such thing."""
    return way_of(match, "w1", "w2")
