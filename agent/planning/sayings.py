"""How people ask when they speak: who signed, whatever the kind, old or current, not the last one but the one before.

Each keeps the meaning and is put as the grammar has it, in a skeleton (`wordings.py`, of which these are a part).
"""

from __future__ import annotations

import re
from collections.abc import Callable

WH = r"(?:what|which|who|whom|why|where|when|how)"
AUX = r"(?:was|were|is|are|did|does|do|has|have|had|can|could)"
_UNITS = r"mm ?hg|kilos?|kilograms?|kg|pounds?|lbs?|points?|cm|centimet(?:er|re)s?|inches|percent|%"
DOCTORS = r"(?:physician|doctor|provider|clinician|practitioner|prescriber|person|nurse|specialist)s?"


def _when_had(match: re.Match[str]) -> str:
    """ "When she had X, was anything given for it?": X in the place of the pronoun, where the question has but that."""
    if len(re.findall(r"qc\d", match["s"])) > 1 or match["x"] in match["q"]:
        return match.group()
    return f"{match['q']}{match['x']}{match['r']}"


_STATE = r"(?:old|past|former|previous|active|current|present|ongoing|resolved|stopped|inactive|historical|closed|open)"

SAYINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        r"\bwhose (?:names?|signatures?) (?:is|are|was|were|appears?|stands?|shows? up|can be found) "
        r"(?:on|under|in|against) (?:the |my |his |her |their |this |patient's |the patient's )*",
        "who prescribed ",
    ),
    (
        r"\b(?:was|is|were) (?P<p>qp\d+) (?:(?:among|one of) (?:those|the \w+|them) who|(?:the|a|an) \w+ who|who) ",
        r"did \g<p> ",
    ),
    (
        r"\b(?P<p>did qp\d+ )(?:wrote|written|write)(?: (?:me|him|her|them|us|the patient|patient))?(?="
        r" (?:the |a |an |for |my |her |his )?qc)",
        r"\g<p>prescribe",
    ),
    (r"\bit was (?P<p>qp\d+) (?:who|that) ", r"\g<p> "),
    (r"\bwho all\b", "who"),
    (r"\bwho (?:was|is) the (?P<w>first|last|latest|most recent) (?:one|person|doctor) to ", r"who \g<w> "),
    (rf"\b(?:qc\d+|\w+ist|surgeon|internist) or (?:any |some )?other {DOCTORS}", "doctor"),
    (
        r"^(?:please )?(?:break down|go through|run through|lay out|spell out|set out|itemi[sz]e|write"
        r" out)(?: for me"
        r"| me)? (?:the |all )?",
        "list the ",
    ),
    (
        r",? (?:be it|whether it (?:is|was|be)|be they|whether|no matter whether)(?: an?)? [^,?]*(?:,"
        r" [^,?]*)* or (?:any|some"
        r"|whatever|another) ?(?:other)?(?: (?:kind|type|sort|form|one))?",
        " of any kind",
    ),
    (
        r",? (?:with|by|of|from) (?:which|what)ever (?:qc\d+|product|brand|make|maker|kind|type|sort)(?: it was)?",
        " of any kind",
    ),
    (
        r"^when (?P<s>[^,?]*\bqc\d+\b[^,?]*), (?:what|how (?:high|low|much|big)) (?:was|is|were|did) (?:it"
        r"|the (?:value|"
        r"result|reading|figure|level|number))(?: (?:be|read|say|show|come (?:back|to|out at)|weigh))?(?=[ ?.!]*$)",
        lambda m: "what value was " + re.sub(r"\b(?:was|were|is|got|had been) \w+", "", m["s"]).replace("  ", " "),
    ),
    (rf"\bhow many (?:{_UNITS}) (?=(?:did|has|have|had|was|were|is|are)\b)", "how much "),
    (
        r"\b(?:recorded|marked|noted|listed|charted|documented|declared|written down|put down) as (?:being"
        r" )?(?:over|gone|"
        r"ended|finished|closed|cleared|healed)\b|\bclosed out\b|\bmarked (?:closed|off)\b",
        "resolved",
    ),
    (r"\bend date (?:of|for) (?=(?:the |my |his |her |this )?qc)", "date of resolution of "),
    # drugs, named by what they are for
    (
        r"^what (?=(?:is|was|did|does|has|had|have|do|am|are|were) (?:the patient|patient|he|she|they|i|we"
        r"|it) (?:now |currently "
        r"|being |been |ever )*(?:get|gets|getting|gotten|given|tak(?:e|es|en|ing)|receiv\w+|on|us(?:e|es|ed"
        r"|ing)|prescribed)\b"
        r"[^?]*\bfor (?:the |his |her |my |their )?qc)",
        "which medications ",
    ),
    # which of the rows, said by an occasion
    (r"\bthe (?P<w>last|first|latest) time (?=(?:just |right |immediately )?(?:before|after|since)\b)", r"the \g<w> "),
    (
        r"\b(?:at|from|on|during) the (?P<w>(?:very )?(?:last|first|latest|most recent)) (?:visit|encounter"
        r"|occasion|appointment) "
        r"(?:where|when|at which|in which|that) (?:it|this|that|one) was (?:recorded|measured|taken|checked"
        r"|documented|noted|done)\b",
        r"\g<w>",
    ),
    (r"\b(?:full |complete )?blood counts?\b", "blood test"),
    # any time, any kind
    (
        rf",? \b(?:be it |whether |either )?{_STATE} or (?:{_STATE}|not)(?= ?[,?.!]|$)(?! qc)",
        " ever",
    ),
    (
        r",? (?:no matter|regardless|irrespective)(?: of)? (?:if|whether)(?: it (?:is|was|be))?(?: an?)?"
        r" [^?]*?\bor (?:qc\d+|[a-z]+)(?: \w+)?"
        r"(?=[ ?.!]*$)",
        " of any kind",
    ),
    (
        r",? (?:counting|including|with|over|across) (?:all|any) (?:products?|qc\d+s?|brands?|kinds?"
        r"|types?)(?=[ ?.!]*$)",
        " of any kind",
    ),
    (
        r"^(?:any |all |taking )?(?:qc\d+,? (?:and |or )?)+and the like(?:,| ?:) (?=when|what|which|how"
        r"|was|did|has|is)",
        "",
    ),
    (
        r"^(?:any |all |taking )?(?:qc\d+,? (?:and |or )?)+and the like (?:as|in) one (?:group|class|kind)"
        r" of (?P<g>[^,]*qc\d+[^,]*), "
        r"(?P<q>how many [^?]*)",
        r"\g<q> of any kind of \g<g>",
    ),
    (r"\bsub-?types?\b", "types"),
    (
        r"^(?:as to|as for|regarding|concerning|with regard to|when it comes to) (?P<x>[^,]*qc\d+[^,]*),"
        r" (?:what|which) "
        r"(?:types?|kinds?|forms?|sorts?)(?: of it)?(?= )",
        r"which kinds of \g<x>",
    ),
    (r"^list by name ", "list "),
    (
        r"^what (?:was|is|were|had) (?P<x>(?:the |my |his |her )?qc\d+)(?: been)? (?:ordered|prescribed|given"
        r"|started|used|written)"
        r" to (?:treat|help(?: with)?|address|manage|relieve)\b",
        r"what was the reason for \g<x>",
    ),
    (
        r"\bwhat (?:has|did|have|had) (?P<s>the patient|patient|he|she|they|i) (?:come|came) down with\b",
        r"which conditions did \g<s> develop",
    ),
    # in use
    (
        r"\b(?P<n>medicines?|medications?|drugs?|meds|prescriptions|qc\d+)(?: that are)? (?:now "
        r"|currently )?in (?:current |present "
        r"|active |regular )?use\b(?: now| at present| currently)?",
        r"current \g<n>",
    ),
    (r"\b(?:supposed|meant) to be (?=(?:on|taking|using|getting)\b)", ""),
    (
        r"^how (?:long|big) is (?:the |my |his |her )?(?:med|meds|medication|medicine|drug) list\b"
        r"(?P<t>[^,?]*)(?:,? (?:counted|measured|expressed) in [^,?]*)?",
        r"how many medications are active\g<t>",
    ),
    (
        r"^how long (?P<s>(?:has|have) [^,?]*), (?:that is|meaning)?,? ?since (?:when|what (?:day"
        r"|date))\b",
        r"since when \g<s>",
    ),
    (r"\b(?:new )?prescriptions?,? (?:or|and) (?:renewals?|refills?)\b", "prescriptions"),
    (r"^(?:is|was) it (?P<t>qt\d+) that (?P<s>[^?]*)", r"whether \g<s> \g<t>"),
    # which of the rows, said by counting or by being near
    (
        r"\bwhat (?:was |is )?(?:the )?(?P<x>qc\d+)(?: levels?| counts?)? did the (?P<w>very next|next|first"
        r"|last|latest|previous) "
        r"(?:count|reading|test|value|measurement|result|one|check|draw) (?:show|give|read|say|find|yield)\b",
        r"what was the \g<w> \g<x>",
    ),
    (
        r"^the (?P<w>next|first|last|latest) (?P<x>qc\d+)(?: that)?(?: (?:was|is) (?:drawn|taken|measured|done"
        r"|checked))?,? "
        r"(?:show|came back|was|read|stood)(?: at| as)? (?:at )?what(?: value| level| figure| number)?",
        r"what was the \g<w> \g<x>",
    ),
    (
        r"^when (?:the patient|patient|he|she|they|i) (?:was|were) (?:first|next) seen (?P<r>after|following|since) ",
        r"at the first visit \g<r> ",
    ),
    (
        r"^did (?P<a>(?:the )?first qc\d+(?: prescription| order)?) (?:precede|predate|come before) (?P<b>[^?]*)",
        r"was \g<a> before \g<b>",
    ),
    # according to what
    (
        r"^(?:according to|going by|judging (?:by|from)) (?:the |my |his |her )?(?:order|orders|chart"
        r"|record|records|file|"
        r"prescriptions?|list),? ",
        "",
    ),
    (
        r",? (?:according to|going by|judging (?:by|from)) (?:the |my |his |her )?(?:orders?|chart|records?"
        r"|file|prescriptions?|list)"
        r"(?=[ ?.!]*$)",
        "",
    ),
    (r"\bsince (?:what|which) (?:day|date)\b", "since when"),
    (r"\balready (?P<v>[^,?]*?) by the time (?:that |when )?", r"\g<v> before "),
    (r"\bby the time (?:that |when )?", "before "),
    (r"^looking back from ", "before "),
    (r"\bclosest (?:earlier|previous|prior|preceding)\b|\bnearest (?:earlier|previous)\b", "last"),
    (r"\b(?:that |which )?(?:most )?(?:closely|immediately|directly) (?:precedes|preceded|preceding)\b", "before"),
    (
        r"^(?:please )?(?:what was )?not the (?:newest|latest|last|most recent) (?P<x>qc\d+)(?: \w+)? but"
        r" the one (?:just |right |"
        r"immediately )?before (?:it|that)(?:,? (?:what|which) (?:was|is) (?:that|it))?",
        r"what was the one before the last \g<x>",
    ),
    (
        r"^(?:is|was) (?P<a>(?:the )?qc\d+) what (?P<b>[^?]*?qc\d+) (?:was|is|were|had been) (?P<v>\w+) for\b",
        r"was \g<b> \g<v> for \g<a>",
    ),
    (
        rf"^when (?P<s>[^,?]*\b(?P<x>qc\d+)\b[^,?]*), (?P<q>(?:(?:with|for|by) )?(?:{WH}"
        rf"|{AUX})\b[^?]*\b)(?:it|that|this|them)"
        r"\b(?! (?:same|very|day|time|visit|year|qc))(?P<r>[^?]*)",
        _when_had,
    ),
)
