"""RFC 3161: an authority outside says that a checkpoint existed at a time.

An anchor is as good as the person who keeps it. A timestamp is signed by somebody who neither knows nor can change what
is in the log: who later rewrites the log with its key and all its anchors would have to bend that authority's clock
too. It sees a hash of the checkpoint and nothing else.

A file of timestamps holds the notes as an anchor does, each followed by its token, so it is an anchor as well.
"""

from __future__ import annotations

import base64
import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509

from chartwarden.agent.audit.anchors import FileAnchor, read_anchor
from chartwarden.agent.audit.checkpoints import NOTE
from chartwarden.agent.errors import AuditError
from chartwarden.tools.errors import ConfigurationError

TIMEOUT_S = 30.0
MAX_BYTES = 2**17
"""Longest answer of an authority."""
_STAMPED = re.compile(rf"({NOTE.pattern})\nrfc3161 ([A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True)
class Stamp:
    """A checkpoint with the time an authority signed for it."""

    note: str
    time: str
    """ISO date-time in UTC, as the authority's clock had it."""


def read_roots(path: Path) -> tuple[x509.Certificate, ...]:
    """The authorities to trust, from a PEM file."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise ConfigurationError(f"the timestamp authority's certificates {path} cannot be read: {reason}") from None
    except ValueError:
        raise ConfigurationError(f"{path} holds no certificates in PEM; save the timestamp authority's there") from None


def stamp(note: str, url: str, roots: Sequence[x509.Certificate], out: Path) -> Stamp:
    """Have an authority sign the time of a checkpoint, check its answer, and append both to a file.

    Args:
        note: the signed checkpoint.
        url: where the authority takes requests (RFC 3161, 3.4); plain HTTP will do, as its answer is signed.
        roots: whom the authority's certificate must lead to.
        out: the file of timestamps.

    Raises `ConfigurationError` for an address that is none, and `AuditError` when no good timestamp can be had; then
    nothing is appended.
    """
    library = _library()
    request = library.TimestampRequestBuilder().data(note.encode()).build()
    answer = _asked(url, request.as_bytes())
    found = _checked(note, answer, roots, nonce=request.nonce)
    FileAnchor(out).publish(f"{note}\nrfc3161 {base64.b64encode(answer).decode()}\n")
    return found


def stamps(path: Path, roots: Sequence[x509.Certificate]) -> tuple[Stamp, ...]:
    """The timestamps of a file, each checked. Raises `AuditError` at one that does not hold."""
    found = []
    for note, token in _STAMPED.findall(read_anchor(path)):
        try:
            found.append(_checked(note, base64.b64decode(token, validate=True), roots))
        except (ValueError, AuditError) as fault:
            raise AuditError(f"timestamp {len(found) + 1} of {path} does not hold: {fault}") from None
    return tuple(found)


def _checked(note: str, answer: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None) -> Stamp:
    library = _library()
    errors = importlib.import_module("rfc3161_client.errors")
    builder = library.VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        response = library.decode_timestamp_response(answer)
        builder.build().verify_message(response, note.encode())
        return Stamp(note, response.tst_info.gen_time.isoformat())
    except (ValueError, errors.VerificationError) as fault:
        raise AuditError(f"the timestamp is not good ({type(fault).__name__}: {fault})") from None


def _asked(url: str, request: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    answer = bytearray()
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", url, content=request, headers=headers) as reply,
        ):
            for part in reply.iter_bytes():
                answer += part
                if len(answer) > MAX_BYTES:
                    raise AuditError(f"the timestamp authority {url} sent more than {MAX_BYTES} bytes")
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise ConfigurationError(
            f"{url!r} is no address of a timestamp authority; write http://... or https://..."
        ) from None
    except httpx.HTTPError as fault:
        raise AuditError(f"the timestamp authority {url} cannot be asked: {type(fault).__name__}") from None
    if reply.status_code != httpx.codes.OK:
        raise AuditError(f"the timestamp authority {url} answered with HTTP {reply.status_code}")
    return bytes(answer)


def _library() -> Any:
    try:
        return importlib.import_module("rfc3161_client")
    except ImportError:
        raise ConfigurationError("timestamps need rfc3161-client: pip install 'chartwarden[timestamps]'") from None
