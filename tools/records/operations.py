"""`Observation/$lastn` and `Patient/$everything`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import cache, lru_cache
from typing import Any

import orjson

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search import dates
from chartwarden.tools.records.search.matching import present
from chartwarden.tools.records.search.tokens import codings
from chartwarden.tools.records.source import Resource

LASTN_NOTE = "entered-in-error left out"
_BEGINNING = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"[A-Za-z]+"\s*,\s*"id"\s*:\s*"([^"\\]+)"')


def lastn_params(params: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], int]:
    """The search behind a `$lastn`, and how many of each code; it needs a patient and a category or code."""
    names = {name.partition(":")[0].partition(".")[0] for name, _ in params}
    if not names & {"patient", "subject"}:
        raise SearchError("$lastn needs patient or subject")
    if not names & {"category", "code"}:
        raise SearchError("$lastn needs category or code")
    most = 1
    kept = []
    for name, value in params:
        if name == "max":
            if not value.isdecimal() or int(value) < 1:
                raise SearchError(f"max={value}: write a number from 1")
            most = int(value)
        else:
            kept.append((name, value))
    return kept, most


def last_of_each(observations: Sequence[Resource], most: int, zone: tzinfo) -> list[Resource]:
    """The latest of each code, newest first. Codes group when they share any coding, also through others; what has
    only text groups by that text. Everything as late as the last one to be returned is returned too.
    """
    groups: dict[Any, list[tuple[int, Resource]]] = {}
    find = _union([_labels(resource) for resource in observations])
    for resource in observations:
        labels = _labels(resource)
        if resource.get("status") != "entered-in-error" and labels:
            groups.setdefault(find(labels[0]), []).append((_time(resource, zone), resource))
    kept: list[Resource] = []
    for group in groups.values():
        group.sort(key=lambda pair: -pair[0])
        cut = group[: most + 1][min(most, len(group)) - 1][0]
        kept += [resource for at, resource in group if at >= cut]
    return kept


def _labels(resource: Resource) -> list[Any]:
    code = resource.get("code")
    found: list[Any] = list(codings("CodeableConcept", code))
    if not found and isinstance(code, dict) and isinstance(code.get("text"), str):
        found = [code["text"]]
    return found


def _union(labelled: list[list[Any]]) -> Any:
    parents: dict[Any, Any] = {}

    def find(label: Any) -> Any:
        while (parent := parents.setdefault(label, label)) != label:
            parents[label] = parents[parent]
            label = parent
        return label

    for labels in labelled:
        for label in labels[1:]:
            parents[find(label)] = find(labels[0])
    return find


def _time(resource: Resource, zone: tzinfo) -> int:
    parameter = definitions().parameter("Observation", "date")
    found = [span[0] for datatype, value in present(parameter, resource) if (span := dates.span(datatype, value, zone))]
    return max(found, default=dates.EARLIEST)


def everything_params(params: Sequence[tuple[str, str]]) -> tuple[list[str] | None, str]:
    """Types (None: all) and `_since` of a `$everything`."""
    types: list[str] | None = None
    since = ""
    for name, value in params:
        if name == "_type":
            types = value.split(",")
            for one in types:
                definitions().of(one)
        elif name == "_since":
            since = value
        else:
            raise SearchError(
                f"$everything does not know {name}={value}; it knows _type and _since, and is never paged"
            )
    return types, since


@lru_cache(maxsize=64)
def reference_to(types: tuple[str, ...]) -> re.Pattern[bytes]:
    """Finds the relative references to some types in the bytes of a body."""
    named = "|".join(types).encode()
    return re.compile(rb'"reference"\s*:\s*"((?:%b)/[A-Za-z0-9\-._:]+)(?:/_history/[^"]*)?"' % named)


def references_in(raws: Sequence[bytes], types: tuple[str, ...]) -> set[str]:
    """Every relative reference to some types in some bodies."""
    return {found.decode() for found in set(reference_to(types).findall(b"\n".join(raws)))} if types else set()


@cache
def _beginning(resource_type: str) -> bytes:
    return b'{"resourceType":"%b","id":"' % resource_type.encode()


def reference_of(raw: bytes, resource_type: str) -> str:
    """`Type/id` of a body: read off its beginning where it begins as most do, so that it need not be parsed."""
    start = _beginning(resource_type)
    if raw.startswith(start):
        written = raw[len(start) : raw.index(b'"', len(start))]
        if b"\\" not in written:
            return f"{resource_type}/{written.decode()}"
    found = _BEGINNING.match(raw)
    if found is not None:
        return f"{resource_type}/{found[1].decode()}"
    return f"{resource_type}/{orjson.loads(raw)['id']}"


def since_filter(since: str, zone: tzinfo) -> Callable[[bytes], bool] | None:
    """Decides whether a body was updated since; one that does not say stays. None: all stay."""
    if not since:
        return None
    start = dates.interval(since, zone)
    if start is None:
        raise SearchError(f"_since={since} is no date-time")

    def recent(raw: bytes) -> bool:
        meta = orjson.loads(raw).get("meta")
        at = dates.interval(str(meta.get("lastUpdated")), zone) if isinstance(meta, dict) else None
        return at is None or at[1] > start[0]

    return recent
