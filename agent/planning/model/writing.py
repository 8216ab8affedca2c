"""Writing by a model: it words and orders, code fills in.

The model sees the findings as short ids (`f1`) and writes sentences with placeholders (`{f1.value}`, `{c1}`). Numbers,
dates, units and names come out of the findings when the placeholders are filled, so that none is ever typed by a model,
and the typed value of the answer is chosen among the findings by id. What the answer has to say besides (an absence,
rows that are tied, readings, what was not read) is added by code, because a model may forget it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.llm.template import neutral
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning import phrasing, writing
from chartwarden.agent.planning.model.forms import form_of
from chartwarden.tools.records.query import Computed, Finding, RecordQuery, Scalar
from chartwarden.tools.toolbox import ToolResult

MAX_SENTENCES = 8
MAX_SENTENCE_CHARS = 300
MAX_FINDINGS = 30
"""Findings one prompt shows."""
MAX_CITED = 12
"""Ids one sentence may name."""
MAX_VALUES = 12
ASKED = "asked"
"""The value that code works out of the rows, as the query asked for it."""
NOT_ANSWERED = "The rows that were found do not answer the question."

_PLACEHOLDER = Pattern(r"\{([fc]\d+)(?:\.(label|value|time|status|author|quote))?\}")
_NUMBER_WORD = Pattern(r"[\w.,%/-]*\d[\w.,%/-]*")
_HAS_LETTER = Pattern(r"[^\W\d_]")


@dataclass(frozen=True)
class Material:
    """What a model may write from: findings and computed results, by short id."""

    findings: dict[str, Finding]
    computed: dict[str, Computed]
    cut: int = 0
    """Findings that are not shown, for length."""

    @property
    def lines(self) -> tuple[str, ...]:
        """As the model reads it."""
        told = [f"{key}: {_told(row)}" for key, row in self.findings.items()]
        told += [f"{key}: computed {one.measure} = {_worked_out(one)}" for key, one in self.computed.items()]
        if self.cut:
            told.insert(len(self.findings) // 2, f"({self.cut} rows between are not shown)")
        return tuple(told)


def rows_of(results: Sequence[ToolResult]) -> tuple[Finding, ...]:
    """The findings of all calls, once each."""
    found = (row for one in results if one.result for row in one.result.findings)
    return tuple({(row.reference, row.label, row.value): row for row in found}.values())


def answering(results: Sequence[ToolResult]) -> tuple[ToolResult, ...]:
    """The results that may answer the question: without the date of birth that was looked up to read it."""
    asked = tuple(one for one in results if not (isinstance(query := one.call.question, RecordQuery) and _reads(query)))
    return asked or tuple(results)


def _reads(query: RecordQuery) -> bool:
    return query.target == "demographic" and query.limit == 1


def slice_of(rows: Sequence[Finding]) -> Material:
    """Some rows by short id, all of them."""
    return Material({f"f{number}": row for number, row in enumerate(rows, start=1)}, {})


def material_of(rows: Sequence[Finding], results: Sequence[ToolResult]) -> Material:
    """Rows and computed results by short id; of too many rows the first and the last are kept."""
    cut = max(len(rows) - MAX_FINDINGS, 0)
    if cut:
        rows = [*rows[: MAX_FINDINGS // 2], *rows[-(MAX_FINDINGS - MAX_FINDINGS // 2) :]]
    computed = [one.result.computed for one in results if one.result and one.result.computed]
    computed = [one for one in computed if one.measure != "distinct"]  # a choice of rows: they are the answer
    return Material(
        {f"f{number}": row for number, row in enumerate(rows, start=1)},
        {f"c{number}": one for number, one in enumerate(computed, start=1)},
        cut,
    )


def answer_form(material: Material) -> dict[str, Any]:
    """The form of an answer: whether the rows answer it, who tells them, what its value is, then the sentences."""
    keys = [*material.findings, *material.computed]
    choices = [f"{key}.{part}" for key in material.findings for part in ("value", "label", "time")]
    sentence = form_of(
        kind={"enum": ["assertion", "computation", "reported_opinion", "quotation"]},
        **{"from": {"type": "array", "items": {"enum": keys}, "minItems": 1, "maxItems": MAX_CITED}},
        text={"type": "string", "minLength": 1, "maxLength": MAX_SENTENCE_CHARS},
    )
    return form_of(
        outcome={"enum": ["answered", "not_answered"]},
        told={"enum": ["sentences", "rows"]},
        value={"type": "array", "items": {"enum": [ASKED, *choices, *material.computed]}, "maxItems": MAX_VALUES},
        sentences={"type": "array", "items": sentence, "maxItems": MAX_SENTENCES},
    )


def draft_from(filled: dict[str, Any], material: Material, by_rules: Draft, question: str) -> Draft:
    """The draft a filled form stands for. `by_rules`: what code would write of the same rows.

    `ModelOutputError` with a plain reason for what is not usable.
    """
    if filled["outcome"] == "not_answered":
        return Draft(outcome="failed", sentences=(Sentence(text=NOT_ANSWERED, kind="notice"),))
    value, unit = _chosen(filled["value"], material, by_rules)
    if filled["told"] == "rows":
        return by_rules if ASKED in filled["value"] else by_rules.model_copy(update={"value": value, "unit": unit})
    if not filled["sentences"]:
        raise ModelOutputError("an answer needs at least one sentence", cause="contradictory")
    known = _known_words(question, material)
    sentences = tuple(_sentence(one, material, known) for one in filled["sentences"])
    return Draft(outcome="answered", sentences=sentences, value=value, unit=unit)


def completed(draft: Draft, results: Sequence[ToolResult], by_rules: Draft, material: Material) -> Draft:
    """The draft with what it has to say besides: parts that are absent, ties, readings, failed calls, rows not told."""
    if draft.outcome != "answered" or draft is by_rules:
        return draft
    said = {sentence.text: sentence for sentence in draft.sentences}
    parts = [writing.draft_of((one,)) for one in results]
    absent = [sentence for part in parts if part.outcome == "not_recorded" for sentence in part.sentences]
    ties = [row for one in results if one.result for row in one.result.tied]
    tied = [
        Sentence(text=phrasing.tied(label, rows), citations=writing.cited(rows))
        for label in dict.fromkeys(row.label for row in ties)
        if (rows := [row for row in ties if row.label == label])
    ]
    notices = [sentence for sentence in by_rules.sentences if sentence.kind == "notice"]
    if material.cut:
        shown = {row.reference for row in material.findings.values()}
        rest = tuple(dict.fromkeys(row.reference for row in rows_of(results) if row.reference not in shown))
        if rest:
            tied.append(Sentence(text="Further entries are recorded.", citations=rest))
    for sentence in (*tied, *absent, *notices):
        said.setdefault(sentence.text, sentence)
    outcome = "failed" if by_rules.outcome == "failed" else "answered"
    return draft.model_copy(update={"outcome": outcome, "sentences": tuple(said.values())})


def _sentence(one: dict[str, Any], material: Material, known: frozenset[str]) -> Sentence:
    bare = _PLACEHOLDER.sub(" ", one["text"])
    for word in _NUMBER_WORD.findall(bare):
        if not (_HAS_LETTER.search(word) and word.strip(".,").casefold() in known):
            raise ModelOutputError("a sentence types a number; use placeholders such as {f1.value} or {f1.time}")
    if "{" in bare or "}" in bare:
        raise ModelOutputError("a sentence has a placeholder that does not exist")
    named = [match[1] for match in _PLACEHOLDER.finditer(one["text"])]
    try:
        text = _PLACEHOLDER.sub(lambda match: _filled(match[1], match[2] or "value", material), one["text"])
    except KeyError as fault:
        raise ModelOutputError(f"a sentence names {fault.args[0]}, which does not exist") from None
    cited: dict[str, None] = {}
    for key in dict.fromkeys((*named, *one["from"])):
        if key in material.computed:
            cited.update(dict.fromkeys(material.computed[key].over))
        else:
            row = material.findings[key]
            cited.update(dict.fromkeys((row.reference, *row.also)))
    return Sentence(text=text, kind=one["kind"], citations=tuple(cited))


def _known_words(question: str, material: Material) -> frozenset[str]:
    """Words with digits that are names (HbA1c, B12), because the question or a label has them."""
    texts = [question, *(row.label for row in material.findings.values())]
    return frozenset(word.strip(".,").casefold() for text in texts for word in _NUMBER_WORD.findall(text))


def _filled(key: str, part: str, material: Material) -> str:
    if key in material.computed:
        return _worked_out(material.computed[key])
    row = material.findings[key]
    return {
        "value": _value(row.value, row.unit),
        "label": row.label,
        "time": phrasing.moment(row.time) if row.time else "no date recorded",
        "status": row.status or "status not recorded",
        "author": row.author or "author not recorded",
        "quote": f'"{row.text}"',
    }[part]


def _worked_out(one: Computed) -> str:
    """What code worked out, as an answer tells it: an age in years, and a number with more digits as rounded."""
    told = _value(one.value, "years" if one.measure == "age" else one.unit)
    is_cut = isinstance(one.value, float) and float(phrasing.number(one.value)) != one.value
    return f"{told} (rounded)" if is_cut else told


def _chosen(chosen: list[str], material: Material, by_rules: Draft) -> tuple[tuple[Scalar, ...], str]:
    if ASKED in chosen:
        return by_rules.value, by_rules.unit
    values: list[Scalar] = []
    units: set[str] = set()
    found: tuple[Scalar | None, ...]
    for name in chosen:
        key, _, part = name.partition(".")
        if key in material.computed:
            one = material.computed[key]
            found, unit = (one.value,), "" if one.measure == "age" else one.unit
        else:
            row = material.findings[key]
            found = {"value": _scalars(row), "label": (row.label,), "time": (row.time,)}[part]
            unit = row.unit if part == "value" else ""
        told = [scalar for scalar in found if scalar is not None and scalar != ""]
        values += told
        units.update([unit] if told else [])
    return tuple(values), units.pop() if len(units) == 1 else ""


def _scalars(row: Finding) -> tuple[Scalar | None, ...]:
    """The value of a row; of a panel every number (systolic, diastolic)."""
    is_panel = len(row.values) > 1 and all(
        isinstance(scalar, int | float) and not isinstance(scalar, bool) for scalar in row.values
    )
    return row.values if is_panel else (row.value,)


def _told(row: Finding) -> str:
    parts = [neutral(row.label)]
    if row.value is not None and row.value != row.label:
        parts.append(f"value {neutral(_value(row.value, row.unit))}")
    parts += [f"{name} {neutral(text)}" for name, text in (("time", row.time), ("status", row.status)) if text]
    if row.author:
        parts.append(f"author {neutral(row.author)}")
    if row.text:
        parts.append(f'quote "{neutral(row.text[:300])}"')
    return " | ".join(parts)


def _value(value: Scalar | None, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{phrasing.number(value)} {unit}".strip()
    return "none" if value is None else f"{value} {unit}".strip()
