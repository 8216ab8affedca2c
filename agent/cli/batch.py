"""`chartwarden batch`: a file of questions in, a file of answers out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.options import Acknowledge, flag, settings_of

if TYPE_CHECKING:
    from chartwarden.agent.batch import Summary
    from chartwarden.agent.batch_input import Row
    from chartwarden.agent.cli.batch_progress import RunProgress

MAX_LINES_TOLD = 20
"""Unusable lines shown at the end; the answers tell all of them."""


def batch(
    ctx: typer.Context,
    questions: Annotated[Path, typer.Argument(help="Questions: JSON Lines, .csv, or `-` for standard input.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Answers: JSON Lines, .csv, or `-` for standard output.")],
    acknowledge: Acknowledge = "",
    patients: Annotated[
        Path | None, typer.Option("--patients", help="Ask every question of every patient of this file.")
    ] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="Clock of questions without one; default: now.")] = "",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Questions at once.")] = 4,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Only the first N questions; 0: all.")] = 0,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="Time one question may take.")] = 0.0,
    sentences: Annotated[
        bool, flag("--sentences", help="Write each sentence with its sources and verdict too.")
    ] = False,
    resume: Annotated[bool, flag("--resume", help="Go on where an interrupted run stopped.")] = False,
) -> None:
    """Answer a file of questions; the answers stand in the same order."""
    from chartwarden.agent.batch import run_batch
    from chartwarden.agent.batch_input import read_source, rows_of
    from chartwarden.agent.batch_output import Sink, manifest
    from chartwarden.agent.cli.acknowledging import acknowledger
    from chartwarden.agent.cli.batch_progress import RunProgress
    from chartwarden.agent.cli.opening import opened

    settings = settings_of(ctx)
    name = acknowledger(settings, acknowledge, ask_person=False)
    if seconds:
        limits = settings.limits.model_copy(update={"seconds": seconds})
        settings = settings.model_copy(update={"limits": limits})
    asked, people = read_source(questions), read_source(patients) if patients else None
    rows = rows_of(asked, people)
    rows = rows[:limit] if limit else rows
    with opened(settings) as assistant:
        done, clock = 0, as_of or _now()
        if out.is_file() or (not out.exists() and str(out) != "-"):
            identity = assistant.services.planner.identity()
            run = manifest(settings, identity, asked, people, rows, as_of=clock, limit=limit, sentences=sentences)
            done, clock = _begin(out, run, rows, resume=resume, as_of=as_of)
        with Sink(out) as sink, RunProgress(len(rows), done) as progress:
            summary = run_batch(
                assistant, rows[done:], sink.write, acknowledged_by=name, jobs=jobs, as_of=clock,
                sentences=sentences, on_done=progress,
            )  # fmt: skip
    _tell(summary, progress, rows, done, out)
    if summary.outcomes["failed"]:
        raise typer.Exit(1)


def _now() -> str:
    """The clock of a run, which a resumed run keeps."""
    import datetime as dt

    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _begin(out: Path, run: dict[str, Any], rows: list[Row], *, resume: bool, as_of: str) -> tuple[int, str]:
    """Write the manifest of a new run, or check that of an interrupted one. Rows answered already, and the clock."""
    from chartwarden.agent import batch_output
    from chartwarden.tools.errors import UsageError

    if not resume or not (out.exists() or batch_output.manifest_path(out).exists()):
        if out.exists() and out.stat().st_size:
            raise UsageError(f"{str(out)!r} exists; pass --resume to go on with it, or another --out")
        batch_output.write_manifest(out, run)
        return 0, run["as_of"]
    before = batch_output.read_manifest(out)
    if not as_of:
        run["as_of"] = before.get("as_of")
    batch_output.check_resumable(before, run)
    done = batch_output.already_answered(out)
    if done > len(rows) or (done and batch_output.last_id(out) != rows[done - 1].id):
        raise UsageError(f"{str(out)!r} does not hold the answers its manifest tells of; start a new --out")
    return done, run["as_of"]


def _tell(summary: Summary, progress: RunProgress, rows: list[Row], done: int, out: Path) -> None:
    """The closing summary, on standard error."""
    import sys
    from collections import Counter

    from rich.console import Console

    from chartwarden.agent.cli.batch_progress import told

    told_to = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    earlier = f" ({done} stood there before)" if done else ""
    rate = f" in {progress.seconds:.1f} s, {progress.rate:.1f}/s" if summary.total else ""
    told_to.print(f"answers written: {summary.total}{rate}{earlier} into {out}", markup=False)
    if summary.total:
        told_to.print(f"  {told(summary.outcomes)}", markup=False)
    for problem in summary.unusable[:MAX_LINES_TOLD]:
        told_to.print(f"  not a question: {problem}", markup=False)
    if len(summary.unusable) > MAX_LINES_TOLD:
        told_to.print(f"  and {len(summary.unusable) - MAX_LINES_TOLD} more lines that are no question")
    repeated = sum(count > 1 for name, count in Counter(row.id for row in rows).items() if name)
    if repeated:
        told_to.print(f"  {repeated} ids stand on more than one line; an evaluation could not tell their answers apart")
