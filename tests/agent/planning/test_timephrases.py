"""Time phrases at every precision, in both readings of the ambiguous ones."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.times.timephrases import NeedsBirthDate, TimeReader
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

NOW = dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC)


def window(text: str, *, birth: dt.date | None = None, **readings: str) -> tuple[str, str]:
    """Start and end of the only phrase of a text, as local wall-clock time; empty where open."""
    reader = TimeReader(Clock(NOW, "UTC"), Readings(**readings), birth)  # type: ignore[arg-type]
    phrases = reader.read(text)
    assert len(phrases) == 1, phrases
    found = phrases[0].window
    assert found is not None
    shown = [t.strftime("%Y-%m-%d %H:%M") if t else "" for t in (found.start, found.end)]
    return shown[0].removesuffix(" 00:00"), shown[1].removesuffix(" 00:00")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in 2012", "2012-01-01", "2013-01-01"),
        ("during 2012", "2012-01-01", "2013-01-01"),
        ("in march 2010", "2010-03-01", "2010-04-01"),
        ("on 20 february 2020", "2020-02-20", "2020-02-21"),
        ("on the 3rd of may 2010", "2010-05-03", "2010-05-04"),
        ("on november 10, 1969", "1969-11-10", "1969-11-11"),
        ("on 2014-03-11", "2014-03-11", "2014-03-12"),
        ("in 10/2115", "2115-10-01", "2115-11-01"),
        ("in the 1990s", "1990-01-01", "2000-01-01"),
        ("in q2 2015", "2015-04-01", "2015-07-01"),
        ("at 2019-05-27 16:36", "2019-05-27 16:36", "2019-05-27 16:37"),
        ("between 2009 and 2011", "2009-01-01", "2012-01-01"),
        ("from may 2010 to july 2010", "2010-05-01", "2010-08-01"),
        ("2010-2012", "2010-01-01", "2013-01-01"),
        ("since march 2010", "2010-03-01", ""),
        ("from 2012 onwards", "2012-01-01", ""),
        ("after 2010", "2011-01-01", ""),
        ("before 2012", "", "2012-01-01"),
        ("prior to 3 march 2012", "", "2012-03-03"),
        ("until 2012", "", "2013-01-01"),
        ("up to may 2015", "", "2015-06-01"),
        ("in the last 3 years", "2017-06-15 10:00", ""),
        ("within the past six months", "2019-12-15 10:00", ""),
        ("over the last couple of weeks", "2020-06-01 10:00", ""),
        ("past year", "2019-06-15 10:00", ""),
        ("in the last year", "2019-06-15 10:00", ""),
        ("last year", "2019-01-01", "2020-01-01"),
        ("in the last calendar year", "2019-01-01", "2020-01-01"),
        ("last month", "2020-05-01", "2020-06-01"),
        ("last week", "2020-06-08", "2020-06-15"),
        ("this year", "2020-01-01", "2021-01-01"),
        ("today", "2020-06-15", "2020-06-16"),
        ("yesterday", "2020-06-14", "2020-06-15"),
        ("since yesterday", "2020-06-14 10:00", ""),
        ("since last year", "2019-01-01", ""),
        ("until last month", "", "2020-06-01"),
        ("3 years ago", "2017-01-01", "2018-01-01"),
        ("last march", "2020-03-01", "2020-04-01"),
        ("last december", "2019-12-01", "2020-01-01"),
        ("since 784 days ago", "2018-04-23 10:00", ""),
        ("between 2011 and 2009", "2009-01-01", "2012-01-01"),
        ("more than 2 years ago", "", "2018-06-15 10:00"),
        ("less than 2 years ago", "2018-06-15 10:00", ""),
        ("after yesterday", "2020-06-15", ""),
        ("until yesterday", "", "2020-06-14 10:00"),
        ("since the end of 2012", "2013-01-01", ""),
        ("2 decades ago", "2000-01-01", "2001-01-01"),
        ("2 weeks ago", "2020-06-01", "2020-06-08"),
        ("2 months ago", "2020-04-01", "2020-05-01"),
        ("5 days ago", "2020-06-10", "2020-06-11"),
        ("on june 20th", "2019-06-20", "2019-06-21"),
        ("on june 10th", "2020-06-10", "2020-06-11"),
        ("last june", "2019-06-01", "2019-07-01"),
        ("last monday", "2020-06-08", "2020-06-09"),
        ("since last friday", "2020-06-12", ""),
        ("this week", "2020-06-15", "2020-06-22"),
        ("this month", "2020-06-01", "2020-07-01"),
    ],
)
def test_a_phrase_is_the_window_it_names(text: str, start: str, end: str) -> None:
    assert window(text) == (start, end)


@pytest.mark.parametrize(
    ("readings", "text", "start", "end"),
    [
        ({"date_order": "day_first"}, "on 12/05/2150", "2150-05-12", "2150-05-13"),
        ({"date_order": "month_first"}, "on 12/05/2150", "2150-12-05", "2150-12-06"),
        ({"date_order": "month_first"}, "on 25/12/2019", "2019-12-25", "2019-12-26"),
        ({"since_ago": "rolling"}, "since 3 years ago", "2017-06-15 10:00", ""),
        ({"since_ago": "calendar"}, "since 3 years ago", "2017-01-01", ""),
        ({"since_ago": "calendar"}, "since 11 months ago", "2019-07-01", ""),
        ({"since_ago": "calendar"}, "until 2 years ago", "", "2019-01-01"),
        ({"since_ago": "calendar"}, "during since 2 months ago", "2020-04-01", ""),
    ],
)
def test_what_people_read_differently_is_read_by_the_settings(
    readings: dict[str, str], text: str, start: str, end: str
) -> None:
    assert window(text, **readings) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "what was the last weight",
        "the last 3 weights",
        "for the last time",
        "the first visit",
        "10 mg twice",
        "may i ask",
        "on february 30th",
        "9999 decades ago",
        "over the last visit",
    ],
)
def test_words_that_only_look_like_time_are_left_alone(text: str) -> None:
    assert TimeReader(Clock(NOW, "UTC"), Readings()).read(text) == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("before age 18", "", "2008-02-29"),
        ("at age 20", "2010-02-28", "2011-02-28"),
        ("when she was 20 years old", "2010-02-28", "2011-02-28"),
        ("since age 18", "2008-02-29", ""),
        ("after age 18", "2009-02-28", ""),
        ("after she turned 18", "2008-02-29", ""),
        ("over the age of 18", "2009-02-28", ""),
    ],
)
def test_age_is_counted_from_the_date_of_birth(text: str, start: str, end: str) -> None:
    assert window(text, birth=dt.date(1990, 2, 28)) == (start.replace("02-29", "02-28"), end.replace("02-29", "02-28"))


def test_a_phrase_by_age_asks_for_the_date_of_birth_first() -> None:
    with pytest.raises(NeedsBirthDate):
        TimeReader(Clock(NOW, "UTC"), Readings()).read("any fracture before age 18")


def test_the_reading_is_told_in_the_window() -> None:
    reader = TimeReader(Clock(NOW, "UTC"), Readings(since_ago="calendar"))
    (phrase,) = reader.read("how many visits since 3 years ago")
    assert phrase.window is not None
    assert phrase.window.reading == '"since 3 years ago" was read as from 2017-01-01.'


def test_a_day_of_the_record_keeps_the_offset_the_question_was_asked_with() -> None:
    zone = dt.timezone(dt.timedelta(hours=-4))
    clock = Clock(dt.datetime(2020, 6, 15, 1, tzinfo=zone), "UTC")
    (phrase,) = TimeReader(clock, Readings(day_zone="record")).read("today")
    assert phrase.window is not None
    assert phrase.window.start == dt.datetime(2020, 6, 15, tzinfo=zone)


def test_an_age_without_a_date_of_birth_asks_for_it() -> None:
    with pytest.raises(NeedsBirthDate):
        TimeReader(Clock(NOW, "UTC"), Readings()).read("before age 18")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("in 2012", '"in 2012" was read as 2012-01-01 to 2012-12-31.'),
        ("on 2014-03-11", '"on 2014-03-11" was read as 2014-03-11.'),
        ("before 2012", '"before 2012" was read as until 2011-12-31.'),
        ("until yesterday", '"until yesterday" was read as until 2020-06-14 10:00.'),
        ("at 2019-05-27 16:36", '"at 2019-05-27 16:36" was read as 2019-05-27 16:36 to 2019-05-27 16:37.'),
    ],
)
def test_a_reading_is_told_in_whole_days_where_it_is_of_days(text: str, told: str) -> None:
    (phrase,) = TimeReader(Clock(NOW, "UTC"), Readings()).read(text)
    assert phrase.window is not None
    assert phrase.window.reading == told
