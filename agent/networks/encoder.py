"""BERT encoders that were fine-tuned to tell classes apart, run with numpy alone.

The architecture is that of Devlin et al. (2019) with the tanh approximation of GELU. One linear layer tells the classes
of a text, over the mean of its pieces, or of each of its words, over the first piece of the word. Weights are kept in
eight bits, each row with a scale of its own, in one `.npz` file that fine-tuning writes. The vectors of the pieces are
what no fine-tuning changes: all encoders share them, and they stand in a file of their own (`pieces.py`).
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate, chain
from typing import Any

import numpy
from numpy.typing import NDArray

from chartwarden.agent.networks.one_thread import on_one_thread
from chartwarden.agent.networks.pieces import Pieces, in_eight_bits, pieces

Numbers = NDArray[numpy.float32]
_TINY = 1e-12
"""Added to the variance where a row is brought to one spread, as in the checkpoint."""


@dataclass(frozen=True)
class Linear:
    """A linear layer, its weights as in a checkpoint: outputs by inputs.

    With a few rows of inputs most of the time goes into fetching the weights: read in this order they are multiplied
    in half of it.
    """

    weights: Numbers
    bias: Numbers

    def __call__(self, inputs: Numbers) -> Numbers:
        """The outputs for each row of inputs."""
        made: Numbers = (self.weights @ inputs.T).T + self.bias
        return made


@dataclass(frozen=True)
class Norm:
    """Brings each row to mean nought and spread one, then to what was learnt."""

    weight: Numbers
    bias: Numbers

    def __call__(self, rows: Numbers) -> Numbers:
        """The rows, normalised."""
        off = rows - rows.mean(-1, keepdims=True)
        spread = numpy.sqrt((off * off).mean(-1, keepdims=True) + _TINY)
        made: Numbers = off / spread * self.weight + self.bias
        return made


@dataclass(frozen=True)
class Block:
    """One layer of the encoder: every piece looks at every other, then is worked on by itself."""

    attended: Linear
    """Queries, keys and values side by side."""
    joined: Linear
    joined_norm: Norm
    widened: Linear
    narrowed: Linear
    narrowed_norm: Norm

    def __call__(self, rows: Numbers, texts: Sequence[slice], heads: int) -> Numbers:
        """The rows of the next layer; a piece looks at those of its own text."""
        attended = self.attended(rows)
        seen = numpy.concatenate([_seen(attended[text], heads) for text in texts])
        rows = self.joined_norm(self.joined(seen) + rows)
        return self.narrowed_norm(self.narrowed(_gelu(self.widened(rows))) + rows)


def _seen(attended: Numbers, heads: int) -> Numbers:
    """What each piece of a text sees of the others, from the queries, keys and values of all."""
    count, width = len(attended), attended.shape[1] // 3
    queries, keys, values = attended.reshape(count, 3, heads, width // heads).transpose(1, 2, 0, 3)
    alike = queries @ keys.transpose(0, 2, 1) / numpy.float32(math.sqrt(width // heads))
    made: Numbers = (_shares(alike) @ values).transpose(1, 0, 2).reshape(count, width)
    return made


@dataclass(frozen=True)
class Encoder:
    """What fine-tuning left."""

    pieces: Pieces
    positions: Numbers
    norm: Norm
    blocks: tuple[Block, ...]
    heads: int
    head: Linear
    labels: tuple[str, ...]
    """What the outputs of the head mean."""
    corpus: str
    """SHA-256 of the corpus it was fine-tuned on."""

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """How likely each label is for each of several texts, which together take far less time than one by one."""
        each = self._rows([self.pieces.cut(text, len(self.positions)) for text in texts])
        found = _shares(self.head(numpy.stack([rows.mean(0) for rows in each])))
        return [dict(zip(self.labels, map(float, one), strict=True)) for one in found]

    def of_words(self, words: Sequence[str], label: str) -> list[float]:
        """How likely a label is for each word of a text; nought for a word beyond the longest text."""
        numbers, begins = self.pieces.cut.words(words, len(self.positions))
        rows = self._rows([numbers])[0]
        found = _shares(self.head(rows))[:, self.labels.index(label)]
        return [float(found[at]) if at is not None else 0.0 for at in begins]

    def _rows(self, texts: Sequence[Sequence[int]]) -> list[Numbers]:
        """A row for each piece, of each text."""
        ends = list(accumulate(map(len, texts)))
        bounds = [slice(end - len(text), end) for text, end in zip(texts, ends, strict=True)]
        with on_one_thread():
            places = numpy.concatenate([self.positions[: len(text)] for text in texts])
            rows = self.norm(self.pieces.rows([*chain(*texts)]) + places)
            for block in self.blocks:
                rows = block(rows, bounds, self.heads)
            return [rows[text] for text in bounds]


def _shares(logits: Numbers) -> Numbers:
    powers = numpy.exp(logits - logits.max(-1, keepdims=True))
    made: Numbers = powers / powers.sum(-1, keepdims=True)
    return made


def _gelu(values: Numbers) -> Numbers:
    """The tanh approximation of Hendrycks and Gimpel (2016)."""
    inner = numpy.float32(math.sqrt(2 / math.pi)) * (values + numpy.float32(0.044715) * values * values * values)
    made: Numbers = numpy.float32(0.5) * values * (1 + numpy.tanh(inner))
    return made


_LINEAR = {
    "attended": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "joined": ("attention.output.dense",),
    "widened": ("intermediate.dense",),
    "narrowed": ("output.dense",),
}
"""Layers by their names in a checkpoint; several are put side by side."""
_NORMS = {"joined_norm": "attention.output.LayerNorm", "narrowed_norm": "output.LayerNorm"}


def pack(state: Mapping[str, Numbers], head: Linear, about: Mapping[str, Any]) -> bytes:
    """The file of a fine-tuned encoder.

    Args:
        state: arrays by their names in a `BertModel` checkpoint; the vectors of its pieces are not kept.
        about: `heads`, `labels`, `corpus`, `longest` (pieces of a text), the digest of the `pieces`, and the number of
            `layers`.
    """
    arrays: dict[str, Any] = {}
    for name, array in _linear(state, about["layers"]).items():
        arrays[f"{name}.numbers"], arrays[f"{name}.scales"] = in_eight_bits(array)
    types = state["embeddings.token_type_embeddings.weight"][0]
    arrays["positions"] = (state["embeddings.position_embeddings.weight"] + types)[: about["longest"]].astype("float32")
    arrays |= {name: array.astype("float32") for name, array in _small(state, about["layers"]).items()}
    arrays |= {"head.weight": head.weights.T, "head.bias": head.bias}
    arrays["about"] = numpy.frombuffer(json.dumps(about, sort_keys=True).encode(), dtype="uint8")
    packed = io.BytesIO()
    numpy.savez_compressed(packed, **arrays)
    return packed.getvalue()


def _linear(state: Mapping[str, Numbers], layers: int) -> dict[str, Numbers]:
    return {
        f"{layer}.{name}": numpy.concatenate([state[f"encoder.layer.{layer}.{one}.weight"] for one in parts])
        for layer in range(layers)
        for name, parts in _LINEAR.items()
    }


def _small(state: Mapping[str, Numbers], layers: int) -> dict[str, Numbers]:
    """What is kept as it is: biases and norms."""
    kept = {f"norm.{end}": state[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")}
    for layer in range(layers):
        lead = f"encoder.layer.{layer}"
        for name, parts in _LINEAR.items():
            kept[f"{layer}.{name}.bias"] = numpy.concatenate([state[f"{lead}.{one}.bias"] for one in parts])
        for name, one in _NORMS.items():
            kept |= {f"{layer}.{name}.{end}": state[f"{lead}.{one}.{end}"] for end in ("weight", "bias")}
    return kept


def state_of(encoder: Encoder) -> dict[str, Numbers]:
    """The arrays of an encoder by their names in a `BertModel` checkpoint, so that fine-tuning can go on from it.

    What told the first sentence from a second is part of the positions.
    """
    vectors = encoder.pieces.rows(range(len(encoder.pieces.words)))
    state = {
        "embeddings.word_embeddings.weight": vectors,
        "embeddings.position_embeddings.weight": encoder.positions,
        "embeddings.token_type_embeddings.weight": numpy.zeros((1, vectors.shape[1]), dtype="float32"),
        "embeddings.LayerNorm.weight": encoder.norm.weight,
        "embeddings.LayerNorm.bias": encoder.norm.bias,
    }
    for layer, block in enumerate(encoder.blocks):
        lead = f"encoder.layer.{layer}"
        for name, parts in _LINEAR.items():
            linear: Linear = getattr(block, name)
            weights, biases = (numpy.split(one, len(parts)) for one in (linear.weights, linear.bias))
            for part, weight, bias in zip(parts, weights, biases, strict=True):
                state |= {f"{lead}.{part}.weight": weight, f"{lead}.{part}.bias": bias}
        for name, part in _NORMS.items():
            norm: Norm = getattr(block, name)
            state |= {f"{lead}.{part}.weight": norm.weight, f"{lead}.{part}.bias": norm.bias}
    return state


@lru_cache(maxsize=4)
def packaged(package: str, name: str) -> Encoder:
    """The encoder in a file of a package, over the pieces of the house; read once, when it is first asked."""
    return unpack(resources.files(package).joinpath(name).read_bytes(), pieces())


def unpack(packed: bytes, known: Pieces) -> Encoder:
    """The encoder of a file that `pack` made, over these pieces. `ValueError` when it was fine-tuned over others."""
    with numpy.load(io.BytesIO(packed)) as arrays:
        about = json.loads(bytes(arrays["about"]))
        if about["pieces"] != known.digest:
            raise ValueError(f"fine-tuned over pieces {about['pieces'][:12]}, not {known.digest[:12]}: train again")

        def linear(name: str) -> Linear:
            weights = arrays[f"{name}.numbers"] * arrays[f"{name}.scales"][:, None]
            return Linear(weights, arrays[f"{name}.bias"])

        def norm(name: str) -> Norm:
            return Norm(arrays[f"{name}.weight"], arrays[f"{name}.bias"])

        def block(at: int) -> Block:
            return Block(
                attended=linear(f"{at}.attended"),
                joined=linear(f"{at}.joined"),
                joined_norm=norm(f"{at}.joined_norm"),
                widened=linear(f"{at}.widened"),
                narrowed=linear(f"{at}.narrowed"),
                narrowed_norm=norm(f"{at}.narrowed_norm"),
            )

        return Encoder(
            pieces=known,
            positions=arrays["positions"],
            norm=norm("norm"),
            blocks=tuple(block(at) for at in range(about["layers"])),
            heads=about["heads"],
            head=Linear(numpy.ascontiguousarray(arrays["head.weight"].T), arrays["head.bias"]),
            labels=tuple(about["labels"]),
            corpus=about["corpus"],
        )
