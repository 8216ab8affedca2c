"""What is asked in a word or two, and how far the record is looked through, read as what people mostly say."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.asked_short import asked_in_full
from chartwarden.agent.planning.wording.looked_through import looked_through
from chartwarden.tools.records.vocabulary import known_forms

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Nothing later than 23 May 2014 please: when was the latest simvastatin order?",
         "When was the latest simvastatin order until 23 May 2014?"),
        ("When was simvastatin first ordered, looking at nothing after May 2014",
         "When was simvastatin first ordered until May 2014?"),
        ("First simvastatin order, when? Nothing after May 2014 please",
         "When was the first simvastatin order until May 2014?"),
        ("With nothing before 2014, which conditions were diagnosed?", "Which conditions were diagnosed since 2014?"),
        ("Take nothing older than 2014. How many procedures?", "How many procedures since 2014?"),
        ("Going back to 1967: did anybody diagnose hypertension that year?", "Was hypertension diagnosed in 1967?"),
        ("Let's go back to May 2014. Which conditions were diagnosed that month?",
         "Which conditions were diagnosed in May 2014?"),
        ("Take the last 2 years of potassium results, first one and latest one. By how much did it go up between them?",
         "By how much did potassium rise from the first to the last reading over the last 2 years?"),
        ("The past 3 years of LDL values: the lowest one?", "What was the lowest LDL over the past 3 years?"),
        ("Which diagnoses were made from 2012 to 2014? Conditions only.",
         "Which diagnoses were made from 2012 to 2014?"),
        ("Which medications were prescribed in 2012? Just medications please.",
         "Which medications were prescribed in 2012?"),
        ("Colonoscopy procedures on record, total number?", "How many colonoscopy procedures?"),
        ("All the prescriptions ever written, through 2014, as one number please.",
         "How many prescriptions through 2014?"),
        ("admissions count from 21 May 2014 on", "How many admissions since 21 May 2014?"),
        ("Colonoscopy: add up all of mine until two years ago, please. What do you get?",
         "How many colonoscopies have I had until two years ago?"),
        ("Simvastatin: on the latest order until 2014, how much was prescribed?",
         "Simvastatin: what was the dose of the latest order until 2014?"),
        ("Simvastatin. From 2014 on, date of first dose received?",
         "When was the first dose of simvastatin received since 2014?"),
        ("Simvastatin. Over the past 645 days the last one was ordered when, please?",
         "When was simvastatin last ordered over the past 645 days?"),
        ("Her very first stroke, how old was she then?", "How old was she when stroke was first diagnosed?"),
        ("The patient was put on the scales on 9 December 2013. What did they read?",
         "What was the weight on 9 December 2013?"),
        ("They put her on the scales in May 2014. Reading?", "What was the weight in May 2014?"),
        ("The viral sinusitis has been closed off in the notes; I can't find on what date it resolved.",
         "When did the viral sinusitis resolve?"),
        ("Stroke first diagnosed, then the encounter right after that one: what was her K there?",
         "What was her K at the first encounter after stroke was first diagnosed?"),
        ("On the day they got their latest flu shot a creatinine was recorded too. I need that value",
         "What was the creatinine on the day of the latest flu shot?"),
        ("The two most recent weights: did it go up from the previous one to the last one",
         "Did the weight rise from the previous to the last reading?"),
        ("Take her two latest LDL readings: was the newer one higher?",
         "Did the LDL rise from the previous to the last reading?"),
        ("smoker, ex or never, what's the latest status noted", "What smoking status was last recorded?"),
        ("My daughter's asking when I was last prescribed simvastatin. Date and time please",
         "When was I last prescribed simvastatin?"),
        ("How many times was simvastatin ordered (the entries, not the amounts) through 2014?",
         "How many times was simvastatin ordered through 2014?"),
        ("what shots where givn in 2014", "What shots were given in 2014?"),
    ],
)  # fmt: skip
def test_it_is_read_as_said_in_full(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    "line",
    [
        "There was nothing after 2014. Is that right?",
        "She had seizures in 2012, nothing after 2014?",
        "Any seizures? Nothing after 2014?",
        "Going back as far as two years ago, how many procedures?",
        "Which procedures were done in 2012? Conditions only.",
        "Last procedure on record, total number?",
        "How many times was simvastatin given, not the amount?",
        "The two most recent weights: what were they?",
    ],
)
def test_what_may_say_something_else_is_left(line: str) -> None:
    assert asked_in_full(looked_through(line)) == line


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Re 10000001's lines: when was the last 18 Gauge?", "for 10000001, when was the last 18 Gauge?"),
        ("how much was prescribed on the latest order of losartan K",
         "what was the dose of the latest order of losartan potassium"),
    ],
)  # fmt: skip
def test_what_says_no_more_is_left_out(line: str, plain: str) -> None:
    assert asked_in_full(looked_through(line)) == plain


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("packed", "rbc"), "packed red blood cells"),
        (("scit",), "immunotherapy"),
    ],
)
def test_a_short_name_of_what_is_given_or_done_is_known(words: tuple[str, ...], name: str) -> None:
    assert name in {one.name for one in known_forms(words)}
