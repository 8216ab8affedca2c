"""The encoder that ONNX Runtime runs gives what transformers gives with the same weights."""

from __future__ import annotations

import numpy
import pytest

from chartwarden.agent.networks.encoder import Encoder, unpack
from chartwarden.agent.networks.pieces import Pieces, pack_pieces, unpack_pieces

torch = pytest.importorskip("torch", reason="needs torch (the extra medgemma)")
transformers = pytest.importorskip("transformers", reason="needs transformers (the extra medgemma)")
onnx_file = pytest.importorskip(
    "chartwarden.agent.networks.onnx_file", reason="needs onnx (the extra dev)", exc_type=ImportError
)
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


def state_of(model: object) -> dict[str, numpy.ndarray]:
    return {name: array.detach().numpy() for name, array in model.state_dict().items()}  # type: ignore[attr-defined]


def head() -> onnx_file.Linear:
    drawn = numpy.random.RandomState(1)
    return onnx_file.Linear(drawn.randn(3, 24).astype("float32"), drawn.randn(3).astype("float32"))


def packed(model: object) -> bytes:
    about = {"layers": 3, "heads": 4, "longest": 12, "labels": list(LABELS), "corpus": "digest"}
    about["pieces"] = known(model).digest
    return onnx_file.pack(state_of(model), head(), about)


def known(model: object) -> Pieces:
    return unpack_pieces(pack_pieces(state_of(model)["embeddings.word_embeddings.weight"], WORDS))


def unpacked(model: object) -> Encoder:
    return unpack(packed(model), known(model))


def shares_of(rows: numpy.ndarray) -> numpy.ndarray:
    logits = rows @ head().weights.T + head().bias
    powers = numpy.exp(logits)
    return powers / powers.sum(-1, keepdims=True)


@pytest.mark.parametrize("text", ["a", "a b c", "h g f e d c b a h", "a zz b", " ".join("abcdefgh" * 3)])
def test_probabilities_are_those_of_the_model_but_for_rounding(model: object, text: str) -> None:
    encoder = unpacked(model)
    numbers = torch.tensor([encoder.pieces.cut(text, 12)])
    with torch.no_grad():
        mean = model(input_ids=numbers).last_hidden_state[0].mean(0).numpy()  # type: ignore[operator]
    wanted = shares_of(mean)
    found = encoder.probabilities([text])[0]
    assert tuple(found) == LABELS
    assert numpy.allclose(list(found.values()), wanted, atol=0.03)
    assert sum(found.values()) == pytest.approx(1)


def test_two_products_fit_into_sixteen_bits(model: object) -> None:
    """Processors without dot products of bytes add them so, and what is beyond would be cut off without a word."""
    onnx = onnx_file.onnx
    read = onnx.load_from_string(packed(model))
    arrays = {one.name: onnx.numpy_helper.to_array(one) for one in read.graph.initializer}
    weights = [array for name, array in arrays.items() if name.endswith(".numbers")]
    assert len(weights) == 3 * 4
    largest = max(int(numpy.abs(array.astype("int16")).max()) for array in weights)
    assert 2 * 255 * largest < 2**15
    assert largest == 63


def test_several_texts_are_told_as_each_by_itself(model: object) -> None:
    encoder = unpacked(model)
    texts = ["a b c", "h", "a b c", " ".join("abcdefgh" * 3), "d zz"]
    together = encoder.probabilities(texts)
    for text, found in zip(texts, together, strict=True):
        assert found == pytest.approx(encoder.probabilities([text])[0], abs=1e-5)
    assert together[0] != pytest.approx(together[1], abs=1e-3)


def test_each_word_is_told_by_its_first_piece(model: object) -> None:
    encoder = unpacked(model)
    words = ["a", "zz", "b,c", "", "d"]
    numbers = torch.tensor([encoder.pieces.cut(" ".join(words), 12)])
    with torch.no_grad():
        rows = model(input_ids=numbers).last_hidden_state[0].numpy()  # type: ignore[operator]
    wanted = shares_of(rows)[:, LABELS.index("no")]
    # [CLS] a [UNK] b [UNK] c d [SEP]: the comma is no piece of these, and an empty word begins where the next one does
    assert numpy.allclose(encoder.of_words(words, "no"), wanted[[1, 2, 3, 6, 6]], atol=0.05)


def test_a_word_beyond_the_longest_text_is_told_by_nought(model: object) -> None:
    found = unpacked(model).of_words(["a"] * 20, "yes")
    assert [share > 0 for share in found] == [True] * 10 + [False] * 10


def test_what_is_rounded_once_stays_as_it_is(model: object) -> None:
    found = known(model)
    again = unpack_pieces(pack_pieces(found.rows(range(len(WORDS))), WORDS))
    assert numpy.array_equal(found.words, again.words)
    assert found.digest == again.digest


def test_the_file_tells_what_it_was_made_from(model: object) -> None:
    encoder = unpacked(model)
    assert encoder.corpus == "digest"
    assert encoder.longest == 12
    assert packed(model) == packed(model)


def test_what_was_learnt_is_read_again_but_for_rounding(model: object) -> None:
    found = onnx_file.trained(packed(model), known(model))
    there = state_of(model)
    for name, array in found.state.items():
        if "position" in name:
            wanted = (there[name] + there["embeddings.token_type_embeddings.weight"][0])[:12]
        else:
            wanted = there[name] * ("token_type" not in name)  # what it adds is part of the positions
        assert numpy.allclose(array, wanted[: len(array)], atol=0.02), name
    assert found.state.keys() == there.keys() - {"embeddings.position_ids"}
    assert numpy.array_equal(found.head.weights, head().weights)
    assert found.about["labels"] == list(LABELS)
    assert onnx_file.pack(found.state, found.head, found.about) == packed(model)


def test_an_encoder_over_other_pieces_is_not_read(model: object) -> None:
    others = unpack_pieces(pack_pieces(numpy.ones((len(WORDS), 24), dtype="float32"), WORDS))
    with pytest.raises(ValueError, match=r"fine-tuned over pieces .{12}, not .{12}: train again"):
        unpack(packed(model), others)
