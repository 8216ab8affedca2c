"""Questions that lean on the one before: "and before that?", "same for LDL", "and in 2015?", "who prescribed it?"."""

from __future__ import annotations

from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.ranks import which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Question, RecordQuery

_LEAD = Pattern(
    r"^(?:(?:ok(?:ay)?|thanks?(?: you)?|thx|right|alright|good|great|fine|well|so|also|now|then|next|sorry|please)\b"
    r"[,.;:!]? +)+(?=\w)"
)
_CORRECTED = Pattern(
    r"^(?:(?:no|nope|oops|wait|actually|sorry|rather|not that|just|only|i (?:mean|meant)|make (?:that|it)|it should be)"
    r"\b[,.;:!]? *)+(?=(?:(?:the|his|her|my) )?qc\d+$|(?:(?:the|his|her|my) )?qt\d+$)"
)
"""What puts another thing or time in the place of the one before."""
_TAIL = Pattern(r",? (?:please|too|instead|as well|also|then|for me|by the way|what was it|what is it)$")
_AND = r"(?:and |but |or |what about |how about |what of |what was |what were )*"
_BACK = Pattern(
    rf"^{_AND}(?:the )?(?:(?:one|time|reading|value|measurement|visit|dose|shot|last) )?"
    r"(?:(?:just|right|immediately) )?"
    r"(?:before that(?: one)?|before it|prior to that|before|(?:the )?previous(?: one)?)$"
)
_STAY = r"(?:stay|visit|admission|hospitali[sz]ation|encounter)"
_AT_BEFORE = Pattern(
    rf"^{_AND}(?:at|in|on|during|of|from|for|on the day of) "
    rf"(?:the |his |her |my )?(?:(?:one|{_STAY}) before(?: that)?(?: one)?"
    rf"|previous (?:one|{_STAY})|(?P<rank>first|second|third|fourth|fifth|last|latest) (?:one|{_STAY}))$"
)
_NEXT = Pattern(rf"^{_AND}(?:the )?(?:(?:one|reading|value) )?(?:after that(?: one)?|after it|next one|next|then)$")
_SAME = Pattern(
    r"^(?:(?:and|but|or|what about|how about|what of|now|(?:the )?same(?: question| thing)?|ask the same|that) )+"
    r"(?:(?:for|with|of|about) )?(?:the |his |her |my )?(?P<thing>qc\d+)"
    r"(?: (?:one|level|value|shot|vaccine|vaccination))?$"
)
_WINDOW = Pattern(
    rf"^(?:{_AND}(?:same )?(?:back )?"
    r"|(?:and |but )?(?:(?:were|are|was|is) there |did (?:he|she|they|i) have )?"
    r"(?:any|one|anything|some)(?: of (?:those|them))? )"
    r"(?P<time>qt\d+)$"
)
_EVER = Pattern(rf"^{_AND}(?:over|in|across|for|of) (?:all (?:the )?(?:years|time)|the whole (?:record|chart|time))$")
_STILL = Pattern(
    r"^(?:and )?(?:is|are|does|do) (?:he|she|they|i|the patient|it|that) (?:still |currently |now )?"
    r"(?:on (?:it|that|this)|tak(?:e|ing) (?:it|that|this)|active|have (?:it|that)|going on)"
    r"(?: still| now| currently)?$"
)
_COUNTED = Pattern(
    r"^(?:and )?how many (?:of (?:those|them|these) )?"
    r"(?:has (?:he|she) had|have (?:i|they) had|did (?:he|she|they|i) (?:have|get)"
    r"|were (?:there|taken|given|done|recorded|made)|are there|in all|altogether|in total)"
    r"(?: in all| in total| altogether)?$"
)
_DONE = (
    r"(?:given|ordered|prescribed|administered|taken|done|made|measured|recorded|started|diagnosed|found|performed"
    r"|noted"
    r"|get|got|have|had|happen|happened|begin|start|prescribe|order|give|gave|wrote|saw|took|did)"
)
_ABOUT_IT = Pattern(
    r"^(?:and )?(?P<ask>when|who|why|where|how many|how often|how long|what (?:dose|date|route|unit)|which (?:doctor|"
    r"date)|(?:on )?(?:what|which) (?:day|date)|since when)"
    rf"(?: (?:was|were|is|are|has|have|had|did|does|do|of|for|exactly|been|he|she|they|i|to|on|the patient|{_DONE}))*"
    rf" (?:that|it|this|those|them)(?: (?:been|for|exactly|again|there|in all|in total|{_DONE}))*$"
    r"|^(?:and )?(?P<bare>when|who|why|where|since when|by whom)(?: (?:was that|exactly))?$"
)
_EXTREME = Pattern(
    rf"^{_AND}(?:(?:which|what) (?:one )?(?:was|is) )?(?:the )?(?:very )?"
    r"(?P<word>highest|lowest|largest|biggest|smallest|peak|average|mean|maximum|minimum|total|sum|first|"
    r"last|latest|earliest|most recent|second|third|fourth|fifth)"
    r"(?: one| value| reading| time| ever)*(?: (?P<time>qt\d+))?$"
)

_ITS = Pattern(
    rf"^{_AND}(?:its|the|what was its|what is its|on what|by what|what) "
    r"(?P<of>dose|route|frequency|strength|reason|status|date)(?: of (?:it|that))?$"
)
_STARTED = Pattern(r"\b(?:start(?:ed)?|beg[aiu]n)\b")
_HELD = frozenset({"Condition", "MedicationRequest", "MedicationStatement"})
"""What is active or is not."""
_MEASURES = {"highest": "max", "maximum": "max", "lowest": "min", "minimum": "min", "average": "mean", "mean": "mean",
    "largest": "max", "biggest": "max", "peak": "max", "smallest": "min", "total": "sum", "sum": "sum",
}  # fmt: skip
_NUMBERS = frozenset({"dose", "strength", "infusion_rate"})
"""Of a drug: what is highest or lowest of it."""
_NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_TARGETS = {
    "when": "time",
    "since when": "time",
    "who": "person",
    "by whom": "person",
    "why": "reason",
    "where": "location",
    "what dose": "dose",
    "what date": "time",
    "what day": "time",
    "which day": "time",
    "what route": "route",
    "which doctor": "person",
    "which date": "time",
}


def follow(skeleton: Skeleton, context: PlanningContext) -> tuple[Question, ...] | None:
    """The questions a leaning question means; None when it stands on its own or there is nothing to lean on."""
    before = _last_query(context)
    if before is None:
        return None
    text = _CORRECTED.sub("and ", _bare(skeleton.text))
    if (match := _AT_BEFORE.match(text)) and (other := _at_other_stay(before, match["rank"])):
        return other
    if _BACK.match(text):
        return (_step(before, 1),)
    if _NEXT.match(text):
        return (_step(before, -1),)
    if match := _SAME.match(text):
        return _swap(before, skeleton, match["thing"])
    if match := _WINDOW.match(text):
        return (before.model_copy(update={"window": skeleton.window(match["time"])}),)
    if _EVER.match(text):
        return (before.model_copy(update={"window": None}),)
    if _STILL.match(text) and before.types[0] in _HELD:
        return (_now(before),)
    if _COUNTED.match(text):
        return _about(before, "how many")
    if match := _EXTREME.match(text):
        found = _extreme(before, match["word"])
        window = skeleton.window(match["time"]) if match["time"] else found.window
        return (found.model_copy(update={"window": window}),)
    if (match := _ITS.match(text)) and before.which != "all" and before.types[0].startswith("Medication"):
        target = "time" if match["of"] == "date" else match["of"]
        return (before.model_copy(update={"measure": "none", "target": target}),)
    if _ABOUT_IT.match(text) and _STARTED.search(text) and before.types[0].startswith("Medication"):
        before = before.model_copy(update={"which": "first", "index": 1, "by": "time", "measure": "none"})
    if match := _ABOUT_IT.match(text):
        return _about(before, (match["ask"] or match["bare"]).removeprefix("on ").strip())
    return None


def _bare(text: str) -> str:
    """A question without the courtesies around it."""
    text = _LEAD.sub("", text.strip(" ?.!,"))
    while (shorter := _TAIL.sub("", text).strip(" ?.!,")) != text:
        text = shorter
    return text


def _now(before: RecordQuery) -> RecordQuery:
    """Whether what was asked about holds now."""
    window = before.window if before.concept is None else None
    held = {"status": ("active",), "measure": "exists", "target": "name", "which": "all", "index": 1, "window": window}
    return before.model_copy(update=held)


def _last_query(context: PlanningContext) -> RecordQuery | None:
    for turn in reversed(context.turns):
        for call in reversed(turn.calls):
            if isinstance(call.question, RecordQuery) and call.question.types != ("Patient",):
                return call.question
    return None


def _step(before: RecordQuery, places: int) -> RecordQuery:
    if before.which == "first":
        places = -places
    if before.which == "all":
        return before.model_copy(update={"which": "last", "index": 2, "measure": "none"})
    return before.model_copy(update={"index": max(1, before.index + places), "measure": "none"})


def _at_other_stay(before: RecordQuery, rank: str | None) -> tuple[Question, ...] | None:
    """The same of another stay than the one it was asked of: of that rank, or of the one before it."""
    anchor = before.anchor
    if anchor is None or anchor.event.types != ("Encounter",) or anchor.event.which == "all":
        return None
    event = anchor.event
    if rank is not None:
        which, index = ("first", _NTH[rank]) if rank in _NTH else (which_of(rank).which, 1)
        changed = {"which": which, "index": index, "by": "time"}
    else:
        index = event.index + (1 if event.which == "last" else -1)
        changed = {"index": index}
    if index < 1:
        return None
    event = event.model_copy(update=changed)
    return (before.model_copy(update={"anchor": anchor.model_copy(update={"event": event})}),)


def _swap(before: RecordQuery, skeleton: Skeleton, token: str) -> tuple[Question, ...]:
    mention = skeleton.mention(token)
    links = mention.linked.of(*before.types) or mention.linked.links
    if links:
        link = links[0]
        types = before.types if link.resource_type in before.types else (link.resource_type,)
        return (before.model_copy(update={"types": types, "concept": link.concept(mention.words), "category": ()}),)
    from chartwarden.tools.records.query import Concept

    kinds = [domains.KIND_DOMAINS.get(row.kind, "") for row in mention.linked.known]
    types = next((domains.BY_NAME[kind].types for kind in kinds if kind), before.types)
    return (before.model_copy(update={"types": types, "concept": Concept(words=mention.words), "category": ()}),)


def _extreme(before: RecordQuery, word: str) -> RecordQuery:
    if word in _MEASURES:
        target = before.target if before.target in _NUMBERS else "value"
        return before.model_copy(update={"measure": _MEASURES[word], "which": "all", "index": 1, "target": target})
    which, index = ("first", _NTH[word]) if word in _NTH else (which_of(word).which, 1)
    if before.measure == "duration":
        return before.model_copy(update={"which": which, "index": index, "by": "time"})
    kept = before.measure in ("none", "distinct")
    target = before.target if kept else "value" if before.types == ("Observation",) else "time"
    changed = {"measure": "none", "which": which, "index": index, "target": target, "by": "time"}
    return before.model_copy(update=changed)


def _about(before: RecordQuery, ask: str) -> tuple[Question, ...] | None:
    changed: dict[str, Any] = {"target": _TARGETS.get(ask, before.target)}
    if ask in ("how many", "how often"):
        changed = {"measure": "count", "which": "all", "index": 1}
    elif ask == "how long" and before.which == "all" and before.measure == "count":
        return None
    elif ask == "how long":
        changed = {"measure": "duration", "target": "duration"}
    elif before.measure in ("min", "max"):
        changed |= {"measure": "none", "by": "value", "which": "last" if before.measure == "max" else "first"}
    elif before.measure not in ("none", "distinct"):
        changed |= {"measure": "none"}
    return (before.model_copy(update=changed),)
