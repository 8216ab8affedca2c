"""`chartwarden evaluate`: grade answers against what was expected, and compare two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.command_group import CommandGroup, Group
from chartwarden.agent.cli.options import Acknowledge, Json, flag, settings_of

if TYPE_CHECKING:
    from chartwarden.agent.evaluate import Report
    from chartwarden.agent.published import Questions as QuestionSet
    from chartwarden.agent.settings import Settings


class _GradeFirst(Group):
    """`evaluate QUESTIONS ...` is `evaluate grade QUESTIONS ...`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in the command that is meant where none is named."""
        named = args[:1] and args[0] in self.commands
        return super().parse_args(ctx, args if named else ["grade", *args])


def build() -> CommandGroup:
    """The command line of evaluations."""
    app = CommandGroup(cls=_GradeFirst, help="Grade answers against what was expected, and compare two runs.")
    app.command()(grade)
    app.command()(compare)
    return app


Questions = Annotated[Path, typer.Argument(help="Questions that carry `expected`, or a public benchmark's file.")]
OnlyClean = Annotated[bool, flag("--clean", help="Only rows marked `clean`.")]


def grade(
    ctx: typer.Context,
    questions: Questions,
    answers: Annotated[Path | None, typer.Argument(help="What `chartwarden batch` wrote; else asked now.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a self-contained HTML page.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Keep the answers that are asked now.")] = None,
    acknowledge: Acknowledge = "",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Questions at once.")] = 4,
    only_clean: OnlyClean = False,
    wrong: Annotated[int, typer.Option("--wrong", min=0, help="List this many wrong answers.")] = 0,
    as_json: Json = False,
) -> None:
    """Grade answers by type (number, date, boolean, text, set, absence), overall and by category.

    `chartwarden evaluate QUESTIONS ANSWERS` is this. `chartwarden evaluate compare` pairs two runs.
    """
    from chartwarden.agent.cli import evaluate_showing as showing
    from chartwarden.agent.cli.showing import console
    from chartwarden.agent.evaluate import evaluate
    from chartwarden.agent.published import read_answers

    asked = _read(questions, only_clean=only_clean)
    given = read_answers(answers) if answers else _asked_now(settings_of(ctx), asked.rows, acknowledge, jobs, out)
    graded = evaluate(asked.rows, given)
    by_id = {str(row["id"]): row for row in asked.rows}
    title = f"{questions.name}: {asked.label}"
    if report:
        _write_page(report, graded, by_id, given, label=title, answers=answers)
    if as_json:
        console().print_json(data=graded.figures() | {"label": asked.label})
    else:
        showing.show_tables(graded, title)
        showing.show_wrong(graded, by_id, given, wrong)
    if not answers and any(row.get("outcome") == "failed" for row in given.values()):
        raise typer.Exit(1)


def compare(
    questions: Questions,
    first: Annotated[Path, typer.Argument(help="Answers of one run.")],
    second: Annotated[Path, typer.Argument(help="Answers of another run over the same questions.")],
    only_clean: OnlyClean = False,
    changes: Annotated[int, typer.Option("--changes", min=0, help="List this many changed answers.")] = 20,
    as_json: Json = False,
) -> None:
    """Pair two runs question by question: who is right where, whether that can be chance, and what changed."""
    from dataclasses import asdict

    from chartwarden.agent import evaluate as evaluation
    from chartwarden.agent.cli import evaluate_showing as showing
    from chartwarden.agent.cli.showing import console
    from chartwarden.agent.published import read_answers

    asked = _read(questions, only_clean=only_clean)
    reports = [evaluation.evaluate(asked.rows, read_answers(path)) for path in (first, second)]
    compared = evaluation.compare(*reports)
    if as_json:
        console().print_json(data=asdict(compared) | {"difference": compared.difference, "label": asked.label})
    else:
        by_id = {str(row["id"]): str(row["question"]) for row in asked.rows}
        showing.show_comparison(compared, f"{questions.name}: {asked.label}", (first.name, second.name))
        showing.show_changes(compared, by_id, changes)


def _read(path: Path, *, only_clean: bool) -> QuestionSet:
    from dataclasses import replace

    from chartwarden.agent.published import read_questions

    asked = read_questions(path)
    return replace(asked, rows=[row for row in asked.rows if row.get("clean", True)]) if only_clean else asked


def _asked_now(
    settings: Settings, rows: list[dict[str, Any]], acknowledge: str, jobs: int, out: Path | None
) -> dict[str, dict[str, Any]]:
    """Put the questions to the assistant now. Answers by id."""
    from contextlib import ExitStack

    from chartwarden.agent.batch import run_batch
    from chartwarden.agent.batch_input import row_of
    from chartwarden.agent.batch_output import Sink
    from chartwarden.agent.cli.acknowledging import acknowledger
    from chartwarden.agent.cli.batch_progress import RunProgress
    from chartwarden.agent.cli.opening import opened
    from chartwarden.tools.errors import UsageError

    if out and out.exists():
        raise UsageError(f"{str(out)!r} exists; name another file for the answers")
    name = acknowledger(settings, acknowledge, ask_person=False)
    given: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        assistant = stack.enter_context(opened(settings))
        sink = stack.enter_context(Sink(out)) if out else None
        progress = stack.enter_context(RunProgress(len(rows), 0))

        def keep(row: dict[str, Any]) -> None:
            given[str(row["id"])] = row
            if sink:
                sink.write(row)

        wanted = [row_of(number, row) for number, row in enumerate(rows, start=1)]
        run_batch(assistant, wanted, keep, acknowledged_by=name, jobs=jobs, sentences=True, on_done=progress)
    return given


def _write_page(
    path: Path, graded: Report, asked: dict[str, Any], given: dict[str, Any], *, label: str, answers: Path | None
) -> None:
    from chartwarden.agent.batch_output import manifest_path
    from chartwarden.agent.gate import disclaimer
    from chartwarden.agent.private_files import private_file
    from chartwarden.agent.published import read_json
    from chartwarden.agent.reporting import html_report

    beside = manifest_path(answers) if answers else None
    run = read_json(beside) if beside and beside.exists() else {}
    page = html_report(graded, asked, given, source=label, disclaimer=disclaimer(), run=run)
    private_file(path).write_text(page, encoding="utf-8")  # it holds record text
