"""A question over all patients of a store, as what it is: one look at one patient, put to each of them in turn.

There is no second way to the records. Every patient is looked at through a `PatientLock` of their own, by the query,
the operators, the writer and the grounding that a question about one patient goes through; the cohort is who has a
sentence that grounding supports and the gate lets out. The question is typed, so that none of it is guessed: free words
are asked about one patient only.

In the audit log the question and the answer stand once, and each patient who is told of has an entry under their own
pseudonym. Nothing of a patient goes anywhere before all of these are durable.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from chartwarden.agent.answer import AuditPosition, Frozen, Outcome, Sentence
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.gate import Admission, admit, disclaimer, release
from chartwarden.agent.grounding import Evidence, ground
from chartwarden.agent.nodes import UNACKNOWLEDGED, gate_facts, sentence_facts
from chartwarden.agent.planning import phrasing, writing
from chartwarden.agent.run import Services, call_facts, call_text, open_trail
from chartwarden.agent.session import Session
from chartwarden.tools.errors import SourceFault, UsageError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding, Concept, RecordQuery, Threshold
from chartwarden.tools.records.store import LocalStore
from chartwarden.tools.requests import Kind, RecordRequest, queries_of
from chartwarden.tools.toolbox import Toolbox, ToolCall, ToolRecord, ToolResult, references

RELATIONS = {"lt": "below", "le": "at most", "gt": "above", "ge": "at least", "eq": "of"}
"""How a comparison with a number is told."""


class CohortQuery(Frozen):
    """Who has this recorded? The same criteria for every patient."""

    kind: Kind
    words: str = ""
    """A condition, drug, test or procedure: `system|code`, a code, or its name in plain words; empty: anything."""
    threshold: Threshold | None = None
    """For observations: the value that at least one of them must have."""
    since: str = ""
    until: str = ""
    active_only: bool = False

    def __str__(self) -> str:
        """The question in words, as the gate judges it and the log keeps it."""
        told = f"{'active ' if self.active_only else ''}{self.kind.replace('_', ' ')}"
        told += f" ({self.words})" if self.words else ""
        if self.threshold is not None and self.threshold.value is not None:
            relation = RELATIONS[self.threshold.relation]
            told += f" {relation} {self.threshold.value:g} {self.threshold.unit}".rstrip()
        told += f", from {self.since}" if self.since else ""
        return told + (f", until {self.until}" if self.until else "")


class Member(Frozen):
    """One patient of the cohort, and why."""

    patient: str
    """`Patient.id`."""
    sentences: tuple[Sentence, ...]

    @property
    def citations(self) -> tuple[str, ...]:
        """Every cited resource once."""
        return tuple(dict.fromkeys(reference for sentence in self.sentences for reference in sentence.citations))


class CohortAnswer(Frozen):
    """What is released of a question over all patients, once it is in the audit log."""

    outcome: Outcome
    question: str
    sentences: tuple[Sentence, ...]
    """The count, and what limits it."""
    members: tuple[Member, ...] = ()
    """By `Patient.id`."""
    looked_at: int = 0
    """Patients who were looked at."""
    complete: bool = True
    """False where a record could not be searched to its end: there may be more."""
    disclaimer: str
    audit: AuditPosition
    as_of: str
    timezone: str
    elapsed_ms: float


@dataclass
class _Tally:
    """What happened over all looks."""

    looked_at: int = 0
    known_to: int = 0
    """Patients whose record has something by the words."""
    faults: Counter[str] = field(default_factory=Counter)
    incomplete: int = 0
    withheld: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    searched: dict[str, None] = field(default_factory=dict)


class _Look:
    """The ledger of one patient's look: kept until it is known whether anything of it will be told."""

    def __init__(self, tally: _Tally) -> None:
        self._tally = tally
        self.records: list[ToolRecord] = []

    def tool_called(self, record: ToolRecord) -> None:
        self.records.append(record)

    def withheld(self, reason: str, count: int) -> None:
        self._tally.withheld[reason] += count


def ask_cohort(assistant: Assistant, query: CohortQuery, session: Session) -> CohortAnswer:
    """Which patients of the store meet the query, each with the sentences that say so.

    Raises `UsageError` for a session that is not over the population or for records on a FHIR server, `SearchError`
    for a date that is none, and `AuditError` when the log cannot be written: then nothing is released.
    """
    services = assistant.services
    if not session.population:
        raise UsageError("a question over all patients needs a population session: Assistant.session(population=True)")
    if not isinstance(services.source, LocalStore):
        raise UsageError("questions over all patients are put to the store alone; load the records first")
    started = time.monotonic()
    trail = open_trail(services, session)
    admission = _admitted(query, session, trail)
    tally = _Tally()
    members: list[Member] = []
    if admission.action in ("answer", "facts_only"):
        for patient in _patients(services.source, session, tally):
            found = _looked_at(services, query, session, admission, patient, tally)
            if found is not None:
                members.append(found)
    return _sealed(query, session, trail, admission, members, tally, started)


def _admitted(query: CohortQuery, session: Session, trail: Trail) -> Admission:
    question = f"Which patients have this on record: {query}?"
    trail.note("question", {"characters": len(question)}, {"question": question})
    if session.acknowledged is None:
        admission = Admission(class_id="UNSURE", action="refuse", reason=UNACKNOWLEDGED)
    else:
        # What was typed names a thing: a code must not be taken for the number of somebody else's record.
        own = frozenset({query.words, *re.split(r"[\s|]+", query.words)})
        admission = admit(question, population=session.population, known_identifiers=own)
    trail.note("gate", gate_facts(admission, session))
    return admission


def _patients(store: LocalStore, session: Session, tally: _Tally) -> list[str]:
    """Every patient whom the scopes reach, by id."""
    found: list[str] = []
    for page in store.search("Patient", []):
        if not page.complete:
            raise SourceFault("the store did not list its patients to the end", code="incomplete")
        for patient in page.matches:
            if session.grant.permits(patient):
                found.append(str(patient["id"]))
            else:
                tally.withheld["scope"] += 1
    return sorted(found)


def _looked_at(
    services: Services, query: CohortQuery, session: Session, admission: Admission, patient: str, tally: _Tally
) -> Member | None:
    """One patient, through their own lock: a member with proven sentences, or None. Queues the entry of a member."""
    ledger = _Look(tally)
    lock = PatientLock(services.source, patient, session.grant, observer=ledger)
    clock = Clock(as_of=session.as_of, timezone=session.timezone)
    box = Toolbox(lock, clock, ledger, readings=services.settings.readings)
    results = [box.run(ToolCall(name="search_record", question=asked)) for asked in _queries(query, lock, clock)]
    tally.looked_at += 1
    tally.known_to += bool(results)
    tally.faults.update(result.error for result in results if result.error)
    tally.searched.update(dict.fromkeys(search for record in ledger.records for search in record.searched))
    tally.incomplete += any(result.result is not None and not result.result.complete for result in results)
    found = [result for result in results if result.result is not None and result.result.findings]
    sentences = _proven(found, lock, clock, admission) if found else ()
    tally.dropped += bool(found) and not sentences
    if not sentences:
        return None
    member = Member(patient=patient, sentences=sentences)
    its_trail = open_trail(services, session, patient)
    for record in ledger.records:
        if record.found:
            said = {"answer": " ".join(sentence.text for sentence in sentences)}
            facts = {**call_facts(record), "sentences": [sentence_facts(sentence) for sentence in sentences]}
            its_trail.note("tool_call", facts, {**call_text(record), **said})
    return member


def _queries(query: CohortQuery, lock: PatientLock, clock: Clock) -> Iterator[RecordQuery]:
    system, bar, code = query.words.rpartition("|")
    request = RecordRequest(
        kind=query.kind, words="" if bar else query.words, since=query.since, until=query.until,
        active_only=query.active_only,
    )  # fmt: skip
    coded = Concept(words=query.words, codings=(Coding(system=system, code=code),))
    for asked in queries_of(request, lock.manifest().at(clock.as_of), clock):
        concept = coded if bar else asked.concept
        if concept is None or concept.is_linked:
            told = {"concept": concept, "threshold": query.threshold, "which": "last", "limit": 1}
            yield asked.model_copy(update=told)


def _proven(results: list[ToolResult], lock: PatientLock, clock: Clock, admission: Admission) -> tuple[Sentence, ...]:
    """What may be said of one patient, after grounding and gate."""
    rows = tuple(result.result for result in results if result.result is not None)
    cited = dict.fromkeys(reference for result in rows for reference in references(result))
    seen = {reference: resource for reference in cited if (resource := lock.retrieved(reference)) is not None}
    evidence = Evidence(results=rows, resources=seen, clock=clock)
    released = release(ground(writing.draft_of(results), evidence).draft, admission, evidence)
    if released.outcome != "answered":
        return ()
    told = {(s.text, s.citations): s for s in released.sentences if s.kind != "notice"}  # one meaning, found twice
    return tuple(told.values())


def _sealed(
    query: CohortQuery,
    session: Session,
    trail: Trail,
    admission: Admission,
    members: list[Member],
    tally: _Tally,
    started: float,
) -> CohortAnswer:
    """The answer, after its entry and all before it are durable."""
    sentences = tuple(_told(query, session, admission, members, tally))
    complete = not tally.faults and not tally.incomplete
    outcome = _outcome(admission, members, complete=complete)
    for reason, count in tally.withheld.items():
        trail.note("denied", {"reason": reason, "count": count})
    position = trail.commit(
        "answer",
        {
            "outcome": outcome,
            "planner": "cohort",
            "as_of": session.as_of.isoformat(),
            "timezone": session.timezone,
            "members": len(members),
            "looked_at": tally.looked_at,
            "complete": complete,
            "dropped": tally.dropped,
            "sentences": [sentence_facts(sentence) for sentence in sentences],
        },
        {
            "answer": " ".join(sentence.text for sentence in sentences),
            "plan": query.model_dump_json(exclude_defaults=True),
            "searched": "\n".join(tally.searched),
        },
    )
    return CohortAnswer(
        outcome=outcome,
        question=f"Which patients have this on record: {query}?",
        sentences=sentences,
        members=tuple(members),
        looked_at=tally.looked_at,
        complete=complete,
        disclaimer=disclaimer(admission.language),
        audit=position,
        as_of=session.as_of.isoformat(),
        timezone=session.timezone,
        elapsed_ms=round((time.monotonic() - started) * 1000, 3),
    )


def _outcome(admission: Admission, members: list[Member], *, complete: bool) -> Outcome:
    if admission.action not in ("answer", "facts_only"):
        return "denied" if admission.action == "deny" else "refused"
    if members:
        return "answered"
    return "not_recorded" if complete else "failed"


def _told(
    query: CohortQuery, session: Session, admission: Admission, members: list[Member], tally: _Tally
) -> Iterator[Sentence]:
    """The count, and whatever a reader must know to take it for what it is."""
    if admission.action not in ("answer", "facts_only"):
        yield Sentence(text=admission.reason, kind="notice")
        return
    least = "At least " if tally.faults or tally.incomplete else ""
    citations = tuple(reference for member in members for reference in member.citations)
    yield Sentence(
        text=f"{least}{len(members)} of {tally.looked_at} patients have this on record: {query}.",
        kind="computation" if members else "absence",
        citations=citations,
    )
    counts = [
        (sum(tally.faults.values()), "looks failed; those patients may belong here too"),
        (tally.incomplete, "records could not be searched to the end"),
        (tally.dropped, "patients are left out, because what was found could not be checked"),
    ]
    for count, what in counts:
        if count:
            yield Sentence(text=phrasing.sentence(f"{count} {what}"), kind="notice")
    if query.words and tally.looked_at and not tally.known_to:
        yield Sentence(
            text=f'No record has anything by the name or code "{query.words}": spelt in another way it may be there.',
            kind="notice",
        )
    yield Sentence(
        text=f"A patient counts when their own record says so by {session.as_of.date().isoformat()}: what was entered "
        "in error, refuted, planned or not done does not count; what this session may not see, or no record says, is "
        "unknown and not absent.",
        kind="notice",
    )
