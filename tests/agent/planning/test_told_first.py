"""A telegram that names a row, a time or a way before the question is what the question asks of."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.one_needed import one_needed
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, lookups, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("LDL, first one since 2012. When was it?", "When was the first LDL since 2012?"),
        ("Latest LDL this year. At what time was it recorded?", "When was the last LDL this year?"),
        ("Simvastatin, latest order. What time was that placed?", "When was simvastatin last ordered?"),
        ("Hypertension. First time this diagnosis was made?", "When was hypertension first diagnosed?"),
        ("PO/NG route meds, only until 2018. The last time one was given was when?",
         "When was the last medication given via PO/NG until 2018?"),
        ("PO/NG meds since 2015. When was the first of them ordered?",
         "When was the first medication ordered via PO/NG since 2015?"),
        ("PHYSICIAN REFERRAL admissions. When was the first?", "When was the first admission via PHYSICIAN REFERRAL?"),
        ("PHYSICIAN REFERRAL admissions: my GP sent me and wants to know when I last came into hospital by that way.",
         "When was I last admitted via PHYSICIAN REFERRAL?"),
        ("Discharge from hospital, the earliest only. When was it?", "When was the first discharge from hospital?"),
        ("Simvastatin, 2014. Was there any order in that year?", "Was there any simvastatin order in 2014?"),
        ("Simvastatin, May 2014. Any prescriptions that month?", "Any simvastatin prescriptions in May 2014?"),
        ("Potassium, May 2014. How many readings in that month?", "How many potassium readings in May 2014?"),
        ("Simvastatin: any orders in 2014?", "Was there any simvastatin order in 2014?"),
        ("Simvastatin review: when was the last prescription?", "When was the last simvastatin prescription?"),
        ("LDL and potassium. When were they last measured?", "When were the LDL and the potassium last measured?"),
        ("Flu shots. How many have I had, and when was the last?",
         "How many flu shots have I had, and when was the last?"),
        ("Procedures in 2014. When was the first, and what was it?",
         "When was the first procedure in 2014? What was it?"),
        ("Nephrology, dictating. First LDL, considering everything up to 2014. When was it?",
         "When was the first LDL until 2014?"),
    ],
)  # fmt: skip
def test_what_is_told_first_is_asked_of_and_not_answered_by_itself(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("line", "measures"),
    [
        ("Any LDL? When was the last one?", 2),
        ("All drugs. When was the first one ordered?", 2),
        ("Number of LDL readings. When was the last one?", 2),
    ],
)
def test_what_asks_something_itself_is_answered_too(ask: Ask, line: str, measures: int) -> None:
    assert len(lookups(ask, line)) == measures


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Simvastatin. Ordered since 2014?", "Was simvastatin ordered since 2014?"),
        ("Simvastatin, since 2014. Were any ordered?", "Was simvastatin ordered since 2014?"),
        ("Simvastatin. Ever ordered?", "Was simvastatin ever ordered?"),
        ("Colonoscopy. Done in 2014?", "Was a colonoscopy done in 2014?"),
        ("Stroke. Diagnosed in 2014?", "Was a stroke diagnosed in 2014?"),
        ("Last discharge. Where to?", "Where was the last discharge to?"),
        ("First admission. Via what?", "What was the admission source of the first admission?"),
    ],
)
def test_a_question_without_its_verb_or_its_noun_is_of_what_is_told_first(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("When was simvastatin first ordered, and the dose?", "When was simvastatin first ordered? What dose?"),
        ("Who prescribed simvastatin first, and the date?", "Who prescribed simvastatin first? When was it?"),
        ("LDL, last. What was the value, and who recorded it?", "What was the last LDL? Who recorded it?"),
    ],
)
def test_a_second_thing_asked_of_the_row_is_asked_too(ask: Ask, line: str, plain: str) -> None:
    assert len(lookups(ask, line)) == 2
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("hospital discharge times: only the earliest one is needed. when was it?",
         "when was the earliest hospital discharge?"),
        ("icu admission times of the patient, i only need the first. when was that?",
         "when was the first icu admission of the patient?"),
        ("qc0 dates - only the first is needed", "when was the first qc0?"),
        ("my procedures, just the last one please", "the last procedures"),
        ("prescriptions of qc0, just the first: what dose?", "the first prescriptions of qc0. what dose?"),
        ("what were the qc0 readings, only the last one?", "what were the qc0 readings, only the last one?"),
        ("qc0 orders, the last, what dose?", "qc0 orders, the last, what dose?"),
        ("my mother, only the last time", "my mother, only the last time"),
    ],
)  # fmt: skip
def test_one_row_that_is_needed_is_the_one_asked_for(line: str, row: str) -> None:
    assert one_needed(line) == row


def test_the_end_of_a_stay_that_is_told_is_when_it_was(ask: Ask) -> None:
    (asked,) = lookups(ask, "Last discharge from hospital. When did it happen?")
    assert asked.model_dump()["target"] == "end"


@pytest.mark.parametrize(
    "question",
    [
        "The zorbazine. How many times have I had it?",
        "zorbazine. did I ever get that?",
        "zorbazine, have I had it at any time since yesterday?",
        "Blorpitis. When was it diagnosed?",
        "My blorpitis, is it still active?",
    ],
)
def test_a_name_that_nothing_knows_is_what_is_pointed_to(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    if isinstance(step, UseTools):
        named = [call.question.model_dump()["concept"]["words"].lower() for call in step.calls]
        assert named in (["zorbazine"], ["blorpitis"])
    else:
        assert isinstance(step, GiveUp)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Hypertension. That's the wording on my letter, and my audiologist would like to know when I was first "
         "diagnosed with it.", "When was hypertension first diagnosed?"),
        ("Hypertension, that's what my letter says. When was I first diagnosed with it?",
         "When was hypertension first diagnosed?"),
        ("PHYSICIAN REFERRAL is what the form calls it. When was I first admitted that way?",
         "When was I first admitted via PHYSICIAN REFERRAL?"),
    ],
)  # fmt: skip
def test_what_a_form_calls_something_says_no_more_of_it(ask: Ask, question: str, plain: str) -> None:
    assert shapes(ask, question) == shapes(ask, plain)


def test_a_way_in_that_is_told_first_is_kept(ask: Ask) -> None:
    told = "emergency room. When was I first admitted that way?"
    assert shapes(ask, told) == shapes(ask, "When was I first admitted via the emergency room?")
