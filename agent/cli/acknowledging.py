"""The disclaimer is acknowledged once per person and data directory; scripts name who did with `--acknowledge`."""

from __future__ import annotations

import json
import sys

from chartwarden.agent.cli.showing import console
from chartwarden.agent.cli.terminal_line import line_of_terminal
from chartwarden.agent.gate import disclaimer
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError


def acknowledger(settings: Settings, given: str, *, ask_person: bool) -> str:
    """As `acknowledged_name`, where nothing is shown and nothing begun before; `UsageError` when nobody did."""
    name = acknowledged_name(settings, given, ask_person=ask_person)
    if not name:
        raise UsageError("nothing is shown before the disclaimer is acknowledged; pass --acknowledge NAME")
    return name


def acknowledged_name(settings: Settings, given: str, *, ask_person: bool) -> str:
    """Who acknowledged the disclaimer: as given, as remembered, or as just answered. Empty: nobody did."""
    path = settings.data_dir / "acknowledged.json"
    if given:
        return given
    if path.exists():
        return str(json.loads(path.read_text(encoding="utf-8"))["name"])
    if not (ask_person and sys.stdin.isatty()):
        return ""
    out = console()
    out.print(disclaimer(form="full"), markup=False)
    out.print("Type your name to acknowledge this, or press Enter to leave: ", end="")
    name = line_of_terminal().strip()
    if name:
        path.write_text(json.dumps({"name": name}), encoding="utf-8")
    return name
