"""Years in words, put in digits: "nineteen seventy-one", "twenty twelve", "two thousand and five".

A run of number words is a year only where it stands as one: after the preposition of a time or a month, beside another
year, or before the question by itself; and never before what it would count.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import DAY, MONTH, NUMBERS, YEAR
from chartwarden.tools.records.number_words import CARDINALS, DECADES, TENS

_ONES = "|".join(CARDINALS[1:10])
_TWO_DIGITS = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{_ONES}))?|{'|'.join(reversed(CARDINALS[10:]))})"
_ZERO = rf"(?:oh|o|nought|aught|zero)[ -](?:{_ONES})"
_CENTURIES = {"eighteen": 1800, "nineteen": 1900, "twenty": 2000}
_YEAR = (
    rf"(?:(?:{'|'.join(_CENTURIES)})[ -](?:{'|'.join(DECADES)}|{_ZERO}|hundred(?: and)?[ -](?:{_ONES}|{_TWO_DIGITS})"
    rf"|{_TWO_DIGITS})"
    rf"|two[ -]thousand(?:,?(?: and)?[ -](?:{_ZERO}|{_TWO_DIGITS}|{_ONES}))?)"
)
_NUMBER = rf"(?:{'|'.join((*CARDINALS, *TENS))}|hundred|thousand|million)"
_ENDS = (
    rf"(?:(?= (?:and|to|or|until|through) {_YEAR}\b)|(?![ -](?:and )?{_NUMBER}\b)"
    r"(?=[ ]*[,;:?.!)]|[ ]*$| [-–] | (?:and|or|to|until|till|through|onwards?|inclusive|what|which|who|when|how|where"
    r"|why|was|were|did|does|do|has|have|had|is|are|for|by|on|at|of|then|the|he|she|i|they|any|until|with|from|please"
    r"|because|that|in|alone|only|so|if)\b))"
)
_LEADS = (
    rf"(?P<lead>\b(?:in|since|during|before|after|until|till|by|from|between|throughout|around|through|year|prior to"
    rf"|up to|early|late|mid|the|{MONTH}|(?:{MONTH}),? (?:the )?{DAY},?|{DAY} (?:of )?(?:{MONTH}),?"
    rf"|{YEAR},? (?:and|or|to|through|until))[ -]|(?:^|(?<=[.;?!] ))(?:(?:and|so|ok|okay|in the year|back in) )?)"
)
_IN_WORDS = Pattern(rf"{_LEADS}(?P<year>{_YEAR}){_ENDS}", re.IGNORECASE)
_ALONE = Pattern(r"[ ]*(?:[,:;]| [-–] )")
"""What stands behind a year that begins a question."""


def _in_digits(words: str) -> str:
    parts = [part for part in re.split(r"[ -]|, ?", words.lower()) if part and part != "and"]
    if parts[:2] == ["two", "thousand"]:
        year, rest = 2000, parts[2:]
    else:
        year, rest = _CENTURIES[parts[0]], [part for part in parts[1:] if part != "hundred"]
    if rest and rest[0] in DECADES:
        return f"{year + DECADES[rest[0]]}s"
    return str(year + sum(NUMBERS.get(part, 0) for part in rest))


def _put(match: re.Match[str]) -> str:
    lead = match["lead"].lower().strip()
    stands_alone = not lead or lead in ("and", "so", "ok", "okay")
    is_decade = match["year"].lower().endswith("ies")
    if stands_alone and not _ALONE.match(match.string, match.end()):
        return match.group()
    if lead == "the" and not is_decade:
        return match.group()  # "the twenty twelve ..." counts
    return f"{match['lead']}{_in_digits(match['year'])}"


def years_in_digits(question: str) -> str:
    """The question with the years it says in words in digits."""
    before = ""
    while before != question:  # the second of two years stands beside the first
        before, question = question, _IN_WORDS.sub(_put, question)
    return question
