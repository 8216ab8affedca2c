"""What a model may name in one step: this record's types, its linked concepts, and the words it can filter by.

A code that is not in the record cannot be named, because a concept is chosen by its short id (`k1`) from this list, and
a route, source, site, category or person by its own (`w1`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chartwarden.agent.planning.microbiology import microbiology
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.manifest import NAMING, Entry
from chartwarden.tools.records.query import Coding, Comparison, Concept, Question, RecordQuery
from chartwarden.tools.records.words import words_of

MAX_CONCEPTS = 24
"""Concepts offered in one step."""
MAX_WORDS = 24
"""Words to filter by, offered in one step."""
MAX_SPAN_WORDS = 4
"""Longest run of words of the question that is looked up as one name."""
MAX_SPANS = 240
"""Runs of words that are looked up; a question longer than that is looked up in its first words."""
MAX_LABEL_CHARS = 80
"""Longest name of a concept as it is shown: a name is no place for a text."""
MIN_QUOTED_CHARS = 5
MAX_QUOTED = 8
"""Names of the record looked up because the question has them in full."""
_EMPTY = (
    "a an and any are at been before by did do does ever for from had has have he her his how i in is it its last "
    "latest list many me most much my of on or patient patients recent record recorded she show since that the their "
    "them then there they this to was were what when where which who why will with you"
)
_EMPTY_WORDS = frozenset(_EMPTY.split())
"""Words that name no concept by themselves."""
FILTERED_BY = {
    "route": "route",
    "admitSource": "admit_source",
    "bodySite": "body_site",
    "category": "category",
    "location": "place",
    "person": "person",
}
"""Elements of the record that rows are filtered by, and the field of a query that does it."""
WORDED = (*FILTERED_BY.values(), "disposition", "coded", "code_prefix", "one_of")
"""Fields of a query that are words: of the record, or those that a reading has found in it."""
ROLES = ("component", "reason", "specimen", "derived_from", "yielded")
"""What a concept can be to a row, besides what the row is about."""
BESIDE = ("part_of", "also_in", "not_in", "at_each")
"""Fields of a query that are a query themselves, of what else the rows must be in or may not."""


@dataclass(frozen=True)
class Candidate:
    """A concept of the record that the question may mean."""

    key: str
    """`k1`, `k2`, ...: what the model writes."""
    resource_type: str
    concept: Concept
    label: str
    """Its name in the record."""
    line: str
    """As the model reads it: `k1 Observation: HbA1c; 7 rows, 2019-03-07 to 2025-03-04; %; matches "a1c"`."""


@dataclass(frozen=True)
class Word:
    """A word of the record that rows can be filtered by."""

    key: str
    """`w1`, `w2`, ...: what the model writes."""
    field: str
    """The field of the query: `route`, `person`, ..."""
    word: str

    @property
    def line(self) -> str:
        """As the model reads it: `w1 route: PO/NG`."""
        return f"{self.key} {self.field}: {self.word[:MAX_LABEL_CHARS]}"


@dataclass(frozen=True)
class Offered:
    """Everything of the record that one form may name."""

    concepts: tuple[Candidate, ...] = ()
    words: tuple[Word, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Candidate]:
        """The concepts by their short ids."""
        return {candidate.key: candidate for candidate in self.concepts}

    @cached_property
    def word_by_key(self) -> dict[str, Word]:
        """The words by their short ids."""
        return {word.key: word for word in self.words}


def offered_for(context: PlanningContext, reading: tuple[Question, ...] = ()) -> Offered:
    """What the reading names first, then what the words of the question may mean, then what the record holds most of.

    `reading`: the questions that the rules planner made of the question, where its reading is offered.
    """
    return Offered(candidates_for(context, reading), _words(context, reading))


def queries_in(question: Question) -> Iterator[RecordQuery]:
    """The record queries a question is made of, the events they lean on after them."""
    sides = (question.left, question.right) if isinstance(question, Comparison) else (question,)
    for side in sides:
        if isinstance(side, RecordQuery):
            yield side
            if side.anchor is not None:
                yield from queries_in(side.anchor.event)
            for other in (getattr(side, name) for name in BESIDE):
                if other is not None:
                    yield from queries_in(other)


def candidates_for(context: PlanningContext, reading: tuple[Question, ...] = ()) -> tuple[Candidate, ...]:
    """Concepts for the words of the question, best first, then what the record holds most of."""
    found: dict[tuple[str, tuple[Coding, ...], tuple[str, ...]], tuple[str, Concept, tuple[Entry, ...]]] = {}
    for resource_type, concept, entries in (*_read(context, reading), *_linked(context), *_frequent(context)):
        found.setdefault((resource_type, concept.codings, concept.texts), (resource_type, concept, entries))
    offered = list(found.values())[:MAX_CONCEPTS]
    return tuple(
        Candidate(
            f"k{number}",
            resource_type,
            concept,
            f"{entries[0].label if entries else concept.words} ({resource_type})",
            _line(f"k{number}", resource_type, concept, entries),
        )
        for number, (resource_type, concept, entries) in enumerate(offered, start=1)
    )


def _read(context: PlanningContext, reading: tuple[Question, ...]) -> Iterator[tuple[str, Concept, tuple[Entry, ...]]]:
    """The concepts that a reading names, whole: a group of drugs, a family of tests."""
    for query in (query for question in reading for query in queries_in(question)):
        for role in ("concept", *ROLES):
            concept: Concept | None = getattr(query, role)
            if concept is None or not concept.is_linked:
                continue
            entries = tuple(_entries(context, concept))
            own = [entry for entry in entries if entry.resource_type in query.types] if role == "concept" else entries
            resource_type = own[0].resource_type if own else query.types[0]
            yield resource_type, concept, tuple(own or entries)


def _entries(context: PlanningContext, concept: Concept) -> Iterator[Entry]:
    codes = {(coding.system, coding.code) for coding in concept.codings}
    texts = set(concept.texts)
    for entry in context.manifest.named():
        named = {(coding.system, coding.code) for coding in entry.codings}
        if codes & named or texts & {entry.text, *entry.identifiers}:
            yield entry


def _linked(context: PlanningContext) -> Iterator[tuple[str, Concept, tuple[Entry, ...]]]:
    asked = f"{context.question} {context.choice}".strip()
    for span in dict.fromkeys((*_quoted(asked, context), *_spans(asked))):
        for one in link(span, context.manifest).links:
            if any(entry.element in NAMING for entry in one.entries):
                yield one.resource_type, one.concept(span), one.entries
    tests = microbiology(context.manifest)
    if tests.is_linked:
        yield "Observation", tests, ()


def _quoted(question: str, context: PlanningContext) -> list[str]:
    """Names of the record that the question has in full, the longest first, however many words they have."""
    lowered = question.casefold()
    names = {
        name
        for entry in context.manifest.named()
        for name in (entry.label, *entry.identifiers, *(coding.display for coding in entry.codings))
        if len(name) > MIN_QUOTED_CHARS and name.casefold() in lowered
    }
    return sorted(names, key=lambda name: (-len(name), name))[:MAX_QUOTED]


def _spans(question: str) -> Iterator[str]:
    """Runs of words that may name something, the longest first, none that begins or ends with an empty word."""
    words = [word.text for word in words_of(question)][: MAX_SPANS // MAX_SPAN_WORDS]
    for length in range(min(MAX_SPAN_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if not {run[0].casefold(), run[-1].casefold()} & _EMPTY_WORDS and len(" ".join(run)) > 1:
                yield " ".join(run)


def _frequent(context: PlanningContext) -> Iterator[tuple[str, Concept, tuple[Entry, ...]]]:
    entries = sorted(context.manifest.named(), key=lambda entry: (-entry.count, entry.label))
    for entry in entries[:MAX_CONCEPTS]:
        texts = () if entry.codings else (entry.text,)
        yield (
            entry.resource_type,
            Concept(words=entry.label, codings=entry.codings, texts=texts, via="record"),
            (entry,),
        )


def _line(key: str, resource_type: str, concept: Concept, entries: tuple[Entry, ...]) -> str:
    labels = "; ".join(dict.fromkeys(entry.label[:MAX_LABEL_CHARS] for entry in entries[:3])) or concept.words
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
    rows = sum(entry.count for entry in entries)
    first = min((entry.first for entry in entries if entry.first), default="")
    last = max((entry.last for entry in entries if entry.last), default="")
    units = ", ".join(dict.fromkeys(unit for entry in entries for unit in entry.units))
    counted = f"; {rows} rows" if rows else ""
    dates = f", {first[:10]} to {last[:10]}" if first else ""
    tail = f"; {units}" if units else ""
    return f'{key} {resource_type}: {labels}{more}{counted}{dates}{tail}; matches "{concept.words[:MAX_LABEL_CHARS]}"'


def _words(context: PlanningContext, reading: tuple[Question, ...]) -> tuple[Word, ...]:
    """What the reading filters by, then the words of the record by how much of them the question says."""
    said = {word.text.casefold() for word in words_of(f"{context.question} {context.choice}")}
    counted: dict[tuple[str, str], int] = {}
    for entry in context.manifest.entries:
        if entry.element in FILTERED_BY and entry.label:
            named = FILTERED_BY[entry.element], entry.label
            counted[named] = counted.get(named, 0) + entry.count
    ranked = sorted(counted, key=lambda named: (-_overlap(named[1], said), -counted[named], named))
    chosen = dict.fromkeys((*_filtered(reading), *ranked))
    return tuple(
        Word(f"w{number}", name, word) for number, (name, word) in enumerate(list(chosen)[:MAX_WORDS], start=1)
    )


def _filtered(reading: tuple[Question, ...]) -> Iterator[tuple[str, str]]:
    for query in (query for question in reading for query in queries_in(question)):
        for name in WORDED:
            value: str | tuple[str, ...] = getattr(query, name)
            for word in (value,) if isinstance(value, str) else value:
                if word:
                    yield name, word


def _overlap(word: str, said: Iterable[str]) -> float:
    """The share of a word's own words that the question says."""
    own = {part.text.casefold() for part in words_of(word)}
    return len(own.intersection(said)) / len(own) if own else 0.0
