"""Numbers, days, months and units of time, one by one: each word is the number it says, each unit as long as it is."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pytest

from chartwarden.agent.planning.times.dates import DATE, parse_date
from chartwarden.agent.planning.times.datewords import number_in_words, plain_dates
from chartwarden.agent.planning.times.distances import distances_in
from chartwarden.agent.planning.times.timephrases import NeedsBirthDate, TimeReader
from chartwarden.tools.records.moments import add_months
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

NOW = dt.datetime(2020, 6, 15, 10, tzinfo=dt.UTC)
SMALL = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip
DAYS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
]  # fmt: skip


def read(text: str, *, birth: dt.date | None = None, now: dt.datetime = NOW, **readings: str) -> list[tuple[str, str]]:
    """Start and end of each phrase, as local wall-clock time; empty where open."""
    reader = TimeReader(Clock(now, "UTC"), Readings(**readings), birth)  # type: ignore[arg-type]
    found = [phrase.window for phrase in reader.read(reader.put_plainly(text).lower())]
    return [
        (shown[0], shown[1])
        for window in found
        if window is not None
        for shown in [[t.strftime("%Y-%m-%d %H:%M:%S") if t else "" for t in (window.start, window.end)]]
    ]


def said(number: int) -> str:
    """An English number below a thousand."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    small = (
        SMALL[rest - 1] if 0 < rest < 20 else "-".join([TENS[tens - 2]] * (tens > 1) + [SMALL[ones - 1]] * (ones > 0))
    )
    return " and ".join(filter(None, [f"{SMALL[hundreds - 1]} hundred" if hundreds else "", small]))


def test_every_number_below_a_thousand_is_read_as_it_is_said() -> None:
    assert [number_in_words(said(number)) for number in range(1, 1_000)] == list(range(1, 1_000))
    assert number_in_words("a hundred and one") == number_in_words("one hundred one") == 101
    for words in ("", "zorbal", "twenty-twelve", "hundred hundred", "five twenty"):
        assert number_in_words(words) is None, words


@pytest.mark.parametrize("number", [*range(1, 20), *range(20, 100, 10), 21, 99])
def test_a_number_of_units_is_as_many_in_words_as_in_digits(number: int) -> None:
    for unit in ("days", "months"):
        assert read(f"in the last {said(number)} {unit}") == read(f"in the last {number} {unit}") != []


def test_a_couple_is_two_and_an_article_is_one() -> None:
    assert read("in the last couple of days") == read("in the last 2 days")
    assert read("since a year ago") == read("since an year ago") == read("since 1 year ago")
    assert read("since a couple of years ago") == read("since 2 years ago")


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("45 seconds", dt.timedelta(seconds=45)),
        ("90 minutes", dt.timedelta(minutes=90)),
        ("36 hours", dt.timedelta(hours=36)),
        ("10 days", dt.timedelta(days=10)),
        ("3 weeks", dt.timedelta(days=21)),
        ("2 fortnights", dt.timedelta(days=28)),
    ],
)
def test_a_unit_is_as_long_as_it_is(text: str, back: dt.timedelta) -> None:
    start = (NOW - back).strftime("%Y-%m-%d %H:%M:%S")
    assert read(f"in the last {text}") == [(start, "")]
    assert read(f"more than {text} ago") == [("", start)]
    for how in ("less than", "within the last", "not more than"):
        assert read(f"{how} {text} ago") == [(start, "")], how


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("14 months", "2019-04-15"), ("1 year", "2019-06-15"), ("3 decades", "1990-06-15"),
        ("two and a half years", "2017-12-15"), ("a year and a half", "2018-12-15"), ("1.5 years", "2018-12-15"),
    ],
)  # fmt: skip
def test_months_years_and_decades_are_counted_by_the_calendar(text: str, start: str) -> None:
    assert read(f"in the last {text}") == [(f"{start} 10:00:00", "")]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("3 years ago", "2017-01-01", "2018-01-01"), ("2 decades ago", "2000-01-01", "2001-01-01"),
        ("8 months ago", "2019-10-01", "2019-11-01"), ("2 weeks ago", "2020-06-01", "2020-06-08"),
        ("1 fortnight ago", "2020-06-01", "2020-06-08"), ("3 days ago", "2020-06-12", "2020-06-13"),
        ("30 hours ago", "2020-06-14", "2020-06-15"),
    ],
)  # fmt: skip
def test_so_long_ago_is_the_unit_that_held_the_moment(text: str, start: str, end: str) -> None:
    assert read(text) == [(f"{start} 00:00:00", f"{end} 00:00:00")]


def test_a_time_before_there_were_years_is_none() -> None:
    assert read("in the last 9999 years") == []
    assert read("9999 years ago") == []
    assert read("more than 9999 years ago") == []


# Dates.


def span(text: str, *, day_first: bool = False) -> tuple[str, str, str] | None:
    """Start, end and unit of a date."""
    found = re.fullmatch(DATE, text)
    assert found is not None, text
    parsed = parse_date(found, day_first=day_first)
    return parsed and (str(parsed.start), str(parsed.end), parsed.unit)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_known_by_its_name_and_its_abbreviation(month: int) -> None:
    first, then = dt.datetime(2019, month, 1), dt.datetime(2019 + month // 12, month % 12 + 1, 1)
    for name in (calendar.month_name[month].lower(), calendar.month_abbr[month].lower()):
        assert span(f"{name} 2019") == (str(first), str(then), "month")
        assert span(f"{name} 5, 2019") == span(f"5 {name} 2019") == span(f"2019-{month:02}-05")
    assert span(f"{month}/2019") == span(f"2019-{month:02}") == (str(first), str(then), "month")


@pytest.mark.parametrize(("number", "word"), list(enumerate(DAYS, 1)))
def test_every_day_of_a_month_is_known_by_its_ordinal(number: int, word: str) -> None:
    now = dt.datetime(2020, 6, 15)
    for said in (word, word.replace("-", " ")):
        assert plain_dates(f"on the {said} of May 2019", now) == f"on {number} May 2019"
        assert plain_dates(f"on May the {said}, 2019", now) == f"on {number} May, 2019"


def test_no_month_has_more_days_than_there_are() -> None:
    for said in ("thirty-second", "thirty-third", "zeroth"):
        assert plain_dates(f"on the {said} of May 2019", NOW) == f"on the {said} of May 2019"


@pytest.mark.parametrize(
    ("word", "year"),
    [("twenties", 1920), ("thirties", 1930), ("forties", 1940), ("fifties", 1950), ("sixties", 1960),
     ("seventies", 1970), ("eighties", 1980), ("nineties", 1990)],
)  # fmt: skip
def test_a_decade_by_its_name_is_of_the_last_century(word: str, year: int) -> None:
    assert read(f"in the {word}") == [(f"{year}-01-01 00:00:00", f"{year + 10}-01-01 00:00:00")]


@pytest.mark.parametrize(
    ("text", "start", "end", "unit"),
    [
        ("2019", "2019-01-01 00:00:00", "2020-01-01 00:00:00", "year"),
        ("the year 1800", "1800-01-01 00:00:00", "1801-01-01 00:00:00", "year"),
        ("the 1990s", "1990-01-01 00:00:00", "2000-01-01 00:00:00", "decade"),
        ("q1 2019", "2019-01-01 00:00:00", "2019-04-01 00:00:00", "quarter"),
        ("the second quarter of 2019", "2019-04-01 00:00:00", "2019-07-01 00:00:00", "quarter"),
        ("3rd quarter 2019", "2019-07-01 00:00:00", "2019-10-01 00:00:00", "quarter"),
        ("fourth quarter of 2019", "2019-10-01 00:00:00", "2020-01-01 00:00:00", "quarter"),
        ("2019-12-31", "2019-12-31 00:00:00", "2020-01-01 00:00:00", "day"),
        ("2019-12-31 23:59", "2019-12-31 23:59:00", "2020-01-01 00:00:00", "minute"),
        ("2019-12-31t23:59:58", "2019-12-31 23:59:58", "2019-12-31 23:59:59", "second"),
        ("12/05/2019", "2019-12-05 00:00:00", "2019-12-06 00:00:00", "day"),
        ("12.13.2019", "2019-12-13 00:00:00", "2019-12-14 00:00:00", "day"),
        ("13.12.2019", "2019-12-13 00:00:00", "2019-12-14 00:00:00", "day"),
    ],
)
def test_a_date_is_as_long_as_it_is_precise(text: str, start: str, end: str, unit: str) -> None:
    assert span(text) == (start, end, unit)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    for text in ("2019-02-30", "13/13/2019", "0/1/2019", "30 february 2019", "13/2019"):
        assert span(text) is None, text
        assert span(text, day_first=True) is None, text
    assert span("12/05/2019", day_first=True) == span("2019-05-12")
    assert span("05/13/2019", day_first=True) == span("2019-05-13")
    assert span("29 february 2020") is not None


@pytest.mark.parametrize(
    ("months", "then"),
    [(1, "2020-02-29"), (13, "2021-02-28"), (-1, "2019-12-31"), (-14, "2018-11-30"), (0, "2020-01-31")],
)
def test_months_are_added_to_the_last_day_that_is_there(months: int, then: str) -> None:
    assert str(add_months(dt.datetime(2020, 1, 31), months).date()) == then


# The calendar around the moment of asking, a Monday.


@pytest.mark.parametrize(
    ("weekday", "last"),
    [
        ("monday", 8),
        ("tuesday", 9),
        ("wednesday", 10),
        ("thursday", 11),
        ("friday", 12),
        ("saturday", 13),
        ("sunday", 14),
    ],
)
def test_last_weekday_is_the_one_before_today(weekday: str, last: int) -> None:
    assert read(f"last {weekday}") == [(f"2020-06-{last:02} 00:00:00", f"2020-06-{last + 1:02} 00:00:00")]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("the current year", "2020-01-01", "2021-01-01"), ("the previous month", "2020-05-01", "2020-06-01"),
        ("this week", "2020-06-15", "2020-06-22"), ("last week", "2020-06-08", "2020-06-15"),
        ("the previous day", "2020-06-14", "2020-06-15"), ("today", "2020-06-15", "2020-06-16"),
        ("in june", "2020-06-01", "2020-07-01"), ("in july", "2019-07-01", "2019-08-01"),
        ("last june", "2019-06-01", "2019-07-01"), ("last may", "2020-05-01", "2020-06-01"),
        ("on june 15th", "2020-06-15", "2020-06-16"), ("on june 16th", "2019-06-16", "2019-06-17"),
        ("the day before yesterday", "2020-06-13", "2020-06-14"),
        ("in March last year", "2019-03-01", "2019-04-01"), ("in March this year", "2020-03-01", "2020-04-01"),
        ("in March of the current year", "2020-03-01", "2020-04-01"),
        ("in the week of 3 May 2019", "2019-05-03", "2019-05-10"),
        ("the first half of 2019", "2019-01-01", "2019-07-01"), ("the 2nd half of 2019", "2019-07-01", "2020-01-01"),
        ("first half of 2019", "2019-01-01", "2019-07-01"), ("latter half of 2019", "2019-07-01", "2020-01-01"),
        ("in the seventies", "1970-01-01", "1980-01-01"), ("in the twenties", "1920-01-01", "1930-01-01"),
        ("in the 80s", "1980-01-01", "1990-01-01"), ("in 2018-19", "2018-01-01", "2020-01-01"),
        ("2009-2011", "2009-01-01", "2012-01-01"), ("in '19", "2019-01-01", "2020-01-01"),
        ("in '20", "2020-01-01", "2021-01-01"), ("in '21", "1921-01-01", "1922-01-01"),
        ("between 3 and 5 May 2019", "2019-05-03", "2019-05-06"), ("on 2019/5/3", "2019-05-03", "2019-05-04"),
        ("on 9/12/2013 (9 December)", "2013-12-09", "2013-12-10"), ("on 3-5-2019", "2019-03-05", "2019-03-06"),
        ("on New Year's Day 2019", "2019-01-01", "2019-01-02"), ("New Year's Eve 2018", "2018-12-31", "2019-01-01"),
        ("on Christmas Day 2018", "2018-12-25", "2018-12-26"), ("Christmas Eve, 2018", "2018-12-24", "2018-12-25"),
        ("May 3rd to 9th 2019", "2019-05-03", "2019-05-10"), ("on exactly 2019-05-03", "2019-05-03", "2019-05-04"),
    ],
)  # fmt: skip
def test_the_calendar_is_that_of_the_moment_of_asking(text: str, start: str, end: str) -> None:
    assert read(text) == [(f"{start} 00:00:00", f"{end} 00:00:00")]


def test_a_month_of_that_year_is_of_the_only_year_told() -> None:
    assert plain_dates("the visit in 2018, and the one in May of that year", NOW).endswith("May 2018")
    assert plain_dates("from 2017 to 2018, and in May of that year", NOW).endswith("May of that year")
    assert read("2018-2018") == read("2018")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("on 3 May 2019 at 7:11 pm", "19:11"), ("at 7:11 am on 3 May 2019", "07:11"), ("3 May 2019, 12:30 am", "00:30"),
        ("3 May 2019, 12:30 pm", "12:30"), ("3 May 2019 at 7 pm", "19:00"), ("3 May 2019 at 23:59", "23:59"),
    ],
)  # fmt: skip
def test_a_clock_beside_a_date_is_a_minute(text: str, moment: str) -> None:
    assert [start for start, _ in read(text)] == [f"2019-05-03 {moment}:00"]


@pytest.mark.parametrize("clock", ["24:00", "13:00 pm", "0:30 pm", "12:60"])
def test_what_no_clock_shows_is_no_minute(clock: str) -> None:
    assert all(not start.startswith("2019-05-03 1") for start, _ in read(f"3 May 2019 at {clock}"))
    assert read(f"3 May 2019 at {clock}")[0][0] == "2019-05-03 00:00:00"


@pytest.mark.parametrize(
    ("text", "hours"),
    [("within 30 minutes after", 0.5), ("in the first 24 hours after", 24), ("up to three days before", 72),
     ("no more than 2 weeks following", 336)],
)  # fmt: skip
def test_how_far_from_an_event_is_told_in_hours(text: str, hours: float) -> None:
    ((start, end, distance),) = distances_in(f"{text} it")
    assert distance == dt.timedelta(hours=hours)
    assert f"{text} it"[start:end] == text.rpartition(" ")[0]


# Ages.


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("before age 50", "", "2010-03-12"), ("by the age of 50", "", "2010-03-12"),
        ("until 50 years old", "", "2010-03-12"), ("under 50 years of age", "", "2010-03-12"),
        ("since age 50", "2010-03-12", ""), ("from age 50", "2010-03-12", ""),
        ("after turning 50", "2010-03-12", ""), ("after age 50", "2011-03-12", ""),
        ("over 50 years old", "2011-03-12", ""),
        ("at age 50", "2010-03-12", "2011-03-12"), ("when she was 50", "2010-03-12", "2011-03-12"),
    ],
)  # fmt: skip
def test_an_age_is_counted_from_the_birthday(text: str, start: str, end: str) -> None:
    found = read(text, birth=dt.date(1960, 3, 12))
    assert found == [tuple(f"{day} 00:00:00" if day else "" for day in (start, end))]
    with pytest.raises(NeedsBirthDate):
        read(text)


def test_a_number_that_says_no_age_needs_no_birthday() -> None:
    assert read("over 50 mg") == read("after 50 doses") == []
