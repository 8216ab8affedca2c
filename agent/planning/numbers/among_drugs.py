"""Which of several drugs it is: the one ordered first or last, the one next to another, or the one had the longest."""

from __future__ import annotations

from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, Named, concept_in, link_of
from chartwarden.tools.records.query import Anchor, Comparison, Concept, Question, RecordQuery

ORDERED, GIVEN = DRUG_TYPES
_CONDITION = "Condition"
_OF_BOTH = Pattern(r"\b(?:which|what)(?: one| drug)? (?:out )?of qc\d+,? and ")
_VERSUS = frozenset({"versus", "vs"})


def first_of_several(named: Named) -> Question | None:
    """Which of two or three drugs was ordered or given first or last, of all in the same way."""
    said = named.said
    first = said.has("first", "sooner") or "first started" in said.texts("started")
    last = said.has("last", "later")
    is_either = said.has("or", "one_of_them") or not _VERSUS.isdisjoint(said.texts("than"))
    is_either = is_either or bool(_OF_BOTH.search(named.skeleton.typed))
    if len(named.windows) > 1 or first == last or not is_either:
        return None
    if not said.only(*_OF_SEVERAL) or set(said.texts("moved")) - {"put on", "went up"}:
        return None
    is_given = said.has("given", "icu", "rate")
    kinds = (GIVEN,) if is_given else (ORDERED,) if said.has("order") else (ORDERED, GIVEN)
    kind = next((one for one in kinds if all(link_of(thing, one) is not None for thing in named.things)), None)
    if kind is None or (is_given and said.has("order")):
        return None
    end = "last" if said.has("last") and not said.has("started") else "first"
    if len(named.things) > 2:
        queries = [named.query(kind, place) for place in range(len(named.things))]
        concepts = [query.concept for query in queries if query.concept is not None]
        if len(concepts) < len(queries) or any(query.category != queries[0].category for query in queries):
            return None
        of_any = Concept(
            words=" or ".join(one.words for one in concepts),
            codings=tuple(coding for one in concepts for coding in one.codings),
            texts=tuple(text for one in concepts for text in one.texts),
            via="name in the record",
        )
        return queries[0].model_copy(
            update={"target": "name", "which": "first" if first else "last", "concept": of_any}
        )
    left, right = (named.query(kind, place).model_copy(update={"target": "time", "which": end}) for place in (0, 1))
    return Comparison(left=left, right=right, relation="before" if first else "after", tells="side")


_OF_SEVERAL = (
    "first", "sooner", "last", "later", "or", "one_of_them", "given", "order", "icu", "started", "start", "rate",
    "this_stay", "single", "drug", "until", "than", "moved",
)  # fmt: skip
"""What may be said of things of which one was first."""


_NEXT = Pattern(r"\b(?:just|c[ao]me) (?:before|after|prior to|following)\b|\b(?:preced|follow|succeed)ed (?!by\b)")


def next_to(named: Named) -> RecordQuery | None:
    """Which drug was ordered next after one, or just before it, of all or of those for a condition."""
    said = named.said
    is_next = said.has("next") or _NEXT.search(named.skeleton.typed) or _asks_for_one(named)
    if said.has("after") == said.has("before") or not is_next or named.windows:
        return None
    if not said.only("after", "before", "next", "drug", "order", "given", "started"):
        return None
    named_there = [named.skeleton.mention(text) for text in said.texts("qc")]
    event = _event_told(named)
    others = [one for one in named_there if one is not event]
    if event is None or len(others) > 1 or not (others or said.has("drug")) or any(map(_is_measured, others)):
        return None
    told = RecordQuery(types=(ORDERED,), concept=concept_in(event, ORDERED), which="first", target="time")
    anchor = Anchor(event=told, relation="after" if said.has("after") else "before")
    meant: dict[str, Any] = {"which": "first" if said.has("after") else "last"}
    if others:
        is_kind = link_of(others[0], ORDERED) is not None
        is_condition = any(row.kind.startswith("condition") for row in others[0].linked.known)
        concept = concept_in(others[0], ORDERED if is_kind else _CONDITION)
        if concept is None or not (is_kind or is_condition or link_of(others[0], _CONDITION)):
            return None
        meant |= {"concept" if is_kind else "reason": concept}
    return RecordQuery(types=(ORDERED,), anchor=anchor, target="name").model_copy(update=meant)


_ONE_ASKED = Pattern(
    r"\b(?:which|what) (?:(?P<name>qc\d+)|drug|medicine|medication|product|brand|preparation)(?: (?:pill|tablet"
    r"|drug))? (?:(?:was|were|is|had|has|did|came) )"
)


def _asks_for_one(named: Named) -> bool:
    """Whether a single drug is asked for beside another."""
    one = _ONE_ASKED.search(named.skeleton.typed)
    if one is None or not one["name"]:
        return one is not None
    return not named.skeleton.mention(one["name"]).words.lower().endswith("s")


def _is_measured(thing: Mention) -> bool:
    """Whether it is a measurement by its name, and what else has the name only as a part of another."""
    return any(link.resource_type == "Observation" for link in thing.linked.links[:1])


def _event_told(named: Named) -> Mention | None:
    """The drug behind "after" or "before"."""
    cues = named.said.cues
    place = next(place for place, cue in enumerate(cues) if cue.says in ("after", "before"))
    told = next((cue.text for cue in cues[place:] if cue.says == "qc"), "")
    event = named.skeleton.mention(told) if told else None
    return event if event is not None and link_of(event, ORDERED) is not None else None


def held_longest(named: Named) -> RecordQuery | None:
    """Which drug of the orders that are active was ordered first: "what has she been on the longest?"."""
    said = named.said
    if not (said.has("longest") and said.has("active", "now") and said.has("drug", "order")) or named.windows:
        return None
    if not said.only("longest", "active", "now", "drug", "order", "given"):
        return None
    return RecordQuery(types=(ORDERED,), status=("active",), which="first", target="name")
