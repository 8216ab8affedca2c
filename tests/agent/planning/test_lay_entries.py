"""Everyday words for entries, what is true of every entry, and the one there is of a kind."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.own_name import without_own_name
from chartwarden.agent.planning.reading.year_asked import in_year
from chartwarden.agent.planning.wording.lay_entries import entries_plainly
from chartwarden.agent.planning.wording.values_claimed import value_claimed
from chartwarden.tools.records.query import RecordQuery


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("When did he first tip the scales at more than 90 kg?", "When did he first weigh more than 90 kg?"),
        ("which illnesses and injuries are on file", "which conditions are on file"),
        ("the shingles were signed off as healed when?", "the shingles were resolved when?"),
        ("Do my notes say I've had a hysterectomy?", "have i had a hysterectomy?"),
        ("does her chart say she has gout?", "has she gout?"),
        ("how many scripts has he had since he was born?", "how many scripts has he had ?"),
        ("how many days since he was born?", "how many days since he was born?"),
        ("when was she down as an EX-smoker?", "when was she down as an former smoker?"),
        (
            "How many years did he live after they diagnosed his gout?",
            "how many years were there between his gout diagnosis and the death?",
        ),
        ("urine test on 2 May 2011 - what colour was it?", "urine colour on 2 May 2011?"),
        ("how big was the polyp they found in my bowel?", "what was the polyp size?"),
        ("he broke his wrist in 2011", "he had a wrist fracture in 2011"),
        ("Has her weight ever gone over 80, and if so when first?", "when did her weight first gone over 80?"),
        ("height between her check-ups of 2 May 2011 and 3 June 2012", "height between 2 May 2011 and 3 June 2012"),
        ("There's exactly one active allergy - what is it?", "which active allergies are recorded?"),
        ("Only one burn on this chart so far: which one?", "which burns are recorded?"),
        ("Just one colonoscopy so far. When was it?", "when was the colonoscopy?"),
        ("Only one burn and one bite: how many days apart?", "Only one burn and one bite: how many days apart?"),
    ],
)
def test_everyday_words_are_put_as_the_record_has_them(said: str, plain: str) -> None:
    assert entries_plainly(said) == plain


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Which year was her hysterectomy?", "a"),
        ("hysterectomy: in what year?", "a"),
        ("When was her hysterectomy? Just the year.", "a"),
        ("When was her hysterectomy?", "d"),
        ("When was her hysterectomy, within the year after the stroke?", "d"),
        ("Which year was it each year?", "d"),
    ],
)
def test_a_year_is_told_where_it_is_asked(question: str, unit: str) -> None:
    asked = RecordQuery(types=("Procedure",), target="time")
    found = in_year(asked, question)
    assert isinstance(found, RecordQuery)
    assert found.unit == unit


def test_a_year_is_no_unit_of_a_name() -> None:
    asked = RecordQuery(types=("Procedure",), target="name")
    assert in_year(asked, "Which year was her hysterectomy?") == asked


@pytest.mark.parametrize("name", ["our Wilma", "my Wilma", "Wilma"])
def test_whose_the_patient_is_belongs_to_the_name(name: str) -> None:
    assert without_own_name(f"Has {name} had gout?", frozenset({"Wilma Onyx"})) == "Has the patient had gout?"


@pytest.mark.parametrize("claim", ["was the gout found before she was 40", "was the gout found before he turned 40"])
def test_an_age_is_no_value_that_is_claimed(claim: str) -> None:
    assert value_claimed(claim, asks=True) == ""
