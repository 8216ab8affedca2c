"""Attributes of entries that are asked for by name and are nothing a type has in common with others.

One table: the name of an attribute, and of each type that has it where it is kept (FHIR R4 paths). Coded nodes are told
by their names and codes, plain ones as they are recorded.
"""

from __future__ import annotations

import re

from chartwarden.tools.records import values
from chartwarden.tools.records.elements import parts, walk
from chartwarden.tools.records.query import Scalar
from chartwarden.tools.records.source import Resource

ATTRIBUTES: dict[str, dict[str, tuple[str, ...]]] = {
    "asNeeded": {
        "MedicationRequest": ("dosageInstruction.asNeededBoolean", "dosageInstruction.asNeededCodeableConcept"),
    },
    "bodySite": {
        "Condition": ("bodySite",), "DeviceUseStatement": ("bodySite",), "ImagingStudy": ("series.bodySite",),
        "Immunization": ("site",), "MedicationAdministration": ("dosage.site",), "Observation": ("bodySite",),
        "Procedure": ("bodySite",), "Specimen": ("collection.bodySite",),
    },
    "category": {
        "AllergyIntolerance": ("category",), "CarePlan": ("category",), "Condition": ("category",),
        "DiagnosticReport": ("category",), "Observation": ("category",), "Procedure": ("category",),
    },
    "class": {"Encounter": ("class",)},
    "criticality": {"AllergyIntolerance": ("criticality",)},
    "days": {"MedicationRequest": ("dosageInstruction.timing.repeat.duration",)},
    "dilution": {"Observation": ("extension.valueQuantity",)},
    "expiry": {"Device": ("expirationDate",), "Immunization": ("expirationDate",)},
    "formulary": {"Medication": ("identifier.value",)},
    "form": {"MedicationRequest": ("dosageInstruction.text",)},
    "frequency": {"MedicationRequest": ("dosageInstruction.timing.code",)},
    "identifier": {"Encounter": ("identifier.value",), "MedicationRequest": ("identifier.value",)},
    "ingredient": {"Medication": ("ingredient",)},
    "laterality": {"ImagingStudy": ("series.laterality",)},
    "limit": {"Goal": ("target.detailQuantity",)},
    "lot": {"Device": ("lotNumber",), "Immunization": ("lotNumber",)},
    "manufactured": {"Device": ("manufactureDate",)},
    "manufacturer": {"Device": ("manufacturer",), "Immunization": ("manufacturer.display",)},
    "method": {
        "MedicationAdministration": ("dosage.method",), "Observation": ("method",), "Procedure": ("usedCode",),
    },
    "modality": {"ImagingStudy": ("series.modality", "modality")},
    "most_an_hour": {"MedicationRequest": ("dosageInstruction.maxDosePerPeriod.numerator",)},
    "model": {"Device": ("modelNumber",)},
    "ndc": {"Medication": ("code.coding.code",)},
    "priority": {"Encounter": ("priority",)},
    "quantity": {"MedicationDispense": ("quantity",), "MedicationRequest": ("dispenseRequest.quantity",)},
    "refills": {"MedicationRequest": ("dispenseRequest.numberOfRepeatsAllowed",)},
    "serial": {"Device": ("serialNumber",)},
    "serviceType": {"Encounter": ("serviceType",)},
    "stage": {"Condition": ("stage.summary",)},
    "udi": {"Device": ("udiCarrier.carrierHRF", "udiCarrier.deviceIdentifier")},
    "unit": {
        "MedicationAdministration": ("dosage.dose.unit",),
        "MedicationRequest": ("dosageInstruction.doseAndRate.doseQuantity.unit",),
        "Observation": ("valueQuantity.unit",),
    },
    "valid_until": {"MedicationRequest": ("dispenseRequest.validityPeriod.end",)},
    "verification": {"AllergyIntolerance": ("verificationStatus",), "Condition": ("verificationStatus",)},
}  # fmt: skip
"""By name and type, where it is kept."""


def attribute(resource: Resource, name: str) -> tuple[list[Scalar], str]:
    """What a resource says of an attribute, and the unit of a quantity; nothing where the type has none of the name."""
    found: list[Scalar] = []
    unit = ""
    if name == "days":
        return [days for node in parts(resource, "dosageInstruction.timing.repeat") if (days := _days(node))], "d"
    if name == "dilution":
        resource = {
            **resource,
            "extension": [one for one in parts(resource, "extension") if name in str(one.get("url"))],
        }
    for path in ATTRIBUTES.get(name, {}).get(str(resource.get("resourceType", "")), ()):
        for node in walk(resource, path):
            if isinstance(node, dict) and (quantity := values.quantity(node)) is not None:
                found += list(quantity.scalars)
                unit = unit or quantity.unit
            else:
                found += [node] if isinstance(node, str | int | float | bool) else list(values.concept_scalars(node))
    if name == "limit" and not found:
        found = [float(match["n"]) for match in _LIMIT.finditer(values.name_of(resource.get("description")))]
    return list(dict.fromkeys(found)), unit


_IN_DAYS = {"h": 1 / 24, "d": 1, "wk": 7}


def _days(repeat: dict[str, Scalar]) -> int | float | None:
    """How many days something is to be repeated for; None where that is not told."""
    duration, unit = repeat.get("duration"), str(repeat.get("durationUnit", ""))
    if not isinstance(duration, int | float) or unit not in _IN_DAYS:
        return None
    return int(days) if (days := round(duration * _IN_DAYS[unit], 2)) == int(days) else days


_LIMIT = re.compile(r"(?:[<>≤≥]=?|\b(?:below|under|above|over|at least|at most)) ?(?P<n>\d+(?:\.\d+)?)(?![\d/])")
"""What a goal that is told in words alone sets."""


def names_apart(resource: Resource, name: str) -> list[str]:
    """The attribute by the name of each node that has it, for a sentence: a code beside its name says nothing more."""
    paths = ATTRIBUTES.get(name, {}).get(str(resource.get("resourceType", "")), ())
    nodes = (node for path in paths for node in parts(resource, path))
    return list(dict.fromkeys(filter(None, map(values.name_of, nodes))))
