"""What was done about a condition or a part of the body: what names it, or was done for it."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, Thing
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.wording.authorship import WHO_TREATS
from chartwarden.agent.planning.wording.who import WHO

_OWN = r"(?:(?:left|right|the|this|that|an?|any|his|her|my|their|(?:the )?patient's) )*"
_TIMES = r"(?:(?:ever|qt\d+|at all|so far|yet|then) )*"
PROCEDURES = r"(?:procedures?|operations?|surger(?:y|ies)|interventions?)"
_DRUGS = r"(?:medications?|medicines?|meds|drugs|prescriptions?)"
_PROCEDURES = Pattern(
    rf"\b(?:{PROCEDURES}(?P<also>(?: (?:and|or|&)|,| \+) (?:(?:the|any|all|which|what) )*{_DRUGS})?"
    rf"|(?P<drugs>{_DRUGS})(?: (?:and|or|&)|,| \+) (?:(?:the|any|all|which|what) )*{PROCEDURES}) "
    r"(?:(?:was|were|has|have|had|did|does|do|that|which|he|she|i|they|the patient|patient|been|ever|qt\d+|undergo"
    r"|undergone|done|performed|carried out|have|recorded|there|are|is|got?|gotten?) )*"
    rf"(?P<for>for|about|because of|due to|related to|on|to|of|in|around) {_OWN}qc\d+|\bqc\d+ {PROCEDURES}\b"
)
"""Only what was done, and not what was prescribed."""
_ANYTHING = Pattern(
    r"\b(?:what|anything|something|nothing)\b "
    rf"(?:(?:else|all|did|was|were|is|has|have|had|got|been|ever|{WHO_TREATS}) )*"
    rf"(?:do|does|did|done) {_TIMES}(?P<for>for|about|on|to|with|because of|around) {_OWN}qc\d+"
)
_DID_TO_IT = Pattern(
    rf"\bwhat (?:did|has|have|had) (?!they\b)(?:{WHO}|you) (?:ever )?(?:do|done) (?:to|with) {_OWN}qc\d"
)
"""Of somebody who hurt it."""
_SIDE = Pattern(r"\b(?P<side>left|right) qc\d")
_LIMBS = (
    r"shoulders?|arms?|elbows?|forearms?|wrists?|hands?|fingers?|thumbs?|ribs?|hips?|legs?|thighs?|knees?|calf|calves"
    r"|shins?|ankles?|feet|foot|heels?|toes?|neck|jaw|nose|tooth|teeth|face|clavicles?|collarbones?"
)
_ORGANS = (
    r"eyes?|eyelids?|ears?|mouth|tongue|gums?|throat|head|scalp|skull|brain|spine|back|chest|breasts?|lungs?|heart|belly"
    r"|abdomen|stomach|tummy|bowels?|gut|guts|colon|liver|kidneys?|bladder|prostate|womb|uterus|ovar(?:y|ies)|pelvis"
    r"|groin|skin|bones?|joints?|muscles?"
)
PART = Pattern(rf"(?:(?P<organ>{_ORGANS})|{_LIMBS})", re.IGNORECASE)
"""What is done to an organ mostly has a name of its own: a colonoscopy names no bowel, an echocardiogram no heart."""
_TO_IT = frozenset({"on", "to", "of", "in"})
"""Of a part of the body: nothing is prescribed on it."""


def done_about(main: str, mentions: list[Mention], operator: Operator | None) -> Thing | None:
    """What a clause asks about that asks for what was done about the one thing it names; None for any other clause.

    A name that the record has only within longer ones is a part of the body, or the like: what is called by it is
    meant too.
    """
    if len(mentions) != 1:
        return None
    if hurt := _DID_TO_IT.search(main):
        raise Narrowed(f'what happened ("{hurt.group()}"); ask for the conditions')
    only_done = _PROCEDURES.search(main)
    said = only_done or _ANYTHING.search(main)
    if said is None:
        return None
    name = mentions[0]
    if side := _SIDE.search(main):
        raise Narrowed(f'which of them were on the "{side["side"]}"; the names of the record do not tell')
    conditions, procedures = name.linked.of("Condition"), name.linked.of("Procedure")
    part = PART.fullmatch(name.words)
    is_found = procedures and operator == "exists" if part and part["organ"] else procedures or conditions
    if part and not is_found:
        raise Narrowed(f'which procedures were of the "{name.words}"; ask for them by name, or for all of them')
    if not (conditions or procedures) or any(one.how != "narrower" for one in procedures):
        return None
    is_part = all(one.how == "narrower" for one in conditions)
    called = procedures[:1] if is_part else ()
    of_drugs = bool(only_done["also"] or only_done["drugs"]) if only_done else said["for"] not in _TO_IT
    also = ("MedicationRequest",) if of_drugs and conditions else ()
    return Thing(
        "procedure",
        tuple((name, one) for one in called),
        reason=(name, conditions[0]) if conditions else None,
        either=bool(called and conditions),
        also=also,
    )


def planned_for(mentions: list[Mention], operator: Operator | None) -> Thing:
    """The care plans that are called by a condition, or address it. Raises `Narrowed` where else is asked of them."""
    plans, conditions = mentions[0].linked.of("CarePlan"), mentions[0].linked.of("Condition")
    if len(mentions) > 1 or not conditions or operator in ("value", "why", "who"):
        raise Narrowed(f'how the care plan and "{mentions[0].words}" relate; ask for the care plans')
    named = tuple((mentions[0], one) for one in plans[:1])
    return Thing("careplan", named, reason=(mentions[0], conditions[0]), either=bool(named))


def is_not_of_care(frame: Frame) -> bool:
    """Whether a frame asks for something else than what was done about what it names."""
    thing = frame.thing
    is_of_part = bool(thing.links) and all(link is not None and link.how == "narrower" for _, link in thing.links)
    return thing.domain != "procedure" or not (thing.reason or is_of_part)
