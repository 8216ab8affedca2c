"""Where the network of the gate is not quite sure, an encoder is asked too, and counts beside it.

The network counts words and their order as the corpus has them, the encoder brings what a language model has read
elsewhere; they are wrong about different wordings. The encoder takes some ten times as long, and is spared where the
network is sure. There are two, made by `fine_tuning.py` and `going_on.py`: one for English, which the checkpoint that
they begin with has read, and one for the other languages. One for all of them that is as good at these loses English.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from chartwarden.agent.gate.reading import without_strength
from chartwarden.agent.gate.scoring import Judged, Scores, judge, weights
from chartwarden.agent.gate.taxonomy import NOT_ALL_ANSWERED, Language

if TYPE_CHECKING:
    from chartwarden.agent.networks.encoder import Encoder

SURE_OF_AN_ANSWER, SURE_OF_NONE = 0.025, 0.98
"""Below the first and above the second probability of the classes that get no answer the network alone is sure."""
PART_BESIDE_FROM = 0.03
"""The same probability of the whole below which no part can refuse it, so that the encoder need not be asked of any:
"I hold the permission" asks for nothing."""
ITS_PART = 0.6
"""What the encoder's probabilities count for beside the network's, of one together."""
SURE_OF_AN_EMERGENCY = 0.97
"""From so high on an encoder that is asked raises the alarm, which else is the network's: it sounds too often below."""


FIRST_OF_EACH: tuple[Language, ...] = ("en", "de")
"""A language of each encoder."""


def file_of(language: Language) -> str:
    """The file of the encoder for a language."""
    return "encoder.onnx" if language == "en" else "encoder_abroad.onnx"


def encoder(language: Language) -> Encoder:
    """The encoder for requests in a language."""
    from chartwarden.agent.networks.encoder import packaged  # numpy is imported where it is needed, not at start

    return packaged(__package__, file_of(language))


def alarms_of(texts: Sequence[str], language: Language) -> list[float]:
    """How likely the encoder alone thinks that cleaned texts tell of an emergency, of each."""
    return [one.get("X5", 0.0) for one in encoder(language).probabilities(texts)]


def judged(text: str, parts: Sequence[str], language: Language) -> tuple[Judged, list[Judged]]:
    """What the network makes of a cleaned text and of its parts, and where that leaves a doubt, what both make of them.

    The encoder is asked about all that is in doubt at once. One word alone has nothing around it that it could be read
    by.
    """
    made = {one: judge(one, weights()) for one in (text, *parts)}
    heard = (text,) if made[text].total(NOT_ALL_ANSWERED) < PART_BESIDE_FROM else (text, *parts)
    in_doubt = [one for one in heard if _is_in_doubt(made[one]) and " " in one]
    if in_doubt:
        asked = encoder(language).probabilities(list(map(without_strength, in_doubt)))
        made |= {one: _both(made[one], second) for one, second in zip(in_doubt, asked, strict=True)}
    return made[text], [made[part] for part in parts]


def _is_in_doubt(one: Judged) -> bool:
    return SURE_OF_AN_ANSWER <= one.total(NOT_ALL_ANSWERED) <= SURE_OF_NONE


def _both(first: Judged, told: dict[str, float]) -> Judged:
    """What the network and the encoder make of a text."""
    second = cast(Scores, told)
    scores = {
        class_id: (1 - ITS_PART) * first.scores.get(class_id, 0.0) + ITS_PART * second.get(class_id, 0.0)
        for class_id in (*first.scores, *(second.keys() - first.scores.keys()))
    }
    alarm = second.get("X5", 0.0)
    return Judged(scores, max(first.emergency, alarm if alarm >= SURE_OF_AN_EMERGENCY else 0.0), seconded=alarm)
