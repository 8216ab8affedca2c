"""What a question comes to, with everything that is data left out: the sense of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartwarden.agent.planning.reading.domains import TYPE_DOMAINS
from chartwarden.tools.records.query import Comparison, Concept, NoteSearch, Question, RecordQuery

_SUPPLIED = frozenset({"medication", "dispense", "statement"})
"""Kinds that a prescription is looked for among, by what the record has."""


@dataclass(frozen=True)
class Sense:
    """What a question asks: each field is a word of a small set, empty where nothing is said."""

    kind: str
    """Of the thing asked about: `condition`, `medication`, `icu`, ..."""
    ask: str
    """What of it: `exists`, `count`, `list`, `time`, `value`, `max`, `dose`, ..."""
    rank: str = ""
    """Which of its rows: `first`, `last`, `last2` for the one before the last."""
    status: str = ""
    """`current` where only what holds now counts."""
    relation: str = ""
    """To the event: `before`, `after`, `same_day`, ..."""
    event: str = ""
    """The kind of the event."""
    event_rank: str = ""
    """Which of the event's rows: `first`, `last`, `last_max` for the highest."""


FIELDS = ("kind", "ask", "rank", "status", "relation", "event", "event_rank")
"""The fields of a sense, in order."""


@dataclass(frozen=True)
class Parts:
    """The concepts of a question by the part they play."""

    thing: tuple[Concept, ...] = ()
    second: tuple[Concept, ...] = ()
    """What the thing is compared with in time."""
    event: tuple[Concept, ...] = ()
    reason: tuple[Concept, ...] = ()
    has_window: bool = False

    @property
    def names(self) -> int:
        """How many concepts play a part."""
        return len(self.thing) + len(self.second) + len(self.event) + len(self.reason)


def sense_of(questions: Sequence[Question]) -> tuple[Sense, Parts] | None:
    """The sense of the questions a reading came to, and the concepts by their part; None where no sense tells it.

    Several questions have one sense where they differ in the thing alone.
    """
    if not questions or isinstance(questions[0], NoteSearch):
        return None
    first = questions[0]
    if len(questions) > 1:
        bare = [_without_thing(question) for question in questions]
        if any(question is None or question != bare[0] for question in bare):
            return None
    told = _of_comparison(first) if isinstance(first, Comparison) else _of_query(first)
    if told is None or len(questions) == 1:
        return told
    things = tuple(q.concept for q in questions if isinstance(q, RecordQuery) and q.concept is not None)
    return told[0], Parts(things, event=told[1].event, reason=told[1].reason, has_window=told[1].has_window)


def _without_thing(question: Question) -> RecordQuery | None:
    return question.model_copy(update={"concept": None}) if isinstance(question, RecordQuery) else None


def _of_query(query: RecordQuery) -> tuple[Sense, Parts] | None:
    if query.until is not None or query.said is not None or query.derived_from is not None:
        return None
    if query.negated or query.then is not None:
        return None
    thing = query.specimen or query.concept
    things = () if thing is None or thing.words == "microbiology test" else (thing,)
    reason = () if query.reason is None else (query.reason,)
    status = "current" if query.status else ""
    sense = Sense(_kind(query), _ask(query), "" if query.by == "value" else _rank(query), status)
    if query.anchor is None:
        return sense, Parts(things, reason=reason, has_window=query.window is not None)
    event = query.anchor.event
    is_near = query.anchor.within is not None or query.anchor.within_months is not None
    if event.anchor is not None or event.window is not None or is_near:
        return None
    sense = Sense(sense.kind, sense.ask, sense.rank, status, query.anchor.relation, _kind(event), _event_rank(event))
    return sense, Parts(things, (), _named(event), reason, query.window is not None)


def _of_comparison(asked: Comparison) -> tuple[Sense, Parts] | None:
    left, right = asked.left, asked.right
    if asked.tells or left.measure != "none":
        return None
    window = left.window is not None
    if asked.relation in ("before", "after") and left.anchor is None and right.anchor is None:
        sense = Sense(_kind(left), f"order_{asked.relation}", _rank(left))
        return sense, Parts(_named(left), _named(right), has_window=window)
    if asked.relation not in ("lt", "gt"):
        return None
    if left.anchor is not None and right.anchor is not None:
        event = left.anchor.event
        sense = Sense(_kind(left), f"than_{asked.relation}", "", "", "around", _kind(event), _event_rank(event))
        return sense, Parts(_named(left), event=_named(event), has_window=window)
    if left.anchor is None and right.anchor is None and left.concept == right.concept:
        sense = Sense(_kind(left), f"than_{asked.relation}", _rank(right))
        return sense, Parts(_named(left), has_window=window)
    return None


def _named(query: RecordQuery) -> tuple[Concept, ...]:
    return () if query.concept is None else (query.concept,)


def _kind(query: RecordQuery) -> str:
    resource_type = query.types[0]
    if resource_type == "Encounter":
        return query.encounter_kind[0] if query.encounter_kind else _of_place(query)
    if resource_type == "Observation":
        return _of_observation(query)
    kind = TYPE_DOMAINS.get(resource_type, "patient")
    return "medication" if kind in _SUPPLIED else kind


def _of_place(query: RecordQuery) -> str:
    return "careunit" if query.target == "location" else "encounter"


def _of_observation(query: RecordQuery) -> str:
    if query.category:
        return query.category[0].lower()
    microbiology = query.specimen is not None or query.target in ("organism", "specimen")
    if query.concept is not None and query.target == "name" and query.measure in ("none", "distinct"):
        microbiology = True
    return "micro" if microbiology or (query.concept and query.concept.words == "microbiology test") else "observation"


def _ask(query: RecordQuery) -> str:
    if query.types == ("Patient",):
        return "age" if query.measure == "age" else query.field
    if query.measure == "none":
        asked: str = query.target
    elif query.measure == "distinct":
        asked = "list" if query.target == "name" else f"list_{query.target}"
    elif query.measure == "count_distinct" and query.target != "name":
        asked = f"count_distinct_{query.target}"
    else:
        asked = query.measure
    return asked if query.by == "time" else f"{asked}_at_{_extreme(query)}"


def _extreme(query: RecordQuery) -> str:
    return "max" if query.which == "last" else "min"


def _rank(query: RecordQuery) -> str:
    rank = "" if query.which == "all" else query.which
    return f"{rank}{query.index if query.index > 1 else ''}{'s' if query.limit and query.limit > 1 else ''}"


def _event_rank(event: RecordQuery) -> str:
    rank = _extreme(event) if event.by == "value" else _rank(event)
    return f"{rank}_end" if event.target == "end" else rank
