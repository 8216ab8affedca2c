"""What is asked over several stays: what they share, what is new at one of them, which held or ended with something.

Each is read from the whole of a question or not at all: what is left of it when the stays, the kind of thing and the
words of these relations are taken out must be words that say nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.dispositions import disposition_said
from chartwarden.agent.planning.reading.frames import Frame, Thing
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton, with_unknown_names
from chartwarden.agent.planning.reading.stays_compared import stays_compared
from chartwarden.agent.planning.reading.stays_named import STAY, WHOSE

_SOMEBODY = r"(?:he|she|i|they|we|(?:the |this )?(?:patient|man|woman|gentleman|lady|person|chap)|him|her|me|them)"
_STAYS = rf"{STAY}s?"
_COUNT = r"(?:in )?(?:how many|(?:the )?(?:total )?(?:number|count) of|total)"
_ICU = r"(?:the |an? )?(?:icus?|intensive care(?: unit)?|critical care(?: unit)?)"

_ENDING = (
    rf"(?:that|which|where|were|was|has|have|had|did|with|end(?:ed|ing|s)?|finish(?:ed|ing)?|clos(?:ed|ing)"
    rf"|conclud(?:ed"
    r"|ing)|result(?:ed|ing)?|discharged?|left|leav(?:e|es|ing)|went|go(?:es|ing)?|sent|coded|recorded|up|by|in"
    r"|as|at|to"
    r"|into|on|an?|the|being|getting|walk(?:ed|ing) out|disposition|dispositions|of|sign(?:ed|ing) (?:him|her"
    r"|my)self out"
    rf"|sign(?:ed|ing) out|out|off|transfer(?:red)?|released?|ever|{WHOSE}|{_SOMEBODY})"
)
_ENDED_HEAD = Pattern(
    rf"(?:(?P<count>{_COUNT})|(?P<list>which|when|list|what)|(?P<any>(?:did|has|have|had|was|were|is)))"
    rf"(?: (?:of|any|all))?(?: {WHOSE})?(?: any| all)?(?: {_STAYS})?(?: {_ENDING})*"
)
_ENDING_VERB = Pattern(
    r"\b(?:end|finish|clos|conclud|result|discharg|left|leav|went|go(?:es|ing)?\b|sent|sign|walk|transfer|releas"
    r"|disposition|coded)"
)
_HELD_ICU = Pattern(
    rf"(?P<count>{_COUNT})(?: of)?(?: {WHOSE})? (?P<s>{_STAYS}) (?:that |which |where {_SOMEBODY} )?(?:had|have"
    rf"|has|included?"
    r"|including|involved|involving|saw|contained?|with|featured|took in|required|needed|spent|went|was|got|meant) "
    r"(?:(?:any|some|at least one|time|an?|days|care|spell|stay|stays|part|admission|transfer|period|also|to|in"
    r"|on|of|the)"
    rf" )*{_ICU}(?: (?:stays?|admissions?|visits?|time|care|component|transfer))?(?P<t> (?:in |during |since )?qt\d+)?"
    rf"|(?P<any>did|do|does) (?:any|some) of(?: {WHOSE})? (?P<s2>{_STAYS}) (?:include|involve|have|contain|need"
    rf"|require) "
    rf"(?:(?:any|some|time|an?|stay|in|on|the|to|spell|care) )*{_ICU}(?: (?:stays?|time|care))?"
    rf"|(?P<list>which) (?:of )?(?:{WHOSE} )?(?P<s3>{_STAYS}) (?:had|included?|involved|contained|needed|required) "
    rf"(?:(?:any|some|time|an?|stay|in|on|the|to|spell|care) )*{_ICU}(?: (?:stays?|time|care))?"
)
_HELD_IT = Pattern(
    rf"(?P<count>{_COUNT})(?: of)?(?: {WHOSE})? (?P<s>{_STAYS}) (?:(?:had|included?|involved|contained|featured"
    rf"|with|saw) "
    r"(?:(?:any|an?|the|at least one) )*(?P<x>qc\d+)|(?:where|in which|during which|at which) (?:(?:an?|the|any) )*"
    rf"(?:(?P<y>qc\d+) (?:was|were) (?:done|performed|given|carried out|prescribed|ordered|administered)"
    rf"|{_SOMEBODY} (?:had"
    r"|got|received|underwent|was given) (?:(?:an?|the|any) )*(?P<z>qc\d+)))(?P<t> (?:in |during |since )?qt\d+)?"
)
_LEFT_UNIT = Pattern(
    rf"(?:when|(?:on |at )?what (?:date|time|day)) (?:was|were|did) {_SOMEBODY} (?:(?P<r>last|first|finally"
    rf"|most recently) )?"
    r"(?:leave|left|get out of|come out of|discharged (?:from|out of)|transferred (?:from|out of)|moved (?:from|out of)"
    rf"|released from|out of) (?:the )?(?P<u>(?:[a-z]+ )?{_ICU[len('(?:the |an? )?') :]}"
    rf"|[a-z/]+(?: [a-z/]+)? (?:ward|unit))"
    r"(?: (?:for the )?(?:very )?(?P<r2>last|first|final)(?: time)?)?"
)
_CODE_WORDS = Pattern(r"\b(?:any|icd ?-?(?:9|10)(?:-?cm)? ?)?codes?\b")
_BEGINS = Pattern(
    r"(?:(?P<count>how many|(?:the )?(?:number|count) of)|(?P<list>which|what|list|show|name|give me))(?: of)?(?: all)?"
    rf"(?: {WHOSE})? (?:distinct |different |recorded )?(?:(?P<sys>icd ?-?(?:9|10)|any) ?)?(?:diagnos[ei]s )?codes? "
    r"(?:(?:that|which) )?(?:begin(?:ning|s)?|start(?:ing|s)?) (?:with|in|by|on) (?:(?:an?|the) )?(?:letter )?"
    rf"'?\"?(?P<p>[a-z]\d*|\d+)\"?'?(?: (?:are|is|were|was))?(?: (?:there|recorded|on record|on file|coded|listed|in|on"
    rf"|{WHOSE}|record|chart|have|does|do|did|{_SOMEBODY}))*"
)


_STORY = Pattern(
    r"^(?=[^.?!:]*\b(?:patient|man|woman|lady|gentleman|boy|girl|year[- ]old|admissions|stays|hospitali[sz]ations)\b)"
    r"(?![^.?!:]*\bqt\d)(?!(?:how|which|what|when|did|was|were|has|have|list|show|number|count)\b)[^.?!:]*[.:!] "
)
"""Who is asked about, told before the question."""


def over_stays(said: str, skeleton: Skeleton) -> list[Frame] | None:
    """The frames of such a question; None for any other.

    `said`: the sentence as it was typed, with names in the words of the question where nothing is known by them.
    """
    said = with_unknown_names(re.sub(r"\s+", " ", said.strip(" ?.!,")), skeleton)
    glossed = re.sub(r"(?<=qc\d) ?\( ?qc\d+ ?\)|(?<=qc\d\d) ?\( ?qc\d+ ?\)", "", said)
    for text in dict.fromkeys((said, glossed, _STORY.sub("", said))):
        for read in (_held, _left, _coded_so, _first_at, _ended_so, stays_compared):
            frame = read(text.strip(" ?.!,"), skeleton)
            if frame is not None:
                return [frame]
    return None


def _stays(match: re.Match[str], skeleton: Skeleton) -> Frame | None:
    """All hospital stays, or those of the time that is told."""
    time = re.search(r"qt\d+", match.groupdict().get("t") or "")
    window = skeleton.window(time.group()) if time else None
    if time and window is None:
        return None
    frame = Frame(_asked(match), Thing("encounter"), window=window, clause="stays")
    frame.kinds = ("hospital",)
    return frame


def _asked(match: re.Match[str]) -> Operator:
    groups = match.groupdict()
    return "count" if groups.get("count") else "when" if groups.get("list") else "exists"


def _held(said: str, skeleton: Skeleton) -> Frame | None:
    """Stays that held time in intensive care, or something that was done or given."""
    match = _HELD_ICU.fullmatch(said)
    if match is not None:
        stays = _stays(match, skeleton)
        event = Frame("when", Thing("icu"), kinds=("icu",), clause="icu stay")
        return stays and replace(stays, event=event, relation="holds")
    match = _HELD_IT.fullmatch(said)
    name = match and (match["x"] or match["y"] or match["z"])
    if not match or not name:
        return None
    mention = skeleton.mention(name)
    link = next((one for one in mention.linked.links if one.resource_type in _DOMAINS), None)
    stays = _stays(match, skeleton)
    if link is None or stays is None:
        return None
    event = Frame("when", Thing(_DOMAINS[link.resource_type], ((mention, link),)), Which("first"), clause=name)
    return replace(stays, event=replace(event, which=Which()), relation="holds")


_DOMAINS = {
    "Procedure": "procedure", "MedicationRequest": "medication", "MedicationAdministration": "intake",
    "Condition": "condition",
}  # fmt: skip


def _left(said: str, skeleton: Skeleton) -> Frame | None:
    """When a care unit was left, for the first or the last time."""
    match = _LEFT_UNIT.fullmatch(said)
    if match is None:
        return None
    unit = re.sub(r"(?:ward|unit)$", "", match["u"]).strip() if "care" not in match["u"] else match["u"]
    rank = "first" if "first" in (match["r"], match["r2"]) else "last"
    frame = Frame("end", Thing("encounter"), Which(rank), clause="the stay")
    if re.fullmatch(r"icus?|(?:intensive|critical) care(?: unit)?", unit):
        frame.thing, frame.kinds = Thing("icu"), ("icu",)
    else:
        frame.place = unit
    return frame


def _coded_so(said: str, skeleton: Skeleton) -> Frame | None:
    """Diagnoses by how their codes begin."""
    match = _BEGINS.fullmatch(said)
    if match is None:
        return None
    frame = Frame("count" if match["count"] else "code", Thing("condition"), clause="codes", distinct=True)
    system = re.sub(r"[^a-z0-9]", "", match["sys"] or "")
    frame.code_prefix, frame.field = match["p"].upper(), system if system.startswith("icd") else ""
    return frame


_TURNS_UP = (
    r"(?:turn(?:s|ed)? up|show(?:s|ed)? up|appear(?:s|ed)?|c[oa]me(?:s)? up|crop(?:s|ped)? up|get coded|coded"
    r"|recorded|listed"
    r"|documented|noted|diagnosed|found|surface[ds]?|entered)"
)
_AT_WHICH = rf"(?:with|at|on|in|during) (?:which|what) {STAY}"
_FIRST_AT = Pattern(
    rf"(?P<x>qc\d+) ?[:,.-]+ {_AT_WHICH} (?:does|did|is|was|has) (?:it|this|that) (?P<r>first|last) {_TURNS_UP}"
    rf"(?:[?.:;,]+ (?:the )?(?:{STAY} )?(?:time|date)(?: and time)?(?: of (?:it"
    rf"|that {STAY}))?(?: only)?,?(?: please)?)?"
    rf"|{_AT_WHICH} (?:does|did|is|was|has) (?:the |his |her |my )?(?P<x2>qc\d+) (?P<r2>first|last) {_TURNS_UP}"
    rf"|(?:when was|what is the date of|date of) the {STAY} (?:where|at which|with which|when) (?:the |his |her |my )?"
    rf"(?P<x3>qc\d+) (?:was |is )?(?P<r3>first|last) {_TURNS_UP}"
)


def _first_at(said: str, skeleton: Skeleton) -> Frame | None:
    """The stay at which a diagnosis is first or last recorded."""
    match = _FIRST_AT.fullmatch(said)
    if match is None:
        return None
    mention = skeleton.mention(match["x"] or match["x2"] or match["x3"])
    links = mention.linked.of("Condition")
    if not links:
        return None
    rank = Which("first" if "first" in (match["r"], match["r2"], match["r3"]) else "last")
    event = Frame("when", Thing("condition", ((mention, links[0]),)), rank, clause="diagnosis", is_ranked=True)
    return Frame("when", Thing("encounter"), clause="the stay", event=event, relation="same_encounter")


def _ended_so(said: str, skeleton: Skeleton) -> Frame | None:
    """Stays by how or to where they ended."""
    said = with_unknown_names(said, skeleton, every=True)
    told = re.fullmatch(r"(?P<rest>.*?)(?P<t> (?:in |during |since )?qt\d+)?", said)
    assert told is not None, "any text is matched"
    words = told["rest"].split(" ")
    for start in range(2, len(words)):
        recorded = disposition_said(" ".join(words[start:]))
        head = " ".join(words[:start])
        match = _ENDED_HEAD.fullmatch(head) if recorded and _ENDING_VERB.search(head) else None
        if match is None:
            continue
        time = re.search(r"qt\d+", told["t"] or "")
        window = skeleton.window(time.group()) if time else None
        if time and window is None:
            return None
        stays = Frame(_asked(match), Thing("encounter"), window=window, clause="stays")
        stays.kinds, stays.disposition = ("hospital",), recorded
        return stays
    return None
