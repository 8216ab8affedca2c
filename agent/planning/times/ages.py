"""Times told by the patient's age: "before she turned 50", "in her forties", "between her 45th and 46th birthdays"."""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.dates import NUMBERS, year_span
from chartwarden.agent.planning.times.datewords import number_in_words
from chartwarden.tools.records.moments import add_months
from chartwarden.tools.records.number_words import DECADES, ORDINALS

_WHO = r"(?:he|she|i|they|the patient|patient)"
_WHOSE = r"(?:his|her|my|their|the patient's|patient's|the)"
_ONES = "|".join(word for word, n in NUMBERS.items() if 0 < n < 10 and len(word) > 2 and " " not in word)
_WORDS = "|".join(sorted((word for word, n in NUMBERS.items() if n > 9), key=len, reverse=True))
_OLD = r"(?: ?(?:years? old|years? of age|yrs? old|y/?o))"
AGE = Pattern(
    r"\b(?:between turning (?P<from>\d{1,3}) and turning (?P<to>\d{1,3})"
    rf"|(?:between|from)(?: the)?(?: ages?(?: of)?)? (?P<low>\d{{1,3}}) (?:and|to|until|through)(?: ages?(?: of)?)?"
    rf" (?P<high>\d{{1,3}}){_OLD}?"
    rf"|(?:in|during|throughout) {_WHOSE} (?P<decade>[2-9])0'?s"
    rf"|(?:(?:in|during) )?the (?:calendar )?year (?:that |when |in which )?{_WHO} (?:turned|turns|reached)"
    r" (?P<turned>\d{1,3})"
    r"|(?P<how>(?:on )?the day(?: of| that| when)?|before|after|since|until|by|at|when|while|under|over|from)"
    rf"(?: (?:{_WHO}|the|was|were|turned|turning|reaching|an?|age|aged|of))* (?P<n>\d{{1,3}})"
    rf"(?:{_OLD}| (?P<unit>day|week|month)s? (?:old|of age))?)"
    r"(?!\d|[/%-]|[:.]\d| ?(?:mg|kg|cm|ml|units?|years? ago|months?|days?|weeks?|hours?|minutes?|times|mm|g/))\b"
)
"""A time told by age; where it names none of the words of an age, `bounds` says so."""
_SAYS_AGE = Pattern(
    r"\bage|\bturn|\b(?:year|month|week|day)s? old|\by/?o\b|\breach|'?s$"
    rf"|\b(?:when|while|before|after|since|until) {_WHO} (?:was|were)\b"
)
_IN_WORDS = Pattern(
    r"\b(?:(?P<lead>(?:turn(?:s|ed|ing)?|ages?(?: of)?|aged|reach(?:es|ed|ing)?) )"
    rf"(?P<n>(?:{_WORDS})(?:[ -](?:{_ONES}))?|(?:{_ONES})(?! (?:of|more|or)\b))"
    rf"|(?P<lead2>(?:when|while|before|after|since|until) {_WHO} (?:was|were) )"
    rf"(?P<n2>(?:{_WORDS})(?:[ -](?:{_ONES}))?|(?:{_ONES})(?=,| years? old|[ ?.!]*$)))"
    r"(?![\w-])(?! (?:days?|weeks?|months?|percent|times))",
    re.IGNORECASE,
)
_SO_OLD = Pattern(
    rf"\b(?P<lead>(?:at|by|before|after|until|since|was|were) )(?P<n>{_ONES}|{_WORDS})"
    r"(?= (?:days?|weeks?|months?|years?) (?:old|of age)\b)",
    re.IGNORECASE,
)
_NTH = r"(?P<{}>\d{{1,3}})(?:st|nd|rd|th)"
_BIRTHDAYS = Rewrites(
    (
        (
            rf"\b(?:between|from) {_WHOSE} {_NTH.format('a')}(?: birthday)? (?:and|to|until) (?:{_WHOSE} )?"
            rf"{_NTH.format('b')} birthdays?\b",
            r"between turning \g<a> and turning \g<b>",
        ),
        (
            rf"\b(?P<how>before|after|since|until|by|from) {_WHOSE} {_NTH.format('n')} birthday\b",
            r"\g<how> turning \g<n>",
        ),
        (
            rf"\b(?:when|while) {_WHO} (?:was|were) (?:over|older than|past|above)(?: the age of)? (?P<n>\d{{1,3}})\b",
            r"over the age of \g<n>",
        ),
        (
            rf"\b(?:when|while) {_WHO} (?:was|were) (?:under|younger than|below)(?: the age of)? (?P<n>\d{{1,3}})\b",
            r"under the age of \g<n>",
        ),
        (
            rf"\bas an? (?:small |young |little )?(?:child|kid)\b(?! of)|\bin {_WHOSE} childhood\b",
            "under the age of 18",
        ),
        (rf"\b(?:on|at)(?: the day of)? {_WHOSE} {_NTH.format('n')} birthday\b", r"on the day of turning \g<n>"),
        (
            rf"\b(?:(?:on|at) (?:the )?(?:very )?(?:day|date|time)(?: that| when)?|just after|right after)"
            rf" (?:{_WHO}|the baby|baby) (?:was|were) born\b",
            "on the day of turning 0",
        ),
        (
            r"\b(?P<x>(?:weigh(?:ed|t)?|height|tall|long|length)\b[^?.,;]*?) when "
            rf"(?:{_WHO}|the baby|baby) (?:was|were) born\b",
            r"\g<x> on the day of turning 0",
        ),
        (r"\bbirth ?(?P<x>weight|length|height)\b", r"\g<x> at birth"),
        (r"\blength(?= at birth\b)", "height"),
        (r"\b(?:at|on|from) (?:(?:the )?(?:day|time) of )?birth\b(?! (?:control|of)\b)", "on the day of turning 0"),
        (
            rf"\b(?:in|during|over|within|throughout) (?:{_WHOSE} first(?: (?P<n>\d{{1,2}}))? years?(?: of life)?"
            r"|the first(?: (?P<m>\d{1,2}))? years? of life)"
            r"(?! (?:of|on|with|after|in|at|as|following|since|under|taking|here)\b)",
            lambda m: f"between turning 0 and turning {m['n'] or m['m'] or 1}",
        ),
    ),
    re.IGNORECASE,
)
_IN_DECADE = Pattern(
    rf"\b(?P<lead>(?:in|during|throughout) {_WHOSE.removesuffix('|the)')}) )(?P<ten>{'|'.join(DECADES)})\b",
    re.IGNORECASE,
)


_BIRTHDAY_IN_WORDS = Pattern(rf"\b(?P<n>{'|'.join(ORDINALS)}) birthday\b", re.IGNORECASE)


def plain_ages(question: str) -> str:
    """A question with its ages and birthdays in numbers, as `AGE` knows them."""
    question = _IN_WORDS.sub(_in_digits, question)
    question = _SO_OLD.sub(lambda m: f"{m['lead']}{number_in_words(m['n'])}", question)
    question = _BIRTHDAY_IN_WORDS.sub(lambda m: f"{ORDINALS.index(m['n'].lower()) + 1}th birthday", question)
    question = _IN_DECADE.sub(lambda m: f"{m['lead']}{DECADES[m['ten'].lower()]}s", question)
    return _BIRTHDAYS.put_into(question)


def _in_digits(match: re.Match[str]) -> str:
    """An age in words, behind what tells that it is one."""
    return f"{match['lead'] or match['lead2']}{number_in_words(match['n'] or match['n2'])}"


def tells_age(match: re.Match[str]) -> bool:
    """Whether a match of `AGE` speaks of an age, and not of some other number."""
    return bool(_SAYS_AGE.search(match.group()))


def bounds(match: re.Match[str], birth: dt.date) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The start and the end of a match of `AGE`, as local wall-clock time."""

    def turned(age: str | int) -> dt.datetime:
        born, age = dt.datetime.combine(birth, dt.time()), int(age)
        if match["unit"] in ("day", "week"):
            return born + dt.timedelta(days=age * (7 if match["unit"] == "week" else 1))
        return add_months(born, age if match["unit"] else 12 * age)

    if match["from"]:
        return turned(match["from"]), turned(match["to"])
    if match["low"]:
        return turned(match["low"]), turned(int(match["high"]) + 1)
    if match["decade"]:
        return turned(f"{match['decade']}0"), turned(int(match["decade"]) * 10 + 10)
    if match["turned"]:
        year = year_span(turned(match["turned"]).year)
        return year.start, year.end
    how, day, next_year = match["how"], turned(match["n"]), turned(int(match["n"]) + 1)
    if "the day" in how:
        return day, day + dt.timedelta(days=1)
    if how in ("before", "until", "by", "under"):
        return None, day
    if how in ("since", "from"):
        return day, None
    if how in ("after", "over"):
        return (next_year if how == "over" or "turn" not in match.group() else day), None
    return day, next_year
