"""What was done about a condition or a part of the body: what is called so, and what was done for it."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

PLANNER = RulesPlanner(Readings())
CLOCK = Clock(dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC), "UTC")


def _entry(resource_type: str, element: str, code: str, name: str) -> Entry:
    coding = Coding(system="http://snomed.info/sct", code=code, display=name)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=1)


RECORD = Manifest(
    counts={"Condition": 3, "Procedure": 4, "MedicationRequest": 1},
    entries=(
        _entry("Condition", "code", "16114001", "Fracture of ankle"),
        _entry("Condition", "code", "284551006", "Laceration of foot"),
        _entry("Condition", "code", "84114007", "Heart failure"),
        _entry("Procedure", "code", "19490002", "Ankle X-ray"),
        _entry("Procedure", "code", "274474001", "Bone immobilization"),
        _entry("Procedure", "code", "40701008", "Echocardiography"),
        _entry("Procedure", "code", "55162003", "Extraction of wisdom tooth"),
        _entry("MedicationRequest", "medication", "5640", "Ibuprofen"),
    ),
)


def asked(question: str) -> RecordQuery | None:
    step = PLANNER.decide(PlanningContext(question, CLOCK, RECORD))
    if isinstance(step, GiveUp):
        return None
    assert isinstance(step, UseTools)
    ((call,)) = step.calls
    assert isinstance(call.question, RecordQuery)
    return call.question


@pytest.mark.parametrize(
    "question",
    [
        "What was done about her ankle?",
        "What did they do about her ankle?",
        "What has been done for the ankle?",
        "Was anything done about her ankle?",
        "Which procedures and medications for the ankle?",
    ],
)
def test_what_was_done_about_a_part_is_what_is_called_so_or_was_for_it(question: str) -> None:
    query = asked(question)
    assert query is not None
    assert query.types == ("Procedure", "MedicationRequest")
    assert query.either
    assert query.concept is not None
    assert query.concept.words == "ankle"
    assert query.reason is not None
    assert [one.code for one in query.reason.codings] == ["16114001"]


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Any procedures on her ankle?", "exists"),
        ("How many procedures did she have on her ankle?", "count"),
        ("What was done to her ankle?", "distinct"),
        ("ankle procedures in 2016", "exists"),
    ],
)
def test_what_was_done_to_a_part_is_no_prescription(question: str, measure: str) -> None:
    query = asked(question)
    assert query is not None
    assert (query.types, query.either, query.measure) == (("Procedure",), True, measure)


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("Which procedures were done for the ankle fracture?", ("Procedure",)),
        ("Were any procedures done because of the broken ankle?", ("Procedure",)),
        ("What was done for the ankle fracture?", ("Procedure", "MedicationRequest")),
        ("Which meds and procedures for the ankle fracture?", ("Procedure", "MedicationRequest")),
    ],
)
def test_what_was_done_for_a_condition_has_it_as_its_reason(question: str, types: tuple[str, ...]) -> None:
    query = asked(question)
    assert query is not None
    assert (query.types, query.concept, query.either) == (types, None, False)
    assert query.reason is not None


def test_a_part_in_the_plural_is_the_part() -> None:
    for question, code in (("What was done to his teeth?", ""), ("What was done about his feet?", "284551006")):
        query = asked(question)
        assert query is not None
        assert bool(query.concept) == (not code)
        assert [one.code for one in (query.reason.codings if query.reason else ())] == ([code] if code else [])


@pytest.mark.parametrize(
    "question",
    [
        "What was done about his heart?",
        "Any procedures on his bowel?",
        "Any heart procedures?",
        "What has she done to her ankle?",
        "Any procedures on the left ankle?",
        "What was done about her wrist?",
    ],
)
def test_what_names_do_not_tell_is_not_understood(question: str) -> None:
    assert asked(question) is None
