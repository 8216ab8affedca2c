"""What stands before a question and is none of it ("ED handover:", "Coder here."), and what its own words belong to.

A lead-in says who asks or what for. It is left out where it names nothing that is known; a name that nobody knows is
left out only beside a noun of that kind, since "Zorbaxol: when was it ordered?" has its topic there.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.mentions import Mention
from chartwarden.agent.planning.sayings import AUX, WH

_PURPOSE = (
    r"(?:hand-?over|hand-?off|sign-?out|(?:cross-?)?check|double-?check|calling|here|speaking|reviews?|audits?|rounds?"
    r"|reconciliation|med rec|query|question|inquiry|request|clinic|desk|team|bank|pharmacy|triage|intake|huddle"
    r"|update)"
)
_LEAD_IN = re.compile(
    rf"^(?P<lead>(?:[\w'&/+-]+ ){{0,4}}?(?:{_PURPOSE}|qc\d+(?= calling))(?: (?:calling|here"
    rf"|speaking))?) ?(?:[:.]| [-–]) "
    rf"(?=(?:please |kindly |so |and )*(?:{WH}|{AUX}|am|do|is|any|give|list|show|name|tell|state|find|count|i'd"
    rf"|i|we|the)\b)"
)
_END = re.compile(r" ?[:.] | [-–] ")
_LEADS = r"(?P<s>[^;.:?]*\bqc\d+\b[^;.:?]*)"
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (
            r"\b(?P<v>knows?|recall|remember|tell (?:me|us)|sure|see|check|confirm|wonder|wondering|asks?|asking"
            r"|say|find"
            r" out|hear|curious) if\b",
            r"\g<v> whether",
        ),
        # one thing, and what is asked of it
        (
            rf"^{_LEADS}[;.] (?:at|on|during) the (?:very )?(?:next|first) (?P<v>visit|encounter|appointment|contact) "
            r"(?:after|following|since) (?:that|it|this),? ",
            r"at the first \g<v> after \g<s>, ",
        ),
        (
            r"^(?:the |my |his |her )?(?P<x>qc\d+) (?:that |which )?(?:i'm|i am|she's|she is|he's|he is|the patient is"
            r"|patient is|they are) (?:now |currently |still )?(?:taking|on|using)(?: now| currently| at present"
            r"| at the moment)?(?:,| ?:) (?P<q>[^?]*?)\b(?:it|that|this)\b",
            r"\g<q>the current \g<x>",
        ),
        (
            rf"^{_LEADS}[;.] (?:was|is) (?P<p>qp\d+) (?:among|one of) (?:those|the \w+|them) (?:who|that) "
            r"(?:wrote|prescribed|ordered|signed) (?:it|that|this|them)\b",
            r"did \g<p> prescribe it? \g<s>",
        ),
        (
            r"^from the (?P<a>(?:last|latest|first) \w+ (?:before|prior to) qc\d+) to (?P<b>the (?:first|next"
            r"|last) (?:one|\w+)"
            r" (?:after|following)(?: it| that|wards?)?), (?P<q>(?:did|has|have|how|what|by how)\b[^?]*)",
            r"\g<q> between the \g<a> and \g<b>",
        ),
        (
            r"^treatment (?:of|for) (?:the |her |his |my )?(?P<x>qc\d+) (?:began|started|begun)"
            r"(?: with (?:a|the|its) (?:very )?first (?:prescription|order|drug))?[,;.]? "
            r"(?:and )?(?:when|what (?:was|is) (?:its|the|that) (?:date|day)|on what (?:day"
            r"|date))(?: was (?:that|it))?",
            r"when was the first medication for \g<x> prescribed",
        ),
        # the list that it stands on
        (
            r"^(?P<s>[^?]*?\b(?P<l>(?:problem|diagnosis|medication|medicine|drug"
            r"|allergy) list)\b[^?]*?(?:[-–:;.,]| and) )"
            r"(?P<q>[^?]*?\b(?:everything|whatever|what|which)\b[^?]*?) on (?:it|that)\b",
            r"\g<q> on the \g<l>",
        ),
        (
            r"\beverything (?:that is |that's |which is )?(?P<a>still )?active on the (?P<l>\w+) list\b",
            r"the active \g<l> list",
        ),
    )
)
"""Rewritten before a story is told from its question (`discourse.py`): what is asked stands across two sentences here.
What stays within one sentence belongs to `sayings.py`, which is read after that."""


def without_lead_in(text: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    """A skeleton without what only leads in to its question. `informative`: the names that something is known of."""

    def spoken(match: re.Match[str]) -> str:
        return match.group() if match.group() in informative else mentions[int(match.group()[2:])].words.lower()

    match = _LEAD_IN.match(re.sub(r"\bqc\d+\b", spoken, text))
    end = _END.search(text)
    if match and end and not re.search(r"\bq[ctnkprad]\d", match["lead"]):
        text = text[end.end() :]
    for pattern, put in _SAID:
        text = pattern.sub(put, text)
    return text
