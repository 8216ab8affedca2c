"""HTTP to one or several OpenAI-compatible servers: which replica, how often, how to stop one in mid-answer."""

from __future__ import annotations

import hashlib
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.llm.engine import Cancel

RESTING_S = 10.0
"""How long a replica that failed is left alone while others are there."""
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
POLL_S = 0.05
LONGEST_LINE = 4 * 2**20

FIRST_WAIT_S = 0.25
"""Seconds before a single server is tried again; doubled at each attempt."""


class EndpointFault(ModelOutputError):
    """A server refused or broke off. `status` is its HTTP status, 0 for a broken connection."""

    def __init__(self, message: str, *, status: int = 0, cause: str = "server") -> None:
        super().__init__(message, cause=cause)
        self.status = status


class Replicas:
    """Several servers of one model. A conversation stays with one of them, where its prefix is in memory."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        api_key: str = "",
        timeout_s: float = 120.0,
        retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`timeout_s`: longest silence of a server. `retries`: further attempts where nothing has been received."""
        self.urls = tuple(url.rstrip("/") for url in urls)
        self._retries = retries
        self._timeout_s = timeout_s
        self._resting: dict[str, float] = {}
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        timeout = httpx.Timeout(timeout_s, connect=min(10.0, timeout_s))
        self._client = httpx.Client(headers=headers, timeout=timeout, transport=transport, follow_redirects=False)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def order(self, conversation: str) -> list[str]:
        """The replicas to try for this conversation, best first: those at rest last."""
        start = int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:4], "big") if conversation else 0
        if not conversation:
            start = time.monotonic_ns()
        turn = [self.urls[(start + i) % len(self.urls)] for i in range(len(self.urls))]
        now = time.monotonic()
        return sorted(turn, key=lambda url: self._resting.get(url, 0.0) > now)

    def get(self, path: str, conversation: str = "") -> Any:
        """JSON of a GET below the base URL."""
        return self._json("GET", path, None, conversation)

    def post(self, path: str, body: Mapping[str, Any], conversation: str = "") -> Any:
        """JSON of a POST below the base URL; a path with a leading slash is below the server's root."""
        return self._json("POST", path, body, conversation)

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None, conversation: str) -> Any:
        def once(url: str) -> Any:
            response = self._client.request(method, _join(url, path), json=body)
            _raise_for(response, response.text)
            try:
                return response.json()
            except ValueError as error:
                raise EndpointFault(f"{url} answered something that is not JSON", cause="invalid") from error

        return self._attempts(once, conversation)

    def events(
        self, path: str, body: Mapping[str, Any], *, conversation: str, cancel: Cancel, limit_s: float | None
    ) -> Iterator[dict[str, Any]]:
        """The server-sent events of a POST. A replica that fails before its first event is replaced by the next.

        Setting `cancel` or closing the iterator closes the connection, upon which servers stop generating. Raises
        EndpointFault when the stream breaks off, and with cause `timeout` after `limit_s` seconds.
        """
        deadline = time.monotonic() + limit_s if limit_s is not None else None

        def begin(url: str) -> tuple[_Reading, dict[str, Any]]:
            reading = _Reading(self._client, _join(url, path), body, cancel, deadline, self._timeout_s)
            try:
                return reading, next(reading.events)
            except StopIteration:
                raise EndpointFault(f"{url} ended its stream without a word", cause="cut_off") from None
            except BaseException:
                reading.close()
                raise

        reading, first = self._attempts(begin, conversation, cancel)
        try:
            yield first
            yield from reading.events
        finally:
            reading.close()

    def _attempts(self, once: Any, conversation: str, cancel: Cancel | None = None) -> Any:
        """Try replicas until one answers. A refusal that is the request's fault is not tried again."""
        fault: EndpointFault | None = None
        for attempt in range(self._retries + 1):
            if attempt and (cancel or Cancel()).wait(
                min(8.0, FIRST_WAIT_S * 2**attempt) if len(self.urls) == 1 else 0.05
            ):
                break
            url = self.order(conversation)[0] if attempt == 0 else self.order(conversation)[attempt % len(self.urls)]
            try:
                answer = once(url)
            except httpx.HTTPError as error:
                fault = EndpointFault(f"{url} could not be reached: {type(error).__name__}")
            except EndpointFault as error:
                if error.status and error.status not in BUSY:
                    raise
                if error.cause in ("timeout", "cancelled") or (error.cause == "silent" and len(self.urls) == 1):
                    raise
                fault = error
            else:
                self._resting.pop(url, None)
                return answer
            self._resting[url] = time.monotonic() + RESTING_S
        raise fault or EndpointFault("cancelled before a server answered", cause="cancelled")


class _Reading:
    """One streaming response, read by a thread of its own so that the reader can give up at any moment."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        body: Mapping[str, Any],
        cancel: Cancel,
        deadline: float | None,
        silence_s: float,
    ) -> None:
        self._lines: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._response: httpx.Response | None = None
        self._cancel, self._deadline, self._silence_s = cancel, deadline, silence_s
        self._closed = threading.Event()
        self.events = self._parse(url)
        self._thread = threading.Thread(target=self._read, args=(client, url, body), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cut the connection; the server notices at once."""
        self._closed.set()
        response = self._response
        stream = response.extensions.get("network_stream") if response is not None else None
        raw = stream.get_extra_info("socket") if stream is not None else None
        if raw is not None and self._thread.is_alive():
            try:
                raw.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already

    def _read(self, client: httpx.Client, url: str, body: Mapping[str, Any]) -> None:
        try:
            with client.stream("POST", url, json=body) as response:
                self._response = response
                if response.status_code != httpx.codes.OK:
                    _raise_for(response, response.read().decode("utf-8", "replace"))
                for line in response.iter_lines():
                    if self._closed.is_set():
                        return
                    if len(line) > LONGEST_LINE:
                        raise EndpointFault(f"{url} sent an event of {len(line)} characters", cause="invalid")
                    self._lines.put(line)
            self._lines.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            self._lines.put(error)

    def _next_line(self) -> str | None:
        """The next line; None at the end of the stream."""
        silent_since = time.monotonic()
        while True:
            if self._cancel.is_set():
                raise EndpointFault("cancelled", cause="cancelled")
            now = time.monotonic()
            if self._deadline is not None and now > self._deadline:
                raise EndpointFault("the server did not finish in time", cause="timeout")
            if now - silent_since > self._silence_s:
                raise self._silent()
            try:
                line = self._lines.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if isinstance(line, httpx.ReadTimeout):
                raise self._silent() from line
            if isinstance(line, httpx.HTTPError):
                raise EndpointFault(f"the connection broke: {type(line).__name__}", cause="cut_off") from line
            if isinstance(line, BaseException):
                raise line
            return line

    def _silent(self) -> EndpointFault:
        return EndpointFault(f"the server was silent for {self._silence_s:g} s", cause="silent")

    def _parse(self, url: str) -> Iterator[dict[str, Any]]:
        """Events until `[DONE]`; an ending without it is a break unless a finish was told (the caller checks)."""
        while (line := self._next_line()) is not None:
            if not line.startswith("data:"):
                continue
            data = line[5:].strip()
            if data == "[DONE]":
                return
            try:
                event = json.loads(data)
            except ValueError as error:
                raise EndpointFault(f"{url} sent an event that is not JSON", cause="invalid") from error
            if not isinstance(event, dict):
                raise EndpointFault(f"{url} sent an event that is no object", cause="invalid")
            if event.get("error"):
                raise EndpointFault(f"{url} broke off with an error of its own")
            yield event


def _join(url: str, path: str) -> str:
    """A path below the base URL; with a leading slash, below the server's root."""
    return str(httpx.URL(url).copy_with(path=path, query=None)) if path.startswith("/") else f"{url}/{path}"


def _raise_for(response: httpx.Response, text: str) -> None:
    """Turn a refusal into an error with its remedy. The server's words are not repeated: they may quote the prompt."""
    status = response.status_code
    if status < 300:
        return
    where = f"{response.request.url.copy_with(query=None)} answered {status}"
    if status in (401, 403):
        raise ModelLoadError(f"{where}: set the endpoint's key (CHARTWARDEN_MODEL__API_KEY)")
    if status == 404:
        raise ModelLoadError(f"{where}: check the base URL (it usually ends in /v1) and the model's name")
    if status == 400 and "context" in text.lower():
        raise EndpointFault(f"{where}: prompt and output exceed the server's context", status=status, cause="too_long")
    raise EndpointFault(where, status=status)
