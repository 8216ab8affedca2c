"""A hand-made manifest, and a planner context over it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.planner import PlanningContext, Turn, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Comparison, NoteSearch, Question, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock, ToolResult


def _playing() -> ModuleType:
    """The helper module beside this file; test folders are no packages."""
    name = "model_playing"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("playing.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


playing = _playing()

LOINC, SNOMED, RXNORM, CVX = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/cvx",
)
_ENTRIES = (
    ("Condition", "code", SNOMED, "38341003", "Hypertension"),
    ("Condition", "code", SNOMED, "40055000", "Chronic sinusitis (disorder)"),
    ("Condition", "code", SNOMED, "444814009", "Viral sinusitis (disorder)"),
    ("Condition", "code", SNOMED, "55822004", "Hyperlipidemia"),
    ("Condition", "code", SNOMED, "44465007", "Sprain of ankle"),
    ("Condition", "code", SNOMED, "230690007", "Stroke"),
    ("Observation", "code", LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),
    ("Observation", "code", LOINC, "718-7", "Hemoglobin [Mass/volume] in Blood"),
    ("Observation", "code", LOINC, "18262-6", "Low Density Lipoprotein Cholesterol"),
    ("Observation", "code", LOINC, "6298-4", "Potassium"),
    ("Observation", "code", LOINC, "38483-4", "Creatinine"),
    ("Observation", "code", LOINC, "29463-7", "Body Weight"),
    ("Observation", "code", LOINC, "55284-4", "Blood Pressure"),
    ("Observation", "component", LOINC, "8480-6", "Systolic Blood Pressure"),
    ("Observation", "component", LOINC, "8462-4", "Diastolic Blood Pressure"),
    ("Observation", "code", LOINC, "72166-2", "Tobacco smoking status NHIS"),
    ("MedicationRequest", "medication", RXNORM, "312961", "Simvastatin 20 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "310965", "Ibuprofen 200 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet"),
    ("Immunization", "code", CVX, "140", "Influenza, seasonal, injectable, preservative free"),
    ("Immunization", "code", CVX, "113", "Td (adult) preservative free"),
    ("Procedure", "code", SNOMED, "73761001", "Colonoscopy"),
    ("Procedure", "code", SNOMED, "395123002", "Urine screening test for diabetes"),
    ("AllergyIntolerance", "code", SNOMED, "300913006", "Shellfish allergy"),
    ("Encounter", "code", SNOMED, "424619006", "Prenatal visit"),
)


def _entry(resource_type: str, element: str, system: str, code: str, display: str) -> Entry:
    coding = Coding(system=system, code=code, display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=2)


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """A small record: conditions, measurements, drugs, vaccines, a procedure, an allergy, a visit."""
    entries = tuple(_entry(*row) for row in _ENTRIES)
    drug = Entry(
        resource_type="MedicationRequest",
        element="medication",
        codings=(Coding(system="http://example.org/ndc", code="63739002401"),),
        identifiers=("63739002401", "ASPI81INDP", "Aspirin EC"),
        count=3,
    )
    route = Entry(
        resource_type="MedicationRequest",
        element="route",
        codings=(Coding(system="http://example.org/r", code="PO/NG"),),
    )
    source = Entry(resource_type="Encounter", element="admitSource", codings=(Coding(code="PHYSICIAN REFERRAL"),))
    counts = {entry.resource_type: 2 for entry in entries}
    return Manifest(counts=counts, entries=(*entries, drug, route, source))


@pytest.fixture(scope="session")
def clock() -> Clock:
    """Asked on 15 June 2020 at ten, UTC."""
    return Clock(dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC), "UTC")


Ask = Callable[..., PlanningContext]


@pytest.fixture(scope="session")
def ask(manifest: Manifest, clock: Clock) -> Ask:
    """Make a context from a question."""

    def make(
        question: str, *, turns: tuple[Turn, ...] = (), results: tuple[ToolResult, ...] = (), choice: str = ""
    ) -> PlanningContext:
        return PlanningContext(question, clock, manifest, turns=turns, results=results, choice=choice)

    return make


@pytest.fixture(scope="module")
def open_house() -> Iterator[Callable[..., playing.House]]:
    stack: list[Assistant] = []
    yield lambda **given: playing.house_of(stack, **given)
    for assistant in stack:
        assistant.close()


@pytest.fixture(scope="module")
def house(open_house: Callable[..., playing.House]) -> playing.House:
    return open_house()


@pytest.fixture(scope="module")
def strict_house(open_house: Callable[..., playing.House]) -> playing.House:
    """No rules to fall back on."""
    return open_house(fall_back=False)


def asked(ask: Ask, question: str) -> list[Question]:
    """What the rules planner asks the record."""
    step = RulesPlanner(Readings()).decide(ask(question))
    assert isinstance(step, UseTools), step
    return [call.question for call in step.calls if call.question is not None]


def asked_over(manifest: Manifest, ask: Ask, question: str) -> list[dict[str, Any]]:
    """What the rules planner asks a record of other entries, as far as it is said."""
    step = RulesPlanner().decide(replace(ask(question), manifest=manifest))
    assert isinstance(step, UseTools), step
    found = [call.question for call in step.calls if call.question is not None]
    return [one.model_dump(exclude_defaults=True, mode="json") for one in found]


def lookups(ask: Ask, question: str) -> list[RecordQuery | Comparison]:
    """The same, of which nothing is a search in notes."""
    found = asked(ask, question)
    assert not any(isinstance(one, NoteSearch) for one in found), found
    return [one for one in found if not isinstance(one, NoteSearch)]


def queries(ask: Ask, question: str) -> list[dict[str, Any]]:
    """What is asked, without the words and the readings that led to it."""
    return [_linked(one.model_dump(exclude_defaults=True, mode="json")) for one in asked(ask, question)]


def shapes(ask: Ask, question: str) -> list[dict[str, Any]]:
    """The same, with the days of the time alone."""
    told = queries(ask, question)
    for shape in told:
        if "window" in shape:
            shape["window"] = [shape["window"].get("start", "")[:10], shape["window"].get("end", "")[:10]]
    return told


def _linked(shape: dict[str, Any]) -> dict[str, Any]:
    told = {name: _linked(value) if isinstance(value, dict) else value for name, value in shape.items()}
    return {name: value for name, value in told.items() if name not in ("words", "via", "reading")}
