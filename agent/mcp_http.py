"""The MCP door over streamable HTTP: who may reach it, and what one client may cost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from chartwarden.agent.gate import admit
from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.record_vocabulary import vocabulary_of

LOCAL = ("127.0.0.1", "localhost", "::1")

MAX_BODY_BYTES = 256 * 1024
"""Largest request: a question has at most 2,000 characters, and no argument is longer."""
MAX_SESSIONS = 1_024
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and proxies keep theirs, because a request that crosses the
server's closing is lost, and no client may send a POST twice."""
IDLE_SECONDS = 900.0
"""After this long without a request the session of an older protocol version is ended, and its memory freed."""


def security(host: str, port: int, public_url: str, origins: list[str]) -> TransportSecuritySettings:
    """The Host and Origin headers that are let in: this machine's names, the bound address, the public URL.

    Both are checked on every request, so that a web page cannot reach a local server by a name of its own (DNS
    rebinding). `UsageError` for a public URL that is none.
    """
    names = dict.fromkeys((*LOCAL, host))
    hosts = [f"{_bracketed(name)}:{port}" for name in names]
    allowed = [f"http://{_bracketed(name)}:{port}" for name in LOCAL]
    if public_url:
        parts = urlsplit(public_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(f"--public-url {public_url!r} is not a URL; pass https://records.example.org/mcp")
        hosts.append(parts.netloc)
        allowed.append(f"{parts.scheme}://{parts.netloc}")
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[*allowed, *origins])


def application(server: MCPServer[Any], allowed: TransportSecuritySettings, *, host: str = "127.0.0.1") -> Starlette:
    """The server as an ASGI application, at `/mcp`."""
    return server.streamable_http_app(
        host=host,
        transport_security=allowed,
        max_request_body_size=MAX_BODY_BYTES,
        max_sessions=MAX_SESSIONS,
        session_idle_timeout=IDLE_SECONDS,
    )


def serve(server: MCPServer[Any], host: str, port: int, allowed: TransportSecuritySettings) -> None:
    """Serve until interrupted, and say on standard error where. A client that sends or reads slowly holds up nobody
    else."""
    import uvicorn

    _rehearse()
    app = application(server, allowed, host=host)
    uvicorn.run(app, host=host, port=port, log_level="info", access_log=False, timeout_keep_alive=KEEP_ALIVE_SECONDS)


def _rehearse() -> None:
    """Read and compile the rules and words of every question now: first questions that come together would each do so
    while the others wait."""
    admit("Which allergies are recorded?")
    vocabulary_of(Manifest(counts={}, entries=()))


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
