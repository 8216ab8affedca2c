"""What differs between SQLite and PostgreSQL: connecting, the lock, durability, triggers.

Durability is chosen by engine version, set, read back, and refused when it differs:

- SQLite below 3.51.3 has a bug that can corrupt a database in WAL mode with several connections
  (sqlite.org/wal.html#walresetbug), so it runs with a rollback journal: TRUNCATE and synchronous EXTRA.
- SQLite from 3.51.3 on: WAL and synchronous FULL. WAL with NORMAL loses committed entries at a power cut.
- PostgreSQL: fsync and synchronous_commit on.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from chartwarden.agent.errors import AuditError

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""
WAL_SAFE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug."""
_ADVISORY_LOCK = 0x6368_6172_7477_6C67
"""One number for all writers of a PostgreSQL database: the letters "chartwlg"."""
_IDLE = 0
"""libpq's PQTRANS_IDLE: no transaction is open."""
_SYNCHRONOUS = {"FULL": 2, "EXTRA": 3}

_GUARDED = (("audit_entry", "UPDATE"), ("audit_entry", "DELETE"), ("audit_body", "UPDATE"))


def journal(version: tuple[int, ...]) -> tuple[str, str]:
    """Journal mode and synchronous level under which a commit of this SQLite survives a power cut."""
    return ("WAL", "FULL") if version >= WAL_SAFE else ("TRUNCATE", "EXTRA")


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand that can run in WAL mode: Python's own, else that of `sqlcipher3`, else Python's own.

    One file must be opened through one library only: two copies of SQLite in a process undo each other's locks.
    """
    if sqlite3.sqlite_version_info >= WAL_SAFE:
        return sqlite3
    with contextlib.suppress(ImportError):
        other = importlib.import_module("sqlcipher3.dbapi2")
        if other.sqlite_version_info >= WAL_SAFE:
            return other
    return sqlite3


def engine(url: URL, *, read_only: bool) -> sa.Engine:
    """An engine of one of the two databases; nothing is connected yet."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _sqlite(url, read_only=read_only)
    if backend == "postgresql":
        return _postgresql(url)
    raise AuditError(f"the audit log cannot live in {backend}; use sqlite:///path or postgresql://host/database")


def lock(connection: sa.Connection) -> None:
    """Wait until no other writer is appending. On SQLite a writer's transaction begins with the lock."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")


def assert_durable(connection: sa.Connection) -> None:
    """Raise AuditError unless a commit on this connection reaches the disk before it returns."""
    if connection.dialect.name == "sqlite":
        _assert_sqlite(connection)
        return
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
        if value not in ("on", "remote_apply"):
            raise AuditError(f"PostgreSQL runs with {setting} = {value}, which can lose audit entries; set it on")


def create_triggers(connection: sa.Connection) -> None:
    """Make the triggers that are missing."""
    missing = missing_triggers(connection)
    if missing and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is insert-only'; END $$"
        )
    for name, table, action in _triggers(connection.dialect.name):
        if name in missing:
            connection.exec_driver_sql(_trigger_sql(connection.dialect.name, name, table, action))


def missing_triggers(connection: sa.Connection) -> tuple[str, ...]:
    """Names of guarding triggers that are not there."""
    catalogue = "sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == "postgresql":
        catalogue = (
            "(SELECT tgname AS name FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgenabled <> 'D' AND pg_table_is_visible(pg_class.oid)) AS t"
        )
    found = set(connection.exec_driver_sql(f"SELECT name FROM {catalogue}").scalars())
    return tuple(name for name, _, _ in _triggers(connection.dialect.name) if name not in found)


def vacuum(engine: sa.Engine) -> None:
    """Let erased texts leave the files now. SQLite overwrites them as it deletes (secure_delete)."""
    query = "VACUUM audit_body" if engine.dialect.name == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(query)


@dataclass(frozen=True, eq=False)
class Columns:
    """A table to insert into, and its columns with their PostgreSQL types."""

    table: str
    types: Mapping[str, str]

    @functools.cached_property
    def by_row(self) -> str:
        """An INSERT of one row, for SQLite."""
        return f"INSERT INTO {self.table} ({', '.join(self.types)}) VALUES ({', '.join('?' for _ in self.types)})"

    @functools.cached_property
    def by_column(self) -> str:
        """An INSERT of many rows, given as one array for each column, for PostgreSQL."""
        arrays = ", ".join(f"%b::{kind}[]" for kind in self.types.values())
        return f"INSERT INTO {self.table} ({', '.join(self.types)}) SELECT given.* FROM unnest({arrays}) AS given"


Insert = tuple[Columns, list[tuple[Any, ...]]]
"""A table's columns, and rows for them."""


class Driver(Protocol):
    """The bare driver's part in an append: as few round trips as the database allows."""

    @property
    def error(self) -> type[Exception]:
        """Base of the errors the driver raises."""
        ...

    def sql(self, query: str) -> str:
        """`query` with this driver's parameter marks."""
        ...

    def prepare(self, connection: Any) -> None:
        """Take a new connection out of the driver's own transaction handling."""
        ...

    def begin(self, connection: Any, last: str) -> tuple[int, bytes, bytes] | None:
        """Begin, wait for the log's lock, and only then run the query `last`; its row."""
        ...

    def commit(self, connection: Any, *inserts: Insert) -> None:
        """Insert and commit."""
        ...

    def commit_behind(self, connection: Any, last: str, found: tuple[int, bytes, bytes], *inserts: Insert) -> bool:
        """Begin, insert and commit at once where the query `last` finds just this; if not, nothing is done: False."""
        ...

    def abandon(self, connection: Any) -> None:
        """Undo what is under way, if anything is; a connection that is gone has undone it already."""
        ...


def driver(engine: sa.Engine) -> Driver:
    """The driver under an engine."""
    module = engine.dialect.loaded_dbapi
    if engine.dialect.name == "postgresql":
        return _PostgresqlDriver(module.Error, module.errors.UniqueViolation)
    return _SqliteDriver(module.Error)


@dataclass(frozen=True)
class _SqliteDriver:
    error: type[Exception]

    def sql(self, query: str) -> str:
        return query

    def prepare(self, connection: Any) -> None:
        connection.isolation_level = None

    def begin(self, connection: Any, last: str) -> tuple[int, bytes, bytes] | None:
        connection.execute("BEGIN IMMEDIATE")
        found: tuple[int, bytes, bytes] | None = connection.execute(last).fetchone()
        return found

    def commit(self, connection: Any, *inserts: Insert) -> None:
        for into, values in inserts:
            connection.executemany(into.by_row, values)
        connection.execute("COMMIT")

    def commit_behind(self, connection: Any, last: str, found: tuple[int, bytes, bytes], *inserts: Insert) -> bool:
        if self.begin(connection, last) != found:
            return False
        self.commit(connection, *inserts)
        return True

    def abandon(self, connection: Any) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@dataclass(frozen=True)
class _PostgresqlDriver:
    error: type[Exception]
    taken: type[Exception]
    """Raised where a key is in the table already."""

    def sql(self, query: str) -> str:
        return query.replace("?", "%s")

    def prepare(self, connection: Any) -> None:
        connection.autocommit = True

    def begin(self, connection: Any, last: str) -> tuple[int, bytes, bytes] | None:
        # One round trip. Each statement takes its own snapshot (READ COMMITTED), so `last` sees what the
        # writers we waited for have committed.
        cursor = connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({_ADVISORY_LOCK}); {last}")
        cursor.nextset()
        cursor.nextset()
        found: tuple[int, bytes, bytes] | None = cursor.fetchone()
        return found

    def commit(self, connection: Any, *inserts: Insert) -> None:
        # One round trip, and one statement for each table however many rows there are.
        with connection.pipeline(), connection.cursor() as cursor:
            for into, values in inserts:
                if values:
                    cursor.execute(into.by_column, _by_column(values), binary=True)
            cursor.execute("COMMIT")

    def commit_behind(self, connection: Any, last: str, found: tuple[int, bytes, bytes], *inserts: Insert) -> bool:
        # One statement is one transaction and one round trip. It sees the log as it was when it began, so another
        # writer may have appended since. Then the key of `audit_entry` refuses this one, and nothing is inserted.
        filled = [(into, values) for into, values in inserts if values]
        query = _behind(last, *(into for into, _ in filled))
        given = [*found, *(column for _, values in filled for column in _by_column(values))]
        with connection.cursor() as cursor, contextlib.suppress(self.taken):
            cursor.execute(query, given, binary=True, prepare=True)
            return bool(cursor.rowcount)
        return False

    def abandon(self, connection: Any) -> None:
        if not connection.closed and connection.info.transaction_status != _IDLE:
            with contextlib.suppress(self.error):
                connection.execute("ROLLBACK")


@functools.cache
def _behind(last: str, *tables: Columns) -> str:
    """One statement that takes the log's lock, if it is free, and inserts if `last` finds the row it is given."""
    fits = (
        f"fits AS MATERIALIZED (SELECT FROM (SELECT pg_try_advisory_xact_lock({_ADVISORY_LOCK}) AS locked) AS it, "
        f"({last}) AS last (seq, leaf, frontier) WHERE locked AND seq = %b::int8 AND leaf = %b::bytea "
        "AND frontier = %b::bytea)"
    )
    *first, final = [f"{table.by_column}, fits" for table in tables]
    return ", ".join([f"WITH {fits}", *(f"i{at} AS ({insert})" for at, insert in enumerate(first))]) + f" {final}"


def _by_column(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _triggers(dialect: str) -> list[tuple[str, str, str]]:
    guarded = [*_GUARDED, ("audit_entry", "TRUNCATE")] if dialect == "postgresql" else list(_GUARDED)
    return [(f"{table}_no_{action.lower()}", table, action) for table, action in guarded]


def _trigger_sql(dialect: str, name: str, table: str, action: str) -> str:
    if dialect == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    refuse = "BEGIN SELECT RAISE(ABORT, 'the audit log is insert-only'); END"
    return f"CREATE TRIGGER {name} BEFORE {action} ON {table} {refuse}"


def _sqlite(url: URL, *, read_only: bool) -> sa.Engine:
    in_memory = url.database in (None, "", ":memory:")
    module = sqlite_module()
    options: dict[str, Any] = {}
    if in_memory:
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    if not in_memory:
        path = Path(str(url.database))
        _prepare(path, read_only=read_only)
        uri = f"file:{quote(str(path))}?{_mode(path, read_only=read_only)}"
        options["creator"] = lambda: module.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    made = sa.create_engine(url, module=module, hide_parameters=True, **options)

    @sa.event.listens_for(made, "connect")
    def set_pragmas(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        mode, synchronous = journal(module.sqlite_version_info)
        if not read_only and not in_memory:
            connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")

    @sa.event.listens_for(made, "begin")
    def send_begin(connection: sa.Connection) -> None:
        appending = connection.get_execution_options().get("appending", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if appending else "BEGIN")

    return made


def _mode(path: Path, *, read_only: bool) -> str:
    """How the file is opened.

    A reader never changes it, with one exception: after a crash SQLite itself must first roll the unfinished
    transaction back. In a folder that cannot be written, a database at rest is read as it lies.
    """
    if not read_only:
        return "mode=rwc"
    pending = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    unfinished = any(journal.exists() and journal.stat().st_size for journal in pending)
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return "mode=rw" if unfinished else "mode=ro"
    return "mode=ro" if unfinished else "mode=ro&immutable=1"


def _prepare(path: Path, *, read_only: bool) -> None:
    """The file holds what people asked about patients: it is made for its owner alone."""
    if read_only:
        if not path.exists():
            raise AuditError(f"there is no audit log at {path}; check --audit or --data-dir")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise AuditError(f"the audit log {path} cannot be opened for writing: {error.strerror}") from error


def _assert_sqlite(connection: sa.Connection) -> None:
    in_memory = connection.engine.url.database in (None, "", ":memory:")
    module = sqlite_module()
    mode, synchronous = journal(module.sqlite_version_info)
    found_mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()).upper()
    found_level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if not in_memory and (found_mode != mode or found_level != _SYNCHRONOUS[synchronous]):
        raise AuditError(
            f"the audit log runs with journal_mode {found_mode} and synchronous {found_level}, where SQLite "
            f"{module.sqlite_version} needs {mode} and {_SYNCHRONOUS[synchronous]} ({synchronous}); "
            "close other programs that have the file open, then try again"
        )


def _postgresql(url: URL) -> sa.Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise AuditError("a PostgreSQL audit log needs psycopg: pip install 'chartwarden[postgres]'") from None
    made = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), hide_parameters=True, connect_args={"connect_timeout": 10}
    )

    @sa.event.listens_for(made, "connect")
    def set_durable(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
            cursor.execute("SET default_transaction_isolation = 'read committed'")  # `begin` relies on it
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.commit()

    return made
