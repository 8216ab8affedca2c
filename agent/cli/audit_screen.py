"""How the audit log looks in a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.verify import Report
from chartwarden.agent.cli.showing import console

STYLES = {
    "denied": "red", "refusal": "magenta", "answer": "green", "erase": "yellow", "export": "yellow",
    "break_glass_start": "bold red", "break_glass_end": "red", "checkpoint": "dim", "configuration": "yellow",
}  # fmt: skip


def as_json(entry: Entry) -> dict[str, Any]:
    """Everything of an entry that JSON can hold; `text` are the commitments, `texts` the contents where asked for."""
    return {**asdict(entry), "planner": dict(entry.planner)}


def report_json(report: Report) -> dict[str, Any]:
    """A verification report."""
    return {**asdict(report), "intact": report.intact}


def show_table(entries: Iterable[Entry]) -> None:
    """Entries as a table, one line each where the terminal is wide enough."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("seq", "time", "kind", "user", "patient", "what"):
        table.add_column(name, no_wrap=name in ("seq", "time", "kind"), overflow="fold")
    for entry in entries:
        table.add_row(
            str(entry.seq), entry.time[:19], Text(entry.kind, STYLES.get(entry.kind, "")), Text(entry.user),
            entry.patient[:8], Text(_summary(entry)),
        )  # fmt: skip
    console().print(table)


def show_story(story: Iterable[Entry]) -> None:
    """One question from its asking to its answer."""
    out = console()
    for entry in story:
        lines = Text(f"{entry.seq} {entry.kind}", f"bold {STYLES.get(entry.kind, 'cyan').removeprefix('bold ')}")
        who = f"{entry.user or 'nobody named'} ({entry.role or 'no role'}, {entry.purpose or 'no purpose'})"
        lines.append(f"  {entry.time}  {who}\n", "not bold default")
        for name, value in entry.facts.items():
            if value not in ("", [], {}, None):
                lines.append(f"  {name}: ", "not bold cyan")
                lines.append(f"{_lines(value)}\n", "not bold default")
        for name, commitment in entry.text.items():
            lines.append(f"  {name}: ", "bold cyan")
            lines.append(f"{entry.texts.get(name, f'[erased; commitment {commitment}]')}\n", "bold default")
        if entry.kind in ("question", "answer"):
            lines.append("  planner: ", "not bold cyan")
            lines.append(f"{_lines(dict(entry.planner))}, chartwarden {entry.code}\n", "not bold default")
        lines.append(f"  leaf {entry.leaf}\n", "not bold dim")
        out.print(lines)


def show_review(found: Iterable[tuple[Entry, str]]) -> None:
    """Entries with the reason why somebody should look at them."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("seq", "time", "kind", "user", "patient", "why"):
        table.add_column(name, overflow="fold")
    rows = 0
    for entry, reason in found:
        rows += 1
        kind = Text(entry.kind, STYLES.get(entry.kind, ""))
        table.add_row(str(entry.seq), entry.time[:19], kind, Text(entry.user), entry.patient[:8], Text(reason))
    console().print(table if rows else Text("nothing to review"))


def show_report(report: Report) -> None:
    """The verdict, then each problem on a line."""
    out = console()
    verdict = "The log verifies." if report.intact else f"The log does NOT verify: {len(report.problems)} problems."
    out.print(Text(verdict, "bold green" if report.intact else "bold red"))
    out.print(
        Text(
            f"{report.entries} entries, {report.first_time} to {report.last_time}; {report.checkpoints} checkpoints; "
            f"vouched for by an anchor up to entry {report.anchored - 1 if report.anchored else 'none'}; "
            f"{report.texts} texts checked, {report.erased} erased\nroot {report.root}"
        )
    )
    for problem in report.problems:
        out.print(Text(f"  {problem}", "red"))
    for notice in report.notices:
        out.print(Text(f"  note: {notice}", "yellow"))


def _summary(entry: Entry) -> str:
    facts: Mapping[str, Any] = entry.facts
    if "question" in entry.texts:
        return entry.texts["question"]
    if entry.kind == "answer":
        said = entry.texts.get("answer") or f"{len(facts.get('citations', ()))} citations"
        return f"{facts.get('outcome', '')}: {said}"
    if entry.kind in ("tool_call", "image_read"):
        searched = "; ".join(facts.get("searched", ())) or entry.texts.get("searched") or str(facts.get("tool", ""))
        cut = "" if facts.get("complete", True) else ", not complete"
        return f"{searched}: {facts['found']} found{cut}" if "found" in facts else searched
    if entry.kind == "checkpoint":
        return f"{facts.get('size')} entries signed"
    return ", ".join(f"{name}: {_lines(value)}" for name, value in facts.items() if name not in ("verifier", "note"))


def _lines(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
