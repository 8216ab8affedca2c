"""A server on a socket that says what a script tells it to, over TLS where it is given a context."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
BODY = b'{"resourceType": "Observation", "id": "x"}'
GOOD = OK + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY

Script = Callable[[socket.socket], None]


@contextmanager
def scripted(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server whose n-th connection is handled by the n-th script (the last one for the rest), and what it heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []
    stop = threading.Event()

    def serve() -> None:
        for n in range(50):
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    with tls.wrap_socket(connection, server_side=True) if tls else nullcontext(connection) as wrapped:
                        heard.append(wrapped.recv(65536))
                        scripts[min(n, len(scripts) - 1)](wrapped)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://localhost:{listener.getsockname()[1]}/fhir", heard
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=6)


def sends(*parts: bytes, pause_s: float = 0.0) -> Script:
    def script(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause_s)

    return script
