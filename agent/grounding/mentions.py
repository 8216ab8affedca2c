"""What a sentence mentions: quotations, dates, numbers with units, and words, each taken out of the text in turn."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from chartwarden.tools.records import units
from chartwarden.tools.records.number_words import CARDINALS

_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|„([^“”]+)[“”]|«\s*([^»]+?)\s*»")
_TYPES = (
    "AdverseEvent|AllergyIntolerance|Appointment|Binary|CarePlan|CareTeam|Claim|ClinicalImpression|Communication|"
    "Composition|Condition|Consent|Coverage|DetectedIssue|Device|DeviceRequest|DeviceUseStatement|DiagnosticReport|"
    "DocumentReference|Encounter|EpisodeOfCare|ExplanationOfBenefit|FamilyMemberHistory|Flag|Goal|Group|ImagingStudy|"
    "Immunization|List|Location|Media|Medication|MedicationAdministration|MedicationDispense|MedicationRequest|"
    "MedicationStatement|NutritionOrder|Observation|Organization|Patient|Practitioner|PractitionerRole|Procedure|"
    "Provenance|Questionnaire|QuestionnaireResponse|RelatedPerson|RiskAssessment|ServiceRequest|Specimen"
)
_REFERENCE = re.compile(rf"\b(?:{_TYPES})/[A-Za-z0-9\-.]{{1,64}}\b")
NAME_MARK = "Ω"
"""Stands in a sentence where a name of the record was told whole. A letter, so that it reads as a word."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar enero janvier", "february feb februar febrero février", "march mar märz marzo mars",
            "april apr abril avril", "may mai mayo", "june jun juni junio juin", "july jul juli julio juillet",
            "august aug agosto août",
            "september sep sept septiembre septembre", "october oct oktober okt octubre octobre",
            "november nov noviembre novembre", "december dec dezember dez diciembre décembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_TIME = (
    r"(?:[T ,]*(?:at |um |a las |à )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DATES = (
    re.compile(rf"\b(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}}){_TIME}(?![\d-])", re.IGNORECASE),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of| de)? (?P<name>{_MONTH})\.?,?(?: de)? "
        rf"(?P<year>\d{{4}})\b{_TIME}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b{_TIME}", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<name>{_MONTH})\.?,?(?: of| de)? (?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])(?![\d-])"),
    re.compile(rf"\b(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})\b{_TIME}", re.IGNORECASE),
)
_YEAR = re.compile(r"(?<![\w.,/:+-])(?P<year>1[89]\d\d|2[0-2]\d\d)(?![\w/:-]|[.,]\d)")
_NUMBER = re.compile(
    r"(?<![\w.,:^*-])(?P<number>[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?=$|[^\w.]|\.(?!\d)|[A-Za-zµμ°%])"
)
_UNIT = re.compile(
    r"\s?(?P<unit>10[*^]\d+(?:/[\w\[\]{}.]*\w[\]}]?)?|[%°]?[A-Za-zµμ\[{#%/*][\w\[\]{}/%*^.'µμ°²³-]*|%|°)"
)
_WORD = re.compile(r"[^\W_](?:[\w'’.+/-]*[^\W_])?")
_BEFORE = re.compile(r"([^\W\d_][\w-]*)[ #-]*$")
_AFTER = re.compile(r"[ -]*([^\W\d_][\w-]*)")
_NOT_UNITS = frozenset(
    {
        "in", "a", "as", "at", "on", "of", "to", "and", "or", "per", "days'", "is", "was", "for", "by", "the",
        "with", "from",
    }
)  # fmt: skip
_UNIT_SHAPE = re.compile(
    r"[/%\[\]{}^*]|^[munkdcµμ]?(?:g|l|mol|eq|iu|u|m|s|v|pa|hg|cal|j|w|bq|gy|sv|hz)$", re.IGNORECASE
)
_SMALL_NUMBERS = {CARDINALS[number]: number for number in range(2, 13)}


@dataclass(frozen=True)
class Amount:
    """A number and its unit, empty where it has none."""

    number: Decimal
    unit: str = ""


@dataclass(frozen=True)
class Told:
    """A number in a sentence, and the words right before and after it."""

    amount: Amount
    written: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Written:
    """A date as a sentence writes it; what is not written is None."""

    year: int
    month: int | None = None
    day: int | None = None
    time: dt.time | None = None
    has_seconds: bool = False
    offset: dt.timedelta | None = None
    swapped: tuple[int, int] | None = None
    """(month, day) the other way round, for `05/12/2020`."""
    may_be_number: bool = False
    """A bare four-digit number that may be a count or a value instead."""


@dataclass(frozen=True)
class Mentions:
    """Everything one sentence mentions."""

    quotations: tuple[str, ...]
    references: tuple[str, ...]
    dates: tuple[Written, ...]
    amounts: tuple[Told, ...]
    words: tuple[str, ...]
    number_words: tuple[str, ...]
    """`two` to `twelve`: numbers, unless the record itself uses the word."""
    codes: tuple[str, ...]
    """Tokens with digits that are neither dates nor numbers: codes and identifiers."""
    prose: str
    """The sentence without quotations and references, folded: where tone and negation are looked for."""


def mentions_of(text: str) -> Mentions:
    """Take a sentence apart."""
    quotations = quotations_in(text)
    rest = without_quotations(text)
    references = tuple(match.group() for match in _REFERENCE.finditer(rest))
    rest = _REFERENCE.sub(" ", rest)
    prose = folded(rest)
    dates: list[Written] = []
    for pattern in _DATES:
        found = [written for match in pattern.finditer(rest) if (written := _written(match)) is not None]
        if found:
            dates += found
            rest = pattern.sub(lambda match: " " if _written(match) is not None else match.group(), rest)
    amounts, rest = _take_amounts(rest, dates)
    tokens = [token for token in _WORD.findall(rest) if token not in ("¶", NAME_MARK)]
    words = tuple(folded(token) for token in tokens if not any(c.isdigit() for c in token))
    return Mentions(
        quotations=quotations,
        references=references,
        dates=tuple(dates),
        amounts=tuple(amounts),
        words=tuple(word for word in words if word not in _SMALL_NUMBERS),
        number_words=tuple(word for word in words if word in _SMALL_NUMBERS),
        codes=tuple(token for token in tokens if any(c.isdigit() for c in token)),
        prose=prose,
    )


def quotations_in(text: str) -> tuple[str, ...]:
    """What stands in quotation marks."""
    return tuple(" ".join(next(filter(None, match.groups())).split()) for match in _QUOTED.finditer(text))


def without_quotations(text: str) -> str:
    """The text with a mark in the place of each quotation."""
    return _QUOTED.sub(" ¶ ", text)


def number_of(word: str) -> Amount:
    """The number a number word stands for."""
    return Amount(Decimal(_SMALL_NUMBERS[word]))


def folded(text: str) -> str:
    """Lower case, plain apostrophes, one space."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def words_in(text: str) -> set[str]:
    """The words of a text, folded: each token whole, and its parts at hyphens, slashes and dots."""
    found: set[str] = set()
    for token in _WORD.findall(text):
        word = folded(token)
        found.add(word)
        found.update(part for part in re.split(r"[-/.+']", word) if part)
    return found


def amounts_in(text: str) -> list[Amount]:
    """Numbers of a text with the unit that follows each, where one does."""
    told, _ = _take_amounts(text, None)
    return [one.amount for one in told]


def _take_amounts(text: str, dates: list[Written] | None) -> tuple[list[Told], str]:
    """Numbers with units, and the text without them. Bare years go to `dates` when a list is given."""
    found: list[Told] = []
    pieces: list[str] = []
    position = 0
    for match in _NUMBER.finditer(text):
        if match.start() < position:
            continue
        number = Decimal(match.group("number").replace(",", "").replace("−", "-"))
        unit, end = "", match.end()
        following = _UNIT.match(text, end)
        if following is not None and is_unit(following.group("unit").rstrip(".,;:)")):
            unit = following.group("unit").rstrip(".,;:)")
            end = following.start("unit") + len(unit)
        elif end < len(text) and text[end].isalpha():
            continue
        year = _YEAR.match(text, match.start())
        if dates is not None and year is not None and not unit:
            dates.append(Written(int(number), may_be_number=True))
        else:
            before, after = _BEFORE.search(text[: match.start()]), _AFTER.match(text[end:])
            found.append(
                Told(
                    Amount(number, unit),
                    match.group("number"),
                    folded(before.group(1)) if before else "",
                    folded(after.group(1)) if after else "",
                )
            )
        pieces.append(text[position : match.start()])
        position = end
    pieces.append(text[position:])
    return found, " ".join(pieces)


def is_unit(token: str) -> bool:
    """Whether the word after a number is a unit, as far as spelling tells."""
    if token.lower() in _NOT_UNITS:
        return False
    return token.lower() in units.ALIASES or bool(_UNIT_SHAPE.search(token))


def _written(match: re.Match[str]) -> Written | None:
    parts = match.groupdict()
    year = int(parts["year"])
    month = _MONTHS[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    day = int(parts["day"]) if parts.get("day") else None
    swapped = None
    if "/" in match.group() and day is not None:  # month first, unless that is no month
        month, day = (day, month) if month > 12 else (month, day)
        swapped = (day, month) if day <= 12 else None
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return None
    time, offset = None, None
    if parts.get("hour"):
        hour = int(parts["hour"]) % 24
        if parts["half"]:
            hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
        time = dt.time(hour, int(parts["minute"]), int(parts["second"] or 0))
        offset = _offset(parts["zone"])
    return Written(year, month, day, time, bool(parts.get("second")), offset, swapped)


def _offset(zone: str | None) -> dt.timedelta | None:
    if zone is None:
        return None
    if zone.upper() in ("Z", "UTC"):
        return dt.timedelta(0)
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    return sign * dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
