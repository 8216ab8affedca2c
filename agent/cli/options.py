"""Options every command shares, and the settings they lead to."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Sequence
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import ConfigurationError, UsageError

SHARED = ("--data-dir", "--store", "--audit", "--config", "--fhir", "--planner", "--endpoint")
"""Options with a value that may stand before or after the command's name."""


def flag(*names: str, help: str) -> Any:
    """An option without a value; the help page shows none behind it either."""
    return typer.Option(*names, metavar="", help=help)


Patient = Annotated[str, typer.Option("--patient", "-p", help="Patient id, or `system|value` identifier.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The moment of asking, ISO 8601; default: now.")]
Acknowledge = Annotated[
    str,
    typer.Option("--acknowledge", metavar="NAME", help="Your name: you have read and accept the disclaimer."),
]
Json = Annotated[bool, flag("--json", help="One JSON object instead of text.")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"chartwarden {importlib.metadata.version('chartwarden')}")
        raise typer.Exit


def shared(
    ctx: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Where records, audit log, keys and conversations are kept."),
    ] = None,
    store: Annotated[str, typer.Option("--store", help="SQLAlchemy URL of the records.")] = "",
    audit: Annotated[str, typer.Option("--audit", help="SQLAlchemy URL of the audit log.")] = "",
    fhir: Annotated[str, typer.Option("--fhir", metavar="URL", help="Records on a FHIR R4 server instead.")] = "",
    config: Annotated[Path | None, typer.Option("--config", help="TOML file of settings.")] = None,
    planner: Annotated[
        str, typer.Option("--planner", metavar="rules|model|auto", help="Who plans: rules, or a model.")
    ] = "",
    endpoint: Annotated[
        str, typer.Option("--endpoint", metavar="URL", help="OpenAI-compatible server of the model; several: URL,URL.")
    ] = "",
    version: Annotated[
        bool,
        typer.Option("--version", metavar="", is_eager=True, callback=_tell_version, help="Show the version and exit."),
    ] = False,
) -> None:
    """Ask a patient's FHIR record questions, on this machine, with every sentence cited and checked.

    The options below may also stand after the command's name.
    """
    if config is not None:
        os.environ["CHARTWARDEN_CONFIG"] = str(config)
    given: dict[str, Any] = {}
    if data_dir is not None:
        given["data_dir"] = data_dir.expanduser().absolute()
    if store:
        given["store"] = store
    if audit:
        given["audit"] = {"url": audit}
    if fhir:
        given["server"] = {"url": fhir}
    model = {"planner": planner, "endpoint": tuple(filter(None, endpoint.split(",")))}
    if any(model.values()):
        given["model"] = {name: value for name, value in model.items() if value}
    ctx.obj = given


def settings_of(ctx: typer.Context, **given: Any) -> Settings:
    """The settings of this command: `given` > shared options > environment > config file > defaults."""
    try:
        return Settings(**{**(ctx.find_root().obj or {}), **given})
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise ConfigurationError(f"there is no setting {where!r}; docs/configuration.md lists all") from None
        raise ConfigurationError(f"the setting {where!r} is not usable: {first['msg']}") from None
    except TOMLDecodeError as fault:
        raise ConfigurationError(f"the config file is not TOML: {fault}") from None
    except SettingsError as fault:
        raise ConfigurationError(f'{fault}; a list is written as JSON: \'["one", "two"]\'') from None


def store_settings_of(ctx: typer.Context) -> Settings:
    """`settings_of` for commands about the store alone: `UsageError` where the records are on a FHIR server."""
    settings = settings_of(ctx)
    if settings.server.url:
        raise UsageError(
            f"this command is about the store, and the records are on {settings.server.url}; leave out --fhir, "
            "or unset server.url"
        )
    return settings


def shared_first(arguments: Sequence[str]) -> list[str]:
    """Move shared options to the front, so that they may stand anywhere on the command line.

    >>> shared_first(["ask", "Any allergies?", "--data-dir", "/tmp/x", "--json"])
    ['--data-dir', '/tmp/x', 'ask', 'Any allergies?', '--json']
    """
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest.extend((word, *words))
        elif word in SHARED:
            front.append(word)
            front.extend(value for value in [next(words, None)] if value is not None)
        elif word.startswith(tuple(f"{name}=" for name in SHARED)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest
