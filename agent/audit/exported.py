"""The whole log as a file: what an outsider verifies without our database and without our program's word.

JSON lines. The first says what the file is; every other one is an entry: its canonical body, byte for byte as hashed,
its leaf, and, where the export carries them, its texts with their salts. Frontiers follow from the leaves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartwarden.agent.audit.chain import EMPTY, BodyRow, Row
from chartwarden.agent.audit.storage import CHUNK, Storage
from chartwarden.agent.errors import AuditError

FORMAT = "chartwarden audit log"
VERSION = 1


def lines(storage: Storage, log_id: str, *, texts: bool) -> Iterator[dict[str, Any]]:
    """The log as JSON values, one a line."""
    yield {"format": FORMAT, "version": VERSION, "log_id": log_id, "texts": texts}
    block: list[Row] = []
    for row in storage.rows():
        block.append(row)
        if len(block) == CHUNK:
            yield from _entries(storage, block, texts=texts)
            block = []
    yield from _entries(storage, block, texts=texts)


def _entries(storage: Storage, rows: list[Row], *, texts: bool) -> Iterator[dict[str, Any]]:
    beside: dict[int, dict[str, Any]] = {}
    if texts and rows:
        for body in storage.bodies(rows[0].seq, rows[-1].seq + 1):
            text = {"salt": body.salt.hex(), "text": body.text.decode("utf-8", "surrogateescape")}
            beside.setdefault(body.entry_seq, {})[body.name] = text
    for row in rows:
        line: dict[str, Any] = {"seq": row.seq, "leaf": row.leaf.hex(), "body": row.body.decode("utf-8")}
        yield {**line, "texts": beside[row.seq]} if row.seq in beside else line


class ExportedLog:
    """An exported log, read as `verify` reads a stored one. Raises AuditError for a file that is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside: dict[int, list[BodyRow]] = {}
        """Texts of the rows that were read and not asked for yet."""
        header = next(self._lines(), {})
        if header.get("format") != FORMAT or header.get("version") != VERSION:
            raise AuditError(
                f"{path} is not an exported audit log; make one: chartwarden audit export --format log --out FILE"
            )
        self.has_texts = header.get("texts") is True

    def rows(self) -> Iterator[Row]:
        """Entries in order."""
        frontier = EMPTY.frontier
        lines = self._lines()
        next(lines)
        for number, line in enumerate(lines, 2):
            try:
                leaf, seq = bytes.fromhex(line["leaf"]), int(line["seq"])
                self._beside[seq] = [
                    BodyRow(seq, name, bytes.fromhex(text["salt"]), text["text"].encode("utf-8", "surrogateescape"))
                    for name, text in line.get("texts", {}).items()
                ]
                body = line["body"].encode("utf-8")
            except (KeyError, TypeError, ValueError, AttributeError):
                raise AuditError(f"line {number} of {self._path} is not an entry of a log") from None
            frontier = frontier.append(leaf)
            yield Row(seq, body, leaf, frontier.to_bytes())

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        """Texts of the entries `start <= seq < stop` among those just read."""
        wanted = [seq for seq in self._beside if (start is None or seq >= start) and (stop is None or seq < stop)]
        return [body for seq in sorted(wanted) for body in self._beside.pop(seq)]

    def missing_triggers(self) -> tuple[str, ...]:
        """A file has none to miss."""
        return ()

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            with self._path.open(encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    value = json.loads(line)
                    if not isinstance(value, dict):
                        raise AuditError(f"line {number} of {self._path} is not a JSON object")
                    yield value
        except OSError as fault:
            raise AuditError(f"the exported log {self._path} cannot be read: {fault.strerror}") from None
        except ValueError:
            raise AuditError(f"{self._path} is not UTF-8 JSON lines; it was altered, or is no export") from None
