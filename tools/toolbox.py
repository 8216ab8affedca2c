"""The tools of one session: every look at the record goes through here, and is written down before it is seen.

The invariant: a call's entry is durable in the ledger before its result is returned. No tool takes a patient; the
patient is in the lock the toolbox was built with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, Self

import orjson

from chartwarden.tools.errors import AccessDenied, ConfigurationError, ImageError, RecordError, SearchError, SourceFault
from chartwarden.tools.records.execution import run
from chartwarden.tools.records.findings import describe
from chartwarden.tools.records.kept import once_kept
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Clock as Clock
from chartwarden.tools.records.query import Frozen, NoteSearch, QueryResult, Question, RecordQuery, Searched
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams
from chartwarden.tools.rendering import MAX_CHARS, bounded, render
from chartwarden.tools.unfolding import unfold

ToolName = Literal["search_record", "find_notes", "find_images", "read_image", "show_resource", "manifest"]


class ToolCall(Frozen):
    """One call a planner decided on."""

    name: ToolName
    question: Question | None = None
    """For `search_record` and `find_notes`."""
    reference: str = ""
    """For `show_resource` and `read_image`: `Type/id`."""
    words: str = ""
    """For `find_images` and `read_image`: what to look for, or what to ask of the image."""

    @classmethod
    def asking(cls, question: Question) -> Self:
        """The call that puts a question to the record."""
        return cls(name="find_notes" if isinstance(question, NoteSearch) else "search_record", question=question)


class ToolResult(Frozen):
    """What a call gave: typed for code, `text` for models."""

    call: ToolCall
    result: QueryResult | None = None
    text: str = ""
    """Bounded plain text with references, dates and units, and what was cut, for a model to read."""
    error: str = ""
    """A fixed sentence when the call failed; never an absence."""


@dataclass(frozen=True)
class ToolRecord:
    """What the ledger learns of a call, before its result is returned."""

    call: ToolCall
    searched: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    content: Mapping[str, str] = field(default_factory=dict)
    """Reference to the SHA-256 of the resource as it was read."""
    found: int = 0
    complete: bool = True
    withheld: int = 0
    error: str = ""
    working: str = ""
    """What the result was worked out with; for a reading: model, prompts and hashes of the pictures as sent."""


class Ledger(Protocol):
    """Where calls are written down. `tool_called` returns only when the entry is durable."""

    def tool_called(self, record: ToolRecord) -> None:
        """Write one call down, durably. Raises when it cannot; then the result is never returned."""
        ...


class ImageTools(Protocol):
    """Looks at pictures of the record, under the same lock."""

    def find(self, words: str, lock: LockedRecords, clock: Clock) -> QueryResult:
        """Images of this patient that match the words."""
        ...

    def read(self, reference: str, words: str, lock: LockedRecords, clock: Clock) -> QueryResult:
        """A model's description of an image, as a finding of its own kind; never merged with record facts."""
        ...


class LockedRecords(Protocol):
    """The record as the patient lock shows it (`chartwarden.tools.records.lock.PatientLock`)."""

    @property
    def withheld(self) -> int:
        """How many resources have been held back so far."""
        ...

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """As `RecordSource.search`, narrowed to the patient."""
        ...

    def read(self, reference: str, holder: Resource | None = None) -> Resource | None:
        """As `RecordSource.read`, of this patient alone; `holder` is the resource that points there, where known."""
        ...

    def capabilities(self) -> Capabilities:
        """As `RecordSource.capabilities`."""
        ...

    def patient(self) -> Resource:
        """The Patient resource."""
        ...

    def manifest(self) -> Manifest:
        """What the record holds, as far as the session may see it."""
        ...

    def retrieved(self, reference: str) -> Resource | None:
        """A resource this run has already seen, without looking again."""
        ...


class Toolbox:
    """The tools, bound to one locked record, one clock and one ledger.

    Errors of the record become results that say so (`ToolResult.error`), because a planner may go on without them;
    errors of the ledger are raised, because nothing may go on without it.
    """

    def __init__(
        self,
        lock: LockedRecords,
        clock: Clock,
        ledger: Ledger,
        *,
        readings: Readings,
        images: ImageTools | None = None,
        image_reading: bool = False,
    ) -> None:
        self.lock = lock
        self.clock = clock
        self._ledger = ledger
        self._readings = readings
        self._images = images
        self._image_reading = image_reading

    @property
    def allowed(self) -> frozenset[str]:
        """Names of the tools this session may use."""
        names = {"search_record", "find_notes", "show_resource", "manifest"}
        if self._images is not None:
            names.add("find_images")
            if self._image_reading:
                names.add("read_image")
        return frozenset(names)

    def manifest(self) -> Manifest:
        """What the record holds at the session's clock, written down like any other look."""
        try:
            found = self.lock.manifest().at(self.clock.as_of)
        except (AccessDenied, RecordError) as fault:
            failed = ToolRecord(ToolCall(name="manifest"), complete=False, error=type(fault).__name__)
            self._ledger.tool_called(failed)
            raise
        self._ledger.tool_called(ToolRecord(ToolCall(name="manifest"), found=sum(found.counts.values())))
        return found

    def run(self, call: ToolCall) -> ToolResult:
        """Run one call. Its entry is durable before this returns."""
        before = self.lock.withheld
        result: QueryResult | None = None
        error = ""
        if call.name not in self.allowed:
            error = f"The tool {call.name} is not permitted in this session."
        else:
            try:
                result = self._dispatch(call)
            except AccessDenied:
                error = "The session may not see this part of the record."
            except SourceFault as fault:
                error = f"The record could not be searched ({fault.code}); this is not an absence."
            except ConfigurationError as fault:  # says what to install or to set, and nothing of the record
                error = f"The look-up cannot be made here: {fault}. This is not an absence."
            except ImageError as fault:  # names files, sizes and settings
                error = f"The picture cannot be had: {fault}. This is not an absence."
            except (SearchError, RecordError) as fault:
                error = f"The look-up failed ({type(fault).__name__}); this is not an absence."
        read = references(result) if result else ()
        self._ledger.tool_called(
            ToolRecord(
                call,
                searched=tuple(searched.query for searched in result.searched) if result else (),
                references=read,
                content={reference: self._digest(reference) for reference in read},
                found=result.found if result else 0,
                complete=result.complete if result else False,
                withheld=self.lock.withheld - before,
                error=error,
                working=result.computed.how if result and result.computed else "",
            )
        )
        if result is None:
            return ToolResult(call=call, error=error)
        return ToolResult(call=call, result=result, text=self._rendered(call, result))

    def _dispatch(self, call: ToolCall) -> QueryResult:
        if call.name in ("search_record", "find_notes"):
            if call.question is None:
                raise SearchError(f"{call.name} needs a question; pass a RecordQuery, a Comparison or a NoteSearch")
            return run(call.question, self.lock, self.clock, self._readings)
        if call.name == "show_resource":
            return self._show(call.reference)
        assert self._images is not None, "allowed() admits image tools only where there are some"
        if call.name == "find_images":
            return self._images.find(call.words, self.lock, self.clock)
        return self._images.read(call.reference, call.words, self.lock, self.clock)

    def _show(self, reference: str) -> QueryResult:
        resource = self.lock.read(reference)
        question = RecordQuery(types=(reference.partition("/")[0] or "Resource",), target="text")
        if resource is None:
            return QueryResult(question=question, searched=(Searched(query=reference, found=0),))
        return QueryResult(
            question=question,
            findings=(describe(resource, self.lock, self.clock, self._readings),),
            searched=(Searched(query=reference, found=1),),
            found=1,
        )

    def _rendered(self, call: ToolCall, result: QueryResult) -> str:
        """The result as text; a resource that is shown on its own with its elements."""
        resource = self.lock.retrieved(call.reference) if call.name == "show_resource" and result.findings else None
        return bounded([render(result), *(unfold(resource) if resource else ())], MAX_CHARS)

    def _digest(self, reference: str) -> str:
        resource = self.lock.retrieved(reference)
        return "" if resource is None else _digest(resource)


@once_kept
def _digest(resource: Resource) -> str:
    return hashlib.sha256(orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)).hexdigest()


def references(result: QueryResult) -> tuple[str, ...]:
    """Every resource the result rests on, once, in order."""
    seen: dict[str, None] = {}
    for finding in (*result.findings, *result.tied, *result.set_aside):
        seen[finding.reference] = None
        seen.update(dict.fromkeys(finding.also))
    if result.computed:
        seen.update(dict.fromkeys(result.computed.over))
    return tuple(seen)
