"""Names typed as their beginnings, and a name told apart from others of its kind behind it."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.given_names import GIVEN_NAMES
from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.vocabulary import rows_by_form
from chartwarden.tools.toolbox import Clock

from .conftest import CVX, LOINC, RXNORM, SNOMED, Ask, queries

PLANNER = RulesPlanner()
_ENTRIES = (
    ("MedicationRequest", "medication", RXNORM, "308182", "Amoxicillin 250 MG Oral Capsule"),
    ("MedicationRequest", "medication", RXNORM, "617993", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "866427", "Metoprolol Tartrate 25 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "966221", "Levothyroxine 50 MCG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "310431", "Gabapentin 300 MG Oral Capsule"),
    ("MedicationRequest", "medication", RXNORM, "310489", "Gabatril 4 MG Oral Tablet"),
    ("MedicationRequest", "medication", RXNORM, "897722", "Verapamil Hydrochloride 80 MG Oral Tablet"),
    ("Immunization", "code", CVX, "114", "meningococcal MCV4P"),
    ("Immunization", "code", CVX, "33", "pneumococcal polysaccharide vaccine, 23 valent"),
    ("Immunization", "code", CVX, "133", "Pneumococcal conjugate PCV 13"),
    ("Immunization", "code", CVX, "140", "Influenza, seasonal, injectable, preservative free"),
    ("Observation", "code", LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),
    ("Observation", "code", LOINC, "718-7", "Hemoglobin [Mass/volume] in Blood"),
    ("Observation", "code", LOINC, "18262-6", "Low Density Lipoprotein Cholesterol"),
    ("Observation", "code", LOINC, "2093-3", "Total Cholesterol"),
    ("Observation", "code", LOINC, "2571-8", "Triglycerides"),
    ("Observation", "code", LOINC, "6298-4", "Potassium"),
    ("Condition", "code", SNOMED, "40055000", "Chronic sinusitis (disorder)"),
    ("Condition", "code", SNOMED, "444814009", "Viral sinusitis (disorder)"),
    ("Condition", "code", SNOMED, "75498004", "Acute bacterial sinusitis (disorder)"),
    ("Condition", "code", SNOMED, "195662009", "Acute viral pharyngitis (disorder)"),
    ("Condition", "code", SNOMED, "73211009", "Diabetes mellitus"),
)


@pytest.fixture(scope="module")
def ask(clock: Clock) -> Ask:
    entries = tuple(
        Entry(resource_type=kind, element=element, codings=(Coding(system=system, code=code, display=name),), count=2)
        for kind, element, system, code, name in _ENTRIES
    )
    record = Manifest(counts={entry.resource_type: 2 for entry in entries}, entries=entries)

    def make(question: str, **_: object) -> PlanningContext:
        return PlanningContext(question, clock, record)

    return make


def _named(ask: Ask, question: str) -> tuple[str, ...]:
    step = PLANNER.decide(ask(question))
    if isinstance(step, GiveUp):
        return ()
    assert isinstance(step, UseTools)
    found = (call.question for call in step.calls)
    told = [part for one in found if isinstance(one, RecordQuery) for part in (one.concept, one.reason)]
    return tuple(sorted({coding.display for concept in told if concept is not None for coding in concept.codings}))


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("amox, most recent script, by who", "amoxicillin, most recent script, by who"),
        ("mening vaccine, how many doses", "meningococcal vaccine, how many doses"),
        ("meningo shot, when was the last?", "meningococcal shot, when was the last?"),
        ("pneumo polysaccharide vax, date?", "pneumococcal polysaccharide vaccine, date?"),
        ("When was the pneumo conjugate vaccine given?", "When was the pneumococcal conjugate vaccine given?"),
        ("When was levo prescribed first?", "When was levothyroxine prescribed first?"),
        ("Is she on metop?", "Is she on metoprolol?"),
        ("warf: active?", "Warfarin: active?"),
        ("What was the last trigly value?", "What was the last triglycerides value?"),
        ("potas level, highest", "Potassium level, highest"),
        ("When did he last get the influ jab?", "When did he last get the influenza jab?"),
        ("imms 2014, which were given", "immunizations 2014, which were given"),
        ("Is she on a b-blocker?", "Is she on a beta blocker?"),
    ],
)
def test_a_name_cut_short_is_the_only_one_that_begins_so(ask: Ask, short: str, full: str) -> None:
    assert queries(ask, short) == queries(ask, full)


def test_no_drug_is_taken_for_somebodys_name() -> None:
    assert GIVEN_NAMES.isdisjoint(word for form in rows_by_form() for word in form)


def test_how_a_name_was_filled_in_is_told(ask: Ask) -> None:
    step = PLANNER.decide(ask("When was levo prescribed first?"))
    assert isinstance(step, UseTools)
    (call,) = step.calls
    assert isinstance(call.question, RecordQuery)
    assert call.question.concept is not None
    assert call.question.concept.words == "levo"
    assert call.question.concept.via.startswith("spelling: levothyroxine")


@pytest.mark.parametrize(
    "question",
    [
        "When was gaba last prescribed?",  # two drugs begin so
        "How often was hemo measured?",  # and two measurements
        "Was anything prescribed for levo?",  # a reason, and no drug
        "Did Dr Warf prescribe anything?",
        "Any levo medicine?",  # what it is for
        "What was diagnosed as diab?",  # no drug, vaccine or measurement
        "latest pota",  # too little of it, where no measurement is asked for
        "tart, when was it prescribed?",  # a salt names no drug
        "Was Gaba given something on Monday?",  # somebody
        "what was vera prescribed last?",  # somebody, without the capital letter
        "Was a stat prescribed?",  # another word
        "metro, when was it first prescribed?",  # not in this record
    ],
)
def test_where_another_thing_could_be_meant_nothing_is_filled_in(ask: Ask, question: str) -> None:
    assert _named(ask, question) == ()


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        (
            "Sinusitis, the viral one: when was a medicine for it first prescribed?",
            "When was a medicine for viral sinusitis first prescribed?",
        ),
        ("When was the sinusitis, the bacterial one, diagnosed?", "When was the bacterial sinusitis diagnosed?"),
        ("Sinusitis (the viral kind): is it active?", "Is viral sinusitis active?"),
        ("Was the pharyngitis, the viral one, diagnosed in 2015?", "Was viral pharyngitis diagnosed in 2015?"),
        ("Cholesterol, the LDL one, what was the last value?", "What was the last LDL value?"),
        ("Hemoglobin, the glycated one: latest value?", "What is the latest A1c value?"),
        ("The shot, the influenza one, when was it last given?", "When was the influenza shot last given?"),
        (
            "The polysaccharide pneumonia vaccine, the pneumococcal one, when was it given?",
            "When was the pneumococcal polysaccharide vaccine given?",
        ),
        ("Lipids, the triglycerides one, what was the last?", "What was the last triglycerides?"),
    ],
)
def test_the_one_of_a_kind_is_meant(ask: Ask, told: str, plain: str) -> None:
    assert _named(ask, told) == _named(ask, plain) != ()


@pytest.mark.parametrize(
    "question",
    [
        "Cholesterol, the high one, when was it?",
        "Cholesterol, the last one, when was it?",
        "Cholesterol, the other one, when was it?",
    ],
)
def test_which_entry_is_meant_is_no_part_of_a_name(ask: Ask, question: str) -> None:
    assert _named(ask, question) in ((), ("Total Cholesterol",))
