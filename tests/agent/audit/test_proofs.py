"""Which proofs there are, what each says, and what is no proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from chartwarden.agent.audit import proofs
from chartwarden.agent.audit.chain import Tail
from chartwarden.agent.audit.checkpoints import Checkpoint, opened, sign
from chartwarden.agent.audit.keys import Keys, open_keys
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.errors import AuditError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

SIZE = 6


@pytest.fixture
def storage(place: Place, trail: Callable[..., Trail]) -> Iterator[Storage]:
    """A log of six entries, the last a checkpoint."""
    with place.open() as log:
        for number in range(SIZE - 2):
            trail(log).commit("gate", {"n": number})
    with closing(Storage.open(place.url, read_only=True)) as found:
        yield found


@pytest.fixture
def keys(place: Place) -> Keys:
    return open_keys(place.keys)


def checkpoint(storage: Storage, keys: Keys, size: int) -> tuple[Checkpoint, str]:
    tail = storage.at(size - 1) if size else None
    note = sign(keys, size, tail.frontier.root() if tail else bytes(32), f"t{size}")
    return opened(note, keys.verifiers), note


@pytest.mark.parametrize(("seq", "size", "is_covered"), [(0, 1, True), (0, 6, True), (5, 6, True), (3, 4, True),
                                                         (4, 4, False), (-1, 4, False), (0, 0, False)])  # fmt: skip
def test_an_entry_is_proven_where_the_checkpoint_covers_it(storage, keys, seq, size, is_covered):
    signed, note = checkpoint(storage, keys, size)
    if not is_covered:
        with pytest.raises(AuditError, match=f"entry {seq} is not covered by the checkpoint of {size} entries"):
            proofs.inclusion(storage, seq, note, signed)
        return
    proof = proofs.inclusion(storage, seq, note, signed)
    assert proofs.check(proof, keys.verifiers) == f"entry {seq} is in the log of {size} entries signed t{size}"
    assert (proof["seq"], proof["checkpoint"]) == (seq, note)


@pytest.mark.parametrize(("old", "new", "is_growth"), [(1, 6, True), (4, 6, True), (6, 6, True), (3, 5, True),
                                                       (0, 6, False), (6, 5, False)])  # fmt: skip
def test_a_log_is_proven_to_have_grown_from_any_earlier_size(storage, keys, old, new, is_growth):
    (first, first_note), (last, last_note) = (checkpoint(storage, keys, size) for size in (old, new))
    if not is_growth:
        with pytest.raises(AuditError, match=f"no consistency proof from {old} to {new} entries"):
            proofs.consistency(storage, first, first_note, last, last_note)
        return
    proof = proofs.consistency(storage, first, first_note, last, last_note)
    said = f"the log of {new} entries signed t{new} begins with that of {old} signed t{old}"
    assert proofs.check(proof, keys.verifiers) == said


def test_a_proof_of_two_logs_proves_nothing(storage, keys, tmp_path):
    stranger = open_keys(tmp_path / "stranger")
    tail = storage.at(5)
    assert tail is not None
    theirs = sign(stranger, 6, tail.frontier.root(), "t")
    ours, note = checkpoint(storage, keys, 6)
    both = (*keys.verifiers, *stranger.verifiers)
    proof = proofs.consistency(storage, ours, note, ours, note)
    assert proofs.check(proof, both)
    with pytest.raises(AuditError, match="does not hold"):
        proofs.check({**proof, "old_checkpoint": theirs}, both)
    for changed in ({"old_checkpoint": theirs}, {"checkpoint": theirs}):
        with pytest.raises(AuditError, match="checkpoint does not count"):
            proofs.check({**proof, **changed}, keys.verifiers)


@pytest.mark.parametrize("change", [{"path": None}, {"path": [7]}, {"path": ["zz"]}, {"seq": "3"}, {"body": None},
                                    {"checkpoint": None}, {"proof": "consistency"}])  # fmt: skip
def test_what_is_not_in_the_form_of_a_proof_is_none(storage, keys, change):
    signed, note = checkpoint(storage, keys, 6)
    with pytest.raises(AuditError, match="not a proof of this program"):
        proofs.check({**proofs.inclusion(storage, 3, note, signed), **change}, keys.verifiers)


class Gap:
    """A log from which entries were deleted."""

    def __init__(self, storage: Storage, *missing: int) -> None:
        self._storage = storage
        self._missing = missing

    def at(self, seq: int) -> Tail | None:
        return None if seq in self._missing else self._storage.at(seq)


@pytest.mark.parametrize(("missing", "start", "size"), [((3,), 2, 2), ((2,), 2, 2), ((4,), 4, 1)])
def test_a_missing_entry_is_told_and_no_root_is_made_without_it(storage, missing, start, size):
    gap: Any = Gap(storage, *missing)
    with pytest.raises(AuditError, match=f"audit entry {start + size - 1} is missing"):
        proofs.stored_subtree(gap)(start, size)
    other: Any = Gap(storage, 0, 5)
    assert proofs.stored_subtree(other)(start, size) == proofs.stored_subtree(storage)(start, size)


def test_the_first_entry_is_a_subtree_of_its_own(storage):
    tail = storage.at(0)
    assert tail is not None
    assert proofs.stored_subtree(storage)(0, 1) == tail.leaf
