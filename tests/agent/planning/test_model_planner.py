"""The model planner, played by scripted engines: whatever a model says, the outcome is one that is documented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from model_playing import LOOK, QUESTION, TAKE, WRITE, WRITTEN, filled

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.reading import story
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.engine import Request
from chartwarden.agent.llm.scripted import ScriptedEngine
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.session import Session


def prompt_of(request: Request) -> str:
    return "\n".join(message.text for message in request.messages)


def is_writing(request: Request) -> bool:
    return "You write the answer" in prompt_of(request)


def says(choose: Any, query: Any = None, write: Any = WRITTEN) -> Callable[[Request], str]:
    """A model that gives these outputs to the three forms; strings are given as they are."""

    def reply(request: Request) -> str:
        text = prompt_of(request)
        if is_writing(request):
            out = write
        elif "You fill in look-ups" in text:
            out = query(text) if callable(query) else query
        else:
            found = re.search(r"instructions\):\n<<<\n(.*?)\n>>>", text, re.DOTALL)
            out = choose if found is None or found[1] == "nothing yet" else WRITE
        return out if isinstance(out, str) else json.dumps(out, separators=(",", ":"))

    return reply


Opened = Callable[..., tuple[Assistant, Session, ModelPlanner, ScriptedEngine]]


@pytest.fixture
def opened() -> Iterator[Opened]:
    held: list[Assistant] = []

    def make(script: Any, *, fall_back: bool = True) -> tuple[Assistant, Session, ModelPlanner, ScriptedEngine]:
        engine = ScriptedEngine(script)
        planner = ModelPlanner(ChatMedGemma(engine=engine), rules=RulesPlanner(), fall_back=fall_back)
        assistant = Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json", planner=planner)
        held.append(assistant)
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
        return assistant, session, planner, engine

    yield make
    for assistant in held:
        assistant.close()


def test_a_perfect_model_takes_the_reading_and_writes_by_placeholders(opened: Opened) -> None:
    assistant, session, _planner, _ = opened(says(TAKE))
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "answered"
    assert answer.value == (7.1,)
    assert answer.unit == "%"
    assert "7.1" in answer.text
    assert answer.usage["calls"] == 2, "choose, then write"
    assert "fallbacks" not in answer.usage


def test_the_log_tells_what_the_model_was_shown_and_what_it_said(opened: Opened) -> None:
    assistant, session, _planner, engine = opened(says(TAKE))
    answer = assistant.answer(QUESTION, session)
    assert answer.audit is not None
    *_, entry = story(assistant.services.log.storage, answer.audit.seq)
    assert len(engine.requests) == 2
    for prompt in map(prompt_of, engine.requests):
        assert prompt.strip() in entry.texts["prompts"]
        assert prompt.encode() not in body_of(assistant, entry.seq)
    assert json.dumps(WRITTEN, separators=(",", ":")) in entry.texts["plan"]
    assert entry.planner["planner"] == "model"


def body_of(assistant: Assistant, seq: int) -> bytes:
    (row,) = assistant.services.log.storage.rows(seq, seq + 1)
    return row.body


def test_while_a_model_writes_only_how_much_is_told_and_the_answer_comes_last(opened: Opened) -> None:
    assistant, session, _, _ = opened(says(TAKE))
    events = list(assistant.stream(QUESTION, session))
    amounts = [told for kind, told in events if kind == "generated"]
    assert amounts == list(range(1, len(amounts) + 1)), "a number that grows, and no text"
    assert len(amounts) > len(json.dumps(WRITTEN)) / 8, "one for each piece of the scripted model"
    assert [kind for kind, _ in events].index("answer") == len(events) - 1
    assert events[-1][1].value == assistant.answer(QUESTION, session).value


def test_a_model_can_look_for_something_else_by_choosing_a_concept_of_the_record(opened: Opened) -> None:
    def fill(text: str) -> dict[str, Any]:
        key = re.search(r"^(k\d+) Observation: .*hba1c", text, re.IGNORECASE | re.MULTILINE)
        assert key is not None
        return filled({**LOOK, "concepts": [key[1]], "which": "first", "since": "2020-01-01"})

    assistant, session, _, _ = opened(says({"action": "search_record", "then": "decide"}, fill))
    answer = assistant.answer(QUESTION, session)
    assert answer.value == (8.0,), "the first since 2020"


@pytest.mark.parametrize(
    "spoken",
    [
        "",
        "I think we should look at the labs.",
        '{"action":"use_rea',
        '{"action":"delete_record"}',
        '{"action":"use_reading","patient":"lindqvist"}',
        "<unused94>thought I must think<unused95>",
        "\n" * 500,
        "[]",
        "null",
        '{"action":{"action":{"action":1}}}',
        "Die Antwort ist 7,1 %.",
    ],
    ids=[
        "empty",
        "prose",
        "cut off",
        "unknown",
        "extra field",
        "thinking",
        "newlines",
        "list",
        "null",
        "nested",
        "german",
    ],
)
def test_an_unusable_decision_is_repaired_once_and_then_left_to_the_rules(opened: Opened, spoken: str) -> None:
    assistant, session, _planner, engine = opened(says(spoken))
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "answered"
    assert answer.value == (7.1,)
    assert answer.usage["fallbacks"] >= 1
    asked = [request for request in engine.requests if not is_writing(request)]
    assert len(asked) <= 4, "two attempts a step"


def test_without_rules_to_fall_back_on_the_question_fails_honestly(opened: Opened) -> None:
    assistant, session, _, _ = opened(says("nonsense"), fall_back=False)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome == "failed"
    assert not answer.value
    assert answer.audit is not None


def test_a_repair_that_works_is_taken(opened: Opened) -> None:
    script = iter(["nonsense", json.dumps(TAKE), json.dumps(WRITTEN)])
    assistant, session, _planner, engine = opened(lambda request: next(script))
    answer = assistant.answer(QUESTION, session)
    assert answer.value == (7.1,)
    assert answer.usage["repairs"] == 1
    assert "not usable" in prompt_of(engine.requests[1])


@pytest.mark.parametrize(
    "written",
    [
        {**WRITTEN, "sentences": [{"kind": "assertion", "from": ["f1"], "text": "The HbA1c was 5.2 %."}]},
        {**WRITTEN, "sentences": [{"kind": "assertion", "from": ["f9"], "text": "{f9.label}."}]},
        {**WRITTEN, "value": ["f7.value"]},
        {**WRITTEN, "sentences": []},
        {"outcome": "diagnosed", "value": [], "sentences": WRITTEN["sentences"]},
        "{}",
    ],
    ids=["typed number", "unknown finding", "unknown value", "no sentence", "unknown outcome", "empty object"],
)
def test_an_unusable_answer_is_written_by_rules(opened: Opened, written: Any) -> None:
    assistant, session, _planner, _ = opened(says(TAKE, write=written))
    answer = assistant.answer(QUESTION, session)
    assert answer.value == (7.1,)
    assert "5.2" not in answer.text
    assert answer.usage["fallbacks"] == 1


def test_what_a_malicious_model_writes_is_not_released(opened: Opened) -> None:
    advice = {"kind": "assertion", "from": ["f1"], "text": "Increase the metformin dose and stop lisinopril."}
    assistant, session, _, engine = opened(says(TAKE, write={**WRITTEN, "sentences": [advice]}))
    answer = assistant.answer(QUESTION, session)
    assert "metformin" not in answer.text.casefold()
    assert sum(map(is_writing, engine.requests)) == 2, "sent back once with the failed sentence"
    assert "must be mended" in prompt_of(engine.requests[-1])


def test_a_model_that_never_stops_looking_is_stopped(opened: Opened) -> None:
    def reply(request: Request) -> str:
        if is_writing(request):
            return json.dumps(WRITTEN)
        if "You fill in look-ups" in prompt_of(request):
            return json.dumps(filled(LOOK))
        return '{"action":"search_record","then":"decide"}'

    assistant, session, _planner, _ = opened(reply)
    answer = assistant.answer(QUESTION, session)
    assert answer.outcome in ("answered", "failed", "not_recorded")
    assert answer.usage["calls"] <= 3 * assistant.services.settings.limits.steps


def test_absence_is_told_by_code_and_never_by_the_model(opened: Opened) -> None:
    assistant, session, _, engine = opened(says(TAKE))
    answer = assistant.answer("What was the last INR?", session)
    assert answer.outcome == "not_recorded"
    assert not any(map(is_writing, engine.requests))


def test_rows_that_do_not_have_what_was_asked_are_told_by_code_too(opened: Opened) -> None:
    """The order is there and its reason is not: a model would call that an answer."""
    assistant, session, _, engine = opened(says(TAKE))
    answer = assistant.answer("Why was simvastatin prescribed?", session)
    assert answer.outcome == "not_recorded"
    assert not any(map(is_writing, engine.requests))


def test_the_log_knows_the_model_and_every_prompt(opened: Opened) -> None:
    _, _, planner, _ = opened(says(TAKE))
    identity = planner.identity()
    assert identity["planner"] == "model"
    assert {"prompt_plan_choose", "prompt_plan_query", "prompt_plan_words", "prompt_write_answer"} <= set(identity)
    assert all(re.fullmatch("[0-9a-f]{64}", identity[name]) for name in identity if name.startswith("prompt_"))
