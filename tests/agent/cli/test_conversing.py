"""The commands of a chat with a person at the keyboard, and what a screen of either kind shows."""

from __future__ import annotations

import io
import os
import re
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.cli.chat_commands import Commands
from chartwarden.agent.cli.chat_input import reader
from chartwarden.agent.cli.chat_people import choose_patient
from chartwarden.agent.cli.chat_progress import Progress
from chartwarden.agent.cli.chat_screen import Screen
from chartwarden.agent.cli.showing import console
from chartwarden.agent.cli.terminal_line import line_of_terminal
from chartwarden.agent.cli.warming import warm_up
from chartwarden.agent.conversations import Conversation, conversation_store
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.query import Finding

PRESSURE = "What was the last pressure?"


class Person(Screen):
    """A screen of a width, and a person before it who says these things."""

    def __init__(self, *says: str, plain: bool = True, width: int = 80, height: int = 24) -> None:
        super().__init__(plain=plain)
        self._says = list(says)
        self.shown = io.StringIO()
        self.out = console(file=self.shown, width=width, height=height, soft_wrap=plain, no_color=True)

    def ask(self, prompt: str) -> str:
        self.note(prompt)
        return self._says.pop(0)

    def text(self) -> str:
        return self.shown.getvalue()


Chat = Callable[..., Commands]


@pytest.fixture
def chat(made_up: Path) -> Iterator[Chat]:
    """Seats a person before an open record."""
    settings = Settings(data_dir=made_up)
    with ExitStack() as stack:
        saver = stack.enter_context(conversation_store(settings))
        assistant = stack.enter_context(Assistant.open(settings, checkpointer=saver))

        def seat(person: Person, patient: str = "adeyemi-1957") -> Commands:
            session = assistant.session(
                patient, acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF, interactive=True
            )
            commands = Commands(Conversation.begin(assistant, settings, session), person, settings)
            stack.callback(commands.close)
            return commands

        yield seat


@pytest.mark.parametrize("said", ["3", "diastolic blood pressure"])
def test_a_choice_is_made_by_number_or_in_words(chat: Chat, said: str) -> None:
    person = Person("9", said) if said.isdigit() else Person(said)
    commands = chat(person)
    commands.handle(PRESSURE)
    assert ("There are choices 1 to 3." in person.text()) is said.isdigit()
    answer = commands.conversation.last()
    assert answer.outcome == "answered"
    assert answer.citations


def test_who_leaves_a_choice_or_asks_for_a_command_instead_is_answered_nothing(chat: Chat) -> None:
    person = Person("", "/planner")
    commands = chat(person)
    commands.handle(PRESSURE)
    commands.handle(PRESSURE)
    assert "1. Blood pressure" in person.text()
    assert "planner: rules" in person.text(), "the command that was said instead"
    assert not commands.conversation.exchanges


def test_another_patient_is_found_by_name_chosen_and_nothing_of_the_first_is_left(chat: Chat) -> None:
    person = Person("2", "", "x")
    commands = chat(person)
    commands.handle("Which allergies are recorded?")
    commands.handle("/patient Adeyemi")
    assert "Patients, 2 rows:" in person.text()
    assert commands.conversation.session.patient == "adeyemi-1975"
    commands.handle("/source 1")
    assert "nothing with a source has been shown yet" in person.text()
    for _ in range(2):
        commands.handle("/patient Adeyemi")
    assert person.text().count("no patient was chosen") == 2
    commands.handle("/patient urn:nowhere|1")
    assert "urn:nowhere|1" in person.text()
    assert commands.conversation.session.patient == "adeyemi-1975", "the record that was open stays open"


def test_a_record_is_asked_for_until_one_is_chosen_and_an_empty_line_leaves(made_up: Path) -> None:
    with Assistant.open(Settings(data_dir=made_up)) as assistant:
        person = Person("Nobody", "1957-03-12", "Folake")
        assert choose_patient(assistant, person, user="Dr. Reader", interactive=True) == "adeyemi-1957"
        assert "no patient has the id, name or birth date 'Nobody'" in person.text()
        with pytest.raises(UsageError, match="no patient was chosen"):
            choose_patient(assistant, Person(""), user="Dr. Reader", interactive=True)
        with pytest.raises(UsageError, match="whose record\\? pass --patient"):
            choose_patient(assistant, Person(), user="Dr. Reader", interactive=False)


def test_a_wide_screen_names_sources_and_draws_what_a_narrow_one_numbers(chat: Chat) -> None:
    wide, narrow = Person(plain=False, width=140, height=60), Person(plain=False, width=70, height=60)
    for person in (wide, narrow):
        commands = chat(person)
        commands.handle("/labs creatinine")
        commands.handle("/source 1")
        assert "┤" in person.text(), "the plot"
        assert all(len(line) <= person.out.width for line in person.text().splitlines())
        commands.handle("/source 1 fhir")
        assert '"resourceType": "Observation"' in person.text()
    assert re.search(r"\[1\].*Observation/adeyemi-1957", wide.text())
    assert not re.search(r"\[1\].*Observation/adeyemi-1957", narrow.text())


def test_a_long_table_goes_through_the_pager_of_a_terminal(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr("rich.pager.SystemPager.show", lambda self, content: paged.append(content))
    monkeypatch.setenv("LESS", "")
    person = Person(plain=False, height=12)
    chat(person).handle("/timeline")
    assert len(paged) == 1
    assert "Timeline" in paged[0]


def test_no_trend_is_drawn_of_one_value_or_of_two_units() -> None:
    def value(number: float, unit: str, time: str) -> Finding:
        return Finding(reference="Observation/a", label="x", time=time, value=number, unit=unit)

    person = Person()
    person.trend([value(1, "kg", "2020-01-01")])
    person.trend([value(1, "kg", "2020-01-01"), value(2, "lb", "2021-01-01")])
    assert person.text() == ""
    person.trend([value(3, "kg", "2021-01-01"), value(1, "kg", "2020-01-01")])
    assert "2 values: first 1 (2020-01-01), last 3 (2021-01-01), lowest 1, highest 3 kg" in person.text()


def test_lines_are_edited_kept_in_a_private_file_and_cleared_by_ctrl_c(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("Which allergies?\r\r   \rthrown away\x03/help\r\x04")
        lines = list(reader(settings, Screen(plain=False), ["/help"], tty=True, header=lambda: "Ada Quill"))
    assert lines == ["Which allergies?", "/help"]
    history = tmp_path / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "+Which allergies?" in history.read_text(encoding="utf-8")
    assert "thrown away" not in history.read_text(encoding="utf-8")


def test_a_plain_terminal_shows_a_prompt_and_a_pipe_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    types: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def lines(*, tty: bool) -> list[str]:
        return list(reader(Settings(data_dir=tmp_path), Screen(plain=True), [], tty=tty, header=str))

    types("one\n\ntwo\n\x04")
    assert lines(tty=True) == ["one", "two"]
    assert capsys.readouterr().out == "> > > > "
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\n\ntwo"))
    assert lines(tty=False) == ["one", "two"]
    assert capsys.readouterr().out == ""


def test_ctrl_c_is_taken_while_a_line_is_waited_for(types: Callable[[str], None]) -> None:
    types("")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run deaf to it
    stop = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    try:
        stop.start()
        with pytest.raises(KeyboardInterrupt):
            line_of_terminal()
        stop.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert signal.set_wakeup_fd(-1) == -1, "nothing is left to be woken"


def test_warming_up_compiles_patterns_and_touches_neither_a_record_nor_the_log(tmp_path: Path) -> None:
    warm_up(Settings(data_dir=tmp_path / "data"))
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join()
    assert not (tmp_path / "data").exists()


def test_what_is_being_done_is_told_once_it_takes_long_and_nothing_of_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("chartwarden.agent.cli.chat_progress.time.monotonic", lambda: now[0])
    progress = Progress(console(file=io.StringIO()), live=True)
    assert progress._now().plain == "", "a quick step is told when it is done"
    progress.took(("step", "write"))
    progress.took(("generated", 12))
    now[0] += 3
    assert progress._now().plain == "  checking the draft, 12 tokens written, 3 s; Ctrl-C stops"
    assert progress.took(("answer", None)) is False
