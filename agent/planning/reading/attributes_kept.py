"""An attribute that a question asks for by its name is in the queries made of it, or the question is not understood.

Otherwise "by which routes was it ordered?" would be answered with what was ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.tools.records.query import Comparison, Question, RecordQuery

_KEPT: tuple[tuple[Pattern, Callable[[RecordQuery], bool]], ...] = (
    (
        Pattern(
            r"\bstatus (?:of |is |was |as |= ?|: ?)?['\"]?(?:stopped|completed|aborted|cancelled|finished|active)\b"
        ),
        lambda query: bool(query.status or query.one_of or query.target == "status"),
    ),
    (
        Pattern(r"\b(?:brand|body site|laterality|manufacturer)\b"),
        lambda query: bool(query.field) or query.target in ("attribute", "location")
        or (query.target == "name" and query.measure != "exists"),
    ),
    (Pattern(r"\broutes?\b"), lambda query: query.target == "route" or bool(query.route or query.admit_source)),
    (Pattern(r"\bfrequenc(?:y|ies)\b(?! of)"), lambda query: query.target == "frequency" or query.measure == "count"),
    (
        Pattern(r"\bq ?\d{1,2} ?h\b|\b(?:frequency|orders?) (?:of )?(?:asdir|bid|tid|qid|prn|once|daily)\b"),
        lambda query: query.target == "frequency" or bool(query.one_of) or "MedicationRequest" not in query.types,
    ),
    (
        Pattern(r"\bdisposition\b|\b(?:which|what|discharge) destination\b"),
        lambda query: query.target in ("disposition", "destination") or bool(query.disposition),
    ),
    (
        Pattern(r"\bcriticality\b"),
        lambda query: query.field == "criticality" or query.target in ("severity", "result"),
    ),
    (
        Pattern(r"\b(?:dose|dosage) (?:strengths?|values?)\b|\b(?:different|distinct) (?:doses|dosages|strengths)\b"),
        lambda query: query.target in ("dose", "strength", "value") or query.threshold is not None
        or query.types == ("Immunization",),
    ),
    (
        Pattern(r"\b(?:encounter|visit|admission|hadm)[ -](?:number|ids?|identifier)\b(?! ?(?:\d|one|two|three)\b)"),
        lambda query: query.field == "identifier" or query.measure == "count",
    ),
    (
        Pattern(
            r"\b(?:icu|intensive care)\b[^?]*\b(?:during|within|in|of|part of|belong\w* to) (?:(?:the|that|his"
            r"|her|my|this) )?"
            r"(?:hospital )?(?:admission|stay|hospitali[sz]ation) (?:(?:that|which) )?(?:began |started "
            r"|starting |beginning )?qt\d|\badmission qt\d+ (?:have|had|include)\b[^?]*\b(?:icu|intensive care)\b"
        ),
        lambda query: query.types != ("Encounter",) or "icu" not in query.encounter_kind or query.anchor is not None,
    ),
    (
        Pattern(r"^(?:the )?facility\b|\b(?:which|what) facilit(?:y|ies)\b"),
        lambda query: query.target in ("location", "person", "destination", "source") or bool(query.field),
    ),
    (
        Pattern(r"\b(?:icd|snomed|loinc|rxnorm|procedure|diagnosis|billing) ?(?:9|10)? ?codes?\b"),
        lambda query: query.target == "code"
        or bool(query.code_prefix or query.at_each or query.also_in or query.not_in)
        or query.measure in ("count", "count_distinct", "exists")
        or (query.concept is not None and query.concept.via.startswith("code ")),
    ),
    (
        Pattern(r"\b(?:which|what) (?:hospital |inpatient )?(?:admission|hospitali[sz]ation|stay)\b"),
        lambda query: "Encounter" in query.types or query.at_each is not None,
    ),
)  # fmt: skip
_SAID = Several(said for said, _ in _KEPT)


def attribute_missed(text: str, questions: Iterable[Question]) -> str:
    """The name of an attribute that a question asks for and no query of it tells or keeps to; empty where none is."""
    queries = [one for question in questions for one in _queries(question)]
    if not queries:
        return ""
    missed = (match.group() for place, match in _SAID.matches_in(text) if not any(map(_KEPT[place][1], queries)))
    return next(missed, "")


def _queries(question: Question) -> tuple[RecordQuery, ...]:
    """The queries of a question, and those that they are held against."""
    tops = (question.left, question.right) if isinstance(question, Comparison) else (question,)
    found = tuple(one for one in tops if isinstance(one, RecordQuery))
    return (*found, *(one.anchor.event for one in found if one.anchor is not None))
