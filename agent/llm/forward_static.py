"""Decoding at fixed addresses, so that a CUDA graph can replay a whole pass with one launch.

Eager decoding issues thousands of small kernels a token and waits for the CPU whatever the GPU could do. Here a pass of
`width` tokens (one, or a draft and the token before it) reads its tokens and its position from tensors and writes keys
and values where the position says. Nothing depends on a Python number that changes from token to token, so one graph
for each slot and width serves every length. Between the large matrix products a layer is three steps: what comes before
attention and what comes after it are compiled, each once for all layers; attention reads exactly what it may see
(`split_attention`).
"""

from __future__ import annotations

import importlib.util
import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chartwarden.agent.llm import row_products
from chartwarden.agent.llm.cache import Slot
from chartwarden.agent.llm.forward import Block, Forward
from chartwarden.agent.llm.split_attention import split_attention

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)


class StaticPasses:
    """Runs short passes through a `StaticStep`, and everything else (prompts, pictures, long forced runs) eagerly."""

    def __init__(self, forward: Forward, *, width: int, record: bool) -> None:
        """`width`: tokens of a drafted pass. `record`: capture CUDA graphs; otherwise the same steps run unrecorded."""
        self._forward = forward
        self._matrices = [Matrices.of(layer) for layer in forward.text.layers]
        self._widths = sorted({1, width})
        self._record = record and forward.device.type == "cuda"

    def run(self, slot: Slot, tokens: Sequence[int], want: int, blocks: Sequence[Block] = ()) -> torch.Tensor:
        """As `Forward.run`."""
        width = next((width for width in self._widths if width >= len(tokens)), 0)
        if width == 0 or blocks or len(slot) == 0 or len(slot) + width > slot.capacity:
            return self._forward.run(slot, tokens, want, blocks)
        if width not in slot.steps:
            slot.steps[width] = StaticStep(self._forward, self._matrices, slot, width, record=self._record)
        rows: torch.Tensor = slot.steps[width].run(tokens, len(slot))
        return rows[len(tokens) - want : len(tokens)]


class StaticStep:
    """A pass of `width` tokens over one slot's memory, whatever it holds."""

    def __init__(self, forward: Forward, matrices: Sequence[Matrices], slot: Slot, width: int, *, record: bool) -> None:
        import torch

        self._forward, self._matrices, self._slot, self._width = forward, matrices, slot, width
        self._ids = torch.zeros(width, dtype=torch.long, device=forward.device)
        self._start = torch.tensor(len(slot), device=forward.device)  # recording writes there, not over the prompt
        self._offsets = torch.arange(width, device=forward.device)
        self._recording = _record(self._pass) if record else None

    def run(self, tokens: Sequence[int], start: int) -> torch.Tensor:
        """Logits (width, vocabulary). With fewer tokens than `width` the last rows mean nothing, and what they write
        lies beyond the slot's length and is written over before anything looks at it."""
        import torch

        padded = [*tokens, *([0] * (self._width - len(tokens)))]
        self._ids.copy_(torch.tensor(padded), non_blocking=True)
        self._start.fill_(start)
        if self._recording is None:
            return self._pass(PLAIN)
        self._recording.graph.replay()
        return self._recording.output

    def _pass(self, parts: Parts) -> torch.Tensor:
        forward, layout = self._forward, self._forward.layout
        positions = self._start + self._offsets
        hidden = forward.text.embed_tokens(self._ids)
        kinds = set(forward.config.layer_types)
        turns = {kind: forward.text.rotary_emb(hidden[None], positions[None], kind) for kind in kinds}
        for index, (layer, matrices) in enumerate(zip(forward.text.layers, self._matrices, strict=True)):
            keys, values = (memory[0] for memory in self._slot.memory(index))
            cosine, sine = (part[0] for part in turns[forward.config.layer_types[index]])
            query = parts.before(layer, matrices, hidden, cosine, sine, keys, values, positions)
            window = layout.window if layout.sliding[index] else 0
            scaling = layer.self_attn.scaling
            attended = parts.attention(query, keys, values, self._start, window=window, scaling=scaling)
            hidden = parts.after(layer, matrices, hidden, attended)
        return forward.head(forward.text.norm(hidden))


Matrix = tuple["torch.Tensor", "torch.Tensor | None"]
"""Rows (m, k), and the scale (m, 1) of each where they are quantised."""


class Matrices(NamedTuple):
    """A layer's weights; those that multiply the same vector are one matrix. None: ask the modules themselves.

    One product of 8,192 rows runs nearer to the memory's bandwidth than three of 4,096, 2,048 and 2,048.
    """

    looking: Matrix | None
    """Query, key and value."""
    telling: Matrix | None
    """Attention's output."""
    feeding: Matrix | None
    """Gate and up of the feed-forward block."""
    fed: Matrix | None

    @classmethod
    def of(cls, layer: Any) -> Matrices:
        """Those of a `Gemma3DecoderLayer`; its modules keep working."""
        attention, block = layer.self_attn, layer.mlp
        return cls(
            side_by_side([attention.q_proj, attention.k_proj, attention.v_proj]),
            side_by_side([attention.o_proj]),
            side_by_side([block.gate_proj, block.up_proj]),
            side_by_side([block.down_proj]),
        )


def side_by_side(linears: Sequence[Any]) -> Matrix | None:
    """One matrix of the weights of these linear modules, which then are views of it; None where that cannot be."""
    import torch

    weights = [linear.weight for linear in linears]
    if any(type(linear) is not torch.nn.Linear or linear.bias is not None for linear in linears):
        return None
    if all(type(weight) is torch.nn.Parameter for weight in weights):
        return _joined(weights, "data"), None
    if not weights[0].is_cuda or not all(map(_one_scale_a_row, weights)):
        return None
    row_products.register()
    return _joined(weights, "qdata"), _joined(weights, "scale")


def _one_scale_a_row(weight: Any) -> bool:
    """Whether this is torchao's int8 or fp8 weight of the kind that we load."""
    import torch

    rows, scale = getattr(weight, "qdata", None), getattr(weight, "scale", None)
    return (
        rows is not None and scale is not None
        and rows.dtype in (torch.int8, torch.float8_e4m3fn) and scale.shape == (len(rows), 1)
        and importlib.util.find_spec("triton") is not None
    )  # fmt: skip


def _joined(weights: Sequence[Any], part: str) -> torch.Tensor:
    """This part of all weights as one tensor. The parts become views of it, so that nothing is kept twice."""
    import torch

    pieces: list[torch.Tensor] = [getattr(weight, part) for weight in weights]
    if not all(_follows(one, other) for one, other in itertools.pairwise(pieces)):
        whole = torch.cat(pieces)
        views = torch.split(whole, [len(piece) for piece in pieces])
        for weight, view in zip(weights, views, strict=True):
            setattr(weight, part, view)
        return whole
    return pieces[0].as_strided((sum(map(len, pieces)), pieces[0].shape[1]), pieces[0].stride())


def _follows(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether the other begins where this one ends, in the same storage: tensors of one file share theirs in any
    order, and an allocator puts strangers side by side."""
    shared = one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
    return shared and one.is_contiguous() and other.is_contiguous() and one.data_ptr() + one.nbytes == other.data_ptr()


def _product(vectors: torch.Tensor, matrix: Matrix) -> torch.Tensor:
    import torch

    rows, scale = matrix
    if scale is None:
        return torch.nn.functional.linear(vectors, rows)
    return torch.ops.chartwarden.row_product(vectors, rows, scale)  # type: ignore[no-any-return]


def before_attention(
    layer: Any,
    matrices: Matrices,
    hidden: torch.Tensor,
    cosine: torch.Tensor,
    sine: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    positions: torch.Tensor,
) -> torch.Tensor:
    """Queries (n, heads, d) of hidden states (n, hidden); the new keys and values go to memory (groups, capacity, d).

    What `Gemma3DecoderLayer` and `Gemma3Attention` of transformers do up to their attention function.
    """
    import torch
    from transformers.models.gemma3.modeling_gemma3 import apply_rotary_pos_emb

    attention, normed = layer.self_attn, layer.input_layernorm(hidden)
    if matrices.looking is None:
        parts = [attention.q_proj(normed), attention.k_proj(normed), attention.v_proj(normed)]
    else:
        looked = _product(normed, matrices.looking)
        own = len(keys) * attention.head_dim
        parts = list(torch.split(looked, [looked.shape[1] - 2 * own, own, own], -1))
    query, key, value = (part.view(len(hidden), -1, attention.head_dim) for part in parts)
    query, key = apply_rotary_pos_emb(attention.q_norm(query), attention.k_norm(key), cosine, sine)
    keys.index_copy_(1, positions, key.transpose(0, 1))
    values.index_copy_(1, positions, value.transpose(0, 1))
    return query  # type: ignore[no-any-return]


def after_attention(layer: Any, matrices: Matrices, hidden: torch.Tensor, attended: torch.Tensor) -> torch.Tensor:
    """The layer's result (n, hidden), from what came in and what attention found (n, heads, d)."""
    attended, block = attended.flatten(1), layer.mlp
    told = layer.self_attn.o_proj(attended) if matrices.telling is None else _product(attended, matrices.telling)
    hidden = hidden + layer.post_attention_layernorm(told)
    normed = layer.pre_feedforward_layernorm(hidden)
    if matrices.feeding is None or matrices.fed is None:
        fed = block(normed)
    else:
        gate, up = _product(normed, matrices.feeding).chunk(2, -1)
        fed = _product(block.act_fn(gate) * up, matrices.fed)
    return hidden + layer.post_feedforward_layernorm(fed)  # type: ignore[no-any-return]


def masked_attention(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, start: torch.Tensor, *, window: int, scaling: float
) -> torch.Tensor:
    """As `split_attention`, in torch's own operations: reads the whole memory and masks what may not be seen."""
    import torch

    count, heads, dim = query.shape
    groups, capacity, _ = keys.shape
    share = heads // groups
    packed = query.transpose(0, 1).reshape(groups, share * count, dim)
    rows = start + torch.arange(count, device=query.device)[:, None]
    columns = torch.arange(capacity, device=query.device)[None]
    allowed = columns <= rows if window == 0 else (columns <= rows) & (rows - columns < window)
    scores = (torch.bmm(packed, keys.transpose(1, 2)) * scaling).float()
    weights = torch.softmax(scores.masked_fill(~allowed.repeat(share, 1), float("-inf")), -1).to(values.dtype)
    return torch.bmm(weights, values).view(heads, count, dim).transpose(0, 1)


@dataclass(frozen=True)
class Parts:
    """What a layer is made of."""

    before: Callable[..., Any] = before_attention
    attention: Callable[..., Any] = masked_attention
    after: Callable[..., Any] = after_attention


PLAIN = Parts()


def compiled() -> Parts:
    """The parts as fused kernels: a few launches a layer instead of dozens. Compiled once a width, in seconds."""
    import torch

    before, after = (torch.compile(part, fullgraph=True, dynamic=False) for part in (before_attention, after_attention))
    return Parts(before, split_attention, after)


@dataclass(frozen=True)
class _Recording:
    graph: Any
    output: torch.Tensor


def _record(run: Callable[[Parts], torch.Tensor]) -> _Recording | None:
    """Capture a pass, with compiled parts where the compiler manages, else plain; None where neither can be recorded.

    The passes before the capture write where the slot ends, as the first replay will.
    """
    import torch

    ways = [compiled(), PLAIN] if importlib.util.find_spec("triton") else [PLAIN]
    for parts in ways:
        try:
            stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                for _ in range(3):
                    run(parts)
            torch.cuda.current_stream().wait_stream(stream)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                output = run(parts)
            return _Recording(graph, output)
        except (RuntimeError, torch._dynamo.exc.TorchDynamoException) as error:
            log.warning("recording the decode pass failed (%s); trying without", type(error).__name__)
    return None
