"""Where batches are indexed: here, or in other processes while this one reads and writes.

A resource is indexed as soon as it is read, while it is still in the processor's cache, and let go: a batch holds its
rows and its packed body only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.indexing import Batch, Indexer
from chartwarden.tools.records.reading import Chunk, Item
from chartwarden.tools.records.workers import Part, Work, Worker, of_chunk, of_raws

AT_HAND = 2
"""Pieces of work that a worker has: one that it does and one to take next."""
SPARE = 2
"""Pieces that no worker has yet: this process does one rather than wait."""


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
    """Indexes in `jobs - 1` other processes, and in this one whenever it would have to wait for them."""

    def __init__(self, codec: Codec, zone: ZoneInfo, jobs: int) -> None:
        self._codec = codec
        self._zone = zone
        self._raws: list[bytes] = []
        self._waiting: deque[Work] = deque()
        """What nobody has begun, in order."""
        self._own: Indexer | None = None
        self._workers = [Worker(zone) for _ in range(jobs - 1)]
        self.ahead = AT_HAND * len(self._workers) + SPARE

    def add(self, item: Item) -> None:
        """Put a resource into the batch."""
        self._raws.append(item.raw)

    def close_batch(self) -> Callable[[], Batch]:
        """End the batch, have it indexed, and begin the next; the result waits for it."""
        raws, self._raws = self._raws, []
        part_of = self._begun(of_raws, raws)

        def batch() -> Batch:
            part = part_of()
            assert part is not None
            return part.batch

        return batch

    def chunk(self, chunk: Chunk) -> Callable[[], Part | None]:
        """Have a piece of a file indexed; the result waits for it, and is None where it needs a closer look."""
        return self._begun(of_chunk, chunk)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()
        self._workers = []

    def _begun(self, task: Callable[[Indexer, Any], Part | None], given: Any) -> Callable[[], Part | None]:
        if self._own is None:  # only now is the dictionary known
            self._own = Indexer(self._codec, self._zone)
            for worker in self._workers:
                worker.tell(self._codec.dictionaries)
        work = Work(task, given)
        self._waiting.append(work)
        self._hand_out()
        return partial(self._result, work)

    def _hand_out(self) -> None:
        for worker in self._workers:
            worker.collect()
        for wanted in range(AT_HAND):
            for worker in self._workers:
                if self._waiting and worker.at_hand <= wanted:
                    worker.take(self._waiting.popleft())

    def _result(self, work: Work) -> Part | None:
        self._hand_out()
        while work.outcome is None:
            if self._waiting:  # among them `work`, where no worker has it: it is the oldest
                assert self._own is not None
                self._waiting.popleft().do(self._own)
            elif work.worker is not None:
                work.worker.receive()
            self._hand_out()
        return work.outcome()
