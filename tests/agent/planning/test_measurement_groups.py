"""Groups of measurements: asked of each member that the record has, and of the group as a whole where one is enough."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import Comparison, RecordQuery
from chartwarden.tools.records.vocabulary import meanings, members_of

from .conftest import Ask, lookups

PLANNER = RulesPlanner()


def names(found: list[RecordQuery | Comparison]) -> list[str]:
    return [one.concept.words for one in found if isinstance(one, RecordQuery) and one.concept is not None]


@pytest.mark.parametrize(
    ("question", "members"),
    [
        ("Show the newest U&Es.", ["creatinine", "potassium"]),
        ("renal profile, last set", ["creatinine", "potassium"]),
        ("What did her most recent electrolytes come to?", ["potassium"]),
        ("Latest full blood count?", ["hemoglobin"]),
        ("highest lipids so far", ["ldl cholesterol"]),
        ("U and Es and lipids, most recent", ["creatinine", "potassium", "ldl cholesterol"]),
        ("How many U&Es have there been?", ["creatinine", "potassium"]),
    ],
)
def test_values_are_asked_of_each_member_that_the_record_has(ask: Ask, question: str, members: list[str]) -> None:
    assert names(lookups(ask, question)) == members


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Throughout the U&Es, what was the highest potassium?", "What was the highest potassium?"),
        ("What was the potassium on the newest renal profile?", "What was the newest potassium?"),
    ],
)
def test_the_group_a_member_is_done_with_is_not_asked_for_too(ask: Ask, question: str, plain: str) -> None:
    assert lookups(ask, question) == lookups(ask, plain)
    assert names(lookups(ask, "The U&Es and the potassium?"))[:2] == ["creatinine", "potassium"]


def test_a_member_is_compared_with_itself(ask: Ask) -> None:
    found = lookups(ask, "Have the U&Es gone up?")
    assert len(found) == 2
    for one in found:
        assert isinstance(one, Comparison)
        assert one.left.concept == one.right.concept


@pytest.mark.parametrize("question", ["When were the U&Es last done?", "Was a renal profile done in 2019?"])
def test_one_of_the_group_is_enough_for_whether_and_when(ask: Ask, question: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert one.concept is not None
    assert len(one.concept.codings) == 2


@pytest.mark.parametrize(
    "question", ["Last LFTs?", "iron studies please", "What was the clotting screen?", "Any trops?"]
)
def test_a_group_that_the_record_has_nothing_of_is_looked_for(ask: Ask, question: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert one.concept is not None
    assert not one.concept.codings


def test_bloods_are_laboratory_results_and_obs_are_vital_signs(ask: Ask) -> None:
    (bloods,) = lookups(ask, "Which bloods were done in 2019?")
    (obs,) = lookups(ask, "List the obs from 2019")
    assert isinstance(bloods, RecordQuery)
    assert isinstance(obs, RecordQuery)
    assert bloods.category == ("laboratory",)
    assert obs.category == ("vital-signs",)


def test_a_blood_gas_is_no_carbon_dioxide_of_the_serum() -> None:
    assert "carbon dioxide" not in [row.name for row in members_of("blood gas")]


def test_members_of_groups_are_rows_that_have_a_source() -> None:
    rows = {row.name: row for row in meanings() if row.kind == "observation"}
    for name in ("liver function tests", "urea and electrolytes", "full blood count", "iron studies", "lipids"):
        assert len(members_of(name)) > 3
        assert rows[name].source


def test_what_belongs_to_no_member_is_not_read(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("U&Es 0h/3h")), GiveUp)


@pytest.mark.parametrize("question", ["Was the potassium over the normal range?", "Is creatinine below its range?"])
def test_a_range_is_no_earlier_value(ask: Ask, question: str) -> None:
    assert not any(isinstance(one, Comparison) for one in lookups(ask, question))


PRESSURES = ["systolic blood pressure", "diastolic blood pressure"]


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("What was the highest blood pressure ever?", "max"),
        ("lowest BP in 2015", "min"),
        ("What is the average blood pressure over all time?", "mean"),
        ("How has the blood pressure changed since 2013?", "change"),
    ],
)
def test_one_number_of_a_blood_pressure_is_that_of_each_component(ask: Ask, question: str, measure: str) -> None:
    found = lookups(ask, question)
    assert names(found) == PRESSURES
    assert {one.measure for one in found if isinstance(one, RecordQuery)} == {measure}


@pytest.mark.parametrize(
    ("question", "relation", "limits"),
    [
        ("Was the BP ever above 140/90?", "gt", [140, 90]),
        ("Was her blood pressure ever over 140 over 90?", "gt", [140, 90]),
        ("Has the blood pressure ever been 140/90 or higher?", "ge", [140, 90]),
        ("Any BP under 100/60?", "lt", [100, 60]),
        ("Which BP readings were above 130/80 mmHg?", "gt", [130, 80]),
        ("How many blood pressures above 130/80 in 2019?", "gt", [130, 80]),
    ],
)
def test_a_pair_is_a_limit_for_each_component(ask: Ask, question: str, relation: str, limits: list[float]) -> None:
    found = [one for one in lookups(ask, question) if isinstance(one, RecordQuery) and one.threshold is not None]
    assert names([*found]) == PRESSURES
    assert [(one.threshold.relation, one.threshold.value) for one in found if one.threshold] == [
        (relation, limit) for limit in limits
    ]


@pytest.mark.parametrize("question", ["Give me every blood pressure reading.", "each BP reading since 2015"])
def test_each_reading_is_every_one_of_the_pairs(ask: Ask, question: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert (one.which, one.measure) == ("all", "none")


def test_a_second_question_is_asked_of_both_components(ask: Ask) -> None:
    found = lookups(ask, "Highest blood pressure in 2019 and when?")
    assert names(found) == PRESSURES * 2
    assert [one.target for one in found if isinstance(one, RecordQuery)][2:] == ["time", "time"]


def test_one_limit_is_of_neither_component(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Was her blood pressure ever above 140?")), GiveUp)
    assert isinstance(PLANNER.decide(ask("Was the LDL ever above 140/90?")), GiveUp)
