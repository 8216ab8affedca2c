"""The closed vocabulary of reports (`words.toml`): which words need no proof."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.grounding.mentions import folded

NEGATIONS = frozenset(
    {
        "no", "not", "never", "none", "neither", "nor", "without", "nothing", "cannot", "can't", "isn't", "aren't",
        "wasn't", "weren't", "doesn't", "didn't", "don't", "hasn't", "haven't", "hadn't", "kein", "keine", "keinen",
        "keiner", "keinem", "nicht", "nie", "ohne", "nunca", "ningún", "ninguna", "sin", "ne", "pas", "aucun",
        "aucune", "jamais", "sans",
    }
)  # fmt: skip

_ENDINGS = ("'s", "s", "es", "'", "ly", "d", "ed")


@cache
def reporting(language: Language) -> frozenset[str]:
    """Words that report, in English and the language of the answer. Status words are not among them."""
    data = _data()
    tables = [data["en"], data[language]]
    return frozenset(
        folded(word) for table in tables for word in (*table["function"].split(), *table["reporting"].split())
    )


@cache
def plainly_reporting(language: Language) -> frozenset[str]:
    """Those that tell no status either."""
    return reporting(language) - status_words(language)


@cache
def status_words(language: Language) -> frozenset[str]:
    """Words that tell a status and must be one of the cited resources'."""
    data = _data()
    return frozenset(folded(word) for table in (data["en"], data[language]) for word in table["status"].split())


def is_among(word: str, known: frozenset[str]) -> bool:
    """Whether a word, its singular or its parts are known."""
    return any(form in known for form in _forms(word)) or _all_parts_are(word, known)


def _forms(word: str) -> Iterator[str]:
    yield word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word[: -len(ending)]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    yield from (word + "s", word + "es")


def _all_parts_are(word: str, known: frozenset[str]) -> bool:
    parts = [part for part in re.split(r"[-/.+']", word) if part]
    return len(parts) > 1 and all(part in known or part + "s" in known for part in parts)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
