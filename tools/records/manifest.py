"""`Manifest`: what this patient's record holds: types, codes with names, counts, dates, units.

It is the vocabulary words are linked to, the index a query compiles against, and, as text, what a model is told of
the record before it plans. It is built once per record and kept beside it, so it is small and exact.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import orjson
from pydantic import Field

from chartwarden.tools.records.query import Coding, Frozen
from chartwarden.tools.records.values import readable

FORMAT = 2
"""Version of what `Manifest.dump` writes: raised with every change of its meaning, so that older ones are not read."""

T = TypeVar("T")
NAMING = ("code", "component", "medication")
"""Elements that name what a resource is about; the other elements are words a query can filter by."""


class Entry(Frozen):
    """One concept of one type, as the record names it."""

    resource_type: str
    element: str
    """Which element it is a word of: `code` (whatever names the type: code, vaccineCode, type, ...), `component`,
    `medication`; or a word to filter by: `class`, `category`, `route`, `admitSource`, `location`, `person`,
    `bodySite`."""
    codings: tuple[Coding, ...] = ()
    """All codings of the concept; empty for text-only entries."""
    text: str = ""
    identifiers: tuple[str, ...] = ()
    """Identifier values that name it (formulary codes of a Medication)."""
    through: tuple[str, ...] = ()
    """References the concept is named by: the Medication of a request, the Practitioner of a name."""
    categories: tuple[str, ...] = ()
    """`system|code` of the categories its resources carry, for scopes that are narrowed to a category."""
    count: int = 0
    first: str = ""
    """Earliest clinically relevant time, as recorded."""
    last: str = ""
    units: tuple[str, ...] = ()
    minutes: tuple[int, ...] = ()
    """Times of its dated resources in minutes since 1970 UTC, ascending: what makes `Manifest.at` exact. Of words to
    filter by only the first."""

    @property
    def label(self) -> str:
        """Its name in the record."""
        named = self.text or next((coding.display for coding in self.codings if coding.display), "")
        if named and not self.identifiers:
            return named
        codes = [coding.code for coding in self.codings if coding.code]
        return readable([named, *self.identifiers, *codes]) if self.identifiers else named or next(iter(codes), "")


class Manifest(Frozen):
    """The vocabulary of one record, at one moment of asking."""

    counts: dict[str, int]
    """Resources per type."""
    entries: tuple[Entry, ...]
    complete: bool = True
    minutes: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    """By type, the times of all its dated resources, as `Entry.minutes`."""
    uncovered: dict[str, int] = Field(default_factory=dict)
    """By type, how many resources are dated only by an element that no date search covers."""

    def __copy__(self) -> Manifest:
        """A copy begins with nothing worked out: its entries may be others (`model_copy`)."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    @cached_property
    def _then(self) -> dict[int, Manifest]:
        """What `at` gave last, by minute. No field: it says nothing of the record, so that equality passes it over."""
        return {}

    def at(self, as_of: dt.datetime) -> Manifest:
        """The manifest as it was at a moment: what begins later is not in it, and counts are of that moment."""
        now = int(as_of.timestamp()) // 60
        if not any(times and times[-1] > now for times in self.minutes.values()):
            return self
        if now not in self._then:
            counts = dict(self.counts)
            for name, times in self.minutes.items():
                counts[name] -= len(times) - bisect_right(times, now)
            self._then.clear()
            self._then[now] = Manifest(
                counts={name: count for name, count in counts.items() if count > 0},
                entries=tuple(kept for entry in self.entries if (kept := _entry_at(entry, now)) is not None),
                complete=self.complete,
                uncovered=self.uncovered,
                minutes={name: times[: bisect_right(times, now)] for name, times in self.minutes.items()},
            )
        return self._then[now]

    def named(self, *types: str) -> tuple[Entry, ...]:
        """Entries that name what resources of the types (all types, if none is given) are about."""
        if types not in self._named:
            chosen = (e for e in self.entries if e.element in NAMING and (not types or e.resource_type in types))
            self._named[types] = tuple(chosen)
        return self._named[types]

    @cached_property
    def _named(self) -> dict[tuple[str, ...], tuple[Entry, ...]]:
        """What `named` gave, by types. No field, as `_then`."""
        return {}

    def once(self, make: Callable[[Manifest], T]) -> T:
        """What a function makes of this manifest, which is made once in its life."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Callable[[Manifest], Any], Any]:
        """What `once` gave, by function. No field, as `_then`."""
        return {}

    def words(self, element: str, *types: str) -> tuple[Entry, ...]:
        """Entries of one element: the routes, locations, people, ... a query can filter by."""
        return tuple(e for e in self._by_element.get(element, ()) if not types or e.resource_type in types)

    @cached_property
    def _by_element(self) -> dict[str, list[Entry]]:
        """The entries of each element: a question asks for those of four, of thousands."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.element, []).append(entry)
        return found

    def text(self, max_chars: int = 4_000) -> str:
        """Compact plain text for a model, a paragraph per type: what is most frequent first, the cut told."""
        by_type = {name: sorted(self.named(name), key=lambda e: (-e.count, e.label)) for name in self.counts}
        used = sum(len(name) + 40 for name in self.counts)
        shown: dict[str, list[str]] = {name: [] for name in by_type}
        # In turns, so that a type of many concepts does not crowd out the others.
        for rank in range(max(map(len, by_type.values()), default=0)):
            for name, entries in by_type.items():
                if rank < len(entries) and used < max_chars:
                    line = _told(entries[rank])
                    used += len(line) + 2
                    if used < max_chars:
                        shown[name].append(line)
        paragraphs = []
        for name, lines in sorted(shown.items()):
            more = len(by_type[name]) - len(lines)
            tail = f" (+{more} more)" if more else ""
            paragraphs.append(f"{name} {self.counts[name]}: " + "; ".join(lines) + tail)
        return "\n".join(paragraphs)

    def dump(self) -> bytes:
        """As bytes to keep beside the record."""
        return orjson.dumps(self.model_dump(mode="python", exclude_defaults=True))

    @staticmethod
    @lru_cache(maxsize=128)
    def restore(kept: bytes) -> Manifest:
        """What `dump` wrote. Equal bytes give the same object, so that a batch reads each record's manifest once."""
        plain = orjson.loads(kept)
        # Our own bytes, checked when they were made: building without validation is many times faster.
        entries = tuple(_entry(kept_entry) for kept_entry in plain["entries"])
        minutes = {name: tuple(times) for name, times in plain.get("minutes", {}).items()}
        return Manifest.model_construct(
            counts=plain["counts"],
            entries=entries,
            complete=plain.get("complete", True),
            minutes=minutes,
            uncovered=plain.get("uncovered", {}),
        )


_TUPLES = ("identifiers", "through", "categories", "units", "minutes")


_EMPTY_ENTRY = Entry(resource_type="", element="").__dict__
_EMPTY_CODING = Coding().__dict__


def _entry(kept: dict[str, Any]) -> Entry:
    codings = tuple(_bare(Coding, {**_EMPTY_CODING, **coding}) for coding in kept.get("codings", ()))
    lists = {name: tuple(kept[name]) for name in _TUPLES if name in kept}
    return _bare(Entry, {**_EMPTY_ENTRY, **kept, **lists, "codings": codings})


Model = TypeVar("Model", bound=Frozen)


def _bare(kind: type[Model], fields: dict[str, Any]) -> Model:
    """A model of fields known to be right: `model_construct` looks up every default of every one of thousands."""
    made = kind.__new__(kind)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", set(fields))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _entry_at(entry: Entry, now: int) -> Entry | None:
    if not entry.minutes or entry.minutes[-1] <= now:
        return entry
    if entry.element not in NAMING:
        return None
    passed = bisect_right(entry.minutes, now)
    undated = entry.count - len(entry.minutes)
    if passed + undated <= 0:
        return None
    last = dt.datetime.fromtimestamp(entry.minutes[passed - 1] * 60, dt.UTC).date().isoformat() if passed else ""
    changed = {"count": passed + undated, "last": last, "minutes": entry.minutes[:passed]}
    return _bare(Entry, {**entry.__dict__, **changed, "first": entry.first if passed else ""})


def _told(entry: Entry) -> str:
    code = next((c.code for c in entry.codings if c.code), "")
    span = "..".join(dict.fromkeys(day[:10] for day in (entry.first, entry.last) if day))
    name = entry.label[:60] + (f" [{code}]" if code and code != entry.label else "")
    return " ".join(part for part in (name, f"x{entry.count}", span, "/".join(entry.units[:3])) if part)
