"""Reads FHIR files: single resources, Bundles, NDJSON, each plain or gzipped, by what is in them and not by name.

A file yields `Document`s (one resource, or one Bundle with its entries) and `Unreadable`s, never an exception for
what is in it: one bad line does not stop the rest.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import orjson

from chartwarden.tools.records.parameters import definitions

JSON_NAMES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
SAMPLES = 3_000
MIN_SAMPLES = 50
SAMPLED_FILES = 20
CHUNK_BYTES = 4 * 2**20
ID = re.compile(r"[A-Za-z0-9\-._:]{1,255}\Z", re.ASCII)
"""Wider than R4's 64 characters, since real exports go beyond them; anything else gets an assigned id."""
FIRST_TYPES = ("organization", "location", "medication.", "practitioner", "patient", "encounter")
"""Files named so are read first, in this order: others refer to what is in them."""


class Item(NamedTuple):
    """One resource as it came."""

    position: int
    """Line of an NDJSON file, or entry of a Bundle, from 1."""
    raw: bytes
    resource: dict[str, Any]
    full_url: str = ""
    method: str = ""
    """`request.method` of a Bundle entry; `DELETE` deletes."""
    url: str = ""
    """`request.url` of a Bundle entry."""


class Document(NamedTuple):
    """What was read at once: the entries of a Bundle, or one resource."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place in a file that holds no resource."""

    position: int
    """Line or entry, from 1; 0: the file as a whole."""
    code: str
    detail: str


class Chunk(NamedTuple):
    """Whole lines of an NDJSON file."""

    path: Path
    start: int
    """Of the first line, in bytes."""
    end: int

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line, stripped, with its number from 1 in the chunk. `OSError` where it cannot be read."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            raws = file.read(self.end - self.start).removesuffix(b"\n").split(b"\n")
        yield from enumerate(map(bytes.strip, raws), start=1)


def chunks(path: Path) -> list[Chunk]:
    """A large NDJSON file in pieces that can be read apart; none where it is small, packed or something else."""
    found: list[Chunk] = []
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            if size < CHUNK_BYTES // 4 or plain(file.readline()) is None:
                return []
            start = 0
            while start < size:
                file.seek(start + CHUNK_BYTES)
                file.readline()
                found.append(Chunk(path, start, min(file.tell(), size)))
                start = found[-1].end
    except OSError:
        return []
    return found


def plain(raw: bytes) -> dict[str, Any] | None:
    """The resource in a line, where it is one alone that can be stored as it is, but for its references."""
    resource = _parse(raw)
    if not isinstance(resource, dict) or resource.get("resourceType") == "Bundle" or unusable(resource) is not None:
        return None
    identifier = resource.get("id")
    return resource if isinstance(identifier, str) and ID.match(identifier) else None


def unusable(resource: dict[str, Any]) -> str | None:
    """Why something is no resource; None where it is one."""
    name = resource.get("resourceType")
    if not isinstance(name, str):
        return "no resourceType"
    if name not in definitions().type_ids:
        return "not an R4 resource type"
    return None


def files_of(paths: list[Path]) -> list[Path]:
    """The files behind paths; folders are walked, and what others refer to comes first."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [p for p in sorted(path.rglob("*")) if p.is_file() and p.name.lower().endswith(JSON_NAMES)]
        else:
            found.append(path)
    return sorted(dict.fromkeys(found), key=_rank)


def _rank(path: Path) -> int:
    name = path.name.lower().replace("mimic", "", 1)
    return next((n for n, start in enumerate(FIRST_TYPES) if name.startswith(start)), len(FIRST_TYPES))


def samples(paths: list[Path]) -> list[bytes]:
    """Resources from all over the files, as many of each as its size weighs, to train a dictionary on."""
    step = max(1, len(paths) // SAMPLED_FILES)
    chosen = paths[::step]
    sizes = [path.stat().st_size for path in chosen]
    found: list[bytes] = []
    for path, size in zip(chosen, sizes, strict=True):
        share = MIN_SAMPLES + SAMPLES * size // max(1, sum(sizes))
        taken = (item.raw for document in documents(path) if isinstance(document, Document) for item in document.items)
        found += islice(taken, share)
    return found


def documents(path: Path) -> Iterator[Document | Unreadable]:
    """Everything in a file."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            yield from _of_stream(cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if packed else plain)
    except (OSError, EOFError, zlib.error) as error:
        yield Unreadable(0, "unreadable", f"{type(error).__name__}: the file cannot be read to its end")


def _of_stream(stream: IO[bytes]) -> Iterator[Document | Unreadable]:
    lines = enumerate(iter(stream.readline, b""), start=1)
    number, first = next(((n, line) for n, line in lines if line.strip(b"\xef\xbb\xbf \t\r\n")), (0, b""))
    if not first:
        yield Unreadable(0, "empty", "the file is empty")
        return
    first = first.removeprefix(b"\xef\xbb\xbf")
    value = _parse(first)
    following = next(((n, line) for n, line in lines if line.strip()), None)
    if value is None and following is not None and _parse(following[1]) is None:
        whole = first + following[1] + stream.read()
        value = _parse(whole)
        if value is None:
            detail = "the JSON is truncated or malformed"
            yield Unreadable(0, "malformed", detail)
            return
        first, following = whole, None
    yield _document(first, value, number)
    if following is not None:
        yield parsed(following[1], following[0])
        for number, line in lines:
            if line.strip():
                yield parsed(line, number)


def parsed(raw: bytes, number: int) -> Document | Unreadable:
    """What a line holds."""
    return _document(raw, _parse(raw), number)


def _parse(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _document(raw: bytes, value: Any, number: int) -> Document | Unreadable:
    if value is None:
        return Unreadable(number, "malformed", "the JSON is truncated or malformed")
    if not isinstance(value, dict):
        return Unreadable(number, "not-an-object", "a JSON object with resourceType is wanted here")
    if value.get("resourceType") != "Bundle":
        return Document((Item(number, raw.strip(), value),))
    entries = value.get("entry")
    if not isinstance(entries, list) or not entries:
        return Unreadable(number, "no-entries", "a Bundle without entries")
    items = tuple(_items(raw, entries))
    newest_first = value.get("type") == "history"
    return Document(items[::-1] if newest_first else items)


def _items(raw: bytes, entries: list[Any]) -> Iterator[Item]:
    slices = _compact_slices(raw, entries) or _slices(raw)
    for position, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            continue
        request = entry.get("request")
        request = request if isinstance(request, dict) else {}
        full_url, method, url = (
            str(x or "") for x in (entry.get("fullUrl"), request.get("method"), request.get("url"))
        )
        resource = entry.get("resource")
        if isinstance(resource, dict):
            yield Item(position, slices[position], resource, full_url, method, url)
        elif method == "DELETE":
            yield Item(position, b"", {}, full_url, method, url)


def _compact_slices(raw: bytes, entries: list[Any]) -> dict[int, bytes] | None:
    """Source bytes by entry where the Bundle is written without spaces, as most are; None where it is not."""
    found, at = {}, 0
    for position, entry in enumerate(entries, start=1):
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            dumped = orjson.dumps(entry["resource"])
            start = raw.find(dumped[:40], at)
            if start < 0 or not raw.startswith(dumped, start):
                return None
            found[position] = dumped
            at = start + len(dumped)
    return found


def _slices(raw: bytes) -> dict[int, bytes]:
    """Source bytes of `entry[n].resource` by entry, found by scanning the text."""
    text = raw.decode("utf-8")
    found: dict[int, bytes] = {}
    for name, start, _ in _members(text, text.index("{")):
        if name == "entry":
            for position, item in enumerate(_elements(text, start), start=1):
                if text[item] == "{":
                    for key, begin, end in _members(text, item):
                        if key == "resource":
                            found[position] = text[begin:end].encode("utf-8")
    return found


_scan = json.JSONDecoder().raw_decode


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of each member of the object that starts at `at`."""
    at = _skip(text, at + 1)
    while text[at] == '"':
        name, at = _scan(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _scan(text, start)
        yield name, start, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _elements(text: str, at: int) -> Iterator[int]:
    """Start of each element of the array that starts at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        _, end = _scan(text, at)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
