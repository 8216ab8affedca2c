"""Long questions: an admission summed up, what changed since a visit, a timeline.

A survey asks the record for a span of time, one query a type. What comes back is mapped over bounded slices: for each
slice the model names the rows that bear on the question, by id. The rows themselves go on to the writing step, so that
every sentence still cites them, and nothing is told second-hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chartwarden.agent.planning.model.form_queries import window_of
from chartwarden.agent.planning.model.forms import DATE, Schema, form_of, types_of
from chartwarden.agent.planning.model.writing import MAX_FINDINGS
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.query import Anchor, Finding, RecordQuery
from chartwarden.tools.toolbox import ToolCall, ToolResult

MAX_TYPES = 6
"""Resource types of one survey."""
SLICE = 40
"""Rows of one slice."""
MAX_SLICES = 6
"""Slices of one question; of more rows than these hold the first and the last are read."""

Keep = Callable[[tuple[Finding, ...], int], tuple[int, ...]]
"""Of a slice and a number, the positions of at most so many rows that bear on the question."""

SPANS = {
    "everything": None,
    "dates": None,
    "last_visit": ("", "during"),
    "last_hospital_stay": ("hospital", "during"),
    "since_last_visit": ("", "after"),
}


def survey_form(context: PlanningContext) -> Schema:
    """Which span of time, and which types of this record in it."""
    return form_of(
        span={"enum": list(SPANS)},
        types={"type": "array", "items": {"enum": types_of(context)}, "minItems": 1, "maxItems": MAX_TYPES},
        since=DATE,
        until=DATE,
    )


def survey_calls(filled: dict[str, Any], context: PlanningContext) -> tuple[ToolCall, ...]:
    """The calls of a survey, one a type. `ModelOutputError` for dates that are none."""
    window = window_of(filled, context) if filled["span"] == "dates" else None
    anchor = None
    if (relative := SPANS[filled["span"]]) is not None:
        kind, relation = relative
        event = RecordQuery(types=("Encounter",), encounter_kind=(kind,) if kind else (), which="last", target="time")
        anchor = Anchor.model_validate({"event": event, "relation": relation})
    return tuple(
        ToolCall.asking(
            RecordQuery(
                types=(name,),
                window=window,
                anchor=anchor,
                target="value" if name == "Observation" else "name",
            )
        )
        for name in dict.fromkeys(filled["types"])
    )


def slice_form(size: int, most: int) -> Schema:
    """Which rows of a slice bear on the question."""
    keys = [f"f{number}" for number in range(1, size + 1)]
    return form_of(keep={"type": "array", "items": {"enum": keys}, "maxItems": most})


def narrowed(results: Sequence[ToolResult], kept: Sequence[Finding]) -> tuple[ToolResult, ...]:
    """The results with the kept rows alone; one that keeps none is left out, because what was found is no absence."""
    wanted = set(kept)
    found = []
    for one in results:
        if one.result is None or not one.result.findings:
            found.append(one)
        elif rows := tuple(row for row in one.result.findings if row in wanted):
            found.append(one.model_copy(update={"result": one.result.model_copy(update={"findings": rows})}))
    return tuple(found)


def condensed(rows: Sequence[Finding], keep: Keep) -> tuple[tuple[Finding, ...], int]:
    """At most `MAX_FINDINGS` rows in the order of time, and how many were not read by any slice."""
    ordered = sorted(rows, key=lambda row: row.time)
    room = SLICE * MAX_SLICES
    unread = max(len(ordered) - room, 0)
    if unread:
        ordered = [*ordered[: room // 2], *ordered[-(room - room // 2) :]]
    slices = [tuple(ordered[start : start + SLICE]) for start in range(0, len(ordered), SLICE)]
    most = max(MAX_FINDINGS // max(len(slices), 1), 1)
    kept = [one[position] for one in slices for position in keep(one, most)]
    return tuple(kept), unread
