"""The whole way, over a server: the same answers as from a file, and nothing of a stranger anywhere."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import sys

import pytest
from door_hostile import Hostile, Scenario
from door_peers import BASE, HonestServer, on_a_socket
from door_records import CANARY
from door_scenarios import SCENARIOS

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.cli.main import main
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.server import FhirServer, ServerLimits

QUESTIONS = [
    json.loads(line)
    for line in (fhir_fixtures.folder().parent / "questions.jsonl").read_text("utf-8").splitlines()
    if line
]
NOT_SAID = {"audit", "elapsed_ms", "timing"}
WORDS = [("How many", "results are recorded"), ("What was the latest", ""), ("Was", "ever measured")]


def _one_of_each() -> list[Scenario]:
    """One scenario of each number and expectation."""
    return list({(scenario.name[:3], scenario.expect): scenario for scenario in SCENARIOS}.values())


@pytest.fixture(scope="module")
def over_file():
    """An assistant over the made-up patients."""
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


def ask(assistant: Assistant, row: dict) -> Answer:
    session = assistant.session(row["patient"], acknowledged_by="Dr. Reader", as_of=row["as_of"])
    return assistant.answer(row["question"], session)


def told(answer: Answer) -> dict:
    """What the answer says: everything but times and places in the log."""
    return {name: value for name, value in answer.model_dump().items() if name not in NOT_SAID}


@pytest.mark.slow
def test_every_question_of_the_set_has_the_same_answer_over_a_server(over_file):
    honest = HonestServer(over_file.services.source, page_size=50)
    with FhirServer(BASE, transport=honest, limits=ServerLimits(cache_bytes=2**26)) as server:
        over_server = Assistant(dataclasses.replace(over_file.services, source=server))
        for row in QUESTIONS:
            assert told(ask(over_server, row)) == told(ask(over_file, row)), row["id"]
    assert len(honest.requests) > len(QUESTIONS)


def test_questions_have_the_same_answers_over_a_server_that_declares_little(over_file):
    little = {kind: frozenset({"patient", "_id"}) for kind in over_file.services.source.capabilities().search_params}
    honest = HonestServer(over_file.services.source, declared=little, page_size=20)
    with FhirServer(BASE, transport=honest, limits=ServerLimits(cache_bytes=2**26)) as server:
        over_server = Assistant(dataclasses.replace(over_file.services, source=server))
        for row in QUESTIONS[::8]:
            assert told(ask(over_server, row)) == told(ask(over_file, row)), row["id"]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """An assistant whose data directory can be looked through."""
    folder = tmp_path_factory.mktemp("answers") / "data"
    with Assistant.open(Settings(data_dir=folder)) as opened:
        yield opened


@pytest.mark.parametrize("scenario", _one_of_each(), ids=lambda scenario: scenario.name[:50])
def test_no_answer_log_or_file_holds_a_word_of_a_stranger(scenario, assistant, caplog, capfd, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    hostile = Hostile(scenario, only="Observation")
    limits = ServerLimits(timeout_s=5, max_bytes=2 * 2**20, max_pages=12)
    source = FhirServer(BASE, transport=hostile, limits=limits, sleep=lambda seconds: None)
    over = Assistant(dataclasses.replace(assistant.services, source=source))
    session = over.session("pat-a", acknowledged_by="Dr. Reader", as_of="2025-01-01")
    answers = [over.answer(f"{words} Hemoglobin A1c {more}?", session) for words, more in WORDS]
    for answer in answers:
        text = " ".join(sentence.text for sentence in answer.sentences)
        assert CANARY not in answer.model_dump_json()
        if scenario.search is not None and scenario.expect == "fault":
            assert answer.outcome == "failed"
        elif scenario.search is not None and scenario.expect == "incomplete":
            assert answer.outcome == "failed" or "could not be searched to the end" in text
        else:
            assert answer.outcome == "answered"
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err + caplog.text
    assert "Anna" not in captured.err + caplog.text
    for path in [*tmp_path.rglob("*"), *assistant.services.settings.data_dir.rglob("*")]:
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


@pytest.fixture
def command_line(tmp_path, monkeypatch, capfd):
    """Runs the command with arguments; gives its exit code, output and messages."""
    monkeypatch.setenv("CHARTWARDEN_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["chartwarden", *arguments, "--acknowledge", "Dr. Reader"])
        mask = os.umask(0o022)
        code: object = 0
        try:
            main()
        except SystemExit as left:
            code = left.code
        finally:
            os.umask(mask)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_the_command_line_answers_over_a_server_and_leaves_nothing_readable_behind(over_file, command_line, tmp_path):
    honest = HonestServer(over_file.services.source, page_size=50)
    row = QUESTIONS[0]
    with on_a_socket(honest) as site:
        honest.base = f"{site}/fhir"
        code, out, err = command_line(
            "ask",
            row["question"],
            "--fhir",
            honest.base,
            "--patient",
            row["patient"],
            "--as-of",
            row["as_of"],
            "--json",
        )
    assert not code, err
    assert json.loads(out)["value"][0] == row["expected"]["value"]
    written = list((tmp_path / "data").rglob("*"))
    assert written
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    assert not any(path.is_file() and b"resourceType" in path.read_bytes() for path in tmp_path.rglob("*"))


def test_a_server_that_cannot_be_reached_is_a_failure_with_a_message(command_line):
    code, _, err = command_line("ask", "Any allergies?", "--fhir", "http://127.0.0.1:9/fhir", "--patient", "pat-a")
    assert code == 1
    assert "the server 127.0.0.1 cannot be reached" in err
    assert "Traceback" not in err


def test_a_server_without_tls_is_a_wrong_setting(command_line):
    code, _, err = command_line("ask", "Any allergies?", "--fhir", "http://fhir.example/r4", "--patient", "pat-a")
    assert code == 2
    assert "use https://" in err
