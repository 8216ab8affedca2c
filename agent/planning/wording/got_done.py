"""What was done to somebody, said with "get": "what did I get diagnosed with", "has he gotten vaccinated"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

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
_SEVERAL = Pattern(r"^(?:they|we|you)$|\b(?:drugs|medicines|medications|meds|tests|labs|\w+s and \w+)$")


def _was_done(match: re.Match[str]) -> str:
    was = "were" if _SEVERAL.search(match["who"].lower()) else "was"
    return f"{was} {match['who']} {match['how']}{match['again']}{match['done']}"


def got_plainly(question: str) -> str:
    """The question with such passives said with "be"."""
    question = _HAS_GOT.sub(r"\g<aux> \g<who> \g<how>been \g<again>\g<done>", _DID_GET.sub(_was_done, question))
    return _GOT.sub(r"\g<who> \g<how>was \g<again>\g<done>", question)
