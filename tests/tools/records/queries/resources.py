"""Resources of a small record, and the concepts that find them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chartwarden.tools.records.query import (
    Coding,
    Concept,
    QueryResult,
)

Ask = Callable[..., QueryResult]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
OBSERVATION, CONDITION, ENCOUNTER = ("Observation",), ("Condition",), ("Encounter",)


def concept(*codes: str, system: str = LOINC) -> Concept:
    return Concept(words="it", codings=tuple(Coding(system=system, code=code) for code in codes))


LDL = concept("13457-7")
ASTHMA = concept("195967001", system=SNOMED)


def coded(code: str, display: str = "", system: str = LOINC) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def ldl(identity: str, when: str, value: float, unit: str = "mg/dL", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": coded("13457-7", "LDL"),
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit},
        **more,
    }


def asthma(identity: str, onset: str, status: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": coded(status),
        "verificationStatus": coded("confirmed"),
        "code": coded("195967001", "Asthma", SNOMED),
        **({"onsetDateTime": onset} if onset else {}),
        **more,
    }


def encounter(identity: str, start: str, end: str = "", kind: str = "AMB", **more: Any) -> dict[str, Any]:
    period = {"start": start, "end": end} if end else {"start": start}
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "finished",
        "class": {"code": kind},
        "period": period,
        **more,
    }


THREE = (ldl("a", "2020-01-01", 100.0), ldl("c", "2022-01-01", 120.0), ldl("b", "2021-01-01", 110.0))
