"""Deterministic graders: one answer against one expectation, by type. No model judges anything here.

A grader may raise on an expectation of a shape it does not know: the evaluation tells that apart from a wrong answer.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chartwarden.tools.records.units import canonical

Scalar = int | float | str | bool
Kind = Literal["none", "boolean", "number", "date", "datetime", "string", "any_of", "set", "list"]

RELATIVE_TOLERANCE = 1e-6
GENERIC_WORDS = frozenset(
    {
        "acute",
        "chronic",
        "disorder",
        "finding",
        "disease",
        "situation",
        "procedure",
        "unspecified",
        "other",
        "with",
        "without",
        "and",
        "the",
        "history",
        "normal",
        "recorded",
        "patient",
        "test",
        "measurement",
        "level",
        "oral",
        "tablet",
        "capsule",
        "product",
    }
)
"""Words too general to identify anything on their own."""

NEGATIONS = frozenset({"no", "not", "never", "without", "none", "negative", "denied", "denies", "absent"})

UNIT_ALIASES = {"iu/l": "u/l", "bpm": "/min", "{score}": "score", "(score)": "score"}
"""Units that are one to a grader, beside those that are one in UCUM (`units.canonical`)."""


@dataclass(frozen=True)
class Expected:
    """What a question's answer must be."""

    kind: Kind
    value: Any = None
    unit: str = ""
    tolerance: float | None = None
    """Absolute; None: relative 1e-6, or half of the last digit shown in the expected value."""
    ignore_sign: bool = False
    alternatives: tuple[Any, ...] = ()
    """Other values that are equally right (ties at one instant)."""


@dataclass(frozen=True)
class Grade:
    """What a grader found."""

    correct: bool
    reason: str = ""
    f1: float | None = None
    """For sets: the harmonic mean of precision and recall."""


def grade(expected: Expected, outcome: str, value: Sequence[Scalar], unit: str = "") -> Grade:
    """Grade one answer. A failed question is wrong whatever was expected: failure is never absence."""
    if outcome in ("failed", ""):
        return Grade(False, "failed")
    if expected.kind == "none":
        absent = outcome == "not_recorded" or (not value and outcome != "answered")
        return Grade(absent, "" if absent else "answered_unanswerable")
    candidates = (expected.value, *expected.alternatives)
    grades = [_GRADERS[expected.kind](candidate, list(value), expected, unit) for candidate in candidates]
    return max(grades, key=lambda found: (found.correct, found.f1 or 0.0))


def _boolean(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    if not value:
        return Grade(want is False, "" if want is False else "no_value")
    said = {"true": True, "yes": True, "false": False, "no": False}.get(str(value[0]).casefold())
    return Grade(said is want, "" if said is want else "wrong_boolean")


def _number(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    numbers = [number for number in map(as_number, value) if number is not None]
    if not numbers:
        nothing_counted = want == 0 and expected.tolerance == 0 and not value
        return Grade(nothing_counted, "" if nothing_counted else "no_value")
    wrong_unit = unit and expected.unit and fold_unit(unit) != fold_unit(expected.unit)
    if wrong_unit:
        return Grade(False, "wrong_unit")
    close = all(_close(number, float(want), expected) for number in numbers)
    return Grade(close, "" if close else "wrong_number")


def _close(got: float, want: float, expected: Expected) -> bool:
    if expected.ignore_sign:
        got, want = abs(got), abs(want)
    if expected.tolerance is not None:
        return abs(got - want) <= expected.tolerance + 1e-9
    digits = str(want).partition(".")[2]
    half_digit = 0.5 * 10 ** -len(digits) if digits else 0.0
    return abs(got - want) <= max(RELATIVE_TOLERANCE * abs(want), half_digit)


def as_number(value: Scalar) -> float | None:
    """A number from a scalar: `5.9`, `"5.9"`, `"5.9 %"`; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    found = re.fullmatch(r"\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?:\s+\S+)?\s*", value)
    return float(found[1]) if found else None


def fold_unit(unit: str) -> str:
    """A unit folded to one spelling."""
    folded = canonical(unit).casefold()
    return UNIT_ALIASES.get(folded, folded)


def _date(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    days = [_days(str(part)) for part in value]
    right = bool(days) and all(str(want)[:10] in found for found in days)
    return Grade(right, "" if right else "wrong_date")


def _days(text: str) -> set[str]:
    """The written day and its day in UTC."""
    days = {text[:10]}
    if len(text) > len("2020-01-01"):
        try:
            days.add(dt.datetime.fromisoformat(text).astimezone(dt.UTC).date().isoformat())
        except ValueError:
            return days
    return days


def _datetime(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    instant = _has_zone(str(want))
    right = bool(value) and _minute(str(value[0]), instant=instant) == _minute(str(want), instant=instant)
    return Grade(right, "" if right else "wrong_time")


def _has_zone(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return True


def _minute(text: str, *, instant: bool) -> str:
    """A moment to the minute: as an instant, or as the clock on the wall showed it."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo and instant:
        moment = moment.astimezone(dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M")


def fold(text: Any) -> str:
    """Case, accents, punctuation, SNOMED tags and titles taken away."""
    plain = unicodedata.normalize("NFKD", str(text))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    plain = re.sub(r"\((disorder|finding|procedure|situation|regime/therapy|morphologic abnormality)\)", " ", plain)
    plain = re.sub(r"\b(dr|mr|mrs|ms|prof|md)\b\.?", " ", plain)
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def same_text(want: Any, got: Any) -> bool:
    """Equal after folding, or one contains the other as a run of whole, specific words."""
    left, right = fold(want), fold(got)
    if left == right:
        return True
    if not left or not right:
        return False
    if (set(right.split()) & NEGATIONS) - set(left.split()):
        return False
    shorter, longer = sorted((left, right), key=len)
    if f" {shorter} " not in f" {longer} ":
        return False
    return shorter == left or any(len(word) >= 4 and word not in GENERIC_WORDS for word in shorter.split())


def _string(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    right = bool(value) and all(same_text(want, part) for part in value)
    return Grade(right, "" if right else "wrong_text")


def _any_of(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    wanted = {fold(part) for part in want}
    right = bool(value) and all(fold(part) in wanted for part in value)
    return Grade(right, "" if right else "wrong_text")


def _equal_folded(want: Any, got: Any) -> bool:
    return fold(want) == fold(got)


def _set(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    got = [part for scalar in value for part in str(scalar).split(";") if part.strip()]
    missing = list(want)
    extra: list[str] = []
    matchers: tuple[Callable[[Any, Any], bool], ...] = (_equal_folded, same_text)
    for matches in matchers:
        extra = []
        for part in got:
            hit = next((member for member in missing if matches(member, part)), None)
            if hit is None:
                extra.append(part)
            else:
                missing.remove(hit)
        got = extra
    found = len(want) - len(missing)
    f1 = 2 * found / (2 * found + len(missing) + len(extra)) if found else 0.0
    right = not missing and not extra
    return Grade(right, "" if right else "wrong_set", f1)


def _list(want: Any, value: list[Scalar], expected: Expected, unit: str) -> Grade:
    parts = [part for scalar in value for part in (scalar.split("/") if isinstance(scalar, str) else [scalar])]
    numbers = [number for number in map(as_number, parts) if number is not None]
    pairs = zip(numbers, want, strict=False)
    right = len(numbers) == len(want) and all(_close(got, float(one), expected) for got, one in pairs)
    return Grade(right, "" if right else "wrong_list")


_GRADERS: dict[str, Callable[[Any, list[Scalar], Expected, str], Grade]] = {
    "boolean": _boolean, "number": _number, "date": _date, "datetime": _datetime, "string": _string,
    "any_of": _any_of, "set": _set, "list": _list,
}  # fmt: skip
