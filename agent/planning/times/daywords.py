"""Days and times of day in other words, put as they are read: "10pm last night", "since Mon", "the June admission"."""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.planning.times.dates import DAY, MONTH, YEAR
from chartwarden.agent.planning.times.daypoints import AROUND, CLOCK, DAY_NAMES, WEEKDAYS, flu_season, time_of_day

_SAID = (
    rf"(?P<day>today|yesterday|(?:on )?(?:last |this )?(?:{DAY_NAMES})|last night"
    r"|this (?:morning|afternoon|evening))"
)
_LEAD = r"(?P<lead>since|from|until|till|before|after|by)"
_CLOCK_DAY = re.compile(
    rf"\b(?:(?:{_LEAD}|at|around) )?(?:the )?(?P<clock>{CLOCK}|noon|midday)(?: on)? {_SAID}(?:'s)?\b",
    re.IGNORECASE,
)
_DAY_CLOCK = re.compile(
    rf"\b(?:{_LEAD} )?{_SAID}(?:'s)?,? (?:at |around |from |@ ?)?(?P<clock>{CLOCK})(?![\w:])",
    re.IGNORECASE,
)
_NAMED_BEFORE_DATE = re.compile(
    rf"\b(?:{DAY_NAMES}),? (?=(?:the )?{DAY} (?:of )?(?:{MONTH})\b|(?:{MONTH}) {DAY}\b|{YEAR}-\d\d-\d\d"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4})",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?P<lead>on|since|until|till|before|after|from|by|last|and|to) "
    r"(?P<day>mon|tues?|weds?|thurs?|thu|fri)\b(?![.']?\w)",
    re.IGNORECASE,
)
_SHORT_ALONE = re.compile(r"(?<=\w )(?P<day>Mon|Tues?|Weds?|Thurs?|Thu|Fri)(?=[?.,;]|$| (?:am|pm|night|morning)\b)")
_WHOLE = {name[:3]: name for name in WEEKDAYS}
_HOURS_AND_MINUTES = re.compile(
    r"(?P<lead>\b(?:at|since|from|until|till|by|before|after|the)|@) ?(?P<h>[012]\d)(?P<m>[0-5]\d)"
    r"(?![\w.,:/%-]| ?(?:to|-) ?\d| (?:mg|ml|mcg|units?|g|kg|kcal|calories|steps|cells|times|of|in)\b)",
    re.IGNORECASE,
)
_THE_FALL = re.compile(
    r"\b(?P<lead>(?:in|during|over|since|until) (?:the |this )|this )fall"
    r"(?= ?(?:[?.,;!]|$)| (?:what|when|who|which|how|did)\b)",
    re.IGNORECASE,
)
_FLU_SEASON = re.compile(
    r"\b(?:(?:in|during|for|over|of) )?(?:the |this )?(?P<which>this|last|current|past|previous|the)"
    r"(?P<flu> (?:flu|influenza))?(?: vaccination)? season\b(?! (?:of|before|\d))",
    re.IGNORECASE,
)
_OF_FLU = re.compile(r"\b(?:flu|influenza|covid)\b", re.IGNORECASE)
_STAYS = r"(?:hospital |inpatient |clinic |icu )?(?:admission|stay|hospitali[sz]ation|visit|encounter|appointment)"
_DAY_OF_THIS_STAY = re.compile(
    rf"\b(?P<stay>(?:during|in|within|on) (?:this|(?:the|my|his|her) (?:current|present)) (?:admission|stay)),? "
    rf"(?P<day>on (?:{DAY_NAMES}|the \d{{1,2}}(?:st|nd|rd|th)))\b",
    re.IGNORECASE,
)
"""A day of the stay that lasts, and not a stay that began on that day."""
_AT_CLINIC = re.compile(
    rf"\b(?P<lead>since|at|from|after|before) (?:(?:the|my|his|her|their) )?clinic (?:in|on)"
    rf" (?=(?:{MONTH}|{DAY_NAMES})\b)",
    re.IGNORECASE,
)
_OF_A_STAY = re.compile(
    r"\b(?P<within>(?:in|on|over|at) )?(?:(?P<whose>the|that|his|her|my|their|our) )?"
    rf"(?P<when>(?:{MONTH})(?! (?:and|or) )(?: {YEAR})?|(?:{DAY_NAMES})|{YEAR})(?:'s)? (?P<stay>{_STAYS})\b(?!s)",
    re.IGNORECASE,
)
"""A stay or a visit named by when it was."""


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


def _stay(match: re.Match[str]) -> str:
    within = "during " if match["within"] else ""
    lead = "on" if match["when"].lower() in WEEKDAYS else "in"
    return f"{within}{match['whose'] or 'the'} {match['stay']} {lead} {match['when']}"


def plain_days(question: str, now: dt.datetime, *, south: bool = False) -> str:
    """A question with its days and times of day said as they are read."""
    question = _NAMED_BEFORE_DATE.sub("", question)
    question = _SHORT.sub(lambda m: f"{m['lead']} {_WHOLE[m['day'].lower()[:3]]}", question)
    question = _SHORT_ALONE.sub(lambda m: f"on {_WHOLE[m['day'].lower()[:3]]}", question)
    question = _HOURS_AND_MINUTES.sub(lambda m: _clock(m, now), question)
    question = _THE_FALL.sub(lambda m: f"{m['lead']}autumn", question)
    question = _FLU_SEASON.sub(lambda m: _season(m, now, south), question)
    question = _OF_A_STAY.sub(_stay, question)
    question = _DAY_OF_THIS_STAY.sub(r"\g<day> \g<stay>", question)
    question = _AT_CLINIC.sub(lambda m: "in " if m["lead"].lower() == "at" else f"{m['lead']} ", question)
    for pattern in (_CLOCK_DAY, _DAY_CLOCK):
        question = pattern.sub(lambda m: _moment(m, now), question)
    return re.sub(r"\s+", " ", question).strip()
