"""`chartwarden serve`: the assistant behind a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chartwarden.agent.cli.command_group import CommandGroup
from chartwarden.agent.cli.options import Acknowledge, AsOf, flag, settings_of


def build() -> CommandGroup:
    """The group of servers."""
    app = CommandGroup(no_args_is_help=True, help="Serve the assistant to other programs.")
    app.callback()(lambda: None)
    app.command("mcp")(mcp)
    return app


def mcp(
    ctx: typer.Context,
    patient: Annotated[
        str, typer.Option("--patient", "-p", help="Whose record; with a token it comes from there.")
    ] = "",
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
    http: Annotated[bool, flag("--http", help="Streamable HTTP instead of standard input and output.")] = False,
    host: Annotated[str, typer.Option("--host", help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port to bind; 0: any free one.")] = 8765,
    public_url: Annotated[str, typer.Option("--public-url", help="This server's URL: the audience of tokens.")] = "",
    issuer: Annotated[str, typer.Option("--issuer", help="Issuer of the bearer tokens.")] = "",
    jwks: Annotated[Path | None, typer.Option("--jwks", help="File with the issuer's public keys.")] = None,
    origin: Annotated[list[str] | None, typer.Option("--origin", help="Allowed Origin of browsers.")] = None,
    image_reading: Annotated[
        bool, flag("--image-reading", help="Let a model describe images, in a block of its own.")
    ] = False,
) -> None:
    """Serve the Model Context Protocol: one patient from the command line, or one a token over HTTP."""
    from chartwarden.agent.cli.opening import opened
    from chartwarden.tools.errors import ConfigurationError, UsageError

    try:
        from chartwarden.agent import mcp_auth, mcp_http, mcp_server
    except ImportError:
        raise ConfigurationError("the MCP server is not installed; pip install 'chartwarden[mcp]'") from None
    with_token = bool(issuer or jwks or public_url)
    if with_token and not (http and issuer and jwks and public_url):
        raise UsageError("tokens need --http, --issuer, --jwks and --public-url together")
    if http and host not in mcp_http.LOCAL and not with_token:
        raise UsageError(f"binding {host} lets others in: pass --issuer, --jwks and --public-url, or bind 127.0.0.1")
    if not with_token and not patient:
        raise UsageError("whose record? pass --patient, or serve tokens with --issuer, --jwks and --public-url")
    if with_token and (patient or as_of or acknowledge):
        raise UsageError("with tokens the session is theirs: leave out --patient, --as-of and --acknowledge")
    security = mcp_http.security(host, port, public_url, origin or [])
    with opened(settings_of(ctx)) as assistant:
        if with_token:
            assert jwks is not None
            server = mcp_auth.build_token_server(
                assistant, jwks, issuer=issuer, audience=public_url, image_reading=image_reading
            )
        else:
            session = assistant.session(patient, acknowledged_by=acknowledge, as_of=as_of, image_reading=image_reading)
            source = mcp_server.FixedSession(session, moving_clock=not as_of)
            server = mcp_server.build_server(assistant, source, image_reading=image_reading)
        if http:
            mcp_http.serve(server, host, port, security)
        else:
            server.run("stdio")
