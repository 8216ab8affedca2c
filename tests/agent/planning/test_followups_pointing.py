"""Questions that point to what was asked before, completed by its words and read like any other."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.antecedents import row_told
from chartwarden.agent.planning.planner import GiveUp, Step, Turn, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import Finding, QueryResult, RecordQuery

from .conftest import Ask

PLANNER = RulesPlanner()


def step_after(ask: Ask, first: str, second: str, *, day: str = "", label: str = "") -> Step:
    """What is decided of a second question, after a first one whose rows were of this day and name."""
    step = PLANNER.decide(ask(first))
    assert isinstance(step, UseTools), step
    return PLANNER.decide(ask(second, turns=(Turn(question=first, calls=step.calls, day=day, label=label),)))


def query_after(ask: Ask, first: str, second: str, *, day: str = "", label: str = "") -> RecordQuery:
    step = step_after(ask, first, second, day=day, label=label)
    assert isinstance(step, UseTools), step
    question = step.calls[0].question
    assert isinstance(question, RecordQuery)
    return question


@pytest.mark.parametrize(
    ("second", "which", "index", "target"),
    [
        ("when was the last one?", "last", 1, "time"),
        ("When was the first of them?", "first", 1, "time"),
        ("and when was the second one?", "first", 2, "time"),
        ("what was the last one for?", "last", 1, "reason"),
    ],
)
def test_a_row_of_what_was_counted_is_asked_by_its_rank(
    ask: Ask, second: str, which: str, index: int, target: str
) -> None:
    query = query_after(ask, "How many hospital stays has she had?", second)
    assert (query.types, query.encounter_kind) == (("Encounter",), ("hospital",))
    assert (query.which, query.index, query.target) == (which, index, target)


@pytest.mark.parametrize(
    "second", ["Which drugs were ordered during it?", "which drugs were ordered during that stay?", "which drugs then?"]
)
def test_things_are_asked_of_the_stay_that_was_told(ask: Ask, second: str) -> None:
    query = query_after(ask, "When was the second hospital stay?", second, day="2018-05-03")
    assert query.types == ("MedicationRequest",)
    assert query.anchor is not None
    event = query.anchor.event
    assert (event.types, event.encounter_kind, event.which, event.index) == (("Encounter",), ("hospital",), "first", 2)


def test_what_narrowed_the_question_before_narrows_what_is_pointed_to(ask: Ask) -> None:
    query = query_after(ask, "How many hospital stays in 2018?", "when was the last of those?")
    assert query.which == "last"
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.year == 2018


@pytest.mark.parametrize("second", ["which drugs were ordered that day?", "which drugs were ordered on the same day?"])
def test_a_day_is_the_one_that_was_told(ask: Ask, second: str) -> None:
    query = query_after(ask, "When was the last potassium?", second, day="2018-05-03")
    assert query.types == ("MedicationRequest",)
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.date().isoformat() == "2018-05-03"


@pytest.mark.parametrize(
    ("second", "start"), [("any ibuprofen since then?", True), ("any ibuprofen before that?", False)]
)
def test_a_bound_is_the_day_that_was_told(ask: Ask, second: str, start: bool) -> None:
    query = query_after(ask, "When was the colonoscopy?", second, day="2018-05-03")
    assert query.window is not None
    bound = query.window.start if start else query.window.end
    assert bound is not None
    assert bound.date().isoformat() == "2018-05-03"


@pytest.mark.parametrize(
    "second",
    ["which drugs were ordered that day?", "any ibuprofen since then?", "was she given warfarin before that?"],
)
def test_a_day_that_was_not_told_is_not_understood(ask: Ask, second: str) -> None:
    assert isinstance(step_after(ask, "Which potassium values are there?", second), GiveUp)


def test_which_of_several_stays_is_meant_is_not_guessed(ask: Ask) -> None:
    assert isinstance(step_after(ask, "How many hospital stays?", "which drugs were ordered during that stay?"), GiveUp)


def test_nothing_is_pointed_to_where_nothing_was_answered(ask: Ask) -> None:
    step = PLANNER.decide(ask("which drugs were ordered during that stay?", turns=(Turn(question="Is it zorbled?"),)))
    assert isinstance(step, GiveUp)


@pytest.mark.parametrize(
    ("second", "relation"), [("how many were below 4?", "lt"), ("was it ever above 5?", "gt"), ("ever above 5?", "gt")]
)
def test_a_limit_is_of_what_was_measured(ask: Ask, second: str, relation: str) -> None:
    query = query_after(ask, "How many potassium results are there?", second)
    assert query.threshold is not None
    assert query.threshold.relation == relation
    assert query.concept is not None
    assert query.concept.words == "potassium"


def test_orders_are_counted_of_the_drug_alone(ask: Ask) -> None:
    query = query_after(ask, "When was ibuprofen last prescribed?", "how many orders of it were there?")
    assert (query.measure, query.types) == ("count", ("MedicationRequest",))
    assert query.concept is not None
    assert query.concept.words == "ibuprofen"


def test_of_those_only_some_are_asked(ask: Ask) -> None:
    query = query_after(ask, "How many ibuprofen orders are there?", "only those since 2018")
    assert (query.measure, query.types) == ("count", ("MedicationRequest",))
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.year == 2018


def test_the_age_is_that_at_what_was_told(ask: Ask) -> None:
    query = query_after(ask, "When was the stroke diagnosed?", "how old was she then?", day="2018-05-03")
    assert query.types == ("Condition",)
    assert query.measure == "age"


@pytest.mark.parametrize(
    ("first", "second", "year"),
    [("How many flu shots in 2018?", "sorry, 2015", 2015), ("Mean potassium in 2018?", "no, I meant LDL", 2018)],
)
def test_a_correction_takes_the_place_of_what_was_said(ask: Ask, first: str, second: str, year: int) -> None:
    query = query_after(ask, first, second)
    assert query.measure in ("count", "mean")
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.year == year


def test_when_a_drug_was_started_is_its_first_order(ask: Ask) -> None:
    query = query_after(ask, "What was the highest dose of simvastatin?", "when was it started?")
    assert (query.which, query.by, query.target) == ("first", "time", "time")


def test_an_attribute_is_asked_of_the_order_that_was_told(ask: Ask) -> None:
    query = query_after(ask, "When was the last simvastatin order?", "and its dose?")
    assert (query.which, query.target) == ("last", "dose")


def test_the_same_is_asked_of_another_stay(ask: Ask) -> None:
    first = "Which diagnoses were coded at the first hospital stay?"
    query = query_after(ask, first, "and at the second admission?")
    assert query.types == ("Condition",)
    assert query.anchor is not None
    assert (query.anchor.event.which, query.anchor.event.index) == ("first", 2)


@pytest.mark.parametrize(
    ("second", "target"),
    [
        ("what dose?", "dose"), ("which route?", "route"), ("how many mg?", "dose"),
        ("why is she taking it?", "reason"),
        ("what for?", "reason"), ("which doctor?", "person"), ("when?", "time"),
    ],
)  # fmt: skip
def test_an_attribute_alone_is_that_of_the_order_that_was_told(ask: Ask, second: str, target: str) -> None:
    query = query_after(ask, "What was the last simvastatin order?", second)
    assert (query.types, query.which, query.target) == (("MedicationRequest",), "last", target)


@pytest.mark.parametrize(
    ("second", "target"),
    [
        ("why was he there?", "reason"), ("why did she come in?", "reason"), ("what was I in for?", "reason"),
        ("what brought her in?", "reason"),
        ("who did she see?", "person"), ("who looked after him?", "person"), ("where was it?", "location"),
        ("how long?", "duration"), ("for how long was he in hospital?", "duration"),
        ("what was he seen for?", "reason"),
    ],
)  # fmt: skip
def test_an_attribute_alone_is_that_of_the_stay_that_was_told(ask: Ask, second: str, target: str) -> None:
    query = query_after(ask, "When was the second hospital stay?", second)
    assert (query.types, query.which, query.index, query.target) == (("Encounter",), "first", 2, target)


@pytest.mark.parametrize("second", ["any drugs?", "what was prescribed?", "anything ordered?", "and the diagnosis?"])
def test_what_is_asked_behind_a_stay_is_asked_of_it(ask: Ask, second: str) -> None:
    query = query_after(ask, "When was the second hospital stay?", second)
    assert query.anchor is not None
    assert (query.anchor.event.types, query.anchor.event.index) == (("Encounter",), 2)


def test_of_what_was_asked_of_a_stay_its_length_is_asked(ask: Ask) -> None:
    query = query_after(ask, "Which diagnoses were coded at the second hospital stay?", "how long did he stay?")
    assert (query.types, query.index, query.measure) == (("Encounter",), 2, "duration")


@pytest.mark.parametrize(
    ("second", "measure"),
    [("and the average?", "mean"), ("how low did it go?", "min"), ("how high has it been rising?", None),
     ("peak?", "max"), ("the lowest in 2018?", "min"), ("how many in all?", "count")],
)  # fmt: skip
def test_a_number_of_what_was_measured_is_asked(ask: Ask, second: str, measure: str | None) -> None:
    step = step_after(ask, "When was the last potassium?", second)
    if measure is None:
        assert isinstance(step, GiveUp)
        return
    query = query_after(ask, "When was the last potassium?", second)
    assert query.measure == measure
    assert (query.window is not None) is ("2018" in second)


@pytest.mark.parametrize("second", ["what else was ordered that day?", "anything else ordered the same day?"])
def test_what_else_there_was_that_day_is_of_the_same_kind(ask: Ask, second: str) -> None:
    query = query_after(ask, "When was ibuprofen last prescribed?", second, day="2018-05-03")
    assert query.types == ("MedicationRequest",)
    assert query.window is not None
    assert query.window.start is not None
    assert query.window.start.date().isoformat() == "2018-05-03"
    assert query.concept is not None
    assert "other than" in query.concept.words


@pytest.mark.parametrize("second", ["when was that?", "and before that?", "why?", "and the highest?"])
def test_nothing_leans_on_what_stood_before_a_question_that_was_not_answered(ask: Ask, second: str) -> None:
    step = PLANNER.decide(ask("What was the last potassium?"))
    assert isinstance(step, UseTools)
    turns = (Turn(question="What was the last potassium?", calls=step.calls), Turn(question="Should it be lower?"))
    assert isinstance(PLANNER.decide(ask(second, turns=turns)), GiveUp)


@pytest.mark.parametrize("second", ["refill it", "email it to him", "double it", "just stop it"])
def test_what_is_to_be_done_with_it_is_not_read(ask: Ask, second: str) -> None:
    assert isinstance(step_after(ask, "When was ibuprofen last prescribed?", second), GiveUp)


def test_which_of_several_orders_that_one_was_is_not_guessed(ask: Ask) -> None:
    assert isinstance(step_after(ask, "How many ibuprofen orders?", "when was that one ordered?"), GiveUp)


def test_since_when_a_drug_is_taken_is_its_first_order_of_any_status(ask: Ask) -> None:
    query = query_after(ask, "Is she on simvastatin?", "since when?")
    assert (query.which, query.target, query.status) == ("first", "time", ())


def test_any_in_another_time_are_any_and_not_the_row_before(ask: Ask) -> None:
    query = query_after(ask, "What was the second to last potassium?", "any in 2015?")
    assert (query.measure, query.which, query.index) == ("exists", "all", 1)


@pytest.mark.parametrize(
    "alone",
    [
        "Comparing the last potassium before ibuprofen with the first one after, was it higher afterwards?",
        "What is the date of the most recent colonoscopy?",
        "What was her weight the day she last got a flu shot?",
        "Which conditions are still active at this time?",
        "What was the last date simvastatin was prescribed?",
        "Give the first value recorded for potassium.",
        "How many flu shots were given in 2018?",
    ],
)
@pytest.mark.parametrize("first", ["How many hospital stays?", "When was the last LDL?"])
def test_what_stands_by_itself_is_not_changed(ask: Ask, first: str, alone: str) -> None:
    assert step_after(ask, first, alone, day="2018-05-03") == PLANNER.decide(ask(alone))


def test_the_day_and_name_of_rows_are_kept_where_there_is_one() -> None:
    asked = RecordQuery(types=("Observation",))
    first = Finding(reference="Observation/1", label="Potassium", time="2018-05-03T10:00:00Z")
    later = Finding(reference="Observation/2", label="Sodium", time="2018-05-03T11:00:00Z")
    assert row_told([QueryResult(question=asked, findings=(first,))]) == ("2018-05-03", "Potassium")
    assert row_told([QueryResult(question=asked, findings=(first, later))]) == ("2018-05-03", "")
    assert row_told([QueryResult(question=asked)]) == ("", "")


@pytest.mark.parametrize("second", ["and what dose?", "what dose was it?", "by which route?"])
def test_one_of_several_things_is_not_told_for_all_of_them(ask: Ask, second: str) -> None:
    first = "Which drugs were ordered in 2019?"
    assert isinstance(step_after(ask, first, second), GiveUp)
    assert query_after(ask, first, "what was the dose of the last one?").target == "dose"
