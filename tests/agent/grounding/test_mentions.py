"""What is read out of a sentence, and when a number or a date as written counts as the recorded one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from chartwarden.agent.grounding.matching import date_is_given, number_is_given
from chartwarden.agent.grounding.mentions import (
    Amount,
    Written,
    amounts_in,
    folded,
    is_unit,
    mentions_of,
    number_of,
    quotations_in,
    without_quotations,
    words_in,
)
from chartwarden.agent.grounding.vocabulary import is_among
from chartwarden.tools.records.moments import parse


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("on 2020-03-04.", 2020, 3, 4),
        ("on 4 March 2020.", 2020, 3, 4),
        ("on 4th of March, 2020.", 2020, 3, 4),
        ("am 4. März 2020", 2020, 3, 4),
        ("el 4 de marzo de 2020", 2020, 3, 4),
        ("le 1er mars 2020", 2020, 3, None),
        ("on March 4, 2020", 2020, 3, 4),
        ("on Mar. 4th 2020", 2020, 3, 4),
        ("in March 2020", 2020, 3, None),
        ("in 2020-03.", 2020, 3, None),
        ("on 03/04/2020", 2020, 3, 4),
        ("on 25/12/2020", 2020, 12, 25),
        ("on 13/01/2020", 2020, 1, 13),
        ("on 12/13/2020", 2020, 12, 13),
        ("in 2020", 2020, None, None),
    ],
)
def test_dates_are_read_at_the_precision_they_are_written_with(
    text: str, year: int, month: int | None, day: int | None
) -> None:
    (written,) = mentions_of(text).dates
    assert (written.year, written.month, written.day, written.time) == (year, month, day, None)
    assert written.may_be_number is (month is None)
    assert not written.has_seconds


def test_a_date_in_slashes_may_be_meant_either_way_round_where_both_exist() -> None:
    assert mentions_of("03/04/2020").dates[0].swapped == (4, 3)
    assert mentions_of("12/25/2020").dates[0].swapped is None
    assert mentions_of("25/12/2020").dates[0].swapped is None
    assert mentions_of("01/12/2020").dates[0].swapped == (12, 1)
    assert mentions_of("01/13/2020").dates[0].swapped is None
    assert mentions_of("2020-03-04").dates[0].swapped is None


@pytest.mark.parametrize(
    ("text", "time", "seconds", "offset"),
    [
        ("2020-03-04 23:30", dt.time(23, 30), False, None),
        ("2020-03-04T23:30:15Z", dt.time(23, 30, 15), True, 0),
        ("2020-03-04 at 11:30 pm", dt.time(23, 30), False, None),
        ("2020-03-04 12:05 p.m.", dt.time(12, 5), False, None),
        ("2020-03-04 12:05 a.m.", dt.time(0, 5), False, None),
        ("2020-03-04 24:00", dt.time(0, 0), False, None),
        ("2020-03-04 09:05 am UTC", dt.time(9, 5), False, 0),
        ("4 March 2020 at 09:05 +02:00", dt.time(9, 5), False, 120),
        ("2020-03-04 09:05 -0530", dt.time(9, 5), False, -330),
    ],
)
def test_times_of_day_are_read_with_their_zone(text: str, time: dt.time, seconds: bool, offset: int | None) -> None:
    (written,) = mentions_of(text).dates
    assert (written.time, written.has_seconds) == (time, seconds)
    assert written.offset == (None if offset is None else dt.timedelta(minutes=offset))
    assert (written.year, written.month, written.day) == (2020, 3, 4)


@pytest.mark.parametrize("text", ["2020-02-30", "2020-13-01", "31/31/2020"])
def test_what_is_no_date_stays_to_be_proven_as_something_else(text: str) -> None:
    read = mentions_of(text)
    assert all(date.month is None for date in read.dates)
    assert read.amounts or read.codes


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("7.1 %", "7.1", "%"),
        ("7.1% today", "7.1", "%"),
        ("140 mmol/L.", "140", "mmol/L"),
        ("1,250 mL given", "1250", "mL"),
        ("-2.5 SD", "-2.5", ""),
        ("−2.5 kg", "-2.5", "kg"),
        ("5.8 10*3/uL", "5.8", "10*3/uL"),
        ("98.6 [degF]", "98.6", "[degF]"),
        ("37 °C", "37", "°C"),
        ("3 in March", "3", ""),
        ("3 of them", "3", ""),
        ("3 episodes", "3", ""),
        ("80 mm[Hg]", "80", "mm[Hg]"),
        ("72 kg)", "72", "kg"),
    ],
)
def test_numbers_are_read_with_the_unit_that_follows(text: str, number: str, unit: str) -> None:
    assert amounts_in(text) == [Amount(Decimal(number), unit)]


def test_a_number_in_a_unit_is_no_number_and_those_behind_it_are() -> None:
    assert amounts_in("5.8 10*3/uL and 72 kg") == [Amount(Decimal("5.8"), "10*3/uL"), Amount(Decimal(72), "kg")]


def test_a_number_that_runs_into_a_word_is_part_of_a_code() -> None:
    read = mentions_of("E11 and 12abc, 3 kg")
    assert [told.amount for told in read.amounts] == [Amount(Decimal(3), "kg")]
    assert read.codes == ("E11", "12abc")


def test_the_words_beside_a_number_are_kept() -> None:
    (told,) = mentions_of("Diabetes mellitus type 2 was recorded").amounts
    assert (told.before, told.after, told.written) == ("type", "was", "2")
    (told,) = mentions_of("5").amounts
    assert (told.before, told.after) == ("", "")


def test_a_year_with_a_unit_or_inside_a_number_is_a_number() -> None:
    assert mentions_of("2000 mL").dates == ()
    assert mentions_of("2,000 steps").dates == ()
    assert mentions_of("2020.5 points").dates == ()
    assert mentions_of("1799 and 2300").dates == ()
    assert [one.year for one in mentions_of("1800 and 2299").dates] == [1800, 2299]


def test_a_sentence_is_taken_apart_into_words_number_words_codes_and_references() -> None:
    read = mentions_of("Two HbA1c values “quoted text” (Observation/abc-1) of Jane O’Neil")
    assert read.quotations == ("quoted text",)
    assert read.references == ("Observation/abc-1",)
    assert read.number_words == ("two",)
    assert read.codes == ("HbA1c",)
    assert read.words == ("values", "of", "jane", "o'neil")
    assert "quoted" not in read.prose
    assert read.prose.startswith("two hba1c values")


def test_number_words_stand_for_their_numbers() -> None:
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    assert [number_of(word).number for word in words] == list(map(Decimal, range(2, 13)))


@pytest.mark.parametrize("text", ["“as is”", '"as is"', "„as is“", "„as is”", "«as is»", "« as is »", "“as   is”"])
def test_quotation_marks_of_four_languages(text: str) -> None:
    assert quotations_in(f"It says {text}.") == ("as is",)
    assert without_quotations(f"It says {text}.").split() == ["It", "says", "¶", "."]


def test_folding_and_parts_of_words() -> None:
    assert folded("  Ärzte’s\n NOTE ") == "ärzte's note"
    assert words_in("Beta-blocker/ACE 4.5") == {"beta-blocker/ace", "beta", "blocker", "ace", "4.5", "4", "5"}


@pytest.mark.parametrize("token", ["kg", "mg/dL", "%", "[degF]", "mmHg", "10*3/uL", "mEq", "IU", "{score}"])
def test_units(token: str) -> None:
    assert is_unit(token)


@pytest.mark.parametrize("token", ["in", "In", "was", "per", "patients", "tablets of", "weekly-ish"])
def test_words_that_are_no_units(token: str) -> None:
    assert not is_unit(token)


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("asthma", {"asthma"}, True),
        ("allergies", {"allergy"}, True),
        ("tablets", {"tablet"}, True),
        ("tablet", {"tablets"}, True),
        ("dose", {"doses"}, True),
        ("mother's", {"mother"}, True),
        ("dosed", {"dose"}, True),
        ("orally", {"oral"}, True),
        ("gas", {"ga"}, False),
        ("x-ray", {"x", "ray"}, True),
        ("x-ray", {"ray"}, False),
        ("beta-blocker", {"beta", "blockers"}, True),
        ("tabs", {"tab"}, True),
        ("asthmatic", {"asthma"}, False),
    ],
)
def test_a_word_is_known_in_its_plain_inflections(word: str, known: set[str], found: bool) -> None:
    assert is_among(word, frozenset(known)) is found


@pytest.mark.parametrize(
    ("told", "recorded", "declared", "same"),
    [
        ("7.1 %", "7.1 %", False, True),
        ("7.2 %", "7.1 %", False, False),
        ("7.10 %", "7.1 %", False, True),
        ("7.1 %", "7.1 mmol/L", False, False),
        ("7.1 %", "7.1", False, False),
        ("7.1", "7.1 %", False, True),
        ("72800 g", "72.8 kg", False, True),
        ("72801 g", "72.8 kg", False, False),
        ("72.8 kg", "72.84 kg", False, True),  # three digits shown: a rounding
        ("73 kg", "72.84 kg", False, False),  # two: only where it says so
        ("73 kg", "72.84 kg", True, True),
        ("72 kg", "72.84 kg", True, False),
        ("0.125 mg", "0.1250 mg", False, True),
        ("12.2 mg", "12.25 mg", False, True),  # half to even
        ("12.3 mg", "12.25 mg", False, True),  # half up
        ("12.4 mg", "12.25 mg", False, False),
        ("0 mg", "0.4 mg", False, False),
        ("7.1 MMOL/L", "7.1 mmol/L", False, True),
    ],
)
def test_a_number_as_told_is_the_recorded_one(told: str, recorded: str, declared: bool, same: bool) -> None:
    (amount,), (given,) = amounts_in(told), amounts_in(recorded)
    assert number_is_given(amount, [given], is_declared_rounded=declared) is same


def test_a_number_with_fewer_digits_than_its_size_is_no_rounding() -> None:
    given = [Amount(Decimal(1234))]
    assert not number_is_given(Amount(Decimal("123E+1")), given, is_declared_rounded=True)


def test_a_number_is_one_of_several_that_are_given() -> None:
    given = [Amount(Decimal(1)), Amount(Decimal(2))]
    assert number_is_given(Amount(Decimal(2)), given, is_declared_rounded=False)
    assert not number_is_given(Amount(Decimal(3)), given, is_declared_rounded=False)
    assert not number_is_given(Amount(Decimal(3)), [], is_declared_rounded=False)


@pytest.mark.parametrize(
    ("told", "recorded", "same"),
    [
        ("2020", "2020-03-04", True),
        ("March 2020", "2020-03-04", True),
        ("April 2020", "2020-03-04", False),
        ("2020-03-04", "2020-03-04", True),
        ("2020-03-05", "2020-03-04", False),
        ("2021-03-04", "2020-03-04", False),
        ("2020-03-04", "2020-03", False),
        ("March 2020", "2020", False),
        ("2020", "2020", True),
        ("2020-03-04 10:00", "2020-03-04", False),
        ("2020-03-04 00:00", "2020-03-04", False),  # a day is not its first minute
        ("2020-03-01", "2020-03", False),
        ("January 2020", "2020", False),
        ("2020-03-04 23:30", "2020-03-04T23:30:00Z", True),
        ("2020-03-05 00:30", "2020-03-04T23:30:00Z", True),  # the session's zone is an hour ahead
        ("2020-03-04 23:31", "2020-03-04T23:30:00Z", False),
        ("2020-03-04 22:30", "2020-03-04T23:30:00Z", False),
        ("2020-03-04 23:30:10", "2020-03-04T23:30:15Z", False),
        ("2020-03-04 23:30:15", "2020-03-04T23:30:15Z", True),
        ("2020-03-05 01:30 +02:00", "2020-03-04T23:30:00Z", True),
        ("2020-03-05 00:30 +02:00", "2020-03-04T23:30:00Z", False),
        ("04/03/2020", "2020-03-04", True),
        ("03/04/2020", "2020-03-04", True),
        ("03/05/2020", "2020-03-04", False),
    ],
)
def test_a_date_as_told_is_the_recorded_one_at_its_precision(told: str, recorded: str, same: bool) -> None:
    written: Written = mentions_of(told).dates[0]
    moment = parse(recorded, "Europe/Berlin")
    assert moment is not None
    assert date_is_given(written, [moment], "Europe/Berlin") is same
    assert not date_is_given(written, [], "Europe/Berlin")


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Denver", "UTC"])
def test_a_day_without_a_clock_is_the_same_day_in_every_zone(zone: str) -> None:
    recorded = parse("2024-05-06", "UTC")
    assert recorded is not None
    assert date_is_given(Written(2024, 5, 6), [recorded], zone)
    for day in (5, 7):
        assert not date_is_given(Written(2024, 5, day), [recorded], zone)
