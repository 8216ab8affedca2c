"""Those who ordered something, asked for by a word for people: "name everybody that prescribed ...".

Only an order tells who wrote it, so that the rule is about ordering alone; and about whom it was written for, where
that stands before the word "back" of a time.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import MONTH, YEAR
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS
from chartwarden.agent.planning.wording.who import WHO, WHOM

_CLINICIANS = rf"(?:people|persons?|individuals?|folks?|ones?|{WHO_ORDERS}|names?)"
_PEOPLE = (
    r"(?:(?:absolutely )?(?:every|any)(?:body|one)|(?:each|every|any)(?: single| other)? "
    rf"(?:one of the )?{_CLINICIANS}"
    rf"|(?:(?:all|the|those|of|different|various|other|several) )*{_CLINICIANS}|those|all)"
)
_FETCH = (
    r"(?:(?:please|kindly|now|just|and|then) )*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:(?:name|list|give|show|tell|find|identify|get|fetch|state|write down|pick out)(?: me| us| out)? "
    r"|i(?:'d like| would like| want| need)(?: to (?:know|see|have))? |(?:make|draw up) (?:me )?a list of "
    r"|a list of |(?:the )?names of )?"
)
_ADVERB = r"(?:(?:has|have|had|ever|actually|at any time|once) )*"
_OF_TESTS = r"(?! (?:[\w'-]+ ){0,3}?(?:tests?|labs?|bloods?|panels?|scans?|x-?rays?|imaging|cultures?|procedures?)\b)"
_ORDERED = rf"(?:(?:first|last) )?(?:prescribed|ordered{_OF_TESTS}|wrote|written|signed(?: off)?)\b"
_WHO_ORDERED = Pattern(
    rf"(?P<at>^|[.;:?!,] ){_FETCH}{_PEOPLE}(?: (?:who|that|which)(?: all|'s|'ve|'d)? {_ADVERB}(?P<did>{_ORDERED})"
    r"|(?: (?:who|that|which)(?:(?:'s|'ve| has| have| had) been| was| were| is| are|'s))? "
    rf"(?P<doing>prescribing|ordering{_OF_TESTS}|writing)\b"
    rf"|(?: (?:who|whom|that))? {WHO} (?:was|were|(?:has|have|had) been|got) "
    r"prescribed (?P<what>[^?.;,]{2,40}? )?by\b)",
    re.IGNORECASE,
)
_DID = {"prescribing": "prescribed", "ordering": "ordered", "writing": "wrote"}
_MEDICINES = r"(?:medic\w+|meds|drugs?|scripts?|prescriptions?|anything|something|orders?|treatments?)"
_NOTHING_SAID = Pattern(
    rf"^(?P<who>who (?:(?:first|last) )?(?:prescribed|ordered))(?P<rest> (?:for|to) {WHOM}\b"
    r"|(?= (?:in|on|before|after|since|until|between|during|prior|from|by|at)\b)|(?=[ ?.]*$))"
)
_ANYTHING = Pattern(
    rf"^(?P<who>who (?:(?:first|last) )?(?:prescribed|ordered)) (?P<whom>{WHOM} )?"
    r"(?:anything|something|stuff|things)(?: at all)?\b"
)


def _who(match: re.Match[str]) -> str:
    if match["did"] or match["doing"]:
        return f"{match['at']}who {match['did'] or _DID[match['doing'].lower()]}"
    return f"{match['at']}who prescribed {match['what'] or ''}".rstrip()


_TIME = (
    rf"(?:in|during|around|about|on|at) (?:the )?(?:(?:early|mid|late)[ -]|spring of |summer of |autumn of |fall of "
    rf"|winter of |beginning of |end of )?(?:{MONTH}|{YEAR}|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTH})|'\d\d)\b"
)
_WRITTEN_FOR = Pattern(
    r"(?P<s>\b(?:prescrib\w+|order(?:ed|ing|s)?|wr(?:ote|itten|iting)|given?|gave|administered|recorded|diagnosed"
    rf"|saw|admitted)\b(?: (?:any|the|some|all|{_MEDICINES}))* (?:(?:for|to) )?her) back (?={_TIME})",
    re.IGNORECASE,
)
_TOLD_OF = Pattern(r"\b(?:she|she's|patient|i|my|me)\b", re.IGNORECASE)
"""Where the patient is told of already, "for her back" is what it was for."""


_WHICH_PEOPLE = Pattern(
    rf"\b(?:which|what) (?:people|persons?|individuals?|folks?|staff) {_ADVERB}(?P<did>{_ORDERED})", re.IGNORECASE
)


def people_plainly(question: str) -> str:
    """The question with those who ordered something asked for as "who", and with "back" left out of a time."""
    if not _TOLD_OF.search(question):
        question = _WRITTEN_FOR.sub(r"\g<s> ", question)
    asked = _WHICH_PEOPLE.sub(r"who \g<did>", _WHO_ORDERED.sub(_who, question))
    if asked == question:
        return question
    asked = _ANYTHING.sub(r"\g<who> medications for the patient", asked)
    return _NOTHING_SAID.sub(r"\g<who> medications\g<rest>", asked)
