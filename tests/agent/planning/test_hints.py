"""What hints at something that stands around a question."""

from __future__ import annotations

import math

import pytest

from chartwarden.agent.networks.corpora import digest
from chartwarden.agent.planning.asides import asides, hinting
from chartwarden.agent.planning.asides.asides import may_have_asides
from chartwarden.agent.planning.asides.corpus import corpus_lines
from chartwarden.agent.planning.asides.hints import ASKED_FROM, Hints, features_of, hints, pack, unpack

LINES = [f"⟦my {who} asks:⟧ {what}" for who in ("son", "aunt", "nurse") for what in ("list them", "show the tests")] + [
    f"{how} the {what}" for how in ("list", "show", "count") for what in ("tests", "drugs", "visits")
]


def test_features_are_runs_of_words_and_the_ends_of_long_ones() -> None:
    assert features_of("Was 2019's LDL, then?") >= {"< was 0", "0 ' s", "ldl , then", "? >", ","}
    assert features_of("asthma attack") == {
        "<", "asthma", "attack", ">", "< asthma", "asthma attack", "attack >", "< asthma attack", "asthma attack >",
        "asthm*", "*hma", "attac*", "*ack",
    }  # fmt: skip


def test_what_is_known_adds_up_by_its_number() -> None:
    found = Hints({"a": 2.0, "b": -1.0, "a b": 3.0}, -0.5, "")
    assert found.likelihood("a b") == pytest.approx(1 / (1 + math.exp(0.5 - 4 / math.sqrt(3))))
    assert found.likelihood("nothing known") == pytest.approx(1 / (1 + math.exp(0.5)))


def test_it_learns_what_stands_around_from_marked_lines_and_the_file_keeps_it() -> None:
    learnt = hinting.learn(LINES, rounds=60)
    assert unpack(pack(learnt)) == learnt
    assert learnt.corpus == digest(LINES)
    assert pack(learnt) == pack(hinting.learn(LINES, rounds=60))
    assert learnt.likelihood("my aunt asks: show the tests") > 0.8
    assert learnt.likelihood("count the tests") < 0.2


def test_those_of_the_package_were_learnt_from_the_corpus_as_it_stands() -> None:
    if not corpus_lines():
        pytest.skip("no corpus: the wheel leaves it out")
    assert hints().corpus == digest(corpus_lines()), "run python -m chartwarden.agent.planning.asides.hinting"


@pytest.mark.parametrize(
    "question",
    [
        "Handover in five minutes, so tell me: what was the last potassium?",
        "My sister keeps a diary of all this and it stops in March. When did I get the flu shot?",
        "I'm on the phone with the insurer, they want to know the date of the last visit.",
    ],
)
def test_the_encoder_is_asked_where_something_hints_at_it(question: str) -> None:
    assert may_have_asides(question)


@pytest.mark.parametrize(
    "question",
    [
        "What was the first systolic blood pressure, and what was the last one, since March of 2015 in the record?",
        "Any fracture diagnosed between 2009 and 2011, yes or no?",
    ],
)
def test_a_plain_question_of_several_parts_is_spared(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not may_have_asides(question)
    monkeypatch.setattr(asides, "ASKED_FROM", 0.0)
    assert may_have_asides(question)


def test_what_is_neither_long_nor_in_parts_is_spared_whatever_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asides, "ASKED_FROM", 0.0)
    assert not may_have_asides("What was the last potassium?")
    assert 0 < ASKED_FROM < 1
