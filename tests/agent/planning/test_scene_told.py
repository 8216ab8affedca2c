"""A scene set before a question limits it, and what is said of one row in words of everyday asks for that row."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.reading.relatives import kin_in_full
from chartwarden.agent.planning.wording.one_row_put import row_put_plainly
from chartwarden.agent.planning.wording.scene_told import scene_put_in

from .conftest import Ask, lookups, shapes


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("I'm tallying ER use for billing: visits over the past 9 months, total?",
         "How many ER visits over the past 9 months?"),
        ("Emergency department use. How many visits in 2019?", "How many ER visits in 2019?"),
        ("I'm auditing ED utilisation: how many visits in the last 9 months?",
         "How many ER visits in the last 9 months?"),
        ("ER use in 2019: visits?", "How many ER visits in 2019?"),
        ("Counting trips to the ER. Visits over the past 9 months?", "How many ER visits over the past 9 months?"),
        ("Outpatient use: how many visits in 2019?", "How many outpatient visits in 2019?"),
        ("ER use: when was the last visit?", "When was the last ER visit?"),
        ("I'm plotting LDL since March 2015 and need the date it bottomed out.",
         "When was the lowest LDL since March 2015?"),
        ("We're trending LDL since 2015 and want the date it peaked.", "When was the highest LDL since 2015?"),
        ("From 2012 on, on what date did the LDL hit its low?", "When was the lowest LDL from 2012 on?"),
        ("When did the LDL hit its high since 2012?", "When was the highest LDL since 2012?"),
        ("LDL: on what date did it reach its low?", "When was the lowest LDL?"),
        ("When was the LDL at its low?", "When was the lowest LDL?"),
        ("LDL on the day of the last flu shot, what score was put down?", "LDL on the day of the last flu shot?"),
        ("On the day of the last flu shot, LDL was put down as what?", "LDL on the day of the last flu shot?"),
        ("The last flu shot visit also had bloods. LDL that day was what?", "LDL on the day of the last flu shot?"),
        ("There were labs at the last flu shot visit. What was the LDL that day?",
         "LDL on the day of the last flu shot?"),
        ("LDL at the last flu shot visit?", "LDL on the day of the last flu shot?"),
        ("Last time this patient was admitted, what had brought them in?",
         "What was the reason for the last admission?"),
        ("At the most recent admission, what had brought the patient in?",
         "What was the reason for the last admission?"),
        ("What brought the patient in at the last admission?", "What was the reason for the last admission?"),
        ("When she was last hospitalised, what had brought her in?", "What was the reason for the last admission?"),
        ("Compare the final two LDLs. Is the newer one the higher?", "Is the last LDL higher than the previous one?"),
        ("Take the final two LDL readings. Is the later one the lower?",
         "Is the last LDL lower than the previous one?"),
        ("Who has been prescribing over the last 6 months? I want every prescriber's name.",
         "Who has been prescribing over the last 6 months?"),
        ("Which doctors have prescribed in the last 6 months? Name them all.",
         "Which doctors have prescribed in the last 6 months?"),
        ("Going through the med list before allergy testing tomorrow. Anything on it right now that's a statin?",
         "Is there anything on the medication list now that is a statin?"),
        ("Last LDL, when and how high?", "What was the last LDL, and when was it?"),
        ("LDL, last one: how high and when?", "What was the last LDL, and when was it?"),
        ("The most recent LDL: what value, and what date?", "What was the last LDL, and when was it?"),
        ("Highest LDL, when and how high?", "What was the highest LDL, and when was it?"),
        ("Looking only at the last calendar year: was there a sprain of any kind that began then?",
         "In the last calendar year, was there a sprain of any kind?"),
        ("For 2019 only: was hypertension diagnosed then?", "In 2019, was hypertension diagnosed?"),
        ("For the vaccine card I need all shots from 2014.", "Which shots in 2014?"),
        ("Diabetic nephropathy, i.e. kidney disease from the diabetes, anywhere in the history?",
         "Was diabetic nephropathy ever diagnosed?"),
        ("Diabetic nephropathy (kidney disease due to diabetes), ever?", "Was diabetic nephropathy ever diagnosed?"),
    ],
)  # fmt: skip
def test_what_is_told_before_it_is_part_of_the_question(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


def test_shots_from_a_year_on_go_on(ask: Ask) -> None:
    (query,) = lookups(ask, "All shots from 2014 on.")
    assert query.window is not None
    assert query.window.end is None


@pytest.mark.parametrize(
    "line",
    [
        "ER use: inpatient visits in 2019?",
        "How many ER visits were there in 2019?",
        "Is the LDL below the low end of its range?",
        "When did the LDL hit a low dose?",
        "Who prescribed simvastatin? Give me the date.",
        "Last time she was admitted, what was found?",
        "Looking only at simvastatin: who prescribed it?",
        "For 2019 only the LDL is needed: what was it?",
        "The last flu shot visit, when was it?",
        "Who was the doctor at the last flu shot visit?",
        "Going through the med list of 2015. Anything on it that's a statin?",
        "Going through the med list. What is on it that was stopped?",
    ],
)
def test_what_is_no_such_scene_stays_as_it_is(line: str) -> None:
    assert row_put_plainly(scene_put_in(line)) == line


def test_whose_visit_it_was_is_not_lost() -> None:
    assert scene_put_in("Dad's last flu shot visit also had bloods. What was the LDL that day?") == (
        "What was the LDL on the day of Dad's last flu shot?"
    )


@pytest.mark.parametrize(
    ("line", "full"),
    [
        ("Daughter's HPV series: when?", "my daughter's HPV series: when?"),
        ("Son's flu shot?", "my son's flu shot?"),
        ("Daughter's the one asking: any allergies?", "Daughter's the one asking: any allergies?"),
        ("Sonata's last order?", "Sonata's last order?"),
    ],
)
def test_a_relative_may_begin_a_line_without_whose_they_are(line: str, full: str) -> None:
    assert kin_in_full(line) == full


def test_a_year_that_a_scene_tells_is_put_where_it_is_pointed_to() -> None:
    assert scene_put_in("She had a bad 2016 with us. How many admissions did she have in that year?").endswith(
        "How many admissions did she have in 2016?"
    )
    line = "She fell ill in 2016. How many stays began that month?"
    assert scene_put_in(line) == line  # no month is told
