"""The files of the encoders, for developers: an encoder's weights written as a graph in ONNX, and read again.

Needs onnx (extra `dev`). The architecture is that of Devlin et al. (2019) with the tanh approximation of GELU, and over
it one linear layer. Several texts may go through at once, one after the other: a piece sees those of its own text. The
linear layers inside it are worked out in whole numbers: what goes in is rounded to eight bits, row by row, and the
weights are kept in seven, so that two products fit into the sixteen bits in which processors without dot products of
bytes add them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from chartwarden.agent.networks.pieces import Pieces, in_whole_numbers

Numbers = NDArray[numpy.float32]
OPERATORS, FORMAT = 20, 9
"""Versions of ONNX: the first with GELU, and one that every ONNX Runtime with it reads."""
_TINY = 1e-12
"""Added to the variance where a row is brought to one spread, as in the checkpoint."""
_UNSEEN = -1e9
_LEVELS = 63
"""Of a weight, on either side of nought."""
_LEVELS_IN = 127
"""Of what goes into a layer; nought is told as the next number."""
_LINEAR = {
    "attended": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "joined": ("attention.output.dense",),
    "widened": ("intermediate.dense",),
    "narrowed": ("output.dense",),
}
"""Layers by their names in a checkpoint; several are put side by side."""
_NORMS = {"joined_norm": "attention.output.LayerNorm", "narrowed_norm": "output.LayerNorm"}


class Linear(NamedTuple):
    """A linear layer, its weights as in a checkpoint: outputs by inputs."""

    weights: Numbers
    bias: Numbers


class Trained(NamedTuple):
    """What fine-tuning goes on from."""

    state: dict[str, Numbers]
    """Arrays by their names in a `BertModel` checkpoint."""
    head: Linear
    about: dict[str, Any]
    """`layers`, `heads`, `labels`, `corpus`, `longest` (pieces of a text) and the digest of the `pieces`."""


class _Graph:
    """A graph that grows node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.kept: list[onnx.TensorProto] = []

    def keep(self, name: str, array: Any) -> str:
        """Put an array in."""
        self.kept.append(numpy_helper.from_array(numpy.asarray(array), name))
        return name

    def add(self, operator: str, name: str, *inputs: str, **how: Any) -> str:
        """Put a node in, whose output has its name."""
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name, **how))
        return name

    def linear(self, name: str, inputs: str, layer: Linear) -> str:
        """A linear layer in whole numbers."""
        numbers, scales = in_whole_numbers(layer.weights, _LEVELS)
        largest = self.add("ReduceMax", f"{name}.largest", self.add("Abs", f"{name}.sizes", inputs), "each_row")
        step = self.add("Mul", f"{name}.step", self.add("Max", f"{name}.some", largest, "tiny"), "by_level")
        rounded = self.add(
            "QuantizeLinear", f"{name}.rounded", self.add("Div", f"{name}.steps", inputs, step), "one", "nought"
        )
        sums = self.add(
            "MatMulInteger", f"{name}.sums", rounded, self.keep(f"{name}.numbers", numbers.T.copy()), "nought"
        )
        told = self.add("Mul", f"{name}.told", self.add("Cast", f"{name}.cast", sums, to=TensorProto.FLOAT), step)
        scaled = self.add("Mul", f"{name}.scaled", told, self.keep(f"{name}.scales", scales))
        return self.add("Add", name, scaled, self.keep(f"{name}.bias", layer.bias))

    def norm(self, name: str, inputs: str, weight: Numbers, bias: Numbers) -> str:
        """Each row brought to mean nought and spread one, then to what was learnt."""
        learnt = self.keep(f"{name}.weight", weight), self.keep(f"{name}.bias", bias)
        return self.add("LayerNormalization", name, inputs, *learnt, axis=-1, epsilon=_TINY)


def pack(state: Mapping[str, Numbers], head: Linear, about: Mapping[str, Any]) -> bytes:
    """The file of a fine-tuned encoder.

    Args:
        state: arrays by their names in a `BertModel` checkpoint; the vectors of its pieces are not kept.
        head: the layer over the rows of the pieces.
        about: see `Trained`.
    """
    graph = _Graph()
    rows = _begun(graph, state, about["longest"])
    heads, width = about["heads"], head.weights.shape[1]
    graph.keep("by_head", numpy.array([-1, 3, heads, width // heads]))
    graph.keep("by_piece", numpy.array([-1, width]))
    graph.keep("each_row", numpy.array([-1]))
    graph.keep("one", numpy.float32(1))
    graph.keep("tiny", numpy.float32(_TINY))
    graph.keep("by_level", numpy.float32(1 / _LEVELS_IN))
    graph.keep("nought", numpy.uint8(_LEVELS_IN + 1))
    graph.keep("halved", numpy.float32(1 / math.sqrt(width // heads)))
    for part, at in (("queries", 0), ("keys", 1), ("values", 2)):
        graph.keep(part, numpy.array(at))
    for layer in range(about["layers"]):
        rows = _block(graph, state, layer, rows)
    told = graph.add("Gemm", "told", rows, graph.keep("head.weight", head.weights), graph.keep("head.bias", head.bias),
                     transB=1)  # fmt: skip
    return _written(graph, told, width, about)


def _begun(graph: _Graph, state: Mapping[str, Numbers], longest: int) -> str:
    """The rows of the first layer, and which pieces do not see each other."""
    types = state["embeddings.token_type_embeddings.weight"][0]
    graph.keep("positions", (state["embeddings.position_embeddings.weight"] + types)[:longest].astype("float32"))
    graph.keep("downwards", numpy.array([1]))
    graph.keep("sideways", numpy.array([0]))
    this = graph.add("Unsqueeze", "this", "texts", "downwards")
    other = graph.add("Unsqueeze", "other", "texts", "sideways")
    graph.keep("seen", numpy.float32(0))
    graph.keep("unseen", numpy.float32(_UNSEEN))
    graph.add("Where", "apart", graph.add("Equal", "of_one_text", this, other), "seen", "unseen")
    placed = graph.add("Add", "placed", "vectors", graph.add("Gather", "at", "positions", "places"))
    return graph.norm("norm", placed, *(state[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")))


def _block(graph: _Graph, state: Mapping[str, Numbers], layer: int, rows: str) -> str:
    """The rows of the next layer: every piece looks at the others of its text, then is worked on by itself."""
    lead = f"encoder.layer.{layer}"

    def linear(name: str, inputs: str) -> str:
        parts = [[state[f"{lead}.{part}.{end}"] for part in _LINEAR[name]] for end in ("weight", "bias")]
        return graph.linear(f"{layer}.{name}", inputs, Linear(*map(numpy.concatenate, parts)))

    def norm(name: str, inputs: str) -> str:
        return graph.norm(
            f"{layer}.{name}", inputs, *(state[f"{lead}.{_NORMS[name]}.{end}"] for end in ("weight", "bias"))
        )

    def added(name: str, made: str) -> str:
        return graph.add("Add", f"{layer}.{name}", made, rows)

    rows = norm("joined_norm", added("beside", linear("joined", _seen(graph, layer, linear("attended", rows)))))
    widened = graph.add("Gelu", f"{layer}.bent", linear("widened", rows), approximate="tanh")
    return norm("narrowed_norm", added("further", linear("narrowed", widened)))


def _seen(graph: _Graph, layer: int, attended: str) -> str:
    """What each piece sees of the others of its text, from the queries, keys and values of all."""

    def add(operator: str, name: str, *inputs: str, **how: Any) -> str:
        return graph.add(operator, f"{layer}.{name}", *inputs, **how)

    each = add("Transpose", "each", add("Reshape", "split", attended, "by_head"), perm=[1, 2, 0, 3])
    queries, keys, values = (add("Gather", part, each, part, axis=0) for part in ("queries", "keys", "values"))
    alike = add("MatMul", "alike", queries, add("Transpose", "turned", keys, perm=[0, 2, 1]))
    shares = add("Softmax", "shares", add("Add", "own", add("Mul", "even", alike, "halved"), "apart"), axis=-1)
    seen = add("Transpose", "gathered", add("MatMul", "taken", shares, values), perm=[1, 0, 2])
    return add("Reshape", "side_by_side", seen, "by_piece")


def _written(graph: _Graph, told: str, width: int, about: Mapping[str, Any]) -> bytes:
    number = helper.make_tensor_value_info
    inputs = [
        number("vectors", TensorProto.FLOAT, ["pieces", width]),
        number("places", TensorProto.INT64, ["pieces"]),
        number("texts", TensorProto.INT64, ["pieces"]),
    ]
    output = number(told, TensorProto.FLOAT, ["pieces", len(about["labels"])])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", inputs, [output], graph.kept),
        opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=FORMAT,
    )  # fmt: skip
    helper.set_model_props(model, {"about": json.dumps(about, sort_keys=True)})
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def trained(packed: bytes, known: Pieces) -> Trained:
    """What is in a file that `pack` made over these pieces, so that fine-tuning can go on from it.

    What told the first sentence from a second is part of the positions.
    """
    model = onnx.load_from_string(packed)
    arrays = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    about = json.loads({one.key: one.value for one in model.metadata_props}["about"])
    vectors = known.rows(range(len(known.words)))
    state = {
        "embeddings.word_embeddings.weight": vectors,
        "embeddings.position_embeddings.weight": arrays["positions"],
        "embeddings.token_type_embeddings.weight": numpy.zeros((1, vectors.shape[1]), dtype="float32"),
        "embeddings.LayerNorm.weight": arrays["norm.weight"],
        "embeddings.LayerNorm.bias": arrays["norm.bias"],
    }
    for layer in range(about["layers"]):
        state |= _layer_of(arrays, layer)
    return Trained(state, Linear(arrays["head.weight"], arrays["head.bias"]), about)


def _layer_of(arrays: Mapping[str, Any], layer: int) -> dict[str, Numbers]:
    lead = f"encoder.layer.{layer}"
    state: dict[str, Numbers] = {}
    for name, parts in _LINEAR.items():
        weights = arrays[f"{layer}.{name}.numbers"].T * arrays[f"{layer}.{name}.scales"][:, None]
        each = (numpy.split(one, len(parts)) for one in (weights, arrays[f"{layer}.{name}.bias"]))
        for part, weight, bias in zip(parts, *each, strict=True):
            state |= {f"{lead}.{part}.weight": weight, f"{lead}.{part}.bias": bias}
    for name, part in _NORMS.items():
        state |= {f"{lead}.{part}.{end}": arrays[f"{layer}.{name}.{end}"] for end in ("weight", "bias")}
    return state
