"""Attention of a few new tokens over a long memory, its keys divided among all of a GPU's processors.

One new token has one query a head; a kernel that gives each key-value head to one processor reads a long memory with
sixteen of a hundred and thirty-two. Here each head's keys are cut in as many pieces as fill the card, and the pieces'
results are put together by their softmax weights (flash decoding; Dao et al. 2023). How long the memory is, and where a
sliding layer's window begins, is read from a tensor on the device, so one recorded graph serves every length, and no
key outside the window is ever read.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

PROGRAMS = 256
"""Pieces over all key-value heads: about two for each processor of an H100 or H200."""


def split_attention(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, start: torch.Tensor, *, window: int, scaling: float
) -> torch.Tensor:
    """Queries (n, heads, d) at positions start .. start + n - 1 over keys and values (groups, capacity, d).

    `start` is a tensor of one whole number. `window`: tokens a sliding layer sees, its own included; 0: all of them.
    Returns (n, heads, d).
    """
    import torch

    count, heads, dim = query.shape
    groups, capacity, _ = keys.shape
    share = heads // groups
    pieces = min(64, max(1, 1 << (PROGRAMS // groups).bit_length() - 1))
    rows = max(16, 1 << (share * count - 1).bit_length())
    partial = query.new_empty((groups, pieces, rows, dim), dtype=torch.float32)
    summary = query.new_empty((2, groups, pieces, rows), dtype=torch.float32)
    block = 64 if dim <= 128 else 32
    _looking()[(groups, pieces)](
        query, keys, values, start, partial, summary, scaling, capacity, count, share, groups, window,
        PIECES=pieces, ROWS=rows, DIM=dim, BLOCK=block, num_warps=4, num_stages=3,
    )  # fmt: skip
    out = torch.empty_like(query)
    _joining()[(heads, count)](
        partial, summary, out, count, share, groups, PIECES=pieces, ROWS=rows, DIM=dim, num_warps=4
    )  # fmt: skip
    return out


@cache
def _looking() -> Any:
    """The kernel that looks at one piece of one key-value head's memory."""
    import triton
    import triton.language as tl

    @triton.jit
    def piece(
        query, keys, values, start, partial, summary, scaling, capacity, count, share, groups, window,
        PIECES: tl.constexpr, ROWS: tl.constexpr, DIM: tl.constexpr, BLOCK: tl.constexpr,
    ):  # fmt: skip
        group, place = tl.program_id(0), tl.program_id(1)
        begin = tl.load(start)
        end = begin + count
        low = tl.where(window > 0, tl.maximum(begin + 1 - window, 0), 0)
        length = tl.cdiv(tl.cdiv(end - low, PIECES), BLOCK) * BLOCK
        first = low + place * length
        last = tl.minimum(first + length, end)
        row, column, across = tl.arange(0, ROWS), tl.arange(0, BLOCK), tl.arange(0, DIM)
        token, head = row % count, group * share + row // count
        present = row < share * count
        position = begin + token
        asked = tl.load(
            query + (token * share * groups + head)[:, None] * DIM + across[None], mask=present[:, None], other=0.0
        )
        highest = tl.full([ROWS], float("-inf"), tl.float32)
        total = tl.zeros([ROWS], tl.float32)
        mixed = tl.zeros([ROWS, DIM], tl.float32)
        for at in range(first, last, BLOCK):
            seen = at + column
            there = (group.to(tl.int64) * capacity + seen)[:, None] * DIM + across[None]
            inside = (seen < last)[:, None]
            key = tl.load(keys + there, mask=inside, other=0.0)
            value = tl.load(values + there, mask=inside, other=0.0)
            score = tl.dot(asked, tl.trans(key), input_precision="ieee") * scaling
            allowed = (seen[None] <= position[:, None]) & (seen[None] < last)
            allowed = allowed & ((window == 0) | (position[:, None] - seen[None] < window))
            score = tl.where(allowed, score, float("-inf"))
            raised = tl.maximum(highest, tl.max(score, 1))
            base = tl.where(raised == float("-inf"), 0.0, raised)
            chance = tl.exp(score - base[:, None])
            keep = tl.exp(highest - base)
            total = total * keep + tl.sum(chance, 1)
            mixed = mixed * keep[:, None] + tl.dot(chance.to(value.dtype), value, input_precision="ieee")
            highest = raised
        at = (group * PIECES + place) * ROWS + row
        tl.store(partial + at[:, None] * DIM + across[None], mixed)
        tl.store(summary + at, highest)
        tl.store(summary + groups * PIECES * ROWS + at, total)

    return piece


@cache
def _joining() -> Any:
    """The kernel that puts the pieces of one head and token together."""
    import triton
    import triton.language as tl

    @triton.jit
    def join(
        partial, summary, out, count, share, groups,
        PIECES: tl.constexpr, ROWS: tl.constexpr, DIM: tl.constexpr,
    ):  # fmt: skip
        head, token = tl.program_id(0), tl.program_id(1)
        row, across = (head % share) * count + token, tl.arange(0, DIM)
        at = (head // share) * PIECES * ROWS + row
        here = at + tl.arange(0, PIECES) * ROWS
        peaks = tl.load(summary + here)
        weight = tl.exp(peaks - tl.max(peaks, 0))
        total = tl.sum(weight * tl.load(summary + groups * PIECES * ROWS + here), 0)
        mixed = tl.sum(weight[:, None] * tl.load(partial + here[:, None] * DIM + across[None]), 0)
        tl.store(out + (token * share * groups + head) * DIM + across, (mixed / total).to(out.dtype.element_ty))

    return join
