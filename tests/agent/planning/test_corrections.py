"""What is put right in the same breath, half sentences and second questions come to the plain question's plan."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.agent.planning.wording.corrections import corrected
from chartwarden.agent.planning.wording.two_things import two_things
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())
ALIASES = {"qc0": "qc0", "qc1": "qc1", "qc2": "qc0", "qc3": "qc3"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("what was her qc0 at the last qc1, no wait, not the qc2, the qc3", "what was her qc3 at the last qc1"),
        ("last qc0, sorry, i mean qc1", "last qc1"),
        ("qc0 in qt0, sorry i meant qt1", "qc0 in qt1"),
        ("the qc0 qt0, or actually make it qt1 please", "the qc0 qt1 please"),
        ("when was the last qc0, no hang on, the first qc1", "when was the first qc1"),
        ("when was the last qc0? sorry, i mean the first one", "when was the first qc0"),
        ("not qt0, i want the qt1 qc0", "the qt1 qc0"),
        ("qc0 or qc1", "qc0 or qc1"),
        ("was it qc0 or rather high", "was it qc0 or rather high"),
        ("qc0 and qc1, no, the qc3", "qc0 and qc1, no, the qc3"),
        ("did she have no qc0 and qc1", "did she have no qc0 and qc1"),
    ],
)
def test_what_is_put_right_stands_where_it_was_said(said: str, meant: str) -> None:
    assert corrected(said, ALIASES) == meant


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "When was the last colonoscopy?",
            [
                "When was the last flu shot, no, sorry, the last colonoscopy?",
                "looking for the date of the last colonoscopy",
            ],
        ),
        (
            "What is the last weight? What was the weight in 2018?",
            ["weight now vs 2018", "weight now compared to 2018", "what's the latest weight and the one from 2018"],
        ),
        ("When were the last two colonoscopies?", ["last colonoscopy, then the one before it, dates please"]),
        ("What was the last weight?", ["weight last time?"]),
        (
            "When was simvastatin first ordered? When was simvastatin last ordered?",
            ["simvastatin: first ordered when, last ordered when", "simvastatin, first ordered, last ordered when"],
        ),
        ("How many medications is she on?", ["Tell me how many meds she's on.", "how many drugs she is on"]),
        (
            "Has the weight gone down since 2018?",
            ["has she lost weight since 2018?", "Has she been losing weight since 2018"],
        ),
        ("Has she had a colonoscopy? When was it?", ["has she had a colonoscopy? date?"]),
        ("List the current medications.", ["Home meds as they stand now, please list."]),
    ],
)
def test_loose_ways_of_asking_come_to_the_same_plan(ask: Ask, plain: str, others: list[str]) -> None:
    for said in others:
        assert shapes(ask, said) == shapes(ask, plain), said


def test_several_question_words_behind_a_name_are_several_questions(ask: Ask) -> None:
    told = shapes(ask, "ibuprofen - for what - when - who")
    assert [one["target"] for one in told] == ["reason", "time", "person"]


def test_a_vaccine_named_with_its_noun_is_no_illness(ask: Ask) -> None:
    step = PLANNER.decide(ask("Td shot, did I ever have one?"))
    assert isinstance(step, UseTools)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Was her spleen taken out?", "Was her spleen removed?"),
        ("Did I ever have my appendix taken out?", "Did I ever have my appendix removed?"),
        ("Has her gallbladder been removed?", "was her gallbladder removed?"),
        ("When did they take it out?", "When did they remove it?"),
        ("Did they take it out of the box?", "Did they take it out of the box?"),
        ("has she put on weight since 2018", "has the weight gone up since 2018"),
    ],
)
def test_what_was_taken_out_and_how_weight_went(said: str, plain: str) -> None:
    assert body_plainly(said) == plain


def test_what_was_given_for_something_is_a_drug() -> None:
    assert two_things("anything for gout given? what was it?") == "which medications were prescribed for gout?"
