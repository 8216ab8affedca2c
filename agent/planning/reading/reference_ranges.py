"""Comparison with the record's own reference range or flag: "abnormal", "out of range", "flagged high"."""

from __future__ import annotations

from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import NotUnderstood

Relation = Literal["", "above_range", "below_range", "outside_range", "within_range"]

_VERB = r"(?:was|were|is|are|been|be|came back|come back|ran|run|running|too|flagged|flagged as|marked|marked as)"
_ROWS = r"(?:qc\d|readings?\b|values?\b|results?\b|levels?\b|ones?\b|labs?\b|tests?\b)"
_OUTSIDE = Pattern(
    r"\b(?:abnormal(?:ly)?|out of range|(?:not |isn't |wasn't )normal\b|flagged(?! (?:as )?(?:high|low|normal)\b))"
)
_ABOVE = Pattern(rf"\b(?:elevated|{_VERB} high\b|(?:above|over) range|(?<!how )high (?={_ROWS}))")
_BELOW = Pattern(rf"\b(?:{_VERB} low\b|(?:below|under) range|(?<!how )low (?={_ROWS}))")
_WITHIN = Pattern(r"\b(?:normal\b(?! (?:range|limits|saline)\b)|within range)")
_RANGE = Pattern(r"\b(?:normal|reference) (?:range|limits)\b")
_BARE = Pattern(r"\b(?P<high>high|above)\b|\b(?P<low>low|below)\b")
_AGAIN = Pattern(r"\b(?:back|return\w*) (?:to|in|into|within) (?:the )?(?:normal|range|limits)\b|\bnormal again\b")


def relation_to_range(clause: str, *, yes_or_no: bool) -> Relation:
    """What a clause asks of a measurement's reference range or flag; empty where it asks nothing of it.

    "High" and "low" alone are meant so in a question for yes or no; elsewhere they need a word that says so.
    `NotUnderstood` for a return to the range, which is no state of one value.
    """
    if _AGAIN.search(clause):
        raise NotUnderstood("when a value came back to the range; ask which values were within it")
    found: tuple[tuple[Pattern, Relation], ...] = (
        (_OUTSIDE, "outside_range"), (_ABOVE, "above_range"), (_BELOW, "below_range"), (_WITHIN, "within_range"),
    )  # fmt: skip
    relation: Relation = next((name for pattern, name in found if pattern.search(clause)), "")
    if not relation and _RANGE.search(clause):
        raise NotUnderstood("what the reference range has to do with it; ask which values were out of range")
    bare = _BARE.search(clause) if yes_or_no and not relation else None
    return relation if bare is None else "above_range" if bare["high"] else "below_range"
