"""From rows to findings: what is wanted of a row (`Target`), as typed scalars, and what the row rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chartwarden.tools.records import values
from chartwarden.tools.records.attachments import passages
from chartwarden.tools.records.attributes import attribute, names_apart
from chartwarden.tools.records.chart import Chart, PatientRecords, human_name, references
from chartwarden.tools.records.code_systems import codes_by_system
from chartwarden.tools.records.demographics import demographic
from chartwarden.tools.records.doses import amount_of, dose_of, hours_between, times_a_day
from chartwarden.tools.records.elements import first_text, parts, recorded_time, reference_of, walk
from chartwarden.tools.records.how_often import says_how_often
from chartwarden.tools.records.medications import OF_MEDICATIONS, of_medication
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import PER_DAY, Finding, RecordQuery, Scalar
from chartwarden.tools.records.reactions import manifestations, reactions_in_words, severities
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.wholes import grown, sources_of

NO_VALUE = "no value: "
"""How the text of a finding begins that has a reason in place of a value: our words, and no narrative."""


@dataclass
class Told:
    """What a row says of a target: scalars, most specific first, their unit, and what else they rest on."""

    scalars: list[Scalar] = field(default_factory=list)
    unit: str = ""
    also: list[str] = field(default_factory=list)
    text: str = ""


def finding_of(row: Row, query: RecordQuery, *, also: tuple[str, ...] = ()) -> Finding:
    """The finding for a row: the value of the target, and every resource that went into it."""
    told = _TELLERS[query.target](row, query)
    rests = [*told.also, *also]
    if row.medication is not None and "medicationReference" in row.resource:
        reference = reference_of(row.medication)
        rests += [reference] if not row.medication_reference.startswith("#") else []
    if row.type == "Condition" and row.moment is not None and row.moment.recorded != recorded_time(row.resource):
        rests.append(row.encounter_reference)
    if query.part_of is not None:
        rests += map(reference_of, sources_of(row.resource, row.chart))
    if query.yielded is not None:
        rests += map(reference_of, grown(row, query.yielded))
    leading = told.scalars[0] if told.scalars else None
    return Finding(
        reference=row.reference,
        label=_label(row, query),
        value=leading,
        unit=told.unit,
        time=row.moment.recorded if row.moment else "",
        status=row.no_fact or row.status_text,
        author=", ".join(row.people_names[:2]),
        text=told.text,
        values=tuple(told.scalars),
        also=tuple(dict.fromkeys(reference for reference in rests if reference and reference != row.reference)),
    )


def _label(row: Row, query: RecordQuery) -> str:
    holder = row.holder(query.component or query.concept) if row.type == "Observation" else None
    part = values.name_of(holder.get("code")) if holder is not None else ""
    return part if part and holder is not row.resource else row.label


def describe(resource: dict[str, Any], records: PatientRecords, clock: Clock, readings: Readings) -> Finding:
    """Any resource as a finding, for showing it, with the beginning of its text where it has any."""
    row = Row(resource, Chart(records, clock, readings))
    finding = finding_of(row, RecordQuery(types=(row.type or "Resource",), target="value"))
    passage = next(passages(resource, row.chart.resolve), None)
    text = finding.text or (passage.text[:MAX_EXCERPT] if passage is not None else "")
    return finding.model_copy(update={"text": text})


MAX_EXCERPT = 2_000
"""Characters of a document's text that are shown with it."""


def _value(row: Row, query: RecordQuery) -> Told:
    if row.type != "Observation":
        return _name(row, query)
    wanted = query.component or query.concept
    holder = row.holder(wanted)
    if holder is None:
        return Told()
    value = next(values.values_of(holder), None)
    if value is not None:
        return Told(list(value.scalars), value.unit)
    grown = _organism(row, query) if "specimen" in holder else Told()  # the result of a culture is what it grew
    return _panel(holder) if "component" in holder else grown if grown.scalars else _absent(holder)


SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


def _panel(holder: dict[str, Any]) -> Told:
    """All components of a panel; a blood pressure systolic first, whatever the order recorded."""
    told = Told()
    read = []
    for component in sorted(parts(holder, "component"), key=_panel_rank):
        for value in values.values_of(component):
            told.scalars.append(value.scalars[0])
            told.unit = told.unit or value.unit
            read.append(f"{values.name_of(component.get('code'))}: {value.scalars[0]} {value.unit}".strip())
    told.text = "; ".join(read)
    return told


def _panel_rank(component: dict[str, Any]) -> int:
    codes = {coding.code for coding in values.codings_of(component.get("code"))}
    return 0 if SYSTOLIC in codes else 1 if DIASTOLIC in codes else 2


def _absent(holder: dict[str, Any]) -> Told:
    reason = values.name_of(holder.get("dataAbsentReason"))
    return Told(text=f"{NO_VALUE}{reason}" if reason else "")


def _name(row: Row, query: RecordQuery) -> Told:
    return Told(list(row.name_scalars))


def _time(row: Row, query: RecordQuery) -> Told:
    if query.unit == "stay" and row.encounter is not None:
        told = row.encounter.get("period", {}).get("start", "")
        return Told([told] if told else [], also=[reference_of(row.encounter)])
    return Told([row.moment.recorded] if row.moment else [])


def _end(row: Row, query: RecordQuery) -> Told:
    return Told([row.end.recorded] if row.end else [])


def _dose(row: Row, query: RecordQuery) -> Told:
    value = dose_of(row)
    return Told(list(value.scalars), value.unit) if value is not None else _instructions(row, query)


def _amount(row: Row, query: RecordQuery) -> Told:
    value = amount_of(row, query.target)
    return Told(list(value.scalars), value.unit) if value is not None else Told()


def _coded(*paths: str) -> Callable[[Row, RecordQuery], Told]:
    """What is told by coded nodes at the paths."""

    def tell(row: Row, query: RecordQuery) -> Told:
        found = [word for path in paths for node in walk(row.resource, path) for word in values.concept_scalars(node)]
        return Told(list(dict.fromkeys(found)))

    return tell


def _frequency(row: Row, query: RecordQuery) -> Told:
    if query.field:
        number = times_a_day(row) if query.field == PER_DAY else hours_between(row)
        return Told([] if number is None else [number], "times a day" if query.field == PER_DAY else "h")
    for timing in (*parts(row.resource, "dosageInstruction.timing"), *parts(row.resource, "dosage.timing")):
        words = [*values.concept_scalars(timing.get("code"))]
        repeat = next(parts(timing, "repeat"), {})
        if repeat.get("frequency") and repeat.get("period"):
            words.append(f"{repeat['frequency']} per {repeat['period']} {repeat.get('periodUnit', '')}".strip())
        words += [str(part) for part in walk(repeat, "when")]
        if words:
            return Told(list(dict.fromkeys(words)))
    text = first_text(row.resource, row.shape.instructions)
    return Told([text] if text and says_how_often(text) else [])


def _person(row: Row, query: RecordQuery) -> Told:
    told = Told(list(row.people_names))
    for person in row.people:
        target = row.chart.resolve(person, row.resource)
        if target is not None and target.get("id"):
            told.also.append(reference_of(target))
    return told


def _reason(row: Row, query: RecordQuery) -> Told:
    told = Told()
    for node, reference in row.reasons:
        told.scalars += [name for name in [values.name_of(node)] if name and name not in told.scalars]
        told.also.append(reference)
    return told


def _status(row: Row, query: RecordQuery) -> Told:
    ordered = sorted(row.clinical_statuses) if row.type == "Condition" else list(row.statuses)
    return Told(list(ordered))


def _duration(row: Row, query: RecordQuery) -> Told:
    if row.moment is None or row.end is None:
        return Told()
    hours = (row.end.start - row.moment.start).total_seconds() / 3600
    exact = row.moment.precision == "instant" and row.end.precision == "instant"
    if exact and abs(hours) < 48:
        return Told([round(hours, 2)], "h")
    return Told([round(hours / 24, 2 if exact else None)], "d")


def _location(row: Row, query: RecordQuery) -> Told:
    if row.type in ("Immunization", "Procedure") and row.resource.get("location"):
        return _places(row, row.resource, [row.resource["location"]])
    if row.place is not None:
        return _places(row, row.resource, [row.place["location"]] if row.place.get("location") else [])
    encounter = row.encounter or {}
    stretches = [part for part in walk(encounter, "location") if isinstance(part, dict)]
    stretches.sort(key=lambda part: _start(row, part))
    if query.which == "last" and row.type == "Encounter":
        stretches.reverse()
    told = _places(row, encounter, [part.get("location") for part in stretches])
    return told if told.scalars else _places(row, encounter, [encounter.get("serviceProvider")])


def _start(row: Row, stretch: dict[str, Any]) -> float:
    moment = row.chart.moment(first_text(stretch, ("period.start",)))
    return moment.start.timestamp() if moment else 0.0


def _places(row: Row, holder: dict[str, Any], nodes: list[Any]) -> Told:
    """Names of the locations, and the encounter that says so."""
    told = Told(also=[reference_of(holder)] if holder.get("resourceType") == "Encounter" else [])
    for node in references(iter(nodes)):
        target = row.chart.resolve(node, holder)
        name = (human_name(target) if target is not None else "") or str(node.get("display", ""))
        told.scalars += [name] if name else []
        told.also += [reference_of(target)] if target is not None else []
    return told


def _organism(row: Row, query: RecordQuery) -> Told:
    told = Told()
    for node in references(walk(row.resource, "hasMember")):
        member = row.chart.resolve(node, row.resource)
        if member is not None and Row(member, row.chart).is_organism:
            told.scalars += [word for word in Row(member, row.chart).name_scalars[:1] if word not in told.scalars]
            told.also.append(reference_of(member))
    told.text = ", ".join(map(str, told.scalars))
    return told


def _specimen(row: Row, query: RecordQuery) -> Told:
    specimen = row.chart.resolve(row.resource.get("specimen"), row.resource)
    if isinstance(row.resource.get("specimen"), list):
        specimen = row.chart.resolve(row.resource["specimen"][0], row.resource)
    if specimen is None:
        return Told()
    return Told(list(values.concept_scalars(specimen.get("type"))), also=[reference_of(specimen)])


def _result(row: Row, query: RecordQuery) -> Told:
    """Members of a panel, results of a report, its conclusion, or what a plan consists of."""
    if row.type == "CarePlan" and query.field == "goals":
        goals = [g for node in references(walk(row.resource, "goal")) if (g := row.chart.resolve(node, row.resource))]
        named = [values.name_of(goal.get("description")) or reference_of(goal) for goal in goals]
        return Told([*named], also=[reference_of(goal) for goal in goals])
    if row.type in _PARTS:
        nodes = (node for path in _PARTS[row.type] for node in walk(row.resource, path))
        return Told(list(dict.fromkeys(filter(None, map(values.name_of, nodes)))))
    if row.type == "AllergyIntolerance":
        signs = manifestations(row.resource)
        return Told(signs, text=reactions_in_words(row.resource) if signs else "")
    conclusion = first_text(row.resource, ("conclusion", "outcome.text"))
    told = Told(text=conclusion)
    for node in references(walk(row.resource, "result" if row.type == "DiagnosticReport" else "hasMember")):
        member = row.chart.resolve(node, row.resource)
        if member is None:
            continue
        told.also.append(reference_of(member))
        value = next(values.values_of(member), None)
        shown = f" {value.scalars[0]} {value.unit}".rstrip() if value else ""
        told.scalars.append(f"{values.name_of(member.get('code'))}{':' if shown else ''}{shown}")
    if conclusion:
        told.scalars.insert(0, conclusion)
    codes = [word for node in walk(row.resource, "conclusionCode") for word in values.concept_scalars(node)]
    return told if told.scalars or not codes else Told([*codes])


_PARTS = {
    "CarePlan": ("activity.detail.code", "activity.detail.description"),
    "FamilyMemberHistory": ("condition.code",),
}
"""What stands for the result of types that report nothing: activities of a plan."""


def _interpretation(row: Row, query: RecordQuery) -> Told:
    holder = row.holder(query.component or query.concept) or row.resource
    if query.said is not None and "interpretation" not in holder:  # its value is what the test said
        return Told(list(values.concept_scalars(holder.get("valueCodeableConcept"))))
    return Told([word for node in walk(holder, "interpretation") for word in values.concept_scalars(node)])


def _instructions(row: Row, query: RecordQuery) -> Told:
    text = first_text(row.resource, row.shape.instructions)
    return Told([text] if text else [], text=text)


def _code(row: Row, query: RecordQuery) -> Told:
    """The codes that name the row, of the system asked for or of all."""
    named = codes_by_system(row.codings, query.field)
    text = "; ".join(dict.fromkeys(f"{system} {code}".strip() for system, code in named))
    return Told(list(dict.fromkeys(code for _, code in named)), text=text)


def _text(row: Row, query: RecordQuery) -> Told:
    text = first_text(row.resource, ("conclusion", "note.text", "description", "comment", "presentedForm.title"))
    return Told([text] if text else [], text=text)


def _attribute(row: Row, query: RecordQuery) -> Told:
    if query.field in OF_MEDICATIONS:
        found, also = of_medication(row, query.field)
        return Told([*found], also=also, text=", ".join(found))
    scalars, unit = attribute(row.resource, query.field)
    return Told(scalars, unit, text=", ".join(names_apart(row.resource, query.field)))


def _demographic(row: Row, query: RecordQuery) -> Told:
    return Told(list(demographic(row.resource, query.field or "birthDate", row.chart)))


_TELLERS: dict[str, Callable[[Row, RecordQuery], Told]] = {
    "value": _value,
    "time": _time,
    "start": _time,
    "end": _end,
    "name": _name,
    "dose": _dose,
    "strength": _amount,
    "infusion_rate": _amount,
    "route": _coded("dosageInstruction.route", "dosage.route", "route"),
    "frequency": _frequency,
    "person": _person,
    "reason": _reason,
    "status": _status,
    "duration": _duration,
    "location": _location,
    "source": _coded("hospitalization.admitSource", "hospitalization.origin"),
    "service": _coded("serviceType"),
    "disposition": _coded("hospitalization.dischargeDisposition", "hospitalization.destination"),
    "organism": _organism,
    "specimen": _specimen,
    "result": _result,
    "severity": lambda row, _: Told(severities(row.resource), text=reactions_in_words(row.resource)),
    "interpretation": _interpretation,
    "instructions": _instructions,
    "code": _code,
    "demographic": _demographic,
    "attribute": _attribute,
    "text": _text,
}
