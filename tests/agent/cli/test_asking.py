"""Single commands as a newcomer meets them: asking, opening a record in an emergency, the demo, serving, a load."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.cli.acknowledging import acknowledged_name
from chartwarden.agent.settings import Settings

Runs = Callable[..., Any]
ALLERGIES = "Which allergies are recorded?"
CLOCK = ("--as-of", fhir_fixtures.AS_OF)
WHO = ("--patient", "adeyemi-1957", "--acknowledge", "Dr. Reader", *CLOCK)


@pytest.fixture
def run(chartwarden: Runs, made_up: Path) -> Runs:
    """Runs a command over the made-up patients."""

    def command(*words: str, code: int = 0, given: str = "") -> Any:
        ran = chartwarden(*words, "--data-dir", str(made_up), given=given)
        assert ran.returncode == code, ran.stderr
        return ran

    return command


def test_an_answer_shows_its_sources_and_on_request_the_resources_and_how_it_was_read(run: Runs) -> None:
    shown = run("ask", ALLERGIES, *WHO, "--show", "--explain").stdout
    logged = [json.loads(line) for line in run("audit", "log", "--json").stdout.splitlines()]
    last, end = [one for one in logged if one["kind"] in ("tool_call", "session_end")][-2:]
    (reference,) = re.findall(r"\[1\] (AllergyIntolerance/\S+)", shown)
    resource = json.loads(shown[shown.index("\n{") :])
    assert f"{resource['resourceType']}/{resource['id']}" == reference
    assert (last["facts"]["tool"], last["facts"]["references"]) == ("show_resource", [reference])
    assert end["kind"] == "session_end"
    assert "Penicillin" in shown
    assert "planner rules" in shown


def test_a_question_without_an_acknowledgement_is_refused_and_shows_nothing_of_the_record(run: Runs) -> None:
    shown = run("ask", ALLERGIES, "--patient", "adeyemi-1957", *CLOCK).stdout
    assert "refused" in shown
    assert "Penicillin" not in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--patient", "nobody-here"), "nobody-here"),
        (("--patient", "adeyemi-1957", "--as-of", "someday"), "someday"),
        (("--patient", "urn:nowhere|1"), "urn:nowhere"),
    ],
)
def test_a_wrong_patient_or_time_is_a_usage_error_that_names_it(run: Runs, given: tuple[str, ...], said: str) -> None:
    assert said in run("ask", ALLERGIES, "--acknowledge", "Dr. Reader", *given, code=2).stderr


def test_who_acknowledged_once_is_remembered_and_nobody_is_asked_where_nobody_sits(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    types: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = Settings(data_dir=tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Dr. Reader\n"))
    assert acknowledged_name(settings, "", ask_person=True) == "", "a pipe is nobody"
    types("\n\x04Dr. Reader\n")
    assert acknowledged_name(settings, "", ask_person=False) == ""
    assert acknowledged_name(settings, "", ask_person=True) == "", "Enter leaves"
    assert acknowledged_name(settings, "", ask_person=True) == "", "Ctrl-D leaves"
    assert acknowledged_name(settings, "", ask_person=True) == "Dr. Reader"
    assert "diagnosis" in capsys.readouterr().out
    assert acknowledged_name(settings, "", ask_person=False) == "Dr. Reader"
    assert acknowledged_name(settings, "Nurse", ask_person=False) == "Nurse"


def test_an_emergency_opens_one_record_under_a_banner_and_is_listed_for_review(run: Runs) -> None:
    opened = ("break-glass", ALLERGIES, *WHO, "--reason", "Unconscious on arrival")
    assert "EMERGENCY ACCESS until" in run(*opened).stdout
    row = json.loads(run(*opened, "--json").stdout)
    assert (row["outcome"], bool(row["citations"])) == ("answered", True)
    listed = [json.loads(line) for line in run("audit", "review", "--json").stdout.splitlines()]
    starts = [entry["seq"] for entry in listed if entry["kind"] == "break_glass_start"]
    assert len(starts) == [entry["kind"] for entry in listed].count("break_glass_end") == 2
    assert "reason: Unconscious on arrival" in run("audit", "show", str(starts[0])).stdout
    run("audit", "erase", "--seq", str(starts[1]), "--reason", "asked for", "--yes")
    listed = [json.loads(line) for line in run("audit", "review", "--json").stdout.splitlines()]
    why = [entry["why"].partition(", until: ")[0] for entry in listed if entry["kind"] == "break_glass_start"]
    assert why == ["reason: Unconscious on arrival", "reason: [erased]"]
    assert "reason" in run("break-glass", ALLERGIES, *WHO, "--reason", " ", code=2).stderr


def test_the_demo_answers_its_questions_and_verifies_its_log(chartwarden: Runs) -> None:
    ran = chartwarden("demo")
    assert ran.returncode == 0, ran.stderr
    assert "HbA1c: highest value 7.6 %" in ran.stdout
    assert 'No observation for "INR" is recorded.' in ran.stdout
    assert re.search(r"\d+ entries, nothing altered; root [0-9a-f]{64}\n", ran.stdout)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "whose record? pass --patient"),
        (("--issuer", "https://i.example"), "tokens need --http, --issuer, --jwks and --public-url together"),
        (("--http", "--host", "0.0.0.0", "--patient", "haddad"), "binding 0.0.0.0 lets others in"),
        (
            ("--http", "--issuer", "https://i.example", "--jwks", "keys.json", "--public-url", "https://me.example",
             "--patient", "haddad"),
            "with tokens the session is theirs",
        ),
        (("--patient", "nobody-here", "--acknowledge", "Dr. Reader"), "nobody-here"),
    ],
)  # fmt: skip
def test_a_server_that_would_let_the_wrong_ones_in_does_not_start(run: Runs, given: tuple[str, ...], said: str) -> None:
    assert said in run("serve", "mcp", *given, code=2).stderr


def test_a_server_without_its_library_says_what_to_install(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("chartwarden.agent.mcp_server", raising=False)
    monkeypatch.setitem(sys.modules, "chartwarden.agent.mcp_server", None)  # as where the import of `mcp` fails
    assert "pip install 'chartwarden[mcp]'" in run("serve", "mcp", "--patient", "haddad", code=2).stderr


def test_a_load_names_the_first_problems_counts_the_rest_and_tells_of_loose_references(
    chartwarden: Runs, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.ndjson"
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/a"},
                 "encounter": {"reference": "urn:uuid:5f3a2f5c-0000-4a4a-9a9a-feedfacecafe"}}  # fmt: skip
    rows = ['{"resourceType": "Patient", "id": "a"}', json.dumps(condition), *["{broken"] * 25]
    odd.write_text("\n".join(rows), encoding="utf-8")
    ran = chartwarden("load", str(odd), "--data-dir", str(tmp_path / "data"))
    assert ran.returncode == 1
    assert "1 files, 2 resources" in ran.stdout
    assert ran.stdout.count(f"{odd}:") == 20
    assert "... and 5 more; --json lists them" in ran.stdout
    assert "1 references wait for what they point to" in ran.stdout


def test_a_reader_that_goes_away_and_a_person_who_stops_are_no_errors(
    chartwarden: Runs, monkeypatch: pytest.MonkeyPatch, made_up: Path
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chartwarden.agent.assistant.Assistant.answer", stopped)
    ran = chartwarden("ask", ALLERGIES, *WHO, "--data-dir", str(made_up))
    assert (ran.returncode, ran.stderr) == (130, "")
