"""`chartwarden evaluate`: grade answers against what was expected, and compare two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.options import Acknowledge, Json, settings_of

if TYPE_CHECKING:
    from chartwarden.agent.evaluate import Comparison, Report
    from chartwarden.agent.settings import Settings


def evaluate(
    ctx: typer.Context,
    questions: Annotated[Path, typer.Argument(help="Questions that carry `expected`, or a public benchmark's file.")],
    answers: Annotated[Path | None, typer.Argument(help="What `chartwarden batch` wrote; else asked now.")] = None,
    against: Annotated[Path | None, typer.Option("--against", help="Answers of another run, to compare.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a self-contained HTML page.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Keep the answers that are asked now.")] = None,
    acknowledge: Acknowledge = "",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Questions at once.")] = 4,
    only_clean: Annotated[bool, typer.Option("--clean", help="Only rows marked `clean`.")] = False,
    wrong: Annotated[int, typer.Option("--wrong", min=0, help="List this many wrong answers.")] = 0,
    as_json: Json = False,
) -> None:
    """Grade answers by type (number, date, boolean, text, set, absence), overall and by category."""
    from dataclasses import replace

    from chartwarden.agent import evaluate as evaluation
    from chartwarden.agent.published import read_answers, read_questions

    asked = read_questions(questions)
    if only_clean:
        asked = replace(asked, rows=[row for row in asked.rows if row.get("clean", True)])
    given = read_answers(answers) if answers else _asked_now(settings_of(ctx), asked.rows, acknowledge, jobs, out)
    graded = evaluation.evaluate(asked.rows, given)
    compared = evaluation.compare(graded, evaluation.evaluate(asked.rows, read_answers(against))) if against else None
    by_id = {str(row["id"]): row for row in asked.rows}
    if report:
        _write_page(report, graded, by_id, given, label=f"{questions.name}: {asked.label}", answers=answers)
    if as_json:
        _print_json(graded, compared, asked.label)
    else:
        _print_tables(graded, compared, f"{questions.name}: {asked.label}")
        _print_wrong(graded, by_id, given, wrong)
    if not answers and any(row.get("outcome") == "failed" for row in given.values()):
        raise typer.Exit(1)


def _asked_now(
    settings: Settings, rows: list[dict[str, Any]], acknowledge: str, jobs: int, out: Path | None
) -> dict[str, dict[str, Any]]:
    """Put the questions to the assistant now. Answers by id."""
    import gc
    from contextlib import ExitStack

    from chartwarden.agent.assistant import Assistant
    from chartwarden.agent.batch import run_batch
    from chartwarden.agent.batch_input import row_of
    from chartwarden.agent.batch_output import Sink
    from chartwarden.agent.cli.acknowledging import acknowledged_name
    from chartwarden.agent.cli.batch_progress import RunProgress
    from chartwarden.tools.errors import UsageError

    if out and out.exists():
        raise UsageError(f"{str(out)!r} exists; name another file for the answers")
    given: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        assistant = stack.enter_context(Assistant.open(settings))
        gc.freeze()  # what is open now stays: collecting it again and again costs 100 to 300 ms each time
        sink = stack.enter_context(Sink(out)) if out else None
        progress = stack.enter_context(RunProgress(len(rows), 0))

        def keep(row: dict[str, Any]) -> None:
            given[str(row["id"])] = row
            if sink:
                sink.write(row)

        name = acknowledged_name(settings, acknowledge, ask_person=False)
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


def _print_json(graded: Report, compared: Comparison | None, label: str) -> None:
    from dataclasses import asdict

    from chartwarden.agent.cli.showing import console

    figures = graded.figures() | {"label": label}
    if compared:
        figures["compared"] = asdict(compared)
    console().print_json(data=figures)


def _print_tables(graded: Report, compared: Comparison | None, title: str) -> None:
    from rich.table import Table

    from chartwarden.agent.cli.showing import console

    out = console()
    table = Table("category", "right", "of", "accuracy", "95 % interval", title=title, title_justify="left")
    for name, score in graded.by_category().items():
        low, high = score.interval
        table.add_row(name, str(score.right), str(score.total), f"{score.accuracy:.1%}", f"{low:.1%} to {high:.1%}")
    table.add_section()
    whole, (low, high) = graded.overall, graded.interval()
    table.add_row("overall", str(whole.right), str(whole.total), f"{whole.accuracy:.1%}")
    table.add_row("mean of categories", "", "", f"{graded.category_mean:.1%}")
    out.print(table)
    out.print(f"mean of categories, 95 % interval: {low:.1%} to {high:.1%}")
    for name in ("citation_precision", "citation_recall"):
        figure = graded.mean_of(name)
        shown = "no evidence to compare with" if figure is None else f"{figure:.1%}"
        out.print(f"{name.replace('_', ' ')}: {shown}")
    median, late = graded.latency_ms(0.5), graded.latency_ms(0.95)
    if median is not None and late is not None:
        out.print(f"time: {median:.0f} ms median, {late:.0f} ms 95th percentile")
    for name, mean in graded.usage_per_question().items():
        out.print(f"  {mean:8.2f} {name.replace('_', ' ')} per question", markup=False)
    for (expected, came), count in sorted(graded.outcomes().items()):
        if expected != came:
            out.print(f"  {count:5d} expected {expected}, came {came}", markup=False)
    for reason, count in graded.reasons().most_common():
        out.print(f"  {count:5d} {reason}", markup=False)
    if graded.grader_errors:
        out.print(f"  {len(graded.grader_errors):5d} grader_error, neither right nor wrong")
    if compared:
        _print_comparison(compared)


def _print_comparison(compared: Comparison) -> None:
    from chartwarden.agent.cli.showing import console

    low, high = compared.interval
    console().print(
        f"compared over {compared.rows} questions: both right {compared.both}, only this run {compared.only_first}, "
        f"only the other {compared.only_second}; difference {compared.difference:+.1%} "
        f"(95 % interval {low:+.1%} to {high:+.1%}), exact McNemar p = {compared.p_value:.4f}",
        markup=False,
    )


def _print_wrong(graded: Report, asked: dict[str, Any], given: dict[str, Any], most: int) -> None:
    from chartwarden.agent.cli.showing import console

    out = console()
    for row in [row for row in graded.rows if not row.grade.correct][:most]:
        question, answer = asked[row.id], given.get(row.id, {})
        out.print(f"{row.id} [{row.grade.reason}] {question['question']}", markup=False)
        out.print(f"    expected {question['expected']}; got {row.outcome} {answer.get('value')}", markup=False)
