"""What flows through the state machine while one question is answered."""

from __future__ import annotations

from operator import add
from typing import Annotated

from typing_extensions import TypedDict

from chartwarden.agent.answer import Answer, Draft, Sentence
from chartwarden.agent.gate import Admission
from chartwarden.agent.planning.planner import Step, Turn
from chartwarden.agent.session import Acknowledgement
from chartwarden.tools.toolbox import ToolResult


class QuestionInput(TypedDict, total=False):
    """What a caller gives: nothing else of the state can be set from outside."""

    question: str
    """As the person put it."""
    turns: Annotated[list[Turn], add]
    """The conversation so far, where no checkpointer keeps it."""


class QuestionOutput(TypedDict, total=False):
    """What a caller gets: what was released, and nothing that was only found."""

    answer: Answer


class QuestionState(TypedDict, total=False):
    """State of one question. From question to question of a conversation live on: `turns`, whose record it is about,
    and who acknowledged.

    No resource and no live object is in here: those belong to the run (`chartwarden.agent.run`), which is opened
    again when a conversation is resumed in another process.
    """

    question: str
    """As the person put it."""
    turns: Annotated[list[Turn], add]
    """The conversation so far, oldest first."""
    patient: str
    """Whose record the conversation is about."""
    acknowledged: Acknowledgement | None
    """Who acknowledged the disclaimer in the conversation, where the session did not bring it."""
    run_id: str
    admission: Admission
    step: Step
    """The planner's last decision."""
    steps: int
    """Decisions made so far."""
    choice: str
    """What the person chose when the planner asked back."""
    results: list[ToolResult]
    explanation: list[str]
    read_as: str
    """The question in plain words, where it was not read as it stands."""
    draft: Draft
    failed: list[Sentence]
    """Sentences that grounding rejected and the planner may mend, once."""
    mended: bool
    """Whether the planner has had its one chance to mend."""
    answer: Answer
