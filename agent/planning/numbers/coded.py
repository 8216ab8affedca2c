"""What is coded and no number: kinds of smoker ("is he a current smoker?"), and whether a test found what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers import measurements
from chartwarden.agent.planning.numbers.named import KIND, Named, link_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Said

_CODES = {
    "former": ("Former smoker", "8517006"),
    "never": ("Never smoker", "266919005"),
    "current": (
        "Current every day smoker", "449868002", "Current some day smoker", "428041000124106", "Heavy tobacco smoker",
        "428071000124103", "Light tobacco smoker", "428061000124105", "Smoker, current status unknown", "77176002",
    ),
}  # fmt: skip
"""Names and SNOMED CT codes of what is meant by each kind of smoker."""
_DAILY = (
    ("everyday", ("Current every day smoker", "449868002")), ("daily", ("Current every day smoker", "449868002")),
    ("someday", ("Current some day smoker", "428041000124106")),
)  # fmt: skip
_PLAINLY = {"ex": "former", "past": "former", "previous": "former", "ex-": "former", "active": "current"}
_KIND = Pattern(
    r"\b(?:(?:put |noted |written |set |marked )?(?:down )?(?:as|being) )?(?:an? )?"
    r"(?P<kind>former|ex|past|previous|never|current|active|(?:current )?(?:every ?day|daily)|(?:current )?some ?day)"
    r"[ -]+(?P<thing>qc\d+)\b"
)
_FOUND = Pattern(
    r"\b(?:(?:come|came|turn(?:ed)?|show(?:ed|n|ing)?|test(?:ed|ing)?|be|being)(?: (?:back|out|up))? )?(?:as )?"
    r"(?:positive|present|detected|found|seen|shown|show up)\b(?: for)?|\bthere(?: (?:any|an?|some|signs? of"
    r"|traces? of))*"
)
_NOT_FOUND = Pattern(
    r"\b(?:(?:come|came|turn(?:ed)?|test(?:ed|ing)?|be|being)(?: (?:back|out|up))? )?(?:as )?(?:negative"
    r"|absent)\b(?: for)?"
)
"""What a test that looks for a thing is asked to have said."""
_HAD = Pattern(r"\b(?:had|have)(?= (?:(?:any|an?|some) )?qc\d+ ?(?:qt\d+ ?)?[?.]*$)")
_BARE = Pattern(
    r"(?:(?:the|his|her|my) )?qc\d+ ?[:,-]? ?(?:ever |test |result )*(?:positive|negative|present|absent|detected)\b"
)
_SPECIMEN = Pattern(r"\b(?P<in>urine|stool|saliva)(?: (?:test|sample|dipstick|dip|specimen)s?)?\b")
_EVER = Pattern(r"\b(?:ever|at (?:any|some|one) (?:visit|point|time|stage)|once)\b")
_WHEN = Pattern(r"\b(?:when|date|since|year|day|how (?:many|often)|where)\b")
_FIRST = Pattern(r"\bfor the (first|last) time\b")


_LOOKS_FOR = Pattern(r"\[presence\]|\bpresence\b", re.IGNORECASE)
"""The name of a test that tells whether a thing is there."""


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
    values = next((told for words, told in _DAILY if words in kind.replace(" ", "")), _CODES.get(kind, ()))
    kind = values[0].lower().removesuffix(" smoker") if kind not in _CODES else kind
    rest = _FIRST.sub(r"\1", _KIND.sub(lambda m: m["thing"], text))
    if _WHEN.search(rest):
        return CodedStatus(rest, partial(measurements.said_to_be, value=f"{kind} smoker"))
    behind = text.rpartition(",")[2].strip()
    if not (is_yes_no(behind) or is_yes_no(text) or _KIND.match(text) or _KIND.match(behind)):
        return None
    if _EVER.search(rest):
        return CodedStatus(_EVER.sub(" ", rest), partial(measurements.ever_coded, value=f"{kind} smoker"))
    return CodedStatus(rest, partial(measurements.coded_so, values=values))


def _is_of_smokers(skeleton: Skeleton, placeholder: str) -> bool:
    return "smoker" in skeleton.mention(placeholder).words.lower()


def found_or_not(text: str) -> CodedStatus | None:
    """What is asked of a test that looks for a thing, where a yes or no is: whether it found it, or did not."""
    is_found = bool(_FOUND.search(text) or (_HAD.search(text) and "test" not in text))
    is_not = bool(_NOT_FOUND.search(text))
    if is_found == is_not or not (is_yes_no(text) or is_yes_no(_behind(text)) or _BARE.match(text)):
        return None
    rest = _HAD.sub(" ", _NOT_FOUND.sub(" ", _FOUND.sub(" ", text)))
    specimen = _SPECIMEN.search(rest)
    rest = _EVER.sub(" ", _SPECIMEN.sub(" ", rest))
    said: Said = "absent" if is_not else "present"
    ask = partial(_found_by, said=said, is_any=bool(_EVER.search(text)), within=specimen["in"] if specimen else "")
    return CodedStatus(rest, ask)


def _behind(text: str) -> str:
    """The last clause of a text."""
    return re.split(r"[,:;.] ?| - ", text.strip(" ?."))[-1]


def _found_by(named: Named, said: Said, *, is_any: bool, within: str) -> measurements.Asked:
    """Whether tests that look for a thing, and tell no number, found it: the newest, those of a time, or any ever."""
    link = link_of(named.things[0], KIND) if len(named.things) == 1 and named.is_measured else None
    if link is None or len(named.windows) > 1 or not named.said.only("first", "last", "visit"):
        return None
    tests = tuple(one for one in link.entries if _LOOKS_FOR.search(one.label) and within in one.label.lower())
    if not tests:
        return None
    concept = replace(link, entries=tests).concept(named.things[0].words)
    told: dict[str, object] = {"concept": concept, "target": "value", "measure": "exists", "said": said}
    if is_any:
        return (named.query(KIND).model_copy(update=told),)
    which = "first" if named.said.has("first") else "all" if named.window and not named.said.has("last") else "last"
    return (named.query(KIND).model_copy(update={**told, "held": True, "which": which}),)
