"""What one result of a query says: its numbers, its dates, the words of its question, and what it rests on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from chartwarden.agent.grounding.mentions import Amount, amounts_in, words_in
from chartwarden.tools.records.query import NoteSearch, QueryResult, RecordQuery

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def amounts_of(result: QueryResult) -> list[Amount]:
    """Counts and computed numbers of a result, and the numbers of its working."""
    counts = [result.found, len(result.findings)]
    found: list[Amount] = []
    if result.computed is not None:
        found += amount_of(result.computed.value, result.computed.unit)
        found += amounts_in(result.computed.how)
        counts = [result.found, len(result.computed.over)]
    found += [Amount(Decimal(count)) for count in counts]
    for query in queries_of(result):
        if query.index > 1:
            found.append(Amount(Decimal(query.index)))
        if query.threshold is not None and query.threshold.value is not None:
            found += amount_of(query.threshold.value, query.threshold.unit)
    return found


def dates_of(result: QueryResult) -> list[str]:
    """Texts with the dates of a result: of its remarks, searches, computation and windows."""
    texts = [*result.notes, *readings_of(result), *(searched.query for searched in result.searched)]
    if result.computed is not None:
        texts += [str(result.computed.value), result.computed.how]
    for query in queries_of(result):
        if query.window is not None:
            texts += [edge.isoformat() for edge in (query.window.start, query.window.end) if edge is not None]
            texts += [edge.date().isoformat() for edge in (query.window.start, query.window.end) if edge is not None]
            # Windows are half-open; people name the last day that is inside.
            texts += [(query.window.end - dt.timedelta(days=1)).date().isoformat()] if query.window.end else []
    return texts


def queries_of(result: QueryResult) -> tuple[RecordQuery, ...]:
    """The record queries of a result, anchors with them; none for a search of notes."""
    question = result.question
    if isinstance(question, NoteSearch):
        return ()
    tops = (question,) if isinstance(question, RecordQuery) else (question.left, question.right)
    return (*tops, *(query.anchor.event for query in tops if query.anchor is not None))


def asked_words(result: QueryResult) -> frozenset[str]:
    """Words of the question a result answers: what may be named when nothing was found."""
    texts = list(result.notes)
    if isinstance(result.question, NoteSearch):
        texts += [result.question.words, result.question.author, result.question.document, *result.question.types]
        texts += [result.question.window.reading] if result.question.window else []
    for query in queries_of(result):
        texts += [*query.types, *query.category, *query.status, *query.encounter_kind, query.target]
        texts += [query.route, query.admit_source, query.place, query.body_site, query.person, query.field]
        texts += [query.said or ""]
        texts += [query.window.reading] if query.window is not None else []
        for concept in (query.concept, query.reason, query.specimen, query.component, query.derived_from):
            if concept is not None:
                texts += [concept.words, concept.via, *concept.texts]
                texts += [part for coding in concept.codings for part in (coding.display, coding.code)]
    forms = {form for text in texts if text for form in (text, _CAMEL.sub(" ", text))}
    return frozenset(word for form in forms for word in words_in(form))


def readings_of(result: QueryResult) -> Iterable[str]:
    """How the windows of a result were read."""
    return (query.window.reading for query in queries_of(result) if query.window is not None)


def references_of(result: QueryResult) -> Iterator[str]:
    """Every reference a result rests on."""
    for row in (*result.findings, *result.set_aside, *result.tied):
        yield row.reference
        yield from row.also
    if result.computed is not None:
        yield from result.computed.over


def amount_of(value: Any, unit: str) -> list[Amount]:
    """A value as a number with its unit; nothing where it is no number."""
    return [Amount(Decimal(str(value)), unit)] if is_number(value) else []


def is_number(value: Any) -> bool:
    """Whether it is a number; a truth is none, although Python counts with it."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
