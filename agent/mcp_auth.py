"""Sessions over HTTP: a bearer token, validated here, says who asks, about whom and with which scopes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import AnyHttpUrl, ValidationError

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.mcp_server import MAX_OPEN_SESSIONS, at_now, build_server
from chartwarden.agent.session import Session
from chartwarden.tools.errors import AccessDenied, ConfigurationError, UsageError
from chartwarden.tools.records.compartment import is_id

ALGORITHMS = ["RS256", "RS384", "ES256", "ES384"]
"""Signatures accepted; SMART App Launch asks for RS384 and ES384, the others are what identity providers sign with."""

LEEWAY_S = 30


class JwtVerifier:
    """Verifies signed access tokens against the issuer's public keys, kept in a file: no key is fetched at run time."""

    def __init__(self, jwks: Path, *, issuer: str, audience: str) -> None:
        """Read the keys. `ConfigurationError` when the file holds none."""
        try:
            self._keys = KeySet.import_key_set(orjson.loads(jwks.read_bytes()))
        except (OSError, ValueError, KeyError, JoseError) as fault:
            problem = type(fault).__name__
            raise ConfigurationError(
                f"{jwks} is not a JSON Web Key Set ({problem}); save the issuer's jwks there"
            ) from None
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        self._audience = audience

    async def verify_token(self, token: str) -> AccessToken | None:
        """The token's content when signature, issuer, audience and time are right, else None."""
        try:
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError):
            return None
        claims: dict[str, Any] = decoded.claims
        return AccessToken(
            token=token,
            client_id=str(claims.get("client_id") or claims.get("azp") or ""),
            scopes=str(claims.get("scope", "")).split(),
            expires_at=int(claims["exp"]),
            resource=self._audience,
            subject=str(claims.get("sub", "")),
            claims=claims,
        )


class TokenSession:
    """Sessions from the tokens of requests. The same token is always the same session, at the clock of the request."""

    unacknowledged = (
        "Nothing is shown before the disclaimer is acknowledged: use a client that can ask its person (elicitation). "
        "With tokens nobody else can do it for them."
    )

    def __init__(self, assistant: Assistant, *, image_reading: bool = False) -> None:
        self._assistant = assistant
        self._image_reading = image_reading
        self._known: OrderedDict[str, Session] = OrderedDict()
        self._guard = threading.Lock()

    def current(self) -> Session:
        """The session of the request's token. `AccessDenied` without a token, a patient or usable scopes."""
        token = get_access_token()
        if token is None or (token.expires_at or 0) < time.time() - LEEWAY_S:
            raise AccessDenied("a valid bearer token is needed")
        key = hashlib.sha256(token.token.encode()).hexdigest()[:32]
        with self._guard:
            session = self._known.get(key)
            if session is None:
                session = self._known[key] = self._begin(token, key)
                while len(self._known) > MAX_OPEN_SESSIONS:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
        return at_now(session)

    def _begin(self, token: AccessToken, session_id: str) -> Session:
        claims = token.claims or {}
        patient = claims.get("patient")
        if not isinstance(patient, str) or not is_id(patient):
            raise AccessDenied("the token names no patient (claim `patient`, a Patient id)")
        scopes = " ".join(scope for scope in token.scopes if "/" in scope)
        if not any(scope.startswith(("patient/", "user/", "system/")) for scope in scopes.split()):
            raise AccessDenied("the token has no scope that opens a record (patient/*.rs, for example)")
        try:
            return self._assistant.session(
                patient,
                user=token.subject or token.client_id,
                role=str(claims.get("role", "")),
                scopes=scopes,
                image_reading=self._image_reading,
                session_id=session_id,
            )
        except UsageError:
            raise AccessDenied("the token's patient or scopes cannot be used here") from None


def build_token_server(
    assistant: Assistant, jwks: Path, *, issuer: str, audience: str, image_reading: bool = False
) -> MCPServer[Any]:
    """An MCP server whose sessions come from bearer tokens of `issuer` for `audience` (this server's public URL).

    `ConfigurationError` for a file without keys or an issuer that is no URL.
    """
    try:
        auth = AuthSettings(
            issuer_url=AnyHttpUrl(issuer), resource_server_url=AnyHttpUrl(audience), validate_token_resource=True
        )
    except ValidationError:
        raise ConfigurationError(f"the issuer {issuer!r} or the public URL {audience!r} is not a URL") from None
    verifier = JwtVerifier(jwks, issuer=issuer, audience=audience)
    sessions = TokenSession(assistant, image_reading=image_reading)
    return build_server(assistant, sessions, auth=auth, token_verifier=verifier, image_reading=image_reading)
