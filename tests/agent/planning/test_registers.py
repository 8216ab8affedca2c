"""Fresh ways of asking the questions of the made-up set, in registers that its own wording does not use.

Each is graded against the expected answer of the row it paraphrases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Draft
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.evaluate import evaluate
from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.toolbox import Clock, Toolbox, ToolRecord

ASKED: dict[str, tuple[str, ...]] = {
    "01": ("latest a1c?", "A1c now pls", "What's the most recent glycated hemoglobin?", "last HgbA1c, please"),
    "02": ("peak A1c since 2022", "Since 2022, how high did the A1c get?", "max HbA1c from 2022 on?"),
    "03": ("number of A1c results", "how many times was the A1c checked", "count the HbA1c values"),
    "04": ("weight in 3/2025?", "how much did she weigh in March 2025", "March 2025 body weight?"),
    "05": ("first eGFR - date?", "eGFR: first measured when?", "On what day was the eGFR checked for the first time?"),
    "06": ("peanut allergy?", "any allergy to peanuts?", "Am I allergic to peanuts?"),
    "07": ("allergies?", "what am I allergic to", "list her allergies pls"),
    "08": ("still on lisinopril?", "lisinopril - current med?", "Is lisinopril something she takes these days?"),
    "09": ("first metformin rx date", "when was metformin started", "Metformin was first ordered on what date?"),
    "10": ("who ordered simvastatin", "simvastatin was prescribed by whom?", "Which doctor prescribed Zocor?"),
    "11": ("what's metformin for?", "metformin - for what reason?", "What is the metformin treating?"),
    "12": ("last flu jab - when?", "When did she last get a flu shot?", "date of the most recent influenza vaccine"),
    "13": ("any flu shot in 2022?", "in 2022, was she vaccinated against flu?", "flu vaccine during 2022?"),
    "14": ("epilepsy ever?", "any hx of epilepsy?", "Was I ever diagnosed with epilepsy?"),
    "16": ("What was Dr. Ortiz's opinion on the cough?", "According to Dr. Ortiz, what caused the cough?"),
    "17": ("last colonoscopy?", "when did she last undergo colonoscopy", "Any idea when my last colonoscopy was?"),
    "18": ("INR?", "latest INR value please", "What did the last INR come back as?"),
    "20": ("What is Mrs. Adeyemi's blood type?", "Ruth's blood type?", "blood type?"),
    "21": ("last A1c?", "most recent HbA1c pls"),
    "22": ("diabetes on the problem list?", "Has diabetes ever been diagnosed?", "h/o diabetes?"),
    "23": ("peak creatinine in Feb 2024", "In February 2024, how high did the creatinine go?"),
    "24": ("what grew in the blood culture", "Blood culture: which organism?", "what bug grew in the blood cx"),
    "25": (
        "number of vancomycin doses given",
        "how many times was vancomycin given",
        "Count the vancomycin administrations.",
    ),
    "26": ("ICU admission - when?", "when did he go to the ICU", "When was he transferred to intensive care?"),
    "27": ("any hx of PE?", "pulmonary embolism ever?", "Has a pulmonary embolism ever been diagnosed?"),
    "28": ("what did the chest CT show", "chest CT result?", "CT chest - findings?"),
    "30": ("INR in 5/2025?", "In May 2025 the INR was what?", "May 2025 INR"),
    "31": ("allergy list pls", "What is she allergic to?", "known allergies?"),
    "32": ("what is warfarin for?", "warfarin - indication?", "reason for warfarin?"),
    "33": ("What INR target did Dr. Banerjee advise?", "What did Dr. Banerjee say about the INR goal?"),
    "36": (
        "breast cancer ever?",
        "Does she have breast cancer?",
        "any hx of breast ca?",
        "Was breast cancer diagnosed?",
    ),
    "37": ("Hgb in January 2025?", "In Jan 2025, what was the hemoglobin?"),
    "39": ("number of MMR doses", "how many MMR shots has he had", "MMR vaccinations: how many?"),
    "40": ("ever in the ED?", "any ER visits?", "Has he ever been to the emergency room?"),
    "41": ("melanoma?", "any hx of melanoma", "Has melanoma ever been diagnosed?"),
    "42": ("last PHQ-9?", "most recent PHQ9 score", "What was the PHQ-9 the last time it was done?"),
    "43": ("current sertraline dose?", "How much sertraline is she on?", "sertraline - what dose now?"),
    "48": ("BP?", "latest blood pressure pls", "What's my most recent BP?"),
}


@dataclass
class Wrote:
    """A ledger that keeps nothing: what is asked here is not who looked."""

    calls: int = 0

    def tool_called(self, record: ToolRecord) -> None:
        self.calls += 1


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


def _rows() -> dict[str, Any]:
    path = Path(str(fhir_fixtures.folder())).parent / "questions.jsonl"
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    return {str(row["id"]).removeprefix("made-up-"): row for row in rows}


ROWS = _rows()


def answered(opened: Assistant, question: str, patient: str, as_of: str) -> Draft:
    """Planned by rules, looked up under the lock, and written; without gate and log."""
    lock = PatientLock(opened.services.source, patient, parse_scopes("patient/*.rs"))
    clock = Clock(dt.datetime.fromisoformat(as_of), "UTC")
    toolbox = Toolbox(lock, clock, Wrote(), readings=Readings())
    planner = RulesPlanner()
    names = lock.patient().get("name", [])
    own = frozenset(part for name in names for part in (name.get("family", ""), *name.get("given", [])))
    context = PlanningContext(question, clock, toolbox.manifest(), allowed=toolbox.allowed, own_names=own)
    step = planner.decide(context)
    for _ in range(3):
        if not isinstance(step, UseTools):
            break
        context = replace(context, results=(*context.results, *map(toolbox.run, step.calls)))
        step = planner.decide(context)
    if isinstance(step, GiveUp):
        return Draft(outcome="failed")
    return planner.write(context)


PAIRS = [(number, question) for number, questions in ASKED.items() for question in questions]


@pytest.mark.parametrize(("number", "question"), PAIRS, ids=[question for _, question in PAIRS])
def test_a_fresh_wording_gets_the_same_answer(opened: Assistant, number: str, question: str) -> None:
    row = {**ROWS[number], "question": question}
    draft = answered(opened, question, row["patient"], row["as_of"])
    given = {"id": row["id"], "outcome": draft.outcome, "value": list(draft.value), "unit": draft.unit}
    report = evaluate([row], {row["id"]: given})
    assert report.overall.right == 1, f"{draft.outcome} {draft.value}"


NOT_ANSWERED = (
    "latest troponin?", "What was the A1c in 1950?", "is she on rosuvastatin right now and since when?",
    "What happened after the colonoscopy?", "flurble the wozzit?", "What was the A1c on the moon?",
    "How long after the diagnosis was it started?", "Does Maria Gomez have diabetes?",
    "Which drugs were started between the two flu shots?", "When did she have diabetes insipidus?",
    "What is her potassium in the cerebrospinal fluid?", "Was insulin ever refused?", "weight in stones",
    "When was her last spaceship ride?", "When was the last visit to Dr. House?", "fasting insulin?",
    "Is the organism resistant to vancomycin?", "What did Dr. House think about the cough?",
)  # fmt: skip
ABSENT = (
    "Has she ever received rituximab?", "any chemo?", "Did the patient ever get amiodarone?", "hip replacement ever?",
    "Does she have type 1 diabetes?", "Any history of gestational diabetes?", "Did Dr. House prescribe metformin?",
    "Was simvastatin given intravenously?", "is she on rosuvastatin", "latex allergy?", "asthma - still active?",
)  # fmt: skip


@pytest.mark.parametrize("question", NOT_ANSWERED)
def test_what_is_not_there_or_makes_no_sense_is_never_answered(opened: Assistant, question: str) -> None:
    draft = answered(opened, question, "adeyemi-1957", fhir_fixtures.AS_OF)
    assert draft.outcome in ("not_recorded", "failed")
    assert True not in draft.value


@pytest.mark.parametrize("question", ABSENT)
def test_what_never_was_is_denied_for_want_of_a_record(opened: Assistant, question: str) -> None:
    draft = answered(opened, question, "adeyemi-1957", fhir_fixtures.AS_OF)
    assert (draft.outcome, draft.value) == ("not_recorded", (False,))


def test_an_absence_is_told_with_everything_it_was_narrowed_by(opened: Assistant) -> None:
    draft = answered(opened, "Did Dr. House prescribe metformin?", "adeyemi-1957", fhir_fixtures.AS_OF)
    assert draft.sentences[0].text == 'No prescription for "metformin" by "House" is recorded.'


def test_a_susceptibility_is_told_of_the_organism_named_alone(opened: Assistant) -> None:
    of_it = answered(
        opened, "Is the Streptococcus pneumoniae susceptible to penicillin?", "lindqvist", fhir_fixtures.AS_OF
    )
    of_another = answered(opened, "Is the E. coli susceptible to penicillin?", "lindqvist", fhir_fixtures.AS_OF)
    assert of_it.value == (True,)
    assert "Susceptible" in of_it.sentences[1].text
    assert (of_another.outcome, of_another.value) == ("not_recorded", ())


@pytest.mark.parametrize(
    ("question", "outcome", "value"),
    [
        (
            "Which antibiotics was the Streptococcus pneumoniae susceptible to?",
            "answered",
            ("Penicillin susceptibility",),
        ),
        ("What drugs was the Streptococcus pneumoniae sensitive to?", "answered", ("Penicillin susceptibility",)),
        ("To which antibiotics was the Streptococcus pneumoniae resistant?", "not_recorded", ()),
        ("How many antibiotics was the Streptococcus pneumoniae tested against?", "answered", (1,)),
        ("Was any organism susceptible to penicillin?", "answered", (True,)),
        ("Was any organism resistant to penicillin?", "not_recorded", (False,)),
        ("Which antibiotics was the last organism resistant to?", "failed", ()),  # which organism
        ("What antibiotics were tested?", "failed", ()),
        ("Which organisms were susceptible to penicillin?", "failed", ()),  # asked the other way round
        ("What did the last blood culture grow?", "answered", ("Streptococcus pneumoniae",)),
        ("Was the last blood culture positive?", "answered", ("Streptococcus pneumoniae",)),
        ("How many positive blood cultures were there?", "failed", ()),  # a result says so in its own words
    ],
)
def test_drugs_an_organism_was_tested_against(
    opened: Assistant, question: str, outcome: str, value: tuple[object, ...]
) -> None:
    draft = answered(opened, question, "lindqvist", fhir_fixtures.AS_OF)
    assert draft.outcome == outcome
    assert draft.value == value
    if outcome == "not_recorded":
        assert 'that says "resistant"' in draft.sentences[0].text


def test_the_time_between_two_events_is_told_with_both_rows(opened: Assistant) -> None:
    question = "How long after the diabetes diagnosis was metformin started?"
    draft = answered(opened, question, "adeyemi-1957", fhir_fixtures.AS_OF)
    assert (draft.value, draft.unit) == ((0,), "d")
    assert {name.partition("/")[0] for name in draft.sentences[0].citations} == {"Condition", "MedicationRequest"}


def test_one_clause_may_ask_two_things(opened: Assistant) -> None:
    draft = answered(opened, "Who prescribed warfarin, and why?", "hoffmann", fhir_fixtures.AS_OF)
    assert [str(value) for value in draft.value] == ["Arun Banerjee", "Atrial Fibrillation"]


def test_pictures_are_looked_for_among_images_where_the_session_may(opened: Assistant) -> None:
    clock = Clock(dt.datetime(2025, 6, 30, tzinfo=dt.UTC), "UTC")
    context = PlanningContext("show me the chest films from 2019", clock, Manifest(counts={}, entries=()))
    allowed = RulesPlanner().decide(replace(context, allowed=frozenset({"find_images"})))
    assert isinstance(allowed, UseTools)
    assert [call.name for call in allowed.calls] == ["find_images"]
