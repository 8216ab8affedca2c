"""The wording of sentences: fixed frames of reporting, filled with the record's own words and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from chartwarden.agent.answer import SentenceKind
from chartwarden.agent.grounding.claims import TELLING_STATUSES
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.field_names import ATTRIBUTES, FIELDS
from chartwarden.agent.planning.held_against import held_against
from chartwarden.tools.records.number_words import ORDINALS
from chartwarden.tools.records.query import (
    DAILY,
    Comparison,
    Computed,
    Finding,
    NoteSearch,
    QueryResult,
    RecordQuery,
    Scalar,
    Searched,
    Window,
)
from chartwarden.tools.records.words import entries

_UNREMARKABLE = frozenset({"final", "finished", "completed", "unknown", ""})
_DID = {
    "MedicationRequest": "ordered ",
    "MedicationAdministration": "administered ",
    "MedicationDispense": "dispensed ",
    "MedicationStatement": "reported ",
    "ServiceRequest": "requested ",
}
"""What a date of a medication entry is the date of: an order is not told as an administration."""
_NOUNS = {
    "Condition": "condition", "MedicationRequest": "prescription", "MedicationAdministration": "administration",
    "MedicationStatement": "medication", "MedicationDispense": "medication dispensed", "Observation": "observation",
    "Immunization": "immunization", "Procedure": "procedure", "Encounter": "encounter", "AllergyIntolerance": "allergy",
    "DiagnosticReport": "report", "DocumentReference": "document",
    "CarePlan": "plan", "FamilyMemberHistory": "family history",
    "Device": "device", "Coverage": "coverage", "ImagingStudy": "imaging study", "Goal": "goal", "Specimen": "specimen",
    "CareTeam": "member", "Patient": "patient",
    "Appointment": "appointment or visit", "ServiceRequest": "request",
}  # fmt: skip


def sentence(text: str) -> str:
    """A remark as a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def number(value: Scalar) -> str:
    """A number with the digits that matter: as recorded up to six significant digits, else rounded to them."""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.2f}"


def moment(time: str) -> str:
    """A recorded time, readable and no less precise: date, and time to the minute where there is one."""
    if "T" not in time:
        return time
    day, _, clock = time.partition("T")
    return f"{day} {clock[:5]}"


def noun(question: RecordQuery) -> str:
    """What kind of entry a query looks for."""
    return " or ".join(dict.fromkeys(_NOUNS[one] for one in question.types if one in _NOUNS)) or "entry"


def kind(row: Finding) -> SentenceKind:
    """An assertion of the record, or an opinion reported with its author."""
    return "assertion"


def row(question: RecordQuery, finding: Finding) -> str:
    """One row: its name, what was asked of it, its date and its status."""
    label = finding.label or noun(question)
    told = _asked(question, finding)
    verb = _DID.get(finding.reference.partition("/")[0], "")
    is_told = question.target in ("time", "start", "demographic")
    when = f"{verb}{_moments(finding.times or (finding.time,))}" if finding.time and not is_told else ""
    if when:
        when = f" ({when})" if told.endswith(".") else f", {when}"  # a report's sentences stay as they are
    # The latest of several entries stands for them: their states differ, and none is told as that of all.
    own = finding.reference.partition("/")[0] + "/"
    of_one = question.measure != "distinct" or bool(question.status) or not any(r.startswith(own) for r in finding.also)
    state = f" ({finding.status})" if of_one and finding.status not in _UNREMARKABLE else telling_states([finding])
    if question.target == "demographic":
        return f"{FIELDS.get(question.field, question.field)}: {told}."
    return sentence(f"{label}{': ' + told if told else ''}{when}{state}")


def telling_states(rows: Sequence[Finding]) -> str:
    """The statuses that change what a row means, of all rows or of a part of them."""
    said = {row.status for row in rows} & TELLING_STATUSES
    part = "" if all(row.status in said for row in rows) else "in part "
    return f" ({part}{', '.join(sorted(said))})" if said else ""


def _asked(question: RecordQuery, finding: Finding) -> str:
    scalars = list(finding.values or ((finding.value,) if finding.value is not None else ()))
    target = question.target
    if target == "value" and not scalars:
        return finding.text
    if target == "name":
        return ""
    if target == "code":
        return finding.text
    if target == "value" and finding.text and len(scalars) > 1:
        return finding.text
    if target in ("time", "start", "end"):
        verb = _DID.get(finding.reference.partition("/")[0], "") if target != "end" else ""
        if isinstance(finding.value, int):
            return f"{'highest' if question.which == 'last' else 'lowest'} in {finding.value}, {moment(finding.time)}"
        return verb + ", ".join(moment(str(scalar)) for scalar in scalars[:1])
    if target == "severity" or (target == "result" and finding.text and question.types == ("AllergyIntolerance",)):
        return finding.text
    if target == "attribute" and finding.text:
        return finding.text if finding.text.casefold() != finding.label.casefold() else ""
    if target in ("organism", "person", "reason", "result", "specimen", "location", "demographic"):
        return ", ".join(str(scalar) for scalar in scalars)
    told = [shown for scalar in scalars[:1] if (shown := number(scalar)).casefold() != finding.label.casefold()]
    text = ", ".join(told)
    return f"{text} {finding.unit}".strip() if text else ""


def _moments(times: Sequence[str]) -> str:
    """Times in words, the first and the last ones of many."""
    shown = times if len(times) <= 6 else [*times[:3], *times[-3:]]
    more = " and further dates" if len(times) > 6 else ""
    return ", ".join(dict.fromkeys(map(moment, shown))) + more


def group(label: str, rows: Sequence[Finding]) -> str:
    """Rows of one name, by their dates."""
    told = _moments([member.time for member in rows if member.time])
    states = {member.status for member in rows} - _UNREMARKABLE
    of_all = len({member.status for member in rows}) == 1 and states
    state = f" ({', '.join(states)})" if of_all else telling_states(rows)
    verb = _DID.get(rows[0].reference.partition("/")[0], "")
    return f"{label}{': ' + verb + told if told else ''}{state}."


def tied(label: str, rows: Sequence[Finding]) -> str:
    """Entries of one name that are tied with the one shown."""
    return f"Tied with it: {group(label, rows)}"


def words_of(question: RecordQuery | NoteSearch) -> str:
    """The words of the question for what was looked for."""
    if isinstance(question, NoteSearch):
        return question.words
    named = (
        question.concept,
        question.component,
        question.specimen,
        question.reason,
        question.derived_from,
        question.yielded,
    )
    asked = [concept.words for concept in named if concept is not None]
    return ", ".join(dict.fromkeys(asked))


def absence(question: RecordQuery | NoteSearch) -> str:
    """That nothing was found, in the words of the question."""
    words = words_of(question)
    if isinstance(question, NoteSearch):
        by = f' by "{question.author}"' if question.author else ""
        where = f' in "{question.document}"' if question.document else ""
        during = " in this period" if question.window is not None else ""
        if question.whole:
            return f'No note or report called "{words}" was found{during}.'
        return f'No note or report with "{words}"{by}{where} was found{during}.'
    named = f' for "{words}"' if words else ""
    but = "any other than " if question.person.startswith("!") else ""
    named += f' by {but}"{question.person.removeprefix("!")}"' if question.person else ""
    named += f' via "{question.route.replace("|", " or ")}"' if question.route else ""
    said = question.said or question.coded
    named += f' that says "{said}"' if said else ""
    during = " in this period" if question.window is not None or question.anchor is not None else ""
    if question.planned:
        which = "open" if question.types == ("ServiceRequest",) else "booked or planned"
        return f"No {which} {noun(question)} is recorded{during}."
    state = f" with status {question.status[0]}" if question.status else ""
    if question.types == ("AllergyIntolerance",) and question.category:
        state = f' of the category "{question.category[0]}"{state}'
    kind = f"{question.encounter_kind[0]} " if question.encounter_kind else ""
    held = held_against(question)
    return f"No {_place(question)}{kind}{noun(question)}{named}{state}{_limit(question)}{held} is recorded{during}."


def _place(question: RecordQuery) -> str:
    """Which of several is not there, where there may well be others: "second ", "earlier "."""
    if question.index == 1 or question.index > len(ORDINALS):
        return ""
    return "earlier " if question.which == "last" else f"{ORDINALS[question.index - 1]} "


_SAID = {
    "lt": "below", "le": "at or below", "gt": "above", "ge": "at or above", "eq": "equal to",
    "above_range": "above", "below_range": "below", "outside_range": "outside", "within_range": "within",
}  # fmt: skip


def _limit(question: RecordQuery) -> str:
    """The limit that nothing recorded meets."""
    limit = question.threshold
    if limit is None:
        return ""
    unit = "hours" if limit.of == "duration" else limit.unit
    against = f"{limit.value:g} {unit}".strip() if limit.value is not None else "its reference range"
    return f" {_SAID[limit.relation]} {against}"


def set_aside(finding: Finding) -> str:
    """A row about the same thing that is no fact of the kind asked for."""
    when = f", {moment(finding.time)}" if finding.time else ""
    state = f"recorded as {finding.status}" if finding.status else "recorded without a status"
    return f"{finding.label}{when}: {state}."


def searched(searches: Sequence[Searched]) -> str:
    """What was searched, for an absence."""
    told = list(dict.fromkeys(_LONG_LIST.sub(_shortened, one.query) for one in searches if "?" in one.query))
    return f"Searched: {'; '.join(told[:4])}." if told else ""


_LONG_LIST = Pattern(r"(?<==)(?:[^,&]+,){12,}[^,&]+")
"""The values of one search parameter, of which only the first are told: the log has all of them."""


def _shortened(match: re.Match[str]) -> str:
    values = match.group().split(",")
    return f"{','.join(values[:3])},... ({len(values)} values)"


def what_is_missing(question: RecordQuery) -> str:
    """What rows do not say that were asked for it."""
    if question.target == "result" and question.types == ("AllergyIntolerance",):
        return "reaction"
    if question.target in ("attribute", "demographic"):
        return (ATTRIBUTES | FIELDS).get(question.field, question.field)
    return f"{question.field} {question.target}".strip() if question.target == "code" else question.target


def missing_of(question: RecordQuery, result: QueryResult) -> str:
    """That rows do not say what was asked for; of several that stand for more of their kind, that none of them does."""
    what = what_is_missing(question)
    if question.measure == "distinct" and result.read_all and result.found > len(result.findings):
        return f"No {what} is recorded in any of the {result.found} entries of this kind."
    return f"No {what} is recorded there."


def none_in_order(question: RecordQuery, found: int) -> str:
    """That what was found has nothing to be put in order by, and so none of it is the one asked for."""
    what = {"value": "number", "end": "end"}.get(question.by, "date")
    return f"No {what} is recorded in the {entries(found)} of this kind."


def stretch(window: Window | None) -> str:
    """A window with two ends, as a calendar year, month or day where it is one: "In 2018-05"; empty for any other."""
    if window is None or window.start is None or window.end is None:
        return ""
    start, last = window.start.date(), (window.end - dt.timedelta(microseconds=1)).date()
    if (start.month, start.day, last.month, last.day) == (1, 1, 12, 31) and start.year == last.year:
        return f"In {start.year:04}"
    if (
        start.day == 1
        and (last + dt.timedelta(days=1)).day == 1
        and (start.year, start.month) == (last.year, last.month)
    ):
        return f"In {start:%Y-%m}"
    return f"On {start}" if start == last else f"From {start} to {last}"


def computation(question: RecordQuery, computed: Computed, rows: Sequence[Finding]) -> str:
    """A result of arithmetic with its working, and with what its rows' statuses change."""
    return f"{_computed(question, computed, rows)}{telling_states(rows)}."


def _computed(question: RecordQuery, computed: Computed, rows: Sequence[Finding]) -> str:
    label = rows[0].label if rows else noun(question)
    unit = UNITS.get(computed.unit, computed.unit) if question.target == "duration" else computed.unit
    value = f"{number(computed.value if computed.value is not None else '')} {unit}".strip()
    if question.measure in ("min", "max"):
        when = f", {moment(rows[0].time)}" if rows and rows[0].time else ""
        return f"{label}: {'lowest' if question.measure == 'min' else 'highest'} value {value}{when}"
    if question.measure == "age":
        return f"Age {number(computed.value or 0)} years ({computed.how})"
    if question.measure == "change":
        return f"{label}: changed by {value} ({computed.how})"
    if question.measure == "trend":
        return f"{label}: {computed.value} ({computed.how})"
    if question.measure == "percent":
        return f"{label}: changed by {value} of the earlier value ({computed.how})"
    if question.measure in DAILY:
        end = "most" if question.measure == "most_a_day" else "least"
        return f"{label}: {end} in one day on {computed.how}"
    if question.measure == "same":
        return f"{label}: {question.target} {computed.how}"
    if question.measure == "rate":
        per = {"a": "year", "mo": "month", "wk": "week", "d": "day"}[question.unit]
        return f"{label}: changed by {value}, that is per {per}, from the first to the last value ({computed.how})"
    if question.measure == "range":
        return f"{label}: highest less lowest {value} ({computed.how})"
    if question.measure == "elapsed":
        length = f"{number(computed.value or 0)} {UNITS.get(computed.unit, computed.unit)}"
        return f"{label}: {length} ago ({computed.how})"
    if question.measure == "duration":
        length = f"{number(computed.value or 0)} {UNITS.get(computed.unit, computed.unit)}"
        return f"{label}: duration {length} ({computed.how})"
    name = f"{question.measure} of"
    return f"{label}: {name} {len(computed.over)} values, {value} (rounded)"


def _two_numbers(question: Comparison, computed: Computed, rows: Sequence[Finding]) -> list[str]:
    """The two numbers that were held against each other: of rows, or worked out."""
    if question.left.measure in ("mean", "sum"):
        return [f"the {one} (rounded)" for one in computed.how.split(" and ")]
    return [f"{number(row.value or 0)} {row.unit}".strip() for row in rows[:2]]


def told_apart(question: Comparison, computed: Computed, rows: Sequence[Finding]) -> str:
    """Which of two values it is, or in which direction they differ."""
    left, right = _two_numbers(question, computed, rows)
    if computed.value == "the same":
        return f"{left} and {right} are equal{telling_states(rows)}."
    if question.tells == "direction":
        return f"It was {computed.value}: {left} is {computed.value} than {right}{telling_states(rows)}."
    word = "lower" if question.relation == "lt" else "higher"
    if question.left.target == "duration":
        word = "the shorter" if question.relation == "lt" else "the longer"
    if question.tells == "value":
        value = f"{number(computed.value or 0)} {computed.unit}".strip()
        return f"The {word} is {value}: {left} and {right} are compared{telling_states(rows)}."
    if computed.value in {row.label for row in rows}:
        return f"{computed.value} was {word}: {left} and {right} are compared{telling_states(rows)}."
    return f"It was {word} at {moment(str(computed.value))}: {left} and {right} are compared{telling_states(rows)}."


def changed(computed: Computed, rows: Sequence[Finding]) -> str:
    """By how much a value changed, and from what to what."""
    now, then = (f"{number(row.value or 0)} {row.unit}".strip() for row in rows[:2])
    by = f"{number(computed.value or 0)} {computed.unit}".strip()
    return f"Changed by {by}: from {then} to {now}{telling_states(rows)}."


def comparison(question: Comparison, is_so: bool, rows: Sequence[Finding], computed: Computed | None = None) -> str:
    """Whether the values of two rows relate as asked."""
    word = {"lt": "lower than", "gt": "higher than", "eq": "equal to"}
    relation = word.get(question.relation, question.relation)
    if question.left.measure in ("mean", "sum") and computed is not None:
        means = _two_numbers(question, computed, rows)
        held = f"{means[0]} is {'' if is_so else 'not '}{relation} {means[1]}"
        return f"{'Yes' if is_so else 'No'}: {held}{telling_states(rows)}."
    if len(rows) < 2:
        return "Yes." if is_so else "No."
    said = tuple(f"{number(one.value or 0)} {one.unit}".strip() for one in rows[:2])
    return (
        f"{'Yes' if is_so else 'No'}: {said[0]} is {'' if is_so else 'not '}{relation} {said[1]}{telling_states(rows)}."
    )


UNITS = {
    "min": "minutes", "h": "hours", "d": "days", "night": "nights", "wk": "weeks",
    "mo": "completed months", "a": "completed years",
}  # fmt: skip


def quotation(finding: Finding) -> str:
    """A sentence of a note, verbatim, with where it stands."""
    where = ", ".join(part for part in (finding.label, moment(finding.time), finding.author) if part)
    return f'"{finding.text}" ({where}).' if where else f'"{finding.text}".'


def silent(question: RecordQuery, finding: Finding) -> str:
    """A row that does not say what was asked."""
    when = f", {moment(finding.time)}" if finding.time else ""
    return f"{finding.label or noun(question)}{when}{telling_states([finding])}."
