"""Compiling the official definitions, over a few of them made by hand in their shape, and what was compiled of all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from chartwarden.tools.records.definitions import compile as compiling
from chartwarden.tools.records.definitions import outline

Json = dict[str, Any]
STRING = "http://hl7.org/fhirpath/System.String"
GENDERS = "http://hl7.org/fhir/administrative-gender"


def element(path: str, *types: str, least: int = 0, summary: bool = False, **more: Any) -> Json:
    found: Json = {"path": path, "min": least, "isSummary": summary, **more}
    if types:
        found["type"] = [{"code": code} for code in types]
    return found


def structure(name: str, *elements: Json, kind: str = "resource", abstract: bool = False, **more: Any) -> Json:
    return {
        "resourceType": "StructureDefinition", "kind": kind, "abstract": abstract, "type": name,
        "snapshot": {"element": [element(name), *elements]}, **more,
    }  # fmt: skip


META = ("id", STRING), ("meta", "Meta")
BOUND = {"strength": "required", "valueSet": f"{GENDERS}|4.0.1"}
RESOURCES = (
    structure("Resource", *(element(f"Resource.{name}", kind) for name, kind in META), abstract=True),
    structure(
        "Patient",
        *(element(f"Patient.{name}", kind, summary=True) for name, kind in META),
        element("Patient.identifier", "Identifier", summary=True),
        element("Patient.gender", "code", summary=True, binding=BOUND),
        element("Patient.deceased[x]", "boolean", "dateTime", summary=True),
        element("Patient.telecom", "ContactPoint"),
        element("Patient.extension", "Extension"),
        element("Patient.contact", "BackboneElement", summary=True),
        element("Patient.contact.relationship", "CodeableConcept"),
        element("Patient.contact.organization", "Reference", summary=True),
    ),
    structure(
        "Observation",
        *(element(f"Observation.{name}", kind) for name, kind in META),
        element("Observation.status", "code", least=1, binding={**BOUND, "strength": "extensible"}),
        element("Observation.code", "CodeableConcept", least=1),
        element("Observation.subject", "Reference"),
        element("Observation.value[x]", "Quantity", "CodeableConcept", "dateTime"),
        element("Observation.component", "BackboneElement"),
        element("Observation.component.code", "CodeableConcept"),
        element("Observation.component.value[x]", "Quantity", "CodeableConcept"),
        element("Observation.part", contentReference="#Observation.component"),
    ),
    structure(
        "Bundle",
        *(element(f"Bundle.{name}", kind) for name, kind in META),
        element("Bundle.entry", "BackboneElement"),
        element("Bundle.entry.resource", "Resource"),
    ),
    structure("Narrowed", element("Narrowed.meta", "Meta"), derivation="constraint"),
    {"resourceType": "OperationDefinition"},
)
TYPES = (
    structure("CodeableConcept", element("CodeableConcept.coding", "Coding"), kind="complex-type"),
    structure("Identifier", element("Identifier.assigner", "Reference"), kind="complex-type"),
    structure("ContactPoint", element("ContactPoint.system", "code"), kind="complex-type"),
    structure(
        "Extension",
        element("Extension.extension", "Extension"),
        element("Extension.value[x]", "Coding", "code"),
        kind="complex-type",
    ),
)
VALUE_SETS = (
    {"resourceType": "ValueSet", "url": GENDERS, "compose": {"include": [{"system": "urn:genders"}]}},
    {"resourceType": "ValueSet", "url": "urn:two", "compose": {"include": [{"system": "a"}, {"system": "b"}]}},
    {"resourceType": "ValueSet", "url": "urn:none", "compose": {"include": [{}]}},
    {"resourceType": "CodeSystem", "url": "urn:genders"},
)


def searched(code: str, kind: str, expression: str, *base: str, **more: Any) -> Json:
    return {"url": f"urn:{code}", "code": code, "type": kind, "expression": expression, "base": list(base), **more}


PARAMETERS = (
    searched("_id", "token", "Resource.id", "Resource"),
    searched("_text", "string", "Resource.id", "Resource"),
    searched("identifier", "token", "Patient.identifier | Observation.identifier", "Patient"),
    searched("gender", "token", "Patient.gender", "Patient"),
    searched("deceased", "token", "Patient.deceased.exists() and Patient.deceased != false", "Patient"),
    searched("phone", "token", "Patient.telecom.where(system='phone')", "Patient"),
    searched("kin", "reference", "Patient.contact.organization", "Patient", target=["Organization"]),
    searched("near", "special", "Patient.telecom", "Patient"),
    searched("status", "token", "Observation.status", "Observation"),
    searched("code", "token", "Observation.code", "Observation"),
    searched("date", "date", "(Observation.value as dateTime)", "Observation"),
    searched("when", "date", "Observation.value.as(DateTime)", "Observation"),
    searched(
        "patient",
        "reference",
        "Observation.subject.where(resolve() is Patient)",
        "Observation",
        target=[f"T{number}" for number in range(compiling.ANY_TARGET)],
    ),
    searched("value-quantity", "quantity", "(Observation.value as Quantity)", "Observation"),
    searched("part-code", "token", "Observation.part.code", "Observation"),
    searched(
        "code-value",
        "composite",
        "Observation",
        "Observation",
        component=[
            {"definition": "urn:code", "expression": "code"},
            {"definition": "urn:value-quantity", "expression": "value.as(Quantity)"},
            {"definition": "urn:status", "expression": "%resource.status"},
        ],
    ),
    searched("message", "reference", "Bundle.entry[0].resource", "Bundle", target=["MessageHeader"]),
)
US_CORE = (
    searched("race", "token", "Patient.extension.where(url='us-core-race').extension.value.code", "Patient"),
    searched("gender", "token", "Patient.nothing", "Patient"),  # known already
)


def folder_of(path: Path, *more: Json) -> Path:
    """The files of the package, as `compile.py` names them."""
    files: dict[str, Any] = {
        "profiles-resources.json": RESOURCES,
        "profiles-types.json": TYPES,
        "valuesets.json": VALUE_SETS,
        "search-parameters.json": (*PARAMETERS, *more),
        "search-parameters-uscore.json": US_CORE,
    }
    for name, resources in files.items():
        entries = {"entry": [{"resource": resource} for resource in resources]}
        (path / name).write_text(json.dumps(entries), "utf-8")
    members = [{"code": "Observation", "param": ["subject"]}, {"code": "Bundle"}, {"code": "Unknown", "param": ["x"]}]
    (path / "compartmentdefinition-patient.json").write_text(json.dumps({"resource": members}), "utf-8")
    return path


@pytest.fixture
def compiled(tmp_path: Path) -> Json:
    return compiling.compile_parameters(folder_of(tmp_path))


def paths(compiled: Json, resource_type: str, code: str) -> list[list[str]]:
    return [path for term in compiled["types"][resource_type][code]["terms"] for path in term["paths"]]


@pytest.mark.parametrize(
    ("resource_type", "code", "expected"),
    [
        ("Patient", "_id", [["string", "id"]]),
        ("Patient", "identifier", [["Identifier", "identifier"]]),  # the operand of another type is left out
        ("Patient", "gender", [["code|urn:genders", "gender"]]),
        ("Patient", "deceased", [["exists", "deceasedBoolean"], ["exists", "deceasedDateTime"]]),
        ("Patient", "phone", [["ContactPoint", "telecom", "system=phone"]]),
        ("Patient", "kin", [["Reference", "contact", "organization"]]),
        ("Patient", "race", [["Coding", "extension", "url=us-core-race", "extension", "valueCoding"]]),
        ("Observation", "status", [["code", "status"]]),  # the binding does not oblige
        ("Observation", "date", [["dateTime", "valueDateTime"]]),
        ("Observation", "when", [["dateTime", "valueDateTime"]]),
        ("Observation", "patient", [["Reference", "subject"]]),
        ("Observation", "value-quantity", [["Quantity", "valueQuantity"]]),
        ("Observation", "part-code", [["CodeableConcept", "part", "code"]]),
    ],
)
def test_an_expression_becomes_the_paths_behind_it(
    compiled: Json, resource_type: str, code: str, expected: list[list[str]]
) -> None:
    assert paths(compiled, resource_type, code) == expected


def test_references_say_what_they_may_point_to(compiled: Json) -> None:
    patient = compiled["types"]["Observation"]["patient"]
    assert patient["terms"][0]["target"] == "Patient"
    assert patient["targets"] == []  # so many that it may be any
    assert compiled["types"]["Patient"]["kin"]["targets"] == ["Organization"]


def test_a_composite_is_its_root_and_the_paths_of_its_parts(compiled: Json) -> None:
    both = compiled["types"]["Observation"]["code-value"]
    assert both["terms"] == [{"text": "Observation", "paths": [["element"]]}]
    assert both["components"] == [
        {"kind": "token", "paths": [["CodeableConcept", "code"]]},
        {"kind": "quantity", "paths": [["Quantity", "valueQuantity"]]},
        {"kind": "token", "root": True, "paths": [["code", "status"]]},
    ]


def test_only_what_can_be_searched_is_there(compiled: Json) -> None:
    assert list(compiled["types"]) == ["Bundle", "Observation", "Patient"]
    assert list(compiled["types"]["Bundle"]) == ["_id"]
    assert not {"_text", "near"} & set(compiled["types"]["Patient"])
    assert compiled["compartment"] == {"Observation": ["subject"], "Patient": []}


def test_a_shape_that_is_not_known_stops_the_compilation(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, searched("odd", "token", "Patient.gender.upper()", "Patient"))
    with pytest.raises(SystemExit, match=r"cannot compile 'Patient.gender.upper\(\)' of Patient"):
        compiling.compile_parameters(folder)


def test_our_own_parameters_are_compiled_like_the_official_ones() -> None:
    official = json.loads(Path(compiling.__file__).with_name("parameters.json").read_text("utf-8"))
    for (resource_type, code), (kind, _) in compiling.LOCAL.items():
        assert official["types"][resource_type][code]["kind"] == kind
        assert all(term["paths"] for term in official["types"][resource_type][code]["terms"])


def test_an_outline_tells_elements_summary_and_what_must_be_there(tmp_path: Path) -> None:
    compiled = outline.compile_outline(folder_of(tmp_path))
    assert list(compiled) == ["Bundle", "Observation", "Patient"]
    patient, observation = compiled["Patient"], compiled["Observation"]
    assert patient["elements"]["deceased"] == ["deceasedBoolean", "deceasedDateTime"]
    assert "contact.relationship" not in patient["elements"]
    assert patient["summary"]["contact"] == {"organization": None}
    assert patient["summary"]["deceasedDateTime"] is None
    assert "telecom" not in patient["summary"]
    assert (patient["mandatory"], observation["mandatory"]) == ([], ["code", "status"])


@pytest.mark.parametrize(
    ("module", "name"), [(compiling, "parameters.json"), (outline, "outline.json")], ids=["parameters", "outline"]
)
def test_what_is_compiled_is_written_beside_the_module(
    module: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r4").mkdir()
    monkeypatch.setattr(sys, "argv", ["compile", str(folder_of(tmp_path / "r4"))])
    monkeypatch.setattr(module, "__file__", str(tmp_path / "compile.py"))
    module.main()
    written = json.loads((tmp_path / name).read_text("utf-8"))
    assert "Patient" in written.get("types", written)
