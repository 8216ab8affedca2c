"""SMART on FHIR v2 scopes, parsed once into a frozen set of what a session may read.

Grammar (SMART App Launch 2.x, "Scopes and Launch Context"): `(patient|user|system)/(Type|*).` then letters of `cruds`
in that order, then optionally `?parameter=value`. Version 1 scopes (`.read`) are translated. The product is read-only,
so whatever would create, update or delete is refused here, once, and nothing behind this door has to think of it again.

>>> grant = parse_scopes("patient/Observation.rs?category=vital-signs patient/Condition.read launch/patient")
>>> str(grant)
'patient/Condition.rs patient/Observation.rs?category=vital-signs'
>>> grant.permits_read("Condition"), grant.permits_read("MedicationRequest")
(True, False)
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict

from chartwarden.tools.errors import ScopeError
from chartwarden.tools.records.compartment import RESOURCE_TYPES
from chartwarden.tools.records.source import Resource

Level = Literal["patient", "user", "system"]

_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]*)\.([a-z*]+)(?:\?(.+))?", re.ASCII)
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_LAUNCH = frozenset(
    {"openid", "fhirUser", "profile", "launch", "launch/patient", "launch/encounter", "offline_access", "online_access"}
)
"""Scopes that open no record: they are allowed in the string and give nothing."""

SENSITIVE_LABELS = frozenset(
    ["R", "V", "BH", "ETH", "ETHUD", "GDIS", "HIV", "MST", "OPIOIDUD", "PSY", "PSYTHPN", "SCA", "SDV", "SEX",
     "SPI", "STD", "SUD", "SUICIDE", "TBOO"]
)  # fmt: skip
"""Codes in `meta.security` that withhold a resource unless a scope names them: v3-Confidentiality restricted and very
restricted, and the information-sensitivity policies of v3-ActCode."""


class Scope(BaseModel):
    """One permission to read: whose records, which type, and optionally which part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Level
    resource_type: str
    """A FHIR type, or `*`."""
    read: bool
    """`r`: a resource may be read by its reference."""
    search: bool
    """`s`: the type may be searched."""
    category: frozenset[str] = frozenset()
    """Categories (`code` or `system|code`) the scope is limited to; empty: no limit."""
    security: frozenset[str] = frozenset()
    """Security labels the scope is limited to; it opens resources that carry one of them."""

    def __str__(self) -> str:
        limits = [("category", ",".join(sorted(self.category))), ("_security", ",".join(sorted(self.security)))]
        query = urlencode([(name, value) for name, value in limits if value], safe=",|:/")
        letters = "r" * self.read + "s" * self.search
        return f"{self.level}/{self.resource_type}.{letters}" + (f"?{query}" if query else "")

    def covers(self, resource: Resource, labels: frozenset[str]) -> bool:
        """Whether the scope opens this resource, which carries these sensitive labels."""
        if self.resource_type not in ("*", resource.get("resourceType")):
            return False
        if not labels <= self.security or (self.security and not labels):
            return False
        return not self.category or not self.category.isdisjoint(codes_of(resource.get("category")))


class Grant(BaseModel):
    """Everything a session may read, from its scopes. Immutable: nothing can be added later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scopes: frozenset[Scope]

    def __str__(self) -> str:
        return " ".join(sorted(str(scope) for scope in self.scopes))

    def permits_search(self, resource_type: str) -> bool:
        """Whether the type may be searched."""
        return any(scope.search for scope in self.scopes if scope.resource_type in ("*", resource_type))

    def permits_read(self, resource_type: str) -> bool:
        """Whether a resource of the type may be read by its reference."""
        return any(scope.read for scope in self.scopes if scope.resource_type in ("*", resource_type))

    def permits(self, resource: Resource) -> bool:
        """Whether this very resource may be seen: its type, its categories and its security labels."""
        labels = sensitive_labels(resource)
        if not labels and (resource.get("resourceType") in self.open_types or "*" in self.open_types):
            return True
        return any(scope.covers(resource, labels) for scope in self.scopes)

    @cached_property
    def open_types(self) -> frozenset[str]:
        """Types that some scope opens without any limit."""
        return frozenset(scope.resource_type for scope in self.scopes if not scope.category and not scope.security)

    @property
    def reaches_beyond_one_patient(self) -> bool:
        """Whether a `user/*` or `system/*` scope permits searching every type over more than one patient."""
        return any(scope.level != "patient" and scope.resource_type == "*" and scope.search for scope in self.scopes)

    @property
    def needs_patient(self) -> bool:
        """Whether a scope speaks of a bound patient."""
        return any(scope.level == "patient" for scope in self.scopes)


def parse_scopes(text: str) -> Grant:
    """Parse a space-separated scope string, as a token response or a setting gives it.

    Raises `ScopeError` for anything that is malformed or unknown, for anything that asks for more than reading, and for
    a string that permits nothing at all.
    """
    scopes = frozenset(_parse(word) for word in text.split() if word not in _LAUNCH)
    if not scopes:
        raise ScopeError(f"the scopes {text!r} permit nothing to be read; a usual value is patient/*.rs")
    return Grant(scopes=scopes)


def _parse(word: str) -> Scope:
    found = _SCOPE.fullmatch(word)
    if found is None:
        raise ScopeError(f"not a SMART scope: {word!r}; the form is patient/Type.rs, patient/*.rs or patient/Type.read")
    level, resource_type, letters, query = found.groups()
    if resource_type != "*" and resource_type not in RESOURCE_TYPES:
        raise ScopeError(f"the scope {word!r} names {resource_type!r}, which is no FHIR R4 resource type")
    letters = _V1.get(letters, letters)
    if re.fullmatch("c?r?u?d?s?", letters) is None:
        raise ScopeError(f"the permissions of {word!r} are not letters of 'cruds' in that order")
    if set(letters) & set("cud"):
        raise ScopeError(
            f"the scope {word!r} asks to create, update or delete; records are only ever read: ask for .rs"
        )
    limits = _limits(word, query)
    return Scope.model_validate(
        {"level": level, "resource_type": resource_type, "read": "r" in letters, "search": "s" in letters, **limits}
    )


def _limits(word: str, query: str | None) -> dict[str, frozenset[str]]:
    limits: dict[str, frozenset[str]] = {}
    if query is None:
        return limits
    try:
        pairs = parse_qsl(query, strict_parsing=True, keep_blank_values=True)
    except ValueError:
        raise ScopeError(f"the part after '?' of {word!r} is not parameter=value") from None
    for name, value in pairs:
        field = {"category": "category", "_security": "security"}.get(name)
        values = frozenset(value.split(","))
        if field is None or field in limits or "" in values:
            raise ScopeError(
                f"the limit {name!r} of {word!r} cannot be enforced; category and _security can, once each"
            )
        limits[field] = values
    return limits


def sensitive_labels(resource: Resource) -> frozenset[str]:
    """The sensitive security labels a resource carries; a label list that is not one counts as the strictest."""
    meta = resource.get("meta")
    if meta is None:
        return frozenset()
    security = meta.get("security") if isinstance(meta, dict) else meta
    if not security:
        return frozenset()
    if not isinstance(security, list) or not all(isinstance(label, dict) for label in security):
        return frozenset({"V"})
    codes = (str(label.get("code", "")).strip().upper() for label in security)
    return SENSITIVE_LABELS.intersection(codes)


def codes_of(concepts: Any) -> set[str]:
    """`code` and `system|code` of every coding of a CodeableConcept, or of a list of them."""
    found: set[str] = set()
    for concept in concepts if isinstance(concepts, list) else [concepts]:
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            code = coding.get("code") if isinstance(coding, dict) else None
            if isinstance(code, str):
                found |= {code, f"{coding.get('system', '')}|{code}"}
    return found
