"""Who asks and what for is left out where it stands as that, and only there."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.bystanders import is_bystander
from chartwarden.agent.planning.names.mentions import relink
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

from .conftest import Ask, shapes

PLANNER = RulesPlanner(Readings())
CURRENT = "List the current medications."


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        (CURRENT, "List the current medications for the anaesthetist."),
        (CURRENT, "For the probate solicitor, list the current medications."),
        (CURRENT, "Message from the insurer's auditor: list the current medications."),
        (CURRENT, "Reconciliation visit tomorrow. List the current medications."),
        (CURRENT, "List the current medications of the gentleman in front of me."),
        (CURRENT, "My patient in bed 3: list the current medications."),
        (CURRENT, "Polypharmacy review: list the current medications."),
        (CURRENT, "Pension office: list the current medications."),
        (
            "When was warfarin first prescribed?",
            "I'm writing an affidavit and need when warfarin was first prescribed.",
        ),
        (
            "How many ICU visits were there last month?",
            "We are compiling the payroll statistics for last month and need the number of ICU visits.",
        ),
        (
            "How many ICU visits were there last year?",
            "We are compiling the payroll statistics for last month and need the number of ICU visits last year.",
        ),
        ("When was the last flu shot?", "Message from the pension office: when was the last flu shot?"),
        ("When was the last flu shot?", "Cardiologist's secretary here, wondering when the last flu shot was."),
        ("Medications, what were active in 2010?", "Medications for the attorney: what were active in 2010?"),
        ("How many times was warfarin ordered?", "For the tablet count, how many times was warfarin ordered?"),
    ],
)
def test_who_asks_and_what_for_is_left_out(ask: Ask, plain: str, other: str) -> None:
    assert shapes(ask, other) == shapes(ask, plain)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What did the solicitor prescribe?", "solicitor"),
        ("List the appointments for the physiotherapist.", "physiotherapist"),
        ("List the visits for registration.", "registration"),
        ("Give me the appointment for the zorbax attorney", "attorney"),
        ("Was warfarin needed for the dentist?", "dentist"),
    ],
)
def test_elsewhere_the_word_is_looked_for_or_not_understood(ask: Ask, question: str, word: str) -> None:
    reading = PLANNER.read(ask(question))
    assert reading.problem or all(word in str(asked) for asked in reading.questions), reading


def test_a_word_that_the_tables_have_is_none(ask: Ask) -> None:
    context = ask("Who prescribed it?")
    vocabulary = vocabulary_of(context.manifest)
    assert is_bystander(relink("anaesthetist", 0, 12, vocabulary, broad=False)), "only spelt like a drug"
    assert not is_bystander(relink("anaesthetic", 0, 11, vocabulary, broad=False))
    assert not is_bystander(relink("solicitor warfarin", 0, 18, vocabulary, broad=False))
