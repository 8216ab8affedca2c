"""The sentences of a masked question: what is told before, and the one that asks."""

from __future__ import annotations

import re

from chartwarden.agent.planning.wording.question_words import PLAIN_AUX

_ENDS = re.compile(r" ?[.;] ")
_ASKS = re.compile(r"\b(?:what|which|when|who|where|why|how|date|day|number|count|list|name|tell|give|show)\b")
_WHETHER = re.compile(rf"{PLAIN_AUX}\b")


def told_and_asked(text: str) -> tuple[tuple[str, ...], str]:
    """The sentences before the last, and the last."""
    *story, asked = _ENDS.split(text.rstrip("?.; "))
    return tuple(story), asked


def asks(clause: str) -> bool:
    """Whether a clause asks for something."""
    return bool(_ASKS.search(clause))


def asks_whether(asked: str) -> bool:
    """Whether a sentence is a question for yes or no."""
    return bool(_WHETHER.match(asked.strip()))


def is_of_a_story(one: str, text: str) -> bool:
    """Whether something is told in a sentence before the one that asks."""
    story, asked = told_and_asked(text)
    is_told = one != "" and one not in asked and any(one in told for told in story)
    return is_told and (asks(asked) or asks_whether(asked))
