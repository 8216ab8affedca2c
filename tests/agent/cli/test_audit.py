"""`chartwarden audit`, through the command line, over a log like the assistant's."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.log import AuditLog
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.cli import audit, audit_screen
from chartwarden.agent.cli.options import shared, shared_first
from chartwarden.agent.cli.showing import RecordConsole
from chartwarden.agent.errors import AuditError
from chartwarden.agent.people import find_people
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

Runs = Callable[..., Result]


def filled(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with AuditLog.open(f"sqlite:///{folder / 'audit.db'}", key_dir=folder / "keys") as log:
        for patient, user in (("p1", "dr.x"), ("p2", "nurse")):
            trail = log.trail(
                session_id=f"of-{user}",
                user=user,
                role="",
                purpose="TREAT",
                patient=patient,
                planner={"planner": "rules"},
            )
            trail.note("question", {"characters": 14}, {"question": f"Asthma in {patient}?"})
            trail.commit(
                "tool_call", {"tool": "search_record", "references": ["Condition/c1"], "found": 1, "withheld": 1}
            )
            facts = {"outcome": "answered", "citations": ["Condition/c1"], "sentences": []}
            trail.commit("answer", facts, {"answer": f"Yes, {patient} has asthma."})


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Runs `chartwarden audit ...` on a filled data directory; errors come out as exceptions."""
    filled(tmp_path / "data")
    app = typer.Typer()
    app.callback()(shared)
    app.add_typer(audit.build(), name="audit")

    def invoke(*words: str, code: int = 0) -> Result:
        arguments = ["--data-dir", str(tmp_path / "data"), "audit", *words]
        result = CliRunner().invoke(app, shared_first(arguments), catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return invoke


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_log_is_read_as_a_table_and_as_json(run: Runs) -> None:
    assert "answered: 1 citations" in run("log").stdout
    entries = objects(run("log", "--json"))
    assert [entry["seq"] for entry in entries] == list(range(8))
    assert [entry["kind"] for entry in objects(run("log", "--json", "--last", "2"))] == ["answer", "checkpoint"]
    assert [entry["user"] for entry in objects(run("log", "--json", "--patient", "p2"))] == ["nurse"] * 3
    assert len(objects(run("log", "--json", "--outcome", "answered", "--user", "dr.x"))) == 1
    assert objects(run("log", "--json", "--since", "2999-01-01")) == []
    assert "Asthma in p1?" in run("log", "--texts").stdout
    assert "Asthma in p1?" not in run("log").stdout


@pytest.mark.parametrize("width", [60, 200])
def test_what_an_entry_says_stands_beside_it_or_where_there_is_no_room_below(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    facts = {"event": "settings changed", "changed": {"scopes": ["patient/*.rs", "user/*.rs"]}}
    entry = Entry(
        seq=7, time="2026-03-01T08:00:00.5+00:00", kind="configuration", user="Zoë", facts=facts, planner={}, text={},
        **dict.fromkeys(("leaf", "prev", "log_id", "session", "role", "purpose", "patient", "code"), ""),
    )  # fmt: skip
    stream = io.StringIO()
    out = RecordConsole(file=stream, width=width, highlight=False)
    monkeypatch.setattr(audit_screen, "console", lambda: out)
    audit_screen.show_table([entry])
    shown = stream.getvalue().splitlines()
    assert shown[0].split() == ["seq", "time", "kind", "user", "patient", "what"]
    assert (len(shown) == 2) is (width == 200)
    assert shown[1].startswith("7    2026-03-01T08:00:00  configuration  Zoë")
    said = " ".join(" ".join(shown[1:]).split())
    assert said.endswith("event: settings changed, changed: scopes from patient/*.rs to user/*.rs")
    assert all(len(line.rstrip()) <= width for line in shown)


def test_one_answer_is_told_whole(run: Runs) -> None:
    said = run("show", "3").stdout
    for words in ("Asthma in p1?", "Condition/c1", "Yes, p1 has asthma.", "leaf"):
        assert words in said
    (story,) = objects(run("show", "3", "--json"))
    assert [entry["kind"] for entry in story] == ["question", "tool_call", "answer"]  # type: ignore[union-attr]


def test_a_whole_log_verifies(run: Runs) -> None:
    assert "The log verifies." in run("verify").stdout
    (report,) = objects(run("verify", "--json"))
    assert report["intact"] is True
    assert "without anchors" in run("verify", "--no-anchors").stdout


def test_a_changed_log_ends_with_exit_code_3(run: Runs, tmp_path: Path) -> None:
    from contextlib import closing

    from chartwarden.agent.audit.dialects import sqlite_module

    with closing(sqlite_module().connect(tmp_path / "data" / "audit.db")) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET body = replace(body, 'nurse', 'nobod') WHERE seq = 5")
        connection.commit()
    said = run("verify", code=3).stdout
    assert "does NOT verify" in said
    assert "entry 5" in said
    (report,) = objects(run("verify", "--json", code=3))
    assert report["intact"] is False


def test_the_review_names_what_was_withheld(run: Runs) -> None:
    assert [entry["why"] for entry in objects(run("review", "--json", "--user", "nurse"))] == [
        "1 resources withheld by the lock or the scopes"
    ]
    assert "withheld" in run("review").stdout


@pytest.mark.parametrize("form", ["fhir", "fhir-bundle", "entries"])
def test_an_export_is_private_logged_and_by_default_without_names_and_texts(
    run: Runs, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "out"
    run("export", "--format", form, "--out", str(out))
    assert out.stat().st_mode & 0o077 == 0
    written = out.read_text("utf-8")
    assert "asthma" not in written.lower()
    assert "Patient/p1" not in written
    assert [entry["facts"] for entry in objects(run("log", "--json", "--kind", "export"))] == [
        {"format": form, "identified": False, "texts": False, "what": "audit log"}
    ]
    named = tmp_path / "named"
    run("export", "--format", form, "--out", str(named), "--identify", "--texts", "--patient", "p1")
    assert "p1" in named.read_text("utf-8")
    assert "p2" not in named.read_text("utf-8")


def test_an_export_overwrites_nothing_and_knows_its_formats(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(UsageError, match="choose a new file"):
        run("export", "--out", str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "mine"
    with pytest.raises(UsageError, match="fhir, fhir-bundle, entries"):
        run("export", "--out", str(tmp_path / "new"), "--format", "csv")


def test_texts_are_erased_for_one_patient(run: Runs) -> None:
    assert "of 2 entries are erased" in run("erase", "--patient", "p1", "--reason", "request 7", "--yes").stdout
    assert "[erased; commitment" in run("show", "3").stdout
    assert "Asthma in p2?" in run("show", "6").stdout
    assert "The log verifies." in run("verify").stdout
    assert "nothing to erase" in run("erase", "--patient", "p1", "--reason", "again", "--yes").stdout


def test_erasing_needs_a_choice_and_a_yes(run: Runs) -> None:
    with pytest.raises(UsageError, match="say what to erase"):
        run("erase", "--reason", "none")
    run("erase", "--seq", "1", "--reason", "no", code=1)
    assert "Asthma in p1?" in run("show", "1").stdout


def test_erasing_a_patient_erases_with_which_words_the_patient_was_looked_up(run: Runs, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with Assistant.open(settings) as assistant:
        with LocalStore.open(settings.store_url) as store:
            load(store, [fhir_fixtures.folder()])
        assert len(find_people(assistant.services, "Ruth Folake", user="dr.x")) == 1
        assert len(find_people(assistant.services, "adey", user="dr.x")) == 2
    asked = ("--patient", "adeyemi-1957", "--reason", "request 7", "--yes")
    assert "of 2 entries are erased" in run("erase", *asked).stdout
    assert "nothing to erase" in run("erase", *asked).stdout
    run("verify")
    with closing(Storage.open(settings.audit_url, read_only=True)) as storage:
        left = {(body.name, body.text.decode()) for body in storage.bodies(9, None)}
    assert {("searched", "adey"), ("patient", "adeyemi-1975")} <= left
    assert not any("1957" in text or "Folake" in text for _, text in left)
    assert not any(word in (tmp_path / "data" / "audit.db").read_bytes() for word in (b"Folake", b"adeyemi-1957"))


def test_what_is_older_than_the_retention_is_erased(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nothing to erase" in run("erase", "--expired", "--reason", "retention", "--yes").stdout
    assert "are erased" in run("erase", "--before", "2999-01-01", "--reason", "closing down", "--yes").stdout


def test_proofs_are_made_and_checked(run: Runs, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    proof.write_text(run("proof", "3").stdout)
    assert "entry 3 is in the log" in run("proof", "--check", str(proof)).stdout
    old = tmp_path / "old.txt"
    old.write_text(run("checkpoint").stdout)
    run("checkpoint")
    proof.write_text(run("proof", "--since", str(old)).stdout)
    assert "begins with that of" in run("proof", "--check", str(proof)).stdout
    proof.write_text(proof.read_text().replace('"path": ["', '"path": ["00'))
    with pytest.raises(AuditError):
        run("proof", "--check", str(proof))
    with pytest.raises(UsageError, match="name an entry"):
        run("proof")


def test_a_rotated_key_is_announced_and_the_log_verifies(run: Runs) -> None:
    assert "is now signed with chartwarden.audit/" in run("rotate-key").stdout
    run("checkpoint")
    assert "The log verifies." in run("verify").stdout


def test_a_log_that_is_not_there_is_told(run: Runs, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no audit log"):
        run("log", "--audit", f"sqlite:///{tmp_path / 'nothing.db'}")


@pytest.mark.parametrize("words", ["yesterday", "2026-13-01"])
def test_a_wrong_date_is_told(run: Runs, words: str) -> None:
    with pytest.raises(UsageError, match="is not a date or time"):
        run("log", "--since", words)
