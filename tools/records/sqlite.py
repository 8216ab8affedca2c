"""The record store in one SQLite file that is never changed in place.

A load works on a private copy and puts it in place of the old file with one rename. Readers open the file read-only
and immutable, so they take no locks, are never blocked and never see half a load; a load that is killed leaves the
file as it was. No connection ever writes to a file that another one reads, which also keeps clear of the WAL-reset
bug of SQLite before 3.51.3. The price is a copy of the file for each load (a clone where the file system can).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from chartwarden.tools.errors import ConfigurationError, LoadError, SourceFault
from chartwarden.tools.records.derived import DerivedFile
from chartwarden.tools.records.migrations import migrate
from chartwarden.tools.records.schema import metadata
from chartwarden.tools.records.threads import PerThread

PAGE_BYTES = 8192
CACHE_KB = 256 * 1024
MMAP_BYTES = 1 << 36
LOCK_WAIT_S = 600.0
ROWS_AT_ONCE = 32
"""In one INSERT: a third faster than one by one, and more of them are no faster."""


@cache
def _insert_sql(table: str, rows: int) -> str:
    if table == "text_index":
        into, columns = "INSERT INTO text_index (rowid, narrative, content)", 3
    else:
        into, columns = f"INSERT OR IGNORE INTO {table}", len(metadata.tables[table].columns)
    marks = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([marks] * rows)}"


class SqliteConnection:
    """One SQLite connection, as `writing.Tables` and as the reader of one thread."""

    def __init__(self, raw: sqlite3.Connection, state: Any = None) -> None:
        self.raw = raw
        self.state = state
        """What identifies the state of the file that it reads."""
        self.users = 0
        """Searches that are reading; the connection stays open for them when the file behind it is replaced."""
        self.outdated = False
        """The file behind it was replaced: to be closed after its last search."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement; what it returns."""
        try:
            return self.raw.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise SourceFault(f"the record store cannot be read ({error})", code="store_io") from None
        except sqlite3.DatabaseError:
            raise SourceFault("the record store is damaged; load the records into a new one", code="damaged") from None

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows in the order of the table's columns."""
        given = list(rows)
        if not given:
            return
        grouped = len(given) - len(given) % ROWS_AT_ONCE
        values = chain.from_iterable(given[:grouped])
        self.raw.executemany(
            _insert_sql(table, ROWS_AT_ONCE), zip(*[values] * (ROWS_AT_ONCE * len(given[0])), strict=True)
        )
        self.raw.executemany(_insert_sql(table, 1), given[grouped:])

    def delete(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Delete rows by the values of these columns."""
        condition = " AND ".join(f"{column} = ?" for column in columns)
        self.raw.executemany(f"DELETE FROM {table} WHERE {condition}", rows)

    def select_keys(self, columns: str, table: str, column: str, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        """Rows whose `column` is one of many numbers."""
        sql = f"SELECT {columns} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))"
        return self.rows(sql, (orjson.dumps(list(keys)).decode(),))

    def words(self, column: str, words: Sequence[str]) -> list[int]:
        """Row numbers whose narrative or content has all words."""
        phrase = " ".join('"' + word.replace('"', '""') + '"' for word in words)
        sql = "SELECT c.rid FROM text_index t JOIN text_chunk c ON c.chunk = t.rowid WHERE text_index MATCH ?"
        return sorted({row[0] for row in self.rows(sql, (f"{column} : ({phrase})",))})


class SqliteFile:
    """The file behind a store: connections to read it, and the one way to change it."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._derived = DerivedFile(path.with_name(path.name + ".derived"))
        self._idle: deque[SqliteConnection] = deque()
        """Connections of threads that are over, for the next ones."""
        self._own = PerThread(self._idle.append)
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()

    def exists(self) -> bool:
        """Whether there is a store."""
        return self.path.exists()

    def create(self) -> None:
        """Make an empty store, unless somebody else just did."""
        with self.changing(create=True) as working:
            working.publish()

    def reader(self) -> tuple[SqliteConnection, Any]:
        """This thread's connection to the file as it is now, and what identifies that state of the file."""
        try:
            found = self.path.stat()
        except OSError:
            raise SourceFault(f"the record store {self.path} is gone", code="store_missing") from None
        state = (found.st_ino, found.st_mtime_ns)
        connection = self._own.get()
        if connection is None or connection.state != state:
            self._own.let_go()
            connection = self._idle_one(state) or SqliteConnection(self._connect(), state)
            self._own.keep(connection)
        return connection, state

    def _idle_one(self, state: Any) -> SqliteConnection | None:
        """A connection to this state of the file that nobody uses; those to earlier states are closed on the way."""
        with suppress(IndexError):  # other threads take from it at the same time
            while True:
                connection = self._idle.pop()
                if connection.state == state and not connection.users:
                    return connection
                connection.outdated = True
                self._drop(connection)
        return None

    @contextmanager
    def frozen(self) -> Iterator[tuple[SqliteConnection, Any]]:
        """The same, on one state of the file for as long as it takes."""
        connection, state = self.reader()
        connection.users += 1
        try:
            yield connection, state
        finally:
            connection.users -= 1
            if connection.outdated:
                self._drop(connection)

    def _drop(self, connection: SqliteConnection) -> None:
        with self._guard:
            if connection.users or connection.raw not in self._open:
                return
            self._open.remove(connection.raw)
        connection.raw.close()

    def _connect(self) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.path.absolute()))}?mode=ro&immutable=1"
        raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512)
        with self._guard:
            self._open.append(raw)
        raw.execute(f"PRAGMA mmap_size={MMAP_BYTES}")
        return raw

    def derived(self, patient: str, name: str, stamp: str, build: Callable[[], bytes]) -> bytes:
        """The kept value where it is good for `stamp`, else a new one, kept from now on."""
        return self._derived.get(patient, name, stamp, build)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._derived.close()
        self._own = PerThread(self._idle.append)
        with self._guard:
            for raw in self._open:
                raw.close()
            self._open.clear()
            self._idle.clear()

    @contextmanager
    def changing(self, *, create: bool = False) -> Iterator[Working]:
        """The private copy to change; whoever comes second waits. What was not published is thrown away."""
        lock = self._lock()
        working = Working(self.path)
        try:
            working.begin(create)
            yield working
        except (sqlite3.OperationalError, SourceFault) as error:
            raise LoadError(f"the store could not be written ({error}); it is as it was before this load") from error
        finally:
            working.discard()
            lock.close()

    def _lock(self) -> sqlite3.Connection:
        """A lock that the system releases with its process: an exclusive transaction in a file of its own."""
        name = self.path.with_name(self.path.name + ".lock")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            name.touch(mode=0o600)
            lock = sqlite3.connect(name, isolation_level=None, timeout=LOCK_WAIT_S, check_same_thread=False)
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except BaseException:  # also a Ctrl-C during the wait
                lock.close()
                raise
        except (OSError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                message = f"{name} is no lock file ({error}); delete it, or move it away: it holds no records"
                raise ConfigurationError(message) from None
            if "locked" in str(error):
                message = f"another load has been changing {self.path} for {LOCK_WAIT_S:.0f} s; try again later"
                raise LoadError(message) from None
            raise ConfigurationError(
                f"cannot write in {self.path.parent} ({error}); choose another folder with --data-dir or --store"
            ) from None
        return lock


class Working:
    """The private copy of a store file during a load."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._copy = path.with_name(path.name + ".loading")
        self.raw: sqlite3.Connection | None = None

    @property
    def connection(self) -> SqliteConnection:
        """The open copy."""
        assert self.raw is not None
        return SqliteConnection(self.raw)

    def begin(self, create: bool) -> None:
        """Copy the file (or make an empty one) and open the copy."""
        self.discard()
        fresh = not self._path.exists()
        if not fresh:
            if create:
                return
            try:
                self._copy.touch(mode=0o600)
                shutil.copyfile(self._path, self._copy)
            except OSError as error:
                raise LoadError(f"no room for a working copy of {self._path}: {error.strerror}") from error
        else:
            self._copy.touch(mode=0o600)
        self.raw = sqlite3.connect(self._copy, isolation_level=None, check_same_thread=False)
        self._tune(fresh)
        self.raw.execute("BEGIN")
        if fresh:
            migrate(self.connection, "sqlite", 0)

    def _tune(self, fresh: bool) -> None:
        assert self.raw is not None
        for pragma in (
            f"page_size={PAGE_BYTES}" if fresh else "page_size",
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            f"cache_size=-{CACHE_KB}",
            "temp_store=MEMORY",
        ):
            self.raw.execute(f"PRAGMA {pragma}")

    def publish(self) -> None:
        """Put the copy in place of the file, durably and at once."""
        if self.raw is None:
            return
        self.raw.execute("COMMIT")
        self.raw.close()
        self.raw = None
        self._copy.chmod(0o600)
        _sync(self._copy)
        self._copy.replace(self._path)
        _sync(self._path.parent)

    def discard(self) -> None:
        """Throw the copy away, also one that a killed load left behind."""
        if self.raw is not None:
            self.raw.close()
            self.raw = None
        for leftover in (self._copy, self._copy.with_name(self._copy.name + "-journal")):
            leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # folders cannot be synced everywhere
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
