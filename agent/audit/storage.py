"""Where the log is stored: two tables on SQLite or PostgreSQL, appended under one lock, durable at commit.

`audit_entry` is insert-only: `seq` is given by the writer inside the lock, never by the database, and each row holds
the frontier of the tree up to itself, so an append reads one row and changes none. `audit_body` holds what may be
erased. Triggers stop accidents; whoever owns the file can drop them, so `verify` looks for them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from chartwarden.agent.audit import dialects
from chartwarden.agent.audit.chain import EMPTY, BodyRow, Row, Tail
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.errors import AuditError

CHUNK = 1_000
"""Rows read at a time."""

METADATA = sa.MetaData()
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # on SQLite, the row's own key
ENTRY = sa.Table(
    "audit_entry",
    METADATA,
    sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("frontier", sa.LargeBinary, nullable=False),
)
BODY = sa.Table(
    "audit_body",
    METADATA,
    sa.Column("entry_seq", _NUMBER, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

_LAST = sa.select(ENTRY.c.seq, ENTRY.c.leaf, ENTRY.c.frontier).order_by(ENTRY.c.seq.desc()).limit(1)
_ONE = sa.select(ENTRY.c.seq, ENTRY.c.leaf, ENTRY.c.frontier).where(ENTRY.c.seq == sa.bindparam("at"))
_LAST_SQL = "SELECT seq, leaf, frontier FROM audit_entry ORDER BY seq DESC LIMIT 1"
_INTO_ENTRY = dialects.Columns("audit_entry", {"seq": "int8", "body": "bytea", "leaf": "bytea", "frontier": "bytea"})
_INTO_BODY = dialects.Columns("audit_body", {"entry_seq": "int8", "name": "text", "salt": "bytea", "text": "bytea"})


class Appending:
    """A transaction that holds the log's lock, on the bare driver: this is the path that everything waits for."""

    def __init__(self, connection: Any, driver: dialects.Driver) -> None:
        self._connection = connection
        self._driver = driver
        found = driver.begin(connection, _LAST_SQL)
        self.tail = EMPTY if found is None else _tail(*found)
        """The last entry as stored."""

    def at(self, seq: int) -> Tail | None:
        """The tail as it was after entry `seq`; None where that entry is missing."""
        found = self._execute("SELECT seq, leaf, frontier FROM audit_entry WHERE seq = ?", (seq,)).fetchone()
        return None if found is None else _tail(*found)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Entries `start <= seq < stop` in order."""
        query = (
            f"SELECT seq, body, leaf, frontier FROM audit_entry WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT {CHUNK}"
        )
        while found := self._execute(query, (start, stop)).fetchall():
            yield from (_row(*row) for row in found)
            start = found[-1][0] + 1

    def erase(self, seqs: Sequence[int]) -> int:
        """Delete the texts of these entries; how many there were."""
        return sum(self._execute("DELETE FROM audit_body WHERE entry_seq = ?", (seq,)).rowcount for seq in seqs)

    def commit(self, rows: Sequence[Row], bodies: Sequence[BodyRow]) -> None:
        """Append, and return when everything of this transaction is on disk."""
        self._driver.commit(self._connection, *_inserts(rows, bodies))

    def _execute(self, query: str, values: tuple[int, ...]) -> Any:
        return self._connection.execute(self._driver.sql(query), values)


class Storage:
    """One database of entries and texts. Raises AuditError, never a database error."""

    def __init__(self, engine: sa.Engine, *, read_only: bool) -> None:
        self._engine = engine
        self._read_only = read_only
        self._shared = threading.RLock() if isinstance(engine.pool, StaticPool) else contextlib.nullcontext()
        self._driver = dialects.driver(engine)
        self._writer: sa.PoolProxiedConnection | None = None

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Storage:
        """Connect, make the tables where they are missing, and check that a commit is durable here."""
        try:
            parsed = make_url(url)
        except sa.exc.ArgumentError:
            raise AuditError(
                "the audit URL is not a database URL; it looks like sqlite:///path or postgresql://host/db"
            ) from None
        storage = cls(dialects.engine(parsed, read_only=read_only), read_only=read_only)
        try:
            storage._made_ready()
        except BaseException:
            storage.close()
            raise
        return storage

    @property
    def name(self) -> str:
        """The database's name, without a password."""
        return shown(self._engine.url)

    @contextlib.contextmanager
    def appending(self) -> Iterator[Appending]:
        """A transaction under the log's lock. Left without `commit`, it changes nothing."""
        with self._writing() as connection:
            yield Appending(connection, self._driver)

    def append_behind(self, tail: Tail, rows: Sequence[Row], bodies: Sequence[BodyRow]) -> bool:
        """Append in one step if the log ends with just this entry, and return when it is all on disk.

        False, with nothing changed, where the log ends otherwise or another writer is at work.
        """
        found = (tail.size - 1, tail.leaf, tail.frontier.to_bytes())
        with self._writing() as connection:
            return self._driver.commit_behind(connection, _LAST_SQL, found, *_inserts(rows, bodies))

    def rows(self, start: int | None = None, stop: int | None = None) -> Iterator[Row]:
        """Entries `start <= seq < stop` in order, read in chunks so that writers are not held up."""
        while True:
            query = sa.select(ENTRY).order_by(ENTRY.c.seq).limit(CHUNK)
            query = query if start is None else query.where(ENTRY.c.seq >= start)
            query = query if stop is None else query.where(ENTRY.c.seq < stop)
            found = self._read(query)
            yield from (_row(row.seq, row.body, row.leaf, row.frontier) for row in found)
            if len(found) < CHUNK:
                return
            start = found[-1].seq + 1

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        """Texts of the entries `start <= seq < stop`, as far as they have not been erased."""
        query = sa.select(BODY).order_by(BODY.c.entry_seq, BODY.c.name)
        query = query if start is None else query.where(BODY.c.entry_seq >= start)
        query = query if stop is None else query.where(BODY.c.entry_seq < stop)
        return [BodyRow(row.entry_seq, row.name, _blob(row.salt), _blob(row.text)) for row in self._read(query)]

    def seqs_with_text(self) -> list[int]:
        """Entries that still have a text."""
        query = sa.select(BODY.c.entry_seq).distinct().order_by(BODY.c.entry_seq)
        return [row.entry_seq for row in self._read(query)]

    def tail(self) -> Tail:
        """The end of the log."""
        found = self._read(_LAST)
        return _tail(found[0].seq, found[0].leaf, found[0].frontier) if found else EMPTY

    def at(self, seq: int) -> Tail | None:
        """The end of the log as it was after entry `seq`."""
        found = self._read(_ONE, {"at": seq})
        return _tail(found[0].seq, found[0].leaf, found[0].frontier) if found else None

    def missing_triggers(self) -> tuple[str, ...]:
        """Names of the guarding triggers that are not there."""
        with self._told("read"), self._shared, self._engine.connect() as connection:
            return dialects.missing_triggers(connection)

    def vacuum(self) -> None:
        """Overwrite what was erased, where the database keeps old versions of rows."""
        with self._told("vacuumed"), self._shared:
            dialects.vacuum(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        if self._writer is not None:
            self._writer.close()
        self._engine.dispose()

    def _made_ready(self) -> None:
        with self._told("opened"), self._connect(appending=not self._read_only) as connection:
            if not self._read_only:
                dialects.assert_durable(connection)
                dialects.lock(connection)
                METADATA.create_all(connection)
                dialects.create_triggers(connection)
                connection.commit()
            elif not sa.inspect(connection).has_table(ENTRY.name):
                raise AuditError(f"{self.name} holds no audit log; check --audit, or ask a question first")

    def _connect(self, *, appending: bool) -> sa.Connection:
        return self._engine.connect().execution_options(appending=appending)

    def _read(self, query: sa.Select[Any], values: dict[str, int] | None = None) -> Sequence[sa.Row[Any]]:
        with self._told("read"), self._shared, self._engine.connect() as connection:
            return connection.execute(query, values or {}).all()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Any]:
        """The bare connection of the writer; what was not committed on it is undone."""
        with self._told("written"), self._shared:
            if self._writer is None:
                self._writer = self._engine.raw_connection()
                self._driver.prepare(self._writer.driver_connection)
            connection = self._writer.driver_connection
            try:
                yield connection
            finally:
                self._driver.abandon(connection)

    @contextlib.contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            self._raise(done, str(error.orig))
        except (sa.exc.SQLAlchemyError, self._driver.error, OSError) as error:
            self._raise(done, str(error))

    def _raise(self, done: str, reason: str) -> NoReturn:
        reason = reason.partition("\n")[0].strip()  # what follows may quote values
        raise AuditError(f"the audit log {self.name} cannot be {done}: {reason}. {_remedy(reason)}") from None


def shown(url: URL) -> str:
    """A database URL as it may be shown."""
    return url.render_as_string(hide_password=True)


def _inserts(rows: Sequence[Row], bodies: Sequence[BodyRow]) -> tuple[dialects.Insert, dialects.Insert]:
    return (
        (_INTO_ENTRY, [(row.seq, row.body, row.leaf, row.frontier) for row in rows]),
        (_INTO_BODY, [(body.entry_seq, body.name, body.salt, body.text) for body in bodies]),
    )


def _row(seq: int, body: object, leaf: object, frontier: object) -> Row:
    return Row(seq, _blob(body), _blob(leaf), _blob(frontier))


def _blob(value: object) -> bytes:
    """Bytes of a column that should hold bytes; SQLite keeps whatever somebody put there."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def _tail(seq: int, leaf: object, frontier: object) -> Tail:
    try:
        return Tail(Frontier.from_bytes(seq + 1, _blob(frontier)), _blob(leaf))
    except ValueError:
        raise AuditError(f"audit entry {seq} has a damaged frontier; run: chartwarden audit verify") from None


def _remedy(reason: str) -> str:
    words = reason.lower()
    if "full" in words or "no space" in words:
        return "Free space on its volume, then try again."
    if "readonly" in words or "read-only" in words or "permission" in words:
        return "Give this user the right to write it, then try again."
    if "locked" in words or "busy" in words:
        return "Another process holds it; end that process or wait."
    if "malformed" in words or "not a database" in words:
        return "The file is damaged: keep it, and restore a copy that verifies."
    return "Nothing was released; mend this and try again."
