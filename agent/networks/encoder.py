"""BERT encoders that were fine-tuned to tell classes apart, run with ONNX Runtime.

Each is one file in ONNX, which fine-tuning writes (`onnx_file.py`): from the vectors of the pieces of texts to how much
speaks for each label, piece by piece. The vectors are what no fine-tuning changes: all encoders share them, and they
stand in a file of their own (`pieces.py`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING

import numpy
from numpy.typing import NDArray

from chartwarden.agent.networks.pieces import Pieces, pieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Numbers = NDArray[numpy.float32]
ONE_THREAD = 1
"""An encoder's matrices are small: a second thread wins some milliseconds on a machine with nothing else to do, and
where the cores are busy the threads wait for each other, and the same sum takes many times as long."""
_NO_WARNINGS = 3


@dataclass(frozen=True)
class Encoder:
    """What fine-tuning left."""

    pieces: Pieces
    session: InferenceSession
    longest: int
    """Pieces of a text that are read; what is beyond is not."""
    labels: tuple[str, ...]
    """What the outputs mean."""
    corpus: str
    """SHA-256 of the corpus it was fine-tuned on."""

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """How likely each label is for each of several texts, which together take less time than one by one.

        A text is told by the mean of its pieces.
        """
        told = self._told([self.pieces.cut(text, self.longest) for text in texts])
        return [dict(zip(self.labels, map(float, _shares(one.mean(0))), strict=True)) for one in told]

    def of_words(self, words: Sequence[str], label: str) -> list[float]:
        """How likely a label is for each word of a text, by its first piece; nought for a word beyond the longest."""
        numbers, begins = self.pieces.cut.words(words, self.longest)
        found = _shares(self._told([numbers])[0])[:, self.labels.index(label)]
        return [float(found[at]) if at is not None else 0.0 for at in begins]

    def _told(self, texts: Sequence[Sequence[int]]) -> list[Numbers]:
        """What speaks for each label, a row for each piece, of each text."""
        given = {
            "vectors": self.pieces.rows([*chain(*texts)]),
            "places": numpy.concatenate([numpy.arange(len(text)) for text in texts]),
            "texts": numpy.repeat(numpy.arange(len(texts)), [len(text) for text in texts]),
        }
        told: Numbers = self.session.run(["told"], given)[0]
        return numpy.split(told, numpy.cumsum([len(text) for text in texts])[:-1])


def _shares(logits: Numbers) -> Numbers:
    powers = numpy.exp(logits - logits.max(-1, keepdims=True))
    made: Numbers = powers / powers.sum(-1, keepdims=True)
    return made


@lru_cache(maxsize=4)
def packaged(package: str, name: str) -> Encoder:
    """The encoder in a file of a package, over the pieces of the house; read once, when it is first asked."""
    return unpack(resources.files(package).joinpath(name).read_bytes(), pieces())


def unpack(packed: bytes, known: Pieces) -> Encoder:
    """The encoder of a file that `onnx_file.pack` made, over these pieces. `ValueError` when it was fine-tuned over
    others."""
    from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events

    disable_telemetry_events()  # its builds for Windows tell Microsoft of sessions
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = ONE_THREAD
    options.log_severity_level = _NO_WARNINGS
    session = InferenceSession(packed, options, providers=["CPUExecutionProvider"])
    about = json.loads(session.get_modelmeta().custom_metadata_map["about"])
    if about["pieces"] != known.digest:
        raise ValueError(f"fine-tuned over pieces {about['pieces'][:12]}, not {known.digest[:12]}: train again")
    return Encoder(known, session, about["longest"], tuple(about["labels"]), about["corpus"])
