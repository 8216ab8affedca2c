"""Certificates and protocols that are not right end a connection before anything of ours is sent."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import ssl
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from door_sockets import BODY, GOOD, OK, scripted, sends

from chartwarden.tools.errors import SourceFault
from chartwarden.tools.records.server import FhirServer
from chartwarden.tools.records.smart import Fixed

ALL_VERSIONS = "ALL:@SECLEVEL=0"
"""Ciphers of a server that takes part in anything."""
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Signed:
    """A certificate with its key, and those above it."""

    certificate: x509.Certificate
    key: Key
    above: tuple[Signed, ...] = ()

    def pem(self) -> bytes:
        """This certificate and those a server sends along, without the root."""
        sent = (self, *(signed for signed in self.above if signed.above))
        return b"".join(signed.certificate.public_bytes(serialization.Encoding.PEM) for signed in sent)


@dataclass(frozen=True)
class Wanted:
    """How a certificate is made; the default is as it should be."""

    names: tuple[str, ...] = ("localhost",)
    common_name: str = "localhost"
    start_days: int = -1
    days: int = 2
    rsa_bits: int = 0
    """0: a key on P-256."""
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH
    is_authority: bool = False


SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip
"""Of an authority: Python 3.13 and later hold certificates to RFC 5280."""


def key_of(wanted: Wanted) -> Key:
    return (
        rsa.generate_private_key(65537, wanted.rsa_bits) if wanted.rsa_bits else ec.generate_private_key(ec.SECP256R1())
    )


def issued(wanted: Wanted, by: Signed | None = None) -> Signed:
    """A certificate, signed by another or by itself."""
    key = key_of(wanted)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.common_name)])
    start = dt.datetime.now(dt.UTC) + dt.timedelta(days=wanted.start_days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=wanted.days))
        .add_extension(x509.BasicConstraints(ca=wanted.is_authority, path_length=None), critical=True)
    )
    signer = (by.key if by else key).public_key()
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    if wanted.is_authority:
        builder = builder.add_extension(SIGNS_CERTIFICATES, critical=True)
    else:
        builder = builder.add_extension(x509.ExtendedKeyUsage([wanted.usage]), critical=False)
    if wanted.names:
        names = [x509.DNSName(name) for name in wanted.names]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Signed(builder.sign(by.key if by else key, hashes.SHA256()), key, (by, *by.above) if by else ())


def authority(name: str = "Hospital CA") -> Signed:
    return issued(Wanted(names=(), common_name=name, is_authority=True))


@dataclass
class Site:
    """A server's side of TLS, and the authority its clients are told to trust."""

    folder: Path
    root: Signed = field(default_factory=authority)

    def ca_file(self) -> Path:
        path = self.folder / "ca.pem"
        path.write_bytes(self.root.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def context(self, leaf: Signed, *, ciphers: str = "") -> ssl.SSLContext:
        """The server's context with this certificate."""
        chain, secret = self.folder / "chain.pem", self.folder / "key.pem"
        chain.write_bytes(leaf.pem())
        plain = serialization.NoEncryption()
        secret.write_bytes(leaf.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if ciphers:
            context.set_ciphers(ciphers)
        context.load_cert_chain(chain, secret)
        return context


@pytest.fixture
def site(tmp_path) -> Site:
    return Site(tmp_path)


def refused(context: ssl.SSLContext, ca_file: Path | None, *, host: str = "localhost") -> list[bytes]:
    """What a server heard from a client that had to give up with a fault of the connection."""
    with scripted(sends(GOOD), tls=context) as (url, heard):
        url = url.replace("localhost", host)
        with (
            FhirServer(url, ca_file=ca_file, credentials=Fixed.bearer("hush"), sleep=lambda seconds: None) as server,
            pytest.raises(SourceFault) as caught,
        ):
            server.read("Observation/x")
    assert caught.value.code == "connection"
    return heard


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_of_the_hospitals_own_authority_is_accepted_where_it_is_configured(version, site):
    between = issued(Wanted(names=(), common_name="Issuing CA", is_authority=True), site.root)
    context = site.context(issued(Wanted(), between))
    context.minimum_version = context.maximum_version = version
    asked_for: list[str | None] = []
    context.sni_callback = lambda connection, name, _: asked_for.append(name)
    with scripted(sends(GOOD), tls=context) as (url, heard), FhirServer(url, ca_file=site.ca_file()) as server:
        assert server.read("Observation/x") is not None
    assert heard[0].startswith(b"GET /fhir/Observation/x HTTP/1.1")
    assert asked_for == ["localhost"]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(names=("other.example",)),
        Wanted(names=("*",)),
        Wanted(names=("*.example", "local*", "*.localhost")),
        Wanted(names=("localhost.example", "localhos")),
        Wanted(names=("LOCALHOST\x00.example",)),
        Wanted(names=()),
        Wanted(start_days=-9),
        Wanted(start_days=5),
        Wanted(usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        Wanted(rsa_bits=1024),
    ],
    ids=["other name", "wildcard for all", "other wildcards", "name as a part", "nul in the name", "common name alone",
         "expired", "not yet valid", "certificate of a client", "RSA of 1024 bits"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_certificate_that_is_not_right_ends_the_connection_before_a_request_is_sent(wanted, site):
    context = site.context(issued(wanted, site.root), ciphers=ALL_VERSIONS)
    assert refused(context, site.ca_file()) == []


def test_a_certificate_signed_over_sha1_is_refused(site):
    """Made by the `openssl` program: the library of these tests signs over SHA-1 no more."""
    if shutil.which("openssl") is None:
        pytest.skip("the openssl program is not installed")
    ca_file, leaf = site.ca_file(), issued(Wanted(), site.root)
    context = site.context(leaf, ciphers=ALL_VERSIONS)
    ca_key, request, signed = (site.folder / name for name in ("ca.key", "leaf.csr", "sha1.pem"))
    plain = serialization.NoEncryption()
    ca_key.write_bytes(
        site.root.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(leaf.certificate.subject)
    request.write_bytes(made.sign(leaf.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (site.folder / "names").write_text("subjectAltName=DNS:localhost")
    command = "openssl x509 -req -days 1 -CAcreateserial -extfile names"
    for digest, is_accepted in (("sha256", True), ("sha1", False)):
        subprocess.run(
            [*command.split(), f"-{digest}", "-CA", ca_file, "-CAkey", ca_key, "-in", request, "-out", signed],
            cwd=site.folder, check=True, capture_output=True,
        )  # fmt: skip
        context.load_cert_chain(signed, site.folder / "key.pem")
        if not is_accepted:
            assert refused(context, ca_file) == []
            continue
        with scripted(sends(GOOD), tls=context) as (url, _), FhirServer(url, ca_file=ca_file) as server:
            assert server.read("Observation/x") is not None


def test_an_authority_that_is_not_trusted_cannot_vouch_for_a_server(site, monkeypatch):
    trusted = site.ca_file()
    same_name = authority()
    assert refused(site.context(issued(Wanted(), same_name)), trusted) == []
    assert refused(site.context(issued(Wanted())), trusted) == []  # its own authority
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("SSL_CERT_DIR", str(trusted.parent))
    assert refused(site.context(issued(Wanted(), site.root)), None) == [], "the environment adds no authority"


def test_a_server_cannot_vouch_for_another_server(site):
    """A leaf that signs: its certificate says that it is no authority."""
    leaf = issued(Wanted(names=("www.example",), common_name="www.example"), site.root)
    assert refused(site.context(issued(Wanted(), leaf)), site.ca_file()) == []


def test_a_name_does_not_stand_for_an_address(site):
    context = site.context(issued(Wanted(names=("localhost", "127.0.0.1")), site.root))
    assert refused(context, site.ca_file(), host="127.0.0.1") == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_protocol_is_not_spoken(version, site):
    context = site.context(issued(Wanted(), site.root), ciphers=ALL_VERSIONS)
    context.minimum_version = context.maximum_version = version
    assert refused(context, site.ca_file()) == []


def test_a_server_without_tls_where_tls_is_expected_hears_no_request(site):
    with scripted(sends(GOOD)) as (url, heard):
        secure = url.replace("http:", "https:")
        with (
            FhirServer(secure, ca_file=site.ca_file(), sleep=lambda seconds: None) as server,
            pytest.raises(SourceFault) as caught,
        ):
            server.read("Observation/x")
    assert caught.value.code == "connection"
    assert not any(b"Observation" in part for part in heard)


@pytest.mark.parametrize(
    ("head", "code"),
    [(OK + b"Content-Length: %d\r\n\r\n" % len(BODY), "protocol"), (OK + b"Connection: close\r\n\r\n", "not_json")],
    ids=["with a length", "without a length"],
)
def test_an_answer_cut_without_a_goodbye_is_not_taken_for_whole(head, code, site):
    """Without a close_notify, anybody on the way may have cut the stream."""

    def cut(connection: socket.socket) -> None:
        connection.sendall(head + BODY[:-1])
        connection.shutdown(socket.SHUT_RDWR)  # of the socket below TLS

    context = site.context(issued(Wanted(), site.root))
    with (
        scripted(cut, tls=context) as (url, _),
        FhirServer(url, ca_file=site.ca_file(), sleep=lambda seconds: None) as server,
        pytest.raises(SourceFault) as caught,
    ):
        server.read("Observation/x")
    assert caught.value.code == code
