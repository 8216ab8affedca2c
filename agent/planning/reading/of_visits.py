"""What is asked of a visit that a question tells: of the visit itself, or of what was done, found or given there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Choices, Pattern, Rewrites
from chartwarden.agent.planning.reading.comparing import meet
from chartwarden.agent.planning.reading.done_about import PROCEDURES
from chartwarden.agent.planning.reading.frames import Frame, Named, Thing
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton, with_unknown_names
from chartwarden.agent.planning.reading.visits_told import SOMEBODY, VisitTold, visits_in
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS
from chartwarden.tools.records.query import Window

Read = Callable[[str], Frame]
"""The frame of a clause, or of an event."""

_AT = r"(?: (?:at|on|in|during|from|of|for|to|over|within|throughout|after))?"
_IT = rf"{_AT} it(?: (?:there|then))?"
_WHEN = r"(?:when|(?:on |at )?(?:what|which) (?:date|day|time))"
_LET_GO = (
    r"(?:discharged|released|sent home|let (?:go|out)|leave|go home|get (?:out|discharged)|be discharged|get home)"
)
_UNIT = r"(?:ward|unit|care ?unit|floor|department|icu|location)"
_NAMED = r"(?:(?:name|names) of )?(?:the )?"
_DOCTOR = rf"(?:{WHO_ORDERS}|attending|person)"
_OWN: tuple[tuple[str, str], ...] = (
    (
        "end",
        rf"{_WHEN} (?:was|were|did) {SOMEBODY} (?:finally )?{_LET_GO}{_IT}|{_WHEN} (?:did|was) it (?:end|finish|over)"
        rf"|(?:the )?(?:date|time|day)(?: and time)? of (?:the |his |her )?(?:discharge|release){_IT}"
        rf"|(?:the |his |her )?(?:discharge|release|end) (?:date|time|day){_IT}",
    ),
    (
        "duration",
        r"how (?:long|many (?:days|nights)) (?:did|was|does|has) it(?: (?:last|take|go on|for))?"
        rf"|how (?:long|many (?:days|nights)) (?:did {SOMEBODY} (?:stay|spend|have to stay)|(?:was|were) {SOMEBODY}"
        rf"(?: kept| there| in)?){_IT}|(?:the )?(?:length|duration) of it",
    ),
    (
        "who",
        rf"who (?:saw|treated|looked after|attended|attended to|took care of|cared for|examined|was in charge of) "
        rf"{SOMEBODY}{_IT}|(?:by )?whom? (?:was|were) {SOMEBODY} (?:seen|treated|looked after|examined)(?: by)?{_IT}"
        rf"|(?:(?:what|which) |{_NAMED}){_DOCTOR}"
        rf"(?: (?:is|was|are|were)? ?(?:listed|named|recorded|responsible|on duty|seen|there|in charge"
        rf"|(?:saw|treated|attended) {SOMEBODY}))?{_IT}"
        rf"|who (?:was|is) (?:the |listed as (?:the )?)?{_DOCTOR}(?: listed| named)?{_IT}|who(?: was"
        rf"| did)? it (?:with|by)",
    ),
    (
        "why",
        rf"(?:why|for what(?: reason)?) (?:was|were|did) {SOMEBODY} (?:seen|there|come|go|admitted|in|brought in){_IT}"
        rf"|why (?:was|did) it|(?:what (?:was|is) )?(?:the )?(?:recorded |stated |listed )?reasons?"
        rf"(?: (?:was )?(?:given|recorded|listed|stated))?{_IT}|what (?:was|is) it (?:for|about|over)",
    ),
    (
        "disposition",
        rf"(?:(?:what|which) )?(?:was |is )?(?:the )?(?:discharge (?:disposition|destination)|disposition)"
        rf"(?: (?:is|was|does the (?:chart|record) give))?(?: (?:recorded|documented|given|listed|coded|on file))?{_IT}"
        rf"|where (?:was|were|did) {SOMEBODY} (?:discharged|released|sent|go)(?: to)? "
        r"(?:after|from|at(?: the end of)?) it",
    ),
    (
        "source",
        rf"(?:(?:what|which) )?(?:was |is )?(?:the )?(?:admission|admit) source(?: (?:is|was))?"
        rf"(?: (?:recorded|documented|given|listed))?{_IT}",
    ),
    (
        "service",
        rf"(?:(?:what|which|under which|under what) )?(?:was |is )?(?:the )?(?:hospital |medical |clinical "
        rf"|admitting )?"
        r"(?:service|specialty|speciality|team)(?: (?:code|line))?(?: (?:is|was|were|did|had|looked after|took))?"
        rf"(?: {SOMEBODY})?(?: (?:under|on|with|admitted(?: to| under)?|responsible|recorded|listed"
        rf"|booked(?: under)?))?{_IT}(?: (?:booked|coded|listed|filed|recorded|under|to|with|belong))*",
    ),
    (
        "first unit",
        rf"(?:(?:on|in|to|at) )?(?:what|which) {_UNIT} (?:was|were|did|had) (?:they (?:put|place|send"
        rf"|take) )?{SOMEBODY}"
        r"(?: (?:first|initially) (?:on|in|put|sent|taken|admitted|to)+| (?:put|sent|taken|go|admitted|on|in|land"
        rf"|start(?: out)?)(?: (?:on|in|to))? (?:first|initially)| (?:on |in |to |start (?:out )?(?:on"
        rf"|in) )?first){_IT}|(?:(?:what|which) (?:was|is) )?(?:the )?(?:first|initial) {_UNIT}{_IT}"
        rf"|(?:what|which) {_UNIT} (?:came|was|took {SOMEBODY}) first{_IT}"
        rf"|where (?:was|were|did) (?:they (?:put|place|send|take) )?{SOMEBODY} (?:put |go |taken |sent )?first{_IT}",
    ),
    (
        "last unit",
        rf"(?:(?:on|in|from) )?(?:what|which) {_UNIT} (?:was|were|did|had) {SOMEBODY}"
        rf"(?: (?:on|in|leave|discharged from))? (?:last|at the end|finally){_IT}"
        rf"|(?:(?:what|which) (?:was|is) )?(?:the )?(?:last|final) {_UNIT}{_IT}|(?:what|which) {_UNIT} was last{_IT}",
    ),
    (
        "where",
        r"(?:where|(?:at |in )?(?:what|which) (?:hospital|facility|clinic|place|site|practice)) "
        rf"(?:was|did) it(?: (?:take place|happen|at|done))?"
        rf"|(?:where|(?:at |in |to )?(?:what|which) (?:hospital|facility|clinic|place)) (?:was|were|did) {SOMEBODY} "
        rf"(?:seen|treated|go|admitted|looked after){_IT}",
    ),
    ("when", rf"{_WHEN} (?:was|did|were) it(?: (?:take place|happen))?|(?:the |its )?(?:date|day) of it"),
    (
        "exists",
        rf"(?:was|were) there (?:an? |any )?(?:\w+ )?it|(?:did|has|had|have) {SOMEBODY} (?:ever )?(?:have|had|go"
        rf"|get|make|attend(?:ed)?|come|end up|wind up|been|gone)(?: (?:to|in|at|it to|for|in to))? it",
    ),
)
_OF_ANY_STAY = frozenset({"service", "first unit", "last unit"})
"""What is read here too of a stay that its rank alone tells."""
_OWN_ASKS = Choices((operator, Pattern(said)) for operator, said in _OWN)

_LIST = r"(?:(?:what|which|both|list|show|name|give|tell me|all|any|every|the|his|her|my|their|me|of|new|other|further|"
_LIST += r"full|additional|complete|fresh|a|list|as|please|were there|newly) )*"
_ALL_THAT = (
    r"(?:(?:list|show|give me|tell me|name) )?(?:everything|all|anything)(?: (?:that|which))?"
    r"(?: (?:was|were|got|he|she|i))?"
)
_DIAGNOSES = r"(?:diagnos[ei]s|problems?|conditions?|illness(?:es)?|diseases?|disorders?)(?: codes?)?"
_DRUGS = r"(?:rx|medications?|medicines?|meds?|drugs?|prescriptions?|scripts?|pills)"
_VACCINES = r"(?:vaccin\w+|shots?|jabs?|immuni[sz]ations?|boosters?)"
_WAS = rf"(?: (?:was|were|got|did|had|has|have|are|is|been))*(?: (?:they|{SOMEBODY}|the team|the staff|the doctors?))?"
_NEWLY = r"(?: (?:newly|actually|first|then|also|all))?"
_PUT = (
    r"(?:added|add|entered|enter|made|make|coded|code|recorded|record|noted|found|put down|given|listed|diagnosed"
    r"|diagnose"
    r"|picked up|established|documented|identified|discovered|charted|come up|came up|(?:put|go|went|added) (?:on"
    r"|onto|to) (?:the |his |her |my )?(?:problem list|list|chart))"
)
_DONE = (
    r"(?:done|do|coded|billed|performed|perform|carried out|carry out|recorded|logged|charted|documented|have|had"
    r"|get|got|undergo|underwent)"
)
_STARTED = (
    r"(?:started(?: on)?|start(?: (?:him|her|me|them))?(?: on)?|put on|put (?:him|her|me|them) on|prescribed|prescribe"
    r"|ordered|order|begun(?: on)?|given|get prescribed|sent home (?:with|on)|sent away with|get|got"
    rf"|send(?: {SOMEBODY})? home (?:with|on))"
)
_HELD: tuple[tuple[str, str], ...] = (
    (
        rf"(?P<n>how many )?{_LIST}{_DIAGNOSES}{_WAS}{_NEWLY}(?: {_PUT})?(?: with)?",
        r"which diagnoses were recorded",
    ),
    (
        rf"(?P<n>)(?:{_LIST})what{_WAS}{_NEWLY} (?:diagnosed|diagnose)(?: with| in)?"
        rf"|{_ALL_THAT}{_WAS}{_NEWLY} (?:diagnosed|diagnosed with)"
        rf"|what (?:did|do) (?:they|the (?:doctors?|team|staff)) (?:find|diagnose|diagnose {SOMEBODY} with|discover"
        r"|pick up)|what (?:was|got|were) (?:added|put|entered) (?:to|on|onto|in) (?:the |his |her |my )?"
        r"(?:problem list|list of problems|diagnoses)",
        r"which diagnoses were recorded",
    ),
    (rf"(?P<n>how many )?{_LIST}{PROCEDURES}{_WAS}{_NEWLY}(?: {_DONE})?", r"which procedures were done"),
    (
        rf"(?P<n>)what (?:all )?(?:did (?:they|the (?:team|staff|doctors?|crew)))(?: (?:actually|really|all))? "
        rf"(?:do|perform)(?: (?:for|to|with|on|about) {SOMEBODY})?",
        r"which procedures were done",
    ),
    (
        rf"(?P<n>how many )?{_LIST}{_DRUGS}{_WAS}{_NEWLY}(?: (?:{_STARTED}|came out|came|resulted))?"
        rf"|{_ALL_THAT}{_WAS}{_NEWLY} (?:prescribed|ordered|started|put on|started on)|what(?: all)?{_WAS}{_NEWLY} "
        r"(?:started on|put on|prescribed|prescribe|ordered|start (?:him|her|me|them) on|put (?:him|her|me|them) on"
        r"|sent home (?:with|on))",
        r"which medications were prescribed",
    ),
    (
        rf"(?P<n>how many )?{_LIST}{_VACCINES}{_WAS}{_NEWLY}"
        r"(?: (?:have|had|get|got|given|give|receive|received|administered|done))?",
        r"which vaccines were given",
    ),
)
_OF_ALL = (
    (r"diagnosed|recorded as a diagnosis|found", "were any diagnoses recorded"),
    (r"done|performed|carried out", "were any procedures done"),
    (r"prescribed|ordered|started", "were any medications prescribed"),
)
_ANYTHING = Choices(
    (plain, Pattern(rf"(?:was|were|is) (?:there )?anything (?:new )?(?:{said})")) for said, plain in _OF_ALL
)
_OF_CLASS = Pattern(
    rf"(?:what|which|any) (?P<c>qc\d+)(?: (?:drugs?|medications?|medicines?|tablets?|pills?|procedures?|tests?))?{_WAS}"
    rf"{_NEWLY}(?: (?:{_STARTED}|{_DONE}|{_PUT}|with))*"
)
_VERBS = (
    ("MedicationRequest", "prescribed"),
    ("Procedure", "done"),
    ("Immunization", "given"),
    ("Condition", "recorded"),
)
_HELD_ASKS = tuple((Pattern(said), plain) for said, plain in _HELD)
_LEVEL = r"(?: (?:level|value|reading|result|score|figure|number))?"
_VALUE = Pattern(
    rf"(?:what|how (?:high|low|much)) (?:was|were|did|is) (?:(?:the|his|her|my|their|patient's) )*(?P<a>qc\d+){_LEVEL}"
    r"(?: (?:be|read|measured|recorded|taken|come out(?: at)?|charted))?"
    rf"|(?:(?:the|his|her|my|their) )*(?P<b>qc\d+){_LEVEL}"
    r"(?: (?:recorded|measured|taken|noted|charted|documented|on record|was recorded|was|were))?"
    rf"|how (?P<c>qc\d+) (?:was|were|is|did) {SOMEBODY}|how much (?:did|does) {SOMEBODY} (?P<d>qc\d+)"
    rf"|(?:what|which) (?P<e>qc\d+){_LEVEL} (?:did|does|had|was) {SOMEBODY} (?:give|given|have|report|get|show|rate"
    r"|say|state)"
)
_ICU_STAYS = Pattern(
    r"how many (?:(?:separate|distinct|different|individual) )?(?:icu|intensive care|critical care) (?:stays|visits"
    rf"|admissions|transfers|episodes)(?: (?:were there|did {SOMEBODY} have|is that|was that|are there"
    rf"|had {SOMEBODY}))?"
)
_YES_NO = Pattern(rf"(?:was|were|did|had|has|is|any) (?:[a-z]+ )*qc\d+(?: (?!{SOMEBODY}\b)[a-z]+){{0,3}}")
_ELSE = Pattern(r"(?<=what )else |(?<=\b)(?:other|further) (?=[a-z]+s\b)")
_DONE_THERE = Pattern(
    rf"(?:what(?: all)?|(?:list )?everything(?: that)?) (?:was|were|got) done(?: (?:for|to|with) {SOMEBODY})?{_IT}"
)
_BEHIND = Pattern(rf"{_IT}$")
_STAY_HEADS = frozenset({"admission", "stay", "hospitalization", "hospitalisation"})
_KIND_WORDS: Rewrites = Rewrites(
    (
        (r"^(?:er|ed|a&e|emergency.*)$", "emergency"),
        (r"^(?:icu|intensive care)$", "icu"),
        (r"^in-?patient$", "inpatient"),
        (r"^(?:out-?patient|ambulatory)$", "ambulatory"),
    )
)
_UNTOLD = frozenset({"clinic", "office"})
"""Words of a kind that no encounter is told by."""


def of_visits(plain: str, skeleton: Skeleton, clause_of: Read, event_of: Read) -> list[Frame] | None:
    """The frames of what is asked of a visit that is told; None where none is, or where it is asked in other words."""
    for told in visits_in(with_unknown_names(plain, skeleton)):
        visit = _visit(told, skeleton, event_of)
        if visit is None:
            continue
        own = _OWN_ASKS.name_of(told.ask)
        if not told.is_placed and own not in _OF_ANY_STAY and not _is_value(told):
            continue
        if own:
            return [_asked_of(visit, own, told)]
        if told.ask.endswith("after it") and "home" not in told.ask:
            continue  # what came after a visit is none of it
        told_of_others = _ELSE.sub("", told.ask)
        held = held_there(told_of_others, skeleton)
        if not held and (told.where or told.reasons) and _DONE_THERE.fullmatch(told_of_others):
            held = "which procedures were done"
        if held:
            frame = clause_of(held)
            frame.event = visit
            frame.relation = "during" if _is_stay(visit, told) else "same_encounter"
            if told_of_others != told.ask:
                frame.not_in = visit.event
            return [frame]
    return None


def _is_value(told: VisitTold) -> bool:
    """Whether a value is asked of a stay that its rank alone tells: "on the final admission"."""
    is_at = re.search(r"\b(?:on|at) it$", told.ask) is not None
    return is_at and told.head in _STAY_HEADS and _VALUE.fullmatch(_BEHIND.sub("", told.ask).strip()) is not None


def held_there(ask: str, skeleton: Skeleton) -> str:
    """What is asked of what a visit holds, as the grammar has it; empty for what is not."""
    ask = _BEHIND.sub("", ask).strip()
    for pattern, plain in _HELD_ASKS:
        match = pattern.fullmatch(ask)
        if match is not None:
            return plain.replace("which", "how many", 1) if match["n"] else plain
    of_class = _OF_CLASS.fullmatch(ask)
    if of_class is not None:
        types = skeleton.mention(of_class["c"]).linked.types
        verb = next((verb for name, verb in _VERBS if name in types), "")
        return f"which {of_class['c']} was {verb}" if verb else ""
    if plain := _ANYTHING.name_of(ask):
        return plain
    if _ICU_STAYS.fullmatch(ask):
        return "how many icu stays were there"
    value = _VALUE.fullmatch(ask)
    if value is not None:
        name = next(filter(None, value.groups()))
        return f"what was {name}" if skeleton.mention(name).linked.of("Observation") else ""
    return ask if _YES_NO.fullmatch(ask) else ""


def _is_stay(visit: Frame, told: VisitTold) -> bool:
    return told.head in _STAY_HEADS or bool({"icu", "emergency"} & set(visit.kinds))


def _visit(told: VisitTold, skeleton: Skeleton, event_of: Read) -> Frame | None:
    """The visit as an event; None where a word of it is for something else."""
    links: list[Named] = []
    reasons: list[Named] = []
    events = [told.where] if told.where else []
    kinds_named: tuple[str, ...] = ()
    named = [*(mod for mod in told.mods if mod.startswith("qc")), *told.reasons]
    for name in dict.fromkeys([*re.findall(r"qc\d+", told.head), *named]):
        mention = skeleton.mention(name)
        if name in told.head and (kind := _kind_by_name(mention.words)):
            kinds_named = kind
            continue
        if name in told.head and not mention.linked.of("Encounter") and _A_VISIT.fullmatch(mention.words):
            continue
        by_type = {link.resource_type: link for link in reversed(mention.linked.links) if link.how != "narrower"}
        by_type = by_type or {link.resource_type: link for link in reversed(mention.linked.links)}
        if "Encounter" in by_type and name not in told.reasons:
            links.append((mention, by_type["Encounter"]))
        elif name == told.head:
            return None
        elif "Condition" in by_type:
            reasons.append((mention, by_type["Condition"]))
        elif {"Procedure", "MedicationRequest", "Immunization"} & by_type.keys():
            events.append(name)
        else:
            return None
    if len(reasons) > 1 or len(events) > 1 or len(links) > 1:
        return None
    window = meet([one for time in dict.fromkeys(told.times) if (one := skeleton.window(time)) is not None])
    if told.times and window is None:
        return None
    kinds = kinds_named or _kinds(told, bool(links), window)
    visit = Frame("when", Thing("encounter", tuple(links), reason=reasons[0] if reasons else None), window=window)
    visit.thing = replace(visit.thing, domain="icu") if kinds == ("icu",) else visit.thing
    visit.kinds, visit.recorded_there, visit.ended = kinds, bool(reasons), told.by_end
    visit.which, visit.clause = which_of(told.rank) if told.rank else Which(), "visit"
    visit.is_ranked = visit.which.is_said
    if events:
        visit.event, visit.relation = event_of(events[0]), "same_day" if told.of_day else "same_encounter"
    return visit


_A_VISIT = Pattern(
    r"(?:(?:annual|yearly|routine|school) )?(?:physicals?|physical exam(?:ination)?|exam|check)", re.IGNORECASE
)
"""What people call a visit by what is done there."""
_NAMED_BY_KIND = Pattern(
    r"(?P<k>er|ed|a&e|emergency(?: room| department)?|icu|intensive care|in-?patient|hospital) "
    r"(?:visit|stay|admission|encounter|hospitali[sz]ation)",
    re.IGNORECASE,
)


def _kind_by_name(words: str) -> tuple[str, ...]:
    """The kind of visit that words are which the record happens to have as a name too."""
    match = _NAMED_BY_KIND.fullmatch(words)
    return (_KIND_WORDS.put_into(match["k"].lower()),) if match is not None else ()


def _kinds(told: VisitTold, is_named: bool, window: Window | None) -> tuple[str, ...]:
    said = [_KIND_WORDS.put_into(mod) for mod in told.mods if not mod.startswith("q")]
    for kind in said:
        if kind in ("emergency", "icu", "inpatient", "ambulatory", "hospital"):
            return (kind,)
    if is_named or told.head not in _STAY_HEADS:
        return ()
    is_day = window is not None and window.is_of_a_day
    # One is admitted to an emergency department too, and the day tells which it was.
    return ("hospital", "inpatient", "emergency") if is_day and told.head == "admission" else ("hospital",)


def _asked_of(visit: Frame, own: str, told: VisitTold) -> Frame:
    """What is asked of the visit itself."""
    frame = replace(visit, clause=f"the stay: {told.ask}")
    if own in ("first unit", "last unit"):
        frame.operator, frame.which = "where", Which("first" if own == "first unit" else "last")
        return frame
    frame.operator = _OPERATORS[own]
    return frame


_OPERATORS: dict[str, Operator] = {
    "end": "end", "duration": "duration", "who": "who", "why": "why", "disposition": "disposition", "source": "source",
    "service": "service", "where": "where", "when": "when", "exists": "exists",
}  # fmt: skip
