"""Where each FHIR R4 type keeps its name, times, status, people and reasons: one table, and the walk that reads it.

Paths are of FHIR R4 (hl7.org/fhir/R4), search parameters of the same page's search section. Lists along a path are
walked through. A type that is not in the table is read with the defaults of `Shape`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from chartwarden.tools.records.kept import once_kept
from chartwarden.tools.records.source import Resource

MEDICATION_TYPES = ("MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement")


@dataclass(frozen=True)
class Shape:
    """Where a type keeps what the queries ask for. Search parameters are empty where R4 has none."""

    code: tuple[tuple[str, str], ...] = (("code", "code"),)
    """Coded elements that name the thing, each with its search parameter; the first one filled is the label."""
    titles: tuple[str, ...] = ()
    """Plain strings that name it where no code does."""
    time: tuple[str, ...] = ()
    """The clinically relevant time, best first, as `date_param` covers it."""
    end: tuple[str, ...] = ()
    date_param: str = ""
    """Search parameter over `time`."""
    fallback: tuple[str, ...] = ()
    """Times that stand in where `time` has none; `date_param` does not cover them."""
    status: str = "status"
    not_facts: tuple[str, ...] = ()
    """Statuses under which the thing did not happen, or not yet."""
    category: str = "category"
    category_param: str = "category"
    person: tuple[str, ...] = ()
    reason: tuple[str, ...] = ("reasonCode", "reasonReference")
    encounter: str = "encounter"
    encounter_param: str = ""
    body_site: tuple[str, ...] = ("bodySite",)
    instructions: tuple[str, ...] = ()

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Where a resource of the type says when, best first."""
        return (*self.time, *self.fallback)


_DOSAGE = (
    "dosageInstruction.text", "dosageInstruction.patientInstruction", "dosageInstruction.additionalInstruction.text",
    "dosageInstruction.additionalInstruction.coding.display",
)  # fmt: skip
_MEDICATION = (("medicationCodeableConcept", "code"),)

SHAPES: dict[str, Shape] = {
    "Condition": Shape(
        encounter_param="encounter",
        time=("onsetDateTime", "onsetPeriod.start"),
        fallback=("recordedDate",),
        end=("abatementDateTime", "abatementPeriod.start"),
        status="clinicalStatus",
        person=("asserter", "recorder"),
        reason=(),
        instructions=("note.text",),
    ),
    "AllergyIntolerance": Shape(
        code=(("code", "code"), ("reaction.substance", "")),
        time=("onsetDateTime", "onsetPeriod.start"),
        fallback=("recordedDate", "lastOccurrence"),
        status="clinicalStatus",
        person=("recorder", "asserter"),
        reason=(),
    ),
    "MedicationRequest": Shape(
        encounter_param="encounter",
        code=_MEDICATION,
        time=("authoredOn",),
        end=("dispenseRequest.validityPeriod.end",),
        date_param="authoredon",
        not_facts=("cancelled", "draft"),
        person=("requester", "recorder"),
        instructions=_DOSAGE,
    ),
    "MedicationAdministration": Shape(
        encounter_param="context",
        code=_MEDICATION,
        time=("effectiveDateTime", "effectivePeriod.start"),
        end=("effectivePeriod.end",),
        date_param="effective-time",
        not_facts=("not-done",),
        category_param="",
        person=("performer.actor",),
        encounter="context",
        body_site=("dosage.site",),
        instructions=("dosage.text",),
    ),
    "MedicationDispense": Shape(
        code=_MEDICATION,
        time=("whenHandedOver", "whenPrepared"),
        not_facts=("cancelled", "declined", "preparation"),
        category_param="",
        person=("performer.actor",),
        encounter="context",
        instructions=_DOSAGE,
    ),
    "MedicationStatement": Shape(
        code=_MEDICATION,
        time=("effectiveDateTime", "effectivePeriod.start"),
        fallback=("dateAsserted",),
        end=("effectivePeriod.end",),
        date_param="effective",
        not_facts=("not-taken", "intended"),
        person=("informationSource",),
        encounter="context",
        instructions=("dosage.text", "dosage.patientInstruction"),
    ),
    "Observation": Shape(
        encounter_param="encounter",
        code=(("code", "combo-code"),),
        time=("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "effectiveTiming.event"),
        fallback=("issued",),
        end=("effectivePeriod.end",),
        date_param="date",
        not_facts=("cancelled", "registered"),
        person=("performer",),
        reason=(),
        instructions=("note.text",),
    ),
    "Immunization": Shape(
        code=(("vaccineCode", "vaccine-code"),),
        time=("occurrenceDateTime",),
        fallback=("recorded",),
        date_param="date",
        not_facts=("not-done",),
        person=("performer.actor",),
        body_site=("site",),
        category_param="",
    ),
    "Procedure": Shape(
        encounter_param="encounter",
        time=("performedDateTime", "performedPeriod.start"),
        end=("performedPeriod.end",),
        date_param="date",
        not_facts=("not-done", "preparation"),
        person=("performer.actor", "asserter", "recorder"),
    ),
    "Encounter": Shape(
        code=(("type", "type"), ("serviceType", "service-type"), ("class", "class")),
        time=("period.start",),
        end=("period.end",),
        date_param="date",
        not_facts=("planned", "cancelled"),
        category="class",
        category_param="class",
        person=("participant.individual",),
        reason=("reasonCode", "reasonReference", "diagnosis.condition"),
    ),
    "DiagnosticReport": Shape(
        encounter_param="encounter",
        time=("effectiveDateTime", "effectivePeriod.start"),
        fallback=("issued",),
        end=("effectivePeriod.end",),
        date_param="date",
        not_facts=("cancelled", "registered"),
        person=("performer", "resultsInterpreter"),
        reason=(),
    ),
    "DocumentReference": Shape(
        encounter_param="encounter",
        code=(("type", "type"),),
        titles=("description", "content.attachment.title"),
        time=("date",),
        fallback=("context.period.start",),
        end=("context.period.end",),
        date_param="date",
        person=("author", "authenticator"),
        reason=(),
        encounter="context.encounter",
    ),
    "Composition": Shape(
        code=(("type", "type"),), titles=("title",), time=("date",), date_param="date", person=("author",), reason=()
    ),
    "CarePlan": Shape(
        encounter_param="encounter",
        code=(("category", "category"), ("activity.detail.code", "activity-code")),
        titles=("title", "description"),
        time=("period.start", "created"),
        end=("period.end",),
        not_facts=("draft", "revoked"),
        person=("author", "contributor"),
        reason=("addresses",),
        instructions=("activity.detail.description", "description"),
    ),
    "CareTeam": Shape(
        code=(("category", "category"),),
        titles=("name",),
        time=("period.start",),
        end=("period.end",),
        not_facts=("proposed",),
        person=("participant.member",),
    ),
    "Goal": Shape(
        code=(("description", ""),),
        time=("startDate", "statusDate"),
        status="lifecycleStatus",
        not_facts=("proposed", "rejected", "cancelled"),
        person=("expressedBy",),
        reason=("addresses",),
    ),
    "FamilyMemberHistory": Shape(
        code=(("condition.code", "code"), ("relationship", "relationship")),
        time=("date",),
        date_param="date",
        category_param="",
    ),
    "Device": Shape(
        code=(("type", "type"),), titles=("deviceName.name", "modelNumber"), category_param="", person=("owner",)
    ),
    "DeviceUseStatement": Shape(
        code=(("bodySite", ""),), time=("timingDateTime", "timingPeriod.start", "recordedOn"), end=("timingPeriod.end",)
    ),
    "Specimen": Shape(
        code=(("type", "type"),),
        time=("collection.collectedDateTime", "collection.collectedPeriod.start"),
        fallback=("receivedTime",),
        date_param="collected",
        category_param="",
        person=("collection.collector",),
        body_site=("collection.bodySite",),
    ),
    "Coverage": Shape(
        code=(("type", "type"),),
        time=("period.start",),
        end=("period.end",),
        category_param="",
        person=("payor", "subscriber", "policyHolder"),
    ),
    "ImagingStudy": Shape(
        encounter_param="encounter",
        code=(("procedureCode", ""), ("series.modality", "modality"), ("modality", "modality")),
        titles=("description", "series.description"),
        time=("started",),
        fallback=("series.started",),
        date_param="started",
        not_facts=("cancelled", "registered"),
        person=("interpreter", "referrer"),
        body_site=("series.bodySite",),
        category_param="",
    ),
    "Media": Shape(
        code=(("modality", "modality"), ("view", "view")),
        titles=("content.title", "deviceName"),
        time=("createdDateTime", "createdPeriod.start"),
        fallback=("issued",),
        date_param="created",
        person=("operator",),
        category_param="",
    ),
    "ServiceRequest": Shape(
        encounter_param="encounter",
        time=("authoredOn",),
        fallback=("occurrenceDateTime", "occurrencePeriod.start"),
        date_param="authored",
        not_facts=("draft", "revoked"),
        person=("requester", "performer"),
        instructions=("patientInstruction",),
    ),
    "Appointment": Shape(
        code=(("serviceType", "service-type"), ("appointmentType", "appointment-type")),
        titles=("description",),
        time=("start",),
        end=("end",),
        date_param="date",
        not_facts=("cancelled", "noshow", "proposed"),
        person=("participant.actor",),
        category_param="",
    ),
    "QuestionnaireResponse": Shape(code=(), time=("authored",), date_param="authored", person=("author", "source")),
    "Medication": Shape(category_param=""),
    "Patient": Shape(code=(), category_param=""),
}
"""By type. A type outside this table is read with `DEFAULT`."""

DEFAULT = Shape(time=("date", "period.start", "authoredOn", "recorded", "created"), end=("period.end",))


def shape_of(resource_type: str) -> Shape:
    """Where resources of the type keep what the queries ask for."""
    return SHAPES.get(resource_type, DEFAULT)


def parts(node: Any, path: str) -> Iterator[dict[str, Any]]:
    """Those values at a path that are objects: what a malformed resource has there instead is passed over."""
    return (value for value in walk(node, path) if isinstance(value, dict))


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def walk(node: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path below `node`, in order, lists opened along the way and at the end."""
    return iter(_values(node, path))


def _values(node: Any, path: str) -> list[Any]:
    # Lists, not generators within generators: a list asks for a dozen elements of each of a thousand resources.
    found = _opened(node) if isinstance(node, list) else [node]
    for step in _steps(path):
        below: list[Any] = []
        for item in found:
            value = item.get(step) if isinstance(item, dict) else None
            if isinstance(value, list):
                below += _opened(value)
            elif value is not None:
                below.append(value)
        found = below
    return found


def _opened(nodes: list[Any]) -> list[Any]:
    """The items of a list, and of lists within it, that are there."""
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, list):
            found += _opened(node)
        elif node is not None:
            found.append(node)
    return found


@once_kept
def recorded_time(resource: Resource) -> str:
    """The clinically relevant time of a resource by its own elements, as recorded; "" when it has none."""
    return first_text(resource, shape_of(str(resource.get("resourceType", ""))).times)


def first_text(node: Any, paths: tuple[str, ...]) -> str:
    """The first non-empty string at the first of the paths that has one, else ""."""
    for path in paths:
        for value in _values(node, path):
            if isinstance(value, str) and value:
                return value
    return ""


def reference_of(resource: Resource) -> str:
    """`Type/id` of a resource."""
    return f"{resource.get('resourceType', '')}/{resource.get('id', '')}"
