"""`chartwarden load`: FHIR files into the record store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.options import Json, store_settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from chartwarden.tools.records.loading import Progress
    from chartwarden.tools.records.reports import Report

SOME_FAILED = 1
SHOWN_PROBLEMS = 20


LOGGED = ("files", "resources", "added", "updated", "unchanged", "deleted", "unreadable")
"""What the audit log keeps of a load; the paths are beside it, erasable."""


class Validation(StrEnum):
    """How many resources are checked against the R4B models."""

    off = "off"
    sample = "sample"
    full = "full"


def load(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders: Bundles, resources, NDJSON, each also gzipped.")
    ],
    validate: Annotated[
        Validation, typer.Option(help="Check resources and report; nothing is refused.")
    ] = Validation.off,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that read and index.")] = 1,
    as_json: Json = False,
) -> None:
    """Load FHIR records into the store; what was loaded before is updated, or left alone where it is the same."""
    from rich.console import Console

    from chartwarden.agent.audit.log import open_log
    from chartwarden.agent.private_files import private_dir
    from chartwarden.tools.records import loading
    from chartwarden.tools.records.store import LocalStore

    settings = store_settings_of(ctx)
    console = Console(stderr=True, highlight=False)
    private_dir(settings.data_dir)
    with (
        LocalStore.open(settings.store_url, search_timezone=settings.search_timezone) as store,
        _progress(console, quiet=as_json) as progress,
    ):
        report = loading.load(store, paths, progress=progress, validate=validate.value, jobs=jobs)
    facts = _facts(settings.store_url, report)
    with open_log(settings) as log:
        log.record("load", {name: facts[name] for name in LOGGED}, text={"paths": "\n".join(map(str, paths))})
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        _show(report)
    if report.unreadable:
        raise typer.Exit(SOME_FAILED)


@contextmanager
def _progress(console: Console, *, quiet: bool) -> Iterator[Progress | None]:
    if quiet or not console.is_terminal:
        yield None
        return
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading")

        def tell(path: Path, report: Report) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = report.resources / elapsed if elapsed else 0.0
            bar.update(task, description=f"{report.resources:,} resources, {rate:,.0f}/s, {path.name}")

        yield tell


def _facts(url: str, report: Report) -> dict[str, Any]:
    return {
        "store": url,
        "files": report.files,
        "resources": report.resources,
        "types": dict(sorted(report.types.items())),
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "deleted": report.deleted,
        "unresolved_references": report.unresolved,
        "unreadable": report.unreadable,
        "problem_count": report.problem_count,
        "problems": [
            {"file": p.source, "position": p.position, "code": p.code, "detail": p.detail, "path": p.path}
            for p in report.problems
        ],
        "seconds": round(report.seconds, 3),
        "resources_per_s": round(report.resources / report.seconds) if report.seconds else 0,
    }


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("type")
    table.add_column("resources", justify="right")
    for name, count in sorted(report.types.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(name, f"{count:,}")
    console.print(table)
    rate = report.resources / report.seconds if report.seconds else 0.0
    console.print(
        f"{report.files:,} files, {report.resources:,} resources in {report.seconds:.1f} s ({rate:,.0f}/s):"
        f" {report.added:,} added, {report.updated:,} updated, {report.unchanged:,} unchanged,"
        f" {report.deleted:,} deleted",
        soft_wrap=True,
    )
    if report.unresolved:
        console.print(f"{report.unresolved:,} references wait for what they point to; load it and they are linked")
    for problem in report.problems[:SHOWN_PROBLEMS]:
        where = f"{problem.source}:{problem.position}" if problem.position else problem.source
        path = f" {problem.path}" if problem.path else ""
        console.print(f"{where}: {problem.code}{path}: {problem.detail}", markup=False, soft_wrap=True)
    if report.problem_count > SHOWN_PROBLEMS:
        console.print(f"... and {report.problem_count - SHOWN_PROBLEMS:,} more; --json lists them")
