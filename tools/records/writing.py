"""Writes batches of indexed resources: finds what is there already, numbers what is new, keeps what is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol

import orjson

from chartwarden.tools.errors import LoadError
from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.extract import Extractor, Rows
from chartwarden.tools.records.indexing import Batch, Record, contained_in, patients_of, rows_of
from chartwarden.tools.records.numbering import PATIENT_BITS
from chartwarden.tools.records.search.references import key

MAX_PER_PATIENT = (1 << PATIENT_BITS) - 1


class Tables(Protocol):
    """What the writer asks of a database; SQLite and PostgreSQL differ in how rows get in fast."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for values; what it returns."""
        ...

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows in the order of the table's columns; rows that are there already stay as they are."""
        ...

    def delete(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Delete rows by the values of these columns."""
        ...

    def select_keys(self, columns: str, table: str, column: str, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        """Rows whose `column` is one of many numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class _Owner:
    p: int
    following: int
    changed: bool = False


class Writer:
    """Applies batches to one open transaction."""

    def __init__(self, tables: Tables, codec: Codec, zone: tzinfo) -> None:
        self._tables = tables
        self._codec = codec
        self._extractor = Extractor(zone)
        self._systems: dict[str, int] = {"": 0}
        self._systems.update({uri: number for number, uri in tables.rows("SELECT sys, uri FROM system")})
        self._owners: dict[int, _Owner] = {}
        self._next_owner = tables.rows("SELECT COALESCE(MAX(p), 0) + 1 FROM patient")[0][0]
        self._next_shared = tables.rows("SELECT COALESCE(MIN(rid), 0) - 1 FROM resource WHERE rid < 0")[0][0]
        self._next_chunk = tables.rows("SELECT COALESCE(MAX(chunk), 0) + 1 FROM text_chunk")[0][0]
        self.shared_changed = False
        self.changed = False
        """Whether anything was stored, replaced or deleted."""

    def apply(self, batch: Batch, *, relinked: bool = False) -> Applied:
        """Store a batch in which no resource occurs twice; `relinked` replaces bodies without a new version."""
        records = batch.records
        existing = {
            row[0]: row
            for row in self._tables.select_keys(
                "key, rid, version, digest, dict, body", "resource", "key", [r.key for r in records]
            )
        }
        self._own({patient for record in records for patient in record.patients})
        rids: list[int | None] = []
        stored: list[tuple[Any, ...]] = []
        added = updated = unchanged = 0
        dictionary = self._codec.current
        active = False
        for record in records:
            old = existing.get(record.key)
            if record.rtype > 0:
                active = old is None or old[3] != record.digest or not old[5]
                if not active:
                    unchanged += 1
                elif old is None:
                    added += 1
                else:
                    updated += 1
            if not active:
                rids.append(None)
                continue
            number = 1
            rid = None
            if old is not None and record.rtype > 0:
                number = old[2] + (not relinked)
                rid = self._replace(record, old, keep=not relinked)
            rid = self._number(record) if rid is None else rid
            rids.append(rid)
            stored.append((rid, record.rtype, record.key, number, record.digest, dictionary, record.body))
        self._insert(batch, rids, stored)
        return Applied(added, updated, unchanged)

    def index_again(self, batch: Batch, olds: dict[int, tuple[Any, ...]]) -> None:
        """Write the index rows of stored resources, of which none is left. `olds` has the row (rid, key, version,
        digest, dict, body) of each record by its place; what is contained has none, and gets a number.
        """
        self._own({patient for record in batch.records for patient in record.patients})
        rids: list[int | None] = []
        stored: list[tuple[Any, ...]] = []
        for place, record in enumerate(batch.records):
            rid = None
            numbered: tuple[Any, ...] = (1, record.digest, self._codec.current, record.body)
            if place in olds:
                rid, numbered = olds[place][0], olds[place][2:]
                owner = self._owners[record.patients[0]].p if record.patients else -1
                rid = rid if max(rid >> PATIENT_BITS, -1) == owner else None
            rid = self._number(record) if rid is None else rid
            rids.append(rid)
            stored.append((rid, record.rtype, record.key, *numbered))
        self._tables.delete("resource", ("rid",), [(old[0],) for old in olds.values()])
        self._insert(batch, rids, stored)

    def remove(self, reference: str) -> bool:
        """Delete a resource: its versions stay, its row says that it is gone."""
        found = self._tables.select_keys("key, rid, version, digest, dict, body", "resource", "key", [key(reference)])
        if not found or not found[0][5]:
            return False
        resource = self._unindex(found[0])
        self._own({key(patient) for patient in patients_of(resource)})
        self._touch(tuple(key(patient) for patient in patients_of(resource)))
        _, rid, number, _, dictionary, body = found[0]
        self._tables.insert("version", [(key(reference), number, dictionary, body)])
        self._tables.insert("resource", [(rid, 0, key(reference), number + 1, 0, 0, b"")])
        return True

    def intern(self, uri: str) -> int:
        """Number of a code system."""
        number = self._systems.get(uri)
        if number is None:
            number = self._systems[uri] = len(self._systems)
            self._tables.insert("system", [(number, uri)])
        return number

    def flush(self, load: int) -> None:
        """Write what is known of the patients that changed."""
        changed = [(k, owner) for k, owner in self._owners.items() if owner.changed]
        self._tables.delete("patient", ("p",), [(owner.p,) for _, owner in changed])
        self._tables.insert("patient", [(owner.p, k, owner.following, load) for k, owner in changed])
        for _, owner in changed:
            owner.changed = False

    def _own(self, patients: set[int]) -> None:
        missing = [patient for patient in patients if patient not in self._owners]
        if not missing:
            return
        for p, patient, following in self._tables.select_keys("p, key, next", "patient", "key", missing):
            self._owners[patient] = _Owner(p, following)
        for patient in sorted(set(missing) - self._owners.keys()):
            self._owners[patient] = _Owner(self._next_owner, 1)
            self._next_owner += 1

    def _touch(self, patients: tuple[int, ...]) -> None:
        self.changed = True
        if not patients:
            self.shared_changed = True
        for patient in patients:
            self._owners[patient].changed = True

    def _number(self, record: Record) -> int:
        self._touch(record.patients)
        if not record.patients:
            rid = int(self._next_shared)
            self._next_shared -= 1
            return rid
        owner = self._owners[record.patients[0]]
        if record.key == record.patients[0]:
            return owner.p << PATIENT_BITS
        if owner.following > MAX_PER_PATIENT:
            raise LoadError(f"more than {MAX_PER_PATIENT} resources for one patient; this store cannot number them")
        rid = owner.p << PATIENT_BITS | owner.following
        owner.following += 1
        return rid

    def _replace(self, record: Record, old: tuple[Any, ...], *, keep: bool) -> int | None:
        """Take an old version out of the index; its row number where the new version may keep it."""
        _, rid, number, _, dictionary, body = old
        if body:
            before = patients_of(self._unindex(old))
            if keep:
                self._tables.insert("version", [(record.key, number, dictionary, body)])
            keys = tuple(key(patient) for patient in before)
            self._own(set(keys))
            self._touch(keys)
        else:
            self._tables.delete("resource", ("rid",), [(rid,)])
        self._touch(record.patients)
        owner = self._owners[record.patients[0]].p if record.patients else -1
        return int(rid) if max(rid >> PATIENT_BITS, -1) == owner else None

    def _unindex(self, old: tuple[Any, ...]) -> dict[str, Any]:
        """Delete the row, the contained rows and the index rows of a stored resource; the resource."""
        _, rid, _, _, dictionary, body = old
        resource = self._codec.load(dictionary, body)
        reference = f"{resource['resourceType']}/{resource['id']}"
        inner = [key(reference + fragment) for fragment, _ in contained_in(resource)]
        numbers = dict(self._tables.select_keys("key, rid", "resource", "key", inner)) if inner else {}
        rids = [rid, *(numbers.get(k) for k in inner)]
        for one, rows in zip(rids, rows_of(resource, self._extractor), strict=True):
            if one is not None:
                self._delete_rows(rows, one)
        gone = [(one,) for one in rids if one is not None]
        self._tables.delete("resource", ("rid",), gone)
        self._tables.delete("text_chunk", ("rid",), gone)
        owners = [key(patient) for patient in patients_of(resource)]
        self._own(set(owners))
        self._tables.delete("member", ("p", "rid"), [(self._owners[k].p, one[0]) for k in owners for one in gone])
        return resource

    def _delete_rows(self, rows: Rows, rid: int) -> None:
        delete = self._tables.delete
        tokens = [(sp, code, rid, self._systems.get(uri, 0)) for sp, code, _, uri in rows.token]
        delete("x_token", ("sp", "code", "rid", "sys"), tokens)
        delete("x_date", ("sp", "rid", "lo", "hi"), [(sp, rid, lo, hi) for sp, _, lo, hi in rows.date])
        delete("x_ref", ("sp", "target", "rid"), [(sp, target, rid) for sp, target, _ in rows.ref])
        delete("x_string", ("sp", "value", "rid"), [(sp, value, rid) for sp, value, _ in rows.string])
        numbers = [(sp, unit, lo, hi, rid) for sp, unit, lo, hi, _ in rows.number]
        delete("x_number", ("sp", "unit", "lo", "hi", "rid"), numbers)

    def _insert(self, batch: Batch, rids: list[int | None], stored: list[tuple[Any, ...]]) -> None:
        if not stored:
            return
        rows, insert, systems = batch.rows, self._tables.insert, self._systems
        for uri in sorted({row[3] for row in rows.token} - systems.keys()):
            self.intern(uri)
        stored.sort()
        insert("resource", stored)
        insert("x_token", sorted([(s, c, r, systems[u]) for s, c, n, u in rows.token if (r := rids[n]) is not None]))
        insert("x_date", sorted([(s, r, lo, hi) for s, n, lo, hi in rows.date if (r := rids[n]) is not None]))
        insert("x_ref", sorted([(s, t, r) for s, t, n in rows.ref if (r := rids[n]) is not None]))
        insert("x_string", sorted([(s, v, r) for s, v, n in rows.string if (r := rids[n]) is not None]))
        insert("x_number", sorted([(s, u, lo, hi, r) for s, u, lo, hi, n in rows.number if (r := rids[n]) is not None]))
        members, texts = [], []
        for record, rid in zip(batch.records, rids, strict=True):
            if rid is None:
                continue
            home = rid >> PATIENT_BITS
            members += [(p, rid) for k in record.patients if (p := self._owners[k].p) != home]
            if record.texts:
                texts.append((self._next_chunk, rid, *record.texts))
                self._next_chunk += 1
        insert("member", sorted(set(members)))
        if texts:
            insert("text_chunk", [text[:2] for text in texts])
            insert("text_index", [(text[0], *text[2:]) for text in texts])


def json_keys(keys: Sequence[int]) -> str:
    """Numbers as a JSON array, for `json_each`."""
    return orjson.dumps(list(keys)).decode()
