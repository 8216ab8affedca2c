"""Who asks, what for and in which form is left out; what may be asked about or bound it stays."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.voices import without_voices

from .conftest import Ask, queries


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("Stoma nurse: total output yesterday?", "total output yesterday?"),
        ("Risk manager - how many admissions in 2019?", "how many admissions in 2019?"),
        ("Wound consult. Culture of May 2019: which organism?", "Culture of May 2019: which organism?"),
        ("Registry query: number of diagnoses since 2010", "number of diagnoses since 2010"),
        ("For the allergy sheet: how bad is the peanut allergy?", "how bad is the peanut allergy?"),
        ("Tell me, for my cohort table, how many visits there were.", "Tell me how many visits there were."),
        ("I am his niece. Which drugs is he on?", "Which drugs is he on?"),
        ("Her sister is on the phone: which drugs is she on?", "which drugs is she on?"),
        ("Which town does he live in? The taxi firm needs it", "Which town does he live in?"),
        ("Which year was the stroke? Just the year.", "Which year was the stroke?"),
        ("When was the stroke? Just the year.", "in which year was the stroke?"),
        ("How long has she had asthma? Whole years will do", "How long has she had asthma in years?"),
        ("Which vaccines did he have in 2012? All of them please", "Which vaccines did he have in 2012?"),
        ("Was it done in May, yes or no?", "Was it done in May?"),
        ("last weight? my boss wants it. number only", "last weight?"),
        ("# visits in 2018 pls", "number of visits in 2018"),
        ("number of stays starting in 2017", "number of stays that started in 2017"),
        ("which one, as coded?", "which one?"),
        ("date of death in the master patient index?", "date of death?"),
        ("When was the MRI done, if it was?", "When was the MRI done?"),
    ],
)
def test_what_asks_nothing_is_left_out(said: str, bare: str) -> None:
    assert without_voices(said) == bare


@pytest.mark.parametrize(
    "said",
    [
        "Allergy check: penicillin?",
        "Simvastatin review: when was the last prescription?",
        "Zorbaxol review: when was the last prescription?",
        "Pain clinic: when was the last visit?",
        "Today's coding: was hypertension diagnosed?",
        "Based on the triage notes, is this a stroke?",
        "Any potassium above 5, if so when?",
        "I have the newest potassium here; what was the one before it?",
        "Which drugs is she on? Only the last two.",
        "was it as charted in May?",
    ],
)
def test_what_may_be_asked_about_or_bound_it_stays(said: str) -> None:
    assert without_voices(said) == said


def test_a_question_with_voices_around_it_asks_what_it_asks_bare(ask: Ask) -> None:
    bare = queries(ask, "When was the last potassium?")
    assert queries(ask, "Renal nurse: when was the last potassium of this dialysis pt, if there was one?") == bare
    assert queries(ask, "When was the last potassium, as charted? The lab needs it") == bare
