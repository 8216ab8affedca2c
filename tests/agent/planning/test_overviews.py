"""Overviews, and what is asked of a visit: what the record ties to it."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())


def test_an_overview_lists_what_was_recorded(ask: Ask) -> None:
    year = shapes(ask, "What happened in 2019?")
    assert [shape["types"] for shape in year] == [
        ["Encounter"], ["Condition"], ["MedicationRequest"], ["Procedure"], ["Immunization"], ["Observation"]
    ]  # fmt: skip
    assert {tuple(shape["window"]) for shape in year} == {("2019-01-01", "2020-01-01")}
    stay = shapes(ask, "Summarise the last hospital admission")
    assert {shape["anchor"]["relation"] for shape in stay if "anchor" in shape} == {"during"}
    assert [shape["target"] for shape in stay[:2]] == ["name", "reason"]  # of the stay itself
    since = shapes(ask, "What changed since the last visit?")
    assert {shape["anchor"]["relation"] for shape in since} == {"after"}


@pytest.mark.parametrize(
    "question",
    [
        "What was done at her last prenatal visit?",
        "last prenatal visit: what was done?",
        "tell me about the last prenatal visit",
        "everything from the last prenatal visit",
    ],
)
def test_an_overview_of_a_visit_with_a_name_is_of_that_visit(ask: Ask, question: str) -> None:
    itself, why, *held = shapes(ask, question)
    assert ("concept" in itself, itself["which"], why["target"]) == (True, "last", "reason")
    assert [shape["anchor"]["relation"] for shape in held] == ["same_encounter"] * 5
    assert all("concept" in shape["anchor"]["event"] for shape in held)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the last ER visit, and which drugs were given?", "MedicationRequest"),
        ("When was her first ER visit? And what was diagnosed?", "Condition"),
        ("why was she last in the ER, and what procedures were done?", "Procedure"),
        ("when was the last prenatal visit and which vaccines were given?", "Immunization"),
        ("what was the last visit for, and any prescriptions?", "MedicationRequest"),
    ],
)
def test_what_was_done_is_asked_of_the_visit_before(ask: Ask, question: str, kind: str) -> None:
    visit, held = shapes(ask, question)
    assert visit["types"] == ["Encounter"]
    assert (held["types"], held["anchor"]["relation"]) == ([kind], "same_encounter")


def test_what_is_of_emergency_visits_is_of_any_of_them(ask: Ask) -> None:
    (asked,) = shapes(ask, "diagnoses made at ER visits")
    assert (asked["types"], asked["anchor"]["relation"]) == (["Condition"], "during")
    assert asked["anchor"]["event"]["encounter_kind"] == ["emergency"]


def test_what_was_found_at_a_visit_is_no_list_of_visits(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("What was found at the prenatal visit in 2016?")), GiveUp)
