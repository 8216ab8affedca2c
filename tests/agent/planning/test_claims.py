"""A claim to be checked is the yes-or-no question it amounts to, and whoever is claimed is compared."""

from __future__ import annotations

import pytest

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.claims import claim_asked
from chartwarden.agent.planning.wording.two_things import two_things
from chartwarden.fhir_fixtures import folder
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (
            "I have Ada Quill down as the doctor for the ibuprofen, is it true that she prescribed it?",
            "did Dr. Ada Quill prescribe the ibuprofen?",
        ),
        ("Our list names Ada Quill as prescriber of ibuprofen; right?", "did Dr. Ada Quill prescribe ibuprofen?"),
        ("Ada Quill ordered ibuprofen - true or false?", "did Dr. Ada Quill prescribe ibuprofen?"),
        ("Can you verify that Dr. Quill is the one who put him on ibuprofen?", "did Dr. Quill prescribe ibuprofen?"),
        ("Was it Ada Quill, not Bo Lind, who put her on ibuprofen?", "did Dr. Ada Quill prescribe ibuprofen?"),
        ("Who ordered the ibuprofen - was it Ada Quill?", "did Dr. Ada Quill prescribe the ibuprofen?"),
        ("Ada Quill is prescribing the ibuprofen, yes?", "did Dr. Ada Quill prescribe the ibuprofen?"),
        ("Ada Quill ordered the ibuprofen, did she not?", "did Dr. Ada Quill prescribe the ibuprofen?"),
        ("Isn't Ada Quill the doctor who put him on ibuprofen?", "did Dr. Ada Quill prescribe ibuprofen?"),
        ("She had a stroke, did she not?", "She had a stroke, right?"),
        ("Ibuprofen was first ordered in 1965, right?", "was the first Ibuprofen in 1965?"),
        ("Was ibuprofen ordered by Ada Quill?", "Was ibuprofen ordered by Dr. Ada Quill?"),
        ("To confirm, a sprain was what ibuprofen was ordered for, right?", "was ibuprofen prescribed for a sprain?"),
        ("Asthma was the indication for the ibuprofen, correct?", "was the ibuprofen prescribed for Asthma?"),
        ("Asthma was the reason for the ER visit, right?", "was there any ER visit for Asthma?"),
        ("I have 2019-02-03 as the date ibuprofen was ordered, is that right?", "was ibuprofen ordered on 2019-02-03?"),
        ("We have the last flu shot as 1 July 2020. Correct?", "was the last flu shot on 1 July 2020?"),
        ("The last flu shot was in 2020, right?", "was The last flu shot in 2020?"),
        ("The first scan came after the fall, true?", "did The first scan come after the fall?"),
        ("Her asthma is still active, isn't it?", "is Her asthma still active?"),
        ("Was the ibuprofen ordered before the aspirin?", "Was the ibuprofen ordered before the aspirin?"),
        ("Penicillin V ordered in 2019?", "Penicillin V ordered in 2019?"),
        ("4 flu shots since 2011, right?", "how many flu shots since 2011 are there?"),
        ("She has had three colonoscopies, is that right?", "how many colonoscopies has She had?"),
        ("He had two ER visits I think. Is that right?", "how many ER visits did He have?"),
        ("She has six allergies, doesn't she?", "how many allergies has She had?"),
        ("Two tablets a day, right?", "Two tablets a day, right?"),
        ("3 weeks ago, right?", "3 weeks ago, right?"),
        ("Her warfarin dose was 5 mg, right?", "what was the last dose of warfarin?"),
        ("The dose of warfarin is 5 mg, correct?", "what was the last dose of warfarin?"),
    ],
)  # fmt: skip
def test_a_claim_is_the_question_it_amounts_to(said: str, asked: str) -> None:
    assert claim_asked(said) == asked


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Ibuprofen vs aspirin: which was ordered first?", "which was ordered first, Ibuprofen or aspirin?"),
        (
            "Ibuprofen vs. aspirin: did the first prescription of aspirin come earlier?",
            "was aspirin first prescribed before Ibuprofen?",
        ),
        (
            "Between ibuprofen and aspirin, was it the aspirin that was ordered first?",
            "was aspirin first ordered before ibuprofen?",
        ),
        ("What were they treating when they prescribed the ibuprofen?", "why was the ibuprofen prescribed?"),
        ("What was being treated when ibuprofen was last ordered?", "why was ibuprofen last prescribed?"),
        ("Up to 1994, not including it, was a Td shot given?", "before 1994, was a Td shot given?"),
        ("Did she have a fever or a cough?", "Did she have a fever or a cough?"),
    ],
)
def test_two_things_are_held_against_each_other(said: str, asked: str) -> None:
    assert two_things(said) == asked


@pytest.mark.parametrize(
    "said",
    [
        "Has she had a stroke three times?",
        "The stroke was diagnosed twice in all, right?",
        "bo lind ordered ibuprofen - true or false?",
        "Was her blood pressure ever 120/80?",
        "BP 120/80, when was that?",
        "Which drugs were both ordered and given in 2019?",
        "warfarin: ordered vs given",
        "How many doses of warfarin given versus ordered?",
        "How many sinusitis episodes, only the viral ones?",
        "Was the last ibuprofen prescribed for the stroke?",
        "Was Dr. Quill the first to prescribe simvastatin?",
        "It says here that Carl Weber gave him the ibuprofen. Does this agree with the record?",
        "Was simvastatin first ordered in 1965?",
        "Simvastatin has been ordered every year since 1962, right?",
        "How many pregnancies are recorded?",
        "Is the total number of ER visits 5?",
        "Were there at least three ER visits for the stroke?",
    ],
)
def test_what_would_be_read_past_is_not_understood(ask: Ask, said: str) -> None:
    assert isinstance(PLANNER.decide(ask(said)), GiveUp)


def test_claims_are_checked_against_the_record() -> None:
    with Assistant.over(folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader")

        def value(question: str) -> tuple[object, ...]:
            return assistant.answer(question, session).value

        assert value("I have Lena Ortiz down as the prescriber of the metformin, is that right?") == (True,)
        assert value("I have Bo Lind down as the prescriber of the metformin, is that right?") == (False,)
        assert value("Bo Lind ordered metformin, correct?") == (False,)
        assert value("Is there no metformin in the chart?") == (False,)
        assert value("No metformin since 2010, right?") == (False,)


@pytest.mark.parametrize(
    "said", ["He had six admissions before 2000, correct?", "There were three prescriptions of ibuprofen, right?"]
)
def test_a_number_of_things_that_is_claimed_is_counted(ask: Ask, said: str) -> None:
    step = PLANNER.decide(ask(said))
    assert isinstance(step, UseTools)
    assert [call.question.measure for call in step.calls if isinstance(call.question, RecordQuery)] == ["count"]
