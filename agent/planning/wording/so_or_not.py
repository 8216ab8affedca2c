"""A choice between so and not so, in a skeleton, as the one question it is: "still active, or is it over?".

So is what is asked beside that in two steps: whether a thing is among those of a list, how big the dose was that is
named first, what a measurement was on the day of another that is looked up first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH

_HELD_IN = Pattern(
    r"(?:the |his |her |my )?(?:(?:procedure|medical|clinical|health|surgical|patient|past) )?"
    r"(?:chart|record|file|history|notes|data)"
)
_JUDGED = Pattern(
    r"\b(?:positive|negative|normal|abnormal|high|low|raised|elevated|fine|okay|ok|good|bad|due|overdue|needed"
    r"|necessary|worse|better|up|down|rising|falling|stable|reactive)$"
)
"""What a row is said to be like, and not that there is one."""


def _present_among(match: re.Match[str]) -> str:
    """Whether something is there at all, or among the entries of a kind."""
    listed = match["l"]
    return f"is there any {match['x']}" if _HELD_IN.fullmatch(listed) else f"is {match['x']} among {listed}"


def _any_of(match: re.Match[str]) -> str:
    if _JUDGED.search(match["x"]):
        return f"is {match['x']}{' ' + match['t'] if match['t'] else ''}"
    return f"is there any {match['x']}{' ' + match['t'] if match['t'] else ''}"


_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # so or no longer so, or not so at all
    (
        rf"^(?:years? )?(?:(?P<t>qt\d+),? )?(?!(?:{WH}|{AUX}|if|whether|any)\b)(?P<x>(?:the |an? )?qc\d+(?:"
        rf" \w+){{0,3}}?(?: on file| recorded| documented| on record)?),? (?:/|or) (?:not|no)[ ?.]*$",
        _any_of,
    ),
    (
        r"^(?P<x>(?:the |an? )?qc\d+),? present (?:in|on|among) (?P<l>(?:the |his |her |my )?[a-z' ]+?)[ ?.]*$",
        _present_among,
    ),
    (
        r"^(?:please )?(?:check|look (?:at|through)|go through) (?P<l>the (?:current |active |present"
        r" )?(?:prescriptions"
        r"|medications|meds|medicines|conditions|medication list)) and (?:say|tell me|see) (?:whether|if) "
        r"(?P<y>(?:an? |the |any )?qc\d+) is (?:one of them|among them|on it|there|on the list)[ ?.]*$",
        r"is \g<y> among \g<l>",
    ),
    (
        r"^(?:please )?(?:find|take|look up|pick)(?: me)? (?P<e>(?:the |his |her |my )?(?:highest|lowest|first|last"
        r"|latest) qc\d+)"
        r"(?: ever)?,? and (?:from|on|at) (?:that|the same) (?:occasion|day|date|visit|time),? (?:tell|give"
        r"|show)(?: me)? (?P<x>(?:the |his |her |my )?qc\d+(?: (?:value|reading|result|level))?)[ ?.]*$",
        r"what was \g<x> on the day of \g<e>",
    ),
    (
        r"(?P<s>\b(?:still|active|ongoing|going on|current(?:ly)?|now|open|present|around)\b[^?;.]*?),? or (?:is|has"
        r"|was|are"
        r"|have|were)"
        r"(?: (?:it|that|this|she|he|they))?(?: (?:already|now|since|all|been|gone|finally))* (?:over|done|gone"
        r"|resolved|finished|ended|cleared|past|closed|healed|stopped|discontinued"
        r"|behind (?:him|her|me|them|us)|(?:rid of|over|done with|free of) (?:it|that|this))"
        r"(?: (?:with|away|up|now|by now|it))*(?=[ ?.]*$)",
        r"\g<s>",
    ),
    (
        r"^(?:(?P<y>(?:the |his |her |my |their )?qc\d+) ?[,:.-]?(?: (?:has|have|is|are) (?:it|that|this|they))?"
        r"|(?:has|have|is|are) (?P<x>(?:the |his |her |my |their |this |that )?qc\d+)) (?:(?:all|fully|completely"
        r"|quite) )*"
        r"(?:gone(?: away)?|over"
        r"|resolved|cleared(?: up)?"
        r"|ended|finished|done with),? or (?:(?:(?:is|are) (?:it|that|this|they) )?still (?P<r>[^?,;]*?)|(?:does|do)"
        r" (?:he"
        r"|she|they|i|(?:the )?patient) still have (?:it|that|this|them))(?: now| today)?[ ?.]*$",
        lambda m: f"is {m['x'] or m['y']} still active",
    ),
    (
        r"^(?:(?P<y>(?:(?:the|his|her|my|their) )?qc\d+) ?[,:.–-]? (?:did|has|have) (?:it|that|this)"
        r"|(?:did|has|have) (?P<x>(?:(?:the|his|her|my|their) )?qc\d+)) (?:resolved?|cleared?(?: up)?|gone?(?: away)?"
        r"|ended?|heal(?:ed)?),? or is (?:it|that) (?:still )?(?:on the (?:active|current|problem) list|active|there"
        r"|ongoing|open|current)(?: now| today)?[ ?.]*$",
        lambda m: f"is {m['x'] or m['y']} still active",
    ),
    (
        r",? or (?:only|just|not until) (?:later|afterwards?|after (?:that|then|it)|since(?: then)?)(?:"
        r" on)?(?=[ ?.]*$)",
        "",
    ),
    (
        r"^(?P<s>(?:is|are) (?:(?:the|his|her|my|their|this|that) )?qc\d+) (?:an? )?(?:ongoing|active|current)"
        r"(?: (?:problem|condition|issue|diagnosis|one))?(?: currently| now)?(?:,? or (?:not any ?more|no longer"
        r"|not))?[ ?.]*$",
        r"\g<s> still active",
    ),
    (
        r"^(?P<x>(?:(?:the|his|her|my|their) )?qc\d+) ?[,:-]? (?:(?:an?|still|still an?|the) )?(?:current"
        r"|active|ongoing|open)"
        r"(?: (?:problem|condition|issue|diagnosis|one))?(?: now| currently)?,? or (?:(?:not|no longer"
        r"|not any ?more|no more)"
        r"|(?:in the past|a? ?past(?: one)?|a thing of the past|history|over|gone|resolved|closed|done with))[ ?.]*$",
        r"is \g<x> still active",
    ),
    # what somebody began with is the first of it
    (
        r"^(?:what|which) (?P<x>qc\d+) did (?:the patient|patient|he|she|they|i) (?:first )?(?:start|begin)"
        r"(?: out| off)? (?:with|on)[ ?.]*$",
        r"which kind of \g<x> was first prescribed",
    ),
    (
        r"^(?:the |that )?(?:order|prescription|script)s? (?P<t>qt\d+)(?: for (?:the )?patient)? ?[,:]? (?:was|is) "
        r"(?:it|that) (?:for )?(?P<x>qc\d+(?:,? (?:or )?qc\d+)+)(?: (?:that|which) (?:got|was|were) "
        r"(?:prescribed|ordered))?(?:,? any of (?:those|these|them))?[ ?.]*$",
        r"was any of \g<x> ever prescribed \g<t>",
    ),
    (
        r",? or (?:was|were|is|are) (?:it|that|this|they) (?:just |simply |only )?(?:left|allowed"
        r"|let)\b[^?,;.]*(?=[ ?.]*$)"
        r"|,? or (?:has|have|did|was|is) (?:some(?:one|body)|any(?:one|body)|they|it|that) (?:been )?(?:tak\w+|took"
        r"|remov\w+|clos\w+|cross\w+|struck|delet\w+)(?: (?:it|that|off|out|away))*(?=[ ?.]*$)"
        r"|,? or (?:did|am|was|have|is|are) (?:i|we|he|she|they) (?:just |only |simply )?(?:imagin\w+|dream\w*|mak\w+"
        r"|made|misremember\w*|mistaken|wrong|confus\w+|mix\w+)(?: (?:that|it|this|things|up))*(?=[ ?.]*$)",
        "",
    ),
    (
        r",? or (?:did|was|were|has|have|is|am|does|do)n't (?:i|he|she|they|it|the patient)(?: there)?(?: yet)?"
        r"(?=[ ?.]*$)",
        "",
    ),
    (
        r",? or (?:(?:is|are|was|were) there (?:none|nothing(?: like (?:that|it)| of the (?:sort|kind))?"
        r"|no (?:such )?(?!longer)[a-z]+)|(?:is|are|was|were)n't there(?: one| any(?:thing)?)?"
        r"|(?:did|was|were|has|have|is|am|does|do|had) (?:i|he|she|they|it|the patient) (?:not|none)"
        r"|(?:have|has|had) (?:i|he|she|they|the patient) (?:had|got) none)"
        r"(?: at all| of (?:it|them|those)| on (?:file|record)| recorded)*(?=[ ?.]*$)",
        "",
    ),
    (r"(?<=\w) for (?:this|the) patient(?=[ ?.]*$)", ""),
    (r"^the patient ?[:-] (?=\w)", ""),
    (
        r"\bicu (?P<n>procedures|medications|medicines|meds|drugs|prescriptions|outputs|diagnoses)\b(?! qc)",
        r"\g<n> in the icu",
    ),
    (
        r"\bhow (?:big|large|high|strong|great) (?P<v>was|is|were) (?P<d>(?:the|its|that|his|her|my) (?:dose"
        r"|dosage)\b)",
        r"what \g<v> \g<d>",
    ),
    (
        r"(?P<a>\bdose\b[^?;]*), how (?:big|large|high|strong|great) (?P<v>was|is) (?:it|that)\b",
        r"\g<a>, what \g<v> the dose",
    ),
    (
        r"^(?P<x>qk\d+ (?:(?:different|separate|distinct|recorded) )?[a-z]{4,}(?: (?:on record|recorded"
        r"|in total))?(?: qt\d+)?) ?\?$",
        r"was there \g<x>",
    ),
    (
        r"^(?:i (?:just |only )?(?:need|want) a )?yes or no: (?P<x>qk\d+ .*)$|^(?P<y>qk\d+ .*?),? (?:met or not met"
        r"|true or false|yes or no)[ ?.]*$",
        lambda m: f"was there {m['x'] or m['y']}",
    ),
    (
        r"^(?P<q>(?:which|what|list)\b[^.?;]*)[.?;] (?:can|could|would) you (?:please )?(?:name|list|show|give)"
        r" (?:me )?(?:them|those|these)(?: all| for me| please)*[ ?.]*$",
        r"\g<q>",
    ),
    (r"(?P<x>\bqc\d+) in (?:it|them)(?=[,?.]| whatever| whichever| of any kind)", r"\g<x>"),
    (r"\bname of whoever\b", "name of who"),
    # each of them by its time
    (
        r"^(?:(?:list|give me) )?(?:the |all )?"
        r"(?P<x>(?:[a-z'-]+ ){1,3}(?:times|dates)(?: (?:of|for) (?:the )?patient)?),? all of them(?=[ ?.]*$| qt)",
        r"list all \g<x>",
    ),
    (
        r"^(?:(?:list|show|give|name)(?: me)? )?(?:each|every|all)(?: (?:the|of the))? (?P<x>qc\d+) "
        r"(?:with|and|by|including) (?:its|their|the)(?: exact)? (?:dates?|times?|days?)[ ?.]*$",
        r"when was each \g<x>",
    ),
    (
        r"^(?:and )?(?:what|how) about (?P<x>(?:(?:the|his|her|my) )?(?:qt\d+ )?qc\d+(?: qt\d+)?),? (?:so )?"
        r"(?P<q>what (?:did|was|were|have|has) [^,;?]*?)(?: (?:then|for (?:it|that)|at the time))+[ ?.]*$",
        r"\g<q> for \g<x>",
    ),
)
_RULES = Rewrites(_SAID)


def so_or_not(text: str) -> str:
    """A skeleton's text with such a choice put as a question of yes or no."""
    return _RULES.put_into(text)
