"""`Evidence`: what a run saw, and what of it a set of citations can support."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import itemgetter

from chartwarden.agent.grounding.leaves import Leaves, leaves_of, quantities_of
from chartwarden.agent.grounding.mentions import NAME_MARK, Amount, amounts_in, folded, words_in
from chartwarden.agent.grounding.results import (
    amount_of,
    amounts_of,
    asked_words,
    dates_of,
    readings_of,
    references_of,
)
from chartwarden.tools.records.kept import once_kept
from chartwarden.tools.records.moments import Clock, Moment, parse
from chartwarden.tools.records.query import Finding, QueryResult
from chartwarden.tools.records.source import Resource

_TALKS = re.compile(
    r"\b(?:you|your|user|users|assistant|instructions?|ignore|disregard|tell|prompt|please|recommend|must|should|answer|disclaimer|log|"
    r"cite|repeat|search again|state that|list all|also list|leave out|show !|do not|WICHTIG)\b|https?:|!\[",
    re.IGNORECASE,
)
"""Wording that no name has: a display that talks to its reader is free text, whatever element it stands in."""
MIN_ROW_NAME = 4
MIN_TOLD_WHOLE = 3
"""Shorter names are words like any other."""
_DATE_LIKE = re.compile(
    r"\b\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?\b|^\d{4}$"
)
_COUNTS = frozenset({"count", "count_distinct", "exists"})
_STATUS_PATHS = ("status", "intent", "docStatus", "lifecycleStatus")


Placed = Mapping[str, tuple[tuple[int, Finding], ...]]


def _placed(rows: Iterable[Finding]) -> Placed:
    found: dict[str, list[tuple[int, Finding]]] = {}
    for place, row in enumerate(rows):
        found.setdefault(row.reference, []).append((place, row))
    return {reference: tuple(placed) for reference, placed in found.items()}


@dataclass(frozen=True)
class Evidence:
    """Everything of one run that sentences may rest on.

    `resources` are those the run retrieved through the patient lock, by `Type/id`: being in there is the proof that a
    resource was seen in this run and is the patient's.
    """

    results: tuple[QueryResult, ...]
    resources: Mapping[str, Resource]
    clock: Clock

    @cached_property
    def rows(self) -> Placed:
        """The rows of all results by reference, each with its place among them."""
        return _placed(row for result in self.results for row in (*result.findings, *result.set_aside, *result.tied))

    @cached_property
    def found(self) -> Placed:
        """The same without those that were set aside or tie with a row."""
        return _placed(row for result in self.results for row in result.findings)

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """Names and texts that the rows give, lower case, longest first."""
        rows = [row for placed in self.rows.values() for _, row in placed]
        found = {row.label.casefold() for row in rows}
        found |= {str(value).casefold() for row in rows for value in (row.value, *row.values) if isinstance(value, str)}
        return tuple(sorted((name for name in found if len(name) >= MIN_ROW_NAME), key=len, reverse=True))

    @cached_property
    def references(self) -> tuple[frozenset[str], ...]:
        """What each of the results rests on."""
        return tuple(frozenset(references_of(result)) for result in self.results)

    @cached_property
    def asked_words(self) -> frozenset[str]:
        """Words of the questions that the results answer."""
        return frozenset().union(*map(asked_words, self.results))

    @cached_property
    def patient_name(self) -> str:
        """Name of the patient, who is the subject of every sentence."""
        patients = (r for r in self.resources.values() if r.get("resourceType") == "Patient")
        names = [part for patient in patients for name in patient.get("name", ()) for part in leaves_of(name).every]
        return " ".join(names)

    @cached_property
    def birth_dates(self) -> tuple[str, ...]:
        """Birth dates in what was retrieved."""
        return tuple(str(r["birthDate"]) for r in self.resources.values() if r.get("birthDate"))

    @cached_property
    def _leaves(self) -> dict[str, Leaves]:
        return {}

    def leaves(self, reference: str) -> Leaves:
        """The texts of a retrieved resource, walked once for all sentences."""
        known = self._leaves.get(reference)
        if known is None:
            known = self._leaves[reference] = leaves_of(self.resources[reference])
        return known


@dataclass(frozen=True)
class Support:
    """What a set of cited resources says: the whole of what a sentence citing them may assert.

    What the rows of the results say (`row_...`) is part of what is said in all. A check asks it first, because most
    sentences are proven by it, and a list may cite a thousand resources whose every text need then not be gathered.
    """

    evidence: Evidence
    citations: tuple[str, ...]
    everything: bool = False
    """Support of the whole run (notices and absences), instead of the cited part."""

    @cached_property
    def results(self) -> tuple[QueryResult, ...]:
        """The results the citations come from; all of them when nothing is cited."""
        if self.everything or not self.citations:
            return self.evidence.results
        known = zip(self.evidence.results, self.evidence.references, strict=True)
        related = tuple(result for result, references in known if not references.isdisjoint(self.citations))
        return related or self.evidence.results

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Rows the citations stand for."""
        known = self.evidence.rows
        wanted = known if self.everything else dict.fromkeys(self.citations)
        placed = sorted((one for reference in wanted for one in known.get(reference, ())), key=itemgetter(0))
        return tuple(row for _, row in placed)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """The cited resources, and those their rows rest on, as far as they were retrieved."""
        if self.everything:
            return tuple(self.evidence.resources)
        wanted = dict.fromkeys(self.citations)
        for row in self.findings:
            wanted.update(dict.fromkeys(row.also))
        return tuple(name for name in wanted if name in self.evidence.resources)

    @cached_property
    def cited(self) -> tuple[Resource, ...]:
        """The cited resources alone."""
        return tuple(r for name in self.citations if (r := self.evidence.resources.get(name)) is not None)

    @cached_property
    def primary(self) -> tuple[Resource, ...]:
        """The cited resources that are rows of a result; all cited ones where none is."""
        known, resources = self.evidence.rows, self.evidence.resources
        found = tuple(r for name in self.citations if name in known and (r := resources.get(name)) is not None)
        return found or self.cited

    @cached_property
    def row_strings(self) -> tuple[str, ...]:
        """Every text of the rows."""
        texts = [text for r in self.findings for text in (r.label, r.time, r.status, r.author, r.text, r.unit)]
        texts += [value for row in self.findings for value in (row.value, *row.values) if isinstance(value, str)]
        return tuple(dict.fromkeys(text for text in (*texts, self.evidence.patient_name) if text))

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """Every text of the supporting resources and rows."""
        texts = (text for name in self.references for text in self.evidence.leaves(name).every)
        return tuple(dict.fromkeys(text for text in (*texts, *self.row_strings) if text))

    @cached_property
    def said_by_rows(self) -> frozenset[str]:
        """The same, to look one up."""
        return frozenset(self.row_strings)

    @cached_property
    def folded_strings(self) -> frozenset[str]:
        """Every text of the supporting resources and rows, folded."""
        return frozenset(map(folded, self.strings))

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """Names and codes of the rows: what may be told without quotation marks."""
        texts = [text for row in self.findings for text in (row.label, row.status, row.author, row.unit)]
        return _sober((*texts, self.evidence.patient_name))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Those of the supporting resources with them.

        Free text is not among them. It may be quoted, and a value may be told whole; its words prove nothing.
        """
        texts = (text for name in self.references for text in self.evidence.leaves(name).names)
        return tuple(dict.fromkeys((*_sober(texts), *self.row_names)))

    @cached_property
    def row_words(self) -> frozenset[str]:
        """Every word of the names of the rows, folded."""
        return frozenset().union(*map(_words, self.row_names))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of all those names, folded."""
        return frozenset().union(*map(_words, self.names))

    def without_told_whole(self, text: str) -> str:
        """A text without what it tells whole and verbatim: names, values and people of the cited rows."""
        told = {part for row in self.findings for part in (row.label, row.author, row.text)}
        told |= {value for row in self.findings for value in (row.value, *row.values) if isinstance(value, str)}
        for part in sorted((part for part in told if len(part) >= MIN_TOLD_WHOLE), key=len, reverse=True):
            text = _replaced_whole(text, part, f" {NAME_MARK} ")
        return text

    @cached_property
    def quotable(self) -> str:
        """All texts, spaces folded, in which a quotation must be found verbatim."""
        return "\n".join(" ".join(text.split()) for text in self.strings)

    @cached_property
    def folded(self) -> str:
        """All names, folded."""
        return " \n ".join(folded(text) for text in self.names)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Every number with its unit that resources, rows, texts and computations give."""
        return tuple(dict.fromkeys((*self.measured_amounts, *self.text_amounts)))

    @cached_property
    def measured_amounts(self) -> tuple[Amount, ...]:
        """Numbers of elements of the resources, of rows and of computations."""
        found = [amount for name in self.references for amount in quantities_of(self.evidence.resources[name])]
        return tuple(dict.fromkeys((*found, *self.computed_amounts)))

    @cached_property
    def text_amounts(self) -> tuple[Amount, ...]:
        """Numbers written in names and codes of the resources."""
        return tuple(dict.fromkeys(amount for text in self.names for amount in amounts_in(text)))

    @cached_property
    def computed_amounts(self) -> tuple[Amount, ...]:
        """Numbers of computations, and of the values they were made over."""
        found = [amount for result in self.results for amount in amounts_of(result)]
        measures = {result.computed.measure for result in self.results if result.computed is not None}
        # A count is not borne out by a value that happens to be the same number.
        return tuple(dict.fromkeys(found if measures and measures <= _COUNTS else (*found, *self.row_amounts)))

    @cached_property
    def computed_numbers(self) -> frozenset[Decimal]:
        """The same, whatever their units."""
        return frozenset(amount.number for amount in self.computed_amounts)

    @cached_property
    def row_amounts(self) -> tuple[Amount, ...]:
        """The values of the cited rows."""
        values = ((row, value) for row in self.findings for value in (row.value, *row.values))
        return tuple(dict.fromkeys(amount for row, value in values for amount in amount_of(value, row.unit)))

    @cached_property
    def row_moments(self) -> tuple[Moment, ...]:
        """The dates of the cited rows themselves, of computations and of windows; all dates where no row is cited."""
        if not self.findings:
            return self.moments
        texts = [text for result in self.results for text in dates_of(result)]
        for row in self.findings:
            texts += [
                row.time,
                *row.times,
                *(str(value) for value in (row.value, *row.values) if isinstance(value, str)),
                row.label,
                row.text,
            ]
        return self._parsed(texts)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Every date that resources, rows, computations and windows give."""
        texts = [*self.strings, self.evidence.clock.as_of.isoformat()]
        for result in self.results:
            texts += dates_of(result)
        return self._parsed((*texts, *self.evidence.birth_dates))

    def _parsed(self, texts: Iterable[str]) -> tuple[Moment, ...]:
        found = dict.fromkeys(match.group() for text in dict.fromkeys(texts) for match in _DATE_LIKE.finditer(text))
        parsed = (parse(text, self.evidence.clock.timezone) for text in found)
        return tuple(moment for moment in parsed if moment is not None)

    @cached_property
    def states_told(self) -> frozenset[str]:
        """Status words a sentence may use: the recorded statuses, and words of names and quoted texts."""
        texts = [text for row in self.findings for text in (row.label, row.text, str(row.value), *map(str, row.values))]
        return self.statuses | frozenset(word for text in texts for word in words_in(text))

    @cached_property
    def statuses(self) -> frozenset[str]:
        """Status words of the cited rows: status, intent, clinical and verification status, folded."""
        found = {folded(status) for status in dict.fromkeys(row.status for row in self.findings) if status}
        resources = self.evidence.resources.values() if self.everything else self.primary
        found = found.union(*map(statuses_of, resources))
        return frozenset(
            word for status in found for word in (status, *status.replace("/", " ").replace(",", " ").split())
        )

    @cached_property
    def complete(self) -> bool:
        """Whether every search behind this was run to its end, with nothing withheld from it."""
        return all(result.complete and all(one.complete for one in result.searched) for result in self.results)


def _replaced_whole(text: str, part: str, by: str) -> str:
    """A text with something else where a part stands as whole words: by hand, as a pattern for each name is slow."""
    kept, start, at = [], 0, text.find(part)
    while at >= 0:
        end = at + len(part)
        if not (_goes_on(text[at - 1 : at]) or _goes_on(text[end : end + 1])):
            kept += [text[start:at], by]
            start = end
        at = text.find(part, end if start == end else at + 1)
    return "".join([*kept, text[start:]])


def _goes_on(character: str) -> bool:
    return character.isalnum() or character == "_"


@once_kept
def statuses_of(resource: Resource) -> frozenset[str]:
    """The status words of one resource, folded."""
    found = {_state(status) for path in _STATUS_PATHS if isinstance(status := resource.get(path), str)}
    for path in ("clinicalStatus", "verificationStatus"):
        node = resource.get(path)
        if isinstance(node, dict):
            found |= {_state(str(c.get("code", ""))) for c in node.get("coding", ()) if isinstance(c, dict)}
    return frozenset(found - {""})


@lru_cache(maxsize=1_024)
def _state(word: str) -> str:
    return folded(word)


def _sober(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, without those that talk to their reader."""
    return tuple(text for text in dict.fromkeys(texts) if text and not _talks(text))


@lru_cache(maxsize=16_384)
def _words(name: str) -> frozenset[str]:
    return frozenset(words_in(name))


@lru_cache(maxsize=16_384)
def _talks(name: str) -> bool:
    return bool(_TALKS.search(name))


def without_code_texts(text: str, evidence: Evidence) -> str:
    """A text without what code itself wrote down in this run: searches as sent, remarks, readings of windows."""
    said = {
        part
        for result in evidence.results
        for part in (*(searched.query for searched in result.searched), *result.notes, *readings_of(result))
    }
    for part in sorted(filter(None, said), key=len, reverse=True):  # one search may be how another begins
        text = text.replace(part, " ")
    return text
