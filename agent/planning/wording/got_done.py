"""What was done to somebody, said with "get": "what did I get diagnosed with", "has he gotten vaccinated"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites

_DONE = (
    r"(?:diagnosed|prescribed|vaccinated|immuni[sz]ed|inoculated|admitted|hospitali[sz]ed|discharged|seen|treated"
    r"|tested|screened|operated on|started on|put on|given|referred|scanned|examined|ordered|measured|checked)"
)
_OFTEN = r"(?:(?:ever|last|first|actually|also|originally|previously|already|most recently) )*"
_SUBJECT = r"(?P<who>(?:[\w'-]+ ){0,3}?[\w'-]+)"
_DID_GET = Pattern(rf"\bdid {_SUBJECT} (?P<how>{_OFTEN})get (?P<again>{_OFTEN})(?P<done>{_DONE})\b", re.IGNORECASE)
_HAS_GOT = Pattern(
    rf"\b(?P<aux>has|have|had) {_SUBJECT} (?P<how>{_OFTEN})(?:got|gotten) (?P<again>{_OFTEN})(?P<done>{_DONE})\b",
    re.IGNORECASE,
)
_GOT = Pattern(
    rf"\b(?P<who>he|she|i|(?:the |this )?patient) (?P<how>{_OFTEN})got (?P<again>{_OFTEN})(?P<done>{_DONE})\b",
    re.IGNORECASE,
)
_PART = r"(?:(?:the|my|his|her|their|an?) )?(?P<part>(?:(?:left|right|upper|lower) )?[a-z]+)"
_X_RAYED = Pattern(
    rf"\b(?P<aux>was|were|is|has|have|had) {_PART} (?P<how>(?:been |ever |last |first |most recently )*)x-? ?rayed\b"
    r"|\b(?P<had>have|had|has|having|get|got|getting) (?:(?:the|my|his|her|their) )(?P<part2>(?:(?:left"
    r"|right) )?[a-z]+) x-? ?rayed\b",
    re.IGNORECASE,
)
"""A picture of a part of the body, said as what was done to it."""
_PASSIVE = {"me": "I", "him": "he", "her": "she", "them": "they", "us": "we"}
_DONE_BY = Pattern(
    r"\b(?P<aux>did|has|have|had) (?:they|any(?:one|body)|some(?:one|body)|you|the doctors?|the nurses?)"
    r"(?P<how>(?: (?:ever|already|also|actually))*) (?P<v>vaccinate|immuni[sz]e|inoculate)d? (?P<w>me|him|her|them"
    r"|(?:the )?patient)\b",
    re.IGNORECASE,
)
"""Whoever vaccinated somebody is not asked for: "did they vaccinate me against it"."""
_SEVERAL = Pattern(r"^(?:they|we|you)$|\b(?:drugs|medicines|medications|meds|tests|labs|\w+s and \w+)$")


def _was_done(match: re.Match[str]) -> str:
    was = "were" if _SEVERAL.search(match["who"].lower()) else "was"
    return f"{was} {match['who']} {match['how']}{match['again']}{match['done']}"


def _pictured(match: re.Match[str]) -> str:
    if match["had"]:
        return f"{match['had']} a {match['part2']} x-ray"
    return f"{match['aux']} the {match['part']} x-ray {match['how']}done"


def _vaccinated(match: re.Match[str]) -> str:
    who = _PASSIVE.get(match["w"].lower(), match["w"])
    is_past, often = match["aux"].lower() == "did", match["how"]
    was = "were" if who in ("they", "we") else "was"
    return f"{was if is_past else match['aux']} {who}{often}{'' if is_past else ' been'} {match['v']}d"


_SAID = Rewrites(
    (
        (_DID_GET, _was_done),
        (_HAS_GOT, r"\g<aux> \g<who> \g<how>been \g<again>\g<done>"),
        (_X_RAYED, _pictured),
        (_DONE_BY, _vaccinated),
        (_GOT, r"\g<who> \g<how>was \g<again>\g<done>"),
    )
)


def got_plainly(question: str) -> str:
    """The question with such passives said with "be"."""
    return _SAID.put_into(question)
