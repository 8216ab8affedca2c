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
_IN_ICU = Pattern(r"\b(?:the |an? )?(?:icus?|intensive care(?: units?)?|critical care(?: units?)?)\b")
_ICU = r"(?:the |an? )?(?:icus?|intensive care(?: unit)?|critical care(?: unit)?)"

_ENDING = Pattern(
    r"(?:that|which|where|were|was|has|have|had|did|do|does|is|are|with|a|an|the|to|by|in|as|at|into|on|of|for"
    r"|from|up|out|off"
    r"|after|any|all|ever|then|so|end(?:ed|ing|s)?|finish(?:ed|ing)?|clos(?:ed|ing)|conclud(?:ed|ing)|result(?:ed|ing)?"
    r"|dis?charged?|discharging|left|leav(?:e|es|ing)|went|go(?:es|ing|ne)?|sent|coded|recorded|listed|being|been"
    r"|getting|got"
    r"|be|get|walk(?:ed|ing)?|dispositions?|sign(?:ed|ing)?|himself|herself|myself|themselves|transfer(?:red)?"
    r"|released?|moved"
    r"|hospital|inpatient|admissions?|stays?|hospitali[sz]ations?|visits?|encounters?|discharges?|his|her|my"
    r"|their|our|this"
    r"|he|she|i|they|patient|patient's|man|woman|gentleman|lady|person|him|me|them|how|many|often|times|number"
    r"|count|total"
    r"|which|what|when|list|once|chart|record|according|facility|home)"
)
_ENDING_VERB = Pattern(
    r"\b(?:end|finish|clos|conclud|result|discharg|left|leav|went|go(?:es|ing|ne)?\b|sent|sign|walk|transfer"
    r"|releas|moved"
    r"|disposition|coded)"
)
_LONGEST = 9
"""Words that a disposition is said in, at most."""
_ENDED_THEN = Pattern(r"\b(?:end|finish|clos)(?:ed|ing)(?: (?:on|in))?$")
_OF_A_STAY = Pattern(r"\b(?:discharg|dispos|admissions?|stays?|hospitali|visits?|encounters?)")
_HEADS: tuple[tuple[Operator, Pattern], ...] = (
    ("count", Pattern(r"(?:in )?(?:how (?:many|often)|(?:the )?(?:total )?(?:number|count) of|total|count)\b")),
    ("when", Pattern(r"(?:(?:in|during|at|on|with) )?(?:which|when|list|what)\b")),
    ("exists", Pattern(r"(?:did|has|have|had|was|were|is|are|does|do|any|ever)\b")),
)
_STAYS_FIRST = Pattern(
    rf"(?:(?:in|during|on|at) )?(?:{_COUNT}|which|what|did|do|does|list|any|were|was)(?: (?:of|any|all|some"
    rf"|the))*(?: {WHOSE})? "
    rf"(?:(?:any|all|of|total) )*(?P<s>{_STAYS})\b(?P<rest>.*?)(?P<t> (?:in |during |since )?qt\d+)?"
)
"""Stays are asked for, and what of them."""
_WITH_ICU = Pattern(
    r"(?:that|which|where|when|had|have|has|having|included?|including|involve[ds]?|involving|saw|contain(?:ed)?"
    r"|with|featured?"
    r"|took|in|required?|needed?|spent|went|was|were|got|meant|any|some|at|least|one|time|an?|days?|care|spell"
    r"|stays?|part|parts"
    r"|admission|admitted|transfer(?:red)?|period|also|to|on|of|the|visits?|component|did|he|she|i|they|patient"
    r"|there|be|go|end"
    r"|ended|up|put|sent|taken|moved|kept|into|without|no|not|never|n't|didn't|wasn't|spend|need|require|include"
    r"|involve)"
)
_NONE = Pattern(r"\b(?:without|no|not|never|didn't|wasn't|did not)\b")
_HELD_IT = Pattern(
    rf"(?P<count>{_COUNT})(?: of)?(?: {WHOSE})? (?P<s>{_STAYS}) (?:(?:had|included?|involved|contained|featured"
    rf"|with|saw) "
    r"(?:(?:any|an?|the|at least one) )*(?P<x>qc\d+)|(?:where|in which|during which|at which) (?:(?:an?|the|any) )*"
    rf"(?:(?P<y>qc\d+) (?:was|were) (?:done|performed|given|carried out|prescribed|ordered|administered)"
    rf"|{_SOMEBODY} (?:had"
    r"|got|received|underwent|was given) (?:(?:an?|the|any) )*(?P<z>qc\d+)))(?P<t> (?:in |during |since )?qt\d+)?"
)
_LEFT_UNIT = Pattern(
    rf"(?:when|(?:on |at )?(?:what|which) (?:date|time|day)) (?:was|were|did) {_SOMEBODY} (?:(?P<r>last|first|finally"
    rf"|most recently) )?"
    r"(?:leave|left|(?:get|come|go|step|stepped) (?:down )?(?:out of|off|from|off of)|discharged (?:from|out of)"
    r"|transferred (?:from|out of)|moved (?:from|out of)"
    rf"|released from|out of) (?:the )?(?P<u>(?:[a-z]+ )?{_ICU[len('(?:the |an? )?') :]}"
    rf"|[a-z]{{1,4}}cu|[a-z/]+(?: [a-z/]+)? (?:ward|unit))"
    r"(?: (?:for )?(?:the )?(?:very )?(?P<r2>last|first|final)(?: time)?)?"
)
_BEGINS = Pattern(
    r"\b(?:begin(?:ning|s)?|start(?:ing|s)?) (?:with|in|by|on) (?:(?:an?|the) )?(?:letter )?['\"]?(?P<p>[a-z]\d*"
    r"|\d+)['\"]?(?![\w-])"
)
_LETTERED = Pattern(r"\b(?:an? (?P<one>[a-z]) ?-? ?code|(?P<p>[a-z]) ?-? ?codes)\b")
_CODES = Pattern(
    r"\b(?P<sys>icd ?-?(?:9|10)(?:-?cm)?|any)? ?(?:(?:diagnos[ei]s|external[ -]cause(?: of injury)?) )?codes?\b"
)
_COUNTED = Pattern(r"\b(?:how many|number|count|total)\b")
_OF_CODES = Pattern(
    r"(?:how|many|number|count|of|the|total|which|what|list|show|name|give|me|all|that|those|these|ones|external|causes?|injury|do|does|did|are|is|were"
    r"|was|there|have|has"
    r"|had|recorded|record|on|file|chart|coded|listed|in|at|for|his|her|my|their|this|he|she|i|they|patient"
    r"|patient's|him|them"
    r"|distinct|different|separate|with|entered|ones?|any|diagnos[ei]s)"
)
_STORY = Pattern(
    r"^(?=[^.?!:]*\b(?:patient|man|woman|lady|gentleman|boy|girl|year[- ]old|admissions|stays|hospitali[sz]ations)\b)"
    r"(?![^.?!:]*\bqt\d)(?!(?:how|which|what|when|did|was|were|has|have|list|show|number|count)\b)[^.?!:]*[.:!] "
)
"""Who is asked about, told before the question."""
_SAME_CODE = Pattern(r" ?\((?:[^()]* )?(?:same|identical|matching|by|exact)\b[^()]*\)")
_TITLES_WANTED = Pattern(
    r"[.;?!,]+ (?:please )?(?:give|list|show|name|just|return)(?: me)?(?: (?:the|their|all))*"
    r"(?: (?:diagnos[ei]s|icd|condition))? ?(?:titles|names|labels|descriptions|only)(?: only)?(?: please)?[ .?!]*$"
)
"""How what is asked for is to be told, which says nothing of what it is."""


def over_stays(said: str, skeleton: Skeleton) -> list[Frame] | None:
    """The frames of such a question; None for any other.

    `said`: the sentence as it was typed, with names in the words of the question where nothing is known by them.
    """
    said = with_unknown_names(re.sub(r"\s+", " ", said.strip(" ?.!,")), skeleton)
    said = re.sub(r"\bqk\d+\b", lambda m: _at_least_one(m, skeleton), said)
    glossed = re.sub(r"(?<=qc\d) ?\( ?qc\d+ ?\)|(?<=qc\d\d) ?\( ?qc\d+ ?\)", "", said)
    plain = _TITLES_WANTED.sub("", _SAME_CODE.sub(" ", said)).replace("  ", " ")
    for text in dict.fromkeys((said, glossed, _STORY.sub("", said), plain)):
        for read in (_held, _left, _coded_so, _first_at, _ended_so, stays_compared):
            frame = read(text.strip(" ?.!,"), skeleton)
            if frame is not None:
                return [frame]
    return None


def _at_least_one(match: re.Match[str], skeleton: Skeleton) -> str:
    """A number of things that is said for any at all."""
    quantity = skeleton.quantities[int(match.group()[2:])]
    return "any" if (quantity.relation, quantity.number) == ("ge", 1) else match.group()


def _stays(match: re.Match[str], skeleton: Skeleton) -> Frame | None:
    """All hospital stays, or those of the time that is told."""
    time = re.search(r"qt\d+", match.groupdict().get("t") or "")
    window = skeleton.window(time.group()) if time else None
    if time and window is None:
        return None
    frame = Frame(_operator(match.string), Thing("encounter"), window=window, clause="stays")
    frame.kinds = ("hospital",)
    return frame


def _operator(said: str) -> Operator:
    """How many, which of them, or whether there is one."""
    return next((operator for operator, head in _HEADS if head.match(said)), "count")


def _says_only(text: str, words: Pattern) -> bool:
    """Whether a text has no other words than these."""
    return all(words.fullmatch(word) for word in re.findall(r"[a-z0-9']+", text))


def _held(said: str, skeleton: Skeleton) -> Frame | None:
    """Stays that held time in intensive care, or something that was done or given."""
    match = _STAYS_FIRST.fullmatch(said)
    if match is not None and _says_only(_IN_ICU.sub(" ", match["rest"], count=1), _WITH_ICU):
        stays = _stays(match, skeleton) if _IN_ICU.search(match["rest"]) else None
        event = Frame("when", Thing("icu"), kinds=("icu",), clause="icu stay")
        relation = "holds_none" if _NONE.search(match["rest"]) else "holds"
        return stays and replace(stays, operator=_operator(said), event=event, relation=relation)
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
    match = _LEFT_UNIT.fullmatch(with_unknown_names(said, skeleton, every=True))
    if match is None:
        return None
    unit = re.sub(r"(?:ward|unit)$", "", match["u"]).strip() if "care" not in match["u"] else match["u"]
    which = Which("first" if "first" in (match["r"], match["r2"]) else "last")
    frame = Frame("end", Thing("encounter"), which, clause="the stay")
    if re.fullmatch(r"icus?|(?:intensive|critical) care(?: unit)?", unit):
        frame.thing, frame.kinds = Thing("icu"), ("icu",)
    else:
        frame.place = unit
    return frame


def _coded_so(said: str, skeleton: Skeleton) -> Frame | None:
    """Diagnoses by how their codes begin."""
    said = _LETTERED.sub(lambda m: f"codes beginning with {m['one'] or m['p']}", said)
    match, codes = _BEGINS.search(said), _CODES.search(said)
    if match is None or codes is None:
        return None
    rest = _CODES.sub(" ", f"{said[: match.start()]} {said[match.end() :]}", count=1)
    if not _says_only(rest, _OF_CODES):
        return None
    counted = _COUNTED.search(said)
    frame = Frame("count" if counted else "code", Thing("condition"), clause="codes", distinct=True)
    system = re.sub(r"[^a-z0-9]", "", codes["sys"] or "")
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
    if not _ENDING_VERB.search(told["rest"]):
        return None
    ends = range(1, len(words) + 1)
    spans = [(start, end) for end in ends for start in range(max(1, end - _LONGEST), end)]
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        recorded = disposition_said(" ".join(words[start:end]))
        rest = " ".join((*words[:start], *words[end:]))
        asks = any(head.match(rest) for _, head in _HEADS)
        if not (recorded and asks and _ENDING_VERB.search(rest) and _says_only(rest, _ENDING)):
            continue
        time = re.search(r"qt\d+", told["t"] or "")
        window = skeleton.window(time.group()) if time else None
        if time and window is None:
            return None
        if recorded.startswith("=home") and not _OF_A_STAY.search(rest):
            return None  # who goes home has been somewhere, and no stay need be meant
        asks_end = rest.startswith(("when", "on what date", "what date"))
        operator: Operator = "end" if asks_end else _operator(rest)
        stays = Frame(operator, Thing("encounter"), window=window, clause="stays")
        stays.kinds, stays.disposition = ("hospital",), recorded
        stays.ended = time is not None and bool(_ENDED_THEN.search(told["rest"]))
        return stays
    return None
