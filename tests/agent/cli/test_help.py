"""The help pages: every command and option says what it is for, and a flag shows no value behind it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from chartwarden.agent.cli.main import build


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that lead to it."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *path, name)
    yield path, command


COMMANDS = dict(commands(typer.main.get_command(build())))


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_every_option_is_explained_and_no_flag_asks_for_a_value(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help
    for parameter in command.params:
        assert parameter.help, parameter.name
        assert not getattr(parameter, "is_flag", False) or parameter.metavar == "", parameter.name


def test_a_help_page_names_a_flag_alone(chartwarden: Callable[..., Any]) -> None:
    ran = chartwarden("search", "--help")
    (line,) = [line for line in ran.stdout.splitlines() if "--population" in line]
    assert line.strip("│ ").split() == ["--population", "Search", "everyone's", "records."]


@pytest.mark.parametrize("words", [(), ("search",), ("evaluate", "grade"), ("audit",), ("serve", "mcp")])
def test_help_itself_is_named_as_a_flag(chartwarden: Callable[..., Any], words: tuple[str, ...]) -> None:
    shown = chartwarden(*words, "--help").stdout
    (line,) = [line for line in shown.splitlines() if "--help" in line]
    assert line.strip("│ ").split()[:4] == ["--help", "-h", "Show", "this"]
    assert "<bool>" not in shown


def test_the_version_is_told_without_a_command(chartwarden: Callable[..., Any]) -> None:
    ran = chartwarden("--version")
    assert (ran.returncode, ran.stdout) == (0, f"chartwarden {importlib.metadata.version('chartwarden')}\n")
