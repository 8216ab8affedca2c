"""Fine-tune the encoder of the gate: `python -m chartwarden.agent.gate.fine_tuning SMALL LARGE`.

For developers: needs torch and transformers (extra `dev`) and a CUDA card; writes `encoder.onnx`, for English, and
`encoder_abroad.onnx`, for the other languages, beside this file: the one learns the English requests, the other all.
`SMALL` and `LARGE` are folders with the checkpoints sentence-transformers/all-MiniLM-L6-v2 and all-mpnet-base-v2 (both
Apache-2.0). The large one, ten times the size, is fine-tuned on the English requests of the corpus of `training.py`,
and judges them and many more without a label; the small one, which the package can carry, learns from that (Hinton et
al., 2015), and in the same rounds from the labels of the requests in other languages, which the large one cannot read.
Both learn two things: the class of a request, and whether it is turned away.

The files of the package began as one, made by a script of these steps of all the requests of its day, from checkpoints
in eight bits and with both large encoders at once, in twelve minutes on an H100 that three other small ones shared. The
one for the other languages went on from it in five minutes on an H200, with two and a half times the requests in them:
three rounds over all of the corpus, those twice, and over 93,000 requests without a label as it judged them, at 2e-4
(6e-4 of the head) in batches of 128. Both go on with `going_on.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy
from numpy.random import RandomState
from numpy.typing import NDArray

from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.second_opinion import FIRST_OF_EACH, file_of
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.gate.training import TURNED_AWAY, Row, corpus, joined, patterns
from chartwarden.agent.gate.unlabelled import unlabelled
from chartwarden.agent.networks.corpora import digest, in_checkout
from chartwarden.agent.networks.fine_tuning import SMALL, Learner, Rates, batches, checkpoints_given, steps_of
from chartwarden.agent.networks.pieces import Pieces, pieces
from chartwarden.agent.planning.asides.corpus import corpus_lines, marked

if TYPE_CHECKING:
    import torch

Numbers = NDArray[numpy.float32]
LARGE = "sentence-transformers/all-mpnet-base-v2"
LANGUAGE: Language = "en"
"""What the large encoder has read."""
LONGEST = 96
"""Pieces of a request; a longer one is cut off."""
REFUSAL_COUNTS = 2.0
"""What the loss of being turned away or not counts for beside that of the class: the one that decides."""
SMOOTHING = 0.05
LEFT_OUT = 0.1
SOFT = 0.8
"""What the large encoder makes of a labelled request counts for so much, its label for the rest."""
UNLABELLED_WEIGHT = 0.5
"""What a request without a label counts for beside one that somebody wrote."""
AT_ONCE = 512
"""Requests judged together."""
_SURE = 1e-5


@dataclass(frozen=True)
class Course:
    """How an encoder learns."""

    seed: int
    rates: Rates
    rounds: int = 4
    batch: int = 64


@dataclass(frozen=True)
class Courses:
    """How the encoders learn, one after the other."""

    teachers: tuple[Course, ...]
    """The large ones, whose judgements are averaged."""
    pupil: Course
    """The small one, from them and from the requests in other languages."""


COURSES = Courses(
    teachers=(Course(0, Rates(3e-5)), Course(1, Rates(4e-5))),
    pupil=Course(1, Rates(4e-4), rounds=5, batch=128),
)
OTHERS_MET = 2
"""Times that a request in another language is met while an English one is met once."""


@dataclass(frozen=True)
class Examples:
    """What is learnt from."""

    pieces: list[list[int]]
    wanted: Numbers
    """The probability of each class, a row each."""
    importance: Numbers


class Judge:
    """An encoder that learns to judge requests."""

    def __init__(self, learner: Learner, labels: Sequence[str]) -> None:
        import torch

        self.learner = learner
        self.barred = torch.tensor([float(label in TURNED_AWAY) for label in labels], device=learner.device)

    def learn(self, examples: Examples, course: Course) -> None:
        """Go through the examples."""
        import torch

        wanted = torch.tensor(examples.wanted, device=self.learner.device)
        importance = torch.tensor(examples.importance, device=self.learner.device)

        def loss_of(batch: list[int]) -> torch.Tensor:
            loss = self._loss(self._logits([examples.pieces[one] for one in batch]), wanted[batch])
            return (loss * importance[batch]).mean()

        count = len(examples.pieces)
        lengths = [len(one) for one in examples.pieces]
        each = batches(lengths, course.rounds, RandomState(course.seed), course.batch)
        self.learner.learn(each, steps_of(count, course.rounds, course.batch), loss_of, course.rates)

    def judged(self, texts: Sequence[Sequence[int]]) -> Numbers:
        """The probability of each class of each text."""
        import torch

        order = sorted(range(len(texts)), key=lambda one: len(texts[one]))
        found = numpy.zeros((len(texts), len(self.barred)), dtype="float32")
        with torch.no_grad():
            for start in range(0, len(order), AT_ONCE):
                batch = order[start : start + AT_ONCE]
                found[batch] = self._logits([texts[one] for one in batch]).softmax(1).cpu().numpy()
        return found

    def _logits(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        from torch.nn import functional

        rows, is_there = self.learner.rows(texts)
        mean = (rows * is_there[..., None]).sum(1) / is_there.sum(1, keepdim=True)
        found: torch.Tensor = self.learner.head(functional.dropout(mean, LEFT_OUT, self.learner.model.training))
        return found

    def _loss(self, logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """Of each example: of its class, and of being turned away."""
        from torch.nn import functional

        of_class = functional.cross_entropy(logits, wanted, reduction="none")
        refused = (logits.softmax(1) @ self.barred).clamp(_SURE, 1 - _SURE)
        is_refused = (wanted @ self.barred).clamp(0, 1)
        of_refusal = functional.binary_cross_entropy(refused, is_refused, reduction="none")
        return of_class + REFUSAL_COUNTS * of_refusal


def learnt_from(rows: Sequence[Row], language: Language) -> list[Row]:
    """What the encoder for a language learns from: of English its own requests, of any other all there are."""
    return [row for row in rows if language != LANGUAGE or row.language == LANGUAGE]


def digest_of(rows: Sequence[Row]) -> str:
    """SHA-256 over the rows that it learns from."""
    return digest(json.dumps([row.text, row.class_id, row.language, row.weight]) for row in rows)


def labels_of(rows: Sequence[Row], labels: Sequence[str]) -> Numbers:
    """The probability of each class by the labels, which are not always right."""
    wanted = numpy.full((len(rows), len(labels)), SMOOTHING / len(labels), dtype="float32")
    wanted[range(len(rows)), [labels.index(row.class_id) for row in rows]] += 1 - SMOOTHING
    return wanted


def taught(
    rows: Sequence[Row], labels: Sequence[str], others: Sequence[str], checkpoint: Path, courses: Sequence[Course]
) -> Numbers:
    """What large encoders that learnt from rows make of these and of other texts, on the mean; a row each."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint)

    def cut(texts: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]
        return found

    own, beside = cut([cleaned(row.text) for row in rows]), cut(others)
    examples = Examples(own, labels_of(rows, labels), importance_of(rows))
    told = []
    for course in courses:
        judge = Judge(Learner.begun(checkpoint, len(labels), course.seed, is_packed=False), labels)
        judge.learn(examples, course)
        told.append(judge.judged([*own, *beside]))
    mean: Numbers = numpy.mean(told, 0)
    return mean


def fine_tune(
    rows: Sequence[Row],
    others: Sequence[str],
    checkpoints: tuple[Path, Path],
    known: Pieces,
    courses: Courses = COURSES,
) -> bytes:
    """The file of a small encoder.

    Args:
        others: requests without a label, in the language of the large encoder.
        checkpoints: of the small encoder and of the large one.
    """
    small, large = checkpoints
    every = [*rows, *joined(rows)]
    labels = sorted({row.class_id for row in every})
    own = [row for row in every if row.language == LANGUAGE]
    soft = taught(own, labels, others, large, courses.teachers)
    soft[: len(own)] = SOFT * soft[: len(own)] + (1 - SOFT) * labels_of(own, labels)
    abroad = [row for row in every if row.language != LANGUAGE] * OTHERS_MET
    texts = [*(cleaned(row.text) for row in own), *others, *(cleaned(row.text) for row in abroad)]
    unmarked = numpy.full(len(others), UNLABELLED_WEIGHT, dtype="float32")
    examples = Examples(
        pieces=[known.cut(text, LONGEST) for text in texts],
        wanted=numpy.concatenate([soft, labels_of(abroad, labels)]),
        importance=numpy.concatenate([importance_of(own), unmarked, importance_of(abroad)]),
    )
    judge = Judge(Learner.begun(small, len(labels), courses.pupil.seed), labels)
    judge.learn(examples, courses.pupil)
    return judge.learner.packed(labels, digest_of(rows), known, LONGEST)


def importance_of(rows: Sequence[Row]) -> Numbers:
    """What each row counts for."""
    return numpy.array([row.weight for row in rows], dtype="float32")


def main() -> None:
    """Fine-tune on the whole corpus and write the weights."""
    small, large = checkpoints_given(__spec__.name, SMALL, LARGE)
    rows = in_checkout([*corpus(), *patterns()])
    asides = [cleaned(" ".join(marked(line).words)) for line in corpus_lines()]
    others = unlabelled([cleaned(row.text) for row in rows if row.language == LANGUAGE], asides)
    for language in FIRST_OF_EACH:
        target = Path(__file__).resolve().with_name(file_of(language))
        target.write_bytes(fine_tune(learnt_from(rows, language), others, (small, large), pieces()))


if __name__ == "__main__":
    main()
