"""A "not" within a clause: of a yes or no the opposite can be asked, and of nothing else."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, Narrowed
from chartwarden.agent.planning.reading.statuses import NO_LONGER
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST

DENIES = Pattern(
    r"\b(?:i'm|(?:he|she|it)'s|they're|patient's) not\b|^(?:so )?no qc\d|\b(?:was|were|is|are|am|did|does|do|has|have"
    r"|had) (?:the patient|patient|he|she|they|i|it|qc\d+) not\b|\b(?:never|not ever|no history of|free of|without any"
    r"|nobody|no one|neither|no known)\b|\b(?:there|patient|he|she|they|i)(?: (?:is|are|was|were|has|have|had|been"
    r"|takes?|took|got|on))* no (?!longer|more|less|later|earlier|fewer|doubt|matter)"
)
"""Whether a yes or no is asked of the opposite."""
_HARMLESS_NOT = Pattern(
    r"\b(?:can't|cannot|(?:could|do|does|did|would)n't|(?:can|could|do|does|did|would) not) (?:\w+ )?"
    r"(?:remember|recall|know|recollect|find|see|tell|have|mind|matter)\b"
    rf"|\bor {PLAIN_AUX}n't (?:i|he|she|they|we|it|the patient|patient)$|\bor is (?:that|this|it) not\b"
    r"|\bnot (?:the )?(?:very )?(?:latest|last|most recent|first|newest|final|current)\b.*"
    r"(?:\bbut\b|, .*\b(?:ones?|reading|value|latest|last|most recent|first)\b)"
    r"|\b(?:first|initial|last|latest|most recent)\b.*\bnot (?:any|an?|the) [\w']+(?: [\w']+)?$"
    r"|\bnever (?:\w+ ){1,3}before\b"
    r"|\b(?:whether|if|why) or not\b|\bor not\b|\bif not\b|\bnot (?:only|just|to mention|sure|certain"
    r"|counting(?! (?:(?:the|any|his|her|my|their) )?qc\d))\b"
    r"|\bno (?:matter|doubt|problem|rush|worries|later than|earlier than|more than|less than|fewer than)\b"
)
_NOT = Pattern(
    r"\b(?:not|never|none|nobody|no one|nothing|neither|nor|no(?= qc\d))\b|(?<=\w)n't\b"
    r"|\bno longer\b|\b(?:any ?more|without)$"
)
_OPENS_WITH_NOT = Pattern(rf"^(?:if |whether |that )?(?:{PLAIN_AUX}|would)n't\b")
"""A question that hopes for a yes: "didn't she have a colonoscopy?"."""
_ONE_OF_SEVERAL = Pattern(
    rf"\b{FIRST_OR_LAST} (?:two|three|four|five|six|seven|eight|nine|ten|few|\d+)\b.*"
    rf"\bnot (?P<one>(?:the )?(?:very )?{FIRST_OR_LAST})\b"
)


def require_denial_read(frame: Frame, clause: str) -> None:
    """Of a yes or no the opposite can be asked; of anything else, and of something with a "not" within, it cannot."""
    denied = _NOT.search(_HARMLESS_NOT.sub(" ", _OPENS_WITH_NOT.sub(" ", NO_LONGER.sub(" ", clause))))
    is_told = any(link is not None and link.label == "smoking status" for _, link in frame.thing.links)
    taken_away = _ONE_OF_SEVERAL.search(clause)
    if taken_away is not None:
        raise Narrowed(f'which of them are left without "{taken_away["one"]}"; ask for all of them')
    if denied is None or is_told or (frame.negated and frame.operator == "exists" and not frame.direction):
        return
    raise Narrowed(f'what "{denied.group()}" denies; ask for what is recorded')
