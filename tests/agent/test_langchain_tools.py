"""The LangChain door: tools made for models, and the gate around other people's agents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt import ToolNode
from pydantic import ValidationError

from chartwarden import fhir_fixtures
from chartwarden.agent import Answer, Assistant, Session, Settings, toolbox
from chartwarden.agent.audit.reading import Filter
from chartwarden.agent.audit.reading import read as read_log
from chartwarden.agent.gate import disclaimer
from chartwarden.agent.langchain_middleware import RecordMiddleware
from chartwarden.agent.settings import ImageSettings
from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.reading import Reader

LONGEST_RESULT_CHARS = 8_000


class ScriptedModel(GenericFakeChatModel):
    """Says what it was given, in order, whatever tools it is bound to."""

    def bind_tools(self, tools: Any, **options: Any) -> ScriptedModel:
        return self


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def bound(opened: Assistant) -> Session:
    return opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)


@pytest.fixture(scope="module")
def tools(opened: Assistant, bound: Session) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in toolbox(opened, bound)}


def call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "args": arguments, "id": "1", "type": "tool_call"}


ARGUMENTS: dict[str, dict[str, Any]] = {
    "ask_record": {"question": "Which allergies are recorded?"},
    "record_manifest": {},
    "search_record": {"kind": "medication"},
    "find_notes": {"words": "cough"},
    "show_resource": {"reference": "Patient/adeyemi-1957"},
    "find_images": {"words": "chest"},
}


def test_every_tool_answers_in_bounded_text_with_a_typed_artifact(tools: dict[str, BaseTool]) -> None:
    assert set(tools) == set(ARGUMENTS), "a session without the permission has no read_image"
    for name, tool in tools.items():
        message: ToolMessage = tool.invoke(call(name, ARGUMENTS[name]))
        assert message.status == "success", name
        assert 0 < len(message.text) < LONGEST_RESULT_CHARS, name
        assert message.artifact is not None, name


def test_no_schema_names_a_patient_and_every_tool_explains_itself(tools: dict[str, BaseTool]) -> None:
    for tool in tools.values():
        assert not [name for name in tool.args if "patient" in name]
        assert len(tool.description) > 60


def test_ask_record_carries_outcome_citations_and_disclaimer(tools: dict[str, BaseTool]) -> None:
    message = tools["ask_record"].invoke(call("ask_record", ARGUMENTS["ask_record"]))
    assert isinstance(message.artifact, Answer)
    assert message.text.startswith("Outcome: answered.")
    assert "[AllergyIntolerance/" in message.text
    assert message.text.endswith(disclaimer())


def test_words_the_record_does_not_have_are_an_absence_with_its_search(tools: dict[str, BaseTool]) -> None:
    text = tools["search_record"].invoke({"kind": "observation", "words": "troponin"})
    assert "No record found. Searched:" in text


def test_a_date_that_is_none_is_told_with_its_value(tools: dict[str, BaseTool]) -> None:
    assert "'soon'" in tools["search_record"].invoke({"kind": "observation", "since": "soon"})


def test_pages_follow_each_other_without_gap_or_overlap(tools: dict[str, BaseTool]) -> None:
    whole = tools["search_record"].invoke({"kind": "observation", "limit": 50})
    first = tools["search_record"].invoke({"kind": "observation", "limit": 5})
    second = tools["search_record"].invoke({"kind": "observation", "limit": 5, "cursor": "5"})

    def rows(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("[")]

    assert rows(first) + rows(second) == rows(whole)[:10]


def test_code_counts_so_that_a_model_need_not(tools: dict[str, BaseTool]) -> None:
    assert "Computed count:" in tools["search_record"].invoke({"kind": "immunization", "measure": "count"})


def test_another_patients_resource_looks_like_one_that_does_not_exist(tools: dict[str, BaseTool]) -> None:
    stranger = tools["show_resource"].invoke({"reference": "Patient/lindqvist"})
    nobody = tools["show_resource"].invoke({"reference": "Patient/nobody"})
    assert stranger.replace("lindqvist", "nobody") == nobody


def test_nothing_is_handed_out_before_the_acknowledgement(opened: Assistant, bound: Session) -> None:
    bare = bound.model_copy(update={"acknowledged": None})
    with pytest.raises(AccessDenied, match="acknowledged"):
        toolbox(opened, bare)
    with pytest.raises(AccessDenied, match="acknowledged"):
        RecordMiddleware(opened, bare)


def test_the_tools_work_in_a_tool_node(tools: dict[str, BaseTool]) -> None:
    from langgraph.graph import END, START, MessagesState, StateGraph

    graph = StateGraph(MessagesState)
    graph.add_node("tools", ToolNode(list(tools.values())))
    graph.add_edge(START, "tools")
    graph.add_edge("tools", END)
    asked = AIMessage("", tool_calls=[call(name, arguments) for name, arguments in ARGUMENTS.items()])
    for index, one in enumerate(asked.tool_calls):
        one["id"] = str(index)
    done = graph.compile().invoke({"messages": [asked]})
    assert [message.status for message in done["messages"][1:]] == ["success"] * len(ARGUMENTS)


def agent_saying(opened: Assistant, bound: Session, *messages: AIMessage) -> Any:
    model = ScriptedModel(messages=iter(messages))
    return create_agent(model, middleware=[RecordMiddleware(opened, bound)])


def test_an_agent_of_others_gets_the_disclaimer_and_an_entry(opened: Assistant, bound: Session) -> None:
    agent = agent_saying(
        opened,
        bound,
        AIMessage("", tool_calls=[call("search_record", {"kind": "allergy"})]),
        AIMessage("Two allergies are recorded."),
    )
    before = opened.services.log.storage.tail().size
    done = agent.invoke({"messages": [HumanMessage("Which allergies are recorded?")]})
    assert done["messages"][-1].text.endswith(disclaimer())
    assert opened.services.log.storage.tail().size >= before + 4, "question, gate, tool call and answer"


def test_what_the_gate_refuses_never_reaches_the_model(opened: Assistant, bound: Session) -> None:
    agent = agent_saying(opened, bound)
    done = agent.invoke({"messages": [HumanMessage("Should I increase her metformin dose?")]})
    assert "advice" in done["messages"][-1].text
    assert done["messages"][-1].text.endswith(disclaimer())


def test_two_films_are_compared_by_a_model_where_the_session_permits_it(bound: Session) -> None:
    films = "ImagingStudy/adeyemi-1957-chest-2019,ImagingStudy/adeyemi-1957-chest-2024"
    settings = Settings(images=ImageSettings(folders=(fhir_fixtures.dicom_folder(),)))
    said = "The heart outline is wider on the later picture. It shows heart failure."
    with Assistant.over(fhir_fixtures.folder() / f"{bound.patient}.json", settings=settings) as assistant:
        assert isinstance(assistant.services.images, RecordImages)
        model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
        assistant.services.images.reader = lambda: Reader(model, "scripted")
        permitted = bound.model_copy(update={"image_reading": True})
        read = next(tool for tool in toolbox(assistant, permitted) if tool.name == "read_image")
        message = read.invoke(call("read_image", {"reference": films, "words": "What changed?"}))
        logged = [e for e in read_log(assistant.services.log.storage, Filter()) if e.kind == "image_read"]
        with pytest.raises(ValidationError, match="reference"):
            read.invoke({"reference": ",".join([films] * 3), "words": "What changed?"})
    assert "wider on the later picture" in message.text
    assert "heart failure" not in message.text
    assert "Heart mildly enlarged compared with 2019." in message.text, "the signed reports stand beside it"
    assert len(logged) == 1
    assert "model scripted; prompts image_comparison" in logged[0].facts["working"]
