"""How strong a drug is, asked by its unit: "how many mg is her simvastatin", "albuterol doses: how many mg?".

It is the strength that is asked for. What was given in all, or in a day, is added up, and is not read here.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_BY_UNIT = Pattern(
    r"(?:\b(?:doses?|dosages?|strengths?) ?[:,;-]+ ?(?:at )?)?"
    r"\b(?:how many|what) (?:mgs?|mcgs?|(?:milli|micro)gram(?:me)?s?)\b(?: strength| dose)?"
    r"(?: (?:per|in (?:an?|each|one)|to (?:a|the)) (?:tablet|pill|capsule|puff|spray|patch|actuation))?"
    r"(?=[ ?.!,;:)]|$)",
    re.IGNORECASE,
)
_ADDED_UP = Pattern(
    r"\b(?:g[eo]t|gets|gotten|gave|giv(?:en|ing)|receiv\w+|administ\w+|push\w*|infus\w+"
    r"|had|total|sum|altogether|in all|overall|daily"
    r"|(?:a|per|each|every) (?:day|week|hour|time|visit)|so far)\b",
    re.IGNORECASE,
)
_HOW_STRONG = Pattern(r"\bhow strong (?=(?:is|was|are|were) (?:the|my|his|her|their)\b)", re.IGNORECASE)
_TOTAL = Pattern(
    r"\b(?:total|sum|altogether|in all|overall|daily|so far|(?:a|per|each|every) (?:day|week|hour|time))\b",
    re.IGNORECASE,
)
_OF_ONE_HAD = Pattern(
    r"\b(?:how many|what) (?:mgs?|mcgs?|(?:milli|micro)gram(?:me)?s?) (?P<is>is|was|are|were) (?P<x>(?:the|my|his|her"
    r"|their|(?:the )?patient's) [a-z][\w-]*(?: [\w-]+){0,3}?),? (?:(?:that|which) )?(?:i|he|she|they|we|the"
    r" patient)(?:'m"
    r"|'s|'ve| am| is| are| was| were| have| has| had)?(?: been| currently| now| still)* (?:on|take|takes|taking|given"
    r"|prescribed|got|get|gets|put on|had)(?: for (?:my|his|her|their|the) (?:blood pressure|bp|cholesterol|(?:blood"
    r" )?sugars?|heart|memory|breathing|chest|nerves|water|kidneys))?(?=[ ?.!]*$)",
    re.IGNORECASE,
)
"""A drug that somebody has: its strength is asked for, and no sum of what was given."""


def strength_asked(question: str) -> str:
    """The question with the strength of a drug asked for by that word."""
    if not _TOTAL.search(question):
        question = _OF_ONE_HAD.compiled.sub(r"what strength \g<is> \g<x>", question)
    question = _HOW_STRONG.sub("what strength ", question)
    return question if _ADDED_UP.search(question) else _BY_UNIT.sub("what strength", question)
