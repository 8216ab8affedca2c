"""Searches written as URLs: `Observation?code=1`, `Patient/ID/Condition`, `Observation/$lastn?...`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search import paging
from chartwarden.tools.records.search.query import Parser
from chartwarden.tools.records.source import Page
from chartwarden.tools.records.store import LocalStore

OPERATIONS = ("$lastn", "$everything")


@dataclass(frozen=True, slots=True)
class Request:
    """A search request, split but not yet understood."""

    resource_type: str
    params: tuple[tuple[str, str], ...] = ()
    operation: str = ""
    patient: str = ""
    """Id of the patient whose compartment is searched."""

    def of_patient(self, patient: str) -> Request:
        """The same within one patient's compartment."""
        if self.patient and self.patient != patient:
            raise SearchError("the search names another patient than --patient does")
        return replace(self, patient=patient)

    @property
    def whose(self) -> str:
        """Id of the patient the search is about, as far as it says so by itself; else empty."""
        named = (value for name, value in self.params if name.partition(":")[0] in ("patient", "subject"))
        return self.patient or next(named, "").removeprefix("Patient/")

    @property
    def asks_for_a_page(self) -> bool:
        """Whether one page is wanted and not the whole result: `_count` says how large it is."""
        return not self.operation and any(name in ("_count", paging.PARAMETER) for name, _ in self.params)

    def following(self, token: str, left_out: list[str]) -> str:
        """URL of the page that a token leads to."""
        kept = tuple((name, value) for name, value in self.params if name != paging.PARAMETER)
        return replace(self, params=(*kept, (paging.PARAMETER, token))).url_without(left_out)

    def url_without(self, names: list[str]) -> str:
        """The request as a URL, without what was left out."""
        kept = [(name, value) for name, value in self.params if name not in names]
        path = f"Patient/{quote(self.patient)}/{self.resource_type}" if self.patient else self.resource_type
        if self.operation:
            path += f"/{self.operation}"
        return path + (f"?{urlencode(kept, safe=':,|$/')}" if kept else "")


def parse_request(text: str) -> Request:
    """Split a URL; `SearchError` for a path that is none of the known shapes.

    >>> parse_request("Patient/1/Condition?code=a|b").patient
    '1'
    """
    path, _, query = text.strip().lstrip("/").partition("?")
    params = tuple(parse_qsl(query, keep_blank_values=True))
    match [piece for piece in path.split("/") if piece]:
        case [resource_type]:
            return Request(resource_type, params)
        case ["Observation", "$lastn"]:
            return Request("Observation", params, "$lastn")
        case ["Patient", patient, "$everything"]:
            return Request("Patient", params, "$everything", patient)
        case ["Patient", patient, resource_type]:
            return Request(resource_type, params, patient=patient)
    raise SearchError(
        f"{path!r} is no search; write Type?parameter=value, Patient/ID/Type, Observation/$lastn or"
        " Patient/ID/$everything"
    )


def run_request(store: LocalStore, request: Request, *, lenient: bool = False) -> tuple[Iterator[Page], list[str]]:
    """The pages, and the names of parameters that were left out because nobody knows them (lenient only)."""
    known, left_out = list(request.params), list[str]()
    if lenient:
        known, left_out = _known(store, request)
    if request.operation == "$everything":
        return store.everything(request.patient, known), left_out
    if request.operation == "$lastn":
        params = [("patient", request.patient), *known] if request.patient else known
        return store.lastn(params), left_out
    if request.patient:
        return store.search_compartment(request.patient, request.resource_type, known), left_out
    return store.search(request.resource_type, known), left_out


def _known(store: LocalStore, request: Request) -> tuple[list[tuple[str, str]], list[str]]:
    definitions().of(request.resource_type)
    parser = Parser(store.zone, store.value_sets())
    kept, left_out = [], []
    for name, value in request.params:
        try:
            parser.query(request.resource_type, [(name, value)])
        except SearchError:
            left_out.append(name)
        else:
            kept.append((name, value))
    return kept, left_out
