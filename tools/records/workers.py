"""Processes that index beside the one that stores, and the way to and from them.

A worker reads, parses, indexes and compresses; it knows no database. What it found travels as one string of bytes.
"""

from __future__ import annotations

import marshal
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from chartwarden.tools.errors import LoadError
from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.collector import rest_collector
from chartwarden.tools.records.extract import Oddity, Rows
from chartwarden.tools.records.indexing import Batch, Indexer, Record
from chartwarden.tools.records.linking import may_link
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.reading import Chunk, plain


class Part(NamedTuple):
    """What a piece of work holds."""

    batch: Batch
    numbers: list[int]
    """Of the line of each resource, from 1 in the piece of a file."""
    lines: int


class Work:
    """Something to be indexed, here or by a worker."""

    def __init__(self, task: Callable[[Indexer, Any], Part | None], given: Any) -> None:
        self.task = task
        self.given = given
        self.worker: Worker | None = None
        """Who has it; None while nobody does."""
        self.outcome: Callable[[], Part | None] | None = None
        """None while it is not done; the result is None where the piece needs a closer look."""

    def do(self, indexer: Indexer) -> None:
        """Do it in this process."""
        part = self.task(indexer, self.given)
        self.outcome = lambda: part


class Worker:
    """A process that indexes. It begins at once, and waits to be told the dictionaries.

    Not one of multiprocessing's: those import the command line again, which takes longer than all that is needed here.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        ours, theirs = Pipe()
        begin = f"from {__name__} import serve; serve({theirs.fileno()}, {zone.key!r})"
        command = [sys.executable, "-P", "-c", begin]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()  # so that the end of the process ends the connection
        self._mail = _Mail(ours)
        self._under_way: deque[Work] = deque()

    @property
    def at_hand(self) -> int:
        """How many pieces of work it has, the one that it is doing among them."""
        return len(self._under_way)

    def tell(self, dictionaries: dict[int, bytes]) -> None:
        """Say what to compress with: the first thing that it wants to know."""
        self._mail.send(pickle.dumps(dictionaries))

    def take(self, work: Work) -> None:
        """Give it work, which it does in order."""
        work.worker = self
        self._under_way.append(work)
        self._mail.send(pickle.dumps((work.task, work.given)))

    def collect(self) -> None:
        """Take what it has done so far."""
        while self._under_way and self._mail.has_come():
            self.receive()

    def receive(self) -> None:
        """Wait for the next thing that it does. `LoadError` when the process has ended instead."""
        try:
            packed = self._mail.receive()
        except (EOFError, OSError):
            raise LoadError(
                f"a process that indexes ended (exit code {self._process.wait()}); what was loaded since the store was"
                " last published is not kept. Load again, with --jobs 1 if memory is short"
            ) from None
        self._under_way.popleft().outcome = partial(_unpacked, packed)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._mail.close()


class _Mail:
    """One end of a connection. A thread sends, so that nobody waits until the other side reads; it spends that time in
    the system, while a thread that received would wake for every few kilobytes and take the interpreter from whoever
    inserts rows.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._sender = Thread(target=self._send, daemon=True)
        self._sender.start()

    def send(self, data: bytes) -> None:
        self._outgoing.put(data)

    def _send(self) -> None:
        with suppress(OSError):  # the other side is gone: `receive` tells it
            while (data := self._outgoing.get()) is not None:
                self._connection.send_bytes(data)

    def has_come(self) -> bool:
        return self._connection.poll()

    def receive(self) -> bytes:
        """`EOFError` or `OSError` when the other side is gone."""
        return self._connection.recv_bytes()

    def close(self) -> None:
        self._outgoing.put(None)
        self._sender.join()
        self._connection.close()


def serve(descriptor: int, zone: str) -> None:
    """Be a worker, until the process that gives the work is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it comes to both, and the other one ends this one
    rest_collector()
    definitions()
    mail = _Mail(Connection(descriptor))
    with suppress(EOFError, OSError):
        indexer = Indexer(Codec(pickle.loads(mail.receive())), ZoneInfo(zone))
        while True:
            task, given = pickle.loads(mail.receive())
            mail.send(_packed(task(indexer, given)))


def _packed(part: Part | None) -> bytes:
    """By marshal, which takes a third of pickle's time; both sides are the same interpreter."""
    if part is None:
        return marshal.dumps(None)
    rows = part.batch.rows
    oddities = [(one.number, one.path, one.code, one.detail) for one in rows.oddities]
    indexed = (rows.token, rows.date, rows.ref, rows.string, rows.number, oddities)
    return marshal.dumps((list(map(tuple, part.batch.records)), indexed, part.numbers, part.lines))


def _unpacked(packed: bytes) -> Part | None:
    found = marshal.loads(packed)
    if found is None:
        return None
    records, (token, date, ref, string, number, oddities), numbers, lines = found
    rows = Rows(token, date, ref, string, number, [Oddity(*one) for one in oddities])
    return Part(Batch(list(map(Record._make, records)), rows), numbers, lines)


def of_raws(indexer: Indexer, raws: list[bytes]) -> Part:
    """Index resources that have been read and linked."""
    for raw in raws:
        indexer.add(orjson.loads(raw), raw)
    return Part(indexer.take(), [], 0)


def of_chunk(indexer: Indexer, chunk: Chunk) -> Part | None:
    """Read and index a piece of a file; None where something in it needs the store or a closer look."""
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
