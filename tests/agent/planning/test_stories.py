"""Stories around a question: what they tell is put where the question points to it, left out, or not understood."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, queries

PLANNER = RulesPlanner(Readings())


SAME = (
    (
        "Has she ever had a colonoscopy?",
        ["She is playing golf this afternoon. Has she ever had a colonoscopy?"],
    ),
    (
        "What was the potassium this afternoon?",
        ["A sample was drawn this afternoon. What was the potassium?"],
    ),
    (
        "What is the last potassium?",
        ["The ward sheet asks for the last potassium. What do I write there?"],
    ),
    (
        "What was ibuprofen prescribed for?",
        ["Ibuprofen turned up on the list and the reviewer wants to know what it was prescribed for."],
    ),
    ("Is the viral sinusitis still active?", ["Is the viral sinusitis still going on, or is it over by now?"]),
    ("Is the viral sinusitis still active?", ["Has the viral sinusitis cleared up or is it still around?"]),
    ("What is the patient's date of birth?", ["what d.o.b. do you guys have for me"]),
    ("When did she last have a flu shot?", ["when'd she last have a flu shot?"]),
    (
        "Was any medication prescribed this month?",
        [
            "Was any medication prescribed since the month started?",
            "Was any medication prescribed since the month began?",
        ],
    ),
    (
        "Was a flu shot given in 2014?",
        [
            "The rota office needs to know if a flu shot was given in 2014.",
            "The insurer would like confirmation of whether a flu shot was given in 2014.",
            "My neighbour thinks he had a flu shot in 2014, is that so?",
            "Was a flu shot given in 2014? Just need confirmation.",
        ],
    ),
    (
        "When was a lipid disorder of any kind first diagnosed?",
        ["Lipid disorders as a group, any kind: when was such a diagnosis first made?"],
    ),
    (
        "When was the potassium first measured before 2018?",
        ["Potassium for the patient, looking at the chart before 2018 only... when was it first measured?"],
    ),
    ("What is the end date of the asthma?", ["The asthma is on the list and I need its end date."]),
    ("What was the last potassium before the stroke?", ["Right before the stroke, how high was the potassium?"]),
    ("What was the first potassium after the stroke?", ["How high was the first potassium after the stroke?"]),
    ("What was the average potassium in 2016?", ["Where has the potassium lain on average in 2016?"]),
    ("What was the highest potassium in 2016?", ["Where did the potassium top out in 2016?"]),
    ("Was a flu shot given in 2014?", ["Flu shot in 2014, given or not?"]),
    ("Was the potassium ever above 5?", ["Did the potassium ever top 5?"]),
    ("How many times was asthma recorded?", ["How often does asthma crop up in the chart?"]),
    ("Which allergies are recorded?", ["Evening handover, bay 3. Which allergies are recorded?"]),
    ("How many times was asthma diagnosed?", ["He has a lot, I suspect. How many times was asthma diagnosed?"]),
    ("When was the last flu shot?", ["The clinic wants to book the next flu shot. When was the last flu shot?"]),
    ("Which conditions are still active?", ["Which conditions haven't been closed out yet?"]),
    ("How many visits are recorded?", ["Readmissions review, this patient: how many visits are recorded?"]),
    ("When was the last flu shot?", ["Transfer centre needs to know when the last flu shot was."]),
    ("List the flu shots of 2014.", ["We are tendering: list the flu shots of 2014."]),
    (
        "What was the last potassium?",
        ["Where did the last potassium stand?", "Dr. Khan wants to see the last potassium."],
    ),
    (
        "When was the highest body weight recorded?",
        ["When was he at his heaviest?", "On which day was the patient at their heaviest?"],
    ),
    ("What was the highest body weight?", ["How heavy was he at his heaviest?"]),
    ("When was the first flu shot?", ["Which date was the first flu shot dose?"]),
    (
        "How many flu shots are recorded since 2014?",
        [
            "We moved to the coast in 2014. How many flu shots are recorded since then?",
            "How many flu shots are recorded since she began working nights in 2014?",
        ],
    ),
    (
        "How many flu shots are recorded after 2014?",
        [
            "After her sister went abroad in 2014, how many flu shots are recorded?",
            "They sold the farm in 2014. How many flu shots are recorded after that?",
        ],
    ),
    (
        "How often was the potassium measured in 2016?",
        ["In 2016 I was mostly on the road. How often was the potassium measured that year?"],
    ),
    (
        "What was the first creatinine after the stroke?",
        [
            "He had a stroke. What was the first creatinine afterwards?",
            "He had a stroke a while ago; what was the first creatinine after that?",
        ],
    ),
    (
        "What was the body weight on the day of the last flu shot?",
        [
            "Look up the day of the last flu shot, then give the body weight from that same day.",
            "On the day of the last flu shot they put me on the scales for my body weight; what was it?",
            "What was the body weight the last time a flu shot was given?",
        ],
    ),
    (
        "Was warfarin ever prescribed?",
        [
            "A dentist wants to know whether warfarin was ever prescribed.",
            "For the dental form: was warfarin ever prescribed?",
            "Handover question: was warfarin ever prescribed?",
            "Given her age, I would like to know if warfarin was ever prescribed.",
            "Cardiology would like to know if warfarin was ever prescribed.",
            "Was warfarin ever prescribed, old or current?",
        ],
    ),
    (
        "When was the last colonoscopy?",
        ["When was the last one of those things where they look at the bowel lining, the colonoscopy?"],
    ),
    (
        "How many prescriptions for ibuprofen are there?",
        [
            "I am counting prescriptions for ibuprofen; what's the total?",
            "If I add up the prescriptions for ibuprofen, what number do I get?",
        ],
    ),
    (
        "How many visits were there since 2014-03-24?",
        [
            "24 March 2014 is when the lease began. Number of visits from that day on?",
            "She moved flats on 24 March 2014. How many visits were there from then until now?",
        ],
    ),
    (
        "Was hypertension diagnosed until 2014-03-24?",
        ["The form hinges on 24 March 2014. Until that day, was hypertension diagnosed?"],
    ),
    (
        "When was the last flu shot?",
        [
            "She has had a flu shot more than once. When was the last flu shot?",
            "I believe she had a flu shot at least twice, when was the last flu shot?",
        ],
    ),
    (
        "When was the last visit?",
        [
            "The ortho scheduler wants the date of the last visit. Which was it?",
            "HR needs the date of the last visit. What is it?",
        ],
    ),
    ("When did she last have a flu shot?", ["The school nurse does the rounds and asks when she last had a flu shot."]),
    (
        "Was warfarin ordered on 2014-03-24?",
        ["Chart check, 24 March 2014. Was warfarin ordered at that very moment?"],
    ),
    ("When was warfarin last ordered?", ["When was the last warfarin order on her drug profile?"]),
    ("When was I last discharged from the hospital?", ["When was it that the hospital last let me go home?"]),
    ("At what times was I admitted in 2015?", ["On which dates was I admitted in 2015, each of them?"]),
    (
        "Which medications does she take?",
        ["A list of the medications she takes, please.", "Give me all the drugs that she takes daily."],
    ),
    ("What is the patient's gender?", ["M or F?", "Is the patient a he or a she?", "What is recorded, F/M?"]),
    ("How many procedures were there in 2015?", ["What do the procedures add up to in 2015?"]),
    ("How many visits were there until last year?", ["Count of visits to last year?"]),
    ("How many visits were there in 2015?", ["visits, all of them, in 2015: how many?"]),
    (
        "When was hypertension last diagnosed in 2015?",
        ["In 2015 hypertension was noted. When was the last time that year?"],
    ),
    (
        "Which conditions are active?",
        [
            "I'm taking over the clinic on Monday, so which conditions are active?",
            "We have a review on Friday: which conditions are active?",
            "She is coming in on Thursday, which conditions are active?",
        ],
    ),
    ("Did Dr. Ames prescribe warfarin?", ["I believe it was Dr. Ames who prescribed warfarin. Is that right?"]),
)


@pytest.mark.parametrize(
    ("plain", "told"), [(plain, told) for plain, every in SAME for told in every], ids=lambda text: text[:60]
)
def test_a_story_comes_to_the_plain_question(ask: Ask, plain: str, told: str) -> None:
    assert queries(ask, told) == queries(ask, plain)


def test_a_day_before_a_colon_is_that_of_the_question(ask: Ask) -> None:
    assert queries(ask, "Today's coding: was hypertension diagnosed?") == queries(
        ask, "Was hypertension diagnosed today?"
    )


def test_a_day_that_the_question_begins_with_is_its_own(ask: Ask) -> None:
    assert queries(ask, "Today, was warfarin prescribed?") == queries(ask, "Was warfarin prescribed today?")


@pytest.mark.parametrize(
    "question",
    [
        "What was the body weight that day?",
        "We moved in 2014. What was the body weight that day?",
        "I took up swimming. What was the potassium after that?",
        "Only the supine ones count. What was the last blood pressure?",
        "What was the body weight, the supine measurement?",
        "Fasting: what was the last potassium?",
        "Was she prescribed any of these in 2015?",
        "Is the hypertension zorbled?",
        "Was the patient twizzled for hypertension?",
        "What was the potassium the creatinine?",
    ],
)
def test_what_points_nowhere_or_narrows_is_not_read_past(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("question", "index", "negated"),
    [
        ("Has she had more than five visits?", 6, False),
        ("Were there at least two flu shots?", 2, False),
        ("Was warfarin prescribed more than once?", 2, False),
        ("Has he had three or more visits in 2015?", 3, False),
        ("Has she had fewer than 4 flu shots?", 4, True),
        ("Were there at most 9 encounters?", 10, True),
        ("Was the body weight measured less than 3 times?", 3, True),
        ("Was there more than one colonoscopy?", 2, False),
        ("Was there perhaps more than one colonoscopy?", 2, False),
    ],
)
def test_a_number_of_entries_is_asked_of_their_number(ask: Ask, question: str, index: int, negated: bool) -> None:
    (shape,) = queries(ask, question)
    assert (shape["measure"], shape["which"], shape["index"]) == ("exists", "first", index)
    assert shape.get("negated", False) is negated
    assert "threshold" not in shape


def test_a_limit_of_a_value_stays_one(ask: Ask) -> None:
    for question in (
        "Was the potassium ever above 5?",
        "Was the body weight ever more than 90 kg?",
        "any LDL over 3 mmol/l?",
    ):
        (shape,) = queries(ask, question)
        assert shape["threshold"]["relation"] == "gt"
        assert "index" not in shape
    (both,) = queries(ask, "Was the potassium above 5 on more than one occasion?")
    assert (both["threshold"]["value"], both["index"]) == (5.0, 2)


def test_an_exact_number_is_not_decided_by_one_entry(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("Were there exactly two flu shots?")), GiveUp)


@pytest.mark.parametrize(
    ("question", "which", "unit"),
    [
        ("How many days since her last flu shot?", "last", "d"),
        ("How many weeks ago was the last visit?", "last", "wk"),
        ("How many years ago was hypertension diagnosed?", "first", "a"),
        ("days since the last colonoscopy?", "last", "d"),
        ("How many months has it been since the potassium was measured?", "last", "mo"),
        ("How long ago in days was the last flu shot?", "last", "d"),
    ],
)
def test_the_time_since_an_event(ask: Ask, question: str, which: str, unit: str) -> None:
    (shape,) = queries(ask, question)
    assert (shape["measure"], shape["which"], shape.get("unit", "d")) == ("elapsed", which, unit)


def test_the_highest_and_the_lowest(ask: Ask) -> None:
    for question in (
        "What is the difference between the highest and the lowest potassium?",
        "By how much do her lowest and highest potassium differ?",
    ):
        assert [shape["measure"] for shape in queries(ask, question)] == ["range"]
    assert [shape["measure"] for shape in queries(ask, "highest and lowest potassium?")] == ["max", "min"]
    assert [shape["which"] for shape in queries(ask, "What are the first and the last potassium?")] == ["first", "last"]
    change = queries(ask, "How much did the potassium change between the first and the last reading?")
    assert [shape["measure"] for shape in change] == ["change"]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("between the start of 1999 and the end of 2002", "between 1999 and 2002"),
        ("from 2013 to the end of 2017", "from 2013 to 2017"),
        ("since the beginning of 2012", "since 2012"),
    ],
)
def test_the_edges_of_a_stretch_belong_to_it(ask: Ask, said: str, plain: str) -> None:
    assert queries(ask, f"How many visits were there {said}?") == queries(ask, f"How many visits were there {plain}?")
    assert isinstance(PLANNER.decide(ask("How many visits were there between the end of 1999 and 2002?")), GiveUp)


def test_people_are_counted_and_not_what_they_prescribed(ask: Ask) -> None:
    (shape,) = queries(ask, "How many different clinicians have prescribed drugs?")
    assert (shape["measure"], shape["target"]) == ("count_distinct", "person")


def test_first_recorded_of_many_says_that_they_were_new(ask: Ask) -> None:
    (shape,) = queries(ask, "Which diagnoses were first noted in 2011?")
    assert "which" not in shape


def test_a_form_narrows_a_drug_to_the_products_that_have_it(ask: Ask) -> None:
    (tablet,) = queries(ask, "Who prescribed the ibuprofen tablets?")
    assert [coding["code"] for coding in tablet["concept"]["codings"]] == ["310965"]
    (cream,) = queries(ask, "Who prescribed the ibuprofen cream?")
    assert "codings" not in cream["concept"], "the record has no such form"


def test_a_name_nobody_knows_stands_for_a_thing_only_beside_its_noun(ask: Ask) -> None:
    (shape,) = queries(ask, "How many zorbaxol prescriptions are there?")
    assert shape["measure"] == "count"
    assert isinstance(PLANNER.decide(ask("Which shots went into the quibble?")), GiveUp)


def test_the_one_taken_now_is_the_active_one(ask: Ask) -> None:
    (shape,) = queries(ask, "The warfarin she's taking now: who prescribed it?")
    assert shape["status"] == ["active"]


def test_a_climb_is_a_change(ask: Ask) -> None:
    (shape,) = queries(ask, "How many kg did her body weight climb from the first to the last reading?")
    assert shape["measure"] == "change"


def test_who_did_what_is_asked_about_is_not_left_out(ask: Ask) -> None:
    told = queries(
        ask, "Someone ordered lisinopril for him, he believes it was Dr. Leanne Moen. Is he right that she did?"
    )
    assert [call.get("person") for call in told] == ["Leanne Moen"]
    (asks,) = queries(ask, "Dr. Leanne Moen is his new doctor. When was lisinopril last prescribed?")
    assert "person" not in asks, "she is only told of"
    (asks,) = queries(ask, "Dr. Leanne Moen wants to know when lisinopril was last prescribed.")
    assert "person" not in asks, "she is only who asks"
