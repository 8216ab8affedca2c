"""`Assistant`: the one place where everything is wired together, and the Python door to it.

>>> from chartwarden import fhir_fixtures
>>> from chartwarden.agent.assistant import Assistant
>>> with Assistant.over(fhir_fixtures.folder()) as assistant:
...     session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader")
...     answer = assistant.answer("Which allergies are recorded?", session)
>>> answer.outcome
'answered'
"""

from __future__ import annotations

import contextvars
import datetime as dt
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, StreamMode
from langsmith import tracing_context

from chartwarden.agent.answer import Answer, Sentence
from chartwarden.agent.audit.log import open_log
from chartwarden.agent.clock import parse_as_of
from chartwarden.agent.errors import AuditError
from chartwarden.agent.fhir_connection import connect
from chartwarden.agent.gate import disclaimer
from chartwarden.agent.graph import Graph, build_graph
from chartwarden.agent.image_services import open_images
from chartwarden.agent.planning.choosing import Chosen, choose
from chartwarden.agent.planning.planner import Planner, Turn
from chartwarden.agent.private_files import private_dir
from chartwarden.agent.run import Services, open_toolbox, open_trail
from chartwarden.agent.session import Acknowledgement, Session
from chartwarden.agent.settings import Settings
from chartwarden.tools.closing import Closing
from chartwarden.tools.errors import AccessDenied, ChartwardenError, ConfigurationError, SourceFault, UsageError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import RecordSource
from chartwarden.tools.records.store import LocalStore
from chartwarden.tools.toolbox import Toolbox

Event = tuple[Literal["step", "tool", "generated", "clarify", "answer"], Any]
"""`("step", name)`, `("tool", ToolResult)`, `("generated", pieces)`: how much a model has written so far, never what,
`("clarify", {"question", "choices"})` or `("answer", Answer)`."""


class Assistant(Closing):
    """Answers questions about one patient's record at a time. Safe to use from several threads.

    Build one with `Assistant.open` (from settings) or `Assistant.over` (from files), and close it, or use it as a
    context manager.
    """

    def __init__(
        self,
        services: Services,
        *,
        checkpointer: BaseCheckpointSaver[str] | None = None,
        owned: ExitStack | None = None,
    ) -> None:
        """Wire the graph over `services`; `owned` is what closes together with the assistant."""
        self.services = services
        self._checkpointer = checkpointer
        self.graph: Graph = build_graph(services, checkpointer=checkpointer)
        self._owned = owned or ExitStack()

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        planner: Planner | None = None,
        checkpointer: BaseCheckpointSaver[str] | None = None,
    ) -> Self:
        """Open records, audit log and planner as the settings say; a planner that is passed in is used instead.

        Errors: `ConfigurationError` for a data directory or database that cannot be used, `AuditError` when the log
        cannot be opened or does not verify.
        """
        with ExitStack() as stack:
            services = _open_services(stack, settings or Settings(), planner)
            return cls(services, checkpointer=checkpointer, owned=stack.pop_all())

    @classmethod
    def over(cls, *paths: Path | str, settings: Settings | None = None, planner: Planner | None = None) -> Self:
        """An assistant over FHIR files, loaded into a store that lasts as long as the assistant."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chartwarden-")))
            settings = (settings or Settings()).model_copy(update={"data_dir": folder, "store": ""})
            private_dir(folder)
            with LocalStore.open(settings.store_url, search_timezone=settings.search_timezone) as store:
                load(store, [Path(path) for path in paths])
            services = _open_services(stack, settings, planner)
            return cls(services, owned=stack.pop_all())

    def session(
        self,
        patient: str,
        *,
        acknowledged_by: str = "",
        as_of: dt.datetime | str | None = None,
        user: str = "",
        role: str = "",
        purpose: str = "TREAT",
        scopes: str = "",
        interactive: bool = False,
        image_reading: bool = False,
        population: bool = False,
        session_id: str = "",
    ) -> Session:
        """Bind a session to a patient, given as Patient id or `system|value` identifier.

        With `population`, to none: for questions over all patients (`agent.cohort`), under scopes and a purpose that
        carry them.

        `acknowledged_by` names who acknowledged the disclaimer; without it every question is refused. `as_of`
        defaults to now; a date alone means the end of that day. `session_id` is for hosts that have one; by default it
        is made up. Errors: `UsageError` for an unknown patient, a wrong `as_of` or scope.
        """
        settings = self.services.settings
        session = Session(
            patient=patient if population else self._known_patient(patient, user or acknowledged_by, role, purpose),
            as_of=parse_as_of(as_of, settings.search_timezone),
            timezone=settings.search_timezone,
            user=user,
            role=role,
            purpose=purpose,
            grant=parse_scopes(scopes or settings.scopes),
            acknowledged=acknowledgement(acknowledged_by) if acknowledged_by else None,
            interactive=interactive,
            image_reading=image_reading,
            population=population,
            session_id=session_id or uuid.uuid4().hex,
        )
        facts = {"scopes": str(session.grant), "as_of": session.as_of.isoformat(), "image_reading": image_reading}
        facts |= {"population": True} if population else {}
        open_trail(self.services, session).note("session_start", facts)
        return session

    def with_planner(self, kind: Literal["rules", "model"], session: Session) -> Self:
        """This assistant with another planner, over the same records, log and conversations.

        The change stands in the log, in the session's trail, before the new planner is used. Close it to close its
        planner; the rest belongs to this one. Raises `ModelLoadError` where no model can be used here; the message
        says what is missing.
        """
        before = self.services
        model = before.settings.model.model_copy(update={"planner": kind})
        settings = before.settings.model_copy(update={"model": model})
        with ExitStack() as stack:
            chosen = choose(settings, stack)
            facts = {"event": "planner changed", "changed": {"planner": [before.planner.name, chosen.planner.name]}}
            open_trail(before, session).commit("configuration", facts)
            services = replace(before, settings=settings, planner=chosen.planner, classifier=chosen.classifier)
            return type(self)(services, checkpointer=self._checkpointer, owned=stack.pop_all())

    def end(self, session: Session) -> None:
        """Write down that a session is over. A session that was cut off has no such entry, and that tells it."""
        open_trail(self.services, session).note("session_end", {})

    def _known_patient(self, patient: str, user: str, role: str, purpose: str) -> str:
        """`find_patient`, and an entry where that fails: ids are not to be tried out unseen."""
        try:
            return self.find_patient(patient)
        except ChartwardenError as fault:
            planner = self.services.planner.identity()
            trail = self.services.log.trail(
                session_id="", user=user, role=role, purpose=purpose, patient=patient, planner=planner
            )
            trail.commit("denied", {"reason": "patient not found", "error": type(fault).__name__, "count": 1})
            raise

    def find_patient(self, patient: str) -> str:
        """The Patient id behind an id or a `system|value` identifier.

        `UsageError` when there is none, or several, `ConfigurationError` when nobody is in the store; `SourceFault`
        when the source's answer cannot settle that.
        """
        by = "identifier" if "|" in patient else "_id"
        pages = self.services.source.search("Patient", [(by, patient.replace(",", r"\,")), ("_count", "2")])
        ids: set[str] = set()
        for page in pages:
            if not page.complete or page.foreign:
                raise SourceFault(
                    "asked for one patient, the source of the records named others too, or broke off: a server that "
                    "ignores what it is asked for cannot be used; have it honour Patient?_id= and ?identifier=",
                    code="incomplete",
                )
            ids.update(match["id"] for match in page.matches)
        if not ids and not self._holds_a_patient():
            raise ConfigurationError("no records are loaded yet; load some with `chartwarden load FOLDER`")
        if len(ids) != 1:
            problem = "several patients have" if ids else "no patient has"
            named = "identifier" if "|" in patient else "id"
            raise UsageError(f"{problem} the {named} {patient!r}; pass a Patient id or a `system|value` identifier")
        return str(ids.pop())

    def _holds_a_patient(self) -> bool:
        """Whether anything is there to ask about; of a server nobody asks that."""
        source = self.services.source
        if not isinstance(source, LocalStore):
            return True
        return any(page.matches for page in source.search("Patient", [("_count", "1")]))

    def answer(self, question: str, session: Session, *, turns: tuple[Turn, ...] = ()) -> Answer:
        """Answer one question. `turns` is the conversation so far, for follow-ups, where no checkpointer keeps it.

        Whatever goes wrong with the record, the planner or the gate is an answer with the outcome `failed` or
        `refused`. Only an audit log that cannot be written raises (`AuditError`): then nothing is released.
        """
        if session.interactive:
            session = session.model_copy(update={"interactive": False})  # nobody is asked back through this door
        events = self._events(question, session, turns, thread="", live=False)
        answers = [event for kind, event in events if kind == "answer"]
        answer: Answer = answers[-1]
        return answer

    def stream(
        self,
        question: str | Command[Any],
        session: Session,
        *,
        turns: tuple[Turn, ...] = (),
        thread: str = "",
    ) -> Iterator[Event]:
        """The steps of a question as they happen, and the answer last.

        With a checkpointer, `thread` names the conversation. An interactive session may end in a `clarify` event
        instead; go on with `stream(Command(resume=choice), session, thread=thread)`.
        """
        yield from self._events(question, session, turns, thread, live=True)

    def _events(
        self, question: str | Command[Any], session: Session, turns: tuple[Turn, ...], thread: str, *, live: bool
    ) -> Iterator[Event]:
        """Run the graph. `live` tells of tools while they run, for which LangGraph moves every step to a thread."""
        config: RunnableConfig = {}
        saved: dict[str, Any] = {}
        if self.graph.checkpointer:
            config["configurable"], saved["durability"] = {"thread_id": thread or uuid.uuid4().hex}, "sync"
        start: Any = {"question": question, "turns": list(turns)} if isinstance(question, str) else question
        modes: list[StreamMode] = ["updates", "custom", "messages"] if live else ["values"]
        keys = None if live else ["answer"]  # else every step is told of with what it changed
        untraced = contextvars.copy_context()
        tracing = tracing_context(enabled=None if self.services.settings.allow_tracing else False)
        untraced.run(tracing.__enter__)
        stream = self.graph.stream(start, config, context=session, stream_mode=modes, output_keys=keys, **saved)
        pieces = 0
        try:
            while (event := untraced.run(next, stream, None)) is not None:
                if event[0] == "messages":
                    pieces += 1
                    yield "generated", pieces
                else:
                    yield from _told(str(event[0]), event[1])
        except AuditError:
            raise
        except ChartwardenError as fault:
            yield "answer", self._failed(session, str(fault), fault)
        except Exception as fault:  # noqa: BLE001 - a defect must neither show record text nor stop a batch
            yield "answer", self._failed(session, "an internal error ended the question", fault)
        finally:
            untraced.run(tracing.__exit__, None, None, None)

    def toolbox(self, session: Session) -> Toolbox:
        """The bare tools of a session: locked and logged, but neither gated nor grounded. `AccessDenied` until the
        disclaimer is acknowledged."""
        if session.acknowledged is None:
            raise AccessDenied("nothing is shown before the disclaimer is acknowledged; pass acknowledged_by=NAME")
        return open_toolbox(self.services, session, open_trail(self.services, session))[1]

    def _failed(self, session: Session, said: str, fault: Exception) -> Answer:
        """An answer that says a question failed, after its entry is durable."""
        trail = open_trail(self.services, session)
        position = trail.commit("answer", {"outcome": "failed", "error": type(fault).__name__})
        sentence = Sentence(text=f"The question could not be answered: {said} ({type(fault).__name__}).", kind="notice")
        return Answer(
            outcome="failed",
            sentences=(sentence,),
            disclaimer=disclaimer(),
            planner=self.services.planner.name,
            audit=position,
            as_of=session.as_of.isoformat(),
            timezone=session.timezone,
            error=sentence.text,
        )

    def close(self) -> None:
        """Close what this assistant opened."""
        self._owned.close()


def acknowledgement(name: str) -> Acknowledgement:
    """The disclaimer, acknowledged now by `name`."""
    return Acknowledgement(name=name, time=dt.datetime.now(dt.UTC))


def open_source(stack: ExitStack, settings: Settings) -> RecordSource:
    """The records the settings name: a FHIR server where one is set, else the local store."""
    zone = settings.search_timezone
    if settings.server.url:
        return stack.enter_context(connect(settings.server, search_timezone=zone))
    return stack.enter_context(LocalStore.open(settings.store_url, search_timezone=zone))


def _open_services(stack: ExitStack, settings: Settings, planner: Planner | None) -> Services:
    private_dir(settings.data_dir)
    log = stack.enter_context(open_log(settings))
    source = open_source(stack, settings)
    chosen = Chosen(planner) if planner is not None else choose(settings, stack)
    return Services(source, log, chosen.planner, settings, classifier=chosen.classifier, images=open_images(settings))


def _told(mode: str, chunk: Any) -> Iterator[Event]:
    """LangGraph's stream as our events."""
    if mode == "custom":
        yield "tool", chunk["result"]
        return
    if mode == "values":
        yield from chunk.items()
        return
    for node, update in chunk.items():
        if node == "__interrupt__":
            yield "clarify", update[0].value
            continue
        yield "step", node
        if update and "answer" in update:
            yield "answer", update["answer"]
