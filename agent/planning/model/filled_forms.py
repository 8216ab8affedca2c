"""Queries as a filled query form: how the rules planner's reading is shown to a model, to be mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from chartwarden.agent.planning.model.candidates import BESIDE, ROLES, WORDED, Candidate, Offered
from chartwarden.agent.planning.model.form_queries import PLAIN, is_said
from chartwarden.agent.planning.model.forms import (
    ANY,
    MAX_CONCEPTS,
    MAX_CONDITIONS,
    MAX_INDEX,
    MAX_LIMIT,
    MAX_LOOKS,
    MAX_TYPES,
    MISSING,
    NEVER,
    NOTHING,
    RULES,
    TIMES,
    conditions_of,
)
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.moments import zone_of
from chartwarden.tools.records.query import Anchor, Comparison, Concept, Question, RecordQuery, Threshold

_TOLD = frozenset({
    *PLAIN, *ROLES, *TIMES, *RULES, *WORDED, *BESIDE, "types", "concept", "status", "encounter_kind", "field", "limit",
    "negated", "window", "threshold", "anchor", "said", "unit", "in_unit",
})  # fmt: skip
"""Fields of a query that a form tells; a query with any other cannot be shown as one."""
_EMPTY_LOOK: dict[str, Any] = {
    "types": [], "concepts": [], "measure": "none", "which": "all", "index": 1, "limit": 0, "by": "time",
    "target": "value", "only": [], "since": "", "until": "", "compared": NOTHING, "than": "", "unit": "",
    "relative": NOTHING, "to": 0, "within": "",
}  # fmt: skip
_UNIT = str(RecordQuery.model_fields["unit"].default)
_MOST_WITHIN = 9999


class NotExpressible(ValueError):
    """A query that no form over what is offered can say. The message names the part."""


def filled_from(questions: Sequence[Question], offered: Offered, context: PlanningContext) -> dict[str, Any]:
    """The form that stands for these queries. Raises `NotExpressible` where what is offered does not hold them."""
    looks: list[dict[str, Any]] = []
    missing: dict[str, None] = {}
    sides: list[RecordQuery] = []
    compare, tells, units = NOTHING, NOTHING, set[str]()
    for question in questions:
        if isinstance(question, Comparison) and len(questions) == 1:
            compare, tells = question.relation, question.tells or NOTHING
            units = {question.unit}
            sides = [question.left, question.right]
            _require_usual_units(sides)
        elif isinstance(question, RecordQuery):
            sides.append(question)
            units.add(question.unit)
        else:
            raise NotExpressible(f"a {type(question).__name__} among {len(questions)} questions")
    if len(units) > 1:
        raise NotExpressible("lengths in several units")
    looks += [_look(side, offered, context, missing) for side in sides]
    others: dict[RecordQuery, int] = {}
    waiting = list(zip(looks, sides, strict=True))
    for look, side in waiting:
        leaning = _leaning(side)
        if leaning is None:
            continue
        relation, other, within = leaning
        if other not in others:
            _require_usual_units([other])
            made = _look(other, offered, context, missing)
            looks.append(made)
            waiting.append((made, other))
            others[other] = len(looks)
        look |= {"relative": relation, "to": others[other], "within": within}
    if len(looks) > MAX_LOOKS or len(missing) > 1:
        raise NotExpressible(f"{len(looks)} looks, {len(missing)} missing concepts")
    if not all(is_said(words, context) for words in missing):
        raise NotExpressible("what the record lacks, by other words than those of the question")
    told_in = units.pop() if units else _UNIT
    return {
        "compare": compare, "tells": tells, "told_in": told_in, "missing": next(iter(missing), ""), "looks": looks
    }  # fmt: skip


def _require_usual_units(queries: Sequence[RecordQuery]) -> None:
    if any(query.unit != _UNIT for query in queries):
        raise NotExpressible("a unit of one look alone")


def _leaning(query: RecordQuery) -> tuple[str, RecordQuery, str] | None:
    """What a query is to another one, which that is, and within what time of it; None for one that stands alone."""
    found = [(name, other, "") for name in BESIDE if (other := getattr(query, name)) is not None]
    if query.anchor is not None:
        found.append((query.anchor.relation, query.anchor.event, _within(query.anchor)))
    if len(found) > 1:
        raise NotExpressible("a look that leans on two others")
    return found[0] if found else None


def _within(anchor: Anchor) -> str:
    if anchor.onwards:
        raise NotExpressible("from the beginning of an event on")
    if anchor.within_months is not None:
        return f"{anchor.within_months}mo"
    if anchor.within is None:
        return ""
    for unit, length in (("d", dt.timedelta(days=1)), ("h", dt.timedelta(hours=1)), ("min", dt.timedelta(minutes=1))):
        if anchor.within % length == dt.timedelta(0) and 0 < anchor.within // length <= _MOST_WITHIN:
            return f"{anchor.within // length}{unit}"
    raise NotExpressible("a length of time that is no whole number of minutes")


def _look(query: RecordQuery, offered: Offered, context: PlanningContext, missing: dict[str, None]) -> dict[str, Any]:
    if len(query.types) > MAX_TYPES or query.index > MAX_INDEX or (query.limit or 0) > MAX_LIMIT:
        raise NotExpressible("more types or rows than a look takes")
    untold = sorted(query.model_dump(exclude_defaults=True).keys() - _TOLD)
    if untold:
        raise NotExpressible(f"what a look does not tell: {', '.join(untold)}")
    window, threshold = query.window, query.threshold
    if threshold is not None and query.in_unit:
        raise NotExpressible("a number compared, and another told in a unit")
    return {
        **_EMPTY_LOOK,
        **{name: getattr(query, name) for name in PLAIN},
        "types": list(query.types),
        "concepts": _keys(query.concept, offered, missing, query.types),
        "measure": NEVER if query.negated and query.measure == "exists" else query.measure,
        "limit": query.limit or 0,
        "only": list(_only(query, offered, missing)),
        "since": _written(window.start, context, end=False) if window else "",
        "until": _written(window.end, context, end=True) if window else "",
        "compared": threshold.relation if threshold else NOTHING,
        "than": _number(threshold) if threshold else "",
        "unit": threshold.unit if threshold else query.in_unit,
    }


def _number(threshold: Threshold) -> str:
    """The number of a comparison; where equal is meant, to the decimals it was told with."""
    if threshold.value is None:
        return ""
    if threshold.relation != "eq":
        return f"{threshold.value:g}"
    if threshold.decimals is None:
        raise NotExpressible("a number that is equal to any decimal")
    return f"{threshold.value:.{threshold.decimals}f}"


def _only(query: RecordQuery, offered: Offered, missing: dict[str, None]) -> Iterator[str]:
    conditions = [f"encounter_kind:{kind}" for kind in query.encounter_kind]
    conditions += [f"status:{status}" for status in query.status]
    conditions += [f"time:{name}" for name in TIMES if getattr(query, name)]
    conditions += [f"rule:{name}" for name in RULES if getattr(query, name)]
    conditions += [f"field:{query.field}"] if query.field else []
    conditions += [f"said:{query.said}"] if query.said else []
    compared = query.threshold.of if query.threshold else "value"
    conditions += [f"number:{compared}"] if compared != "value" else []
    known = {(word.field, word.word): word.key for word in offered.words}
    for name in WORDED:
        value: str | tuple[str, ...] = getattr(query, name)
        for word in (value,) if isinstance(value, str) else value:
            if word and (name, word) not in known:
                raise NotExpressible(f"the {name}")
            conditions += [f"{name}:{known[name, word]}"] if word else []
    for role in ROLES:
        concept: Concept | None = getattr(query, role)
        any_of_them = concept is not None and not concept.is_linked and not concept.words
        conditions += [f"{role}:{key}" for key in ([ANY] if any_of_them else _keys(concept, offered, missing))]
    if len(conditions) > MAX_CONDITIONS:
        raise NotExpressible(f"{len(conditions)} conditions")
    unknown = set(conditions).difference(conditions_of(offered))
    if unknown:
        raise NotExpressible(f"the {min(unknown).partition(':')[0]}")
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
