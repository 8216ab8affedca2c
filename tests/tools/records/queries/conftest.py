"""A one-patient record in memory, searched by brute force: what the query layer must work over, nothing more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chartwarden.tools.errors import AccessDenied, SearchError
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.elements import recorded_time, reference_of, shape_of, walk
from chartwarden.tools.records.execution import run
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Clock, parse
from chartwarden.tools.records.query import QueryResult, Question
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams
from chartwarden.tools.records.survey import build_manifest
from chartwarden.tools.records.values import codings_of

PATIENT: Resource = {"resourceType": "Patient", "id": "p", "birthDate": "1960-05-04", "gender": "female"}


class OneRecord:
    """Brute-force search of the few parameters the compiler uses; whatever it does not know, it refuses."""

    def __init__(self, *resources: Resource, complete: bool = True, denied: str = "") -> None:
        self.resources = {reference_of(r): r for r in (PATIENT, *resources)}
        self.withheld = 0
        self.complete = complete
        self.denied = denied
        self.declares: dict[str, frozenset[str]] = {}
        self.asked: list[tuple[str, SearchParams]] = []

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        self.asked.append((resource_type, params))
        found = [r for r in self.resources.values() if r["resourceType"] == resource_type]
        for name, value in params:
            if name == "_sort":
                found.sort(key=recorded_time, reverse=value.startswith("-"))
            elif not name.startswith("_"):
                found = [r for r in found if self._matches(r, name, value.split(","))]
        yield Page(matches=tuple(found), complete=self.complete)

    def _matches(self, resource: Resource, name: str, wanted: list[str]) -> bool:
        shape = shape_of(resource["resourceType"])
        bare, _, modifier = name.partition(":")
        if bare == shape.date_param:
            recorded = next((v for p in shape.time[:2] for v in walk(resource, p)), None)
            if modifier == "missing":
                return (recorded is None) == (wanted[0] == "true")
            moment, bound = parse(recorded or ""), parse(wanted[0][2:])
            if moment is None or bound is None:
                return False
            return moment.end > bound.start if wanted[0].startswith("ge") else moment.start < bound.start
        if bare == "medication":
            return any(value in wanted for value in walk(resource, "medicationReference.reference"))
        if bare in ("encounter", "context"):
            return any(value in wanted for value in walk(resource, f"{shape.encounter}.reference"))
        if bare == "status":
            return resource.get("status") in wanted
        paths = [path for path, parameter in shape.code if parameter == bare]
        if bare == shape.category_param:
            paths.append(shape.category)
        if bare == "combo-code":
            paths.append("component.code")
        if not paths:
            raise SearchError(f"{resource['resourceType']} has no search parameter {name}")
        nodes = [node for path in paths for node in walk(resource, path)]
        if modifier == "text":
            texts = [node.get("text", "") for node in nodes]
            return any(text.casefold().startswith(word.casefold()) for text in texts for word in wanted)
        codes = [(c.system, c.code) for node in nodes for c in codings_of(node)]
        return any(
            (system == s or not bar) and (code in ("", c))
            for word in wanted
            for system, bar, code in [word.rpartition("|") if "|" in word else ("", "", word)]
            for s, c in codes
        )

    def read(self, reference: str, holder: Resource | None = None) -> Resource | None:
        if self.denied and reference.startswith(self.denied):
            raise AccessDenied("not in scope")
        return self.resources.get(reference)

    def capabilities(self) -> Capabilities:
        return Capabilities(name="in memory", search_params=self.declares)

    def patient(self) -> Resource:
        return self.resources["Patient/p"]

    def manifest(self) -> Manifest:
        return build_manifest(self.resources.values(), self.resources.get)


Ask = Callable[..., QueryResult]


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC), "UTC")


@pytest.fixture
def ask(clock: Clock) -> Ask:
    """Run a question over resources: `ask(question, resource, ..., as_of=..., readings=...)`."""

    def run_it(question: Question, *resources: Resource, as_of: str = "", **readings: Any) -> QueryResult:
        at = Clock(dt.datetime.fromisoformat(as_of), "UTC") if as_of else clock
        return run(question, OneRecord(*resources), at, Readings(**readings))

    return run_it


@pytest.fixture
def record() -> type[OneRecord]:
    """The record itself, for tests that look at the searches or at an incomplete one."""
    return OneRecord


@pytest.fixture
def chart(clock: Clock) -> Callable[..., Chart]:
    """The view of a record a query is compiled against: `chart(resource, ..., declares={...})`."""

    def view(*resources: Resource, declares: dict[str, frozenset[str]] | None = None) -> Chart:
        source = OneRecord(*resources)
        source.declares = declares or {}
        return Chart(source, clock, Readings())

    return view
