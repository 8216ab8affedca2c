"""Fine-tune the encoder of the gate: `python -m chartwarden.agent.gate.fine_tuning CHECKPOINT`.

For developers: needs torch and transformers (extra `dev`) and half an hour or more on two cores; writes `encoder.npz`
beside this file. `CHECKPOINT` is that of `agent/networks/fine_tuning.py`. It learns from the English requests of the
corpus of `training.py`, and the same two things: the class of a request, and whether it is turned away.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.random import RandomState

from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.scoring import ENCODER
from chartwarden.agent.gate.second_opinion import LANGUAGE
from chartwarden.agent.gate.training import TURNED_AWAY, Row, corpus, joined, patterns
from chartwarden.agent.networks.corpora import digest, in_checkout
from chartwarden.agent.networks.fine_tuning import Learner, Rates, batches, checkpoint_given, steps_of
from chartwarden.agent.networks.pieces import Pieces, pieces

if TYPE_CHECKING:
    import torch

ROUNDS = 3
LONGEST = 96
"""Pieces of a request; a longer one is cut off."""
REFUSAL_COUNTS = 2.0
"""What the loss of being turned away or not counts for beside that of the class: the one that decides."""
SMOOTHING = 0.05
LEFT_OUT = 0.1
_SURE = 1e-5


@dataclass(frozen=True)
class Examples:
    """What is learnt from."""

    pieces: list[list[int]]
    classes: list[int]
    importance: list[float]


class Judge:
    """An encoder that learns to judge requests."""

    def __init__(self, checkpoint: Path, labels: Sequence[str]) -> None:
        """Begin with the weights of a checkpoint."""
        import torch

        self.learner = Learner(checkpoint, len(labels))
        self.barred = torch.tensor([float(label in TURNED_AWAY) for label in labels])

    def learn(self, examples: Examples, rounds: int, rates: Rates) -> None:
        """Go through the examples so many times."""
        import torch

        def loss_of(batch: list[int]) -> torch.Tensor:
            loss = self._loss([examples.pieces[one] for one in batch], [examples.classes[one] for one in batch])
            return (loss * torch.tensor([examples.importance[one] for one in batch])).mean()

        each = batches([len(one) for one in examples.pieces], rounds, RandomState(0))
        self.learner.learn(each, steps_of(len(examples.pieces), rounds), loss_of, rates)

    def _loss(self, texts: Sequence[Sequence[int]], classes: Sequence[int]) -> torch.Tensor:
        """Of each example: of its class, and of being turned away."""
        import torch
        from torch.nn import functional

        wanted = torch.tensor(classes)
        rows, is_there = self.learner.rows(texts)
        mean = (rows * is_there[..., None]).sum(1) / is_there.sum(1, keepdim=True)
        logits = self.learner.head(functional.dropout(mean, LEFT_OUT, self.learner.model.training))
        of_class = functional.cross_entropy(logits, wanted, reduction="none", label_smoothing=SMOOTHING)
        refused = (logits.softmax(1) @ self.barred).clamp(_SURE, 1 - _SURE)
        is_refused = self.barred[wanted] * (1 - SMOOTHING) + SMOOTHING / 2
        of_refusal = functional.binary_cross_entropy(refused, is_refused, reduction="none")
        return of_class + REFUSAL_COUNTS * of_refusal


def learnt_from(rows: Sequence[Row]) -> list[Row]:
    """The rows of its language, with what is drawn from them."""
    return [row for row in (*rows, *joined(rows)) if row.language == LANGUAGE]


def digest_of(own: Sequence[Row]) -> str:
    """SHA-256 over what is learnt from: rows of other languages change nothing."""
    told = (json.dumps([row.text, row.class_id, row.weight]) for row in own)
    return digest(told)


def fine_tune(
    rows: Sequence[Row], checkpoint: Path, known: Pieces, *, rounds: int = ROUNDS, rates: Rates | None = None
) -> bytes:
    """The file of an encoder for the rows of its language, with what is drawn from them."""
    own = learnt_from(rows)
    labels = sorted({row.class_id for row in own})
    examples = Examples(
        pieces=[known.cut(cleaned(row.text), LONGEST) for row in own],
        classes=[labels.index(row.class_id) for row in own],
        importance=[row.weight for row in own],
    )
    judge = Judge(checkpoint, labels)
    judge.learn(examples, rounds, rates or Rates())
    return judge.learner.packed(labels, digest_of(own), known, LONGEST)


def main() -> None:
    """Fine-tune on the whole corpus and write the weights."""
    checkpoint = checkpoint_given(__spec__.name)
    target = Path(__file__).resolve().with_name(ENCODER)
    target.write_bytes(fine_tune(in_checkout([*corpus(), *patterns()]), checkpoint, pieces()))


if __name__ == "__main__":
    main()
