"""Dates and times of the record: what a recorded string can mean, and how it is put on the calendar.

FHIR writes dates at the precision that is known (R4 datatypes, dateTime). A `Moment` keeps the string as recorded
and the half-open interval of instants it can mean, so that nothing is ever made more exact than it was.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["year", "month", "day", "instant"]

_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A recorded date or time: `start <= t < end` are the instants it can mean."""

    recorded: str
    start: dt.datetime
    end: dt.datetime
    precision: Precision


@dataclass(frozen=True)
class Clock:
    """The session's clock: the moment of asking and the IANA zone of calendar days."""

    as_of: dt.datetime
    timezone: str


@lru_cache(maxsize=32)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ZoneInfoNotFoundError for a name that is none."""
    return ZoneInfo(name)


@lru_cache(maxsize=65_536)
def parse(recorded: str, zone: str = "UTC") -> Moment | None:
    """Read a FHIR date, dateTime or instant; None for a string that is none.

    A value without an offset, and every value of day precision or coarser, is of `zone` (an IANA name).
    """
    partial = _PARTIAL.match(recorded)
    try:
        if partial is None:
            start = dt.datetime.fromisoformat(recorded)
            if start.tzinfo is None:
                start = start.replace(tzinfo=zone_of(zone))
            return Moment(recorded, start, start + dt.timedelta(seconds=1), "instant")
        year, month, day = partial.groups()
        start = dt.datetime(int(year), int(month or 1), int(day or 1), tzinfo=zone_of(zone))
        if day:
            return Moment(recorded, start, start + dt.timedelta(days=1), "day")
        if month:
            return Moment(recorded, start, add_months(start, 1), "month")
        return Moment(recorded, start, start.replace(year=start.year + 1), "year")
    except (ValueError, OverflowError):
        return None


def add_months(moment: dt.datetime, months: int) -> dt.datetime:
    """A moment some months later (or earlier), on the last day of the month where the day does not exist."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


@dataclass(frozen=True)
class Calendar:
    """How instants are put on the calendar: in the session's zone, or by the wall clock the record wrote."""

    zone: str
    by_record: bool

    def wall(self, instant: dt.datetime) -> dt.datetime:
        """The instant as a wall-clock time without zone, the one thing days and windows are compared by."""
        if self.by_record:
            return instant.replace(tzinfo=None)
        return instant.astimezone(zone_of(self.zone)).replace(tzinfo=None)

    def day(self, instant: dt.datetime) -> dt.date:
        """The calendar day of the instant."""
        return self.wall(instant).date()

    def within(self, moment: Moment, start: dt.datetime | None, end: dt.datetime | None) -> bool | None:
        """Whether the moment lies in `start <= t < end`; None when it is too coarse to tell.

        A day that `start` falls into counts as inside: the day is the finest the record knows, and excluding it
        would lose what happened later that day.
        """
        first, after = self.wall(moment.start), self.wall(moment.end)
        low = self.wall(start) if start else dt.datetime.min
        high = self.wall(end) if end else dt.datetime.max
        if after <= low or first >= high:
            return False
        if moment.precision in ("instant", "day"):
            return bool(moment.precision == "day" or first >= low)
        return True if first >= low and after <= high else None

    def meets(self, first: dt.datetime, last: dt.datetime, start: dt.datetime | None, end: dt.datetime | None) -> bool:
        """Whether what lasted from `first` to `last` lasted into `start <= t < end`."""
        return (start is None or self.wall(last) > self.wall(start)) and (
            end is None or self.wall(first) < self.wall(end)
        )


def completed_years(birth: Moment, at: Moment) -> int | None:
    """Age in completed years at a moment; None when the recorded precision leaves two answers."""
    youngest = _years_between(birth.end - dt.timedelta(microseconds=1), at.start)
    oldest = _years_between(birth.start, at.end - dt.timedelta(microseconds=1))
    if birth.precision == "day" and at.precision in ("instant", "day"):
        return _years_between(birth.start, at.start)
    return youngest if youngest == oldest else None


def completed_months(earlier: dt.date, later: dt.date) -> int:
    """Completed calendar months from one day to a later one."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def _years_between(earlier: dt.datetime, later: dt.datetime) -> int:
    # Birthdays are calendar days wherever a person is: the wall clocks are compared, not the instants.
    before = (later.month, later.day) < (earlier.month, earlier.day)
    return later.year - earlier.year - before
