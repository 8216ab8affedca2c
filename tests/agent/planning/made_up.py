"""Made-up records: answers out of one, and rows for it as plain dicts that stand as they would in a FHIR file.

All rows are about one patient, `Patient/p`. Keywords that a builder does not name are elements of the row, but for
`at`: the encounter that the row belongs to. A thing is told by its name, or as it is coded; a time may be a period.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant

CODES, LOINC, SNOMED = "http://example.org/codes", "http://loinc.org", "http://snomed.info/sct"
HL7 = "http://terminology.hl7.org/CodeSystem"
Row = dict[str, Any]
Named = str | Row
When = str | Row
Answered = Callable[[str], Answer]
"""From a question to what the assistant answers about the patient."""


def answered_over(record: Sequence[Row], as_of: str) -> Any:
    """A fixture for a module: answers of one session over a record, asked as of a day."""

    @pytest.fixture(scope="module")
    def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
        path = tmp_path_factory.mktemp("made_up") / "record.json"
        entries = [{"fullUrl": f"http://example.org/{r['resourceType']}/{r['id']}", "resource": r} for r in record]
        path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        with Assistant.over(path) as assistant:
            session = assistant.session("p", acknowledged_by="Dr. Reader", as_of=as_of)
            yield lambda question: assistant.answer(question, session)

    return answered


def coded(name: str, code: str = "", system: str = CODES) -> Row:
    """A thing by its name, which also is its code where none is given."""
    return {"coding": [{"system": system, "code": code or name, "display": name}], "text": name}


def period(start: str, end: str = "") -> Row:
    """From one time to another, or still going on."""
    return {"start": start, "end": end} if end else {"start": start}


def patient(birth_date: str, gender: str, **more: Any) -> Row:
    """Whose record it is."""
    return {"resourceType": "Patient", "id": "p", "birthDate": birth_date, "gender": gender, **more}


def row(kind: str, identity: str, *, at: str = "", **more: Any) -> Row:
    """A row of any other type."""
    held = {"encounter": {"reference": f"Encounter/{at}"}} if at else {}
    return {"resourceType": kind, "id": identity, "subject": {"reference": "Patient/p"}, **held, **more}


def encounter(identity: str, code: str, start: str, end: str, **more: Any) -> Row:
    """A visit or a stay, with the code of its class."""
    of_class: Row = {"class": {"system": f"{HL7}/v3-ActCode", "code": code}}
    return row("Encounter", identity, status="finished", period=period(start, end), **of_class, **more)


def observed(identity: str, what: Named, when: str, **more: Any) -> Row:
    """An observation, of which the keywords tell the value."""
    return row("Observation", identity, status="final", code=_concept(what), effectiveDateTime=when, **more)


def measured(identity: str, what: Named, when: str, value: float, unit: str, **more: Any) -> Row:
    """A measurement that is a number."""
    return observed(identity, what, when, valueQuantity={"value": value, "unit": unit}, **more)


def output(identity: str, name: str, when: str, value: float, category: str = "Output", **more: Any) -> Row:
    """What came out, in ml."""
    return measured(identity, name, when, value, "ml", category=[coded(category)], **more)


def found(identity: str, what: Named, when: str, finding: Named, **more: Any) -> Row:
    """A test whose result is a finding."""
    return observed(identity, what, when, valueCodeableConcept=_concept(finding), **more)


def smoker(identity: str, when: str, kind: str) -> Row:
    """Which kind of smoker somebody was at a time."""
    return found(identity, coded("Tobacco smoking status NHIS", "72166-2", LOINC), when, kind)


def reported(identity: str, what: Named, when: str, *members: str) -> Row:
    """A report or a panel, and the observations in it."""
    result = [{"reference": f"Observation/{member}"} for member in members]
    return row("DiagnosticReport", identity, status="final", code=_concept(what), effectiveDateTime=when, result=result)


def had(identity: str, what: Named, onset: str, abated: str = "", **more: Any) -> Row:
    """A condition, which is resolved once it abated."""
    status = {"system": f"{HL7}/condition-clinical", "code": "resolved" if abated else "active"}
    over = {"abatementDateTime": abated} if abated else {}
    return row(
        "Condition", identity, code=_concept(what), onsetDateTime=onset, clinicalStatus={"coding": [status]}, **over,
        **more,
    )  # fmt: skip


def done(identity: str, what: Named, when: When, status: str = "completed", **more: Any) -> Row:
    """A procedure."""
    return row("Procedure", identity, status=status, code=_concept(what), **_timed("performed", when), **more)


def planned(identity: str, what: Named, start: str, end: str = "", **more: Any) -> Row:
    """A care plan, which is completed once it ended."""
    return row(
        "CarePlan", identity, status="completed" if end else "active", intent="order", category=[_concept(what)],
        period=period(start, end), **more,
    )  # fmt: skip


def ordered(identity: str, what: Named, when: str, status: str = "stopped", **more: Any) -> Row:
    """An order of a drug."""
    return row(
        "MedicationRequest", identity, status=status, intent="order", authoredOn=when,
        medicationCodeableConcept=_concept(what), **more,
    )  # fmt: skip


def dosage(
    dose: float | None, route: str, often: str = "", unit: str = "mg", *, repeat: Row | None = None, **more: Any
) -> list[Row]:
    """How an order is to be taken: how much, by which route, and how often, as a code or as numbers that repeat."""
    timing = ({"code": _code(often)} if often else {}) | ({"repeat": repeat} if repeat else {})
    amount = {} if dose is None else {"doseAndRate": [{"doseQuantity": {"value": dose, "unit": unit}}]}
    return [{"route": _code(route), "timing": timing, **amount, **more}]


def given(
    identity: str, name: str, when: When, dose: float, unit: str, *, at: str, category: str = "", **more: Any
) -> Row:
    """A drug or a fluid that was given; further keywords are elements of its dosage."""
    kind: Row = {"category": _code(category)} if category else {}
    return row(
        "MedicationAdministration", identity, status="completed", context={"reference": f"Encounter/{at}"},
        medicationCodeableConcept=coded(name), dosage={"dose": {"value": dose, "unit": unit}, **more}, **kind,
        **_timed("effective", when),
    )  # fmt: skip


def _concept(what: Named) -> Row:
    return coded(what) if isinstance(what, str) else what


def _code(code: str) -> Row:
    return {"coding": [{"system": CODES, "code": code}]}


def _timed(element: str, when: When) -> Row:
    return {f"{element}DateTime": when} if isinstance(when, str) else {f"{element}Period": when}
