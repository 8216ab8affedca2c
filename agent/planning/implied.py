"""What a clause asks for without saying so: all of a kind, a value, or whether the record has what it names."""

from __future__ import annotations

import re

from chartwarden.agent.planning.accounting import WAS_RANKED
from chartwarden.agent.planning.frames import Frame, Narrowed, NotUnderstood, Thing
from chartwarden.agent.planning.intents import Operator
from chartwarden.agent.planning.settling import shows

_KINDS_NAMED = re.compile(
    r"^(?:all |the |his |her |my |current |active |present |known |recorded |documented )*(?:diagnoses"
    r"|conditions|problems|"
    r"medications|medicines|meds|drugs|prescriptions|procedures|allergies|vaccin\w+|immuni[sz]ations|"
    r"visits|encounters|"
    r"admissions|surgeries|operations)\b(?!.*\?)"
)
"""A kind of thing in the plural, without a verb: all of them are asked for."""
_TESTED_FOR = re.compile(
    r"\b(?:test(?:ed|ing|s)?|screen(?:ed|ing|ings)?|check(?:ed|ing|s)?|evaluated|assessed|investigated|examined|"
    r"work(?:ed)?[- ]?up) (?:(?:\w+ly|qt\d+) )?for (?:any |the |an? )*qc\d"
)
"""A test for a disease is no diagnosis of it."""
_JUDGED = re.compile(
    r"\b(?:up to date (?:with|on|for|regarding)|overdue|due (?:for|to have|to get)|protected (?:against|from)|"
    r"immune (?:to|against)|late (?:for|with)|behind (?:on|with)"
    r"|(?:fully|completely|adequately) (?:vaccinated|immuni[sz]ed|protected))\b"
)
_NOUN_PHRASE = re.compile(
    r"^(?:please )?(?:the |all |list|show|give|name|names|display|which|what)\b|\b(?:list|names?)$"
)
_NAMED_KINDS = frozenset(
    {"condition", "medication", "statement", "intake", "immunization", "procedure", "allergy", "dispense"}
)


def default_operator(thing: Thing) -> Operator:
    """What is asked of a thing when nothing else is said."""
    if thing.domain in ("observation", "output") and thing.links:
        return "value"
    return "list"


def implied_operator(frame: Frame, main: str) -> Operator:
    """What a clause without a word for it asks of the thing in its frame."""
    thing = frame.thing
    if thing.links and thing.domain in ("procedure", "imaging") and shows(main):
        return "result"
    if _names_one_thing(frame, main):
        return "exists"
    if frame.which.is_said and thing.links and thing.domain in ("procedure", "immunization"):
        return "when"
    return frame.operator


def asks_for_all(frame: Frame, main: str) -> bool:
    """Whether what reads as a question of yes or no only names a kind of thing."""
    return frame.operator == "exists" and not frame.thing.links and bool(_KINDS_NAMED.match(main))


def require_recorded(thing: Thing, main: str) -> None:
    """Raise `NotUnderstood` where no row of the thing's kind could answer: what is due, what was tested for."""
    if _JUDGED.search(main):
        raise Narrowed("it asks for a judgement of what is due; ask when it was last given or done")
    if thing.domain == "condition" and _TESTED_FOR.search(main):
        raise NotUnderstood("which test is meant; a diagnosis was not looked for in its place")


def require_decidable(frame: Frame, main: str) -> None:
    """Raise `NotUnderstood` where rows of the frame would not decide its yes or no."""
    if frame.operator == "exists" and frame.window is not None and WAS_RANKED.match(main):
        is_as_any = frame.window.start is None if frame.which.which == "first" else frame.window.end is None
        if not (is_as_any and frame.which.index == 1):
            raise NotUnderstood("whether that one was then; ask when it was")
    if frame.quantity is not None and not (frame.operator == "exists" and frame.quantity.is_decidable):
        raise NotUnderstood("what the number of entries in it decides; ask how many there are")


def _names_one_thing(frame: Frame, main: str) -> bool:
    """Whether a clause without a verb names one thing: then the question is whether the record has it."""
    if _NOUN_PHRASE.search(main) or frame.which.is_said:
        return False
    if frame.thing.domain == "observation" and re.search(r"\bqn\d", main):
        return True
    return bool(frame.thing.links) and frame.thing.domain in _NAMED_KINDS
