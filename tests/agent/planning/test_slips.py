"""A slip of the pen in a word of the grammar is put right where nothing else can be meant."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.slips import put_right
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("recieved", "received"),
        ("strated", "started"),
        ("perscription", "prescription"),
        ("medicaton", "medication"),
        ("diagnosied", "diagnosed"),
        ("prevented", ""),  # not "presented"
        ("diseased", ""),  # not "diseases"
        ("infected", ""),
        ("tset", ""),  # too short to be sure
        ("waht", "what"),
        ("wich", "which"),
        ("whcih", "which"),
        ("wen", ""),
        ("lastest", "latest"),
        ("latst", "latest"),
        ("recnt", "recent"),
        ("hightest", "highest"),
        ("frist", "first"),
        ("fist", ""),
        ("resent", ""),
        ("modest", ""),
        ("received", ""),
        # words that stand in every other question
        ("Curent", "current"),
        ("alergy", "allergy"),
        ("latset", "latest"),
        ("docter", "doctor"),
        ("alergeis", "allergies"),
        ("presciptons", "prescriptions"),
        ("season", ""),
        ("patent", ""),
    ],
)
def test_only_a_slip_that_leaves_no_other_word_is_put_right(said: str, meant: str) -> None:
    assert put_right(said) == meant


def test_a_question_with_a_slip_is_read_as_the_one_without(ask: Ask) -> None:
    slip, plain = (PLANNER.decide(ask(f"When was warfarin first {verb}?")) for verb in ("perscribed", "prescribed"))
    assert isinstance(slip, UseTools)
    assert isinstance(plain, UseTools)
    assert slip.calls == plain.calls


def test_a_misspelt_name_is_still_a_name(ask: Ask) -> None:
    step = PLANNER.decide(ask("Was simvastatine ever prescribed?"))
    assert isinstance(step, UseTools)
    (call,) = step.calls
    assert isinstance(call.question, RecordQuery)
    assert call.question.concept is not None


def test_a_slip_of_a_kind_is_no_name_that_is_spelt_alike(ask: Ask) -> None:
    step = PLANNER.decide(ask("List the medicnes she is on right now."))
    assert isinstance(step, UseTools)
    (call,) = step.calls
    assert isinstance(call.question, RecordQuery)
    assert (call.question.types, call.question.concept) == (("MedicationRequest",), None)


def test_a_word_that_is_no_slip_is_not_understood(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Was warfarin zorbled?")), GiveUp)
