"""A few vectors times a quantised matrix, its rows turned into numbers on the way: bound by reading one byte a weight.

Registered as `torch.ops.chartwarden.row_product`, which compiled code calls as it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MANY_ROWS = 16_384
"""From here on narrow tiles keep every processor busy; below, rows are too few for that and are read in longer runs."""


@cache
def register() -> None:
    """Make the operation known to torch; once a process."""
    import torch

    schema = "(Tensor vectors, Tensor rows, Tensor scale) -> Tensor"

    @torch.library.custom_op("chartwarden::row_product", mutates_args=(), schema=schema)
    def row_product(vectors: torch.Tensor, rows: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        """Vectors (n, k) times rows (m, k) in int8 or fp8, each row with its scale (m, 1): (n, m)."""
        return _launch(vectors.contiguous(), rows, scale)

    @row_product.register_fake
    def _(vectors: torch.Tensor, rows: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return vectors.new_empty((len(vectors), len(rows)))


def _launch(vectors: torch.Tensor, rows: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    count, (height, width) = len(vectors), rows.shape
    out = vectors.new_empty((count, height))
    one, several = _kernels()
    if count == 1:
        tall, wide = (8, 512) if height >= MANY_ROWS else (2, 2_048)
        one[(-(-height // tall),)](
            vectors, rows, scale, out, height, width, TALL=tall, WIDE=wide, num_warps=4
        )  # fmt: skip
    else:
        tall, wide = 4, 256
        several[(-(-height // tall),)](
            vectors, rows, scale, out, count, height, width,
            COUNT=1 << (count - 1).bit_length(), TALL=tall, WIDE=wide, num_warps=4,
        )  # fmt: skip
    return out


@cache
def _kernels() -> tuple[Any, Any]:
    import triton
    import triton.language as tl

    @triton.jit
    def one(vector, rows, scale, out, height, width, TALL: tl.constexpr, WIDE: tl.constexpr):
        row = tl.program_id(0).to(tl.int64) * TALL + tl.arange(0, TALL)
        sums = tl.zeros([TALL, WIDE], tl.float32)
        for start in range(0, width, WIDE):
            place = start + tl.arange(0, WIDE)
            inside = (row < height)[:, None] & (place < width)[None]
            weights = tl.load(rows + row[:, None] * width + place[None], mask=inside, other=0.0)
            values = tl.load(vector + place, mask=place < width, other=0.0)
            sums += weights.to(tl.float32) * values.to(tl.float32)[None]
        result = tl.sum(sums, 1) * tl.load(scale + row, mask=row < height, other=0.0).to(tl.float32)
        tl.store(out + row, result.to(out.dtype.element_ty), mask=row < height)

    @triton.jit
    def several(
        vectors, rows, scale, out, count, height, width,
        COUNT: tl.constexpr, TALL: tl.constexpr, WIDE: tl.constexpr,
    ):  # fmt: skip
        row = tl.program_id(0).to(tl.int64) * TALL + tl.arange(0, TALL)
        which = tl.arange(0, COUNT)
        sums = tl.zeros([COUNT, TALL, WIDE], tl.float32)
        for start in range(0, width, WIDE):
            place = start + tl.arange(0, WIDE)
            inside = (row < height)[:, None] & (place < width)[None]
            weights = tl.load(rows + row[:, None] * width + place[None], mask=inside, other=0.0)
            asked = (which < count)[:, None] & (place < width)[None]
            values = tl.load(vectors + which[:, None] * width + place[None], mask=asked, other=0.0)
            sums += weights.to(tl.float32)[None] * values.to(tl.float32)[:, None]
        result = tl.sum(sums, 2) * tl.load(scale + row, mask=row < height, other=0.0).to(tl.float32)[None]
        inside = (which < count)[:, None] & (row < height)[None]
        tl.store(out + which[:, None] * height + row[None], result.to(out.dtype.element_ty), mask=inside)

    return one, several
