"""`FhirServer`: a hospital's own FHIR R4 server as the source of records.

The widest search that the server declares and is sure to understand goes out, all its pages come in, and then the
store's own matcher decides, so that a question has the same answer from a server as from a file. A fault on the first
page is an error; on a later page it makes the answer incomplete. It is never an absence.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

from chartwarden.tools.closing import Closing
from chartwarden.tools.errors import SourceFault
from chartwarden.tools.records.bundles import Collected, read_bundle
from chartwarden.tools.records.capability import Statement, plan, read_statement
from chartwarden.tools.records.compartment import plain_reference
from chartwarden.tools.records.conversation import Budget, Conversation
from chartwarden.tools.records.local_half import LocalHalf
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.read_cache import ReadCache
from chartwarden.tools.records.smart import Credentials, Fixed
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams
from chartwarden.tools.records.transport import Exchange, Origin

MAX_URL_CHARS = 1_500
"""Longer searches are sent as POST `_search`."""
SEARCH_TIMEOUTS = 4
"""A whole search, all pages and waits included, may take this many times the time limit of one exchange."""


@dataclass(frozen=True)
class ServerLimits:
    """What one search may cost."""

    timeout_s: float = 30.0
    """Seconds for one exchange, from connecting to the last byte."""
    max_bytes: int = 64 * 2**20
    """Bytes over all pages of a search, after decompression."""
    max_pages: int = 200
    cache_bytes: int = 0
    """Size of the read-through cache; 0: off."""
    cache_s: float = 60.0


class FhirServer(Closing):
    """A record source over HTTP. Safe to use from several threads."""

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials | None = None,
        limits: ServerLimits | None = None,
        search_timezone: str = "UTC",
        ca_file: Path | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare; nothing is sent before the first search.

        Args:
            base_url: the server's base, `https://host/path`; plain `http` for this machine alone.
            credentials: who we are to it; None: nobody.
            limits: what a search may cost.
            search_timezone: IANA zone of dates without a zone.
            ca_file: PEM file of further certificate authorities.
            transport: what carries requests instead of sockets.
            sleep: waits between retries.

        Raises `ConfigurationError` for a URL or file that cannot be used.
        """
        self._limits = limits or ServerLimits()
        self._origin = Origin(base_url)
        self._credentials = credentials or Fixed.none()
        self._exchange = Exchange(self._origin, max_bytes=self._limits.max_bytes, ca_file=ca_file, transport=transport)
        self._conversation = Conversation(
            self._origin, self._exchange, self._credentials, timeout_s=self._limits.timeout_s, sleep=sleep
        )
        self._search_timezone = search_timezone
        self._cache = ReadCache(max_bytes=self._limits.cache_bytes, seconds=self._limits.cache_s)
        self._statement: Statement | None = None
        self._guard = threading.Lock()

    def capabilities(self) -> Capabilities:
        """What can be searched here: everything the store can, since what the server cannot is done on this side."""
        names = {name: frozenset(parameters) for name, parameters in definitions().parameters.items()}
        return Capabilities(f"FHIR server {self._origin.url.host}", names, self._search_timezone)

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """As `RecordSource.search`. A type the server does not serve has no resources there."""
        here = LocalHalf(resource_type, params, self._search_timezone)
        support = self._known_statement().support(resource_type)
        if support is None:
            return
        collected = self._collect(resource_type, plan(resource_type, params, support))
        matches, foreign = here.apply(list(collected.matches))
        notes = tuple(dict.fromkeys(collected.notes))
        included = tuple(collected.included)
        for page in here.pages(matches):
            yield Page(page, included, len(matches) if not notes else None, not notes, "; ".join(notes), foreign)
            included, foreign = (), 0

    def read(self, reference: str) -> Resource | None:
        """As `RecordSource.read`. Raises `SourceFault` when the server sends another resource than was asked for."""
        plain = plain_reference(reference)
        if plain is None:
            return None
        kept = self._cache.get(self._key(plain))
        if kept is not None:
            return kept  # type: ignore[no-any-return]  # only resources are kept under references
        answer = self._conversation.ask(f"{self._origin.base}/{plain}", self._budget(), missing_ok=True)
        if answer is None:
            return None
        resource, size = answer
        if not isinstance(resource, dict) or f"{resource.get('resourceType')}/{resource.get('id')}" != plain:
            raise SourceFault("the server answered with another resource than was asked for", code="mismatch")
        self._cache.put(self._key(plain), resource, size)
        return resource

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _budget(self) -> Budget:
        return Budget(time.monotonic() + SEARCH_TIMEOUTS * self._limits.timeout_s, self._limits.max_bytes)

    def _known_statement(self) -> Statement:
        """The CapabilityStatement, read once. A server without one is asked only what every server must know."""
        with self._guard:
            if self._statement is None:
                answer = self._conversation.ask(f"{self._origin.base}/metadata", self._budget(), missing_ok=True)
                self._statement = read_statement(answer[0] if answer else None)
            return self._statement

    def _collect(self, resource_type: str, sent: list[tuple[str, str]]) -> Collected:
        """All pages of a search, from the cache or the server."""
        key = self._key(resource_type, *sent)
        kept = self._cache.get(key)
        if isinstance(kept, Collected):
            return kept
        budget = self._budget()
        collected = Collected()
        url, form = self._first(resource_type, sent)
        visited: set[str] = set()
        for page in range(self._limits.max_pages):
            try:
                next_url = self._page(resource_type, url, form, budget, collected)
            except SourceFault as fault:
                if page == 0:
                    raise
                collected.notes.append(f"a later page could not be read ({fault.code})")
                break
            visited.add(url)
            if next_url is None:
                break
            if next_url in visited:
                collected.notes.append("the server's pages go in circles")
                break
            url, form = next_url, None
        else:
            collected.notes.append(f"the server has more than the {self._limits.max_pages} pages a search may take")
        if not collected.notes:
            self._cache.put(key, collected, self._limits.max_bytes - budget.bytes_left)
        return collected

    def _page(self, resource_type: str, url: str, form: str | None, budget: Budget, collected: Collected) -> str | None:
        answer = self._conversation.ask(url, budget, form=form)
        assert answer is not None, "a search is never allowed to be missing"
        batch = read_bundle(answer[0], resource_type, self._origin)
        new = collected.add(batch)
        if batch.next_url is not None and new == 0:
            collected.notes.append("the server's pages bring nothing new")
            return None
        return batch.next_url

    def _first(self, resource_type: str, sent: list[tuple[str, str]]) -> tuple[str, str | None]:
        query = urlencode(sent)
        url = f"{self._origin.base}/{resource_type}"
        return (f"{url}?{query}", None) if len(url) + len(query) < MAX_URL_CHARS else (f"{url}/_search", query)

    def _key(self, *parts: object) -> bytes:
        """Everything that decides an answer, the credentials included, as a digest."""
        return hashlib.sha256(repr((parts, sorted(self._credentials.headers().items()))).encode()).digest()
