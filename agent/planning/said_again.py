"""The question before, asked again of another thing, time, stay or row: "same for LDL", "and in 2015?", "before that?".

What is asked stays, and is known as a query alone; so these are the one change that leaning makes to a query. All else
that leans is completed in words (`leaning`).
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.ranks import which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Concept, Question, RecordQuery

COURTESIES = r"ok(?:ay)?|thanks?(?: you)?|thx|right|alright|good|great|fine|well|so|also|now|then|next|sorry|please"
"""What leads into a question and asks nothing."""
_LEAD = Pattern(rf"^(?:(?:{COURTESIES})\b[,.;:!]? +)+(?=\w)")
_CORRECTED = Pattern(
    r"^(?:(?:no|nope|oops|wait|actually|sorry|rather|not that|just|only|i (?:mean|meant)|make (?:that|it)|it should be)"
    r"\b[,.;:!]? *)+(?=(?:(?:the|his|her|my) )?qc\d+$|(?:(?:the|his|her|my) )?qt\d+$)"
)
"""What puts another thing or time in the place of the one before."""
_TAIL = Pattern(r",? (?:please|too|instead|as well|also|then|for me|by the way|what was it|what is it)$")
_AND = r"(?:and |but |or |what about |how about |what of |what was |what were )*"
_BACK = Pattern(
    rf"^{_AND}(?:the )?(?:(?:one|time|reading|value|measurement|result|test|visit|dose|order|shot|last) )?"
    r"(?:(?:just|right|immediately) )?"
    r"(?:before that(?: one)?|before it|prior to that|before|(?:the )?previous(?: one)?)$"
)
_STAY = r"(?:stay|visit|admission|hospitali[sz]ation|encounter)"
_AT_BEFORE = Pattern(
    rf"^{_AND}(?:(?:at|in|on|during|of|from|for|on the day of) |(?=(?:the |his |her |my )?(?:[a-z]+ )?{_STAY}))"
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
    r"(?P<any>any|one|anything|some)(?: of (?:those|them))? )"
    r"(?P<time>qt\d+)$"
)
_EVER = Pattern(rf"^{_AND}(?:over|in|across|for|of) (?:all (?:the )?(?:years|time)|the whole (?:record|chart|time))$")
_RANKED = Pattern(
    rf"^{_AND}(?:(?P<one>which|what) (?:one )?(?:was|is) )?(?:the )?(?:very )?"
    r"(?P<word>first|last|latest|earliest|most recent|second|third|fourth|fifth)"
    r"(?: one| value| reading| time| ever)*(?: (?P<time>qt\d+))?$"
)
_NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}


def said_again(skeleton: Skeleton, context: PlanningContext) -> Question | None:
    """The question before of what a question names alone; None where it asks anything itself."""
    before = _last_query(context)
    if before is None:
        return None
    text = _CORRECTED.sub("and ", _bare(skeleton.text))
    if (match := _AT_BEFORE.match(text)) and (other := _at_other_stay(before, match["rank"])):
        return other
    if _BACK.match(text):
        of_stay = _at_other_stay(before, None) if before.types == ("Encounter",) else None
        return of_stay or _step(before, 1)
    if _NEXT.match(text):
        return _step(before, -1)
    if match := _SAME.match(text):
        return _swap(before, skeleton, match["thing"])
    if match := _WINDOW.match(text):
        whole = {"which": "all", "index": 1, "measure": "exists"} if match["any"] else {}
        return before.model_copy(update={"window": skeleton.window(match["time"]), **whole})
    if _EVER.match(text):
        return before.model_copy(update={"window": None})
    if match := _RANKED.match(text):
        window = skeleton.window(match["time"]) if match["time"] else before.window
        named = {"target": "name"} if match["one"] and before.types != ("Observation",) else {}
        return _ranked(before, match["word"]).model_copy(update={"window": window, **named})
    return None


def _bare(text: str) -> str:
    """A question without the courtesies around it."""
    text = _LEAD.sub("", text.strip(" ?.!,"))
    while (shorter := _TAIL.sub("", text).strip(" ?.!,")) != text:
        text = shorter
    return text


def _last_query(context: PlanningContext) -> RecordQuery | None:
    asked = [call.question for call in context.turns[-1].calls] if context.turns else []
    queries = (one for one in reversed(asked) if isinstance(one, RecordQuery) and one.types != ("Patient",))
    return next(queries, None)


def _step(before: RecordQuery, places: int) -> RecordQuery:
    if before.which == "first":
        places = -places
    if before.which == "all":
        return before.model_copy(update={"which": "last", "index": 2, "measure": "none"})
    return before.model_copy(update={"index": max(1, before.index + places), "measure": "none"})


def _at_other_stay(before: RecordQuery, rank: str | None) -> RecordQuery | None:
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
    return before.model_copy(update={"anchor": anchor.model_copy(update={"event": event})})


def _swap(before: RecordQuery, skeleton: Skeleton, token: str) -> RecordQuery:
    mention = skeleton.mention(token)
    links = mention.linked.of(*before.types) or mention.linked.links
    if links:
        types = before.types if links[0].resource_type in before.types else (links[0].resource_type,)
        return before.model_copy(update={"types": types, "concept": links[0].concept(mention.words), "category": ()})
    kinds = [domains.KIND_DOMAINS.get(row.kind, "") for row in mention.linked.known]
    types = next((domains.BY_NAME[kind].types for kind in kinds if kind), before.types)
    return before.model_copy(update={"types": types, "concept": Concept(words=mention.words), "category": ()})


def _ranked(before: RecordQuery, word: str) -> RecordQuery:
    which, index = ("first", _NTH[word]) if word in _NTH else (which_of(word).which, 1)
    changed = {"which": which, "index": index, "by": "time"}
    if before.measure != "duration":
        kept = before.target if before.measure in ("none", "distinct") else ""
        target = kept or ("value" if before.types == ("Observation",) else "time")
        changed |= {"measure": "none", "target": target}
    return before.model_copy(update=changed)
