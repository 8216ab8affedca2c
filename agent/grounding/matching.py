"""Whether a number or a date as written is one that the evidence gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from chartwarden.agent.grounding.mentions import Amount, Written
from chartwarden.tools.records import units
from chartwarden.tools.records.moments import Moment, zone_of

MIN_DIGITS_OF_A_ROUNDING = 3
"""A number shown with fewer significant digits than recorded counts as that number only from so many digits on,
unless the sentence says that it is rounded."""

_PRECISIONS = {"year": 0, "month": 1, "day": 2, "instant": 3}


def number_is_given(amount: Amount, given: Iterable[Amount], *, is_declared_rounded: bool) -> bool:
    """Whether the number, with its unit if it has one, equals one that is given."""
    return any(_equals(amount, other, is_declared_rounded) for other in given)


def _equals(amount: Amount, other: Amount, is_declared_rounded: bool) -> bool:
    if not amount.unit:
        return _shown_as(other.number, amount.number, is_declared_rounded)
    if not other.unit:
        return False
    if units.same(other.unit, amount.unit) or other.unit.casefold() == amount.unit.casefold():
        return _shown_as(other.number, amount.number, is_declared_rounded)
    converted = units.convert(float(other.number), other.unit, amount.unit)
    return converted is not None and _shown_as(Decimal(repr(converted)), amount.number, is_declared_rounded)


def _shown_as(exact: Decimal, shown: Decimal, is_declared_rounded: bool) -> bool:
    if exact == shown:
        return True
    exponent = shown.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0:
        return False
    if len(shown.as_tuple().digits) < MIN_DIGITS_OF_A_ROUNDING and not is_declared_rounded:
        return False
    step = Decimal(1).scaleb(exponent)
    return shown in (exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_HALF_EVEN))


def date_is_given(written: Written, given: Iterable[Moment], zone: str) -> bool:
    """Whether the date, at the precision it is written with, is one that is given.

    A recorded instant may be told by the wall clock it was recorded with, or by the session's.
    """
    if written.swapped is not None:
        month, day = written.swapped
        other = Written(written.year, month, day, written.time, written.has_seconds, written.offset)
        return any(_is_same(candidate, moment, zone) for candidate in (written, other) for moment in given)
    return any(_is_same(written, moment, zone) for moment in given)


def date_meets(written: Written, start: dt.datetime | None, end: dt.datetime | None) -> bool:
    """Whether some day of the date lies in the half-open stretch, by the dates its ends are written with."""
    ways = [(written.month, written.day), *([written.swapped] if written.swapped is not None else [])]
    first = start.date() if start is not None else dt.date.min
    last = (end - dt.timedelta(microseconds=1)).date() if end is not None else dt.date.max
    earliest, latest = ((first.year, first.month, first.day), (last.year, last.month, last.day))
    return any(
        (written.year, month or 1, day or 1) <= latest and (written.year, month or 12, day or 31) >= earliest
        for month, day in ways
    )


def _is_same(written: Written, moment: Moment, zone: str) -> bool:
    wanted = 3 if written.time is not None else 2 if written.day else 1 if written.month else 0
    if _PRECISIONS[moment.precision] < wanted:
        return False
    walls = [moment.start, moment.start.astimezone(zone_of(zone))] if moment.precision == "instant" else [moment.start]
    if written.offset is not None:
        walls = [moment.start.astimezone(dt.timezone(written.offset))]
    return any(_reads_as(written, wall) for wall in walls)


def _reads_as(written: Written, wall: dt.datetime) -> bool:
    if wall.year != written.year:
        return False
    if written.month is not None and wall.month != written.month:
        return False
    if written.day is not None and wall.day != written.day:
        return False
    if written.time is None:
        return True
    if (wall.hour, wall.minute) != (written.time.hour, written.time.minute):
        return False
    return not written.has_seconds or wall.second == written.time.second
