"""The marks of the corpus, and an encoder that learns from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from numpy.random import RandomState

from chartwarden.agent.networks import fine_tuning as shared
from chartwarden.agent.networks.corpora import digest
from chartwarden.agent.networks.encoder import unpack
from chartwarden.agent.networks.fine_tuning import Rates
from chartwarden.agent.networks.pieces import Pieces
from chartwarden.agent.planning.asides import training
from chartwarden.agent.planning.asides.asides import AROUND, encoder
from chartwarden.agent.planning.asides.corpus import Marked, corpus_lines, marked

LINES = [
    "⟦my son asks:⟧ list the drugs", "⟦my son asks:⟧ show the tests", "⟦i stop.⟧ show them", "⟦i stop.⟧ list the drugs",
    "show them", "list the tests", "show the drugs", "list them",
]  # fmt: skip


def told(line: str) -> list[str]:
    one = marked(line)
    return [f"({word})" if around else word for word, around in zip(one.words, one.around, strict=True)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("list  the drugs", ["list", "the", "drugs"]),
        ("⟦My son asks:⟧ list them", ["(My)", "(son)", "(asks:)", "list", "them"]),
        ("⟦I had⟧ a shot⟦, not when⟧. When?", ["(I)", "(had)", "a", "shot,", "(not)", "(when.)", "When?"]),
        ("a⟦bc⟧ ⟦- ⟧- d", ["(abc)", "(-)", "-", "d"]),
    ],
)
def test_a_word_stands_around_where_most_of_its_letters_are_marked(line: str, words: list[str]) -> None:
    assert told(line) == words


@pytest.mark.parametrize("line", ["⟦a", "a⟧ b", "⟦a ⟦b⟧⟧"])
def test_marks_that_do_not_close_are_said(line: str) -> None:
    with pytest.raises(ValueError, match=r"marks that do not close: ."):
        marked(line)


def test_what_stands_in_front_of_one_is_put_before_another() -> None:
    made = training.put_together([marked(line) for line in LINES], RandomState(0))
    assert len(made) == len(LINES)
    leads, plain = ({" ".join(marked(line).lead.words) for line in LINES[:4]}, set(LINES[4:]))
    for one in made:
        assert " ".join(one.lead.words) in leads
        assert " ".join(one.words[len(one.lead.words) :]) in plain


def test_questions_of_one_sort_alone_cannot_be_learnt_from() -> None:
    with pytest.raises(ValueError, match="0 questions have something in front, 4 nothing around"):
        training.put_together([marked(line) for line in LINES[4:]], RandomState(0))
    assert marked("show them").lead == Marked((), ())


def test_what_was_learnt_tells_what_stands_around(
    checkpoint: Path, known: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "WARMING", 5)
    monkeypatch.setattr(shared, "BATCH", 8)
    learnt = unpack(training.fine_tune(LINES, checkpoint, known, rounds=60, rates=Rates(5e-3, 1e-2)), known)
    assert learnt.corpus == digest(LINES)
    for line in LINES:
        one = marked(line)
        assert [share > 0.5 for share in learnt.of_words(one.words, AROUND)] == list(one.around), line


def test_the_encoder_of_the_package_was_fine_tuned_on_the_corpus_as_it_stands() -> None:
    assert encoder().corpus == digest(corpus_lines()), "run python -m chartwarden.agent.planning.asides.training"
    assert encoder() is encoder()


def test_every_line_of_the_corpus_is_marked_well_and_leaves_something() -> None:
    lines = corpus_lines()
    assert len(lines) == len(set(lines))
    for line in lines:
        assert not all(marked(line).around), line
