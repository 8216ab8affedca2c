"""Telegrams, stories and any text at all: one meaning comes to one plan, and nothing is ignored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.vocabulary import MODIFIERS
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.agent.planning.wording.shorthand import written_out
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "How many times was the potassium measured since 2017?",
            ["K: no. of readings since 2017", "Potassium readings since 2017: n?", "potassium since 2017, number "
            "of values"],
        ),
        (
            "When was the second flu shot given?",
            ["Flu shot #2, date given", "flu vax dose two: date", "Flu shot, 2nd dose date", "What day was flu "
            "vaccine dose number two?"],
        ),
        (
            "Which medication orders are still active?",
            ["Can I see the med orders that are still active, all of them?", "every drug order that is still active",
             "Could we see each prescription that's still active?", "All the orders he is still on"],
        ),
        (
            "Which drugs is she on for hypertension now?",
            ["high BP - which drugs is she on for it now?", "Which drugs is she on for high BP now?"],
        ),
        (
            "Which conditions are still active?",
            ["As of today, what conditions haven't been resolved yet?", "Today, which conditions are still active?"],
        ),
        (
            "Which drugs does she take for high cholesterol?",
            ["I'd like to know what she takes for her high cholesterol", "Say what she is on for high cholesterol."],
        ),
        (
            "When was viral sinusitis resolved?",
            ["Viral sinusitis, date resolved", "viral sinusitis: when did it resolve?"],
        ),
        (
            "Was LDL measured in 2019?",
            ["LDL documented in 2019?", "LDL done 2019?", "LDL in 2019, any?", "Any LDL recorded in 2019? y/n"],
        ),
        (
            "What was the highest LDL since 2017?",
            ["top LDL value since 2017", "What did the LDL peak at since 2017?", "Since 2017, max LDL?"],
        ),
        (
            "Who first prescribed simvastatin?",
            ["Name of whoever first prescribed simvastatin", "Which doctor wrote the first simvastatin prescription?"],
        ),
        (
            "Was warfarin prescribed before ibuprofen?",
            ["Did warfarin precede ibuprofen?", "Warfarin: was it prescribed earlier than ibuprofen?"],
        ),
        (
            "How many flu shots did I have?",
            [
                "I've lost track. How many flu shots did I have?",
                "My new doctor would like to know how many flu shots I've had. Can you help me out?",
                "I had the flu shot. How many of those have I had?",
            ],
        ),
        (
            "What was the last creatinine?",
            ["My doctor keeps asking about creatinine, so what was the last one?", "I want to know what the last "
            "creatinine was, please."],
        ),
    ],
)  # fmt: skip
def test_one_meaning_in_many_registers(ask: Ask, plain: str, others: list[str]) -> None:
    wanted = shapes(ask, plain)
    assert {other: shapes(ask, other) for other in others} == dict.fromkeys(others, wanted)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("up to and including 2 july 2017", "until 2 july 2017"),
        ("in or after 2012", "since 2012"),
        ("not before 2012", "since 2012"),
        ("no later than march 2012", "until march 2012"),
        ("over the past year and a half", "over the past 18 months"),
        ("in the twelve months before now", "in the last 12 months"),
        ("looking back 172 days from now", "since 172 days ago"),
        ("the week of 3 may 2020", "between 2020-05-03 and 2020-05-09"),
        ("between march and june 2015", "between march 2015 and june 2015"),
        ("in march of last year", "in march 2019"),
        ("on 21 august 2016 at 7:11 pm", "on 2016-08-21 19:11"),
        ("in the second half of 2012", "between 2012-07 and 2012-12"),
        ("until the end of the month two months ago", "until the end of two months ago"),
        ("if we stop at the end of last month", "until the end of last month"),
        ("as long as you read no further than march 2015", "until march 2015"),
        ("stopping at 3 may 2017", "until 3 may 2017"),
        ("as far as 17 june 2012", "until 17 june 2012"),
        ("if you begin counting at march 2015", "since march 2015"),
        ("from 2013 until now", "since 2013"),
        ("going back to 24 months ago and forward from there", "since 24 months ago"),
        ("within 2012", "in 2012"),
    ],
)
def test_times_said_in_other_words(ask: Ask, said: str, plain: str) -> None:
    reader = TimeReader(ask("").clock, Readings())

    def windows(text: str) -> list[tuple[Any, Any]]:
        return [(w.start, w.end) for p in reader.read(reader.put_plainly(text).lower()) if (w := p.window) is not None]

    assert windows(said) == windows(plain) != []


@pytest.mark.parametrize(
    "question",
    [
        "Was LDL measured in early 2012?",  # which months are early?
        "Which drugs were prescribed in recent years?",
        "Did my LDL get better after simvastatin was started?",  # a judgement
        "Potassium 3 or 4 creatinine?",  # what the numbers stand for
        "LDL versus potassium",
        "Was LDL measured in 2012 and in 2019?",  # no time is both
        "Was LDL measured if I stop simvastatin in 2019?",  # no end of counting
    ],
)
def test_what_no_part_of_a_reading_took_is_not_ignored(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_kinds_side_by_side_are_asked_one_by_one(ask: Ask) -> None:
    asked = shapes(ask, "Which drugs and procedures were there in 2015?")
    assert [(shape["types"], shape["window"]) for shape in asked] == [
        (["MedicationRequest"], ["2015-01-01", "2016-01-01"]),
        (["Procedure"], ["2015-01-01", "2016-01-01"]),
    ]
    named = shapes(ask, "How many immunizations and colonoscopies in 2015?")
    assert [shape["types"] for shape in named] == [["Immunization"], ["Procedure"]]


def test_everyday_words_narrow_nothing() -> None:
    assert not EVERYDAY & (MODIFIERS - {"left"})
    turning = {
        "fasting",
        "standing",
        "sitting",
        "resting",
        "home",
        "morning",
        "night",
        "refused",
        "planned",
        "severe",
        "without",
    }
    assert not EVERYDAY & turning


_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "what",
            "when",
            "who",
            "how",
            "many",
            "was",
            "is",
            "did",
            "the",
            "a",
            "last",
            "first",
            "before",
            "after",
            "since",
            "until",
            "2012",
            "03/04/2015",
            "3",
            "qc0",
            "qt1",
            "LDL",
            "simvastatin",
            "hypertension",
            "flu",
            "shot",
            "count",
            "date",
            ":",
            ",",
            ";",
            "?",
            "(",
            ")",
            "=",
            "-",
            '"',
            "'",
            "’",
            "#",
            "%",
            ">",
            "130",
            "mg/dl",
            "between",
            "and",
            "or",
            "never",
            "e.",
            "coli",
            "Dr.",
            "Smith",
            "\u200b",
            "İ",
            "ß",
            "ﬁ",
            "١٢",
            "日本",
            "🩺",
            "\n",
            "\t",
        ]
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join))
@example(". B .")
def test_any_text_is_read_or_said_not_to_be_and_always_alike(ask: Ask, question: str) -> None:
    assert PLANNER.decide(ask(question)) == PLANNER.decide(ask(question))


@pytest.mark.parametrize(
    "question",
    ["", " ", "?", '"' * 500, "((((" * 200, "was LDL measured " * 100, "a" * 8_000, "0: < 0/2000 0 < WHEN 2000"],
)
def test_odd_texts_are_read_or_said_not_to_be(ask: Ask, question: str) -> None:
    assert PLANNER.decide(ask(question)).kind in ("use_tools", "give_up", "clarify")


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        (
            "Why was simvastatin prescribed?",
            ["State the condition for which simvastatin is prescribed.", "the illness for which simvastatin was given"],
        ),
        ("Has she ever been on a statin?", ["Was she ever on a drug from the statin class?"]),
        ("Was warfarin prescribed before ibuprofen?", ["Warfarin first prescribed before ibuprofen was?"]),
        (
            "Was the LDL measured since 2017?",
            ["LDL measured at least once since 2017 (yes/no)", "LDL checked since 2017, yes or no?"],
        ),
        (
            "What was the last diastolic blood pressure?",
            ["What was the last bottom number of her blood pressure?", "blood pressure, lower figure, latest value?"],
        ),
        ("Is the last LDL higher than the one before?", ["Does the last LDL exceed the one before?"]),
        ("What was the LDL on 2017-03-01?", ["What was the LDL when it was measured on 2017-03-01?"]),
        ("What was the highest LDL since 2017?", ["Highest LDL since 2017, I want to see how far up it went"]),
        ("What was the first LDL?", ["What value was obtained when the LDL was measured for the first time?"]),
        ("How many visits were there?", ["# of visits?", "Overall, how many visits were there?"]),
        ("How much did the weight change?", ["weight gain, first to last recorded?"]),
        (
            "What are the values of the weight?",
            ["How has her weight developed?", "How has her weight changed over time?"],
        ),
    ],
)
def test_one_meaning_in_other_words_of_its_class(ask: Ask, plain: str, others: list[str]) -> None:
    wanted = shapes(ask, plain)
    assert {other: shapes(ask, other) for other in others} == dict.fromkeys(others, wanted)


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Worst HDL she ever had?", "min"),
        ("Best LDL he ever had?", "min"),
        ("Worst LDL she ever had?", "max"),
    ],
)
def test_the_worse_side_of_a_measurement_is_the_clinicians(question: str, measure: str, ask: Ask) -> None:
    assert written_out(question).count("lowest") == (measure == "min")
    if "HDL" not in question:
        assert shapes(ask, question)[0]["measure"] == measure


def test_an_equals_sign_after_events_asks_how_many(ask: Ask) -> None:
    assert shapes(ask, "flu shots in calendar 2017 = ?") == shapes(ask, "How many flu shots in 2017?")


def test_the_months_of_a_whole_year_say_the_year_again(ask: Ask) -> None:
    wanted = shapes(ask, "Which medications were prescribed in the previous calendar year?")
    assert shapes(ask, "Which medications were prescribed in the previous calendar year (Jan to Dec)?") == wanted


def test_a_condition_that_a_drug_was_for_is_its_reason(ask: Ask) -> None:
    wanted = shapes(ask, "Why was warfarin prescribed?")
    assert shapes(ask, "For which of her conditions was warfarin prescribed?") == wanted


def test_up_to_now_says_nothing_of_what_is_active(ask: Ask) -> None:
    (shape,) = shapes(ask, "Up to now, how many ibuprofen prescriptions were issued?")
    assert "status" not in shape


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Did anyone screen him for anxiety?", "has the patient had anxiety screening?"),
        ("What colour was my urine?", "what was my urine colour?"),
        ("IgE antibodies to egg white in 2011", "egg white ige in 2011"),
        ("ear infections, viral or bacterial, in 2011", "ear infections, of any kind, in 2011"),
        ("diagnoses falling under kidney disease", "diagnoses of kidney disease"),
        ("Looking back over every statin brand I took, can you list them all?", "list every statin I took?"),
        ("clinic visits, asthma ones included, in 2011", "clinic visits, in 2011"),
        ("no. flu shots since 2012", "number of flu shots since 2012"),
        ("No. Was the LDL high?", "No. Was the LDL high?"),
    ],
)
def test_shorthand_is_written_out(said: str, plain: str) -> None:
    assert written_out(said) == plain


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("How many prenatal visits were there in 2019?", "How many times did I go in for a prenatal checkup in 2019?"),
        ("Were there any prenatal visits in 2019?", "Did she go to any prenatal appointments in 2019?"),
        ("When did the stroke resolve?", "When was it that the stroke came to an end, what date does it say?"),
        (
            "When was a drug first prescribed for hypertension?",
            "What day did they first prescribe me something for my blood pressure being high?",
        ),
        (
            "Was anything prescribed to treat hyperlipidemia?",
            "Was anything prescribed to treat my high blood lipids (hyperlipidemia)?",
        ),
        ("List the active medications.", "Print out the medication orders that are active, all of them."),
        ("List the conditions.", "Give me his conditions, every one of them."),
        (
            "How many drugs does she take now?",
            "I'm doing the pill count for intake, so how many drugs does this person take these days?",
        ),
        (
            "Which kinds of sinusitis has the patient had?",
            "Sinusitis: please name the different kinds this patient has had.",
        ),
    ],
)
def test_people_ask_for_it_in_their_own_words(ask: Ask, plain: str, other: str) -> None:
    assert shapes(ask, other) == shapes(ask, plain)
