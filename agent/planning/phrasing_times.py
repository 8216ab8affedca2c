"""The wording of how two rows, or their ends, relate in time: how long apart, in which order, which came first."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.agent.planning.phrasing import UNITS, moment, number, telling_states
from chartwarden.tools.records.query import Comparison, Computed, Finding


def _sides(question: Comparison, rows: Sequence[Finding]) -> list[str]:
    """Each row with the time that is meant of it: its own, or that of its end."""
    told = []
    for row, query in zip(rows, (question.left, question.right), strict=False):
        ended = query.target == "end" and row.value is not None
        told.append(
            f"the end of {row.label}, {moment(str(row.value))}" if ended else f"{row.label}, {moment(row.time)}"
        )
    return told


def interval(question: Comparison, computed: Computed, rows: Sequence[Finding]) -> str:
    """The time between two rows."""
    length = f"{number(computed.value or 0)} {UNITS.get(computed.unit, computed.unit)}"
    if len(rows) < 2:
        return f"{length}."
    first, second = _sides(question, rows)
    return f"{length} between {first}, and {second}{telling_states(rows)}."


def order(question: Comparison, is_so: bool, rows: Sequence[Finding]) -> str:
    """Whether two rows come in the order asked about, or on one day."""
    relation = "on the same day as" if question.relation == "same_day" else question.relation
    left, right = _sides(question, rows)
    left = f"{left[0].upper()}{left[1:]}" if left.startswith("the end of ") else left
    return f"{'Yes' if is_so else 'No'}: {left} is {'' if is_so else 'not '}{relation} {right}{telling_states(rows)}."


def which_of_two(question: Comparison, computed: Computed, rows: Sequence[Finding]) -> str:
    """Which of two rows came first, or last."""
    left, right = _sides(question, rows)
    if computed.value == "the same":
        return f"Both at the same time: {left}, and {right}{telling_states(rows)}."
    return f"{computed.value} is {question.relation} the other: {left}, and {right}{telling_states(rows)}."
