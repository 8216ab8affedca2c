"""Whether anything may stand around a question at all: runs of words that add up, before the encoder is asked.

A question that is understood as it stands mostly has nothing around it, and the encoder takes about as long as all the
rest of planning. This is a logistic regression over runs of up to three words; it leaves out nothing itself.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern

HINTS = "hints.json.gz"
ASKED_FROM = 0.2
"""How likely something must stand around a question for the encoder to be asked what; of questions kept aside (twice
1,500), 97 in 100 with something around them are at least as likely, and 40 in 100 of the others."""
LONGEST_RUN = 3
_TOKEN = Pattern(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[^\w\s]")
_BEGINNING, _END = 5, 3
"""Letters of a longer word by which it is known too."""


@dataclass(frozen=True)
class Hints:
    """What training left."""

    weights: dict[str, float]
    """Of each run of words and each part of a word: what it adds to the log odds where it stands alone."""
    bias: float
    corpus: str
    """SHA-256 of the corpus they were learnt from."""

    def likelihood(self, question: str) -> float:
        """How likely something stands around a question."""
        known = [self.weights[one] for one in features_of(question) if one in self.weights]
        return 1 / (1 + math.exp(-self.bias - sum(known) / math.sqrt(max(len(known), 1))))


@lru_cache(maxsize=1)
def hints() -> Hints:
    """Those of the package, read once."""
    return unpack(resources.files(__package__).joinpath(HINTS).read_bytes())


def features_of(question: str) -> frozenset[str]:
    """The runs of words in a question, numbers as one, and how its longer words begin and end."""
    tokens = ["0" if one.isdigit() else one for one in _TOKEN.findall(question.lower())]
    return frozenset((*_runs(["<", *tokens, ">"]), *_parts(tokens)))


def _runs(tokens: list[str]) -> Iterator[str]:
    for length in range(1, LONGEST_RUN + 1):
        for start in range(len(tokens) - length + 1):
            yield " ".join(tokens[start : start + length])


def _parts(tokens: list[str]) -> Iterator[str]:
    for one in tokens:
        if len(one) > _BEGINNING:
            yield f"{one[:_BEGINNING]}*"
            yield f"*{one[-_END:]}"


def pack(learnt: Hints) -> bytes:
    """The file of them; the same give the same bytes."""
    told = {"corpus": learnt.corpus, "bias": learnt.bias, "weights": learnt.weights}
    return gzip.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def unpack(packed: bytes) -> Hints:
    """Those of a file that `pack` made."""
    return Hints(**json.loads(gzip.decompress(packed)))
