"""`Run`: the live objects one question is answered with, and `Runs`, which opens them.

State is data and may be saved; a run is not. When a conversation is resumed elsewhere its run is opened again from
the same session, so nothing that was permitted before is permitted by memory.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chartwarden.agent.audit.entries import Kind
from chartwarden.agent.audit.log import AuditLog, Trail
from chartwarden.agent.errors import AuditError
from chartwarden.agent.gate import Classifier
from chartwarden.agent.grounding import Evidence
from chartwarden.agent.planning.meter import Meter
from chartwarden.agent.planning.planner import Planner
from chartwarden.agent.session import Session
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import AccessDenied, UsageError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import QueryResult
from chartwarden.tools.records.source import RecordSource, Resource
from chartwarden.tools.toolbox import ImageTools, Toolbox, ToolRecord, references

MAX_OPEN_RUNS = 4096
"""Questions that wait for a person (clarification) keep their run; beyond this the oldest are opened afresh."""


@dataclass(frozen=True)
class Services:
    """What every question shares: where records, log, planner and settings come from."""

    source: RecordSource
    log: AuditLog
    planner: Planner
    settings: Settings
    classifier: Classifier | None = None
    images: ImageTools | None = None


def call_facts(record: ToolRecord) -> dict[str, Any]:
    """What the log keeps of a call for good."""
    return {
        "tool": record.call.name,
        "searched": [search for search in record.searched if "?" in search],
        "references": list(record.references),
        "content": dict(record.content),
        "found": record.found,
        "complete": record.complete,
        "withheld": record.withheld,
        "error": record.error,
        "working": record.working if record.call.name == "read_image" else "",
    }


def call_text(record: ToolRecord) -> dict[str, str]:
    """What the log keeps of a call beside the chain: words of the question, which must be erasable."""
    return {
        "arguments": record.call.model_dump_json(exclude_defaults=True),
        "searched": "\n".join(record.searched),
    }


class TrailLedger:
    """The toolbox's ledger, written to the audit trail: a call is durable before its result is returned."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail

    def tool_called(self, record: ToolRecord) -> None:
        """Commit one call; `AuditError` when the log cannot take it."""
        kind: Kind = "image_read" if record.call.name == "read_image" else "tool_call"
        self._trail.commit(kind, call_facts(record), call_text(record))

    def withheld(self, reason: str, count: int) -> None:
        """Queue a denial: it stands in the log before whatever is released next."""
        self._trail.note("denied", {"reason": reason, "count": count})


@dataclass
class Run:
    """One question being answered."""

    session: Session
    clock: Clock
    trail: Trail
    lock: PatientLock
    toolbox: Toolbox
    planner: Planner
    meter: Meter = field(default_factory=Meter)
    started: float = field(default_factory=time.monotonic)
    _manifest: Manifest | None = None
    _identifiers: frozenset[str] | None = None
    _evidence: Evidence | None = None

    def manifest(self) -> Manifest:
        """What the record holds, looked up (and logged) once per question."""
        if self._manifest is None:
            self._manifest = self.toolbox.manifest()
        return self._manifest

    def identifiers(self) -> frozenset[str]:
        """Words that name this patient: ids, identifiers and names. For the gate alone, to tell strangers apart."""
        if self._identifiers is None:
            self._identifiers = self._naming()
        return self._identifiers

    def _naming(self) -> frozenset[str]:
        try:
            patient = self.lock.patient()
        except AccessDenied:  # scopes without Patient: the id alone is known
            return frozenset({self.session.patient})
        names = (part for name in patient.get("name", []) for part in (name.get("family"), *name.get("given", [])))
        numbers = (identifier.get("value") for identifier in patient.get("identifier", []))
        return frozenset(str(word) for word in (patient.get("id"), *numbers, *names) if word)

    def evidence(self, results: tuple[QueryResult, ...]) -> Evidence:
        """What sentences may rest on, gathered once until there are further results."""
        if self._evidence is None or self._evidence.results != results:
            self._evidence = Evidence(results=results, resources=self._resources(results), clock=self.clock)
        return self._evidence

    def _resources(self, results: Iterable[QueryResult]) -> dict[str, Resource]:
        """Every resource the results rest on, as this run read it; after a resumption, read again."""
        found: dict[str, Resource] = {}
        for reference in dict.fromkeys(reference for result in results for reference in references(result)):
            resource = self.lock.retrieved(reference) or self.lock.read(reference)
            if resource is not None:
                found[reference] = resource
        return found

    def seconds(self) -> float:
        """Seconds since the question was put."""
        return time.monotonic() - self.started

    def go_on(self) -> None:
        """Start the clock again after a person was asked: their time is not the question's."""
        self.started = self.meter.started = time.monotonic()


class Runs:
    """Opens runs and keeps them while their question is under way. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._open: dict[str, Run] = {}
        self._guard = threading.Lock()

    def of(self, run_id: str, session: Session) -> Run:
        """The run of a question, opened on first use; a run is never handed to another session."""
        with self._guard:
            run = self._open.get(run_id)
        if run is not None:
            if not run.session.permits_same(session):
                raise AuditError(f"run {run_id} belongs to another session; ask the question again in a new one")
            return run
        run = self._begin(session)
        with self._guard:
            while len(self._open) >= MAX_OPEN_RUNS:
                self._open.pop(next(iter(self._open)))
            self._open[run_id] = run
        return run

    def close(self, run_id: str) -> None:
        """Forget a finished question."""
        with self._guard:
            self._open.pop(run_id, None)

    def _begin(self, session: Session) -> Run:
        trail = open_trail(self.services, session)
        lock, toolbox = open_toolbox(self.services, session, trail)
        limits = self.services.settings.limits
        meter = Meter(generated_limit=limits.generated_tokens, seconds_limit=limits.seconds)
        return Run(session, toolbox.clock, trail, lock, toolbox, self.services.planner, meter)


def open_trail(services: Services, session: Session, patient: str = "") -> Trail:
    """The audit trail of a session: every entry says who, why, about whom and with which planner.

    `patient` is one of those a population session looks at.
    """
    return services.log.trail(
        session_id=session.session_id,
        user=session.user or (session.acknowledged.name if session.acknowledged else ""),
        role=session.role,
        purpose=session.purpose,
        patient=patient or session.patient,
        planner=services.planner.identity(),
    )


def open_toolbox(services: Services, session: Session, trail: Trail) -> tuple[PatientLock, Toolbox]:
    """The tools of a session behind its lock, writing to its trail. `UsageError` without a patient."""
    if not session.patient:
        raise UsageError(
            "a population session is bound to no patient, so it has no record to ask in words; put a typed question to "
            "all of them with `chartwarden cohort` (from Python: agent.cohort.ask_cohort)"
        )
    ledger = TrailLedger(trail)
    lock = PatientLock(services.source, session.patient, session.grant, observer=ledger)
    toolbox = Toolbox(
        lock,
        Clock(as_of=session.as_of, timezone=session.timezone),
        ledger,
        readings=services.settings.readings,
        images=services.images,
        image_reading=session.image_reading,
    )
    return lock, toolbox
