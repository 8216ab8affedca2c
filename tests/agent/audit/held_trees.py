"""Merkle trees whose leaves are held in memory, to hold proofs from stored frontiers against."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.agent.audit.merkle import Frontier, Subtree


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """A `Subtree` over leaf hashes held in memory."""

    def subtree(start: int, size: int) -> bytes:
        frontier = Frontier()
        for leaf in leaves[start : start + size]:
            frontier = frontier.append(leaf)
        return frontier.root()

    return subtree
