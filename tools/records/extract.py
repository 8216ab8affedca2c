"""Index rows of a resource: a compiled walk over its JSON that never raises.

What cannot be indexed (a date that is none, an object where a list belongs) becomes an `Oddity` and is left out of
the index; the resource itself is kept as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cache
from typing import Any

from chartwarden.tools.records.parameters import Path, Term, definitions
from chartwarden.tools.records.search import dates, numbers, references, strings, tokens
from chartwarden.tools.records.search.clause import MAX_INDEXED
from chartwarden.tools.records.search.numbers import UCUM
from chartwarden.tools.records.search.units import canonical


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in a resource that could not be indexed. `detail` never quotes the record."""

    number: int
    path: str
    code: str
    detail: str = ""


@dataclass(slots=True)
class Rows:
    """Index rows of many resources; each names its resource by a running number that the loader replaces."""

    token: list[tuple[int, str, int, str]] = field(default_factory=list)
    """sp, code, number, system"""
    date: list[tuple[int, int, int, int]] = field(default_factory=list)
    """sp, number, lo, hi"""
    ref: list[tuple[int, int, int]] = field(default_factory=list)
    """sp, target key, number"""
    string: list[tuple[int, str, int]] = field(default_factory=list)
    """sp, value, number"""
    number: list[tuple[int, str, float, float, int]] = field(default_factory=list)
    """sp, unit, lo, hi, number"""
    oddities: list[Oddity] = field(default_factory=list)


Emit = Callable[[Any, int], bool]
"""Adds the rows of one value for the resource with this number; False when the value is not what belongs there."""


def _emit_token(extractor: Extractor, sp: int, datatype: str) -> Emit:
    add = extractor.rows.token.append

    def emit(value: Any, number: int) -> bool:
        found = tokens.codings(datatype, value)
        for system, code in found:
            if code or system:  # a system alone answers `system|`
                add((sp, code[:MAX_INDEXED], number, system[:MAX_INDEXED]))
        return bool(found) or isinstance(value, dict)

    def plain(value: Any, number: int) -> bool:
        if value.__class__ is str:
            add((sp, value[:MAX_INDEXED], number, ""))
            return True
        return emit(value, number)

    return emit if datatype[0].isupper() else plain


def _emit_date(extractor: Extractor, sp: int, datatype: str) -> Emit:
    add, zone = extractor.rows.date.append, extractor.zone

    def emit(value: Any, number: int) -> bool:
        found = dates.span(datatype, value, zone)
        if found is None:
            return datatype == "Timing" and isinstance(value, dict)
        add((sp, number, *found))
        return True

    return emit


def _emit_string(extractor: Extractor, sp: int, datatype: str) -> Emit:
    add = extractor.rows.string.append

    def emit(value: Any, number: int) -> bool:
        found = False
        for part in strings.parts(datatype, value):
            found = True
            add((sp, strings.fold(part)[:MAX_INDEXED], number))
        return found or isinstance(value, dict)

    return emit


def _emit_uri(extractor: Extractor, sp: int, _: str) -> Emit:
    add = extractor.rows.string.append

    def emit(value: Any, number: int) -> bool:
        if not isinstance(value, str):
            return False
        add((sp, value[:MAX_INDEXED], number))
        if "|" in value:
            add((sp, value.partition("|")[0][:MAX_INDEXED], number))
        return True

    return emit


def _emit_reference(extractor: Extractor, sp: int, _: str) -> Emit:
    add, add_token = extractor.rows.ref.append, extractor.rows.token.append

    def emit(value: Any, number: int) -> bool:
        text = references.text_of(value)
        if text is not None:
            bare = extractor.container + text if text[0] == "#" else references.unversioned(text)
            add((sp, references.key(bare), number))
            if "|" in bare:
                add((sp, references.key(bare.partition("|")[0]), number))
        elif not isinstance(value, dict):
            return False
        if value.__class__ is dict and (identifier := value.get("identifier")).__class__ is dict:
            for system, code in tokens.codings("Identifier", identifier):
                if code:
                    add_token((sp, code[:MAX_INDEXED], number, system[:MAX_INDEXED]))
        return True

    return emit


def _emit_number(extractor: Extractor, sp: int, datatype: str) -> Emit:
    add = extractor.rows.number.append

    def emit(value: Any, number: int) -> bool:
        limits = numbers.bounds(datatype, value)
        if limits is None:
            return isinstance(value, dict)
        low, high = float(limits[0]), float(limits[1])
        add((sp, "", low, high, number))
        system, code, _ = numbers.unit_of(datatype, value)
        if system == UCUM and (unit := canonical(code)) is not None:
            factor = float(unit.factor)
            add((sp, unit.dimension, low * factor, high * factor, number))
        return True

    return emit


_MAKERS: dict[str, Callable[[Extractor, int, str], Emit]] = {
    "token": _emit_token,
    "date": _emit_date,
    "string": _emit_string,
    "uri": _emit_uri,
    "reference": _emit_reference,
    "quantity": _emit_number,
    "number": _emit_number,
}


@dataclass(slots=True)
class Node:
    """One step of all paths of a type, merged: what to emit here, and where to go on."""

    emits: list[tuple[int, str, str]] = field(default_factory=list)
    """Index number, kind and datatype of every term that ends here."""
    children: dict[str, Node] = field(default_factory=dict)
    filters: list[tuple[str, str, Node]] = field(default_factory=list)
    """Name, wanted value, and where to go on with objects that have it."""

    def child(self, step: str) -> Node:
        """The node one step further; made where there is none."""
        name, equal, wanted = step.partition("=")
        if not equal:
            return self.children.setdefault(step, Node())
        for known, value, node in self.filters:
            if (known, value) == (name, wanted):
                return node
        self.filters.append((name, wanted, node := Node()))
        return node


@cache
def plan(resource_type: str) -> Node:
    """All indexed paths of a type as one tree."""
    root = Node()
    for term in definitions().terms.get(resource_type, {}).values():
        for path in term.paths:
            if path.datatype == "exists" or path.steps in ((), ("id",)):
                continue
            node = root
            for step in path.steps:
                node = node.child(step)
            node.emits.append((term.sp, term.kind, path.datatype))
    return root


@cache
def _existence(resource_type: str) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Terms that ask whether an element exists and is not false: sp and the keys of its choice."""
    return tuple(
        (term.sp, tuple(path.steps[0] for path in term.paths))
        for term in definitions().terms.get(resource_type, {}).values()
        if term.paths and term.paths[0].datatype == "exists"
    )


def below(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    """Values at a path; lists on the way (and at its end) are walked through."""
    if isinstance(value, list):
        for item in value:
            yield from below(item, steps)
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        step = steps[0]
        if "=" in step:
            name, _, wanted = step.partition("=")
            if value.get(name) == wanted:
                yield from below(value, steps[1:])
        elif step in value:
            yield from below(value[step], steps[1:])


def values_of(resource: dict[str, Any], term: Term) -> Iterator[tuple[str, Any]]:
    """Datatype and value of everything a term covers in a resource; references only to the term's target type."""
    for path in term.paths:
        yield from at(resource, path, term.target)
    if term.paths and term.paths[0].datatype == "exists" and not any(True for p in term.paths for _ in at(resource, p)):
        yield "boolean", False


def at(resource: dict[str, Any], path: Path, target: str = "") -> Iterator[tuple[str, Any]]:
    """Datatype and value of everything at a path."""
    for value in below(resource, path.steps):
        if path.datatype == "exists":
            yield "boolean", value is not False
        elif not target or references.type_of(references.text_of(value) or "") == target or _typed(value, target):
            yield path.datatype, value


def _typed(value: Any, target: str) -> bool:
    return isinstance(value, dict) and "reference" not in value and value.get("type") in (target, None)


def _end(emit: Emit) -> Emit:
    """The walk of a path's last step, where one value is emitted and nothing follows: most steps are such."""

    def walk(value: Any, number: int) -> bool:
        if value.__class__ is not list:
            return emit(value, number)
        good = True
        for item in value:
            good = walk(item, number) and good
        return good

    return walk


class Extractor:
    """Collects the index rows of one resource after the other.

    The paths of a type are compiled once, into functions that are bound to the lists of rows: keep an extractor.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.rows = Rows()
        self.container = ""
        """`Type/id` of the resource being walked: what its `#fragment` references start from."""
        self._elements: dict[tuple[str, int], dict[str, Emit]] = {}

    def extract(self, resource: dict[str, Any], number: int, offset: int = 0) -> None:
        """Add the rows of one resource, under `number`; contained ones have an `offset`: `CONTAINED`."""
        resource_type = resource["resourceType"]
        elements = self._elements.get((resource_type, offset))
        if elements is None:
            elements = {name: self._walker(node, offset) for name, node in plan(resource_type).children.items()}
            self._elements[resource_type, offset] = elements
        for name, value in resource.items():
            walk = elements.get(name)
            if walk is not None and value is not None and not walk(value, number):
                detail = "holds what is not of the element's type; that is not indexed"
                self.rows.oddities.append(Oddity(number, f"{resource_type}.{name}", "value", detail))
        for sp, names in _existence(resource_type):
            present = any(resource.get(name) not in (None, False) for name in names)
            self.rows.token.append((sp + offset, "true" if present else "false", number, ""))

    def take(self) -> Rows:
        """The rows collected so far; the extractor goes on without them."""
        rows = self.rows
        taken = Rows(rows.token[:], rows.date[:], rows.ref[:], rows.string[:], rows.number[:], rows.oddities[:])
        for kind in (rows.token, rows.date, rows.ref, rows.string, rows.number, rows.oddities):
            kind.clear()
        return taken

    def _walker(self, node: Node, offset: int) -> Emit:
        """Emits everything below a value; False when something was not what belongs there."""
        emits = [_MAKERS[kind](self, sp + offset, datatype) for sp, kind, datatype in node.emits]
        if len(emits) == 1 and not node.children and not node.filters:
            return _end(emits[0])
        children = [(name, self._walker(child, offset)) for name, child in node.children.items()]
        filters = [(name, wanted, self._walker(child, offset)) for name, wanted, child in node.filters]

        def walk(value: Any, number: int) -> bool:
            good = True
            if value.__class__ is list:
                for item in value:
                    good = walk(item, number) and good
                return good
            for emit in emits:
                good = emit(value, number) and good
            if value.__class__ is dict:
                for name, child in children:
                    if (inner := value.get(name)) is not None:
                        good = child(inner, number) and good
                for name, wanted, following in filters:
                    if value.get(name) == wanted:
                        good = following(value, number) and good
            return good

        return walk
