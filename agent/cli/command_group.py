"""Groups of commands whose help pages show no value behind `--help`, as behind no other flag."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class _PlainHelp:
    """Typer makes the help option itself, and shows `<bool>` behind it."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.metavar = ""
        return option


class Command(_PlainHelp, TyperCommand):
    """One command."""


class Group(_PlainHelp, TyperGroup):
    """What a `CommandGroup` becomes when it runs."""


class CommandGroup(typer.Typer):
    """A group of commands that is being put together."""

    def __init__(self, *, cls: type[Group] = Group, **told: Any) -> None:
        super().__init__(cls=cls, **told)

    def command(self, name: str | None = None, **told: Any) -> Any:
        """Register a command."""
        return super().command(name, cls=Command, **told)
