"""What `_summary` and `_elements` leave of a resource, tagged SUBSETTED (R4 search, 3.1.1.5.9 and 3.1.1.5.10)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import nearest

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
ALWAYS = ("resourceType", "id", "meta")

Tree = dict[str, Any]
"""Name of an element to None (all of it) or to the tree of its parts."""


@cache
def _outlines() -> dict[str, dict[str, Any]]:
    raw = resources.files("chartwarden.tools.records.definitions").joinpath("outline.json").read_bytes()
    found: dict[str, dict[str, Any]] = json.loads(raw)
    return found


def check_elements(resource_type: str, names: tuple[str, ...]) -> None:
    """`SearchError` for a name that begins no element of the type, be it one that the summary leaves out."""
    known = _outlines()[resource_type]["elements"]
    for name in names:
        if name not in known:
            raise SearchError(f"_elements={name}: {resource_type} has no element {name!r}{nearest(name, list(known))}")


def subset(resource: dict[str, Any], summary: str, elements: tuple[str, ...]) -> dict[str, Any]:
    """The resource as asked for; itself where all of it was. `elements` are base names: `value` for `valueString`.

    What must be there by the definition of the type stays in every subset but `data`, which only drops the text.
    """
    if not elements and summary not in ("data", "true", "text"):
        return resource
    outline = _outlines().get(resource["resourceType"], {"summary": {}, "mandatory": [], "elements": {}})
    if summary == "data":
        kept = {name: value for name, value in resource.items() if name != "text"}
    elif summary == "true":
        mandatory = dict.fromkeys(outline["mandatory"])
        kept = _pruned(resource, {**mandatory, **outline["summary"], **dict.fromkeys(ALWAYS)})
    elif summary == "text":
        kept = _pruned(resource, dict.fromkeys((*ALWAYS, "text", *outline["mandatory"])))
    else:
        names = [key for name in elements for key in outline["elements"].get(name, (name,))]
        kept = _pruned(resource, dict.fromkeys((*ALWAYS, *names, *outline["mandatory"])))
    meta = kept.get("meta")
    meta = dict(meta) if isinstance(meta, dict) else {}
    tags = meta.get("tag")
    meta["tag"] = [*(tags if isinstance(tags, list) else ()), SUBSETTED]
    return {**kept, "meta": meta}


def _pruned(value: Any, tree: Tree) -> Any:
    """The parts of a value that a tree names; `_name`, where extensions of primitives are, goes with `name`."""
    if isinstance(value, list):
        return [_pruned(one, tree) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        bare = name.removeprefix("_")
        if bare in tree:
            kept[name] = inner if tree[bare] is None else _pruned(inner, tree[bare])
    return kept
