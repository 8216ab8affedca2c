"""What a server does to the bytes and the socket: slow, cut, lying, or under a false name. Each has an end."""

from __future__ import annotations

import logging
import socket
import time

import pytest
from door_hostile import DECLARED
from door_peers import HonestServer, on_a_socket
from door_records import Memory, everything
from door_sockets import BODY, GOOD, OK, Script, scripted, sends

from chartwarden.tools.errors import ConfigurationError, SourceFault
from chartwarden.tools.records.server import FhirServer, ServerLimits
from chartwarden.tools.records.transport import Exchange, Origin


def silence(connection: socket.socket) -> None:
    connection.settimeout(3)
    connection.recv(1)


def drips(head: bytes = b"") -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(60):
            connection.sendall(b"x")
            time.sleep(0.05)

    return script


def reads(url: str, *, max_bytes: int = 2**20, timeout_s: float = 0.4) -> dict | None:
    limits = ServerLimits(timeout_s=timeout_s, max_bytes=max_bytes)
    with FhirServer(url, limits=limits, sleep=lambda seconds: None) as server:
        return server.read("Observation/x")


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (silence, "timeout"),
        (drips(), "timeout"),
        (drips(OK + b"X-Slow: "), "timeout"),
        (drips(OK + b"Content-Length: 5000\r\n\r\n"), "timeout"),
        (drips(OK + b"Transfer-Encoding: chunked\r\n\r\n1388\r\n"), "timeout"),
        (sends(OK + b"Content-Length: 500\r\n\r\n" + BODY), "protocol"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n" + BODY), "protocol"),
        (sends(OK + b"Content-Length: 42\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), "protocol"),
        (sends(OK + b"Content-Length: 42\r\nContent-Length: 7\r\n\r\n" + BODY), "protocol"),
        (sends(b""), "protocol"),
        (sends(b"<html>an older protocol</html>"), "protocol"),
        (sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "protocol"),
        (sends(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 200, pause_s=0.01), "timeout"),
        (sends(OK + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(1000)) + b"\r\n"), "protocol"),
        (sends(OK + b"Content-Length: 4294967296\r\n\r\n"), "too_large"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b" " * 65536 + b"\r\n"] * 40), "too_large"),
    ],
    ids=["silence", "drip", "drip in the headers", "drip in the body", "drip in a chunk", "cut", "cut in a chunk",
         "two lengths", "two content lengths", "hang up", "no protocol", "upgrade", "endless continue",
         "a megabyte of headers", "four gigabytes", "chunks without end"],
)  # fmt: skip
def test_bytes_that_never_come_come_slowly_or_lie_are_faults_within_the_deadline(script, code):
    with scripted(script) as (url, _):
        started = time.monotonic()
        with pytest.raises(SourceFault) as caught:
            reads(url)
        assert time.monotonic() - started < 2.5  # all of them would go on for 3 s
    assert caught.value.code == code


def test_an_answer_that_came_before_its_request_is_never_taken_for_the_next_one():
    early = b'{"resourceType": "Observation", "id": "x", "status": "early"}'

    def two_answers(connection: socket.socket) -> None:
        connection.sendall(GOOD + OK + b"Content-Length: %d\r\n\r\n" % len(early) + early)
        connection.recv(65536)

    with scripted(two_answers, sends(GOOD)) as (url, heard), FhirServer(url, sleep=lambda seconds: None) as server:
        first, second = server.read("Observation/x"), server.read("Observation/x")
    assert first == second == {"resourceType": "Observation", "id": "x"}
    assert len(heard) == 2


def test_a_connection_that_was_closed_meanwhile_is_opened_once_more():
    with scripted(sends(b""), sends(GOOD)) as (url, heard), FhirServer(url, sleep=lambda seconds: None) as server:
        assert server.read("Observation/x") is not None
    assert len(heard) == 2


def test_a_busy_server_is_asked_three_times_and_no_more():
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    waits: list[float] = []
    with (
        scripted(sends(busy)) as (url, heard),
        FhirServer(url, sleep=waits.append) as server,
        pytest.raises(SourceFault) as caught,
    ):
        server.read("Observation/x")
    assert caught.value.code == "busy"
    assert len(heard) == 3
    assert all(1 <= wait <= 1.25 for wait in waits)


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [("2", 2, 2.25), ("Thu, 01 Jan 2015 00:00:00 GMT", 0.2, 0.8), ("-5", 0.2, 0.8), ("soon", 0.2, 0.8), ("", 0.2, 0.8),
     ("1e9", 0.2, 0.8), ("٣", 0.2, 0.8)],
)  # fmt: skip
def test_the_wait_is_what_the_server_asks_for_where_it_makes_sense(asked, low, high):
    busy = b"HTTP/1.1 429 Slow\r\nRetry-After: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % asked.encode()
    waits: list[float] = []
    with scripted(sends(busy), sends(GOOD)) as (url, _), FhirServer(url, sleep=waits.append) as server:
        assert server.read("Observation/x") is not None
    assert len(waits) == 1
    assert low <= waits[0] <= high


@pytest.mark.parametrize("asked", ["86400", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_server_that_asks_for_hours_is_reported_as_busy_at_once(asked):
    busy = b"HTTP/1.1 429 Slow\r\nRetry-After: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % asked.encode()
    with (
        scripted(sends(busy)) as (url, heard),
        FhirServer(url) as server,
        pytest.raises(SourceFault, match="asks to be left alone"),
    ):
        server.read("Observation/x")
    assert len(heard) == 1


@pytest.mark.parametrize("url", [
    "http://fhir.example/r4", "ftp://fhir.example", "fhir.example", "https://", "",
    "https://user:secret@fhir.example/r4",
    "https://fhir.example/r4?x=1", "https://fhir.example/r4#x", "http://[::1", "http://127.0.0.1.evil.example/fhir",
])  # fmt: skip
def test_a_server_is_named_by_an_https_url_without_secrets(url):
    with pytest.raises(ConfigurationError) as caught:
        FhirServer(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "::1", "fe80::1", "0.0.0.0", "::ffff:127.0.0.1", "224.0.0.1"]
)
def test_a_name_that_resolves_to_this_machine_or_its_link_is_not_connected_to(address, monkeypatch):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connected: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(family, socket.SOCK_STREAM, 6, "", (address, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda address, *a, **k: connected.append(address))
    with (
        FhirServer("https://fhir.example/r4", sleep=lambda seconds: None) as server,
        pytest.raises(SourceFault) as caught,
    ):
        server.read("Observation/x")
    assert caught.value.code == "connection"
    assert connected == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    with scripted(sends(GOOD)) as (proxy, spied), scripted(sends(GOOD)) as (url, heard):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        assert reads(url, timeout_s=5) is not None
    assert (len(spied), len(heard)) == (0, 1)


def test_nothing_is_sent_to_another_address_whatever_is_asked():
    with pytest.raises(SourceFault) as caught:
        Exchange(Origin("https://fhir.example/r4"), max_bytes=1).send(
            "GET", "https://fhir.example/other", {}, timeout_s=1
        )
    assert caught.value.code == "origin"


def test_a_search_over_sockets_finds_what_a_search_in_process_finds(caplog):
    caplog.set_level(logging.DEBUG)
    honest = HonestServer(Memory(*everything()), declared=DECLARED, page_size=2)
    with on_a_socket(honest) as site:
        honest.base = f"{site}/fhir"
        with FhirServer(f"{site}/fhir") as server:
            pages = list(server.search("Observation", [("patient", "pat-a"), ("code", "4548-4")]))
    assert [match["id"] for page in pages for match in page.matches] == [f"pat-a-obs-{n}" for n in range(1, 6)]
    assert all(page.complete for page in pages)
    assert "pat-a" not in caplog.text
