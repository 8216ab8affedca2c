"""The pieces of words that the encoders of the package know, each with its vector: `pieces.npz`.

They are those of sentence-transformers/all-MiniLM-L6-v2, in eight bits. Fine-tuning leaves them as they are, so that
pieces no example has keep their meaning beside the others, and every encoder runs over this one table. It is written by
`python -m chartwarden.agent.networks.pieces CHECKPOINT`.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy
from numpy.typing import NDArray

from chartwarden.agent.networks.wordpiece import WordPiece

Numbers = NDArray[numpy.float32]
FILE = "pieces.npz"
_LEVELS = 127
_TINY = 1e-12


@dataclass(frozen=True)
class Pieces:
    """A vocabulary of pieces, and a row of numbers for each."""

    cut: WordPiece
    words: NDArray[numpy.int8]
    """A row per piece of the vocabulary."""
    scales: Numbers
    """What one unit of each row is worth."""
    digest: str
    """SHA-256 of the file."""

    def rows(self, numbers: Sequence[int]) -> Numbers:
        """The vectors of pieces by their numbers."""
        at = list(numbers)
        made: Numbers = self.words[at] * self.scales[at, None]
        return made


def in_whole_numbers(array: Numbers, levels: int = _LEVELS) -> tuple[NDArray[numpy.int8], Numbers]:
    """Rows in whole numbers, so many on either side of nought, and what one unit of each row is worth."""
    step = numpy.maximum(numpy.abs(array).max(1), _TINY) / levels
    return (array / step[:, None]).round().astype("int8"), step.astype("float32")


def pack_pieces(vectors: Numbers, vocabulary: Sequence[str]) -> bytes:
    """The file of a vocabulary and its vectors, a row each."""
    words, scales = in_whole_numbers(vectors)
    told = numpy.frombuffer("\n".join(vocabulary).encode(), dtype="uint8")
    packed = io.BytesIO()
    numpy.savez_compressed(packed, words=words, scales=scales, vocabulary=told)
    return packed.getvalue()


def unpack_pieces(packed: bytes) -> Pieces:
    """The pieces of a file that `pack_pieces` made."""
    with numpy.load(io.BytesIO(packed)) as arrays:
        vocabulary = bytes(arrays["vocabulary"]).decode().split("\n")
        cut = WordPiece({piece: number for number, piece in enumerate(vocabulary)})
        return Pieces(cut, arrays["words"], arrays["scales"], hashlib.sha256(packed).hexdigest())


@lru_cache(maxsize=1)
def pieces() -> Pieces:
    """The pieces of the package, read once, when an encoder is first asked."""
    return unpack_pieces(resources.files(__package__).joinpath(FILE).read_bytes())


def vocabulary_of(checkpoint: Path) -> list[str]:
    """The pieces of a checkpoint, in the order of their numbers."""
    numbers: dict[str, int] = json.loads((checkpoint / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return sorted(numbers, key=numbers.__getitem__)


def main() -> None:
    """Write the pieces of a checkpoint beside the code."""
    from chartwarden.agent.networks.fine_tuning import SMALL, checkpoints_given, vectors_of

    checkpoint = checkpoints_given(__spec__.name, SMALL)[0]
    target = Path(__file__).resolve().with_name(FILE)
    target.write_bytes(pack_pieces(vectors_of(checkpoint), vocabulary_of(checkpoint)))


if __name__ == "__main__":
    main()
