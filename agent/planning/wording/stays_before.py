"""A stay or a visit that is told before what is asked of it, put behind it, in a skeleton as it was said.

at the appointment where qc0 was found, what else did they prescribe?
during the stay that began qt0 he was in and out of the ICU. How many ICU stays is that?
she was in the surgical ICU twice. When did she leave it for the last time?
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.told_patterns import A_DAY
from chartwarden.agent.planning.wording.who import WHO

_ICU = r"(?:icu|intensive care(?: unit)?|critical care(?: unit)?)"
_VISIT = (
    r"(?:the|his|her|my|their|that) (?:[a-z-]+ ){0,2}?(?:visit|appointment|encounter|check-?up|consultation"
    r"|admission|stay"
    r"|hospitali[sz]ation|qc\d+)"
)
_WHERE = r"(?:where|when|at which|in which|during which)"
_RULES = Rewrites(
    (
        (
            rf"^(?:and )?(?P<e>(?:at|on|during|in) {_VISIT} {_WHERE} [^,.;?]*?qc\d+[^,.;?]*?), "
            rf"(?P<q>(?:{WH}|{AUX}|list|show|name|give)\b[^;?]*?)(?: there| then| that day)?[ ?.]*$",
            r"\g<q> \g<e>",
        ),
        (
            rf"^(?:during|in|on|over) (?P<e>{_VISIT}[^.;:]*?qt\d+),? {WHO} (?:was |were "
            rf"|kept )?[\w-]+ (?:going )?"
            rf"(?:in and out of|back and forth (?:to|from|between)|to and from|into and out of) (?:the )?{_ICU}[.;:, ]+"
            rf"how many (?:separate |different |distinct |individual )?(?:icu|intensive care) (?P<s>stays|visits"
            rf"|admissions)"
            r"(?: (?:is|was|are|were|does|do|did) (?:that|it|there|they|this)(?: (?:make|come to|amount to"
            r"|in all))?)?[ ?.]*$",
            r"how many icu \g<s> were there during \g<e>",
        ),
        (
            rf"^{WHO} (?:was|were|has been|had been|went|got|came) (?:in|on|to|into|admitted to"
            rf"|sent to) (?:the )?"
            rf"(?P<u>(?:[\w/-]+ )?{_ICU}|[\w/-]+ (?:ward|unit))(?: (?:qc\d+|once|twice|again|several times|[a-z]+ times"
            rf"|a few times|more than once))? ?[.;:,!]+ (?:and )?(?P<q>[^.;:?]*\b)(?:it|there|that unit"
            rf"|that ward)\b(?P<r>[^.;:?]*)"
            r"[ ?.]*$",
            r"\g<q>the \g<u>\g<r>",
        ),
        (
            r"^(?P<x>(?:(?:the|his|her|my|their|an?|the patient's|patient's) )?qc\d+(?: qc\d+)?) ?[,:;.-]+ "
            rf"(?P<q>(?:{WH}|{AUX}|any|list|show)\b[^?;]*?) (?:at|during|on|in) (?:that|the same) "
            r"(?P<v>visit|appointment|encounter|admission|stay)[ ?.]*$",
            r"\g<q> at the \g<v> for \g<x>",
        ),
    ),
    re.IGNORECASE,
)


def stays_behind(said: str) -> str:
    """The sentence with the stay behind what is asked of it; unchanged where none is told before."""
    return _RULES.put_into(said)


_STAYS = (
    r"(?:visits?|appointments?|encounters?|admissions?|stays?|hospitali[sz]\w*|admitted|seen|in (?:the )?hospital"
    r"|in-?patient)"
)
_ORGANS = {
    "appendix": "appendicitis", "tonsils": "tonsillitis", "gallbladder": "cholecystitis", "sinuses": "sinusitis",
    "gall bladder": "cholecystitis", "ears": "otitis",
}  # fmt: skip
"""What somebody is in hospital for, told by where it sits."""
_A_DATE = rf"{A_DAY}(?!\d)"
_SAID = Rewrites(
    (
        (
            rf"(?P<s>\b(?:first|second|third|last|1st|2nd|3rd) {_STAYS}\b[^.;?]*? (?:on|in|at|during|from) the"
            r" (?:first|second|third|last|1st|2nd|3rd))(?=[ ?.!]*$)",
            r"\g<s> admission",
        ),
        (
            r"\b(?P<s>stay|admission|visit|hospitali[sz]ation|encounter|appointment),? (?:(?:that|which) (?:is )?)?"
            r"(?:starting|beginning|commencing|dated) (?:on |in )?(?=\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep"
            r"|oct|nov|dec))",
            r"\g<s> of ",
        ),
        (
            rf"\b(?P<s>stay|admission|hospitali[sz]ation) from (?={_A_DATE}(?! ?(?:to|until|through|till|and|-|–)))",
            r"\g<s> of ",
        ),
        (
            rf"(?P<s>\b{_STAYS}\b[^.;?]*?\b(?:for|because of|with|over)) (?:(?:the|an?|his|her|my|their|that"
            rf"|[a-z]+'s) )?"
            rf"(?:(?:bad|burst|ruptured|inflamed|infected|grumbling) )?(?P<o>{'|'.join(_ORGANS)})\b(?! (?:removal"
            rf"|surgery|out))",
            lambda m: f"{m['s']} {_ORGANS[m['o'].lower()]}",
        ),
        (
            r"(?<=\d),? (?:when|the day(?: that)?|on which) (?:the|his|her|my|our|their) (?:baby|babies|child|son"
            r"|daughter"
            r"|twins?) (?:came|arrived|(?:was|were) (?:born|delivered))(?=[ ?.!]*$)",
            "",
        ),
        (
            r",? (?:just |exactly )?(?:as|the way) (?:it is |it's |they are |they're |it |they )?(?:worded"
            r"|written(?: down)?"
            r"|recorded|spelled|spelt|listed|named|phrased|put|stands?|reads?|appears?) (?:in|on) (?:the|his|her"
            r"|my|their) "
            r"(?:record|chart|file)s?(?=[ ?.!]*$)",
            "",
        ),
    ),
    re.IGNORECASE,
)


def visits_plainly(question: str) -> str:
    """The question with what a visit was for as records have it, and without what only tells more of its day."""
    return _SAID.put_into(question)
