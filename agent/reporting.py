"""An evaluation as one self-contained HTML page: opens from disk, loads nothing, prints, and fits a phone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from importlib import resources
from string import Template
from typing import Any

from chartwarden.agent.evaluate import Graded, Report
from chartwarden.agent.statistics import wilson_interval

RUN_FIELDS = ("chartwarden", "python", "libraries", "planner", "questions", "patients", "as_of", "rows", "settings")
"""Of a manifest, in the order of the page."""


def html_report(
    report: Report,
    questions: Mapping[str, Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, Any]],
    *,
    source: str,
    disclaimer: str,
    run: Mapping[str, Any],
) -> str:
    """The page, as text. `questions` and `answers` are the graded files, by id; `run` is the batch's manifest, or
    empty."""
    template = Template((resources.files("chartwarden.agent") / "report.html").read_text(encoding="utf-8"))
    return template.substitute(
        source=escape(source),
        disclaimer=escape(disclaimer),
        figures=_figures(report),
        bars="".join(_bar(name, score.right, score.total) for name, score in report.by_category().items()),
        times=_times(report),
        confusion=_confusion(report),
        reasons=_reasons(report),
        run=_run(run),
        rows="".join(_row(row, questions[row.id], answers.get(row.id, {})) for row in report.rows),
    )


def _figures(report: Report) -> str:
    low, high = report.interval()
    whole = report.overall
    shown = [
        ("mean of categories", f"{report.category_mean:.1%}", f"95 % interval {low:.1%} to {high:.1%}"),
        ("overall", f"{whole.accuracy:.1%}", f"{whole.right} of {whole.total}"),
        ("citation precision", _percent(report.mean_of("citation_precision")), "rows that cite"),
        ("citation recall", _percent(report.mean_of("citation_recall")), "rows with evidence"),
    ]
    median, late = report.latency_ms(0.5), report.latency_ms(0.95)
    if median is not None and late is not None:
        shown.append(("median time", f"{median:.0f} ms", f"95th percentile {late:.0f} ms"))
    used = report.usage_per_question()
    if used.get("calls"):
        tokens = f"{used.get('prompt_tokens', 0):.0f} tokens read, {used.get('generated_tokens', 0):.0f} written"
        shown.append(("model calls a question", f"{used['calls']:.1f}", tokens))
    if report.grader_errors:
        shown.append(("grader errors", str(len(report.grader_errors)), "neither right nor wrong"))
    return "".join(
        f"<div><span class=soft>{name}</span><b>{figure}</b><span class=soft>{note}</span></div>"
        for name, figure, note in shown
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _bar(name: str, right: int, total: int) -> str:
    low, high = wilson_interval(right, total)
    share = right / total if total else 0.0
    return (
        f"<div class=bar><span>{escape(_words(name))}</span><div class=track>"
        f"<div class=fill style='width:{share:.2%}'></div>"
        f"<div class=whisker style='left:{low:.2%};width:{high - low:.2%}'></div></div>"
        f"<span>{share:.1%} <span class=soft>({right} of {total})</span></span></div>"
    )


def _times(report: Report) -> str:
    """How the times of the answers are spread, as bars over powers of two; empty where no time was kept."""
    slots: dict[int, int] = {}
    for row in report.rows:
        if row.elapsed_ms:
            slot = max(0, math.ceil(math.log2(row.elapsed_ms)))
            slots[slot] = slots.get(slot, 0) + 1
    if not slots:
        return "<p class=soft>No times were kept.</p>"
    most = max(slots.values())
    return "".join(
        f"<div class=bar><span>up to {2**slot:,} ms</span><div class=track><div class=fill "
        f"style='width:{slots.get(slot, 0) / most:.2%}'></div></div><span>{slots.get(slot, 0)}</span></div>"
        for slot in range(min(slots), max(slots) + 1)
    )


def _confusion(report: Report) -> str:
    """Expected outcomes down, outcomes that came across."""
    counts = report.outcomes()
    expected, came = (sorted({pair[side] for pair in counts}) for side in (0, 1))
    head = "".join(f"<th scope=col>{escape(_words(outcome))}" for outcome in came)
    body = "".join(
        f"<tr><th scope=row>{escape(_words(row))}"
        + "".join(f"<td{' class=same' if row == column else ''}>{counts[row, column] or ''}" for column in came)
        for row in expected
    )
    return (
        "<div class=wide><table><caption>expected (rows) and what came (columns)</caption>"
        f"<thead><tr><td>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _reasons(report: Report) -> str:
    told = [(count, _words(reason)) for reason, count in report.reasons().most_common()]
    told += [(1, f"grader error in {name}: {reason}") for name, reason in report.grader_errors.items()]
    return "".join(f"<li>{count} {escape(reason)}" for count, reason in told) or "<li>nothing is wrong"


def _run(run: Mapping[str, Any]) -> str:
    """What the answers were made with, where a manifest tells it."""
    if not run:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{escape(_words(name))}<td><code>{escape(json.dumps(run[name], ensure_ascii=False))}</code>"
        for name in RUN_FIELDS
        if run.get(name)
    )
    return f"<details><summary>How the answers were made</summary><table class=run>{rows}</table></details>"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _row(graded: Graded, question: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    verdict = "right" if graded.grade.correct else "wrong"
    reason = f" ({escape(_words(graded.grade.reason))})" if graded.grade.reason else ""
    sentences = "".join(_sentence(sentence) for sentence in answer.get("sentences", []))
    cited = [] if sentences else answer.get("citations", [])  # each sentence tells its own
    citations = " ".join(f"<code>{escape(str(reference))}</code>" for reference in cited)
    return (
        f"<article data-verdict={verdict} data-category='{escape(graded.category)}' "
        f"data-outcome='{escape(graded.outcome)}'>"
        f"<h3>{escape(str(question['question']))}</h3>"
        f"<p class={verdict}>{'✓' if graded.grade.correct else '✗'} {verdict}{reason} · "
        f"{escape(_words(graded.outcome))}</p>"
        + (sentences or f"<p>{escape(str(answer.get('text', '')))}</p>")
        + f"<p class=soft>value {_json(answer.get('value', []))} {escape(str(answer.get('unit') or ''))} · "
        f"expected {_json(question['expected'])}</p>"
        f"<p class=soft>{escape(graded.id)} · {escape(graded.category)} {citations}</p></article>"
    )


def _json(value: Any) -> str:
    return f"<code>{escape(json.dumps(value, ensure_ascii=False))}</code>"


def _sentence(sentence: Mapping[str, Any]) -> str:
    kind = str(sentence["kind"])
    label = "" if kind == "notice" else str(sentence.get("verdict", ""))  # our own words are not checked
    cited = " ".join(f"<code>{escape(str(reference))}</code>" for reference in sentence.get("citations", []))
    marks = escape(_words(" · ".join(part for part in (kind, label) if part)))
    return f"<p>{escape(str(sentence['text']))} {cited} <span class=soft>{marks}</span></p>"
