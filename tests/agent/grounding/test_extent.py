"""First, highest, all, rose and fell: what a sentence says of a whole is what was asked and computed."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.grounding.claims import extent_problem
from chartwarden.agent.grounding.mentions import mentions_of
from chartwarden.tools.records.query import (
    Computed,
    Finding,
    QueryResult,
    RecordQuery,
    Threshold,
)

from .test_claims import SEARCHED, asked, support_of


def extended(text: str, *queries: RecordQuery, kind: str = "assertion", label: str = "", **named: Any) -> str:
    rows = (Finding(reference="Observation/o", label=label),) if label else ()
    results = [QueryResult(question=query, findings=rows, searched=SEARCHED, **named) for query in queries]
    resources = ({"resourceType": "Observation", "id": "o"},) if label else ()
    return extent_problem(mentions_of(text), support_of(*results, resources=resources), kind)


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("The first sodium.", {"which": "first"}, {"which": "last"}),
        ("The earliest sodium.", {"which": "first"}, {"which": "last"}),
        ("The last sodium.", {"which": "last"}, {"which": "first"}),
        ("The most recent sodium.", {"which": "last"}, {"which": "first"}),
        ("The first sodium.", {"which": "all"}, {"which": "last"}),
        ("The last sodium.", {"measure": "trend", "which": "first"}, {"which": "first"}),
        ("The highest sodium.", {"measure": "max"}, {"measure": "min"}),
        ("The highest sodium.", {"by": "value", "which": "last"}, {"by": "value", "which": "first"}),
        ("The highest sodium.", {"threshold": Threshold(relation="gt", value=1)}, {"which": "last"}),
        ("The highest sodium.", {"measure": "range"}, {"measure": "sum"}),
        ("The lowest sodium.", {"measure": "range"}, {"measure": "mean"}),
        ("The lowest sodium.", {"measure": "min"}, {"measure": "max"}),
        ("The lowest sodium.", {"by": "value", "which": "first"}, {"by": "value", "which": "last"}),
        ("The lowest sodium.", {"threshold": Threshold(relation="lt", value=1)}, {"which": "first"}),
        ("The average sodium.", {"measure": "mean"}, {"measure": "sum"}),
        ("The sum of sodium.", {"measure": "sum"}, {"measure": "mean"}),
    ],
)
def test_a_superlative_is_what_was_asked_of_the_record(
    text: str, fits: dict[str, Any], does_not: dict[str, Any]
) -> None:
    assert extended(text, asked("Observation", **fits)) == ""
    assert extended(text, asked("Observation", **does_not)) != ""


def test_first_and_last_in_one_sentence_are_the_ends_of_what_was_asked() -> None:
    assert extended("From the first to the last sodium.", asked("Observation", which="last")) == ""


@pytest.mark.parametrize(
    "text",
    ["The first.", "The latest.", "The highest.", "The lowest.", "On average.", "All of them.", "Never.", "Total."],
)
def test_nothing_is_said_of_all_when_the_search_was_cut_short(text: str) -> None:
    cut = "the search was cut short, and the sentence speaks of first, last or all"
    assert extended(text, asked("Observation"), complete=False) == cut
    assert extended("One of them.", asked("Observation"), complete=False) == ""


def test_a_superlative_in_a_name_says_nothing_of_the_search() -> None:
    asked_first = asked("Observation", which="first")
    assert extended("Last menstrual period.", asked_first, label="Last menstrual period") == ""
    assert extended("Last menstrual period.", asked_first, label="Menstrual period") != ""
    average = asked("Observation", which="first")
    assert extended("Average, first value.", average, label="Blood pressure average") == ""


@pytest.mark.parametrize(
    ("measure", "value", "text", "passes"),
    [
        ("change", 2.0, "It rose by 2.", True),
        ("change", -2.0, "It rose by 2.", False),
        ("change", -2.0, "It fell by 2.", True),
        ("change", 2.0, "It fell by 2.", False),
        ("change", 0, "It rose.", False),
        ("change", 0, "It fell.", False),
        ("trend", "rose", "It increased.", True),
        ("trend", "fell", "It increased.", False),
        ("trend", "fell", "It decreased.", True),
        ("trend", "rose", "It decreased.", False),
        ("trend", "fell", "No, it did not rise or go higher.", True),
        ("mean", 2.0, "It fell to 2.", True),
        ("change", None, "It fell.", True),
        ("change", 0.5, "It rose.", True),
        ("change", -0.5, "It rose.", False),
        ("change", -0.5, "It fell.", True),
        ("change", 0.5, "It fell.", False),
        ("change", -2.0, "It rose, then fell.", True),
        ("trend", "stayed", "It rose.", False),
        ("trend", "unchanged", "It rose.", False),
        ("trend", "even", "It fell.", False),
        ("trend", "fell", "It never rose.", True),
        ("trend", "fell", "Nein: it rose.", True),
    ],
)
def test_the_direction_told_is_the_one_computed(measure: str, value: Any, text: str, passes: bool) -> None:
    query = asked("Observation", measure=measure)
    computed = Computed(measure=measure, value=value)
    assert (extended(text, query, kind="computation", computed=computed) == "") is passes
    assert extended(text, query, kind="assertion", computed=computed) == ""
