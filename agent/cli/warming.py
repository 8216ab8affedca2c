"""What the first question needs and takes a second to make, made while a person still reads."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress

from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import ChartwardenError

QUESTION = "Which allergies are recorded?"


def warm_up(settings: Settings) -> None:
    """Have the gate's patterns and the rules planner's vocabulary compiled, beside what goes on.

    Nothing is asked: neither a record nor the log is touched. Whatever fails here fails again, and is told, where it
    is needed.
    """
    threading.Thread(target=_warm, args=(settings,), name="warm-up", daemon=True).start()


def _warm(settings: Settings) -> None:
    from chartwarden.agent.gate import admit
    from chartwarden.agent.planning.planner import PlanningContext
    from chartwarden.agent.planning.rules import RulesPlanner
    from chartwarden.tools.records.manifest import Manifest
    from chartwarden.tools.records.moments import Clock

    with suppress(ChartwardenError):
        admit(QUESTION)
        clock = Clock(as_of=dt.datetime.now(dt.UTC), timezone=settings.search_timezone)
        RulesPlanner(settings.readings).decide(PlanningContext(QUESTION, clock, Manifest(counts={}, entries=())))
