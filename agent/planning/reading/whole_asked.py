"""Questions of which only a part would be answered: what else was given, which side of a limit, how big, the others."""

from __future__ import annotations

import datetime as dt

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.beside import attribute_in, held_attributes
from chartwarden.agent.planning.reading.frames import Frame, Narrowed
from chartwarden.agent.planning.wording.who import WHO

_GIVEN_ANYTHING = Pattern(
    r"\b(?:given|prescribed|ordered|put on|get|got|take|taking|receive[ds]?) (?:any|some)thing\b"
    r"|\bon (?:any|some)thing\b|\b(?:any|some)thing (?:(?:was|were|at all|for (?:(?:the|his|her|my|that) )?qc\d+) )*"
    r"(?:done|given|prescribed|ordered|performed)\b"
)
_WHAT_WAS_GIVEN = Pattern(
    r"(?:^|, ?)(?:and )?what (?:was|were|did|has|have|had) (?:i|he|she|they|we|it|the patient|patient) (?:been )?"
    r"(?:given|prescribed|put on|get|got|receive[d]?|take|taken)\b"
    r"|\bwhat (?:did|do|does|have|has) (?:they|the (?:doctors?|hospital|staff|team)|somebody|anyone) (?:give|gave|given"
    r"|prescribe|prescribed|put)\b|\bwhat (?:did|do|does|have|has) (?:(?!qc\d)[a-z]+ ){1,3}?(?:do|done|try|tried)\b"
    r"|\bwhat (?:was|were|has been|is being|is|got|all was) (?:ever |then |all )?(?:done|tried)\b"
)
"""What people did about a condition, whoever they are, and not which condition it is."""
_OF_ONE_ALONE = Pattern(
    r"[,;(-] ?(?:just |only )?(?:the )?qc\d+ (?:ones? |kind )?(?:only|alone)\b|[,;(-] ?(?:only|just) (?:the )?qc\d+"
)
_OF_RANGE = Pattern(r"\b(?:above|over|below|under|out of|within) range\b")
_EITHER_SIDE = Pattern(r"\b(?:more|higher|above|over|greater|bigger|heavier|less|lower|below|under) or (?:not )?qn\d")
_HOW_GREAT = Pattern(r"\bhow (?:big|large|wide|deep|small|thick|far along)\b")
_USE = Pattern(
    rf"\b(?:was|were|is|am|are) {WHO}(?: [a-z]+)? (?:on|taking|using)\b|\b(?:was|were) {WHO} qt\d"
    rf"|\b(?:did|does|do) {WHO} (?:take|use)\b"
)
_LONGEST_USE = dt.timedelta(days=31)
"""A time so short that a drug taken in it was likely ordered before it."""
_NEW_DRUGS = Pattern(r"\b(?:brand[- ])?new(?:er)? (?:[a-z]+ )?(?:drugs?|medic\w+|meds?|pills?|tablets?)\b")
_STAY_BY_WAY = Pattern(
    r"\b(?:(?:hospital|in-?patient) (?:admissions?|stays?|visits?|encounters?)|hospitali[sz]\w+)\b[^,;]*? "
    r"(?:via|through|by way of|from|(?:started|began|begun|starting|beginning) (?:in|at|with|from)) (?:an? |the )?"
    r"(?:er|ed|a&e|emergency)\b"
)
_RESULTS_OF_VISIT = Pattern(
    r"(?:(?:which|what|list|show|the|all|any|his|her|my|their|was|were|is|are|there) )*(?:labs?|bloods?|vitals|results"
    r"|readings|measurements|vital signs|(?:lab|test|blood) (?:results|tests|work))\b.* (?:at|from|during|of|in|on) "
)
"""What asks for the results of a visit, and not for the visit."""
_VISITS_WITH = Pattern(
    r"\b(?:visits?|encounters?|appointments?|stays?|admissions?|check-?ups?) (?:that |which )?(?:with|had|having|where"
    r"|without) (?:(?:any|some|no|an?|the|there (?:was|were)) )*(?:labs?|bloods?|vitals|tests?|vaccin\w+|shots?"
    r"|blood (?:tests?|work)|prescriptions?|medic\w+|drugs?|procedures?)\b(?!.*\bqc\d)"
)
"""Which of the visits had something done at them."""
_THAN_ANOTHER = Pattern(
    r"\b(?:higher|lower|greater|smaller|up|down|above|below|over|under) (?:than )?(?:(?:the|its|what|that|it) )+"
    r"(?:first|last|previous|prior|one|was|initial|baseline|value|level)\b"
)
"""One value against another."""
_REACTIONS = Pattern(
    r"(?:\b(?:and|with|plus|what|which|list|show)|,) (?:(?:the|its|their|any|what) )*reactions?\b(?! to\b)"
)
_REACTED = Pattern(r"\breact(?:s|ed|ions?)?\b")
_IN_EMERGENCY = Pattern(r"\b(?:in|at|by) (?:(?:the|an|his|her|my) )?(?:er|ed|a&e|emergency (?:room|department))\b")
_ANYTHING_IN = Pattern(r"\b(?:any|some)thing (?:in|on|from|around|like|that)\b")
_WORST = Pattern(r"\b(?:worst|(?:most|least|more|less) (?:severe|serious|dangerous|critical|bad))\b")
_JUST_ONCE = Pattern(r"\b(?:only|just|exactly|merely) (?:\w+ )?(?:once|twice|one time)\b|\bonce only\b")
_TIME_BETWEEN = Pattern(
    r"\b(?:(?:seconds|minutes|hours|days|nights|weeks|months|years) (?:from|between|elapsed|passed|apart|until|till)"
    r"|start[- ]to[- ](?:end|finish)|begin\w*[- ]to[- ]end|turnaround|how long (?:from|between)"
    r"|(?:time|interval|gap|lag|span) (?:from|between|elapsed))\b"
)
"""What asks for a length of time, and not whether something was."""
_THE_OTHERS = Pattern(r"\b(?:the|his|her|my|their|any) (?:others|rest|other ones)\b")


def require_whole_asked(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where the frame answers less than the clause asks."""
    _require_attribute_read(frame, clause)
    _require_one_sense_of_time(frame, clause)
    domain, is_yes_no = frame.thing.domain, frame.operator == "exists"
    if is_yes_no and frame.event is None and _TIME_BETWEEN.search(clause):
        raise Narrowed("between which two events; name both of them")
    if is_yes_no and domain == "condition" and _GIVEN_ANYTHING.search(clause):
        raise Narrowed("what was given, and for what; ask which drugs were prescribed for the condition")
    if domain == "condition" and _WHAT_WAS_GIVEN.search(clause):
        raise Narrowed("what was given; ask which drugs were prescribed for the condition")
    if domain in ("encounter", "icu") and _RESULTS_OF_VISIT.match(clause):
        raise Narrowed("at which visit; say the first or the last, or a date")
    if domain in ("encounter", "icu") and (such := _VISITS_WITH.search(clause)):
        raise Narrowed(f'which of them are "{such.group()}"; ask for what was done')
    if domain == "medication" and is_yes_no and frame.direction and _THAN_ANOTHER.search(clause):
        raise Narrowed("what is compared; this record has a drug by that name, and no measurement")
    if domain == "allergy" and frame.operator not in ("result", "severity") and _REACTIONS.search(clause):
        raise Narrowed("what the reaction was; ask for the allergies")
    if domain == "allergy" and frame.operator == "when" and _REACTED.search(clause):
        raise Narrowed("when the reaction was; ask when the allergy was recorded")
    if domain == "allergy" and frame.thing.links and _ANYTHING_IN.search(clause):
        raise Narrowed("of which kind an allergy is; ask for all of them")
    if domain == "allergy" and (worst := _WORST.search(clause)):
        raise Narrowed(f'which of them is "{worst.group()}"; ask how severe they are')
    if frame.operator in ("list", "who", "where", "when") and (once := _JUST_ONCE.search(clause)):
        raise Narrowed(f'what was counted "{once.group()}"; ask how often each of them was')
    if domain == "condition" and frame.event is None and _IN_EMERGENCY.search(clause):
        raise Narrowed("at which emergency visits; say at any of them, the first or the last")
    if domain == "condition" and _OF_RANGE.search(clause):
        raise Narrowed("what is held against a reference range; only results have one")
    if frame.threshold is not None and _EITHER_SIDE.search(clause):
        raise Narrowed("on which side of a limit a value is; ask for the value")
    if len(frame.thing.links) > 1 and _OF_ONE_ALONE.search(clause):
        raise Narrowed("which of the things it names is meant alone; name that one")
    if domain not in ("observation", "output") and frame.operator != "dose" and _HOW_GREAT.search(clause):
        raise Narrowed("how great something is; ask for the measurement by name")
    if frame.operator in ("list", "name", "exists") and frame.thing.links and _THE_OTHERS.search(clause):
        raise Narrowed("which others are meant; ask for all of them")


def _require_attribute_read(frame: Frame, clause: str) -> None:
    """A word before a noun says which of them are meant: it is in the reading, or says no more than the noun."""
    if frame.thing.domain == "patient" or frame.notes is not None:
        return
    is_test = frame.flagged or frame.direction or frame.said or frame.thing.domain in ("observation", "micro")
    is_told = bool(frame.status) or frame.which.is_said or frame.operator == "end"
    held = held_attributes(flagged=bool(is_test), has_status=is_told)
    if word := attribute_in(clause, held=held):
        raise Narrowed(f'which of them are "{word}"')


def _require_one_sense_of_time(frame: Frame, clause: str) -> None:
    """Raise where entries of a time would be told for what held in it, was new in it, or came from another stay."""
    if frame.thing.domain == "medication" and frame.operator in ("list", "count", "exists", "when", "name"):
        at_once = frame.relation == "same_day" if frame.event is not None else _is_short(frame)
        if at_once and _USE.search(clause):
            raise Narrowed("what was taken on a day; orders tell when they were written: ask which were, or when")
        new = _NEW_DRUGS.search(clause)
        if new is not None and (frame.window is not None or frame.event is not None):
            raise Narrowed(f'which of them were "{new.group()}"; ask for all of them, or when one was first ordered')
    if frame.thing.domain == "encounter" and not frame.source and (way := _STAY_BY_WAY.search(clause)):
        raise Narrowed(f'which stays are meant ("{way.group()}"); ask for the source of admission')


def _is_short(frame: Frame) -> bool:
    window = frame.window
    if window is None or window.start is None or window.end is None:
        return False
    return window.end - window.start <= _LONGEST_USE
