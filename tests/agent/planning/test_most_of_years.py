"""In which year or month there was most or fewest of what is counted is asked of the record as one query."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.most_of_years import most_told

from .conftest import Ask, shapes

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("question", "counted", "measure", "unit"),
    [
        ("Which year had the most visits?", "How many visits?", "commonest", "a"),
        ("In which year were there the most visits?", "How many visits?", "commonest", "a"),
        ("What year did she have the fewest visits?", "How many visits?", "rarest", "a"),
        ("Busiest year for visits?", "How many visits?", "commonest", "a"),
        ("Which year was the quietest for visits?", "How many visits?", "rarest", "a"),
        ("The year with the highest number of admissions?", "How many admissions?", "commonest", "a"),
        ("Visits: which year had the most?", "How many visits?", "commonest", "a"),
        ("Which month had the most ER visits?", "How many ER visits?", "commonest", "mo"),
        ("Which month of 2019 had the most visits?", "How many visits in 2019?", "commonest", "mo"),
        ("Which month last year had the most visits?", "How many visits last year?", "commonest", "mo"),
        ("Which year since 2012 had the most visits?", "How many visits since 2012?", "commonest", "a"),
        ("Which year had the most visits since 2012?", "How many visits since 2012?", "commonest", "a"),
        ("Which year had the most simvastatin prescriptions?", "How many simvastatin prescriptions?", "commonest", "a"),
        ("Which year had the most prescriptions of simvastatin?", "How many prescriptions of simvastatin?",
         "commonest", "a"),
        ("Which calendar day had the most visits?", "How many visits?", "commonest", "date"),
        ("On what date were the fewest visits recorded?", "How many visits?", "rarest", "date"),
        ("In which calendar year did he have the most visits (by visit date)? Just the year.", "How many visits?",
         "commonest", "a"),
        ("Which year had the most labs?", "How many labs?", "commonest", "a"),
        ("Which year saw the fewest LDL readings?", "How many LDL readings?", "rarest", "a"),
        ("Which year had the most flu shots?", "How many flu shots?", "commonest", "a"),
    ],
)  # fmt: skip
def test_the_year_of_most_is_asked_of_what_would_be_counted(
    ask: Ask, question: str, counted: str, measure: str, unit: str
) -> None:
    (number,) = shapes(ask, counted)
    assert number["measure"] == "count"
    assert shapes(ask, question) == [{**number, "measure": measure, "target": "time", "unit": unit}]


@pytest.mark.parametrize(
    "question",
    [
        "Which year had the most visits and admissions?",
        "Which year had the most weight?",
        "Which year had the most medications?",
        "Which year had the most prescriptions?",  # prescriptions of all drugs are counted by drug
        "Which year had the most unicorn visits?",
        "Which year had the most visits per month?",
        "Which doctor had the most visits?",
    ],
)
def test_what_is_counted_otherwise_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question",
    ["Which year had the most recent visits?", "In which year was the last visit?", "How many visits in the year?"],
)
def test_what_asks_for_no_such_year_stays_as_it_is(question: str) -> None:
    assert most_told(question) == (question, None)
