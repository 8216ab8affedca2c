"""What clinicians and patients call things: tables a clinician can read and extend, and their reader.

Each table is a CSV file of one kind with the columns

- `concept`: the name of the row within its kind,
- `forms`: what people write, separated by `|`,
- `codes`: codes that mean it (`loinc:4548-4`, `snomed:22298006`, `icd10:I21*`), `*` for everything below,
- `words`: words a record's own name of it contains, alternatives separated by `|`; a word may end in `*`, and a
  word with `-` before it must be absent,
- `groups`: broader concepts it belongs to, separated by `;`,
- `source`: where the row comes from.

`abbreviations.csv` (`short`, `meaning`, `source`) writes out what is spelt differently but is the same word
everywhere.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chartwarden.tools.records.words import key_of, plain

KINDS: dict[str, str] = {
    "observations": "observation",
    "drugs": "drug",
    "drug_classes": "drug class",
    "conditions": "condition",
    "condition_groups": "condition group",
    "vaccines": "vaccine",
    "allergens": "allergen",
    "procedures": "procedure",
    "encounters": "encounter",
    "routes": "route",
    "organisms": "organism",
}
"""Table to the kind of its rows."""

TYPES: dict[str, tuple[str, ...]] = {
    "observation": ("Observation", "DiagnosticReport"),
    "drug": ("MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement"),
    "drug class": ("MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement"),
    "condition": ("Condition", "FamilyMemberHistory"),
    "condition group": ("Condition", "FamilyMemberHistory"),
    "vaccine": ("Immunization",),
    "allergen": ("AllergyIntolerance",),
    "procedure": ("Procedure", "ImagingStudy", "DiagnosticReport"),
    "encounter": ("Encounter",),
    "route": (),
    "organism": ("Observation",),
}
"""Which FHIR types a kind of row can name."""


@dataclass(frozen=True)
class Pattern:
    """Words a name must and must not contain."""

    wanted: frozenset[str]
    prefixes: tuple[str, ...] = ()
    unwanted: frozenset[str] = frozenset()

    def matches(self, name: frozenset[str]) -> bool:
        """Whether a name, as its set of words, is meant."""
        if not self.wanted <= name or not self.unwanted.isdisjoint(name):
            return False
        return all(any(word.startswith(prefix) for word in name) for prefix in self.prefixes)


@dataclass(frozen=True)
class Meaning:
    """One row: what people write, and how to recognise it in a record."""

    kind: str
    name: str
    forms: tuple[tuple[str, ...], ...]
    codes: tuple[tuple[str, str], ...]
    """(`loinc`, code); a code ending in `*` means everything that begins so. Codes carry no dots."""
    patterns: tuple[Pattern, ...]
    groups: tuple[str, ...]
    source: str

    @property
    def is_group(self) -> bool:
        """Whether it is a broader term that stands for many concepts."""
        return self.kind in ("drug class", "condition group")


def pattern_of(text: str) -> Pattern:
    """`diabetes -due -pre` as a pattern."""
    wanted: list[str] = []
    prefixes: list[str] = []
    unwanted: list[str] = []
    for word in text.split():
        if word.startswith("-"):
            unwanted += written_out(plain(word[1:]))
        elif word.endswith("*"):
            prefixes.append(word[:-1].lower())
        else:
            wanted += written_out(plain(word))
    return Pattern(frozenset(wanted), tuple(prefixes), frozenset(unwanted))


@cache
def abbreviations() -> dict[tuple[str, ...], tuple[str, ...]]:
    """What is written out: the words of a short form to those of its meaning."""
    return {plain(row["short"]): plain(row["meaning"]) for row in _rows("abbreviations")}


@cache
def _beginnings() -> frozenset[str]:
    """The first words of short forms: few words of a question are one."""
    return frozenset(short[0] for short in abbreviations())


_LONGEST_ABBREVIATION = 4
"""Words of the longest short form."""


def abbreviated(words: tuple[str, ...]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """From where to where which words stand, each abbreviation written out, longest first."""
    table, beginnings = abbreviations(), _beginnings()
    place = 0
    while place < len(words):
        longest = min(_LONGEST_ABBREVIATION, len(words) - place) if words[place] in beginnings else 0
        for length in range(longest, 0, -1):
            meaning = table.get(words[place : place + length])
            if meaning is not None:
                break
        else:
            meaning, length = words[place : place + 1], 1
        yield place, place + length, meaning
        place += length


def written_out(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with every abbreviation replaced."""
    if _beginnings().isdisjoint(words):
        return words
    return tuple(word for _, _, said in abbreviated(words) for word in said)


@cache
def meanings() -> tuple[Meaning, ...]:
    """Every row of every table."""
    return tuple(_meaning(kind, row) for table, kind in KINDS.items() for row in _rows(table))


@cache
def rows_by_form() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    """Every form, as words in order, with the rows it is a form of."""
    found: dict[tuple[str, ...], list[Meaning]] = {}
    for meaning in meanings():
        for form in meaning.forms:
            for words in dict.fromkeys((form, written_out(form))):
                found.setdefault(words, []).append(meaning)
    return {form: tuple(rows) for form, rows in found.items()}


@cache
def _rows_by_key() -> dict[frozenset[str], tuple[Meaning, ...]]:
    found: dict[frozenset[str], dict[tuple[str, str], Meaning]] = {}
    for form, rows in rows_by_form().items():
        for row in rows:
            found.setdefault(key_of(form), {})[row.kind, row.name] = row
    return {key: tuple(rows.values()) for key, rows in found.items()}


@cache
def members_of(group: str) -> tuple[Meaning, ...]:
    """Rows that belong to a broader concept."""
    return tuple(meaning for meaning in meanings() if group in meaning.groups)


def known_forms(words: tuple[str, ...]) -> tuple[Meaning, ...]:
    """Rows of the tables that these words are a form of, in order or as a set."""
    full = written_out(words)
    return rows_by_form().get(words) or rows_by_form().get(full) or _rows_by_key().get(key_of(full), ())


@cache
def words_of_forms() -> frozenset[str]:
    """Every word that stands in a form or in an abbreviation."""
    return frozenset().union(*rows_by_form(), *abbreviations())


@cache
def longest_form() -> int:
    """Words of the longest form."""
    return max(len(form) for form in rows_by_form())


def _rows(table: str) -> list[dict[str, str]]:
    text = files(__name__).joinpath(f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _meaning(kind: str, row: dict[str, str]) -> Meaning:
    forms = tuple(dict.fromkeys(plain(form) for form in row["forms"].split("|") if form))
    codes = []
    for code in row["codes"].split():
        system, _, value = code.partition(":")
        codes.append((system, value.replace(".", "").upper()))
    patterns = tuple(pattern_of(text) for text in row["words"].split("|") if text.strip())
    if not patterns and kind == "drug":
        patterns = tuple(Pattern(frozenset(form)) for form in forms)
    groups = tuple(group for group in row["groups"].split(";") if group)
    return Meaning(kind, row["concept"], forms, tuple(codes), patterns, groups, row["source"])
