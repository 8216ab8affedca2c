"""Bounds, spans and dates in the ways they are said and written, through the wording and the reading of a question."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.datewords import number_in_words
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

READER = TimeReader(Clock(dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC), "UTC"), Readings())


def windows(question: str, reader: TimeReader = READER) -> list[tuple[str, str]]:
    """Start and end of each phrase of a question, as local wall-clock time; empty where open."""
    found = [phrase.window for phrase in reader.read(reader.put_plainly(question).lower())]
    told = [
        [t.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") if t else "" for t in (w.start, w.end)] for w in found if w
    ]
    return [(start, end) for start, end in told]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("visits, 2012 onward?", "2012-01-01", ""),
        ("any visit the day before yesterday?", "2020-06-13", "2020-06-14"),
        ("visits since the day before yesterday", "2020-06-13", ""),
        ("9/2012 onwards", "2012-09-01", ""),
        ("counting from 2012 forward", "2012-01-01", ""),
        ("starting at 7 February 2012 and moving forward", "2012-02-07", ""),
        ("October 2012 and after: any?", "2012-10-01", ""),
        ("leave out 2012 and everything later. What was the average?", "", "2012-01-01"),
        ("ignoring 2012 and anything before it", "2013-01-01", ""),
        ("limiting it to the last 3 years", "2017-06-15 10:00", ""),
        ("from the very beginning of the chart through 2012", "", "2013-01-01"),
        ("the newest one, nothing older than 6 months", "2019-12-15 10:00", ""),
        ("over the 3 years behind us", "2017-06-15 10:00", ""),
        ("entries up to last month only", "", "2020-06-01"),
        ("when was it first diagnosed, going through 2012?", "", "2013-01-01"),
        ("in 2012 or afterwards", "2012-01-01", ""),
        ("looking at 2012 and later, when was it", "2012-01-01", ""),
        ("conditions that began in July 2018 or later", "2018-07-01", ""),
        ("visits in 2012 or any time after", "2012-01-01", ""),
        ("as of January 2004 or after", "2004-01-01", ""),
        ("as of 21/02/2013 and after", "2013-02-21", ""),
        ("any visit yesterday or since?", "2020-06-14 10:00", ""),
        ("162 days ago or more recent", "2020-01-05 10:00", ""),
        ("visits last month and everything after it", "2020-05-01", ""),
        ("on/after 02/07/2012", "2012-02-07", ""),
        ("after, or on, 28 August 2012", "2012-08-28", ""),
        ("after 12 Feb 2012 (that day counts too)", "2012-02-12", ""),
        ("last year up to now", "2019-01-01", ""),
        ("last year to date", "2019-01-01", ""),
        ("from yesterday until now", "2020-06-14 10:00", ""),
        ("between yesterday and now", "2020-06-14 10:00", ""),
        ("March 2015 to present", "2015-03-01", ""),
        ("March 2015–present, date thereof", "2015-03-01", ""),
        ("window: 10/2017 to today", "2017-10-01", ""),
        ("last month through now", "2020-05-01", ""),
        ("reading last year right through to today", "2019-01-01", ""),
        ("if you begin from last month", "2020-05-01", ""),
        ("four months ago to now", "2020-02-15 10:00", ""),
        ("starting four years back and running up to today", "2016-06-15 10:00", ""),
        ("looking back to 24 months ago and forward from there", "2018-06-15 10:00", ""),
        ("no further back than 2012", "2012-01-01", ""),
        ("going back no further than last year", "2019-01-01", ""),
        ("going no further back than 21 months ago", "2018-09-15 10:00", ""),
        ("the last visit, nothing before 10/2015", "2015-10-01", ""),
        ("starting with last year", "2019-01-01", ""),
        ("starting the search in 2012", "2012-01-01", ""),
        ("window opens last month", "2020-05-01", ""),
        ("only 2012 and later counts", "2012-01-01", ""),
        ("if one considers nothing but 2012: any?", "2012-01-01", "2013-01-01"),
        ("if we look at 2012 and later", "2012-01-01", ""),
        ("18 months is as far back as they go", "2018-12-15 10:00", ""),
        ("2015 being how far back we look", "2015-01-01", ""),
        ("six years back is our limit", "2014-06-15 10:00", ""),
        ("over the stretch that begins with 2015", "2015-01-01", ""),
        ("300 days back from today, how often was it?", "2019-08-20 10:00", ""),
        ("last year and this year so far", "2019-01-01", ""),
        ("last week counted and everything after", "2020-06-08", ""),
        ("looking back, but no further than last year", "2019-01-01", ""),
        ("the chronology that begins on 03/04/2012", "2012-03-04", ""),
        ("yesterday and today combined", "2020-06-14", "2020-06-16"),
        ("visits, start 515 days ago", "2019-01-17 10:00", ""),
        ("with 14 months ago as the start of the search", "2019-04-15 10:00", ""),
        ("all results going back as far as October 2017", "2017-10-01", ""),
        ("at any point after 11/2012 began", "2012-11-01", ""),
        ("going back five years from today", "2015-06-15 10:00", ""),
        ("no further back than 2 years", "2018-06-15 10:00", ""),
        ("going back 14 months at most", "2019-04-15 10:00", ""),
        ("as of 3 May 2019 and not beyond", "", "2019-05-04"),
        ("up to 3 May 2019, but nothing later", "", "2019-05-04"),
        ("3 yrs back till now".replace("yrs", "years"), "2017-06-15 10:00", ""),
        ("lookback 13 months", "2019-05-15 10:00", ""),
        ("ten-year look back, please", "2010-06-15 10:00", ""),
        ("over a 6-month look-back", "2019-12-15 10:00", ""),
        ("two year lookback period: any visits?", "2018-06-15 10:00", ""),
        ("which of them are from 2012?", "2012-01-01", "2013-01-01"),
        ("which of them are from 2012 on?", "2012-01-01", ""),
        ("if you go back 682 days", "2018-08-03 10:00", ""),
        ("since 3y ago", "2017-06-15 10:00", ""),
        ("in the past 5y", "2015-06-15 10:00", ""),
        ("in the six months just past", "2019-12-15 10:00", ""),
        ("ten years to date", "2010-06-15 10:00", ""),
    ],
)
def test_a_start_may_be_said_before_or_after_its_time(question: str, start: str, end: str) -> None:
    assert windows(question) == [(start, end)]


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("22/09/2012 or before", "2012-09-23"),
        ("1960 or earlier", "1961-01-01"),
        ("last year or before?", "2020-01-01"),
        ("on/before 18 March 2012", "2012-03-19"),
        ("thru last month", "2020-06-01"),
        ("record through to yesterday", "2020-06-14 10:00"),
        ("by the time we get to August 2015", "2015-09-01"),
        ("nothing after sept 2015 matters here", "2015-10-01"),
        ("the latest one, nothing later than 2012", "2013-01-01"),
        ("my first, nothing past last year, please", "2020-01-01"),
        ("ignoring anything after last year", "2020-01-01"),
        ("dont count anything after 12/03/2012", "2012-12-04"),
        ("everything after 2012 aside", "2013-01-01"),
        ("(nothing past 2012)", "2013-01-01"),
        ("going back over her file to last month, any?", "2020-06-01"),
        ("only the part until 2012 matters", "2013-01-01"),
        ("I mean the period that ended 40 days ago", "2020-05-06 10:00"),
        ("with the chart frozen at last month", "2020-06-01"),
        ("a study closing on 05/06/2012", "2012-05-07"),
        ("by the time March 2012 was over", "2012-04-01"),
        ("the first one, looking through 2012", "2013-01-01"),
        ("Up to 10 January 2012 (10/01/2012 in day/month format)", "2012-01-11"),
        ("not looking past 29/01/2012", "2012-01-30"),
        ("when we don't read any further than 29 January 2012", "2012-01-30"),
        ("2012 is our limit, nothing newer: any", "2013-01-01"),
        ("the most recent, window ends 03/05/2012", "2012-03-06"),
        ("yesterday being the cut-off", "2020-06-14 10:00"),
        ("count, cut-off 2012", "2013-01-01"),
        ("stopping the count at last year", "2020-01-01"),
        ("counting to last year and no further", "2020-01-01"),
        ("not counting today, so till yesterday", "2020-06-14 10:00"),
        ("at a date that predates 2013", "2013-01-01"),
        ("up to but not including 2020", "2020-01-01"),
    ],
)
def test_an_end_may_be_said_before_or_after_its_time(question: str, end: str) -> None:
    assert windows(question) == [("", end)]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("in the course of last year", "2019-01-01", "2020-01-01"),
        ("visits during last year", "2019-01-01", "2020-01-01"),
        ("written for her last year", "2019-01-01", "2020-01-01"),
        ("over the course of last month", "2020-05-01", "2020-06-01"),
        ("in last month's newest test", "2020-05-01", "2020-06-01"),
        ("in the previous calendar year", "2019-01-01", "2020-01-01"),
        ("during the calendar year just gone", "2019-01-01", "2020-01-01"),
        ("in the year before this one", "2019-01-01", "2020-01-01"),
        ("last month plus the month before", "2020-04-01", "2020-06-01"),
        ("in last year and the one before it", "2018-01-01", "2020-01-01"),
        ("ordered two years or more ago", "", "2018-06-15 10:00"),
        ("at least 3 months ago", "", "2020-03-15 10:00"),
        ("in the present month", "2020-06-01", "2020-07-01"),
        ("the month we're in", "2020-06-01", "2020-07-01"),
        ("month to date", "2020-06-01", "2020-07-01"),
        ("during the last year", "2019-06-15 10:00", ""),
        ("look back to 2006 and tell me what was given in that year", "2006-01-01", "2007-01-01"),
        ("going by the year 2012 alone", "2012-01-01", "2013-01-01"),
        ("going through 2006", "2006-01-01", "2007-01-01"),
        ("taking 1977 and 1978 together", "1977-01-01", "1979-01-01"),
        ("LDL, 1977 and 1978 combined", "1977-01-01", "1979-01-01"),
        ("in 1977 or 1978", "1977-01-01", "1979-01-01"),
        ("new diagnoses 1962-64", "1962-01-01", "1965-01-01"),
        ("between '86 and '88", "1986-01-01", "1989-01-01"),
        ("on 20/Feb/2012", "2012-02-20", "2012-02-21"),
        ("on the tenth of November 1969", "1969-11-10", "1969-11-11"),
        ("on the twenty-first of March 2014", "2014-03-21", "2014-03-22"),
        ("9/12/2013 (9 December)", "2013-12-09", "2013-12-10"),
        ("06/08/2012 (June 8)", "2012-06-08", "2012-06-09"),
        ("on March the third, 2012", "2012-03-03", "2012-03-04"),
        ("15-20 years ago", "2000-01-01", "2006-01-01"),
        ("two or three years ago", "2017-01-01", "2019-01-01"),
        ("between Jan 1 and Dec 31 of last year", "2019-01-01", "2020-01-01"),
        ("from March 3 to May 5, 2012", "2012-03-03", "2012-05-06"),
        ("the total for year = 2012", "2012-01-01", "2013-01-01"),
    ],
)
def test_a_stretch_is_the_one_that_is_meant(question: str, start: str, end: str) -> None:
    assert windows(question) == [(start, end)]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("If I stop counting at yesterday, how many visits?", "until yesterday, how many visits?"),
        ("Looking back to 2 years ago and forward from there, any visit?", "since 2 years ago, any visit?"),
        ("Count the visits, nothing after May 2012, please", "Count the visits, until May 2012, please"),
        ("window: 2012 to now", "since 2012"),
        ("Any visit, cut-off June 2014 (that is, up to then)?", "Any visit, until June 2014?"),
    ],
)
def test_no_word_of_a_bound_is_left_over(question: str, plain: str) -> None:
    assert READER.put_plainly(question) == plain


def test_a_year_told_before_is_the_year_of_a_day_in_it() -> None:
    assert windows("a 1969 chart: what was found on 10 November of that year?")[-1] == ("1969-11-10", "1969-11-11")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("seven", 7),
        ("thirty-two", 32),
        ("thirty two", 32),
        ("sixty", 60),
        ("a hundred", 100),
        ("hundred and two", 102),
        ("one hundred and twenty-eight", 128),
        ("nine hundred ninety-nine", 999),
        ("thirty ninety", None),
        ("two thousand", None),
        ("twenty eleven", None),
        ("", None),
    ],
)
def test_numbers_in_words_up_to_999_are_read(words: str, number: int | None) -> None:
    assert number_in_words(words) == number


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("20 November 2015 is my cutoff, nothing earlier: any", "2015-11-20"),
        ("since thirty two months back", "2017-10-15 10:00"),
        ("over the last twenty-five months", "2018-05-15 10:00"),
        ("since a hundred and twenty-eight days ago", "2020-02-08 10:00"),
        ("since 1,500 days ago", "2016-05-07 10:00"),
        ("since 2.5 years ago", "2017-12-15 10:00"),
        ("the last one since 2 months ago", "2020-04-15 10:00"),
    ],
)
def test_a_number_of_several_words_is_read_whole(question: str, start: str) -> None:
    assert windows(question) == [(start, "")]


@pytest.mark.parametrize(
    "question",
    [
        "thirty ninety months ago",
        "two thousand days ago",
        "thirty-ninety-two months ago",
        "2,5 years ago",
    ],
)
def test_a_number_that_cannot_be_read_whole_is_not_read_in_part(question: str) -> None:
    assert windows(question) == []


@pytest.mark.parametrize(
    "when",
    [
        "since thirty ninety months ago",
        "two thousand days ago",
        "in the past two thousand days",
        "within 2 years of 2012",
    ],
)
def test_a_question_with_such_a_number_is_not_answered_without_it(when: str, manifest: object, clock: Clock) -> None:
    context = PlanningContext(f"Was the LDL measured {when}?", clock, manifest)  # type: ignore[arg-type]
    assert RulesPlanner().decide(context).kind in ("give_up", "clarify")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("a stroke in 2012 or after 2015", [("2012-01-01", "2013-01-01"), ("2016-01-01", "")]),
        ("he had a stroke in 2012 and after that, what was the weight?", [("2012-01-01", "2013-01-01")]),
        ("admitted in 2012 and later discharged", [("2012-01-01", "2013-01-01")]),
        ("was there nothing after 2012?", [("2013-01-01", "")]),
        ("did her asthma start 3 years ago?", [("2017-01-01", "2018-01-01")]),
        ("any score from last year on file?", [("2019-01-01", "2020-01-01")]),
        ("a diagnosis on the record from last month?", [("2020-05-01", "2020-06-01")]),
        ("the orders that date from 2012", [("2012-01-01", "2013-01-01")]),
        ("counting from last year, how many", [("2019-01-01", "")]),
        ("visits, from last month", [("2020-05-01", "")]),
        ("has it changed from last year?", [("2019-01-01", "")]),
        ("from last year to this year", [("2019-01-01", "2021-01-01")]),
        ("did she go back 2 days later", []),
        ("in 2009-11", [("2009-11-01", "2009-12-01")]),
        ("from 2010 to 2012", [("2010-01-01", "2013-01-01")]),
    ],
)
def test_words_that_only_look_like_a_bound_are_left_alone(question: str, expected: list[tuple[str, str]]) -> None:
    assert windows(question) == expected


@pytest.mark.parametrize(
    "piece", ["2012 or ", "back to 2006 ", "last year and ", "thirty ", "no further back than ", "go back 2 ", "from "]
)
def test_a_bound_is_read_at_the_end_of_a_long_text_of_such_words(piece: str) -> None:
    assert windows(piece * 400 + "; 2012 onward?")[-1] == ("2012-01-01", "")
