"""Times of checkpoints, signed by a timestamp authority of our own (the `openssl ts` program)."""

from __future__ import annotations

import base64
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chartwarden.agent.audit import timestamps
from chartwarden.agent.audit.anchors import read_anchor
from chartwarden.agent.audit.checkpoints import notes
from chartwarden.agent.cli.main import build
from chartwarden.agent.errors import AuditError
from chartwarden.tools.errors import ConfigurationError, UsageError

if shutil.which("openssl") is None:
    pytest.skip("the openssl program is not installed", allow_module_level=True)

CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
ess_cert_id_chain = no
[leaf]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[request]
distinguished_name = name
[name]
"""
NOTE = "chartwarden.audit/1\n5\nAAAA\n\n\u2014 chartwarden.audit/1 AAAA\n"


class Authority:
    """A timestamp authority in a folder: a root, a signer, and what it answers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "config").write_text(CONFIG)
        (folder / "serial").write_text("01")
        ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self.run(
            f"openssl req -x509 {ec} -keyout root.key -out root.pem -subj /CN=Root -config config -extensions root"
        )
        self.run(f"openssl req {ec} -keyout leaf.key -out leaf.csr -subj /CN=Authority -config config")
        signing = "-CA root.pem -CAkey root.key -CAcreateserial -extfile config -extensions"
        self.run(f"openssl x509 -req -in leaf.csr -out leaf.pem {signing} leaf")
        self.requests: list[bytes] = []

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def run(self, command: str) -> None:
        subprocess.run(command.split(), cwd=self.folder, check=True, capture_output=True)

    def answer(self, request: bytes) -> bytes:
        self.requests.append(request)
        (self.folder / "request").write_bytes(request)
        self.run("openssl ts -reply -config config -queryfile request -signer leaf.pem -inkey leaf.key -out reply")
        return (self.folder / "reply").read_bytes()


@contextmanager
def serving(answer: object, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            given = answer.answer(body) if isinstance(answer, Authority) else answer
            assert isinstance(given, bytes)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "own")


@pytest.fixture(scope="module")
def stamped(authority: Authority, tmp_path_factory) -> Path:
    """A file with one good timestamp."""
    out = tmp_path_factory.mktemp("stamps") / "stamps.txt"
    with serving(authority) as url:
        timestamps.stamp(NOTE, url, timestamps.read_roots(authority.roots), out)
    return out


def test_a_timestamp_is_checked_kept_with_its_note_and_reads_as_an_anchor(authority, stamped):
    (found,) = timestamps.stamps(stamped, timestamps.read_roots(authority.roots))
    assert found.note == NOTE
    assert found.time.startswith("20")
    assert list(notes(read_anchor(stamped))) == [NOTE]
    assert stamped.stat().st_mode & 0o077 == 0
    assert b"chartwarden" not in authority.requests[0], "the authority sees a hash"


def test_the_token_is_what_other_programs_check(authority, stamped):
    token = read_anchor(stamped).split("rfc3161 ")[1].split()[0]
    (authority.folder / "note").write_text(NOTE)
    (authority.folder / "token").write_bytes(base64.b64decode(token))
    authority.run("openssl ts -verify -data note -in token -CAfile root.pem")


@pytest.mark.parametrize("damage", ["note", "token", "swap"])
def test_a_timestamp_of_something_else_does_not_hold(damage, authority, stamped, tmp_path):
    text = read_anchor(stamped)
    token = text.split("rfc3161 ")[1].split()[0]
    raw = bytearray(base64.b64decode(token))
    raw[len(raw) // 2] ^= 1
    other = {
        "note": text.replace("\n5\n", "\n6\n"),
        "token": text.replace(token, base64.b64encode(raw).decode()),
        "swap": text.replace(NOTE, NOTE.replace("AAAA", "BBBB")),
    }[damage]
    (tmp_path / "stamps.txt").write_text(other)
    with pytest.raises(AuditError, match=r"timestamp 1 of .* does not hold"):
        timestamps.stamps(tmp_path / "stamps.txt", timestamps.read_roots(authority.roots))


def test_an_answer_that_is_not_good_is_not_kept(authority, tmp_path):
    roots, out = timestamps.read_roots(authority.roots), tmp_path / "stamps.txt"
    stranger = Authority(tmp_path / "stranger")
    replayed = authority.answer(authority.requests[0])
    answers: list[tuple[object, int, str]] = [
        (stranger, 200, "not good"), (replayed, 200, "not good"), (b"<html>", 200, "not good"), (b"", 200, "not good"),
        (authority, 503, "HTTP 503"), (b"x" * (timestamps.MAX_BYTES + 1), 200, "more than"),
    ]  # fmt: skip
    for answer, status, said in answers:
        with serving(answer, status) as url, pytest.raises(AuditError, match=said):
            timestamps.stamp(NOTE, url, roots, out)
    with pytest.raises(AuditError, match="cannot be asked"):
        timestamps.stamp(NOTE, "http://127.0.0.1:9/tsr", roots, out)
    with pytest.raises(ConfigurationError, match=r"'tsa\.example' is no address of a timestamp authority"):
        timestamps.stamp(NOTE, "tsa.example", roots, out)
    with pytest.raises(ConfigurationError, match=r"absent\.pem cannot be read: No such file"):
        timestamps.read_roots(tmp_path / "absent.pem")
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    with pytest.raises(ConfigurationError, match=r"key\.pem holds no certificates in PEM"):
        timestamps.read_roots(tmp_path / "key.pem")
    assert not out.exists()


def test_the_commands_stamp_and_verify_and_a_rewritten_log_is_found(authority, tmp_path):
    folder, out = tmp_path / "data", tmp_path / "stamps.txt"
    run = CliRunner()
    shared = ["--data-dir", str(folder), "audit"]
    with serving(authority) as url:
        made = run.invoke(build(), [*shared, "timestamp", url, "--roots", str(authority.roots), "--out", str(out)])
    assert "entries were there at" in made.stdout
    checked = [*shared, "verify", "--anchors", str(out), "--roots", str(authority.roots)]
    whole = run.invoke(build(), checked)
    assert whole.exit_code == 0, whole.output
    assert "an authority outside saw the first" in whole.stdout
    plain = run.invoke(build(), [*shared, "verify", "--roots", str(authority.roots)])
    assert isinstance(plain.exception, UsageError)
    for path in folder.glob("audit.db*"):
        path.unlink()
    (folder / "keys" / "checkpoints.txt").unlink()
    rewritten = run.invoke(build(), [*shared, "checkpoint"])
    assert rewritten.exit_code == 0, rewritten.output
    assert run.invoke(build(), checked).exit_code == 3, "the owner of key and database wrote another history"
