"""What "then", "after that" and "that day" point to: an event or a time that the sentence before tells.

"She was diagnosed with asthma. What was the first weight after that?" is the first weight after she was diagnosed with
asthma. A time alone ("I moved in 2014. ... since then?") bounds the question by itself, as the words say.
"""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timebounds import NOW
from chartwarden.agent.planning.times.timephrases import TimePhrase
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.tools.records.moments import add_months
from chartwarden.tools.records.query import Window

_THAT = (
    r"(?:that|this|it|then|which)(?: (?:diagnosis|event|day|date|point|time|visit|shot|move|change|illness|episode))?"
)
_STRETCH = r"(?:period|window|span|stretch|time ?frame|interval)"
_DOING = (
    r"(?:(?:moving|leaving|coming|going|starting|stopping|changing|switching|doing (?:so|that))"
    r"(?: here| there| out| in| away)?|the (?:move|change|switch))(?=[ ?.!]*$)"
)
"""What a story tells, named again by what somebody did."""
_ANAPHORS: tuple[tuple[str, Pattern], ...] = tuple(
    (relation, Pattern(pattern))
    for relation, pattern in (
        (
            "since",
            rf"\b(?:ever )?since (?:{_DOING}|(?:then|that(?: \w+)?)(?! qc)\b)|\bever since(?=[ ?.!]*$)"
            r"|\bfrom (?:then|there|that (?:point|time|day|date|month|year)) (?:on(?:wards?)?|forwards?"
            rf"|(?:right )?(?:up )?(?:until|till|to) {NOW})\b|(?<!long )(?<!time )(?<!time's )\bsince(?=[ ?.!]*$)",
        ),
        (
            "after",
            rf"\b(?:right |just |soon |shortly )?after {_DOING}"
            rf"|\b(?:at any (?:time|point) |right |just |immediately |soon |shortly )?(?:after|following)"
            rf" {_THAT}(?! qc)\b"
            r"|\b(?:that |which )?(?:came |comes |happened )?next(?=[ ?.!,]|$)(?! (?:to|year|month|week|day"
            r"|one|qc|\w+ qc))"
            r"|\b(?:just|right|immediately|shortly|soon) after(?=[ ?.!]*$)"
            r"|\bafterwards?\b|\bthereafter\b|\bsubsequently\b|\blater on\b"
            rf"|^then,? (?=(?:{WH}|{AUX})\b(?!.*\b(?:after|following|before|since|until|till|same|back then)\b))",
        ),
        (
            "before",
            rf"\b(?:right |just )?before {_DOING}"
            r"|(?<!one )(?<!time )(?<!value )(?<!reading )(?<!result )\b(?:right |just |immediately |shortly )?"
            rf"(?:before|prior to) {_THAT}(?! qc)\b|\bbeforehand\b"
            r"|\b(?:just|right|immediately|shortly) before(?=[ ?.!]*$)",
        ),
        (
            "until",
            r"\b(?:(?:in|over|during) the (?:time|period) )?(?:up to|up until|until|till|by) "
            r"(?:then\b|that (?:point|day|date|month|year)\b)",
        ),
        (
            "same",
            r"\b(?:(?:on|from|at|during|of|in|for) )?(?:that(?: very| same)*|the(?: very)? same) "
            r"(?P<unit>day|date|time|moment|minute|instant|visit|appointment|occasion|year|month"
            rf"|{_STRETCH})\b"
            r"(?! (?:of|when|that|qc))"
            r"|\bback then\b"
            r"|\bat that (?:point|stage)\b|(?<= )(?:(?:right|just|exactly) )?then(?=[ ?.!]*$)",
        ),
    )
)
_ROW_POINTED_OUT = Pattern(
    r"^(?:please )?(?:find|take|look (?:up|at|for)|go (?:back )?to|pick(?: out)?|locate|consider|think of)(?: me)? "
    r"(?:out )?(?P<e>(?:the |my |his |her |their )?(?:very )?(?:first|last|latest|earliest|most recent|newest|oldest"
    r"|highest|lowest) qc\d+(?: (?:visit|order|prescription|reading|value|result|dose|diagnosis))?)"
    r",?(?: of any kind(?: (?:it|that) (?:was|is))?)?,?$"
)
"""One row of a thing, to be found first: "look up the latest flu shot"."""
_POINTED_OUT = Pattern(
    r"^(?:please )?(?:find|take|look (?:up|at|for)|go (?:back )?to|pick(?: out)?|locate|consider|think of)(?: me)? "
    r"(?:out )?(?:the (?:day|date|time|visit|moment)(?: that| when| on which| of)?|when|(?:on )?(?:which|what) day) "
    r"(?P<e>.*qc\d.*)$"
)
_VISIT_OF = Pattern(
    r"^(?:please )?(?:find|take|look (?:up|at|for)|go (?:back )?to|pick(?: out)?|locate)(?: me)? (?:out )?"
    r"(?P<e>the (?:\w+ )?(?:visit|appointment|encounter) (?:with|for|of) [^,;]*\bqc\d+\b[^,;]*)$"
)
DAY_TOLD = Pattern(
    r"\b(?:on )?the (?:same |very )?day (?:that |when |of |on which )?(?P<e>[^,;]*?\bqc\d+\b(?:(?! qc\d)[^,;])*)"
)
"""An event of a story that its thing was done on the day of."""
_CLAUSES = Pattern(r",? (?:and )?then\b|[,;.] (?:and )?|,? and (?=(?:i|she|he|they|we|the|it|my|her|his)\b)")
_IDLE = Pattern(
    r"\b(?:a (?:long )?(?:while|time) (?:ago|back)|some time ago|years ago|ages ago|at (?:one|some) (?:point"
    r"|stage|time)|"
    r"once|back then|in the past|(?:came|happened|was|comes) first|first of all|you see|as you know)\b"
)
_AT_VISIT = Pattern(
    r"\b(?:at|during|on|in) the (?:next |following |first )?(?:visit|encounter|appointment|contact)\b,?"
)
_OCCASION = Pattern(
    r"\b(?:visit(?:ed|s)?|admi(?:tted|ssion)|discharged|(?:went|sent|came|got|back) home"
    r"|hospitali[sz]\w+|emergency|er|icu|surgery|operation)\b"
)
_DERIVED = Pattern(r"\bqt(?P<n>\d+)(?P<how>after|since|before|until|day|month|year)\b")
IN_THE_SAME = {"year": "in the year when", "month": "in the month when"}
_THEN = Pattern(r"^(?:(?:and|so|but) )?then,? ")
_IT = Pattern(r"\b(?:it|that|this)\b(?! (?:year|month|day))")
_LONGEST = {"day": 1, "month": 31, "year": 366}
_FRONT = Pattern(
    r"^(?:(?:and|so|but|well),? )?(?P<rel>after|since|before|once) (?P<s>[^,?]*?) ?(?P<t>qt\d+),? "
    rf"(?P<q>(?:{WH}|{AUX}|give|list|show|tell|count)\b.*)$"
)
_BACK = Pattern(
    r"^(?P<q>.*?),? (?P<rel>after|since|before) (?P<s>(?:she|he|i|they|we|the|a|an|our|patient|her|his|my"
    r"|their)\b[^,?]*?) "
    r"(?P<t>qt\d+)(?P<end>[ ?.!]*)$"
)


def pointing(ask: str) -> tuple[str, str, str] | None:
    """A question without the words that point to something told before, the relation, and the unit they name."""
    for relation, pattern in _ANAPHORS:
        match = pattern.search(ask)
        if match is not None:
            unit = (match.groupdict().get("unit") or "").replace("date", "day")
            first = " first" if match.group() == "next" and re.match(r" [a-z]", ask[match.end() :]) else ""
            rest = f"{ask[: match.start()].rstrip()}{first} {ask[match.end() :].lstrip()}".strip(" ,?.!")
            return rest, relation, unit
    return None


_POINTED_FIRST = Pattern(
    r"^(?P<story>(?:please )?(?:find|take|look up|go (?:back )?to|pick(?: out)?|locate)(?: me)? (?:out )?"
    r"(?:the (?:very )?(?:day|date|time|visit|moment|first|last|latest|highest|lowest)|when)\b[^:,;.?]*?\bqc\d+\b"
    rf"[^:,;.?]*?)(?: ?[:,;]| and)+ (?:then )?"
    rf"(?P<ask>(?:{WH}|{AUX}|tell|give|show|list|name|say|report|read|state|count|find)\b.*)$"
)


_SINCE_TIME = Pattern(
    r"^(?P<story>qt\d+) ?[:,–-] "
    rf"(?P<ask>[^:;.?]*\b(?:since then|(?:in|over|during|within) that (?:time|{_STRETCH}))\b.*)$"
)


def pointed_first(text: str) -> str:
    """A text with a day that is to be found first, or a time that is pointed to, set off as a sentence of its own."""
    since = _SINCE_TIME.match(text)
    if since is not None:
        return f"{since['story']}. {since['ask']}"
    match = _POINTED_FIRST.match(text)
    return f"{match['story']}. {match['ask']}" if match and points_out(match["story"]) else text


def points_out(part: str) -> str | None:
    """The event of "find the day that ...", which asks nothing by itself."""
    match = _POINTED_OUT.match(part) or _ROW_POINTED_OUT.match(part)
    return match["e"] if match else None


_KIND = (
    r"(?:outputs?|intakes?|orders?|prescriptions?|tests?|samples?|cultures?|doses?|readings?|values?|results?"
    r"|measurements?|administrations?|procedures?|diagnos[ei]s|entry|entries)"
)
_DATED_TOPIC = Pattern(
    rf"^(?:(?:the|my|his|her|their) )?(?P<x>qc\d+)(?: (?P<n>{_KIND}))?(?: (?:for|of|in) (?:the )?patient)?"
    r" ?[,:–-]? ?(?:(?:in|of|for|during|on) )?(?P<t>qt\d+)$"
)
"""A thing and its time, and nothing else: "Foley, July 2174"."""
_ANY_OF_KIND = Pattern(
    rf"(?P<lead>\b(?:any|an?|the|of|many|what|which|first|last|latest|earliest|recorded|there) )(?P<k>{_KIND})\b"
)
_ANY_SUCH = Pattern(r"\b(?P<any>any|some|one)(?= (?:(?:ever|been) )?[a-z]+(?:ed|en|one|ade)\b|[ ?.]*$)")


_OTHER_KIND = Pattern(
    r"\b(?:medic\w+|meds?|drugs?|vaccin\w+|shots?|jabs?|visits?|admi\w+|stays?|encounters?|allerg\w+|labs?"
    r"|conditions?|problems?|surger\w+|operations?|notes?|letters?)\b"
)


def _of_topic(topic: re.Match[str], ask: str) -> str | None:
    """A question that names nothing, asked of the thing that is told before it; None where it is of a kind itself."""
    name = topic["x"]
    if _IT.search(ask):
        return _IT.sub(name, ask, count=1)
    named = f"{name} {topic['n'] or ''}".strip()
    for place, put in ((_ANY_OF_KIND, rf"\g<lead>{name} \g<k>"), (_ANY_SUCH, rf"any {named}")):
        if place.search(ask):
            return place.sub(put, ask, count=1)
    return None if _OTHER_KIND.search(ask) else f"{ask} {named}"


def resolved(story: str, ask: str, named: frozenset[str], informative: frozenset[str]) -> str | None:
    """The question with what it points to put at its end; None where the story tells no one such thing.

    `named`: the placeholders of what the question itself names, under whatever words.
    """
    pointed = pointing(ask)
    if pointed is None:
        day = _day_told(story, informative)
        if day is None and (visit := _VISIT_OF.match(story)) and _tells(visit["e"], named, informative):
            return f"{ask} at {visit['e']}"
        return f"{ask} on the day {day['e'].strip()}" if day and _tells(day["e"], named, informative) else None
    rest, relation, unit = _THEN.sub("", pointed[0]), *pointed[1:]
    times = re.findall(r"\bqt\d+\b", story)
    how = {"same": {"day": "day", "month": "month", "year": "year"}.get(unit, "")}.get(relation, relation)
    known = set(re.findall(r"\bqc\d+\b", story)) & informative
    topic = _DATED_TOPIC.match(story)
    if topic and known and relation == "same" and not set(re.findall(r"\bqc\d+\b", ask)) & informative:
        asked = _of_topic(topic, rest)
        return f"{asked} {times[0]}{how}" if asked is not None else f"{story}, {ask}"
    if len(times) == len(known) == 1 and unit in IN_THE_SAME and not set(re.findall(r"\bqc\d+\b", ask)) & informative:
        asked = _of_it(rest, next(iter(known)))
        if asked is not None:
            return f"{asked} {times[0]}{how}"
    events = [part.strip() for part in _CLAUSES.split(story) if _tells(part, named, informative)]
    if len(events) == 1:
        event = re.sub(r"\s+", " ", _IDLE.sub(" ", events[0])).strip(" ,")
        event = re.sub(r"^(?:and|so|but|then|because|as|when|since|after|first) ", "", event)
        day = _day_told(event, informative)
        event = day["e"].strip() if day else points_out(event) or event
        if relation == "after" and _AT_VISIT.search(rest):
            return f"{_AT_VISIT.sub(' ', rest).strip(' ,')} at the first visit after {event}"
        if re.fullmatch(_STRETCH, unit):
            return None  # an event is no stretch of time
        same = IN_THE_SAME.get(unit, "at the visit when" if unit in ("visit", "appointment") else "on the day")
        lead = {"same": same, "since": "after", "until": "before"}
        return f"{rest} {lead.get(relation, relation)} {event}"
    if events or len(times) != 1 or not story_of_time(story, informative):
        return None
    return f"{rest} {times[0]}{how}"


def _day_told(story: str, informative: frozenset[str]) -> re.Match[str] | None:
    """The event of a story that something was done on the day of; None where a word nobody knows goes on with it."""
    day = DAY_TOLD.search(story)
    beyond = re.match(r" (qc\d+)", story[day.end() :]) if day else None
    return None if beyond and beyond[1] not in informative else day


def _of_it(ask: str, name: str) -> str | None:
    """A question of "it", or of a time of what was told, asked of that by its name; None for any other."""
    if _IT.search(ask):
        return _IT.sub(name, ask, count=1)
    return f"{ask} of {name}" if re.search(r"\b(?:time|instance|occasion|occurrence)$", ask) else None


def _tells(part: str, named: frozenset[str], informative: frozenset[str]) -> bool:
    names = set(re.findall(r"\bqc\d+\b", part)) & informative
    return bool(names - named) or (not names and bool(_OCCASION.search(part)))


def story_of_time(story: str, informative: frozenset[str]) -> bool:
    """Whether words tell nothing that a record has, apart from a time."""
    names = set(re.findall(r"\bqc\d+\b", story)) & informative
    return not (names or _OCCASION.search(story) or re.search(r"\bq[rap]\d", story))


def dated(text: str, informative: frozenset[str]) -> str:
    """ "After she moved in with her son in 2014, ...": an event that no record has, told by its time."""
    match = _FRONT.match(text) or _BACK.match(text)
    if match is None or len(match["s"].split()) < 2 or not story_of_time(match["s"], informative):
        return text
    relation = "after" if match["rel"] == "once" else match["rel"]
    return f"{match['q'].rstrip(' ?.!')} {match['t']}{relation}"


def derived(text: str, times: list[TimePhrase]) -> tuple[str, str]:
    """The text with times that are meant from the other side put as times of their own, and one that cannot be."""
    vague = ""

    def put(match: re.Match[str]) -> str:
        nonlocal vague
        phrase, how = times[int(match["n"])], match["how"]
        window = phrase.window
        start, end = (window.start, window.end) if window is not None else (None, None)
        if start is not None and end is None and how in _LONGEST:  # "from 2010", told of that year
            end = start + dt.timedelta(days=1) if how == "day" else add_months(start, 12 if how == "year" else 1)
            bounded = Window(start=start, end=end, reading=f"The {how} told was read as that from {start.date()}.")
            times.append(TimePhrase(phrase.start, phrase.end, bounded))
            return f"qt{len(times) - 1}"
        if how in _LONGEST:
            if start is None or end is None:
                vague = f"{how} that"
            elif end - start > dt.timedelta(days=_LONGEST[how] + 1 / 24):
                vague = f"that {how}"
            return f"qt{match['n']}"
        bounds = {"after": (end, None), "since": (start, None), "before": (None, start), "until": (None, end)}[how]
        when = bounds[0] or bounds[1]
        if when is None and how in ("after", "before") and (start or end):
            return f"qt{match['n']}"  # "from 2010 on", told of what came after that: it is open on that side already
        if when is None:
            vague = f"{how} that"
            return match.group()
        reading = f"The time told was read as {'from' if bounds[0] else 'until before'} {when.date().isoformat()}."
        times.append(TimePhrase(phrase.start, phrase.end, Window(start=bounds[0], end=bounds[1], reading=reading)))
        return f"qt{len(times) - 1}"

    return _DERIVED.sub(put, text), vague
