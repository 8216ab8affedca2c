"""Learn what hints at something that stands around a question: `python -m chartwarden.agent.planning.asides.hinting`

For developers: needs numpy and scipy (extra `dev`) and some seconds; writes `hints.json.gz` beside this file. It
learns from the questions of the corpus and as many that are put together of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy
from numpy.random import RandomState

from chartwarden.agent.networks.corpora import digest, in_checkout
from chartwarden.agent.networks.learning import Rows, batches, matrix, numbered
from chartwarden.agent.planning.asides.corpus import corpus_lines, marked
from chartwarden.agent.planning.asides.hints import HINTS, Hints, features_of, pack
from chartwarden.agent.planning.asides.training import put_together

ROUNDS = 6
BATCH = 128
RATE = 2e-2
LEAST = 3
"""Questions a feature must stand in to be learnt."""
LEFT_OUT = 0.3
"""Share of the features of a question that are left out while it is learnt."""
LENGTH = 4.0
"""What the features of a question are brought to, so that few rounds are enough."""
_DIGITS = 2


def learn(lines: Sequence[str], *, rounds: int = ROUNDS) -> Hints:
    """What marked lines hint at. `ValueError` where all of them or none have something around them."""
    drawn = RandomState(0)
    own = [marked(line) for line in lines]
    learnt = [*own, *put_together(own, drawn)]
    found = [features_of(" ".join(one.words)) for one in learnt]
    names = numbered(found, LEAST)
    features = matrix(found, names, LENGTH)
    wanted = numpy.array([[float(any(one.around))] for one in learnt], dtype="float32")
    rows = Rows(features, 1, drawn)
    for batch, pace in batches(len(learnt), BATCH, rounds, RATE, drawn):
        met = rows.meet(batch, LEFT_OUT, drawn)
        likely = 1 / (1 + numpy.exp(-met.sums))
        rows.descend(met, (likely - wanted[batch]) / len(batch), pace)
    weights = (LENGTH * rows.rows.value[:, 0]).round(_DIGITS).tolist()
    kept = {name: weight for name, weight in zip(names, weights, strict=True) if weight}
    return Hints(kept, round(float(rows.bias.value[0]), _DIGITS), digest(lines))


def main() -> None:
    """Learn from the whole corpus and write what hints."""
    target = Path(__file__).resolve().with_name(HINTS)
    target.write_bytes(pack(learn(in_checkout(corpus_lines()))))


if __name__ == "__main__":
    main()
