"""The steps of a question, one method each. Edges are in `graph.py`; nothing here decides where to go next.

Two invariants are enforced here and nowhere else:

- *Write-ahead release.* `release` is the only step that makes an `Answer`, and it makes one only after its entry is
  durable in the audit log.
- *Fail closed.* Whatever goes wrong inside the gate or the grounding ends in a logged refusal.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from chartwarden.agent.answer import Answer, Draft, Sentence
from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.gate import Admission, admit, as_the_patient, disclaimer, release, unread
from chartwarden.agent.grounding import Evidence, ground
from chartwarden.agent.planning.antecedents import row_told
from chartwarden.agent.planning.leaning import in_full
from chartwarden.agent.planning.planner import Clarify, GiveUp, PlanningContext, Step, Turn, UseTools, Write
from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.agent.run import Run, Runs
from chartwarden.agent.session import Acknowledgement, Session
from chartwarden.agent.settings import Limits
from chartwarden.agent.state import QuestionState
from chartwarden.tools.errors import AccessDenied

ANSWERED_FROM_RECORD = frozenset({"answer", "facts_only", "mixed", "refuse"})
"""Admissions after which the record is looked at (for `mixed` and `refuse`: for the part the record can answer)."""

UNACKNOWLEDGED = (
    "Nothing is answered before the disclaimer is acknowledged: use --acknowledge NAME, or acknowledge it in the chat."
)

MAX_TURNS = 12
"""Earlier questions a planner is shown."""

MAX_NAME = 200
"""Longest name of a person who acknowledges, in characters."""

Update = dict[str, Any]


class Steps:
    """The nodes of the graph, over the runs of one assistant."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def admit(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Decide what may be asked; log the question and the decision."""
        session, question = _acknowledging(bound(state, runtime.context)), state["question"]
        run_id = uuid.uuid4().hex
        run = self._runs.of(run_id, session)
        run.trail.note("question", {"characters": len(question)}, text={"question": question})
        if session.acknowledged is None:
            admission = Admission(class_id="UNSURE", action="refuse", reason=UNACKNOWLEDGED)
        else:
            admission = admit(
                question,
                turns=tuple(turn.question for turn in state.get("turns", [])[-MAX_TURNS:]),
                classifier=self._runs.services.classifier,
                spent=run.meter,
                known_identifiers=run.identifiers(),
                image_reading=session.image_reading,
                asks_plainly=lambda: self._asks_plainly(question, state, run),
            )
        run.trail.note("gate", gate_facts(admission, session))
        return {
            "run_id": run_id,
            "patient": session.patient,
            "acknowledged": session.acknowledged,
            "admission": admission,
            "steps": 0,
            "choice": "",
            "results": [],
            "explanation": [],
            "read_as": "",
            "draft": Draft(outcome="failed"),
            "failed": [],
            "mended": False,
        }

    def plan(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Ask the planner for its next step, within the limits."""
        run = self._runs.of(state["run_id"], bound(state, runtime.context))
        limits = self._runs.services.settings.limits
        taken = state["steps"]
        reached = _limit_reached(limits, taken, len(state["results"]), run.seconds())
        if reached:
            step: Step = Write() if state["results"] else GiveUp(reason=f"the limit of {reached} was reached")
            told = f"the limit of {reached} was reached: no further look at the record"
            return {"step": step, "steps": taken + 1, "explanation": [*state["explanation"], told]}
        context = self._context(state, run)
        try:
            step = run.planner.decide(context)
        except (ModelOutputError, ModelLoadError) as fault:
            step = GiveUp(reason=_unusable(fault))
        update: Update = {"step": step, "steps": taken + 1}
        if not state["results"] and _reads_nothing(step, state["admission"]):
            update["admission"] = self._unread(state["admission"], run)
            if update["admission"] is not state["admission"]:
                update["step"] = GiveUp(reason="nothing of it was read as a question to the record")
                return update
        if isinstance(step, UseTools):
            seen = {result.call for result in state["results"]}
            run.meter.add(repeated=len(step.calls) - len(set(step.calls) - seen))
            update["explanation"] = [*state["explanation"], *step.reading]
            update["read_as"] = step.read_as or state["read_as"]
            if all(call in seen for call in step.calls):
                update["step"] = Write()
        return update

    def _asks_plainly(self, question: str, state: QuestionState, run: Run) -> bool:
        """Whether a request is one plain question to a record, or means one that would be answered in full behind the
        turns before."""
        readings = self._runs.services.settings.readings
        said = as_the_patient(question, run.identifiers())
        if asks_plainly(said, run.clock, readings):
            return True
        full = in_full(said, tuple(state.get("turns", [])[-MAX_TURNS:]), TimeReader(run.clock, readings))
        return any(asks_plainly(text, run.clock, readings) or admit(text).action == "answer" for text in full)

    @staticmethod
    def _unread(admission: Admission, run: Run) -> Admission:
        """What the gate makes of a question that the planner could not read; written down where that is a refusal."""
        settled = unread(admission)
        if settled is not admission:
            run.trail.note("gate", {"when": "unread", "class": settled.class_id, "action": settled.action})
        return settled

    def clarify(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Ask the person, where one is there; in a batch the outcome says what was unclear."""
        step = state["step"]
        assert isinstance(step, Clarify)
        if runtime.context.interactive:
            choice = interrupt({"kind": "clarify", "question": step.question, "choices": list(step.choices)})
            self._runs.of(state["run_id"], bound(state, runtime.context)).go_on()
            return {"choice": str(choice)}
        asked = Sentence(text=step.question, kind="notice")
        return {"draft": Draft(outcome="needs_clarification", sentences=(asked,), choices=step.choices)}

    def act(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Run the calls the planner decided on. A repeated call is answered from memory."""
        run = self._runs.of(state["run_id"], bound(state, runtime.context))
        step = state["step"]
        assert isinstance(step, UseTools)
        results = list(state["results"])
        known = {result.call for result in results}
        room = self._runs.services.settings.limits.calls - len(results)
        for call in [call for call in dict.fromkeys(step.calls) if call not in known][: max(room, 0)]:
            result = run.toolbox.run(call)
            runtime.stream_writer({"tool": call.name, "result": result})
            results.append(result)
        return {"results": results}

    def write(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Have sentences proposed from the findings, or say why there are none."""
        run = self._runs.of(state["run_id"], bound(state, runtime.context))
        step = state["step"]
        if isinstance(step, GiveUp):
            said = f"{step.reason.rstrip('.')}."
            return {"draft": Draft(outcome="failed", sentences=(Sentence(text=said, kind="notice"),))}
        try:
            draft = run.planner.write(self._context(state, run))
        except (ModelOutputError, ModelLoadError) as fault:
            said = f"The answer could not be written: {_unusable(fault)}."
            draft = Draft(outcome="failed", sentences=(Sentence(text=said, kind="notice"),))
        return {"draft": draft}

    def ground(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Check every sentence against the resources; send back once what fails, then drop it."""
        run = self._runs.of(state["run_id"], bound(state, runtime.context))
        evidence = self._evidence(state, run)
        try:
            grounded = ground(state["draft"], evidence)
        except Exception as fault:  # noqa: BLE001 - fail closed: unchecked sentences are never released
            run.trail.note("refusal", {"where": "ground", "error": type(fault).__name__})
            said = "The answer could not be checked against the record, so it is withheld."
            return {
                "draft": Draft(outcome="failed", sentences=(Sentence(text=said, kind="notice"),)),
                "failed": [],
            }
        rejected = list(grounded.rejected)
        if rejected and not state["mended"] and run.planner.can_mend:
            return {"failed": rejected, "mended": True}
        return {"draft": grounded.draft, "failed": [], "mended": True}

    def release(self, state: QuestionState, runtime: Runtime[Session]) -> Update:
        """Let out what may be said, with the disclaimer, once its entry is durable."""
        run = self._runs.of(state["run_id"], bound(state, runtime.context))
        admission = state["admission"]
        try:
            draft = release(state["draft"], admission, self._evidence(state, run), read_as=state["read_as"])
            verdict = "released"
        except Exception as fault:  # noqa: BLE001 - fail closed: what the gate cannot pass stays in
            verdict = f"refused: {type(fault).__name__}"
            said = "The answer could not pass the release gate, so it is withheld."
            draft = Draft(outcome="refused", sentences=(Sentence(text=said, kind="notice"),))
        run.trail.note("gate", {"when": "after", "class": admission.class_id, "verdict": verdict})
        answer = self._sealed(state, run, draft)
        self._runs.close(state["run_id"])
        calls = tuple(result.call for result in state["results"])
        results = [result.result for result in state["results"] if result.result is not None]
        day, label = row_told(results)
        return {
            "answer": answer,
            "turns": [Turn(question=state["question"], calls=calls, answer=answer.text, day=day, label=label)],
        }

    def _sealed(self, state: QuestionState, run: Run, draft: Draft) -> Answer:
        """The answer, after its entry is durable."""
        cited = dict.fromkeys(reference for sentence in draft.sentences for reference in sentence.citations)
        text = " ".join(sentence.text for sentence in draft.sentences)
        position = run.trail.commit(
            "answer",
            {
                "outcome": draft.outcome,
                "planner": run.planner.name,
                "as_of": run.session.as_of.isoformat(),
                "timezone": run.session.timezone,
                "citations": list(cited),
                "sentences": [sentence_facts(sentence) for sentence in draft.sentences],
                "usage": run.meter.usage(),
            },
            text={
                "answer": text,
                "value": repr(draft.value),
                "plan": "\n".join((*state["explanation"], *run.meter.said)),
                **({"prompts": "\n\n".join(run.meter.sent)} if run.meter.sent else {}),
            },
        )
        return Answer(
            outcome=draft.outcome,
            sentences=draft.sentences,
            value=draft.value,
            unit=draft.unit,
            citations=tuple(cited),
            choices=draft.choices,
            disclaimer=disclaimer(state["admission"].language),
            planner=run.planner.name,
            audit=position,
            as_of=run.session.as_of.isoformat(),
            timezone=run.session.timezone,
            elapsed_ms=round(run.seconds() * 1000, 3),
            error=text if draft.outcome == "failed" else "",
            explanation=tuple(state["explanation"]),
            usage=run.meter.usage(),
        )

    def _context(self, state: QuestionState, run: Run) -> PlanningContext:
        admission = state["admission"]
        return PlanningContext(
            question=admission.record_part or state["question"],
            clock=run.clock,
            manifest=run.manifest(),
            results=tuple(state["results"]),
            turns=tuple(state.get("turns", [])[-MAX_TURNS:]),
            choice=state["choice"],
            failed=tuple(state["failed"]),
            own_names=run.identifiers(),
            allowed=run.toolbox.allowed,
            meter=run.meter,
        )

    def _evidence(self, state: QuestionState, run: Run) -> Evidence:
        results = tuple(result.result for result in state["results"] if result.result is not None)
        return run.evidence(results)


def _unusable(fault: ModelOutputError | ModelLoadError) -> str:
    """What was wrong with a model, in words that hold nothing of its output."""
    if isinstance(fault, ModelOutputError):
        return f"the planner's output was not usable ({fault.cause})"
    return "the planner's model could not be reached; `chartwarden doctor` says what is missing"


def _reads_nothing(step: Step, admission: Admission) -> bool:
    """Whether a planner found no question to the record: words can be looked for in notes whatever they ask.

    Of a mixed request it was told only the part that the record can answer: there such a search is one.
    """
    if isinstance(step, UseTools):
        return admission.action != "mixed" and all(call.name == "find_notes" for call in step.calls)
    return isinstance(step, GiveUp)


def _limit_reached(limits: Limits, steps: int, calls: int, seconds: float) -> str:
    """The limit that a question has come up to, in words; empty while there is none."""
    if steps >= limits.steps:
        return f"{limits.steps} steps"
    if calls >= limits.calls:
        return f"{limits.calls} calls"
    return f"{limits.seconds:g} seconds" if seconds > limits.seconds else ""


def bound(state: QuestionState, session: Session) -> Session:
    """The session a conversation goes on in: about the same patient, and acknowledged once it has been.

    Raises `AccessDenied` where the conversation is about another patient: what was found and said in it is theirs.
    """
    if state.get("patient", session.patient) != session.patient:
        raise AccessDenied("this conversation is about another patient; start a new one for this session")
    known = state.get("acknowledged")
    if session.acknowledged is None and known is not None:
        return session.model_copy(update={"acknowledged": known})
    return session


def _acknowledging(session: Session) -> Session:
    """The session, acknowledged by the person who is there, if one is. Asked before anything else is done."""
    if session.acknowledged is not None or not session.interactive:
        return session
    name = interrupt({"kind": "acknowledge", "question": disclaimer(), "choices": []})
    if not isinstance(name, str) or not name.strip():
        return session
    given = Acknowledgement(name=name.strip()[:MAX_NAME], time=dt.datetime.now(dt.UTC))
    return session.model_copy(update={"acknowledged": given})


def gate_facts(admission: Admission, session: Session) -> dict[str, Any]:
    """What the log keeps of the decision on a request."""
    return {
        "when": "before",
        "class": admission.class_id,
        "action": admission.action,
        "decided_by": admission.decided_by,
        "failure": admission.failure,
        "acknowledged": session.acknowledged is not None,
    }


def sentence_facts(sentence: Sentence) -> dict[str, Any]:
    """What the log keeps of a sentence for good."""
    verdict = sentence.verdict
    return {
        "kind": sentence.kind,
        "citations": list(sentence.citations),
        "label": verdict.label if verdict else "",
        "failed": list(verdict.failed) if verdict else [],
    }
