"""Numbers of a drug: how much was ordered or given, how strong it is, how fast it ran, how often it is to be taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers import among_drugs, orders
from chartwarden.agent.planning.numbers.named import Named, link_of
from chartwarden.agent.planning.numbers.orders import AMOUNTS, tells_strength, which
from chartwarden.agent.planning.numbers.words import is_over_time, plain_unit
from chartwarden.tools.records.query import HOURS, PER_DAY, Anchor, Question, RecordQuery, Target, Threshold

ORDERED, GIVEN = "MedicationRequest", "MedicationAdministration"
_SPREAD = ("difference", "between", "until")
_ROWS = ("first", "last", "started", "now", "nth")
_AROUND = ("given", "order", "icu", "this_stay", "single", "amount", "dose", "strength", "volume", "bolus")

Asked = tuple[Question, ...] | None
_WAS_GIVEN = frozenset({"administered", "administration", "administrations"})
_IN_A_CHART = Pattern(r"\b(?:medication|drug) chart\b|\be?mar\b|\bmedication administration record\b")
"""Where it is written down what was given."""


def asked(named: Named) -> Asked:
    """The queries for what is asked of one drug; None where that is no number of it."""
    said = named.said
    if said.has("qk", "qd", "qp", "qa", "qn"):
        return None
    if len(named.windows) > 1 or said.has("number"):
        further = orders.later_dose(named)
        if further is not None or len(named.windows) > 1:
            return None if further is None else (further,)
    for read in (
        _of_a_class, _route, orders.asked, frequency, _place, _changed, _alike, _rate, _amount, _given_when,
        _administrations, _orders,
    ):  # fmt: skip
        query = read(named)
        if query is not None:
            return (query,)
    if (ends := _given_ends(named)) is not None:
        return ends
    told = orders.with_dose(named) or orders.at_stay(named)
    return asked(told) if told is not None else _of_both(named)


_TOLD_OF_AN_ORDER: dict[str, Target] = {"route": "route", "often": "frequency", "status": "status", "dose": "dose"}


def _of_both(named: Named) -> Asked:
    """Several things that an order tells, asked together: "ketorolac: route and frequency"."""
    wanted = list(dict.fromkeys(cue.says for cue in named.said.cues if cue.says in _TOLD_OF_AN_ORDER))
    bare = named.said.without("until")
    of_an_order = len(wanted) > 1 and named.said.has("route", "status")  # how a drug is taken is asked of all of it
    if not (of_an_order and named.has(ORDERED) and bare.only(*wanted, "order", "first", "last", "nth", "via")):
        return None
    row = which(named) if bare.has("first", "last", "nth") else {"measure": "distinct"}
    return tuple(_with(named.query(ORDERED), target=_TOLD_OF_AN_ORDER[one], **row) for one in wanted)


def of_all(named: Named) -> Asked:
    """How many different drugs were ordered, where no drug is named."""
    said = named.said
    if (longest := among_drugs.held_longest(named)) is not None:
        return (longest,)
    if not said.has("distinct") or not said.has("drug") or not said.has("count") or len(named.windows) > 1:
        return None
    if not said.only("distinct", "drug", "count", "order", "each"):
        return None
    query = RecordQuery(types=(ORDERED,), measure="count_distinct", target="name", window=named.window)
    return (query,)


def _of_a_class(named: Named) -> RecordQuery | None:
    """Which drugs of a class were given in intensive care: what is charted there, and no orders."""
    said = named.said
    is_class = any(row.kind == "drug class" for row in named.things[0].linked.known)
    asks = said.has("given") and said.has("icu") and said.only("given", "icu", "drug", "distinct", "every", "each")
    if not (is_class and asks and link_of(named.things[0], GIVEN) is not None):
        return None
    return _with(named.query(GIVEN), measure="distinct", target="name")


def _route(named: Named) -> RecordQuery | None:
    """By which routes it was ordered, or when by one of them."""
    said = named.said
    if said.has("route") and said.only(
        "route", "order", "every", "each", "given", "first", "last", "nth", "single", "dose"
    ):
        if not named.has(ORDERED):
            return None
        if said.has("first", "last", "nth"):
            return _with(named.query(ORDERED), target="route", **which(named))
        return _with(named.query(ORDERED), measure="distinct", target="route")
    routes = said.texts("qr")
    if len(routes) == 1 and said.has("when") and said.has("order") and named.has(ORDERED):
        if not said.only("qr", "when", "order", "via", "route", "first", "last", "of"):
            return None
        route = named.skeleton.routes[int(routes[0][2:])]
        return _with(named.query(ORDERED), route=route, target="time", which="last" if said.has("last") else "first")
    return None


def frequency(named: Named) -> RecordQuery | None:
    """How often a day it is to be taken, or every how many hours."""
    said = named.said
    if not said.has("frequency", "interval") or not named.has(ORDERED):
        return None
    if not said.only("frequency", "interval", "order", "given", "first", "last", "single", "dose", "active", "now"):
        return None
    field = PER_DAY if said.has("frequency") else HOURS
    status: dict[str, Any] = {"status": ("active",)} if said.has("active", "now") else {}
    return _with(named.query(ORDERED), target="frequency", field=field, **status, **which(named))


def _place(named: Named) -> RecordQuery | None:
    """Where it was ordered."""
    said = named.said
    if not (said.has("where") and said.has("order") and said.only("where", "order", "first", "last", "nth", "between")):
        return None
    return _with(named.query(ORDERED), target="location", **which(named)) if named.has(ORDERED) else None


def _changed(named: Named) -> RecordQuery | None:
    """When it was first ordered in one strength or dose, after it was in another."""
    said = named.said
    numbers = said.texts("number")
    if not (said.has("when", "year") and 1 <= len(numbers) <= 2 and named.has(ORDERED)):
        return None
    if not said.only(
        "when", "number", "difference", "moved", "between", "until", "order", "started", "first", *AMOUNTS
    ) or not said.has("difference", "moved", "first", "started"):
        return None
    of = "strength" if tells_strength(named) else "dose"
    after = _with(named.query(ORDERED), threshold=_equal(numbers[-1], of), target="time", which="first")
    if len(numbers) == 1:
        return after
    before = _with(named.query(ORDERED), threshold=_equal(numbers[0], of), target="time", which="first")
    return _with(after, anchor=Anchor(event=before, relation="after"))


def _equal(number: str, of: str) -> Threshold:
    return Threshold.model_validate({"relation": "eq", "value": float(number), "of": of})


def _alike(named: Named) -> RecordQuery | None:
    """Whether every order was for the same dose."""
    said = named.said
    if not (
        said.has("same")
        and said.has(*AMOUNTS)
        and said.only("same", "always", "each", "every", "order", "given", *AMOUNTS)
    ):
        return None
    kind = GIVEN if said.has("given") and not said.has("order") else ORDERED
    return _with(named.query(kind), measure="same", target=_target(named, kind)) if named.has(kind) else None


def _rate(named: Named) -> RecordQuery | None:
    """How fast it ran: at most, at least, on average, at first or at last."""
    said = named.said
    if not (said.has("rate") or _is_rate(named)) or not named.has(GIVEN):
        return None
    if not said.only("rate", "highest", "lowest", "mean", *_ROWS, *_AROUND):
        return None
    query = _with(named.query(GIVEN), target="infusion_rate")
    return _of_rows(named, query) or _with(query, **which(named))


def _amount(named: Named) -> RecordQuery | None:
    """How much of it was given or ordered: in all, at most, at least, on average, or in one entry."""
    said = named.said
    asks = said.has("unit", *AMOUNTS) or said.has("sum")
    if (
        not asks
        or _is_rate(named)
        or not said.only(*_SPREAD, "sum", "mean", "each", "highest", "lowest", *_ROWS, *_AROUND, "every", "via")
        or (said.has(*_SPREAD) and not (said.has("difference") and said.has("highest") and said.has("lowest")))
    ):
        return None
    kind = _kind(named)
    if kind is None or not named.has(kind) or (said.has("bolus") and not named.query(kind).category):
        return None
    query = _with(named.query(kind), target=_target(named, kind))
    if said.has("every") and not (said.has("sum") and kind == ORDERED):
        return None
    if said.has("sum") and kind == ORDERED:
        each_dose = said.has("dose") and not said.has(
            "strength", "volume", "highest", "lowest", "first", "last", "mean"
        )
        return _with(query, target="dose", measure="sum", in_unit=_unit(named)) if each_dose else None
    if said.has("sum") or (kind == GIVEN and said.has("amount") and _is_told(named) and not said.has("single")):
        is_of_one = said.has("highest", "lowest", "first", "last", "mean")
        return None if is_of_one else _with(query, measure="sum", in_unit=_unit(named))
    told = _of_rows(named, query)
    if told is not None or said.has("highest", "lowest", "mean"):
        return told
    if said.has("now") or (said.has("strength") and kind == ORDERED):
        return _with(query, which="first" if said.has("first", "started") else "last")
    is_of_one = said.has("first", "last", "nth", "started") or (said.has("single") and kind == GIVEN)
    if kind == ORDERED and not is_of_one and (said.has("each") or named.dose or _is_told_order(named)):
        return _with(query, measure="distinct")
    return _with(query, **which(named)) if is_of_one and said.has("unit", *AMOUNTS) else None


def _is_told(named: Named) -> bool:
    """Whether a time or a place is told, of which all that was given is asked."""
    return named.window is not None or (named.said.has("icu") and named.said.has("given"))


def _is_told_order(named: Named) -> bool:
    """Whether it is the orders of one stay or time that are spoken of, each of which is for a dose."""
    return bool(named.of_stay) or (
        named.said.has("order") and bool(named.window is not None or named.route or named.said.has("this_stay"))
    )


def _given_when(named: Named) -> RecordQuery | None:
    """When it was first or last given, which is no order: "my last morphine dose in the ICU?"."""
    said = named.said
    is_given = said.has("icu") or not _WAS_GIVEN.isdisjoint(said.texts("given"))
    if not (said.has("when") and is_given and said.has("first", "last", "nth") and not said.has("order")):
        return None
    around = ("when", "icu", "given", "dose", "first", "last", "nth", "single", "between")
    if not named.has(GIVEN) or not said.only(*around) or (said.has("first") and said.has("last")):
        return None
    return _with(named.query(GIVEN), target="time", **which(named))


def _given_ends(named: Named) -> Asked:
    """When it was first and when it was last given in intensive care."""
    said = named.said
    if not (said.has("first") and said.has("last")):
        return None
    apart = (replace(named, said=said.without("until").without(other)) for other in ("last", "first"))
    first, last = map(_given_when, apart)
    return (first, last) if first is not None and last is not None else None


def _administrations(named: Named) -> RecordQuery | None:
    """How often it was given in intensive care, by what is charted there, or of what is only given and not ordered."""
    said = named.said
    is_given = (
        said.has("icu")
        or _IN_A_CHART.search(named.skeleton.typed)
        or (said.has("given") and not named.has(ORDERED) and named.has(GIVEN))
    )
    if not (said.has("count") and is_given and said.only("count", "icu", "given", "dose", "this_stay")):
        return None
    return _with(named.query(GIVEN), measure="count", target="name")


def _orders(named: Named) -> RecordQuery | None:
    """How many orders there are of it, asked by their name alone: "naproxen scripts this year?"."""
    said = named.said
    if not said.only("order") or said.texts("order") not in (("scripts",), ("prescriptions",)) or not named.window:
        return None
    if not named.has(ORDERED) or named.skeleton.typed.split()[0] != said.texts("qc")[0]:
        return None
    return _with(named.query(ORDERED), measure="count", target="name")


def _kind(named: Named) -> str | None:
    """Whether what was ordered or what was given is meant; None where that is not told."""
    said = named.said
    if said.has("order"):
        return None if said.has("given") or said.has("icu") else ORDERED
    if said.has("given", "icu", "rate", "bolus"):
        return GIVEN
    if said.has("now") or not named.has(GIVEN):
        return ORDERED
    return GIVEN if not named.has(ORDERED) or said.has("sum") else None


def _target(named: Named, kind: str) -> Target:
    """Of products that bear their strength in their names, that is meant where it is asked by a unit."""
    is_asked = named.said.has("unit", "strength", "now")
    return "strength" if kind == ORDERED and is_asked and tells_strength(named) else "dose"


def _of_rows(named: Named, query: RecordQuery) -> RecordQuery | None:
    """The highest, the lowest or the mean of the rows of a query, where that is asked."""
    said = named.said
    if said.has("nth"):
        if not said.has("highest", "lowest"):
            return None
        which = "last" if said.has("highest") else "first"
        return _with(query, by="value", which=which, index=int(said.texts("nth")[0]))
    if said.has("highest") and said.has("lowest"):
        return _with(query, measure="range", in_unit=_unit(named)) if said.has("difference") else None
    measure = "max" if said.has("highest") else "min" if said.has("lowest") else "mean" if said.has("mean") else ""
    return _with(query, measure=measure, in_unit=_unit(named)) if measure else None


def _is_rate(named: Named) -> bool:
    """Whether a unit over time is asked for."""
    return any(map(is_over_time, named.said.texts("unit")))


def _unit(named: Named) -> str:
    return next((plain_unit(unit) for unit in named.said.texts("unit")), "")


def _with(query: RecordQuery, **changed: Any) -> RecordQuery:
    return query.model_copy(update=changed)
