"""What the trainings of encoders share: batches, and an encoder that learns over vectors that stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from numpy.random import RandomState

from chartwarden.agent.networks.corpora import in_checkout
from chartwarden.agent.networks.encoder import unpack
from chartwarden.agent.networks.fine_tuning import Learner, Rates, batches, checkpoints_given, steps_of
from chartwarden.agent.networks.onnx_file import trained
from chartwarden.agent.networks.pieces import Pieces, vocabulary_of

pytest.importorskip("transformers", reason="needs transformers (the extra medgemma)")


def test_the_vectors_of_the_pieces_stay_as_they_are(checkpoint: Path) -> None:
    from torch import tensor
    from torch.nn.functional import cross_entropy

    learner = Learner.begun(checkpoint, 2)
    before = learner.model.embeddings.word_embeddings.weight.clone()
    first = next(iter(learner.model.encoder.parameters())).clone()
    texts = [[2, 4, 5, 3], [2, 9, 10, 11, 3]]

    def loss_of(batch: list[int]):  # type: ignore[no-untyped-def]
        rows, _ = learner.rows([texts[one] for one in batch])
        return cross_entropy(learner.head(rows.mean(1)), tensor(batch))

    learner.learn(batches([4, 5], 20, RandomState(0)), steps_of(2, 20), loss_of, Rates())
    assert before.equal(learner.model.embeddings.word_embeddings.weight)
    assert not first.equal(next(iter(learner.model.encoder.parameters())))


def test_every_example_is_met_once_a_round() -> None:
    lengths = [number % 9 + 1 for number in range(700)]
    met = [one for batch in batches(lengths, 2, RandomState(0)) for one in batch]
    assert sorted(met) == sorted([*range(700)] * 2)
    assert len(list(batches(lengths, 2, RandomState(0)))) == steps_of(700, 2)


def test_the_pieces_are_those_of_the_checkpoint(checkpoint: Path, known: Pieces) -> None:
    assert list(known.cut.numbers) == vocabulary_of(checkpoint)
    assert known.rows([0, 5]).shape == (2, 16)


def test_folders_that_are_no_checkpoints_are_said(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for given in ([], [tmp_path], [checkpoint, tmp_path], [checkpoint]):
        monkeypatch.setattr("sys.argv", ["fine_tuning", *map(str, given)])
        with pytest.raises(
            SystemExit,
            match=r"some\.module CHECKPOINT CHECKPOINT: a/small and a/large, each a folder with config\.json, ",
        ):
            checkpoints_given("some.module", "a/small", "a/large")


def test_checkpoints_on_the_command_line_are_taken(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["fine_tuning", str(checkpoint)])
    assert checkpoints_given("some.module", "a/small") == [checkpoint]


def test_without_a_corpus_nothing_is_written_over() -> None:
    assert in_checkout(["a row"]) == ["a row"]
    with pytest.raises(SystemExit, match="the wheel leaves it out; train in a checkout"):
        in_checkout([])


def test_learning_goes_on_from_where_it_was_left(checkpoint: Path, known: Pieces) -> None:
    learner = Learner.begun(checkpoint, 2)
    packed = learner.packed(["R1", "X2"], "corpus", known, 12)
    left, resumed = unpack(packed, known), Learner.resumed(trained(packed, known))
    again = unpack(resumed.packed(left.labels, left.corpus, known, left.longest), known)
    for text in ("list the drugs", "must i stop"):
        assert again.probabilities([text])[0] == pytest.approx(left.probabilities([text])[0], abs=1e-4)
    assert not resumed.model.embeddings.word_embeddings.weight.requires_grad
