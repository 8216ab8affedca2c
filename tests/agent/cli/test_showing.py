"""What is shown of a record: readable, whole, and without power over the terminal."""

from __future__ import annotations

import io
import json

import pytest

from chartwarden.agent.answer import Answer, Sentence
from chartwarden.agent.cli.chat_progress import came_of, looked_for
from chartwarden.agent.cli.showing import console, show_answer
from chartwarden.tools.records.query import Comparison, Concept, NoteSearch, QueryResult, RecordQuery, Window
from chartwarden.tools.toolbox import ToolCall, ToolResult

COMMAND = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e"


def test_text_of_a_record_cannot_command_the_terminal() -> None:
    shown = io.StringIO()
    out = console(file=shown, width=80)
    answer = Answer(
        outcome="answered", sentences=(Sentence(text=f"Note{COMMAND}", citations=("Observation/a",)),),
        citations=("Observation/a",), disclaimer="Check the sources.", planner="rules",
    )  # fmt: skip
    show_answer(answer, out=out)
    assert not set(COMMAND) & set(shown.getvalue()) & set("\x1b\x07\x9b\u202e")
    assert r"Note\u001b[2J" in shown.getvalue()


def test_json_that_is_shown_keeps_its_data_and_has_no_control_characters() -> None:
    shown = io.StringIO()
    console(file=shown, soft_wrap=True).print_json(data={"text": COMMAND})
    assert not set("\x1b\x07\x9b\u202e") & set(shown.getvalue())
    assert json.loads(shown.getvalue()) == {"text": COMMAND}


SEPTEMBER = Window.model_validate({"start": "2024-09-01T00:00:00Z", "end": "2024-10-01T00:00:00Z"})
HBA1C = RecordQuery(types=("Observation",), concept=Concept(words="HbA1c"), window=SEPTEMBER)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (ToolCall(name="search_record", question=HBA1C), '"HbA1c" among observations from 2024-09-01 until 2024-10-01'),
        (
            ToolCall(name="search_record", question=Comparison(left=HBA1C, right=HBA1C, relation="before")),
            '"HbA1c" among observations from 2024-09-01 until 2024-10-01, '
            'and "HbA1c" among observations from 2024-09-01 until 2024-10-01',
        ),
        (ToolCall(name="find_notes", question=NoteSearch(words="smoking")), 'notes that carry "smoking"'),
        (
            ToolCall(name="search_record", question=RecordQuery(types=("Goal", "Media", "Device", "Claim"))),
            "4 kinds of entries",
        ),
        (ToolCall(name="find_images", words="chest"), "images"),
        (ToolCall(name="show_resource", reference="Goal/1"), "Goal/1"),
    ],
)
def test_a_look_is_told_in_the_words_of_the_question(call: ToolCall, told: str) -> None:
    assert looked_for(call) == told


def test_a_failed_look_is_never_told_as_an_absence() -> None:
    call = ToolCall(name="search_record", question=HBA1C)
    failed = ToolResult(call=call, error="The record could not be searched (timeout); this is not an absence.")
    assert came_of(failed) == failed.error
    assert came_of(ToolResult(call=call, result=QueryResult(question=HBA1C))) == "nothing found"
    cut = QueryResult(question=HBA1C, found=3, complete=False)
    assert came_of(ToolResult(call=call, result=cut)) == "3 found, but the search was cut short"
