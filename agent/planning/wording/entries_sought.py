"""What is looked for among the entries of a record, as people note it down: said as a question for it.

What somebody lacks, whether there is anything at all, what a chart of one kind of entry is of. The rules are about a
question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import RANK
from chartwarden.agent.planning.wording.who import WHO

_WHO = rf"(?:{WHO}|my [a-z-]+)"

_SEES = (
    r"(?:the|my|our|his|her|a|any) (?:[\w'-]+ )?(?:pharmac(?:y|ist)|ward|nurses?|doctors?|clinic|team|surgery"
    r"|hospital|system|desk|office|gp|staff|chart|record|registrar|receptionist)"
)
_ENTRY = (
    r"(?:scripts?|prescriptions?|orders?|admissions?|hospital visits?|procedures?|outputs?|intakes?|tests?|cultures?"
    r"|diagnos[ei]s)"
)
"""What a record has or has not, whoever looks."""
_LAST_UNITS = (
    r"(?:in|over|during|from|within|for|across) the (?:last|past) (?:(?:\d+|one|two|three|four|five|six|ten|twelve) )?"
    r"(?:years?|months?|weeks?|days?)"
)


def _charted(match: re.Match[str]) -> str:
    """A time, with the kind of entry it is of where the question behind it says none."""
    rest, kind = match.string[match.end() :], match["k"].rstrip("s")
    if re.search(rf"\b{re.escape(kind)}", rest, re.IGNORECASE):
        return f"{match['t']}{match['w']},"
    return match.group()


def _of_chart(match: re.Match[str]) -> str:
    """A question for one of a chart's entries, or for their number, with the kind that the chart is of."""
    kind = match["k"] if match["many"] else match["k"].rstrip("s")
    return f"{match['t']}{match['w']},{match['q']} {kind}{match['r'] or ''}"


_SAID = Rewrites(
    (
        # whether there is anything, asked before what
        (
            r"^(?:(?:nothing|none) or (?:some|any)(?:thing)?|(?:some|any)(?:thing)? or (?:nothing|none)|all or nothing"
            r"|(?:a )?(?:plain |simple )?yes or no(?: or nothing(?: recorded)?)?)(?: ?[:,;?.]| [-–]) ?"
            rf"(?=(?:{AUX}|any)\b)",
            "",
        ),
        (rf"^(?P<a>{AUX} there) (?:some|any)thing or nothing(?= \w)", r"\g<a> anything"),
        (r"\badmit (?=(?:dates?|times?)\b)", "admission "),
        # whom it is about, by a number
        (r"^re:? (?=(?:mrn |pt |patient |the patient )?#?\d{5,}\b)", "for "),
        # what somebody lacks they ask for
        (
            r"\b(?:i|we)(?:'m|'re| am| are) (?:(?:still|just|only|now|also) )*(?:missing|lacking|short of|short on)"
            r" (?=(?:the|my|his|her|their|its|a list of|all) )"
            r"|\b(?:i|we) (?:(?:still|just|now|also) )*(?:lack|haven't got|don't have) "
            r"(?=(?:the|his|her|their|all the) (?:[\w'-]+ ){0,4}?(?:dates?|times?|names?|numbers?|count|values?|doses?"
            r"|results?)\b)",
            "i need ",
        ),
        (
            r"^(?:i|we)(?:'m|'re| am| are) (?:(?:still|just|only|now|also) )*(?:missing|lacking|short of|short on)"
            rf" (?:an?|one|some) (?P<x>[a-z][\w' -]{{2,40}})(?P<e>[.:;,!]) (?=(?:so |and )?(?:{WH})\b)",
            r"\g<x>\g<e> ",
        ),
        (
            rf"^(?P<x>(?!(?:{WH}|{AUX}|any)\b)[^.?;:]{{3,80}}?) (?:is|are) (?:still )?missing"
            r"(?: (?:from|in|on) (?:my|the|our|his|her|this) [\w'-]+(?: [\w'-]+)?)?(?P<e>[.:;,]|,? and|,? so) "
            rf"(?=(?:{WH})\b)",
            r"\g<x>. ",
        ),
        # a death among the entries
        (
            r"\b(?:is|was|are) there (?:any |an? )?(?:record|evidence|note|sign|mention|indication)s? of "
            r"(?:the patient|him|her|them"
            r"|(?:this|the) (?:participant|person|man|woman|subject))(?:'s)? (?:having died|dying|being dead|death"
            r"|having passed away|passing(?: away)?)(?=[ ?.]*$)",
            "has the patient died",
        ),
        # what was grown is no height
        (
            r"\b(?P<w>what|which) (?:bugs?|organisms?|germs?|bacteria) (?:did|have|has) (?:we|they|you|the lab|i|he|she"
            r"|the patient) (?:ever )?(?:grow|grown|isolated?|cultured?)\b",
            r"\g<w> organisms grew",
        ),
        # where it was done, that a procedure says anyway
        (
            r"\bwhat (?:was|were|has been) done in (?:the )?(?:operating (?:room|theatre|theater)|theatre|theater)\b",
            "which procedures were done",
        ),
        (
            r"(?P<a>\b(?:procedures?|operations?|surger(?:y|ies))\b[^.;?]*?)"
            r" in (?:the )?(?:operating (?:room|theatre|theater)|theatre|theater)\b",
            r"\g<a>",
        ),
        # so or no longer so
        (
            r"\bstill (?:going|running|active|current|on) or (?:been )?(?:stopped|over|off|finished|discontinued|done"
            r"|ended)(?=[ ?.]*$)",
            "still active",
        ),
        # of what there was no more than one
        (r"^only one (?=[a-z][^.;:?]*\?)", "was there only one "),
        (r"^(?P<x>[a-z][^.;:?]{2,40}): only (?:one|once) ?\?", r"was there only one \g<x>?"),
        # what the thyroid is treated with
        (
            r"\bthyroid (?:tablets?|pills?|meds?|medicines?|drugs?)\b",
            "thyroid medication",
        ),
        # begin and end of a stay
        (
            r"\b(?P<lead>(?:the )?)in[- ](?:and|&)[- ]out (?P<n>dates?|times?)\b",
            r"\g<lead>admission and discharge \g<n>",
        ),
        (
            rf"^(?P<x>(?:(?:the|my|his|her|their|this) )?(?:{RANK} )?(?:[a-z]+ \d{{4}} )?(?:hospital |icu )?"
            r"(?:admission|stay|hospitali[sz]ation)(?: (?:in|of|on|from) [a-z0-9 /-]{4,20})?) ?[,:.;–-] "
            r"(?:(?:when|(?:on )?(?:what|which) (?:date|day|time)) did (?:it|that) (?:end|finish|stop)"
            r"|(?:its |the )?end (?:date|time))(?=[ ?.]*$)",
            r"when did \g<x> end",
        ),
        # how often it is to be taken is no number of orders
        (
            r"\bhow often (?P<v>is|was) (?P<x>it|(?:the |his |her |my )?[a-z][\w -]{2,30}?) (?:(?:supposed|meant) )?to "
            r"be (?:taken|given|used)\b",
            r"what \g<v> the dosing frequency of \g<x>",
        ),
        # what is asked of an order
        (
            r"^(?P<x>(?:the )?[a-z][\w -]{2,30}?) (?P<o>order|prescription|script)[,:]? (?:its|the) "
            r"(?P<w>route|dose|frequency|prescriber|reason)(?=[ ?.]*$)",
            r"what is the \g<w> of the \g<x> \g<o>",
        ),
        # how often, as people note it down
        (
            rf"^times (?P<q>(?:{_WHO}|\d{{5,}}|(?:the )?(?:patient|pt) \d+) (?!(?:and|or|of|for|when|on)\b)[^.;:?]*"
            r"|(?:hospitali[sz]ed|admitted|prescribed|given|ordered|seen)\b(?! and)[^.;:?]*) ?\?",
            r"how many times \g<q>?",
        ),
        # whether somebody can see an entry
        (
            rf"^(?:can|could|does|do|will|would) {_SEES} (?:see|find|have|pull up|look up|show|still see) "
            rf"(?=(?:an?|any|some|one) (?:[\w'-]+ ){{0,2}}?{_ENTRY}\b)",
            "is there ",
        ),
        # what a chart of one kind of entry is of
        (
            rf"(?P<t>\b{_LAST_UNITS}) of (?:the |my |his |her |their )?(?P<k>outputs|prescriptions|orders|procedures"
            r"|admissions|visits|vaccinations|medications|diagnoses)(?P<w>),(?P<q> (?:(?:which|what) (?:was|is) the "
            rf"{RANK}|(?P<many>how many)))(?: one)?(?P<r>(?(many) (?:were|are) there))(?=[ ?.]*$)",
            _of_chart,
        ),
        (
            rf"(?P<t>\b{_LAST_UNITS}) of (?:the |my |his |her |their )?(?P<k>outputs?|intakes?|inputs?|prescriptions?"
            r"|orders?|medications?|microbiology|procedures?|diagnos[ei]s|admissions?)"
            r"(?: (?:charting|charts?|records?|entries|documentation|data|notes?|history))?"
            r"(?P<w>(?: (?:on|for|in) (?:mrn |the |this )?(?:patient |pt )?#?(?:\d{5,}|patient|pt))?),",
            _charted,
        ),
    ),
    re.IGNORECASE,
)


def sought(question: str) -> str:
    """The question with what it looks for among entries asked for."""
    return _SAID.put_into(question)
