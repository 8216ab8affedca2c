"""A thing and its time told before the question are put where the question points to them, and nowhere else."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.mentions import numbered, spot
from chartwarden.agent.planning.wording.topics import with_topic
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.record_vocabulary import Vocabulary, vocabulary_of

KNOWN = frozenset({"qc0", "qc1"})


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        (
            "qc0 samples from the patient, qt0 . in the last of these tests, what grew?",
            "in the last qc0 test, what grew qt0",
        ),
        ("qc0 cultures qt0 : name the organism in the first one", "name the organism in the first qc0 culture qt0"),
        (
            "i had qc0 drawn for qc1 qt0 . on what day was the last such test that year?",
            "on what day was the last qc1 test qt0year",
        ),
        (
            "qr0 meds, the patient . which drug was the last one given that way?",
            "which drug was the last one given qr0?",
        ),
        (
            "he had a qc0 several times qt0 ; what was found in the earliest of those?",
            "what was found in the earliest qc0 qt0",
        ),
    ],
)
def test_what_was_told_takes_the_place_of_these(told: str, plain: str) -> None:
    assert with_topic(told, KNOWN, {"qc0": "qc0", "qc1": "qc1"}) == plain


@pytest.mark.parametrize(
    "text",
    [
        "i had a qc0 qt0 . when was the last one?",  # of all there were
        "qc0 and qc1 qt0 : what was the last one?",
        "the first qc0 qt0 : when was the last of these?",
        "qc0 qt0 : when was the last one qt1 ?",
        "qc0 qt0 : when was the last one before qc1 ?",
        "without qc0 qt0 : when was the first of those?",
    ],
)
def test_what_says_more_than_a_thing_and_its_time_is_left_alone(text: str) -> None:
    assert with_topic(text, KNOWN, {"qc0": "qc0", "qc1": "qc1"}) == text


def _vocabulary(*labels: str) -> Vocabulary:
    entries = tuple(
        Entry(
            resource_type="Observation",
            element="code",
            codings=(Coding(system="http://example.org/tests", code=str(n), display=label),),
            count=2,
        )
        for n, label in enumerate(labels)
    )
    return vocabulary_of(Manifest(counts={"Observation": len(labels)}, entries=entries))


@pytest.mark.parametrize("said", ["Pigtail drain number 2", "pigtail drain no. 2", "pigtail drain number two"])
def test_a_number_in_a_name_is_written_as_the_record_writes_it(said: str) -> None:
    vocabulary = _vocabulary("Pigtail Drain #1", "Pigtail Drain #2")
    assert numbered(f"How much came from {said} today?", vocabulary) == "How much came from Pigtail Drain #2 today?"


def test_a_number_of_anything_else_is_left_as_it_is() -> None:
    question = "What was pigtail reading number 2?"
    assert numbered(question, _vocabulary("Pigtail Drain #2")) == question


def test_no_name_begins_before_a_bracket_and_ends_in_it() -> None:
    question = "They cultured (URINE CULTURE) her twice"
    (found,) = [one.words for one in spot(question, _vocabulary("URINE CULTURE"), taken=[], broad=False)]
    assert found == "URINE CULTURE"


def test_a_culture_is_no_specimen() -> None:
    vocabulary = _vocabulary("URINE CULTURE", "Urine")
    assert [one.words for one in spot("The last Urine culture?", vocabulary, taken=[], broad=False)] == [
        "Urine culture"
    ]


def test_a_name_is_known_without_the_abbreviation_beside_it() -> None:
    vocabulary = _vocabulary("Body mass index (BMI) 41.0-41.9, adult")
    question = "When was BMI 41.0-41.9, adult first noted?"
    assert [one.words for one in spot(question, vocabulary, taken=[], broad=False)] == ["BMI 41.0-41.9, adult"]
