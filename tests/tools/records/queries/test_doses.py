"""Numbers of orders and of what was given: strengths, rates, how often, whether all are alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.tools.records.doses import strengths_in
from chartwarden.tools.records.query import (
    HOURS,
    PER_DAY,
    Coding,
    Comparison,
    Concept,
    QueryResult,
    RecordQuery,
    Threshold,
)

Ask = Callable[..., QueryResult]
DRUG = Concept(words="drug", codings=(Coding(code="d"),))


def order(identity: str, when: str, name: str = "Drug", **dosage: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "id": identity, "status": "active", "intent": "order", "authoredOn": when,
        "medicationCodeableConcept": {"coding": [{"system": "s", "code": "d", "display": name}], "text": name},
        "dosageInstruction": [dosage],
    }  # fmt: skip


def infusion(identity: str, when: str, rate: float | None, dose: float = 1) -> dict[str, Any]:
    dosage: dict[str, Any] = {"dose": {"value": dose, "unit": "mg"}}
    dosage |= {"rateQuantity": {"value": rate, "unit": "mg/h"}} if rate is not None else {}
    return {
        "resourceType": "MedicationAdministration", "id": identity, "status": "completed", "effectiveDateTime": when,
        "medicationCodeableConcept": {"coding": [{"system": "s", "code": "d", "display": "Drug"}]}, "dosage": dosage,
    }  # fmt: skip


def amount(value: float, unit: str = "mg") -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}


def ordered(**more: Any) -> RecordQuery:
    return RecordQuery.model_validate({"types": ("MedicationRequest",), "concept": DRUG, **more})


def given(**more: Any) -> RecordQuery:
    return RecordQuery.model_validate({"types": ("MedicationAdministration",), "concept": DRUG, **more})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Examplin 25 MG Oral Tablet", [(25, "MG")]),
        ("200 ACTUAT Examplin 0.09 MG/ACTUAT Metered Dose Inhaler", [(0.09, "MG/ACTUAT")]),
        ("Examplin 300 MG / Otherin 5 MG Oral Tablet", [(300, "MG"), (5, "MG")]),
        ("Examplin 28 Day Pack", []),
        ("24 HR Examplin 1,000 MG Oral Tablet", [(1000, "MG")]),
    ],
)
def test_the_name_of_a_product_tells_its_strength(name: str, told: list[tuple[float, str]]) -> None:
    assert [(one.number, one.unit) for one in strengths_in(name)] == told


def test_the_strength_of_the_last_order_is_a_number(ask: Ask) -> None:
    rows = (order("a", "2020-01-01", "Examplin 10 MG"), order("b", "2021-01-01", "Examplin 20 MG"))
    (finding,) = ask(ordered(which="last", target="strength"), *rows).findings
    assert (finding.reference, finding.value, finding.unit) == ("MedicationRequest/b", 20, "MG")
    highest = ask(ordered(measure="max", target="strength"), *rows).computed
    assert highest is not None
    assert highest.value == 20


def test_the_first_order_of_a_strength_is_found_by_it(ask: Ask) -> None:
    rows = (order("a", "2020-01-01", "Examplin 10 MG"), order("b", "2021-01-01", "Examplin 20 MG"))
    limit = Threshold(relation="eq", value=20, of="strength")
    found = ask(ordered(threshold=limit, which="first", target="time"), *rows).findings
    assert [one.reference for one in found] == ["MedicationRequest/b"]


@pytest.mark.parametrize(
    ("repeat", "per_day", "hours"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 2, 12),
        ({"frequency": 1, "period": 6, "periodUnit": "h"}, 4, 6),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, 0.5, 48),
    ],
)
def test_how_often_is_told_as_the_number_that_is_asked(ask: Ask, repeat: Any, per_day: float, hours: float) -> None:
    row = order("a", "2020-01-01", timing={"repeat": repeat})
    for field, expected in ((PER_DAY, per_day), (HOURS, hours)):
        (finding,) = ask(ordered(which="last", target="frequency", field=field), row).findings
        assert finding.value == expected


def test_orders_are_alike_where_all_that_tell_a_dose_tell_one(ask: Ask) -> None:
    one, other = order("a", "2020-01-01", **amount(5)), order("b", "2021-01-01", **amount(5))
    silent, more = order("c", "2022-01-01"), order("d", "2023-01-01", **amount(10))
    alike = ask(ordered(measure="same", target="dose"), one, other, silent)
    assert alike.computed is not None
    assert alike.computed.value is True
    assert alike.computed.over == ("MedicationRequest/a", "MedicationRequest/b")
    differing = ask(ordered(measure="same", target="dose"), one, other, more).computed
    assert differing is not None
    assert differing.value is False


def test_rates_are_compared_and_what_has_none_is_passed_over(ask: Ask) -> None:
    rows = (infusion("a", "2020-01-01", 2), infusion("b", "2020-01-02", 7.5), infusion("c", "2020-01-03", None))
    highest = ask(given(measure="max", target="infusion_rate"), *rows).computed
    assert highest is not None
    assert (highest.value, highest.unit, highest.over) == (7.5, "mg/h", ("MedicationAdministration/b",))
    (last,) = ask(given(which="last", target="infusion_rate"), *rows).findings
    assert last.reference == "MedicationAdministration/b"


@pytest.mark.parametrize(("unit", "value"), [("g", 0.003), ("mg", 3), ("mL", None)])
def test_a_sum_is_told_in_the_unit_asked_or_not_at_all(ask: Ask, unit: str, value: float | None) -> None:
    rows = (infusion("a", "2020-01-01", 2, 1), infusion("b", "2020-01-02", 2, 2))
    result = ask(given(measure="sum", target="dose", in_unit=unit), *rows)
    if value is None:
        assert result.computed is None
        assert any("mg" in note for note in result.notes)
        return
    assert result.computed is not None
    assert (result.computed.value, result.computed.unit) == (value, unit)


def test_of_two_sums_the_larger_one_is_named(ask: Ask) -> None:
    def output(identity: str, name: str, value: float) -> dict[str, Any]:
        return {
            "resourceType": "Observation", "id": identity, "status": "final", "effectiveDateTime": "2020-01-01",
            "code": {"coding": [{"system": "s", "code": name, "display": name}]},
            "valueQuantity": {"value": value, "unit": "ml"},
        }  # fmt: skip

    left, right = (
        RecordQuery(types=("Observation",), concept=Concept(words=name, codings=(Coding(code=name),)), measure="sum")
        for name in ("Drain", "Bag")
    )
    rows = (output("a", "Drain", 10), output("b", "Drain", 20), output("c", "Bag", 25))
    computed = ask(Comparison(left=left, right=right, relation="gt", tells="side"), *rows).computed
    assert computed is not None
    assert computed.value == "Drain"
    assert len(computed.over) == 3


def test_the_year_of_the_highest_value_is_a_number_and_its_month_is_none(ask: Ask) -> None:
    def value(identity: str, when: str, number: float) -> dict[str, Any]:
        return {
            "resourceType": "Observation", "id": identity, "status": "final", "effectiveDateTime": when,
            "code": {"coding": [{"system": "s", "code": "d"}]}, "valueQuantity": {"value": number, "unit": "kg"},
        }  # fmt: skip

    rows = (value("a", "2019-05-02", 80), value("b", "2020-06-03", 90))
    asked = {"types": ("Observation",), "concept": DRUG, "by": "value", "which": "last", "target": "time"}
    for unit, told in (("a", 2020), ("mo", "2020-06")):
        (finding,) = ask(RecordQuery.model_validate({**asked, "unit": unit}), *rows).findings
        assert (finding.reference, finding.value) == ("Observation/b", told)


def test_a_coded_answer_is_found_by_the_words_it_carries(ask: Ask) -> None:
    def answer(identity: str, when: str, text: str) -> dict[str, Any]:
        return {
            "resourceType": "Observation", "id": identity, "status": "final", "effectiveDateTime": when,
            "code": {"coding": [{"system": "s", "code": "d"}]}, "valueCodeableConcept": {"text": text},
        }  # fmt: skip

    rows = (answer("a", "2019-05-02", "Former smoker"), answer("b", "2020-06-03", "Never smoker"))
    query = RecordQuery(types=("Observation",), concept=DRUG, coded="former smoker", target="time")
    assert [one.reference for one in ask(query, *rows).findings] == ["Observation/a"]
