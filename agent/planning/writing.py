"""Findings to sentences: each says only what the rows say, in the record's own words, and cites them.

Every planner can fall back on this writer. The typed value goes beside the text: what was asked for, most specific
first, in full digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.planning import phrasing, phrasing_counts, phrasing_times
from chartwarden.tools.records.query import (
    DAILY,
    Comparison,
    Finding,
    NoteSearch,
    QueryResult,
    Question,
    RecordQuery,
    Scalar,
)
from chartwarden.tools.toolbox import ToolResult

RELATIVE = ("percent", "rate")
MAX_ROWS = 40
"""Rows told one by one; the rest are cited together."""


@dataclass
class Part:
    """What is said of one result."""

    sentences: list[Sentence] = field(default_factory=list)
    value: list[Scalar] = field(default_factory=list)
    unit: str = ""
    is_absent: bool = False


def draft_of(results: Sequence[ToolResult]) -> Draft:
    """The draft of an answer from tool results. A failed call is told, and is never an absence."""
    faults = list(dict.fromkeys(result.error for result in results if result.error))
    told = [result.result for result in results if result.result is not None]
    parts = [_placed(_part(one), one.question, told) for one in told]
    notices = [Sentence(text=fault, kind="notice") for fault in faults]
    if faults and not parts:
        return Draft(outcome="failed", sentences=tuple(notices))
    notices += [Sentence(text=phrasing.sentence(note), kind="notice") for note in _notes(results)]
    sentences = [sentence for part in parts for sentence in part.sentences]
    value = [scalar for part in parts for scalar in part.value]
    units = {part.unit for part in parts if part.unit}
    if faults:
        outcome = "failed"
    elif not parts or all(part.is_absent for part in parts):
        outcome = "not_recorded"
    else:
        outcome = "answered"
    return Draft(
        outcome=outcome,
        sentences=tuple(dict.fromkeys(sentences + notices)),
        value=tuple(value),
        unit=units.pop() if len(units) == 1 and value else "",
    )


def _placed(part: Part, question: Question, told: Sequence[QueryResult]) -> Part:
    """What is said of one of several times, with the time in front where numbers of them stand side by side."""
    if not isinstance(question, RecordQuery) or question.measure not in ("count", "count_distinct"):
        return part
    when = phrasing.stretch(question.window)
    beside = [one.question for one in told if isinstance(one.question, RecordQuery)]
    alike = sum(one == question.model_copy(update={"window": one.window}) for one in beside)
    if when and alike > 1 and part.sentences:
        first, *rest = part.sentences
        if any(one.found for one in told):  # what was searched for nothing is said where all of them are empty
            rest = [sentence for sentence in rest if sentence.kind != "notice"]
        said = f"{when}, {first.text[0].lower()}{first.text[1:].replace(' in this period', '')}"
        part.sentences = [first.model_copy(update={"text": said}), *rest]
    return part


def _notes(results: Sequence[ToolResult]) -> list[str]:
    notes: dict[str, None] = {}
    for result in results:
        if result.result is not None:
            notes.update(dict.fromkeys(result.result.notes))
            if result.result.withheld:
                notes[f"{result.result.withheld} entries were withheld from this session."] = None
            if not result.result.complete:
                notes["The search was incomplete."] = None
    return list(notes)


def _part(result: QueryResult) -> Part:
    question = result.question
    if isinstance(question, NoteSearch):
        return _quoted(question, result)
    if isinstance(question, Comparison):
        return _compared(question, result)
    if question.measure in ("count", "count_distinct"):
        return _counted(question, result)
    if question.measure == "exists":
        return _existing(question, result)
    if question.measure in ("commonest", "rarest"):
        return _by_number(question, result)
    if question.measure in (
        "min",
        "max",
        "mean",
        "median",
        "sum",
        "change",
        "trend",
        "duration",
        "age",
        "range",
        "elapsed",
        "same",
        *DAILY,
        *RELATIVE,
    ):
        return _computed(question, result)
    return _rows(question, result)


def _absent(question: RecordQuery | NoteSearch, result: QueryResult, value: Sequence[Scalar] = ()) -> Part:
    """Nothing found, told with what was searched, and apart from what is recorded as not being so."""
    part = Part(value=list(value), is_absent=True)
    text = phrasing.absence(question)
    if isinstance(question, RecordQuery) and result.found >= question.index and question.measure == "none":
        text = phrasing.none_in_order(question, result.found)
    part.sentences.append(Sentence(text=text, kind="absence"))
    for row in result.set_aside[:5]:
        text = phrasing.set_aside(row)
        part.sentences.append(Sentence(text=text, kind="assertion", citations=cited([row])))
    searched = phrasing.searched(result.searched)
    if searched:
        part.sentences.append(Sentence(text=searched, kind="notice"))
    return part


def _existing(question: RecordQuery, result: QueryResult) -> Part:
    said = result.computed.value if result.computed is not None else None
    if question.target == "demographic":
        return _said_of_patient(question, result.findings, said)
    value = [] if said is None else [said]
    if not result.findings and said is None and (result.set_aside or (question.held and question.threshold is None)):
        return _absent(question, result)
    if not result.findings:
        return _absent(question, result, value) if result.complete and said is not None else Part(value=value)
    part = Part(_listed(question, result.findings), list(value))
    if (question.held or question.then is not None) and said is not None:
        verdict = Sentence(text="Yes." if said else "No.", kind="computation", citations=cited(result.findings))
        part.sentences.insert(0, verdict)
    shown = {row.reference for row in result.findings}
    rest = tuple(name for name in (result.computed.over if result.computed else ()) if name not in shown)
    if rest:
        part.sentences.append(Sentence(text="Further entries are recorded.", citations=rest))
    return part


def _said_of_patient(question: RecordQuery, rows: Sequence[Finding], said: Scalar | None) -> Part:
    """A yes or no to what is asked of the patient, with what is recorded of it."""
    if said is None or rows[0].value is False:
        notice = Sentence(text=f"{question.field.removesuffix('DateTime')}: not recorded.", kind="notice")
        return Part([notice], [] if said is None else [said], is_absent=said is None)
    verdict = Sentence(text="Yes." if said else "No.", kind="computation", citations=cited(rows))
    return Part([verdict, *_listed(question, rows)], [said])


def _counted(question: RecordQuery, result: QueryResult) -> Part:
    computed = result.computed
    count = computed.value if computed is not None else None
    if count is None:
        return Part(_listed(question, result.findings))
    if count == 0 and result.found and question.measure == "count_distinct":
        return Part([Sentence(text="Nothing of the kind is recorded there.", kind="notice")], [0], is_absent=True)
    if count == 0:
        return _absent(question, result, [0])
    over = computed.over if computed is not None else ()
    text = phrasing_counts.count(question, int(count), len(over), result.findings)
    every = tuple(dict.fromkeys((*over, *cited(result.findings))))
    return Part([Sentence(text=text, kind="computation", citations=every)], [count])


def _by_number(question: RecordQuery, result: QueryResult) -> Part:
    """What there are most or fewest of, each with how many; all that are level."""
    if result.computed is None or result.computed.value is None:
        return _rows(question, result)
    rows = result.findings[:MAX_ROWS]
    texts = [phrasing_counts.of_number(question, row) for row in rows]
    told = [
        Sentence(text=text, kind="computation", citations=cited([row], question))
        for text, row in zip(texts, rows, strict=True)
    ]
    if question.target == "time" and len(result.findings) > 1 and question.limit is None:
        told.append(Sentence(text="They are level.", kind="notice"))
    return Part(told, [value for row in result.findings for value in row.values[:1]])


def _computed(question: RecordQuery, result: QueryResult) -> Part:
    computed = result.computed
    if computed is None or computed.value is None:
        if not result.findings:
            return _absent(question, result)
        if question.field == "deceased":
            return Part([Sentence(text="deceased: not recorded.", kind="notice")], is_absent=True)
        told = _listed(question, result.findings[:MAX_ROWS])
        return Part(
            [*told, Sentence(text="This could not be computed from what is recorded.", kind="notice")], is_absent=True
        )
    over = computed.over or cited(result.findings)
    events = tuple(reference for row in result.findings[:1] for reference in row.also) if question.anchor else ()
    text = phrasing.computation(question, computed, result.findings)
    citations = tuple(dict.fromkeys((*over, *events)))
    unit = "" if question.measure == "age" else computed.unit
    told = [Sentence(text=text, kind="computation", citations=citations)]
    told += _listed(question, result.findings[:MAX_ROWS]) if question.measure == "same" else []
    return Part(told, [computed.value], unit)


_IN_TIME = frozenset({"before", "after", "same_day"})


def _compared(question: Comparison, result: QueryResult) -> Part:
    computed = result.computed
    rows = list(result.findings)
    told = [
        Sentence(text=phrasing.row(_side(question, rows, row), row), citations=cited([row], _side(question, rows, row)))
        for row in rows
    ]
    if computed is not None and question.left.measure in ("mean", "sum"):
        told = []  # of a mean, the number of its values is told
    if computed is None or computed.value is None:
        if not rows:
            part = _absent(question.left, result)
            part.sentences = [s for s in part.sentences if s.kind != "assertion"]
            return part
        return Part(told, is_absent=True)
    if isinstance(computed.value, bool) and question.relation in _IN_TIME and len(rows) > 1:
        text = phrasing_times.order(question, computed.value, rows)
    elif isinstance(computed.value, bool):
        text = phrasing.comparison(question, bool(computed.value), rows, computed)
    elif question.relation in ("interval", "time_after"):
        text = phrasing_times.interval(question, computed, rows)
    elif question.relation in _IN_TIME:
        text = phrasing_times.which_of_two(question, computed, rows)
    elif question.tells:
        text = phrasing.told_apart(question, computed, rows)
    elif question.left.anchor is not None:
        text = phrasing.changed(computed, rows)
    else:
        rounded = " (rounded)" if question.relation == "ratio" else ""
        text = f"The {question.relation} is {phrasing.number(computed.value)} {computed.unit}".strip() + f"{rounded}."
    verdict = Sentence(
        text=text,
        kind="computation",
        citations=tuple(dict.fromkeys((*computed.over, *(c for s in told for c in s.citations)))),
    )
    return Part([verdict, *told], [computed.value], computed.unit if not isinstance(computed.value, bool) else "")


def _side(question: Comparison, rows: list[Finding], row: Finding) -> RecordQuery:
    return question.left if row is rows[0] else question.right


def _quoted(question: NoteSearch, result: QueryResult) -> Part:
    rows = [row for row in result.findings if row.text]
    if not rows:
        return _absent(question, result)
    part = Part()
    for row in rows:
        part.sentences.append(Sentence(text=phrasing.quotation(row), kind="quotation", citations=cited([row])))
        part.value.append(row.text)
    return part


def _rows(question: RecordQuery, result: QueryResult) -> Part:
    rows = [row for row in result.findings if row.values or row.value is not None]
    if not result.findings:
        return _absent(question, result)
    if question.types == ("AllergyIntolerance",) and question.target == "result" and question.concept is None:
        return _reactions(question, result)
    if not rows:
        told = [Sentence(text=phrasing.silent(question, row), citations=cited([row])) for row in result.findings[:3]]
        told.append(Sentence(text=phrasing.missing_of(question, result), kind="notice"))
        return Part(told, is_absent=True)
    if question.target == "demographic" and rows[0].value is False:
        is_yes_or_no = question.field != "deceasedDateTime" and not question.negated
        notice = Sentence(text=f"{question.field.removesuffix('DateTime')}: not recorded.", kind="notice")
        return Part([notice], [False] if is_yes_or_no else [], is_absent=not is_yes_or_no)
    part = Part(_listed(question, rows))
    silent = (
        [row for row in result.findings if row not in rows]
        if question.target == "reason" or question.types == ("AllergyIntolerance",)
        else []
    )
    part.sentences += [
        Sentence(text=phrasing.silent(question, row), citations=cited([row])) for row in silent[:MAX_ROWS]
    ]
    if silent:
        part.sentences.append(
            Sentence(text=f"No {phrasing.what_is_missing(question)} is recorded there.", kind="notice")
        )
    if result.tied and question.measure == "none":
        part.sentences += _tied(result.tied)
    part.value = list(_values(question, rows))
    units = {row.unit for row in rows if row.unit}
    part.unit = units.pop() if len(units) == 1 and question.target in _IN_UNITS else ""
    return part


_IN_UNITS = frozenset({"value", "dose", "strength", "infusion_rate", "frequency", "duration", "attribute"})


def _reactions(question: RecordQuery, result: QueryResult) -> Part:
    """Every allergy, with what it did where that is recorded."""
    part = Part(value=[value for row in result.findings for value in (row.label, *row.values)])
    for row in result.findings[:MAX_ROWS]:
        text = phrasing.row(question, row) if row.values else phrasing.silent(question, row)
        part.sentences.append(Sentence(text=text, citations=cited([row])))
    if any(not row.values for row in result.findings):
        part.sentences.append(Sentence(text="No reaction is recorded there.", kind="notice"))
    return part


def _tied(rows: Sequence[Finding]) -> list[Sentence]:
    """Rows that are as good as the last one shown: recorded at the same time, or with the same value."""
    told = [Sentence(text=phrasing.tied(label, members), citations=cited(members)) for label, members in _grouped(rows)]
    return told[:MAX_ROWS]


def _values(question: RecordQuery, rows: Iterable[Finding]) -> Iterable[Scalar]:
    """The leading scalar of each row; every component of a panel; every organism, place or reason of a row."""
    several = question.target in ("organism", "reason", "person", "result", "code", "demographic")
    several = several or question.field == "ingredient"
    found: dict[str, Scalar] = {}
    plain: list[Scalar] = []
    for row in rows:
        scalars = list(row.values or ((row.value,) if row.value is not None else ()))
        numbers = all(isinstance(scalar, int | float) and not isinstance(scalar, bool) for scalar in scalars)
        if numbers and question.target == "value":
            plain += scalars
            continue
        for scalar in scalars if several and question.target != "demographic" else scalars[:1]:
            found.setdefault(str(scalar).casefold(), scalar)
    return [*plain, *found.values()]


def _listed(question: RecordQuery, rows: Sequence[Finding]) -> list[Sentence]:
    """Rows told one by one, rows of one name together where only their dates differ."""
    if question.measure == "exists" and len(rows) > 3:
        return [
            Sentence(text=phrasing.group(label, members), citations=cited(members)) for label, members in _grouped(rows)
        ]
    told = [
        Sentence(text=phrasing.row(question, row), kind=phrasing.kind(row), citations=cited([row], question))
        for row in rows[:MAX_ROWS]
    ]
    if len(rows) > MAX_ROWS:
        rest = cited(rows[MAX_ROWS:], question)
        told.append(Sentence(text="Further entries are recorded.", citations=rest))
    return told


def _grouped(rows: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    groups: dict[str, list[Finding]] = {}
    for row in rows:
        groups.setdefault(row.label, []).append(row)
    return list(groups.items())


_RESTS = frozenset({"person", "reason", "location", "organism", "specimen", "result"})
"""Targets whose answer stands in another resource than the row."""


def cited(rows: Iterable[Finding], question: RecordQuery | None = None) -> tuple[str, ...]:
    """The references of rows, and of the resources that the answer itself stands in."""
    found: dict[str, None] = {}
    for row in rows:
        found[row.reference] = None
        if question is not None and (
            question.target in _RESTS
            or question.anchor is not None
            or question.part_of is not None
            or question.yielded is not None
            or question.measure in ("distinct", "commonest", "rarest")
        ):
            found.update(dict.fromkeys(row.also))
    return tuple(found)
