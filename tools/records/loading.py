"""Loads FHIR files into a store: file by file, each one whole or not at all."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.collector import rest_collector
from chartwarden.tools.records.gathering import Session
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.reading import JSON_NAMES, Document, chunks, documents, files_of
from chartwarden.tools.records.reports import Problem, Report
from chartwarden.tools.records.store import LocalStore
from chartwarden.tools.records.validation import Validator

PUBLISH_S = 60.0
"""A long load lets readers see what it has, between files, this often; a kill loses no more than this."""


class Progress(Protocol):
    """Told how far a load is."""

    def __call__(self, path: Path, report: Report) -> None:
        """After each batch."""
        ...


def load(
    store: LocalStore,
    paths: Iterable[Path | str],
    *,
    progress: Progress | None = None,
    validate: str = "off",
    jobs: int = 1,
) -> Report:
    """Load files and folders; what cannot be read is reported and the rest goes on.

    `UsageError` when a path does not exist or no file is found, `LoadError` when the store cannot be written: it is
    then as it was before. `validate` is `off`, `sample` or `full`; findings are problems in the report.
    """
    given = [Path(path) for path in paths]
    for path in given:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    files = files_of(given)
    if not files:
        named = ", ".join(f"*{name}" for name in JSON_NAMES)
        raise UsageError(f"nothing to load in {', '.join(map(str, given))}; of a folder, {named} are read")
    report = Report()
    started = time.monotonic()
    run = _Run(store, report, progress, Validator(validate), jobs)
    run.files(files)
    report.seconds = time.monotonic() - started
    return report


class _Run:
    """One load."""

    def __init__(
        self, store: LocalStore, report: Report, progress: Progress | None, validator: Validator, jobs: int
    ) -> None:
        self._store = store
        self._report = report
        self._progress = progress
        self._validator = validator
        self._jobs = jobs

    def files(self, paths: list[Path]) -> None:
        with _few_collections():
            self._files(paths)

    def _files(self, paths: list[Path]) -> None:
        remaining = list(reversed(paths))
        while remaining:
            with self._store.database.changing() as working:
                with closing(Session(working.connection, self._store.zone, self._jobs)) as session:
                    session.train(paths)
                    until = time.monotonic() + PUBLISH_S
                    while remaining and time.monotonic() < until:
                        self._file(session, remaining.pop())
                    self._report.unresolved = session.finish(self._report, last=not remaining)
                if session.changed:
                    working.publish()

    def _file(self, session: Session, path: Path) -> None:
        self._report.files += 1
        pieces = chunks(path) if self._jobs > 1 and self._validator.is_off else []
        for chunk in pieces:
            session.take_chunk(chunk, self._report)
            if self._progress is not None:
                self._progress(path, self._report)
        if not pieces:
            self._documents(session, path)
        if self._progress is not None:
            self._progress(path, self._report)

    def _documents(self, session: Session, path: Path) -> None:
        for found in documents(path):
            session.take(found, str(path), self._report)
            if isinstance(found, Document):
                self._validate(session, found, path)
                if session.is_full and self._progress is not None:
                    self._progress(path, self._report)
        session.write(self._report)

    def _validate(self, session: Session, document: Document, path: Path) -> None:
        for item in document.items:
            if item.resource.get("resourceType") in definitions().type_ids:
                for found in self._validator.check(item.resource):
                    problem = Problem(str(path), item.position, "invalid", found.rule, found.path)
                    session.note(self._report, problem)


@contextmanager
def _few_collections() -> Iterator[None]:
    before = gc.get_threshold()
    rest_collector()
    try:
        yield
    finally:
        gc.set_threshold(*before)
