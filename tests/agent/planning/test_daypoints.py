"""Times told without a date: the latest that has begun, a year that is said wins, what is no such time is not read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

NOW = dt.datetime(2020, 6, 17, 11, 30, tzinfo=dt.UTC)
"""A Wednesday."""
PLANNER = RulesPlanner()


def windows(question: str, **readings: str) -> list[tuple[str, str]]:
    reader = TimeReader(Clock(NOW, "UTC"), Readings(**readings))  # type: ignore[arg-type]
    found = [phrase.window for phrase in reader.read(reader.put_plainly(question).lower())]

    def shown(when: dt.datetime | None) -> str:
        return when.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") if when else ""

    return [(shown(window.start), shown(window.end)) for window in found if window]


def decided(question: str, manifest: object) -> Any:
    return PLANNER.decide(PlanningContext(question, Clock(NOW, "UTC"), manifest))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        # days of the week, of the month
        ("Which drugs were charted on Sunday?", "2020-06-14", "2020-06-15"),
        ("What was measured on Wednesday?", "2020-06-17", "2020-06-18"),
        ("Any vomiting last Wednesday?", "2020-06-10", "2020-06-11"),
        ("Potassium from Friday's session?", "2020-06-12", "2020-06-13"),
        ("What did the chart say Mon?", "2020-06-15", "2020-06-16"),
        ("Anything ordered since Thurs?", "2020-06-11", ""),
        ("Was it given on Saturday night?", "2020-06-13 18:00", "2020-06-14 06:00"),
        ("Haemoglobin between the 3rd and the 11th?", "2020-06-03", "2020-06-12"),
        ("Haemoglobin from the 25th to the 4th?", "2020-05-25", "2020-06-05"),
        ("Who saw her on the 31st?", "2020-05-31", "2020-06-01"),
        ("Drugs between Friday and Monday?", "2020-06-12", "2020-06-16"),
        # nights and parts of days
        ("Did she settle last night?", "2020-06-16 18:00", "2020-06-17 06:00"),
        ("Temperatures overnight?", "2020-06-16 20:00", "2020-06-17 08:00"),
        ("What was given the night of 14 April 2020?", "2020-04-14 18:00", "2020-04-15 06:00"),
        ("What was given in the night from 14 to 15 April 2020?", "2020-04-14 18:00", "2020-04-15 06:00"),
        ("Temperatures overnight on 14 April 2020?", "2020-04-14 20:00", "2020-04-15 08:00"),
        ("Visits on the morning of 14 April 2020", "2020-04-14", "2020-04-14 12:00"),
        ("LDL in summer 2019?", "2019-06-01", "2019-09-01"),
        ("Visits in the fall of 2019", "2019-09-01", "2019-12-01"),
        ("Weight in the last quarter of 2019", "2019-10-01", "2020-01-01"),
        ("Glucose yesterday evening?", "2020-06-16 18:00", "2020-06-17"),
        ("Insulin since midnight?", "2020-06-17", ""),
        # clocks
        ("Potassium at 0600?", "2020-06-17 05:30", "2020-06-17 06:30"),
        ("The 10 o'clock vancomycin?", "2020-06-17 09:30", "2020-06-17 10:30"),
        ("Was paracetamol given at 11pm?", "2020-06-16 22:30", "2020-06-16 23:30"),
        ("What was ordered from 2200?", "2020-06-16 22:00", ""),
        ("What came back at 10pm last night?", "2020-06-16 21:30", "2020-06-16 22:30"),
        ("Fluids since 6 am on Monday?", "2020-06-15 06:00", ""),
        ("Potassium at noon on Monday?", "2020-06-15 11:30", "2020-06-15 12:30"),
        # months and seasons
        ("Weight in July?", "2019-07-01", "2019-08-01"),
        ("Weight between the September and March clinics?", "2019-09-01", "2020-04-01"),
        ("Weight between August and May?", "2019-08-01", "2020-06-01"),
        ("How did the March visit end?", "2020-03-01", "2020-04-01"),
        ("How much weight has she lost since clinic in March?", "2020-03-01", ""),
        ("Visits in the autumn?", "2019-09-01", "2019-12-01"),
        ("Visits this summer?", "2020-06-01", "2020-09-01"),
        ("Visits last summer?", "2019-06-01", "2019-09-01"),
        ("Visits in the fall?", "2019-09-01", "2019-12-01"),
        ("A flu jab this season?", "2019-07-01", "2020-07-01"),
        ("Was she vaccinated last flu season?", "2018-07-01", "2019-07-01"),
        # a date after the name of its day
        ("On Friday 13 March 2020, what was given?", "2020-03-13", "2020-03-14"),
    ],
)
def test_the_latest_that_has_begun_is_meant(question: str, start: str, end: str) -> None:
    assert windows(question) == [(start, end)]


def test_the_year_that_is_said_wins() -> None:
    assert ("2017-07-01", "2017-08-01") in windows("In 2017, was there a visit in July?")


def test_a_chart_of_drugs_is_no_month() -> None:
    assert windows("Is gentamicin on the MAR?") == []


def test_seasons_are_those_of_the_setting() -> None:
    assert windows("Visits last summer?", hemisphere="south") == [("2019-12-01", "2020-03-01")]


def test_a_year_is_no_time_of_day() -> None:
    assert windows("Labs from 2010?") == [("2010-01-01", "2011-01-01")]
    assert windows("Labs from 2010 on?") == [("2010-01-01", "")]
    assert windows("Every jab from 2014") == [("2014-01-01", "2015-01-01")]
    assert windows("All diagnoses from 2014 on") == [("2014-01-01", "")]


@pytest.mark.parametrize(
    "question",
    [
        "Which drugs does she take every Tuesday?",
        "Was warfarin given on the Tuesday before the stroke?",
        "Which drugs were ordered on Tuesday during the last admission?",
        "What is her potassium for clinic on Thursday?",
        "Was warfarin given in winter?",
        "Was warfarin ordered on the 3rd day?",
        "Is warfarin taken on Mondays?",
        "Which drugs were ordered on Saturday and Monday?",
        "When was her last fall?",
    ],
)
def test_what_is_no_one_time_is_not_read(question: str, manifest: object) -> None:
    assert isinstance(decided(question, manifest), GiveUp)


def test_a_day_to_come_told_beside_the_question_limits_nothing(manifest: object) -> None:
    step = decided("I'm seeing the surgeon on Thursday. What was the last potassium?", manifest)
    assert isinstance(step, UseTools)
    assert all(call.question.window is None for call in step.calls)


def test_what_was_ordered_in_a_stay_is_no_stay(manifest: object) -> None:
    for question in ("What was ordered during the last admission?", "What was prescribed in the March admission?"):
        step = decided(question, manifest)
        assert isinstance(step, UseTools)
        assert [call.question.types for call in step.calls] == [("MedicationRequest",)]
        assert step.calls[0].question.anchor is not None


def test_a_day_of_the_stay_that_lasts_is_no_day_it_began(manifest: object) -> None:
    step = decided("Which drugs were ordered during this admission on Monday?", manifest)
    assert isinstance(step, UseTools)
    assert all(call.question.anchor.event.window is None for call in step.calls)
    assert all(call.question.window is not None for call in step.calls)


def test_the_end_of_a_stay_of_a_month_is_its_end(manifest: object) -> None:
    step = decided("When did the March stay end?", manifest)
    assert isinstance(step, UseTools)
    assert step.calls[0].question.target == "end"


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("Who requested the blood tests?", ("Observation",)),
        ("Which results came back on Monday?", ("Observation",)),
        ("Whose name is under the 4 am obs?", ("Observation",)),
        ("Whose name is under the warfarin?", ("MedicationRequest",)),
        ("Before we draw another potassium, when was the creatinine last measured?", ("Observation",)),
    ],
)
def test_results_of_a_time_are_no_prescriptions(question: str, types: tuple[str, ...], manifest: object) -> None:
    step = decided(question, manifest)
    assert isinstance(step, UseTools)
    assert [call.question.types for call in step.calls] == [types]
