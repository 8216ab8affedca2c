"""What a chat shows while a question is answered: a line for each step that is done, and what is being done now.

Nothing of an answer is among it. A draft may still be dropped by a check or by the gate, so its text is shown only
after its entry is durable in the log; of what a model writes until then only the amount is told.
"""

from __future__ import annotations

import re
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from chartwarden.agent.assistant import Event
from chartwarden.tools.records.query import Comparison, NoteSearch, RecordQuery, Window
from chartwarden.tools.toolbox import ToolCall, ToolResult

PATIENCE_S = 0.4
"""A step that takes no longer is told when it is done, not while it is under way."""

DONE = {"ground": "wrote a draft and checked every sentence against the record"}
NOW = {"": "reading the question", "act": "reading what was found", "write": "checking the draft"}
"""What follows a step."""

MAX_TYPES_NAMED = 3


class Progress:
    """Use as a context manager around one question; leave it before anything else is printed or asked."""

    def __init__(self, out: Console, *, live: bool) -> None:
        self._out = out
        self.searches: list[str] = []
        """The searches of this question, as FHIR, with what each found."""
        self._last = ""
        self._is_read = False
        self._generated = 0
        self._begun = time.monotonic()
        self._live = Live(
            console=out, get_renderable=self._now, transient=True, refresh_per_second=4, redirect_stdout=False,
            redirect_stderr=False,
        ) if live else None  # fmt: skip

    def took(self, event: Event) -> bool:
        """Take an event that belongs to the way; False for one that ends it: an answer, or a question back."""
        kind, told = event
        if kind == "step":
            self._step(told)
        elif kind == "tool":
            self._tool(told)
        elif kind == "generated":
            self._generated = told
        else:
            return False
        return True

    def _step(self, name: str) -> None:
        self._last = name
        if name == "plan" and not self._is_read:
            self._is_read = True
            self._line("read the question")
        elif name in DONE:
            self._line(DONE[name])

    def _tool(self, result: ToolResult) -> None:
        self._line(f"{looked_for(result.call)}: {came_of(result)}")
        for search in result.result.searched if result.result else ():
            self.searches.append(f"{search.query}: {search.found} found")

    def _line(self, text: str) -> None:
        now = time.monotonic()
        self._out.print(Text(f"  {text} ({duration(now - self._begun)})", style="dim"))
        self._begun = now

    def _now(self) -> Text:
        seconds = time.monotonic() - self._begun
        if seconds < PATIENCE_S:
            return Text()
        doing = NOW.get(self._last, "working on it")
        written = f", {self._generated} tokens written" if self._generated else ""
        return Text(f"  {doing}{written}, {seconds:.0f} s; Ctrl-C stops", style="dim")

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(0.0234), duration(3.21)
    ('23 ms', '3.2 s')
    """
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def looked_for(call: ToolCall) -> str:
    """What a call looks for, in the question's words.

    >>> looked_for(ToolCall(name="search_record", question=RecordQuery(types=("AllergyIntolerance",))))
    'allergy intolerances'
    """
    asked = call.question
    if isinstance(asked, RecordQuery):
        return _entries(asked)
    if isinstance(asked, Comparison):
        return f"{_entries(asked.left)}, and {_entries(asked.right)}"
    if isinstance(asked, NoteSearch):
        return f'notes that carry "{asked.words}"'
    return {"find_images": "images", "read_image": "a model's description of an image"}.get(call.name, call.reference)


def _entries(query: RecordQuery) -> str:
    if query.types == ("Patient",):
        return "the patient's own entry"
    kinds = [plural(name) for name in query.types]
    several = len(kinds) > MAX_TYPES_NAMED
    among = f"{len(kinds)} kinds of entries" if several else " and ".join(kinds)
    wanted = query.component or query.concept
    named = f'"{wanted.words}" among {among}' if wanted is not None else among
    return f"{named}{_period(query.window)}"


def plural(resource_type: str) -> str:
    """The entries of a resource type, in words.

    >>> plural("MedicationRequest"), plural("FamilyMemberHistory"), plural("Media")
    ('medication requests', 'family member histories', 'media')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", resource_type).lower()
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return words if words == "media" else f"{words}s"


def _period(window: Window | None) -> str:
    """The window in whole days, as it was searched; the answer tells how the words were read."""
    if window is None or (window.start is None and window.end is None):
        return ""
    start = f" from {window.start.date()}" if window.start else ""
    return f"{start} until {window.end.date()}" if window.end else start


def came_of(result: ToolResult) -> str:
    """What a call came to; a failure is never told as an absence."""
    found = result.result
    if found is None:
        return result.error
    amount = f"{found.found} found" if found.found else "nothing found"
    if found.found and not found.read_all:
        amount = "found"  # reading stopped as soon as the answer was certain: the number would be of nothing
    return amount if found.complete else f"{amount}, but the search was cut short"
