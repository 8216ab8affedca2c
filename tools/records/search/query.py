"""Reads search parameters into a `Query`. Strict: what is not understood is an error that says so.

The grammar is that of the R4 search page: names with modifiers, chains (`subject:Patient.name`), reverse chains
(`_has:Observation:patient:code`), comma for "or", repetition for "and", and the result parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Protocol

from chartwarden.tools.errors import SearchError
from chartwarden.tools.records.parameters import Parameter, definitions, nearest
from chartwarden.tools.records.search import composites, paging, strings, tokens, uris
from chartwarden.tools.records.search.composites import CompositeValue
from chartwarden.tools.records.search.escapes import alternatives, show
from chartwarden.tools.records.search.subsets import check_elements
from chartwarden.tools.records.search.tokens import Coding
from chartwarden.tools.records.search.values import Value, parse_value

RESULT_PARAMETERS = (
    "_sort", "_count", "_include", "_revinclude", "_total", "_summary", "_elements", "_format", "_pretty",
    paging.PARAMETER,
)  # fmt: skip
MODIFIERS = {
    "token": tokens.MODIFIERS,
    "string": strings.MODIFIERS,
    "uri": uris.MODIFIERS,
    "reference": ("", "identifier"),
}
MAX_DEPTH = 6
"""Links of a chain; deeper ones are refused."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter with its values: any of them, or none of them where negated."""

    parameter: Parameter
    values: tuple[Value | CompositeValue, ...] = ()
    negated: bool = False
    missing: bool | None = None
    """Asks whether the element is missing (`:missing`); there are no values then."""
    by_identifier: bool = False
    """Reference parameters: compare `Reference.identifier`."""


@dataclass(frozen=True, slots=True)
class Ids:
    """`_id`."""

    ids: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """`_text` or `_content`."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A condition on what a reference points to; one branch per target type that knows the parameter."""

    parameter: Parameter
    branches: tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Has:
    """A condition on what points here."""

    source: str
    parameter: Parameter
    conditions: tuple[Condition, ...]


Condition = Filter | Ids | Words | Chain | Has


@dataclass(frozen=True, slots=True)
class Include:
    """`_include` or `_revinclude`: resources of `source` and where their reference parameter points."""

    source: str
    parameter: Parameter | None
    """None: every reference parameter (`*`)."""
    target: str = ""
    iterate: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood."""

    resource_type: str
    conditions: tuple[Condition, ...] = ()
    sort: tuple[tuple[Parameter | None, bool], ...] = ()
    """Parameter (None: `_id`) and whether descending."""
    count: int | None = None
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    total: bool = False
    summary: str = ""
    elements: tuple[str, ...] = ()
    compartment: str = ""
    """Id of the patient whose compartment is searched; empty: no compartment."""
    contained: bool = False
    """Whether contained resources count too: at the end of a chain."""
    keys: tuple[int, ...] | None = None
    """Only among the resources with these reference keys; None: no such limit."""
    origin: paging.Origin = ("", (), "")
    """The search as it was asked, for its page tokens."""
    after: paging.Place | None = None
    """Only matches behind this place."""


class ValueSets(Protocol):
    """Expands local value sets for `:in`."""

    def members(self, url: str) -> frozenset[Coding]:
        """Codings of a value set; `SearchError` where it is not here or cannot be expanded."""
        ...


class Parser:
    """Reads searches in one search zone."""

    def __init__(self, zone: tzinfo, value_sets: ValueSets) -> None:
        self._zone = zone
        self._value_sets = value_sets

    def query(self, resource_type: str, params: Sequence[tuple[str, str]], compartment: str = "") -> Query:
        """The whole search; `SearchError` for anything unknown, unsupported or malformed."""
        definitions().of(resource_type)
        conditions = [
            self.condition(resource_type, name, text)
            for name, text in params
            if name.partition(":")[0] not in RESULT_PARAMETERS
        ]
        controls = [(name, text) for name, text in params if name.partition(":")[0] in RESULT_PARAMETERS]
        origin = (resource_type, params, compartment)
        query = Query(resource_type, tuple(conditions), compartment=compartment, origin=origin)
        return _with_controls(query, controls) if controls else query

    def condition(self, resource_type: str, name: str, text: str, depth: int = 0) -> Condition:
        """One parameter of a search."""
        if depth > MAX_DEPTH:
            raise SearchError(f"a chain of more than {MAX_DEPTH} links is not searched")
        if name.startswith("_has:"):
            return self._has(resource_type, name, text, depth)
        head, dot, rest = name.partition(".")
        if dot:
            return self._chain(resource_type, head, rest, text, depth)
        base, _, modifier = name.partition(":")
        if base == "_id" and modifier in ("", "not"):
            return Ids(tuple(show(value) for value in alternatives(text)), modifier == "not")
        if base in ("_text", "_content") and not modifier:
            return Words("narrative" if base == "_text" else "content", text)
        parameter = definitions().parameter(resource_type, base)
        return self._filter(parameter, modifier, text)

    def _filter(self, parameter: Parameter, modifier: str, text: str) -> Filter:
        name = f"{parameter.name}:{modifier}" if modifier else parameter.name
        if modifier == "missing":
            if text not in ("true", "false"):
                raise SearchError(f"{name}={text}: write true or false")
            return Filter(parameter, missing=text == "true")
        if not text:
            raise SearchError(f"{name} has no value")
        only = ""
        if parameter.kind == "reference":
            if modifier in definitions().type_ids:
                only, modifier = modifier, ""
            only = only or next((t.target for t in parameter.terms if t.target), "")
        known = MODIFIERS.get(parameter.kind, ("",))
        if modifier not in known:
            raise SearchError(f"{name}: {_no_modifier(parameter.kind, modifier, known)}")
        values = tuple(self.value(parameter, modifier, value, only) for value in alternatives(text))
        return Filter(parameter, values, modifier in ("not", "not-in"), by_identifier=modifier == "identifier")

    def value(self, parameter: Parameter, modifier: str, text: str, only: str = "") -> Value | CompositeValue:
        """One value, escapes still hidden."""
        if parameter.kind == "composite":
            return composites.parse(parameter, text, self._zone)
        if modifier in ("in", "not-in"):
            return tokens.parse(text, modifier, self._value_sets.members(show(text)))
        if modifier == "identifier":
            return tokens.parse(text, "")
        integer, targets = _integer(parameter), parameter.targets
        return parse_value(
            parameter.kind, text, self._zone, modifier=modifier, integer=integer, targets=targets, only=only
        )

    def _chain(self, resource_type: str, head: str, rest: str, text: str, depth: int) -> Chain:
        base, _, target = head.partition(":")
        parameter = definitions().parameter(resource_type, base)
        if parameter.kind != "reference":
            raise SearchError(f"{resource_type}.{base} is no reference, so {head}.{rest} leads nowhere")
        own = next((t.target for t in parameter.terms if t.target), "")
        targets = (target,) if target else (own,) if own else parameter.targets or tuple(definitions().type_ids)
        branches, problems = [], []
        for candidate in targets:
            try:
                branches.append((candidate, self.condition(candidate, rest, text, depth + 1)))
            except SearchError as problem:
                problems.append(str(problem))
        if not branches:
            raise SearchError(f"{head}.{rest}: {problems[0]}")
        return Chain(parameter, tuple(branches))

    def _has(self, resource_type: str, name: str, text: str, depth: int) -> Has:
        pieces = name.split(":", 3)
        if len(pieces) != 4:
            raise SearchError(f"{name}: write _has:Type:reference:parameter")
        _, source, reference, rest = pieces
        parameter = definitions().parameter(source, reference)
        if parameter.kind != "reference" or (parameter.targets and resource_type not in parameter.targets):
            raise SearchError(f"{source}.{reference} does not point to {resource_type}")
        return Has(source, parameter, (self.condition(source, rest, text, depth + 1),))


def _integer(parameter: Parameter) -> bool:
    return any(path.datatype == "integer" for term in parameter.terms for path in term.paths)


def _no_modifier(kind: str, modifier: str, known: tuple[str, ...]) -> str:
    if modifier in ("above", "below") and kind == "token":
        return f"':{modifier}' needs a terminology server, and there is none here"
    named = ", ".join(f"':{m}'" for m in (*filter(None, known), "missing"))
    return f"a {kind} parameter has no modifier ':{modifier}'; it has {named}"


def _with_controls(query: Query, controls: list[tuple[str, str]]) -> Query:
    resource_type = query.resource_type
    sort: list[tuple[Parameter | None, bool]] = []
    includes: list[Include] = []
    revincludes: list[Include] = []
    single: dict[str, str] = {}
    for name, text in controls:
        base, _, modifier = name.partition(":")
        if modifier and base not in ("_include", "_revinclude"):
            raise SearchError(f"{name}: {base} takes no modifier")
        if base == "_sort":
            for word in text.split(","):
                key = word.strip().removeprefix("-")
                found = None if key == "_id" else definitions().parameter(resource_type, key)
                sort.append((found, word.strip().startswith("-")))
        elif base in ("_include", "_revinclude"):
            if modifier not in ("", "iterate", "recurse"):
                raise SearchError(f"{name}: the only modifier here is ':iterate'")
            (includes if base == "_include" else revincludes).extend(_include(base, text, bool(modifier)))
        else:
            single[base] = text
    summary = single.get("_summary", "")
    if summary not in ("", "true", "false", "count", "text", "data"):
        raise SearchError(f"_summary={summary}: write true, false, count, text or data")
    if single.get("_total", "none") not in ("none", "estimate", "accurate"):
        raise SearchError(f"_total={single['_total']}: write none, estimate or accurate")
    page = single.get(paging.PARAMETER)
    return replace(
        query,
        sort=tuple(sort),
        count=_count(single.get("_count")),
        includes=tuple(includes),
        revincludes=tuple(revincludes),
        total=single.get("_total", "none") != "none",
        summary="" if summary == "false" else summary,
        elements=_elements(resource_type, summary, single.get("_elements", "")),
        after=None if page is None else paging.place(page, query.origin, len(sort)),
    )


def _elements(resource_type: str, summary: str, text: str) -> tuple[str, ...]:
    names = tuple(name for word in text.split(",") if (name := word.strip().removeprefix(f"{resource_type}.")))
    check_elements(resource_type, names)
    if names and summary not in ("", "false"):
        raise SearchError("_summary and _elements do not go together; write one of them")
    return names


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise SearchError(f"_count={text}: write a number from 0")
    return int(text)


def _include(base: str, text: str, iterate: bool) -> list[Include]:
    source, _, rest = text.partition(":")
    name, _, target = rest.partition(":")
    if target and target not in definitions().type_ids:
        raise SearchError(f"{base}={text}: {target!r} is not an R4 type{nearest(target, list(definitions().type_ids))}")
    if not name:
        raise SearchError(f"{base}={text}: write Type:parameter")
    if name == "*":
        definitions().of(source)
        return [Include(source, None, target, iterate)]
    parameter = definitions().parameter(source, name)
    if parameter.kind != "reference":
        raise SearchError(f"{base}={text}: {source}.{name} is no reference")
    return [Include(source, parameter, target, iterate)]
