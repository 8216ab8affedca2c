"""What a drug that somebody is on was given for: "they have me on metoprolol and I forget, what's it for?".

What a drug is for in general is knowledge; why this patient was prescribed it is a fact of the record. So these are the
questions that first tell that the patient has it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.authorship import WHO_TREATS
from chartwarden.agent.planning.wording.who import WHO, WHOM

_HAS = (  # or is told to have
    rf"(?:{WHO}(?:'m|'s|'re|'ve| am| is| are| was| were| has| have)?(?: (?:also|still|now|currently|been|got|just))*"
    r" (?:on|taking|takes?|given|prescribed|put on|started on|using|gets?|had)"
    rf"|{WHO_TREATS}(?:'ve|'s| have| has| had)?(?: (?:got|put|have|has|started|keep|gave|give|prescribed))* {WHOM}"
    r"(?: on)?"
    r"|(?:there(?:'s| is)|(?:i|we) (?:see|have|found|spotted|noticed)|it says"
    r"|(?:(?:the|my|his|her) )?list (?:has|says)))"
)
_STILL = r"(?:(?: (?:on|in) (?:the|my|his|her|their) [a-z ]*?(?:list|chart|record|file)| every day| daily| now| too" \
         r"| for (?:years|ages|months|weeks|a while|some time))*)"  # fmt: skip
_FORGETS = (
    r"(?:(?:(?:and|but|so|though) )*(?:(?:i|he|she|we|they|nobody|no one)(?: [a-z']+){0,3}? (?:forget|forgot|forgotten"
    r"|remember|recall|know|knows|sure|told|said|explained)(?: (?:me|us|him|her))?(?: any ?more)?|no idea|not sure"
    r"|no clue|(?:can you |please )?(?:remind|tell) (?:me|us))[, –-]*)"
)
_IT = r"(?:it|that|this|they|those|that one|the thing)"
_MEANT = r"(?:(?: (?:supposed to be|meant to be|prescribed|given|ordered|started|there|actually|again|even|being))*)"
_WHAT_FOR = (
    rf"(?:what(?:'s| is| was| are| were) {_IT}{_MEANT} (?:for|supposed to treat|meant to treat|treating)"
    rf"|what {_IT}(?:'s|'re| is| was| are| were){_MEANT} for"
    rf"|what (?:did|do|does|have|has) {WHO_TREATS} (?:give|gave|given|prescribe|prescribed|put|start|have|order)"
    rf" (?:{_IT}|{WHOM})(?: (?:on|with) {_IT})? for"
    rf"|(?:why|what for))"
)
_TAKEN_FOR = Pattern(
    rf"^(?:(?:so|and|ok|okay|well|hi|hello),? )*{_HAS} (?:some |the |my |his |her |this )?"
    rf"(?P<x>(?!(?:a|an|any|no|not|something|anything)\b)(?:(?!\b(?:and|or|but|for)\b)[^,.;:?–]){{3,60}}?"
    rf"(?: and (?!feel|have|am|get|want|i\b|he\b|she\b|they\b)[\w-]{{4,}})?){_STILL}"
    rf"(?: ?[,.;:–]| -| and| but)+ ?(?:(?:and|but|so) )?{_FORGETS}?{_WHAT_FOR}(?: again| exactly)?[ ?.!]*$",
    re.IGNORECASE,
)


def taken_for(question: str) -> str:
    """The question why somebody was prescribed what they are told to be on; unchanged where nothing else is asked."""
    match = _TAKEN_FOR.match(question)
    return f"why was {match['x']} prescribed?" if match else question
