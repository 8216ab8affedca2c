"""What people say for what has one plain word: rules that are put into a question one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Plain = str | Callable[[re.Match[str]], str]
"""The plain words, or what makes them of a match."""
Rules = tuple[tuple[re.Pattern[str], Plain], ...]


def whole_words(rules: Iterable[tuple[str, Plain]]) -> Rules:
    """Rules that find whole words only, in any case."""
    return tuple((re.compile(rf"(?<![\w/])(?:{said})(?![\w/])", re.IGNORECASE), plain) for said, plain in rules)


def said_plainly(question: str, rules: Rules) -> str:
    """The question after each rule in turn."""
    for said, plain in rules:
        question = said.sub(plain, question)
    return question
