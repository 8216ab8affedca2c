"""One contract over every door: the same questions get the same answers, refusals, denials and audit entries."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import anyio
import pytest
from langgraph.graph import END, START, StateGraph
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from typer.testing import CliRunner

from chartwarden import fhir_fixtures
from chartwarden.agent import Answer, Assistant, Session, Settings, build_graph, toolbox
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.cli.main import build
from chartwarden.agent.mcp_http import application, security
from chartwarden.agent.mcp_server import FixedSession, build_server
from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

PATIENT = "adeyemi-1957"
WHO = "Dr. Reader"

QUESTIONS = {
    "What was the latest HbA1c?": "answered",
    "How many HbA1c results are recorded?": "answered",
    "Was troponin ever measured?": "not_recorded",
    "Should I increase her metformin dose?": "refused",
    "What medications is patient 40019003 taking?": "denied",
    "What is the meaning of life?": "redirected",
    "The patient has just collapsed and is not breathing!": "emergency",
    "What was the value?": "failed",
}


@dataclass(frozen=True)
class Told:
    """What came out of a door, as far as every door tells it."""

    outcome: str
    text: str
    value: tuple[Any, ...]
    citations: tuple[str, ...]
    disclaimer: str


@dataclass(frozen=True)
class House:
    """One data directory, and the assistant that is open over it in this process."""

    settings: Settings
    assistant: Assistant

    def session(self, acknowledged: bool) -> Session:
        name = WHO if acknowledged else ""
        return self.assistant.session(PATIENT, acknowledged_by=name, as_of=fhir_fixtures.AS_OF)

    def arguments(self, acknowledged: bool) -> list[str]:
        return ["--patient", PATIENT, "--as-of", fhir_fixtures.AS_OF, *(["--acknowledge", WHO] * acknowledged)]


Door = Callable[[House, Sequence[str], bool], list[Told | None]]
"""Puts questions through a door; None stands for a door that stays shut, with an error."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(data_dir=folder)
    with LocalStore.open(settings.store_url) as store:
        load(store, [fhir_fixtures.folder() / f"{PATIENT}.json", fhir_fixtures.folder() / "lindqvist.json"])
    with Assistant.open(settings) as assistant:
        yield House(settings, assistant)


def of(answer: Answer) -> Told:
    return Told(answer.outcome, answer.text, answer.value, answer.citations, answer.disclaimer)


def of_json(row: dict[str, Any]) -> Told:
    text = row.get("text") or " ".join(sentence["text"] for sentence in row.get("sentences", ()))
    return Told(row["outcome"], text, tuple(row["value"]), tuple(row["citations"]), row["disclaimer"])


def python_answer(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    session = house.session(acknowledged)
    return [of(house.assistant.answer(question, session)) for question in questions]


def python_stream(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    session = house.session(acknowledged)
    return [of(list(house.assistant.stream(question, session))[-1][1]) for question in questions]


def langchain_tool(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    try:
        ask = next(tool for tool in toolbox(house.assistant, house.session(acknowledged)) if tool.name == "ask_record")
    except AccessDenied:
        return [None] * len(questions)
    calls = [
        {"name": "ask_record", "args": {"question": question}, "id": "1", "type": "tool_call"} for question in questions
    ]
    return [of(ask.invoke(call).artifact) for call in calls]


def langgraph_invoke(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    graph = build_graph(house.assistant.services)
    session = house.session(acknowledged)
    return [of(graph.invoke({"question": question}, context=session)["answer"]) for question in questions]


class Host(TypedDict, total=False):
    """The state of a host's own graph."""

    question: str
    answer: Answer


def langgraph_subgraph(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    host = StateGraph(Host, context_schema=Session)
    host.add_node("chart", build_graph(house.assistant.services))
    host.add_edge(START, "chart")
    host.add_edge("chart", END)
    graph = host.compile()
    session = house.session(acknowledged)
    return [of(graph.invoke({"question": question}, context=session)["answer"]) for question in questions]


async def through_mcp(server: Any, questions: Sequence[str], **options: Any) -> list[Told | None]:
    async with Client(server, **options) as client:
        found = [await client.call_tool("ask_record", {"question": question}) for question in questions]
    return [None if one.is_error else of_json(one.structured_content) for one in found]


def mcp_in_memory(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    server = build_server(house.assistant, FixedSession(house.session(acknowledged)))
    return anyio.run(lambda: through_mcp(server, questions))


def mcp_older_protocol(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    server = build_server(house.assistant, FixedSession(house.session(acknowledged)))
    return anyio.run(lambda: through_mcp(server, questions, mode="legacy"))


def mcp_stdio(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    started = StdioServerParameters(
        command=str(Path(sys.executable).parent / "chartwarden"),
        args=["--data-dir", str(house.settings.data_dir), "serve", "mcp", *house.arguments(acknowledged)],
    )
    return anyio.run(lambda: through_mcp(started, questions))


def batch(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    rows = [{"id": str(n), "patient": PATIENT, "question": question} for n, question in enumerate(questions)]
    shared = ["--data-dir", str(house.settings.data_dir)]
    named = ["--acknowledge", WHO] * acknowledged
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.jsonl"), Path(folder, "answered.jsonl")
        asked.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        arguments = ["batch", str(asked), "--out", str(answered), "--as-of", fhir_fixtures.AS_OF, "--jobs", "1", *named]
        CliRunner().invoke(build(), [*shared, *arguments])
        lines = answered.read_text().splitlines() if answered.exists() else []
    return [of_json(json.loads(line)) for line in lines] or [None] * len(rows)


def command_line(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
    told: list[Told | None] = []
    for question in questions:
        shared = ["--data-dir", str(house.settings.data_dir)]
        done = CliRunner().invoke(build(), [*shared, "ask", question, *house.arguments(acknowledged), "--json"])
        told.append(of_json(json.loads(done.stdout)))
    return told


@pytest.fixture
def mcp_http(serve_app: Callable[[Callable[[int], Any]], Any]) -> Door:
    def door(house: House, questions: Sequence[str], acknowledged: bool) -> list[Told | None]:
        server = build_server(house.assistant, FixedSession(house.session(acknowledged)))
        with serve_app(lambda port: application(server, security("127.0.0.1", port, "", []))) as url:
            return anyio.run(lambda: through_mcp(url, questions))

    return door


DOORS = {
    "python answer": python_answer,
    "python stream": python_stream,
    "langchain ask_record": langchain_tool,
    "langgraph invoke": langgraph_invoke,
    "langgraph subgraph": langgraph_subgraph,
    "mcp in memory": mcp_in_memory,
    "mcp older protocol": mcp_older_protocol,
    "mcp stdio": mcp_stdio,
    "mcp http": None,
    "command line": command_line,
    "batch": batch,
}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, mcp_http: Door) -> Door:
    return DOORS[request.param] or mcp_http


def entries_of(house: House, start: int) -> list[tuple[str, str, str]]:
    """What was written down from `start` on, as kind, about whom, and what became of it."""
    found = read(house.assistant.services.log.storage, Filter(), start=start)
    kept = [entry for entry in found if entry.kind not in ("session_start", "session_end", "checkpoint")]
    facts = ("outcome", "action", "tool", "references", "citations")
    return [(entry.kind, entry.patient, repr([entry.facts.get(name) for name in facts])) for entry in kept]


def tail(house: House) -> int:
    return house.assistant.services.log.storage.tail().size


@pytest.fixture(scope="module")
def expected(house: House) -> tuple[list[Told | None], list[tuple[str, str, str]]]:
    """What the Python door says, and what it leaves in the log."""
    before = tail(house)
    return python_answer(house, list(QUESTIONS), True), entries_of(house, before)


def test_the_questions_have_the_outcomes_they_stand_for(expected: tuple[list[Told], Any]) -> None:
    assert [told.outcome for told in expected[0]] == list(QUESTIONS.values())
    assert all(told.disclaimer for told in expected[0])


def test_every_door_says_the_same_and_leaves_the_same_entries(
    house: House, door: Door, expected: tuple[list[Told], list[tuple[str, str, str]]]
) -> None:
    before = tail(house)
    assert door(house, list(QUESTIONS), True) == expected[0]
    assert entries_of(house, before) == expected[1]


@pytest.mark.parametrize(
    "door",
    [pytest.param(name, marks=pytest.mark.slow if name == "mcp stdio" else ()) for name in DOORS],
    indirect=True,  # a second server process is worth its seconds by hand only: it is the server of "mcp in memory"
)
def test_no_door_looks_at_the_record_before_the_acknowledgement(house: House, door: Door) -> None:
    before = tail(house)
    told = door(house, ["What was the latest HbA1c?"], False)
    assert told[0] is None or (told[0].outcome == "refused" and told[0].disclaimer)
    assert "tool_call" not in {kind for kind, _, _ in entries_of(house, before)}


BARE: list[tuple[str, dict[str, Any]]] = [
    ("record_manifest", {}),
    ("search_record", {"kind": "observation", "words": "HbA1c", "limit": 3}),
    ("search_record", {"kind": "observation", "words": "HbA1c", "limit": 3, "cursor": "3"}),
    ("search_record", {"kind": "medication", "since": "soon"}),
    ("search_record", {"kind": "allergy"}),
    ("find_notes", {"words": "cough"}),
    ("show_resource", {"reference": f"Patient/{PATIENT}"}),
    ("show_resource", {"reference": "Patient/lindqvist"}),
    ("show_resource", {"reference": "Observation/nothing"}),
    ("find_images", {"words": "chest film"}),
]
"""Calls of bare tools: rows, a later page, an error, a type outside the scopes below, a stranger, nothing, images."""


@pytest.mark.parametrize("scopes", ["patient/*.rs", "patient/Patient.rs patient/Observation.rs"])
def test_bare_tools_say_the_same_and_leave_the_same_entries_through_langchain_and_mcp(
    house: House, scopes: str
) -> None:
    session = house.assistant.session(PATIENT, acknowledged_by=WHO, as_of=fhir_fixtures.AS_OF, scopes=scopes)

    def langchain() -> list[str]:
        tools = {tool.name: tool for tool in toolbox(house.assistant, session)}
        return [tools[name].invoke({"name": name, "args": given, "id": "1", "type": "tool_call"}).text
                for name, given in BARE]  # fmt: skip

    async def mcp() -> list[str]:
        said = []
        async with Client(build_server(house.assistant, FixedSession(session))) as client:
            for name, given in BARE:
                done = await client.call_tool(name, {"request": given} if name == "search_record" else given)
                text = "".join(block.text for block in done.content)
                said.append(text.removeprefix(f"Error executing tool {name}: "))  # the library says so first
        return said

    before = tail(house)
    expected = langchain()
    entries = entries_of(house, before)
    before = tail(house)
    assert anyio.run(mcp) == expected
    assert entries_of(house, before) == entries
    assert not any("Lindqvist" in text for text in expected)
    assert ("may not see" in expected[4]) == (scopes != "patient/*.rs")
