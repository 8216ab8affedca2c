"""What is asked of orders of a drug beside their amounts: how often, until when, in how many ways, at which stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, Named, categories_with, link_of, two_times
from chartwarden.agent.planning.numbers.two_values import DOWNWARDS, FELL, ROSE, UPWARDS, one_way
from chartwarden.agent.planning.numbers.words import FREQUENCIES, Said, frequencies
from chartwarden.agent.planning.wording.question_words import ends_in_yes_no
from chartwarden.tools.records.doses import strengths_in
from chartwarden.tools.records.query import (
    Anchor,
    Comparison,
    IntervalUnit,
    Measure,
    Question,
    RecordQuery,
    Target,
    Threshold,
)

ORDERED, GIVEN = DRUG_TYPES
_BOLUS = "bolus"
_KINDS_OF_DAYS = (
    "",
    "calendar ",
    *(f"{one} {day}" for one in ("different", "distinct", "separate") for day in ("", "calendar ")),
)
AMOUNTS = ("dose", "strength", "amount", "volume")
_ROWS = ("order", "every", "given", "first", "last", "nth", "single", "this_stay")
_TARGETS: tuple[tuple[tuple[str, ...], Target], ...] = (
    (("often",), "frequency"),
    (("status",), "status"),
    (("runs_out",), "end"),
)
_ATTRIBUTES = ("identifier", "form", "most_an_hour", "formulary", "ndc", "ingredient")
"""Attributes of an order, by the cue that asks for each."""


def asked(named: Named) -> Question | None:
    """The query for what is asked of the orders of one drug; None where it is none of this."""
    for read in (
        as_needed, _of_dose, _different, _told, _attribute, _of_frequency, _has_a_dose, later_dose, _again, _days,
        _ended, _ran, _bolus, _stay, _time, _further,
    ):  # fmt: skip
        query = read(named)
        if query is not None:
            return query
    return None


def as_needed(named: Named) -> RecordQuery | None:
    """Whether it is to be taken only when needed, as its order says."""
    said = named.said
    if not (said.has("prn") and named.has(ORDERED) and said.only("prn", *_ROWS)):
        return None
    held: dict[str, Any] = {"field": "asNeeded", "one_of": ("true",), "held": True}
    return _with(named.query(ORDERED), "exists", "attribute", **held, **which(named))


def tells_strength(named: Named) -> bool:
    """Whether every product that is meant bears one strength in its name."""
    link = link_of(named.things[0], ORDERED)
    labels = [entry.label for entry in link.entries] if link is not None else []
    return bool(labels) and all(len(strengths_in(label)) == 1 for label in labels)


def which(named: Named) -> dict[str, Any]:
    """Which of the rows is meant: the last one, where nothing else is said."""
    said = named.said
    if said.has("nth"):
        return {"which": "last" if said.has("last") else "first", "index": int(said.texts("nth")[0])}
    return {"which": "first" if said.has("first", "started") else "last"}


def _with(query: RecordQuery, measure: Measure, target: Target, **more: Any) -> RecordQuery:
    return query.model_copy(update={"measure": measure, "target": target, **more})


def _different(named: Named) -> RecordQuery | None:
    """How many different doses, strengths, routes, frequencies or products there are of it, or which."""
    said = named.said
    if said.texts("strength") == ("strengths",) and said.only("strength", "order", "given") and tells_strength(named):
        return _with(named.query(ORDERED), "distinct", "strength")
    if not said.has("distinct"):
        return None
    kind = GIVEN if said.has("given") and not said.has("order") and not said.has("drug") else ORDERED
    around = ("distinct", "count", "order", "given", "each", "every", "single", "route", "often", "drug", "this_stay")
    if not named.has(kind) or not said.only(*around, *AMOUNTS):
        return None
    asked_of = [one for one in ("route", "often", "drug") if said.has(one)]
    asked_of += ["dose"] if said.has(*AMOUNTS) else []
    if len(asked_of) != 1:
        return None
    is_strength = kind == ORDERED and tells_strength(named)
    target: Target = "strength" if asked_of == ["dose"] and is_strength else _OF[asked_of[0]]
    return _with(named.query(kind), "count_distinct" if said.has("count") else "distinct", target)


_OF: dict[str, Target] = {"route": "route", "often": "frequency", "drug": "name", "dose": "dose"}


def _told(named: Named) -> RecordQuery | None:
    """How often it is to be taken as the order writes it, its status, or until when it is valid."""
    said = named.said
    targets = [target for cues, target in _TARGETS if said.has(*cues)]
    if len(targets) != 1 or not named.has(ORDERED):
        return None
    if not said.only(
        "often", "status", "runs_out", "now", *_ROWS, *(("when", "off", "until") if targets == ["end"] else ())
    ):
        return None
    if targets == ["end"]:  # which may be later than the moment of asking
        return _with(named.query(ORDERED), "none", "attribute", field="valid_until", **which(named))
    is_one = said.has("first", "last", "nth")
    if not is_one:
        return _with(named.query(ORDERED), "distinct", targets[0])
    return _with(named.query(ORDERED), "none", targets[0], **which(named))


def _attribute(named: Named) -> RecordQuery | None:
    """The identifier of an order, what it writes of the product, its unit, or what it allows per hour."""
    said = named.said
    asked_of = [one for one in (*_ATTRIBUTES, "unit_of") if said.has(one)]
    if len(asked_of) != 1 or not named.has(ORDERED):
        return None
    around = ("drug", "amount", "dose", "strength", "highest", "stated", "pca")
    if not said.only(*asked_of, *_ROWS, *around, *(("rate",) if asked_of == ["ingredient"] else ())):
        return None
    if said.has("highest", "pca", "stated") and asked_of != ["most_an_hour"]:
        return None
    field = "unit" if asked_of == ["unit_of"] else asked_of[0]
    is_one = said.has("first", "last", "nth") or field == "most_an_hour"
    row = which(named) if is_one else {}
    return _with(named.query(ORDERED), "none" if is_one else "distinct", "attribute", field=field, **row)


def _of_frequency(named: Named) -> RecordQuery | None:
    """How many orders of it there are of one frequency."""
    said = named.said
    often = [cue.text for cue in said.cues if cue.says in FREQUENCIES]
    if len(set(often)) != 1 or not (said.has("count") and said.has("order") and named.has(ORDERED)):
        return None
    if not said.only("count", *FREQUENCIES, "often", "route", "via", *_ROWS) or said.has("first", "last"):
        return None
    return _with(named.query(ORDERED), "count", "name", field="frequency", one_of=frequencies(often[0]))


def with_dose(named: Named) -> Named | None:
    """The same with the dose of an order that is told by it: "the 30 mg ketorolac order"; None where none is.

    With words for change or for what was given a number is one of those, which other readers have.
    """
    cues = list(named.said.cues)
    at = [place for place, cue in enumerate(cues) if cue.says == "number"]
    if len(at) != 1 or named.said.has("difference", "moved", "further", "day", "between", "given", "icu", "rate"):
        return None
    unit = cues[at[0] + 1] if at[0] + 1 < len(cues) else None
    if unit is None or unit.says != "unit" or named.dose is not None or not named.has(ORDERED):
        return None
    if not named.said.has("order", "dose", "strength", "often", "status", "count", "when"):
        return None
    of = "strength" if tells_strength(named) else "dose"
    dose = Threshold.model_validate({"relation": "eq", "value": float(cues[at[0]].text), "of": of})
    return replace(named, dose=dose, said=Said(tuple(cues[: at[0]] + cues[at[0] + 2 :])))


def at_stay(named: Named) -> Named | None:
    """The same of the orders of one hospital stay, told by its time or its rank; None where none is."""
    said = named.said
    ranks = [one for one in ("first", "last") if said.has(one)]
    if not said.has("admission") or said.has("belongs", "given", "icu", "start", "between") or named.of_stay:
        return None
    if not said.has("order", "often", "status", "dose") or (named.window is None) == (len(ranks) != 1):
        return None
    stay = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), window=named.window, target="time")
    stay = stay.model_copy(update={"which": ranks[0] if ranks else "all"})
    bare = said.without("admission").without("first").without("last")
    return replace(named, said=bare, window=None, windows=(), of_stay=stay)


def _of_dose(named: Named) -> RecordQuery | None:
    """How many orders there are of one dose, or when the first or last of them was."""
    said = named.said
    if named.dose is None or not said.only("count", "when", "dose", "strength", *_ROWS):
        return None
    if said.has("count") and not said.has("first", "last", "nth", "when"):
        return _with(named.query(ORDERED), "count", "name")
    if said.has("when") and not said.has("count"):
        return _with(named.query(ORDERED), "none", "time", **which(named))
    is_asked = ends_in_yes_no(named.skeleton.typed) and said.only(*_ROWS)
    return _with(named.query(ORDERED), "exists", "name") if is_asked and not said.has("first", "last", "nth") else None


def _has_a_dose(named: Named) -> RecordQuery | None:
    """Whether an order tells a dose."""
    said = named.said
    if not (said.has("at_all") and said.has("dose") and said.only("at_all", "dose", "amount", *_ROWS)):
        return None
    if not named.has(ORDERED) or not said.has("order"):
        return None
    any_dose = Threshold(relation="ge", value=0, of="dose")
    return _with(named.query(ORDERED), "exists", "dose", threshold=any_dose)


def later_dose(named: Named) -> Comparison | None:
    """Whether the later of two doses is the higher or the lower one, or by how much."""
    said = named.said
    if not (said.has("further", "moved") and said.has("dose", "strength") and named.has(ORDERED)):
        return None
    around = ("further", "moved", "between", "than", "until", "later", "sooner", "number", "day", "or")
    if not said.only(*around, *AMOUNTS, *_ROWS):
        return None
    way = one_way((*said.texts("further"), *said.texts("moved")), _UP, _DOWN)
    earlier, later = _two_orders(named)
    if way is None and said.has("further"):
        return None
    if earlier is None or later is None or (said.has("or") and _WHICH.match(named.skeleton.typed)):
        return None
    target: Target = "strength" if said.has("strength") and not said.has("dose") and tells_strength(named) else "dose"
    left, right = (one.model_copy(update={"target": target}) for one in (later, earlier))
    if said.has("unit", "amount", "strength"):
        sides = {"left": right, "right": left} if way == "lt" else {"left": left, "right": right}
        return Comparison(**sides, relation="difference")  # by how much lower is no number below zero
    return Comparison(left=left, right=right, relation=way) if way else None


_UP, _DOWN = (*UPWARDS, *ROSE), (*DOWNWARDS, *FELL)
_WHICH = Pattern(r"(?:which|what)\b")


def _two_orders(named: Named) -> tuple[RecordQuery | None, RecordQuery | None]:
    """The two orders that are told: of two times, the first and the second, or the first and the last."""
    said, windows = named.said, two_times(named)
    if windows is not None and len(windows) == 2:
        first, second = sorted(windows, key=lambda one: one.start or dt.datetime.min.replace(tzinfo=dt.UTC))
        base = named.query(ORDERED)
        return tuple(base.model_copy(update={"window": one, "which": "last"}) for one in (first, second))  # type: ignore[return-value]
    if len(named.windows) > 1 or said.has("number", "day"):
        return None, None
    base = named.query(ORDERED)
    if said.has("nth") and said.has("first") and said.texts("nth") == ("2",):
        return base.model_copy(update={"which": "first"}), base.model_copy(update={"which": "first", "index": 2})
    if said.has("last", "later") and said.has("first", "sooner") and not said.has("nth"):
        return base.model_copy(update={"which": "first"}), base.model_copy(update={"which": "last"})
    return None, None


def _again(named: Named) -> Comparison | None:
    """How many days after its first order it was ordered for the second time."""
    said = named.said
    if not (
        said.texts("lasts") in _OF_DAYS
        and said.has("first", "sooner")
        and _AGAIN.search(named.skeleton.question.lower())
    ):
        return None
    around = ("lasts", "first", "after", "until", "order", "when", "count", "later", "every")
    if not said.has("order") or not said.only(*around) or not named.has(ORDERED):
        return None
    first = _with(named.query(ORDERED), "none", "time", which="first")
    return Comparison(left=first, right=first.model_copy(update={"index": 2}), relation="time_after", unit="d")


_AGAIN = Pattern(r"\b(?:again|a second time|re-?(?:ordered|prescribed|issued)|repeated)\b")


def _days(named: Named) -> RecordQuery | None:
    """For how many days it was ordered, or on how many different days it was ordered or given."""
    said = named.said
    if said.texts("lasts") not in _OF_DAYS or said.has("now"):
        return None
    texts = " ".join((*said.texts("lasts"), *said.texts("count")))
    if not said.only(
        "lasts", "count", "distinct", "given", "order", "icu", "each", "every", "this_stay", "last", "first"
    ):
        return None
    was_given = bool(_GIVEN.intersection(said.texts("given"))) and not said.has("order")
    if (_ON_DAYS.search(named.skeleton.typed) or was_given) and not said.has("first", "last"):
        kind = ORDERED if said.has("order") and not said.has("icu") else GIVEN
        if not named.has(kind) or not said.has("given", "icu", "order"):
            return None
        return _with(named.query(kind), "count_distinct", "time", unit="date")
    is_for = _FOR_DAYS.search(named.skeleton.typed) and said.has("order") and named.has(ORDERED)
    return _with(named.query(ORDERED), "none", "attribute", field="days", **which(named)) if is_for and texts else None


_OF_DAYS = frozenset(
    {(f"{lead}{kind}days",) for lead in ("", "how many ") for kind in _KINDS_OF_DAYS} | {("number of days",)}
)
_GIVEN = frozenset({"given", "got", "get", "received", "receive", "administered", "had"})
_ON_DAYS = Pattern(
    r"\b(?:on|over|across) how many\b|\b(?:calendar|different|distinct|separate) days\b|\bdays (?:with|on which)\b"
)
_FOR_DAYS = Pattern(
    r"\bfor how many days\b|\bhow many days\b.*\bfor[ ?.]*$|\bhow many days.* (?:prescri|order)|\bnumber of days\b"
)


def _ended(named: Named) -> RecordQuery | None:
    """When what was given of it ended."""
    said = named.said
    is_given = said.has("given", "rate", "icu") or (named.has(GIVEN) and bool(named.drips()) and not said.has("order"))
    if not (said.has("off") and said.has("when", "off") and is_given and named.has(GIVEN)):
        return None
    if not said.only("off", "when", "given", "first", "last", "nth", "icu", "rate"):
        return None
    return _with(named.query(GIVEN), "none", "end", **which(named))


def _ran(named: Named) -> Question | None:
    """How long it ran in, all its stretches together, or one of them; how long ago it was first ordered, where somebody
    is on it now."""
    said = named.said
    units = {_UNITS[word] for text in said.texts("lasts") for word in text.split() if word in _UNITS}
    if not said.has("lasts") or len(units) > 1:
        return None
    if said.has("now") and not named.has(GIVEN) and named.has(ORDERED) and said.only("lasts", "now"):
        since = _with(named.query(ORDERED), "elapsed", "time", which="first")
        return since.model_copy(update={"unit": next(iter(units), "d")})
    if not (named.has(GIVEN) and named.drips()):
        return None
    unit = next(iter(units), "d")
    if said.has("first") and said.has("last") and said.has("off") and said.has("start", "started"):
        begun = _with(named.query(GIVEN), "none", "time", category=named.drips(), which="first")
        over = begun.model_copy(update={"target": "end", "which": "last"})
        is_told = said.only(
            "lasts", "given", "icu", "rate", "between", "until", "off", "start", "started", "first", "last"
        )
        return Comparison(left=begun, right=over, relation="interval", unit=unit) if is_told else None
    if not said.only("lasts", "given", "icu", "rate", "sum", "first", "last", "nth", "this_stay", "started", "start"):
        return None
    one = which(named) if said.has("first", "last", "nth") else {}
    run = _with(named.query(GIVEN), "duration", "duration", category=named.drips(), **one)
    return run.model_copy(update={"unit": unit})


_UNITS: dict[str, IntervalUnit] = {
    "hours": "h", "minutes": "min", "days": "d", "years": "a", "months": "mo", "weeks": "wk",
}  # fmt: skip


def _bolus(named: Named) -> RecordQuery | None:
    """How many boluses of it were given, by the category that is charted with each."""
    said = named.said
    if not said.has("bolus"):
        return None
    kinds = categories_with(_BOLUS, named.things[0])
    if not kinds or not (said.has("count") and said.only("count", "bolus", "given", "icu", "this_stay")):
        return None
    return _with(named.query(GIVEN), "count", "name", category=kinds)


def _stay(named: Named) -> RecordQuery | None:
    """When the hospital stay began that an order of it was made in."""
    said = named.said
    if not (said.has("admission") and said.has("belongs") and said.has("order") and named.has(ORDERED)):
        return None
    if not said.only("admission", "belongs", "order", "start", "when", "where", "until", "first", "last", "nth"):
        return None
    made = _with(named.query(ORDERED), "none", "time", **which(named))
    stays = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), which="first", target="time")
    return stays.model_copy(update={"anchor": Anchor(event=made, relation="holds")})


def _time(named: Named) -> RecordQuery | None:
    """When it was ordered for the so many-th time, or the year or month in which it first or last was."""
    said = named.said
    in_span = said.has("year", "month") and said.has("first", "last", "nth", "started")
    if not ((said.has("nth") and said.has("when")) or in_span) or not (
        said.has("order", "started") and named.has(ORDERED)
    ):
        return None
    if not said.only("nth", "when", "year", "month", "order", "first", "last", "started", "this_stay"):
        return None
    unit = "a" if said.has("year") else "mo" if said.has("month") else "d"
    return _with(named.query(ORDERED), "none", "time", unit=unit, **which(named))


def _further(named: Named) -> Question | None:
    """By how much the newest dose or strength differs from the first."""
    said = named.said
    by_how_much = said.has("difference") or (said.has("moved", "further") and said.has("unit", *AMOUNTS))
    if not (by_how_much and said.has("first") and said.has("last", "now") and named.has(ORDERED)):
        return None
    if not said.only("difference", "moved", "further", "than", "between", "until", *AMOUNTS, *_ROWS, "now"):
        return None
    target: Target = "strength" if tells_strength(named) else "dose"
    if one_way((*said.texts("moved"), *said.texts("further")), _UP, _DOWN) == "lt":
        first = _with(named.query(ORDERED), "none", target, which="first")  # by how much less is no number below zero
        return Comparison(left=first, right=first.model_copy(update={"which": "last"}), relation="difference")
    return _with(named.query(ORDERED), "change", target)
