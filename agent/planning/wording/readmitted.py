"""Another stay within some time of a discharge, said with the discharge first or in everyday words.

after the discharge on 3 May, was he readmitted within 30 days | back in hospital within 30 days of going out on 3 May
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.who import WHO

_WITHIN = r"within (?:the )?(?:next |following )?(?P<n>[\w-]+ (?:days?|weeks?|months?))"
_DISCHARGE = (
    r"(?:(?:the|his|her|my|their|this|that) )?(?:(?:hospital )?discharge|being discharged|(?:he|she|i"
    r"|they) (?:was|were) "
    r"(?:discharged|sent home|let out)|(?:he|she|i|they) (?:went home|left(?: hospital| the hospital)?)"
    r"|going (?:home|out)"
    r"|leaving(?: hospital| the hospital)?|coming out|getting out|being (?:sent home|let out|let go))"
)
_DISCHARGE_FIRST = Pattern(
    rf"(?:\b(?:after|following|since) |^)(?P<d>{_DISCHARGE}[^,;?.]*?)[,.;]? (?P<q>(?:Was|was|were|did|has|had|is"
    rf"|were there|was there|any)\b"
    rf"[^,;?]*?),? {_WITHIN}(?: (?:of (?:it|that)|afterwards|after (?:it|that)|later))?(?=[ ?.]*$)",
    re.IGNORECASE,
)
_TOLD_SO = Pattern(
    rf"(?P<w>{_WITHIN} (?:of|after|from|following) )(?P<d>{_DISCHARGE})(?= (?:on|in|of|from|at|the|\d))", re.IGNORECASE
)
_BACK = Pattern(
    rf"\b(?P<a>(?:was|were|is) {WHO} )(?:back|in again|back in)(?: (?:in|at|to"
    r"|into)(?: the| this| our| your)? (?:hospital|ward))?(?: again)?(?= within\b)"
    rf"|\b(?P<b>did {WHO} )(?:come|go|get|land|end up|bounce)(?: (?:in|back))+"
    r"(?: (?:in|at|to|into)(?: the| this| our| your)? hospital)?(?: again)?(?= within\b)",
    re.IGNORECASE,
)
_SECOND_AFTER_FIRST = Pattern(
    r"\bdid (?:the|his|her|my|their) second (?:hospital )?(?:stay|admission|hospitali[sz]ation|one) (?:begin|start|come"
    rf"|happen|occur|fall|follow) {_WITHIN} (?:of|after|from|following) (?:the |his |her |my |their )?(?:first"
    r" (?:hospital )?discharge|(?:discharge|release|end) (?:from|of|after) (?:the |his |her |my |their )?first"
    r"(?: (?:hospital )?(?:stay|admission|hospitali[sz]ation|one))?)",
    re.IGNORECASE,
)
"""The second of them is the first that began after the other ended."""
_HEADED = Pattern(r"^[^:?.;]*\bre-?admi\w+[^:?.;]*: (?=(?:did|was|were|has|had)\b)", re.IGNORECASE)
"""What is looked for, before the question that says it in full: "readmission check: was she ...?"."""
_FRAGMENT = Pattern(
    r"^(?!.*\b(?:how many|number|count|when|which|dates?|times?)\b)(?:any |a )?re-?admi(?:t|ts|tted|ssions?)"
    r"(?= (?:to hospital )?within )",
    re.IGNORECASE,
)
"""A readmission that is looked for, in a telegram."""
_READMITTED = r"re-?admi(?:ssions?|tted|ttances?)"
_SPELL = r"(?P<n>(?:\d+|thirty|ninety|seven|sixty|fourteen)[- ](?:days?|weeks?|months?))"
_COUNTED = (
    Pattern(
        rf"\b(?:how many|(?:the )?(?:total )?(?:number|count|tally) of|count(?: the)?) {_SPELL} {_READMITTED}\b",
        re.IGNORECASE,
    ),
    Pattern(
        rf"\b(?:how (?:often|many times) (?:was|were|has|have|had) {WHO}(?: been)?"
        rf"|(?:how many|(?:the )?(?:number|count) of|count(?: the)?)) {_READMITTED}(?: (?:were there|are there|did"
        rf" (?:he|she|i|they) have|occurred|happened))? within {_SPELL} (?:of|after|from|following) {_DISCHARGE}",
        re.IGNORECASE,
    ),
)
_SINCE_LAST = Pattern(
    r"\b(?:how many|(?:the )?(?:total )?(?:number|count|tally) of|count(?: of)?) (?:(?:the|his|her|my|their) )?"
    r"(?:hospital )?(?:admissions|stays|hospitali[sz]ations)(?: of (?:the patient|\d+))? (?:that |which )?"
    r"(?:(?:were|was) )?"
    rf"(?:start(?:ed|ing)?|beg[au]n|beginning|came|fell|happened|occurred) within {_SPELL} (?:of|after|from|following)"
    r" (?:the|a|his|her|my) (?:previous|preceding|prior|last) (?:discharge|one)",
    re.IGNORECASE,
)
"""How many stays began within some time of the end of another."""
_OF_THE_ONE_BEFORE = Pattern(
    r"\bthe discharge (?:(?:from|of) the (?:admission|stay|hospitali[sz]ation|one) )?"
    r"(?:(?:just|right|immediately|directly) )?(?:before|preceding)(?: (?:it|that|them|each))?(?=[ ?.]*$)",
    re.IGNORECASE,
)


def readmission_plainly(question: str) -> str:
    """Such a question as one for a readmission within some time of the discharge; any other as it is."""
    question = _OF_THE_ONE_BEFORE.sub("the previous discharge", question)
    question = _SECOND_AFTER_FIRST.compiled.sub(
        r"was the patient readmitted within \g<n> of the discharge from the first stay",
        _FRAGMENT.sub("was the patient readmitted", _HEADED.sub("", question)),
    )
    for pattern in (*_COUNTED, _SINCE_LAST):
        question = pattern.compiled.sub(_how_many, question)
    text = _DISCHARGE_FIRST.compiled.sub(r"\g<q> within \g<n> of \g<d>", question)
    if not re.search(r"\bwithin\b", text, re.IGNORECASE):
        return question
    text = _BACK.compiled.sub(_readmitted, text)
    return _TOLD_SO.compiled.sub(lambda m: m["w"] + "the discharge", text)


def _readmitted(match: re.Match[str]) -> str:
    if match["a"]:
        return f"{match['a']}readmitted to hospital"
    who = match["b"].split(" ", 1)[1].strip()
    return f"{'were' if who in ('they', 'we') else 'was'} {who} readmitted to hospital"


def _how_many(match: re.Match[str]) -> str:
    return f"how many admissions began within {match['n'].replace('-', ' ')} of the previous discharge"
