"""Decoding at fixed addresses, so that a CUDA graph can replay a whole pass with one launch.

Eager decoding issues thousands of small kernels a token and waits for the CPU whatever the GPU could do. Here a pass of
`width` tokens (one, or a draft and the token before it) reads its tokens and its position from tensors, sliding layers
fetch their window through an index tensor, full layers read up to a bucket of the memory and mask the rest. Nothing
depends on a Python number that changes from token to token: one graph for each slot, width and bucket.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from chartwarden.agent.llm.cache import Slot, Write
from chartwarden.agent.llm.forward import Block, Forward

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)
ATTENTION = "chartwarden_grouped"
GROUPED_UP_TO = 16
SMALLEST_BUCKET = 1_024


class StaticPasses:
    """Runs short passes through a `StaticStep`, and everything else (prompts, pictures, long forced runs) eagerly."""

    def __init__(self, forward: Forward, *, width: int, record: bool) -> None:
        """`width`: tokens of a drafted pass. `record`: capture CUDA graphs; otherwise the same steps run unrecorded."""
        self._forward = forward
        self._widths = sorted({1, width})
        self._record = record and forward.device.type == "cuda"
        _use_grouped_attention(forward)

    def run(self, slot: Slot, tokens: Sequence[int], want: int, blocks: Sequence[Block] = ()) -> torch.Tensor:
        """As `Forward.run`."""
        width = next((width for width in self._widths if width >= len(tokens)), 0)
        if width == 0 or blocks or len(slot) == 0 or len(slot) + width > slot.capacity:
            return self._forward.run(slot, tokens, want, blocks)
        reach = _bucket(len(slot) + width, slot.capacity)
        if (width, reach) not in slot.steps:
            slot.steps[width, reach] = StaticStep(self._forward, slot, width, reach, record=self._record)
        rows: torch.Tensor = slot.steps[width, reach].run(tokens, len(slot))
        return rows[len(tokens) - want : len(tokens)]


class StaticStep:
    """A pass of `width` tokens over one slot's memory up to `reach` tokens."""

    def __init__(self, forward: Forward, slot: Slot, width: int, reach: int, *, record: bool) -> None:
        import torch

        self._forward, self._slot, self._width, self._reach = forward, slot, width, reach
        device = forward.device
        self._ids = torch.zeros((1, width), dtype=torch.long, device=device)
        self._start = torch.zeros((), dtype=torch.long, device=device)
        self._offsets = torch.arange(width, device=device)
        self._columns = torch.arange(reach, device=device)
        window = min(forward.layout.window + width - 1, reach)
        self._near = torch.arange(window, device=device) if window < reach else None
        self._recording: _Recording | None = None
        if record:
            self._recording = _record(forward, self._pass)

    def run(self, tokens: Sequence[int], start: int) -> torch.Tensor:
        """Logits (width, vocabulary). With fewer tokens than `width` the last rows mean nothing, and what they write
        lies beyond the slot's length and is written over before anything looks at it."""
        import torch

        padded = [*tokens, *([0] * (self._width - len(tokens)))]
        self._ids.copy_(torch.tensor([padded]), non_blocking=True)
        self._start.fill_(start)
        if self._recording is None:
            return self._pass()
        self._recording.graph.replay()
        return self._recording.output

    def _pass(self) -> torch.Tensor:
        positions = self._start + self._offsets
        rows = positions[:, None]
        full = self._columns[None] <= rows
        if self._near is None:
            window, near = None, full & (rows - self._columns[None] < self._forward.layout.window)
        else:
            low = (self._start + self._width - len(self._near)).clamp(min=0)
            window = low + self._near
            near = (window[None] <= rows) & (rows - window[None] < self._forward.layout.window)
        write = Write(0, positions, window, self._reach)
        masks = {"full_attention": full[None, None], "sliding_attention": near[None, None]}
        embeddings = self._forward.text.embed_tokens(self._ids)
        hidden = self._forward.layers(embeddings, self._slot.writing(write), masks, positions)
        return self._forward.head(hidden[0])


@dataclass(frozen=True)
class _Recording:
    graph: Any
    output: torch.Tensor


def _record(forward: Forward, run: Callable[[], torch.Tensor]) -> _Recording | None:
    """Capture a pass, with fused parts where the compiler manages, else plain; None where neither can be recorded.

    The passes before the capture write to the same place of the memory as the capture itself: positions that the
    first replay writes again.
    """
    import torch

    for parts in (fused(forward), contextlib.nullcontext()):
        try:
            with parts:
                stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
                stream.wait_stream(torch.cuda.current_stream())
                with torch.cuda.stream(stream):
                    for _ in range(3):
                        run()
                torch.cuda.current_stream().wait_stream(stream)
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph):
                    output = run()
            return _Recording(graph, output)
        except (RuntimeError, torch._dynamo.exc.TorchDynamoException) as error:
            log.warning("recording the decode pass failed (%s); trying without", type(error).__name__)
    return None


@contextlib.contextmanager
def fused(forward: Forward, compiler: Callable[..., Any] | None = None) -> Iterator[None]:
    """While this lasts, norms, feed-forward blocks and quantised products run as compiled kernels.

    They make up most of a layer's launches. Compiled once a class and shape, in seconds, where compiling the whole
    pass takes minutes for each slot and bucket. Only the recording sees them: prompts of any length stay eager.
    """
    import torch
    from torch.utils._python_dispatch import is_traceable_wrapper_subclass
    from transformers.models.gemma3.modeling_gemma3 import Gemma3MLP, Gemma3RMSNorm

    compiler = compiler or torch.compile
    quantized = any(is_traceable_wrapper_subclass(weight) for weight in forward.text.parameters())
    kinds: list[Any] = [Gemma3RMSNorm, torch.nn.Linear] if quantized else [Gemma3RMSNorm, Gemma3MLP]
    compiled = {kind: compiler(kind.forward, fullgraph=True, dynamic=False) for kind in kinds}
    changed = [module for module in forward.text.modules() if type(module) in compiled]
    with torch._dynamo.config.patch(recompile_limit=64):
        try:
            for module in changed:
                module.forward = partial(compiled[type(module)], module)
            yield
        finally:
            for module in changed:
                module.__dict__.pop("forward", None)


def _bucket(needed: int, capacity: int) -> int:
    """The smallest power of two that holds this many tokens, so that a short conversation reads little memory."""
    reach = SMALLEST_BUCKET
    while reach < needed:
        reach *= 2
    return min(reach, capacity)


def _use_grouped_attention(forward: Forward) -> None:
    """Register our attention with transformers and switch the text layers to it."""
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(ATTENTION, grouped_attention)
    forward.text.config._attn_implementation = ATTENTION


def grouped_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float = 1.0,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of few queries as two matrix products a key-value head: keys and values are read once, never repeated
    for the query heads that share them. Long passes go to scaled-dot-product attention.

    Shapes: query (1, heads, n, d), key and value (1, groups, seen, d), mask (1, 1, n, seen), result (1, n, heads, d).
    """
    import torch

    count = query.shape[2]
    if count > GROUPED_UP_TO or attention_mask is None:
        from transformers.integrations.sdpa_attention import sdpa_attention_forward

        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **kwargs)
    _, heads, _, dim = query.shape
    groups = key.shape[1]
    share = heads // groups
    packed = query.reshape(groups, share * count, dim)
    scores = torch.bmm(packed, key[0].transpose(1, 2)) * scaling
    mask = attention_mask[0].repeat(1, share, 1)
    weights = torch.softmax(scores.float().masked_fill(~mask, float("-inf")), -1).to(value.dtype)
    out = torch.bmm(weights, value[0])
    return out.reshape(1, heads, count, dim).transpose(1, 2), None
