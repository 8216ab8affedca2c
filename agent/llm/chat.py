"""`ChatMedGemma`: a LangChain chat model over any engine.

model = ChatMedGemma()                              # google/medgemma-27b-it in this process
model = ChatMedGemma(base_url="http://gpu-1:8000/v1")  # the same model behind vLLM or SGLang
model = ChatMedGemma(engine=ScriptedEngine(["Two results."]))
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Literal, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata, add_ai_message_chunks
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough, run_in_executor
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import ConfigDict, Field, PrivateAttr, SecretStr

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.llm.conversion import to_engine, with_tools
from chartwarden.agent.llm.engine import Cancel, Engine, Reply, Request
from chartwarden.agent.llm.toolcalls import CallStream, TextPiece, call_schema
from chartwarden.agent.settings import ModelSettings
from chartwarden.tools.errors import UsageError

ANY_OBJECT = {"type": "object"}


class ChatMedGemma(BaseChatModel):
    """MedGemma, or any Gemma 3, as a chat model with tools, structured output, streaming and usage.

    Tool calls and structured output are written under a grammar, so their shape is certain; their sense is not.
    One turn makes at most one tool call. Raises ModelOutputError for output that is empty, cut off or repeats itself.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, populate_by_name=True)

    model_name: str = Field(default="google/medgemma-27b-it", alias="model")
    """Hub id or folder of the weights, or the served model's name."""
    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 512
    stop: list[str] | None = Field(default=None, alias="stop_sequences")
    seed: int | None = None
    timeout: float | None = None
    """Seconds for one generation."""
    max_retries: int = 2
    """For an endpoint: further attempts after a connection failure or a busy server."""
    api_key: SecretStr | None = None
    base_url: str | tuple[str, ...] = ()
    """OpenAI-compatible server or replicas; empty: weights in this process."""
    thinking: bool = False
    """Let the model think before plain text. The trace goes to `response_metadata["thinking"]` for the log."""
    conversation: str = ""
    """Calls of one conversation reuse each other's prefix; pass `conversation=` to a call to set it there."""
    engine: Engine | None = Field(default=None, exclude=True, repr=False)
    """Use this engine; without one it is made on the first call."""
    _made: Engine | None = PrivateAttr(default=None)
    _making: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "chartwarden-medgemma"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "model": self.model_name,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "base_url": self.base_url,
        }

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop or self.stop, **kwargs)
        params["ls_provider"] = "chartwarden"
        params["ls_model_name"] = kwargs.get("model", self.model_name)
        return params

    def get_engine(self) -> Engine:
        """The engine behind this model; loads it when there is none yet."""
        if self.engine is not None:
            return self.engine
        with self._making:
            if self._made is None:
                from chartwarden.agent.llm.selection import build

                urls = (self.base_url,) if isinstance(self.base_url, str) else self.base_url
                settings = ModelSettings(
                    planner="model",
                    checkpoint=self.model_name,
                    endpoint=urls,
                    endpoint_model=self.model_name if urls else "",
                    api_key=self.api_key or SecretStr(""),
                )
                self._made = build(settings, max_retries=self.max_retries)
            return self._made

    def get_num_tokens(self, text: str) -> int:
        """Length of one user turn with this text, template included."""
        return self.get_engine().count_tokens(to_engine([HumanMessage(text)]))

    def get_num_tokens_from_messages(self, messages: list[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """Length of the whole prompt, template and tool list included."""
        converted = to_engine(messages)
        if tools:
            functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
            converted = with_tools(converted, functions, reply=True)
        return self.get_engine().count_tokens(converted)

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | bool | dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Give the model tools. `tool_choice`: None or `auto`, `none`, `any`/`required`/True, or a tool's name."""
        functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
        names = {function["name"] for function in functions}
        choice = _choice(tool_choice)
        if choice not in ("auto", "none", "any") and choice not in names:
            raise UsageError(f"tool_choice {choice!r} is none of the tools: {', '.join(sorted(names))}")
        bound = self.bind(tools=functions, tool_choice=choice, **kwargs)
        return cast("Runnable[LanguageModelInput, AIMessage]", bound)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Literal["json_schema", "function_calling", "json_mode"] = "json_schema",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Output that follows `schema`, enforced while decoding where the engine can.

        `json_schema` and `function_calling` are one thing here; `json_mode` enforces a JSON object only. `strict` is
        accepted because the grammar is always strict.
        """
        del strict
        if kwargs:
            raise UsageError(f"with_structured_output does not know {', '.join(sorted(kwargs))}")
        wanted = convert_to_json_schema(schema)
        llm = self.bind(
            response_schema=ANY_OBJECT if method == "json_mode" else wanted,
            ls_structured_output_format={"kwargs": {"method": method}, "schema": wanted},
        )
        parser: Runnable[Any, Any]
        if isinstance(schema, type) and is_basemodel_subclass(schema):
            parser = PydanticOutputParser(pydantic_object=schema)
        else:
            parser = JsonOutputParser()
        if not include_raw:
            return llm | parser
        parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=llm) | parsed.with_fallbacks([failed], exception_key="parsing_error")

    def _request(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> tuple[Request, bool]:
        """The request, and whether its output is a turn with tools."""
        converted = to_engine(messages)
        schema = options.get("response_schema")
        functions = options.get("tools") or ()
        choice = options.get("tool_choice", "auto")
        calls = bool(functions) and choice != "none" and schema is None
        if calls:
            shown = [f for f in functions if choice in ("auto", "any", f["name"])]
            converted = with_tools(converted, shown, reply=choice == "auto")
            schema = call_schema(shown, reply=choice == "auto")
        request = Request(
            converted,
            max_tokens=options.get("max_tokens") or self.max_tokens,
            schema=schema,
            stop=tuple(stop if stop is not None else self.stop or ()),
            temperature=options.get("temperature", self.temperature),
            top_p=options.get("top_p", self.top_p),
            seed=options.get("seed", self.seed),
            conversation=options.get("conversation", self.conversation),
            thinking=options.get("thinking", self.thinking) and schema is None,
            timeout_s=options.get("timeout", self.timeout),
        )
        return request, calls

    def _chunks(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> Iterator[AIMessageChunk]:
        """Everything the model says, and at the end the usage. The base of `_generate` and `_stream`."""
        request, calls = self._request(messages, stop, options)
        engine = self.get_engine()
        turn = CallStream() if calls else None
        identifier = f"run-{uuid.uuid4()}"
        call_id = f"call_{uuid.uuid4().hex[:24]}"
        reply: Reply | None = None
        cancel: Cancel | None = options.get("cancel")
        for item in engine.stream(request, cancel):
            if isinstance(item, Reply):
                reply = item
                _refuse_unusable(item, request, gave_up=cancel is not None and cancel.is_set())
            elif turn is None:
                yield AIMessageChunk(content=item, id=identifier)
            else:
                yield from _turn_chunks(turn.feed(item), identifier, call_id)
        if reply is None:
            raise RuntimeError(f"{engine.name} ended its stream without a Reply")
        if turn is not None and reply.finish != "cancelled":
            yield from _turn_chunks(turn.end(), identifier, call_id)
        yield _last_chunk(reply, engine, identifier)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = list(self._chunks(messages, stop, kwargs))
        whole = add_ai_message_chunks(chunks[0], *chunks[1:])
        message = AIMessage(
            content=whole.content,
            tool_calls=whole.tool_calls,
            invalid_tool_calls=whole.invalid_tool_calls,
            usage_metadata=whole.usage_metadata,
            response_metadata=whole.response_metadata,
            id=whole.id,
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for message in self._chunks(messages, stop, kwargs):
            chunk = ChatGenerationChunk(message=message)
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """As the base class does it, but a cancelled task also stops the model."""
        cancel = kwargs.setdefault("cancel", Cancel())
        try:
            return await run_in_executor(None, partial(self._generate, messages, stop, None, **kwargs))
        except asyncio.CancelledError:
            cancel.set()
            raise

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """As the base class does it, but leaving the iteration also stops the model."""
        cancel = kwargs.setdefault("cancel", Cancel())
        chunks = self._chunks(messages, stop, kwargs)
        try:
            while (message := await run_in_executor(None, next, chunks, None)) is not None:
                chunk = ChatGenerationChunk(message=message)
                if run_manager is not None:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            cancel.set()


def _choice(choice: str | bool | dict[str, Any] | None) -> str:
    """`auto`, `none`, `any`, or the name of the one tool that must be called."""
    if isinstance(choice, dict):
        function = choice.get("function")
        named = function.get("name") if isinstance(function, dict) else choice.get("name")
        return str(named) if named else _choice(choice.get("type"))
    if choice is None or choice is False:
        return "auto" if choice is None else "none"
    return "any" if choice is True or choice == "required" else choice


def _refuse_unusable(reply: Reply, request: Request, *, gave_up: bool) -> None:
    """A reply that must not pass as an answer; what a caller who `gave_up` has got is theirs to judge."""
    if reply.finish == "cancelled" and not gave_up and request.timeout_s is not None:
        raise ModelOutputError(
            f"the model did not finish within {request.timeout_s:.0f} s; raise the limit or shorten the prompt",
            cause="limit",
        )
    if reply.finish == "loop":
        raise ModelOutputError(
            "the model repeated itself and was stopped; rephrase or shorten the prompt", cause="repetitive"
        )
    if reply.finish == "length" and (request.schema is not None or not reply.text):
        raise ModelOutputError(
            f"the output was cut off after {request.max_tokens} tokens; raise max_tokens", cause="cut_off"
        )


def _turn_chunks(pieces: Sequence[Any], identifier: str, call_id: str) -> Iterator[AIMessageChunk]:
    for piece in pieces:
        if isinstance(piece, TextPiece):
            yield AIMessageChunk(content=piece.text, id=identifier)
        else:
            part = tool_call_chunk(
                name=piece.name or None, args=piece.arguments, id=call_id if piece.name else None, index=0
            )
            yield AIMessageChunk(content="", tool_call_chunks=[part], id=identifier)


def _last_chunk(reply: Reply, engine: Engine, identifier: str) -> AIMessageChunk:
    usage = reply.usage
    metadata: dict[str, Any] = {
        "model_name": reply.model or engine.name,
        "model_provider": "chartwarden",
        "finish_reason": reply.finish,
    }
    if reply.thinking:
        metadata["thinking"] = reply.thinking
    return AIMessageChunk(
        content="",
        id=identifier,
        response_metadata=metadata,
        usage_metadata=UsageMetadata(
            input_tokens=usage.prompt,
            output_tokens=usage.generated,
            total_tokens=usage.prompt + usage.generated,
            input_token_details=InputTokenDetails(cache_read=usage.cached),
            output_token_details=OutputTokenDetails(reasoning=usage.thinking),
        ),
        chunk_position="last",
    )
