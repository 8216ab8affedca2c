"""What a tag asks of a denial, and everyday words for what is over, extreme or long ago, as plain questions."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        # the tag asks whether it is so
        ("Is he on warfarin?", "He's not on warfarin, is he?"),
        ("Has she ever had a stroke?", "She's never had a stroke, has she?"),
        ("Was a stroke diagnosed last year?", "A stroke wasn't diagnosed last year, was it?"),
        ("Is warfarin one of his current meds?", "Warfarin isn't one of his current meds, is it?"),
        ("Is there any record of a stroke?", "There's no record of a stroke, is there?"),
        ("Was there any flu shot since 2012?", "No flu shot since 2012, was there?"),
        ("Was warfarin ever prescribed?", "Warfarin: never prescribed, or was it?"),
        ("Did Dr. Ada Quill ever prescribe aspirin?", "Dr. Ada Quill never prescribed aspirin, did she?"),
        ("Was aspirin prescribed for the stroke?", "Aspirin wasn't prescribed for the stroke, was it?"),
        ("Was the stroke new before 2012?", "Was the stroke new before 2012, or wasn't it there yet?"),
        ("Did a chronic sinusitis ever occur?", "Did a chronc sinusitis ever occur?"),
        # any order at all, no matter when
        ("Did Dr. Ada Quill prescribe aspirin?", "Did Dr. Ada Quill write any script at all for aspirin?"),
        ("Did Dr. Ada Quill prescribe aspirin?", "Did Dr. Ada Quill write him a prescription for aspirin?"),
        ("Do you have a stroke down?", "Do you have a stroke down, no matter how long ago?"),
        ("Did he ever have aspirin prescribed?", "Did he ever have aspirin prescribed, even years ago?"),
        ("Was aspirin prescribed since July 2012?", "Check aspirin for me. Was it prescribed since July 2012?"),
        ("Was there a flu shot in 2012?", "Flu shot in 2012, yes or no"),
        # what is over, and what is not
        ("When did the stroke resolve?", "When were we done with the stroke?"),
        ("When did the stroke resolve?", "By what date was the stroke no longer a problem?"),
        ("When did the ankle sprain heal?", "When did the ankle sprain mend?"),
        ("Is the stroke still active?", "Stroke: all cleared up or is it still going?"),
        ("Is the stroke still there, or is it over?", "Is the stroke still there, or is she rid of it?"),
        ("Does he still have a stroke?", "Is he still dealing with a stroke?"),
        ("Which active conditions are there?", "What is she being followed for?"),
        ("Which problems are still active?", "Which problems are open, nothing that's been closed?"),
        ("Which problems are still active?", "Which problems are open? Leave out the historical ones."),
        ("Was a stroke newly diagnosed in 2012?", "Did a stroke first come on in 2012?"),
        ("How many active meds are there?", "How long is the list of active meds, as a number?"),
        ("When was high blood pressure first diagnosed?", "His BP has been high. When was it first diagnosed?"),
        # times
        ("Was aspirin prescribed in the last six months?", "Was aspirin prescribed these six months?"),
        ("Was aspirin prescribed within the last two years?", "Was aspirin prescribed inside the last two years?"),
        # extremes and rows
        ("What was the highest potassium since 2012?", "How far up has the potassium been since 2012?"),
        ("What was the highest potassium on record?", "Highest potassium of all time?"),
        ("Potassium: lowest value?", "Potassium, the low point?"),
        ("What was the second to last potassium?", "Not the current potassium, the one just before it."),
        ("What was the last weight?", "Scales: what did they last show?"),
        ("Potassium, the latest value?", "Potassium, how much at last count?"),
        ("What is the latest blood pressure on him?", "What is the latest pressure on him?"),
        ("Is the last potassium higher than the previous one?", "Last potassium vs the one before: higher?"),
        ("First potassium after the stroke was diagnosed?", "Stroke diagnosed, then potassium: first reading?"),
        ("When was the highest potassium?", "Potassium's highest - on which date?"),
        ("When was the highest potassium?", "Highest potassium, when?"),
        ("Has the potassium ever been above 6?", "The potassium hasn't ever been above 6, has it?"),
        ("Was the weight ever over 100 kg?", "Over 100 kg ever?"),
        ("What was the last potassium before aspirin was started?",
         "When aspirin was about to be started, what was the potassium last?"),
        ("What was the first potassium after aspirin was started?", "Aspirin started, next potassium?"),
        ("Is the last potassium higher than the previous one?", "Last potassium vs the one before: did it rise?"),
        # what is not wanted beside what is
        ("Has she ever had a stroke?", "Not interested in which side: has she ever had a stroke?"),
        ("Aspirin in the past 5 years?", "Not before, but in the past 5 years: aspirin?"),
        ("Date: most recent aspirin script.", "Date, not dose: most recent aspirin script."),
        ("Stroke: when did it resolve?", "The stroke: tell me only the day it resolved, not when it began."),
        ("Flu shot: when was it last given?", "Flu shot: only the day it was last given, not the lot number."),
        ("What is the latest LDL?", "What is the latest LDL? I don't need the date."),
        ("Which meds is he on?", "Which meds is he on, no doses or dates please."),
        ("Names of the current meds", "Just the names of the meds he's on, no doses."),
        ("Is the stroke still active?", "The stroke - did it resolve or is it on the active list?"),
        ("Was the stroke diagnosed before 2006?", "Was the stroke diagnosed before 2006, or only later?"),
        ("Is warfarin current?", "Is warfarin current? Or was it stopped?"),
        ("Warfarin: did they prescribe it at some point?", "Warfarin: never, or did they prescribe it at some point?"),
        ("How many times was a stroke diagnosed?", "Was a stroke diagnosed once or more often?"),
        ("When did the stroke resolve?", "Until what day did the stroke last?"),
        ("Did warfarin come before aspirin?", "Warfarin or aspirin: was warfarin the earlier one?"),
        ("When was the flu shot last given?", "When was the flu shot last given? Lot number not needed."),
        ("Count his active meds.", "Don't list them, just count his active meds."),
        ("Any stroke?", "Any stroke, doesn't matter which, doesn't matter when?"),
        ("In the past two years, did a stroke set in?", "Only the past two years matter to me: did a stroke set in?"),
        ("Since July 2012, any aspirin script?", "Since July 2012 and not earlier: any aspirin script?"),
        ("Stroke now: does he have it?", "Stroke now, not in the past: does he have it?"),
        ("How many encounters last year?", "All encounters last year, number only."),
        # what for, and whether for anything
        ("What was aspirin prescribed for?", "What the aspirin was for."),
        ("What is the reason for the aspirin?", "Is there a reason given for the aspirin, and what is it?"),
        ("Was any medication prescribed for the stroke?", "The stroke - did she get something for it?"),
        ("Was anything ever prescribed for the stroke?", "Nothing was ever prescribed for the stroke, was it?"),
        ("Which drugs does she have active orders for?", "What does she have active orders for?"),
        ("How many strokes?", "Strokes altogether?"),
        ("Was a stroke newly diagnosed in 2012?", "Did she come down with a stroke for the first time in 2012?"),
        ("When did the stroke resolve?", "The stroke has resolved, they tell me. When?"),
        ("Has she had a stroke?", "Has she had a stroke, to your knowledge?"),
        ("Was aspirin prescribed in the last two years?", "Was aspirin prescribed in the two years gone by?"),
        ("Was there any stroke since 2012?", "No stroke since 2012, or was there one?"),
        ("Did warfarin come before aspirin?", "Warfarin or aspirin, did warfarin come earlier?"),
        ("What was the last potassium?", "Potassium, the newest one, nothing older."),
    ],
)  # fmt: skip
def test_what_is_said_in_passing_asks_the_same(ask: Ask, plain: str, other: str) -> None:
    assert queries(ask, other) == queries(ask, plain)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("Has she ever had a stroke?", "She never had a stroke and never hypertension, did she?"),
        ("Has she ever had a stroke?", "She never had a stroke, right?"),
        ("Is he on warfarin?", "He's not off warfarin, is he?"),
        ("When was aspirin resolved?", "When did they write the aspirin he is on?"),
        ("What was the last blood pressure?", "What was the last pressure on her eye?"),
        ("What was the last blood pressure?", "What was the last pressure?"),
        ("When did she have the Td vaccine?", "When did she have meningococcal meningitis?"),
        ("Was aspirin prescribed?", "Check aspirin for me. Was it refused?"),
        ("Was aspirin prescribed in the last two months?", "On 3 May 2012, was aspirin prescribed these two months?"),
        ("What was the highest potassium?", "Highest potassium, when?"),
        ("When was the highest potassium?", "Highest potassium and when?"),
        ("Did a doctor order aspirin?", "Did a doctor order aspirin in the two years gone by?"),
        ("When was the first stroke?", "First script for the stroke - what date?"),
        ("Which warfarin orders?", "Which warfarin orders have no dose?"),
        ("What was the dose of warfarin?", "When was warfarin ordered? I don't need the dose."),
        ("Does he have a baby?", "Is he carrying a baby?"),
        ("Last potassium vs the one before: higher?", "Last potassium vs the one before: higher by how much?"),
    ],
)
def test_what_only_sounds_like_it_asks_another(ask: Ask, plain: str, other: str) -> None:
    steps = [PLANNER.decide(ask(one)) for one in (other, plain)]
    assert (
        not isinstance(steps[0], UseTools) or isinstance(steps[1], GiveUp) or queries(ask, other) != queries(ask, plain)
    )
