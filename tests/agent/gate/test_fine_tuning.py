"""Fine-tuning learns from labelled requests, from a checkpoint in the format of transformers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chartwarden.agent.gate import fine_tuning
from chartwarden.agent.gate.training import Row
from chartwarden.agent.networks.encoder import unpack

transformers = pytest.importorskip("transformers")
WORDS = ("list", "show", "the", "drugs", "tests", "should", "must", "i", "stop", "start", "them")
FACTS = ("list the drugs", "show the tests", "list tests", "show the drugs", "list the tests")
ADVICE = ("should i stop them", "must i start", "should i start the drugs", "must i stop the tests", "should i stop")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    config = transformers.BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=fine_tuning.LONGEST,
    )  # fmt: skip
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": numbers}}), "utf-8")
    return folder


def rows() -> list[Row]:
    told = [Row(text, "R1", "en") for text in FACTS] + [Row(text, "X2", "en") for text in ADVICE]
    return [*told, Row("ist das schlimm", "X1", "de")]


def test_what_was_learnt_tells_the_classes_apart(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fine_tuning, "joined", lambda rows: [])
    monkeypatch.setattr(fine_tuning, "WARMING", 5)
    monkeypatch.setattr(fine_tuning, "RATE", 1e-2)
    monkeypatch.setattr(fine_tuning, "HEAD_RATE", 1e-2)
    encoder = unpack(fine_tuning.fine_tune(rows(), checkpoint, rounds=60))
    assert (encoder.labels, encoder.corpus) == (("R1", "X2"), fine_tuning.digest_of(rows()[:-1])), (
        "of the language it reads, and no other"
    )
    for text in FACTS:
        assert encoder.probabilities(text)["R1"] > 0.6
    for text in ADVICE:
        assert encoder.probabilities(text)["X2"] > 0.6


def test_the_vectors_of_the_pieces_stay_as_they_are(checkpoint: Path) -> None:
    learner = fine_tuning.Learner(checkpoint, ["R1", "X2"])
    before = learner.model.embeddings.word_embeddings.weight.clone()
    first = next(iter(learner.model.encoder.parameters())).clone()
    examples = fine_tuning.Examples([[2, 4, 5, 3], [2, 9, 10, 11, 3]], [0, 1], [1.0, 1.0])
    learner.learn(examples, 20, fine_tuning.RandomState(0))
    assert before.equal(learner.model.embeddings.word_embeddings.weight)
    assert not first.equal(next(iter(learner.model.encoder.parameters())))


def test_every_example_is_met_once_a_round() -> None:
    examples = fine_tuning.Examples([[2] * (number % 9 + 1) for number in range(700)], [0] * 700, [1.0] * 700)
    met = [one for batch in examples.batches(2, fine_tuning.RandomState(0)) for one in batch]
    assert sorted(met) == sorted([*range(700)] * 2)


def test_a_folder_that_is_no_checkpoint_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["fine_tuning", str(tmp_path)])
    with pytest.raises(SystemExit, match="a folder with all-MiniLM-L6-v2"):
        fine_tuning.main()
