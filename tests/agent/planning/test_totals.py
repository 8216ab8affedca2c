"""What is added up and what is counted: volumes given, entries, nights of stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask, queries

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Ringer lactate total", "sum"),
        ("total Ringer lactate on 5 January 2019", "sum"),
        ("How much Ringer lactate on 5 January 2019?", "sum"),
        ("total number of Ringer lactate entries", "count"),
        ("How many Ringer lactate entries in total?", "count"),
        ("total flu shots", "count"),
    ],
)
def test_a_total_of_what_is_given_is_added_up(ask: Ask, question: str, measure: str) -> None:
    context = ask(question)
    given = Entry(resource_type="MedicationAdministration", element="medication", text="Ringer lactate", count=2)
    counts = {**context.manifest.counts, "MedicationAdministration": 2}
    manifest = Manifest(counts=counts, entries=(*context.manifest.entries, given))
    step = PLANNER.decide(replace(context, manifest=manifest))
    assert isinstance(step, UseTools), step
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    assert query.measure == measure


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("How many nights was she in hospital in 2015?", "all"),
        ("nights in hospital in 2015", "all"),
        ("How many nights was the last stay?", "last"),
    ],
)
def test_nights_are_counted_of_stays(ask: Ask, question: str, which: str) -> None:
    (asked,) = queries(ask, question)
    assert (asked["measure"], asked["unit"], asked.get("which", "all")) == ("duration", "night", which)


def test_nights_of_each_stay_are_not_one_number(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("hospital stays: how many nights each")), GiveUp)
