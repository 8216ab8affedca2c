"""Conversations: a session, a thread of the graph's checkpointer, and what was answered, kept across restarts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from chartwarden.agent.answer import Answer, Draft, Sentence
from chartwarden.agent.assistant import Assistant, Event
from chartwarden.agent.gate import Admission
from chartwarden.agent.planning.planner import Clarify, GiveUp, Turn, UseTools, Write
from chartwarden.agent.private_files import private_dir, private_file
from chartwarden.agent.run import open_trail
from chartwarden.agent.session import Acknowledgement, Session
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.source import Resource
from chartwarden.tools.toolbox import Toolbox, ToolResult

STATE_TYPES = (
    Acknowledgement, Admission, Answer, Clarify, Draft, GiveUp, Sentence, Session, ToolResult, Turn, UseTools, Write,
)  # fmt: skip
"""What a checkpoint may be read back as; anything else in the file is refused."""


@contextmanager
def conversation_store(settings: Settings) -> Iterator[BaseCheckpointSaver[str]]:
    """The checkpointer in the data directory. It holds record text and is as private as the records."""
    import sqlite3

    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
    from langgraph.checkpoint.sqlite import SqliteSaver

    path = private_file(private_dir(settings.data_dir) / "conversations.db")
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        yield SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES))
    finally:
        connection.close()


@dataclass
class Conversation:
    """One conversation about one patient."""

    assistant: Assistant
    session: Session
    folder: Path
    name: str
    exchanges: list[tuple[str, Answer]] = field(default_factory=list)
    """Questions and answers, oldest first."""
    _patient: Resource | None = None

    @classmethod
    def begin(cls, assistant: Assistant, settings: Settings, session: Session) -> Conversation:
        """A new conversation, kept from its first answer on."""
        folder = private_dir(settings.data_dir / "conversations")
        return cls(assistant, session, folder, name=session.session_id[:8])

    @classmethod
    def resume(
        cls,
        assistant: Assistant,
        settings: Settings,
        name: str,
        *,
        acknowledged_by: str,
        as_of: str = "",
        interactive: bool = True,
        image_reading: bool = False,
    ) -> Conversation:
        """A kept conversation, bound again: what it may do comes from the settings and options of now, never from the
        file. `as_of` moves its clock."""
        folder = private_dir(settings.data_dir / "conversations")
        path = folder / f"{name}.json"
        if not name.isalnum() or not path.is_file():
            known = ", ".join(sorted(file.stem for file in folder.glob("*.json"))) or "none is kept"
            raise UsageError(f"no conversation is called {name!r}; known: {known}")
        kept = json.loads(path.read_text(encoding="utf-8"))
        session = assistant.session(
            kept["patient"],
            acknowledged_by=acknowledged_by,
            as_of=as_of or kept["as_of"],
            interactive=interactive,
            image_reading=image_reading,
        ).model_copy(update={"session_id": kept["session_id"]})
        exchanges = [(one["question"], Answer.model_validate(one["answer"])) for one in kept["exchanges"]]
        return cls(assistant, session, folder, name, exchanges)

    def toolbox(self) -> Toolbox:
        """The session's tools, for looks at the record outside a question; locked and logged like any other."""
        return self.assistant.toolbox(self.session)

    def patient(self) -> Resource:
        """The Patient resource, for the header."""
        if self._patient is None or self._patient["id"] != self.session.patient:
            source, grant = self.assistant.services.source, self.session.grant
            self._patient = PatientLock(source, self.session.patient, grant).patient()
        return self._patient

    def last(self) -> Answer:
        """The last answer. `UsageError` before the first question."""
        if not self.exchanges:
            raise UsageError("nothing has been asked yet")
        return self.exchanges[-1][1]

    def record_export(self, name: str) -> None:
        """Write down that the conversation leaves the system, before it does."""
        trail = open_trail(self.assistant.services, self.session)
        trail.commit("export", {"what": "conversation", "questions": len(self.exchanges)}, text={"file": name})

    def ask(self, question: str) -> Iterator[Event]:
        """Ask, and keep the answer; the events of `Assistant.stream`."""
        yield from self._follow(question, self.assistant.stream(question, self.session, thread=self.name))

    def choose(self, question: str, choice: str) -> Iterator[Event]:
        """Answer what the planner asked back."""
        resumed: Command[Any] = Command(resume=choice)
        yield from self._follow(question, self.assistant.stream(resumed, self.session, thread=self.name))

    def _follow(self, question: str, events: Iterator[Event]) -> Iterator[Event]:
        for kind, event in events:
            if kind == "answer":
                self.exchanges.append((question, event))
                self._save()
            yield kind, event

    def _save(self) -> None:
        kept = {
            "patient": self.session.patient,
            "as_of": self.session.as_of.isoformat(),
            "session_id": self.session.session_id,
            "exchanges": [
                {"question": question, "answer": answer.model_dump(mode="json")} for question, answer in self.exchanges
            ],
        }
        path = private_file(self.folder / f"{self.name}.json")
        fresh = private_file(path.with_suffix(".new"))
        fresh.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)

    def markdown(self) -> str:
        """The conversation with its sources, for a person's own files."""
        lines = [f"# Conversation {self.name}", "", f"About `Patient/{self.session.patient}`.", ""]
        for question, answer in self.exchanges:
            lines += [f"## {question}", ""]
            for sentence in answer.sentences:
                sources = " ".join(f"`{reference}`" for reference in sentence.citations)
                lines.append(f"- {sentence.text} {sources}".rstrip())
            position = f", audit {answer.audit.seq} `{answer.audit.leaf}`" if answer.audit else ""
            moment = f"as of {answer.as_of} ({answer.timezone})"
            lines += [
                "",
                f"*{answer.outcome}, {moment}, planner {answer.planner}{position}*",
                "",
                f"> {answer.disclaimer}",
                "",
            ]
        return "\n".join(lines)
