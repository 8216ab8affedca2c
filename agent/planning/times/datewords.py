"""Numbers and dates as they are written, put as `dates` knows them: "thirty-two months", "20/Feb/2020", "'86"."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.dates import DAY, MONTH, MONTHS, NUMBERS, UNIT, YEAR
from chartwarden.tools.records.number_words import CARDINALS, ORDINALS, TENS

_ONES, _TEENS = CARDINALS[1:10], CARDINALS[10:]
_DAY_NUMBERS = {word: n for n, word in enumerate(ORDINALS, 1)} | {"thirtieth": 30}
_DAY_NUMBERS |= {f"{ten}-{ORDINALS[n - 1]}": tens + n for ten, tens in (("twenty", 20), ("thirty", 30))
                 for n in range(1, 10) if tens + n < 32}  # fmt: skip
_ORDINAL = "|".join(sorted(_DAY_NUMBERS, key=len, reverse=True)).replace("-", "[- ]")
_WORD = rf"(?:hundred|{'|'.join((*TENS, *reversed(_TEENS), *_ONES))})"
_NUMBER = Pattern(
    rf"(?:(?P<hundreds>an?|{'|'.join(_ONES)})[ -]hundred(?:[ -]and)?|(?P<hundred>hundred)(?:[ -]and)?)?[ -]?"
    rf"(?:(?P<tens>{'|'.join(TENS)})(?:[ -](?P<ones>{'|'.join(_ONES)}))?|(?P<small>{'|'.join((*_TEENS, *_ONES))}))?"
)
_LONG_NUMBER = Pattern(
    rf"(?<![\w-])(?P<words>(?:an? (?=hundred))?{_WORD}(?>(?:[ -](?:and )?{_WORD})*))"
    rf"(?P<unit>(?: and a half)?[ -]{UNIT}\b)?",
    re.IGNORECASE,
)
"""A whole run of number words, and the unit after it. Atomic: with `*+` Python 3.11.2 finds none."""
_WORDS_OF_UNITS = Pattern(rf"(?:an?|{_WORD}) {UNIT}\b", re.IGNORECASE)
_WORD_BEFORE = Pattern(rf"(?:\b(?:thousand|million|(?!one ){_WORD})(?:[ -]and)?[ -]|-)$", re.IGNORECASE)
_MEANING = r"(?: \(|,? \(?(?:i\.?e\.?|that is|that's|meaning),? )(?:the )?"
_DAY_OF_MONTH = rf"(?:{DAY} (?:of )?(?:{MONTH})|(?:{MONTH}) {DAY})"
_SHORT_UNITS = {"y": "years", "m": "months", "w": "weeks", "d": "days", "h": "hours"}
_SHORT = r"(?:y(?:rs?)?|mo?s?|w(?:ks?)?|d|h(?:rs?)?)"
UNREAD_SPAN = (
    rf"\b(?:{_WORD}|thousand|million|qk\d+|\d[\d,.]*)[ -]{UNIT} ago\b"
    rf"|\b(?:last|past|previous) (?:(?:{_WORD}|thousand|million|and|an?|qk\d+|\d[\d,.]*)[ -])+{UNIT}\b"
)
"""A number of units that was not read, as it stands in a skeleton."""


def number_in_words(words: str) -> int | None:
    """The number from 1 to 999 that words say ("a hundred and twenty-eight"); None where they say none."""
    match = _NUMBER.fullmatch(words.lower().strip())
    if match is None or not any(match.groups()):
        return None
    hundreds = 1 if match["hundred"] else NUMBERS[match["hundreds"]] if match["hundreds"] else 0
    return hundreds * 100 + sum(NUMBERS[match[name]] for name in ("tens", "ones", "small") if match[name])


def is_torn(text: str, start: int, end: int) -> bool:
    """Whether a phrase starts with a number that is the end of a longer one: the "two" of "thirty-two"."""
    if text[start : start + 1].isdigit():
        return bool(re.search(r"\d[.,]$", text[max(0, start - 2) : start]))
    before = text[max(0, start - 16) : start]
    return bool(_WORDS_OF_UNITS.match(text, start, end) and _WORD_BEFORE.search(before))


def _digits(match: re.Match[str]) -> str:
    number = number_in_words(match["words"])
    several = re.search(r"[ -]|hundred", match["words"], re.IGNORECASE)
    return f"{number}{match['unit']}" if match["unit"] and number is not None and several else match.group()


def _ordinal(match: re.Match[str]) -> str:
    return f"{_DAY_NUMBERS[match['day'].lower().replace(' ', '-')]} {match['month']}"


def _month_of(match: re.Match[str]) -> str:
    return str(match["name"] or match.groupdict().get("name2") or "")


def _glossed(match: re.Match[str]) -> str:
    """ "9/12/2013 (9 December)": the words say which of the two numbers is the month."""
    day, month = int(re.findall(r"\d+", match["gloss"])[0]), MONTHS[re.findall(r"[a-z]+", _month_of(match).lower())[0]]
    if sorted((day, month)) != sorted((int(match["a"]), int(match["b"]))):
        return match.group()
    return f"{match['y']}-{month:02}-{day:02}"


def _of_that_year(match: re.Match[str]) -> str:
    years = set(re.findall(rf"(?<![\w/.-]){YEAR}(?![\w/-])", match.string[: match.start()]))
    return f"{match['when']} {years.pop()}" if len(years) == 1 else match.group()


def _short_range(match: re.Match[str]) -> str:
    first, last = int(match["a"]), int(match["b"])
    if last <= max(12, first % 100):
        return match.group()  # "2009-11" is a month
    return f"between {first} and {first // 100 * 100 + last}"


_COMPARES = Pattern(
    r"\b(?:(?:high|low|great|small|larg|bigg|heavi|light|tall|short|bett)er|more|less|worse|which (?:of|year))\b",
    re.IGNORECASE,
)


def both_years(match: re.Match[str]) -> str:
    """Two years side by side as one stretch, unless the one is held against the other: "higher in 2019 or 2020"."""
    is_choice = " or " in match.group().lower() and _COMPARES.search(match.string)
    is_next = int(match["b"]) == int(match["a"]) + 1
    return f"between {match['a']} and {match['b']}" if is_next and not is_choice else match.group()


_REWRITES = Rewrites(
    (
        (r" ?(?:-+>|→|=>) ?", " to "),
        (
            r"\b(?P<n>there|prescriptions?|scripts?|orders?|drugs|medications?|medicines?|meds|results?|those|ones|labs?"
            r"|bloods?|work|tests?|panels?|profiles?|values?|readings?|numbers|vitals|notes?|letters?|shots?|jabs?"
            r"|vaccin(?:e|ation)s?|immuni[sz]ations?|boosters?|procedures?|operations?|surger(?:y|ies)|encounters?|visits?"
            r"|appointments?|admissions?|stays?|hospitali[sz]ations?|scans?|diagnos[ei]s|conditions?|problems?) from"
            rf"(?= (?:(?:last )?(?:{MONTH})(?:,? {YEAR})?|{YEAR})(?![\w-])"
            r"(?! ?(?:on|onwards?|forwards?|to|until|through|till|up|and|or)\b| ?[-–]))",
            r"\g<n> in",
        ),
        (rf"(?<![\w.])(?P<n>\d+) ?(?P<u>{_SHORT})(?= (?:ago|back)\b)", lambda m: _long(m, "")),
        (
            rf"\b(?P<w>last|past|previous|prior|look-?back:?|lookback of) (?P<n>\d+) ?(?P<u>{_SHORT})(?![\w/-])",
            lambda m: _long(m, f"{m['w']} "),
        ),
        (rf"(?<![\w.,])(?P<n>[1-9]\d?),(?P<rest>\d{{3}})(?= {UNIT}\b)", r"\g<n>\g<rest>"),
        (rf"(?<![\w.,])(?P<n>\d+)\.5 (?P<u>{UNIT})\b", r"\g<n> and a half \g<u>"),
        (
            rf"(?<![\w-])(?:the )?(?P<day>{_ORDINAL})(?: day)? of (?P<month>{MONTH})(?![\w-])",
            _ordinal,
        ),
        (
            rf"\b(?P<month>{MONTH}) the (?P<day>{_ORDINAL})(?=,? {YEAR}\b)",
            _ordinal,
        ),
        (
            rf"\bbetween the (?P<a>\d\d?)(?:st|nd|rd|th)(?= and (?:the )?{DAY} (?:of )?(?:{MONTH})\b)",
            r"between \g<a>",
        ),
        (rf"(?<![\w/-])(?P<d>{DAY})[/-](?P<m>{MONTH})[/-](?P<y>{YEAR})(?![\w/-])", r"\g<d> \g<m> \g<y>"),
        (
            rf"(?<![\w/.])(?P<a>\d\d?)[/.](?P<b>\d\d?)[/.](?P<y>{YEAR}){_MEANING}"
            rf"(?P<gloss>{DAY} (?:of )?(?P<name>{MONTH})(?: (?P=y))?)\b\)?",
            _glossed,
        ),
        (
            rf"(?<![\w/.])(?P<a>\d\d?)[/.](?P<b>\d\d?)[/.](?P<y>{YEAR}){_MEANING}"
            rf"(?P<gloss>(?P<name>{MONTH}) {DAY}(?:,? (?P=y))?)\b\)?",
            _glossed,
        ),
        (
            rf"\b(?P<gloss>{DAY} (?:of )?(?P<name>{MONTH})|(?P<name2>{MONTH}) {DAY}),? (?P<y>{YEAR}) ?"
            r"\((?P<a>\d\d?)[/.](?P<b>\d\d?)[/.](?P=y)(?: in [\w/-]+(?: format| order)?)?\)",
            _glossed,
        ),
        (rf"\b(?P<when>(?:{DAY} (?:of )?)?(?:{MONTH})(?: {DAY})?),? (?:of|in) that(?: same)? year\b", _of_that_year),
        (rf"\b(?:(?:in|from|during|over|for) )?(?<![\w/.-])(?P<a>{YEAR})[-–](?P<b>\d\d)(?![\w/-])", _short_range),
        (
            rf"\b(?P<how>between|from) (?P<a>{_DAY_OF_MONTH}) (?P<and>and|to|until|through|-) "
            rf"(?P<b>{_DAY_OF_MONTH})(?:,? (?:of )?)(?P<y>{YEAR})(?![\w/-])",
            r"\g<how> \g<a> \g<y> \g<and> \g<b> \g<y>",
        ),
        (
            rf"(?:\b(?:on|during|over|of|for) )?(?<![\w./-])(?<!between )(?<!from )(?P<a>{DAY})(?: "
            rf"(?P<n>{MONTH}))? ?(?:to|until|through|thru|[-–]) ?"
            rf"(?P<b>{DAY}) (?:of )?(?P<m>{MONTH}),? (?P<y>{YEAR})(?![\w/-])",
            lambda m: f"between {m['a']} {m['n'] or m['m']} {m['y']} and {m['b']} {m['m']} {m['y']}",
        ),
        (
            rf"(?:\b(?:on|during|over|of|for) )?(?<![\w./-])(?<!between )(?<!from )(?P<m>{MONTH}) (?P<a>{DAY}) ?"
            rf"(?:to|until|through|thru|[-–]) ?(?:(?P<n>{MONTH}) )?(?P<b>{DAY}),? (?P<y>{YEAR})(?![\w/-])",
            lambda m: f"between {m['a']} {m['m']} {m['y']} and {m['b']} {m['n'] or m['m']} {m['y']}",
        ),
        (rf"\b(?P<d>{_DAY_OF_MONTH}),? in (?P<y>{YEAR})(?![\w/-])", r"\g<d> \g<y>"),
        (rf"\b(?:in )?cy ?(?P<y>{YEAR})(?![\w/-])", r"in \g<y>"),
        (
            r"\bthe present (?=(?:year|month|week)\b)|\bthe (?P<u>year|month|week)(?: that| which)? we(?:'re|"
            r" are) in\b",
            lambda m: f"this {m['u'] or ''}",
        ),
        (rf"\byear ?(?:[=:]|is) ?(?P<y>{YEAR})(?![\w/-])", r"in \g<y>"),
        (
            rf"\bon (?P<d>{DAY} (?:of )?(?:{MONTH}),? {YEAR}|(?:{MONTH}) {DAY},? {YEAR}),? "
            r"(?P<w>after|before) (?P<c>\d\d?:\d\d|\d\d? ?[ap]m)\b",
            r"\g<w> \g<c> on \g<d>",
        ),
        *(
            (rf"\b{feast},?(?: (?:of|in))? (?P<y>{YEAR})(?![\w/-])", rf"{day} \g<y>")
            for feast, day in (
                ("new year'?s day", "1 January"),
                ("new year'?s eve", "31 December"),
                ("christmas day", "25 December"),
                ("christmas eve", "24 December"),
                ("boxing day", "26 December"),
            )
        ),
        (rf"\b(?:at |on )?(?:exactly|precisely) (?={YEAR}-\d\d-\d\d)", "at "),
    ),
    re.IGNORECASE,
)
_SHORT_YEAR = Pattern(
    r"\b(?P<lead>in|since|between|and|from|to|until|till|before|after|of|through|by"
    rf"|(?:{MONTH})\.?) '(?P<yy>\d\d)(?!\w)",
    re.IGNORECASE,
)
_BEHIND_A_NAME = Pattern(r"(?<=[a-z)]) '(?=\d\d(?: ?[,:;?.)–-]|$))", re.IGNORECASE)
"""A short year with no word before it that bounds or holds it: "the knee replacement '09: ..."."""
_SHORT_DATE = Pattern(
    r"(?<=on )(?P<day>(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))/(?P<yy>\d\d)(?![\w/.-])", re.IGNORECASE
)


_WHOLE_DATE = Pattern(
    rf"(?<![\w/.-])(?:(?:the )?(?P<d>{DAY})(?: (?:of )?|-)(?P<m>{MONTH})\.?(?:,? |-)(?P<y>{YEAR})"
    rf"|(?P<m2>{MONTH})\.? (?:the )?(?P<d2>{DAY}),? (?P<y2>{YEAR}))(?![\w/-])",
    re.IGNORECASE,
)


def dates_alike(question: str) -> str:
    """The question with each whole date in words written one way: "March 12th, 2019" as "12 March 2019"."""

    def put(match: re.Match[str]) -> str:
        day = re.sub(r"\D", "", match["d"] or match["d2"])
        month = calendar.month_name[MONTHS[(match["m"] or match["m2"]).lower()]]
        return f"{int(day)} {month} {match['y'] or match['y2']}"

    return _BARE_YEAR.sub(r"\g<m> 19\g<y>", _WHOLE_DATE.sub(put, question))


_BARE_YEAR = Pattern(
    rf"(?P<m>\b(?:in|of|from|since|before|after|until|till|to|and|on \d{{1,2}}|during) (?:{MONTH}))"
    r" '?(?P<y>3[2-9]|[4-9]\d)\b(?![\d/:.,%-]\d| ?(?:mg|kg|cm|ml|units?|times|years?|days?|%))",
    re.IGNORECASE,
)
"""A year by its last two digits, behind a month: no day of a month is so high."""


def _long(match: re.Match[str], lead: str) -> str:
    return f"{lead}{match['n']} {_SHORT_UNITS[match['u'].lower()[0]]}"


_IN_NUMBERS = Pattern(rf"(?<![\w/.-])(?P<a>\d\d?)/(?P<b>\d\d?)/(?P<y>{YEAR})(?![\w/-])")


def _day_first(question: str) -> str:
    """Dates in numbers as they are all meant, where one of them can only begin with the day: "26/04/2018,"
    " 02/05/2019"."""
    told = [(int(match["a"]), int(match["b"])) for match in _IN_NUMBERS.finditer(question)]
    if not any(a > 12 for a, _ in told) or not all(b <= 12 for _, b in told):
        return question
    return _IN_NUMBERS.sub(lambda m: f"{m['y']}-{int(m['b']):02}-{int(m['a']):02}", question)


def plain_dates(question: str, now: dt.datetime) -> str:
    """A question with its numbers of units and its dates written as `dates` knows them."""
    question = _day_first(_LONG_NUMBER.sub(_digits, question))
    question = _REWRITES.put_into(question)

    def whole_year(match: re.Match[str]) -> str:
        """The latest year that ends so and has begun."""
        year = now.year - (now.year - int(match["yy"])) % 100
        return f"{match['lead']} {year}"

    def whole_date(match: re.Match[str]) -> str:
        return f"{match['day']}/{now.year - (now.year - int(match['yy'])) % 100}"

    question = _SHORT_YEAR.sub(whole_year, question)
    question = _SHORT_YEAR.sub(whole_year, _BEHIND_A_NAME.sub(" in '", question))
    return _SHORT_DATE.sub(whole_date, question)
