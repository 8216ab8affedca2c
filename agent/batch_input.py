"""What a batch asks: questions from JSON Lines, CSV or plain text, alone or crossed with a list of patients.

A line that cannot be used is a `Row` with an `error` that tells its number and reason; it never ends a batch.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chartwarden.tools.errors import UsageError

REQUIRED = ("id", "patient", "question")
STANDARD_STREAM = "-"


@dataclass(frozen=True)
class Row:
    """One line of a batch: a question, or why it is none."""

    line: int
    """1-based line number in the input."""
    id: str = ""
    patient: str = ""
    question: str = ""
    as_of: str = ""
    error: str = ""


@dataclass(frozen=True)
class Source:
    """A file that was read whole, and what it hashes to."""

    name: str
    text: str
    sha256: str

    @property
    def suffix(self) -> str:
        """`.csv`, `.txt`, or anything else for JSON Lines."""
        return Path(self.name).suffix.lower()


def read_source(path: Path) -> Source:
    """Read a file, or standard input for `-`. Bytes that are no UTF-8 are kept and told per line.

    `UsageError` when the file cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == STANDARD_STREAM else path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{str(path)!r} cannot be read: {fault.strerror}") from None
    text = data.decode("utf-8-sig", errors="surrogateescape")
    return Source(str(path), text, hashlib.sha256(data).hexdigest())


def rows_of(questions: Source, patients: Source | None = None) -> list[Row]:
    """Every row of a batch, in order. With `patients`, each question is asked of each patient, patient by patient."""
    if patients is None:
        return list(read_rows(io.StringIO(questions.text, newline=""), suffix=questions.suffix))
    asked = list(read_rows(io.StringIO(questions.text, newline=""), suffix=questions.suffix, required=("question",)))
    people = list(read_rows(io.StringIO(patients.text, newline=""), suffix=patients.suffix, required=("patient",)))
    if not people:
        raise UsageError(f"{patients.name!r} names no patient")
    return [*_unusable(patients.name, people), *_crossed(asked, people)]


def _unusable(name: str, people: Iterable[Row]) -> list[Row]:
    return [replace(person, error=f"{name}: {person.error}") for person in people if person.error]


def _crossed(asked: Iterable[Row], people: Iterable[Row]) -> Iterator[Row]:
    usable = [question for question in asked if not question.error]
    yield from (question for question in asked if question.error)
    for person in people:
        if person.error:
            continue
        for question in usable:
            name = question.id or f"line{question.line}"
            as_of = question.as_of or person.as_of
            yield replace(question, id=f"{name}@{person.patient}", patient=person.patient, as_of=as_of)


def read_rows(stream: Iterable[str], *, suffix: str = "", required: tuple[str, ...] = REQUIRED) -> Iterator[Row]:
    """Rows of a batch file, in order. `.csv` has a header; `.txt` is one question (or patient) a line."""
    if suffix == ".csv":
        yield from _csv_rows(stream, required)
        return
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        if problem := _not_text(text):
            yield Row(line, error=f"line {line} {problem}")
        elif suffix == ".txt":
            yield row_of(line, {required[-1]: text.strip()}, required)
        else:
            yield _json_row(line, text, required)


def _json_row(line: int, text: str, required: tuple[str, ...]) -> Row:
    try:
        record = json.loads(text)
    except json.JSONDecodeError as fault:
        return Row(line, error=f"line {line} is not JSON: {fault.msg} at column {fault.colno}")
    except RecursionError:
        return Row(line, error=f"line {line} is nested too deeply")
    if not isinstance(record, dict):
        return Row(line, error=f"line {line} is not a JSON object")
    return row_of(line, record, required)


def _csv_rows(stream: Iterable[str], required: tuple[str, ...]) -> Iterator[Row]:
    reader = csv.DictReader(stream)
    while True:
        try:
            record: dict[Any, Any] | None = next(reader, None)
        except csv.Error as fault:
            yield Row(reader.line_num, error=f"line {reader.line_num} is not CSV: {fault}")
            continue
        if record is None:
            return
        line = reader.line_num
        if None in record:
            yield Row(line, error=f"line {line} has more cells than the header has columns")
        elif problem := _not_text("".join(filter(None, record.values()))):
            yield Row(line, error=f"line {line} {problem}")
        else:
            yield row_of(line, record, required)


def _not_text(text: str) -> str:
    """Why a line is no text; empty when it is."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "is not UTF-8"
    return "holds a NUL character" if "\0" in text else ""


def row_of(line: int, record: dict[str, Any], required: tuple[str, ...] = REQUIRED) -> Row:
    """The row that an object of the fields of a batch stands for; what else is in it is left alone."""
    given: dict[str, str] = {}
    for name in (*REQUIRED, "as_of"):
        value = record.get(name)
        if value in (None, ""):
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            return Row(line, given.get("id", ""), error=f"line {line}: {name} is not text")
        if problem := _not_text(str(value)):
            return Row(line, given.get("id", ""), error=f"line {line}: {name} {problem}")
        given[name] = str(value)
    if required == ("patient",):
        given.setdefault("patient", given.get("id", ""))
    missing = [name for name in required if not given.get(name)]
    error = f"line {line} lacks {', '.join(missing)}" if missing else ""
    return Row(line, error=error, **given)
