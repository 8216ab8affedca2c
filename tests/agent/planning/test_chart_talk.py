"""What people who look through charts say: headings that narrow the question behind them, and what they are after."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.chart_talk import of_charts
from chartwarden.agent.planning.wording.rows_headed import of_heading
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

from .conftest import Ask, PlanningContext, lookups, shapes


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("40003400 had simvastatin prescribed in 2014. The last such order that year, how is it documented?",
         "When was the last order of simvastatin in 2014?"),
        ("How was the first simvastatin prescription documented in 2014?",
         "When was the first order of simvastatin in 2014?"),
        ("The last simvastatin order in 2014: how is it charted?", "When was the last order of simvastatin in 2014?"),
        ("2014, PO/NG route, 40003400. When was the final script?",
         "When was the last prescription via PO/NG in 2014?"),
        ("anything by PO/NG route from 2014 on. when was i first prescribed one",
         "When was the first prescription via PO/NG since 2014?"),
        ("PO/NG route. Last script in 2014, when?", "When was the last prescription via PO/NG in 2014?"),
        ("PO/NG route in 2014. How many orders?", "How many orders via PO/NG in 2014?"),
        ("PO/NG route in 2014. Which was the last script?", "Which drug was last prescribed via PO/NG in 2014?"),
        ("PO/NG route in 2014. Last script and its dose?",
         "What was the dose of the last prescription via PO/NG in 2014?"),
        ("Simvastatin for 40003400. I'm after the last time these were prescribed in 2014.",
         "When was simvastatin last prescribed in 2014?"),
        ("Colonoscopy, first time since 2014, when?", "When was the first colonoscopy since 2014?"),
        ("Pharmacy: for 40003400, the first order via PO/NG in 2014 was placed when?",
         "When was the first order via PO/NG in 2014?"),
        ("40003400 had procedures done from 2014 on; I'm after the date of the earliest one.",
         "When was the first procedure since 2014?"),
        ("Drug chart, 40003400. When was the last prescription in 2014?", "When was the last prescription in 2014?"),
        ("Quick check on 40003400, through 2014. LDL: was it under 50.0 at any time?",
         "Was LDL ever under 50.0 until 2014?"),
        ("Can somebody confirm if 40003400 had even one of these ordered up to 2014: simvastatin, ZZZQ9I",
         "Was any of simvastatin or ZZZQ9I prescribed until 2014?"),
        ("Reconciling meds for 40003400. Up to 2014, do simvastatin or ZZZQ9I turn up among the prescriptions?",
         "Was any of simvastatin or ZZZQ9I prescribed until 2014?"),
        ("In 2014, was I looked at from within (Colonoscopy procedure)?", "In 2014, did I have a colonoscopy?"),
        ("When was my bowel last looked at (the colonoscopy procedure)?", "When did I last have a colonoscopy?"),
        ("Tell me the precise time they last let me out of hospital.", "When was I last discharged from hospital?"),
    ],
)  # fmt: skip
def test_it_is_read_as_said_plainly(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    "line",
    [
        "A lot of fluid went into 40003400 in June 2014, is that right?",
        "40003400 had simvastatin in 2014. The last such order in 2015, how is it documented?",
        "Quick check on the patient, through 2014.",
    ],
)
def test_what_says_more_or_nothing_stays_not_understood(ask: Ask, line: str) -> None:
    assert isinstance(RulesPlanner(Readings()).decide(ask(line)), GiveUp)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (
            "A catheter went into 40003400 in June 2014, is that right?",
            "was A catheter placed in 40003400 in June 2014?",
        ),
        ("In June 2014 a catheter went into him, right?", "was a catheter placed in him In June 2014?"),
        ("Did the catheter go into her in 2014?", "was the catheter placed in her in 2014?"),
        ("When was the catheter inserted?", "When was the catheter placed?"),
    ],
)
def test_what_went_into_somebody_was_placed(line: str, plain: str) -> None:
    assert of_charts(line) == plain


@pytest.mark.parametrize(
    "line",
    [
        "I'm after the operation now. When was the last LDL?",
        "Fluids chart, 40003400. When's the last entry?",
        "Last year was I ill (not by a procedure)?",
        "The catheter went in on admission, right?",
    ],
)
def test_what_only_looks_like_it_stands(line: str) -> None:
    assert of_charts(line) == line


@pytest.mark.parametrize(
    "text",
    [
        "qr0 route qt0 . when was the last qc0",
        "qt0, qr0 route . when was the final script qt1",
        "how is qc0 documented",
        "how was the last dose of qc0 documented qt0",
        "were all of these ordered: qc0, qc1",
    ],
)
def test_a_heading_is_left_where_the_question_has_its_own(text: str) -> None:
    assert of_heading(text, frozenset({"qc0", "qc1"})) == text


def test_a_drug_called_by_another_name_that_was_taken_is_an_administration(clock: Clock) -> None:
    codings = (Coding(system="http://example.org/drugs", code="1", display="Ciprofloxacin"),)
    kinds = ("MedicationRequest", "MedicationAdministration")
    entries = tuple(Entry(resource_type=one, element="medication", codings=codings, count=2) for one in kinds)
    manifest = Manifest(counts=dict.fromkeys(kinds, 2), entries=entries)

    def types_of(line: str) -> list[tuple[str, ...]]:
        found = lookups(lambda question: PlanningContext(question, clock, manifest), line)
        return [one.types for one in found if isinstance(one, RecordQuery)]

    assert types_of("Cipro. When did I take it the very first time?") == [("MedicationAdministration",)]
    assert types_of("Cipro for 40003400, first time since 2014. When?") == [("MedicationAdministration",)]
    assert types_of("Cipro. When was it first prescribed?") == [("MedicationRequest",)]
