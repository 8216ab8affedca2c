"""What is stored is read back by number, in whatever pieces; and what a database says is told with a remedy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from chartwarden.agent.audit import dialects, exported, reading
from chartwarden.agent.audit import storage as stored
from chartwarden.agent.audit.chain import EMPTY
from chartwarden.agent.audit.dialects import Columns
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.errors import AuditError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place


@pytest.fixture
def filled(anywhere: Place, trail: Callable[..., Trail]) -> Place:
    """Entry 0, and six with a text each, of which entry 3 is erased by entry 7; 8 is the checkpoint of the end."""
    with anywhere.open() as log:
        for number in range(1, 7):
            trail(log, patient="").commit("gate", {"n": number}, {"question": f"text {number}"})
        log.erase([3], reason="request", by="officer")
    return anywhere


@pytest.fixture(params=[1, 3, 9])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Rows are read so many at a time."""
    for module in (stored, reading, exported):
        monkeypatch.setattr(module, "CHUNK", request.param)
    return request.param


def test_rows_are_read_by_number_whatever_they_are_read_in(filled, chunk):
    with closing(Storage.open(filled.url)) as storage:
        for start, stop, seqs in (
            (None, None, range(9)), (0, 9, range(9)), (2, 5, range(2, 5)), (None, 3, range(3)), (7, None, (7, 8)),
            (4, 4, ()), (9, None, ()), (8, 20, (8,)),
        ):  # fmt: skip
            assert [row.seq for row in storage.rows(start, stop)] == [*seqs], (start, stop)
        with storage.appending() as appending:
            assert [row.seq for row in appending.rows(2, 7)] == [2, 3, 4, 5, 6]
            assert [*appending.rows(0, 9)] == [*storage.rows()]
        first, *_, last = exported.lines(storage, "log1", texts=True)
        assert (first["format"], last["seq"]) == ("chartwarden audit log", 8)
        found = {
            line["seq"]: line.get("texts") for line in exported.lines(storage, "log1", texts=True) if "seq" in line
        }
        assert [seq for seq, texts in found.items() if texts] == [1, 2, 4, 5, 6]
        assert found[6]["question"]["text"] == "text 6"
        assert not any("texts" in line for line in [*exported.lines(storage, "log1", texts=False)][1:])


def test_a_story_is_found_whatever_is_read_at_a_time(anywhere, trail, chunk):
    with anywhere.open() as log:
        asked, other = trail(log), trail(log, "s2")
        asked.commit("question", {}, {"question": "first"})
        asked.commit("answer", {})
        asked.commit("question", {}, {"question": "second"})
        for number in range(4):
            other.note("gate", {"n": number})
            asked.commit("tool_call", {"n": number})
        asked.commit("answer", {}, {"answer": "done"})
        asked.commit("gate", {})
        with closing(Storage.open(anywhere.url, read_only=True)) as storage:
            told = {seq: [entry.seq for entry in reading.story(storage, seq)] for seq in range(1, 14)}
    second = [3, 5, 7, 9, 11, 12]
    assert told[1] == told[2] == [1, 2]
    assert all(told[seq] == second for seq in second)
    assert all(told[seq] == [seq] for seq in (4, 6, 8, 10, 13)), "what is outside a question stands alone"


def test_texts_and_tails_are_read_by_number(filled):
    with closing(Storage.open(filled.url)) as storage:
        for start, stop, seqs in (
            (None, None, [1, 2, 4, 5, 6]), (2, 5, [2, 4]), (None, 2, [1]), (6, None, [6]), (3, 4, []),
        ):  # fmt: skip
            assert [text.entry_seq for text in storage.bodies(start, stop)] == seqs
        assert storage.seqs_with_text() == [1, 2, 4, 5, 6]
        tail = storage.tail()
        assert (tail.size, storage.at(8), storage.at(9)) == (9, tail, None)
        earlier = storage.at(4)
        assert earlier is not None
        assert (earlier.size, earlier.leaf) == (5, next(storage.rows(4, 5)).leaf)
        with storage.appending() as appending:
            assert (appending.tail, appending.at(4), appending.at(9)) == (tail, earlier, None)


def test_leaving_without_a_commit_changes_nothing(filled):
    with closing(Storage.open(filled.url)) as storage:
        with storage.appending() as appending:
            assert appending.erase([1, 2, 3, 77]) == 2
        assert storage.seqs_with_text() == [1, 2, 4, 5, 6]


def test_an_empty_log_has_no_tail(anywhere):
    with closing(Storage.open(anywhere.url)) as storage:
        assert (storage.tail(), storage.at(0), [*storage.rows()]) == (EMPTY, None, [])
        assert storage.missing_triggers() == ()


def test_a_log_that_only_is_read_is_not_made(anywhere):
    with pytest.raises(AuditError, match=r"there is no audit log|holds no audit log"):
        Storage.open(anywhere.url, read_only=True)


@pytest.mark.parametrize("url", ["nonsense", "://", "a b"])
def test_what_is_no_url_is_told(url):
    with pytest.raises(AuditError, match="not a database URL"):
        Storage.open(url)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("database or disk is full", "Free space"),
        ("No space left on device", "Free space"),
        ("attempt to write a READONLY database", "right to write"),
        ("Read-only file system", "right to write"),
        ("Permission denied", "right to write"),
        ("database is locked", "Another process"),
        ("the database is busy", "Another process"),
        ("database disk image is malformed", "restore a copy"),
        ("file is not a database", "restore a copy"),
        ("something else", "mend this"),
    ],
)
def test_each_failure_has_its_remedy(reason, remedy):
    assert remedy in stored._remedy(reason)


@pytest.mark.parametrize(
    ("value", "kept"),
    [(b"a", b"a"), (memoryview(b"a"), b"a"), ("a", b"a"), ("\ud800", b"\xed\xa0\x80"), (7, b""), (None, b"")],
)
def test_whatever_somebody_put_into_a_column_is_read_as_bytes(value, kept):
    assert stored._blob(value) == kept


def test_inserts_are_written_for_each_database():
    columns = Columns("t", {"a": "int8", "b": "bytea"})
    assert columns.by_row == "INSERT INTO t (a, b) VALUES (?, ?)"
    assert columns.by_column == "INSERT INTO t (a, b) SELECT given.* FROM unnest(%b::int8[], %b::bytea[]) AS given"


def test_triggers_guard_every_way_to_change_an_entry():
    common = {"audit_entry_no_update", "audit_entry_no_delete", "audit_body_no_update"}
    assert {name for name, _, _ in dialects._triggers("sqlite")} == common
    assert {name for name, _, _ in dialects._triggers("postgresql")} == common | {"audit_entry_no_truncate"}


# Which SQLite


@pytest.mark.parametrize(
    ("own", "other", "chosen"),
    [
        ((3, 51, 3), (3, 53, 0), "own"),
        ((3, 51, 2), (3, 51, 3), "other"),
        ((3, 51, 2), (3, 51, 2), "own"),
        ((3, 51, 2), None, "own"),
        ((3, 53, 0), None, "own"),
    ],
)
def test_the_newest_sqlite_that_is_safe_in_wal_mode_is_taken(own, other, chosen, monkeypatch):
    ours = SimpleNamespace(sqlite_version_info=own)
    theirs = SimpleNamespace(sqlite_version_info=other)

    def found(name: str) -> object:
        if other is None:
            raise ImportError(name)
        return theirs

    monkeypatch.setattr(dialects, "sqlite3", ours)
    monkeypatch.setattr(dialects.importlib, "import_module", found)
    assert dialects.sqlite_module() is (ours if chosen == "own" else theirs)


@pytest.mark.parametrize(
    ("journal", "size", "writable", "mode"),
    [
        (None, 0, True, "mode=ro"),
        ("-wal", 0, True, "mode=ro"),
        ("-wal", 1, True, "mode=rw"),
        ("-journal", 1, True, "mode=rw"),
        (None, 0, False, "mode=ro&immutable=1"),
        ("-wal", 1, False, "mode=ro"),
        ("-journal", 0, False, "mode=ro&immutable=1"),
    ],
)
def test_a_reader_writes_only_to_roll_back_what_a_crash_left(journal, size, writable, mode, tmp_path, monkeypatch):
    path = tmp_path / "audit.db"
    path.touch()
    if journal:
        (tmp_path / f"audit.db{journal}").write_bytes(b"x" * size)
    for unwritable in [()] if writable else [(tmp_path,), (path,), (tmp_path, path)]:
        monkeypatch.setattr(dialects.os, "access", lambda where, _, no=unwritable: where not in no)
        assert dialects._mode(path, read_only=True) == mode
        assert dialects._mode(path, read_only=False) == "mode=rwc"


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "DELETE"), ("synchronous", "NORMAL"), ("synchronous", "OFF")]
)
def test_a_connection_that_would_lose_a_commit_is_refused(pragma, value, place):
    engine = dialects.engine(sa.make_url(place.url), read_only=False)
    with engine.connect() as connection:
        dialects.assert_durable(connection)
        connection.rollback()
        connection.connection.driver_connection.execute(f"PRAGMA {pragma} = {value}")
        with pytest.raises(AuditError, match="close other programs"):
            dialects.assert_durable(connection)
    engine.dispose()


def test_in_memory_there_is_no_disk_to_reach():
    engine = dialects.engine(sa.make_url("sqlite://"), read_only=False)
    with engine.connect() as connection:
        dialects.assert_durable(connection)
    engine.dispose()


def test_a_connection_overwrites_what_it_deletes_and_a_reader_changes_nothing(place):
    for read_only in (False, True):
        engine = dialects.engine(sa.make_url(place.url), read_only=read_only)
        with engine.connect() as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("secure_delete", "query_only")
            ]
        engine.dispose()
        assert found == [1, int(read_only)]
