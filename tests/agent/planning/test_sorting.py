"""A list is told in the order that it is asked in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.wording.sorting import order_told
from chartwarden.fhir_fixtures import folder


@pytest.mark.parametrize(
    ("question", "bare", "order"),
    [
        ("List her vaccines, newest first.", "List her vaccines.", "newest"),
        ("All LDL results, most recent at the top", "All LDL results", "newest"),
        ("Give me her procedures in reverse chronological order.", "Give me her procedures.", "newest"),
        ("What procedures has she had? Most recent first.", "What procedures has she had?", "newest"),
        ("Newest first: what was diagnosed?", "what was diagnosed?", "newest"),
        ("List the visits (oldest first)", "List the visits", "oldest"),
        ("Problems in chronological order", "Problems", "oldest"),
        ("List her conditions alphabetically.", "List her conditions.", "name"),
        ("Show the drugs in alphabetical order, please.", "Show the drugs, please.", "name"),
        ("List the drugs in reverse alphabetical order", "List the drugs", "name_reversed"),
        ("Every LDL sorted from highest to lowest", "Every LDL", "highest"),
        ("the LDL numbers, oldest first", "list all the LDL numbers", "oldest"),
        ("Which was ordered first, A or B?", "Which was ordered first, A or B?", ""),
        ("When was the latest visit?", "When was the latest visit?", ""),
        ("Was the highest LDL the first?", "Was the highest LDL the first?", ""),
        ("Problem list, active only, alphabetical", "Problem list, active only", "name"),
        ("LDL values in descending order", "LDL values in descending order", ""),
    ],
)
def test_an_order_is_taken_off_the_question(question: str, bare: str, order: str) -> None:
    assert order_told(question) == (bare, order)


Values = Callable[[str], tuple[object, ...]]


@pytest.fixture(scope="module")
def values() -> Iterator[Values]:
    with Assistant.over(folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader")
        yield lambda question: assistant.answer(question, session).value


def test_rows_are_told_in_the_order_asked_for(values: Values) -> None:
    by_time = values("List all HbA1c values, oldest first.")
    assert by_time[0] == 8.4
    assert values("All HbA1c values, most recent first") == by_time[::-1]
    assert values("Every HbA1c from highest to lowest") == tuple(sorted(by_time, key=float, reverse=True))  # type: ignore[arg-type]
    assert values("Last three HbA1c values, oldest first") == by_time[-3:]


def test_names_are_told_in_the_order_asked_for(values: Values) -> None:
    names = values("List her conditions alphabetically.")
    assert list(names) == sorted(names, key=lambda name: str(name).casefold())
    assert values("List her conditions in reverse alphabetical order") == names[::-1]
    assert set(values("List her conditions, newest first")) == set(names)


def test_each_of_a_named_thing_is_told_in_its_order() -> None:
    with Assistant.over(folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader")
        listed = assistant.answer("List the flu shots, newest first", session)
        times = assistant.answer("When were the flu shots?", session).value
    places = [listed.text.index(str(time)) for time in reversed(times)]
    assert len(places) > 2
    assert places == sorted(places)


def test_all_results_are_no_mean(values: Values) -> None:
    assert len(values("list all HbA1c results")) > 2
