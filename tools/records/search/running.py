"""Runs a `Query` over one view of the store: filter, sort, page, include, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

import orjson

from chartwarden.tools.records.extract import at
from chartwarden.tools.records.parameters import Parameter, definitions
from chartwarden.tools.records.search import paging
from chartwarden.tools.records.search.matching import filter_matches, present
from chartwarden.tools.records.search.planning import Planner, View
from chartwarden.tools.records.search.query import Chain, Filter, Include, Query
from chartwarden.tools.records.search.references import key, text_of, type_of, unversioned
from chartwarden.tools.records.search.sorting import comes_after, keys_of, ordered
from chartwarden.tools.records.search.subsets import subset
from chartwarden.tools.records.search.tokens import TokenValue
from chartwarden.tools.records.source import Page, Resource

PAGE = 250
"""Matches per page where the search does not say."""
CHUNK = 500
"""Bodies read at a time while deciding on candidates."""
MAX_INCLUDE_ROUNDS = 8


class Run:
    """One search over one view."""

    def __init__(self, view: View, zone: tzinfo) -> None:
        self._view = view
        self._zone = zone
        self._planner = Planner(view, self.rids)
        self._decoded: dict[int, Resource] = {}
        """What was read to decide on it, up to `CHUNK`: it is mostly what is then returned."""

    def rids(self, query: Query) -> list[int]:
        """Row numbers of all matches, in the order asked for."""
        found = self._unsorted(query)
        return [rid for _, rid in self._sorted(found, query)] if query.sort else found

    def _unsorted(self, query: Query) -> list[int]:
        chains = [condition for condition in query.conditions if isinstance(condition, Chain)]
        if chains and self._planner.is_about_one_patient(query):
            rest = tuple(condition for condition in query.conditions if not isinstance(condition, Chain))
            among = Query(query.resource_type, rest, compartment=query.compartment, contained=query.contained)
            found = self.rids(among if query.keys is None else replace(among, keys=query.keys))
            for chain in chains:
                found = self._following(found, chain)
            return found
        selection = self._planner.select(query)
        found = selection.rids
        if selection.residual:
            found = [rid for rid, _ in self._decided(found, selection.residual)]
        return found

    def _following(self, rids: list[int], chain: Chain) -> list[int]:
        """Those of a few candidates that point to something that holds: cheaper than all that it holds for."""
        pointed = {
            rid: _pointed(resource, chain.parameter)
            for start in range(0, len(rids), CHUNK)
            for rid, resource in self._bodies(rids[start : start + CHUNK])
        }
        named = {name: typed for found in pointed.values() for name, typed in found.items()}
        good: set[int] = set()
        for target, inner in chain.branches:
            among = tuple(sorted(name for name, typed in named.items() if typed in ("", target)))
            if among:
                good.update(self._planner.keys(self.rids(Query(target, (inner,), contained=True, keys=among))))
        return [rid for rid, found in pointed.items() if not good.isdisjoint(found)]

    def pages(self, query: Query) -> Iterator[Page]:
        """All pages of a search, from the one asked for."""
        rids = self._unsorted(query)
        total = len(rids) if query.total or query.summary == "count" or query.count == 0 else None
        if query.count == 0 or query.summary == "count":
            yield Page((), total=total)
            return
        found = self._sorted(rids, query) if query.sort else [((), rid) for rid in rids]
        if query.after is not None:
            descending = tuple(down for _, down in query.sort)
            found = [row for row in found if comes_after(row, query.after, descending)]
        size = query.count or PAGE
        for start in range(0, len(found), size):
            chosen = found[start : start + size]
            matches = [resource for _, resource in self._bodies([rid for _, rid in chosen])]
            included = self._included(query, matches) if query.includes or query.revincludes else []
            yield Page(
                tuple(subset(resource, query.summary, query.elements) for resource in matches),
                tuple(subset(resource, query.summary, ()) for resource in included),
                total,
                next=paging.token(chosen[-1], query.origin) if start + size < len(found) else "",
            )

    def _bodies(self, rids: Sequence[int], words: Sequence[str] = ()) -> list[tuple[int, Resource]]:
        """Row number and resource, in the order asked for; see `View.bodies`."""
        known = self._decoded
        fresh = dict(self._view.bodies([rid for rid in rids if rid not in known], words))
        if len(known) + len(fresh) <= CHUNK:
            known.update(fresh)
        return [(rid, found) for rid in rids if (found := fresh.get(rid) or known.get(rid)) is not None]

    def _decided(self, rids: list[int], filters: Sequence[Filter]) -> Iterator[tuple[int, Resource]]:
        words = next(filter(None, map(_words, filters)), ())
        for start in range(0, len(rids), CHUNK):
            for rid, resource in self._bodies(rids[start : start + CHUNK], words):
                if all(filter_matches(one, resource, self._zone) for one in filters):
                    yield rid, resource

    def _sorted(self, rids: list[int], query: Query) -> list[paging.Place]:
        descending = tuple(down for _, down in query.sort)
        if len(query.sort) == 1 and (parameter := query.sort[0][0]) is not None and parameter.kind == "date":
            known = self._starts(rids, parameter, descending[0])
            sign = -1 if descending[0] else 1  # the order of `ordered`, without a comparison in Python
            by_start = sorted((sign * start, rid) for rid, start in known.items())
            return [((sign * start,), rid) for start, rid in by_start] + [((None,), r) for r in rids if r not in known]
        rows = []
        for start in range(0, len(rids), CHUNK):
            for rid, resource in self._bodies(rids[start : start + CHUNK]):
                rows.append((keys_of(resource, query.sort, self._zone), rid))
        return ordered(rows, descending)

    def _starts(self, rids: list[int], parameter: Parameter, descending: bool) -> dict[int, int]:
        best = "MAX" if descending else "MIN"
        marks = ", ".join("?" for _ in parameter.sps)
        sql = (
            f"SELECT x.rid, {best}(x.lo) FROM json_each(?) j CROSS JOIN x_date x ON x.rid = j.value"
            f" WHERE x.sp IN ({marks}) GROUP BY x.rid"
        )
        return dict(self._view.rows(sql, (orjson.dumps(rids).decode(), *parameter.sps)))

    def _included(self, query: Query, matches: list[Resource]) -> list[Resource]:
        seen = {_reference(resource) for resource in matches}
        found: list[Resource] = []
        fresh = matches
        for round_number in range(MAX_INCLUDE_ROUNDS):
            wanted = [i for i in query.includes if i.iterate or round_number == 0]
            pointing = [i for i in query.revincludes if i.iterate or round_number == 0]
            fresh = [
                resource
                for resource in (*self._forward(fresh, wanted), *self._backward(fresh, pointing))
                if (reference := _reference(resource)) not in seen and not seen.add(reference)  # type: ignore[func-returns-value]
            ]
            if not fresh:
                break
            found += fresh
        return found

    def _forward(self, resources: list[Resource], includes: list[Include]) -> list[Resource]:
        keys: dict[int, None] = {}
        for resource in resources:
            for include in includes:
                if include.source == resource["resourceType"]:
                    for parameter in _parameters(include):
                        for _, value in present(parameter, resource):
                            text = unversioned(text_of(value) or "")
                            if text and (not include.target or type_of(text) == include.target):
                                keys[key(text)] = None
        return self._by_key(
            "SELECT rid FROM resource WHERE rtype > 0 AND key IN (SELECT value FROM json_each(?))", [*keys]
        )

    def _backward(self, resources: list[Resource], includes: list[Include]) -> list[Resource]:
        found: list[Resource] = []
        for include in includes:
            keys = [key(_reference(r)) for r in resources if not include.target or r["resourceType"] == include.target]
            sps = [sp for parameter in _parameters(include) for sp in parameter.sps]
            sql = (
                f"SELECT DISTINCT r.rid FROM x_ref x JOIN resource r ON r.rid = x.rid WHERE r.rtype > 0"
                f" AND x.sp IN ({', '.join(str(sp) for sp in sps)}) AND x.target IN (SELECT value FROM json_each(?))"
            )
            found += self._by_key(sql, keys)
        return found

    def _by_key(self, sql: str, keys: list[int]) -> list[Resource]:
        rids = sorted(row[0] for row in self._view.rows(sql, (orjson.dumps(keys).decode(),)))
        return [resource for _, resource in self._view.bodies(rids)]


def _pointed(resource: Resource, parameter: Parameter) -> dict[int, str]:
    """Key of everything a reference parameter leads to, and its type where the reference is `Type/id`."""
    found: dict[int, str] = {}
    terms = parameter.terms
    for value in [value for t in terms for path in t.paths for _, value in at(resource, path, t.target)]:
        text = unversioned(text_of(value) or "")
        if text:
            whole = _reference(resource) + text if text[0] == "#" else text
            typed = type_of(text) if text.count("/") == 1 and text[0] != "#" else ""
            found[key(whole)] = typed
            if "|" in whole:
                found[key(whole.partition("|")[0])] = typed
    return found


def _words(condition: Filter) -> tuple[str, ...]:
    """Folded words of which a resource that passes holds one; empty: nothing is known."""
    texts = [value.text for value in condition.values if isinstance(value, TokenValue) and value.mode == "text"]
    wanted = condition.missing is None and not condition.negated and len(texts) == len(condition.values)
    return tuple(texts) if wanted else ()


def _parameters(include: Include) -> list[Parameter]:
    if include.parameter is not None:
        return [include.parameter]
    return [p for p in definitions().parameters[include.source].values() if p.kind == "reference"]


def _reference(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"
