"""Values, their ends and extremes said in other words; what is held against something else is not read as that."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.asides import Weighed
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.agent.planning.wording.ends import ends_plainly
from chartwarden.agent.planning.wording.newest import newest_and_previous
from chartwarden.agent.planning.wording.worse import sided

from .conftest import Ask, lookups, queries

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
        ("Is the last LDL higher than the previous one?", "Has the LDL gone up since the last time?"),
        ("How much did the last two LDL values differ?", "How much more is the last LDL than the one before it?"),
        ("When was the potassium last measured?", "Dr. Lee asked when the potassium was last measured. Can you look?"),
        ("When was the potassium last measured?", "When was the potassium last measured? Please check that for me."),
        # two ends
        ("How much did the LDL change from the first to the last?", "What is the last LDL minus the first?"),
        (
            "How much did the LDL change from the first to the last?",
            "Take the first LDL and the last one: how much did it fall by?",
        ),
        ("Is the last LDL lower than the first one?", "Comparing the first and the latest LDL, has it dropped?"),
        ("What were the highest and the lowest potassium?", "Highest potassium and lowest potassium?"),
        ("all potassium values", "All values of the potassium, every one of them"),
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
        ("What were the lowest, the highest and the average potassium?", "Give min/max/avg of potassium"),
        ("Give the peak, the nadir and the mean LDL", "LDL: peak, nadir and mean"),
        ("What was the highest potassium and when was it?", "potassium peak value/date"),
        (
            "What was the difference between the highest and lowest weight?",
            "difference between heaviest and lightest weight",
        ),
        ("How much did the weight change from the lowest to the last?", "How far is she from her lowest weight?"),
        ("How much did the weight change from the peak to the last?", "Weight lost from the peak to today"),
        ("What was the mean LDL before and after simvastatin?", "Mean LDL before simvastatin versus after"),
        ("Has the potassium gone up since 2015?", "potassium up since 2015?"),
        ("How many weeks ago was the last potassium?", "How long ago was the last potassium, in weeks?"),
        ("What was the LDL on 18 August 2018?", "What did the LDL come to in the labs from 2018-08-18?"),
        ("Was the weight ever at least 94 kg?", "Has the weight ever been 94 kg or more?"),
        ("How many of the LDL values were at least 130?", "How many of the LDL values were 130 or higher?"),
        ("By what percent has the LDL fallen since 2014?", "By what percent has the LDL come down since 2014?"),
        ("How many colonoscopies were there?", "Tell me the quantity of colonoscopies"),
        ("When was the potassium above 5?", "Which dates was the potassium above 5?"),
    ],
)
def test_a_value_said_in_other_words_is_the_same_value(ask: Ask, plain: str, other: str) -> None:
    assert queries(ask, other) == queries(ask, plain)


def test_first_last_and_how_many_are_each_answered_of_the_one_thing(ask: Ask) -> None:
    for question in (
        "Her first and last potassium and how many readings there are",
        "Potassium: first and last value, and the number of tests",
    ):
        told = [(one.get("which"), one.get("measure"), "concept" in one) for one in queries(ask, question)]
        assert told == [("first", None, True), ("last", None, True), (None, "count", True)]


def test_when_it_was_so_keeps_the_limit(ask: Ask) -> None:
    exists, when = queries(ask, "Did the potassium ever dip under 3, and when?")
    assert when["threshold"] == exists["threshold"] == {"relation": "lt", "value": 3.0}
    last, value = queries(ask, "Is the last potassium above 5, and what is it?")
    assert "threshold" not in value, last
    when, value = queries(ask, "When was the potassium last above 5 and what was it?")
    assert (value["threshold"], value["which"]) == (when["threshold"], when["which"])
    above, total = queries(ask, "How many potassium results are over 5, and how many in total?")
    assert "threshold" in above
    assert "threshold" not in total
    assert len(queries(ask, "Any potassium above 5, if so when?")) == 2


def test_the_latest_of_those_that_were_counted_keeps_their_limit(ask: Ask) -> None:
    for line in ("How many LDL values above 90, and when was the latest one?", "how many LDL > 90, latest"):
        counted, latest = lookups(ask, line)
        assert counted.threshold == latest.threshold is not None, line
    _, anywhere = lookups(ask, "How many LDL values above 90 were there, and what is the LDL now?")
    assert anywhere.threshold is None


def test_the_latest_value_is_of_what_was_asked_before(ask: Ask) -> None:
    latest = lookups(ask, "What was the last LDL?")
    assert lookups(ask, "Was LDL ever above 90, and what is the latest value?")[1:] == latest
    assert lookups(ask, "What was the LDL in 2017? What is the latest result?")[1:] == latest


def test_the_value_of_a_moment_told_is_asked_with_it(ask: Ask) -> None:
    when, value = queries(ask, "When was the potassium at its lowest and what was the value?")
    assert (when["by"], value["measure"]) == ("value", "min")
    assert [one["types"] for one in queries(ask, "How many zoster shots and when was each?")] == [["Immunization"]] * 2
    assert len(queries(ask, "Was the last LDL above 100? And the one before?")) == 2


def test_an_age_at_an_extreme_is_that_of_its_row(ask: Ask) -> None:
    (age,) = queries(ask, "How old was she when her LDL was lowest?")
    assert (age["measure"], age["which"], age["by"]) == ("age", "first", "value")


def test_the_second_after_the_first_is_counted_from_the_beginning(ask: Ask) -> None:
    (interval,) = queries(ask, "How long after the first colonoscopy was the second?")
    assert interval["right"]["index"] == 2
    assert "anchor" not in interval["right"]


@pytest.mark.parametrize("question", ["Every LDL over 120", "Which LDL readings were over 130?", "All LDLs above 130"])
def test_values_beyond_a_limit_are_all_given(ask: Ask, question: str) -> None:
    (values,) = queries(ask, question)
    assert "threshold" in values
    assert "which" not in values


@pytest.mark.parametrize(
    "question",
    [
        "Worst potassium ever?",
        "When her potassium was at its worst, what was the LDL?",
        "Has the LDL always been under 200?",
        "Has the LDL stayed under 200 since 2014?",
        "the three highest LDL readings",
        "Sum of potassium and creatinine, latest",
        "Average of the first and the last LDL",
        "Average weight, leaving out the first one",
        "How much above 90 kg was her highest weight?",
        "What was the potassium while on simvastatin?",
        "Is there exactly one flu shot on record?",
    ],
)
def test_what_no_reading_tells_is_not_answered(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question", ["potassium from 2/20/2020 on", "all potassium values from 2/20/2020", "Mean potassium from 2/20/2020"]
)
def test_from_a_day_on_is_no_day(ask: Ask, question: str) -> None:
    assert "end" not in queries(ask, question)[0]["window"]


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
    assert (
        ends_plainly("highest qc0 and lowest qc1", {"qc0": "qc0", "qc1": "qc1"}, frozenset())
        == "highest qc0 and lowest qc1"
    )
    assert (
        ends_plainly("highest qc0 and lowest qc1", {"qc0": "qc0", "qc1": "qc0"}, frozenset())
        == "highest and lowest qc0"
    )
    assert (
        ends_plainly("what is the first qc0 minus the last", {"qc0": "qc0"}, frozenset())
        == "what is the first qc0 minus the last"
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
    assert body_plainly(said) == plain


def test_the_worse_side_of_a_measurement_stands_before_or_behind_it() -> None:
    assert sided("FEV1/FVC worst value") == "FEV1/FVC lowest value"
    assert sided("when her LDL was at its best") == "when her LDL was at its lowest"
    assert sided("worst sodium") == "worst sodium"


def test_the_moment_of_an_extreme_is_never_left_out() -> None:
    words = ("When", "my", "LDL", "was", "at", "its", "highest,", "what", "was", "the", "weight?")
    around = tuple(0.99 if place < 7 else 0.0 for place in range(len(words)))
    assert Weighed(words, around).without_asides(0.5) is None


@pytest.mark.parametrize(
    "question",
    [
        "LDL before the statin and the latest one",
        "what was the LDL before simvastatin and now?",
        "LDL before simvastatin was started, and the most recent",
    ],
)
def test_the_value_before_something_and_the_newest_are_two_values(ask: Ask, question: str) -> None:
    before, newest = queries(ask, question)
    assert (before["anchor"]["relation"], before["which"]) == ("before", "last")
    assert before["anchor"]["event"].get("which") != "last"
    assert (newest["which"], "anchor" in newest) == ("last", False)


@pytest.mark.parametrize(
    ("question", "which", "index"),
    [
        ("Latest vitals", "last", 1),
        ("last set of obs", "last", 1),
        ("latest labs", "last", 1),
        ("most recent blood work?", "last", 1),
        ("What were the previous vitals?", "last", 2),
    ],
)
def test_the_last_set_of_measurements_is_told_with_its_values(ask: Ask, question: str, which: str, index: int) -> None:
    (asked,) = queries(ask, question)
    assert (asked["which"], asked.get("index", 1), asked.get("target", "value")) == (which, index, "value")


def test_which_of_them_were_taken_is_told_by_name(ask: Ask) -> None:
    (asked,) = queries(ask, "Which labs were last drawn?")
    assert asked["target"] == "name"
