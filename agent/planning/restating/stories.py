"""The sentences of a masked question: what is told before, and the one that asks."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.accounting import ONE_VALUE
from chartwarden.agent.planning.restating.network import Told
from chartwarden.agent.planning.wording.discourse import ASKS_ON
from chartwarden.agent.planning.wording.newest import DOWN, UP
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX

_ENDS = Pattern(r" ?[.;] ")
_ASKS = Pattern(r"\b(?:what|which|when|who|where|why|how|date|day|number|count|list|name|tell|give|show)\b")
_START_AND_END = Pattern(
    r"\b(?:start|beg[aiu]n|first|onset)\w*\b.*(?:\band\b|[.;?]).*\b(?:end|stop|finish|resolv|clear|gone|over)\w*\b"
    r"|\b(?:end|stop|finish|resolv|clear|gone|over)\w*\b.*(?:\band\b|[.;?]).*\b(?:start|beg[aiu]n|onset)\w*\b"
)
"""The beginning and the end, of which a sense tells one."""
_OF_A_VISIT = Pattern(
    r"(?:(?:what|which|any|all|list|show|the|his|her|my) )*(?:[a-z]+ )?(?:tests|labs|bloods|drugs|meds|medic\w+"
    r"|procedures|vaccin\w+|shots|conditions|diagnoses|prescriptions|orders)\b"
)
"""What was done or given at a visit, and not when that was."""
_SET_AGAINST = Pattern(r"\b(?:compared? (?:with|to)|relative to|as against)\b")
_WHETHER = Pattern(rf"{PLAIN_AUX}\b")
_EARLIER_THAN = Pattern(r"\b(?:before|prior|previous|earlier|first)\b[^?]*\bthan\b")
"""The other way round than a sense has it: the earlier value against the later one."""


def told_and_asked(text: str) -> tuple[tuple[str, ...], str]:
    """The sentences before the last, and the last."""
    *story, asked = _ENDS.split(text.rstrip("?.; "))
    return tuple(story), asked


def asks(clause: str) -> bool:
    """Whether a clause asks for something."""
    return bool(_ASKS.search(clause))


def asks_whether(asked: str) -> bool:
    """Whether a sentence is a question for yes or no."""
    return bool(_WHETHER.match(asked.strip()))


def is_of_a_story(one: str, text: str) -> bool:
    """Whether something is told in a sentence before the one that asks."""
    story, asked = told_and_asked(text)
    is_told = one != "" and one not in asked and any(one in told for told in story)
    return is_told and (asks(asked) or asks_whether(asked))


def asks_more(told: Told, text: str) -> bool:
    """Whether a text asks for both ends, for the one before too, for a value of what it does not name, for what was
    done at a visit, or sets two times against each other, and the sense told is of less; or whether one value is on
    the other side of another than the sense has it."""
    sense, (_, asked) = told.sense, told_and_asked(text)
    if _SET_AGAINST.search(asked) and not sense.ask.startswith(("order_", "than_", "change")):
        return True
    if sense.ask in ("than_gt", "than_lt") and not _EARLIER_THAN.search(text):
        up, down = bool(UP.search(text)), bool(DOWN.search(text))
        if up != down and up != (sense.ask == "than_gt"):
            return True
    if sense.kind == "observation" and "thing" not in told.parts.values() and ONE_VALUE.search(asked):
        return True
    if sense.rank == "last2" and ASKS_ON.search(text):
        return True
    if sense.kind in ("encounter", "icu") and sense.ask == "time" and _OF_A_VISIT.match(asked.strip()):
        return True
    return sense.ask in ("time", "end") and bool(_START_AND_END.search(text))
