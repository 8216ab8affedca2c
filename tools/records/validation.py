"""Checks resources against the R4B models of fhir.resources. Findings are reported; nothing is refused for them.

There is no plain R4 in that library. R4B differs little for clinical types, and 13 R4 types have no R4B class: those
are not checked. A finding names the path and the rule, never the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from chartwarden.tools.records.source import Resource

SAMPLED_FIRST = 20
"""`sample` checks this many of each type, then one of `SAMPLED_EACH`."""
SAMPLED_EACH = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a resource breaks."""

    path: str
    rule: str


@cache
def _model(resource_type: str) -> Any:
    from fhir.resources.R4B import get_fhir_model_class

    try:
        return get_fhir_model_class(resource_type)
    except (KeyError, LookupError):
        return None


def findings(resource: Resource) -> list[Finding]:
    """What is wrong with a resource."""
    from pydantic import ValidationError

    model = _model(resource["resourceType"])
    if model is None:
        return []
    try:
        model.model_validate(resource)
    except ValidationError as error:
        return [Finding(_path(resource, one["loc"]), one["type"]) for one in error.errors(include_input=False)]
    return []


def _path(resource: Resource, places: tuple[int | str, ...]) -> str:
    text = str(resource["resourceType"])
    for place in places:
        text += f"[{place}]" if isinstance(place, int) else f".{place}"
    return text


class Validator:
    """Decides which resources of a load are checked."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._seen: dict[str, int] = {}

    @property
    def is_off(self) -> bool:
        """Whether nothing is checked."""
        return self._mode == "off"

    def check(self, resource: Resource) -> list[Finding]:
        """Findings, where this resource is one to be checked."""
        if self.is_off:
            return []
        name = str(resource["resourceType"])
        seen = self._seen[name] = self._seen.get(name, 0) + 1
        if self._mode == "sample" and seen > SAMPLED_FIRST and seen % SAMPLED_EACH:
            return []
        return findings(resource)
