"""A filled query form as queries: how a model asks. `filled_forms.py` is the same read backwards."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.planning.model.candidates import BESIDE, ROLES, Offered
from chartwarden.agent.planning.model.forms import ANY, MISSING, NEVER, NOTHING
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

PLAIN = ("measure", "which", "index", "by", "target")
"""Fields that are the query's own, under the same name."""
_SEVERAL = ("status", "encounter_kind", "category", "one_of")
"""Conditions of which a row need meet only one."""
_DAY_CHARS = len("2020-03-01")
_LENGTHS = {"d": "days", "h": "hours", "min": "minutes"}


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
        told_in = {"unit": filled["told_in"]}
        return tuple(dict.fromkeys(query.model_copy(update=told_in) for query in queries))
    if len(queries) != 2:
        raise ModelOutputError(
            f"compare needs two looks that no other is relative to, not {len(queries)}", cause="contradictory"
        )
    tells = "" if filled["tells"] == NOTHING else filled["tells"]
    left, right = queries
    return (Comparison(left=left, right=right, relation=filled["compare"], unit=filled["told_in"], tells=tells),)


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
        known: dict[str, Any] = {name: look[name] for name in PLAIN}
        if known["measure"] == NEVER:
            known |= {"measure": "exists", "negated": True}
        conditions = self._conditions(look["only"])
        of = conditions.pop("number", "value")
        return RecordQuery(
            types=tuple(dict.fromkeys(look["types"])),
            concept=self._concept(look["concepts"], look["types"]),
            limit=look["limit"] or None,
            window=window_of(look, self._context),
            threshold=_threshold(look["compared"], look["than"], look["unit"], of),
            in_unit=look["unit"].strip() if look["compared"] == NOTHING else "",
            **known,
            **self._leaning(number, look, leaning),
            **conditions,
        )

    def _leaning(self, number: int, look: dict[str, Any], leaning: tuple[int, ...]) -> dict[str, Any]:
        """What a look is to another one, as the field of its query."""
        relation, other = look["relative"], look["to"]
        if relation == NOTHING or relation in BESIDE:
            if look["within"]:
                raise ModelOutputError("within needs an event that the look is relative to", cause="contradictory")
            if relation == NOTHING:
                return {}
        if not 1 <= other <= len(self._looks):
            raise ModelOutputError("to must be the number of another look, the event", cause="contradictory")
        if other in (number, *leaning):
            raise ModelOutputError("looks are relative to each other in a circle", cause="contradictory")
        query = self.query(other, (*leaning, number))
        if relation in BESIDE:
            return {relation: query}
        return {"anchor": Anchor(event=query, relation=relation, **_within(look["within"]))}

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
                found[name] = _joined([*([found[name]] if name in found else []), self._role(value)])
            elif name in ("time", "rule"):
                found[value] = True
            elif name in _SEVERAL:
                found[name] = (*found.get(name, ()), self._word(value))
            elif name in found:
                raise ModelOutputError(f"only names two of {name}; a row has one", cause="contradictory")
            else:
                found[name] = self._word(value)
        return found

    def _role(self, key: str) -> Concept:
        """What a concept's short id stands for in a condition."""
        if key == ANY:
            return Concept(words="")
        return self._lacking(()) if key == MISSING else self._offered.by_key[key].concept

    def _word(self, value: str) -> str:
        """The word of a condition: of the record, by its short id, or the condition's own."""
        return self._offered.word_by_key[value].word if value in self._offered.word_by_key else value


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
    if not is_said(words, context):
        raise ModelOutputError("missing must be words of the question, as they stand there", cause="contradictory")
    return Concept(words=words.strip())


def is_said(words: str, context: PlanningContext) -> bool:
    """Whether words stand in the question, or in what the person chose."""
    asked = " ".join(plain(f"{context.question} {context.choice}"))
    return bool(plain(words)) and " ".join(plain(words)) in asked


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


def _within(length: str) -> dict[str, Any]:
    """How far from its event a row may be, as the field of an anchor."""
    if not length:
        return {}
    unit = length.lstrip("0123456789")
    count = int(length.removesuffix(unit))
    return {"within_months": count} if unit == "mo" else {"within": dt.timedelta(**{_LENGTHS[unit]: count})}


def _threshold(relation: str, than: str, unit: str, of: str) -> Threshold | None:
    if relation == NOTHING:
        return None
    if relation.endswith("_range"):
        return Threshold.model_validate({"relation": relation, "of": of})
    try:
        value = float(than)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelOutputError(f"{relation} needs a number in than, not {than!r}", cause="contradictory")
    decimals = len(than.partition(".")[2]) if relation == "eq" else None
    return Threshold.model_validate(
        {"relation": relation, "value": value, "unit": unit.strip(), "of": of, "decimals": decimals}
    )
