"""Resource bodies: zstd with a dictionary trained on the first load, kept in the database under a number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
import zstandard

from chartwarden.tools.records.kept import Kept

DICTIONARY_BYTES = 112 * 1024
MIN_SAMPLES = 1000
"""Fewer resources than this are not worth a dictionary."""
MAX_SAMPLE_BYTES = 12 * 2**20
LEVEL = 3
KEPT = 4096
"""Parsed resources that are kept."""
KEPT_BYTES = 1024
"""Longer bodies than this, packed, are parsed anew each time: about 5 KB of JSON, and 30 KB once parsed."""


def train(samples: Sequence[bytes]) -> bytes | None:
    """A dictionary for bodies like these; None where there are too few of them to learn from."""
    if len(samples) < MIN_SAMPLES:
        return None
    kept: list[bytes | bytearray | memoryview] = []
    size = 0
    for sample in samples:
        size += len(sample)
        if size > MAX_SAMPLE_BYTES:
            break
        kept.append(sample)
    try:
        return zstandard.train_dictionary(DICTIONARY_BYTES, kept).as_bytes()
    except zstandard.ZstdError:  # samples too small or too alike for the trainer
        return None


class Codec:
    """Packs and unpacks bodies. Thread-safe: each thread has its own (de)compressors."""

    def __init__(self, dictionaries: dict[int, bytes], refresh: Callable[[], dict[int, bytes]] | None = None) -> None:
        self._refresh = refresh
        """Reads the dictionaries again: another process may have added one."""
        self.dictionaries = dict(dictionaries)
        """Number to dictionary; bodies packed without one have number 0."""
        self._trained = {n: zstandard.ZstdCompressionDict(raw) for n, raw in dictionaries.items()}
        self._local = threading.local()
        self._kept = lru_cache(maxsize=KEPT)(self._keep)

    @property
    def current(self) -> int:
        """Number of the dictionary that new bodies are packed with."""
        return max(self.dictionaries, default=0)

    def add(self, number: int, raw: bytes) -> None:
        """Use a new dictionary from now on."""
        self.dictionaries[number] = raw
        self._trained[number] = zstandard.ZstdCompressionDict(raw)
        self._local = threading.local()

    def pack(self, raw: bytes) -> bytes:
        """Compress with the current dictionary."""
        compressor = getattr(self._local, "compressor", None)
        if compressor is None:
            trained = self._trained.get(self.current)
            compressor = zstandard.ZstdCompressor(LEVEL, dict_data=trained, write_checksum=False, write_dict_id=False)
            self._local.compressor = compressor
        return bytes(compressor.compress(raw))

    def unpack(self, number: int, packed: bytes) -> bytes:
        """The bytes that were packed with dictionary `number`."""
        return self.unpacker(number)(packed)

    def unpacker(self, number: int) -> Callable[[bytes], bytes]:
        """`unpack` for many bodies of one dictionary, in this thread."""
        try:
            return self._local.unpackers[number]  # type: ignore[no-any-return]
        except (AttributeError, KeyError):
            return self._unpacker(number)

    def load(self, number: int, packed: bytes) -> dict[str, Any]:
        """The resource, parsed, and like every resource not to be changed.

        Short ones are kept, because one question after another is about the same entries; and kept by their packed
        bytes, so that what is kept cannot be out of date.
        """
        return self._kept(number, packed) if len(packed) <= KEPT_BYTES else self._parsed(number, packed)

    def _keep(self, number: int, packed: bytes) -> Kept:
        return Kept(self._parsed(number, packed))

    def _parsed(self, number: int, packed: bytes) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.unpack(number, packed))
        return found

    def _unpacker(self, number: int) -> Callable[[bytes], bytes]:
        if not hasattr(self._local, "unpackers"):
            self._local.unpackers = {}
        if number and number not in self._trained and self._refresh is not None:
            for new, raw in self._refresh().items():
                self._trained.setdefault(new, zstandard.ZstdCompressionDict(raw))
        made: Callable[[bytes], bytes] = zstandard.ZstdDecompressor(dict_data=self._trained.get(number)).decompress
        self._local.unpackers[number] = made
        return made
