"""Searches written as URLs: `Observation?code=1`, `Patient/ID/Condition`, `Observation/$lastn?...`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

import orjson

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search import paging
from chartwarden.tools.records.search.query import Parser
from chartwarden.tools.records.source import Page, Resource
from chartwarden.tools.records.store import LocalStore

_OF_THE_RESULT = (
    "_count", "_summary", "_elements", "_total", "_sort", "_include", "_revinclude", "_include:iterate",
    "_revinclude:iterate", paging.PARAMETER,
)  # fmt: skip
"""What changes nothing about how many resources match."""


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

    @property
    def counting(self) -> Request:
        """The same, asking only how many match: an operation has to find them to know."""
        if self.operation:
            return self
        kept = tuple((name, value) for name, value in self.params if name not in _OF_THE_RESULT)
        return replace(self, params=(*kept, ("_summary", "count")))

    def following(self, token: str, left_out: list[str]) -> str:
        """URL of the page that a token leads to."""
        kept = tuple((name, value) for name, value in self.params if name != paging.PARAMETER)
        return replace(self, params=(*kept, (paging.PARAMETER, token))).url_without(left_out)

    def url_without(self, names: list[str]) -> str:
        """The request as a URL, without what was left out."""
        kept = [(name, value) for name, value in self.params if name not in names]
        pieces = [f"Patient/{quote(self.patient)}"] if self.patient else []
        pieces += [] if self.operation == "$everything" else [self.resource_type]
        path = "/".join([*pieces, self.operation] if self.operation else pieces)
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


class Hit(NamedTuple):
    """One resource that was found."""

    reference: str
    """`Type/id`."""
    json: Callable[[], bytes]
    """The bytes it came in, so that no digit of a number is lost; written anew where only a part is asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what a request found."""

    matches: Iterable[Hit]
    included: Iterable[Hit] = ()
    total: int | None = None
    next: str = ""
    """Token of the page after this one; empty: the last one."""


def run_request(store: LocalStore, request: Request, *, lenient: bool = False) -> tuple[Iterator[Answer], list[str]]:
    """What is found, and the names of parameters that were left out because nobody knows them (lenient only)."""
    known, left_out = list(request.params), list[str]()
    if lenient:
        known, left_out = _known(store, request)
    if request.operation == "$everything":
        everything = store.everything(request.patient, known)
        return iter([Answer(Hit(found.reference, partial(bytes, found.raw)) for found in everything)]), left_out
    if request.operation == "$lastn":
        params = [("patient", request.patient), *known] if request.patient else known
        pages = store.lastn(params)
    elif request.patient:
        pages = store.search_compartment(request.patient, request.resource_type, known)
    else:
        pages = store.search(request.resource_type, known)
    return (_answer(store, page) for page in pages), left_out


def _answer(store: LocalStore, page: Page) -> Answer:
    matches, included = ([_hit(store, resource) for resource in part] for part in (page.matches, page.included))
    return Answer(matches, included, page.total, page.next)


def _hit(store: LocalStore, resource: Resource) -> Hit:
    reference = f"{resource['resourceType']}/{resource['id']}"

    def as_json() -> bytes:
        raw = store.source_bytes(reference)
        return raw if raw is not None and orjson.loads(raw) == resource else orjson.dumps(resource)

    return Hit(reference, as_json)


def bundle(request: Request, left_out: list[str], answers: Iterable[Answer]) -> Iterator[bytes]:
    """The pieces of a searchset Bundle, so that a large one needs no memory. All answers go into it."""
    yield b'{"resourceType":"Bundle","type":"searchset",\n'
    links = [{"relation": "self", "url": request.url_without(left_out)}]
    found, total, separator = 0, None, b'"entry":[\n'
    for answer in answers:
        for mode, hits in ((b"match", answer.matches), (b"include", answer.included)):
            for hit in hits:
                found += mode == b"match"
                entry = b'%b{"fullUrl":"%b","resource":%b,"search":{"mode":"%b"}}'
                yield entry % (separator, hit.reference.encode(), hit.json(), mode)
                separator = b",\n"
        total = answer.total
        if request.asks_for_a_page and answer.next:
            links.append({"relation": "next", "url": request.following(answer.next, left_out)})
    yield b"],\n" if separator == b",\n" else b""
    if total is None and not request.asks_for_a_page:
        total = found
    if total is not None:
        yield b'"total":%d,' % total
    yield b'"link":%b}\n' % orjson.dumps(links)


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
