"""The batch as it is run: killed and resumed, changed and refused, told in exit codes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
COMMAND = (sys.executable, "-c", "from chartwarden.agent.cli.main import main; main()")
CLOCK = ("--as-of", fhir_fixtures.AS_OF, "--acknowledge", "Dr. Reader")
KILLS = 10
ROWS = 5_000


def store(folder: Path, *records: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    with LocalStore.open(Settings(data_dir=folder).store_url) as opened:
        load(opened, list(records))
    for file in folder.iterdir():
        file.chmod(0o600)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store(tmp_path_factory.mktemp("batch") / "data", fhir_fixtures.folder())


def answers(path: Path) -> list[dict[str, Any]]:
    """What two runs must have in common: all but times and audit positions."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{name: row[name] for name in row if name not in ("audit", "elapsed_ms")} for row in rows]


def test_a_list_of_questions_is_asked_of_a_list_of_patients_and_a_changed_run_is_not_resumed(
    chartwarden: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    questions, patients, out = tmp_path / "q.txt", tmp_path / "p.txt", tmp_path / "out.csv"
    questions.write_text("Which allergies are recorded?\nHow old is the patient?\n", encoding="utf-8")
    patients.write_text("adeyemi-1957\nhaddad\n", encoding="utf-8")
    whole = ("batch", str(questions), "--patients", str(patients), "--out", str(out), *CLOCK)
    whole = (*whole, "--data-dir", str(folder))
    done = chartwarden(*whole)
    assert done.returncode == 0, done.stderr
    assert "answers written: 4 in" in done.stderr
    assert done.stdout == ""
    kept = out.read_bytes()
    out.write_bytes(kept[:-40])
    resumed = chartwarden(*whole, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "answers written: 1 in" in resumed.stderr
    questions.write_text("Which allergies are recorded?\n", encoding="utf-8")
    changed = chartwarden(*whole, "--resume")
    assert changed.returncode == 2
    assert "cannot be resumed: questions, rows changed" in changed.stderr


def test_standard_streams_carry_answers_alone_and_failures_are_an_exit_code(
    chartwarden: Callable[..., Any], folder: Path
) -> None:
    lines = '{"id": "a", "patient": "haddad", "question": "How old is the patient?"}\n{broken\n'
    done = chartwarden("batch", "-", "--out", "-", *CLOCK, "--data-dir", str(folder), given=lines)
    assert done.returncode == 1
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["answered", "failed"]
    assert "not a question: line 2 is not JSON" in done.stderr


def test_a_file_that_is_not_there_is_a_usage_error(chartwarden: Callable[..., Any], tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    done = chartwarden("evaluate", missing, missing)
    assert done.returncode == 2
    assert "none.jsonl' cannot be read" in done.stderr


@pytest.mark.parametrize("command", [("batch", "-", "--out"), ("evaluate", "{questions}", "--out")])
def test_many_questions_are_not_begun_before_the_disclaimer_is_acknowledged(
    chartwarden: Callable[..., Any], folder: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "out.jsonl"
    row = {"id": "a", "patient": "haddad", "question": "Any allergies?", "expected": {"kind": "none"}}
    questions.write_text(json.dumps(row), encoding="utf-8")
    words = [word.format(questions=questions) for word in command]
    done = chartwarden(*words, str(out), "--data-dir", str(folder), given=json.dumps(row))
    assert done.returncode == 2
    assert "pass --acknowledge NAME" in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_an_evaluation_asks_compares_and_writes_its_page(
    chartwarden: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    questions, kept, page = tmp_path / "q.jsonl", tmp_path / "a.jsonl", tmp_path / "page.html"
    row = {"id": "a", "patient": "haddad", "question": "How old is the patient?", "as_of": fhir_fixtures.AS_OF}
    questions.write_text(json.dumps(row | {"expected": {"kind": "number", "value": -1}}) + "\n", encoding="utf-8")
    where = ("--acknowledge", "Dr. Reader", "--data-dir", str(folder))
    asked = chartwarden("evaluate", str(questions), "--out", str(kept), "--report", str(page), *where)
    assert asked.returncode == 0, asked.stderr
    assert "How old is the patient?" in page.read_text(encoding="utf-8")
    figures = json.loads(chartwarden("evaluate", str(questions), str(kept), "--json").stdout)
    assert figures["overall"] == 0.0
    assert figures["label"] == "1 questions"
    other = tmp_path / "b.jsonl"
    other.write_text(json.dumps(json.loads(kept.read_text(encoding="utf-8")) | {"value": [-1]}), encoding="utf-8")
    compared = chartwarden("evaluate", "compare", str(questions), str(kept), str(other))
    assert "only a.jsonl 0, only b.jsonl 1" in compared.stdout
    assert "a wrong (answered) -> right (answered): How old is the patient?" in compared.stdout
    paired = json.loads(chartwarden("evaluate", "compare", str(questions), str(kept), str(other), "--json").stdout)
    assert (paired["rows"], paired["difference"], paired["p_value"]) == (1, -1.0, 1.0)


@pytest.mark.slow
@pytest.mark.skipif(
    not (SHARED / "synthea-r4").is_dir(),
    reason=f"needs the Synthea and MIMIC-IV demo records and their questions in {SHARED}",
)
def test_a_long_run_killed_ten_times_answers_as_an_unbroken_one(tmp_path: Path) -> None:
    data = store(tmp_path / "data", SHARED / "synthea-r4", SHARED / "mimic-iv-demo-fhir")
    files = (SHARED / "ehrqa" / "dev.jsonl", SHARED / "fhirpath-qa" / "train.jsonl")
    known = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    asked = [known[number % len(known)] | {"id": f"r{number}"} for number in range(ROWS)]
    questions = tmp_path / "q.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in asked), encoding="utf-8")
    base = [*COMMAND, "batch", str(questions), *CLOCK, "--jobs", "8", "--data-dir", str(data)]
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    started = time.monotonic()
    assert subprocess.run([*base, "--out", str(whole)], check=False).returncode in (0, 1)
    seconds = time.monotonic() - started
    chance = random.Random(11)
    for _ in range(KILLS):
        process = subprocess.Popen([*base, "--out", str(broken), "--resume"])
        time.sleep(chance.uniform(0.2, 2 * seconds / KILLS))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run([*base, "--out", str(broken), "--resume"], check=False).returncode in (0, 1)
    assert answers(broken) == answers(whole)
    assert len(answers(whole)) == ROWS
    verified = subprocess.run([*COMMAND, "audit", "verify", "--data-dir", str(data)], check=False)
    assert verified.returncode == 0
