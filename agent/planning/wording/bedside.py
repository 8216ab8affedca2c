"""What is said at a bedside of infusions, cultures, stays, of what there is most, and when a thing started and stopped.

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
A telegram that asks for both ends ("simvastatin start + stop") is put apart in `wanted.py`, which knows what is named.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import whole_words
from chartwarden.agent.planning.wording.who import WHO

_STARTED = r"(?:start(?:ed|ing|s)?|beg(?:in|an|un)|put (?:in|on)|placed|inserted|opened)"
_ENDED = r"(?:stop(?:ped|ping|s)?|end(?:ed|s)?|finish(?:ed)?|discontinued|over|removed|taken (?:out|off))"
_STAY = r"(?:stay|visit|hospitali[sz]ation|admission)"
_TIMES = r"(?: (?:dates?|times?|dates? and times?))"
_AND = r"(?:and|&|/|\+)"


def _both_ends(match: re.Match[str]) -> str:
    """When a stay began and ended: the one that is told, or else the last one."""
    told = match.groupdict()
    stay = told["x"] or f"the {told['rank'] or 'last'} hospital stay"
    return f"when did {stay} begin? when did {stay} end"


_DOCTOR = r"(?:doctor|provider|physician)"
_KINDS = (
    r"(?:procedures|operations|drugs|medications|medicines|meds|prescriptions|diagnoses|conditions|problems|vaccines"
    r"|(?:lab )?tests|doctors|providers|reasons)"
)
_SAID = whole_words((
    (r"least recent(?:ly)?", "earliest"),
    (
        rf"(?:(?:who|what|which) (?:is|was) )?(?:(?:the|his|her|my|their) )?"
        rf"(?:(?P<m>most|least)(?: often| frequently)? (?:seen|visited|frequent) {_DOCTOR}"
        rf"|{_DOCTOR} (?:that was )?seen (?P<n>most|least))(?: often)?(?=[ ?.]*$)",
        lambda m: f"which doctor did the patient see {m['m'] or m['n']} often",
    ),
    (r"^what (?:all )?went on(?= (?:at|in|during|on|when)\b)", "what happened"),
    (
        rf"(?P<q>^what (?:happened|was done)(?: to (?:him|her|me))?) when {WHO} (?:was|were) "
        r"(?:in|at) (?:the )?(?P<x>er|ed|a&e|emergency (?:room|department)|icu|hospital)",
        lambda m: f"{m['q']} during the {m['x']} {'stay' if m['x'] in ('icu', 'hospital') else 'visit'}",
    ),
    (
        r"(?:results?|values?|outcome|findings?) (?:of|from|for) (?:(?:the|his|her|my|their|an?) )?"
        r"(?P<r>(?:last|latest|first|most recent) )?(?P<x>(?:f(?:a?)ecal |stool )(?:[a-z]+ ){0,2}test|fobt)",
        lambda m: f"{m['r'] or ''}{m['x']} result",
    ),
    (
        rf"(?:(?:the|his|her|my|their) )?top (?P<n>(?:\d{{1,2}}|two|three|five|ten) )?(?P<k>{_KINDS})",
        lambda m: f"{m['n'] or ''}most common {m['k']}",
    ),
    (
        rf"^(?:(?:list|show|give|rank|sort|me|us|all|the|his|her|my|their) )*(?P<k>{_KINDS}),? "
        r"(?:(?:sorted|ranked|ordered) )?"
        r"(?:by|in order of) (?:(?:their|the) )?(?:how (?:often|many times)[a-z ]*|frequency|number|count)(?=[ ?.]*$)",
        r"the 40 most common \g<k>",
    ),
    (
        r"(?:what|which) (?:clinic|hospital|facility|practice|place|medical cent(?:er|re)) "
        rf"(?P<q>(?:did|has|have|does|do) {WHO} "
        r"(?:visit(?:ed)?|go(?:ne)? to|been to|use[d]?|attend(?:ed)?)) "
        r"(?P<m>(?:the )?(?:most|least)(?: often| frequently)?)",
        r"where \g<q> \g<m>",
    ),
    (
        r"^(?:(?:what|which) (?:is|was) )?(?:(?:the|his|her|my|their) )?most (?:often )?visited "
        r"(?:clinic|hospital|facility|practice|place)",
        "where were the visits most often",
    ),
    (r"(?P<s>.*\b(?:most|least)\b(?! recent).*?),? (?:and|&) how (?:many times|often)(?= ?[?.]*$)", r"\g<s>"),
    (r"(?<!iv )(?<!intravenous )(?P<n>drip|gtt)(?P<s>s?)(?! (?:rate|route|chamber)s?\b)", r"infusion\g<s>"),
    (
        r"(?P<x>[a-z][\w' -]*?) (?:(?P<now>currently|now|already|still) )?on ?board"
        r"(?=[ ?.!]*$|,| (?:right now|now|currently|at (?:present|the moment|this time)|today|still|yet)\b)",
        r"\g<x> currently",
    ),
    (r"sub-?cut", "subcutaneous"),
    (r"scripted(?! (?:notes?|text|by hand))", "prescribed"),
    (
        r"^(?:going|looking|leafing|scrolling|reading|flicking|paging)(?: back)? (?:through|over|at|down) "
        r"(?P<w>(?:the|his|her|my|their) )(?:drug|medication|medicine|prescription) (?:history|record)s?,",
        r"in \g<w>prescriptions,",
    ),
    (
        r"(?:^|(?<=[.:;] ))(?P<x>[a-z][a-z' -]{2,30}?),? (?:the )?(?P<n>screening(?: tests?)?|screens?) for (?:it|that)"
        r"(?=[ ?.,:;-]|$)",
        r"\g<x> screening",
    ),
    (r"antibiograms?", "sensitivities"),
    (
        r"(?:what (?:is|was|were) )?(?:the )?total (?:number of )?(?P<x>icu|intensive care|hospital|inpatient) days",
        r"how long was the patient in the \g<x> in total",
    ),
    (
        r"(?P<x>(?:line|catheter|picc|foley|cvc|tube|drain)s? (?:(?:was|were|been) )?)(?:inserted|put in|sited)",
        r"\g<x>placed",
    ),
    (
        rf"(?P<q>when (?P<a>did|was|were) (?P<x>[^?,;]+?) (?:first )?(?P<s>{_STARTED})) and (?:when (?:was|did) it )?"
        rf"(?:last |finally )?(?P<e>{_ENDED})(?=[ ?.]*$)",
        r"\g<q>? when \g<a> \g<x> \g<e>",
    ),
    (
        rf"(?P<x>(?:(?:the|his|her|my|their) )?(?:[\w-]+ ){{0,3}}{_STAY})[,:]? (?:start|begin(?:ning)?|admission) "
        rf"{_AND} (?:stop|end|discharge){_TIMES}?(?=[ ?.]*$)",
        _both_ends,
    ),
    (
        rf"(?:(?:what (?:is|are|was|were)|give|list|show)(?: me)? )?(?:the )?(?:(?:dates?|times?|dates and times) of "
        rf"(?:the )?admission {_AND} (?:the )?discharge|admission {_AND} discharge{_TIMES}"
        rf"|(?P<rank>first|second|third|last|latest|most recent) admission {_AND} discharge{_TIMES}?)"
        rf"(?: (?:of|for) (?P<x>(?:(?:the|his|her|my|their) )?(?:[\w-]+ ){{0,3}}{_STAY}))?(?=[ ?.]*$)",
        _both_ends,
    ),
    (r"(?P<x>[^?,;:]+? infusions?) start(?:ed)?(?: dates?| times?)?(?=[ ?.]*$)", r"when did \g<x> start"),
    (
        r"(?P<x>[^?,;:]+?)[,:]? (?:with )?(?:the |their )?(?:dates? (?:and|&|/) (?:the )?(?:results?|findings?)"
        r"|(?:results?|findings?) (?:and|&|/|with) (?:the |their )?dates?)(?=[ ?.]*$)",
        r"all \g<x> results",
    ),
))  # fmt: skip


def bedside_plainly(question: str) -> str:
    """The question with such words said as the grammar has them."""
    return _SAID.put_into(question)
