"""An assistant over the made-up patients, and a planner that follows a script."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.networks.fine_tuning import vectors_of
from chartwarden.agent.networks.pieces import Pieces, pack_pieces, unpack_pieces, vocabulary_of
from chartwarden.agent.planning.planner import PlanningContext, Step, UseTools, Write
from chartwarden.agent.session import Session
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.toolbox import ToolCall


@dataclass
class ScriptedPlanner:
    """Takes the scripted steps, then writes one sentence per finding in the record's own words."""

    steps: list[Step] = field(default_factory=list)
    can_mend: bool = False
    contexts: list[PlanningContext] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "scripted"

    def identity(self) -> dict[str, str]:
        return {"planner": "scripted"}

    def decide(self, context: PlanningContext) -> Step:
        self.contexts.append(context)
        return self.steps.pop(0) if self.steps else Write()

    def write(self, context: PlanningContext) -> Draft:
        findings = [row for found in context.results if found.result for row in found.result.findings]
        sentences = tuple(
            Sentence(text=f"The record lists {row.label}.", citations=(row.reference,)) for row in findings
        )
        return Draft(
            outcome="answered", sentences=sentences, value=tuple(row.values[0] for row in findings if row.values)
        )


def look_for(*types: str) -> UseTools:
    """A step that lists everything of some types."""
    return UseTools(calls=(ToolCall(name="search_record", question=RecordQuery(types=types, target="name")),))


@pytest.fixture
def planner() -> ScriptedPlanner:
    return ScriptedPlanner([look_for("AllergyIntolerance")])


@pytest.fixture
def assistant(planner: ScriptedPlanner) -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json", planner=planner) as opened:
        yield opened


@pytest.fixture
def session(assistant: Assistant) -> Session:
    return assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)


@pytest.fixture(scope="session")
def serve_app() -> Callable[[Callable[[int], Any]], AbstractContextManager[str]]:
    """Serves an ASGI application, made for a free port, on this machine; gives the URL of its MCP endpoint."""
    return _served


@contextmanager
def _served(make: Callable[[int], Any]) -> Iterator[str]:
    import uvicorn

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(make(port), log_level="error", ws="none", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}/mcp"
        server.should_exit = True
        thread.join()


PIECES_OF_CHECKPOINT = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "list", "show", "the", "drugs", "tests", "should", "must", "i", "stop",
    "start", "them", "my", "son", "asks", ":", "?",
)  # fmt: skip


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder with random weights, in the format of transformers."""
    transformers = pytest.importorskip("transformers", reason="needs transformers (the extra medgemma)")
    folder = tmp_path_factory.mktemp("checkpoint")
    transformers.set_seed(0)  # the same weights whatever ran before
    config = transformers.BertConfig(
        vocab_size=len(PIECES_OF_CHECKPOINT), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=128,
    )  # fmt: skip
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    numbers = {piece: number for number, piece in enumerate(PIECES_OF_CHECKPOINT)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": numbers}}), "utf-8")
    return folder


@pytest.fixture(scope="session")
def known(checkpoint: Path) -> Pieces:
    """The pieces of that encoder."""
    return unpack_pieces(pack_pieces(vectors_of(checkpoint), vocabulary_of(checkpoint)))
