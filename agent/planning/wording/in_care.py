"""What people say of stays and visits: that somebody is in hospital now, was kept in, what was done for them there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.times.timephrases import TimePhrase
from chartwarden.agent.planning.wording.authorship import WHO_TREATS
from chartwarden.agent.planning.wording.told_patterns import A_DAY
from chartwarden.agent.planning.wording.who import WHO, WHOM
from chartwarden.tools.records.number_words import ORDINALS
from chartwarden.tools.records.query import Window

_ER = r"(?:the )?(?:er|ed|a&e|emergency(?: room| department)?)"
_THERE = rf"(?:in|at|on) (?P<place>{_ER}|(?:the )?(?:hospital|icu|intensive care(?: unit)?))"
_AT_A_VISIT = (
    r"(?:at|during|in|on) (?:the|that|his|her|my|their) (?:[\w-]+ ){0,3}?"
    r"(?:visit|stay|admission|appointment|encounter|check-?up)\b"
)
_THEN = rf"(?:{_AT_A_VISIT}|(?:on|in) (?!(?:the|that|this|his|her|my|their)\b))"
_NO_DAY = r"(?!.*\b\d{1,2}(?:st|nd|rd|th)?\b)"
"""Of a visit that its day tells, what was done is asked, and no overview."""
_ALREADY = Pattern(
    r"\b(?:ever|how (?:many|often)|number of|any|every|each|when|last|first|times|nights?)\b", re.IGNORECASE
)
"""What asks of any night, and not of the one that has just been."""


def _of_any_night(match: re.Match[str]) -> str:
    return "for an overnight stay" if _ALREADY.search(match.string) else match.group()


def _there(match: re.Match[str]) -> str:
    """A visit where a place was named, so that what is asked of it is no visit."""
    place = match["place"].lower().removeprefix("the ")
    return f"the {'hospital stay' if place == 'hospital' else f'{place} stay' if place[0] == 'i' else 'er visit'}"


_PLACES = r"(?:institution|facilit(?:y|ies)|hospital|clinic|practice|organi[sz]ation|site|place)s?"
_VISIT = r"(?:visit|appointment|admission|stay|encounter|consultation|check-?up|attendance)"
_REASONS = r"(?P<x>reasons [^?.,;]*[a-z0-9])[?.,; -]+"
_CAME_WITH = rf"what (?:did|does) {WHO} come in (?:with|for|about)"
_IN_HOSPITAL = rf"{WHO} (?:been )?(?:an? in-?patient|hospitali[sz]ed|admitted|in hospital)"


def _why_in(match: re.Match[str]) -> str:
    """Why somebody was in hospital, asked of all their stays there."""
    kind = "inpatient" if re.search(r"in-?patient", match.group(), re.IGNORECASE) else "hospital"
    return f"what were the reasons for the {kind} stays"


def _bare(told: str) -> str:
    """A day without the visit that it is told of."""
    return re.sub(r"\b(?:the|visit|encounter|on|of)\b ?", "", told, flags=re.IGNORECASE).strip()


_SAID = whole_words(
    (
        # who was seen, and where
        (
            r"^(?:(?:please )?(?:list|name|show|give me) )?(?:(?:which|what|who are|the|names of|all|every|each|any"
            r"|of) )*"
            r"(?:practitioner|clinician|doctor|physician|provider)s? (?:who|that|which) (?:has |have )?(?:ever )?"
            r"(?:seen|saw"
            rf"|treated|looked after|cared for) (?:{WHO}|me|him|her|them)(?: so far| to date| ever)?(?=[ ?.!]*$)",
            "which clinicians has the patient seen?",
        ),
        (
            r"^(?:the )?(?:clinician|doctor|provider|physician|practitioner)s?(?: seen| names?)?(?: (?:on|for"
            r"|at))? ?[,:]? "
            rf"(?P<d>(?:the )?{A_DAY}(?: visit| encounter)?|(?:the )?(?:visit|encounter) (?:on|of) {A_DAY})"
            r"(?=[ ?.!]*$)",
            lambda m: f"who was seen on {_bare(m['d'])}?",
        ),
        (
            rf"^(?:(?:please )?(?:list|give|name|show)(?: me)? )?(?:(?:at|in|the|names?|of|which|what|every|all|each"
            rf"|any) )*{_PLACES}(?: (?:that|which|where))?(?:(?: (?:did )?{WHO})? (?:hosted|had|held|with|saw"
            rf"|visit(?:ed)?|attend(?:ed)?|(?:go|went|been|was|were) (?:to|seen(?: at| in)?))(?: (?:an?|any|the|her"
            rf"|him|me|his))*(?: (?:encounter|visit|appointment|patient)s?)?| (?:of|for) (?:all |the |her |his |my )*"
            rf"(?:visit|encounter|appointment)s| (?:was|were|has|had) {WHO} (?:been )?(?:seen|treated|looked after"
            rf"|cared for)(?: (?:at|in|by))?)(?P<t> (?:in|on|during|since|between|before|after|over) [^?.;:]*?)?"
            r"(?=[ ?.!]*$)",
            r"where was the patient seen\g<t>?",
        ),
        (
            r"(?:(?:on|during|in|over) )?(?:(?:the|his|her|my|their) )?(?:(?:very )?first (?:icu|intensive care) day"
            r"|icu day (?:1|one)|first day (?:in|on|of) (?:the |his |her |my )?(?:icu|intensive care)(?: unit)?"
            r"(?: stay)?)",
            "on the day of ICU admission",
        ),
        (
            rf"(?P<b>before|after|until|since) (?P<w>{WHO}) (?:(?:went|came|got|returned|made it)"
            r"|(?:was|were|got) (?:sent|let|allowed)) (?:back )?home(?! (?:on|with|from|for|to)\b)",
            r"\g<b> \g<w> left the hospital",
        ),
        (
            rf"(?:for (?:what|which) reasons|what were the reasons why|why) (?:has|have|was|were) {_IN_HOSPITAL}"
            r"(?: ?\(in-?patient\)| as an in-?patient)?(?= ?[?.]? (?:\w+ )*each\b| (?:during|in|since) (?:19|20)\d\d"
            r"[ ?.]*(?:\w+ )*each\b)",
            _why_in,
        ),
        (
            rf"{_REASONS}(?:(?:list|give|name|show|tell me) )?each(?: reason| one)? (?:only |just )?once",
            r"\g<x>",
        ),
        (rf"{_REASONS}(?:list|give|name|show|tell me) each(?: reason| one)?", r"\g<x>"),
        (
            rf"{_CAME_WITH}(?= (?:at|on|for|during) (?:[\w'-]+ ){{1,4}}{_VISIT}\b) (?:at|on|for|during)",
            "what was the reason for",
        ),
        (
            rf"(?:{_CAME_WITH}|what brought {WHOM} in)(?= (?:on|in) )",
            "what was the reason for the visit",
        ),
        (r"(?:presenting|chief|main) complaint", "reason"),
        (
            rf"when {WHO} came in (?:to give birth|for the (?:birth|delivery))(?= (?:on|in) )",
            "at the visit for childbirth",
        ),
        (rf"when {WHO} came in (?:with|for|about)(?= (?:[\w'-]+ ){{1,4}}(?:on|in) )", "at the visit for"),
        (rf"reasons? (?:why )?{WHO} came in(?= (?:on|in) )", "reason for the visit"),
        (rf"what brought {WHOM} in (?:at|for|to) (?=(?:[\w'-]+ ){{1,4}}{_VISIT}\b)", "what was the reason for "),
        (
            r"(?P<v>what (?:was|is) (?:the|his|her|my|their) )(?:presenting |chief |main )?complaint(?! of)",
            r"\g<v>reason",
        ),
        (r"check[- ]?ups(?! visit)", "check-up visits"),
        (
            r"(?:an? in-?patient|in-?house)(?: (?:in|at) (?:the|your|our|a) hospital)?"
            r"(?= (?:on|over) (?:\d|[a-z' ]+\d))"
            r"|in an? (?:hospital bed|bed (?:in|on) (?:the|your|our|a) (?:hospital|ward))",
            "in the hospital",
        ),
        ("dispo", "disposition"),
        (
            r"(?:was|were) there an? (?:hospital )?(?:stay|admission|hospitali[sz]ation) "
            r"(?:in progress|ongoing|under way|open)",
            "was the patient in the hospital",
        ),
        (
            rf"^(?P<d>(?:on|over) [^?,]*?\d,? (?:was|were) {WHO}) "
            r"(?:an? in-?patient|hospitali[sz]ed|in-?house)(?=[ ?.]*$)",
            r"\g<d> in the hospital",
        ),
        (
            r"^(?:in(?: the)? hospital|inpatient|in-?house)(?= (?:on )?\d[^?;]*[ ?.]*$)",
            "was the patient in the hospital",
        ),
        (
            rf"(?P<a>how (?:long|many (?:hours|minutes|days))) (?:did (?P<x>(?!{WHO}\b)[^?,]+?) (?:stay|remain|sit)"
            rf"|(?:was|were) (?P<y>(?:the|his|her|my) (?!patient\b)[^?,]+?)) in(?: (?:place|situ))?"
            r"(?= ?[,?.]|$| (?:for|from|start)\b)",
            lambda m: f"{m['a']} did {m['x'] or m['y']} last",
        ),
        (
            r"(?P<s>stay|admission|hospitali[sz]ation) (?:number |no\.? |#)?(?P<n>[1-5])"
            r"(?= ?[?.,;)]| (?:and|to|until|from|begin|began|start|end)|$)",
            lambda m: f"the {ORDINALS[int(m['n']) - 1]} {m['s']}",
        ),
        (
            r"(?:kept|staying|stayed|stay|spent|held)(?: (?:in|there))? overnight|overnight in (?:the )?hospital"
            r"|in (?:the )?hospital overnight",
            _of_any_night,
        ),
        (
            rf"(?P<v>(?:was|were) {WHO} (?:ever )?|been )kept in(?= ?[?.,;]|$| (?:in|on|since|before|after|for) )",
            r"\g<v>admitted to hospital",
        ),
        (
            rf"what (?:did {WHO_TREATS} do{_NO_DAY}|(?:was|has been) done)(?: (?:for|to|with) {WHOM})? {_THERE}",
            lambda m: f"what was done at {_there(m)}",
        ),
        (
            rf"what did {WHO_TREATS} (?:give|prescribe|order)(?: (?:for )?{WHOM})? {_THERE}",
            lambda m: f"which drugs were ordered during {_there(m)}",
        ),
        (rf"what did {WHO_TREATS} do(?: (?:for|to|with) {WHOM})?(?= {_THEN}){_NO_DAY}", "what was done"),
        (
            rf"what did {WHO_TREATS} (?:give|prescribe|order)(?: (?:for )?{WHOM})?(?= {_THEN})",
            "which drugs were ordered",
        ),
        (
            r"^(?:(?:what(?:'s| is| was)|give me|tell me) )?(?:the )?(?:name of (?:the|his|her|my|their) hospital"
            r"|hospital(?:'s)? name)",
            "which hospital was it",
        ),
        (
            r"(?:what(?:'s| is) )?(?:the )?name of (?P<w>his|her|my|their|the patient's) (?P<x>gp|pcp|family doctor"
            r"|primary care (?:doctor|physician|provider))",
            r"who is \g<w> \g<x>",
        ),
        (
            rf"(?P<v>when was {WHO} )(?P<w>admitted|hospitali[sz]ed)(?: to (?:the )?hospital)?"
            r"(?:,? this time(?: round)?|,? for (?:this|the (?:current|present)) (?:stay|admission))",
            r"\g<v>last \g<w>",
        ),
    )
)


def care_plainly(question: str) -> str:
    """The question with such words said plainly."""
    return _SAID.put_into(question)


_NOW = r"(?:currently|right now|just now|now|still|already|presently|at the moment|at present|today)"
_IS_IN = Pattern(
    rf"(?:is|are|am) (?P<who>{WHO}) (?:{_NOW} )*(?:"
    r"(?:in|inside|at|on) (?P<place>(?:the |an? )?(?:hospital|icu|intensive care(?: unit)?|er|ed|emergency(?: room"
    rf"| department)?))|(?:an? )?(?:in-?patient|admitted|hospitali[sz]ed))(?: in hospital| to hospital)?(?:,? {_NOW})*"
    r"[ ?.]*"
)


def in_care_now(said: str, times: list[TimePhrase], now: dt.datetime) -> str:
    """Whether somebody is in hospital is asked of the moment of asking, which is added to `times`."""
    found = _IS_IN.fullmatch(re.sub(r"\bqt\d+\b", "today", said) if _is_today(said, times, now) else said)
    if found is None:
        return said
    second = dt.timedelta(seconds=1)
    window = Window(start=now - second, end=now + second, reading='"now" was read as the moment of asking.')
    times.append(TimePhrase(0, 0, window))
    return f"is {found['who']} in {found['place'] or 'hospital'} qt{len(times) - 1}?"


def _is_today(said: str, times: list[TimePhrase], now: dt.datetime) -> bool:
    """Whether the only time that is said is the day of asking."""
    told = re.findall(r"\bqt(\d+)\b", said)
    window = times[int(told[0])].window if len(told) == 1 else None
    return window is not None and window.start is not None and window.start.date() == now.date()


_SEEN = Pattern(
    r"(?:did|has|have|had) (?P<p>qp\d+) (?:ever |last )?(?:see|seen|saw|treat(?:ed)?|examined?|look(?:ed)? after) "
    rf"{WHOM}|(?:did|has|have|had|was|were|is) {WHO} (?:(?:ever|been) )*(?:see|seen|saw)(?: by)? (?P<q>qp\d+)"
)


def seen_by(text: str) -> str:
    """Whether a clinician saw somebody is asked of visits, and of nothing they ordered: of a skeleton."""
    return _SEEN.sub(lambda m: f"was there any visit by {m['p'] or m['q']}", text)


_UNIT = r"(?:the |an? )?(?:icu|itu|(?:intensive|critical) care(?: unit)?)"
_UNIT_THEN = Pattern(rf"\b(?P<u>(?:in|on) {_UNIT}) (?P<t>qt\d+)(?= ?[?.,;:]|$)")
_THEN_UNIT = Pattern(rf"^(?P<t>qt\d+) ?[,:] (?P<rest>[^?.;:]*) (?P<u>in {_UNIT})(?=[ ?.]*$)")
_DONE_THERE = Pattern(
    r"\b(?:given|administered|infused|done|performed|charted|ordered|prescribed|receiv\w+|got|get|carried out|placed"
    r"|inserted)\b"
)
_THE_STAY = Pattern(r"\b(?:stays?|admissions?|how long|hours|minutes|days|nights)\b")


_OF_A_UNIT = Pattern(
    r"\b(?P<s>start(?:ing)? (?:time|date) of (?:the )?(?:first|last|latest|most recent) )(?:icu|intensive care) "
    r"(?P<w>administration|dose|infusion) of (?P<x>qc\d+)\b"
)


def done_in_a_unit(text: str, times: Sequence[TimePhrase]) -> str:
    """What was done in intensive care on a day, in a skeleton: the day is that of what was done, and no stay's.

    Nor is the start that of a stay: "start time of the first ICU administration of ...".
    """
    text = _OF_A_UNIT.sub(r"\g<s>\g<w> of \g<x> in the icu", text)
    if not _DONE_THERE.search(text) or _THE_STAY.search(text):
        return text
    days = {f"qt{n}" for n, one in enumerate(times) if one.window is not None and one.window.is_of_a_day}
    match = _UNIT_THEN.search(text) or _THEN_UNIT.search(text)
    if match is None or match["t"] not in days:
        return text
    rest = match.groupdict().get("rest")
    put = f"{rest} {match['t']} {match['u']}" if rest else f"{match['t']} {match['u']}"
    return f"{text[: match.start()]}{put}{text[match.end() :]}"
