"""Points and units of time said relative to a moment: "3 years ago", "last March", "this week", "12 May"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from chartwarden.agent.planning.times.dates import (
    DATE,
    MONTH,
    MONTHS,
    NUMBERS,
    UNIT,
    Span,
    Unit,
    day_span,
    month_span,
    parse_date,
)
from chartwarden.agent.planning.times.dates import year_span as year_of
from chartwarden.agent.planning.times.daypoints import DAY_POINT, day_point
from chartwarden.tools.records.moments import add_months

NUMBER = r"(?:\d+|a couple of|couple of|" + "|".join(w for w in NUMBERS if " " not in w) + ")"

_WHOLE_MONTH = f"(?:{'|'.join(name for name in MONTHS if len(name) > 4 or name in ('may', 'june', 'july'))})"
"""By its whole name: "the MAR" is a chart of drugs."""

POINT = (
    rf"(?:(?P<ago>{NUMBER} {UNIT}) ago"
    rf"|{DAY_POINT}"
    r"|(?P<named>yesterday|today|tonight|this (?:morning|afternoon|evening))"
    r"|(?P<calendar>(?:the )?(?:last|previous|preceding|prior|this|current|past) (?:calendar )?"
    r"(?:day(?! (?:in|at|of|on) (?!q))|week|month|year))"
    rf"|(?:the )?(?P<whichmonth>last|past|this) (?P<month>{MONTH})(?!\w| \d)"
    rf"|{DATE}"
    rf"|(?P<daymonth>(?:{MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd"
    rf"|th)? (?:of )?(?:{MONTH}))"
    rf"(?![\w-]|,? \d)"
    rf"|(?:(?:the|his|her|my|their|our) (?={_WHOLE_MONTH}\b(?!,? (?:of )?(?:1[89]"
    rf"|2[0-9])\d\d\b)))?(?P<baremonth>{MONTH})(?![\w-]))"
)
"""What `TimePoints.read` reads."""
_HOURS_OF = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "tonight": (18, 24)}
"""The first and the last hour of a part of the day."""


@dataclass(frozen=True)
class TimePoints:
    """Reads points of time by one moment, in local wall-clock time."""

    now: dt.datetime
    day_first: bool
    """Whether 3/4/2015 is the third of April."""
    south: bool = False
    """Whether seasons are those of the southern hemisphere."""

    def back(self, number: int, unit: str) -> dt.datetime | None:
        """The moment so many units before now; None before the calendar's beginning."""
        try:
            if unit == "month":
                return add_months(self.now, -number)
            if unit in ("year", "decade"):
                return add_months(self.now, -12 * number * (10 if unit == "decade" else 1))
            days = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14}[unit]
            return self.now - dt.timedelta(days=days * number)
        except (ValueError, OverflowError):
            return None

    def read(self, match: re.Match[str], prefix: str = "") -> Span | None:
        """The point or unit that a match of `POINT` names, its groups after a prefix; None for no day there is."""
        group = {
            name.removeprefix(prefix): value
            for name, value in match.groupdict().items()
            if not prefix or name.startswith(prefix)
        }
        if group.get("ago"):
            return self._ago_unit(group["ago"])
        if named := group.get("named"):
            return self._named(named)
        if calendar := group.get("calendar"):
            return self._calendar_unit(calendar)
        day = day_point(group, self.now, south=self.south)
        if day is not None:
            return day
        if month := group.get("month") or group.get("baremonth"):
            return self._latest_month(MONTHS[month], before_this=group.get("whichmonth") == "last")
        if daymonth := group.get("daymonth"):
            return self._latest_day(daymonth)
        names = (prefix[:-1],) if prefix else ("point", "a")
        text = next(value for name, value in match.groupdict().items() if name in names and value)
        found = re.search(DATE, text)
        return parse_date(found, day_first=self.day_first) if found else None

    def _ago_unit(self, text: str) -> Span | None:
        number, unit = quantity(text)
        moment = self.back(number, unit)
        if moment is None:
            return None
        if unit in ("year", "decade"):
            return year_of(moment.year)
        if unit == "month":
            return month_span(moment.year, moment.month)
        if unit in ("week", "fortnight"):
            monday = (moment - dt.timedelta(days=moment.weekday())).date()
            return Span(day_span(monday).start, day_span(monday).start + dt.timedelta(days=7), "week")
        return day_span(moment.date())

    def _named(self, named: str) -> Span:
        day = day_span((self.now - dt.timedelta(days=named == "yesterday")).date()).start
        start, end = _HOURS_OF.get(named.removeprefix("this "), (0, 24))
        unit: Unit = "day" if end - start == 24 else "hour"
        return Span(day + dt.timedelta(hours=start), day + dt.timedelta(hours=end), unit)

    def _calendar_unit(self, text: str) -> Span:
        unit = text.rsplit(" ", 1)[1]
        back = 0 if ("this" in text or "current" in text) else 1
        today = self.now
        if unit == "year":
            return year_of(today.year - back)
        if unit == "month":
            start = add_months(today.replace(day=1), -back)
            return month_span(start.year, start.month)
        if unit == "week":
            monday = day_span((today - dt.timedelta(days=today.weekday() + 7 * back)).date()).start
            return Span(monday, monday + dt.timedelta(days=7), "week")
        return day_span((today - dt.timedelta(days=back)).date())

    def _latest_day(self, text: str) -> Span | None:
        month = next(MONTHS[word] for word in re.findall(r"[a-z]+", text) if word in MONTHS)
        day = int(re.findall(r"\d+", text)[0])
        try:
            this_year = dt.date(self.now.year, month, day)
            return day_span(this_year if this_year <= self.now.date() else this_year.replace(year=self.now.year - 1))
        except ValueError:
            return None

    def _latest_month(self, month: int, *, before_this: bool) -> Span:
        year = self.now.year
        if month > self.now.month or (before_this and month == self.now.month):
            year -= 1
        return month_span(year, month)


def quantity(text: str) -> tuple[int, Unit | str]:
    """The number and the unit of "a couple of weeks"."""
    number, _, unit = text.rpartition(" ")
    value = int(number) if number.isdigit() else NUMBERS.get(number, 1)
    return value, unit.removesuffix("s")
