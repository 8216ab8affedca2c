"""Days and times of day in other words, put as they are read: "10pm last night", "since Mon", "the June admission"."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern, RewritesBy
from chartwarden.agent.planning.times.dates import DATE, DAY, MONTH, PLAIN_DATE, YEAR, parse_date
from chartwarden.agent.planning.times.daypoints import AROUND, CLOCK, DAY_NAMES, WEEKDAYS, flu_season, time_of_day

_SAID = (
    rf"(?P<day>today|yesterday|(?:on )?(?:last |this )?(?:{DAY_NAMES})|last night|this (?:morning|afternoon|evening))"
)
_LEAD = r"(?P<lead>since|from|until|till|before|after|by)"
_CLOCK_DAY = Pattern(
    rf"\b(?:(?:{_LEAD}|at|around) )?(?:the )?(?P<clock>{CLOCK}|noon|midday)(?: on)? {_SAID}(?:'s)?\b",
    re.IGNORECASE,
)
_DAY_CLOCK = Pattern(
    rf"\b(?:{_LEAD} )?{_SAID}(?:'s)?,? (?:at |around |from |@ ?)?(?P<clock>{CLOCK})(?![\w:])",
    re.IGNORECASE,
)
_NAMED_BEFORE_DATE = Pattern(
    rf"\b(?:{DAY_NAMES}),? (?=(?:the )?{DAY} (?:of )?(?:{MONTH})\b|(?:{MONTH}) {DAY}\b|{YEAR}-\d\d-\d\d"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4})",
    re.IGNORECASE,
)
_SHORT = Pattern(
    r"\b(?P<lead>on|since|until|till|before|after|from|by|last|and|to) "
    r"(?P<day>mon|tues?|weds?|thurs?|thu|fri)\b(?![.']?\w)",
    re.IGNORECASE,
)
_SHORT_ALONE = Pattern(r"(?<=\w )(?P<day>Mon|Tues?|Weds?|Thurs?|Thu|Fri)(?=[?.,;]|$| (?:am|pm|night|morning)\b)")
_WHOLE = {name[:3]: name for name in WEEKDAYS}
_HOURS_AND_MINUTES = Pattern(
    r"(?P<lead>\b(?:at|since|from|until|till|by|before|after|the)|@) ?(?P<h>[012]\d)(?P<m>[0-5]\d)"
    r"(?![\w.,:/%-]| ?(?:to|-) ?\d| (?:mg|ml|mcg|units?|g|kg|kcal|calories|steps|cells|times|of|in)\b)",
    re.IGNORECASE,
)
_THE_FALL = Pattern(
    r"\b(?P<lead>(?:in|during|over|since|until) (?:the |this )|this )fall"
    r"(?= ?(?:[?.,;!]|$)| (?:what|when|who|which|how|did)\b)",
    re.IGNORECASE,
)
_PART_OF_DATE = Pattern(
    r"\b(?:(?:on|in|during|over|through|throughout) )?(?:the )?(?P<part>night|overnight|morning|afternoon|evening)"
    rf" (?P<of>of|on|from|between) (?:the )?(?P<date>{PLAIN_DATE}|{DAY}(?= (?:to|and|into)\b))"
    rf"(?: (?:to|and|into|until|[-–]) (?:the )?(?P<next>{PLAIN_DATE}))?(?![\w/-])"
    rf"|\b(?:on )?(?P<date2>{PLAIN_DATE})(?:,? (?:at|in the))? (?P<part2>night|overnight|morning|afternoon|evening)"
    r"(?! (?:shift|clinic|dose)s?\b)(?!\w)",
    re.IGNORECASE,
)
_FOUR = r"(?:[01]\d|2[0-3])[0-5]\d(?: ?(?:h|hrs?|hours)\b)?"
_HOURS_SAID = rf"(?P<a>{CLOCK}|{_FOUR}|noon) ?(?:and|to|until|till|-|–) ?(?P<b>{CLOCK}|{_FOUR}|noon|midnight)"
_HOURS_OF_DATE = Pattern(
    rf"\b(?:between|from) {_HOURS_SAID} (?:on|of) (?:the )?(?P<date>{PLAIN_DATE})(?![\w/-])"
    rf"|\b(?:on )?(?P<date2>{PLAIN_DATE}),? (?:(?:between|from) )?"
    rf"{_HOURS_SAID.replace('<a>', '<a2>').replace('<b>', '<b2>')}(?![\w:/-])",
    re.IGNORECASE,
)
_BOUND_OF_DATE = Pattern(
    rf"\b{_LEAD} (?P<a>{CLOCK}|noon|midday) (?:on|of) (?:the )?(?P<date>{PLAIN_DATE})(?![\w/-])", re.IGNORECASE
)
_PARTS = Pattern(r"night|morning|afternoon|evening", re.IGNORECASE)
_HOURS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30), "overnight": (20, 32)}
"""First and last hour of a part of a day; a night goes on into the next day."""
_SEASON_OF_YEAR = Pattern(
    r"\b(?:(?:(?:in|during|over) )?(?:the )?(?P<name>spring|summer|autumn|winter)|(?:in|during|over) (?:the )?fall)"
    rf"(?: of)? (?P<year>{YEAR})(?![\w/-])",
    re.IGNORECASE,
)
_FIRST_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""In the north."""
_FLU_SEASON = Pattern(
    r"\b(?:(?:in|during|for|over|of) )?(?:the |this )?(?P<which>this|last|current|past|previous|the)"
    r"(?P<flu> (?:flu|influenza))?(?: vaccination)? season\b(?! (?:of|before|\d))",
    re.IGNORECASE,
)
_OF_FLU = Pattern(r"\b(?:flu|influenza|covid)\b", re.IGNORECASE)
_STAYS = (
    r"(?:hospital |inpatient |clinic |icu |emergency |er |ed )?"
    r"(?:admission|stay|hospitali[sz]ation|visit|encounter|appointment|check[- ]?up)"
)
_OF_VISIT = (
    r"(?!(?:what|which|who|when|where|how|why|was|were|is|are|did|does|do|has|have|had|he|she|they|i|we|it|the|an?|his"
    r"|her|my|their|our|to|and|or|of|for|in|on|at|from|until|till|before|after|since|any|no|first|last|latest|next|list|show"
    r"|with|by|that|this|there|later|earlier|please|am|pm)\b)[a-z][a-z-]+"
)
"""What a visit was for: "the May 2011 burn visit"."""
_DAY_OF_THIS_STAY = Pattern(
    rf"\b(?P<stay>(?:during|in|within|on) (?:this|(?:the|my|his|her) (?:current|present)) (?:admission|stay)),? "
    rf"(?P<day>on (?:{DAY_NAMES}|the \d{{1,2}}(?:st|nd|rd|th)))\b",
    re.IGNORECASE,
)
"""A day of the stay that lasts, and not a stay that began on that day."""
_AT_CLINIC = Pattern(
    rf"\b(?P<lead>since|at|from|after|before) (?:(?:the|my|his|her|their) )?clinic (?:in|on)"
    rf" (?=(?:{MONTH}|{DAY_NAMES})\b)",
    re.IGNORECASE,
)
_OF_A_STAY = Pattern(
    r"\b(?P<within>(?:in|on|over|at) )?(?:(?P<whose>the|that|his|her|my|their|our) )?"
    rf"(?P<when>(?P<date>{DAY} (?:{MONTH}) {YEAR}|(?:{MONTH}) {DAY},? {YEAR}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})|(?:{MONTH})(?! (?:and|or) )(?: {YEAR})?|(?:{DAY_NAMES})|{YEAR})(?:'s)?"
    rf" (?P<stay>(?:{_OF_VISIT} ){{0,2}}?{_STAYS}|one(?=[ ?.,]*$))\b(?!s)",
    re.IGNORECASE,
)
"""A stay or a visit named by when it was."""
_OF_A_THING = Pattern(
    rf"\b(?P<lead>on|for|at|of|from|in|with|during|after|before) the (?P<when>(?:{MONTH}) {YEAR}) "
    rf"(?P<thing>{_OF_VISIT}(?: {_OF_VISIT}){{0,2}})(?=[ ?.]*$|[,;:])",
    re.IGNORECASE,
)
"""What is named by its month at the end of a clause: "on the May 2011 panel"."""


def _day_of(said: str, clock: dt.time, now: dt.datetime) -> dt.date:
    said = said.lower().removeprefix("on ")
    if said == "last night":
        return (now - dt.timedelta(days=clock.hour >= 12)).date()
    name = said.split()[-1]
    if name in WEEKDAYS:
        back = (now.weekday() - WEEKDAYS.index(name)) % 7
        return (now - dt.timedelta(days=7 if not back and said.startswith("last") else back)).date()
    return (now - dt.timedelta(days=said == "yesterday")).date()


def _moment(match: re.Match[str], now: dt.datetime) -> str:
    """A time of day with its day, as dates: what is told to be of it may have been written down around it."""
    clock = time_of_day(match["clock"].lower())
    if clock is None:
        return match.group()
    at = dt.datetime.combine(_day_of(match["day"], clock, now), clock)
    if match["lead"]:
        return f" {match['lead']} {at:%Y-%m-%d %H:%M}"
    last = at + AROUND - dt.timedelta(minutes=1)
    return f" between {at - AROUND:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M}"


def _clock(match: re.Match[str], now: dt.datetime) -> str:
    """Four digits that are no year of the time before now."""
    is_year = 1800 <= int(match["h"] + match["m"]) <= now.year
    return match.group() if int(match["h"]) > 23 or is_year else f"{match['lead']} {match['h']}:{match['m']}"


def _season(match: re.Match[str], now: dt.datetime, south: bool) -> str:
    if not match["flu"] and (match["which"].lower() == "the" or not _OF_FLU.search(match.string)):
        return match.group()
    span = flu_season(now, over=match["which"].lower() in ("last", "past", "previous"), south=south)
    return f"between {span.start.date()} and {(span.end - dt.timedelta(days=1)).date()}"


def _of_year(match: re.Match[str], south: bool) -> str:
    """The months of a season of a year, where it lies in that year alone."""
    first = (_FIRST_MONTHS[(match["name"] or "fall").lower()] + (5 if south else -1)) % 12 + 1
    return match.group() if first > 10 else f"between {match['year']}-{first:02} and {match['year']}-{first + 2:02}"


def _stay(match: re.Match[str]) -> str:
    within = "during " if match["within"] else ""
    lead = "on" if match["when"].lower() in WEEKDAYS or match["date"] else "in"
    return f"{within}{match['whose'] or 'the'} {match['stay']} {lead} {match['when']}"


def _part_of_date(match: re.Match[str], day_first: bool) -> str:
    """The hours of a part of a day that is named by its date; of a night that is named by both its days."""
    text, said = (match["date"] or match["date2"]).lower(), (match["part"] or match["part2"]).lower()
    ends = [_day(one, day_first) for one in (text, (match["next"] or "").lower()) if one]
    day = ends[0]
    if match["next"]:
        if ends[1] is None or "night" not in said:
            return match.group()
        day = ends[1] - dt.timedelta(days=1)
        if not (ends[0] == day or re.fullmatch(rf"0?{day.day}(?:st|nd|rd|th)?", text)):
            return match.group()
    elif match["of"] and match["of"].lower() in ("from", "between"):
        return match.group()
    if day is None:
        return match.group()
    start = dt.datetime.combine(day, dt.time())
    first, last = (start + dt.timedelta(hours=hour) for hour in _HOURS[said])
    return f"between {first:%Y-%m-%d %H:%M} and {last - dt.timedelta(minutes=1):%Y-%m-%d %H:%M}"


def _hours_of_date(match: re.Match[str], day_first: bool) -> str:
    """The hours from one time of day to another of a date; a later one that is earlier is of the next day."""
    day = _day((match["date"] or match["date2"]).lower(), day_first)
    first, last = (_clock_of(match[one] or match[f"{one}2"]) for one in "ab")
    if day is None or first is None or last is None:
        return match.group()
    start, stop = dt.datetime.combine(day, first), dt.datetime.combine(day, last)
    stop += dt.timedelta(days=stop <= start)
    return f"between {start:%Y-%m-%d %H:%M} and {stop:%Y-%m-%d %H:%M}"


def _bound_of_date(match: re.Match[str], day_first: bool) -> str:
    """A moment of a date from which, or up to which, something is meant."""
    day, clock = _day(match["date"].lower(), day_first), _clock_of(match["a"])
    return f"{match['lead']} {day} {clock:%H:%M}" if day and clock else match.group()


def _clock_of(said: str) -> dt.time | None:
    return dt.time() if said.lower() == "midnight" else time_of_day(said.lower())


def _day(text: str, day_first: bool) -> dt.date | None:
    found = re.fullmatch(DATE, text)
    span = parse_date(found, day_first=day_first) if found else None
    return span.start.date() if span is not None and span.unit == "day" else None


_HOLIDAYS = Pattern(
    r"\b(?P<near>(?:just |shortly |right |a (?:little|bit|few days|week) )(?:before|after)|before|after|at"
    r"|around|over|near"
    rf"|about|during|on) (?:the )?(?P<name>christmas|xmas|new year)(?:'?s)?(?P<on> (?:day|eve))?(?:,? (?:of"
    rf" )?(?P<year>{YEAR}))?(?![\w-])",
    re.IGNORECASE,
)
"""A time told by Christmas or by the turn of the year."""


def _holiday(match: re.Match[str], now: dt.datetime) -> str:
    """The days that are meant; without a year those of the last one that was."""
    is_new_year, near = match["name"].lower().startswith("new"), match["near"].lower()
    year = int(match["year"] or now.year) - (is_new_year and bool(match["year"]))
    day = dt.date(year, 12, 31 if is_new_year else 25)
    if not match["year"] and day + dt.timedelta(days=is_new_year) > now.date():
        day = day.replace(year=year - 1)
    if match["on"]:
        eve = match["on"].strip().lower() == "eve"
        return f"on {day + dt.timedelta(days=is_new_year and not eve) - dt.timedelta(days=not is_new_year and eve)}"
    if near in ("before", "after"):
        return f"{near} {day + dt.timedelta(days=is_new_year and near == 'before')}"
    before, after = (24, 0) if near.endswith("before") else (0, 13) if near.endswith("after") else (7, 7)
    return f"between {day - dt.timedelta(days=before)} and {day + dt.timedelta(days=after)}"


class _Asked(NamedTuple):
    """When a question is asked, and on which half of the earth."""

    now: dt.datetime
    south: bool


_DAYS = RewritesBy[_Asked](
    (
        (_SHORT, lambda _, m: f"{m['lead']} {_WHOLE[m['day'].lower()[:3]]}"),
        (_SHORT_ALONE, lambda _, m: f"on {_WHOLE[m['day'].lower()[:3]]}"),
        (_HOURS_AND_MINUTES, lambda asked, m: _clock(m, asked.now)),
        (_THE_FALL, r"\g<lead>autumn"),
        (_SEASON_OF_YEAR, lambda asked, m: _of_year(m, asked.south)),
        (_FLU_SEASON, lambda asked, m: _season(m, asked.now, asked.south)),
        (_OF_A_STAY, lambda _, m: _stay(m)),
        (_OF_A_THING, r"\g<lead> the \g<thing> in \g<when>"),
        (_DAY_OF_THIS_STAY, r"\g<day> \g<stay>"),
        (_AT_CLINIC, lambda _, m: "in " if m["lead"].lower() == "at" else f"{m['lead']} "),
        (_CLOCK_DAY, lambda asked, m: _moment(m, asked.now)),
        (_DAY_CLOCK, lambda asked, m: _moment(m, asked.now)),
    )
)


def plain_days(question: str, now: dt.datetime, *, south: bool = False, day_first: bool = False) -> str:
    """A question with its days and times of day said as they are read."""
    if _PARTS.search(question):
        question = _PART_OF_DATE.sub(lambda m: _part_of_date(m, day_first), question)
    question = _HOLIDAYS.sub(lambda m: _holiday(m, now), question)
    question = _NAMED_BEFORE_DATE.sub("", question)
    if re.search(r"\d", question):
        question = _HOURS_OF_DATE.sub(lambda m: _hours_of_date(m, day_first), question)
        question = _BOUND_OF_DATE.sub(lambda m: _bound_of_date(m, day_first), question)
    question = _DAYS.put_into(question, _Asked(now, south))
    return re.sub(r"\s+", " ", question).strip()
