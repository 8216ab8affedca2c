"""The search parameters of FHIR R4, as compiled in `definitions/parameters.json`.

A parameter is a union of *terms* (the operands of its official expression). The index is kept per term, not per
parameter, so that `patient` and `subject`, or `code` and `combo-code`, share their rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rapidfuzz import fuzz, process

from chartwarden.tools.errors import SearchError

INDEX_RULES = b"2"
"""Changed whenever `extract` makes other rows of the same resource: stores are then indexed anew."""


@dataclass(frozen=True, slots=True)
class Path:
    """JSON keys from the resource to a value; `key=value` steps keep only matching objects."""

    datatype: str
    """For a bare code `code|system` where the binding of the element says which code system it is of."""
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """What one index number covers."""

    sp: int
    kind: str
    paths: tuple[Path, ...]
    target: str = ""
    """Type that a reference must point to for this parameter; empty: any."""


@dataclass(frozen=True, slots=True)
class Component:
    """One side of a composite parameter, relative to the element that holds both."""

    kind: str
    paths: tuple[Path, ...]
    from_root: bool = False
    """Paths start at the resource instead."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of one resource type."""

    name: str
    owner: str
    kind: str
    terms: tuple[Term, ...]
    targets: tuple[str, ...] = ()
    """Types a reference may point to; empty: any."""
    components: tuple[Component, ...] = ()

    @property
    def sps(self) -> tuple[int, ...]:
        """Index numbers of its terms."""
        return tuple(term.sp for term in self.terms)

    @property
    def datatypes(self) -> frozenset[str]:
        """Datatypes that its paths end at."""
        return frozenset(path.datatype for term in self.terms for path in term.paths)


class Definitions:
    """Every type and parameter; one immutable instance per process, from `definitions()`."""

    def __init__(self, compiled: dict[str, Any], fingerprint: str) -> None:
        self.fingerprint = fingerprint
        """Changes with the compiled definitions and the rules of the index: an index belongs to one of these."""
        self.type_ids = {name: number for number, name in enumerate(sorted(compiled["types"]), start=1)}
        self.type_names = {number: name for name, number in self.type_ids.items()}
        self.terms: dict[str, dict[int, Term]] = {}
        """Type to its terms without target restriction, by index number: what is to be indexed."""
        self.compartment: dict[str, tuple[str, ...]] = {
            name: tuple(members) for name, members in compiled["compartment"].items()
        }
        """Type to the parameters that put a resource into a patient's compartment."""
        self._next = 0
        self.parameters = {name: self._of_type(name, compiled["types"][name]) for name in sorted(compiled["types"])}

    def _of_type(self, owner: str, compiled: dict[str, Any]) -> dict[str, Parameter]:
        known: dict[tuple[str, str], int] = {}
        self.terms[owner] = {}
        found = {}
        for name, entry in compiled.items():
            kind = entry["kind"]
            terms = tuple(self._term(owner, kind, term, known) for term in entry["terms"])
            components = tuple(
                Component(c["kind"], _paths(c["paths"]), c.get("root", False)) for c in entry.get("components", ())
            )
            found[name] = Parameter(name, owner, kind, terms, tuple(entry.get("targets", ())), components)
        return found

    def _term(self, owner: str, kind: str, entry: dict[str, Any], known: dict[tuple[str, str], int]) -> Term:
        text = entry["text"].partition(".where(resolve()")[0]
        if (kind, text) not in known:
            self._next += 1
            known[kind, text] = self._next
            if kind != "composite":
                self.terms[owner][self._next] = Term(self._next, kind, _paths(entry["paths"]))
        return Term(known[kind, text], kind, _paths(entry["paths"]), entry.get("target", ""))

    def of(self, resource_type: str) -> dict[str, Parameter]:
        """The parameters of a type; `SearchError` for a type that R4 does not have."""
        try:
            return self.parameters[resource_type]
        except KeyError:
            raise SearchError(
                f"{resource_type!r} is not an R4 resource type{nearest(resource_type, list(self.parameters))}"
            ) from None

    def parameter(self, resource_type: str, name: str) -> Parameter:
        """One parameter; `SearchError` names the nearest known one."""
        known = self.of(resource_type)
        try:
            return known[name]
        except KeyError:
            raise SearchError(f"{resource_type} has no search parameter {name!r}{nearest(name, list(known))}") from None


def nearest(word: str, known: list[str]) -> str:
    """`; did you mean 'x'?`, or the whole list where nothing is near and it is short."""
    best = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=70)
    best = best or process.extractOne(word, known, scorer=fuzz.WRatio, score_cutoff=70)
    if best is not None:
        return f"; did you mean {best[0]!r}?"
    return f"; known are: {', '.join(sorted(known))}" if len(known) < 60 else ""


def _paths(compiled: list[list[str]]) -> tuple[Path, ...]:
    return tuple(Path(first, tuple(steps)) for first, *steps in compiled)


@cache
def definitions() -> Definitions:
    """The compiled definitions, read once."""
    raw = resources.files("chartwarden.tools.records.definitions").joinpath("parameters.json").read_bytes()
    return Definitions(json.loads(raw), hashlib.sha256(raw + INDEX_RULES).hexdigest()[:16])
