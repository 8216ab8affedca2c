"""A thing, two things or a day told first, and the question about them behind."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.claims import claim_asked
from chartwarden.agent.planning.wording.two_things import two_things
from chartwarden.tools.records.query import Comparison

from .conftest import Ask, lookups, queries

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    "question",
    [
        "Between simvastatin and ibuprofen, is simvastatin the one that was begun first?",
        "Of ibuprofen and simvastatin, was simvastatin the earlier one?",
        "Simvastatin or ibuprofen: was simvastatin the first to be prescribed?",
        "Between ibuprofen and simvastatin, was the older prescription simvastatin?",
        "Simvastatin came first and then ibuprofen, correct?",
        "Simvastatin first, then ibuprofen, is that correct?",
        "Simvastatin was first and ibuprofen came later, right?",
    ],
)
def test_one_of_two_is_asked_to_have_come_first(ask: Ask, question: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, Comparison)
    names = [side.concept.words.lower() for side in (one.left, one.right) if side.concept]
    assert (names, one.relation) == (["simvastatin", "ibuprofen"], "before")


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Was the Td given before the second flu shot?", [("first", 1), ("first", 2)]),
        ("Was the second flu shot given after the Td?", [("first", 2), ("first", 1)]),
        ("Was the last flu shot given before the first Td?", [("last", 1), ("first", 1)]),
        ("Was warfarin last prescribed after ibuprofen?", [("last", 1), ("last", 1)]),
    ],
)
def test_the_rows_of_two_are_those_that_are_told(ask: Ask, question: str, rows: list[tuple[str, int]]) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, Comparison)
    assert [(side.which, side.index) for side in (one.left, one.right)] == rows


def test_one_of_two_is_asked_to_have_come_second(ask: Ask) -> None:
    (one,) = lookups(ask, "Between simvastatin and ibuprofen, is it true that ibuprofen came second?")
    assert isinstance(one, Comparison)
    assert one.relation == "after"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Of hypertension and the stroke, which was diagnosed first?",
         "which was diagnosed first, hypertension or the stroke?"),
        ("Which of aspirin and warfarin was prescribed first?", "which was prescribed first, aspirin or warfarin?"),
        ("Aspirin or warfarin: which is the older prescription?", "which was prescribed first, Aspirin or warfarin?"),
        ("Which came first, the Td or the first flu shot?", "which came first, Td or flu?"),
        ("Which is higher, the 2011 or the 2016 LDL?", "was the ldl higher in 2011 or in 2016?"),
        ("LDL in 2014 vs LDL in 2018: which was lower?", "was the ldl lower in 2014 or in 2018?"),
        ("She had a stroke, then a sprain. Which came first?", "which came first, a stroke or a sprain?"),
        ("Which one's older, the stroke or hypertension?", "which came first, stroke or hypertension?"),
        ("Between Td and flu shot, which did she have first?", "which came first, Td or flu shot?"),
        ("Hypertension and stroke: which is the more recent?", "which came last, Hypertension or stroke?"),
        ("Of aspirin and warfarin, was warfarin given last?", "was warfarin last given after aspirin?"),
        # a time or another thing is no such question
        ("Between 2016 and 2018, which drug was prescribed first?",
         "Between 2016 and 2018, which drug was prescribed first?"),
        ("Between the 2014 LDL and the 2018 HDL, which is higher?",
         "Between the 2014 LDL and the 2018 HDL, which is higher?"),
        ("Of aspirin and warfarin, was aspirin not the first?", "Of aspirin and warfarin, was aspirin not the first?"),
    ],
)  # fmt: skip
def test_which_of_two_told_first(said: str, asked: str) -> None:
    assert two_things(said) == asked


SAME = (
    (
        "Was ibuprofen prescribed for a stroke?",
        ["Is a stroke the thing they gave her ibuprofen for?",
         "Would a stroke be what the ibuprofen was prescribed for?", "Might a stroke be why ibuprofen was prescribed?"],
    ),
    (
        "Which medications were prescribed for hypertension?",
        [
            "In terms of hypertension, what was she given?",
            "When it comes to hypertension, which medications were prescribed?",
        ],
    ),
    (
        "Which medications is she taking for hypertension?",
        [
            "In terms of hypertension, what is she taking at the moment?",
            "As far as hypertension goes, what is she on right now?",
            "Hypertension: what is she on right now?",
        ],
    ),
    (
        "What is the last LDL?",
        ["In terms of LDL, where is she now?", "Regarding LDL, where are we?", "When it comes to LDL, where is he?"],
    ),
    ("Was warfarin ever prescribed?", ["Warfarin: do we find it anywhere in the drug history?"]),
    ("Which conditions were recorded in 2011?", [
        "Going by when each was first recorded, which conditions date from 2011?",
        "Which conditions are from 2011?",
    ]),
    (
        "What was the potassium on the day LDL was the lowest?",
        [
            "Go to the day LDL hit its all-time low and read me the potassium that day.",
            "Take the day LDL bottomed out; what was the potassium that day?",
        ],
    ),
    (
        "List the medications prescribed on the day of the stroke.",
        ["Go to the day of the stroke and list the medications prescribed."],
    ),
    (
        "What was the first potassium after the stroke?",
        ["The stroke came, and then what was the first potassium after that?",
         "She had a stroke, and after that what was the first potassium?",
         "The stroke happened and afterwards what was the first potassium?"],
    ),
    ("Why was ibuprofen prescribed?", ["What problem goes with the ibuprofen order?"]),
    ("What was the last potassium before the last flu shot?",
     ["Go to the last flu shot and find the potassium just before."]),
    ("What was the first condition after the stroke resolved?", ["The stroke resolved. What was the next condition?"]),
    ("What was the first potassium at the visit with the Td shot?",
     ["Go to the visit with the Td shot and read me the potassium."]),
    ("Which conditions started since 10 years ago?", ["Go back a decade: which conditions started since then?"]),
    ("How many flu shots since 2015?", ["Since 2015: how many flu shots in that period?"]),
    ("Is the last LDL higher than the first LDL?",
     ["Is her last LDL more than the first one?", "Is her last LDL above her first?"]),
    ("Was the LDL in 2015 higher than in 2012?", ["Was the LDL from 2015 higher than that from 2012?"]),
    ("Compare the first and the last LDL.", ["How does her latest LDL compare with the first?"]),
    ("When was the next flu shot after the stroke?", ["The stroke happened, and then when was the next flu shot?"]),
    ("When was the second flu shot?", ["The patient's clinic is after the day she got flu shot number 2."]),
    ("How many colonoscopy procedures?", ['How many "colonoscopy" operations?', "Number of colonoscopy surgeries?"]),
    ("Were there any procedures in 2016?", ["Any procedures at all in 2016, yes or no?"]),
)  # fmt: skip


@pytest.mark.parametrize(("plain", "said"), [(plain, one) for plain, others in SAME for one in others])
def test_what_is_told_first_is_what_is_asked_about(ask: Ask, plain: str, said: str) -> None:
    assert queries(ask, said) == queries(ask, plain)


@pytest.mark.parametrize(
    "question",
    [
        "Which was given first, Td or the second flu shot?",
        "Take the day LDL zonked out; what was the potassium that day?",
        "Heroin: anywhere in the drug history?",
        "Did her LDL go up every time?",
        "Has the potassium climbed each year?",
        "Was ibuprofen first or second?",
        "Look up the latest LDL and compare it with the first.",
    ],
)
def test_what_is_compared_or_pointed_to_in_another_way_is_not_understood(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_a_drug_of_the_tables_is_looked_for_in_a_drug_history(ask: Ask) -> None:
    step = PLANNER.decide(ask("Metformin: is it anywhere in the drug history?"))
    assert isinstance(step, UseTools)


@pytest.mark.parametrize("question", ["Any visits for pt 10007818, yes or no?", "The LDL of patient 10007818, right?"])
def test_the_number_of_a_patient_is_no_value(question: str) -> None:
    assert "equal" not in claim_asked(question)
