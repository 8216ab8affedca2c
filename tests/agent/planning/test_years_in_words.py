"""Years in words are put in digits where they stand as years, and never where they count."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.times.years_in_words import years_in_digits

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("said", "put"),
    [
        ("Nineteen seventy-one, which drugs were given then?", "1971, which drugs were given then?"),
        ("drugs in twenty twelve", "drugs in 2012"),
        ("visits in nineteen ninety?", "visits in 1990?"),
        ("two thousand and five, any visits then?", "2005, any visits then?"),
        ("since nineteen oh five", "since 1905"),
        ("before two thousand and one", "before 2001"),
        ("in nineteen hundred and ninety-nine", "in 1999"),
        ("between two thousand and two thousand five", "between 2000 and 2005"),
        ("from twenty ten to twenty-fifteen", "from 2010 to 2015"),
        ("in May twenty fifteen", "in May 2015"),
        ("on May 3, twenty fifteen", "on May 3, 2015"),
        ("any visits in the nineteen nineties?", "any visits in the 1990s?"),
        ("Twenty fourteen: what was prescribed?", "2014: what was prescribed?"),
    ],
)
def test_a_year_in_words(said: str, put: str) -> None:
    assert years_in_digits(said) == put


@pytest.mark.parametrize(
    "said",
    [
        "twenty twelve visits were there",
        "did she take twenty ten mg tablets",
        "potassium between two thousand and ten thousand",
        "platelets above two thousand",
        "the twenty twelve prescriptions",
        "in twenty days",
        "since twenty-one days ago",
        "in two thousand units",
    ],
)
def test_what_counts_is_no_year(said: str) -> None:
    assert years_in_digits(said) == said


def test_then_is_the_year_told_before(ask: Ask) -> None:
    told = shapes(ask, "Nineteen seventy-one, which medicines were prescribed to me then?")
    assert told == shapes(ask, "Which medicines were prescribed to me in 1971?")
