"""Runs a clause over index rows.

Matcher and index are two writings of one rule. Over a grid of near misses an exact clause must let through just what
the matcher does, and any other clause no less.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from chartwarden.tools.records.search.clause import Clause


def _holds(clause: Clause, *rows: dict[str, Any]) -> bool:
    """Whether a clause lets one of these index rows through."""
    columns = list(rows[0]) if rows else ["value"]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE {clause.table} ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO {clause.table} VALUES ({marks})", [tuple(row.values()) for row in rows])
        query = f"SELECT COUNT(*) FROM {clause.table} WHERE {clause.where or '1 = 1'}"
        return bool(connection.execute(query, clause.values).fetchone()[0])


@pytest.fixture
def holds() -> Callable[..., bool]:
    """Whether a clause lets one of some index rows, each given by its columns, through."""
    return _holds
