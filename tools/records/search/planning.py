"""From a `Query` to the row numbers that match: one driving index, the rest as probes of each candidate.

Whoever asks for one patient gets a range of row numbers (see `schema`), so every index is read inside that chart
only. What the index cannot decide is left to the matcher, on the resources themselves (`Selection.residual`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

import orjson

from chartwarden.tools.records.numbering import CONTAINED, PATIENT_BITS
from chartwarden.tools.records.parameters import Parameter, definitions
from chartwarden.tools.records.search import dates, numbers, references, strings, tokens, uris
from chartwarden.tools.records.search.clause import Clause, Unindexed
from chartwarden.tools.records.search.composites import CompositeValue
from chartwarden.tools.records.search.dates import DateValue
from chartwarden.tools.records.search.implied import implied
from chartwarden.tools.records.search.numbers import NumberValue
from chartwarden.tools.records.search.query import Chain, Condition, Filter, Has, Ids, Query, Words
from chartwarden.tools.records.search.references import ReferenceValue, key
from chartwarden.tools.records.search.sql import Scope, Sql, in_terms, index_rows, listed
from chartwarden.tools.records.search.strings import StringValue
from chartwarden.tools.records.search.tokens import TokenValue
from chartwarden.tools.records.search.uris import UriValue

COUNTED = 256
"""How far candidates for the driving index are counted before one is taken."""
PROBED = ("x_token", "x_ref", "x_date")
"""Tables that can be asked about one resource; the others are read by value only."""

_OWNER = "SELECT p, EXISTS (SELECT 1 FROM member WHERE member.p = patient.p) FROM patient WHERE key = ?"

TABLES = {
    "token": "x_token", "date": "x_date", "reference": "x_ref", "string": "x_string", "uri": "x_string",
    "number": "x_number", "quantity": "x_number",
}  # fmt: skip


class View(Protocol):
    """One state of the store, as a search sees it."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement."""
        ...

    def system(self, uri: str) -> int:
        """Number of a code system; -1 for one that occurs nowhere."""
        ...

    def bodies(self, rids: Sequence[int], words: Sequence[str] = ()) -> list[tuple[int, dict[str, Any]]]:
        """Row number and resource, in the order asked for; some that hold none of these folded words may be missing."""
        ...

    def words(self, column: str, text: str) -> list[int]:
        """Row numbers whose text has these words."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """Candidates, and what is still to be decided on each."""

    rids: list[int]
    residual: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition as the planner handles it."""

    rank: int
    """Lower drives first."""
    drive: Sql | None
    """Statement that yields its row numbers."""
    probe: Sql | None
    """Condition on `r`; None: the residual decides."""
    residual: Filter | None = None
    typed: bool = False
    """Whether `drive` yields nothing but live resources of the type."""


def _patient_of(query: Query) -> str:
    """`Patient/id` of the one patient a search is about; empty: it is about everyone."""
    inside = _inside(query.resource_type)
    for condition in (None, *query.conditions):
        reference = f"Patient/{query.compartment}" if condition is None and query.compartment else ""
        if isinstance(condition, Ids) and query.resource_type == "Patient" and len(condition.ids) == 1:
            reference = "" if condition.negated else f"Patient/{condition.ids[0]}"
        elif isinstance(condition, Filter) and inside.issuperset(condition.parameter.sps):
            reference = _one_patient(condition)
        if reference:
            return reference
    return ""


@cache
def _inside(resource_type: str) -> frozenset[int]:
    """Index numbers of the parameters that put a resource into a patient's compartment."""
    known = definitions().parameters[resource_type]
    members = definitions().compartment.get(resource_type, ())
    return frozenset(sp for name in members if name in known for sp in known[name].sps)


def _sps(parameter: Parameter, contained: bool) -> tuple[int, ...]:
    own = parameter.sps
    return own + tuple(sp + CONTAINED for sp in own) if contained else own


def _one_patient(condition: Filter) -> str:
    if condition.negated or condition.by_identifier or len(condition.values) != 1:
        return ""
    value = condition.values[0]
    if isinstance(value, ReferenceValue) and len(value.candidates) == 1 and value.candidates[0].startswith("Patient/"):
        return value.candidates[0]
    return ""


class Planner:
    """Plans and runs selections over one view."""

    def __init__(self, view: View, decide: Callable[[Query], list[int]]) -> None:
        self._view = view
        self._decide = decide
        """Runs a whole search, residual included: for the inner searches of chains."""
        self._keys: dict[int, int] = {}
        """Row number to reference key of what was found among keys."""
        self._scopes: dict[str, Scope | bool | None] = {"": None}

    def select(self, query: Query, within: Scope | None = None) -> Selection:
        """Candidates for a query, in the order of their numbers."""
        scope = self._scope(query)
        if scope is False:
            return Selection([])
        assert not isinstance(scope, bool)
        scope = scope or within
        parts = [self._part(query, condition, scope) for condition in query.conditions]
        for component in implied(query.conditions):
            part = self._filter(component, scope, query.contained)
            if part.probe is not None:
                parts.append(replace(part, residual=None))
        driver = self._driver(parts) if query.keys is None else None
        text, values = self._statement(query, parts, driver, scope)
        rows = self._view.rows(text, values)
        if query.keys is not None:
            self._keys.update(rows)
        found = sorted({row[0] for row in rows})
        return Selection(found, tuple(part.residual for part in parts if part.residual is not None))

    def is_about_one_patient(self, query: Query) -> bool:
        """Whether a search stays inside one chart."""
        return isinstance(self._scope(query), Scope)

    def _scope(self, query: Query) -> Scope | bool | None:
        """The patient a search is about; None for everyone; False for a patient nothing is known of."""
        patient = _patient_of(query)
        if patient not in self._scopes:
            found = self._view.rows(_OWNER, (key(patient),))
            self._scopes[patient] = Scope(found[0][0], bool(found[0][1])) if found else False
        return self._scopes[patient]

    def _driver(self, parts: list[_Part]) -> int | None:
        drivers = [n for n, part in enumerate(parts) if part.drive is not None]
        if not drivers:
            return None
        best = min(parts[n].rank for n in drivers)
        drivers = [n for n in drivers if parts[n].rank == best]
        if len(drivers) == 1:
            return drivers[0]
        return min(drivers, key=lambda n: self._count(parts[n].drive))

    def _count(self, drive: Sql | None) -> int:
        assert drive is not None
        counted = f"SELECT COUNT(*) FROM ({drive.text} LIMIT {COUNTED}) counted"
        return int(self._view.rows(counted, drive.values)[0][0])

    def _statement(
        self, query: Query, parts: list[_Part], driver: int | None, scope: Scope | None
    ) -> tuple[str, tuple[Any, ...]]:
        rtype = definitions().type_ids[query.resource_type]
        wheres: list[Sql] = []
        drive = None if driver is None else parts[driver].drive
        among = query.keys is not None
        if query.keys is not None:
            wheres.append(listed("r.key", query.keys))
        if driver is None or not parts[driver].typed:
            column = "+r.rtype" if among else "r.rtype"  # by the keys, and not by the index of types
            wheres.append(
                Sql(f"{column} IN (?, ?)", (rtype, -rtype)) if query.contained else Sql(f"{column} = ?", (rtype,))
            )
        if scope is not None:
            wheres.append(scope.limit("r.rid"))
        if drive is None:
            source = Sql("resource r")
        elif driver is not None and parts[driver].typed:
            source = Sql(f"({drive.text}) r", drive.values)
        else:
            source = Sql(f"({drive.text}) d CROSS JOIN resource r ON r.rid = d.rid", drive.values)
        wheres += [part.probe for n, part in enumerate(parts) if n != driver and part.probe is not None]
        columns = "r.rid, r.key" if among else "r.rid"
        text = f"SELECT {columns} FROM {source.text} WHERE {' AND '.join(where.text for where in wheres) or '1 = 1'}"
        return text, source.values + tuple(value for where in wheres for value in where.values)

    def _part(self, query: Query, condition: Condition, scope: Scope | None) -> _Part:
        match condition:
            case Ids():
                return _ids(query.resource_type, condition)
            case Words():
                return _listed(self._view.words(condition.column, condition.text))
            case Chain():
                return self._chain(condition, scope, query.contained)
            case Has():
                return _listed(self._has(query.resource_type, condition, scope))
            case Filter():
                return self._filter(condition, scope, query.contained)

    def _filter(self, condition: Filter, scope: Scope | None, contained: bool) -> _Part:
        if condition.missing is not None:
            return self._missing(condition, scope, contained)
        clauses = self._clauses(condition)
        if clauses is None:
            return _Part(9, None, None, condition)
        table, exact = clauses[0].table, all(c.exact for c in clauses)
        rows = index_rows(_sps(condition.parameter, contained), clauses)
        probed = table in PROBED
        residual = None if exact else condition
        if condition.negated:
            if not exact or not probed:
                return _Part(9, None, None, condition)
            return _Part(
                9, None, Sql(f"NOT EXISTS (SELECT 1 FROM {table} WHERE rid = r.rid AND {rows.text})", rows.values)
            )
        drive = Sql(f"SELECT rid FROM {table} WHERE {rows.text}", rows.values)
        if scope is not None:
            if not probed:
                return _Part(9, None, None, condition)
            limit = scope.limit()
            drive = Sql(f"{drive.text} AND {limit.text}", drive.values + limit.values)
        if probed:
            probe = Sql(f"EXISTS (SELECT 1 FROM {table} WHERE rid = r.rid AND {rows.text})", rows.values)
        else:
            probe = Sql(f"r.rid IN ({drive.text})", drive.values)
        rank = _LAST_RANK if scope is not None and _one_patient(condition) else _rank(table, scope)
        return _Part(rank, drive, probe, residual, typed=True)

    def _missing(self, condition: Filter, scope: Scope | None, contained: bool) -> _Part:
        """`:missing`. Who has a row has the element; of those without one, the few odd ones are decided themselves."""
        parameter = condition.parameter
        table = TABLES.get(parameter.kind)
        if table is None or scope is not None or any(term.target for term in parameter.terms):
            return _Part(9, None, None, condition)
        sps = _sps(parameter, contained)
        without = Sql(f"r.rid NOT IN (SELECT rid FROM {table} WHERE {in_terms(sps)})", sps)
        if condition.missing:
            return _Part(9, None, without, condition)
        lacking = self._decide(Query(parameter.owner, (replace(condition, missing=True),), contained=contained))
        few = listed("r.rid", lacking)
        return _Part(9, None, Sql(f"NOT ({few.text})", few.values))

    def _clauses(self, condition: Filter) -> list[Clause] | None:
        """What the index knows about a filter; None where it knows nothing useful."""
        if condition.parameter.kind == "composite":
            return None
        try:
            found = condition.parameter.datatypes
            return [self._clause(value, found) for value in condition.values if not isinstance(value, CompositeValue)]
        except Unindexed:
            return None

    def _clause(self, value: Any, datatypes: frozenset[str]) -> Clause:
        match value:
            case TokenValue():
                return tokens.clause(value, self._view.system(value.system) if value.system else 0, datatypes)
            case DateValue():
                return dates.clause(value)
            case StringValue():
                return strings.clause(value)
            case ReferenceValue():
                return references.clause(value)
            case NumberValue():
                return numbers.clause(value)
            case UriValue():
                return uris.clause(value)
        raise Unindexed

    def _chain(self, condition: Chain, scope: Scope | None, contained: bool) -> _Part:
        targets: list[int] = []
        for target, inner in condition.branches:
            targets += self.keys(self._decide(Query(target, (inner,), contained=True)))
        sps = _sps(condition.parameter, contained)
        found = listed("target", targets)
        rows = Sql(f"{in_terms(sps)} AND {found.text}", sps + found.values)
        drive = Sql(f"SELECT rid FROM x_ref WHERE {rows.text}", rows.values)
        if scope is not None:
            limit = scope.limit()
            drive = Sql(f"{drive.text} AND {limit.text}", drive.values + limit.values)
        return _Part(2, drive, Sql(f"r.rid IN ({drive.text})", drive.values), typed=True)

    def keys(self, rids: list[int]) -> list[int]:
        """Reference keys of resources."""
        if all(rid in self._keys for rid in rids):
            return [self._keys[rid] for rid in rids]
        found = listed("rid", rids)
        return [row[0] for row in self._view.rows(f"SELECT key FROM resource WHERE {found.text}", found.values)]

    def _has(self, resource_type: str, condition: Has, scope: Scope | None) -> list[int]:
        """Rows that something found by the inner search points to."""
        inner = Query(condition.source, condition.conditions)
        parameter = condition.parameter
        if resource_type == "Patient" and _inside(condition.source).issuperset(parameter.sps):
            if scope is not None:
                inner = replace(inner, conditions=(*inner.conditions, _points_to(self._view, condition, scope)))
            return self._owners(self._decide(inner), parameter)
        targets: set[int] = set()
        for _, resource in self._view.bodies(self._decide(inner)):
            targets.update(_targets(resource, parameter, resource_type))
        found = listed("key", sorted(targets))
        sql = f"SELECT rid FROM resource WHERE {found.text} AND rtype = ?"
        return [row[0] for row in self._view.rows(sql, (*found.values, definitions().type_ids[resource_type]))]

    def _owners(self, rids: list[int], parameter: Parameter) -> list[int]:
        """Row numbers of the patients that these resources point to: read off the numbers, checked in the index."""
        sps = parameter.sps
        points = f"x_ref x ON x.rid = j.value AND x.target = p.key AND x.{in_terms(sps)}"
        home = f"SELECT DISTINCT p.p FROM json_each(?) j CROSS JOIN patient p ON p.p = (j.value >> {PATIENT_BITS})"
        guest = "SELECT DISTINCT p.p FROM json_each(?) j CROSS JOIN member m ON m.rid = j.value"
        packed = orjson.dumps(rids).decode()
        found = self._view.rows(f"{home} CROSS JOIN {points}", (packed, *sps))
        if self._view.rows("SELECT 1 FROM member LIMIT 1"):
            found += self._view.rows(f"{guest} CROSS JOIN patient p ON p.p = m.p CROSS JOIN {points}", (packed, *sps))
        return sorted({p << PATIENT_BITS for (p,) in found})


def _points_to(view: View, condition: Has, scope: Scope) -> Filter:
    rid = scope.p << PATIENT_BITS
    patient = next(iter(view.bodies([rid])), (rid, {}))[1].get("id", "")
    return Filter(condition.parameter, (ReferenceValue((f"Patient/{patient}",)),))


def _targets(resource: dict[str, Any], parameter: Parameter, target: str) -> set[int]:
    from chartwarden.tools.records.search.matching import present

    found = set()
    for _, value in present(parameter, resource):
        text = references.text_of(value)
        if text is not None and references.type_of(text) == target:
            found.add(key(references.unversioned(text)))
    return found


_LAST_RANK = 6
"""Of what names the patient: nearly everything of the chart, which is read by its range anyway."""


def _rank(table: str, scope: Scope | None) -> int:
    if table == "x_date":
        return 5 if scope is None else 4
    return 3


def _ids(resource_type: str, condition: Ids) -> _Part:
    keys = tuple(key(f"{resource_type}/{one}") for one in condition.ids)
    marks = ", ".join("?" for _ in keys)
    if condition.negated:
        return _Part(9, None, Sql(f"r.rid NOT IN (SELECT rid FROM resource WHERE key IN ({marks}))", keys))
    return _Part(
        0,
        Sql(f"SELECT rid FROM resource WHERE key IN ({marks})", keys),
        Sql(f"r.rid IN (SELECT rid FROM resource WHERE key IN ({marks}))", keys),
    )


def _listed(rids: list[int]) -> _Part:
    packed = orjson.dumps(rids).decode()
    every = "SELECT value AS rid FROM json_each(?)"
    return _Part(1, Sql(every, (packed,)), listed("r.rid", rids))
