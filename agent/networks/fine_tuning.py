"""Fine-tuning a small encoder, for developers: what the trainings of the rooms share. Needs torch and transformers.

A checkpoint is a folder with sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0; a distillation of Wang et al., 2020,
tuned to tell sentences apart): what a model has read elsewhere tells it of words that a corpus has not. Fine-tuning
stands on the vectors of the package (`pieces.py`) and leaves them as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from numpy.random import RandomState
from numpy.typing import NDArray

from chartwarden.agent.networks.onnx_file import Linear, Trained, pack

if TYPE_CHECKING:
    import torch

    from chartwarden.agent.networks.pieces import Pieces

Numbers = NDArray[numpy.float32]
BATCH = 64
"""Texts a step learns from."""
SORTED = 50
"""Batches drawn together, whose texts are sorted by length so that little is padded."""
SMALL = "sentence-transformers/all-MiniLM-L6-v2"
"""The checkpoint that the encoders of the package are fine-tuned from."""
_CHECKPOINT = ("config.json", "model.safetensors", "tokenizer.json")
_ACTIVATION = "gelu_pytorch_tanh"
"""What the encoders of the package run with."""
WARMING = 200
"""Steps until the rates are reached."""


@dataclass(frozen=True)
class Rates:
    """How far a step goes: of the encoder, and of the head over it. They rise over the first steps and then fall to
    nothing."""

    encoder: float = 1e-4
    head: float = 1e-3


def batches(lengths: Sequence[int], rounds: int, drawn: RandomState, size: int | None = None) -> Iterator[list[int]]:
    """Examples in batches of about one length, again and again in an order of their own; `BATCH` at once by default."""
    size = size or BATCH
    for _ in range(rounds):
        order = drawn.permutation(len(lengths))
        for start in range(0, len(order), size * SORTED):
            among = sorted(order[start : start + size * SORTED], key=lambda one: lengths[one])
            found = [among[at : at + size] for at in range(0, len(among), size)]
            for at in drawn.permutation(len(found)):
                yield found[at]


class Learner:
    """An encoder that learns, with the head over it; on a CUDA card where there is one."""

    def __init__(self, model: Any, head: torch.nn.Linear) -> None:
        import torch

        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model: Any = model.to(
            self.device
        ).eval()  # what it says before it learns is said without anything left out
        self.head = head.to(self.device)

    @classmethod
    def begun(cls, checkpoint: Path, outputs: int, seed: int = 0, *, is_packed: bool = True) -> Learner:
        """One with the weights of a checkpoint and a new head.

        Args:
            is_packed: the encoder will run over the pieces of the package, whose vectors stay; else all of it moves.
        """
        import torch
        from transformers import AutoModel, BertModel

        torch.manual_seed(seed)
        if is_packed:
            model: Any = BertModel.from_pretrained(checkpoint, add_pooling_layer=False, hidden_act=_ACTIVATION)
            model.embeddings.word_embeddings.weight.requires_grad_(False)
        else:
            model = AutoModel.from_pretrained(checkpoint, add_pooling_layer=False)
        return cls(model, torch.nn.Linear(model.config.hidden_size, outputs))

    @classmethod
    def resumed(cls, left: Trained, seed: int = 0) -> Learner:
        """One that goes on from what an encoder of the package has learnt, its pieces and its head."""
        import torch
        from transformers import BertConfig, BertModel

        torch.manual_seed(seed)
        state = {name: torch.tensor(array) for name, array in left.state.items()}
        vectors, positions = (state[f"embeddings.{one}_embeddings.weight"] for one in ("word", "position"))
        widened = state["encoder.layer.0.intermediate.dense.bias"]
        config = BertConfig(
            vocab_size=len(vectors), hidden_size=vectors.shape[1], num_hidden_layers=left.about["layers"],
            num_attention_heads=left.about["heads"], intermediate_size=len(widened),
            max_position_embeddings=len(positions), type_vocab_size=1, hidden_act=_ACTIVATION,
        )  # fmt: skip
        model = BertModel(config, add_pooling_layer=False)
        model.load_state_dict(state)
        model.embeddings.word_embeddings.weight.requires_grad_(False)
        head = torch.nn.Linear(config.hidden_size, len(left.about["labels"]))
        head.load_state_dict({"weight": torch.tensor(left.head.weights), "bias": torch.tensor(left.head.bias)})
        return cls(model, head)

    def learn(
        self, each: Iterator[list[int]], steps: int, loss_of: Callable[[list[int]], torch.Tensor], rates: Rates
    ) -> None:
        """Go through batches of examples, towards a smaller loss."""
        import torch

        moving = [one for one in self.model.parameters() if one.requires_grad]
        groups = [{"params": moving, "lr": rates.encoder}, {"params": self.head.parameters(), "lr": rates.head}]
        steering = torch.optim.AdamW(groups, weight_decay=0.01)
        pace = torch.optim.lr_scheduler.LambdaLR(
            steering, lambda step: min((step + 1) / WARMING, max(0.0, 1 - step / steps))
        )
        self.model.train()
        for batch in each:
            steering.zero_grad()
            loss_of(batch).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(moving, 1.0)
            steering.step()
            pace.step()
        self.model.eval()

    def rows(self, pieces: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """A row for each piece of each text, and one where there is a piece and nought where a text is shorter."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        padding = self.model.config.pad_token_id or 0
        numbers = pad_sequence([torch.tensor(one) for one in pieces], batch_first=True, padding_value=padding)
        is_there = pad_sequence([torch.ones(len(one)) for one in pieces], batch_first=True).to(self.device)
        is_halved = (
            self.model.training and self.device.type == "cuda"
        )  # most processors take far longer in sixteen bits
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=is_halved):
            rows = self.model(input_ids=numbers.to(self.device), attention_mask=is_there).last_hidden_state.float()
        return rows, is_there

    def packed(self, labels: Sequence[str], digest: str, known: Pieces, longest: int) -> bytes:
        """The file of what was learnt from the corpus of this digest, over these pieces."""
        config = self.model.config
        state = {name: array.detach().float().cpu().numpy() for name, array in self.model.state_dict().items()}
        head = Linear(self.head.weight.detach().cpu().numpy().copy(), self.head.bias.detach().cpu().numpy())
        about = {
            "layers": config.num_hidden_layers, "heads": config.num_attention_heads, "longest": longest,
            "labels": list(labels), "corpus": digest, "pieces": known.digest,
        }  # fmt: skip
        return pack(state, head, about)


def steps_of(examples: int, rounds: int, size: int | None = None) -> int:
    """Batches in so many rounds."""
    return max(1, rounds * -(-examples // (size or BATCH)))


def vectors_of(checkpoint: Path) -> Numbers:
    """The vectors of the pieces of a checkpoint, a row each."""
    from transformers import BertModel

    model = BertModel.from_pretrained(checkpoint, add_pooling_layer=False)
    made: Numbers = model.embeddings.word_embeddings.weight.detach().float().numpy()
    return made


def checkpoints_given(module: str, *names: str) -> list[Path]:
    """The folders named on the command line of a module, one for each named checkpoint; it says so and ends where one
    is not there."""
    folders = [Path(one) for one in sys.argv[1:]]
    if len(folders) != len(names) or not all((one / name).is_file() for one in folders for name in _CHECKPOINT):
        each = " ".join(["CHECKPOINT"] * len(names))
        raise SystemExit(
            f"usage: python -m {module} {each}: {' and '.join(names)}, each a folder with {', '.join(_CHECKPOINT)}"
        )
    return folders
