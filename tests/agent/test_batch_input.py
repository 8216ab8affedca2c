"""What a batch asks: every usable line is a question, and every other line says why it is none."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwarden.agent.batch_input import Row, Source, read_rows, read_source, rows_of
from chartwarden.tools.errors import UsageError

GOOD = json.dumps({"id": "q1", "patient": "p", "question": "Any?"})


def source(name: str, text: str) -> Source:
    return Source(name, text, hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest())


def error_of(text: str, suffix: str = ".jsonl") -> str:
    (row,) = read_rows(io.StringIO(text, newline=""), suffix=suffix)
    return row.error


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 1 is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("[1]", "line 1 is not a JSON object"),
        ("[" * 100_000, "line 1 is nested too deeply"),
        ('{"id": "q", "patient": "p"}', "line 1 lacks question"),
        ('{"id": "q", "patient": "p", "question": {"a": 1}}', "line 1: question is not text"),
        ('{"id": true, "patient": "p", "question": "Any?"}', "line 1: id is not text"),
        ('{"id": "q", "patient": "p", "question": "\\ud800"}', "line 1: question is not UTF-8"),
        ('{"id": "q", "patient": "p\\u0000", "question": "Any?"}', "line 1: patient holds a NUL character"),
        ('{"id": "q\udcff"}', "line 1 is not UTF-8"),
    ],
)
def test_a_line_that_is_no_question_says_why(line: str, reason: str) -> None:
    assert error_of(line) == reason


def test_an_unusable_line_keeps_the_id_it_has() -> None:
    (row,) = read_rows(io.StringIO('{"id": "q7", "patient": ["p"], "question": "Any?"}'))
    assert (row.id, row.error) == ("q7", "line 1: patient is not text")


def test_csv_cells_without_a_column_are_told() -> None:
    assert error_of("id,patient,question\nq,p,Any?,extra\n", ".csv") == (
        "line 2 has more cells than the header has columns"
    )


def test_a_quoted_cell_may_span_lines_and_later_numbers_stay_right() -> None:
    text = 'id,patient,question\nq1,p,"Any\nallergies?"\nq2,p,\n'
    rows = list(read_rows(io.StringIO(text, newline=""), suffix=".csv"))
    assert rows[0].question == "Any\nallergies?"
    assert rows[1].error == "line 4 lacks question"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\n" + b'{"id": "\xff"}\n')
    first, second = rows_of(read_source(path))
    assert first == Row(1, "q1", "p", "Any?")
    assert second.error == "line 2 is not UTF-8"


def test_a_file_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.jsonl' cannot be read: No such file"):
        read_source(tmp_path / "missing.jsonl")


def test_every_question_is_asked_of_every_patient() -> None:
    questions = source("q.txt", "Any allergies?\n\nAny problems?\n")
    patients = source("p.csv", "patient,as_of\na,2020-01-01\nb,\n")
    rows = rows_of(questions, patients)
    assert [(row.id, row.patient, row.question, row.as_of) for row in rows] == [
        ("line1@a", "a", "Any allergies?", "2020-01-01"),
        ("line3@a", "a", "Any problems?", "2020-01-01"),
        ("line1@b", "b", "Any allergies?", ""),
        ("line3@b", "b", "Any problems?", ""),
    ]


def test_patients_may_be_named_by_their_resource_lines() -> None:
    questions = source("q.jsonl", '{"id": "q1", "question": "Any?"}\n{"id": "q2"}\n')
    patients = source("p.ndjson", '{"resourceType": "Patient", "id": "a"}\nnot json\n')
    errors = [row.error for row in rows_of(questions, patients)]
    assert errors == ["p.ndjson: line 2 is not JSON: Expecting value at column 1", "line 2 lacks question", ""]


def test_a_patient_list_that_is_empty_is_told() -> None:
    with pytest.raises(UsageError, match="names no patient"):
        rows_of(source("q.txt", "Any?\n"), source("p.txt", "\n"))


@given(st.binary(max_size=200), st.sampled_from([".jsonl", ".csv", ".txt"]))
def test_no_bytes_end_a_batch(data: bytes, suffix: str) -> None:
    text = data.decode("utf-8-sig", errors="surrogateescape")
    for row in read_rows(io.StringIO(text, newline=""), suffix=suffix):
        assert bool(row.error) != bool(row.id and row.patient and row.question)
