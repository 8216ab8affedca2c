"""A question without what stands around it: who asks and why, what it is for, what the asker was told or forgot.

An encoder tells of each word whether it stands around the question. Whether the question is read without these words is
the planner's to decide (`rules.py`): it knows what they name, and what is left without them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from statistics import mean
from typing import TYPE_CHECKING

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.asides.hints import ASKED_FROM, hints
from chartwarden.agent.planning.wording.question_words import AUX, WH

if TYPE_CHECKING:
    from chartwarden.agent.networks.encoder import Encoder

ENCODER = "encoder.onnx"
AROUND, ASKED = "around", "asked"
"""What a word may be."""
LEFT_OUT_FROM = 0.5
"""How likely some word of a stretch must stand around the question for the stretch to be left out."""
IN_DOUBT_FROM = 0.2
"""How likely each word of a stretch must; and where the question is understood neither as it stands nor without those
stretches, this is enough of all of them."""
SURELY_ASIDE = 0.8
"""How sure it must be of what is left out where the question is understood with it."""
SURE_OF_EACH = 0.9
"""How likely each word of a stretch must stand around the question, where it may well bound what is asked."""
_MAY_BOUND = Pattern(
    r"\b(?:before|after|since|until|till|once|while|when|during|following|prior to|ahead of|by the time"
    r"|cut-?off|earlier|later|older|newer|onwards?|only|nothing|none|except|excluding|counting)\b",
    re.IGNORECASE,
)
_PLACES = Pattern(
    r"\b(?:when|while|the (?:day|date|time|visit)|at|on)\b[^.?!]*\b(?:highest|lowest|worst|best|peak(?:ed)?|nadir"
    r"|maximum|minimum|heaviest|lightest)\b",
    re.IGNORECASE,
)
"""The moment of an extreme, which nobody tells only beside a question."""
_ENDS = ".?!"
_ASKS = Pattern(rf"(?:^|[.?!] )(?:{WH}|{AUX})\b[^.?!]*\?", re.IGNORECASE)
"""In a sentence of its own."""
_PARTS = Pattern(r"[.!?;:,] | [-–—]+ ")
_PART_ASKS = Pattern(rf"\b(?:{WH}|{AUX})\b")
_BEGINS_TO_ASK = Pattern(rf" ?(?:and |so |but )?(?:{WH}|{AUX})\b")
_SEVERAL_PARTS = Pattern(r"[.:;,!?—–-] \w")
_MANY_WORDS = 16
_PLAIN_PART = Pattern(
    r"^(?:for |of |in )?(?:patient |subject |pt )?#?\d+, |, (?:please|patient \d+)\b"
    r"|^(?:(?:since|until|from|during|in|on|before|after|at|over) )*(?:the )?_ ?[,:] |(?<=_),(?: (?:or|and))? (?=_)"
)
"""Whose record it is, a bound in front, and names side by side: `_` stands for a name or a time."""
POINTS_BACK = Pattern(
    r"\b(?:it|its|them|those|these|ones?|such|the same|afterwards?|thereafter|beforehand"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were)\b)"
    r"|(?:that|this) (?:class|kind|type|sort|group|drug|test|one|thing))\b",
    re.IGNORECASE,
)
"""To a name told before, which may be among what is left out."""


@dataclass(frozen=True)
class Bare:
    """A question without what stands around it."""

    text: str
    certainty: float
    """How likely the words that are left out stand around it: the mean of them."""


def encoder() -> Encoder:
    """The encoder that tells what stands around a question."""
    from chartwarden.agent.networks.encoder import packaged  # numpy is imported where it is needed, not at start

    return packaged(__package__, ENCODER)


def may_have_asides(question: str, named: Collection[str] = ()) -> bool:
    """Whether a question has so many parts or words, beside what is `named` in it, that some of them may well stand
    around it, says anything that hints at it, and does not name everything in the one part of it that asks: what
    stands around that was taken for nothing."""
    said = question.lower()
    if named and _is_named_where_asked(said, [name.lower() for name in named]):
        return False
    for name in sorted(named, key=len, reverse=True):
        said = said.replace(name, "_")
    said = _PLAIN_PART.sub("", said)
    is_long = _SEVERAL_PARTS.search(said) or len(said.split()) > _MANY_WORDS
    return bool(is_long) and hints().likelihood(question) >= ASKED_FROM


def _is_named_where_asked(said: str, named: Collection[str]) -> bool:
    """Whether one part of a question, of no more than many words, holds all that is named, and asks, or none of the
    others does."""
    parts = _PARTS.split(said)
    holding = [part for part in parts if len(part.split()) <= _MANY_WORDS and all(name in part for name in named)]
    is_asked_elsewhere = any(map(_BEGINS_TO_ASK.match, parts))
    return any(_PART_ASKS.search(part) or not is_asked_elsewhere for part in holding)


@dataclass(frozen=True)
class Weighed:
    """A question word by word, with how likely each word stands around it."""

    words: tuple[str, ...]
    around: tuple[float, ...]

    def without_asides(self, least: float) -> Bare | None:
        """The question without the stretches some word of which is as likely as this; None where that is none or all.

        A stretch that asks something itself is never left out, and one that may bound what is asked only where each
        word of it is sure to stand around.
        """
        each = zip(self.words, self.around, strict=True)
        kept: list[str] = []
        left_out: list[float] = []
        for is_likely, stretch in groupby(each, lambda one: one[1] >= IN_DOUBT_FROM):
            words, around = zip(*stretch, strict=True)
            said = " ".join(words)
            may_bound = _MAY_BOUND.search(said) and min(around) < SURE_OF_EACH
            is_asked = may_bound or _PLACES.search(said) or _ASKS.search(said)
            if not is_likely or max(around) < least or is_asked:
                kept += words
                continue
            left_out += around
            if kept and words[-1][-1] in _ENDS and kept[-1][-1].isalnum():
                kept[-1] += "."  # a sentence still ends where what is left out ended one
        bare = " ".join(kept).strip(" ,;:-–—")
        if not left_out or not re.search(r"\w", bare):
            return None
        if self.words[-1].endswith("?") and not bare.endswith("?"):
            bare = f"{bare.rstrip('.')}?"
        return Bare(bare, mean(left_out))


def weighed(question: str) -> Weighed:
    """A question, weighed by the encoder."""
    words = question.split()
    return Weighed(tuple(words), tuple(encoder().of_words(words, AROUND)))
