"""Words beside a name with which it is another thing that is asked for: off a drug, three weeks into it."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.who import WHO

OF_SOMETHING = Pattern(
    r"\b(?:complications?|side[- ]effects?|adverse (?:effects?|events?|reactions?)|sequelae|consequences?"
    r"|after[- ]?effects?|precursors?|symptoms?|severity|prognosis|outcomes?|mechanisms?|manifestations?)"
    r" (?:of|from|to|after|during|with|in|due to|caused by)\b"
    r"|\b(?:complication|side[- ]effect|symptom|manifestation)s?$"
    r"|^(?:what|which)(?: kind of| type of| sort of)? reactions?\b|\bhow (?:does|do|did|has|have) .*\breact\b"
    r"|^(?:what|which|was anything|has anything)\b.*\b(?:done|tried) (?:about|for|with|against) "
    r"(?:the |his |her |my )*qc\d|\b(?:come|came|comes) (?:out )?of (?:the |his |her |my )*qc\d"
)
"""Something that a thing has, brings or leads to, where no name has taken the word in."""
FOR_A_PART = Pattern(
    r"\b(?:tak\w+|took|given|gets?|got|prescribed|ordered|on|had) (?:\w+ )?(?:any|some)thing for (?:\w+ )?qc\d"
)
SO_FAR_IN = Pattern(r"\b(?:years?|months?|weeks?|days?|hours?) into\b")
OFF = Pattern(rf"\b(?:is|are|am|was|were) {WHO} (?:\w+ )?off\b|\b(?:has|have|had) {WHO} (?:\w+ )?been off\b")
SAMPLED = Pattern(r"\b(?:bloods?|urine|samples?) (?:\w+ )?(?:drawn|taken|collected|sent|tested)\b|\bweighed\b")
SEVERAL_TIMES = Pattern(
    r"\b(?:on|at) (?:at least )?(?:two|three|four|several|multiple|\d+) (?:(?:separate|different|or more|distinct) )*"
    r"(?:occasions|times|dates|days|visits)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:different |separate |distinct )?times\b"
    r"(?! (?:a|an|per|each|every|daily|weekly|the|as|more|higher|lower)\b)"
)
ILL_OF_IT = Pattern(r"\bqc\d+ (?:disorders?|diseases?|conditions?|problems?)\b")
"""A disorder that a measurement shows is no measurement."""
LONGER = Pattern(r"\b(?:longer|shorter) than\b")
LASTED = Pattern(r"\bwithin (?:an? |the |one )?(?:first |next )?(?:hours?|days?|weeks?|months?|years?)\b")
CATEGORY = Pattern(r"\b(?:category|categories)\b")
LATER_OF_TWO = Pattern(
    r"^which (?:one )?(?:came|comes|happened|occurred|was|were|got) (?:\w+ )?(?:later|second|afterwards)\b"
    r"|^(?:which|what)\b[^?]* (?:first|last|earlier|sooner)\b[^?]*?\bor (?:(?:the|his|her|my|their) )?"
    r"(?:second|third|fourth|fifth|last|latest|most recent) qc\d+"
)
EACH_TIME = Pattern(
    r"\b(?:every|each) (?:single )?(?:time|visit|check|measurement|reading|year|month)\b|\b(?:steadily|consistently"
    r"|continuously|continually|without fail)\b"
)
"""A direction in which each of several values is to differ from the one before it."""
COMPARED = Pattern(
    r"\bcompar(?:e|es|ed|ing) (?:(?:it|that|this|them|those) )?(?:with|to|against) (?:(?:the|his|her|my|its) )?"
    r"(?:very )?(?:first|earliest|last|latest|previous|one before)\b"
)
