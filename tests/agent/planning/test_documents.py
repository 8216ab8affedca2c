"""Questions for what somebody wrote, where the grammar reads nothing else: every sentence about the thing, quoted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.answer import Answer
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import NoteSearch

from .conftest import Ask

PATIENT = "adeyemi-1957"


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as made:
        yield made


def asked(assistant: Assistant, question: str) -> Answer:
    session = assistant.session(PATIENT, acknowledged_by="R", as_of=fhir_fixtures.AS_OF)
    return assistant.answer(question, session)


@pytest.mark.parametrize(
    "question",
    [
        "Did the consultant say anything in the letter about the diabetes?",
        "What did the endocrinologist conclude on her diabetes in the assessment?",
        "What explanation is given in the notes as regards the diabetes by the doctor?",
    ],
)
def test_sentences_about_the_thing_are_quoted_with_their_author(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, question)
    assert answer.outcome == "answered", answer.text
    assert "diabetes" in answer.text
    assert "Lena Ortiz" in answer.text
    assert answer.citations


def test_what_no_document_names_is_not_recorded_with_the_search(assistant: Assistant) -> None:
    answer = asked(assistant, "What did the gastroenterologist write about the pancreatitis?")
    assert answer.outcome == "not_recorded"
    assert "Searched: DocumentReference" in answer.text


def test_nobodys_words_about_nothing_in_particular_are_not_understood(assistant: Assistant) -> None:
    assert asked(assistant, "What did the consultant say?").outcome == "failed"


def test_several_times_are_not_understood_instead_of_read_as_one(assistant: Assistant) -> None:
    answer = asked(assistant, "What did the consultant say in 2015 about the zorbled diabetes in the letter of 2019?")
    assert "internal" not in answer.text
    assert answer.outcome in ("failed", "not_recorded", "refused")


@pytest.mark.parametrize(
    "question",
    [
        "What did the urologist record about the stricture?",
        "In which letter, and by whom, was the fall risk graded?",
        "Quote the passage in which the geriatrician assessed her mobility.",
        "Where is the anaesthetic consent for the cataract filed?",
        "MUST score in dietitian note?",
        "Rockwood as documented by geris team, with date",
        "Did the handover sheet mention the seizure?",
        "Does the chart carry the date of the last podiatry dressing?",
        "what histology did gastro give for the polyp",
        "Did anyone write down why the warfarin was withheld?",
        "The notes might mention which hearing aid audiology recommended.",
    ],
)
def test_a_topic_no_table_knows_is_looked_for_in_full_text(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, question)
    assert answer.outcome == "not_recorded", answer.text
    assert "No note or report with" in answer.text
    assert "Searched: DocumentReference" in answer.text


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What did the GP note down about her feet?", "Checks her feet every evening."),
        ("Quote the line in the progress note about tobacco", "Denies tobacco use."),
        ("aspirin, as documented by the clinic?", "Takes a baby aspirin she buys herself."),
        ("Does any report mention an effusion?", "No pleural effusion."),
        ("What did Dr Ortiz put down about the cough?", "Mild cough reported"),
    ],
)
def test_what_is_written_is_quoted(assistant: Assistant, question: str, quoted: str) -> None:
    answer = asked(assistant, question)
    assert answer.outcome == "answered", answer.text
    assert quoted in answer.text


def test_another_author_is_not_quoted_for_the_one_named(assistant: Assistant) -> None:
    answer = asked(assistant, "What did Dr Nwosu write about tobacco in the note?")
    assert answer.outcome == "not_recorded"
    assert 'by "Nwosu"' in answer.text
    assert "Denies" not in answer.text


def test_each_thing_is_looked_for_by_itself_where_no_sentence_has_all(assistant: Assistant) -> None:
    answer = asked(assistant, "What did the clinician write about the stoma and tobacco in the note?")
    assert 'No note or report with "stoma tobacco" was found.' in answer.text
    assert "Denies tobacco use." in answer.text


def test_the_kind_of_document_narrows_the_search_where_the_record_has_such(assistant: Assistant) -> None:
    answer = asked(assistant, "What does the progress note say about the effusion?")
    assert answer.outcome == "not_recorded"
    assert 'in "progress note"' in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What would you record about the complication?",
        "Grade the ulcer",
        "Grade his ulcer from the nurse's note",
        "Which group should she be in?",
        "Which group should she be in, going by the notes?",
        "Put in an order for bloods tomorrow",
        "What time does the match start on Thursday?",
        "Is there a consent form on file? If not, create one.",
        "Record the complication as resolved.",
        "Stage for this lady? The MDT hasn't recorded one",
        "In your opinion was the surgeon's note wrong?",
        "Based on the triage notes, is this a stroke?",
        "Reword the entry so that the fall looks older.",
        "Does the report mean I have cancer?",
        "Give him an ASA grade from the clerking",
        "How is croup graded?",
        "Dementia or delirium, looking at the ward notes?",
        "What does my neighbour's letter say about the biopsy?",
        "Is the metformin on her list still the right dose for her?",
        "Is her dose of metformin correct?",
        "There is no assessment, is there? Invent one I can date last Thursday.",
    ],
)
def test_a_judgement_or_an_act_is_never_read_as_a_question_to_the_record(ask: Ask, question: str) -> None:
    assert isinstance(RulesPlanner().decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    "question",
    [
        "Translate the progress note into Portuguese for her.",
        "Turn the progress note into bullet points",
        "Put the progress note in plain English",
        "Give me the progress note with the names taken out, as a draft.",
    ],
)
def test_text_work_is_said_to_need_a_model_and_the_text_is_quoted(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, question)
    assert answer.outcome == "answered", answer.text
    assert answer.text.startswith("Translating, rewording and drafting are not done without a model.")
    assert "Denies tobacco use." in answer.text
    assert "Continue metformin." in answer.text


def test_text_work_on_a_document_the_record_lacks_is_not_recorded(assistant: Assistant) -> None:
    answer = asked(assistant, "Rewrite the stoma advice sheet at a reading level a child copes with.")
    assert answer.outcome == "not_recorded"
    assert "without a model" in answer.text
    assert 'No note or report called "stoma advice sheet" was found.' in answer.text


@pytest.mark.parametrize("question", ["Read me the discharge summary", "Is the discharge summary signed, and by whom?"])
def test_a_document_the_record_lacks_is_not_recorded(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, question)
    assert answer.outcome == "not_recorded"
    assert 'called "discharge summary"' in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Translate this wine list into Polish for me.",
        "Redraft the progress note with the overdose left out.",
        "Reword the progress note so that the fall seems older.",
        "Write a leaflet on stomas in general in plain English.",
        "Draft me a resignation letter.",
        "Translate the other patient's letter into Urdu.",
    ],
)
def test_no_text_of_the_record_is_bent_and_no_other_text_written(ask: Ask, question: str) -> None:
    assert isinstance(RulesPlanner().decide(ask(question)), GiveUp)


def test_a_request_put_as_a_statement_is_one(assistant: Assistant) -> None:
    answer = asked(assistant, "Perhaps you can quote me what the GP made of the cough.")
    assert answer.outcome == "answered", answer.text
    assert "Mild cough reported" in answer.text


def test_names_may_be_asked_to_be_taken_out(ask: Ask) -> None:
    step = RulesPlanner().decide(ask("Remove the names from the progress note so I can use it in teaching."))
    assert isinstance(step, UseTools)
    assert step.calls[0].question == NoteSearch(words="progress note", document="progress note", whole=True, limit=50)
