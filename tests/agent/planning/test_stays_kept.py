"""Stays by what they are coded with or how long they were, ICU stays of a hospital stay, diagnoses of two stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.readmitted import readmission_plainly
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Comparison
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def entry(resource_type: str, display: str, *, element: str = "code") -> Entry:
    coding = Coding(system="http://example.org/s", code=display[:9].replace(" ", ""), display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=2)


RECORD = (
    entry("Encounter", "Emergency Department", element="location"),
    entry("Encounter", "Stepdown Ward", element="location"),
    entry("Encounter", "WALK-IN/SELF REFERRAL", element="admitSource"),
    entry("Condition", "Migraine"),
    entry("Condition", "Burn of hand"),
)
MANIFEST = Manifest(counts={one.resource_type: 2 for one in RECORD} | {"Patient": 1}, entries=RECORD)


def asked(ask: Ask, question: str) -> dict[str, Any]:
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, UseTools), step
    (found,) = (call.question for call in step.calls if call.question is not None)
    dumped: dict[str, Any] = found.model_dump(exclude_defaults=True, mode="json")
    return dumped


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("How many of her admissions had priority 'urgent'?", "priority", "urgent"),
        ("number of elective hospital stays", "priority", "elective"),
        ("Admissions that were elective: how many?", "priority", "elective"),
        ("How many of her hospital encounters have class 'observation encounter'?", "class", "observation encounter"),
        ("count of stays classed as short stay", "class", "short stay"),
        ("How many hospital stays were under the vascular service?", "serviceType", "VSURG"),
    ],
)
def test_stays_are_counted_by_what_they_are_coded_with(ask: Ask, question: str, field: str, value: str) -> None:
    found = asked(ask, question)
    assert found.get("encounter_kind", ["hospital"]) == ["hospital"]
    assert (found["measure"], found["field"]) == ("count", field)
    assert value in found["one_of"]


def test_stays_are_counted_by_their_source_of_admission(ask: Ask) -> None:
    found = asked(ask, "How many stays came with admit source WALK-IN/SELF REFERRAL?")
    assert (found["measure"], found["admit_source"]) == ("count", "WALK-IN/SELF REFERRAL")


@pytest.mark.parametrize(
    ("question", "measure", "relation", "hours"),
    [
        ("How many of my hospital stays lasted longer than 5 days?", "count", "gt", 120),
        ("Stays of at least 48 hours - how many?", "count", "ge", 48),
        ("How many stays lasted more than 3 full days (over 72 h)?", "count", "gt", 72),
        ("Did any admission of his exceed a week?", "exists", "gt", 168),
        ("Number of admissions shorter than two days", "count", "lt", 48),
    ],
)
def test_stays_are_counted_by_their_length(ask: Ask, question: str, measure: str, relation: str, hours: int) -> None:
    found = asked(ask, question)
    assert found["measure"] == measure
    assert found["threshold"] == {"of": "duration", "relation": relation, "value": hours, "unit": "h"}


@pytest.mark.parametrize(
    "question",
    [
        "How many separate ICU stays belong to the admission that started 3 May 2018?",
        "3 May 2018 admission: number of intensive care stays?",
        "How many times was he in the ICU during the stay that began on 3 May 2018?",
    ],
)
def test_icu_stays_of_one_hospital_stay(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    event = found["anchor"]["event"]
    assert (found["encounter_kind"], found["measure"]) == (["icu"], "count")
    assert event["encounter_kind"] == ["hospital"]
    assert event["window"]["start"].startswith("2018-05-03")
    assert "window" not in found


@pytest.mark.parametrize(
    ("question", "relation", "ends"),
    [
        (
            "How many hours after hospital admission did he get to the ICU? I mean the May 2018 admission.",
            "time_after",
            0,
        ),
        ("May 2018 stay: hours from admission until she reached intensive care?", "time_after", 0),
        ("How many hours was she outside the ICU between her two ICU stays in May 2018?", "interval", 1),
        ("Hours between the first and second ICU stay of the May 2018 admission", "interval", 1),
    ],
)
def test_how_long_until_intensive_care_and_between_two_stays_there(
    ask: Ask, question: str, relation: str, ends: int
) -> None:
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, UseTools)
    found = step.calls[0].question
    assert isinstance(found, Comparison)
    assert (found.relation, found.unit, found.left.target == "end") == (relation, "h", bool(ends))
    assert found.right.encounter_kind == ("icu",)


@pytest.mark.parametrize(
    "question",
    [
        "Encounter number of my latest stay?",
        "I need the hospital encounter number of her last admission for the bill.",
        "visit id of last month's admission",
    ],
)
def test_the_number_of_a_stay(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    assert (found["target"], found["field"], found["which"]) == ("attribute", "identifier", "last")


def test_a_stay_by_its_number_and_beside_it_as_the_last(ask: Ask) -> None:
    found = asked(ask, "What service code was my third (most recent) stay under?")
    assert (found["target"], found["which"]) == ("service", "last")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            "After the discharge on 3 May 2018, was he readmitted within 30 days?",
            "was he readmitted within 30 days of the discharge on 3 May 2018?",
        ),
        (
            "Was she back in hospital within ten days of going home on 3 May 2018?",
            "Was she readmitted to hospital within ten days of the discharge on 3 May 2018?",
        ),
        (
            "I went home on 3 May 2018. Was I readmitted within 30 days?",
            "Was I readmitted within 30 days of the discharge on 3 May 2018?",
        ),
        ("Was potassium measured within 3 days of the stroke?", "Was potassium measured within 3 days of the stroke?"),
    ],
)
def test_a_readmission_however_the_discharge_is_told(said: str, plain: str) -> None:
    assert readmission_plainly(said) == plain


def test_a_diagnosis_coded_again_at_another_stay(ask: Ask) -> None:
    found = asked(ask, "Migraine was coded in May 2018. Was that diagnosis coded again at the July 2018 stay?")
    assert (found["types"], found["measure"]) == (["Condition"], "exists")
    assert found["anchor"]["event"]["window"]["start"].startswith("2018-07")


def test_two_diagnoses_at_one_stay(ask: Ask) -> None:
    found = asked(ask, "Are 'Migraine' and 'Burn of hand' coded on the same admission?")
    assert (found["measure"], found["anchor"]["relation"]) == ("exists", "same_encounter")
    assert found["anchor"]["event"]["types"] == ["Condition"]


def test_where_somebody_went_straight_from_intensive_care(ask: Ask) -> None:
    found = asked(ask, "Which ward did she go to straight from intensive care on 5 May 2018?")
    event = found["anchor"]["event"]
    assert (found["target"], event["encounter_kind"], event["ended"]) == ("location", ["icu"], True)


def test_the_unit_that_had_somebody_at_noon(ask: Ask) -> None:
    found = asked(ask, "Which ward or unit had the patient at noon on 5 May 2018?")
    assert (found["target"], found["lasting"]) == ("location", True)
    assert "T12:00" in found["window"]["start"]
