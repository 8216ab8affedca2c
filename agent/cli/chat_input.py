"""Where the lines of a chat come from: an editor in a terminal, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from chartwarden.agent.cli.chat_screen import Screen
from chartwarden.agent.cli.terminal_line import line_of_terminal
from chartwarden.agent.private_files import private_file
from chartwarden.agent.settings import Settings

PROMPT = "> "


def reader(
    settings: Settings, screen: Screen, completions: list[str], *, tty: bool, header: Callable[[], str]
) -> Iterator[str]:
    """Lines the person typed, without empty ones, until they leave (Ctrl-D, `/quit` or end of input)."""
    lines = _edited(settings, completions, header) if tty and not screen.plain else _read(tty)
    for line in lines:
        if line.strip():
            yield line.strip()


def _read(tty: bool) -> Iterator[str]:
    while True:
        if tty:
            sys.stdout.write(PROMPT)
            sys.stdout.flush()
        line = line_of_terminal() if tty else sys.stdin.readline()
        if not line:
            return
        yield line


def _edited(settings: Settings, completions: list[str], header: Callable[[], str]) -> Iterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    history = private_file(settings.data_dir / "history")
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)),
        auto_suggest=AutoSuggestFromHistory(),
        completer=WordCompleter(completions, sentence=True),
        complete_while_typing=False,
        bottom_toolbar=header,
    )
    while True:
        try:
            yield session.prompt(PROMPT)
        except KeyboardInterrupt:  # clears the line, as in any shell
            continue
        except EOFError:
            return
