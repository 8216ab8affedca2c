"""The commands of a chat, and asking. Every look at the record here goes through the session's own toolbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, cast

from chartwarden.agent.assistant import Event
from chartwarden.agent.cli.chat_people import patient_of
from chartwarden.agent.cli.chat_screen import Screen, short_time
from chartwarden.agent.clock import parse_as_of
from chartwarden.agent.conversations import Conversation
from chartwarden.agent.errors import AuditError
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import ChartwardenError, UsageError
from chartwarden.tools.records.query import Concept, Finding, NoteSearch, QueryResult, Question, RecordQuery
from chartwarden.tools.records.source import Resource
from chartwarden.tools.requests import concepts_of
from chartwarden.tools.toolbox import ToolCall

MEDICATION_TYPES = ("MedicationRequest", "MedicationStatement")
TIMELINE_TYPES = ("Encounter", "Procedure", "Condition", "Immunization", "DiagnosticReport", "ImagingStudy")
PLANNERS = ("rules", "model")


class Commands:
    """What a line of a chat does. Close it when the chat is over."""

    def __init__(self, conversation: Conversation, screen: Screen, settings: Settings) -> None:
        self.conversation = conversation
        self._screen = screen
        self._settings = settings
        self._sources: list[str] = list(conversation.exchanges[-1][1].citations) if conversation.exchanges else []
        """What the numbers on the screen stand for, in their order: the rows or the sources shown last."""
        self._searches: list[str] = []
        """The searches the last question was answered with."""
        self._planner_of_chat = ExitStack()
        """What a planner that was switched to holds open."""
        self._table: dict[str, tuple[Callable[[str], str | None], str]] = {
            "/patient": (self._patient, "WHO: another patient (name, birth date or id), in a new conversation"),
            "/asof": (self._as_of, "TIME: move the clock"),
            "/timeline": (self._timeline, "the record in order of time"),
            "/meds": (self._meds, "medications on record as active"),
            "/problems": (self._problems, "conditions on record as active"),
            "/labs": (self._labs, "NAME: a test's values as a table and a plot"),
            "/notes": (self._notes, "WORDS: sentences of notes that carry the words"),
            "/images": (self._images, "[WORDS]: images of the record"),
            "/source": (self._source, "N [fhir]: what [N] stands for, as a card or as FHIR"),
            "/explain": (self._explain, "how the last question was read and searched for"),
            "/audit": (self._audit, "where the last answer stands in the log"),
            "/export": (self._export, "[FILE]: the conversation as Markdown with its sources"),
            "/planner": (self._planner, "[rules|model]: which planner answers, or another one from here on"),
            "/help": (self._help, "this list"),
            "/quit": (self._quit, "leave"),
        }

    def completions(self) -> list[str]:
        """What the editor may complete."""
        return list(self._table)

    def close(self) -> None:
        """End the session in the log, and give back what a planner that was switched to holds."""
        self.conversation.assistant.end(self.conversation.session)
        self._planner_of_chat.close()

    def handle(self, line: str) -> str | None:
        """Do what a line says. `quit` when the person wants to leave; Ctrl-C ends the question, not the program.

        `AuditError` ends the chat: without its log nothing may be shown.
        """
        try:
            if not line.startswith("/"):
                self._ask(line)
                return None
            name, _, rest = line.partition(" ")
            if name not in self._table:
                self._screen.problem(f"There is no command {name}; /help lists them.")
                return None
            return self._table[name][0](rest.strip())
        except KeyboardInterrupt:
            self._screen.problem("Stopped. Nothing of this question is shown.")
        except AuditError:
            raise
        except ChartwardenError as fault:
            self._screen.problem(str(fault))
        return None

    def _ask(self, question: str) -> None:
        self._searches = []
        self._show(question, self.conversation.ask(question))

    def _show(self, question: str, events: Iterator[Event]) -> None:
        ended: Event | None = None
        with self._screen.progress() as progress:
            for told in events:  # to their end: the last of them save the conversation
                ended = ended if progress.took(told) else told
        if ended is None:
            raise UsageError("the question ended without an answer; ask it again")
        kind, event = ended
        self._searches += progress.searches
        if kind == "answer":
            self._sources = list(event.citations)
            self._screen.answer(event)
        else:
            self._clarify(question, event["question"], event["choices"])

    def _clarify(self, question: str, asked: str, choices: list[str]) -> None:
        """Have the person choose: by number, in words, or not at all (an empty line, or another command)."""
        self._screen.note(asked)
        for number, choice in enumerate(choices, start=1):
            self._screen.note(f"  {number}. {choice}")
        while True:
            said = self._screen.ask("Which? (a number, other words, or Enter to leave it) ")
            if not said.isdigit() or 0 < int(said) <= len(choices):
                break
            self._screen.problem(f"There are choices 1 to {len(choices)}.")
        if said.startswith("/"):
            self.handle(said)
        elif said:
            choice = choices[int(said) - 1] if said.isdigit() else said
            self._show(question, self.conversation.choose(question, choice))

    def _patient(self, words: str) -> None:
        if not words:
            raise UsageError("whose record? for example: /patient Adeyemi")
        before = self.conversation
        session = before.session
        user = session.acknowledged.name if session.acknowledged else ""
        patient = patient_of(before.assistant, self._screen, words, user=user, interactive=session.interactive)
        fresh = before.assistant.session(
            patient,
            acknowledged_by=user,
            as_of=session.as_of,
            user=session.user,
            role=session.role,
            purpose=session.purpose,
            interactive=session.interactive,
            image_reading=session.image_reading,
        )
        before.assistant.end(session)
        self.conversation = Conversation.begin(before.assistant, self._settings, fresh)
        self._sources, self._searches = [], []
        self._screen.welcome(self.conversation)

    def _as_of(self, words: str) -> None:
        moment = parse_as_of(words, self._settings.search_timezone)
        self.conversation.session = self.conversation.session.model_copy(update={"as_of": moment})
        self._screen.note(self._screen.header(self.conversation))

    def _looked(self, call: ToolCall) -> QueryResult:
        """What a call found. `UsageError` when it could not be made."""
        found = self.conversation.toolbox().run(call)
        if found.result is None:
            raise UsageError(found.error)
        if not found.result.complete:
            self._screen.problem("The search was cut short; this is not all there is.")
        return found.result

    def _rows(self, question: Question) -> QueryResult:
        return self._looked(ToolCall(name="search_record", question=question))

    def _list(self, title: str, columns: Iterable[str], result: QueryResult, rows: Sequence[Sequence[str]]) -> None:
        """A table whose rows `/source` opens, and what has to be said beside it."""
        first = len(self._sources) + 1
        sources = [row.reference for row in result.findings]
        self._sources += sources
        self._screen.table(title, tuple(columns), rows, sources, first=first)
        for told in result.notes:
            self._screen.note(told)

    def _entries(self, title: str, when: str, query: RecordQuery) -> None:
        result = self._rows(query)
        if query.types == TIMELINE_TYPES:
            result = result.model_copy(update={"findings": tuple(sorted(result.findings, key=lambda row: row.time))})
        self._sources = []
        rows = [(short_time(row.time), row.label, row.status) for row in result.findings]
        self._list(title, (when, "what", "status"), result, rows)

    def _timeline(self, words: str) -> None:
        self._entries("Timeline", "when", RecordQuery(types=TIMELINE_TYPES, target="name"))

    def _meds(self, words: str) -> None:
        query = RecordQuery(types=MEDICATION_TYPES, status=("active",), target="name")
        self._entries("Active medications", "when", query)

    def _problems(self, words: str) -> None:
        self._entries("Active problems", "since", RecordQuery(types=("Condition",), status=("active",), target="name"))

    def _labs(self, words: str) -> None:
        if not words:
            raise UsageError("which test? for example: /labs hemoglobin")
        found = concepts_of(words, self.conversation.toolbox().manifest(), ("Observation",))
        if not any(concept.is_linked for concept in found):
            self._screen.note(f"{words}: not recorded under any name of this record.")
            return
        self._sources = []
        results = [
            self._rows(RecordQuery(types=("Observation",), concept=concept, target="value"))
            for concept in _tests(found)
        ]  # fmt: skip
        shown = [result for result in results if result.findings] or results[:1]
        if len(shown) > 1:
            self._screen.note(f"{words}: {len(shown)} tests of this record are called that; each follows.")
        for result in shown:
            rows = [(short_time(row.time), _value(row), row.status) for row in result.findings]
            title = result.findings[0].label if result.findings else words
            self._list(title, ("when", "value", "status"), result, rows)
            if all(len(row.values) == 1 for row in result.findings):
                self._screen.trend(result.findings)

    def _notes(self, words: str) -> None:
        if not words:
            raise UsageError("which words? for example: /notes smoking")
        result = self._looked(ToolCall(name="find_notes", question=NoteSearch(words=words, limit=20)))
        self._sources = [row.reference for row in result.findings]
        if not result.findings:
            self._screen.note(f'No note carries "{words}".')
        for number, row in enumerate(result.findings, start=1):
            told = (short_time(row.time), row.author, row.reference if self._screen.plain else "")
            self._screen.note(f"[{number}] " + ", ".join(part for part in (row.label, *told) if part))
            self._screen.say(f'    "{row.text}"')

    def _images(self, words: str) -> None:
        toolbox = self.conversation.toolbox()
        result = toolbox.run(ToolCall(name="find_images", words=words))
        if result.result is None:
            raise UsageError(result.error)
        self._sources = []
        rows = [
            (short_time(row.time), _picture(toolbox.lock.retrieved(row.reference)) or row.label, row.status)
            for row in result.result.findings
        ]
        self._list("Images", ("when", "what", "status"), result.result, rows)
        if rows:
            self._screen.note("chartwarden images show REFERENCE draws one in the terminal or saves it.")

    def _source(self, words: str) -> None:
        number, _, form = words.partition(" ")
        if not self._sources:
            raise UsageError("nothing with a source has been shown yet")
        if not number.isdigit() or not 0 < int(number) <= len(self._sources) or form not in ("", "fhir"):
            raise UsageError(f"there are sources 1 to {len(self._sources)}: /source 1, or /source 1 fhir")
        toolbox = self.conversation.toolbox()
        reference = self._sources[int(number) - 1]
        found = toolbox.run(ToolCall(name="show_resource", reference=reference))
        resource = toolbox.lock.retrieved(reference)
        if found.result is None or not found.result.findings or resource is None:
            raise UsageError(f"{reference} can no longer be read")
        if form:
            self._screen.raw(resource)
        else:
            self._screen.card(found.result.findings[0], resource)
            self._screen.note(f"/source {number} fhir shows it as FHIR.")

    def _explain(self, words: str) -> None:
        self._screen.explanation(self.conversation.last(), self._searches)

    def _audit(self, words: str) -> None:
        position = self.conversation.last().audit
        if position is None:
            raise UsageError("the last answer has no place in the log")
        self._screen.note(f"Entry {position.seq}, leaf {position.leaf}.")
        self._screen.note(f"chartwarden audit show {position.seq} tells its whole story.")

    def _export(self, words: str) -> None:
        path = Path(words or f"conversation-{self.conversation.name}.md").expanduser()
        self.conversation.last()
        if path.exists():
            raise UsageError(f"{path} exists; name another file")
        self.conversation.record_export(path.name)
        try:
            path.write_text(self.conversation.markdown(), encoding="utf-8")
        except OSError as fault:
            raise UsageError(f"{path} cannot be written: {fault.strerror}") from None
        self._screen.note(f"Written to {path}. It holds record text.")

    def _planner(self, words: str) -> None:
        if not words:
            for name, value in self.conversation.assistant.services.planner.identity().items():
                self._screen.note(f"{name}: {value}")
            self._screen.note("/planner rules or /planner model lets another one answer from here on.")
            return
        if words not in PLANNERS:
            raise UsageError(f"there is no planner {words!r}; use /planner rules or /planner model")
        kind = cast("Literal['rules', 'model']", words)
        if kind == "model":
            self._screen.note("Opening the model; weights in this process take minutes to load.")
        switched = self.conversation.assistant.with_planner(kind, self.conversation.session)
        self.conversation.assistant = switched
        self._planner_of_chat.close()
        self._planner_of_chat.callback(switched.close)
        self._screen.note(self._screen.header(self.conversation))

    def _help(self, words: str) -> None:
        for name, (_, told) in self._table.items():
            self._screen.note(f"  {name:<10} {told}")
        self._screen.note("Anything else is a question: What was the last creatinine? Which allergies are recorded?")

    def _quit(self, words: str) -> str:
        return "quit"


def _tests(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """One concept for each code: different codes are different tests, and a panel's parts are told apart."""
    for concept in concepts:
        for coding in concept.codings:
            yield concept.model_copy(update={"codings": (coding,), "texts": ()})
        if concept.texts:
            yield concept.model_copy(update={"codings": ()})


def _value(row: Finding) -> str:
    """The value of a row; of a panel every part with its name."""
    if len(row.values) > 1 and row.text:
        return row.text
    return f"{row.value if row.value is not None else ''} {row.unit}".strip()


def _picture(resource: Resource | None) -> str:
    """Modality, body site and description of an imaging study or a picture, as recorded; empty when none is."""
    parts: list[str] = []
    for coded in _concepts(resource or {}):
        codings = coded.get("coding", [coded])
        name = coded.get("text") or next((one["display"] for one in codings if one.get("display")), "")
        parts.append(name or next((one["code"] for one in codings if one.get("code")), ""))
    parts.append((resource or {}).get("description", ""))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _concepts(resource: Resource) -> Iterator[dict[str, Any]]:
    if resource.get("resourceType") not in ("ImagingStudy", "Media"):
        return
    modality = resource.get("modality", [])
    yield from modality if isinstance(modality, list) else [modality]
    for series in resource.get("series", []):
        yield from ([series["modality"]] if "modality" in series and not modality else [])
        yield from ([series["bodySite"]] if "bodySite" in series else [])
    yield from ([resource["bodySite"]] if "bodySite" in resource else [])
