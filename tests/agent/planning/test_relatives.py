"""A relative of the asker is read as the patient where age and sex allow it, and the answer says so; nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.planning.planner import GiveUp, UseTools, Write
from chartwarden.agent.planning.reading.relatives import (
    READ_AS,
    READ_AS_GROWN,
    Person,
    as_patient,
    asks_of_relative,
    may_be_family_history,
    names_a_relative,
    without_bystanding,
)
from chartwarden.agent.planning.rules import BESIDE, RulesPlanner
from chartwarden.tools.records.query import Finding, QueryResult, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import ToolCall, ToolResult

from .conftest import Ask

PLANNER = RulesPlanner(Readings())
TODAY = dt.date(2020, 6, 15)


def read(question: str, *, age: int, sex: str) -> str:
    return as_patient(question, Person(dt.date(TODAY.year - age, 1, 2), sex), TODAY)[0]


@pytest.mark.parametrize(
    ("question", "age", "sex", "put"),
    [
        ("Who signed for dad's statin?", 61, "male", "Who signed for the patient's statin?"),
        ("Is my wife still on warfarin?", 44, "female", "Is the patient still on warfarin?"),
        ("Any flu shot for grandmother?", 80, "female", "Any flu shot for the patient?"),
        ("Is gran on a statin?", 80, "female", "Is the patient on a statin?"),
        ("How tall was the baby?", 2, "female", "How tall was the patient?"),
        ("When was our daughter's second HPV shot?", 20, "female", "When was the patient's second HPV shot?"),
        ("Which shots did this kid get?", 23, "male", "Which shots did the patient get?"),
        ("What is he on for his blood pressure, my son?", 20, "male", "What is he on for his blood pressure?"),
        ("What's grandad taking for his heart?", 70, "male", "What's the patient taking for his heart?"),
        ("Which drugs is my grandparent on?", 70, "female", "Which drugs is the patient on?"),
        ("Is my mother-in-law on a statin?", 70, "female", "Is the patient on a statin?"),
        ("When did Nanna last have a flu jab?", 80, "female", "When did the patient last have a flu jab?"),
        ("When was our boy's last tetanus shot?", 20, "male", "When was the patient's last tetanus shot?"),
        ("When did my youngest daughter get her second flu shot?", 9, "female", "When did the patient get her second"),
    ],
)
def test_a_relative_whom_age_and_sex_allow_is_the_patient(question: str, age: int, sex: str, put: str) -> None:
    assert read(question, age=age, sex=sex).startswith(put)


@pytest.mark.parametrize(
    ("question", "age", "sex"),
    [
        ("Who signed for dad's statin?", 4, "female"),
        ("Who signed for dad's statin?", 61, "female"),
        ("Is my wife still on warfarin?", 44, "male"),
        ("What is Pops taking?", 75, "female"),
        ("Has hubby had a flu jab?", 44, "female"),
        ("What is his father's dose?", 75, "male"),
        ("How tall was the baby?", 60, "male"),
        ("When was our daughter's second HPV shot?", 20, "male"),
        ("When was our daughter's second HPV shot?", 41, "female"),
        ("Has this child had the rotavirus vaccine?", 56, "female"),
        ("Has my toddler had the rotavirus vaccine?", 20, "female"),
        ("Any flu shot for grandmother?", 25, "female"),
        ("Does my brother have asthma?", 30, "female"),
    ],
)
def test_a_relative_whom_they_contradict_is_not(question: str, age: int, sex: str) -> None:
    assert read(question, age=age, sex=sex) == question


@pytest.mark.parametrize(
    "question",
    [
        "What runs in the family, on mom's side?",
        "Did my father and my mother both have strokes?",
        "Mom had diabetes. Have I been tested for it?",
        "Does dad's asthma mean that my asthma is hereditary?",
        "Did his mother have breast cancer?",
        "Is the patient's father on warfarin?",
        "Was the mother given warfarin?",
        "Was ibuprofen given for losing the baby?",
        "My wife asks which shots he has had.",
    ],
)
def test_words_that_speak_of_another_are_left(question: str) -> None:
    assert not names_a_relative(question)
    for sex in ("male", "female"):
        assert read(question, age=50, sex=sex) == question


@pytest.mark.parametrize(
    ("question", "recorded", "is_so"),
    [
        ("Did mum have asthma?", ["mother"], True),
        ("Did mum have asthma?", ["father"], False),
        ("Did grandma have asthma?", ["maternal grandmother"], True),
        ("Has my dad had his tetanus jab?", ["natural father"], False),
        ("What was mom's last potassium?", ["mother"], False),
        ("Was dad ever diabetic?", [], True),  # of whom it tells is not recorded
    ],
)
def test_where_the_record_has_what_a_relative_had_it_may_be_asked_for(
    question: str, recorded: list[str], is_so: bool
) -> None:
    assert may_be_family_history(question, recorded) is is_so


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("How much has she gained since Dad passed away in May 2014?", "How much has she gained since May 2014?"),
        ("How much has she gained since Dad died?", "How much has she gained since Dad died?"),  # no date
        ("Put his letter into easy words for my aunt, please.", "Put his letter into easy words, please."),
        ("List her shots so my brother can read them", "List her shots"),
        ("List the shots for my son", "List the shots for my son"),  # nobody else is named
    ],
)
def test_a_relative_who_only_stands_by_is_left_out(said: str, bare: str) -> None:
    assert without_bystanding(said) == bare


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("Was my mother given warfarin?", True),
        ("What was Dad's last weight?", True),
        ("Has my new baby had a flu shot?", True),
        ("My aunt had a stroke. Was his LDL measured?", False),
        ("Mom drove her there. When was the visit?", False),
        ("Dad's dosette box is bursting, so how many drugs is she on?", False),
        ("I am at my daughter's desk and they ask me when the last flu shot was", False),
        ("My niece's form is here; was my niece given Tdap?", True),
        ("Does this boy's chart show any hep B shot?", False),
    ],
)
def test_a_question_put_of_a_relative(question: str, is_so: bool) -> None:
    assert asks_of_relative(question) is is_so


@pytest.mark.parametrize("question", ["Did my mother have a colonoscopy?", "Was mom on warfarin?"])
def test_a_relative_whom_the_sex_contradicts_is_never_read_past(ask: Ask, question: str) -> None:
    looked_up = (_found("birthDate", "1950-03-01"), _found("gender", "male"))
    assert isinstance(PLANNER.decide(ask(question, results=looked_up)), GiveUp)


def test_what_is_only_told_with_such_a_relative_is_answered_and_that_is_said(ask: Ask) -> None:
    looked_up = (_found("birthDate", "1950-03-01"), _found("gender", "male"))
    step = PLANNER.decide(ask("Mom's shelf is full. Was warfarin ever prescribed?", results=looked_up))
    assert isinstance(step, UseTools)
    assert BESIDE in step.reading


def _found(field: str, value: str) -> ToolResult:
    question = RecordQuery(types=("Patient",), target="demographic", field=field, limit=1)
    finding = Finding(reference="Patient/p", value=value)
    return _result(question, QueryResult(question=question, findings=(finding,)))


def _result(question: RecordQuery, result: QueryResult) -> ToolResult:
    return ToolResult(call=ToolCall(name="search_record", question=question), result=result)


def test_the_planner_looks_the_person_up_then_asks_and_tells_the_reading(ask: Ask) -> None:
    question = "What was mom's last potassium?"
    first = PLANNER.decide(ask(question))
    assert isinstance(first, UseTools)
    assert [call.question.field for call in first.calls if isinstance(call.question, RecordQuery)] == [
        "birthDate",
        "gender",
    ]
    looked_up = (_found("birthDate", "1950-03-01"), _found("gender", "female"))
    second = PLANNER.decide(ask(question, results=looked_up))
    assert isinstance(second, UseTools)
    (call,) = second.calls
    assert isinstance(call.question, RecordQuery)
    assert "The relative named was read as the patient of this record." in second.reading
    done = ask(question, results=(*looked_up, _result(call.question, QueryResult(question=call.question))))
    assert isinstance(PLANNER.decide(done), Write)
    assert PLANNER.write(done).sentences[-1].text == "The relative named was read as the patient of this record."


@pytest.mark.parametrize(
    "question", ["What was dad's last potassium?", "Name of whoever ordered warfarin for the baby?"]
)
def test_what_was_looked_up_is_no_answer_where_the_relative_is_another(ask: Ask, question: str) -> None:
    looked_up = (_found("birthDate", "1950-03-01"), _found("gender", "female"))
    step = PLANNER.decide(ask(question, results=looked_up))
    assert isinstance(step, GiveUp)
    assert "patient" in step.reason


def test_of_a_child_who_is_grown_the_answer_says_that_too() -> None:
    grown = Person(dt.date(TODAY.year - 20, 1, 2), "female")
    assert as_patient("Was my daughter given Tdap?", grown, TODAY)[1] == (READ_AS_GROWN,)
    small = Person(dt.date(TODAY.year - 9, 1, 2), "female")
    assert as_patient("Was my daughter given Tdap?", small, TODAY)[1] == (READ_AS,)


def test_the_answer_itself_says_who_was_read_as_the_patient() -> None:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        session = assistant.session("adeyemi-1975", acknowledged_by="R", as_of=fhir_fixtures.AS_OF)
        answer = assistant.answer("When was my wife's last flu shot?", session)
    assert answer.outcome == "not_recorded"
    assert answer.text.endswith("The relative named was read as the patient of this record.")


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("My brother drove in from Leeds, so quickly: when was the last flu shot?", BESIDE),
        ("When did mom last have a flu shot?", "The relative named was read as the patient of this record."),
        ("My sister drove in from Leeds, so quickly: when was the last flu shot?", ""),
    ],
)
def test_who_was_read_as_the_patient_is_told_in_the_answer(question: str, notice: str) -> None:
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json") as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="test", as_of=fhir_fixtures.AS_OF)
        text = assistant.answer(question, session).text
    assert "2024-10-14" in text
    assert notice in text
    assert notice or "relative" not in text


@pytest.mark.parametrize(
    "question",
    [
        "Tell me the drugs her mother is currently prescribed for her hypertension.",
        "Which vaccinations did her sister get against influenza?",
    ],
)
def test_what_a_relative_who_is_another_was_given_is_no_family_history(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)
