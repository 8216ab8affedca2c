"""In which year, month or day there was most or fewest of what is counted: "which year had the most visits?".

The question is read as one for the number of all of it, and the query then asks for that of most of these: what counts
as one is the same as where they are counted, year by year or together. The rules are about a question as it is
typed.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.told_patterns import BREAK, END
from chartwarden.tools.records.query import Question, RecordQuery

_SOMEBODY = r"(?:(?:the |this |our )?(?:patient|pt|man|woman|lady|gentleman)(?: [\d-]+)?|he|she|they|i|we|my [a-z]+)"
_UNIT = r"(?:single )?(?:calendar )?(?P<u>year|month|day|date)"
_OF = (
    r"(?:,? (?P<y>(?:of |in |during |within )?(?:(?:the year )?(?:19|20)\d\d|last year|this year)"
    r"|(?:since|after|before|until|up to) (?:19|20)\d\d))?"
)
_MOST = (
    r"(?P<m>most|fewest|least|(?:highest|greatest|largest|biggest|lowest|smallest) (?:number|count|total) of)"
    r"(?! (?:recent|common|often|frequent|likely|severe|important|serious)\b)"
)
_COUNTED = (
    r"(?:visits|encounters|appointments|admissions|hospitali[sz]ations|stays|prescriptions|scripts|orders|labs|tests"
    r"|readings|measurements|procedures|operations|diagnoses|shots|vaccines|vaccinations|immuni[sz]ations|jabs|doses|medications|medicines|meds|drugs)"
)
_WORD = r"(?!(?:and|or|than|per|each|every|any|who|which|what|when|how|but|not|without|most|fewest|least)\b)[\w'&/.%-]+"
_THING = rf"(?P<x>(?:{_WORD} ){{0,5}}?{_COUNTED}\b(?: {_WORD}){{0,8}}?)"
_HAD = (
    rf"(?:had|has had|has|saw|shows?|showed|brought|contains?|did {_SOMEBODY} have|has {_SOMEBODY} had"
    rf"|had {_SOMEBODY} had|were there|are there|there were|do we have|did we have|did we record)"
)
_BY = r"(?:for|in terms of|by|as (?:for|to)|when it comes to)"
_RULES = tuple(
    Pattern(rf"{rule}{END}", re.IGNORECASE)
    for rule in (
        rf"^(?:in |during |on )?(?:which|what) {_UNIT}{_OF},? {_HAD} (?:by far )?(?:the )?(?:very )?{_MOST} {_THING}",
        rf"^(?:(?:which|what) (?:was|is) )?(?:the )?(?P<m>busiest|quietest) {_UNIT}{_OF} {_BY} {_THING}",
        rf"^(?:which|what) {_UNIT}{_OF} (?:was|is) (?:the )?(?P<m>busiest|quietest) {_BY} {_THING}",
        rf"^(?:(?:which|what) (?:was|is) |(?:give|tell|name|find)(?: me)? )?(?:the )?{_UNIT}{_OF} (?:with|of|having"
        rf"|that had) (?:the )?{_MOST} {_THING}",
        rf"^{_THING}{BREAK}(?:in |during )?(?:which|what) {_UNIT}{_OF} (?:had|has|saw|were there|was there)"
        rf" (?:the )?(?P<m>most|fewest|least)(?: of (?:them|these|those))?",
        rf"^(?:in |during |on )?(?:which|what) {_UNIT}{_OF},? "
        rf"(?:were|was|did {_SOMEBODY} (?:have|get|receive)) (?:the )?{_MOST} {_THING}"
        r" (?:placed|written|ordered|made|entered|recorded|charted|given|done|put in|issued)",
    )
)


_ADMITTED = Pattern(
    rf"^(?:(?:in |during )?(?:which|what)|(?:what was )?the) (?:calendar )?(?P<u>year|month)(?: (?:in|during) which)? "
    rf"(?:(?:was|were|did|has|had) (?:{_SOMEBODY})|(?:{_SOMEBODY}) (?:was|were|had been|has been))(?: been)?"
    rf"(?: (?:in (?:the )?hospital|(?:back )?in(?= the)|admitted(?: to (?:the )?hospital)?|hospitali[sz]ed"
    rf"|(?:come|came|go|went|get|got|taken|brought|land|end up|be)(?: (?:back|admitted|taken|in|into|to|up|the|hospital"
    rf"|a|an|inpatient))+))+ (?:the )?(?P<m>most|least)(?: (?:often|frequently|times|of all))?"
    rf"(?=[ ?.]*$)",
    re.IGNORECASE,
)
"""The year of most admissions, with a verb for them."""


_UNITS: dict[str, Literal["a", "mo", "date"]] = {"year": "a", "month": "mo", "day": "date", "date": "date"}
_AROUND = Pattern(
    r" ?\((?:going |counted |told )?by [a-z ]*(?:date|time)s?\)"
    r"|(?<=[?.]) (?:just|only) the (?:year|month|day|date)(?: please)?[.!]*$"
    r"|(?<=\w),? (?:in|of|on) (?:this|the|his|her|my) (?:patient's |whole )*(?:record|chart)(?=[ ?.]*$)",
    re.IGNORECASE,
)
"""What says no more than that a year, a month or a day is asked for."""


_DRUGS = Pattern(
    r"\b(?:medications|medicines|meds|drugs)(?: (?:(?:were|was) )?(?:ordered|prescribed))?$", re.IGNORECASE
)
_ORDERED = Pattern(r"\b(?:ordered|prescribed|placed|written)\b", re.IGNORECASE)


class Span(NamedTuple):
    """Of which calendar units what there is more or less of is asked."""

    measure: Literal["commonest", "rarest"]
    unit: Literal["a", "mo", "date"]


def _when(said: str) -> str:
    """The time that the unit is of, behind what is counted."""
    bare = re.sub(r"^(?:(?:of|in|during|within) )?(?:the year )?", "", said.lower())
    return f" in {bare}" if bare.isdigit() else f" {bare}" if bare else ""


def most_told(question: str) -> tuple[str, Span | None]:
    """The question for the number of all of it, and of which units the most is asked; as it is, where none is."""
    question = _ADMITTED.compiled.sub(r"which \g<u> had the \g<m> hospital admissions", question)
    bare = _AROUND.sub("", question)
    for rule in _RULES:
        match = rule.match(bare)
        if match is not None:
            is_most = re.match(r"most|busiest|highest|greatest|largest|biggest", match["m"], re.IGNORECASE)
            span = Span("commonest" if is_most else "rarest", _UNITS[match["u"].lower()])
            counted = match["x"]
            if _ORDERED.search(match.group()):
                counted = _DRUGS.sub("medication orders", counted)
            return f"how many {counted}{_when(match['y'] or '')}?", span
    return question, None


def by_span(question: Question, span: Span) -> Question | None:
    """A query for a number, as one for the year or month of most of what it counts; None where it counts no rows."""
    if not isinstance(question, RecordQuery) or question.measure != "count" or question.which != "all":
        return None
    return question.model_copy(update={"measure": span.measure, "target": "time", "unit": span.unit})
