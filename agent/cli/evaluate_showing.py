"""How scores and comparisons look in a terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.table import Table

from chartwarden.agent.cli.showing import console
from chartwarden.agent.evaluate import Comparison, Report


def show_tables(graded: Report, title: str) -> None:
    """The scores of one run, with what went wrong."""
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
    right = Counter((row.expected_outcome, row.outcome) for row in graded.rows if row.grade.correct)
    for pair, count in sorted(graded.outcomes().items()):
        if len(set(pair)) > 1:
            told = f"; {right[pair]} of them right" if right[pair] else ""
            out.print(f"  {count:5d} expected {pair[0]}, came {pair[1]}{told}", markup=False)
    for reason, count in graded.reasons().most_common():
        out.print(f"  {count:5d} {reason}", markup=False)
    if graded.grader_errors:
        out.print(f"  {len(graded.grader_errors):5d} grader_error, neither right nor wrong")


def show_wrong(graded: Report, asked: dict[str, Any], given: dict[str, Any], most: int) -> None:
    """The first wrong answers, each with what was expected."""
    out = console()
    for row in [row for row in graded.rows if not row.grade.correct][:most]:
        question, answer = asked[row.id], given.get(row.id, {})
        out.print(f"{row.id} [{row.grade.reason}] {question['question']}", markup=False)
        out.print(f"    expected {question['expected']}; got {row.outcome} {answer.get('value')}", markup=False)


def show_comparison(compared: Comparison, title: str, names: tuple[str, str]) -> None:
    """Two runs beside each other, by category and as a whole."""
    out = console()
    table = Table("category", "of", *names, "difference", title=title, title_justify="left")
    for name, (one, two) in compared.categories.items():
        difference = one.accuracy - two.accuracy
        table.add_row(name, str(one.total), f"{one.accuracy:.1%}", f"{two.accuracy:.1%}", f"{difference:+.1%}")
    out.print(table)
    low, high = compared.interval
    out.print(
        f"{compared.rows} questions: both right {compared.both}, only {names[0]} {compared.only_first}, "
        f"only {names[1]} {compared.only_second}",
        markup=False,
    )
    out.print(
        f"difference {compared.difference:+.1%} (95 % interval {low:+.1%} to {high:+.1%}), "
        f"exact McNemar p {_p_value(compared.p_value)}",
        markup=False,
    )


def show_changes(compared: Comparison, questions: dict[str, str], most: int) -> None:
    """The first questions that the two runs answer differently."""
    out = console()
    for change in compared.changes[:most]:
        before, after = (
            f"{'right' if right else 'wrong'} ({outcome.replace('_', ' ')})"
            for right, outcome in zip(change.right, change.outcomes, strict=True)
        )
        out.print(f"{change.id} {before} -> {after}: {questions[change.id]}", markup=False)
    if len(compared.changes) > most:
        out.print(f"and {len(compared.changes) - most} more; --changes N lists more, --json all of them")


def _p_value(share: float) -> str:
    """As it is printed: never as nought.

    >>> _p_value(0.0312), _p_value(1e-9)
    ('= 0.0312', '< 0.0001')
    """
    return f"= {share:.4f}" if share >= 0.0001 else "< 0.0001"
