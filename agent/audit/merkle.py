"""The Merkle tree of RFC 9162, section 2.1: leaf and node hashes, a growing frontier, and both kinds of proof.

Sizes and indices count leaves. Hashes are 32 raw bytes. A tree is never held whole: appending needs only the
`Frontier`, and a proof asks a `Subtree` function for the roots of a few complete subtrees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""`(start, size)` to the root of the complete subtree of `size` leaves (a power of two) from `start` on."""


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The roots of the complete subtrees of a tree, largest first: all that an append has to know.

    A tree of `size` leaves has one such subtree for each set bit of `size`.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one more leaf: as many merges as `size` has trailing one bits."""
        roots = list(self.roots)
        carried, size = leaf, self.size
        while size & 1:
            carried = node_hash(roots.pop(), carried)
            size >>= 1
        roots.append(carried)
        return Frontier(self.size + 1, tuple(roots))

    def root(self) -> bytes:
        """The tree's root; of no leaves, SHA-256 of nothing."""
        if not self.roots:
            return EMPTY_ROOT
        *rest, root = self.roots
        for left in reversed(rest):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        """The roots one after the other; the size is known from where they are kept."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Frontier:
        """The inverse of `to_bytes`. Raises ValueError when `raw` cannot be the frontier of `size` leaves."""
        if len(raw) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a frontier of {size} leaves has {size.bit_count()} roots, not {len(raw)} bytes")
        return cls(size, tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)))


def _range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """Root of the leaves `start <= i < end`, where `start` is a multiple of the largest power of two below."""
    root = b""
    for at, size in reversed(list(_complete(start, end))):
        part = subtree(at, size)
        root = node_hash(part, root) if root else part
    return root


def _complete(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        size = 1 << ((end - start).bit_length() - 1)
        yield start, size
        start += size


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 9162, 2.1.3.1), lowest node first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, subtree))
            end = middle
        else:
            path.append(_range_root(start, middle, subtree))
            start = middle
    return tuple(reversed(path))


def _lie_left(position: int, last: int, path: Sequence[bytes]) -> list[bool] | None:
    """Of each node of a path whether it is the left one where it joins; None for a path that does not end at the root.

    `position` is where the path sets out and `last` the last node beside it, both counted at the height of the start.
    """
    left: list[bool] = []
    for _ in path:
        if last == 0:
            return None
        left.append(bool(position & 1) or position == last)
        if left[-1]:
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        position >>= 1
        last >>= 1
    return left if last == 0 else None


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `leaf` is leaf `index` of the tree with this `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    left = _lie_left(index, size - 1, path)
    if left is None:
        return False
    carried = leaf
    for step, is_left in zip(path, left, strict=True):
        carried = node_hash(step, carried) if is_left else node_hash(carried, step)
    return carried == root


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new} leaves")
    if old == new:
        return ()
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, subtree))
            end = middle
        else:
            path.append(_range_root(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(start, end, subtree))
    return tuple(reversed(path))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the older tree is the beginning of the newer one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    left = _lie_left(position, last, steps[1:])
    if left is None:
        return False
    before = after = steps[0]
    for step, is_left in zip(steps[1:], left, strict=True):
        if is_left:
            before, after = node_hash(step, before), node_hash(step, after)
        else:
            after = node_hash(after, step)
    return before == old_root and after == new_root
