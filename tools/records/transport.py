"""HTTP to one FHIR server and nowhere else, with an end to everything: time, bytes, attempts.

One idea: what a `Client` of httpx would do on its own (follow redirects, keep cookies, read proxies from the
environment, log URLs) is what must not happen here, so requests go straight to a transport. Its sockets know the
deadline of the exchange, so that a byte a second cannot keep anybody waiting longer.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import certifi
import httpcore
import httpx

from chartwarden.tools.errors import ConfigurationError, SourceFault

_deadline: ContextVar[float] = ContextVar("deadline")
"""`time.monotonic()` at which the exchange under way ends."""


@dataclass(frozen=True)
class Reply:
    """One whole answer of the server."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names; of a repeated header the last value."""
    body: bytes


class Origin:
    """Where a server is: scheme, host, port and base path. Everything that is fetched must lie under it."""

    def __init__(self, base_url: str) -> None:
        """Raises `ConfigurationError` for a URL that is not one, carries credentials, or is plain HTTP to elsewhere."""
        try:
            url = httpx.URL(base_url.rstrip("/"))
        except httpx.InvalidURL:
            raise ConfigurationError("the FHIR server's URL cannot be read; write https://host/path") from None
        if url.scheme not in ("https", "http") or not url.host or url.userinfo or url.query or url.fragment:
            raise ConfigurationError(
                "the FHIR server's URL must be https://host[:port]/path, without credentials, query or fragment"
            )
        self.is_local = is_loopback(url.host)
        if url.scheme == "http" and not self.is_local:
            raise ConfigurationError(f"http:// is for this machine alone; use https:// for the FHIR server {url.host}")
        self.url = url
        self.base = str(url)

    def holds(self, target: str) -> str | None:
        """The absolute URL of `target` (absolute, or relative to the base) if it lies under this origin, else None."""
        try:
            url = httpx.URL(self.base + "/").join(target)
        except (httpx.InvalidURL, ValueError, TypeError):
            return None
        same = _site(url) == _site(self.url)
        path = url.raw_path.split(b"?")[0]
        base_path = self.url.raw_path.rstrip(b"/")
        inside = path == base_path or path.startswith(base_path + b"/")
        # Encoded dots and slashes mean one thing to us and another to a server behind a proxy.
        plain = b"%2e" not in path.lower() and b"%2f" not in path.lower() and b"\\" not in path and b"/.." not in path
        return str(url.copy_with(fragment=None)) if same and inside and plain and not url.userinfo else None

    def has_same_host(self, other: Origin) -> bool:
        """Whether the other is on the same scheme, host and port, under whatever path."""
        return _site(self.url) == _site(other.url)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Exchange:
    """Sends single requests under one deadline each, and reads answers of bounded size."""

    def __init__(
        self,
        origin: Origin,
        *,
        max_bytes: int,
        ca_file: Path | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            origin: the only place requests may go to.
            max_bytes: most bytes of one answer, after decompression.
            ca_file: PEM file of further certificate authorities (a hospital's own).
            transport: what carries requests instead of sockets.
        """
        self._origin = origin
        self._max_bytes = max_bytes
        self._transport = transport or SocketTransport(allow_loopback=origin.is_local, ca_file=ca_file)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], *, form: str | None = None, timeout_s: float
    ) -> Reply:
        """Send one request and read its whole answer.

        Raises `SourceFault`: `origin` when the URL lies elsewhere, `timeout`, `connection` (also TLS), `protocol`,
        `too_large`, `encoding`. Messages are fixed: nothing of the answer is in them.
        """
        target = self._origin.holds(url)
        if target is None:
            raise SourceFault("the server pointed to an address that is not its own; it is not followed", code="origin")
        request = httpx.Request(
            method,
            target,
            headers={**headers, "Accept-Encoding": "gzip"},
            content=None if form is None else form.encode(),
        )
        token = _deadline.set(time.monotonic() + timeout_s)
        try:
            response = self._transport.handle_request(request)
            try:
                return self._read(response)
            finally:
                response.close()
        except httpx.TimeoutException:
            raise SourceFault(f"the server did not answer within {timeout_s:g} s", code="timeout") from None
        except (httpx.ProtocolError, httpx.DecodingError):
            raise SourceFault("the server broke the rules of HTTP", code="protocol") from None
        except (httpx.TransportError, httpx.StreamError, ssl.SSLError, OSError):
            raise SourceFault(
                f"the server {request.url.host} cannot be reached, or its certificate is not valid", code="connection"
            ) from None
        finally:
            _deadline.reset(token)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _read(self, response: httpx.Response) -> Reply:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if "content-length" in headers and "transfer-encoding" in headers:
            raise SourceFault("the server broke the rules of HTTP", code="protocol")
        if headers.get("content-length", "0").isdecimal() and int(headers.get("content-length", "0")) > self._max_bytes:
            raise self._too_large()
        body = bytearray()
        for chunk in self._decoded(response, headers.get("content-encoding", "identity").lower()):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large()
            if time.monotonic() > _deadline.get():
                raise httpx.ReadTimeout("total")
        return Reply(response.status_code, headers, bytes(body))

    def _decoded(self, response: httpx.Response, encoding: str) -> Iterator[bytes]:
        if encoding == "identity":
            yield from response.iter_raw()
            return
        if encoding != "gzip":
            raise SourceFault("the server used a content encoding it was not asked for", code="encoding")
        inflate = zlib.decompressobj(wbits=31)
        try:
            for chunk in response.iter_raw():
                # One byte over the limit is enough to know, however much a chunk would expand to.
                yield inflate.decompress(chunk, self._max_bytes + 1)
                if inflate.unconsumed_tail:
                    raise self._too_large()
        except zlib.error:
            raise SourceFault("the server sent a broken compressed body", code="encoding") from None
        if not inflate.eof or inflate.unused_data:
            raise SourceFault("the server sent a broken compressed body", code="encoding")

    def _too_large(self) -> SourceFault:
        return SourceFault(f"the server's answer is larger than {self._max_bytes} bytes", code="too_large")


class SocketTransport(httpx.BaseTransport):
    """httpcore's connection pool behind httpx's interface, over sockets that keep the deadline.

    TLS is always verified, against the certifi authorities and `ca_file`. Proxies, cookies and environment variables
    play no part.
    """

    def __init__(self, *, allow_loopback: bool, ca_file: Path | None = None) -> None:
        context = ssl.create_default_context(cafile=certifi.where())
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.hostname_checks_common_name = False  # names stand in subjectAltName alone (RFC 9525, 6.3)
        if ca_file is not None:
            try:
                context.load_verify_locations(cafile=ca_file)
            except (OSError, ssl.SSLError):
                raise ConfigurationError(f"the certificate file {ca_file} cannot be read as PEM") from None
        # Its debug lines carry headers: credentials of ours, and whatever a server chose to put there.
        logging.getLogger("httpcore").setLevel(logging.INFO)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=8,
            max_keepalive_connections=2,
            keepalive_expiry=10,
            network_backend=_Sockets(allow_loopback=allow_loopback),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the caller reads and closes the stream."""
        left = _time_left()
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.read(),
            extensions={"timeout": {"connect": left, "read": left, "write": left, "pool": left}},
        )
        with _as_httpx_errors():
            response = self._pool.handle_request(core)
        stream = response.extensions.get("network_stream")
        if isinstance(stream, _Socket) and not stream.has_read_since_write:
            response.close()
            stream.close()
            raise httpx.RemoteProtocolError("an answer that came before its request")
        assert isinstance(response.stream, Iterable)
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response, response.stream))

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response, stream: Iterable[bytes]) -> None:
        self._response = response
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._stream

    def close(self) -> None:
        self._response.close()


class _Sockets(httpcore.NetworkBackend):
    """Opens sockets: resolves a name once, checks the address it got, and connects to that very address."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpcore.ConnectError("the name does not resolve") from None
        addresses = [str(info[4][0]) for info in found if self._may_connect(str(info[4][0]))]
        for place, address in enumerate(addresses):
            try:
                stream = self._inner.connect_tcp(address, port, _time_left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(addresses) - 1:
                    raise
            else:
                return _Socket(stream)
        raise httpcore.ConnectError("the name resolves to an address that is not allowed")

    def _may_connect(self, address: str) -> bool:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        if parsed.is_loopback:
            return self._allow_loopback
        return not (parsed.is_link_local or parsed.is_multicast or parsed.is_unspecified)


class _Socket(httpcore.NetworkStream):
    """A stream whose every wait ends at the exchange's deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.has_read_since_write = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _time_left(httpcore.ReadTimeout))
        self.has_read_since_write = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.has_read_since_write = False
        self._inner.write(buffer, _time_left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Socket(self._inner.start_tls(ssl_context, server_hostname, _time_left()))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _time_left(error: type[httpcore.TimeoutException] = httpcore.ConnectTimeout) -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise error("the deadline has passed")
    return left


def _site(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme, 0)


@contextlib.contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as fault:
        raise httpx.ReadTimeout(type(fault).__name__) from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as fault:
        raise httpx.RemoteProtocolError(type(fault).__name__) from None
    except httpcore.NetworkError as fault:
        raise httpx.NetworkError(type(fault).__name__) from None
