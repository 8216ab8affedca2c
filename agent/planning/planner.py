"""What a planner is: it decides the next look at the record, and proposes sentences from the findings.

A planner sees the question, what the record holds, and what the tools found. It never sees a patient id to choose,
cannot reach the lock, the gate or the log, and whatever it writes is checked afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.planning.meter import Meter
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Frozen
from chartwarden.tools.toolbox import ToolCall, ToolResult


class UseTools(Frozen):
    """Make these calls, together, then decide again, or write if they are the last."""

    kind: Literal["use_tools"] = "use_tools"
    calls: tuple[ToolCall, ...]
    reading: tuple[str, ...] = ()
    """How the question was read, for `--explain`."""
    read_as: str = ""
    """The question in plain words, where it was not read as it stands; the answer tells it."""
    last: bool = False
    """Whether there is nothing left to decide, whatever these calls find."""


class Write(Frozen):
    """Enough is known: write the answer."""

    kind: Literal["write"] = "write"


class Clarify(Frozen):
    """A term means several things in this record: ask which."""

    kind: Literal["clarify"] = "clarify"
    question: str
    choices: tuple[str, ...]


class GiveUp(Frozen):
    """The question was not understood; no other question is answered in its place."""

    kind: Literal["give_up"] = "give_up"
    reason: str


Step = UseTools | Write | Clarify | GiveUp


class Turn(Frozen):
    """An earlier question of this conversation, its calls and what was answered."""

    question: str
    calls: tuple[ToolCall, ...] = ()
    answer: str = ""
    day: str = ""
    """The calendar day of all rows that were told, where it is one; the answer tells it too."""
    label: str = ""
    """What all rows that were told are called, where they are called the same."""


@dataclass(frozen=True)
class PlanningContext:
    """Everything a planner may know when it decides."""

    question: str
    clock: Clock
    manifest: Manifest
    results: tuple[ToolResult, ...] = ()
    turns: tuple[Turn, ...] = ()
    choice: str = ""
    """What the person chose after a `Clarify`."""
    failed: tuple[Sentence, ...] = ()
    """Sentences that grounding rejected, when the planner is asked once more."""
    own_names: frozenset[str] = field(default_factory=frozenset)
    """Words that name this patient: names and identifiers."""
    allowed: frozenset[str] = field(default_factory=frozenset)
    """Names of the tools the session may use."""
    meter: Meter = field(default_factory=Meter, compare=False)
    """What this question has cost so far, and may yet cost."""


class Planner(Protocol):
    """Decides steps and writes drafts. Deterministic planners give the same output for the same context."""

    @property
    def name(self) -> str:
        """What answers and the log call it: `rules`, or the model's name and revision."""
        ...

    @property
    def can_mend(self) -> bool:
        """Whether asking once more with the rejected sentences can help (a deterministic planner says no)."""
        ...

    def identity(self) -> dict[str, str]:
        """For the log: checkpoint, revision, weights hash, dtype, quantisation, decoding, prompt hashes."""
        ...

    def decide(self, context: PlanningContext) -> Step:
        """The next step."""
        ...

    def write(self, context: PlanningContext) -> Draft:
        """Sentences and typed value from the findings so far."""
        ...
