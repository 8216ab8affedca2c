"""The chat as a person meets it: in a terminal of either size, without one, stopped, resumed and asked back."""

from __future__ import annotations

import json
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
termios = pytest.importorskip("termios", reason="this system has no pseudo-terminals")
fcntl = pytest.importorskip("fcntl", reason="this system has no pseudo-terminals")

CHART = (sys.executable, "-c", "from chartwarden.agent.cli.main import main; main()", "chat")
WHO = ("--patient", "adeyemi-1957", "--as-of", fhir_fixtures.AS_OF, "--acknowledge", "Dr. Reader")
SCREENS = Path(__file__).parent / "screens"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>]|\r")
DIFFERS = re.compile(r"\([\d.]+ m?s\)|audit \d+\s+[0-9a-f]{12}|(?<=kept as )[0-9a-f]{8}|(?<=--resume )[0-9a-f]{8}")
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chat")
    path.chmod(0o700)
    with LocalStore.open(Settings(data_dir=path).store_url) as store:
        load(store, [fhir_fixtures.folder() / f"adeyemi-{born}.json" for born in (1957, 1975)])
    for file in path.iterdir():
        file.chmod(0o600)
    return path


def _in_front() -> None:
    """Let Ctrl-C reach the chat, also where the tests themselves run in the background, deaf to it."""
    fcntl.ioctl(0, termios.TIOCSCTTY)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A chat in a pseudo-terminal, in plain text."""

    def __init__(self, *arguments: str, columns: int, lines: int) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(lines)}
        self._process = subprocess.Popen(
            [*CHART, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
            preexec_fn=_in_front,
        )  # fmt: skip
        os.close(slave)
        self._shown, self._seen = "", 0

    def until(self, words: str) -> str:
        """What is shown from the last such look on, up to `words`; fails when they do not come."""
        deadline = time.monotonic() + PATIENCE_S
        while (end := self._shown.find(words, self._seen)) < 0:
            ready, _, _ = select.select([self._master], [], [], deadline - time.monotonic())
            assert ready, f"{words!r} never came:\n{self._shown[self._seen :]}"
            raw = os.read(self._master, 65_536).decode(errors="replace")
            self._shown += ESCAPES.sub("", raw)
        begin, self._seen = self._seen, end + len(words)
        return self._shown[begin : self._seen]

    def send(self, text: str) -> None:
        os.write(self._master, text.encode())

    def ended(self) -> None:
        """Wait for the chat to end by itself, without an error."""
        assert self._process.wait(PATIENCE_S) == 0

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@pytest.fixture
def terminal(folder: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str, columns: int = 80, lines: int = 24) -> Terminal:
        opened.append(Terminal(*arguments, "--data-dir", str(folder), columns=columns, lines=lines))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def assert_screen(name: str, shown: str) -> None:
    """Compare with the kept screen; `CHARTWARDEN_KEEP_SCREENS=1` keeps this one instead."""
    path = SCREENS / f"{name}.txt"
    if os.environ.get("CHARTWARDEN_KEEP_SCREENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_piped_questions_are_answered_in_plain_text(chartwarden: Callable[..., Any], folder: Path) -> None:
    lines = (
        "Which allergies are recorded?\n\n/explain\n/labs creatinine\n/source 5\n/source 9\n/nothing\n/meds\n"
        "/notes unicorns\n/patient Adeyemi\nWhat was the last pressure?\n"
    )
    ran = chartwarden("chat", *WHO, "--data-dir", str(folder), given=lines)
    assert ran.returncode == 0, ran.stderr
    assert_screen("piped", DIFFERS.sub("…", ran.stdout))


def test_a_conversation_goes_on_after_a_restart(chartwarden: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    where = ("--data-dir", str(folder))
    first = chartwarden("chat", *WHO, *where, given="What was the last creatinine?\n").stdout
    name = first.rsplit("--resume ", 1)[1].strip()
    lines = f"And the first?\nWhat was the last pressure?\n/asof 2022-01-01\n/export {tmp_path / 'kept.md'}\n"
    shown = chartwarden("chat", "--resume", name, "--acknowledge", "Dr. Reader", *where, given=lines)
    assert "2021-10-20" in shown.stdout
    assert "Choose: Blood pressure" in shown.stdout, "nobody is there to be asked back"
    assert "Blocked" not in shown.stderr
    exported = (tmp_path / "kept.md").read_text(encoding="utf-8")
    assert "## What was the last creatinine?" in exported
    assert exported.count("as of 2025-06-30T12:00:00+00:00 (UTC)") == 3, "each answer tells the clock it was given at"


def test_of_a_panel_every_part_is_told_and_each_test_has_its_own_table(
    chartwarden: Callable[..., Any], folder: Path
) -> None:
    shown = chartwarden("chat", *WHO, "--data-dir", str(folder), given="/labs pressure\n/labs unicorns\n").stdout
    assert "pressure: 3 tests of this record are called that" in shown
    assert "2015-03-04 09:10, Systolic blood pressure: 146 mm[Hg]; Diastolic blood pressure: 79 mm[Hg], final" in shown
    assert re.search(
        r"^Diastolic blood pressure, 13 rows:\n  \[\d+\] 2015-03-04 09:10, 79 mm\[Hg\]", shown, re.MULTILINE
    )
    assert "unicorns: not recorded under any name of this record." in shown


def test_every_command_does_what_its_line_says(chartwarden: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.md"
    lines = (
        "/problems", "/source 1", "/source 1 fhir", "/timeline", "/images", "/notes the", "/asof 2024-01-01",
        "What was the last creatinine?", "/audit", f"/export {kept}", f"/export {kept}", f"/export {tmp_path}/no/x.md",
        "/planner", "/help", "/quit", "/problems",
    )  # fmt: skip
    ran = chartwarden("chat", *WHO, "--data-dir", str(folder), given="\n".join(lines) + "\n")
    assert ran.returncode == 0, ran.stderr
    shown = ran.stdout
    assert shown.count("Active problems") == 1, "nothing is done after /quit"
    assert '"resourceType": "Condition"' in shown
    times = re.findall(
        r"^  \[\d+\] (\d{4}-\d{2}-\d{2})", shown.partition("Timeline")[2].partition("Images")[0], re.MULTILINE
    )
    assert times == sorted(times)
    assert len(times) > 3
    assert "as of 2024-01-01" in shown
    assert re.search(r"Entry \d+, leaf [0-9a-f]{64}\.", shown)
    assert f"Written to {kept}. It holds record text." in shown
    assert f"{kept} exists; name another file" in shown
    assert "x.md cannot be written: No such file or directory" in shown
    assert "/planner rules or /planner model lets another one answer" in shown
    assert "/timeline  the record in order of time" in shown


def test_a_command_that_cannot_be_done_says_what_it_needs(chartwarden: Callable[..., Any], folder: Path) -> None:
    told = {
        "/source 1": "nothing with a source has been shown yet",
        "/explain": "",
        "/patient": "whose record? for example: /patient Adeyemi",
        "/patient Nobody": "no patient has the id, name or birth date 'Nobody'",
        "/labs": "which test? for example: /labs hemoglobin",
        "/notes": "which words? for example: /notes smoking",
        "/asof someday": "someday",
        "/problems": "",
        "/source x": "/source 1, or /source 1 fhir",
        "/source 1 pdf": "/source 1, or /source 1 fhir",
        "/nothing": "There is no command /nothing; /help lists them.",
    }
    ran = chartwarden("chat", *WHO, "--data-dir", str(folder), given="\n".join(told) + "\n")
    assert ran.returncode == 0, ran.stderr
    for line, words in told.items():
        assert words in ran.stdout + ran.stderr, line


def test_a_switch_of_the_planner_is_logged_and_an_impossible_one_says_what_is_missing(
    chartwarden: Callable[..., Any], folder: Path
) -> None:
    lines = "/planner oracle\n/planner model\n/planner rules\nWhat was the last creatinine?\n"
    where = ("--data-dir", str(folder))
    ran = chartwarden("chat", *WHO, *where, given=lines)
    assert ran.returncode == 0, ran.stderr
    assert "there is no planner 'oracle'" in ran.stdout
    assert "medgemma-27b-it" in ran.stdout, "what is missing"
    assert "2025-06-02" in ran.stdout, "the rules answer on"
    logged = [json.loads(line) for line in chartwarden("audit", "log", "--json", *where).stdout.splitlines()]
    changes = [entry["facts"] for entry in logged if entry["facts"].get("event") == "planner changed"]
    assert changes == [{"event": "planner changed", "changed": {"planner": ["rules", "rules"]}}]


def test_nothing_is_shown_before_the_disclaimer_is_acknowledged(
    chartwarden: Callable[..., Any], tmp_path: Path
) -> None:
    ran = chartwarden("chat", "--patient", "adeyemi-1957", "--data-dir", str(tmp_path / "new"), given="/meds\n")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "pass --acknowledge NAME" in ran.stderr


class Tmux:
    """A chat in a real terminal emulator, which can be asked what its screen shows."""

    def __init__(self, folder: Path, columns: int, lines: int) -> None:
        self._name = f"chartwarden-{os.getpid()}-{columns}"
        command = shlex.join([*CHART, *WHO, "--data-dir", str(folder)])
        self._run("new-session", "-d", "-x", str(columns), "-y", str(lines), f"{command}; sleep 60")

    def _run(self, command: str, *arguments: str) -> str:
        named = ("-s", self._name) if command == "new-session" else ("-t", self._name)
        ran = subprocess.run(["tmux", command, *named, *arguments], capture_output=True, text=True, check=True)
        return ran.stdout

    def send(self, line: str) -> None:
        self._run("send-keys", "-l", line)
        self._run("send-keys", "Enter")

    def until(self, words: str, at_end: str = "") -> str:
        """The screen, once it shows `words` and ends with `at_end`."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in (screen := self._run("capture-pane", "-p")) or not screen.rstrip().endswith(at_end):
            assert time.monotonic() < deadline, f"{words!r} never came:\n{screen}"
            time.sleep(0.05)
        return screen

    def close(self) -> None:
        self._run("kill-session")


@pytest.mark.skipif(
    shutil.which("tmux") is None, reason="the tmux program, which drives the chat in a terminal, is not installed"
)
def test_screens_of_either_size_show_header_steps_choices_answer_and_another_patient(folder: Path) -> None:
    chats = {columns: Tmux(folder, columns, lines) for columns, lines in ((80, 24), (160, 50))}
    try:
        for chat in chats.values():
            chat.until("\n>")
            chat.send("What was the last pressure?")
            chat.until("Which?")
            chat.send("9")
            chat.until("There are choices 1 to 3.")
            chat.send("3")
        for columns, chat in chats.items():
            screen = chat.until("audit")
            assert "134 mm[Hg]" in screen
            assert "(supported)" in screen
            header = chat.until("not medical advice")
            assert "Ruth Folake Adeyemi · female 68 y" in header
            assert all(len(line) <= columns for line in screen.splitlines())
            chat.send("/patient Adeyemi")
        for chat in chats.values():
            chat.until("Which? (1 to 2; Enter for none)")
            chat.send("2")
        for chat in chats.values():
            chat.until("female 49 y")
            chat.send("/notes anything")
            screen = chat.until("No note carries", at_end="not medical advice")
            header = "".join(screen.rstrip().splitlines()[-2:])
            assert "Ruth Adeyemi · female 49 y · as of 2025-06-30" in header, "whose record is open now"
    finally:
        for chat in chats.values():
            chat.close()


def test_a_person_finds_the_patient_stops_a_question_and_leaves_with_the_end_of_input(
    terminal: Callable[..., Terminal],
) -> None:
    chat = terminal("--as-of", fhir_fixtures.AS_OF, "--acknowledge", "Dr. Reader", "--plain")
    chat.until("Patient: ")
    chat.send("Nobody\n")
    chat.until("no patient has the id, name or birth date 'Nobody'")
    chat.send("Folake\n")
    chat.until("Ruth Folake Adeyemi · female 68 y")
    chat.until("> ")
    chat.send("What was the last pressure?\n")
    chat.until("Which?")
    chat.send("\x03")
    chat.until("Stopped. Nothing of this question is shown.")
    chat.until("> ")
    chat.send("What was the last pressure?\n")
    chat.until("Which?")
    chat.send("\x04")
    chat.until("> ")
    chat.send("Which allergies are recorded?\n")
    chat.until("Penicillin")
    chat.send("\x04")
    chat.until("go on with --resume")
    chat.ended()
