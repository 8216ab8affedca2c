"""What was read of intensive care, asked of the stretches that were spent in one unit of it."""

from __future__ import annotations

from chartwarden.agent.planning.names.care_units import Unit
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.query import Anchor, Comparison, Question, RecordQuery

_OF_EVENTS = frozenset({*MEDICATION_TYPES, "Procedure", "Observation", "DiagnosticReport", "Immunization"})


def in_unit(question: Question, unit: Unit) -> Question:
    """What was read of intensive care, of the stretches in a unit; `NotUnderstood` where that is not asked of it."""
    if isinstance(question, Comparison):
        left, right = in_unit(question.left, unit), in_unit(question.right, unit)
        return question.model_copy(update={"left": left, "right": right})
    if not isinstance(question, RecordQuery) or question.until is not None:
        raise NotUnderstood(
            f'what is asked of the unit ("{unit.said}"); ask for what was given, done or measured there'
        )
    if question.types == ("Encounter",) and question.encounter_kind == ("icu",):
        return question.model_copy(update={"place": unit.name})
    if question.anchor is not None:
        event = question.anchor.event
        if event.types != ("Encounter",) or event.encounter_kind != ("icu",):
            raise NotUnderstood(f'how the unit ("{unit.said}") and the rest relate; ask for one of them')
        there = event.model_copy(update={"place": unit.name})
        return question.model_copy(update={"anchor": question.anchor.model_copy(update={"event": there})})
    if not set(question.types) <= _OF_EVENTS:
        raise NotUnderstood(
            f'what is asked of the unit ("{unit.said}"); ask for what was given, done or measured there'
        )
    there = RecordQuery(types=("Encounter",), encounter_kind=("icu",), place=unit.name, target="location")
    return question.model_copy(update={"anchor": Anchor(event=there, relation="during")})
