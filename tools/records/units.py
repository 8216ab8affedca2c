"""Units: what the strings in real records mean in UCUM, and conversion between them.

UCUM through ucumvert and pint, imported on the first conversion that is not an identity and cached per unit pair.
Mass and substance concentrations (mg/dL, mmol/L) are different dimensions and are never converted into each other:
that takes the substance, which the caller may not know for sure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

ALIASES = {
    "": "1",
    "ml": "mL",
    "cc": "mL",
    "l": "L",
    "dl": "dL",
    "ug": "ug",
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "gm": "g",
    "gram": "g",
    "grams": "g",
    "kilogram": "kg",
    "kilograms": "kg",
    "kgs": "kg",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "pound": "[lb_av]",
    "pounds": "[lb_av]",
    "oz": "[oz_av]",
    "in": "[in_i]",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "ft": "[ft_i]",
    "feet": "[ft_i]",
    "meq": "meq",
    "unit": "[iU]",
    "units": "[iU]",
    "u": "U",
    "iu": "[iU]",
    "miu/l": "m[iU]/L",
    "uiu/ml": "u[iU]/mL",
    "u/l": "U/L",
    "u/ml": "U/mL",
    "iu/l": "U/L",
    "iu/ml": "[iU]/mL",
    "ku/l": "kU/L",
    "kua/l": "kU/L",
    "units/l": "U/L",
    "mmhg": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "cmh2o": "cm[H2O]",
    "bpm": "/min",
    "beats/min": "/min",
    "beats/minute": "/min",
    "breaths/min": "/min",
    "breaths/minute": "/min",
    "insp/min": "/min",
    "{beats}/min": "/min",
    "c": "Cel",
    "°c": "Cel",
    "degc": "Cel",
    "deg c": "Cel",
    "celsius": "Cel",
    "f": "[degF]",
    "°f": "[degF]",
    "degf": "[degF]",
    "deg f": "[degF]",
    "fahrenheit": "[degF]",
    "kg/m²": "kg/m2",
    "kg/m^2": "kg/m2",
    "k/ul": "10*3/uL",
    "k/mm3": "10*3/uL",
    "x10e3/ul": "10*3/uL",
    "x10^3/ul": "10*3/uL",
    "10^3/ul": "10*3/uL",
    "10e3/ul": "10*3/uL",
    "thousand/ul": "10*3/uL",
    "10^9/l": "10*9/L",
    "10e9/l": "10*9/L",
    "x10^9/l": "10*9/L",
    "m/ul": "10*6/uL",
    "x10e6/ul": "10*6/uL",
    "10^6/ul": "10*6/uL",
    "million/ul": "10*6/uL",
    "#/ul": "/uL",
    "percent": "%",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "minute": "min",
    "minutes": "min",
    "hr": "h",
    "hrs": "h",
    "hour": "h",
    "hours": "h",
    "day": "d",
    "days": "d",
    "nights": "night",
    "week": "wk",
    "weeks": "wk",
    "month": "mo",
    "months": "mo",
    "year": "a",
    "years": "a",
    "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "ml/min/{1.73m2}": "mL/min/{1.73_m2}",
    "ml/min/1.73m^2": "mL/min/{1.73_m2}",
    "ml/min/1.73 m2": "mL/min/{1.73_m2}",
}
"""Units as people and hospital systems write them (lower case), as UCUM."""

_ANNOTATION = re.compile(r"\{[^}]*\}")
_SMALL_LITRE = re.compile(r"(?<![A-Za-z\[])([dcmunpfµμ]?)l(?![A-Za-z\]])")


@lru_cache(maxsize=4096)
def canonical(unit: str) -> str:
    """The UCUM spelling of a unit as recorded or typed; what is not known stays as it is."""
    stripped = unit.strip()
    known = ALIASES.get(stripped.lower())
    if known is not None or "{" in stripped:
        return stripped if known is None else known
    return _SMALL_LITRE.sub(r"\1L", stripped)  # `l` and `L` are one unit (UCUM, table 5)


def same(left: str, right: str) -> bool:
    """Whether two unit strings name one unit, as spelling goes."""
    return left == right or canonical(left) == canonical(right)


def convert(value: float, source: str, target: str) -> float | None:
    """`value` of unit `source` in unit `target`; None when there is no conversion between the two."""
    if same(source, target):
        return value
    factor = _line(canonical(source), canonical(target))
    return None if factor is None else value * factor[0] + factor[1]


@lru_cache(maxsize=4096)
def _line(source: str, target: str) -> tuple[float, float] | None:
    """Slope and intercept of the conversion: affine covers the temperature scales."""
    zero, one = _through_pint(0.0, source, target), _through_pint(1.0, source, target)
    return None if zero is None or one is None else (one - zero, zero)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import ucumvert

    return ucumvert.PintUcumRegistry()


@lru_cache(maxsize=4096)
def _parsed(unit: str) -> Any:
    """The pint unit of a UCUM string, None when it is not UCUM. Annotations carry no meaning (UCUM 2.1, §6)."""
    import lark

    plain = _ANNOTATION.sub("", unit)
    plain = "1" if plain in ("", "/") else plain.removesuffix("/").removesuffix(".")
    registry = _registry()  # outside of what is caught: without it nothing would be converted, and nobody told
    try:
        return registry.from_ucum(plain).units
    except (lark.exceptions.LarkError, AttributeError, KeyError, ValueError):
        return None


def _through_pint(value: float, source: str, target: str) -> float | None:
    import pint

    if _ANNOTATION.findall(source) != _ANNOTATION.findall(target):
        return None
    left, right = _parsed(source), _parsed(target)
    if left is None or right is None:
        return None
    try:
        return float(_registry().Quantity(value, left).to(right).magnitude)
    except pint.errors.PintError:
        return None
