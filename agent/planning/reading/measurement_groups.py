"""Groups of measurements ("LFTs", "U&Es", "iron studies"): what is asked of values is asked of each member.

A blood pressure has a value of its own, the pair; what is one number, or is held against one, is asked of each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chartwarden.agent.planning.reading.frames import Frame, Thing
from chartwarden.agent.planning.reading.named_together import PANEL
from chartwarden.tools.records.concepts import Linked

_OF_ANY = frozenset({"when", "who", "where", "why"})
"""What is asked of a group as a whole: when any of them was measured."""
_ONE_NUMBER = frozenset({"min", "max", "mean", "range", "change", "percent", "rate", "trend"})


def member_frames(frame: Frame) -> list[Frame]:
    """The frame once for each member that the record has, where one group of measurements is asked for its values."""
    if frame.thing.domain != "observation" or len(frame.thing.links) != 1:
        return [frame]
    mention, link = frame.thing.links[0]
    if link is None or link.resource_type != "Observation" or not mention.linked.members:
        return [frame]
    limits = re.findall(r"\bqn(\d+)", frame.clause)
    if link.label == PANEL:
        course = frame.operator == "trend" and "trend" in frame.clause  # every pair of the time
        whole = course or not (frame.operator in _ONE_NUMBER or frame.extremum or frame.direction or limits)
    else:
        whole = frame.operator in _OF_ANY or (frame.operator == "exists" and not frame.direction)
    if whole:
        return [frame]
    alone = (
        (replace(mention, words=one.label, linked=Linked(one.label, (one,))), one) for one in mention.linked.members
    )
    frames = [_of_member(frame, replace(frame.thing, links=(one,))) for one in alone]
    if len(limits) == len(frames):
        return [replace(one, threshold=int(limit)) for one, limit in zip(frames, limits, strict=True)]
    return frames


def _of_member(frame: Frame, thing: Thing) -> Frame:
    """The frame of one member, with both of the times that are held against each other, where there are two."""
    if frame.relation != "two_times" or frame.event is None or frame.until is None:
        return replace(frame, thing=thing)
    event, until = replace(frame.event, thing=thing), replace(frame.until, thing=thing)
    return replace(frame, thing=thing, event=event, until=until)


def beside_it(frames: Sequence[Frame]) -> list[Frame]:
    """The last frame, with those beside it that ask the same of the other members of one group."""
    last = frames[-1]
    of_group = any(mention.words == link.label for mention, link in last.thing.links if link is not None)
    return [one for one in frames if of_group and one.clause == last.clause and one.operator == last.operator] or [last]
