"""The tree against the RFC's vectors and definition, and proofs against every mutation."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.agent.audit import merkle
from chartwarden.agent.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

from .held_trees import subtree_of

# The eight leaves and the roots over the first n of them that certificate-transparency implementations of RFC 6962
# share as test vectors.
VECTORS = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]


def reference_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(reference_root(leaves[:k]), reference_root(leaves[k:]))


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier


def made(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def test_the_roots_of_the_shared_vectors_come_out() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for data, root in VECTORS:
        frontier = frontier.append(leaf_hash(bytes.fromhex(data)))
        assert frontier.root().hex() == root


def test_inclusion_path_of_the_shared_vectors() -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data, _ in VECTORS]
    path = [step.hex() for step in merkle.inclusion_proof(0, 8, subtree_of(leaves))]
    assert path == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_consistency_path_of_the_shared_vectors() -> None:
    leaves = [leaf_hash(bytes.fromhex(data)) for data, _ in VECTORS]
    path = [step.hex() for step in merkle.consistency_proof(6, 8, subtree_of(leaves))]
    assert path == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.lists(st.binary(max_size=8), max_size=70))
@settings(max_examples=60, deadline=None)
def test_the_frontier_has_the_root_the_rfc_defines_and_survives_storage(data: list[bytes]) -> None:
    leaves = [leaf_hash(item) for item in data]
    frontier = grown(leaves)
    assert frontier.root() == reference_root(leaves)
    assert Frontier.from_bytes(frontier.size, frontier.to_bytes()) == frontier


def test_every_proof_of_every_small_tree_verifies() -> None:
    leaves = made(34)
    subtree = subtree_of(leaves)
    roots = [grown(leaves[:size]).root() for size in range(35)]
    for size in range(1, 35):
        for index in range(size):
            path = merkle.inclusion_proof(index, size, subtree)
            assert merkle.verify_inclusion(index, size, leaves[index], roots[size], path)
        for old in range(1, size + 1):
            path = merkle.consistency_proof(old, size, subtree)
            assert merkle.verify_consistency(old, size, roots[old], roots[size], path)


@st.composite
def mutated_path(draw: st.DrawFn, path: tuple[bytes, ...]) -> list[bytes]:
    """The path with one bit, one step or the order changed; never the path itself."""
    steps = list(path)
    kinds = ["longer", *(["bit", "shorter"] if steps else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "longer":
        steps.insert(draw(st.integers(0, len(steps))), draw(st.binary(min_size=32, max_size=32)))
    elif kind == "shorter":
        steps.pop(draw(st.integers(0, len(steps) - 1)))
    else:
        at, bit = draw(st.integers(0, len(steps) - 1)), draw(st.integers(0, 255))
        steps[at] = (int.from_bytes(steps[at]) ^ 1 << bit).to_bytes(32)
    return steps


def flipped(digest: bytes, bit: int) -> bytes:
    return (int.from_bytes(digest) ^ 1 << bit).to_bytes(32)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_mutation_of_an_inclusion_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 60))
    index = data.draw(st.integers(0, size - 1))
    leaves = made(size)
    root = grown(leaves).root()
    path = merkle.inclusion_proof(index, size, subtree_of(leaves))
    bit = data.draw(st.integers(0, 255))
    assert not merkle.verify_inclusion(index, size, flipped(leaves[index], bit), root, path)
    assert not merkle.verify_inclusion(index, size, leaves[index], flipped(root, bit), path)
    assert not merkle.verify_inclusion(index, size, leaves[index], root, data.draw(mutated_path(path)))
    other = data.draw(st.integers(0, size).filter(lambda value: value != index))
    assert not merkle.verify_inclusion(other, size, leaves[index], root, path)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_mutation_of_a_consistency_proof_verifies(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 60))
    old = data.draw(st.integers(1, new))
    leaves = made(new)
    old_root, new_root = grown(leaves[:old]).root(), grown(leaves).root()
    path = merkle.consistency_proof(old, new, subtree_of(leaves))
    bit = data.draw(st.integers(0, 255))
    assert not merkle.verify_consistency(old, new, flipped(old_root, bit), new_root, path)
    assert not merkle.verify_consistency(old, new, old_root, flipped(new_root, bit), path)
    assert not merkle.verify_consistency(old, new, old_root, new_root, data.draw(mutated_path(path)))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_proof(index, size, subtree_of(made(size)))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_a_log_that_shrank_has_no_consistency_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        merkle.consistency_proof(old, new, subtree_of(made(new)))
    assert not merkle.verify_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, ())


def test_a_frontier_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="has 2 roots"):
        Frontier.from_bytes(3, bytes(32))
