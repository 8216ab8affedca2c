"""The state machine: what is written down before what, and what never gets out."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from langsmith.utils import get_env_var, tracing_is_enabled

from chartwarden import fhir_fixtures
from chartwarden.agent import nodes
from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.errors import AuditError, ModelOutputError
from chartwarden.agent.gate import Admission
from chartwarden.agent.gate.taxonomy import ClassId
from chartwarden.agent.graph import build_graph
from chartwarden.agent.planning.planner import Clarify, GiveUp, PlanningContext, Step, UseTools, Write
from chartwarden.agent.session import Session
from chartwarden.agent.settings import Limits, Settings
from chartwarden.tools.errors import SourceFault, UsageError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.query import NoteSearch
from chartwarden.tools.toolbox import ToolCall
from tests.agent.conftest import look_for

QUESTION = "Which allergies are recorded?"


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every entry of the audit trail, in the order it was asked for."""
    entries: list[tuple[str, dict[str, Any]]] = []
    for name in ("note", "commit"):
        original = getattr(Trail, name)

        def spy(self: Trail, kind: str, facts: Any, text: Any = None, _original: Any = original) -> Any:
            entries.append((kind, dict(facts)))
            return _original(self, kind, facts, text)

        monkeypatch.setattr(Trail, name, spy)
    return entries


def test_an_answer_is_cited_checked_and_logged(assistant: Assistant, session: Session) -> None:
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "answered"
    assert answer.sentences
    assert answer.citations
    assert answer.disclaimer
    assert all(sentence.verdict is not None for sentence in answer.sentences)
    assert answer.audit is not None
    assert answer.audit.seq > 0


def test_entries_stand_in_the_order_of_what_happened(
    assistant: Assistant, session: Session, journal: list[tuple[str, dict[str, Any]]]
) -> None:
    assistant.answer(QUESTION, session)
    kinds = [kind for kind, _ in journal]
    assert kinds[:2] == ["question", "gate"]
    assert kinds[-2:] == ["gate", "answer"]
    assert kinds.count("tool_call") == 2, "the manifest and the search"


def test_no_entry_but_texts_carries_words_of_question_or_record(
    assistant: Assistant, session: Session, journal: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = assistant.answer(QUESTION, session)
    told = repr([facts for _, facts in journal])
    assert QUESTION not in told
    assert not [sentence.text for sentence in answer.sentences if sentence.text in told]


def test_nothing_is_answered_without_acknowledgement(
    assistant: Assistant, session: Session, planner: Any, journal: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = assistant.answer(QUESTION, session.model_copy(update={"acknowledged": None}))
    assert answer.outcome == "refused"
    assert "acknowledge" in answer.text
    assert answer.disclaimer
    assert not planner.contexts
    assert [kind for kind, _ in journal] == ["question", "gate", "gate", "answer"]


def test_an_emergency_gets_the_template_before_any_search(
    assistant: Assistant, session: Session, planner: Any, journal: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = assistant.answer("The patient has just collapsed and is not breathing!", session)
    assert answer.outcome == "emergency"
    assert not planner.contexts
    assert "tool_call" not in {kind for kind, _ in journal}


def test_a_question_about_somebody_else_is_denied(assistant: Assistant, session: Session, planner: Any) -> None:
    answer = assistant.answer("What medications is patient 40019003 taking?", session)
    assert answer.outcome == "denied"
    assert not planner.contexts


def test_a_log_that_cannot_be_written_releases_nothing(
    assistant: Assistant, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Trail, kind: str, facts: Any, text: Any = None) -> Any:
        raise AuditError("the disk is full")

    monkeypatch.setattr(Trail, "commit", full)
    with pytest.raises(AuditError):
        assistant.answer(QUESTION, session)


@pytest.mark.parametrize("name", ["ground", "release"])
def test_a_gate_or_check_that_breaks_withholds_the_answer(
    name: str, assistant: Assistant, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **named: Any) -> Any:
        raise ZeroDivisionError("peanut")

    monkeypatch.setattr(nodes, name, broken)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome in ("failed", "refused")
    assert "withheld" in answer.text
    assert "peanut" not in answer.model_dump_json().casefold()


def test_a_sentence_the_record_does_not_bear_out_is_not_released(
    assistant: Assistant, session: Session, planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invent(context: PlanningContext) -> Draft:
        findings = [row for found in context.results if found.result for row in found.result.findings]
        text = "The record lists an allergy to moon dust since 1999."
        return Draft(outcome="answered", sentences=(Sentence(text=text, citations=(findings[0].reference,)),))

    monkeypatch.setattr(planner, "write", invent)
    answer = assistant.answer(QUESTION, session)
    assert "moon dust" not in answer.text


def test_a_repeated_call_ends_the_loop(assistant: Assistant, session: Session, planner: Any) -> None:
    planner.steps = [planner.steps[0]] * 6
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "answered"
    assert len(planner.contexts) == 2


def test_a_planner_that_cannot_decide_fails_honestly(
    assistant: Assistant, session: Session, planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(context: PlanningContext) -> Any:
        raise ModelOutputError("endless newlines", cause="repetitive")

    monkeypatch.setattr(planner, "decide", stuck)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "failed"
    assert "repetitive" in answer.text


def test_a_question_that_is_not_understood_answers_no_other(
    assistant: Assistant, session: Session, planner: Any
) -> None:
    planner.steps = [GiveUp(reason="no test or drug was recognised")]
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "failed"
    assert not answer.value


GIVEN_UP = GiveUp(reason="nothing was recognised")
WORDS_ALONE = UseTools(calls=(ToolCall(name="find_notes", question=NoteSearch(words="zzxq")),))


@pytest.mark.parametrize(
    ("leaning", "step", "outcome"),
    [
        ("X2", GIVEN_UP, "refused"),
        ("X2", WORDS_ALONE, "refused"),
        (None, GIVEN_UP, "failed"),
        (None, WORDS_ALONE, "failed"),
    ],
    ids=["leaning, given up", "leaning, words looked for", "given up", "words looked for"],
)
def test_what_cannot_be_read_and_leans_to_a_refusal_is_refused(
    leaning: ClassId | None,
    step: Step,
    outcome: str,
    assistant: Assistant,
    session: Session,
    planner: Any,
    journal: list[tuple[str, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planner.steps = [step, Write()]
    doubtful = Admission(class_id="UNSURE", action="facts_only", record_part="zzxq zzxr?", leaning=leaning)
    monkeypatch.setattr(nodes, "admit", lambda *_, **__: doubtful)
    assert assistant.answer("zzxq zzxr?", session).outcome == outcome
    told = [facts for kind, facts in journal if kind == "gate" and facts.get("when") == "unread"]
    assert told == ([{"when": "unread", "class": "X2", "action": "refuse"}] if leaning else [])


@pytest.mark.parametrize(
    ("step", "outcome"),
    [(GIVEN_UP, "redirected"), (WORDS_ALONE, "failed")],
    ids=["given up", "words looked for"],
)
def test_of_a_mixed_request_whose_record_part_cannot_be_read_the_refusal_is_left(
    step: Step, outcome: str, assistant: Assistant, session: Session, planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.steps = [step, Write()]
    mixed = Admission(class_id="MIX", action="mixed", record_part="zzxq?", refused="K1")
    monkeypatch.setattr(nodes, "admit", lambda *_, **__: mixed)
    assert assistant.answer("zzxq? And how do statins work?", session).outcome == outcome


def test_a_defect_is_a_failed_answer_without_its_message(
    assistant: Assistant, session: Session, planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(context: PlanningContext) -> Any:
        raise KeyError("Ruth Adeyemi")

    monkeypatch.setattr(planner, "decide", defect)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "failed"
    assert "KeyError" in answer.error
    assert "Adeyemi" not in answer.model_dump_json()
    assert answer.audit is not None


def test_a_planner_with_nothing_left_to_decide_is_not_asked_again(
    assistant: Assistant, session: Session, planner: Any
) -> None:
    planner.steps = [look_for("AllergyIntolerance").model_copy(update={"last": True})]
    assert assistant.answer(QUESTION, session).outcome == "answered"
    assert len(planner.contexts) == 1


def test_it_is_told_where_a_limit_left_out_one_of_its_last_calls(planner: Any) -> None:
    calls = tuple(call for one in ("AllergyIntolerance", "Condition") for call in look_for(one).calls)
    planner.steps = [UseTools(calls=calls, last=True)]
    settings = Settings(limits=Limits(calls=1))
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json", settings=settings, planner=planner) as opened:
        session = opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
        answer = opened.answer(QUESTION, session)
    assert answer.explanation[-1] == "the limit of 1 calls was reached: no further look at the record"


def test_an_ambiguous_term_asks_back_where_nobody_can_answer(
    assistant: Assistant, session: Session, planner: Any
) -> None:
    planner.steps = [Clarify(question="Which one?", choices=("a", "b"))]
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "needs_clarification"
    assert answer.choices == ("a", "b")


def test_a_clarification_is_answered_in_another_process(assistant: Assistant, session: Session, planner: Any) -> None:
    saver = InMemorySaver()
    planner.steps = [Clarify(question="Which one?", choices=("a", "b")), *planner.steps]
    config: Any = {"configurable": {"thread_id": "t"}}
    asking = session.model_copy(update={"interactive": True})
    first = build_graph(assistant.services, checkpointer=saver)
    stopped = first.invoke({"question": QUESTION}, config, context=asking)
    assert stopped["__interrupt__"][0].value["choices"] == ["a", "b"]
    again = build_graph(assistant.services, checkpointer=saver)
    done = again.invoke(Command(resume="b"), config, context=asking)
    assert planner.contexts[-1].choice == "b"
    assert done["answer"].outcome == "answered"


def test_a_conversation_remembers_its_turns(assistant: Assistant, session: Session, planner: Any) -> None:
    graph = build_graph(assistant.services, checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    graph.invoke({"question": QUESTION}, config, context=session)
    graph.invoke({"question": "And before that?"}, config, context=session)
    assert [turn.question for turn in planner.contexts[-1].turns] == [QUESTION]


def test_the_steps_are_streamed_as_they_happen(assistant: Assistant, session: Session) -> None:
    kinds = [(kind, event if kind == "step" else None) for kind, event in assistant.stream(QUESTION, session)]
    names = [event for kind, event in kinds if kind == "step"]
    assert names == ["admit", "plan", "act", "plan", "write", "ground", "release"]
    assert kinds[-1][0] == "answer"


def test_no_trace_leaves_even_where_the_host_traces(
    assistant: Assistant, session: Session, planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool | str] = []
    decide = planner.decide

    def watched(context: PlanningContext) -> Any:
        seen.append(tracing_is_enabled())
        return decide(context)

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setattr(planner, "decide", watched)
    get_env_var.cache_clear()
    try:
        assert tracing_is_enabled()
        assistant.answer(QUESTION, session)
    finally:
        get_env_var.cache_clear()
    assert seen == [False, False]


def test_a_search_that_fails_is_logged_and_no_absence(
    assistant: Assistant, session: Session, monkeypatch: pytest.MonkeyPatch, journal: list[tuple[str, dict[str, Any]]]
) -> None:
    def down(*args: Any, **named: Any) -> Any:
        raise SourceFault("the server is down", code="http_503")

    monkeypatch.setattr(PatientLock, "manifest", down)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "failed"
    assert ("tool_call", "SourceFault") in [(kind, facts.get("error")) for kind, facts in journal]


def test_an_unknown_patient_is_told_with_the_value(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="nobody-here"):
        assistant.session("nobody-here")


def test_the_clock_of_a_question_must_be_a_time(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="soon"):
        assistant.session("adeyemi-1957", as_of="soon")


def test_nothing_after_the_clock_exists(assistant: Assistant, session: Session) -> None:
    early = session.model_copy(update={"as_of": session.as_of.replace(year=1960)})
    assert not assistant.answer(QUESTION, early).citations
