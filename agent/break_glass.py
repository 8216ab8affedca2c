"""Break-glass: one patient's whole record, in an emergency, for a reason, for minutes, and written down first.

It opens what scopes and security labels withhold from the person, never another patient. The start is in the audit log
before the first look, the end is always written, every answer says what it came from, and `chartwarden audit review`
lists both.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chartwarden.agent.answer import Answer, Sentence
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.run import open_trail
from chartwarden.agent.session import Session
from chartwarden.tools.errors import AccessDenied, UsageError
from chartwarden.tools.records.scopes import SENSITIVE_LABELS

EMERGENCY = "ETREAT"
"""Purpose of use (v3-ActReason): emergency treatment."""
EMERGENCY_SCOPES = f"patient/*.rs patient/*.rs?_security={','.join(sorted(SENSITIVE_LABELS))}"
MAX_MINUTES = 60
MIN_REASON_CHARS = 10


@dataclass
class EmergencyAccess:
    """A session that is open until its time is up. Made by `break_glass`."""

    session: Session
    until: dt.datetime
    _answer: Callable[[str, Session], Answer]
    _ends: float
    answered: list[str] = field(default_factory=list)
    """Outcomes of the questions so far."""

    def answer(self, question: str) -> Answer:
        """Answer one question, under a banner. Raises `AccessDenied` when the time is up."""
        if time.monotonic() >= self._ends:
            raise AccessDenied("the emergency access has ended; break the glass again, with a reason, if it must go on")
        answer = self._answer(question, self.session)
        self.answered.append(answer.outcome)
        banner = Sentence(
            text=f"EMERGENCY ACCESS until {self.until:%Y-%m-%d %H:%M} UTC: restricted parts of the record are "
            "included, and this access will be reviewed.",
            kind="notice",
        )
        return answer.model_copy(update={"sentences": (banner, *answer.sentences)})


@contextmanager
def break_glass(
    assistant: Assistant,
    patient: str,
    *,
    reason: str,
    acknowledged_by: str,
    minutes: float = 15,
    user: str = "",
    role: str = "",
    as_of: dt.datetime | str | None = None,
) -> Iterator[EmergencyAccess]:
    """Open one patient's whole record for an emergency.

    Args:
        assistant: answers the questions.
        patient: Patient id or `system|value` identifier.
        reason: why, in words; kept in the audit log.
        acknowledged_by: who breaks the glass and has acknowledged the disclaimer.
        minutes: how long it stays open, at most `MAX_MINUTES`.
        user: sign-in name, where there is one.
        role: their role.
        as_of: the moment of asking; None: now.

    Raises `UsageError` without a reason, a name or a sensible time, and `AuditError` when the start cannot be written
    down: then nothing is opened.
    """
    if len(reason.strip()) < MIN_REASON_CHARS or not acknowledged_by.strip():
        raise UsageError("breaking the glass needs a reason in words (--reason) and a name (--acknowledge)")
    if not 0 < minutes <= MAX_MINUTES:
        raise UsageError(f"emergency access lasts up to {MAX_MINUTES} minutes, not {minutes:g}")
    session = assistant.session(
        patient,
        acknowledged_by=acknowledged_by,
        as_of=as_of,
        user=user,
        role=role,
        purpose=EMERGENCY,
        scopes=EMERGENCY_SCOPES,
    )
    trail = open_trail(assistant.services, session)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    trail.commit("break_glass_start", {"until": until.isoformat(timespec="seconds")}, {"reason": reason})
    access = EmergencyAccess(session, until, assistant.answer, time.monotonic() + minutes * 60)
    try:
        yield access
    finally:
        trail.commit("break_glass_end", {"questions": len(access.answered), "outcomes": sorted(set(access.answered))})
