"""What the planner says where it understands nothing must pass the second net of the gate, or nothing would be said."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest

from chartwarden.agent import planning
from chartwarden.agent.answer import Sentence
from chartwarden.agent.gate import may_leave
from chartwarden.agent.grounding import Evidence
from chartwarden.tools.records.moments import Clock

FOLDER = Path(planning.__file__).resolve().parent
NOTHING = Evidence((), {}, Clock(as_of=dt.datetime(2025, 6, 30, tzinfo=dt.UTC), timezone="UTC"))


def reasons() -> list[str]:
    """The texts that `NotUnderstood` is given, with a quoted word where something of the question is put in."""
    return sorted({
        said
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotUnderstood"
        for argument in node.args
        if (said := _said(argument))
    })  # fmt: skip


def _said(argument: ast.expr) -> str:
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "something" if len(parts) > 1 else "" for part in parts
    )


def test_reasons_are_found() -> None:
    assert len(reasons()) > 40


@pytest.mark.parametrize("reason", reasons())
def test_a_reason_leaves(reason: str) -> None:
    said = Sentence(text=f"The question was not understood: {reason}.", kind="notice")
    assert may_leave(said, NOTHING)
