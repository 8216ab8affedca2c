"""Bounds, headings, whose a record is and how rows are told beside a question: it asks what it asks without them."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.descriptions import as_described
from chartwarden.agent.planning.asides.voices import without_voices
from chartwarden.agent.planning.names.slips import put_right
from chartwarden.agent.planning.times.timebounds import plain_bounds
from chartwarden.agent.planning.wording.asked_short import asked_in_full
from chartwarden.agent.planning.wording.occasions import visits_named

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Go back 40 days and tell me the first procedure from there on.",
         "tell me the first procedure since 40 days ago."),
        ("30 days ago and from there on: any visits?", "since 30 days ago: any visits?"),
        ("Was the LDL ever above 130 through 2014?", "Was the LDL ever above 130 until 2014?"),
        ("Last simvastatin order, yesterday included?", "Last simvastatin order until yesterday?"),
        ("Admission times, 2014 included, nothing after", "Admission times until 2014"),
        ("Any visits last month or this month?", "Any visits since last month?"),
        ("Were the visits last month or this month longer than before?",
         "Were the visits last month or this month longer than before?"),
    ],
)  # fmt: skip
def test_a_bound_told_in_steps_is_one(said: str, plain: str) -> None:
    assert plain_bounds(said) == plain


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("Line audit. As of 40 days ago, had she had a colonoscopy?", "As of 40 days ago, had she had a colonoscopy?"),
        ("Doing a med rec on 40000032: last year, was warfarin ordered?",
         "for 40000032, last year, was warfarin ordered?"),
        ("Was A, B or C ordered? Any one of the three will do.", "Was A, B or C ordered?"),
        ("A or B in 2014, at least one of them will do", "A or B in 2014"),
        ("Was A, B or C ordered until 2014? One is enough for a yes.", "Was A, B or C ordered until 2014?"),
        ("ICU stays this month? Just the number.", "how many ICU stays this month?"),
        ("Pull the admission times until 2014. All of them.", "Pull the admission times until 2014."),
        ("Was a colonoscopy done (as a procedure)?", "Was a colonoscopy done (procedure)?"),
        ("The tube in my nose... when was my first gastric output?", "when was my first gastric output?"),
        ("The tube in my nose... when was it put in?", "The tube in my nose... when was it put in?"),
        ("They ran some micro on me in 2014.", "They ran some microbiology tests on me in 2014."),
    ],
)  # fmt: skip
def test_what_is_told_beside_a_question_is_put_as_it_is_meant(said: str, bare: str) -> None:
    assert without_voices(said) == bare


def test_whose_record_it_is_behind_a_name_describes_nobody() -> None:
    told = "Simvastatin, patient 40000032, since May: time of the first one given?"
    assert as_described(told) == told


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Sort the procedures since 2014 and give me the time of the last one.",
         "when was the last procedure since 2014?"),
        ("What was the last occasion the LDL was measured?", "when was the last occasion the LDL was measured?"),
        ("Was there a time when I was admitted in 2014?", "was I ever admitted in 2014?"),
        ("They did some cultures on me in 2014. The last of them, what was it?", "what was the last culture in 2014?"),
        ("In 2014 they sent some cultures. The first of those, when was it?", "when was the first culture in 2014?"),
        ("In 2014 they sent some cultures in May 2015. The first of those, when was it?",
         "In 2014 they sent some cultures in May 2015. The first of those, when was it?"),
    ],
)  # fmt: skip
def test_one_of_several_rows_told_is_asked_for_alone(said: str, plain: str) -> None:
    assert asked_in_full(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("What care unit was I last in, as of 2014?", "what was my last care unit, as of 2014?"),
        ("Which unit was she first on?", "what was her first care unit?"),
        ("the first place in the hospital I was at", "my first care unit"),
        ("Where was he last seen?", "Where was he last seen?"),
        ("Arriving by PHYSICIAN REFERRAL, she was first admitted when?",
         "she was first admitted when by PHYSICIAN REFERRAL?"),
    ],
)  # fmt: skip
def test_the_unit_at_one_end_and_how_somebody_arrived_are_told_plainly(said: str, plain: str) -> None:
    assert visits_named(said) == plain


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("diagnoes", "diagnoses"),
        ("hosppiital", "hospital"),
        ("disscarged", "discharged"),
        ("frqeuncy", "frequency"),
        ("adminitred", "administered"),
    ],
)
def test_two_slips_in_a_frequent_word_are_put_right_and_one_slip_goes_before_two(slip: str, meant: str) -> None:
    assert put_right(slip) == meant


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Simvastatin, since May 2014. Number of times prescribed?",
         "How many times was simvastatin prescribed since May 2014?"),
        ("Simvastatin, May 2014 and later: time of the first one ordered?",
         "When was simvastatin first ordered since May 2014?"),
        ("How many drugs were ordered in 2014?", "How many drugs were prescribed in 2014?"),
        ("How many times were drugs ordered in 2014?", "How many orders were there in 2014?"),
        ("Line audit. Was simvastatin ordered last year or this year?", "Was simvastatin ordered since last year?"),
    ],
)  # fmt: skip
def test_it_asks_what_it_asks_without_them(ask: Ask, said: str, plain: str) -> None:
    assert shapes(ask, said) == shapes(ask, plain)
