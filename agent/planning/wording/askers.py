"""Who asks, before what they want to know: "the night nurse asks whether ...", "HR needs the date of ...".

Told of somebody, a number, a time or a name of the record may be what is asked: then nothing is taken off.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX, WH

_THIRD = Pattern(
    r"^(?P<story>(?:(?:before|when|after|because|since|as|given|with) [^,]*?,? )?(?:(?:my|the|a|an|his|her|our"
    r"|their|this|some"
    r"|one of (?:my|the|our))(?: [\w'-]+){1,4}|(?:[\w'-]+ ){0,2}(?:form|sheet|questionnaire|clinic|nurse|office"
    r"|team|ward|pharmacy)|(?:q[cp]\d+|[a-z]+(?:ology|ics|ry|nursing|pharmacy|surgery))|he|she"
    r"|they|somebody|someone|we|i)) "
    r"(?:asks?|asked|(?:is|are|was|am) asking|wants?|wanted|would like|needs?|wonders?|(?:is|are|am) wondering"
    r"|keeps asking|"
    r"has asked)(?: (?:me|us|you))?(?: to (?:know|see|hear|learn|find out|be told|have|check|confirm|make sure|ask))?"
    r"(?: about| for)? (?=(?P<how>if|whether|that|wh\w+|how|the|a list|all|any|every|each)\b)"
)
"""Somebody else who asks: "a urologist is asking whether ..."."""
_ANYBODY = Pattern(
    rf"^(?P<story>(?!(?:{WH}|{AUX})\b)(?:[\w'.&/-]+ ){{1,5}}?)(?:(?:has |have |just )?asked|asks?|(?:is|are) asking"
    r"|wants?|wishes|wanted|would like|needs?|has to|have to|wonders?|(?:is|are) wondering)(?: (?:me|us|you))? "
    r"(?:(?:to (?:know|see|hear|learn|find out|be told|be sure|check|confirm|make sure|verify|establish|determine"
    r"|pin down|work out|document|note|record|put down)|(?:confirmation|to hear|an answer)(?: of| on| about)?)"
    r"(?: exactly| please)? (?=(?P<how>if|whether|wh\w+|how)\b)|(?=(?P<at>if|whether)\b))"
)
"""Whoever stands before words that only somebody who asks goes on with: "transfer center needs to know when ..."."""
_ASKS_WH = Pattern(
    rf"^(?P<story>(?!(?:{WH}|{AUX}|if|whether|any|please)\b)(?:[\w'.&/-]+ ){{1,4}}?)(?:(?:has |have |just )?asked|asks?"
    r"|(?:is|are) asking|wonders?|(?:is|are) wondering)(?: me| us)? "
    rf"(?=(?P<how>(?:(?:on|in|by|since|for|at) )?(?:{WH}))\b)"
)
"""Whoever stands before what nothing but an indirect question goes on with: "doctor asks when ..."."""
_SAID_OF_THING = r"\bq[tnk]\d|\bqr\d+(?! (?:nurse|team|service|clinic|pharmacist|specialist)\b)"
"""What tells of what is asked, in words before it; "the IV nurse" is somebody."""
_WANTS_IT = Pattern(
    rf"^(?!(?:{WH}|{AUX}|i|we|you|he|she|they|(?:the )?patient(?!'s)|give|tell|show|list)\b)"
    r"(?P<story>(?:[\w'.&/-]+ ){1,7}?)(?:wants?|needs?|(?:is |are )?ask(?:s|ing)?(?: me| us)?(?: for| about)?"
    r"|(?:is|are) (?:after|looking for)|(?:has|have|had) asked(?: me| us)? for|requests?|would like)"
    r"(?: only| just| precisely| exactly)? (?=(?:the|an?|one|each|every|all|my|his|her|their|the exact|the precise) "
    r"(?:(?:exact|precise|full|total|single|list of|count of|name of|date of|time of|the|very|most recent(?:ly)?"
    r"|latest|last"
    r"|first|earliest|newest|oldest|final|initial) )*"
    r"(?:dates?|times?|days?|names?|numbers?|counts?|tally|totals?|figures?|lists?|qc\d+|latest|last|first|most recent"
    r"|earliest|newest|procedure|test|prescription|admission|discharge|drug|medication|diagnosis|visit|stay|dose"
    r"|value)\b)"
)
"""Somebody who wants a thing of the record: "pre-op clinic wants the most recent procedure"."""
_DOES_MORE = Pattern(
    r"^(?:my|our|his|her|the|an?) (?:[\w'-]+ ){1,9}?and (?:asks?|wants? to (?:know|hear|see)|is asking|wonders?"
    r"|needs? to know)"
    rf"(?: me| us)?(?: exactly| precisely)? (?=(?P<how>if|whether|(?:with |in |on |at |by |for )?{WH})\b)"
)
"""Who asks does something else too: "my niece draws the family tree and asks when I was born"."""
_ECHO = Pattern(
    r"^(?:(?:and|so) )?(?:(?:which|what|when|who|where)(?: (?:one|date|day|time|number|drug|test|procedure|unit"
    r"|care ?unit))?"
    r"(?: exactly)?(?: (?:is|was|are|were) (?:it|that|this|they|those))?(?: called| named)?"
    r"|what does (?:it|the (?:record|chart|file)) say|(?:can|could) you (?:find|name|tell me|look up|check)(?: it"
    r"| that| me)?"
    r"|how many(?: (?:is|are|was|were) (?:it|that|they|there))?|first time,? please)(?: please)?$"
)
"""What asks once more for what a sentence before has asked for."""
_ASKS_AFTER = Pattern(rf", (?:and )?so (?:{WH}|{AUX})\b")
"""What a story of somebody's wishes ends in."""


def without_asker(part: str) -> str | None:
    """What somebody wants to know, of a sentence that says who does; None for any other sentence."""
    third = _THIRD.match(part)
    if third and not re.search(_SAID_OF_THING, third["story"]):
        return f"{'whether' if third['how'] in ('if', 'that') else third['how']}{part[third.end('how') :]}"
    for other in (_DOES_MORE, _WANTS_IT):
        asker = other.match(part)
        if asker and not re.search(r"\bq[tnkap]\d", part[: asker.end()]):
            how = asker.groupdict().get("how")
            return f"whether{part[asker.end() + len(how) :]}" if how == "if" else part[asker.end() :]
    plainly = _ASKS_WH.match(part)
    if plainly and not re.search(_SAID_OF_THING, plainly["story"]) and not _ASKS_AFTER.search(part):
        return part[plainly.start("how") :]
    anybody = _ANYBODY.match(part)
    if anybody and not re.search(r"\bq[tnkr]\d", anybody["story"]) and not _ASKS_AFTER.search(part):
        how = anybody["how"] or anybody["at"]
        return f"{'whether' if how == 'if' else how}{part[anybody.end() + len(how) :]}"
    return None


def asks_again(part: str) -> bool:
    """Whether a sentence only asks once more for what the one before it has asked for: "which was it?"."""
    return bool(_ECHO.match(part))
