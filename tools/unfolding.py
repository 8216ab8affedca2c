"""A resource as compact text for a model: one element a line, codes with their names, references with theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartwarden.tools.records.chart import human_name
from chartwarden.tools.records.indexing import contained_in
from chartwarden.tools.records.source import Resource
from chartwarden.tools.records.values import codings_of, name_of, quantity

MAX_VALUE_CHARS = 200
"""Longest value of one element; free text and signatures go on in the resource itself."""
_LEFT_OUT = frozenset(
    {"resourceType", "id", "meta", "implicitRules", "contained", "extension", "modifierExtension"}
    | {"data", "hash", "div"}
)
"""Technical elements, narratives, and content that is shown elsewhere or is not text."""
_CODING = frozenset({"system", "version", "code", "display", "userSelected"})


def unfold(resource: Resource) -> list[str]:
    """The elements of a resource in the order recorded, such as `dosageInstruction.route: Oral [26643006]`."""
    inside = {fragment: _name(inner) for fragment, inner in contained_in(resource)}
    lines = (f"  {path}: {_cut(value)}" for path, value in _elements("", resource, inside))
    return list(dict.fromkeys(lines))


def _name(contained: Resource) -> str:
    """What a resource inside another one is called: a drug by its code, a person or an organization by its name."""
    return name_of(contained.get("code")) or human_name(contained)


def _elements(path: str, node: Any, inside: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _elements(path, item, inside)
    elif not isinstance(node, dict):
        yield path, str(node).lower() if isinstance(node, bool) else str(node)
    elif path and (told := _told(node, inside)):
        yield path, told
    else:
        for key, inner in node.items():
            is_narrative = key == "text" and isinstance(inner, dict)
            if key not in _LEFT_OUT and not is_narrative and not key.startswith("_"):
                yield from _elements(f"{path}.{key}" if path else key, inner, inside)


def _told(node: dict[str, Any], inside: Mapping[str, str]) -> str:
    """A data type that reads as one value; empty for what has to be unfolded."""
    if "code" in node and node.keys() <= _CODING:
        node = {"coding": [node]}
    if "coding" in node:
        codes = " ".join(coding.code for coding in codings_of(node) if coding.code != name_of(node))
        return f"{name_of(node)} [{codes}]" if codes else name_of(node)
    if "family" in node or "given" in node:
        return human_name({"name": [node]})
    if isinstance(node.get("reference"), str):
        name = node.get("display") or inside.get(node["reference"])
        return f"{name} ({node['reference']})" if name else node["reference"]
    if node.keys() <= {"start", "end"}:
        return f"{node.get('start', '')} to {node.get('end', '')}".strip()
    amount = quantity(node)
    return f"{amount.scalars[0]} {amount.unit}".strip() if amount is not None else ""


def _cut(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= MAX_VALUE_CHARS else f"{flat[:MAX_VALUE_CHARS]} [cut]"
