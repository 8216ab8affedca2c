"""What a record holds: entries, counts, dates, units; at any moment; kept and read back; as text for a model."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.records.compile import compile_query
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Concept, RecordQuery
from chartwarden.tools.records.survey import build_manifest, survey

GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2339-0", "display": "Glucose"}], "text": "Glucose"}
MIXTURE = {
    "resourceType": "Medication",
    "id": "mix",
    "code": {"coding": [{"system": "urn:ndc", "code": "00338"}]},
    "identifier": [{"system": "urn:cd", "value": "HEP5"}, {"system": "urn:name", "value": "Heparin in dextrose"}],
}


def glucose(identity: str, when: str, unit: str = "mg/dL") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "category": [{"coding": [{"system": "urn:cat", "code": "laboratory"}]}],
        "code": GLUCOSE,
        "effectiveDateTime": when,
        "valueQuantity": {"value": 90, "unit": unit},
    }


def order(identity: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": identity,
        "status": "active",
        "intent": "order",
        "authoredOn": "2020-01-01",
        "medicationReference": {"reference": "Medication/mix"},
        **more,
    }


def entry(manifest: Manifest, element: str, label: str) -> Entry:
    return next(e for e in manifest.entries if e.element == element and e.label == label)


def built(*resources: dict[str, Any]) -> Manifest:
    known = {f"{r['resourceType']}/{r['id']}": r for r in (*resources, MIXTURE)}
    return build_manifest(resources, known.get)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_an_entry_counts_its_resources_and_knows_their_span_units_and_categories() -> None:
    found = entry(built(glucose("b", "2021-05-01"), glucose("a", "2019-05-01", "mmol/L")), "code", "Glucose")
    assert (found.count, found.first, found.last) == (2, "2019-05-01", "2021-05-01")
    assert set(found.units) == {"mg/dL", "mmol/L"}
    assert found.categories == ("urn:cat|laboratory",)


def test_a_medication_behind_a_reference_gives_its_names_and_the_way_to_it() -> None:
    found = entry(built(order("o")), "medication", "Heparin in dextrose")
    assert found.identifiers == ("HEP5", "Heparin in dextrose")
    assert [c.code for c in found.codings] == ["00338"]
    assert found.through == ("Medication/mix",)


def test_components_routes_people_places_and_admission_sources_are_words_of_the_record() -> None:
    panel = {
        **glucose("p", "2020"),
        "component": [{"code": {"text": "Systolic"}, "valueQuantity": {"value": 1, "unit": "mm[Hg]"}}],
    }
    routed = order(
        "r",
        dosageInstruction=[{"route": {"coding": [{"code": "IV"}]}}],
        requester={"reference": "Practitioner/none", "display": "Dr. Obi"},
    )
    stay = {
        "resourceType": "Encounter",
        "id": "e",
        "class": {"code": "IMP"},
        "period": {"start": "2020"},
        "hospitalization": {"admitSource": {"coding": [{"code": "TRANSFER"}]}},
        "location": [{"location": {"display": "Ward 5"}}],
    }
    manifest = built(panel, routed, stay)
    assert entry(manifest, "component", "Systolic").units == ("mm[Hg]",)
    for element, label in (
        ("route", "IV"),
        ("person", "Dr. Obi"),
        ("class", "IMP"),
        ("admitSource", "TRANSFER"),
        ("location", "Ward 5"),
        ("category", "laboratory"),
    ):
        assert entry(manifest, element, label).count == 1


def test_what_begins_later_is_not_offered_and_counts_are_of_the_moment() -> None:
    manifest = built(glucose("a", "2019-05-01"), glucose("b", "2021-05-01"), order("o"))
    then = manifest.at(at("2019-12-31"))
    assert then.counts == {"Observation": 1}
    assert [(e.label, e.count, e.last) for e in then.named()] == [("Glucose", 1, "2019-05-01")]
    assert manifest.at(at("2030-01-01")) is manifest


def test_the_undated_is_always_there() -> None:
    device = {"resourceType": "Device", "id": "d", "type": {"text": "Pacemaker"}}
    assert built(device, glucose("a", "2021")).at(at("2000-01-01")).counts == {"Device": 1}


def test_it_is_kept_and_read_back_as_it_was() -> None:
    manifest = built(glucose("a", "2019-05-01"), order("o"))
    kept = manifest.dump()
    assert Manifest.restore(kept) == manifest
    assert Manifest.restore(bytes(bytearray(kept))) is Manifest.restore(kept)
    assert Manifest.restore(kept).at(at("2019-12-31")) == manifest.at(at("2019-12-31"))


def test_looking_at_another_moment_leaves_it_equal_to_itself() -> None:
    one, other = (built(glucose("a", "2019-05-01"), glucose("b", "2021-05-01")) for _ in range(2))
    one.at(at("2019-12-31"))
    assert one == other


def test_the_order_of_loading_does_not_change_it() -> None:
    resources = [glucose("a", "2019"), glucose("b", "2020"), order("o")]
    assert built(*resources).dump() == built(*reversed(resources)).dump()


def test_its_text_stays_within_its_budget_and_tells_what_is_cut() -> None:
    many = [
        {"resourceType": "Condition", "id": f"c{n}", "code": {"text": f"Condition number {n}"}, "recordedDate": "2020"}
        for n in range(500)
    ]
    manifest = built(*many, glucose("g", "2020"))
    text = manifest.text(2_000)
    assert len(text) <= 2_000
    assert "Condition 500" in text
    assert "Glucose [2339-0] x1" in text
    assert "more)" in text


def test_types_out_of_scope_are_left_out_of_a_survey(record: Any) -> None:
    class Narrow(record):  # type: ignore[misc]
        def search(self, resource_type: str, params: Any) -> Any:
            if resource_type == "MedicationRequest":
                raise AccessDenied("not in scope")
            return super().search(resource_type, params)

    assert survey(Narrow(glucose("a", "2019"), order("o"))).counts == {"Observation": 1}


@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        (Concept(words="g", codings=(Coding(system="http://loinc.org", code="2339-0"),)), "http://loinc.org|2339-0"),
        (Concept(words="g", codings=(Coding(code="2339-0"),)), "2339-0,http://loinc.org|2339-0"),
        (Concept(words="g", codings=(Coding(system="http://loinc.org"),)), "http://loinc.org|2339-0"),
    ],
)
def test_a_concept_compiles_to_the_codes_of_the_record(chart: Any, concept: Concept, expected: str) -> None:
    searches = compile_query(RecordQuery(types=("Observation",), concept=concept), chart(glucose("a", "2019")))
    assert searches == [("Observation", (("combo-code", expected),))]


def test_a_medication_concept_compiles_to_codes_and_to_references(chart: Any) -> None:
    concept = Concept(words="heparin", texts=("Heparin in dextrose",))
    searches = compile_query(RecordQuery(types=("MedicationRequest",), concept=concept), chart(order("o"), MIXTURE))
    assert searches == [
        ("MedicationRequest", (("code", "urn:ndc|00338"),)),
        ("MedicationRequest", (("medication", "Medication/mix"),)),
    ]


def test_parameters_a_source_does_not_declare_are_left_to_the_check_in_code(chart: Any) -> None:
    concept = Concept(words="g", codings=(Coding(system="http://loinc.org", code="2339-0"),))
    query = RecordQuery(types=("Observation",), concept=concept, category=("laboratory",))
    bare = chart(glucose("a", "2019"), declares={"Observation": frozenset({"patient"})})
    assert compile_query(query, bare) == [("Observation", ())]
    apart = chart(glucose("a", "2019"), declares={"Observation": frozenset({"code", "component-code"})})
    assert [params for _, params in compile_query(query, apart)] == [
        (("code", "http://loinc.org|2339-0"),),
        (("component-code", "http://loinc.org|2339-0"),),
    ]


def test_what_is_worked_out_of_a_manifest_is_made_once_and_not_taken_along_by_a_copy() -> None:
    manifest = Manifest(counts={"Observation": 1}, entries=(Entry(resource_type="Observation", element="code"),))
    asked: list[Manifest] = []

    def size(one: Manifest) -> int:
        asked.append(one)
        return len(one.named("Observation"))

    assert (manifest.once(size), manifest.once(size), len(asked)) == (1, 1, 1)
    copied = manifest.model_copy(update={"entries": ()})
    assert (copied.once(size), copied.named("Observation"), len(manifest.named("Observation"))) == (0, (), 1)
