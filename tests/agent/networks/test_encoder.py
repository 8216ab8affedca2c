"""The encoder that numpy runs gives what transformers gives with the same weights."""

from __future__ import annotations

import numpy
import pytest

from chartwarden.agent.networks.encoder import Linear, pack, unpack

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefgh")
LABELS = ("yes", "no", "perhaps")


@pytest.fixture(scope="module")
def model() -> object:
    torch.manual_seed(4)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=16, hidden_act="gelu_pytorch_tanh", initializer_range=0.4,
    )  # fmt: skip
    return transformers.BertModel(config, add_pooling_layer=False).eval()


def packed(model: object) -> bytes:
    state = {name: array.detach().numpy() for name, array in model.state_dict().items()}  # type: ignore[attr-defined]
    drawn = numpy.random.RandomState(1)
    head = Linear(drawn.randn(24, 3).astype("float32"), drawn.randn(3).astype("float32"))
    about = {"layers": 3, "heads": 4, "longest": 12, "labels": list(LABELS), "corpus": "digest"}
    return pack(state, head, about, WORDS)


@pytest.mark.parametrize("text", ["a", "a b c", "h g f e d c b a h", "a zz b", " ".join("abcdefgh" * 3)])
def test_probabilities_are_those_of_the_model_but_for_eight_bits(model: object, text: str) -> None:
    encoder = unpack(packed(model))
    numbers = torch.tensor([encoder.pieces(text, 12)])
    with torch.no_grad():
        mean = model(input_ids=numbers).last_hidden_state[0].mean(0).numpy()  # type: ignore[operator]
    logits = mean @ encoder.head.weights + encoder.head.bias
    wanted = numpy.exp(logits) / numpy.exp(logits).sum()
    found = encoder.probabilities(text)
    assert tuple(found) == LABELS
    assert numpy.allclose(list(found.values()), wanted, atol=0.03)
    assert sum(found.values()) == pytest.approx(1)


def test_the_rows_of_the_model_run_exactly_where_nothing_is_rounded(model: object) -> None:
    encoder = unpack(packed(model))
    state = model.state_dict()  # type: ignore[attr-defined]
    rounded = encoder.words * encoder.scales[:, None]
    state["embeddings.word_embeddings.weight"].copy_(torch.from_numpy(rounded))
    again = unpack(packed(model))
    for mine, other in zip(encoder.blocks, again.blocks, strict=True):
        assert numpy.array_equal(mine.widened.weights, other.widened.weights)
    assert numpy.array_equal(encoder.words, again.words), "what is rounded once stays as it is"


def test_the_file_tells_what_it_was_made_from(model: object) -> None:
    encoder = unpack(packed(model))
    assert encoder.corpus == "digest"
    assert len(encoder.positions) == 12
    assert packed(model) == packed(model)
