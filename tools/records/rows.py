"""`Row`: a resource as one row of a result, each of its aspects worked out when it is asked for."""

from __future__ import annotations

from typing import Any

from chartwarden.tools.records import values
from chartwarden.tools.records.chart import Chart, references
from chartwarden.tools.records.elements import (
    MEDICATION_TYPES,
    first_text,
    parts,
    recorded_time,
    reference_of,
    shape_of,
    walk,
)
from chartwarden.tools.records.kept import once_kept
from chartwarden.tools.records.lazy import lazy
from chartwarden.tools.records.moments import Moment
from chartwarden.tools.records.query import Coding, Concept
from chartwarden.tools.records.source import Resource

ABSENCE_CODES = frozenset(
    {
        "716186003",  # No known allergy
        "409137002",  # No known drug allergy
        "428607008",  # No known environmental allergy
        "429625007",  # No known food allergy
        "428197003",  # No known insect allergy
        "160244002",  # No known allergies (retired)
        "160245001",  # No current problems or disability
        "787481004",  # No known problem (situation)
        "704009000",  # Known absence of family history
    }
)
"""SNOMED CT concepts by which a record says that there is nothing."""

_ABSENCE_TYPES = frozenset({"AllergyIntolerance", "Condition", "FamilyMemberHistory"})


def _is_patient(reference: dict[str, Any]) -> bool:
    """Whether a reference is to the patient, whom an appointment names among those who take part."""
    return str(reference.get("reference", "")).split("/")[-2:-1] == ["Patient"]


class Row:
    """One resource under one run. `place` narrows an encounter to one of its locations."""

    def __init__(self, resource: Resource, chart: Chart, place: dict[str, Any] | None = None) -> None:
        self.resource = resource
        self.chart = chart
        self.place = place
        self.type = str(resource.get("resourceType", ""))
        self.shape = shape_of(self.type)
        self.reference = reference_of(resource)

    @lazy
    def moment(self) -> Moment | None:
        """The clinically relevant time, by the readings of the session."""
        return self.chart.moment(self._recorded_time())

    def _recorded_time(self) -> str:
        if self.place is not None:
            return first_text(self.place, ("period.start",))
        if self.type == "MedicationRequest" and self.chart.readings.prescription_time == "validity":
            validity = first_text(self.resource, ("dispenseRequest.validityPeriod.start",))
            return validity or recorded_time(self.resource)
        if self.type != "Condition":
            return recorded_time(self.resource)
        if self.chart.readings.episode_time == "encounter":
            return first_text(self.resource, self.shape.time) or self._encounter_start() or recorded_time(self.resource)
        return recorded_time(self.resource) or self._encounter_start()

    def _encounter_start(self) -> str:
        return first_text(self.encounter or {}, ("period.start",))

    @lazy
    def end(self) -> Moment | None:
        """When it ended, as far as that is known at the session's clock."""
        recorded = first_text(self.place or {}, ("period.end",)) if self.place else None
        moment = self.chart.moment(first_text(self.resource, self.shape.end) if recorded is None else recorded)
        return moment if self.chart.exists_yet(moment) else None

    @lazy
    def encounter(self) -> Resource | None:
        """The encounter it belongs to; an Encounter belongs to itself."""
        if self.type == "Encounter":
            return self.resource
        node = next(iter(references(walk(self.resource, self.shape.encounter))), None)
        return self.chart.resolve(node, self.resource)

    @lazy
    def encounter_reference(self) -> str:
        """`Encounter/id` of the encounter, "" where the row names none."""
        if self.type == "Encounter":
            return self.reference
        return first_text(self.resource, (f"{self.shape.encounter}.reference",))

    @lazy
    def medication(self) -> Resource | None:
        """The Medication behind a medication reference."""
        node = self.resource.get("medicationReference")
        return self.chart.resolve(node, self.resource) if node else None

    @lazy
    def medication_reference(self) -> str:
        """The reference of the Medication behind it, as recorded; "" where the row names none."""
        return _medication_reference(self.resource)

    @lazy
    def names(self) -> list[Any]:
        """The coded nodes that name the thing, best first."""
        if self.type in MEDICATION_TYPES:
            nodes = [self.resource.get("medicationCodeableConcept")]
            nodes.append(self.medication.get("code") if self.medication else None)
            return [node for node in nodes if node]
        return [node for path, _ in self.shape.code for node in walk(self.resource, path)]

    @lazy
    def identifiers(self) -> list[str]:
        """Identifier values that name a medication (formulary codes, mixtures)."""
        source = self.medication if self.type in MEDICATION_TYPES else None
        if self.type == "Medication":
            source = self.resource
        return _identifiers(source) if source else []

    @lazy
    def codings(self) -> list[Coding]:
        """Every coding that names the thing."""
        return [coding for node in self.names for coding in values.codings_of(node)]

    @lazy
    def texts(self) -> list[str]:
        """Texts, titles and identifiers that name it."""
        found = [str(text) for node in self.names for text in walk(node, "text")]
        found += [str(title) for path in self.shape.titles for title in walk(self.resource, path)]
        display = first_text(self.resource, ("medicationReference.display",))
        return [*found, *([display] if display else []), *self.identifiers]

    @lazy
    def label(self) -> str:
        """What it is about, in the record's own words."""
        if self.type == "FamilyMemberHistory":
            return self._family_label()
        named = next((name for name in map(values.name_of, self.names) if name), "")
        if self.identifiers and (not named or not any(c.display for c in self.codings)):
            return values.readable([*self.identifiers, named])
        title = next((str(title) for path in self.shape.titles for title in walk(self.resource, path)), "")
        if title and named in {coding.code for coding in self.codings}:
            return title  # "XR Chest 2 Views" says more than a bare "CR"
        return named or first_text(self.resource, ("medicationReference.display",)) or title or self.type

    def _family_label(self) -> str:
        """Whose history it is, and of what: the conditions are never the patient's own."""
        who = values.name_of(self.resource.get("relationship")) or "family member"
        conditions = [values.name_of(node) for node in walk(self.resource, "condition.code")]
        return f"{who}: {', '.join(filter(None, conditions)) or 'no condition recorded'}"

    @lazy
    def is_organism(self) -> bool:
        """Whether, as a member of a culture, it names what grew: a susceptibility test of it does not."""
        flags = {coding.code for node in walk(self.resource, "interpretation") for coding in values.codings_of(node)}
        tested = "valueQuantity" in self.resource or flags & {"S", "I", "R", "SDD", "NS"}
        return self.type == "Observation" and not tested and "suscept" not in self.label.lower()

    @lazy
    def name_scalars(self) -> tuple[str, ...]:
        """Names first, then codes and identifiers."""
        first = [self.label] if self.label != self.type else []
        scalars = [word for node in self.names[:1] for word in values.concept_scalars(node)]
        return tuple(dict.fromkeys([*first, *scalars, *self.identifiers]))

    @lazy
    def statuses(self) -> tuple[str, ...]:
        """status, clinicalStatus, verificationStatus and intent codes, as the type has them."""
        return _statuses(self.resource)

    @lazy
    def clinical_statuses(self) -> frozenset[str]:
        """Statuses as they were at the session's clock: what ended later was still active then."""
        found = set(self.statuses)
        if self.type == "Condition":
            later = self.chart.moment(first_text(self.resource, self.shape.end))
            if later is not None and not self.chart.exists_yet(later):
                found = found - {"resolved", "inactive", "remission"} | {"active"}
            elif later is not None:
                found -= {"active"}
            if found & {"recurrence", "relapse"}:
                found.add("active")
            if found & {"resolved", "remission"}:
                found.add("inactive")
        return frozenset(found)

    @lazy
    def status_text(self) -> str:
        """The statuses that matter to how the row may be told."""
        plain = {"confirmed", "order", "final", "completed", "finished", "current", "available"}
        told = [status for status in self.statuses if status not in plain] or list(self.statuses[:1])
        document = self.resource.get("docStatus")
        return ", ".join([*told, *([document] if isinstance(document, str) and document != "final" else [])])

    @lazy
    def no_fact(self) -> str:
        """Why it is no fact of its kind (`entered in error`, `refuted`, `not-done`, ...), "" when it is one."""
        if "entered-in-error" in self.statuses:
            return "entered in error"
        if "refuted" in self.statuses:
            return "refuted"
        if "do-not-perform" in self.statuses:
            return "do not perform"
        if self.type in _ABSENCE_TYPES and any(coding.code in ABSENCE_CODES for coding in self.codings):
            return "recorded as absent"
        for status in self.statuses:
            if status in self.shape.not_facts:
                return status
        return ""

    @lazy
    def is_planned(self) -> bool:
        """Whether it was booked or requested at the session's clock, and nothing says that it has been."""
        if not self.chart.exists_yet(self.chart.moment(first_text(self.resource, ("created",)))):
            return False
        if self.type != "ServiceRequest":
            return self.moment is None or not self.chart.exists_yet(self.moment)
        due = self.chart.moment(first_text(self.resource, ("occurrenceDateTime", "occurrencePeriod.start")))
        is_asked_for = not {"directive", "option"} & set(self.statuses) and self.chart.exists_yet(self.moment)
        return is_asked_for and (due is None or not self.chart.exists_yet(due))

    @lazy
    def categories(self) -> list[Coding]:
        """Category codings (for an Encounter its class)."""
        return [c for node in walk(self.resource, self.shape.category) for c in values.codings_of(node)]

    @lazy
    def people(self) -> list[dict[str, Any]]:
        """References to those who prescribed, performed or asserted it, in the order of the first path that has any."""
        for path in self.shape.person:
            found = list(references(walk(self.resource, path)))
            if self.type == "Appointment":
                found = [one for one in found if not _is_patient(one)]
            if found:
                return found
        return []

    @lazy
    def people_names(self) -> list[str]:
        """Names of `people`."""
        named = [self.chart.person_name(person, self.resource) for person in self.people]
        return [name for name in dict.fromkeys(named) if name]

    @lazy
    def reasons(self) -> list[tuple[Any, str]]:
        """Coded nodes that say why, each with the reference of the resource that says so ("" for its own code)."""
        found: list[tuple[Any, str]] = []
        for path in self.shape.reason:
            for node in walk(self.resource, path):
                if not isinstance(node, dict):
                    continue
                if "coding" in node or "text" in node:
                    found.append((node, ""))
                else:
                    found += self._referenced_reason(node)
        return found

    def _referenced_reason(self, node: dict[str, Any]) -> list[tuple[Any, str]]:
        target = self.chart.resolve(node, self.resource)
        if target is None:
            return [({"text": node["display"]}, "")] if node.get("display") else []
        if not self.chart.exists_yet(Row(target, self.chart).moment):
            return []
        return [(name, reference_of(target)) for name in Row(target, self.chart).names[:1]]

    def is_about(self, concept: Concept) -> bool:
        """Whether the row is named by the concept."""
        return self.chart.matcher(concept).names(self.names, self.texts)

    def holder(self, concept: Concept | None) -> dict[str, Any] | None:
        """The Observation itself or the component that is meant: the one whose code the concept names."""
        if concept is None:
            return self.resource
        known = self._holders.get(id(concept), self)
        if known is not self:
            return known  # type: ignore[return-value]
        holder = self._holders[id(concept)] = self._find_holder(self.chart.matcher(concept))
        return holder

    def _find_holder(self, matcher: values.Matcher) -> dict[str, Any] | None:
        if matcher.names(self.names, self.texts):
            return self.resource
        for component in parts(self.resource, "component"):
            if matcher.names([component.get("code")], []):
                return component
        return None

    @lazy
    def _holders(self) -> dict[int, dict[str, Any] | None]:
        return {}

    def value(self, concept: Concept | None = None) -> values.Value | None:
        """The recorded value of the row, or of the component the concept names."""
        holder = self.holder(concept)
        if holder is None:
            return None
        if holder is self.resource:
            return self._own_value
        return next(values.values_of(holder), None)

    @lazy
    def _own_value(self) -> values.Value | None:
        return next(values.values_of(self.resource), None)


@once_kept
def _medication_reference(resource: Resource) -> str:
    return first_text(resource, ("medicationReference.reference",))


@once_kept
def _identifiers(resource: Resource) -> list[str]:
    return [str(value) for value in walk(resource, "identifier.value")]


@once_kept
def _statuses(resource: Resource) -> tuple[str, ...]:
    resource_type = str(resource.get("resourceType", ""))
    paths = [path for path in (shape_of(resource_type).status, "verificationStatus") if path in resource]
    found = [code for path in paths for node in walk(resource, path) for code in values.codes_of(node)]
    if resource_type in ("MedicationRequest", "ServiceRequest", "CarePlan") and resource.get("intent"):
        found.append(str(resource["intent"]))
    if resource.get("doNotPerform") is True:
        found.append("do-not-perform")
    return tuple(dict.fromkeys(found))
