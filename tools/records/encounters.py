"""What kind of encounter an Encounter is: hospital stay, intensive care, emergency, inpatient, ambulatory, ..."""

from __future__ import annotations

import re

from chartwarden.tools.records.chart import Chart, human_name, references
from chartwarden.tools.records.elements import parts, walk
from chartwarden.tools.records.source import Resource
from chartwarden.tools.records.values import codings_of, name_of

CLASSES: dict[str, frozenset[str]] = {
    "emergency": frozenset({"EMER"}),
    "ambulatory": frozenset({"AMB"}),
    "observation": frozenset({"OBSENC"}),
    "short_stay": frozenset({"SS"}),
    "virtual": frozenset({"VR"}),
    "home": frozenset({"HH"}),
}
"""Kinds that are a class (HL7 v3 ActCode, the R4 binding of Encounter.class)."""

NONE_RECORDED = "!"
"""Stands for a disposition, of stays that have none recorded."""
KINDS = frozenset({*CLASSES, "inpatient", "hospital", "icu"})
"""Every kind a query can ask for."""

_INPATIENT = frozenset({"IMP", "ACUTE", "NONACUTE"})
_STAYS = _INPATIENT | {"OBSENC", "SS"}
_INTENSIVE = re.compile(r"\b([A-Z]{0,3}ICU|intensive care|critical care)\b", re.IGNORECASE)


def kinds_of(encounter: Resource, chart: Chart) -> frozenset[str]:
    """Every kind the encounter is of.

    A `hospital` stay is an encounter that is part of no other and admits somebody. `inpatient` is one whose class says
    so or that tells where from somebody was admitted, whatever class they came in by; its parts are no stays of their
    own. `icu` is an encounter whose identifier system or type says so, or a part of a stay that was spent in intensive
    care units only.
    """
    codes = _classes(encounter)
    found = {kind for kind, classes in CLASSES.items() if codes & classes}
    is_inpatient = _is_inpatient(encounter)
    whole = chart.resolve(encounter.get("partOf"), encounter) if is_inpatient else None
    if is_inpatient and not (whole and _is_inpatient(whole)):
        found.add("inpatient")
    if _is_intensive(encounter, chart):
        return frozenset(found | {"icu"})
    if (codes & _STAYS or is_inpatient) and not encounter.get("partOf"):
        found.add("hospital")
    return frozenset(found)


def _classes(encounter: Resource) -> frozenset[str]:
    return frozenset(coding.code for coding in codings_of(encounter.get("class")))


def _is_inpatient(encounter: Resource) -> bool:
    return bool(_classes(encounter) & _INPATIENT) or any(
        "admitSource" in part for part in parts(encounter, "hospitalization")
    )


def _is_intensive(encounter: Resource, chart: Chart) -> bool:
    systems = [str(system) for system in walk(encounter, "identifier.system")]
    if any(system.lower().endswith("icu") for system in systems):
        return True
    named = [name_of(node) for path in ("type", "serviceType") for node in walk(encounter, path)]
    if any(_INTENSIVE.search(name) for name in named):
        return True
    if not encounter.get("partOf"):
        return False
    places = [_place_name(node, encounter, chart) for node in references(walk(encounter, "location.location"))]
    return bool(places) and all(_INTENSIVE.search(place) for place in places)


def _place_name(node: dict[str, object], encounter: Resource, chart: Chart) -> str:
    target = chart.resolve(node, encounter)
    return (human_name(target) if target is not None else "") or str(node.get("display", ""))
