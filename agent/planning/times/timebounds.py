"""Bounds of time in the ways they are said, put as "since" and "until": "2144 onward", "nothing after May 2012 counts".

A bound may be said before its time ("no further back than 2012", "cut-off: yesterday") or after it ("2012 or earlier",
"last year up to now"). What belongs to the time itself is never changed.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.dates import COUNT, DATE, DAY, MONTH, UNIT

NOW = (
    r"(?:(?:right )?now|today|this (?:point|moment|day)|the present(?: (?:day|time|moment))?|present(?: day)?"
    r"|the current (?:date|day|moment)|date(?! (?:only|alone)\b)|as of now)(?![\w'-])"
)
POINT = (
    rf"(?<![\w/.:-])(?P<p>{COUNT} {UNIT} (?:ago|back(?! (?:to|as|up|from|and|in|on)\b))|(?:the day before"
    rf" )?yesterday|today|(?<!the )(?:last|this) (?:calendar )?(?:week|month|year)"
    r"|the (?:previous|current|(?:last|previous|current) calendar) (?:week|month|year)"
    rf"|{re.sub(r'[?]P<[a-z]+>', '?:', DATE)}"
    rf"|{DAY} (?:of )?(?:{MONTH})|(?:{MONTH}) {DAY})(?!\w|-\d|/\d|:\d)"
)
_SAID = Pattern(POINT, re.IGNORECASE)
_GOING = (
    r"(?:moving|going|running|working|counting|looking|reading|searching|continuing|lasting|carrying|stretching"
    r"|reaching|dating)"
)
_FRAME = r"(?:window|period|range|time ?frame|span|stretch|search|look-?back|count)"
_WORK = (
    r"(?:timeline|chronology|story|history|audit|reports?|reviews?|project|study|case|registry|data(?: ?set)?"
    r"|account|lists?|summary|table|survey|claim|file|abstraction|records?)"
)
"""What somebody is at who asks, and which begins or ends with a time."""
_OF_A_UNIT = Pattern(
    r"(?<=\w)(?<!start)(?<!begin)(?<!counting)(?<!starting)(?<!going)(?<!looking)(?<!beginning)(?<!only)(?<!just)(?<!as)(?<!on)(?<!window)"
    r"(?<!change)(?<!changed)(?<!up)(?<!down)(?<!different)(?<!differ) from "
    r"(?=(?:last|this) (?:calendar )?(?:week|month|year)\b(?! (?:and|to|until|till|through|up to|onwards?"
    r"|on)\b(?! file)))",
    re.IGNORECASE,
)
"""The "from" of "a score from last year", which follows what it dates; "counting from last year" is a start."""
_LEAD = (
    r"(?:\b(?:(?:(?:if|when) (?:you|we|i|one) )?(?:only |just )?(?:look(?:ing)?|consider(?:ing)?|count(?:ing)?"
    r"|search(?:ing)?|check(?:ing)?|tak(?:e|ing)|cover(?:ing)?)(?: only| just)?"
    rf"(?: (?:at|in|from|back (?:to|as far as)))? |{_FRAME}[:=]? ))?\b(?:only )?"
    r"(?:(?:in|on|at|from|for|during|over|of|dated|as of|since|starting(?: (?:in|from|at|on))?|between|the"
    r" (?:time|period) from) )?"
)
_ENDS = (
    r"(?=\s*(?:[?.,;:()!_\[\]=/-]|$)| (?:matters?|counts?|only|please|pls|plz|for|is|are|was|were|does|do|did|has"
    r"|have|had|can|could|when|how|what)\b)"
)
_ANY = r"(?: (?:any ?time|at any (?:time|point)|any day|everything|anything|all|whatever)(?: that)?(?: comes| came)?)?"
_THERE = r"(?:there|then|that (?:point|day|date|time))"
_ONWARD = (
    rf"(?:,?(?: and)?(?: then)?(?: {_GOING})? (?:onwards?|forwards?)(?! (?:to|until|till)\b)"
    rf"|,?(?: and)?(?: {_GOING})? on(?=\s*(?:[?.,;:)!]|$))|,? (?:and )?from {_THERE}(?: "
    rf"on(?:wards?)?)?(?=\s*(?:[?.,;:)!]|$)))(?: from {_THERE})?"
)
_TO_NOW = (
    rf"(?:(?: included| counted)?,?(?: and)?(?: {_GOING})? (?:right |all the way |straight )?(?:up to|up until|up till"
    rf"|(?:through |thru |on )?(?:to|till|until)|through|thru)"
    rf"(?: and including)?|,? and(?: {_GOING})? up to) {NOW}| ?[-–] ?{NOW}"
)
_IT = r"(?:it|that|then|this)\b(?! (?:year|month|week|day|date|time|visit|stay)\b)"
_OR_LATER = (
    rf"(?:(?: included| counted)?,? (?:and|or){_ANY} (?:later(?: than (?:that|this))?|after(?:wards?)?|since(?:"
    rf" then)?|thereafter|beyond|newer|more recent(?:ly)?){_ENDS}"
    rf"|,? and (?:everything|anything|whatever|all) (?:after|since|following|later than) {_IT})"
)
_OR_EARLIER = (
    rf"(?:,? (?:and|or){_ANY} (?:earlier|before(?:hand)?|prior|previously|older|longer){_ENDS}"
    r"|,? (?:and|or) (?:everything|anything|whatever|all)(?: (?:that )?(?:is|was|came|went|happened|comes))? "
    rf"(?:before|prior to|previous to|preceding|ahead of|earlier than|leading up to|up to) {_IT})"
)
_APART = r"(?:aside|apart|excluded|ignored|left out|not counted|discounted)"
_NONE = r"(?:nothing|none|no (?:records?|entries|results?|ones?))(?: (?:that|which))?(?: (?:is|was|came|comes|dated))?"
_IGNORE = (
    r"(?:(?:and|but|so) )?(?:please )?(?:ignor(?:e|ing)|exclud(?:e|ing)|disregard(?:ing)?"
    r"|(?:leav|sett|put)(?:e|ing|ting) (?:out|aside)"
    r"|skip(?:ping)?|discount(?:ing)?|not (?:counting|including|considering|taking)"
    r"|(?:don'?t|do not|never) (?:count|include|take|consider)|never mind|forget(?: about)?) (?:anything|everything"
    r"|whatever|all|any|those|what|records|entries|ones)(?: (?:that|which))?(?: (?:is|are|was|were|came|comes"
    r"|happened|dated))?"
)
_LEAVE = (
    r"(?:leav(?:e|ing) out|skip(?:ping)?|ignor(?:e|ing)|drop(?:ping)?|disregard(?:ing)?|exclud(?:e|ing)"
    r"|not counting|without)"
)
_AND_ALL = r",? (?:and|or) (?:everything|anything|whatever(?: is| was| came)?|all)(?: that)?"
_BEFORE = r"(?:before|earlier than|prior to|older than|preceding)"
_AFTER = r"(?:after|past|beyond|later than|more recent than|newer than|following)"
_COUNTS = r"(?: (?:that )?(?:matters?|counts?|counted|is counted|included|please))?(?: here)?"
_EDGE = r"(?:(?<=[,;/:(] )|^)"
_PAUSE = r"(?:(?<=[,;:(] )|(?<=\())"
_VERB = r"(?:go(?:ing)?|look(?:ing)?|reach(?:ing)?|stretch(?:ing)?|dating|count(?:ing)?|search(?:ing)?|read(?:ing)?)"
_SINCE_SAID = (
    rf"(?:{_VERB} )?(?:no|not any|not) (?:further|farther|earlier) back(?: in time)? than"
    rf"|(?:{_VERB} )?back,? (?:but )?(?:no|not any) (?:further|farther|earlier) than"
    rf"|(?:{_PAUSE}|(?:counting|considering|taking|with|but|and) ){_NONE} {_BEFORE}|{_IGNORE} {_BEFORE}"
    rf"|start(?:ing)? (?:at|with)|start from|starting on|beginning (?:at|with|on|in)"
    rf"|start(?:ing)? (?:the|your|our|my) (?:{_FRAME}|clock|tally|review)(?:ing)? (?:at|with|in|from|on)"
    rf"|(?:(?:in|over|for|during) (?:the|that) )?{_FRAME}(?: that| which)? (?:start(?:s|ing|ed)?|opens?|opening"
    rf"|begins?|beginning)(?: date)?(?: (?:at|with|from|on|in|is))?"
    rf"(?: ?[:=])?|{_EDGE}start(?: date)?(?: ?[:=])?"
    rf"|(?:{_VERB} )?(?:all the way )?(?:as far )?back (?:as far as|as|to)"
)
_UNTIL_SAID = (
    rf"(?:{_PAUSE}|(?:counting|considering|taking|with|but|and) ){_NONE} {_AFTER}|{_IGNORE} {_AFTER}"
    r"|not (?:looking |going |counting |reading |any )?(?:past|beyond|later than)"
    r"|(?:if |when |and |but )?(?:you |we |i |one )?(?:don'?t|do not|never) (?:look|go|count|read|search)"
    r"(?: any)? (?:past|beyond|later than|further than)"
    rf"|(?:(?:if|when) (?:we|i|you|one) |we |i )?stop(?:ping)?(?: (?:the )?(?:{_FRAME}|counting|searching"
    r"|looking|reading|clock))? at"
    r"|(?:(?:consider|take|use|look(?:ing)? at|(?:i'm |i am )?(?:thinking|speaking|talking) of)(?: only| just)? )?"
    rf"(?:(?:in|over|for|during) )?(?:the |that )?(?:{_FRAME}|record|chart|part of the record|time)(?: (?:that"
    r"|which))? (?:end(?:s|ed)?|ending|closes?|closing|stops?|stopping)(?: (?:at|with|on|in|by|is))?(?: ?[:=])?"
    r"|(?:(?:if|when) (?:you|we|i|one) )?(?:only |just )?(?:look|consider|count|take|go)(?:ing)?(?: only| just)?"
    r"(?: (?:at|by|in|from))? (?:the )?(?:time|period|stretch|years|part|records?|entries) (?:up (?:to|until"
    r"|till)|until|till|through|to)"
    r"|(?:with )?(?:the )?(?:data|records?|chart|file)(?: (?:is|are|being))? (?:cut(?: off)?|frozen|locked|closed"
    r"|truncated|capped) (?:at|in|on|with|as of)"
    r"|(?:looking|going|reading) (?:back )?(?:over|through|at|in) (?:my|the|his|her|their) (?:charts?|records?"
    r"|files?|history) (?:up )?(?:to|until|till)"
    rf"|end of (?:the )?{_FRAME}(?: ?[:=])?|{_EDGE}end(?: date)?(?: ?[:=])?"
    r"|(?:with |using )?(?:the |an? )?cut[- ]?off(?: (?:date|point|year|day))?(?: (?:is|being|at|of))?(?: ?[:=])?"
    r"|(?:counting|looking|going|reading|searching)(?: only)?(?: up)? (?:as far as|to)"
    r"|(?:in|over|for|during) the (?:time|period|years|months) (?:up )?(?:to|until)"
    r"|by the time (?:we (?:get|got|come|came) to|we reach(?:ed)?|of|it (?:is|was))|(?:right )?(?:through|thru) to|thru"
)
_ROLE = r",? (?:as|being|is|for)(?: (?:the|an?|our|my))? "
_START_ROLE = (
    r"(?:start(?:ing)?(?: point| date)?|beginning|earliest(?: date| point| day)?|where we start)"
    rf"(?: of (?:the|our|my) {_FRAME})?(?: to look| we look| looked)?\b"
)
_END_ROLE = (
    rf"(?:cut[- ]?off|end ?point|limit|latest(?: date| point| day)?|end)(?: of (?:the|our|my) {_FRAME})?"
    r"(?: date| point)?\b"
)
_INCLUDED = (
    r",? \(?(?:inclusive(?:ly)?|included|that (?:day|month|year|one) (?:counts?|is included|included)"
    r"(?: too| as well)?)\b\)?"
)
_CUT_OFF = (
    r",? (?:is|being|as) (?:my|the|our|an?) (?:cut[- ]?off|limit|boundary)(?: date| point)?[,;:]"
    r" (?:and )?(?:nothing|no)"
)
_LATER = f"(?:{_TO_NOW}|{_ONWARD}|{_OR_LATER})"
_BOUNDS = Rewrites(
    (
        (
            rf"(?P<n>\b(?:than|over|under|above|below) \d+(?:\.\d+)?(?: [\w/%]+)?) (?:up )?(?:through|thru) {POINT}",
            r"\g<n> until \g<p>",
        ),
        (r"\bon ?/ ?after\b|\bafter,? or on,?(?= )", "on or after"),
        (rf"\b(?:predat(?:es?|ed|ing)|up to but not including|back further than) {POINT}", r"before \g<p>"),
        (r"\bon ?/ ?before\b", "on or before"),
        (
            rf"\b(?P<v>dat(?:es?|ed|ing)|is|are|was|were) from {POINT}"
            r"(?!,? (?:and|to|on|onwards?|forwards?|until|till|through|up to)\b)",
            r"\g<v> in \g<p>",
        ),
        (
            rf"\bfrom {POINT} (?=(?:(?:was|is|were) )?(?:higher|lower|above|below|greater|less|more|heavier|lighter) "
            r"(?:than|that|the one)\b)",
            r"in \g<p> ",
        ),
        (rf"\bthan (?P<x>that|the one|it was) from {POINT}", r"than \g<x> in \g<p>"),
        (rf"\bby the time {POINT} (?:was|is) (?:out|over|up|done|finished)\b", r"until \g<p>"),
        (
            rf"\bonly (?:the )?(?:(?:records?|charts?|entries|part|time|period|data) )?(?:up )?(?:to|until|till"
            rf"|through) {POINT} (?:counts?|matters?|is (?:of interest|wanted|needed|relevant))\b",
            r"until \g<p>",
        ),
        (
            rf"\b(?P<w>{_WORK}(?: (?:for|of|on|about) [\w-]+(?: \d+)?)?) (?:that |which )?(?:ends?|ending|closes?"
            rf"|closing|stops?|stopping|finish(?:es|ing))(?: (?:on|at|in|with|by))? {POINT}",
            r"\g<w> until \g<p>",
        ),
        (
            rf"\b(?P<w>{_WORK}(?: (?:for|of|on|about) [\w-]+(?: \d+)?)?) (?:that |which )?(?:starts?|starting|begins?"
            rf"|beginning|opens?|opening)(?: (?:on|at|in|with|from))? {POINT}",
            r"\g<w> since \g<p>",
        ),
        (rf"{POINT}{_CUT_OFF} (?:earlier|before|older)\b(?: than that)?", r"since \g<p>"),
        (rf"{POINT}{_CUT_OFF} (?:later|after|newer|beyond)\b(?: than that)?", r"until \g<p>"),
        (
            rf"{POINT},? (?:is|being) (?:as far back as|how far back) (?:i|we|you|one|they) \w+(?: (?:about|to go))?",
            r"since \g<p>",
        ),
        (
            rf"(?<=, )(?:going|running|counting|reading|looking|searching) (?:through|thru) {POINT}(?=\s*(?:[?.]|$))",
            r"until \g<p>",
        ),
        (
            rf"\b(?:(?:go|going|went|look|looking|read|reading|leaf|leafing) (?:through|thru)|going by) {POINT}",
            r"in \g<p>",
        ),
        (
            rf"\b(?:as of|until|till|up to|by) {POINT},? (?:and|but) (?:not|nothing|none) (?:beyond|later|after)\b",
            r"until \g<p>",
        ),
        (rf"\b(?:after|from|since) {POINT}{_INCLUDED}", r"since \g<p>"),
        (rf"\b(?:before|until|till|to|up to|through|thru) {POINT}{_INCLUDED}", r"until \g<p>"),
        (
            rf"(?<=[\w)])(?:, ?| )(?:with )?{POINT} (?:included|inclusive)"
            r"(?:,? (?:and |but )?(?:nothing|none) (?:after|later|beyond)(?: (?:it|that))?)?(?=[ ?.!]*$)",
            r" until \g<p>",
        ),
        (rf"\b{_LEAVE} {POINT}{_AND_ALL} (?:later|after(?: (?:it|that))?|since|newer|onwards?)\b", r"before \g<p>"),
        (rf"\b{_LEAVE} {POINT}{_AND_ALL} (?:earlier|before(?: (?:it|that))?|older|previous)\b", r"after \g<p>"),
        (rf"{_LEAD}{POINT}{_LATER}{_COUNTS}", r"since \g<p>"),
        (rf"\b(?:between|from) {POINT} and {NOW}", r"since \g<p>"),
        (rf"{_LEAD}{POINT}{_OR_EARLIER}", r"until \g<p>"),
        (rf"\b(?:at any (?:time|point) )?after {POINT} (?:began|begins?|started|starts?)\b", r"since \g<p>"),
        (rf"\b(?:with )?{POINT}{_ROLE}{_START_ROLE}", r"since \g<p>"),
        (rf"\b(?:with )?{POINT}{_ROLE}{_END_ROLE}", r"until \g<p>"),
        (rf"\b(?:in |on |from )?{POINT} at the earliest\b", r"since \g<p>"),
        (rf"\b(?:in |on |by )?{POINT} at the latest\b", r"until \g<p>"),
        (rf"\b(?:everything|anything|all|whatever is) {_BEFORE} {POINT} {_APART}\b", r"since \g<p>"),
        (rf"\b(?:everything|anything|all|whatever is) {_AFTER} {POINT} {_APART}\b", r"until \g<p>"),
        (
            rf"\b{_NONE} {_BEFORE} {POINT} (?:matters|counts|counted|is (?:counted|wanted|needed))(?: here)?\b",
            r"since \g<p>",
        ),
        (
            rf"\b{_NONE} {_AFTER} {POINT} (?:matters|counts|counted|is (?:counted|wanted|needed))(?: here)?\b",
            r"until \g<p>",
        ),
        (rf"(?<![\w-])(?:{_SINCE_SAID}) {POINT}{_COUNTS}(?:, nothing (?:earlier|older|before))?", r"since \g<p>"),
        (
            rf"(?<![\w-])(?:{_UNTIL_SAID}) {POINT}(?: as (?:the )?(?:end ?point|cut[- ]?off|limit)"
            rf"| and (?:no|not) (?:further|later|beyond|after)|{_COUNTS})",
            r"until \g<p>",
        ),
    ),
    re.IGNORECASE,
)
_SPANS = Rewrites(
    (
        (
            rf"^(?:please )?(?:go|look|count|start|begin|search)(?:ing)? (?:from )?(?:back )?(?P<n>{COUNT}) "
            rf"(?P<u>{UNIT})(?: (?:ago|back))?"
            r"(?P<w> (?:for|on|in|of) (?:the )?(?:patient|pt|mrn)?(?: ?#?\d+)?)?,?(?: and|;)? (?P<q>[^.;?]*?),?"
            rf" (?:from {_THERE}(?: on(?:wards?)?)?|since(?: then)?|(?:on|up) (?:to|until) now)(?=[ ?.!]*$)",
            r"\g<q>\g<w> since \g<n> \g<u> ago",
        ),
        (
            rf"^(?:(?:going|looking) )?(?P<n>{COUNT}) (?P<u>{UNIT}) back(?: (?:only|at most|max))?(?: ?[:–-] ?|, ?)"
            r"(?=(?:any|anything|all|every|each|how (?:often|many)|list|number of)\b)",
            r"since \g<n> \g<u> ago, ",
        ),
        (
            rf"(?:^|(?<=[.;:] ))(?P<n>{COUNT}) (?P<u>{UNIT}) back from {NOW},? (?=how (?:often|many)\b)",
            r"since \g<n> \g<u> ago, ",
        ),
        (
            rf"\b(?P<n>{COUNT}) (?P<u>{UNIT}) back,? (?:is|being|as) (?:the|my|our|your) "
            r"(?:limit|start(?:ing point)?|furthest|farthest|maximum)\b",
            r"since \g<n> \g<u> ago",
        ),
        (
            rf"\b(?P<n>{COUNT}) (?P<u>{UNIT})(?: ago)?,? (?:is|being) (?:as far back as|how far back) "
            r"(?:i|we|you|one|they) \w+(?: (?:about|to go))?",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:(?:in |either )*(?:the )?)last (?P<u>year|month|week) (?:and|plus|as well as|or) (?:this|the "
            r"(?:current|present))"
            r"(?: (?:one|(?P=u)))?(?: so far)?(?:,? (?:taken )?(?:together|combined|alone))?(?=\s*(?:[?.,;:)]"
            r"|$))(?![^?]*\b(?:than|versus|vs)\b)",
            r"since last \g<u>",
        ),
        (
            rf"\b(?P<n>{COUNT}) (?P<u>{UNIT}) back,?(?: and)?(?: {_GOING})? (?:up to|to|till|until|through|thru) {NOW}",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:if (?:we|you|i|one) )?(?:go(?:ing)?|look(?:ing)?|search(?:ing)?|count(?:ing)?|reach(?:ing)?"
            rf"|read(?:ing)?|dating|start(?:ing)?) (?:back )?(?P<n>{COUNT}) (?P<u>{UNIT}) back\b",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:(?:if (?:we|you|i|one) )?(?:go(?:ing)?|look(?:ing)?|reach(?:ing)?|count(?:ing)?|dating"
            r"|search(?:ing)?) "
            r"back|look-?back(?: (?:period|window))?:?)(?: (?:of|over|by|no (?:further|farther|more) than|at"
            r" most|up to))?"
            rf" (?:the (?:last |past )?)?(?P<n>{COUNT}|an?) (?P<u>{UNIT})(?: (?:ago|from {NOW}|at most|tops))?\b"
            r"(?! (?:back|later|after|earlier|old|in|from)\b)",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:(?:going|looking|reaching|searching|counting) )?(?:no|not any|not) (?:(?:further|farther) back|older"
            rf"|longer ago) than (?P<n>{COUNT}) (?P<u>{UNIT})\b(?! (?:ago|old)\b)",
            r"since \g<n> \g<u> ago",
        ),
        (
            rf"\b(?:(?:for|over|with|in|do|give me|on) )?(?:(?:an?|the|this|my) )?(?P<n>{COUNT})[- ]"
            rf"(?P<u>{UNIT}(?<!s))s?[- ]look[- ]?backs?\b(?: (?:period|window|search|review))?"
            r"(?P<p> (?:on|for) (?:(?:the )?patient|pt|mrn)(?: [\w-]*\d[\w-]*)?)?(?:,? please)?",
            r"since \g<n> \g<u>s ago\g<p>",
        ),
        (
            rf"\b(?P<w>last|past|previous) (?P<n>{COUNT}) (?P<u>{UNIT}),? (?:leading )?(?:up )?(?:to|till|until) {NOW}",
            r"\g<w> \g<n> \g<u>",
        ),
        (
            r"(?<!last )(?<!past )(?<!previous )(?:\b(?:in|over|during|within|for|across) )?(?:\bthe"
            rf" )?\b(?P<n>{COUNT}) (?P<u>{UNIT}) (?:leading )?(?:up )?(?:to|till|until) {NOW}",
            r"in the last \g<n> \g<u>",
        ),
        (
            rf"\b(?:(?:in|over|during|within|for|across) )?the (?P<n>{COUNT}) (?P<u>{UNIT}) "
            r"(?:(?:that )?(?:have |has )?just (?:gone|past|passed|ended)|just behind us)\b",
            r"in the last \g<n> \g<u>",
        ),
        (rf"\b(?P<d>the )?most recent (?P<n>{COUNT}) (?P<u>{UNIT})\b", r"the last \g<n> \g<u>"),
        (
            r"\bthe calendar (?P<u>year|month) (?:(?:that )?(?:has )?just (?:gone|past|passed|ended|finished)"
            r"|(?:that|which) (?:has )?(?:(?:just|last|most recently) )?ended(?: most recently| last)?"
            r"|before (?:this|the (?:current|present))(?: one| year| month)?)\b",
            r"the last calendar \g<u>",
        ),
        (r"(?<!last )(?<!past )(?<!previous )\b(?P<u>month|week)[- ]to[- ]date\b", r"this \g<u>"),
        (r"\bsince (?:the|this) (?P<u>year|month|week) (?:started|began|opened)\b", r"this \g<u>"),
    ),
    re.IGNORECASE,
)
_THAT_COUNTED = Pattern(
    rf"(?:(?<=since then)|(?<=since that day)|(?<=since that)),? (?:with )?(?:that (?:day|date|month|year)|{POINT})"
    r" (?:counting|counted|included)(?: too| in)?(?=[ ?.,;]*(?:$|[.;,]))|\bwith (?:that|this) cut-?off,? "
    rf"|(?<=[a-z\d]),? (?:and )?(?:everything|anything|all) (?:until|up to|before) then(?=[ ?.,;]*(?:$|[.;,]))",
    re.IGNORECASE,
)
"""What is said of a bound once more."""
_BOUND_AGAIN = Pattern(
    rf"\b(?:(?P<u>until)|(?P<s>since)) {POINT} ?(?:\(|, |[-–] )(?:so|that is|meaning|i\.?e\.?),? (?:only )?"
    r"(?:everything |all )?(?:(?(u)(?:up )?(?:until|till|to)|(?:since|from))) (?:then|that (?:point|date|time))"
    r"(?: on(?:wards?)?)?(?:\)|(?=,))",
    re.IGNORECASE,
)
"""A bound told once more, the same way round: "until May 2149 (so until then)"."""
_OF_ALL_TO = Pattern(rf"(?<=s )to {POINT}(?=\s*(?:[?.,;:]|$))", re.IGNORECASE)
_TO_ANOTHER = Pattern(
    r"\b(?:from|between|compar\w+|since|versus|vs|relative|prior|similar|next|clos\w+|near\w+|due|beginning"
    r"|start\w*|back|up)\b",
    re.IGNORECASE,
)
""" "Scripts to last year" are those until then, where nothing goes from one time to another."""
_BACK_TO = Pattern(rf"\b{_VERB} back (?:to|as far as) {POINT}", re.IGNORECASE)
_IN_THAT = Pattern(r"\b(?:in|during|of|on|for|from) that (?:same )?(?:year|month|day)\b", re.IGNORECASE)
_WITHOUT_TODAY = Pattern(
    r"(?:\b(?:not counting|excluding|leaving out|leave out|without|not including|ignoring) today|\bleav(?:e|ing) today "
    r"(?:out|aside)|\btoday (?:excluded|not included|not counted))\b(?: and)?(?:[,.;] (?:so )?)?(?: going)?",
    re.IGNORECASE,
)


def _looked_up(match: re.Match[str]) -> str:
    """ "look back to 2006": from then on, or at that time where the question goes on to ask of "that year"."""
    return f"{'in' if _IN_THAT.search(match.string, match.end()) else 'since'} {match['p']}"


def plain_bounds(question: str) -> str:
    """A question with the bounds of its times said as "since" and "until"."""
    question = _SPANS.put_into(question)
    question = _THAT_COUNTED.sub("", question)
    if not _SAID.search(question):
        return question
    if "yesterday" in question.lower():
        question = _WITHOUT_TODAY.sub("", question)
    question = _BACK_TO.sub(_looked_up, question)
    if not _TO_ANOTHER.search(question):
        question = _OF_ALL_TO.sub(r"until \g<p>", question)
    question = _BOUNDS.put_into(question)
    question = _BOUND_AGAIN.sub(lambda m: f"{m['u'] or m['s']} {m['p']}", question)
    return _OF_A_UNIT.sub(" of ", question)
