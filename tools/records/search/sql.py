"""Pieces of SQL with their values, for SQLite and PostgreSQL alike (`?` for values)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chartwarden.tools.records.numbering import PATIENT_BITS
from chartwarden.tools.records.search.clause import Clause

MAX_MARKS = 128
"""Longer lists travel as JSON: they would make a statement of their own each."""


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its values."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """One patient's range of row numbers."""

    p: int
    has_members: bool
    """Whether resources numbered elsewhere belong to the patient too."""

    def limit(self, column: str = "rid") -> Sql:
        """The condition that keeps a statement inside the chart."""
        first = self.p << PATIENT_BITS
        inside = f"{column} BETWEEN ? AND ?"
        values = (first, first + (1 << PATIENT_BITS) - 1)
        if not self.has_members:
            return Sql(inside, values)
        return Sql(f"({inside} OR {column} IN (SELECT rid FROM member WHERE p = ?))", (*values, self.p))


def listed(column: str, values: Sequence[int]) -> Sql:
    """Whether a column is one of some numbers. Short lists are padded, so that few statements serve all of them."""
    if not values or len(values) > MAX_MARKS:
        packed = orjson.dumps(list(values)).decode()
        return Sql(f"{column} IN (SELECT value FROM json_each(?))", (packed,))
    size = 1 << (len(values) - 1).bit_length()
    padded = (*values, *[values[-1]] * (size - len(values)))
    return Sql(f"{column} IN ({', '.join('?' * size)})", padded)


def in_terms(sps: tuple[int, ...]) -> str:
    return "sp = ?" if len(sps) == 1 else f"sp IN ({', '.join('?' for _ in sps)})"


def index_rows(sps: tuple[int, ...], clauses: list[Clause]) -> Sql:
    """The rows of an index table that one of the clauses lets through.

    Of several clauses the codes or targets are a list of their own: SQLite reads its index by a list, but for
    alternatives of two conditions each it passes over what the parameter has of all patients.
    """
    wheres = [clause.where for clause in clauses]
    values = tuple(value for clause in clauses for value in clause.values)
    condition = f"({' OR '.join(where or '1 = 1' for where in wheres)})"
    if all(where.startswith("target IN (") for where in wheres):
        condition = f"target IN ({_marks(values)})"
    elif wheres == ["code = ?"]:
        condition = "code = ?"
    elif set(wheres) == {"code = ?"}:
        condition = f"code IN ({_marks(values)})"
    elif len(wheres) > 1 and all(where.startswith("code = ? AND ") for where in wheres):
        codes = tuple(clause.values[0] for clause in clauses)
        condition, values = f"code IN ({_marks(codes)}) AND {condition}", codes + values
    return Sql(f"{in_terms(sps)} AND {condition}", sps + values)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)
