"""`Chart`: one run's view of a record: each search written down, each reference resolved once, each time placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.records.elements import first_text, parts, reference_of, walk
from chartwarden.tools.records.lazy import lazy
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Calendar, Clock, Moment, parse
from chartwarden.tools.records.query import Concept, Searched
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.source import RecordSource, Resource, SearchParams
from chartwarden.tools.records.values import Matcher


class PatientRecords(RecordSource, Protocol):
    """A record source narrowed to one patient: what the patient lock is to the query layer."""

    def read(self, reference: str, holder: Resource | None = None) -> Resource | None:
        """As `RecordSource.read`; `holder` is the resource that points there, where it is known."""
        ...

    @property
    def withheld(self) -> int:
        """How many resources were withheld so far."""
        ...

    def patient(self) -> Resource:
        """The Patient resource."""
        ...

    def manifest(self) -> Manifest:
        """What the record holds."""
        ...


@dataclass
class Chart:
    """One run over one record. Collects what was searched, and what the answer has to say besides its rows."""

    records: PatientRecords
    clock: Clock
    readings: Readings
    searched: list[Searched] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    """Remarks in order, each once."""
    _matchers: dict[int, Matcher] = field(default_factory=dict)
    _concepts: list[Concept] = field(default_factory=list)
    """Keeps the concepts of `_matchers` alive, so that no id is given out twice."""
    _resolved: dict[str, Resource | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_record = self.readings.day_zone == "record"
        self.calendar = Calendar(self.clock.timezone, by_record)
        self._supported = self.records.capabilities().search_params

    def matcher(self, concept: Concept) -> Matcher:
        """The concept, ready for matching. Concepts are kept, so that their identity can name them."""
        known = self._matchers.get(id(concept))
        if known is None:
            known = self._matchers[id(concept)] = Matcher(concept)
            self._concepts.append(concept)
        return known

    @lazy
    def manifest(self) -> Manifest:
        """What the record holds."""
        return self.records.manifest()

    @property
    def complete(self) -> bool:
        """Whether every search so far reached its end, and so did the survey that words are linked over."""
        return all(search.complete for search in self.searched) and self.manifest.complete

    def note(self, remark: str) -> None:
        """Keep a remark for the answer, once."""
        self.notes.setdefault(remark)

    def supports(self, resource_type: str, parameter: str) -> bool:
        """Whether the source can search by the parameter. A source that declares nothing for a type can."""
        declared = self._supported.get(resource_type)
        return bool(parameter) and (declared is None or parameter in declared)

    def search(self, resource_type: str, params: SearchParams) -> list[Resource]:
        """Every match of a search."""
        return [resource for page in self.pages(resource_type, params) for resource in page]

    def pages(self, resource_type: str, params: SearchParams) -> Iterator[tuple[Resource, ...]]:
        """The matches of a search, page by page. It is written down when it ends, or when reading it is given up."""
        found, complete = 0, True
        try:
            for page in self.records.search(resource_type, params):
                found += len(page.matches)
                complete = complete and page.complete
                for resource in (*page.included, *page.matches):
                    self._resolved[reference_of(resource)] = resource
                yield page.matches
        finally:
            self.searched.append(Searched(query=shown(resource_type, params), found=found, complete=complete))

    def resolve(self, reference: Any, holder: Resource | None = None) -> Resource | None:
        """What a reference (string or Reference element) points at, contained resources included."""
        text = reference.get("reference") if isinstance(reference, dict) else reference
        if not isinstance(text, str) or not text:
            return None
        if text.startswith("#"):
            return next((item for item in parts(holder, "contained") if item.get("id") == text[1:]), None)
        if text not in self._resolved:
            self._resolved[text] = self._read(local_reference(text), holder) if "/" in text else None
        return self._resolved[text]

    def _read(self, reference: str, holder: Resource | None) -> Resource | None:
        try:
            return self.records.read(reference, holder)
        except AccessDenied:
            self.note(f"What the entries say by reference to {reference.partition('/')[0]} may not be seen here.")
            return None

    def moment(self, recorded: str) -> Moment | None:
        """A recorded time, placed in the session's zone where it has none of its own."""
        return parse(recorded, self.clock.timezone) if recorded else None

    @lazy
    def now(self) -> Moment:
        """The session's clock as a moment."""
        as_of = self.clock.as_of
        return Moment(as_of.isoformat(), as_of, as_of, "instant")

    def exists_yet(self, moment: Moment | None) -> bool:
        """Whether what happened at the moment exists at the session's clock. The undated always does."""
        return moment is None or moment.start <= self.clock.as_of

    def person_name(self, reference: Any, holder: Resource | None = None) -> str:
        """The name of the person, role or organisation a reference points at, as the record gives it."""
        target = self.resolve(reference, holder)
        if target is not None:
            if "practitioner" in target and not target.get("name"):
                return self.person_name(target["practitioner"], target)
            name = human_name(target)
            if name:
                return name
        display = reference.get("display") if isinstance(reference, dict) else None
        return display if isinstance(display, str) else ""


def local_reference(reference: str) -> str:
    """`Type/id` of a relative, absolute or versioned reference."""
    parts = reference.split("/_history/")[0].split("/")
    return "/".join(parts[-2:])


def shown(resource_type: str, params: SearchParams) -> str:
    """A search as people and logs read it."""
    text = "&".join(f"{name}={quote(value, safe=':/|,.-+ ')}" for name, value in params)
    return f"{resource_type}?{text}" if text else resource_type


def human_name(resource: Resource) -> str:
    """Given and family name (official first), or the name of an organisation, location or care team."""
    name = resource.get("name")
    if isinstance(name, str):
        return name
    if not isinstance(name, list) or not name:
        return first_text(resource, ("deviceName.name", "name.text"))
    parts = [part for part in name if isinstance(part, dict)]
    best = next((part for part in parts if part.get("use") == "official"), parts[0] if parts else {})
    words = [*walk(best, "given"), best.get("family")]
    return " ".join(word for word in words if word and isinstance(word, str)) or str(best.get("text", ""))


def references(nodes: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """Those of the nodes that are Reference elements."""
    for node in nodes:
        if isinstance(node, dict) and ("reference" in node or "display" in node) and "coding" not in node:
            yield node
