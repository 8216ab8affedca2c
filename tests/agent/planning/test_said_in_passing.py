"""Questions put in passing are read as the plain question: the number alone, a pause, what somebody is busy with."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.steps import in_steps

from .conftest import Ask, queries


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Colonoscopies: # done to date", "How many colonoscopies were done?"),
        ("Colonoscopies: #?", "How many colonoscopies?"),
        ("# colonoscopies on file", "How many colonoscopies are on file?"),
        ("#colonoscopies", "How many colonoscopies?"),
        ("I only want the count, not the list: meds that are active", "How many active medications are there?"),
        ("Not the list, the count: active meds", "How many active medications are there?"),
        ("How many colonoscopies? Only the number, not the dates.", "How many colonoscopies?"),
        ("Number of colonoscopies, not the dates", "How many colonoscopies?"),
        ("Active meds please. The names, not the count.", "List active meds"),
        ("If each drug is counted once, how many is she on?", "How many different drugs is she on?"),
        (
            "Counting each medicine only once, how many different ones is she on now?",
            "How many medicines is she on now?",
        ),
    ],
)
def test_a_number_alone_is_asked_for_in_many_ways(ask: Ask, said: str, plain: str) -> None:
    assert queries(ask, said) == queries(ask, plain)


def test_the_count_of_cells_is_no_number_of_entries(ask: Ask) -> None:
    assert not _counts(ask, "Platelets: the count, not the date")


def _counts(ask: Ask, question: str) -> bool:
    step = RulesPlanner().decide(ask(question))
    return not isinstance(step, GiveUp) and any(one.get("measure") == "count" for one in queries(ask, question))


@pytest.mark.parametrize("said", ["Warfarin... prescribed last year or not?", "Warfarin. Prescribed last year or not?"])
def test_a_pause_behind_a_name_leaves_it_in_the_question(ask: Ask, said: str) -> None:
    assert queries(ask, said) == queries(ask, "Warfarin: prescribed last year or not?")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Hemoglobin A1c, latest result? Writing a discharge summary.", "Hemoglobin A1c, latest result?"),
        ("latest weight please, typing up a letter", "latest weight please"),
        ("latest potassium? need to code it", "latest potassium?"),
        (
            "We've got the newest weight, thanks. It's the one right before it I'm missing, what was it?",
            "Previous weight?",
        ),
    ],
)
def test_what_somebody_is_busy_with_or_lacks_asks_nothing(ask: Ask, said: str, plain: str) -> None:
    assert queries(ask, said) == queries(ask, plain)


@pytest.mark.parametrize(
    "said",
    [
        "Need the creatinine from 20 February 2020 for my letter",
        "What did the creatinine from 20 February 2020 come to?",
        "Pull the creatinine from 20 February 2020 please",
    ],
)
def test_a_value_from_a_day_is_the_one_of_that_day(ask: Ask, said: str) -> None:
    (query,) = queries(ask, said)
    assert query["window"]["start"][:10] == "2020-02-20"
    assert query["window"]["end"][:10] == "2020-02-21"


@pytest.mark.parametrize("said", ["highest creatinine from 20 February 2020", "all creatinine from 20 February 2020"])
def test_several_values_from_a_day_are_those_since_then(ask: Ask, said: str) -> None:
    (query,) = queries(ask, said)
    assert "end" not in query["window"]


def test_a_value_of_a_day_told_before_is_asked_for_by_what_is_needed(ask: Ask) -> None:
    said = "On 25 September 2019 somebody took a blood pressure, I only need the diastolic from that day"
    plain = "On 25 September 2019 somebody took a blood pressure. What was the diastolic that day?"
    assert queries(ask, said) == queries(ask, plain)


@pytest.mark.parametrize(
    "said", ["Smoker, ex, never? Whichever status was entered last.", "never, former or current smoker?"]
)
def test_the_kinds_of_smoker_named_ask_for_the_status(ask: Ask, said: str) -> None:
    assert queries(ask, said) == queries(ask, "What smoking status was last recorded?")


def test_a_current_value_is_held_against_the_prior_one(ask: Ask) -> None:
    said = "Creatinine: is the current one down from the prior? y/n"
    assert queries(ask, said) == queries(ask, "Is the last creatinine lower than the previous one?")


STEPS = "what was the qc1 at the visit right after the first diagnosis of qc0"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("qc0, first diagnosis; then the visit immediately after it. serum qc1 measured there = ?", STEPS),
        ("first qc0 diagnosis, then the next visit: qc1 there?", STEPS),
        ("qc0, first diagnosis. next visit after that: qc1 ?", STEPS),
        (
            "qc0 diagnosed, then visit right after, then qc1 ?",
            "what was the qc1 at the visit right after qc0 was first diagnosed",
        ),
        ("before qc0 : qc1, last reading", "before qc0, qc1, last reading"),
        (
            "before they told me i had qc0, what was my qc1, the latest reading up to that diagnosis?",
            "before they told me i had qc0, what was my qc1, the latest reading?",
        ),
    ],
)
def test_what_is_asked_in_steps_is_one_question(text: str, plain: str) -> None:
    assert in_steps(text) == plain


@pytest.mark.parametrize(
    "text", ["last qc0 diagnosis, then the next visit: qc1 there?", "qc0, then qc1 ?", "qc0 : qc1 ?"]
)
def test_what_is_in_no_such_steps_is_left_alone(text: str) -> None:
    assert in_steps(text) == text


def test_a_bound_before_the_question_is_never_left_out(ask: Ask) -> None:
    said = "Before viral sinusitis: weight, last reading"
    assert queries(ask, said) == queries(ask, "What was the last weight before viral sinusitis?")
