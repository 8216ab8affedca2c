"""From two events, as queries, to what compares them in time."""

from __future__ import annotations

from chartwarden.agent.planning.reading.domains import STAYS
from chartwarden.agent.planning.reading.frames import Frame
from chartwarden.tools.records.query import Anchor, Comparison, RecordQuery

_LASTING = frozenset({"medication", "condition", "allergy", "patient"})


def ordered(left: RecordQuery, right: RecordQuery, frame: Frame) -> Comparison:
    """Which of two events came first or last, or whether they came in that order or on one day."""
    if frame.relation == "same_day":
        return Comparison(left=left, right=right, relation="same_day")
    relation = "after" if frame.relation == "after" else "before"
    return Comparison(left=left, right=right, relation=relation, tells="side" if frame.tells == "side" else "")


def apart(left: RecordQuery, right: RecordQuery, frame: Frame) -> Comparison:
    """The time between the two events of an interval.

    After an event, a measurement, a visit or a dose is meant as the next one; a start or a diagnosis as the first there
    is.
    """
    start, end = frame.event, frame.until
    assert start is not None, "the reader makes an interval only with two events"
    assert end is not None, "the reader makes an interval only with two events"
    is_counted = end.is_ranked and end.thing == start.thing  # "how long after the first was the second?"
    left_there = right.target == "end" and end.thing.domain in STAYS and start.thing.domain not in STAYS
    has_next = (
        not left_there and end.thing.domain not in _LASTING and (right.target != "end" or end.thing.domain in STAYS)
    )
    if frame.relation == "time_after" and not is_counted and has_next:
        which = right.which if end.is_ranked or end.extremum else "first"
        right = right.model_copy(update={"anchor": Anchor(event=left, relation="after"), "which": which})
    return Comparison.model_validate(
        {"left": left, "right": right, "relation": frame.relation, "unit": frame.unit or "d"}
    )
