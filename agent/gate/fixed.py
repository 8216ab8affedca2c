"""What words alone decide, before the classifier: emergencies in fixed words, tampering, and the language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from chartwarden.agent.gate.reading import asks, folded, words_of
from chartwarden.agent.gate.taxonomy import LANGUAGES, Language
from chartwarden.agent.patterns import Pattern

_LETTERS: dict[Language, str] = {"de": "äöüß", "es": "¿¡ñáíóú", "fr": "èàùçœêîû"}
"""Letters that only one of the languages writes."""
_PAUSE = re.compile(r"(?:[,;!?]|(?<!\d)\.)+(?=\s|$)|\s+(?:[-–—]+|and|but|then|und|aber|y|pero|et|mais)\s+")
"""Where an emergency may stand beside something else. The point of "3. Mai" is none."""
_STATEMENT_END = re.compile(
    rf"{_PAUSE.pattern}|\.(?=\s+(?!jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|dez)\S)", re.IGNORECASE
)
"""Where a statement ends: also behind a number, unless a German month follows."""


@dataclass(frozen=True)
class Patterns:
    """Any of several patterns, unless one of the exceptions matches."""

    any: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]

    def match(self, text: str) -> bool:
        """Whether the folded text meets the patterns."""
        found = any(one.search(text) for one in self.any)
        return found and not any(one.search(text) for one in self.unless)


def tells_of_emergency(text: str) -> bool:
    """Whether a text, or a part of it, tells of an emergency in progress in fixed words.

    Parts are judged too: a question about the past beside an emergency does not make it past.
    """
    text = folded(text)
    parts = (text, *(part.strip() for part in _PAUSE.split(text) if len(part) > 3))
    return any(_patterns("emergency").match(part) for part in parts)


def pieces_of(text: str) -> tuple[str, ...]:
    """What stands between the pauses of a text, a question with its mark."""
    pauses = list(_STATEMENT_END.finditer(text))
    starts = (0, *(pause.end() for pause in pauses))
    ends = (*(pause.end() if "?" in pause.group() else pause.start() for pause in pauses), len(text))
    pieces = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return tuple(piece for piece in pieces if piece)


def statements_of(text: str) -> tuple[str, ...]:
    """What a text says between its pauses and asks in none of its words."""
    return tuple(piece for piece in pieces_of(text) if not asks(piece))


def is_told_of_the_past(text: str) -> bool:
    """Whether a folded text tells of the past, of the family, or of what the record holds."""
    return any(one.search(text) for one in _patterns("emergency").unless)


def is_tampering(text: str) -> bool:
    """Whether a text reaches for prompt, rules, disclaimer or log in fixed words."""
    return _patterns("tamper").match(folded(text))


def language_of(text: str) -> Language:
    """The language with most of its small words in the text; English when none stands out."""
    words, lowered, small = words_of(text), text.lower(), _small_words()
    scores = {
        language: sum(word in small[language] for word in words)
        + 2 * any(letter in lowered for letter in _LETTERS.get(language, ""))
        for language in LANGUAGES
    }
    return max(LANGUAGES, key=lambda language: scores[language])


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("languages", "fixed.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _patterns(name: str) -> Patterns:
    table = _read()[name]
    return Patterns(*(tuple(Pattern(one) for one in table[key]) for key in ("any", "unless")))


@lru_cache(maxsize=1)
def _small_words() -> dict[Language, frozenset[str]]:
    return {cast(Language, language): frozenset(words.split()) for language, words in _read()["languages"].items()}
