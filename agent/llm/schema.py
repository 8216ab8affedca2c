"""JSON Schemas made finite: what a model could go on writing without end is given a limit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

STRING_LIMIT = 400
LIST_LIMIT = 32
INTEGER_LIMIT = 10**15

_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
)
_SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems")


def bounded(schema: Mapping[str, Any], *, closed: bool = True) -> dict[str, Any]:
    """The schema with `maxLength`, `maxItems` and number ranges where it has none, and, where `closed`, without keys
    beyond those it names. What is valid under it is valid under the original, which is left alone."""
    out = {key: _inner(key, value) for key, value in schema.items()}
    if closed and "properties" in out and not {"additionalProperties", "patternProperties", "allOf"} & set(out):
        out["additionalProperties"] = False
    kinds = out.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if "const" in out or "enum" in out:
        return out
    if "string" in kinds and not {"pattern", "format", "maxLength"} & set(out):
        out["maxLength"] = max(STRING_LIMIT, out.get("minLength", 0))
    if "array" in kinds and "maxItems" not in out:
        out["maxItems"] = max(LIST_LIMIT, out.get("minItems", 0), len(out.get("prefixItems", ())))
    if "integer" in kinds and "number" not in kinds:
        low, high = {"minimum", "exclusiveMinimum"} & set(out), {"maximum", "exclusiveMaximum"} & set(out)
        bottom = out.get("minimum", out.get("exclusiveMinimum", 0))
        top = out.get("maximum", out.get("exclusiveMaximum", 0))
        if not low and top > -INTEGER_LIMIT:
            out["minimum"] = -INTEGER_LIMIT
        if not high and bottom < INTEGER_LIMIT:
            out["maximum"] = INTEGER_LIMIT
    return out


def _inner(key: str, value: Any) -> Any:
    if key in _BY_NAME and isinstance(value, Mapping):
        return {name: _schema(inner) for name, inner in value.items()}
    if key in _ONE:
        return _schema(value)
    if key in _SEVERAL and isinstance(value, list):
        return [_schema(inner, closed=key != "allOf") for inner in value]
    return value


def _schema(value: Any, *, closed: bool = True) -> Any:
    return bounded(value, closed=closed) if isinstance(value, Mapping) else value


def resolve(reference: str, root: Mapping[str, Any]) -> Any:
    """What a local reference (`#/$defs/name`) means; an empty schema where it points nowhere."""
    found: Any = root
    for name in filter(None, reference.removeprefix("#").split("/")):
        found = found.get(name.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
    return found


def largest_step(schema: Mapping[str, Any]) -> int:
    """At most about how many bytes a single choice can add to what must still be written: a further list item, an
    optional property, one branch instead of another."""
    return max((least(inner, schema) for inner in _optional(schema, schema, frozenset())), default=0)


def _optional(schema: Any, root: Mapping[str, Any], seen: frozenset[str]) -> Iterator[Any]:
    """The parts of a schema that the output may choose to enter."""
    if not isinstance(schema, Mapping):
        return
    reference = str(schema.get("$ref", ""))
    if reference and reference not in seen:
        yield from _optional(resolve(reference, root), root, seen | {reference})
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(name, ()):
            yield inner
            yield from _optional(inner, root, seen)
    for name in ("items", "additionalProperties"):
        inner = schema.get(name)
        yield inner
        yield from _optional(inner, root, seen)
    for name, inner in schema.get("properties", {}).items():
        if name not in schema.get("required", ()):
            yield {"type": "object", "properties": {name: inner}, "required": [name]}
        yield from _optional(inner, root, seen)


def least(schema: Any, root: Mapping[str, Any], depth: int = 0) -> int:
    """About how many bytes the shortest compact JSON under this schema takes."""
    if not isinstance(schema, Mapping) or depth > 12:
        return 8
    if "const" in schema:
        return _bytes(schema["const"])
    if schema.get("enum"):
        return min(_bytes(value) for value in schema["enum"])
    if "$ref" in schema:
        return least(resolve(str(schema["$ref"]), root), root, depth + 1)
    for several in ("anyOf", "oneOf"):
        if schema.get(several):
            return min(least(branch, root, depth + 1) for branch in schema[several])
    if schema.get("allOf"):
        return sum(least(branch, root, depth + 1) for branch in schema["allOf"])
    kinds = schema.get("type", "object")
    kind = str(kinds if isinstance(kinds, str) else next(iter(kinds), "null"))
    if kind == "object":
        wanted = {name: schema.get("properties", {}).get(name, {}) for name in schema.get("required", ())}
        return 2 + sum(_bytes(name) + 2 + least(inner, root, depth + 1) for name, inner in wanted.items())
    if kind == "array":
        head = schema.get("prefixItems", ())
        more = max(0, int(schema.get("minItems", 0)) - len(head))
        items = sum(least(inner, root, depth + 1) + 1 for inner in head)
        return 2 + items + more * (least(schema.get("items", {}), root, depth + 1) + 1)
    if "pattern" in schema and re.search(schema["pattern"], ""):
        return 2
    return int(schema.get("minLength", 0)) + (32 if {"pattern", "format"} & set(schema) else 6)


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
