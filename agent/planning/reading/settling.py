"""Readings that depend on operator and kind together: status, kind of encounter, what "high" or "resolved" asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.code_words import system_asked
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading import identity, intents
from chartwarden.agent.planning.reading.commonness import settle_commonness
from chartwarden.agent.planning.reading.fates import OUT_OF_CARE, tells_an_end
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood, Thing
from chartwarden.agent.planning.reading.kinds_told import PUT_IN, TAKEN_OUT
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.reference_ranges import relation_to_range
from chartwarden.agent.planning.wording.body import KEPT_IN
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.manifest import Entry
from chartwarden.tools.records.query import Window

_RESOLVED_WHEN = Pattern(
    r"\b(?:resol(?:v\w+|ution)|clear(?:ed)?(?: up)?|over|end(?:ed)?|abat\w+|heal\w*|recover\w+|go(?:ne)? away|"
    r"went away|gone|finish\w*|stop\w*|disappear\w*|subside\w*)\b"
)
_KEPT = Pattern(rf"\b(?:{KEPT_IN}|dialysis|crrt|ecmo|traction|infusion)\b", re.IGNORECASE)
_DRUG_OVER = Pattern(r"\b(?:ended|finish\w*|resolved|completed)\b|\b(?:did|does|do) .*\bend$|\bover$")
"""The end of a drug, in words that are also said of conditions."""
_DISCHARGE = Pattern(
    r"\b(?:discharg\w+|left|leave|leaving|released|went home|sent home)\b"
    rf"|{OUT_OF_CARE}"
    r"|\b(?:stay|visit|admission|hospitali[sz]ation)s?(?: qt\d+)? (?:last )?(?:end(?:ed)?|finish(?:ed)?|concluded?)\b"
    r"|\bwhen did (?:it|that|this|(?:that|the (?:last|first)) one) (?:finally )?"
    r"(?:end|finish|conclude|come to an end)\b"
    r"|\bwhen was (?:it|that|this) (?:finally )?over\b"
    r"|\bend (?:date |time )?of (?:the |my |his |her |their )?(?:\w+ ){0,4}"
    r"(?:stay|visit|admission|hospitali[sz]ation)\b"
)
_SHOWED = Pattern(
    r"\bwhat (?:was|were) (?:found|seen|discovered|revealed) (?:at|by|in|on|during|with)\b|"
    r"\bwhat (?:did|does|do) .*\b(?:show|reveal|find|say|conclude)|\bresults?\b|\bfindings?\b|\bconclusions?\b|"
    r"\bimpressions?\b|\binterpret\w+\b|\bread (?:as|out)\b|"
    r"\boutcome\b"
)
_VALUES = Pattern(r"\b(?:values|numbers|figures|readings|levels|components)\b")
"""Of a panel, which as a report has none of its own: its results are asked for."""
_EVALUATED = Pattern(
    r"\b(?:controlled|well managed|at (?:goal|target)|under control|good|bad|worrying|concerning|dangerous|"
    r"stable|improv\w+|worsen\w*|deteriorat\w+|(?:get|got|gotten|become|became|grown?"
    r"|getting) (?:any )?(?:better|worse)|safe|acceptable|optimal|okay|ok)\b"
)
_TOTAL = Pattern(
    r"^(?:what (?:is|was) )?(?:the |his |her |my )*(?:total|sum of) (?:the )?(?:\w+ )?"
    r"(?:output|intake|input)\b(?! events)"
)
"""How much in all, and not how many entries."""
_TOTAL_GIVEN = Pattern(
    r"^(?:(?:what|how much) (?:is|was|were) )?(?:(?:the|his|her|my|their) )*(?:total|sum(?: of)?)(?: of)?(?: the)? "
    r"qc\d+(?: (?:given|administered|infused|taken in|in|over|during|intake|volume|amount))?(?: qt\d+)?[ ?.]*$"
    r"|^(?:(?:the|his|her|my|their) )*qc\d+(?: qt\d+)?,? (?:in )?(?:total|sum)(?: (?:volume|amount|given))?"
    r"(?: qt\d+)?[ ?.]*$"
    r"|^how much (?:of )?(?:(?:the|his|her|my|their) )?qc\d+(?: in total| (?:was|were) (?:given|administered|infused"
    r"|taken in|recorded))? qt\d+[ ?.]*$"
)
"""What is given by volume or weight, in all: "PO intake total for the 5th"."""
_TOTAL_ALONE = Pattern(r"^(?:the )?total qc\d+(?: qt\d+)?[ ?.]*$")
_MEAN_DOSE = Pattern(r"\b(?:average|mean)\b")
_SUM_DOSE = Pattern(
    r"\b(?:total|cumulative|summed|sum of(?: the)?) (?:\w+ )?(?:qc\d+ )?(?:dose|dosage|amount)\b"
    r"|\bhow much\b.*\b(?:in (?:total|all)|altogether|all told|overall)\b"
)
_GOT_IN_ALL = Pattern(r"\bhow much qc\d+ (?:did|has|have|had)\b.*\b(?:get|got|gotten|had|receive[d]?)\b")
_FREQUENCY_OF = Pattern(r"^(?:what (?:is|was) )?(?:the )?frequency of (?:the |his |her |my )*qc\d+$")
_VALUE_HEAD = Pattern(
    r"^(?:what|which|how (?:high|low)) (?:was|were|is|are) (?:the |his |her |my |their |patient's |the patient's |"
    r"a )*(?:\w+ (?:of|for) (?:the |his |her |my )?)?qc\d"
)
_HOW_HIGH = Pattern(
    r"^(?!.*\b(?:ever|highest|lowest|peak\w*)\b)(?:(?:(?:and|so) )?how (?:high|low) (?:was|were|is|are)\b"
    r"|.*\b(?:was|were|is|are) how (?:high|low)$)"
)


def shows(clause: str) -> bool:
    """Whether a clause asks what something brought to light."""
    return bool(_SHOWED.search(clause) or re.search(r"\bqc\d+ reports?$", clause))


_SINCE = ("medication", "statement", "condition")
"""What somebody has had since its first entry."""


def settle(frame: Frame) -> None:
    """Readings that depend on operator and kind together; each step goes on from what the one before has settled."""
    for step in (
        _settle_death, _settle_end, _settle_put_in, _settle_shown, _settle_place, _settle_drug, _settle_extreme,
        settle_commonness,
    ):  # fmt: skip
        step(frame)
    is_taken = frame.thing.domain in _SINCE and frame.clause.startswith("since when ")
    if frame.operator == "when" and not frame.which.is_said and (is_taken or intents.starts(frame.clause)):
        frame.which = Which("first")
    _settle_measured(frame)


def _settle_end(frame: Frame) -> None:
    """When a condition was over, and when a stay or a plan was."""
    clause, domain = frame.clause, frame.thing.domain
    is_first, asks_when = (
        re.search(r"\bonset\b|\bfirst\b(?! (?:qc\d|time\b|episode|bout|attack))", clause),
        frame.operator == "when",
    )
    if domain == "condition" and asks_when and _RESOLVED_WHEN.search(clause) and not is_first:
        frame.operator, frame.status = "end", ()
    told = asks_when or (frame.operator in ("list", "value") and frame.which.is_said)
    of_stay = domain in ("encounter", "icu", "careunit") and told and bool(_DISCHARGE.search(clause))
    of_stay = of_stay and not re.match(r"when (?:was|were) [a-z ]*?admitted\b", clause)
    if domain == "careplan" and asks_when and _RESOLVED_WHEN.search(clause):
        of_stay = not intents.starts(clause)
    is_kept = any(_KEPT.search(mention.words) for mention, _ in frame.thing.links)
    if of_stay or (domain == "procedure" and is_kept and asks_when and re.search(r"\bend(?:ed)?\b(?! of\b)", clause)):
        frame.operator = "end"


def _settle_put_in(frame: Frame) -> None:
    """Of what was put in and taken out again, its putting in where that is asked: "when was her last IUD put in"."""
    if frame.thing.domain == "procedure" and PUT_IN.search(frame.clause):
        _keep(frame, lambda entry: not TAKEN_OUT.match(entry.label))


def _settle_shown(frame: Frame) -> None:
    """What is to be shown of a measurement, an output, and what something has brought to light."""
    clause, domain = frame.clause, frame.thing.domain
    if domain == "observation" and frame.operator == "when" and frame.thing.links and _VALUE_HEAD.match(clause):
        frame.operator = "value"
    if frame.operator == "why" and frame.thing.reason and not frame.thing.links:
        frame.operator = "list"
    if domain == "observation" and frame.operator in ("list", "status") and frame.thing.links:
        frame.operator = "value"
    if domain == "output" and frame.thing.links:
        one = frame.which.is_said and frame.which.limit is None
        frame.operator = (
            "value" if frame.operator in (("list", "sum", "dose") if one else ("list",)) else frame.operator
        )
    if domain == "output" and frame.operator == "count" and _TOTAL.match(clause):
        frame.operator = "sum"
    shown = _SHOWED.search(clause) or (domain == "report" and _VALUES.search(clause))
    if domain in ("procedure", "report", "imaging") and shown and frame.operator in ("list", "value"):
        frame.operator = "result"


def _settle_place(frame: Frame) -> None:
    """One visit is told by its time, and a care unit by where it is."""
    clause, domain = frame.clause, frame.thing.domain
    is_of_kind = re.search(r"\b(?:kind|type|name)s?\b", clause)
    if domain in ("encounter", "icu") and frame.operator == "list" and frame.which.is_said and not is_of_kind:
        frame.operator = "when"
    if domain == "observation" and frame.operator == "dose" and frame.thing.links:
        frame.operator = "value"
    asks_time = re.search(r"\bwhen\b|\btime\b(?! )", clause)
    if domain == "careunit" and frame.operator in ("list", "value", "when") and not asks_time:
        frame.operator = "where"


def _settle_drug(frame: Frame) -> None:
    """Doses and ends of drugs. `NotUnderstood` for a sum or a mean over several."""
    clause, domain = frame.clause, frame.thing.domain
    if frame.operator == "why" and domain == "condition" and not frame.thing.reason:
        frame.operator = "list"
    if frame.operator == "frequency" and domain not in ("medication", "intake", "statement", "dispense"):
        frame.operator = "count"  # only a drug is prescribed to be taken so often
    if domain == "immunization" and frame.operator == "dose":
        frame.operator = intents.of_a_vaccine_dose(clause)
    if frame.operator == "dose" and re.search(r"\bstrength\b", clause) and _tells_strength(frame):
        frame.operator = "list"
    if domain not in ("medication", "intake"):
        return
    if domain == "intake" and _RUNNING.search(clause) and _is_short(frame.window) and not intents.starts(clause):
        frame.lasting = frame.operator in ("exists", "list", "when")
    if frame.thing.links:
        if frame.operator == "dose" and frame.extremum in ("max", "min"):
            frame.operator = "max" if frame.extremum == "max" else "min"
        if frame.operator == "dose" and not frame.which.is_said:
            frame.operator = "mean" if _MEAN_DOSE.search(clause) else "sum" if _SUM_DOSE.search(clause) else "dose"
        is_given = all(link and link.resource_type == "MedicationAdministration" for _, link in frame.thing.links)
        if (domain == "intake" or is_given) and _TOTAL_GIVEN.match(clause):
            frame.operator = "sum"
        elif _TOTAL_ALONE.match(clause):
            frame.operator = "count"
        if frame.operator == "count" and _FREQUENCY_OF.search(clause):
            frame.operator = "frequency"
        is_over = tells_an_end(clause) or _DRUG_OVER.search(clause)
        if frame.operator == "when" and is_over and not intents.starts(clause):
            frame.operator = "end"
    elif frame.operator in ("mean", "sum") or (frame.operator == "count" and _TOTAL.match(clause)):
        raise NotUnderstood("of which drug a sum or a mean is asked; doses of several drugs are not added up")


_STRENGTH = Pattern(r"\d ?(?:mg|mcg|ug|g|unt|units?|meq|%)(?![a-z])", re.IGNORECASE)


def _tells_strength(frame: Frame) -> bool:
    """Whether every product of the drug has its strength in its name: a dose may be a number of tablets."""
    labels = [entry.label for _, link in frame.thing.links if link is not None for entry in link.entries]
    return bool(labels) and all(_STRENGTH.search(label) for label in labels)


_RUNNING = Pattern(r"\b(?:running|infus\w+|going in)\b")
"""Of an infusion: that it went on then, whenever it began."""


def _is_short(window: Window | None) -> bool:
    """Whether a time is a day or less of it, which an infusion of the day before may have gone on into."""
    if window is None or window.start is None or window.end is None:
        return False
    return window.end - window.start <= dt.timedelta(days=1)


_ADD_UP = Pattern(
    r"\b(?:add(?:ed|ing)? up|altogether)\b(?!.*\b(?:dos\w+|amounts?|m[gl]s?|units?|days?|hours?|time|lengths?)\b)"
)
"""Of entries, and of no amounts or lengths of theirs: how many there are."""


def _settle_extreme(frame: Frame) -> None:
    """Where nothing that has values is named, there is only a list."""
    is_measured = frame.thing.domain in ("observation", "output")
    is_given = frame.thing.domain in ("medication", "intake", "dispense")
    if frame.operator == "sum" and _ADD_UP.search(frame.clause) and not (is_measured or is_given):
        frame.operator = "count"
    if frame.operator in ("max", "min", "mean", "sum") and not is_measured and not frame.thing.links:
        frame.operator = "list"


def _settle_death(frame: Frame) -> None:
    """Whether, when and at what age somebody died. `Narrowed` where more is asked: none of it is looked up."""
    if frame.field != "deceased":
        return
    if identity.asks_of_death(frame.clause):
        raise Narrowed("what of the death is asked; the record tells whether and when")
    frame.negated = identity.asks_alive(frame.clause)
    if identity.asks_when_dead(frame.clause):
        frame.field = "deceasedDateTime"


_COUNTED = Pattern(r"\bhow many\b|\bnumber of\b|\bcount\b")


def settle_code(frame: Frame) -> None:
    """The system whose codes are asked for; of a stay or a visit, they are those of what was diagnosed at it."""
    if _COUNTED.search(frame.clause):
        raise NotUnderstood("how many codes there are; ask for the codes")
    frame.field = system_asked(frame.clause)
    if frame.thing.domain not in ("encounter", "icu") or frame.thing.links:
        return
    which = frame.which if frame.which.is_said else Which("all" if frame.window is not None else "last")
    frame.event = replace(frame, operator="when", which=which)
    frame.thing, frame.which, frame.window, frame.kinds = Thing("condition"), Which(), None, ()
    frame.relation = "same_encounter"


def settle_height(frame: Frame) -> None:
    """ "How high was it before the operation?" asks for the value there, and not for the highest of them all."""
    is_placed = frame.which.is_said or frame.relation
    if frame.operator in ("max", "min") and is_placed and _HOW_HIGH.match(frame.clause.strip()):
        frame.operator, frame.extremum = "value", ""


def settle_amount(frame: Frame) -> None:
    """How much was given in a time or a stay is all that was given in it; the results of one are their values."""
    at_a_time = frame.relation in ("same_encounter", "same_day", "during") if frame.event is not None else frame.window
    if frame.operator == "list" and frame.thing.domain == "observation" and (at_a_time or frame.which.is_said):
        frame.operator = "value" if intents.asks_results(frame.clause) else "list"
    stretch = frame.window is not None or frame.relation == "during"
    if frame.operator == "dose" and stretch and not frame.which.is_said and _GOT_IN_ALL.search(frame.clause):
        frame.operator = "sum"
    if frame.operator == "dose" and frame.thing.domain == "intake" and stretch and not frame.which.is_said:
        frame.operator = "sum" if re.search(r"\bhow much\b|\bamount\b", frame.clause) else "dose"


_THE_RESULT = Pattern(r"^(?:what|which) (?:was|is) (?:the|that|its) (?:result|value|reading|level|figure|finding)$")
"""Of one thing, which the clause does not name."""


def _settle_measured(frame: Frame) -> None:
    """What is asked of a measurement beyond its value: susceptibility, judgement, flags, smoking."""
    clause, domain = frame.clause, frame.thing.domain
    if domain in ("observation", "micro") and not frame.thing.links and _THE_RESULT.search(clause):
        raise NotUnderstood("what it is the result of; name the test")
    if domain in ("observation", "micro") and intents.asks_susceptibility(clause) and frame.thing.links:
        if len(frame.thing.links) > 1:
            raise NotUnderstood("which organism a susceptibility belongs to is not told apart")
        frame.operator = "value"
    if domain == "observation" and frame.threshold is None and not frame.direction:
        _settle_against_range(frame)
    if frame.thing.links and domain in ("observation", "micro") and frame.threshold is None:
        _settle_positive(frame)
    smoking = any(link is not None and link.label == "smoking status" for _, link in frame.thing.links)
    if smoking and _HOW_MUCH.search(clause):
        raise Narrowed("how much is smoked; ask for the smoking status")
    if smoking and frame.operator in ("exists", "list"):
        frame.operator = "value"
        frame.which = Which("last")


_GIVEN_FOR = Pattern(r"\b(?:medic\w+|drugs?|prescri\w+|treat\w+|therap\w+)\b[^,.;?]*\bfor\b")


def _settle_against_range(frame: Frame) -> None:
    """Rows that lie outside the record's own reference range, or whether one does."""
    exists = frame.operator == "exists"
    if exists and frame.thing.links and _EVALUATED.search(frame.clause):
        raise NotUnderstood("it asks for a judgement, and only recorded values, ranges and flags can be given")
    if frame.operator not in ("exists", "list", "count", "value", "when", "min", "max", "mean"):
        return
    frame.flagged = relation_to_range(frame.clause, yes_or_no=exists)
    if frame.flagged and _GIVEN_FOR.search(frame.clause):
        raise NotUnderstood("what was given for it; ask for the drugs by the name of the condition")
    one = frame.which.is_said or re.match(r"(?:is|are)\b", frame.clause)
    if frame.flagged and exists and one and frame.thing.links:
        frame.operator = "interpretation"


_HOW_MUCH = Pattern(
    r"\bhow (?:much|heavily)\b|\bpacks?\b"
    r"|\bhow many (?!times\b)(?:\w+ )?(?:qc\d+ )?(?:a|per|each|every|do|does|did)\b"
)


def _settle_positive(frame: Frame) -> None:
    """Whether a test was positive is for its recorded result to say: what was done is no finding."""
    said = re.search(r"\b(?:positive|negative)\b", frame.clause)
    if (
        frame.operator == "exists"
        and _GROWS.search(frame.clause)
        and any(_CULTURED.search(m.words) for m, _ in frame.thing.links)
    ):
        frame.operator = "organism"
        return
    if said is not None and said.group() == "positive" and frame.operator == "exists" and _finds_positive(frame):
        return
    if said is not None and frame.operator == "exists":
        frame.operator = "organism" if frame.thing.domain == "micro" else "value"
        frame.which = frame.which if frame.which.is_said else Which("last")
    elif said is not None:
        raise NotUnderstood(f'which tests were "{said.group()}"; ask for their results, or for what grew')
    found = re.search(r"\b(?:found|isolated|detected|grew|grown)\b", frame.clause)
    if (
        (found or (frame.operator == "exists" and not _TESTED.search(frame.clause)))
        and frame.operator != "organism"
        and any(_names_a_test(mention, link) for mention, link in frame.thing.links)
    ):
        raise NotUnderstood("whether a test or what it found is meant; ask for the result of the test")


_POSITIVE = Pattern(r"positive for\b", re.IGNORECASE)


def _finds_positive(frame: Frame) -> bool:
    """Whether the record has an entry that says "positive for ..." by its name, which is then looked for alone."""
    return _keep(frame, lambda entry: bool(_POSITIVE.match(entry.label)))


def _keep(frame: Frame, is_meant: Callable[[Entry], bool]) -> bool:
    """Ask of those entries alone that are meant, where one name is asked for and some of its entries are."""
    mention, link = frame.thing.links[0] if frame.thing.links else (None, None)
    if len(frame.thing.links) != 1 or mention is None or link is None:
        return False
    found = tuple(entry for entry in link.entries if is_meant(entry))
    if found:
        only = replace(link, entries=found)
        mention = replace(mention, linked=replace(mention.linked, links=(only,)))
        frame.thing = replace(frame.thing, links=((mention, only),))
    return bool(found)


_TEST = Pattern(r"\b(?:screen|culture|test|smear|stain|antigen|viral load|pcr|probe)s?\b", re.IGNORECASE)


_TESTED = Pattern(
    r"\b(?:test|screen|check|measur|swabb?|cultur|sampl|order|perform|collect|obtain|tak|took|sen[dt]|run|ran|done|drawn"
    r"|look)\w*"
)
"""That a test was done is asked, and not what it would find."""


def _names_a_test(mention: Mention, link: Link | None) -> bool:
    """Whether a word was linked to a test for what it names, and not to the thing itself ("MRSA" to "MRSA SCREEN")."""
    if link is None or _TEST.search(mention.words):
        return False
    return bool(link.entries) and all(_TEST.search(entry.label) for entry in link.entries)


_GROWS = Pattern(r"\b(?:gr[eo]w(?:s|n|ing|th)?)\b")
_CULTURED = Pattern(r"\bcultures?\b", re.IGNORECASE)
"""What grew in a culture is an organism; that it was done is none."""
