"""The texts and numbers of a resource, as leaves of its tree: what its citation can bear out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chartwarden.agent.grounding.mentions import Amount
from chartwarden.agent.grounding.results import is_number
from chartwarden.tools.records.attachments import passages
from chartwarden.tools.records.kept import once_kept

_SKIPPED = frozenset({"meta", "id", "resourceType", "div", "data"})
_FREE_TEXT = frozenset(
    {
        "attachment", "comment", "conclusion", "contentString", "description", "extension", "note",
        "patientInstruction", "payload", "presentedForm", "section", "summary", "valueMarkdown", "valueString",
    }
)  # fmt: skip
"""Elements in which people write what they like."""


@dataclass(frozen=True)
class Leaves:
    """The texts of a resource, or of a part of one."""

    every: list[str]
    """String leaves, and attachments and narrative as plain text."""
    names: list[str]
    """Those that stand in no element of free text."""


@once_kept
def leaves_of(node: Any) -> Leaves:
    """The texts of a resource or a part of one."""
    is_resource = isinstance(node, dict) and "resourceType" in node
    every = [passage.text for passage in passages(node)] if is_resource else []
    names: list[str] = []
    _gather(node, every, names)
    return Leaves(every, names)


def _gather(node: Any, every: list[str], names: list[str] | None) -> None:
    # Lists, not generators within generators: a count may rest on hundreds of resources.
    if isinstance(node, str):
        every.append(node)
        if names is not None:
            names.append(node)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in _SKIPPED:
                _gather(value, every, None if key in _FREE_TEXT else names)
    elif isinstance(node, list):
        for value in node:
            _gather(value, every, names)


def quantities_of(node: Any) -> list[Amount]:
    """Numbers of a resource; a Quantity with its unit and code, any other number without."""
    found: list[Amount] = []
    _gather_amounts(node, found)
    return found


def _gather_amounts(node: Any, found: list[Amount]) -> None:
    if isinstance(node, dict):
        if is_number(node.get("value")):
            number = Decimal(str(node["value"]))
            found += [Amount(number, unit) for unit in {str(node.get("unit", "")), str(node.get("code", ""))}]
        for key, value in node.items():
            if key not in _SKIPPED:
                _gather_amounts(value, found)
    elif isinstance(node, list):
        for value in node:
            _gather_amounts(value, found)
    elif is_number(node):
        found.append(Amount(Decimal(str(node)), ""))
