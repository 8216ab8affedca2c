"""Patterns that are tried only on a text with the letters that they cannot be found without.

A question is put through several hundred patterns, and hardly one of them is in it. To look for a few letters takes a
tenth of the time that the pattern takes to find that it does not match, so they are looked for first. Nothing is found
otherwise than it would be without: a pattern whose letters are missing cannot match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from re import _constants as code
from re import _parser
from typing import Any

Plain = str | Callable[[re.Match[str]], str]
"""What a match is replaced with, or what makes it of a match."""
Letters = tuple[frozenset[str], ...]
"""Of each set one text at least, in folded case."""

MOST_CHOICES = 16
"""Texts of a set: to look for more takes as long as to try the pattern."""
MOST_SETS = 2
"""Sets looked for, the rarest first; a third keeps hardly anything out."""


class Pattern:
    """A regular expression, read and compiled when a text first calls for it."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags

    @cached_property
    def letters(self) -> Letters:
        """What a folded text must hold for the pattern to be found in it."""
        found = sorted(_letters_of(_parser.parse(self.pattern, self.flags)), key=_rarity, reverse=True)
        return tuple(found[:MOST_SETS])

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern as `re` has it."""
        return re.compile(self.pattern, self.flags)

    def search(self, text: str, folded: str) -> re.Match[str] | None:
        """The first match in a text, of which `folded` is the same with its case folded."""
        return self.compiled.search(text) if self.may_be_in(folded) else None

    def may_be_in(self, folded: str) -> bool:
        """Whether a text, its case folded, has the letters for the pattern."""
        for choices in self.letters:
            for text in choices:
                if text in folded:
                    break
            else:
                return False
        return True


class Rewrites:
    """Rules that are put into a text one after the other: a pattern and what is put in the place of each match."""

    def __init__(self, rules: Iterable[tuple[str, Plain]], flags: int = 0) -> None:
        self.rules = tuple((Pattern(pattern, flags), plain) for pattern, plain in rules)

    def put_into(self, text: str) -> str:
        """The text after each rule in turn."""
        folded = text.casefold()
        for pattern, plain in self.rules:
            if pattern.may_be_in(folded):
                changed = pattern.compiled.sub(plain, text)
                if changed != text:
                    text, folded = changed, changed.casefold()
        return text

    def first_found(self, text: str) -> str | None:
        """What the first rule that finds something makes of its match; None where no rule does."""
        folded = text.casefold()
        for pattern, plain in self.rules:
            found = pattern.search(text, folded)
            if found is not None:
                return found.expand(plain) if isinstance(plain, str) else plain(found)
        return None


def whole_words(rules: Iterable[tuple[str, Plain]]) -> Rewrites:
    """Rules that find whole words only, in any case."""
    return Rewrites(((rf"(?<![\w/])(?:{said})(?![\w/])", plain) for said, plain in rules), re.IGNORECASE)


def _rarity(choices: frozenset[str]) -> tuple[int, int]:
    """Orders sets by how rarely one of their texts is in a question: by the shortest of them, then by their number."""
    return min(map(len, choices)), -len(choices)


def _letters_of(parsed: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    """Sets of texts; one text of each is in whatever a parsed pattern matches.

    Runs of letters, choices each of which has such texts, and the same of what is inside groups, of what is repeated
    once at least, and of what is looked ahead to or behind for.
    """
    run = ""
    for operator, value in (*parsed, (None, None)):
        if operator is code.LITERAL:
            run += chr(value)
            continue
        if run.strip():
            yield frozenset({run.casefold()})
        run = ""
        if operator is code.BRANCH:
            yield from _of_choices(value[1])
        elif operator is code.SUBPATTERN:
            yield from _letters_of(value[3])
        elif operator is code.ATOMIC_GROUP:
            yield from _letters_of(value)
        elif operator is code.ASSERT:
            yield from _letters_of(value[1])
        elif operator in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT) and value[0] > 0:
            yield from _letters_of(value[2])


def _of_choices(branches: Iterable[Iterable[tuple[Any, Any]]]) -> Iterator[frozenset[str]]:
    """The one set that each of several branches has a text of; none where a branch has none, or there are too many."""
    rarest = [max(_letters_of(branch), key=_rarity, default=frozenset[str]()) for branch in branches]
    together = frozenset[str]().union(*rarest)
    if all(rarest) and len(together) <= MOST_CHOICES:
        yield together
