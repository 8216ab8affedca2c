"""Values of one thing against each other: the highest and the lowest, how far apart, which way, by how much."""

from __future__ import annotations

import re
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import is_yes_no

MAX = Pattern(
    r"\b(?:highest|maximum|maximal|max|peak(?:ed)?|greatest|largest|biggest|how high|top value|most elevated|"
    r"heaviest|tallest|worst|(?:all[- ]time|record) high)\b|\bhow much did .* peak\b"
)
MIN = Pattern(
    r"\b(?:lowest|minimum|minimal|min|smallest|(?<!at )least|how low|nadir|lightest|bottom value|bottoms? out|bottomed"
    r"|(?:all[- ]time|record) low)\b"
)
_LOW, _HIGH = r"(?:lowest|minimum|smallest|min|nadir|least)", r"(?:highest|maximum|greatest|largest|peak|max)"
_RANGE = Pattern(
    rf"\b(?:(?P<a>{_HIGH})\b.*\b(?:and|to|from|minus|less|versus|than)\b.*\b{_LOW}|"
    rf"{_LOW}\b.*\b(?:and|to|from|minus|less|versus|than)\b.*\b{_HIGH})\b"
)
"""The highest and the lowest together; with a word of difference, the one less the other is asked for."""
_RANGE_OF = Pattern(
    r"(?<!reference )(?<!normal )(?<!target )(?<!therapeutic )(?<!healthy )(?<!in )(?<!of )(?<!out of )"
    r"\brange (?:of|for|in) (?:(?:all|the|his|her|my|their|patient's|values|readings|results) )*(?=qc\d)"
    r"|(?P<x>qc\d+)(?: (?:value|reading|level)s?)? range\b"
)
"""How far values reach: the lowest and the highest of them."""
_RANK = rf"(?:{_LOW}|{_HIGH}|first|earliest|initial|oldest|last|latest|most recent|newest)"
_RANKED_PAIR = Pattern(
    rf"\b(?P<first>{_RANK})(?: (?P<noun>(?!and\b)[a-z]+)(?: date)?)?,?(?: and| as well as| plus| &|(?<=,)) "
    rf"(?:(?:the|his|her|my|their|patient's) )?(?P<second>{_RANK})\b(?(noun)(?: (?:(?P=noun)|one)\b|(?=[ ?.]*$)))"
)
_STAT = rf"(?:{_RANK}|means?|averages?)"
_STATS = Pattern(
    rf"\b(?P<all>{_STAT}(?:(?:,? (?:and|&|plus) |, ?)(?:(?:the|his|her|my|their) )?{_STAT})+)\b(?= qc\d| of\b|[ ?.]*$)"
)
_WORKED_OUT_OF = Pattern(r"\b(?:mean|average|sum|total) of (?:(?:the|his|her|my|their) )*$")
_APART = Pattern(r"\b(?:differ\w*|apart|spread|gap|distance|range|separat\w+|between|minus|how (?:much|far|many))\b")
CHANGE = Pattern(
    r"\bhow much (?:higher|lower|more|less|greater|heavier|lighter|taller|shorter|smaller|larger|bigger)\b.*\bthan\b|"
    r"\bby how much (?:is|was|are|were)\b.*\b(?:higher|lower|more|less|greater|heavier|lighter|smaller|larger) than\b|"
    r"\b(?:by )?how (?:much|large|big|great|far)\b.*\b(?:chang|increas|decreas|rise|rose|risen|drop|fell|"
    r"fall|gain|lose|lost|declin|climb|sink|sank|jump|shr[aiu]nk|differ|reduc|grow|grew|went|go(?:ne|es|ing)?\b|come)"
    r"|\b(?:what|how large|how big|give|calculate|compute) (?:was |is |were )?(?:the )?(?:total |overall |"
    r"net |numeric )?(?:change|increase|decrease|rise|drop|fall|difference|decline|reduction|gain|loss)\b"
    r"|(?:^|[:,] |qc\d+ )(?:the )?(?:total |overall |net )?(?:change|increase|decrease|rise|drop|fall|gain|loss|"
    r"difference) (?:from|between)\b"
    r"|^(?:the )?qc\d+ (?:total |overall |net )?(?:change|increase|decrease|rise|drop|fall|difference"
    r"|gain|loss|growth)\b"
    r"|^(?:the )?(?:change|increase|decrease|rise|drop|fall|difference) in\b|\bchanged? (?:from|between)\b|"
    r"\bcompare\b.*\b(?:first|earliest|initial)\b.*\b(?:last|latest|most recent|current)\b|\bhow (?:has|"
    r"have|did) .* chang"
)
_RELATIVE = Pattern(
    r"\b(?P<word>higher|greater|larger|bigger|more elevated|above|lower|smaller|less|below|rise|rose|risen|"
    r"increase[sd]?|went up|go up|gone up|climb(?:ed)?|gain(?:ed)?|raised|"
    r"drop(?:ped)?|fall|fell|fallen|decrease[sd]?|decline[sd]?|went down|go down|gone down|reduced|up|"
    r"down|heavier|lighter|taller|shorter|improve[sd]?|worse(?:ned)?|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|outstrip(?:s|ped)?|top(?:s|ped)|"
    r"overtook|overtaken?|(?:fall|fell|falls|came in|comes in|come in) (?:short of|under|beneath))\b"
)
_DOWN = frozenset([
    "lower", "smaller", "less", "below", "drop", "dropped", "fall", "fell", "fallen",
    "decrease", "decreased", "decreases", "decline", "declined", "declines", "reduced", "down", "lighter",
    "shorter", "of", "under", "beneath",
])  # fmt: skip


def is_change(clause: str) -> bool:
    """Whether a clause is for a change and names, before what it is between, nothing that could lie there."""
    return bool(re.match(r"(?:the )?(?:\w+ ){0,2}(?:change|difference|rise|fall|drop|gain|loss) between\b", clause))


def asks_range(clause: str) -> bool:
    """Whether a clause asks how far the highest and the lowest are apart."""
    return bool(_RANGE.search(clause) and _APART.search(clause))


def several_of_one(clause: str) -> tuple[str, ...] | None:
    """A clause that asks for several rows of one thing, one by one: "the highest and the lowest", "min, max, mean"."""
    told = _RANGE_OF.sub(" ", clause)
    if asks_range(clause) or direction_of(clause) or CHANGE.search(clause) or _APART.search(told):
        return None
    span = _RANGE_OF.search(clause)
    if span and not is_yes_no(clause):
        before, after = clause[: span.start()], f"{span['x'] or ''}{clause[span.end() :]}"
        return tuple(f"{before}{side} {after}".strip() for side in ("lowest", "highest"))
    stats = _STATS.search(clause)
    if stats and not _WORKED_OUT_OF.search(clause[: stats.start()]):
        asked = re.split(r",? (?:and|&|plus) |, ?", stats["all"])
        return tuple(f"{clause[: stats.start()]}{one}{clause[stats.end() :]}" for one in asked)
    match = _RANKED_PAIR.search(clause)
    if match is None or _WORKED_OUT_OF.search(clause[: match.start()]):
        return None
    before, after = clause[: match.start()], clause[match.end() :]
    noun = f" {match['noun']}" if match["noun"] else ""
    return f"{before}{match['first']}{noun}{after}", f"{before}{match['second']}{noun}{after}"


_AGAINST_RANGE = Pattern(
    r"\b(?:above|below|over|under) (?:(?:the|its|their|his|her|upper|lower|lab's|lab|recorded|own) )*"
    r"(?:(?:normal|reference) )?(?:range|limits?)\b"
)
"""What compares a value with the range of the record, and with no other value."""


def direction_of(clause: str) -> Literal["lt", "gt"] | None:
    """The direction of a comparison, when there is one."""
    match = _RELATIVE.search(_AGAINST_RANGE.sub(" ", clause))
    if match is None:
        return None
    return "lt" if match["word"].split(" ")[-1] in _DOWN else "gt"


def extremum_of(clause: str) -> Literal["min", "max"] | None:
    """Whether a clause speaks of the highest or the lowest."""
    least, most = MIN.search(clause), MAX.search(clause)
    if most and not (least and most.group() == "worst"):  # "how low did the worst go": the least is the worst
        return "max"
    return "min" if least else None
