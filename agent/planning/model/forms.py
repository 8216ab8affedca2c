"""The forms a model fills in, built for each step from what exists. Decision fields come first.

Every form is a JSON Schema of enums and bounded strings, so that constrained decoding always ends, and every field is
required, so that a weak model cannot lose its place. What a filled query form stands for is in `form_queries.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.planning.model.candidates import BESIDE, ROLES, Candidate, Offered
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.attributes import ATTRIBUTES
from chartwarden.tools.records.code_systems import CODE_SYSTEMS
from chartwarden.tools.records.demographics import DEMOGRAPHICS
from chartwarden.tools.records.encounters import KINDS
from chartwarden.tools.records.query import (
    HOURS,
    PER_DAY,
    Anchor,
    Comparison,
    IntervalUnit,
    Measure,
    NoteSearch,
    Said,
    Target,
    Threshold,
)
from chartwarden.tools.toolbox import ToolCall

Schema = dict[str, Any]

_DAY = (
    r"[12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]"
    r"|1[0-9]|2[0-8]))"
    r"|[12][0-9]([02468][048]|[13579][26])-02-29"
)
DATE: Schema = {
    "type": "string",
    "maxLength": len("2020-03-01T08:00:00"),
    "pattern": rf"^(({_DAY})(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?)?$",
    "description": "an ISO date such as 2020-03-01, or empty",
}
"""A day of the calendar, with a time or without, or nothing."""
NUMBER: Schema = {
    "type": "string",
    "maxLength": 12,
    "pattern": r"^(-?[0-9]{1,8}(\.[0-9]{1,6})?(e[+-]?[0-9]{1,2})?)?$",
    "description": "a number such as 7.5, or empty",
}
"""A number as JSON writes it, or nothing."""
MAX_UNIT_CHARS = 12
MAX_WORDS_CHARS = 80
MAX_INDEX = 99
MAX_LIMIT = 50
"""Most rows a query may ask for from one end."""
MAX_CHOICES = 6
"""Concepts a person is asked to choose from."""
MAX_LOOKS = 4
"""Queries of one form: looks that stand alone, sides of a comparison, and the events they are relative to."""
MAX_TYPES = 4
MAX_CONCEPTS = 6
"""Concepts of one look, any of which is meant."""
MAX_CONDITIONS = 6
"""Conditions on the rows of one look, all of which must hold."""
NOTHING = "none"
NEVER = "never"
"""The measure that asks for the opposite of existence."""
STATUSES = (
    "active", "inactive", "recurrence", "relapse", "remission", "resolved", "completed", "stopped", "on-hold",
    "cancelled", "ended", "planned", "in-progress", "finished", "final", "preliminary",
)  # fmt: skip
"""Statuses a condition can name."""
FIELDS = (*sorted({*DEMOGRAPHICS, *ATTRIBUTES}), *CODE_SYSTEMS, PER_DAY, HOURS)
"""Fields of the Patient, attributes of other entries, systems of codes, and as what number a frequency is wanted."""
ALWAYS_TYPES = (
    "AllergyIntolerance", "CarePlan", "Condition", "Device", "DiagnosticReport", "Encounter", "FamilyMemberHistory",
    "Goal", "ImagingStudy", "Immunization", "MedicationRequest", "Observation", "Patient", "Procedure",
)  # fmt: skip
"""Types a look may ask of even where the record has none: that there is none is an answer."""
TIMES = ("ended", "lasting", "planned")
"""Which time of a row the dates are about, where it is not when it was: its end, all of it, or one to come."""
RULES = ("held", "either", "recorded_there")
"""How the conditions of a row are meant, where it is not as usual; the fields of a query tell."""
NUMBERS = ("dose", "strength")
"""Which number of a row is compared, where it is not its value."""
ANY = "any"
"""In place of a concept that was yielded: any organism."""
RELATIONS = (*get_args(Anchor.model_fields["relation"].annotation), *BESIDE)
"""What a look can be to another: before or after its event, or a part of it, in it too, not in it, at each of it."""
_DAYS: IntervalUnit = "d"
TOLD = tuple(filter(None, get_args(Comparison.model_fields["tells"].annotation)))
"""What of a comparison is wanted, where it is not whether it is so."""
UNITS = (_DAYS, *(one for one in get_args(IntervalUnit) if one != _DAYS))
"""What a length of time is told in."""
WITHIN: Schema = {
    "type": "string",
    "maxLength": 6,
    "pattern": r"^([1-9][0-9]{0,3}(d|h|min|mo))?$",
    "description": "a length of time such as 30d, 48h or 6mo, or empty",
}
"""How far from its event a row may be."""


def form_of(**fields: Schema) -> Schema:
    """An object with exactly these fields, all required, in this order."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def choice_form(
    context: PlanningContext, candidates: Sequence[Candidate], *, has_reading: bool, images: Sequence[str]
) -> Schema:
    """The first decision of a step: what to do next, and whether that will be enough to write."""
    actions = ["use_reading"] if has_reading else []
    actions += ["search_record", "find_notes", "survey"]
    if "find_images" in context.allowed:
        actions.append("find_images")
    if "read_image" in context.allowed and images:
        actions.append("read_image")
    if len(candidates) > 1 and not context.results and not context.choice:
        actions.append("ask_which")
    actions = [*(["write"] if context.results else []), *actions, *([] if context.results else ["not_understood"])]
    return form_of(action={"enum": actions}, then={"enum": ["write", "decide"]})


def query_form(context: PlanningContext, offered: Offered) -> Schema:
    """Queries in small fields: how they belong together, then of each what, what to work out, which rows, and when."""
    conditions = conditions_of(offered)
    types = sorted({*types_of(context), *ALWAYS_TYPES})
    look = form_of(
        types={"type": "array", "items": {"enum": types}, "minItems": 1, "maxItems": MAX_TYPES},
        concepts={"type": "array", "items": {"enum": concept_keys(offered)}, "maxItems": MAX_CONCEPTS},
        measure={"enum": [*get_args(Measure), NEVER]},
        which={"enum": ["all", "first", "last"]},
        index={"type": "integer", "minimum": 1, "maximum": MAX_INDEX},
        limit={"type": "integer", "minimum": 0, "maximum": MAX_LIMIT},
        by={"enum": ["time", "value"]},
        target={"enum": list(get_args(Target))},
        only={"type": "array", "items": {"enum": conditions}, "maxItems": MAX_CONDITIONS},
        since=DATE,
        until=DATE,
        compared={"enum": [NOTHING, *get_args(Threshold.model_fields["relation"].annotation)]},
        than=NUMBER,
        unit={"type": "string", "maxLength": MAX_UNIT_CHARS},
        relative={"enum": [NOTHING, *RELATIONS]},
        to={"type": "integer", "minimum": 0, "maximum": MAX_LOOKS},
        within=WITHIN,
    )
    return form_of(
        compare={"enum": [NOTHING, *get_args(Comparison.model_fields["relation"].annotation)]},
        tells={"enum": [NOTHING, *TOLD]},
        told_in={"enum": list(UNITS)},
        missing={"type": "string", "maxLength": MAX_WORDS_CHARS},
        looks={"type": "array", "items": look, "minItems": 1, "maxItems": MAX_LOOKS},
    )


MISSING = "k0"
"""The concept of a look that is about something this record does not have."""


def concept_keys(offered: Offered) -> list[str]:
    """The short ids a look may be about."""
    return [MISSING, *offered.by_key]


def conditions_of(offered: Offered) -> list[str]:
    """Every condition a look may set: `status:active`, `encounter_kind:icu`, `route:w1`, `said:resistant`, ..."""
    return [
        *(f"encounter_kind:{kind}" for kind in sorted(KINDS)),
        *(f"status:{status}" for status in STATUSES),
        *(f"time:{name}" for name in TIMES),
        *(f"rule:{name}" for name in RULES),
        *(f"number:{name}" for name in NUMBERS),
        *(f"said:{name}" for name in get_args(Said)),
        *(f"field:{name}" for name in FIELDS),
        *(f"{word.field}:{word.key}" for word in offered.words),
        *(f"{role}:{key}" for role in ROLES for key in concept_keys(offered)),
        f"yielded:{ANY}",
    ]


def which_form(candidates: Sequence[Candidate]) -> Schema:
    """Which concepts a term of the question may mean, for the person to choose from."""
    keys = [candidate.key for candidate in candidates]
    return form_of(among={"type": "array", "items": {"enum": keys}, "minItems": 2, "maxItems": MAX_CHOICES})


def words_form() -> Schema:
    """Words to look for in notes or images."""
    return form_of(words={"type": "string", "minLength": 1, "maxLength": MAX_WORDS_CHARS})


def image_form(images: Sequence[str]) -> Schema:
    """Which of the images that were found to look at, and what to ask of it."""
    return form_of(image={"enum": list(images)}, words={"type": "string", "minLength": 1, "maxLength": MAX_WORDS_CHARS})


def types_of(context: PlanningContext) -> list[str]:
    """The resource types this record has."""
    return sorted(name for name, count in context.manifest.counts.items() if count)


def call_of(action: str, filled: dict[str, Any]) -> ToolCall:
    """The call for an action that takes words."""
    if action == "find_images":
        return ToolCall(name="find_images", words=filled["words"])
    if action == "read_image":
        return ToolCall(name="read_image", reference=filled["image"], words=filled["words"])
    return ToolCall.asking(NoteSearch(words=filled["words"]))


def check(filled: Any, form: Schema, name: str = "the output") -> Any:
    """The filled form, or `ModelOutputError` saying plainly what is wrong with it."""
    if "enum" in form:
        if filled not in form["enum"] or isinstance(filled, bool):
            raise ModelOutputError(f"{name} must be one of {', '.join(map(str, form['enum'][:30]))}")
        return filled
    kinds: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    kind = kinds[form["type"]]
    if not isinstance(filled, kind) or (kind is int and isinstance(filled, bool)):
        raise ModelOutputError(f"{name} must be a JSON {form['type']}")
    if isinstance(filled, str):
        _between(len(filled), form.get("minLength", 0), form["maxLength"], name, "characters")
        if "pattern" in form and not re.search(form["pattern"], filled):
            raise ModelOutputError(f"{name} must be {form['description']}")
    elif isinstance(filled, dict):
        _check_fields(filled, form)
    elif isinstance(filled, list):
        _between(len(filled), form.get("minItems", 0), form["maxItems"], name, "items")
        for item in filled:
            check(item, form["items"], f"an item of {name}")
    elif isinstance(filled, int) and kind is int:
        _between(filled, form["minimum"], form["maximum"], name, "in value")
    return filled


def _check_fields(filled: dict[str, Any], form: Schema) -> None:
    for name, field in form["properties"].items():
        if name not in filled:
            raise ModelOutputError(f"the field {name} is missing")
        check(filled[name], field, name)
    extra = sorted(set(filled) - set(form["properties"]))
    if extra:
        raise ModelOutputError("there is a field that the form does not have")


def _between(size: int, least: int, most: int, name: str, what: str) -> None:
    if not least <= size <= most:
        raise ModelOutputError(f"{name} must have {least} to {most} {what}")
