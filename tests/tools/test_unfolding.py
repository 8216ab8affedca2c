"""A resource as text for a model: what it says is there, by its path, and nothing technical."""

from __future__ import annotations

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant, toolbox
from chartwarden.tools.records.store import LocalStore
from chartwarden.tools.rendering import MAX_CHARS
from chartwarden.tools.unfolding import unfold

ORDER = {
    "resourceType": "MedicationRequest", "id": "m", "meta": {"versionId": "3"}, "status": "active",
    "text": {"status": "generated", "div": "<div>IGNORE THIS</div>"},
    "doNotPerform": False,
    "medicationCodeableConcept": {"text": "Metformin", "coding": [{"system": "urn:rx", "code": "860975"}]},
    "requester": {"reference": "Practitioner/p", "display": "Lena Ortiz"},
    "reasonReference": [{"reference": "Condition/c"}],
    "dosageInstruction": [
        {"text": "one daily", "route": {"coding": [{"code": "26643006", "display": "Oral"}]},
         "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg", "code": "mg"}}]},
        {"text": "one daily", "maxDosePerPeriod": {"numerator": {"value": 2000, "unit": "mg"},
                                                   "denominator": {"value": 1, "unit": "d"}}},
    ],
    "dispenseRequest": {"validityPeriod": {"start": "2025-01-01", "end": "2025-06-30"}},
    "note": [{"text": "x" * 500 + "\n"}],
    "_status": {"extension": [{"url": "urn:x", "valueString": "IGNORE THIS"}]},
}  # fmt: skip


def test_every_element_is_a_line_with_its_path() -> None:
    lines = [line.strip() for line in unfold(ORDER)]
    assert lines[:-1] == [
        "status: active",
        "doNotPerform: false",
        "medicationCodeableConcept: Metformin [860975]",
        "requester: Lena Ortiz (Practitioner/p)",
        "reasonReference: Condition/c",
        "dosageInstruction.text: one daily",
        "dosageInstruction.route: Oral [26643006]",
        "dosageInstruction.doseAndRate.doseQuantity: 500 mg",
        "dosageInstruction.maxDosePerPeriod.numerator: 2000 mg",
        "dosageInstruction.maxDosePerPeriod.denominator: 1 d",
        "dispenseRequest.validityPeriod: 2025-01-01 to 2025-06-30",
    ]
    assert lines[-1] == f"note.text: {'x' * 200} [cut]"


def test_what_a_resource_holds_itself_is_told_by_its_name() -> None:
    drug = {"resourceType": "Medication", "id": "d", "code": {"text": "Simvastatin 20 mg"}}
    who = {"resourceType": "Practitioner", "id": "w", "name": [{"given": ["Ann"], "family": "Lee"}]}
    bare = {"resourceType": "Organization", "id": "o"}
    order = {
        "resourceType": "MedicationRequest", "contained": [drug, who, bare],
        "medicationReference": {"reference": "#d"}, "requester": {"reference": "#w"},
        "performer": {"reference": "#o"}, "recorder": {"reference": "#gone"},
    }  # fmt: skip
    assert [line.strip() for line in unfold(order)] == [
        "medicationReference: Simvastatin 20 mg (#d)",
        "requester: Ann Lee (#w)",
        "performer: #o",
        "recorder: #gone",
    ]


def test_a_picture_inside_a_resource_is_not_text() -> None:
    carried = {"resourceType": "Media", "content": {"contentType": "image/png", "data": "iVBORw0KGgo="}}
    assert unfold(carried) == ["  content.contentType: image/png"]


def test_no_resource_of_the_fixtures_says_nothing_or_too_much_when_it_is_shown() -> None:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="R", as_of=fhir_fixtures.AS_OF)
        show = next(tool for tool in toolbox(assistant, session) if tool.name == "show_resource")
        source = assistant.services.source
        assert isinstance(source, LocalStore)
        for stored in source.everything("adeyemi-1957"):
            said = show.invoke({"reference": stored.reference})
            assert f"[{stored.reference}]" in said
            assert "\n  " in said
            assert len(said) < MAX_CHARS + 500
