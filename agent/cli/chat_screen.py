"""What a chat shows: the header, answers, cards, tables and trends."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from chartwarden.agent.answer import Answer
from chartwarden.agent.cli.chat_progress import Progress
from chartwarden.agent.cli.plotting import plot, spoken
from chartwarden.agent.cli.showing import console, joined, show_answer
from chartwarden.agent.cli.terminal_line import line_of_terminal
from chartwarden.agent.conversations import Conversation
from chartwarden.tools.records.moments import completed_years, parse
from chartwarden.tools.records.query import Finding
from chartwarden.tools.records.source import Resource
from chartwarden.tools.unfolding import unfold

LINES_AROUND_A_TABLE = 6
WIDE = 120
"""From this width on a table names the source of each row; below it the row's number opens it."""


class Screen:
    """A terminal, or a plain stream for screen readers, logs and pipes."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        self.out = console(no_color=plain or None, soft_wrap=plain, emoji=False)

    def welcome(self, conversation: Conversation) -> None:
        """The header, how to go on, and where a conversation of before had got to."""
        self.out.print(Text(self.header(conversation), style="bold"))
        self.note("Ask in plain words. /help lists the commands, Ctrl-C stops a question, Ctrl-D leaves.")
        if conversation.exchanges:
            question, answer = conversation.exchanges[-1]
            self.note(f"Questions so far: {len(conversation.exchanges)}. The last: {question}")
            self.note(answer.text)

    def header(self, conversation: Conversation) -> str:
        """Patient, age at the clock, planner, scope and disclaimer, in as many lines as the width asks for."""
        session = conversation.session
        patient = conversation.patient()
        parts = [
            name_of(patient),
            _age(patient, conversation),
            f"as of {session.as_of.date().isoformat()}",
            f"planner {conversation.assistant.services.planner.name}",
            f"scope {session.grant}",
            "an AI system; not medical advice",
        ]
        return joined([part for part in parts if part], self.out.width)

    def note(self, text: str) -> None:
        """A line of ours."""
        self.out.print(Text(text, style="dim"))

    def say(self, text: str) -> None:
        """A line of the record."""
        self.out.print(Text(text))

    def problem(self, text: str) -> None:
        """Something that did not work."""
        self.out.print(Text(text, style="red"))

    def ask(self, prompt: str) -> str:
        """What the person says to a prompt; empty where they say nothing or leave."""
        self.out.print(Text(prompt, style="bold"), end="")
        line = line_of_terminal()
        if not line:
            self.out.print()
        return line.strip()

    def progress(self) -> Progress:
        """The steps of one question as they happen."""
        return Progress(self.out, live=not self.plain)

    def answer(self, answer: Answer) -> None:
        """An answer with numbered sources."""
        self.out.print()
        show_answer(answer, out=self.out, verdicts=True)
        if answer.outcome == "failed":
            self.note("/help has examples of what can be asked.")

    def explanation(self, answer: Answer, searches: Sequence[str]) -> None:
        """How the last question was read, and the searches it was answered with."""
        for line in answer.explanation or ("The last answer needed no look at the record.",):
            self.out.print(Text(f"  {line}", style="cyan"))
        for search in searches:
            self.out.print(Text(f"  searched {search}", style="cyan"))

    def card(self, finding: Finding, resource: Resource) -> None:
        """A resource as a readable card: its elements, and the words of a document."""
        self.out.print(Text(finding.reference, style="bold"))
        told = (line.strip().partition(": ") for line in unfold(resource))
        rows = [(_words(path), content) for path, _, content in told]
        rows += [("text", finding.text)] if finding.text else []
        if self.plain:
            for name, content in rows:
                self.out.print(Text(f"  {name}: {content}"))
            return
        table = Table(show_header=False)
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for name, content in rows:
            table.add_row(name, Text(content))
        self.out.print(table)

    def raw(self, resource: Resource) -> None:
        """A resource as FHIR."""
        self.out.print_json(data=resource)

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        sources: Sequence[str] = (),
        *,
        first: int = 1,
    ) -> None:
        """Rows, numbered from `first`, with the source of each where there is room. A long table pages in a terminal.

        In plain text a line a row, as a screen reader reads it.
        """
        if not rows:
            self.note(f"{title}: nothing is recorded.")
            return
        if sources and (self.plain or self.out.width >= WIDE):
            columns = [*columns, "source"]
            rows = [[*row, source] for row, source in zip(rows, sources, strict=True)]
        if self.plain:
            self.out.print(Text(f"{title}, {len(rows)} rows:"))
            for number, row in enumerate(rows, start=first):
                self.out.print(Text(f"  [{number}] " + ", ".join(cell for cell in row if cell)))
            return
        table = Table(title=title, title_justify="left")
        for column in ("", *columns):
            table.add_column(column, overflow="fold")  # what is cut off cannot be read
        for number, row in enumerate(rows, start=first):
            table.add_row(Text(f"[{number}]", style="cyan"), *map(Text, row))
        if len(rows) > self.out.height - LINES_AROUND_A_TABLE:
            os.environ.setdefault("LESS", "-FRX")  # show colours, and leave the table on the screen
            with self.out.pager(styles=True):
                self.out.print(table)
        else:
            self.out.print(table)

    def trend(self, findings: Sequence[Finding]) -> None:
        """Numeric findings over time, as a plot that fits the terminal, in plain text as a line; nothing for fewer
        than two."""
        points = [
            (moment.start.timestamp(), float(finding.value))
            for finding in findings
            if isinstance(finding.value, int | float) and (moment := parse(finding.time)) is not None
        ]
        if len(points) > 1 and len({finding.unit for finding in findings}) == 1:
            drawn = spoken if self.plain else plot
            self.out.print(Text(drawn(sorted(points), self.out.width, findings[0].unit)))


def _words(path: str) -> str:
    """An element's path in words.

    >>> _words("dosageInstruction.asNeededBoolean")
    'dosage instruction, as needed boolean'
    """
    return re.sub(r"(?<=[a-z])([A-Z])", r" \1", path).lower().replace(".", ", ")


def short_time(time: str) -> str:
    """A recorded time to the minute, as the clock showed it there; the card and the sources tell its zone.

    >>> short_time("2021-10-20T08:05:00-06:00"), short_time("2016-07")
    ('2021-10-20 08:05', '2016-07')
    """
    return time[:16].replace("T", " ")


def name_of(patient: Resource) -> str:
    """A patient's name as recorded, else the id."""
    name: dict[str, Any] = next(iter(patient.get("name", [])), {})
    whole = name.get("text") or " ".join([*name.get("given", []), name.get("family", "")]).strip()
    return str(whole or patient.get("id", ""))


def _age(patient: Resource, conversation: Conversation) -> str:
    birth = parse(patient.get("birthDate", ""))
    now = parse(conversation.session.as_of.isoformat())
    years = completed_years(birth, now) if birth and now else None
    return "" if years is None else f"{patient.get('gender', '')} {years} y".strip()
