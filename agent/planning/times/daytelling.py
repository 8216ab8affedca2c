"""Where a time told without a date is one that can be read, and how far it goes: "the June admission", "Tuesday's"."""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import YEAR, Span
from chartwarden.tools.records.moments import add_months

_WITHIN_A_DAY = ("weekday", "dayno", "night", "yesterdaypart", "noon", "clock")
_OF_A_YEAR = ("baremonth", "daymonth", "season")
_OF_A_MONTH = (
    r"(?:hospital |clinic |follow-?up |routine |last |first )?(?:admissions?|stays?|hospitali[sz]ations?|visits?"
    r"|encounters?|clinics?|appointments?|check-?ups?|reviews?|sessions?|bloods?|labs?|scans?|films?|x-?rays?|results?"
    r"|readings?|values?|tests?|claims?|letters?|reports?|qc\d|¤)"
)
_MONTH_NAMES = Pattern(rf"'?s? (?={_OF_A_MONTH})")
_STAY = Pattern(
    r"\b(?<!this )(?<!current )(?<!present )(?<!'s )(?:admission|stay|hospitali[sz]ation|icu|intensive care|op"
    r"|operation|surgery)\b"
)
"""What a day may belong to that is not the last of its name."""
_FOR_A_DAY = Pattern(
    r"(?:^(?:(?:it's|this is|i need this|needed) )?"
    r"(?:for|ahead of|in (?:time|preparation) for|preparing for|ready for)\b[^,:;?.]*"
    r"|\b(?:for|ahead of|in time for|ready for|due at|going to|coming to|back in|seen in) "
    r"(?:(?:the|my|his|her|our|their|an?) )?(?:\w+ ){0,2}"
    r"(?:clinic|round|meeting|appointment|review|visit|mdt|handover|list|theatre|surgery|court|hearing)"
    r"(?: on| this)?) ?$"
)
"""What somebody needs the answer for: that day is none of the record."""
_TO_COME = Pattern(
    r"^(?:\w+ ){0,4}?(?:(?:\w+'(?:m|s|re|ll))|am|is|are|will|have to|has to|need to|comes?|sees?|goes?|meets?)\b"
    r"(?!.*\b(?:was|were|had|came|went|saw|did|\w+ed)\b)"
)
"""A sentence of what is now, or is to come."""
_SENTENCE = Pattern(r"[.;!?] (?=\w)")
_TAIL = Pattern(r" (?:clinics?|sessions?|(?:ward |obs )?rounds?|draws?)\b(?! (?:letter|note|visit))")
_POSSESSIVE = Pattern(r"'s\b")
_YEARS = Pattern(rf"\b(?:in|of|during|from|for|year|throughout) ({YEAR})(?![\w/.-])")
_NEEDS_A_LEAD = Pattern(r"(?:during|in|on|at|of|from|for|by|dated|over|throughout|since|within)\b")


def _has(match: re.Match[str], names: tuple[str, ...]) -> str:
    groups = match.groupdict()
    return next((name for name in names if groups.get(name)), "")


def may_be_told(match: re.Match[str]) -> bool:
    """Whether a day without a date is one of the time before now, and of no stay that the question names."""
    if not _has(match, _WITHIN_A_DAY):
        return True
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _TO_COME.search(_SENTENCE.split(before)[-1]) and _SENTENCE.search(after):
        return False
    if _FOR_A_DAY.search(before) or (re.search(r"\bfor $", before) and _POSSESSIVE.match(after)):
        return False
    rest = _POSSESSIVE.sub("", after, count=1) if after.startswith("'s") else after
    return not _STAY.search(before) and not _STAY.search(re.sub(r"^ (?:\w+ )?(?:admission|stay)\b", "", rest))


def told_to(match: re.Match[str]) -> int:
    """Where the words of a time end, with the clinic or the session that it was the day of."""
    end = match.end()
    if not _has(match, (*_WITHIN_A_DAY, "baremonth", "b_weekday", "b_baremonth", "b_dayno")):
        return end
    if possessive := _POSSESSIVE.match(match.string, end):
        end = possessive.end()
    tail = _TAIL.match(match.string, end)
    return tail.end() if tail else end


_OF_THAT_DAY = Pattern(
    r"(?:(?<!¤)(?<!\bon )(?<!taking )(?<!receiving )(?<!had )¤+"
    r"|\b(?:are|is|orders?|prescriptions?|results?|bloods?|labs?|levels?|readings?|values?|numbers?|scans?|films?|x-?rays?|notes?|reports?"
    r"|letters?|visits?|appointments?|swabs?|samples?|gas(?:es)?|tests?|ecgs?|entry|entries|obs|weights?|pressures?)) $"
)
"""What comes from a day is of that day: "the potassium from Tuesday"; what was done from a day went on from then."""


def comes_from(match: re.Match[str]) -> bool:
    """Whether "from" a day says whose something is, and not since when it was."""
    if match["how"] != "from" or match["onwards"] or not _has(match, (*_WITHIN_A_DAY, "baremonth", "season")):
        return False
    is_possessed = bool(_POSSESSIVE.match(match.string, match.end()))
    return is_possessed or bool(_OF_THAT_DAY.search(match.string[: match.start()]))


def names_no_time(match: re.Match[str]) -> bool:
    """Whether a month, a season or a number of a day stands without what would make it a time."""
    said = match.group()
    if month := match["baremonth"]:
        bare = said == month or re.fullmatch(rf"(?:the|his|her|my|their|our) {month}", said)
        return bool(bare) and not _MONTH_NAMES.match(match.string, match.end())
    if match["dayno"] or match["noon"] or (match["season"] and not match["whichseason"]):
        return not _NEEDS_A_LEAD.match(said)
    return False


def only_year(text: str) -> int | None:
    """The only year that a text speaks of; None where it has none or several."""
    years = set(_YEARS.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def in_order(match: re.Match[str], first: Span, second: Span) -> tuple[Span, Span]:
    """The two ends of a range, the first before the second: the latest two that follow each other so."""
    start, end = _has(match, (*_OF_A_YEAR, *_WITHIN_A_DAY)), ""
    for name in (*_OF_A_YEAR, *_WITHIN_A_DAY):
        end = end or (name if match.groupdict().get(f"b_{name}") else "")
    if not start or not end:
        return second, first
    if start in _OF_A_YEAR:
        return Span(add_months(first.start, -12), add_months(first.end, -12), first.unit), second
    if start == "dayno":
        return Span(add_months(first.start, -1), add_months(first.end, -1), first.unit), second
    back = dt.timedelta(days=7 if start == "weekday" else 1)
    return Span(first.start - back, first.end - back, first.unit), second
