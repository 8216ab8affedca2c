"""What a clause asks for without saying so: all of a kind, a value, or whether the record has what it names.

And what is refused because no row of what it asks for could decide it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.accounting import WAS_RANKED
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood, Thing, is_stretch, names_several
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.ranks import AN_EARLIER_ONE, CAME_TO_AN_END, Which
from chartwarden.agent.planning.reading.settling import shows
from chartwarden.agent.planning.wording.rank_words import ANY_RANK

_KINDS_NAMED = Pattern(
    r"^(?:all |the |of |his |her |my |current |active |present |known |recorded |documented )*(?:diagnoses"
    r"|conditions|problems|"
    r"medications|medicines|meds|drugs|pills|prescriptions|(?:(?:med\w*|drug|pharmacy) )?orders|procedures|allergies"
    r"|vaccin\w+|immuni[sz]ations|visits|encounters|care plans|"
    r"admissions|surgeries|operations)\b(?!.*\?)"
    r"|^(?:each|every)(?: single)? (?:diagnosis|condition|problem|medication|medicine|med|drug|pill|prescription"
    r"|(?:(?:med\w*|drug|pharmacy) )?order|procedure|allergy|vaccine|visit|encounter|care plan|admission|operation)\b"
)
"""A kind of thing in the plural, or each of it, without a verb: all of them are asked for."""
_TESTED_FOR = Pattern(
    r"\b(?:test(?:ed|ing|s)?|screen(?:ed|ing|ings)?|check(?:ed|ing|s)?|evaluated|assessed|investigated|examined|"
    r"work(?:ed)?[- ]?up) (?:(?:\w+ly|qt\d+) )?for (?:any |the |an? )*qc\d"
)
"""A test for a disease is no diagnosis of it."""
_TEST_OF_IT = Pattern(r"\bqc\d+ (?:(?:blood|urine|skin|screening) )?tests?\b")
_CLASS = Pattern(r"\bclass of\b")
_JUDGED = Pattern(
    r"\b(?:up to date (?:with|on|for|regarding)|overdue|due (?:for|to have|to get)|protected (?:against|from)|"
    r"immune (?:to|against)|late (?:for|with)|behind (?:on|with)"
    r"|(?:fully|completely|adequately) (?:vaccinated|immuni[sz]ed|protected))\b"
)
_NOUN_PHRASE = Pattern(r"^(?:please )?(?:the |all |list|show|give|name|names|display|which|what)\b|\b(?:list|names?)$")
_WHICH_ONES = Pattern(
    r"^(?:if (?:so|yes|any),? )?(?:please )?(?:(?:list|name|show|give)(?: me)? (?:them|those|these|all)(?: all)?|"
    r"(?:and )?(?:which|what)(?: ones?)?|(?:what|which) (?:are|were) (?:they|those|these))$"
)
_WHAT_IT_WAS = Pattern(
    r"^(?:and )?(?:please )?(?:(?:tell|say|give|show|name|state)(?: me| us)? )?(?:what|which(?: ones?)?) "
    r"(?:(?:they|those|these|it|that) (?:was|were|is|are)|(?:was|is) (?:it|that))$"
)
"""Of a kind alone: of a thing that is named, or of a measurement, it asks for the value."""
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


def asks_which(part: str, thing: Thing) -> bool:
    """Whether a second question asks which they are that the first asks for any of."""
    is_kind = not thing.links and thing.domain not in ("observation", "output", "patient")
    return bool(_WHICH_ONES.match(part) or (is_kind and _WHAT_IT_WAS.match(part)))


_DRUG_REACTION = Pattern(
    r"\b(?:drug|medication|medicine)s? reactions?\b|\breact\w* (?:to|from) (?:an?|any|the|some) (?:drug|med)"
)


def require_recorded(thing: Thing, main: str) -> None:
    """Raise `NotUnderstood` where no row of the thing's kind could answer: what is due, what was tested for."""
    if _JUDGED.search(main):
        raise Narrowed("it asks for a judgement of what is due; ask when it was last given or done")
    if thing.domain in ("medication", "intake", "statement") and not thing.links and _DRUG_REACTION.search(main):
        raise Narrowed("when somebody reacted to a drug; ask for the drug allergies and their reactions")
    if thing.domain == "encounter" and _CLASS.search(main):
        raise NotUnderstood("the class of a visit; ask for the visits of one class, as inpatient stays")
    if thing.domain == "condition" and _TEST_OF_IT.search(main):
        raise Narrowed("which test is meant; a diagnosis was not looked for in its place")
    if thing.domain == "condition" and _TESTED_FOR.search(main):
        raise NotUnderstood("which test is meant; a diagnosis was not looked for in its place")


_SAID_OF_ONE = Pattern(
    rf"{WAS_RANKED.pattern}|(?:(?:the|his|her|my|their|patient's) )+(?:very )?{ANY_RANK} "
    r"[^,]*? (?:was|is|were) (?:an?|the|by|through|via|in|from|given|done|ordered|taken)\b"
)
"""What is said of one row: others of which it is so do not decide it."""
_IS_THAT = Pattern(
    rf"(?:was|is|were|are) (?:(?:the|his|her|my|their|patient's|very) )*{ANY_RANK} (?:\w+ ){{0,2}}?"
    r"(?:prescriptions?|orders?|drugs?|medications?|medicines?|meds?|procedures?|tests?|diagnos[ei]s|conditions?|shots?"
    r"|vaccin\w+|immuni\w+|cultures?)(?: (?:ordered|given|prescribed|done|performed|administered|recorded|received))?"
    r" (?:an? |the |any )?qc\d"
    rf"|(?:was|is) (?:(?:the|an?|his|her|my) )?qc\d+ (?:(?:the|his|her|my|their|patient's|very) )+{ANY_RANK}\b"
)
"""One row is asked whether it is what is named: "was the last procedure a dialysis?"."""
_RANKED_THEN = Pattern(
    r"\b(?:first|last|most recently) (?:prescribed|ordered|given|started|diagnosed|done|performed|administered) "
    r"(?:in |on |during )?qt\d"
)
"""The first or the last of them, said to have been at a time: that any was then does not decide it."""
_ONE_FOR = Pattern(rf"\b{ANY_RANK}\b")
"""Which of the rows a reason is asked of."""
_WAS_THEN = Pattern(
    rf"{WAS_RANKED.pattern}"
    r"(?: (?:qc\d+|(?!(?:in|at|by|for|with|from|to|under|via|through|not|never|without|than)\b)[a-z'-]+)){1,5}"
    r"(?: (?:on|in|back|only))* qt\d+(?: (?:right|correct))?$"
)
"""One row is asked whether it was at a time, and no more of it."""
_ON_RECORD = Pattern(r"\b(?:recorded|documented|on (?:file|record)|dated|known|noted|entered|charted)$")


def _is_of_one(frame: Frame, main: str) -> bool:
    """Whether a yes or no is asked of one row, and the reading would look for it among all."""
    if frame.operator != "exists" or frame.window or frame.then or frame.status or frame.flagged or frame.direction:
        return False
    if frame.threshold is not None or frame.quantity is not None:
        return False
    if _IS_THAT.match(main):
        return True
    if frame.thing.reason is not None and _ONE_FOR.search(main):
        return True
    is_narrowed = frame.route or frame.source or frame.thing.domain in ("encounter", "icu")
    return bool(is_narrowed and _SAID_OF_ONE.match(main) and not _ON_RECORD.search(main))


def require_two_events(start: Frame, end: Frame) -> None:
    """Raise `NotUnderstood` where the ends of a time between two events are one and the same row."""
    first, second = ([link for _, link in one.thing.links] for one in (start, end))
    is_one = first == second and (start.thing.domain, start.status) == (end.thing.domain, end.status)
    if is_one and (start.which, start.window, start.operator) == (end.which, end.window, end.operator):
        raise NotUnderstood("which two of them the time is between; say the first and the last, or give dates")


def hold_to_its_time(frame: Frame, main: str) -> None:
    """Ask the one row meant whether it was at the time told, where just that is asked: "was the last visit in May?"."""
    is_narrowed = frame.threshold is not None or frame.quantity is not None or frame.negated or frame.direction
    is_one = frame.operator == "exists" and frame.which.is_said and frame.which.limit is None
    if is_one and frame.window is not None and not is_narrowed and _WAS_THEN.match(main):
        frame.then, frame.window = frame.window, None


_MANY = Pattern(r"(?<![aiosu])s$", re.IGNORECASE)


def settle_end(frame: Frame, main: str) -> None:
    """When a procedure ended that went on for a while; of several, named in the plural, when the last of them was."""
    if frame.operator != "when" or frame.thing.domain != "procedure" or not CAME_TO_AN_END.search(main):
        return
    are_several = any(_MANY.search(mention.words) for mention, _ in frame.thing.links)
    frame.operator = "when" if are_several else "end"
    frame.which = frame.which if frame.which.is_said else Which("last")


def require_decidable(frame: Frame, main: str) -> None:
    """Raise `NotUnderstood` where rows of the frame would not decide its yes or no."""
    if frame.operator == "exists" and frame.window is not None and WAS_RANKED.match(main):
        is_as_any = frame.window.start is None if frame.which.which == "first" else frame.window.end is None
        if not (is_as_any and frame.which.index == 1):
            raise NotUnderstood("whether that one was then; ask when it was")
    is_bounded = frame.window is not None and frame.window.start is not None and frame.window.end is not None
    if frame.operator == "exists" and is_bounded and _RANKED_THEN.search(main):
        raise Narrowed("whether that one was then; ask when it was")
    if frame.which.which == "first" and AN_EARLIER_ONE.search(main):
        raise Narrowed("what came before the first of them")
    if _is_of_one(frame, main):
        raise Narrowed("what that one was; ask for it, and not whether it was this")
    if frame.quantity is not None and not (frame.operator == "exists" and frame.quantity.is_decidable):
        raise NotUnderstood("what the number of entries in it decides; ask how many there are")


_ANOTHER = Pattern(r"\b(?:was|is|were|are) there another (?:qc\d|one\b)|\b(?:have|had|get|got) another (?:qc\d|one\b)")


def deciding_row(frame: Frame) -> Which:
    """The row whose existence answers a yes or no: of "a second one", the second. `Narrowed` within a time."""
    if frame.quantity is not None:
        return frame.quantity.which
    if frame.then is not None:
        return frame.which
    if frame.which.index == 1 or frame.direction:
        is_further = _ANOTHER.search(frame.clause) and frame.window is None and frame.event is None
        return Which("first", 2) if is_further else Which()
    if frame.window is not None or frame.event is not None:
        raise Narrowed("whether that one was then; ask when it was")
    return Which("first", frame.which.index)


def _names_one_thing(frame: Frame, main: str) -> bool:
    """Whether a clause without a verb names one thing: then the question is whether the record has it."""
    if _NOUN_PHRASE.search(main) or frame.which.is_said:
        return False
    if frame.thing.domain == "observation" and re.search(r"\bqn\d", main):
        return True
    return bool(frame.thing.links) and frame.thing.domain in _NAMED_KINDS


_ENDS = Pattern(
    r"\b(?:dates|times|discharges|all|every|each)\b(?! of (?:the |my |his |her |their )?(?:last|latest|first))"
)
"""More than one end of a stay."""


def asks_all_rows(frame: Frame) -> bool:
    """Whether all values of a stretch of time, or of all readings, are asked for. Of outputs a day has many."""
    if frame.operator != "value":
        return frame.operator == "end" and bool(_ENDS.search(frame.clause))
    if frame.thing.domain == "observation" and not frame.thing.links:
        return True  # of a kind, no one is the last
    if frame.organism is not None or (frame.thing.domain == "output" and frame.window is not None):
        return True
    if frame.threshold is not None or frame.relation == "near" or names_several(frame, loosely=frame.event is not None):
        return True
    return frame.event is None and frame.window is not None and is_stretch(frame.window)
