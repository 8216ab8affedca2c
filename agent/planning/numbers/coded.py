"""What is coded and no number: kinds of smoker ("is he a current smoker?"), and whether a test found what it is for."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import resources
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers import measurements
from chartwarden.agent.planning.numbers.named import KIND, Named, link_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import ends_in_yes_no
from chartwarden.tools.records.query import Said

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
_LOOKS_FOR = Pattern(r"\[presence\]|\bpresence\b", re.IGNORECASE)
"""The name of a test that tells whether a thing is there."""
_EVER = Pattern(r"\b(?:ever|at (?:any|some|one) (?:visit|point|time|stage)|once)\b")
_WHEN = Pattern(r"\b(?:when|date|since|year|day|how (?:many|often)|where)\b")
_FIRST = Pattern(r"\bfor the (first|last) time\b")


@dataclass(frozen=True)
class Coded:
    """A question about a coded result: the words beside what it names of it, and what is asked of those."""

    text: str
    asked: Callable[[Named], measurements.Asked]


class _Smokers(NamedTuple):
    """A kind of smoker: what people say, what it is called, and the names and SNOMED CT codes that records have."""

    said: Pattern
    called: str
    recorded: tuple[str, ...]


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Smokers, ...]:
    """The kinds of smoker, as the table has them."""
    text = resources.files(__package__).joinpath("smokers.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(_Smokers(_of_kind(row["said"]), row["called"], tuple(row["recorded"].split("|"))) for row in rows)


def _of_kind(said: str) -> Pattern:
    return Pattern(
        r"\b(?:(?:put |noted |written |set |marked )?(?:down )?(?:as|being) )?(?:an? )?"
        rf"(?:{said})[ -]+(?P<thing>qc\d+)\b"
    )


def coded_status(text: str, skeleton: Skeleton) -> Coded | None:
    """What is asked of the one kind of smoker that a masked question names; None for every other question."""
    kinds = [kind for kind in _kinds() if any(_is_of_smokers(skeleton, said) for said in kind.said.finditer(text))]
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    rest = _FIRST.sub(r"\1", kind.said.sub(lambda m: m["thing"], text))
    if _WHEN.search(rest):
        return Coded(rest, partial(measurements.said_to_be, value=kind.called))
    behind = text.rpartition(",")[2].strip()
    if not (ends_in_yes_no(text) or kind.said.match(text) or kind.said.match(behind)):
        return None
    if _EVER.search(rest):
        return Coded(_EVER.sub(" ", rest), partial(measurements.ever_coded, value=kind.called))
    return Coded(rest, partial(measurements.coded_so, values=kind.recorded))


def _is_of_smokers(skeleton: Skeleton, said: re.Match[str]) -> bool:
    return "smoker" in skeleton.mention(said["thing"]).words.lower()


def found_or_not(text: str) -> Coded | None:
    """What is asked of a test that looks for a thing, where a yes or no is: whether it found it, or did not."""
    is_found = bool(_FOUND.search(text) or (_HAD.search(text) and "test" not in text))
    is_not = bool(_NOT_FOUND.search(text))
    if is_found == is_not or not (ends_in_yes_no(text) or _BARE.match(text)):
        return None
    rest = _HAD.sub(" ", _NOT_FOUND.sub(" ", _FOUND.sub(" ", text)))
    specimen = _SPECIMEN.search(rest)
    rest = _EVER.sub(" ", _SPECIMEN.sub(" ", rest))
    said: Said = "absent" if is_not else "present"
    ask = partial(_found_by, said=said, is_any=bool(_EVER.search(text)), within=specimen["in"] if specimen else "")
    return Coded(rest, ask)


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
