"""From a frame to the queries that answer it. Only how a reading is put to the record is decided here."""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.admissions import by_emergency
from chartwarden.agent.planning.names.sources import BY_EMERGENCY
from chartwarden.agent.planning.reading.arithmetic import ends_of
from chartwarden.agent.planning.reading.comparing import SINCE_START, STATS, THAN_FIRST, held_against
from chartwarden.agent.planning.reading.frames import Frame
from chartwarden.agent.planning.reading.implied import asks_all_rows, deciding_row
from chartwarden.agent.planning.reading.note_questions import note_search
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.spans.queries import apart, ordered
from chartwarden.agent.planning.reading.stays import asks_each_reason, ended_then, is_of_discharges, require_a_stay
from chartwarden.agent.planning.sought import concept_from, sought
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import (
    Anchor,
    Comparison,
    Measure,
    Question,
    RecordQuery,
    Target,
    Threshold,
)

_TARGETS: dict[str, Target] = {
    "when": "time", "end": "end", "who": "person",
    "why": "reason", "where": "location", "dose": "dose", "route": "route", "frequency": "frequency", "code": "code",
    "instructions": "instructions", "status": "status", "organism": "organism",
    "specimen": "specimen", "interpretation": "interpretation", "value": "value", "list": "name", "exists": "name",
    "count": "name", "duration": "duration", "age": "time",
    "result": "result", "severity": "severity", "source": "source", "disposition": "disposition", "service": "service",
}  # fmt: skip
_LATEST_BY_DEFAULT = frozenset({
    "result", "source", "disposition", "interpretation", "dose", "route", "frequency", "instructions", "status",
    "duration", "value", "end", "service",
})  # fmt: skip
_DISTINCT_BY_DEFAULT = frozenset({"list", "who", "why", "organism", "where", "specimen", "code"})


def questions_for(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> list[Question]:
    """The questions to the record that answer a frame."""
    if frame.notes is not None:
        return [frame.notes]
    if frame.operator == "demographic":
        return [RecordQuery(types=("Patient",), target="demographic", field=frame.field, negated=frame.negated)]
    if frame.operator == "age" and frame.thing.domain == "patient":
        field = "deceased" if frame.field.startswith("deceased") else "birthDate"
        return [RecordQuery(types=("Patient",), measure="age", target="demographic", field=field)]
    if frame.operator == "order" and frame.other is not None:
        return [_order(frame, skeleton, manifest)]
    if frame.operator in ("interval", "order") and frame.event is not None and frame.until is not None:
        left, right = (_event(one, skeleton, manifest) for one in (frame.event, frame.until))
        return [apart(left, right, frame) if frame.operator == "interval" else ordered(left, right, frame)]
    notes = note_search(frame)
    if notes is not None:
        return [notes]
    if frame.operator == "change" and frame.extremum and (ends := ends_of(frame.clause)):
        return [_between_ends(*ends, frame, skeleton, manifest)]
    if frame.relation == "two_times" and frame.event is not None and frame.until is not None:
        return [_two_times(frame.event, frame.until, frame, skeleton, manifest)]
    if frame.relation == "around" and frame.event is not None:
        return [_around(frame, skeleton, manifest)]
    if _asks_trend(frame):
        return [_trend(frame, skeleton, manifest)]
    query = _query(frame, skeleton, manifest)
    if frame.operator == "interpretation" and frame.flagged:
        return [query.model_copy(update={"target": "value"}), query]
    if frame.operator == "interpretation":
        return [query, query.model_copy(update={"target": "value"})]
    return [query]


def _asks_trend(frame: Frame) -> bool:
    """Whether two readings of one measurement are to be compared."""
    if frame.thing.domain != "observation" or not frame.thing.links or frame.event is not None:
        return False
    compares = frame.operator == "trend" or (frame.operator == "exists" and bool(frame.direction))
    return compares and frame.threshold is None


_OF_THE_EXTREME = frozenset({"when", "who", "where", "age"})


def _query(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> RecordQuery:
    require_a_stay(frame, manifest)
    measure, target, which = _operation(frame)
    base = _base(frame, skeleton, manifest)
    if measure == "exists" and base.threshold is not None and (held := held_against(frame, base.threshold)) is not None:
        base, which = base.model_copy(update={"held": True}), held
    return base.model_copy(
        update={
            "measure": measure,
            "target": target,
            "which": which.which,
            "index": which.index,
            "limit": which.limit,
            "unit": frame.unit or "d",
            "field": frame.field if target == "code" or frame.code_prefix else "",
            "by": "value"
            if frame.extremum
            and (
                base.held
                or frame.thing.domain in ("encounter", "icu")
                or (frame.operator in _OF_THE_EXTREME and frame.thing.links)
            )
            else "time",
            "negated": measure == "exists"
            and frame.negated != (frame.quantity is not None and frame.quantity.is_upper_bound),
        }
    )


def _base(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> RecordQuery:
    """Types, concept and filters of a frame. `NotUnderstood` for a limit of what has no value."""
    thing, found = frame.thing, sought(frame, manifest)
    base = RecordQuery(
        types=found.types,
        concept=found.concept,
        specimen=found.specimen,
        category=found.category,
        reason=concept_from((thing.reason,)) if thing.reason else None,
        either=thing.either,
        said=frame.said if frame.operator in ("exists", "list", "count") else None,
        derived_from=concept_from((frame.organism,)) if frame.organism else None,
        status=frame.status,
        encounter_kind=frame.kinds,
        person=frame.person,
        route=frame.route,
        admit_source=frame.source,
        threshold=Threshold(relation=frame.flagged)
        if frame.flagged and frame.operator != "interpretation"
        else skeleton.thresholds[frame.threshold]
        if frame.threshold is not None
        else None,
        window=frame.window,
        then=frame.then,
        lasting=frame.lasting,
        ended=is_of_discharges(frame) or frame.ended or ended_then(frame),
        recorded_there=frame.is_of_its_visit,
        disposition=frame.disposition,
        place=frame.place,
        code_prefix=frame.code_prefix,
        field=frame.field if frame.code_prefix else "",
        anchor=_anchor(frame, skeleton, manifest),
        until=_event(frame.until, skeleton, manifest) if frame.until is not None else None,
    )
    others = {"also_in": frame.also_in, "not_in": frame.not_in, "at_each": frame.at_each}
    beside = {name: _event(one, skeleton, manifest) for name, one in others.items() if one is not None}
    base = base.model_copy(update=beside) if beside else base
    return by_emergency(base) if frame.source == BY_EMERGENCY else base


def _operation(frame: Frame) -> tuple[Measure, Target, Which]:
    """Measure, target and which rows, from operator and kind."""
    operator, which, domain = frame.operator, frame.which, frame.thing.domain
    target = _TARGETS.get(operator, "value")
    if domain in ("observation", "output") and operator in ("exists", "count") and frame.thing.links:
        target = "value"
    if frame.commonness:
        return "commonest" if frame.commonness == "most" else "rarest", "name" if target == "value" else target, which
    if operator == "exists":
        return "exists", target, deciding_row(frame)
    if operator == "count" and _DOCTORS.search(frame.clause):
        return "count_distinct", "person", Which()
    if operator == "count" and (domain == "careunit" or (domain == "micro" and _ORGANISMS.search(frame.clause))):
        return "count_distinct", "location" if domain == "careunit" else "organism", Which()
    if operator == "count":
        many = frame.distinct or (
            domain == "medication"
            and not _ORDERS.search(frame.clause)
            and not frame.thing.links
            and frame.thing.reason is None
            and not frame.person
        )
        return ("count_distinct" if many else "count"), target, Which()
    if operator == "sum" and frame.unit == "night":
        return "duration", "duration", Which()
    if operator in ("min", "max", "mean", "sum", "change", "trend", "range", "percent", "rate"):
        if operator in ("change", "percent") and which == Which("last", 2):
            which = Which("last", limit=2)  # from the one before to the last
        return operator, _AMOUNTS.get(domain, "value"), which if which.limit else Which()
    if operator == "age":
        extreme = Which("last" if frame.extremum == "max" else "first")
        return "age", _age_at(frame), extreme if frame.extremum or not which.is_said else which
    if operator == "elapsed":
        return "elapsed", "time", which
    if operator == "duration":
        is_all = domain == "intake" or which.is_said
        return "duration", "duration", which if is_all else Which("last")  # what ran is told by all its stretches
    if frame.extremum and operator in _OF_THE_EXTREME and frame.thing.links:
        return "none", target, Which("last" if frame.extremum == "max" else "first")
    if operator == "dose" and not which.is_said and _EACH_DOSE.search(frame.clause):
        return "none", target, Which()
    if operator == "dose" and not which.is_said and _DOSES.search(frame.clause):
        return "distinct", target, Which()
    if domain == "allergy" and operator == "result":
        return "none", target, which
    if not which.is_said and operator in _LATEST_BY_DEFAULT and not asks_all_rows(frame):
        which = Which("first" if operator == "end" and frame.relation == "after" else "last")
    if not which.is_said and operator in _DISTINCT_BY_DEFAULT and not asks_each_reason(frame):
        return "distinct", target, Which()
    return "none", target, which


_OVER = Pattern(
    r"\b(?:resolv\w*|resolution|ended|end(?= of)|healed|cleared|clos(?:ed?|ing) out|closed|over|gone|stopped|abated"
    r"|discharged?|recovered|removed|taken out|went away)\b"
)


def _age_at(frame: Frame) -> Target:
    """Whether an age is asked of the end of something."""
    return "end" if frame.thing.domain in ("condition", "encounter", "icu") and _OVER.search(frame.clause) else "time"


_DOSES = Pattern(r"\b(?:which|what|list|all|different|the) (?:\w+ |qc\d+ ){0,2}(?:doses|dosages|strengths)\b")
"""Each of them, and not the last one."""
_EACH_DOSE = Pattern(
    r"\b(?:list|show|all|each|every)\b.*\b(?:doses?|dosages?)\b(?! of each\b)|^(?:the )?qc\d+ (?:doses|dosages)\b"
)
"""Each as often as it was ordered or given."""
_ORDERS = Pattern(r"\b(?:orders|doses)\b")
"""Orders are counted one by one; drugs and, by custom, prescriptions by what was prescribed."""
_DOCTORS = Pattern(
    rf"\b(?:how many|number of|count of) (?:different |distinct |other |separate )?(?:{WHO_ORDERS}|people)\b"
    r"(?! (?:visit|appointment|consultation|encounter)s?\b)"
)
"""People are counted, and not what they prescribed."""
_ORGANISMS = Pattern(
    r"\b(?:how many|number of|count of) (?:\w+ )?(?:organisms?|bacteria|pathogens?|microbes|germs|bugs)\b"
)
"""Organisms are counted, and not the tests that found them."""
_AMOUNTS: dict[str, Target] = {
    "medication": "dose", "intake": "dose", "encounter": "duration", "icu": "duration",
}  # fmt: skip
"""What is added up or compared of a kind: values of measurements, doses of drugs, lengths of stays."""


def _trend(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Question:
    """Whether a value rose or fell: the last against the one before, or against the first where a stretch is named."""
    base = _base(frame, skeleton, manifest)
    whole = (
        SINCE_START.search(frame.clause)
        or THAN_FIRST.search(frame.clause)
        or (frame.window is not None and not re.search(r"\bprevious|\bprior|\bbefore", frame.clause))
    )
    if not frame.direction:
        return base.model_copy(update={"measure": "change" if whole else "trend", "target": "value"})
    right = {"which": "first"} if whole else {"which": "last", "index": 2}
    return Comparison(
        left=base.model_copy(update={"which": "last", "target": "value"}),
        right=base.model_copy(update={"target": "value", **right}),
        relation="lt" if frame.direction == "lt" else "gt",
    )


def _around(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Comparison:
    """The first reading after an event against the last before it."""
    assert frame.event is not None, "the reader makes this relation only with an event"
    event = _event(frame.event, skeleton, manifest)
    start = event.model_copy(update={"target": "time"}) if frame.event.thing.domain in ("encounter", "icu") else event
    base = _base(Frame(frame.operator, frame.thing, clause=frame.clause, window=frame.window), skeleton, manifest)
    after = {"which": "first", "target": "value", "anchor": Anchor(event=event, relation="after")}
    before = {"which": "last", "target": "value", "anchor": Anchor(event=start, relation="before")}
    return Comparison(
        left=base.model_copy(update=after),
        right=base.model_copy(update=before),
        relation="difference" if frame.operator == "change" else "lt" if frame.direction == "lt" else "gt",
        tells=frame.tells,
    )


def _two_times(now: Frame, then: Frame, frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Comparison:
    """All values of one time, or the last one of all, or one number made of them, against those of another."""
    told = {"target": "value", **STATS[frame.extremum]}
    left, right = (
        _base(one, skeleton, manifest).model_copy(update={"which": one.which.which, **told}) for one in (now, then)
    )
    return Comparison(left=left, right=right, relation="lt" if frame.direction == "lt" else "gt", tells=frame.tells)


def _between_ends(start: str, end: str, frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Comparison:
    """The later end of a change less the earlier one, where one of them is the highest or the lowest value."""
    base = _base(replace(frame, extremum=""), skeleton, manifest).model_copy(update={"target": "value"})
    chosen = {**STATS, "first": {"which": "first"}, "last": {"which": "last"}}
    left, right = (base.model_copy(update=chosen[one]) for one in (end, start))
    return Comparison(left=left, right=right, relation="difference")


def _order(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Comparison:
    assert frame.other is not None, "the reader makes this operator only with two things"
    sides = []
    for thing, which in ((frame.thing, frame.which), (frame.other, frame.other_which or frame.which)):
        side = Frame("when", thing, clause=frame.clause, window=frame.window)
        row = {"which": which.which, "index": which.index, "target": "time"}
        sides.append(_base(side, skeleton, manifest).model_copy(update=row))
    return Comparison(left=sides[0], right=sides[1], relation="after" if frame.relation == "after" else "before")


def _anchor(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> Anchor | None:
    if frame.event is None or frame.relation in ("", "around"):
        return None
    event = _event(frame.event, skeleton, manifest)
    is_procedure = frame.event.thing.domain == "procedure" and not frame.event.is_ranked
    if frame.relation == "same_day" and frame.operator == "exists" and is_procedure:
        event = event.model_copy(update={"which": "all"})  # on the day of any of them
    length = "within_months" if isinstance(frame.within, int) else "within"
    return Anchor.model_validate(
        {"event": event, "relation": frame.relation, length: frame.within, "onwards": frame.onwards}
    )


def _event(frame: Frame, skeleton: Skeleton, manifest: Manifest) -> RecordQuery:
    if frame.thing.domain == "patient":
        return RecordQuery(types=("Patient",), target="demographic", field="deceased")
    is_measured = frame.thing.domain in ("observation", "output")
    by_value = bool(frame.extremum) and (is_measured or frame.thing.domain in ("encounter", "icu"))
    return _base(frame, skeleton, manifest).model_copy(
        update={
            "which": frame.which.which
            if frame.which.is_said or frame.thing.domain in ("encounter", "icu", "condition")
            else "first",
            "index": frame.which.index,
            "by": "value" if by_value else "time",
            "target": "value" if by_value and is_measured else "end" if frame.operator == "end" else "time",
        }
    )
