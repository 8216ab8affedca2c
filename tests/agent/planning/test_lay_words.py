"""What people say for a measurement, a kind or a person, and what only sounds like it."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.agent.planning.wording.lay_words import in_plain_words


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("HR wants the date of her last flu shot", "employer wants the date of her last flu shot"),
        ("most recent HR needs to be on the sheet", "most recent HR needs to be on the sheet"),
        ("add up every urine output and give me the total", "what is the sum of all urine output"),
        ("tot up all the visits and give me the sum", "how many visits are there in the record"),
        (
            "how much taller is he at the latest dental than at the first",
            "how much taller is he at the latest dental than at the first",
        ),
        ("the lowest HR in 2016", "the lowest HR in 2016"),
        ("what was the last day that she had a flu shot", "when was the last time that she had a flu shot"),
        ("what was the last date the LDL was taken", "when was the last time the LDL was taken"),
        ("what was given the last day", "what was given the last day"),
        ("does she have a pressure ulcer", "does she have a pressure ulcer"),
        ("what was the lower figure of the two potassiums", "what was the lower figure of the two potassiums"),
        ("which health issues began in 2015", "which conditions began in 2015"),
        ("any mental health issue", "any mental health issue"),
        ("any trouble with my blood sugar since 2010", "any blood sugar disorder since 2010"),
        ("an issue with her blood glucose meter", "an issue with her blood glucose meter"),
        ("how severe was the pain on 3 May", "what was the pain score on 3 May"),
        ("how severe was the pain medication", "how severe was the pain medication"),
        ("has the claimant had a stroke", "has the patient had a stroke"),
        ("a screening for depression", "a depression screening"),
        ("was her appendix ever taken out", "was her appendix taken out"),
        ("what was wrong that they gave ibuprofen", "why was ibuprofen prescribed"),
        (
            "Between ibuprofen and warfarin, was it warfarin that she received first?",
            "was warfarin first given before ibuprofen?",
        ),
        (
            "Between ibuprofen and warfarin, was it aspirin that she received first?",
            "Between ibuprofen and warfarin, was it aspirin that she received first?",
        ),
        ("smoker, ex-smoker or never smoked", "smoking status"),
        ("was a Td given ahead of 1999?", "was a Td given before 1999?"),
        ("potassium readings older than 2012", "potassium readings before 2012"),
        ("anything older than that", "anything older than that"),
        (
            "count the flu shots and tell me the total cholesterol",
            "count the flu shots and tell me the total cholesterol",
        ),
        (
            "which drug is on the list without a reason. who ordered it",
            "which drug is on the list without a reason. who ordered it",
        ),
        ("warfarin is on the list without a reason. why was it given", "warfarin is on the list. why was it given"),
        ("the weight from 3 May 2014 and later", "the weight from 3 May 2014 and later"),
        ("the weight from 3 May 2014", "the weight on 3 May 2014"),
        ("conditions no earlier than 2012", "conditions no earlier than 2012"),
        ("was it not older than 2012", "was it not older than 2012"),
        ("how many orders are live", "how many orders are active"),
        ("where does she live", "where does she live"),
        ("list the conditions, leaving out the resolved ones", "list the conditions, that are still active"),
        ("when was she done with asthma", "when was asthma resolved"),
        ("who's her doctor", "who is her doctor"),
        ("a headcount of her active drugs", "number of active drugs"),
        ("ibuprofen use, current or past?", "ibuprofen use, ever?"),
        ("list the past and current drugs", "list the  drugs"),
        ("she is 80 years old, now on warfarin", "she is 80 years old, now on warfarin"),
        ("mild, severe or otherwise, asthma ever", "any kind of asthma ever"),
        ("Leaving out whatever is over, which problems are still there?", " which problems are still there?"),
        ("Looking only at 2014, any visits?", "during 2014, any visits?"),
        ("potassium never rose above what?", "potassium never rose above what?"),
        ("potassium never went above what?", "what was the highest value of potassium?"),
        ("which value did the LDL never drop below?", "what was the lowest value of the LDL?"),
        ("ignore the last reading, show me the one before it", "show me the second to last one"),
        ("the LDL at the 3 May 2014 appointment", "the LDL on 3 May 2014"),
        ("how many birthdays had he had at the diagnosis", "how old was he at the diagnosis"),
        ("count the flu shots and tell me the total", "how many flu shots are there"),
        ("name every person who prescribed in 2015", "who prescribed medications in 2015"),
        (
            "Ibuprofen and warfarin were both ordered. Was the first warfarin order the earlier?",
            "was warfarin first given before Ibuprofen?",
        ),
        ("Tell me how I rated my pain then.", "Tell me the pain score then."),
        ("How did he rate his pain that day?", "what was the pain score that day?"),
        ("How did he rate the hospital?", "How did he rate the hospital?"),
    ],
)
def test_lay_words_are_said_plainly(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("When did he have his prostate out?", "When did he have his prostate removed?"),
        ("She had her gall bladder taken out in 2011.", "She had her gall bladder removed in 2011."),
        ("When was the coil changed?", "When was the coil replaced?"),
        ("She went out with her coat.", "She went out with her coat."),
        ("How often has this heart been looked at by echo?", "How often has echo been done?"),
        ("Has her heart been looked at by a surgeon?", "Has her heart been looked at by a surgeon?"),
        ("Which bone did she break?", "which fractures did she have?"),
        ("When did they take her polyp out?", "When was the polyp removed?"),
        ("When did they take her tablets out of the box?", "When did they take her tablets out of the box?"),
        ("Which bones has he broken?", "which fractures has he had?"),
    ],
)
def test_what_was_taken_out_or_changed_was_removed_or_replaced(said: str, plain: str) -> None:
    assert body_plainly(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("any growth in the blood cultures?", "which organisms grew in the blood cultures?"),
        ("Were there any organisms in cultures?", "which organisms grew in cultures?"),
        ("did anything grow in the urine culture?", "which organisms grew in the urine culture?"),
        ("any growth in height?", "any growth in height?"),
        ("He kept writing ibuprofen for me", "He kept prescribing ibuprofen for me"),
    ],
)
def test_what_grew_is_an_organism_and_no_tumour(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Name everybody that prescribed drugs before 2018", "who prescribed drugs before 2018"),
        ("Please show me each person who has ever prescribed it", "who prescribed it"),
        ("anybody who wrote a script since 2015", "who wrote a script since 2015"),
        ("List anyone that's been prescribing for him", "who prescribed medications for him"),
        ("every doctor that prescribed him anything", "who prescribed medications for the patient"),
        ("everyone she was prescribed drugs by in 2014", "who prescribed drugs in 2014"),
        ("name the people who prescribed in 2014", "who prescribed medications in 2014"),
        ("Was there anyone who prescribed ibuprofen?", "Was there anyone who prescribed ibuprofen?"),
        ("Name everybody that ordered blood tests", "Name everybody that ordered blood tests"),
    ],
)
def test_those_who_ordered_are_asked_for_as_who(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Which drugs were ordered for her back in 1993?", "Which drugs were ordered for her in 1993?"),
        ("who saw her back in May 2014", "who saw her in May 2014"),
        ("What was she prescribed for her back in 1993?",) * 2,
        ("Which drugs were ordered for his back in 1993?",) * 2,
        ("was there a scan of her back in 1993",) * 2,
        ("Which drugs were ordered for her back in hospital?",) * 2,
    ],
)
def test_back_belongs_to_a_time_where_nobody_else_is_told_of(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("what did I get diagnosed with in 2012", "what was I diagnosed with in 2012"),
        ("when did she last get prescribed warfarin", "when was she last prescribed warfarin"),
        ("has he gotten vaccinated", "has he been vaccinated"),
        ("when I got admitted", "when I was admitted"),
        ("how often did they get seen", "how often were they seen"),
        ("did she get ibuprofen prescribed", "did she get ibuprofen prescribed"),
        ("has he got asthma", "has he got asthma"),
    ],
)
def test_what_one_gets_done_was_done(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Not counting repeats, how many drugs is she on?", "how many different drugs is she on?"),
        ("how many conditions has he, counting each only once?", "how many different conditions has he?"),
        ("Not counting repeats, how many prescriptions did he get?",) * 2,  # a repeat is one of its own
    ],
)
def test_what_is_counted_without_repeats_is_counted_apart(said: str, plain: str) -> None:
    assert in_plain_words(said) == plain
