"""Where batches are indexed: here, or in other processes while this one reads and writes.

A resource is indexed as soon as it is read, while it is still in the processor's cache, and let go: a batch holds its
rows and its packed body only.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from threading import Thread
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import orjson

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.indexing import Batch, Indexer
from chartwarden.tools.records.linking import may_link
from chartwarden.tools.records.reading import Chunk, Item, plain


class Part(NamedTuple):
    """What a piece of a file holds."""

    batch: Batch
    numbers: list[int]
    """Of the line of each resource, from 1 in the piece."""
    lines: int


class Here:
    """Indexes in this process."""

    ahead = 0
    """How many batches may be under way before one is written."""

    def __init__(self, codec: Codec, zone: ZoneInfo) -> None:
        self._indexer = Indexer(codec, zone)

    def add(self, item: Item) -> None:
        """Put a resource into the batch."""
        self._indexer.add(item.resource, item.raw)

    def close_batch(self) -> Callable[[], Batch]:
        """End the batch and begin the next; the result tells it."""
        batch = self._indexer.take()
        return lambda: batch

    def close(self) -> None:
        """Nothing to end."""


class Pool:
    """Indexes in `jobs - 1` other processes, and in this one what they have no time for."""

    def __init__(self, codec: Codec, zone: ZoneInfo, jobs: int) -> None:
        self._codec = codec
        self._zone = zone
        self._jobs = jobs
        self._raws: list[bytes] = []
        self._running: list[Future[bytes]] = []
        self._pool: ProcessPoolExecutor | None = None

    @property
    def ahead(self) -> int:
        """How many batches may be under way before one is written."""
        return self._jobs + 1

    def add(self, item: Item) -> None:
        """Put a resource into the batch."""
        self._raws.append(item.raw)

    def close_batch(self) -> Callable[[], Batch]:
        """End the batch, begin to index it, and begin the next; the result waits for it."""
        raws, self._raws = self._raws, []
        return cast("Callable[[], Batch]", self._begun(_of_raws, raws))

    def chunk(self, chunk: Chunk) -> Callable[[], Part | None]:
        """Begin to index a piece of a file; the result waits for it, and is None where it needs a closer look."""
        return cast("Callable[[], Part | None]", self._begun(_of_chunk, chunk))

    def _begun(self, task: Callable[[Indexer, Any], Any], given: Any) -> Callable[[], Any]:
        if self._pool is None:  # only now is the dictionary known
            self._own = Indexer(self._codec, self._zone)
            self._pool = ProcessPoolExecutor(
                self._jobs - 1, multiprocessing.get_context("spawn"), _begin, (self._codec.dictionaries, self._zone.key)
            )
        self._running = [future for future in self._running if not future.done()]
        if len(self._running) >= self._jobs:  # each process has one at hand, and there is one to take next
            done = task(self._own, given)
            return lambda: done
        packed = self._pool.submit(_run, task, given)
        self._running.append(packed)
        return lambda: pickle.loads(packed.result())

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def rest_collector() -> None:
    """Let the garbage collector rest: parsed JSON has no cycles, and walking it takes a third of a load's time."""
    gc.set_threshold(500_000, *gc.get_threshold()[1:])


_worker: list[Indexer] = []


def _begin(dictionaries: dict[int, bytes], zone: str) -> None:
    """Set a worker process up."""
    Thread(target=_end_with_parent, daemon=True).start()
    rest_collector()
    _worker.append(Indexer(Codec(dictionaries), ZoneInfo(zone)))


def _end_with_parent() -> None:
    """End this process when the one that began it is gone: a killed load would leave it waiting for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _run(task: Callable[[Indexer, Any], Any], given: Any) -> bytes:
    """Do a task in a worker process. What comes of it is pickled here and unpickled where it is used: a thread of the
    pool that did it would keep the interpreter from the one that inserts rows meanwhile.
    """
    return pickle.dumps(task(_worker[0], given), pickle.HIGHEST_PROTOCOL)


def _of_raws(indexer: Indexer, raws: list[bytes]) -> Batch:
    for raw in raws:
        indexer.add(orjson.loads(raw), raw)
    return indexer.take()


def _of_chunk(indexer: Indexer, chunk: Chunk) -> Part | None:
    numbers: list[int] = []
    seen: set[str] = set()
    number = 0
    try:
        for number, raw in chunk.lines():
            if not raw:
                continue
            resource = plain(raw)
            if resource is None or may_link(raw):
                break
            seen.add(f"{resource['resourceType']}/{resource['id']}")
            numbers.append(number)
            if len(seen) < len(numbers):
                break
            indexer.add(resource, raw)
        else:
            return Part(indexer.take(), numbers, number)
    except OSError:
        pass
    indexer.take()
    return None
