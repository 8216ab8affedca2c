"""What an order says of itself: drug, dose, route, prescriber and reason, wherever the record keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.tools.records.query import Coding, Concept, RecordQuery

from .test_elements import Ask, coded, told

PRACTITIONER = {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Okafor", "given": ["Ada"]}]}
MIXTURE = {
    "resourceType": "Medication",
    "id": "mix",
    "identifier": [{"system": "urn:mix", "value": "Heparin--HEP5_5% Dextrose--D5W"}],
}
ORDER = {
    "resourceType": "MedicationRequest",
    "id": "o",
    "status": "stopped",
    "intent": "order",
    "authoredOn": "2020-01-01",
    "medicationReference": {"reference": "Medication/mix"},
    "requester": {"reference": "Practitioner/d"},
    "reasonReference": [{"reference": "Condition/c"}],
    "reasonCode": [{"text": "prophylaxis"}],
    "dosageInstruction": [
        {
            "text": "5000 units twice a day",
            "route": coded("SC", "subcutaneous"),
            "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 5000, "unit": "units"}}],
        }
    ],
}
THROMBOSIS = {"resourceType": "Condition", "id": "c", "code": coded("9", "Deep vein thrombosis")}


@pytest.mark.parametrize(
    ("target", "values", "unit", "also"),
    [
        ("dose", (5000,), "units", ()),
        ("route", ("subcutaneous", "SC"), "", ()),
        ("frequency", ("2 per 1 d",), "", ()),
        ("person", ("Ada Okafor",), "", ("Practitioner/d",)),
        ("reason", ("prophylaxis", "Deep vein thrombosis"), "", ("Condition/c",)),
        ("instructions", ("5000 units twice a day",), "", ()),
        ("name", ("Heparin--HEP5_5% Dextrose--D5W",), "", ()),
        ("status", ("stopped", "order"), "", ()),
    ],
)
def test_an_order_tells_what_is_asked_of_it(
    ask: Ask, target: Any, values: tuple[Any, ...], unit: str, also: tuple[str, ...]
) -> None:
    finding = told(ask, target, ORDER, PRACTITIONER, MIXTURE, THROMBOSIS)
    assert (finding.values, finding.unit) == (values, unit)
    assert set(finding.also) == {*also, "Medication/mix"}
    assert finding.author == "Ada Okafor"
    assert finding.status == "stopped"


@pytest.mark.parametrize(("text", "told_of_it"), [("Take one tablet twice daily", True), ("20mg Capsule", False)])
def test_the_form_of_a_product_is_no_frequency(ask: Ask, text: str, told_of_it: bool) -> None:
    order = {**ORDER, "dosageInstruction": [{"text": text}]}
    finding = told(ask, "frequency", order, PRACTITIONER, MIXTURE, THROMBOSIS)
    assert (text in finding.values) is told_of_it


def test_a_medication_behind_a_reference_is_found_by_any_of_its_names(ask: Ask) -> None:
    for texts in (("Heparin--HEP5_5% Dextrose--D5W",),):
        query = RecordQuery(types=("MedicationRequest",), concept=Concept(words="h", texts=texts), measure="count")
        computed = ask(query, ORDER, MIXTURE).computed
        assert computed is not None
        assert computed.value == 1


def test_a_contained_medication_names_its_order(ask: Ask) -> None:
    order = {
        **ORDER,
        "contained": [{"resourceType": "Medication", "id": "m", "code": coded("11289", "Warfarin", "urn:rx")}],
        "medicationReference": {"reference": "#m"},
    }
    finding = told(ask, "name", order)
    assert finding.label == "Warfarin"
    assert finding.also == ()


def test_a_medication_with_codes_and_names_is_called_by_the_name_a_person_reads(ask: Ask) -> None:
    drug = {
        "resourceType": "Medication",
        "id": "mix",
        "code": {"coding": [{"system": "urn:ndc", "code": "23155029442"}]},
        "identifier": [
            {"system": "urn:ndc", "value": "23155029442"},
            {"system": "urn:cd", "value": "COMP10I"},
            {"system": "urn:name", "value": "Prochlorperazine"},
        ],
    }
    finding = told(ask, "name", ORDER, drug)
    assert finding.values == ("Prochlorperazine", "23155029442", "COMP10I")


def test_rows_are_filtered_by_prescriber_reason_and_route(ask: Ask) -> None:
    others = (PRACTITIONER, MIXTURE, THROMBOSIS)
    base: dict[str, Any] = {"types": ("MedicationRequest",), "measure": "exists"}
    reason = Concept(words="dvt", codings=(Coding(system="urn:s", code="9"),))
    for good, bad in (
        ({"person": "Dr. Okafor"}, {"person": "Dr. Obi"}),
        ({"reason": reason}, {"reason": Concept(words="x", codings=(Coding(code="8"),))}),
        ({"route": "sc"}, {"route": "IV"}),
    ):
        for narrowed, expected in ((good, True), (bad, False)):
            computed = ask(RecordQuery(**base, **narrowed), ORDER, *others).computed
            assert computed is not None
            assert computed.value is expected


def test_several_prescribers_are_listed_once_each_with_their_rows(ask: Ask) -> None:
    again = {**ORDER, "id": "o2", "authoredOn": "2021-01-01"}
    query = RecordQuery(types=("MedicationRequest",), measure="distinct", target="person")
    found = ask(query, ORDER, again, PRACTITIONER, MIXTURE)
    assert [f.values for f in found.findings] == [("Ada Okafor",)]
    assert found.findings[0].reference == "MedicationRequest/o2"
    assert "MedicationRequest/o" in found.findings[0].also
