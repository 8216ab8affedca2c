"""What an entry about a drug says in numbers: its dose, how strong its product is, how fast it ran, how often a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chartwarden.tools.records import values
from chartwarden.tools.records.elements import parts, walk
from chartwarden.tools.records.rows import Row

_DOSE_PATHS = ("dosageInstruction.doseAndRate", "dosage.doseAndRate", "dosage", "dosageInstruction")
_STRENGTH = re.compile(
    r"(?<![\w.])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?) ?(?P<unit>(?:mg|mcg|ug|g|unt|units?|meq|mmol|%)"
    r"(?:/(?:\d+ )?(?:ml|actuat|hr|h|g|mg))?)(?![\w/])",
    re.IGNORECASE,
)
_HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0}


def _holders(row: Row) -> Iterator[dict[str, Any]]:
    for path in _DOSE_PATHS:
        yield from (node for node in walk(row.resource, path) if isinstance(node, dict))


def dose_of(row: Row) -> values.Value | None:
    """The dose of a medication row or immunization: a quantity, else a range."""
    holders = list(_holders(row))
    for holder in [*holders, row.resource]:
        for key in ("doseQuantity", "dose"):
            value = values.quantity(holder.get(key))
            if value is not None:
                return value
    ranges = (values.range_of(holder["doseRange"]) for holder in holders if "doseRange" in holder)
    return next((value for value in ranges if value is not None), None)


def infusion_rate_of(row: Row) -> values.Value | None:
    """How fast it was to run or ran; None of what has no rate."""
    found = (values.quantity(holder.get("rateQuantity")) for holder in _holders(row))
    return next((value for value in found if value is not None), None)


def strength_of(row: Row) -> values.Value | None:
    """How strong the product is: of its one ingredient, else as its name has it; None of a mixture."""
    strengths = list(parts(row.medication or {}, "ingredient.strength.numerator"))
    if len(strengths) == 1:
        return values.quantity(strengths[0])
    told = strengths_in(row.label)
    return told[0] if len(told) == 1 and not strengths else None


def strengths_in(name: str) -> list[values.Value]:
    """The strengths that the name of a product tells, one for each of its ingredients."""
    found = []
    for match in _STRENGTH.finditer(name):
        number = float(match["n"].replace(",", ""))
        whole = int(number) if number.is_integer() else number
        found.append(values.Value(number=whole, unit=match["unit"], scalars=(whole,)))
    return found


def times_a_day(row: Row) -> float | None:
    """How often a day it is to be taken; None where the record does not say so by a number."""
    for often, hours in _repeats(row):
        told = often * 24 / hours
        return int(told) if told.is_integer() else round(told, 4)
    return None


def hours_between(row: Row) -> float | None:
    """How many hours lie between one time it is to be taken and the next."""
    for often, hours in _repeats(row):
        told = hours / often
        return int(told) if told.is_integer() else round(told, 4)
    return None


def _repeats(row: Row) -> Iterator[tuple[float, float]]:
    """How often in how many hours it is to be taken."""
    for path in ("dosageInstruction.timing.repeat", "dosage.timing.repeat"):
        for repeat in parts(row.resource, path):
            often, period, unit = (repeat.get(name) for name in ("frequency", "period", "periodUnit"))
            if often and period and unit in _HOURS:
                yield float(often), float(period) * _HOURS[unit]


_TOLD = {"dose": dose_of, "strength": strength_of, "infusion_rate": infusion_rate_of}


def amount_of(row: Row, target: str) -> values.Value | None:
    """The number that a target is of: a dose, a strength or a rate; None for any other target."""
    tell = _TOLD.get(target)
    return tell(row) if tell is not None else None
