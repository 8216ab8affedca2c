"""How the audit log looks in a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.text import Text

from chartwarden.agent.audit import reading
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
    """Entries with what each says."""
    _table([(entry, _summary(entry)) for entry in entries], "what")


def _table(rows: Sequence[tuple[Entry, str]], last: str) -> None:
    """Entries on a line each, with words about it at the end of the line, or below where the terminal is narrow."""
    out = console()
    heads = ("seq", "time", "kind", "user", "patient")
    cells = [(str(e.seq), e.time[:19], e.kind, e.user, e.patient[:8]) for e, _ in rows]
    widths = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    out.print(Text("  ".join([*map(set_cell_size, heads, widths), last]), "bold"))
    for (entry, words), shown in zip(rows, cells, strict=True):
        line = Text("  ").join(
            Text(set_cell_size(cell, width), STYLES.get(entry.kind, "") if head == "kind" else "")
            for head, cell, width in zip(heads, shown, widths, strict=True)
        )
        said = Text(" ".join(words.split()))
        if out.soft_wrap or line.cell_len + 2 + said.cell_len <= out.width:
            out.print(line.append("  ").append_text(said))
        else:
            out.print(line)
            out.print(Padding(said, (0, 0, 0, 6)))


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
    rows = list(found)
    if rows:
        _table(rows, "why")
        console().print(Text("chartwarden audit show SEQ tells an entry whole", "dim"))
    else:
        console().print(Text("nothing to review"))


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
    return reading.said(facts)


def _lines(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
