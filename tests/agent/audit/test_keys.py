"""Keys: made once, kept private, recognised when they are the wrong ones."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chartwarden.agent.audit.keys import (
    CHECKPOINTS,
    PSEUDONYM,
    SIGNING,
    VERIFIERS,
    Keys,
    Verifier,
    _private_line,
    open_keys,
    read_verifiers,
    rotate,
)
from chartwarden.agent.errors import AuditError


def test_keys_are_made_private_and_found_again(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) for name in (SIGNING, PSEUDONYM, VERIFIERS)} == {
        0o600
    }
    again = open_keys(tmp_path / "keys")
    assert (again.log_id, again.verifier, again.pseudonym("p1")) == (keys.log_id, keys.verifier, keys.pseudonym("p1"))


def test_threads_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: open_keys(tmp_path / "keys"), range(16)))
    assert len({(keys.log_id, str(keys.verifier), keys.pseudonym_key) for keys in made}) == 1


@pytest.mark.parametrize("name", [SIGNING, PSEUDONYM])
def test_a_key_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    open_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).chmod(0o640)
    with pytest.raises(AuditError, match="chmod 600"):
        open_keys(tmp_path / "keys")


def test_a_key_folder_others_can_enter_is_refused(tmp_path: Path) -> None:
    open_keys(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o750)
    with pytest.raises(AuditError, match="chmod 700"):
        open_keys(tmp_path / "keys")


@pytest.mark.parametrize("name", [PSEUDONYM, VERIFIERS])
def test_a_missing_key_file_is_not_silently_made_anew(tmp_path: Path, name: str) -> None:
    open_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(AuditError, match="restore it"):
        open_keys(tmp_path / "keys")


@pytest.mark.parametrize("name", [SIGNING, PSEUDONYM, VERIFIERS])
def test_a_damaged_key_is_told(tmp_path: Path, name: str) -> None:
    open_keys(tmp_path / "keys")
    path = tmp_path / "keys" / name
    path.write_text(path.read_text("utf-8")[:-8], "utf-8")
    with pytest.raises(AuditError):
        open_keys(tmp_path / "keys")


def test_a_signing_key_of_another_log_is_the_wrong_key(tmp_path: Path) -> None:
    open_keys(tmp_path / "ours")
    open_keys(tmp_path / "theirs")
    (tmp_path / "ours" / SIGNING).write_bytes((tmp_path / "theirs" / SIGNING).read_bytes())
    with pytest.raises(AuditError, match="wrong key"):
        open_keys(tmp_path / "ours")


def test_rotation_keeps_the_old_public_key_and_the_pseudonyms(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    rotated = rotate(keys)
    assert rotated.verifier != keys.verifier
    assert read_verifiers(tmp_path / "keys" / VERIFIERS) == (keys.verifier, rotated.verifier)
    assert open_keys(tmp_path / "keys").pseudonym("p1") == keys.pseudonym("Patient/p1")


def test_pseudonyms_of_two_logs_cannot_be_joined(tmp_path: Path) -> None:
    assert open_keys(tmp_path / "a").pseudonym("p1") != open_keys(tmp_path / "b").pseudonym("p1")


def test_a_verifier_key_reads_the_published_example() -> None:
    # The example key of the signed-note specification (c2sp.org/signed-note).
    line = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    assert str(Verifier.parse(line)) == line
    with pytest.raises(AuditError, match="damaged"):
        Verifier.parse(line.replace("530d903a", "530d903b"))
    with pytest.raises(AuditError, match="signed-note form"):
        Verifier.parse("example.com/foo")


def test_a_pseudonym_is_of_the_patient_and_the_key_alone(tmp_path: Path) -> None:
    keys, others = open_keys(tmp_path / "a"), open_keys(tmp_path / "b")
    assert keys.pseudonym("p1") == keys.pseudonym("Patient/p1") != keys.pseudonym("p2")
    assert len(keys.pseudonym("p1")) == 32
    assert len(keys.pseudonym_key_id) == 8
    assert keys.pseudonym_key_id == open_keys(tmp_path / "a").pseudonym_key_id != others.pseudonym_key_id
    assert keys.pseudonym("\ud800") != keys.pseudonym("")


def private(keys: Keys) -> list[str]:
    """The parts of the signing key's line."""
    return (keys.folder / SIGNING).read_text("utf-8").strip().split("+", 4)


@pytest.mark.parametrize(
    ("place", "part", "said"),
    [
        (0, "PUBLIC", "does not fit"),
        (1, "KEYS", "does not fit"),
        (2, "somebody.else/1", "does not fit"),
        (3, "00000000", "does not fit"),
        (4, "not base64!", "not a signed-note private key"),
        (4, base64.b64encode(b"\x01" + bytes(31)).decode(), "not a signed-note private key"),
        (4, base64.b64encode(b"\x02" + bytes(32)).decode(), "does not fit"),
    ],
)
def test_each_part_of_the_signing_key_must_fit(tmp_path: Path, place: int, part: str, said: str) -> None:
    keys = open_keys(tmp_path / "keys")
    parts = private(keys)
    (keys.folder / SIGNING).write_text("+".join([*parts[:place], part, *parts[place + 1 :]]), "utf-8")
    with pytest.raises(AuditError, match=said):
        open_keys(tmp_path / "keys")


def test_a_key_of_another_origin_is_not_this_programs_even_if_its_id_fits(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    line = _private_line("somebody.else/1", keys.signer)
    (keys.folder / SIGNING).write_text(line, "utf-8")
    with pytest.raises(AuditError, match="does not fit the key"):
        open_keys(tmp_path / "keys")


@pytest.mark.parametrize("text", ["00" * 31, "00" * 33, "zz" * 32, ""])
def test_a_pseudonym_key_is_32_bytes_in_hex(tmp_path: Path, text: str) -> None:
    keys = open_keys(tmp_path / "keys")
    (keys.folder / PSEUDONYM).write_text(text, "utf-8")
    with pytest.raises(AuditError, match="not 32 bytes in hex"):
        open_keys(tmp_path / "keys")


@pytest.mark.parametrize(
    "change",
    [lambda raw: b"\x02" + raw[1:], lambda raw: raw[:-1], lambda raw: raw + b"\x00"],
    ids=["type", "shorter", "longer"],
)
def test_a_verifier_key_of_another_type_or_length_is_damaged(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    verifier = open_keys(tmp_path / "keys").verifier
    raw = change(b"\x01" + verifier.public)
    line = f"{verifier.name}+{Verifier(verifier.name, raw[1:]).key_id.hex()}+{base64.b64encode(raw).decode()}"
    with pytest.raises(AuditError, match="is damaged"):
        Verifier.parse(line)


def test_blank_lines_among_the_verifiers_are_none(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    path = keys.folder / VERIFIERS
    path.write_text(f"\n{keys.verifier}\n  \n", "utf-8")
    assert read_verifiers(path) == (keys.verifier,)
    with pytest.raises(AuditError, match="cannot be read"):
        read_verifiers(tmp_path / "absent")


@pytest.mark.parametrize(
    ("mode", "is_private"), [(0o700, True), (0o500, True), (0o710, False), (0o701, False), (0o704, False)]
)
def test_any_right_of_others_on_the_folder_is_too_much(tmp_path: Path, mode: int, is_private: bool) -> None:
    open_keys(tmp_path / "keys")
    (tmp_path / "keys").chmod(mode)
    if is_private:
        open_keys(tmp_path / "keys")
    else:
        with pytest.raises(AuditError, match="is open to others"):
            open_keys(tmp_path / "keys")


def test_a_used_folder_without_its_signing_key_is_not_made_anew(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    (keys.folder / CHECKPOINTS).write_text("a checkpoint")
    (keys.folder / SIGNING).unlink()
    with pytest.raises(AuditError, match=f"{SIGNING} is missing"):
        open_keys(tmp_path / "keys")


def test_a_folder_that_was_left_half_made_keeps_its_pseudonyms(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    (keys.folder / SIGNING).unlink()
    again = open_keys(tmp_path / "keys")
    assert again.log_id != keys.log_id
    assert again.pseudonym_key == keys.pseudonym_key


def test_a_rotation_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    keys = open_keys(tmp_path / "keys")
    for name in (SIGNING, PSEUDONYM, VERIFIERS):
        (keys.folder / name).unlink()
    keys.folder.rmdir()
    with pytest.raises(AuditError, match="cannot be written"):
        rotate(keys)
    (tmp_path / "file").touch()
    with pytest.raises(AuditError, match="cannot be read or made"):
        open_keys(tmp_path / "file" / "keys")
