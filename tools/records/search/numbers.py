"""Numbers and quantities: implicit precision from the written digits; units by UCUM (R4 search, 3.1.1.4.6 and .11).

`eq`, `ne` and `ap` take the range of the written precision (`100` is [99.5, 100.5), `1e2` is [95, 105)); `gt`, `lt`,
`ge`, `le`, `sa` and `eb` compare exactly. A `Quantity.comparator` (`<5`) and a Range are intervals with open sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search.clause import Clause
from chartwarden.tools.records.search.dates import PREFIXES
from chartwarden.tools.records.search.units import canonical

UCUM = "http://unitsofmeasure.org"
SLACK = 1e-9
"""Relative widening of index look-ups, so that binary rounding never loses a match; the matcher then decides."""

Bounds = tuple[Decimal, Decimal]
"""Lowest and highest value; equal for a plain number."""


def decimal(value: Any) -> Decimal | None:
    """A JSON number as an exact decimal; None for anything else (also booleans and non-finite ones)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class NumberValue:
    """One number or quantity of a query."""

    prefix: str
    number: Decimal
    half: Decimal
    """Half of the written precision."""
    system: str | None = None
    """None: any; only quantities have one."""
    code: str = ""
    """Unit code; empty: any unit."""

    @property
    def low(self) -> Decimal:
        """Lower limit for `eq`, `ne`, `ap`."""
        return self.number - self.half

    @property
    def high(self) -> Decimal:
        """Upper limit, exclusive."""
        return self.number + self.half


def parse(text: str, *, integer: bool = False) -> NumberValue:
    """Read `[prefix]number`.

    >>> parse("ge1e2").half
    Decimal('5')
    """
    prefix, digits = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    try:
        number = Decimal(digits.strip())
    except InvalidOperation:
        raise SearchError(f"{text!r} is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise SearchError(f"{text!r} is not a number that can be searched")
    half = Decimal(0) if integer else Decimal(5).scaleb(_last_digit(digits, number) - 1)
    if prefix == "ap":
        half = max(half, abs(number) / 10)
    return NumberValue(prefix, number, half)


def _last_digit(written: str, number: Decimal) -> int:
    """Power of ten of the last significant digit. R4 reads `1e2` as [95, 105): one digit more than is written."""
    bare_exponent = "e" in written.lower() and "." not in written
    return int(number.as_tuple().exponent) - bare_exponent


def parse_quantity(text: str) -> NumberValue:
    """Read `[prefix]number`, `number|system|code` or `number||code`."""
    number, *unit = text.split("|")
    if len(unit) not in (0, 2):
        raise SearchError(f"{text!r} is not a quantity (write number, number|system|code or number||code)")
    value = parse(number)
    if not unit or not any(unit):
        return value
    return NumberValue(value.prefix, value.number, value.half, unit[0] or None, unit[1])


def bounds(datatype: str, value: Any) -> Bounds | None:
    """Limits of a number, Quantity, Range or SampledData of a resource; infinities where a side is open."""
    if not isinstance(value, dict):
        number = decimal(value)
        return None if number is None else (number, number)
    if datatype == "Range":
        low = decimal((value.get("low") or {}).get("value")) if isinstance(value.get("low"), dict) else None
        high = decimal((value.get("high") or {}).get("value")) if isinstance(value.get("high"), dict) else None
        if low is None and high is None:
            return None
        return Decimal("-Infinity") if low is None else low, Decimal("Infinity") if high is None else high
    number = decimal(value.get("value"))
    if number is None:
        return None
    comparator = value.get("comparator")
    if comparator in ("<", "<="):
        return Decimal("-Infinity"), number
    if comparator in (">", ">="):
        return number, Decimal("Infinity")
    return number, number


def unit_of(datatype: str, value: Any) -> tuple[str, str, str]:
    """System, code and human unit of a quantity; for money the currency, for a range the unit of a side."""
    if not isinstance(value, dict):
        return "", "", ""
    if datatype == "Range":
        side = value.get("low") if isinstance(value.get("low"), dict) else value.get("high")
        return unit_of("Quantity", side)
    if datatype == "Money":
        return "urn:iso:std:iso:4217", _text(value.get("currency")), ""
    return _text(value.get("system")), _text(value.get("code")), _text(value.get("unit"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def compare(prefix: str, low: Decimal, high: Decimal, value: NumberValue, scale: Decimal = Decimal(1)) -> bool:
    """Whether resource limits stand in the relation; the query is multiplied by `scale` first."""
    number, start, end = value.number * scale, value.low * scale, value.high * scale
    within = (start <= low and high < end) or low == high == number
    match prefix:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt":
            return high > number
        case "lt":
            return low < number
        case "ge":
            return high >= number
        case "le":
            return low <= number
        case "sa":
            return low > number
        case "eb":
            return high < number
    return low <= end and high >= start


def matches(value: NumberValue, datatype: str, found: Any) -> bool:
    """Whether a number or quantity of a resource matches, converting UCUM units where both sides have one."""
    limits = bounds(datatype, found)
    if limits is None:
        return False
    if not value.code and value.system is None:
        return compare(value.prefix, *limits, value)
    system, code, unit = unit_of(datatype, found)
    if value.system is None:
        if value.code in (code, unit):
            return compare(value.prefix, *limits, value)
    elif system == value.system and value.code in ("", code):
        return compare(value.prefix, *limits, value)
    if UCUM not in (value.system, None if value.system else UCUM) or system != UCUM:
        return False
    mine, theirs = canonical(value.code), canonical(code)
    if mine is None or theirs is None or mine.dimension != theirs.dimension:
        return False
    low, high = limits
    return compare(value.prefix, low * theirs.factor, high * theirs.factor, value, mine.factor)


def clause(value: NumberValue) -> Clause:
    """A superset over `x_number`: rows of the number as written, and of canonical units where it has a UCUM one."""
    found = canonical(value.code) if value.code and value.system in (None, UCUM) else None
    places = [(found.dimension, float(found.factor))] if found is not None else []
    if found is None or value.system is None:
        places.append(("", 1.0))
    pieces = [_within(value, unit, scale) for unit, scale in places]
    where = " OR ".join(f"({piece})" for piece, _ in pieces)
    return Clause("x_number", where, tuple(v for _, values in pieces for v in values), exact=False)


def _within(value: NumberValue, unit: str, scale: float) -> tuple[str, tuple[float | str, ...]]:
    """The condition on rows of one unit, in which the query is `scale` times as large."""
    low, high, number = (float(x) * scale for x in (value.low, value.high, value.number))
    slack = SLACK * max(abs(low), abs(high), 1e-300)
    low, high = low - slack, high + slack
    where, values = {
        "eq": ("lo >= ? AND lo <= ? AND hi <= ?", (low, high, high)),
        "ne": ("1 = 1", ()),
        "gt": ("hi >= ?", (number - slack,)),
        "ge": ("hi >= ?", (number - slack,)),
        "lt": ("lo <= ?", (number + slack,)),
        "le": ("lo <= ?", (number + slack,)),
        "sa": ("lo >= ?", (number - slack,)),
        "eb": ("hi <= ?", (number + slack,)),
        "ap": ("lo <= ? AND hi >= ?", (high, low)),
    }[value.prefix]
    return f"unit = ? AND {where}", (unit, *values)
