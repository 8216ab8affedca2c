"""Absolute dates in words, at every precision, as spans of calendar time."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from chartwarden.tools.records.moments import add_months
from chartwarden.tools.records.number_words import CARDINALS, TENS

Unit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade"]

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
NUMBERS = {CARDINALS[0]: 0, "a": 1, "an": 1}
NUMBERS |= {word: number for number, word in enumerate(CARDINALS)}
NUMBERS |= {word: 10 * ten for ten, word in enumerate(TENS, start=2)} | {"couple of": 2, "a couple of": 2}
"""Numbers in words."""
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:1[89]|2[0-9])\d\d"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
COUNT = rf"(?:\d+|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
UNIT = r"(?:second|minute|hour|day|week|fortnight|month|year|decade)s?"

DATE = (
    rf"(?P<iso>{YEAR}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d)?)?)"
    r"|(?P<slashed>\d{1,2}[/.]\d{1,2}[/.]\d{4})"
    rf"|(?P<isomonth>{YEAR}-(?:0[1-9]|1[0-2])(?![\d-]))"
    r"|(?P<slashmonth>\d{1,2}/\d{4})"
    rf"|(?P<mdy>(?:{MONTH})\.? {DAY}(?:,? (?:of )?{YEAR}))|(?P<dmy>(?:the )?{DAY} (?:of )?(?:{MONTH})\.?,? {YEAR})"
    rf"|(?P<my>(?:{MONTH})\.?,? (?:of )?{YEAR})"
    rf"|(?P<quarter>(?:q[1-4]|(?:the )?(?:first|second|third|fourth|1st|2nd|3rd|4th) quarter)(?: of)? {YEAR})"
    rf"|(?P<decade>(?:the )?(?:1[89]|2[0-9])\d0'?s)|(?P<year>(?:the year )?{YEAR})(?![\d/:%.-]*\d)"
)
"""One date. `slashed` is read by the setting; a number of four digits counts as a year from 1800 to 2999."""
PLAIN_DATE = re.sub(r"[?]P<[a-z]+>", "?:", DATE)
"""The same with no group named."""

_ORDINAL_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


@dataclass(frozen=True)
class Span:
    """A stretch of local wall-clock time, `start <= t < end`."""

    start: dt.datetime
    end: dt.datetime
    unit: Unit


def month_span(year: int, month: int) -> Span:
    """A calendar month."""
    start = dt.datetime(year, month, 1)
    return Span(start, add_months(start, 1), "month")


def year_span(year: int) -> Span:
    """A calendar year."""
    return Span(dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1), "year")


def day_span(day: dt.date) -> Span:
    """A calendar day."""
    start = dt.datetime.combine(day, dt.time())
    return Span(start, start + dt.timedelta(days=1), "day")


def parse_date(match: re.Match[str], *, day_first: bool) -> Span | None:
    """The span of a match of `DATE`; None for a date that does not exist."""
    try:
        return _parse(match, day_first)
    except (ValueError, OverflowError):
        return None


def _parse(match: re.Match[str], day_first: bool) -> Span | None:
    groups = match.groupdict()
    if text := groups["iso"]:
        return _iso(text)
    if text := groups["slashed"]:
        first, second, year = (int(part) for part in re.split(r"[/.]", text))
        day, month = (first, second) if day_first else (second, first)
        if month > 12 >= day:
            day, month = month, day
        return day_span(dt.date(year, month, day))
    if text := groups["isomonth"]:
        return month_span(int(text[:4]), int(text[5:7]))
    if text := groups["slashmonth"]:
        written_month, _, written_year = text.partition("/")
        return month_span(int(written_year), int(written_month))
    if text := groups["mdy"] or groups["dmy"] or groups["my"]:
        return _worded(text)
    if text := groups["quarter"]:
        return _quarter(text)
    if text := groups["decade"]:
        year = int(re.search(r"\d{4}", text)[0])  # type: ignore[index]
        return Span(dt.datetime(year, 1, 1), dt.datetime(year + 10, 1, 1), "decade")
    return year_span(int(groups["year"][-4:]))


def _iso(text: str) -> Span:
    if len(text) == len("2020-01-01"):
        return day_span(dt.date.fromisoformat(text))
    start = dt.datetime.fromisoformat(text.upper().replace("T", " "))
    exact = text.count(":") == 2
    return Span(start, start + dt.timedelta(seconds=1 if exact else 60), "second" if exact else "minute")


def _worded(text: str) -> Span:
    month = next(MONTHS[word] for word in re.findall(r"[a-z]+", text) if word in MONTHS)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if len(numbers) == 1:
        return month_span(numbers[0], month)
    day, year = sorted(numbers)
    return day_span(dt.date(year, month, day))


def _quarter(text: str) -> Span:
    year = int(text[-4:])
    number = next((n for word, n in _ORDINAL_QUARTERS.items() if word in text), 0) or int(text[1])
    start = dt.datetime(year, number * 3 - 2, 1)
    return Span(start, add_months(start, 3), "quarter")
