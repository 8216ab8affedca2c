"""What was recorded on a day that is told by the death of the patient, or by what is left out of the answer.

did he get to the ER | on the day he died
besides the sprain, what else was he diagnosed with | that same day
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.frames import Frame, Thing
from chartwarden.agent.planning.reading.of_visits import held_there, of_visits
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.visits_told import SOMEBODY

_DYING = (
    rf"(?:{SOMEBODY} (?:died|passed away|passed|deceased)|of (?:(?:his|her|their|the patient's|patient's|the) )?death)"
)
_DAY_OF_DEATH = Pattern(
    rf"(?:^|[ ,])(?:on )?(?:the |that )?(?:very )?(?:same )?(?:day|date)(?: that| when| on which)? {_DYING}(?=[ ?.,]|$)"
)
_PLACES = (
    ("emergency room visits", r"(?:er|ed|a&e|emergency(?: room| department)?)"),
    ("icu stays", r"(?:icu|intensive care(?: unit)?)"),
    ("hospital stays", r"hospital"),
)
_GOT_THERE = (
    rf"(?:did|was|were|had|has) {SOMEBODY} (?:still |ever |even )?(?:get|go|come|make it|been|seen|taken|brought"
    rf"|admitted"
    r"|treated|in|at|end up|rushed|arrive)(?: (?:to|in|at|into|seen|taken|brought|treated))* (?:the |an? )?{}"
)
_SEEN = Pattern(
    rf"(?:did|was|were|had|has) {SOMEBODY} (?:have|had|get|go to|attend|make)(?: to)? (?:an?|any) "
    r"(?P<v>(?:\w+ )?(?:visit|appointment|encounter|contact))s?|(?:was|were) there (?:an?|any) "
    r"(?P<w>(?:\w+ )?(?:visit|appointment|encounter|contact))s?"
)
_THAT_DAY = Pattern(
    r"[ ,]*(?:on |at |during )?(?:that|the)(?: very| exact)? same (?P<what>day|date|visit|appointment|encounter"
    r"|time)[ ?.!]*$|[ ,]*(?:on |at )?that (?P<what2>day|visit|appointment|encounter)[ ?.!]*$"
)
_ELSE = Pattern(r"\b(?:else|other|further|additional) ?")

Read = Callable[[str], Frame]


def of_day_or_visit(plain: str, skeleton: Skeleton, clause_of: Read, event_of: Read) -> list[Frame] | None:
    """The frames of what is asked of such a day, or of a visit that is told; None for any other question."""
    frame = on_that_day(plain, skeleton, clause_of)
    return [frame] if frame is not None else of_visits(plain, skeleton, clause_of, event_of)


def on_that_day(plain: str, skeleton: Skeleton, clause_of: Read) -> Frame | None:
    """The frame of what is asked of such a day; None where no such day is told."""
    died = _DAY_OF_DEATH.search(plain)
    if died is not None:
        ask = f"{plain[: died.start()]} {plain[died.end() :]}".strip(" ,?.!")
        frame = _asked(ask, skeleton, clause_of)
        return frame and _placed(frame, Frame("when", Thing("patient"), clause="death"), "same_day")
    same = _THAT_DAY.search(plain)
    if same is None or len(skeleton.besides) != 1:
        return None
    frame = _asked(_ELSE.sub("", plain[: same.start()]).strip(), skeleton, clause_of)
    if frame is None or frame.thing.domain not in domains.BY_NAME:
        return None
    name, types = skeleton.besides[0], domains.BY_NAME[frame.thing.domain].types
    link = next(iter(name.linked.of(*types)), None)
    if link is None:
        return None
    relation = "same_day" if (same["what"] or same["what2"]) in ("day", "date", "time") else "same_encounter"
    event = Frame("when", Thing(frame.thing.domain, ((name, link),)), Which("first"), clause=name.words.lower())
    return _placed(frame, event, relation)


def _asked(ask: str, skeleton: Skeleton, clause_of: Read) -> Frame | None:
    ask = re.sub(r"\s+", " ", ask)
    for visits, place in _PLACES:
        if re.fullmatch(_GOT_THERE.replace("{}", place), ask):
            return clause_of(f"were there any {visits}")
    if _SEEN.fullmatch(ask):
        return clause_of("were there any visits")
    held = held_there(ask, skeleton)
    return clause_of(held) if held else None


def _placed(frame: Frame, event: Frame, relation: str) -> Frame:
    return replace(frame, event=event, relation=relation)
