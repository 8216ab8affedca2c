"""What is asked of each year of a stretch, in a skeleton: "visits per year since 2015", "a flu shot every year?".

Each calendar year of the stretch is asked for by itself: the number in it, or whether there was one. Nothing is worked
out over the years. Without a stretch, numbers are those of each year from the first on record on, where these are few.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timephrases import TimePhrase, TimeReader
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Window

_EACH = Pattern(
    r",? ?\b(?:(?:in|for|during|over) )?(?:the )?(?:"
    r"(?P<how>each|every(?: single)?|per|by)(?: calendar)? year\b(?! (?:before|after))"
    r"|(?P<of>each|every one)(?: one)?(?: of)? (?:(?:the|these|those|his|her|my) )?(?:calendar )?(?:years? )?(?=qt\d))"
)
_COUNTED = Pattern(r"\b(?:how many|number of|count of|tally of)\b")
_THING = (
    r"(?:(?:any|an?|the|his|her|my|their) )*(?:[a-z]+ )?"
    r"(?:qc\d+|visits?|encounters?|admissions?|prescriptions?|procedures?)"
    r"(?: (?:visits?|admissions?|orders?|prescriptions?|shots?|doses?|tests?))?"
)
_ALONE = Pattern(rf"{_THING}(?:,? qt\d+)?[ ?.]*")
_MORE = Pattern(
    r"\b(?:average|mean|rate|change\w*|first|last|latest|highest|lowest|before|after|since|until|when|who|why|not|never"
    r"|more|fewer|than)\b|\bq[nkd]\d"
)
"""What asks for more than a number, or whether there was one."""
_VALUE = Pattern(
    r"(?P<asks>(?:what|how (?:high|low|much|tall|heavy)) (?:was|were|is|are) |(?:list|show|give|tell)(?: me)? )?"
    r"(?:(?:all|the|his|her|my|their|patient's) )*(?P<x>qc\d+)(?: (?:values?|readings?|results?|levels?))?"
    r"(?P<t>(?: qt\d+)?)[ ?.]*"
)
"""A measurement with nothing worked out of it: what it was each year, all its values with their dates tell.

"Weight every year?" may ask whether it was taken.
"""
_MOST_YEARS = 12
_TYPES = (
    (Pattern(r"\b(?:visits?|encounters?|admissions?)\b"), "Encounter"),
    (Pattern(r"\bprescriptions?\b"), "MedicationRequest"),
    (Pattern(r"\bprocedures?\b"), "Procedure"),
)
"""What is counted where nothing is named."""


def year_by_year(
    text: str, times: list[TimePhrase], reader: TimeReader, measured: frozenset[str], first: Mapping[str, int]
) -> tuple[str, ...]:
    """The questions for the single years, whose times are added to `times`; none, where no years are told apart.

    `first`: the first year on record of each name and of each type.
    """
    each = _EACH.search(text)
    if each is None:
        return ()
    how = each["how"] or each["of"]
    rest = re.sub(r"\s+", " ", f"{text[: each.start()]} {text[each.end() :]}").strip()
    if measured.intersection(re.findall(r"\bqc\d+\b", text)):
        value = _VALUE.fullmatch(rest)
        is_list = value and how.startswith("e") and (value["asks"] or not rest.endswith("?"))
        return (f"list all {value['x']} values {value['t']}".strip(),) if value and is_list else ()
    told = re.findall(r"\bqt(\d+)\b", rest)
    if not told and not _MORE.search(rest) and (_COUNTED.search(rest) or (_ALONE.fullmatch(rest) and how[0] in "pb")):
        since = _first_year(rest, first)
        told = [str(len(times))] if since else []
        if since:
            start = dt.datetime(since, 1, 1, tzinfo=reader.zone)
            reading = f"Counted for each year from {since} on, the first on record."
            times.append(TimePhrase(0, 0, Window(start=start, reading=reading)))
            rest = f"{rest.rstrip(' ?.')} qt{told[0]}"
    window = times[int(told[0])].window if len(told) == 1 else None
    if window is None or window.start is None or _MORE.search(rest):
        return ()
    if not _COUNTED.search(rest):
        if not (_ALONE.fullmatch(rest) or (is_yes_no(rest) and how.startswith("e"))):
            return ()
        rest = rest if how.startswith("e") else f"how many {rest}"
    last = min(
        window.end - dt.timedelta(seconds=1) if window.end else reader.now.replace(tzinfo=window.start.tzinfo),
        reader.now.replace(tzinfo=window.start.tzinfo),
    )
    years = range(window.start.year, last.year + 1)
    if not 1 < len(years) <= _MOST_YEARS:
        return ()
    out: list[str] = []
    for year in years:
        whole = reader.window(dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1), str(year))
        # Each number is told with its year, so that only how the stretch was read is to be told beside.
        one = replace(times[int(told[0])], window=whole.model_copy(update={"reading": ""}))
        out.append(f"{rest.rstrip(' ?.')} qt{len(times)}")
        times.append(one)
    return tuple(out)


def _first_year(rest: str, first: Mapping[str, int]) -> int | None:
    """The first year on record of what is counted; None where nothing tells, or where several things are named."""
    names = re.findall(r"\bqc\d+\b", rest)
    if names:
        return first.get(names[0]) if len(names) == 1 else None
    return next((first.get(kind) for words, kind in _TYPES if words.search(rest)), None)
