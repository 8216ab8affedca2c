"""Of what there are most or fewest: "the procedure done most often", "the doctor she saw the least"."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, Narrowed
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.tools.records.number_words import CARDINALS

_OFTEN = r"(?:often|frequent(?:ly)?|common(?:ly)?|usual(?:ly)?|regular(?:ly)?)"
_DONE = r"(?:prescribed|ordered|given|done|performed|repeated|used|diagnosed|recorded|visited|seen|measured)"
_HOW_COMMON = Pattern(
    rf"\b(?:most|least)[- ](?:{_OFTEN}(?:[- ]{_DONE})?|{_DONE})\b|\b(?:commonest|rarest)\b"
    r"|\b(?:most|least)(?: times)?(?=(?: overall| of all| (?:in|on) (?:(?:the|his|her|my) )?(?:chart|record|file))?"
    r" ?[?.]*$| qt\d+ ?[?.]*$)"
)
_OF_SOME_OTHER = Pattern(r"\b(?:most|least|fewest)\b(?![- ](?:recent|current|likely|up|of the time))")
"""What one of them has more of than the others, or of which there is more."""
_SEVERAL = Pattern(
    r"\b(?:most|least)[- ]\w+(?:[- ]\w+)? (?:\w+ )??(?:procedures|operations|tests|labs|drugs|medications|medicines"
    r"|meds|prescriptions|diagnoses|conditions|problems|vaccines|visits|reasons|doctors|providers|clinics|places)\b"
)
ASKED_PLAINLY = Pattern(
    r"(?:(?:what|which) (?:is|are|was|were) )?(?:(?:the|his|her|my|their|patient's) )*(?:\d+ )?"
    rf"(?:(?:most|least)[- ](?:{_OFTEN}(?:[- ]{_DONE})?|{_DONE})|commonest|rarest) "
    r"(?:(?:type|kind|sort) of )?(?:procedure|operation|drug|medication|medicine|prescription|visit|encounter"
    r"|diagnos[ei]s|vaccine|(?:lab )?test|doctor|provider|clinic|complaint|problem|condition"
    r"|reasons? for (?:(?:his|her|my|their|the) )?visit)"
    r"s?(?: qt\d+)?[ ?.]*"
)
"""No more than that: of what is in a record, and not of what is so of people."""
_SEEN = Pattern(r"\b(?:see|saw|seen|visit(?:ed)?)\b")
_NUMBER = Pattern(rf"\b(?P<n>[1-9]\d?|{'|'.join(CARDINALS[1:11])}) (?:most|least|commonest|rarest)\b")
TOLD_OF_SEVERAL = 5
"""How many are told where they are asked for in the plural."""
_TOLD = frozenset({"list", "who", "why", "where", "value"})
# fmt: off
_LISTED = frozenset({"list", "who", "where", "when"})
_COUNTED = frozenset({
    "procedure", "medication", "condition", "immunization", "encounter", "observation", "intake", "dispense",
    "careunit", "imaging", "report", "careplan",
})
# fmt: on


def settle_commonness(frame: Frame) -> None:
    """Ask for what there are most or fewest of, where a clause says so. `Narrowed` of a thing that is named, and
    of what has no name to be counted by."""
    found = _HOW_COMMON.search(frame.clause)
    other = _OF_SOME_OTHER.search(frame.clause)
    if found is None and other and frame.operator in _LISTED and not (frame.extremum or frame.direction):
        raise Narrowed(f'what "{other.group()}" counts; ask how often each of them was')
    if found is None or frame.thing.domain == "patient" or (frame.thing.links and (frame.direction or frame.extremum)):
        return
    if frame.thing.links or frame.thing.domain not in _COUNTED or frame.operator not in _TOLD:
        raise Narrowed(f'what "{found.group().strip()}" counts; ask how often each of them was')
    if frame.which.is_said:
        raise Narrowed(f'whether one of them or "{found.group().strip()}" is asked; ask for them one by one')
    if frame.thing.domain != "encounter" and _SEEN.search(frame.clause):
        raise Narrowed("whether visits or entries are counted; ask for the doctor of the most visits")
    frame.operator, frame.extremum = "list" if frame.operator == "value" else frame.operator, ""
    frame.commonness = "least" if "least" in found.group() or "rarest" in found.group() else "most"
    frame.which = Which("all", limit=_how_many(frame.clause))


def _how_many(clause: str) -> int | None:
    """How many are to be told; one, with all that are level, where no number is said and none is meant by a plural."""
    number = _NUMBER.search(clause)
    if number is not None:
        return int(number["n"]) if number["n"].isdigit() else CARDINALS.index(number["n"])
    return TOLD_OF_SEVERAL if _SEVERAL.search(clause) else None
