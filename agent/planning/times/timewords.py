"""Ways of saying a time put as the reader of time phrases knows them: "up to and including 2012" as "until 2012".

Only the wording changes here, never the interval; what is too vague to be an interval ("early 2012", "in recent years")
is left as it stands, and `vague_time` finds it, so that no other time is read in its place.
"""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern, Rewrites, RewritesBy
from chartwarden.agent.planning.times.clocks import clocks_plainly
from chartwarden.agent.planning.times.dates import COUNT, DATE, DAY, MONTH, NUMBERS, UNIT, YEAR, Span, parse_date
from chartwarden.agent.planning.times.datewords import UNREAD_SPAN, both_years, plain_dates
from chartwarden.agent.planning.times.timebounds import plain_bounds
from chartwarden.tools.records.number_words import DECADES, ORDINALS

_EDGE = rf"(?:(?:(?:{DAY} (?:of )?)?(?:{MONTH})\.?,? (?:of )?)?{YEAR}|(?:{MONTH}) {DAY},? {YEAR})\b"
_NOW = r"(?:now|today|this point|this moment|the present(?: day)?|the current date|as of now)"
_MONTHS_IN = {"week": 0.25, "month": 1, "year": 12, "decade": 120}


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.get(word.lower(), 1)


def _and_a_half(match: re.Match[str]) -> str:
    months = (_number(match["n"]) + 0.5) * _MONTHS_IN[match["unit"].removesuffix("s")]
    return f"{match['lead'] or ''}{int(months)} months"


_NO_FURTHER = r"(?:(?:no|not any) (?:further|later|farther) than|(?:no further|only) (?:to|up to|until)|up to|until)"
_ONE = r"(?:if|when|as long as|provided|assuming|so long as) (?:we|i|you|one) (?:only |just )?"
_STOPS = (
    rf"(?:,? ?\b(?:{_ONE}(?:stop|cut off|end)(?: counting| looking| reading)? (?:at|with|in|on|by|{_NO_FURTHER})"
    rf"|{_ONE}(?:look|count|go|read|stick) {_NO_FURTHER}"
    rf"|(?:stopping|ending|cutting off) (?:at|with|in|on|by)"
    rf"|(?:stopping|ending|looking|going|reading|counting) {_NO_FURTHER}))"
)
"""Ways of saying where counting stops: "if we stop at ...", "looking no further than ..."."""
_REWRITES = Rewrites(
    (
        # bounds that are included
        (
            rf",? ?\b{_ONE}(?:start|begin)(?: counting| looking| reading)? (?:at|from|in|with|on)"
            rf"(?= (?:\d|last|this|yesterday|{MONTH}|{COUNT} ))",
            " since",
        ),
        (rf"{_STOPS}(?= (?:the end|\d|last|this|yesterday|today|{MONTH}|an? |{COUNT} ))", " until"),
        (
            rf"\b(?:as far as|up to as late as|no (?:further|later) than)"
            rf"(?= (?:the end|\d|last|this|yesterday|{MONTH}))",
            "until",
        ),
        (r"\b(?:up )?(?:to|until|till|through|prior to|before),? and including,?(?= )", "until"),
        (r"\b(?:since|from),? and including,?(?= )", "since"),
        (
            r"\b(?:(?:on|in|during|at) or before|before or (?:on|in|during|at)|not (?:any )?(?:after|later than)"
            r"|no(?:t any)? later than|(?:any ?time )?(?:right )?up (?:to|until|till|through)(?= (?:the end|\d"
            r"|last|this|"
            rf"{MONTH})))\b",
            "until",
        ),
        (
            r"\b(?:(?:on|in|during|at) or (?:after|since)|after or (?:on|in|during|at)|not (?:any )?(?:before|earlier "
            r"than)|no(?:t any)? earlier than|(?:going |dating |reaching |stretching "
            r"|looking )?(?:all the way )?(?:as )?(?:far "
            r")?back (?:as far as|as|to)(?= [a-z]*\.? ?\d)|from as early as)\b",
            "since",
        ),
        (r"\b(?:by|until|till|before|to) the (?:close|finish) of\b", "until the end of"),
        (
            r"\b(?:the|that) (?P<u>year|month|week) (?:just )?before (?:this|the (?:current|present)) (?:one"
            r"|year|month|week)\b",
            r"the last calendar \g<u>",
        ),
        # the edges of a stretch, which belong to it
        (
            rf"\b(?P<how>between|from|since|starting|beginning)(?: with| at| from| on)? the (?:very )?"
            rf"(?:start|beginning) of (?:the )?(?:year )?(?={_EDGE})",
            r"\g<how> ",
        ),
        (
            rf"\b(?P<lead>(?:between|from) {_EDGE} (?:and|to|until|till|through|up to|-)) the (?:very"
            rf" )?(?:end|close) of "
            rf"(?:the )?(?:year )?(?={_EDGE})",
            r"\g<lead> ",
        ),
        (r"\bby year.?end (?=\d)", "until the end of "),
        (r"\b(?:in|over|during|throughout) the (?:course|space|span) of\b", "during"),
        (
            r"\b(?:limit|restrict|confin|narrow)ing (?:(?:it|this|that|things|us|the \w+) )?(?:down )?to "
            r"(?=(?:the |my |his |her )?(?:last|past|previous|preceding)\b)",
            "in ",
        ),
        (
            r",? ?(?:(?:right|straight|all the way) )?from (?:the )?(?:very )?(?:beginning|start|outset)"
            r"(?: of (?:the |my |his |her |their )?(?:records?|chart|file|time))? "
            r"(?=(?:through|until|till|to|up to)\b)",
            " ",
        ),
        (
            rf"\b(?:nothing|none|not|no) (?:older|further back) than (?P<n>{COUNT}) (?P<u>{UNIT})(?! (?:ago|old)\b)",
            r"in the last \g<n> \g<u>",
        ),
        (rf"\b(?:at least )?(?P<n>{COUNT}) (?P<u>{UNIT}) (?:or|and) (?:more|longer) ago\b", r"until \g<n> \g<u> ago"),
        (rf"\bat least (?P<n>{COUNT}) (?P<u>{UNIT}) ago\b", r"until \g<n> \g<u> ago"),
        (
            rf"\bthe (?P<n>{COUNT}) (?P<u>{UNIT}) (?:behind (?:us|me|him|her|them)|(?:just )?gone(?: by)?)\b",
            r"the last \g<n> \g<u>",
        ),
        (
            rf"\b(?P<end>the end of )?the (?:week|month|year) (?=(?:{COUNT}) (?:weeks?|months?|years?) ago\b)",
            lambda m: m["end"] or "",
        ),
        (
            r"\b(?:(?:in|during|for|over|of|across)(?: the years?| both)*|(?:to )?(?:the |both )+years)"
            rf" (?P<a>{YEAR}) "
            rf"(?:and|or) (?P<b>{YEAR})"
            r"(?: together| combined| taken together)?(?!-)\b",
            both_years,
        ),
        (
            rf"\b(?:(?:taking|with|for|in|over|across) )?(?P<a>{YEAR}) (?:and|plus|&) (?P<b>{YEAR}),? (?:taken )?"
            r"(?:together|combined)\b",
            both_years,
        ),
        # numbers of units
        (rf"(?P<lead>)\b(?P<n>{COUNT}) and a half (?P<unit>weeks?|months?|years?|decades?)\b", _and_a_half),
        (
            r"(?P<lead>\b(?:last|past|previous|preceding) )?(?:\b(?P<n>an?|one|two|three|\d) )?(?P<unit>year"
            r"|decade)s? and "
            r"a half\b",
            lambda m: _and_a_half(m) if m["n"] else f"{m['lead'] or ''}{18 if m['unit'] == 'year' else 180} months",
        ),
        (r"\b(?:half a|half|half-a) ?-?year\b(?! of)", "6 months"),
        (
            rf"\b(?P<n>{COUNT})-(?P<unit>day|week|month|year)(?: (?:period|span|interval|stretch|window))?\b",
            lambda m: f"{m['n']} {m['unit']}s",
        ),
        (
            rf"\b(?P<lead>in|over|during|within|for|across) the (?P<n>{COUNT}) (?P<unit>{UNIT}) (?:leading )?(?:up )?"
            rf"(?:to|until|till|before|prior to|preceding|ending|ago from) {_NOW}\b",
            r"\g<lead> the last \g<n> \g<unit>",
        ),
        (
            rf"\b(?P<n>{COUNT}) (?P<unit>{UNIT}) (?:back|earlier than {_NOW}|before {_NOW}"
            rf"|prior to {_NOW})\b(?! (?:to|as)"
            r"\b)",
            r"\g<n> \g<unit> ago",
        ),
        (
            rf"\b(?P<lead>in|during|within|over) (?:the )?first (?P<n>{COUNT} (?:hour|day|week)s?|hour) of "
            r"(?P<e>(?:the|my|his|her|their|this|that) (?:[\w-]+ ){0,3}?(?:stay|admission|hospitali[sz]ation))\b",
            lambda m: f"{m['lead']} the first {'1 hour' if m['n'] == 'hour' else m['n']} after the start of {m['e']}",
        ),
        (rf"\bwithin (?=(?:the year )?{YEAR}\b)", "in "),
        (r"\binside (?=(?:the )?(?:last|past|previous) )", "within "),
        (
            rf"^(?P<q>[^\d]*?)(?:\b(?:in|over|during|within|for) )?\bthese (?P<n>{COUNT}) (?P<u>weeks|months"
            r"|years)(?=[ ?.]*$)",
            r"\g<q>in the last \g<n> \g<u>",
        ),
        (rf"\bwithin (?P<n>{COUNT}) (?P<unit>{UNIT}) of {_NOW}\b", r"within the last \g<n> \g<unit>"),
        (
            rf"\b(?P<lead>in|over|during|within|for|across) the (?P<n>{COUNT}) most recent (?P<unit>{UNIT})\b",
            r"\g<lead> the last \g<n> \g<unit>",
        ),
        (
            rf"\b(?:between |from )?(?P<a>{COUNT})(?: (?:and|to|or|-) |(?<=\d)[-–](?=\d))(?P<b>{COUNT})"
            rf" (?P<unit>{UNIT}) ago\b",
            r"between \g<b> \g<unit> ago and \g<a> \g<unit> ago",
        ),
        # the calendar
        (rf"\bcalendar (?:year )?(?={YEAR}\b)", ""),
        (
            rf"\b(?P<t>(?:last|previous|this|the) (?:calendar )?year|{YEAR}),? (?P<open>\()?(?:that is,? |from )?"
            r"jan(?:uary)?\.?(?: 1(?:st)?)? ?(?:to|through|thru|until|till|-|–) ?dec(?:ember)?\.?(?: 31(?:st)?)?"
            r"(?(open)\)|(?=[ ?.,]*$|,(?! (?:\d|of\b))))",
            r"\g<t>",
        ),
        (
            r"(?<!last )(?<!past )(?<!previous )\b(?:this )?year[- ]to[- ]date\b|\bthis year so far\b|\bso far"
            r" this year\b",
            "this year",
        ),
        (r"\bsince the (?:start|beginning) of (?:the|this) (year|month|week)\b", r"since this \1"),
        (r"\bthe '?(?P<d>\d)0'?s\b", r"the 19\g<d>0s"),
        (rf"\bthe (?P<word>{'|'.join(DECADES)})\b", lambda m: f"the 19{DECADES[m['word'].lower()]}s"),
        (
            rf"\b(?P<how>between|from) (?P<a>{DAY}) (?P<and>and|to|until|through|-) (?P<rest>(?P<b>{DAY}) (?:of )?"
            rf"(?P<m>{MONTH}),? (?P<y>{YEAR}))\b",
            r"\g<how> \g<a> \g<m> \g<y> \g<and> \g<b> \g<m> \g<y>",
        ),
        (
            rf"\b(?P<how>between|from) (?P<m>{MONTH}) (?P<a>{DAY}) (?P<and>and|to|until|through|-) (?P<b>{DAY}),? "
            rf"(?P<y>{YEAR})\b",
            r"\g<how> \g<a> \g<m> \g<y> \g<and> \g<b> \g<m> \g<y>",
        ),
        (
            rf"\b(?P<how>between|from) (?P<a>{MONTH}) (?P<and>and|to|until|through"
            rf"|-) (?P<b>{MONTH}) (?:of )?(?P<y>{YEAR})"
            r"\b",
            r"\g<how> \g<a> \g<y> \g<and> \g<b> \g<y>",
        ),
        (
            rf"\b(?P<y>{YEAR})[/.](?P<m>0?[1-9]|1[0-2])[/.](?P<d>{DAY})\b",
            lambda m: f"{m['y']}-{int(m['m']):02}-{int(re.sub(r'[a-z]', '', m['d'])):02}",
        ),
        (rf"\b(?P<d>{DAY})-(?P<m>\d{{1,2}})-(?P<y>{YEAR})\b", r"\g<d>/\g<m>/\g<y>"),
    ),
    re.IGNORECASE,
)
_CLOCK = r"(?P<h>\d{1,2})(?::(?P<min>\d\d)(?::(?P<s>\d\d))?)?(?: ?(?P<half>[ap]\.?m\b\.?)|(?(min)|(?!)))(?: hours)?"
_CLOCK_SAID = Pattern(r"\d(?::\d\d| ?[ap]\.?m)", re.IGNORECASE)
"""What every clock has, looked for first: few questions have one, and to look for a date and a clock takes long."""
_DATE_THEN_CLOCK = Pattern(rf"(?P<date>{DATE}),?(?: at| around| @|,)? {_CLOCK}(?!\d|:\d)", re.IGNORECASE)
_CLOCK_THEN_DATE = Pattern(rf"\b(?:at )?{_CLOCK} (?:on|of) (?P<date>{DATE})(?![\d:])", re.IGNORECASE)
_LAST_YEARS = Pattern(
    rf"\b(?P<m>(?:{DAY} (?:of )?)?(?:{MONTH})(?: {DAY})?),? (?:of )?(?P<which>last|this|the (?:last|previous"
    r"|current)|the previous) year\b",
    re.IGNORECASE,
)
_WEEK_OF = Pattern(rf"\b(?:(?:in|during) )?the week (?:of|beginning|starting)(?: on)? (?P<date>{DATE})", re.IGNORECASE)
_HALF_YEAR = Pattern(
    rf"\b(?:the )?(?P<which>first|second|1st|2nd|last|latter) half of (?:the year )?(?P<y>{YEAR})\b", re.IGNORECASE
)
_ONWARDS = Pattern(r"(?<=[a-z] )onwards?(?=,| ?[?.]?$)", re.IGNORECASE)


_AND_TODAY = Pattern(
    r"\b(?:(?:on|at|in|from) )?(?:either )?yesterday (?:and|plus|or) today(?:,? (?:taken )?(?:together|combined|alone"
    r"|only))?\b",
    re.IGNORECASE,
)
_AND_THE_ONE_BEFORE = Pattern(
    r"\b(?:(?:in|during|for|over|from|of) )?last (?P<u>year|month)(?: and|,? plus|,? as well as) the "
    r"(?:(?P=u)|one) before(?: (?:that|it))?(?: one)?(?: (?:together|combined))?(?! \w+ (?:ago|last)\b)",
    re.IGNORECASE,
)
_BEFORE_YESTERDAY = Pattern(
    r"\b(?:(?P<lead>on|since|from|until|till|before|after|by|to|and|than) )?the day before yesterday\b", re.IGNORECASE
)


_NTH_STAY = Pattern(
    r"(?P<before>\b(?:first|second|third|last|latest|1st|2nd|3rd) (?:hospital |inpatient )?(?:admission|stay)\b"
    r"[^.?!;]*? (?:on|at|in|from|during|with) the) (?P<n>1st|2nd|3rd)(?= ?(?:$|[?.,!;]))",
    re.IGNORECASE,
)
"""Of stays that are counted, and no day of a month."""


def _two_before(unit: str, now: dt.datetime) -> str:
    """The two calendar years or months before this one."""
    if unit == "year":
        return f"between {now.year - 2} and {now.year - 1}"
    first, last = (divmod(now.year * 12 + now.month - 1 - back, 12) for back in (2, 1))
    return f"between {first[0]}-{first[1] + 1:02} and {last[0]}-{last[1] + 1:02}"


def _of_year(match: re.Match[str], now: dt.datetime) -> str:
    """A day or a month of this year or the last one."""
    return f"{match['m']} {now.year - (match['which'].lower() not in ('this', 'the current'))}"


_BY_NOW = RewritesBy[dt.datetime](
    (
        (_BEFORE_YESTERDAY, lambda now, m: f"{m['lead'] or 'on'} {(now - dt.timedelta(days=2)).date()}"),
        (_LAST_YEARS, lambda now, m: _of_year(m, now)),
        (_AND_TODAY, lambda now, _: f"between {(now - dt.timedelta(days=1)).date()} and {now.date()}"),
        (_AND_THE_ONE_BEFORE, lambda now, m: _two_before(m["u"].lower(), now)),
        (_NTH_STAY, r"\g<before> \g<n> one"),
    )
)


def plain_times(question: str, now: dt.datetime, *, day_first: bool) -> str:
    """A question with its times said as the reader knows them."""
    question = _BY_NOW.put_into(question, now)
    question = plain_bounds(plain_dates(clocks_plainly(question), now))
    question = _REWRITES.put_into(question)
    question = _HALF_YEAR.sub(
        lambda m: f"between {m['y']}-01 and {m['y']}-06" if m["which"].lower() in ("first", "1st")
        else f"between {m['y']}-07 and {m['y']}-12", question
    )  # fmt: skip

    def span(text: str) -> Span | None:
        found = re.search(DATE, text.lower())
        return parse_date(found, day_first=day_first) if found else None

    def moment(match: re.Match[str]) -> str:
        day = span(match["date"])
        clock = _clock(match)
        whole = day is not None and day.unit == "day" and clock is not None
        return f"{day.start.date().isoformat()} {clock}" if whole and day is not None else match.group()

    def week(match: re.Match[str]) -> str:
        day = span(match["date"])
        if day is None or day.unit != "day":
            return match.group()
        return f"between {day.start.date()} and {(day.start + dt.timedelta(days=6)).date()}"

    if _CLOCK_SAID.search(question):
        question = _CLOCK_THEN_DATE.sub(lambda m: f"on {moment(m)}" if moment(m) != m.group() else m.group(), question)
        question = _DATE_THEN_CLOCK.sub(moment, question)
    return _ONWARDS.sub("on", _WEEK_OF.sub(week, question))


def _clock(match: re.Match[str]) -> str | None:
    """`19:11` or `19:11:36`; None for what is no time of day."""
    hour, half = int(match["h"]), (match["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    if hour > 23 or int(match["min"] or 0) > 59:
        return None
    return f"{hour:02}:{match['min'] or '00'}" + (f":{match['s']}" if match["s"] else "")


_VAGUE = Pattern(
    rf"{UNREAD_SPAN}|(?<![\d:.])\d{{1,2}}:\d\d:\d\d(?![\d:])|\bwithin (?:the )?(?:first |next )?{COUNT} {UNIT}\b"
    rf"|\b{COUNT} {UNIT}(?: (?:of|from|after|before|around))? qt\d|\b(?:on )?either side(?: of)? qt\d"
    rf"|\b(?:until|till|up to|before|after|since|by|from) {COUNT} {UNIT} (?:after|before|following|prior to"
    r"|preceding)\b"
    r"|\b(?:first|second|third|fourth|fifth|last|final|next|following|previous) (?:day|week|month|year)s? qt\d"
    rf"|\b(?:last|final|closing|first|opening) {COUNT} {UNIT} of\b"
    r"|\b(?:first|second|third|fourth|fifth|sixth|seventh|last|final) (?:minute|hour|day|night|week|month|year)s?"
    r" (?:of (?!qt)|(?:in|on|at) (?:the )?(?:hospital|wards?|icu|intensive|critical|unit)\b)"
    rf"|\b(?:hospital|icu|inpatient|admission|post-?op\w*) day (?:{COUNT}|#\d+)\b|\bday (?:{COUNT}) of\b"
    r"|\b(?:on|before|after|since|until|by|between|around) (?:\w+ ){0,4}birthdays?\b"
    r"|\b(?:on|before|after|since|until|by) the \d{1,2}(?:st|nd|rd|th)(?= ?(?:[?.,!]|$|and\b|to\b))"
    rf"|\b(?:on|by|since|until|after|before) the (?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)}) (?:day|night)\b"
    r"|\bthe (?:following|next|previous|preceding|prior) (?:day|week|month|year)\b"
    r"|\b(?:first|second|latter|last|other) half\b(?! of)|\bqt\d+,? (?:of |in )?(?:any|every|each|whichever) year\b"
    r"|\b(?:this|current|that|each) (?:decade|century|season|semester|term|shift|hour|minute"
    r"|(?:fiscal|school|academic) year)\b"
    rf"|\b{COUNT} {UNIT} (?:earlier|later|beforehand|afterwards?|thereafter)\b"
    r"|\b(?:even|odd|leap)(?:-numbered)? years?\b|(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?![\d/.-])"
    rf"|\b(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)) birthday"
    rf"|\b(?:{COUNT}|the) {UNIT} (?:prior|before|after)(?=[ ?.!,]*$)"
    r"|\b(?:under|over|before|after|by|since|until|below|above|between)(?: the)? ages?\b"
    rf"|\b{COUNT} {UNIT} around (?:the|his|her|my|their) (?!qt)"
    r"|\b(?:in|during|over) the week of (?:the|an?) (?!qt)"
    r"|\b(?:month|week) of (?:his|her|my|their|the patient's|patient's) birthday\b"
    r"|\b(?:since|until|till) qt\d|\bqt\d+,? to the (?:day|hour)\b"
    rf"|\b(?:qc\d+|values?|readings?|results?|ones?|entry|entries|records?)(?: that)?(?: is| are| was| were)? "
    rf"(?:at least|more than|over|less than|under) {COUNT} {UNIT} old\b|"
    r"\b(?:at|near|towards?) (?:the )?(?:very )?(?:end|close|start|beginning|middle) qt\d|"
    r"(?:^|[.?;:,] |\bthe )(?:very )?(?:end|close|start|beginning|middle|first half|second half) qt\d|"
    r"\b(?:this|that|the same) time(?: of)? qt\d|"
    r"\bqt\d+ of (?:the |my |his |her |their )?(?:[a-z]+ )?(?:stay|admission|visit|hospitali[sz]ation|encounter|icu)\b|"
    r"\b(?:early|late|mid|later|earlier|the (?:very )?(?:end|close|start|beginning|middle|turn|rest|remainder"
    r"|first half|"
    r"second half|latter half) of|summer|winter|spring|autumn|christmas|easter|new year's(?: day| eve)?|not"
    r"|week of|half "
    r"of|part of|"
    r"quarter of|(?<!qt\d )(?:more|less) than|fewer than|at least|at most|almost|nearly)(?: in| of|-)? ?qt\d"
    r"|\b(?:recent|several|(?:last|past) (?:several|some|many|few)|the coming|coming|next) (?:years|months|weeks"
    r"|days)\b"
    r"|\btomorrow\b|\bqt\d+ (?:or so|give or take|or thereabouts)\b|\b(?:the other day|ages ago"
    r"|long ago(?<!how long ago)|a while "
    r"(?:ago|back)|some time ago|the turn of)\b"
)


_TIME_BEFORE_LAST = Pattern(r"\bthe time before (?:the )?last\b")
"""Of a thing that is named it is the row before its last one; of anything else nobody knows the time of what."""


def vague_time(skeleton_text: str) -> str:
    """A time that is no interval, as it stands in a skeleton; empty when there is none."""
    found = _VAGUE.search(skeleton_text) or ("qc" not in skeleton_text and _TIME_BEFORE_LAST.search(skeleton_text))
    return re.sub(r" ?qt\d+", "", found.group()).strip() if found else ""


_DAY_WORDS = Pattern(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|tonight|weekends?|"
    r"seasons?|century|semester|trimester|quarter|shift|"
    r"spring|summer|autumn|winter|midnight|noon|midday|mornings?|afternoons?|evenings?|(?:over)?nights?|xmas"
    r"|christmas|easter"
    r"|thanksgiving|halloween|early|mid|late|adult(?:hood)?|childhood|adolescence|infancy"
    rf"|(?:the )?(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
    r"|\d{1,2}[./-]\d{1,2}(?:[./-](?:\d\d){1,2})?"
    rf"|(?:(?:early|mid|late)[- ])?(?:{MONTH}))(?:'s)?",
    re.IGNORECASE,
)


def is_time_of_day(words: str) -> bool:
    """Whether words that nothing knows are a time without a date ("Thursday"), and so no name of a thing."""
    return bool(_DAY_WORDS.fullmatch(words.strip()))
