"""Stays as events: which stay a question is relative to, which of its ends, and what it has to do with the rest."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.clauses import Clause
from chartwarden.agent.planning.reading.domains import STAYS
from chartwarden.agent.planning.reading.fates import OUT_OF_CARE
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.wording.authorship import WHO_TREATS
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.manifest import Manifest

_OF_A_STAY = frozenset(
    {"medication", "intake", "dispense", "statement", "procedure", "output", "micro", "immunization", "observation"}
)
"""Kinds that happen in a stay and are none."""
_ANY = frozenset({"during", "same_day", "same_month", "same_year"})
"""Relations that one of several stays can meet as well as another."""
_LEFT = Pattern(rf"\b(?:discharg\w+|left|leav(?:e|es|ing)|released?)\b|{OUT_OF_CARE}")
_LASTED = Pattern(r"\b(?:stays?|visits?|hospitali[sz]\w+|encounters?)\b")
_UNPLACED = Pattern(
    r"\b(?:discharg\w+|admission|admit\w*|icu|intensive care|critical care|(?:hospital |inpatient )?stays?"
    r"|hospitali[sz]\w+|(?:in|at) (?:the )?(?:er|ed|a&e|emergency (?:room|department))"
    r"|(?:er|ed|emergency(?: room| department)?) visits?)\b"
)

_BEING = Pattern(
    rf"\b(?:was|were|am|is) {WHO} (?:ever |still |also |then )*(?:in|inside|on)\b"
    rf"|\bwhere (?:was|were|am|is) {WHO} (?:qt\d+|then|staying)|\b(?:unit|ward)s? (?:was|were|am|is) {WHO}\b"
)
"""Somebody is somewhere for as long as the stay lasts."""
_BEING_THERE = Pattern(
    r"\b(?:(?:in|inside) (?:the |an? |your |our )?(?:hospital|icu|intensive care)|in-?patient|in-?house"
    r"|hospitali[sz]ed)\b"
)
_COMING = Pattern(
    r"\b(?:re-?)?admi\w+|\b(?:beg[aiu]n\w*|start\w*|arriv\w*|c[ao]me|go|went|get|got|taken|brought|rushed|discharg\w*"
    r"|leav\w+|left|visits?|stays|end\w*)\b"
)
"""What somebody is on a day of a stay, unless it is told as what happened then."""
_RANKED_BY_LENGTH = Pattern(r"\b(?P<word>longest|shortest)\b")
_TOGETHER = Pattern(r"\b(?:in (?:total|all)|altogether|total|combined|overall)\b")
_DISPOSITION = Pattern(
    r"\bdischarge (?:disposition|destination|location)\b|\bdisposition\b|\bwhere (?:was|were|am|is) .*\b(?:discharged"
    r"|released)\b(?! from)|\bdischarged (?:to )?(?:where|what|which)\b|^discharged to$"
    r"|(?<!stay )(?<!admission )\b(?:to|from) (?:where|what|which) .*\bdischarged\b"
    rf"|^how (?:was|were|am|is) {WHO} (?:last )?(?:discharged|released|sent home)\b"
)
_SOURCE = Pattern(
    r"\b(?:admission|admit) source\b|\bsource of (?:the |my |his |her )?(?:\w+ )?admission\b"
    rf"|\bfrom where .*\badmitted\b|\bwhere .*\badmitted from\b|\bhow (?:was|were) {WHO} admitted\b"
)


_LET_GO = Pattern(
    rf"^(?:was|were|has|have|had|is|am|are) {WHO} (?:[a-z]+ ){{0,3}}?"
    r"(?:discharged|released|sent home|let (?:out|go home))\b"
)
_IS_OVER = Pattern(
    r"\b(?:ended|end|over|resolved|resolution|cleared|gone|went away|healed|finished|in remission|got better"
    r"|recovered)\b"
)
_BEGAN = Pattern(r"\b(?:began|start(?:ed|s)?|diagnos\w+|found|confirmed|onset|got|became|conceived)\b")
_PREGNANCY = Pattern(r"\bpregnan|\bgestation", re.IGNORECASE)
"""What comes after it comes after its end, as it lasts."""


_DISCHARGED = Pattern(r"\bdischarg\w*|\b(?:released|let go|sent home)\b|\bleft (?:the )?(?:hospital|icu)\b")
_ENDED_BY = Pattern(
    r"\b(?:end(?:ed|ing|s)|finish(?:ed|ing)|clos(?:ed|ing)|over|discharged|left|sent home)"
    r"(?: (?:from|the|hospital|it))*(?: (?:on|in))? qt\d"
)
_BY_BEGINNING = Pattern(r"\badmi(?:t|ss)\w*|\bstays?\b|\bhospitali[sz]\w+|\bdiagnos\w+|\bsummar\w+")


def is_of_discharges(frame: Frame) -> bool:
    """Whether the time of a frame is that of a discharge, and not that in which a stay began."""
    is_stay = frame.thing.domain in STAYS and frame.window is not None
    if is_stay and _ENDED_BY.search(frame.clause):
        return True
    return is_stay and bool(_DISCHARGED.search(frame.clause)) and not _BY_BEGINNING.search(frame.clause)


_ENDED_AT = Pattern(
    r"\b(?:qc\d+|plans?) (?:that |which )?(?:had )?(?:ended|ending|finished|was over|were over|resolved) (?:in "
    r"|on )?qt\d+"
)


def ended_then(frame: Frame) -> bool:
    """Whether the time of a condition or a plan is that of its end: "the pregnancy that ended in May"."""
    return (
        frame.thing.domain in ("condition", "careplan")
        and frame.window is not None
        and bool(_ENDED_AT.search(frame.clause))
    )


def _is_being_there(frame: Frame) -> bool:
    """Whether it is asked where somebody was, and not when a stay began."""
    there = _BEING_THERE.search(frame.clause) and not _COMING.search(frame.clause)
    is_day = frame.operator == "exists" and frame.window is not None and frame.window.is_of_a_day
    return bool(_BEING.search(frame.clause) or (there and is_day))


def settle_stay(frame: Frame) -> None:
    """What is asked of stays themselves: where somebody was at a time, how long, where from and where to."""
    clause = frame.clause
    rank = _RANKED_BY_LENGTH.search(clause)
    if frame.thing.domain not in (*STAYS, "careunit"):
        if rank is not None:
            raise NotUnderstood(f'what "{rank.group()}" is asked of; only stays have a length that is compared')
        return
    if frame.operator in ("exists", "where", "list", "when") and not frame.which.is_said:
        frame.lasting = frame.window is not None and _is_being_there(frame)
    if rank is not None:
        frame.extremum = "max" if rank.group() == "longest" else "min"
        frame.which = Which("last" if rank.group() == "longest" else "first")
        frame.operator = frame.operator if frame.operator in ("when", "where", "end") else "duration"
    elif frame.operator == "duration" and re.search(r"\b(?:average|mean)\b", clause):
        frame.operator = "mean"
    elif frame.operator == "duration" and (_TOGETHER.search(clause) or _counts_days(frame, clause)):
        frame.operator = "sum"
    if _IN_NIGHTS.search(clause):
        if frame.operator not in ("duration", "sum") or _OF_EACH.search(clause):
            raise Narrowed("of which stays nights are counted; ask for those of one stay or of a time")
        frame.unit = "night"
    if is_yes_no(clause):
        if re.search(r"\bdischarged (?:to|home)\b", clause):
            raise NotUnderstood("whether a discharge was to this place; ask where the discharge was to")
        if frame.operator == "exists" and _LET_GO.search(clause):
            raise Narrowed("whether a stay has ended, or ended then; ask when the discharge was")
    elif _DISPOSITION.search(clause):
        frame.operator = "disposition"
    elif _SOURCE.search(clause) and not frame.source:
        frame.operator = "source"


_OF_EACH = Pattern(r"\b(?:each|every|per)\b")
_IN_NIGHTS = Pattern(r"\bnights\b")
_DAYS_IN = Pattern(
    r"(?:\bhow many (?:days|hours|weeks|nights)\b.*|\bnights) (?:in|at|inside) (?:the )?"
    r"(?:hospital|icu|intensive care)\b"
)


def _counts_days(frame: Frame, clause: str) -> bool:
    """Whether the days in hospital of a time are counted, whose stays are then taken together."""
    return frame.window is not None and not frame.which.is_said and bool(_DAYS_IN.search(clause))


_JUDGED = Pattern(r"\b(?:low|high|(?:ab)?normal|elevated|raised|deranged|out of range)\b")
"""Said of a value, which is then told by no row."""


def settle_event(event: Frame, relation: str) -> None:
    """Which stay is meant where the words do not say, and whether its beginning or its end.

    What came after a stay or a discharge came after its end. Without a rank, any stay is meant where any can be, and
    else the last one there was.
    """
    if event.thing.domain == "condition" and relation in ("before", "after", "same_day"):
        is_pregnancy = any(_PREGNANCY.search(mention.words) for mention, _ in event.thing.links)
        if _IS_OVER.search(event.clause) or (relation == "after" and is_pregnancy and not _BEGAN.search(event.clause)):
            event.operator = "end"
    judged = _JUDGED.search(event.clause)
    if (
        judged
        and event.thing.domain in ("observation", "output")
        and not (event.extremum or event.threshold is not None)
    ):
        raise Narrowed(f'when a value was "{judged.group()}"; ask for the values of both, or for the highest or lowest')
    if event.thing.domain == "condition" and relation == "during" and not event.is_ranked:
        event.which = Which("all")  # "was she anaemic when she was pregnant?"
    rank = _RANKED_BY_LENGTH.search(event.clause)
    if event.thing.domain not in STAYS:
        if rank is not None:
            raise NotUnderstood(f'what "{rank.group()}" is asked of; only stays have a length that is compared')
        return
    if rank is not None:
        event.extremum, event.is_ranked = ("max" if rank["word"] == "longest" else "min"), True
        event.which = Which("last" if event.extremum == "max" else "first")
    lasted = bool(event.kinds and relation == "after" and _LASTED.search(event.clause))
    if re.search(r"\b(?:start|beginning|onset)\b", event.clause):
        lasted = False
    if relation != "during" and (lasted or _LEFT.search(event.clause)):
        event.operator = "end"
    if not (event.thing.links or event.is_ranked):
        if relation in _ANY:
            event.which = Which("all")
        elif event.window is None:
            event.which = Which("last")


_HELD_THEN = Pattern(
    r"\b(?:diagnos\w+|onset|began|begin\w*|start\w*|appear\w*|record\w*|not(?:ed|ing)|found|first|document\w*"
    r"|add(?:ed)?|develop\w*|new\w*|came|since|ever|resol\w+|end\w*)\b"
)


def require_now(frame: Frame) -> None:
    """Raise `NotUnderstood` where it is asked what was active at a time that is past: the status is that of now."""
    is_past = frame.window is not None and frame.window.end is not None
    is_active = frame.thing.domain == "condition" and frame.status[:1] == ("active",)
    if is_active and is_past and not _HELD_THEN.search(frame.clause):
        raise NotUnderstood("what was active at that time; ask what is active now, or what had been diagnosed by then")


_PLURAL = Pattern(
    r"\b(?:drugs|medications|medicines|meds|procedures|orders|prescriptions|tests|visits|results|diagnoses|things)\b"
)
_NEXT = Pattern(r"\b(?:next|very first)\b")
_THE_ONE = Pattern(
    r"(?:(?:what|which|when) (?:was|is) )?(?:the|his|her|my|their) (?:visit|encounter|appointment|stay|admission)$"
)
"""Before or after an event, named in the singular: "the visit after the stroke"."""


def next_to(frame: Frame, clause: Clause) -> bool:
    """Whether one row is asked for: the one next to an event."""
    close = clause.close or bool(_NEXT.search(clause.main) or _THE_ONE.match(clause.main.strip()))
    if not close or frame.relation not in ("before", "after"):
        return False
    if frame.thing.links or _PLURAL.search(clause.main):
        return False
    return frame.operator in ("list", "who", "value")


_SEVERAL = Pattern(
    r"\bbut not\b|\boutside(?: of)?\b"
    r"|\b(?:each|every)(?: \w+){0,3}? (?:admission|visit|stay|encounter)s?\b(?! (?:date|time|day)s?\b)"
    r"|\bboth (?:the |my |his |her )?(?:first|last|admissions|stays|visits)\b|\b(?:are|were|is|was) new\b"
    r"|\bon how many (?:\w+ )?(?:days|dates)\b"
)
_NEW_THEN = Pattern(r"\bnew(?:ly)? (?!patient)\w+")
"""Of what a stay holds: that no earlier one held it."""
_OFFSET = Pattern(
    r"\b(?:the|next|one|a|an|two|three|four|five|six|seven|ten|\d+) (?:hour|day|night|week|month|year)s?$"
)


_THE_DAY = Pattern(
    rf"\bon the (?:same |very )*(?:day|date|night|morning|evening) (?:that |when |on which )?{WHO} (?!qt)\w+"
)
"""A day told by what somebody did then."""


_POINTS_AHEAD = Pattern(r"(?:that|it|this|then) ?[,:;]? (?:(?:the|his|her|my|their) )*qc\d+")
"""An event that points back, before a name that it was not told of."""


def require_placed(frame: Frame, clause: Clause) -> None:
    """Raise `NotUnderstood` where a stay is named and nothing says what it has to do with the thing asked about.

    Or where a day is asked for that is told by its distance from an event ("the day after the admission").
    """
    if clause.relation and _POINTS_AHEAD.match(clause.event.strip()):
        raise NotUnderstood(f'which event "{clause.relation} that" is; name it')
    if not clause.event and re.search(r"\bqd\d", clause.main):
        raise NotUnderstood("from which event the length of time is counted; name a stay, a drug or a diagnosis")
    offset = _OFFSET.search(clause.main) if clause.relation in ("before", "after") else None
    if offset is not None:
        raise NotUnderstood(f'which day "{offset.group()} {clause.relation}" an event is; give a date, or a length')
    unread = _SEVERAL.search(f"{clause.main} {clause.event}")
    if clause.event and clause.relation in ("during", "same_encounter", "same_day"):
        unread = unread or _NEW_THEN.search(clause.main)
    if unread is not None:
        raise Narrowed(f'what "{unread.group()}" leaves out, compares or counts')
    day = _THE_DAY.search(clause.main) if not clause.event else None
    if day is not None:
        raise Narrowed(f'which day "{day.group()} ..." is; give a date, or name the event')
    ended = _ENDED_THEN.search(clause.main)
    if ended is not None and frame.thing.domain not in (*STAYS, "careunit"):
        raise Narrowed(f'which stay it was, by the time of its end ("{ended.group()}"); ask when the discharge was')
    stay = _UNPLACED.search(clause.main)
    if frame.thing.domain in _OF_A_STAY and stay is not None and not frame.kinds:
        gap = Narrowed if stay.group().startswith(("in ", "at ")) else NotUnderstood
        raise gap(
            f'how "{stay.group()}" and the rest relate; ask what was ordered, given or done during a stay, on the day '
            "it began or ended, or before or after it"
        )


_ENDED_THEN = Pattern(
    r"\b(?:stay|admission|hospitali[sz]ation|visit|encounter)s?\b[^?]*\b(?:(?:discharged|released|sent home)"
    r"(?: (?:from|out of))?|ended|finished|went home|left)\b(?: (?:in|on|at))?(?= qt)"
)
"""A stay told by the time of its end, at which nothing else of it need be dated."""
_FROM_WHERE = Pattern(
    r"^(?:and )?from (?:where|which (?:place|unit|ward|floor|hospital))\b|\bwhere from$"
    r"|\bwhere .*\b(?:come|came|brought|transferred|moved|sent|referred)\b.* from\b(?! qt)"
)
_OUT_OF_IT = Pattern(r"\b(?:out of|away from|outside(?: of)?|not in) (?:the )?hospital\b|\bat home\b")
_LASTED_FOR = Pattern(
    r"\b(?:last(?:s|ed|ing)|went on|dragged on)(?: for)? (?:over|more|less|under|at (?:least|most)|longer|shorter"
    r"|exactly|up to|about|almost|nearly|an?|q[ntk]\d+|\d+|one|two|three|four|five|six|seven|ten|several|many)\b"
)
_INCLUDED = Pattern(r"\b(?:admission|stay|visit|hospitali\w+)s?\b.* (?:includ|involv|contain|entail|compris)\w*\b")
_ENDED_IN = Pattern(
    r"\b(?:stays?|admissions?|visits?|hospitali\w+)\b.*\b(?:end(?:ed|ing)?|began|begun|start(?:ed|ing)?|finish(?:ed"
    r"|ing)?) (?:up )?(?:in|on|at) (?:the |an? )?(?:\w*icus?\b|intensive|critical|wards?\b|emergency"
    r"|(?:hospital |care )?units?\b)"
)
"""Where a stay began or ended, which is not what kind of stay it was."""
_WENT_ON_TO = Pattern(
    rf"\bwhere did {WHO} (?:go|move|end up)\b|\bdischarged from\b"
    r"|\b(?:go|went|moved?|transferred|sent|taken)(?: on)? to from (?!qt)"
)
_HOW_PLANNED = Pattern(
    r"(?:un)?(?:planned|scheduled)|elective|urgent|overnight|walk-?ins?|day ?(?:case|surgery|patient)s?|(?:over)?night",
    re.IGNORECASE,
)
_GIVEN = Pattern(
    r"\b(?:any|some|no)thing (?:\w+ ){0,2}?(?:ordered|prescribed|given|administered|started|stopped|taken|done|found)\b"
)
_WHAT_GIVEN = Pattern(
    r"what (?:(?:else|was|were|did|had|has|have|been|all|i|he|she|they|the|patient) )*"
    r"(?:given|get|got|receive[ds]?|ordered|prescribed|administered|started)\b"
    rf"|what did {WHO_TREATS} (?:give|do|prescribe|order|start)\b|what (?:was|were|has been|got) (?:done|found|seen)\b"
    rf"|what (?:was|were) {WHO} (?:told|advised|asked|shown|taught)\b"
    r"|(?:what|which|any) (?:treatments?|care(?! ?units?\b)|therap(?:y|ies))\b|everything\b(?! (?:for|about))"
)
_OF_MANY = ("exists", "list", "count", "value")


def require_stay_told(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where a stay is told by what no reading of stays holds: its length, its plan, what it led to."""
    domain = frame.thing.domain
    if domain not in (*STAYS, "careunit"):
        return
    if frame.event is None and (given := _GIVEN.search(clause) or _WHAT_GIVEN.match(clause)):
        raise Narrowed(f'what "{given.group()}" and the stay have to do with each other; name the kind of entry')
    if where := _ENDED_IN.search(clause):
        raise Narrowed(f'where each of them began or ended ("{where.group()}"); ask for the care units of a stay')
    if frame.operator == "where" and _FROM_WHERE.search(clause):
        raise Narrowed("from where; ask for the source of admission")
    if domain == "careunit" and (led := _WENT_ON_TO.search(clause)):
        raise Narrowed(f'where "{led.group()}" led; ask for the discharge disposition, or the units of a stay')
    if frame.operator == "duration" and (away := _OUT_OF_IT.search(clause)):
        raise Narrowed(f'how long it was "{away.group()}"; ask for the discharge and the admission')
    if frame.operator in _OF_MANY and (lasted := _LASTED_FOR.search(clause)):
        raise Narrowed(f'how long each was ("{lasted.group()}")')
    if frame.operator in _OF_MANY and _INCLUDED.search(clause):
        raise Narrowed("which stays hold the other; ask when each of them was")
    for mention, _ in frame.thing.links:
        if _HOW_PLANNED.fullmatch(mention.words):
            raise Narrowed(f'which of them were "{mention.words}"; ask for the source of admission')


_EACH_REASON = Pattern(
    r"\b(?:with|and|plus|incl(?:uding|\.)?|\+) (?:(?:the|its|their|all|each) )*reasons?\b"
    r"|\breasons? (?:for|of) (?:each|every)\b"
)


def asks_each_reason(frame: Frame) -> bool:
    """Whether visits are asked for with their reasons: then each is told, also those of one reason and of none."""
    return (
        frame.operator == "why"
        and frame.thing.domain in ("encounter", "icu")
        and bool(_EACH_REASON.search(frame.clause))
    )


_ENDS_OF_A_STAY = frozenset({"end", "duration", "mean", "sum", "max", "min"})
_CAME = Pattern(r"\b(?:arriv\w+|came|come|got|get|brought|reach\w*|enter\w*|check\w* in|went|go)\b")


def require_a_stay(frame: Frame, manifest: Manifest) -> None:
    """Raise `Narrowed` where an end or the length of an emergency visit is asked for, and the record has the
    emergency department as one of the places of a stay, which goes on elsewhere."""
    if frame.thing.domain != "encounter" or "emergency" not in frame.kinds:
        return
    if not (frame.operator in _ENDS_OF_A_STAY or (frame.operator == "when" and _CAME.search(frame.clause))):
        return
    places = manifest.words("location", "Encounter")
    if any("emergency" in place.label.lower() for place in places):
        raise Narrowed("the part of a stay in the emergency department; ask for the care units, or for the stay")
