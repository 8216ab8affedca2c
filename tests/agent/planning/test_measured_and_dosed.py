"""What is measured of an organ, how strong a drug is, and values against those of another time, as people ask."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.ages import plain_ages
from chartwarden.agent.planning.wording.organs import organs_plainly
from chartwarden.agent.planning.wording.shots import shots_apart
from chartwarden.agent.planning.wording.strengths import strength_asked
from chartwarden.tools.records.query import Comparison, RecordQuery

from .conftest import Ask, lookups, shapes

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("kidney numbers", "kidney function tests"),
        ("liver values?", "liver function tests?"),
        ("liver and renal bloods", "liver function tests and kidney function tests"),
        ("did anybody check my liver", "did anybody check my liver function tests"),
        ("did they test his kidneys and thyroid in 2019?",
         "did they test his kidney function tests and thyroid function tests in 2019?"),
        ("have my kidneys ever been checked?", "have my kidney function tests ever been checked?"),
        ("how are her kidneys on paper: the last numbers", "what are the last kidney function tests"),
        ("how's her liver according to the last blood tests", "what are her liver function tests"),
        ("what do the latest labs say about my kidneys", "what are the latest kidney function tests"),
    ],
)  # fmt: skip
def test_an_organ_is_told_by_its_tests(question: str, plain: str) -> None:
    assert organs_plainly(question) == plain


@pytest.mark.parametrize(
    "question",
    [
        "how are her kidneys",
        "how is his liver doing",
        "did anyone check my liver with an ultrasound",
        "did they test his kidneys for stones",
        "did they check her kidney biopsy",
        "check my liver enzymes",
        "did anyone look at her liver",
    ],
)
def test_an_opinion_an_image_or_a_part_is_not_told_by_the_tests_of_an_organ(question: str) -> None:
    assert organs_plainly(question) == question


def test_the_tests_of_an_organ_are_the_members_of_its_group(ask: Ask) -> None:
    assert shapes(ask, "Her kidney numbers, the last ones?") == shapes(ask, "What are the last kidney function tests?")
    assert shapes(ask, "Did anybody check my kidneys?") == shapes(ask, "Were kidney function tests done?")


@pytest.mark.parametrize(
    "question",
    [
        "ibuprofen doses: how many mg?",
        "How many mg of ibuprofen is she on?",
        "ibuprofen - how many milligrams per tablet?",
        "what mg ibuprofen is he taking",
        "How many mg is her ibuprofen?",
        "how many mg did the last ibuprofen order have",
        "What strength is her ibuprofen?",
    ],
)
def test_the_strength_of_a_drug_is_that_of_the_product(ask: Ask, question: str) -> None:
    (shape,) = shapes(ask, question)
    assert shape["types"] == ["MedicationRequest"]
    assert shape["target"] in ("strength", "name")


def test_where_no_name_tells_a_strength_the_dose_is_asked_for(ask: Ask) -> None:
    (shape,) = shapes(ask, "How many mg is her Aspirin EC?")
    assert shape["target"] == "dose"


@pytest.mark.parametrize(
    "question",
    ["how many mg of ibuprofen in total", "how many mg of ibuprofen a day", "how many mg of morphine did he get"],
)
def test_amounts_that_are_added_up_are_no_strength(question: str) -> None:
    assert strength_asked(question) == question


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Anything for the hypertension?", "Was any medication prescribed for the hypertension?"),
        ("is there anything for his hypertension", "Was any medication prescribed for his hypertension?"),
        ("Has she got anything for her hypertension?", "Is she taking anything for her hypertension?"),
        ("does he have anything for the hypertension", "Is he taking anything for the hypertension?"),
        (
            "Did they ever give him anything for his hypertension?",
            "Was any medication prescribed for his hypertension?",
        ),
        (
            "has the doctor prescribed something for the hypertension",
            "Was any medication prescribed for the hypertension?",
        ),
        ("FEV1/FVC in 2019, what was the ratio", "What was the FEV1/FVC in 2019?"),
    ],
)
def test_what_there_is_for_a_condition_is_a_drug_and_a_ratio_its_value(ask: Ask, question: str, plain: str) -> None:
    assert shapes(ask, question) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("Was the LDL in March above the one in May?", "gt"),
        ("was the 2015 LDL below the 2019 one", "lt"),
        ("did the LDL in 2015 exceed the one in 2019", "gt"),
        ("was the LDL in 2015 more than in 2019", "gt"),
        ("was the LDL in 2015 under that of 2019", "lt"),
        ("was the LDL in 2019 over what it was in 2015", "gt"),
        ("was the LDL in 2015 higher than 2019?", "gt"),
        ("is LDL lower than 2015?", "lt"),
        ("is the last LDL above the one from 2015?", "gt"),
        ("was the latest LDL higher than in 2015", "gt"),
    ],
)
def test_a_value_is_held_against_that_of_another_time(ask: Ask, question: str, relation: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, Comparison)
    assert one.relation == relation
    assert one.right.window is not None
    assert one.left.threshold is None


def test_a_round_number_alone_is_a_limit(ask: Ask) -> None:
    (shape,) = shapes(ask, "Was the LDL ever over 2000?")
    assert shape["threshold"]["value"] == 2000
    assert isinstance(PLANNER.decide(ask("Was her LDL under 2015 in 2016?")), GiveUp)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("how much did she weigh at birth?", "how much did she weigh on the day of turning 0?"),
        ("birth weight", "weight on the day of turning 0"),
        ("her length at birth", "her height on the day of turning 0"),
        ("how tall was he in his first year", "how tall was he between turning 0 and turning 1"),
        ("which shots in the first 2 years of life", "which shots between turning 0 and turning 2"),
        ("which shots at two months old", "which shots at 2 months old"),
        ("her first year on simvastatin", "her first year on simvastatin"),
        ("birth control at birth control clinic", "birth control at birth control clinic"),
    ],
)
def test_a_time_of_early_life_is_told_by_age(question: str, plain: str) -> None:
    assert plain_ages(question) == plain


def test_what_was_given_may_be_a_vaccine(ask: Ask) -> None:
    (given,) = shapes(ask, "What was given on 4 November 2017?")
    assert given["types"] == ["MedicationRequest", "Immunization"]
    for question in ("Which drugs was she given in 2017?", "What was she given for the hypertension?"):
        assert [shape["types"] for shape in shapes(ask, question)] == [["MedicationRequest"]]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("her two hemoglobins", "all hemoglobin values"),
        ("what were the three LDLs, side by side", "all LDL values"),
        ("both potassiums in 2019", "all potassium values in 2019"),
        ("LDL over the years", "all LDL values"),
        ("how has the potassium been over time", "all potassium values"),
        ("her weights over the years", "all weight values"),
        ("weights over the last two years", "weights in the last two years"),
        ("first LDL ever recorded and the date", "first LDL and the date"),
        ("LDL on the last visit, what was it?", "LDL at the last visit, what was it?"),
        ("LDL change since the highest one", "LDL change from the highest to the last"),
        ("how much have I lost since my heaviest", "how much did the weight change from the highest to the last"),
        ("When was her BP last under 120 systolic?", "When was her systolic BP last under 120?"),
        ("how much weight did she put on in 2018", "by how much did the weight increase in 2018"),
        (
            "simvastatin strength and how often ordered",
            "what is the strength of simvastatin? how many simvastatin orders",
        ),
        (
            "simvastatin: dose, how often",
            "what is the dose of simvastatin? what is the dosing frequency of simvastatin",
        ),
        ("what dose of simvastatin and how often?", "simvastatin: dose, frequency"),
        ("is her weight over what it was in 2012", "is her weight higher than it was in 2012"),
        ("simvastatin: strength and date", "what is the strength of simvastatin? when was simvastatin"),
    ],
)
def test_values_asked_in_a_few_words(ask: Ask, question: str, plain: str) -> None:
    assert shapes(ask, question) == shapes(ask, plain)


@pytest.mark.parametrize(
    "question",
    [
        "Which vaccines has she had only once?",
        "Has she had only one flu shot?",
        "hypertension labs",
        "labs at the ER visit",
        "how many visits had labs",
        "any allergies to medicines, and the reaction",
        "was the last ibuprofen above the first",
    ],
)
def test_what_is_not_decided_by_one_search_is_not_answered_with_another(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_how_many_somebody_is_told_to_have_had_is_no_limit(ask: Ask) -> None:
    told = shapes(ask, "She had only two colonoscopies, when was the last?")
    assert told == shapes(ask, "When was the last colonoscopy?")


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("vitals on 3 May 2019", "value"),
        ("what were her vitals at the last visit", "value"),
        ("lab results from May 2019", "value"),
        ("which vital signs were taken on 3 May 2019", "name"),
        ("which labs were done in May 2019", "name"),
    ],
)
def test_results_of_a_time_are_told_with_their_values(ask: Ask, question: str, target: str) -> None:
    (one,) = lookups(ask, question)
    assert isinstance(one, RecordQuery)
    assert (one.target, one.which) == (target, "all")
    if "May" in question and one.window is not None:
        assert one.window.end is not None


def test_an_unknown_name_that_opens_a_telegram_is_not_left_out(ask: Ask) -> None:
    (one,) = lookups(ask, "spleen ever done")
    assert isinstance(one, RecordQuery)
    assert one.concept is not None
    assert one.concept.words == "spleen"


def test_shots_that_share_a_noun_are_all_shots(ask: Ask) -> None:
    assert shots_apart("pneumonia, flu and tetanus shots") == "pneumonia shots, flu shots and tetanus shots"
    assert shots_apart("pneumonia and flu shots") == "pneumonia shots and flu shots"
    assert shots_apart("pneumonia and a flu shot") == "pneumonia and a flu shot"
    assert {kind for shape in shapes(ask, "flu and tetanus shots?") for kind in shape["types"]} == {"Immunization"}


def test_notes_of_a_visit_are_those_of_that_visit(ask: Ask) -> None:
    for question in ("notes from the first visit", "was there a note at the first visit"):
        (shape,) = shapes(ask, question)
        assert shape["types"] == ["DocumentReference"]
        assert shape["anchor"]["event"]["which"] == "first"
        assert shape["anchor"]["relation"] == "same_encounter"
