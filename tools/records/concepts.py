"""Words to codes: what the words of a question mean in this record, and why.

A word is looked for in the record's own vocabulary first (its manifest): exact names, codes, identifiers, the same
words in another order; then through the tables of `vocabulary` (synonyms, brands, classes, groups); then as the more
specific entries that contain all its words; last by spelling. What medicine knows and the record does not have is
returned as such: known, and not linked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process

from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Concept
from chartwarden.tools.records.record_vocabulary import Named, Vocabulary, vocabulary_of
from chartwarden.tools.records.vocabulary import Meaning, known_forms, members_of, rows_by_form
from chartwarden.tools.records.words import FILLERS, fold, plain, strip_tag, words_of

How = Literal["name", "code", "same words", "synonym", "group", "narrower", "spelling"]

_CODE_LIKE = re.compile(r"(?=[^a-z]*\d)(?=[^a-z]*[A-Z])[A-Z0-9./%-]+")
"""A formulary code: it names one thing, never part of another name."""


@dataclass(frozen=True)
class Link:
    """What words mean in the record: entries of one FHIR type, and how they were found."""

    resource_type: str
    element: str
    entries: tuple[Entry, ...]
    how: How
    via: str
    label: str = ""
    """The canonical name, where a table knows one."""
    is_verbatim: bool = False
    """Whether the record writes the name in exactly these letters."""

    def concept(self, words: str) -> Concept:
        """As a query's concept: the identifying words alone where they named it, every code otherwise."""
        exact = plain(words) if self.how == "name" else ()
        codings: dict[tuple[str, str], Coding] = {}
        texts: dict[str, None] = {}
        for entry in self.entries:
            named = [i for i in entry.identifiers if exact and plain(i) == exact]
            if named:
                texts.update(dict.fromkeys(named))
                continue
            for coding in entry.codings:
                codings[coding.system, coding.code] = coding
            if not entry.codings:
                texts[entry.text] = None
                texts.update(dict.fromkeys(entry.identifiers))
        return Concept(words=words, codings=tuple(codings.values()), texts=tuple(t for t in texts if t), via=self.via)


@dataclass(frozen=True)
class Linked:
    """All that words can mean here."""

    words: str
    links: tuple[Link, ...] = ()
    known: tuple[Meaning, ...] = ()
    """Rows of the tables the words are a form of, whether or not the record has them."""
    members: tuple[Link, ...] = ()
    """Of a group of measurements ("LFTs"): each of its members that the record has, by itself."""

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The links as concepts of a query, best first."""
        return tuple(item.concept(self.words) for item in self.links)

    @property
    def types(self) -> frozenset[str]:
        """FHIR types the words are linked in."""
        return frozenset(link.resource_type for link in self.links)

    def of(self, *types: str) -> tuple[Link, ...]:
        """The links within some types, best first."""
        return tuple(link for link in self.links if link.resource_type in types)


def link(words: str, manifest: Manifest, types: Sequence[str] = (), *, broad: bool = False) -> Linked:
    """What some words of a question mean in the record, within some FHIR types (all, if none is given).

    `broad`: "any kind of": groups are preferred to an entry that happens to have the same name.
    """
    vocabulary = vocabulary_of(manifest)
    sought = plain(strip_tag(words))  # what is copied from a record may bear its tag
    known = known_forms(sought)
    found: dict[tuple[str, str], Link] = {}
    for named in vocabulary.exact(sought):
        _add(found, [named], "name", "name in the record")
    if not found and len(sought) <= 3:
        for named in vocabulary.coded(words.rpartition("|")[2].strip()):
            _add(found, [named], "code", f"code {words}")
    for meaning in known:
        matches = vocabulary.of_meaning(meaning)
        if matches:
            how: How = "group" if meaning.is_group else "synonym"
            _merge(found, matches, how, f"{how}: {meaning.name}", meaning, broad)
    for named in () if _CODE_LIKE.fullmatch(words) else vocabulary.narrower(sought):
        if any(_excluded(row, named) for row in known) or (named.is_of_family and "family" not in sought):
            continue
        place = (named.entry.resource_type, named.entry.element)
        if place not in found or found[place].how == "narrower":
            _add(found, [named], "narrower", f"names that contain: {words}")
    found = {place: _glossed(_verbatim(item, words), known, vocabulary) for place, item in found.items()}
    order = {how: rank for rank, how in enumerate(("name", "code", "synonym", "group", "narrower", "spelling"))}
    links = sorted(found.values(), key=lambda item: order.get(item.how, 9))
    links = [item for item in links if not types or item.resource_type in types]
    return Linked(words, tuple(links), known, _members(known, vocabulary))


def _members(known: Sequence[Meaning], vocabulary: Vocabulary) -> tuple[Link, ...]:
    """The members of groups of measurements that the record has, in the order of the tables."""
    found: dict[str, Link] = {}
    for group in (row for row in known if row.kind == "observation"):
        for row in members_of(group.name):
            named = [one for one in vocabulary.of_meaning(row) if one.entry.resource_type == "Observation"]
            if named:
                entries = tuple(dict.fromkeys(one.entry for one in named))
                via = f"{row.name}, of {group.name} ({group.source})"
                found[row.name] = Link("Observation", named[0].entry.element, entries, "synonym", via, row.name)
    return tuple(found.values())


def _excluded(row: Meaning, named: Named) -> bool:
    """Whether a table says that this name, although it holds the word, is another thing ("portal hypertension")."""
    return any(
        pattern.wanted <= key and not pattern.unwanted.isdisjoint(key) for pattern in row.patterns for key in named.keys
    )


def is_code(words: str) -> bool:
    """Whether words look like a formulary code: capitals and digits."""
    return bool(_CODE_LIKE.fullmatch(words))


def _verbatim(item: Link, words: str) -> Link:
    """A link by name, narrowed to the medications written in exactly these letters, where there are any."""
    if item.how != "name" or item.element != "medication":
        return item
    said = words.split()
    same = tuple(
        e
        for e in item.entries
        if any(name.split() == said for name in (e.text, *e.identifiers, *(c.display or c.code for c in e.codings)))
    )
    return replace(item, entries=same, is_verbatim=True) if same else item


_GLOSSED = re.compile(r"(?P<name>[^()]+) \((?P<brand>[^()]+)\)")


def _glossed(item: Link, known: Sequence[Meaning], vocabulary: Vocabulary) -> Link:
    """A link by name, with what was given under the same name and its brand beside it ("Midazolam (Versed)")."""
    if item.how != "name" or item.resource_type != "MedicationAdministration":
        return item
    names = {plain(entry.label) for entry in item.entries}
    also = []
    for meaning in (row for row in known if row.kind == "drug"):
        for named in vocabulary.of_meaning(meaning):
            match = _GLOSSED.fullmatch(named.entry.label)
            if match and named.entry.resource_type == item.resource_type and plain(match["name"]) in names:
                also += [named.entry] if plain(match["brand"]) in meaning.forms else []
    return replace(item, entries=tuple(dict.fromkeys((*item.entries, *also)))) if also else item


def _add(found: dict[tuple[str, str], Link], named: Sequence[Named], how: How, via: str, label: str = "") -> None:
    for one in named:
        place = (one.entry.resource_type, one.entry.element)
        before = found.get(place)
        entries = (*(before.entries if before else ()), one.entry)
        found[place] = Link(*place, tuple(dict.fromkeys(entries)), how, via, label or (before.label if before else ""))


def _merge(
    found: dict[tuple[str, str], Link], named: Sequence[Named], how: How, via: str, meaning: Meaning, broad: bool
) -> None:
    """Add what a table knows. A name found exactly stays alone for drugs, and for conditions unless asked broadly."""
    for one in named:
        place = (one.entry.resource_type, one.entry.element)
        before = found.get(place)
        if before is not None and before.how == "name":
            if meaning.kind in ("drug", "drug class", "vaccine", "procedure", "allergen"):
                continue
            if meaning.is_group and not broad:
                continue
        if before is not None and before.how == "synonym" and how == "group" and not broad:
            continue
        kept = () if before is None or (broad and before.how == "synonym" and how == "group") else before.entries
        entries = tuple(dict.fromkeys((*kept, one.entry)))
        exact = before.how if before is not None and before.how == "name" and not broad else how
        reason = before.via if before is not None and exact == "name" else via
        found[place] = Link(*place, entries, exact, reason, meaning.name)


def respell(words: str, vocabulary: Vocabulary) -> str | None:
    """Words with misspelt ones replaced by the nearest known word; None when nothing is near."""
    out, changed = [], False
    for one in words_of(words):
        word = one.text
        if (
            len(word) < 5
            or word.endswith(("ed", "ing", "ly"))
            or word in FILLERS
            or word in vocabulary.by_word
            or (word,) in rows_by_form()
        ):
            out.append(word)
            continue
        as_typed = fold(words[one.start : one.end])  # the "s" of a misspelt word need be no plural
        near = next(filter(None, (_nearest(said, vocabulary) for said in dict.fromkeys((word, as_typed)))), word)
        changed = changed or near != word
        out.append(near)
    return " ".join(out) if changed else None


_SHORT = 5
"""Letters of a word in which any two changed about may make another."""


def _nearest(word: str, vocabulary: Vocabulary) -> str | None:
    """The known word that another is most likely meant for: two letters changed about are the likeliest slip."""
    swapped = {f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(1, len(word) - 1)} - {word}
    meant = swapped & vocabulary.spelt if len(word) > _SHORT else set()
    if len(meant) == 1:
        return meant.pop()
    best = process.extractOne(word, vocabulary.spellings, scorer=fuzz.ratio, score_cutoff=84)
    return best[0] if best is not None and best[0][0] == word[0] else None
