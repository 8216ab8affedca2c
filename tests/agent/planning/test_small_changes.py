"""Small changes of wording that leave a question's meaning alone leave what is asked of the record alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartwarden.agent.planning.asides.voices import without_voices
from chartwarden.agent.planning.names.own_name import without_own_name
from chartwarden.agent.planning.names.slips import words_put_right
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.datewords import dates_alike
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.record_vocabulary import vocabulary_of

from .conftest import Ask, lookups
from .test_paraphrases import shape

QUESTIONS = (
    "How many potassium measurements were recorded since March 2019?",
    "What was the last creatinine on 12 March 2019?",
    "When was hyperlipidemia first diagnosed?",
    "Has the patient ever had a colonoscopy?",
    "Which medications were prescribed in 2019?",
    "What was the highest hemoglobin between 3 May 2018 and 20 June 2019?",
)


def _behind(tail: str) -> Callable[[str], str]:
    return lambda question: f"{question[:-1]}{tail}"


def _before(lead: str) -> Callable[[str], str]:
    return lambda question: f"{lead}{question[0].lower()}{question[1:]}"


def _put(said: str, other: str) -> Callable[[str], str]:
    return lambda question: question.replace(said, other)


CHANGES = {
    "opened": (_before("Quick question: "), _before("One more thing - "), _before("Ok so "), _before("Pls: ")),
    "by the chart": (_before("Per the chart, "), _behind(", according to the record?"), _behind(" per chart?")),
    "what for": (_behind(" for handover?"), _behind("? For the letter."), _behind("? I need this for the audit.")),
    "shouted": (_behind("!"), _behind("? Thanks!"), str.lower),
    "dated": (_put("12 March 2019", "March 12th, 2019"), _put("3 May 2018", "the 3rd of May 2018"),
              _put("20 June 2019", "20-Jun-2019")),
    "misspelt": (_put("measurements", "measurments"), _put("recorded", "reocrded"), _put("creatinine", "creattinine"),
                 _put("hyperlipidemia", "hyperlipdemia"), _put("colonoscopy", "colonsocopy"),
                 _put("medications", "medicattions"), _put("diagnosed", "diagnsoed"), _put("prescribed", "precsribed")),
    "exactly": (_put("How many", "Exactly how many"), _put("When was", "When exactly was")),
    "counted": (_put("How many potassium measurements were", "Count of potassium measurements"),
                _put("How many potassium measurements were", "What is the total number of potassium measurements")),
    "wondered": (_put("Has the patient ever", "Can you tell me whether the patient has ever"),
                 _put("Has the patient ever", "Do we know if the patient has ever")),
}  # fmt: skip
CASES = [
    pytest.param(question, change(question), id=f"{name}-{number}-{at}")
    for name, changes in CHANGES.items()
    for number, change in enumerate(changes)
    for at, question in enumerate(QUESTIONS)
    if change(question) != question
]


@pytest.mark.parametrize(("question", "changed"), CASES)
def test_a_changed_question_asks_for_the_same(ask: Ask, question: str, changed: str) -> None:
    assert [shape(one) for one in lookups(ask, changed)] == [shape(one) for one in lookups(ask, question)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the lastest mesurement of potasium", "the lastest measurement of potassium"),
        ("her diagnoess", "her diagnoses"),
        ("colonsocopy in the hosptial", "colonoscopy in the hospital"),
        ("an oesophageal tumour, haemoglobin", "an oesophageal tumour, haemoglobin"),  # both spellings are known
        ("the planning of her training", "the planning of her training"),
        ("Mr Hospitl said", "Mr Hospitl said"),  # somebody's name
        ("presented and prevented", "presented and prevented"),
    ],
)
def test_a_slip_of_one_long_word_alone_is_put_right(manifest: Manifest, said: str, meant: str) -> None:
    assert words_put_right(said, vocabulary_of(manifest))[0] == meant


def test_a_name_that_was_put_right_is_told(ask: Ask) -> None:
    reading = RulesPlanner().read(ask("When was the last creattinine?"))
    assert '"creattinine" was read as "creatinine"' in reading.explanation


def test_the_patients_own_name_is_never_put_right(manifest: Manifest) -> None:
    said = "when did potasium last come in"
    assert words_put_right(said, vocabulary_of(manifest), ["Potasium Quill"])[0] == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("March 12th, 2019", "12 March 2019"),
        ("Mar 12, 2019", "12 March 2019"),
        ("the 12th of March 2019", "12 March 2019"),
        ("the 12-Mar-2019 visit", "12 March 2019 visit"),
        ("March 2019", "March 2019"),
        ("from 3 to 12 March 2019", "from 3 to 12 March 2019"),
    ],
)
def test_whole_dates_in_words_are_written_one_way(said: str, meant: str) -> None:
    assert dates_alike(said) in (meant, f"the {meant}")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("platelet count of 3 May?", "platelet count of 3 May?"),
        ("is diabetes in the chart?", "is diabetes in the chart?"),
        ("how many labs are in the chart?", "how many labs are in the chart?"),
        ("how many drugs is she on in the chart?", "how many drugs is she on?"),
        ("Right hip: last film?", "Right hip: last film?"),
        ("ICU stays in 2019, how many Thanks!", "ICU stays in 2019, how many"),
    ],
)
def test_what_asks_for_something_stays(said: str, meant: str) -> None:
    assert without_voices(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("what did mrs wolf weigh?", "what did the patient weigh?"),
        ("when was ottilie's last visit?", "when was the patient's last visit?"),
        ("our ottilie wolf: last visit?", "the patient wolf: last visit?"),
        ("a bite of a wolf?", "a bite of a wolf?"),
        ("last iron level?", "last iron level?"),
    ],
)
def test_an_own_name_may_be_typed_small(said: str, meant: str) -> None:
    assert without_own_name(said, frozenset({"Ottilie Wolf", "Iron"})) in (meant, meant.replace(" wolf:", ":"))
