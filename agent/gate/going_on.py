"""Let the encoder of the gate learn what the corpus has got since: `python -m chartwarden.agent.gate.going_on FILE ...`

For developers: needs torch and transformers (extra `dev`), no card; writes `encoder.onnx` over where there is something
new in English, and `encoder_abroad.onnx` where there is in another language. `FILE` are the names of the files of the
corpus that are new, without their ending. What a larger encoder once taught (`fine_tuning.py`) is kept
by learning the new requests beside a part of the others, these mostly as the encoder judges them now (Li and Hoiem,
2016).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy

from chartwarden.agent.gate.fine_tuning import (
    LONGEST,
    SOFT,
    Course,
    Examples,
    Judge,
    digest_of,
    importance_of,
    labels_of,
    learnt_from,
)
from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.second_opinion import FIRST_OF_EACH, file_of
from chartwarden.agent.gate.training import Row, corpus, joined, patterns
from chartwarden.agent.networks.corpora import in_checkout
from chartwarden.agent.networks.fine_tuning import Learner, Rates
from chartwarden.agent.networks.onnx_file import trained
from chartwarden.agent.networks.pieces import Pieces, pieces

COURSE = Course(5, Rates(1e-4, 3e-4), rounds=1)
MET = 2
"""Times that a new request is met while one of the others is met once."""
KEPT = 4
"""Of the others every fourth is met."""


def gone_on(rows: Sequence[Row], new: Sequence[Row], begun: bytes, known: Pieces, course: Course = COURSE) -> bytes:
    """The file of an encoder that has learnt new requests beside the others.

    Args:
        rows: the whole corpus, the new requests among it.
        begun: the file of the encoder, over the pieces that are `known`.
    """
    left = trained(begun, known)
    labels = left.about["labels"]
    judge = Judge(Learner.resumed(left, course.seed), labels)
    fresh = {row.text for row in new}
    others = [row for row in [*rows, *joined(rows)] if row.text not in fresh][::KEPT]
    cut = [known.cut(cleaned(row.text), LONGEST) for row in (*others, *new)]
    told = SOFT * judge.judged(cut[: len(others)]) + (1 - SOFT) * labels_of(others, labels)
    met = [*range(len(others)), *[*range(len(others), len(cut))] * MET]
    wanted = numpy.concatenate([told, labels_of(new, labels)])
    judge.learn(Examples([cut[one] for one in met], wanted[met], importance_of([*others, *new])[met]), course)
    return judge.learner.packed(labels, digest_of(rows), known, LONGEST)


def main() -> None:
    """Go on with the new files of the corpus and write the weights."""
    names = sys.argv[1:]
    if not names or not all(corpus([name]) for name in names):
        raise SystemExit(f"usage: python -m {__spec__.name} FILE ...: names of new files of the corpus, not {names}")
    rows, new = in_checkout([*corpus(), *patterns()]), corpus(names)
    for language in FIRST_OF_EACH:
        fresh = [row for row in new if file_of(row.language) == file_of(language)]
        if fresh:
            target = Path(__file__).resolve().with_name(file_of(language))
            target.write_bytes(gone_on(learnt_from(rows, language), fresh, target.read_bytes(), pieces()))


if __name__ == "__main__":
    main()
