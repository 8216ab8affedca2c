"""What somebody said and took back in the same breath, in a skeleton: "the weight, no wait, not the weight, the BMI".

Only the name or the time that was put right changes: it stands in the place of the one it was said for. Where two could
be meant, nothing is put anywhere, and the text stays as it is.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.rank_words import RANK_OR_EXTREME

_THE = r"(?:(?:the|an?|his|her|my|their|that|this|in|on|at|from|of|for|by) )*"
_OOPS = (
    r"(?:(?:no|oh|oops|um|er|ah|sorry|wait|hang on|hold on|scratch that|strike that|correction|my mistake|pardon"
    r"|actually|rather|or|well|but|and|i|i meant?|meant?(?: to say)?|i want(?:ed)?|i need(?:ed)?|make (?:it|that)"
    r"|let's say|should be|that should be|it's|it is)[, ]+)+"
)
_SURELY = Pattern(
    r"\b(?:no|oops|sorry|wait|hang on|hold on|scratch that|strike that|correction|my mistake|pardon|actually|rather"
    r"|i meant?|meant|make (?:it|that)|should be)\b"
)
_WHAT = r"q[ct]\d+"
_ONE = r"(?: (?:one|level|value|reading|result|shot|test)s?)?"
_PUT_RIGHT = Pattern(
    rf"^(?P<head>[^?;]*?\b{_WHAT}\b[^?;]*?)(?: ?[,.:;?-]+ ?| )(?P<oops>{_OOPS})"
    rf"(?:not {_THE}(?:(?P<wrong>{_WHAT})|that|it){_ONE}[, ]+(?:but |rather )?)?"
    rf"{_THE}(?P<rank>{RANK_OR_EXTREME} )?(?P<right>{_WHAT})(?P<noun>{_ONE})(?:,? not {_THE}(?P<wrong2>{_WHAT}){_ONE})?"
    r"(?P<rest>(?:(?: ?[,:;]| ?-(?= )| (?=(?:in |on |at |for |from |since )?qt)| (?:please|instead|i mean|that is|and"
    r" (?:when|what|who|how)\b))(?:(?!\bnot\b|\bno\b|qc)[^?])*)?)[ ?.!]*$"
)
_RANK_PUT_RIGHT = Pattern(
    rf"^(?P<head>[^?;]*?\b{_WHAT}\b[^?;]*?)(?: ?[,.:;?-]+ ?| )(?P<oops>{_OOPS})"
    rf"(?:not {_THE}{RANK_OR_EXTREME}{_ONE}[, ]+(?:but )?)?{_THE}(?P<rank>{RANK_OR_EXTREME}){_ONE}"
    r"(?:,? (?:please|instead|that is))*[ ?.!]*$"
)
"""Another row of the same thing: "the last colonoscopy, sorry, the first one"."""
_NOT_BUT = Pattern(
    rf"^not {_THE}(?P<wrong>qt\d+){_ONE}[,;. ]+(?:but |i want |i need |i meant? |give me |just )*"
    r"(?P<ask>[^?;]*\bqt\d+[^?;]*)$"
)
"""A time that is not meant, before the question with the one that is."""


def corrected(text: str, aliases: dict[str, str]) -> str:
    """A skeleton's text with what was corrected in the place of what it was said for."""
    left = _NOT_BUT.match(text)
    if left is not None and left["wrong"] not in left["ask"]:
        return left["ask"]
    if other := _RANK_PUT_RIGHT.match(text):
        ranks = re.findall(rf"\b{RANK_OR_EXTREME}\b", other["head"])
        said = len(ranks) == 1 and _SURELY.search(other["oops"])
        return re.sub(rf"\b{RANK_OR_EXTREME}\b", other["rank"], other["head"]) if said else text
    match = _PUT_RIGHT.match(text)
    if match is None or not _SURELY.search(match["oops"]):
        return text
    right, head = match["right"], match["head"]
    if right[:2] == "qc" and re.search(r"\bqt\d", match["oops"]):
        return text
    named = re.findall(rf"\b{right[:2]}\d+\b", head)
    wrong = match["wrong"] or match["wrong2"]
    if wrong is not None:
        named = [name for name in named if aliases.get(name, name) == aliases.get(wrong, wrong)]
    if len(named) != 1:
        return text
    rest = match["rest"]
    if later := re.findall(r"\bqt\d+\b", rest):
        earlier = re.findall(r"\bqt\d+\b", head)
        if len(later) > 1 or len(earlier) > 1:
            return text
        head = re.sub(rf",? ?\b{earlier[0]}\b", "", head) if earlier else head
    if re.search(rf"\b{RANK_OR_EXTREME}\b", rest):
        head = re.sub(rf"\b{RANK_OR_EXTREME} ", "", head)
    ranked = rf"(?:{RANK_OR_EXTREME} )?" if match["rank"] else ""
    return re.sub(rf"{ranked}\b{named[0]}\b{_ONE}", f"{match['rank'] or ''}{right}{match['noun']}", head) + rest
