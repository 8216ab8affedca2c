"""Every single bit of a small log, and its file cut at every byte: nothing of it is unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chartwarden.agent.audit import dialects
from chartwarden.agent.audit.chain import BodyRow, Row
from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.audit.verify import Report, verify
from chartwarden.agent.errors import AuditError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

Opens = Callable[..., Trail]


class Rows:
    """A stored log held in memory, for verifying many variants of it quickly."""

    def __init__(self, rows: list[Row], bodies: list[BodyRow]) -> None:
        self._rows, self._bodies = rows, bodies

    def rows(self) -> Iterator[Row]:
        return iter(self._rows)

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        return [
            body for body in self._bodies if (start or 0) <= body.entry_seq and (stop is None or body.entry_seq < stop)
        ]

    def missing_triggers(self) -> tuple[str, ...]:
        return ()


def small_log(place: Place, trail: Opens) -> tuple[list[Row], list[BodyRow]]:
    with place.open() as log:
        trail(log).commit("answer", {"outcome": "answered"}, {"answer": "yes"})
    with closing(Storage.open(place.url, read_only=True)) as storage:
        return list(storage.rows()), storage.bodies(0, 100)


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_every_single_bit_of_a_small_log_matters(place: Place, trail: Opens) -> None:
    rows, bodies = small_log(place, trail)
    verifiers = open_keys(place.keys).verifiers

    def report(changed_rows: list[Row], changed_bodies: list[BodyRow]) -> Report:
        return verify(Rows(changed_rows, changed_bodies), verifiers)

    assert report(rows, bodies).intact
    missed = tried = 0
    for at, row in enumerate(rows):
        for name in ("body", "leaf", "frontier"):
            for value in flips(getattr(row, name)):
                tried += 1
                missed += report([*rows[:at], replace(row, **{name: value}), *rows[at + 1 :]], bodies).intact
    for at, body in enumerate(bodies):
        for name in ("salt", "text"):
            for value in flips(getattr(body, name)):
                tried += 1
                missed += report(rows, [*bodies[:at], replace(body, **{name: value}), *bodies[at + 1 :]]).intact
    assert tried > 10_000
    assert missed == 0


def verdict_of_file(place: Place, data: bytes) -> bool:
    """Whether the log in a database file of these bytes is found to be intact."""
    for journal in place.folder.glob("cut.db*"):
        journal.unlink()
    (place.folder / "cut.db").write_bytes(data)
    try:
        return replace(place, url=f"sqlite:///{place.folder / 'cut.db'}").verify().intact
    except AuditError:
        return False


def cuts(place: Place, trail: Opens, step: int) -> None:
    small_log(place, trail)
    with closing(dialects.sqlite_module().connect(place.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = place.database.read_bytes()
    assert verdict_of_file(place, data)
    assert [size for size in range(0, len(data), step) if verdict_of_file(place, data[:size])] == []


def test_a_database_file_that_was_cut_never_verifies(place: Place, trail: Opens) -> None:
    cuts(place, trail, 509)


@pytest.mark.slow
def test_a_database_file_cut_at_any_byte_never_verifies(place: Place, trail: Opens) -> None:
    cuts(place, trail, 1)
