"""How answers look in a terminal, and what of a record never reaches one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from chartwarden.agent.answer import Answer, Sentence
from chartwarden.tools.toolbox import Toolbox, ToolCall

OUTCOME_STYLES = {
    "answered": "green", "not_recorded": "yellow", "needs_clarification": "yellow", "refused": "magenta",
    "redirected": "magenta", "denied": "red", "emergency": "bold red", "failed": "red",
}  # fmt: skip

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it: control characters, and changes of the writing direction."""


class RecordConsole(Console):
    """A console that shows text of a record and never lets it command the terminal.

    A control character appears as its JSON escape, which is right in JSON too.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As `Console.render`, with every control character of a text spelt out."""
        for segment in super().render(renderable, options):
            if segment.control or not _COMMANDS.search(segment.text):
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)


def harmless(text: str) -> str:
    """Text with control characters spelt out.

    >>> print(harmless("\\x1b[2Jgone"))
    \\u001b[2Jgone
    """
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def console(**options: Any) -> RecordConsole:
    """Standard output; colours and line breaks only where a terminal takes them."""
    return RecordConsole(**{"file": sys.stdout, "highlight": False, "soft_wrap": not sys.stdout.isatty(), **options})


def joined(parts: Sequence[str], width: int) -> str:
    """Parts with a dot between them, broken between parts where a line would be wider than `width`.

    >>> print(joined(["Ada Quill", "female 40 y", "planner rules"], 24))
    Ada Quill · female 40 y
    planner rules
    """
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 3 <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def show_answer(answer: Answer, *, explain: bool = False, verdicts: bool = False, out: Console | None = None) -> None:
    """Print an answer: sentences with numbered citations, sources, disclaimer, outcome and where it is logged."""
    out = out or console()
    numbers = {reference: number for number, reference in enumerate(answer.citations, start=1)}
    for sentence in answer.sentences:
        out.print(_sentence(sentence, numbers, verdicts=verdicts))
    if answer.choices:
        out.print(Text("Choose: " + "; ".join(answer.choices)))
    if numbers:
        out.print()
        for reference, number in numbers.items():
            out.print(Text(f"  [{number}] {reference}", style="dim"))
    if explain:
        out.print()
        for line in answer.explanation:
            out.print(Text(f"  {line}", style="cyan"))
    out.print()
    out.print(Text(answer.disclaimer, style="italic dim"))
    out.print(_footer(answer, sys.maxsize if out.soft_wrap else out.width))


def _sentence(sentence: Sentence, numbers: dict[str, int], *, verdicts: bool) -> Text:
    text = Text(sentence.text, style="dim" if sentence.kind == "notice" else "")
    marks = "".join(f"[{numbers[reference]}]" for reference in sentence.citations)
    if marks:
        text.append(f" {marks}", style="cyan")
    if verdicts and sentence.verdict is not None and sentence.kind != "notice":
        text.append(f" ({sentence.verdict.label.replace('_', ' ')})", style="dim green")
    return text


def _footer(answer: Answer, width: int) -> Text:
    as_of = answer.as_of.partition(".")[0].replace("T", " ")
    parts = [answer.outcome, f"planner {answer.planner}", f"as of {as_of} ({answer.timezone})"]
    if answer.audit:
        parts.append(f"audit {answer.audit.seq} {answer.audit.leaf[:12]}")
    text = Text(joined(parts, width), style="dim")
    text.stylize(OUTCOME_STYLES[answer.outcome], 0, len(answer.outcome))
    return text


def show_resources(toolbox: Toolbox, references: Iterable[str]) -> None:
    """Print resources as FHIR JSON, each after its entry in the log."""
    out = console()
    for reference in references:
        toolbox.run(ToolCall(name="show_resource", reference=reference))
        resource = toolbox.lock.retrieved(reference)
        if resource is not None:
            out.print_json(data=resource)
