"""Lengths of time beside a point or an event, ages and birthdays, and times that are left out of others."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

from .conftest import Ask

READER = TimeReader(Clock(dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC), "UTC"), Readings(), dt.date(1960, 3, 10))
PLANNER = RulesPlanner(Readings())


def windows(question: str) -> list[tuple[str, str]]:
    """Start and end of each phrase of a question, as local wall-clock time; empty where open."""
    found = [phrase.window for phrase in READER.read(READER.put_plainly(question).lower())]
    told = [
        [t.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") if t else "" for t in (w.start, w.end)] for w in found if w
    ]
    return [(start, end) for start, end in told]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("visits in the three years after 2010", "2011-01-01", "2014-01-01"),
        ("in the month before 5 May 2012", "2012-04-05", "2012-05-05"),
        ("over the 6 months leading up to March 2014", "2013-09-01", "2014-03-01"),
        ("the year after she turned 40", "2000-03-10", "2001-03-10"),
        ("in the 48 hours before 2012-05-05 08:00", "2012-05-03 08:00", "2012-05-05 08:00"),
        ("during the last two weeks before 1 May 2012", "2012-04-17", "2012-05-01"),
        ("the first week of May 2012", "2012-05-01", "2012-05-08"),
        ("in the last 3 months of 2012", "2012-10-01", "2013-01-01"),
        ("during the second month of 2012", "2012-02-01", "2012-03-01"),
        ("the month before last", "2020-04-01", "2020-05-01"),
        ("since the year before last", "2018-01-01", ""),
        ("in the week before last", "2020-06-01", "2020-06-08"),
        ("exactly two years ago", "2018-06-15", "2018-06-16"),
        ("a year ago to the day", "2019-06-15", "2019-06-16"),
        ("this morning", "2020-06-15", "2020-06-15 12:00"),
        ("tonight", "2020-06-15 18:00", "2020-06-16"),
        ("in Oct. '12", "2012-10-01", "2012-11-01"),
        ("on May 3rd in 2012", "2012-05-03", "2012-05-04"),
        ("in the last quarter", "2020-01-01", "2020-04-01"),
        ("a visit on 3/4/18", "2018-03-04", "2018-03-05"),
        ("since and including 2015", "2015-01-01", ""),
        ("before and including 2015", "", "2016-01-01"),
        ("this quarter", "2020-04-01", "2020-07-01"),
        ("since this decade", "2020-01-01", ""),
        ("Mar 2012 thru May 2012", "2012-03-01", "2012-06-01"),
        ("2012-03-04 to 2012-03-09", "2012-03-04", "2012-03-10"),
        ("in the two years ending May 2012", "2010-06-01", "2012-06-01"),
    ],
)
def test_a_length_beside_a_point_is_the_stretch_they_make(question: str, start: str, end: str) -> None:
    assert windows(question) == [(start, end)]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("on her 40th birthday", "2000-03-10", "2000-03-11"),
        ("before my 18th birthday", "", "1978-03-10"),
        ("between his 30th and 35th birthdays", "1990-03-10", "1995-03-10"),
        ("since she turned forty-two", "2002-03-10", ""),
        ("in her thirties", "1990-03-10", "2000-03-10"),
        ("between the ages of 20 and 29", "1980-03-10", "1990-03-10"),
        ("in the year he turned 21", "1981-01-01", "1982-01-01"),
        ("before I was 30", "", "1990-03-10"),
        ("the day she turned 21", "1981-03-10", "1981-03-11"),
        ("from age 20 to age 24", "1980-03-10", "1985-03-10"),
        ("between 30 and 34 years old", "1990-03-10", "1995-03-10"),
        ("under the age of six", "", "1966-03-10"),
        ("while he was younger than 20", "", "1980-03-10"),
        ("when I was over 50", "2011-03-10", ""),
    ],
)
def test_ages_and_birthdays(question: str, start: str, end: str) -> None:
    assert windows(question) == [(start, end)]


def query_of(ask: Ask, question: str) -> RecordQuery:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    (call,) = step.calls
    assert isinstance(call.question, RecordQuery)
    return call.question


@pytest.mark.parametrize(
    ("question", "relation", "months", "days"),
    [
        ("How many visits were there in the three months after the stroke?", "after", 3, None),
        ("In the year before the colonoscopy, how many visits were there?", "before", 12, None),
        ("How many drugs were prescribed within two weeks following the stroke?", "after", None, 14),
        ("How many visits were there in the week leading up to the stroke?", "before", None, 7),
        ("In the three months before the stroke, any visits?", "before", 3, None),
        ("Was the weight taken within ten days after the stroke?", "after", None, 10),
        ("How many visits were there over the two years up until the stroke?", "before", 24, None),
        ("Which drugs were ordered in the first two days of the last stay?", "after", None, 2),
    ],
)
def test_how_far_from_an_event(ask: Ask, question: str, relation: str, months: int | None, days: int | None) -> None:
    anchor = query_of(ask, question).anchor
    assert anchor is not None
    assert (anchor.relation, anchor.within_months) == (relation, months)
    assert anchor.within == (dt.timedelta(days=days) if days else None)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("How many visits were there in 2014, leaving out the first half of 2014?", "2014-07-01", "2015-01-01"),
        ("How many visits were there from 2010 to 2014 except for 2014?", "2010-01-01", "2014-01-01"),
        ("How many visits were there since 2010 excluding 2010?", "2011-01-01", ""),
    ],
)
def test_a_time_that_is_left_out_cuts_the_other(ask: Ask, question: str, start: str, end: str) -> None:
    window = query_of(ask, question).window
    assert window is not None
    assert [t.date().isoformat() if t else "" for t in (window.start, window.end)] == [start, end]


@pytest.mark.parametrize(
    "question",
    [
        "How many visits were there from 2010 to 2014, not counting 2012?",
        "Flu shots three years before 2014?",
        "What was the weight at the start of 2014?",
        "Any visit on the second day of the last stay?",
        "The day before the stroke - any visits?",
        "How many drugs were ordered in late May?",
        "Was a flu shot given on the 3rd day?",
        "List the visits of mid-2014.",
        "What was his last weight as an adult?",
        "What is the latest potassium at least a year old?",
        "Flu shots between May 1 and May 31, any year?",
        "She saw us in 2013. Was anything prescribed the following year?",
        "Was a flu shot given since retiring?",
        "Flu shots in the year either side of 2014?",
        "Which conditions lasted longer than a year?",
        "Fewer visits in 2014 or in 2015?",
        "Drugs prescribed since before 2012?",
        "By 42, what had been diagnosed?",
        "What was she on when she had the stroke?",
        "She had a flu shot in 2014. When was the next one?",
        "He was admitted on 5 May 2014. What was diagnosed three days earlier?",
        "Every flu shot but the first?",
        "Did the sinusitis return within a year?",
        "Visits under age whatever?",
        "Flu shots every second year?",
        "The stroke was in 2014. How many visits in the three months prior?",
        "Any visits in the week of her birthday?",
        "How many flu shots minus the last one?",
        "When was her tenth birthday visit?",
        "Which drugs were prescribed from the day of the stroke through the day of the colonoscopy?",
        "Flu shots on 3.4.14?",
        "How many visits this semester?",
        "Which drugs were ordered on the day before the stroke?",
        "What was given on ICU day 2?",
        "Which drugs were given in the last hour of the stay?",
        "What was he prescribed the time before last?",
        "How many visits, exclusive of the first stroke visit?",
        "Procedures on 03.04.14",
    ],
)
def test_a_time_that_is_not_read_is_not_left_out(question: str, manifest: object, clock: Clock) -> None:
    context = PlanningContext(question, clock, manifest)  # type: ignore[arg-type]
    assert isinstance(PLANNER.decide(context), GiveUp)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            "Between the first and second flu shot, how many visits were there?",
            "How many visits were there between the first and second flu shot?",
        ),
        (
            "From the stroke until the colonoscopy, how many visits were there?",
            "How many visits were there between the stroke and the colonoscopy?",
        ),
        ("From the stroke onwards, how many visits were there?", "After the stroke, how many visits were there?"),
        (
            "He had a stroke in May 2014. Which drugs were prescribed that year?",
            "Which drugs were prescribed in the year when he had a stroke in May 2014?",
        ),
        ("How many visits were there the year of the stroke?", "How many visits were there in the year of the stroke?"),
        ("How many visits since the flood began in 2014?", "How many visits since 2014?"),
        ("We moved in 2014. How many visits since moving?", "How many visits since 2014?"),
        ("The two latest flu shots?", "The latest two flu shots?"),
        ("The year she had the stroke, how many visits?", "How many visits in the year of the stroke?"),
        ("When he had the stroke how old was he?", "How old was he when he had the stroke?"),
        ("Has he been seen at all in 2014?", "Was there any visit in 2014?"),
    ],
)
def test_stretches_and_stories_in_plain_words(ask: Ask, said: str, plain: str) -> None:
    one, other = (query_of(ask, question) for question in (said, plain))
    assert (one.types, one.measure, one.which) == (other.types, other.measure, other.which)
    assert [w and (w.start, w.end) for w in (one.window, other.window)].count(
        other.window and (other.window.start, other.window.end)
    ) == 2
    for mine, theirs in ((one.anchor, other.anchor), (one.until, other.until)):
        assert (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            assert (
                mine.model_dump(exclude={"event"}) == theirs.model_dump(exclude={"event"})
                if mine is one.anchor
                else True
            )


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("Which drugs were prescribed after the sinusitis had cleared?", "end"),
        ("Which drugs were prescribed after the sinusitis?", "time"),
        ("Which drugs were prescribed once the stroke was over?", "end"),
    ],
)
def test_what_came_after_the_end_of_a_condition(ask: Ask, question: str, target: str) -> None:
    anchor = query_of(ask, question).anchor
    assert anchor is not None
    assert anchor.event.target == target
