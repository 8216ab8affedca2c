"""Patterns that are tried only on a text with the letters that they cannot be found without.

A question is put through several hundred patterns, and hardly one of them is in it. To look for a few letters takes a
tenth of the time that the pattern takes to find that it does not match, so they are looked for first. Nothing is found
otherwise than it would be without: a pattern whose letters are missing cannot match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from re import _constants as code
from re import _parser
from typing import Any, Generic, TypeVar

Plain = str | Callable[[re.Match[str]], str]
"""What a match is replaced with, or what makes it of a match."""
Put = TypeVar("Put")
Told = TypeVar("Told")
"""What is told beside a text."""
Letters = tuple[frozenset[str], ...]
"""Of each set one text at least, in folded case."""

MOST_CHOICES = 16
"""Texts of a set: to look for more takes as long as to try the pattern."""
MOST_SETS = 2
"""Sets looked for, the rarest first; a third keeps hardly anything out."""
RUN = 3
"""Letters by which the rules of a table are found together, before each is looked at."""
_FEW = 5
"""Patterns that are looked at one by one sooner than the runs of a text are found."""
_LONG = 400
"""Letters of a text that is longer than questions are."""
_WHERE = tuple(slice(start, start + RUN) for start in range(_LONG))
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
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

    @cached_property
    def match(self) -> Callable[..., re.Match[str] | None]:
        """Finds the match that begins a text, or the part of it within bounds: tried at one place, it is soon
        settled, and what settles it is `re` itself."""
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> Callable[..., re.Match[str] | None]:
        """Finds the match that is the whole of a text, or of the part of it within bounds."""
        return self.compiled.fullmatch

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


class Several:
    """Patterns that are looked for in one text: which of them it has the letters for is found for all together."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)

    @cached_property
    def _by_run(self) -> dict[str, list[int]]:
        """The places of the patterns by a run of letters, one of which each cannot do without; "" if there is none."""
        found: dict[str, list[int]] = {}
        for at, pattern in enumerate(self.patterns):
            rarest = pattern.letters[0] if pattern.letters else frozenset()
            runs = {max(_runs(text), key=_rarity_of_run, default="") for text in rarest}
            for run in {""} if "" in runs else runs or {""}:
                found.setdefault(run, []).append(at)
        return found

    @cached_property
    def _looked_for(self) -> frozenset[str]:
        """The runs as a set: the keys of a table would be gone through one by one."""
        return frozenset(self._by_run)

    def places(self, folded: str) -> list[int]:
        """The patterns that a folded text may have the letters for, the first of them last."""
        if len(self.patterns) <= _FEW:
            return [at for at in range(len(self.patterns) - 1, -1, -1) if self.patterns[at].may_be_in(folded)]
        shared = self._looked_for & _runs(folded)
        if not shared:
            return self._by_run.get("", [])[::-1]
        return sorted({*self._by_run.get("", ()), *(at for run in shared for at in self._by_run[run])}, reverse=True)

    def matches_in(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The places of the patterns that are in a text, in order, each with its first match."""
        for at in reversed(self.places(text.casefold())):
            found = self.patterns[at].search(text)
            if found is not None:
                yield at, found


class Rewrites:
    """Rules that are put into a text one after the other: a pattern and what is put in the place of each match."""

    def __init__(self, rules: Iterable[tuple[str | Pattern, Plain]], flags: int = 0) -> None:
        told = [(one if isinstance(one, Pattern) else Pattern(one, flags), plain) for one, plain in rules]
        self.rules = tuple(told)
        self._places = Several(pattern for pattern, _ in told).places

    def put_into(self, text: str) -> str:
        """The text after each rule in turn."""
        return _in_turn(text, self.rules, self._places, lambda plain: plain)

    def first_found(self, text: str) -> str | None:
        """What the first rule that finds something makes of its match; None where no rule does."""
        for at in reversed(self._places(text.casefold())):
            pattern, plain = self.rules[at]
            found = pattern.search(text)
            if found is not None:
                return found.expand(plain) if isinstance(plain, str) else plain(found)
        return None


class RewritesBy(Generic[Told]):
    """Rules of which what is put in the place of a match goes by what is told beside the text: its names, the time."""

    def __init__(self, rules: Iterable[tuple[Pattern, str | Callable[[Told, re.Match[str]], str]]]) -> None:
        self.rules = tuple(rules)
        self._places = Several(pattern for pattern, _ in self.rules).places

    def put_into(self, text: str, told: Told) -> str:
        """The text after each rule in turn."""
        return _in_turn(text, self.rules, self._places, lambda put: put if isinstance(put, str) else partial(put, told))


def _in_turn(
    text: str,
    rules: Sequence[tuple[Pattern, Put]],
    places: Callable[[str], list[int]],
    plain_of: Callable[[Put], Plain],
) -> str:
    """The text after each rule in turn, of which only those are tried that it has the letters for then."""
    folded = text.casefold()
    left = places(folded)
    while left:
        at = left.pop()
        pattern, put = rules[at]
        if pattern.may_be_in(folded) and (changed := pattern.compiled.sub(plain_of(put), text)) != text:
            text, folded = changed, changed.casefold()
            left = [other for other in places(folded) if other > at]
    return text


class Choices:
    """Patterns by name, one of which may be all of a text: all are tried at once, as one pattern.

    None of them has flags, or points back to a group of its own.
    """

    def __init__(self, choices: Iterable[tuple[str, Pattern]]) -> None:
        self.names, self.patterns = zip(*choices, strict=True)

    @cached_property
    def _whole(self) -> Callable[[str], re.Match[str] | None]:
        """The patterns side by side, each in a group with its place; what is named within them has no name there."""
        plain = (_NAMED_GROUP.sub("(?:", pattern.pattern) for pattern in self.patterns)
        return re.compile("|".join(f"(?P<c{at}>{one})" for at, one in enumerate(plain))).fullmatch

    def place_of(self, text: str) -> int | None:
        """The place of the first that is all of a text; None where none is."""
        found = self._whole(text)
        return int(found.lastgroup[1:]) if found is not None and found.lastgroup else None

    def name_of(self, text: str) -> str:
        """The name of the first that is all of a text; empty where none is."""
        place = self.place_of(text)
        return self.names[place] if place is not None else ""

    def match_of(self, text: str) -> tuple[str, re.Match[str]] | None:
        """The first that is all of a text, with its match; None where none is."""
        place = self.place_of(text)
        found = self.patterns[place].fullmatch(text) if place is not None else None
        return (self.names[place], found) if place is not None and found is not None else None


def whole_words(rules: Iterable[tuple[str, Plain]]) -> Rewrites:
    """Rules that find whole words only, in any case."""
    return Rewrites(((rf"(?<![\w/])(?:{said})(?![\w/])", plain) for said, plain in rules), re.IGNORECASE)


@lru_cache(maxsize=64)  # a text goes through many tables, and few of them change it
def _runs(folded: str) -> frozenset[str]:
    """Every run of letters of one length in a folded text."""
    if len(folded) > _LONG:
        return frozenset(folded[start : start + RUN] for start in range(len(folded) - RUN + 1))
    return frozenset(map(folded.__getitem__, _WHERE[: max(len(folded) - RUN + 1, 0)]))


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
