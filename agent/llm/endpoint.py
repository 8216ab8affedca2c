"""MedGemma behind an OpenAI-compatible server (vLLM, SGLang, llama-server): the same prompts, the same schemas.

Turns are merged, trimmed and neutralised by our own template and sent as alternating user and assistant messages, so
that the server's template renders the prompt the in-process engine would. Schemas go as `response_format: json_schema`;
what a server can do is probed once and stepped down: `response_format` -> `structured_outputs` -> check and retry.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx

from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.llm.conforming import faults
from chartwarden.agent.llm.engine import Cancel, Capabilities, Finish, Image, Message, Part, Reply, Request, Usage, user
from chartwarden.agent.llm.replicas import EndpointFault, Replicas
from chartwarden.agent.llm.schema import bounded
from chartwarden.agent.llm.template import ThinkingSplit, render, turns

Shape = Literal["response_format", "structured_outputs", "checked"]
SHAPES: tuple[Shape, ...] = ("response_format", "structured_outputs", "checked")
Counting = Literal["messages", "content", "estimate"]
"""How prompts are counted: `/tokenize` over messages (vLLM), over a rendered prompt (llama-server), or a high guess."""
COUNTINGS: tuple[Counting, ...] = ("messages", "content")
REPAIRS = 2
CHARACTERS_PER_TOKEN = 2.5
"""Low on purpose: an estimate must not let a prompt grow past the context."""
IMAGE_TOKENS = 260
COMPACT = {"x-guidance": {"whitespace_flexible": False}}
"""Part of a schema that llguidance (vLLM, SGLang, llama.cpp) takes as an order to write no blanks, with which a weak
model fills an answer up to its limit; other grammars take it for an annotation."""
UNTOLD_CONTEXT = 8_192
"""Of a server that does not tell its own."""


@dataclass(frozen=True)
class Probed:
    """What the server turned out to be."""

    model: str
    shape: Shape
    context_tokens: int
    images: bool
    counting: Counting
    notes: tuple[str, ...] = ()


class EndpointEngine:
    """An engine over one or several replicas of a server. Requests run side by side."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        model: str = "",
        api_key: str = "",
        timeout_s: float = 120.0,
        max_retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`urls`: base URLs, usually ending in `/v1`. `model`: the served name; empty: the only one served."""
        if not urls:
            raise ModelLoadError("an endpoint needs a base URL, such as http://gpu-1:8000/v1")
        self._replicas = Replicas(urls, api_key=api_key, timeout_s=timeout_s, retries=max_retries, transport=transport)
        self._model = model
        self._found: Probed | None = None
        self._probing = threading.Lock()

    @property
    def name(self) -> str:
        """The served model's name, without asking the server."""
        return self._found.model if self._found is not None else self._model or "endpoint"

    def identity(self) -> dict[str, str]:
        """For the log. A server does not tell its revision or dtype."""
        found = self._probe()
        hosts = ",".join(httpx.URL(url).netloc.decode() for url in self._replicas.urls)
        return {"engine": "endpoint", "checkpoint": found.model, "servers": hosts, "schemas": found.shape}

    def capabilities(self) -> Capabilities:
        """What the server can do; probes it on the first call."""
        found = self._probe()
        return Capabilities(
            grammar="none" if found.shape == "checked" else "requested",
            images=found.images,
            context_tokens=found.context_tokens,
            counts_tokens=found.counting != "estimate",
            notes=found.notes,
        )

    def close(self) -> None:
        """Close all connections."""
        self._replicas.close()

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """The server's own count where it has `/tokenize`, else a high estimate."""
        counting = self._probe().counting
        if counting == "estimate" or any(isinstance(p, Image) for m in messages for p in m.parts):
            return _estimate(messages)
        return self._tokenize(messages, counting, self._probe().model)

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[str | Reply]:
        """Text as it arrives, then the reply. Where schemas are only checked, the text comes once it is valid."""
        cancel = cancel or Cancel()
        found = self._probe()
        if request.schema is not None and found.shape == "checked":
            yield from self._checked(request, cancel)
        else:
            yield from self._attempt(request, cancel, found.shape)

    def _attempt(self, request: Request, cancel: Cancel, shape: Shape, model: str = "") -> Iterator[str | Reply]:
        body = {**_body(request, shape), "model": model or self._probe().model}
        began = time.perf_counter()
        split, text, trace, finish, usage = ThinkingSplit(), "", "", "", Usage()
        try:
            for event in self._replicas.events(
                "chat/completions",
                body,
                conversation=request.conversation,
                cancel=cancel,
                limit_s=request.timeout_s,
            ):
                usage = _usage(event) or usage
                piece, thought, ended = _delta(event)
                trace += thought
                finish = ended or finish
                shown = split.feed(piece)
                text += shown
                if shown:
                    yield shown
        except EndpointFault as fault:
            if fault.cause not in ("cancelled", "timeout"):
                raise
            finish = "cancelled"
        rest = split.end()
        if rest:
            yield rest
        if not finish:
            raise EndpointFault("the server's stream ended in mid-answer", cause="cut_off")
        usage = replace(usage, decode_s=time.perf_counter() - began)
        yield Reply(text + rest, _finish(finish), usage, thinking=trace + split.thinking, model=self.name)

    def _checked(self, request: Request, cancel: Cancel) -> Iterator[str | Reply]:
        """Ask, check, and ask again with what was wrong."""
        assert request.schema is not None
        messages = request.messages
        ask = instruction = (
            "Answer with one line of JSON and nothing else. It must follow this JSON Schema:\n"
            + json.dumps(bounded(request.schema), ensure_ascii=False, separators=(",", ":"))
        )
        wrong: list[str] = []
        for _ in range(REPAIRS + 1):
            asked = replace(request, messages=(*messages, user(ask)))
            reply = next(item for item in self._attempt(asked, cancel, "checked") if isinstance(item, Reply))
            if reply.finish == "cancelled":
                yield reply
                return
            text, wrong = _valid(reply.text, request.schema)
            if text is not None:
                yield text
                yield replace(reply, text=text)
                return
            messages = (*request.messages, Message("assistant", (reply.text,)))
            ask = f"That was not usable: {'; '.join(wrong[:3])}. {instruction}"
        raise ModelOutputError(f"the server's output did not follow the schema after {REPAIRS} repairs: {wrong[0]}")

    def _probe(self) -> Probed:
        with self._probing:
            if self._found is None:
                self._found = self._look()
            return self._found

    def _look(self) -> Probed:
        listed = self._replicas.get("models")
        entries = [entry for entry in listed.get("data", ()) if isinstance(entry, dict) and "id" in entry]
        served = tuple(str(entry["id"]) for entry in entries)
        model = self._model or (served[0] if len(served) == 1 else "")
        if not model or (served and model not in served):
            raise ModelLoadError(f"the endpoint serves {', '.join(served) or 'nothing'}; name one as endpoint_model")
        entry = next((entry for entry in entries if entry["id"] == model), {})
        shape, notes = self._shape(model)
        return Probed(model, shape, _context(entry), _takes_images(entry), self._counting(model), notes)

    def _shape(self, model: str) -> tuple[Shape, tuple[str, ...]]:
        """The first way of sending a schema that this server obeys: it must write a word it cannot guess."""
        notes = []
        for shape in SHAPES[:-1]:
            word = secrets.token_hex(4)
            schema = {
                "type": "object",
                "properties": {"word": {"const": word}},
                "required": ["word"],
                "additionalProperties": False,
            }
            request = Request((user("Say hello."),), max_tokens=64, schema=schema)
            try:
                items = list(self._attempt(request, Cancel(), shape, model))
            except EndpointFault as fault:
                notes.append(f"{shape}: refused ({fault.status or fault.cause})")
                continue
            text = next(item.text for item in items if isinstance(item, Reply))
            if _valid(text, schema)[0] is not None:
                return shape, (*notes, f"{shape}: obeyed")
            notes.append(f"{shape}: ignored")
        return "checked", (*notes, "schemas are checked afterwards and asked for again")

    def _counting(self, model: str) -> Counting:
        """The first form of `/tokenize` that this server understands."""
        for counting in COUNTINGS:
            try:
                if self._tokenize((user("one two three"),), counting, model) > 0:
                    return counting
            except (EndpointFault, ModelLoadError):
                continue
        return "estimate"

    def _tokenize(self, messages: Sequence[Message], counting: Counting, model: str) -> int:
        body: dict[str, Any]
        if counting == "messages":
            body = {"model": model, "messages": _messages(messages), "add_generation_prompt": True}
        else:
            text = "".join(part for part in render(messages) if isinstance(part, str))
            body = {"content": text, "add_special": False, "parse_special": True}
        answer = self._replicas.post("/tokenize", body)
        answer = answer if isinstance(answer, dict) else {}
        tokens, count = answer.get("tokens"), answer.get("count")
        count = len(tokens) if count is None and isinstance(tokens, list) else count
        if not isinstance(count, int):
            raise EndpointFault("the server's /tokenize gave no count", cause="invalid")
        return count


def _context(entry: Mapping[str, Any]) -> int:
    """Tokens that prompt and output may take together, as `/v1/models` tells it: vLLM, SGLang; llama-server."""
    meta = entry.get("meta")
    told = entry.get("max_model_len") or (meta.get("n_ctx") if isinstance(meta, dict) else None)
    return int(told or UNTOLD_CONTEXT)


def _takes_images(entry: Mapping[str, Any]) -> bool:
    """Whether pictures may be sent. llama-server tells; of the others the models we know of take them."""
    told = entry.get("architecture")
    kinds = told.get("input_modalities") if isinstance(told, dict) else None
    return "image" in kinds if isinstance(kinds, list) else True


def _body(request: Request, shape: Shape) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": _messages(request.messages, thinking=request.thinking),
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.top_p < 1:
        body["top_p"] = request.top_p
    if request.seed is not None:
        body["seed"] = request.seed
    if request.stop:
        body["stop"] = list(request.stop)
    if request.schema is not None and shape == "response_format":
        wanted = {"name": "output", "schema": {**bounded(request.schema), **COMPACT}, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": wanted}
    elif request.schema is not None and shape == "structured_outputs":
        body["structured_outputs"] = {
            "json": {**bounded(request.schema), **COMPACT},
            "disable_any_whitespace": True,
        }
    return body


def _messages(messages: Sequence[Message], *, thinking: bool = False) -> list[dict[str, Any]]:
    """Alternating user and assistant messages; a turn without pictures is plain text."""
    out = []
    for side, parts in turns(messages, thinking=thinking):
        texts = [part for part in parts if isinstance(part, str)]
        content = "".join(texts) if len(texts) == len(parts) else [_part(part) for part in parts]
        out.append({"role": "user" if side == "user" else "assistant", "content": content})
    return out


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    data = base64.b64encode(part.data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{part.media_type};base64,{data}"}}


def _delta(event: Mapping[str, Any]) -> tuple[str, str, str]:
    """Text, thinking and finish reason of one event, each possibly empty."""
    choices = event.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return "", "", ""
    delta = choices[0].get("delta")
    delta = delta if isinstance(delta, dict) else {}
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    text = delta.get("content")
    return (
        text if isinstance(text, str) else "",
        thought if isinstance(thought, str) else "",
        str(choices[0].get("finish_reason") or ""),
    )


def _usage(event: Mapping[str, Any]) -> Usage | None:
    told = event.get("usage")
    if not isinstance(told, dict):
        return None
    details = told.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(
        prompt=int(told.get("prompt_tokens") or 0),
        cached=int(cached or 0),
        generated=int(told.get("completion_tokens") or 0),
    )


def _finish(reason: str) -> Finish:
    if reason == "length":
        return "length"
    return "cancelled" if reason in ("cancelled", "abort") else "stop"


def _valid(text: str, schema: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    """The JSON in a text, compact, when it follows the schema; else None and what is wrong."""
    begin = min((at for sign in "{[" if (at := text.find(sign)) >= 0), default=-1)
    source = text if begin < 0 else text[begin:]
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(source.strip())
    except ValueError:
        return None, ["it is no JSON"]
    wrong = list(faults(value, schema))
    return (None, wrong) if wrong else (json.dumps(value, ensure_ascii=False, separators=(",", ":")), [])


def _estimate(messages: Sequence[Message]) -> int:
    text = sum(len(message.text.encode()) for message in messages) / CHARACTERS_PER_TOKEN
    pictures = sum(isinstance(part, Image) for message in messages for part in message.parts)
    return int(text) + pictures * IMAGE_TOKENS + 8 * len(messages) + 8
