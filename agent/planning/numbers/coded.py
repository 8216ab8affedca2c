"""Smokers of a kind, as the record codes them: "is he a current smoker?", "first recorded as an ex-smoker: when?"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers import measurements
from chartwarden.agent.planning.numbers.named import Named
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no

_CODES = {
    "former": ("Former smoker", "8517006"),
    "never": ("Never smoker", "266919005"),
    "current": (
        "Current every day smoker", "449868002", "Current some day smoker", "428041000124106", "Heavy tobacco smoker",
        "428071000124103", "Light tobacco smoker", "428061000124105", "Smoker, current status unknown", "77176002",
    ),
}  # fmt: skip
"""Names and SNOMED CT codes of what is meant by each kind of smoker."""
_PLAINLY = {"ex": "former", "past": "former", "previous": "former", "ex-": "former", "active": "current"}
_KIND = Pattern(
    r"\b(?:(?:put |noted |written |set |marked )?(?:down )?(?:as|being) )?(?:an? )?"
    r"(?P<kind>former|ex|past|previous|never|current|active)[ -]+(?P<thing>qc\d+)\b"
)
_EVER = Pattern(r"\b(?:ever|at (?:any|some|one) (?:visit|point|time|stage)|once)\b")
_WHEN = Pattern(r"\b(?:when|date|since|year|day|how (?:many|often)|where)\b")
_FIRST = Pattern(r"\bfor the (first|last) time\b")


@dataclass(frozen=True)
class CodedStatus:
    """A question about a kind of smoker: the words beside it, and what is asked of it."""

    text: str
    asked: Callable[[Named], measurements.Asked]


def coded_status(text: str, skeleton: Skeleton) -> CodedStatus | None:
    """What is asked of the one kind of smoker that a masked question names; None for every other question."""
    found = [match for match in _KIND.finditer(text) if _is_of_smokers(skeleton, match["thing"])]
    kinds = {_PLAINLY.get(match["kind"], match["kind"]) for match in found}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    rest = _FIRST.sub(r"\1", _KIND.sub(lambda m: m["thing"], text))
    if _WHEN.search(rest):
        return CodedStatus(rest, partial(measurements.said_to_be, value=f"{kind} smoker"))
    behind = text.rpartition(",")[2].strip()
    if not (is_yes_no(behind) or is_yes_no(text) or _KIND.match(text) or _KIND.match(behind)):
        return None
    if _EVER.search(rest):
        return CodedStatus(_EVER.sub(" ", rest), partial(measurements.ever_coded, value=f"{kind} smoker"))
    return CodedStatus(rest, partial(measurements.coded_so, values=_CODES[kind]))


def _is_of_smokers(skeleton: Skeleton, placeholder: str) -> bool:
    return "smoker" in skeleton.mention(placeholder).words.lower()
