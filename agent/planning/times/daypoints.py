"""Times told without a date ("on Tuesday", "the 3rd", "last night", "in the autumn", "0600"): the latest that began."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from chartwarden.agent.planning.times.dates import MONTH, Span, day_span
from chartwarden.tools.records.moments import add_months

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES = "|".join(WEEKDAYS)
_HABIT = "".join(
    rf"(?<!\b{word} )"
    for word in ("every", "each", "any", "a", "one", "per", "alternate", "other", "good", "ash", "black", "first",
                 "second", "third", "fourth", "previous", "following", "next", "coming", "most")
)  # fmt: skip
"""Before a day of the week that is no one day, or is one of several."""
_PART = r"(?: (?P<{}>morning|afternoon|evening|night))?"
CLOCK = (
    r"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?: ?[ap]\.?m\b)?|(?:0?[1-9]|1[0-2]) ?[ap]\.?m\b|(?:[1-9]|1[0-2]) o'?clock"
    r"|0\d[0-5]\d(?: ?(?:h|hrs?|hours))?|(?:1\d|2[0-3])[0-5]\d ?(?:h|hrs?|hours))"
)
"""A time of day."""
DAY_POINT = (
    rf"(?:(?:the )?(?P<whichday>last|past|this) )?{_HABIT}(?P<weekday>{DAY_NAMES})(?![\w-])"
    r"(?! (?:before|after|of|following|week|clinics)\b)"
    + _PART.format("weekdaypart")
    + r"|the (?P<dayno>(?:3[01]|[12]?\d)(?:st|nd|rd|th))"
    r"(?= ?(?:[?.,;:!)]|$)| (?:and|to|until|till|through|or|for|with|by|at|was|were|is|did|had|what|which|who|how"
    r"|in mg|in ml)\b)"
    r"|(?P<night>last night|overnight(?! (?:hospital |icu )?(?:stay|visit|admission|observation)))"
    r"|(?P<yesterdaypart>yesterday (?:morning|afternoon|evening|night))"
    r"|(?:(?:the )?(?P<whichseason>last|past|previous|this|current|that) |the )"
    rf"(?P<season>spring|summer|autumn|winter)(?![\w-])(?! (?:of )?(?:{MONTH}))"
    r"|(?P<noon>midnight|midday|noon)(?![\w-])"
    rf"|(?<![\w.,:/+-])(?P<clock>{CLOCK})(?![\w:/-])"
)
"""What `day_point` reads."""
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""First month, in the north."""
_FLU_SEASON = 7
"""First month, in the north, of the year in which flu shots are counted (CDC FluVaxView)."""
_HOURS_OF = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30)}
AROUND = dt.timedelta(minutes=30)
"""How far on either side what is told to be of a time of day may have been written down."""


def day_point(group: Mapping[str, str | None], now: dt.datetime, *, south: bool = False) -> Span | None:
    """The point that a match of `DAY_POINT` names, by its groups; None where it names none."""
    today = day_span(now.date()).start
    if weekday := group.get("weekday"):
        back = (now.weekday() - WEEKDAYS.index(weekday)) % 7
        if not back and group.get("whichday") in ("last", "past"):
            back = 7
        return _part_of(today - dt.timedelta(days=back), group.get("weekdaypart"))
    if dayno := group.get("dayno"):
        return _latest_day_of_month(int(dayno[:-2]), now)
    if night := group.get("night"):
        start, end = (18, 30) if night == "last night" else (20, 32)
        return _hours(today - dt.timedelta(days=1), start, end)
    if part := group.get("yesterdaypart"):
        return _part_of(today - dt.timedelta(days=1), part.split()[1])
    if season := group.get("season"):
        return _season(season, now, over=group.get("whichseason") in ("last", "past", "previous"), south=south)
    if noon := group.get("noon"):
        return _latest_clock(0 if noon == "midnight" else 12, 0, now)
    if clock := group.get("clock"):
        said = time_of_day(clock)
        return _latest_clock(said.hour, said.minute, now) if said else None
    return None


def time_of_day(words: str) -> dt.time | None:
    """The time that `CLOCK` says; None for what is no time of day."""
    if words in ("noon", "midday"):
        return dt.time(12)
    numbers = re.findall(r"\d+", words)
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    if len(numbers[0]) == 4:
        hour, minute = divmod(hour, 100)
    half = re.search(r"([ap])\.?m", words)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[1] == "p" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _hours(day: dt.datetime, start: int, end: int) -> Span:
    return Span(day + dt.timedelta(hours=start), day + dt.timedelta(hours=end), "hour")


def _part_of(day: dt.datetime, part: str | None) -> Span:
    return _hours(day, *_HOURS_OF[part]) if part else day_span(day.date())


def _latest_day_of_month(day: int, now: dt.datetime) -> Span | None:
    for back in range(3):
        month = add_months(now.replace(day=1), -back)
        try:
            found = month.replace(day=day).date()
        except ValueError:
            continue
        if found <= now.date():
            return day_span(found)
    return None


def _season(name: str, now: dt.datetime, *, over: bool, south: bool) -> Span:
    """The latest season of this name that has begun, or that is over."""
    return _latest_months(_SEASONS[name], 3, now, over=over, south=south)


def flu_season(now: dt.datetime, *, over: bool, south: bool) -> Span:
    """The year of flu shots that has begun, or the one that is over."""
    return _latest_months(_FLU_SEASON, 12, now, over=over, south=south)


def _latest_months(first: int, length: int, now: dt.datetime, *, over: bool, south: bool) -> Span:
    start = dt.datetime(now.year, (first + 5) % 12 + 1 if south else first, 1)
    while (add_months(start, length) if over else start) > now:
        start = add_months(start, -12)
    return Span(start, add_months(start, length), "month")


def _latest_clock(hour: int, minute: int, now: dt.datetime) -> Span:
    start = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    start = start if start <= now else start - dt.timedelta(days=1)
    return Span(start, start + dt.timedelta(minutes=1), "minute")
