"""LangChain's own tests of tools, over each tool of the toolbox, and an agent whose model calls all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant, toolbox
from chartwarden.agent.gate import disclaimer
from chartwarden.agent.langchain_middleware import RecordMiddleware

ARGUMENTS: dict[str, dict[str, Any]] = {
    "ask_record": {"question": "Which allergies are recorded?"},
    "record_manifest": {},
    "search_record": {"kind": "medication"},
    "find_notes": {"words": "cough"},
    "show_resource": {"reference": "Patient/adeyemi-1957"},
    "find_images": {"words": "chest"},
}


class ScriptedModel(GenericFakeChatModel):
    """Says what it was given, in order, whatever tools it is bound to."""

    def bind_tools(self, tools: Any, **options: Any) -> ScriptedModel:
        return self


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json") as assistant:
        yield assistant


@pytest.fixture(scope="module")
def made(opened: Assistant) -> dict[str, BaseTool]:
    session = opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
    return {tool.name: tool for tool in toolbox(opened, session)}


class OneTool:
    """What LangChain's tests want to know of a tool."""

    name = ""

    @pytest.fixture(autouse=True)
    def remember(self, made: dict[str, BaseTool]) -> None:
        self.made = made

    @property
    def tool_constructor(self) -> Any:
        return self.made[self.name]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return ARGUMENTS[self.name]


def standard_tests(name: str) -> list[type]:
    title = name.title().replace("_", "")
    kinds = (("Unit", ToolsUnitTests), ("Integration", ToolsIntegrationTests))
    return [type(f"Test{title}{kind}", (OneTool, base), {"name": name}) for kind, base in kinds]


globals().update({made.__name__: made for name in ARGUMENTS for made in standard_tests(name)})


def calling(name: str, number: int, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": str(number), "type": "tool_call"}])


def asked_of(opened: Assistant, *says: AIMessage) -> Any:
    session = opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
    return create_agent(ScriptedModel(messages=iter(says)), middleware=[RecordMiddleware(opened, session)])


QUESTION = {"messages": [HumanMessage("Which allergies are recorded?")]}


def test_an_agent_calls_every_tool_and_ends_with_the_disclaimer(opened: Assistant) -> None:
    calls = [calling(name, number, **arguments) for number, (name, arguments) in enumerate(ARGUMENTS.items())]
    done = asked_of(opened, *calls, AIMessage("Done.")).invoke(QUESTION)
    results = [message for message in done["messages"] if isinstance(message, ToolMessage)]
    assert [message.name for message in results] == list(ARGUMENTS)
    assert {message.status for message in results} == {"success"}
    assert all(message.text.endswith(disclaimer()) for message in results)
    assert done["messages"][-1].text == f"Done.\n\n{disclaimer()}"


async def test_the_same_agent_runs_in_an_event_loop(opened: Assistant) -> None:
    agent = asked_of(opened, calling("search_record", 1, kind="allergy"), AIMessage("Penicillin."))
    done = await agent.ainvoke(QUESTION)
    assert done["messages"][-1].text.endswith(disclaimer())


def test_a_patient_in_the_arguments_is_an_error_a_model_can_read(opened: Assistant) -> None:
    agent = asked_of(opened, calling("ask_record", 1, question="Any allergies?", patient="lindqvist"), AIMessage("No."))
    done = agent.invoke(QUESTION)
    message = next(message for message in done["messages"] if isinstance(message, ToolMessage))
    assert message.status == "error"
    assert "patient" in message.text


def answers(opened: Assistant, start: int) -> int:
    from chartwarden.agent.audit.reading import Filter, read

    entries = read(opened.services.log.storage, Filter(kinds=frozenset({"answer"})), start=start)
    return sum(1 for _ in entries)


def test_a_model_that_writes_the_disclaimer_itself_is_logged_all_the_same(opened: Assistant) -> None:
    before = opened.services.log.storage.tail().size
    done = asked_of(opened, AIMessage(f"Penicillin.\n\n{disclaimer()}")).invoke(QUESTION)
    assert done["messages"][-1].text.count(disclaimer()) == 1
    assert answers(opened, before) == 1


def test_a_refusal_is_logged_once(opened: Assistant) -> None:
    before = opened.services.log.storage.tail().size
    done = asked_of(opened).invoke({"messages": [HumanMessage("Should I increase her metformin dose?")]})
    assert done["messages"][-1].text.count(disclaimer()) == 1
    assert answers(opened, before) == 1


def test_pages_never_grow_too_long_and_their_cursors_miss_no_row(made: dict[str, BaseTool]) -> None:
    search = made["search_record"]
    seen: list[str] = []
    cursor = ""
    for _ in range(100):
        call = {"name": "search_record", "args": {"kind": "observation", "limit": 50, "cursor": cursor}}
        message = search.invoke({**call, "id": "1", "type": "tool_call"})
        assert len(message.text) < 10_000
        seen += [row.reference for row in message.artifact.results[0].findings]
        cursor = message.artifact.cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == message.artifact.results[0].found
    assert f'cursor "{len(seen)}"' not in message.text


def test_a_cursor_no_page_gave_is_told(made: dict[str, BaseTool]) -> None:
    assert "'next'" in made["search_record"].invoke({"kind": "observation", "cursor": "next"})
