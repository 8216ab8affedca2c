"""The command line, run in this process."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.cli.main import main
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def chartwarden(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `chartwarden` with arguments and, as `given`, standard input; no terminal, 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str, given: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["chartwarden", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Ran(int(ended.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with all made-up patients; tests share its log."""
    folder = tmp_path_factory.mktemp("made_up") / "data"
    folder.mkdir(mode=0o700)
    with LocalStore.open(Settings(data_dir=folder).store_url) as store:
        load(store, [fhir_fixtures.folder()])
    for file in folder.iterdir():
        file.chmod(0o600)
    return folder


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Make standard input a terminal in which a person typed these lines; `\x04` at the start of one is Ctrl-D."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    with ExitStack() as ends:

        def sit(text: str) -> None:
            keyboard, terminal = pty.openpty()
            ends.callback(os.close, keyboard)
            monkeypatch.setattr(sys, "stdin", ends.enter_context(os.fdopen(terminal)))
            os.write(keyboard, text.encode())

        yield sit
