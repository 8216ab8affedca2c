"""A thing told with its time is what a row behind it is of; what only stands around a question is left out."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.time_slips import times_put_right
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.entries_sought import sought
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Simvastatin, the patient, from 2014 on. Most recent order, when?",
         "When was the last order of simvastatin since 2014?"),
        ("Simvastatin since 2014. Latest prescription, what date was that?",
         "When was the last prescription of simvastatin since 2014?"),
        ("Simvastatin, from 2014 on. How many prescriptions?", "How many prescriptions of simvastatin since 2014?"),
        ("Simvastatin, in 2014. Any prescriptions?", "Was there any prescription of simvastatin in 2014?"),
        ("Simvastatin, looking at prescriptions till June 2014. Last dose prescribed?",
         "What was the last prescribed dose of simvastatin until June 2014?"),
        ("Simvastatin, looking only at 2014. Last dose prescribed?",
         "What was the last prescribed dose of simvastatin in 2014?"),
        ("Simvastatin. Prescriptions till June 2014, last dose?",
         "What was the last dose of simvastatin until June 2014?"),
        ("Potassium, since 2014. Second reading, when?", "When was the second potassium reading since 2014?"),
        ("Lab question. Latest LDL since 2014, what date?", "Latest LDL since 2014, what date?"),
        ("Micro. Latest LDL since 2014, when?", "Latest LDL since 2014, when?"),
        ("In May 2014 I was prescribed something PO/NG. The first one that month, what was the medicine?",
         "What was the first medicine prescribed via PO/NG in May 2014?"),
        ("For the quality table we lack the admission times, all of them.", "List all admission times."),
        ("For the readmission table I'm missing the hospital admit times, all of them up to Aug 2016.",
         "List all hospital admission times until August 2016."),
        ("I'm missing a hospital visit. How many are there?", "Hospital visit. How many are there?"),
        ("I'm missing the date of the last discharge.", "What is the date of the last discharge?"),
        ("In the last 10 years of prescription charting, what is the first prescription named?",
         "In the last 10 years, what is the first prescription named?"),
        ("times he got simvastatin in 2014?", "How many times he got simvastatin in 2014?"),
        ("times hospitalised since 2014?", "How many times hospitalised since 2014?"),
        ("Nothing or something: any procedure since 2014?", "Any procedure since 2014?"),
        ("Was there something or nothing prescribed in 2014?", "Was there anything prescribed in 2014?"),
        ("Is there a script for simvastatin since 2014, or is there none at all?",
         "Is there a script for simvastatin since 2014?"),
        ("Was I given simvastatin in 2014 or was I not?", "Was I given simvastatin in 2014?"),
        ("Can the pharmacy see a script of mine for simvastatin, or isn't there one?",
         "Is there a script of mine for simvastatin?"),
        ("last admission where the source was physician referral, when?",
         "When was the last admission via PHYSICIAN REFERRAL?"),
        ("The May 2014 admission, when did it end?", "When did the May 2014 admission end?"),
        ("Last hospital stay: end date?", "When did the last hospital stay end?"),
        ("Simvastatin order, its route?", "What is the route of the simvastatin order?"),
        ("Simvastatin: how often was it to be taken?", "What was the dosing frequency of simvastatin?"),
        ("Which procedures were done in the operating room in 2014?", "Which procedures were done in 2014?"),
        ("What was done in theatre in 2014?", "Which procedures were done in 2014?"),
        ("Simvastatin: still going or stopped?", "Simvastatin: still active?"),
        ("Is simvastatin still active or was it stopped?", "Is simvastatin still active?"),
        ("In the last 2 years of prescriptions, which was the first?",
         "In the last 2 years, which was the first prescription?"),
        ("In the last 2 years of procedures, how many were there?",
         "In the last 2 years, how many procedures were there?"),
        ("Hypertension in 2014, what was given for it?", "Which medications were prescribed for hypertension in 2014?"),
        ("since when is she hypertensive?", "When was hypertension first diagnosed?"),
        ("Anything by mouth in 2014?", "Was anything given by mouth in 2014?"),
        ("Any procedure in 2014 or is there nothing like that?", "Any procedure in 2014?"),
        ("none or some: any procedure in 2014?", "Any procedure in 2014?"),
        ("In 2014 I was given something in the ICU. The first one that year, what was it?",
         "What was the first drug ordered in the ICU in 2014?"),
        ("wen was I last given simvastatin, untill 2014", "When was I last given simvastatin until 2014?"),
        ("how mny tims was simvastatin ordered sicne 2014", "How many times was simvastatin ordered since 2014?"),
    ],
)  # fmt: skip
def test_it_is_read_as_said_plainly(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Times of the hospital admissions since 2014?", "When were the hospital admissions since 2014?"),
        ("Times simvastatin was prescribed since 2014", "When was simvastatin prescribed since 2014?"),
    ],
)
def test_times_that_are_dates_are_not_counted(ask: Ask, line: str, plain: str) -> None:
    assert all(shape["target"] == "time" and "measure" not in shape for shape in shapes(ask, line))
    assert [s["types"] for s in shapes(ask, line)] == [s["types"] for s in shapes(ask, plain)]


def test_another_kind_of_entry_is_not_asked_of_what_is_told_ahead(ask: Ask) -> None:
    told = shapes(ask, "Simvastatin since 2014. How many hospital visits?")
    assert any(shape["types"] == ["Encounter"] and "concept" not in shape for shape in told)


@pytest.mark.parametrize(
    "line", ["Which drugs were not prescribed in 2014?", "LDL reading: only one?", "only one LDL reading?"]
)
def test_what_is_not_so_or_only_so_stays_not_understood(ask: Ask, line: str) -> None:
    assert isinstance(RulesPlanner(Readings()).decide(ask(line)), GiveUp)


def test_what_is_grown_is_no_height() -> None:
    assert sought("What bugs did we grow in 2014?") == "What organisms grew in 2014?"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("untill yesterday", "until yesterday"),
        ("visits betwen 2010 and 2013", "visits between 2010 and 2013"),
        ("in febuary, not anymroe", "in february, not anymore"),
        (
            "sine wave; a moth; it may be a man; ties; Manny; MNY",
            "sine wave; a moth; it may be a man; ties; Manny; MNY",
        ),
        ("asked by Sinc Untill", "asked by Sinc Untill"),
        ("back within 30 days (720 hours) of discharge?", "back within 30 days of discharge?"),
    ],
)
def test_a_slip_in_a_word_of_time_is_put_right_and_no_other_word(said: str, right: str) -> None:
    assert times_put_right(said) == right
