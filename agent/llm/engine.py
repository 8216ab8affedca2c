"""What an engine is: messages in, text out, piece by piece, under a schema, limits, stops and a seed.

Three engines speak this protocol: `TransformersEngine` (weights in this process), `EndpointEngine` (an
OpenAI-compatible server) and `ScriptedEngine` (canned replies, for tests). Above them sits one chat model,
`ChatMedGemma`.

    for piece in engine.stream(Request((user("Which drugs?"),), schema=schema, conversation="q-17")):
        ...                      # str: text as it comes; the last item is the Reply
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant", "tool"]

Finish = Literal["stop", "length", "loop", "cancelled", "shortened"]
"""Why generation ended. `stop`: the model or a stop sequence ended it, or the schema was complete. `length`: the token
limit cut it. `loop`: the output repeated itself without end. `cancelled`: the caller gave up. `shortened`: valid under
the schema, but close to the token limit strings and lists were closed early."""

Cancel = threading.Event
"""Set it and generation ends before the next token."""


@dataclass(frozen=True)
class Image:
    """One encoded picture (PNG, JPEG, ...)."""

    data: bytes = field(repr=False)
    media_type: str = "image/png"

    @property
    def digest(self) -> str:
        """SHA-256 of the encoded bytes, hex: two prompts share a prefix only where their pictures agree."""
        return hashlib.sha256(self.data).hexdigest()


Part = str | Image


@dataclass(frozen=True)
class Message:
    """One message: text and pictures in order."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part for part in self.parts if isinstance(part, str))


def system(text: str) -> Message:
    """Instructions; Gemma 3 has no system role, so the template puts them before the first user turn."""
    return Message("system", (text,))


def user(*parts: Part) -> Message:
    """What the person (or the planner on their behalf) says."""
    return Message("user", parts)


def assistant(text: str) -> Message:
    """What the model said earlier."""
    return Message("assistant", (text,))


def tool(text: str) -> Message:
    """What a tool found; Gemma 3 has no tool role, so it becomes part of a user turn."""
    return Message("tool", (text,))


@dataclass(frozen=True)
class Request:
    """One generation."""

    messages: tuple[Message, ...]
    max_tokens: int = 512
    schema: Mapping[str, Any] | None = None
    """JSON Schema the output must follow, written compactly. Strings and lists without a limit are given one."""
    stop: tuple[str, ...] = ()
    """Texts that end the output; they are not part of it."""
    temperature: float = 0.0
    """0: greedy. Above 0: sampled, reproducible with `seed`."""
    top_p: float = 1.0
    seed: int | None = None
    conversation: str = ""
    """Requests of one conversation reuse each other's prefix in memory."""
    thinking: bool = False
    """Ask for a thinking trace. It costs tokens, is kept apart in `Reply.thinking`, and excludes a schema."""
    timeout_s: float | None = None
    """Wall-clock limit of the whole generation, seconds."""

    def __post_init__(self) -> None:
        if not self.messages:
            raise ValueError("a request needs at least one message")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, not {self.max_tokens}")
        if self.temperature < 0 or not 0 < self.top_p <= 1:
            raise ValueError("temperature must not be negative, and top_p must lie in (0, 1]")
        if self.thinking and self.schema is not None:
            raise ValueError("a schema excludes the thinking trace: ask for reasoning in a call of its own")


@dataclass(frozen=True)
class Usage:
    """What a generation cost, in tokens of the model."""

    prompt: int = 0
    cached: int = 0
    """Prompt tokens that were not computed again; part of `prompt`."""
    generated: int = 0
    """All output tokens: sampled, forced by the schema, accepted from drafts, thinking."""
    thinking: int = 0
    forced: int = 0
    """Output tokens that the schema left no choice about."""
    drafted: int = 0
    """Tokens proposed from earlier text."""
    accepted: int = 0
    """Drafted tokens that the model agreed with."""
    passes: int = 0
    """Forward passes after the prompt; `generated / passes` is the gain over one token at a time."""
    prefill_s: float = 0.0
    decode_s: float = 0.0


@dataclass(frozen=True)
class Reply:
    """A finished generation."""

    text: str
    finish: Finish
    usage: Usage = Usage()
    thinking: str = ""
    """For the log only; never shown, never a source."""
    model: str = ""


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do, found out rather than assumed."""

    grammar: Literal["enforced", "requested", "none"]
    """Whether a schema is enforced while decoding, sent to a server that enforces it, or only checked afterwards."""
    images: bool = False
    context_tokens: int = 8_192
    """Prompt and output together."""
    counts_tokens: bool = True
    """Whether `count_tokens` is the model's own count; otherwise it is a high estimate."""
    notes: tuple[str, ...] = ()


@runtime_checkable
class Engine(Protocol):
    """Generates text. Safe to call from several threads; whether calls run together is the engine's business."""

    @property
    def name(self) -> str:
        """The model and its revision, as answers and the log call it."""
        ...

    def identity(self) -> dict[str, str]:
        """For the log: checkpoint, revision, weights hash, dtype, quantisation, engine and versions."""
        ...

    def capabilities(self) -> Capabilities:
        """What this engine can do."""
        ...

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[str | Reply]:
        """Text as it is generated, then one `Reply`. Closing the iterator cancels the generation.

        Raises ModelLoadError when the model is not there, ModelOutputError when a server's output cannot be used.
        """
        ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Length of the prompt that these messages become."""
        ...

    def close(self) -> None:
        """Give back memory and connections."""
        ...


def generate(
    engine: Engine, request: Request, cancel: Cancel | None = None, on_text: Callable[[str], None] | None = None
) -> Reply:
    """Run a request to its end; `on_text` sees the pieces on the way."""
    reply: Reply | None = None
    for item in engine.stream(request, cancel):
        if isinstance(item, Reply):
            reply = item
        elif on_text is not None:
            on_text(item)
    if reply is None:
        raise RuntimeError(f"{engine.name} ended its stream without a Reply")
    return reply
