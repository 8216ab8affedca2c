"""A thing told with its time before a row of it is asked for: "ibuprofen, since 2014. Most recent order, when?".

Told so it is no question of its own, and the row asked for is one of it. The rules are about a skeleton.
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.rank_words import ANY_RANK
from chartwarden.agent.planning.wording.who import WHO

_OF_DRUGS = r"(?:administrations?|doses?|orders?|prescriptions?|scripts?|dispensings?|intakes?)"
_KIND = rf"(?:{_OF_DRUGS}|readings?|values?|results?|measurements?|tests?|outputs?|entry|entries|diagnosis|time|one)"
_PATIENT = r"(?:,? (?:on|for|of|in) (?:the )?patient|,? (?:\(? ?)?(?:the )?patient(?: ?\))?)"
_LOOKED_AT = (
    rf"(?:(?:looking|going|checking|searching) (?:only )?(?:at|by|through|in) )?(?:(?:the|all|my|his|her) )*{_KIND}"
)
_AHEAD = Pattern(
    rf"^(?:(?:the|my|his|her|their|about|regarding) )*(?P<x>qc\d+)(?P<as> (?:status )?as an? [a-z]+)?{_PATIENT}?"
    rf"(?: ?[.,:;] ?|,? )(?:{_LOOKED_AT},? |(?:looking|going)(?: only)?(?: (?:at|from|by|in))? )?(?P<t>qt\d+)"
    rf"{_PATIENT}?(?: only| alone)? ?[.,:;] (?P<ask>[^.;:]+)$"
)
_DID = (
    r"(?: (?:that was |was )?(?:prescribed|ordered|given|administered|recorded|taken|on record|charted|made|done"
    r"|measured))?"
)
_ROW = Pattern(
    rf"^(?:and )?(?P<t>(?:(?:the )?(?:date and time|exact time|time|date|day) (?:of|for)|when (?:was|is|were)) )?"
    rf"(?:the )?(?P<r>{ANY_RANK}) (?P<k>{_KIND})(?P<did>{_DID})"
    r"(?P<w>,? (?:and )?(?:when|(?:at )?(?:what|which) (?:exact )?(?:time|date|day)|date|time|date and time)"
    r"(?: (?:was|is) (?:it|that|this))?)?[ ?.]*$"
)
_COUNT = Pattern(
    rf"^(?P<q>how many|any|(?:total )?number of) (?P<k>{_KIND}|times)(?P<did>{_DID})[ ?.]*$|^how "
    rf"often(?P<did2>{_DID})[ ?.]*$"
)


_GIVEN_AHEAD = Pattern(
    rf"^(?:(?P<t>qt\d+),? )?{WHO} (?:(?:was|were|had|has|have|got|been) )+"
    r"(?:(?:given|prescribed|ordered|administered) )?(?:something|some drug|an? (?:drug|medicine|medication))"
    r"(?: (?:given|prescribed|ordered|administered))? in the icu(?: (?P<u>qt\d+))? ?[.:;] "
    r"(?:(?:the )?(?P<r>first|last|latest|earliest|most recent) (?:one|drug|medicine|medication)"
    r"(?:,? (?:in |of )?that (?:year|month|day))?,? what (?:was|is) (?:it|that|the (?:drug|medicine|medication))"
    r"|(?:what|which)(?: (?:drug|medicine|medication))? was the (?P<s>first|last|latest|earliest|most recent)"
    r"(?: one)?)[ ?.]*$"
)
"""That something was given in intensive care, before a question which it was."""
_GIVEN_FOR_IT = Pattern(
    r"^(?:(?:the|my|his|her) )?(?:(?P<t>qt\d+) (?P<x>qc\d+)|(?P<y>qc\d+) (?P<u>qt\d+))(?: ?[,.:;]| [–-]) "
    rf"(?P<q>what (?:was|were|did {WHO} (?:get|receive)|has been)(?: (?:given|prescribed"
    r"|ordered|used))?(?: to (?:him|her|me|them|the patient))?) for (?:it|that|this)[ ?.]*$"
)
"""A condition with its time, before a question what was given for it."""


def asked_of_ahead(text: str, informative: frozenset[str], conditions: frozenset[str] = frozenset()) -> str:
    """A skeleton's text with the thing and the time told ahead put in the question for one of its rows.

    `conditions`: of the names those that are conditions and no drugs.
    """
    given = _GIVEN_AHEAD.match(text)
    if given:
        return (
            f"what was the {given['r'] or given['s']} drug ordered in the icu {given['t'] or given['u'] or ''}".strip()
        )
    for_it = _GIVEN_FOR_IT.match(text)
    if for_it and (for_it["x"] or for_it["y"]) in conditions:
        return f"which medications were prescribed for {for_it['x'] or for_it['y']} {for_it['t'] or for_it['u']}"
    ahead = _AHEAD.match(text)
    if ahead is None or ahead["x"] not in informative:
        return text
    of = f"of {ahead['x']} {ahead['t']}"
    row, count = _ROW.match(ahead["ask"]), _COUNT.match(ahead["ask"])
    if row:
        kind = "" if row["k"] in ("one", "time") else f" {row['k']}"
        did = row["did"].replace(" that was", "").replace(" was", "") or (" given" if row["k"] == "time" else "")
        if row["w"] or row["t"] or row["k"] == "time":
            return f"when was the {row['r']}{did}{kind} {of}"
        return f"what was the {row['r']}{did}{kind} {of}"
    if count and (count["did2"] is not None or count["k"] == "times"):
        done = (count["did2"] or count["did"] or " recorded").split()[-1]
        return f"how many times was {ahead['x']} {done} {ahead['t']}"
    if count:
        of = f"of {ahead['x']}{count['did']} {ahead['t']}"
        lead = "was there any" if count["q"] == "any" else "how many"
        return f"{lead} {count['k']} {of}"
    return text
