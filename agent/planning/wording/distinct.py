"""How many there are, said by what is not counted ("not counting repeats, how many drugs ...") or by its number alone.

Orders and visits are left alone: a repeat prescription is one of its own.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_NO_REPEATS = (
    r"(?:(?:not|without|never) (?:counting|including)|leaving out|ignoring|disregarding|excluding|minus|no) "
    r"(?:any |the |of the )?(?:repeats?|duplicates?|repetitions|doubles)(?: twice)?"
    r"|counting (?:each|every)(?: one)?(?: of them)? (?:only |just )?once"
)
_HOW_MANY = (
    r"how many (?:different |distinct |separate |unique )?"
    r"(?P<what>(?:kinds? of )?(?:drugs|medicines|medications|meds|conditions|diagnoses|illnesses|vaccines|organisms))\b"
)
_DIFFERENT = (
    Pattern(rf"^(?:{_NO_REPEATS})[,;:] {_HOW_MANY}", re.IGNORECASE),
    Pattern(rf"^{_HOW_MANY}(?P<rest>[^?.;]*?),? (?:{_NO_REPEATS})(?=[ ?.!]*$)", re.IGNORECASE),
)
_NUMBER_ALONE = Pattern(
    r"^(?:just|only|simply|merely) (?:the|an?|one) (?:figure|number|count|total|tally)(?:,? (?:please|only|for))*[:,]? "
    r"(?=(?:the |his |her |my |their )*(?:(?!of\b)[a-z]+ ){0,2}?"
    r"(?:medic(?:ation|ine)s|meds|drugs|prescriptions|problems|conditions|diagnoses|allergies|visits|encounters"
    r"|admissions|stays|procedures|vaccines|shots|readings|measurements)\b)",
    re.IGNORECASE,
)
"""A number asked for before what is counted, which is no value: "just the figure please, active drugs"."""


def _different(match: re.Match[str]) -> str:
    return f"how many different {match['what']}{match.groupdict().get('rest') or ''}"


def counted_apart(question: str) -> str:
    """The question with its repeats left out by "different", and a number of things asked for by "how many"."""
    question = _NUMBER_ALONE.sub("how many ", question)
    for pattern in _DIFFERENT:
        question = pattern.sub(_different, question)
    return question
