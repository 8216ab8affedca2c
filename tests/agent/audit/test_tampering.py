"""What an attacker can do to the log, and what verification says with and without anchors.

The matrix is the guarantee: everything back to the last checkpoint held outside the database is found; without one, a
cut tail, a rollback, and whatever the holder of the signing key rebuilds, go unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chartwarden.agent.audit import entries, merkle
from chartwarden.agent.audit.chain import Row
from chartwarden.agent.audit.checkpoints import opened, sign
from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.log import AuditLog
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.audit.verify import AnchorNotes, anchor_notes
from chartwarden.agent.errors import AuditError
from tests.agent.audit.attacks import (
    VICTIM,
    Opens,
    add_text,
    alter_text,
    copy,
    delete,
    drop,
    fill,
    flip,
    insert_with_key,
    is_file,
    rebuilt,
    rehash,
    remove_text,
    renumber,
    rewrite_with_key,
    rewrite_without_key,
    rollback,
    rows_of,
    sql,
    store,
    swap,
    truncate,
    truncate_and_mend,
)
from tests.agent.audit.conftest import DATABASES, Place, schema_of_its_own, trail_of


@pytest.fixture(scope="module", params=DATABASES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Sixty entries and more, a checkpoint after every twenty, an older copy of the database beside it."""
    folder = tmp_path_factory.mktemp("written")
    if request.param == "sqlite":
        yield fill(Place(f"sqlite:///{folder / 'audit.db'}", folder), trail_of)
        return
    with schema_of_its_own() as url:
        yield fill(Place(url, folder), trail_of)


@pytest.fixture
def filled(written: Place, request: pytest.FixtureRequest) -> Place:
    """That log, to do with as one likes."""
    return copy(written, request.getfixturevalue("place" if is_file(written) else "postgres_place"))


@pytest.fixture
def filled_file(place: Place, trail: Opens) -> Place:
    """The like in a SQLite file."""
    return fill(place, trail)


MATRIX = [
    (flip, True, True, VICTIM),
    (rehash, True, True, VICTIM),
    (delete, True, True, VICTIM),
    (renumber, True, True, VICTIM),
    (swap, True, True, VICTIM),
    (alter_text, True, True, VICTIM),
    (remove_text, True, True, VICTIM),
    (add_text, True, True, VICTIM),
    (truncate, False, True, 45),
    (truncate_and_mend, False, True, 24),
    (rewrite_with_key, False, True, None),
    (rewrite_without_key, True, True, 23),
    (rollback, False, True, None),
    (insert_with_key, False, True, None),
]


@pytest.mark.parametrize(
    ("attack", "without", "with_anchor", "where"), MATRIX, ids=[attack.__name__ for attack, *_ in MATRIX]
)
def test_the_tamper_matrix(
    filled: Place, attack: Callable[[Place], None], without: bool, with_anchor: bool, where: int | None
) -> None:
    attack(filled)
    assert filled.verify(anchored=False).intact is not without
    report = filled.verify()
    assert report.intact is not with_anchor
    if where is not None:
        assert where in [problem.seq for problem in report.problems]
    assert all(problem.since for problem in report.problems), "every problem says since when"


@pytest.mark.parametrize(
    "attack", [truncate, truncate_and_mend, rewrite_with_key, rollback], ids=lambda attack: attack.__name__
)
def test_nothing_is_appended_to_a_log_whose_end_does_not_fit_its_anchors(
    filled: Place, attack: Callable[[Place], None]
) -> None:
    attack(filled)
    with pytest.raises(AuditError, match="audit verify"):
        filled.open()


@pytest.mark.parametrize("attack", [truncate, rewrite_with_key], ids=lambda attack: attack.__name__)
def test_a_log_that_is_tampered_with_while_open_releases_nothing(
    filled: Place, trail: Opens, attack: Callable[[Place], None]
) -> None:
    with filled.open() as log:
        trail(log).commit("gate", {})
        attack(filled)
        with pytest.raises(AuditError, match=r"was cut|is not the one that was written"):
            trail(log).commit("answer", {})


def test_a_dropped_trigger_is_told(filled: Place) -> None:
    drop(filled, "TRIGGER audit_entry_no_update" + ("" if is_file(filled) else " ON audit_entry"))
    report = filled.verify()
    assert [problem.kind for problem in report.problems] == ["trigger"]


def test_an_emptied_log_is_not_begun_anew(filled: Place) -> None:
    sql(filled, ("DELETE FROM audit_entry", ()), ("DELETE FROM audit_body", ()))
    assert not filled.verify().intact
    with pytest.raises(AuditError, match="shorter than its checkpoint"):
        filled.open()


def test_a_deleted_database_is_not_begun_anew(filled: Place) -> None:
    if is_file(filled):
        for path in filled.folder.glob("audit.db*"):
            path.unlink()
    else:
        drop(filled, "TABLE audit_entry, audit_body")
    with pytest.raises(AuditError, match="shorter than its checkpoint"):
        filled.open()


def test_the_report_says_since_when(filled: Place) -> None:
    flip(filled)
    (problem, *_) = [found for found in filled.verify().problems if found.kind == "altered"]
    assert problem.seq == VICTIM
    assert "whole up to entry" in problem.since


def test_what_came_after_the_last_anchor_can_be_cut_unseen(anywhere: Place, trail: Opens) -> None:
    """The limit of the guarantee, held here so that nobody promises more."""
    place = anywhere
    log = place.open()
    trail(log).commit("session_end", {})
    trail(log).commit("question", {})
    log._broken = "the process was killed"
    log.close()
    last = rows_of(place)[-1].seq
    sql(
        place,
        ("DELETE FROM audit_entry WHERE seq = ?", (last,)),
        ("DELETE FROM audit_body WHERE entry_seq = ?", (last,)),
    )
    assert place.verify().intact


def test_a_replayed_checkpoint_in_an_anchor_is_told(filled: Place) -> None:
    good = anchor_notes(filled.anchor)
    replayed = replace(good, notes=(*good.notes, good.notes[0]))
    report = filled.verify(notes=(replayed,))
    assert ["was replayed" in problem.what for problem in report.problems] == [True]


def test_a_smaller_log_signed_long_after_a_larger_one_is_told(filled: Place) -> None:
    good = anchor_notes(filled.anchor)
    keys = open_keys(filled.keys)
    first = opened(good.notes[0], keys.verifiers)
    again = sign(keys, first.size, first.root, "2999-01-01T00:00:00+00:00")
    report = filled.verify(notes=(replace(good, notes=(*good.notes, again)),))
    assert ["was replayed" in problem.what for problem in report.problems] == [True]


def test_processes_that_reach_an_anchor_out_of_order_are_no_replay(filled: Place) -> None:
    good = anchor_notes(filled.anchor)
    assert filled.verify(notes=(replace(good, notes=good.notes[::-1]),)).intact


def test_a_replayed_checkpoint_inside_the_log_is_told(filled: Place) -> None:
    bodies = [json.loads(row.body) for row in rows_of(filled)]
    rows = rebuilt(bodies, open_keys(filled.keys))
    at = [seq for seq, body in enumerate(bodies) if body["kind"] == "checkpoint"]
    planted = json.loads(rows[at[1]].body)
    planted["facts"] = json.loads(rows[at[0]].body)["facts"]
    raw = entries.canonical(planted)
    rows = [*rows[: at[1]], Row(at[1], raw, merkle.leaf_hash(raw), rows[at[1]].frontier)]
    store(filled, rows)
    problems = [problem for problem in filled.verify(anchored=False).problems if problem.kind == "checkpoint"]
    assert ["replayed" in problem.what for problem in problems] == [True]


def test_two_views_of_one_size_are_a_split_view(filled: Place) -> None:
    good = anchor_notes(filled.anchor)
    size = int(good.notes[0].splitlines()[1])
    other = sign(open_keys(filled.keys), size, bytes(32), "2026-01-01T00:00:00+00:00")
    report = filled.verify(notes=(good, AnchorNotes("their copy", (other,))))
    assert {"split view", "rewritten"} <= {problem.kind for problem in report.problems}


def test_an_anchor_of_another_log_vouches_for_nothing(filled: Place, tmp_path: Path) -> None:
    with AuditLog.open(f"sqlite:///{tmp_path / 'other.db'}", key_dir=tmp_path / "others") as log:
        log.checkpoint()
    report = filled.verify(notes=(anchor_notes(tmp_path / "others" / "checkpoints.txt"),))
    assert [problem.kind for problem in report.problems] == ["other log"]


def test_a_forged_note_in_an_anchor_is_told(filled: Place) -> None:
    good = anchor_notes(filled.anchor)
    forged = (
        good.notes[-1].replace("\n60\n", "\n61\n")
        if "\n60\n" in good.notes[-1]
        else good.notes[-1].replace("=", "A", 1)
    )
    report = filled.verify(notes=(replace(good, notes=(*good.notes, forged)),))
    assert [problem.kind for problem in report.problems] == ["anchor"]


PLANT = "INSERT INTO audit_entry (seq, body, leaf, frontier) VALUES (?, ?, ?, ?)"


@pytest.mark.parametrize("seq", [-1, 10**15])
def test_a_number_no_writer_gives_is_told_and_stops_nothing_else(filled: Place, seq: int) -> None:
    sql(filled, (PLANT, (seq, b"{}", b"", b"")))
    assert seq in [problem.seq for problem in filled.verify(anchored=False).problems]


@pytest.mark.parametrize("row", [("{}", "leaf", "frontier"), (7, 8, 9)], ids=["text for bytes", "numbers for bytes"])
def test_what_only_sqlite_takes_into_a_column_is_told_and_stops_nothing_else(
    filled_file: Place, row: tuple[Any, ...]
) -> None:
    sql(filled_file, (PLANT, (10**6, *row)))
    assert 10**6 in [problem.seq for problem in filled_file.verify(anchored=False).problems]


def test_a_planted_tail_stops_the_release(filled: Place, trail: Opens) -> None:
    with filled.open() as log:
        trail(log).commit("gate", {})
        last = rows_of(filled)[-1]
        sql(filled, ("INSERT INTO audit_entry VALUES (?, ?, ?, ?)", (10**15, last.body, last.leaf, last.frontier)))
        with pytest.raises(AuditError, match=r"damaged frontier|is missing"):
            trail(log).commit("answer", {})


def test_a_text_beside_no_entry_is_told(filled: Place) -> None:
    sql(filled, ("INSERT INTO audit_body VALUES (?, ?, ?, ?)", (10**9, "answer", b"s" * 32, b"never said")))
    assert [problem.kind for problem in filled.verify(anchored=False).problems] == ["text"]


def test_the_frontier_of_an_entry_is_verified_too(filled: Place) -> None:
    broken = Frontier().append(bytes(32)).to_bytes()
    sql(filled, ("UPDATE audit_entry SET frontier = ? WHERE seq = ?", (broken, VICTIM)))
    (problem,) = filled.verify(anchored=False).problems
    assert (problem.kind, problem.seq) == ("frontier", VICTIM)


def test_a_file_that_is_no_database_is_told(place: Place, trail: Opens) -> None:
    with place.open() as log:
        trail(log).commit("answer", {"outcome": "answered"})
    for path in place.folder.glob("audit.db*"):
        path.unlink()
    place.database.write_bytes(b"x" * 8192)
    with pytest.raises(AuditError, match="not a database"):
        place.verify()
