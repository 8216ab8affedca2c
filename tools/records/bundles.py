"""Search results of a server: one Bundle at a time, and all pages of a search put together.

Nothing of a Bundle is believed that can be checked: `total` is ignored, links are only followed under the server's own
base, entries of other types or without an id are dropped, and two different contents of one version are no content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chartwarden.tools.errors import SourceFault
from chartwarden.tools.records.compartment import RESOURCE_TYPES, is_id
from chartwarden.tools.records.source import Resource
from chartwarden.tools.records.transport import Origin


@dataclass(frozen=True)
class Batch:
    """What one Bundle holds."""

    matches: tuple[Resource, ...]
    included: tuple[Resource, ...]
    next_url: str | None
    notes: tuple[str, ...]
    """Why the Bundle is not the whole truth, in our words."""


def read_bundle(document: Any, resource_type: str, origin: Origin) -> Batch:
    """Take a searchset Bundle apart.

    Raises `SourceFault`: `operation_outcome` when the server reports an error in whatever status, `not_bundle` for
    everything else that is no searchset, `links` for links that cannot be right.
    """
    if isinstance(document, dict) and document.get("resourceType") == "OperationOutcome":
        raise SourceFault("the server answered the search with an error of its own", code="operation_outcome")
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise SourceFault("the server answered the search with something that is no Bundle", code="not_bundle")
    entries = document.get("entry", [])
    if document.get("type", "searchset") != "searchset" or not isinstance(entries, list):
        raise SourceFault("the server answered the search with a Bundle that is no searchset", code="not_bundle")
    links = _links(document.get("link", []))
    notes: list[str] = []
    next_url = None
    if "next" in links:
        next_url = origin.holds(links["next"])
        if next_url is None:
            notes.append("the next page lies at an address that is not the server's own; it was not fetched")
    matches: list[Resource] = []
    included: list[Resource] = []
    dropped = 0
    for entry in entries:
        mode, resource = _entry(entry, resource_type)
        if mode == "outcome":
            notes += _outcome_notes(resource)
        elif mode == "match":
            matches.append(resource)
        elif mode == "include":
            included.append(resource)
        else:
            dropped += 1
    if dropped:
        notes.append("the server sent entries that could not be used")
    return Batch(tuple(matches), tuple(included), next_url, tuple(notes))


def _links(links: Any) -> dict[str, str]:
    fault = SourceFault("the server sent a Bundle whose links cannot be right", code="links")
    if not isinstance(links, list):
        raise fault
    found: dict[str, str] = {}
    for link in links:
        if not isinstance(link, dict) or not isinstance(link.get("relation"), str):
            raise fault
        relation, url = link["relation"], link.get("url")
        if relation in ("next", "self"):
            if relation in found or not isinstance(url, str):
                raise fault
            found[relation] = url
    return found


def _entry(entry: Any, resource_type: str) -> tuple[str, Resource]:
    """The mode of an entry (`match`, `include`, `outcome`, or empty: not usable) and its resource."""
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict):
        return "", {}
    search = entry.get("search")
    mode = search.get("mode") if isinstance(search, dict) else None
    found_type = resource.get("resourceType")
    if found_type == "OperationOutcome":
        return "outcome", resource
    own_id = resource.get("id")
    if found_type not in RESOURCE_TYPES or not isinstance(own_id, str) or not is_id(own_id):
        return "", {}
    if mode is None and search is None:
        mode = "match" if found_type == resource_type else "include"
    if mode == "include" or (mode == "match" and found_type == resource_type):
        return mode, resource
    return "", {}


def _outcome_notes(outcome: Resource) -> list[str]:
    issues = outcome.get("issue")
    listed = issues if isinstance(issues, list) else ()
    severities = {str(issue.get("severity")) for issue in listed if isinstance(issue, dict)}
    if not severities or not severities <= {"warning", "information", "success"}:
        raise SourceFault("the server reports an error in the middle of its answer", code="operation_outcome")
    return ["the server reports that it did not process the search completely"] if "warning" in severities else []


@dataclass
class Collected:
    """All pages of a search, each resource once."""

    notes: list[str] = field(default_factory=list)
    _kept: dict[str, Resource] = field(default_factory=dict)
    _included: dict[str, Resource] = field(default_factory=dict)
    _conflicting: set[str] = field(default_factory=set)

    def add(self, batch: Batch) -> int:
        """Take a page in; gives how many resources were new."""
        before = len(self._kept) + len(self._included)
        for resource in batch.matches:
            self._put(self._kept, resource)
        for resource in batch.included:
            self._put(self._included, resource)
        self.notes += batch.notes
        return len(self._kept) + len(self._included) - before

    @property
    def matches(self) -> Iterator[Resource]:
        """The matches, in the order of their first appearance."""
        return (resource for key, resource in self._kept.items() if key not in self._conflicting)

    @property
    def included(self) -> Iterator[Resource]:
        """What came along and is no match itself."""
        return (
            resource
            for key, resource in self._included.items()
            if key not in self._conflicting and key not in self._kept
        )

    def _put(self, into: dict[str, Resource], resource: Resource) -> None:
        key = f"{resource['resourceType']}/{resource['id']}"
        known = self._kept.get(key) or self._included.get(key)
        if known is None or known == resource:
            into.setdefault(key, resource)
            return
        old, new = _version(known), _version(resource)
        if old is None or new is None or old == new:
            self._conflicting.add(key)
            self.notes.append("the server sent different contents for one resource, which was left out")
        else:
            into[key] = resource if new > old else known


def _version(resource: Resource) -> int | None:
    """`meta.versionId` where it is a number, so that versions have an order."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return int(version) if isinstance(version, str) and version.isdecimal() and len(version) < 16 else None
