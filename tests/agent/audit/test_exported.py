"""A log that was exported whole is verified by somebody who has nothing but the file, public keys and an anchor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from chartwarden.agent.audit.exported import ExportedLog, lines
from chartwarden.agent.audit.keys import CHECKPOINTS, VERIFIERS, read_verifiers
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.verify import Report, anchor_notes, verify
from chartwarden.agent.cli.main import build
from chartwarden.agent.errors import AuditError
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

Lines = list[dict[str, Any]]


@pytest.fixture
def export(anywhere: Place, trail: Callable[..., Trail]) -> Callable[..., Lines]:
    """A log of several checkpoints with texts, one of them erased, as its export."""

    def made(*, texts: bool = True) -> Lines:
        with anywhere.open(entries=5) as log:
            asked = trail(log)
            for number in range(12):
                asked.commit("question", {"n": number}, {"question": f"What is {number}? ü"})
            log.erase([3], reason="request", by="officer")
            found = list(lines(log.storage, log.keys.log_id, texts=texts))
        return found

    return made


def checked(place: Place, found: Lines, *, anchored: bool = True) -> Report:
    path = place.folder / "export.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in found))
    log = ExportedLog(path)
    known = [anchor_notes(place.keys / CHECKPOINTS)] if anchored else None
    trusted = read_verifiers(place.keys / VERIFIERS)
    return verify(log, trusted, known, is_export=True, has_texts=log.has_texts)


@pytest.mark.parametrize("texts", [True, False])
def test_an_export_verifies_as_the_log_does(texts, anywhere, export):
    found = export(texts=texts)
    report, own = checked(anywhere, found), anywhere.verify()
    assert own.intact
    assert report.intact, report.problems
    assert report.log_id == own.log_id
    assert report.anchored == report.entries == len(found) - 1
    assert (report.texts, report.erased) == ((own.texts, own.erased) if texts else (0, 0))
    assert any("not in the export" in notice for notice in report.notices) is not texts


def edited(found: Lines) -> None:
    found[4]["body"] = found[4]["body"].replace('"n":', '"m":')


def with_a_new_leaf(found: Lines) -> None:
    edited(found)
    found[4]["leaf"] = "ab" * 32


def without_a_line(found: Lines) -> None:
    del found[6]


def swapped(found: Lines) -> None:
    found[6], found[7] = found[7], found[6]


def cut(found: Lines) -> None:
    del found[-1]


def cut_at_a_checkpoint(found: Lines) -> None:
    while '"kind":"checkpoint"' not in found[-1]["body"]:
        found.pop()
    found.pop()
    found.pop()


def with_another_text(found: Lines) -> None:
    found[5]["texts"]["question"]["text"] = "Something else?"


def with_another_salt(found: Lines) -> None:
    found[5]["texts"]["question"]["salt"] = "00" * 32


def without_a_text(found: Lines) -> None:
    del found[5]["texts"]["question"]


def with_a_text_more(found: Lines) -> None:
    found[5]["texts"]["more"] = {"salt": "00" * 32, "text": "x"}


def with_the_erased_text(found: Lines) -> None:
    found[4].setdefault("texts", {})["question"] = {"salt": "00" * 32, "text": "x"}


@pytest.mark.parametrize(
    "damage",
    [edited, with_a_new_leaf, without_a_line, swapped, cut, cut_at_a_checkpoint, with_another_text, with_another_salt,
     without_a_text, with_a_text_more, with_the_erased_text],
    ids=lambda damage: damage.__name__,
)  # fmt: skip
def test_whatever_is_done_to_the_file_is_found(damage, place: Place, trail):
    with place.open(entries=5) as log:
        asked = trail(log)
        for number in range(12):
            asked.commit("question", {"n": number}, {"question": f"What is {number}?"})
        log.erase([3], reason="request", by="officer")
        found = list(lines(log.storage, log.keys.log_id, texts=True))
    assert checked(place, found).intact
    damage(found)
    assert not checked(place, found).intact


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "not an exported"), ("{}\n", "not an exported"), ("[1]\n", "not a JSON object"), ("nonsense\n", "altered")],
)
def test_a_file_that_is_no_export_is_refused(content, said, tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text(content)
    with pytest.raises(AuditError, match=said):
        ExportedLog(path)
    with pytest.raises(AuditError, match="cannot be read"):
        ExportedLog(tmp_path / "absent")


def test_the_commands_export_and_an_outsider_verifies(tmp_path: Path) -> None:
    run = CliRunner()
    folder, out, outside = tmp_path / "data", tmp_path / "log.jsonl", tmp_path / "outside"
    own = ["--data-dir", str(folder), "audit"]
    exported = run.invoke(build(), [*own, "export", "--format", "log", "--texts", "--out", str(out)])
    assert exported.exit_code == 0, exported.output
    given = ["--keys", str(folder / "keys" / VERIFIERS), "--anchors", str(folder / "keys" / CHECKPOINTS)]
    there = ["--data-dir", str(outside), "audit", "verify", "--file", str(out)]
    assert run.invoke(build(), [*there, *given]).exit_code == 0
    run.invoke(build(), [*own, "checkpoint"])
    later = run.invoke(build(), [*there, *given])
    assert later.exit_code == 0
    assert "went on after the export" in later.stdout
    assert not outside.exists(), "whoever verifies needs no log of their own"
    out.write_text(out.read_text().replace("log created", "log mended"))
    assert run.invoke(build(), [*there, *given]).exit_code == 3
    for arguments in (there, [*own, "export", "--format", "log", "--patient", "p", "--out", str(tmp_path / "x")]):
        assert isinstance(run.invoke(build(), arguments).exception, UsageError)
