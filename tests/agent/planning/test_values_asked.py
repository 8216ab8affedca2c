"""Values, their ends and extremes said in other words; what is held against something else is not read as that."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.asides import Weighed
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.body import sized_plainly
from chartwarden.agent.planning.wording.ends import ends_plainly
from chartwarden.agent.planning.wording.newest import newest_and_previous
from chartwarden.agent.planning.wording.worse import sided

from .conftest import Ask
from .test_rows_meant import shapes

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        # the newest and the one before
        ("Is the last LDL higher than the previous one?", "LDL: newest value up on the one right before it?"),
        ("Is the last LDL lower than the previous one?", "LDL now versus the time before: down?"),
        ("Is the last LDL higher than the previous one?", "Has the most recent LDL come in above the prior reading?"),
        ("What are the last 2 LDL values?", "How does the latest LDL compare with the one before?"),
        ("What are the last 2 LDL values?", "Latest LDL and the one before it, please"),
        # two ends
        ("How much did the LDL change from the first to the last?", "What is the last LDL minus the first?"),
        (
            "How much did the LDL change from the first to the last?",
            "Take the first LDL and the last one: how much did it fall by?",
        ),
        ("Is the last LDL lower than the first one?", "Comparing the first and the latest LDL, has it dropped?"),
        ("What were the highest and the lowest potassium?", "Highest potassium and lowest potassium?"),
        ("all potassium values", "All values of the potassium, sorted from newest to oldest"),
        ("Has the LDL dropped since 2017?", "LDL dropped since 2017?"),
        # the extreme and its day
        ("On what date was the highest potassium?", "Potassium reached its all-time high on what date?"),
        ("On what date was the lowest potassium?", "The potassium hit a record low in which year?"),
        (
            "What was the potassium on the day of the highest LDL?",
            "What was the potassium when her LDL was at its worst?",
        ),
        ("What is the lowest body weight before 2015?", "lightest weight before 2015"),
        # times
        ("What was the mean potassium between 2018 and 2019?", "mean potassium over 2018-2019"),
        ("What was the mean potassium in 2018?", "Average potassium over 2018"),
        ("What was the potassium on 20 February 2020?", "potassium from 2/20/2020?"),
        ("What was the potassium on 20 February 2020?", "What was her potassium from 20 February 2020?"),
        (
            "How much did the LDL change between 11 January 2019 and 10 January 2020?",
            "LDL change from 11 January 2019 to 10 January 2020",
        ),
        ("How many days since her last flu shot?", "How long since her last flu shot?"),
        ("How many days since her last flu shot?", "How long has it been since the most recent flu shot?"),
        # several asks
        ("What were her systolic and diastolic blood pressure last?", "systolic over diastolic from the last reading"),
        (
            "What was the last potassium before the stroke?",
            "He had the potassium done a few times. The last one they took before his stroke, what was it?",
        ),
        ("How many LDL cholesterol readings are there?", "A count of LDL readings, i.e. LDL cholesterol, charted"),
        ("When was the potassium above 5?", "Which dates was the potassium above 5?"),
    ],
)
def test_a_value_said_in_other_words_is_the_same_value(ask: Ask, plain: str, other: str) -> None:
    assert shapes(ask, other) == shapes(ask, plain)


def test_first_last_and_how_many_are_each_answered_of_the_one_thing(ask: Ask) -> None:
    for question in (
        "Her first and last potassium and how many readings there are",
        "Potassium: first and last value, and the number of tests",
    ):
        told = [(one.get("which"), one.get("measure"), "concept" in one) for one in shapes(ask, question)]
        assert told == [("first", None, True), ("last", None, True), (None, "count", True)]


def test_when_it_was_so_keeps_the_limit(ask: Ask) -> None:
    exists, when = shapes(ask, "Did the potassium ever dip under 3, and when?")
    assert when["threshold"] == exists["threshold"] == {"relation": "lt", "value": 3.0}
    last, value = shapes(ask, "Is the last potassium above 5, and what is it?")
    assert "threshold" not in value, last


@pytest.mark.parametrize(
    "question",
    [
        "Was the potassium higher in 2019 or 2020?",
        "Worst potassium ever?",
        "When her potassium was at its worst, what was the LDL?",
    ],
)
def test_what_is_held_against_another_time_or_judged_is_not_answered(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question", ["potassium from 2/20/2020 on", "all potassium values from 2/20/2020", "Mean potassium from 2/20/2020"]
)
def test_from_a_day_on_is_no_day(ask: Ask, question: str) -> None:
    assert "end" not in shapes(ask, question)[0]["window"]


@pytest.mark.parametrize(
    "text",
    [
        "is the last qc0 not higher than the previous one",
        "by how much is the last qc0 above the previous one",
        "when was the latest qc0 and the one before it",
        "the last qc0 and the one before the qc1",
        "is the latest qc0 above the previous one qn0",
        "what was the qc0 before the last one",
    ],
)
def test_more_than_two_values_is_no_comparison_of_them(text: str) -> None:
    assert newest_and_previous(text, frozenset({"qc0"})) == text


def test_ends_are_of_one_measurement() -> None:
    assert ends_plainly("highest qc0 and lowest qc1", {"qc0": "qc0", "qc1": "qc1"}) == "highest qc0 and lowest qc1"
    assert ends_plainly("highest qc0 and lowest qc1", {"qc0": "qc0", "qc1": "qc0"}) == "highest and lowest qc0"
    assert (
        ends_plainly("what is the first qc0 minus the last", {"qc0": "qc0"}) == "what is the first qc0 minus the last"
    )


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Has she got any taller?", "Has the height gone up?"),
        ("Did he grow between 2011 and 2014?", "Did the height go up between 2011 and 2014?"),
        ("What did I weigh at 50?", "What did I weigh at age 50?"),
        ("How tall was she at 16?", "How tall was she at age 16?"),
        ("What grew in the culture?", "What grew in the culture?"),
        ("Was the glucose at 50?", "Was the glucose at 50?"),
        ("How heavy was she at 5 pm?", "How heavy was she at 5 pm?"),
    ],
)
def test_size_is_a_measurement(said: str, plain: str) -> None:
    assert sized_plainly(said) == plain


def test_the_worse_side_of_a_measurement_stands_before_or_behind_it() -> None:
    assert sided("FEV1/FVC worst value") == "FEV1/FVC lowest value"
    assert sided("when her LDL was at its best") == "when her LDL was at its lowest"
    assert sided("worst sodium") == "worst sodium"


def test_the_moment_of_an_extreme_is_never_left_out() -> None:
    words = ("When", "my", "LDL", "was", "at", "its", "highest,", "what", "was", "the", "weight?")
    around = tuple(0.99 if place < 7 else 0.0 for place in range(len(words)))
    assert Weighed(words, around).without_asides(0.5) is None
