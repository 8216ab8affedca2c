"""What reading a question comes to: the thing asked about, and the frame of the question around it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.quantities import Quantity
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.times.distances import Distance
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.query import NoteSearch, Said, Window

Named = tuple[Mention, Link | None]
"""A name of the question, and what it is linked to within the kind it is meant as."""


@dataclass(frozen=True)
class Thing:
    """What a clause asks about: a kind, and the names linked within it."""

    domain: str
    links: tuple[Named, ...] = ()
    reason: Named | None = None
    either: bool = False
    """Whether what is called so is meant as well as what has the reason; else only what is both."""
    also: tuple[str, ...] = ()
    """Further FHIR types that are asked for along with those of the domain."""


@dataclass
class Frame:
    """One question, read."""

    operator: Operator
    thing: Thing
    which: Which = field(default_factory=Which)
    window: Window | None = None
    event: Frame | None = None
    relation: str = ""
    until: Frame | None = None
    """The event that ends the stretch or the interval that begins with `event`."""
    unit: str = ""
    """What an interval is asked in."""
    whole: bool = False
    """Whether every word of the question is accounted for, and nothing else is asked in it."""
    both: bool = False
    """Whether an interval is between the two there are of one thing, and neither is named."""
    is_ranked: bool = False
    """Whether the words say which of an event's rows is meant."""
    then: Window | None = None
    """A time that the one row meant is held against, and not chosen by."""
    lasting: bool = False
    """Whether a stay counts that lasted into the window, and not only one that began in it."""
    onwards: bool = False
    """Whether `event` begins a time that goes on ("since the admission")."""
    within: Distance | None = None
    """How far from `event` at most."""
    status: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    negated: bool = False
    distinct: bool = False
    extremum: str = ""
    commonness: Literal["", "most", "least"] = ""
    """Whether only that is asked for which there are most or fewest of."""
    direction: str = ""
    tells: Literal["", "side", "direction"] = ""
    """Of a comparison of two times: which `side` it is so of, or the `direction`; empty: whether it is so."""
    person: str = ""
    route: str = ""
    source: str = ""
    threshold: int | None = None
    quantity: Quantity | None = None
    """How many there must be for a yes."""
    field: str = ""
    clause: str = ""
    notes: NoteSearch | None = None
    """What to look for in notes, where the answer is what somebody wrote."""
    other: Thing | None = None
    """The second thing of a comparison in time."""
    other_which: Which | None = None
    """Which row of that; None for the same as of the first."""
    organism: Named | None = None
    """The organism a susceptibility is asked of."""
    said: Said | None = None
    recorded_there: bool = False
    """Of a visit: whether it counts too where its reason is recorded at it as a diagnosis."""
    ended: bool = False
    """Whether the window is that of the end."""
    disposition: str = ""
    """How or to where a stay ended, as `RecordQuery.disposition` has it."""
    place: str = ""
    """Words of the name of the care unit that is meant."""
    code_prefix: str = ""
    also_in: Frame | None = None
    not_in: Frame | None = None
    at_each: Frame | None = None
    """What the things asked for are held against, as in `RecordQuery`."""
    """What a susceptibility must be said to be."""
    flagged: str = ""
    """Relation to the record's own reference range that is asked about."""

    @property
    def is_of_its_visit(self) -> bool:
        """Whether reasons count that are told by the visit alone: of a visit, and of what an order of a drug says."""
        is_of_order = self.thing.domain == "medication" and self.thing.links and self.operator in _SAID_BY_ORDERS
        return self.recorded_there or bool(is_of_order and self.thing.reason)


_SAID_BY_ORDERS = frozenset({"who", "when", "dose", "route", "frequency", "instructions", "status", "where"})


_SEVERAL = Pattern(r"\b(?:values|readings|results|measurements|levels)\b")
_EVERY = Pattern(r"\b(?:all|(?:every|each)(?: single)?(?= (?:qc\d|\w+ (?:readings?|values?|results?)\b)))\b")
_OF_ALL = Pattern(r"\b(?:in (?:all|total)|altogether|overall|all told)\b")
_NUMBERS = Pattern(rf"{_SEVERAL.pattern}|\b(?:numbers|figures|scores)\b")


_A_FEW_HOURS = dt.timedelta(hours=2)
"""More than what may be meant by a single time of day."""


def is_stretch(window: Window) -> bool:
    """Whether a time is one with many values in it: some hours, or more than a day."""
    if window.start is None:
        return False
    length = window.end - window.start if window.end else dt.timedelta.max
    return length > dt.timedelta(days=2) or _A_FEW_HOURS < length < dt.timedelta(days=1)


def names_several(frame: Frame, *, loosely: bool = False) -> bool:
    """Whether a frame's values are named in the plural. `loosely`: also as numbers, which a single value may be."""
    said = (frame.clause, *(mention.words.lower() for mention, _ in frame.thing.links))
    return any((_NUMBERS if loosely else _SEVERAL).search(words) for words in said) or bool(_EVERY.search(frame.clause))


def keeps_limit(before: Frame, frame: Frame) -> bool:
    """Whether the limit of the question before holds for one that leans on it, and not only for the one row of that."""
    if _OF_ALL.search(frame.clause):
        return False
    if frame.which.is_said:  # the latest of those that were counted or listed
        return before.operator in ("count", "list") and not before.which.is_said
    return before.operator in ("when", "count", "list") or not before.which.is_said


_VISIT = Pattern(r"\b(?:visit|appointment|check(?:[- ]?up)?|exam|consultation|encounter)s?$", re.IGNORECASE)
"""What somebody goes to and comes back from."""


def names_nothing_known(frame: Frame) -> bool:
    """Whether nothing that is named is anything of the record."""
    return all(link is None for _, link in frame.thing.links)


def names_a_place(frame: Frame) -> bool:
    """Whether nothing that is named is anything of the record, nor a kind of visit."""
    return names_nothing_known(frame) and not all(_VISIT.search(mention.words) for mention, _ in frame.thing.links)


class NotUnderstood(Exception):
    """The question cannot be read as a whole. The message says which part, in words for the person."""


class Narrowed(NotUnderstood):
    """A word narrows or turns the question that no reading of it has a place for, however it is said again."""
