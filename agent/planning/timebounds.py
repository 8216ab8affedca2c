"""Bounds of time in the ways they are said, put as "since" and "until": "2144 onward", "nothing after May 2012 counts".

A bound may be said before its time ("no further back than 2012", "cut-off: yesterday") or after it ("2012 or earlier",
"last year up to now"). What belongs to the time itself is never changed.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.dates import DATE, DAY, MONTH, NUMBERS, UNIT

COUNT = rf"(?:\d+|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
NOW = (
    r"(?:(?:right )?now|today|this (?:point|moment|day)|the present(?: (?:day|time|moment))?|present(?: day)?"
    r"|the current (?:date|day|moment)|date|as of now)(?![\w'-])"
)
_POINT = (
    rf"(?<![\w/.:-])(?P<p>{COUNT} {UNIT} ago|(?:the day before )?yesterday|today"
    r"|(?<!the )(?:last|this) (?:calendar )?(?:week|month|year)"
    r"|the (?:previous|current|(?:last|previous|current) calendar) (?:week|month|year)"
    rf"|{re.sub(r'[?]P<[a-z]+>', '?:', DATE)}"
    rf"|{DAY} (?:of )?(?:{MONTH})|(?:{MONTH}) {DAY})(?!\w|-\d|/\d|:\d)"
)
_SAID = re.compile(_POINT, re.IGNORECASE)
_GOING = (
    r"(?:moving|going|running|working|counting|looking|reading|searching|continuing|lasting|carrying|stretching"
    r"|reaching|dating)"
)
_FRAME = r"(?:window|period|range|time ?frame|span|stretch|search|look-?back|count)"
_OF_A_UNIT = re.compile(
    r"(?<=\w)(?<!counting)(?<!starting)(?<!going)(?<!looking)(?<!beginning)(?<!only)(?<!just)(?<!as)(?<!on)(?<!window)"
    r"(?<!change)(?<!changed)(?<!up)(?<!down)(?<!different)(?<!differ) from "
    r"(?=(?:last|this) (?:calendar )?(?:week|month|year)\b(?! (?:and|to|until|till|through|up to|onwards?"
    r"|on)\b(?! file)))",
    re.IGNORECASE,
)
"""The "from" of "a score from last year", which follows what it dates; "counting from last year" is a start."""
_LEAD = (
    rf"(?:\b(?:(?:only |just )?(?:looking|considering|counting|searching|checking|taking|covering)(?: only| just)?"
    rf"(?: (?:at|in|from|back (?:to|as far as)))? |{_FRAME}[:=]? ))?\b(?:only )?"
    r"(?:(?:in|on|at|from|for|during|over|of|dated|as of|since|starting(?: (?:in|from|at|on))?|between|the"
    r" (?:time|period) "
    r"from) )?"
)
_ENDS = (
    r"(?=\s*(?:[?.,;:()!_\[\]=/-]|$)| (?:only|please|pls|plz|for|is|are|was|were|does|do|did|has|have|had|can|could"
    r"|when|how|what)\b)"
)
_ANY = r"(?: (?:any ?time|at any (?:time|point)|any day|everything|anything|all|whatever)(?: that)?(?: comes| came)?)?"
_ONWARD = (
    rf"(?:,?(?: and)?(?: then)?(?: {_GOING})? (?:onwards?|forwards?)(?! (?:to|until|till)\b)"
    rf"|,?(?: and)?(?: {_GOING})? on(?=\s*(?:[?.,;:)!]|$)))(?: from (?:there|then|that (?:point|day|date)))?"
)
_TO_NOW = (
    rf"(?:,?(?: and)?(?: {_GOING})? (?:right |all the way )?(?:up to|up until|to|till|until|through|thru)"
    rf"(?: and including)?|,? and(?: {_GOING})? up to) {NOW}| ?[-–] ?{NOW}"
)
_OR_LATER = (
    rf",? (?:and|or){_ANY} (?:later(?: than (?:that|this))?|after(?:wards?)?|since(?: then)?|thereafter|beyond|newer"
    rf"|more recent(?:ly)?){_ENDS}|,? and everything (?:after|since) (?:it|that|then)\b"
)
_OR_EARLIER = rf",? (?:and|or){_ANY} (?:earlier|before(?:hand)?|prior|previously|older|longer){_ENDS}"
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
_VERB = r"(?:go(?:ing)?|look(?:ing)?|reach(?:ing)?|stretch(?:ing)?|dating|count(?:ing)?|search(?:ing)?|read(?:ing)?)"
_SINCE_SAID = (
    rf"(?:{_VERB} )?(?:no|not any|not) (?:further|farther|earlier) back(?: in time)? than"
    rf"|(?:{_VERB} )?back (?:no|not any) (?:further|farther|earlier) than"
    rf"|(?:(?<=[,;:(] )|(?:counting|considering|taking|with|but|and) ){_NONE} {_BEFORE}|{_IGNORE} {_BEFORE}"
    rf"|start(?:ing)? (?:at|with)|starting on|beginning (?:at|with|on|in)"
    rf"|start(?:ing)? (?:the|your|our|my) (?:{_FRAME}|clock|tally|review)(?:ing)? (?:at|with|in|from|on)"
    rf"|{_FRAME} (?:start(?:s|ing|ed)?|opens?|opening|begins?|beginning)(?: date)?(?: (?:at|with|from|on|in|is))?"
    rf"(?: ?[:=])?|{_EDGE}start(?: date)?(?: ?[:=])?"
    rf"|(?:{_VERB} )?(?:all the way )?(?:as far )?back (?:as far as|as|to)"
)
_UNTIL_SAID = (
    rf"(?:(?<=[,;:(] )|(?:counting|considering|taking|with|but|and) ){_NONE} {_AFTER}|{_IGNORE} {_AFTER}"
    r"|not (?:looking |going |counting |reading |any )?(?:past|beyond|later than)"
    rf"|(?:(?:if|when) (?:we|i|you|one) |we |i )?stop(?:ping)?(?: (?:the )?(?:{_FRAME}|counting|searching"
    r"|looking|reading|clock))? at"
    rf"|(?:(?:in|over|for|during) )?(?:the |that )?(?:{_FRAME}|record|chart|part of the record|time)(?: (?:that"
    r"|which))? (?:ends?|ending|closes?|closing|stops?|stopping)(?: (?:at|with|on|in|by|is))?(?: ?[:=])?"
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
_LATER = f"(?:{_TO_NOW}|{_ONWARD}|{_OR_LATER})"
_BOUNDS: tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put, re.compile(behind[0] if behind else "", re.IGNORECASE))
    for pattern, put, *behind in (
        (r"\bon ?/ ?after\b|\bafter,? or on,?(?= )", "on or after"),
        (rf"\b(?:predat(?:es?|ed|ing)|up to but not including|back further than) {_POINT}", r"before \g<p>"),
        (r"\bon ?/ ?before\b", "on or before"),
        (rf"\b(?P<v>dat(?:es?|ed|ing)) from {_POINT}(?! (?:and|to|until|till|through|up to)\b)", r"\g<v> in \g<p>"),
        (rf"(?<=, )(?:going|running|counting) (?:through|thru) {_POINT}(?=\s*(?:[?.]|$))", r"until \g<p>"),
        (
            r"\b(?:(?:go|going|went|look|looking|read|reading|leaf|leafing) (?:through|thru)|going by)"
            rf" {_POINT}",
            r"in \g<p>",
        ),
        (rf"\b(?:after|from|since) {_POINT}{_INCLUDED}", r"since \g<p>"),
        (rf"\b(?:before|until|till|to|up to|through|thru) {_POINT}{_INCLUDED}", r"until \g<p>"),
        (rf"\b{_LEAVE} {_POINT}{_AND_ALL} (?:later|after(?: (?:it|that))?|since|newer|onwards?)\b", r"before \g<p>"),
        (rf"\b{_LEAVE} {_POINT}{_AND_ALL} (?:earlier|before(?: (?:it|that))?|older|previous)\b", r"after \g<p>"),
        (rf"{_LEAD}{_POINT}{_LATER}", r"since \g<p>", _LATER),
        (rf"\b(?:between|from) {_POINT} and {NOW}", r"since \g<p>"),
        (rf"{_LEAD}{_POINT}{_OR_EARLIER}", r"until \g<p>", _OR_EARLIER),
        (rf"\b(?:at any (?:time|point) )?after {_POINT} (?:began|begins?|started|starts?)\b", r"since \g<p>"),
        (rf"\b(?:with )?{_POINT}{_ROLE}{_START_ROLE}", r"since \g<p>", _ROLE + _START_ROLE),
        (rf"\b(?:with )?{_POINT}{_ROLE}{_END_ROLE}", r"until \g<p>", _ROLE + _END_ROLE),
        (rf"\b(?:in |on |from )?{_POINT} at the earliest\b", r"since \g<p>", " at the earliest"),
        (rf"\b(?:in |on |by )?{_POINT} at the latest\b", r"until \g<p>", " at the latest"),
        (rf"\b(?:everything|anything|all|whatever is) {_BEFORE} {_POINT} {_APART}\b", r"since \g<p>"),
        (rf"\b(?:everything|anything|all|whatever is) {_AFTER} {_POINT} {_APART}\b", r"until \g<p>"),
        (
            rf"\b{_NONE} {_BEFORE} {_POINT} (?:matters|counts|counted|is (?:counted|wanted|needed))(?: here)?\b",
            r"since \g<p>",
        ),
        (
            rf"\b{_NONE} {_AFTER} {_POINT} (?:matters|counts|counted|is (?:counted|wanted|needed))(?: here)?\b",
            r"until \g<p>",
        ),
        (rf"(?<![\w-])(?:{_SINCE_SAID}) {_POINT}{_COUNTS}(?:, nothing (?:earlier|older|before))?", r"since \g<p>"),
        (
            rf"(?<![\w-])(?:{_UNTIL_SAID}) {_POINT}(?: as (?:the )?(?:end ?point|cut[- ]?off|limit)"
            rf"| and (?:no|not) (?:further|later|beyond|after)|{_COUNTS})",
            r"until \g<p>",
        ),
    )
)
"""Each rule may have what must stand behind its point of time: looked for first, because most questions lack it, and to
look for a point of time after words that may be missing takes long."""
_SPANS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (
            rf"\b(?P<n>{COUNT}) (?P<u>{UNIT}) back,?(?: and)?(?: {_GOING})? (?:up to|to|till|until|through|thru) {NOW}",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:if (?:we|you|i|one) )?(?:go(?:ing)?|look(?:ing)?|search(?:ing)?|count(?:ing)?|reach(?:ing)?"
            r"|read(?:ing)?"
            rf"|dating|start(?:ing)?) (?:back )?(?P<n>{COUNT}) (?P<u>{UNIT}) back\b",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:(?:if (?:we|you|i|one) )?(?:go(?:ing)?|look(?:ing)?|reach(?:ing)?|count(?:ing)?|dating"
            r"|search(?:ing)?) "
            r"back|look-?back(?: (?:period|window))?:?)(?: (?:of|over|by|no (?:further|farther|more) than|at"
            r" most|up to))?"
            rf" (?:the (?:last |past )?)?(?P<n>{COUNT}) (?P<u>{UNIT})(?: (?:ago|from {NOW}))?\b(?! (?:back"
            r"|later|after|earlier|old|in|from)\b)",
            r"since \g<n> \g<u> ago",
        ),
        (
            r"\b(?:(?:going|looking|reaching|searching|counting) )?(?:no|not any|not) (?:(?:further|farther)"
            r" back|older"
            rf"|longer ago) than (?P<n>{COUNT}) (?P<u>{UNIT})\b(?! (?:ago|old)\b)",
            r"since \g<n> \g<u> ago",
        ),
        (rf"\b(?P<n>{COUNT}) (?P<u>{UNIT}) look-?back\b", r"since \g<n> \g<u> ago"),
        (
            rf"\b(?P<w>last|past|previous) (?P<n>{COUNT}) (?P<u>{UNIT}),? (?:leading )?(?:up )?(?:to|till|until) {NOW}",
            r"\g<w> \g<n> \g<u>",
        ),
        (
            r"(?<!last )(?<!past )(?<!previous )(?:\b(?:in|over|during|within|for|across) )?(?:\bthe"
            rf" )?\b(?P<n>{COUNT}) "
            rf"(?P<u>{UNIT}) (?:leading )?(?:up )?(?:to|till|until) {NOW}",
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
            r"|(?:that|which) "
            r"(?:has )?(?:(?:just|last|most recently) )?ended(?: most recently| last)?"
            r"|before (?:this|the (?:current|present))(?: one| year| month)?)\b",
            r"the last calendar \g<u>",
        ),
        (r"(?<!last )(?<!past )(?<!previous )\b(?P<u>month|week)[- ]to[- ]date\b", r"this \g<u>"),
        (r"\bsince (?:the|this) (?P<u>year|month|week) (?:started|began|opened)\b", r"this \g<u>"),
    )
)
_BACK_TO = re.compile(rf"\b{_VERB} back (?:to|as far as) {_POINT}", re.IGNORECASE)
_IN_THAT = re.compile(r"\b(?:in|during|of|on|for|from) that (?:same )?(?:year|month|day)\b", re.IGNORECASE)
_WITHOUT_TODAY = re.compile(
    r"(?:\b(?:not counting|excluding|leaving out|leave out|without|not including|ignoring) today|\bleav(?:e"
    r"|ing) today "
    r"(?:out|aside)|\btoday (?:excluded|not included|not counted))\b(?: and)?(?:[,.;] (?:so )?)?(?: going)?",
    re.IGNORECASE,
)


def _looked_up(match: re.Match[str]) -> str:
    """ "look back to 2006": from then on, or at that time where the question goes on to ask of "that year"."""
    return f"{'in' if _IN_THAT.search(match.string, match.end()) else 'since'} {match['p']}"


def plain_bounds(question: str) -> str:
    """A question with the bounds of its times said as "since" and "until"."""
    for pattern, put in _SPANS:
        question = pattern.sub(put, question)
    if not _SAID.search(question):
        return question
    if "yesterday" in question.lower():
        question = _WITHOUT_TODAY.sub("", question)
    question = _BACK_TO.sub(_looked_up, question)
    for pattern, put, behind in _BOUNDS:
        if behind.search(question):
            question = pattern.sub(put, question)
    return _OF_A_UNIT.sub(" of ", question)
