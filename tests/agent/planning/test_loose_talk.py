"""Loose talk: lists, second questions and claims as people type them come to the plan of the plain question."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.shorthand import written_out
from chartwarden.agent.planning.wording.taken_for import taken_for
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "How many flu shots has she had? When was the latest one?",
            [
                "How many flu shots so far, and the date of the latest?",
                "number of flu shots, date of the latest",
                "flu shot count and latest date please",
                "flu shots: count, date of the latest",
                "How many flu shots has she had, and the latest?",
                "how many flu shots and when the latest one was",
                "number of flu shots + date of the latest one",
            ],
        ),
        (
            "How many creatinine results are there, and what was the last one?",
            ["Count of creatinine results, plus the newest value", "number of creatinine readings & last value"],
        ),
        (
            "Has she had a flu shot and a tetanus shot?",
            [
                "A flu shot and a tetanus shot: has she had both?",
                "Flu shot and tetanus shot - had both?",
                "The flu shot and the tetanus shot, has she had both of them?",
                "flu shot and tetanus shot, both done?",
            ],
        ),
        ("Which conditions are resolved?", ["Could you dig out all the conditions that have been closed?"]),
        ("Which kinds of sinusitis has she had?", ["I'd like to see the different sinusitis she has had"]),
        (
            "How many drugs is she on now?",
            ["the med list, just the active ones: how many?", "meds, active stuff only, how many is that?"],
        ),
        ("What was diagnosed in 2018?", ["New diagnoses in 2018, waht are they?", "wich diagnoses in 2018"]),
        ("What was the second to last weight?", ["Not the newest weight but the one right before it: what was it?"]),
        (
            "Which drugs were prescribed for high cholesterol in 2019?",
            ["what'd they give her for the high cholesterol in 2019?"],
        ),
        ("How many visits were there in 2019?", ["Add up the visits in 2019", "Add up the visits in 2019. How many?"]),
        ("How many flu shots?", ["Add up the flu shots. How many do you get?"]),
        (
            "What was the creatinine at the last visit?",
            ["What was the last visit's creatinine?", "At the last visit, creatinine?", "Last visit: what was the "
            "creatinine then?"],
        ),
        (
            "What was the last creatinine before the first warfarin prescription?",
            ["The creatinine nearest before the first warfarin prescription?"],
        ),
        ("What was the weight at the last visit?", ["weight when she was last seen"]),
        ("When was each colonoscopy?", ["each colonoscopy with its date", "list all colonoscopies with their dates"]),
        ("How many colonoscopies? When was each one?", ["count the colonoscopies, date of each"]),
        ("When was the first visit, and why?", ["first visit ever and what it was about"]),
        ("What was the lowest LDL and when was it?", ["lowest LDL she's ever had & when"]),
        ("What was the lowest LDL ever?", ["LDL, the lowest it has ever dropped?",
         "the lowest her LDL's ever fallen to", "the lowest that his LDL has ever crept down to?"]),
        ("Which drugs were prescribed for hypertension?", ["They gave her something for the hypertension. What was it?",
         "I'm on something for my hypertension, what is it?", "He takes some pills for his hypertension - which are "
         "they?"]),
        ("What was the reason for the last visit?", ["The last visit was for hypertension, right?"]),
        ("Was there a stroke in 2014?", ["The stroke was in 2014, right?", "stroke was 2014, correct?"]),
        ("When was the last visit, and why?", ["Last visit, and what was it about?"]),
        ("systolic and diastolic of the last blood pressure", ["upper and lower numbers of his last bp",
         "the top and bottom numbers from his last blood pressure", "top and bottom number of the latest bp",
         "upper/lower numbers for her last bp"]),
        ("What was the last systolic blood pressure?", ["the upper number of his last bp"]),
        ("latest and earliest hemoglobin", ["last hemoglobin vs first hemoglobin", "last vs first hemoglobin",
         "compare the last hemoglobin with the first hemoglobin", "hemoglobin: last vs first"]),
        ("What was the second to last weight? When was the second to last weight?",
         ["second to last weight and its date", "the previous weight and its date",
         "weight - prior one, date"]),
        ("who was the doctor at the last visit", ["Whose name is on the last visit?",
         "Whose name is against the last visit?"]),
        ("list the codes of the active conditions", ["codes for all active conditions"]),
    ],
)  # fmt: skip
def test_loose_talk_is_the_plain_question(ask: Ask, plain: str, others: list[str]) -> None:
    wanted = shapes(ask, plain)
    assert {other: shapes(ask, other) for other in others} == dict.fromkeys(others, wanted)


def _only(ask: Ask, said: str) -> RecordQuery:
    step = PLANNER.decide(ask(said))
    assert isinstance(step, UseTools), step
    (call,) = step.calls
    assert isinstance(call.question, RecordQuery)
    return call.question


@pytest.mark.parametrize(
    "said",
    [
        "Last flu shot was 3 May 2019, right?",
        "The last flu shot was on 3 May 2019, correct?",
        "last flu shot 3 May 2019, right?",
        "Was the last flu shot on 3 May 2019?",
        "Wasn't the last flu shot on 3 May 2019?",
    ],
)
def test_a_claimed_date_is_held_against_the_one_row_meant(ask: Ask, said: str) -> None:
    asked = _only(ask, said)
    assert (asked.measure, asked.which, asked.window) == ("exists", "last", None)
    assert asked.then is not None
    assert str(asked.then.start)[:10] == "2019-05-03"


def test_what_is_asked_of_one_row_in_a_time_is_not_held_to_the_time(ask: Ask) -> None:
    for said in ("Was the last creatinine in 2019 above 2?", "Was the last flu shot in 2019 given by her nurse?"):
        step = PLANNER.decide(ask(said))
        calls = step.calls if isinstance(step, UseTools) else ()
        assert not any(isinstance(call.question, RecordQuery) and call.question.then for call in calls), said


@pytest.mark.parametrize(
    ("said", "drug"),
    [
        ("They have me on warfarin and I honestly forget, what's it for?", "warfarin"),
        ("They've got me on warfarin and I forget what it's for", "warfarin"),
        ("I'm on warfarin, what's that one for again?", "warfarin"),
        ("He's on warfarin, and I can't remember what it's for", "warfarin"),
        ("There's warfarin on her list - what did they give it for?", "warfarin"),
        ("I take warfarin every day. Why?", "warfarin"),
        ("The patient takes warfarin, what is that supposed to treat?", "warfarin"),
    ],
)
def test_why_a_drug_somebody_is_on_was_prescribed(ask: Ask, said: str, drug: str) -> None:
    assert taken_for(said) == f"why was {drug} prescribed?"
    assert shapes(ask, said) == shapes(ask, f"Why was {drug} prescribed?")
    context = ask(said)
    assert asks_plainly(said, context.clock, Readings())


@pytest.mark.parametrize(
    ("said", "thing"),
    [
        ("What brought her in?", "visit"),
        ("why is he here?", "visit"),
        ("So what is he in with today?", "visit"),
        ("What made her come in?", "visit"),
        ("Why was she brought to hospital this time?", "hospital stay"),
        ("What brings her in today?", "visit"),
        ("why's he in hospital?", "hospital stay"),
    ],
)
def test_what_somebody_is_in_for_is_the_reason_on_record(ask: Ask, said: str, thing: str) -> None:
    assert shapes(ask, said) == shapes(ask, f"What was the reason for the last {thing}?")
    assert asks_plainly(said, ask(said).clock, Readings())


@pytest.mark.parametrize("said", ["why is she here so often?", "why is he here and not at home?"])
def test_why_somebody_comes_at_all_is_no_such_question(ask: Ask, said: str) -> None:
    assert not asks_plainly(said, ask(said).clock, Readings())


@pytest.mark.parametrize(
    "said",
    [
        "What is warfarin for?",
        "I'm on warfarin. What is it for and can I stop it?",
        "I take warfarin. Is it safe, and what's it for?",
        "I'm on warfarin, should I worry what it's for?",
    ],
)
def test_what_a_drug_is_for_in_general_is_no_such_question(said: str) -> None:
    assert taken_for(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "How many LDL readings between the first and the last?",
        "Which conditions hadn't resolved as of 2018?",
    ],
)
def test_what_is_not_read_is_not_answered_otherwise(ask: Ask, said: str) -> None:
    assert isinstance(PLANNER.decide(ask(said)), GiveUp)


def test_a_shot_or_another_of_which_both_are_asked_for_are_two(ask: Ask) -> None:
    assert len(shapes(ask, "A flu shot or a tetanus shot, has she had both?")) == 2


def test_how_an_answer_is_to_be_written_down_is_no_advice(ask: Ask) -> None:
    said = "Which drugs does he take for his hypertension? What should I put down?"
    assert shapes(ask, said) == shapes(ask, "Which drugs does he take for his hypertension?")
    context = ask(said)
    assert asks_plainly(said, context.clock, Readings())
    for advice in ("She has hypertension. What should she take?", "What should I put down for the hypertension?"):
        assert not asks_plainly(advice, context.clock, Readings())


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Just the figure please, medications that are active", "How many medications that are active?"),
        ("Only a number: problems that are active", "How many problems that are active?"),
        ("just the number: his visits in 2016", "How many visits in 2016?"),
        ("Just the number, last LDL", "What was the last LDL?"),
        ("any statin on board", "Any statin currently?"),
        ("is there any blood thinner on board right now?", "Is there any blood thinner currently?"),
        ("Did her LDL ever creep above 150?", "Did her LDL ever go above 150?"),
        ("has the potassium ever shot up past 5.5", "has the potassium ever gone above 5.5"),
        ("did the potassium ever slip under 3", "did the potassium ever go under 3"),
        ("Did his LDL ever break 160 mg/dL?", "Did his LDL ever go above 160 mg/dL?"),
        ("Did the scale ever go over 100 kg for this patient?", "Did the weight ever go over 100 kg?"),
        ("Have the bathroom scales ever tipped over 90 kg?", "Did the weight ever go over 90 kg?"),
        ("For my hypertension, what did they give me?", "What did they give me for my hypertension?"),
        ("For the hypertension, which drugs was she given?", "Which drugs was she given for the hypertension?"),
        ("Going through the drug history, would I come across a statin?", "In the prescriptions, is there a statin?"),
        ("Last ER visit: why, and what was done", "Why was the last ER visit? What was done at the last ER visit?"),
        ("ER visit in 2016: why, what happened", "ER visit in 2016: why, and what was done"),
        ("simvastatin: how often scripted", "simvastatin: how often prescribed"),
        ("statin, 2016 and everything prior to that", "statin until 2016"),
        ("How many visits in March 2016 and anything before that?", "How many visits until March 2016?"),
    ],
)  # fmt: skip
def test_what_was_not_read_says_the_same_in_plain_words(ask: Ask, said: str, plain: str) -> None:
    assert shapes(ask, said) == shapes(ask, plain)
    assert shapes(ask, said)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("name and gender", ["name", "gender"]),
        ("name, sex, dob", ["name", "gender", "birthDate"]),
        ("name and date of birth", ["name", "birthDate"]),
    ],
)
def test_a_name_beside_another_field_is_asked_for(ask: Ask, said: str, fields: list[str]) -> None:
    step = PLANNER.decide(ask(said))
    assert isinstance(step, UseTools)
    assert [call.question.field for call in step.calls if isinstance(call.question, RecordQuery)] == fields


@pytest.mark.parametrize("said", ["Did he break 2 ribs?", "was any statin on board in 2016?"])
def test_what_only_looks_like_a_limit_or_like_now_is_not_answered(ask: Ask, said: str) -> None:
    assert isinstance(PLANNER.decide(ask(said)), GiveUp)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("subcut immunotherapy", "subcutaneous immunotherapy"),
        ("Depression, the screening for it - when last?", "Depression screening - when last?"),
    ],
)
def test_a_name_is_said_whole_where_it_is_cut_short_or_put_apart(said: str, plain: str) -> None:
    assert written_out(said) == plain
