"""Gathers the resources of a load into batches, has them indexed and writes them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from chartwarden.tools.records.bodies import Codec, train
from chartwarden.tools.records.indexers import Here, Pool
from chartwarden.tools.records.indexing import Batch, Indexer
from chartwarden.tools.records.linking import Links
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.reading import ID, Chunk, Document, Item, Unreadable, parsed, samples, unusable
from chartwarden.tools.records.reports import Problem, Report
from chartwarden.tools.records.workers import Part
from chartwarden.tools.records.writing import Tables, Writer

BATCH = 5_000
"""Resources indexed and written at a time."""

_Place = tuple[str, int]
"""File, and line or entry in it, of a resource."""
_RTYPE = attrgetter("rtype")


class Session:
    """The open transaction of a load: gathers resources into batches and writes them."""

    def __init__(self, tables: Tables, zone: ZoneInfo, jobs: int) -> None:
        self._tables = tables
        rows = tables.rows
        if not rows("SELECT 1 FROM meta WHERE name = 'zone'"):
            self._tables.insert("meta", [("zone", zone.key), ("definitions", definitions().fingerprint)])
        self._zone = zone
        self._codec = Codec(dict(rows("SELECT dict, bytes FROM dictionary")))
        self._ahead: deque[Callable[[Report], None]] = deque()
        """What is to be written as soon as it is indexed, in order."""
        self._lines: Counter[Path] = Counter()
        """Of the files that come in pieces, so far."""
        self._writer = Writer(self._tables, self._codec, zone)
        self._links = Links(self._tables)
        self._number = int(rows("SELECT COALESCE(MAX(load), 0) + 1 FROM load_batch")[0][0])
        self._problems = 0
        self._waiting: list[_Place] = []
        self._keys: set[str] = set()
        self._started = datetime.now(UTC).isoformat(timespec="seconds")
        self._indexer: Here | Pool = Pool(self._codec, zone, jobs) if jobs > 1 else Here(self._codec, zone)

    @property
    def changed(self) -> bool:
        """Whether the store is another one than before."""
        return self._writer.changed

    @property
    def is_full(self) -> bool:
        """Whether the last document filled a batch, so that something was just written."""
        return not self._waiting

    def take(self, document: Document | Unreadable, source: str, report: Report) -> None:
        """Take the resources of a document, linked to each other."""
        if isinstance(document, Unreadable):
            report.unreadable += 1
            self.note(report, Problem(source, document.position, document.code, document.detail))
            return
        items = []
        for item in document.items:
            if item.method == "DELETE":
                self.drain(report)
                report.deleted += self._writer.remove(item.url)
            elif (problem := unusable(item.resource)) is not None:
                report.unreadable += 1
                self.note(report, Problem(source, item.position, "not-fhir", problem))
            else:
                items.append(self._identified(item, source, report))
        self._links.learn(items)
        for item in items:
            linked = self._links.resolve(item)
            reference = f"{linked.resource['resourceType']}/{linked.resource['id']}"
            if reference in self._keys:
                self.write(report)
            self._keys.add(reference)
            self._indexer.add(linked)
            self._waiting.append((source, item.position))
            report.types[linked.resource["resourceType"]] += 1
            if len(self._waiting) >= BATCH:
                self.write(report)

    def _identified(self, item: Item, source: str, report: Report) -> Item:
        found = item.resource.get("id")
        if isinstance(found, str) and ID.match(found):
            return item
        conditional = item.full_url.rpartition(":")[2] if item.full_url.startswith("urn:uuid:") else ""
        assigned = conditional if ID.match(conditional) else blake2b(item.raw, digest_size=16).hexdigest()
        self.note(report, Problem(source, item.position, "no-id", f"no usable id; stored as {assigned}"))
        resource = {"resourceType": item.resource["resourceType"], "id": assigned}
        resource.update({name: value for name, value in item.resource.items() if name not in resource})
        return Item(item.position, _with_id(item, assigned), resource, item.full_url, item.method, item.url)

    def write(self, report: Report) -> None:
        """Have indexed what has been gathered, and write what is indexed."""
        if self._waiting:
            places = self._waiting
            self._ahead.append(partial(self._store, self._indexer.close_batch(), places.__getitem__))
            self._waiting = []
            self._keys = set()
        while len(self._ahead) > self._indexer.ahead:
            self._ahead.popleft()(report)

    def take_chunk(self, chunk: Chunk, report: Report) -> None:
        """Take a piece of a file, which is read where it is indexed. The pieces of a file come in their order."""
        assert isinstance(self._indexer, Pool)
        self.write(report)
        self._ahead.append(partial(self._store_part, self._indexer.chunk(chunk), chunk))
        self.write(report)

    def _store_part(self, part_of: Callable[[], Part | None], chunk: Chunk, report: Report) -> None:
        part, before, source = part_of(), self._lines[chunk.path], str(chunk.path)
        if part is None:
            self._take_lines(chunk, before, report)
            return
        names = definitions().type_names
        counted = Counter(map(_RTYPE, part.batch.records))
        report.types.update({names[rtype]: count for rtype, count in counted.items() if rtype > 0})
        self._store(lambda: part.batch, lambda n: (source, before + part.numbers[n]), report)
        self._lines[chunk.path] += part.lines

    def _take_lines(self, chunk: Chunk, before: int, report: Report) -> None:
        """Take a piece line by line, at once: what comes after it is waiting."""
        kept = self._indexer, self._ahead, self._waiting, self._keys
        self._indexer, self._ahead, self._waiting, self._keys = Here(self._codec, self._zone), deque(), [], set()
        try:
            for number, raw in chunk.lines():
                if raw:
                    self.take(parsed(raw, before + number), str(chunk.path), report)
                self._lines[chunk.path] = before + number
        except OSError as error:
            detail = f"{type(error).__name__}: the file cannot be read to its end"
            self.take(Unreadable(0, "unreadable", detail), str(chunk.path), report)
        self.drain(report)
        self._indexer, self._ahead, self._waiting, self._keys = kept

    def _store(self, batch_of: Callable[[], Batch], place_of: Callable[[int], _Place], report: Report) -> None:
        """`place_of` tells where the n-th resource that is not contained in another one came from."""
        batch = batch_of()
        if batch.rows.oddities:
            starts = [number for number, record in enumerate(batch.records) if record.rtype > 0]
            for oddity in batch.rows.oddities:
                place = place_of(bisect_right(starts, oddity.number) - 1)
                self.note(report, Problem(*place, oddity.code, oddity.detail, oddity.path))
        report.take(self._writer.apply(batch))
        self._links.note_pending()

    def drain(self, report: Report) -> None:
        """Write everything taken so far."""
        self.write(report)
        while self._ahead:
            self._ahead.popleft()(report)

    def train(self, paths: list[Path]) -> None:
        """Train the dictionary of a new store on a sample of all files."""
        if self._codec.current:
            return
        dictionary = train(samples(paths))
        if dictionary is not None:
            self._tables.insert("dictionary", [(1, dictionary)])
            self._codec.add(1, dictionary)

    def note(self, report: Report, problem: Problem) -> None:
        self._problems += 1
        report.note(problem)
        row = (
            self._number,
            self._problems,
            problem.source,
            problem.position,
            problem.path,
            problem.code,
            problem.detail,
        )
        self._tables.insert("load_issue", [row])

    def finish(self, report: Report, *, last: bool) -> int:
        """Resolve what arrived late, and write down the load; how many references stay unresolved."""
        self.drain(report)
        if last:
            indexer = Indexer(self._codec, self._zone)
            late = self._links.late(self._codec)
            while items := list(islice(late, BATCH)):
                for item in items:
                    indexer.add(item.resource, item.raw)
                self._writer.apply(indexer.take(), relinked=True)
        self._writer.flush(self._number)
        self._tables.insert("load_batch", [(self._number, self._started, int(self._writer.shared_changed))])
        return self._links.unresolved()

    def close(self) -> None:
        """End the processes that index."""
        self._indexer.close()


def _with_id(item: Item, assigned: str) -> bytes:
    """The source bytes with the assigned id written in after the opening brace."""
    if "id" in item.resource:
        return orjson.dumps({**item.resource, "id": assigned})
    return b'{"id":' + orjson.dumps(assigned) + b"," + item.raw.lstrip()[1:]
