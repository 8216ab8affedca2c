"""Results as compact labelled plain text for models: bounded, with references, dates and units, and what was cut."""

from __future__ import annotations

from collections.abc import Iterator

from chartwarden.tools.records.query import Finding, QueryResult

MAX_ROWS = 30
MAX_CHARS = 6_000
MAX_TEXT_CHARS = 600
"""Longest quotation shown of one finding."""
MAX_ASIDE = 10
"""Rows set aside, and rows tied with the chosen one, that are shown."""


def render(result: QueryResult, *, max_rows: int = MAX_ROWS, max_chars: int = MAX_CHARS) -> str:
    """A result as plain text: first and last rows are kept, the cut is told in words."""
    lines = [found_line(result), *computed_lines(result), *_rows(result.findings, max_rows), *beside_lines(result)]
    if not result.found:
        lines.extend(f"Searched: {searched.query}" for searched in result.searched)
    lines.extend(f"Note: {note}" for note in result.notes)
    return bounded(lines, max_chars)


def found_line(result: QueryResult) -> str:
    """How many rows were found, as far as that is known."""
    if not result.complete:
        return (
            f"Found at least {result.found}; the search was cut short: "
            "this is not all, and nothing may be said of first, last or none."
        )
    if not result.read_all:
        return "Read as far as the rows asked for were certain; how many there are in all was not counted."
    return f"Found {result.found}."


def computed_lines(result: QueryResult) -> Iterator[str]:
    """What code worked out, if anything."""
    if result.computed:
        value = "none" if result.computed.value is None else f"{result.computed.value} {result.computed.unit}".strip()
        yield f"Computed {result.computed.measure}: {value} ({result.computed.how})"


def beside_lines(result: QueryResult) -> Iterator[str]:
    """Rows that are as good as the chosen one, rows that are no facts of the kind asked for, and what is withheld."""
    if result.tied:
        yield f"As good as the chosen one ({len(result.tied)}; say that they exist):"
        yield from _some(result.tied)
    if result.set_aside:
        yield f"Set aside, not facts of the kind asked for ({len(result.set_aside)}; the status says why):"
        yield from _some(result.set_aside)
    if result.withheld:
        yield f"{result.withheld} entries are withheld from this session."


def _some(findings: tuple[Finding, ...]) -> Iterator[str]:
    yield from (f"  {line(finding)}" for finding in findings[:MAX_ASIDE])
    if len(findings) > MAX_ASIDE:
        yield f"  ... and {len(findings) - MAX_ASIDE} more of these ..."


def _rows(findings: tuple[Finding, ...], max_rows: int) -> list[str]:
    if len(findings) <= max_rows:
        return [line(finding) for finding in findings]
    head, tail = max_rows - max_rows // 3, max_rows // 3
    cut = len(findings) - head - tail
    return [
        *(line(finding) for finding in findings[:head]),
        f"... {cut} rows between are not shown ...",
        *(line(finding) for finding in findings[-tail:]),
    ]


def line(finding: Finding) -> str:
    """One finding on one line: `[Observation/1] LDL cholesterol: 3.1 mmol/L; 2020-01-02; final`."""
    value = " ".join(str(part) for part in (finding.value, finding.unit) if part not in (None, ""))
    named = f"{finding.label}: {value}" if value not in ("", finding.label) else finding.label
    parts = [named, finding.time, finding.status]
    if finding.author:
        parts.append(f"by {finding.author}")
    if finding.text:
        quoted = finding.text if len(finding.text) <= MAX_TEXT_CHARS else finding.text[:MAX_TEXT_CHARS] + " [cut]"
        parts.append(f'"{quoted}"')
    return f"[{finding.reference}] " + "; ".join(part for part in parts if part)


def bounded(lines: list[str], max_chars: int) -> str:
    """Whole lines up to `max_chars` characters; the cut is told."""
    kept: list[str] = []
    used = 0
    for index, text in enumerate(lines):
        if used + len(text) > max_chars:
            kept.append(f"... {len(lines) - index} lines cut for length ...")
            break
        kept.append(text)
        used += len(text) + 1
    return "\n".join(kept)
