"""A length of time beside a point: "in the two years before 2014", "the first week of May 2012", and the like."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern, RewritesBy
from chartwarden.agent.planning.times.dates import COUNT, DATE, MONTH, NUMBERS, PLAIN_DATE, Span, parse_date
from chartwarden.agent.planning.times.timebounds import NOW
from chartwarden.tools.records.moments import add_months
from chartwarden.tools.records.query import Window

_BESIDE = Pattern(
    rf"\b(?:(?:in|during|over|within|throughout|across) (?:the |these |those )?|the )(?P<which>first |last )?"
    rf"(?:(?P<n>{COUNT}) )?(?P<unit>minute|hour|day|week|fortnight|month|year|decade)s?"
    r"(?: (?:right|just|immediately|directly|leading up|running up))? $"
)
_BEFORE = Pattern(r"(?:before|prior to|preceding)\b")
_UNTIL = Pattern(r"until\b")
_AFTER = Pattern(r"(?:after|following)\b")
_RANKS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_PART_OF = Pattern(
    rf"\b(?:(?:in|during|over) )?(?:the )?(?:very )?(?P<which>{'|'.join(_RANKS)}|last|final)"
    rf" (?:(?P<n>{COUNT}) )?(?P<unit>day|week|month)(?P<s>s)? (?:of|in) (?P<date>{DATE})",
    re.IGNORECASE,
)
_BEFORE_LAST = Pattern(
    r"\b(?:(?P<how>in|during|on|over|since|until|before|after|from|of) )?the (?P<unit>week|month|year) before last\b",
    re.IGNORECASE,
)
_QUARTER = Pattern(
    r"\b(?:the )?(?P<which>last|previous|preceding|this|current)(?: calendar)? quarter\b(?! (?:of|century|hour))",
    re.IGNORECASE,
)
_LAST_QUARTER_OF = Pattern(r"\b(?:last|final) quarter of (?=(?:1[89]|2\d)\d\d\b)", re.IGNORECASE)
_DECADE = Pattern(r"\b(?:this|the (?:current|present))(?: current)? decade\b", re.IGNORECASE)
_EXACTLY_AGO = Pattern(
    rf"\b(?:on )?(?:exactly|precisely) (?P<n>{COUNT}) (?P<unit>day|week|month|year)s? ago\b"
    rf"|\b(?:on )?(?P<n2>{COUNT}) (?P<unit2>day|week|month|year)s? ago,? (?:to the (?:very )?day|today)\b",
    re.IGNORECASE,
)
_YEARS_AGO_NOW = Pattern(
    r"\b(?:(?P<how>since|before|after|until|till|from|up to) |(?:(?:in|at|around|about|roughly|on) )*)"
    rf"(?:this|the same) (?:very )?time(?: of (?:the )?year)?,? (?:(?P<last>last year)|(?P<n>{COUNT}) years? ago)\b",
    re.IGNORECASE,
)
"""A month of another year; behind what bounds a time, the day."""
_ON_A_DRUG = Pattern(r"\b(?:on|taking|takes?|took|using|uses?|used)\b", re.IGNORECASE)
_UP_TO = Pattern(
    rf"\b(?P<n>(?:{COUNT} )?(?:hour|day|week|fortnight|month|year)s?)"
    rf" (?:(?:leading|running) up to (?!{NOW})|up (?:to|until|till) (?!{NOW}|the end|{PLAIN_DATE}))",
    re.IGNORECASE,
)
_ENDING = Pattern(
    rf"(?<=the )(?P<n>{COUNT} (?:day|week|month|year)s?) (?:ending|up to(?: and including)?|to|until|till|through)"
    rf"(?: (?:in|on|with|at))? (?={PLAIN_DATE})",
    re.IGNORECASE,
)
_FROM_TO = Pattern(
    r"(?<!from )(?<!between )(?<!since )(?<!starting )(?<!beginning )(?<!before )(?<!after )(?<!until )(?<!and )"
    rf"(?<![\w/.:-])(?P<a>{PLAIN_DATE}) (?:to|thru|through|until|till|up to|up until"
    rf"|[-–])(?: and including)? (?P<b>{PLAIN_DATE})(?![\w/-])",
    re.IGNORECASE,
)
_WITHIN_A_DATE = Pattern(rf"(?:\d(?:st|nd|rd|th)?,?|\bof|\bfrom the|\b(?:{MONTH})\.?,?) $", re.IGNORECASE)
"""Before the month or the year of a date that has begun already: "from 11 January 2020 to ..."."""
_LEAVING_OUT = Pattern(
    r"\b(?:excluding|exclusive of|except(?:ing)?(?: for)?|leav(?:e|ing) (?:out|aside)|setting aside|apart from"
    r"|aside from|other than|minus|but not|ignoring|disregarding|skip(?:ping)?|save for|outside(?: of)?) "
    r"(?=(?:(?:in|from|of|during) )?(?:the )?(?:(?:very )?(?:first|second|last|current|past|previous)"
    r" (?:\w+ )?(?:half |quarter |week |month |months |weeks )?(?:of )?)?"
    rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', DATE)}|today|yesterday|(?:this|last|current|previous) (?:week|month|year)"
    r"|(?:week|month|year)\b))",
    re.IGNORECASE,
)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS.get(said.lower(), 1)


def moved(moment: dt.datetime, number: int, unit: str) -> dt.datetime:
    """A moment some minutes, hours, days, weeks, fortnights, months, years or decades later, or earlier."""
    if unit in ("month", "year", "decade"):
        return add_months(moment, number * {"month": 1, "year": 12, "decade": 120}[unit])
    days = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14}
    return moment + dt.timedelta(days=number * days[unit])


def beside(text: str, place: int, said: str, window: Window) -> tuple[int, dt.datetime, dt.datetime] | None:
    """Where the length before a bound of time begins, and the stretch it makes of it, as local wall-clock time.

    None where there is none. `said`: the bound that begins at `place` of the text ("before she turned 50"), whose
    `window` is open on one side.
    """
    match = _BESIDE.search(text[:place])
    if match is None:
        return None
    start, end = (bound.replace(tzinfo=None) if bound else None for bound in (window.start, window.end))
    number, rank = _number(match["n"] or "one"), match["which"]
    if _BEFORE.match(said) and end is not None and start is None and rank != "first ":
        return match.start(), moved(end, -number, match["unit"]), end
    if _UNTIL.match(said) and match["n"] and end is not None and start is None and rank != "first ":
        return match.start(), moved(end, -number, match["unit"]), end
    if _AFTER.match(said) and start is not None and end is None and rank != "last ":
        return match.start(), start, moved(start, number, match["unit"])
    return None


class _Asked(NamedTuple):
    """When a question is asked, and which way round its dates are."""

    now: dt.datetime
    day_first: bool

    def part(self, match: re.Match[str]) -> str:
        """The days of a part of a month, a quarter or a year."""
        found = re.search(DATE, match["date"].lower())
        whole = parse_date(found, day_first=self.day_first) if found else None
        stretch = _part(match, whole) if whole is not None else None
        return _between(stretch) if stretch is not None else match.group()

    def before_last(self, match: re.Match[str]) -> str:
        """The week, the month or the year before the last."""
        unit, how, now = match["unit"].lower(), match["how"] or "in", self.now
        if unit == "week":
            monday = dt.datetime.combine((now - dt.timedelta(days=now.weekday() + 14)).date(), dt.time())
            week = (monday, monday + dt.timedelta(days=7))
            return _between(week) if how.lower() in ("in", "during", "on", "over", "of") else match.group()
        if unit == "month":
            return f"{how} {add_months(now.replace(day=1), -2):%Y-%m}"
        return f"{how} {now.year - 2}"

    def exactly(self, match: re.Match[str]) -> str:
        """The day that was so long ago."""
        back = _number(match["n"] or match["n2"])
        return f"on {moved(self.now, -back, (match['unit'] or match['unit2']).lower()).date()}"

    def years_ago_now(self, match: re.Match[str]) -> str:
        """The month of asking, or the day of it, of another year."""
        if _ON_A_DRUG.search(match.string[: match.start()]):
            return match.group()  # what was ordered in one month does not tell what was taken then
        back = 1 if match["last"] else _number(match["n"])
        if match["how"]:
            return f"{match['how']} {moved(self.now, -back, 'year').date()}"
        return f"in {add_months(self.now.replace(day=1), -12 * back):%Y-%m}"

    def quarter(self, match: re.Match[str]) -> str:
        """The quarter of the year that this one is, or the one before."""
        back = 0 if match["which"].lower() in ("this", "current") else 3
        day = add_months(self.now.replace(day=1), -back)
        return f"q{(day.month + 2) // 3} {day.year}"

    def decade(self, _: re.Match[str]) -> str:
        """The decade of asking."""
        return f"the {self.now.year // 10}0s"

    def from_to(self, match: re.Match[str]) -> str:
        """Two dates with what lies between them."""
        is_within = _WITHIN_A_DATE.search(match.string[: match.start()])
        return match.group() if is_within else f"from {match['a']} to {match['b']}"


_STRETCHES = RewritesBy[_Asked](
    (
        (_LAST_QUARTER_OF, "fourth quarter of "),
        (_QUARTER, _Asked.quarter),
        (_DECADE, _Asked.decade),
        (_ENDING, r"\g<n> until "),
        (_FROM_TO, _Asked.from_to),
        (_LEAVING_OUT, "not counting "),
        (_UP_TO, r"\g<n> before "),
        (_EXACTLY_AGO, _Asked.exactly),
        (_BEFORE_LAST, _Asked.before_last),
        (_PART_OF, _Asked.part),
        (_YEARS_AGO_NOW, _Asked.years_ago_now),
    )
)


def plain_stretches(question: str, now: dt.datetime, *, day_first: bool) -> str:
    """A question with parts of a month or a year, and what lies before the last one, said by their dates."""
    return _STRETCHES.put_into(question, _Asked(now, day_first))


def _between(stretch: tuple[dt.datetime, dt.datetime]) -> str:
    return f"between {stretch[0].date()} and {(stretch[1] - dt.timedelta(days=1)).date()}"


def _part(match: re.Match[str], whole: Span) -> tuple[dt.datetime, dt.datetime] | None:
    """The first week, the last two months ... of a month, a quarter or a year."""
    which, unit = match["which"].lower(), match["unit"].lower()
    if bool(match["s"]) != bool(match["n"]) or whole.unit not in ("month", "quarter", "year"):
        return None
    number = _number(match["n"] or "one")
    if which in ("last", "final"):
        stretch = (moved(whole.end, -number, unit), whole.end)
    elif match["n"] and which != "first":
        return None
    else:
        start = moved(whole.start, _RANKS[which] - 1, unit)
        stretch = (start, moved(start, number, unit))
    return stretch if whole.start <= stretch[0] and stretch[1] <= whole.end else None
