"""Where a batch's answers go: one line each, flushed before the next, so that a killed run loses at most half a line.

A run is told by the manifest beside its answers: `answers.jsonl` has `answers.jsonl.manifest.json`. A run is resumed
only where everything in it that decides the answers is as it was.
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from chartwarden import prompts
from chartwarden.agent.batch_input import STANDARD_STREAM, Row, Source
from chartwarden.agent.settings import Settings
from chartwarden.tools.closing import Closing
from chartwarden.tools.errors import UsageError

COLUMNS = (
    "id", "line", "outcome", "text", "value", "unit", "citations", "choices", "disclaimer", "planner", "audit",
    "elapsed_ms", "error", "usage", "sentences",
)  # fmt: skip
"""Of a CSV of answers; lists and objects are JSON in their cell."""

HERE_ONLY = frozenset({"data_dir", "store", "audit"})
"""Settings that say where things lie, not what is answered."""

DECIDES = (
    "format", "chartwarden", "planner", "settings", "prompts", "questions", "patients", "as_of", "limit", "rows",
    "sentences",
)  # fmt: skip
"""Parts of a manifest that must be the same for a run to be resumed."""


class Sink(Closing):
    """The answers of a run, one record each. Use as a context manager.

    Raises `UsageError`, naming the file and the remedy, when a record cannot be written.
    """

    def __init__(self, path: Path) -> None:
        """Append to `path`, or write to standard output for `-`."""
        self.path = path
        self._is_csv = path.suffix.lower() == ".csv"
        try:
            self._stream: BinaryIO = sys.stdout.buffer if self._is_standard else path.open("ab", buffering=0)
        except OSError as fault:
            raise UsageError(f"answers cannot be written to {str(path)!r}: {fault.strerror}") from None
        if self._is_csv and not path.stat().st_size:
            self._write(_csv_line(COLUMNS))

    @property
    def _is_standard(self) -> bool:
        return str(self.path) == STANDARD_STREAM

    def write(self, row: Mapping[str, Any]) -> None:
        """Write one answer and hand it to the operating system."""
        if self._is_csv:
            self._write(_csv_line([_cell(row.get(name, "")) for name in COLUMNS]))
        else:
            self._write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        try:
            left = memoryview(data)
            while left:  # an unbuffered file may take less than it was given
                left = left[self._stream.write(left) :]
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise UsageError(
                f"answers cannot be written to {str(self.path)!r}: {fault.strerror}; make room and pass --resume"
            ) from None

    def close(self) -> None:
        """Close the file; standard output is left open."""
        if not self._is_standard:
            self._stream.close()


def _csv_line(cells: Any) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool | float) else str(value)


def already_answered(path: Path) -> int:
    """How many complete records an interrupted run left in `path`; a half-written last one is cut off."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    ends = _record_ends(data) if path.suffix.lower() == ".csv" else _line_ends(data)
    whole = ends[-1] if ends else 0
    if whole != len(data):
        os.truncate(path, whole)
    return max(0, len(ends) - 1) if path.suffix.lower() == ".csv" else len(ends)


def _line_ends(data: bytes) -> list[int]:
    return [at + 1 for at, byte in enumerate(data) if byte == 0x0A]


def _record_ends(data: bytes) -> list[int]:
    """Ends of CSV records: line ends outside quotes."""
    ends, at, quotes = [], 0, 0
    while (end := data.find(b"\n", at)) >= 0:
        quotes += data.count(b'"', at, end)
        at = end + 1
        if quotes % 2 == 0:
            ends.append(at)
    return ends


def last_id(path: Path) -> str:
    """The id in the last record of a file of answers."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return [record["id"] for record in csv.DictReader(stream)][-1]
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 2**22))
        return str(json.loads(stream.read().splitlines()[-1])["id"])


def manifest_path(out: Path) -> Path:
    """Where the manifest of a run lies."""
    return out.with_name(f"{out.name}.manifest.json")


def manifest(
    settings: Settings,
    planner: Mapping[str, str],
    questions: Source,
    patients: Source | None,
    rows: list[Row],
    *,
    as_of: str,
    limit: int,
    sentences: bool,
) -> dict[str, Any]:
    """Everything needed to repeat a run. No record text, and no secret: those print as asterisks."""
    from importlib.metadata import version

    names = prompts.names()
    return {
        "format": 1,
        "chartwarden": version("chartwarden"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("langgraph", "langchain-core", "pydantic", "SQLAlchemy")},
        "planner": dict(planner),
        "settings": settings.model_dump(mode="json", exclude=set(HERE_ONLY)),
        "prompts": {name: prompts.digest(name) for name in names},
        "questions": {"name": Path(questions.name).name, "sha256": questions.sha256},
        "patients": {"name": Path(patients.name).name, "sha256": patients.sha256} if patients else None,
        "as_of": as_of,
        "limit": limit,
        "rows": len(rows),
        "sentences": sentences,
    }


def write_manifest(out: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest whole or not at all. `UsageError` when the folder does not take it."""
    path = manifest_path(out)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError as fault:
        raise UsageError(f"the manifest {str(path)!r} cannot be written: {fault.strerror}") from None


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of an interrupted run. `UsageError` when there is none, or none that can be read."""
    path = manifest_path(out)
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{str(out)!r} has no manifest {str(path)!r}, so nothing says what it answers; start a new --out"
        ) from None
    except ValueError:
        raise UsageError(f"the manifest {str(path)!r} is not JSON; start a new --out") from None
    return content


def check_resumable(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """`UsageError` that names every part of a run that is not as it was."""
    changed = [name for name in DECIDES if before.get(name) != now.get(name)]
    if changed:
        raise UsageError(
            f"this run cannot be resumed: {', '.join(changed)} changed since it began; "
            "put that back, or start a new --out"
        )
