"""One state of the store, as one thread reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple, Protocol

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records import operations, value_sets
from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.numbering import PATIENT_BITS
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search.escapes import escape
from chartwarden.tools.records.search.query import Parser
from chartwarden.tools.records.search.references import key
from chartwarden.tools.records.search.running import Run
from chartwarden.tools.records.search.strings import may_hold
from chartwarden.tools.records.search.tokens import Coding
from chartwarden.tools.records.source import Resource
from chartwarden.tools.records.writing import json_keys

CHUNK = 500

_Row = tuple[int, int, int, bytes]
"""rid, type, dictionary and body."""


class Stored(NamedTuple):
    """A resource as it is stored."""

    reference: str
    """`Type/id`."""
    raw: bytes
    """Its bytes as they came in, but for references that were resolved."""


class Connection(Protocol):
    """What reading asks of a database."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for values; what it returns."""
        ...

    def words(self, column: str, words: Sequence[str]) -> list[int]:
        """Row numbers whose narrative or content has all words."""
        ...


class Snapshot:
    """One state of the store, read by one thread: the `View` of the search."""

    def __init__(self, connection: Connection, codec: Codec, zone: tzinfo) -> None:
        self._connection = connection
        self._zone = zone
        self._codec = codec
        self._systems: dict[str, int] = {}
        self._shared: tuple[int, tuple[str, ...]] = (-1, ())

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement."""
        return self._connection.rows(sql, values)

    def system(self, uri: str) -> int:
        """Number of a code system; -1 for one that occurs nowhere."""
        if uri not in self._systems:
            found = self.rows("SELECT sys FROM system WHERE uri = ?", (uri,))
            if not found:
                return -1
            self._systems[uri] = found[0][0]
        return self._systems[uri]

    def bodies(self, rids: Sequence[int], words: Sequence[str] = ()) -> list[tuple[int, Resource]]:
        """Row number and resource, in the order asked for; without some of those that hold none of these folded words
        (`strings.fold`): they need not be parsed.
        """
        if not rids:
            return []
        sql = "SELECT rid, dict, body FROM resource WHERE rid IN (SELECT value FROM json_each(?))"
        found = {rid: (number, body) for rid, number, body in self.rows(sql, (json_keys(rids),)) if body}
        if words:
            unpack = self._codec.unpack
            found = {rid: packed for rid, packed in found.items() if may_hold(unpack(*packed), words)}
        load = self._codec.load
        return [(rid, load(*found[rid])) for rid in rids if rid in found]

    def words(self, column: str, text: str) -> list[int]:
        """Row numbers whose text has these words."""
        words = re.findall(r"\w+", text)
        if not words:
            raise SearchError("_text and _content want words")
        return self._connection.words(column, words)

    def read(self, reference: str) -> Resource | None:
        """The current version of a resource."""
        found = self.rows("SELECT dict, body FROM resource WHERE key = ? AND rtype > 0", (key(reference),))
        return self._codec.load(*found[0]) if found else None

    def source_bytes(self, reference: str) -> bytes | None:
        """Body of the current version."""
        found = self.rows("SELECT dict, body FROM resource WHERE key = ? AND rtype > 0", (key(reference),))
        return self._codec.unpack(*found[0]) if found else None

    def history(self, reference: str) -> Iterator[Resource]:
        """All versions, newest first."""
        current = self.read(reference)
        if current is not None:
            yield current
        sql = "SELECT dict, body FROM version WHERE key = ? ORDER BY version DESC"
        for number, body in self.rows(sql, (key(reference),)):
            yield self._codec.load(number, body)

    def compartment(self, patient: str, types: Sequence[str] | None) -> list[int]:
        """Row numbers of a patient's compartment."""
        found = self.rows("SELECT p FROM patient WHERE key = ?", (key(f"Patient/{patient}"),))
        if not found:
            return []
        p = found[0][0]
        first = p << PATIENT_BITS
        span = (first, first + (1 << PATIENT_BITS) - 1)
        guests = [row[0] for row in self.rows("SELECT rid FROM member WHERE p = ?", (p,))]
        if types is None:
            rids = [
                row[0] for row in self.rows("SELECT rid FROM resource WHERE rid BETWEEN ? AND ? AND +rtype > 0", span)
            ]
            return sorted({*rids, *guests})
        wanted = [definitions().type_ids[name] for name in types]
        sql = "SELECT rid FROM resource WHERE rtype IN (SELECT value FROM json_each(?)) AND "
        packed = json_keys(wanted)
        rows = self.rows(sql + "rid BETWEEN ? AND ?", (packed, *span))
        if guests:
            rows += self.rows(sql + "rid IN (SELECT value FROM json_each(?))", (packed, json_keys(guests)))
        return sorted({row[0] for row in rows})

    def stamp(self, patient: str) -> str:
        """Changes when anything of the patient, or anything that belongs to no patient, changes."""
        sql = "SELECT stamp FROM patient WHERE key = ?"
        own = self.rows(sql, (key(f"Patient/{patient}"),))
        return f"{own[0][0] if own else 0}.{self._shared_load()}"

    def members(self, url: str) -> frozenset[Coding]:
        """Codings of a value set in the store."""
        return value_sets.members(url, self._by_url)

    def _by_url(self, resource_type: str, url: str) -> Resource | None:
        found = Run(self, self._zone).rids(Parser(self._zone, self).query(resource_type, [("url", escape(url))]))
        return next((resource for _, resource in self.bodies(found[-1:])), None)

    def everything(self, patient: str, types: Sequence[str] | None) -> Iterator[Stored]:
        """The compartment, then what it refers to outside of any compartment."""
        names = definitions().type_names
        wanted = frozenset(definitions().type_ids if types is None else types)
        shared = self._shared_types()
        inside: set[str] = set()
        referred: set[str] = set()
        for rows in self._chart(patient):
            stored = self._stored(rows)
            inside.update(one.reference for one in stored)
            referred |= operations.references_in([one.raw for one in stored], shared)
            yield from (one for (_, rtype, *_), one in zip(rows, stored, strict=True) if names[rtype] in wanted)
        keys = [key(reference) for reference in sorted(referred - inside)]
        for start in range(0, len(keys), CHUNK):
            outside = "key IN (SELECT value FROM json_each(?)) AND +rid < 0"
            rows = self._live(outside, (json_keys(keys[start : start + CHUNK]),))
            yield from self._stored([row for row in rows if names[row[1]] in wanted])

    def _shared_types(self) -> tuple[str, ...]:
        """Types of which something belongs to no patient; they are looked up again after a load that changed such."""
        load = self._shared_load()
        if self._shared[0] != load:
            every = json_keys(sorted(definitions().type_names))
            one = "EXISTS (SELECT 1 FROM resource WHERE rtype = j.value AND rid < 0)"
            found = self.rows(f"SELECT j.value FROM json_each(?) j WHERE {one}", (every,))
            self._shared = load, tuple(definitions().type_names[row[0]] for row in found)
        return self._shared[1]

    def _shared_load(self) -> int:
        """Number of the last load that changed anything that belongs to no patient."""
        return int(self.rows("SELECT COALESCE(MAX(load), 0) FROM load_batch WHERE shared = 1")[0][0])

    def _stored(self, rows: list[_Row]) -> list[Stored]:
        names, reference_of = definitions().type_names, operations.reference_of
        unpackers = {number: self._codec.unpacker(number) for number in {row[2] for row in rows}}
        raws = [(names[rtype], unpackers[number](body)) for _, rtype, number, body in rows]
        return [Stored(reference_of(raw, name), raw) for name, raw in raws]

    def _chart(self, patient: str) -> Iterator[list[_Row]]:
        """The rows of a patient's compartment, some at a time; those numbered with other patients come last."""
        found = self.rows("SELECT p FROM patient WHERE key = ?", (key(f"Patient/{patient}"),))
        if not found:
            return
        p = found[0][0]
        first, end = p << PATIENT_BITS, (p + 1) << PATIENT_BITS
        rows = self._live("rid >= ? AND rid < ?", (first, end))
        while rows:
            yield rows
            rows = self._live("rid >= ? AND rid < ?", (rows[-1][0] + 1, end)) if len(rows) == CHUNK else []
        guests = [row[0] for row in self.rows("SELECT rid FROM member WHERE p = ? ORDER BY rid", (p,))]
        for start in range(0, len(guests), CHUNK):
            chosen = json_keys(guests[start : start + CHUNK])
            yield self._live("rid IN (SELECT value FROM json_each(?))", (chosen,))

    def _live(self, where: str, values: tuple[Any, ...]) -> list[_Row]:
        """Rows of resources that are not deleted, `CHUNK` at most."""
        sql = f"SELECT rid, rtype, dict, body FROM resource WHERE {where} AND +rtype > 0 ORDER BY rid LIMIT {CHUNK}"
        return self.rows(sql, values)
