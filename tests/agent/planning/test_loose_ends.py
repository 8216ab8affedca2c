"""What hangs loose around a question is left out or put in its place, and nothing that is asked is lost."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, PlanningContext, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.loose_ends import tied_up
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def queries(ask: Ask, question: str) -> list[RecordQuery]:
    """The queries of a question."""
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    return [call.question for call in step.calls if isinstance(call.question, RecordQuery)]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("What is the weight? Lung screening nurse asking.", "What is the weight?"),
        ("Any antihistamine? Skin prick testing on the cards.", "Any antihistamine?"),
        ("Eye clinic handover: name of the last drug?", "name of the last drug?"),
        (
            "I'm trying to remember which one came first. Was aspirin before warfarin?",
            "Was aspirin before warfarin?",
        ),
        ("Please average every LDL and give me the figure.", "Please average every LDL."),
        ("Work out the mean LDL and show the last value", "mean LDL, and the last value"),
        ("When was the 1st degree burn?", "When was the first degree burn?"),
        ("Last stay: when, and the date it ended?", "Last stay: when, and when did it end?"),
        ("When was the last admission and the discharge?", "When was the last admission, and when did it end?"),
        (
            "Before the stroke was diagnosed there must be an LDL. I want the one closest before, value please.",
            "what was the last LDL before the stroke was diagnosed?",
        ),
        (
            "She had a stent put in, the latest insertion was on what date?",
            "the latest stent insertion was on what date?",
        ),
        ("All bones counted together, how many fractures?", "how many fractures of any kind?"),
        ("Smoker, ex or never: what is she down as currently?", "what smoking status was last recorded?"),
        ("I rate my pain each time. On what date was the worst score?", "On what date was the worst pain score?"),
        (
            "My dad has to tell the clinic when he last had his flu shot. What date is that?",
            "when did My dad last have his flu shot",
        ),
        ("Ada Quill / aspirin. Was she a source of it?", "Ada Quill / aspirin. did she prescribe it?"),
        ("Age at obesity, meaning BMI 30 or more, please?", "Age at obesity, please?"),
        ("When was obesity (i.e. BMI of 30+) noted?", "When was obesity noted?"),
        ("Archive query, year 1971: was a fracture diagnosed?", "in 1971, was a fracture diagnosed?"),
        ("Ever on aspirin, doesn't matter if now or in the past", "Ever on aspirin"),
        ("Need a total for my report. All encounters, every type, last year.", "how many encounters last year?"),
        ("I need a count for the audit: all visits since 2015", "how many visits since 2015?"),
        (
            "I'm counting fractures for the bone clinic, any bone, all episodes ever. What's the total?",
            "how many fractures of any kind?",
        ),
        ("Which names signed prescriptions in 1993?", "who prescribed medications in 1993?"),
        ("Aspirin was last prescribed on... ? Need the date for a refill query.", "when was Aspirin last prescribed?"),
        (
            "I see no Trinessa on my list for last year. Was it in fact prescribed then?",
            "was Trinessa prescribed last year?",
        ),
        (
            "Hand OA: somebody ordered a drug for it for the first time, and I need that date.",
            "when was a medication first prescribed for Hand OA?",
        ),
        (
            "Last time somebody put a cuff on him, what was the reading?",
            "Last time blood pressure was measured, what was the reading?",
        ),
        (
            "Mum's been to the ER, and I need the date of the latest visit for the travel insurance.",
            "when did Mum last go to the ER?",
        ),
    ],
)
def test_what_hangs_loose_is_tied_up(said: str, plain: str) -> None:
    assert tied_up(said) == plain


@pytest.mark.parametrize(
    "question",
    [
        "What is the weight? Who is asking?",
        "When was the last flu shot? Any colonoscopy planned?",
        "Eye clinic: when was the last visit?",
        "Eye clinic letter: list the drugs",
        "Warfarin clinic: when was it last given?",
        "Average the LDL and give me the last value in 2015",
        "What is the bottom number of the last BP?",
        "I'm trying to remember what she was on first in 2013.",
        "Is she obese, with a BMI of 40?",
        "Need a total. What was given last year?",
        "Counting carbs for the clinic. What's the last weight?",
        "I see no aspirin on my list. What is on it?",
        "Simvastatin was last prescribed on what date?",
    ],
)
def test_what_is_asked_is_left_as_it_is(question: str) -> None:
    assert tied_up(question) == question


def test_the_end_of_a_stay_is_asked_of_it(ask: Ask) -> None:
    first, second = queries(ask, "When was the last hospital admission, and when did it end?")
    assert (first.which, second.which) == ("last", "last")
    assert first != second


@pytest.mark.parametrize("thing", ["hospital admission", "ICU stay", "care unit", "care plan"])
def test_an_end_is_no_beginning(ask: Ask, thing: str) -> None:
    first, second = queries(ask, f"When was the last {thing}, and when did it end?")
    assert (first.target, second.target) == ("time", "end")


def test_a_measurement_told_before_two_questions_is_meant_by_both(ask: Ask) -> None:
    asked = queries(ask, "Potassium. What was the last value, and when was it?")
    assert [one.which for one in asked] == ["last", "last"]
    assert all(one.concept is not None and one.concept.words == "Potassium" for one in asked)


@pytest.mark.parametrize("question", ["What was the last magnesium level?", "Magnesium, what was the highest level?"])
def test_a_level_of_what_the_record_has_only_as_a_drug_is_one_of_a_measurement(
    clock: Clock, manifest: Manifest, question: str
) -> None:
    name = Coding(system="http://example.org/drugs", code="1", display="Magnesium Sulfate")
    drug = Entry(resource_type="MedicationRequest", element="medication", codings=(name,))
    step = PLANNER.decide(
        PlanningContext(question, clock, manifest.model_copy(update={"entries": (*manifest.entries, drug)}))
    )
    assert isinstance(step, UseTools)
    (asked,) = (call.question for call in step.calls)
    assert isinstance(asked, RecordQuery)
    assert asked.types == ("Observation",)


def test_a_person_told_beside_a_drug_is_who_ordered_it(ask: Ask) -> None:
    (asked,) = queries(ask, "Dr. Ada Quill / warfarin. Did she prescribe it?")
    assert asked.person == "Ada Quill"


@pytest.mark.parametrize(
    "question", ["Dr. Ada Quill / warfarin. When was the last one?", "Was it given?", "When was it last measured?"]
)
def test_who_or_what_is_pointed_to_is_never_read_past(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_those_who_ordered_are_asked_for_once(ask: Ask) -> None:
    (asked,) = queries(ask, "Who prescribed medication in 2019? Names of all prescribers, please.")
    assert asked.window is not None
