"""From a parsed resource to everything the tables hold of it. No database here, so that it can run in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.extract import Extractor, Rows, below
from chartwarden.tools.records.numbering import CONTAINED
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search.references import key, text_of, type_of, unversioned
from chartwarden.tools.records.text import passages


class Record(NamedTuple):
    """One row of `resource` to be, without its number."""

    key: int
    """Of `Type/id`, or of `Type/id#fragment` for a contained resource."""
    rtype: int
    """Negative for a contained resource."""
    digest: int
    body: bytes
    patients: tuple[int, ...]
    """Keys of the patients whose compartment it is in; the first one numbers it."""
    texts: tuple[str, ...] = ()
    """Narrative and everything else for full-text search; empty: no text."""


@dataclass(slots=True)
class Batch:
    """Records with their index rows; a row's number is the record's place in the list."""

    records: list[Record] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)


def digest(raw: bytes) -> int:
    """Signed 64-bit number of the bytes, to recognise what is there already."""
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)


@cache
def _compartment_paths(resource_type: str) -> tuple[tuple[str, ...], ...]:
    known = definitions()
    parameters = known.parameters.get(resource_type, {})
    names = sorted(known.compartment.get(resource_type, ()), key=lambda n: n not in ("patient", "subject"))
    paths = [p.steps for n in names if n in parameters for t in parameters[n].terms for p in t.paths]
    return tuple(dict.fromkeys(paths))


def patients_of(resource: dict[str, Any]) -> tuple[str, ...]:
    """`Patient/id` of every patient whose compartment holds the resource (CompartmentDefinition/patient).

    Any listed parameter counts, not only `subject`, which comes first here. References to other servers do not count.
    """
    found: dict[str, None] = {}
    if resource["resourceType"] == "Patient":
        found[f"Patient/{resource.get('id')}"] = None
    for steps in _compartment_paths(resource["resourceType"]):
        if steps[0] not in resource:
            continue
        for value in below(resource[steps[0]], steps[1:]):
            text = text_of(value)
            if text is not None and text.startswith("Patient/"):
                bare = unversioned(text)
                if type_of(bare) == "Patient":
                    found[bare] = None
    return tuple(found)


def contained_in(resource: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fragment and resource of everything contained that can be referred to."""
    listed = resource.get("contained")
    if not isinstance(listed, list):
        return
    for inner in listed:
        if (
            isinstance(inner, dict)
            and isinstance(inner.get("id"), str)
            and inner.get("resourceType") in definitions().type_ids
        ):
            yield f"#{inner['id']}", inner


class Indexer:
    """Indexes resources into batches. Keep one: its extractor is costly to make."""

    def __init__(self, codec: Codec, zone: tzinfo) -> None:
        self._codec = codec
        self._extractor = Extractor(zone)
        self._records: list[Record] = []

    def __len__(self) -> int:
        return len(self._records)

    def add(self, resource: dict[str, Any], raw: bytes) -> None:
        """Append one resource, and what it contains, to the batch."""
        types = definitions().type_ids
        records, extractor, pack = self._records, self._extractor, self._codec.pack
        reference = f"{resource['resourceType']}/{resource['id']}"
        patients = tuple(map(key, patients_of(resource)))
        extractor.container = reference
        extractor.extract(resource, len(records))
        rtype = types[resource["resourceType"]]
        records.append(Record(key(reference), rtype, digest(raw), pack(raw), patients, passages(resource)))
        for fragment, inner in contained_in(resource):
            extractor.extract(inner, len(records), CONTAINED)
            body = pack(orjson.dumps(inner))
            records.append(Record(key(reference + fragment), -types[inner["resourceType"]], 0, body, patients))

    def take(self) -> Batch:
        """The batch; the next one begins."""
        batch = Batch(self._records, self._extractor.take())
        self._records = []
        return batch


def rows_of(resource: dict[str, Any], extractor: Extractor) -> list[Rows]:
    """Index rows of a stored resource and of each resource contained in it, in this order, to delete them."""
    extractor.container = f"{resource['resourceType']}/{resource['id']}"
    found = []
    for part in (resource, *(inner for _, inner in contained_in(resource))):
        extractor.extract(part, 0, 0 if part is resource else CONTAINED)
        found.append(extractor.take())
    return found
