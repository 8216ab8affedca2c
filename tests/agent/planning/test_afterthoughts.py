"""Afterthoughts: what is put right, narrowed or asked once more behind a comma or in a sentence of its own."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.afterthoughts import put_in_place, without_any_of_it
from chartwarden.tools.records.query import Comparison, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def queries(ask: Ask, question: str) -> list[RecordQuery]:
    """The queries of a question."""
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    asked = [call.question for call in step.calls]
    assert all(isinstance(one, RecordQuery) for one in asked), asked
    return [one for one in asked if isinstance(one, RecordQuery)]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("My cholesterol, the bad sort. What was it?", "My bad cholesterol. What was it?"),
        ("Was it sinusitis, the viral kind?", "Was it viral sinusitis?"),
        ("Her weight, I mean the latest one. What is it?", "Her weight, the latest one. What is it?"),
        ("Is she on anything? Tablets, I mean.", "Is she on anything? Tablets."),
        ("How early was the sprain first diagnosed?", "when was the sprain first diagnosed?"),
        ("There is a warfarin order. How is it dated?", "There is a warfarin order. what date is it?"),
        ("I was kept in a while back; what was I in for?", "I was kept in; what was I in for?"),
        ("They want it by year: what was I given in the last one?", "what was I given last year?"),
        ("How many orders since 2015? Count the 2015 one in.", "How many orders since 2015"),
        ("Has he any allergies? Drugs or otherwise.", "Has he any allergies."),
        ("Any allergies? None that I know of.", "Any allergies."),
        ("How long is the active med list, i.e. what number of drugs?", "how many active meds are there"),
        ("How long is the waiting list?", "How long is the waiting list?"),
        ("Does she smoke, and what's the status entered as?", "Does she smoke"),
        ("Is the asthma active, and what's the status?", "Is the asthma active, and what's the status?"),
        ("Any care plans? Which are still active?", "Any care plans? which of those are still active?"),
    ],
)
def test_an_afterthought_is_put_where_it_belongs(said: str, plain: str) -> None:
    assert put_in_place(said).rstrip(" ?.") == plain.rstrip(" ?.")


@pytest.mark.parametrize(
    "question",
    [
        "What was the weight last time, the usual sort?",
        "For the arthritis in the hands, the osteo kind, which drug was used?",
        "By the tax year: what was I given in the last one?",
        "When was that, a while back?",
        "How many orders since 2015? Count the 2016 ones in.",
        "What was the mean potassium?",
    ],
)
def test_what_is_no_afterthought_stays(question: str) -> None:
    assert put_in_place(question) == question


def test_a_thing_named_again_as_any_of_it_is_one_thing() -> None:
    same = {"qc0": "qc0", "qc1": "qc0"}
    assert without_any_of_it("when was i last given an qc0, any qc1 ?", same) == "when was i last given an qc0?"
    assert without_any_of_it("when was it, qc0, any qc1", {"qc0": "qc0", "qc1": "qc1"}).endswith("any qc1")


def test_when_it_was_given_is_no_event(ask: Ask) -> None:
    (asked,) = queries(ask, "When was I last prescribed ibuprofen, any ibuprofen?")
    assert (asked.target, asked.which, asked.anchor) == ("time", "last", None)


def test_i_mean_is_no_average(ask: Ask) -> None:
    (asked,) = queries(ask, "Her weight, I mean the latest one. What is it?")
    assert (asked.measure, asked.which) == ("none", "last")


def test_that_number_is_held_against_the_one_before(ask: Ask) -> None:
    step = PLANNER.decide(ask("That bottom blood pressure number, is the newest one up on the reading before it?"))
    assert isinstance(step, UseTools)
    (call,) = step.calls
    assert isinstance(call.question, Comparison)


def test_what_is_so_now_has_no_time_of_the_question_before(ask: Ask) -> None:
    then, now = queries(ask, "The weight. What was it in 2011 and what is it now?")
    assert then.window is not None
    assert (now.window, now.which) == (None, "last")


def test_a_row_is_looked_up_for_its_day(ask: Ask) -> None:
    (asked,) = queries(ask, "Look up the latest flu shot and say what the systolic was on that day.")
    assert asked.anchor is not None
    assert (asked.anchor.relation, asked.anchor.event.which) == ("same_day", "last")


def test_since_when_a_drug_is_taken_is_its_first_order(ask: Ask) -> None:
    (asked,) = queries(ask, "Her warfarin. Since when has she been on it?")
    assert (asked.target, asked.which) == ("time", "first")


def test_a_value_at_its_worst_is_the_extreme(ask: Ask) -> None:
    assert [one.measure for one in queries(ask, "Her LDL at its worst. What was it?")] == ["max"]
    assert queries(ask, "Her LDL at its worst. What was it and when?")[0].measure == "max"
    (asked,) = queries(ask, "On which day was her LDL measured at its worst?")
    assert (asked.target, asked.by) == ("time", "value")


def test_what_is_taken_for_a_condition_told_before_are_drugs(ask: Ask) -> None:
    told, asked = queries(ask, "Hypertension: since when? What does she take for it?")
    assert (told.types, asked.types) == (("Condition",), ("MedicationRequest",))
    assert asked.reason is not None


@pytest.mark.parametrize("question", ["What did they do for the stroke in 2012?", "What was done about the stroke?"])
def test_what_was_done_about_a_condition_is_not_the_condition(ask: Ask, question: str) -> None:
    (query,) = queries(ask, question)
    assert query.types == ("Procedure", "MedicationRequest")
    assert query.reason is not None


def test_a_further_one_is_told_from_any(ask: Ask) -> None:
    for question, index in (
        ("Did she get a second flu shot?", 2),
        ("Was there a third colonoscopy?", 3),
        ("Was there another colonoscopy?", 2),
    ):
        (asked,) = queries(ask, question)
        assert (asked.measure, asked.which, asked.index) == ("exists", "first", index)
    _, earlier = queries(ask, "When was her last flu shot? Was there an earlier one?")
    assert (earlier.measure, earlier.index) == ("exists", 2)
    for question in (
        "Did she get a second flu shot in 2019?",
        "When was the first flu shot? Was there an earlier one?",
    ):
        assert isinstance(PLANNER.decide(ask(question)), GiveUp), question


def test_two_questions_are_not_said_again_as_one(ask: Ask) -> None:
    listed, first = queries(ask, "What drugs is she on? When was the first of those prescribed?")
    assert (listed.target, first.target, first.which) == ("name", "time", "first")
    _, active = queries(ask, "Does she have any care plans? Which of them are active?")
    assert active.types == ("CarePlan",)


def test_what_is_missing_is_not_what_is_there(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Any flu shots missing between 2015 and 2019?")), GiveUp)


def test_what_was_given_for_it_are_drugs(ask: Ask) -> None:
    (asked,) = queries(ask, "I had a stroke in 2012. What was I given for it?")
    assert asked.types == ("MedicationRequest",)


@pytest.mark.parametrize(
    "question",
    [
        "The stroke, the last time he had it. Was he given anything?",
        "His weight, was it more or less than 95 kilos at the last check?",
        "The sprain of the ankle, how big was it?",
        "The shellfish allergy, is it on there? And the others, what are they?",
        "What was the potassium last time, the good kind?",
    ],
)
def test_a_part_of_what_is_asked_is_not_answered(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_an_entry_that_is_put_down_is_written(ask: Ask) -> None:
    assert put_in_place("My first intake entry, when was that put down?").endswith("when was that recorded?")
    assert put_in_place("When was the dose put down?") == "When was the dose put down?"
