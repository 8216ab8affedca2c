"""What is said at a bedside: infusions that run, doses one by one, cultures and their results, units and lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.bedside import bedside_plainly
from chartwarden.agent.planning.wording.framing import undressed
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def entry(resource_type: str, display: str, system: str = "http://example.org/s", element: str = "code") -> Entry:
    coding = Coding(system=system, code=display[:8], display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=2)


ROUTE = Entry(resource_type="MedicationRequest", element="route", codings=(Coding(code="ED"),))
WARD = (
    entry("MedicationAdministration", "Fentanyl", element="medication"),
    entry("MedicationAdministration", "Norepinephrine", element="medication"),
    entry("MedicationAdministration", "Vancomycin", element="medication"),
    entry("MedicationRequest", "Heparin", element="medication"),
    entry("MedicationRequest", "Senna", element="medication"),
    entry("Observation", "MRSA SCREEN", "http://example.org/microbiology-test"),
    entry("Observation", "POSITIVE FOR METHICILLIN RESISTANT STAPH AUREUS", "http://example.org/organism"),
    entry("Observation", "Jackson Pratt #1"),
    entry("Procedure", "Invasive Ventilation"),
    entry("Procedure", "Arterial Line"),
    ROUTE,
)
COUNTS = dict.fromkeys(("MedicationAdministration", "MedicationRequest", "Observation", "Procedure", "Encounter"), 2)


@pytest.fixture(scope="module")
def ward() -> Manifest:
    return Manifest(counts=COUNTS, entries=WARD)


def asked(ask: Ask, ward: Manifest, question: str) -> list[RecordQuery]:
    step = PLANNER.decide(replace(ask(question), manifest=ward))
    assert isinstance(step, UseTools), step
    found = [call.question for call in step.calls]
    assert all(isinstance(one, RecordQuery) for one in found)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("what drips were running?", "what infusions were running?"),
        ("Was she on a heparin gtt?", "Was she on a heparin infusion?"),
        ("first drug by IV DRIP", "first drug by IV DRIP"),
        ("what was the drip rate?", "what was the drip rate?"),
        ("antibiogram for the proteus", "sensitivities for the proteus"),
        ("When did the stay begin and end?", "When did the stay begin? when did the stay end?"),
        ("heparin drip start time", "when did heparin infusion start"),
        (
            "third ICU stay: admission and discharge times",
            "when did third ICU stay begin? when did third ICU stay end",
        ),
        (
            "What were the dates of admission and discharge?",
            "when did the last hospital stay begin? when did the last hospital stay end?",
        ),
        (
            "admission and discharge dates of the first stay",
            "when did the first stay begin? when did the first stay end",
        ),
        (
            "First admission and discharge",
            "when did the First hospital stay begin? when did the First hospital stay end",
        ),
        ("total ICU days", "how long was the patient in the ICU in total"),
        ("When was the PICC line put in?", "When was the PICC line placed?"),
        ("When was the question put in?", "When was the question put in?"),
        ("MRSA screens: dates and results", "all MRSA screens results"),
        ("urine cultures with their results and dates", "all urine cultures results"),
    ],
)
def test_bedside_words_in_plain_ones(said: str, plain: str) -> None:
    assert bedside_plainly(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("We're after senna and heparin: was either ordered?", "senna and heparin: was either ordered?"),
        ("I'm interested in heparin. When was it ordered?", "heparin. When was it ordered?"),
        ("What did I get by mouth last? Name of the drug, please.", "What did I get by mouth last?"),
        ("I'm after the date of the last order.", "I'm after the date of the last order."),
    ],
)
def test_what_somebody_is_after(said: str, plain: str) -> None:
    assert undressed(said) == plain


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("Was she on a fentanyl drip on 3 May 2019?", {"measure": "exists", "lasting": True}),
        ("Was fentanyl running at 12:00 on 3 May 2019?", {"measure": "exists", "lasting": True}),
        ("What drips were running on 3 May 2019?", {"target": "name", "lasting": True}),
        ("Which infusions were started on 3 May 2019?", {"lasting": False}),
        ("How long was the norepi drip running?", {"measure": "duration", "which": "all"}),
        ("list all vancomycin doses given in the ICU", {"measure": "none", "target": "dose", "which": "all"}),
        ("vanc doses", {"measure": "none", "target": "dose", "which": "all"}),
        ("JP output total", {"measure": "sum", "target": "value"}),
        ("When did invasive ventilation stop?", {"target": "end", "which": "last"}),
        ("how long was he on the vent the last time?", {"measure": "duration", "which": "last"}),
        ("how many ICU stays in the first admission?", {"measure": "count", "encounter_kind": ("icu",)}),
        ("What was the first ICU stay's length?", {"measure": "duration", "which": "first"}),
        ("discharged where the first time?", {"target": "disposition", "which": "first"}),
        ("list the units he was in, in order", {"target": "location", "types": ("Encounter",)}),
        ("which units did the patient stay in?", {"target": "location", "types": ("Encounter",)}),
        ("list the lines", {"types": ("Procedure",)}),
        ("Find the last heparin order and tell me when it was placed.", {"target": "time", "which": "last"}),
        ("Any resistant organisms?", {"measure": "exists", "said": "resistant"}),
        ("Did the MRSA screen show resistance to anything?", {"measure": "exists", "said": "resistant"}),
        ("was he vented?", {"measure": "exists", "types": ("Procedure",)}),
    ],
)
def test_questions_of_a_ward(ask: Ask, ward: Manifest, question: str, fields: dict[str, Any]) -> None:
    (query,) = asked(ask, ward, question)
    assert {name: getattr(query, name) for name in fields} == fields


def test_stays_in_a_stay_are_counted_within_it(ask: Ask, ward: Manifest) -> None:
    (query,) = asked(ask, ward, "how many ICU stays in the first admission?")
    assert query.anchor is not None
    assert (query.anchor.relation, query.anchor.event.which) == ("during", "first")


def test_drugs_any_of_which_is_meant_are_one_question(ask: Ask, ward: Manifest) -> None:
    for question in (
        "We're after heparin and vancomycin: has at least one of them been ordered?",
        "I'm interested in heparin, senna and vancomycin. Has any of these been ordered since 2019?",
    ):
        (query,) = asked(ask, ward, question)
        assert query.concept is not None
        assert {"Heparin", "Vancomyc"} <= {coding.code for coding in query.concept.codings}


def test_each_of_several_that_are_pointed_to(ask: Ask, ward: Manifest) -> None:
    queries = asked(ask, ward, "My list has heparin and senna. When was each of these first ordered?")
    assert [query.concept.words for query in queries if query.concept] == ["heparin", "senna"]


def test_a_positive_screen_is_an_entry_that_says_so(ask: Ask, ward: Manifest) -> None:
    (query,) = asked(ask, ward, "was MRSA positive in 2019?")
    assert query.measure == "exists"
    assert query.concept is not None
    assert [coding.code for coding in query.concept.codings] == ["POSITIVE"]


@pytest.mark.parametrize("question", ["When was I last in the ED?", "Did she come to the ED in 2019?"])
def test_a_place_is_no_route_of_the_same_letters(ask: Ask, ward: Manifest, question: str) -> None:
    assert all(not query.route for query in asked(ask, ward, question))


def test_a_route_that_is_said_to_be_one(ask: Ask, ward: Manifest) -> None:
    assert asked(ask, ward, "Which drug was given last by the ED route?")[0].route == "ED"


def test_when_each_organism_grew_is_not_told_by_all_tests(ask: Ask, ward: Manifest) -> None:
    assert isinstance(PLANNER.decide(replace(ask("which organisms grew and when?"), manifest=ward)), GiveUp)
