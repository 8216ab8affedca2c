"""What a Medication says that stands behind an order: its codes in a hospital's formulary, and what it is mixed of."""

from __future__ import annotations

from chartwarden.tools.records.elements import parts, reference_of
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.values import concept_scalars, name_of

_SYSTEMS = {"formulary": "formulary", "ndc": "ndc"}
"""A part of the name of the system that an identifier or a code is of."""
OF_MEDICATIONS = (*_SYSTEMS, "ingredient")


def of_medication(row: Row, name: str) -> tuple[list[str], list[str]]:
    """The values of an attribute of the Medication behind a row, and the references of what says so."""
    held = row.medication
    if held is None:
        return [], []
    if name == "ingredient":
        return _ingredients(row)
    system = _SYSTEMS[name]
    nodes = [*parts(held, "identifier"), *parts(held, "code.coding")]
    found = [
        str(node.get("value") or node.get("code") or "") for node in nodes if system in str(node.get("system", ""))
    ]
    return list(dict.fromkeys(filter(None, found))), [reference_of(held)]


def _ingredients(row: Row) -> tuple[list[str], list[str]]:
    """The parts of a mixture by their names."""
    held = row.medication or {}
    names: list[str] = []
    told = [reference_of(held)]
    for part in parts(held, "ingredient"):
        item = row.chart.resolve(part.get("itemReference"), held) if part.get("itemReference") else None
        coded = part.get("itemCodeableConcept")
        if item is not None:
            names.append(Row(item, row.chart).label)
            told.append(reference_of(item))
        elif coded and concept_scalars(coded):
            names.append(name_of(coded))
    return list(dict.fromkeys(names)), told
