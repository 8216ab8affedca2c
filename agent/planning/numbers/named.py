"""The one thing that a number is asked of, or the two, and which entries of the record are meant by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers.words import Said
from chartwarden.agent.planning.reading.comparing import meet, windows_of
from chartwarden.agent.planning.reading.frames import Thing
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.sought import concept_of
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.query import Anchor, Concept, RecordQuery, Threshold, Window

KIND = "Observation"
_REPORT = "DiagnosticReport"
DRUG_TYPES = ("MedicationRequest", "MedicationAdministration")
_DRIP, _BOLUS, _PUSH = "drip", "bolus", "drug push"
_INTO_A_VEIN = frozenset(
    {"push", "pushes", "pushed", "drug push", "drug pushes", "infusion", "infusions", "drip", "drips", "gtt", "infused"}
)
_PUSHES = frozenset({"push", "pushes", "pushed", "drug push", "drug pushes"})
_INFUSIONS = frozenset({"infusion", "infusions", "drip", "drips", "gtt", "charted infusion"})
_OUTPUTS = ("output", "drain")
"""What the categories are called that amounts that came out of the patient are charted under."""
_A_DAY, _LONGEST_MONTH = dt.timedelta(days=1), dt.timedelta(days=31)


@dataclass(frozen=True)
class Named:
    """A question's words, and what is named in it."""

    said: Said
    things: tuple[Mention, ...]
    window: Window | None
    windows: tuple[Window, ...]
    skeleton: Skeleton
    route: str = ""
    """By which a drug was ordered, beside what is asked of its orders."""
    part_of: RecordQuery | None = None
    """The report that a value is of: "urinalysis of 3 May: nitrite"."""
    dose: Threshold | None = None
    """What an order is for, where it is told by that: "the 30 mg ketorolac order"."""
    of_stay: RecordQuery | None = None
    """The hospital stay whose orders are meant."""
    day_of: RecordQuery | None = None
    """The event on whose day something is meant."""
    is_apart: bool = False
    """Whether the one thing is asked alone of a panel that is named too."""

    @property
    def is_drug(self) -> bool:
        """Whether the one thing is a drug that is ordered or given."""
        thing = self.things[0]
        kinds = {row.kind for row in thing.linked.known}
        return not thing.linked.types.isdisjoint(DRUG_TYPES) or (not thing.linked.links and "drug" in kinds)

    @property
    def is_measured(self) -> bool:
        """Whether each thing is measured, and is no drug."""
        return all("Observation" in one.linked.types and one.linked.types.isdisjoint(DRUG_TYPES) for one in self.things)

    @property
    def is_output(self) -> bool:
        """Whether each thing is what came out of the patient, whose amounts may be added up."""
        return all(map(is_output, self.things))

    def has(self, resource_type: str) -> bool:
        """Whether the one thing is found in a type, or is a drug of which the record has nothing at all."""
        thing = self.things[0]
        return link_of(thing, resource_type) is not None or (self.is_drug and thing.linked.types.isdisjoint(DRUG_TYPES))

    def query(self, resource_type: str, place: int = 0) -> RecordQuery:
        """All entries of one type of a thing, in the time and the care that are told."""
        concept = concept_in(self.things[place], resource_type)
        kinds = ("icu",) if self.said.has("icu") and resource_type != "MedicationRequest" else ()
        query = RecordQuery(types=(resource_type,), concept=concept, window=self.window, encounter_kind=kinds)
        ways = self.drips(place) if resource_type == DRUG_TYPES[1] and self.is_infusion else ()
        if resource_type == DRUG_TYPES[1] and self.said.has("bolus"):
            ways = categories_with(_BOLUS, self.things[place])
        if resource_type == DRUG_TYPES[1] and self.drips(place) and not _PUSHES.isdisjoint(self.said.texts("given")):
            query = query.model_copy(update={"field": "method", "one_of": (_PUSH,)})
        is_ordered = resource_type == DRUG_TYPES[0]
        route, dose = (self.route, self.dose) if is_ordered else ("", None)
        told = {"category": ways, "route": route, "threshold": dose, "part_of": self.part_of}
        return query.model_copy(update={"anchor": self.anchor, **told})

    @property
    def is_infusion(self) -> bool:
        """Whether what ran in over time is meant, and not what was pushed."""
        return not _INFUSIONS.isdisjoint(self.said.texts("given"))

    def drips(self, place: int = 0) -> tuple[str, ...]:
        """The categories under which a thing is charted as running in, where the record tells them apart."""
        return categories_with(_DRIP, self.things[place])

    @property
    def anchor(self) -> Anchor | None:
        """The hospital stay that is told, or that is spoken of without saying which one."""
        if self.day_of is not None:
            return Anchor(event=self.day_of, relation="same_day")
        if self.of_stay is not None:
            return Anchor(event=self.of_stay, relation="same_encounter")
        if not self.said.has("this_stay"):
            return None
        stays = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), target="time")
        return Anchor(event=stays, relation="during")


def categories_with(word: str, thing: Mention) -> tuple[str, ...]:
    """The codes of the categories of what was given of a thing that have a word."""
    link = link_of(thing, DRUG_TYPES[1])
    entries = link.entries if link is not None else ()
    coded = {category.rpartition("|")[2] for entry in entries for category in entry.categories}
    return tuple(sorted(one for one in coded if word in one.lower()))


def is_of_outputs(category: str) -> bool:
    """Whether a category is one of what came out of the patient."""
    return any(word in category.rpartition("|")[2].lower() for word in _OUTPUTS)


def concept_in(thing: Mention, resource_type: str) -> Concept | None:
    """What a thing means within a type."""
    return concept_of(Thing("", ((thing, link_of(thing, resource_type)),)))


def link_of(thing: Mention, resource_type: str) -> Link | None:
    """What a thing is linked to within a type."""
    return next(iter(thing.linked.of(resource_type)), None)


def named_in(said: Said, skeleton: Skeleton) -> Named | None:
    """What a question names; None where a time of it is no interval, or its times do not meet."""
    things, report, is_apart = _without_panel([skeleton.mention(text) for text in said.texts("qc")])
    things = _without_what_drained(said, _each_once(things))
    windows = windows_of(skeleton, " ".join(said.texts("qt")))
    if len(windows) < len(said.texts("qt")):
        return None
    window = meet(windows) if len(windows) < 2 else None
    return Named(said, tuple(things), window, tuple(windows), skeleton, part_of=report, is_apart=is_apart)


def _without_panel(things: Sequence[Mention]) -> tuple[list[Mention], RecordQuery | None, bool]:
    """The things without the panel, the report or the kind of test that one of them is of, and that report."""
    if len(things) != 2:
        return list(things), None, False
    for panel, one in (things, things[::-1]):
        if one.linked.members or KIND not in one.linked.types or not one.linked.types.isdisjoint(DRUG_TYPES):
            continue
        held = {entry.label for link in panel.linked.of(KIND) for entry in link.entries}
        own = {entry.label for link in one.linked.of(KIND) for entry in link.entries}
        by_word = not panel.linked.of(_REPORT) and all(link.how == "narrower" for link in panel.linked.of(KIND))
        if (panel.linked.members and own <= held) or (by_word and own and own < held):
            return [one], None, True
        report = concept_in(panel, _REPORT)
        if panel.linked.types == {_REPORT} and report is not None:
            return [one], RecordQuery(types=(_REPORT,), concept=report, target="name"), True
    return list(things), None, False


def _bears(thing: Mention, route: str) -> bool:
    """Whether a route is a word of a thing's name, which it then narrows by nothing: "by mouth, all PO intake"."""
    return route.lower() in thing.words.lower().split()


_THROUGH_A_VEIN = ("IV", "IV DRIP", "IV PUSH", "IV BOLUS")


def with_route(named: Named | None) -> Named | None:
    """The route by which a drug was ordered, taken from the words; None where there are two of them.

    What is pushed or runs in goes into a vein, so that with such a word it narrows nothing.
    """
    if named is None or not named.said.has("qr") or named.said.has("when"):
        return named
    routes = [named.skeleton.routes[int(text[2:])] for text in named.said.texts("qr")]
    if named.things and all(_bears(named.things[0], route) for route in routes):
        return replace(named, said=named.said.without("qr"))
    said = named.said.without("qr")
    of_given = named.said.has("icu", "given", "bolus") and not named.said.has("order")
    if of_given and named.things:
        is_told = named.said.has("bolus") or not _INTO_A_VEIN.isdisjoint(named.said.texts("given"))
        return replace(named, said=said) if is_told and set(routes) <= set(_THROUGH_A_VEIN) else named
    return replace(named, said=said, route=routes[0]) if len(set(routes)) == 1 else named


def _each_once(things: Sequence[Mention]) -> list[Mention]:
    """Things named twice over, as the one that says more exactly what is meant: "Humalog, charted as ..."."""
    kept: list[Mention] = []
    for thing in things:
        alike = next((one for one in kept if _is_one(one, thing)), None)
        if alike is None:
            kept.append(thing)
        elif len(_entries(thing)) < len(_entries(alike)):
            kept[kept.index(alike)] = thing
    return kept


def _without_what_drained(said: Said, things: list[Mention]) -> list[Mention]:
    """The things without the fluid that came out of one of them: "CSF from the ventricular drain"."""
    if len(things) != 2 or not said.has("drained", "volume", "amount", "sum"):
        return things
    outputs = [one for one in things if is_output(one)]
    others = [one for one in things if one not in outputs]
    return outputs if len(outputs) == 1 and "Specimen" in others[0].linked.types else things


def is_output(thing: Mention) -> bool:
    """Whether it is what came out of the patient, whose amounts may be added up."""
    categories = [entry.categories for link in thing.linked.of(KIND)[:1] for entry in link.entries]
    return bool(categories) and all(any(map(is_of_outputs, some)) for some in categories)


def _is_one(one: Mention, other: Mention) -> bool:
    first, second = _entries(one), _entries(other)
    if one.words.lower() == other.words.lower():
        return True
    return bool(first and second) and (first <= second or second <= first)


def _entries(thing: Mention) -> frozenset[tuple[str, str]]:
    return frozenset((link.resource_type, entry.label) for link in thing.linked.links for entry in link.entries)


def two_times(named: Named) -> tuple[Window, ...] | None:
    """The two times that are told, by themselves or as days of one month."""
    days = [int(day) for day in named.said.texts("day")]
    if len(numbers := named.said.texts("number")) == 1 and len(named.windows) == 1 and not days:
        return _day_before(numbers[0], named.windows[0])
    if not days:
        return named.windows if len(named.windows) == 2 else None
    if len(days) != 2 or len(named.windows) != 1:
        return None
    month = named.windows[0]
    if month.start is None or month.end is None or month.start.day != 1 or month.end - month.start > _LONGEST_MONTH:
        return None
    starts = [month.start + dt.timedelta(days=day - 1) for day in days]
    if any(start >= month.end for start in starts):
        return None
    return tuple(Window(start=one, end=one + _A_DAY, reading=f"the {one.date().isoformat()}") for one in starts)


def _day_before(number: str, window: Window) -> tuple[Window, ...] | None:
    """A day that is told by its number before another of its month: "of 13 and 14 October 2018"."""
    start = window.start
    if not window.is_of_a_day or start is None or not number.isdigit() or not 0 < int(number) < start.day:
        return None
    earlier = start.replace(day=int(number))
    return Window(start=earlier, end=earlier + _A_DAY, reading=f"the {earlier.date().isoformat()}"), window
