"""Vaccines that share one noun: "pneumonia and tetanus shots" are no pneumonia.

Behind one shot or vaccine the diseases are those of a combination: "the measles, mumps and rubella vaccine".
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_AGAINST = (
    r"(?:flu|influenza|tetanus|pneumonia|pneumococcal|shingles|zoster|measles|mumps|rubella|mmr|polio|chicken ?pox"
    r"|varicella|whooping cough|pertussis|diphtheria|meningitis|meningococcal|hpv|hep(?:atitis)? [ab]|hib|rotavirus"
    r"|rabies|typhoid|yellow fever|covid(?:-19)?|rsv|tdap|dtap|td)"
)
_SHARED = Pattern(
    rf"\b(?P<all>{_AGAINST}(?:(?:,? and|,? or|,|/| &) ?{_AGAINST})+) "
    r"(?P<one>shot|jab|vaccine|vaccination|booster|immuni[sz]ation)s\b",
    re.IGNORECASE,
)
_ONE = Pattern(rf"\b{_AGAINST}(?=,| and| or|/| &|$)", re.IGNORECASE)


_HOLDING = Pattern(
    r"\b(?:(?:any|some)thing against(?= (?!flu|influenza|pneumonia|shingles|zoster))|(?:(?:any|some)thing"
    r"|(?P<s>vaccine|vaccination|shot|jab|injection|one)) (?:with|containing))"
    rf" (?:(?:any|some) )?(?P<d>{_AGAINST})(?: in it)?(?:,? (?:whatever|no matter what) else (?:is|was|were) in (?:it"
    r"|there))?(?=[ ?.,]|$)(?! (?:shot|vacc|jab))",
    re.IGNORECASE,
)
"""A vaccine by what it is against, where nothing else is had of that."""
_NUMBERED = Pattern(
    rf"\b(?P<d>{_AGAINST}) (?P<n>(?:number|no\.?|#|dose) ?(?:one|two|three|four|five|\d)\b)", re.IGNORECASE
)


def shots_apart(question: str) -> str:
    """The question with the noun said behind each of them."""
    question = _NUMBERED.sub(
        r"\g<d> vaccine \g<n>", _HOLDING.sub(lambda m: f"{'' if m['s'] else 'a '}{m['d']} vaccine", question)
    )
    return _SHARED.sub(lambda m: _ONE.sub(lambda one: f"{one.group()} {m['one']}s", m["all"]), question)
