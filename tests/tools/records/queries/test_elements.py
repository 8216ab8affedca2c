"""What each clinical type says of itself: label, time, status, people, reasons, doses and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.tools.records.query import Coding, Concept, QueryResult, RecordQuery

Ask = Callable[..., QueryResult]
LOINC = "http://loinc.org"


def coded(code: str, display: str = "", system: str = "urn:s") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def told(ask: Ask, target: Any, resource: dict[str, Any], *others: dict[str, Any], **more: Any) -> Any:
    query = RecordQuery(types=(resource["resourceType"],), target=target, **more)
    findings = [f for f in ask(query, resource, *others).findings if f.reference.endswith("/" + resource["id"])]
    return findings[0]


@pytest.mark.parametrize(
    ("resource", "label", "time"),
    [
        ({"resourceType": "Condition", "code": coded("1", "Asthma"), "recordedDate": "2020"}, "Asthma", "2020"),
        (
            {"resourceType": "AllergyIntolerance", "code": coded("1", "Peanut"), "recordedDate": "2020-01"},
            "Peanut",
            "2020-01",
        ),
        (
            {
                "resourceType": "MedicationStatement",
                "status": "active",
                "medicationCodeableConcept": {"text": "Aspirin"},
                "effectivePeriod": {"start": "2020-01-02"},
            },
            "Aspirin",
            "2020-01-02",
        ),
        (
            {
                "resourceType": "MedicationDispense",
                "status": "completed",
                "medicationCodeableConcept": coded("1", "Warfarin"),
                "whenHandedOver": "2020-01-02T10:00:00Z",
            },
            "Warfarin",
            "2020-01-02T10:00:00Z",
        ),
        (
            {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": coded("140", "Flu"),
                "recorded": "2020",
            },
            "Flu",
            "2020",
        ),
        (
            {
                "resourceType": "Procedure",
                "status": "completed",
                "code": coded("1", "Biopsy"),
                "performedPeriod": {"start": "2020-03-01"},
            },
            "Biopsy",
            "2020-03-01",
        ),
        (
            {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "code": coded("1", "CBC"),
                "issued": "2020-03-01T00:00:00Z",
            },
            "CBC",
            "2020-03-01T00:00:00Z",
        ),
        (
            {
                "resourceType": "DocumentReference",
                "status": "current",
                "type": coded("1", "Discharge summary"),
                "date": "2020-03-01T00:00:00Z",
            },
            "Discharge summary",
            "2020-03-01T00:00:00Z",
        ),
        (
            {
                "resourceType": "CarePlan",
                "status": "active",
                "category": [coded("1", "Diabetes self care")],
                "period": {"start": "2019"},
            },
            "Diabetes self care",
            "2019",
        ),
        (
            {"resourceType": "CareTeam", "status": "active", "name": "Heart team", "period": {"start": "2019"}},
            "Heart team",
            "2019",
        ),
        (
            {
                "resourceType": "FamilyMemberHistory",
                "status": "completed",
                "relationship": coded("FTH", "father"),
                "condition": [{"code": coded("1", "Stroke")}],
                "date": "2018",
            },
            "father: Stroke",
            "2018",
        ),
        ({"resourceType": "Device", "status": "active", "type": coded("1", "Pacemaker")}, "Pacemaker", ""),
        (
            {
                "resourceType": "Specimen",
                "status": "available",
                "type": coded("1", "Blood"),
                "collection": {"collectedDateTime": "2020"},
            },
            "Blood",
            "2020",
        ),
        (
            {"resourceType": "Coverage", "status": "active", "type": coded("1", "HMO"), "period": {"start": "2020"}},
            "HMO",
            "2020",
        ),
        (
            {
                "resourceType": "ImagingStudy",
                "status": "available",
                "description": "Chest CT",
                "series": [{"modality": {"system": "dcm", "code": "CT", "display": "Computed Tomography"}}],
                "started": "2020-02-02",
            },
            "Computed Tomography",
            "2020-02-02",
        ),
        (
            {
                "resourceType": "ImagingStudy",
                "status": "available",
                "description": "XR Chest 2 Views",
                "modality": [{"system": "dcm", "code": "CR"}],
                "started": "2020-02-03",
            },
            "XR Chest 2 Views",
            "2020-02-03",
        ),
        (
            {
                "resourceType": "Goal",
                "lifecycleStatus": "active",
                "description": {"text": "HbA1c below 7"},
                "startDate": "2020",
            },
            "HbA1c below 7",
            "2020",
        ),
        (
            {
                "resourceType": "ServiceRequest",
                "status": "active",
                "intent": "order",
                "code": coded("1", "MRI"),
                "authoredOn": "2020",
            },
            "MRI",
            "2020",
        ),
    ],
    ids=lambda value: value["resourceType"] if isinstance(value, dict) else "",
)
def test_each_type_has_a_label_and_a_time(ask: Ask, resource: dict[str, Any], label: str, time: str) -> None:
    finding = told(ask, "name", {**resource, "id": "x"})
    assert (finding.label, finding.time) == (label, time)


BLOOD_PRESSURE = {
    "resourceType": "Observation",
    "id": "bp",
    "status": "final",
    "code": coded("55284-4", "Blood Pressure", LOINC),
    "effectiveDateTime": "2020-01-01",
    "component": [
        {"code": coded("8462-4", "Diastolic", LOINC), "valueQuantity": {"value": 80, "unit": "mm[Hg]"}},
        {"code": coded("8480-6", "Systolic", LOINC), "valueQuantity": {"value": 120, "unit": "mm[Hg]"}},
    ],
}
ALONE = {
    "resourceType": "Observation",
    "id": "sys",
    "status": "final",
    "code": coded("8480-6", "Systolic", LOINC),
    "effectiveDateTime": "2021-01-01",
    "valueQuantity": {"value": 130, "unit": "mm[Hg]"},
}
PANEL = Concept(words="blood pressure", codings=(Coding(system=LOINC, code="55284-4"),))
SYSTOLIC = Concept(words="systolic", codings=(Coding(system=LOINC, code="8480-6"),))


def test_a_blood_pressure_is_told_systolic_first(ask: Ask) -> None:
    finding = told(ask, "value", BLOOD_PRESSURE, concept=PANEL)
    assert (finding.values, finding.unit) == ((120, 80), "mm[Hg]")


@pytest.mark.parametrize("asked", [{"concept": SYSTOLIC}, {"concept": PANEL, "component": SYSTOLIC}])
def test_a_component_is_found_in_its_panel_and_standing_alone(ask: Ask, asked: dict[str, Concept]) -> None:
    found = ask(RecordQuery(types=("Observation",), **asked), BLOOD_PRESSURE, ALONE)
    assert [(f.value, f.label) for f in found.findings] == [(120, "Systolic"), (130, "Systolic")]


@pytest.mark.parametrize(
    ("value", "expected", "unit"),
    [
        ({"valueQuantity": {"value": 5.4, "unit": "%"}}, (5.4,), "%"),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}}, ("<5",), "mg/L"),
        ({"valueCodeableConcept": coded("8517006", "Former smoker")}, ("Former smoker", "8517006"), ""),
        ({"valueString": "NO GROWTH.  "}, ("NO GROWTH.",), ""),
        ({"valueString": "<10 mg/L"}, ("<10 mg/L",), "mg/L"),
        ({"valueString": "7.2"}, (7.2,), ""),
        ({"valueBoolean": True}, (True,), ""),
        ({"valueInteger": 3}, (3,), ""),
        ({"valueDateTime": "2020-01-01"}, ("2020-01-01",), ""),
        ({"valueRange": {"low": {"value": 1, "unit": "g"}, "high": {"value": 2, "unit": "g"}}}, ("1-2",), "g"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, ("1:128",), ""),
        ({"dataAbsentReason": coded("unknown", "Unknown")}, (), ""),
    ],
)
def test_every_kind_of_value_is_read(ask: Ask, value: dict[str, Any], expected: tuple[Any, ...], unit: str) -> None:
    resource = {"resourceType": "Observation", "id": "v", "status": "final", "code": coded("1", "Thing"), **value}
    finding = told(ask, "value", resource)
    assert (finding.values, finding.unit) == (expected, unit)


def test_a_culture_tells_its_organisms_and_specimen(ask: Ask) -> None:
    culture = {
        "resourceType": "Observation",
        "id": "t",
        "status": "final",
        "code": coded("90201", "Blood culture", "urn:test"),
        "effectiveDateTime": "2020-01-01",
        "specimen": {"reference": "Specimen/s"},
        "hasMember": [{"reference": "Observation/o"}],
    }
    organism = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": coded("80053", "ENTEROCOCCUS SP.", "urn:org"),
        "derivedFrom": [{"reference": "Observation/t"}],
    }
    sterile = {**culture, "id": "later", "effectiveDateTime": "2021-01-01"}
    del sterile["hasMember"]
    specimen = {"resourceType": "Specimen", "id": "s", "type": coded("70012", "BLOOD CULTURE")}
    tests = Concept(words="any culture", codings=(Coding(system="urn:test"),))
    blood = Concept(words="blood", codings=(Coding(system="urn:s", code="70012"),))
    query = RecordQuery(types=("Observation",), concept=tests, specimen=blood, which="last", target="organism")
    found = ask(query, culture, organism, sterile, specimen)
    assert [(f.reference, f.values, f.also) for f in found.findings] == [
        ("Observation/t", ("ENTEROCOCCUS SP.",), ("Observation/o",))
    ]
    assert any("no organism" in note for note in found.notes)
    result = ask(query.model_copy(update={"target": "value"}), culture, organism, sterile, specimen)
    assert [(f.reference, f.values) for f in result.findings] == [("Observation/t", ("ENTEROCOCCUS SP.",))]


def test_a_report_tells_its_conclusion_and_its_results(ask: Ask) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "amended",
        "code": coded("1", "Lipids"),
        "conclusion": "Raised LDL.",
        "result": [{"reference": "Observation/sys"}],
    }
    finding = told(ask, "result", report, ALONE)
    assert finding.values == ("Raised LDL.", "Systolic: 130 mm[Hg]")
    assert finding.status == "amended"
    assert finding.also == ("Observation/sys",)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("birthDate", ("1960-05-04",)),
        ("gender", ("female",)),
        ("deceased", (False,)),
        ("race", ("White",)),
        ("language", ("Spanish", "es")),
        ("address", ("1 Elm St, Boston, MA",)),
        ("name", ("Rosa Maria Diaz",)),
        ("maritalStatus", ("Married", "M")),
        ("unheardOf", ()),
    ],
)
def test_demographics_are_told_as_recorded(ask: Ask, rosa: Any, field: str, expected: tuple[Any, ...]) -> None:
    found = rosa(RecordQuery(types=("Patient",), target="demographic", field=field))
    assert found.findings[0].values == expected


@pytest.mark.parametrize(
    ("as_of", "told"), [("2019-12-31T00:00:00+00:00", False), ("2020-01-02T00:00:00+00:00", "2020-01-01")]
)
def test_a_death_after_the_moment_of_asking_is_none_yet(ask: Ask, as_of: str, told: Any) -> None:
    patient = {"resourceType": "Patient", "id": "p", "birthDate": "1960-05-04", "deceasedDateTime": "2020-01-01"}
    query = RecordQuery(types=("Patient",), target="demographic", field="deceasedDateTime")
    assert ask(query, patient, as_of=as_of).findings[0].values == (told,)
    age = RecordQuery(types=("Patient",), measure="age", target="demographic", field="deceased")
    computed = ask(age, patient, as_of=as_of).computed
    assert (computed and computed.value) == (59 if told else None)


@pytest.fixture
def rosa(record: Any, clock: Any) -> Callable[[RecordQuery], QueryResult]:
    from chartwarden.tools.records.execution import run
    from chartwarden.tools.records.readings import Readings

    patient = {
        "resourceType": "Patient",
        "id": "p",
        "birthDate": "1960-05-04",
        "gender": "female",
        "name": [
            {"use": "usual", "given": ["Rosi"]},
            {"use": "official", "given": ["Rosa", "Maria"], "family": "Diaz"},
        ],
        "address": [{"line": ["1 Elm St"], "city": "Boston", "state": "MA"}],
        "maritalStatus": coded("M", "Married"),
        "communication": [{"language": coded("es", "Spanish")}],
        "extension": [
            {
                "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
                "extension": [{"url": "text", "valueString": "White"}],
            }
        ],
    }
    return lambda query: run(query, record(patient), clock, Readings())


def test_codes_are_told_by_system_and_only_of_the_one_asked_for(ask: Ask) -> None:
    codings = [
        {"system": "http://snomed.info/sct", "code": "233604007"},
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J18.9"},
        {"system": "urn:local", "code": "pn"},
    ]
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": "Pneumonia", "coding": codings}}
    every = told(ask, "code", condition)
    assert every.values == ("233604007", "J18.9", "pn")
    assert every.text == "SNOMED CT 233604007; ICD-10-CM J18.9; urn:local pn"
    assert told(ask, "code", condition, field="ICD-10").values == ("J18.9",)
    assert told(ask, "code", condition, field="LOINC").values == ()


def test_an_allergy_tells_what_it_did_and_how_severely(ask: Ask) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": coded("1", "Peanut"),
        "criticality": "high",
        "reaction": [
            {"manifestation": [{"text": "Hives"}, {"text": "Vomiting"}], "severity": "moderate"},
            {"manifestation": [coded("9", "Wheezing")]},
        ],
    }
    reaction = told(ask, "result", allergy)
    assert reaction.values == ("Hives", "Vomiting", "Wheezing", "9")
    assert reaction.text == "Hives, Vomiting (moderate); Wheezing; criticality high"
    assert told(ask, "severity", allergy).values == ("moderate", "high")


def test_an_allergy_without_a_reaction_tells_none(ask: Ask) -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "code": coded("1", "Peanut"), "criticality": "low"}
    assert told(ask, "result", allergy).values == ()
    assert told(ask, "severity", allergy).values == ("low",)
