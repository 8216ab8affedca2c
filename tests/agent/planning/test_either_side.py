"""Values on either side of an event, which of two came first, and the time between the two there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.restating.network import Told
from chartwarden.agent.planning.restating.senses import Sense
from chartwarden.agent.planning.restating.stories import asks_more
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.either_side import on_either_side
from chartwarden.agent.planning.wording.two_things import two_things
from chartwarden.tools.records.manifest import Manifest

from .conftest import Ask, queries

MEASURED = frozenset({"qc0"})
LOWER = "comparing the last qc0 before qc1 with the first one after, was it lower"
HIGHER = LOWER.replace("lower", "higher")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("qc0, last before qc1 versus first after: a drop or not?", LOWER),
        ("did qc0 go down across qc1 ?", LOWER),
        ("did qc0 go up across qc1 ? meaning last value before versus first value after.", HIGHER),
        ("qc0 before and after qc1 : any increase?", HIGHER),
        ("qc0 last before qc1 versus first after: higher or lower?", "was the qc0 higher or lower after qc1"),
        ("what was the qc0 change after qc1", "how much did the qc0 change after qc1"),
        ("qc0, last before qc1 versus first after: by how much?", "how much did the qc0 change after qc1"),
        (
            "the last qc0 before qc1 and the first after it",
            "what was the last qc0 before qc1? what was the first qc0 after qc1",
        ),
    ],
)
def test_values_on_either_side_of_an_event_are_compared_as_asked(text: str, plain: str) -> None:
    assert on_either_side(text, MEASURED) == plain


@pytest.mark.parametrize(
    "text",
    ["qc1, last before qc0 versus first after: a drop?", "qc0 before and after qc1 : was it normal?", "did qc0 go up?"],
)
def test_what_compares_no_two_values_of_a_measurement_is_left_alone(text: str) -> None:
    assert on_either_side(text, MEASURED) == text


@pytest.mark.parametrize(
    ("said", "ask", "is_other"),
    [
        ("did qc0 rise after qc1 ?", "than_lt", True),
        ("did qc0 rise after qc1 ?", "than_gt", False),
        ("was qc0 before qc1 higher than after?", "than_lt", False),
        ("did qc0 drop after qc1 ?", "than_gt", True),
    ],
)
def test_a_sense_the_other_way_round_is_never_taken(said: str, ask: str, is_other: bool) -> None:
    told = Told(
        Sense("observation", ask, "", "", "around", "medication", "first"), {"qc0": "thing", "qc1": "event"}, 1.0
    )
    assert asks_more(told, said) is is_other


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            "Between warfarin and ibuprofen, I think warfarin came first, is that right going by start dates?",
            "was warfarin first recorded before ibuprofen?",
        ),
        (
            "Of warfarin and ibuprofen, ibuprofen was the later one, true?",
            "was ibuprofen first recorded after warfarin?",
        ),
        (
            "Comparing warfarin with ibuprofen, warfarin was ordered earlier, correct?",
            "was warfarin first ordered before ibuprofen?",
        ),
    ],
)
def test_a_claim_of_which_came_first_is_asked(said: str, plain: str) -> None:
    assert two_things(said) == plain


def test_something_else_claimed_between_two_is_left_alone() -> None:
    said = "Between warfarin and ibuprofen, she had a flu shot, right?"
    assert two_things(said) == said


@pytest.mark.parametrize(
    ("said", "relation", "tells"),
    [
        ("Potassium or creatinine, which was higher?", "gt", "side"),
        ("which was lower in 2018, potassium or creatinine", "lt", "side"),
        ("Is the last potassium higher than the last creatinine?", "gt", ""),
    ],
)
def test_two_measurements_are_held_against_each_other(ask: Ask, said: str, relation: str, tells: str) -> None:
    (query,) = queries(ask, said)
    assert (query["relation"], query.get("tells", "")) == (relation, tells)
    assert query["left"]["concept"] != query["right"]["concept"]


@pytest.mark.parametrize(
    "said", ["Was the last potassium higher than the first creatinine?", "Warfarin or ibuprofen, which was higher?"]
)
def test_rows_that_differ_and_what_has_no_value_are_not_held_against_each_other(ask: Ask, said: str) -> None:
    assert isinstance(RulesPlanner().decide(ask(said)), GiveUp)


def test_the_name_of_the_higher_one_is_told() -> None:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of="2024-06-01T00:00:00+00:00")
        answer = assistant.answer("Which is higher, the systolic or the diastolic?", session)
    assert answer.value == ("Systolic blood pressure",)


@pytest.mark.parametrize("said", ["BMP: potassium and creatinine", "CMP: potassium and creatinine"])
def test_a_panel_before_its_measurements_leads_in_to_them(ask: Ask, said: str) -> None:
    assert queries(ask, said) == queries(ask, "potassium and creatinine")


def test_a_panel_before_what_is_not_of_it_is_not_understood(ask: Ask) -> None:
    assert isinstance(RulesPlanner().decide(ask("BMP: potassium and hemoglobin")), GiveUp)


BETWEEN = "How long between the first and last colonoscopy?"


@pytest.mark.parametrize(
    "said",
    [
        "time between the two colonoscopies",
        "How far apart were the two colonoscopies?",
        "interval between the colonoscopies",
        "How much time passed between both colonoscopies?",
    ],
)
def test_the_time_between_the_two_there_are_is_told(ask: Ask, said: str) -> None:
    assert queries(ask, said) == queries(ask, BETWEEN)


def test_of_three_it_is_not_told_which_two_are_meant(ask: Ask) -> None:
    context = ask("time between the two colonoscopies")
    assert isinstance(RulesPlanner().decide(context), UseTools)
    entries = tuple(one.model_copy(update={"count": 3}) for one in context.manifest.entries)
    three: PlanningContext = replace(context, manifest=Manifest(counts=context.manifest.counts, entries=entries))
    assert isinstance(RulesPlanner().decide(three), GiveUp)


@pytest.mark.parametrize("said", ["In terms of weight, what was she given?", "drugs for the colonoscopy"])
def test_drugs_are_for_no_measurement_and_no_procedure(ask: Ask, said: str) -> None:
    assert isinstance(RulesPlanner().decide(ask(said)), GiveUp)


def test_drugs_for_what_is_a_disease_and_a_vaccine_are_for_the_disease(ask: Ask) -> None:
    (query,) = queries(ask, "As for the flu, what is she on?")
    assert query["types"] == ["MedicationRequest"]
    assert "reason" in query


@pytest.mark.parametrize("said", ["Any allergic reaction in 2019?", "Any drug reaction in 2019?"])
def test_a_reaction_has_no_time(ask: Ask, said: str) -> None:
    assert isinstance(RulesPlanner().decide(ask(said)), GiveUp)


def test_years_back_before_any_are_all_the_years_since(ask: Ask) -> None:
    step = RulesPlanner().decide(ask("Ten years back: any hypertension?"))
    assert isinstance(step, UseTools)
    (query,) = queries(ask, "Ten years back: any hypertension?")
    assert query["window"]["start"][:10] == "2010-06-15"
    assert "end" not in query["window"]


def test_somebody_told_by_where_they_work_asks_and_is_no_topic(ask: Ask) -> None:
    said = "GI secretary, hypertension: date of the earliest diagnosis we hold?"
    assert queries(ask, said) == queries(ask, "hypertension: date of the earliest diagnosis we hold?")
