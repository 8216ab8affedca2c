"""Brings an old store up to date: the schema's missing steps, and the index anew where the definitions changed.

An index belongs to one state of the compiled definitions. With another one its numbers mean other parameters, so
every row of it is derived again from the bodies, which stay as they are, each under its row number unless the
compartment it lives in is another one now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.indexing import Indexer
from chartwarden.tools.records.migrations import migrate
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.postgres import PostgresDatabase
from chartwarden.tools.records.schema import INDEX_TABLES, SCHEMA_VERSION
from chartwarden.tools.records.sqlite import SqliteFile
from chartwarden.tools.records.writing import Tables, Writer

BATCH = 5_000
_DERIVED_ROWS = (*(table.name for table in INDEX_TABLES), "member", "text_chunk")


def is_current(known: dict[str, str]) -> bool:
    """Whether a store with these entries in `meta` can be searched as it is."""
    fingerprint = definitions().fingerprint
    return int(known["schema"]) == SCHEMA_VERSION and known.get("definitions", fingerprint) == fingerprint


def bring_up_to_date(database: SqliteFile | PostgresDatabase, zone: ZoneInfo) -> None:
    """Take the missing steps and index anew where needed; all or nothing, readers see the old state until then.

    `LoadError` or `ConfigurationError` where the store cannot be written.
    """
    with database.changing() as working:
        tables = working.connection
        known = dict(tables.rows("SELECT name, value FROM meta"))
        if is_current(known):  # somebody else did it while this one waited
            return
        migrate(tables, database.engine, int(known["schema"]))
        fingerprint = definitions().fingerprint
        if known.get("definitions", fingerprint) != fingerprint:
            index_anew(tables, database.engine, zone)
            tables.delete("meta", ("name",), [("definitions",)])
            tables.insert("meta", [("definitions", fingerprint)])
        working.publish()


def index_anew(tables: Tables, engine: str, zone: ZoneInfo) -> None:
    """Derive every index row of the store again."""
    for table in _DERIVED_ROWS:
        tables.rows(f"DELETE FROM {table}")
    tables.rows("DELETE FROM resource WHERE rtype < 0")
    everything = "INSERT INTO text_index (text_index) VALUES ('delete-all')"
    tables.rows(everything if engine == "sqlite" else "DELETE FROM text_index")
    codec = Codec(dict(tables.rows("SELECT dict, bytes FROM dictionary")))
    writer = Writer(tables, codec, zone)
    indexer = Indexer(codec, zone)
    for group in _groups(tables):
        stored = []
        for old in group:
            raw = codec.unpack(old[4], old[5])
            stored.append((len(indexer), old))
            indexer.add(orjson.loads(raw), raw)
        writer.index_again(indexer.take(), dict(stored))
    load = int(tables.rows("SELECT COALESCE(MAX(load), 0) + 1 FROM load_batch")[0][0])
    writer.flush(load)
    tables.insert("load_batch", [(load, "indexed anew", 1)])


def _groups(tables: Tables) -> Iterator[list[tuple[Any, ...]]]:
    """rid, key, version, digest, dict and body of every resource; the numbers first, since rows move on the way."""
    rids = [row[0] for row in tables.rows("SELECT rid FROM resource WHERE rtype > 0 ORDER BY rid")]
    for start in range(0, len(rids), BATCH):
        chosen = rids[start : start + BATCH]
        yield tables.select_keys("rid, key, version, digest, dict, body", "resource", "rid", chosen)
