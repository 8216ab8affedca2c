"""Questions that compare two things: which came first, and a value before and after an event."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading import values_compared
from chartwarden.agent.planning.reading.clauses import Clause
from chartwarden.agent.planning.reading.fates import OVER, tells_an_end
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.ranks import Which, ranks_of_two
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.things import thing_of
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, is_yes_no
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST
from chartwarden.tools.records.query import Threshold, Window

SINCE_START = Pattern(
    r"\bfirst\b.*\b(?:last|latest|most recent)\b|\bover(?:all)?\b"
    r"|\bsince\b(?! (?:(?:the|my|his|her|its) )?(?:last|previous|prior|latest|most recent)\b)"
    r"|\b(?:over time|through the years)\b|\bbaseline\b|\binitial"
)
THAN_FIRST = Pattern(
    r"\b(?:than|above|over|below|under|beneath|against|versus|exceed(?:s|ed|ing)?|(?:compared|relative) (?:to|with)"
    r"|(?:up|down) (?:from|on)) (?:it was )?(?:(?:at|on|in) )?(?:(?:the|his|her|my|their|its) )?(?:very )?"
    r"(?:first|earliest|oldest|original)\b"
)
"""A value is compared with the first one, and not with the one before it."""
_ORDER = Pattern(
    r"\b(?:before|after|earlier than|later than|prior to|older than|newer than|sooner than|more recent than|"
    r"preced\w+|predat\w+|postdat\w+|ahead of|follow\w*)\b"
)


_SAID_SHORT = Pattern(
    r"\b(?:predat|preced|postdat)\w+\b|^(?:the |my )?(?:first |last )?qc\d+,? (?:was |is )?(?:first |last |initially )?"
    r"(?:prescribed|ordered|started|given|diagnosed|recorded|used|taken) (?:earlier than|later than|before|after) "
    r"(?:the |my )?(?:first |last )?qc\d+(?: was| were| did)?[ ?.]*$"
)
"""Which of two came first, without a question word: "Warfarin first prescribed before ibuprofen was?"."""


_FIRST_OR_LAST = Pattern(
    r"(?:did|was|were|has) (?:(?:the|his|her|my|their|patient's|very) )*(?:(?:first|earliest)|(?P<last>last|latest"
    r"|most recent)) qc\d+ (?:come|came|happen|take place|occur|done|given|ordered|prescribed|performed)\b"
)
"""One row of a thing, asked when it came relative to another kind of thing."""


def ordered(skeleton: Skeleton, text: str, said_if: bool) -> Frame | None:
    """ "Was A started before B?": two things of one kind, and which came first."""
    tokens = re.findall(r"qc\d+", text)
    if (
        len(tokens) != 2
        or re.search(r"\bqd\d", text)
        or not (
            said_if or is_yes_no(text) or re.search(r"\bcompar|, (?:was|is|did) ", text) or _SAID_SHORT.search(text)
        )
    ):
        return None
    match = re.search(rf"{tokens[0]}\b(?P<mid>.*)\b{tokens[1]}", text)
    relation = _ORDER.search(match["mid"]) if match else None
    if relation is None:
        return None
    if any(thing_of(token, [skeleton.mention(token)], "when").domain in ("observation", "output") for token in tokens):
        return None
    first, second = (
        thing_of(text.replace(drop, ""), [skeleton.mention(keep)], "when") for keep, drop in (tokens, tokens[::-1])
    )
    if first.domain != second.domain and (row := _FIRST_OR_LAST.match(text)):
        if row["last"] and relation.group() == "before":
            raise NotUnderstood("whether the last one came before another event; ask when each of them was")
        if row["last"] or relation.group() != "after":
            return None  # any row before or after the other thing decides it
    elif first.domain != second.domain or first.domain in ("observation", "output"):
        return None
    cut = match.start("mid") if match else 0
    which, other_which = ranks_of_two(text[: cut + relation.start()], text[cut + relation.end() :])
    direction = (
        "after"
        if re.search(r"\bafter|\blater|\bnewer|\bmore recent|\bfollow|\bpostdat", relation.group())
        else "before"
    )
    if tells_an_end(text) or OVER.search(text):
        raise NotUnderstood("which came first of an end and another event; ask when each of them was")
    windows = windows_of(skeleton, text)
    frame = Frame("order", first, which, meet(windows), other=second, relation=direction, clause=text)
    return replace(frame, other_which=other_which)


def before_and_after(skeleton: Skeleton, text: str, said_if: bool) -> Frame | None:
    """ "Was the first A after B lower than the last one before?": two readings either side of an event."""
    named = {skeleton.mention(token).words.lower(): token for token in reversed(re.findall(r"qc\d+", text))}
    tokens = list(named.values())
    if len(tokens) != 2 or values_compared.direction_of(text) is None:
        return None
    later = re.search(r"\b(?:after(?:wards?)?|following|once|since|than (?:it was )?just before)\b", text)
    earlier = re.search(r"\b(?:before(?:hand)?|prior|preceding)\b", text)
    if later is None or (earlier is None and not re.search(r"\bcompar", text)):
        return None
    placed = {token: thing_of(token, [skeleton.mention(token)], "value") for token in tokens}
    measured = [token for token in tokens if placed[token].domain in ("observation", "output")]
    if len(measured) != 1:
        return None
    event = next(token for token in tokens if token not in measured)
    around = re.search(rf"[\w ]*\b{event}\b[\w ]*", text)
    said = re.sub(r"\b(?:between|from|and)\b", " ", around.group() if around else text)
    thing = thing_of(said, [skeleton.mention(event)], "when")
    frame = Frame("trend", placed[measured[0]], clause=text, direction=values_compared.direction_of(text) or "")
    if not (said_if or is_yes_no(text) or re.search(rf"[,;:] (?:and |so )?{PLAIN_AUX}\b", text)):
        frame.operator = "change"
    frame.event = Frame("when", thing, Which("first"), clause=text)
    subject = text.partition(" than ")[0]
    if (
        " than " in text
        and re.search(r"\bbefore\b|\bprior\b", subject)
        and not re.search(r"\bafter|\bfollowing|\bonce|\bsince", subject)
    ):
        frame.direction = "gt" if frame.direction == "lt" else "lt"
    frame.relation = "around"
    return frame


_MORE = r"(?:higher|lower|greater|larger|bigger|smaller|less|more|above|below|up|down|heavier|lighter)"
_HIGHER_THAN = Pattern(
    rf"^(?:(?:is|was|were|are|has|have|had|did|does)\b.*|[^?]*)\b{_MORE}\b(?P<mid>[^?]*?)\b"
    r"(?:than|compared (?:to|with)|relative to|versus|from)\b(?P<then>[^?]*)$"
)
_BEYOND_ONE = Pattern(
    r"\b(?:(?P<above>above|over|exceed(?:s|ed|ing)?|in excess of|more than|up (?:from|on))|below|under|beneath"
    r"|less than|short of|down (?:from|on)) "
    r"(?=(?:(?:(?:the|its|his|her|my|their) )?(?:one|value|reading|result|level|figure|that|what (?:it|he|she|they"
    r"|i) (?:was|were|had)|weight|qc\d+)s? )?(?:(?:in|on|of|from|at|for) )?(?:the )?qt\d)"
)
"""A value against that of another time, without "than"."""
_EITHER_TIME = Pattern(
    r"^(?:(?:when|which|in (?:which|what) (?:year|month|week|period|stay)) )?"
    rf"(?P<now>[^?]*\b{_MORE}\b[^?]*?\bqt\d+),? or "
    r"(?P<then>(?:the )?(?:(?:in|on|during|for|at) )?qt\d+)[ ?.]*$"
)
"""Of which of two times a value is the higher one: "was it higher in 2019 or in 2020?"."""
_WAY = (
    r"(?:higher|lower|greater|smaller|heavier|lighter|up|down|ris(?:e|en)|fall(?:en)?|rose|fell|increased?|decreased?"
    r"|gain(?:ed)?|los[et])"
)
UP_OR_DOWN = Pattern(
    rf"\b(?:{_WAY},? or (?:is it |was it )?{_WAY}|which way (?:did|has|have) (?:\w+ ){{1,4}}?(?:go|gone|move|moved))\b"
)
"""In which direction two values differ is asked, and not whether they do in one."""
_SIDE_BY_SIDE = Pattern(
    r"^(?P<now>[^?]*?\bqt\d+) (?:versus|vs|compared (?:to|with)|relative to|against|and) "
    r"(?P<then>(?:in |on )?qt\d+)\b[^?]*$"
)
_NEWEST = Pattern(
    r"(?P<is>(?:is|was|were|are) (?:(?:the|his|her|my|their|patient's|very) )*)"
    r"(?:last|latest|most recent|newest|current) (?=qc\d)"
)
"""Of the last value, and not of all of a time."""
_THAN_LAST = Pattern(
    r"^(?:(?:is|was|were|are|has|have) )?(?:(?:the|his|her|my|their|patient's|very) )*"
    rf"(?:(?:last|latest|most recent|newest|current) )?qc\d+[^?]*\b{_MORE}\b[^?]*\bthan (?:(?:the|its|that|his|her) )?"
    r"(?:one (?:just |right )?before(?: it| that)?|previous(?: one| value| reading)?|prior(?: one)?|last time"
    r"|time before)[ ?.]*$"
)
"""The last value against the one before it."""
_OF_OTHERS = Pattern(
    r"\bq[knpdr]\d|\b(?:ever|always|any|every|each|by|how|which|when|who|why"
    r"|first|last|latest|earliest|previous|before|after|since|until|between|range|normal|limit)\b"
)
_STAT = Pattern(r"\b(?:(?P<mean>mean|average|avg)|(?P<max>highest|max(?:imum)?|peak)|(?P<min>lowest|min(?:imum)?))\b")
STATS: dict[str, dict[str, str]] = {
    "": {}, "mean": {"measure": "mean"},
    "max": {"which": "last", "by": "value"}, "min": {"which": "first", "by": "value"},
}  # fmt: skip
"""What a side of a comparison is put as, where one number of several values is compared."""


def two_times(skeleton: Skeleton, text: str) -> Frame | None:
    """ "Was the creatinine on the 3rd higher than on the 9th?": the values of two times against each other.

    Also of which of the two they are higher, and in which direction they differ.
    """
    names = {skeleton.mention(token).words.lower(): token for token in re.findall(r"qc\d+", text)}
    plain, turned = UP_OR_DOWN.subn("higher", text)
    stats = {stat.lastgroup or "" for stat in _STAT.finditer(plain)}
    plain = _BEYOND_ONE.sub(lambda m: "higher than " if m["above"] else "lower than ", _STAT.sub(" ", plain))
    direction = values_compared.direction_of(plain)
    if len(names) != 1 or direction is None or len(stats) > 1:
        return None
    thing = thing_of(plain, [skeleton.mention(token) for token in names.values()], "value")
    if thing.domain not in ("observation", "output") or not thing.links:
        return None
    if turned and not stats and (_THAN_LAST.match(plain) or not re.search(r"\bthan\b|qt\d+.*qt\d", plain)):
        return Frame("trend", thing, window=meet(windows_of(skeleton, plain)), clause=plain)
    either = _EITHER_TIME.match(plain)
    newest = None if either else _NEWEST.match(plain)
    plain = f"{newest['is']}{plain[newest.end() :]}" if newest else plain
    found = either or _HIGHER_THAN.match(plain) or (_SIDE_BY_SIDE.match(plain) if turned else None)
    if found is None or _OF_OTHERS.search(found["now"] if either else plain):
        return None
    now, then = (windows_of(skeleton, part) for part in (plain[: found.start("then")], found["then"]))
    is_now = newest is not None or re.match(r"(?:is|are|has|have)\b", plain) is not None
    if len(now) > 1 or len(then) != 1 or not (now or is_now) or (now and newest) or (stats and not now):
        return None
    sides = [Frame("value", thing, Which("all" if one else "last"), one[0] if one else None) for one in (now, then)]
    tells: Literal["", "side", "direction"] = "side" if either else "direction" if turned else ""
    frame = Frame(
        "trend", thing, clause=text, direction=direction, relation="two_times", event=sides[0], until=sides[1]
    )
    return replace(frame, extremum="".join(stats), tells=tells)


_OF_ONE_VALUE = Pattern(
    r"\bq[tkn]\d|\b(?:ever|any(?! changes?\b)|always|never|each|every|all|than|first|last|latest|next|highest|lowest"
    r"|peak|max\w*|min\w*|mean|average|most|percent\w*|per)\b"
)
_COURSE = Pattern(r"\btrend(?:s|ing|ed)?\b")


def settle_change(frame: Frame, clause: Clause) -> None:
    """A change after an event is from the last value before it to the first one after it; a trend is all values."""
    main = clause.main
    is_measured = frame.thing.domain in ("observation", "output") and bool(frame.thing.links)
    if not is_measured or frame.threshold is not None or frame.which.is_said or _OF_ONE_VALUE.search(main):
        return
    if frame.operator == "trend" and _COURSE.search(main):
        frame.operator, frame.clause = "value", _COURSE.sub("values", main)
    either = UP_OR_DOWN.search(main)
    moved = frame.operator == "exists" and frame.direction
    if frame.relation != "after" or clause.onwards or not (either or moved or frame.operator in ("change", "trend")):
        return
    frame.tells = "direction" if either else ""
    frame.operator = "change" if frame.operator == "change" and not either else "trend"
    frame.relation, frame.within = "around", None


def of_two_times(skeleton: Skeleton, text: str, said_if: bool) -> Frame | None:
    """Two times against each other, or the values on either side of an event; None for anything else."""
    return two_times(skeleton, text) or before_and_after(skeleton, text, said_if)


_ANY_TIME = Pattern(r"\b(?:ever|any|once|at (?:any|some) (?:point|time)|never)\b")


def held_against(frame: Frame, limit: Threshold) -> Which | None:
    """The readings that a limit is held against; None where any reading that meets it makes it so.

    A number that is claimed is held against the reading it was claimed of: the last one, where no time is told.
    """
    claimed = limit.relation == "eq" and not _ANY_TIME.search(frame.clause)
    if claimed and frame.extremum:
        return Which("last" if frame.extremum == "max" else "first")
    if frame.which.is_said:
        return frame.which
    if not claimed:
        return None
    return Which() if frame.window is not None or frame.event is not None else Which("last")


def windows_of(skeleton: Skeleton, text: str) -> list[Window]:
    """The windows of the time phrases in a part of the skeleton."""
    return [w for token in re.findall(r"qt\d+", text) if (w := skeleton.window(token)) is not None]


def meet(windows: list[Window]) -> Window | None:
    """The intersection of several windows. `NotUnderstood` where they have none."""
    if not windows:
        return None
    starts = [w.start for w in windows if w.start]
    ends = [w.end for w in windows if w.end]
    reading = " ".join(w.reading for w in windows)
    start, end = max(starts, default=None), min(ends, default=None)
    if start is not None and end is not None and start >= end:
        raise NotUnderstood("the times in it have nothing in common; ask for them one by one")
    return Window(start=start, end=end, reading=reading)


_OF_SEVERAL_LATEST = Pattern(
    rf"\b{FIRST_OR_LAST} "
    r"(?:two|three|four|five|six|seven|eight|nine|ten|few|couple|\d+)\b"
    r"|\b(?:both|the (?:later|earlier|newer|older|former|latter)(?: one| value| reading| result)?)\b"
)
_OF_ANY_PAIR = Pattern(
    r"\b(?:ever|always|any|each|every)\b.*\b(?:before|previous|next|preceding)\b|\bqk\d|\bever (?:been )?(?!recorded)"
    r"|\b(?:last|latest) two\b.*\bthan .*\bever\b"
)
_THAN_THEN = Pattern(
    r"\bthan (?:(?:the |its )?(?:very )?(?:first|last|earliest|latest)(?: one| value)? (?:was |of |from )?)?(?:(?:it"
    r"|that|they|he|she|what it|i) )?(?:(?:was|were|is|had) )?(?:back |then |the one )*qt\d"
)
_AND_IS_SO = Pattern(
    r"\band (?:is|was|were|are|has|did) (?:it|that|the|his|her|my)\b.*"
    r"\b(?:higher|lower|above|below|more|less|up|down)\b"
)
_NTH_EXTREME = Pattern(
    r"\b(?:second|third|fourth|fifth|next|2nd|3rd|4th|5th|two|three|four|five|ten|\d+)[- ]"
    r"(?:highest|lowest|largest|smallest|greatest|best|worst"
    r"|heaviest|lightest)\b"
    r"|\b(?:highest|lowest|top|bottom|largest|smallest) (?:two|three|four|five|ten|few|couple|\d+)\b"
)
_SIDE = Pattern(r"\b(?:worst|best)\b(?! (?:guess|match|known))")
_SIDE_TOLD = Pattern(r"\b(?:highest|lowest|how (?:high|low|bad)|max(?:imum)?|min(?:imum)?|peak|nadir)\b")
_WORKED_OUT = Pattern(
    r"\bpercent(?:age)? of (?:(?:all|the|his|her|my|their) )*(?:qc\d|(?:readings|values|results|tests|measurements)\b)"
    r"|\b(?:median|fraction|proportion|share|percentiles?|quartiles?|interquartile|standard deviation|variance)\b"
)
_AT_EACH = Pattern(
    r"\b(?:at|on|in|for|during|with) (?:every|each|all) (?:single |one )?(?:of )?(?:the |his |her |my |their )?"
    r"(?:checks?|visits?|readings?|measurements?|tests?|times?|occasions?|results?|appointments?)\b"
)
_TWO_ENDS = Pattern(
    r"\b(?:first|earliest|initial)\b[^,]*\band\b[^,]*\b(?:last|latest|most recent)\b"
    r"|\b(?:last|latest|most recent)\b[^,]*\band\b[^,]*\b(?:first|earliest|previous|prior|one before)\b"
)
_BEYOND = Pattern(r"\bhow (?:much|far)\b(?: \w+)? qn\d")
_ALL_ALONG = Pattern(
    r"\b(?:always|constantly|consistently|continuously|stay(?:s|ed|ing)?|remain(?:s|ed|ing)?"
    r"|ke(?:pt|eps?)|at all times)\b"
)
_AIM = Pattern(
    r"\b(?:goals?|targets?)\b.*\b(?:met|reached|achieved|hit|attained)\b|\b(?:at|to|within|below|under|above|on) "
    r"(?:(?:the|his|her|my) )?(?:goal|target)\b"
)
_JUDGED_SO = Pattern(r"\b(?:high|low|elevated|raised|(?:ab)?normal)\b(?! (?:point|mark|value|reading)s?\b)")


def _require_values_of_record(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where something is asked of values that is none of them: worked out, ranked by size, judged."""
    worked_out = _WORKED_OUT.search(clause)
    if worked_out is not None:
        raise Narrowed(f'what "{worked_out.group()}" works out; ask for the values')
    nth = _NTH_EXTREME.search(clause)
    if nth is not None:
        raise Narrowed(f'which value is the "{nth.group()}"; ask for the values')
    side = _SIDE.search(clause)
    if side is not None and not _SIDE_TOLD.search(clause):
        raise Narrowed(f'which value is the "{side.group()}"; ask for the highest or the lowest')
    aim = _AIM.search(clause)
    if aim is not None:
        raise Narrowed(f'what the aim is ("{aim.group()}"); ask for the values')
    if frame.operator == "exists" and (
        _AT_EACH.search(clause) or (frame.threshold is not None and _ALL_ALONG.search(clause))
    ):
        raise Narrowed("whether it is so of each value; ask for the values")
    if frame.threshold is not None or frame.flagged:
        return
    if frame.operator == "exists" and frame.extremum and frame.relation != "around" and not frame.direction:
        raise Narrowed("whether that value is the highest or the lowest; ask for each of them")
    judged = _JUDGED_SO.search(clause) if frame.operator in ("when", "age") else None
    if judged is not None:
        raise Narrowed(f'from where on a value is "{judged.group()}"; ask for the values')


_BARE_NUMBER = Pattern(r"(?<![\w.])\d+(?:[.,]\d+)?(?!\w)")


def require_values_told(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where a limit or a comparison is of other values than the newest and the one before it."""
    if frame.thing.domain in ("observation", "output"):
        _require_values_of_record(frame, clause)
        claimed = _BARE_NUMBER.search(clause) if frame.event is not None and frame.which.limit is None else None
        if claimed is not None:
            raise Narrowed(f'what the number "{claimed.group()}" stands for; ask for the value')
        if frame.operator in ("value", "list", "exists", "count", "when") and "by how much" in clause:
            gap = NotUnderstood if "first" in clause else Narrowed  # else it may be from the one before to the last
            raise gap("by how much it changed; ask for the change from the first to the last")
    of_several = _OF_SEVERAL_LATEST.search(clause) if frame.threshold is not None else None
    if of_several is not None:
        raise Narrowed(f'of which of the values the limit is asked ("{of_several.group()}"); ask for the values')
    if (
        frame.relation == "during"
        and frame.event is not None
        and frame.event.thing.domain in ("medication", "statement")
    ):
        raise Narrowed("when somebody was on a drug; ask for the values after it was started")
    if frame.operator in ("mean", "sum") and _TWO_ENDS.search(clause):
        raise Narrowed("what is worked out of two of the values; ask for the values")
    if frame.threshold is not None and _BEYOND.search(clause):
        raise Narrowed("how far a value is from a limit; ask for the value")
    if frame.operator == "sum" and len(frame.thing.links) > 1:
        raise Narrowed("how values of several measurements are added up; ask for the values")
    if frame.operator in ("min", "max", "mean") and _AND_IS_SO.search(clause):
        raise Narrowed("how another value compares with it; ask for the two values")
    if not frame.direction and frame.operator != "trend":
        return
    is_measured = frame.thing.domain in ("observation", "output") and frame.threshold is None
    counts_up = frame.which.which == "first" and frame.which.index > 1
    if is_measured and (counts_up or frame.which.limit not in (None, 2)):
        raise Narrowed("which two of the values are compared; ask for the values")
    if is_measured and frame.event is not None and frame.relation != "around" and " than " not in clause:
        raise Narrowed("which values are compared; ask for the last before it and the first after it")
    if frame.threshold is None and frame.thing.domain in ("observation", "output") and _OF_ANY_PAIR.search(clause):
        raise Narrowed("whether it was so of any two values, or by how much; ask for the values")
    if frame.direction and _THAN_THEN.search(clause):
        raise Narrowed("how the values of two times compare; ask for the value of each")
