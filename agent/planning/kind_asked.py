"""What kind of answer a question names in so many words, held against what it was read as.

Readers that look for a thing and a time may pass over the word that says what is wanted of it. These words say it
beyond doubt: a length in hours is no number of stays, a town no date of birth. Attributes of entries asked for by name
are `reading/attributes_kept`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.earned import unearned
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.understood import Reading, not_understood
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.number_words import CARDINALS, TENS
from chartwarden.tools.records.query import HOURS, Comparison, IntervalUnit, NoteSearch, Question, RecordQuery

_SPANS = frozenset({"interval", "time_after"})
_UNITS: dict[str, IntervalUnit] = {"hour": "h", "hr": "h", "minute": "min", "min": "min", "night": "night"}


def _queries(questions: Sequence[Question]) -> Iterator[RecordQuery]:
    """Every query by itself; of a comparison both sides."""
    for one in questions:
        if isinstance(one, RecordQuery):
            yield one
        elif isinstance(one, Comparison):
            yield one.left
            yield one.right


def _in_unit(one: Question, unit: IntervalUnit) -> Question:
    """A question whose lengths of time are told in a unit."""
    if isinstance(one, RecordQuery) and _is_a_length(one):
        summed = {"measure": "duration"} if one.measure == "sum" else {}
        return one.model_copy(update={"unit": unit, **summed})
    return one.model_copy(update={"unit": unit}) if isinstance(one, Comparison) and one.relation in _SPANS else one


def _by_the_clock(one: Question) -> Question:
    """A question whose days between two events are told as they are, and not by the calendar."""
    by_calendar = isinstance(one, Comparison) and one.relation in _SPANS and one.unit == "d"
    return one.model_copy(update={"unit": "24h"}) if by_calendar else one


def _is_a_length(query: RecordQuery) -> bool:
    return query.target == "duration" or query.measure in ("duration", "elapsed") or query.field == HOURS


def _tells_a_length(questions: Sequence[Question]) -> bool:
    apart = any(isinstance(one, Comparison) and one.relation in _SPANS for one in questions)
    return apart or any(map(_is_a_length, _queries(questions)))


def _has_target(*targets: str) -> Callable[[Sequence[Question]], bool]:
    return lambda questions: any(query.target in targets for query in _queries(questions))


def _names_a_side(questions: Sequence[Question]) -> bool:
    """Whether no yes or no comes of it: two events are compared by their order alone where it is one."""
    return not all(
        isinstance(one, Comparison) and one.relation in ("before", "after") and one.tells != "side" for one in questions
    )


def _is_of_a_place(questions: Sequence[Question]) -> bool:
    demographic = (query.field for query in _queries(questions) if query.target == "demographic")
    return _has_target("location")(questions) or any(
        one.startswith(("address", "city", "birthPlace")) for one in demographic
    )


def _is_of_no_time(questions: Sequence[Question]) -> bool:
    return not _has_target("time")(questions)


def _tells_no_date(questions: Sequence[Question]) -> bool:
    """Whether not all that is told is when something was, or what there is."""
    return not all(
        isinstance(one, RecordQuery) and one.measure == "none" and one.target in ("time", "end", "name")
        for one in questions
    )


def _names_things(questions: Sequence[Question]) -> bool:
    """Whether more is told than when they were and how many there are."""
    return not all(
        isinstance(one, RecordQuery)
        and (one.measure.startswith("count") or (one.measure == "none" and one.target in ("time", "end")))
        for one in questions
    )


def _picks_one(questions: Sequence[Question]) -> bool:
    """Whether one of two things is told, and not each of them."""
    rows = (one for one in questions if isinstance(one, RecordQuery))
    is_told = all(one.which != "all" or one.measure not in ("none", "distinct") for one in rows)
    return len(questions) == 1 and is_told and _names_a_side(questions) and _names_things(questions)


def _tells_a_time(questions: Sequence[Question]) -> bool:
    return _has_target("time", "start", "end", "value")(questions) or _tells_a_length(questions)


def _tells_both_ends(questions: Sequence[Question]) -> bool:
    return _has_target("end", "duration")(questions) or _tells_a_length(questions)


def _is_no_yes_or_no(questions: Sequence[Question]) -> bool:
    return not all(isinstance(one, RecordQuery) and one.measure == "exists" for one in questions)


class _Kind(NamedTuple):
    said: Pattern
    suits: Callable[[Sequence[Question]], bool]
    missing: str


_LENGTH = Pattern(
    r"(?:\bhow many|\bnumber of|\btotal(?: icu)?|\bin|\b(?:add|sum)(?: up)?(?:[ .,]+[a-z]+){0,4}?)"
    r"(?: (?:whole|full|separate|total|icu|clock))* "
    r"(?P<unit>hour|hr|minute|min|night)s?\b(?! (?:of|after|before|prior|since|ago)\b| from\b(?! (?:the )?(?:start"
    r"|beginning)\b))(?!/)"
)
_DECIMALS = Pattern(r"\b(?:\d|one|two|three|four) ?(?:dp\b|d\.p\.?|decimals?\b)|\bfractions? of (?:a )?days?\b")
"""Days that are told to decimals go by the clock."""
_NO_NUMBER_BEFORE = "".join(f"(?<!{number})" for number in (*CARDINALS, *TENS))
"""A length that is told is not asked for: "in ten minutes"."""
_KINDS = (
    _Kind(Pattern(r"\b(?:which|what) (?:city|town)\b"), _is_of_a_place, "which place that is"),
    _Kind(
        Pattern(rf"^(?:(?:in|at|to) )?(?:which|what) (?:hospital|clinic|facility) {AUX}\b"),
        _has_target("location", "destination", "source", "person", "attribute"),
        "which place that is",
    ),
    _Kind(
        Pattern(
            r"^(?:which|what|list|enumerate|name)(?: all)?(?: the| of)?(?: [a-z]+)? (?:diagnoses|conditions|problems"
            r"|vaccines|drugs|medications|medicines|procedures|allergies)\b"
            r"(?!.*\b(?:how many|when|often|(?:and|with)(?: the| their)? dates?)\b)"
        ),
        _names_things,
        "which they are",
    ),
    _Kind(
        Pattern(
            r"\bwhich\b(?:(?! (?:date|day|year|month|visit|stay|admission))[^?.])*\b(?:earlier|sooner|first)\b[^?.,]*"
            r"[:,][^?.,:]* or\b[^?.,]*[?.]"
            r"|\bboth\b[^?.]* and\b[^?]*\bwhich (?:one|of (?:them|the two|these|those))\b[^?]*\b(?:earlier|sooner"
            r"|first|later|last)\b"
        ),
        _picks_one,
        "which of the two it is",
    ),
    _Kind(
        Pattern(r"\b(?:has|had|with|have) the (?:later|latest|second) (?:first |earliest )?(?:order|start|onset)\b"),
        lambda questions: any(isinstance(one, Comparison) for one in questions),
        "which of the two began later",
    ),
    _Kind(
        Pattern(
            r"\b(?:start\w*|beg[aiu]n\w*|onset)(?: (?:dates?|times?))?,? (?:and|&|\+|/) "
            r"(?:(?:when|did|it|they|the) )*(?:end(?:ed|s)?|stop(?:ped|s)?|finish(?:ed)?|resol\w+)\b"
        ),
        _tells_both_ends,
        "which of its ends is asked; ask for them one by one",
    ),
    _Kind(
        Pattern(
            rf"\bwhen (?:exactly |then )?(?:was|were|did|is|am) {WHO} (?:then |finally |next )?(?:discharged|released"
            r"|sent home|let (?:go|out|home)|leave)\b[^?]*\b(?:that|this|the same) (?:stay|admission|visit)\b"
        ),
        _has_target("end"),
        "when the stay ended; ask for the last day of the stay",
    ),
    _Kind(
        Pattern(r"^(?:the )?sum of (?!.*\b(?:how many|count)\b)"),
        lambda questions: any(query.measure not in ("none", "distinct", "exists") for query in _queries(questions)),
        "what is added up",
    ),
    _Kind(
        Pattern(r"^(?:how many|number of|count of) (?:[a-z]+ )?(?:encounters|visits|admissions|hospitali[sz]ations)\b"),
        lambda questions: any("Encounter" in query.types for query in _queries(questions)),
        "which visits are counted",
    ),
    _Kind(
        Pattern(r"\band (?:when|on (?:what|which) (?:date|day))(?: (?:was|were|it|noted|recorded|given|done))*[ ?.]*$"),
        _tells_a_time,
        "when it was; ask for one thing at a time",
    ),
    _Kind(
        Pattern(r"\b(?:documented|recorded|coded|listed|written|noted|charted) as ?\?"),
        _is_no_yes_or_no,
        "as what it is recorded",
    ),
    _Kind(
        Pattern(r"\bwhich(?: (?:one|of the (?:two|them)))?\b[^?]*\b(?:first|earlier|sooner|later)\b[ ?.]*$"),
        _names_a_side,
        "which of the two it is",
    ),
    _Kind(
        Pattern(
            r"^(?!(?:did|was|were|is|are|am|has|had|have|do|does|any|ever)\b)[^?]*(?<!\d)(?<!visiting)(?<!every)(?<!few)"
            rf"{_NO_NUMBER_BEFORE} (?:hours|minutes)(?= ?(?:[?.:,(]|$|(?:in|on|of) \w))"
        ),
        _is_no_yes_or_no,
        "what lasted that long",
    ),
    _Kind(
        Pattern(r"\bhow many (?:(?:whole|full|complete|completed|calendar) )*(?:days|weeks|months|years)\b"),
        _tells_no_date,
        "what lasted that long",
    ),
    _Kind(
        Pattern(
            r"^(?!.*\bon how many)[^?]*\bhow many (?:(?:whole|full|complete|completed|calendar) )*(?:day|week|month"
            r"|year)s (?:lie|lay|are|were|is|passed|elapsed|went by|apart|separated?)\b[^?]* between\b"
        ),
        _tells_a_length,
        "what lies that far apart",
    ),
    _Kind(
        Pattern(r"\b(?:most|least) quickly\b|\b(?:quickest|soonest|fastest)\b"),
        lambda _: False,
        "which was the soonest",
    ),
    _Kind(Pattern(r"\b(?:what|which) colou?r\b"), _has_target("value", "attribute"), "what the colour is told of"),
    _Kind(Pattern(r"\bhow (?:tall|heavy)\b"), _is_of_no_time, "what was measured"),
)
_SAID = Several(kind.said for kind in _KINDS)


def of_the_kind_asked(reading: Reading, text: str) -> Reading:
    """The reading, its lengths in the unit that is named; none where it answers in another kind than is asked
    for, or would tell an absence of what was not named."""
    questions = reading.questions
    if not reading.is_settled or reading.choices or any(isinstance(one, NoteSearch) for one in questions):
        return reading
    said = text.lower()
    length = _LENGTH.search(said)
    if length is not None:
        if not _tells_a_length(questions):
            return not_understood(NotUnderstood(f'what lasted, to be told in "{length["unit"]}"'))
        reading = replace(reading, questions=tuple(_in_unit(one, _UNITS[length["unit"]]) for one in questions))
    if _DECIMALS.search(said):
        reading = replace(reading, questions=tuple(_by_the_clock(one) for one in reading.questions))
    asked = (_KINDS[place] for place, _ in _SAID.matches_in(said))
    missing = next((kind.missing for kind in asked if not kind.suits(questions)), "")
    missing = missing or unearned(reading.questions, said)
    if reading.elsewhere and not missing:
        missing = f'what is asked of "{reading.elsewhere}", which is recorded and no problem; ask for it by its kind'
    return not_understood(NotUnderstood(missing)) if missing else reading
