"""A store that cannot be opened leaves nothing open: no connection, no lock, no private folder.

From Python 3.13 a connection that nobody closed is a `ResourceWarning`, and that in whatever runs when it is found.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chartwarden.tools.errors import ConfigurationError, LoadError
from chartwarden.tools.records import sqlite
from chartwarden.tools.records.store import LocalStore

POSTGRES = os.environ.get("CHARTWARDEN_TEST_POSTGRES", "")
Opened = list[sqlite3.Connection]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "records.db"
    LocalStore.open(f"sqlite:///{found}").close()
    return found


@pytest.fixture
def opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The connections made since the store at `path` was."""
    connect, made = sqlite3.connect, Opened()

    def kept(*args: object, **options: object) -> sqlite3.Connection:
        made.append(connect(*args, **options))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", kept)
    return made


def still_open(opened: Opened) -> int:
    assert opened, "nothing was opened at all"
    count = 0
    for connection in opened:
        try:
            connection.total_changes  # noqa: B018 - refused by a closed one
            connection.close()
            count += 1
        except sqlite3.ProgrammingError:
            pass
    return count


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(statement)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_store_that_is_refused(path: Path, opened: Opened) -> None:
    change(path, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(ConfigurationError, match="newer version"):
        LocalStore.open(f"sqlite:///{path}")
    assert still_open(opened) == 0


def test_a_file_that_is_no_store(path: Path, opened: Opened) -> None:
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(ConfigurationError, match="not a record store"):
        LocalStore.open(f"sqlite:///{path}")
    assert still_open(opened) == 0


@pytest.mark.parametrize(("fault", "told"), [(interrupt, KeyboardInterrupt), (None, LoadError)])
def test_an_old_store_that_cannot_be_brought_up_to_date(
    path: Path,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[..., None] | None,
    told: type[BaseException],
) -> None:
    change(path, "REPLACE INTO meta VALUES ('definitions', 'older')")
    if fault is not None:
        monkeypatch.setattr("chartwarden.tools.records.writing.Writer.flush", fault)
    else:
        change(path, "DROP TABLE load_batch")
    with pytest.raises(told):
        LocalStore.open(f"sqlite:///{path}")
    assert still_open(opened) == 0


def test_a_lock_that_another_load_has(path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT_S", 0.0)
    with (
        LocalStore.open(f"sqlite:///{path}") as store,
        store.database.changing(),
        pytest.raises(LoadError, match="another load"),
        store.database.changing(),
    ):
        pytest.fail("two loads at a time")
    assert still_open(opened) == 0


def test_a_wait_for_the_lock_that_is_given_up(path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(sqlite3.Connection):
        execute = interrupt  # type: ignore[assignment]

    connect = sqlite3.connect
    with LocalStore.open(f"sqlite:///{path}") as store:
        monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, factory=Interrupted, **options))
        with pytest.raises(KeyboardInterrupt), store.database.changing():
            pytest.fail("a load without its lock")
    assert still_open(opened) == 0


def test_a_lock_file_that_is_none(path: Path, opened: Opened) -> None:
    path.with_name(path.name + ".lock").write_bytes(b"no database at all" * 1000)
    with (
        LocalStore.open(f"sqlite:///{path}") as store,
        pytest.raises(ConfigurationError, match=r"records\.db\.lock is no lock file .*; delete it"),
        store.database.changing(),
    ):
        pytest.fail("a load without its lock")
    assert still_open(opened) == 0


def test_a_private_store_that_cannot_be_made(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(sqlite, "migrate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        LocalStore.open("sqlite://")
    assert still_open(opened) == 0
    assert list(folder.iterdir()) == []


@pytest.mark.postgres
def test_a_database_without_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    if not POSTGRES:
        pytest.skip("CHARTWARDEN_TEST_POSTGRES names no PostgreSQL server")
    import psycopg

    connect, made = psycopg.connect, []

    def kept(*args: object, **options: object) -> object:
        made.append(connect(*args, **options))
        return made[-1]

    monkeypatch.setattr(psycopg, "connect", kept)
    with pytest.raises(ConfigurationError, match="there is no record store"):
        LocalStore.open(f"{POSTGRES}?options=-csearch_path%3Dnowhere", create=False)
    assert [one.closed for one in made] == [True]
