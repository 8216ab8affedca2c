"""Who the patient is: the demographic field a clause asks for."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.frames import Narrowed
from chartwarden.agent.planning.wording.who import WHO

_NOT_HOW = r"(?! (?:alone|with|independently|by|on (?:his|her|their) own|in an?\b))"
"""A place, and not how or with whom somebody lives."""
_IDENTITY = Pattern(
    r"\b(?P<birthDate>birth ?da(?:te|y)s?|birthdays?|date of (?:\w+ |the patient's )?birth|dob|(?:was|"
    r"were|i) born|born)\b|\b(?P<gender>gender|sex|(?:male|man|boy|guy) or (?:a )?(?:female|woman|girl|"
    r"lady|gal)|(?:female|woman|girl) or (?:a )?(?:male|man|boy)|"
    rf"(?:am i|is {WHO}) (?:a )?(?:male|female|man|woman|boy|girl))\b|\b(?P<maritalStatus>marital|"
    r"married|single or|spouse)\b|"
    r"\b(?P<language>language|speaks?|spoken)\b|\b(?P<race>race|racial)\b|\b(?P<ethnicity>ethnic(?:ity)?|hispanic)\b|"
    r"\b(?P<address>address|where does .* live|live at|(?:do|does) .* live{_NOT_HOW}"
    rf"|lives?(?! (?:births?|vaccin\w+|donors?|attenuated)){_NOT_HOW}|residence|home town|city|zip code|postal code)\b|"
    r"\b(?P<telecom>phone|telephone|contact number|email|e-mail)\b|"
    r"\b(?P<deceased>deceased|dead|died|die|death|pass(?:ed)? away|still (?:alive|living|with us)|alive)\b|"
    r"\b(?P<generalPractitioner>(?:primary care (?:doctor|provider|physician)|family doctor|general practitioner"
    r"|(?:gp|pcp)\b)(?!(?:'s|s)? (?:visit|appointment|consult|check-?up|encounter|trip))"
    r"(?! (?:last |first )?(?:see|saw|say|said|give|gave|do|put|find|found|tell|told|treat\w*)\b))|"
    r"\b(?P<name>(?:patient's|my|his|her|full|the patient) (?:full |legal |first |last |family )?name|"
    r"name of (?:the|this) patient|who is (?:the|this) patient(?!'s)|what am i called)\b|"
    r"\b(?P<identifier>medical record number|mrn|hospital number|patient id|record number|identifiers?)\b|"
    r"\b(?P<birthPlace>birth ?place|place of birth)\b|\b(?P<contact>emergency contact|next of kin)\b"
)


_OTHERS = (
    r"(?:doctor|gp|physician|surgeon|nurse|pharmacy|pharmacist|clinic|hospital|practice|insurer|employer|provider)"
)
_REACHED = r"(?:(?:tele)?phone(?: numbers?)?|telephone|e-?mail(?: address)?|contact (?:number|details)|address)"
_OF_OTHERS = Pattern(
    rf"\b{_OTHERS}(?:'s|s'|s)? {_REACHED}\b|\b{_REACHED} (?:of|for) (?:(?:the|his|her|my|their) )?(?:\w+ )?{_OTHERS}\b"
)
"""How to reach somebody else than the patient."""
_ALIVE = Pattern(r"\b(?:alive|still living|still with us)\b(?!.*\bdead\b)")
_OF_DEATH = Pattern(
    r"\b(?:caused?|reasons?|manner|circumstances|why|how did|what did|what (?:was it that )?(?:killed|took)|of what)\b"
    r"|\b(?:die|died|dead|death) (?:of|from|due to|because|by|in|at|with|during|on the|under|alone)\b"
    r"|\b(?:who|where)\b|\bplace of\b"
)
_AGE_BESIDE = Pattern(r"(?:^|, |\band )age(?=,| and\b|$)")
_NAME_BESIDE = Pattern(r"(?:^|, |\band )(?:full )?name(?=,| and\b|$)")


def identities(clause: str) -> list[str]:
    """The clause once for each of several demographic fields it names, and alone where it names one or none."""
    names = [(match.start(), "the patient's name") for match in _NAME_BESIDE.finditer(clause)]
    names += [(match.start(), "how old is the patient") for match in _AGE_BESIDE.finditer(clause)]
    found = sorted([(match.start(), match.group()) for match in _IDENTITY.finditer(clause)] + names)
    asked = {identity_field(said): said for _, said in reversed(found)}
    return [said for _, said in found if said in asked.values()] if len(asked) > 1 else [clause]


def identity_field(clause: str) -> str:
    """The demographic field a clause asks for, or empty. Raises `Narrowed` where it is somebody else's."""
    if other := _OF_OTHERS.search(clause):
        raise Narrowed(f'whose it is ("{other.group()}"); the record tells that of the patient')
    match = _IDENTITY.search(clause)
    return next((name for name, text in match.groupdict().items() if text), "") if match else ""


def asks_alive(clause: str) -> bool:
    """Whether a clause asks for the opposite of a death."""
    return bool(_ALIVE.search(clause))


def asks_when_dead(clause: str) -> bool:
    """Whether a clause asks for the time of a death, of which "no" is no answer."""
    return bool(re.search(r"\b(?:when|dates?|day|year|time)\b", clause))


def asks_of_death(clause: str) -> bool:
    """Whether a clause about a death asks for more than whether and when: why, how or where."""
    return bool(_OF_DEATH.search(clause))


def is_about_care(clause: str, field_name: str) -> bool:
    """Whether a clause that names a demographic field asks for a kind of entry all the same."""
    cues = [name for name, weight in domains.cued(clause) if weight == 2 and name not in ("icu",)]
    if field_name in ("deceased", "address", "race", "name", "telecom"):
        return bool(cues)
    return bool(cues) and field_name not in ("birthDate", "gender", "generalPractitioner", "identifier", "contact")
