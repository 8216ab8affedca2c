"""The words of a question, counted off as a reader takes them: nothing is read that leaves one of them over."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection
from functools import lru_cache
from importlib import resources
from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.comparing import meet
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Window

_STATE = Pattern(r"^(?:please )?state(?= (?:the|his|her|my|what|which)\b)")
"""What is to be done, and no part of an address."""
_LIKE_A_PLACEHOLDER = Pattern(r"\bq(?=[a-z]\d)")
_LETTERS = Pattern(r"[a-z0-9]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_OF_YEAR = Pattern(rf"\b(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*) (?P<year>qt\d+)\b")
_TWO_TIMES = Pattern(r"\b(?P<month>qt\d+) (?P<year>qt\d+)\b")
_FROM_A_DAY = Pattern(
    r"from (?:the )?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9},? \d{4}"
    r"|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?P<clock>,? (?:at )?\d{1,2}:\d{2})?"
)
_TIMES = Pattern(r"\bqt\d+\b")


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The words of all readers, read once."""
    here = resources.files(__package__)
    read = (
        tomllib.loads(here.joinpath(name).read_text(encoding="utf-8"))
        for name in ("words.toml", "attributes.toml", "stays.toml")
    )
    return {name: told for one in read for name, told in one.items()}


@lru_cache(maxsize=256)
def words_for(reader: str, name: str) -> Pattern:
    """What is taken for something, by a reader and a name of the table."""
    return Pattern(table()[reader][name])


@lru_cache(maxsize=32)
def _fill(reader: str) -> Pattern:
    words = {*table()["fill"].split(), *table()[reader].get("fill", "").split()}
    return Pattern(rf"(?<![\w'])(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?![\w'])")


def _month(name: str, year: Window | None) -> Window:
    """A month of a year that is told as "the August 2020 scan"."""
    assert year is not None, "a year is a time"
    assert year.start is not None, "a year has a beginning"
    number = _MONTHS.index(name[:3]) + 1
    start = year.start.replace(month=number)
    end = start.replace(year=start.year + number // 12, month=number % 12 + 1)
    return Window(start=start, end=end, reading=f'"{name} {start.year}" was read as {start:%Y-%m}.')


def _in_words(skeleton: Skeleton, claimed: frozenset[str]) -> str:
    """A question as it was typed, with only the claimed of its names as placeholders."""

    def said(match: re.Match[str]) -> str:
        token = match.group()
        if token in claimed:
            return token
        return _LIKE_A_PLACEHOLDER.compiled.sub("q ", skeleton.mention(token).words.lower())

    return _STATE.compiled.sub("", re.sub(r"\bqc\d+\b", said, skeleton.typed))


class Words:
    """The words of a question, for one reader: what it takes is gone."""

    def __init__(self, skeleton: Skeleton, reader: str, claimed: Collection[str] = ()) -> None:
        """`claimed`: placeholders of names the reader reads as such; other names are words like any other."""
        self._skeleton, self._reader = skeleton, reader
        begin = skeleton.typed, frozenset(claimed)
        if begin not in skeleton.in_words:
            skeleton.in_words[begin] = _in_words(skeleton, begin[1])
        self.whole = self.left = skeleton.in_words[begin]

    def spelled(self) -> str:
        """What is left, with all names in their own words."""
        return re.sub(r"\bqc\d+\b", lambda m: self._skeleton.mention(m.group()).words.lower(), self.left)

    def has(self, name: str) -> bool:
        """Whether words are there, which stay."""
        return bool(words_for(self._reader, name).search(self.left))

    def take(self, name: str) -> list[str]:
        """All words for something, which are gone then."""
        return self.take_all(words_for(self._reader, name))

    def take_all(self, pattern: Pattern) -> list[str]:
        """All that a pattern finds, which is gone then."""
        found = [match.group() for match in pattern.finditer(self.left)]
        if found:
            self.left = re.sub(r"\s+", " ", pattern.compiled.sub(" ", self.left))
        return found

    def window(self) -> Window | None:
        """The time told, of which every part is taken. Raises `NotUnderstood` for two that have nothing in common."""
        self._join_months()
        months = [match for match in _MONTH_OF_YEAR.finditer(self.left) if self._is_year(match["year"])]
        for match in months:
            self.left = self.left.replace(match["month"], " ", 1)
        tokens = self.take_all(_TIMES)
        windows = [window for token in tokens if (window := self._window(token)) is not None]
        windows += [_month(match["month"], self._skeleton.window(match["year"])) for match in months]
        if len(windows) < len(tokens):
            self.left += " an unread time"
        return meet(windows)

    def _join_months(self) -> None:
        """A month that was read by itself in front of its year, as the word it is."""
        for match in _TWO_TIMES.finditer(self.left):
            phrase = self._skeleton.times[int(match["month"][2:])]
            last = self._skeleton.question[phrase.start : phrase.end].lower().split()[-1]
            if last[:3] in _MONTHS and last.isalpha() and self._is_year(match["year"]):
                self.left = self.left.replace(match.group(), f"{last} {match['year']}", 1)

    def _is_year(self, token: str) -> bool:
        phrase = self._skeleton.times[int(token[2:])]
        return self._skeleton.question[phrase.start : phrase.end].strip().isdigit()

    def _window(self, token: str) -> Window | None:
        """The window of a time; what is "from" a day is of that day: one entry has a date, and does not go on."""
        phrase = self._skeleton.times[int(token[2:])]
        window = phrase.window
        said = self._skeleton.question[phrase.start : phrase.end].lower()
        told = _FROM_A_DAY.fullmatch(said)
        if window is None or window.start is None or window.end is not None or told is None:
            return window
        if told["clock"]:
            return window.model_copy(update={"end": window.start + dt.timedelta(minutes=1), "reading": f'"{said}"'})
        reading = f'"{said}" was read as {window.start.date()}.'
        return window.model_copy(update={"end": window.start + dt.timedelta(days=1), "reading": reading})

    def which(self) -> Which:
        """Which of the rows is meant."""
        return which_of(" ".join(self.take_all(words_for("rank", "words"))))

    def has_only(self, text: str) -> bool:
        """Whether a text has no other words than those that narrow nothing."""
        return not re.search(r"[a-z0-9]", _fill(self._reader).sub(" ", text))

    def over(self) -> frozenset[str]:
        """The words that are left over."""
        left = _fill(self._reader).sub(" ", re.sub(r"\bqc\d+\b", " ", self.left))
        return frozenset(re.findall(r"[\w']+", left))

    def are_used_up(self) -> bool:
        """Whether nothing is left but words that narrow nothing."""
        return not any(_LETTERS.search(word) for word in self.over())
