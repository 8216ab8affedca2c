"""What a question points to put in by its words: "how long was the last one?", "which drugs during it?", "that day".

The words come from the last question that was answered: what it was about, which row of it, and the day that it told.
The question so completed is read like any other, and what narrowed the question before goes on narrowing what is
pointed to. Where that is not read, nothing else is answered in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.antecedents import Antecedent, antecedent_of, asked_in_few_words, at_stay, rank_of, said
from chartwarden.agent.planning.planner import PlanningContext, Turn
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.said_again import COURTESIES, said_again
from chartwarden.agent.planning.times.timephrases import NeedsBirthDate, TimeReader
from chartwarden.agent.planning.understood import Reading, explained, not_understood, told_of
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Question, RecordQuery
from chartwarden.tools.records.record_vocabulary import vocabulary_of

_RANK = (
    r"(?:(?:very )?(?:first|last|latest|earliest|newest|oldest|final|most recent|second to last|second|third|fourth"
    r"|longest|shortest|highest|lowest|largest|biggest|smallest|(?:last|first|latest) (?:two|three|four|five|\d)))"
)
_ONES = r"(?:ones?|times?|of (?:them|those|these|it|that))"
_THING = r"(?:stay|visit|admission|hospitali[sz]ation|encounter|appointment)"
_DAY = r"(?:(?:on |at )?(?:that (?:very |same )*|(?:the|this) (?:very )?same )(?:day|date|time|moment)|back then|then)"
_END = r"(?=[ ?.!]*$)"
_DONE_OR_END = (
    r"(?=(?: (?:recorded|taken|given|done|ordered|prescribed|diagnosed|measured|started|made|for|like))?[ ?.!]*$)"
)
_BY_RANK = Pattern(
    rf"\b(?:the |his |her |my )?(?P<rank>{_RANK}) {_ONES}\b|\b(?:the |his |her |my )(?P<end>{_RANK}){_DONE_OR_END}",
    re.IGNORECASE,
)
_ONE_BEFORE = Pattern(
    rf"\b(?:the )?(?:one before(?: that| it)?|(?:one|{_THING}) before(?: that| it)?|previous (?:one|{_THING})){_END}",
    re.IGNORECASE,
)
_OF_THEM = Pattern(
    r"\b(?P<q>how many|any|which|some|all|none|each|every one|either)(?: ones?)? of (?:them|those|these)\b",
    re.IGNORECASE,
)
_BOUND = Pattern(r"\b(?P<rel>before|after|since|until|prior to|following) (?:that|then|it)\b", re.IGNORECASE)
_AFTERWARDS = Pattern(rf"\b(?P<rel>afterwards?|beforehand|thereafter){_END}", re.IGNORECASE)
_AT_STAY = Pattern(
    rf"\b(?P<prep>(?:at|on|during|in|for|from|of|within) )?(?:that|this|the same|this same) {_THING}\b", re.IGNORECASE
)
_IN_YEAR = Pattern(r"\b(?:in |during )?(?:that|the same) (?P<unit>year|month)\b", re.IGNORECASE)
_AT_DAY = Pattern(
    rf"(?<!since )(?<!by )(?<!until )\b{_DAY}{_END}"
    r"|\b(?:on )?(?:that (?:very |same )*|the (?:very )?same )(?:day|date)\b",
    re.IGNORECASE,
)
_THERE = Pattern(
    rf"(?<!is )(?<!are )(?<!was )(?<!were )(?<!been )"
    rf"(?:\b(?:in |over |at )?there|\bduring (?:it|that|this)|\bat (?:it|that)){_END}|(?<=he )there{_END}",
    re.IGNORECASE,
)
_IT = Pattern(
    r"(?<!is )\b(?:it|them|those|these)\b(?! (?:is|was) (?:recorded|noted|true|possible|known))"
    rf"|\b(?:that|this|they){_END}|(?<=was )(?:that|this)(?: one)?\b|(?<=is )(?:that|this)(?: one)?\b",
    re.IGNORECASE,
)
_BARE_NUMBER = Pattern(
    r"^(?P<lead>(?:and |but |so |ok,? )*)(?P<q>how many(?! (?:times|days|hours|weeks|months|years|minutes|nights)))"
    r"(?= (?:were|was|are|in|on|since|before|after|during|of|from|above|below|over|under|within|at|did|has|have)\b)",
    re.IGNORECASE,
)
_ONLY = Pattern(
    r"^(?:(?:and|but|ok|now|so|please|of (?:those|them|these)),? )*(?:only|just|and)? ?(?:of (?:those|them|these),? )?"
    r"(?:only |just )?(?:"
    r"(?:those|them|the ones|ones)(?: (?:that|which) (?:were|are|was|is))? (?P<after>(?:in|on|since|before|after|during"
    r"|from|until|at|by|above|below|over|under|with|within|given|for)\b.+?)"
    r"|(?:the )?(?P<adj>[a-z]+(?: [a-z]+)?) (?:ones?))(?:,? please)?[ ?.!]*$",
    re.IGNORECASE,
)
_ONLY_TIME = Pattern(r"^(?:and )?(?:only|just) (?P<time>(?:(?:in|on|since|from) )?qt\d+)(?: please)?$")
_ENTRY = r"(?:entry|entries|doses?|orders?|readings?|values?|results?|measurements?|shots?|administrations?|tests?)"
_BARE_ENTRY = Pattern(
    rf"\b(?P<q>how many(?: different)?|any|the {_RANK}|the) (?P<entry>{_ENTRY})\b"
    r"(?! (?:of|for) (?!(?:them|those|these|it|that)\b))(?: of (?:them|those|these|it|that))?",
    re.IGNORECASE,
)
_LEFT_FOR = Pattern(
    rf"^where (?:did|was|were) {WHO} (?:go|end up|sent|discharged|sent on|moved)(?: to)? "
    rf"(?:next|then|afterwards?|from there"
    rf"|after(?:wards)? (?:that|it|(?:the )?(?P<rank>{_RANK}) (?:one|stay)))[ ?.!]*$",
    re.IGNORECASE,
)
_NO_ADJECTIVE = Pattern(
    rf"^(?:{_RANK}|(?:the )?(?:previous|next|other|same|right|wrong|one|which|what|another))$", re.IGNORECASE
)
_CLAUSE_BEFORE = Pattern(r"[.;:!?,](?: |$)|(?<=\w )(?:and|but|so|when|who|while|because|as)\b")
_LEAD = Pattern(
    rf"^(?:(?:and|but|or|{COURTESIES})\b[,.;:]* )+",
    re.IGNORECASE,
)
_DONE_TO_IT = Pattern(
    r"^(?!(?:was|were|is|are|has|have|had|did|does|do|when|who|why|where|what|which|how|before|after|during|since|until"
    r"|on|at|in|for|of|from|with|by|about|show|list|give|tell|name|quote|count|total|any|all|some|only|just|or)\b)"
    r"[a-z-]+ (?:it|that|this|them|those|these)\b",
    re.IGNORECASE,
)
"""Something to be done: "refill it"."""
_THAT_ONE = Pattern(r"\b(?:that|this) one\b", re.IGNORECASE)
_OF_ALL = Pattern(
    r"\b(?:ever|always|never|how many|how often|first|last|highest|lowest|again|resistant"
    r"|susceptible|sensitive|before|after)\b",
    re.IGNORECASE,
)
"""What is asked of all rows of a measurement, and not of the one that was told."""
_AGE = Pattern(r"(?:how old|(?:at )?what age)\b", re.IGNORECASE)
Read = Callable[[PlanningContext], Reading]


def lean(skeleton: Skeleton, whom: tuple[str, ...], context: PlanningContext, read: Read) -> Reading | None:
    """The reading of a question that leans on what was asked before; None where it does not."""
    if not context.turns:
        return None
    again = said_again(skeleton, context)
    if again is not None and skeleton.besides:
        return not_understood(NotUnderstood("what is left of what was asked before; ask for it in full"))
    if again is not None:
        return Reading((again,), (*whom, *explained(skeleton, (again,))))
    return _pointed(skeleton, context, read)


def _pointed(skeleton: Skeleton, context: PlanningContext, read: Read) -> Reading | None:
    """The reading of a question with what it points to put in; None where it points to nothing told before."""
    before = antecedent_of(context.turns)
    texts = completed(skeleton, before)
    if texts is None:
        return None
    for text in texts:
        again = read(replace(context, question=text, turns=()))
        if again.needs_more:
            return again
        if again.problem or again.unknown or again.choices or not again.questions or before is None:
            continue
        questions = tuple(_kept(one, before.query) for one in again.questions)
        told_again = questions == (before.query,) and not any(_asked_short(skeleton, before))
        if told_again or before.is_left_open(_said_alone(skeleton), questions):
            continue  # what was answered before is not told again for something else, nor one of several for all
        told = dict(zip(map(told_of, again.questions), map(told_of, questions), strict=True))
        lines = tuple(told.get(line, line) for line in again.explanation)
        return replace(again, questions=questions, explanation=lines, read_as=text)
    return not_understood(Narrowed("what is meant of what was asked before; ask for it in full"))


def completed(skeleton: Skeleton, before: Antecedent | None) -> tuple[str, ...] | None:
    """A question with all that it points to put in, the likeliest first; None where it points to nothing."""
    asked = _said_alone(skeleton)
    texts = (*_narrowed(skeleton, asked, before), *_asked_short(skeleton, before)) if before is not None else ()
    if texts:
        return tuple(dict.fromkeys(texts))
    if not _points(skeleton, asked):
        return None
    if before is None or _DONE_TO_IT.match(asked):
        return ()
    return tuple(dict.fromkeys(_put_in(skeleton, asked, before)))


def in_full(question: str, turns: tuple[Turn, ...], reader: TimeReader) -> tuple[str, ...]:
    """The questions that one may mean behind these turns, in full; none where it points to nothing told in them."""
    before = antecedent_of(turns)
    if before is None:
        return ()
    try:
        skeleton = take_apart(question, vocabulary_of(Manifest(counts={}, entries=())), reader)
    except NeedsBirthDate:
        return ()
    return completed(skeleton, before) or ()


def _said_alone(skeleton: Skeleton) -> str:
    """A question without what leads into it."""
    return _LEAD.sub("", skeleton.question.strip())


def _asked_short(skeleton: Skeleton, before: Antecedent) -> Iterator[str]:
    """What is asked of what was told before, or of the stay that it was at, in words that name nothing, in full."""
    asked = _said_alone(skeleton)
    if any(mention.is_known for mention in skeleton.mentions):
        return
    for one in (before, at_stay(before)):
        if one is None or (not one.row and _THAT_ONE.search(asked)):
            continue
        texts = tuple(asked_in_few_words(asked, one))
        yield from texts
        if texts:
            return


def _points(skeleton: Skeleton, asked: str) -> bool:
    """Whether a question points to something that it does not tell itself."""
    return any(_found(pattern, skeleton, asked) for pattern, _ in _ROWS)


def _found(pattern: Pattern, skeleton: Skeleton, asked: str) -> re.Match[str] | None:
    """What points back in a question, unless what it points to is named in it."""
    match = pattern.search(asked)
    if match is None or _CLAUSE_BEFORE.search(asked[: match.start()]):
        return None
    names = [asked.lower().find(mention.words.lower()) for mention in skeleton.mentions if mention.is_known]
    if pattern in _OF_TIME:
        return None if skeleton.times or len(names) > 1 else match
    if pattern in _UNNAMED or (pattern is _BY_RANK and match.group().lower().endswith(("time", "times"))):
        return None if names else match
    return None if any(0 <= name < match.start() for name in names) else match


def _put_in(skeleton: Skeleton, asked: str, before: Antecedent) -> list[str]:
    """A question with each thing that it points to put in; nothing where that was not told."""
    texts = [asked]
    for pattern, put in _ROWS:
        match = _found(pattern, skeleton, texts[0])
        if match is None:
            continue
        if pattern in _OF_TIME and _AGE.match(asked) and not before.is_stay and before.query.types != ("Condition",):
            return []
        start, end = match.span()
        text = texts[0]
        texts = [_tidy(f"{text[:start]}{word}{text[end:]}") for word in put(match, before) if word]
        if not texts or put in _SETTLES:
            break
    return texts


def _narrowed(skeleton: Skeleton, asked: str, before: Antecedent) -> Iterator[str]:
    """The question before, of fewer of the rows that it was about."""
    operator = said()["operators"].get(before.query.measure, "")
    if match := _ONLY_TIME.match(skeleton.text):
        phrase = skeleton.times[int(match["time"].split("qt")[1])]
        yield f"{operator} {before.entries} {skeleton.question[phrase.start : phrase.end]}?"
    elif match := _ONLY.match(asked):
        if match["after"]:
            yield f"{operator} {before.entries} {match['after']}?"
        elif not _NO_ADJECTIVE.match(match["adj"]):
            yield f"{operator} {match['adj']} {before.entries}?"


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_SEVERAL = Pattern(r"(?:two|three|four|five|\d)$")


def _by_rank(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    rank = match["rank"] or match["end"]
    return (f"the {rank} {before.many if _SEVERAL.search(rank) else before.name}",)


def _one_before(_: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    query = before.query
    if query.which == "all":
        return (f"the second to last {before.name}",)
    stepped = query.model_copy(update={"index": query.index + 1}) if query.which == "last" else None
    rank = rank_of(stepped) if stepped is not None and query.by == "time" else ""
    return (f"the {rank} {before.name}",) if rank else ()


def _of_them(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    return (f"{match['q']} {before.many}",)


def _bound(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    said_so = match["rel"].lower()
    relation = next((one for one in ("before", "after") if one in said_so), said_so)
    if before.is_stay and before.row:
        return (f"{relation} {before.row}",)
    return (f"{relation} {before.when}",) if before.when else ()


def _at(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    before = at_stay(before) or before
    if before.is_stay and before.row:
        prep = (match.groupdict().get("prep") or "at ").strip()
        return tuple(dict.fromkeys(f"{one} {before.row}" for one in (prep, "during", "at")))
    if before.query.types == ("Condition",) and before.query.concept is not None and _AGE.match(match.string):
        return (f"when the {before.name} was diagnosed",)
    return (f"on {before.when}",) if before.when and not _AGE.match(match.string) else ()


def _on_day(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    if ("day" in match.group().lower() or "date" in match.group().lower()) and not _AGE.match(match.string):
        return (f"on {before.when}",) if before.when else ()
    return _at(match, before)


def _in_year(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    window = before.query.window
    if before.day:
        return (f"in {before.day[: 4 if match['unit'].lower() == 'year' else 7]}",)
    if window is None or window.start is None or window.end is None or match["unit"].lower() != "year":
        return ()
    whole = (window.end - window.start).days in (365, 366) and window.start.month == 1
    return (f"in {window.start.year}",) if whole else ()


def _it(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    if match.group().lower().endswith(" one"):
        return (before.row,) if before.row else ()
    if match.group().lower() in ("them", "those", "these", "they"):
        return (f"the {before.many}", before.many) if before.query.which == "all" else ()
    if before.is_stay or (before.query.concept is None and before.label == ""):
        return (before.row,)
    name = before.label if before.query.concept is None else before.name
    of_value = before.query.types == ("Observation",) and not _OF_ALL.search(match.string)
    rows = (before.row,) if before.row and of_value else ()
    return (*rows, f"the {name}", name)


def _number(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    return (f"{match['lead']}{match['q']} {before.many}",)


def _entries(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    if before.query.concept is None:
        return (match.group(),)
    if match["q"].lower().startswith(("how many", "any")):
        return (f"{match['q']} {match['entry']} of {before.name}",)
    return (f"{match['q']} {before.name} {match['entry']}", f"{match['q']} {before.name}")


def _left_for(match: re.Match[str], before: Antecedent) -> tuple[str, ...]:
    row = f"the {match['rank']} {before.name}" if match["rank"] else before.row
    return (f"what was the discharge disposition of {row}?",) if before.is_stay and row else ()


_Put = Callable[[re.Match[str], Antecedent], tuple[str, ...]]
_ROWS: tuple[tuple[Pattern, _Put], ...] = (
    (_LEFT_FOR, _left_for),
    (_ONE_BEFORE, _one_before),
    (_BY_RANK, _by_rank),
    (_OF_THEM, _of_them),
    (_BOUND, _bound),
    (_AFTERWARDS, _bound),
    (_AT_STAY, _at),
    (_IN_YEAR, _in_year),
    (_AT_DAY, _on_day),
    (_THERE, _at),
    (_BARE_NUMBER, _number),
    (_BARE_ENTRY, _entries),
    (_IT, _it),
)
_OF_TIME = (_BOUND, _AFTERWARDS, _AT_STAY, _IN_YEAR, _AT_DAY, _THERE)
_UNNAMED = (_BARE_ENTRY, _BARE_NUMBER)
"""What leans on the question before only where it names nothing."""
_SETTLES = (_left_for,)
"""What puts the whole question."""

_NARROWS = (
    "category", "status", "encounter_kind", "route", "admit_source", "place", "disposition", "body_site", "person",
    "reason", "specimen", "part_of", "yielded", "window", "anchor", "until", "threshold", "coded", "said", "lasting",
    "ended",
)  # fmt: skip
"""What goes on narrowing the rows that are pointed to."""


def _kept(asked: Question, before: RecordQuery) -> Question:
    """A completed question, of the rows alone that the one before was about."""
    if not isinstance(asked, RecordQuery):
        return asked
    told = (asked.which, asked.index, asked.by) == (before.which, before.index, before.by)
    if told and asked.which != "all" and _same_thing(asked, before):
        asked = asked.model_copy(update={"types": before.types, "concept": before.concept})  # the row is of its kind
    if asked.types == before.types and _same_thing(asked, before):
        if before.measure == "exists" and asked.which == "first":
            before = before.model_copy(update={"status": ()})  # that it goes on was asked, not when it began
        kept = {
            field: getattr(before, field)
            for field in _NARROWS
            if getattr(asked, field) == RecordQuery.model_fields[field].default
        }
        return asked.model_copy(update=kept)
    if before.anchor is not None and asked.types != before.types:
        before = before.anchor.event
    if asked.anchor is not None:
        event = _kept(asked.anchor.event, before)
        return asked.model_copy(update={"anchor": asked.anchor.model_copy(update={"event": event})})
    return asked


def _same_thing(asked: RecordQuery, before: RecordQuery) -> bool:
    mine, theirs = asked.concept, before.concept
    if mine is None or theirs is None:
        return mine == theirs
    return mine == theirs or mine.words == theirs.words or mine.codings == theirs.codings
