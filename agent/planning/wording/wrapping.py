"""The polite wrapping of a question, taken off: "could you please tell me whether ..."."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_POLITE = Pattern(
    r"^(?:(?:hello|hi|hey|please|kindly|so|ok|okay|and|also|then|now|well)[, ]+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly |also |be able to |possibly )*"
    r"|(?:can|could|may|might) (?:i|we) (?:please |just |also )*(?=(?:see|get (?:an? |the )?(?:full )?list)\b)"
    r"|do you (?:happen to )?(?=know\b|have\b|remember\b|see\b)|"
    r"i(?:'d| would)? (?:just )?(?:like|need|want|love|have|am trying|'m trying|am looking|am wondering)(?: you)? to |"
    r"(?:looking for|(?:looking|trying|hoping|wondering)(?= (?:to|if|whether|about|when|what|who|which|how)\b)) "
    r"|i(?:'m| am) (?:curious|wondering|interested|looking|trying|asking|checking|verifying|not sure)"
    r"(?: in| to| for)? ?"
    r"|i (?:wonder|need|want)\b ?|help me |(?:do (?:you|we) have )?any idea (?:of |as to )?(?=wh|how|if)|do we know |"
    r"is it possible to |are you able to |we need to |let's |let me |it would help to )?(?:please |kindly )?"
)
_WHAT_I_ASK = Pattern(
    r"^what (?:i|we)(?:'m| am|'re| are|'d| would|'ve| have)? [a-z ]{2,40}?\bis "
    r"(?:(?P<if>if|whether) |(?=(?:when|what|which|who|how)\b))"
)
"""What somebody says of their own asking: "what I'm trying to settle is whether ..."."""
_VERB = Pattern(
    r"^(?:tell|show|let|give|find|check|provide|determine|identify|specify|confirm|remind|inform|verify|see|look|"
    r"say|state|figure|know|remember|establish|clarify|pinpoint|assess|ascertain|report|display|retrieve|"
    r"evaluate|have|get|"
    r"document|describe|recall|list|name(?! ?(?:,|and\b)(?! please\b))|pull)\b ?"
    r"(?:me |us |for me )?(?:know |out |up |in |into |see |of |about |for |at |to )*(?:me |us )?(?P<if>if|"
    r"whether|that|about|regarding)?\b ?"
)
_YES_NO_HEAD = Pattern(r"^(?:have|has|had|do|does|did) (?!you\b)|^(?:name|list|state) (?:each|every|all)\b")


def unwrapped(clause: str) -> tuple[str, bool]:
    """A clause without its polite wrapping, and whether the wrapping makes it a yes/no question."""
    asking = _WHAT_I_ASK.match(clause)
    polite = asking or _POLITE.match(clause)
    rest = clause[polite.end() :] if polite else clause
    wrapped = rest != clause
    match = _VERB.match(rest)
    said_if = bool(re.match(r"(?:if|whether)\b", rest) or (asking and asking["if"]))
    if match and (wrapped or not _YES_NO_HEAD.match(rest)):
        said_if = said_if or match["if"] in ("if", "whether")
        said_if = said_if or bool(match["if"] == "that" and re.match(r"(?:confirm|verify|check|establish)\b", rest))
        rest = rest[match.end() :] or rest
    return rest.strip(" ,") or clause, said_if
