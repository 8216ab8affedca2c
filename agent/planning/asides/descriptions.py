"""How whoever asks describes the session's patient: "this spine pt", "the old gentleman with the SDH".

The session says who the patient is, so that a description adds nothing and never chooses: it is put as "the patient".
A place or a time in it stays where it is, since it may bound what is asked ("GI bleeder in the MICU, July 2157: ...").
Only planners use it: the gate judges what was said.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_NOT_OF_IT = (
    r"(?:the|an?|this|that|these|those|my|our|your|his|her|hers|their|its|whose|he|she|it|they|we|you|i|and|or|but|nor|if"
    r"|of|for|to|from|with|without|in|on|at|by|as|than|about|after|before|since|until|during|while|into|over|under|per"
    r"|is|are|was|were|am|be|been|being|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|what|which|who|whom|when|where|why|how|not|no|any|some|every|each|all|both|two|three|several|many|most"
    r"|other|another|next|previous|former|last|latest|first|second|third|earliest|final|same|different|wrong|new|only"
    r"|mon|ma|mi|meine?[mnrs]?|votre|su|neighbou?ring|adjacent|similar|list|show|give|tell|find|count|name|please|number|date|time|total|sum"
    r"|given|gave|got|get|took|takes?|made|makes?|prescribed|ordered|measured|recorded|done|told|tell|left|saw|sees?"
    r"|drugs?|medications?|medicines?|meds|tests?|procedures?|operations?|doses?|orders?|prescriptions?|vaccines?|shots?"
    r"|diagnos[ei]s|conditions?|problems?|visits?|admissions?|stays?|units?|wards?|results?|values?|readings?|intakes?"
    r"|outputs?|organisms?|specimens?|cultures?|levels?|times|days?|years?|reasons?|routes?|allerg(?:y|ies)|amounts?"
    r"|doctor|dr|nurse|consultant|surgeon|gp|relative|visitor|donor|sister|brother|mother|father|mum|mom|dad)"
)
"""Words that no description holds: they begin another part of the sentence, or tell of somebody else."""
_WORD = rf"(?!{_NOT_OF_IT}\b)[A-Za-z][\w'/&+-]*(?<!'s)"
_AGE = r"\d{1,3}(?:[ -]?(?:years?|yrs?|months?|weeks?)[ -]old|[ -]?y[/.]?o\b\.?| ?[mf]\b)"
_SHORT = r"(?:pt|patient)"
_ADULT = r"(?:gentleman|gent|lady|man|woman|chap|lad|lass|fell(?:ow|a)|bloke|guy|dame|resident|client|bleeder)"
_CHILD = r"(?:case|boy|girl|child|kid|baby|toddler|infant|newborn|teenager|teen)"
_THING_BEHIND = (
    r"(?![\w-])(?! (?:controlled|portal|education|records?|files?|charts?|id\b|identifiers?|numbers?|names?|information"
    r"|informed|care|visits?|encounters?|contacts?|appointments?|history|populations?|groups?|lists?|safety|reports?"
    r"|reported|monitor\w*|transport\w*|transfers?|who\b|whose\b|next (?:door|to)\b|beside\b|opposite\b|across\b))"
)
_BED = (
    r"(?:bed(?: ?space)?|bay|(?:side |single |isolation )?room|side ?room|cubicle|chair)"
    r"(?: (?:no\.?|number|nr\.?))? ?(?:\d{1,4}[a-z]?|[a-z]\d{0,2})(?![\w-])"
)
_ELSEWHERE = rf"(?!,? \(?(?:in|on|from|at|,)? ?{_BED})"
"""Whoever is told by a bed alone may be anybody on the ward: that is no description of this patient."""
_CLAUSE_ENDS = r"(?=\s*(?:[,.?!:;)]|[-–—] |$| (?:been|ever|still|had|have|has|get|got|on|take|taking|receive|given)\b))"
_TOLD_OF_ROWS = r"(?:dates?|times?|dos\w+|reasons?|results?|values?|units?|names?|routes?|codes?|sources?)"
_WITH = (
    rf"(?: (?:with|w/|known for|in for|in with) (?:(?:the|an?|his|her|two|bad|known) )*"
    rf"(?!(?:[\w'/-]+ ){{0,3}}{_TOLD_OF_ROWS}\b)(?:{_WORD} ){{0,3}}{_WORD}{_CLAUSE_ENDS})"
)
_ID = r"(?:,? \(?(?:mrn |id |no\.? |number |#)?\d{7,10}\)?(?![\w/-]))"
_DETAILS = rf"{_ELSEWHERE}('s)?{_ELSEWHERE}{_WITH}*{_ELSEWHERE}"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"

_DESCRIBED = Pattern(
    rf"\b(?:the|this|that|our|your) (?:{_AGE},? )?(?:{_WORD} ){{0,4}}?(?<!the )(?<!this )(?<!that )(?<!our )(?<!your )"
    rf"(?:{_SHORT}|{_ADULT}|{_CHILD}){_THING_BEHIND}{_DETAILS}"
    rf"|\b(?:this|that|our|your) {_ADULT}{_THING_BEHIND}{_DETAILS}"
    rf"|\bthe (?:{_ADULT}|{_CHILD})('s)?{_WITH}{_ELSEWHERE}"
    rf"|\bthe (?:policy ?holder|insured(?: person)?|study subject|index case|trial participant|service user)('s)?"
    rf"|\bmy (?:{_AGE},? )?(?:{_WORD} ){{0,4}}?(?<!my ){_SHORT}{_THING_BEHIND}{_DETAILS}",
    re.IGNORECASE,
)
"""Somebody told by what they are, have, and not where they lie."""
_QUEUE = Pattern(r"\b(?:waiting (?:room|area)|queue|next bed|other bed)\b", re.IGNORECASE)
"""Where others are met."""
_HEADED = Pattern(
    rf"^(?:(?:re|about|regarding|for)[:,]? )?(?P<who>(?:(?:{_AGE}|{_WORD}),? ){{1,4}}?"
    rf"(?:{_SHORT}|{_ADULT}|{_CHILD})(?![\w-]){_ELSEWHERE}{_WITH}?{_ELSEWHERE}{_ID}?)"
    rf"(?P<facts>(?:, ?(?:(?:age[d]? )?\d{{1,3}}(?: ?(?:yo|y/o|years old|[mf]\b))?"
    rf"|(?:two|three|four|\d{{1,2}}) (?:admissions|stays|visits|operations)))*)(?:(?:,? here)?(?: ?[:;.,]| [-–—]) +"
    rf"| +(?=(?:in|on|from|at) (?:the )?\w|{_MONTH}))",
    re.IGNORECASE,
)
"""A description as the heading of a line."""
_SET_APART = Pattern(rf", ?{_SHORT}{_ID}?$", re.IGNORECASE)
"""Whose what is named before it: "Acetaminophen-IV, patient 40000032, since May: how often?"."""
_BEHIND = Pattern(
    rf"(?<=[\w)%])(?:,| [-–—]| \() ?(?:{_WORD} ){{1,4}}?(?:{_SHORT}|{_ADULT}){_ID}*\)?(?P<end>[ ?.!]*)$",
    re.IGNORECASE,
)
"""A description behind what is asked."""
_NUMBER_ALONE = Pattern(r"(?<=[\w)%])(?P<q>\??)(?:,| for| of| [-–—]|) ?\(?\b\d{8}\)?(?P<end>[ ?.!]*)$", re.IGNORECASE)


def as_described(text: str) -> str:
    """The text with a description of the session's patient put as "the patient", and left out where it only stands
    before or behind the question."""
    if _QUEUE.search(text):
        return text
    text = _DESCRIBED.sub(lambda told: f"the patient{next(filter(None, told.groups()), '')}", text)
    headed = _HEADED.match(text)
    text = text[headed.end() :] if headed and not _SET_APART.search(headed["who"]) else text
    return _BEHIND.sub(lambda told: told["end"], text)
