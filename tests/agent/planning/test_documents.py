"""Questions for what somebody wrote, where the grammar reads nothing else: every sentence about the thing, quoted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.answer import Answer

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
