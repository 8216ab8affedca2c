"""What is asked of orders of a drug beside their amounts: how often, until when, in how many ways, at which stay."""

from __future__ import annotations

from typing import Any

from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, Named, categories_with, concept_in, link_of
from chartwarden.tools.records.doses import strengths_in
from chartwarden.tools.records.query import Anchor, Comparison, IntervalUnit, Measure, RecordQuery, Target

ORDERED, GIVEN = DRUG_TYPES
_CONDITION, _BOLUS = "Condition", "bolus"
_VERSUS = frozenset({"versus", "vs"})
_AMOUNTS = ("dose", "strength", "amount", "volume")
_ROWS = ("order", "every", "given", "first", "last", "nth", "single", "this_stay")
_TARGETS: tuple[tuple[tuple[str, ...], Target], ...] = (
    (("often",), "frequency"),
    (("status",), "status"),
    (("runs_out",), "end"),
)


def asked(named: Named) -> RecordQuery | None:
    """The query for what is asked of the orders of one drug; None where it is none of this."""
    for read in (as_needed, _different, _told, _ended, _ran, _bolus, _stay, _time, _further):
        query = read(named)
        if query is not None:
            return query
    return None


def all_orders(named: Named) -> RecordQuery | None:
    """How many orders there are, each entry by itself, where no drug is named."""
    said = named.said
    if not (said.has("each_entry") and said.has("count") and said.has("order", "each_entry")):
        return None
    if not said.only("each_entry", "count", "order", "drug", "this_stay"):
        return None
    return _with(RecordQuery(types=(ORDERED,), window=named.window, anchor=named.anchor), "count", "name")


def first_of_two(named: Named) -> Comparison | None:
    """Which of two drugs was ordered or given first or last, of both in the same way."""
    said = named.said
    first, last = said.has("first", "sooner"), said.has("last", "later")
    if len(named.things) != 2 or len(named.windows) > 1 or first == last:
        return None
    if not (said.has("or") or _VERSUS.intersection(said.texts("than"))) or set(said.texts("moved")) - {"put on"}:
        return None
    around = ("or", "than", "moved", "single", "given", "order", "icu", "started", "rate", "this_stay")
    if not said.only("first", "sooner", "last", "later", *around):
        return None
    is_given = said.has("given", "icu", "rate")
    kinds = (GIVEN,) if is_given else (ORDERED,) if said.has("order") else (ORDERED, GIVEN)
    kind = next((one for one in kinds if all(link_of(thing, one) is not None for thing in named.things)), None)
    if kind is None or (is_given and said.has("order")):
        return None
    end = "last" if said.has("last") and not said.has("started") else "first"
    left, right = (_with(named.query(kind, place), "none", "time", which=end) for place in (0, 1))
    return Comparison(left=left, right=right, relation="before" if first else "after", tells="side")


def next_to(named: Named) -> RecordQuery | None:
    """Which drug was ordered next after one, or just before it, of all or of those for a condition."""
    said = named.said
    if said.has("after") == said.has("before") or not said.has("next") or named.windows:
        return None
    if not said.only("after", "before", "next", "drug", "order", "given", "started"):
        return None
    named_there = [named.skeleton.mention(text) for text in said.texts("qc")]
    event = _event_told(named)
    others = [one for one in named_there if one is not event]
    if event is None or len(others) > 1 or not (others or said.has("drug")):
        return None
    told = RecordQuery(types=(ORDERED,), concept=concept_in(event, ORDERED), which="first", target="time")
    anchor = Anchor(event=told, relation="after" if said.has("after") else "before")
    meant: dict[str, Any] = {"which": "first" if said.has("after") else "last"}
    if others:
        is_kind = link_of(others[0], ORDERED) is not None
        concept = concept_in(others[0], ORDERED if is_kind else _CONDITION)
        if concept is None:
            return None
        meant |= {"concept" if is_kind else "reason": concept}
    return RecordQuery(types=(ORDERED,), anchor=anchor, target="name").model_copy(update=meant)


def _event_told(named: Named) -> Mention | None:
    """The drug behind "after" or "before"."""
    cues = named.said.cues
    place = next(place for place, cue in enumerate(cues) if cue.says in ("after", "before"))
    told = next((cue.text for cue in cues[place:] if cue.says == "qc"), "")
    event = named.skeleton.mention(told) if told else None
    return event if event is not None and link_of(event, ORDERED) is not None else None


def as_needed(named: Named) -> RecordQuery | None:
    """Whether it is to be taken only when needed, as its order says."""
    said = named.said
    if not (said.has("prn") and named.has(ORDERED) and said.only("prn", *_ROWS)):
        return None
    held: dict[str, Any] = {"field": "asNeeded", "one_of": ("true",), "held": True}
    return _with(named.query(ORDERED), "exists", "attribute", **held, **which(named))


def held_longest(named: Named) -> RecordQuery | None:
    """Which drug of the orders that are active was ordered first: "what has she been on the longest?"."""
    said = named.said
    if not (said.has("longest") and said.has("active", "now") and said.has("drug", "order")) or named.windows:
        return None
    if not said.only("longest", "active", "now", "drug", "order", "given"):
        return None
    return RecordQuery(types=(ORDERED,), status=("active",), which="first", target="name")


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
    if not named.has(kind) or not said.only(
        "distinct",
        "count",
        "order",
        "given",
        "each",
        "every",
        "single",
        "route",
        "often",
        "drug",
        "this_stay",
        *_AMOUNTS,
    ):
        return None
    asked_of = [one for one in ("route", "often", "drug") if said.has(one)]
    asked_of += ["dose"] if said.has(*_AMOUNTS) else []
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
    if not said.only("often", "status", "runs_out", "now", *_ROWS, *(("when",) if targets == ["end"] else ())):
        return None
    is_one = said.has("first", "last", "nth") or targets == ["end"]
    if not is_one:
        return _with(named.query(ORDERED), "distinct", targets[0])
    return _with(named.query(ORDERED), "none", targets[0], **which(named))


def _ended(named: Named) -> RecordQuery | None:
    """When what was given of it ended."""
    said = named.said
    if not (said.has("off") and said.has("when", "off") and said.has("given") and named.has(GIVEN)):
        return None
    if not said.only("off", "when", "given", "first", "last", "nth", "icu", "rate"):
        return None
    return _with(named.query(GIVEN), "none", "end", **which(named))


def _ran(named: Named) -> RecordQuery | None:
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
    if not said.only("lasts", "given", "icu", "rate", "sum", "first", "last", "nth", "this_stay"):
        return None
    one = which(named) if said.has("first", "last", "nth") else {}
    run = _with(named.query(GIVEN), "duration", "duration", category=named.drips(), **one)
    return run.model_copy(update={"unit": next(iter(units), "d")})


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
    if not said.only("admission", "belongs", "order", "start", "when", "where", "first", "last", "nth"):
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


def _further(named: Named) -> RecordQuery | None:
    """By how much the newest dose or strength differs from the first."""
    said = named.said
    by_how_much = said.has("difference") or (said.has("moved", "further") and said.has("unit", *_AMOUNTS))
    if not (by_how_much and said.has("first") and said.has("last", "now") and named.has(ORDERED)):
        return None
    if not said.only("difference", "moved", "further", "than", "between", "until", *_AMOUNTS, *_ROWS, "now"):
        return None
    target: Target = "strength" if tells_strength(named) else "dose"
    return _with(named.query(ORDERED), "change", target)
