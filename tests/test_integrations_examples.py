"""The examples of docs/integrations.md run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chartwarden.agent.mcp_http import MAX_BODY_BYTES, MAX_SESSIONS
from chartwarden.agent.session import Session

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "integrations.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^## (\w+)$|```python\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)


def titled() -> list[tuple[str, str]]:
    title, found = "", []
    for heading, code in EXAMPLES:
        title = heading or title
        if code:
            found.append((title, code))
    return found


@pytest.mark.parametrize(("title", "code"), titled(), ids=[title for title, _ in titled()])
def test_an_example_runs(title: str, code: str) -> None:
    exec(compile(code, f"docs/integrations.md: {title}", "exec"), {"__name__": "example"})


def test_every_door_has_an_example() -> None:
    assert {title for title, _ in titled()} == {"Python", "LangChain", "LangGraph", "MCP"}


def test_the_limits_are_those_of_the_code() -> None:
    assert f"above {MAX_BODY_BYTES // 1024} KiB" in PAGE
    assert f"more than {MAX_SESSIONS:,} open sessions" in PAGE


def test_the_keys_of_a_session_are_those_of_its_schema() -> None:
    table = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", PAGE.partition("## LangGraph")[2], re.MULTILINE)
    told = {name for row in table for name in re.findall(r"`(\w+)`", row)}
    assert told <= set(Session.model_json_schema()["properties"])
