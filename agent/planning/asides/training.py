"""Fine-tune the encoder that tells what stands around a question.

`python -m chartwarden.agent.planning.asides.training CHECKPOINT`, for developers: needs torch and transformers (extra
`dev`) and ten minutes or more on two cores; writes `encoder.onnx` beside this file. `CHECKPOINT` is that of
`agent/networks/fine_tuning.py`. Beside the questions of the corpus it learns from as many that are put together from
what stands in front of one and another that has nothing around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.random import RandomState

from chartwarden.agent.networks.corpora import digest, in_checkout
from chartwarden.agent.networks.fine_tuning import SMALL, Learner, Rates, batches, checkpoints_given, steps_of
from chartwarden.agent.networks.pieces import Pieces, pieces
from chartwarden.agent.planning.asides.asides import AROUND, ASKED, ENCODER
from chartwarden.agent.planning.asides.corpus import Marked, corpus_lines, marked

if TYPE_CHECKING:
    import torch

LABELS = (ASKED, AROUND)
ROUNDS = 4
"""How often each question is met, and how many are put together for each."""
RATES = Rates(1.5e-4, 1e-3)
LONGEST = 128
"""Pieces of a question; what is beyond is kept as it is."""
SMOOTHING = 0.04
LEFT_OUT = 0.1
_ENDS = ".:!;?,-–—"


def put_together(learnt: Sequence[Marked], drawn: RandomState) -> list[Marked]:
    """As many questions more, each what stands in front of one and another with nothing around it."""
    leads = [one.lead for one in learnt if one.lead.words and one.lead.words[-1][-1] in _ENDS]
    plain = [one for one in learnt if not any(one.around)]
    if not leads or not plain:
        raise ValueError(
            f"{len(leads)} questions have something in front, {len(plain)} nothing around: both are needed"
        )
    return [leads[drawn.randint(len(leads))] + plain[drawn.randint(len(plain))] for _ in learnt]


def fine_tune(
    lines: Sequence[str], checkpoint: Path, known: Pieces, *, rounds: int = ROUNDS, rates: Rates = RATES
) -> bytes:
    """The file of an encoder that has learnt from marked lines."""
    import torch
    from torch.nn import functional

    drawn = RandomState(0)
    own = [marked(line) for line in lines]
    learnt = [one for _ in range(rounds) for one in (*own, *put_together(own, drawn))]
    cut = [known.cut.words(one.words, LONGEST) for one in learnt]
    learner = Learner.begun(checkpoint, len(LABELS))

    def loss_of(batch: list[int]) -> torch.Tensor:
        rows, _ = learner.rows([cut[one][0] for one in batch])
        words = [
            (row, at, around)
            for row, one in enumerate(batch)
            for at, around in zip(cut[one][1], learnt[one].around, strict=True)
            if at is not None
        ]
        told = rows[[row for row, _, _ in words], [at for _, at, _ in words]]
        logits = learner.head(functional.dropout(told, LEFT_OUT, learner.model.training))
        wanted = torch.tensor([int(around) for _, _, around in words], device=learner.device)
        loss: torch.Tensor = functional.cross_entropy(logits, wanted, label_smoothing=SMOOTHING)
        return loss

    learner.learn(batches([len(numbers) for numbers, _ in cut], 1, drawn), steps_of(len(cut), 1), loss_of, rates)
    return learner.packed(LABELS, digest(lines), known, LONGEST)


def main() -> None:
    """Fine-tune on the whole corpus and write the weights."""
    checkpoint = checkpoints_given(__spec__.name, SMALL)[0]
    target = Path(__file__).resolve().with_name(ENCODER)
    target.write_bytes(fine_tune(in_checkout(corpus_lines()), checkpoint, pieces()))


if __name__ == "__main__":
    main()
