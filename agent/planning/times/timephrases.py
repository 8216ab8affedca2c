"""Time phrases to windows: "since 3 years ago", "in the last 6 months", "between May 2010 and 2012", "yesterday".

Days, months and years are those of the session's zone, or of the record's own clock where the settings say so. What
people read differently is read by the settings, and the reading is told in the window.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.ages import AGE, plain_ages, tells_age
from chartwarden.agent.planning.times.ages import bounds as age_bounds
from chartwarden.agent.planning.times.dates import MONTH, UNIT, Span, month_span
from chartwarden.agent.planning.times.dates import year_span as year_of
from chartwarden.agent.planning.times.datewords import is_torn
from chartwarden.agent.planning.times.daypoints import AROUND
from chartwarden.agent.planning.times.daytelling import (
    comes_from,
    in_order,
    may_be_told,
    names_no_time,
    only_year,
    told_to,
)
from chartwarden.agent.planning.times.daywords import plain_days
from chartwarden.agent.planning.times.omissions import plain_omissions
from chartwarden.agent.planning.times.stretches import beside, plain_stretches
from chartwarden.agent.planning.times.timepoints import NUMBER, POINT, TimePoints, quantity
from chartwarden.agent.planning.times.timewords import plain_times
from chartwarden.tools.records.query import Window
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.toolbox import Clock

_LEAD = r"(?:during |for |over |in |on |at |within ){0,3}"
_ROLLING = Pattern(
    rf"\b(?:(?:during|in|within|over|for|from|across|throughout|of) ){{0,3}}(?:the |these |his |her |my |their )?"
    rf"(?:(?P<word>last|past|previous|preceding|prior|latest|recent|trailing) )?(?:(?P<n>{NUMBER}) "
    rf")?(?P<unit>{UNIT})\b"
    rf"(?! ago\b)(?! (?:old|of age)\b)(?! (?:of|after|before|around) (?:the )?(?:\d|{MONTH}))"
)
_BETWEEN = Pattern(
    rf"\b{_LEAD}(?:between|from|starting|beginning) (?P<a>{POINT}) (?:and|to|until|till|through|up to|-|–) "
    rf"(?P<b>{POINT.replace('?P<', '?P<b_').replace('today|', 'today|(?:right )?now(?!adays)|the present|')})"
)
_RANGE = Pattern(rf"\b{_LEAD}(?P<a>(?:1[89]|2[0-9])\d\d) ?(?:-|–|to|through) ?(?P<b>(?:1[89]|2[0-9])\d\d)\b(?!-)")
_OF_AN_EVENT = Pattern(
    r" of (?!(?:the |my |his |her |their |this )?(?:\w+ )?(?:records?|charts?|files?|data|history|notes)\b)"
    r"| (?:after|following|before|prior to|preceding) (?!now\b|today\b|this\b)"
)
_BESIDE_AN_EVENT = Pattern(
    r" (?:until|till|up to|up until|of|from|after|following|before|prior to|preceding|around|either side of) "
)
"""What makes a length one of something else than the time until now: "the last week of the stay"."""
_AGO_COMPARED = Pattern(
    rf"\b(?P<how>more than|over|at least|longer than|upwards of|earlier than|less than|under|fewer than|not more than|"
    rf"no more than|within) (?:the last )?(?P<ago>{NUMBER} {UNIT}) ago\b"
)
_BOUND = Pattern(
    rf"\b{_LEAD}(?P<how>ever since|since|starting from|starting in|starting|beginning|from|as from|until|"
    rf"till|up until|"
    rf"up to|through|by the end of|by|as of|before|prior to|earlier than|preceding|not after|no later than|after|"
    rf"later than|following|past|on or after|on or before)(?: the (?:start|beginning) of)?"
    rf"(?P<edge> the end of)? (?P<point>{POINT})(?P<onwards> (?:onwards?|on\b(?! (?:file|record|the|his|her|my"
    r"|this)\b)|and later|or later|to date|until now|"
    rf"to now|to the present|till now|so far))?"
)
_IN = Pattern(
    r"\b(?:(?:during|in|on|at|within|for(?! (?:in|on|at|during)\b)|over|of|dated|throughout|around) ){0,3}"
    rf"(?P<point>{POINT})"
)
_NOTHING = Pattern(
    r"\b(?:so far|on record|to date|up to now|until now|till now|at any (?:time|point)|of all time|in total)\b"
)

_BEFORE = frozenset({"before", "prior to", "earlier than", "preceding"})
_UNTIL = frozenset(
    {
        "until",
        "till",
        "up until",
        "up to",
        "through",
        "by",
        "by the end of",
        "as of",
        "not after",
        "no later than",
        "on or before",
    }
)
_AFTER = frozenset({"after", "later than", "following", "past"})


@dataclass(frozen=True)
class TimePhrase:
    """A phrase of the question and the window it means."""

    start: int
    end: int
    window: Window | None


class NeedsBirthDate(Exception):
    """A phrase is relative to the patient's age, and the date of birth has not been looked up yet."""


@dataclass(frozen=True)
class TimeReader:
    """Reads time phrases by one clock and one set of readings."""

    clock: Clock
    readings: Readings
    birth: dt.date | None = None
    """Date of birth, for phrases relative to age; looked up only where a question has one."""

    @property
    def zone(self) -> dt.tzinfo:
        """The zone of days, months and years."""
        if self.readings.day_zone == "record":
            return self.clock.as_of.tzinfo or dt.UTC
        return ZoneInfo(self.clock.timezone)

    @property
    def now(self) -> dt.datetime:
        """The moment of asking, as local wall-clock time."""
        return self.clock.as_of.astimezone(self.zone).replace(tzinfo=None)

    @property
    def _points(self) -> TimePoints:
        return TimePoints(self.now, self.readings.date_order == "day_first", self.readings.hemisphere == "south")

    def put_plainly(self, question: str) -> str:
        """The question with its times said as `read` knows them."""
        day_first = self.readings.date_order == "day_first"
        south = self.readings.hemisphere == "south"
        question = plain_days(question, self.now, south=south, day_first=day_first)
        question = plain_ages(plain_stretches(plain_omissions(question), self.now, day_first=day_first))
        return plain_times(question, self.now, day_first=day_first)

    def read(self, text: str) -> list[TimePhrase]:
        """Every time phrase of a lower-case text, in order, none overlapping."""
        found: list[TimePhrase] = []
        taken = [False] * (len(text) + 1)
        for pattern, reader in (
            (AGE, self._aged),
            (_BETWEEN, self._between),
            (_RANGE, self._range),
            (_AGO_COMPARED, self._compared),
            (_BOUND, self._bound),
            (_ROLLING, self._rolling),
            (_IN, self._in),
        ):
            for match in pattern.finditer(text):
                if any(taken[match.start() : match.end()]) or is_torn(text, match.start(), match.end()):
                    continue
                phrase = reader(match) if may_be_told(match) else None
                if phrase is None:
                    continue
                start, end = match.start(), told_to(match)
                stretch = beside(text, start, match.group(), phrase)
                if stretch is not None and not any(taken[stretch[0] : start]):
                    start = stretch[0]
                    phrase = self.window(*stretch[1:], text[start : match.end()])
                taken[start:end] = [True] * (end - start)
                found.append(TimePhrase(start, end, phrase))
        found.sort(key=lambda phrase: phrase.start)
        return found

    def window(self, start: dt.datetime | None, end: dt.datetime | None, words: str) -> Window:
        """A window between local wall-clock times, with its reading told."""
        low = start.replace(tzinfo=self.zone) if start else None
        high = end.replace(tzinfo=self.zone) if end else None
        return Window(start=low, end=high, reading=f'"{words.strip()}" was read as {_told(start, end)}.')

    def _aged(self, match: re.Match[str]) -> Window | None:
        if not tells_age(match):
            return None
        if self.birth is None:
            raise NeedsBirthDate
        return self.window(*age_bounds(match, self.birth), match.group())

    def _between(self, match: re.Match[str]) -> Window | None:
        first = self._points.read(match)
        second = self._points.read(match, "b_")
        if first is None or second is None:
            return None
        if second.start < first.start:
            first, second = in_order(match, first, second)
        return self.window(first.start, second.end, match.group())

    def _range(self, match: re.Match[str]) -> Window | None:
        first, second = int(match["a"]), int(match["b"])
        if second <= first:
            return None
        return self.window(year_of(first).start, year_of(second).end, match.group())

    def _compared(self, match: re.Match[str]) -> Window | None:
        moment = self._points.back(*quantity(match["ago"]))
        if moment is None:
            return None
        before = match["how"] in ("more than", "over", "at least", "longer than", "upwards of", "earlier than")
        return self.window(None, moment, match.group()) if before else self.window(moment, None, match.group())

    def _bound(self, match: re.Match[str]) -> Window | None:
        how, words = match["how"], match.group()
        if comes_from(match):
            return self._in(match)
        if how == "from" and not match["onwards"] and not match["ago"]:
            point = self._points.read(match)
            return self.window(point.start, None, words) if point and point.unit != "week" else None
        point = self._ago_bound(match, how) if match["ago"] else self._points.read(match)
        if point is None:
            return None
        if match["edge"] and how not in _UNTIL:
            point = Span(point.end, point.end, point.unit)
        if how in _BEFORE:
            return self.window(None, point.start, words)
        if how in _UNTIL:
            end = self.now - dt.timedelta(days=1) if match["named"] == "yesterday" else point.end
            return self.window(None, end, words)
        if how in _AFTER:
            return self.window(point.end, None, words)
        start = self.now - dt.timedelta(days=1) if match["named"] == "yesterday" else point.start
        return self.window(start, None, words)

    def _ago_bound(self, match: re.Match[str], how: str) -> Span | None:
        number, unit = quantity(match["ago"])
        moment = self._points.back(number, unit)
        if moment is None:
            return None
        if self.readings.since_ago == "calendar" and unit in ("month", "year") and how not in _BEFORE | _AFTER:
            return year_of(moment.year) if unit == "year" else month_span(moment.year, moment.month)
        return Span(moment, moment, "second")

    def _rolling(self, match: re.Match[str]) -> Window | None:
        word, number = match["word"], match["n"]
        leading = match.group().split(" ")[0]
        if word is None and not (
            number and leading in ("within", "over", "in", "for", "during") and number not in ("a", "an")
        ):
            return None
        if word is None and leading in ("for", "during", "in"):
            return None
        if (_OF_AN_EVENT if word else _BESIDE_AN_EVENT).match(match.string, match.end()):
            return None
        if number is None and not _is_rolling(match):
            return None
        count, unit = quantity(f"{number or 1} {match['unit']}")
        start = self._points.back(count, unit)
        return self.window(start, None, match.group()) if start else None

    def _in(self, match: re.Match[str]) -> Window | None:
        point = self._points.read(match)
        if point is None or names_no_time(match):
            return None
        if match["baremonth"] and (year := only_year(match.string)):
            point = month_span(year, point.start.month)
        if match["clock"] or match["noon"]:
            return self.window(point.start - AROUND, point.start + AROUND, match.group())
        return self.window(point.start, point.end, match.group())


def _is_rolling(match: re.Match[str]) -> bool:
    """Whether a unit without a number is the one up to now: "in the last year", and not "last year"."""
    word, said = match["word"], match.group()
    if word in ("latest", "recent", "trailing", "preceding", "prior", "previous") or match["unit"].endswith("s"):
        return False
    if word != "last":
        return True
    leading = said.split(" ")[0]
    if re.search(r"\b(?:the|these) last", said):
        return leading in ("in", "within", "over", "during", "for", "across", "throughout")
    possessive = match.string.startswith("'s", match.end())
    return leading in ("in", "within", "over") and not possessive


def _told(start: dt.datetime | None, end: dt.datetime | None) -> str:
    def moment(when: dt.datetime) -> str:
        return when.date().isoformat() if when.time() == dt.time() else when.isoformat(" ", "minutes")

    if start and end:
        last = end - dt.timedelta(days=1)
        if start.time() == end.time() == dt.time():
            return moment(start) if last.date() == start.date() else f"{moment(start)} to {moment(last)}"
        return f"{moment(start)} to {moment(end)}"
    if start:
        return f"from {moment(start)}"
    if end and end.time() == dt.time():
        return f"until {moment(end - dt.timedelta(days=1))}"
    return f"until {moment(end)}" if end else "any time"


def strip_empty(text: str) -> str:
    """A text without phrases that bound nothing ("so far", "on record")."""
    return _NOTHING.sub(lambda match: " " * len(match.group()), text)
