"""Where batches are indexed: here, or in other processes while this one reads and writes.

A resource is indexed as soon as it is read, while it is still in the processor's cache, and let go: a batch holds its
rows and its packed body only.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import cast
from zoneinfo import ZoneInfo

import orjson

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.indexing import Batch, Indexer
from chartwarden.tools.records.reading import Item


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
    """Indexes in `jobs - 1` other processes: this one is busy reading, linking and writing."""

    def __init__(self, codec: Codec, zone: ZoneInfo, jobs: int) -> None:
        self._codec = codec
        self._zone = zone
        self._jobs = jobs
        self._raws: list[bytes] = []
        self._pool: ProcessPoolExecutor | None = None

    @property
    def ahead(self) -> int:
        """How many batches may be under way before one is written."""
        return self._jobs

    def add(self, item: Item) -> None:
        """Put a resource into the batch."""
        self._raws.append(item.raw)

    def close_batch(self) -> Callable[[], Batch]:
        """End the batch, begin to index it, and begin the next; the result waits for it."""
        if self._pool is None:  # only now is the dictionary known
            self._pool = ProcessPoolExecutor(
                self._jobs - 1, multiprocessing.get_context("spawn"), _begin, (self._codec.dictionaries, self._zone.key)
            )
        raws, self._raws = self._raws, []
        packed = self._pool.submit(_index, raws)
        return lambda: cast("Batch", pickle.loads(packed.result()))

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
    rest_collector()
    _worker.append(Indexer(Codec(dictionaries), ZoneInfo(zone)))


def _index(raws: list[bytes]) -> bytes:
    """Index in a worker process. The batch is pickled here and unpickled where it is used: a thread of the pool that
    did it would keep the interpreter from the one that inserts rows meanwhile.
    """
    indexer = _worker[0]
    for raw in raws:
        indexer.add(orjson.loads(raw), raw)
    return pickle.dumps(indexer.take(), pickle.HIGHEST_PROTOCOL)
