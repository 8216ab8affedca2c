"""Gemma 3 in this process: our own prompt memory, decode loop and grammars over transformers' weights.

engine = TransformersEngine.load("google/medgemma-27b-it")
reply = generate(engine, Request((user("What is an HbA1c?"),), conversation="a"))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.cache import SlotPool
from chartwarden.agent.llm.decode import Generation, Prompt, Rules
from chartwarden.agent.llm.detokenizing import Detokenizer
from chartwarden.agent.llm.engine import Cancel, Capabilities, Message, Reply, Request
from chartwarden.agent.llm.forward import Forward
from chartwarden.agent.llm.grammar import Grammars
from chartwarden.agent.llm.template import END_OF_TURN, StopText, ThinkingSplit
from chartwarden.agent.llm.tokenizing import Tokenizing
from chartwarden.agent.llm.worker import Worker
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from chartwarden.agent.settings import ModelSettings

Decoding = Literal["auto", "eager", "static", "graph"]


@dataclass(frozen=True)
class Options:
    """How much memory to use and how to decode."""

    context: int = 16_384
    """Longest prompt and output together, tokens. MedGemma was trained and evaluated near 32K."""
    slots: int = 2
    """Conversations kept in memory; each takes `context` times `Layout.bytes_per_token`."""
    decoding: Decoding = "auto"
    """`graph`: CUDA graphs at fixed addresses; `static`: the same steps without recording; `eager`: neither.
    `auto`: `graph` on one CUDA device, else `eager`."""
    rules: Rules = field(default_factory=Rules)


class TransformersEngine:
    """An engine over a loaded model. All its work happens in one thread of its own, in the order of asking."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        image_processor: Any | None = None,
        *,
        options: Options | None = None,
        identity: dict[str, str] | None = None,
    ) -> None:
        """Take over a loaded Gemma 3 (`Gemma3ForCausalLM` or `Gemma3ForConditionalGeneration`) and its tokenizer."""
        self._options = options or Options()
        self._identity = {"engine": "transformers", **(identity or {})}
        _refuse_float16(model)
        self._forward = Forward(model)
        self._tokenizing = Tokenizing(tokenizer, image_processor, self._forward)
        self._tokenizer = tokenizer
        self._pool = SlotPool(self._forward.layout, self._options.context, self._options.slots)
        self._ends = _ends(model, tokenizer)
        self._grammars: Grammars | None = None
        self._passes, self._decoding = _passes(self._forward, self._options)
        self._worker: Worker[str | Reply] = Worker(f"engine {self.name}")

    @classmethod
    def load(cls, settings: ModelSettings, options: Options | None = None) -> TransformersEngine:
        """Load what the settings name, after checking that it fits. Raises ModelLoadError with what to do."""
        from chartwarden.agent.llm.loading import load

        return load(settings, options)

    @property
    def name(self) -> str:
        """Checkpoint and revision."""
        checkpoint, revision = self._identity.get("checkpoint", "gemma3"), self._identity.get("revision", "")
        return f"{checkpoint}@{revision[:12]}" if revision else checkpoint

    def identity(self) -> dict[str, str]:
        """For the log."""
        return {**self._identity, "decoding": self._decoding}

    def capabilities(self) -> Capabilities:
        """What this engine can do."""
        return Capabilities(
            grammar="enforced",
            images=self._tokenizing.takes_images,
            context_tokens=self._options.context,
            notes=(f"decoding: {self._decoding}",),
        )

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Length of the prompt."""
        return self._tokenizing.count(messages)

    def close(self) -> None:
        """End the thread and let go of the memory of all conversations."""
        self._worker.close()
        self._pool.clear()

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[str | Reply]:
        """Text as it is generated, then the reply."""
        return self._worker.items(partial(self._run, request), cancel)

    def _run(self, request: Request, cancel: Cancel) -> Iterator[str | Reply]:
        import torch

        try:
            with torch.inference_mode():
                yield from self._generate(request, cancel)
        except torch.OutOfMemoryError as error:
            self._pool.clear()
            raise ModelLoadError(
                "the GPU ran out of memory; choose a shorter context, fewer conversations in memory, or int8 weights"
            ) from error

    def _generate(self, request: Request, cancel: Cancel) -> Iterator[str | Reply]:
        prompt = self._tokenizing.prompt(request.messages, thinking=request.thinking)
        self._check_room(prompt, request)
        grammar = None if request.schema is None else self._grammar_source().compile(request.schema)
        slot, _ = self._pool.acquire(request.conversation, prompt.keys)
        run = Generation(
            self._passes,
            slot,
            prompt,
            request,
            ends=self._ends,
            grammar=grammar,
            rules=self._options.rules,
            cancel=cancel,
        )
        yield from self._text(run, request)

    def _text(self, run: Generation, request: Request) -> Iterator[str | Reply]:
        """Turn tokens into text: whole characters, thinking apart, ended by stop sequences."""
        words, split, stops = Detokenizer(self._tokenizer), ThinkingSplit(), StopText(request.stop)
        text, thinking = "", 0
        for token in run.tokens():
            piece = stops.feed(split.feed(words.feed(token)))
            thinking += split.open
            text += piece
            if piece:
                yield piece
            if stops.hit:
                run.finish = "stop"
                break
        rest = "" if stops.hit else stops.feed(split.feed(words.end()) + split.end()) + stops.end()
        if rest:
            yield rest
        if run.finish is None:
            raise RuntimeError("the decode loop ended without a reason")
        usage = replace(run.usage, thinking=thinking)
        yield Reply(text + rest, run.finish, usage, thinking=split.thinking, model=self.name)

    def _check_room(self, prompt: Prompt, request: Request) -> None:
        wanted = len(prompt.tokens) + request.max_tokens
        if wanted > self._options.context:
            raise UsageError(
                f"a prompt of {len(prompt.tokens)} tokens and {request.max_tokens} to generate exceed the context of "
                f"{self._options.context}; shorten the prompt or raise the engine's context"
            )

    def _grammar_source(self) -> Grammars:
        if self._grammars is None:
            self._grammars = Grammars(self._tokenizer, self._forward.vocabulary, sorted(self._ends))
        return self._grammars


def _refuse_float16(model: Any) -> None:
    import torch

    if model.dtype == torch.float16:
        raise ModelLoadError(
            "Gemma 3 overflows in float16 (its activations pass 65,504) and answers nothing; load it in bfloat16"
        )


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Tokens that end a turn: those of the generation configuration, and `<end_of_turn>` where there is one."""
    configured = model.generation_config.eos_token_id if model.generation_config is not None else None
    ends = set(configured if isinstance(configured, list) else [configured])
    ends |= {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids(END_OF_TURN)}
    return frozenset(int(end) for end in ends if end is not None and end != tokenizer.unk_token_id)


def _passes(forward: Forward, options: Options) -> tuple[Any, str]:
    """What runs the passes, and what it is called."""
    decoding = options.decoding
    if decoding == "auto":
        single = len(set((getattr(forward.model, "hf_device_map", None) or {"": 0}).values())) == 1
        decoding = "graph" if forward.device.type == "cuda" and single else "eager"
    if decoding == "eager":
        return forward, decoding
    from chartwarden.agent.llm.forward_static import StaticPasses

    return StaticPasses(forward, width=options.rules.draft + 1, record=decoding == "graph"), decoding
