"""The tables, once for SQLite and PostgreSQL.

Row numbers (`rid`) carry the patient: the number of the patient in the high bits and a running number in the low
ones, `rid = patient << 22 | n`, the Patient resource itself being n = 0. One chart is therefore a single range of
every index, in the order of arrival. What belongs to no patient has a negative rid. References, and the resources
they point to, meet in a 64-bit key (`references.key`), so that the text of an id is stored once, in its resource.

Value-first indexes answer questions about everyone; `x_date` is kept rid-first too, for one patient's time line.
Rows of a replaced resource are derived again from its old body and deleted by their full primary key, which is why
tokens, references, strings and numbers need no rid-first twin.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

SCHEMA_VERSION = 2
"""The last step of `migrations`."""

metadata = MetaData()


def _text() -> TypeEngine[str]:
    return Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]]) -> Column[Any]:
    """A column of a primary key whose value is ours, never the database's."""
    return Column(name, kind, primary_key=True, autoincrement=False)


resource = Table(
    "resource",
    metadata,
    Column("rid", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("rtype", Integer, nullable=False, comment="type number; negative: contained in another resource"),
    Column("key", BigInteger, nullable=False, comment="references.key of Type/id"),
    Column("version", Integer, nullable=False),
    Column("digest", BigInteger, nullable=False, comment="of the bytes as they came in"),
    Column("dict", Integer, nullable=False, comment="dictionary of the body; 0: none"),
    Column("body", LargeBinary, nullable=False, comment="zstd; empty: deleted"),
)
resource_by_key = Index("resource_key", resource.c.key, unique=True)
resource_by_type = Index("resource_type", resource.c.rtype, resource.c.rid)

version = Table(
    "version",
    metadata,
    _key("key", BigInteger),
    _key("version", Integer),
    Column("dict", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="superseded versions",
)

patient = Table(
    "patient",
    metadata,
    _key("p", Integer),
    Column("key", BigInteger, nullable=False, unique=True),
    Column("next", Integer, nullable=False, comment="next running number in the patient's range"),
    Column("stamp", Integer, nullable=False, comment="last load that changed anything of the patient"),
)

member = Table(
    "member",
    metadata,
    _key("p", Integer),
    _key("rid", BigInteger),
    comment="further patients of a resource that is numbered with another one",
    sqlite_with_rowid=False,
)

x_token = Table(
    "x_token",
    metadata,
    _key("sp", Integer),
    _key("code", _text()),
    _key("rid", BigInteger),
    _key("sys", Integer),
    sqlite_with_rowid=False,
)

x_date = Table(
    "x_date",
    metadata,
    _key("sp", Integer),
    _key("rid", BigInteger),
    _key("lo", BigInteger),
    _key("hi", BigInteger),
    sqlite_with_rowid=False,
)
date_by_value = Index("x_date_value", x_date.c.sp, x_date.c.lo, x_date.c.hi, x_date.c.rid)

x_ref = Table(
    "x_ref",
    metadata,
    _key("sp", Integer),
    _key("target", BigInteger),
    _key("rid", BigInteger),
    sqlite_with_rowid=False,
)

x_string = Table(
    "x_string",
    metadata,
    _key("sp", Integer),
    _key("value", _text()),
    _key("rid", BigInteger),
    comment="folded strings; URIs as they are",
    sqlite_with_rowid=False,
)

x_number = Table(
    "x_number",
    metadata,
    _key("sp", Integer),
    _key("unit", _text()),
    _key("lo", Double),
    _key("hi", Double),
    _key("rid", BigInteger),
    comment="unit empty: the number as written; else in canonical UCUM units",
    sqlite_with_rowid=False,
)

system = Table(
    "system",
    metadata,
    _key("sys", Integer),
    Column("uri", _text(), nullable=False, unique=True),
)

alias = Table(
    "alias",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False, comment="references.key of the URL"),
    Column("target", _text(), nullable=False, comment="Type/id"),
    comment="fullUrls of loaded Bundles",
)

pending = Table(
    "pending",
    metadata,
    _key("url", _text()),
    _key("key", BigInteger),
    comment="references that nothing loaded so far resolves: a urn, or a conditional reference",
    sqlite_with_rowid=False,
)

issue = Table(
    "load_issue",
    metadata,
    _key("load", Integer),
    _key("n", Integer),
    Column("source", Text, nullable=False),
    Column("position", Integer, nullable=False, comment="line of an NDJSON file, entry of a Bundle, from 1"),
    Column("path", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_with_rowid=False,
)

load = Table(
    "load_batch",
    metadata,
    _key("load", Integer),
    Column("started", Text, nullable=False),
    Column("shared", Integer, nullable=False, comment="1: it changed resources that belong to no patient"),
)

dictionary = Table(
    "dictionary",
    metadata,
    _key("dict", Integer),
    Column("bytes", LargeBinary, nullable=False),
)

chunk = Table(
    "text_chunk",
    metadata,
    Column("chunk", Integer, primary_key=True),
    Column("rid", BigInteger, nullable=False, index=True),
    comment="what each row of the full-text index belongs to",
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

FIRST_TABLES = tuple(metadata.sorted_tables)
"""The tables of version 1."""

migration = Table(
    "migration",
    metadata,
    _key("number", Integer),
    Column("name", Text, nullable=False),
    Column("applied", Text, nullable=False, comment="UTC"),
    comment="steps that made the schema what it is",
)

derived_metadata = MetaData()
derived = Table(
    "derived",
    derived_metadata,
    Column("patient", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("stamp", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    comment="what was computed from a record and can be computed again",
)

INDEX_TABLES = (x_token, x_date, x_ref, x_string, x_number)
