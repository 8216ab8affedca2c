"""What is to come: appointments and visits that are booked, and requests that are open.

Which of them is for a clinic that the question names, their own names tell: all of them are given, and the answer says
so.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.dates import MONTH
from chartwarden.agent.planning.times.daypoints import CLOCK, WEEKDAYS
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.query import RecordQuery, Window

_NOUN = (
    r"(?:appointments?|appts?|follow-? ?ups?|slots?|check-?ups?|fittings?|clinic visits?|visits?|reviews?"
    r"|consultations?)"
)
_WORDS = r"(?:[\w&'-]+ ){0,4}?"
_WHOSE = r"(?:the|my|his|her|our|their|patient's|this patient's)"
_BOOKED = r"(?:booked|scheduled|arranged|planned|coming up|down(?: for)?|made|in the (?:diary|book|system))"
_APPOINTMENT = Pattern(
    rf"\b(?:next|upcoming|future|coming|forthcoming|following) {_WORDS}{_NOUN}\b"
    rf"|\b(?:is|are|'s|any|an?|got|have|has) (?:{_WHOSE} )?{_WORDS}{_NOUN} (?:[\w'-]+ ){{0,4}}?{_BOOKED}\b"
    rf"|^(?:what|which) (?:date|day|time|date and time|day and time) (?:is|are) {_WHOSE} {_WORDS}"
    r"(?:appointments?|appts?|follow-? ?ups?|fittings?)\b"
    r"|^when(?:'s| is| are) (?:my|his|her|our|their|the) (?:[\w&'-]+ ){0,3}?(?:appointments?|appts?|fittings?)\b"
    r"|^(?:what|which) appointments (?:do|does|are|is|has|have)\b"
    rf"|\b(?:do|does) {WHO} have (?:any|an?) (?:[\w&'-]+ ){{0,3}}?appointments?\b"
)
_PAST = Pattern(
    r"\b(?:was|were|did|didn't|had|came|last|latest|previous|past|attend\w*|missed|ago|since|before|after|until|till|ever"
    r"|kept|should|ought|recommend\w*|needs?|must|can you|could you|please (?:book|make|arrange)|cancel\w*"
    r"|reschedul\w*|moved?|change\w*|letters?|notes?|say|says|said|asks?|asked|wrote|written|discussed|prepare|draft"
    r"|how (?:long|often|much)|between|(?:time|gap|interval) from|then (?:(?:the|his|her|my|their) )?(?:next"
    r"|following))\b"
)
"""Words for what has been, what ought to be, and what is to be done."""
_SOON = (
    rf"(?:tomorrow(?: (?:morning|afternoon|evening))?|tonight|later today|next week|(?:on )?(?:{'|'.join(WEEKDAYS)})"
    rf"|{CLOCK})"
)
_OPEN = Pattern(
    rf"\b(?:ordered|requested|booked|due|planned|scheduled) for {_SOON}(?=[ ?.,]*(?:$|[,;]))"
    r"|\b(?:referrals?|requests?|tests|blood tests|scans|investigations) (?:are |is |that are )?(?:still )?"
    r"(?:outstanding|pending|open)$"
    r"|\b(?:outstanding|pending|open) (?:\w+ ){0,2}(?:tests?|blood tests|scans?|requests?|referrals?|investigations?)\b"
)
_ANYTHING = Pattern(
    r"(?:so )?(?:what(?:'s| is| have we got| has been)|(?:is )?(?:there )?anything)"
    r"(?: (?:currently|still|now|else|all))*"
    r" (?:planned|scheduled|arranged|coming up|lined up|in the pipeline|outstanding)"
    r"(?: (?:for )?(?:him|her|me|them|the patient|this patient|next))*"
)
"""All that is to come."""
_DRUG = Pattern(r"\b(?:drugs?|medic\w+|prescri\w+|dose|doses|tablets?|infusion)\b")
_YES_NO = Pattern(r"^(?:is|are|do|does|has|have|any|was)\b|, yes or no$")
_AHEAD = Pattern(
    rf"\b(?:(?P<tomorrow>tomorrow)|(?P<week>next week)|(?:(?:on|for|this|next|coming) )(?P<day>{'|'.join(WEEKDAYS)}))\b"
)
BOOKED = ("booked", "pending", "waitlist", "planned")
"""Statuses of appointments and visits that are to come."""


_OTHER_TIME = Pattern(
    rf"\b(?:{MONTH}|(?:19|2\d)\d\d|\d{{1,2}}(?:st|nd|rd|th)|\d+/\d+|today|yesterday|this (?!patient)|past|weeks|months"
    r"|years|days|year|month|spring|summer|autumn|winter)\b"
)
"""A time that is not read here."""
# fmt: off
_PLAIN = frozenset({
    "a", "all", "already", "an", "and", "any", "appointment", "appointments", "appt", "appts", "are", "arranged",
    "at", "be", "been", "book", "booked", "coming", "count", "date", "dates", "day", "diary", "do", "does", "down",
    "follow", "follow-up", "follow-ups", "followup", "followups", "for", "forthcoming", "future", "give", "got",
    "had", "has", "have", "he", "her", "his", "how", "i", "in", "is", "it", "list", "made", "many", "me", "my",
    "next", "no", "number", "of", "on", "or", "our", "patient", "patient's", "planned", "please", "record",
    "recorded", "scheduled", "she", "show", "slot", "slots", "still", "system", "tell", "the", "their", "there",
    "they", "this", "time", "times", "to", "tomorrow", "up", "upcoming", "ups", "visit", "visits", "week", "what",
    "when", "where", "which", "who", "whom", "with", "yes",
}).union(WEEKDAYS)
# fmt: on
"""Words of such a question that narrow nothing."""


@dataclass(frozen=True)
class Planned:
    """What is asked of what is to come."""

    questions: tuple[RecordQuery, ...]
    read_as: str


def planned(question: str, reader: TimeReader) -> Planned | None:
    """What a question asks of booked appointments or open requests; None for any other question."""
    text = re.sub(r"\s+", " ", question.lower()).strip(" ?.!")
    text = re.sub(r"^[\w ]{0,20}: ", "", text)
    if _PAST.search(text) or _OTHER_TIME.search(text) or ";" in text or len(text.split()) > 25:
        return None
    if _APPOINTMENT.search(text):
        return _appointments(text, reader)
    if _ANYTHING.fullmatch(text):
        return _anything()
    if _OPEN.search(text) and not _DRUG.search(text):
        asked = RecordQuery(types=("ServiceRequest",), status=("active",), planned=True, target="name")
        return Planned((asked,), "which requests for tests, scans or services are open, of any kind?")
    return None


def _anything() -> Planned:
    """Appointments and visits that are booked, requests that are open, and plans that are in force."""
    asked = (
        RecordQuery(types=("Appointment", "Encounter"), status=BOOKED, planned=True, target="time"),
        RecordQuery(types=("ServiceRequest",), status=("active",), planned=True, target="name"),
        RecordQuery(types=("CarePlan",), status=("active",), target="name"),
    )
    return Planned(asked, "which visits are booked, which requests are open, and which care plans are in force?")


def _appointments(text: str, reader: TimeReader) -> Planned:
    base = RecordQuery(
        types=("Appointment", "Encounter"), status=BOOKED, planned=True, window=_window(text, reader), target="time"
    )
    narrowed = set(re.findall(r"[a-z][a-z'-]*", re.sub(r"\b(when|what|who|there)'s\b", r"\1", text))) - _PLAIN
    if narrowed:  # of what is found each is told by its name: none of it is said to be what was named
        asked = [base.model_copy(update={"target": "name"})]
    elif re.search(r"\bhow many\b", text):
        asked = [base.model_copy(update={"measure": "count", "target": "name"})]
    elif _YES_NO.search(text):
        asked = [base.model_copy(update={"measure": "exists", "target": "name"})]
    else:
        is_one = re.search(r"\bnext (?:appointment|appt|visit|slot|follow-? ?up|check-?up)\b", text)
        asked = [base.model_copy(update={"which": "first"}) if is_one else base]
    if re.search(r"\b(?:who|whom)\b", text):
        asked.append(base.model_copy(update={"target": "person"}))
    return Planned(tuple(asked), "which appointments and visits are booked or planned, of any kind?")


def _window(text: str, reader: TimeReader) -> Window | None:
    """The day or the week to come that a question names."""
    found = _AHEAD.search(text)
    if found is None:
        return None
    today = reader.now.replace(hour=0, minute=0, second=0, microsecond=0)
    if found["week"]:
        start = today + dt.timedelta(days=7 - today.weekday())
        return reader.window(start, start + dt.timedelta(days=7), found.group())
    ahead = 1 if found["tomorrow"] else (WEEKDAYS.index(found["day"]) - today.weekday()) % 7
    ahead = 7 if not ahead and found.group().startswith(("next", "coming")) else ahead
    start = today + dt.timedelta(days=ahead)
    return reader.window(start, start + dt.timedelta(days=1), found.group())
