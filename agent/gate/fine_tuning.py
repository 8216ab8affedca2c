"""Fine-tune the encoder of the gate: `python -m chartwarden.agent.gate.fine_tuning CHECKPOINT`.

For developers: needs torch and transformers (extra `dev`) and half an hour or more on two cores; writes `encoder.npz`
beside this file. `CHECKPOINT` is a folder with sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0; a distillation of
Wang et al., 2020, tuned to tell sentences apart): what a model has read elsewhere tells it of words that the corpus
has not. It learns from the English requests of the corpus of `training.py`, and the same two things: the class of a
request, and whether it is turned away. The vectors of the pieces stay as they are, so that pieces no request has keep
their meaning beside the others.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.random import RandomState

from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.scoring import ENCODER
from chartwarden.agent.gate.training import TURNED_AWAY, Row, corpus, joined, patterns
from chartwarden.agent.networks.encoder import Linear, pack
from chartwarden.agent.networks.wordpiece import WordPiece

if TYPE_CHECKING:
    import torch

LANGUAGE = "en"
"""The checkpoint has read little else."""
ROUNDS = 3
BATCH = 64
SORTED = 50
"""Batches drawn together, whose requests are sorted by length so that little is padded."""
RATE, HEAD_RATE = 1e-4, 1e-3
"""Of the encoder and of the head over it; they rise over the first steps and then fall to nothing."""
WARMING = 200
"""Steps until the rates are reached."""
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

    def batches(self, rounds: int, drawn: RandomState) -> Iterator[list[int]]:
        """Examples in batches of about one length, again and again in an order of their own."""
        for _ in range(rounds):
            order = drawn.permutation(len(self.pieces))
            for start in range(0, len(order), BATCH * SORTED):
                among = sorted(order[start : start + BATCH * SORTED], key=lambda one: len(self.pieces[one]))
                found = [among[at : at + BATCH] for at in range(0, len(among), BATCH)]
                for at in drawn.permutation(len(found)):
                    yield found[at]


class Learner:
    """An encoder that learns, with the head over it."""

    def __init__(self, checkpoint: Path, labels: Sequence[str], seed: int = 0) -> None:
        """Begin with the weights of a checkpoint."""
        import torch
        from transformers import BertModel

        torch.manual_seed(seed)
        self.model: Any = BertModel.from_pretrained(checkpoint, add_pooling_layer=False, hidden_act="gelu_pytorch_tanh")
        self.model.embeddings.word_embeddings.weight.requires_grad_(False)
        self.head = torch.nn.Linear(self.model.config.hidden_size, len(labels))
        self.barred = torch.tensor([float(label in TURNED_AWAY) for label in labels])

    def learn(self, examples: Examples, rounds: int, drawn: RandomState) -> None:
        """Go through the examples so many times."""
        import torch

        moving = [one for one in self.model.parameters() if one.requires_grad]
        steps = max(1, rounds * -(-len(examples.pieces) // BATCH))
        groups = [{"params": moving, "lr": RATE}, {"params": self.head.parameters(), "lr": HEAD_RATE}]
        steering = torch.optim.AdamW(groups, weight_decay=0.01)
        pace = torch.optim.lr_scheduler.LambdaLR(
            steering, lambda step: min((step + 1) / WARMING, max(0.0, 1 - step / steps))
        )
        self.model.train()
        for batch in examples.batches(rounds, drawn):
            loss = self._loss([examples.pieces[one] for one in batch], [examples.classes[one] for one in batch])
            loss = (loss * torch.tensor([examples.importance[one] for one in batch])).mean()
            steering.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(moving, 1.0)
            steering.step()
            pace.step()
        self.model.eval()

    def _loss(self, pieces: Sequence[Sequence[int]], classes: Sequence[int]) -> torch.Tensor:
        """Of each example: of its class, and of being turned away."""
        import torch
        from torch.nn import functional

        wanted = torch.tensor(classes)
        logits = self.logits(pieces)
        of_class = functional.cross_entropy(logits, wanted, reduction="none", label_smoothing=SMOOTHING)
        refused = (logits.softmax(1) @ self.barred).clamp(_SURE, 1 - _SURE)
        is_refused = self.barred[wanted] * (1 - SMOOTHING) + SMOOTHING / 2
        of_refusal = functional.binary_cross_entropy(refused, is_refused, reduction="none")
        return of_class + REFUSAL_COUNTS * of_refusal

    def logits(self, pieces: Sequence[Sequence[int]]) -> torch.Tensor:
        """Of each text, a number per class."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        numbers = pad_sequence([torch.tensor(one) for one in pieces], batch_first=True)
        is_there = pad_sequence([torch.ones(len(one)) for one in pieces], batch_first=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.model.training):
            rows = self.model(input_ids=numbers, attention_mask=is_there).last_hidden_state.float()
        mean = (rows * is_there[..., None]).sum(1) / is_there.sum(1, keepdim=True)
        made: torch.Tensor = self.head(torch.nn.functional.dropout(mean, LEFT_OUT, self.model.training))
        return made

    def packed(self, labels: Sequence[str], vocabulary: Sequence[str], digest: str) -> bytes:
        """The file of what was learnt."""
        config = self.model.config
        state = {name: array.detach().float().numpy() for name, array in self.model.state_dict().items()}
        head = Linear(self.head.weight.detach().numpy().T.copy(), self.head.bias.detach().numpy())
        about = {
            "layers": config.num_hidden_layers, "heads": config.num_attention_heads, "longest": LONGEST,
            "labels": list(labels), "corpus": digest,
        }  # fmt: skip
        return pack(state, head, about, vocabulary)


def learnt_from(rows: Sequence[Row]) -> list[Row]:
    """The rows of its language, with what is drawn from them."""
    return [row for row in (*rows, *joined(rows)) if row.language == LANGUAGE]


def digest_of(own: Sequence[Row]) -> str:
    """SHA-256 over what is learnt from: rows of other languages change nothing."""
    told = (json.dumps([row.text, row.class_id, row.weight]) for row in own)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def fine_tune(rows: Sequence[Row], checkpoint: Path, rounds: int = ROUNDS) -> bytes:
    """The file of an encoder for the rows of its language, with what is drawn from them."""
    own = learnt_from(rows)
    labels = sorted({row.class_id for row in own})
    vocabulary = vocabulary_of(checkpoint)
    pieces = WordPiece({piece: number for number, piece in enumerate(vocabulary)})
    examples = Examples(
        pieces=[pieces(cleaned(row.text), LONGEST) for row in own],
        classes=[labels.index(row.class_id) for row in own],
        importance=[row.weight for row in own],
    )
    learner = Learner(checkpoint, labels)
    learner.learn(examples, rounds, RandomState(0))
    return learner.packed(labels, vocabulary, digest_of(own))


def vocabulary_of(checkpoint: Path) -> list[str]:
    """The pieces of a checkpoint, in the order of their numbers."""
    numbers: dict[str, int] = json.loads((checkpoint / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return sorted(numbers, key=numbers.__getitem__)


def main() -> None:
    """Fine-tune on the whole corpus and write the weights."""
    if len(sys.argv) != 2 or not Path(sys.argv[1], "tokenizer.json").is_file():
        raise SystemExit(
            "usage: fine_tuning CHECKPOINT, a folder with all-MiniLM-L6-v2 (model.safetensors, tokenizer.json)"
        )
    target = Path(__file__).resolve().with_name(ENCODER)
    target.write_bytes(fine_tune([*corpus(), *patterns()], Path(sys.argv[1])))


if __name__ == "__main__":
    main()
