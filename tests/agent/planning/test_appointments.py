"""What is booked, planned or asked for: from appointments, planned visits and open requests, or told to be absent."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.appointments import planned
from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

from .conftest import Ask

READER = TimeReader(Clock(dt.datetime(2020, 6, 17, 11, 30, tzinfo=dt.UTC), "UTC"), Readings())
"""A Wednesday."""


@pytest.mark.parametrize(
    "question",
    [
        "When's the next dermatology slot?",
        "Does she have any appointments coming up?",
        "what time is my physio appointment tomorrow",
        "Is his clinic review scheduled?",
        "Upcoming hospital visits?",
        "Which appointments are in the diary?",
        "What date is her antenatal follow-up?",
    ],
)
def test_what_is_to_come_is_looked_for_among_what_is_booked(question: str) -> None:
    found = planned(question, READER)
    assert found is not None
    assert all(one.types == ("Appointment", "Encounter") and one.planned for one in found.questions)


def test_a_clinic_that_is_named_is_not_said_to_be_the_one_found() -> None:
    found = planned("Is there a cardiology appointment booked?", READER)
    assert found is not None
    (one,) = found.questions
    assert (one.measure, one.target) == ("none", "name")
    assert "of any kind" in found.read_as


def test_whether_anything_is_booked_is_yes_or_no() -> None:
    found = planned("Is there a follow-up booked?", READER)
    assert found is not None
    assert found.questions[0].measure == "exists"


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What time is his appointment tomorrow?", "2020-06-18"),
        ("What time is his appointment on Monday?", "2020-06-22"),
        ("Has he an appointment booked for next Wednesday?", "2020-06-24"),
        ("Which appointments does he have next week?", "2020-06-22"),
    ],
)
def test_a_day_of_what_is_to_come_is_the_next_of_its_name(question: str, day: str) -> None:
    found = planned(question, READER)
    assert found is not None
    window = found.questions[0].window
    assert window is not None
    assert window.start is not None
    assert window.start.date().isoformat() == day


@pytest.mark.parametrize(
    "question",
    [
        "Which scans are requested for tomorrow?",
        "any outstanding referrals?",
        "Has a chest film been ordered for 7 pm?",
    ],
)
def test_open_requests_are_told_whatever_they_are_for(question: str) -> None:
    found = planned(question, READER)
    assert found is not None
    assert [(one.types, one.status) for one in found.questions] == [(("ServiceRequest",), ("active",))]


@pytest.mark.parametrize(
    "question",
    [
        "When was her last appointment?",
        "What was measured at the next visit?",
        "When was the next visit after the stroke?",
        "When should her next appointment be?",
        "Any visits planned in 2019?",
        "Can you book the next appointment?",
        "How long until her next visit?",
        "Which drugs are ordered for tomorrow?",
    ],
)
def test_what_has_been_or_ought_to_be_is_no_such_question(question: str) -> None:
    assert planned(question, READER) is None


def test_the_planner_asks_it(ask: Ask) -> None:
    step = RulesPlanner().decide(ask("When is her next appointment?"))
    assert isinstance(step, UseTools)
    (call,) = step.calls
    assert call.question.which == "first"
    assert step.read_as


@pytest.mark.parametrize("question", ["What is planned?", "anything coming up for her?", "what's still outstanding"])
def test_all_that_is_to_come_is_asked_of_visits_requests_and_plans(question: str) -> None:
    told = planned(question, READER)
    assert told is not None
    assert [asked.types[0] for asked in told.questions] == ["Appointment", "ServiceRequest", "CarePlan"]


def test_what_was_planned_then_is_not_what_is_to_come() -> None:
    assert planned("What was planned at the last visit?", READER) is None
