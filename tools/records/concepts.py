"""Words to codes: what the words of a question mean in this record, and why.

A word is looked for in the record's own vocabulary first (its manifest): exact names, codes, identifiers, the same
words in another order; then through the tables of `vocabulary` (synonyms, brands, classes, groups); then as the more
specific entries that contain all its words; last by spelling. What medicine knows and the record does not have is
returned as such: known, and not linked.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Concept
from chartwarden.tools.records.vocabulary import TYPES, Meaning, meanings, written_out
from chartwarden.tools.records.words import FILLERS, GENERIC, NOT_BLOOD, plain, strip_tag

How = Literal["name", "code", "same words", "synonym", "group", "narrower", "spelling"]

_SYSTEMS = (
    ("loinc", "loinc"),
    ("snomed", "snomed"),
    ("icd-10", "icd10"),
    ("icd10", "icd10"),
    ("icd-9", "icd9"),
    ("icd9", "icd9"),
    ("cvx", "cvx"),
    ("rxnorm", "rxnorm"),
)
_CODE_LIKE = re.compile(r"(?=[^a-z]*\d)(?=[^a-z]*[A-Z])[A-Z0-9./%-]+")
"""A formulary code: it names one thing, never part of another name."""
_LOINC_NAME = re.compile(r"^(?P<analyte>.*?)\s*\[(?P<property>[^\]]*)\](?P<rest>.*)$")


@dataclass(frozen=True, eq=False)
class Named:
    """An entry of the record with everything it can be recognised by."""

    entry: Entry
    names: tuple[tuple[str, ...], ...]
    """Its names as words, in order, abbreviations written out."""
    keys: tuple[frozenset[str], ...]
    """The same as sets without fillers."""
    codes: tuple[tuple[str, str], ...]
    """(short system, code without dots)."""


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


@cache
def _forms() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    found: dict[tuple[str, ...], list[Meaning]] = {}
    for meaning in meanings():
        for form in meaning.forms:
            for words in dict.fromkeys((form, written_out(form))):
                found.setdefault(words, []).append(meaning)
    return {form: tuple(rows) for form, rows in found.items()}


@cache
def _form_keys() -> dict[frozenset[str], tuple[Meaning, ...]]:
    found: dict[frozenset[str], dict[tuple[str, str], Meaning]] = {}
    for form, rows in _forms().items():
        for row in rows:
            found.setdefault(key_of(form), {})[row.kind, row.name] = row
    return {key: tuple(rows.values()) for key, rows in found.items()}


@cache
def _members(group: str) -> tuple[Meaning, ...]:
    return tuple(meaning for meaning in meanings() if group in meaning.groups)


def known_forms(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    """Rows of the tables that these words are a form of, in order or as a set."""
    full = written_out(words)
    return _forms().get(words) or _forms().get(full) or _form_keys().get(key_of(full), ())


@cache
def _longest_form() -> int:
    return max(len(form) for form in _forms())


def key_of(words: Iterable[str]) -> frozenset[str]:
    """Words as a set without fillers."""
    return frozenset(words) - FILLERS


def _short_system(system: str) -> str:
    lowered = system.lower()
    return next((short for part, short in _SYSTEMS if part in lowered), lowered)


def _named(entry: Entry) -> Named:
    raw = [entry.text, *(c.display for c in entry.codings), *entry.identifiers]
    raw += [c.code for c in entry.codings if not c.display and not c.code.isdigit()]
    names = dict.fromkeys(name for text in raw if text for name in _names(text, entry.resource_type) if name)
    codes = tuple(_short_code(c.system, c.code) for c in entry.codings if c.code)
    return Named(entry, tuple(names), tuple(dict.fromkeys(key_of(name) for name in names)), codes)


@lru_cache(maxsize=32768)
def _names(text: str, resource_type: str) -> tuple[tuple[str, ...], ...]:
    stripped = strip_tag(text)
    whole = written_out(plain(stripped))
    analyte = _LOINC_NAME.match(stripped) if resource_type == "Observation" else None
    if analyte is None:
        return (whole,)
    return whole, written_out(plain(analyte["analyte"])) + _specimen(analyte["rest"])


@lru_cache(maxsize=32768)
def _short_code(system: str, code: str) -> tuple[str, str]:
    return _short_system(system), code.replace(".", "").upper()


def _specimen(rest: str) -> tuple[str, ...]:
    found = NOT_BLOOD.intersection(plain(rest))
    return tuple(sorted(found))


@dataclass
class Vocabulary:
    """The index of one manifest: built once, asked many times. Not changed after it is built."""

    manifest: Manifest
    named: list[Named] = field(default_factory=list)
    by_name: dict[tuple[str, ...], list[Named]] = field(default_factory=dict)
    by_key: dict[frozenset[str], list[Named]] = field(default_factory=dict)
    by_word: dict[str, list[Named]] = field(default_factory=dict)
    by_code: dict[str, list[Named]] = field(default_factory=dict)
    longest: int = 1

    def __post_init__(self) -> None:
        for entry in self.manifest.named():
            named = _named(entry)
            self.named.append(named)
            for name in named.names:
                self.by_name.setdefault(name, []).append(named)
                self.longest = max(self.longest, len(name))
            for key in named.keys:
                self.by_key.setdefault(key, []).append(named)
            for word in frozenset().union(*named.keys):
                self.by_word.setdefault(word, []).append(named)
            for _, code in named.codes:
                self.by_code.setdefault(code, []).append(named)
        self.longest = min(max(self.longest, _longest_form()), 40)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Words long enough to be misspelt, of the record and of the tables of drugs and conditions."""
        known = {word for form in _forms() for word in form if len(word) >= 5}
        return tuple(sorted(known | {word for word in self.by_word if len(word) >= 5 and word.isalpha()}))

    def exact(self, words: tuple[str, ...]) -> list[Named]:
        """Entries whose name, identifier or code is exactly these words."""
        full = written_out(words)
        return self.by_name.get(full, []) or self.by_key.get(key_of(full), [])

    def coded(self, code: str) -> list[Named]:
        """Entries of a code literal."""
        return self.by_code.get(code.replace(".", "").upper(), [])

    def narrower(self, words: tuple[str, ...]) -> list[Named]:
        """Entries whose name contains all the words and more."""
        key = key_of(written_out(words))
        if not key or key <= GENERIC:
            return []
        rarest = min(key, key=lambda word: len(self.by_word.get(word, ())))
        return [n for n in self.by_word.get(rarest, []) if any(key <= own for own in n.keys)]

    def of_meaning(self, meaning: Meaning) -> list[Named]:
        """Entries a row of the tables means."""
        types = TYPES[meaning.kind]
        whole = tuple((s, c) for s, c in meaning.codes if not c.endswith("*"))
        stems = tuple((s, c[:-1]) for s, c in meaning.codes if c.endswith("*"))
        found: dict[int, Named] = {}
        for _, code in whole:
            for named in self.by_code.get(code, []):
                if named.entry.resource_type in types and not self._other_specimen(named, meaning):
                    found[id(named)] = named
        members = _members(meaning.name) if meaning.kind != "condition" else ()
        for named in self.named:
            if named.entry.resource_type not in types or id(named) in found or _of_family(named):
                continue
            below = any(system == s and code.startswith(c) for s, c in stems for system, code in named.codes)
            if below or any(pattern.matches(key) for pattern in meaning.patterns for key in named.keys):
                found[id(named)] = named
        for member in members:
            found.update({id(named): named for named in self.of_meaning(member)})
        if meaning.kind == "observation" and not found:
            found = {id(n): n for form in meaning.forms for n in self.exact(form) if n.entry.resource_type in types}
        return list(found.values())

    def _other_specimen(self, named: Named, meaning: Meaning) -> bool:
        """Whether an entry carries a code of the row but is named as a different thing (a wrong code in the record)."""
        if meaning.kind != "observation":
            return False
        names = frozenset().union(*named.keys) if named.keys else frozenset()
        distinct = {"appearance", "odor", "color", "clarity"} & names
        return bool(distinct) and not any(distinct & set(form) for form in meaning.forms)


def link(words: str, manifest: Manifest, types: Sequence[str] = (), *, broad: bool = False) -> Linked:
    """What some words of a question mean in the record, within some FHIR types (all, if none is given).

    `broad`: "any kind of": groups are preferred to an entry that happens to have the same name.
    """
    vocabulary = vocabulary_of(manifest)
    sought = plain(words)
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
        if any(_excluded(row, named) for row in known) or (_of_family(named) and "family" not in sought):
            continue
        place = (named.entry.resource_type, named.entry.element)
        if place not in found or found[place].how == "narrower":
            _add(found, [named], "narrower", f"names that contain: {words}")
    found = {place: _verbatim(item, words) for place, item in found.items()}
    order = {how: rank for rank, how in enumerate(("name", "code", "synonym", "group", "narrower", "spelling"))}
    links = sorted(found.values(), key=lambda item: order.get(item.how, 9))
    links = [item for item in links if not types or item.resource_type in types]
    return Linked(words, tuple(links), known)


def _of_family(named: Named) -> bool:
    """Whether a condition is recorded of the patient's relatives ("Family history of breast cancer")."""
    return named.entry.resource_type == "Condition" and any({"family", "history"} <= key for key in named.keys)


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
    for word in plain(words):
        if (
            len(word) < 5
            or word.endswith(("ed", "ing", "ly"))
            or word in FILLERS
            or word in vocabulary.by_word
            or (word,) in _forms()
        ):
            out.append(word)
            continue
        best = process.extractOne(word, vocabulary.spellings, scorer=fuzz.ratio, score_cutoff=84)
        if best is None or best[0][0] != word[0] or best[0] == word:
            out.append(word)
            continue
        out.append(best[0])
        changed = True
    return " ".join(out) if changed else None


_KEPT = 128
_guard = threading.Lock()
_of_object: OrderedDict[int, tuple[Manifest, Vocabulary]] = OrderedDict()
_of_words: OrderedDict[tuple[object, ...], Vocabulary] = OrderedDict()


def vocabulary_of(manifest: Manifest) -> Vocabulary:
    """The index of a manifest, kept for the records asked about last. Safe to call from several threads."""
    # Manifests are restored for each question: an index is found again by every name, code and identifier in it.
    with _guard:
        kept = _of_object.get(id(manifest))
        if kept is not None and kept[0] is manifest:
            _of_object.move_to_end(id(manifest))
            return kept[1]
    words = tuple((e.resource_type, e.element, e.text, e.identifiers, e.codings) for e in manifest.entries)
    with _guard:
        known = _of_words.get(words)
    built = known or Vocabulary(manifest)
    with _guard:
        _of_object[id(manifest)] = (manifest, built)
        _of_words[words] = built
        _of_words.move_to_end(words)
        while len(_of_object) > _KEPT:
            _of_object.popitem(last=False)
        while len(_of_words) > _KEPT:
            _of_words.popitem(last=False)
    return built
