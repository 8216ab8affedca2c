"""Numbers of a measurement or an output: extremes and when they were, differences, sums, counts beyond a limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers import two_values
from chartwarden.agent.planning.numbers.named import KIND, Named, link_of, two_times
from chartwarden.agent.planning.numbers.two_values import DOWNWARDS, OUT, UPWARDS, is_one_value
from chartwarden.agent.planning.numbers.words import plain_unit
from chartwarden.agent.planning.reading.units_asked import of_another_unit
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import DAILY, Anchor, Comparison, Concept, Question, RecordQuery, Window

Asked = tuple[Question, ...] | None


def asked(named: Named) -> Asked:
    """The queries for what is asked of one measurement, or of two that are compared; None for anything else."""
    said = named.said.without("level")
    named = replace(named, said=said)
    if said.has("qd", "qp", "qa", "qr") or (said.has("qk") and not _is_told_once(named)) or _is_of_another_unit(named):
        return None
    if len(named.things) in (2, 3) and (pressures := _pressures_apart(named)) is not None:
        return (pressures,)
    if len(named.things) == 2:
        compared = _compared(named) or _together(named)
        return None if compared is None else (compared,)
    if (between := two_values.of_two_times(named)) is not None:
        return (between,)
    if len(named.things) != 1 or len(said.texts("qn")) > 1:
        return None
    readers = (
        (_beyond,)
        if said.has("qn")
        else (two_values.higher, _in_a_day, _difference, _nth_of_all, _extreme, _sum, _mean, _one)
    )
    for read in readers:
        question = read(named)
        if isinstance(question, RecordQuery) and question.measure in DAILY and said.has("until") and said.has("amount"):
            return (question, question.model_copy(update={"target": "value"}))
        is_extreme = isinstance(question, RecordQuery) and question.by == "value" and question.target == "time"
        if isinstance(question, RecordQuery) and is_extreme and said.has("until"):
            return (question.model_copy(update={"target": "value"}), question)
        if question is not None:
            return (question,)
    return None


def of_days(named: Named) -> Asked:
    """The day of most or least of what came out, where that is asked of one thing."""
    read = len(named.things) == 1 and named.is_measured and not named.said.has("qn", "qk", "qd", "qp", "qa", "qr")
    question = _in_a_day(named) if read else None
    return None if question is None else (question,)


def unit_of(named: Named) -> Asked:
    """The unit that a measurement is recorded in: "in which unit are the potassium results?"."""
    if (
        len(named.things) != 1
        or not named.is_measured
        or len(named.windows) > 1
        or not named.said.only("first", "last")
    ):
        return None
    return (named.query(KIND).model_copy(update={"target": "attribute", "field": "unit", "measure": "distinct"}),)


def named_highest(named: Named) -> Asked:
    """Which of the tests that a name is of had the highest or lowest value: "which allergen had the highest IgE?"."""
    said = named.said
    one_end = said.has("highest") != said.has("lowest")
    if len(named.things) != 1 or not named.is_measured or not one_end or len(named.windows) > 1:
        return None
    link = link_of(named.things[0], KIND)
    if not said.only("highest", "lowest", "given") or link is None or len(link.entries) < 2:
        return None
    which = "last" if said.has("highest") else "first"
    return (named.query(KIND).model_copy(update={"target": "name", "by": "value", "which": which}),)


def finding_at(named: Named) -> Asked:
    """What was found on looking at a part of the body, and no other test of it: "finding at the prostate exam?"."""
    link = link_of(named.things[0], KIND) if len(named.things) == 1 else None
    if link is None or len(named.windows) > 1 or not named.said.only("first", "last", "visit"):
        return None
    found = tuple(entry for entry in link.entries if "finding" in entry.label.lower())
    if not found or not (named.said.has("first", "last") or named.window):
        return None
    concept = replace(link, entries=found).concept(named.things[0].words)
    return (_base(named, concept=concept, which="first" if named.said.has("first") else "last"),)


def coded_so(named: Named, values: tuple[str, ...]) -> Asked:
    """Whether the newest answer that is coded is one of several."""
    if len(named.things) != 1 or not named.is_measured or len(named.windows) > 1:
        return None
    said = named.said
    if not said.only("last", "now", "status", "visit") or (said.has("visit") and not said.has("last")):
        return None
    return (_base(named, measure="exists", one_of=values, which="last", held=True),)


def ever_coded(named: Named, value: str) -> Asked:
    """Whether an answer that is coded was ever so."""
    if len(named.things) != 1 or not named.is_measured or len(named.windows) > 1 or not named.said.only("visit"):
        return None
    return (_base(named, measure="exists", coded=value),)


def whether_moved(named: Named) -> Asked:
    """Whether a value fell or rose between two times."""
    moved = two_values.moved(named) if len(named.things) == 1 and named.is_measured else None
    return None if moved is None else (moved,)


def said_to_be(named: Named, value: str) -> Asked:
    """When an answer that is coded was given, how often, or whether ever: "down as a former smoker"."""
    said = named.said
    if len(named.things) != 1 or not named.is_measured or len(named.windows) > 1:
        return None
    query = _base(named, coded=value)
    if not said.only("visit", "when", "count", "first", "last", "where", "single", "year", "found", "since"):
        return None
    if said.has("since"):
        return None if said.has("last") else (query.model_copy(update={"target": "time", "which": "first"}),)
    if said.has("count"):
        return (query.model_copy(update={"measure": "count"}),)
    if not said.has("when", "year"):
        return None
    if said.has("first", "last"):
        return (query.model_copy(update={"target": "time", "which": "first" if said.has("first") else "last"}),)
    return (query.model_copy(update={"target": "time"}),)


def _is_of_another_unit(named: Named) -> bool:
    return any(
        of_another_unit(plain_unit(unit), named.things)
        for unit in named.said.texts("unit")
        if not _POINTS.fullmatch(unit)
    )


_POINTS = Pattern(r"(?:percentage )?points?|pts|units?|degrees?")
"""What anything may be told in that is counted in steps of one."""


def _base(named: Named, **changed: Any) -> RecordQuery:
    return named.query(KIND).model_copy(update={"target": "value", **changed})


def _compared(named: Named) -> Comparison | None:
    """Of which of two outputs there was more in all."""
    said = named.said
    if (
        not (said.has("more", "less") and said.has("drained", "sum", "more", "less") and named.is_output)
        or len(named.windows) > 1
    ):
        return None
    if not said.only("more", "less", "sum", "or", "than", "until", "one_of_them", *OUT) or (
        said.has("more") and said.has("less")
    ):
        return None
    left, right = (named.query(KIND, place).model_copy(update={"measure": "sum"}) for place in (0, 1))
    return Comparison(left=left, right=right, relation="gt" if said.has("more") else "lt", tells="side")


def _together(named: Named) -> RecordQuery | None:
    """How much two outputs come to, added together."""
    said, links = named.said, [link_of(one, KIND) for one in named.things]
    if not (named.is_output and said.has("sum") and said.only("sum", "until", *OUT)) or len(named.windows) > 1:
        return None
    concepts = [link.concept(thing.words) for link, thing in zip(links, named.things, strict=True) if link is not None]
    codings = tuple(dict.fromkeys(coding for one in concepts for coding in one.codings))
    both = Concept(words=" and ".join(one.words for one in concepts), codings=codings, via="both")
    return _base(named, concept=both, measure="sum") if codings else None


_SIDES = ("systolic blood pressure", "diastolic blood pressure")


def _pressures_apart(named: Named) -> Comparison | None:
    """By how much the systolic pressure of one reading is above the diastolic."""
    said = named.said
    is_asked = said.has("difference") and said.only("difference", "between", "until", "first", "last", "visit", "when")
    labels = [next((row.name for row in one.linked.known if row.kind == "observation"), "") for one in named.things]
    if not is_asked or said.has("when") or any(label not in (*_SIDES, "blood pressure") for label in labels):
        return None
    if not set(_SIDES) <= set(labels) or len(named.windows) > 1:
        return None
    if named.window is not None and not is_one_value(named, named.window) and not said.has("first", "last"):
        return None
    which = "first" if said.has("first") else "last"
    left, right = (
        named.query(KIND, labels.index(side)).model_copy(update={"target": "value", "which": which}) for side in _SIDES
    )
    return Comparison(left=left, right=right, relation="difference")


def _beyond(named: Named) -> RecordQuery | None:
    """How many values are beyond a limit, or when one first or last was."""
    said = named.said
    limit = named.skeleton.thresholds[int(said.texts("qn")[0][2:])]
    if len(named.windows) > 1:
        return None
    if said.has("count") and said.has("visit") and said.only("count", "qn", "visit", "further", "moved"):
        seen = _base(named, threshold=limit, target="time")
        anchor = Anchor(event=seen, relation="same_encounter")
        return RecordQuery(types=("Encounter",), anchor=anchor, measure="count", target="name")
    if said.has("count") and said.only("count", "qn", "drained", "more", "further", "moved"):
        return _base(named, threshold=limit, measure="count")
    if not said.has("when", "year") or not said.only(*_WHEN_BEYOND):
        return None
    unit = "a" if said.has("year") else "d"
    which = "first" if said.has("first") else "last" if said.has("last") else "all"
    return (
        None
        if said.has("first") and said.has("last")
        else _base(named, threshold=limit, target="time", which=which, unit=unit)
    )


_WHEN_BEYOND = (
    "qn",
    "qk",
    "once",
    "when",
    "year",
    "first",
    "last",
    "single",
    "moved",
    "further",
    "visit",
    "given",
    "sum",
)
"""What may be said of a value beyond a limit when it is asked when it was."""


def _is_told_once(named: Named) -> bool:
    """Whether a number of entries is only told of values beyond a limit: "exceeded 1.3 just once. Which date?"."""
    return named.said.has("qn") and named.said.has("when", "year")


_OF_TWO = (
    "difference", "moved", "further", "more", "less", "than", "between", "until", "amount", "first", "last", "day",
    "count", "now", "visit", "single",
)  # fmt: skip
"""What may be said of two values."""


def _difference(named: Named) -> Question | None:
    """How far two values are apart: of two times, or the first and the last of all."""
    said = named.said
    is_told = said.has("moved") and len(named.windows) == 2 and not is_yes_no(named.skeleton.typed)
    by_how_much = said.has("difference") or is_told or (said.has("moved", "further") and said.has("amount", "unit"))
    if not by_how_much or _is_in_percent(named) or not said.only(*_OF_TWO):
        return None
    windows = two_times(named)
    ends = said.has("first") and said.has("last", "now")
    if windows is not None and not said.has("first", "last", "now"):
        if not all(is_one_value(named, window) for window in windows):
            return None
        earlier, later = sorted(windows, key=lambda one: one.start or dt.datetime.min.replace(tzinfo=dt.UTC))
        left, right = (_base(named, window=one, which="last") for one in (later, earlier))
        return Comparison(left=left, right=right, relation="difference")
    in_a_time = named.window is not None and not said.has("first", "last", "now")
    if (
        not (ends or in_a_time)
        or len(named.windows) > 1
        or said.has("further", "day")
        or (in_a_time and said.has("than"))
    ):
        return None
    return _base(named, measure="change")


def higher_of_two(named: Named) -> Asked:
    """Whether one of two times told before has the higher value: "LDL 2019 versus 2020 - was the 2019 one higher?"."""
    said = named.said
    ways = {"gt" if text in UPWARDS else "lt" if text in DOWNWARDS else "" for text in said.texts("further")}
    if len(named.windows) != 3 or len(ways) != 1 or "" in ways or len(named.things) != 1 or not named.is_measured:
        return None
    if not said.only("further", "than", "until", "first", "single", "or"):
        return None
    first, second, meant = named.windows
    within = [_lies_in(first, meant), _lies_in(second, meant)]
    if within.count(True) != 1 or not all(is_one_value(named, one) for one in (first, second)):
        return None
    told, other = (first, second) if within[0] else (second, first)
    left, right = (_base(named, window=one, which="last") for one in (told, other))
    return (Comparison.model_validate({"left": left, "right": right, "relation": ways.pop()}),)


def _lies_in(window: Window, wider: Window) -> bool:
    """Whether all of a time is within another."""
    edges = (window.start, window.end, wider.start, wider.end)
    if any(edge is None for edge in edges):
        return False
    return bool(wider.start <= window.start and window.end <= wider.end)  # type: ignore[operator]


def _is_in_percent(named: Named) -> bool:
    """Whether percent of a value are asked, of what is not recorded in percent itself."""
    link = link_of(named.things[0], KIND)
    recorded = {unit for entry in link.entries for unit in entry.units} if link is not None else set()
    return bool({"%", "percent"}.intersection(named.said.texts("unit"))) and "%" not in recorded


def _in_a_day(named: Named) -> RecordQuery | None:
    """On which day most or least came out in all, or how much that was.

    Where only the day of the highest output is asked for, that of all of a day together is meant.
    """
    said = named.said
    most, least = said.has("highest", "more"), said.has("lowest", "less")
    if most == least or not named.is_output or len(named.windows) > 1 or said.has("single", "each"):
        return None
    asks_when = bool(_DAYS & set(said.texts("when"))) or said.has("sum")
    asks_when = asks_when and said.has("when")
    if not (said.has("in_a_day") or asks_when):
        return None
    if not said.only("highest", "lowest", "more", "less", "when", "in_a_day", "sum", "until", *OUT):
        return None
    target = "time" if asks_when or said.has("when") else "value"
    return _base(named, measure="most_a_day" if most else "least_a_day", target=target)


_DAYS = frozenset({"date", "day", "what date", "which date", "what day", "which day", "on which day", "on what day"})


def _extreme(named: Named) -> RecordQuery | None:
    """The highest or the lowest value, or one next to it; or the year, the month or the day of it."""
    said = named.said
    if said.has("highest") == said.has("lowest") or len(named.windows) > 1:
        return None
    around = OUT if named.is_output else ("given", "single", "volume")
    both = ("until",) if said.has("when") and said.has("unit", "amount", "volume") else ()
    if not said.only("highest", "lowest", "nth", "when", "year", "month", *both, *around):
        return None
    if said.has("year", "month") and said.has("each"):
        return None
    which = "last" if said.has("highest") else "first"
    index = int(said.texts("nth")[0]) if said.has("nth") else 1
    if said.has("when", "year", "month"):
        unit = "a" if said.has("year") else "mo" if said.has("month") else "d"
        return _base(named, by="value", which=which, index=index, target="time", unit=unit)
    if index > 1:
        return _base(named, by="value", which=which, index=index)
    return _base(named, measure="max" if said.has("highest") else "min")


def _nth_of_all(named: Named) -> RecordQuery | None:
    """When one of the values was, by its number."""
    said = named.said
    if not (said.has("nth") and said.has("when") and said.only("nth", "when", "visit")) or len(named.windows) > 1:
        return None
    return _base(named, which="first", index=int(said.texts("nth")[0]), target="time")


def _sum(named: Named) -> RecordQuery | None:
    """How much came out in all."""
    said = named.said
    asks = said.has("sum") or (said.has("amount") and not said.has("single", "each"))
    asks = asks or any("total" in text for text in said.texts("in_a_day"))
    if said.has("in_a_day") and (named.window is None or not named.window.is_of_a_day):  # else it adds nothing
        return None
    if not asks or not named.is_output or len(named.windows) > 1 or not said.only("sum", "in_a_day", *OUT):
        return None
    return _base(named, measure="sum")


def _mean(named: Named) -> RecordQuery | None:
    """The mean of the values."""
    said = named.said
    if not said.has("mean") or len(named.windows) > 1 or not said.only("mean", *OUT):
        return None
    return _base(named, measure="mean")


def _one(named: Named) -> RecordQuery | None:
    """One value, asked by its unit, or alone of a panel: "emesis volume, ml", "lipid panel of 3 May, just the LDL"."""
    said = named.said
    if not ((said.has("unit") or named.is_apart) and said.only("first", "last", *OUT)):
        return None
    if named.is_apart and len(named.windows) == 1 and not said.has("first", "last"):
        return _base(named)
    if len(named.windows) > 1 or (named.window is not None and not is_one_value(named, named.window)):
        return None
    return _base(named, which="first" if said.has("first") else "last")
