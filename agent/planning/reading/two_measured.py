"""Two measurements against each other: "LDL or HDL, which was higher?", "is the last LDL higher than the last HDL?"."""

from __future__ import annotations

from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.comparing import meet, windows_of
from chartwarden.agent.planning.reading.frames import Frame, Narrowed
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.things import thing_of
from chartwarden.agent.planning.wording.who import WHOSE

_MORE = r"(?:higher|greater|larger|bigger|(?P<less>lower|smaller))"
_RANK = r"(?:(?P<{}>last|latest|most recent|newest|current|first|earliest) )?"
_VALUE = r"(?: (?:value|reading|result|level|figure|number|one)s?)?"
_WHEN = r"(?:,? (?P<{}>qt\d+))?"
_A = rf"{WHOSE}{_RANK.format('r')}{WHOSE}(?P<a>qc\d+){_VALUE}{_WHEN.format('t')}"
_B = rf"{WHOSE}{_RANK.format('s')}{WHOSE}(?P<b>qc\d+){_VALUE}{_WHEN.format('u')}"
_WHICH = (
    rf"(?:which|what)(?: one)?(?: of (?:them|the two|these|those|both))? (?:is|was|were|are) (?:the )?{_MORE}{_VALUE}"
)
_SIDES = (
    Pattern(rf"^(?:between )?{_A},? (?:or|and|versus|against) {_B} ?[,:;?–-] {_WHICH}{_WHEN.format('v')}[ ?.]*$"),
    Pattern(rf"^{_WHICH}{_WHEN.format('v')} ?[,:]? (?:was it )?{_A},? or {_B}[ ?.]*$"),
)
_WHETHER = Pattern(
    rf"^(?:is|was|were|are) {_A} {_MORE} than {_B}[ ?.]*$",
)
_APART = Pattern(rf"\bdifference between {_A} and {_B}")
_FIRST = frozenset({"first", "earliest"})


def two_measured(skeleton: Skeleton, text: str) -> Frame | None:
    """Which of two measurements is the higher one, or whether it is the one; None for anything else.

    Of a time all values are compared, else the last of each.
    """
    sides = next((found for one in _SIDES if (found := one.match(text))), None)
    match = sides or _WHETHER.match(text)
    if match is None and (two := _APART.search(text)) is not None:
        mentions = [skeleton.mention(two[one]) for one in ("a", "b")]
        if all(one.linked.types == {"Observation"} for one in mentions) and mentions[0].words != mentions[1].words:
            raise Narrowed("the difference of two measurements; ask for each of them")
    if match is None:
        return None
    ranks = {match["r"] or match["s"] or "last", match["s"] or match["r"] or "last"}
    if len({one in _FIRST for one in ranks}) > 1:
        return None
    things = [thing_of(match[one], [skeleton.mention(match[one])], "value") for one in ("a", "b")]
    if sides and all(thing.domain == "medication" for thing in things):
        raise Narrowed("what of the two drugs is compared; ask for the dose of each")
    names = [thing.links[0] if len(thing.links) == 1 else None for thing in things]
    if any(
        thing.domain != "observation" or name is None or name[1] is None or name[0].linked.members
        for thing, name in zip(things, names, strict=True)
    ):
        return None
    if names[0] is None or names[1] is None or names[0][1] == names[1][1]:
        return None
    window = meet(windows_of(skeleton, text))
    is_ranked = bool(match["r"] or match["s"])
    which = Which("first" if ranks & _FIRST else "last" if is_ranked or window is None else "all")
    event, until = (Frame("value", thing, which, window) for thing in things)
    frame = Frame("trend", things[0], clause=text, relation="two_times", event=event, until=until)
    return replace(frame, direction="lt" if match["less"] else "gt", tells="side" if sides else "")
