"""Groups of measurements ("LFTs", "U&Es", "iron studies"): what is asked of values is asked of each member."""

from __future__ import annotations

from dataclasses import replace

from chartwarden.agent.planning.reading.frames import Frame
from chartwarden.tools.records.concepts import Linked

_OF_ANY = frozenset({"when", "who", "where", "why"})
"""What is asked of a group as a whole: when any of them was measured."""


def member_frames(frame: Frame) -> list[Frame]:
    """The frame once for each member that the record has, where one group of measurements is asked for its values."""
    if frame.thing.domain != "observation" or len(frame.thing.links) != 1:
        return [frame]
    mention, link = frame.thing.links[0]
    whole = frame.operator in _OF_ANY or (frame.operator == "exists" and not frame.direction)
    if link is None or link.resource_type != "Observation" or not mention.linked.members or whole:
        return [frame]
    alone = (
        (replace(mention, words=one.label, linked=Linked(one.label, (one,))), one) for one in mention.linked.members
    )
    return [replace(frame, thing=replace(frame.thing, links=(one,))) for one in alone]
