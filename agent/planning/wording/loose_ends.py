"""What people leave loose around a question, tied up: who asks behind it, a figure asked for again, a topic before it.

The rules are about a question as it is typed, before names are looked for in it: each says the same in fewer words.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH

_RANK = r"(?:very )?(?:first|last|latest|earliest|most recent|newest)"
_WHO = r"(?:he|she|they|i|(?:the |this )?(?:patient|pt)|my [a-z-]+)"
_FIGURE = r"(?:figure|number|result|answer|value|total|count|sum|average|mean)"
_WORKED_OUT = r"(?:average|mean|sum|total|add|count|work out|calculate|compute|tally)"
_UPPER, _LOWER = r"(?:top|upper|systolic|first|high)", r"(?:bottom|lower|diastolic|second|low)"
_ORGANISM = (
    r"(?:[a-z]\. ?[a-z]{4,}|e ?coli|escherichia(?: coli)?|klebsiella(?: \w+)?|pseudomonas(?: \w+)?|proteus(?: \w+)?"
    r"|enterococc\w+(?: \w+)?|staph\w*(?: aureus)?|strep\w*(?: [a-z]+)?|mrsa|candida)"
)
_INFECTION = (
    r"(?:(?:(?:urinary(?: tract)?|bladder|kidney|wound|chest|skin|blood(?:stream)?) )?infection|uti|cystitis|pneumonia"
    r"|sepsis|meningitis|pyelonephritis)"
)
_PART_SEEN = (
    r"(?:eye|ear|foot|feet|skin|breast|heart|kidney|lung|chest|liver|bowel|bladder|bone|hand|hip|knee|shoulder|back"
    r"|spine|brain|mouth|vein|leg)s?"
)
_DEPARTMENT = r"(?:clinic|unit|ward|team|department|dept\.?|service|outpatients?|surgery|nurse)"
_ASKING = r"(?:hand-?over|hand-?off|rounds?|query|question|here|calling|asking)"
_OF_ITS_CARE = (
    r"[^?]*\b(?:visits?|appointments?|seen|saw|attend\w*|came?|clinics?|letters?|notes?|encounters?|admi\w+|stays?"
    r"|discharg\w+|referr\w+|wards?|units?)\b"
)
"""What may have been in the department itself."""
_DEGREES = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
_PLAIN_VERBS = {
    "ended": "end", "finished": "finish", "stopped": "stop", "started": "start", "began": "begin",
    "resolved": "resolve", "cleared": "clear",
}  # fmt: skip
_URINARY = Pattern(r"\burinary\b(?! tract)", re.IGNORECASE)


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


def _pair(match: re.Match[str]) -> str:
    """A blood pressure of which both numbers are wanted: what is told of it says no more than its name."""
    return f"{match['bp']}{match['rest']}"


def _beside_event(match: re.Match[str]) -> str:
    """The value that lies next to an event on one side of it."""
    rank = "last" if match["rel"].lower() == "before" else "first"
    return f"what was the {rank} {match['x']} {match['rel'].lower()} {match['e']}?"


def _when_told(match: re.Match[str]) -> str:
    """When something last was, which somebody has to tell others: asked of whoever has to tell it."""
    rank = f"{match['rank']} " if match["rank"] else ""
    return f"when did {match['who']} {rank}have {match['x']}"


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
            rf"^(?P<x>(?!(?:{WH}|{AUX}|any)\b)[^.?;:]{{3,80}}?) (?:is|are) (?:still )?missing"
            r"(?: (?:from|in|on) (?:my|the|our|his|her|this) [\w'-]+(?: [\w'-]+)?)?(?P<e>[.:;,]|,? and|,? so) "
            rf"(?=(?:{WH})\b)",
            r"\g<x>. ",
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
            rf"^(?P<x>(?:(?:the|my|his|her|their|this) )?(?:{_RANK} )?(?:[a-z]+ \d{{4}} )?(?:hospital |icu )?"
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
            rf"{_RANK}|(?P<many>how many)))(?: one)?(?P<r>(?(many) (?:were|are) there))(?=[ ?.]*$)",
            _of_chart,
        ),
        (
            rf"(?P<t>\b{_LAST_UNITS}) of (?:the |my |his |her |their )?(?P<k>outputs?|intakes?|inputs?|prescriptions?"
            r"|orders?|medications?|microbiology|procedures?|diagnos[ei]s|admissions?)"
            r"(?: (?:charting|charts?|records?|entries|documentation|data|notes?|history))?"
            r"(?P<w>(?: (?:on|for|in) (?:mrn |the |this )?(?:patient |pt )?#?(?:\d{5,}|patient|pt))?),",
            _charted,
        ),
        # who asks, behind what they ask
        (
            rf"(?<=\?) (?!(?:{WH}|{AUX}|any|and|or|also|plus)\b)(?:the |an? |my |our )?(?:[a-z][\w'-]* ){{1,4}}?"
            r"(?:(?:is |are )?asking|(?:wants?|needs?|would like) to (?:know|be told|hear|see)(?: (?:it|that|this))?)"
            r"[ .!]*$",
            "",
        ),
        # for which department it is asked, told by the part of the body that it sees
        (
            rf"^(?:the |our )?{_PART_SEEN} {_DEPARTMENT}(?: {_ASKING}|(?!{_OF_ITS_CARE})) ?(?:[:.]| [-–]) ?"
            r"(?![^?]*\b(?:it|its|that|this|those|these|them|they|ones?|there)\b)"
            rf"(?=(?:please |kindly )*(?:{WH}|{AUX}|any|give|list|show|name|tell|state|find|count|the|date|number"
            rf"|{_RANK})\b)",
            "",
        ),
        # what is planned, behind what is asked
        (
            rf"(?<=\?) (?!(?:{WH}|{AUX}|any|and|or|also|plus)\b)(?:[a-z][\w'/-]* ){{1,5}}(?:(?:is|are) )?"
            r"(?:on the (?:cards|horizon|books)|coming up|in the (?:offing|pipeline|works)|(?:being )?(?:planned"
            r"|considered|arranged|lined up|pencilled in)|looming)(?: (?:soon|shortly|tomorrow|next (?:week|month)))?"
            r"[ .!]*$",
            "",
        ),
        # what is asked, told as what somebody tries to remember
        (
            r"^(?:i'm|i am|we're|we are|i was)(?: just)? trying to (?:remember|recall|work out|figure out|settle"
            rf"|find out) (?:which (?:one|of (?:the two|them|these|those))|what|who|when)\b[^.?;:\d]*?\b{_RANK}\b"
            rf"[^.?;:\d]*[.;:,] (?:so |and )?(?=(?:{AUX}) [^?]*\b(?:before|after|earlier|later|sooner|first|prior)\b)",
            "",
        ),
        # a figure that is worked out, asked for once more
        (
            rf"^(?P<q>(?:[^:?.;]{{2,40}}: )?(?:please |kindly |(?:can|could|would) you (?:please )?)?"
            rf"{_WORKED_OUT}\b[^.?;]*?),? and "
            rf"(?:then )?(?:give|tell|show|report)(?: me| us)? (?:the |its |their )?(?:final |resulting )?{_FIGURE}"
            r"(?: please)?[ ?.!]*$",
            r"\g<q>.",
        ),
        (
            r"^(?:please )?(?:work out|calculate|compute|determine) (?:(?:the|his|her|my|their) )?(?P<x>(?:average|mean"
            rf"|highest|lowest) [^.?;]+?),? and (?:then )?(?:show|give|tell|report)(?: me)? the (?P<r>{_RANK}) "
            r"(?:value|reading|result|one)(?=[ ?.!]*$)",
            r"\g<x>, and the \g<r> value",
        ),
        # both numbers of a blood pressure
        (
            r"(?P<bp>\b(?:bp|blood pressure)\b)(?P<rest>[^?.;]*?)(?:[,;.]| -+)? ?(?:and )?(?:(?:i |we )?(?:need|want"
            r"|give me|show(?: me)?|with|including|would like|like) )?(?:please )?(?:both )?(?:(?:of )?the )?"
            rf"{_UPPER}(?: (?:number|value|figure|reading|one)s?)? (?:and|&|plus) (?:the )?{_LOWER} "
            r"(?:number|value|figure|reading|one)s?(?: please| for me)*(?=[ ?.!]*$)",
            _pair,
        ),
        # the end of it, asked behind its beginning
        (
            r",? (?:and|plus|with) (?:also )?(?:(?:the|its) )?(?:exact )?(?:date|day|time|when)"
            r"(?: (?:on which|that|when|at which))? (?:it|that|they) (?:(?:also|finally|last) )?"
            r"(?P<v>ended|finished|stopped|started|began|resolved|cleared)"
            r"(?=[ ?.]*$)",
            lambda m: f", and when did it {_PLAIN_VERBS[m['v'].lower()]}",
        ),
        (
            rf"^(?P<q>when (?:was|were) (?:(?:the|his|her|my|their) )?{_RANK} (?:hospital )?(?:admission|stay"
            r"|hospitali[sz]ation)) and (?:(?:the|its|that) )?(?:discharge|end)(?: (?:date|time|of it))?(?=[ ?.]*$)",
            r"\g<q>, and when did it end",
        ),
        # a burn is of a degree, which is no rank
        (
            r"\b(?P<n>1st|2nd|3rd|4th)[ -](?=degree\b)",
            lambda m: f"{_DEGREES[m['n'].lower()]} ",
        ),
        # the row that lies next to an event, told after the event
        (
            r"^(?P<rel>before|after) (?P<e>[^.;,?]+?),? there (?:must|should|will|has to|ought to|would) "
            r"(?:have been|be) (?:an? |some )(?P<x>[^.;,?]+?)[.;,] "
            r"(?:(?:i|we)(?:'d| would)? (?:want|need|like|am after)|give me|find"
            r"|show me|what is|what was) (?:the )?(?:one |value )?(?:closest|nearest|next|right|just|immediately)"
            r"(?: one)? (?P=rel)(?: (?:it|that|then))?(?:,? (?:and )?(?:its |the )?value)?(?:,? please)?[ ?.!]*$",
            _beside_event,
        ),
        # what was put in or taken out, and the noun for it
        (
            rf"(?P<at>^|[.;:] ){_WHO} (?:has )?(?:had|got) (?:an?|the|his|her|my|their) (?P<x>[a-z][\w -]{{1,30}}?) "
            rf"(?:put in|inserted|placed|fitted|removed|taken out)[,.;] (?:and )?(?P<q>[^.?;]*?\b{_RANK}) "
            r"(?P<n>insertion|placement|fitting|removal)\b",
            r"\g<at>\g<q> \g<x> \g<n>",
        ),
        # all of them, wherever they were
        (
            r"^(?:all|every|any) (?:the |of the )?(?:bones?|sites?|places?|limbs?|joints?|body parts?|parts of the body"
            r"|locations?|kinds?|types?|sorts?)"
            r"(?: (?:counted|taken|put|added|lumped|thrown|pooled))?(?: together| in| included| alike)?[,:] "
            r"(?P<q>how many [^?.]*?)[ ?.]*$",
            r"\g<q> of any kind?",
        ),
        # which kind of smoker
        (
            r"^(?:(?:current |present )?smoker|ex|never)(?:[, ]+(?:or )?|/)(?:ex|former|past|current|never)"
            r"(?:[ -]?smoker)?(?:,? or |/)(?:never(?:[ -]?smoked|[ -]?smoker)?|non-?smoker|ex(?:[ -]?smoker)?|current)"
            rf" ?[:,?–-] ?(?:what|which)(?: one)? (?:is|was) {_WHO} (?:down|listed|recorded|put down|entered)"
            r"(?: as)?(?: (?:currently|now|at present|last|at the moment))?[ ?.!]*$",
            "what smoking status was last recorded?",
        ),
        # a score of what is rated
        (
            rf"^{_WHO}(?: have| has)? (?:rates?|scores?|grades?|rated|scored|graded) (?:my|his|her|their) pain\b"
            r"[^.?;\d]*[.;,] (?P<q>[^?.;]*?\b(?:worst|highest|lowest|best|last|latest|first|most recent)) "
            r"(?:score|rating|number|figure)\b",
            r"\g<q> pain score",
        ),
        # what has to be told to others
        (
            rf"^(?P<who>{_WHO}) (?:needs?|has|have|wants?|would like) to (?:tell|inform|let|show) (?:the |his |her |my "
            rf"|their |our |an? )?(?:[\w'-]+ ){{1,3}}?(?:know )?when (?:he|she|they|i)(?: (?P<rank>last|first))? had "
            r"(?P<x>[^.?;]+?)(?:[.;?,] (?:and )?(?:(?:what|which) (?:date|day) (?:is|was) (?:that|it)|when was (?:that"
            r"|it)|what is the date))?[ ?.!]*$",
            _when_told,
        ),
        # an infection by what it came of
        (
            rf"\b(?P<x>{_INFECTION}) (?:with|due to|caused by|from|by|of) (?P<o>{_ORGANISM})(?=[ ,.?;]|$)",
            lambda m: f"{m['o']} {_URINARY.sub('urinary tract', m['x'])}",
        ),
        # who was a source of a drug prescribed it
        (
            r"\b(?P<v>was|is) (?P<w>he|she|they|(?:dr|doctor)\.? (?:[\w'-]+ )?[\w'-]+) (?:ever )?(?:an? |the |one )"
            r"(?:source|prescriber|supplier) (?:of|for) (?P<x>[^?.;,]+?)(?: (?:for|to) (?:this|the)? ?(?:patient|pt))?"
            r"(?=[ ?.]*$)",
            r"did \g<w> prescribe \g<x>",
        ),
    ),
    re.IGNORECASE,
)


def tied_up(question: str) -> str:
    """The question with what hangs loose around it left out or put in its place."""
    return _SAID.put_into(question)
