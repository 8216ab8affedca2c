"""Routes of drugs in a question, as people say them, are those of the record."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.routes import routes_in_words, routes_said_twice
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

RECORDED = ("SC", "PO", "IV DRIP", "IM")


@pytest.mark.parametrize(
    ("question", "words", "route"),
    [
        ("Subcut orders, the earliest?", "Subcut", "SC"),
        ("Which drug was given sub-q first?", "sub-q", "SC"),
        ("Which drug was given subcutaneously first?", "subcutaneously", "SC"),
        ("What was prescribed by mouth?", "by mouth", "PO"),
        ("The newest by-mouth medicine?", "by-mouth", "PO"),
        ("When was the last shot in the muscle?", "in the muscle", "IM"),
        ("What was given to her under the skin?", "under the skin", "SC"),
    ],
)
def test_a_route_in_words_is_the_one_the_record_has(question: str, words: str, route: str) -> None:
    ((start, end, name),) = routes_in_words(question, RECORDED)
    assert (question[start:end], name) == (words, route)


@pytest.mark.parametrize(
    ("question", "words", "route"),
    [
        ("Which drug was given through the vein?", "through the vein", "IV"),
        ("Which drug was given into his vein?", "into his vein", "IV"),
        ("When was the first drug by the rectal route?", "rectal", "PR"),
    ],
)
def test_a_route_may_be_said_by_where_it_goes(question: str, words: str, route: str) -> None:
    ((start, end, name),) = routes_in_words(question, ("IV", "PR"))
    assert (question[start:end], name) == (words, route)


@pytest.mark.parametrize(
    ("question", "recorded", "route"),
    [
        ("The first drug taken by mouth?", ("PO", "ORAL", "PO/NG"), "ORAL|PO"),
        ("The first drug taken by mouth?", ("PO/NG",), "PO/NG"),
        ("The first ORAL drug given orally?", ("ORAL", "PO"), "ORAL|PO"),
        ("Which drug was given iv?", ("IV", "IV DRIP"), "IV"),
    ],
)
def test_words_for_a_route_mean_every_name_the_record_has_for_it(
    question: str, recorded: tuple[str, ...], route: str
) -> None:
    assert list(routes_in_words(question, recorded))[-1][2] == route


@pytest.mark.parametrize("said", ["intradermal (ID)", "orally (PO route)", "by mouth, PO", "nebulized (NEB)"])
def test_words_and_code_side_by_side_are_one_route(said: str) -> None:
    question = f"Which drug was given {said} first?"
    assert [question[start:end] for start, end, _ in routes_said_twice(question, ("ID", "PO", "NEB"))] == [said]


def test_a_route_in_words_beside_its_code_is_one_route() -> None:
    said = "Which drug was given rectally (route PR) last?"
    ((start, end, name),) = routes_said_twice(said, ("PR", "PO"))
    assert (said[start:end], name) == ("rectally (route PR)", "PR")


def test_words_of_a_route_are_none_where_nothing_is_given() -> None:
    assert not list(routes_in_words("Is the oral cavity described?", RECORDED))
    assert not list(routes_in_words("im writing down which drug was given first", RECORDED))


@pytest.mark.parametrize(
    ("question", "routes"),
    [
        ("They stick me under the skin. When was the newest SC script written?", ["SC"]),
        ("It all went into my vein. Which drug was ordered IV first?", ["IV"]),
        ("Which topical drugs was she given?", ["TP"]),
        ("What was she given through her IV?", ["IV"]),
    ],
)
def test_a_route_told_in_a_story_as_well_is_one_route(question: str, routes: list[str], clock: Clock) -> None:
    words = tuple(
        Entry(resource_type="MedicationRequest", element="route", codings=(Coding(system="http://e.org/r", code=code),))
        for code in ("SC", "IV", "TP")
    )
    vocabulary = vocabulary_of(Manifest(counts={"MedicationRequest": 3}, entries=words))
    skeleton = take_apart(question, vocabulary, TimeReader(clock, Readings()))
    assert (skeleton.routes, [mention.words for mention in skeleton.mentions]) == (routes, [])
