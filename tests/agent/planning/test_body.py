"""Illnesses that are over, the body and its growth, pregnancies, and whose doctor is asked for."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("question", "recorded"),
    [
        ("Was he sent to rehab?", "rehab"),
        ("Did she go to a hospice?", "hospice"),
        ("Was she released to rehab?", "rehab"),
    ],
)
def test_where_a_discharge_led_is_no_visit_by_that_name(ask: Ask, question: str, recorded: str) -> None:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools)
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert (query.concept, query.disposition, query.measure) == (None, recorded, "exists")


@pytest.mark.parametrize("said", ["gone", "gone now", "sorted out", "over and done with", "cleared"])
def test_what_is_gone_is_resolved(ask: Ask, said: str) -> None:
    assert shapes(ask, f"Is the sinusitis {said}?") == shapes(ask, "Is the sinusitis resolved?")


@pytest.mark.parametrize(
    "said",
    [
        "the prostate came out", "his prostate was removed", "the patient's prostate was taken out",
        "the prostate had been cut out", "his prostate out",
    ],
)  # fmt: skip
def test_what_was_before_a_part_came_out_was_before_it_was_removed(said: str) -> None:
    assert body_plainly(f"last Hb before {said}?") == "last Hb before prostate removed?"
    assert body_plainly("before his eye came out in a rash") == "before his eye came out in a rash"


def test_a_part_of_the_body_is_no_drug(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Is she on any ankle pills?")), GiveUp)


def test_what_was_done_in_an_illness_is_not_whether_it_was_there(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Did she have anything done while she had sinusitis?")), GiveUp)


@pytest.mark.parametrize("state", ["when she was pregnant", "during pregnancy", "during a pregnancy"])
def test_what_was_in_one_of_several_pregnancies_was_in_any(ask: Ask, state: str) -> None:
    (shape,) = shapes(ask, f"Was she diagnosed with stroke {state}?")
    assert shape["anchor"]["relation"] == "during"
    assert shape["anchor"]["event"].get("which", "all") == "all"


def test_a_pregnancy_with_a_rank_is_the_one(ask: Ask) -> None:
    (shape,) = shapes(ask, "Was she diagnosed with stroke during her first pregnancy?")
    assert shape["anchor"]["event"]["which"] == "first"


@pytest.mark.parametrize(
    "question",
    ["What did the GP see my mum about last?", "Which chronic tablets were started in 2019?"],
)
def test_what_is_no_field_and_no_drug_is_not_looked_for_as_one(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    looked_for = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert not [one for one in looked_for if isinstance(one, RecordQuery) and one.field == "generalPractitioner"]
    assert "MedicationRequest" not in {kind for one in looked_for if isinstance(one, RecordQuery) for kind in one.types}


def test_whose_doctor_is_asked_is_not_who_the_patient_is(ask: Ask) -> None:
    (shape,) = shapes(ask, "Who is the patient's GP?")
    assert shape["field"] == "generalPractitioner"


def test_how_much_somebody_grew_is_a_change_of_height() -> None:
    assert body_plainly("How much has he grown since 2011?") == "by how much did the height increase since 2011?"


def test_what_has_not_been_resolved_is_active(ask: Ask) -> None:
    wanted = shapes(ask, "Which conditions are still active?")
    for question in (
        "Which conditions have not been resolved?",
        "List the conditions that haven't cleared up yet",
        "Which conditions are yet to be resolved?",
    ):
        assert [shape["status"] for shape in shapes(ask, question)] == [wanted[0]["status"]]
    (resolved,) = shapes(ask, "Which conditions are resolved?")
    assert "active" not in resolved["status"]
    assert isinstance(PLANNER.decide(ask("Which conditions were not resolved in 2012?")), GiveUp)


@pytest.mark.parametrize(
    "question",
    [
        "What's he got wrong with him that is still active?",
        "what is wrong with her at the moment, as recorded",
        "What has she got wrong with her?",
        "what does he have wrong with him now",
        "What's the matter with me, according to my record?",
        "What is currently amiss with the patient?",
    ],
)
def test_what_is_wrong_is_the_active_conditions(ask: Ask, question: str) -> None:
    assert shapes(ask, question) == shapes(ask, "Which conditions are active?")


@pytest.mark.parametrize(
    "question",
    [
        "what does he have wrong with him in 2014",
        "What had she got wrong with her in 2014?",
        "what is wrong with her ankle",
        "who ordered tests",
        "Name everybody that ordered tests",
    ],
)
def test_what_was_wrong_then_and_who_ordered_tests_is_not_read_as_drugs(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)
