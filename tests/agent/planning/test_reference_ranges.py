"""Questions about the record's own reference ranges and flags: only rows that a range or a flag decides are told."""

from __future__ import annotations

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.reference_ranges import relation_to_range


@pytest.fixture(scope="module")
def asked() -> object:
    """Ask about the made-up patient with flagged HbA1c, creatinine beside its range, and LDL with neither."""
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="test", as_of=fhir_fixtures.AS_OF)
        yield lambda question: assistant.answer(question, session)


@pytest.mark.parametrize(
    ("clause", "relation"),
    [
        ("which qc1 were abnormal", "outside_range"),
        ("which qc1 were out of range", "outside_range"),
        ("were any qc1 not normal", "outside_range"),
        ("which qc1 were flagged high", "above_range"),
        ("what was the last low qc1", "below_range"),
        ("when was qc1 too low", "below_range"),
        ("which qc1 were within range", "within_range"),
        ("what was the last normal qc1", "within_range"),
        ("what was the last qc1", ""),
        ("how high was the last qc1", ""),
        ("how low did qc1 go", ""),
    ],
)
def test_what_a_clause_asks_of_the_range(clause: str, relation: str) -> None:
    assert relation_to_range(clause, yes_or_no=False) == relation


def test_a_bare_side_counts_in_a_question_for_yes_or_no_alone() -> None:
    assert relation_to_range("was qc1 high", yes_or_no=True) == "above_range"
    assert relation_to_range("show qc1 as high as recorded", yes_or_no=False) == ""


@pytest.mark.parametrize("clause", ["when did qc1 return to normal", "did qc1 touch the normal range"])
def test_what_is_no_state_of_one_value_is_said_not_to_be_understood(clause: str) -> None:
    with pytest.raises(NotUnderstood):
        relation_to_range(clause, yes_or_no=False)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which creatinine results were outside the lab's normal range?", (1.4, 1.3, 1.5, 1.4, 2.2)),
        ("How many creatinine values were above the reference range?", (5,)),
        ("Which HbA1c values were flagged as high?", (8.4, 8.0, 7.9, 7.6, 7.4, 7.3, 7.1)),
        ("Were any lab results out of range in 2024?", (True,)),
        ("Did her creatinine ever leave the normal range?", (True,)),
        ("Which tests came back abnormal?", ("HbA1c", "Creatinine")),
    ],
)
def test_rows_that_the_range_or_a_flag_decides_are_told(asked, question: str, value: tuple[object, ...]) -> None:  # type: ignore[no-untyped-def]
    answer: Answer = asked(question)
    assert tuple(answer.value) == value


@pytest.mark.parametrize("question", ["What was the most recent normal HbA1c?", "Which HbA1c readings were in range?"])
def test_none_within_its_range_is_an_absence(asked, question: str) -> None:  # type: ignore[no-untyped-def]
    answer = asked(question)
    assert answer.outcome == "not_recorded"
    assert 'No observation for "HbA1c" within its reference range is recorded.' in answer.text


def test_what_neither_flag_nor_range_decides_is_said(asked) -> None:  # type: ignore[no-untyped-def]
    answer = asked("Was LDL ever out of range?")
    assert tuple(answer.value) == ()
    assert "1 entry with no flag and no reference range to tell by." in answer.text


@pytest.mark.parametrize("question", ["Was the last HbA1c in range?", "Is the latest HbA1c inside the normal limits?"])
def test_one_value_is_told_with_its_flag(asked, question: str) -> None:  # type: ignore[no-untyped-def]
    assert tuple(asked(question).value) == (7.1, "High")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many creatinine results are there?", "5 entries counted: Creatinine (in part preliminary)."),
        ("What is the highest creatinine?", "highest value 2.2 mg/dL, 2025-06-02 08:05 (preliminary)."),
        ("What is the average creatinine?", "mean of 5 values, 1.56 mg/dL (rounded) (in part preliminary)."),
        ("Which labs were done in 2025?", "Creatinine, 2025-06-02 08:05 (preliminary)."),
    ],
)
def test_what_is_computed_over_preliminary_results_says_so(asked, question: str, told: str) -> None:  # type: ignore[no-untyped-def]
    assert told in asked(question).text


def test_the_result_of_nothing_named_is_not_that_of_everything(asked) -> None:  # type: ignore[no-untyped-def]
    assert asked("What was the value?").outcome == "failed"


def test_what_was_given_for_something_high_is_not_whether_it_was_high(asked) -> None:  # type: ignore[no-untyped-def]
    answer = asked("Was any medicine ordered for a high creatinine (kidney injury)?")
    assert answer.outcome != "answered"
    assert "reference range" not in answer.text


def test_a_condition_has_no_reference_range(asked) -> None:  # type: ignore[no-untyped-def]
    answer = asked("Is any blood pressure level (hypertension) high?")
    assert answer.outcome == "failed"
    assert "only results have one" in answer.text
    assert asked("Was the hypertension above range?").outcome == "failed"
