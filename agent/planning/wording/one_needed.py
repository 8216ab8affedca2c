"""One of the rows that a telegram names in the plural: "Hospital discharge times: only the earliest is needed"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST

_TIMES = Pattern(r" (?:dates?(?: and times?)?|times?)\b")
_NEEDED = Pattern(
    rf"^(?!(?:{WH}|{AUX}|all|any|every|each|both|how|whether|if|list|give|show|tell|name|find|count|number)\b)"
    r"(?:(?:the|my|his|her|their|patient's) )*(?P<x>[a-z][^.;:?]*?) ?[.,;:–-]+ "
    r"(?:(?:but|and) )?(?:(?:i|we) )?(?P<only>(?:only|just) )?(?:(?:need|want|am after|'m after|require) )?"
    rf"(?(only)|(?:only|just) )(?:the )?(?:very )?(?P<rank>{FIRST_OR_LAST})"
    r"(?: (?:ones?|time|date|entry|of (?:them|these|those)))?(?: alone)?"
    r"(?: (?:(?:is|are|was) )?(?:needed|wanted|required|asked for|of interest|relevant|please|necessary|thanks)"
    r"| (?:matters|counts|interests (?:me|us)|will do))*"
    r"(?:(?: ?[.,;:?!–-])+ ?(?P<rest>[^.;:?]*?))?[ ?.!]*$"
)
_NOUNS = Pattern(
    r"\b(?:admissions?|discharges?|visits?|stays?|encounters?|procedures?|prescriptions?|orders?|diagnos[ei]s|tests?"
    r"|cultures?|outputs?|intakes?|doses?|drugs?|medic\w+|meds?|shots?|vaccin\w+|readings?|results?|measurements?"
    r"|transfers?|infusions?)\b|\bqc\d"
)
_WHEN_IT_WAS = Pattern(
    r"(?:and )?(?:when|(?:at |on )?(?:what|which) (?:time|date|day))(?: (?:was|is|did) (?:it|that|this)"
    r"(?: (?:happen|take place|occur))?)?$"
)


def one_needed(text: str) -> str:
    """A skeleton's text with the one row that is needed in the place of all of them."""
    match = _NEEDED.match(text)
    if match is None or not _NOUNS.search(match["x"]) or re.search(FIRST_OR_LAST, match["x"]):
        return text
    row, rest = f"the {match['rank']} {_TIMES.sub('', match['x']).strip()}", match["rest"] or ""
    is_time = bool(_TIMES.search(match["x"]))
    if _WHEN_IT_WAS.match(rest) or (is_time and not rest):
        return f"when was {row}?"
    return f"{row}. {rest}?" if rest else row
