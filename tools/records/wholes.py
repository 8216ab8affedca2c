"""What a result consists of: the organisms a culture grew, the tests of an organism, the results of a report.

A whole names its members (`hasMember`, `result`), or a member what it was derived from; records do either, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chartwarden.tools.records.chart import Chart, references
from chartwarden.tools.records.elements import reference_of, walk
from chartwarden.tools.records.query import Concept
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.source import Resource

_DEPTH = 3
"""A report of a culture, the culture, its organisms, and their tests."""


def members_of(resource: Resource, chart: Chart, depth: int = _DEPTH) -> Iterator[Resource]:
    """What a resource names as its members, and those of them."""
    if depth == 0:
        return
    for path in ("hasMember", "result"):
        for node in references(walk(resource, path)):
            member = chart.resolve(node, resource)
            if member is not None:
                yield member
                yield from members_of(member, chart, depth - 1)


def sources_of(resource: Resource, chart: Chart, depth: int = _DEPTH) -> Iterator[Resource]:
    """What a resource names as what it was derived from, and what that was."""
    if depth == 0:
        return
    for node in references(walk(resource, "derivedFrom")):
        source = chart.resolve(node, resource)
        if source is not None:
            yield source
            yield from sources_of(source, chart, depth - 1)


def part_of(wholes: Sequence[Row], chart: Chart) -> Callable[[Row], bool]:
    """Whether a row is a part of one of these results."""
    inside = {reference_of(member) for whole in wholes for member in members_of(whole.resource, chart)}
    of = {whole.reference for whole in wholes}

    def test(row: Row) -> bool:
        return row.reference in inside or any(reference_of(one) in of for one in sources_of(row.resource, chart))

    return test


def grown(row: Row, wanted: Concept) -> list[Resource]:
    """The members of a row that are meant; every organism among them where none is named."""
    own = members_of(row.resource, row.chart, depth=1)
    rows = (Row(member, row.chart) for member in own)
    return [one.resource for one in rows if (one.is_about(wanted) if wanted.words else one.is_organism)]
