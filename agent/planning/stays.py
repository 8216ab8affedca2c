"""Stays as events: which stay a question is relative to, which of its ends, and what it has to do with the rest."""

from __future__ import annotations

import re

from chartwarden.agent.planning.frames import Frame, NotUnderstood
from chartwarden.agent.planning.intents import Which

_STAYS = frozenset({"encounter", "icu"})
_OF_A_STAY = frozenset(
    {"medication", "intake", "dispense", "statement", "procedure", "output", "micro", "immunization", "observation"}
)
"""Kinds that happen in a stay and are none."""
_ANY = frozenset({"during", "same_day", "same_month", "same_year"})
"""Relations that one of several stays can meet as well as another."""
_LEFT = re.compile(r"\b(?:discharg\w+|left|leav(?:e|es|ing)|released?)\b")
_LASTED = re.compile(r"\b(?:stays?|visits?|hospitali[sz]\w+|encounters?)\b")
_UNPLACED = re.compile(
    r"\b(?:discharg\w+|admission|admit\w*|icu|intensive care|critical care|(?:hospital |inpatient )?stays?"
    r"|hospitali[sz]\w+)\b"
)


def settle_event(event: Frame, relation: str) -> None:
    """Which stay is meant where the words do not say, and whether its beginning or its end.

    What came after a stay or a discharge came after its end. Without a rank, any stay is meant where any can be, and
    else the last one there was.
    """
    if event.thing.domain not in _STAYS:
        return
    lasted = bool(event.kinds) and relation == "after" and _LASTED.search(event.clause)
    if relation != "during" and (lasted or _LEFT.search(event.clause)):
        event.operator = "end"
    if not (event.thing.links or event.window is not None or event.is_ranked):
        event.which = Which("all") if relation in _ANY else Which("last")


def require_placed(frame: Frame, clause: str) -> None:
    """Raise `NotUnderstood` where a stay is named and nothing says what it has to do with the thing asked about."""
    stay = _UNPLACED.search(clause)
    if frame.thing.domain in _OF_A_STAY and stay is not None and not frame.kinds:
        raise NotUnderstood(
            f'how "{stay.group()}" and the rest relate; ask what was ordered, given or done during a stay, on the day '
            "it began or ended, or before or after it"
        )
