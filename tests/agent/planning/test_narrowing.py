"""Words that narrow or turn a question are read, or the question is not answered."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.planning.names.own_name import without_own_name
from chartwarden.agent.planning.phrasing import absence
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.reading.identity import identities
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.shorthand import written_out
from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask

PLANNER = RulesPlanner()


def asked(ask: Ask, question: str) -> list[Any]:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    return [call.question for call in step.calls]


@pytest.mark.parametrize(
    "question",
    [
        # what is not so
        "Which of his drugs were never stopped?",
        "What vaccine has she received that isn't a flu shot?",
        "what is he not allergic to",
        "Which diagnoses has he not got?",
        "Visits not because of hypertension?",
        "Orders that were placed and never filled?",
        "Is there a measurement that was not high?",
        "Give the last four flu shots and not the latest.",
        "Any non-warfarin order?",
        "Was there a flu shot, or just the warfarin?",
        # which values
        "Has her potassium ever been lower?",
        "Did any potassium ever come out higher than the one before?",
        "Is the potassium higher than the first one was in 2012?",
        "Was her systolic ever above 140 while her potassium was low?",
        "What was the LDL when the potassium was abnormal?",
        "Were the last three potassium readings above 4?",
        "Has the potassium not fallen since the previous one?",
        "What was her highest potassium, and is the latest one lower?",
        "Has she taken warfarin and ibuprofen simultaneously?",
        "Has he had several strokes?",
        "He ate shellfish two days ago. Is he allergic to it?",
        "We don't need the flu shots. Which vaccinations were given?",
        # both ends, all of them, what a test found, what was taken out
        "Has he had both flu shots?",
        "Was the colonoscopy negative?",
        "Any potassium problem among the diagnoses?",
        "Is he off his warfarin now?",
        "Was he prescribed anything for his knees?",
        "Was urine collected at her first visit?",
        "When did the potassium change last?",
        "Three weeks into warfarin, what was the potassium?",
        "Is the potassium down since warfarin was ordered?",
        "How did the last four potassiums trend?",
        "The middle flu shot, when was it?",
        "Which two drugs came before the newest?",
        "What stays with no diagnosis has she had?",
        "How long between flu shot one and flu shot two?",
        "Was the newest potassium the lowest of them all?",
        "Was potassium above 4 at each check in 2019?",
        "Potassium target reached in 2019?",
        "How old was she at the first raised creatinine?",
        "Which vaccines were given on three different dates?",
        "when was the pacemaker taken out",
        # what did not happen
        "Did he forget his flu shot in 2019?",
        "did the patient fail to have the colonoscopy",
        "Was the warfarin refused by him?",
        "was warfarin declined by the family",
        # what became of it, which is no reading of its order
        "On which date was ibuprofen withdrawn?",
        "When was his simvastatin script cancelled by the surgery?",
        "who took her off warfarin",
        "When was the dose of warfarin raised?",
        "what day was the simvastatin put on hold",
        "When was her colonoscopy called off?",
        "When was the warfarin renewed?",
        "Which drugs were stopped in 2019?",
        "was ibuprofen discontinued last year",
        # only, each, most
        "Is he allergic only to shellfish?",
        "does she take nothing but warfarin?",
        "Which of his flu shots did he forget?",
        "Is warfarin active or is the stroke?",
        "Were all of his flu shots given in 2019?",
        "Is every condition of his active?",
        "which prescriber has he seen most",
        "which labs were repeated?",
        # of which kind, of what
        "Which long-term drugs does he take?",
        "Any short-term conditions in 2019?",
        "What is the principal diagnosis?",
        "Any side effects of warfarin?",
        "Which of his conditions are chronic?",
        "cardiology meds?",
        "zorb diagnoses?",
        # how much, how, and how it changed
        "how many tablets of warfarin",
        "was the warfarin increased?",
        "How did he get to the hospital last time?",
        "Were there any falls?",
        "When is the upcoming dose of warfarin?",
        "Drugs stopped within a week?",
        "how many weeks of warfarin",
        "was the warfarin held?",
        "intake minus output in 2019",
        "total fluid intake in 2019",
        "what percentage of the weights was above 80 kg?",
        "Was his last stay longer than the first?",
        # beside what is named
        "Has he been to the emergency room for anything but a stroke?",
        "what else was ordered with warfarin",
        "Was it the same doctor for all warfarin orders?",
        "has he ever reacted to a flu shot",
        # which of two things
        "Was warfarin ordered or was ibuprofen?",
        "Was the potassium ever above 5 and below 3?",
        "was the blood pressure ever over 140?",
        "Was the warfarin given orally or intravenously?",
        "were warfarin levels drawn?",
        "Who else prescribed warfarin besides Dr. Miller?",
        "Has he had flu?",
        "dermatology visits in 2019",
        # one entry, which is not counted, and things that nothing names
        "Was he given either of those?",
        "potassium latest > potassium first",
        "Is that the last potassium or the first?",
        "How many potassium did the lab count on the last occasion before the stroke?",
        "Was the newest prescription a statin?",
        "Was the last warfarin given intravenously?",
        "Was warfarin his latest drug?",
        # what became of a dose, and how often it is so
        "Was warfarin held at some point?",
        "Was the first colonoscopy before or after the stroke?",
        "Are any of the cultures negative?",
        "Did a culture grow anything?",
        "first warfarin order, and any warfarin afterwards?",
        "When did his warfarin go down?",
        "Does he get warfarin or ibuprofen less often?",
        "Did warfarin end before ibuprofen began?",
        "How many colonoscopies, excluding the last?",
        "When was the first colonoscopy and the latest flu shot?",
        # a number before a colon, and such as nothing tells
        "Warfarin 5: when was it ordered?",
        "She left the hospital in 2015. When was the last such test that year?",
        "Was that a colonoscopy, her first procedure in 2015?",
        "The last ibuprofen value?",
        "How many colonoscopies were there, and were any normal?",
        "On which day was there the most potassium?",
        "How many litres of potassium were given in all?",
        # of nothing named, of which two, and since when it is told
        "Did she have a stroke, and what is the latest value?",
        "What was the last reading?",
        "The zorbaxol, the ibuprofen, when was each prescribed?",
        "Was the second LDL higher than the third?",
        "How much did the weight change compared with 2012?",
        "How much did she weigh in 2011 compared with now?",
        "When did she last smoke?",
        "Who has the shellfish allergy, she or her sister?",
        "She had a flu shot in 2015. And in 2018 was it given twice?",
        "Has she had a hypertension test?",
        "last LDL vs first potassium",
        # two events, so many of them, and each year
        "How old was she at her first stroke and at her last colonoscopy?",
        "The two visits before the stroke",
        "her weight the day before the stroke",
        "What share of her LDLs was over 100?",
        "LDL by year",
        # several asks of one, what was before that, and when something was taken out
        "Stroke: what year, what visit, what drug?",
        "When did she start warfarin and what was she on before that?",
        "Drugs at present, and the first drug ever?",
        "Tests done on the day of the first prenatal visit",
        "Hypertension since when and last three LDLs",
        # what only tells
        "The stroke came later. The flu shot went first. How old was he at the second?",
    ],
)
def test_what_narrows_or_turns_a_question_is_not_left_out(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("I can't recall when warfarin was first prescribed. When was it?", "When was warfarin first prescribed?"),
        ("Was a colonoscopy done or not?", "Was a colonoscopy done?"),
        ("Didn't he have a colonoscopy?", "Did he have a colonoscopy?"),
        ("How come he was put on warfarin?", "Why was he put on warfarin?"),
        ("Which drugs is he no longer taking?", "Which drugs were stopped?"),
        ("When did he come off warfarin?", "When was warfarin stopped?"),
        ("On what date was warfarin discontinued?", "When was warfarin stopped?"),
        ("What conditions are not active any more?", "What conditions are resolved?"),
        ("How was warfarin given?", "What was the route of warfarin?"),
        ("colonoscopy: done, or never done?", "Was a colonoscopy done?"),
        ("Was warfarin ever ordered, or wasn't it?", "Was warfarin ever ordered?"),
        ("How many flu shots has he had, if you wouldn't mind?", "How many flu shots has he had?"),
        ("Does he have hypertension, or is it over?", "Does he have hypertension?"),
        ("I forgot when warfarin was first ordered. When was it?", "When was warfarin first ordered?"),
        ("Was a colonoscopy done, going by the record only?", "Was a colonoscopy done?"),
        ("How many of his prescriptions are live?", "How many of his prescriptions are active?"),
        ('My school sheet wants: "number of colonoscopies". What do I enter?', "number of colonoscopies"),
        ("How many warfarin orders have piled up?", "How many warfarin orders were there?"),
        ("flu shots in 2019, any or none?", "Were any flu shots given in 2019?"),
        ("colonoscopy, the newest one, not the earlier ones: when?", "When was the newest colonoscopy?"),
        ("potassium, the latest, not the first.", "What was the latest potassium?"),
        ("His brother had asthma. Does he?", "Does he have asthma?"),
        ("Nobody here knows whether he had a colonoscopy. Did he?", "Did he have a colonoscopy?"),
        ("Does warfarin count among his active drugs?", "Is warfarin among his active drugs?"),
        ("flu shot: the first dose, the latest dose", "When was the first flu shot? When was the last flu shot?"),
        ("List his drugs, most recent first.", "List his drugs."),
        ("Outline 2019 in two sentences.", "What happened in 2019?"),
        ("one figure: colonoscopies", "How many colonoscopies?"),
        ("How much warfarin has he had in 2019?", "How much warfarin did he get altogether in 2019?"),
        ("Which complaint does he take warfarin against?", "Why does he take warfarin?"),
        ("What disease brought the doctor to order warfarin?", "Why was warfarin ordered?"),
        (
            "potassium, the last prior to warfarin and the first following it: have the values risen?",
            "Was the first potassium after warfarin higher than the last one before?",
        ),
        ("Was anything diagnosed in 2019? If so, say what it was.", "Was anything diagnosed in 2019? Which ones?"),
        ("statins, any drug of that class counts: when was the last ordered?", "When were statins last ordered?"),
        ("Conditions in alphabetical order, please: list them.", "List the conditions."),
        ("Drugs, active or not: how many?", "How many drugs?"),
        ("Print out the prescriptions that are active, all of them.", "Print out the active prescriptions."),
        ("Sinus infections: please name the different kinds.", "List the different kinds of Sinus infections."),
        ("One or more procedures in 2019?", "Was there one or more procedures in 2019?"),
        ("The last warfarin order, how big was the dose?", "What was the dose of the last warfarin order?"),
        ("Up to the first warfarin order, how many flu shots?", "How many flu shots before the first warfarin order?"),
        ("Last year, January thru December, how many visits?", "Last year, how many visits?"),
    ],
)
def test_what_says_the_same_is_read_the_same(ask: Ask, question: str, plain: str) -> None:
    assert [one.model_dump(exclude={"window", "order"}) for one in asked(ask, question)] == [
        one.model_dump(exclude={"window", "order"}) for one in asked(ask, plain)
    ]


@pytest.mark.parametrize(
    "question",
    [
        "has nobody done a colonoscopy?",
        "Had he neither a stroke nor hypertension?",
        "he's not on warfarin, right?",
        "no known shellfish allergy?",
    ],
)
def test_a_denial_asks_for_the_opposite(ask: Ask, question: str) -> None:
    found = asked(ask, question)
    assert all(one.measure == "exists" and one.negated for one in found)


def test_what_is_so_now_is_asked_of_the_last_reading(ask: Ask) -> None:
    (now,) = asked(ask, "Is his weight above 90 kg?")
    assert (now.which, now.held) == ("last", True)
    (ever,) = asked(ask, "Was his weight ever above 90 kg?")
    assert not ever.held


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("total warfarin dose", "sum"),
        ("how much warfarin altogether", "sum"),
        ("What is the mean warfarin dose?", "mean"),
        ("Which warfarin doses has he had?", "distinct"),
        ("warfarin dose", "none"),
        ("how much warfarin?", "none"),
    ],
)
def test_doses_are_added_up_where_that_is_asked(ask: Ask, question: str, measure: str) -> None:
    (query,) = asked(ask, question)
    assert (query.measure, query.target) == (measure, "dose")


def test_a_drug_that_is_named_like_a_measurement_is_no_measurement(ask: Ask) -> None:
    for question in ("Is he on potassium?", "potassium tablets?"):
        (query,) = asked(ask, question)
        assert query.types == ("MedicationRequest",)


def test_kinds_side_by_side_are_each_asked(ask: Ask) -> None:
    assert [one.types[0] for one in asked(ask, "allergies and medications")] == [
        "AllergyIntolerance",
        "MedicationRequest",
    ]
    assert len(asked(ask, "any conditions or procedures in 2013?")) == len(("conditions", "procedures"))


@pytest.mark.parametrize(
    ("question", "target"),
    [("colonoscopy findings", "result"), ("warfarin route", "route"), ("how many days in hospital", "duration")],
)
def test_a_fragment_asks_for_what_its_noun_says(ask: Ask, question: str, target: str) -> None:
    (query,) = asked(ask, question)
    assert query.target == target


def test_allergies_to_drugs_are_told_apart_or_not_answered(ask: Ask) -> None:
    context = ask("Which medicines is he allergic to?")
    assert isinstance(PLANNER.decide(context), GiveUp), "this record has no categories"
    query = RecordQuery(types=("AllergyIntolerance",), category=("medication",), measure="exists")
    assert absence(query) == 'No allergy of the category "medication" is recorded.'
    assert written_out("NKDA?") == "are there no known drug allergies?"


def test_im_without_its_sign_is_a_route_only_behind_what_is_given() -> None:
    assert written_out("im checking his last dose") == "i'm checking his last dose"
    assert written_out("warfarin given im after the stroke") == "warfarin given im after the stroke"


def test_somebody_in_hospital_for_something_had_a_stay_and_not_only_the_disease(ask: Ask) -> None:
    (query,) = asked(ask, "Has he been admitted to the ward with a stroke?")
    assert query.types == ("Encounter",)
    assert query.reason is not None


def test_several_things_of_a_person_are_asked_one_by_one(ask: Ask) -> None:
    assert [one.field for one in asked(ask, "sex and date of birth")] == ["gender", "birthDate"]
    assert identities("name, dob") == ["the patient's name", "dob"]
    assert identities("when was he born") == ["when was he born"]
    assert isinstance(PLANNER.decide(ask("How many live births?")), GiveUp)


def test_the_own_name_with_its_title_is_the_patient_also_behind_the_first_word() -> None:
    own = frozenset({"O'Hara", "Una"})
    assert without_own_name("Has Mrs O'Hara had a colonoscopy?", own) == "Has the patient had a colonoscopy?"
    assert without_own_name("Has Dr O'Hara seen her?", own) == "Has Dr O'Hara seen her?"


def test_a_list_of_diseases_that_is_also_a_vaccine_is_not_taken_for_either(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Has he ever had measles, mumps and rubella?")), GiveUp)
    (query,) = asked(ask, "Has he had the measles, mumps and rubella vaccine?")
    assert query.types == ("Immunization",)
