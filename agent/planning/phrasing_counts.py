"""The wording of counts: how many entries of a kind there are, and of what there are how many."""

from __future__ import annotations

from collections.abc import Sequence

from chartwarden.agent.planning.phrasing import telling_states
from chartwarden.tools.records.query import Finding, RecordQuery

_COUNTED = {
    "MedicationRequest": ("order", "orders"),
    "MedicationAdministration": ("administration", "administrations"),
    "Encounter": ("visit", "visits"),
}
"""What is counted, where one kind may be taken for the other."""
_UNNAMED = {
    "AllergyIntolerance": "allergies", "CarePlan": "plans", "Condition": "conditions", "DiagnosticReport": "reports",
    "Immunization": "immunizations", "Observation": "observations", "Procedure": "procedures",
}  # fmt: skip
"""What several entries are, where they are too many kinds to be named."""
_STAYS_COUNTED = {
    "hospital": ("hospital stay", "hospital stays"),
    "inpatient": ("inpatient stay", "inpatient stays"),
    "icu": ("ICU stay", "ICU stays"),
    "emergency": ("emergency visit", "emergency visits"),
}
"""What visits of a kind are."""


def count(question: RecordQuery, value: int, entries: int, rows: Sequence[Finding]) -> str:
    """A count, and what was counted."""
    of_label = question.target not in ("organism", "location")
    labels = list(dict.fromkeys(str(row.label if of_label else row.value or "") for row in rows))
    labels = [label for label in labels if label]
    named = f": {'; '.join(labels)}" if 0 < len(labels) <= 6 else ""
    if question.measure == "count_distinct" and entries != value:
        return f"{value} different, among {entries} entries{named}{telling_states(rows)}."
    one, many = _of_what(question, is_named=bool(named))
    return f"{value} {one if value == 1 else many} counted{named}{telling_states(rows)}."


def _of_what(question: RecordQuery, *, is_named: bool) -> tuple[str, str]:
    """What one and several of the rows of a query are called."""
    kind = question.types[0] if len(question.types) == 1 else ""
    if question.types == ("Encounter",) and question.measure == "count" and len(question.encounter_kind) == 1:
        return _STAYS_COUNTED.get(question.encounter_kind[0], _COUNTED["Encounter"])
    many = "entries" if is_named else _UNNAMED.get(kind, "entries")
    return _COUNTED.get(kind, ("entry", many))


def of_number(question: RecordQuery, finding: Finding) -> str:
    """A thing with how many entries of all there are of it."""
    named = finding.label if question.target == "name" or finding.value is None else str(finding.value)
    return f"{named}: {finding.text}{telling_states([finding])}."
