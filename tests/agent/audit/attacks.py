"""What an attacker who owns the database can do to a log, on either database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from chartwarden.agent.audit import dialects, entries, merkle
from chartwarden.agent.audit.chain import EMPTY, Row
from chartwarden.agent.audit.checkpoints import sign
from chartwarden.agent.audit.keys import Keys, open_keys
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.storage import Storage

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

Opens = Callable[..., Trail]
TABLES = ("audit_entry", "audit_body")
SIZE, EVERY = 60, 20
VICTIM = 31


def fill(place: Place, trail: Opens) -> Place:
    with place.open(entries=EVERY) as log:
        asked = trail(log)
        for number in range(SIZE):
            asked.note("gate", {"number": number}, {"question": f"text {number}"})
            if number % 4 == 0:
                asked.commit("gate", {"number": number})
            if number == SIZE // 2:
                keep_copy(place)
        asked.commit("answer", {"outcome": "answered"})
    assert place.verify().intact
    return place


def is_file(place: Place) -> bool:
    return place.url.startswith("sqlite:")


def keep_copy(place: Place) -> None:
    if not is_file(place):
        return sql(place, *((f"CREATE TABLE older_{table} AS SELECT * FROM {table}", ()) for table in TABLES))
    shutil.copy(place.database, place.folder / "older.db")
    journal = place.folder / "audit.db-wal"
    if journal.exists():
        shutil.copy(journal, place.folder / "older.db-wal")
    return None


def copy(written: Place, place: Place) -> Place:
    """The log at another place of the same kind, with its keys, its anchor and the older copy."""
    shutil.copytree(written.folder, place.folder, dirs_exist_ok=True)
    if not is_file(place):
        Storage.open(place.url).close()
        schema = sa.make_url(written.url).query["options"].partition("=")[2]
        everything = f"SELECT * FROM {schema}."
        sql(place, *((f"INSERT INTO {table} {everything}{table}", ()) for table in TABLES))
        sql(place, *((f"CREATE TABLE older_{table} AS {everything}older_{table}", ()) for table in TABLES))
    return place


def sql(place: Place, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Change the database behind the log's back; whoever owns it can drop the triggers, and put them back."""
    if is_file(place):
        return sqlite(place, *statements)
    engine = sa.create_engine(place.url)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement, values in statements:
            cursor.execute(statement.replace("?", "%s"), values)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.commit()
    return engine.dispose()


def sqlite(place: Place, *statements: tuple[str, tuple[Any, ...]]) -> None:
    with closing(dialects.sqlite_module().connect(place.database)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            connection.execute(statement, values)
        for _, definition in triggers:
            connection.execute(definition)
        connection.commit()


def drop(place: Place, what: str) -> None:
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP {what}")
    engine.dispose()


def rows_of(place: Place) -> list[Row]:
    with closing(Storage.open(place.url, read_only=True)) as storage:
        return list(storage.rows())


def rebuilt(bodies: list[dict[str, Any]], keys: Keys) -> list[Row]:
    """A perfectly linked chain over these bodies, its checkpoints signed anew."""
    tail, made = EMPTY, []
    for seq, old in enumerate(bodies):
        body = {**old, "seq": seq, "prev": tail.leaf.hex() or entries.GENESIS}
        if body["kind"] == "checkpoint":
            note = sign(keys, seq, tail.frontier.root(), body["time"])
            body["facts"] = {"note": note, "size": seq}
        raw = entries.canonical(body)
        leaf = merkle.leaf_hash(raw)
        tail = replace(tail, frontier=tail.frontier.append(leaf), leaf=leaf)
        made.append(Row(seq, raw, leaf, tail.frontier.to_bytes()))
    return made


def store(place: Place, rows: list[Row]) -> None:
    inserts = [
        ("INSERT INTO audit_entry (seq, body, leaf, frontier) VALUES (?, ?, ?, ?)", (r.seq, r.body, r.leaf, r.frontier))
        for r in rows
    ]
    sql(place, ("DELETE FROM audit_entry", ()), *inserts)


def flip(place: Place) -> None:
    body = bytearray(rows_of(place)[VICTIM].body)
    body[40] ^= 1
    sql(place, ("UPDATE audit_entry SET body = ? WHERE seq = ?", (bytes(body), VICTIM)))


def rehash(place: Place) -> None:
    body = json.loads(rows_of(place)[VICTIM].body)
    body["user"] = "somebody else"
    raw = entries.canonical(body)
    sql(place, ("UPDATE audit_entry SET body = ?, leaf = ? WHERE seq = ?", (raw, merkle.leaf_hash(raw), VICTIM)))


def delete(place: Place) -> None:
    sql(place, ("DELETE FROM audit_entry WHERE seq = ?", (VICTIM,)))


def renumber(place: Place) -> None:
    later = [
        ("UPDATE audit_entry SET seq = ? WHERE seq = ?", (s - 1, s)) for s in range(VICTIM + 1, len(rows_of(place)))
    ]
    sql(place, ("DELETE FROM audit_entry WHERE seq = ?", (VICTIM,)), *later)


def swap(place: Place) -> None:
    first, second = rows_of(place)[VICTIM : VICTIM + 2]
    sql(
        place,
        ("UPDATE audit_entry SET body = ?, leaf = ? WHERE seq = ?", (second.body, second.leaf, first.seq)),
        ("UPDATE audit_entry SET body = ?, leaf = ? WHERE seq = ?", (first.body, first.leaf, second.seq)),
    )


def alter_text(place: Place) -> None:
    sql(place, ("UPDATE audit_body SET text = ? WHERE entry_seq = ? AND name = 'question'", (b"other words", VICTIM)))


def remove_text(place: Place) -> None:
    sql(place, ("DELETE FROM audit_body WHERE entry_seq = ?", (VICTIM,)))


def add_text(place: Place) -> None:
    sql(place, ("INSERT INTO audit_body VALUES (?, ?, ?, ?)", (VICTIM, "answer", b"s" * 32, b"never said")))


def truncate(place: Place) -> None:
    sql(place, ("DELETE FROM audit_entry WHERE seq >= 45", ()), ("DELETE FROM audit_body WHERE entry_seq >= 45", ()))


def truncate_and_mend(place: Place) -> None:
    """Cut just behind a checkpoint, so that the log ends as a closed one does."""
    ends = [seq for seq, row in enumerate(rows_of(place)) if b'"kind":"checkpoint"' in row.body]
    cut = ends[0] + 1
    sql(
        place,
        ("DELETE FROM audit_entry WHERE seq >= ?", (cut,)),
        ("DELETE FROM audit_body WHERE entry_seq >= ?", (cut,)),
    )


def rewritten_bodies(place: Place) -> list[dict[str, Any]]:
    bodies = [json.loads(row.body) for row in rows_of(place)]
    bodies[VICTIM]["user"] = "somebody else"
    return bodies


def rewrite_with_key(place: Place) -> None:
    store(place, rebuilt(rewritten_bodies(place), open_keys(place.keys)))


def rewrite_without_key(place: Place) -> None:
    store(place, rebuilt(rewritten_bodies(place), open_keys(place.folder / "forged")))


def rollback(place: Place) -> None:
    if not is_file(place):
        for table in TABLES:
            sql(place, (f"DELETE FROM {table}", ()), (f"INSERT INTO {table} SELECT * FROM older_{table}", ()))
        return
    for journal in place.folder.glob("audit.db-*"):
        journal.unlink()
    shutil.copy(place.folder / "older.db", place.database)
    if (place.folder / "older.db-wal").exists():
        shutil.copy(place.folder / "older.db-wal", place.folder / "audit.db-wal")


def insert_with_key(place: Place) -> None:
    bodies = [json.loads(row.body) for row in rows_of(place)]
    bodies.insert(VICTIM, {**bodies[VICTIM], "user": "planted", "text": {}})
    sql(place, (f"UPDATE audit_body SET entry_seq = -entry_seq - 1 WHERE entry_seq >= {VICTIM}", ()))
    sql(place, ("UPDATE audit_body SET entry_seq = -entry_seq WHERE entry_seq < 0", ()))
    store(place, rebuilt(bodies, open_keys(place.keys)))
