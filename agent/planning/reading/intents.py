"""What a clause asks for: the operator, from cues in the skeleton."""

from __future__ import annotations

import re
from typing import Literal

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.names.code_words import asks_code
from chartwarden.agent.planning.reading.arithmetic import further
from chartwarden.agent.planning.reading.values_compared import CHANGE, MAX, MIN, asks_range, extremum_of
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST
from chartwarden.agent.planning.wording.who import WHO

Operator = Literal[
    "exists", "count", "list", "value", "when", "end", "who", "why", "where",
    "dose", "route", "frequency", "duration", "age", "min", "max", "mean", "sum",
    "change", "trend", "status", "organism", "specimen", "interpretation", "instructions", "code", "order",
    "interval", "demographic", "result", "source", "disposition", "range", "elapsed",
    "percent", "rate", "severity", "service",
]  # fmt: skip

_HOW_MANY = Pattern(
    r"\bhow (?:many|often|frequently)\b|\b(?:number|count|tally|frequency) of\b|"
    r"\bcount\b(?! (?:as|among|towards?)\b)|\btally\b|\btabulate\b|\bquantify\b|"
    r"\benumerate\b(?!.*\b(?:drugs|med\w+|vaccin\w+|shots|diagnoses|conditions|problems|procedures)\b)|"
    r"\bamount of (?:\w+ )?(?:medications|drugs|medicines|prescriptions|visits|admissions|"
    r"procedures|tests|stays)\b|\b(?:total )?(?:occurrences|instances) of\b|\b(?:visits?|stays?|"
    r"admissions?) frequency\b|"
    r"\btotal (?:count|number|of|(?:\w+ )?(?:prescriptions|visits|admissions|stays|outputs|intakes|procedures|"
    r"doses))\b|\bcounted\b|\bcalculate how\b|\bin total\b.*\bhow\b|^(?:the )?(?:number|count"
    r"|total(?! (?:qc\d+ )?(?:output|intake|dose|volume|amount|given|administered|received|infused)\b))\b"
    r"|(?<=[-:,] )(?:the |total )?(?:number|count|total)$"
)
_WHEN = Pattern(
    r"\bwhen\b(?! it comes)|(?:\b(?:what|which|at what|on what|on which|in what|in which) |^)(?:was |is |"
    r"were |are )?(?:the |my |his |her |their )?(?:exact |specific |precise |"
    r"very |same |actual |authored |onset |start |starting |first |last |latest |earliest |most recent |"
    r"admission |admit |resolution |discharge |end |"
    r"qc\d+ |prescription |order |diagnosis |procedure |intake |recorded |documented |microbiology |test )*(?:date|"
    r"time|day|year|month|timing|moment|"
    r"point in time|occasion|instance|occurrence|timestamp|point)s?\b|\bdates? (?:of|for|on|when|and time)\b|"
    r"\btimes? (?:of|for|when|at which|i |i've |patient|"
    r"that|my|was|of)\b|\btiming\b|\bsince when\b|\bhow (?:long ago|recently|recent)\b|^(?:the |my |his |her "
    r")?(?:very )?(?:first|last|latest|earliest|most recent) (?:time|instance|occasion|occurrence|point|"
    r"date|timing)\b|\bonset date\b|\b(?:admission|discharge|prescription|intake|procedure|diagnosis|onset|"
    r"start|resolution|authored|test) (?:dates?|times?|timing|time frame)\b"
    r"|\bat what (?:first |last )?point\b|\bwhat time\b"
    r"|\bthe (?:exact )?(?:date|day) (?:the |my |his |her )?qc\d+ (?:was|were)\b"
    r"|(?<=[-:,] )(?:the )?(?:date|time|day)(?: and time)?$"
    r"|^(?:its|the|that|their|his|her) (?:exact |recorded |precise |full )*(?:date|day"
    r"|time)(?: and time)?(?: of (?:it|that))?$"
    rf"|\b{FIRST_OR_LAST} (?:(?!time\b)\w+ )+(?:date|time)s?$"
    r"|\b(?:highest|lowest|peak|nadir|maximum|minimum) (?:\w+ )?(?:date|day)$"
)
_WHEN_SAID = Pattern(rf"\b{FIRST_OR_LAST} (?:time|instance|occasion|occurrence|point|date|timing)\b")
"""May ask for the time, or only say which of the rows is meant."""
_NAMED = Pattern(
    r"\b(?:value|reading|result|level|figure|score)s?\b|\bnames?\b|\bcalled\b|^(?:what|which) (?!(?:was|is|were"
    r"|are)\b|time|date|day)\w+"
)
_WHO = Pattern(
    r"(?<!patient )(?<!person )(?<!one )\bwho\b|\bwhom\b|\b(?:which|what|name of the|names of the|list (?:of )?(?:all |"
    r"the )*) ?(?:first |last |latest |most recent |original |prescribing |ordering |"
    r"attending |treating |different )*(?:doctor|physician|practitioner|provider|clinician|nurse|prescriber|"
    r"specialist)s?\b|\bprescribers?\b|\bby which\b.*(?:doctor|provider)"
    r"|\bwhose (?:prescription|order|name|signature|instructions?|advice)\b"
    r"|\bprescribing (?:doctor|physician|provider|clinician|practitioner)s?\b|\beveryone who\b"
    r"|\bwhoever (?:first |last )?(?:prescribed|ordered|wrote)\b"
)
_ILLNESS = r"(?:illness|disease|condition|ailment|complaint|disorder|problem)s?"
_WHY = Pattern(
    r"^for which (?:of (?:the|my|his|her|their|these|patient's|the patient's) )?(?:recorded )?"
    r"(?:conditions?|problems?|diagnos[ei]s|illness(?:es)?|diseases?|disorders?)\b|"
    r"\bwhy\b|^for what (?=(?:the |my |his |her )?qc\d)|\breasons?\b|\bindications?\b|\bfor what (?:condition"
    r"|reason|purpose|problem|diagnosis|indication|"
    r"illness)\b|\bwhat (?:condition|problem|disease|"
    r"diagnosis|illness|disorder) (?:is|was|does|did|led|prompted|caused|required)\b(?!.*\bdiagnosed\b)|"
    r"\bwhat (?:is|was|were|are|am|does|do|did|has|have)\b.*\bfor\??$|\bwhat for\b|^(?!(?:which|what) (?:of"
    r" )?(?:my |her |his |the |their )?(?:\w+ )?(?:medic|drug|prescri|pill|med\b|meds\b)).*\bintended to treat\b|"
    rf"\bwhat (?:was|were|is|am|are) {WHO} (?:last |most recently )?"
    r"(?:admitted|hospitali[sz]ed|seen|brought in|treated) (?:to [\w ]+ )?for\b|\bpurpose of\b|"
    r"\bwhat (?:was|were|is) (?:(?:the|my|his|her|their|that|this) )*[\w -]{2,40}?(?: all)? about$|"
    r"^what (?:it|that) (?:was|is)(?: all)? about$|^what (?:(?:the|his|her|my) )?qc\d+ (?:was|is|were|are) for$|"
    r"\bwas for what$|\bwere for what$|\bwhat did .* treat\b|"
    r"\bwhat (?:does|do|did|is|was) (?:the |this |her |his |my )?qc\d+ (?:treat|treating|for)\b|"
    r"\bwhich (?:condition|problem|diagnosis) (?:is|was|does|did|led|prompted)\b|"
    rf"^(?:what|which) {_ILLNESS} (?:led|made|moved|brought|got) "
    r"(?:the |his |her |my |their )?(?:doctor|physician|prescriber|clinician|provider|practitioner|them|someone)\b|"
    rf"^(?:what|which) {_ILLNESS} (?:is|was|does|did|do|are|were) "
    r"[^?]*\bqc\d+ (?:[\w ]+ )?(?:against|for)\b|"
    r"^what (?:is|was|are|were) (?:the |his |her |my |their )?qc\d+ (?:\w+ ){0,2}"
    r"(?:to (?:treat|be treating|help)|treating)\b|"
    r"\b(?:conditions?|problems?|diagnos[ei]s|complaints?|illness(?:es)?|diseases?|disorders?|ailments?) (?:for"
    r"|because of|on account of|due to|against) which\b|"
    r"\b(?:condition|problem|diagnosis|complaint|illness|disease|disorder|ailment) (?:that |which )?"
    r"(?:(?:it|qc\d+|the \w+) (?:is |was )?(?:treat\w*|address\w*|target\w*|manag\w*|"
    r"prescribed for|given for|ordered for|meant for)|(?:it|qc\d+|is|was) being treated)"
)
_DURATION = Pattern(
    r"\bhow long\b(?! ago)|\bduration\b|\blength of (?:the |my |his |her |their )?(?:\w+ ){0,3}(?:stay|admission|"
    r"visit|encounter|hospitali)|\b(?:stay|admission|visit|hospitali[sz]ation)(?:'s)? length\b"
    r"|\bhow many (?:days|hours|weeks|nights|months) (?:did|was|were|has|have|in|at|on)\b"
    r"|^(?:(?:the )?(?:number of|total) )?nights in (?:the )?(?:hospital|icu|intensive care)\b"
)
_AGE = Pattern(
    r"\bhow old\b|\b(?:what|which|at what) age\b|\bage (?:at|when|of|was)\b|^age$|^age (?:on the day|qt\d)"
    r"|\bage\b(?=.*\b(?:diagnos|onset|first|when|at)\b)|\b(?:my|his|her|patient's|current) age\b"
)
_WHERE = Pattern(
    r"\bwhere\b|\bcare ?units?\b|\b(?:which|what) hospital\b(?! (?:stay|visit|admission|encounter)s\b)|"
    r"\bwhich (?:clinic|facility|ward|unit|department|location|icu)\b|"
    r"\bwhat (?:clinic|facility|ward|unit|department|location)\b"
)
_DOSE = Pattern(
    r"\bdos(?:e|age|ing)s?\b|\bstrength\b|\b(?:what|the|what was the) amount\b|\bhow much\b.*\b(?:prescri|"
    r"order|given|take|taking|receiv|dos|administ)|^how much (?:of )?(?:the )?qc\d+"
    r"(?: (?:in (?:total|all)|altogether|all told|overall))?$|^how much qc\d+ .*\b(?:on|get|gets|getting)$"
    r"|^how much (?:of )?(?:the )?qc\d+(?: (?:was|went|ran) in)?(?: qt\d+)+$"
    r"|^how much qc\d+ (?:did|do|does|has|have|had) (?:\w+ ){1,3}?(?:get|gets|got|gotten|have|had)\b"
)
_ROUTE = Pattern(
    r"\b(?:which|what|by what|by which|through which|via which|via what) (?:was |is |were )?(?:the "
    r")?(?:administration )?routes?\b|"
    r"\broutes? of\b|\bqc\d+ (?:administration )?routes?$|(?<!qr\d )\broute (?:was|is)\b|"
    r"\bhow (?:is|was|were|are) .*\b(?:administered|given|taken|delivered)\b"
    r"(?! (?:to|for|after|before|on|at|in|by)\b)"
)
_FREQUENCY = Pattern(
    r"\bhow (?:often|frequently) (?:does(?! the (?:chart|record|file)\b)|do|should|is|must|am|are)\b|"
    r"\bwhat (?:is|was) the (?:dosing )?frequency\b|"
    r"\bdosing (?:schedule|frequency)\b"
)
_INSTRUCTIONS = Pattern(r"\b(?:dosage |dosing |patient |additional )?instructions?\b|\bsig\b")
_STATUS = Pattern(r"\bwhat (?:is|was) the (?:clinical |current |verification )?status of\b|\bwhat status\b")
_ORGANISM = Pattern(
    r"\borganisms?\b|\bbacteri(?:a|um)\b"
    r"|\bwhat (?:grew|bug|(?:did|has|was|have) .*grown?\b|(?:is|was|were) (?:\w+ )?growing\b)|\bgrew\b"
    r"|\bpathogens?\b|\bmicrobes?\b|\bgerms?\b"
)
_SPECIMEN = Pattern(r"\b(?:which|what) (?:type of |kind of )?(?:specimen|sample)s?\b")
_INTERPRETATION = Pattern(r"\binterpretation\b|\bsusceptib|\bresistan|\bsensitiv")
_MEAN = Pattern(r"\b(?:average[ds]?|(?<!\bi )(?<!\bwe )(?<!\byou )mean|on average|averaging)\b")
_SUM = Pattern(
    r"\b(?:sum of|total (?:qc\d+ )?(?:amount|volume|output|intake|dose)(?! (?:events?|entries|records))|cumulative"
    r"|total (?:(?:mgs?|milligrams?|grams?|units|mls?) of (?:\w+ )?)?qc\d+ (?:given|administered|received|infused)"
    r"|(?:outputs?|intake) (?:in )?total|add(?:ed)? up|altogether)\b"
    r"|\bhow much (?:\w+ )*?(?:outputs?|drain(?:ed|age)?|put out|came out|passed)\b"
)
_HAS_CHANGED = Pattern(
    r"(?:did|has|have|had) (?:(?:the|his|her|my|their|patient's) )*qc\d+(?: (?:level|value|reading)s?)? changed?\b"
    r"(?! (?:by|for|to|into)\b)|(?:was|were|is|are|has|have) there (?:been )?(?:any|an?)? ?changes? in (?:\w+ )?qc\d"
)
"""Whether values differ is asked of the change between them."""
_TREND = Pattern(
    r"\btrend(?:ing)?\b|\b(?:going|gone|went|moving|moved) (?:up|down)\b|\b(?:rising|falling|increasing|"
    r"decreasing|climbing|dropping)\b"
)
_LIST = Pattern(
    r"^(?:the )?(?:all )?(?:what|which|list|name|show|give|all|every|each|whatever|different|various|names?|names of)\b"
    r"|\blist\b|(?:[:;] |\bplease )(?:name|show)\b"
)

_STARTED = Pattern(
    r"\b(?:start(?:ed|ing)?|initiat(?:ed|ion)|introduced|put on|beginning|began|begin|begun|commenced|"
    r"onset|originate[ds]?|newly)\b"
)


def starts(clause: str) -> bool:
    """Whether a clause speaks of a beginning."""
    return bool(_STARTED.search(clause))


_COMPARED = Pattern(
    r"^(?:the |my |his |her )?(?:last |latest |most recent )?qc\d+\W* (?:is |was |now )?(?:any )?(?:lower|higher|"
    r"greater|up|down|better|worse)\b.*\b(?:than|from|since|compared)\b"
)
"""Two readings compared, without a verb: "MCHC: lower than last time?"."""
_OR_NOT = Pattern(r"\bor not$|, ?(?:was|is|were|are) there (?:one|any)$|\bdoes (?:such an? |one\b)[\w ]*\bexist$")
_WHICH_DAY = Pattern(
    r"^(?:qt\d+,? )?(?:on )?(?:which|what) (?:exact |calendar )?(?:date|day)\b(?! (?:range|supply|of birth)\b)"
)
"""A day is asked for, whatever else is named: "which date was the earliest dose"."""
_SEVERITY = Pattern(r"\bhow severe\b.*\ballerg")
_REACTION = Pattern(r"\ballergic reaction\b|\breactions? of the (?:drug )?allergies\b")
"""As `wording/reactions` puts it."""
_OPERATORS: tuple[tuple[Pattern, Operator], ...] = (
    (_AGE, "age"),
    (_FREQUENCY, "frequency"),
    (_DURATION, "duration"),
    (_HOW_MANY, "count"),
    (CHANGE, "change"),
    (_INSTRUCTIONS, "instructions"),
    (_STATUS, "status"),
    (_DOSE, "dose"),
    (_ROUTE, "route"),
    (_ORGANISM, "organism"),
    (_SPECIMEN, "specimen"),
    (_WHEN, "when"),
    (_WHO, "who"),
    (_WHY, "why"),
    (_WHERE, "where"),
    (MAX, "max"),
    (MIN, "min"),
    (_MEAN, "mean"),
    (_SUM, "sum"),
    (_TREND, "trend"),
    (_SEVERITY, "severity"),
    (_REACTION, "result"),
)
_ASKED = Several(words for words, _ in _OPERATORS)


def operator_of(clause: str, *, said_if: bool = False) -> Operator | None:
    """The operator of an unwrapped clause; None when only the thing asked about can tell."""
    if asks_code(clause):
        return "code"
    if said_if or is_yes_no(clause):
        if _HAS_CHANGED.match(clause):
            return "change"
        return "trend" if _TREND.search(clause) and not _WHEN.match(clause) else "exists"
    head = re.match(r"(?:by )?(?P<word>who|whom|when|why)\b", clause)
    if head:
        return "who" if head["word"] in ("who", "whom") else "when" if head["word"] == "when" else "why"
    if _COMPARED.search(clause):
        return "exists"
    if more := further(clause):
        return more
    if _WHICH_DAY.match(clause):
        return "when"
    if _OR_NOT.search(clause):
        return "exists"
    if asks_range(clause):
        return "range"
    valued = bool(_VALUE_HEAD.match(clause))
    for place, _ in _ASKED.matches_in(clause):
        operator = _OPERATORS[place][1]
        if not (valued and operator == "when"):
            return extremum_of(clause) or operator if operator == "max" else operator
    if _WHEN_SAID.search(clause) and not _NAMED.search(clause):
        return "when"
    if _LIST.search(clause) or re.search(r"\b(?:which|what)\b", clause):
        return "list"
    is_elliptic = _ELLIPTIC.search(clause) and not _FIRST_EVER.match(clause)
    return "exists" if _STATED.search(clause) or is_elliptic else None


_VALUE_HEAD = Pattern(
    r"^(?:what|which) (?:\w+ )?(?:value|reading|result|level|figure|number|score|concentration)s? "
    r"(?!(?:of )?(?:times|days|visits)\b)"
)
"""A value is asked for, whatever is said of its time: "what value was obtained when it was first measured"."""
_STATED = Pattern(
    rf"^{WHO} (?:has|have|had|was|were|is|am|did)\b|,? (?:was|is|has|did|were) (?:it|"
    r"this|that|there)\b|\b(?:occurred|happened|took place)$|^(?:qc\d+ )(?:was|is|has|did|were)\b"
)
"""A statement put as a question."""
_ELLIPTIC = Pattern(
    r"\b(?:(?<!first )(?<!last )ever|still|(?<!the )history of|allergic to|anywhere|status post|positive for|"
    r"at any (?:time|point))\b|\bon file$|\byes or no$|^anything\b|"
    r"^(?:still |currently |now )?on (?:any |an? |the )?qc\d|"
    r"^qc\d+,? .*\b(?:lower|higher|greater|less|more) than\b"
)
"""A question of yes or no without its verb: "ever on warfarin?", "allergic to latex?"."""


_FIRST_EVER = Pattern(rf"^(?:(?:the|his|her|my|their) )?(?:very )?{FIRST_OR_LAST} (?:[\w-]+ ){{1,3}}ever$")
"""Which of the rows is meant, and no question whether there ever was one."""


def asks_susceptibility(clause: str) -> bool:
    """Whether a clause asks if an organism is resistant or susceptible to a drug."""
    return bool(_INTERPRETATION.search(clause))


_OCCASION = (
    rf"(?:the )?(?:very )?{FIRST_OR_LAST} (?:time|occasion) (?:that |when )?"
    rf"{WHO} [^,?]+"
)
_OF_OCCASION = Pattern(rf"^{_OCCASION}, (?:and )?(?P<q>[^?]+)|^(?P<r>[^,?]*\b{WHO}\b[^,?]*?),? {_OCCASION}$")
"""What is asked of an occasion, before or behind the words that tell it."""


def asks_of_occasion(clause: str) -> bool:
    """Whether a clause asks for something else than the time of an occasion that it tells."""
    match = _OF_OCCASION.match(clause)
    return match is not None and operator_of(match["q"] or match["r"]) not in ("when", None)


_OF_SOMEBODY = Pattern(rf"what (?:else )?(?:was|were|is|did|had) {WHO} (?:on|like|doing|taking|up to)\b")
_WHILE = Pattern(rf"when {WHO} [^,?]*, (?:how|what|which|who|where|did|was|were|is|are|has|had)\b")
"""At the time of something, and no question for a time."""


def asks_of_somebody_then(clause: str) -> bool:
    """Whether a clause with a time in it asks what somebody did or was then, or at an occasion."""
    return bool(_OF_SOMEBODY.match(clause) or _WHILE.match(clause)) or asks_of_occasion(clause)


def of_a_vaccine_dose(clause: str) -> Operator:
    """What is asked of the doses of a vaccine, each of which is an entry: when or where it was, how many there are; or
    the dose itself."""
    if asks_when(clause):
        return "when"
    if _DOSES.search(clause):
        return "count"
    return "where" if _WHERE.search(clause) else "dose"


_DOSES = Pattern(r"\bdoses\b(?! of what)")
_WHERE = Pattern(r"\bwhere\b")


def asks_when(clause: str) -> bool:
    """Whether a clause asks for a date or time."""
    return bool(_WHEN.search(clause))


_RESULTS = Pattern(
    r"\b(?:results?|values|readings|numbers|figures|vitals|vital signs|obs)\b|^what (?:did|do) .*\b(?:show|reveal|say)$"
)
_WHICH_TESTS = Pattern(
    r"\b(?:which|names?|kinds?|types?|any|abnormal|normal|flagged|high|low|range|done|taken|tak(?:e|ing)|measured"
    r"|checked"
    r"|drawn|recorded|performed|run|ordered|made|available|tests? (?:were|was|are|is))\b"
)


_LAST_LABS = Pattern(
    rf"^(?:(?:(?:what|show|give|list|tell|me|us|is|are|was|were|the|his|her|my|their)\b )*(?:very )?{FIRST_OR_LAST}"
    r"|.*\b(?:previous|recent)) (?:set of )?(?:labs|lab (?:tests|work)|blood (?:tests|work)|observations|measurements)"
    r"(?: (?:drawn|done|taken|recorded))?(?: please)?[ ?.]*$"
)
"""One set of them, of which the names alone would tell nothing."""


def asks_results(clause: str) -> bool:
    """Whether a clause that names no test asks for the results, and not for which tests there were."""
    if _LAST_LABS.match(clause):
        return True
    return bool(_RESULTS.search(clause)) and not _WHICH_TESTS.search(clause)
