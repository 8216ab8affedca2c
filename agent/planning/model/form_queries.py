"""A filled query form as queries, and queries as a filled form: the one is the other read backwards.

Forwards it is how a model asks; backwards it is how the rules planner's reading is shown to a model, to be mended.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.planning.model.candidates import FILTERED_BY, Candidate, Offered
from chartwarden.agent.planning.model.forms import (
    MAX_CONCEPTS,
    MAX_CONDITIONS,
    MAX_INDEX,
    MAX_LIMIT,
    MAX_LOOKS,
    MAX_TYPES,
    MISSING,
    NEVER,
    NOTHING,
    ROLES,
    TIMES,
)
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.moments import zone_of
from chartwarden.tools.records.query import (
    Anchor,
    Comparison,
    Concept,
    Question,
    RecordQuery,
    Threshold,
    Window,
)
from chartwarden.tools.records.words import plain

_PLAIN = ("measure", "which", "index", "by", "target")
"""Fields that are the query's own, under the same name."""
_TOLD = frozenset({
    *_PLAIN, *ROLES, *TIMES, *FILTERED_BY.values(), "types", "concept", "status", "encounter_kind", "field", "limit",
    "negated", "window", "threshold", "anchor",
})  # fmt: skip
"""Fields of a query that a look tells; a query with any other cannot be shown as one."""
_DAY_CHARS = len("2020-03-01")
_EMPTY_LOOK: dict[str, Any] = {
    "types": [], "concepts": [], "measure": "none", "which": "all", "index": 1, "limit": 0, "by": "time",
    "target": "value", "only": [], "since": "", "until": "", "compared": NOTHING, "than": "", "unit": "",
    "relative": NOTHING, "to": 0,
}  # fmt: skip


def queries_of(filled: dict[str, Any], offered: Offered, context: PlanningContext) -> tuple[Question, ...]:
    """The queries a filled form stands for, once each. `ModelOutputError` for what contradicts itself."""
    looks = filled["looks"]
    reader = _Reader(looks, _missing(filled["missing"], context), offered, context)
    events = {look["to"] for look in looks if look["relative"] != NOTHING}
    own = [number for number in range(1, len(looks) + 1) if number not in events]
    queries = [reader.query(number) for number in own]
    if len(reader.read) < len(looks):
        raise ModelOutputError("looks are relative to each other in a circle", cause="contradictory")
    if filled["compare"] == NOTHING:
        return tuple(dict.fromkeys(queries))
    if len(queries) != 2:
        raise ModelOutputError(
            f"compare needs two looks that no other is relative to, not {len(queries)}", cause="contradictory"
        )
    return (Comparison(left=queries[0], right=queries[1], relation=filled["compare"]),)


class _Reader:
    """Reads the looks of one form, of which some are relative to others."""

    def __init__(
        self, looks: list[dict[str, Any]], missing: Concept | None, offered: Offered, context: PlanningContext
    ) -> None:
        self._looks = looks
        self._missing = missing
        self._offered = offered
        self._context = context
        self.read: set[int] = set()
        """The looks that are part of what was read."""

    def query(self, number: int, leaning: tuple[int, ...] = ()) -> RecordQuery:
        """The query of a look (counted from 1), and of the event it is relative to."""
        look = self._looks[number - 1]
        self.read.add(number)
        anchor: dict[str, Any] = {}
        if look["relative"] != NOTHING:
            event = look["to"]
            if not 1 <= event <= len(self._looks):
                raise ModelOutputError("to must be the number of another look, the event", cause="contradictory")
            if event in (number, *leaning):
                raise ModelOutputError("looks are relative to each other in a circle", cause="contradictory")
            anchor = {"event": self.query(event, (*leaning, number)), "relation": look["relative"]}
        known: dict[str, Any] = {name: look[name] for name in _PLAIN}
        if known["measure"] == NEVER:
            known |= {"measure": "exists", "negated": True}
        return RecordQuery(
            types=tuple(dict.fromkeys(look["types"])),
            concept=self._concept(look["concepts"], look["types"]),
            limit=look["limit"] or None,
            window=window_of(look, self._context),
            threshold=_threshold(look["compared"], look["than"], look["unit"]),
            anchor=Anchor(**anchor) if anchor else None,
            **known,
            **self._conditions(look["only"]),
        )

    def _concept(self, keys: Sequence[str], types: Sequence[str]) -> Concept | None:
        if MISSING in keys:
            if len(keys) > 1:
                raise ModelOutputError(f"{MISSING} stands alone: it is what the record lacks", cause="contradictory")
            return self._lacking(types)
        chosen = [self._offered.by_key[key] for key in dict.fromkeys(keys)]
        for candidate in chosen:
            if candidate.resource_type not in types:
                raise ModelOutputError(
                    f"concept {candidate.key} is a {candidate.resource_type}, but types says {', '.join(types)}",
                    cause="contradictory",
                )
        return _joined([candidate.concept for candidate in chosen])

    def _lacking(self, types: Sequence[str]) -> Concept:
        """What the question names and the record does not have among these types; whether so is for code to say."""
        if self._missing is None:
            raise ModelOutputError(f"{MISSING} needs the words of the question in missing", cause="contradictory")
        linked = link(self._missing.words, self._context.manifest)
        if linked.of(*types) if types else linked.links:
            raise ModelOutputError("the record does have what missing names: choose its concept", cause="contradictory")
        return self._missing

    def _conditions(self, only: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, _, value in (condition.partition(":") for condition in dict.fromkeys(only)):
            if name in ROLES:
                meant = self._lacking(()) if value == MISSING else self._offered.by_key[value].concept
                found[name] = _joined([*([found[name]] if name in found else []), meant])
            elif name == "time":
                found[value] = True
            elif name in ("status", "encounter_kind", "category"):
                word = self._offered.word_by_key[value].word if name == "category" else value
                found[name] = (*found.get(name, ()), word)
            elif name in found:
                raise ModelOutputError(f"only names two of {name}; a row has one", cause="contradictory")
            else:
                found[name] = value if name == "field" else self._offered.word_by_key[value].word
        return found


def _joined(concepts: Sequence[Concept]) -> Concept | None:
    """Several concepts as one: a row about any of them is meant."""
    if len(concepts) < 2:
        return concepts[0] if concepts else None
    return Concept(
        words=" or ".join(dict.fromkeys(one.words for one in concepts)),
        codings=tuple(dict.fromkeys(coding for one in concepts for coding in one.codings)),
        texts=tuple(dict.fromkeys(text for one in concepts for text in one.texts)),
        via="; ".join(dict.fromkeys(one.via for one in concepts if one.via)),
    )


def _missing(words: str, context: PlanningContext) -> Concept | None:
    """What the question names, by its own words; None where none are given."""
    if not words.strip():
        return None
    asked = " ".join(plain(f"{context.question} {context.choice}"))
    if not plain(words) or " ".join(plain(words)) not in asked:
        raise ModelOutputError("missing must be words of the question, as they stand there", cause="contradictory")
    return Concept(words=words.strip())


def window_of(filled: dict[str, Any], context: PlanningContext) -> Window | None:
    """The window between `since` and `until`; None without either."""
    start, end = _moment(filled["since"], context, end=False), _moment(filled["until"], context, end=True)
    if start and end and start >= end:
        raise ModelOutputError("since must be before until", cause="contradictory")
    if not start and not end:
        return None
    said = " to ".join((filled["since"] or "the start", filled["until"] or "the moment of asking"))
    return Window(start=start, end=end, reading=f"The period was read as {said}.")


def _moment(text: str, context: PlanningContext, *, end: bool) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        if end and len(text) == _DAY_CHARS:
            moment += dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise ModelOutputError(f"{text!r} is no day of the calendar", cause="contradictory") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(context.clock.timezone))


def _threshold(relation: str, than: str, unit: str) -> Threshold | None:
    if relation == NOTHING:
        return None
    if relation.endswith("_range"):
        return Threshold.model_validate({"relation": relation})
    try:
        value = float(than)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelOutputError(f"{relation} needs a number in than, not {than!r}", cause="contradictory")
    return Threshold.model_validate({"relation": relation, "value": value, "unit": unit.strip()})


class NotExpressible(ValueError):
    """A query that no form over what is offered can say. The message names the part."""


def filled_from(questions: Sequence[Question], offered: Offered, context: PlanningContext) -> dict[str, Any]:
    """The form that stands for these queries. Raises `NotExpressible` where what is offered does not hold them."""
    looks: list[dict[str, Any]] = []
    missing: dict[str, None] = {}
    compare = NOTHING
    sides: list[RecordQuery] = []
    for question in questions:
        if isinstance(question, Comparison) and len(questions) == 1:
            compare = question.relation
            sides = [question.left, question.right]
        elif isinstance(question, RecordQuery):
            sides.append(question)
        else:
            raise NotExpressible(f"a {type(question).__name__} among {len(questions)} questions")
    looks += [_look(side, offered, context, missing) for side in sides]
    events: dict[RecordQuery, int] = {}
    waiting = list(zip(looks, sides, strict=True))
    for look, side in waiting:
        if side.anchor is None:
            continue
        if side.anchor.event not in events:
            made = _look(side.anchor.event, offered, context, missing)
            looks.append(made)
            waiting.append((made, side.anchor.event))
            events[side.anchor.event] = len(looks)
        look |= {"relative": side.anchor.relation, "to": events[side.anchor.event]}
    if len(looks) > MAX_LOOKS or len(missing) > 1:
        raise NotExpressible(f"{len(looks)} looks, {len(missing)} missing concepts")
    return {"compare": compare, "missing": next(iter(missing), ""), "looks": looks}


def _look(query: RecordQuery, offered: Offered, context: PlanningContext, missing: dict[str, None]) -> dict[str, Any]:
    if len(query.types) > MAX_TYPES or query.index > MAX_INDEX or (query.limit or 0) > MAX_LIMIT:
        raise NotExpressible("more types or rows than a look takes")
    untold = sorted(query.model_dump(exclude_defaults=True).keys() - _TOLD)
    if untold:
        raise NotExpressible(f"what a look does not tell: {', '.join(untold)}")
    window, threshold = query.window, query.threshold
    return {
        **_EMPTY_LOOK,
        **{name: getattr(query, name) for name in _PLAIN},
        "types": list(query.types),
        "concepts": _keys(query.concept, offered, missing, query.types),
        "measure": NEVER if query.negated and query.measure == "exists" else query.measure,
        "limit": query.limit or 0,
        "only": list(_only(query, offered, missing)),
        "since": _written(window.start, context, end=False) if window else "",
        "until": _written(window.end, context, end=True) if window else "",
        "compared": threshold.relation if threshold else NOTHING,
        "than": "" if threshold is None or threshold.value is None else f"{threshold.value:g}",
        "unit": threshold.unit if threshold else "",
    }


def _only(query: RecordQuery, offered: Offered, missing: dict[str, None]) -> Iterator[str]:
    conditions = [f"encounter_kind:{kind}" for kind in query.encounter_kind]
    conditions += [f"status:{status}" for status in query.status]
    conditions += [f"time:{name}" for name in TIMES if getattr(query, name)]
    conditions += [f"field:{query.field}"] if query.field else []
    known = {(word.field, word.word): word.key for word in offered.words}
    for name in FILTERED_BY.values():
        value: str | tuple[str, ...] = getattr(query, name)
        for word in (value,) if isinstance(value, str) else value:
            if word and (name, word) not in known:
                raise NotExpressible(f"the {name}")
            conditions += [f"{name}:{known[name, word]}"] if word else []
    for role in ROLES:
        conditions += [f"{role}:{key}" for key in _keys(getattr(query, role), offered, missing)]
    if len(conditions) > MAX_CONDITIONS:
        raise NotExpressible(f"{len(conditions)} conditions")
    yield from conditions


def _keys(
    concept: Concept | None, offered: Offered, missing: dict[str, None], types: tuple[str, ...] = ()
) -> list[str]:
    """The short ids that together are this concept, as few as do."""
    if concept is None:
        return []
    if not concept.is_linked:
        missing[concept.words] = None
        return [MISSING]
    wanted = _parts(concept)
    fitting = [one for one in offered.concepts if (not types or one.resource_type in types)]
    fitting = [one for one in fitting if _parts(one.concept) <= wanted]
    chosen: list[Candidate] = []
    left = set(wanted)
    while left and len(chosen) < MAX_CONCEPTS:
        best = max(fitting, key=lambda one: len(_parts(one.concept) & left), default=None)
        if best is None or not _parts(best.concept) & left:
            break
        chosen.append(best)
        left -= _parts(best.concept)
    if left:
        raise NotExpressible("a concept that is not offered")
    return [one.key for one in chosen]


def _parts(concept: Concept) -> frozenset[tuple[str, str]]:
    return frozenset(
        {*((coding.system, coding.code) for coding in concept.codings), *(("", text) for text in concept.texts)}
    )


def _written(moment: dt.datetime | None, context: PlanningContext, *, end: bool) -> str:
    """A moment as a form says it: a day where it bounds one, else to the second."""
    if moment is None:
        return ""
    local = moment.astimezone(zone_of(context.clock.timezone))
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return (local.date() - dt.timedelta(days=1) if end else local.date()).isoformat()
    return local.replace(tzinfo=None).isoformat(timespec="seconds")
