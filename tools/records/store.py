"""`LocalStore`: the records of many patients in one embedded database, searched by the R4 rules."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chartwarden.tools.closing import Closing
from chartwarden.tools.errors import ConfigurationError, SourceFault
from chartwarden.tools.records import operations
from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.postgres import PostgresDatabase
from chartwarden.tools.records.reindexing import bring_up_to_date, is_current
from chartwarden.tools.records.schema import SCHEMA_VERSION
from chartwarden.tools.records.search.query import Parser, Query, ValueSets
from chartwarden.tools.records.search.references import unversioned
from chartwarden.tools.records.search.running import Run
from chartwarden.tools.records.snapshot import CHUNK, Connection, Snapshot, Stored
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams
from chartwarden.tools.records.sqlite import SqliteFile


def dictionaries(connection: Connection) -> dict[int, bytes]:
    """All dictionaries of a store."""
    return {number: bytes(raw) for number, raw in connection.rows("SELECT dict, bytes FROM dictionary")}


KEPT_DERIVED = 128
"""Derived values kept in memory: as many as `Manifest.restore` keeps manifests of."""


@cache
def _searchable() -> dict[str, frozenset[str]]:
    """Every parameter of every type. Asked for by each query, and the same in every store."""
    special = frozenset({"_id", "_text", "_content"})
    return {name: frozenset(found) | special for name, found in definitions().parameters.items()}


class LocalStore(Closing):
    """Records in a SQLite file or a PostgreSQL database. Thread-safe; a `RecordSource`.

    Reading never blocks and is never blocked; each search sees one state of the store.
    """

    def __init__(
        self, database: SqliteFile | PostgresDatabase, zone: ZoneInfo, zone_name: str, scratch: Path | None = None
    ) -> None:
        self.database = database
        self.zone = zone
        self.zone_name = zone_name
        self._scratch = scratch
        self._local = threading.local()
        self._codecs: dict[Any, Codec] = {}
        self._guard = threading.Lock()
        self._derived: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()
        """By patient and name the stamp and the bytes of what was asked for last: each question wants a manifest, of
        hundreds of kilobytes for a long record, and equal bytes are soonest known by being the same object."""

    @classmethod
    def open(cls, url: str, *, search_timezone: str = "UTC", create: bool = True) -> Self:
        """Open a store, by default making an empty one where there is none.

        `sqlite:///PATH` is a file; `sqlite://` a private store that is gone when it is closed. `search_timezone` is
        the IANA zone of dates without one, in queries and in records; a store keeps the zone it was made with.
        """
        try:
            zone = ZoneInfo(search_timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigurationError(f"{search_timezone!r} is not a time zone; write one like Europe/Berlin") from None
        scratch = None
        database: SqliteFile | PostgresDatabase
        if url in ("sqlite://", "sqlite:///:memory:"):
            scratch = Path(tempfile.mkdtemp(prefix="chartwarden-"))
            database = SqliteFile(scratch / "records.db")
        elif url.startswith("sqlite:///"):
            database = SqliteFile(Path(url.removeprefix("sqlite:///")))
        elif url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
            database = PostgresDatabase(url.replace("postgres://", "postgresql://", 1))
        else:
            raise ConfigurationError(f"{url!r} is not a record store; write sqlite:///PATH or postgresql://...")
        store = cls(database, zone, search_timezone, scratch)
        try:
            store._make_ready(create=create)
        except BaseException:  # also a Ctrl-C while an old store is indexed anew
            store.close()
            raise
        return store

    def _make_ready(self, *, create: bool) -> None:
        if not self.database.exists():
            if not create:
                raise ConfigurationError(
                    f"there is no record store at {self.database.name}; make one with `chartwarden load`"
                )
            self.database.create()
        self._check()

    def _check(self) -> None:
        try:
            known = dict(self._snapshot().rows("SELECT name, value FROM meta"))
        except (SourceFault, sqlite3.DatabaseError):
            raise ConfigurationError(f"{self.database.name} is not a record store; choose another file") from None
        if not known.get("schema", "").isdecimal():
            raise ConfigurationError(f"{self.database.name} is not a record store; choose another file")
        schema = int(known["schema"])
        if schema > SCHEMA_VERSION:
            raise ConfigurationError(
                f"{self.database.name} was written by a newer version of this program (schema {schema}, known here:"
                f" {SCHEMA_VERSION}); update the program or choose another store"
            )
        zone = known.get("zone", self.zone_name)
        if zone != self.zone_name:
            raise ConfigurationError(
                f"{self.database.name} was indexed for the time zone {zone}, not {self.zone_name}; set"
                f" CHARTWARDEN_SEARCH_TIMEZONE={zone}, or load the records into a new store"
            )
        if not is_current(known):
            bring_up_to_date(self.database, self.zone)

    def close(self) -> None:
        """Close all connections; a private store is removed."""
        self.database.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _snapshot(self) -> Snapshot:
        return self._view(*self.database.reader())

    @contextmanager
    def _frozen(self) -> Iterator[Snapshot]:
        """One state of the store, for an answer that is read bit by bit."""
        with self.database.frozen() as (connection, state):
            yield self._view(connection, state)

    def _view(self, connection: Connection, state: Any) -> Snapshot:
        known = getattr(self._local, "snapshot", None)
        if known is not None and self._local.state == (id(connection), state):
            found: Snapshot = known
            return found
        codec = self._codecs.get(state)
        if codec is None:
            codec = Codec(dictionaries(connection), lambda: dictionaries(self.database.reader()[0]))
            self._codecs = {state: codec}
        self._local.snapshot = made = Snapshot(connection, codec, self.zone)
        self._local.state = (id(connection), state)
        return made

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """Search by the R4 rules; `SearchError` for anything not understood, before the first page."""
        return self._pages(Parser(self.zone, self._snapshot()).query(resource_type, params))

    def search_compartment(self, patient_id: str, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """Search within one patient's compartment: `Patient/ID/Type?...`."""
        return self._pages(Parser(self.zone, self._snapshot()).query(resource_type, params, patient_id))

    def _pages(self, query: Query) -> Iterator[Page]:
        with self._frozen() as snapshot:
            yield from Run(snapshot, self.zone).pages(query)

    def lastn(self, params: SearchParams) -> Iterator[Page]:
        """`Observation/$lastn`: the latest of each code, ties included; what was entered in error is left out."""
        kept, most = operations.lastn_params(params)
        found = [resource for page in self.search("Observation", kept) for resource in page.matches]
        latest = operations.last_of_each(found, most, self.zone)
        yield Page(tuple(latest), total=len(latest), note=operations.LASTN_NOTE)

    def everything(self, patient_id: str, params: SearchParams = ()) -> Iterator[Stored]:
        """`Patient/ID/$everything`: the compartment and the shared resources it refers to, as they are stored.

        Bytes and not parsed JSON: they are mostly passed on, and parsing them takes longer than finding them.
        """
        types, since = operations.everything_params(params)
        return self._everything(patient_id, types, operations.since_filter(since, self.zone))

    def _everything(
        self, patient_id: str, types: list[str] | None, recent: Callable[[bytes], bool] | None
    ) -> Iterator[Stored]:
        with self._frozen() as snapshot:
            found = snapshot.everything(patient_id, types)
            yield from found if recent is None else (stored for stored in found if recent(stored.raw))

    def value_sets(self) -> ValueSets:
        """Expands the value sets in the store."""
        return self._snapshot()

    def read(self, reference: str) -> Resource | None:
        """The current version behind `Type/id`; None when there is none."""
        return self._snapshot().read(unversioned(reference))

    def compartment(self, patient_id: str, types: Sequence[str] | None = None) -> Iterator[Resource]:
        """Everything in a patient's compartment, or the resources of these types in it, in order of arrival."""
        with self._frozen() as snapshot:
            rids = snapshot.compartment(patient_id, types)
            for start in range(0, len(rids), CHUNK):
                for _, resource in snapshot.bodies(rids[start : start + CHUNK]):
                    yield resource

    def source_bytes(self, reference: str) -> bytes | None:
        """The bytes of the current version as they came in, but for references that were resolved."""
        return self._snapshot().source_bytes(unversioned(reference))

    def history(self, reference: str) -> Iterator[Resource]:
        """The current version, if it is not deleted, and those before it, newest first."""
        return self._snapshot().history(unversioned(reference))

    def stamp(self, patient_id: str) -> str:
        """A word that changes when anything of the patient changes, or anything the records share."""
        return self._snapshot().stamp(patient_id)

    def cached(self, patient_id: str, name: str, build: Callable[[], bytes]) -> bytes:
        """What `build` makes of a patient's record, kept until the record changes.

        `name` should carry the version of what is built. Where nothing can be written it is built each time.
        """
        stamp = self.stamp(patient_id)
        with self._guard:
            known = self._derived.get((patient_id, name))
            if known is not None and known[0] == stamp:
                self._derived.move_to_end((patient_id, name))
                return known[1]
        made = self.database.derived(patient_id, name, stamp, build)
        with self._guard:
            self._derived[patient_id, name] = stamp, made
            self._derived.move_to_end((patient_id, name))
            while len(self._derived) > KEPT_DERIVED:
                self._derived.popitem(last=False)
        return made

    def capabilities(self) -> Capabilities:
        """Every parameter of every type that can be searched here."""
        return Capabilities("local", _searchable(), self.zone_name)
