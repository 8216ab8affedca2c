"""The two secrets of a log: the Ed25519 key that signs checkpoints, and the HMAC key behind patient pseudonyms.

They live in a folder of their own (mode 0700, files 0600), best on another volume and with another owner than the
database. The signing key is kept in the text form of C2SP signed-note, so its name says which log it belongs to;
`verifiers.txt` holds the public halves, one for each generation of the key, and is all that a verifier needs.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import fcntl
import functools
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartwarden.agent.errors import AuditError

ORIGIN_PREFIX = "chartwarden.audit/"
SIGNING, PSEUDONYM, VERIFIERS = "signing.key", "pseudonym.key", "verifiers.txt"
CHECKPOINTS = "checkpoints.txt"
"""The log's own anchor: the key folder keeps every checkpoint too."""
_ED25519 = b"\x01"
"""Signature type byte of signed-note."""


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name, newline, type, key): which key a signature line means."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, line: str) -> Verifier:
        """Read `name+keyid+base64(type, key)`. Raises AuditError when it is not one or its id does not fit."""
        try:
            name, key_id, encoded = line.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise AuditError("a verifier key is not in signed-note form (name+id+base64)") from None
        verifier = cls(name, raw[1:])
        if raw[:1] != _ED25519 or len(raw) != 33 or verifier.key_id.hex() != key_id:
            raise AuditError(f"the verifier key named {name} is damaged: its id does not fit the key")
        return verifier


@dataclass(frozen=True)
class Keys:
    """What a writer of the log holds."""

    folder: Path
    log_id: str
    signer: Ed25519PrivateKey
    pseudonym_key: bytes
    verifiers: tuple[Verifier, ...]

    @property
    def origin(self) -> str:
        """The log's name on its checkpoints."""
        return ORIGIN_PREFIX + self.log_id

    @functools.cached_property
    def verifier(self) -> Verifier:
        """The public half of the current signing key."""
        return Verifier(self.origin, _public(self.signer))

    def pseudonym(self, patient: str) -> str:
        """Keyed pseudonym of a patient, given by id or reference: 128 bits in hex, the same throughout this log."""
        identifier = patient.removeprefix("Patient/").encode("utf-8", "surrogatepass")
        return hmac.digest(self.pseudonym_key, b"patient\n" + identifier, "sha256")[:16].hex()

    @property
    def pseudonym_key_id(self) -> str:
        """Says which pseudonym key was in use without giving it away."""
        return hmac.digest(self.pseudonym_key, b"key id", "sha256")[:4].hex()


def open_keys(folder: Path) -> Keys:
    """The keys of `folder`, made at the first call. Raises AuditError when others may read them."""
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        _refuse_wider(folder)
        with _alone(folder):
            if not (folder / SIGNING).exists() and not (folder / CHECKPOINTS).exists():
                _create(folder)
            return _read(folder)
    except OSError as error:
        raise AuditError(f"the audit keys in {folder} cannot be read or made: {error.strerror}") from error


def rotate(keys: Keys) -> Keys:
    """Put a new signing key in place; the public half of the old one stays among the verifiers."""
    signer = Ed25519PrivateKey.generate()
    verifiers = (*keys.verifiers, Verifier(keys.origin, _public(signer)))
    try:
        replace_file(keys.folder / VERIFIERS, "".join(f"{verifier}\n" for verifier in verifiers))
        replace_file(keys.folder / SIGNING, _private_line(keys.origin, signer))
    except OSError as error:
        raise AuditError(f"the new signing key cannot be written to {keys.folder}: {error.strerror}") from error
    return Keys(keys.folder, keys.log_id, signer, keys.pseudonym_key, verifiers)


def read_verifiers(path: Path) -> tuple[Verifier, ...]:
    """The public keys of a `verifiers.txt`, oldest first."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise AuditError(f"the verifier keys {path} cannot be read: {error.strerror}") from error
    return tuple(Verifier.parse(line) for line in lines if line.strip())


def _public(signer: Ed25519PrivateKey) -> bytes:
    return signer.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _private_line(origin: str, signer: Ed25519PrivateKey) -> str:
    seed = signer.private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    key_id = Verifier(origin, _public(signer)).key_id.hex()
    return f"PRIVATE+KEY+{origin}+{key_id}+{base64.b64encode(_ED25519 + seed).decode()}\n"


def _create(folder: Path) -> None:
    """Make all three files, the signing key last: a folder without it has never been used."""
    origin = ORIGIN_PREFIX + secrets.token_hex(16)
    signer = Ed25519PrivateKey.generate()
    if not (folder / PSEUDONYM).exists():
        replace_file(folder / PSEUDONYM, secrets.token_hex(32) + "\n")
    replace_file(folder / VERIFIERS, f"{Verifier(origin, _public(signer))}\n")
    replace_file(folder / SIGNING, _private_line(origin, signer))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Several processes may start on an empty folder at once; one makes the keys, the others find them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str) -> None:
    """Put a file of mode 0600 in the place of another, whole or not at all, and durably."""
    _temporary(path, text).replace(path)
    _sync_folder(path.parent)


def _temporary(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # created with mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_wider(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        wanted = "700" if path.is_dir() else "600"
        raise AuditError(
            f"{path} is open to others (mode {mode:o}); audit keys must not be: chmod {wanted} '{path}', "
            "and rotate the keys if somebody may have read them"
        )


def _signer(folder: Path) -> tuple[str, Ed25519PrivateKey]:
    path = folder / SIGNING
    _refuse_wider(path)
    try:
        head, word, origin, key_id, encoded = path.read_text("utf-8").strip().split("+", 4)
        raw = base64.b64decode(encoded, validate=True)
        signer = Ed25519PrivateKey.from_private_bytes(raw[1:])
    except (ValueError, binascii.Error):
        raise AuditError(f"{path} is damaged: not a signed-note private key; restore it from a backup") from None
    fits = raw[:1] == _ED25519 and Verifier(origin, _public(signer)).key_id.hex() == key_id
    if (head, word) != ("PRIVATE", "KEY") or not fits or not origin.startswith(ORIGIN_PREFIX):
        raise AuditError(f"{path} is damaged: its id does not fit the key; restore it from a backup")
    return origin, signer


def _read(folder: Path) -> Keys:
    for name in (SIGNING, PSEUDONYM, VERIFIERS):
        if not (folder / name).exists():
            raise AuditError(f"{folder / name} is missing; restore it from a backup of the key folder")
    origin, signer = _signer(folder)
    _refuse_wider(folder / PSEUDONYM)
    try:
        pseudonym_key = bytes.fromhex((folder / PSEUDONYM).read_text("utf-8").strip())
    except ValueError:
        pseudonym_key = b""
    if len(pseudonym_key) != 32:
        raise AuditError(f"{folder / PSEUDONYM} is damaged: not 32 bytes in hex; restore it from a backup")
    verifiers = read_verifiers(folder / VERIFIERS)
    if Verifier(origin, _public(signer)) not in verifiers:
        raise AuditError(f"{folder / SIGNING} is not among the keys of {folder / VERIFIERS}: this is the wrong key")
    return Keys(folder, origin.removeprefix(ORIGIN_PREFIX), signer, pseudonym_key, verifiers)
