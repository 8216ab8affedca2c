"""Stays that somebody came to by way of emergency, in a record that tells no source of admission.

There an emergency visit tells it that began at most a day before the stay. Where none did, nothing is said: a stay may
have come about in another way, or by a visit that was not recorded.
"""

from __future__ import annotations

import datetime as dt

from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.tools.records.query import Anchor, Question, RecordQuery, Window

UNTOLD = (
    "which stays began in the emergency department; the record tells no source of admission, and no emergency visit "
    "led into a stay"
)
_READ_AS = "A stay counts that began within a day after an emergency visit did; no source of admission is recorded."
_VISIT = RecordQuery(types=("Encounter",), encounter_kind=("emergency",), target="time")


def by_emergency(stays: RecordQuery) -> RecordQuery:
    """The stays of a query that an emergency visit led into. Raises `NotUnderstood` beside another event."""
    if stays.anchor is not None:
        raise NotUnderstood("stays that came by way of emergency, beside another event; ask for one of the two")
    window = stays.window or Window()
    return stays.model_copy(
        update={
            "admit_source": "",
            "encounter_kind": ("hospital",),
            "anchor": Anchor(event=_VISIT, relation="after", within=dt.timedelta(days=1)),
            "window": window.model_copy(update={"reading": f"{window.reading} {_READ_AS}".strip()}),
        }
    )


def is_by_emergency(question: Question | None) -> bool:
    """Whether a question asks for such stays."""
    return isinstance(question, RecordQuery) and question.anchor is not None and question.anchor.event == _VISIT
