"""Words beside a name with which it is another thing that is asked for: off a drug, three weeks into it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from importlib import resources

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.who import WHO

OF_SOMETHING = Pattern(
    r"\b(?:complications?|side[- ]effects?|adverse (?:effects?|events?|reactions?)|sequelae|consequences?"
    r"|after[- ]?effects?|precursors?|symptoms?|severity|prognosis|outcomes?|mechanisms?|manifestations?)"
    r" (?:of|from|to|after|during|with|in|due to|caused by)\b"
    r"|\b(?:complication|side[- ]effect|symptom|manifestation)s?$"
    r"|^(?:what|which)(?: kind of| type of| sort of)? reactions?\b|\bhow (?:does|do|did|has|have) .*\breact\b"
    r"|^(?:what|which|was anything|has anything)\b.*\b(?:done|tried) (?:about|for|with|against) "
    r"(?:the |his |her |my )*qc\d|\b(?:come|came|comes) (?:out )?of (?:the |his |her |my )*qc\d"
)
"""Something that a thing has, brings or leads to, where no name has taken the word in."""
FOR_A_PART = Pattern(
    r"\b(?:tak\w+|took|given|gets?|got|prescribed|ordered|on|had) (?:\w+ )?(?:any|some)thing for (?:\w+ )?qc\d"
)
SO_FAR_IN = Pattern(r"\b(?:years?|months?|weeks?|days?|hours?) into\b")
OFF = Pattern(rf"\b(?:is|are|am|was|were) {WHO} (?:\w+ )?off\b|\b(?:has|have|had) {WHO} (?:\w+ )?been off\b")
SAMPLED = Pattern(r"\b(?:bloods?|urine|samples?) (?:\w+ )?(?:drawn|taken|collected|sent|tested)\b|\bweighed\b")
SEVERAL_TIMES = Pattern(
    r"\b(?:on|at) (?:at least )?(?:two|three|four|several|multiple|\d+) (?:(?:separate|different|or more|distinct) )*"
    r"(?:occasions|times|dates|days|visits)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:different |separate |distinct )?times\b"
    r"(?! (?:a|an|per|each|every|daily|weekly|the|as|more|higher|lower)\b)"
)
ILL_OF_IT = Pattern(r"\bqc\d+ (?:disorders?|diseases?|conditions?|problems?)\b")
"""A disorder that a measurement shows is no measurement."""
LONGER = Pattern(r"\b(?:longer|shorter) than\b")
LASTED = Pattern(r"\bwithin (?:an? |the |one )?(?:first |next )?(?:hours?|days?|weeks?|months?|years?)\b")
CATEGORY = Pattern(r"\b(?:category|categories)\b")
LATER_OF_TWO = Pattern(
    r"^which (?:one )?(?:came|comes|happened|occurred|was|were|got) (?:\w+ )?(?:later|second|afterwards)\b"
    r"|^(?:which|what)\b[^?]* (?:first|last|earlier|sooner)\b[^?]*?\bor (?:(?:the|his|her|my|their) )?"
    r"(?:second|third|fourth|fifth|last|latest|most recent) qc\d+"
)
EACH_TIME = Pattern(
    r"\b(?:every|each) (?:single )?(?:time|visit|check|measurement|reading|year|month)\b|\b(?:steadily|consistently"
    r"|continuously|continually|without fail)\b"
)
"""A direction in which each of several values is to differ from the one before it."""
COMPARED = Pattern(
    r"\bcompar(?:e|es|ed|ing) (?:(?:it|that|this|them|those) )?(?:with|to|against) (?:(?:the|his|her|my|its) )?"
    r"(?:very )?(?:first|earliest|last|latest|previous|one before)\b"
)

_NOUNS = (
    r"(?:(?:out)?-?patient )?(?:visits?|encounters?|admissions?|stays?|hospitali[sz]ations?|appointments?"
    r"|prescriptions?|scripts?|orders?|drugs?|medications?|medicines?|meds|procedures?|operations?|surger(?:y|ies)"
    r"|diagnos[ei]s|conditions?|problems?|illness(?:es)?|diseases?|vaccin(?:e|ation)s?|immuni[sz]ations?|shots?|jabs?"
    r"|allerg(?:y|ies)|results|readings?|measurements?|labs|(?:imaging )?stud(?:y|ies)|scans?|cultures?|doses?"
    r"|administrations?|episodes?|care ?plans?|goals?|devices?|reports?|occasions|times|values|entries|tests)"
)
_RANKS = r"(?:very )?(?:first|last|latest|newest|oldest|earliest|most recent|second|third|previous|next)"
_ATTRIBUTE = Pattern(
    r"\b(?:(?:how many|number of|count of|(?:the|his|her|my|their|patient's|any|all|every|each|an?|other|more|different"
    rf"|distinct|unique|separate)(?: {_RANKS})?) (?P<w>[a-z]+) (?:qc\d+|{_NOUNS})"
    rf"|(?:which|what|list|show|name) (?P<wh>[a-z]+) {_NOUNS})\b"
)
"""The word between what points to a thing and its noun, which says which of them are meant."""
SIDE = Pattern(r"(?:^|\b(?:the|his|her|my|their|an?|of|for|any)|[,:;(]) ?(?P<w>left|right)(?:-sided)? qc\d")
"""The side of the body, before what has one."""
_IN_A_ROW = Pattern(r"\b(?P<w>in a row|back[- ]to[- ]back|consecutively|in succession)\b")
"""That rows follow one another with none between them."""
_WHOSE = Pattern(
    r"\b(?:by|with|from) (?:the |an? |his |her |my |their )?(?P<w>(?:fe)?male \w+|nurses?|specialists?"
    r"|pharmacists?|midwi(?:fe|ves)|surgeons?|therapists?|(?:more than one|only one|at least (?:one|two|three)"
    r"|(?:two|three) or more) [a-z]+)(?! qc\d)\b"
)
"""Of which sort whoever did something was, or how many of something each of them has."""


@cache
def _words() -> dict[str, frozenset[str]]:
    """The words before a noun by what they do there."""
    told = tomllib.loads(resources.files(__package__).joinpath("beside.toml").read_text(encoding="utf-8"))
    return {name: frozenset(listed) for name, listed in told.items()}


def attribute_in(text: str, *, held: Collection[str] = ()) -> str:
    """The word of a text that says which of the things asked for are meant, and is read nowhere; empty where none is.

    `held`: words that a reading holds in another way.
    """
    side = SIDE.search(text) or _WHOSE.search(text) or _IN_A_ROW.search(text)
    if side is not None:
        return side["w"]
    words = (match["w"] or match["wh"] for match in _ATTRIBUTE.finditer(text))
    known = _words()["says_no_more"] | _words()["joins"]
    return next((one for one in words if one not in known and one not in held), "")


def held_attributes(*, flagged: bool, has_status: bool) -> frozenset[str]:
    """The words before a noun that a reading holds as a flag of a result, or as a status or the last of them."""
    flags = _words()["of_results"] if flagged else frozenset[str]()
    return flags | _words()["of_states"] if has_status else flags
