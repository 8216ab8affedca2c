"""Numbers, quantities and units: their range, their relation, and what is converted."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.search import numbers
from chartwarden.tools.records.search.dates import PREFIXES
from chartwarden.tools.records.search.numbers import UCUM, NumberValue
from chartwarden.tools.records.search.units import canonical


@pytest.mark.parametrize(
    ("text", "prefix", "low", "high"),
    [
        ("100", "eq", "99.5", "100.5"),
        ("100.00", "eq", "99.995", "100.005"),
        ("1e2", "eq", "95", "105"),
        ("1.0e2", "eq", "95", "105"),
        ("1.00e2", "eq", "99.5", "100.5"),
        ("1E2", "eq", "95", "105"),
        ("0", "eq", "-0.5", "0.5"),
        ("-5", "eq", "-5.5", "-4.5"),
        ("ge5", "ge", "4.5", "5.5"),
        ("ap100", "ap", "90", "110"),
        ("ap-100", "ap", "-110", "-90"),
        ("ap1", "ap", "0.5", "1.5"),
        (" 5 ", "eq", "4.5", "5.5"),
    ],
)
def test_a_number_means_the_range_of_its_written_digits(text, prefix, low, high):
    value = numbers.parse(text)
    assert (value.prefix, value.low, value.high) == (prefix, Decimal(low), Decimal(high))


def test_an_integer_is_itself_alone():
    assert numbers.parse("5", integer=True).half == 0
    assert numbers.parse("ap50", integer=True).half == 5


@pytest.mark.parametrize("text", ["", "x", "1,5", "ge", "NaN", "Infinity", "1e301", "1e-301", "--5"])
def test_what_is_no_number_is_told(text):
    with pytest.raises(SearchError, match="is not a number"):
        numbers.parse(text)
    assert numbers.parse("1e300").number == Decimal("1e300")


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [("5", None, ""), ("5||mg", None, "mg"), ("5|http://u|mg", "http://u", "mg"), ("5|http://u|", "http://u", ""),
     ("5||", None, "")],
)  # fmt: skip
def test_a_quantity_is_read_with_its_unit(text, system, code):
    value = numbers.parse_quantity(text)
    assert (value.number, value.system, value.code) == (5, system, code)


@pytest.mark.parametrize("text", ["5|mg", "5|a|b|c", "x||mg"])
def test_what_is_no_quantity_is_told(text):
    with pytest.raises(SearchError, match=r"is not a (quantity|number)"):
        numbers.parse_quantity(text)


LOW, HIGH = Decimal("-Infinity"), Decimal("Infinity")


@pytest.mark.parametrize(
    ("datatype", "value", "limits"),
    [
        ("decimal", 5, (5, 5)),
        ("decimal", 5.5, (Decimal("5.5"), Decimal("5.5"))),
        ("decimal", True, None),
        ("decimal", "5", None),
        ("decimal", float("nan"), None),
        ("decimal", float("inf"), None),
        ("Quantity", {"value": 5}, (5, 5)),
        ("Quantity", {"value": 5, "comparator": "<"}, (LOW, 5)),
        ("Quantity", {"value": 5, "comparator": "<="}, (LOW, 5)),
        ("Quantity", {"value": 5, "comparator": ">"}, (5, HIGH)),
        ("Quantity", {"value": 5, "comparator": ">="}, (5, HIGH)),
        ("Quantity", {"value": 5, "comparator": "~"}, (5, 5)),
        ("Quantity", {"unit": "mg"}, None),
        ("Quantity", {"value": "5"}, None),
        ("Range", {"low": {"value": 1}, "high": {"value": 2}}, (1, 2)),
        ("Range", {"low": {"value": 1}}, (1, HIGH)),
        ("Range", {"high": {"value": 2}}, (LOW, 2)),
        ("Range", {"low": 1, "high": {"value": 2}}, (LOW, 2)),
        ("Range", {"low": {"value": 1}, "high": 2}, (1, HIGH)),
        ("Range", {"low": {}, "high": {}}, None),
        ("Range", {}, None),
    ],
)
def test_a_value_has_its_limits(datatype, value, limits):
    assert numbers.bounds(datatype, value) == limits


@pytest.mark.parametrize(
    ("datatype", "value", "unit"),
    [
        ("Quantity", {"system": "s", "code": "c", "unit": "u"}, ("s", "c", "u")),
        ("Quantity", {"system": 1, "unit": None}, ("", "", "")),
        ("Money", {"currency": "EUR", "code": "c"}, ("urn:iso:std:iso:4217", "EUR", "")),
        ("Range", {"low": {"code": "a"}, "high": {"code": "b"}}, ("", "a", "")),
        ("Range", {"high": {"code": "b"}}, ("", "b", "")),
        ("decimal", 5, ("", "", "")),
    ],
)
def test_a_value_has_its_unit(datatype, value, unit):
    assert numbers.unit_of(datatype, value) == unit


POINTS = {
    "below": 94, "start": 95, "inside": 99, "number": 100, "above": 101, "end": 105, "beyond": 106,
}  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "hits"),
    [
        ("eq", {"start", "inside", "number", "above"}),
        ("ne", {"below", "end", "beyond"}),
        ("gt", {"above", "end", "beyond"}),
        ("lt", {"below", "start", "inside"}),
        ("ge", {"number", "above", "end", "beyond"}),
        ("le", {"below", "start", "inside", "number"}),
        ("sa", {"above", "end", "beyond"}),
        ("eb", {"below", "start", "inside"}),
        ("ap", {"start", "inside", "number", "above", "end"}),
    ],
)
def test_a_number_stands_to_another_as_the_prefix_says(prefix, hits):
    value = NumberValue(prefix, Decimal(100), Decimal(5))
    found = {name for name, point in POINTS.items() if numbers.matches(value, "decimal", point)}
    assert found == hits
    twice = {n for n, p in POINTS.items() if numbers.compare(prefix, Decimal(2 * p), Decimal(2 * p), value, Decimal(2))}
    assert twice == hits, "the query is in another unit"
    assert numbers.matches(NumberValue(prefix, Decimal(100), Decimal(0)), "decimal", 100) is (
        prefix in ("eq", "ge", "le", "ap")
    )


@pytest.mark.parametrize(
    ("prefix", "hits"),
    [
        ("eq", {"inside", "from start"}),
        ("ne", {"over", "to end", "under 95", "under 100", "over 100", "over 105"}),
        ("gt", {"inside", "over", "to end", "over 100", "over 105"}),
        ("lt", {"inside", "from start", "over", "to end", "under 95", "under 100"}),
        ("ge", {"inside", "over", "to end", "over 100", "over 105", "under 100", "from start"}),
        ("le", {"inside", "over", "to end", "under 95", "under 100", "over 100", "from start"}),
        ("sa", {"over 105"}),
        ("eb", {"under 95"}),
        ("ap", {"inside", "from start", "over", "to end", "under 95", "under 100", "over 100", "over 105"}),
    ],
)
def test_a_range_stands_to_a_number_as_the_prefix_says(prefix, hits):
    ranges = {
        "inside": (96, 104), "from start": (95, 100), "over": (90, 110), "to end": (96, 105), "under 95": (None, 95),
        "under 100": (None, 100), "over 100": (100, None), "over 105": (105, None),
    }  # fmt: skip
    value = NumberValue(prefix, Decimal(100), Decimal(5))

    def ranged(low: int | None, high: int | None) -> dict[str, Any]:
        return {name: {"value": one} for name, one in (("low", low), ("high", high)) if one is not None}

    assert {name for name, limits in ranges.items() if numbers.matches(value, "Range", ranged(*limits))} == hits


MG, G = {"system": UCUM, "code": "mg"}, {"system": UCUM, "code": "g"}


@pytest.mark.parametrize(
    ("query", "value", "hit"),
    [
        ("1000", {"value": 1000}, True),
        ("1000||", {"value": 1000, **MG}, True),
        ("1000||mg", {"value": 1000, **MG}, True),
        ("1000||mg", {"value": 1000, "code": "mg"}, True),
        ("1000||mg", {"value": 1000, "unit": "mg"}, True),
        ("1000||mg", {"value": 1000, "unit": "g"}, False),
        ("1000||mg", {"value": 1000}, False),
        ("1000||mg", {"value": 1, **G}, True),
        ("1000||mg", {"value": 1, "unit": "g"}, False),
        ("1000||mg", {"value": 1, "system": "urn:x", "code": "g"}, False),
        (f"1000|{UCUM}|mg", {"value": 1000, **MG}, True),
        (f"1000|{UCUM}|mg", {"value": 1, **G}, True),
        (f"1|{UCUM}|g", {"value": 1000, **MG}, True),
        (f"1|{UCUM}|g", {"value": 1000, **G}, False),
        (f"1|{UCUM}|g", {"value": 1, "system": UCUM, "code": "m"}, False),
        (f"1|{UCUM}|g", {"value": 1, "system": UCUM, "code": "[iU]"}, False),
        (f"1|{UCUM}|[iU]", {"value": 1, "system": UCUM, "code": "[iU]"}, True),
        (f"1|{UCUM}|[iU]", {"value": 1, **G}, False),
        (f"1000|{UCUM}|mg", {"value": 1000, "code": "mg"}, False),
        (f"1000|{UCUM}|", {"value": 1000, **MG}, True),
        (f"1000|{UCUM}|", {"value": 1000, "system": "urn:x", "code": "mg"}, False),
        ("1|urn:x|mg", {"value": 1, "system": "urn:x", "code": "mg"}, True),
        ("1|urn:x|g", {"value": 1000, "system": "urn:x", "code": "mg"}, False),
        ("1|urn:x|g", {"value": 1000, **MG}, False),
        ("ge1||g", {"value": 1, "comparator": ">", **MG}, True),
        ("1||g", {"unit": "g"}, False),
    ],
)
def test_a_quantity_matches_in_its_unit_or_in_one_that_can_be_converted(query, value, hit, holds):
    wanted = numbers.parse_quantity(query)
    assert numbers.matches(wanted, "Quantity", value) is hit
    limits = numbers.bounds("Quantity", value)
    if limits is None:
        return
    rows = [{"unit": "", "lo": float(limits[0]), "hi": float(limits[1])}]
    unit = canonical(value.get("code", "")) if value.get("system") == UCUM else None
    if unit is not None:
        factor = float(unit.factor)
        rows.append({"unit": unit.dimension, "lo": rows[0]["lo"] * factor, "hi": rows[0]["hi"] * factor})
    assert holds(numbers.clause(wanted), *rows) >= hit, "what matches is never missed"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("scale", [1, 1000, Decimal("0.1")])
def test_the_index_of_numbers_misses_nothing_and_is_not_far_off(prefix, scale, holds):
    value = NumberValue(prefix, Decimal(100) * scale, Decimal(5) * scale)
    for low, high in itertools.combinations_with_replacement((-200, 50, 95, 99, 100, 101, 105, 150, 200), 2):
        row = {"unit": "", "lo": float(low * scale), "hi": float(high * scale)}
        hit = numbers.compare(prefix, Decimal(low) * scale, Decimal(high) * scale, value)
        assert holds(numbers.clause(value), row) >= hit, (low, high)
        if prefix != "ne" and not {low, high} & {95, 100, 105}:
            assert holds(numbers.clause(value), row) is hit, (low, high)
    assert not numbers.clause(value).exact


@pytest.mark.parametrize(
    ("code", "dimension", "factor"),
    [
        ("g", "g1", "1"), ("mg", "g1", "0.001"), ("kg", "g1", "1000"), ("ug", "g1", "0.000001"), ("%", "1", "0.01"),
        ("mg/dL", "g1m-3", "10"), ("g/L", "g1m-3", "1000"), ("mmol/L", "m-3mol1", "1"), ("/min", "s-1", None),
        ("m2", "m2", "1"), ("cm2", "m2", "0.0001"), ("kg.m-2", "g1m-2", "1000"), ("kg/m2", "g1m-2", "1000"),
        ("mm[Hg]", "g1m-1s-2", "133322"), ("10*9/L", "m-3", "1000000000000"), ("10^3", "1", "1000"), ("2", "1", "2"),
        ("{cells}/uL", "m-3", "1000000000"), ("mg/(dL)", None, ""), ("[iU]", None, ""), ("", None, ""),
        ("Cel", None, ""),
        ("mmin", None, ""), ("da", None, ""), ("dam", "m1", "10"), ("J/s", "g1m2s-3", "1000"), ("g/g", "1", "1"),
        ("mg/kg/d", "s-1", None), ("L/h", "m3s-1", None), ("a", "s1", "31557600"), ("10*-3", "1", "0.001"),
    ],
)  # fmt: skip
def test_a_unit_has_a_dimension_and_a_factor(code, dimension, factor):
    found = canonical(code)
    if dimension is None:
        assert found is None
        return
    assert found is not None
    assert found.dimension == dimension
    if factor is not None:
        assert found.factor == Decimal(factor)


def test_units_of_time_are_divided_by():
    minute, day, hour = canonical("/min"), canonical("mg/kg/d"), canonical("L/h")
    assert minute is not None
    assert round(minute.factor * 60, 12) == 1
    assert day is not None
    assert round(day.factor * 86_400 * 1_000_000, 9) == 1
    assert hour is not None
    assert round(hour.factor * 3600 * 1000, 9) == 1
