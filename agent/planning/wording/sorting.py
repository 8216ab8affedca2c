"""The order that a list is asked in: "newest first", "in alphabetical order", "from highest to lowest".

It is taken off the question, which is read without it, and the rows are put in that order.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.query import Order, Question, RecordQuery

_SORT = (
    r"(?:(?:please |and |then |but )*(?:sort|order|arrange|list|rank|organi[sz]e|put|show|give)(?:ed|d)?(?: (?:them"
    r"|these|those"
    r"|it|all))?(?: me)? )?"
)
_BY = r"(?:by (?:date|time|day|recency|when [a-z' ]+?),? )?"
_ROWS = r"(?: (?:ones?|entry|entries|results?|values?|readings?|visits?|orders?|on(?:es)?|events?))?"
_LEAD = r"(?:(?:with|starting with|beginning with|from|starting from) )?(?:the )?"
_END = r"(?: (?:please|if (?:you can|possible)))?(?=\s*(?:[.?!]*$|[,;:)]))"
_NEW, _OLD = r"(?:newest|most recent|latest)", r"(?:oldest|earliest)"
_TOP = r"(?:first|at (?:the )?top|on top|up top|down(?:wards?)?)"
_SAID: tuple[tuple[str, Order], ...] = (
    (rf"{_SORT}{_BY}{_LEAD}{_NEW}{_ROWS} (?:{_TOP}|(?:down )?to (?:the )?{_OLD})", "newest"),
    (rf"{_SORT}(?:in|by) (?:(?:reverse|reversed|backwards?|descending) (?:chronological(?: order)?|(?:date|time) order"
     r"|order (?:of|by) (?:date|time)))|in reverse(?: order)? (?:by|of) (?:date|time)", "newest"),
    (rf"{_SORT}(?:by )?(?:descending date|date,? descending|date \(?desc\)?)", "newest"),
    (rf"{_SORT}{_BY}{_LEAD}{_OLD}{_ROWS} (?:{_TOP}|(?:up )?to (?:the )?{_NEW})", "oldest"),
    (rf"{_SORT}in (?:ascending )?(?:chronological|date|time) order|{_SORT}in (?:order (?:of|by) (?:date|time))"
     rf"|{_SORT}chronologically|(?:sorted|ordered|arranged) (?:by|in) (?:ascending )?(?:date"
     rf"|time)(?:,? ascending)?", "oldest"),
    (rf"{_SORT}(?:alphabetically(?: by name)?|(?:in|by) alphabetical order|(?:by name )?(?:from )?a to z|a-z)"
     r"|(?:sorted|ordered|arranged) by name", "name"),
    (rf"{_SORT}(?:in reverse alphabetical order|reverse alphabetically|(?:from )?z to a|z-a)", "name_reversed"),
    (rf"{_SORT}(?:by (?:value|size),? )?{_LEAD}(?:highest|largest|biggest|greatest){_ROWS} (?:{_TOP}"
     rf"|(?:down )?to (?:the )?"
     rf"(?:lowest|smallest))|{_SORT}in descending order (?:of|by) (?:value|size)", "highest"),
    (rf"{_SORT}(?:by (?:value|size),? )?{_LEAD}(?:lowest|smallest){_ROWS} (?:{_TOP}|(?:up )?to (?:the )?(?:highest"
     rf"|largest))"
     rf"|{_SORT}in ascending order (?:of|by) (?:value|size)", "lowest"),
)  # fmt: skip
_ENDS = tuple(
    (Pattern(rf"(?:^|(?<=[\w)\]?.]))[,;.:]?\s*(?:[-–]\s*|\()?\b(?:{said})\)?{_END}", re.IGNORECASE), order)
    for said, order in _SAID
)
_BARE_ENDS: tuple[tuple[Pattern, Order], ...] = (
    (Pattern(rf"[,;(]\s*alphabetical(?: order)?\)?{_END}", re.IGNORECASE), "name"),
    (Pattern(rf"[,;(]\s*chronological(?: order)?\)?{_END}", re.IGNORECASE), "oldest"),
)
_STARTS = tuple((Pattern(rf"^(?:{said})[,;:] ", re.IGNORECASE), order) for said, order in _SAID)
_VALUES_ALONE = Pattern(
    r"^(?P<x>(?:(?:the|my|his|her|their) )?(?!(?:list|show|give|all|what|which|tell|print|pull|find|get"
    r"|please)\b)[^,;:?]{3,50}"
    r" (?:numbers|values|readings|results|levels|figures|measurements))[.?! ]*$",
    re.IGNORECASE,
)


def order_told(question: str) -> tuple[str, Order]:
    """The question without the order its rows are asked in, and that order; the question as it is, where none is."""
    for pattern, order in (*_STARTS, *_ENDS, *_BARE_ENDS):
        bare, found = pattern.subn("", question, count=1)
        if found and re.search(r"\w{3}", bare):
            bare = re.sub(r"(?<=[?!.])[.]$", "", bare)
            alone = _VALUES_ALONE.match(bare)
            return (f"list all {alone['x']}" if alone else bare), order
    return question, ""


_ASKS_WHETHER = Pattern(rf"^(?:{AUX}|any)\b|\?", re.IGNORECASE)
_OF_ONE = Pattern(r"\b(?:first|last|latest|newest|most recent|current|earliest|oldest|previous)\b", re.IGNORECASE)


def in_order(question: Question, order: Order, bare: str) -> Question:
    """The question with its rows in an order: all of them, where the `bare` question names no one row."""
    if not order or not isinstance(question, RecordQuery) or question.measure not in ("none", "distinct", "exists"):
        return question
    is_one = question.which != "all" and question.limit is None
    changed: dict[str, str] = {}
    if is_one and question.target == "value" and not _OF_ONE.search(bare):
        changed["which"] = "all"
    if question.measure == "exists" and not _ASKS_WHETHER.match(bare):
        changed["measure"] = "none"  # "orders for potassium, oldest first"
    is_drug = not set(MEDICATION_TYPES).isdisjoint(question.types)
    if question.measure == "distinct" and question.concept is not None and not is_drug:
        changed["measure"] = "none"  # each colonoscopy, and not one of the kind
    return question.model_copy(update={"order": order, **changed})
