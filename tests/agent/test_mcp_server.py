"""The MCP door, through the protocol's own client."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import anyio
import hypothesis
import jsonschema
import pytest
from hypothesis import strategies as st
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitResult

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.mcp_server import FixedSession, build_server
from chartwarden.agent.planning.planner import PlanningContext, Step
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.session import Session

FUZZED = 80
"""Calls with arguments made up at random."""


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


@pytest.fixture
def bound(opened: Assistant) -> Session:
    return opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)


async def call(assistant: Assistant, session: Session, tool: str, arguments: dict[str, Any], **options: Any) -> Any:
    async with Client(build_server(assistant, FixedSession(session)), **options) as client:
        return await client.call_tool(tool, arguments)


async def test_no_tool_takes_a_patient_and_all_are_read_only(opened: Assistant, bound: Session) -> None:
    async with Client(build_server(opened, FixedSession(bound))) as client:
        tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} >= {"ask_record", "search_record", "find_notes", "show_resource"}
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert "patient" not in str(tool.input_schema.get("properties", {}).keys()).casefold()


async def test_ask_record_gives_the_whole_answer_typed(opened: Assistant, bound: Session) -> None:
    found = await call(opened, bound, "ask_record", {"question": "Which allergies are recorded?"})
    answer = found.structured_content
    assert answer["outcome"] == "answered"
    assert answer["citations"]
    assert answer["disclaimer"]
    assert answer["audit"]["seq"] > 0


async def test_a_search_is_paged_and_says_so(opened: Assistant, bound: Session) -> None:
    request = {"kind": "observation", "limit": 3}
    found = await call(opened, bound, "search_record", {"request": request})
    assert 'pass cursor "3"' in found.structured_content["text"]
    second = await call(opened, bound, "search_record", {"request": {**request, "cursor": "3"}})
    assert second.structured_content["text"] != found.structured_content["text"]
    assert second.structured_content["disclaimer"]


async def test_what_a_model_reads_is_the_bounded_text_and_no_json(opened: Assistant, bound: Session) -> None:
    page = await call(opened, bound, "search_record", {"request": {"kind": "observation", "limit": 50}})
    answer = await call(opened, bound, "ask_record", {"question": "What was the latest HbA1c?"})
    assert [block.text for block in page.content] == [page.structured_content["text"]]
    assert len(page.content[0].text) < 7_000
    assert answer.content[0].text.startswith("Outcome: answered.\nHbA1c: 7.1 %")
    assert answer.structured_content["disclaimer"] in answer.content[0].text


async def test_another_patients_resource_is_not_shown(opened: Assistant, bound: Session) -> None:
    found = await call(opened, bound, "show_resource", {"reference": "Patient/lindqvist"})
    assert "Lindqvist" not in str(found)


async def accept(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="accept", content={"name": "Dr. Reader"})


async def decline(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="decline")


async def say_nothing(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="accept", content={"name": ""})


PROTOCOLS = pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
QUESTION = {"question": "Which allergies are recorded?"}


@PROTOCOLS
async def test_an_unacknowledged_session_asks_its_client_once(opened: Assistant, bound: Session, mode: str) -> None:
    asked: list[str] = []

    async def counting(context: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        return await accept(context, params)

    bare = bound.model_copy(update={"acknowledged": None})
    server = build_server(opened, FixedSession(bare))
    async with Client(server, mode=mode, elicitation_callback=counting) as client:
        done = await client.call_tool("ask_record", QUESTION)
        page = await client.call_tool("find_notes", {"words": "cough"})
        shown = await client.read_resource("record://manifest")
    assert done.structured_content["outcome"] == "answered"
    assert page.structured_content["results"]
    assert "Observation" in str(shown.contents)
    assert len(asked) == 1
    assert "AI system" in asked[0]


@PROTOCOLS
@pytest.mark.parametrize("answer", [decline, say_nothing, None])
async def test_a_client_that_does_not_acknowledge_gets_nothing(
    opened: Assistant, bound: Session, mode: str, answer: Any
) -> None:
    bare = bound.model_copy(update={"acknowledged": None})
    async with Client(build_server(opened, FixedSession(bare)), mode=mode, elicitation_callback=answer) as client:
        for tool, arguments in (("ask_record", QUESTION), ("record_manifest", {}), ("find_notes", {"words": "cough"})):
            done = await client.call_tool(tool, arguments)
            assert done.is_error
            assert "adeyemi" not in str(done).casefold()
        with pytest.raises(MCPError, match="acknowledged"):
            await client.read_resource("record://manifest")


async def test_every_tool_has_a_schema_of_what_it_returns(opened: Assistant, bound: Session) -> None:
    async with Client(build_server(opened, FixedSession(bound))) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        found = await client.call_tool("ask_record", QUESTION)
    for tool in tools.values():
        assert tool.output_schema is not None
        assert "disclaimer" in tool.output_schema["required"]
        assert tool.title
        assert "\n " not in (tool.description or "")
    jsonschema.validate(found.structured_content, tools["ask_record"].output_schema)


async def test_the_steps_are_told_as_progress(opened: Assistant, bound: Session) -> None:
    told: list[str] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with Client(build_server(opened, FixedSession(bound)), mode="legacy") as client:
        await client.call_tool("ask_record", QUESTION, progress_callback=progress)
    assert told[0] == "step: admit"
    assert "tool: search_record" in told


async def test_an_image_is_described_only_where_that_is_permitted(opened: Assistant, bound: Session) -> None:
    async with Client(build_server(opened, FixedSession(bound))) as client:
        assert "read_image" not in {tool.name for tool in (await client.list_tools()).tools}
    allowed = FixedSession(bound.model_copy(update={"image_reading": True}))
    async with Client(build_server(opened, allowed, image_reading=True)) as client:
        assert "read_image" in {tool.name for tool in (await client.list_tools()).tools}


async def test_prompts_are_there_and_name_the_checked_tool(opened: Assistant, bound: Session) -> None:
    async with Client(build_server(opened, FixedSession(bound))) as client:
        assert {prompt.name for prompt in (await client.list_prompts()).prompts} == {"ask", "summary"}
        prompt = await client.get_prompt("ask", {"question": "Any allergies?"})
    assert "ask_record" in str(prompt.messages)


async def test_pages_carry_their_rows_as_data_and_lead_on(opened: Assistant, bound: Session) -> None:
    seen: list[str] = []
    cursor = ""
    async with Client(build_server(opened, FixedSession(bound))) as client:
        while True:
            request = {"kind": "observation", "limit": 20, "cursor": cursor}
            page = (await client.call_tool("search_record", {"request": request})).structured_content
            seen += [row["reference"] for row in page["results"][0]["findings"]]
            assert len(page["results"][0]["findings"]) <= 20
            if not (cursor := page["cursor"]):
                break
    assert len(seen) == len(set(seen)) == page["results"][0]["found"]


async def test_a_clock_that_was_not_set_moves_on(opened: Assistant) -> None:
    live = FixedSession(opened.session("adeyemi-1957", acknowledged_by="R"), moving_clock=True)
    assert live.current().as_of < live.current().as_of
    assert live.current().session_id == live.current().session_id


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["Patient/lindqvist", "../lindqvist", "'; drop table", "Observation?patient=lindqvist", "%", "\x00"]
    ),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "patient", "x"]), inner),
    max_leaves=5,
)
NAMES = ["question", "words", "reference", "limit", "request", "patient"]
REQUESTS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["observation", "patient", "report", "nothing"])},
    optional={
        "words": TEXTS,
        "since": st.dates().map(str) | TEXTS,
        "until": st.dates().map(str) | TEXTS,
        "cursor": st.integers().map(str) | TEXTS,
        "limit": st.integers(-5, 500),
        "measure": st.sampled_from(["count", "mean", "x"]),
        "patient": st.just("lindqvist"),
    },
)


async def test_no_argument_of_any_tool_breaks_the_server_or_leaves_the_patient(
    opened: Assistant, bound: Session
) -> None:
    tools = ["ask_record", "record_manifest", "search_record", "find_notes", "show_resource", "find_images", "none"]
    calls = st.tuples(
        st.sampled_from(tools),
        st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=3)
        | st.fixed_dictionaries({"request": REQUESTS})
        | st.sampled_from(NAMES).flatmap(lambda name: st.fixed_dictionaries({name: TEXTS})),
    )
    tried: list[tuple[str, dict[str, Any]]] = []

    @hypothesis.settings(max_examples=FUZZED, database=None, deadline=None, derandomize=True)
    @hypothesis.given(calls)
    def collect(one: tuple[str, dict[str, Any]]) -> None:
        tried.append(one)

    collect()
    async with Client(build_server(opened, FixedSession(bound))) as client:
        for tool, arguments in tried:
            try:
                done = await client.call_tool(tool, arguments)
            except MCPError:
                continue
            said = str(done.structured_content) if not done.is_error else done.content[0].text
            assert "internal error" not in said, (tool, arguments)
            assert "Observation/lindqvist" not in said
            assert "Lindqvist" not in said
        assert not (await client.call_tool("ask_record", QUESTION)).is_error


async def test_malformed_arguments_are_errors_and_not_crashes(opened: Assistant, bound: Session) -> None:
    for arguments in ({"question": ""}, {"question": "x" * 3_000}, {}, {"question": None}):
        assert (await call(opened, bound, "ask_record", arguments)).is_error
    bad = await call(opened, bound, "search_record", {"request": {"kind": "observation", "since": "soon"}})
    assert "soon" in str(bad)


async def test_the_record_is_there_as_resources_too(opened: Assistant, bound: Session) -> None:
    async with Client(build_server(opened, FixedSession(bound))) as client:
        manifest = await client.read_resource("record://manifest")
        stranger = await client.read_resource("record://Patient/lindqvist")
    assert "Observation" in str(manifest.contents)
    assert "Lindqvist" not in str(stranger.contents)


class Waiting(RulesPlanner):
    """A planner that answers when it is told to, as a model that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def decide(self, context: PlanningContext) -> Step:
        self.go.wait(30)
        return super().decide(context)


async def test_slow_questions_hold_up_no_look_at_the_record() -> None:
    planner = Waiting()
    with Assistant.over(fhir_fixtures.folder() / "tan.json", planner=planner) as assistant:
        session = assistant.session("tan", acknowledged_by="R", as_of=fhir_fixtures.AS_OF)
        threads = anyio.to_thread.current_default_thread_limiter()
        threads.total_tokens = 3  # of this test's loop: fewer questions than the usual forty then take all of them
        async with Client(build_server(assistant, FixedSession(session))) as client, anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(client.call_tool, "ask_record", QUESTION)
            try:
                with anyio.fail_after(20):
                    while threads.borrowed_tokens < threads.total_tokens:
                        await anyio.sleep(0.01)
                    page = await client.call_tool("find_notes", {"words": "pain"})
            finally:
                planner.go.set()
    assert not page.is_error
