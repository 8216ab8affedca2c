"""Questions about notes: the words of one, sentences about a topic, or the documents themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def asked() -> Iterator[Ask]:
    """Ask about the made-up patient with one progress note and one preliminary result."""
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="test", as_of=fhir_fixtures.AS_OF)
        yield lambda question: assistant.answer(question, session)


@pytest.mark.parametrize(
    "question",
    ["What does her newest note say?", "Please read out the latest progress note", "What is in the last note?"],
)
def test_the_newest_note_is_quoted_whole(asked: Ask, question: str) -> None:
    value = asked(question).value
    assert len(value) == 12
    assert "Recheck in three months." in value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which progress notes are there?", ("Progress note",)),
        ("When was the latest progress note written?", ("2025-03-04T10:00:00-06:00",)),
        ("How many progress notes does she have?", (1,)),
        ("Who is the author of the last note?", ("Lena Ortiz",)),
    ],
)
def test_documents_themselves_are_told_as_rows(asked: Ask, question: str, value: tuple[object, ...]) -> None:
    assert tuple(asked(question).value) == value


@pytest.mark.parametrize("question", ["Is there any mention of falls in her notes?", "Do any notes mention rises?"])
def test_a_topic_that_is_a_word_of_the_grammar_is_looked_for(asked: Ask, question: str) -> None:
    answer = asked(question)
    assert answer.outcome == "not_recorded"
    assert "No note or report with" in answer.text


@pytest.mark.parametrize(
    "question",
    ["Do the notes mention falls or metformin?", "What did the note of the first visit say?", "Read me the first note"],
)
def test_words_of_another_note_or_a_second_topic_are_not_guessed(asked: Ask, question: str) -> None:
    assert asked(question).outcome == "failed"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which lab results are not final yet?", ("Creatinine",)),
        ("Were any labs preliminary in June 2025?", (True,)),
        ("Are any reports pending?", (False,)),
    ],
)
def test_results_are_told_by_how_far_they_have_come(asked: Ask, question: str, value: tuple[object, ...]) -> None:
    assert tuple(asked(question).value) == value


@pytest.mark.parametrize(
    "question", ["Which labs were entered in error?", "How many HbA1c values were entered in error?"]
)
def test_what_was_entered_in_error_is_not_told_as_a_result(asked: Ask, question: str) -> None:
    assert asked(question).outcome == "failed"
