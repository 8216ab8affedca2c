"""A slip in a word that bounds a time or says how often: "untill yesterday", "sicne 2010", "how many tims".

Such a word is put right before times are looked for: "2010" alone is a year, where "since 2010" is all that came after.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.vocabulary import GRAMMAR

_WORDS = (
    "until", "since", "before", "after", "between", "during", "yesterday", "times", "many", "months", "years", "weeks",
    "anymore", "time", "this", "january", "february", "august", "september", "october", "november", "december",
)  # fmt: skip
_WORDS_OF_THEIR_OWN = frozenset({
    "sine", "moth", "moths", "mouths", "ties", "tiers", "may", "man", "main", "mane", "year", "yeas", "ears", "week",
    "month", "time", "manny", "util", "wees",
    "tie", "tim", "tis", "tome", "tine", "thi",
})  # fmt: skip
"""What such a slip would leave, and means something else."""
_WORD = Pattern(r"(?<![\w/'-])(?:(?:[a-z]|^[A-Z])[a-z]{2,9}(?![\w/'-])|[A-Z][a-z]{4,9}(?=,? (?:of )?(?:19|2\d)\d\d\b))")


_NOON = Pattern(
    r"\b(?:12 )?(?:noon|midday)\b(?= (?:on |of )?(?:the )?(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
"""The middle of a day that is told, which is a moment."""
_LENGTH = r"\d+ ?(?:hours?|days?|weeks?|months?|years?)"
_TOLD_TWICE = Pattern(rf"(?P<n>\b{_LENGTH}) ?\((?:=|i\.e\.,?|that is,?)? ?{_LENGTH}\)", re.IGNORECASE)
"""A length of time, and the same in another unit."""


def _slips(word: str) -> set[str]:
    """A word with a letter left out, doubled or changed about with the next; its first letter is right."""
    found = set()
    for at in range(1, len(word)):
        before, letter, behind = word[:at], word[at], word[at + 1 :]
        found |= {f"{before}{behind}", f"{before}{letter}{letter}{behind}"}
        if behind:
            found.add(f"{before}{behind[0]}{letter}{behind[1:]}")
    return found - {word}


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Each slip that is one of no other such word, and no word itself."""
    found: dict[str, set[str]] = {}
    for word in _WORDS:
        for slip in _slips(word) - GRAMMAR - _WORDS_OF_THEIR_OWN:
            found.setdefault(slip, set()).add(word)
    return {slip: words.pop() for slip, words in found.items() if len(words) == 1}


def times_put_right(question: str) -> str:
    """The question with such slips put right. A word with a capital within the question may be a name, and is none but
    before a year."""

    def put(match: re.Match[str]) -> str:
        return _known().get(match.group().lower(), match.group())

    return _TOLD_TWICE.sub(r"\g<n>", _NOON.compiled.sub("12:00", _WORD.sub(put, question)))
