"""The vocabulary of one record: every entry of its manifest, with all that it can be recognised by."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.vocabulary import (
    TYPES,
    Meaning,
    longest_form,
    members_of,
    rows_by_form,
    words_of_forms,
    written_out,
)
from chartwarden.tools.records.words import FILLERS, GENERIC, NOT_BLOOD, key_of, plain, strip_tag

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

    @property
    def is_of_family(self) -> bool:
        """Whether a condition is recorded of the patient's relatives ("Family history of breast cancer")."""
        return self.entry.resource_type == "Condition" and any({"family", "history"} <= key for key in self.keys)


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
        short = _without_strength(stripped) if resource_type in MEDICATION_TYPES else _without_abbreviation(stripped)
        return (whole,) if short == stripped else (whole, written_out(plain(short)))
    return whole, written_out(plain(analyte["analyte"])) + _specimen(analyte["rest"])


_DRUG = r"(?:\d+(?:\.\d+)? ?(?:ML|HR|ACTUAT) )?(?P<name>[a-z][a-z-]*(?: [a-z][a-z-]*)"
_STRENGTH = re.compile(rf"{_DRUG}{{1,3}})(?: \d[\d.]* ?(?:MG|UNT|MEQ|MCG|G)\b.*)?", re.IGNORECASE)
_PACK = re.compile(rf"{_DRUG}{{0,3}}) \d+ day pack", re.IGNORECASE)


def _without_strength(text: str) -> str:
    """What a drug of one ingredient is called without hours, strength and form: "24 HR Metformin hydrochloride 500 MG".

    One word is a name that the tables know, for the ingredient whatever its salt; that of a pack is a brand.
    """
    match = _PACK.fullmatch(text) or _STRENGTH.fullmatch(text)
    return match["name"] if match is not None else text


_ABBREVIATED = re.compile(r" ?[(\[](?P<short>[A-Z]{2,6})[)\]]")


def _without_abbreviation(text: str) -> str:
    """A name without the abbreviation it writes beside the words in full: "Body mass index (BMI) 38.0-38.9, adult"."""
    match = _ABBREVIATED.search(text)
    if match is None:
        return text
    full = written_out(plain(match["short"]))
    before = plain(text[: match.start()])
    is_same = len(full) > 1 and before[-len(full) :] == full
    return f"{text[: match.start()]}{text[match.end() :]}" if is_same else text


@lru_cache(maxsize=32768)
def _short_code(system: str, code: str) -> tuple[str, str]:
    return _short_system(system), code.replace(".", "").upper()


def _specimen(rest: str) -> tuple[str, ...]:
    found = NOT_BLOOD.intersection(plain(rest))
    return tuple(sorted(found))


@dataclass
class Vocabulary:
    """The index of one manifest: built once, asked many times. Nothing of it changes after it is built."""

    manifest: Manifest
    named: list[Named] = field(default_factory=list)
    by_name: dict[tuple[str, ...], list[Named]] = field(default_factory=dict)
    by_key: dict[frozenset[str], list[Named]] = field(default_factory=dict)
    by_word: dict[str, list[Named]] = field(default_factory=dict)
    by_code: dict[str, list[Named]] = field(default_factory=dict)
    longest: int = 1
    _meant: dict[tuple[str, str], tuple[Named, ...]] = field(default_factory=dict)
    """By kind and name of a row of the tables, what `of_meaning` gave."""

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
        self.longest = min(max(self.longest, longest_form()), 40)

    @cached_property
    def words_of_names(self) -> frozenset[str]:
        """Every word that stands in a name of the record or in a form of the tables, and what may stand between."""
        return frozenset().union(*self.by_name) | words_of_forms() | FILLERS

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Words long enough to be misspelt, of the record and of the tables of drugs and conditions."""
        known = {word for form in rows_by_form() for word in form if len(word) >= 5}
        return tuple(sorted(known | {word for word in self.by_word if len(word) >= 5 and word.isalpha()}))

    @cached_property
    def spelt(self) -> frozenset[str]:
        """The same words, to look one up."""
        return frozenset(self.spellings)

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

    def of_meaning(self, meaning: Meaning) -> tuple[Named, ...]:
        """Entries a row of the tables means; kept, because each word of a question may ask for the same row again."""
        row = meaning.kind, meaning.name
        if row not in self._meant:
            self._meant[row] = tuple(self._entries_of(meaning))
        return self._meant[row]

    def _entries_of(self, meaning: Meaning) -> list[Named]:
        types = TYPES[meaning.kind]
        whole = tuple((s, c) for s, c in meaning.codes if not c.endswith("*"))
        stems = tuple((s, c[:-1]) for s, c in meaning.codes if c.endswith("*"))
        found: dict[int, Named] = {}
        for _, code in whole:
            for named in self.by_code.get(code, []):
                if named.entry.resource_type in types and not self._other_specimen(named, meaning):
                    found[id(named)] = named
        members = members_of(meaning.name) if meaning.kind != "condition" else ()
        for named in self.named:
            if named.entry.resource_type not in types or id(named) in found or named.is_of_family:
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
