"""Checkpoints are signed notes that other makers' tools read, and nothing else is taken for one."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest

from chartwarden.agent.audit import anchors
from chartwarden.agent.audit.anchors import FileAnchor, SyslogAnchor, anchors_of, published
from chartwarden.agent.audit.checkpoints import InvalidCheckpoint, _signed_by, notes, one_line, opened, sign
from chartwarden.agent.audit.keys import CHECKPOINTS, Keys, Verifier, open_keys
from chartwarden.agent.errors import AuditError

ROOT = bytes(range(32))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "keys")


def test_the_published_example_note_verifies() -> None:
    # c2sp.org/signed-note, section "Format".
    key = Verifier.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    signature = (
        "\u2014 example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    )
    assert _signed_by("This is an example message.\n", signature, (key,)) == key
    assert _signed_by("This is an example massage.\n", signature, (key,)) is None


def test_a_checkpoint_reads_back_as_it_was_signed(keys: Keys) -> None:
    note = sign(keys, 1500, ROOT, "2026-03-01T09:00:00+00:00")
    assert note.splitlines()[:3] == [keys.origin, "1500", base64.b64encode(ROOT).decode()]
    read = opened(note, keys.verifiers)
    assert (read.origin, read.size, read.root, read.time) == (keys.origin, 1500, ROOT, "2026-03-01T09:00:00+00:00")


def test_every_single_bit_of_a_checkpoint_matters(keys: Keys) -> None:
    note = sign(keys, 7, ROOT, "2026-03-01T09:00:00+00:00").encode()
    good = opened(note.decode(), keys.verifiers)
    accepted = []
    for bit in range(len(note) * 8):
        changed = bytearray(note)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            read = opened(changed.decode("utf-8", "replace"), keys.verifiers)
        except InvalidCheckpoint:
            continue
        accepted.append(read)
    # Some changes of the last newline are not part of what is signed; none may change what the checkpoint says.
    assert all(read == good for read in accepted)
    assert len(accepted) <= 16


def test_a_key_nobody_trusts_does_not_count(keys: Keys, tmp_path: Path) -> None:
    stranger = open_keys(tmp_path / "stranger")
    with pytest.raises(InvalidCheckpoint, match="no trusted key"):
        opened(sign(stranger, 7, ROOT, "t"), keys.verifiers)


@pytest.mark.parametrize("size", ["-1", "07", "1e3", "", "9" * 30])
def test_a_malformed_size_is_refused_even_when_signed(keys: Keys, size: str) -> None:
    text = f"{keys.origin}\n{size}\n{base64.b64encode(ROOT).decode()}\n"
    signature = base64.b64encode(keys.verifier.key_id + keys.signer.sign(text.encode())).decode()
    with pytest.raises(InvalidCheckpoint):
        opened(f"{text}\n\u2014 {keys.origin} {signature}\n", keys.verifiers)


def test_notes_are_found_among_the_lines_of_a_system_log(keys: Keys) -> None:
    first, second = sign(keys, 1, ROOT, "t1"), sign(keys, 2, ROOT, "t2")
    text = f"Mar  1 09:00 host sshd: hello\nMar  1 09:01 host chartwarden[7]: {one_line(first)}\n\n{second}\n"
    assert list(notes(text)) == [first, second]


def test_a_file_anchor_keeps_every_note(keys: Keys, tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "anchor.txt")
    written = [sign(keys, size, ROOT, "t") for size in (1, 2, 3)]
    for note in written:
        anchor.publish(note)
    assert list(notes((tmp_path / "anchor.txt").read_text("utf-8"))) == written
    assert (tmp_path / "anchor.txt").stat().st_mode & 0o077 == 0


def test_the_system_log_gets_one_line_for_each_checkpoint(keys: Keys, tmp_path: Path) -> None:
    note = sign(keys, 9, ROOT, "t")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "log"))
        SyslogAnchor(str(tmp_path / "log")).publish(note)
        line = receiver.recv(65536).decode()
    assert line.startswith("<85>chartwarden[")
    assert list(notes(line)) == [note]


def test_a_system_log_that_is_gone_stops_the_release(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="takes no checkpoints"):
        SyslogAnchor(str(tmp_path / "nothing")).publish("note")


def test_an_anchor_in_a_folder_that_does_not_exist_is_told_at_once(keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no folder"):
        anchors_of(keys, [tmp_path / "missing" / "anchor.txt"])


def signed(keys: Keys, *lines: str) -> str:
    """A note of these lines with a good signature."""
    text = "".join(f"{line}\n" for line in lines)
    signature = base64.b64encode(keys.verifier.key_id + keys.signer.sign(text.encode())).decode()
    return f"{text}\n\u2014 {keys.origin} {signature}\n"


CODED = base64.b64encode(ROOT).decode()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("ORIGIN", "7"), "not a checkpoint"),
        (("ORIGIN", "7", ""), "not a checkpoint"),
        (("", "7", CODED), "not a checkpoint"),
        (("ORIGIN", "x", CODED), "not a checkpoint"),
        (("ORIGIN", "07", CODED), "not a checkpoint"),
        (("ORIGIN", "7", base64.b64encode(ROOT[1:]).decode()), "origin or root is malformed"),
        (("ORIGIN", "7", base64.b64encode(ROOT + b"x").decode()), "origin or root is malformed"),
        (("ORIGIN", "7", "not base64!"), "origin or root is malformed"),
        (("another", "7", CODED), "origin or root is malformed"),
    ],
)
def test_what_is_signed_must_be_a_checkpoint_of_this_log(keys: Keys, lines: tuple[str, ...], said: str) -> None:
    note = signed(keys, *(line.replace("ORIGIN", keys.origin) for line in lines))
    with pytest.raises(InvalidCheckpoint, match=said):
        opened(note, keys.verifiers)


@pytest.mark.parametrize(
    ("more", "time"),
    [
        ((), ""),
        (("other x",), ""),
        (("time t1",), "t1"),
        (("other x", "time t1"), "t1"),
        (("time t1", "time t2"), "t1"),
    ],
)
def test_the_time_of_a_checkpoint_is_its_first_line_of_that_name(keys: Keys, more: tuple[str, ...], time: str) -> None:
    read = opened(signed(keys, keys.origin, "0", CODED, *more), keys.verifiers)
    assert (read.size, read.time, read.key) == (0, time, keys.verifier)


def test_one_good_signature_counts_and_a_bad_one_in_a_trusted_name_spoils_it(keys: Keys, tmp_path: Path) -> None:
    stranger = open_keys(tmp_path / "stranger")
    text = "a\nb\nc\n"

    def line(signer: Keys, name: str, key_id: bytes, message: str = text) -> str:
        return f"\u2014 {name} {base64.b64encode(key_id + signer.signer.sign(message.encode())).decode()}\n"

    good = line(keys, keys.origin, keys.verifier.key_id)
    theirs = line(stranger, stranger.origin, stranger.verifier.key_id)
    bad = line(keys, keys.origin, keys.verifier.key_id, "other\n")
    other_id = line(keys, keys.origin, b"\x00\x00\x00\x00")
    other_name = line(keys, "somebody", keys.verifier.key_id)
    trusted = keys.verifiers
    for lines, key in (
        (good, keys.verifier), (good + theirs, keys.verifier), (theirs + good, keys.verifier), (theirs, None),
        (bad, None), (good + bad, None), (bad + good, None), (other_id, None), (other_id + good, keys.verifier),
        (other_name, None), (good + "no signature\n", None), ("\u2014 x not!base64\n" + good, None), ("", None),
    ):  # fmt: skip
        assert _signed_by(text, lines, trusted) == key
    assert _signed_by(text, good + theirs, (*stranger.verifiers, *trusted)) == keys.verifier
    assert _signed_by(text, theirs + good, (*stranger.verifiers, *trusted)) == stranger.verifier


def test_what_only_looks_like_a_note_in_one_line_is_given_as_it_stands(keys: Keys) -> None:
    broken = "chartwarden-audit-checkpoint: abc"
    assert list(notes(f"{broken}\n{one_line('text')}\n")) == [broken, "text"]
    assert list(notes("a\nb\n\n\u2014 x y\n")) == [], "a checkpoint has three lines or more"


# Anchors


def test_the_own_anchor_comes_first_and_each_place_is_one_anchor(keys: Keys, tmp_path: Path) -> None:
    own, there = FileAnchor(keys.folder / CHECKPOINTS), tmp_path / "there.txt"
    assert anchors_of(keys, []) == (own,)
    assert anchors_of(keys, [there, str(there)]) == (own, FileAnchor(there))
    assert anchors_of(keys, [keys.folder / "." / CHECKPOINTS]) == (own,)
    assert anchors_of(keys, ["syslog:/run/log"]) == (own, SyslogAnchor("/run/log"))
    assert anchors_of(keys, [tmp_path / "syslog"]) == (own, FileAnchor(tmp_path / "syslog"))


def test_the_system_log_is_where_this_machine_has_it(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    monkeypatch.setattr(anchors, "_SYSLOG_SOCKETS", (first, second))
    with pytest.raises(AuditError, match="no system log on this machine"):
        anchors_of(keys, ["syslog"])
    Path(second).touch()
    assert anchors_of(keys, ["syslog"])[1:] == (SyslogAnchor(second),)
    Path(first).touch()
    assert anchors_of(keys, ["syslog"])[1:] == (SyslogAnchor(first),)


def test_what_anchors_hold_of_this_log_is_found_and_nothing_else(keys: Keys, tmp_path: Path) -> None:
    stranger = open_keys(tmp_path / "stranger")
    path = tmp_path / "anchor.txt"
    mine = [sign(keys, size, ROOT, "t") for size in (1, 2)]
    path.write_text("\n".join([mine[0], sign(stranger, 9, ROOT, "t"), mine[1], mine[1][:-30]]), "utf-8")
    places = [FileAnchor(tmp_path / "absent"), SyslogAnchor("/nowhere"), FileAnchor(path)]
    assert [one.size for one in published(places, keys.verifiers, keys.origin)] == [1, 2]
    both = (*keys.verifiers, *stranger.verifiers)
    assert [one.size for one in published(places, both, keys.origin)] == [1, 2]
    assert [one.size for one in published(places, both, stranger.origin)] == [9]


def test_a_checkpoint_that_is_only_half_written_is_none(keys: Keys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(anchors.os, "write", lambda _, data: len(data) - 1)
    with pytest.raises(AuditError, match="no space left"):
        FileAnchor(tmp_path / "anchor.txt").publish("note")
