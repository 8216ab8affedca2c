"""The chat model's own behaviour, beyond LangChain's standard suite."""

import asyncio
import base64
import json
import subprocess
import sys
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.engine import Cancel, Capabilities, Image, Reply, Request, Usage
from chartwarden.agent.llm.scripted import ScriptedEngine
from chartwarden.agent.llm.toolcalls import CallStream
from chartwarden.tools.errors import UsageError


def search(concept: str, year: int = 0) -> str:
    """Search the record."""
    return f"{concept} {year}"


def model(*script: Any, **options: Any) -> tuple[ChatMedGemma, ScriptedEngine]:
    engine = ScriptedEngine(script, piece=3)
    return ChatMedGemma(model="scripted", engine=engine, **options), engine


def test_importing_the_chat_model_loads_no_model_library() -> None:
    code = "import chartwarden.agent.llm.chat, sys; print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_a_tool_call_streams_name_first_then_arguments_then_usage() -> None:
    chat, _ = model('{"tool":"search","arguments":{"concept":"a \\"quoted\\" } word","year":2020}}')
    chunks = list(chat.bind_tools([search]).stream("go"))
    parts = [part for chunk in chunks for part in chunk.tool_call_chunks]
    assert parts[0]["name"] == "search"
    assert parts[0]["id"]
    assert all(part["name"] is None and part["id"] is None for part in parts[1:])
    assert len(parts) > 5
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert whole.tool_calls[0]["args"] == {"concept": 'a "quoted" } word', "year": 2020}
    assert chunks[-1].chunk_position == "last"
    assert chunks[-1].usage_metadata is not None


@pytest.mark.parametrize("piece", [1, 2, 5, 200])
@pytest.mark.parametrize("text", ["plain", 'say "so"', "back\\slash \\u0041", "日付 é 🙂", "tab\tand\nline", ""])
def test_a_reply_streams_as_text_whatever_it_holds(text: str, piece: int) -> None:
    for escaped in (False, True):
        turn = json.dumps({"reply": text}, ensure_ascii=escaped, separators=(",", ":"))
        stream = CallStream()
        pieces = [p for at in range(0, len(turn), piece) for p in stream.feed(turn[at : at + piece])]
        assert "".join(p.text for p in [*pieces, *stream.end()]) == text  # type: ignore[union-attr]


def test_the_schema_of_a_turn_follows_tool_choice() -> None:
    call = '{"tool":"search","arguments":{"concept":"x"}}'
    chat, engine = model(call, call, call, '{"reply":"no"}', "free text")

    def other() -> str:
        """Another tool."""
        return ""

    for choice in ("any", "search", {"type": "function", "function": {"name": "search"}}, "auto", "none"):
        chat.bind_tools([search, other], tool_choice=choice).invoke("go")
    schemas = [json.dumps(request.schema) for request in engine.requests]
    assert "other" in schemas[0]
    assert "reply" not in schemas[0]
    assert "other" not in schemas[1]
    assert schemas[1] == schemas[2]
    assert "reply" in schemas[3]
    assert schemas[4] == "null"


def test_an_unknown_tool_choice_is_an_error_that_names_the_tools() -> None:
    with pytest.raises(UsageError, match="none of the tools: search"):
        model()[0].bind_tools([search], tool_choice="find")


def test_history_becomes_the_models_own_words() -> None:
    chat, engine = model("done")
    call = {"name": "search", "args": {"concept": "x"}, "id": "1"}
    chat.invoke(
        [
            SystemMessage("Be brief."),
            HumanMessage("Find x."),
            AIMessage("", tool_calls=[call]),
            ToolMessage("two rows", tool_call_id="1", name="search"),
            ToolMessage("no such tool", tool_call_id="2", name="find", status="error"),
        ]
    )
    assert [(message.role, message.text) for message in engine.requests[0].messages] == [
        ("system", "Be brief."),
        ("user", "Find x."),
        ("assistant", '{"tool":"search","arguments":{"concept":"x"}}'),
        ("tool", "The tool search returned:\ntwo rows"),
        ("tool", "The tool find failed:\nno such tool"),
    ]


def test_pictures_come_as_bytes_and_links_are_refused(picture: Any) -> None:
    chat, engine = model("seen", "seen")
    data = base64.b64encode(picture(1)).decode()
    for block in (
        {"type": "image", "base64": data, "mime_type": "image/png"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
    ):
        chat.invoke([HumanMessage([{"type": "text", "text": "look"}, block])])
    assert all(request.messages[0].parts == ("look", Image(picture(1))) for request in engine.requests)
    with pytest.raises(UsageError, match="nothing leaves this machine"):
        chat.invoke([HumanMessage([{"type": "image", "url": "https://example.org/x.png"}])])
    with pytest.raises(UsageError, match="'audio'"):
        chat.invoke([HumanMessage([{"type": "audio", "base64": data}])])


class Joke(BaseModel):
    """A joke."""

    setup: str
    punchline: str


def test_structured_output_carries_its_schema_and_tells_parsing_errors() -> None:
    chat, engine = model('{"setup":"a","punchline":"b"}', '{"setup":"a"}')
    assert chat.with_structured_output(Joke).invoke("x") == Joke(setup="a", punchline="b")
    assert dict(engine.requests[0].schema or {})["required"] == ["setup", "punchline"]
    failed = chat.with_structured_output(Joke, include_raw=True).invoke("x")
    assert failed["parsed"] is None
    assert failed["parsing_error"] is not None


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply("aaaa", "loop"), "repetitive"),
        (Reply("", "length", Usage(generated=512), thinking="and so"), "cut_off"),
        (Reply('{"tool":', "length"), "cut_off"),
        (Reply("no json at all", "stop"), "invalid"),
    ],
)
def test_what_is_no_answer_is_an_error_with_its_cause(reply: Reply, cause: str) -> None:
    chat, _ = model(reply)
    with pytest.raises(ModelOutputError) as caught:
        chat.bind_tools([search]).invoke("x")
    assert caught.value.cause == cause


def test_usage_tells_cached_and_thinking_tokens_and_the_trace_is_for_the_log() -> None:
    usage = Usage(prompt=100, cached=80, generated=20, thinking=5)
    message = model(Reply("yes", "stop", usage, thinking="why", model="m@1"))[0].invoke("x")
    assert message.usage_metadata is not None
    assert message.usage_metadata["input_token_details"] == {"cache_read": 80}
    assert message.usage_metadata["output_token_details"] == {"reasoning": 5}
    assert message.response_metadata["thinking"] == "why"
    assert message.response_metadata["model_name"] == "m@1"


def test_what_time_cut_off_is_no_answer() -> None:
    late = ScriptedEngine([Reply('{"n":', "cancelled"), Reply("half an ans", "cancelled")])
    for _ in range(2):
        with pytest.raises(ModelOutputError, match="within 3 s") as caught:
            ChatMedGemma(engine=late, timeout=3.0).invoke("x")
        assert caught.value.cause == "limit"


class Endless:
    """An engine that goes on until it is cancelled, and remembers that it was."""

    name = "endless"
    ended = False

    def identity(self) -> dict[str, str]:
        return {}

    def capabilities(self) -> Capabilities:
        return Capabilities(grammar="none")

    def count_tokens(self, messages: Any) -> int:
        return 1

    def close(self) -> None:
        pass

    def stream(self, request: Request, cancel: Cancel | None = None) -> Any:
        assert cancel is not None
        try:
            while not cancel.wait(0.001):
                yield "more "
            yield Reply("", "cancelled")
        finally:
            self.ended = cancel.is_set()


async def test_a_cancelled_task_stops_the_model() -> None:
    engine = Endless()
    task = asyncio.create_task(ChatMedGemma(model="endless", engine=engine).ainvoke("x"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.1)
    assert engine.ended


async def test_leaving_an_async_stream_stops_the_model() -> None:
    engine = Endless()
    stream = ChatMedGemma(model="endless", engine=engine).astream("x")
    async for chunk in stream:
        assert isinstance(chunk, AIMessageChunk)
        break
    await stream.aclose()  # type: ignore[attr-defined]
    for _ in range(100):
        if engine.ended:
            break
        await asyncio.sleep(0.01)
    assert engine.ended
