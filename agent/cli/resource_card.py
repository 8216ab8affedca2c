"""A FHIR resource as rows a person can read: every element but the technical ones, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from chartwarden.tools.records.source import Resource

TECHNICAL = frozenset({"resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "subject",
                       "patient", "extension"})  # fmt: skip
"""Elements that are for machines, or that say whose record it is, which the header does."""

LEADING = ("code", "medicationCodeableConcept", "medicationReference", "vaccineCode", "type", "class")
"""Elements that say what an entry is about."""

MAX_CHARS = 500
"""Longest text of one element on a card; the rest is in the FHIR."""


def card_rows(resource: Resource) -> Iterator[tuple[str, str]]:
    """Name and content of each element, lists one row an entry.

    >>> list(card_rows({"resourceType": "Observation", "valueQuantity": {"value": 7.6, "unit": "%"}}))
    [('value', '7.6 %')]
    """
    for name in sorted(resource, key=lambda name: name not in LEADING):
        content = resource[name]
        if name in TECHNICAL or name.startswith("_"):
            continue
        for part in content if isinstance(content, list) else [content]:
            if shown := _shown(part):
                yield _words(name), shown if len(shown) <= MAX_CHARS else f"{shown[:MAX_CHARS]} ..."


def _words(name: str) -> str:
    """An element's name in words: `valueQuantity` is a value, `clinicalStatus` a clinical status."""
    name = re.sub(r"^(value|effective|onset|performed|occurrence|medication|abatement)[A-Z]\w*$", r"\1", name)
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", name)


def _shown(part: Any) -> str:
    """An element as text."""
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, list):
        return ", ".join(filter(None, map(_shown, part)))
    if not isinstance(part, dict):
        return str(part)
    for is_one, told in _FORMS:
        if is_one(part):
            return told(part)
    inner = ((_words(name), _shown(content)) for name, content in part.items() if name not in ("id", "url"))
    return "; ".join(f"{name} {content}" for name, content in inner if content)


def _concept(part: dict[str, Any]) -> str:
    codings = [coding for coding in part.get("coding", []) if isinstance(coding, dict)]
    names = dict.fromkeys(filter(None, [part.get("text", ""), *(coding.get("display", "") for coding in codings)]))
    codes = ", ".join(dict.fromkeys(str(coding["code"]) for coding in codings if coding.get("code")))
    name = next(iter(names), "")
    return f"{name} ({codes})" if name and codes else name or codes


def _quantity(part: dict[str, Any]) -> str:
    return " ".join(str(part[key]) for key in ("comparator", "value", "unit") if key in part)


def _between(start: str, end: str, part: dict[str, Any]) -> str:
    first, last = _shown(part[start]) if start in part else "", _shown(part[end]) if end in part else ""
    return f"{first} to {last}" if first and last else f"from {first}" if first else f"up to {last}"


def _reference(part: dict[str, Any]) -> str:
    return f"{part['display']} ({part['reference']})" if "display" in part else str(part["reference"])


def _name(part: dict[str, Any]) -> str:
    whole = [*part.get("prefix", []), *part.get("given", []), part.get("family", "")]
    return str(part.get("text") or " ".join(filter(None, whole)))


def _attachment(part: dict[str, Any]) -> str:
    size = f"{len(part['data']) * 3 // 4} bytes" if "data" in part else ""
    return ", ".join(filter(None, [part.get("title", ""), part.get("contentType", ""), size, part.get("url", "")]))


_FORMS: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any]], str]], ...] = (
    (lambda part: "coding" in part, _concept),
    (lambda part: "reference" in part, _reference),
    (lambda part: "contentType" in part or "data" in part, _attachment),
    (lambda part: "low" in part or "high" in part, lambda part: _between("low", "high", part)),
    (lambda part: "family" in part or "given" in part, _name),
    (lambda part: "value" in part, _quantity),
    (lambda part: "code" in part and "system" in part, lambda part: _concept({"coding": [part]})),
    (lambda part: part.keys() <= {"start", "end"}, lambda part: _between("start", "end", part)),
    (lambda part: part.keys() <= {"text"} or part.keys() <= {"display"}, lambda part: str(next(iter(part.values())))),
)
"""What kind of element it is, told by the keys that only that kind has; the rest is told key by key."""
