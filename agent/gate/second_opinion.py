"""Where the network of the gate is not quite sure, an encoder is asked too, and counts beside it.

The network counts words and their order as the corpus has them, the encoder brings what a language model has read
elsewhere; they are wrong about different wordings. The encoder takes some ten times as long, and is spared where the
network is sure. It was fine-tuned by `fine_tuning.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chartwarden.agent.gate.scoring import ENCODER, Judged, judge, weights
from chartwarden.agent.gate.taxonomy import NOT_ALL_ANSWERED, ClassId

if TYPE_CHECKING:
    from chartwarden.agent.networks.encoder import Encoder

SURE_OF_AN_ANSWER, SURE_OF_NONE = 0.04, 0.98
"""Below the first and above the second probability of the classes that get no answer the network alone is sure."""
ITS_PART = 0.7
"""What the encoder's probabilities count for beside the network's, of one together."""
SURE_OF_AN_EMERGENCY = 0.97
"""From so high on an encoder that is asked raises the alarm, which else is the network's: it sounds too often below."""


def encoder() -> Encoder:
    """The encoder of the gate."""
    from chartwarden.agent.networks.encoder import packaged  # numpy is imported where it is needed, not at start

    return packaged(__package__, ENCODER)


def judged(text: str) -> Judged:
    """What the network makes of a cleaned text, and where that leaves a doubt, what both make of it.

    One word alone has nothing around it that an encoder could read it by.
    """
    first = judge(text, weights())
    is_sure = not SURE_OF_AN_ANSWER <= first.total(NOT_ALL_ANSWERED) <= SURE_OF_NONE
    if is_sure or " " not in text:
        return first
    second = encoder().probabilities(text)
    scores = {
        class_id: (1 - ITS_PART) * first.scores.get(class_id, 0.0) + ITS_PART * second.get(class_id, 0.0)
        for class_id in (*first.scores, *cast(set[ClassId], second.keys() - first.scores.keys()))
    }
    alarm = second.get("X5", 0.0)
    return Judged(scores, max(first.emergency, alarm if alarm >= SURE_OF_AN_EMERGENCY else 0.0), seconded=alarm)
