"""What a FHIR element says, as typed values: codes and their names, and the many shapes of `value[x]`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chartwarden.tools.records import units
from chartwarden.tools.records.elements import parts, walk
from chartwarden.tools.records.query import Coding, Concept, Scalar, Threshold


def codings_of(node: Any) -> list[Coding]:
    """The codings of a CodeableConcept, Coding, CodeableReference-like node or plain code string."""
    if isinstance(node, str):
        return [_coding("", node, "")]
    if not isinstance(node, dict):
        return []
    if isinstance(node.get("coding"), list):
        return [coding for part in node["coding"] for coding in codings_of(part)]
    if "code" in node and isinstance(node["code"], str):
        return [_coding(str(node.get("system", "")), node["code"], str(node.get("display", "")))]
    display = node.get("display")
    return [_coding("", "", display)] if isinstance(display, str) and display else []


@lru_cache(maxsize=16_384)
def _coding(system: str, code: str, display: str) -> Coding:
    """A coding, made once: the rows of a long list say the same few things."""
    return Coding(system=system, code=code, display=display)


def codes_of(node: Any) -> list[str]:
    """The codes of such a node."""
    return [node] if isinstance(node, str) else [coding.code for coding in codings_of(node)]


def name_of(node: Any) -> str:
    """The name of a coded node in the record's own words: text, else the first display, else the first code."""
    if isinstance(node, str):
        return node
    if not isinstance(node, dict):
        return ""
    if isinstance(node.get("text"), str) and node["text"]:
        return str(node["text"])
    codings = codings_of(node)
    return next((c.display for c in codings if c.display), next((c.code for c in codings if c.code), ""))


def readable(names: list[str]) -> str:
    """Of several names of one thing the one a person reads: words before formulary codes before numbers."""
    filled = [name for name in names if name]
    words = [name for name in filled if any(c.islower() for c in name) or " " in name]
    return max(words, key=lambda name: sum(c.isalpha() for c in name)) if words else next(iter(filled), "")


def concept_scalars(node: Any) -> tuple[str, ...]:
    """A coded node as answer scalars: its names first, then its codes, nothing twice."""
    codings = codings_of(node)
    text = [node["text"]] if isinstance(node, dict) and isinstance(node.get("text"), str) else []
    found = [c.display for c in codings] + text + [c.code for c in codings]
    return tuple(dict.fromkeys(word for word in found if word))


class Matcher:
    """A concept, ready to be held against the coded nodes of many resources."""

    def __init__(self, concept: Concept) -> None:
        self._exact = {(c.system, c.code) for c in concept.codings if c.system and c.code}
        self._codes = {c.code for c in concept.codings if c.code and not c.system}
        self._systems = {c.system for c in concept.codings if c.system and not c.code}
        self._texts = set(concept.texts)

    def names(self, nodes: Iterable[Any], texts: Iterable[str]) -> bool:
        """Whether one of the coded nodes (by code, text or display) or texts is meant."""
        if self._texts and not self._texts.isdisjoint(texts):
            return True
        return any(self._meets(node) for node in nodes)

    def means(self, codings: Iterable[Coding], texts: Iterable[str]) -> bool:
        """Whether one of the codings (by code or display) or texts is meant."""
        for coding in codings:
            code, system = coding.code, coding.system
            if (system, code) in self._exact or code in self._codes or (code and system in self._systems):
                return True
            if self._texts and coding.display in self._texts:
                return True
        return bool(self._texts) and not self._texts.isdisjoint(texts)

    def _meets(self, node: Any) -> bool:
        if isinstance(node, str):
            return node in self._codes or node in self._texts
        if not isinstance(node, dict):
            return False
        if self._texts and _text_in(node, "text", self._texts):
            return True
        codings = node.get("coding")
        for coding in codings if isinstance(codings, list) else (node,):
            if not isinstance(coding, dict):
                continue
            code, system = coding.get("code"), coding.get("system")
            system = system if isinstance(system, str) else ""
            if isinstance(code, str) and (
                (system, code) in self._exact or code in self._codes or (code and system in self._systems)
            ):
                return True
            if self._texts and _text_in(coding, "display", self._texts):
                return True
        return False


def _text_in(node: dict[str, Any], name: str, wanted: set[str]) -> bool:
    text = node.get(name)
    return isinstance(text, str) and text in wanted


@dataclass(frozen=True)
class Value:
    """One recorded value. A number may be only a bound (`<5`): then `comparator` says which side it is on."""

    number: float | int | None = None
    unit: str = ""
    comparator: str = ""
    scalars: tuple[Scalar, ...] = ()
    """Answer scalars, most specific first."""
    kind: str = ""
    """`quantity`, `code`, `text`, `boolean`, `time`, `range`, `ratio`."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval the true number lies in; empty of meaning when there is no number."""
        number = math.nan if self.number is None else float(self.number)
        if self.comparator in ("<", "<="):
            return -math.inf, number
        if self.comparator in (">", ">="):
            return number, math.inf
        return number, number


_NUMBER = re.compile(r"^\s*(<=|>=|<|>)?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*([A-Za-z%/\[{µμ°*].{0,19})?$")


def values_of(holder: dict[str, Any]) -> Iterator[Value]:
    """The value of an Observation or component, whichever `value[x]` it carries (R4 Observation.value[x])."""
    for key, node in holder.items():
        if key.startswith("value") and key[5:] in _READERS:
            value = _READERS[key[5:]](node)
            if value is not None:
                yield value


def quantity(node: Any) -> Value | None:
    """A Quantity; None when it has no number."""
    if not isinstance(node, dict) or not isinstance(node.get("value"), int | float):
        return None
    number, comparator = node["value"], str(node.get("comparator", ""))
    unit = str(node.get("unit") or node.get("code") or "")
    scalar: Scalar = f"{comparator}{number}" if comparator else number
    return Value(number, unit, comparator, (scalar,), "quantity")


def _coded(node: Any) -> Value | None:
    scalars = concept_scalars(node)
    return Value(scalars=scalars, kind="code") if scalars else None


def _text(node: Any) -> Value | None:
    if not isinstance(node, str) or not node.strip():
        return None
    number = _NUMBER.match(node)
    if number is None:
        return Value(scalars=(node.strip(),), kind="text")
    comparator, digits, unit = number.groups()
    digits = digits.replace(",", "")
    scalar: Scalar = node.strip() if comparator or unit else float(digits) if "." in digits else int(digits)
    return Value(float(digits), (unit or "").strip(), comparator or "", (scalar,), "quantity")


def _time(node: Any) -> Value | None:
    if isinstance(node, dict):
        node = node.get("start") or node.get("end")
    return Value(scalars=(node,), kind="time") if isinstance(node, str) else None


def range_of(node: Any) -> Value | None:
    """A Range as `low-high`; an open side stays empty."""
    low, high = quantity(node.get("low")), quantity(node.get("high"))
    if low is None and high is None:
        return None
    shown = f"{low.number if low else ''}-{high.number if high else ''}"
    return Value(unit=(low or high or Value()).unit, scalars=(shown,), kind="range")


def _ratio(node: Any) -> Value | None:
    top, bottom = quantity(node.get("numerator")), quantity(node.get("denominator"))
    if top is None or bottom is None:
        return None
    plain = not top.unit and not bottom.unit
    shown = f"{top.scalars[0]}{':' if plain else ' '}{top.unit}{'' if plain else '/'}{bottom.scalars[0]}{bottom.unit}"
    return Value(scalars=(shown.replace("  ", " "),), kind="ratio")


def _scalar(node: Any) -> Value | None:
    if isinstance(node, bool):
        return Value(scalars=(node,), kind="boolean")
    return Value(node, "", "", (node,), "quantity") if isinstance(node, int | float) else None


_READERS: dict[str, Callable[[Any], Value | None]] = {
    "Quantity": quantity,
    "CodeableConcept": _coded,
    "String": _text,
    "Integer": _scalar,
    "Decimal": _scalar,
    "Boolean": _scalar,
    "DateTime": _time,
    "Time": _time,
    "Period": _time,
    "Range": range_of,
    "Ratio": _ratio,
}


def satisfies(value: Value, threshold: Threshold, holder: dict[str, Any]) -> bool | None:
    """Whether a value passes a threshold; None when the record does not allow to tell.

    `holder` is the Observation or component with the value: its reference range and interpretation decide the
    relations to a range.
    """
    if threshold.relation.endswith("_range"):
        return _lies(_position(value, holder), threshold.relation, is_abnormal=bool(_flags(holder) & _ABNORMAL))
    if value.number is None or threshold.value is None:
        return None
    limit: float | None = threshold.value
    if threshold.unit and value.unit:
        limit = units.convert(threshold.value, threshold.unit, value.unit)
    if limit is not None and threshold.relation == "eq" and threshold.decimals is not None:
        low, high = value.bounds
        return abs(low - limit) <= _rounding(threshold, value.unit) if low == high else None
    return None if limit is None else _compare(value, threshold.relation, limit)


_NOISE = 1e-9
"""Of binary floating point."""


def _rounding(threshold: Threshold, unit: str) -> float:
    """How far from a number told to its decimals a recorded one may be that rounds to it, in the recorded unit."""
    half = 0.5 * 10.0 ** -(threshold.decimals or 0)
    told = threshold.value or 0.0
    if threshold.unit and unit:
        ends = [units.convert(one, threshold.unit, unit) for one in (told, told + half)]
        half = abs((ends[1] or 0.0) - (ends[0] or 0.0))
    return half + _NOISE


def _compare(value: Value, relation: str, limit: float) -> bool | None:
    low, high = value.bounds
    if low == high:
        return {"lt": low < limit, "le": low <= limit, "gt": low > limit, "ge": low >= limit, "eq": low == limit}[
            relation
        ]
    if relation == "eq":
        return None
    strict_low, strict_high = value.comparator == ">", value.comparator == "<"
    above = low > limit or (low == limit and (strict_low or relation in ("ge", "lt")))
    below = high < limit or (high == limit and (strict_high or relation in ("le", "gt")))
    if above:
        return relation in ("gt", "ge")
    if below:
        return relation in ("lt", "le")
    return None


def _lies(position: int | None, relation: str, *, is_abnormal: bool) -> bool | None:
    """Whether a position of a reference range is meant; a flag that only says abnormal tells no side."""
    if position is None and is_abnormal:
        return {"outside_range": True, "within_range": False}.get(relation)
    if position is None:
        return None
    return {
        "above_range": position > 0,
        "below_range": position < 0,
        "outside_range": position != 0,
        "within_range": position == 0,
    }[relation]


_ABNORMAL = frozenset({"A", "AA"})
_HIGH = frozenset({"H", "HH", "HU", "H>", "HX", ">"})
_LOW = frozenset({"L", "LL", "LU", "L<", "LX", "<"})


def _flags(holder: dict[str, Any]) -> set[str]:
    """The codes of an interpretation (v3 ObservationInterpretation)."""
    return {c.code for node in walk(holder, "interpretation") for c in codings_of(node)}


def _position(value: Value, holder: dict[str, Any]) -> int | None:
    """-1 below, 0 within, 1 above the record's reference range, by its interpretation first."""
    codes = _flags(holder)
    if codes & _HIGH:
        return 1
    if codes & _LOW:
        return -1
    if "N" in codes:
        return 0
    for entry in parts(holder, "referenceRange"):
        low, high = quantity(entry.get("low")), quantity(entry.get("high"))
        if value.number is None or (low is None and high is None):
            continue
        above = high and _compare(value, "gt", _in_unit(high, value))
        below = low and _compare(value, "lt", _in_unit(low, value))
        if above:
            return 1
        if below:
            return -1
        if (above is not None and below is not None) or value.comparator == "":
            return 0
    return None


def _in_unit(bound: Value, value: Value) -> float:
    number = float(bound.number or 0)
    if not bound.unit or not value.unit:
        return number
    converted = units.convert(number, bound.unit, value.unit)
    return math.nan if converted is None else converted
