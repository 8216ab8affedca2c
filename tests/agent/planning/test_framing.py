"""A part to be played and politeness are left out where a whole request stands behind; summaries are put as told."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.framing import undressed
from chartwarden.agent.planning.wording.summaries import put_as_told

from .conftest import Ask

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("Pretend you're a town crier: when was the last colonoscopy?", "when was the last colonoscopy?"),
        ("Imagine I'm the new registrar; which drugs is she on?", "which drugs is she on?"),
        ("Act like a court clerk and list the procedures", "list the procedures"),
        ("From now on be my reader and give me the last HDL", "give me the last HDL"),
        ("If it's no bother, the last potassium would be great.", "the last potassium"),
        ("I'm doing the pill count for intake, so how many drugs is she on?", "how many drugs is she on?"),
        ("We're completing the transfer form: any allergies?", "any allergies?"),
        ("I'm doing the pill count for warfarin, how many did it have?",) * 2,
        ("Last weight on the flowsheet?", "Last weight?"),
        ("Active drugs, one per line please", "Active drugs please"),
        ("List her conditions as bullet points.", "List her conditions."),
        ("Every sprain on her record. What've we got?", "Every sprain on her record."),
        ("Dear Sirs, what is her blood group?", "what is her blood group?"),
        ("Um, when was the last visit?", "when was the last visit?"),
        ("Do you mind telling me who prescribed warfarin?", "tell me who prescribed warfarin?"),
        ("Never mind my last question. Any allergies?", "Any allergies?"),
        ("The lab on the phone wants the date of the last potassium", "give me the date of the last potassium"),
        ("There ought to be a chest film somewhere", "is there a chest film?"),
        ("Consult the notes for her last weight", "give me her last weight"),
        ("Has anybody got round to noting her weight?", "Has anybody recorded her weight?"),
        ("Hi, day surgery here. When was the last visit?", "When was the last visit?"),
        ("We're double-checking the order of 3 May: was it warfarin?", "the order of 3 May: was it warfarin?"),
        ("When was the last visit, as far as the record shows?", "When was the last visit?"),
        ("My sister's carer here. When was the last visit?", "My sister's carer here. When was the last visit?"),
        ("Which shots did our client get?", "Which shots did the patient get?"),
        ("Potassium values since 2017, in one paragraph, cited", "Potassium values since 2017"),
        ("Do me a favour and look up the newest potassium.", "look up the newest potassium."),
        ("Could you do us a big favor: when was the last visit?", "when was the last visit?"),
        ("Be so kind as to list her conditions", "list her conditions"),
        ("Could I have a printout of what was ordered in 2014?", "list what was ordered in 2014?"),
        ("I'd like a copy of her allergies", "give me her allergies"),
        ("May I have a readout of the last potassium", "give me the last potassium"),
        ("Could we have a rundown of what was diagnosed", "list what was diagnosed"),
        ("In which year was the visit, in a short sentence?", "In which year was the visit?"),
    ],
)
def test_what_a_request_is_dressed_in_is_left_out(said: str, bare: str) -> None:
    assert undressed(said) == bare


@pytest.mark.parametrize(
    "question",
    [
        "Imagine you're reading me the cardiology letter: what does it conclude?",  # points into it
        "Pretend you are back in 2012: which drugs was she on?",  # a time
        "Pretend he has never had penicillin: which antibiotics did he get?",  # a fact, and no part
        "Act as my secretary and draft a letter to the surgery.",
        "Be sure of it: was warfarin stopped?",
        "Is there a stroke in the notes?",
        "Could I have a copy of the discharge letter?",
        "Which allergies are cited in the notes?",
    ],
)
def test_what_carries_something_stays(question: str) -> None:
    assert undressed(question) == question


@pytest.mark.parametrize(
    ("said", "put"),
    [
        ("Could you recap her latest visit?", "summarise her latest visit"),
        ("Three sentences on what happened to her in 2014", "what happened in 2014?"),
        ("A quick outline of the February 2014 admission, please", "summarise the February 2014 admission"),
        ("The course of her last admission", "summarise her last admission"),
        ("Sum up the dermatology visits, one line each", "list the dermatology visits"),
        ("A recap of March 2014", "summarise March 2014"),
        ("Draw up a timeline of his operations", "list his operations"),
        ("Prepare a chronology of his attendances in 2014", "list his visits in 2014"),
        ("He lives far away. Give me the gist of his last stay.", "He lives far away. summarise his last stay"),
    ],
)
def test_a_summary_is_put_as_an_overview_or_a_list(said: str, put: str) -> None:
    assert put_as_told(said) == put


@pytest.mark.parametrize(
    "question",
    [
        "Summarise her knee trouble.",
        "Give me a summary of the consultant's opinion",
        "The course of antibiotics in 2014",
        "Was the summary of care sent?",
    ],
)
def test_a_summary_of_anything_else_stays(question: str) -> None:
    assert put_as_told(question) == question


def test_a_stay_of_a_time_is_told_by_what_was_in_it(ask: Ask) -> None:
    step = PLANNER.decide(ask("Give me a short account of her stay in June 2014"))
    assert isinstance(step, UseTools)
    _, _, *held = step.calls  # the first two are of the stay itself
    for call in held:
        anchor = call.question.model_dump()["anchor"]
        assert anchor["relation"] == "during"
        assert anchor["event"]["encounter_kind"] == ("hospital",)
        assert str(anchor["event"]["window"]["start"])[:10] == "2014-06-01"


@pytest.mark.parametrize(
    "question",
    [
        "What happened before the last hospital stay?",
        "A timeline of his visits in 2014 with the doctor at each",
        "Recap the medications of 2014 with their doses",
        "What happened at the zorble in 2014?",
        "What happened most days in 2014?",
    ],
)
def test_an_overview_with_more_in_it_is_not_one(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("most recent LDL, what time? charting the fluid sheet, thx", "most recent LDL, what time?"),
        ("last LDL since 2014. I'm updating the lipid chart", "last LDL since 2014"),
        ("Is she still charting the fluid sheet?", "Is she still charting the fluid sheet?"),
    ],
)
def test_what_somebody_is_at_is_left_out(said: str, bare: str) -> None:
    assert undressed(said) == bare
