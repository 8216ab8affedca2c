"""A small encoder learns from labelled requests, and from what a large one makes of many without a label."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest

from chartwarden.agent.gate import fine_tuning
from chartwarden.agent.gate.fine_tuning import Course, Courses, fine_tune, labels_of, taught
from chartwarden.agent.gate.training import Row
from chartwarden.agent.gate.unlabelled import unlabelled
from chartwarden.agent.networks import fine_tuning as shared
from chartwarden.agent.networks.encoder import unpack
from chartwarden.agent.networks.fine_tuning import Rates
from chartwarden.agent.networks.pieces import Pieces

transformers = pytest.importorskip("transformers", reason="needs transformers (the extra medgemma)")
FACTS = ("list the drugs", "show the tests", "list tests", "show the drugs", "list the tests")
ADVICE = ("should i stop them", "must i start", "should i start the drugs", "must i stop the tests", "should i stop")
ABROAD = {"son my list": "R1", "son my stop": "X2"}
"""In another language, told in the few pieces of the tiny checkpoint."""
FAST = Rates(1e-2, 1e-2)


def rows() -> list[Row]:
    told = [Row(text, "R1", "en") for text in FACTS] + [Row(text, "X2", "en") for text in ADVICE]
    return [*told, *(Row(text, class_id, "de") for text, class_id in ABROAD.items())]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A tiny checkpoint of another architecture than the small encoder, with its own tokenizer and padding."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = sorted({word for text in (*FACTS, *ADVICE) for word in text.split()})
    numbers = {piece: number for number, piece in enumerate(["<s>", "<pad>", "</s>", "[UNK]", *words])}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="[UNK]"
    ).save_pretrained(tmp_path)
    transformers.set_seed(0)
    config = transformers.MPNetConfig(
        vocab_size=len(numbers), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    transformers.MPNetModel(config, add_pooling_layer=False).save_pretrained(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fine_tuning, "joined", lambda rows: [])
    monkeypatch.setattr(shared, "WARMING", 5)


def test_the_small_encoder_learns_from_labels_and_from_the_large_one(
    checkpoint: Path, large: Path, known: Pieces
) -> None:
    others = [f"{text} now" for text in ADVICE]
    courses = Courses((Course(0, FAST, 40),), Course(0, FAST, 40))
    encoder = unpack(fine_tune(rows(), others, (checkpoint, large), known, courses), known)
    assert encoder.labels == ("R1", "X2")
    assert encoder.corpus == fine_tuning.digest_of(rows()) != fine_tuning.digest_of(rows()[:-1])
    for text in (*FACTS, "son my list"):
        assert encoder.probabilities([text])[0]["R1"] > 0.6
    for text in (*ADVICE, *others, "son my stop"):
        assert encoder.probabilities([text])[0]["X2"] > 0.6


def test_english_learns_from_its_own_requests_alone_and_other_languages_from_all(
    checkpoint: Path, large: Path, known: Pieces
) -> None:
    english = fine_tuning.learnt_from(rows(), "en")
    assert english == rows()[: -len(ABROAD)]
    assert fine_tuning.learnt_from(rows(), "fr") == rows()
    courses = Courses((Course(0, FAST, 5),), Course(0, FAST, 5))
    encoder = unpack(fine_tune(english, ["must i stop"], (checkpoint, large), known, courses), known)
    assert encoder.corpus == fine_tuning.digest_of(english) != fine_tuning.digest_of(rows())


def test_large_encoders_judge_what_has_no_label_and_are_averaged(large: Path) -> None:
    own, labels = rows()[: -len(ABROAD)], ["R1", "X2"]
    told = [taught(own, labels, ["must i stop", "list drugs"], large, courses) for courses in (
        (Course(0, FAST, 40),), (Course(1, FAST, 40),), (Course(0, FAST, 40), Course(1, FAST, 40)),
    )]  # fmt: skip
    assert told[0].shape == (len(own) + 2, 2)
    assert told[2] == pytest.approx((told[0] + told[1]) / 2, abs=1e-3)
    assert told[2][-2:].argmax(1).tolist() == [1, 0]
    assert told[2].sum(1) == pytest.approx(numpy.ones(len(told[2])), abs=1e-4)


def test_a_label_is_not_wholly_believed() -> None:
    wanted = labels_of(rows()[:1], ["R1", "X2"])
    assert wanted.tolist() == [pytest.approx([0.975, 0.025])]


def test_requests_without_a_label_are_made_of_others_and_are_none_of_them() -> None:
    requests = ["Her last A1c was 9.1. Should I start insulin now?", "List the drugs of this week.", "Stop?"]
    made = unlabelled(requests, ["Beside it"], joined=20, crossed=0)
    assert made == unlabelled(requests, ["Beside it"], joined=20, crossed=0), "drawn with a fixed seed"
    assert not set(made) & set(requests)
    assert {"Beside it", "Should I start insulin now?"} <= set(made)
    assert any("Stop" in one and "drugs" in one for one in made)
    assert any(one.count("Her last A1c") and one.count("List the drugs") for one in made), "two in one"


def test_the_end_of_one_request_follows_the_beginning_of_another() -> None:
    requests = ["It began in May. What is written?", "She is afraid. Which drug is best?"]
    made = unlabelled(requests, joined=0, crossed=30)
    assert "It began in May. Which drug is best?" in made
    assert "She is afraid. What is written?" in made
