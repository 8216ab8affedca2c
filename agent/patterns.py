"""Patterns that are tried only on a text with the letters that they cannot be found without.

A question is put through several hundred patterns, and hardly one of them is in it. To look for a few letters takes a
tenth of the time that the pattern takes to find that it does not match, so they are looked for first. Nothing is found
otherwise than it would be without: a pattern whose letters are missing cannot match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
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
RUN = 3
"""Letters by which the rules of a table are found together, before each is looked at."""
_COMMONEST_LAST = "zqxjkvbpygfwmucldrhsnioate "


class Pattern:
    """A regular expression, read and compiled when a text first calls for it. It finds what `re.Pattern` finds."""

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

    def may_be_in(self, folded: str) -> bool:
        """Whether a text, its case folded, has the letters for the pattern."""
        for choices in self.letters:
            for text in choices:
                if text in folded:
                    break
            else:
                return False
        return True

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The first match, in the text or within bounds."""
        return self.compiled.search(text, *bounds) if self.may_be_in(text.casefold()) else None

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The match that begins the text, or the part of it within bounds: tried at one place, it is soon settled."""
        return self.compiled.match(text, *bounds)

    def fullmatch(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The match that is the whole of the text, or of the part of it within bounds."""
        return self.compiled.fullmatch(text, *bounds)

    def finditer(self, text: str, *bounds: int) -> Iterator[re.Match[str]]:
        """Every match in order, in the text or within bounds."""
        return self.compiled.finditer(text, *bounds) if self.may_be_in(text.casefold()) else iter(())

    def findall(self, text: str) -> list[Any]:
        """What every match holds: its groups where the pattern has several, its one group, else all of it."""
        return self.compiled.findall(text) if self.may_be_in(text.casefold()) else []

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        """The text between the matches."""
        return self.compiled.split(text, maxsplit) if self.may_be_in(text.casefold()) else [text]

    def sub(self, plain: Plain, text: str, count: int = 0) -> str:
        """The text with matches replaced, `count` of them or all."""
        return self.compiled.sub(plain, text, count) if self.may_be_in(text.casefold()) else text

    def subn(self, plain: Plain, text: str, count: int = 0) -> tuple[str, int]:
        """The same, and how many were replaced."""
        return self.compiled.subn(plain, text, count) if self.may_be_in(text.casefold()) else (text, 0)


class Rewrites:
    """Rules that are put into a text one after the other: a pattern and what is put in the place of each match."""

    def __init__(self, rules: Iterable[tuple[str, Plain]], flags: int = 0) -> None:
        self.rules = tuple((Pattern(pattern, flags), plain) for pattern, plain in rules)

    @cached_property
    def _by_run(self) -> dict[str, list[int]]:
        """The places of the rules by a run of letters, one of which a rule cannot do without; "" if there is none."""
        found: dict[str, list[int]] = {}
        for at, (pattern, _) in enumerate(self.rules):
            rarest = pattern.letters[0] if pattern.letters else frozenset()
            runs = {max(_runs(text), key=_rarity_of_run, default="") for text in rarest}
            for run in {""} if "" in runs else runs or {""}:
                found.setdefault(run, []).append(at)
        return found

    @cached_property
    def _looked_for(self) -> frozenset[str]:
        """The runs as a set: the keys of a table would be gone through one by one."""
        return frozenset(self._by_run)

    def _places(self, folded: str) -> list[int]:
        """The rules that a folded text may have the letters for, the first of them last."""
        shared = self._looked_for & _runs(folded)
        return sorted({*self._by_run.get("", ()), *(at for run in shared for at in self._by_run[run])}, reverse=True)

    def put_into(self, text: str) -> str:
        """The text after each rule in turn."""
        folded = text.casefold()
        left = self._places(folded)
        while left:
            at = left.pop()
            pattern, plain = self.rules[at]
            if pattern.may_be_in(folded) and (changed := pattern.compiled.sub(plain, text)) != text:
                text, folded = changed, changed.casefold()
                left = [other for other in self._places(folded) if other > at]
        return text

    def first_found(self, text: str) -> str | None:
        """What the first rule that finds something makes of its match; None where no rule does."""
        for at in reversed(self._places(text.casefold())):
            pattern, plain = self.rules[at]
            found = pattern.search(text)
            if found is not None:
                return found.expand(plain) if isinstance(plain, str) else plain(found)
        return None


def whole_words(rules: Iterable[tuple[str, Plain]]) -> Rewrites:
    """Rules that find whole words only, in any case."""
    return Rewrites(((rf"(?<![\w/])(?:{said})(?![\w/])", plain) for said, plain in rules), re.IGNORECASE)


@lru_cache(maxsize=64)  # a text goes through many tables, and few of them change it
def _runs(folded: str) -> frozenset[str]:
    """Every run of letters of one length in a folded text."""
    return frozenset(folded[start : start + RUN] for start in range(len(folded) - RUN + 1))


def _rarity_of_run(run: str) -> tuple[int, str]:
    """Orders runs by how rare their letters are in English."""
    return -sum(map(_COMMONEST_LAST.find, run)), run


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
