"""What is asked of a stay or a visit, counted off word by word, and how many diagnoses a code system has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartwarden.agent.planning.planner import UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def entry(resource_type: str, display: str, system: str = "http://example.org/s", *, element: str = "code") -> Entry:
    coding = Coding(system=system, code=display[:9].replace(" ", ""), display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=2)


RECORD = (
    entry("Encounter", "Emergency Department", element="location"),
    entry("Encounter", "Coronary Care Unit (CCU)", element="location"),
    entry("Encounter", "Observation visit"),
    entry("Condition", "Migraine", "http://example.org/diagnosis-icd10"),
    entry("Condition", "Burn of hand", "http://example.org/diagnosis-icd9"),
    entry("Procedure", "Hip Replacement"),
    entry("Procedure", "Arterial Line"),
    entry("MedicationRequest", "Warfarin", element="medication"),
)
MANIFEST = Manifest(counts={one.resource_type: 2 for one in RECORD} | {"Patient": 1}, entries=RECORD)


def asked(ask: Ask, question: str) -> list[dict[str, Any]]:
    step = PLANNER.decide(replace(ask(question), manifest=MANIFEST))
    assert isinstance(step, UseTools), step
    found = [call.question for call in step.calls if call.question is not None]
    return [one.model_dump(exclude_defaults=True, mode="json") for one in found]


@pytest.mark.parametrize(
    ("question", "target", "field"),
    [
        ("Priority of the Sept 2018 admission?", "attribute", "priority"),
        ("Service type code for the encounter starting 31 Oct 2018?", "service", ""),
        ("source of admission for the stay starting 1 Oct 2018", "source", ""),
        ("Her stay that ended on 6 August 2018: where was she discharged to?", "disposition", ""),
        ("Facility for the 9 Oct 2018 encounter?", "location", ""),
        ("I took my daughter in on 5 April 2018. What was that visit for?", "reason", ""),
    ],
)
def test_a_fact_of_one_stay(ask: Ask, question: str, target: str, field: str) -> None:
    found = asked(ask, question.replace("my daughter", "the patient"))[0]
    assert (found["types"], found["target"], found.get("field", "")) == (["Encounter"], target, field)
    assert found["window"]["start"].startswith("2018")
    assert found.get("ended", False) is ("ended" in question)


def test_whether_a_stay_was_of_a_priority(ask: Ask) -> None:
    (found,) = asked(ask, "Was the admission on 5 March 2018 down as an elective one (priority)?")
    assert (found["measure"], found["held"], found["one_of"]) == ("exists", True, ["elective", "EL"])


@pytest.mark.parametrize(
    ("question", "kind", "unit", "row"),
    [
        ("ICU LOS in hrs, March 2018?", "icu", "h", "last"),
        ("Total ICU length of stay in hours across every ICU stay", "icu", "h", "all"),
        ("My first stay: how many nights?", "hospital", "night", "first"),
        ("How long (h) was the longest ICU stay?", "icu", "h", "last"),
        ("Total time in intensive care in days?", "icu", "24h", "all"),
    ],
)
def test_how_long_stays_were(ask: Ask, question: str, kind: str, unit: str, row: str) -> None:
    (found,) = asked(ask, question)
    assert (found["encounter_kind"], found["measure"], found["unit"]) == ([kind], "duration", unit)
    assert found.get("which", "all") == row


def test_what_a_stay_was_for_tells_it(ask: Ask) -> None:
    (found,) = asked(ask, "How many nights did she spend in hospital for the hip replacement in March 2018?")
    assert found["anchor"]["event"]["types"] == ["Procedure"]
    (found,) = asked(ask, "How many inpatient stays had migraine as their reason?")
    assert (found["measure"], found["reason"]["words"]) == ("count", "migraine")
    (found,) = asked(ask, "Was the burn of hand seen at an emergency visit?")
    assert (found["types"], found["encounter_kind"]) == (["Encounter"], ["emergency"])


@pytest.mark.parametrize(
    ("question", "event", "relation", "which"),
    [
        ("The most recent warfarin order belongs to which hospital admission? Start time.", "MedicationRequest",
         "holds", "last"),
        ("Migraine is on her list - at which admission was it recorded?", "Condition", "same_encounter", "all"),
        ("At which admission was the arterial line done? Start date please.", "Procedure", "holds", "first"),
    ],
)  # fmt: skip
def test_the_stay_that_something_belongs_to(ask: Ask, question: str, event: str, relation: str, which: str) -> None:
    (found,) = asked(ask, question)
    anchor = found["anchor"]
    assert (found["encounter_kind"], found["target"]) == (["hospital"], "time")
    assert (anchor["event"]["types"], anchor["relation"], anchor["event"].get("which", "all")) == (
        [event],
        relation,
        which,
    )


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("On the admission of 9 May 2018, which ward came straight after the emergency department?",
         "Emergency Department"),
        ("Feb 2018 ICU stay, started in CCU. Which unit took him over from there?", "Coronary Care Unit (CCU)"),
    ],
)  # fmt: skip
def test_the_unit_after_another(ask: Ask, question: str, left: str) -> None:
    (found,) = asked(ask, question)
    there = found["anchor"]["event"]
    assert (found["target"], found["limit"], found["anchor"]["relation"]) == ("location", 1, "after")
    assert (there["place"], there["target"], there["anchor"]["relation"]) == (left, "end", "during")


def test_the_last_unit_and_both_ends(ask: Ask) -> None:
    (found,) = asked(ask, "What ward was she on right before discharge in March 2018?")
    assert (found["target"], found["which"], found["ended"]) == ("location", "last", True)
    both = asked(ask, "Admission time and discharge time of the 28 Jan 2018 stay?")
    assert [one["target"] for one in both] == ["time", "end"]


@pytest.mark.parametrize(
    ("question", "measure", "target"),
    [
        ("How many of her admissions ended in a skilled nursing facility?", "count", "time"),
        ("She went to rehab once. When exactly was she discharged to rehab?", "none", "end"),
        ("Did she die in the hospital during the June 2018 stay?", "exists", "disposition"),
    ],
)
def test_stays_by_how_they_ended(ask: Ask, question: str, measure: str, target: str) -> None:
    (found,) = asked(ask, question)
    assert (found.get("measure", "none"), found["target"], bool(found["disposition"])) == (measure, target, True)


def test_out_of_the_hospital_asks_for_no_place(ask: Ask) -> None:
    (found,) = asked(ask, "What was the discharge time from the hospital for the first stay?")
    assert (found["types"], found["which"], found["target"]) == (["Encounter"], "first", "end")


def test_how_old_somebody_was(ask: Ask) -> None:
    (found,) = asked(ask, "Age in completed years on the day of admission (Nov 2018)?")
    assert (found["measure"], found["target"]) == ("age", "time")
    (found,) = asked(ask, "How old was she on the day she was discharged from the December 2018 stay?")
    assert (found["measure"], found["target"]) == ("age", "end")


def test_diagnoses_of_a_code_system(ask: Ask) -> None:
    (found,) = asked(ask, "How many of the diagnosis entries use ICD-10 (rather than ICD-9)?")
    assert (found["types"], found["measure"]) == (["Condition"], "count")
    assert (found["code_prefix"], found["field"]) == ("*", "ICD-10")
    (found,) = asked(ask, "How many ICD-9 codes were coded at the last stay?")
    assert (found["anchor"]["event"]["which"], found["anchor"]["relation"]) == ("last", "same_encounter")


def test_two_stays_of_a_time_and_a_number_of_at_least_one(ask: Ask) -> None:
    (found,) = asked(ask, "Both May 2018 admissions: number of ICD codes that appear on both.")
    assert (found["anchor"]["event"]["index"], found["also_in"]["anchor"]["event"]["which"]) == (2, "first")
    (found,) = asked(ask, "How many hospital admissions included at least one ICU stay?")
    assert (found["measure"], found["anchor"]["relation"]) == ("count", "holds")


def test_a_word_too_many_is_not_read_past(ask: Ask) -> None:
    step = PLANNER.decide(replace(ask("How many hours was the zorbled ICU stay?"), manifest=MANIFEST))
    found = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    assert not any(getattr(one, "measure", "") == "duration" and getattr(one, "concept", 1) is None for one in found)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Where did she go after the stay that ended on 4 June 2018?", {"ended": True}),
        ("dispo of the admission he left on 4 June 2018?", {"ended": True}),
        ("Discharge disposition, stay finishing 4 June 2018", {"ended": True}),
        ("What was noted as the discharge destination on 4 June 2018?", {"ended": True}),
        ("Which disposition does the stay of 4 June 2018 have?", {"lasting": True}),
        ("What is the disposition of the stay that began on 4 June 2018?", {}),
    ],
)
def test_a_stay_is_told_by_any_day_of_it(ask: Ask, question: str, told: dict[str, bool]) -> None:
    (found,) = asked(ask, question)
    assert found["target"] == "disposition"
    assert {name: found[name] for name in ("ended", "lasting") if name in found} == told


@pytest.mark.parametrize(
    ("question", "lasts"),
    [
        ("Was she an inpatient on 4 June 2018?", True),
        ("in-house on 4 June 2018, y/n", True),
        ("On 4 June 2018, was he hospitalised?", True),
        ("Was there a hospital stay in progress on 4 June 2018?", True),
        ("Was he admitted to hospital on 4 June 2018?", False),
    ],
)
def test_being_in_hospital_on_a_day_is_no_admission(ask: Ask, question: str, lasts: bool) -> None:
    (found,) = asked(ask, question)
    assert (found["measure"], found.get("lasting", False)) == ("exists", lasts)


def test_whether_the_disposition_of_one_stay_is_what_is_named(ask: Ask) -> None:
    (found,) = asked(ask, "Is REHAB the discharge disposition of the last hospital stay?")
    assert (found["measure"], found["held"], found["which"]) == ("exists", True, "last")
    assert "rehab" in found["one_of"]


def test_a_stay_that_is_coded_with_something_need_not_be_for_it(ask: Ask) -> None:
    (found,) = asked(ask, "Admission time of the first stay coded with migraine?")
    assert (found["anchor"]["relation"], found["anchor"]["event"]["types"]) == ("same_encounter", ["Condition"])


def test_several_stays_of_a_number_are_put_together(ask: Ask) -> None:
    (found,) = asked(ask, "In hours: both ICU stays of July 2018 combined, how long?")
    assert (found["measure"], found["unit"], found.get("which", "all")) == ("duration", "h", "all")


def test_any_disposition_is_told_itself(ask: Ask) -> None:
    (found,) = asked(ask, "Is any discharge disposition documented on the July 2018 stay?")
    assert (found["target"], found.get("measure", "none")) == ("disposition", "none")
