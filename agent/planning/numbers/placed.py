"""A number told at an event: at the visit where a drug was started, on a scan, on an admission for a condition."""

from __future__ import annotations

from dataclasses import replace

from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers import drugs, orders
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, KIND, Named, concept_in, link_of
from chartwarden.agent.planning.numbers.words import Said
from chartwarden.tools.records.query import Anchor, Question, RecordQuery

_CONDITION, _PROCEDURE, _VISIT = "Condition", "Procedure", "Encounter"


def asked(named: Named) -> tuple[Question, ...] | None:
    """The query for a value or a frequency at an event that is named beside it; None where there is no such event."""
    things = [one for one in named.things if one.linked.types != {_VISIT}]
    has_visit = len(things) < len(named.things) or named.said.has("visit")
    if len(things) != 2 or len(named.windows) > 1:
        return None
    measured = [one for one in things if _is_measured(one)]
    if len(measured) == 1:
        event = next(one for one in things if one is not measured[0])
        return _value_at(named, measured[0], event, has_visit=has_visit)
    given = [one for one in things if not one.linked.types.isdisjoint(DRUG_TYPES)]
    if len(given) != 1:
        return None
    event = next(one for one in things if one is not given[0])
    return _drug_after(named, given[0], event)


def at_admission(named: Named) -> tuple[Question, ...] | None:
    """The query for the values of an admission that is told by its rank: "eGFR on the final hospital admission"."""
    said = named.said
    if not (said.has("admission") and said.has("first", "last") and said.only("admission", "first", "last")):
        return None
    if (
        len(named.things) != 1
        or not _is_measured(named.things[0])
        or named.windows
        or said.has("first") == said.has("last")
    ):
        return None
    which = "first" if said.has("first") else "last"
    stay = RecordQuery(types=(_VISIT,), encounter_kind=("hospital",), which=which, target="time")
    anchor = Anchor(event=stay, relation="during")
    return (named.query(KIND).model_copy(update={"target": "value", "which": "first", "anchor": anchor}),)


_DAY = ("when", "icu", "admission")


def on_icu_day(named: Named) -> Named:
    """The same of the day that somebody came to intensive care on, where the words tell that."""
    says = tuple(cue.says for cue in named.said.cues)
    at = next((n for n in range(len(says)) if says[n : n + 3] == _DAY and named.said.cues[n].text == "day"), None)
    if at is None or named.windows or named.said.has("first", "last", "nth"):
        return named
    cues = named.said.cues
    stays = RecordQuery(types=(_VISIT,), encounter_kind=("icu",), target="time")
    return replace(named, said=Said((*cues[:at], *cues[at + 3 :])), day_of=stays)


def _is_measured(thing: Mention) -> bool:
    return KIND in thing.linked.types and thing.linked.types.isdisjoint((*DRUG_TYPES, _CONDITION, _PROCEDURE))


def _value_at(named: Named, thing: Mention, event: Mention, *, has_visit: bool) -> tuple[Question, ...] | None:
    said = named.said
    if not said.only("visit", "where", "started", "found", "admission", "order", "given"):
        return None
    at = _event(named, event, has_visit=has_visit)
    if at is None:
        return None
    base = replace(named, things=(thing,), window=None).query(KIND)
    anchor = Anchor(event=at, relation="same_encounter")
    return (base.model_copy(update={"which": "last", "target": "value", "anchor": anchor}),)


def _event(named: Named, event: Mention, *, has_visit: bool) -> RecordQuery | None:
    """The event that a thing beside a measurement tells; None where the words do not say what became of it."""
    said, types = named.said, event.linked.types
    if link_of(event, _CONDITION) is not None and said.has("admission"):
        stay = RecordQuery(types=(_VISIT,), reason=concept_in(event, _CONDITION), window=named.window, target="time")
        return stay.model_copy(update={"which": "first" if named.window else "last"})
    kind = next((one for one in (_PROCEDURE, _CONDITION, "MedicationRequest") if one in types), "")
    if not kind or (kind == _CONDITION and not (said.has("found") and has_visit)):
        return None
    if kind == "MedicationRequest" and not (said.has("started", "order", "given") and has_visit):
        return None
    which = "last" if kind == _PROCEDURE else "first"
    found = RecordQuery(types=(kind,), concept=concept_in(event, kind), window=named.window, target="time")
    return found.model_copy(update={"which": which})


def _drug_after(named: Named, thing: Mention, event: Mention) -> tuple[Question, ...] | None:
    """How a drug was to be taken, or whether only when needed: ordered after a condition, at the same visit."""
    if not named.said.has("after") or link_of(event, _CONDITION) is None:
        return None
    said = named.said.without("after")
    of_it = replace(named, things=(thing,), window=None, windows=(), said=said)
    query = drugs.frequency(of_it) or orders.as_needed(of_it)
    if query is None:
        return None
    began = RecordQuery(
        types=(_CONDITION,), concept=concept_in(event, _CONDITION), window=named.window, which="first", target="time"
    )
    return (query.model_copy(update={"which": "first", "anchor": Anchor(event=began, relation="same_encounter")}),)
