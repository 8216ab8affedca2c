"""The record store in PostgreSQL: the same tables and searches, with a transaction where SQLite has a working copy."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import make_url

from chartwarden.tools.errors import ConfigurationError, LoadError, SourceFault
from chartwarden.tools.records.migrations import migrate
from chartwarden.tools.records.schema import metadata
from chartwarden.tools.records.threads import PerThread

if TYPE_CHECKING:
    import psycopg

LOAD_LOCK = 0x63686172747764
"""Number of the advisory lock that one load at a time holds."""
COPIED = frozenset(
    {"resource", "version", "member", "x_token", "x_date", "x_ref", "x_string", "x_number", "text_chunk"}
)
"""Tables whose rows are new by the way the writer works, and many: they go in by COPY."""
_DIALECT = (
    ("FROM json_each(?) j", "FROM (SELECT value::bigint AS value FROM json_array_elements_text(?::json)) j"),
    ("SELECT value FROM json_each(?)", "SELECT value::bigint FROM json_array_elements_text(?::json)"),
    ("SELECT value AS rid FROM json_each(?)", "SELECT value::bigint AS rid FROM json_array_elements_text(?::json)"),
    ("CROSS JOIN", "JOIN"),
    ("INSTR(", "STRPOS("),
    ("?", "%s"),
)


@lru_cache(maxsize=1024)
def dialect(sql: str) -> str:
    """A statement of ours in PostgreSQL's words."""
    for ours, theirs in _DIALECT:
        sql = sql.replace(ours, theirs)
    return sql


def _clean(value: Any) -> Any:
    """PostgreSQL's text holds no NUL; nobody searches for one."""
    return value.replace("\x00", "") if value.__class__ is str and "\x00" in value else value


class PostgresConnection:
    """One connection, as `writing.Tables` and as the reader of one thread."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.raw = raw

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement; what it returns."""
        import psycopg

        try:
            cursor = self.raw.execute(dialect(sql).encode(), [_clean(value) for value in values])
            return cursor.fetchall() if cursor.description else []
        except psycopg.OperationalError:
            raise SourceFault("the record database does not answer", code="store_down") from None

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows in the order of the table's columns."""
        cleaned = [tuple(map(_clean, row)) for row in rows]
        if not cleaned:
            return
        with self.raw.cursor() as cursor:
            if table in COPIED:
                with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    for row in dict.fromkeys(cleaned):
                        copy.write_row(row)
            elif table == "text_index":
                sql = "INSERT INTO text_index VALUES (%s, to_tsvector('simple', %s), to_tsvector('simple', %s))"
                cursor.executemany(sql, cleaned)
            else:
                marks = ", ".join("%s" for _ in metadata.tables[table].columns)
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING".encode(), cleaned)

    def delete(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Delete rows by the values of these columns."""
        cleaned = [tuple(map(_clean, row)) for row in rows]
        if cleaned:
            condition = " AND ".join(f"{column} = %s" for column in columns)
            with self.raw.cursor() as cursor:
                cursor.executemany(f"DELETE FROM {table} WHERE {condition}".encode(), cleaned)

    def select_keys(self, columns: str, table: str, column: str, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        """Rows whose `column` is one of many numbers."""
        sql = f"SELECT {columns} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))"
        return self.rows(sql, (orjson.dumps(list(keys)).decode(),))

    def words(self, column: str, words: Sequence[str]) -> list[int]:
        """Row numbers whose narrative or content has all words."""
        sql = (
            f"SELECT DISTINCT c.rid FROM text_index t JOIN text_chunk c ON c.chunk = t.chunk"
            f" WHERE t.{column} @@ plainto_tsquery('simple', ?) ORDER BY 1"
        )
        return [row[0] for row in self.rows(sql, (" ".join(words),))]


class PostgresDatabase:
    """The database behind a store: connections to read it, and the one way to change it."""

    engine = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self.name = self._url.render_as_string(hide_password=True)
        self._open: list[psycopg.Connection[tuple[Any, ...]]] = []
        self._idle: deque[PostgresConnection] = deque()
        """Connections that no search reads and no living thread keeps."""
        self._own = PerThread(self._idle.append)
        self._guard = threading.Lock()

    def _connect(self, *, autocommit: bool) -> psycopg.Connection[tuple[Any, ...]]:
        try:
            import psycopg
        except ImportError:
            raise ConfigurationError("PostgreSQL needs psycopg: pip install 'chartwarden[postgres]'") from None
        conninfo = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            return psycopg.connect(conninfo, autocommit=autocommit)
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ConfigurationError(f"cannot reach the record database {self.name}: {reason}") from None

    def exists(self) -> bool:
        """Whether there is a store."""
        connection, _ = self.reader()
        return bool(
            connection.rows(
                "SELECT 1 FROM pg_tables WHERE tablename = 'x_token' AND schemaname = ANY (current_schemas(false))"
            )
        )

    def create(self) -> None:
        """Make the tables, unless somebody else just did."""
        with self.changing() as working:
            if working.connection.rows("SELECT to_regclass('x_token')")[0][0] is None:
                migrate(working.connection, "postgresql", 0)
                working.publish()

    def reader(self) -> tuple[PostgresConnection, str]:
        """This thread's connection, and what identifies the state that caches belong to."""
        connection = self._own.get()
        if connection is None or connection.raw.closed:
            connection = self._free_one()
            self._own.keep(connection)
        return connection, self.name

    def _free_one(self) -> PostgresConnection:
        """A connection that is idle, else a new one."""
        with suppress(IndexError):  # other threads take from it at the same time
            while True:
                connection = self._idle.pop()
                if not connection.raw.closed:
                    return connection
        raw = self._connect(autocommit=True)
        with self._guard:
            self._open = [*(one for one in self._open if not one.closed), raw]
        return PostgresConnection(raw)

    @contextmanager
    def frozen(self) -> Iterator[tuple[PostgresConnection, str]]:
        """A connection that sees one state of the database for as long as it takes."""
        import psycopg

        connection = self._free_one()
        try:
            with suppress(psycopg.OperationalError):  # a server that is gone is told of by the first statement
                connection.raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection, self.name
        finally:
            with suppress(psycopg.Error):
                connection.raw.rollback()
            self._idle.append(connection)

    @contextmanager
    def changing(self) -> Iterator[PostgresWorking]:
        """A transaction that only one load at a time has; what was not published is rolled back."""
        import psycopg

        raw = self._connect(autocommit=False)
        try:
            raw.execute("SELECT pg_advisory_xact_lock(%s)", (LOAD_LOCK,))
            yield PostgresWorking(raw)
        except psycopg.OperationalError:
            raise LoadError("the store could not be written; it is as it was before this load") from None
        finally:
            with suppress(psycopg.Error):
                raw.rollback()
            raw.close()

    def derived(self, patient: str, name: str, stamp: str, build: Callable[[], bytes]) -> bytes:
        """The kept value where it is good for `stamp`, else a new one, kept from now on."""
        connection, _ = self.reader()
        sql = "SELECT bytes FROM derived WHERE patient = ? AND name = ? AND stamp = ?"
        found = connection.rows(sql, (patient, name, stamp))
        if found:
            return bytes(found[0][0])
        made = build()
        put = (
            "INSERT INTO derived VALUES (?, ?, ?, ?) ON CONFLICT (patient, name)"
            " DO UPDATE SET stamp = excluded.stamp, bytes = excluded.bytes"
        )
        connection.rows(put, (patient, name, stamp, made))
        return made

    def close(self) -> None:
        """Close the connections of all threads."""
        self._own = PerThread(self._idle.append)
        with self._guard:
            for raw in self._open:
                raw.close()
            self._open.clear()
            self._idle.clear()


class PostgresWorking:
    """The open transaction of a load."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.raw = raw

    @property
    def connection(self) -> PostgresConnection:
        """The connection to write with."""
        return PostgresConnection(self.raw)

    def publish(self) -> None:
        """Commit."""
        self.raw.commit()
        self.raw.execute("ANALYZE")
        self.raw.commit()
