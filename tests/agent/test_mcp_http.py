"""The MCP door over streamable HTTP: tokens, headers, sizes, and clients that go away."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult
from typer.testing import CliRunner

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.cli.main import build
from chartwarden.agent.mcp_auth import build_token_server
from chartwarden.agent.mcp_http import MAX_BODY_BYTES, application, security
from chartwarden.agent.mcp_server import FixedSession, build_server
from chartwarden.tools.errors import ConfigurationError, UsageError

ISSUER = "https://login.example.org"
AUDIENCE = "https://records.example.org/mcp"
ASKED = {"question": "Which allergies are recorded?"}
HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}

NO_TLS = httpx.create_ssl_context(verify=False)
"""For servers on this machine: reading the certificates of all authorities takes longer than a request."""
post = partial(httpx.post, verify=NO_TLS)

RSA = RSAKey.generate_key(2048, {"kid": "rsa", "alg": "RS384", "use": "sig"})
EC = ECKey.generate_key("P-384", {"kid": "ec", "alg": "ES384", "use": "sig"})
UNKNOWN = RSAKey.generate_key(2048, {"kid": "rsa"})


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def jwks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_text(json.dumps(KeySet([RSA, EC]).as_dict(private=False)))
    return path


@pytest.fixture(scope="module")
def token_url(opened: Assistant, jwks: Path, serve_app: Callable[[Callable[[int], Any]], Any]) -> Iterator[str]:
    server = build_token_server(opened, jwks, issuer=ISSUER, audience=AUDIENCE)
    with serve_app(lambda port: application(server, security("127.0.0.1", port, AUDIENCE, []))) as url:
        yield url


@pytest.fixture(scope="module")
def local_url(opened: Assistant, serve_app: Callable[[Callable[[int], Any]], Any]) -> Iterator[str]:
    session = opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
    server = build_server(opened, FixedSession(session))
    with serve_app(lambda port: application(server, security("127.0.0.1", port, "", ["http://app.example"]))) as url:
        yield url


def token(key: Any = RSA, alg: str = "RS384", **claims: Any) -> str:
    content = {
        "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 300, "sub": "dr-reader",
        "patient": "adeyemi-1957", "scope": "openid launch/patient patient/*.rs", **claims,
    }  # fmt: skip
    kept = {name: value for name, value in content.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid or "rsa"}, kept, key, algorithms=[alg])


async def accept(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="accept", content={"name": "Dr. Reader"})


async def call(url: str, bearer: str, tool: str, arguments: dict[str, Any], asked: Any = accept) -> Any:
    headers = {"authorization": f"Bearer {bearer}"}
    async with httpx2.AsyncClient(headers=headers, timeout=30, verify=NO_TLS) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, elicitation_callback=asked) as client:
            return await client.call_tool(tool, arguments)


def refused(url: str, bearer: str | None) -> httpx.Response:
    headers = HEADERS | ({"authorization": f"Bearer {bearer}"} if bearer is not None else {})
    return post(url, json=LISTING, headers=headers)


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS384"), (EC, "ES384")], ids=["RS384", "ES384"])
async def test_a_token_is_a_session_about_its_patient(token_url: str, key: Any, alg: str) -> None:
    done = await call(token_url, token(key, alg), "ask_record", ASKED)
    assert done.structured_content["outcome"] == "answered"
    assert all("adeyemi-1957" in reference for reference in done.structured_content["citations"])


async def test_with_a_token_only_the_person_can_acknowledge(token_url: str) -> None:
    done = await call(token_url, token(sub="dr-silent"), "ask_record", ASKED, asked=None)
    assert done.is_error
    assert "use a client that can ask its person" in done.content[0].text
    assert "--acknowledge" not in done.content[0].text


async def test_each_token_sees_its_own_patient_and_no_other(token_url: str) -> None:
    mine, theirs = token(), token(patient="lindqvist")
    for bearer, own, other in ((mine, "adeyemi-1957", "lindqvist"), (theirs, "lindqvist", "adeyemi-1957")):
        shown = await call(token_url, bearer, "show_resource", {"reference": f"Patient/{own}"})
        hidden = await call(token_url, bearer, "show_resource", {"reference": f"Patient/{other}"})
        assert shown.structured_content["results"][0]["found"] == 1
        assert hidden.structured_content["results"][0]["found"] == 0


@pytest.mark.parametrize(
    "bearer",
    [
        pytest.param(None, id="none"),
        pytest.param("..", id="empty parts"),
        pytest.param("nonsense", id="no token"),
        pytest.param(token(iss="https://elsewhere.example"), id="another issuer"),
        pytest.param(token(aud="https://other.example/mcp"), id="another audience"),
        pytest.param(token(aud=None), id="no audience"),
        pytest.param(token(exp=int(time.time()) - 3_600), id="expired"),
        pytest.param(token(exp=None), id="without end"),
        pytest.param(token(nbf=int(time.time()) + 3_600), id="not yet valid"),
        pytest.param(token(UNKNOWN), id="another key"),
        pytest.param(token(OctKey.import_key("x" * 48, {"kid": "rsa"}), "HS384"), id="symmetric"),
        pytest.param(token()[:-8] + "AAAAAAAA", id="broken signature"),
        pytest.param(
            ".".join(
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                for part in ({"alg": "none"}, {"iss": ISSUER, "aud": AUDIENCE, "exp": 9_999_999_999, "patient": "tan"})
            )
            + ".",
            id="unsigned",
        ),
    ],
)
def test_a_request_without_a_valid_token_is_unauthorised(token_url: str, bearer: str | None) -> None:
    response = refused(token_url, bearer)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        pytest.param({"patient": None}, "names no patient", id="no patient"),
        pytest.param({"patient": ["adeyemi-1957", "tan"]}, "names no patient", id="several patients"),
        pytest.param({"patient": "adeyemi-1957,tan"}, "names no patient", id="a list in a string"),
        pytest.param({"patient": "nobody-here"}, "cannot be used", id="unknown patient"),
        pytest.param({"scope": "openid profile"}, "no scope", id="no record scope"),
        pytest.param({"scope": None}, "no scope", id="no scope at all"),
        pytest.param({"scope": "patient/*.cruds"}, "cannot be used", id="too wide: writing"),
        pytest.param({"scope": "patient/*.rs patient/Observation.write"}, "cannot be used", id="too wide: one writes"),
    ],
)
async def test_a_token_that_opens_no_one_record_opens_none(token_url: str, claims: dict[str, Any], said: str) -> None:
    done = await call(token_url, token(**claims), "record_manifest", {})
    assert done.is_error
    assert said in done.content[0].text


async def test_scopes_beyond_one_patient_still_open_only_the_one(token_url: str) -> None:
    wide = token(scope="user/*.rs system/*.rs patient/*.rs")
    hidden = await call(token_url, wide, "show_resource", {"reference": "Patient/lindqvist"})
    assert hidden.structured_content["results"][0]["found"] == 0


async def test_a_token_with_narrow_scopes_sees_what_they_say(token_url: str) -> None:
    narrow = token(scope="patient/Patient.rs patient/Observation.rs")
    denied = await call(token_url, narrow, "search_record", {"request": {"kind": "allergy"}})
    assert "enicillin" not in str(denied)
    labs = await call(token_url, narrow, "search_record", {"request": {"kind": "observation", "limit": 2}})
    assert labs.structured_content["results"][0]["findings"]


async def test_an_entry_says_which_user_of_the_token_asked(token_url: str, opened: Assistant) -> None:
    from chartwarden.agent.audit.reading import Filter, read

    await call(token_url, token(sub="dr-of-this-test"), "ask_record", ASKED)
    entries = list(read(opened.services.log.storage, Filter(user="dr-of-this-test")))
    assert {entry.kind for entry in entries} >= {"session_start", "question", "gate", "tool_call", "answer"}
    assert len({entry.session for entry in entries}) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"content-type": "text/plain"}, 400),
        ({"origin": "http://app.example"}, 200),
        ({}, 200),
    ],
)
def test_headers_of_strangers_are_turned_away(local_url: str, headers: dict[str, str], status: int) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    assert post(local_url, json=hello, headers=HEADERS | headers).status_code == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"jsonrpc": "1.0"}', b"[" * 20_000, b'{"jsonrpc":"2.0","id":1}'],
)
def test_a_malformed_request_is_an_error_and_the_server_goes_on(local_url: str, body: bytes) -> None:
    assert 400 <= post(local_url, content=body, headers=HEADERS).status_code < 500
    assert post(local_url, content=b"{", headers=HEADERS).status_code == 400


def test_a_request_that_is_too_large_is_not_read(local_url: str) -> None:
    assert post(local_url, content=b" " * (MAX_BODY_BYTES + 1), headers=HEADERS).status_code == 413
    endless = (b" " * 65_536 for _ in range(64))
    assert post(local_url, content=endless, headers=HEADERS).status_code == 413


async def test_clients_that_stall_or_vanish_hold_up_nobody(local_url: str) -> None:
    port = httpx.URL(local_url).port
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "ask_record", "arguments": ASKED}}
    )
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()) + "\r\n"
    stalled = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
    for index, one in enumerate(stalled):
        one.sendall((head + body[: 5 * index]).encode())
    for _ in range(8):
        with socket.create_connection(("127.0.0.1", port)) as gone:
            gone.sendall((head + body).encode())
    async with Client(local_url) as client:
        done = await client.call_tool("ask_record", ASKED)
    assert done.structured_content["outcome"] == "answered"
    for one in stalled:
        one.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--http", "--host", "0.0.0.0", "--patient", "tan"], "lets others in"),
        (["--http", "--host", "records.local", "--patient", "tan"], "lets others in"),
        (["--http"], "whose record"),
        ([], "whose record"),
        (["--http", "--issuer", ISSUER], "together"),
        (["--http", "--issuer", ISSUER, "--jwks", "k", "--public-url", AUDIENCE, "--patient", "tan"], "leave out"),
        (["--http", "--issuer", ISSUER, "--jwks", "k", "--public-url", "records"], "not a URL"),
    ],
)
def test_a_server_that_would_let_strangers_in_does_not_start(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(build(), ["serve", "mcp", *arguments])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


def test_a_file_without_keys_is_told(opened: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text("{}")
    with pytest.raises(ConfigurationError, match="not a JSON Web Key Set"):
        build_token_server(opened, path, issuer=ISSUER, audience=AUDIENCE)
